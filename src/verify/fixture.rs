//! A small world with one order for each way to ship, for the tests of all rooms that look at plans.
//!
//! 2026-11-23 is a Monday. Waves leave at 18:00 UTC. A-1 ships from Lille and Lyon, B-2 is collected in the
//! store from its own stock and by transfer, C-3 is merged at the hub, D-4 needs cold handling, E-5 stays unfilled.

use crate::domain::*;
use crate::plan::{Piece, Plan, Route, Shipment};
use crate::units::{Length, MICRO, Money, Volume, Weight};
use jiff::Timestamp;
use jiff::civil::{Date, date, time};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub(crate) const HUB: LocationIx = LocationIx(0);
pub(crate) const LILLE: LocationIx = LocationIx(1);
pub(crate) const LYON: LocationIx = LocationIx(2);
pub(crate) const STORE: LocationIx = LocationIx(3);

/// Waves of the hub on the 24th and 25th, of all others on the 23rd and 24th.
pub(crate) const HUB_24: WaveIx = WaveIx(0);
pub(crate) const HUB_25: WaveIx = WaveIx(1);
pub(crate) const LILLE_23: WaveIx = WaveIx(2);
pub(crate) const LILLE_24: WaveIx = WaveIx(3);
pub(crate) const LYON_23: WaveIx = WaveIx(4);
pub(crate) const LYON_24: WaveIx = WaveIx(5);
pub(crate) const STORE_23: WaveIx = WaveIx(6);

pub(crate) const BULKY: usize = 0;
pub(crate) const CUP: usize = 1;
pub(crate) const FISH: usize = 2;

pub(crate) const CARGO: ServiceIx = ServiceIx(0);
pub(crate) const POST: ServiceIx = ServiceIx(1);

pub(crate) const LILLE_TO_HUB: TransferIx = TransferIx(0);
pub(crate) const LILLE_TO_STORE: TransferIx = TransferIx(1);
pub(crate) const LYON_TO_HUB: TransferIx = TransferIx(2);

/// Positions of the shipments in the plan.
pub(crate) const A_LILLE: usize = 0;
pub(crate) const A_LYON: usize = 1;
pub(crate) const B_TO_STORE: usize = 2;
pub(crate) const B_COLLECT: usize = 3;
pub(crate) const C_FORWARD: usize = 4;
pub(crate) const C_LILLE: usize = 5;
pub(crate) const C_LYON: usize = 6;
pub(crate) const D_COLD: usize = 7;

/// Handling that fish needs.
pub(crate) const COLD: HandlingSet = HandlingSet(1);

/// A dataset, settings, and a plan that breaks no rule.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) dataset: Dataset,
    pub(crate) settings: Settings,
    pub(crate) plan: Plan,
}

/// Whole units and hundredths of currency.
pub(crate) fn cents(cents: i64) -> Money {
    Money(cents * MICRO / 100)
}

