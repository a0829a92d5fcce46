//! Returns and ready-made return labels.

use super::Planned;
use super::names::Names;
use super::sheet::{Sheet, time_text};
use crate::domain::{Condition, ReturnStatus};
use crate::options::Offer;

/// One row a return: where it goes or lies, what that is worth, and the refund that is due.
pub(super) fn returns(planned: Planned<'_>) -> Sheet<'_> {
    let dataset = planned.dataset;
    let rows = &dataset.returns;
    let offer = move |row: usize| planned.returning[row];
    let place = move |row: usize| offer(row).map(|it| it.location).or(rows[row].location);
    let service = move |row: usize| offer(row).map(|it| &dataset.services[it.service.ix()]);
    let is_back = move |row: usize| rows[row].status == ReturnStatus::Received;
    Sheet::new("returns", rows.len())
        .text("return_id", move |row| &*rows[row].id)
        .text("order_id", move |row| &*rows[row].order)
        .text("sku", move |row| &*dataset.products[rows[row].sku.ix()].sku)
        .integer("quantity", move |row| rows[row].quantity)
        .plain("status", move |row| rows[row].status.word())
        .text("to_location", move |row| {
            place(row).map_or("", |at| &*dataset.locations[at.ix()].id)
        })
        .text("carrier", move |row| {
            service(row).map_or("", |it| &*it.carrier)
        })
        .text("service", move |row| {
            service(row).map_or("", |it| &*it.service)
        })
        .integer("parcels", move |row| {
            offer(row).map(|it| i64::from(it.parcels))
        })
        .money("carriage", move |row| offer(row).map(|it| it.carriage))
        .money("resale_value", move |row| offer(row).map(|it| it.value))
        .moment("back_in_stock_at", move |row| {
            let zone = &planned.settings.time_zone;
            let is_sold = rows[row].condition != Condition::Damaged;
            let at = rows[row].available_at.filter(|_| is_sold);
            let at = at.or((is_back(row) && is_sold).then_some(planned.settings.as_of));
            at.map_or(String::new(), |at| time_text(at, zone))
        })
        .money("refund", move |row| rows[row].refund)
        .plain("refund_due", move |row| {
            match (rows[row].is_exchange, is_back(row)) {
                (true, _) => "no",
                (false, true) => "now",
                (false, false) => "on_receipt",
            }
        })
        .plain("reason", move |row| match (offer(row), rows[row].status) {
            (Some(_), _) => "best_value",
            (None, ReturnStatus::Announced) => "nothing_takes_it",
            (None, _) => "",
        })
}

/// One row a shipment that reaches a customer: where its goods would come back to, by which service, at what cost.
pub(super) fn labels<'a>(planned: Planned<'a>) -> Sheet<'a> {
    let (dataset, plan) = (planned.dataset, planned.plan);
    let names = Names::new(dataset, plan);
    let each = planned.labels.iter().enumerate();
    let rows: Vec<(usize, Offer)> = each
        .filter_map(|(position, label)| Some((position, (*label)?)))
        .collect();
    let ids: Vec<String> = rows
        .iter()
        .map(|(position, _)| names.shipment(*position))
        .collect();
    let rows = std::sync::Arc::new(rows);
    let row = |rows: &std::sync::Arc<Vec<(usize, Offer)>>| {
        let rows = std::sync::Arc::clone(rows);
        move |row: usize| rows[row]
    };
    let count = rows.len();
    let [order, place, carrier, service] = std::array::from_fn(|_| row(&rows));
    let (parcels, cost) = (row(&rows), row(&rows));
    Sheet::new("return_labels", count)
        .text("shipment_id", move |row| ids[row].clone())
        .text("order_id", move |row| {
            let order = plan.shipments[order(row).0].order;
            &*dataset.orders[order.ix()].id
        })
        .text("to_location", move |row| {
            &*dataset.locations[place(row).1.location.ix()].id
        })
        .text("carrier", move |row| {
            &*dataset.services[carrier(row).1.service.ix()].carrier
        })
        .text("service", move |row| {
            &*dataset.services[service(row).1.service.ix()].service
        })
        .integer("parcels", move |row| i64::from(parcels(row).1.parcels))
        .money("cost", move |row| cost(row).1.carriage)
}
