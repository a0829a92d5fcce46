//! The pool: near-best patterns of every order.

use super::compact::{Compact, UseLists};
use super::flat::{Chunk, Flat, Use};
use super::search::{Ask, Chosen, Found, Work};
use rayon::prelude::*;
use std::ops::Range;

/// Patterns kept of an order.
const MOST: usize = 24;
/// How far from the best patterns may be that are kept, in reaches.
const KEPT: i64 = 3;
/// New patterns of an order in a round.
const NEW: usize = 8;

/// Patterns of the orders of one chunk.
#[derive(Default)]
pub struct Patterns {
    /// By order, where its patterns begin; one more at the end.
    pub first: Vec<u32>,
    /// By pattern.
    worth: Compact<i32, i64>,
    /// By pattern: share of it in the relaxation's solution; empty while the relaxation has them.
    pub share: Vec<f32>,
    chosen_first: Vec<u32>,
    /// By pattern, the positions of its candidates among those of its order.
    chosen: Compact<u16, u32>,
    /// By pattern.
    uses: UseLists,
}

impl Patterns {
    fn new() -> Self {
        Self {
            first: vec![0],
            chosen_first: vec![0],
            ..Self::default()
        }
    }

    fn add(
        &mut self,
        worth: i64,
        positions: impl Iterator<Item = u32>,
        share: f32,
        uses: impl IntoIterator<Item = Use>,
    ) {
        self.worth.push(worth);
        self.share.push(share);
        positions.for_each(|position| self.chosen.push(position));
        self.chosen_first.push(self.chosen.len() as u32);
        self.uses.add(uses);
    }

    fn shrink(&mut self) {
        self.worth.shrink_to_fit();
        self.share.shrink_to_fit();
        self.chosen_first.shrink_to_fit();
        self.chosen.shrink_to_fit();
        self.uses.shrink_to_fit();
    }

    /// Patterns of an order.
    pub fn of(&self, order: usize) -> Range<usize> {
        self.first[order] as usize..self.first[order + 1] as usize
    }

    /// Positions of a pattern's candidates among those of its order.
    fn positions_of(&self, pattern: usize) -> impl Iterator<Item = u32> + Clone + '_ {
        let range = self.chosen_first[pattern]..self.chosen_first[pattern + 1];
        range.map(|place| self.chosen.get(place as usize))
    }

    /// Candidates of a pattern, where those of its order begin at `first`.
    pub fn candidates_of(&self, pattern: usize, first: u32) -> Chosen {
        let positions = self.positions_of(pattern);
        positions.map(|position| position + first).collect()
    }

    /// What each of some patterns is worth at prices, in turn.
    pub fn reduced_in_short(
        &self,
        patterns: Range<usize>,
        prices: &[f32],
        mut take: impl FnMut(f32),
    ) {
        let paid = |used: Use| prices[used.row as usize] * used.units as f32;
        let worth = |pattern, paid: f32| take(self.worth(pattern) as f32 - paid);
        self.uses.sums(patterns, paid, worth);
    }

    /// What a pattern uses.
    pub fn uses_of(&self, pattern: usize) -> impl ExactSizeIterator<Item = Use> + Clone + '_ {
        self.uses.of(pattern)
    }

    /// Adds what a share of a pattern uses, by row.
    pub fn add_use(&self, pattern: usize, share: f32, used: &mut [f32]) {
        for one in self.uses_of(pattern) {
            used[one.row as usize] += share * one.units as f32;
        }
    }

    /// Uses of all patterns.
    pub fn all_uses(&self) -> impl Iterator<Item = Use> + '_ {
        self.uses.of_all(0..self.count())
    }

    /// How many patterns there are.
    pub fn count(&self) -> usize {
        self.chosen_first.len().saturating_sub(1)
    }

    /// What a pattern is worth.
    pub fn worth(&self, pattern: usize) -> i64 {
        self.worth.get(pattern)
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
                let now = |position: u32| match numbers {
                    Some(numbers) => numbers[position as usize],
                    None => Some(position),
                };
                let positions: Option<Chosen> = self.positions_of(pattern).map(now).collect();
                if let Some(mut positions) = positions {
                    positions.sort_unstable();
                    let (worth, share) = (self.worth(pattern), self.share[pattern]);
                    anew.add(worth, positions.into_iter(), share, self.uses_of(pattern));
                }
            }
            anew.first.push(anew.count() as u32);
        }
        anew
    }

    /// Worth of a pattern at prices.
    pub fn reduced(&self, pattern: usize, prices: &[i64]) -> i64 {
        let paid: i64 = self
            .uses_of(pattern)
            .map(|used| prices[used.row as usize] * i64::from(used.units))
            .sum();
        self.worth(pattern) - paid
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

/// A member whose best listed pattern is worth less than what is left out of its list could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shallow {
    /// Which.
    pub member: u32,
    /// What its best listed pattern is worth.
    pub best: i64,
    /// How much more the bound counts for it.
    pub lost: i64,
}

