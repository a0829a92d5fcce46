//! The map: coasts, customers, zones, locations, and what flows between them, as a picture without any tiles.

use super::LocationUses;
use super::land::{Frame, Point, land};
use super::parts::{Label, Mark};
use super::words::{count, percent, shown};
use crate::report::digest::{Place, Places};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Width of the picture in its own units.
const WIDTH: f64 = 720.0;
/// Height at least and at most.
const HEIGHTS: (f64, f64) = (320.0, 760.0);
/// Empty space around what is shown, as a share of its extent.
const MARGIN: f64 = 0.08;
/// Degrees that are shown at least.
const LEAST_DEGREES: f64 = 0.5;
/// Flows that are drawn, those with most shipments.
const DRAWN_FLOWS: usize = 50;
/// Transfers that are drawn.
const DRAWN_TRANSFERS: usize = 20;
/// Share of the locations that must be on land for coasts to be drawn: invented places lie anywhere.
const ON_LAND: f64 = 0.8;
/// Locations that are drawn, those from which most leaves.
pub(super) const DRAWN_LOCATIONS: usize = 250;
/// Names that are written at most, as far as there is room.
const NAMES: usize = 24;

/// A map, all in its own units.
pub(super) struct MapView {
    pub title: String,
    pub width: String,
    pub height: String,
    pub land: String,
    pub borders: String,
    pub graticule: String,
    pub areas: Vec<Mark>,
    pub flows: Vec<Path>,
    pub transfers: Vec<Path>,
    pub zones: Vec<Label>,
    pub locations: Vec<Mark>,
    pub names: Vec<Label>,
    pub has_land: bool,
}

/// A line of some width.
pub(super) struct Path {
    pub d: String,
    pub width: String,
    pub title: String,
}

/// From degrees to the picture: equal scales at the middle of the frame.
struct Projection {
    frame: Frame,
    /// Units a degree of latitude.
    scale: f64,
    /// Degrees of latitude that a degree of longitude is as long as.
    squeeze: f64,
    height: f64,
}

impl Projection {
    fn new(points: &[Point]) -> Option<Self> {
        let first = *points.first()?;
        let start = (first, first);
        let (low, high) = points.iter().fold(start, |(low, high), at| {
            (
                (low.0.min(at.0), low.1.min(at.1)),
                (high.0.max(at.0), high.1.max(at.1)),
            )
        });
        let middle = ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0);
        let squeeze = middle.1.to_radians().cos().max(0.1);
        let half = |low: f64, high: f64| (high - low).max(LEAST_DEGREES) * (0.5 + MARGIN);
        let (mut east, mut north) = (half(low.0, high.0) * squeeze, half(low.1, high.1));
        // As wide as the picture, and neither too flat nor too tall.
        let height = (WIDTH * north / east).clamp(HEIGHTS.0, HEIGHTS.1);
        east = east.max(north * WIDTH / height);
        north = north.max(east * height / WIDTH);
        Some(Self {
            frame: Frame {
                west: middle.0 - east / squeeze,
                south: middle.1 - north,
                east: middle.0 + east / squeeze,
                north: middle.1 + north,
            },
            scale: height / (2.0 * north),
            squeeze,
            height,
        })
    }

    fn at(&self, (longitude, latitude): Point) -> Point {
        (
            (longitude - self.frame.west) * self.squeeze * self.scale,
            (self.frame.north - latitude) * self.scale,
        )
    }

    fn path<'a>(&self, lines: impl Iterator<Item = &'a [Point]>, end: &str) -> String {
        let mut d = String::new();
        for line in lines {
            let mut last = None;
            for &point in line {
                let (x, y) = self.at(point);
                let here = (x.round() as i64, y.round() as i64);
                if last == Some(here) {
                    continue;
                }
                // Whole units are finer than the coasts are known.
                let command = if last.is_none() { "M" } else { "L" };
                write!(d, "{command}{} {}", here.0, here.1).expect("a text takes all");
                last = Some(here);
            }
            d.push_str(end);
        }
        d
    }
}