pub(crate) fn grams(grams: i64) -> Weight {
    Weight(grams * 1000)
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

pub(crate) fn world() -> World {
    World {
        dataset: dataset(),
        settings: settings(),
        plan: plan(),
    }
}

pub(crate) fn shipment(order: u32, wave: WaveIx, route: Route, pieces: &[(u32, u32)]) -> Shipment {
    let pieces = pieces.iter().map(|&(line, quantity)| Piece {
        form: 0,
        line: LineIx(line),
        quantity,
    });
    Shipment {
        order: OrderIx(order),
        wave,
        route,
        parcels: 1,
        pieces: pieces.collect(),
    }
}

fn plan() -> Plan {
    let post = Route::Carrier(POST);
    Plan {
        shipments: vec![
            shipment(0, LILLE_23, post, &[(0, 3), (1, 1)]),
            shipment(0, LYON_24, post, &[(1, 1)]),
            shipment(1, LILLE_23, Route::ToStore(LILLE_TO_STORE), &[(3, 1)]),
            shipment(1, STORE_23, Route::Collect, &[(2, 2)]),
            shipment(2, HUB_25, post, &[(4, 1), (5, 1)]),
            shipment(2, LILLE_23, Route::ToHub(LILLE_TO_HUB, HUB_25), &[(4, 1)]),
            shipment(2, LYON_23, Route::ToHub(LYON_TO_HUB, HUB_25), &[(5, 1)]),
            shipment(3, LILLE_23, Route::Carrier(CARGO), &[(6, 1)]),
        ],
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        name: "test".to_owned(),
        as_of: at("2026-11-23T05:00:00Z"),
        horizon_days: 3,
        currency: "EUR".to_owned(),
        time_zone: TimeZone::UTC,
        strategy: Strategy::Optimise,
        objective: Objective::Profit,
        fill: Fill::Units,
        tolerance_micro: 0,
        unfilled_cost: cents(200),
        late_cost_per_day: cents(150),
        priority_weight_micro: 0,
        co2_cost_per_kg: Money::ZERO,
        stability_cost: Money::ZERO,
        max_moved_micro: None,
        frozen: std::time::Duration::ZERO,
        opened_value_micro: 700_000,
        stock_at: None,
        detour_factor_micro: MICRO,
        inbound_min_confidence_micro: MICRO / 2,
        max_shipments: 2,
        line_max_shipments: 2,
        one_more: true,
        mip_gap: 0.001,
        time_limit: Duration::from_secs(10),
        memory: None,
        seed: 1,
        method: Method::Auto,
    }
}

fn dataset() -> Dataset {
    Dataset {
        limits_taken: BTreeMap::new(),
        counted: BTreeSet::new(),
        orders: orders(),
        lines: lines(),
        products: products(),
        locations: locations(),
        waves: waves(),
        rules: vec![],
        classes: vec![],
        declined: vec![],
        forms: vec![],
        channels: vec![],
        planned: vec![],
        taken: vec![],
        kept: vec![],
        returns: vec![],
        timetables: vec![evenings(); 4],
        stock: stock(),
        stock_locations: Stock::locations(&stock()),
        stock_of_sku: vec![0..1, 1..4, 4..6, 6..8],
        inbound: vec![Inbound {
            available_at: at("2026-11-24T10:00:00Z"),
            quantity: 1,
            reference: "PO-1".into(),
            is_return: false,
        }],
        services: services(),
        lanes: vec![
            Lane {
                service: CARGO,
                origin: Origin::Any,
                destination: None,
                bands: 0..1,
            },
            Lane {
                service: POST,
                origin: Origin::Any,
                destination: Some(ZoneIx(0)),
                bands: 1..3,
            },
        ],
        rates: rates(),
        zones: vec!["NEAR".into(), "SOUTH".into()],
        zone_rules: vec![],
        destinations: vec![Destination {
            zone: Some(ZoneIx(0)),
            country: "FR".into(),
            postcode: "59000".into(),
        }],
        transfers: transfers(),
        handling: vec!["cold".into()],
    }
}

fn orders() -> Vec<Order> {
    let order = |id: &str, lines: std::ops::Range<u32>| Order {
        id: id.into(),
        lines,
        destination: DestinationIx(0),
        position: None,
        channel: "web".into(),
        reserved: None,
        planned: 0,
        kind: "sale".into(),
        priority: 0,
        placed_at: None,
        release: at("2026-11-23T05:00:00Z"),
        ship_after: None,
        deliver_by: None,
        late_cost_per_day: cents(150),
        fulfilment: Fulfilment::Ship,
        max_shipments: 2,
        ship_complete: ShipComplete::None,
        services: None,
    };
    vec![
        Order {
            deliver_by: Some(date(2026, 11, 25)),
            ..order("A-1", 0..2)
        },
        Order {
            fulfilment: Fulfilment::Pickup(STORE),
            channel: "store".into(),
            reserved: None,
            planned: 0,
            ..order("B-2", 2..4)
        },
        order("C-3", 4..6),
        order("D-4", 6..7),
        order("E-5", 7..9),
    ]
}

fn lines() -> Vec<Line> {
    // Order, line id, SKU, quantity.
    let lines = [
        (0, "1", 1, 3),
        (0, "2", 3, 2),
        (1, "1", 1, 2),
        (1, "2", 3, 1),
        (2, "1", 1, 1),
        (2, "2", 3, 1),
        (3, "1", 2, 1),
        (4, "1", 0, 1),
        (4, "2", 1, 1),
    ];
    let prices = [10_000, 1_000, 800, 2_500];
    let products = products();
    lines
        .into_iter()
        .map(|(order, id, sku, quantity)| Line {
            id: id.into(),
            order: OrderIx(order),
            sku: SkuIx(sku),
            quantity,
            unit_price: cents(prices[sku as usize]),
            unfilled_cost: cents(200),
            line_max_shipments: 2,
            min_split_units: 1,
            case: 1,
            weight: products[sku as usize].weight,
            volume: products[sku as usize].volume,
            unit_cost: None,
            row: 0,
            class: 0,
            declined: 0,
            forms: 0,
        })
        .collect()
}

fn products() -> Vec<Product> {
    let product = |sku: &str, group: &str, cost: i64, weight: i64, litres: i64| Product {
        sku: sku.into(),
        name: sku.into(),
        group: group.into(),
        unit_cost: cents(cost),
        weight: grams(weight),
        sides: [Length(200), Length(100), Length(50)],
        volume: Volume(litres * 1_000_000),
        ..Product::default()
    };
    vec![
        Product {
            ship_alone: true,
            ..product("BULKY", "", 6_000, 9_000, 40)
        },
        product("CUP", "kitchen", 400, 400, 1),
        Product {
            handling: COLD,
            ..product("FISH", "food", 300, 250, 1)
        },
        product("PAN", "kitchen", 1_200, 1_500, 2),
    ]
}

fn locations() -> Vec<Location> {
    let location = |id: &str, kind: LocationKind, waves: std::ops::Range<u32>| Location {
        id: id.into(),
        name: id.into(),
        kind,
        zone: None,
        postcode: "".into(),
        country: "".into(),
        position: None,
        time_zone: TimeZone::UTC,
        open: Open::Yes,
        fixed_cost: Money::ZERO,
        closing_cost: Money::ZERO,
        cost_per_unit: cents(10),
        cost_per_line: cents(20),
        cost_per_shipment: cents(50),
        overtime_units: 0,
        overtime_cost_per_unit: Money::ZERO,
        handling: COLD,
        lead_time_min: 60,
        accepts_returns: false,
        capacity_returns: None,
        waves,
    };
    vec![
        location("HUB", LocationKind::Hub, 0..2),
        Location {
            fixed_cost: cents(700),
            overtime_units: 1,
            overtime_cost_per_unit: cents(90),
            ..location("LILLE", LocationKind::Warehouse, 2..4)
        },
        location("LYON", LocationKind::Warehouse, 4..6),
        location("STORE", LocationKind::Store, 6..8),
    ]
}

/// A wave at 18:00 every day.
fn evenings() -> Timetable {
    Timetable {
        departures: vec![Departure {
            cutoff: time(18, 0, 0, 0),
            days: [true; 7],
            name: "".into(),
        }],
        closures: vec![],
    }
}

fn waves() -> Vec<Wave> {
    let wave = |location: LocationIx, day: Date| Wave {
        location,
        name: format!("{day} 18:00").into(),
        departs: at(&format!("{day}T18:00:00Z")),
        day,
        time: time(18, 0, 0, 0),
        closed: None,
        capacity_units: None,
        capacity_lines: None,
        capacity_shipments: None,
        overtime_taken: 0,
    };
    let mut waves = vec![];
    for (location, first) in [(HUB, 24), (LILLE, 23), (LYON, 23), (STORE, 23)] {
        waves.push(wave(location, date(2026, 11, first)));
        waves.push(wave(location, date(2026, 11, first + 1)));
    }
    let lille = &mut waves[LILLE_23.ix()];
    lille.capacity_units = Some(6);
    lille.capacity_lines = Some(5);
    lille.capacity_shipments = Some(4);
    waves
}

fn stock() -> Vec<Stock> {
    let cell = |sku: u32, location: LocationIx, units: i64| Stock {
        sku: SkuIx(sku),
        location,
        available: Some(units),
        on_hand: units + 3,
        reserved: 1,
        safety_stock: 2,
        unit_cost: None,
        ageing_credit: Money::ZERO,
        inbound: 0..0,
        reserves: Box::default(),
    };
    vec![
        cell(0, LILLE, 5),
        Stock {
            ageing_credit: cents(30),
            ..cell(1, LILLE, 4)
        },
        cell(1, LYON, 10),
        cell(1, STORE, 2),
        cell(2, LILLE, 5),
        cell(2, LYON, 5),
        cell(3, LILLE, 10),
        Stock {
            unit_cost: Some(cents(1_100)),
            inbound: 0..1,
            ..cell(3, LYON, 1)
        },
    ]
}

fn services() -> Vec<Service> {
    let service = |carrier: &str, service: &str| Service {
        carrier: carrier.into(),
        service: service.into(),
        max_parcels: 1,
        max_parcel: None,
        max_length: None,
        max_girth: None,
        pickup_cutoff: None,
        capacity_shipments: None,
        minimum_shipments: 0,
        shortfall_cost: Money::ZERO,
        co2_g_per_kg_km_micro: 0,
    };
    vec![
        Service {
            minimum_shipments: 3,
            shortfall_cost: cents(40),
            ..service("Cargo", "std")
        },
        Service {
            max_parcels: 2,
            max_parcel: Some(grams(3_000)),
            max_length: Some(Length(1_000)),
            max_girth: Some(Length(400)),
            pickup_cutoff: Some(time(18, 0, 0, 0)),
            capacity_shipments: Some(1),
            ..service("Post", "home")
        },
    ]
}

fn rates() -> Vec<Rate> {
    let flat = Rate {
        min_weight: Weight::ZERO,
        max_weight: None,
        base_cost: cents(1_000),
        cost_per_kg: Money::ZERO,
        cost_per_unit: Money::ZERO,
        min_charge: Money::ZERO,
        kg_step: None,
        fuel_pct_micro: 0,
        dim_divisor: None,
        transit_days: 1,
        weekend: true,
        handling: Some(COLD),
    };
    let post = Rate {
        max_weight: Some(grams(2_000)),
        base_cost: cents(300),
        cost_per_kg: cents(100),
        fuel_pct_micro: 10 * MICRO,
        dim_divisor: Some(5_000),
        transit_days: 2,
        weekend: false,
        handling: None,
        ..flat.clone()
    };
    let heavy = Rate {
        min_weight: grams(2_000),
        max_weight: Some(grams(6_000)),
        base_cost: cents(500),
        ..post.clone()
    };
    vec![flat, post, heavy]
}

fn transfers() -> Vec<Transfer> {
    let transfer = |number: u32, from: LocationIx, to: LocationIx| Transfer {
        from,
        to,
        cost_per_shipment: cents(100),
        cost_per_unit: cents(5),
        cost_per_kg: cents(20),
        transit_days: 1,
        transit_min: None,
        capacity_units: Some(1),
        space_of: TransferIx(number),
    };
    vec![
        transfer(0, LILLE, HUB),
        transfer(1, LILLE, STORE),
        transfer(2, LYON, HUB),
    ]
}
