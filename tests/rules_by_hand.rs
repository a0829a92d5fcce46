//! Hand-sized cases, one optimum each by construction, through the ordinary files: each fails if its rule is forgotten.

mod support;

use consign::domain::{Fill, Objective};
use consign::units::Money;
use support::case::{Case, ORDERS, RATES, STOCK, case, told};

#[test]
fn the_cheapest_location_ships() {
    case().ships(&["o1/1 nearx1"], 1700);
}

#[test]
fn packing_and_picking_count_as_carriage_does() {
    let places = "location_id,cost_per_shipment,cost_per_unit,cost_per_line";
    case()
        .with("location_costs", places, "near,1,1,1\nfar,0,0,0")
        .ships(&["o1/1 farx1"], 1500);
}

#[test]
fn goods_cost_and_ageing_credit_change_the_choice() {
    case()
        .with(
            "inventory",
            "location_id,sku,on_hand,unit_cost,ageing_credit",
            "near,a,9,4,0\nfar,a,9,4,3",
        )
        .ships(&["o1/1 farx1"], 1400);
}

#[test]
fn an_order_that_loses_money_stays_unless_leaving_it_costs_more() {
    let cheap = case().with("orders", ORDERS, "o1,a,1,2,z");
    cheap.ships(&[], 0);
    let header = format!("{ORDERS},unfilled_cost");
    case()
        .with("orders", &header, "o1,a,1,2,z,1.5")
        .ships(&["o1/1 nearx1"], -100);
}

#[test]
fn safety_stock_and_reservations_are_not_sold() {
    case()
        .with(
            "inventory",
            "location_id,sku,on_hand,reserved,safety_stock",
            "near,a,3,2,1\nfar,a,9,0,0",
        )
        .ships(&["o1/1 farx1"], 1500);
}

#[test]
fn scarce_stock_goes_where_it_saves_most() {
    // o2 can only be served from near; o1 from both: first come, first served would leave o2 unfilled.
    case()
        .with("orders", ORDERS, "o1,a,1,20,z\no2,a,1,20,y")
        .with("inventory", STOCK, "near,a,1\nfar,a,1")
        .with(
            "carrier_rates",
            RATES,
            "van,day,near,z,0,,3\nvan,day,far,z,0,,5\nvan,day,near,y,0,,3",
        )
        .ships(&["o1/1 farx1", "o2/1 nearx1"], 3200);
}

#[test]
fn split_limit_counts_shipments() {
    let two_lines = case()
        .with(
            "orders",
            &format!("{ORDERS},max_shipments"),
            "o1,a,1,20,z,2\no1,b,1,10,z,2",
        )
        .with("inventory", STOCK, "near,a,1\nfar,b,1");
    two_lines.ships(&["o1/2 farx1", "o1/1 nearx1"], 2200);
    let one = two_lines.with(
        "orders",
        &format!("{ORDERS},max_shipments"),
        "o1,a,1,20,z,1\no1,b,1,10,z,1",
    );
    one.ships(&["o1/1 nearx1"], 1700);
}

#[test]
fn line_split_limit_counts_pieces_of_a_line() {
    let header = format!("{ORDERS},line_max_shipments");
    let split = case().with("orders", &header, "o1,a,4,20,z,2").with(
        "inventory",
        STOCK,
        "near,a,2\nfar,a,2",
    );
    split.ships(&["o1/1 farx2", "o1/1 nearx2"], 7200);
    split
        .with("orders", &header, "o1,a,4,20,z,1")
        .ships(&["o1/1 nearx2"], 3700);
}

#[test]
fn smallest_piece_forbids_crumbs() {
    let header = format!("{ORDERS},line_max_shipments,min_split_units");
    let split = case().with("orders", &header, "o1,a,4,20,z,2,1").with(
        "inventory",
        STOCK,
        "near,a,3\nfar,a,1",
    );
    split.ships(&["o1/1 farx1", "o1/1 nearx3"], 7200);
    split
        .with("orders", &header, "o1,a,4,20,z,2,2")
        .ships(&["o1/1 nearx3"], 5700);
}

