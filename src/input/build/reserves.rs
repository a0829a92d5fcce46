//! Stock that is kept for channels.

use super::Known;
use super::view::View;
use crate::domain::{Dataset, LocationIx, MOST_RESERVES, Reserve, SkuIx};
use crate::input::fault::Faults;
use std::collections::BTreeMap;

/// Adds what is kept for channels to the stock, and the channels to the orders.
pub fn add(dataset: &mut Dataset, view: &View, known: &Known, faults: &mut Faults) {
    if view.table.rows() == 0 {
        return;
    }
    let channels = view.texts("channel");
    let names = super::Names::of([channels]);
    let channel_of = names.positions(channels);
    let (ids, skus) = (view.texts("location_id"), view.texts("sku"));
    let (locations, products) = (known.locations.positions(ids), known.skus.positions(skus));
    for fault in view.doubled("channel", |row| {
        Some((ids.code(row), skus.code(row), channels.code(row)))
    }) {
        faults.push(fault);
    }
    let mut by_place: BTreeMap<(Option<SkuIx>, Option<LocationIx>), Vec<usize>> = BTreeMap::new();
    for row in view.rows() {
        let any = |text: &str| matches!(text, "" | "*");
        let location = locations[ids.code(row) as usize];
        if location.is_none() && !any(ids.get(row)) {
            faults.push(view.unknown(row, "location_id", "location_costs", "location_id"));
            continue;
        }
        let sku = products[skus.code(row) as usize];
        if sku.is_none() && !any(skus.get(row)) {
            let message = "no order, product or stock has this SKU: the row keeps nothing";
            faults.push(
                view.warning(row, "sku", message)
                    .remedy("correct the SKU, or remove the row"),
            );
            continue;
        }
        let place = (sku.map(SkuIx::new), location.map(LocationIx::new));
        by_place.entry(place).or_default().push(row);
    }
    dataset.channels = names.boxed();
    let last = dataset.last_departure();
    for cell in &mut dataset.stock {
        let Some(available) = cell.available else {
            continue;
        };
        let (sku, location) = (Some(cell.sku), Some(cell.location));
        // Of each channel its most particular row; the most particular of all is served first.
        let mut kept: Vec<(u16, usize)> = Vec::new();
        for place in [(sku, location), (sku, None), (None, location), (None, None)] {
            for &row in by_place.get(&place).into_iter().flatten() {
                if let Some(channel) = channel_of[channels.code(row) as usize] {
                    let channel = channel as u16;
                    if !kept.iter().any(|(known, _)| *known == channel) {
                        kept.push((channel, row));
                    }
                }
            }
        }
        if kept.len() > MOST_RESERVES {
            let row = kept[MOST_RESERVES].1;
            let message = format!("more than {MOST_RESERVES} channels keep units of one stock");
            let remedy = "keep them for fewer channels, or split the stock over locations";
            faults.push(view.error(row, "channel", message).remedy(remedy));
            continue;
        }
        let inbound = &dataset.inbound[cell.inbound.start as usize..cell.inbound.end as usize];
        let arrived = inbound.iter().filter(|it| Some(it.available_at) <= last);
        let mut left = available + arrived.map(|it| it.quantity).sum::<i64>();
        let mut reserves = Vec::new();
        for (channel, row) in kept {
            let wanted = view.numbers("quantity").or(row, 1);
            let quantity = wanted.min(left);
            let is_particular = !matches!(skus.get(row), "" | "*");
            if quantity < wanted && is_particular {
                let place = &dataset.locations[cell.location.ix()].id;
                let message = format!("only {quantity} units are left to keep for it at {place}");
                let fault = view.warning(row, "quantity", message);
                faults.push(fault.remedy("keep fewer units, or stock more"));
            }
            left -= quantity;
            if quantity > 0 {
                reserves.push(Reserve { channel, quantity });
            }
        }
        reserves.sort_unstable_by_key(|reserve: &Reserve| reserve.channel);
        cell.reserves = reserves.into();
    }
    for order in &mut dataset.orders {
        let channel = names.find(&order.channel);
        order.reserved = channel.map(|channel| channel as u16);
    }
}
