//! Where things are, and what it costs to move them: locations, carriers, rate cards, waves.

use super::draw::{Draw, Zipf};
use super::table::{Degrees, Table, cents};
use super::{Class, Request};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// Side of the square that holds everything, in metres.
const SIDE_M: u64 = 900_000;
/// Zones along a side.
const ZONES_A_SIDE: u64 = 4;
/// Towns, the largest first.
const TOWNS: u64 = 60;
/// Upper ends of the weight bands, in grams.
const BANDS_G: [u64; 18] = [
    250, 500, 750, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000,
    12_000, 15_000, 20_000, 30_000,
];

/// A point of the square, in metres from its south-west corner.
#[derive(Clone, Copy)]
pub struct Point {
    east: u64,
    north: u64,
}

impl Point {
    /// A point at most `reach` metres away in each direction, likelier near.
    pub fn near(self, draw: &mut Draw, reach: u64) -> Self {
        let mut moved = |from: u64| {
            let step = draw.below(reach + 1) + draw.below(reach + 1);
            (from + step).saturating_sub(reach).min(SIDE_M - 1)
        };
        Self {
            east: moved(self.east),
            north: moved(self.north),
        }
    }

    /// Number of the zone it lies in.
    pub fn zone(self) -> u64 {
        let cell = |metres: u64| metres * ZONES_A_SIDE / SIDE_M;
        cell(self.north) * ZONES_A_SIDE + cell(self.east)
    }

    /// Latitude on an invented coast.
    pub fn latitude(self) -> Degrees {
        Degrees(43_000_000 + self.north as i64 * 9)
    }

    /// Longitude on an invented coast.
    pub fn longitude(self) -> Degrees {
        Degrees(-1_500_000 + self.east as i64 * 25 / 2)
    }
}

/// Towns and locations.
pub struct Map {
    towns: Vec<Point>,
    town_sizes: Zipf,
    /// Locations, warehouses first.
    pub locations: Vec<Point>,
    /// How many of them are warehouses, ≥ 1.
    pub warehouses: u64,
}

impl Map {
    /// Draws towns, then warehouses outside the larger ones and stores in any.
    pub fn draw(request: &Request) -> Self {
        let draw = &mut Draw::stream(request.seed, 1);
        let towns: Vec<Point> = (0..TOWNS)
            .map(|_| Point {
                east: draw.below(SIDE_M),
                north: draw.below(SIDE_M),
            })
            .collect();
        let town_sizes = Zipf::new(TOWNS);
        let warehouses = ((request.locations + 4) / 8).clamp(1, 12);
        let locations = (0..request.locations)
            .map(|number| {
                if number < warehouses {
                    towns[(number * 2 + draw.below(2)) as usize].near(draw, 20_000)
                } else {
                    towns[town_sizes.pick(draw) as usize].near(draw, 8_000)
                }
            })
            .collect();
        Self {
            towns,
            town_sizes,
            locations,
            warehouses,
        }
    }

    /// Where a customer lives.
    pub fn customer(&self, draw: &mut Draw) -> Point {
        self.towns[self.town_sizes.pick(draw) as usize].near(draw, 25_000)
    }

    /// Id of a location by its number.
    pub fn id(&self, number: u64) -> String {
        if number < self.warehouses {
            format!("W{:03}", number + 1)
        } else {
            format!("S{:04}", number + 1 - self.warehouses)
        }
    }
}

/// What a location costs and can do, in cents and units.
struct Terms {
    open: &'static str,
    fixed: u64,
    per_unit: u64,
    per_line: u64,
    per_shipment: u64,
    capacity: Option<u64>,
    lead_time_min: u64,
}