#[test]
fn ship_complete_is_all_or_nothing_by_line_and_by_order() {
    let header = format!("{ORDERS},ship_complete");
    let case = case().with("inventory", STOCK, "near,a,1\nnear,b,9");
    let orders = |rule: &str| format!("o1,a,2,20,z,{rule}\no1,b,1,20,z,{rule}");
    case.with("orders", &header, &orders("none"))
        .ships(&["o1/1 nearx1", "o1/2 nearx1"], 3700);
    let case = self::case().with("inventory", STOCK, "near,a,1\nnear,b,9");
    case.with("orders", &header, &orders("line"))
        .ships(&["o1/2 nearx1"], 1700);
    let case = self::case().with("inventory", STOCK, "near,a,1\nnear,b,9");
    case.with("orders", &header, &orders("order")).ships(&[], 0);
}

#[test]
fn a_product_that_ships_alone_shares_no_shipment() {
    let case = case()
        .with("orders", ORDERS, "o1,a,1,20,z\no1,b,1,20,z")
        .with("inventory", STOCK, "near,a,1\nnear,b,1\nfar,b,1")
        .with("products", "sku,ship_alone", "a,no\nb,no");
    case.ships(&["o1/1 nearx1", "o1/2 nearx1"], 3700);
    case.with("products", "sku,ship_alone", "a,yes\nb,no")
        .ships(&["o1/2 farx1", "o1/1 nearx1"], 3200);
}

#[test]
fn unit_capacity_sends_the_rest_elsewhere_or_into_overtime() {
    let orders = "o1,a,1,20,z\no2,a,1,20,z";
    let header = "location_id,capacity_units,overtime_units,overtime_cost_per_unit";
    let case =
        case()
            .with("orders", ORDERS, orders)
            .with("location_costs", header, "near,1,,\nfar,,,");
    assert_eq!(case.plan().1, 3200);
    let case = case.with("location_costs", header, "near,1,1,1.5\nfar,,,");
    case.ships(&["o1/1 nearx1", "o2/1 nearx1"], 3250);
}

#[test]
fn line_and_shipment_capacities_bind() {
    let orders = "o1,a,1,20,z\no2,a,1,20,z";
    for column in ["capacity_lines", "capacity_shipments"] {
        let header = format!("location_id,{column}");
        let case =
            case()
                .with("orders", ORDERS, orders)
                .with("location_costs", &header, "near,1\nfar,");
        assert_eq!(case.plan().1, 3200, "{column}");
    }
}

#[test]
fn carrier_space_and_commitments_count() {
    let rates = "van,day,near,z,0,,3\nbike,day,near,z,0,,4";
    let orders = "o1,a,1,20,z\no2,a,1,20,z";
    let case = case()
        .with("orders", ORDERS, orders)
        .with("carrier_rates", RATES, rates);
    let limited = case.with(
        "carriers",
        "carrier,service,capacity_shipments",
        "van,day,1",
    );
    assert_eq!(limited.plan().1, 1700 + 1600);
    let committed = self::case()
        .with("orders", ORDERS, orders)
        .with("carrier_rates", RATES, rates)
        .with(
            "carriers",
            "carrier,service,minimum_shipments,shortfall_cost",
            "bike,day,1,2.5",
        );
    // One shipment by bike costs 1 more and saves the shortfall of 2.50.
    assert_eq!(committed.plan().1, 1700 + 1600);
}

#[test]
fn weight_bands_parcels_and_volume_set_the_price() {
    let rates = "van,day,near,z,0,1000,3\nvan,day,near,z,1000,5000,8";
    let case =
        case()
            .with("carrier_rates", RATES, rates)
            .with("products", "sku,weight_g", "a,1000");
    case.ships(&["o1/1 nearx1"], 1700);
    let heavier = case.with("products", "sku,weight_g", "a,1001");
    heavier.ships(&["o1/1 nearx1"], 1200);
    // Two of 501 g go in two parcels for 6, one of 1,001 g is whole in one.
    let in_two = heavier.with("carriers", "carrier,service,max_parcels", "van,day,2");
    in_two.ships(&["o1/1 nearx1"], 1200);
    let two = in_two.with("orders", ORDERS, "o1,a,2,20,z");
    let two = two.with("products", "sku,weight_g", "a,501");
    two.ships(&["o1/1 nearx2"], 3400);
    let volumetric = self::case()
        .with(
            "carrier_rates",
            &format!("{RATES},dim_divisor"),
            "van,day,near,z,0,1000,3,5000\nvan,day,near,z,1000,5000,8,5000",
        )
        .with("products", "sku,weight_g,volume_cm3", "a,100,5001");
    volumetric.ships(&["o1/1 nearx1"], 1200);
}

