//! Ways: from which location, in which wave, by which route an order could leave.

use super::loads::{Made, Quantities};
use super::policy::{bar, used_up};
use super::rates::RateIndex;
use super::timing::{in_time, ready_at_hub};
use crate::domain::{
    Dataset, Form, Fulfilment, LaneIx, Line, LocationIx, LocationKind, Open, Order, OrderIx,
    ServiceIx, SkuIx, StockIx, TransferIx, WaveIx,
};
use crate::plan::Route;
use smallvec::{SmallVec, smallvec};

/// Routes from a slot; of most without an allocation.
pub type Ways = SmallVec<[Way; 4]>;

/// A location in a wave, as one order sees it.
#[derive(Clone, Debug)]
pub struct Slot {
    /// From where and when.
    pub wave: WaveIx,
    /// Whether it is a hub's wave, to forward what feeders bring.
    pub forward: bool,
    /// Routes from here.
    pub ways: Ways,
    /// By line of the order: units at most that could leave here (all of the line's at a hub).
    pub limits: Quantities,
    /// Of lines with several forms: units at most of each that there is any of, by line.
    pub made: Box<[Made]>,
}

/// A route from a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The route.
    pub route: Route,
    /// The lane of the rate cards, for a carrier.
    pub lane: Option<LaneIx>,
}

/// Slots of an order with stock that have a way and could carry a unit, location by location, made as they are asked for.
pub(super) fn stock_slots<'a>(
    dataset: &'a Dataset,
    rates: &'a RateIndex,
    order: OrderIx,
) -> impl Iterator<Item = Slot> + 'a {
    slots_at(dataset, rates, order, stocking_locations(dataset, order))
}

/// The same of these locations.
fn slots_at<'a>(
    dataset: &'a Dataset,
    rates: &'a RateIndex,
    order: OrderIx,
    locations: Vec<LocationIx>,
) -> impl Iterator<Item = Slot> + 'a {
    let locations = locations.into_iter();
    let waves = locations.flat_map(|location| dataset.locations[location.ix()].wave_indices());
    waves.filter_map(move |wave| {
        let ways = ways_from(dataset, rates, order, wave);
        if ways.is_empty() {
            return None;
        }
        let (limits, made) = limits_at(dataset, order, wave);
        limits.iter().any(|&units| units > 0).then_some(Slot {
            wave,
            forward: false,
            ways,
            limits,
            made,
        })
    })
}

/// All slots of an order that have a way and could carry a unit, by wave.
pub fn slots_of(dataset: &Dataset, rates: &RateIndex, order: OrderIx) -> Vec<Slot> {
    let locations = stocking_locations(dataset, order);
    let mut slots: Vec<Slot> = Vec::with_capacity(locations.len());
    slots.extend(slots_at(dataset, rates, order, locations));
    let mut hub_waves: Vec<WaveIx> = slots
        .iter()
        .flat_map(|slot| &slot.ways)
        .filter_map(|way| match way.route {
            Route::ToHub(_, wave) => Some(wave),
            _ => None,
        })
        .collect();
    hub_waves.sort_unstable();
    hub_waves.dedup();
    for wave in hub_waves {
        let ways = carrier_ways(dataset, rates, order, dataset.waves[wave.ix()].location).collect();
        slots.push(Slot {
            wave,
            forward: true,
            ways,
            limits: hub_limits(dataset, order, wave),
            made: Box::default(),
        });
    }
    slots.sort_by_key(|slot| slot.wave);
    slots
}

/// Locations that are not closed and hold any of the order's products, now or later.
fn stocking_locations(dataset: &Dataset, order: OrderIx) -> Vec<LocationIx> {
    let mut locations: Vec<LocationIx> = dataset
        .lines_of(order)
        .iter()
        .flat_map(|line| skus_of(dataset, line))
        .flat_map(|sku| dataset.stock_indices(sku))
        .map(|cell| dataset.stock[cell.ix()].location)
        .filter(|location| is_stocking(dataset, *location))
        .collect();
    locations.sort_unstable();
    locations.dedup();
    locations
}

