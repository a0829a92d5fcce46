//! Business rules through scenario files: one optimum each by construction, listed and wide orders alike; each case fails
//! if its rule is forgotten.

mod support;

use consign::domain::Dataset;
use consign::input::{Faults, OnBadOrder, build, drop_given, read_tables};
use consign::scenario::{Overrides, Scenario, apply_rules, load_scenarios};
use consign::units::MICRO;
use consign::verify::verify;
use support::plan_of;

/// `near` ships for 3, `far` for 5 by van, for 9 and 9.5 by bike; enough stock of everything. Two orders: o1 with a glass and
/// a mug, o2 with two plates.
const TABLES: [(&str, &str); 6] = [
    (
        "orders",
        "order_id,line_id,sku,quantity,unit_price,destination_zone,channel,max_shipments,line_max_shipments,gift\n\
         o1,1,glass,1,20,z,web,2,1,yes\no1,2,mug,1,20,z,web,2,1,\no2,1,plate,2,20,z,b2b,2,2,\n",
    ),
    (
        "products",
        "sku,group,weight_g,fragility\nglass,glass,100,9\nmug,china,100,5\nplate,china,100,5\n",
    ),
    (
        "inventory",
        "location_id,sku,on_hand\nnear,glass,9\nnear,mug,9\nnear,plate,9\nfar,glass,9\nfar,mug,9\nfar,plate,9\n",
    ),
    (
        "location_costs",
        "location_id,kind,cost_per_shipment\nnear,store,0\nfar,warehouse,0\n",
    ),
    (
        "carrier_rates",
        "carrier,service,origin,destination_zone,base_cost\nvan,day,near,z,3\nvan,day,far,z,5\nbike,green,near,z,9\nbike,green,far,z,9.5\n",
    ),
    (
        "carriers",
        "carrier,service,co2_g_per_kg_km\nvan,day,80\nbike,green,0\n",
    ),
];

fn scenario(rules: &str, tables: &[(&str, String)]) -> (tempfile::TempDir, Scenario) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in TABLES {
        let text = tables
            .iter()
            .find(|(other, _)| *other == name)
            .map_or(text, |(_, text)| text);
        std::fs::write(folder.path().join(format!("{name}.csv")), text).unwrap();
    }
    let more = tables.iter().filter(|(name, _)| *name == "previous");
    for (name, text) in more {
        std::fs::write(folder.path().join(format!("{name}.csv")), text).unwrap();
    }
    let file = folder.path().join("s.toml");
    let head = "data = \".\"\nas_of = \"2026-11-23T05:00\"\n[solver]\nmip_gap = 0\n";
    std::fs::write(&file, format!("{head}{rules}")).unwrap();
    let mut scenarios = load_scenarios(&[file], &Overrides::default())
        .unwrap_or_else(|faults| panic!("{}", faults[0]));
    (folder, scenarios.remove(0))
}

fn settled(rules: &str, tables: &[(&str, String)]) -> Result<(Scenario, Dataset, Faults), Faults> {
    let (_folder, scenario) = scenario(rules, tables);
    let (read, _) = read_tables(&scenario.data, OnBadOrder::Refuse)?;
    let left = drop_given(&read, &scenario.settings)?;
    let mut built = build(&left.tables, &scenario.settings, OnBadOrder::Refuse)?;
    let warnings = apply_rules(&scenario, &read, &left, &mut built.dataset)?;
    Ok((scenario, built.dataset, warnings))
}

