//! The best prices that there are, exactly, and a pool that has all patterns which matter.
//!
//! The relaxation of a pool (`maximise Σ worth z − Σ cost bought`, each order's `z` together ≤ 1, rows kept) goes to HiGHS,
//! which solves it from where it was; between the best prices so far and those that it gives, every order is priced
//! exactly, which brings a bound and new patterns, until there are none that would change anything. Then cuts are added that
//! its shares pass, with prices of their own, until there are none. For components that are not too large: the steps of
//! `rounds` stop at some hundredths of a per cent.

mod cuts;

use super::flat::{Flat, Use, Uses};
use super::pool::Pool;
use super::replan::Tolls;
use super::search::{Ask, Chosen, Found, Work};
use super::{Aim, Limit, Prices};
use crate::solve::highs::{Columns, Relaxing};
use crate::solve::outcome::Control;
use cuts::{Counts, Cuts};
use rayon::prelude::*;

/// Units of worth that count as one in the solver.
pub const ONE: f64 = 1e6;

/// Rounds at most.
const ROUNDS: usize = 100;
/// Patterns of an order that are added in a round, at most.
const NEW: usize = 6;
/// What the bound may still be above what the pool proves: one part in so many.
const ENOUGH: i128 = 500_000;
/// The same as part of the gap that is asked for.
const SMALL: i128 = 50;
/// How far towards the prices of the pool, from the best that are known.
const STEP: f64 = 0.6;
/// How near to the best patterns are looked at: so many times what the bound could still fall by for an order.
const NEAR: f64 = 3.0;
/// What one more of a cut may be worth at most: what a pattern pays stays a number.
const DEAREST: f64 = 1e12;

/// Prices of rows and of cuts.
pub struct Settled {
    /// Of rows, with the bound that all together prove.
    pub prices: Prices,
    cuts: Cuts,
    of_cuts: Vec<i64>,
}

/// An order at prices.
#[derive(Default)]
pub struct Priced {
    /// No pattern of it is worth more.
    pub most: i64,
    /// Patterns near to that, the best first.
    pub found: Vec<Found>,
    /// No pattern that was not found is worth more.
    pub left_out: i64,
    /// Whether there were too many to be looked through, and fewer of them might not be.
    pub is_cut: bool,
}

impl Settled {
    /// Prices of rows alone.
    pub fn of(prices: Prices) -> Self {
        Self {
            prices,
            cuts: Cuts::default(),
            of_cuts: Vec::new(),
        }
    }

    fn priced_for_new(
        &self,
        flat: &Flat<'_>,
        member: usize,
        reach: i64,
        work: &mut Work,
    ) -> Priced {
        let (chunk, order) = flat.place(member);
        if self.cuts.is_counted(member)
            && (!chunk.is_simple(order) || self.is_concerned(flat, member))
        {
            return self.priced(flat, member, (reach, NEW), work);
        }
        let Work {
            scratch, worths, ..
        } = work;
        let ask = Ask::at_prices(flat, chunk, order, &self.prices.of_rows, worths);
        let best = ask.best(flat, scratch);
        let mut found = Vec::new();
        let least = (best.worth - reach).saturating_sub(1);
        ask.several(flat, least, NEW, scratch, &mut found);
        let most = chunk.most(order, best.worth);
        // What is best may be none of the best few of its loads, where these leave with one wave.
        if found.is_empty() && chunk.is_simple(order) {
            found.push(best);
        }
        Priced {
            most,
            found,
            left_out: i64::MAX,
            is_cut: false,
        }
    }

    fn is_concerned(&self, flat: &Flat<'_>, member: usize) -> bool {
        let (chunk, order) = flat.place(member);
        self.cuts.len() > 0
            && self.cuts.is_counted(member)
            && (self.cuts).concern(&self.of_cuts, chunk, order, own(flat, member))
    }

