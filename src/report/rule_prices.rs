//! What each rule and limit of a scenario costs, with the interval that the bounds prove.
//!
//! A scenario's best plan is worth between its objective and its bound. What something is worth is therefore between the
//! objective with it otherwise less the bound as it is, and the bound with it otherwise less the objective as it is. What only
//! relaxes cannot cost, and what only tightens cannot pay: that closes the interval on one side at nothing.

use super::comparison::comparable;
use super::sheet::Sheet;
use super::summary::Summary;
use crate::units::Money;

/// What a change does to the plans that are possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Every plan from before is still one, worth no less: the best cannot be worse.
    Relaxed,
    /// Every plan is one from before, worth no more: the best cannot be better.
    Tightened,
}

impl Effect {
    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Relaxed => "relaxed",
            Self::Tightened => "tightened",
        }
    }

    /// The effect of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Relaxed, Self::Tightened]
            .into_iter()
            .find(|it| it.word() == word)
    }

    /// An amount that it can have: no loss by relaxing, no gain by tightening.
    fn within(self, amount: Money) -> Money {
        match self {
            Self::Relaxed => amount.max(Money::ZERO),
            Self::Tightened => amount.min(Money::ZERO),
        }
    }
}

/// A rule or limit that one scenario of a run has otherwise than the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relaxed {
    /// Its kind.
    pub limit: String,
    /// What is otherwise, in words.
    pub what: String,
    /// What that does.
    pub effect: Effect,
    /// The scenario.
    pub scenario: String,
}

/// What it is worth that something is otherwise; positive is better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePrice {
    /// What.
    pub relaxed: Relaxed,
    /// Whether it was planned, and what it is held against.
    pub is_planned: bool,
    /// By how much the plans found differ.
    pub found: Option<Money>,
    /// Between which amounts it is proven to be; `None`: the scenarios cannot be held against each other.
    pub proven: Option<(Money, Money)>,
}

impl RulePrice {
    /// Whether it is proven that it is worth something, or nothing.
    pub fn is_decided(&self) -> bool {
        self.proven
            .is_some_and(|(least, most)| least > Money::ZERO || most < Money::ZERO || least == most)
    }

    /// The same in words.
    pub fn verdict(&self) -> String {
        if !self.is_planned {
            return "not planned".to_owned();
        }
        let Some((least, most)) = self.proven else {
            return "not comparable: other goals come first".to_owned();
        };
        let zero = Money::ZERO;
        let (low, high) = if most <= zero && least < zero {
            (-most, -least)
        } else {
            (least, most)
        };
        let verb = if low == least { "worth" } else { "costs" };
        let (low_text, high_text) = (low.rounded(), high.rounded());
        match () {
            () if least < zero && most > zero => "not decided at this gap".to_owned(),
            () if high == zero => "worth nothing".to_owned(),
            () if low == zero => format!("{verb} at most {high_text}; not decided at this gap"),
            () if low_text == high_text => format!("{verb} {low_text}"),
            () => format!("{verb} at least {low_text}, at most {high_text}"),
        }
    }
}

/// What each is worth against the first scenario, what differs most first.
pub fn rule_prices(relaxed: &[Relaxed], summaries: &[Summary]) -> Vec<RulePrice> {
    let base = summaries.first();
    let is_planned = |it: Option<&Summary>| it.is_some_and(|it| it.objective.is_some());
    let of = |one: &Relaxed| {
        let summary = summaries.iter().find(|it| it.scenario == one.scenario);
        let both = summary.and_then(|it| Some((it, comparable(it, base)?)));
        RulePrice {
            relaxed: one.clone(),
            is_planned: is_planned(summary) && is_planned(base),
            found: both.and_then(|(with, base)| {
                let found = difference(with.objective, base.objective, with)?;
                // A plan of the narrower scenario is one of the other, too.
                Some(one.effect.within(found))
            }),
            proven: both.and_then(|(with, base)| proven(with, base, one.effect)),
        }
    };
    let mut prices: Vec<RulePrice> = relaxed.iter().map(of).collect();
    let size = |it: &RulePrice| it.found.map_or(-1, |by| by.0.saturating_abs());
    prices.sort_by_key(|it| std::cmp::Reverse(size(it)));
    prices
}

