//! Orders over time: what was planned before, what comes back, what comes again. One optimum each by construction.

mod support;

use consign::domain::Settings;
use consign::input::{OnBadOrder, load};
use consign::units::{MICRO, Money};
use std::time::Duration;
use support::case::{Case, ORDERS, STOCK, case, told};

const BEFORE: &str =
    "order_id,line_id,sku,location_id,leaves_at,quantity,shipment_id,carrier,service,status";

/// What is planned before: `o1` from `far`, this evening.
fn before(rows: &str) -> Case {
    case().with("previous", BEFORE, rows)
}

const O1_FAR: &str = "o1,1,a,far,2026-11-23T18:00,1,o1-1,van,day,planned";

fn with(case: Case, change: impl Fn(&mut Settings)) -> Case {
    let mut case = case;
    change(&mut case.settings);
    case
}

#[test]
fn a_move_is_made_where_it_saves_more_than_it_costs() {
    let stable = |cost: i64| {
        with(before(O1_FAR), |settings| {
            settings.stability_cost = Money(cost * MICRO / 100);
        })
    };
    stable(150).ships(&["o1/1 nearx1"], 1550);
    stable(250).ships(&["o1/1 farx1"], 1500);
}

#[test]
fn no_more_than_a_share_of_orders_moves() {
    let rows = format!("{O1_FAR}\no2,1,a,far,2026-11-23T18:00,1,o2-1,van,day,planned");
    let share = |micro: i64| {
        let both = before(&rows).with("orders", ORDERS, "o1,a,1,20,z\no2,a,1,20,z");
        with(both, |settings| settings.max_moved_micro = Some(micro))
    };
    share(MICRO).ships(&["o1/1 nearx1", "o2/1 nearx1"], 3400);
    assert_eq!(share(MICRO / 2).plan().1, 3200);
    share(MICRO / 4).ships(&["o1/1 farx1", "o2/1 farx1"], 3000);
    // A new order moves nowhere.
    let rows = format!("{O1_FAR}\nolder,1,a,far,2026-11-23T18:00,1,x,van,day,planned");
    let new = before(&rows).with("orders", ORDERS, "o1,a,1,20,z\no2,a,1,20,z");
    with(new, |settings| settings.max_moved_micro = Some(0))
        .ships(&["o1/1 farx1", "o2/1 nearx1"], 3200);
}

#[test]
fn what_has_left_or_is_released_is_not_asked_for_again() {
    let two = |rows: &str| before(rows).with("orders", ORDERS, "o1,a,2,20,z\no2,a,1,20,z");
    // One unit of two left last night: its stock is gone from the count already.
    let gone = "o1,1,a,near,2026-11-22T18:00,1,o1-1,van,day,planned";
    let case = two(gone).with("inventory", STOCK, "near,a,2\nfar,a,0");
    case.ships(&["o1/1 nearx1", "o2/1 nearx1"], 3400);
    // What is released still lies there, and is nobody else's.
    let released = "o1,1,a,near,2026-11-23T18:00,2,o1-1,van,day,released";
    let case = two(released).with("inventory", STOCK, "near,a,2\nfar,a,0");
    case.ships(&[], 0);
    let case = two(released).with("inventory", STOCK, "near,a,3\nfar,a,0");
    case.ships(&["o2/1 nearx1"], 1700);
    // Planned alone keeps nothing.
    let planned = "o1,1,a,near,2026-11-23T18:00,2,o1-1,van,day,planned";
    let case = two(planned).with("inventory", STOCK, "near,a,3\nfar,a,0");
    assert_eq!(case.plan().0.len(), 2);
}

