//! What comes first: the best plan in words and numbers, and all scenarios side by side.

use super::parts::{Cell, Segment, Table, Tile};
use super::words::{
    count, decimal, money, money_if, percent, several, signed, signed_count, signed_if, status,
};
use super::{Facts, best, is_chapter, words};
use crate::report::Summary;
use crate::report::comparison::{gain, sure_gain};
use crate::units::Money;

/// Scenarios that get a row; the others are in `comparison`.
pub(super) const MOST_ROWS: usize = 400;

/// What a scenario earns and what is proven, in sentences.
pub(super) fn told(summary: &Summary, summaries: &[Summary]) -> Vec<String> {
    let name = &summary.scenario;
    let currency = &summary.currency;
    let mut told = vec![];
    let Some(profit) = summary.profit else {
        let reason = if summary.reason.is_empty() { "" } else { ": " };
        let reason = format!("{reason}{}", summary.reason);
        return vec![format!("{name}: {}{reason}.", status(&summary.status))];
    };
    told.push(format!(
        "{name} earns {} {currency} on {} of {} orders shipped.",
        money(profit),
        summary
            .kpis
            .as_ref()
            .map_or("–".to_owned(), |it| count(it.orders_shipped)),
        summary
            .kpis
            .as_ref()
            .map_or("–".to_owned(), |it| count(it.orders)),
    ));
    told.push(proven(summary));
    let rules = summaries
        .iter()
        .find(|it| it.is_baseline() && it.scenario != *name);
    if let Some((rules, by)) = rules.and_then(|rules| Some((rules, gain(summary, Some(rules))?))) {
        let worse = if by < Money::ZERO { "worse" } else { "better" };
        told.push(format!(
            "Penalties in, it is {} {currency} {worse} than {}, which replays the rules.",
            money(Money(by.0.abs())),
            rules.scenario
        ));
    }
    if summary.verified {
        told.push("The verifier recomputed every rule and every cent of it.".to_owned());
    }
    told
}

/// What is proven of a scenario, in a sentence.
pub(super) fn proven(summary: &Summary) -> String {
    let currency = &summary.currency;
    let missing = summary.bound.zip(summary.objective);
    let missing = missing.map(|(bound, plan)| Money((bound - plan).0.abs()));
    match (missing, summary.gap) {
        (Some(Money::ZERO), _) => format!(
            "No plan has a better {} than {} {currency}: this one is proven best.",
            summary.goal,
            money_if(summary.objective)
        ),
        (Some(missing), gap) => {
            let better = if summary.is_maximised() {
                "higher"
            } else {
                "lower"
            };
            format!(
                "No plan has a {} (penalties in) {better} than {} {currency}: at most {} {currency}, {}, could be missing.",
                summary.goal,
                money_if(summary.bound),
                money(missing),
                percent(gap, 3),
            )
        }
        _ => "Nothing is proven about how much better a plan could be.".to_owned(),
    }
}

/// Key figures of a scenario, each with its difference to another.
pub(super) fn tiles(summary: &Summary, other: Option<&Summary>) -> Vec<Tile> {
    let Some(kpis) = &summary.kpis else {
        return vec![];
    };
    let currency = &summary.currency;
    let other = other.filter(|it| it.scenario != summary.scenario && it.currency == *currency);
    let versus = other.map_or(String::new(), |it| format!(" to {}", it.scenario));
    let was = other.and_then(|it| it.kpis.as_ref());
    let points = |is: Option<f64>, was: Option<f64>| {
        let by = is.zip(was).map(|(is, was)| (is - was) * 100.0);
        by.map_or(String::new(), |by| {
            format!("{} points{versus}", words::signed_decimal(by, 1))
        })
    };
    let by_money = |is: Option<Money>, was: Option<Money>| {
        let by = is.zip(was).map(|(is, was)| signed(is - was));
        by.map_or(String::new(), |by| format!("{by}{versus}"))
    };
    let by_count = |is: i64, was: Option<i64>| {
        was.map_or(String::new(), |was| {
            format!("{}{versus}", signed_count(is - was))
        })
    };
    let tile = |label, value, unit: &str, note| Tile {
        label,
        value,
        unit: unit.to_owned(),
        note,
    };
    vec![
        tile(
            "Profit",
            money_if(summary.profit),
            currency,
            by_money(summary.profit, other.and_then(|it| it.profit)),
        ),
        tile(
            "Objective",
            money_if(summary.objective),
            currency,
            format!("{}, penalties in", summary.goal),
        ),
        tile(
            "Proven bound",
            money_if(summary.bound),
            currency,
            "on the objective of any plan".to_owned(),
        ),
        tile(
            "Gap",
            percent(summary.gap, 3),
            "",
            "of the bound, at most missing".to_owned(),
        ),
        tile(
            "Fill rate",
            percent(kpis.fill_rate, 1),
            "of units",
            points(kpis.fill_rate, was.and_then(|it| it.fill_rate)),
        ),
        tile(
            "On time",
            percent(kpis.on_time_rate, 1),
            "of orders shipped",
            points(kpis.on_time_rate, was.and_then(|it| it.on_time_rate)),
        ),
        tile(
            "Split",
            percent(kpis.split_rate, 1),
            "of orders",
            points(kpis.split_rate, was.and_then(|it| it.split_rate)),
        ),
        tile(
            "Cost an order",
            money_if(kpis.cost_per_order),
            currency,
            by_money(kpis.cost_per_order, was.and_then(|it| it.cost_per_order)),
        ),
        tile(
            "Shipments",
            count(kpis.shipments),
            "",
            by_count(kpis.shipments, was.map(|it| it.shipments)),
        ),
        tile(
            "Transit",
            decimal(kpis.transit_days, 1),
            "days",
            String::new(),
        ),
        tile(
            "CO₂",
            decimal(Some(kpis.co2.0 as f64 / 1e6), 0),
            "kg",
            String::new(),
        ),
    ]
}

