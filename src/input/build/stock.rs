//! Stock cells and the deliveries that count.

use super::Known;
use super::view::View;
use crate::domain::{Dataset, Inbound, LocationIx, LocationKind, Settings, SkuIx, Stock};
use crate::input::cell::UNLIMITED;
use crate::input::fault::Faults;
use crate::input::time::TimeCell;
use crate::units::{MICRO, Money};

/// Adds the stock, grouped by SKU, by location within it, and inbound deliveries, by time within a cell.
pub fn add(
    dataset: &mut Dataset,
    [inventory, inbound]: [&View; 2],
    known: &Known,
    settings: &Settings,
    faults: &mut Faults,
) {
    let mut cells = cells(inventory, dataset, known, faults);
    let arrivals = arrivals(inbound, dataset, known, settings, faults);
    let mut fresh: Vec<(SkuIx, LocationIx)> = arrivals.iter().map(|(cell, _)| *cell).collect();
    fresh.dedup();
    fresh.retain(|cell| cells.binary_search_by_key(cell, key).is_err());
    cells.extend(
        fresh
            .into_iter()
            .map(|(sku, location)| Stock::nothing(sku, location)),
    );
    cells.sort_by_key(key);
    for stock in &mut cells {
        let from = arrivals.partition_point(|(cell, _)| *cell < key(stock));
        let to = arrivals.partition_point(|(cell, _)| *cell <= key(stock));
        stock.inbound = from as u32..to as u32;
    }
    dataset.inbound = arrivals.into_iter().map(|(_, arrival)| arrival).collect();
    dataset.stock_of_sku = (0..dataset.products.len())
        .map(|sku| {
            let from = cells.partition_point(|cell| cell.sku.ix() < sku);
            let to = cells.partition_point(|cell| cell.sku.ix() <= sku);
            from as u32..to as u32
        })
        .collect();
    dataset.stock_locations = Stock::locations(&cells);
    dataset.stock = cells;
}

fn key(cell: &Stock) -> (SkuIx, LocationIx) {
    (cell.sku, cell.location)
}

/// For each row its SKU and location, where both exist; hubs and unknown locations are faults.
fn places(
    view: &View,
    dataset: &Dataset,
    known: &Known,
    faults: &mut Faults,
) -> Vec<Option<(SkuIx, LocationIx)>> {
    let (ids, skus) = (view.texts("location_id"), view.texts("sku"));
    let (locations, products) = (known.locations.positions(ids), known.skus.positions(skus));
    let mut places = Vec::with_capacity(view.table.rows());
    for row in view.rows() {
        let location = locations[ids.code(row) as usize];
        match location {
            None => faults.push(view.unknown(row, "location_id", "location_costs", "location_id")),
            Some(at) if dataset.locations[at].kind == LocationKind::Hub => {
                let message = "a hub has no stock of its own";
                let fault = view.error(row, "location_id", message);
                faults.push(fault.remedy("remove the row, or change the location's `kind`"));
            }
            Some(_) => {}
        }
        let sku = products[skus.code(row) as usize];
        places.push(
            location
                .zip(sku)
                .map(|(at, sku)| (SkuIx::new(sku), LocationIx::new(at))),
        );
    }
    places
}

fn cells(view: &View, dataset: &Dataset, known: &Known, faults: &mut Faults) -> Vec<Stock> {
    let places = places(view, dataset, known, faults);
    let mut rows: Vec<((SkuIx, LocationIx), usize)> = Vec::with_capacity(places.len());
    rows.extend(
        places
            .iter()
            .enumerate()
            .filter_map(|(row, place)| Some(((*place)?, row))),
    );
    rows.sort_unstable();
    let mut cells: Vec<Stock> = Vec::with_capacity(rows.len());
    for (at, (place, row)) in rows.iter().enumerate() {
        if at > 0 && rows[at - 1].0 == *place {
            let line = view.table.line(rows[at - 1].1);
            let message = format!("row {line} has the same location_id and sku");
            faults.push(
                view.error(*row, "sku", message)
                    .remedy("keep one of the rows"),
            );
            continue;
        }
        cells.push(cell(view, *row, *place, faults));
    }
    cells
}

fn cell(
    view: &View,
    row: usize,
    (sku, location): (SkuIx, LocationIx),
    faults: &mut Faults,
) -> Stock {
    let on_hand = view.numbers("on_hand").or(row, 0);
    let reserved = view.numbers("reserved").or(row, 0);
    let safety_stock = view.numbers("safety_stock").or(row, 0);
    let unlimited = on_hand == UNLIMITED;
    if on_hand < 0 {
        let message = "less than nothing is on hand; it counts as 0";
        faults.push(
            view.warning(row, "on_hand", message)
                .remedy("recount this stock"),
        );
    }
    Stock {
        available: (!unlimited).then(|| (on_hand - reserved - safety_stock).max(0)),
        on_hand: if unlimited { 0 } else { on_hand },
        reserved,
        safety_stock,
        unit_cost: view.numbers("unit_cost").get(row).map(Money),
        ageing_credit: view.numbers("ageing_credit").money(row),
        ..Stock::nothing(sku, location)
    }
}

/// Deliveries that are confident enough to count, by stock cell and time.
fn arrivals(
    view: &View,
    dataset: &Dataset,
    known: &Known,
    settings: &Settings,
    faults: &mut Faults,
) -> Vec<((SkuIx, LocationIx), Inbound)> {
    let places = places(view, dataset, known, faults);
    let mut arrivals = Vec::new();
    for (row, place) in places.into_iter().enumerate() {
        let sure = view.numbers("confidence").or(row, MICRO);
        let Some(place) = place.filter(|_| sure >= settings.inbound_min_confidence_micro) else {
            continue;
        };
        let zone = &dataset.locations[place.1.ix()].time_zone;
        let at = TimeCell::unpack(view.numbers("available_at").or(row, 0));
        let arrival = Inbound {
            available_at: at.start(zone),
            quantity: view.numbers("quantity").or(row, 1),
            reference: Box::from(view.texts("reference").get(row)),
            is_return: view.texts("returned").yes(row, false),
        };
        arrivals.push((place, arrival));
    }
    arrivals.sort_by(|(place, one), (other_place, other)| {
        let one = (place, one.available_at, &one.reference, one.quantity);
        one.cmp(&(
            other_place,
            other.available_at,
            &other.reference,
            other.quantity,
        ))
    });
    arrivals
}