/// What adding near-best patterns of every order showed.
pub struct Extended {
    /// No plan is worth more than this at these prices.
    pub bound: i128,
    /// Members of which too little is listed, ascending.
    pub shallow: Vec<Shallow>,
    /// How much higher the bound is for what is left out of them.
    pub lost: i128,
}

/// The bound at prices, orders priced exactly.
pub fn price_all(flat: &Flat<'_>, prices: &[i64]) -> Priced {
    let parts: Vec<(i128, i128, Vec<Use>)> = flat
        .chunks
        .par_iter()
        .map(|chunk| {
            let mut work = Work::default();
            let (mut worth, mut listed) = (0, 0);
            let mut uses = Vec::new();
            for order in 0..chunk.len() {
                let found = best_at(flat, chunk, order, prices, &mut work);
                worth += i128::from(chunk.most(order, found.worth));
                listed += i128::from(found.worth);
                if found.chosen.len() == 1 && flat.floors.is_empty() {
                    uses.extend(chunk.uses_of(found.chosen[0] as usize));
                } else if !found.chosen.is_empty() {
                    uses.extend(flat.uses_together(chunk, order, &found.chosen));
                }
            }
            (worth, listed, uses)
        })
        .collect();
    let mut bound = flat.constants(prices);
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
    work: &mut Work,
) -> Found {
    Ask::at_prices(flat, chunk, order, prices, &mut work.worths).best(flat, &mut work.scratch)
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
    /// forgets patterns that are beyond [`KEPT`] times that.
    pub fn extend(
        &mut self,
        flat: &Flat<'_>,
        prices: &[i64],
        reach: i64,
        plan: &(dyn Fn(usize) -> Chosen + Sync),
    ) -> Extended {
        // What was there goes as soon as it has been looked at.
        let before = std::mem::take(&mut self.chunks);
        let grown: Vec<(Patterns, Extended)> = flat
            .chunks
            .par_iter()
            .zip(before)
            .map(|(chunk, old)| grow(flat, chunk, &old, prices, reach, plan))
            .collect();
        let mut all = Extended {
            bound: flat.constants(prices),
            shallow: Vec::new(),
            lost: 0,
        };
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

    /// Gives all shares away, for the relaxation to change: they are there again once they are kept.
    pub fn take_shares(&mut self) -> Vec<f32> {
        let count = self.chunks.iter().map(Patterns::count).sum();
        let mut shares = Vec::with_capacity(count);
        for chunk in &mut self.chunks {
            shares.append(&mut std::mem::take(&mut chunk.share));
        }
        shares
    }

    /// Keeps the relaxation's solution.
    pub fn keep_shares(&mut self, mut shares: &[f32]) {
        for chunk in &mut self.chunks {
            let (mine, rest) = shares.split_at(chunk.count());
            chunk.share = mine.to_vec();
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
    let Work {
        mut scratch,
        mut worths,
        mut found,
    } = Work::default();
    let mut grown = Patterns::new();
    let mut extended = Extended {
        bound: 0,
        shallow: Vec::new(),
        lost: 0,
    };
    for order in 0..chunk.len() {
        let first = chunk.first[order];
        let ask = Ask::at_prices(flat, chunk, order, prices, &mut worths);
        let best = ask.best(flat, &mut scratch).worth;
        let most = chunk.most(order, best);
        extended.bound += i128::from(most);
        if most > best {
            let lost = most - best;
            extended.shallow.push(Shallow {
                member: (chunk.begin + order) as u32,
                best,
                lost,
            });
            extended.lost += i128::from(lost);
        }
        let least = (best - reach).saturating_sub(1);
        ask.several(flat, least, NEW, &mut scratch, &mut found);
        let mut kept = 0;
        let mut known: Vec<usize> = Vec::new();
        for pattern in old.of(order) {
            let near = old.reduced(pattern, prices) >= best - KEPT * reach;
            if (near && kept < MOST) || old.share[pattern] > 1e-6 {
                kept += 1;
                known.push(pattern);
                grown.add(
                    old.worth(pattern),
                    old.positions_of(pattern),
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
            let is_known = |&other: &usize| old.positions_of(other).eq(positions());
            if known.iter().any(is_known) || added.contains(&chosen) {
                continue;
            }
            let uses = flat.uses_together(chunk, order, chosen);
            let worth = flat.worth_of(chunk, order, chosen);
            grown.add(worth, positions(), 0.0, uses);
            added.push(chosen);
        }
        grown.first.push(grown.count() as u32);
    }
    grown.shrink();
    (grown, extended)
}