/// What ships, as `order/line location×units by carrier`, and the objective in cents.
fn plan_with(rules: &str, tables: &[(&str, String)]) -> (Vec<String>, i64) {
    let (scenario, data, warnings) = settled(rules, tables).unwrap_or_else(|it| panic!("{it}"));
    assert!(warnings.is_empty(), "{warnings}");
    let mut answers = Vec::new();
    for loads_limit in [128, 0] {
        let outcome = plan_of(&data, &scenario.settings, loads_limit);
        let plan = outcome.plan.unwrap();
        let audit = verify(&data, &scenario.settings, &plan)
            .unwrap_or_else(|violations| panic!("{}", violations[0]));
        let mut shipped = Vec::new();
        for shipment in &plan.shipments {
            let consign::plan::Route::Carrier(service) = shipment.route else {
                panic!("all goes by carrier");
            };
            let wave = &data.waves[shipment.wave.ix()];
            for piece in &shipment.pieces {
                let line = &data.lines[piece.line.ix()];
                let order = &data.orders[line.order.ix()].id;
                let location = &data.locations[wave.location.ix()].id;
                let carrier = &data.services[service.ix()].carrier;
                let units = piece.quantity;
                shipped.push(format!("{order}/{} {location}x{units} {carrier}", line.id));
            }
        }
        shipped.sort();
        answers.push((shipped, audit.objective(&scenario.settings).0 * 100 / MICRO));
    }
    // Where several plans are best, either may be found.
    assert_eq!(answers[0].1, answers[1].1, "listed and wide orders differ");
    answers.remove(0)
}

#[track_caller]
fn ships(rules: &str, expected: &[&str], cents: i64) {
    let (shipped, objective) = plan_with(rules, &[]);
    let shipped: Vec<&str> = shipped.iter().map(String::as_str).collect();
    assert_eq!((shipped, objective), (expected.to_vec(), cents));
}

#[test]
fn without_rules_all_leaves_near_by_van() {
    ships(
        "",
        &["o1/1 nearx1 van", "o1/2 nearx1 van", "o2/1 nearx2 van"],
        7400,
    );
}

#[test]
fn what_is_forbidden_leaves_elsewhere() {
    let rule = "[[rule]]\nlines = \"product_group = 'glass'\"\nlocations = \"location_id = 'near'\"\naction = \"forbid\"\n";
    ships(
        rule,
        &["o1/1 farx1 van", "o1/2 farx1 van", "o2/1 nearx2 van"],
        7200,
    );
}

#[test]
fn a_ban_with_a_price_is_broken_where_that_costs_less() {
    let rule = |price: &str| {
        format!(
            "[[rule]]\nlines = \"group = 'glass'\"\nlocations = \"location_id = 'near'\"\naction = \"forbid\"\nprice = {price}\n"
        )
    };
    let near = ["o1/1 nearx1 van", "o1/2 nearx1 van", "o2/1 nearx2 van"];
    ships(&rule("1.5"), &near, 7250);
    ships(
        &rule("2.5"),
        &["o1/1 farx1 van", "o1/2 farx1 van", "o2/1 nearx2 van"],
        7200,
    );
}

#[test]
fn what_a_rule_requires_leaves_nowhere_else() {
    let rule = "[[rule]]\nlines = \"channel = 'b2b'\"\nlocations = \"kind = 'warehouse'\"\naction = \"require\"\n";
    ships(
        rule,
        &["o1/1 nearx1 van", "o1/2 nearx1 van", "o2/1 farx2 van"],
        7200,
    );
    let soft = format!("{rule}price = 0.9\n");
    ships(
        &soft,
        &["o1/1 nearx1 van", "o1/2 nearx1 van", "o2/1 nearx2 van"],
        7220,
    );
}

#[test]
fn rules_on_services_choose_the_carrier() {
    let rule = "[[rule]]\nlines = \"gift = 'yes'\"\nservices = \"co2_g_per_kg_km = 0\"\naction = \"require\"\n";
    ships(
        rule,
        &["o1/1 nearx1 bike", "o1/2 nearx1 bike", "o2/1 nearx2 van"],
        6800,
    );
    let forbid = "[[rule]]\nlines = \"fragility > 8\"\nservices = \"carrier = 'van'\"\naction = \"forbid\"\n";
    ships(
        forbid,
        &["o1/1 nearx1 bike", "o1/2 nearx1 bike", "o2/1 nearx2 van"],
        6800,
    );
    let prefer = "[[rule]]\nservices = \"carrier = 'bike'\"\naction = \"prefer\"\nbonus = 3.5\n";
    ships(
        prefer,
        &["o1/1 nearx1 bike", "o1/2 nearx1 bike", "o2/1 nearx2 bike"],
        7600,
    );
}