pub(super) fn is_stocking(dataset: &Dataset, location: LocationIx) -> bool {
    let location = &dataset.locations[location.ix()];
    location.kind != LocationKind::Hub && location.open != Open::No
}

/// Whether a location merges what others send, and is not closed.
pub(super) fn is_open_hub(dataset: &Dataset, location: LocationIx) -> bool {
    let location = &dataset.locations[location.ix()];
    location.kind == LocationKind::Hub && location.open != Open::No
}

/// Whether the wave is open and the order can be in it.
pub(super) fn can_leave(dataset: &Dataset, order: &Order, wave: WaveIx) -> bool {
    let wave = &dataset.waves[wave.ix()];
    wave.closed.is_none() && in_time(dataset, order, wave)
}

/// Every route of an order from a wave; none when it cannot leave with it.
pub(super) fn ways_from(
    dataset: &Dataset,
    rates: &RateIndex,
    order_ix: OrderIx,
    wave: WaveIx,
) -> Ways {
    let order = &dataset.orders[order_ix.ix()];
    if !can_leave(dataset, order, wave) {
        return Ways::new();
    }
    let location = dataset.waves[wave.ix()].location;
    match order.fulfilment {
        Fulfilment::Pickup(store) if store == location => {
            smallvec![Way {
                route: Route::Collect,
                lane: None,
            }]
        }
        Fulfilment::Pickup(store) => transfers_from(dataset, location)
            .filter(|(_, transfer)| transfer.to == store)
            .map(|(transfer, _)| Way {
                route: Route::ToStore(transfer),
                lane: None,
            })
            .collect(),
        Fulfilment::Ship => {
            let mut ways: Ways = carrier_ways(dataset, rates, order_ix, location).collect();
            ways.extend(hub_ways(dataset, rates, order_ix, wave));
            ways
        }
    }
}

/// Lanes of the services that the order may use, from a location to its destination.
pub(super) fn carrier_ways<'a>(
    dataset: &'a Dataset,
    rates: &'a RateIndex,
    order: OrderIx,
    location: LocationIx,
) -> impl Iterator<Item = Way> + 'a {
    let order = &dataset.orders[order.ix()];
    (0..dataset.services.len())
        .map(ServiceIx::new)
        .filter_map(move |service| {
            let bought = order
                .services
                .as_ref()
                .is_none_or(|bought| bought.binary_search(&service).is_ok());
            if !bought {
                return None;
            }
            let lane = rates.lane(service, location, order.destination)?;
            Some(Way {
                route: Route::Carrier(service),
                lane: Some(lane),
            })
        })
}

/// Legs to hubs that can forward the order later.
fn hub_ways(dataset: &Dataset, rates: &RateIndex, order_ix: OrderIx, wave: WaveIx) -> Ways {
    let order = &dataset.orders[order_ix.ix()];
    let from = &dataset.waves[wave.ix()];
    let mut ways = Ways::new();
    for (transfer_ix, transfer) in transfers_from(dataset, from.location) {
        let hub = &dataset.locations[transfer.to.ix()];
        if !is_open_hub(dataset, transfer.to)
            || carrier_ways(dataset, rates, order_ix, transfer.to)
                .next()
                .is_none()
        {
            continue;
        }
        let Some(ready) = ready_at_hub(dataset, transfer, from) else {
            continue;
        };
        for hub_wave in hub.wave_indices() {
            if dataset.waves[hub_wave.ix()].departs >= ready && can_leave(dataset, order, hub_wave)
            {
                ways.push(Way {
                    route: Route::ToHub(transfer_ix, hub_wave),
                    lane: None,
                });
            }
        }
    }
    ways
}

/// Transfer lanes that begin at a location.
pub(super) fn transfers_from(
    dataset: &Dataset,
    location: LocationIx,
) -> impl Iterator<Item = (TransferIx, &crate::domain::Transfer)> {
    let first = dataset
        .transfers
        .partition_point(|transfer| transfer.from < location);
    dataset.transfers[first..]
        .iter()
        .take_while(move |transfer| transfer.from == location)
        .enumerate()
        .map(move |(offset, transfer)| (TransferIx::new(first + offset), transfer))
}

