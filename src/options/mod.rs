//! What each order could do: (location, wave, route, load) with its exact value, and why the rest is impossible.
//!
//! A *way* is a location, a wave and a route. A *load* is how many units of each line a shipment
//! carries. A *candidate* is a load on a way with its exact value, all rates, bands, parcels and
//! handling settled. Orders with few loads have all their candidates listed; *wide* orders (many
//! lines or large quantities) keep their ways, and the model chooses the load by its weight.

mod loads;
mod price;
mod rates;
mod reason;
mod timing;
mod ways;

pub use loads::{Load, largest_piece, pieces_of, search_steps, usable_piece};
pub use price::{
    Quote, best_quote, is_late_relevant, quotes, route_quote, transfer_rates, unit_gain,
};
pub use rates::{Fare, Measure, RateIndex, fare_floor, fares, parcel_price};
pub use reason::{Reason, most_telling};
pub use timing::{arrival_day, days_late, pickup_day};
pub use ways::{Slot, Way, slots_of, supply_by};

use crate::domain::{Dataset, Fill, Objective, OrderIx, Settings, ShipComplete, WaveIx};
use crate::plan::Route;
use crate::units::Money;
use rayon::prelude::*;

/// Loads at most for which an order's candidates are listed one by one.
pub const LOADS_LIMIT: usize = 4096;

/// The same for orders that may go in more than two shipments or by a hub: searches over them go through more.
const LOADS_LIMIT_OF_MANY: usize = 1024;

/// States at most that a search over an order's patterns goes through; more make it wide.
pub const STATES_LIMIT: u64 = 100_000;

/// Steps at most of such a search, where no faster one will do.
pub const STEPS_LIMIT: u64 = 20_000_000;

/// The options of all orders.
#[derive(Debug)]
pub struct Options {
    /// By order.
    pub orders: Vec<OrderOptions>,
    /// Rate match, for whoever prices a load again.
    pub rates: RateIndex,
    /// For each line that nothing can ship, the reasons, sorted and distinct; empty for others.
    pub reasons: Vec<Vec<Reason>>,
    /// For each line, whether any option could ship some of it.
    pub possible: Vec<bool>,
}

/// The options of one order.
#[derive(Clone, Debug, Default)]
pub struct OrderOptions {
    /// Whether loads are too many to list: then `loads` and `candidates` are a selection, and `slots` say all.
    pub wide: bool,
    /// Whether at most one shipment can reach the customer, so that its lateness is part of its value.
    pub late_folded: bool,
    /// What shipments can carry.
    pub loads: Vec<Load>,
    /// Loads on ways, by load, wave, route.
    pub candidates: Vec<Candidate>,
    /// Of a wide order, its locations and waves with their ways.
    pub slots: Vec<Slot>,
}

/// A load on a way, with its exact value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// From where and when.
    pub wave: WaveIx,
    /// By which route.
    pub route: Route,
    /// Whether it is a hub's forward shipment: it moves what feeders brought and takes no stock.
    pub forward: bool,
    /// Equal parcels.
    pub parcels: u32,
    /// Which of the order's loads.
    pub load: u32,
    /// Days late; 0 where lateness does not matter.
    pub days_late: u32,
    /// What it adds to the objective over leaving its units unfilled; lateness in where folded.
    pub gain: Money,
}

impl Candidate {
    /// Whether it ends with the customer.
    pub fn reaches_customer(&self) -> bool {
        !matches!(self.route, Route::ToHub(..))
    }

    /// The hub's wave that it feeds or forwards, where it does.
    pub fn hub_wave(&self) -> Option<WaveIx> {
        match self.route {
            Route::ToHub(_, wave) => Some(wave),
            _ => self.forward.then_some(self.wave),
        }
    }
}

/// Enumerates the options of every order, in parallel, in order.
pub fn enumerate(dataset: &Dataset, settings: &Settings) -> Options {
    enumerate_within(dataset, settings, LOADS_LIMIT)
}

