//! Orders planned anew together, exactly: their near-best patterns go into HiGHS, which begins with the plan as it is.
//!
//! Where these are all orders, it proves something. At prices with the bound L, a pattern that is δ below its order's best
//! costs a plan at least δ of L. So a plan with any pattern that is not given to the solver is worth no more than L less
//! the least that such a pattern misses, and all other plans no more than what the solver proves of them.

mod blocks;
#[cfg(test)]
mod tests;
mod within;

pub use blocks::by_blocks;
pub use within::{Tolls, are_looked_through};

use super::flat::{Flat, Limit, Uses};
use super::master::{ONE, Priced, Settled};
use super::search::{Chosen, Found, Work};
use super::standing::Standing;
use crate::solve::exact::room;
use crate::solve::highs::{Columns, Effort, Stop, solve_columns};
use crate::solve::outcome::Control;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Iterations that the solver has where it is not to take all the time that there is.
pub const EFFORT: i64 = 50_000;
/// Iterations after which a plan that is good enough ends the search for a better one.
const A_WHILE: i64 = 10_000;
/// Patterns of an order that are looked at, at least and at most.
const MOST: (usize, usize) = (400, 2_000);
/// Where these are too many to look through, no fewer than this.
const LEAST: usize = 4;
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
    /// Worth of all that is enough, once the solver has looked for more for a while.
    pub enough: Option<i128>,
    /// Iterations that the solver has for each model.
    pub iterations: Option<i64>,
    /// Blocks at most, where orders are planned anew by blocks.
    pub blocks: usize,
    /// Blocks side by side that bring less than one part in so many of what is missing of enough are the last: those that lose
    /// most come first.
    pub pays: Option<i128>,
    /// Seed.
    pub seed: u32,
}

impl Near {
    /// What the solver may do for a share of all orders, in so many seconds at most.
    fn effort(&self, share: f64, seconds: f64) -> Effort {
        Effort {
            absolute_gap: (self.gap as f64 / ONE * share).max(1e-6),
            relative_gap: 0.0,
            seconds,
            iterations: self.iterations,
            enough: None,
            seed: self.seed,
        }
    }
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
    let standing = Standing::new(flat, chosen.to_vec());
    let patterns: Vec<&[Chosen]> = gathered.patterns.iter().map(Vec::as_slice).collect();
    let members: Vec<u32> = (0..chosen.len() as u32).collect();
    let rows = (0..flat.limits.len() as u32).zip(flat.limits.iter().copied());
    let stated = state(flat, (&members, &patterns), rows);
    let used = |row: u32| standing.used[row as usize];
    let start = stated.start(&standing, (&members, &patterns), &used);
    let effort = Effort {
        enough: near.enough.map(|enough| (enough as f64 / ONE, A_WHILE)),
        ..near.effort(1.0, near.seconds.min(control.seconds_left()))
    };
    let solved = solve_columns(&stated.columns, &start, effort, control);
    let bound = (solved.bound.is_finite() && solved.stop != Stop::Infeasible).then(|| {
        let of_near = ((solved.bound + room(solved.bound)) * ONE).ceil() as i128;
        of_near.max(most - i128::from(gathered.missed))
    });
    let values = solved.values;
    let chosen = values.map(|values| picked(&values, &patterns));
    Replanned { chosen, bound }
}