    /// An order with its patterns within reach of its best, so many at most.
    pub fn priced(
        &self,
        flat: &Flat<'_>,
        member: usize,
        (reach, most): (i64, usize),
        work: &mut Work,
    ) -> Priced {
        let (chunk, order) = flat.place(member);
        let Work {
            scratch, worths, ..
        } = work;
        let ask = Ask::at_prices(flat, chunk, order, &self.prices.of_rows, worths);
        let own = own(flat, member);
        let tolls = Tolls {
            of_pattern: &|uses| self.cuts.toll(&self.of_cuts, own, uses),
            of_part: &|uses| self.cuts.toll(&self.of_cuts, u32::MAX, uses),
        };
        let tolls = self.is_concerned(flat, member).then_some(&tolls);
        let mut found = Vec::new();
        if flat.members[member].options.wide {
            // What it could do beyond what is listed is told against what the search for the best tells.
            ask.within(flat, (reach, most), None, scratch, &mut found);
            let most = chunk.most(order, ask.best(flat, scratch).worth);
            return Priced {
                most,
                found,
                left_out: most,
                is_cut: false,
            };
        }
        let mut depth = reach;
        loop {
            let reached = ask.within(flat, (depth, most), tolls, scratch, &mut found);
            // Nothing at all is a pattern, too.
            let known = found.first().map_or(0, |one| one.worth.max(0));
            let needed = reached.top.saturating_sub(known).saturating_add(reach);
            let is_all = reached.left_out >= reached.top.saturating_sub(depth) || needed <= depth;
            if is_all {
                let left_out = reached.left_out;
                return Priced {
                    most: chunk.most(order, known.max(left_out)),
                    found,
                    left_out: chunk.most(order, left_out),
                    is_cut: reached.is_cut,
                };
            }
            depth = if found.is_empty() {
                needed.min(depth.saturating_mul(4).saturating_add(1))
            } else {
                needed
            };
        }
    }
}

/// The number by which cuts count an order.
fn own(flat: &Flat<'_>, member: usize) -> u32 {
    (flat.limits.len() + member) as u32
}

/// A pool's patterns as columns.
struct Master<'f, 'a> {
    flat: &'f Flat<'a>,
    columns: Columns,
    /// Columns that are no patterns: they come first.
    others: usize,
    /// By pattern, whose it is.
    members: Vec<u32>,
    patterns: Vec<Chosen>,
    uses: Vec<Uses>,
    /// By member, its patterns.
    of_members: Vec<Vec<u32>>,
}

impl<'f, 'a> Master<'f, 'a> {
    /// No patterns yet: what may be bought of rows, and locations with a fixed cost, whose rows only count where it is paid.
    fn new(flat: &'f Flat<'a>) -> Self {
        let limits = &flat.limits;
        let capacity = |limit: &Limit| {
            if limit.is_open {
                f64::INFINITY
            } else {
                limit.capacity as f64
            }
        };
        let mut rows: Vec<f64> = limits.iter().map(capacity).collect();
        let paid = || flat.fixed_costs.iter().filter(|one| one.left > 0);
        for row in paid().flat_map(|one| &one.rows) {
            rows[*row as usize] = 0.0;
        }
        rows.resize(limits.len() + flat.members.len(), 1.0);
        let mut columns = Columns::new(rows);
        for one in paid() {
            let rows = one.rows.iter().map(|&row| row as usize);
            let uses = rows.map(|row| (row, -(limits[row].capacity as f64)));
            columns.add(-(one.left as f64) / ONE, 1.0, uses);
        }
        for (row, limit) in limits.iter().enumerate() {
            if limit.extra > 0 && !limit.is_open {
                let uses = std::iter::once((row, -1.0));
                columns.add(-(limit.cost as f64) / ONE, limit.extra as f64, uses);
            }
        }
        Self {
            flat,
            others: columns.len(),
            columns,
            members: Vec::new(),
            patterns: Vec::new(),
            uses: Vec::new(),
            of_members: vec![Vec::new(); flat.members.len()],
        }
    }