/// One amount over another, better positive.
fn difference(one: Option<Money>, other: Option<Money>, of: &Summary) -> Option<Money> {
    let more = one? - other?;
    Some(if of.is_maximised() { more } else { -more })
}

/// Between which amounts it is proven to be.
fn proven(with: &Summary, base: &Summary, effect: Effect) -> Option<(Money, Money)> {
    let least = difference(with.objective, base.bound, with)?;
    let most = difference(with.bound, base.objective, with)?;
    Some((effect.within(least), effect.within(most)))
}

/// `rule_prices.csv`.
pub fn rule_prices_sheet(prices: &[RulePrice]) -> Sheet<'_> {
    let of = move |row: usize| &prices[row];
    Sheet::new("rule_prices", prices.len())
        .plain("limit", move |row| of(row).relaxed.limit.as_str())
        .text("what", move |row| of(row).relaxed.what.as_str())
        .plain("effect", move |row| of(row).relaxed.effect.word())
        .text("scenario", move |row| of(row).relaxed.scenario.as_str())
        .money("found", move |row| of(row).found)
        .money("at_least", move |row| of(row).proven.map(|it| it.0))
        .money("at_most", move |row| of(row).proven.map(|it| it.1))
        .yes_no("decided", move |row| of(row).is_decided())
        .plain("verdict", move |row| of(row).verdict())
}

/// The same for people.
pub fn rule_prices_text(prices: &[RulePrice], summaries: &[Summary]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["limit", "what if", "found", "proven"]);
    for price in prices {
        table.add_row([
            price.relaxed.limit.clone(),
            price.relaxed.what.clone(),
            price
                .found
                .map_or("–".to_owned(), super::comparison::signed_text),
            price.verdict(),
        ]);
    }
    if let Some(column) = table.column_mut(2) {
        column.set_cell_alignment(comfy_table::CellAlignment::Right);
    }
    let currency = summaries.first().map_or("", |it| it.currency.as_str());
    let base = summaries.first().map_or("", |it| it.scenario.as_str());
    format!(
        "{}\nMoney in {currency}, of the objective, against {base}; better is +. Found: between the plans found, of which those of the narrower scenario are plans of the other, too. Proven: whatever the best plans are.\n",
        table.trim_fmt()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(effect: Effect, least: i64, most: i64) -> String {
        let price = RulePrice {
            relaxed: Relaxed {
                limit: "rules".to_owned(),
                what: String::new(),
                effect,
                scenario: String::new(),
            },
            is_planned: true,
            found: None,
            proven: Some((Money(least * 1_000_000), Money(most * 1_000_000))),
        };
        price.verdict()
    }

    #[test]
    fn a_verdict_says_what_the_interval_leaves_open() {
        use Effect::{Relaxed, Tightened};
        assert_eq!(verdict(Relaxed, 0, 0), "worth nothing");
        assert_eq!(verdict(Relaxed, 3, 3), "worth 3.00");
        assert_eq!(verdict(Relaxed, 2, 5), "worth at least 2.00, at most 5.00");
        let relaxed = crate::report::Relaxed {
            limit: "rules".to_owned(),
            what: String::new(),
            effect: Relaxed,
            scenario: "never".to_owned(),
        };
        assert_eq!(rule_prices(&[relaxed], &[])[0].verdict(), "not planned");
        assert_eq!(
            verdict(Relaxed, 0, 5),
            "worth at most 5.00; not decided at this gap"
        );
        assert_eq!(
            verdict(Tightened, -5, -2),
            "costs at least 2.00, at most 5.00"
        );
        assert_eq!(verdict(Tightened, -4, -4), "costs 4.00");
        assert_eq!(
            verdict(Tightened, -5, 0),
            "costs at most 5.00; not decided at this gap"
        );
    }
}
