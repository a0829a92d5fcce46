//! What can bind: rows that all demand together could exceed, and options that no best plan needs.
//!
//! Both feed each other: an option that is dropped lowers the demand on its rows, and a row that
//! cannot bind lets more options be compared. They alternate until nothing changes.

use super::coupling::{Coupling, Resource, Row, Usage};
use super::most::{most_from, most_of_stock, most_used};
use super::usages::Usages;
use crate::domain::{Dataset, Line, LocationIx, OrderIx, Settings, SkuIx, WaveIx};
use crate::options::{
    Candidate, Load, Options, OrderOptions, are_better_together, largest_piece, skus_of,
    slots_within,
};
use crate::units::Money;
use rayon::prelude::*;
use smallvec::SmallVec;
use std::cell::Cell;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// Rounds at most; each only drops what is proven useless, so that stopping early is safe.
const ROUNDS: usize = 6;

/// Pairs of an order's candidates at most that are compared to tell whether one may stand in for others.
const EFFORT: u64 = 4_000_000;

/// Comparisons of an order's candidates by themselves, after which each is compared with the best few of its load only.
const COMPARED: usize = 1_000_000;

/// How many these are.
const FEW: usize = 64;

/// What is left to decide.
#[derive(Debug)]
pub struct Scarcity {
    /// By row, whether all remaining demand together could exceed it.
    pub binding: Vec<bool>,
    /// Options by order, the useless ones dropped.
    pub orders: Vec<OrderOptions>,
}

/// Orders of which it is asked how much of the stock is within their reach.
const SAMPLED: usize = 4_096;
/// It is asked where there are so many times as many.
const MANY: usize = 16;
/// Nearly all of it, in per cent.
const NEARLY_ALL: i64 = 90;

/// Rows that could bind by what all orders' slots could take, whatever pays. Of many orders that have nearly all stock within
/// their reach not each is asked: there, rows that could bind if all had all of it.
pub fn could_bind(
    dataset: &Dataset,
    settings: &Settings,
    options: &Options,
    coupling: &Coupling,
) -> Vec<bool> {
    let is_many = dataset.orders.len() >= MANY * SAMPLED && coupling.stretches().is_empty();
    if is_many && is_within_reach(dataset, settings, options, coupling) {
        return could_bind_anywhere(dataset, coupling);
    }
    let total: Vec<AtomicI64> = coupling.rows.iter().map(|_| AtomicI64::new(0)).collect();
    let is_left_by: Vec<AtomicBool> = (dataset.waves.iter())
        .map(|_| AtomicBool::new(false))
        .collect();
    (0..dataset.orders.len()).into_par_iter().for_each(|order| {
        let order = OrderIx::new(order);
        let slots = slots_within(dataset, settings, &options.rates, order, &coupling.until);
        for (row, units) in most_from(dataset, coupling, order, &slots) {
            total[row as usize].fetch_add(units, Ordering::Relaxed);
        }
        for slot in &slots {
            is_left_by[slot.wave.ix()].store(true, Ordering::Relaxed);
        }
    });
    let total: Vec<i64> = total.into_iter().map(AtomicI64::into_inner).collect();
    let mut binding = binding_at(coupling, &total);
    // What leaves until a wave by which nothing must is what leaves until the one before, and that holds.
    let is_idle = |wave: WaveIx| !is_left_by[wave.ix()].load(Ordering::Relaxed);
    for row in coupling.rows_together(dataset, is_idle) {
        binding[row as usize] = false;
    }
    binding
}

/// Rows that could bind if every order could be served from everywhere.
pub fn could_bind_anywhere(dataset: &Dataset, coupling: &Coupling) -> Vec<bool> {
    let (mut of_products, mut units) = (vec![0_i64; dataset.products.len()], 0);
    for line in &dataset.lines {
        units += i64::from(line.quantity);
        for sku in skus_of(dataset, line) {
            of_products[sku.ix()] += most_of_stock(dataset, line, sku);
        }
    }
    let most = |row: &Row| match row.resource {
        Resource::Stock(cell, _) | Resource::Reserved(cell, _) => {
            of_products[dataset.stock[cell.ix()].sku.ix()]
        }
        // A rule may count a unit in several of its shipments.
        Resource::Rule(..) => i64::MAX,
        _ => units,
    };
    let total: Vec<i64> = coupling.rows.iter().map(most).collect();
    binding_at(coupling, &total)
}

