//! Where things are and what goes where, for a map: locations, areas with customers, zones, and flows between them.

use crate::domain::{LocationIx, LocationKind, Open, Position, ZoneIx};
use crate::plan::Route;
use crate::report::Planned;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Sides of the squares that customers are gathered in, in degrees: the first that gives few enough.
const SIDES: [f64; 8] = [0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0];
/// Squares at most.
const MOST_AREAS: usize = 150;
/// Flows that are kept, those with most shipments.
const MOST_FLOWS: usize = 120;
/// Zones that are kept, those with most orders.
const MOST_ZONES: usize = 60;

/// Millionths of a degree in a degree.
const MICRO_DEGREES: f64 = 1e6;

/// Where things are and what goes where. Latitudes and longitudes are degrees.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Places {
    /// All locations, by id.
    pub locations: Vec<Place>,
    /// Side of the squares, in degrees; 0 where no order has a position.
    pub area_degrees: f64,
    /// Squares in which customers are.
    pub areas: Vec<Area>,
    /// Zones with orders.
    pub zones: Vec<ZonePlace>,
    /// Zones with orders in all.
    pub zones_in_all: i64,
    /// What carriers bring from a location to a zone, the most shipments first.
    pub flows: Vec<Flow>,
    /// Shipments by carrier in all.
    pub carried_in_all: i64,
    /// What goes from location to location, the most shipments first.
    pub transfers: Vec<TransferFlow>,
}

/// A location.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Its id.
    pub location: String,
    /// Its name.
    pub name: String,
    /// `warehouse`, `store`, `supplier`, `hub` or `partner`.
    pub kind: String,
    /// `yes`, `no` or `decide`.
    pub open: String,
    /// North positive.
    pub latitude: Option<f64>,
    /// East positive.
    pub longitude: Option<f64>,
}

/// A square in which customers are; its position is theirs on average.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// North positive.
    pub latitude: f64,
    /// East positive.
    pub longitude: f64,
    /// Orders.
    pub orders: i64,
    /// Units asked for.
    pub units: i64,
    /// Units shipped.
    pub units_filled: i64,
}

/// A zone; its position is that of its customers on average, else that of its locations.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ZonePlace {
    /// Its name.
    pub zone: String,
    /// Orders.
    pub orders: i64,
    /// Shipments that carriers bring.
    pub shipments: i64,
    /// North positive.
    pub latitude: Option<f64>,
    /// East positive.
    pub longitude: Option<f64>,
}

/// What carriers bring from a location to a zone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// From where.
    pub location: String,
    /// To where; empty where an order has no zone.
    pub zone: String,
    /// Shipments.
    pub shipments: i64,
    /// Units in them.
    pub units: i64,
}

/// What goes from location to location.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TransferFlow {
    /// From where.
    pub from: String,
    /// To where.
    pub to: String,
    /// Shipments.
    pub shipments: i64,
    /// Units in them.
    pub units: i64,
}

/// Positions added up.
#[derive(Clone, Copy, Default)]
struct Middle {
    latitude: i64,
    longitude: i64,
    count: i64,
}

impl Middle {
    fn add(&mut self, position: Option<Position>) {
        if let Some(at) = position {
            self.latitude += i64::from(at.latitude_micro);
            self.longitude += i64::from(at.longitude_micro);
            self.count += 1;
        }
    }

    fn or(self, other: Self) -> Self {
        if self.count > 0 { self } else { other }
    }

    /// Latitude and longitude in degrees.
    fn degrees(self) -> Option<(f64, f64)> {
        let one = |sum: i64| sum.div_euclid(self.count) as f64 / MICRO_DEGREES;
        (self.count > 0).then(|| (one(self.latitude), one(self.longitude)))
    }
}

/// Gathers all of it.
pub(super) fn places(planned: Planned<'_>) -> Places {
    let (area_degrees, areas) = areas(planned);
    let zones = zones(planned);
    let flows = flows(planned);
    let carried_in_all = flows.iter().map(|flow| flow.shipments).sum();
    Places {
        locations: locations(planned),
        area_degrees,
        areas,
        zones_in_all: zones.len() as i64,
        zones: zones.into_iter().take(MOST_ZONES).collect(),
        flows: flows.into_iter().take(MOST_FLOWS).collect(),
        carried_in_all,
        transfers: transfers(planned),
    }
}

fn locations(planned: Planned<'_>) -> Vec<Place> {
    let degrees = |micro: i32| f64::from(micro) / MICRO_DEGREES;
    let located = planned.dataset.locations.iter();
    located
        .map(|location| Place {
            location: location.id.to_string(),
            name: location.name.to_string(),
            kind: kind_word(location.kind).to_owned(),
            open: open_word(location.open).to_owned(),
            latitude: location.position.map(|at| degrees(at.latitude_micro)),
            longitude: location.position.map(|at| degrees(at.longitude_micro)),
        })
        .collect()
}

fn kind_word(kind: LocationKind) -> &'static str {
    match kind {
        LocationKind::Warehouse => "warehouse",
        LocationKind::Store => "store",
        LocationKind::Supplier => "supplier",
        LocationKind::Hub => "hub",
        LocationKind::Partner => "partner",
    }
}

fn open_word(open: Open) -> &'static str {
    match open {
        Open::Yes => "yes",
        Open::No => "no",
        Open::Decide => "decide",
    }
}

