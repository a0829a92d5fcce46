//! What each order could do: (location, wave, route, load) with its exact value, and why the rest is impossible.
//!
//! A *way* is a location, a wave and a route. A *load* is how many units of each line a shipment
//! carries. A *candidate* is a load on a way with its exact value, all rates, bands, parcels and
//! handling settled. Orders with few loads have all their candidates listed; *wide* orders (many
//! lines or large quantities) keep their ways, and the model chooses the load by its weight.

mod alike;
mod bands;
mod elsewhere;
mod loads;
mod policy;
mod price;
mod quoting;
mod rates;
mod reason;
mod returning;
mod stairs;
mod timing;
mod unpriced;
mod ways;

pub use alike::{can_give, runs_alike, slots_by, slots_within};
pub use elsewhere::{
    Asked, Beside, Elsewhere, KnownFares, NotFromThere, best_from, handles, open_waves,
    scattered_by, sends, waves_elsewhere, why_not_elsewhere, worth_as, worth_by, worth_from,
};
pub use loads::{
    Load, Made, Mix, Quantities, largest_piece, may_share, pieces_of, search_steps, usable_piece,
};
pub use policy::{
    Bar, are_apart, are_better_together, bar, barring, carriage_preference, crowds, gathered,
    groups, may_carry, scatter_cost,
};
pub use price::{
    Quote, best_quote, does_lateness_cost, form_gain, is_late_relevant, move_cost, quotes,
    route_quote, stock_gain, transfer_rates, unit_gain,
};
pub use quoting::Quoting;
pub use rates::{Fare, Measure, RateIndex, fare_floor, fares, holds_unit, parcel_price};
pub use reason::{Reason, could_serve, most_telling};
pub use returning::{Offer, resale_value, return_offers};
pub use stairs::{Stairs, carriage_stairs, largest_size, late_levels, sizes};
pub use timing::{
    arrival_day, arrival_in_minutes, brought_on, days_late, pickup_day, ready_at_hub,
};
pub use unpriced::Unpriced;
use ways::stock_slots;
pub use ways::{Slot, Way, form_supply, skus_of, slots_of, supply_by};

use crate::domain::{Dataset, LineIx, Method, Objective, OrderIx, Settings, WaveIx};
use crate::plan::Route;
use crate::units::Money;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;
use thin_vec::ThinVec;

/// Loads at most for which an order's candidates are listed one by one.
pub const LOADS_LIMIT: usize = 4096;

/// The same for orders that may go in more than two shipments or by a hub: searches over them go through more.
const LOADS_LIMIT_OF_MANY: usize = 1024;

/// States at most that a search over an order's patterns goes through; more make it wide.
pub const STATES_LIMIT: u64 = 100_000;

/// Steps at most of such a search, where no faster one will do.
pub const STEPS_LIMIT: u64 = 20_000_000;

/// Candidates at most that are kept of all orders together; more are made when they are asked for.
pub const KEPT_CANDIDATES: usize = 300_000;

/// Candidates of an order that lists hold at most, as a rule, where they are made when they are asked for.
const LISTED: usize = 48;

/// Orders of which candidates are counted to tell how many there are.
const COUNTED: usize = 256;

/// How much of an order's options is looked at where they are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Loads at most that are listed: with more, an order is wide. It holds for options that are kept, too.
    pub loads: usize,
    /// Candidates at most beyond those that a bound needs.
    pub spare: usize,
    /// Candidates at most.
    pub most: usize,
    /// Candidates of all orders together at most, but for [`Cut::LEAST`] of each.
    pub total: usize,
    /// Lists that are no longer than this, and than [`Cut::most`], are whole; those of one load by the latter
    /// alone where most orders are of one unit.
    pub whole: usize,
    /// Loads on slots that are priced at first; then, as far as they are needed, each time twice as many.
    pub priced: usize,
}

impl Cut {
    /// Candidates that each order may have, however many all have.
    pub const LEAST: usize = 4;
}

impl Default for Cut {
    fn default() -> Self {
        Self {
            loads: 512,
            spare: 16,
            most: 128,
            total: usize::MAX,
            whole: 16,
            priced: 32,
        }
    }
}