#[test]
fn minimum_charge_and_fuel_are_on_the_invoice() {
    let header = format!("{RATES},cost_per_kg,min_charge,fuel_pct");
    case()
        .with("carrier_rates", &header, "van,day,near,z,0,,1,0.5,2,10")
        .with("products", "sku,weight_g", "a,1000")
        .ships(&["o1/1 nearx1"], 1780);
}

#[test]
fn special_handling_must_be_covered() {
    case()
        .with("products", "sku,handling", "a,cold")
        .with("location_costs", "location_id,handling", "near,\nfar,cold")
        .ships(&["o1/1 farx1"], 1500);
}

#[test]
fn only_services_bought_may_carry() {
    let rates = "van,day,near,z,0,,3\nvan,express,near,z,0,,6";
    case()
        .with(
            "orders",
            &format!("{ORDERS},services"),
            "o1,a,1,20,z,express",
        )
        .with("carrier_rates", RATES, rates)
        .ships(&["o1/1 nearx1"], 1400);
}

#[test]
fn closed_locations_downtime_lead_time_and_schedule_rule_out() {
    case()
        .with("location_costs", "location_id,open", "near,no\nfar,yes")
        .ships(&["o1/1 farx1"], 1500);
    case()
        .with(
            "calendars",
            "location_id,starts_at,ends_at,capacity_factor",
            "near,2026-11-23,2026-11-24,0",
        )
        .ships(&["o1/1 farx1"], 1500);
    case()
        .with(
            "location_costs",
            "location_id,lead_time_min",
            "near,800\nfar,0",
        )
        .ships(&["o1/1 farx1"], 1500);
    case()
        .with(
            "orders",
            &format!("{ORDERS},ship_after"),
            "o1,a,1,20,z,2026-11-24T00:00",
        )
        .ships(&[], 0);
    case()
        .with(
            "orders",
            &format!("{ORDERS},grace_until"),
            "o1,a,1,20,z,2026-11-23T18:01",
        )
        .ships(&[], 0);
}

#[test]
fn inbound_stock_fills_from_its_arrival() {
    let mut case = case().with("inventory", STOCK, "near,a,0\nfar,a,0").with(
        "inbound",
        "location_id,sku,quantity,available_at",
        "near,a,1,2026-11-24T08:00",
    );
    case.ships(&[], 0);
    case.settings.horizon_days = 2;
    case.ships(&["o1/1 nearx1"], 1700);
}

#[test]
fn lateness_is_weighed_against_carriage() {
    let header = format!("{RATES},transit_days");
    let rates = "van,day,near,z,0,,3,3\nvan,express,near,z,0,,6,1";
    let orders = |cost: &str| format!("o1,a,1,20,z,2026-11-24,{cost}");
    let columns = format!("{ORDERS},deliver_by,late_cost_per_day");
    case()
        .with("carrier_rates", &header, rates)
        .with("orders", &columns, &orders("1"))
        .ships(&["o1/1 nearx1"], 1500);
    case()
        .with("carrier_rates", &header, rates)
        .with("orders", &columns, &orders("2"))
        .ships(&["o1/1 nearx1"], 1400);
}

#[test]
fn pick_up_orders_end_at_their_store() {
    let columns = "order_id,sku,quantity,unit_price,fulfilment,pickup_location";
    let pickup = case().with("orders", columns, "o1,a,1,20,pickup,far").with(
        "transfers",
        "from_location,to_location,cost_per_shipment,cost_per_unit",
        "near,far,1,0.5",
    );
    pickup.ships(&["o1/1 farx1"], 2000);
    pickup
        .with("inventory", STOCK, "near,a,9")
        .ships(&["o1/1 nearx1"], 1850);
}

