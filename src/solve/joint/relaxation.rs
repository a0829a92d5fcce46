//! The prices that the linear relaxation of the pool gives.
//!
//! maximise Σ worth z − Σ cost bought, Σ z of an order ≤ 1, Σ units z ≤ capacity + bought on every row, z ≥ 0.
//! Solved by the primal-dual hybrid gradient method: steps on `z` (projected on each order's simplex) and on prices in
//! turn, averaged, begun anew from the average. It need not be exact: any prices give a bound, so that small numbers
//! (32 bits) will do.

use super::flat::Limit;
use super::pool::{Patterns, Pool};
use rayon::prelude::*;
use std::ops::Range;

/// Groups of chunks that add up their use by themselves: so many whatever the threads, so that sums are the same.
const GROUPS: usize = 8;
/// Steps of rows may be longer than what holds for any shares, as those of an order add up to one.
const LENGTH: f32 = 3.0;
/// Iterations for one that looks at all orders: in the others, those that stayed with one pattern stay with it.
const BLOCK: usize = 2;
/// Iterations at least before it begins anew from the average.
const STRETCH: usize = 32;
/// What the balance may be, in micro-units of worth per share.
const BALANCES: (f64, f64) = (1.0, 1e15);
/// Rows that are looked at in one go.
const ROWS: usize = 4096;
/// Part of all iterations that are averaged at least.
const AVERAGED: f64 = 0.36;

/// The relaxation of the pool.
pub struct Relaxation<'p> {
    limits: &'p [Limit],
    groups: Vec<Group<'p>>,
    /// By row.
    pulls: Vec<Pull>,
    /// By row, the lowest and the highest price that it may have; nothing: any that is no less than nothing.
    within: Option<(Vec<f32>, Vec<f32>)>,
}

/// What moves the price of a row.
struct Pull {
    /// Its step, before the balance between rows and patterns.
    step: f32,
    /// How much may be used for nothing.
    capacity: f32,
    /// How much more may be bought, at which cost.
    extra: f32,
    cost: f32,
}

/// Some chunks of the pool.
struct Group<'p> {
    chunks: &'p [Patterns],
    /// Patterns in it.
    patterns: usize,
    /// By order, step of its patterns.
    order_step: Vec<f32>,
}

/// An order that moves.
struct Moved {
    /// Its chunk in the group, and which of the chunk's orders.
    chunk: u32,
    order: u32,
    /// Where the group's patterns of the chunk begin.
    offset: u32,
    /// Step of its patterns.
    step: f32,
}

/// Where the method stands.
pub struct Point {
    /// By row, currency units of worth (micro).
    pub prices: Vec<f32>,
    /// By pattern.
    pub shares: Vec<f32>,
    /// Worth per share: how far shares and prices move relative to each other.
    pub balance: f64,
    /// What the pool's patterns could be worth at most at these prices.
    pub bound: f64,
}

impl<'p> Relaxation<'p> {
    /// The relaxation of these patterns.
    pub fn new(limits: &'p [Limit], pool: &'p Pool) -> Self {
        let size = pool.chunks.len().div_ceil(GROUPS).max(1);
        let groups: Vec<Group<'p>> = pool
            .chunks
            .par_chunks(size)
            .map(|chunks| Group {
                chunks,
                patterns: chunks.iter().map(Patterns::count).sum(),
                order_step: chunks.iter().flat_map(order_steps).collect(),
            })
            .collect();
        let weights: Vec<Vec<f32>> = groups
            .par_iter()
            .map(|group| {
                let mut weight = vec![0.0; limits.len()];
                for used in group.chunks.iter().flat_map(Patterns::all_uses) {
                    weight[used.row as usize] += used.units.abs() as f32;
                }
                weight
            })
            .collect();
        let pull = |(row, limit): (usize, &Limit)| {
            let weight: f32 = weights.iter().map(|weight| weight[row]).sum();
            Pull::of(limit, LENGTH / weight.max(1.0))
        };
        Self {
            limits,
            groups,
            pulls: limits.iter().enumerate().map(pull).collect(),
            within: None,
        }
    }

    /// Prices are to be no lower and no higher than these, by row.
    pub fn stay_within(&mut self, lowest: Vec<f32>, highest: Vec<f32>) {
        self.within = Some((lowest, highest));
    }