/// All scenarios side by side.
pub(super) fn side_by_side(facts: &Facts<'_>, summaries: &[Summary], chapters: &[usize]) -> Table {
    let first = summaries.first();
    let rules = summaries.iter().find(|it| it.is_baseline());
    let currency = first.map_or("", |it| it.currency.as_str());
    let is_mixed = summaries.iter().any(|it| it.currency != currency);
    let unit = if is_mixed { "own currency" } else { currency };
    let mut table = Table::new("Scenarios side by side")
        .words("scenario")
        .words("status")
        .number("profit", unit)
        .number("objective", unit)
        .bar("objective, and what could be missing")
        .number("gap", "%")
        .number("fill", "%")
        .number("split", "%")
        .number("on time", "%")
        .number("cost an order", unit)
        .number("to first", unit)
        .number("sure", unit)
        .number("to rules", unit)
        .number("time", "s")
        .of_file(facts.comparison.clone());
    let range = range(summaries, currency);
    let best = best(summaries);
    let is_shown =
        |place: usize| place < MOST_ROWS || chapters.contains(&place) || best == Some(place);
    for (place, summary) in summaries
        .iter()
        .enumerate()
        .filter(|(place, _)| is_shown(*place))
    {
        let kpis = summary.kpis.as_ref();
        let name = &summary.scenario;
        let mark = if best == Some(place) {
            ", highest profit"
        } else {
            ""
        };
        let is_comparable = summary.currency == currency && summary.is_maximised();
        table.row(vec![
            if is_chapter(chapters, place) {
                Cell::Link(format!("s-{name}"), name.clone())
            } else {
                Cell::Key(name.clone())
            },
            Cell::Words(format!("{}{mark}", words::short_status(&summary.status))),
            Cell::Number(money_if(summary.profit)),
            Cell::Number(money_if(summary.objective)),
            Cell::Bar(if is_comparable {
                interval(summary, range)
            } else {
                vec![]
            }),
            Cell::Number(percent(summary.gap, 3)),
            Cell::Number(percent(kpis.and_then(|it| it.fill_rate), 1)),
            Cell::Number(percent(kpis.and_then(|it| it.split_rate), 1)),
            Cell::Number(percent(kpis.and_then(|it| it.on_time_rate), 1)),
            Cell::Number(money_if(kpis.and_then(|it| it.cost_per_order))),
            Cell::Number(signed_if(gain(summary, first))),
            Cell::Number(signed_if(sure_gain(summary, first))),
            Cell::Number(signed_if(gain(summary, rules))),
            Cell::Number(decimal(Some(summary.seconds.total()), 1)),
        ]);
    }
    table.noted(note(
        summaries,
        chapters,
        range,
        unit,
        table_rows(summaries, is_shown),
    ))
}

fn table_rows(summaries: &[Summary], is_shown: impl Fn(usize) -> bool) -> usize {
    (0..summaries.len())
        .filter(|&place| is_shown(place))
        .count()
}

fn note(
    summaries: &[Summary],
    chapters: &[usize],
    (low, high): (f64, f64),
    unit: &str,
    shown: usize,
) -> String {
    let mut told = format!(
        "Differences are of objectives, penalties in; better is +. Sure: at least so much better or worse, whatever plan the other scenario could still have, as the proven intervals do not overlap; – where this is not proven. Bars go from {} to {} {unit}.",
        decimal(Some(low), 0),
        decimal(Some(high), 0)
    );
    if chapters.len() < summaries.len() {
        told += &format!(
            " Of {}, {} have a chapter below: the first, the rules, the one with the highest profit, and those after the first.",
            several(summaries.len() as i64, "scenario", "scenarios"),
            count(chapters.len() as i64)
        );
    }
    if shown < summaries.len() {
        told += &format!(
            " {} rows are shown; all are in the file.",
            count(shown as i64)
        );
    }
    told
}

/// From where to where bars of objectives go.
fn range(summaries: &[Summary], currency: &str) -> (f64, f64) {
    let comparable = summaries.iter();
    let comparable = comparable.filter(|it| it.currency == currency && it.is_maximised());
    let values: Vec<f64> = comparable
        .flat_map(|it| [it.objective, it.bound])
        .flatten()
        .map(Money::as_f64)
        .collect();
    let low = values.iter().copied().fold(f64::MAX, f64::min);
    let high = values.iter().copied().fold(f64::MIN, f64::max);
    if values.is_empty() {
        return (0.0, 1.0);
    }
    let room = ((high - low) * 0.1).max(1.0);
    (low - room, high + room)
}

/// The objective, and from there to the bound.
fn interval(summary: &Summary, (low, high): (f64, f64)) -> Vec<Segment> {
    let at = |amount: Money| (amount.as_f64() - low) / (high - low);
    let Some(objective) = summary.objective.map(at) else {
        return vec![];
    };
    let bound = summary.bound.map(at);
    let to_bound = bound.filter(|bound| *bound > objective);
    [Segment::new(0.0, objective, "level")]
        .into_iter()
        .chain(to_bound.map(|bound| Segment::new(objective, bound, "warn")))
        .collect()
}
