//! Wide orders at prices: what each could be worth at most.

use super::component::{Choice, Component, Member};
use super::exact::proven;
use super::highs::{Effort, solve_formulation};
use super::joint::{Flat, Prices};
use super::outcome::Control;
use super::worth::THING;
use crate::model::{GoalKind, formulate_priced};
use rayon::prelude::*;

/// Nodes of the search tree at most to price one wide order.
const NODES: i32 = 1;

/// What the wide orders of a component are worth at most at these prices, as if they shared nothing else; the rows'
/// constants that `prices.bound` leaves out because wide orders' use was taken off are in.
pub fn wide_bound(
    component: &Component<'_>,
    choices: &[Choice],
    flat: &Flat<'_>,
    prices: &Prices,
    kind: GoalKind,
    control: &Control<'_>,
) -> i128 {
    let wide: Vec<usize> = component.wide().collect();
    if wide.is_empty() {
        return 0;
    }
    let _ = choices;
    let rows = &component.context.shop.coupling.rows;
    let mut of_rows = vec![0_i64; rows.len()];
    for (&row, &price) in flat.global.iter().zip(&prices.of_rows) {
        of_rows[row as usize] = price;
    }
    let floors = flat.floor_prices(&prices.of_rows);
    let best: Vec<i128> = wide
        .par_iter()
        .with_max_len(1)
        .map(|&member| {
            let member = &component.members[member];
            let free = free_worth(component, member, &of_rows, kind, &floors);
            if kind != GoalKind::Profit || !floors.is_empty() || control.should_stop() {
                return free;
            }
            free.min(solved(component, member, &of_rows, control))
        })
        .collect();
    best.iter().sum::<i128>() + flat.given_back(&prices.of_rows)
}

/// All its units at their best place for nothing, and every commitment it could help to keep.
fn free_worth(
    component: &Component<'_>,
    member: &Member<'_>,
    prices: &[i64],
    kind: GoalKind,
    floors: &[(GoalKind, i64)],
) -> i128 {
    let shop = component.context.shop;
    let shipments = i128::from(shop.dataset.orders[member.order.ix()].max_shipments);
    let kept: i128 = component
        .commitments()
        .iter()
        .map(|&row| i128::from(prices[row as usize]) * shipments)
        .sum();
    let own = match kind {
        GoalKind::Profit | GoalKind::Cost => i128::from(member.most_money(&component.context)),
        GoalKind::LateOrders => 0,
        GoalKind::FillValue => i128::from(member.most_of(kind)),
        _ => i128::from(member.most_of(kind)) * THING,
    };
    let floors: i128 = floors
        .iter()
        .filter(|(kind, _)| kind.is_maximised())
        .map(|&(kind, price)| {
            let unit = if kind.is_money() { 10_000 } else { 1 };
            i128::from(price) * i128::from(member.most_of(kind) / unit + 1)
        })
        .sum();
    own + kept + floors
}

/// The solver's bound on its profit at prices.
fn solved(
    component: &Component<'_>,
    member: &Member<'_>,
    prices: &[i64],
    control: &Control<'_>,
) -> i128 {
    let shop = component.context.shop;
    let formulation = formulate_priced(
        shop.dataset,
        shop.settings,
        shop.coupling,
        component.context.scarcity,
        member.order,
        prices,
    );
    let goal = formulation.goals[&GoalKind::Profit].clone();
    let effort = Effort {
        absolute_gap: 0.01,
        relative_gap: 1e-4,
        seconds: control.seconds_left(),
        nodes: Some(NODES),
        seed: shop.settings.seed,
    };
    let solved = solve_formulation(formulation, goal, true, &[], effort, control, &|_, _| {});
    if solved.bound.is_finite() {
        i128::from(proven(GoalKind::Profit, solved.bound))
    } else {
        i128::MAX
    }
}
