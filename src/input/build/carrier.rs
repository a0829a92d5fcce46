//! Carrier services, zones of postcodes, transfers.

use super::Known;
use super::calendar::time_of_day;
use super::view::View;
use crate::domain::{
    Dataset, LocationIx, Origin, Service, ServiceIx, Transfer, TransferIx, ZoneIx, ZoneRule,
};
use crate::input::fault::Faults;
use crate::units::{Length, Money, Weight};
use std::collections::{BTreeMap, BTreeSet};

/// Adds the services that rates or carriers name, by carrier, service.
pub fn add_services(dataset: &mut Dataset, [rates, carriers]: [&View; 2], faults: &mut Faults) {
    for fault in carriers.doubled("service", |row| Some(pair(carriers, row))) {
        faults.push(fault);
    }
    let priced: BTreeSet<(&str, &str)> = rates.rows().map(|row| pair(rates, row)).collect();
    let mut names = priced.clone();
    for row in carriers.rows() {
        let name = pair(carriers, row);
        names.insert(name);
        if !priced.contains(&name) {
            let message = "no row of `carrier_rates` has this service: it cannot be used";
            faults.push(carriers.warning(row, "service", message));
        }
        check_commitment(carriers, row, faults);
    }
    dataset.services = names.into_iter().map(plain_service).collect();
    for row in carriers.rows() {
        let name = pair(carriers, row);
        if let Some(at) = find_service(&dataset.services, name.0, name.1) {
            dataset.services[at.ix()] = service(carriers, row);
        }
    }
}

/// Carrier and service of a row.
fn pair<'a>(view: &View<'a>, row: usize) -> (&'a str, &'a str) {
    (
        view.texts("carrier").get(row),
        view.texts("service").get(row),
    )
}

fn check_commitment(view: &View, row: usize, faults: &mut Faults) {
    let minimum = view.numbers("minimum_shipments").or(row, 0);
    if minimum > 0 && view.numbers("shortfall_cost").or(row, 0) == 0 {
        let message = "without `shortfall_cost` this commitment has no effect";
        faults.push(view.warning(row, "minimum_shipments", message));
    }
}

/// The service of a carrier.
pub fn find_service(services: &[Service], carrier: &str, service: &str) -> Option<ServiceIx> {
    let key = |have: &Service| (&*have.carrier, &*have.service).cmp(&(carrier, service));
    services.binary_search_by(key).ok().map(ServiceIx::new)
}

fn plain_service((carrier, service): (&str, &str)) -> Service {
    Service {
        carrier: Box::from(carrier),
        service: Box::from(service),
        max_parcels: 1,
        max_parcel: None,
        max_length: None,
        max_girth: None,
        pickup_cutoff: None,
        capacity_shipments: None,
        minimum_shipments: 0,
        shortfall_cost: Money::ZERO,
        co2_g_per_kg_km_micro: 0,
    }
}

fn service(view: &View, row: usize) -> Service {
    let number = |name| view.numbers(name).get(row);
    Service {
        max_parcels: number("max_parcels")
            .and_then(|most| u32::try_from(most).ok())
            .unwrap_or(1),
        max_parcel: number("max_parcel_g").map(Weight),
        max_length: number("max_length_mm").map(Length),
        max_girth: number("max_girth_mm").map(Length),
        pickup_cutoff: number("pickup_cutoff").map(time_of_day),
        capacity_shipments: number("capacity_shipments"),
        minimum_shipments: number("minimum_shipments").unwrap_or(0),
        shortfall_cost: view.numbers("shortfall_cost").money(row),
        co2_g_per_kg_km_micro: number("co2_g_per_kg_km").unwrap_or(0),
        ..plain_service(pair(view, row))
    }
}

/// For each distinct text of an `origin` column, by code, where it begins; `None`: neither a location nor
/// a location's zone. A location's id wins over a zone of the same name.
pub fn origins(dataset: &Dataset, view: &View, known: &Known) -> Vec<Option<Origin>> {
    let used: BTreeSet<ZoneIx> = dataset
        .locations
        .iter()
        .filter_map(|location| location.zone)
        .collect();
    let zone = |name| {
        known
            .zones
            .find(name)
            .map(ZoneIx::new)
            .filter(|zone| used.contains(zone))
    };
    view.texts("origin").by_code(|name| match name {
        "" | "*" => Some(Origin::Any),
        name => known
            .locations
            .find(name)
            .map(|at| Origin::Location(LocationIx::new(at)))
            .or_else(|| zone(name).map(Origin::Zone)),
    })
}

/// What is wrong with an origin that is neither.
pub const ORIGIN_EXPECTED: &str =
    "expected a `location_costs.location_id`, a `location_costs.zone` or `*`";

