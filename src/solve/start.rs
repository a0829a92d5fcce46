//! A good plan fast: orders one after the other, then each again with what the others leave.

use super::component::{Choice, Component};
use super::pattern::Worth;
use super::remaining::Remaining;

/// Passes at most over all orders.
const PASSES: usize = 12;

/// Plans the orders in sequence, each at its best with what remains, at prices where given.
pub fn in_sequence(
    component: &Component<'_>,
    sequence: &[usize],
    prices: Option<&[i64]>,
    stop: &dyn Fn() -> bool,
) -> Vec<Choice> {
    let mut remaining = Remaining::new(component.context.shop.coupling);
    let mut choices = vec![Choice::default(); component.members.len()];
    for &member in sequence {
        if stop() {
            break;
        }
        let choice = component.choose(member, &remaining, prices);
        remaining.take(&choice.usage);
        choices[member] = choice;
    }
    choices
}

/// Chooses again for each order with what the others leave, until no order gains.
pub fn improve(component: &Component<'_>, choices: &mut [Choice], stop: &dyn Fn() -> bool) {
    let mut remaining = Remaining::new(component.context.shop.coupling);
    for choice in choices.iter() {
        remaining.take(&choice.usage);
    }
    let weights = component.context.weights;
    for _ in 0..PASSES {
        let mut gained = false;
        for (member, choice) in choices.iter_mut().enumerate() {
            if stop() {
                return;
            }
            if component.members[member].options.wide {
                continue;
            }
            remaining.give_back(&choice.usage);
            let value = |choice: &Choice| -> Worth {
                choice.worth - weights.money(remaining.marginal_cost(&choice.usage))
            };
            let other = component.choose(member, &remaining, None);
            if value(&other) > value(choice) {
                *choice = other;
                gained = true;
            }
            remaining.take(&choice.usage);
        }
        if !gained {
            break;
        }
    }
}

/// Orders by what they stand to lose: the worth of the best pattern over the best without anything scarce.
pub fn by_regret(component: &Component<'_>, prices: &[i64]) -> Vec<usize> {
    let weights = component.context.weights;
    let regrets: Vec<Worth> = component
        .members
        .iter()
        .map(|member| {
            if member.options.wide {
                return Worth::MAX;
            }
            let mut worths: Vec<Worth> = member
                .worths
                .iter()
                .zip(&member.usage)
                .map(|(&worth, usage)| {
                    let priced: Worth = usage
                        .iter()
                        .map(|&(row, units)| Worth::from(prices[row as usize]) * Worth::from(units))
                        .sum();
                    worth - weights.money(priced)
                })
                .collect();
            let best = member.search.best(&worths, member.terms).worth;
            for (worth, usage) in worths.iter_mut().zip(&member.usage) {
                if !usage.is_empty() {
                    *worth = super::pattern::IMPOSSIBLE;
                }
            }
            best - member.search.best(&worths, member.terms).worth
        })
        .collect();
    let mut sequence: Vec<usize> = (0..component.members.len()).collect();
    sequence.sort_by_key(|&member| (std::cmp::Reverse(regrets[member]), member));
    sequence
}
