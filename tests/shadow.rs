//! Shadow prices held against the optimum with one more, and one fewer, of what they are of.
//!
//! Prices prove bound(capacity) = rest + Σ price × capacity for every capacity at once. So with one more the optimum is at most the
//! bound and the price, with one fewer at most the bound less the price.

mod support;

use consign::domain::{Dataset, Method, Objective, Settings};
use consign::input::{OnBadOrder, load};
use consign::solve::{Outcome, Resource, ShadowPrice};
use consign::units::MICRO;
use consign::verify::{Measure, verify};
use support::brute::best;
use support::case::{Case, ORDERS, STOCK, case};
use support::plan_of;
use support::tiny::{Features, dataset, settings};

/// So many more of what a price is of; `None`: not of what is tried.
fn with_more(data: &Dataset, resource: Resource, more: i64) -> Option<Dataset> {
    let mut data = data.clone();
    let amount = match resource {
        Resource::Stock(cell, None) => data.stock[cell.ix()].available.as_mut()?,
        Resource::Units(wave) => data.waves[wave.ix()].capacity_units.as_mut()?,
        Resource::Lines(wave) => data.waves[wave.ix()].capacity_lines.as_mut()?,
        Resource::Shipments(wave) => data.waves[wave.ix()].capacity_shipments.as_mut()?,
        _ => return None,
    };
    *amount += more;
    (*amount >= 0).then_some(data)
}

/// The most profit there is, by trying every plan.
fn most(data: &Dataset, settings: &Settings) -> Option<i64> {
    Some(best(data, settings, &[Measure::Profit])?[0])
}

/// What the prices alone prove.
fn proven_by_prices(data: &Dataset, settings: &Settings, outcome: &Outcome) -> i64 {
    let plan = outcome.plan.as_ref().expect("a plan");
    let audit = verify(data, settings, plan).expect("a valid plan");
    let parts = outcome.gap_parts.expect("prices were looked for");
    audit.objective(settings).0 + parts.total()
}

#[test]
fn one_more_is_worth_its_price_at_most_and_one_fewer_costs_it_at_least() {
    let (mut tried, mut tight) = (0, 0);
    for seed in 0..150 {
        let features = Features {
            orders: 4,
            waves: 1,
            hub: false,
        };
        let mut data = dataset(seed, features);
        // What is kept for channels moves with what there is.
        data.stock
            .iter_mut()
            .for_each(|cell| cell.reserves = Box::default());
        let mut settings = settings(Objective::Profit);
        settings.method = Method::Prices;
        let outcome = plan_of(&data, &settings, 128);
        if outcome.gap_parts.is_none() {
            continue;
        }
        let bound = proven_by_prices(&data, &settings, &outcome);
        let Some(optimum) = most(&data, &settings) else {
            continue;
        };
        for &ShadowPrice {
            resource, price, ..
        } in &outcome.shadow_prices
        {
            for (more, sign) in [(1, 1), (-1, -1)] {
                let changed = with_more(&data, resource, more);
                let Some(then) = changed.and_then(|data| most(&data, &settings)) else {
                    continue;
                };
                assert!(
                    then <= bound + sign * price,
                    "seed {seed}: {resource:?} at {price}: {more} more makes {optimum} into {then}, proven {bound}"
                );
                tried += 1;
                // Where the bound is the optimum, the price says just what changes at most, or at least.
                if bound == optimum {
                    assert!((then - optimum) * sign <= sign * sign * price || sign < 0);
                    assert!(sign > 0 || optimum - then >= price);
                    tight += 1;
                }
            }
        }
    }
    assert!(tried > 100 && tight > 30, "{tried} tried, {tight} tight");
}

/// Solves a case and gives its only price, with the optimum.
#[track_caller]
fn priced(case: &Case) -> (ShadowPrice, i64, Dataset) {
    let folder = case.written();
    let built = load(folder.path(), &case.settings, OnBadOrder::Refuse)
        .unwrap_or_else(|faults| panic!("{faults}"));
    let outcome = plan_of(&built.dataset, &case.settings, 128);
    let optimum = most(&built.dataset, &case.settings).expect("few plans");
    let [price] = outcome.shadow_prices[..] else {
        panic!("one thing is scarce, not {:?}", outcome.shadow_prices);
    };
    (price, optimum, built.dataset)
}

/// Three orders for 17 each from near, 15 from far; near can serve two.
fn short_of_near() -> Case {
    let mut case = case().with("orders", ORDERS, "o1,a,1,20,z\no2,a,1,20,z\no3,a,1,20,z");
    case.settings.method = Method::Prices;
    case
}

#[track_caller]
fn is_worth_two(case: &Case, of: impl Fn(Resource) -> bool) {
    let (price, optimum, data) = priced(case);
    assert!(of(price.resource), "{price:?}");
    assert_eq!(price.price, 2 * MICRO);
    for more in [1, -1] {
        let changed = with_more(&data, price.resource, more).expect("it has a capacity");
        let then = most(&changed, &case.settings).expect("few plans");
        assert_eq!(then - optimum, more * price.price, "{more} more");
    }
}

#[test]
fn one_more_and_one_fewer_unit_of_stock_change_the_optimum_by_just_its_price() {
    let scarce = short_of_near().with("inventory", STOCK, "near,a,2\nfar,a,9");
    is_worth_two(&scarce, |it| matches!(it, Resource::Stock(..)));
}

#[test]
fn one_more_and_one_fewer_unit_of_capacity_change_the_optimum_by_just_its_price() {
    let scarce = short_of_near().with(
        "location_costs",
        "location_id,capacity_units",
        "near,2\nfar,9",
    );
    is_worth_two(&scarce, |it| matches!(it, Resource::Units(_)));
}