/// Squares as small as there is room for, from south to north and west to east.
fn areas(planned: Planned<'_>) -> (f64, Vec<Area>) {
    let dataset = planned.dataset;
    for side in SIDES {
        let mut found: BTreeMap<(i64, i64), (Middle, Area)> = BTreeMap::new();
        for order in dataset.order_indices() {
            let Some(at) = dataset.orders[order.ix()].position else {
                continue;
            };
            let square = |micro: i32| (f64::from(micro) / MICRO_DEGREES / side).floor() as i64;
            let square = (square(at.latitude_micro), square(at.longitude_micro));
            let (middle, area) = found.entry(square).or_default();
            middle.add(Some(at));
            let lines = dataset.lines_of(order).iter();
            area.orders += 1;
            area.units += lines.map(|line| i64::from(line.quantity)).sum::<i64>();
            area.units_filled += planned.audit.orders[order.ix()].units_filled;
        }
        if found.is_empty() {
            break;
        }
        if found.len() <= MOST_AREAS {
            let areas = found.into_values().filter_map(|(middle, area)| {
                let (latitude, longitude) = middle.degrees()?;
                Some(Area {
                    latitude,
                    longitude,
                    ..area
                })
            });
            return (side, areas.collect());
        }
    }
    (0.0, vec![])
}

/// Zones with orders, the most first.
fn zones(planned: Planned<'_>) -> Vec<ZonePlace> {
    let dataset = planned.dataset;
    let mut found: BTreeMap<ZoneIx, (Middle, ZonePlace)> = BTreeMap::new();
    for order in dataset.order_indices() {
        let Some(zone) = zone_of(planned, order) else {
            continue;
        };
        let (middle, place) = found.entry(zone).or_default();
        middle.add(dataset.orders[order.ix()].position);
        place.orders += 1;
        let shipments = planned.ledger.shipments_of(order);
        let by_carrier = planned.plan.shipments[shipments].iter();
        let by_carrier = by_carrier.filter(|it| matches!(it.route, Route::Carrier(_)));
        place.shipments += by_carrier.count() as i64;
    }
    let mut of_locations: BTreeMap<ZoneIx, Middle> = BTreeMap::new();
    for location in &dataset.locations {
        if let Some(zone) = location.zone {
            of_locations.entry(zone).or_default().add(location.position);
        }
    }
    let mut zones: Vec<ZonePlace> = found
        .into_iter()
        .map(|(zone, (middle, place))| {
            let locations = of_locations.get(&zone).copied().unwrap_or_default();
            let at = middle.or(locations).degrees();
            ZonePlace {
                zone: dataset.zones[zone.ix()].to_string(),
                latitude: at.map(|at| at.0),
                longitude: at.map(|at| at.1),
                ..place
            }
        })
        .collect();
    zones.sort_by_key(|zone| Reverse(zone.orders));
    zones
}

fn zone_of(planned: Planned<'_>, order: crate::domain::OrderIx) -> Option<ZoneIx> {
    let Planned {
        dataset,
        plan,
        audit,
        ledger,
        ..
    } = planned;
    ledger.zone_of(dataset, plan, audit, order)
}

/// What carriers bring from locations to zones, the most shipments first.
fn flows(planned: Planned<'_>) -> Vec<Flow> {
    let dataset = planned.dataset;
    let mut found: BTreeMap<(LocationIx, Option<ZoneIx>), (i64, i64)> = BTreeMap::new();
    for order in dataset.order_indices() {
        let shipments = planned.ledger.shipments_of(order);
        if shipments.is_empty() {
            continue;
        }
        let zone = zone_of(planned, order);
        for position in shipments {
            let shipment = &planned.plan.shipments[position];
            if matches!(shipment.route, Route::Carrier(_)) {
                let from = dataset.waves[shipment.wave.ix()].location;
                let sum = found.entry((from, zone)).or_default();
                sum.0 += 1;
                sum.1 += planned.audit.shipments[position].units;
            }
        }
    }
    let mut flows: Vec<Flow> = found
        .into_iter()
        .map(|((from, zone), (shipments, units))| Flow {
            location: dataset.locations[from.ix()].id.to_string(),
            zone: zone.map_or(String::new(), |zone| dataset.zones[zone.ix()].to_string()),
            shipments,
            units,
        })
        .collect();
    flows.sort_by_key(|flow| Reverse(flow.shipments));
    flows
}

/// What goes from location to location, the most shipments first.
fn transfers(planned: Planned<'_>) -> Vec<TransferFlow> {
    let dataset = planned.dataset;
    let mut found: BTreeMap<(LocationIx, LocationIx), (i64, i64)> = BTreeMap::new();
    for (shipment, audit) in planned.plan.shipments.iter().zip(&planned.audit.shipments) {
        if let Route::ToStore(by) | Route::ToHub(by, _) = shipment.route {
            let transfer = &dataset.transfers[by.ix()];
            let sum = found.entry((transfer.from, transfer.to)).or_default();
            sum.0 += 1;
            sum.1 += audit.units;
        }
    }
    let id = |at: LocationIx| dataset.locations[at.ix()].id.to_string();
    let mut transfers: Vec<TransferFlow> = found
        .into_iter()
        .map(|((from, to), (shipments, units))| TransferFlow {
            from: id(from),
            to: id(to),
            shipments,
            units,
        })
        .collect();
    transfers.sort_by_key(|flow| Reverse(flow.shipments));
    transfers.truncate(MOST_FLOWS);
    transfers
}
