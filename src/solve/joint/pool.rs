//! The pool: near-best patterns of every order, and the prices that its linear relaxation gives.
//!
//! maximise Σ worth z − Σ cost bought, Σ z of an order ≤ 1, Σ units z ≤ capacity + bought on every row, z ≥ 0.
//! Solved by the primal-dual hybrid gradient method: steps on `z` (projected on each order's simplex) and
//! on prices in turn, averaged, restarted from the average. It need not be exact: any prices give a bound.

use super::flat::{Chunk, Flat, Limit, Use};
use super::search::{Ask, Chosen, Found, Scratch};
use rayon::prelude::*;

/// Patterns kept of an order.
const MOST: usize = 24;
/// New patterns of an order in a round.
const NEW: usize = 8;
/// Iterations between looks at the average.
const STRETCH: usize = 32;

/// Patterns of the orders of one chunk.
#[derive(Default)]
pub struct Patterns {
    /// By order, where its patterns begin; one more at the end.
    pub first: Vec<u32>,
    /// By pattern.
    pub worth: Vec<i64>,
    /// By pattern: share of it in the relaxation's solution.
    pub share: Vec<f64>,
    chosen_first: Vec<u32>,
    /// By pattern, the positions of its candidates among those of its order.
    chosen: Vec<u32>,
    use_first: Vec<u32>,
    uses: Vec<Use>,
}

impl Patterns {
    fn new() -> Self {
        Self {
            first: vec![0],
            chosen_first: vec![0],
            use_first: vec![0],
            ..Self::default()
        }
    }

    fn add(&mut self, worth: i64, positions: impl Iterator<Item = u32>, share: f64, uses: &[Use]) {
        self.worth.push(worth);
        self.share.push(share);
        self.chosen.extend(positions);
        self.chosen_first.push(self.chosen.len() as u32);
        self.uses.extend_from_slice(uses);
        self.use_first.push(self.uses.len() as u32);
    }

    /// Patterns of an order.
    pub fn of(&self, order: usize) -> std::ops::Range<usize> {
        self.first[order] as usize..self.first[order + 1] as usize
    }

    /// Positions of a pattern's candidates among those of its order.
    fn positions_of(&self, pattern: usize) -> &[u32] {
        &self.chosen[self.chosen_first[pattern] as usize..self.chosen_first[pattern + 1] as usize]
    }

    /// Candidates of a pattern, where those of its order begin at `first`.
    pub fn candidates_of(&self, pattern: usize, first: u32) -> Chosen {
        let positions = self.positions_of(pattern).iter();
        positions.map(|position| position + first).collect()
    }

    /// What a pattern uses.
    pub fn uses_of(&self, pattern: usize) -> &[Use] {
        &self.uses[self.use_first[pattern] as usize..self.use_first[pattern + 1] as usize]
    }

    /// The same where some orders were listed again.
    fn relisted(&self, begin: usize, mut relisted: &[(u32, Vec<Option<u32>>)]) -> Self {
        let mut anew = Self::new();
        for order in 0..self.first.len() - 1 {
            let mut numbers: Option<&[Option<u32>]> = None;
            if let Some(((member, map), rest)) = relisted.split_first()
                && *member as usize == begin + order
            {
                numbers = Some(map);
                relisted = rest;
            }
            for pattern in self.of(order) {
                let now = |&position: &u32| match numbers {
                    Some(numbers) => numbers[position as usize],
                    None => Some(position),
                };
                let positions: Option<Chosen> =
                    self.positions_of(pattern).iter().map(now).collect();
                if let Some(mut positions) = positions {
                    positions.sort_unstable();
                    let (worth, share) = (self.worth[pattern], self.share[pattern]);
                    anew.add(worth, positions.into_iter(), share, self.uses_of(pattern));
                }
            }
            anew.first.push(anew.worth.len() as u32);
        }
        anew
    }

