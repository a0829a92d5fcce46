//! How plan and money change with a swept number: a picture of objective and bound, and the table that has its numbers.

use super::Facts;
use super::parts::{Cell, Label, Mark, Segment, Table};
use super::words::{count, decimal, money_if, percent, shown, signed_if};
use crate::report::curves::{Curve, Point, standing};
use crate::units::Money;
use std::fmt::Write;

/// Curves at most.
pub(super) const MOST_CURVES: usize = 12;
/// Values of a curve at most, the smallest.
const MOST_POINTS: usize = 60;

/// The picture, in its own units.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 250.0;
/// Room for words: left, right, above, below.
const ROOM: (f64, f64, f64, f64) = (100.0, 30.0, 16.0, 30.0);
/// Between lines of the grid and their amounts.
const GRID: f64 = 4.0;
/// Below the words of values.
const FOOT: f64 = 8.0;
/// Width that the words of a value take.
const WORDS: f64 = 56.0;

/// A curve, ready for the template.
pub(super) struct CurveView {
    pub title: String,
    pub told: String,
    pub chart: Option<Chart>,
    pub table: Table,
}

/// A picture of a curve, all in its own units.
pub(super) struct Chart {
    pub width: f64,
    pub height: f64,
    /// Where lines of the grid begin.
    pub grid: f64,
    /// Between objective and bound.
    pub band: String,
    /// Objectives.
    pub line: String,
    pub dots: Vec<Mark>,
    /// Heights with their amounts.
    pub levels: Vec<Label>,
    /// Places with their values.
    pub values: Vec<Label>,
}

/// The first curves.
pub(super) fn views(curves: &[Curve<'_>], facts: &Facts<'_>) -> Vec<CurveView> {
    let shown = curves.iter().take(MOST_CURVES);
    shown.map(|curve| view(curve, facts)).collect()
}

fn view(curve: &Curve<'_>, facts: &Facts<'_>) -> CurveView {
    let points = &curve.points[..curve.points.len().min(MOST_POINTS)];
    let title = curve.titled(&shown);
    CurveView {
        told: curve.told(),
        chart: chart(points),
        table: table(&title, curve, points, facts),
        title,
    }
}

fn table(title: &str, curve: &Curve<'_>, points: &[Point<'_>], facts: &Facts<'_>) -> Table {
    let currency = points[0].summary.currency.as_str();
    let mut table = Table::new(title)
        .words(&shown(curve.key))
        .number("locations used", "")
        .number("fixed", currency)
        .number("handling", currency)
        .number("carriage", currency)
        .bar("fixed, handling, carriage")
        .number("objective", currency)
        .number("step", currency)
        .number("at least", currency)
        .number("at most", currency)
        .words("standing")
        .number("on time", "%")
        .number("distance", "km")
        .of_file(facts.curves.clone());
    let total = |point: &Point<'_>| -> Money {
        let costs = point.costs().into_iter();
        costs.flatten().sum()
    };
    let most = points.iter().map(total).max().unwrap_or(Money::ZERO);
    for point in points {
        let kpis = point.summary.kpis.as_ref();
        let mut cells = vec![
            Cell::Key(shown(point.value)),
            Cell::Number(point.locations_used().map_or("–".to_owned(), count)),
        ];
        let costs = point.costs();
        cells.extend(costs.map(|amount| Cell::Number(money_if(amount))));
        cells.push(Cell::Bar(stack(costs, most)));
        cells.push(Cell::Number(money_if(point.summary.objective)));
        let step = point.step;
        let steps = [
            step.map(|it| it.gain),
            step.and_then(|it| it.at_least),
            step.and_then(|it| it.at_most),
        ];
        cells.extend(steps.map(|amount| Cell::Number(signed_if(amount))));
        cells.push(Cell::Words(standing(point).to_owned()));
        cells.push(Cell::Number(percent(
            kpis.and_then(|it| it.on_time_rate),
            1,
        )));
        cells.push(Cell::Number(decimal(kpis.and_then(|it| it.distance_km), 0)));
        table.row(cells);
    }
    let mut note = "Step: what the objective gains on the value before, by the plans found; at least and at most: whatever better plans either could still have. Could be best: its bound is no less than the best plan is worth. Fixed: locations, overtime, shortfall; handling: picking and packing; carriage: carriers and transfers.".to_owned();
    if points.len() < curve.points.len() {
        let _ = write!(
            note,
            " The first {} of {} values are shown; all are in the file.",
            count(points.len() as i64),
            count(curve.points.len() as i64)
        );
    }
    table.noted(note)
}

