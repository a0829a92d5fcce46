//! Loosening a limit never lowers the best profit; listing loads or not, and how it is solved, never changes it.

mod support;

use consign::domain::{Dataset, Method, Objective, Settings};
use consign::solve::Status;
use consign::verify::{Measure, verify};
use support::plan_of;
use support::tiny::{Features, dataset, settings};

const SEEDS: u64 = 60;
const MANY: Features = Features {
    orders: 8,
    waves: 2,
    hub: true,
};

/// The verified profit of a plan that is proven best.
fn best_profit(data: &Dataset, settings: &Settings, loads_limit: usize) -> i64 {
    let outcome = plan_of(data, settings, loads_limit);
    assert!(
        matches!(outcome.status, Status::Optimal | Status::Gap),
        "{:?}",
        outcome.status
    );
    let plan = outcome.plan.expect("an empty plan is always possible");
    let audit = verify(data, settings, &plan).expect("every plan passes the verifier");
    let profit = audit.goal_value(Measure::Profit);
    assert!(outcome.goals[0].bound >= profit);
    profit
}

/// A name and what it loosens.
type Loosening = (&'static str, fn(&mut Dataset));

/// Each loosening of the data by itself.
fn loosenings() -> Vec<Loosening> {
    vec![
        ("stock", |data| {
            for cell in &mut data.stock {
                cell.available = cell.available.map(|units| units + 1);
            }
        }),
        ("unit capacity", |data| {
            for wave in &mut data.waves {
                wave.capacity_units = wave.capacity_units.map(|units| units + 1);
            }
        }),
        ("line capacity", |data| {
            data.waves
                .iter_mut()
                .for_each(|wave| wave.capacity_lines = None)
        }),
        ("shipment capacity", |data| {
            data.waves
                .iter_mut()
                .for_each(|wave| wave.capacity_shipments = None);
        }),
        ("carrier capacity", |data| {
            data.services
                .iter_mut()
                .for_each(|service| service.capacity_shipments = None);
        }),
        ("overtime", |data| {
            data.locations
                .iter_mut()
                .for_each(|location| location.overtime_units += 1)
        }),
        ("split limit", |data| {
            data.orders
                .iter_mut()
                .for_each(|order| order.max_shipments += 1)
        }),
        ("line split limit", |data| {
            data.lines
                .iter_mut()
                .for_each(|line| line.line_max_shipments += 1)
        }),
        ("smallest piece", |data| {
            data.lines
                .iter_mut()
                .for_each(|line| line.min_split_units = 1)
        }),
        ("services bought", |data| {
            data.orders
                .iter_mut()
                .for_each(|order| order.services = None)
        }),
        ("downtime", |data| {
            data.waves.iter_mut().for_each(|wave| wave.closed = None)
        }),
        ("transfer capacity", |data| {
            data.transfers
                .iter_mut()
                .for_each(|transfer| transfer.capacity_units = None);
        }),
        ("ship-complete", |data| {
            for order in &mut data.orders {
                order.ship_complete = consign::domain::ShipComplete::None;
            }
        }),
        ("commitments", |data| {
            data.services
                .iter_mut()
                .for_each(|service| service.minimum_shipments = 0)
        }),
    ]
}

#[test]
fn loosening_a_limit_never_lowers_profit() {
    for seed in 0..SEEDS {
        let settings = settings(Objective::Profit);
        let data = dataset(seed + 20_000, MANY);
        let tight = best_profit(&data, &settings, 128);
        for (name, loosen) in loosenings() {
            let mut loose = data.clone();
            loosen(&mut loose);
            let profit = best_profit(&loose, &settings, 128);
            assert!(
                profit + 5 >= tight,
                "seed {seed}: looser {name}: {profit} < {tight}"
            );
        }
    }
}

#[test]
fn listed_and_wide_orders_and_both_methods_agree() {
    for seed in 0..SEEDS {
        let data = dataset(seed + 30_000, MANY);
        let mut settings = settings(Objective::Profit);
        let listed = best_profit(&data, &settings, 128);
        let wide = best_profit(&data, &settings, 0);
        let mixed = best_profit(&data, &settings, 2);
        settings.method = Method::Exact;
        let exact = best_profit(&data, &settings, 128);
        for (name, other) in [("wide", wide), ("mixed", mixed), ("exact", exact)] {
            assert!(
                (listed - other).abs() <= 5,
                "seed {seed}: listed {listed}, {name} {other}"
            );
        }
    }
}
