//! Why an option is impossible.

use super::loads::{Load, plain_mixes_of, usable_piece};
use super::policy::{Bar, bar, may_carry, used_up};
use super::price::accepts;
use super::rates::{RateIndex, fares};
use super::timing::in_time;
use super::ways::{
    Slot, Way, can_handle, can_leave, carrier_ways, form_supply, is_open_hub, is_stocking, skus_of,
    transfers_from, ways_from,
};
use crate::domain::{
    Dataset, Form, Fulfilment, HandlingSet, LineIx, LocationIx, OrderIx, ServiceIx, ShipComplete,
    WaveIx,
};
use crate::plan::Route;
use smallvec::SmallVec;
use std::borrow::Borrow;

/// Why a location cannot serve a line, from the most general to the most particular: the last one
/// is what stood nearest to success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// No location holds the SKU, now or in time within the horizon.
    NoStock,
    /// Locations with stock are closed by the scenario.
    LocationClosed,
    /// Locations with stock have declined it.
    Declined,
    /// Business rules keep it from locations with stock.
    Rule,
    /// Locations with stock lack the special handling it needs.
    Handling,
    /// No wave departs after grace period, schedule and lead time within the horizon.
    NoWaveInTime,
    /// Every wave in time falls in a downtime.
    Downtime,
    /// No transfer leads to the pick-up store.
    NoTransfer,
    /// No rate card leads to the destination.
    NoRate,
    /// The services bought do not serve it.
    ServiceNotBought,
    /// A unit is longer or thicker than the services take.
    TooLarge,
    /// A unit is heavier than every weight band, or than a parcel may be.
    TooHeavy,
    /// A carrier whose rate card reaches the destination cannot do the special handling.
    CarrierHandling,
    /// Business rules keep it from every service that could carry it.
    CarriageRule,
    /// Ship-complete, and something of it cannot ship in full.
    ShipComplete,
    /// The line has left in all its pieces.
    LineSplitLimit,
    /// The order has had all its shipments.
    SplitLimit,
}

impl Reason {
    /// Code in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoStock => "no_stock",
            Self::LocationClosed => "location_closed",
            Self::Declined => "declined",
            Self::Rule => "rule",
            Self::Handling => "handling",
            Self::NoWaveInTime => "no_wave_in_time",
            Self::Downtime => "downtime",
            Self::NoTransfer => "no_transfer",
            Self::NoRate => "no_rate",
            Self::ServiceNotBought => "service_not_bought",
            Self::TooLarge => "too_large",
            Self::TooHeavy => "too_heavy",
            Self::CarrierHandling => "carrier_handling",
            Self::CarriageRule => "carriage_rule",
            Self::ShipComplete => "ship_complete",
            Self::LineSplitLimit => "line_split_limit",
            Self::SplitLimit => "split_limit",
        }
    }
}

/// Whether anything could ship some of a line, and the reasons where nothing can.
pub(super) type Fate = (bool, Vec<Reason>);

/// For each line of an order, whether anything could ship some of it, and if nothing can, why. No more of its slots are asked
/// for than it takes to know.
pub(super) fn fates(
    dataset: &Dataset,
    rates: &RateIndex,
    order: OrderIx,
    slots: impl Iterator<Item = impl Borrow<Slot>>,
) -> Vec<Fate> {
    let count = dataset.orders[order.ix()].line_count();
    let mut open: SmallVec<[usize; 8]> = (0..count).collect();
    for slot in slots {
        open.retain(|line| !can_carry_some(dataset, order, *line, slot.borrow()));
        if open.is_empty() {
            break;
        }
    }
    let mut fates: Vec<Fate> = vec![(true, Vec::new()); count];
    for line in open {
        fates[line] = (false, why_not(dataset, rates, order, line));
    }
    let whole = dataset.orders[order.ix()].ship_complete == ShipComplete::Order;
    if whole && fates.iter().any(|(possible, _)| !possible) {
        for fate in fates.iter_mut().filter(|(possible, _)| *possible) {
            *fate = (false, vec![Reason::ShipComplete]);
        }
    }
    fates
}

/// The smallest piece of a line, alone in a shipment.
fn smallest_load(dataset: &Dataset, order: OrderIx, line: usize, most: u32) -> Option<Load> {
    let lines = dataset.lines_of(order);
    let ship_complete = dataset.orders[order.ix()].ship_complete;
    let least = (1..=most).find(|&units| usable_piece(&lines[line], ship_complete, units))?;
    Some(load_of_line(dataset, order, line, least))
}

