//! How customers are served: splits, lateness, channels, carriers, and what stays unfilled.

use super::parts::{Cell, Segment, Table};
use super::words::{count, decimal, money, percent, reason, route, shown};
use super::{Chapter, share};
use crate::ledger::ChannelUse;
use crate::report::digest::{Bucket, Carried, Digest, DistanceBand};

/// A bar for a part of the largest.
fn bar(part: i64, most: i64, tone: &'static str) -> Cell {
    let length = share(part, most).filter(|length| *length > 0.0);
    Cell::Bar(
        length
            .map(|length| Segment::new(0.0, length, tone))
            .into_iter()
            .collect(),
    )
}

fn distribution(
    caption: &str,
    what: &str,
    buckets: &[Bucket],
    name: impl Fn(&Bucket) -> String,
    tone: impl Fn(&Bucket) -> &'static str,
) -> Table {
    let mut table = Table::new(caption)
        .words(what)
        .number("orders", "")
        .number("share", "%")
        .bar("");
    let all: i64 = buckets.iter().map(|bucket| bucket.orders).sum();
    let most = buckets
        .iter()
        .map(|bucket| bucket.orders)
        .max()
        .unwrap_or(0);
    let last = buckets.iter().rposition(|bucket| bucket.orders > 0);
    for bucket in &buckets[..last.map_or(0, |last| last + 1)] {
        table.row(vec![
            Cell::Words(name(bucket)),
            Cell::Number(count(bucket.orders)),
            Cell::Number(percent(share(bucket.orders, all), 1)),
            bar(bucket.orders, most, tone(bucket)),
        ]);
    }
    table
}

/// `3`, `4 to 5`, `11 or more`.
fn range(bucket: &Bucket) -> String {
    match bucket.to {
        Some(to) if to == bucket.from => count(bucket.from),
        Some(to) => format!("{} to {}", count(bucket.from), count(to)),
        None => format!("{} or more", count(bucket.from)),
    }
}

/// Orders by shipments.
pub(super) fn splits(chapter: &Chapter<'_>, digest: &Digest) -> Table {
    let name = |bucket: &Bucket| match bucket.from {
        0 => "none: nothing ships".to_owned(),
        1 => "1: not split".to_owned(),
        _ => range(bucket),
    };
    let tone = |bucket: &Bucket| match bucket.from {
        0 => "loss",
        1 => "gain",
        _ => "level",
    };
    let buckets = &digest.orders_by_shipments;
    distribution("Orders by shipments", "shipments", buckets, name, tone)
        .of_file(chapter.file("shipments"))
        .noted("Shipments that reach the customer; what a hub merges counts as one.")
}

/// Orders by days late.
pub(super) fn lateness(chapter: &Chapter<'_>, digest: &Digest) -> Table {
    let name = |bucket: &Bucket| match bucket.from {
        0 => "on time".to_owned(),
        _ => range(bucket),
    };
    let tone = |bucket: &Bucket| if bucket.from == 0 { "gain" } else { "loss" };
    let buckets = &digest.orders_by_days_late;
    distribution("Orders by days late", "days late", buckets, name, tone)
        .of_file(chapter.file("promises"))
        .noted(format!(
            "Orders with a promise of which something ships, by their latest shipment. {} more ship without a promise.",
            count(digest.orders_without_promise)
        ))
}

/// How far customers are from where their shipments leave.
pub(super) fn distances(chapter: &Chapter<'_>, bands: &[DistanceBand], currency: &str) -> Table {
    let mut table = Table::new("How far shipments go")
        .words("kilometres by road")
        .number("shipments", "")
        .number("share", "%")
        .number("so far", "%")
        .bar("")
        .number("units", "")
        .number("carriage each", currency)
        .number("late", "%")
        .of_file(chapter.file("shipments"));
    let known = || bands.iter().filter(|band| band.from_km.is_some());
    if known().next().is_none() {
        return table;
    }
    let all: i64 = known().map(|band| band.shipments).sum();
    let most = bands.iter().map(|band| band.shipments).max().unwrap_or(0);
    let mut so_far = 0;
    for band in bands {
        let is_known = band.from_km.is_some();
        so_far += band.shipments;
        let of_known = |part: i64| share(part, all).filter(|_| is_known);
        let each = share(band.carriage.0, band.shipments * crate::units::MICRO);
        table.row(vec![
            Cell::Words(band.named()),
            Cell::Number(count(band.shipments)),
            Cell::Number(percent(of_known(band.shipments), 1)),
            Cell::Number(percent(of_known(so_far), 1)),
            bar(band.shipments, most, "level"),
            Cell::Number(count(band.units)),
            Cell::Number(decimal(each, 2)),
            Cell::Number(percent(share(band.late, band.shipments), 1)),
        ]);
    }
    table.noted("What carriers bring to customers: great-circle distance from where it leaves, times the scenario's detour factor. Shares are of shipments whose distance is known: so far, within the upper end.")
}

