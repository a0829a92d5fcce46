//! Orders planned anew together, exactly: their near-best patterns go into HiGHS, which begins with the plan as it is.
//!
//! Where these are all orders, it proves something. At prices with the bound L, a pattern that is δ below its order's best
//! costs a plan at least δ of L. So a plan with any pattern that is not given to the solver is worth no more than L less
//! the least that such a pattern misses, and all other plans no more than what the solver proves of them.

#[cfg(test)]
mod tests;
mod within;

pub use within::Tolls;

use super::flat::{Flat, Uses};
use super::master::{ONE, Priced, Settled};
use super::search::{Chosen, Scratch};
use super::standing::Standing;
use crate::solve::exact::room;
use crate::solve::highs::{Columns, Effort, Stop, solve_columns};
use crate::solve::outcome::Control;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Patterns of an order that are looked at, at least and at most.
const MOST: (usize, usize) = (400, 2_000);
/// The same for each that is wanted on average.
const MORE: usize = 50;

/// Which patterns are near enough, and for how long they are searched.
#[derive(Clone, Copy, Debug)]
pub struct Near {
    /// How far below their order's best.
    pub reach: i64,
    /// How many of all orders.
    pub patterns: usize,
    /// A plan this close to the best of them is enough, in units of worth.
    pub gap: i128,
    /// Seconds.
    pub seconds: f64,
    /// Seed.
    pub seed: u32,
}

/// What was found.
pub struct Replanned {
    /// By member, what it has chosen.
    pub chosen: Option<Vec<Chosen>>,
    /// No plan is worth more, wide orders' own worth not in.
    pub bound: Option<i128>,
}

/// Near-best patterns.
struct Gathered {
    /// By member.
    patterns: Vec<Vec<Chosen>>,
    /// What any pattern that is not among them misses of the best of its order.
    missed: i64,
}