/// Units that a stock cell could give up to a wave; `None`: no limit.
pub fn supply_by(dataset: &Dataset, cell: StockIx, wave: WaveIx) -> Option<i64> {
    let departs = dataset.waves[wave.ix()].departs;
    dataset.supply_until(&dataset.stock[cell.ix()], Some(departs))
}

/// What a line could take from stock, in any form.
pub fn skus_of(dataset: &Dataset, line: &Line) -> SmallVec<[SkuIx; 4]> {
    let mut skus: SmallVec<[SkuIx; 4]> = smallvec![line.sku];
    let forms = dataset.forms_of(line).iter().skip(1);
    skus.extend(forms.flat_map(|form| form.parts.iter().map(|part| part.0)));
    skus
}

/// Units of a line in one form that a location's stock could give up to a wave; `None`: no limit.
pub fn form_supply(
    dataset: &Dataset,
    form: &Form,
    location: LocationIx,
    wave: WaveIx,
) -> Option<i64> {
    let of_part = |&(sku, count): &(SkuIx, u32)| match dataset.stock_at(sku, location) {
        None => Some(0),
        Some(cell) => supply_by(dataset, cell, wave).map(|units| units / i64::from(count)),
    };
    form.parts.iter().filter_map(of_part).min()
}

/// By line: what stock and special handling allow to leave in a wave, and of lines with several forms, of each.
fn limits_at(dataset: &Dataset, order: OrderIx, wave: WaveIx) -> (Quantities, Box<[Made]>) {
    let location = dataset.waves[wave.ix()].location;
    let mut made: Vec<Made> = Vec::new();
    let limits = dataset
        .lines_of(order)
        .iter()
        .enumerate()
        .map(|(position, line)| {
            if used_up(dataset, line).is_some() || bar(dataset, line, location).is_some() {
                return 0;
            }
            let forms = dataset.forms_of(line);
            if !forms.is_empty() {
                let before = made.len();
                for (number, form) in (0_u8..).zip(forms) {
                    if !can_handle(dataset, order, form.shipped, location) {
                        continue;
                    }
                    let supply = form_supply(dataset, form, location, wave);
                    let units = supply.map_or(u32::MAX, |units| {
                        u32::try_from(units.max(0)).unwrap_or(u32::MAX)
                    });
                    if units > 0 {
                        made.push(Made {
                            line: position as u32,
                            form: number,
                            units: units.min(line.quantity),
                        });
                    }
                }
                let all = made[before..].iter().map(|made| made.units);
                return all.fold(0, u32::saturating_add).min(line.quantity);
            }
            if !can_handle(dataset, order, line.sku, location) {
                return 0;
            }
            let Some(cell) = dataset.stock_at(line.sku, location) else {
                return 0;
            };
            match supply_by(dataset, cell, wave) {
                None => line.quantity,
                Some(supply) => u32::try_from(supply).unwrap_or(u32::MAX).min(line.quantity),
            }
        })
        .collect();
    (limits, made.into())
}

/// By line: all of it where the hub can do its special handling and has not declined it, else nothing.
fn hub_limits(dataset: &Dataset, order: OrderIx, wave: WaveIx) -> Quantities {
    let hub = dataset.waves[wave.ix()].location;
    dataset
        .lines_of(order)
        .iter()
        .map(|line| {
            let may_pass = used_up(dataset, line).is_none() && !dataset.is_declined(line, hub);
            if may_pass && can_handle(dataset, order, line.sku, hub) {
                line.quantity
            } else {
                0
            }
        })
        .collect()
}

/// Whether a location, and the pick-up store where there is one, can do a product's special handling.
pub(super) fn can_handle(
    dataset: &Dataset,
    order: OrderIx,
    sku: SkuIx,
    location: LocationIx,
) -> bool {
    let needed = dataset.products[sku.ix()].handling;
    let at_store = match dataset.orders[order.ix()].fulfilment {
        Fulfilment::Pickup(store) => dataset.locations[store.ix()].handling.covers(needed),
        Fulfilment::Ship => true,
    };
    at_store && dataset.locations[location.ix()].handling.covers(needed)
}
