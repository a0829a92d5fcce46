//! A block: some orders of a component in the solver, with their most promising candidates, while the
//! others stay as they are. It improves a plan; it proves nothing.

use super::component::{Choice, Component};
use super::exact::{read_choices, start_values};
use super::highs::{Effort, solve_formulation};
use super::outcome::Control;
use super::pattern::Worth;
use crate::domain::OrderIx;
use crate::model::{Decision, Floor, GoalKind, Part, formulate};
use crate::options::Candidate;
use std::collections::BTreeMap;

/// Candidates kept of each load and kind of route.
const KEPT: usize = 4;

/// How a block is chosen and solved.
pub struct Block<'b> {
    /// Positions of its members.
    pub members: &'b [usize],
    /// The goals, the last of which is improved while the others are kept.
    pub kinds: &'b [GoalKind],
    /// By coupling row, price in micro-units of money.
    pub prices: &'b [i64],
    /// Nodes of the search tree at most.
    pub nodes: i32,
}

/// Better choices for a block's members together, where the solver finds them, while what the others use is `reserved`.
pub fn improve_block(
    component: &Component<'_>,
    block: &Block<'_>,
    choices: &[Choice],
    reserved: &[i64],
    control: &Control<'_>,
) -> Option<Vec<(usize, Choice)>> {
    let shop = component.context.shop;
    let mut kept: BTreeMap<OrderIx, Vec<bool>> = BTreeMap::new();
    for &member in block.members {
        let order = component.members[member].order;
        kept.insert(order, promising(component, member, block.prices, &choices[member]));
    }
    let orders: Vec<OrderIx> = block
        .members
        .iter()
        .map(|&member| component.members[member].order)
        .collect();
    let (&kind, earlier) = block.kinds.split_last()?;
    let floors: Vec<Floor> = earlier
        .iter()
        .map(|&kind| Floor {
            kind,
            value: block
                .members
                .iter()
                .map(|&member| component.members[member].goal_of(&choices[member], kind))
                .sum(),
        })
        .collect();
    let part = Part {
        kept: Some(&kept),
        reserved: Some(reserved),
        commitments: &component.commitments(),
    };
    let formulation = formulate(
        shop.dataset,
        shop.settings,
        shop.coupling,
        component.context.scarcity,
        &orders,
        block.kinds,
        &floors,
        part,
    );
    let decisions: Vec<Decision> = formulation
        .columns
        .iter()
        .map(|(_, decision)| *decision)
        .collect();
    let start = start_values(component, &formulation, choices, block.members);
    let goal = formulation.goals[&kind].clone();
    let effort = Effort {
        absolute_gap: 0.01,
        relative_gap: 1e-6,
        seconds: control.seconds_left(),
        nodes: Some(block.nodes),
        seed: shop.settings.seed,
    };
    let solved = solve_formulation(
        formulation,
        goal,
        kind.is_maximised(),
        &start,
        effort,
        control,
        &|_, _| {},
    );
    let found = read_choices(
        component,
        &decisions,
        &solved.values?,
        choices,
        block.members,
    )?;
    let changed = block
        .members
        .iter()
        .copied()
        .zip(found)
        .filter(|(member, found)| found.chosen != choices[*member].chosen);
    Some(changed.collect())
}

/// By candidate of a member, whether it is among the best at prices of its load and kind, or in the plan.
fn promising(
    component: &Component<'_>,
    member: usize,
    prices: &[i64],
    choice: &Choice,
) -> Vec<bool> {
    let member = &component.members[member];
    let lines = component.context.shop.dataset.lines_of(member.order);
    let weights = component.context.weights;
    let mut groups: BTreeMap<_, Vec<(Worth, usize)>> = BTreeMap::new();
    for (position, candidate) in member.options.candidates.iter().enumerate() {
        let cost: Worth = member
            .usage_of(&component.context, &[position as u32])
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
        let load = &member.options.loads[candidate.load as usize];
        let worth = weights.candidate(lines, load, candidate) - weights.money(cost);
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
