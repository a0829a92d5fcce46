//! Explanations as their users meet them: `explain`, `price`, `compare`, and the page of docs that shows them.

mod support;

use std::fs;
use std::path::Path;
use support::place::Place;

/// Two scenarios of the first dataset.
fn planned() -> Place {
    let place = Place::ready();
    place.run("plan night/scenario.toml night/rules.toml --name monday", 0);
    place
}

#[test]
fn an_order_is_explained_in_words_and_as_json() {
    let place = planned();
    let (text, _) = place.run("explain monday 1004 --scenario start", 0);
    for told in [
        "Order 1004 in scenario start: 1 shipment",
        "LYON by Postal home would be worth 3.55 EUR less, and has no room.",
        "stock of LAMP at PARIS-STORE",
        "other orders take its stock",
        "Not from a location that holds no VASE in time: LILLE",
    ] {
        assert!(text.contains(told), "{told} in {text}");
    }
    let (json, _) = place.run("explain monday 1004 --scenario start --format json", 0);
    let told: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let ways = told["shipments"][0]["ways"].as_array().expect("ways");
    assert_eq!(ways.len(), 4);
    assert_eq!(ways.iter().filter(|way| way["chosen"] == true).count(), 1);
    assert_eq!(ways[0]["location_id"], "PARIS-STORE");
    let (line, _) = place.run("explain monday 1004 --line 2 --scenario start", 0);
    assert!(line.contains("LAMP"), "{line}");
}

#[test]
fn what_a_hub_sends_on_is_told_with_why_it_does_not_go_straight() {
    let place = Place::new();
    let merge = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/merge/scenario.toml");
    place.run(&format!("plan {} --name merged", merge.display()), 0);
    let (text, _) = place.run("explain merged C1", 0);
    for told in [
        "Shipment C1-1: sends on from HUB what C1-2 and C1-3 bring\n  in wave 2026-11-25 18:00 forward, Post home, for 6.36 EUR",
        "Why not straight in one shipment: No location by itself could send all of it",
    ] {
        assert!(text.contains(told), "{told} in {text}");
    }
    let (json, _) = place.run("explain merged C1 --format json", 0);
    let told: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(told["sent_on"][0]["cost"], 6.361, "{told}");
    assert_eq!(told["in_one"]["is_by_hub"], true, "{told}");
}

#[test]
fn what_stays_unfilled_says_what_would_fill_it() {
    let place = planned();
    let (text, _) = place.run("explain monday 1011 --scenario start", 0);
    assert!(text.contains("1 more of the stock of GLOBE"), "{text}");
    let (text, _) = place.run("explain monday 1012 --scenario start", 0);
    assert!(text.contains("EUR more for it to pay"), "{text}");
}

#[test]
fn what_is_not_there_is_said() {
    let place = planned();
    for (asked, told) in [
        ("explain monday 1004", "choose one with --scenario"),
        ("explain monday 9 --scenario start", "has no order 9"),
        (
            "explain monday 1004 --line 7 --scenario start",
            "its lines are: 1, 2",
        ),
        ("explain nothing 1004", "no run `nothing`"),
        ("compare monday --pareto profit,beauty", "known are: profit"),
        ("compare monday/start --moved", "name two"),
        ("compare monday/peak", "it has: start, rules"),
        (
            "price night/scenario.toml --only overtime",
            "nothing of that kind",
        ),
    ] {
        let (_, talk) = place.run(asked, 2);
        assert!(talk.contains(told), "{asked}: {talk}");
    }
}

