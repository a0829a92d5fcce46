//! Cuts: what whole numbers keep and the relaxation of patterns does not know.
//!
//! Of some stock cells and orders together, what a pattern uses of the cells, with one more if it is of one of the orders, is
//! divided by a whole number of parts and rounded down: these counts add up to no more than all that there is, divided and
//! rounded down (Chvátal–Gomory with the same multiplier for each). Three units of a cell: no more than one pattern that takes
//! two; five: no more than one that takes three. Of three cells with one unit each, no more than one pattern that takes two
//! of them.
//!
//! Shares pass such a cut by `(b mod k − w) / k`, where b is all that there is, k the number of parts, and w what the shares
//! use beyond whole parts together with what they leave. So a set grows from one cell or order by what makes w least.

mod separation;

use crate::solve::joint::flat::{Chunk, Flat, Use};
use crate::solve::joint::replan::are_looked_through;
use rayon::prelude::*;
use smallvec::SmallVec;
use std::collections::BTreeSet;

/// Cells, by row, and orders, by member after all rows, ascending.
type Counted = SmallVec<[u32; 3]>;

/// What holds of some cells and orders.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    /// The cells and orders.
    counted: Counted,
    /// By how much what is used of them is divided.
    parts: i64,
    /// What the counts of all patterns come to at most.
    most: i64,
}

/// Cuts that count a pattern, each with how often.
pub type Counts = SmallVec<[(u32, i64); 4]>;

/// Cuts, each with its number.
#[derive(Default)]
pub struct Cuts {
    /// By member, whether they count its patterns.
    members: Vec<bool>,
    all: Vec<Cut>,
    known: BTreeSet<Cut>,
    /// By row, and by member after all rows, the cuts that count it.
    of_counted: Vec<SmallVec<[u32; 4]>>,
}

impl Cuts {
    /// None yet. They count no order that could do what is not listed, of which nobody knows what it uses, nor one with too many
    /// patterns to look at each.
    pub fn new(flat: &Flat<'_>) -> Self {
        let members = 0..flat.members.len();
        let is_meant =
            |member: usize| !flat.members[member].options.wide && are_looked_through(flat, member);
        Self {
            members: members.into_par_iter().map(is_meant).collect(),
            ..Self::default()
        }
    }

    /// Whether they count patterns of a member.
    pub fn is_counted(&self, member: usize) -> bool {
        self.members.get(member).copied().unwrap_or(false)
    }

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
            let place = one as usize;
            if place >= self.of_counted.len() {
                self.of_counted.resize_with(place + 1, SmallVec::new);
            }
            self.of_counted[place].push(number);
        }
        self.known.insert(cut.clone());
        self.all.push(cut);
    }

    /// The cuts that count a row, or a member after all rows.
    fn of(&self, counted: u32) -> &[u32] {
        self.of_counted
            .get(counted as usize)
            .map_or(&[], |cuts| cuts)
    }

    /// The cuts that count a pattern, each with how often.
    pub fn counts(&self, own: u32, uses: &[Use]) -> Counts {
        self.counts_of(own, uses, |_| true)
    }

    /// The same of the cuts that are asked for.
    fn counts_of(&self, own: u32, uses: &[Use], is_asked: impl Fn(u32) -> bool) -> Counts {
        let mut all: SmallVec<[(u32, i64); 8]> = SmallVec::new();
        let mut add = |counted: u32, units: i64| {
            for &cut in self.of(counted).iter().filter(|cut| is_asked(**cut)) {
                match all.iter_mut().find(|known| known.0 == cut) {
                    Some(known) => known.1 += units,
                    None => all.push((cut, units)),
                }
            }
        };
        add(own, 1);
        uses.iter()
            .for_each(|used| add(used.row, used.units.into()));
        let parts = |(cut, units): (u32, i64)| (cut, units / self.all[cut as usize].parts);
        let mut counts: Counts = all.into_iter().map(parts).filter(|one| one.1 > 0).collect();
        counts.sort_unstable();
        counts
    }

    /// What a pattern pays at prices of cuts.
    pub fn toll(&self, prices: &[i64], own: u32, uses: &[Use]) -> i64 {
        let is_priced = |cut: u32| prices[cut as usize] > 0;
        let counts = self.counts_of(own, uses, is_priced).into_iter();
        counts
            .map(|(cut, count)| prices[cut as usize] * count)
            .sum()
    }

    /// Whether patterns of an order could pay at prices of cuts.
    pub fn concern(&self, prices: &[i64], chunk: &Chunk<'_>, order: usize, own: u32) -> bool {
        let are_paid = |counted: u32| {
            let mut cuts = self.of(counted).iter();
            cuts.any(|&cut| prices[cut as usize] > 0)
        };
        let mut uses = chunk.uses_of_all(order);
        are_paid(own) || uses.any(|used| are_paid(used.row))
    }

    /// Adds cuts that shares of patterns pass; how many.
    pub fn separate(
        &mut self,
        flat: &Flat<'_>,
        columns: &[(u32, &[Use], f64)],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> usize {
        let passed = separation::passed(flat, columns, |cut| !self.known.contains(cut), stop);
        let count = passed.len();
        passed.into_iter().for_each(|cut| self.add(cut));
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
        let mut tight = [0; 7];
        for seed in 0..10_000 {
            let draw = &mut Draw::new(seed);
            let cells = draw.within(1, 4) as u32;
            let orders = draw.within(1, 6) as u32;
            let stock: Vec<i64> = (0..cells).map(|_| draw.within(0, 6)).collect();
            let mut counted: Counted = (0..cells + orders).filter(|_| draw.chance(50)).collect();
            counted.truncate(8);
            let all = counted
                .iter()
                .map(|&one| stock.get(one as usize).copied().unwrap_or(1));
            let parts = draw.within(2, 6);
            let most = all.sum::<i64>() / parts;
            let mut cuts = Cuts::default();
            cuts.add(Cut {
                counted,
                parts,
                most,
            });
            let mut left = stock.clone();
            let mut count = 0;
            for order in 0..orders {
                let used: Vec<Use> = (0..cells)
                    .map(|row| Use {
                        row,
                        units: draw.within(0, 4) as i32,
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
            tight[parts as usize] += usize::from(count == most && most > 0);
        }
        let is_tried = |parts: usize| tight[parts] > 50;
        assert!((2..=6).all(is_tried), "only {tight:?} are tight");
    }
}