#[test]
fn what_is_left_of_an_order_is_shipped_as_the_order_says() {
    // Only the first row, which is gone, says where the order goes and how often it may be split.
    let orders =
        "order_id,sku,quantity,unit_price,destination_zone,max_shipments,line_max_shipments";
    let two_gone = "o1,1,a,near,2026-11-23T18:00,1,o1-1,van,day,released\no1,2,b,near,2026-11-23T18:00,1,o1-2,van,day,released";
    let split = |most: u32| {
        let rows = format!("o1,a,1,20,z,{most},\no1,b,1,20,,,\no1,c,2,20,,,2");
        before(two_gone).with("orders", orders, &rows).with(
            "inventory",
            STOCK,
            "near,a,1\nnear,b,1\nnear,c,1\nfar,c,1",
        )
    };
    split(4).ships(&["o1/3 farx1", "o1/3 nearx1"], 3200);
    split(3).ships(&["o1/3 nearx1"], 1700);
    // As a backorder the rest goes in one more, where that is meant.
    split(2).ships(&["o1/3 nearx1"], 1700);
    let stop = |settings: &mut Settings| settings.one_more = false;
    with(split(2), stop).ships(&[], 0);
    // A line that may be split once has been.
    let orders =
        "order_id,sku,quantity,unit_price,destination_zone,max_shipments,line_max_shipments";
    let gone = "o1,1,a,near,2026-11-23T18:00,1,o1-1,van,day,released";
    let lines = |most: u32| {
        before(gone)
            .with("orders", orders, &format!("o1,a,3,20,z,4,{most}"))
            .with("inventory", STOCK, "near,a,2\nfar,a,1")
    };
    lines(1).ships(&["o1/1 nearx1"], 1700);
    with(lines(1), stop).ships(&[], 0);
    lines(2).ships(&["o1/1 nearx1"], 1700);
    assert_eq!(lines(3).plan().1, 3200);
}

#[test]
fn what_a_hub_sends_on_takes_space_and_no_stock() {
    let header = format!("{BEFORE},takes_stock,reaches_customer");
    let rows = "o1,1,a,far,2026-11-23T18:00,1,o1-1,,,released,yes,no\no1,1,a,near,2026-11-24T18:00,1,o1-2,van,day,released,no,yes";
    let case =
        case()
            .with("previous", &header, rows)
            .with("orders", ORDERS, "o1,a,1,20,z\no2,a,1,20,z");
    // The unit of near is o2's.
    let one_each = case.with("inventory", STOCK, "near,a,1\nfar,a,1");
    one_each.ships(&["o2/1 nearx1"], 1700);
    // Its van takes one shipment an evening, and this evening's space is there.
    let carriers = "carrier,service,capacity_shipments";
    let full = one_each.with("carriers", carriers, "van,day,1");
    full.ships(&["o2/1 nearx1"], 1700);
    let tonight = rows.replace("2026-11-24", "2026-11-23");
    full.with("previous", &header, &tonight).ships(&[], 0);
}

#[test]
fn overtime_that_was_used_is_used() {
    let places = "location_id,capacity_units,overtime_units,overtime_cost_per_unit";
    let released = "o1,1,a,near,2026-11-23T18:00,2,o1-1,van,day,released";
    let case = before(released)
        .with("orders", ORDERS, "o1,a,2,20,z\no2,a,2,20,z")
        .with("location_costs", places, "near,1,2,0.5\nfar,,,");
    case.ships(&["o2/1 farx2"], 3500);
}

#[test]
fn what_leaves_soon_is_frozen_with_its_stock_and_capacity() {
    let rows = "o1,1,a,far,2026-11-23T18:00,1,o1-1,van,day,planned";
    let orders = "o1,a,1,20,z\no2,a,1,20,z";
    let frozen = |minutes: u64| {
        let places = "location_id,capacity_units";
        let case = before(rows).with("orders", ORDERS, orders).with(
            "location_costs",
            places,
            "near,2\nfar,1",
        );
        with(case, |settings| {
            settings.frozen = Duration::from_secs(60 * minutes);
        })
    };
    // 13 hours to go: what is frozen for 14 stays at far and fills it; o2 has near for itself.
    frozen(60 * 14).ships(&["o2/1 nearx1"], 1700);
    assert_eq!(frozen(60 * 12).plan().1, 3400);
}

#[test]
fn frozen_work_takes_the_space_of_carriers() {
    let released = "o1,1,a,near,2026-11-23T18:00,1,o1-1,van,day,released";
    let carriers = "carrier,service,capacity_shipments";
    before(released)
        .with("orders", ORDERS, "o1,a,1,20,z\no2,a,1,20,z")
        .with("carriers", carriers, "van,day,1")
        .ships(&["o2/1 farx1"], 1500);
}