/// By member, the pattern whose column is one.
fn picked(values: &[f64], patterns: &[&[Chosen]]) -> Vec<Chosen> {
    let mut each = values.iter();
    let of_member = |patterns: &&[Chosen]| {
        let mut picked = Chosen::new();
        for (pattern, &value) in patterns.iter().zip(each.by_ref()) {
            if value > 0.5 {
                picked = pattern.clone();
            }
        }
        picked
    };
    patterns.iter().map(of_member).collect()
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
    let most = (each * MORE).clamp(MOST.0, MOST.1);
    let of_member = |work: &mut Work, member: usize| {
        if control.should_stop() {
            return Priced::default();
        }
        let (mut reach, mut at_most) = (near.reach, most);
        let mut priced = settled.priced(flat, member, (reach, at_most), work);
        let (chunk, order) = flat.place(member);
        let is_listed = chunk.most(order, i64::MIN) < priced.most;
        // Where there are too many to look through, only what is nearer, and fewer.
        while is_listed && priced.is_cut && reach > near.reach >> 12 {
            (reach, at_most) = (reach / 4, (at_most / 4).max(LEAST));
            priced = settled.priced(flat, member, (reach, at_most), work);
        }
        only_apart(flat, member, &mut priced.found);
        // Of a million orders what is only kept free comes to much.
        priced.found.shrink_to_fit();
        priced
    };
    let each: Vec<Priced> = (0..flat.members.len())
        .into_par_iter()
        .map_init(Work::default, of_member)
        .collect();
    let of_member = |one: &Priced| one.most - one.left_out.min(one.most);
    let mut missed = each.iter().map(of_member).min().unwrap_or(0);
    let missing = |one: &Priced| {
        let (most, found) = (one.most, one.found.iter());
        found.map(|found| most - found.worth).collect::<Vec<i64>>()
    };
    let mut all: Vec<i64> = each.iter().flat_map(missing).collect();
    let mut reach = near.reach;
    // Of those that miss as much as the last, so many of each order as there is room for.
    let mut ties = usize::MAX;
    if all.len() > near.patterns {
        let (nearer, &mut last, _) = all.select_nth_unstable(near.patterns);
        if last <= reach {
            reach = last;
            let room = near.patterns - nearer.iter().filter(|missing| **missing < last).count();
            let tied = |one: &Priced| missing(one).into_iter().filter(|it| *it == last).count();
            ties = most_of_each(&each.iter().map(tied).collect::<Vec<usize>>(), room);
        }
    }
    missed = missed.min(reach);
    let patterns = each
        .into_iter()
        .zip(chosen)
        .map(|(priced, chosen)| {
            let mut patterns: Vec<Chosen> = Vec::new();
            let mut left = ties;
            for one in priced.found {
                let missing = priced.most - one.worth;
                let is_near = missing < reach || missing == reach && left > 0;
                if !is_near || one.chosen.is_empty() {
                    continue;
                }
                if missing == reach {
                    left -= 1;
                }
                patterns.push(one.chosen);
            }
            if !chosen.is_empty() && !patterns.contains(chosen) {
                patterns.push(chosen.clone());
            }
            patterns.shrink_to_fit();
            patterns
        })
        .collect();
    Gathered { patterns, missed }
}

/// How many each may have at most, of those that it has, for all together to have no more than there is room for.
fn most_of_each(has: &[usize], room: usize) -> usize {
    let together = |most: usize| has.iter().map(|&one| one.min(most)).sum::<usize>();
    let (mut most, mut too_many) = (0, has.iter().copied().max().unwrap_or(0) + 1);
    while too_many - most > 1 {
        let tried = most.midpoint(too_many);
        if together(tried) <= room {
            most = tried;
        } else {
            too_many = tried;
        }
    }
    most
}

/// Of patterns that use the same of all that is shared keeps the first, which is worth most: in any plan it could stand in for
/// the others. Of a goal that counts things there are many, as it does not ask by which service.
fn only_apart(flat: &Flat<'_>, member: usize, found: &mut Vec<Found>) {
    let (chunk, order) = flat.place(member);
    let mut known: HashSet<Uses> = HashSet::new();
    found.retain(|one| {
        let mut uses = flat.uses_together(chunk, order, &one.chosen);
        uses.sort_unstable();
        known.insert(uses)
    });
}

/// Patterns as columns, one after the other, member by member; then what is bought, then locations that are used.
struct Stated {
    columns: Columns,
    /// Rows of which more may be bought, with what there is without.
    bought: Vec<(u32, i64)>,
    /// Rows of locations with a fixed cost.
    opened: Vec<u32>,
}