/// Two lines that are in two places, to be one shipment.
fn in_two_places() -> Case {
    case()
        .with(
            "orders",
            &format!("{ORDERS},max_shipments"),
            "o1,a,1,20,z,1\no1,b,1,20,z,1",
        )
        .with("inventory", STOCK, "near,a,1\nfar,b,1")
}

/// The same where a hub may merge what both send.
fn through_a_hub() -> Case {
    let mut case = in_two_places()
        .with(
            "location_costs",
            "location_id,kind",
            "near,store\nfar,store\nhub,hub",
        )
        .with(
            "transfers",
            "from_location,to_location,cost_per_shipment",
            "near,hub,1\nfar,hub,1",
        )
        .with(
            "carrier_rates",
            RATES,
            "van,day,near,z,0,,3\nvan,day,far,z,0,,5\nvan,day,hub,z,0,,2",
        );
    case.settings.horizon_days = 2;
    case
}

#[test]
fn a_hub_merges_what_two_locations_send() {
    through_a_hub().ships(
        &["o1/2 farx1", "o1/1 hubx1", "o1/2 hubx1", "o1/1 nearx1"],
        3600,
    );
}

#[test]
fn a_hub_that_declined_an_order_merges_nothing_of_it() {
    through_a_hub()
        .with("rejections", "order_id,line_id,location_id", "o1,,hub")
        .ships(&["o1/1 nearx1"], 1700);
}

/// The same with a desk in one of the places.
fn merging(transfers: &str, days: u32) -> Case {
    let header = "from_location,to_location,cost_per_shipment,transit_min";
    let mut case = in_two_places()
        .with(
            "location_costs",
            "location_id,kind,desk_of,cost_per_shipment",
            "near,store,,\nfar,store,,\ndesk,hub,near,0.1",
        )
        .with("waves", "location_id,cutoff", "near,18:00\nfar,10:00")
        .with("transfers", header, transfers)
        .with(
            "carrier_rates",
            RATES,
            "van,day,near,z,0,,3\nvan,day,far,z,0,,5",
        );
    case.settings.horizon_days = days;
    case
}

#[test]
fn a_store_merges_what_it_has_with_what_another_sends() {
    let merged = ["o1/1 deskx1", "o1/2 deskx1", "o1/2 farx1", "o1/1 nearx1"];
    // The desk ships as its store does, and has what the store has at once.
    merging("far,near,0.5,", 2).ships(&merged, 3640);
    // What comes by the end of a day leaves the day after; what comes in eight hours leaves in the evening.
    merging("far,near,0.5,", 1).ships(&["o1/1 nearx1"], 1700);
    merging("far,near,0.5,480", 1).ships(&merged, 3640);
    merging("far,near,0.5,481", 1).ships(&["o1/1 nearx1"], 1700);
    // What is closed merges nothing.
    let mut closed = merging("far,near,0.5,480", 1).with(
        "location_costs",
        "location_id,kind,desk_of,open",
        "near,store,,no\nfar,store,,yes\ndesk,hub,near,yes",
    );
    closed.settings.max_shipments = 1;
    closed.ships(&["o1/2 farx1"], 1500);
    // What is stated for the desk counts there.
    merging("far,near,0.5,480\nnear,desk,20,0", 1).ships(&["o1/1 nearx1"], 1700);
    merging("far,near,0.5,480\nnear,desk,2,0", 1).ships(&merged, 3440);
}

#[test]
fn stock_moves_to_where_it_ships_for_less_when_that_earns_its_cost() {
    let moved = |cost: &str| {
        let header = "from_location,to_location,cost_per_unit,transit_min";
        case()
            .with("inventory", STOCK, "far,a,1")
            .with(
                "location_costs",
                "location_id,kind,desk_of",
                "near,store,\nfar,store,\ndesk,hub,near",
            )
            .with("transfers", header, &format!("far,near,{cost},0"))
    };
    moved("1.4").ships(&["o1/1 deskx1", "o1/1 farx1"], 1560);
    moved("2.1").ships(&["o1/1 farx1"], 1500);
}

