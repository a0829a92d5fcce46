//! Cuts: what whole numbers keep and the relaxation of patterns does not know.
//!
//! Of some stock cells and orders together, what a pattern uses of the cells, with one more if it is of one of the orders, is
//! halved and rounded down: these counts add up to no more than half of all that there is, rounded down (Chvátal–Gomory with
//! one half for each). Three units of a cell: no more than one pattern that takes two. Of three cells with one unit each, no
//! more than one pattern that takes two of them.

use crate::solve::joint::flat::{Chunk, Flat, Use};
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet};

/// By how much a relaxation passes a cut that is worth having.
const PASSED: f64 = 0.02;
/// Cuts that are added at a time.
const AT_ONCE: usize = 200;
/// Cells and orders beside one that are looked at.
const BESIDE: usize = 32;

/// Cells, by row, and orders, by member after all rows, ascending.
type Counted = SmallVec<[u32; 3]>;

/// What holds of some cells and orders.
#[derive(Clone, Debug)]
struct Cut {
    /// The cells and orders.
    counted: Counted,
    /// What the counts of all patterns come to at most.
    most: i64,
}

/// Cuts that count a pattern, each with how often.
pub type Counts = SmallVec<[(u32, i64); 4]>;

/// Cuts, each with its number.
#[derive(Default)]
pub struct Cuts {
    all: Vec<Cut>,
    known: BTreeSet<Counted>,
    /// By row, and by member after all rows, the cuts that count it.
    of_counted: BTreeMap<u32, SmallVec<[u32; 4]>>,
}

impl Cuts {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// What they come to at most, by cut.
    pub fn most(&self) -> impl Iterator<Item = i64> {
        self.all.iter().map(|cut| cut.most)
    }

    fn add(&mut self, cut: Cut) {
        let number = self.all.len() as u32;
        for &one in &cut.counted {
            self.of_counted.entry(one).or_default().push(number);
        }
        self.known.insert(cut.counted.clone());
        self.all.push(cut);
    }

    /// The cuts that count a pattern, each with how often.
    pub fn counts(&self, own: u32, uses: &[Use]) -> Counts {
        let mut twice: SmallVec<[(u32, i64); 8]> = SmallVec::new();
        let mut add = |counted: u32, units: i64| {
            for &cut in self.of_counted.get(&counted).into_iter().flatten() {
                match twice.iter_mut().find(|known| known.0 == cut) {
                    Some(known) => known.1 += units,
                    None => twice.push((cut, units)),
                }
            }
        };
        add(own, 1);
        uses.iter()
            .for_each(|used| add(used.row, used.units.into()));
        let halves = twice.into_iter().map(|(cut, units)| (cut, units / 2));
        let mut counts: Counts = halves.filter(|one| one.1 > 0).collect();
        counts.sort_unstable();
        counts
    }

    /// What a pattern pays at prices of cuts.
    pub fn toll(&self, prices: &[i64], own: u32, uses: &[Use]) -> i64 {
        let counts = self.counts(own, uses).into_iter();
        counts
            .map(|(cut, count)| prices[cut as usize] * count)
            .sum()
    }

    /// Whether patterns of an order could be counted.
    pub fn concern(&self, chunk: &Chunk<'_>, order: usize, own: u32) -> bool {
        let mut uses = chunk.uses_of_all(order).iter();
        self.of_counted.contains_key(&own)
            || uses.any(|used| self.of_counted.contains_key(&used.row))
    }