/// Units of a line, alone in a shipment.
fn load_of_line(dataset: &Dataset, order: OrderIx, line: usize, units: u32) -> Load {
    let mut quantities = vec![0; dataset.lines_of(order).len()];
    quantities[line] = units;
    Load::new(dataset, order, &quantities)
}

fn can_carry_some(dataset: &Dataset, order: OrderIx, line: usize, slot: &Slot) -> bool {
    if slot.forward {
        return false;
    }
    let Some(load) = smallest_load(dataset, order, line, slot.limits[line]) else {
        return false;
    };
    let location = dataset.waves[slot.wave.ix()].location;
    let can_carry = |load: &Load| {
        let ways = slot.ways.iter().copied();
        can_carry(dataset, order, location, ways, load)
    };
    let made = || slot.made.iter().filter(|made| made.line as usize == line);
    if made().next().is_none() {
        return can_carry(&load);
    }
    // In one form, or where that has too few, in the forms in turn.
    let mut mixes = plain_mixes_of(&load.quantities, &slot.made).into_iter();
    mixes.any(|mix| can_carry(&load.with_mix(dataset, order, &mix)))
}

fn can_carry(
    dataset: &Dataset,
    order: OrderIx,
    location: LocationIx,
    mut ways: impl Iterator<Item = Way>,
    load: &Load,
) -> bool {
    let mut found = Vec::new();
    ways.any(|way| match (way.route, way.lane) {
        (Route::Carrier(service), Some(lane)) => {
            fares(dataset, lane, load.handling, load.measure, &mut found);
            let lines = dataset.lines_of(order);
            accepts(dataset, service, load)
                && !found.is_empty()
                && may_carry(dataset, lines, &load.quantities, location, service)
        }
        _ => true,
    })
}

/// Every reason met at the locations that have the product; where its split limit is used up that alone.
fn why_not(dataset: &Dataset, rates: &RateIndex, order: OrderIx, line: usize) -> Vec<Reason> {
    let asked = &dataset.lines_of(order)[line];
    if let Some(reason) = used_up(dataset, asked) {
        return vec![reason];
    }
    let skus = skus_of(dataset, asked);
    let cells = skus.into_iter().flat_map(|sku| dataset.stock_indices(sku));
    let mut locations: Vec<LocationIx> = cells
        .map(|cell| dataset.stock[cell.ix()].location)
        .collect();
    locations.sort_unstable();
    locations.dedup();
    let mut reasons: Vec<Reason> = locations
        .into_iter()
        .filter_map(|location| why_not_from(dataset, rates, order, line, location))
        .collect();
    if reasons.is_empty() {
        reasons.push(Reason::NoStock);
    }
    reasons.sort_unstable();
    reasons.dedup();
    reasons
}

/// Why a location's stock cannot serve a line; `None` when it never holds anything of it.
fn why_not_from(
    dataset: &Dataset,
    rates: &RateIndex,
    order_ix: OrderIx,
    line: usize,
    location: LocationIx,
) -> Option<Reason> {
    let order = &dataset.orders[order_ix.ix()];
    let asked = &dataset.lines_of(order_ix)[line];
    let forms = dataset.forms_of(asked);
    let own = [dataset.form_of(asked, 0).into_owned()];
    let forms = if forms.is_empty() { &own[..] } else { forms };
    let supply = |wave: WaveIx| {
        let each = forms.iter();
        let supplies = each.map(|form| form_supply(dataset, form, location, wave));
        let units = supplies.map(|units| units.unwrap_or(i64::MAX));
        units.fold(0, i64::saturating_add)
    };
    let supplied: Vec<WaveIx> = dataset.locations[location.ix()]
        .wave_indices()
        .filter(|&wave| supply(wave) > 0)
        .collect();
    if supplied.is_empty() {
        return None;
    }
    if !is_stocking(dataset, location) {
        return Some(Reason::LocationClosed);
    }
    match bar(dataset, asked, location) {
        Some(Bar::Declined) => return Some(Reason::Declined),
        Some(Bar::Rule) => return Some(Reason::Rule),
        None => {}
    }
    let is_handled = |form: &Form| can_handle(dataset, order_ix, form.shipped, location);
    if !forms.iter().any(is_handled) {
        return Some(Reason::Handling);
    }
    if !supplied
        .iter()
        .any(|&wave| in_time(dataset, order, &dataset.waves[wave.ix()]))
    {
        return Some(Reason::NoWaveInTime);
    }
    let Some(&wave) = supplied
        .iter()
        .find(|&&wave| can_leave(dataset, order, wave))
    else {
        return Some(Reason::Downtime);
    };
    if ways_from(dataset, rates, order_ix, wave).is_empty() {
        return Some(why_no_way(dataset, rates, order_ix, location));
    }
    let limit = u32::try_from(supply(wave)).unwrap_or(u32::MAX);
    let limit = limit.min(asked.quantity);
    Some(match smallest_load(dataset, order_ix, line, limit) {
        None if order.ship_complete == ShipComplete::None => Reason::NoStock,
        None => Reason::ShipComplete,
        Some(load) => why_not_carried(dataset, rates, order_ix, location, &load),
    })
}

