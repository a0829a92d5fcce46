//! Orders: values settled, contradictions and ranges checked, destinations told apart.

use super::Known;
use super::forms::FormSets;
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
const ORDERS_PER_TASK: usize = 2048;
/// Tasks that run between two gatherings of their results.
const TASKS_PER_BATCH: usize = 16;

/// What became of an order.
enum Outcome {
    Good(Box<Draft>, Vec<Fault>),
    Bad(u32, Vec<Fault>),
}

/// Adds orders, lines and destinations; bad orders become faults, or come back as rejected.
pub fn add(
    dataset: &mut Dataset,
    views: [&View; 5],
    known: &Known,
    forms: &FormSets,
    settings: &Settings,
    on_bad_order: OnBadOrder,
    faults: &mut Faults,
) -> Vec<RejectedOrder> {
    let view = *views[0];
    let spoilt = spoilt(&view);
    let columns = OrderColumns::new(views, known, forms, dataset, settings);
    let rows = OrderRows::new(&view);
    let mut kept = Kept {
        orders: Vec::with_capacity(rows.orders.len()),
        lines: Vec::with_capacity(view.table.rows()),
        places: Vec::with_capacity(rows.orders.len()),
        value: 0,
    };
    let mut rejected = Vec::new();
    // Batch by batch, so that only few drafts are in memory beside what is kept of them.
    for batch in rows.orders.chunks(ORDERS_PER_TASK * TASKS_PER_BATCH) {
        let built: Vec<Vec<Outcome>> = batch
            .par_chunks(ORDERS_PER_TASK)
            .map(|orders| {
                let outcome = |order: &u32| outcome(&columns, &spoilt, &rows, *order);
                orders.iter().map(outcome).collect()
            })
            .collect();
        for outcome in built.into_iter().flatten() {
            match outcome {
                Outcome::Good(draft, warnings) => {
                    warnings.into_iter().for_each(|fault| faults.push(fault));
                    kept.keep(*draft);
                }
                Outcome::Bad(order, found) if on_bad_order == OnBadOrder::SetAside => {
                    rejected.extend(rejections(view.texts("order_id").text(order), found));
                }
                Outcome::Bad(_, found) => found.into_iter().for_each(|fault| faults.push(fault)),
            }
        }
    }
    let Kept {
        orders,
        lines,
        places,
        value,
    } = kept;
    (dataset.orders, dataset.lines) = (orders, lines);
    if value > MOST_VALUE {
        let message = "prices, goods and unfilled costs of all orders add up to more than 10^12";
        faults
            .push(Fault::error(view.table.source(), message).remedy("plan fewer orders at a time"));
    }
    if late_value(&dataset.orders) > MOST_VALUE {
        let message = "costs of lateness of all orders could add up to more than 10^12";
        let remedy = "lower late_cost_per_day, or leave out promises that lie years back";
        faults.push(Fault::error(view.table.source(), message).remedy(remedy));
    }
    add_destinations(dataset, &view, known, &places);
    warn_unserved_zones(dataset, &view, faults);
    rejected
}

/// What lateness could cost at most: from the promise to the end of the longest horizon and transit.
fn late_value(orders: &[Order]) -> i128 {
    const LONGEST_DAYS: i64 = 4_400;
    orders
        .iter()
        .filter_map(|order| {
            let released = order.release.to_zoned(jiff::tz::TimeZone::UTC).date();
            let overdue = i64::from((released - order.deliver_by?).get_days()).max(0);
            Some(i128::from(order.late_cost_per_day.0) * i128::from(overdue + LONGEST_DAYS))
        })
        .sum()
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

/// Orders and lines with their indices, and where the orders go.
struct Kept {
    orders: Vec<Order>,
    lines: Vec<Line>,
    places: Vec<Place>,
    value: i128,
}

impl Kept {
    /// Gives an order and its lines their indices.
    fn keep(&mut self, draft: Draft) {
        let order = OrderIx::new(self.orders.len());
        let first = self.lines.len() as u32;
        let lines = draft.lines.into_iter();
        self.lines.extend(lines.map(|line| Line { order, ..line }));
        self.orders.push(Order {
            lines: first..self.lines.len() as u32,
            ..draft.order
        });
        self.places.push(draft.place);
        self.value += draft.value;
    }
}

/// Why an order is set aside: its errors, not its warnings.
fn rejections(id: &str, found: Vec<Fault>) -> impl Iterator<Item = RejectedOrder> {
    let errors = found.into_iter();
    let errors = errors.filter(|fault| fault.severity == Severity::Error);
    errors.map(move |fault| RejectedOrder::new(id, fault))
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
