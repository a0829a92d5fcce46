//! Quotes of all loads of an order on all its slots, load by load: each fare is looked up once a lane, what a slot adds
//! once.

use super::Candidate;
use super::bands::Held;
use super::loads::Load;
use super::policy::carriage_preference;
use super::price::{
    Charges, Quote, accepts, keep_useful, move_cost, quotes, quotes_of_way, stock_gain,
    transfer_quote,
};
use super::rates::{Fare, RateIndex, fares_held};
use super::unpriced::Unpriced;
use super::ways::{Slot, Way};
use crate::domain::{Dataset, LaneIx, Line, ServiceIx, StockIx};
use crate::plan::Route;
use crate::units::Money;
use smallvec::SmallVec;
use std::ops::Range;

/// Loads times kinds of lanes up to which it is kept what bands hold them.
const HELD: usize = 4_096;

/// What one order's quotes are made from.
pub struct Quoting<'a> {
    unpriced: &'a Unpriced<'a>,
    slots: Vec<Here<'a>>,
    /// By kind of slots and way: the lane's number among those of the order.
    lanes: Vec<SmallVec<[u32; 4]>>,
    /// By slot and line: a unit's worth where it leaves stock; nothing where it was brought.
    units: Vec<Money>,
    /// By slot and line: the most that rules give a unit for the service that takes it; empty where there are no rules.
    preferred: Vec<Money>,
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
    /// By load, as far as it is kept, and kind of lanes, what bands hold it; `None`: not looked up yet.
    held: Vec<Option<Held>>,
    /// Loads of which that is kept: all, or where that is too much one.
    kept: usize,
    /// By lane, which of `all`; `None`: not looked up yet.
    known: Vec<Option<Range<u32>>>,
    /// By lane, what no fare is below; `None`: not looked up yet.
    least: Vec<Option<Option<Money>>>,
    /// By kind of slots, what carriage gains at most; `None`: not told yet.
    most: Vec<Option<Option<Money>>>,
    all: Vec<Fare>,
    found: Vec<Fare>,
}

/// A slot, with what is the same for all loads there.
struct Here<'a> {
    slot: &'a Slot,
    /// The number of its kind: slots of one kind have the same ways.
    kind: u32,
    charges: Charges,
    /// What it costs that stock is taken here.
    moved: Money,
}

impl<'a> Quoting<'a> {
    /// Prepares the slots.
    pub fn new(unpriced: &'a Unpriced<'a>) -> Self {
        let (dataset, order) = (unpriced.dataset, unpriced.order);
        let (slots, settings) = (&unpriced.slots, unpriced.settings);
        // The first slot of each kind.
        let mut kinds: SmallVec<[u32; 16]> = SmallVec::new();
        let here = |(position, slot): (usize, &'a Slot)| {
            let is_alike = |&first: &u32| slots[first as usize].ways == slot.ways;
            let kind = kinds.iter().position(is_alike).unwrap_or_else(|| {
                kinds.push(position as u32);
                kinds.len() - 1
            });
            Here {
                slot,
                kind: kind as u32,
                charges: Charges::of(dataset, slot.wave),
                moved: move_cost(dataset, settings, (order, slot.wave), slot.forward),
            }
        };
        let here: Vec<Here<'_>> = slots.iter().enumerate().map(here).collect();
        let of_kinds = || kinds.iter().map(|&first| &slots[first as usize].ways);
        let mut lanes: SmallVec<[LaneIx; 64]> =
            of_kinds().flatten().filter_map(|way| way.lane).collect();
        lanes.sort_unstable();
        lanes.dedup();
        let number = |way: &Way| {
            let found = way.lane.map(|lane| lanes.binary_search(&lane));
            found.and_then(Result::ok).unwrap_or(0) as u32
        };
        let numbers = of_kinds().map(|ways| ways.iter().map(number).collect());
        let numbers: Vec<SmallVec<[u32; 4]>> = numbers.collect();
        let lines = dataset.lines_of(order);
        let mut units = Vec::with_capacity(slots.len() * lines.len());
        for (position, slot) in slots.iter().enumerate() {
            let gain = |(line, cell): (&Line, &Option<StockIx>)| match cell {
                Some(cell) if !slot.forward => {
                    stock_gain(dataset, settings, line, &dataset.stock[cell.ix()])
                }
                _ => Money::ZERO,
            };
            units.extend(lines.iter().zip(unpriced.cells(position)).map(gain));
        }
        Self {
            unpriced,
            slots: here,
            lanes: numbers,
            units,
            preferred: most_preferred(unpriced),
            fares: Fares::new(unpriced, lanes, kinds.len()),
            found: Vec::new(),
        }
    }