/// Channels side by side.
pub(super) fn channels(chapter: &Chapter<'_>, channels: &[ChannelUse], currency: &str) -> Table {
    let mut table = Table::new("Channels")
        .words("channel")
        .number("orders", "")
        .number("units", "")
        .number("filled", "%")
        .bar("")
        .number("split", "%")
        .number("on time", "%")
        .number("profit", currency)
        .of_file(chapter.file("profitability_by_channel"));
    for channel in channels {
        table.row(vec![
            Cell::Key(shown(&channel.channel)),
            Cell::Number(count(channel.orders)),
            Cell::Number(count(channel.units)),
            Cell::Number(percent(channel.fill_rate, 1)),
            filled_bar(channel.fill_rate),
            Cell::Number(percent(share(channel.split_orders, channel.orders), 1)),
            Cell::Number(percent(channel.on_time_rate, 1)),
            Cell::Number(money(channel.profit)),
        ]);
    }
    table
}

fn filled_bar(rate: Option<f64>) -> Cell {
    let rate = rate.unwrap_or(0.0);
    let parts = [(0.0, rate, "gain"), (rate, 1.0, "loss")];
    let parts = parts.into_iter().filter(|(from, to, _)| from < to);
    Cell::Bar(
        parts
            .map(|(from, to, tone)| Segment::new(from, to, tone))
            .collect(),
    )
}

/// What goes by which service.
pub(super) fn carriers(chapter: &Chapter<'_>, carried: &[Carried], currency: &str) -> Table {
    let mut table = Table::new("Carriers, collection and transfers")
        .words("by")
        .number("shipments", "")
        .bar("")
        .number("parcels", "")
        .number("weight", "kg")
        .number("cost", currency)
        .number("each", currency)
        .number("transit", "days")
        .number("late", "%")
        .of_file(chapter.file("profitability_by_carrier"));
    let most = carried.iter().map(|it| it.shipments).max().unwrap_or(0);
    let mut promises = vec![];
    for it in carried {
        let name = match it.route.as_str() {
            "carrier" => Cell::Key(shown(&format!("{} {}", it.carrier, it.service))),
            other => Cell::Words(route(other).to_owned()),
        };
        let each = share(it.cost.0, it.shipments * crate::units::MICRO);
        table.row(vec![
            name,
            Cell::Number(count(it.shipments)),
            bar(it.shipments, most, "level"),
            Cell::Number(count(it.parcels)),
            Cell::Number(decimal(Some(it.weight_kg), 0)),
            Cell::Number(money(it.cost)),
            Cell::Number(decimal(each, 2)),
            Cell::Number(decimal(it.transit_days, 1)),
            Cell::Number(percent(share(it.late, it.shipments), 1)),
        ]);
        if it.promised > 0 {
            promises.push(format!(
                "{} {} was promised {} shipments; {} are missing, which costs {} {currency}.",
                shown(&it.carrier),
                shown(&it.service),
                count(it.promised),
                count(it.missing),
                money(it.shortfall_cost)
            ));
        }
    }
    let note = [
        "Cost is carriage or transfer; transit is the average from leaving to arrival.".to_owned(),
    ];
    table.noted(
        note.into_iter()
            .chain(promises)
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// Why units stay unfilled.
pub(super) fn reasons(chapter: &Chapter<'_>, digest: &Digest, currency: &str) -> Table {
    let mut table = Table::new("Why units stay unfilled")
        .words("reason")
        .number("units", "")
        .bar("")
        .number("lines", "")
        .number("value", currency)
        .of_file(chapter.file("unfilled"));
    let most = digest.reasons.iter().map(|it| it.units).max().unwrap_or(0);
    for it in &digest.reasons {
        table.row(vec![
            Cell::Words(reason(&it.reason).to_owned()),
            Cell::Number(count(it.units)),
            bar(it.units, most, "loss"),
            Cell::Number(count(it.lines)),
            Cell::Number(money(it.value)),
        ]);
    }
    table.noted("Value is at the unit prices of the orders. Each line's own reason, and when it could ship, stands in the file.")
}

/// SKUs that lack stock.
pub(super) fn shortages(chapter: &Chapter<'_>, digest: &Digest, currency: &str) -> Table {
    let found = &digest.shortages;
    let mut table = Table::new("Stock-outs: SKUs of which most lacks")
        .words("SKU")
        .words("name")
        .number("units", "")
        .bar("")
        .number("orders", "")
        .number("value", currency)
        .words("next possible")
        .of_file(chapter.file("unfilled"));
    let most = found.most.first().map_or(0, |it| it.units);
    for it in &found.most {
        let next = it.next_possible.get(..16).unwrap_or(&it.next_possible);
        table.row(vec![
            Cell::Key(shown(&it.sku)),
            Cell::Key(shown(&it.name)),
            Cell::Number(count(it.units)),
            bar(it.units, most, "loss"),
            Cell::Number(count(it.orders)),
            Cell::Number(money(it.value)),
            Cell::Words(if next.is_empty() {
                "nothing is known to come".to_owned()
            } else {
                next.replace('T', " ")
            }),
        ]);
    }
    table.noted(format!(
        "{} SKUs lack {} units worth {} {currency} in all; {} are shown.",
        count(found.skus),
        count(found.units),
        money(found.value),
        count(found.most.len() as i64)
    ))
}