    /// Worth of a pattern at prices.
    pub fn reduced(&self, pattern: usize, prices: &[i64]) -> i64 {
        let paid: i64 = self
            .uses_of(pattern)
            .iter()
            .map(|used| prices[used.row as usize] * i64::from(used.units))
            .sum();
        self.worth[pattern] - paid
    }
}

/// What pricing every order gave.
pub struct Priced {
    /// No plan is worth more than this at these prices: orders' best patterns and the rows' constants.
    pub bound: i128,
    /// The same of listed patterns alone: what is left out not counted.
    pub listed: i128,
    /// Use of each row by the best patterns.
    pub used: Vec<i64>,
}

/// What adding near-best patterns of every order showed.
pub struct Extended {
    /// No plan is worth more than this at these prices.
    pub bound: i128,
    /// Members whose best listed pattern is worth less than what is left out of them could be, with what it is worth.
    pub shallow: Vec<(u32, i64)>,
    /// How much higher the bound is for what is left out of them.
    pub lost: i128,
}

/// The bound at prices, orders priced exactly.
pub fn price_all(flat: &Flat<'_>, prices: &[i64]) -> Priced {
    let parts: Vec<(i128, i128, Vec<Use>)> = flat
        .chunks
        .par_iter()
        .map(|chunk| {
            let mut scratch = Scratch::default();
            let (mut worth, mut listed) = (0, 0);
            let mut uses = Vec::new();
            for order in 0..chunk.len() {
                let found = best_at(flat, chunk, order, prices, &mut scratch);
                worth += i128::from(chunk.most(order, found.worth));
                listed += i128::from(found.worth);
                if found.chosen.len() == 1 && flat.floors.is_empty() {
                    uses.extend_from_slice(chunk.uses_of(found.chosen[0] as usize));
                } else if !found.chosen.is_empty() {
                    uses.extend(flat.uses_together(chunk, order, &found.chosen));
                }
            }
            (worth, listed, uses)
        })
        .collect();
    let mut bound = constants(&flat.limits, prices);
    let mut all_listed = bound;
    let mut used = vec![0; flat.limits.len()];
    for (worth, listed, uses) in parts {
        bound += worth;
        all_listed += listed;
        for one in uses {
            used[one.row as usize] += i64::from(one.units);
        }
    }
    Priced {
        bound,
        listed: all_listed,
        used,
    }
}

/// The best pattern of an order at prices.
pub fn best_at(
    flat: &Flat<'_>,
    chunk: &Chunk<'_>,
    order: usize,
    prices: &[i64],
    scratch: &mut Scratch,
) -> Found {
    let ask = Ask {
        chunk,
        order,
        terms: flat.terms_at(chunk, order, prices),
        value: |candidate| chunk.reduced(candidate, prices),
    };
    ask.best(flat, scratch)
}

/// The rows' part of the bound.
fn constants(limits: &[Limit], prices: &[i64]) -> i128 {
    limits
        .iter()
        .zip(prices)
        .map(|(limit, &price)| limit.constant(price))
        .sum()
}

/// Near-best patterns of all orders.
pub struct Pool {
    /// By chunk.
    pub chunks: Vec<Patterns>,
}

impl Pool {
    /// No patterns yet.
    pub fn new(flat: &Flat<'_>) -> Self {
        let chunks = flat
            .chunks
            .iter()
            .map(|chunk| Patterns {
                first: vec![0; chunk.len() + 1],
                ..Patterns::new()
            })
            .collect();
        Self { chunks }
    }

    /// Adds patterns that are within `reach` of each order's best at these prices, and what the plan has chosen;
    /// forgets patterns beyond five times that.
    pub fn extend(
        &mut self,
        flat: &Flat<'_>,
        prices: &[i64],
        reach: i64,
        plan: &(dyn Fn(usize) -> Chosen + Sync),
    ) -> Extended {
        let grown: Vec<(Patterns, Extended)> = flat
            .chunks
            .par_iter()
            .zip(&self.chunks)
            .map(|(chunk, old)| grow(flat, chunk, old, prices, reach, plan))
            .collect();
        let mut all = Extended {
            bound: constants(&flat.limits, prices),
            shallow: Vec::new(),
            lost: 0,
        };
        self.chunks.clear();
        for (patterns, extended) in grown {
            self.chunks.push(patterns);
            all.bound += extended.bound;
            all.shallow.extend(extended.shallow);
            all.lost += extended.lost;
        }
        all
    }