/// Whether nearly all stock that there is of what orders ask for is within their reach, by what some of them say.
fn is_within_reach(
    dataset: &Dataset,
    settings: &Settings,
    options: &Options,
    coupling: &Coupling,
) -> bool {
    let is_there = |row: u32| {
        let row = &coupling.rows[row as usize];
        row.is_stock() && row.capacity > 0
    };
    let of_order = |number: usize| {
        let order = OrderIx::new(number * dataset.orders.len() / SAMPLED);
        let slots = slots_within(dataset, settings, &options.rates, order, &coupling.until);
        let most = most_from(dataset, coupling, order, &slots).into_iter();
        let within: i64 = most
            .filter(|used| is_there(used.0))
            .map(|used| used.1)
            .sum();
        let of_line = |line: &Line| -> i64 {
            let of_sku = |sku: SkuIx| {
                let cells = dataset.stock_indices(sku);
                let rows = cells.flat_map(|cell| coupling.rows_of_stock(cell));
                let count = rows.filter(|&row| is_there(row)).count() as i64;
                count * most_of_stock(dataset, line, sku)
            };
            skus_of(dataset, line).into_iter().map(of_sku).sum()
        };
        (within, dataset.lines_of(order).iter().map(of_line).sum())
    };
    let sum = |one: (i64, i64), other: (i64, i64)| (one.0 + other.0, one.1 + other.1);
    let each = (0..SAMPLED).into_par_iter().map(of_order);
    let (within, all) = each.reduce(|| (0, 0), sum);
    within * 100 >= all * NEARLY_ALL
}

/// Drops useless candidates and finds the rows that can bind.
pub fn scarcity(dataset: &Dataset, mut orders: Vec<OrderOptions>, coupling: &Coupling) -> Scarcity {
    let most_of = |position: usize, options: &OrderOptions| {
        most_used(dataset, coupling, OrderIx::new(position), options)
    };
    let mut demands: Vec<Vec<Usage>> = orders
        .par_iter()
        .enumerate()
        .map(|(position, options)| most_of(position, options))
        .collect();
    let mut binding = binding_rows(coupling, &demands);
    // Only an order that a change concerns is looked at again.
    let mut changed = vec![true; coupling.rows.len()];
    for _ in 0..ROUNDS {
        let dropped: usize = orders
            .par_iter_mut()
            .zip(&mut demands)
            .enumerate()
            .filter(|(_, (_, demand))| demand.iter().any(|used| changed[used.0 as usize]))
            .map(|(position, (options, demand))| {
                let before = options.candidates.len();
                drop_dominated(dataset, coupling, &binding, OrderIx::new(position), options);
                let dropped = before - options.candidates.len();
                if dropped > 0 {
                    *demand = most_of(position, options);
                }
                dropped
            })
            .sum();
        if dropped == 0 {
            break;
        }
        let now = binding_rows(coupling, &demands);
        let each = binding.iter().zip(&now);
        changed = each.map(|(before, now)| before != now).collect();
        binding = now;
    }
    Scarcity { binding, orders }
}

/// Rows that the orders together could exceed; commitments and fixed costs that anything touches.
fn binding_rows(coupling: &Coupling, demands: &[Vec<Usage>]) -> Vec<bool> {
    let mut total = vec![0_i64; coupling.rows.len()];
    for &(row, units) in demands.iter().flatten() {
        total[row as usize] += units;
    }
    binding_at(coupling, &total)
}

/// Rows that so much demand could exceed.
fn binding_at(coupling: &Coupling, total: &[i64]) -> Vec<bool> {
    coupling
        .rows
        .iter()
        .zip(total)
        .map(|(row, &demand)| {
            if row.is_commitment() || row.is_open() {
                demand > 0
            } else {
                demand > row.capacity
            }
        })
        .collect()
}

/// Drops candidates that [`undominated`] finds useless; returns what those kept use of binding rows.
pub fn drop_dominated(
    dataset: &Dataset,
    coupling: &Coupling,
    binding: &[bool],
    order: OrderIx,
    options: &mut OrderOptions,
) -> Usages {
    let mut used = Usages::new(dataset, coupling, binding, order, options);
    let kept = undominated(dataset, coupling, order, options, &used);
    if kept.contains(&false) {
        options.retain(&kept);
        used.retain(&kept);
    }
    used
}