    /// A point at these prices with these shares, by pattern of the pool. An order without any share begins with its first
    /// pattern, which it wanted most: without any use prices would fall.
    pub fn point(&self, prices: &[i64], balance: f64, mut shares: Vec<f32>) -> Point {
        let mut rest = &mut shares[..];
        for chunk in self.groups.iter().flat_map(|group| group.chunks) {
            let (shares, others) = rest.split_at_mut(chunk.count());
            rest = others;
            for order in 0..chunk.first.len() - 1 {
                let range = chunk.of(order);
                if range.is_empty() || shares[range.clone()].iter().any(|&share| share > 0.0) {
                    continue;
                }
                if chunk.reduced(range.start, prices) > 0 {
                    shares[range.start] = 1.0;
                }
            }
        }
        Point {
            prices: prices.iter().map(|&price| price as f32).collect(),
            shares,
            balance,
            bound: f64::INFINITY,
        }
    }

    /// Iterates, by blocks; the point ends at the average prices with the lowest bound, and the last average of shares.
    pub fn iterate(&self, point: &mut Point, iterations: usize, stop: &(dyn Fn() -> bool + Sync)) {
        let mut best = (f64::INFINITY, point.prices.clone());
        let mut begun = (point.prices.clone(), point.shares.clone());
        let mut sums = Sums {
            prices: vec![0.0; point.prices.len()],
            shares: vec![0.0; point.shares.len()],
        };
        let mut since = 0_usize;
        let mut used = Used::new(self.limits.len(), self.groups.len());
        for block in 1..=iterations.div_ceil(BLOCK) {
            self.block(point, &mut sums, &mut used);
            since += BLOCK;
            let is_last = block * BLOCK >= iterations || stop();
            let is_enough = since >= STRETCH && since as f64 >= AVERAGED * (block * BLOCK) as f64;
            if !is_last && !is_enough {
                continue;
            }
            let scale = 1.0 / since as f32;
            average(&mut point.prices, &mut sums.prices, scale);
            average(&mut point.shares, &mut sums.shares, scale);
            let bound = self.bound(&point.prices);
            if bound < best.0 {
                best = (bound, point.prices.clone());
            }
            let far_prices = self.price_distance(&point.prices, &begun.0);
            let far_shares = self.share_distance(&point.shares, &begun.1);
            if far_prices > 0.0 && far_shares > 0.0 {
                let balance = (point.balance * (far_prices / far_shares).sqrt()).sqrt();
                // Where nothing holds all rows prices go up for ever; they are to stay numbers.
                point.balance = balance.clamp(BALANCES.0, BALANCES.1);
            }
            if is_last {
                break;
            }
            begun.0.copy_from_slice(&point.prices);
            begun.1.copy_from_slice(&point.shares);
            since = 0;
        }
        (point.bound, point.prices) = best;
    }

    /// Some iterations: shares move towards what is worth most at prices, prices towards use beyond capacity by the
    /// reflected shares. Only the first looks at orders that stay with one pattern, or with none.
    fn block(&self, point: &mut Point, sums: &mut Sums, used: &mut Used) {
        let length = (1.0 / point.balance) as f32;
        let mut moving: Vec<Vec<Moved>> = self.groups.iter().map(|_| Vec::new()).collect();
        for iteration in 0..BLOCK {
            self.groups
                .par_iter()
                .zip(self.by_group(&mut point.shares))
                .zip(self.by_group(&mut sums.shares))
                .zip(&mut used.by_group)
                .zip(&mut moving)
                .for_each(|((((group, shares), sums), used), moving)| {
                    let (prices, moved) = (&point.prices[..], (shares, sums));
                    if iteration == 0 {
                        group.move_all(prices, length, moved, (used, moving));
                    } else {
                        group.move_some(prices, length, moved, (used, moving));
                    }
                });
            if iteration == 0 {
                used.rest();
            }
            self.move_prices(point, &mut sums.prices, used);
        }
    }

