//! Options near to each order's best, for data of which not all can be kept.
//!
//! Prices are never negative, so that no pattern is worth more at prices than without. Without prices, a candidate
//! with the best that could ship beside it tells what any pattern with it is worth at most: what is far from the order's best is left out, and the most that
//! anything left out could come to is kept as `beyond`, which the bound counts as if it could be had for nothing. Where
//! prices bring an order's listed best close to that, it is listed again, deeper.

use super::component::{Component, Context};
use super::joint::{self, Flat};
use super::outcome::Control;
use super::pairing::{Pairing, Tables};
use super::pattern::pieces_at_most;
use super::rules::Shop;
use super::worth::Weights;
use crate::domain::{Dataset, OrderIx};
use crate::model::{GoalKind, Scarcity, could_bind, drop_dominated};
use crate::options::{Options, OrderOptions};
use crate::units::Money;
use rayon::prelude::*;

/// Times that orders are listed deeper.
const DEEPENINGS: usize = 3;

/// Orders whose worth tells the scale of things.
const SAMPLED: usize = 256;

/// Share of an order's usual worth that is listed at first, one in so many.
const FIRST_REACH: i64 = 12;

/// How options are listed, order by order.
struct Lister<'a> {
    shop: Shop<'a>,
    options: &'a Options,
    binding: &'a [bool],
}

impl Lister<'_> {
    /// All options of an order but the useless ones.
    fn all(&self, order: OrderIx) -> OrderOptions {
        let Shop {
            dataset,
            settings,
            coupling,
        } = self.shop;
        let mut options = self.options.of(dataset, settings, order).into_owned();
        drop_dominated(dataset, coupling, self.binding, order, &mut options);
        options
    }
}

/// Options near to the best, the rows that could bind, and first prices by coupling row.
pub fn listing(
    shop: Shop<'_>,
    options: &Options,
    weights: Weights,
    control: &Control<'_>,
) -> (Scarcity, Vec<i64>) {
    let dataset = shop.dataset;
    let binding = could_bind(dataset, options, shop.coupling);
    let lister = Lister {
        shop,
        options,
        binding: &binding,
    };
    let reach = usual_worth(&lister) / FIRST_REACH;
    let count = dataset.orders.len();
    let orders: Vec<OrderOptions> = (0..count)
        .into_par_iter()
        .map(|order| {
            let order = OrderIx::new(order);
            let mut all = lister.all(order);
            let outlook = outlook(dataset, order, &all);
            let best = outlook.iter().copied().max().unwrap_or(0);
            keep(&mut all, &outlook, best - reach);
            all
        })
        .collect();
    let mut scarcity = Scarcity {
        binding: binding.clone(),
        orders,
    };
    let mut prices = vec![0; shop.coupling.rows.len()];
    for _ in 0..DEEPENINGS {
        if control.should_stop() {
            break;
        }
        let context = Context {
            shop,
            scarcity: &scarcity,
            weights,
            known_prices: None,
        };
        let shallow = shallow(&context, &mut prices, reach / 2, control);
        if shallow.is_empty() {
            break;
        }
        let deeper: Vec<(OrderIx, OrderOptions)> = shallow
            .into_par_iter()
            .map(|(order, floor)| {
                let mut all = lister.all(order);
                let outlook = outlook(dataset, order, &all);
                keep(&mut all, &outlook, floor);
                (order, all)
            })
            .collect();
        for (order, options) in deeper {
            scarcity.orders[order.ix()] = options;
        }
    }
    (scarcity, prices)
}

