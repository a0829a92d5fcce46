//! Tiny datasets, drawn from a seed, with features switched on at random.

use consign::domain::*;
use consign::units::{Length, MICRO, Money, Volume, Weight};
use jiff::civil::{Date, date, time};
use jiff::tz::TimeZone;
use std::time::Duration;

/// SplitMix64: a fixed stream of numbers for a seed.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// A whole number in `low..=high`.
    pub fn within(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    fn cents(&mut self, low: i64, high: i64) -> Money {
        Money(self.within(low, high) * MICRO / 100)
    }
}

/// Which features may appear.
#[derive(Clone, Copy, Debug)]
pub struct Features {
    pub orders: i64,
    pub waves: i64,
    pub hub: bool,
}

const MONDAY: Date = date(2026, 11, 23);

/// Settings with an objective.
pub fn settings(objective: Objective) -> Settings {
    Settings {
        name: "tiny".into(),
        as_of: MONDAY
            .at(5, 0, 0, 0)
            .to_zoned(TimeZone::UTC)
            .unwrap()
            .timestamp(),
        horizon_days: 3,
        currency: "EUR".into(),
        time_zone: TimeZone::UTC,
        strategy: Strategy::Optimise,
        objective,
        fill: Fill::Units,
        tolerance_micro: 0,
        unfilled_cost: Money::ZERO,
        late_cost_per_day: Money::ZERO,
        priority_weight_micro: 0,
        co2_cost_per_kg: Money(80_000),
        stability_cost: Money::ZERO,
        max_moved_micro: None,
        frozen: std::time::Duration::ZERO,
        opened_value_micro: 700_000,
        stock_at: None,
        detour_factor_micro: 1_300_000,
        inbound_min_confidence_micro: 500_000,
        max_shipments: 2,
        line_max_shipments: 1,
        one_more: true,
        mip_gap: 0.0,
        time_limit: Duration::from_secs(60),
        memory: None,
        seed: 1,
        method: Method::Auto,
    }
}

/// How moves against an earlier plan count, drawn from a seed.
pub fn replan(seed: u64, settings: &mut Settings) {
    let mut draw = Draw::new(seed ^ 0x5245_504c);
    settings.stability_cost = draw.cents(0, 200);
    settings.max_moved_micro = draw.chance(40).then(|| draw.within(0, 1) * MICRO / 2);
}

/// A dataset drawn from a seed.
pub fn dataset(seed: u64, features: Features) -> Dataset {
    let mut draw = Draw::new(seed);
    let mut data = Dataset {
        handling: vec!["cold".into()],
        ..Dataset::default()
    };
    data.zones = vec!["near".into(), "far".into()];
    let places = draw.within(2, 3);
    add_locations(&mut draw, &mut data, places, features);
    add_products(&mut draw, &mut data);
    add_stock(&mut draw, &mut data, places);
    add_carriers(&mut draw, &mut data);
    add_orders(&mut draw, &mut data, places, features);
    // Drawn apart, so that what is above stays as it is.
    let mut draw = Draw::new(seed ^ 0x464f_524d);
    if draw.chance(40) {
        add_forms(&mut draw, &mut data);
    }
    let mut draw = Draw::new(seed ^ 0x4348_414e);
    if draw.chance(40) {
        add_reserves(&mut draw, &mut data);
    }
    let mut draw = Draw::new(seed ^ 0x4341_5345);
    for line in &mut data.lines {
        if line.quantity == 2 || line.quantity == 4 {
            line.case = if draw.chance(20) { 2 } else { 1 };
        }
    }
    let mut draw = Draw::new(seed ^ 0x4d4f_5645);
    if draw.chance(40) {
        data.planned = vec![Box::default()];
        for order in &mut data.orders {
            let place = LocationIx(draw.within(0, places - 1) as u32);
            order.planned = data.planned.len() as u32;
            let before = draw.chance(80).then_some(place);
            data.planned.push(before.into_iter().collect());
        }
    }
    let mut draw = Draw::new(seed ^ 0x434c_4f53);
    for location in &mut data.locations {
        let most = location.fixed_cost.0 / (MICRO / 100);
        if location.open != Open::Yes && draw.chance(50) {
            location.closing_cost = draw.cents(0, most);
        }
    }
    let mut draw = Draw::new(seed ^ 0x5255_4c45);
    if draw.chance(60) {
        add_rules(&mut draw, &mut data);
    }
    data
}