    /// Where rows of cuts begin.
    fn first_cut(&self) -> usize {
        self.flat.limits.len() + self.flat.members.len()
    }

    /// The cuts that count a pattern, each with how often.
    fn counts(&self, cuts: &Cuts, member: u32, uses: &[Use]) -> Counts {
        if cuts.is_counted(member as usize) {
            cuts.counts(own(self.flat, member as usize), uses)
        } else {
            Counts::new()
        }
    }

    /// Adds a pattern; whether it is new.
    fn add(&mut self, member: u32, chosen: &Chosen, cuts: &Cuts) -> bool {
        let known = &self.of_members[member as usize];
        if chosen.is_empty()
            || known
                .iter()
                .any(|&one| self.patterns[one as usize] == *chosen)
        {
            return false;
        }
        let (chunk, order) = self.flat.place(member as usize);
        let worth = self.flat.worth_of(chunk, order, chosen);
        let own = own(self.flat, member as usize);
        let uses = self.flat.uses_together(chunk, order, chosen);
        let first_cut = self.first_cut();
        let counts = self.counts(cuts, member, &uses).into_iter();
        let counts = counts.map(|(cut, count)| (first_cut + cut as usize, count as f64));
        let of_rows = uses
            .iter()
            .map(|used| (used.row as usize, f64::from(used.units)));
        let of_rows = of_rows.filter(|&(_, units)| units != 0.0);
        let entries = of_rows.chain([(own as usize, 1.0)]).chain(counts);
        self.columns.add(worth as f64 / ONE, 1.0, entries);
        self.of_members[member as usize].push(self.patterns.len() as u32);
        self.members.push(member);
        self.patterns.push(chosen.clone());
        self.uses.push(uses);
        true
    }

    /// Adds the patterns of a pool.
    fn add_all(&mut self, pool: &Pool) {
        let none = Cuts::default();
        for (patterns, chunk) in pool.chunks.iter().zip(&self.flat.chunks) {
            for order in 0..chunk.len() {
                for pattern in patterns.of(order) {
                    let chosen = patterns.candidates_of(pattern, chunk.first[order]);
                    self.add((chunk.begin + order) as u32, &chosen, &none);
                }
            }
        }
    }

    /// Adds cuts that shares of patterns pass; how many.
    fn cut(&mut self, cuts: &mut Cuts, shares: &[f64], control: &Control<'_>) -> usize {
        let before = cuts.len();
        let shared = (0..self.patterns.len()).filter_map(|pattern| {
            let share = *shares.get(self.others + pattern)?;
            let member = self.members[pattern];
            let is_meant = share > 1e-6 && cuts.is_counted(member as usize);
            is_meant.then_some((member, &self.uses[pattern][..], share))
        });
        let shared: Vec<_> = shared.collect();
        let added = cuts.separate(self.flat, &shared, &|| control.should_stop());
        if added == 0 {
            return 0;
        }
        let mut entries = vec![Vec::new(); added];
        for (pattern, uses) in self.uses.iter().enumerate() {
            for (cut, count) in self.counts(cuts, self.members[pattern], uses) {
                if let Some(cut) = (cut as usize).checked_sub(before) {
                    entries[cut].push((self.others + pattern, count as f64));
                }
            }
        }
        for (most, entries) in cuts.most().skip(before).zip(entries) {
            self.columns.add_row(most as f64, entries);
        }
        added
    }
}

