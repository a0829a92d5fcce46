//! Quotes of all loads of an order on all its slots, load by load: each fare is looked up once a lane, what a slot adds
//! once.

use super::Candidate;
use super::loads::Load;
use super::policy::carriage_preference;
use super::price::{
    Quote, carrier_fares, handling_cost, keep_useful, move_cost, quotes, quotes_of_way,
    transfer_quote, unit_gain,
};
use super::rates::{Fare, RateIndex};
use super::unpriced::Unpriced;
use super::ways::{Slot, Way};
use crate::domain::{Dataset, LaneIx};
use crate::plan::Route;
use crate::units::Money;
use smallvec::SmallVec;
use std::ops::Range;

/// What one order's quotes are made from.
pub struct Quoting<'a> {
    unpriced: &'a Unpriced<'a>,
    slots: Vec<Here<'a>>,
    fares: Fares<'a>,
    found: Vec<Quote>,
}

/// Fares of the load that is asked for, as they are looked up.
struct Fares<'a> {
    dataset: &'a Dataset,
    loads: &'a [Load],
    /// Which load.
    load: usize,
    /// By lane, which of `all`; `None`: not looked up yet.
    known: Vec<Option<Range<u32>>>,
    /// By lane, what no fare is below; `None`: not looked up yet.
    least: Vec<Option<Option<Money>>>,
    all: Vec<Fare>,
    found: Vec<Fare>,
}

/// A slot, with what is the same for all loads there.
struct Here<'a> {
    slot: &'a Slot,
    /// By line: a unit's worth where it leaves stock; empty where it was brought.
    units: SmallVec<[Money; 4]>,
    /// By line: the most that rules give a unit for the service that takes it; empty where there are no rules.
    preferred: SmallVec<[Money; 4]>,
    /// By way: the lane's number among those of the order.
    lanes: SmallVec<[u32; 4]>,
}

impl<'a> Quoting<'a> {
    /// Prepares the slots.
    pub fn new(unpriced: &'a Unpriced<'a>) -> Self {
        let (dataset, order) = (unpriced.dataset, unpriced.order);
        let slots = &unpriced.slots;
        let mut lanes: SmallVec<[LaneIx; 64]> = slots
            .iter()
            .flat_map(|slot| &slot.ways)
            .filter_map(|way| way.lane)
            .collect();
        lanes.sort_unstable();
        lanes.dedup();
        let number = |way: &Way| {
            let found = way.lane.map(|lane| lanes.binary_search(&lane));
            found.and_then(Result::ok).unwrap_or(0) as u32
        };
        let here = |slot: &'a Slot| {
            let lines = dataset.lines_of(order).iter();
            let units = lines.map(|line| unit_gain(dataset, unpriced.settings, line, slot.wave));
            Here {
                slot,
                units: if slot.forward {
                    SmallVec::new()
                } else {
                    units.collect()
                },
                preferred: most_preferred(unpriced, slot),
                lanes: slot.ways.iter().map(number).collect(),
            }
        };
        Self {
            unpriced,
            slots: slots.iter().map(here).collect(),
            fares: Fares {
                dataset,
                loads: &unpriced.loads,
                load: 0,
                known: vec![None; lanes.len()],
                least: vec![None; lanes.len()],
                all: Vec::new(),
                found: Vec::new(),
            },
            found: Vec::new(),
        }
    }

    /// What a load on a slot, by their positions, could gain at most by any route, as ordered and lateness not in. `None`: no
    /// route takes it.
    pub fn ceiling(&mut self, rates: &RateIndex, slot: usize, load: usize) -> Option<Money> {
        let here = &self.slots[slot];
        let (dataset, settings) = (self.unpriced.dataset, self.unpriced.settings);
        let (order, wave) = (self.unpriced.order, here.slot.wave);
        let data = &self.unpriced.loads[load];
        let mut carriage: Option<Money> = None;
        for (way, &lane) in here.slot.ways.iter().zip(&here.lanes) {
            let gain = match way.route {
                Route::Carrier(_) => self.fares.least(rates, way, lane, load).map(|cost| -cost),
                route => Some(transfer_quote(dataset, settings, order, wave, route, data).gain),
            };
            carriage = carriage.max(gain);
        }
        let preferred = by_units(&here.preferred, data);
        Some(carriage? + preferred + self.common(slot, data))
    }

    /// Adds the candidates of a load on a slot, by their positions.
    pub fn add(&mut self, slot: usize, load: usize, candidates: &mut Vec<Candidate>) {
        let mut found = std::mem::take(&mut self.found);
        for &mix in self.unpriced.mixes_at(slot, load) {
            self.quotes(slot, (load, mix), &mut found);
            self.unpriced
                .add_quoted(slot, (load, mix), &found, candidates);
        }
        self.found = found;
    }

    /// What a load on a slot gains whatever the route, as ordered.
    fn common(&self, slot: usize, load: &Load) -> Money {
        let here = &self.slots[slot];
        let (dataset, settings) = (self.unpriced.dataset, self.unpriced.settings);
        let from = (self.unpriced.order, here.slot.wave);
        by_units(&here.units, load)
            - handling_cost(dataset, here.slot.wave, load)
            - move_cost(dataset, settings, from, here.slot.forward)
    }

    /// The quotes of a load in a mix on a slot, by their positions, that could be part of a best plan.
    fn quotes(&mut self, slot: usize, (load, mix): (usize, u16), found: &mut Vec<Quote>) {
        found.clear();
        let here = &self.slots[slot];
        let (dataset, settings) = (self.unpriced.dataset, self.unpriced.settings);
        if mix > 0 {
            let mixed = self.unpriced.mixed(load, mix);
            let order = self.unpriced.order;
            quotes(dataset, settings, order, here.slot, &mixed, found);
            return;
        }
        let data = &self.unpriced.loads[load];
        let from = (self.unpriced.order, here.slot.wave);
        for (way, &lane) in here.slot.ways.iter().zip(&here.lanes) {
            let fares = self.fares.of(way, lane, load);
            quotes_of_way(dataset, settings, from, way, data, fares, found);
        }
        let common = self.common(slot, data);
        for quote in found.iter_mut() {
            quote.gain += common;
        }
        keep_useful(dataset, found);
    }
}