/// A rule that has some lines apart at a price.
pub fn crowd(seed: u64, data: &mut Dataset) {
    let mut draw = Draw::new(seed ^ 0x4352_4f57);
    let rule = Rule {
        name: "crowd".into(),
        locations: vec![true; data.locations.len()].into(),
        services: None,
        demand: Demand::Crowded(draw.cents(20, 500)),
    };
    add_rule(&mut draw, data, rule, 85);
}

/// Adds a rule that concerns so many of a hundred lines.
fn add_rule(draw: &mut Draw, data: &mut Dataset, rule: Rule, percent: u64) {
    if data.classes.is_empty() {
        data.classes = vec![Box::default()];
    }
    let number = data.rules.len() as u16;
    data.rules.push(rule);
    for line in &mut data.lines {
        if draw.chance(percent) {
            let mut rules = data.classes[line.class as usize].to_vec();
            rules.push(number);
            data.classes.push(rules.into());
            line.class = data.classes.len() as u32 - 1;
        }
    }
}

/// One or two limits on orders, over all or by location.
pub fn limit_orders(seed: u64, data: &mut Dataset) {
    let mut draw = Draw::new(seed ^ 0x4c49_4d49);
    for number in 0..draw.within(1, 2) {
        let demand = Demand::AtMost(Limit {
            counted: Counted::Orders,
            per: [Per::Horizon, Per::Horizon, Per::Location, Per::Wave][draw.within(0, 3) as usize],
            most: draw.within(0, data.orders.len() as i64 - 1),
            price: draw.chance(50).then(|| draw.cents(0, 600)),
        });
        let some = |draw: &mut Draw, count: usize| -> Box<[bool]> {
            (0..count).map(|_| draw.chance(75)).collect()
        };
        let locations = some(&mut draw, data.locations.len());
        let services = draw
            .chance(40)
            .then(|| some(&mut draw, data.services.len()));
        let rule = Rule {
            name: format!("orders-{number}").into(),
            locations,
            services,
            demand,
        };
        add_rule(&mut draw, data, rule, 85);
    }
}

/// Two limits on all orders that each exceeds at a price.
pub fn charge_orders_twice(seed: u64, data: &mut Dataset) {
    let mut draw = Draw::new(seed ^ 0x5457_4943);
    for name in ["one", "other"] {
        let rule = Rule {
            name: name.into(),
            locations: vec![true; data.locations.len()].into(),
            services: None,
            demand: Demand::AtMost(Limit {
                counted: Counted::Orders,
                per: Per::Horizon,
                most: 0,
                price: Some(draw.cents(100, 900)),
            }),
        };
        add_rule(&mut draw, data, rule, 100);
    }
}

/// One or two rules on how many locations are open.
pub fn count_open(seed: u64, data: &mut Dataset) {
    let mut draw = Draw::new(seed ^ 0x4f50_454e);
    if data.classes.is_empty() {
        data.classes = vec![Box::default()];
    }
    for number in 0..draw.within(1, 2) {
        let locations: Box<[bool]> = (0..data.locations.len()).map(|_| draw.chance(75)).collect();
        let each = data.locations.iter().zip(&locations);
        let possible = each.filter(|(it, counted)| **counted && it.open != Open::No);
        let possible = possible.count() as i64;
        let least = draw.within(0, 1).min(possible);
        let most = draw.chance(75).then(|| draw.within(least, 2));
        let count = OpenCount {
            least: if most.is_none() {
                possible.min(2)
            } else {
                least
            },
            most,
            price: most.and_then(|_| draw.chance(40).then(|| draw.cents(50, 600))),
        };
        data.rules.push(Rule {
            name: format!("count-{number}").into(),
            locations,
            services: None,
            demand: Demand::Open(count),
        });
        // What is open at all costs something, so that keeping it open does.
        for location in &mut data.locations {
            if location.fixed_cost == consign::units::Money::ZERO && draw.chance(50) {
                location.fixed_cost = draw.cents(0, 500);
            }
        }
    }
}

