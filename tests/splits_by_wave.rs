//! Orders that go in two shipments where tariffs punish weight: from one location in two waves, or from two locations.

mod support;

use consign::domain::{Method, Objective};
use consign::input::{OnBadOrder, load};
use consign::options::{self, Cut};
use consign::units::MICRO;
use consign::verify::{Measure, verify};
use support::case::{Case, RATES, STOCK, case};
use support::outcome_of;

const ORDERS: &str = "order_id,line_id,sku,quantity,unit_price,destination_zone,weight_g,max_shipments,line_max_shipments";
const PLACES: &str = "location_id,kind,cost_per_shipment";
const DAILY: &str = "carrier,service,origin,destination_zone,base_cost";

/// One line of two units, each 800 g; a parcel of one unit costs 1, of both 10.
fn two_units() -> Case {
    case()
        .with("orders", ORDERS, "o1,1,a,2,10,z,800,2,2")
        .with("location_costs", PLACES, "near,warehouse,0")
        .with("inventory", STOCK, "near,a,2")
        .with(
            "carrier_rates",
            RATES,
            "van,day,*,z,0,1000,1\nvan,day,*,z,1000,2000,10",
        )
        .with("waves", "location_id,cutoff", "*,12:00\n*,18:00")
}

/// Plans with options kept and made on demand, by each method: earns so many cents, and no bound is less.
#[track_caller]
fn earns(case: &Case, cents: i64) {
    let folder = case.written();
    let built = load(folder.path(), &case.settings, OnBadOrder::Refuse);
    let data = built.unwrap_or_else(|faults| panic!("{faults}")).dataset;
    for method in [Method::Exact, Method::Auto, Method::Prices] {
        let mut settings = case.settings.clone();
        settings.method = method;
        let kept = options::enumerate(&data, &settings);
        let made = options::enumerate_on_demand(&data, &settings, Cut::default());
        for (options, how) in [(Some(kept), "kept"), (made, "on demand")] {
            let Some(options) = options else { continue };
            let outcome = outcome_of(&data, &settings, &options);
            let plan = outcome.plan.expect("an empty plan is always possible");
            let audit = verify(&data, &settings, &plan).expect("every plan passes the verifier");
            let unit = MICRO / 100;
            let value = audit.goal_value(Measure::Profit) / unit;
            let bound = outcome.goals[0].bound / unit;
            assert!(
                bound >= cents,
                "{method:?}, {how}: bound {bound}, although {cents} can be had"
            );
            assert_eq!(value, cents, "{method:?}, {how}");
        }
    }
}

#[test]
fn two_parcels_from_one_location_in_two_waves() {
    earns(&two_units(), 1_800);
    let one_wave = two_units().with("waves", "location_id,cutoff", "*,18:00");
    earns(&one_wave, 1_000);
}

#[test]
fn two_parcels_from_two_locations_of_which_one_is_dearer() {
    let case = two_units()
        .with("waves", "location_id,cutoff", "*,18:00")
        .with(
            "location_costs",
            PLACES,
            "near,warehouse,0\nfar,warehouse,0.1",
        )
        .with("inventory", STOCK, "near,a,9\nfar,a,9");
    earns(&case, 1_790);
}

#[test]
fn two_parcels_from_one_location_beside_another_that_feeds_a_hub() {
    let case = case()
        .with(
            "orders",
            ORDERS,
            "o1,1,a,1,10,z,100,2,1\no1,2,b,1,10,z,100,2,1",
        )
        .with("products", "sku,ship_alone", "a,yes\nb,no")
        .with(
            "location_costs",
            PLACES,
            "near,warehouse,0\nfar,warehouse,8\nhub,hub,0",
        )
        .with("inventory", STOCK, "near,a,9\nnear,b,9\nfar,a,9")
        .with("carrier_rates", DAILY, "van,day,*,z,1")
        .with("transfers", "from_location,to_location", "far,hub")
        .with("waves", "location_id,cutoff", "*,12:00\n*,18:00");
    earns(&case, 1_800);
}

#[test]
fn orders_beyond_what_the_last_wave_can_do_leave_earlier() {
    let mut case = case()
        .with(
            "orders",
            ORDERS,
            "o1,1,a,1,10,z,100,,\no2,1,a,1,10,z,100,,\no3,1,a,1,10,z,100,,",
        )
        .with(
            "location_costs",
            "location_id,kind,capacity_shipments",
            "near,warehouse,1",
        )
        .with("inventory", STOCK, "near,a,9")
        .with("carrier_rates", DAILY, "van,day,*,z,1")
        .with("waves", "location_id,cutoff", "*,10:00\n*,12:00\n*,18:00");
    assert_eq!(case.settings.objective, Objective::Profit);
    earns(&case, 2_700);
    // With a hub on the way, too.
    case = case
        .with(
            "location_costs",
            "location_id,kind,capacity_shipments",
            "near,warehouse,1\nhub,hub,",
        )
        .with("transfers", "from_location,to_location", "near,hub");
    case.settings.horizon_days = 2;
    earns(&case, 2_700);
}