/// What pricing every order gave: the bound, and patterns that are near to their best; nothing that holds where it is time to
/// stop.
fn priced(
    flat: &Flat<'_>,
    at: &Settled,
    reach: i64,
    control: &Control<'_>,
) -> (i128, Vec<Vec<Found>>) {
    let of_member = |work: &mut Work, member: usize| {
        if control.should_stop() {
            return (0, Vec::new());
        }
        let priced = at.priced_for_new(flat, member, reach, work);
        let mut found = priced.found;
        found.truncate(NEW);
        (i128::from(priced.most), found)
    };
    let each: Vec<(i128, Vec<Found>)> = (0..flat.members.len())
        .into_par_iter()
        .map_init(Work::default, of_member)
        .collect();
    let of_cuts = at.cuts.most().zip(&at.of_cuts);
    let of_cuts: i128 = of_cuts
        .map(|(most, &price)| i128::from(most) * i128::from(price))
        .sum();
    let of_orders: i128 = each.iter().map(|one| one.0).sum();
    let bound = of_orders + of_cuts + flat.constants(&at.prices.of_rows);
    (bound, each.into_iter().map(|one| one.1).collect())
}

/// Prices that prove as much as any do, of rows and of cuts, from those of a search and the pool of what they favour; less
/// close where it is time to stop.
pub fn settled(
    flat: &Flat<'_>,
    known: &Prices,
    pool: &Pool,
    aim: &Aim<'_>,
    control: &Control<'_>,
) -> Settled {
    let mut master = Master::new(flat);
    master.add_all(pool);
    let mut relaxing = Relaxing::new();
    let mut best = Settled {
        cuts: Cuts::new(flat),
        ..Settled::of(known.clone())
    };
    let (mut is_stuck, mut is_new) = (false, true);
    let mut before_cuts = f64::INFINITY;
    for _ in 0..ROUNDS {
        let Some(relaxed) = relaxing.solve(&master.columns, control) else {
            break;
        };
        // No prices prove less than what the pool could be worth.
        let open = best.prices.bound as f64 - relaxed.worth * ONE;
        let enough = (best.prices.bound.abs() / ENOUGH).max(aim.gap / SMALL);
        let is_enough = is_stuck || open <= enough as f64;
        if control.should_stop() || best.prices.bound - aim.worth <= aim.gap {
            break;
        }
        if is_enough {
            // Cuts that gain hardly anything are the last.
            let is_gained = before_cuts - relaxed.worth * ONE > enough as f64;
            if !is_gained || master.cut(&mut best.cuts, &relaxed.shares, control) == 0 {
                break;
            }
            before_cuts = relaxed.worth * ONE;
            best.of_cuts.resize(best.cuts.len(), 0);
            (is_stuck, is_new) = (false, true);
            continue;
        }
        // Where there was nothing new, the pool's prices are those of all patterns.
        let length = if is_new { STEP } else { 1.0 };
        let step = |price: f64, known: i64| known as f64 + length * (price * ONE - known as f64);
        let drawn = relaxed.prices.iter().zip(&best.prices.of_rows).enumerate();
        let of_rows = drawn.map(|(row, (&price, &known))| {
            // Whether a location is used is no limit, and has no price.
            let price = if flat.limits[row].is_open { 0.0 } else { price };
            flat.whole_price(row, step(price, known))
        });
        let of_cuts = relaxed.prices[master.first_cut()..]
            .iter()
            .zip(&best.of_cuts);
        let of_cuts =
            of_cuts.map(|(&price, &known)| step(price, known).clamp(0.0, DEAREST).round() as i64);
        let mut at = Settled {
            prices: Prices {
                of_rows: of_rows.collect(),
                bound: i128::MAX,
            },
            of_cuts: of_cuts.collect(),
            cuts: std::mem::take(&mut best.cuts),
        };
        let reach = NEAR * open / flat.members.len().max(1) as f64;
        let (bound, found) = priced(flat, &at, reach as i64 + 1, control);
        if control.should_stop() {
            best.cuts = at.cuts;
            break;
        }
        is_new = false;
        for (member, found) in (0..).zip(&found) {
            for one in found {
                is_new |= master.add(member, &one.chosen, &at.cuts);
            }
        }
        let is_better = bound < best.prices.bound;
        if is_better {
            at.prices.bound = bound;
            best = at;
        } else {
            best.cuts = at.cuts;
        }
        is_stuck = !is_new && !is_better;
    }
    best
}