/// Kits and substitutes for some lines.
fn add_forms(draw: &mut Draw, data: &mut Dataset) {
    data.forms = vec![Box::default()];
    let skus = data.products.len() as i64;
    for line in &mut data.lines {
        if !draw.chance(60) {
            continue;
        }
        let mut forms = vec![Form {
            kind: FormKind::Stock,
            shipped: line.sku,
            parts: [(line.sku, 1)].into(),
            cost: Money::ZERO,
        }];
        let other = SkuIx((i64::from(line.sku.0) + draw.within(1, skus - 1)) as u32 % skus as u32);
        if draw.chance(60) {
            let mut parts = vec![(other, draw.within(1, 2) as u32)];
            let third = SkuIx((other.0 + 1) % skus as u32);
            if third != line.sku && third != other && draw.chance(50) {
                parts.push((third, 1));
            }
            parts.sort_unstable();
            forms.push(Form {
                kind: FormKind::Assembled,
                shipped: line.sku,
                parts: parts.into(),
                cost: draw.cents(0, 200),
            });
        }
        if draw.chance(60) {
            forms.push(Form {
                kind: FormKind::Substitute,
                shipped: other,
                parts: [(other, 1)].into(),
                cost: draw.cents(0, 200),
            });
        }
        if forms.len() > 1 {
            line.forms = data.forms.len() as u32;
            data.forms.push(forms.into());
        }
    }
}

/// Two channels, and stock that is kept for them.
fn add_reserves(draw: &mut Draw, data: &mut Dataset) {
    data.channels = vec!["b2b".into(), "web".into()];
    for order in &mut data.orders {
        let channel = draw.within(0, 2) as u16;
        order.reserved = (channel < 2).then_some(channel);
    }
    let last = data.waves.iter().map(|wave| wave.departs).max();
    for cell in &mut data.stock {
        let inbound = &data.inbound[cell.inbound.start as usize..cell.inbound.end as usize];
        let arrived = inbound.iter().filter(|it| Some(it.available_at) <= last);
        let mut left = match cell.available {
            Some(available) => available + arrived.map(|it| it.quantity).sum::<i64>(),
            None => continue,
        };
        let mut reserves = Vec::new();
        for channel in 0..2 {
            if left > 0 && draw.chance(40) {
                let quantity = draw.within(1, left.min(2));
                left -= quantity;
                reserves.push(Reserve { channel, quantity });
            }
        }
        cell.reserves = reserves.into();
    }
}

/// Up to three rules on random lines, locations and services, and some refusals.
fn add_rules(draw: &mut Draw, data: &mut Dataset) {
    data.classes = vec![Box::default()];
    data.declined = vec![
        Box::default(),
        vec![LocationIx(
            draw.within(0, data.locations.len() as i64 - 1) as u32
        )]
        .into(),
    ];
    for number in 0..draw.within(1, 3) as u16 {
        let demand = match draw.within(0, 8) {
            0 => Demand::Forbid,
            1 => Demand::Require,
            2 => Demand::Prefer(draw.cents(-300, 300)),
            3 => Demand::Expect(draw.cents(0, 300)),
            4 => Demand::Together,
            5 => Demand::Apart,
            6 => Demand::Scattered(draw.cents(10, 400)),
            _ => Demand::AtMost(Limit {
                counted: [Counted::Units, Counted::Lines, Counted::Shipments]
                    [draw.within(0, 2) as usize],
                per: [Per::Horizon, Per::Location, Per::Wave][draw.within(0, 2) as usize],
                most: draw.within(0, 2),
                price: draw.chance(50).then(|| draw.cents(0, 400)),
            }),
        };
        let of_order = matches!(
            demand,
            Demand::Together | Demand::Scattered(_) | Demand::Apart
        );
        let some = |draw: &mut Draw, count: usize| -> Box<[bool]> {
            (0..count).map(|_| draw.chance(60)).collect()
        };
        let locations = if of_order {
            vec![true; data.locations.len()].into()
        } else {
            some(draw, data.locations.len())
        };
        let carriage = !of_order && draw.chance(40);
        let services = carriage.then(|| some(draw, data.services.len()));
        let rule = Rule {
            name: format!("rule-{number}").into(),
            locations,
            services,
            demand,
        };
        add_rule(draw, data, rule, 75);
    }
    for line in &mut data.lines {
        line.declined = u32::from(draw.chance(15));
    }
}