    /// Adds cuts that shares of patterns pass; how many.
    pub fn separate(&mut self, flat: &Flat<'_>, columns: &[(u32, &[Use], f64)]) -> usize {
        let rows = flat.limits.len() as u32;
        let is_cell = |row: u32| {
            let limit = &flat.limits[row as usize];
            flat.is_stock[row as usize] && limit.extra == 0 && !limit.is_open
        };
        let stock = |counted: u32| {
            if counted < rows {
                flat.limits[counted as usize].capacity
            } else {
                1
            }
        };
        // What each pattern uses that may be counted.
        let used: Vec<SmallVec<[(u32, i64); 6]>> = columns
            .iter()
            .map(|&(member, uses, _)| {
                let cells = uses.iter().filter(|used| is_cell(used.row));
                let cells = cells.map(|used| (used.row, i64::from(used.units)));
                cells.chain([(rows + member, 1)]).collect()
            })
            .collect();
        let mut by_counted: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut beside: BTreeMap<u32, BTreeMap<u32, f64>> = BTreeMap::new();
        for ((used, &(.., share)), number) in used.iter().zip(columns).zip(0_u32..) {
            for &(one, _) in used {
                by_counted.entry(one).or_default().push(number);
                if share < 1.0 - 1e-6 {
                    let beside = beside.entry(one).or_default();
                    let others = used.iter().filter(|other| other.0 != one);
                    others.for_each(|other| *beside.entry(other.0).or_default() += share);
                }
            }
        }
        let passed = |counted: &[u32]| -> f64 {
            let all: i64 = counted.iter().map(|&one| stock(one)).sum();
            if all % 2 == 0 || all < 1 {
                return 0.0;
            }
            let mut concerned: SmallVec<[u32; 32]> = counted
                .iter()
                .flat_map(|one| &by_counted[one])
                .copied()
                .collect();
            concerned.sort_unstable();
            concerned.dedup();
            let count = |&column: &u32| {
                let used = used[column as usize].iter();
                let units: i64 = used
                    .filter(|one| counted.contains(&one.0))
                    .map(|one| one.1)
                    .sum();
                (units / 2) as f64 * columns[column as usize].2
            };
            concerned.iter().map(count).sum::<f64>() - (all / 2) as f64
        };
        let mut found: Vec<(f64, Counted)> = Vec::new();
        let mut look = |counted: &[u32]| {
            let mut counted = Counted::from_slice(counted);
            counted.sort_unstable();
            if !self.known.contains(&counted) {
                let by = passed(&counted);
                if by > PASSED {
                    found.push((by, counted));
                }
            }
        };
        for (&one, others) in &beside {
            look(&[one]);
            let mut others: Vec<(u32, f64)> = others
                .iter()
                .map(|(&other, &share)| (other, share))
                .collect();
            others
                .sort_unstable_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
            others.truncate(BESIDE);
            for (place, &(second, _)) in others.iter().enumerate() {
                if second > one {
                    look(&[one, second]);
                }
                others[place + 1..]
                    .iter()
                    .for_each(|&(third, _)| look(&[one, second, third]));
            }
        }
        found.sort_unstable_by(|one, other| {
            other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1))
        });
        found.dedup_by(|next, kept| next.1 == kept.1);
        found.truncate(AT_ONCE);
        let count = found.len();
        for (_, counted) in found {
            let most = counted.iter().map(|&one| stock(one)).sum::<i64>() / 2;
            self.add(Cut { counted, most });
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::wide::tests::tiny::Draw;

    /// Patterns of some orders on some cells, taken at random as long as there is stock: whatever is counted together, the counts
    /// of all that is taken are no more than what is said.
    #[test]
    fn whole_plans_keep_every_cut() {
        let mut tight = 0;
        for seed in 0..3_000 {
            let draw = &mut Draw::new(seed);
            let cells = draw.within(1, 4) as u32;
            let orders = draw.within(1, 6) as u32;
            let stock: Vec<i64> = (0..cells).map(|_| draw.within(0, 4)).collect();
            let mut counted: Counted = (0..cells + orders).filter(|_| draw.chance(50)).collect();
            counted.truncate(3);
            let all = counted
                .iter()
                .map(|&one| stock.get(one as usize).copied().unwrap_or(1));
            let most = all.sum::<i64>() / 2;
            let mut cuts = Cuts::default();
            cuts.add(Cut { counted, most });
            let mut left = stock.clone();
            let mut count = 0;
            for order in 0..orders {
                let used: Vec<Use> = (0..cells)
                    .map(|row| Use {
                        row,
                        units: draw.within(0, 2) as i32,
                    })
                    .filter(|used| i64::from(used.units) <= left[used.row as usize])
                    .collect();
                used.iter()
                    .for_each(|used| left[used.row as usize] -= i64::from(used.units));
                let own = cells + order;
                count += cuts.counts(own, &used).iter().map(|one| one.1).sum::<i64>();
                assert_eq!(
                    cuts.toll(&[7], own, &used),
                    7 * cuts.counts(own, &used).iter().map(|one| one.1).sum::<i64>()
                );
            }
            assert!(count <= most, "seed {seed}: {count} of {most}");
            tight += usize::from(count == most && most > 0);
        }
        assert!(tight > 100, "only {tight} are tight");
    }
}
