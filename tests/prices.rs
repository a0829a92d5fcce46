//! Prices and patterns alone, without the solver: never better than the best plan, never a bound below it.

mod support;

use consign::domain::{Fill, Method, Objective};
use consign::verify::{Measure, verify};
use support::brute::{best, signed};
use support::plan_of;
use support::tiny::{Features, dataset, settings};

/// Seeds a family.
const SEEDS: u64 = 100;

/// Returns how many plans were compared, and how many were best.
fn compare(
    measures: &[Measure],
    objective: Objective,
    fill: Fill,
    features: Features,
    first_seed: u64,
) -> (usize, usize) {
    let (mut compared, mut reached) = (0, 0);
    for seed in first_seed..first_seed + SEEDS {
        let data = dataset(seed, features);
        let mut settings = settings(objective);
        settings.fill = fill;
        settings.method = Method::Prices;
        let Some(expected) = best(&data, &settings, measures) else {
            continue;
        };
        // Few listed loads, so that some orders are wide: planned with a selection, bounded by straight lines.
        for loads_limit in [128, 3] {
            let outcome = plan_of(&data, &settings, loads_limit);
            let plan = outcome.plan.expect("an empty plan is always possible");
            let audit = verify(&data, &settings, &plan).expect("every plan passes the verifier");
            let each = || measures.iter().map(|m| signed(*m, audit.goal_value(*m)));
            let value: Vec<i64> = each().collect();
            assert!(
                value <= expected,
                "seed {seed}: {value:?} beats the best {expected:?}"
            );
            let mut met = true;
            for ((goal, measure), (value, best)) in outcome
                .goals
                .iter()
                .zip(measures)
                .zip(value.iter().zip(&expected))
            {
                // A bound on a later goal is for plans that are as good in those before.
                let bound = signed(*measure, goal.bound);
                assert!(
                    !met || bound >= *best,
                    "seed {seed}, {loads_limit} loads: bound {bound} of {measure:?} is below the best {best}"
                );
                met &= value == best;
            }
            compared += 1;
            reached += usize::from(value == expected);
        }
    }
    assert!(
        compared as u64 > SEEDS / 5,
        "too few to compare: {compared}"
    );
    (compared, reached)
}

#[test]
fn profit_by_prices_is_bounded_and_mostly_best() {
    let features = Features {
        orders: 4,
        waves: 1,
        hub: false,
    };
    let (compared, reached) = compare(
        &[Measure::Profit],
        Objective::Profit,
        Fill::Units,
        features,
        50_000,
    );
    assert!(
        reached * 10 >= compared * 8,
        "{reached} of {compared} are best"
    );
}

#[test]
fn profit_by_prices_over_waves_and_a_hub_is_bounded() {
    let features = Features {
        orders: 3,
        waves: 2,
        hub: true,
    };
    compare(
        &[Measure::Profit],
        Objective::Profit,
        Fill::Units,
        features,
        51_000,
    );
}

#[test]
fn cost_by_prices_is_bounded() {
    let features = Features {
        orders: 3,
        waves: 1,
        hub: false,
    };
    compare(
        &[Measure::FillUnits, Measure::Cost],
        Objective::Cost,
        Fill::Units,
        features,
        52_000,
    );
}

#[test]
fn service_by_prices_is_bounded() {
    let features = Features {
        orders: 3,
        waves: 2,
        hub: false,
    };
    for (fill, measure) in [
        (Fill::Orders, Measure::FillOrders),
        (Fill::Value, Measure::FillValue),
    ] {
        compare(
            &[measure, Measure::LateOrders, Measure::Profit],
            Objective::Service,
            fill,
            features,
            53_000,
        );
    }
}