fn add_locations(draw: &mut Draw, data: &mut Dataset, places: i64, features: Features) {
    let count = places + i64::from(features.hub);
    for position in 0..count {
        let is_hub = position == places;
        let first = data.waves.len() as u32;
        let waves = if is_hub {
            features.waves + 1
        } else {
            features.waves
        };
        let capacity = |draw: &mut Draw, chance, low, high| {
            draw.chance(chance).then(|| draw.within(low, high))
        };
        for day in 0..waves {
            let local = MONDAY.saturating_add(jiff::Span::new().days(day));
            let closed = draw.chance(5).then(|| "stock-taking".into());
            data.waves.push(Wave {
                location: LocationIx(position as u32),
                name: format!("{local}").into(),
                departs: local
                    .to_datetime(time(18, 0, 0, 0))
                    .to_zoned(TimeZone::UTC)
                    .unwrap()
                    .timestamp(),
                day: local,
                time: time(18, 0, 0, 0),
                closed,
                capacity_units: capacity(draw, 30, 1, 4),
                capacity_lines: capacity(draw, 15, 1, 3),
                capacity_shipments: capacity(draw, 30, 1, 2),
                overtime_taken: 0,
            });
        }
        let decides = draw.chance(30);
        data.locations.push(Location {
            id: format!("L{position}").into(),
            name: format!("Location {position}").into(),
            kind: if is_hub {
                LocationKind::Hub
            } else {
                LocationKind::Store
            },
            zone: Some(ZoneIx(draw.within(0, 1) as u32)),
            postcode: "".into(),
            country: "".into(),
            position: Some(Position {
                latitude_micro: draw.within(45_000_000, 50_000_000) as i32,
                longitude_micro: draw.within(0, 5_000_000) as i32,
            }),
            time_zone: TimeZone::UTC,
            open: if draw.chance(5) {
                Open::No
            } else if decides {
                Open::Decide
            } else {
                Open::Yes
            },
            fixed_cost: if decides {
                draw.cents(0, 800)
            } else {
                Money::ZERO
            },
            closing_cost: Money::ZERO,
            cost_per_unit: draw.cents(0, 40),
            cost_per_line: draw.cents(0, 30),
            cost_per_shipment: draw.cents(0, 100),
            overtime_units: if draw.chance(50) {
                draw.within(1, 2)
            } else {
                0
            },
            overtime_cost_per_unit: draw.cents(10, 300),
            handling: HandlingSet(u64::from(draw.chance(70))),
            lead_time_min: if draw.chance(20) { 24 * 60 } else { 60 },
            accepts_returns: false,
            capacity_returns: None,
            waves: first..data.waves.len() as u32,
        });
    }
    for from in 0..count {
        for to in 0..count {
            let wanted = if to == places {
                draw.chance(70)
            } else {
                draw.chance(40)
            };
            if from == to || from == places || !wanted {
                continue;
            }
            data.transfers.push(Transfer {
                from: LocationIx(from as u32),
                to: LocationIx(to as u32),
                cost_per_shipment: draw.cents(0, 100),
                cost_per_unit: draw.cents(0, 50),
                cost_per_kg: draw.cents(0, 50),
                transit_days: draw.within(0, 1) as u32,
                transit_min: draw.chance(30).then(|| draw.within(0, 36 * 60)),
                capacity_units: draw.chance(20).then(|| draw.within(1, 3)),
                space_of: TransferIx(data.transfers.len() as u32),
            });
        }
    }
}

