//! What an order's options are made of, before anything is priced: whoever needs few candidates prices only these.

use super::loads::{self, Load, Mix, mixes_of, pieces_of, plain_mixes_of, search_steps};
use super::price::{Quote, quotes};
use super::quoting::Quoting;
use super::rates::RateIndex;
use super::ways::Slot;
use super::{Candidate, LOADS_LIMIT_OF_MANY, OrderOptions, STATES_LIMIT, STEPS_LIMIT};
use crate::domain::{Dataset, Fill, Line, Objective, OrderIx, Settings, ShipComplete, StockIx};
use crate::plan::Route;
use crate::units::Money;
use std::borrow::Cow;

/// Mixes at most that the loads of an order are listed in.
const MIXES_LIMIT: usize = 512;

/// The loads of an order and from where they could leave.
pub struct Unpriced<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) settings: &'a Settings,
    pub(super) rates: &'a RateIndex,
    /// Which order.
    pub order: OrderIx,
    loads_limit: usize,
    /// Whether loads are too many to list: then there are none until some are selected.
    pub wide: bool,
    /// Whether at most one shipment can reach the customer, so that its lateness is part of its value.
    pub late_folded: bool,
    /// What shipments can carry.
    pub loads: Vec<Load>,
    /// In which forms that is made, the first as ordered from stock; empty: all is that.
    pub mixes: Vec<Mix>,
    /// By slot and load, its mixes; empty where all is as ordered.
    mixes_at: Vec<Vec<u16>>,
    /// Locations and waves with their ways, by wave.
    pub slots: Vec<Slot>,
    /// By slot and line, its cell of what is ordered there.
    cells: Vec<Option<StockIx>>,
}