#[test]
fn goods_that_come_back_are_sold_again_from_their_date_on() {
    let returns = "return_id,sku,quantity,status,location_id,available_at,condition";
    let back = |row: &str| {
        case()
            .with("returns", returns, row)
            .with("inventory", STOCK, "near,a,0\nfar,a,0")
    };
    back("r1,a,1,received,near,,new").ships(&["o1/1 nearx1"], 1700);
    back("r1,a,1,shipped,near,2026-11-23T12:00,opened").ships(&["o1/1 nearx1"], 1700);
    back("r1,a,1,shipped,near,2026-11-23T19:00,new").ships(&[], 0);
    back("r1,a,1,received,near,,damaged").ships(&[], 0);
    back("r1,a,1,announced,,,new").ships(&[], 0);
}

#[test]
fn an_exchange_is_an_order_once_the_goods_are_under_way() {
    let returns = "return_id,sku,quantity,wants,exchange_sku,status,zone";
    let exchange = |status: &str| {
        let row = format!("r1,b,1,exchange,a,{status},z");
        let case = case().with("returns", returns, &row).with(
            "inventory",
            STOCK,
            "near,a,9\nfar,a,9\nnear,b,1",
        );
        with(case, |settings| settings.unfilled_cost = Money(9 * MICRO))
    };
    // It brings nothing but saves 9, for 3.
    exchange("shipped").ships(&["o1/1 nearx1", "r1/1 nearx1"], 1400);
    exchange("announced").ships(&["o1/1 nearx1"], 1700);
    // Two SKUs of one return are two lines.
    let two = "r1,b,1,exchange,a,shipped,z\nr1,c,1,exchange,a,shipped,z";
    let case = case().with("returns", returns, two);
    with(case, |settings| settings.unfilled_cost = Money(9 * MICRO))
        .ships(&["o1/1 nearx1", "r1/1 nearx1", "r1/2 nearx1"], 1400);
}

#[test]
fn subscriptions_are_orders_on_their_dates() {
    let subscriptions =
        "subscription_id,sku,quantity,unit_price,destination_zone,next_at,every,until";
    let every = |row: &str| {
        let case = case().with("subscriptions", subscriptions, row);
        with(case, |settings| settings.horizon_days = 3)
    };
    let (shipped, cents) = every("s,a,1,10,z,2026-11-24,P1D,").plan();
    assert_eq!(
        (shipped.join(" "), cents),
        (
            "o1/1 nearx1 s-2026-11-24/1 nearx1 s-2026-11-25/1 nearx1".to_owned(),
            3100
        )
    );
    assert_eq!(every("s,a,1,10,z,2026-11-24,P1D,2026-11-24").plan().1, 2400);
    assert_eq!(every("s,a,1,10,z,2026-11-30,P1D,").plan().1, 1700);
    // One date that was missed is made up for.
    assert_eq!(every("s,a,1,10,z,2026-11-20,P1M,").plan().1, 2400);
    let two_lines = "s,a,1,10,z,2026-11-24,P1M,\ns,b,1,10,z,2026-11-24,P1M,";
    let lines = every(two_lines).with("inventory", STOCK, "near,a,9\nfar,a,9\nnear,b,9");
    lines.ships(
        &[
            "o1/1 nearx1",
            "s-2026-11-24/1 nearx1",
            "s-2026-11-24/2 nearx1",
        ],
        3400,
    );
}

/// Where returns go, as `return location carrier`, and what all of them bring, in cents.
fn sent(case: &Case) -> (Vec<String>, i64) {
    let folder = case.written();
    let built = load(folder.path(), &case.settings, OnBadOrder::Refuse).unwrap();
    let data = built.dataset;
    let rates = consign::options::RateIndex::new(&data);
    let offers = consign::explain::returning(&data, &case.settings, &rates);
    let of = |it: &consign::options::Offer| (it.location, it.service, it.parcels, it.carriage);
    let claimed: Vec<_> = offers.iter().map(|offer| offer.as_ref().map(of)).collect();
    let wrong = consign::verify::check_returns(&data, &claimed);
    assert_eq!(wrong, Vec::<String>::new());
    // A cent off, or at another place, and the verifier says so.
    for (number, offer) in claimed.iter().enumerate() {
        let Some((location, service, parcels, carriage)) = *offer else {
            continue;
        };
        let mut forged = claimed.clone();
        forged[number] = Some((location, service, parcels, carriage + Money(1)));
        assert_eq!(consign::verify::check_returns(&data, &forged).len(), 1);
    }
    let mut gain = 0;
    let mut told = Vec::new();
    for (back, offer) in data.returns.iter().zip(&offers) {
        let place = offer.map_or("-".into(), |it| {
            data.locations[it.location.ix()].id.to_string()
        });
        gain += offer.map_or(0, |it| it.gain().0) * 100 / MICRO;
        told.push(format!("{} {place}", back.id));
    }
    (told, gain)
}

