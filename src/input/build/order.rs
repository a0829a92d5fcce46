//! Orders: values settled, contradictions and ranges checked, destinations told apart.

use super::Known;
use super::order_draft::{Draft, OrderColumns, Place};
use super::order_rows::OrderRows;
use super::rejected::RejectedOrder;
use super::view::View;
use crate::domain::{Dataset, Destination, DestinationIx, Line, Order, OrderIx, Settings, ZoneIx};
use crate::input::fault::{Fault, Faults, Severity};
use crate::input::read::OnBadOrder;
use crate::units::MICRO;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Value of all orders at most, in micro-units: 10^12 units of currency.
const MOST_VALUE: i128 = 1_000_000_000_000 * MICRO as i128;
/// Orders that one task builds.
const ORDERS_PER_TASK: usize = 4096;

/// What became of an order.
enum Outcome {
    Good(Box<Draft>, Vec<Fault>),
    Bad(u32, Vec<Fault>),
}

/// Adds orders, lines and destinations; bad orders become faults, or come back as rejected.
pub fn add(
    dataset: &mut Dataset,
    views: [&View; 4],
    known: &Known,
    settings: &Settings,
    on_bad_order: OnBadOrder,
    faults: &mut Faults,
) -> Vec<RejectedOrder> {
    let view = *views[0];
    let spoilt = spoilt(&view);
    let columns = OrderColumns::new(views, known, dataset, settings);
    let rows = OrderRows::new(&view);
    let mut rejected = Vec::new();
    let mut places = Vec::with_capacity(rows.orders.len());
    let mut value = 0;
    let built: Vec<Vec<Outcome>> = rows
        .orders
        .par_chunks(ORDERS_PER_TASK)
        .map(|orders| {
            orders
                .iter()
                .map(|order| outcome(&columns, &spoilt, &rows, *order))
                .collect()
        })
        .collect();
    dataset.lines.reserve_exact(view.table.rows());
    dataset.orders.reserve_exact(rows.orders.len());
    for outcome in built.into_iter().flatten() {
        match outcome {
            Outcome::Good(draft, warnings) => {
                warnings.into_iter().for_each(|fault| faults.push(fault));
                value += draft.value;
                places.push(draft.place);
                keep(dataset, *draft);
            }
            Outcome::Bad(order, found) if on_bad_order == OnBadOrder::SetAside => {
                let id = view.texts("order_id").text(order);
                let errors = found
                    .into_iter()
                    .filter(|fault| fault.severity == Severity::Error);
                rejected.extend(errors.map(|fault| RejectedOrder::new(id, fault)));
            }
            Outcome::Bad(_, found) => found.into_iter().for_each(|fault| faults.push(fault)),
        }
    }
    if value > MOST_VALUE {
        let message = "prices, goods and unfilled costs of all orders add up to more than 10^12";
        faults
            .push(Fault::error(view.table.source(), message).remedy("plan fewer orders at a time"));
    }
    add_destinations(dataset, &view, known, &places);
    warn_unserved_zones(dataset, &view, faults);
    rejected
}

fn spoilt(view: &View) -> BTreeMap<usize, Vec<Fault>> {
    let mut spoilt: BTreeMap<usize, Vec<Fault>> = BTreeMap::new();
    for (row, fault) in &view.table.spoilt {
        spoilt.entry(*row).or_default().push(fault.clone());
    }
    spoilt
}

fn outcome(
    columns: &OrderColumns,
    spoilt: &BTreeMap<usize, Vec<Fault>>,
    rows: &OrderRows,
    order: u32,
) -> Outcome {
    let of_order = rows.of(order);
    let mut faults = Vec::new();
    if !spoilt.is_empty() {
        let found = of_order
            .iter()
            .filter_map(|row| spoilt.get(&(*row as usize)));
        faults.extend(found.flatten().cloned());
    }
    if !faults.is_empty() {
        return Outcome::Bad(order, faults);
    }
    let draft = columns.draft(order, of_order, &mut faults);
    match draft {
        Some(draft)
            if faults
                .iter()
                .all(|fault| fault.severity == Severity::Warning) =>
        {
            Outcome::Good(Box::new(draft), faults)
        }
        _ => Outcome::Bad(order, faults),
    }
}

/// Gives an order and its lines their indices.
fn keep(dataset: &mut Dataset, draft: Draft) {
    let at = OrderIx::new(dataset.orders.len());
    let first = dataset.lines.len() as u32;
    dataset.lines.extend(
        draft
            .lines
            .into_iter()
            .map(|line| Line { order: at, ..line }),
    );
    let lines = first..dataset.lines.len() as u32;
    dataset.orders.push(Order {
        lines,
        ..draft.order
    });
}

/// Adds the distinct destinations, sorted, and gives each order its own.
fn add_destinations(dataset: &mut Dataset, view: &View, known: &Known, places: &[Place]) {
    let zones = known.zones.positions(view.texts("destination_zone"));
    let mut distinct = places.to_vec();
    distinct.par_sort_unstable();
    distinct.dedup();
    let mut destinations: Vec<(Destination, usize)> = Vec::with_capacity(distinct.len());
    for (at, (zone, country, postcode)) in distinct.iter().enumerate() {
        let destination = Destination {
            zone: zones[*zone as usize].map(ZoneIx::new),
            country: Box::from(view.texts("country").text(*country)),
            postcode: Box::from(view.texts("postcode").text(*postcode)),
        };
        destinations.push((destination, at));
    }
    destinations.sort_unstable();
    let mut index = vec![DestinationIx(0); destinations.len()];
    for (position, (_, at)) in destinations.iter().enumerate() {
        index[*at] = DestinationIx::new(position);
    }
    for (order, place) in dataset.orders.iter_mut().zip(places) {
        let at = distinct
            .binary_search(place)
            .expect("every place is among the distinct ones");
        order.destination = index[at];
    }
    dataset.destinations = destinations
        .into_iter()
        .map(|(destination, _)| destination)
        .collect();
}

/// Warns once of each zone that orders name and no lane leads to.
fn warn_unserved_zones(dataset: &Dataset, view: &View, faults: &mut Faults) {
    if dataset.lanes.iter().any(|lane| lane.destination.is_none()) {
        return;
    }
    let served: BTreeSet<ZoneIx> = dataset
        .lanes
        .iter()
        .filter_map(|lane| lane.destination)
        .collect();
    let column = view.texts("destination_zone");
    let mut unserved: BTreeSet<&str> = BTreeSet::new();
    for destination in &dataset.destinations {
        unserved.extend(
            destination
                .zone
                .filter(|zone| !served.contains(zone))
                .map(|zone| &*dataset.zones[zone.ix()]),
        );
    }
    for name in unserved {
        if let Some(row) = view.rows().find(|row| column.get(*row) == name) {
            let message = "no row of `carrier_rates` leads to this zone";
            faults.push(view.warning(row, "destination_zone", message));
        }
    }
}
