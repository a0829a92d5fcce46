//! Rate cards: rows grouped into lanes, bands in order and without overlap.

use super::Known;
use super::carrier::{ORIGIN_EXPECTED, find_service, origins};
use super::view::View;
use crate::domain::{Dataset, Lane, Origin, Rate, ServiceIx, ZoneIx};
use crate::input::fault::{Fault, Faults};
use crate::units::Weight;
use std::collections::BTreeMap;

type LaneKey = (ServiceIx, Origin, Option<ZoneIx>);

/// Adds the lanes, by service, origin, destination, and their bands by weight.
pub fn add(dataset: &mut Dataset, view: &View, known: &Known, faults: &mut Faults) {
    let origins = origins(dataset, view, known);
    let zones = known.zones.positions(view.texts("destination_zone"));
    let mut services: BTreeMap<(u32, u32), ServiceIx> = BTreeMap::new();
    let (carrier, service) = (view.texts("carrier"), view.texts("service"));
    let mut rows: Vec<(LaneKey, i64, usize)> = Vec::with_capacity(view.table.rows());
    for row in view.rows() {
        let Some(origin) = origins[view.texts("origin").code(row) as usize] else {
            faults.push(view.error(row, "origin", ORIGIN_EXPECTED));
            continue;
        };
        check_band(view, row, faults);
        let codes = (carrier.code(row), service.code(row));
        let found = services.entry(codes).or_insert_with(|| {
            find_service(&dataset.services, carrier.get(row), service.get(row))
                .expect("every service of the rates is in the dataset")
        });
        let zone = zones[view.texts("destination_zone").code(row) as usize].map(ZoneIx::new);
        let from = view.numbers("min_weight_g").or(row, 0);
        rows.push(((*found, origin, zone), from, row));
    }
    rows.sort_unstable();
    check_edges(view, &rows, faults);
    for (key, _, row) in rows {
        let next = dataset.rates.len() as u32;
        let same = |lane: &&mut Lane| (lane.service, lane.origin, lane.destination) == key;
        match dataset.lanes.last_mut().filter(same) {
            Some(lane) => lane.bands.end = next + 1,
            None => dataset.lanes.push(Lane {
                service: key.0,
                origin: key.1,
                destination: key.2,
                bands: next..next + 1,
            }),
        }
        dataset.rates.push(rate(view, row, known));
    }
}

fn check_band(view: &View, row: usize, faults: &mut Faults) {
    let from = view.numbers("min_weight_g").or(row, 0);
    if view
        .numbers("max_weight_g")
        .get(row)
        .is_some_and(|to| to <= from)
    {
        faults.push(view.error(row, "max_weight_g", "expected more than `min_weight_g`"));
    }
}

/// Bands (min, max] of one lane may touch, not overlap; `rows` are sorted by lane and lower edge. Of holes between them the first
/// is told.
fn check_edges(view: &View, rows: &[(LaneKey, i64, usize)], faults: &mut Faults) {
    let mut holes: Vec<(usize, i64, i64)> = vec![];
    for pair in rows.windows(2) {
        let [(lane, _, row), (next_lane, next_from, next_row)] = pair else {
            continue;
        };
        let to = view.numbers("max_weight_g").get(*row);
        if lane == next_lane && to.is_none_or(|to| *next_from < to) {
            let line = view.table.line(*row);
            let message = format!(
                "this band overlaps that of row {line}, which has the same carrier, service, origin and destination_zone"
            );
            let fault = view.error(*next_row, "min_weight_g", message);
            faults.push(fault.remedy("let each band begin where the one before ends"));
        }
        if let Some(to) = to.filter(|to| lane == next_lane && next_from > to) {
            holes.push((*next_row, to, *next_from));
        }
    }
    let Some(&(row, to, from)) = holes.first() else {
        return;
    };
    let message = format!(
        "no band of this lane takes a parcel of more than {} g and up to {} g{}",
        Weight(to).grams(),
        Weight(from).grams(),
        match holes.len() {
            1 => String::new(),
            2 => "; there is one more such hole".to_owned(),
            count => format!("; there are {} more such holes", count - 1),
        }
    );
    let fault = Fault::warning(view.table.source(), message);
    let fault = fault.at(view.table.line(row)).column("min_weight_g");
    faults
        .push(fault.remedy("let each band begin where the one before ends, if that is not meant"));
}

fn rate(view: &View, row: usize, known: &Known) -> Rate {
    let number = |name| view.numbers(name).get(row);
    let money = |name| view.numbers(name).money(row);
    let handling = view.texts("handling").get(row);
    Rate {
        min_weight: Weight(number("min_weight_g").unwrap_or(0)),
        max_weight: number("max_weight_g").map(Weight),
        base_cost: money("base_cost"),
        cost_per_kg: money("cost_per_kg"),
        cost_per_unit: money("cost_per_unit"),
        min_charge: money("min_charge"),
        kg_step: number("kg_step_g").map(Weight),
        fuel_pct_micro: number("fuel_pct").unwrap_or(0),
        dim_divisor: number("dim_divisor"),
        transit_days: u32::try_from(number("transit_days").unwrap_or(0)).unwrap_or(0),
        weekend: view.texts("weekend").yes(row, true),
        handling: (!handling.is_empty()).then(|| known.handling.handling_set(handling)),
    }
}
