//! A block: some orders of a component in the solver, with their most promising candidates, while the
//! others stay as they are. It improves a plan; it proves nothing.

use super::component::{Choice, Component};
use super::exact::{read_choices, start_values};
use super::highs::{Effort, solve_formulation};
use super::outcome::Control;
use super::pattern::Worth;
use crate::domain::OrderIx;
use crate::model::{Decision, GoalKind, Part, formulate};
use crate::options::Candidate;
use std::collections::BTreeMap;

/// Candidates kept of each load and kind of route.
const KEPT: usize = 4;

/// Replaces the choices of these members where the solver finds better ones together; returns columns and rows.
pub fn improve_block(
    component: &Component<'_>,
    members: &[usize],
    prices: &[i64],
    choices: &mut Vec<Choice>,
    seconds: f64,
    control: &Control<'_>,
) -> (usize, usize) {
    let shop = component.context.shop;
    let mut kept: Vec<Vec<bool>> = vec![Vec::new(); shop.dataset.orders.len()];
    for &member in members {
        let order = component.members[member].order;
        kept[order.ix()] = promising(component, member, prices, &choices[member]);
    }
    let mut reserved = vec![0_i64; shop.coupling.rows.len()];
    let mut free = vec![false; choices.len()];
    members.iter().for_each(|&member| free[member] = true);
    for (choice, _) in choices.iter().zip(&free).filter(|(_, free)| !**free) {
        for &(row, units) in &choice.usage {
            reserved[row as usize] += units;
        }
    }
    let orders: Vec<OrderIx> = members
        .iter()
        .map(|&member| component.members[member].order)
        .collect();
    let kind = GoalKind::Profit;
    let part = Part {
        kept: Some(&kept),
        reserved: Some(&reserved),
        commitments: &component.commitments(),
    };
    let formulation = formulate(
        shop.dataset,
        shop.settings,
        shop.coupling,
        component.context.scarcity,
        &orders,
        &[kind],
        &[],
        part,
    );
    let size = (formulation.columns.len(), formulation.constraints.len());
    let decisions: Vec<Decision> = formulation
        .columns
        .iter()
        .map(|(_, decision)| *decision)
        .collect();
    let start = start_values(component, &formulation, choices);
    let goal = formulation.goals[&kind].clone();
    let effort = Effort {
        absolute_gap: 0.01,
        relative_gap: 1e-5,
        seconds: seconds.min(control.seconds_left()),
        seed: shop.settings.seed,
    };
    let solved = solve_formulation(formulation, goal, true, &start, effort, control, &|_, _| {});
    if let Some(values) = solved.values
        && let Some(found) = read_choices(component, &decisions, &values, choices, &free)
        && component.is_feasible(&found)
        && component.worth(&found) > component.worth(choices)
    {
        *choices = found;
    }
    size
}

/// By candidate of a member, whether it is among the best at prices of its load and kind, or in the plan.
fn promising(
    component: &Component<'_>,
    member: usize,
    prices: &[i64],
    choice: &Choice,
) -> Vec<bool> {
    let member = &component.members[member];
    let mut groups: BTreeMap<_, Vec<(Worth, usize)>> = BTreeMap::new();
    for (position, candidate) in member.options.candidates.iter().enumerate() {
        let cost: Worth = member.usage[position]
            .iter()
            .map(|&(row, units)| {
                let row_data = &component.context.shop.coupling.rows[row as usize];
                let price = Worth::from(prices[row as usize]) * Worth::from(units);
                if row_data.is_commitment() {
                    -price
                } else {
                    price
                }
            })
            .sum();
        let worth = member.worths[position] - component.context.weights.money(cost);
        groups
            .entry(group(candidate))
            .or_default()
            .push((worth, position));
    }
    let mut kept = vec![false; member.options.candidates.len()];
    for mut group in groups.into_values() {
        group.sort_by_key(|&(worth, position)| (std::cmp::Reverse(worth), position));
        group
            .iter()
            .take(KEPT)
            .for_each(|&(_, position)| kept[position] = true);
    }
    choice
        .chosen
        .iter()
        .for_each(|&position| kept[position as usize] = true);
    kept
}

/// What competes with each other: the same load, directly or by the same hub wave.
fn group(candidate: &Candidate) -> (u32, bool, Option<crate::domain::WaveIx>) {
    (candidate.load, candidate.forward, candidate.hub_wave())
}
