//! Quotes of all loads of an order on all its slots: each fare is looked up once a lane and load, what a slot adds once.

use super::loads::Load;
use super::price::{Quote, carrier_fares, handling_cost, keep_useful, quotes_of_way, unit_gain};
use super::rates::Fare;
use super::ways::{Slot, Way};
use crate::domain::{Dataset, LaneIx, OrderIx, Settings};
use crate::units::Money;
use std::ops::Range;

/// What one order's quotes are made from.
pub(super) struct Quoting<'a> {
    dataset: &'a Dataset,
    settings: &'a Settings,
    order: OrderIx,
    loads: &'a [Load],
    slots: Vec<Here<'a>>,
    /// By lane and load, which fares; `None`: not looked up yet.
    known: Vec<Option<Range<u32>>>,
    fares: Vec<Fare>,
    found_fares: Vec<Fare>,
}

/// A slot, with what is the same for all loads there.
struct Here<'a> {
    slot: &'a Slot,
    /// By line: a unit's worth where it leaves stock; empty where it was brought.
    units: Vec<Money>,
    /// By way: the lane's number among those of the order.
    lanes: Vec<u32>,
}

impl<'a> Quoting<'a> {
    /// Prepares the slots.
    pub fn new(
        dataset: &'a Dataset,
        settings: &'a Settings,
        order: OrderIx,
        loads: &'a [Load],
        slots: &'a [Slot],
    ) -> Self {
        let mut lanes: Vec<LaneIx> = slots
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
            let units = lines.map(|line| unit_gain(dataset, settings, line, slot.wave));
            Here {
                slot,
                units: if slot.forward {
                    Vec::new()
                } else {
                    units.collect()
                },
                lanes: slot.ways.iter().map(number).collect(),
            }
        };
        Self {
            dataset,
            settings,
            order,
            loads,
            slots: slots.iter().map(here).collect(),
            known: vec![None; lanes.len() * loads.len()],
            fares: Vec::new(),
            found_fares: Vec::new(),
        }
    }

    /// The quotes of a load on a slot, by their positions, that could be part of a best plan.
    pub fn quotes(&mut self, slot: usize, load: usize, found: &mut Vec<Quote>) {
        found.clear();
        let slots = std::mem::take(&mut self.slots);
        let here = &slots[slot];
        let (dataset, settings) = (self.dataset, self.settings);
        let data = &self.loads[load];
        for (way, &lane) in here.slot.ways.iter().zip(&here.lanes) {
            let fares = self.fares_of(way, lane, load);
            let fares = &self.fares[fares.start as usize..fares.end as usize];
            let from = (self.order, here.slot.wave);
            quotes_of_way(dataset, settings, from, way, data, fares, found);
        }
        let by_line = here.units.iter().zip(&data.quantities);
        let stock_side = by_line.fold(Money::ZERO, |sum, (&gain, &units)| {
            sum + gain * i64::from(units)
        });
        let common = stock_side - handling_cost(dataset, here.slot.wave, data);
        for quote in found.iter_mut() {
            quote.gain += common;
        }
        keep_useful(dataset, found);
        self.slots = slots;
    }

    fn fares_of(&mut self, way: &Way, lane: u32, load: usize) -> Range<u32> {
        if way.lane.is_none() {
            return 0..0;
        }
        let place = lane as usize * self.loads.len() + load;
        if let Some(known) = &self.known[place] {
            return known.clone();
        }
        carrier_fares(self.dataset, way, &self.loads[load], &mut self.found_fares);
        let first = self.fares.len() as u32;
        self.fares.extend_from_slice(&self.found_fares);
        let range = first..self.fares.len() as u32;
        self.known[place] = Some(range.clone());
        range
    }
}
