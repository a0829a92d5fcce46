//! A published run checked again: inputs unchanged, plans read back, every rule and cent verified, and every table
//! made anew and held against the folder's.

use super::differences;
use super::exit::Failure;
use super::findings::Findings;
use super::opened::{Opened, PRICES, REJECTED, has_table, open_scenario};
use super::page::{PAGE, page_of};
use super::plan::{read_summary, summaries_of};
use super::planned::sent;
use super::prices::read_prices;
use super::record::{Record, ScenarioRecord};
use crate::input::{Fault, read_records};
use crate::report::{
    Effect, Relaxed, Sheet, Summary, comparison_sheet, curves, curves_sheet, digest,
    rejected_sheet, rule_prices, rule_prices_sheet, shadow_prices_sheet, with_tables,
};
use crate::solve::{ShadowPrice, bound_at, with_used};
use crate::units::Money;
use crate::verify;
use rayon::prelude::*;
use std::path::Path;

/// How close a bound is proven anew where not all options are listed, one in so many.
const PROVEN_WITHIN: i64 = 1_000;

/// What each rule and limit costs.
const RULE_PRICES: &str = "rule_prices";
/// Name of the table of what sweeps tell.
const CURVES: &str = "curves";

/// How a scenario stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its plan keeps all rules and comes to all that its files say.
    Verified,
    /// There is no plan to check, and its record says why.
    NoPlan,
    /// What is wrong.
    Rejected(Vec<String>),
}

/// Checks all scenarios of a run, in order.
///
/// # Errors
/// Inputs that have changed since, files that cannot be read.
pub fn recheck(folder: &Path) -> Result<Vec<(String, Standing)>, Failure> {
    let record = Record::read(folder)?;
    let mut standings = vec![];
    for scenario in &record.scenarios {
        let of_scenario = folder.join(&scenario.name);
        let summary = match read_summary(&of_scenario) {
            Ok(summary) => summary.filter(|summary| summary.verified),
            Err(damage) => {
                let standing = Standing::Rejected(vec![told(&damage)]);
                standings.push((scenario.name.clone(), standing));
                continue;
            }
        };
        let standing = match summary {
            Some(summary) => match recheck_scenario(folder, &record, scenario, summary) {
                Err(Failure::Io { path, .. }) if !path.exists() && path.starts_with(folder) => {
                    Standing::Rejected(vec![format!("{} is not there", path.display())])
                }
                standing => standing?,
            },
            None if has_table(&of_scenario, "shipments") => Standing::Rejected(vec![
                "there are tables of a plan, but no summary that calls it verified".to_owned(),
            ]),
            None if scenario.has_plan() => Standing::Rejected(vec![
                "run.json tells of a plan that is not there".to_owned(),
            ]),
            None => Standing::NoPlan,
        };
        standings.push((scenario.name.clone(), standing));
    }
    // What keeps summaries from being read is told above.
    let Ok(summaries) = summaries_of(&record, folder) else {
        return Ok(standings);
    };
    let swept = record.swept(&summaries);
    let curves = curves(&summaries, &swept);
    let of_curves = (!curves.is_empty()).then(|| curves_sheet(&curves));
    if of_curves.is_none() && has_table(folder, CURVES) {
        let wrong = "there is a table of curves, but no scenario that a sweep made".to_owned();
        standings.push((CURVES.to_owned(), Standing::Rejected(vec![wrong])));
    }
    for sheet in [comparison_sheet(&summaries)].iter().chain(&of_curves) {
        let wrong = differences::in_table(folder, sheet);
        if !wrong.is_empty() {
            standings.push((sheet.name.to_string(), Standing::Rejected(wrong)));
        }
    }
    let page = match wrong_page(folder, &record) {
        Err(damage @ Failure::Usage(_)) => Some(told(&damage)),
        page => page?,
    };
    if let Some(wrong) = page {
        standings.push((PAGE.to_owned(), Standing::Rejected(vec![wrong])));
    }
    if has_table(folder, RULE_PRICES) {
        let wrong = wrong_rule_prices(folder, &summaries);
        if !wrong.is_empty() {
            standings.push((RULE_PRICES.to_owned(), Standing::Rejected(wrong)));
        }
    }
    Ok(standings)
}

/// A failure as one of several things that are wrong.
fn told(failure: &Failure) -> String {
    failure.to_string().trim_start_matches("error: ").to_owned()
}

/// Where the page is not the one that record, summaries and digests give; a run need not have one.
fn wrong_page(folder: &Path, record: &Record) -> Result<Option<String>, Failure> {
    let path = folder.join(PAGE);
    let page = match std::fs::read_to_string(&path) {
        Ok(page) => page,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::io("read", &path)(error)),
    };
    let anew = page_of(record, &[folder])?;
    let differs = |(_, (has, gives)): &(usize, (&str, &str))| has != gives;
    let mut lines = page.lines().zip(anew.lines()).enumerate();
    Ok((page != anew).then(|| match lines.find(differs) {
        Some((line, _)) => format!("{PAGE}, line {}: not what the run gives", line + 1),
        None => format!("{PAGE} is longer or shorter than what the run gives"),
    }))
}

