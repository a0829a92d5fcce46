//! What comes first: the best plan in words and numbers, and all scenarios side by side.

use super::parts::{Cell, Segment, Table, Tile};
use super::words::{
    count, decimal, money, money_if, percent, several, signed, signed_count, signed_if, status,
};
use super::{Facts, best, is_chapter, words};
use crate::ledger::Kpis;
use crate::report::Summary;
use crate::report::comparison::{gain, sure_gain};
use crate::units::{MICRO, Money};

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
    let set_aside = summary.orders_set_aside;
    if set_aside > 0 {
        let orders = words::several(set_aside as i64, "faulty order", "faulty orders");
        told.push(format!(
            "Set aside before planning, and in no figure: {orders}; rejected_orders says why."
        ));
    }
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
    let of_objective = match (missing, summary.own_gap()) {
        (Some(Money::ZERO), _) => format!(
            "Penalties in, its {} is {} {currency}, and no plan has a better one: it is proven best.",
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
                "Penalties in, its {} is {} {currency}, and no plan has a {better} one than {} {currency}: at most {} {currency}, {}, could be missing.",
                summary.goal,
                money_if(summary.objective),
                money_if(summary.bound),
                money(missing),
                percent(gap, 3),
            )
        }
        _ => "Nothing is proven about how much better a plan could be.".to_owned(),
    };
    match summary.widest_goal() {
        Some(goal) => format!(
            "{of_objective} The gap is of a goal that comes first, {}.",
            goal.told()
        ),
        None => of_objective,
    }
}

/// Differences to another scenario, in words; nothing where there is none.
struct Versus<'a> {
    other: Option<&'a Summary>,
}

impl<'a> Versus<'a> {
    /// Another scenario in the same currency.
    fn new(summary: &Summary, other: Option<&'a Summary>) -> Self {
        let is_other =
            |it: &&Summary| it.scenario != summary.scenario && it.currency == summary.currency;
        Self {
            other: other.filter(is_other),
        }
    }

    fn kpis(&self) -> Option<&'a Kpis> {
        self.other.and_then(|it| it.kpis.as_ref())
    }

    fn told(&self, by: Option<String>) -> String {
        let told = by.zip(self.other);
        told.map_or(String::new(), |(by, other)| {
            format!("{by} to {}", other.scenario)
        })
    }

    fn points(&self, is: Option<f64>, was: impl Fn(&Kpis) -> Option<f64>) -> String {
        let by = is.zip(self.kpis().and_then(was));
        let by = by.map(|(is, was)| (is - was) * 100.0);
        self.told(by.map(|by| format!("{} points", words::signed_decimal(by, 1))))
    }

    fn money(&self, is: Option<Money>, was: Option<Money>) -> String {
        self.told(is.zip(was).map(|(is, was)| signed(is - was)))
    }

    fn count(&self, is: i64, was: impl Fn(&Kpis) -> i64) -> String {
        self.told(self.kpis().map(|kpis| signed_count(is - was(kpis))))
    }
}

fn tile(label: &'static str, value: String, unit: &str, note: String) -> Tile {
    Tile {
        label,
        value,
        unit: unit.to_owned(),
        note,
    }
}

/// Key figures of a scenario, each with its difference to another.
pub(super) fn tiles(summary: &Summary, other: Option<&Summary>) -> Vec<Tile> {
    let Some(kpis) = &summary.kpis else {
        return vec![];
    };
    let versus = Versus::new(summary, other);
    let currency = summary.currency.as_str();
    let profit = versus.money(summary.profit, versus.other.and_then(|it| it.profit));
    let fill = versus.points(kpis.fill_rate, |it| it.fill_rate);
    let on_time = versus.points(kpis.on_time_rate, |it| it.on_time_rate);
    let split = versus.points(kpis.split_rate, |it| it.split_rate);
    let was_cost = versus.kpis().and_then(|it| it.cost_per_order);
    let cost = versus.money(kpis.cost_per_order, was_cost);
    let shipments = versus.count(kpis.shipments, |it| it.shipments);
    let co2 = Some(kpis.co2.0 as f64 / MICRO as f64);
    let what = format!("{}, penalties in", summary.goal);
    let any = "on the objective of any plan".to_owned();
    let missing = "of the bound, at most missing".to_owned();
    let none = String::new;
    vec![
        tile("Profit", money_if(summary.profit), currency, profit),
        tile("Objective", money_if(summary.objective), currency, what),
        tile("Proven bound", money_if(summary.bound), currency, any),
        tile("Gap", percent(summary.gap, 3), "", missing),
        tile("Fill rate", percent(kpis.fill_rate, 1), "of units", fill),
        tile(
            "On time",
            percent(kpis.on_time_rate, 1),
            "of orders shipped",
            on_time,
        ),
        tile("Split", percent(kpis.split_rate, 1), "of orders", split),
        tile(
            "Cost an order",
            money_if(kpis.cost_per_order),
            currency,
            cost,
        ),
        tile("Shipments", count(kpis.shipments), "", shipments),
        tile("Transit", decimal(kpis.transit_days, 1), "days", none()),
        tile("Distance", decimal(kpis.distance_km, 0), "km", none()),
        tile("CO₂", decimal(co2, 0), "kg", none()),
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
    for place in (0..summaries.len()).filter(|&place| is_shown(place)) {
        let summary = &summaries[place];
        let name = &summary.scenario;
        let mut cells = vec![if is_chapter(chapters, place) {
            Cell::Link(format!("s-{name}"), name.clone())
        } else {
            Cell::Key(name.clone())
        }];
        let mark = if best == Some(place) {
            ", highest profit"
        } else {
            ""
        };
        let status = words::short_status(&summary.status);
        cells.push(Cell::Words(format!("{status}{mark}")));
        let is_comparable = summary.currency == currency && summary.is_maximised();
        let bar = if is_comparable {
            interval(summary, range)
        } else {
            vec![]
        };
        cells.extend(figures(summary, bar, first, rules));
        table.row(cells);
    }
    let shown = table.rows.len();
    table.noted(note(summaries, chapters, range, unit, shown))
}

/// The numbers of a scenario's row, with its bar among them.
fn figures(
    summary: &Summary,
    bar: Vec<Segment>,
    first: Option<&Summary>,
    rules: Option<&Summary>,
) -> Vec<Cell> {
    let kpis = summary.kpis.as_ref();
    let rate = |of: fn(&Kpis) -> Option<f64>| Cell::Number(percent(kpis.and_then(of), 1));
    vec![
        Cell::Number(money_if(summary.profit)),
        Cell::Number(money_if(summary.objective)),
        Cell::Bar(bar),
        Cell::Number(percent(summary.gap, 3)),
        rate(|it| it.fill_rate),
        rate(|it| it.split_rate),
        rate(|it| it.on_time_rate),
        Cell::Number(money_if(kpis.and_then(|it| it.cost_per_order))),
        Cell::Number(signed_if(gain(summary, first))),
        Cell::Number(signed_if(sure_gain(summary, first))),
        Cell::Number(signed_if(gain(summary, rules))),
        Cell::Number(decimal(Some(summary.seconds.total()), 1)),
    ]
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
