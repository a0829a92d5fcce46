//! What moved against an earlier plan, and what stays of it.

use super::Planned;
use super::sheet::{Sheet, time_text};
use crate::domain::{LocationIx, OrderIx};

/// One row an order of which something leaves another location than before: from where to where, and what staying
/// would have cost.
pub(super) fn moved(planned: Planned<'_>) -> Sheet<'_> {
    let dataset = planned.dataset;
    let rows = planned.moved;
    let names = move |places: &[LocationIx]| {
        let ids = places.iter().map(|at| &*dataset.locations[at.ix()].id);
        ids.collect::<Vec<&str>>().join("|")
    };
    let before =
        move |order: OrderIx| &*dataset.planned[dataset.orders[order.ix()].planned as usize];
    Sheet::new("moved", rows.len())
        .text("order_id", move |row| {
            &*dataset.orders[rows[row].order.ix()].id
        })
        .text("from_locations", move |row| names(before(rows[row].order)))
        .text("to_locations", move |row| names(&rows[row].now))
        .integer("shipments_moved", move |row| rows[row].shipments)
        .money("stability_cost", move |row| {
            planned.settings.stability_cost * rows[row].shipments
        })
        .money("gain", move |row| rows[row].gain)
        .money("gain_if_it_stayed", move |row| rows[row].staying_gain)
        .money("staying_costs", move |row| {
            rows[row].gain - rows[row].staying_gain
        })
}

/// One row a piece of earlier work that stays as it was.
pub(super) fn kept(planned: Planned<'_>) -> Sheet<'_> {
    let dataset = planned.dataset;
    let rows = &dataset.kept;
    let at = move |row: usize, moment| {
        let zone = &dataset.locations[rows[row].location.ix()].time_zone;
        time_text(moment, zone)
    };
    Sheet::new("kept", rows.len())
        .text("order_id", move |row| &*rows[row].order)
        .text("line_id", move |row| &*rows[row].line)
        .text("sku", move |row| &*rows[row].ordered)
        .text("shipped_sku", move |row| &*rows[row].sku)
        .text("form", move |row| &*rows[row].form)
        .text("location_id", move |row| {
            &*dataset.locations[rows[row].location.ix()].id
        })
        .moment("leaves_at", move |row| at(row, rows[row].leaves))
        .integer("quantity", move |row| rows[row].units)
        .text("shipment_id", move |row| &*rows[row].shipment)
        .text("carrier", move |row| &*rows[row].carrier.0)
        .text("service", move |row| &*rows[row].carrier.1)
        .text("to_location", move |row| &*rows[row].to_location)
        .text("channel", move |row| &*rows[row].channel)
        .moment("begins_at", move |row| at(row, rows[row].begins))
        .yes_no("takes_stock", move |row| rows[row].takes_stock)
        .yes_no("reaches_customer", move |row| rows[row].reaches_customer)
        .plain("because", move |row| rows[row].because)
}
