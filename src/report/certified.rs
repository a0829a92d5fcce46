//! What a comparison proves, in words: only where intervals of two scenarios do not overlap does one beat the other for sure.

use super::comparison::{comparable, gain, sure_gain};
use super::summary::Summary;
use crate::units::{MICRO, Money};

/// Sentences at most.
const TOLD: usize = 24;

/// One sentence for each scenario but the first, on how it stands to the first.
pub fn certified_text(summaries: &[Summary]) -> String {
    let Some((first, others)) = summaries.split_first() else {
        return String::new();
    };
    let mut text: String = others
        .iter()
        .take(TOLD)
        .map(|other| sentence(first, other) + "\n")
        .collect();
    if others.len() > TOLD {
        let more = others.len() - TOLD;
        text += &format!("and {more} more: sure_vs_first in comparison.csv\n");
    }
    text
}

/// An amount that is not nothing, to the cent where it comes to one.
fn amount(sure: Money) -> String {
    if sure.0 < MICRO / 100 {
        sure.to_string()
    } else {
        sure.rounded()
    }
}

/// How a scenario stands to the first.
fn sentence(first: &Summary, other: &Summary) -> String {
    let (a, b) = (&first.scenario, &other.scenario);
    if first.objective.is_none() || other.objective.is_none() {
        let without = if first.objective.is_none() { a } else { b };
        return format!("{a} and {b}: {without} has no plan.");
    }
    if comparable(other, Some(first)).is_none() {
        return format!(
            "{a} and {b}: not to be held against each other (their goals or currencies differ, or what comes before the objective is met differently)."
        );
    }
    let currency = &first.currency;
    let Some(by) = gain(other, Some(first)) else {
        return format!("{a} and {b}: nothing is known.");
    };
    if first.is_baseline() || other.is_baseline() {
        return against_rules(first, other, by);
    }
    match sure_gain(other, Some(first)) {
        Some(sure) if sure > Money::ZERO => format!(
            "{b} beats {a} by at least {} {currency}, whatever plan of {a} could still be found.",
            amount(sure)
        ),
        Some(sure) => format!(
            "{a} beats {b} by at least {} {currency}, whatever plan of {b} could still be found.",
            amount(-sure)
        ),
        None if by == Money::ZERO && is_best(first) && is_best(other) => {
            format!("{a} and {b} come to the same, and both are proven best.")
        }
        None if by == Money::ZERO => {
            format!("{a} and {b} come to the same; which is better is not decided at this gap.")
        }
        None => {
            let (ahead, behind, by) = if by > Money::ZERO {
                (b, a, by)
            } else {
                (a, b, -by)
            };
            format!(
                "{ahead} is {} {currency} ahead of {behind} by the plans found, but which is better is not decided at this gap.",
                by.rounded()
            )
        }
    }
}

/// A plan by rules is what it is: nothing better is to be found, and nothing is proven by it.
fn against_rules(first: &Summary, other: &Summary, by: Money) -> String {
    let (a, b, currency) = (&first.scenario, &other.scenario, &first.currency);
    if by == Money::ZERO {
        return format!("{a} and {b} come to the same.");
    }
    let (ahead, behind, by) = if by > Money::ZERO {
        (b, a, by)
    } else {
        (a, b, -by)
    };
    format!(
        "{ahead} beats {behind} by {} {currency}: both plans are verified, and rules only have this one.",
        by.rounded()
    )
}

/// Whether no plan of a scenario is better than its own.
fn is_best(summary: &Summary) -> bool {
    summary.objective.is_some() && summary.objective == summary.bound
}
