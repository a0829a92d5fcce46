//! Quotes of all loads of an order on all its slots, load by load: each fare is looked up once a lane, what a slot adds
//! once.

use super::loads::Load;
use super::price::{
    Quote, carrier_fares, handling_cost, keep_useful, move_cost, quotes, quotes_of_way, unit_gain,
};
use super::rates::Fare;
use super::unpriced::Unpriced;
use super::ways::{Slot, Way};
use crate::domain::{Dataset, LaneIx};
use crate::units::Money;
use smallvec::SmallVec;
use std::ops::Range;

/// What one order's quotes are made from.
pub(super) struct Quoting<'a> {
    unpriced: &'a Unpriced<'a>,
    slots: Vec<Here<'a>>,
    fares: Fares<'a>,
}

/// Fares of the load that is asked for, as they are looked up.
struct Fares<'a> {
    dataset: &'a Dataset,
    loads: &'a [Load],
    /// Which load.
    load: usize,
    /// By lane, which of `all`; `None`: not looked up yet.
    known: Vec<Option<Range<u32>>>,
    all: Vec<Fare>,
    found: Vec<Fare>,
}

/// A slot, with what is the same for all loads there.
struct Here<'a> {
    slot: &'a Slot,
    /// By line: a unit's worth where it leaves stock; empty where it was brought.
    units: SmallVec<[Money; 4]>,
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
                all: Vec::new(),
                found: Vec::new(),
            },
        }
    }

    /// The quotes of a load in a mix on a slot, by their positions, that could be part of a best plan.
    pub fn quotes(&mut self, slot: usize, (load, mix): (usize, u16), found: &mut Vec<Quote>) {
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
        let by_line = here.units.iter().zip(&data.quantities);
        let stock_side = by_line.fold(Money::ZERO, |sum, (&gain, &units)| {
            sum + gain * i64::from(units)
        });
        let common = stock_side
            - handling_cost(dataset, here.slot.wave, data)
            - move_cost(dataset, settings, from, here.slot.forward);
        for quote in found.iter_mut() {
            quote.gain += common;
        }
        keep_useful(dataset, found);
    }
}

impl Fares<'_> {
    fn of(&mut self, way: &Way, lane: u32, load: usize) -> &[Fare] {
        if way.lane.is_none() {
            return &[];
        }
        if load != self.load {
            self.load = load;
            self.known.fill(None);
            self.all.clear();
        }
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
