//! Prices of what orders share, and the bound that they prove.
//!
//! For any prices ≥ 0: L = Σ price × capacity + Σ overtime × max(0, price − its cost) − Σ price × commitment
//! + Σ over orders of the best pattern at worths less priced use. No plan is worth more than L.
//! Prices are integers (micro-units), so L is exact; they move along the subgradient, capacity − use.

use super::component::{Choice, Component};
use super::exact::proven;
use super::highs::{Effort, solve_formulation};
use super::outcome::Control;
use super::pattern::{Pattern, Worth};
use crate::domain::OrderIx;
use crate::model::{GoalKind, Usage, formulate_priced};
use rayon::prelude::*;

/// Rounds at most.
const ROUNDS: usize = 160;
/// Rounds without a better bound before the step is halved.
const PATIENCE: usize = 6;

/// Seconds at most to price one wide order.
const WIDE_SECONDS: f64 = 10.0;
/// A bound that says nothing: another one holds.
const HOPELESS: Worth = 1 << 80;

/// Prices by row and the bound at them.
pub struct Priced {
    /// Micro-units a unit of the row; 0 for rows without a price.
    pub prices: Vec<i64>,
    /// No plan of the component is worth more.
    pub bound: Worth,
}

/// Searches prices that prove a low bound, from a plan's worth.
pub fn search_prices(
    component: &Component<'_>,
    choices: &[Choice],
    gap: Worth,
    control: &Control<'_>,
) -> Priced {
    let plan_worth = component.worth(choices);
    let coupling = component.context.shop.coupling;
    let mut prices = vec![0.0_f64; coupling.rows.len()];
    let mut best = Priced {
        prices: vec![0; coupling.rows.len()],
        bound: Worth::MAX,
    };
    let mut step = 1.2;
    let mut stale = 0;
    for round in 0..ROUNDS {
        if round > 0 && control.should_stop() {
            break;
        }
        let rounded: Vec<i64> = prices.iter().map(|price| price.round() as i64).collect();
        let (bound, used) = evaluate(component, choices, &rounded);
        if bound < best.bound {
            best = Priced {
                prices: rounded.clone(),
                bound,
            };
            stale = 0;
        } else {
            stale += 1;
            if stale >= PATIENCE {
                step *= 0.5;
                stale = 0;
                prices = best.prices.iter().map(|&price| price as f64).collect();
                if step < 0.01 {
                    break;
                }
                continue;
            }
        }
        if best.bound - plan_worth <= gap {
            break;
        }
        move_prices(
            component,
            &mut prices,
            &rounded,
            &used,
            (bound - plan_worth) as f64 * step,
        );
    }
    with_wide_orders(component, choices, best, control)
}

/// L at these prices, and the use of each row by the best patterns.
///
/// Wide orders are too slow to price each round: their choice in the plan stands in.
fn evaluate(component: &Component<'_>, choices: &[Choice], prices: &[i64]) -> (Worth, Vec<i64>) {
    let weights = component.context.weights;
    let found: Vec<(Pattern, Vec<Usage>)> = component
        .members
        .par_iter()
        .zip(choices)
        .map(|(member, choice)| {
            if member.options.wide {
                let worth = choice.worth - priced_use(component, &choice.usage, prices);
                let pattern = Pattern {
                    worth,
                    ..Pattern::default()
                };
                return (pattern, choice.usage.clone());
            }
            let worths: Vec<Worth> = member
                .worths
                .iter()
                .zip(&member.usage)
                .map(|(&worth, usage)| worth - priced_use(component, usage, prices))
                .collect();
            let pattern = member.search.best(&worths, member.terms);
            let usage = member.usage_of(&pattern.chosen);
            (pattern, usage)
        })
        .collect();
    let coupling = component.context.shop.coupling;
    let mut bound: Worth = 0;
    let mut used = vec![0_i64; coupling.rows.len()];
    for (pattern, usage) in &found {
        bound += pattern.worth;
        for &(row, units) in usage {
            used[row as usize] += units;
        }
    }
    for &row in &component.rows {
        let data = &coupling.rows[row as usize];
        let price = Worth::from(prices[row as usize]);
        let constant = signed(component, row, prices) * Worth::from(data.capacity);
        let bought = if data.is_commitment() {
            0
        } else {
            (price - Worth::from(data.extra_cost.0)).max(0) * Worth::from(data.extra)
        };
        bound += weights.money(constant + bought);
    }
    (bound, used)
}