#[test]
fn a_conflict_is_of_what_is_needed_alone() {
    let place = planned();
    for of in ["monday --scenario start", "night/scenario.toml"] {
        let (text, _) = place.run(&format!("explain {of} --why-infeasible"), 0);
        assert!(
            text.contains("order 1011 filled in full: 1 × GLOBE"),
            "{of}: {text}"
        );
    }
    // A rule that keeps the order from where the only stock lies.
    let text = "extends = \"night/scenario.toml\"\nname = \"ruled\"\n[[rule]]\nname = \"not-there\"\nlines = \"sku = 'VASE'\"\nlocations = \"location_id IN ('LYON', 'PARIS-STORE')\"\naction = \"forbid\"\n";
    place.write("ruled.toml", text);
    let (json, _) = place.run("explain ruled.toml 1004 --why-infeasible --format json", 0);
    let told: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(told["orders"].as_array().map(Vec::len), Some(1), "{told}");
    let against = told["against"].to_string();
    assert!(against.contains("rule not-there"), "{told}");
    assert!(!against.contains("capacity"), "{told}");
    assert_eq!(told["smallest"], true, "{told}");
}

#[test]
fn rules_on_open_locations_that_leave_no_plan_are_named_everywhere() {
    let place = Place::ready();
    let rule = |name: &str, asks: &str| {
        format!("[[rule]]\nname = \"{name}\"\naction = \"open\"\n{asks}\n")
    };
    let rules = [
        rule("many", "at_least = 3"),
        rule("idle", "at_most = 3"),
        rule("few", "at_most = 1"),
    ];
    let text = format!(
        "extends = \"night/scenario.toml\"\nname = \"counted\"\n{}",
        rules.concat()
    );
    place.write("counted.toml", &text);
    let both = "no choice of open locations keeps the rules many, few together";
    for (asked, code) in [
        ("check counted.toml", 0),
        ("plan counted.toml --name counted", 20),
    ] {
        let (text, talk) = place.run(asked, code);
        assert!(
            text.contains(both) || talk.contains(both),
            "{asked}: {text}{talk}"
        );
    }
    let (_, talk) = place.run("explain counted --why-infeasible", 2);
    assert!(
        talk.contains(both) && talk.contains("SCENARIO.toml"),
        "{talk}"
    );
    let (text, _) = place.run("explain counted.toml --why-infeasible", 0);
    assert!(text.contains("Scenario counted has no plan."), "{text}");
    assert!(
        text.contains("rule many: at least 3 open of the 3 locations"),
        "{text}"
    );
    assert!(
        text.contains("rule few: at most 1") && !text.contains("idle"),
        "{text}"
    );
}

#[test]
fn hostile_ids_are_told_as_they_are_and_guarded_in_files() {
    let place = Place::ready();
    let orders = place.text("night/data/orders.csv");
    let id = "=cmd()<script>";
    place.write(
        "night/data/orders.csv",
        &orders.replace("\n1003,", &format!("\n{id},")),
    );
    place.run("plan night/scenario.toml --name odd", 0);
    let decisions = place.text("runs/odd/start/decisions.csv");
    assert!(decisions.contains(&format!("\n'{id},")), "{decisions}");
    let (text, _) = place.run(&format!("explain odd {id}"), 0);
    assert!(text.contains(id), "{text}");
    place.run("verify odd", 0);
}

#[test]
fn a_changed_reason_or_price_is_found_by_verify() {
    let place = planned();
    let path = "runs/monday/start/decisions.csv";
    place.write(path, &place.text(path).replace("no_other_way", "chosen"));
    let (out, _) = place.run("verify monday", 23);
    assert!(
        out.contains("decisions.csv") && out.contains("kept_by"),
        "{out}"
    );
    place.run("price night/scenario.toml --only closings --name dear", 0);
    place.run("verify dear", 0);
    let path = "runs/dear/rule_prices.csv";
    place.write(path, &place.text(path).replace(",-", ",-1"));
    let (out, _) = place.run("verify dear", 23);
    assert!(out.contains("rule_prices"), "{out}");
}

