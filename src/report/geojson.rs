//! Maps: locations, and what flows from them to areas of destination and to each other, as GeoJSON (RFC 7946).
//!
//! What has no known position is there without a geometry, so that the figures of all features add up to the plan's.

use super::Planned;
use super::error::WriteError;
use crate::domain::{LocationIx, LocationKind, OrderIx, Position};
use crate::plan::{Route, Shipment};
use crate::units::{Money, Weight};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// File of the locations.
pub const LOCATIONS: &str = "locations.geojson";
/// File of the flows.
pub const FLOWS: &str = "flows.geojson";

/// Letters of a postcode that name an area: a département, a Leitregion, …
const AREA_LETTERS: usize = 2;
/// Millionths of a degree in half a turn.
const HALF_TURN: i64 = 180_000_000;
/// Millionths of a degree in a degree.
const MICRO: f64 = 1e6;

/// Longitude and latitude, in degrees.
type Point = [f64; 2];

#[derive(Serialize)]
struct Feature<'a, P: Serialize> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    geometry: Option<Geometry>,
    properties: &'a P,
}

#[derive(Serialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Point(Point),
    LineString([Point; 2]),
    /// A line that crosses the meridian of 180°, cut there as the standard asks.
    MultiLineString([[Point; 2]; 2]),
}

#[derive(Serialize)]
struct Place<'a> {
    name: &'a str,
    kind: &'static str,
    country: &'a str,
    postcode: &'a str,
    used: bool,
    units: i64,
    lines: i64,
    shipments: i64,
    overtime_units: i64,
    /// Fulfilment of what leaves, with fixed or closing cost and overtime.
    cost: Money,
    currency: &'a str,
}

#[derive(Serialize)]
struct FlowFigures<'a> {
    /// `carrier` or `transfer`.
    kind: &'static str,
    from: &'a str,
    to: &'a str,
    shipments: i64,
    units: i64,
    parcels: i64,
    weight_kg: f64,
    cost: Money,
    currency: &'a str,
    late_shipments: i64,
}

/// Writes both files into a folder.
///
/// # Errors
/// Files that cannot be written.
pub fn write_geojson(dir: &Path, planned: Planned<'_>) -> Result<(), WriteError> {
    fs::create_dir_all(dir).map_err(|error| WriteError::new(dir, error))?;
    let path = dir.join(LOCATIONS);
    write_locations(&path, planned).map_err(|error| WriteError::new(&path, error))?;
    let path = dir.join(FLOWS);
    write_flows(&path, planned).map_err(|error| WriteError::new(&path, error))
}

/// A file of features, one a line; moved into place whole.
struct Collection<'p> {
    path: &'p Path,
    beside: std::path::PathBuf,
    out: BufWriter<File>,
    is_empty: bool,
}

impl<'p> Collection<'p> {
    fn begin(path: &'p Path) -> io::Result<Self> {
        let beside = path.with_extension("geojson.part");
        let mut out = BufWriter::new(File::create(&beside)?);
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
        Ok(Self {
            path,
            beside,
            out,
            is_empty: true,
        })
    }

    fn add(
        &mut self,
        id: &str,
        geometry: Option<Geometry>,
        properties: &impl Serialize,
    ) -> io::Result<()> {
        self.out
            .write_all(if self.is_empty { b"\n" } else { b",\n" })?;
        self.is_empty = false;
        let feature = Feature {
            kind: "Feature",
            id,
            geometry,
            properties,
        };
        serde_json::to_writer(&mut self.out, &feature).map_err(io::Error::from)
    }

    fn finish(mut self) -> io::Result<()> {
        self.out.write_all(b"\n]}\n")?;
        self.out.into_inner().map_err(|error| error.into_error())?;
        fs::rename(&self.beside, self.path)
    }
}