/// What use of rows costs at prices.
fn priced_use(component: &Component<'_>, usage: &[Usage], prices: &[i64]) -> Worth {
    let cost: Worth = usage
        .iter()
        .map(|&(row, units)| signed(component, row, prices) * Worth::from(units))
        .sum();
    component.context.weights.money(cost)
}

/// The bound with every wide order at its own best, found by the solver, instead of its stand-in.
fn with_wide_orders(
    component: &Component<'_>,
    choices: &[Choice],
    priced: Priced,
    control: &Control<'_>,
) -> Priced {
    let differences: Vec<Worth> = component
        .members
        .par_iter()
        .zip(choices)
        .with_max_len(1)
        .filter(|(member, _)| member.options.wide)
        .map(|(member, choice)| {
            let stood_in = choice.worth - priced_use(component, &choice.usage, &priced.prices);
            wide_bound(component, member.order, &priced.prices, control) - stood_in
        })
        .collect();
    Priced {
        bound: priced.bound + differences.iter().sum::<Worth>(),
        ..priced
    }
}

/// What a wide order earns at most at these prices.
fn wide_bound(
    component: &Component<'_>,
    order: OrderIx,
    prices: &[i64],
    control: &Control<'_>,
) -> Worth {
    let context = &component.context;
    let shop = context.shop;
    let formulation = formulate_priced(
        shop.dataset,
        shop.settings,
        shop.coupling,
        context.scarcity,
        order,
        prices,
    );
    let goal = formulation.goals[&GoalKind::Profit].clone();
    let effort = Effort {
        absolute_gap: 0.01,
        relative_gap: 1e-4,
        seconds: (control.seconds_left() * 0.2).min(WIDE_SECONDS),
        seed: shop.settings.seed,
    };
    let solved = solve_formulation(formulation, goal, true, &[], effort, control, &|_, _| {});
    if solved.bound.is_finite() {
        Worth::from(proven(GoalKind::Profit, solved.bound))
    } else {
        HOPELESS
    }
}

/// What a unit of a row costs at prices: a commitment pays.
fn signed(component: &Component<'_>, row: u32, prices: &[i64]) -> Worth {
    let data = &component.context.shop.coupling.rows[row as usize];
    let price = Worth::from(prices[row as usize]);
    if data.is_commitment() { -price } else { price }
}

fn move_prices(
    component: &Component<'_>,
    prices: &mut [f64],
    rounded: &[i64],
    used: &[i64],
    aim: f64,
) {
    let coupling = component.context.shop.coupling;
    let slack = |row: u32| -> f64 {
        let data = &coupling.rows[row as usize];
        if data.is_open() {
            return 0.0;
        }
        let bought = if !data.is_commitment() && rounded[row as usize] > data.extra_cost.0 {
            data.extra
        } else {
            0
        };
        let slack = (data.capacity + bought - used[row as usize]) as f64;
        let slack = if data.is_commitment() { -slack } else { slack };
        // A free row with room stays free: it must not shorten the step of the others.
        if slack > 0.0 && prices[row as usize] <= 0.0 {
            0.0
        } else {
            slack
        }
    };
    let slacks: Vec<f64> = component.rows.iter().map(|&row| slack(row)).collect();
    let norm: f64 = slacks.iter().map(|slack| slack * slack).sum();
    if norm == 0.0 {
        return;
    }
    let length = aim.max(1.0) / norm;
    for (&row, slack) in component.rows.iter().zip(&slacks) {
        let data = &coupling.rows[row as usize];
        let price = &mut prices[row as usize];
        *price = (*price - length * slack).max(0.0);
        if data.is_commitment() {
            *price = price.min(data.extra_cost.0 as f64);
        }
    }
}
