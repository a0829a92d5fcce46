//! Earlier work on the dataset: what stays has taken stock, capacity and space; what was planned says from where.

use super::Known;
use super::view::View;
use crate::domain::{
    Dataset, FormKind, Kept, LocationIx, Reserve, ServiceIx, Settings, SkuIx, Taken, TransferIx,
    WaveIx,
};
use crate::input::fault::Faults;
use crate::input::is_given;
use crate::input::time::TimeCell;
use crate::units::Money;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// One piece of earlier work.
struct Piece<'a> {
    row: usize,
    order: &'a str,
    line: &'a str,
    location: LocationIx,
    leaves: Timestamp,
    begins: Timestamp,
    wave: Option<WaveIx>,
    shipment: &'a str,
    units: i64,
    takes_stock: bool,
}

/// Takes earlier work into account.
pub fn add(
    dataset: &mut Dataset,
    view: &View,
    known: &Known,
    settings: &Settings,
    faults: &mut Faults,
) {
    if view.table.rows() == 0 {
        return;
    }
    let mut planned: BTreeMap<&str, BTreeSet<LocationIx>> = BTreeMap::new();
    let mut given: Vec<Piece<'_>> = Vec::new();
    // By location that is not there, the first row that names it, and how many do.
    let mut gone: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let (mut unknown_orders, mut all) = (0_usize, 0_usize);
    for row in view.rows() {
        let id = view.texts("location_id").get(row);
        let Some(location) = known.locations.find(id).map(LocationIx::new) else {
            gone.entry(id).or_insert((row, 0)).1 += 1;
            continue;
        };
        let zone = &dataset.locations[location.ix()].time_zone;
        let moment = |name: &str| {
            let cell = view.numbers(name).get(row)?;
            Some(TimeCell::unpack(cell).start(zone))
        };
        let leaves = moment("leaves_at").unwrap_or(Timestamp::MIN);
        let mut waves = dataset.locations[location.ix()].wave_indices();
        let piece = Piece {
            row,
            order: view.texts("order_id").get(row),
            line: view.texts("line_id").get(row),
            location,
            leaves,
            begins: moment("begins_at").unwrap_or(leaves),
            wave: waves.find(|wave| dataset.waves[wave.ix()].departs == leaves),
            takes_stock: view.texts("takes_stock").get(row) != "no",
            shipment: view.texts("shipment_id").get(row),
            units: view.numbers("quantity").or(row, 1),
        };
        let is_released = view.texts("status").get(row) == "released";
        if is_given(piece.begins, is_released, settings) {
            let day = |moment: Timestamp| moment.to_zoned(settings.time_zone.clone()).date();
            let has_left =
                piece.leaves <= settings.as_of && day(piece.leaves) == day(settings.as_of);
            let counts_today = piece.wave.is_some() || has_left;
            if counts_today {
                // What a location costs is paid.
                let location = &mut dataset.locations[location.ix()];
                (location.fixed_cost, location.closing_cost) = (Money::ZERO, Money::ZERO);
            }
            dataset.kept.push(Kept {
                counts_today,
                order: piece.order.into(),
                line: piece.line.into(),
                ordered: view.texts("sku").get(row).into(),
                sku: shipped_sku(view, row).into(),
                form: view.texts("form").get(row).into(),
                channel: view.texts("channel").get(row).into(),
                carrier: (
                    view.texts("carrier").get(row).into(),
                    view.texts("service").get(row).into(),
                ),
                to_location: view.texts("to_location").get(row).into(),
                begins: piece.begins,
                reaches_customer: view.texts("reaches_customer").get(row) != "no",
                shipment: piece.shipment.into(),
                location,
                leaves: piece.leaves,
                units: piece.units,
                because: match (piece.leaves <= settings.as_of, is_released) {
                    (true, _) => "shipped",
                    (_, true) => "released",
                    _ => "frozen",
                },
                wave: piece.wave,
                service: service_of(dataset, view, row),
                takes_stock: piece.takes_stock,
                row: row as u32,
            });
            given.push(piece);
            continue;
        }
        if !piece.takes_stock {
            continue;
        }
        all += 1;
        let found = dataset
            .orders
            .binary_search_by(|it| (*it.id).cmp(piece.order));
        unknown_orders += usize::from(found.is_err());
        planned.entry(piece.order).or_default().insert(location);
    }
    for (row, count) in gone.into_values() {
        let rows = if count == 1 { "row" } else { "rows" };
        let message = format!(
            "the data has no such location any more: no stock or capacity is taken there ({count} {rows})"
        );
        let fault = view.warning(row, "location_id", message);
        faults.push(fault.remedy("check that the run before is one of this data"));
    }
    if all > 0 && unknown_orders == all {
        let message =
            "none of the orders that were planned before is in `orders`: it is a run of other data";
        let fault = crate::input::Fault::warning(view.table.source(), message);
        faults.push(fault.remedy("name a run of this data, or leave it out"));
    }
    remember(dataset, planned);
    for piece in given.iter().filter(|piece| piece.takes_stock) {
        take_stock(dataset, view, known, piece, settings, faults);
    }
    take_space(dataset, view, &given);
}

fn shipped_sku<'a>(view: &View<'a>, row: usize) -> &'a str {
    match view.texts("shipped_sku").get(row) {
        "" => view.texts("sku").get(row),
        shipped => shipped,
    }
}

