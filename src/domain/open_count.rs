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

    /// By location, whether earlier work that stays leaves it within what is planned, or has left it on the day of planning: its
    /// fixed cost is paid.
    pub fn open_before(&self) -> Vec<bool> {
        let mut open = vec![false; self.locations.len()];
        for kept in self.kept.iter().filter(|kept| kept.counts_today) {
            open[kept.location.ix()] = true;
        }
        open
    }

    /// By location, whether it is open where something leaves those `used`: these, and the cheapest of the idle ones that rules
    /// ask for without having too many anywhere. Where no choice of idle ones is enough, none is added.
    pub fn open_with(&self, used: &[bool]) -> Vec<bool> {
        self.open_with_but(used, &vec![false; used.len()])
    }

    /// The same where some are not to be open if nothing leaves them.
    pub fn open_with_but(&self, used: &[bool], barred: &[bool]) -> Vec<bool> {
        let counts: Vec<Counting<'_>> = self.countings().map(|(_, it)| it).collect();
        let open = self.cheapest_open(&counts, used, barred);
        open.unwrap_or_else(|| used.to_vec())
    }

    /// By location, whether it is open where something leaves those `used` and these counts alone hold; `None`: no choice of
    /// idle ones is enough.
    pub(super) fn cheapest_open(
        &self,
        counts: &[Counting<'_>],
        used: &[bool],
        barred: &[bool],
    ) -> Option<Vec<bool>> {
        if counts.iter().all(|it| it.missing(used) <= 0) {
            return Some(used.to_vec());
        }
        let search = Idle::search(self, counts, (used, barred), false);
        search.best.map(|(_, open)| open)
    }

    /// Rules on open locations, by position, that no choice of locations keeps together, and of which none can be left out;
    /// none: some choice keeps all rules, or that could not be told with little effort.
    pub fn open_conflict(&self) -> Vec<usize> {
        let mut rules: Vec<(usize, Counting<'_>)> = self.countings().collect();
        if rules.iter().all(|(_, it)| it.count.least <= 0) {
            return vec![];
        }
        let before = self.open_before();
        let none = vec![false; before.len()];
        let cannot_hold = |rules: &[(usize, Counting<'_>)]| {
            let counts: Vec<Counting<'_>> = rules.iter().map(|(_, it)| *it).collect();
            let search = Idle::search(self, &counts, (&before, &none), true);
            search.best.is_none() && search.steps <= IDLE_STEPS
        };
        if !cannot_hold(&rules) {
            return vec![];
        }
        for place in (0..rules.len()).rev() {
            let mut fewer = rules.clone();
            fewer.remove(place);
            if cannot_hold(&fewer) {
                rules = fewer;
            }
        }
        rules.into_iter().map(|(rule, _)| rule).collect()
    }

    /// An [`Self::open_conflict`] in words.
    pub fn told_open_conflict(&self, rules: &[usize]) -> String {
        let names: Vec<&str> = rules.iter().map(|&rule| &*self.rules[rule].name).collect();
        match names[..] {
            [] => "no choice of open locations keeps all rules of action open".to_owned(),
            [name] => format!("no choice of open locations keeps the rule {name}"),
            _ => format!(
                "no choice of open locations keeps the rules {} together",
                names.join(", ")
            ),
        }
    }

    /// How many of the locations that a rule counts could be open.
    pub fn could_be_open(&self, counted: &[bool]) -> usize {
        let places = self.locations.iter().zip(self.open_before()).zip(counted);
        let could =
            places.filter(|((place, before), of)| **of && (*before || place.open != Open::No));
        could.count()
    }

    /// Rules on open locations, by position, as they count.
    pub(super) fn countings(&self) -> impl Iterator<Item = (usize, Counting<'_>)> {
        let each = self.open_counts();
        each.map(|(rule, count, counted)| (rule, Counting { count, counted }))
    }
}

/// A rule on open locations with those that it counts.
#[derive(Clone, Copy)]
pub(super) struct Counting<'a> {
    pub count: OpenCount,
    pub counted: &'a [bool],
}

impl Counting<'_> {
    /// How many of them are open.
    pub fn open(&self, open: &[bool]) -> i64 {
        open.iter()
            .zip(self.counted)
            .filter(|(open, of)| **open && **of)
            .count() as i64
    }

    /// How many of them are over the limit, and what that costs.
    pub fn over(&self, open: &[bool], before: &[bool]) -> (i64, Money) {
        self.count.over(self.open(open), self.open(before))
    }

    /// How many more must be open; negative where more are than must.
    pub fn missing(&self, open: &[bool]) -> i64 {
        self.count.least - self.open(open)
    }
}