    /// Patterns of orders that were listed again, by member: by candidate before, its position now, or `None` where it is
    /// no longer listed.
    pub fn relist(&mut self, relisted: &[(u32, Vec<Option<u32>>)]) {
        let mut begin = 0;
        for chunk in &mut self.chunks {
            let orders = chunk.first.len() - 1;
            let end = begin + orders;
            let from = relisted.partition_point(|one| (one.0 as usize) < begin);
            let to = relisted.partition_point(|one| (one.0 as usize) < end);
            if from < to {
                *chunk = chunk.relisted(begin, &relisted[from..to]);
            }
            begin = end;
        }
    }

    /// Keeps the relaxation's solution.
    pub fn keep_shares(&mut self, mut shares: &[f64]) {
        for chunk in &mut self.chunks {
            let (mine, rest) = shares.split_at(chunk.share.len());
            chunk.share.copy_from_slice(mine);
            shares = rest;
        }
    }
}

fn grow(
    flat: &Flat<'_>,
    chunk: &Chunk<'_>,
    old: &Patterns,
    prices: &[i64],
    reach: i64,
    plan: &(dyn Fn(usize) -> Chosen + Sync),
) -> (Patterns, Extended) {
    let mut scratch = Scratch::default();
    let mut found = Vec::new();
    let mut grown = Patterns::new();
    let mut extended = Extended {
        bound: 0,
        shallow: Vec::new(),
        lost: 0,
    };
    for order in 0..chunk.len() {
        let first = chunk.first[order];
        let best = best_at(flat, chunk, order, prices, &mut scratch).worth;
        let most = chunk.most(order, best);
        extended.bound += i128::from(most);
        if most > best {
            extended.shallow.push(((chunk.begin + order) as u32, best));
            extended.lost += i128::from(most - best);
        }
        let ask = Ask {
            chunk,
            order,
            terms: flat.terms_at(chunk, order, prices),
            value: |candidate| chunk.reduced(candidate, prices),
        };
        let least = (best - reach).saturating_sub(1);
        ask.several(flat, least, NEW, &mut scratch, &mut found);
        let mut kept = 0;
        let mut known: Vec<&[u32]> = Vec::new();
        for pattern in old.of(order) {
            let near = old.reduced(pattern, prices) >= best - 5 * reach;
            if (near && kept < MOST) || old.share[pattern] > 1e-6 {
                kept += 1;
                let positions = old.positions_of(pattern);
                known.push(positions);
                grown.add(
                    old.worth[pattern],
                    positions.iter().copied(),
                    old.share[pattern],
                    old.uses_of(pattern),
                );
            }
        }
        let planned = plan(chunk.begin + order);
        let fresh = found
            .iter()
            .map(|found| &found.chosen)
            .chain((!planned.is_empty()).then_some(&planned));
        let mut added: Vec<&Chosen> = Vec::new();
        for chosen in fresh {
            let positions = || chosen.iter().map(|candidate| candidate - first);
            let is_known = |other: &&[u32]| other.iter().copied().eq(positions());
            if known.iter().any(is_known) || added.contains(&chosen) {
                continue;
            }
            let uses = flat.uses_together(chunk, order, chosen);
            let worth = flat.worth_of(chunk, order, chosen);
            grown.add(worth, positions(), 0.0, &uses);
            added.push(chosen);
        }
        grown.first.push(grown.worth.len() as u32);
    }
    (grown, extended)
}

