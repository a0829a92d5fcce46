//! The model against brute force on random tiny datasets: same objective, every plan verified.

mod support;

use consign::domain::{Dataset, Fill, Objective};
use consign::solve::Status;
use consign::units::Money;
use consign::verify::{Measure, verify};
use support::brute::{best, signed};
use support::plan_of;
use support::tiny::{Features, count_open, crowd, dataset, limit_orders, replan, settings};

/// Seeds a test, and how many of them must have been small enough to enumerate.
const SEEDS: u64 = 150;

fn compare(
    measures: &[Measure],
    objective: Objective,
    fill: Fill,
    features: Features,
    loads_limit: usize,
    first_seed: u64,
) {
    let of = |seed| dataset(seed, features);
    compare_of(measures, objective, fill, &of, loads_limit, first_seed);
}

fn compare_of(
    measures: &[Measure],
    objective: Objective,
    fill: Fill,
    of: &dyn Fn(u64) -> Dataset,
    loads_limit: usize,
    first_seed: u64,
) {
    let mut compared = 0;
    for seed in first_seed..first_seed + SEEDS {
        let data = of(seed);
        let mut settings = settings(objective);
        settings.fill = fill;
        replan(seed, &mut settings);
        let Some(expected) = best(&data, &settings, measures) else {
            continue;
        };
        compared += 1;
        let outcome = plan_of(&data, &settings, loads_limit);
        let plan = outcome.plan.expect("an empty plan is always possible");
        let audit = match verify(&data, &settings, &plan) {
            Ok(audit) => audit,
            Err(violations) => {
                let told: Vec<String> = violations.iter().map(ToString::to_string).collect();
                panic!("seed {seed}: plan rejected: {told:?}\n{plan:#?}");
            }
        };
        let value: Vec<i64> = measures
            .iter()
            .map(|m| signed(*m, audit.goal_value(*m)))
            .collect();
        // Money may differ by what a solver's tolerance allows, never upwards.
        let near = |a: i64, b: i64| (a - b).abs() <= 2 + b.abs() / 1_000_000;
        assert!(
            value.iter().zip(&expected).all(|(a, b)| near(*a, *b)),
            "seed {seed}: {value:?} but best is {expected:?} ({:?})",
            outcome.status
        );
        for (goal, (measure, best)) in outcome.goals.iter().zip(measures.iter().zip(&expected)) {
            assert!(
                signed(*measure, goal.bound) >= *best - 1,
                "seed {seed}: bound {goal:?} is below the best {best}"
            );
        }
        assert!(
            matches!(
                outcome.status,
                Status::Optimal | Status::Gap | Status::Limit
            ),
            "seed {seed}"
        );
    }
    assert!(
        compared as u64 * 4 > SEEDS,
        "only {compared} of {SEEDS} were small enough"
    );
}

const PLAIN: Features = Features {
    orders: 2,
    waves: 1,
    hub: false,
};
const THREE: Features = Features {
    orders: 3,
    waves: 1,
    hub: false,
};
const WAVES: Features = Features {
    orders: 2,
    waves: 2,
    hub: false,
};
const HUB: Features = Features {
    orders: 1,
    waves: 1,
    hub: true,
};

#[test]
fn profit_with_one_wave_equals_brute_force() {
    compare(
        &[Measure::Profit],
        Objective::Profit,
        Fill::Units,
        PLAIN,
        128,
        0,
    );
}

#[test]
fn profit_of_three_orders_equals_brute_force() {
    compare(
        &[Measure::Profit],
        Objective::Profit,
        Fill::Units,
        THREE,
        128,
        10_000,
    );
}

#[test]
fn profit_over_waves_equals_brute_force() {
    compare(
        &[Measure::Profit],
        Objective::Profit,
        Fill::Units,
        WAVES,
        128,
        1_000,
    );
}

#[test]
fn profit_with_a_hub_equals_brute_force() {
    compare(
        &[Measure::Profit],
        Objective::Profit,
        Fill::Units,
        HUB,
        128,
        2_000,
    );
}

#[test]
fn profit_of_wide_orders_equals_brute_force() {
    compare(
        &[Measure::Profit],
        Objective::Profit,
        Fill::Units,
        PLAIN,
        0,
        3_000,
    );
}

#[test]
fn profit_of_wide_orders_with_a_hub_equals_brute_force() {
    compare(
        &[Measure::Profit],
        Objective::Profit,
        Fill::Units,
        HUB,
        0,
        4_000,
    );
}

#[test]
fn profit_of_wide_orders_over_waves_equals_brute_force() {
    compare(
        &[Measure::Profit],
        Objective::Profit,
        Fill::Units,
        WAVES,
        0,
        5_000,
    );
}

