//! What orders share, how much of it a plan uses, and at which prices.

use super::shipped::Shipped;
use crate::domain::{Dataset, LocationIx, Opening, Openings, OrderIx, Settings, WaveIx};
use crate::model::{Coupling, Resource, Row, Usage};
use crate::options::Candidate;
use crate::plan::{Plan, Route, Shipment};
use crate::solve::used_by;
use crate::units::Money;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a plan uses of all that orders share.
pub struct Sharing<'a> {
    dataset: &'a Dataset,
    /// All that is shared, by row.
    pub coupling: Coupling,
    /// By row, how much the plan uses.
    pub used: Vec<i64>,
    /// By row, what one more would be worth at most, in micro-units of money; 0 where nothing is known.
    prices: Vec<i64>,
    /// By location, how many shipments leave it.
    shipments: Vec<u32>,
    /// By row that an order uses once and order, how many of its shipments do.
    counted: BTreeMap<(u32, OrderIx), u32>,
    openings: Openings<'a>,
}

/// What does not fit in what a plan leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// Which row.
    pub row: u32,
    /// By how much, ≥ 1.
    pub by: i64,
}

impl<'a> Sharing<'a> {
    /// Adds up a plan.
    pub fn new(
        dataset: &'a Dataset,
        settings: &Settings,
        plan: &Plan,
        prices: &[(Resource, i64)],
    ) -> Self {
        let coupling = Coupling::new(dataset, settings);
        let by_resource: BTreeMap<Resource, i64> = prices.iter().copied().collect();
        let price = |row: &Row| by_resource.get(&row.resource).copied().unwrap_or(0);
        let mut shipments = vec![0; dataset.locations.len()];
        for shipment in &plan.shipments {
            shipments[dataset.waves[shipment.wave.ix()].location.ix()] += 1;
        }
        let used = shipments.iter().map(|&it| it > 0).collect();
        let mut counted = BTreeMap::new();
        for shipment in &plan.shipments {
            for row in counted_once(dataset, &coupling, shipment) {
                *counted.entry((row, shipment.order)).or_default() += 1;
            }
        }
        Self {
            counted,
            prices: coupling.rows.iter().map(price).collect(),
            used: used_by(dataset, &coupling, plan),
            openings: Openings::new(dataset, used),
            shipments,
            dataset,
            coupling,
        }
    }

    /// What it takes that something leaves a location, too; nothing where something does.
    pub fn opening(&self, location: LocationIx) -> &Opening {
        self.openings.too(location)
    }

