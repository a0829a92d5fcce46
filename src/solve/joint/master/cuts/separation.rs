//! The search for cuts that shares of patterns pass.

use super::{Counted, Cut};
use crate::solve::joint::flat::{Flat, Use};
use rayon::prelude::*;
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// By how much shares pass a cut that is worth having.
const PASSED: f64 = 0.02;
/// Cuts at a time.
const AT_ONCE: usize = 200;
/// Cells and orders of a cut at most.
const LARGEST: usize = 8;
/// Parts by which what is used of several is divided.
const PARTS: RangeInclusive<i64> = 2..=5;
/// Parts of one cell alone at most, beside what patterns use of it.
const PARTS_ALONE: i64 = 16;
/// Cells and orders beside a set that are looked at, those that share most with it.
const BESIDE: usize = 32;
/// A set grows no more where shares use, beyond whole parts, and leave so many times what would be too much for a cut.
const HOPELESS: f64 = 2.0;
/// A share that is less than this from nothing or all is that.
const SLIGHT: f64 = 1e-6;

/// Cuts, of those that are meant, that shares of patterns pass: those first that they pass by most.
pub(super) fn passed(
    flat: &Flat<'_>,
    columns: &[(u32, &[Use], f64)],
    is_meant: impl Fn(&Cut) -> bool,
    stop: &(dyn Fn() -> bool + Sync),
) -> Vec<Cut> {
    let shares = Shares::new(flat, columns);
    let of_one = |one: u32| -> Vec<(f64, Cut)> {
        if stop() {
            return Vec::new();
        }
        let grown = PARTS.flat_map(|parts| shares.grown(one, parts));
        shares.alone(one).chain(grown).collect()
    };
    let found: Vec<Vec<(f64, Cut)>> = shares.beginnings().into_par_iter().map(of_one).collect();
    let mut found = found.concat();
    found.retain(|(_, cut)| is_meant(cut));
    found.sort_unstable_by(|(by, cut), (other_by, other)| {
        other_by.total_cmp(by).then_with(|| cut.cmp(other))
    });
    // The same set passes by the same, but for what floats are off by the sequence in which it grew.
    let mut cuts: Vec<Cut> = Vec::new();
    for (_, cut) in found {
        if cuts.len() < AT_ONCE && !cuts.contains(&cut) {
            cuts.push(cut);
        }
    }
    cuts
}

/// What a column uses of cells and orders.
type Used = SmallVec<[(u32, i64); 6]>;

/// A cell or an order.
struct Shared {
    /// Columns that use it, and how much.
    columns: Vec<(u32, i64)>,
    /// How much there is.
    all: i64,
    /// How much of it is left by the shares.
    left: f64,
}

/// Shares of patterns.
struct Shares {
    /// By column.
    columns: Vec<(f64, Used)>,
    /// Cells and orders that columns use.
    counted: BTreeMap<u32, Shared>,
}

impl Shares {
    fn new(flat: &Flat<'_>, columns: &[(u32, &[Use], f64)]) -> Self {
        let rows = flat.limits.len() as u32;
        let is_cell = |used: &&Use| {
            let limit = &flat.limits[used.row as usize];
            flat.is_stock[used.row as usize] && limit.extra == 0 && !limit.is_open
        };
        let mut counted: BTreeMap<u32, Shared> = BTreeMap::new();
        let all = |one: u32| match flat.limits.get(one as usize) {
            Some(limit) => limit.capacity,
            None => 1,
        };
        let mut number = 0..;
        let columns = columns.iter().zip(&mut number);
        let columns = columns.map(|(&(member, uses, share), number)| {
            let cells = uses.iter().filter(is_cell);
            let cells = cells.map(|used| (used.row, i64::from(used.units)));
            let used: Used = cells.chain([(rows + member, 1)]).collect();
            for &(one, units) in &used {
                let shared = counted.entry(one).or_insert_with(|| Shared {
                    columns: Vec::new(),
                    all: all(one),
                    left: all(one) as f64,
                });
                shared.columns.push((number, units));
                shared.left -= share * units as f64;
            }
            (share, used)
        });
        let columns = columns.collect();
        for shared in counted.values_mut() {
            shared.left = shared.left.max(0.0);
        }
        Self { columns, counted }
    }

    fn share(&self, column: u32) -> f64 {
        self.columns[column as usize].0
    }

    /// Cells and orders of patterns that are taken in part.
    fn beginnings(&self) -> Vec<u32> {
        let is_in_part = |&(column, _): &(u32, i64)| self.share(column) < 1.0 - SLIGHT;
        let each = self.counted.iter();
        let each = each.filter(|(_, shared)| shared.columns.iter().any(is_in_part));
        each.map(|(&one, _)| one).collect()
    }

    /// Cuts of one cell.
    fn alone(&self, one: u32) -> impl Iterator<Item = (f64, Cut)> {
        let shared = &self.counted[&one];
        let mut parts: SmallVec<[i64; 16]> = shared.columns.iter().map(|used| used.1).collect();
        let largest = parts.iter().copied().max().unwrap_or(0);
        parts.extend(2..=largest.min(PARTS_ALONE));
        parts.retain(|parts| *parts > 1 && shared.all % *parts != 0);
        parts.sort_unstable();
        parts.dedup();
        let counted = Counted::from_slice(&[one]);
        let cut = move |parts: i64| {
            let rest = self.more(&BTreeMap::new(), one, parts);
            cut(counted.clone(), parts, shared.all, rest)
        };
        parts.into_iter().filter_map(cut)
    }

