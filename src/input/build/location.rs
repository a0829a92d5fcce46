//! Locations.

use super::Known;
use super::view::View;
use crate::domain::{Dataset, Location, LocationKind, Open, Position, Settings, ZoneIx};
use crate::input::fault::{Fault, Faults};
use crate::units::Money;
use jiff::tz::TimeZone;

/// Adds the locations, by id.
pub fn add(
    dataset: &mut Dataset,
    view: &View,
    known: &Known,
    settings: &Settings,
    faults: &mut Faults,
) {
    let ids = view.texts("location_id");
    for fault in view.doubled("location_id", |row| Some(ids.get(row))) {
        faults.push(fault);
    }
    let zones = time_zones(view, settings);
    let mut rows: Vec<usize> = view.rows().collect();
    rows.sort_by_key(|row| ids.get(*row));
    rows.dedup_by_key(|row| ids.get(*row));
    for row in rows {
        let zone = match &zones[view.texts("time_zone").code(row) as usize] {
            Some(zone) => zone.clone(),
            None => {
                let message = "expected a name of the time-zone database, such as Europe/Paris";
                faults.push(view.error(row, "time_zone", message));
                settings.time_zone.clone()
            }
        };
        check(view, row, faults);
        check_desk(view, row, known, faults);
        dataset.locations.push(location(view, row, zone, known));
    }
}

fn time_zones(view: &View, settings: &Settings) -> Vec<Option<TimeZone>> {
    view.texts("time_zone").by_code(|name| match name {
        "" => Some(settings.time_zone.clone()),
        name => TimeZone::get(name).ok(),
    })
}

fn check(view: &View, row: usize, faults: &mut Faults) {
    if let Some(fault) = half_position(view, row) {
        faults.push(fault);
    }
    if view.numbers("overtime_units").or(row, 0) > 0
        && view.numbers("capacity_units").get(row).is_none()
    {
        let message = "overtime without `capacity_units` has no effect";
        faults.push(view.warning(row, "overtime_units", message));
    }
    let (fixed, closing) = (view.numbers("fixed_cost"), view.numbers("closing_cost"));
    if open_of(view, row) == Open::Decide && closing.or(row, 0) > fixed.or(row, 0) {
        let message = format!(
            "more than the `fixed_cost` of {}: what costs more to close than to keep is never closed",
            fixed.money(row)
        );
        let fault = view.error(row, "closing_cost", message);
        faults.push(fault.remedy("lower it to that"));
    }
}

/// A desk is a hub in a place that has stock.
fn check_desk(view: &View, row: usize, known: &Known, faults: &mut Faults) {
    let store = view.texts("desk_of").get(row);
    if store.is_empty() {
        return;
    }
    let is_hub = |row: usize| view.texts("kind").get(row) == "hub";
    if !is_hub(row) {
        let fault = view.error(row, "desk_of", "only a hub can be a merging desk");
        faults.push(fault.remedy("make `kind` hub, or leave it empty"));
    }
    let ids = view.texts("location_id");
    if known.locations.find(store).is_none() {
        faults.push(view.unknown(row, "desk_of", "location_costs", "location_id"));
    } else if view.rows().any(|it| ids.get(it) == store && is_hub(it)) {
        let fault = view.error(row, "desk_of", "a hub has no stock to merge with");
        faults.push(fault.remedy("name a store or another place with stock"));
    }
}

fn open_of(view: &View, row: usize) -> Open {
    match view.texts("open").get(row) {
        "no" => Open::No,
        "decide" => Open::Decide,
        _ => Open::Yes,
    }
}

/// The fault of a latitude without a longitude or the other way round.
pub fn half_position(view: &View, row: usize) -> Option<Fault> {
    let has = |name| view.numbers(name).get(row).is_some();
    match (has("latitude"), has("longitude")) {
        (true, false) => Some(view.error(
            row,
            "longitude",
            "expected a longitude, as there is a latitude",
        )),
        (false, true) => Some(view.error(
            row,
            "latitude",
            "expected a latitude, as there is a longitude",
        )),
        _ => None,
    }
}

/// The position that a row gives, in millionths of a degree.
pub fn position(latitude: Option<i64>, longitude: Option<i64>) -> Option<Position> {
    Some(Position {
        latitude_micro: i32::try_from(latitude?).ok()?,
        longitude_micro: i32::try_from(longitude?).ok()?,
    })
}

fn location(view: &View, row: usize, time_zone: TimeZone, known: &Known) -> Location {
    let text = |name| Box::from(view.texts(name).get(row));
    let money = |name| view.numbers(name).money(row);
    let open = open_of(view, row);
    let id: Box<str> = text("location_id");
    let name: Box<str> = text("name");
    Location {
        name: if name.is_empty() { id.clone() } else { name },
        id,
        kind: match view.texts("kind").get(row) {
            "store" => LocationKind::Store,
            "supplier" => LocationKind::Supplier,
            "hub" => LocationKind::Hub,
            "partner" => LocationKind::Partner,
            _ => LocationKind::Warehouse,
        },
        zone: known
            .zones
            .find(view.texts("zone").get(row))
            .map(ZoneIx::new),
        postcode: text("postcode"),
        country: text("country"),
        position: position(
            view.numbers("latitude").get(row),
            view.numbers("longitude").get(row),
        ),
        time_zone,
        open,
        fixed_cost: money("fixed_cost"),
        closing_cost: match open {
            Open::Yes => Money::ZERO,
            Open::No | Open::Decide => money("closing_cost"),
        },
        cost_per_unit: money("cost_per_unit"),
        cost_per_line: money("cost_per_line"),
        cost_per_shipment: money("cost_per_shipment"),
        overtime_units: view.numbers("overtime_units").or(row, 0),
        overtime_cost_per_unit: money("overtime_cost_per_unit"),
        handling: known.handling.handling_set(view.texts("handling").get(row)),
        lead_time_min: view.numbers("lead_time_min").or(row, 0),
        accepts_returns: view.texts("accepts_returns").yes(row, false),
        capacity_returns: view.numbers("capacity_returns").get(row),
        waves: 0..0,
    }
}