#[test]
fn a_limit_is_worth_what_planning_without_it_gains() {
    let place = Place::ready();
    let safety = "extends = \"night/scenario.toml\"\nname = \"held\"\n[[change]]\ntable = \"inventory\"\nset = { safety_stock = 1 }\n[[rule]]\nname = \"no-lyon\"\nlocations = \"location_id = 'LYON'\"\naction = \"forbid\"\n";
    place.write("held.toml", safety);
    let (out, _) = place.run("price held.toml --only rules,closings", 0);
    assert!(out.contains("Run: runs/held-price"), "{out}");
    let prices = place.text("runs/held-price/rule_prices.csv");
    let mut rows = csv::Reader::from_reader(prices.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    let with = rows
        .iter()
        .find(|row| &row[0] == "rules")
        .expect("the rule");
    assert_eq!(
        (&with[1], &with[2], &with[7]),
        ("without rule no-lyon", "relaxed", "yes")
    );
    // Solved to the end, so that found, least and most are one: what planning without it gains.
    place.run("plan held.toml --name with", 0);
    let without = safety.split("[[rule]]").next().expect("before it");
    place.write("free.toml", without);
    place.run("plan free.toml --name free", 0);
    let objective = |run: &str| {
        let summary = place.json(&format!("runs/{run}/held/summary.json"));
        summary["objective"].as_f64().expect("an objective")
    };
    let gained = objective("free") - objective("with");
    for cell in [4, 5, 6] {
        let told: f64 = with[cell].parse().expect("an amount");
        assert!(
            (told - gained).abs() < 1e-6 && gained > 0.0,
            "{with:?}, {gained}"
        );
    }
    // What is closed by the rule anyway costs nothing to close.
    let closed = rows
        .iter()
        .find(|row| &row[1] == "LYON closed")
        .expect("LYON");
    assert_eq!((&closed[4], &closed[8]), ("0", "worth nothing"));
}

#[test]
fn comparisons_say_what_is_proven_and_what_is_not() {
    let place = Place::ready();
    place.write("dear.toml", "extends = \"night/scenario.toml\"\nname = \"dear\"\n[[change]]\ntable = \"carrier_rates\"\nscale = { base_cost = 1.5 }\n");
    let (out, _) = place.run("plan night/scenario.toml dear.toml --name two", 0);
    assert!(out.contains("start beats dear by at least "), "{out}");
    let place = Place::generated(300, "--class tight --scarce 40%");
    place.write(
        "wide.toml",
        "extends = \"night/scenario.toml\"\nname = \"wide\"\n[solver]\nseed = 2\n",
    );
    let plan =
        "plan night/scenario.toml wide.toml --set solver.method=prices --accept-gap --name two";
    let (out, _) = place.run(plan, 0);
    assert!(out.contains("not decided at this gap"), "{out}");
}

#[test]
fn what_ships_otherwise_is_told_and_written() {
    let place = planned();
    let (out, _) = place.run("compare monday/rules monday/start --moved --csv side", 0);
    assert!(out.contains("to another location"), "{out}");
    let moved = place.text("side/moved_between.csv");
    assert!(
        moved.starts_with("order_id,line_id,units_first,units_second"),
        "{moved}"
    );
    assert!(moved.lines().count() > 1);
    let (out, _) = place.run("compare monday/start monday/start --moved --csv same", 0);
    assert!(out.contains("monday/start"), "{out}");
    assert_eq!(place.text("same/moved_between.csv").lines().count(), 1);
}

#[test]
fn the_front_is_of_what_no_other_beats() {
    let place = Place::ready();
    place.write("sweep.toml", "extends = \"night/scenario.toml\"\nname = \"sweep\"\n[sweep]\n\"objective.unfilled_cost\" = [0, 5, 50]\n");
    place.run("plan sweep.toml --name many", 0);
    let (out, _) = place.run(
        "compare many --pareto cost_per_order,fill_rate --csv side",
        0,
    );
    assert!(out.contains("cost_per_order (less is better)"), "{out}");
    let text = place.text("side/pareto.csv");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let mut front = 0;
    let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    for row in &rows {
        let of = |row: &csv::StringRecord| -> [f64; 2] {
            [
                -row[1].parse::<f64>().expect("a cost"),
                row[2].parse().expect("a rate"),
            ]
        };
        let own = of(row);
        let is_beaten = rows.iter().any(|other| {
            let other = of(other);
            other[0] >= own[0] && other[1] >= own[1] && other != own
        });
        assert_eq!(&row[3] == "no", is_beaten, "{text}");
        front += usize::from(!is_beaten);
    }
    assert!(front >= 1 && rows.len() == 3, "{text}");
}

/// As the page on explanations shows it.
const NETWORK: &str = r#"extends = "night/scenario.toml"
name = "net"

[[change]]
name = "lease"
table = "location_costs"
set = { open = "decide", fixed_cost = 40.00 }

[[rule]]
name = "few"
action = "open"
at_most = 3

[sweep]
"rule.few.at_most" = [1, 2, 3]
"#;

#[test]
fn a_sweep_over_open_locations_has_a_curve_with_what_each_more_brings() {
    let place = Place::ready();
    place.write("network.toml", NETWORK);
    let (out, _) = place.run("plan network.toml --name net", 0);
    let told = "net by rule.few.at_most\n";
    assert!(out.contains(told), "{out}");
    let text = place.text("runs/net/curves.csv");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    let heads = csv::Reader::from_reader(text.as_bytes())
        .headers()
        .expect("a header")
        .clone();
    let at = |name: &str| {
        let found = heads.iter().position(|head| head == name);
        found.unwrap_or_else(|| panic!("{name} in {heads:?}"))
    };
    let amount =
        |row: &csv::StringRecord, name: &str| -> f64 { row[at(name)].parse().expect("an amount") };
    assert_eq!(rows.len(), 3);
    for (place_of, row) in rows.iter().enumerate() {
        let most = (place_of + 1) as f64;
        assert_eq!(amount(row, "value"), most);
        assert!(amount(row, "locations_used") <= most, "{text}");
        let summary = place.json(&format!("runs/net/{}/summary.json", &row[at("scenario")]));
        assert_eq!(
            Some(amount(row, "objective")),
            summary["objective"].as_f64()
        );
        assert_eq!(
            Some(amount(row, "fixed")),
            summary["money"]["fixed"].as_f64()
        );
        if place_of > 0 {
            // Solved to the end: what is found, the least and the most are one.
            let step = amount(row, "objective") - amount(&rows[place_of - 1], "objective");
            for name in ["step", "step_at_least", "step_at_most"] {
                assert!((amount(row, name) - step).abs() < 1e-5, "{name}: {text}");
            }
        }
    }
    let best = rows
        .iter()
        .map(|row| amount(row, "objective"))
        .fold(f64::MIN, f64::max);
    for row in &rows {
        let is_best = amount(row, "objective") == best;
        assert_eq!(&row[at("best")] == "yes", is_best, "{text}");
    }
    assert!(
        place
            .text("runs/net/report.html")
            .contains("class=\"chart\"")
    );
    for shown in ["show net", "compare net --csv side"] {
        let (out, _) = place.run(shown, 0);
        assert!(out.contains(told), "{shown}: {out}");
    }
    assert_eq!(place.text("side/curves.csv"), text);
    let (out, _) = place.run("compare net latest --csv both", 0);
    assert!(out.contains("net/net by rule.few.at_most"), "{out}");
    place.run("verify net", 0);
    let number = &rows[0][at("objective")];
    place.write("runs/net/curves.csv", &text.replacen(number, "999999", 1));
    let (out, _) = place.run("verify net", 23);
    assert!(out.contains("curves"), "{out}");
}

/// Each `$ consign …` of the page with what it shows below.
fn commands(page: &str) -> Vec<(String, String)> {
    let blocks = page.split("```console\n").skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().unwrap_or_default());
    let each = blocks.map(|block| {
        let (command, shown) = block.split_once('\n').expect("a command and what it shows");
        let command = command
            .strip_prefix("$ consign ")
            .expect("a consign command");
        (command.to_owned(), shown.to_owned())
    });
    each.collect()
}

