//! What it takes that something leaves a location that nothing leaves so far.

use super::open_count::Counting;
use super::{Dataset, LocationIx};
use crate::units::Money;
use std::sync::OnceLock;

/// What it takes that something leaves one more location.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// What it costs: fixed costs over closing costs, and what is paid for going over limits on how many are open; below zero
    /// where it ends what costs more.
    pub cost: Money,
    /// Rules, by position, that do not allow it.
    pub barred_by: Vec<u16>,
}

/// The openings of all locations, where something leaves some; each is found when it is first asked for.
pub struct Openings<'a> {
    dataset: &'a Dataset,
    counts: Vec<(usize, Counting<'a>)>,
    /// By location, whether earlier work holds it open.
    before: Vec<bool>,
    /// By location, whether something leaves it.
    used: Vec<bool>,
    /// By location, whether it is open: used, or kept open for a count alone.
    open: Vec<bool>,
    known: Vec<OnceLock<Opening>>,
}

impl<'a> Openings<'a> {
    /// Of a plan that leaves those `used`, and earlier work.
    pub fn new(dataset: &'a Dataset, mut used: Vec<bool>) -> Self {
        let before = dataset.open_before();
        for (used, before) in used.iter_mut().zip(&before) {
            *used |= *before;
        }
        Self {
            counts: dataset.countings().collect(),
            open: dataset.open_with(&used),
            known: vec![OnceLock::new(); used.len()],
            dataset,
            before,
            used,
        }
    }

    /// What it takes that something leaves a location, too; nothing where something does.
    pub fn too(&self, location: LocationIx) -> &Opening {
        self.known[location.ix()].get_or_init(|| self.instead(&[], location))
    }

    /// What it takes that something leaves a location, and nothing those `left` any more.
    pub fn instead(&self, left: &[LocationIx], location: LocationIx) -> Opening {
        let mut used = self.used.clone();
        for place in left.iter().map(|place| place.ix()) {
            used[place] = self.before[place];
        }
        used[location.ix()] = true;
        if used == self.used {
            return Opening::default();
        }
        let changed = || left.iter().chain([&location]).map(|place| place.ix());
        let is_counted = |(_, it): &(usize, Counting<'_>)| changed().any(|place| it.counted[place]);
        if !self.counts.iter().any(is_counted) {
            let given_back: Money = left.iter().map(|&place| self.alone(place)).sum();
            let paid = if self.used[location.ix()] {
                Money::ZERO
            } else {
                self.alone(location)
            };
            return Opening {
                cost: paid - given_back,
                barred_by: Vec::new(),
            };
        }
        let idle = self.open.iter().zip(&self.used);
        let idle = idle.map(|(open, used)| *open && !*used);
        let kept: Vec<bool> = idle.zip(&used).map(|(idle, used)| idle || *used).collect();
        let counts: Vec<Counting<'a>> = self.counts.iter().map(|(_, it)| *it).collect();
        let found = self.cheapest(&counts, &used);
        let barred = found.as_ref().map_or_else(
            || match self.newly_broken(&kept) {
                broken if broken.is_empty() => self.newly_broken(&used),
                broken => broken,
            },
            |open| self.newly_broken(open),
        );
        let then = if barred.is_empty() {
            found
        } else {
            // What it costs is told as if these rules allowed it.
            let mut counts = counts;
            for &number in &barred {
                let count = &mut counts[number];
                let open = count.open(&kept);
                count.count.most = count.count.most.map(|most| most.max(open));
                count.count.least = count.count.least.min(open);
            }
            self.cheapest(&counts, &used)
        };
        let then = then.unwrap_or(kept);
        Opening {
            cost: self.paid_for(&then) - self.paid_for(&self.open),
            barred_by: barred.iter().map(|&it| self.counts[it].0 as u16).collect(),
        }
    }

    /// What one costs that no rule counts.
    fn alone(&self, location: LocationIx) -> Money {
        if self.before[location.ix()] {
            Money::ZERO
        } else {
            self.dataset.locations[location.ix()].opening_cost()
        }
    }

    fn cheapest(&self, counts: &[Counting<'_>], used: &[bool]) -> Option<Vec<bool>> {
        let none = vec![false; used.len()];
        self.dataset.cheapest_open(counts, used, &none)
    }

    /// What open locations cost over closed ones beyond those that were open before, and what is over limits at a price.
    fn paid_for(&self, open: &[bool]) -> Money {
        let places = self
            .dataset
            .locations
            .iter()
            .zip(open.iter().zip(&self.before));
        let new = places.filter(|(_, (open, before))| **open && !**before);
        let fixed: Money = new.map(|(place, _)| place.opening_cost()).sum();
        let over = self.counts.iter();
        let over = over.map(|(_, it)| it.over(open, &self.before).1);
        fixed + over.sum::<Money>()
    }

    /// Which of the counts have more locations over a limit without a price than now, or miss more.
    fn newly_broken(&self, then: &[bool]) -> Vec<usize> {
        let is_broken = |it: &Counting<'_>| {
            let over = |open| it.over(open, &self.before).0;
            let missing = |open| it.missing(open).max(0);
            it.count.price.is_none() && over(then) > over(&self.open)
                || missing(then) > missing(&self.open)
        };
        let each = self.counts.iter().enumerate();
        let broken = each.filter(|(_, (_, it))| is_broken(it));
        broken.map(|(position, _)| position).collect()
    }
}