#[test]
fn announced_returns_go_where_they_are_worth_most_after_carriage() {
    let returns = "return_id,sku,quantity,zone,condition";
    let places = "location_id,accepts_returns,capacity_returns,handling";
    let stock = "location_id,sku,on_hand,unit_cost\nnear,a,9,4\nfar,a,9,10";
    let back = |rows: &str, of_places: &str| {
        let (header, rows_of_stock) = stock.split_once('\n').unwrap();
        case()
            .with("returns", returns, rows)
            .with("location_costs", places, of_places)
            .with("inventory", header, rows_of_stock)
    };
    let both = "near,yes,,\nfar,yes,,";
    // Worth 10 at far for 5, or 4 at near for 3.
    assert_eq!(
        sent(&back("r1,a,1,z,new", both)),
        (vec!["r1 far".to_owned()], 500)
    );
    // Opened, 7 less 5 at far, 2.80 less 3 at near; damaged, it goes where carriage is least.
    assert_eq!(sent(&back("r1,a,1,z,opened", both)).1, 200);
    assert_eq!(
        sent(&back("r1,a,1,z,damaged", both)),
        (vec!["r1 near".to_owned()], -300)
    );
    assert_eq!(
        sent(&back("r1,a,1,z,new", "near,yes,,\nfar,no,,")).0,
        ["r1 near"]
    );
    assert_eq!(
        sent(&back("r1,a,1,z,new", "near,no,,\nfar,no,,")).0,
        ["r1 -"]
    );
    // Far takes one unit only: the two together go near.
    let two = "r1,a,1,z,new\nr2,a,2,z,new";
    assert_eq!(
        sent(&back(two, "near,yes,,\nfar,yes,1,")),
        (vec!["r1 far".to_owned(), "r2 near".to_owned()], 1000)
    );
    assert_eq!(
        sent(&back(two, "near,yes,0,\nfar,yes,1,")).0,
        ["r1 far", "r2 -"]
    );
}

#[test]
fn rows_that_cannot_be_meant_are_told() {
    let subscribe = |row: &str| {
        case().with(
            "subscriptions",
            "subscription_id,sku,quantity,next_at,every",
            row,
        )
    };
    told(
        &subscribe("s,a,1,2026-11-24,monthly"),
        "subscriptions.csv, row 2, column every",
    );
    told(
        &subscribe("s,a,1,2026-11-24,PT12H"),
        "expected a day at least",
    );
    told(&subscribe("s,a,1,,P1M"), "column next_at");
    told(
        &subscribe("s,a,1,2026-11-01,P1D"),
        "dates lie before the moment of planning",
    );
    let listed = subscribe("s,gone,1,2026-11-23,P1D").with("products", "sku,weight_g", "a,1");
    told(&listed, "subscriptions.csv, row 2, column sku");
    let returned = |row: &str| {
        let header = "return_id,sku,quantity,status,location_id,available_at";
        case().with("returns", header, row)
    };
    told(
        &returned("r,a,1,received,,"),
        "received goods lie somewhere",
    );
    told(&returned("r,a,1,announced,near,"), "only announced");
    told(
        &returned("r,a,1,announced,,\nr,a,2,announced,,"),
        "row 2 has the same return_id, sku",
    );
    let named_as_an_order = case().with(
        "returns",
        "return_id,sku,quantity,status,wants",
        "o1,a,1,shipped,exchange",
    );
    told(&named_as_an_order, "an order has the same name");
    told(
        &returned("r,a,1,shipped,near,2026-11-01"),
        "it should have come by",
    );
    told(&returned("r,a,1,received,moon,"), "returns.csv, row 2");
    told(
        &before("o9,1,a,near,2026-11-23T18:00,1,x,van,day,planned"),
        "a run of other data",
    );
    told(
        &before(
            "o1,1,a,moon,2026-11-23T18:00,1,x,van,day,planned\no2,1,a,moon,2026-11-23T18:00,1,y,van,day,planned",
        ),
        "no such location any more: no stock or capacity is taken there (2 rows)",
    );
    told(
        &before("o1,1,a,near,2026-11-23T18:00,99,x,van,day,released"),
        "are not there any more",
    );
}