/// Whether a location could ever send a unit of a line to its customer, whenever that is: not kept from it, and by some route.
pub fn could_serve(
    dataset: &Dataset,
    rates: &RateIndex,
    line: LineIx,
    location: LocationIx,
) -> bool {
    let asked = &dataset.lines[line.ix()];
    let order = &dataset.orders[asked.order.ix()];
    let is_handled = |at: LocationIx| can_handle(dataset, asked.order, asked.sku, at);
    let is_barred = bar(dataset, asked, location).is_some();
    if !is_stocking(dataset, location) || is_barred || !is_handled(location) {
        return false;
    }
    match order.fulfilment {
        Fulfilment::Pickup(store) => {
            store == location
                || transfers_from(dataset, location).any(|(_, transfer)| transfer.to == store)
        }
        Fulfilment::Ship => {
            // The smallest piece, or all: bands may begin above one unit.
            let place = line.ix() - order.lines.start as usize;
            let least = smallest_load(dataset, asked.order, place, asked.quantity);
            let all = load_of_line(dataset, asked.order, place, asked.quantity);
            let carries = |location: LocationIx| {
                let mut loads = least.iter().chain([&all]);
                loads.any(|load| {
                    let ways = carrier_ways(dataset, rates, asked.order, location);
                    can_carry(dataset, asked.order, location, ways, load)
                })
            };
            carries(location)
                || transfers_from(dataset, location).any(|(_, transfer)| {
                    let hub = transfer.to;
                    let may_pass = is_handled(hub) && !dataset.is_declined(asked, hub);
                    is_open_hub(dataset, hub) && may_pass && carries(hub)
                })
        }
    }
}

pub(super) fn why_no_way(
    dataset: &Dataset,
    rates: &RateIndex,
    order: OrderIx,
    location: LocationIx,
) -> Reason {
    let order = &dataset.orders[order.ix()];
    if matches!(order.fulfilment, Fulfilment::Pickup(_)) {
        return Reason::NoTransfer;
    }
    let reached = (0..dataset.services.len()).any(|service| {
        rates
            .lane(ServiceIx::new(service), location, order.destination)
            .is_some()
    });
    if reached {
        Reason::ServiceNotBought
    } else {
        Reason::NoRate
    }
}

pub(super) fn why_not_carried(
    dataset: &Dataset,
    rates: &RateIndex,
    order: OrderIx,
    location: LocationIx,
    load: &Load,
) -> Reason {
    let mut found = Vec::new();
    let mut reason = Reason::TooHeavy;
    for way in carrier_ways(dataset, rates, order, location) {
        let (Route::Carrier(service), Some(lane)) = (way.route, way.lane) else {
            continue;
        };
        if !accepts(dataset, service, load) {
            reason = reason.min(Reason::TooLarge);
            continue;
        }
        fares(dataset, lane, load.handling, load.measure, &mut found);
        if !found.is_empty() {
            // It would do but for the rules.
            return Reason::CarriageRule;
        }
        fares(
            dataset,
            lane,
            HandlingSet::default(),
            load.measure,
            &mut found,
        );
        if !found.is_empty() {
            return Reason::CarrierHandling;
        }
        reason = Reason::TooHeavy;
    }
    reason
}

/// The most telling of several reasons: the one nearest to success.
pub fn most_telling(reasons: &[Reason]) -> Option<Reason> {
    reasons.iter().copied().max()
}