#[test]
fn a_bonus_and_a_malus_move_what_they_are_worth() {
    let rule = |bonus: &str| {
        format!(
            "[[rule]]\nlines = \"sku = 'plate'\"\nlocations = \"location_id = 'far'\"\naction = \"prefer\"\nbonus = {bonus}\n"
        )
    };
    let far = ["o1/1 nearx1 van", "o1/2 nearx1 van", "o2/1 farx2 van"];
    ships(&rule("1.25"), &far, 7450);
    let near = ["o1/1 nearx1 van", "o1/2 nearx1 van", "o2/1 nearx2 van"];
    ships(&rule("0.75"), &near, 7400);
    ships(&rule("-9"), &near, 7400);
}

#[test]
fn what_is_kept_together_leaves_one_location() {
    let stock = "location_id,sku,on_hand\nnear,glass,9\nnear,plate,1\nfar,glass,9\nfar,mug,9\nfar,plate,9\n";
    let tables = [("inventory", stock.to_owned())];
    let rates = "carrier,service,origin,destination_zone,base_cost,cost_per_unit\nvan,day,near,z,0,1\nvan,day,far,z,1,4\n";
    let tables = [&tables[..], &[("carrier_rates", rates.to_owned())]].concat();
    let carriers = ("carriers", "carrier,service\nvan,day\n".to_owned());
    let tables = [&tables[..], &[carriers]].concat();
    let (free, _) = plan_with("", &tables);
    assert_eq!(
        free,
        [
            "o1/1 nearx1 van",
            "o1/2 farx1 van",
            "o2/1 farx1 van",
            "o2/1 nearx1 van"
        ]
    );
    let rule =
        "[[rule]]\nname = \"one-place\"\nlines = \"order_id = 'o1'\"\naction = \"together\"\n";
    let (together, _) = plan_with(rule, &tables);
    assert_eq!(
        together,
        [
            "o1/1 farx1 van",
            "o1/2 farx1 van",
            "o2/1 farx1 van",
            "o2/1 nearx1 van"
        ]
    );
    let all = "[[rule]]\naction = \"together\"\n";
    let (all, _) = plan_with(all, &tables);
    assert_eq!(all, ["o1/1 farx1 van", "o1/2 farx1 van", "o2/1 farx2 van"]);
}

#[test]
fn what_is_kept_apart_goes_in_two_shipments() {
    let rule = "[[rule]]\nlines = \"order_id = 'o1'\"\naction = \"apart\"\n";
    ships(
        rule,
        &["o1/1 nearx1 van", "o1/2 farx1 van", "o2/1 nearx2 van"],
        6900,
    );
}

#[test]
fn what_is_better_together_leaves_several_locations_where_that_costs_less() {
    let stock = "location_id,sku,on_hand\nnear,glass,9\nfar,glass,9\nfar,mug,9\n";
    let rates = "carrier,service,origin,destination_zone,base_cost,cost_per_unit\nvan,day,near,z,0,1\nvan,day,far,z,1,4\n";
    let tables = [
        ("inventory", stock.to_owned()),
        ("carrier_rates", rates.to_owned()),
        ("carriers", "carrier,service\nvan,day\n".to_owned()),
    ];
    let rule = |price: &str| {
        format!("[[rule]]\nlines = \"order_id = 'o1'\"\naction = \"together\"\n{price}")
    };
    let (scattered, free) = plan_with("", &tables);
    let (gathered, kept) = plan_with(&rule(""), &tables);
    assert_ne!(scattered, gathered);
    // Together costs three more.
    assert_eq!(free - kept, 300);
    assert_eq!(
        plan_with(&rule("price = 2.9\n"), &tables),
        (scattered, free - 290)
    );
    assert_eq!(plan_with(&rule("price = 3.1\n"), &tables), (gathered, kept));
}