    /// Moves prices towards use beyond capacity; adds them up.
    fn move_prices(&self, point: &mut Point, sums: &mut [f32], used: &Used) {
        let length = point.balance as f32;
        let parts = point.prices.par_chunks_mut(ROWS).enumerate();
        parts
            .zip(sums.par_chunks_mut(ROWS))
            .for_each(|((number, prices), sums)| {
                for (offset, (price, sum)) in prices.iter_mut().zip(sums).enumerate() {
                    let row = number * ROWS + offset;
                    let moving: f32 = used.by_group.iter().map(|used| used.moving[row]).sum();
                    let units = used.at_rest[row] + moving;
                    *price = self.pulls[row].next_price(*price, units, length);
                    if let Some((lowest, highest)) = &self.within {
                        *price = price.clamp(lowest[row], highest[row]);
                    }
                    *sum += *price;
                }
            });
    }

    /// The relaxation's bound at prices.
    fn bound(&self, prices: &[f32]) -> f64 {
        let of_row = |(limit, &price): (&Limit, &f32)| {
            if limit.is_open {
                return 0.0;
            }
            let price = f64::from(price);
            let bought = (price - limit.cost as f64).max(0.0) * limit.extra as f64;
            price * limit.capacity as f64 + bought
        };
        let rows: f64 = self.limits.iter().zip(prices).map(of_row).sum();
        let of_chunk = |chunk: &Patterns| -> f64 {
            let best = |order: usize| {
                let mut best = 0.0;
                let take = |worth: f32| best = worth.max(best);
                chunk.reduced_in_short(chunk.of(order), prices, take);
                f64::from(best)
            };
            (0..chunk.first.len() - 1).map(best).sum()
        };
        let of_group = |group: &Group<'p>| -> f64 { group.chunks.iter().map(of_chunk).sum() };
        let orders: Vec<f64> = self.groups.par_iter().map(of_group).collect();
        rows + orders.iter().sum::<f64>()
    }

    fn price_distance(&self, one: &[f32], other: &[f32]) -> f64 {
        let each = one.iter().zip(other).zip(&self.pulls);
        each.map(|((one, other), pull)| f64::from(one - other).powi(2) / f64::from(pull.step))
            .sum()
    }

    fn share_distance(&self, one: &[f32], other: &[f32]) -> f64 {
        let ones = self.by_group_shared(one);
        let others = self.by_group_shared(other);
        let far: Vec<f64> = self
            .groups
            .par_iter()
            .zip(ones)
            .zip(others)
            .map(|((group, one), other)| {
                let mut steps = group.order_step.iter();
                let (mut far, mut offset) = (0.0, 0);
                for chunk in group.chunks {
                    for order in 0..chunk.first.len() - 1 {
                        let own = *steps.next().expect("each order has a step");
                        for pattern in chunk.of(order) {
                            let by = one[offset + pattern] - other[offset + pattern];
                            far += f64::from(by).powi(2) / f64::from(own);
                        }
                    }
                    offset += chunk.count();
                }
                far
            })
            .collect();
        far.iter().sum()
    }

    fn by_group<'s>(&self, mut all: &'s mut [f32]) -> Vec<&'s mut [f32]> {
        let mut parts = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let (mine, rest) = all.split_at_mut(group.patterns);
            parts.push(mine);
            all = rest;
        }
        parts
    }

    fn by_group_shared<'s>(&self, mut all: &'s [f32]) -> Vec<&'s [f32]> {
        let mut parts = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let (mine, rest) = all.split_at(group.patterns);
            parts.push(mine);
            all = rest;
        }
        parts
    }
}

struct Sums {
    prices: Vec<f32>,
    shares: Vec<f32>,
}

/// Use of rows.
struct Used {
    /// By orders that stay with one pattern.
    at_rest: Vec<f32>,
    by_group: Vec<OfGroup>,
}

/// What orders of a group use, by row.
struct OfGroup {
    /// Those that stay with one pattern.
    at_rest: Vec<f32>,
    /// The others, by their shares reflected at those before.
    moving: Vec<f32>,
}

impl Used {
    /// Of so many rows by so many groups.
    fn new(rows: usize, groups: usize) -> Self {
        let of_group = |_| OfGroup {
            at_rest: vec![0.0; rows],
            moving: vec![0.0; rows],
        };
        Self {
            at_rest: vec![0.0; rows],
            by_group: (0..groups).map(of_group).collect(),
        }
    }