/// From where each order was to ship.
fn remember(dataset: &mut Dataset, planned: BTreeMap<&str, BTreeSet<LocationIx>>) {
    let mut sets: BTreeMap<Vec<LocationIx>, u32> = BTreeMap::new();
    let mut all: Vec<Box<[LocationIx]>> = vec![Box::default()];
    for (order, places) in planned {
        let Ok(order) = dataset.orders.binary_search_by(|it| (*it.id).cmp(order)) else {
            continue;
        };
        let places: Vec<LocationIx> = places.into_iter().collect();
        let set = sets.entry(places).or_insert_with_key(|places| {
            all.push(places.clone().into());
            all.len() as u32 - 1
        });
        dataset.orders[order].planned = *set;
    }
    dataset.planned = all;
}

/// Takes what a piece holds from what lies there, then from what comes.
fn take_stock(
    dataset: &mut Dataset,
    view: &View,
    known: &Known,
    piece: &Piece<'_>,
    settings: &Settings,
    faults: &mut Faults,
) {
    // What had left when the stock was counted is not in it.
    if piece.leaves <= settings.stock_at.unwrap_or(settings.as_of) {
        return;
    }
    let Some(sku) = known
        .skus
        .find(shipped_sku(view, piece.row))
        .map(SkuIx::new)
    else {
        return;
    };
    let is_made = view.texts("form").get(piece.row) == "assembled";
    let channel = view.texts("channel").get(piece.row);
    let channel = dataset.channels.iter().position(|it| **it == *channel);
    let channel = channel.map(|channel| channel as u16);
    let mut forms = dataset.forms.iter().flat_map(|forms| forms.iter());
    let made =
        forms.find(|form| is_made && form.kind == FormKind::Assembled && form.shipped == sku);
    let parts = made.map_or_else(|| vec![(sku, 1)], |form| form.parts.to_vec());
    for (sku, count) in parts {
        let mut units = piece.units * i64::from(count);
        let Some(cell) = dataset.stock_at(sku, piece.location) else {
            continue;
        };
        let cell = &mut dataset.stock[cell.ix()];
        let Some(available) = &mut cell.available else {
            continue;
        };
        // What was kept for the channel has served it so far.
        let reserves = cell.reserves.iter().map(|reserve| Reserve {
            quantity: match Some(reserve.channel) == channel {
                true => (reserve.quantity - units).max(0),
                false => reserve.quantity,
            },
            ..*reserve
        });
        cell.reserves = reserves.filter(|reserve| reserve.quantity > 0).collect();
        let taken = units.min(*available);
        *available -= taken;
        cell.reserved += taken;
        units -= taken;
        let range = cell.inbound.start as usize..cell.inbound.end as usize;
        for delivery in &mut dataset.inbound[range] {
            let taken = units.min(delivery.quantity);
            delivery.quantity -= taken;
            units -= taken;
        }
        if units > 0 {
            let message =
                format!("{units} units that were to leave with it are not there any more");
            let fault = view.warning(piece.row, "quantity", message);
            faults.push(fault.remedy("recount this stock"));
        }
    }
}

/// Takes capacity of waves and space of carriers and transfers; what a commitment costs is paid.
fn take_space(dataset: &mut Dataset, view: &View, given: &[Piece<'_>]) {
    let mut shipments: BTreeSet<(&str, LocationIx)> = BTreeSet::new();
    let mut lines: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    for piece in given {
        let Some(wave) = piece.wave else {
            continue;
        };
        let is_first = shipments.insert((piece.shipment, piece.location));
        let is_new_line = lines.insert((piece.shipment, piece.order, piece.line));
        let of_wave = &mut dataset.waves[wave.ix()];
        let take = |capacity: &mut Option<i64>, units: i64| {
            if let Some(left) = capacity {
                *left = (*left - units).max(0);
            }
        };
        let within = of_wave.capacity_units.unwrap_or(piece.units);
        of_wave.overtime_taken += (piece.units - within).max(0);
        take(&mut of_wave.capacity_units, piece.units);
        take(&mut of_wave.capacity_lines, i64::from(is_new_line));
        take(&mut of_wave.capacity_shipments, i64::from(is_first));
        let to = view.texts("to_location").get(piece.row);
        let transfer = dataset
            .transfers
            .iter()
            .position(|it| it.from == piece.location && *dataset.locations[it.to.ix()].id == *to);
        if let Some(transfer) = transfer {
            let moved = Taken::Transfer(TransferIx::new(transfer), wave, piece.units);
            dataset.taken.push(moved);
        }
        if is_first {
            take_carrier(dataset, view, piece.row, wave);
        }
    }
}

fn service_of(dataset: &Dataset, view: &View, row: usize) -> Option<ServiceIx> {
    let (carrier, name) = (
        view.texts("carrier").get(row),
        view.texts("service").get(row),
    );
    let mut services = dataset.services.iter();
    let service = services.position(|it| *it.carrier == *carrier && *it.service == *name);
    service.map(ServiceIx::new)
}

fn take_carrier(dataset: &mut Dataset, view: &View, row: usize, wave: WaveIx) {
    if let Some(service) = service_of(dataset, view, row) {
        let committed = &mut dataset.services[service.ix()].minimum_shipments;
        *committed = (*committed - 1).max(0);
        dataset.taken.push(Taken::Carrier(service, wave));
    }
}