/// Makes the prices of rules anew from the scenarios that they were priced in, and tells what differs.
fn wrong_rule_prices(folder: &Path, summaries: &[Summary]) -> Vec<String> {
    let mut relaxed: Vec<Relaxed> = vec![];
    let columns = ["limit", "what", "effect", "scenario"];
    let read = read_records(folder, RULE_PRICES, &columns, |file, line, cells| {
        let Some(effect) = Effect::of_word(cells[2]) else {
            return Err(Fault::error(file, "relaxed or tightened")
                .at(line)
                .column("effect")
                .value(cells[2]));
        };
        relaxed.push(Relaxed {
            limit: cells[0].to_owned(),
            what: cells[1].to_owned(),
            effect,
            scenario: cells[3].to_owned(),
        });
        Ok(())
    });
    match read {
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
        Ok(()) => {
            let anew = rule_prices(&relaxed, summaries);
            differences::in_table(folder, &rule_prices_sheet(&anew))
        }
    }
}

fn recheck_scenario(
    folder: &Path,
    record: &Record,
    scenario: &ScenarioRecord,
    summary: Summary,
) -> Result<Standing, Failure> {
    let opened = match open_scenario(folder, record, scenario, summary)? {
        Ok(opened) => opened,
        Err(reasons) => return Ok(Standing::Rejected(reasons)),
    };
    let mut wrong = wrong_tables(&opened)?;
    wrong.extend(unproven(&opened.summary));
    Ok(if wrong.is_empty() {
        Standing::Verified
    } else {
        Standing::Rejected(wrong)
    })
}

/// Makes every table and the summary anew from the plan, and tells what differs in the folder.
fn wrong_tables(opened: &Opened) -> Result<Vec<String>, Failure> {
    let (folder, summary) = (&opened.folder, &opened.summary);
    let findings = Findings::new(opened.checked());
    let mut wrong = verify::check_returns(&opened.built.dataset, &sent(&findings.returning));
    let of_sheet = |sheet: &Sheet<'_>| differences::in_table(folder, sheet);
    let planned = findings.planned(opened.checked());
    // Prices first: other tables are told by them.
    let mut prices = vec![];
    if summary.is_baseline() && summary.goals.is_empty() {
        let has_some = has_table(folder, PRICES);
        wrong.extend(has_some.then(|| format!("{PRICES}: a plan by rules has none")));
    } else {
        let (read, found) = wrong_prices(opened);
        prices = read;
        wrong.extend(found);
    }
    wrong.extend(with_tables(planned, |sheets| -> Vec<String> {
        sheets.par_iter().flat_map(of_sheet).collect()
    }));
    wrong.extend(differences::in_digest(folder, &digest(planned, &prices))?);
    if has_table(folder, REJECTED) {
        wrong.extend(of_sheet(&rejected_sheet(&opened.built.rejected)));
    }
    let verified = Some((&opened.audit, &findings.ledger));
    let anew = summary.clone().restated(&opened.settings, verified);
    wrong.extend(differences::in_summary(folder, &anew)?);
    Ok(wrong)
}

/// The shadow prices; what they say that the plan does not, and a bound that they do not prove.
fn wrong_prices(opened: &Opened) -> (Vec<ShadowPrice>, Vec<String>) {
    let Opened {
        folder,
        settings,
        plan,
        summary,
        options,
        ..
    } = opened;
    let dataset = &opened.built.dataset;
    let prices = match read_prices(folder, dataset, settings) {
        Ok(prices) => prices,
        Err(faults) => return (vec![], faults.iter().map(ToString::to_string).collect()),
    };
    let anew = with_used(dataset, settings, plan, &prices);
    let mut wrong = differences::in_table(folder, &shadow_prices_sheet(dataset, &anew));
    if let Some(parts) = summary.gap_parts {
        let mut by_prices = parts.by_prices().into_iter();
        if parts.proven_otherwise > Money::ZERO || by_prices.any(|(_, part)| part < Money::ZERO) {
            wrong.push(
                "summary.json, gap_parts: no part may be negative but what is proven otherwise"
                    .to_owned(),
            );
        }
    }
    let claimed = summary.gap_parts.zip(summary.objective);
    let proven = bound_at(dataset, settings, options, &prices);
    if let (Some((parts, objective)), Some(proven)) = (claimed, proven) {
        let claimed = objective.0.saturating_add(parts.told_by_prices().0);
        let slack = if proven.is_closest {
            0
        } else {
            claimed.abs() / PROVEN_WITHIN
        };
        if proven.bound > claimed.saturating_add(slack) {
            wrong.push(format!(
                "summary.json, gap_parts: the shadow prices prove a bound of {}, not {}",
                Money(proven.bound),
                Money(claimed)
            ));
        }
    }
    (anew, wrong)
}

/// What a summary claims beyond its bound.
fn unproven(summary: &Summary) -> Option<String> {
    let gap = summary.gap.filter(|&gap| gap < 0.0)?;
    Some(format!(
        "summary.json, gap: {gap}: no plan can be better than the bound that is proven"
    ))
}