/// Which candidates to keep: not those for which another carries the same load at least as well from rows that are no
/// scarcer. The other may stand in anywhere only if its location and wave are not taken by another shipment of the order, or
/// taking both loads together is at least as good as apart. That holds of all patterns of these candidates, even if the order
/// could have others.
pub fn undominated(
    dataset: &Dataset,
    coupling: &Coupling,
    order: OrderIx,
    options: &OrderOptions,
    used: &Usages,
) -> Vec<bool> {
    let mut kept = vec![true; options.candidates.len()];
    if options.candidates.len() < 2 {
        return kept;
    }
    // Candidates are in order of their loads: so are these, those of each load the best first.
    let mut by_load: Vec<usize> = Vec::with_capacity(options.candidates.len());
    for (position, candidate) in options.candidates.iter().enumerate() {
        if candidate.reaches_customer() && !candidate.forward {
            by_load.push(position);
        }
    }
    by_load.sort_unstable_by_key(|&position| {
        let candidate = &options.candidates[position];
        let gain = std::cmp::Reverse(candidate.gain);
        (candidate.load, gain, used.of(position).len(), position)
    });
    let mut by_wave: Vec<u32> = (0..options.candidates.len() as u32).collect();
    by_wave.sort_by_key(|&position| {
        let candidate = &options.candidates[position as usize];
        (candidate.wave, candidate.load)
    });
    let lines = dataset.lines_of(order).len();
    let view = View {
        coupling,
        options,
        used,
        by_wave: &by_wave,
        waves: ranges_by_wave(options, &by_wave),
        largest: (0..lines)
            .map(|line| largest_piece(&options.loads, line))
            .collect(),
        effort: Cell::new(0),
        dataset,
        has_groups: are_better_together(dataset, dataset.lines_of(order)),
        has_hub: options
            .candidates
            .iter()
            .any(|candidate| candidate.hub_wave().is_some()),
    };
    let mut standing_in = vec![None; options.candidates.len()];
    let mut compared = 0;
    let load_of = |position: usize| options.candidates[position].load;
    for positions in by_load.chunk_by(|&one, &other| load_of(one) == load_of(other)) {
        // Those kept so far, each with the location that whoever gives way to it leaves, too.
        let mut strongest: SmallVec<[(Option<LocationIx>, usize); 32]> = SmallVec::new();
        for &weaker in positions {
            let here = view.location(weaker);
            // To keep a candidate that is never needed is safe.
            let most = if compared < COMPARED { usize::MAX } else { FEW };
            let mut first = strongest.iter().take(most).inspect(|_| compared += 1);
            let is_beaten = first.any(|&(location, stronger)| {
                location.is_none_or(|location| location == here)
                    && view.is_no_scarcer(stronger, weaker)
                    && *standing_in[stronger].get_or_insert_with(|| view.can_stand_in(stronger))
            });
            if is_beaten {
                kept[weaker] = false;
                continue;
            }
            let mut rows = used.of(weaker).iter();
            let is_bound = rows.any(|one| coupling.location_of(dataset, one.0).is_some());
            strongest.push((is_bound.then_some(here), weaker));
        }
    }
    kept
}

/// Candidates by wave: the range of each wave.
fn ranges_by_wave(options: &OrderOptions, by_wave: &[u32]) -> Vec<(WaveIx, Range<usize>)> {
    let wave_of = |position: u32| options.candidates[position as usize].wave;
    let mut first = 0;
    let same = by_wave.chunk_by(|&one, &other| wave_of(one) == wave_of(other));
    same.map(|here| {
        let range = first..first + here.len();
        first = range.end;
        (wave_of(here[0]), range)
    })
    .collect()
}

struct View<'a> {
    coupling: &'a Coupling,
    options: &'a OrderOptions,
    used: &'a Usages,
    /// Candidates by wave and load.
    by_wave: &'a [u32],
    /// By wave of any, its candidates among them.
    waves: Vec<(WaveIx, Range<usize>)>,
    /// By line, the largest piece in any load.
    largest: SmallVec<[u32; 8]>,
    /// Pairs of candidates looked at so far.
    effort: Cell<u64>,
    /// Whether any goes by a hub.
    has_hub: bool,
    dataset: &'a Dataset,
    /// Whether rules keep lines of the order at one location, at a price or not: then another location is no substitute.
    has_groups: bool,
}