/// One order of three lines, each at a location of its own, by part of the scenario.
fn three_places(more: &str) -> (Vec<String>, i64) {
    let tables = [
        (
            "orders",
            "order_id,line_id,sku,quantity,unit_price,destination_zone,max_shipments\n\
             o1,1,glass,1,20,z,3\no1,2,mug,1,20,z,3\no1,3,plate,1,20,z,3\n",
        ),
        (
            "inventory",
            "location_id,sku,on_hand\nnear,glass,1\nmid,mug,1\nfar,plate,1\n",
        ),
        ("location_costs", "location_id\nnear\nmid\nfar\n"),
        (
            "carrier_rates",
            "carrier,service,origin,destination_zone,base_cost\nvan,day,near,z,3\nvan,day,mid,z,4\nvan,day,far,z,5\n",
        ),
        ("carriers", "carrier,service\nvan,day\n"),
    ];
    let tables = tables.map(|(name, text)| (name, text.to_owned()));
    plan_with(more, &tables)
}

#[test]
fn lines_leave_as_many_locations_as_pay_for_the_price_of_each_further_one() {
    for method in ["auto", "exact"] {
        let planned = |price: &str| {
            three_places(&format!(
                "method = \"{method}\"\n[[rule]]\naction = \"together\"\nprice = {price}\n"
            ))
        };
        let all = ["o1/1 nearx1 van", "o1/2 midx1 van", "o1/3 farx1 van"];
        for (price, shipments, objective) in [
            ("0", 3, 4800),
            ("4", 3, 4000),
            ("14", 3, 2000),
            ("15.2", 2, 1780),
            ("17", 1, 1700),
            ("100", 1, 1700),
        ] {
            let (shipped, found) = planned(price);
            let told = format!("{method} at {price}: {shipped:?}");
            assert_eq!((shipped.len(), found), (shipments, objective), "{told}");
            assert!(shipped.iter().all(|it| all.contains(&&**it)), "{told}");
        }
    }
}

#[test]
fn a_price_of_nothing_asks_for_nothing() {
    let free = three_places("");
    let rule = "[[rule]]\naction = \"together\"\nprice = 0\n";
    assert_eq!(three_places(rule), free);
}

#[test]
fn what_is_filled_first_is_filled_whatever_being_scattered_costs() {
    let rule = "[objective]\nminimise = \"cost\"\n[[rule]]\naction = \"together\"\nprice = 9000\n";
    let (shipped, _) = three_places(rule);
    assert_eq!(shipped.len(), 3, "{shipped:?}");
}

#[test]
fn what_is_better_apart_goes_together_where_that_costs_less() {
    let rule = |price: &str| {
        format!("[[rule]]\nlines = \"channel = 'web'\"\naction = \"apart\"\nprice = {price}\n")
    };
    // A shipment more costs five: far alone has another location.
    let together = ["o1/1 nearx1 van", "o1/2 nearx1 van", "o2/1 nearx2 van"];
    ships(&rule("4.9"), &together, 6910);
    let (shipped, objective) = plan_with(&rule("5.1"), &[]);
    assert_eq!((shipped.len(), objective), (3, 6900));
    let places: Vec<&str> = shipped.iter().map(|it| &it[5..8]).collect();
    assert!(places.contains(&"far"), "{shipped:?}");
}

#[test]
fn limits_count_units_lines_and_shipments_by_their_places() {
    let near_limit = |more: &str| {
        format!("[[rule]]\nlocations = \"kind = 'store'\"\naction = \"limit\"\n{more}\n")
    };
    let order_far = ["o1/1 farx1 van", "o1/2 farx1 van", "o2/1 nearx2 van"];
    let (one, other) = plan_with(&near_limit("at_most = 2"), &[]);
    assert_eq!((one.len(), other), (3, 7200));
    ships(
        &near_limit("at_most = 1\ncount = \"lines\""),
        &order_far,
        7200,
    );
    let (_, one_shipment) = plan_with(&near_limit("at_most = 1\ncount = \"shipments\""), &[]);
    assert_eq!(one_shipment, 7200);
    let (_, half) = plan_with(&near_limit("share = 0.5"), &[]);
    assert_eq!(half, 7200);
    let (_, none) = plan_with(&near_limit("at_most = 0\nper = \"wave\""), &[]);
    assert_eq!(none, 7000);
    // Two of four units over the limit cost less than another shipment from far.
    let near = ["o1/1 nearx1 van", "o1/2 nearx1 van", "o2/1 nearx2 van"];
    ships(&near_limit("at_most = 2\nprice = 0.5"), &near, 7300);
    let bike = "[[rule]]\nservices = \"carrier = 'van'\"\naction = \"limit\"\nat_most = 1\ncount = \"shipments\"\n";
    let (_, one_by_bike) = plan_with(bike, &[]);
    assert_eq!(one_by_bike, 6800);
}