/// A map of all that has a position; `None` where nothing has.
pub(super) fn map(scenario: &str, places: &Places, used: &LocationUses<'_>) -> Option<MapView> {
    let located: BTreeMap<&str, Point> = places
        .locations
        .iter()
        .filter_map(|it| Some((it.location.as_str(), (it.longitude?, it.latitude?))))
        .collect();
    let zones: BTreeMap<&str, Point> = places
        .zones
        .iter()
        .filter_map(|it| Some((it.zone.as_str(), (it.longitude?, it.latitude?))))
        .collect();
    let areas = places.areas.iter().map(|it| (it.longitude, it.latitude));
    let points: Vec<Point> = located.values().copied().chain(areas).collect();
    let projection = Projection::new(&points)?;
    let on_land = points.iter().filter(|at| land().has(**at)).count();
    let has_land = on_land as f64 >= ON_LAND * points.len() as f64;
    let rings = if has_land {
        land().within(projection.frame)
    } else {
        vec![]
    };
    let borders = land().borders_near(projection.frame).filter(|_| has_land);
    let mut view = MapView {
        title: format!("Map of scenario {scenario}"),
        width: format!("{WIDTH}"),
        height: format!("{:.0}", projection.height),
        land: projection.path(rings.iter().map(Vec::as_slice), "Z"),
        borders: projection.path(borders, ""),
        graticule: graticule(&projection),
        areas: area_marks(places, &projection),
        flows: vec![],
        transfers: vec![],
        zones: vec![],
        locations: location_marks(places, used, &located, &projection),
        names: vec![],
        has_land,
    };
    view.flows = flows(places, &located, &zones, &projection);
    view.transfers = transfers(places, &located, &projection);
    (view.zones, view.names) = names(&zones, &located, used, &projection);
    Some(view)
}

/// Lines of whole degrees, some five across.
fn graticule(projection: &Projection) -> String {
    let frame = projection.frame;
    let steps = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 45.0];
    let across = frame.north - frame.south;
    let fits = steps.into_iter().find(|step| across / step <= 6.0);
    let step = fits.unwrap_or(90.0);
    let multiples = |low: f64, high: f64| {
        let first = (low / step).ceil() as i64;
        (first..=(high / step).floor() as i64).map(move |number| number as f64 * step)
    };
    let up = multiples(frame.west, frame.east).map(|x| [(x, frame.south), (x, frame.north)]);
    let across = multiples(frame.south, frame.north).map(|y| [(frame.west, y), (frame.east, y)]);
    let lines: Vec<[Point; 2]> = up.chain(across).collect();
    projection.path(lines.iter().map(<[Point; 2]>::as_slice), "")
}

/// A radius whose circle's area grows with a number.
fn radius(value: i64, most: i64, range: (f64, f64)) -> f64 {
    let share = value as f64 / most.max(1) as f64;
    range.0 + (range.1 - range.0) * share.max(0.0).sqrt()
}

fn area_marks(places: &Places, projection: &Projection) -> Vec<Mark> {
    let most = places.areas.iter().map(|area| area.orders).max();
    let marks = places.areas.iter().map(|area| {
        let (x, y) = projection.at((area.longitude, area.latitude));
        let filled = area.units_filled as f64 / area.units.max(1) as f64;
        Mark {
            x: format!("{x:.0}"),
            y: format!("{y:.0}"),
            radius: format!("{:.1}", radius(area.orders, most.unwrap_or(1), (2.5, 13.0))),
            class: if filled < 0.9 { "area lacking" } else { "area" },
            outline: String::new(),
            title: format!(
                "{} orders near here, {} of their units filled",
                count(area.orders),
                percent(Some(filled), 1)
            ),
        }
    });
    marks.collect()
}

fn location_marks(
    places: &Places,
    used: &LocationUses<'_>,
    located: &BTreeMap<&str, Point>,
    projection: &Projection,
) -> Vec<Mark> {
    let most = used.values().map(|it| it.units).max().unwrap_or(1);
    let units = |place: &Place| used.get(place.location.as_str()).map_or(0, |it| it.units);
    let mut drawn: Vec<&Place> = places.locations.iter().collect();
    drawn.sort_by_key(|place| std::cmp::Reverse(units(place)));
    drawn.truncate(DRAWN_LOCATIONS);
    let marks = drawn.into_iter().filter_map(|place| {
        let (x, y) = projection.at(*located.get(place.location.as_str())?);
        let units = units(place);
        let size = radius(units, most, (3.5, 11.0));
        let (class, corners): (_, &[Point]) = match place.kind.as_str() {
            "store" => ("place store", &[]),
            "hub" => (
                "place hub",
                &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
            ),
            "supplier" | "partner" => ("place supplier", &[(0.0, -1.3), (1.2, 1.0), (-1.2, 1.0)]),
            _ => (
                "place warehouse",
                &[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)],
            ),
        };
        let corners = corners
            .iter()
            .map(|corner| format!("{:.1},{:.1}", x + corner.0 * size, y + corner.1 * size));
        Some(Mark {
            x: format!("{x:.1}"),
            y: format!("{y:.1}"),
            radius: format!("{size:.1}"),
            class: if units == 0 { "place idle" } else { class },
            outline: corners.collect::<Vec<String>>().join(" "),
            title: format!(
                "{} ({}, {}): {} units leave",
                shown(&place.location),
                shown(&place.name),
                place.kind,
                count(units)
            ),
        })
    });
    marks.collect()
}