/// Steps at most of looking for the cheapest idle locations.
const IDLE_STEPS: usize = 20_000;

/// The search for the cheapest locations to be kept open.
struct Idle<'a> {
    dataset: &'a Dataset,
    counts: &'a [Counting<'a>],
    open: Vec<bool>,
    /// Locations that stay closed on this branch.
    barred: Vec<bool>,
    steps: usize,
    /// Whether any choice will do, not the cheapest alone.
    is_any: bool,
    /// The least cost so far, with the locations that are open then.
    best: Option<(i64, Vec<bool>)>,
}

impl<'a> Idle<'a> {
    /// Looks for the cheapest locations to be open beside these, or for any; not for those that are barred.
    fn search(
        dataset: &'a Dataset,
        counts: &'a [Counting<'a>],
        (open, barred): (&[bool], &[bool]),
        is_any: bool,
    ) -> Self {
        let mut search = Self {
            dataset,
            counts,
            open: open.to_vec(),
            barred: barred.to_vec(),
            steps: 0,
            is_any,
            best: None,
        };
        let begun = search.over_cost();
        search.add(0, begun);
        search
    }

    /// Opens locations until no rule misses any.
    fn add(&mut self, paid: i64, before: i64) {
        self.steps += 1;
        let cost = paid.saturating_add(self.over_cost()).saturating_sub(before);
        let Some(counting) = self.counts.iter().find(|it| it.missing(&self.open) > 0) else {
            if self.best.as_ref().is_none_or(|(best, _)| cost < *best) {
                self.best = Some((cost, self.open.clone()));
            }
            return;
        };
        let missing = counting.missing(&self.open) as usize;
        let mut idle: Vec<usize> = (0..self.open.len())
            .filter(|&place| counting.counted[place] && self.may_add(place))
            .collect();
        idle.sort_by_key(|&place| (self.opening_cost(place), place));
        let mut barred = vec![];
        for (position, &place) in idle.iter().enumerate() {
            let next = idle.iter().skip(position).take(missing);
            let least: i64 = next.map(|&place| self.opening_cost(place)).sum();
            let is_beaten = self
                .best
                .as_ref()
                .is_some_and(|(best, _)| cost.saturating_add(least) >= *best);
            let too_few = idle.len() - position < missing;
            let is_enough = self.is_any && self.best.is_some();
            if is_enough || is_beaten || too_few || self.steps > IDLE_STEPS {
                break;
            }
            self.open[place] = true;
            self.add(paid + self.opening_cost(place), before);
            self.open[place] = false;
            self.barred[place] = true;
            barred.push(place);
        }
        for place in barred {
            self.barred[place] = false;
        }
    }

    fn opening_cost(&self, place: usize) -> i64 {
        self.dataset.locations[place].opening_cost().0
    }

    /// Whether a location may be opened without one too many anywhere.
    fn may_add(&self, place: usize) -> bool {
        let is_free = !self.open[place] && !self.barred[place];
        let mut hard = self
            .counts
            .iter()
            .filter(|it| it.counted[place] && it.count.price.is_none());
        is_free
            && self.dataset.locations[place].open != Open::No
            && hard.all(|it| it.count.most.is_none_or(|most| it.open(&self.open) < most))
    }

    /// What is over limits at a price.
    fn over_cost(&self) -> i64 {
        let of = |it: &Counting<'_>| it.count.over(it.open(&self.open), 0).1.0;
        self.counts.iter().map(of).sum()
    }
}
