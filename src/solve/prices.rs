//! Prices of what orders share, and the bound that they prove.
//!
//! For any prices ≥ 0: L = Σ price × capacity + Σ overtime × max(0, price − its cost) − Σ price × commitment
//! + Σ over orders of the best pattern at worths less priced use. No plan is worth more than L.
//! Prices are integers (micro-units), so L is exact; they move along the subgradient, capacity − use.

use super::component::Component;
use super::outcome::Control;
use super::pattern::{Pattern, Worth};
use crate::model::Usage;
use rayon::prelude::*;

/// Rounds at most.
const ROUNDS: usize = 160;
/// Rounds without a better bound before the step is halved.
const PATIENCE: usize = 6;

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
    plan_worth: Worth,
    gap: Worth,
    control: &Control<'_>,
) -> Priced {
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
        let (bound, used) = evaluate(component, &rounded);
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
    best
}

/// L at these prices, and the use of each row by the best patterns.
fn evaluate(component: &Component<'_>, prices: &[i64]) -> (Worth, Vec<i64>) {
    let weights = component.context.weights;
    let found: Vec<(Pattern, Vec<Usage>)> = component
        .members
        .par_iter()
        .map(|member| {
            let worths: Vec<Worth> = member
                .worths
                .iter()
                .zip(&member.usage)
                .map(|(&worth, usage)| {
                    let cost: Worth = usage
                        .iter()
                        .map(|&(row, units)| signed(component, row, prices) * Worth::from(units))
                        .sum();
                    worth - weights.money(cost)
                })
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