/// Writes `location_costs.csv`.
pub fn write_locations(request: &Request, map: &Map, folder: &Path) -> io::Result<()> {
    let draw = &mut Draw::stream(request.seed, 2);
    let header = "location_id,name,kind,zone,latitude,longitude,open,fixed_cost,cost_per_unit,\
                  cost_per_line,cost_per_shipment,capacity_units,overtime_units,\
                  overtime_cost_per_unit,lead_time_min";
    let mut table = Table::begin(folder, "location_costs.csv", header)?;
    for (number, point) in map.locations.iter().enumerate() {
        let number = number as u64;
        let is_warehouse = number < map.warehouses;
        let terms = if is_warehouse {
            warehouse_terms(request, map, draw)
        } else {
            store_terms(request, map, draw)
        };
        let id = map.id(number);
        let (name, kind) = if is_warehouse {
            ("Warehouse", "warehouse")
        } else {
            ("Store", "store")
        };
        let limit = terms.capacity.map(|units| units.to_string());
        let overtime = terms.capacity.filter(|_| is_warehouse);
        table.row(format_args!(
            "{id},{name} {id},{kind},Z{:02},{},{},{},{},{},{},{},{},{},{},{}",
            point.zone(),
            point.latitude(),
            point.longitude(),
            terms.open,
            cents(terms.fixed),
            cents(terms.per_unit),
            cents(terms.per_line),
            cents(terms.per_shipment),
            limit.unwrap_or_default(),
            overtime.map_or_else(String::new, |units| (units / 10).to_string()),
            overtime.map_or_else(String::new, |_| cents(terms.per_unit * 3).to_string()),
            terms.lead_time_min,
        ))?;
    }
    table.end()
}

fn warehouse_terms(request: &Request, map: &Map, draw: &mut Draw) -> Terms {
    let fair_share = request.expected_units_milli() / 1_000 / map.warehouses;
    let hands = draw.between(60, 85);
    let fixed = request.orders * draw.between(40, 90) / map.warehouses;
    let is_tight = draw.chance(request.tight);
    Terms {
        open: openness(request),
        fixed: if request.class == Class::Fixed {
            fixed
        } else {
            0
        },
        per_unit: draw.between(22, 40),
        per_line: draw.between(15, 30),
        per_shipment: draw.between(60, 95),
        capacity: is_tight.then_some((fair_share * hands / 100 / request.waves_in_all()).max(1)),
        lead_time_min: 60,
    }
}

fn store_terms(request: &Request, map: &Map, draw: &mut Draw) -> Terms {
    let stores = (map.locations.len() as u64 - map.warehouses).max(1);
    let fair_share = request.expected_units_milli() / 1_000 / stores;
    let hands = draw.between(5, 15);
    let fixed = draw.between(2_000, 6_000);
    let is_tight = draw.chance(request.tight);
    Terms {
        open: openness(request),
        fixed: if request.class == Class::Fixed {
            fixed
        } else {
            0
        },
        per_unit: draw.between(80, 140),
        per_line: draw.between(30, 60),
        per_shipment: draw.between(100, 160),
        capacity: is_tight.then_some((fair_share * hands / 100 / request.waves_in_all()).max(2)),
        lead_time_min: 180,
    }
}

fn openness(request: &Request) -> &'static str {
    if request.class == Class::Fixed {
        "decide"
    } else {
        "yes"
    }
}

/// A carrier's product and how its prices grow, in cents; `d` is the distance class 0..=3.
struct Card {
    carrier: &'static str,
    service: &'static str,
    base: u64,
    base_per_class: u64,
    per_kg: u64,
    per_kg_and_class: u64,
    fuel_pct: &'static str,
    farthest: u64,
    days: [u64; 4],
    max_parcels: u64,
    co2: &'static str,
}

const CARDS: [Card; 4] = [
    Card {
        carrier: "Alder",
        service: "home",
        base: 349,
        base_per_class: 60,
        per_kg: 50,
        per_kg_and_class: 12,
        fuel_pct: "6.0",
        farthest: 3,
        days: [2, 2, 3, 3],
        max_parcels: 2,
        co2: "0.12",
    },
    Card {
        carrier: "Alder",
        service: "express",
        base: 590,
        base_per_class: 150,
        per_kg: 90,
        per_kg_and_class: 25,
        fuel_pct: "9.5",
        farthest: 3,
        days: [1, 1, 1, 2],
        max_parcels: 1,
        co2: "0.31",
    },
    Card {
        carrier: "Birch",
        service: "parcel",
        base: 420,
        base_per_class: 25,
        per_kg: 38,
        per_kg_and_class: 6,
        fuel_pct: "7.25",
        farthest: 3,
        days: [3, 3, 4, 4],
        max_parcels: 4,
        co2: "0.09",
    },
    Card {
        carrier: "Cedar",
        service: "regional",
        base: 280,
        base_per_class: 40,
        per_kg: 45,
        per_kg_and_class: 0,
        fuel_pct: "5.0",
        farthest: 1,
        days: [1, 2, 0, 0],
        max_parcels: 1,
        co2: "0.14",
    },
];