/// Glasses are at `near` alone, mugs at `far`: o1 ships in two.
fn china_far() -> (&'static str, String) {
    let text = "location_id,sku,on_hand\nnear,glass,9\nfar,mug,9\nnear,plate,9\n";
    ("inventory", text.to_owned())
}

#[test]
fn limits_count_an_order_once_however_it_ships() {
    let by_van = |more: &str| {
        format!("[[rule]]\nservices = \"carrier = 'van'\"\naction = \"limit\"\n{more}\n")
    };
    let tables = [china_far()];
    // Of two orders by van the one that ships in two is worth more; of shipments just one may be by van.
    let cases = [
        ("at_most = 2\ncount = \"orders\"", 6900),
        ("at_most = 1\ncount = \"orders\"", 6300),
        ("share = 0.5\ncount = \"orders\"", 6300),
        ("at_most = 1\ncount = \"shipments\"", 5850),
        ("at_most = 0\ncount = \"orders\"", 5250),
        ("at_most = 0\ncount = \"orders\"\nprice = 1", 6700),
        ("at_most = 0\ncount = \"shipments\"\nprice = 1", 6600),
        // At each location there is but one shipment of an order.
        ("at_most = 1\ncount = \"orders\"\nper = \"location\"", 6300),
        ("at_most = 1\ncount = \"orders\"\nper = \"wave\"", 6300),
    ];
    for (limit, cents) in cases {
        let (shipped, objective) = plan_with(&by_van(limit), &tables);
        assert_eq!(objective, cents, "{limit}: {shipped:?}");
    }
}

#[test]
fn orders_that_were_counted_before_are_not_counted_again() {
    let header =
        "order_id,line_id,sku,location_id,leaves_at,quantity,shipment_id,carrier,service,status";
    let row = "o1,1,glass,near,2026-11-23T18:00,1,o1-1,van,day,released";
    let tables = [china_far(), ("previous", format!("{header}\n{row}\n"))];
    let by_van = |most: i64, counted: &str| {
        let rule = "[[rule]]\nservices = \"carrier = 'van'\"\naction = \"limit\"";
        plan_with(
            &format!("{rule}\nat_most = {most}\ncount = \"{counted}\"\n"),
            &tables,
        )
        .1
    };
    // The mug may follow by van, the plates go by bike.
    assert_eq!(by_van(1, "orders"), 4600);
    assert_eq!(by_van(2, "orders"), 5200);
    assert_eq!(by_van(1, "shipments"), 4150);
}

#[test]
fn limits_count_what_was_released_before() {
    let header =
        "order_id,line_id,sku,location_id,leaves_at,quantity,shipment_id,carrier,service,status";
    let row = "o2,1,plate,near,2026-11-23T18:00,2,o2-1,van,day,released";
    let before = [("previous", format!("{header}\n{row}\n"))];
    let at_store = "[[rule]]\nlocations = \"kind = 'store'\"\naction = \"limit\"\n";
    // o2's two units from near are all that it may ship: of four asked for, half is two.
    for limit in [
        "at_most = 2",
        "share = 0.5",
        "at_most = 1\ncount = \"lines\"",
    ] {
        let (shipped, objective) = plan_with(&format!("{at_store}{limit}\n"), &before);
        let far = ["o1/1 farx1 van", "o1/2 farx1 van"];
        assert_eq!(
            (shipped, objective),
            (far.map(String::from).to_vec(), 3500),
            "{limit}"
        );
    }
    let (_, some_left) = plan_with(&format!("{at_store}at_most = 4\n"), &before);
    assert_eq!(some_left, 3700);
    let by_van = "[[rule]]\nservices = \"carrier = 'van'\"\naction = \"limit\"\nat_most = 1\ncount = \"shipments\"\n";
    assert_eq!(plan_with(by_van, &before).1, 3100);
}

