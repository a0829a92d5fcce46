//! `report.html`: a run as one page that needs nothing else, made from summaries and digests alone.
//!
//! No script runs in it and nothing is fetched; its policy forbids both. Which chapter is shown is a matter of links and
//! style. What users wrote is escaped by the templates, each text apart from its neighbours whatever its direction.

mod chapter;
mod curve;
mod earned;
mod land;
mod limits;
mod map;
mod overview;
mod parts;
mod served;
mod words;

#[cfg(test)]
pub(super) mod tests;

use super::Summary;
use super::curves::Curve;
use super::digest::Digest;
use crate::ledger::LocationUse;
use crate::units::Money;
use askama::Template;
use chapter::ChapterView;
use curve::CurveView;
use parts::{Cell, Table, Tile};
use std::collections::BTreeMap;

/// Scenarios that get a chapter; all others get a row.
const MOST_CHAPTERS: usize = 6;

/// How much of each location is used, by id.
type LocationUses<'a> = BTreeMap<&'a str, &'a LocationUse>;

/// What a page says of the run itself.
#[derive(Clone, Debug, Default)]
pub struct Facts<'a> {
    /// What links to files of the run begin with: the way from the page to the run's folder.
    pub base: String,
    /// Its name.
    pub run: &'a str,
    /// Version of this program.
    pub consign: &'a str,
    /// `finished` or `interrupted`.
    pub state: &'a str,
    /// How the command ended.
    pub exit_code: u8,
    /// The same in words.
    pub exit_reason: &'a str,
    /// Begin, ISO 8601 in UTC.
    pub started: &'a str,
    /// End, ISO 8601 in UTC.
    pub finished: &'a str,
    /// Where it ran and who solved.
    pub machine: String,
    /// The command as it was given.
    pub command_line: String,
    /// Input files and their hashes.
    pub inputs: Vec<(&'a str, &'a str)>,
    /// Scenarios without a plan, or with one and something to say about it: name, status, reasons.
    pub reasons: Vec<(&'a str, &'a str, String)>,
    /// The comparison's name and relative path.
    pub comparison: Option<(String, String)>,
    /// That of `curves`.
    pub curves: Option<(String, String)>,
}

/// A scenario that gets a chapter.
pub struct Chapter<'a> {
    /// How it came out.
    pub summary: &'a Summary,
    /// What its page shows beyond that.
    pub digest: Option<Digest>,
    /// Names of its files.
    pub files: Vec<String>,
}

impl Chapter<'_> {
    /// A file's name and its path from the page.
    fn link(&self, name: &str) -> (String, String) {
        (name.to_owned(), format!("{}/{name}", self.summary.scenario))
    }

    /// The file that has a table, if it is there.
    fn file(&self, table: &str) -> Option<(String, String)> {
        let is_it = |name: &&String| name.rsplit_once('.').is_some_and(|(stem, _)| stem == table);
        self.files.iter().find(is_it).map(|name| self.link(name))
    }
}

/// Positions of the scenarios that get a chapter: the first, the rules, the one with the highest profit, then in order.
pub fn chosen(summaries: &[Summary]) -> Vec<usize> {
    let rules = summaries.iter().position(Summary::is_baseline);
    let mut chosen = vec![];
    let first = [Some(0), rules, best(summaries)].into_iter().flatten();
    for place in first.chain(0..summaries.len()) {
        if place < summaries.len() && chosen.len() < MOST_CHAPTERS && !chosen.contains(&place) {
            chosen.push(place);
        }
    }
    chosen.sort_unstable();
    chosen
}

/// Position of the scenario with the highest profit in the first one's currency.
fn best(summaries: &[Summary]) -> Option<usize> {
    let currency = &summaries.first()?.currency;
    let mut best: Option<(usize, Money)> = None;
    for (place, summary) in summaries.iter().enumerate() {
        if let Some(profit) = summary.profit.filter(|_| summary.currency == *currency)
            && best.is_none_or(|(_, most)| profit > most)
        {
            best = Some((place, profit));
        }
    }
    best.map(|(place, _)| place)
}

fn is_chapter(chapters: &[usize], place: usize) -> bool {
    chapters.binary_search(&place).is_ok()
}

/// A part of a whole; `None` where there is no whole.
fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[derive(Template)]
#[template(path = "page/page.html", config = "src/report/askama.toml")]
struct Page<'a> {
    facts: &'a Facts<'a>,
    as_of: String,
    lead: Vec<String>,
    best: Vec<String>,
    tiles: Vec<Tile>,
    scenarios: Table,
    curves: Vec<CurveView>,
    more_curves: usize,
    chapters: Vec<ChapterView>,
}

/// The page of a run: all its scenarios side by side, what sweeps tell, and a chapter on each that was [`chosen`].
pub fn page(
    facts: &Facts<'_>,
    summaries: &[Summary],
    curves: &[Curve<'_>],
    chapters: &[Chapter<'_>],
) -> String {
    let places = chosen(summaries);
    let first = summaries.first();
    let rules = summaries.iter().find(|it| it.is_baseline());
    let best = best(summaries).filter(|&place| place != 0);
    let page = Page {
        facts,
        as_of: first.map_or(String::new(), |it| {
            let days = words::several(i64::from(it.horizon_days), "day", "days");
            format!("planned as of {}, for {days}", it.as_of)
        }),
        lead: first.map_or(vec![], |it| overview::told(it, summaries)),
        best: best.map_or(vec![], |place| {
            let best = &summaries[place];
            let profit = words::money_if(best.profit);
            vec![format!(
                "The highest profit has {}: {profit} {}.",
                best.scenario, best.currency
            )]
        }),
        tiles: first.map_or(vec![], |it| overview::tiles(it, rules)),
        scenarios: overview::side_by_side(facts, summaries, &places),
        curves: curve::views(curves, facts),
        more_curves: curves.len().saturating_sub(curve::MOST_CURVES),
        chapters: chapters
            .iter()
            .map(|it| chapter::view(it, summaries))
            .collect(),
    };
    page.render()
        .expect("a text takes all that is written to it")
}
