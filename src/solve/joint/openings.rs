//! The part of locations' fixed costs that a bound may count.
//!
//! At prices, locations are used for nothing. For each location that costs a fixed amount to use, the bound of all plans
//! without it is found at the same prices. Of any set of such locations, a plan does without one of them, and is bounded
//! by that, or it uses them all, and pays for them all: the higher of both is a bound, and the set with the lowest is
//! taken.

use super::Prices;
use super::flat::Flat;
use super::search::{Ask, Scratch};
use crate::solve::component::Context;
use rayon::prelude::*;

/// The bound of a layout at prices, with fixed costs where that is proven.
pub fn bound_with_openings(context: &Context<'_>, flat: &Flat<'_>, prices: &Prices) -> i128 {
    let mut without: Vec<(i128, i128)> = flat
        .limits
        .iter()
        .enumerate()
        .filter(|(_, limit)| limit.is_open && limit.cost > 0)
        .map(|(row, limit)| {
            let bound = bound_without(context, flat, &prices.of_rows, row as u32);
            (bound, i128::from(limit.cost))
        })
        .collect();
    without.sort_unstable();
    let (mut best, mut all_used) = (prices.bound, prices.bound);
    for (bound, cost) in without {
        all_used -= cost;
        // The last one done without has the highest bound so far.
        best = best.min(bound.max(all_used));
    }
    best
}

/// The bound of plans that do without a location, by its row. Large orders of which not all loads are listed are bounded
/// as if they could still use it.
fn bound_without(context: &Context<'_>, flat: &Flat<'_>, prices: &[i64], open: u32) -> i128 {
    let shop = context.shop;
    let location_of = |row: usize| {
        let row = *flat.global.get(row)?;
        shop.coupling.location_of(shop.dataset, row)
    };
    let closed = location_of(open as usize);
    let rows = flat.limits.iter().zip(prices).enumerate();
    let constants: i128 = rows
        .map(|(row, (limit, &price))| {
            let constant = limit.constant(price);
            // Nobody uses what is there: it may be priced at zero.
            if closed.is_some() && location_of(row) == closed {
                constant.min(0)
            } else {
                constant
            }
        })
        .sum();
    let of_chunks: Vec<i128> = flat
        .chunks
        .par_iter()
        .map(|chunk| {
            let mut scratch = Scratch::default();
            let best = |order: usize| {
                let is_wide = flat.members[chunk.begin + order].options.wide;
                let closed = if is_wide { &[][..] } else { &[open] };
                let ask = Ask::without(flat, chunk, order, prices, closed);
                i128::from(chunk.most(order, ask.best(flat, &mut scratch).worth))
            };
            (0..chunk.len()).map(best).sum()
        })
        .collect();
    constants + of_chunks.iter().sum::<i128>()
}