/// Moves prices towards what is scarce; then the orders whose best pattern at them is worth less than what is left out of
/// them, or little more, with what they should be listed down to.
fn shallow(
    context: &Context<'_>,
    prices: &mut [i64],
    margin: i64,
    control: &Control<'_>,
) -> Vec<(OrderIx, i64)> {
    let stop = || control.should_stop();
    let orders: Vec<OrderIx> = (0..context.shop.dataset.orders.len()).map(OrderIx::new).collect();
    let rows = (0..prices.len() as u32).filter(|&row| context.scarcity.binding[row as usize]);
    let component = Component::new(*context, &orders, rows.collect());
    let weights = Weights::of_goal(GoalKind::Profit);
    let flat = Flat::new(&component.context, &component.members, &component.rows, weights, &[]);
    let known: Vec<i64> = flat.global.iter().map(|&row| prices[row as usize]).collect();
    let felt = joint::feel(&flat, known, &stop);
    for (&row, &price) in flat.global.iter().zip(&felt.of_rows) {
        prices[row as usize] = price;
    }
    let members: Vec<u32> = (0..orders.len() as u32).collect();
    let found = members.into_par_iter().filter_map(|member| {
        let beyond = component.members[member as usize].options.beyond?;
        let best = flat.best_listed(member as usize, &felt.of_rows);
        (best - margin < beyond.0).then_some((orders[member as usize], best - 2 * margin))
    });
    found.collect()
}

/// What an order is worth at its best, the mean of some.
fn usual_worth(lister: &Lister<'_>) -> i64 {
    let count = lister.shop.dataset.orders.len();
    let sampled = SAMPLED.min(count);
    let worth = |number: usize| {
        let order = OrderIx::new(number * count / sampled);
        let outlook = outlook(lister.shop.dataset, order, &lister.all(order));
        let known = outlook.into_iter().filter(|&most| most < i64::MAX);
        known.max().unwrap_or(0).max(0)
    };
    let sum: i64 = (0..sampled).into_par_iter().map(worth).sum();
    sum / sampled.max(1) as i64
}

/// By candidate, the most that a pattern with it is worth.
fn outlook(dataset: &Dataset, order: OrderIx, options: &OrderOptions) -> Vec<i64> {
    let lines = dataset.lines_of(order);
    let data = &dataset.orders[order.ix()];
    let has_hub = options.candidates.iter().any(|one| one.hub_wave().is_some());
    let pairing = (!has_hub).then(|| Pairing::new(lines, options)).flatten();
    let Some(pairing) = pairing else {
        // Nothing is told apart, and nothing left out.
        return vec![i64::MAX; options.candidates.len()];
    };
    let mut of_loads = vec![i64::MIN; options.loads.len()];
    for candidate in &options.candidates {
        let best = &mut of_loads[candidate.load as usize];
        *best = candidate.gain.0.max(*best);
    }
    let beside = pairing.most_beside(&of_loads, &mut Tables::default());
    let others = i64::from(data.max_shipments.min(pieces_at_most(lines)).max(1)) - 1;
    let late = |days: u32| {
        if options.late_folded {
            0
        } else {
            data.late_cost_per_day.0 * i64::from(days)
        }
    };
    options
        .candidates
        .iter()
        .map(|candidate| {
            let beside = beside[candidate.load as usize].max(0);
            candidate.gain.0 - late(candidate.days_late) + others * beside
        })
        .collect()
}

/// Keeps candidates by which an order could be worth more than a floor, and the loads that they carry.
fn keep(options: &mut OrderOptions, outlook: &[i64], floor: i64) {
    let beyond = outlook.iter().copied().filter(|&most| most <= floor).max();
    // Nothing is worth nothing.
    options.beyond = beyond.filter(|&most| most > 0).map(Money);
    let mut position = 0;
    options.candidates.retain(|_| {
        position += 1;
        outlook[position - 1] > floor
    });
    let mut used = vec![false; options.loads.len()];
    for candidate in &options.candidates {
        used[candidate.load as usize] = true;
    }
    let mut numbers = vec![0; options.loads.len()];
    let mut next = 0;
    for (number, _) in numbers.iter_mut().zip(&used).filter(|(_, used)| **used) {
        *number = next;
        next += 1;
    }
    for candidate in &mut options.candidates {
        candidate.load = numbers[candidate.load as usize];
    }
    let mut position = 0;
    options.loads.retain(|_| {
        position += 1;
        used[position - 1]
    });
    options.candidates.shrink_to_fit();
    options.loads.shrink_to_fit();
    if options.wide {
        // What its selection leaves out is bounded apart.
        options.beyond = None;
    }
}