fn add_products(draw: &mut Draw, data: &mut Dataset) {
    for position in 0..draw.within(2, 3) {
        let mut sides = [
            draw.within(50, 600),
            draw.within(50, 300),
            draw.within(50, 200),
        ];
        sides.sort_unstable_by_key(|side| -side);
        data.products.push(Product {
            sku: format!("S{position}").into(),
            name: "".into(),
            group: "".into(),
            unit_cost: draw.cents(100, 900),
            weight: Weight(draw.within(100, 3_000) * 1000),
            sides: sides.map(Length),
            volume: Volume(sides.iter().product()),
            handling: HandlingSet(u64::from(draw.chance(15))),
            ship_alone: draw.chance(10),
            units_per_case: 0,
        });
    }
}

fn add_stock(draw: &mut Draw, data: &mut Dataset, places: i64) {
    for sku in 0..data.products.len() as u32 {
        let first = data.stock.len() as u32;
        for location in 0..places as u32 {
            if draw.chance(25) {
                continue;
            }
            let inbound_first = data.inbound.len() as u32;
            if draw.chance(25) {
                data.inbound.push(Inbound {
                    available_at: MONDAY
                        .at(23, 0, 0, 0)
                        .to_zoned(TimeZone::UTC)
                        .unwrap()
                        .timestamp(),
                    quantity: draw.within(1, 2),
                    reference: "PO".into(),
                    is_return: false,
                });
            }
            let available = (!draw.chance(10)).then(|| draw.within(0, 3));
            data.stock.push(Stock {
                sku: SkuIx(sku),
                location: LocationIx(location),
                available,
                on_hand: available.unwrap_or(0),
                reserved: 0,
                safety_stock: 0,
                unit_cost: draw.chance(20).then(|| draw.cents(100, 900)),
                ageing_credit: if draw.chance(15) {
                    draw.cents(1, 200)
                } else {
                    Money::ZERO
                },
                inbound: inbound_first..data.inbound.len() as u32,
                reserves: Box::default(),
            });
        }
        data.stock_of_sku.push(first..data.stock.len() as u32);
    }
    data.stock_locations = Stock::locations(&data.stock);
}

fn add_carriers(draw: &mut Draw, data: &mut Dataset) {
    for position in 0..draw.within(1, 2) {
        let committed = draw.chance(20);
        data.services.push(Service {
            carrier: format!("C{position}").into(),
            service: "home".into(),
            max_parcels: draw.within(1, 2) as u32,
            max_parcel: draw
                .chance(20)
                .then(|| Weight(draw.within(2, 6) * 1_000_000)),
            max_length: draw.chance(10).then_some(Length(500)),
            max_girth: None,
            pickup_cutoff: draw.chance(20).then(|| time(17, 0, 0, 0)),
            capacity_shipments: draw.chance(20).then(|| draw.within(1, 2)),
            minimum_shipments: if committed { draw.within(1, 2) } else { 0 },
            shortfall_cost: if committed {
                draw.cents(50, 300)
            } else {
                Money::ZERO
            },
            co2_g_per_kg_km_micro: draw.within(0, 2) * 100_000,
        });
        let specific = draw.chance(30);
        for lane in 0..=i64::from(specific) {
            let first = data.rates.len() as u32;
            let split = Weight(draw.within(1, 3) * 1_000_000);
            let dim = draw.chance(30).then(|| draw.within(3000, 6000));
            for band in 0..2 {
                data.rates.push(Rate {
                    min_weight: if band == 0 { Weight::ZERO } else { split },
                    max_weight: if band == 0 {
                        Some(split)
                    } else {
                        draw.chance(50).then_some(Weight(8_000_000))
                    },
                    base_cost: draw.cents(100, 900),
                    cost_per_kg: draw.cents(0, 100),
                    cost_per_unit: draw.cents(0, 30),
                    min_charge: if draw.chance(25) {
                        draw.cents(300, 900)
                    } else {
                        Money::ZERO
                    },
                    kg_step: draw.chance(20).then_some(Weight(500_000)),
                    fuel_pct_micro: draw.within(0, 20) * MICRO,
                    dim_divisor: dim,
                    transit_days: draw.within(0, 2) as u32,
                    weekend: draw.chance(60),
                    handling: draw
                        .chance(15)
                        .then_some(HandlingSet(u64::from(draw.chance(50)))),
                });
            }
            data.lanes.push(Lane {
                service: ServiceIx(position as u32),
                origin: if lane == 0 {
                    Origin::Any
                } else {
                    Origin::Location(LocationIx(0))
                },
                destination: (lane == 0 && draw.chance(20)).then_some(ZoneIx(0)),
                bands: first..data.rates.len() as u32,
            });
        }
    }
}

