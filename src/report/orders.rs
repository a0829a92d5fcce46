//! What customers can be told, and what stays unfilled.

use super::Planned;
use super::sheet::{Sheet, time_text};
use crate::domain::OrderIx;
use crate::explain::{Promise, promise};

/// One row an order: where it ships from and when it arrives.
pub(super) fn promises(planned: Planned<'_>) -> Sheet<'_> {
    let dataset = planned.dataset;
    let order = move |row: usize| &dataset.orders[row];
    let told = move |row: usize| -> Promise<'_> {
        let Planned {
            plan,
            audit,
            ledger,
            ..
        } = planned;
        promise(dataset, plan, audit, ledger, OrderIx::new(row))
    };
    let found = move |row: usize| &planned.audit.orders[row];
    Sheet::new("promises", dataset.orders.len())
        .text("order_id", move |row| &*order(row).id)
        .plain("status", move |row| told(row).status())
        .text("ships_from", move |row| told(row).ships_from.join("|"))
        .integer("shipments", move |row| i64::from(found(row).shipments))
        .date("leaves_on", move |row| told(row).leaves)
        .date("arrives_by", move |row| told(row).arrives_by)
        .date("promised_by", move |row| order(row).deliver_by)
        .integer("days_late", move |row| found(row).days_late)
        .integer("units", move |row| found(row).units_filled)
        .integer("units_open", move |row| told(row).units_open)
        .text("text", move |row| told(row).sentence(order(row).fulfilment))
}

/// One row an unfilled line: why, and when it could ship.
pub(super) fn unfilled(planned: Planned<'_>) -> Sheet<'_> {
    let dataset = planned.dataset;
    let open = planned.unfilled;
    let line = move |row: usize| &dataset.lines[open[row].line.ix()];
    Sheet::new("unfilled", open.len())
        .text("order_id", move |row| {
            &*dataset.orders[line(row).order.ix()].id
        })
        .text("line_id", move |row| &*line(row).id)
        .text("sku", move |row| &*dataset.products[line(row).sku.ix()].sku)
        .integer("quantity", move |row| open[row].quantity)
        .plain("reason", move |row| open[row].code)
        .moment("next_possible", move |row| {
            let zone = &planned.settings.time_zone;
            open[row]
                .next_possible
                .map_or(String::new(), |moment| time_text(moment, zone))
        })
        .text("next_possible_by", move |row| &*open[row].next_because)
        .text("text", move |row| &*open[row].reason)
}