#[test]
fn a_shuttle_takes_no_more_for_its_desk_beside_what_it_takes_for_the_store() {
    // One is collected at the store, the other would be merged in it: the shuttle takes one.
    let shuttle = |units: &str| {
        let orders = "o1,b,1,20,z,ship,\no2,b,1,20,,pickup,near";
        let header = format!("{ORDERS},fulfilment,pickup_location");
        let transfers = "from_location,to_location,capacity_units,transit_min";
        case()
            .with("orders", &header, orders)
            .with("inventory", STOCK, "far,b,9")
            .with(
                "location_costs",
                "location_id,kind,desk_of",
                "near,store,\nfar,store,\ndesk,hub,near",
            )
            .with("transfers", transfers, &format!("far,near,{units},0"))
            .with("carrier_rates", RATES, "van,day,near,z,0,,3")
    };
    shuttle("2").ships(&["o1/1 deskx1", "o1/1 farx1", "o2/1 farx1"], 3700);
    shuttle("1").ships(&["o2/1 farx1"], 2000);
}

#[test]
fn a_merging_desk_is_a_hub_in_a_place_with_stock() {
    let desks = |rows: &str| {
        let rows = format!("near,store,\nfar,store,\n{rows}");
        case().with("location_costs", "location_id,kind,desk_of", &rows)
    };
    told(
        &desks("desk,store,near"),
        "only a hub can be a merging desk",
    );
    told(
        &desks("hub,hub,\ndesk,hub,hub"),
        "a hub has no stock to merge with",
    );
    told(&desks("desk,hub,nowhere"), "nowhere");
    let header = "from_location,to_location,transit_days,transit_min";
    let both = case().with("transfers", header, "near,far,0,30");
    told(&both, "expected `transit_days` or `transit_min`, not both");
}

#[test]
fn a_location_opens_when_it_pays_for_its_fixed_cost() {
    let header = "location_id,open,fixed_cost";
    let orders = "o1,a,1,20,z\no2,a,1,20,z";
    case()
        .with("location_costs", header, "near,decide,3\nfar,yes,0")
        .ships(&["o1/1 farx1"], 1500);
    case()
        .with("orders", ORDERS, orders)
        .with("location_costs", header, "near,decide,3\nfar,yes,0")
        .ships(&["o1/1 nearx1", "o2/1 nearx1"], 3100);
}

#[test]
fn a_location_is_closed_where_that_saves_more_than_it_costs() {
    let costs = |near: &str| {
        let header = "location_id,open,fixed_cost,closing_cost";
        case().with(
            "location_costs",
            header,
            &format!("near,{near}\nfar,yes,0,9"),
        )
    };
    // Open near costs 3, closed 2: that it ships takes 1 more, and its carriage is 2 cheaper.
    costs("decide,3,2").ships(&["o1/1 nearx1"], 1400);
    costs("decide,3,0.5").ships(&["o1/1 farx1"], 1450);
    // What the scenario closes costs that, too; what stays open never does.
    costs("no,3,2").ships(&["o1/1 farx1"], 1300);
    costs("yes,3,2").ships(&["o1/1 farx1"], 1500);
    told(
        &costs("decide,3,4"),
        "column closing_cost: \"4\", more than the `fixed_cost` of 3",
    );
}

#[test]
fn cost_fills_all_and_then_costs_least() {
    let mut case = case().with("orders", ORDERS, "o1,a,1,0,z");
    case.settings.objective = Objective::Cost;
    case.ships(&["o1/1 nearx1"], 300);
}

