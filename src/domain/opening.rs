//! How many locations are open: what counts, and which are kept open for the count alone.

use super::{Dataset, Demand, Open};
use crate::units::Money;

/// How many of a rule's locations are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenCount {
    /// So many at least: those that nothing leaves are kept open, and paid for.
    pub least: i64,
    /// So many at most; `None`: any number.
    pub most: Option<i64>,
    /// Price of each one more than that; `None`: there may be no more.
    pub price: Option<Money>,
}

impl OpenCount {
    /// What so many open locations are over it, where `before` of them are open whatever is planned, and what that costs.
    pub fn over(&self, open: i64, before: i64) -> (i64, Money) {
        let most = self.most.map(|most| most.max(before));
        let over = most.map_or(0, |most| (open - most).max(0));
        (over, self.price.unwrap_or(Money::ZERO) * over)
    }
}

impl Dataset {
    /// Rules on how many locations are open, by their position, with the locations that each counts.
    pub fn open_counts(&self) -> impl Iterator<Item = (usize, OpenCount, &[bool])> {
        let rules = self.rules.iter().enumerate();
        rules.filter_map(|(position, rule)| match rule.demand {
            Demand::Open(count) => Some((position, count, &*rule.locations)),
            _ => None,
        })
    }

    /// By location, whether earlier work that stays leaves it.
    pub fn open_before(&self) -> Vec<bool> {
        let mut open = vec![false; self.locations.len()];
        for kept in &self.kept {
            open[kept.location.ix()] = true;
        }
        open
    }

    /// By location, whether it is kept open though nothing leaves it, where something leaves `used`: rule after rule, those
    /// that cost least and that no rule has too many of then.
    pub fn kept_open(&self, used: &[bool]) -> Vec<bool> {
        let mut kept = vec![false; used.len()];
        for (_, count, locations) in self.open_counts() {
            let is_open = |place: &usize| used[*place] || kept[*place];
            let counted = || (0..used.len()).filter(|&place| locations[place]);
            let open = counted().filter(is_open).count() as i64;
            let mut idle: Vec<usize> = counted()
                .filter(|place| !is_open(place) && self.locations[*place].open != Open::No)
                .collect();
            idle.sort_by_key(|&place| (self.locations[place].fixed_cost, place));
            let mut missing = count.least - open;
            for place in idle {
                if missing > 0 && self.may_be_kept(place, used, &kept) {
                    kept[place] = true;
                    missing -= 1;
                }
            }
        }
        kept
    }

    /// By location, whether it is among the `open` ones, or no rule that counts it has as many open as it allows.
    pub fn may_open(&self, open: &[bool]) -> Vec<bool> {
        let mut may = vec![true; open.len()];
        for (_, count, counted) in self.open_counts() {
            let here = open.iter().zip(counted).filter(|(open, of)| **open && **of);
            let here = here.count() as i64;
            let is_full = count.price.is_none() && count.most.is_some_and(|most| here >= most);
            for (place, may) in may.iter_mut().enumerate().filter(|_| is_full) {
                *may &= !counted[place] || open[place];
            }
        }
        may
    }

    fn may_be_kept(&self, place: usize, used: &[bool], kept: &[bool]) -> bool {
        let hard = self
            .open_counts()
            .filter(|(_, count, counted)| counted[place] && count.price.is_none());
        hard.filter_map(|(_, count, counted)| Some((count.most?, counted)))
            .all(|(most, counted)| {
                let open = (0..used.len()).filter(|&it| counted[it] && (used[it] || kept[it]));
                (open.count() as i64) < most
            })
    }
}
