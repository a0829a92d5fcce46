//! Goods that customers send back.

use super::Known;
use super::view::View;
use crate::domain::{
    Condition, Dataset, Destination, DestinationIx, LocationIx, Return, ReturnStatus, SkuIx, ZoneIx,
};
use crate::input::fault::Faults;
use crate::input::time::TimeCell;
use crate::units::Money;
use std::collections::BTreeMap;

/// Adds the returns, by id, and where they come from to the destinations.
pub fn add(dataset: &mut Dataset, view: &View, known: &Known, faults: &mut Faults) {
    if view.table.rows() == 0 {
        return;
    }
    let text = |name: &str, row: usize| view.texts(name).get(row);
    for fault in view.doubled("sku", |row| {
        Some((text("return_id", row), text("sku", row)))
    }) {
        faults.push(fault);
    }
    let each = dataset.destinations.iter().cloned().zip(0_u32..);
    let mut places: BTreeMap<Destination, u32> = each.collect();
    let mut rows: Vec<usize> = view.rows().collect();
    rows.sort_by_key(|&row| (text("return_id", row), text("sku", row)));
    for row in rows {
        let Some(sku) = known.skus.find(text("sku", row)) else {
            continue;
        };
        let location = match text("location_id", row) {
            "" => None,
            id => {
                let found = known.locations.find(id);
                if found.is_none() {
                    let table = "location_costs";
                    faults.push(view.unknown(row, "location_id", table, "location_id"));
                }
                found.map(LocationIx::new)
            }
        };
        let from = Destination {
            zone: known.zones.find(text("zone", row)).map(ZoneIx::new),
            country: text("country", row).into(),
            postcode: text("postcode", row).into(),
        };
        let next = dataset.destinations.len() as u32;
        let place = *places.entry(from.clone()).or_insert(next);
        if place == next {
            dataset.destinations.push(from);
        }
        let available = view.numbers("available_at").get(row);
        dataset.returns.push(Return {
            id: text("return_id", row).into(),
            order: text("order_id", row).into(),
            sku: SkuIx::new(sku),
            quantity: view.numbers("quantity").or(row, 1),
            from: DestinationIx(place),
            is_exchange: text("wants", row) == "exchange",
            condition: match text("condition", row) {
                "opened" => Condition::Opened,
                "damaged" => Condition::Damaged,
                _ => Condition::New,
            },
            status: match text("status", row) {
                "shipped" => ReturnStatus::Shipped,
                "received" => ReturnStatus::Received,
                _ => ReturnStatus::Announced,
            },
            refund: Money(view.numbers("refund").or(row, 0)),
            location,
            available_at: available.map(|cell| {
                let zone = location.map(|at| &dataset.locations[at.ix()].time_zone);
                TimeCell::unpack(cell).start(zone.unwrap_or(&jiff::tz::TimeZone::UTC))
            }),
        });
    }
}