/// Costs one after the other, as shares of the most that all cost.
fn stack(costs: [Option<Money>; 3], most: Money) -> Vec<Segment> {
    let mut so_far = 0.0;
    let tones = ["loss", "warn", "level"];
    let parts = costs.into_iter().zip(tones).map(|(amount, tone)| {
        let from = so_far;
        so_far += amount.unwrap_or(Money::ZERO).as_f64() / most.as_f64().max(1e-6);
        Segment::new(from, so_far, tone)
    });
    parts.collect()
}

/// Objective and bound over the value; `None` where there are fewer than two plans.
fn chart(points: &[Point<'_>]) -> Option<Chart> {
    let known: Vec<(f64, f64, Option<f64>, &Point<'_>)> = points
        .iter()
        .filter_map(|point| {
            let objective = point.summary.objective?.as_f64();
            let bound = point.summary.bound.map(Money::as_f64);
            Some((point.number, objective, bound, point))
        })
        .collect();
    let (first, last) = (known.first()?.0, known.last()?.0);
    if first >= last {
        return None;
    }
    let amounts = || known.iter().flat_map(|it| [Some(it.1), it.2]).flatten();
    let (low, high) = (
        amounts().fold(f64::MAX, f64::min),
        amounts().fold(f64::MIN, f64::max),
    );
    let (left, right, above, below) = ROOM;
    let x = |number: f64| left + (number - first) / (last - first) * (WIDTH - left - right);
    let y = |amount: f64| {
        let share = (amount - low) / (high - low).max(f64::MIN_POSITIVE);
        HEIGHT - below - share * (HEIGHT - above - below)
    };
    let text = |at: f64| format!("{at:.1}");
    let to = |path: &mut String, (at, amount): (f64, f64)| {
        let step = if path.is_empty() { 'M' } else { 'L' };
        let _ = write!(path, "{step}{:.1} {:.1}", x(at), y(amount));
    };
    let (mut line, mut band) = (String::new(), String::new());
    known.iter().for_each(|it| to(&mut line, (it.0, it.1)));
    if known.iter().all(|it| it.2.is_some()) {
        known.iter().for_each(|it| to(&mut band, (it.0, it.1)));
        let back = known.iter().rev();
        back.for_each(|it| to(&mut band, (it.0, it.2.unwrap_or(it.1))));
        band.push('Z');
    }
    let dots = known.iter().map(|(number, objective, _, point)| Mark {
        x: text(x(*number)),
        y: text(y(*objective)),
        radius: "5".to_owned(),
        class: if point.is_best { "best" } else { "dot" },
        outline: String::new(),
        title: format!(
            "{}: {} {}, at most {}",
            point.value,
            money_if(point.summary.objective),
            point.summary.currency,
            money_if(point.summary.bound)
        ),
    });
    let mut free_from = f64::MIN;
    let values = known.iter().filter_map(|(number, _, _, point)| {
        let at = x(*number);
        (at >= free_from).then(|| {
            free_from = at + WORDS;
            Label {
                x: text(at),
                y: text(HEIGHT - FOOT),
                text: shown(point.value),
            }
        })
    });
    let steps = [low, f64::midpoint(low, high), high];
    let steps = if high > low { &steps[..] } else { &steps[..1] };
    let levels = steps.iter().map(|&amount| Label {
        x: text(left - GRID * 2.0),
        y: text(y(amount)),
        text: decimal(Some(amount), 0),
    });
    Some(Chart {
        width: WIDTH,
        height: HEIGHT,
        grid: left - GRID,
        band,
        line,
        dots: dots.collect(),
        levels: levels.collect(),
        values: values.collect(),
    })
}