/// The relaxation of the pool, laid out both ways.
pub struct Relaxation<'p> {
    limits: &'p [Limit],
    chunks: &'p [Patterns],
    /// By chunk, number of its first pattern.
    offsets: Vec<usize>,
    /// By row, where its entries begin; one more at the end.
    row_first: Vec<u32>,
    entries: Vec<(u32, f32)>,
    /// Step of a row, before the balance between rows and patterns.
    row_step: Vec<f64>,
    /// Step of the patterns of an order, by chunk.
    order_step: Vec<Vec<f64>>,
}

/// Where the method stands.
pub struct Point {
    /// By row, currency units of worth (micro).
    pub prices: Vec<f64>,
    /// By pattern.
    pub shares: Vec<f64>,
    /// Worth per share: how far shares and prices move relative to each other.
    pub balance: f64,
    /// What the pool's patterns could be worth at most at these prices.
    pub bound: f64,
}

impl<'p> Relaxation<'p> {
    /// Lays out the pool's patterns by row.
    pub fn new(limits: &'p [Limit], pool: &'p Pool) -> Self {
        let mut offsets = Vec::with_capacity(pool.chunks.len() + 1);
        let mut count = 0;
        for chunk in &pool.chunks {
            offsets.push(count);
            count += chunk.worth.len();
        }
        offsets.push(count);
        let mut row_first = vec![0_u32; limits.len() + 1];
        for chunk in &pool.chunks {
            for used in &chunk.uses {
                row_first[used.row as usize + 1] += 1;
            }
        }
        for row in 0..limits.len() {
            row_first[row + 1] += row_first[row];
        }
        let mut next = row_first.clone();
        let mut entries = vec![(0_u32, 0_f32); row_first[limits.len()] as usize];
        let mut row_weight = vec![0_f64; limits.len()];
        for (chunk, &offset) in pool.chunks.iter().zip(&offsets) {
            for order in 0..chunk.first.len() - 1 {
                for pattern in chunk.of(order) {
                    for used in chunk.uses_of(pattern) {
                        let place = &mut next[used.row as usize];
                        entries[*place as usize] = ((offset + pattern) as u32, used.units as f32);
                        *place += 1;
                        row_weight[used.row as usize] += f64::from(used.units.abs());
                    }
                }
            }
        }
        let order_step = pool
            .chunks
            .par_iter()
            .map(|chunk| {
                (0..chunk.first.len() - 1)
                    .map(|order| {
                        let most = chunk
                            .of(order)
                            .map(|pattern| {
                                let units = chunk.uses_of(pattern).iter().map(|u| u.units.abs());
                                units.sum::<i32>()
                            })
                            .max()
                            .unwrap_or(1);
                        1.0 / f64::from(most.max(1))
                    })
                    .collect()
            })
            .collect();
        Self {
            limits,
            chunks: &pool.chunks,
            offsets,
            row_first,
            entries,
            row_step: row_weight
                .iter()
                .map(|weight| 1.0 / weight.max(1.0))
                .collect(),
            order_step,
        }
    }

    /// A point at these prices with the pool's shares.
    pub fn point(&self, prices: &[i64], balance: f64) -> Point {
        Point {
            prices: prices.iter().map(|&price| price as f64).collect(),
            shares: self
                .chunks
                .iter()
                .flat_map(|chunk| chunk.share.iter().copied())
                .collect(),
            balance,
            bound: f64::INFINITY,
        }
    }

