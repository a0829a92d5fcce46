//! Quotes of all loads of an order on all its slots, load by load: each fare is looked up once a lane, what a slot adds
//! once.

use super::Candidate;
use super::bands::{Held, held};
use super::loads::Load;
use super::policy::carriage_preference;
use super::price::{
    Handling, Quote, accepts, keep_useful, move_cost, quotes, quotes_of_way, stock_gain,
    transfer_quote,
};
use super::rates::{Fare, RateIndex, fares_held};
use super::unpriced::Unpriced;
use super::ways::{Slot, Way};
use crate::domain::{Dataset, LaneIx, ServiceIx, StockIx};
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

/// Fares of the load that is asked for, and what they come to at best, as they are looked up.
struct Fares<'a> {
    dataset: &'a Dataset,
    rates: &'a RateIndex,
    loads: &'a [Load],
    /// The lanes of the order, ascending; they are told by their numbers here.
    lanes: SmallVec<[LaneIx; 64]>,
    /// By lane, the number of its kind.
    kinds: SmallVec<[u32; 64]>,
    /// Which load.
    load: usize,
    /// By kind of lanes, what bands hold it; `None`: not looked up yet.
    held: Vec<Option<Held>>,
    /// By lane, which of `all`; `None`: not looked up yet.
    known: Vec<Option<Range<u32>>>,
    /// By lane, what no fare is below; `None`: not looked up yet.
    least: Vec<Option<Option<Money>>>,
    /// By kind of ways, what carriage gains at most; `None`: not told yet.
    most: Vec<Option<Option<Money>>>,
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
    /// The number of its kind of ways: slots of one kind have the same.
    ways: u32,
    handling: Handling,
    /// What it costs that stock is taken here.
    moved: Money,
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
        let settings = unpriced.settings;
        // The first slot of each kind.
        let mut kinds: SmallVec<[u32; 16]> = SmallVec::new();
        let here = |(position, slot): (usize, &'a Slot)| {
            let lines = dataset.lines_of(order).iter();
            let units = lines.zip(unpriced.cells(position)).map(|(line, cell)| {
                let gain =
                    |cell: StockIx| stock_gain(dataset, settings, line, &dataset.stock[cell.ix()]);
                cell.map_or(Money::ZERO, gain)
            });
            let kind = kinds
                .iter()
                .position(|&first| slots[first as usize].ways == slot.ways);
            let ways = kind.unwrap_or_else(|| {
                kinds.push(position as u32);
                kinds.len() - 1
            });
            Here {
                slot,
                units: if slot.forward {
                    SmallVec::new()
                } else {
                    units.collect()
                },
                preferred: most_preferred(unpriced, slot),
                lanes: slot.ways.iter().map(number).collect(),
                ways: ways as u32,
                handling: Handling::of(dataset, slot.wave),
                moved: move_cost(dataset, settings, (order, slot.wave), slot.forward),
            }
        };
        let here: Vec<Here<'_>> = slots.iter().enumerate().map(here).collect();
        Self {
            unpriced,
            slots: here,
            fares: Fares::new(unpriced, lanes, kinds.len()),
            found: Vec::new(),
        }
    }

    /// What a load on a slot, by their positions, could gain at most by any route, as ordered and lateness not in. `None`: no
    /// route takes it.
    pub fn ceiling(&mut self, slot: usize, load: usize) -> Option<Money> {
        let data = &self.unpriced.loads[load];
        self.fares.turn_to(load);
        let kind = self.slots[slot].ways as usize;
        let carriage = self.fares.most[kind].unwrap_or_else(|| {
            let most = self.most_by_carriage(slot, data);
            self.fares.most[kind] = Some(most);
            most
        });
        let preferred = by_units(&self.slots[slot].preferred, data);
        Some(carriage? + preferred + self.common(slot, data))
    }

    /// What carriage of the load that is asked for gains at most from a slot by any way, lateness not in.
    fn most_by_carriage(&mut self, slot: usize, load: &Load) -> Option<Money> {
        let here = &self.slots[slot];
        let (dataset, settings) = (self.unpriced.dataset, self.unpriced.settings);
        let (order, wave) = (self.unpriced.order, here.slot.wave);
        let gain = |(way, &lane): (&Way, &u32)| match way.route {
            Route::Carrier(_) => self.fares.least(lane).map(|cost| -cost),
            route => Some(transfer_quote(dataset, settings, order, wave, route, load).gain),
        };
        let each = here.slot.ways.iter().zip(&here.lanes).map(gain);
        each.max().flatten()
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
        by_units(&here.units, load) - here.handling.cost(load) - here.moved
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
        self.fares.turn_to(load);
        for (way, &lane) in here.slot.ways.iter().zip(&here.lanes) {
            let fares = self.fares.of(way, lane);
            quotes_of_way(dataset, settings, from, way, data, fares, found);
        }
        let common = self.common(slot, data);
        for quote in found.iter_mut() {
            quote.gain += common;
        }
        keep_useful(dataset, found);
    }
}

