//! Route sheets: a carrier's manifest or a transfer's load, for each location and wave.
//!
//! Stop 0 is the location where the route begins, with all that is loaded there. A carrier's further stops are
//! destinations in order of zone, country and postcode; a transfer has one.

use super::Planned;
use super::movements::THOUSANDTHS;
use super::names::Names;
use super::sheet::Sheet;
use crate::domain::{DestinationIx, LocationIx, ServiceIx, WaveIx};
use crate::plan::Route;
use crate::units::{Volume, Weight};
use rayon::prelude::*;

/// What drives a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Vehicle {
    Carrier(ServiceIx),
    Transfer(LocationIx),
}

/// Where a stop is: by rank of the destination, or the end of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Start,
    Destination(DestinationIx),
    Location(LocationIx),
}

/// One row.
pub(super) struct Stop {
    pub(super) wave: WaveIx,
    pub(super) vehicle: Vehicle,
    /// 0 where the route begins.
    pub(super) number: i64,
    place: Place,
    /// A shipment that stops here, for its days and distance.
    pub(super) example: usize,
    pub(super) shipments: i64,
    pub(super) parcels: i64,
    pub(super) weight: Weight,
    pub(super) volume: Volume,
}

/// All route sheets.
pub(super) struct Routes<'a> {
    planned: Planned<'a>,
    names: Names<'a>,
    pub(super) stops: Vec<Stop>,
    /// What is carried, by route and stop: positions in the plan. Empty where only the stops are asked for.
    pub(super) carried: Vec<u32>,
}

impl<'a> Routes<'a> {
    pub(super) fn new(planned: Planned<'a>) -> Self {
        Self {
            planned,
            names: Names::new(planned.dataset, planned.plan),
            stops: stops(planned, &rides(planned)),
            carried: vec![],
        }
    }

    /// With what is carried.
    pub(super) fn with_shipments(planned: Planned<'a>) -> Self {
        let rides = rides(planned);
        Self {
            planned,
            names: Names::new(planned.dataset, planned.plan),
            stops: stops(planned, &rides),
            carried: rides.iter().map(|ride| ride.5 as u32).collect(),
        }
    }

    /// The sheet, by location, wave, service or transfer, stop.
    pub(super) fn sheet(&self) -> Sheet<'_> {
        let stop = |row: usize| &self.stops[row];
        let found = move |row: usize| &self.planned.audit.shipments[stop(row).example];
        let is_start = move |row: usize| stop(row).place == Place::Start;
        Sheet::new("routes", self.stops.len())
            .text("route_id", move |row| self.route_id(stop(row)))
            .plain("kind", move |row| match stop(row).vehicle {
                Vehicle::Carrier(_) => "carrier",
                Vehicle::Transfer(_) => "transfer",
            })
            .text("location_id", move |row| {
                self.names.location(stop(row).wave)
            })
            .text("wave", move |row| self.names.wave(stop(row).wave))
            .text("carrier", move |row| self.service(stop(row)).0)
            .text("service", move |row| self.service(stop(row)).1)
            .integer("stop", move |row| stop(row).number)
            .text("place", move |row| self.place(stop(row)))
            .date("arrives_at", move |row| {
                (!is_start(row)).then(|| found(row).arrives)
            })
            .moment("leaves_at", move |row| {
                if is_start(row) {
                    self.names.departure(stop(row).wave)
                } else {
                    ""
                }
            })
            .integer("shipments", move |row| stop(row).shipments)
            .decimal("load_g", THOUSANDTHS, move |row| stop(row).weight.0)
            .decimal("load_cm3", THOUSANDTHS, move |row| stop(row).volume.0)
            .integer("distance_m", move |row| self.distance(stop(row)))
    }

    fn service(&self, stop: &Stop) -> (&'a str, &'a str) {
        match stop.vehicle {
            Vehicle::Carrier(service) => self.names.service(service),
            Vehicle::Transfer(_) => ("", ""),
        }
    }

    /// `location/departure/carrier/service` or `location/departure/transfer/location`.
    pub(super) fn route_id(&self, stop: &Stop) -> String {
        let start = self.names.location(stop.wave);
        let departure = self.names.departure(stop.wave);
        match stop.vehicle {
            Vehicle::Carrier(service) => {
                let (carrier, service) = self.names.service(service);
                format!("{start}/{departure}/{carrier}/{service}")
            }
            Vehicle::Transfer(to) => {
                let to = &self.planned.dataset.locations[to.ix()].id;
                format!("{start}/{departure}/transfer/{to}")
            }
        }
    }

    pub(super) fn place(&self, stop: &Stop) -> String {
        let dataset = self.planned.dataset;
        match stop.place {
            Place::Start => self.names.location(stop.wave).to_owned(),
            Place::Location(location) => dataset.locations[location.ix()].id.to_string(),
            Place::Destination(destination) => {
                let to = &dataset.destinations[destination.ix()];
                let lane = self.planned.audit.shipments[stop.example].lane;
                let zone = to.zone.or_else(|| dataset.lanes[lane?.ix()].destination);
                let zone = zone.map_or("", |zone| &*dataset.zones[zone.ix()]);
                let parts = [zone, &to.country, &to.postcode];
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                parts.join(" ")
            }
        }
    }

    /// Metres from where the route begins, by the road factor, where both positions are known.
    fn distance(&self, stop: &Stop) -> Option<i64> {
        let dataset = self.planned.dataset;
        match stop.place {
            Place::Start => None,
            Place::Destination(_) => {
                let found = &self.planned.audit.shipments[stop.example];
                found.distance.map(|distance| distance.0)
            }
            Place::Location(to) => {
                let from = dataset.waves[stop.wave.ix()].location;
                let from = dataset.locations[from.ix()].position?;
                let to = dataset.locations[to.ix()].position?;
                Some(
                    from.distance(to, self.planned.settings.detour_factor_micro)
                        .0,
                )
            }
        }
    }
}