/// Adds the zone rules, by prefix, carrier, origin, country.
pub fn add_zone_rules(dataset: &mut Dataset, view: &View, known: &Known, faults: &mut Faults) {
    let origins = origins(dataset, view, known);
    let carriers: BTreeSet<&str> = dataset
        .services
        .iter()
        .map(|service| &*service.carrier)
        .collect();
    let mut rules: Vec<(usize, ZoneRule)> = Vec::with_capacity(view.table.rows());
    for row in view.rows() {
        let carrier = named(view.texts("carrier").get(row));
        if carrier.is_some_and(|name| !carriers.contains(name)) {
            let message = "expected a carrier of `carrier_rates` or `*`";
            faults.push(view.error(row, "carrier", message));
        }
        let Some(origin) = origins[view.texts("origin").code(row) as usize] else {
            faults.push(view.error(row, "origin", ORIGIN_EXPECTED));
            continue;
        };
        let Some(zone) = known.zones.find(view.texts("destination_zone").get(row)) else {
            faults.push(view.error(row, "destination_zone", "expected the name of a zone"));
            continue;
        };
        let rule = ZoneRule {
            carrier: carrier.map(Box::from),
            origin,
            country: named(view.texts("country").get(row)).map(Box::from),
            prefix: Box::from(named(view.texts("postcode_prefix").get(row)).unwrap_or("")),
            zone: ZoneIx::new(zone),
        };
        rules.push((row, rule));
    }
    let key = |rule: &ZoneRule| {
        (
            rule.prefix.clone(),
            rule.carrier.clone(),
            rule.origin,
            rule.country.clone(),
        )
    };
    rules.sort_by_cached_key(|(row, rule)| (key(rule), *row));
    for pair in rules.windows(2) {
        if key(&pair[0].1) == key(&pair[1].1) {
            let line = view.table.line(pair[0].0);
            let message = format!("row {line} has the same carrier, origin, country and prefix");
            let fault = view.error(pair[1].0, "postcode_prefix", message);
            faults.push(fault.remedy("keep one of the rows"));
        }
    }
    dataset.zone_rules = rules.into_iter().map(|(_, rule)| rule).collect();
}

/// A name, or `None` where any will do.
fn named(text: &str) -> Option<&str> {
    (!text.is_empty() && text != "*").then_some(text)
}

/// Adds the transfers, by from, to.
pub fn add_transfers(dataset: &mut Dataset, view: &View, known: &Known, faults: &mut Faults) {
    let ends = ["from_location", "to_location"];
    let positions = ends.map(|end| known.locations.positions(view.texts(end)));
    let mut transfers: Vec<(usize, Transfer)> = Vec::with_capacity(view.table.rows());
    for row in view.rows() {
        let place = |end: usize| positions[end][view.texts(ends[end]).code(row) as usize];
        for (end, column) in ends.into_iter().enumerate() {
            if place(end).is_none() {
                faults.push(view.unknown(row, column, "location_costs", "location_id"));
            }
        }
        let (Some(from), Some(to)) = (place(0), place(1)) else {
            continue;
        };
        if from == to {
            faults.push(view.error(
                row,
                "to_location",
                "expected another location than `from_location`",
            ));
        }
        let stated = |column| view.numbers(column).get(row).is_some();
        if stated("transit_days") && stated("transit_min") {
            let message = "expected `transit_days` or `transit_min`, not both";
            let fault = view.error(row, "transit_min", message);
            faults.push(fault.remedy("leave one of them empty"));
        }
        transfers.push((row, transfer(view, row, from, to)));
    }
    transfers.sort_by_key(|(row, transfer)| (transfer.from, transfer.to, *row));
    for pair in transfers.windows(2) {
        if (pair[0].1.from, pair[0].1.to) == (pair[1].1.from, pair[1].1.to) {
            let line = view.table.line(pair[0].0);
            let message = format!("row {line} has the same from_location and to_location");
            let fault = view.error(pair[1].0, "to_location", message);
            faults.push(fault.remedy("keep one of the rows"));
        }
    }
    // Rows that were made of one row, for merging desks, share its space.
    let mut first: BTreeMap<(&str, u64), TransferIx> = BTreeMap::new();
    for (position, (row, transfer)) in transfers.iter_mut().enumerate() {
        let place = (view.table.source_of(*row), view.table.line(*row));
        transfer.space_of = *first.entry(place).or_insert(TransferIx::new(position));
    }
    dataset.transfers = transfers
        .into_iter()
        .map(|(_, transfer)| transfer)
        .collect();
}

fn transfer(view: &View, row: usize, from: usize, to: usize) -> Transfer {
    let money = |name| view.numbers(name).money(row);
    Transfer {
        from: LocationIx::new(from),
        to: LocationIx::new(to),
        cost_per_shipment: money("cost_per_shipment"),
        cost_per_unit: money("cost_per_unit"),
        cost_per_kg: money("cost_per_kg"),
        transit_days: u32::try_from(view.numbers("transit_days").or(row, 0)).unwrap_or(0),
        transit_min: view.numbers("transit_min").get(row),
        capacity_units: view.numbers("capacity_units").get(row),
        space_of: TransferIx::new(0),
    }
}