/// Members with patterns of theirs, where so much may be used of these rows, ascending.
fn state(
    flat: &Flat<'_>,
    (members, patterns): (&[u32], &[&[Chosen]]),
    limits: impl Iterator<Item = (u32, Limit)>,
) -> Stated {
    let uses: Vec<Vec<Uses>> = members
        .par_iter()
        .zip(patterns)
        .map(|(&member, patterns)| {
            let (chunk, order) = flat.place(member as usize);
            let each = patterns.iter();
            each.map(|chosen| flat.uses_together(chunk, order, chosen))
                .collect()
        })
        .collect();
    // The most that is used of each row, one pattern an order; below nothing where it counts the other way.
    let mut all_used: HashMap<u32, Used> = HashMap::new();
    let mut of_order: BTreeMap<u32, Used> = BTreeMap::new();
    for used in &uses {
        of_order.clear();
        for one in used.iter().flatten() {
            let known = of_order.entry(one.row).or_default();
            known.most = known.most.max(one.units.into());
            known.counts |= one.units < 0;
        }
        for (row, used) in &of_order {
            let known = all_used.entry(*row).or_default();
            known.most += used.most;
            known.counts |= used.counts;
        }
    }
    let mut shared: Vec<(u32, Limit)> = Vec::new();
    let mut opening: BTreeMap<u32, i64> = BTreeMap::new();
    for (row, limit) in limits {
        let used = all_used.get(&row).copied().unwrap_or_default();
        if limit.is_open {
            opening.insert(row, limit.cost);
        } else if used.counts || used.most > limit.capacity || limit.capacity < 0 {
            shared.push((row, limit));
        }
    }
    let numbered = shared.iter().zip(0..);
    let number: HashMap<u32, usize> = numbered.map(|((row, _), number)| (*row, number)).collect();
    let first_order = shared.len();
    let capacities = shared.iter().map(|(_, limit)| limit.capacity as f64);
    let mut rows: Vec<f64> = capacities.collect();
    rows.resize(first_order + members.len(), 1.0);
    let mut links: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut link = |row: u32, rows: &mut Vec<f64>| {
        rows.push(0.0);
        links.entry(row).or_default().push(rows.len() - 1);
        rows.len() - 1
    };
    let mut entries: Vec<(f64, Vec<(usize, f64)>)> = Vec::new();
    for (position, (patterns, used)) in patterns.iter().zip(&uses).enumerate() {
        let (chunk, order) = flat.place(members[position] as usize);
        let mut own: BTreeMap<u32, usize> = BTreeMap::new();
        for (chosen, used) in patterns.iter().zip(used) {
            let worth = flat.worth_of(chunk, order, chosen) as f64 / ONE;
            let mut entry = vec![(first_order + position, 1.0)];
            for one in used.iter().filter(|one| one.units != 0) {
                if opening.get(&one.row).is_some_and(|&cost| cost > 0) {
                    let row = *own
                        .entry(one.row)
                        .or_insert_with(|| link(one.row, &mut rows));
                    entry.push((row, 1.0));
                } else if let Some(&row) = number.get(&one.row) {
                    entry.push((row, f64::from(one.units)));
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
    for (number, (row, limit)) in shared.into_iter().enumerate() {
        if limit.extra > 0 {
            let uses = std::iter::once((number, -1.0));
            columns.add(-(limit.cost as f64) / ONE, limit.extra as f64, uses);
            bought.push((row, limit.capacity));
        }
    }
    for (row, links) in links {
        let uses = links.into_iter().map(|link| (link, -1.0));
        columns.add(-(opening[&row] as f64) / ONE, 1.0, uses);
        opened.push(row);
    }
    Stated {
        columns,
        bought,
        opened,
    }
}

/// What patterns use of a row.
#[derive(Clone, Copy, Debug, Default)]
struct Used {
    /// At most, one pattern of each order.
    most: i64,
    /// Whether any counts the other way.
    counts: bool,
}

impl Stated {
    /// By column, what it is in a plan, where these members use so much of each row.
    fn start(
        &self,
        standing: &Standing,
        (members, patterns): (&[u32], &[&[Chosen]]),
        used: &dyn Fn(u32) -> i64,
    ) -> Vec<f64> {
        let mut start = Vec::with_capacity(self.columns.len());
        for (&member, patterns) in members.iter().zip(patterns) {
            let chosen = &standing.chosen[member as usize];
            let is_chosen = |one: &Chosen| f64::from(u8::from(one == chosen));
            start.extend(patterns.iter().map(is_chosen));
        }
        let bought = self.bought.iter();
        start.extend(bought.map(|&(row, capacity)| (used(row) - capacity).max(0) as f64));
        let opened = self.opened.iter().map(|&row| used(row) > 0);
        start.extend(opened.map(|is_used| f64::from(u8::from(is_used))));
        start
    }
}