impl<'a> Fares<'a> {
    fn new(unpriced: &'a Unpriced<'a>, lanes: SmallVec<[LaneIx; 64]>, ways: usize) -> Self {
        let bands = unpriced.rates.bands();
        let mut known: SmallVec<[u32; 16]> = SmallVec::new();
        let kinds = lanes.iter().map(|&lane| {
            let kind = bands.kind(lane);
            let number = known.iter().position(|&one| one == kind);
            number.unwrap_or_else(|| {
                known.push(kind);
                known.len() - 1
            }) as u32
        });
        let kinds = kinds.collect();
        Self {
            dataset: unpriced.dataset,
            rates: unpriced.rates,
            loads: &unpriced.loads,
            kinds,
            load: 0,
            held: vec![None; known.len()],
            known: vec![None; lanes.len()],
            least: vec![None; lanes.len()],
            most: vec![None; ways],
            lanes,
            all: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Asks for a load: what is known of another is forgotten.
    fn turn_to(&mut self, load: usize) {
        if load != self.load {
            self.load = load;
            self.held.fill(None);
            self.known.fill(None);
            self.least.fill(None);
            self.most.fill(None);
            self.all.clear();
        }
    }

    /// The load that is asked for, with what bands of a lane hold it.
    fn held(&mut self, lane: usize) -> (&'a Load, &Held) {
        let load = &self.loads[self.load];
        let look = || {
            held(
                self.dataset,
                &self.dataset.lanes[self.lanes[lane].ix()],
                load.measure,
            )
        };
        let known = &mut self.held[self.kinds[lane] as usize];
        (load, known.get_or_insert_with(look))
    }

    /// What no fare of the load that is asked for on a lane is below; `None`: nothing takes it.
    fn least(&mut self, lane: u32) -> Option<Money> {
        let lane = lane as usize;
        if let Some(known) = self.least[lane] {
            return known;
        }
        let (dataset, bands, here) = (self.dataset, self.rates.bands(), self.lanes[lane]);
        let (load, held) = self.held(lane);
        let least = bands.least(dataset, here, held, load.measure);
        self.least[lane] = Some(least);
        least
    }

    /// What carriage of the load that is asked for by a way could cost; nothing where it goes by no carrier, or by none that takes it.
    fn of(&mut self, way: &Way, lane: u32) -> &[Fare] {
        let Route::Carrier(service) = way.route else {
            return &[];
        };
        let place = lane as usize;
        let range = match &self.known[place] {
            Some(known) => known.clone(),
            None => {
                let first = self.all.len() as u32;
                self.add(place, service);
                let range = first..self.all.len() as u32;
                self.known[place] = Some(range.clone());
                range
            }
        };
        &self.all[range.start as usize..range.end as usize]
    }

    /// Adds the fares on a lane of a service.
    fn add(&mut self, lane: usize, service: ServiceIx) {
        let (dataset, bands) = (self.dataset, self.rates.bands());
        let data = &dataset.lanes[self.lanes[lane].ix()];
        let mut found = std::mem::take(&mut self.found);
        let (load, held) = self.held(lane);
        if accepts(dataset, service, load) {
            let price = |band, parcels| bands.price(dataset, band, load.measure, parcels);
            fares_held(dataset, data, (held, load.handling), price, &mut found);
            self.all.extend_from_slice(&found);
        }
        self.found = found;
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