    /// What a load on a slot, by their positions, could gain at most by any route, as ordered and lateness not in. `None`: no
    /// route takes it.
    pub fn ceiling(&mut self, slot: usize, load: usize) -> Option<Money> {
        let data = &self.unpriced.loads[load];
        self.fares.turn_to(load);
        let kind = self.slots[slot].kind as usize;
        let carriage = self.fares.most[kind].unwrap_or_else(|| {
            let most = self.most_by_carriage(slot, data);
            self.fares.most[kind] = Some(most);
            most
        });
        let preferred = by_units(self.at(slot, &self.preferred), data);
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
        let lanes = &self.lanes[here.kind as usize];
        let each = here.slot.ways.iter().zip(lanes).map(gain);
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

    /// Of something by slot and line what is of a slot.
    fn at<'m>(&self, slot: usize, all: &'m [Money]) -> &'m [Money] {
        let lines = all.len() / self.slots.len();
        &all[slot * lines..][..lines]
    }

    /// What a load on a slot gains whatever the route, as ordered.
    fn common(&self, slot: usize, load: &Load) -> Money {
        let here = &self.slots[slot];
        by_units(self.at(slot, &self.units), load) - here.charges.cost(load) - here.moved
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
        let lanes = &self.lanes[here.kind as usize];
        for (way, &lane) in here.slot.ways.iter().zip(lanes) {
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
    fn new(
        unpriced: &'a Unpriced<'a>,
        lanes: SmallVec<[LaneIx; 64]>,
        kinds_of_slots: usize,
    ) -> Self {
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
        let loads = unpriced.loads.len();
        let kept = if loads * known.len() <= HELD {
            loads
        } else {
            1
        };
        Self {
            dataset: unpriced.dataset,
            rates: unpriced.rates,
            loads: &unpriced.loads,
            kinds,
            load: 0,
            held: vec![None; kept * known.len()],
            kept,
            known: vec![None; lanes.len()],
            least: vec![None; lanes.len()],
            most: vec![None; kinds_of_slots],
            lanes,
            all: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Asks for a load: what is known of another is forgotten.
    fn turn_to(&mut self, load: usize) {
        if load != self.load {
            self.load = load;
            if self.kept == 1 {
                self.held.fill(None);
            }
            self.known.fill(None);
            self.least.fill(None);
            self.most.fill(None);
            self.all.clear();
        }
    }

    /// The load that is asked for, with what bands of a lane hold it.
    fn held(&mut self, lane: usize) -> (&'a Load, &Held) {
        let load = &self.loads[self.load];
        let bands = self.rates.bands();
        let look = || bands.held(self.dataset, self.lanes[lane], load.measure);
        let of_load = self.held.len() / self.kept * (self.load % self.kept);
        let known = &mut self.held[of_load + self.kinds[lane] as usize];
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
            let asked = (load.handling, load.measure);
            let fare = |band| bands.fare(dataset, band, asked);
            fares_held(data, held, fare, &mut found);
            self.all.extend_from_slice(&found);
        }
        self.found = found;
    }
}

/// By slot and line of an order: the most that rules give a unit for the service that takes it; empty where there are no rules.
fn most_preferred(unpriced: &Unpriced<'_>) -> Vec<Money> {
    let dataset = unpriced.dataset;
    if dataset.rules.is_empty() {
        return Vec::new();
    }
    let lines = dataset.lines_of(unpriced.order);
    let of_slot = |slot: &Slot| {
        let location = dataset.waves[slot.wave.ix()].location;
        let of_line = move |line: &Line| {
            let preferred = slot.ways.iter().map(|way| match way.route {
                Route::Carrier(service) => carriage_preference(dataset, line, location, service),
                _ => Money::ZERO,
            });
            preferred.fold(Money::ZERO, Money::max)
        };
        lines.iter().map(of_line).collect::<SmallVec<[Money; 4]>>()
    };
    unpriced.slots.iter().flat_map(of_slot).collect()
}

/// What the units of a load come to, by line; nothing where no line says anything.
fn by_units(each: &[Money], load: &Load) -> Money {
    let by_line = each.iter().zip(&load.quantities);
    by_line.fold(Money::ZERO, |sum, (&gain, &units)| {
        sum + gain * i64::from(units)
    })
}