fn write_locations(path: &Path, planned: Planned<'_>) -> io::Result<()> {
    let Planned { dataset, audit, .. } = planned;
    let mut costs: Vec<Money> = audit.locations.iter().map(|it| it.cost()).collect();
    for (wave, found) in dataset.waves.iter().zip(&audit.waves) {
        costs[wave.location.ix()] += found.overtime_cost;
    }
    for (shipment, found) in planned.plan.shipments.iter().zip(&audit.shipments) {
        costs[origin(planned, shipment).ix()] += found.account().fulfilment();
    }
    let mut file = Collection::begin(path)?;
    let each = dataset.locations.iter().zip(&planned.ledger.locations);
    for (at, (location, used)) in each.enumerate() {
        let geometry = location.position.map(|it| Geometry::Point(point(it)));
        let place = Place {
            name: &location.name,
            kind: word(location.kind),
            country: &location.country,
            postcode: &location.postcode,
            used: audit.locations[at].used,
            units: used.units,
            lines: used.lines,
            shipments: used.shipments,
            overtime_units: used.overtime_units,
            cost: costs[at],
            currency: &planned.settings.currency,
        };
        file.add(&location.id, geometry, &place)?;
    }
    file.finish()
}

fn word(kind: LocationKind) -> &'static str {
    match kind {
        LocationKind::Warehouse => "warehouse",
        LocationKind::Store => "store",
        LocationKind::Supplier => "supplier",
        LocationKind::Hub => "hub",
        LocationKind::Partner => "partner",
    }
}

/// Where a flow ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Location(LocationIx),
    Area(String),
}

/// What flows from a location to an end.
#[derive(Default)]
struct Flow {
    shipments: i64,
    units: i64,
    parcels: i64,
    weight: Weight,
    cost: Money,
    late_shipments: i64,
    /// Sums over orders of known position, in millionths of a degree: latitudes, and how far east of the beginning.
    latitudes: i64,
    eastward: i64,
    placed: i64,
}

fn write_flows(path: &Path, planned: Planned<'_>) -> io::Result<()> {
    let dataset = planned.dataset;
    let mut file = Collection::begin(path)?;
    for ((from, end), flow) in flows(planned) {
        let begin = &dataset.locations[from.ix()];
        let (kind, to, position) = match &end {
            End::Location(at) => {
                let place = &dataset.locations[at.ix()];
                ("transfer", &*place.id, place.position)
            }
            End::Area(area) => ("carrier", &**area, flow.middle(begin.position)),
        };
        let figures = FlowFigures {
            kind,
            from: &begin.id,
            to,
            shipments: flow.shipments,
            units: flow.units,
            parcels: flow.parcels,
            weight_kg: flow.weight.0 as f64 / MICRO,
            cost: flow.cost,
            currency: &planned.settings.currency,
            late_shipments: flow.late_shipments,
        };
        let geometry = begin
            .position
            .zip(position)
            .map(|(one, other)| line(one, other));
        file.add(&format!("{} > {to} ({kind})", begin.id), geometry, &figures)?;
    }
    file.finish()
}

/// What carriers and transfers move. What customers collect where it lies does not flow.
fn flows(planned: Planned<'_>) -> BTreeMap<(LocationIx, End), Flow> {
    let dataset = planned.dataset;
    let mut flows: BTreeMap<(LocationIx, End), Flow> = BTreeMap::new();
    for (shipment, found) in planned.plan.shipments.iter().zip(&planned.audit.shipments) {
        let from = origin(planned, shipment);
        let end = match shipment.route {
            Route::Collect => continue,
            Route::ToStore(by) | Route::ToHub(by, _) => {
                End::Location(dataset.transfers[by.ix()].to)
            }
            Route::Carrier(_) => End::Area(area(planned, shipment.order)),
        };
        let flow = flows.entry((from, end)).or_default();
        flow.shipments += 1;
        flow.units += found.units;
        flow.weight += found.weight;
        flow.cost += found.account().fulfilment();
        flow.late_shipments += i64::from(found.days_late > 0);
        if matches!(shipment.route, Route::Carrier(_)) {
            flow.parcels += i64::from(shipment.parcels);
            let begin = dataset.locations[from.ix()].position;
            flow.place(begin, dataset.orders[shipment.order.ix()].position);
        }
    }
    flows
}

