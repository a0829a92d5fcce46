//! Prices and patterns alone, without the solver: never better than the best plan, never a bound below it.

mod support;

use consign::domain::{Dataset, Fill, Method, Objective, Settings, ShipComplete, Strategy};
use consign::model::Coupling;
use consign::options::{self, Cut, Options};
use consign::plan::Plan;
use consign::solve::{Control, Known, Progress, solve};
use consign::units::Money;
use consign::verify::{Measure, verify};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::brute::{best, signed};
use support::tiny::{Features, charge_orders_twice, dataset, limit_orders, settings};
use support::{outcome_from, outcome_of, plan_of};

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
    let of = |seed| dataset(seed, features);
    let (compared, reached, audited) = compare_of(measures, objective, fill, &of, first_seed);
    assert!(audited > 0, "no gap was ever told by its parts");
    (compared, reached)
}

/// The same with how many gaps were told by their parts.
fn compare_of(
    measures: &[Measure],
    objective: Objective,
    fill: Fill,
    of: &dyn Fn(u64) -> Dataset,
    first_seed: u64,
) -> (usize, usize, usize) {
    let (mut compared, mut reached, mut audited) = (0, 0, 0);
    for seed in first_seed..first_seed + SEEDS {
        let data = of(seed);
        let mut settings = settings(objective);
        support::tiny::replan(seed, &mut settings);
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
            if let Some(parts) = outcome.gap_parts {
                let goal = outcome.goals.last().expect("an optimised plan has a goal");
                let measured = measures.last().expect("measures of all goals");
                let missing = signed(*measured, goal.bound) - value[value.len() - 1];
                let each = [
                    parts.orders,
                    parts.stock,
                    parts.capacity,
                    parts.carriage,
                    parts.commitments,
                    parts.openings,
                ];
                assert!(
                    each.iter().all(|&part| part >= 0) && parts.total() >= missing,
                    "seed {seed}: {parts:?} of {missing}"
                );
                audited += usize::from(parts.orders > 0 && !outcome.shadow_prices.is_empty());
            }
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
    (compared, reached, audited)
}

/// The same with lists that prices ask for, cut short.
#[test]
fn profit_with_lists_cut_short_is_bounded_and_mostly_best() {
    let features = Features {
        orders: 4,
        waves: 1,
        hub: false,
    };
    let all = usize::MAX;
    let cuts = [
        (512, 24, 256, all),
        (512, 0, 3, all),
        (3, 1, 2, all),
        (512, 24, 256, 17),
    ];
    for (cut, least) in cuts.into_iter().zip([8, 6, 3, 5]) {
        let (compared, reached) = compare_on_demand(cut, features, 53_000);
        assert!(
            reached * 10 >= compared * least,
            "{cut:?}: {reached} of {compared} are best"
        );
    }
}

/// Lists of such orders have loads whose rest can ship, however few they are.
#[test]
fn profit_of_complete_orders_with_lists_cut_short_is_bounded_and_mostly_best() {
    let features = Features {
        orders: 4,
        waves: 1,
        hub: false,
    };
    for rule in [ShipComplete::Order, ShipComplete::Line] {
        let of = |seed| {
            let mut data = dataset(seed, features);
            for order in &mut data.orders {
                order.ship_complete = rule;
            }
            data
        };
        let (compared, reached) = compare_of_on_demand((512, 0, 3, usize::MAX), &of, 60_000);
        assert!(
            reached * 10 >= compared * 8,
            "{rule:?}: {reached} of {compared} are best"
        );
    }
}

#[test]
fn profit_with_lists_cut_short_over_waves_and_a_hub_is_bounded() {
    let features = Features {
        orders: 2,
        waves: 2,
        hub: true,
    };
    for cut in [
        (512, 0, 3, usize::MAX),
        (3, 1, 2, usize::MAX),
        (512, 24, 256, 9),
    ] {
        compare_on_demand(cut, features, 54_000);
    }
}

#[test]
fn profit_of_orders_that_may_wait_is_bounded_and_mostly_best() {
    let features = Features {
        orders: 3,
        waves: 3,
        hub: false,
    };
    for (cut, least) in [(512, 24, 256, usize::MAX), (3, 1, 2, usize::MAX)]
        .into_iter()
        .zip([8, 3])
    {
        let (compared, reached) = compare_on_demand(cut, features, 57_000);
        assert!(
            reached * 10 >= compared * least,
            "{cut:?}: {reached} of {compared} are best"
        );
    }
}

/// Returns how many plans were compared, and how many were best.
fn compare_on_demand(
    (loads, spare, most, total): (usize, usize, usize, usize),
    features: Features,
    first_seed: u64,
) -> (usize, usize) {
    let of = |seed| dataset(seed, features);
    compare_of_on_demand((loads, spare, most, total), &of, first_seed)
}

fn compare_of_on_demand(
    (loads, spare, most, total): (usize, usize, usize, usize),
    of: &dyn Fn(u64) -> Dataset,
    first_seed: u64,
) -> (usize, usize) {
    let (mut compared, mut reached) = (0, 0);
    for seed in first_seed..first_seed + 4 * SEEDS {
        let data = of(seed);
        let settings = settings(Objective::Profit);
        let cut = options::Cut {
            loads,
            spare,
            most,
            total,
            // The best are priced first: with few, many never are.
            priced: 1 + seed as usize % 3,
            whole: seed as usize % 5,
        };
        let Some(options) = options::enumerate_on_demand(&data, &settings, cut) else {
            continue;
        };
        let Some(expected) = best(&data, &settings, &[Measure::Profit]) else {
            continue;
        };
        let outcome = outcome_of(&data, &settings, &options);
        let plan = outcome.plan.expect("an empty plan is always possible");
        let audit = verify(&data, &settings, &plan).expect("every plan passes the verifier");
        let value = audit.goal_value(Measure::Profit);
        let bound = outcome.goals[0].bound;
        assert!(
            value <= expected[0] && expected[0] <= bound + 1,
            "seed {seed}, {cut:?}: plan {value}, best {}, bound {bound}",
            expected[0]
        );
        compared += 1;
        reached += usize::from(value == expected[0]);
    }
    assert!(
        compared as u64 > SEEDS / 5,
        "too few to compare: {compared}"
    );
    (compared, reached)
}

#[test]
fn lists_cut_short_give_one_plan_and_bound_on_any_number_of_threads() {
    one_plan_and_bound_on_any_number_of_threads(1, &|_| ());
}

#[test]
fn orders_of_one_unit_give_one_plan_and_bound_on_any_number_of_threads() {
    one_plan_and_bound_on_any_number_of_threads(1, &|data| {
        for line in &mut data.lines {
            (line.quantity, line.case) = (1, 1);
        }
    });
}

#[test]
fn orders_that_may_wait_give_one_plan_and_bound_on_any_number_of_threads() {
    one_plan_and_bound_on_any_number_of_threads(3, &|_| ());
}

fn one_plan_and_bound_on_any_number_of_threads(waves: i64, change: &dyn Fn(&mut Dataset)) {
    let features = Features {
        orders: 600,
        waves,
        hub: false,
    };
    let settings = settings(Objective::Profit);
    let cut = options::Cut {
        loads: 512,
        spare: 1,
        most: 6,
        ..options::Cut::default()
    };
    let on_demand = |seed: u64| {
        let mut data = dataset(seed, features);
        change(&mut data);
        options::enumerate_on_demand(&data, &settings, cut).map(|options| (data, options))
    };
    let (data, options) = (55_000..)
        .find_map(on_demand)
        .expect("some data have no commitments");
    let on_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("threads can be started");
        let outcome = pool.install(|| outcome_of(&data, &settings, &options));
        let plan = outcome.plan.expect("an empty plan is always possible");
        verify(&data, &settings, &plan).expect("every plan passes the verifier");
        (plan, outcome.goals)
    };
    let alone = on_threads(1);
    assert_eq!(alone, on_threads(2));
    assert_eq!(alone, on_threads(4));
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
fn profit_by_prices_with_limits_on_orders_is_bounded_and_mostly_best() {
    for (waves, hub, first_seed, least) in [(1, false, 58_000, 8), (2, true, 59_000, 6)] {
        let features = Features {
            orders: if hub { 2 } else { 3 },
            waves,
            hub,
        };
        let of = |seed| {
            let mut data = dataset(seed, features);
            limit_orders(seed, &mut data);
            data
        };
        let profit = [Measure::Profit];
        let (compared, reached, _) =
            compare_of(&profit, Objective::Profit, Fill::Units, &of, first_seed);
        let cut = (512, 24, 256, usize::MAX);
        let on_demand = compare_of_on_demand(cut, &of, first_seed);
        for (compared, reached) in [(compared, reached), on_demand] {
            assert!(
                reached * 10 >= compared * least,
                "{reached} of {compared} are best"
            );
        }
        // Lists that leave much out.
        compare_of_on_demand((3, 1, 2, usize::MAX), &of, first_seed);
    }
}

/// Shipments that use rows of two limits, each once.
#[test]
fn profit_by_prices_with_two_limits_on_orders_is_bounded_and_mostly_best() {
    let features = Features {
        orders: 3,
        waves: 1,
        hub: false,
    };
    let of = |seed| {
        let mut data = dataset(seed, features);
        charge_orders_twice(seed, &mut data);
        data
    };
    let profit = [Measure::Profit];
    let (compared, reached, _) = compare_of(&profit, Objective::Profit, Fill::Units, &of, 60_000);
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

#[test]
fn a_stop_while_any_goal_is_planned_keeps_a_plan() {
    let features = Features {
        orders: 200,
        waves: 2,
        hub: false,
    };
    let mut stopped = [0; 3];
    for (seed, goal) in (56_000..56_012).zip((0..3).cycle()) {
        let data = dataset(seed, features);
        let mut settings = settings(Objective::Service);
        settings.fill = Fill::Orders;
        settings.method = Method::Prices;
        let options = options::enumerate_within(&data, &settings, 128);
        let (interrupt, planned) = (AtomicBool::new(false), AtomicUsize::new(0));
        let progress = |progress: Progress| {
            let is_planning = progress.phase == "plan at prices";
            if is_planning && planned.fetch_add(1, Ordering::Relaxed) == goal {
                interrupt.store(true, Ordering::Relaxed);
            }
        };
        let control = Control::new(
            Instant::now() + Duration::from_secs(120),
            &interrupt,
            &progress,
        );
        let outcome = solve(&data, &settings, &options, Known::default(), &control);
        let plan = outcome.plan.expect("an empty plan is always possible");
        verify(&data, &settings, &plan).expect("every plan passes the verifier");
        stopped[goal] += usize::from(interrupt.into_inner());
    }
    assert!(
        stopped[0] > 0 && stopped[1] > 0,
        "never stopped in time: {stopped:?}"
    );
}

#[test]
fn whatever_prices_it_begins_with_the_bound_holds_and_good_ones_stay_good() {
    let features = Features {
        orders: 4,
        waves: 2,
        hub: false,
    };
    let (mut compared, mut kept) = (0, 0);
    for seed in 58_000..58_000 + SEEDS {
        let data = dataset(seed, features);
        let mut settings = settings(Objective::Profit);
        settings.method = Method::Prices;
        let Some(expected) = best(&data, &settings, &[Measure::Profit]) else {
            continue;
        };
        let listed = options::enumerate_within(&data, &settings, 128);
        let on_demand = options::enumerate_on_demand(&data, &settings, Cut::default());
        for options in [Some(listed), on_demand].into_iter().flatten() {
            let cold = outcome_of(&data, &settings, &options);
            let known = cold.shadow_prices.iter();
            let good: Vec<_> = known.map(|one| (one.resource, one.price)).collect();
            let rows = Coupling::new(&data, &settings).rows;
            let wild: Vec<_> = rows
                .iter()
                .zip((seed..).map(|one| (one * 7_919 % 13) as i64 * 1_700_000))
                .map(|(row, price)| (row.resource, price))
                .collect();
            let plans = [None, cold.plan.as_ref()];
            let starts = [&good, &wild].into_iter();
            for (prices, plan) in starts.flat_map(|start| plans.map(|plan| (start, plan))) {
                let known = Known {
                    plan,
                    ..Known::of(prices)
                };
                let warm = outcome_from(&data, &settings, &options, known);
                let plan = warm.plan.expect("an empty plan is always possible");
                let audit = verify(&data, &settings, &plan).expect("every plan is verified");
                let value = audit.goal_value(Measure::Profit);
                let bound = warm.goals[0].bound;
                assert!(
                    value <= expected[0] && bound >= expected[0],
                    "seed {seed}: {value} to {bound}, but {expected:?} is best"
                );
                compared += 1;
                kept += usize::from(bound <= cold.goals[0].bound + cold.goals[0].bound.abs() / 50);
            }
        }
    }
    assert!(compared > 100, "too few to compare: {compared}");
    assert!(
        kept * 10 > compared * 8,
        "{kept} of {compared} bounds are as good"
    );
}

/// Other carriage, the same plan: where that is near enough to what its prices prove, no others are searched for.
#[test]
fn what_another_scenario_does_is_kept_where_it_is_enough() {
    let features = Features {
        orders: 4,
        waves: 1,
        hub: false,
    };
    let (mut kept, mut compared) = (0, 0);
    for seed in 60_000..60_000 + 2 * SEEDS {
        let mut data = dataset(seed, features);
        let mut settings = settings(Objective::Profit);
        settings.method = Method::Prices;
        let Some(options) = options::enumerate_on_demand(&data, &settings, Cut::default()) else {
            continue;
        };
        let before = outcome_of(&data, &settings, &options);
        let prices: Vec<_> = before.shadow_prices.iter().collect();
        let prices: Vec<_> = prices.iter().map(|one| (one.resource, one.price)).collect();
        for location in &mut data.locations {
            location.cost_per_shipment += Money(40_000);
        }
        settings.mip_gap = 0.05;
        let Some(expected) = best(&data, &settings, &[Measure::Profit]) else {
            continue;
        };
        let options = options::enumerate_on_demand(&data, &settings, Cut::default());
        let options = options.expect("they were before");
        let known = Known {
            plan: before.plan.as_ref(),
            gap: Some(0.0),
            ..Known::of(&prices)
        };
        let phases = Mutex::new(Vec::new());
        let progress = |now: Progress| phases.lock().expect("no panic").push(now.phase);
        let interrupt = AtomicBool::new(false);
        let control = Control::new(
            Instant::now() + Duration::from_secs(120),
            &interrupt,
            &progress,
        );
        let outcome = solve(&data, &settings, &options, known, &control);
        let plan = outcome.plan.expect("an empty plan is always possible");
        let audit = verify(&data, &settings, &plan).expect("every plan is verified");
        let (value, bound) = (audit.goal_value(Measure::Profit), outcome.goals[0].bound);
        assert!(
            value <= expected[0] && expected[0] <= bound,
            "seed {seed}: {value} to {bound}, but {expected:?} is best"
        );
        compared += 1;
        let phases = phases.into_inner().expect("no panic");
        if phases.contains(&"plan as before") && !phases.contains(&"prices") {
            kept += 1;
            assert!(
                (bound - value) as f64 <= 0.05 * value.abs() as f64 + 1.0,
                "seed {seed}"
            );
        }
    }
    assert!(compared > 50, "too few to compare: {compared}");
    assert!(kept * 4 > compared, "{kept} of {compared} were enough");
}

/// Without the solver the best plan is not always found; one that is known is never left for a worse one.
#[test]
fn a_plan_that_is_known_is_begun_with_and_what_breaks_limits_is_not_kept() {
    let features = Features {
        orders: 4,
        waves: 2,
        hub: true,
    };
    let (mut cold, mut warm, mut begun, mut broken) = (0, 0, 0, 0);
    for seed in 59_000..59_000 + SEEDS {
        let data = dataset(seed, features);
        let mut settings = settings(Objective::Profit);
        let options = options::enumerate_within(&data, &settings, 128);
        let known = outcome_of(&data, &settings, &options).plan.expect("a plan");
        settings.method = Method::Prices;
        let value = |data: &Dataset, options: &Options, plan: Option<&Plan>| {
            let known = Known {
                plan,
                ..Known::default()
            };
            let outcome = outcome_from(data, &settings, options, known);
            let plan = outcome.plan.expect("an empty plan is always possible");
            let audit = verify(data, &settings, &plan).expect("every plan is verified");
            let value = audit.goal_value(Measure::Profit);
            assert!(outcome.goals[0].bound >= value, "seed {seed}");
            value
        };
        let audit = verify(&data, &settings, &known).expect("every plan is verified");
        let best = audit.goal_value(Measure::Profit);
        let on_demand = options::enumerate_on_demand(&data, &settings, Cut::default());
        for options in [Some(options), on_demand].into_iter().flatten() {
            begun += 1;
            cold += usize::from(value(&data, &options, None) >= best);
            warm += usize::from(value(&data, &options, Some(&known)) >= best);
        }
        // Half of the stock is gone, and an order may not be split: the plan of before cannot be kept as it is.
        let mut less = data.clone();
        less.stock
            .iter_mut()
            .for_each(|cell| cell.available = cell.available.map(|units| units / 2));
        less.orders
            .iter_mut()
            .for_each(|order| order.max_shipments = 1);
        broken += usize::from(verify(&less, &settings, &known).is_err());
        let listed = options::enumerate_within(&less, &settings, 128);
        let on_demand = options::enumerate_on_demand(&less, &settings, Cut::default());
        for options in [Some(listed), on_demand].into_iter().flatten() {
            value(&less, &options, Some(&known));
        }
    }
    assert!(begun > 100 && broken > 50, "{begun} begun, {broken} broken");
    assert!(cold < begun && warm > cold, "{cold} and {warm} of {begun}");
    assert!(
        warm * 50 >= begun * 49,
        "{warm} of {begun} as good as what is known"
    );
}

#[test]
fn a_plan_without_any_time_is_no_worse_than_rules_and_bounded() {
    let features = Features {
        orders: 60,
        waves: 2,
        hub: false,
    };
    let mut filled = 0;
    for seed in 57_000..57_020 {
        let data = dataset(seed, features);
        let mut settings = settings(Objective::Profit);
        settings.method = Method::Prices;
        let profit = |settings: &Settings, options: &Options, is_stopped: bool| {
            let interrupt = AtomicBool::new(is_stopped);
            let deadline = Instant::now() + Duration::from_secs(120);
            let control = Control::new(deadline, &interrupt, &|_| {});
            let outcome = solve(&data, settings, options, Known::default(), &control);
            let plan = outcome.plan.expect("an empty plan is always possible");
            let audit = verify(&data, settings, &plan).expect("every plan passes the verifier");
            let bound = outcome.goals.first().map(|goal| goal.bound);
            (audit.goal_value(Measure::Profit), bound, plan)
        };
        let kept = options::enumerate_within(&data, &settings, 128);
        let on_demand = options::enumerate_on_demand(&data, &settings, Cut::default());
        settings.strategy = Strategy::Rules;
        let (by_rules, _, plan) = profit(&settings, &kept, false);
        filled += plan.shipments.len();
        settings.strategy = Strategy::Optimise;
        for options in [Some(kept), on_demand].into_iter().flatten() {
            let (value, bound, _) = profit(&settings, &options, true);
            assert!(
                value >= by_rules,
                "seed {seed}: {value} is below {by_rules}"
            );
            let bound = bound.expect("an optimised plan has a bound");
            assert!(bound >= value, "seed {seed}: {value} is above {bound}");
        }
    }
    assert!(filled > 100, "rules ship too little to compare with");
}

#[test]
fn several_goals_are_proven_together_without_the_whole_model() {
    let features = Features {
        orders: 150,
        waves: 2,
        hub: false,
    };
    let (mut proven, mut by_prices) = (0, 0);
    for (seed, objective) in (59_000..).zip([Objective::Cost, Objective::Service].repeat(4)) {
        let data = dataset(seed, features);
        let mut settings = settings(objective);
        settings.fill = Fill::Units;
        settings.mip_gap = 0.001;
        let options = options::enumerate(&data, &settings);
        let outcome = outcome_from(&data, &settings, &options, Known::default());
        let plan = outcome.plan.expect("an empty plan is always possible");
        verify(&data, &settings, &plan).expect("every plan passes the verifier");
        let (last, earlier) = outcome.goals.split_last().expect("there are goals");
        let open = (last.bound - last.value).abs();
        let is_met = earlier.iter().all(|goal| goal.bound == goal.value);
        proven += usize::from(is_met && open as f64 <= 0.001 * last.value.abs() as f64);
        by_prices += usize::from(outcome.method == "prices");
    }
    assert_eq!(proven, 8);
    assert!(by_prices >= 6, "{by_prices} of 8 without the whole model");
}