impl<'a> Unpriced<'a> {
    pub(super) fn new(
        dataset: &'a Dataset,
        settings: &'a Settings,
        (rates, slots): (&'a RateIndex, Vec<Slot>),
        order: OrderIx,
        loads_limit: usize,
    ) -> Self {
        let goes_by_hub = slots.iter().any(|slot| slot.forward);
        let loads_limit = if dataset.orders[order.ix()].max_shipments > 2 || goes_by_hub {
            loads_limit.min(LOADS_LIMIT_OF_MANY)
        } else {
            loads_limit
        };
        let listed = loads::loads_of(dataset, order, &slots, loads_limit)
            .filter(|loads| is_searchable(dataset, settings, order, loads));
        let mut unpriced = Self {
            dataset,
            settings,
            rates,
            order,
            loads_limit,
            wide: listed.is_none(),
            late_folded: reached_once(dataset, order),
            loads: listed.unwrap_or_default(),
            mixes: Vec::new(),
            mixes_at: Vec::new(),
            cells: cells_at(dataset, order, &slots),
            slots,
        };
        if unpriced.slots.iter().any(|slot| !slot.made.is_empty())
            && !unpriced.wide
            && !unpriced.mix(true, |load, slot| mixes_of(&load.quantities, &slot.made))
        {
            (unpriced.wide, unpriced.loads) = (true, Vec::new());
        }
        unpriced
    }

    /// Finds in which forms each load can be made on each slot; `false` where they are too many and all are wanted. Where not
    /// all are, those beyond the limit are left out.
    fn mix(
        &mut self,
        are_all_wanted: bool,
        ways: impl Fn(&Load, &Slot) -> Option<Vec<Mix>>,
    ) -> bool {
        let mut mixes: Vec<Mix> = vec![Mix::default()];
        let mut mixes_at = Vec::with_capacity(self.slots.len() * self.loads.len());
        for slot in &self.slots {
            for load in &self.loads {
                let fitting = if slot.forward || !load.fits(&slot.limits) {
                    Some(vec![Mix::default()])
                } else {
                    ways(load, slot)
                };
                let Some(fitting) = fitting else {
                    return false;
                };
                let number = |mix: Mix| {
                    let known = mixes.iter().position(|other| *other == mix);
                    if known.is_none() && (are_all_wanted || mixes.len() < MIXES_LIMIT) {
                        mixes.push(mix);
                        return Some((mixes.len() - 1) as u16);
                    }
                    known.map(|known| known as u16)
                };
                mixes_at.push(fitting.into_iter().filter_map(number).collect());
                if mixes.len() > MIXES_LIMIT {
                    return false;
                }
            }
        }
        (self.mixes, self.mixes_at) = (mixes, mixes_at);
        true
    }

    /// By line, the cell of what is ordered at a slot, by its position.
    pub fn cells(&self, slot: usize) -> &[Option<StockIx>] {
        let lines = self.dataset.lines_of(self.order).len();
        &self.cells[slot * lines..][..lines]
    }

    /// The mixes of a load on a slot, by their numbers.
    pub(super) fn mixes_at(&self, slot: usize, load: usize) -> &[u16] {
        const AS_ORDERED: &[u16] = &[0];
        let place = slot * self.loads.len() + load;
        self.mixes_at.get(place).map_or(AS_ORDERED, |mixes| mixes)
    }

    /// A load in a mix.
    pub(super) fn mixed(&self, load: usize, mix: u16) -> Load {
        let mix = &self.mixes[usize::from(mix)];
        self.loads[load].with_mix(self.dataset, self.order, mix)
    }

    /// With a selection of loads, and some more, where they are too many to list.
    pub(super) fn with_selection(mut self, more: &[Vec<u32>]) -> Self {
        if self.wide {
            let (dataset, order) = (self.dataset, self.order);
            let selected = loads::selected(dataset, order, &self.slots, self.loads_limit);
            self.loads = loads::with_loads(dataset, order, selected, more);
            if self.slots.iter().any(|slot| !slot.made.is_empty()) {
                self.mix(false, |load, slot| {
                    Some(plain_mixes_of(&load.quantities, &slot.made))
                });
            }
        }
        self
    }

    /// Whether all of a load could leave from a slot, both by position.
    pub fn fits(&self, slot: usize, load: usize) -> bool {
        self.loads[load].fits(&self.slots[slot].limits)
    }

    /// Whether a shipment's worth is told by its load and slot: it goes by no hub and is made in one form.
    pub fn is_plain(&self) -> bool {
        let by_hub = |slot: &Slot| {
            let mut ways = slot.ways.iter();
            slot.forward || ways.any(|way| matches!(way.route, Route::ToHub(..)))
        };
        self.mixes.is_empty() && !self.slots.iter().any(by_hub)
    }

    /// Each load with each slot that it fits, both by position, load by load.
    pub fn places(&self) -> impl Iterator<Item = (usize, usize)> + use<'_, 'a> {
        // Most locations lack a line of most loads: told by a bit a line, before units are compared.
        let of_slot = |slot: &Slot| lines_of(&slot.limits);
        let has: Vec<u64> = self.slots.iter().map(of_slot).collect();
        let of_load = |load: &Load| lines_of(&load.quantities);
        let asked: Vec<u64> = self.loads.iter().map(of_load).collect();
        let slots = move |load: usize| (0..self.slots.len()).map(move |slot| (load, slot));
        let all = (0..self.loads.len()).flat_map(slots);
        all.filter(move |&(load, slot)| asked[load] & !has[slot] == 0 && self.fits(slot, load))
    }

    /// The options with all candidates.
    pub fn priced(&self) -> OrderOptions {
        let mut candidates = Vec::with_capacity(self.slots.len());
        let mut quoting = Quoting::new(self);
        for (load, slot) in self.places() {
            quoting.add(slot, load, &mut candidates);
        }
        self.with(candidates)
    }

    /// The options with these candidates.
    pub fn with(&self, candidates: Vec<Candidate>) -> OrderOptions {
        let slots = if self.wide { &self.slots[..] } else { &[] };
        OrderOptions {
            wide: self.wide,
            late_folded: self.late_folded,
            loads: self.loads.iter().cloned().collect(),
            mixes: self.mixes.iter().cloned().collect(),
            candidates: candidates.into_iter().collect(),
            slots: slots.iter().cloned().collect(),
            beyond: None,
        }
    }

    /// Whether a best plan could have a direct shipment of a load that gains so much, where nothing hangs on its service.
    ///
    /// Useful are loads with part of a ship-complete line, and everything where filling comes first.
    pub fn is_worth_it(&self, load: usize, gain: Money) -> bool {
        let lines = self.dataset.lines_of(self.order);
        let whole = self.dataset.orders[self.order.ix()].ship_complete;
        let partial = || {
            let mut each = lines.iter().zip(&self.loads[load].quantities);
            each.any(|(line, &units)| units > 0 && units < line.quantity)
        };
        gain > Money::ZERO
            || self.settings.objective != Objective::Profit
            || whole == ShipComplete::Order
            || (whole == ShipComplete::Line && partial())
    }

    /// Adds the candidates of a load on a slot, by position, also those that no best plan needs; none where it does not fit.
    /// `quotes_here` is for reuse.
    pub fn price(
        &self,
        slot: usize,
        load: usize,
        quotes_here: &mut Vec<Quote>,
        candidates: &mut Vec<Candidate>,
    ) {
        if !self.fits(slot, load) {
            return;
        }
        let from = &self.slots[slot];
        let (dataset, settings) = (self.dataset, self.settings);
        for &mix in self.mixes_at(slot, load) {
            let data = if mix == 0 {
                Cow::Borrowed(&self.loads[load])
            } else {
                Cow::Owned(self.mixed(load, mix))
            };
            quotes(dataset, settings, self.order, from, &data, quotes_here);
            let each = quotes_here.iter();
            candidates.extend(each.map(|quote| self.candidate(from, (load, mix), quote)));
        }
    }

    /// Adds the useful candidates of a load in a mix on a slot by its quotes there.
    pub(super) fn add_quoted(
        &self,
        slot: usize,
        (load, mix): (usize, u16),
        quotes: &[Quote],
        candidates: &mut Vec<Candidate>,
    ) {
        let slot = &self.slots[slot];
        let each = quotes.iter();
        let each = each.map(|quote| self.candidate(slot, (load, mix), quote));
        candidates.extend(each.filter(|candidate| self.is_useful(candidate)));
    }

    /// A load in a mix on a slot by a quote.
    fn candidate(&self, slot: &Slot, (load, mix): (usize, u16), quote: &Quote) -> Candidate {
        let mut gain = quote.gain;
        if self.late_folded {
            let each = self.dataset.orders[self.order.ix()].late_cost_per_day;
            gain -= each * i64::from(quote.days_late);
        }
        Candidate {
            wave: slot.wave,
            route: quote.route,
            forward: slot.forward,
            parcels: quote.parcels,
            load: load as u32,
            mix,
            days_late: quote.days_late,
            gain,
        }
    }

    /// Whether a best plan could use it: not a direct shipment that loses money, where nothing else hangs on it.
    fn is_useful(&self, candidate: &Candidate) -> bool {
        let committed = match candidate.route {
            Route::Carrier(service) => self.dataset.services[service.ix()].minimum_shipments > 0,
            _ => false,
        };
        self.is_worth_it(candidate.load as usize, candidate.gain)
            || candidate.hub_wave().is_some()
            || committed
    }
}

/// By slot and line of an order: the cell of what is ordered at the slot's location.
fn cells_at(dataset: &Dataset, order: OrderIx, slots: &[Slot]) -> Vec<Option<StockIx>> {
    let lines = dataset.lines_of(order);
    let mut found = Vec::with_capacity(slots.len() * lines.len());
    for slot in slots {
        let location = dataset.waves[slot.wave.ix()].location;
        let cell = |line: &Line| dataset.stock_at(line.sku, location);
        found.extend(lines.iter().map(cell));
    }
    found
}

/// A bit for each of the first lines of which there are units.
fn lines_of(units: &[u32]) -> u64 {
    let each = units.iter().take(u64::BITS as usize).enumerate();
    each.fold(0, |bits, (line, &units)| {
        bits | u64::from(units > 0) << line
    })
}

/// Whether the best pattern over these loads can be found in reasonable time: by a table of pairs, or state by state.
fn is_searchable(dataset: &Dataset, settings: &Settings, order: OrderIx, loads: &[Load]) -> bool {
    let lines = dataset.lines_of(order);
    let data = &dataset.orders[order.ix()];
    let states = loads::progress_states(lines, loads);
    let places = (0..lines.len())
        .map(|line| pieces_of(loads, line).len() as u64)
        .fold(1, u64::saturating_mul);
    let counts_full = settings.objective != Objective::Profit
        && matches!(settings.fill, Fill::Lines | Fill::Orders)
        && data.ship_complete == ShipComplete::None;
    let by_pairs = data.max_shipments <= 2 && places <= STATES_LIMIT && !counts_full;
    let steps = search_steps(states, loads.len(), data.max_shipments);
    states <= STATES_LIMIT && (by_pairs || steps <= STEPS_LIMIT)
}

/// Whether one shipment at most can reach the customer.
fn reached_once(dataset: &Dataset, order: OrderIx) -> bool {
    let lines = dataset.lines_of(order);
    dataset.orders[order.ix()].max_shipments <= 1
        || (lines.len() == 1 && (lines[0].line_max_shipments <= 1 || lines[0].quantity == 1))
}