impl Flow {
    fn place(&mut self, begin: Option<Position>, end: Option<Position>) {
        if let Some((begin, end)) = begin.zip(end) {
            self.latitudes += i64::from(end.latitude_micro);
            self.eastward += eastward(begin, end);
            self.placed += 1;
        }
    }

    /// The middle of where it goes.
    fn middle(&self, begin: Option<Position>) -> Option<Position> {
        let begin = begin.filter(|_| self.placed > 0)?;
        let east = i64::from(begin.longitude_micro) + self.eastward / self.placed;
        Some(Position {
            latitude_micro: i32::try_from(self.latitudes / self.placed).ok()?,
            longitude_micro: i32::try_from(turned(east)).ok()?,
        })
    }
}

fn origin(planned: Planned<'_>, shipment: &Shipment) -> LocationIx {
    planned.dataset.waves[shipment.wave.ix()].location
}

/// Country and beginning of the postcode; else the zone.
fn area(planned: Planned<'_>, order: OrderIx) -> String {
    let dataset = planned.dataset;
    let to = &dataset.destinations[dataset.orders[order.ix()].destination.ix()];
    let zone = to.zone.map_or("", |zone| &*dataset.zones[zone.ix()]);
    let begin: String = to.postcode.chars().take(AREA_LETTERS).collect();
    match (&*to.country, &*begin) {
        (country, "") if zone.is_empty() => country.to_owned(),
        (_, "") => zone.to_owned(),
        ("", begin) => begin.to_owned(),
        (country, begin) => format!("{country}-{begin}"),
    }
}

/// A longitude between -180° and 180°.
fn turned(longitude: i64) -> i64 {
    (longitude + HALF_TURN).rem_euclid(2 * HALF_TURN) - HALF_TURN
}

/// How far east of one point another is, the shorter way round.
fn eastward(one: Position, other: Position) -> i64 {
    turned(i64::from(other.longitude_micro) - i64::from(one.longitude_micro))
}

fn point(at: Position) -> Point {
    [
        f64::from(at.longitude_micro) / MICRO,
        f64::from(at.latitude_micro) / MICRO,
    ]
}

fn line(one: Position, other: Position) -> Geometry {
    let (begin, end) = (point(one), point(other));
    let east = eastward(one, other);
    let reached = i64::from(one.longitude_micro) + east;
    if (-HALF_TURN..=HALF_TURN).contains(&reached) {
        return Geometry::LineString([begin, end]);
    }
    let edge = if reached > 0 { 180.0 } else { -180.0 };
    let share = (edge - begin[0]) / (east as f64 / MICRO);
    let latitude = begin[1] + share * (end[1] - begin[1]);
    let latitude = (latitude * MICRO).round() / MICRO;
    Geometry::MultiLineString([[begin, [edge, latitude]], [[-edge, latitude], end]])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(longitude: i32, latitude: i32) -> Position {
        Position {
            latitude_micro: latitude * 1_000_000,
            longitude_micro: longitude * 1_000_000,
        }
    }

    #[test]
    fn a_line_over_the_meridian_of_180_is_cut_there() {
        let told = |one, other| serde_json::to_string(&line(one, other)).expect("JSON");
        assert_eq!(
            told(at(2, 48), at(5, 43)),
            r#"{"type":"LineString","coordinates":[[2.0,48.0],[5.0,43.0]]}"#
        );
        assert_eq!(
            told(at(170, 0), at(-170, 10)),
            r#"{"type":"MultiLineString","coordinates":[[[170.0,0.0],[180.0,5.0]],[[-180.0,5.0],[-170.0,10.0]]]}"#
        );
        let mut flow = Flow::default();
        let begin = Some(at(175, 0));
        flow.place(begin, Some(at(179, 0)));
        flow.place(begin, Some(at(-179, 4)));
        assert_eq!(flow.middle(begin), Some(at(-180, 2)));
        assert_eq!(Flow::default().middle(begin), None);
    }
}