    /// Iterates; the point ends at the best average seen.
    pub fn iterate(&self, point: &mut Point, iterations: usize, stop: &(dyn Fn() -> bool + Sync)) {
        let mut best_bound = self.bound(&point.prices);
        let mut best_prices = point.prices.clone();
        let mut prices = point.prices.clone();
        let mut shares = point.shares.clone();
        let mut reflected = shares.clone();
        let mut price_sum = vec![0.0; prices.len()];
        let mut share_sum = vec![0.0; shares.len()];
        let (mut begun_prices, mut begun_shares) = (prices.clone(), shares.clone());
        let mut since = 0_usize;
        let mut last_gap = f64::INFINITY;
        for iteration in 1..=iterations {
            self.move_shares(&prices, &mut shares, &mut reflected, 1.0 / point.balance);
            self.move_prices(&mut prices, &reflected, point.balance);
            add(&mut price_sum, &prices);
            add(&mut share_sum, &shares);
            since += 1;
            if iteration % STRETCH != 0 && iteration != iterations {
                continue;
            }
            let scale = 1.0 / since as f64;
            let average_prices: Vec<f64> = price_sum.iter().map(|sum| sum * scale).collect();
            let average_shares: Vec<f64> = share_sum.iter().map(|sum| sum * scale).collect();
            let bound = self.bound(&average_prices);
            let gap = bound - self.value(&average_shares, &average_prices);
            if bound < best_bound {
                best_bound = bound;
                best_prices.copy_from_slice(&average_prices);
            }
            point.shares.copy_from_slice(&average_shares);
            // Restart from the average when it has come clearly closer, or when nothing has for long.
            if gap < 0.5 * last_gap || since >= 8 * STRETCH {
                last_gap = gap;
                let moved_prices = self.price_distance(&average_prices, &begun_prices);
                let moved_shares = distance(&average_shares, &begun_shares);
                if moved_prices > 0.0 && moved_shares > 0.0 {
                    let wanted = moved_prices / moved_shares;
                    point.balance = (point.balance * wanted).sqrt();
                }
                prices.copy_from_slice(&average_prices);
                shares.copy_from_slice(&average_shares);
                begun_prices.copy_from_slice(&average_prices);
                begun_shares.copy_from_slice(&average_shares);
                price_sum.fill(0.0);
                share_sum.fill(0.0);
                since = 0;
            }
            if stop() {
                break;
            }
        }
        point.bound = best_bound;
        point.prices = best_prices;
    }

    fn move_shares(&self, prices: &[f64], shares: &mut [f64], reflected: &mut [f64], step: f64) {
        self.by_chunk(shares)
            .into_par_iter()
            .zip(self.by_chunk(reflected))
            .zip(self.chunks)
            .zip(&self.order_step)
            .for_each(|(((shares, reflected), chunk), steps)| {
                for (order, own) in steps.iter().enumerate() {
                    let range = chunk.of(order);
                    for pattern in range.clone() {
                        let paid: f64 = chunk
                            .uses_of(pattern)
                            .iter()
                            .map(|used| prices[used.row as usize] * f64::from(used.units))
                            .sum();
                        reflected[pattern] = -shares[pattern];
                        shares[pattern] += step * own * (chunk.worth[pattern] as f64 - paid);
                    }
                    project(&mut shares[range.clone()]);
                    for pattern in range {
                        reflected[pattern] += 2.0 * shares[pattern];
                    }
                }
            });
    }

    fn move_prices(&self, prices: &mut [f64], shares: &[f64], step: f64) {
        prices
            .par_iter_mut()
            .enumerate()
            .with_min_len(1024)
            .for_each(|(row, price)| {
                let limit = &self.limits[row];
                let used: f64 = self.entries
                    [self.row_first[row] as usize..self.row_first[row + 1] as usize]
                    .iter()
                    .map(|&(pattern, units)| shares[pattern as usize] * f64::from(units))
                    .sum();
                *price = next_price(limit, *price, used, step * self.row_step[row]);
            });
    }

    /// The relaxation's bound at prices.
    fn bound(&self, prices: &[f64]) -> f64 {
        let rows: f64 = self
            .limits
            .iter()
            .zip(prices)
            .map(|(limit, &price)| {
                if limit.is_open {
                    return 0.0;
                }
                let bought = (price - limit.cost as f64).max(0.0) * limit.extra as f64;
                price * limit.capacity as f64 + bought
            })
            .sum();
        let orders: Vec<f64> = self
            .chunks
            .par_iter()
            .map(|chunk| {
                let mut sum = 0.0;
                for order in 0..chunk.first.len() - 1 {
                    let mut best: f64 = 0.0;
                    for pattern in chunk.of(order) {
                        let paid: f64 = chunk
                            .uses_of(pattern)
                            .iter()
                            .map(|used| prices[used.row as usize] * f64::from(used.units))
                            .sum();
                        best = best.max(chunk.worth[pattern] as f64 - paid);
                    }
                    sum += best;
                }
                sum
            })
            .collect();
        rows + orders.iter().sum::<f64>()
    }