    /// What it takes that something leaves a location in the place of some shipments of one order.
    pub fn opening_instead(&self, moved: &[Shipment], location: LocationIx) -> Cow<'_, Opening> {
        let from = |shipment: &Shipment| self.dataset.waves[shipment.wave.ix()].location;
        let mut left: Vec<LocationIx> = moved.iter().map(from).collect();
        let is_last = |place: &LocationIx| {
            let gone = moved.iter().filter(|it| from(it) == *place).count();
            *place != location && gone as u32 == self.shipments[place.ix()]
        };
        left.retain(is_last);
        left.sort_unstable();
        left.dedup();
        if left.is_empty() {
            Cow::Borrowed(self.opening(location))
        } else {
            Cow::Owned(self.openings.instead(&left, location))
        }
    }

    /// What a shipment would use from a wave by a route, by row, each once, in the place of some shipments of its order: no
    /// row that the order uses once and with its others already.
    pub fn usage_of(
        &self,
        shipped: &Shipped,
        (wave, route): (WaveIx, Route),
        moved: &[Shipment],
        found: &mut Vec<Usage>,
    ) {
        let order = shipped.order;
        usage_of(self.dataset, &self.coupling, shipped, (wave, route), found);
        if self.counted.is_empty() {
            return;
        }
        let of_moved = |shipment| counted_once(self.dataset, &self.coupling, shipment);
        let gone: Vec<u32> = moved.iter().flat_map(of_moved).collect();
        found.retain(|(row, _)| {
            let all = self.counted.get(&(*row, order)).copied().unwrap_or(0);
            all as usize == gone.iter().filter(|it| *it == row).count()
        });
    }

    /// One row.
    pub fn row(&self, row: u32) -> &Row {
        &self.coupling.rows[row as usize]
    }

    /// The price of a row, in micro-units of money.
    pub fn price(&self, row: u32) -> i64 {
        self.prices[row as usize]
    }

    /// What something pays for all that it uses, at the prices; a commitment that it helps to keep is taken off.
    pub fn paid(&self, usage: &[Usage]) -> Money {
        let each = usage.iter().map(|&(row, units)| {
            let paid = i128::from(self.price(row)) * i128::from(units);
            if self.row(row).is_commitment() {
                -paid
            } else {
                paid
            }
        });
        let sum: i128 = each.sum();
        Money(i64::try_from(sum).unwrap_or(i64::MAX))
    }

    /// What there is not enough of for something to be used once `given_back` is free, in the order of rows: stock, then
    /// waves, carriers, transfers, rules. What could be bought is not short.
    pub fn short<'b>(
        &'b self,
        usage: &'b [Usage],
        given_back: &'b [Usage],
    ) -> impl Iterator<Item = Short> + 'b {
        usage.iter().filter_map(move |&(row, units)| {
            let data = self.row(row);
            if data.is_commitment() || data.is_open() {
                return None;
            }
            let by = units - self.left(row, given_back) - data.extra;
            (by > 0).then_some(Short { row, by })
        })
    }

    /// The first row of which more would have to be bought.
    pub fn bought(&self, usage: &[Usage], given_back: &[Usage]) -> Option<u32> {
        let mut each = usage.iter().filter(|(row, _)| {
            let data = self.row(*row);
            data.extra > 0 && !data.is_commitment()
        });
        let found = each.find(|&&(row, units)| units > self.left(row, given_back).max(0));
        found.map(|&(row, _)| row)
    }

    /// What is paid for more than there is, overtime and limits at a price, and for what is missing of commitments: how much
    /// more once something is used in the place of `given_back`, what is short of it granted. Opening locations is not in.
    pub fn paid_for_more(&self, usage: &[Usage], given_back: &[Usage]) -> Money {
        let paid = |row: u32, used: i64| {
            let data = self.row(row);
            let over = used - data.capacity;
            let units = if data.is_commitment() {
                (-over).max(0)
            } else {
                over.clamp(0, data.extra)
            };
            data.extra_cost * units
        };
        let mut rows: Vec<u32> = usage.iter().chain(given_back).map(|used| used.0).collect();
        rows.sort_unstable();
        rows.dedup();
        let each = rows.into_iter().filter(|&row| !self.row(row).is_open());
        each.map(|row| {
            let now = self.used[row as usize];
            let then = now + units_in(usage, row) - units_in(given_back, row);
            paid(row, then) - paid(row, now)
        })
        .sum()
    }

    /// How much of a row is left once `given_back` is free; negative where some is bought.
    pub fn left(&self, row: u32, given_back: &[Usage]) -> i64 {
        self.row(row).capacity - self.used[row as usize] + units_in(given_back, row)
    }
}

/// What a shipment would use from a wave by a route, by row, each once.
pub(super) fn usage_of(
    dataset: &Dataset,
    coupling: &Coupling,
    shipped: &Shipped,
    (wave, route): (WaveIx, Route),
    found: &mut Vec<Usage>,
) {
    let candidate = Candidate {
        wave,
        route,
        forward: shipped.forward,
        parcels: 1,
        load: 0,
        mix: 0,
        days_late: 0,
        gain: Money::ZERO,
    };
    let order = &dataset.orders[shipped.order.ix()];
    coupling.usage(dataset, order, &shipped.load, &candidate, found);
}

/// Rows that a shipment uses of those that an order uses once.
fn counted_once(dataset: &Dataset, coupling: &Coupling, shipment: &Shipment) -> Vec<u32> {
    if !coupling.has_once() {
        return Vec::new();
    }
    let shipped = Shipped::new(dataset, shipment);
    let mut usage = vec![];
    usage_of(
        dataset,
        coupling,
        &shipped,
        (shipment.wave, shipment.route),
        &mut usage,
    );
    let rows = usage.into_iter().map(|used| used.0);
    rows.filter(|&row| coupling.counts_once(row)).collect()
}

/// How much of a row something uses.
pub(super) fn units_in(usage: &[Usage], row: u32) -> i64 {
    let found = usage.binary_search_by_key(&row, |used| used.0);
    found.map_or(0, |place| usage[place].1)
}