    /// Adds up what groups use by orders at rest.
    fn rest(&mut self) {
        let (at_rest, by_group) = (&mut self.at_rest, &self.by_group);
        let parts = at_rest.par_chunks_mut(ROWS).enumerate();
        parts.for_each(|(number, units)| {
            for (offset, units) in units.iter_mut().enumerate() {
                let row = number * ROWS + offset;
                *units = by_group.iter().map(|used| used.at_rest[row]).sum();
            }
        });
    }
}

impl Group<'_> {
    /// Moves all shares, towards what is worth most at prices, and adds them up: for a whole block where an order stays
    /// with one pattern or with none. Tells what these use, which orders move, and what they use.
    fn move_all(
        &self,
        prices: &[f32],
        length: f32,
        (shares, sums): (&mut [f32], &mut [f32]),
        (used, moving): (&mut OfGroup, &mut Vec<Moved>),
    ) {
        used.at_rest.fill(0.0);
        used.moving.fill(0.0);
        let mut steps = self.order_step.iter();
        let mut aims: Vec<f32> = Vec::new();
        let mut offset = 0;
        for (number, chunk) in self.chunks.iter().enumerate() {
            for order in 0..chunk.first.len() - 1 {
                let own = *steps.next().expect("each order has a step");
                let range = chunk.of(order);
                let here = offset + range.start..offset + range.end;
                let (shares, sums) = (&mut shares[here.clone()], &mut sums[here]);
                let step = length * own;
                aim(chunk, range.clone(), step, prices, shares, &mut aims);
                let stays = aims.iter().all(|&aim| aim == 0.0 || aim == 1.0) && aims == shares;
                if stays {
                    let taken = range.zip(sums).zip(&aims).filter(|(_, aim)| **aim > 0.0);
                    for ((pattern, sum), &aim) in taken {
                        *sum += aim * BLOCK as f32;
                        chunk.add_use(pattern, aim, &mut used.at_rest);
                    }
                    continue;
                }
                moving.push(Moved {
                    chunk: number as u32,
                    order: order as u32,
                    offset: offset as u32,
                    step: own,
                });
                take(chunk, range, &aims, (shares, sums), &mut used.moving);
            }
            offset += chunk.count();
        }
    }

    /// Moves shares of orders that move, adds them up and tells what these orders use.
    fn move_some(
        &self,
        prices: &[f32],
        length: f32,
        (shares, sums): (&mut [f32], &mut [f32]),
        (used, moving): (&mut OfGroup, &[Moved]),
    ) {
        used.moving.fill(0.0);
        let mut aims: Vec<f32> = Vec::new();
        for moved in moving {
            let chunk = &self.chunks[moved.chunk as usize];
            let range = chunk.of(moved.order as usize);
            let offset = moved.offset as usize;
            let here = offset + range.start..offset + range.end;
            let (shares, sums) = (&mut shares[here.clone()], &mut sums[here]);
            let step = length * moved.step;
            aim(chunk, range.clone(), step, prices, shares, &mut aims);
            take(chunk, range, &aims, (shares, sums), &mut used.moving);
        }
    }
}

/// Shares of an order's patterns after a step towards what is worth most at prices.
fn aim(
    chunk: &Patterns,
    range: Range<usize>,
    step: f32,
    prices: &[f32],
    shares: &[f32],
    aims: &mut Vec<f32>,
) {
    aims.clear();
    // Many have one pattern.
    if let [share] = *shares {
        chunk.reduced_in_short(range, prices, |worth| {
            let aim = share + step * worth;
            // Also where it is no number.
            aims.push(if aim > 0.0 { aim.min(1.0) } else { 0.0 });
        });
        return;
    }
    aims.extend_from_slice(shares);
    let mut each = aims.iter_mut();
    chunk.reduced_in_short(range, prices, |worth| {
        if let Some(share) = each.next() {
            *share += step * worth;
        }
    });
    project(aims);
}

/// Takes these shares of an order's patterns, adds them up and tells what is used by them reflected at those before.
fn take(
    chunk: &Patterns,
    range: Range<usize>,
    aims: &[f32],
    (shares, sums): (&mut [f32], &mut [f32]),
    used: &mut [f32],
) {
    let each = range.zip(aims).zip(shares.iter_mut().zip(sums));
    for ((pattern, &aim), (share, sum)) in each {
        let reflected = 2.0 * aim - *share;
        *sum += aim;
        *share = aim;
        if reflected != 0.0 {
            chunk.add_use(pattern, reflected, used);
        }
    }
}