#[track_caller]
/// Plates are at `far` alone.
fn plates_far() -> Vec<(&'static str, String)> {
    let text =
        "location_id,sku,on_hand\nnear,glass,9\nnear,mug,9\nfar,glass,9\nfar,mug,9\nfar,plate,9\n";
    vec![("inventory", text.to_owned())]
}

#[test]
fn no_more_locations_are_open_than_a_rule_allows() {
    let rule = |most: &str| format!("[[rule]]\naction = \"open\"\n{most}\n");
    let both = ["o1/1 nearx1 van", "o1/2 nearx1 van", "o2/1 farx2 van"];
    let far = ["o1/1 farx1 van", "o1/2 farx1 van", "o2/1 farx2 van"];
    let cases: [(&str, &[&str], i64); 5] = [
        ("at_most = 2", &both, 7200),
        ("at_most = 1", &far, 7000),
        ("at_most = 1\nprice = 1.5", &both, 7050),
        ("at_most = 1\nprice = 2.5", &far, 7000),
        ("at_most = 0", &[], 0),
    ];
    for (most, expected, cents) in cases {
        let (shipped, objective) = plan_with(&rule(most), &plates_far());
        assert_eq!(
            (shipped, objective),
            (expected.iter().map(|it| (*it).to_owned()).collect(), cents),
            "{most}"
        );
    }
    let stores = rule("at_most = 0\nlocations = \"kind = 'store'\"");
    let (shipped, objective) = plan_with(&stores, &plates_far());
    assert_eq!(
        (shipped, objective),
        (far.map(str::to_owned).to_vec(), 7000)
    );
}

#[test]
fn as_many_locations_are_open_as_a_rule_asks_for() {
    let costs =
        "location_id,kind,cost_per_shipment,fixed_cost\nnear,store,0,1\nfar,warehouse,0,4\n";
    let tables = [("location_costs", costs.to_owned())];
    let near = ["o1/1 nearx1 van", "o1/2 nearx1 van", "o2/1 nearx2 van"].map(str::to_owned);
    let rule = "[[rule]]\naction = \"open\"\nat_least = 2\n";
    assert_eq!(plan_with("", &tables), (near.to_vec(), 7300));
    assert_eq!(plan_with(rule, &tables), (near.to_vec(), 6900));
    // What is paid for is used: a shipment from far costs two more than from near, by a discount of three.
    let prefer = "[[rule]]\nname = \"p\"\nlines = \"sku = 'plate'\"\nlocations = \"location_id = 'far'\"\naction = \"prefer\"\nbonus = 1.5\n";
    let split = ["o1/1 nearx1 van", "o1/2 nearx1 van", "o2/1 farx2 van"].map(str::to_owned);
    assert_eq!(plan_with(prefer, &tables), (near.to_vec(), 7300));
    assert_eq!(
        plan_with(&format!("{rule}{prefer}"), &tables),
        (split.to_vec(), 7000)
    );
    // Two that are cheaper to keep idle come first, and yet far is better.
    let idle = format!(
        "{}attic,store,0,4\ncellar,store,0,4\n",
        costs.replace("far,warehouse,0,4\n", "far,warehouse,0,4.5\n")
    );
    assert_eq!(
        plan_with(&format!("{rule}{prefer}"), &[("location_costs", idle)]),
        (split.to_vec(), 6950)
    );
}