/// A shipment on its route, in the order in which stops are made.
type Ride = (WaveIx, Vehicle, Option<u32>, u32, Place, usize);

fn stops(planned: Planned<'_>, rides: &[Ride]) -> Vec<Stop> {
    let mut stops = vec![];
    for route in rides.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)) {
        let first = stops.len();
        stops.push(stop(planned, 0, Place::Start, route));
        let by_place = route.chunk_by(|one, next| one.4 == next.4);
        for (number, together) in by_place.enumerate() {
            let number = number as i64 + 1;
            stops.push(stop(planned, number, together[0].4, together));
        }
        debug_assert!(stops.len() > first + 1);
    }
    stops
}

/// All shipments that go by carrier or transfer, by wave, vehicle, zone, country and postcode.
fn rides(planned: Planned<'_>) -> Vec<Ride> {
    let dataset = planned.dataset;
    let mut by_address: Vec<u32> = (0..dataset.destinations.len() as u32).collect();
    by_address.sort_by_key(|&destination| {
        let to = &dataset.destinations[destination as usize];
        (&to.country, &to.postcode, to.zone)
    });
    let mut rank = vec![0_u32; by_address.len()];
    for (place, destination) in by_address.into_iter().enumerate() {
        rank[destination as usize] = place as u32;
    }
    let mut rides: Vec<Ride> = planned
        .plan
        .shipments
        .par_iter()
        .enumerate()
        .filter_map(|(position, shipment)| {
            let wave = shipment.wave;
            match shipment.route {
                Route::Collect => None,
                Route::Carrier(service) => {
                    let to = dataset.orders[shipment.order.ix()].destination;
                    let lane = planned.audit.shipments[position].lane;
                    let by_lane = lane.and_then(|lane| dataset.lanes[lane.ix()].destination);
                    let zone = dataset.destinations[to.ix()].zone.or(by_lane);
                    let place = Place::Destination(to);
                    let vehicle = Vehicle::Carrier(service);
                    Some((
                        wave,
                        vehicle,
                        zone.map(|it| it.0),
                        rank[to.ix()],
                        place,
                        position,
                    ))
                }
                Route::ToStore(by) | Route::ToHub(by, _) => {
                    let to = dataset.transfers[by.ix()].to;
                    Some((
                        wave,
                        Vehicle::Transfer(to),
                        None,
                        0,
                        Place::Location(to),
                        position,
                    ))
                }
            }
        })
        .collect();
    rides.par_sort_unstable();
    rides
}

fn stop(planned: Planned<'_>, number: i64, place: Place, rides: &[Ride]) -> Stop {
    let (wave, vehicle, .., example) = rides[0];
    let found = || rides.iter().map(|ride| &planned.audit.shipments[ride.5]);
    Stop {
        wave,
        vehicle,
        number,
        place,
        example,
        shipments: rides.len() as i64,
        parcels: rides
            .iter()
            .map(|ride| i64::from(planned.plan.shipments[ride.5].parcels))
            .sum(),
        weight: found().map(|shipment| shipment.weight).sum(),
        volume: found().map(|shipment| shipment.volume).sum(),
    }
}