impl Fares<'_> {
    fn turn_to(&mut self, load: usize) {
        if load != self.load {
            self.load = load;
            self.known.fill(None);
            self.least.fill(None);
            self.all.clear();
        }
    }

    /// What no fare of a load by a way is below; `None`: nothing takes it.
    fn least(&mut self, rates: &RateIndex, way: &Way, lane: u32, load: usize) -> Option<Money> {
        self.turn_to(load);
        let here = way.lane?;
        let (dataset, measure) = (self.dataset, self.loads[load].measure);
        let least = || rates.least(dataset, here, measure);
        *self.least[lane as usize].get_or_insert_with(least)
    }

    fn of(&mut self, way: &Way, lane: u32, load: usize) -> &[Fare] {
        if way.lane.is_none() {
            return &[];
        }
        self.turn_to(load);
        let place = lane as usize;
        let range = match &self.known[place] {
            Some(known) => known.clone(),
            None => {
                carrier_fares(self.dataset, way, &self.loads[load], &mut self.found);
                let first = self.all.len() as u32;
                self.all.extend_from_slice(&self.found);
                let range = first..self.all.len() as u32;
                self.known[place] = Some(range.clone());
                range
            }
        };
        &self.all[range.start as usize..range.end as usize]
    }
}

/// By line of an order: the most that rules give a unit for the service that takes it from a slot; empty where there are no
/// rules.
fn most_preferred(unpriced: &Unpriced<'_>, slot: &Slot) -> SmallVec<[Money; 4]> {
    let dataset = unpriced.dataset;
    if dataset.rules.is_empty() {
        return SmallVec::new();
    }
    let location = dataset.waves[slot.wave.ix()].location;
    let lines = dataset.lines_of(unpriced.order).iter();
    lines
        .map(|line| {
            let preferred = slot.ways.iter().map(|way| match way.route {
                Route::Carrier(service) => carriage_preference(dataset, line, location, service),
                _ => Money::ZERO,
            });
            preferred.fold(Money::ZERO, Money::max)
        })
        .collect()
}

/// What the units of a load come to, by line; nothing where no line says anything.
fn by_units(each: &[Money], load: &Load) -> Money {
    let by_line = each.iter().zip(&load.quantities);
    by_line.fold(Money::ZERO, |sum, (&gain, &units)| {
        sum + gain * i64::from(units)
    })
}