fn add_orders(draw: &mut Draw, data: &mut Dataset, places: i64, features: Features) {
    data.destinations = (0..2)
        .map(|zone| Destination {
            zone: Some(ZoneIx(zone)),
            country: "".into(),
            postcode: "".into(),
        })
        .collect();
    let release = MONDAY
        .at(5, 0, 0, 0)
        .to_zoned(TimeZone::UTC)
        .unwrap()
        .timestamp();
    for position in 0..features.orders {
        let first = data.lines.len() as u32;
        let order = OrderIx(position as u32);
        for line in 0..if draw.chance(50) { 2 } else { 1 } {
            let sku = SkuIx(draw.within(0, data.products.len() as i64 - 1) as u32);
            let product = &data.products[sku.ix()];
            let (weight, volume) = (product.weight, product.volume);
            data.lines.push(Line {
                id: format!("{}", line + 1).into(),
                order,
                sku,
                quantity: if draw.chance(65) {
                    1
                } else {
                    draw.within(2, 3) as u32
                },
                unit_price: draw.cents(600, 3000),
                unfilled_cost: draw.cents(0, 300),
                line_max_shipments: draw.within(1, 2) as u32,
                min_split_units: if draw.chance(20) { 2 } else { 1 },
                case: 1,
                weight,
                volume,
                unit_cost: draw.chance(10).then(|| draw.cents(100, 900)),
                row: 0,
                class: 0,
                declined: 0,
                forms: 0,
            });
        }
        let pickup = draw.chance(20);
        data.orders.push(Order {
            id: format!("O{position}").into(),
            lines: first..data.lines.len() as u32,
            destination: DestinationIx(draw.within(0, 1) as u32),
            position: Some(Position {
                latitude_micro: draw.within(45_000_000, 50_000_000) as i32,
                longitude_micro: draw.within(0, 5_000_000) as i32,
            }),
            channel: "web".into(),
            reserved: None,
            planned: 0,
            kind: "sale".into(),
            priority: draw.within(0, 2),
            placed_at: None,
            release,
            ship_after: None,
            deliver_by: draw
                .chance(60)
                .then(|| MONDAY.saturating_add(jiff::Span::new().days(draw.within(0, 2)))),
            late_cost_per_day: draw.cents(0, 300),
            fulfilment: if pickup {
                Fulfilment::Pickup(LocationIx(draw.within(0, places - 1) as u32))
            } else {
                Fulfilment::Ship
            },
            max_shipments: draw.within(1, 3) as u32,
            ship_complete: match draw.within(0, 9) {
                0 | 1 => ShipComplete::Line,
                2 | 3 => ShipComplete::Order,
                _ => ShipComplete::None,
            },
            services: (!pickup && draw.chance(15)).then(|| vec![ServiceIx(0)].into()),
        });
    }
}