/// The same with another limit on listed loads: 0 makes every order wide.
pub fn enumerate_within(dataset: &Dataset, settings: &Settings, loads_limit: usize) -> Options {
    let rates = RateIndex::new(dataset);
    let found: Vec<(OrderOptions, Vec<reason::Fate>)> = (0..dataset.orders.len())
        .into_par_iter()
        .map(|order| {
            let order = OrderIx::new(order);
            let slots = slots_of(dataset, &rates, order);
            let fates = reason::fates(dataset, &rates, order, &slots);
            let options = order_options(dataset, settings, order, slots, loads_limit);
            (options, fates)
        })
        .collect();
    let mut orders = Vec::with_capacity(found.len());
    let mut possible = Vec::with_capacity(dataset.lines.len());
    let mut reasons = Vec::with_capacity(dataset.lines.len());
    for (options, fates) in found {
        orders.push(options);
        for (can_ship, why) in fates {
            possible.push(can_ship);
            reasons.push(why);
        }
    }
    Options {
        orders,
        rates,
        reasons,
        possible,
    }
}

fn order_options(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    slots: Vec<Slot>,
    loads_limit: usize,
) -> OrderOptions {
    let late_folded = reached_once(dataset, order);
    let goes_by_hub = slots.iter().any(|slot| slot.forward);
    let loads_limit = if dataset.orders[order.ix()].max_shipments > 2 || goes_by_hub {
        loads_limit.min(LOADS_LIMIT_OF_MANY)
    } else {
        loads_limit
    };
    let listed = loads::loads_of(dataset, order, &slots, loads_limit)
        .filter(|loads| is_searchable(dataset, settings, order, loads));
    let wide = listed.is_none();
    let loads = listed.unwrap_or_else(|| loads::selected(dataset, order, &slots, loads_limit));
    let mut candidates = Vec::new();
    let mut quotes_here = Vec::new();
    for slot in &slots {
        for (position, load) in loads.iter().enumerate() {
            if !load.fits(&slot.limits) {
                continue;
            }
            quotes(dataset, settings, order, slot, load, &mut quotes_here);
            for quote in &quotes_here {
                let mut gain = quote.gain;
                if late_folded {
                    gain -=
                        dataset.orders[order.ix()].late_cost_per_day * i64::from(quote.days_late);
                }
                candidates.push(Candidate {
                    wave: slot.wave,
                    route: quote.route,
                    forward: slot.forward,
                    parcels: quote.parcels,
                    load: position as u32,
                    days_late: quote.days_late,
                    gain,
                });
            }
        }
    }
    drop_useless(dataset, settings, order, &loads, &mut candidates);
    candidates.sort_by_key(|candidate| candidate.load);
    OrderOptions {
        wide,
        late_folded,
        loads,
        candidates,
        slots: if wide { slots } else { Vec::new() },
    }
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

/// Drops what no best plan uses: a direct shipment that loses money, where nothing else hangs on it.
///
/// Kept are loads with part of a ship-complete line, services with a commitment, and everything
/// where filling comes first.
fn drop_useless(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    loads: &[Load],
    candidates: &mut Vec<Candidate>,
) {
    let whole = dataset.orders[order.ix()].ship_complete;
    if settings.objective != Objective::Profit || whole == ShipComplete::Order {
        return;
    }
    let lines = dataset.lines_of(order);
    candidates.retain(|candidate| {
        let committed = match candidate.route {
            Route::Carrier(service) => dataset.services[service.ix()].minimum_shipments > 0,
            _ => false,
        };
        let partial = || {
            let load = &loads[candidate.load as usize];
            lines
                .iter()
                .zip(&load.quantities)
                .any(|(line, &units)| units > 0 && units < line.quantity)
        };
        candidate.gain > Money::ZERO
            || candidate.hub_wave().is_some()
            || committed
            || (whole == ShipComplete::Line && partial())
    });
}
