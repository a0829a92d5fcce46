//! Which locations are open, may be, or are to be: what limits say, and what follows from it.

use super::trial::Trial;
use crate::domain::{Dataset, Open, OpenCount};
use std::cmp::Reverse;

/// What is said of a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Said {
    Free,
    Open,
    Closed,
}

/// A limit on how many of some locations are open.
pub(super) struct Limit {
    pub(super) least: i64,
    pub(super) most: Option<i64>,
    pub(super) price: Option<i64>,
    pub(super) counted: Vec<bool>,
}

impl Limit {
    pub(super) fn count(&self, is_open: impl Fn(usize) -> bool) -> i64 {
        let places = 0..self.counted.len();
        places.filter(|&it| self.counted[it] && is_open(it)).count() as i64
    }

    pub(super) fn over(&self, open: i64) -> i64 {
        self.most.map_or(0, |most| (open - most).max(0))
    }
}

/// All limits.
pub(super) struct Limits<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) each: Vec<Limit>,
    /// By location, whether earlier work leaves it.
    pub(super) before: Vec<bool>,
}

impl<'a> Limits<'a> {
    pub(super) fn new(dataset: &'a Dataset) -> Self {
        let before = dataset.open_before();
        let limit = |(_, count, counted): (usize, OpenCount, &[bool])| {
            let open = before.iter().zip(counted).filter(|(is, of)| **is && **of);
            let open = open.count() as i64;
            Limit {
                least: count.least,
                most: count.most.map(|most| most.max(open)),
                price: count.price.map(|price| price.0),
                counted: counted.to_vec(),
            }
        };
        Self {
            each: dataset.open_counts().map(limit).collect(),
            dataset,
            before,
        }
    }

    /// No price of any limit.
    pub(super) fn free(&self) -> Vec<i64> {
        vec![0; self.each.len()]
    }

    pub(super) fn nothing_said(&self) -> Vec<Said> {
        let of = |&before: &bool| if before { Said::Open } else { Said::Free };
        self.before.iter().map(of).collect()
    }

    /// What is said with one location more, and all that follows from it; `None`: nothing can be so.
    pub(super) fn saying(&self, known: &[Said], place: usize, what: Said) -> Option<Vec<Said>> {
        let mut said = known.to_vec();
        said[place] = what;
        loop {
            let before = said.clone();
            for limit in &self.each {
                self.follow(&mut said, limit)?;
            }
            if said == before {
                return Some(said);
            }
        }
    }

    /// What follows from one limit; `None`: it cannot be kept.
    fn follow(&self, said: &mut [Said], limit: &Limit) -> Option<()> {
        let open = limit.count(|it| said[it] == Said::Open);
        let possible = limit.count(|it| self.may_open(said, it));
        let hard = limit.most.filter(|_| limit.price.is_none());
        if hard.is_some_and(|most| open > most) || possible < limit.least {
            return None;
        }
        let follows = match hard {
            Some(most) if open == most => Said::Closed,
            _ if possible == limit.least => Said::Open,
            _ => return Some(()),
        };
        for it in 0..said.len() {
            if limit.counted[it] && said[it] == Said::Free && self.may_open(said, it) {
                said[it] = follows;
            }
        }
        Some(())
    }

    fn may_open(&self, said: &[Said], place: usize) -> bool {
        let is_possible = self.dataset.locations[place].open != Open::No;
        said[place] == Said::Open || said[place] == Said::Free && is_possible
    }

    /// The limit that open locations are too many for, with a price or without.
    pub(super) fn broken(&self, open: &[bool], also_priced: bool) -> Option<&Limit> {
        let mut limits = self.each.iter();
        limits.find(|limit| {
            let over = limit.over(limit.count(|place| open[place]));
            over > 0 && (also_priced || limit.price.is_none())
        })
    }

    /// Whether open locations keep all limits that have no price.
    pub(super) fn keeps(&self, open: &[bool]) -> bool {
        let mut limits = self.each.iter();
        let is_enough = |limit: &Limit| limit.count(|place| open[place]) >= limit.least;
        self.broken(open, false).is_none() && limits.all(is_enough)
    }

    /// The location to decide on next; `None`: what is planned is all there is to know.
    pub(super) fn branch(&self, said: &[Said], trial: &Trial) -> Option<usize> {
        let is_at_work = |place: usize| trial.used[place] || said[place] == Said::Open;
        let at_work: Vec<bool> = (0..said.len()).map(is_at_work).collect();
        // What is closed here is not kept open for a count either.
        let closed: Vec<bool> = said.iter().map(|&it| it == Said::Closed).collect();
        let is_open = self.dataset.open_with_but(&at_work, &closed);
        for limit in &self.each {
            if limit.over(limit.count(|place| is_open[place])) > 0 {
                let open = |&place: &usize| {
                    limit.counted[place] && said[place] == Said::Free && is_open[place]
                };
                let open = (0..said.len()).filter(open);
                let most = open.max_by_key(|&place| (trial.shipments[place], usize::MAX - place));
                if most.is_some() {
                    return most;
                }
            }
        }
        // What another limit has no room for beside what is used.
        for limit in &self.each {
            if limit.count(|place| is_open[place]) < limit.least {
                let free = |&place: &usize| {
                    limit.counted[place] && !is_open[place] && said[place] == Said::Free
                };
                let free = (0..said.len()).filter(free);
                let possible = free.filter(|&place| self.may_open(said, place));
                let cheapest = possible.min_by_key(|&place| (self.opening_cost(place), place));
                if cheapest.is_some() {
                    return cheapest;
                }
            }
        }
        let costs = |&place: &usize| {
            let is_idle = is_open[place] && !at_work[place];
            is_idle && said[place] == Said::Free && self.opening_cost(place) > 0
        };
        (0..said.len()).find(costs)
    }

    /// Says that only those are open of each broken limit that most leaves.
    pub(super) fn only_most_used(
        &self,
        said: &[Said],
        used: &[bool],
        shipments: &[i64],
    ) -> Vec<Said> {
        let mut said = said.to_vec();
        for limit in self.each.iter().filter(|limit| limit.price.is_none()) {
            let is_left = |&place: &usize| limit.counted[place] && said[place] != Said::Closed;
            let mut places: Vec<usize> = (0..said.len()).filter(is_left).collect();
            let most = limit.most.unwrap_or(i64::MAX);
            if limit.over(limit.count(|place| used[place] && said[place] != Said::Closed)) == 0 {
                continue;
            }
            places.sort_by_key(|&place| {
                let is_open = said[place] == Said::Open;
                (!is_open, Reverse(shipments[place]), place)
            });
            for &place in places.iter().skip(most as usize) {
                said[place] = Said::Closed;
            }
        }
        said
    }

    pub(super) fn opening_cost(&self, place: usize) -> i64 {
        self.dataset.locations[place].opening_cost().0
    }

    /// What the prices of limits ask for a location.
    pub(super) fn asked(&self, prices: &[i64], place: usize) -> i64 {
        let each = self.each.iter().zip(prices);
        let of = each.filter(|(limit, _)| limit.counted[place]);
        of.map(|(_, price)| price).sum()
    }
}