/// Writes `carriers.csv`. Where capacity is tight, the cheap regional carrier has few places.
pub fn write_carriers(request: &Request, folder: &Path) -> io::Result<()> {
    let header = "carrier,service,max_parcels,max_parcel_g,pickup_cutoff,capacity_shipments,\
                  minimum_shipments,shortfall_cost,co2_g_per_kg_km";
    let mut table = Table::begin(folder, "carriers.csv", header)?;
    for card in &CARDS {
        let is_regional = card.service == "regional";
        let places = request.orders / request.locations / request.waves_in_all() / 3;
        let capacity = (is_regional && request.tight > 0).then(|| places.max(3).to_string());
        let promised = card.service == "parcel" && request.class == Class::Tight;
        let (minimum, shortfall) = if promised {
            ((request.orders / 20).to_string(), cents(60).to_string())
        } else {
            (String::new(), String::new())
        };
        table.row(format_args!(
            "{},{},{},30000,20:30,{},{minimum},{shortfall},{}",
            card.carrier,
            card.service,
            card.max_parcels,
            capacity.unwrap_or_default(),
            card.co2,
        ))?;
    }
    table.end()
}

/// Writes `carrier_rates.csv`: from every zone that has a location to every zone, by distance class.
/// Returns the number of rows.
pub fn write_rates(map: &Map, folder: &Path) -> io::Result<u64> {
    let header = "carrier,service,origin,destination_zone,min_weight_g,max_weight_g,base_cost,\
                  fuel_pct,dim_divisor,transit_days,weekend";
    let mut table = Table::begin(folder, "carrier_rates.csv", header)?;
    let zones = ZONES_A_SIDE * ZONES_A_SIDE;
    let origins: BTreeSet<u64> = map.locations.iter().map(|point| point.zone()).collect();
    let mut rows = 0;
    for card in &CARDS {
        for (origin, destination) in origins
            .iter()
            .flat_map(|from| (0..zones).map(move |to| (*from, to)))
        {
            let class = distance_class(origin, destination);
            if class > card.farthest {
                continue;
            }
            let mut lower = 0;
            for upper in BANDS_G {
                let per_kg = card.per_kg + card.per_kg_and_class * class;
                let price = card.base + card.base_per_class * class + upper * per_kg / 1_000;
                table.row(format_args!(
                    "{},{},Z{origin:02},Z{destination:02},{lower},{upper},{},{},5000,{},no",
                    card.carrier,
                    card.service,
                    cents(price),
                    card.fuel_pct,
                    card.days[class as usize],
                ))?;
                lower = upper;
                rows += 1;
            }
        }
    }
    table.end()?;
    Ok(rows)
}

/// 0 within a zone, 1 to a neighbour, up to 3 across the map.
fn distance_class(origin: u64, destination: u64) -> u64 {
    let east = (origin % ZONES_A_SIDE).abs_diff(destination % ZONES_A_SIDE);
    let north = (origin / ZONES_A_SIDE).abs_diff(destination / ZONES_A_SIDE);
    east.max(north)
}

/// Writes `waves.csv` when there is more than the one wave a day that needs no file.
pub fn write_waves(request: &Request, folder: &Path) -> io::Result<()> {
    if request.waves == 1 {
        return Ok(());
    }
    let mut table = Table::begin(folder, "waves.csv", "location_id,cutoff,weekdays,name")?;
    for wave in 0..request.waves {
        let minutes = 10 * 60 + wave * 600 / (request.waves - 1);
        let (hour, minute) = (minutes / 60, minutes % 60);
        table.row(format_args!(
            "*,{hour:02}:{minute:02},,wave {number}",
            number = wave + 1
        ))?;
    }
    table.end()
}
