//! Why each order line ships as it does.

use super::Planned;
use super::names::{Names, route_kind};
use super::sheet::Sheet;
use crate::domain::LineIx;
use crate::explain::{Choice, Hold, Priced, Unfilled};
use crate::plan::Route;
use crate::units::Money;
use std::sync::Arc;

/// One row an order line and shipment that takes stock for it, and one for what of it stays unfilled. Money is of the whole
/// shipment: lines that share one tell the same.
pub(super) fn decisions(planned: Planned<'_>) -> Sheet<'_> {
    let dataset = planned.dataset;
    let found = planned.decisions;
    let names = Arc::new(Names::new(dataset, planned.plan));
    let line = move |row: usize| &dataset.lines[found.rows[row].line.ix()];
    let choice = move |row: usize| -> Option<&Choice> {
        let number = found.rows[row].choice?;
        found.choices.get(number as usize)
    };
    let chosen = move |row: usize| choice(row).map(|choice| choice.chosen);
    let next = move |row: usize| choice(row).and_then(|choice| choice.next);
    let (id, told) = (Arc::clone(&names), Arc::clone(&names));
    let sheet = Sheet::new("decisions", found.rows.len())
        .text("order_id", move |row| {
            &*dataset.orders[line(row).order.ix()].id
        })
        .text("line_id", move |row| &*line(row).id)
        .text("sku", move |row| &*dataset.products[line(row).sku.ix()].sku)
        .integer("quantity", move |row| i64::from(found.rows[row].units))
        .text("shipment_id", move |row| {
            choice(row).map_or(String::new(), |it| id.shipment(it.shipment as usize))
        });
    let sheet = way_columns(sheet, CHOSEN, chosen, &names);
    let sheet = way_columns(sheet, NEXT, next, &names);
    sheet
        .money("difference", move |row| choice(row)?.difference())
        .plain("next_is_free", move |row| match choice(row) {
            Some(choice) if choice.next.is_some() => {
                if choice.next_is_free {
                    "yes"
                } else {
                    "no"
                }
            }
            _ => "",
        })
        .plain("kept_by", move |row| match choice(row) {
            Some(choice) => choice.kept_by.code(),
            None => unfilled_of(planned, found.rows[row].line).map_or("", |it| it.code),
        })
        .text("text", move |row| match choice(row) {
            Some(choice) => sentence(choice, &told, &planned.settings.currency),
            None => {
                let unfilled = unfilled_of(planned, found.rows[row].line);
                unfilled.map_or(String::new(), |it| it.reason.clone())
            }
        })
}

/// Names of the columns of a way.
type WayNames = [&'static str; 9];

const CHOSEN: WayNames = [
    "location_id",
    "wave",
    "route",
    "carrier",
    "service",
    "to_location_id",
    "gain",
    "cost",
    "scarcity",
];

const NEXT: WayNames = [
    "next_location_id",
    "next_wave",
    "next_route",
    "next_carrier",
    "next_service",
    "next_to_location_id",
    "next_gain",
    "next_cost",
    "next_scarcity",
];

fn way_columns<'a>(
    sheet: Sheet<'a>,
    columns: WayNames,
    way: impl Fn(usize) -> Option<Priced> + Copy + Send + Sync + 'a,
    names: &Arc<Names<'a>>,
) -> Sheet<'a> {
    let [
        location,
        wave,
        route,
        carrier,
        service,
        to,
        gain,
        cost,
        scarcity,
    ] = columns;
    let service_of = |names: &Names<'a>, way: Option<Priced>| match way?.way.route {
        Route::Carrier(by) => Some(names.service(by)),
        _ => None,
    };
    let [n1, n2, n3, n4, n5] = std::array::from_fn(|_| Arc::clone(names));
    let amount = |of: fn(Priced) -> Money| move |row: usize| way(row).map(of);
    sheet
        .text(location, move |row| {
            way(row).map_or("", |it| n1.location(it.way.wave))
        })
        .text(wave, move |row| {
            way(row).map_or("", |it| n2.wave(it.way.wave))
        })
        .plain(route, move |row| {
            way(row).map_or("", |it| route_kind(it.way.route))
        })
        .text(carrier, move |row| {
            service_of(&n3, way(row)).map_or("", |it| it.0)
        })
        .text(service, move |row| {
            service_of(&n4, way(row)).map_or("", |it| it.1)
        })
        .text(to, move |row| {
            let end = way(row).and_then(|it| n5.transfer_end(it.way.route));
            end.unwrap_or("")
        })
        .money(gain, amount(|it| it.way.gain))
        .money(cost, amount(|it| it.way.cost))
        .money(scarcity, amount(|it| it.scarcity))
}

fn unfilled_of(planned: Planned<'_>, line: LineIx) -> Option<&Unfilled> {
    let found = planned.unfilled.binary_search_by_key(&line, |it| it.line);
    found.ok().map(|place| &planned.unfilled[place])
}

/// A way in words: `LYON by Colissimo home`.
pub(super) fn way_words(names: &Names<'_>, way: &Priced) -> String {
    let from = names.location(way.way.wave);
    match way.way.route {
        Route::Carrier(by) => {
            let (carrier, service) = names.service(by);
            format!("{from} by {carrier} {service}")
        }
        Route::Collect => format!("{from}, collected there"),
        route => format!("{from} to {}", names.transfer_end(route).unwrap_or("")),
    }
}

/// Why a shipment leaves where it does, in a sentence.
pub(super) fn sentence(choice: &Choice, names: &Names<'_>, currency: &str) -> String {
    let Some((next, more)) = choice.next.as_ref().zip(choice.difference()) else {
        return "No other location or route could bring these goods.".to_owned();
    };
    let way = way_words(names, next);
    let room = if choice.next_is_free {
        ""
    } else {
        ", and has no room"
    };
    match choice.kept_by {
        Hold::Chosen if more == Money::ZERO => {
            format!("{way} would be worth as much by itself{room}.")
        }
        Hold::Chosen => format!(
            "{way} would be worth {} {currency} less{room}.",
            more.rounded()
        ),
        hold => format!(
            "{way} would be worth {} {currency} more by itself, but {}.",
            (-more).rounded(),
            hold.words()
        ),
    }
}
