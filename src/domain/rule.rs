//! Business rules: what a scenario asks for beyond the tables.

use super::{Dataset, Line, LocationIx, OpenCount, Order, OrderIx, ServiceIx, Settings, WaveIx};
use crate::units::{MICRO, Money};

/// A rule with what it concerns.
///
/// A rule without services looks at units where they leave stock, whatever carries them; one with services looks at
/// shipments that a carrier takes, also from a hub.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, for messages and files.
    pub name: Box<str>,
    /// By location, whether it concerns it.
    pub locations: Box<[bool]>,
    /// By carrier service, whether it concerns it; `None`: it looks at stock.
    pub services: Option<Box<[bool]>>,
    /// What it asks for.
    pub demand: Demand,
}

/// What a rule asks for, of the lines that have it in their class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// No unit where it concerns.
    Forbid,
    /// No unit elsewhere.
    Require,
    /// So much gained, or lost where negative, by each unit where it concerns.
    Prefer(Money),
    /// So much lost by each unit elsewhere.
    Expect(Money),
    /// All units of an order from one location.
    Together,
    /// So much lost by each location beyond the first that units of an order leave.
    Scattered(Money),
    /// No two lines in one shipment.
    Apart,
    /// So much lost by each line beyond the first in one shipment.
    Crowded(Money),
    /// No more than a limit where it concerns.
    AtMost(Limit),
    /// So many of its locations open.
    Open(OpenCount),
}

/// How much of something may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is counted.
    pub counted: Counted,
    /// Over what.
    pub per: Per,
    /// How many there may be.
    pub most: i64,
    /// Price of each one more; `None`: there may be no more.
    pub price: Option<Money>,
}

/// What a limit counts, of the lines that it concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Units.
    Units,
    /// Lines in shipments.
    Lines,
    /// Shipments with any of them.
    Shipments,
    /// Orders with any of them, each once at each place where it counts.
    Orders,
}

/// Over what a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// All locations and waves together.
    Horizon,
    /// Each location over all its waves.
    Location,
    /// Each wave of each location.
    Wave,
}

impl Limit {
    /// Whether several shipments of an order may count as one: with a wave there is but one of them.
    pub fn counts_once(self) -> bool {
        self.counted == Counted::Orders && self.per != Per::Wave
    }
}

impl Per {
    /// The number of the place where it counts what leaves a location with a wave: 0, the location's or the wave's;
    /// `None`: it counts by wave, and the data no longer have this one.
    pub fn place(self, location: LocationIx, wave: Option<WaveIx>) -> Option<u32> {
        match self {
            Self::Horizon => Some(0),
            Self::Location => Some(location.0),
            Self::Wave => wave.map(|wave| wave.0),
        }
    }
}

impl Rule {
    /// Whether it looks at what a shipment carries rather than at what it takes from stock.
    pub fn looks_at_carriage(&self) -> bool {
        self.services.is_some()
    }

    /// Whether it concerns what leaves stock of a location.
    pub fn concerns_stock_of(&self, location: LocationIx) -> bool {
        self.services.is_none() && self.locations[location.ix()]
    }

    /// Whether it concerns what a carrier's service takes from a location.
    pub fn concerns_carriage(&self, location: LocationIx, service: ServiceIx) -> bool {
        let services = self.services.as_ref();
        self.locations[location.ix()] && services.is_some_and(|services| services[service.ix()])
    }
}

impl Dataset {
    /// The rules that concern a line somewhere, in order.
    pub fn rules_of(&self, line: &Line) -> impl Iterator<Item = &Rule> {
        let numbers = self.classes.get(line.class as usize);
        let numbers = numbers.into_iter().flat_map(|numbers| numbers.iter());
        numbers.map(|&rule| &self.rules[rule as usize])
    }

    /// The numbers of the same.
    pub fn rule_numbers_of(&self, line: &Line) -> &[u16] {
        self.classes
            .get(line.class as usize)
            .map_or(&[], |numbers| numbers)
    }

    /// What a limit leaves to plan at a place that it counts over: earlier work that stays has used some.
    pub fn limit_left(&self, rule: u16, limit: Limit, place: u32) -> i64 {
        let taken = self.limits_taken.get(&(rule, place)).copied();
        (limit.most - taken.unwrap_or(0)).max(0)
    }

    /// Whether an order counts already for a limit of orders at a place, by earlier work that stays.
    pub fn is_counted(&self, rule: u16, place: u32, order: OrderIx) -> bool {
        self.counted.contains(&(rule, place, order))
    }

    /// Whether a rule limits what a carrier's service takes.
    pub fn is_limited(&self, service: ServiceIx) -> bool {
        self.rules.iter().any(|rule| {
            let services = rule.services.as_ref();
            matches!(rule.demand, Demand::AtMost(_))
                && services.is_some_and(|services| services[service.ix()])
        })
    }

    /// Whether a shipment of an order from a location's stock is one that the plan before did not have.
    pub fn is_move(&self, order: OrderIx, location: LocationIx) -> bool {
        let before = self.planned.get(self.orders[order.ix()].planned as usize);
        before.is_some_and(|places| !places.is_empty() && places.binary_search(&location).is_err())
    }

    /// Such shipments at most; `None`: any number.
    pub fn most_moves(&self, settings: &Settings) -> Option<i64> {
        let before = |order: &&Order| {
            let places = self.planned.get(order.planned as usize);
            places.is_some_and(|places| !places.is_empty())
        };
        let planned = self.orders.iter().filter(before).count() as i128;
        let share = i128::from(settings.max_moved_micro?);
        Some((planned * share / i128::from(MICRO)) as i64)
    }

    /// Whether a location has declined a line.
    pub fn is_declined(&self, line: &Line, location: LocationIx) -> bool {
        let declined = self.declined.get(line.declined as usize);
        declined.is_some_and(|locations| locations.binary_search(&location).is_ok())
    }
}
