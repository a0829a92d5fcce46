//! Bounds for which all that orders could do is looked at, not only what is listed.

use super::alike::Start;
use super::component::{Context, Member};
use super::joint::{Flat, Limit};
use super::near;
use super::pattern::Worth;
use super::rules::Shop;
use super::wide::{At, most_money_with};
use super::worth::Weights;
use super::{Totals, by_row};
use crate::domain::{Dataset, Objective, OrderIx, Settings};
use crate::model::{Coupling, GoalKind, Resource, Scarcity, could_bind, scarcity};
use crate::options::{Options, OrderOptions};
use rayon::prelude::*;

/// Orders whose options are held at a time, by each thread, at least and at most: a layout takes some time, however few they
/// are.
const BLOCK: (usize, usize) = (128, 1024);
/// Blocks for all threads to be busy to the end.
const BLOCKS: usize = 32;

/// The most money that each of some orders could earn at prices, by coupling row; `all` gives the options of one of them, by
/// position. `None` where it was time to stop.
pub fn most_at(
    context: &Context<'_>,
    orders: &[OrderIx],
    prices: &[i64],
    all: &(dyn Fn(usize) -> OrderOptions + Sync),
    stop: &(dyn Fn() -> bool + Sync),
) -> Vec<Option<Worth>> {
    let (rows, of_rows) = with_prices(prices);
    let in_block = (orders.len() / BLOCKS).clamp(BLOCK.0, BLOCK.1);
    let of_block = |(number, block): (usize, &[OrderIx])| -> Vec<Option<Worth>> {
        if stop() {
            return vec![None; block.len()];
        }
        let positions = number * in_block..number * in_block + block.len();
        let options: Vec<OrderOptions> = positions.map(all).collect();
        let each = block.iter().zip(&options);
        let members: Vec<Member<'_>> = each
            .map(|(&order, options)| Member::of(context, order, options))
            .collect();
        let weights = Weights::of_goal(GoalKind::Profit);
        let flat = Flat::new(context, &members, &rows, weights, &[]);
        let most = |(position, member): (usize, &Member<'_>)| {
            let listed = Worth::from(flat.best_listed(position, &of_rows));
            if !member.options.wide {
                return Some(listed);
            }
            let slots = &member.options.slots;
            Some(most_money_with(
                context,
                member,
                slots,
                At::of(prices),
                listed,
            ))
        };
        members.iter().enumerate().map(most).collect()
    };
    let blocks = orders.par_chunks(in_block).enumerate().map(of_block);
    let blocks: Vec<Vec<Option<Worth>>> = blocks.collect();
    blocks.concat()
}

/// The rows that have a price, and these prices.
pub fn with_prices(prices: &[i64]) -> (Vec<u32>, Vec<i64>) {
    let rows = (0..).zip(prices.iter().copied());
    rows.filter(|&(_, price)| price != 0).unzip()
}

/// A bound that prices prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proven {
    /// No plan is worth more, in micro-units of money.
    pub bound: i64,
    /// Whether all orders were searched to the end. Where not, a search through what was listed may have been closer.
    pub is_closest: bool,
}

/// The bound by prices ≥ 0 of what orders share, others free. `None` where profit is not all that counts.
pub fn bound_at(
    dataset: &Dataset,
    settings: &Settings,
    options: &Options,
    prices: &[(Resource, i64)],
) -> Option<Proven> {
    if settings.objective != Objective::Profit {
        return None;
    }
    let coupling = Coupling::new(dataset, settings);
    let shop = Shop {
        dataset,
        settings,
        coupling: &coupling,
        rates: &options.rates,
    };
    let mut of_rows = by_row(&coupling, prices);
    of_rows.resize(coupling.rows.len(), 0);
    let orders: Vec<OrderIx> = dataset.order_indices().collect();
    // Where prices never rise from wave to wave, waves may count together: all pay the same, and fewer are looked at.
    let together = near::together(shop, options);
    let together = together.and_then(|together| {
        let prices = together.prices_together(dataset, &of_rows);
        let is_same = together.prices_by_wave(dataset, &prices) == of_rows;
        is_same.then_some((together, prices))
    });
    let (shop_now, prices_now) = match &together {
        Some((together, prices)) => (
            Shop {
                coupling: together,
                ..shop
            },
            prices,
        ),
        None => (shop, &of_rows),
    };
    // Without what no best plan needs, as when it was planned: what is left is bounded closer.
    let mut left = match &options.orders {
        Some(orders) => scarcity(dataset, orders.clone(), &coupling),
        None => Scarcity {
            binding: could_bind(dataset, settings, options, shop_now.coupling),
            orders: Vec::new(),
        },
    };
    for (is_binding, &price) in left.binding.iter_mut().zip(prices_now) {
        *is_binding |= price != 0;
    }
    let context = Context {
        shop: shop_now,
        scarcity: &left,
        weights: Weights::of_goal(GoalKind::Profit),
        start: Start::default(),
    };
    let of_orders: Worth = if options.orders.is_some() {
        let all = |order: usize| left.orders[order].clone();
        let most = most_at(&context, &orders, prices_now, &all, &|| false);
        most.into_iter().flatten().map(|most| most.max(0)).sum()
    } else {
        near::most_on_demand(&context, options, prices_now)
    };
    let each = coupling.rows.iter().zip(&of_rows);
    let constants: i128 = each
        .map(|(row, &price)| Limit::of(row, 1).constant(price))
        .sum();
    let base = Totals::new(&[GoalKind::Profit], dataset, &coupling, &left.binding).last_value();
    let all_listed = |kept: &Vec<OrderOptions>| kept.iter().all(|options| !options.wide);
    Some(Proven {
        bound: i64::try_from(of_orders + constants + i128::from(base)).ok()?,
        is_closest: options.orders.as_ref().is_some_and(all_listed),
    })
}