/// Lines that are the same every time: those of a comparison have seconds in them.
fn lasting(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim_end);
    lines
        .filter(|line| !line.contains(" % ") && !line.is_empty())
        .collect()
}

/// `CONSIGN_BLESS=1` writes what the commands show into the page.
#[test]
fn the_page_on_explanations_shows_what_its_commands_do() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/explanations.md");
    let mut page = fs::read_to_string(&path).expect("the page");
    let place = Place::ready();
    let all = commands(&page);
    assert!(all.len() >= 6);
    assert!(page.contains(NETWORK));
    place.write("network.toml", NETWORK);
    for (command, shown) in all {
        let (out, _) = place.run(&command, 0);
        if std::env::var_os("CONSIGN_BLESS").is_some() {
            page = page.replace(
                &format!("$ consign {command}\n{shown}"),
                &format!("$ consign {command}\n{out}"),
            );
        } else {
            assert_eq!(lasting(&shown), lasting(&out), "{command}");
        }
    }
    if std::env::var_os("CONSIGN_BLESS").is_some() {
        fs::write(&path, page).expect("written");
    }
}

#[test]
fn what_lateness_takes_is_in_what_a_line_would_bring() {
    let place = Place::ready();
    place.run("plan night/scenario.toml --name late --as-of 2027-01-01", 0);
    let unfilled = place.text("runs/late/start/unfilled.csv");
    // Shipped now it would be 36 days late, at 1.50 each.
    let row = unfilled.lines().find(|row| row.starts_with("1001,1,"));
    let row = row.unwrap_or_else(|| panic!("{unfilled}"));
    assert!(
        row.contains("not_worth_it") && row.contains("change the objective by -"),
        "{row}"
    );
}