    /// Cuts of a cell or an order with others, one more each time.
    fn grown(&self, one: u32, parts: i64) -> Vec<(f64, Cut)> {
        let mut found = Vec::new();
        let mut counted = Counted::new();
        let mut used: BTreeMap<u32, i64> = BTreeMap::new();
        let (mut all, mut rest) = (0, 0.0);
        let mut next = Some((self.more(&used, one, parts), one));
        let too_much = HOPELESS * parts as f64;
        while let Some((more, one)) = next.filter(|_| counted.len() < LARGEST && rest < too_much) {
            let shared = &self.counted[&one];
            counted.push(one);
            all += shared.all;
            rest += more;
            for &(column, units) in &shared.columns {
                *used.entry(column).or_default() += units;
            }
            if counted.len() > 1 {
                let mut counted = counted.clone();
                counted.sort_unstable();
                found.extend(cut(counted, parts, all, rest));
            }
            let each = self.beside(&used, &counted, parts).into_iter();
            let each = each.map(|one| (self.more(&used, one, parts), one));
            next = each.min_by(|one, other| one.0.total_cmp(&other.0));
        }
        found
    }

    /// Other cells and orders of columns that use more of some than whole parts, ascending: those with the largest shares.
    fn beside(&self, used: &BTreeMap<u32, i64>, counted: &Counted, parts: i64) -> Vec<u32> {
        let in_part = used.iter().filter(|(_, units)| **units % parts != 0);
        let mut beside: BTreeMap<u32, f64> = BTreeMap::new();
        for (&column, _) in in_part {
            let (share, used) = &self.columns[column as usize];
            let others = used.iter().filter(|used| !counted.contains(&used.0));
            others.for_each(|used| *beside.entry(used.0).or_default() += share);
        }
        let mut beside: Vec<(u32, f64)> = beside.into_iter().collect();
        if beside.len() > BESIDE {
            beside.sort_by(|one, other| other.1.total_cmp(&one.1));
            beside.truncate(BESIDE);
            beside.sort_unstable_by_key(|one| one.0);
        }
        beside.into_iter().map(|one| one.0).collect()
    }

    /// What one more cell or order adds to what shares use beyond whole parts and leave, where columns use so much of others.
    fn more(&self, used: &BTreeMap<u32, i64>, one: u32, parts: i64) -> f64 {
        let shared = &self.counted[&one];
        let of_column = |&(column, units): &(u32, i64)| {
            let known = used.get(&column).copied().unwrap_or(0);
            ((known + units) % parts - known % parts) as f64 * self.share(column)
        };
        shared.columns.iter().map(of_column).sum::<f64>() + shared.left
    }
}

/// The cut of so much divided into parts, of which shares use or leave so much beyond whole parts, where they pass it, and by how
/// much.
fn cut(counted: Counted, parts: i64, all: i64, rest: f64) -> Option<(f64, Cut)> {
    let by = ((all % parts) as f64 - rest) / parts as f64;
    let most = all / parts;
    (by > PASSED).then_some((
        by,
        Cut {
            counted,
            parts,
            most,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shares of patterns, by what they use of cells and orders of which there is so much.
    fn shares(all: &[i64], columns: &[(f64, &[(u32, i64)])]) -> Shares {
        let columns: Vec<(f64, Used)> = columns
            .iter()
            .map(|&(share, used)| (share, Used::from_slice(used)))
            .collect();
        let shared = |(one, &all): (u32, &i64)| {
            let each = columns.iter().zip(0_u32..);
            let uses = each.flat_map(|((_, used), column)| {
                let here = used.iter().filter(move |used| used.0 == one);
                here.map(move |used| (column, used.1))
            });
            let uses: Vec<(u32, i64)> = uses.collect();
            let used = uses
                .iter()
                .map(|&(column, units)| columns[column as usize].0 * units as f64);
            let left = (all as f64 - used.sum::<f64>()).max(0.0);
            let shared = Shared {
                columns: uses,
                all,
                left,
            };
            (one, shared)
        };
        let counted = (0..).zip(all).map(shared).collect();
        Shares { columns, counted }
    }

    fn cut(counted: &[u32], parts: i64, most: i64) -> Cut {
        Cut {
            counted: Counted::from_slice(counted),
            parts,
            most,
        }
    }

    #[test]
    fn of_five_units_only_one_order_takes_three() {
        // Two orders want three each, and have one and two thirds of it.
        let shares = shares(&[5], &[(1.0, &[(0, 3)]), (2.0 / 3.0, &[(0, 3)])]);
        assert_eq!(shares.beginnings(), [0]);
        let found: Vec<(f64, Cut)> = shares.alone(0).collect();
        let [(by, found)] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!(*found, cut(&[0], 3, 1));
        assert!((by - 2.0 / 3.0).abs() < 1e-9, "{by}");
    }

    #[test]
    fn of_three_cells_with_one_unit_only_one_order_takes_two() {
        let half = 0.5;
        let shares = shares(
            &[1, 1, 1],
            &[
                (half, &[(0, 1), (1, 1)]),
                (half, &[(1, 1), (2, 1)]),
                (half, &[(0, 1), (2, 1)]),
            ],
        );
        for one in 0..3 {
            let found = shares.grown(one, 2);
            let (by, best) = &found[0];
            assert_eq!(*best, cut(&[0, 1, 2], 2, 1));
            assert!((by - half).abs() < 1e-9, "{by}");
        }
    }

    #[test]
    fn shares_that_are_whole_pass_nothing() {
        let shares = shares(&[3, 1], &[(1.0, &[(0, 2), (1, 1)]), (1.0, &[(0, 1)])]);
        assert_eq!(shares.beginnings(), [0_u32; 0]);
        let all = PARTS.flat_map(|parts| shares.grown(0, parts));
        assert_eq!(shares.alone(0).chain(all).count(), 0);
    }
}
