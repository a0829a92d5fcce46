//! Prices of what orders share, and the bound that they prove.
//!
//! For any prices ≥ 0: L = Σ price × capacity + Σ overtime × max(0, price − its cost) − Σ price × commitment plus
//! Σ over orders of the best pattern at worths less priced use. No plan is worth more than L.
//! Prices are integers (micro-units), so L is exact; they move along the subgradient, capacity − use.

use super::component::{Choice, Component, Member};
use super::exact::proven;
use super::highs::{Effort, solve_formulation};
use super::outcome::Control;
use super::pattern::{Pattern, Worth};
use crate::model::{GoalKind, Usage, formulate_priced};
use rayon::prelude::*;

/// Rounds at most.
const ROUNDS: usize = 400;
/// Rounds without a better bound before steps become shorter.
const PATIENCE: usize = 8;
/// Share of the open gap that a step aims at, at first.
const FIRST_LENGTH: f64 = 1.0;
/// Steps shorter than this move nothing any more.
const LAST_LENGTH: f64 = 0.002;
/// Weight of the newest use in the average.
const MEMORY: f64 = 0.12;

/// Seconds at most to price one wide order.
const WIDE_SECONDS: f64 = 10.0;
/// Share of the time left for pricing all wide orders.
const WIDE_SHARE: f64 = 0.6;
/// Less time than this is not worth a solve.
const LEAST_SECONDS: f64 = 0.05;

/// Prices by row and the bound at them.
pub struct Priced {
    /// Micro-units a unit of the row; 0 for rows without a price.
    pub prices: Vec<i64>,
    /// No plan of the component is worth more.
    pub bound: Worth,
}

/// Searches prices that prove a low bound, from a plan: the volume algorithm.
///
/// Steps go from the best prices so far along the violation of the *averaged* use, each row in its own scale;
/// they grow while they help and shrink while they do not.
pub fn search_prices(
    component: &Component<'_>,
    choices: &[Choice],
    gap: Worth,
    control: &Control<'_>,
) -> Priced {
    let plan_worth = component.worth(choices);
    let count = component.context.shop.coupling.rows.len();
    let free = vec![0_i64; count];
    let (bound, used) = evaluate(component, choices, &free);
    let mut best = Priced {
        prices: free,
        bound,
    };
    let scale: Vec<f64> = used.iter().map(|&units| (units as f64).max(1.0)).collect();
    let mut average: Vec<f64> = used.iter().map(|&units| units as f64).collect();
    let mut length = FIRST_LENGTH;
    let mut stale = 0;
    for _ in 0..ROUNDS {
        if control.should_stop() || best.bound - plan_worth <= gap || length < LAST_LENGTH {
            break;
        }
        let aim = (best.bound - plan_worth) as f64 * length;
        let prices = moved(component, &best.prices, &average, &scale, aim);
        let (bound, used) = evaluate(component, choices, &prices);
        for (average, &units) in average.iter_mut().zip(&used) {
            *average += MEMORY * (units as f64 - *average);
        }
        if bound < best.bound {
            // Progress worth a longer step is more than a hundredth of a per cent of what is open.
            if (best.bound - bound) * 10_000 > best.bound - plan_worth {
                length = (length * 1.1).min(FIRST_LENGTH);
            }
            best = Priced { prices, bound };
            stale = 0;
        } else {
            stale += 1;
            if stale >= PATIENCE {
                length *= 0.66;
                stale = 0;
            }
        }
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
    let wide = component
        .members
        .iter()
        .filter(|member| member.options.wide)
        .count();
    let seconds = (control.seconds_left() * WIDE_SHARE * rayon::current_num_threads() as f64
        / wide.max(1) as f64)
        .min(WIDE_SECONDS);
    let differences: Vec<Worth> = component
        .members
        .par_iter()
        .zip(choices)
        .with_max_len(1)
        .filter(|(member, _)| member.options.wide)
        .map(|(member, choice)| {
            let stood_in = choice.worth - priced_use(component, &choice.usage, &priced.prices);
            wide_bound(component, member, &priced.prices, seconds, control) - stood_in
        })
        .collect();
    Priced {
        bound: priced.bound + differences.iter().sum::<Worth>(),
        ..priced
    }
}

/// What a wide order earns at most at these prices: the solver's bound, or where there is no time for it, all
/// its units at their best place for nothing, and every commitment it could help to keep.
fn wide_bound(
    component: &Component<'_>,
    member: &Member<'_>,
    prices: &[i64],
    seconds: f64,
    control: &Control<'_>,
) -> Worth {
    let context = &component.context;
    let shop = context.shop;
    let shipments = Worth::from(shop.dataset.orders[member.order.ix()].max_shipments);
    let kept: Worth = component
        .commitments()
        .iter()
        .map(|&row| Worth::from(prices[row as usize]) * shipments)
        .sum();
    let free = context
        .weights
        .money(Worth::from(member.most_money(context)) + kept);
    if seconds < LEAST_SECONDS || control.should_stop() {
        return free;
    }
    let formulation = formulate_priced(
        shop.dataset,
        shop.settings,
        shop.coupling,
        context.scarcity,
        member.order,
        prices,
    );
    let goal = formulation.goals[&GoalKind::Profit].clone();
    let effort = Effort {
        absolute_gap: 0.01,
        relative_gap: 1e-4,
        seconds,
        seed: shop.settings.seed,
    };
    let solved = solve_formulation(formulation, goal, true, &[], effort, control, &|_, _| {});
    if solved.bound.is_finite() {
        free.min(Worth::from(proven(GoalKind::Profit, solved.bound)))
    } else {
        free
    }
}

/// What a unit of a row costs at prices: a commitment pays.
fn signed(component: &Component<'_>, row: u32, prices: &[i64]) -> Worth {
    let data = &component.context.shop.coupling.rows[row as usize];
    let price = Worth::from(prices[row as usize]);
    if data.is_commitment() { -price } else { price }
}

/// Prices moved against the slack that use leaves, so far that the bound would fall by `aim` were it linear.
fn moved(
    component: &Component<'_>,
    prices: &[i64],
    used: &[f64],
    scale: &[f64],
    aim: f64,
) -> Vec<i64> {
    let coupling = component.context.shop.coupling;
    let excess = |row: u32| -> f64 {
        let (data, position) = (&coupling.rows[row as usize], row as usize);
        if data.is_open() {
            return 0.0;
        }
        let bought = !data.is_commitment() && prices[position] > data.extra_cost.0;
        let most = data.capacity + if bought { data.extra } else { 0 };
        let excess = used[position] - most as f64;
        let excess = if data.is_commitment() {
            -excess
        } else {
            excess
        };
        // A free row with room stays free: it must not shorten the step of the others.
        if excess < 0.0 && prices[position] == 0 {
            0.0
        } else {
            excess
        }
    };
    let excesses: Vec<f64> = component.rows.iter().map(|&row| excess(row)).collect();
    let norm: f64 = component
        .rows
        .iter()
        .zip(&excesses)
        .map(|(&row, excess)| excess * excess / scale[row as usize])
        .sum();
    let mut moved = prices.to_vec();
    if norm == 0.0 {
        return moved;
    }
    for (&row, excess) in component.rows.iter().zip(&excesses) {
        let data = &coupling.rows[row as usize];
        let price = &mut moved[row as usize];
        let step = aim / norm * excess / scale[row as usize];
        *price = ((*price as f64 + step).round() as i64).max(0);
        if data.is_commitment() {
            *price = (*price).min(data.extra_cost.0);
        }
    }
    moved
}