/// Plans all orders anew from patterns that are near to their best at prices. `flat` has what orders are worth; `priced` the
/// same as it was charged when the prices were found, which prove `most` with what wide orders could do beyond their lists.
pub fn replan(
    flat: &Flat<'_>,
    (priced, settled, most): (&Flat<'_>, &Settled, i128),
    chosen: &[Chosen],
    near: Near,
    control: &Control<'_>,
) -> Replanned {
    let gathered = gather(priced, settled, chosen, near, control);
    let stated = state(flat, &gathered.patterns);
    let standing = Standing::new(flat, chosen.to_vec());
    let start = stated.start(flat, &gathered.patterns, &standing);
    let effort = Effort {
        absolute_gap: (near.gap as f64 / ONE).max(1e-6),
        relative_gap: 0.0,
        seconds: near.seconds.min(control.seconds_left()),
        seed: near.seed,
    };
    let solved = solve_columns(&stated.columns, &start, effort, control);
    let bound = (solved.bound.is_finite() && solved.stop != Stop::Infeasible).then(|| {
        let of_near = ((solved.bound + room(solved.bound)) * ONE).ceil() as i128;
        of_near.max(most - i128::from(gathered.missed))
    });
    let chosen = solved.values.map(|values| {
        let mut each = values.iter();
        let of_member = |patterns: &Vec<Chosen>| {
            let mut picked = Chosen::new();
            for (pattern, &value) in patterns.iter().zip(each.by_ref()) {
                if value > 0.5 {
                    picked = pattern.clone();
                }
            }
            picked
        };
        gathered.patterns.iter().map(of_member).collect()
    });
    Replanned { chosen, bound }
}

/// The patterns of all orders that are near to their best at prices, and those that are chosen.
fn gather(
    flat: &Flat<'_>,
    settled: &Settled,
    chosen: &[Chosen],
    near: Near,
    control: &Control<'_>,
) -> Gathered {
    let each = near.patterns / chosen.len().max(1);
    let at_most = (each * MORE).clamp(MOST.0, MOST.1);
    let of_member = |scratch: &mut Scratch, member: usize| {
        if control.should_stop() {
            return Priced::default();
        }
        let mut reach = near.reach;
        let mut priced = settled.priced(flat, member, (reach, at_most), scratch);
        let (chunk, order) = flat.place(member);
        let is_listed =
            !flat.members[member].options.wide && chunk.most(order, i64::MIN) < priced.most;
        // Where there are too many to look at, only what is nearer.
        while is_listed && priced.left_out >= priced.most && reach > near.reach >> 12 {
            reach /= 4;
            priced = settled.priced(flat, member, (reach, at_most), scratch);
        }
        priced
    };
    let each: Vec<Priced> = (0..flat.members.len())
        .into_par_iter()
        .map_init(Scratch::default, of_member)
        .collect();
    let of_member = |one: &Priced| one.most - one.left_out.min(one.most);
    let mut missed = each.iter().map(of_member).min().unwrap_or(0);
    let missing = |one: &Priced| {
        let (most, found) = (one.most, one.found.iter());
        found.map(|found| most - found.worth).collect::<Vec<i64>>()
    };
    let mut all: Vec<i64> = each.iter().flat_map(missing).collect();
    let mut reach = near.reach;
    // Of those that miss as much as the last, so many as there is room for.
    let mut room = usize::MAX;
    if all.len() > near.patterns {
        let (nearer, &mut last, _) = all.select_nth_unstable(near.patterns);
        if last <= reach {
            reach = last;
            room = near.patterns - nearer.iter().filter(|missing| **missing < last).count();
        }
    }
    missed = missed.min(reach);
    let patterns = each
        .into_iter()
        .zip(chosen)
        .map(|(priced, chosen)| {
            let mut patterns: Vec<Chosen> = Vec::new();
            for one in priced.found {
                let missing = priced.most - one.worth;
                let is_near = missing < reach || missing == reach && room > 0;
                if !is_near || one.chosen.is_empty() {
                    continue;
                }
                if missing == reach {
                    room -= 1;
                }
                patterns.push(one.chosen);
            }
            if !chosen.is_empty() && !patterns.contains(chosen) {
                patterns.push(chosen.clone());
            }
            patterns
        })
        .collect();
    Gathered { patterns, missed }
}

/// Patterns as columns, one after the other, member by member; then what is bought, then locations that are used.
struct Stated {
    columns: Columns,
    /// Rows of which more may be bought.
    bought: Vec<u32>,
    /// Rows of locations with a fixed cost.
    opened: Vec<u32>,
}

fn state(flat: &Flat<'_>, patterns: &[Vec<Chosen>]) -> Stated {
    let uses: Vec<Vec<Uses>> = (0..patterns.len())
        .into_par_iter()
        .map(|member| {
            let (chunk, order) = flat.place(member);
            let each = patterns[member].iter();
            each.map(|chosen| flat.uses_together(chunk, order, chosen))
                .collect()
        })
        .collect();
    // The most that is used of each row, one pattern an order; below nothing where it counts the other way.
    let mut most = vec![0_i64; flat.limits.len()];
    let mut counts = vec![false; flat.limits.len()];
    let mut of_order: BTreeMap<u32, i64> = BTreeMap::new();
    for used in uses.iter() {
        of_order.clear();
        for one in used.iter().flatten() {
            let known = of_order.entry(one.row).or_default();
            *known = (*known).max(one.units.into());
            counts[one.row as usize] |= one.units < 0;
        }
        of_order
            .iter()
            .for_each(|(&row, &units)| most[row as usize] += units);
    }
    let mut rows: Vec<f64> = Vec::new();
    let mut number = vec![usize::MAX; flat.limits.len()];
    for (row, limit) in flat.limits.iter().enumerate() {
        if !limit.is_open && (counts[row] || most[row] > limit.capacity || limit.capacity < 0) {
            number[row] = rows.len();
            rows.push(limit.capacity as f64);
        }
    }
    let first_order = rows.len();
    rows.resize(first_order + patterns.len(), 1.0);
    let mut links: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut link = |row: u32, rows: &mut Vec<f64>| {
        rows.push(0.0);
        links.entry(row).or_default().push(rows.len() - 1);
        rows.len() - 1
    };
    let mut entries: Vec<(f64, Vec<(usize, f64)>)> = Vec::new();
    for (member, (patterns, used)) in patterns.iter().zip(&uses).enumerate() {
        let (chunk, order) = flat.place(member);
        let mut own: BTreeMap<u32, usize> = BTreeMap::new();
        for (chosen, used) in patterns.iter().zip(used) {
            let worth = flat.worth_of(chunk, order, chosen) as f64 / ONE;
            let mut entry = vec![(first_order + member, 1.0)];
            for one in used.iter().filter(|one| one.units != 0) {
                let limit = &flat.limits[one.row as usize];
                if limit.is_open && limit.cost > 0 {
                    let row = *own
                        .entry(one.row)
                        .or_insert_with(|| link(one.row, &mut rows));
                    entry.push((row, 1.0));
                } else if number[one.row as usize] != usize::MAX {
                    entry.push((number[one.row as usize], f64::from(one.units)));
                }
            }
            entries.push((worth, entry));
        }
    }
    let mut columns = Columns::new(rows);
    for (worth, entry) in entries {
        columns.add(worth, 1.0, entry.into_iter());
    }
    let (mut bought, mut opened) = (Vec::new(), Vec::new());
    for (row, limit) in flat.limits.iter().enumerate() {
        if limit.extra > 0 && number[row] != usize::MAX {
            let uses = std::iter::once((number[row], -1.0));
            columns.add(-(limit.cost as f64) / ONE, limit.extra as f64, uses);
            bought.push(row as u32);
        }
    }
    for (row, links) in links {
        let limit = &flat.limits[row as usize];
        let uses = links.into_iter().map(|link| (link, -1.0));
        columns.add(-(limit.cost as f64) / ONE, 1.0, uses);
        opened.push(row);
    }
    Stated {
        columns,
        bought,
        opened,
    }
}

impl Stated {
    /// By column, what it is in a plan.
    fn start(&self, flat: &Flat<'_>, patterns: &[Vec<Chosen>], standing: &Standing) -> Vec<f64> {
        let mut start = Vec::with_capacity(self.columns.len());
        for (patterns, chosen) in patterns.iter().zip(&standing.chosen) {
            start.extend(
                patterns
                    .iter()
                    .map(|one| f64::from(u8::from(one == chosen))),
            );
        }
        let bought = self.bought.iter().map(|&row| row as usize);
        start.extend(
            bought.map(|row| (standing.used[row] - flat.limits[row].capacity).max(0) as f64),
        );
        let opened = self
            .opened
            .iter()
            .map(|&row| standing.used[row as usize] > 0);
        start.extend(opened.map(|is_used| f64::from(u8::from(is_used))));
        start
    }
}