#[test]
fn no_departure_is_promised_from_where_nothing_reaches_the_customer() {
    let place = Place::ready();
    let rates = place.text("night/data/carrier_rates.csv");
    let kept = |row: &&str| {
        !row.starts_with("Postal,home,north,") && !row.starts_with("Postal,express,north,")
    };
    let rates: Vec<&str> = rates.lines().filter(kept).collect();
    place.write("night/data/carrier_rates.csv", &(rates.join("\n") + "\n"));
    let places = place.text("night/data/location_costs.csv");
    let full = places.replace("0.32,0.25,0.80,20,", "0.32,0.25,0.80,1,");
    assert_ne!(places, full);
    place.write("night/data/location_costs.csv", &full);
    place.run("plan night/scenario.toml --name full", 0);
    let unfilled = place.text("runs/full/start/unfilled.csv");
    assert!(unfilled.contains("first departure of LYON"), "{unfilled}");
    assert!(!unfilled.contains("first departure of LILLE"), "{unfilled}");
}

/// One unit does not pay its carriage; forty would, and it is room for these that is missing.
#[test]
fn a_part_that_does_not_pay_does_not_hide_what_is_against_the_whole() {
    let place = Place::new();
    place.run("init mine", 0);
    for (table, rows) in [
        (
            "orders",
            "order_id,line_id,sku,quantity,unit_price,destination_zone\n1,1,MUG,40,4.90,north\n",
        ),
        ("inventory", "location_id,sku,on_hand\nLILLE,MUG,400\n"),
        (
            "location_costs",
            "location_id,zone,cost_per_unit,cost_per_shipment,capacity_units\nLILLE,north,0.25,0.90,1\n",
        ),
        (
            "carrier_rates",
            "carrier,service,origin,destination_zone,base_cost,transit_days\nPostal,home,north,north,4.10,2\n",
        ),
    ] {
        place.write(&format!("mine/data/{table}.csv"), rows);
    }
    let plan = |price: &str, name: &str| {
        place.run(
            &format!("plan mine/scenario.toml --set objective.unfilled_cost={price} --name {name}"),
            0,
        );
        place.text(&format!("runs/{name}/start/unfilled.csv"))
    };
    let unfilled = plan("0.0", "full");
    assert!(unfilled.contains("1,1,MUG,40,capacity_full,"), "{unfilled}");
    // Nothing is planned, and nothing could be: that is no gap.
    assert_eq!(place.json("runs/full/start/summary.json")["gap"], 0.0);
    let rates = "carrier,service,origin,destination_zone,base_cost,transit_days\nPostal,home,north,north,410.00,2\n";
    place.write("mine/data/carrier_rates.csv", rates);
    let unfilled = plan("0.0", "dear");
    assert!(unfilled.contains("1,1,MUG,40,not_worth_it,"), "{unfilled}");
}