impl View<'_> {
    fn candidate(&self, position: usize) -> &Candidate {
        &self.options.candidates[position]
    }

    fn location(&self, position: usize) -> LocationIx {
        self.dataset.waves[self.candidate(position).wave.ix()].location
    }

    /// Candidates of a wave.
    fn same_wave(&self, wave: WaveIx) -> &[u32] {
        let known = self.waves.binary_search_by_key(&wave, |known| known.0);
        let range = known.map_or(0..0, |known| self.waves[known].1.clone());
        &self.by_wave[range]
    }

    /// Candidates of a load in a wave.
    fn same_load(&self, wave: WaveIx, load: u32) -> &[u32] {
        let here = self.same_wave(wave);
        let load_of = |&position: &u32| self.candidate(position as usize).load;
        let first = here.partition_point(|one| load_of(one) < load);
        let count = here[first..].partition_point(|one| load_of(one) == load);
        &here[first..first + count]
    }

    /// Same load, no less value, no later, and every scarce row that it uses is used by the other as much.
    fn is_no_scarcer(&self, stronger: usize, weaker: usize) -> bool {
        let (strong, weak) = (self.candidate(stronger), self.candidate(weaker));
        if strong.days_late > weak.days_late || strong.gain < weak.gain {
            return false;
        }
        if self.has_groups && self.location(stronger) != self.location(weaker) {
            return false;
        }
        let is_commitment = |row: u32| self.coupling.rows[row as usize].is_commitment();
        let mut lost_bonus = Money::ZERO;
        let of_weaker = self.used.of(weaker);
        for &(row, _) in of_weaker.iter().filter(|used| is_commitment(used.0)) {
            if self.units_of(stronger, row) == 0 {
                lost_bonus += self.coupling.rows[row as usize].extra_cost;
            }
        }
        // Each by row: what the weaker uses of a row is found further on.
        let mut rest = of_weaker.iter();
        strong.gain >= weak.gain + lost_bonus
            && self.used.of(stronger).iter().all(|&(row, units)| {
                is_commitment(row)
                    || rest
                        .find(|used| used.0 >= row)
                        .is_some_and(|&(other, most)| other == row && units <= most)
            })
    }

    /// Whether a candidate may replace another whatever else its order ships.
    fn can_stand_in(&self, position: usize) -> bool {
        let candidate = self.candidate(position);
        let load = &self.options.loads[candidate.load as usize];
        if !self.coupling.stretches().is_empty() {
            // Several shipments may leave by one wave.
            return true;
        }
        if self.options.late_folded {
            // One shipment reaches the customer: the location and wave are free, unless a feeder takes
            // them, but then the forward shipment is the one that reaches the customer.
            return true;
        }
        let here = self.same_wave(candidate.wave);
        let feeds_hubs = |&other: &u32| {
            let other = self.candidate(other as usize);
            !other.reaches_customer() || other.forward
        };
        if self.has_hub && here.iter().any(feeds_hubs) {
            return false;
        }
        // To keep a candidate that is never needed is safe.
        let effort = self.effort.get() + here.len() as u64;
        if effort > EFFORT {
            return false;
        }
        self.effort.set(effort);
        for &other_position in here {
            let other_position = other_position as usize;
            if other_position == position {
                // It may be beside what it stands in for: then it is there twice.
                if self.may_share_line(load, load) && !self.better_together(position, position) {
                    return false;
                }
                continue;
            }
            let other = self.candidate(other_position);
            let other_load = &self.options.loads[other.load as usize];
            let overlaps = load
                .quantities
                .iter()
                .zip(&other_load.quantities)
                .any(|(one, two)| *one > 0 && *two > 0);
            if overlaps {
                // Two pieces of one line: only lines that may be split meet this; be careful.
                if self.may_share_line(load, other_load) {
                    return false;
                }
                continue;
            }
            if !self.better_together(position, other_position) {
                return false;
            }
        }
        true
    }

    /// Whether two loads could be in one plan although they share a line.
    fn may_share_line(&self, one: &Load, two: &Load) -> bool {
        let pieces = one.quantities.iter().zip(&two.quantities);
        pieces
            .zip(&self.largest)
            .all(|((a, b), most)| a + b <= *most)
    }

    /// Whether one shipment with both loads from here is worth at least the two apart.
    fn better_together(&self, one: usize, two: usize) -> bool {
        let (first, second) = (self.candidate(one), self.candidate(two));
        let loads = &self.options.loads;
        let joint: SmallVec<[u32; 8]> = loads[first.load as usize]
            .quantities
            .iter()
            .zip(&loads[second.load as usize].quantities)
            .map(|(a, b)| a + b)
            .collect();
        // Loads are in lexicographic order.
        let Ok(load) = loads.binary_search_by(|load| load.quantities[..].cmp(&joint[..])) else {
            return false;
        };
        self.same_load(first.wave, load as u32)
            .iter()
            .any(|&position| {
                let position = position as usize;
                let candidate = self.candidate(position);
                candidate.reaches_customer()
                    && !candidate.forward
                    && candidate.gain >= first.gain + second.gain
                    && candidate.days_late <= first.days_late.max(second.days_late)
                    && self.used.of(position).iter().all(|&(row, units)| {
                        units <= self.units_of(one, row) + self.units_of(two, row)
                    })
                    && self.keeps_commitments(position, one, two)
            })
    }

    /// Whether the joint shipment counts at least as much towards every commitment as the two apart.
    fn keeps_commitments(&self, joint: usize, one: usize, two: usize) -> bool {
        self.used
            .of(one)
            .iter()
            .chain(self.used.of(two))
            .filter(|(row, _)| self.coupling.rows[*row as usize].is_commitment())
            .all(|&(row, _)| {
                self.units_of(joint, row) >= self.units_of(one, row) + self.units_of(two, row)
            })
    }

    /// What a candidate uses of a row.
    fn units_of(&self, position: usize, row: u32) -> i64 {
        let mut used = self.used.of(position).iter();
        used.find(|used| used.0 == row).map_or(0, |used| used.1)
    }
}
