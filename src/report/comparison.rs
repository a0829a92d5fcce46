//! Scenarios side by side: what each earns, what is proven, and how it differs from the first and from the rules.
//!
//! A difference is *sure* when the proven intervals of two scenarios do not overlap: whatever plan the other
//! scenario could still find, the difference is at least that.

use super::sheet::Sheet;
use super::summary::Summary;
use crate::units::Money;

/// `comparison.csv`.
pub fn comparison_sheet(summaries: &[Summary]) -> Sheet<'_> {
    let of = move |row: usize| &summaries[row];
    let first = summaries.first();
    let rules = summaries.iter().find(|summary| summary.is_baseline());
    let kpi = move |row: usize| of(row).kpis.as_ref();
    Sheet::new("comparison", summaries.len())
        .text("scenario", move |row| of(row).scenario.as_str())
        .text("status", move |row| of(row).status.as_str())
        .text("method", move |row| of(row).method.as_str())
        .text("goal", move |row| of(row).goal.as_str())
        .text("currency", move |row| of(row).currency.as_str())
        .money("profit", move |row| of(row).profit)
        .money("penalties", move |row| of(row).penalties)
        .money("objective", move |row| of(row).objective)
        .money("bound", move |row| of(row).bound)
        .ratio("gap", move |row| of(row).gap)
        .ratio("fill_rate", move |row| kpi(row)?.fill_rate)
        .ratio("split_rate", move |row| kpi(row)?.split_rate)
        .ratio("on_time_rate", move |row| kpi(row)?.on_time_rate)
        .money("cost_per_order", move |row| {
            kpi(row).and_then(|kpis| kpis.cost_per_order)
        })
        .integer("shipments", move |row| kpi(row).map(|kpis| kpis.shipments))
        .money("profit_vs_first", move |row| profit_gain(of(row), first))
        .money("profit_vs_rules", move |row| profit_gain(of(row), rules))
        .money("objective_vs_first", move |row| gain(of(row), first))
        .money("objective_vs_rules", move |row| gain(of(row), rules))
        .money("sure_vs_first", move |row| sure_gain(of(row), first))
        .bool("verified", move |row| of(row).verified)
}

/// The same for people: money with two decimals.
pub fn comparison_text(summaries: &[Summary]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    let first = summaries.first();
    let rules = summaries.iter().find(|summary| summary.is_baseline());
    let mut header = vec![
        "scenario",
        "status",
        "profit",
        "objective",
        "bound",
        "gap",
        "fill",
        "split",
        "on time",
        "cost/order",
        "seconds",
    ];
    if summaries.len() > 1 {
        header.push("vs first");
        header.push("sure");
    }
    if rules.is_some() {
        header.push("vs rules");
    }
    let currency = first.map_or("", |summary| summary.currency.as_str());
    let is_mixed = summaries.iter().any(|summary| summary.currency != currency);
    if is_mixed {
        header.push("currency");
    }
    let columns = header.len();
    table.set_header(header);
    for summary in summaries {
        let kpis = summary.kpis.as_ref();
        let mut cells = vec![
            summary.scenario.clone(),
            summary.status.clone(),
            money(summary.profit),
            money(summary.objective),
            money(summary.bound),
            percent(summary.gap, 3),
            percent(kpis.and_then(|kpis| kpis.fill_rate), 1),
            percent(kpis.and_then(|kpis| kpis.split_rate), 1),
            percent(kpis.and_then(|kpis| kpis.on_time_rate), 1),
            money(kpis.and_then(|kpis| kpis.cost_per_order)),
            format!("{:.1}", summary.seconds.total()),
        ];
        if summaries.len() > 1 {
            cells.push(signed(gain(summary, first)));
            cells.push(signed(sure_gain(summary, first)));
        }
        if rules.is_some() {
            cells.push(signed(gain(summary, rules)));
        }
        if is_mixed {
            cells.push(summary.currency.clone());
        }
        table.add_row(cells);
    }
    for column in 2..columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
    let currency = if is_mixed {
        "each scenario's currency"
    } else {
        currency
    };
    format!(
        "{table}\nMoney in {currency}. Profit is money only; objective and differences have penalties in; better is +. Sure: proven at least.\n"
    )
}

/// Profit over another scenario's.
fn profit_gain(summary: &Summary, other: Option<&Summary>) -> Option<Money> {
    let other = other.filter(|other| other.currency == summary.currency)?;
    Some(summary.profit? - other.profit?)
}

/// Whether two scenarios' objectives can be held against each other: the same, and where others come before it, all of
/// these equally well met. Else the one that costs less may just have shipped less.
pub(super) fn comparable<'a>(summary: &Summary, other: Option<&'a Summary>) -> Option<&'a Summary> {
    other.filter(|other| {
        let is_same = other.goal == summary.goal && other.currency == summary.currency;
        let is_met_alike = || summary.met().is_some() && summary.met() == other.met();
        is_same && (summary.is_alone() && other.is_alone() || is_met_alike())
    })
}

/// How much better the objective is than another scenario's; better is positive.
pub(super) fn gain(summary: &Summary, other: Option<&Summary>) -> Option<Money> {
    let other = comparable(summary, other)?;
    let more = summary.objective? - other.objective?;
    Some(if summary.is_maximised() { more } else { -more })
}

/// What one scenario gains on another; better is positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// By the plans found.
    pub gain: Money,
    /// Whatever better plan the other has; `None`: not proven.
    pub at_least: Option<Money>,
    /// Whatever better plan it has itself; `None`: not proven.
    pub at_most: Option<Money>,
}

/// What one scenario gains on another; `None` where they cannot be held against each other.
pub(super) fn step(from: Option<&Summary>, to: &Summary) -> Option<Step> {
    let gain = gain(to, from)?;
    let from = comparable(to, from)?;
    let sign = if to.is_maximised() { 1 } else { -1 };
    let between = |ahead: Option<Money>, behind: Option<Money>| {
        Some(Money(
            (ahead?.0.saturating_sub(behind?.0)).saturating_mul(sign),
        ))
    };
    Some(Step {
        gain,
        at_least: between(to.objective, reach(from)),
        at_most: between(reach(to), from.objective),
    })
}

/// What no plan of a scenario is better than; `None`: not known. Rules have the one plan. Where goals before the objective
/// could be met better, a plan that does may be better whatever its objective.
fn reach(summary: &Summary) -> Option<Money> {
    if summary.is_baseline() {
        return summary.objective;
    }
    summary.bound.filter(|_| summary.is_met_best())
}

/// How much better (or, negative, worse) it is at least, whatever the other's best plan is; `None`: not proven.
pub(super) fn sure_gain(summary: &Summary, other: Option<&Summary>) -> Option<Money> {
    let step = step(other, summary)?;
    let better = step.at_least.filter(|&by| by > Money::ZERO);
    better.or(step.at_most.filter(|&by| by < Money::ZERO))
}

pub(super) fn money(amount: Option<Money>) -> String {
    amount.map_or("–".to_owned(), Money::rounded)
}

pub(super) fn signed(amount: Option<Money>) -> String {
    amount.map_or("–".to_owned(), signed_text)
}

/// An amount with its sign.
pub(super) fn signed_text(amount: Money) -> String {
    let text = amount.rounded();
    if amount > Money::ZERO && text != Money::ZERO.rounded() {
        format!("+{text}")
    } else {
        text
    }
}

fn percent(share: Option<f64>, decimals: usize) -> String {
    share.map_or("–".to_owned(), |share| {
        format!("{:.decimals$} %", share * 100.0)
    })
}