/// The average of what was added up, which begins again.
fn average(values: &mut [f32], sums: &mut [f32], scale: f32) {
    values
        .par_iter_mut()
        .with_min_len(16_384)
        .zip(sums)
        .for_each(|(value, sum)| {
            *value = *sum * scale;
            *sum = 0.0;
        });
}

/// By order of a chunk, the step of its patterns: by the one that uses most.
fn order_steps(chunk: &Patterns) -> impl Iterator<Item = f32> + '_ {
    (0..chunk.first.len() - 1).map(|order| {
        let units = chunk.of(order).map(|pattern| {
            let units = chunk.uses_of(pattern).map(|one| one.units.abs());
            units.map(i64::from).sum::<i64>()
        });
        1.0 / units.max().unwrap_or(1).max(1) as f32
    })
}

impl Pull {
    fn of(limit: &Limit, step: f32) -> Self {
        Self {
            step,
            // Of what is no limit nothing is ever too much.
            capacity: if limit.is_open {
                f32::INFINITY
            } else {
                limit.capacity as f32
            },
            cost: limit.cost as f32,
            extra: limit.extra as f32,
        }
    }

    /// The price after a step of a length: drawn towards use beyond capacity, held back where more can be bought.
    fn next_price(&self, price: f32, used: f32, length: f32) -> f32 {
        let step = length * self.step;
        let moved = price + step * (used - self.capacity);
        if self.extra == 0.0 || moved <= self.cost {
            return moved.max(0.0);
        }
        let held = moved - step * self.extra;
        held.max(self.cost)
    }
}

/// The nearest shares that are ≥ 0 and add up to at most 1.
fn project(shares: &mut [f32]) {
    let positive: f32 = shares.iter().map(|share| share.max(0.0)).sum();
    if positive <= 1.0 {
        shares.iter_mut().for_each(|share| *share = share.max(0.0));
        return;
    }
    // Seen from the highest, as small numbers are told apart best near zero.
    let highest = shares.iter().copied().fold(f32::MIN, f32::max);
    shares.iter_mut().for_each(|share| *share -= highest);
    // Few patterns an order: the level rises, and drops those below it, until it holds.
    let mut level = -1.0;
    loop {
        let (mut sum, mut above, mut lowest) = (0.0, 0.0, f32::MAX);
        for &share in shares.iter().filter(|share| **share > level) {
            sum += share;
            above += 1.0;
            lowest = share.min(lowest);
        }
        let next = (sum - 1.0) / above;
        // Not "until it is the same": rounding could make it waver.
        if next <= level {
            break;
        }
        level = next;
        // It holds where it drops none.
        if lowest > level {
            break;
        }
    }
    shares
        .iter_mut()
        .for_each(|share| *share = (*share - level).max(0.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn projected(shares: &[f32]) -> Vec<f32> {
        let mut shares = shares.to_vec();
        project(&mut shares);
        shares
    }

    #[test]
    fn shares_are_projected_to_the_nearest_that_add_up_to_one() {
        assert_eq!(projected(&[0.25, -3.0, 0.5]), [0.25, 0.0, 0.5]);
        assert_eq!(projected(&[1.5, 1.0, -1.0]), [0.75, 0.25, 0.0]);
        assert_eq!(projected(&[3.0, 1.0]), [1.0, 0.0]);
        // Far beyond what a 32-bit number tells apart by one.
        assert_eq!(projected(&[1e12, 1e12, 0.0]), [0.5, 0.5, 0.0]);
    }

    #[test]
    fn prices_of_what_nobody_uses_fall_to_the_least_and_no_lower() {
        let limits = [Limit {
            capacity: 5,
            extra: 0,
            cost: 0,
            is_open: false,
        }];
        let pool = Pool { chunks: Vec::new() };
        let falls_to = |least: f32| {
            let mut relaxation = Relaxation::new(&limits, &pool);
            relaxation.stay_within(vec![least], vec![f32::INFINITY]);
            let mut point = relaxation.point(&[1_000], 1_000.0, Vec::new());
            relaxation.iterate(&mut point, STRETCH, &|| false);
            point.prices[0]
        };
        assert_eq!([0.0, 300.0].map(falls_to), [0.0, 300.0]);
    }
}