fn flows(
    places: &Places,
    located: &BTreeMap<&str, Point>,
    zones: &BTreeMap<&str, Point>,
    projection: &Projection,
) -> Vec<Path> {
    let most = places.flows.first().map_or(1, |flow| flow.shipments);
    let drawn = places.flows.iter().filter_map(|flow| {
        let from = projection.at(*located.get(flow.location.as_str())?);
        let to = projection.at(*zones.get(flow.zone.as_str())?);
        Some(Path {
            d: bow(from, to),
            width: format!("{:.1}", radius(flow.shipments, most, (0.6, 7.0))),
            title: format!(
                "{} to {}: {} shipments, {} units",
                shown(&flow.location),
                shown(&flow.zone),
                count(flow.shipments),
                count(flow.units)
            ),
        })
    });
    drawn.take(DRAWN_FLOWS).collect()
}

fn transfers(
    places: &Places,
    located: &BTreeMap<&str, Point>,
    projection: &Projection,
) -> Vec<Path> {
    let most = places.transfers.first().map_or(1, |flow| flow.shipments);
    let drawn = places.transfers.iter().filter_map(|flow| {
        let from = projection.at(*located.get(flow.from.as_str())?);
        let to = projection.at(*located.get(flow.to.as_str())?);
        Some(Path {
            d: bow(from, to),
            width: format!("{:.1}", radius(flow.shipments, most, (0.8, 3.0))),
            title: format!(
                "transfer {} to {}: {} shipments",
                shown(&flow.from),
                shown(&flow.to),
                count(flow.shipments)
            ),
        })
    });
    drawn.take(DRAWN_TRANSFERS).collect()
}

/// A line that bends to one side, so that there and back are two.
fn bow(from: Point, to: Point) -> String {
    let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
    let across = (to.1 - from.1, from.0 - to.0);
    let bend = (middle.0 + across.0 * 0.12, middle.1 + across.1 * 0.12);
    format!(
        "M{:.0} {:.0}Q{:.0} {:.0} {:.0} {:.0}",
        from.0, from.1, bend.0, bend.1, to.0, to.1
    )
}

/// A box that a name takes: left, top, right, bottom.
type Room = (f64, f64, f64, f64);

/// Names of locations, those that ship most first, and of zones, where none covers another.
fn names(
    zones: &BTreeMap<&str, Point>,
    located: &BTreeMap<&str, Point>,
    used: &LocationUses<'_>,
    projection: &Projection,
) -> (Vec<Label>, Vec<Label>) {
    let mut taken: Vec<Room> = vec![];
    let mut place = |text: String, (x, y): Point, is_zone: bool| -> Option<Label> {
        let width = text.chars().count() as f64 * if is_zone { 9.2 } else { 7.7 };
        let starts = if is_zone {
            vec![(x - width / 2.0, y + 4.0)]
        } else {
            vec![(x + 10.0, y + 4.0), (x - width - 10.0, y + 4.0)]
        };
        let free = starts.into_iter().find(|&(left, base)| {
            let room = (left, base - 11.0, left + width, base + 3.0);
            let is_within = left > 0.0 && room.2 < WIDTH && room.1 > 0.0;
            let is_apart = |other: &Room| {
                room.0 > other.2 || room.2 < other.0 || room.1 > other.3 || room.3 < other.1
            };
            is_within && room.3 < projection.height && taken.iter().all(is_apart)
        })?;
        taken.push((free.0, free.1 - 11.0, free.0 + width, free.1 + 3.0));
        Some(Label {
            x: format!("{:.0}", free.0),
            y: format!("{:.0}", free.1),
            text,
        })
    };
    let mut by_units: Vec<(&&str, &Point)> = located.iter().collect();
    let units = |id: &str| used.get(id).map_or(0, |it| it.units);
    by_units.sort_by_key(|(id, _)| std::cmp::Reverse(units(id)));
    let shipping = by_units.iter().filter(|(id, _)| units(id) > 0);
    let mut of_locations = vec![];
    for (id, at) in shipping.take(NAMES) {
        of_locations.extend(place(shown(id), projection.at(**at), false));
    }
    let of_zones = zones.iter();
    let of_zones = of_zones.filter_map(|(zone, at)| place(shown(zone), projection.at(*at), true));
    (of_zones.collect(), of_locations)
}