/// The options of all orders.
#[derive(Debug)]
pub struct Options {
    /// By order; `None` where they are too many to keep.
    pub orders: Option<Vec<OrderOptions>>,
    /// How much of them is looked at where they are not kept.
    pub cut: Cut,
    /// Rate match, for whoever prices a load again.
    pub rates: RateIndex,
    /// For each line that nothing can ship, the reasons, sorted and distinct.
    pub reasons: BTreeMap<LineIx, Vec<Reason>>,
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
    pub loads: ThinVec<Load>,
    /// Loads on ways, by load, wave, route.
    pub candidates: ThinVec<Candidate>,
    /// In which forms candidates are made, the first as ordered from stock; empty: all are that.
    pub mixes: ThinVec<Mix>,
    /// Of a wide order, its locations and waves with their ways.
    pub slots: ThinVec<Slot>,
    /// What no pattern is worth more than that has a candidate which is left out; `None`: none is left out.
    pub beyond: Option<Money>,
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
    /// Which of the order's mixes.
    pub mix: u16,
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

impl OrderOptions {
    /// Keeps only these candidates.
    pub fn retain(&mut self, kept: &[bool]) {
        let mut each = kept.iter();
        self.candidates.retain(|_| each.next() == Some(&true));
    }

    /// What a candidate carries, in the forms that it is made in.
    pub fn load_of(
        &self,
        dataset: &Dataset,
        order: OrderIx,
        candidate: &Candidate,
    ) -> Cow<'_, Load> {
        let load = &self.loads[candidate.load as usize];
        match self.mixes.get(usize::from(candidate.mix)) {
            Some(mix) if !mix.is_empty() => Cow::Owned(load.with_mix(dataset, order, mix)),
            _ => Cow::Borrowed(load),
        }
    }
}

impl Options {
    /// The options of an order, made now where they are not kept; then without waves that later ones up to `until` stand in
    /// for, see [`slots_within`].
    pub fn of(
        &self,
        dataset: &Dataset,
        settings: &Settings,
        order: OrderIx,
        until: &[WaveIx],
    ) -> Cow<'_, OrderOptions> {
        match &self.orders {
            Some(orders) => Cow::Borrowed(&orders[order.ix()]),
            None => {
                let slots = slots_within(dataset, settings, &self.rates, order, until);
                let limit = self.cut.loads;
                Cow::Owned(order_options(
                    dataset,
                    settings,
                    (&self.rates, slots),
                    order,
                    limit,
                ))
            }
        }
    }

    /// The same looked at again, after something changed in the data: as many kept, as much looked at.
    pub fn again(&self, dataset: &Dataset, settings: &Settings) -> Self {
        let rates = RateIndex::new(dataset);
        match self.orders {
            Some(_) => kept(dataset, settings, rates, self.cut.loads),
            None => on_demand(dataset, rates, self.cut),
        }
    }

    /// What the options of an order are made of where they are not kept, for whoever needs few of its candidates; of a wide
    /// order with some more loads than are usually selected.
    pub fn unpriced_with_loads<'a>(
        &'a self,
        dataset: &'a Dataset,
        settings: &'a Settings,
        (order, until): (OrderIx, &[WaveIx]),
        more: &[Vec<u32>],
    ) -> Unpriced<'a> {
        let slots = slots_within(dataset, settings, &self.rates, order, until);
        let from = (&self.rates, slots);
        Unpriced::new(dataset, settings, from, order, self.cut.loads).with_selection(more)
    }

    /// What the options of an order are made of, for whoever needs few of its candidates.
    pub fn unpriced<'a>(
        &'a self,
        dataset: &'a Dataset,
        settings: &'a Settings,
        order: OrderIx,
    ) -> Unpriced<'a> {
        let slots = slots_of(dataset, &self.rates, order);
        Unpriced::new(
            dataset,
            settings,
            (&self.rates, slots),
            order,
            self.cut.loads,
        )
    }
}

/// Enumerates the options of every order, in parallel, in order; only why lines are impossible where they are too many.
pub fn enumerate(dataset: &Dataset, settings: &Settings) -> Options {
    enumerate_keeping(dataset, settings, KEPT_CANDIDATES)
}

/// The same where no more candidates than these may be kept, if it can do without.
pub fn enumerate_keeping(dataset: &Dataset, settings: &Settings, most: usize) -> Options {
    let rates = RateIndex::new(dataset);
    if may_be_on_demand(dataset, settings) && are_too_many(dataset, settings, &rates, most) {
        on_demand(dataset, rates, Cut::default())
    } else {
        kept(dataset, settings, rates, LOADS_LIMIT)
    }
}

/// The same with all kept and another limit on listed loads: 0 makes every order wide.
pub fn enumerate_within(dataset: &Dataset, settings: &Settings, loads_limit: usize) -> Options {
    kept(dataset, settings, RateIndex::new(dataset), loads_limit)
}

/// The same with none kept, where that may be.
pub fn enumerate_on_demand(dataset: &Dataset, settings: &Settings, cut: Cut) -> Option<Options> {
    may_be_on_demand(dataset, settings).then(|| on_demand(dataset, RateIndex::new(dataset), cut))
}