#[test]
fn service_fills_first_whatever_it_earns() {
    let mut case = case()
        .with("orders", ORDERS, "o1,a,1,90,z\no2,a,3,1,z")
        .with("inventory", STOCK, "near,a,3");
    case.ships(&["o1/1 nearx1"], 8700);
    case.settings.objective = Objective::Service;
    case.settings.fill = Fill::Orders;
    case.settings.unfilled_cost = Money::ZERO;
    let (shipped, _) = case.plan();
    assert_eq!(shipped, ["o1/1 nearx1"]);
    case.settings.fill = Fill::Units;
    let (shipped, _) = case.plan();
    assert!(
        shipped
            .iter()
            .map(|piece| piece.ends_with("x3") as i32)
            .sum::<i32>()
            <= 1
    );
    assert_eq!(
        shipped
            .iter()
            .map(|piece| piece[piece.len() - 1..].parse::<i32>().unwrap())
            .sum::<i32>(),
        3
    );
}

#[test]
fn an_order_of_many_lines_that_nobody_stocks_ships_what_there_is() {
    let mut rows = String::from("o1,a,1,20,z");
    for line in 0..60 {
        rows.push_str(&format!("\no1,x{line},5000,20,z"));
    }
    case()
        .with("orders", ORDERS, &rows)
        .ships(&["o1/1 nearx1"], 1700);
}

#[test]
fn an_order_of_many_stocked_lines_leaves_the_scarce_one_to_another_order() {
    let mut rows = String::from("o1,a,1,20,z\no2,a,1,30,z");
    let mut stock = String::from("near,a,1");
    for line in 0..40 {
        rows.push_str(&format!("\no1,x{line},1,20,z"));
        stock.push_str(&format!("\nnear,x{line},5\nfar,x{line},5"));
    }
    // 40 × 20 − 3 for the large order, 30 − 3 for the other.
    let case = case()
        .with("orders", ORDERS, &rows)
        .with("inventory", STOCK, &stock);
    let (shipped, objective) = case.plan();
    assert_eq!((shipped.len(), objective), (41, 82_400));
    let mut case = case;
    case.settings.max_shipments = 3;
    assert_eq!(case.plan().1, 82_400);
}

#[test]
fn a_hub_is_fed_from_elsewhere_where_its_best_feeder_ships_the_rest() {
    // Both together are too heavy for any parcel. `x` has both and one wave; `y` only reaches the hub.
    // Best: a from y by the hub, 60 − 2 − 3, and b from x, 40 − 5.
    let mut case = case()
        .with("orders", ORDERS, "o1,a,1,60,z\no1,b,1,40,z")
        .with("products", "sku,weight_g", "a,25000\nb,10000")
        .with("inventory", STOCK, "x,a,1\nx,b,1\ny,a,1")
        .with(
            "location_costs",
            "location_id,kind",
            "x,store\ny,store\nhub,hub",
        )
        .with(
            "transfers",
            "from_location,to_location,cost_per_shipment",
            "x,hub,1\ny,hub,2",
        )
        .with(
            "waves",
            "location_id,cutoff,weekdays",
            "x,18:00,mon\ny,18:00,mon\nhub,18:00,tue",
        )
        .with(
            "carrier_rates",
            RATES,
            "van,day,x,z,0,30000,5\nvan,day,hub,z,0,30000,3",
        );
    case.settings.horizon_days = 2;
    case.ships(&["o1/1 hubx1", "o1/2 xx1", "o1/1 yx1"], 9000);
}

#[test]
fn large_quantities_with_little_stock_are_planned() {
    let header = format!("{ORDERS},line_max_shipments");
    case()
        .with("orders", &header, "o1,a,5000,20,z,2\no1,b,5000,20,z,2")
        .with("inventory", STOCK, "near,a,4\nnear,b,4\nfar,a,4\nfar,b,4")
        .ships(
            &["o1/1 farx4", "o1/2 farx4", "o1/1 nearx4", "o1/2 nearx4"],
            31_200,
        );
}

#[test]
fn a_country_without_a_postcode_has_a_zone() {
    case()
        .with(
            "orders",
            "order_id,sku,quantity,unit_price,country",
            "o1,a,1,20,FR",
        )
        .with(
            "zones",
            "country,postcode_prefix,destination_zone",
            "FR,*,z",
        )
        .ships(&["o1/1 nearx1"], 1700);
}