fn refuses(rules: &str, expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.toml");
    let head = "data = \".\"\nas_of = \"2026-11-23T05:00\"\n";
    std::fs::write(&file, format!("{head}{rules}")).unwrap();
    let told = match load_scenarios(&[file], &Overrides::default()) {
        Err(faults) => faults
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n"),
        Ok(_) => match settled(rules, &[]) {
            Err(faults) => faults.to_string(),
            Ok((_, _, warnings)) => warnings.to_string(),
        },
    };
    assert!(told.contains(expected), "{told}");
}

#[test]
fn rules_that_cannot_be_meant_are_told() {
    let rule = |text: &str| format!("[[rule]]\nname = \"r\"\n{text}\n");
    refuses(&rule("action = \"ban\""), "there is no such action");
    refuses(&rule(""), "the rule has no action");
    refuses(
        &rule("action = \"forbid\""),
        "says neither where nor by what service",
    );
    refuses(&rule("action = \"prefer\""), "says not how much it prefers");
    refuses(&rule("action = \"limit\""), "a limit has at_most or share");
    refuses(
        &rule("action = \"limit\"\nshare = 2"),
        "a share from 0 to 1",
    );
    refuses(
        &rule("action = \"prefer\"\nprice = 1"),
        "price has no meaning for the action prefer",
    );
    refuses(
        &rule("action = \"together\"\nlocations = \"kind = 'store'\""),
        "look at all locations",
    );
    refuses(&rule("action = \"forbid\"\nplaces = \"x\""), "unknown key");
    let forbid = |lines: &str| {
        rule(&format!(
            "action = \"forbid\"\nlocations = \"kind = 'store'\"\nlines = \"{lines}\""
        ))
    };
    refuses(
        &forbid("colour = 'red'"),
        "orders has no column colour, nor has products",
    );
    refuses(&forbid("weihgt_g > 1"), "did you mean weight_g?");
    refuses(&forbid("sku ="), "not a condition");
    refuses(
        &forbid("sku = 'absent'"),
        "rule r does nothing: no lines match",
    );
    let two = format!(
        "{}{}",
        rule("action = \"forbid\"\nlocations = \"kind = 'store'\""),
        "[[rule]]\nname = \"s\"\naction = \"require\"\nlocations = \"kind = 'store'\"\n"
    );
    refuses(
        &two,
        "the rules r, s together leave no location to 3 order lines",
    );
    refuses(&rule("action = \"open\""), "says not how many locations");
    refuses(
        &rule("action = \"open\"\nat_most = 1\nlines = \"quantity > 1\""),
        "open looks at all",
    );
    refuses(
        &rule("action = \"open\"\nat_least = 2\nat_most = 1"),
        "is nothing",
    );
    refuses(
        &rule("action = \"open\"\nat_least = 1\nprice = 2"),
        "only at_most has a price",
    );
    refuses(
        &rule("action = \"open\"\nat_least = 3"),
        "2 of those that it counts may be",
    );
    refuses(
        &rule("action = \"limit\"\nat_least = 3"),
        "at_least has no meaning",
    );
    let same = format!(
        "{}{}",
        rule("action = \"together\""),
        rule("action = \"together\"")
    );
    refuses(&same, "two rules of one file are called");
}

#[test]
fn a_rule_is_reached_by_its_name_and_kept_in_what_a_run_writes_down() {
    let rule = "[[rule]]\nname = \"glass\"\nlines = \"sku = 'glass'\"\nlocations = \"kind = 'store'\"\naction = \"forbid\"\n";
    let (folder, first) = scenario(rule, &[]);
    let set = Overrides {
        set: vec!["rule.glass.price=0.25".to_owned()],
        ..Overrides::default()
    };
    let file = folder.path().join("s.toml");
    let priced = load_scenarios(&[file], &set).unwrap().remove(0);
    let asks = |scenario: &Scenario| scenario.rules[0].asks;
    assert_ne!(asks(&first), asks(&priced));
    let again = folder.path().join("again.toml");
    std::fs::write(&again, &priced.resolved).unwrap();
    let again = load_scenarios(&[again], &Overrides::default()).unwrap();
    assert_eq!(asks(&again[0]), asks(&priced));
}