/// Candidates that planning is likely to hold at a time, counted on some orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Of all orders together.
    pub candidates: usize,
    /// Whether it could do with fewer.
    pub may_be_fewer: bool,
}

/// How many candidates planning is likely to hold where no more than `most` may be kept from the beginning.
pub fn expected(dataset: &Dataset, settings: &Settings, most: usize) -> Expected {
    let rates = RateIndex::new(dataset);
    let [all, listed] = counted(dataset, settings, &rates, [usize::MAX, LISTED]);
    let may_be_fewer =
        may_be_on_demand(dataset, settings) && could_be_more(dataset, most) && all > most;
    Expected {
        candidates: if may_be_fewer { listed } else { all },
        may_be_fewer,
    }
}

/// Whether an order's options can be made when asked for: what is left out is then told by its worth, which prices of
/// commitments and of open locations, and earlier goals, would not do.
fn may_be_on_demand(dataset: &Dataset, settings: &Settings) -> bool {
    settings.objective == Objective::Profit
        && settings.method != Method::Exact
        && dataset
            .services
            .iter()
            .all(|service| service.minimum_shipments == 0)
        && dataset
            .locations
            .iter()
            .all(|location| location.opening_cost() <= Money::ZERO)
}

fn are_too_many(dataset: &Dataset, settings: &Settings, rates: &RateIndex, most: usize) -> bool {
    let all = || counted(dataset, settings, rates, [usize::MAX]);
    could_be_more(dataset, most) && all()[0] > most
}

/// Whether orders could have more candidates than these without having more than is usual.
fn could_be_more(dataset: &Dataset, most: usize) -> bool {
    dataset.orders.len() * 2 * LOADS_LIMIT >= most
}

/// Candidates of all orders, no more than so many of each, as some have them; for each such limit.
fn counted<const N: usize>(
    dataset: &Dataset,
    settings: &Settings,
    rates: &RateIndex,
    most: [usize; N],
) -> [usize; N] {
    let orders = dataset.orders.len();
    let sampled = COUNTED.min(orders);
    let each: Vec<usize> = (0..sampled)
        .into_par_iter()
        .map(|number| {
            let order = OrderIx::new(number * orders / sampled);
            let slots = slots_of(dataset, rates, order);
            let options = order_options(dataset, settings, (rates, slots), order, LOADS_LIMIT);
            options.candidates.len()
        })
        .collect();
    most.map(|most| {
        let candidates: usize = each.iter().map(|&count| count.min(most)).sum();
        candidates * orders / sampled.max(1)
    })
}

fn kept(dataset: &Dataset, settings: &Settings, rates: RateIndex, loads_limit: usize) -> Options {
    let found: Vec<(OrderOptions, Vec<reason::Fate>)> = (0..dataset.orders.len())
        .into_par_iter()
        .map(|order| {
            let order = OrderIx::new(order);
            let slots = slots_of(dataset, &rates, order);
            let fates = reason::fates(dataset, &rates, order, slots.iter());
            let options = order_options(dataset, settings, (&rates, slots), order, loads_limit);
            (options, fates)
        })
        .collect();
    let (orders, fates): (Vec<OrderOptions>, Vec<Vec<reason::Fate>>) = found.into_iter().unzip();
    let cut = Cut {
        loads: loads_limit,
        ..Cut::default()
    };
    with_fates(Some(orders), cut, rates, fates)
}

fn on_demand(dataset: &Dataset, rates: RateIndex, cut: Cut) -> Options {
    let fates: Vec<Vec<reason::Fate>> = (0..dataset.orders.len())
        .into_par_iter()
        .map(|order| {
            let order = OrderIx::new(order);
            let slots = stock_slots(dataset, &rates, order);
            reason::fates(dataset, &rates, order, slots)
        })
        .collect();
    with_fates(None, cut, rates, fates)
}

fn with_fates(
    orders: Option<Vec<OrderOptions>>,
    cut: Cut,
    rates: RateIndex,
    fates: Vec<Vec<reason::Fate>>,
) -> Options {
    let mut possible = Vec::new();
    let mut reasons = BTreeMap::new();
    for (line, (may_ship, why_not)) in fates.into_iter().flatten().enumerate() {
        possible.push(may_ship);
        if !may_ship {
            reasons.insert(LineIx::new(line), why_not);
        }
    }
    Options {
        orders,
        cut,
        rates,
        reasons,
        possible,
    }
}

fn order_options(
    dataset: &Dataset,
    settings: &Settings,
    from: (&RateIndex, Vec<Slot>),
    order: OrderIx,
    loads_limit: usize,
) -> OrderOptions {
    let unpriced = Unpriced::new(dataset, settings, from, order, loads_limit);
    unpriced.with_selection(&[]).priced()
}