    /// Value of shares, what they use too much of paid at prices.
    fn value(&self, shares: &[f64], prices: &[f64]) -> f64 {
        let worth: f64 = self
            .chunks
            .iter()
            .zip(&self.offsets)
            .map(|(chunk, &offset)| {
                let mine = &shares[offset..offset + chunk.worth.len()];
                let worths = chunk.worth.iter().zip(mine);
                worths
                    .map(|(&worth, share)| worth as f64 * share)
                    .sum::<f64>()
            })
            .sum();
        let excess: Vec<f64> = self
            .limits
            .par_iter()
            .enumerate()
            .with_min_len(1024)
            .map(|(row, limit)| {
                let used: f64 = self.entries
                    [self.row_first[row] as usize..self.row_first[row + 1] as usize]
                    .iter()
                    .map(|&(pattern, units)| shares[pattern as usize] * f64::from(units))
                    .sum();
                let over = (used - limit.capacity as f64).max(0.0);
                let bought = over.min(limit.extra as f64);
                let cost = bought * limit.cost as f64;
                if limit.is_open {
                    0.0
                } else {
                    cost + (over - bought) * 2.0 * prices[row].max(limit.cost as f64)
                }
            })
            .collect();
        worth - excess.iter().sum::<f64>()
    }

    fn price_distance(&self, one: &[f64], other: &[f64]) -> f64 {
        one.iter()
            .zip(other)
            .zip(&self.row_step)
            .map(|((one, other), step)| (one - other) * (one - other) / step)
            .sum::<f64>()
            .sqrt()
    }

    fn by_chunk<'s>(&self, mut all: &'s mut [f64]) -> Vec<&'s mut [f64]> {
        let mut parts = Vec::with_capacity(self.chunks.len());
        for chunk in self.chunks {
            let (mine, rest) = all.split_at_mut(chunk.worth.len());
            parts.push(mine);
            all = rest;
        }
        parts
    }
}

/// The price after a step: drawn towards use beyond capacity, held back where more can be bought.
fn next_price(limit: &Limit, price: f64, used: f64, step: f64) -> f64 {
    if limit.is_open {
        return 0.0;
    }
    let moved = price + step * (used - limit.capacity as f64);
    let cost = limit.cost as f64;
    if limit.extra == 0 || moved <= cost {
        return moved.max(0.0);
    }
    let held = moved - step * limit.extra as f64;
    held.max(cost)
}

/// The nearest shares that are ≥ 0 and add up to at most 1.
fn project(shares: &mut [f64]) {
    let positive: f64 = shares.iter().map(|share| share.max(0.0)).sum();
    if positive <= 1.0 {
        shares.iter_mut().for_each(|share| *share = share.max(0.0));
        return;
    }
    // Few patterns an order: the level rises, and drops those below it, until it holds.
    let mut level = 0.0;
    loop {
        let (mut sum, mut above) = (0.0, 0.0);
        for share in shares.iter().filter(|share| **share > level) {
            sum += share;
            above += 1.0;
        }
        let next = (sum - 1.0) / above;
        // Not "until it is the same": rounding could make it waver.
        if next > level {
            level = next;
        } else {
            break;
        }
    }
    shares
        .iter_mut()
        .for_each(|share| *share = (*share - level).max(0.0));
}

fn add(sums: &mut [f64], values: &[f64]) {
    sums.par_iter_mut()
        .with_min_len(16_384)
        .zip(values)
        .for_each(|(sum, value)| *sum += value);
}

fn distance(one: &[f64], other: &[f64]) -> f64 {
    one.iter()
        .zip(other)
        .map(|(one, other)| (one - other) * (one - other))
        .sum::<f64>()
        .sqrt()
}