#[test]
fn cost_after_fill_equals_brute_force() {
    compare(
        &[Measure::FillUnits, Measure::Cost],
        Objective::Cost,
        Fill::Units,
        PLAIN,
        128,
        6_000,
    );
}

#[test]
fn service_by_lines_equals_brute_force() {
    let measures = [Measure::FillLines, Measure::LateOrders, Measure::Profit];
    compare(
        &measures,
        Objective::Service,
        Fill::Lines,
        PLAIN,
        128,
        7_000,
    );
}

#[test]
fn service_by_orders_equals_brute_force() {
    let measures = [Measure::FillOrders, Measure::LateOrders, Measure::Profit];
    compare(
        &measures,
        Objective::Service,
        Fill::Orders,
        PLAIN,
        128,
        8_000,
    );
}

#[test]
fn service_by_value_of_wide_orders_equals_brute_force() {
    let measures = [Measure::FillValue, Measure::LateOrders, Measure::Profit];
    compare(&measures, Objective::Service, Fill::Value, PLAIN, 0, 9_000);
}

/// Late orders are counted, though days late cost nothing.
#[test]
fn service_of_wide_orders_whose_lateness_costs_nothing_equals_brute_force() {
    let measures = [Measure::FillUnits, Measure::LateOrders, Measure::Profit];
    let of = |seed| {
        let mut data = dataset(seed, PLAIN);
        for order in &mut data.orders {
            order.late_cost_per_day = Money::ZERO;
        }
        data
    };
    compare_of(&measures, Objective::Service, Fill::Units, &of, 0, 9_500);
}

fn counted(features: Features) -> impl Fn(u64) -> Dataset {
    move |seed| {
        let mut data = dataset(seed, features);
        count_open(seed, &mut data);
        data
    }
}

#[test]
fn profit_with_counts_of_open_locations_equals_brute_force() {
    let measures = [Measure::Profit];
    for (features, first_seed) in [(PLAIN, 20_000), (THREE, 21_000), (HUB, 22_000)] {
        let of = counted(features);
        let by_profit = Objective::Profit;
        compare_of(&measures, by_profit, Fill::Units, &of, 128, first_seed);
    }
}

#[test]
fn profit_of_wide_orders_with_counts_of_open_locations_equals_brute_force() {
    let of = counted(PLAIN);
    let measures = [Measure::Profit];
    compare_of(&measures, Objective::Profit, Fill::Units, &of, 0, 23_000);
}

#[test]
fn cost_and_service_with_counts_of_open_locations_equal_brute_force() {
    let of = counted(PLAIN);
    let measures = [Measure::FillUnits, Measure::Cost];
    compare_of(&measures, Objective::Cost, Fill::Units, &of, 128, 24_000);
    let measures = [Measure::FillLines, Measure::LateOrders, Measure::Profit];
    compare_of(&measures, Objective::Service, Fill::Lines, &of, 128, 25_000);
}

#[test]
fn profit_with_lines_better_apart_equals_brute_force() {
    let measures = [Measure::Profit];
    let cases = [
        (PLAIN, 128, 26_000),
        (PLAIN, 0, 27_000),
        (HUB, 128, 28_000),
        (HUB, 0, 28_500),
    ];
    for (features, loads_limit, first_seed) in cases {
        let of = |seed| {
            let mut data = dataset(seed, features);
            crowd(seed, &mut data);
            data
        };
        let by_profit = Objective::Profit;
        compare_of(
            &measures,
            by_profit,
            Fill::Units,
            &of,
            loads_limit,
            first_seed,
        );
    }
}

#[test]
fn profit_with_limits_on_orders_equals_brute_force() {
    let cases = [
        (PLAIN, 128, 30_000),
        (PLAIN, 0, 31_000),
        (THREE, 128, 32_000),
        (HUB, 128, 33_000),
        (HUB, 0, 34_000),
    ];
    for (features, loads_limit, first_seed) in cases {
        let of = |seed| {
            let mut data = dataset(seed, features);
            limit_orders(seed, &mut data);
            data
        };
        let (measures, profit) = ([Measure::Profit], Objective::Profit);
        compare_of(&measures, profit, Fill::Units, &of, loads_limit, first_seed);
    }
}

#[test]
fn cost_and_service_with_limits_on_orders_equal_brute_force() {
    let of = |seed| {
        let mut data = dataset(seed, PLAIN);
        limit_orders(seed, &mut data);
        data
    };
    let measures = [Measure::FillUnits, Measure::Cost];
    compare_of(&measures, Objective::Cost, Fill::Units, &of, 128, 35_000);
    let measures = [Measure::FillLines, Measure::LateOrders, Measure::Profit];
    compare_of(&measures, Objective::Service, Fill::Lines, &of, 128, 36_000);
}
