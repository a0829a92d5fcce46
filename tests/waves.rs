//! A day of wave calls, killed and repeated: nothing is released twice, nothing is lost, no stock is overdrawn.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;
use support::place::Place;

type Rows = Vec<BTreeMap<String, String>>;

fn rows(path: &Path) -> Rows {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|it| panic!("{it}"));
    reader
        .deserialize()
        .map(|row| row.expect("a row of texts"))
        .collect()
}

fn number(row: &BTreeMap<String, String>, name: &str) -> i64 {
    row[name].parse().unwrap_or(0)
}

/// Twelve hours of a place with waves at noon, four and eight.
fn place() -> Place {
    let place = Place::generated(250, "");
    place.write(
        "night/waves.csv",
        "location_id,cutoff\n*,12:00\n*,16:00\n*,20:00\n",
    );
    place
}

fn call(hour: u32) -> String {
    let set = "--set horizon_days=2 --set solver.time_limit=20s --accept-gap";
    format!(
        "wave night/scenario.toml --state state --as-of 2026-11-23T{hour:02}:00 --every 1h {set}"
    )
}

/// Folders of the calls that are done, in order.
fn done(place: &Place) -> Vec<String> {
    let Ok(entries) = fs::read_dir(place.path("state")) else {
        return vec![];
    };
    let names = entries.map(|entry| entry.expect("entry").file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

#[track_caller]
fn is_consistent(place: &Place) {
    let calls = done(place);
    let last = calls.last().expect("a call");
    let all = rows(&place.path(&format!("state/{last}/previous.csv")));
    let mut asked: BTreeMap<(String, String), i64> = BTreeMap::new();
    let mut lines: BTreeMap<String, u32> = BTreeMap::new();
    for row in rows(&place.path("night/orders.csv")) {
        let count = lines.entry(row["order_id"].clone()).or_default();
        *count += 1;
        let line = match row.get("line_id").map(String::as_str) {
            None | Some("") => count.to_string(),
            Some(line) => line.to_owned(),
        };
        asked.insert((row["order_id"].clone(), line), number(&row, "quantity"));
    }
    let (mut released, mut taken): (BTreeMap<_, i64>, BTreeMap<_, i64>) = Default::default();
    for row in &all {
        let units = number(row, "quantity");
        let line = (row["order_id"].clone(), row["line_id"].clone());
        *released.entry(line).or_default() += units;
        let cell = (row["location_id"].clone(), row["shipped_sku"].clone());
        *taken.entry(cell).or_default() += units;
    }
    for (line, units) in &released {
        assert!(
            *units <= asked[line],
            "{line:?}: {units} of {}",
            asked[line]
        );
    }
    let mut stock: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in rows(&place.path("night/inventory.csv")) {
        let there = match row["on_hand"].as_str() {
            "unlimited" => i64::MAX / 2,
            _ => {
                let kept = number(&row, "reserved") + number(&row, "safety_stock");
                (number(&row, "on_hand") - kept).max(0)
            }
        };
        stock.insert((row["location_id"].clone(), row["sku"].clone()), there);
    }
    let inbound = place.path("night/inbound.csv");
    for row in if inbound.is_file() {
        rows(&inbound)
    } else {
        vec![]
    } {
        let cell = (row["location_id"].clone(), row["sku"].clone());
        *stock.entry(cell).or_default() += number(&row, "quantity");
    }
    for (cell, units) in &taken {
        let there = stock.get(cell).copied().unwrap_or(0);
        assert!(*units <= there, "{cell:?}: {units} of {there}");
    }
    // What each call names is in the whole once, under ids that no other call has used.
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let mut pieces = 0;
    for call in &calls {
        let of_call = rows(&place.path(&format!("state/{call}/shipments.csv")));
        for row in of_call {
            assert!(
                ids.insert(row["shipment_id"].clone()),
                "{}",
                row["shipment_id"]
            );
        }
        pieces += rows(&place.path(&format!("state/{call}/allocations.csv"))).len();
    }
    assert_eq!(pieces, all.len());
}

#[test]
fn a_day_of_calls_killed_and_repeated_adds_up() {
    let place = place();
    let mut killed = 0;
    for hour in 8..=20_u32 {
        // Killed at another moment each time, then repeated until it is done.
        for attempt in 0..2 {
            let before = done(&place).len();
            let mut child = place.start(&call(hour));
            std::thread::sleep(Duration::from_millis(u64::from(
                hour * 37 % 90 + attempt * 60,
            )));
            let _ = child.kill();
            let _ = child.wait();
            killed += usize::from(done(&place).len() == before);
        }
        place.run(&call(hour), 0);
        assert_eq!(done(&place).len() as u32, hour - 7, "one folder a call");
        is_consistent(&place);
    }
    assert!(
        killed > 5,
        "only {killed} calls were killed before they were done"
    );
    let last = done(&place).pop().unwrap();
    let all = rows(&place.path(&format!("state/{last}/previous.csv")));
    let moments: BTreeSet<&str> = all.iter().map(|row| &row["leaves_at"][11..16]).collect();
    assert_eq!(
        moments.into_iter().collect::<Vec<_>>(),
        ["12:00", "16:00", "20:00"]
    );
    // Each run of the day stands by itself.
    for run in place.runs() {
        if run.starts_with("synthetic") || run.starts_with("start") {
            place.run(&format!("verify {run}"), 0);
        }
    }
}

#[test]
fn a_call_repeated_for_its_moment_releases_nothing_more() {
    let place = place();
    let (first, _) = place.run(&call(11), 0);
    let files = support::place::tables(&place.path("state"));
    let (again, _) = place.run(&call(11), 0);
    assert!(again.contains("was done before"), "{again}");
    assert_eq!(files, support::place::tables(&place.path("state")));
    assert!(first.contains("Wave 1 "), "{first}");
    let (_, told) = place.run(&call(10), 2);
    assert!(told.contains("has gone on to"), "{told}");
    // What was released is not forgotten where its file is cut short.
    let path = place.path("state/0001/previous.csv");
    let whole = std::fs::read_to_string(&path).unwrap();
    let header = whole.lines().next().unwrap();
    std::fs::write(&path, format!("{header}\n")).unwrap();
    let (_, told) = place.run(&call(12), 2);
    assert!(told.contains("is not what wave 1 wrote"), "{told}");
    std::fs::write(&path, &whole).unwrap();
    let (_, told) = place.run(&call(15), 0);
    assert!(told.contains("this call comes after"), "{told}");
}

#[test]
fn a_state_folder_keeps_the_last_calls_where_asked_to() {
    let place = three_orders();
    for day in 23..=26 {
        let call = format!("wave s.toml --as-of 2026-11-{day}T11:30 --every 24h");
        place.run(&format!("{call} --state pruned --keep 2"), 0);
        place.run(&format!("{call} --state whole"), 0);
    }
    let calls = |state: &str| {
        let names = fs::read_dir(place.path(state)).unwrap();
        let names = names.map(|name| name.unwrap().file_name().into_string().unwrap());
        let mut calls: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        calls.sort_unstable();
        calls
    };
    assert_eq!(calls("pruned"), ["0003", "0004"]);
    assert_eq!(calls("whole").len(), 4);
    // All that was released is known as it is without.
    let released = |state: &str| rows(&place.path(&format!("{state}/0004/previous.csv")));
    assert_eq!(released("pruned"), released("whole"));
    assert_eq!(released("pruned").len(), 3);
    place.run(
        "wave s.toml --state pruned --as-of 2026-11-27T11:30 --keep 1",
        2,
    );
}

#[test]
fn a_next_call_after_the_horizon_is_told() {
    let place = three_orders();
    let call = "wave s.toml --state state --set time_zone=Europe/Paris";
    let (out, told) = place.run(&format!("{call} --every 900h"), 0);
    assert!(told.contains("after the"), "{told}");
    assert!(out.contains("as of 2026-11-23T11:00:00+01:00"), "{out}");
}

/// One order for tomorrow, one that may wait, one without a promise.
fn three_orders() -> Place {
    let place = Place::new();
    let write = |name: &str, text: &str| place.write(&format!("d/{name}.csv"), text);
    fs::create_dir(place.path("d")).unwrap();
    write(
        "orders",
        "order_id,sku,quantity,unit_price,destination_zone,deliver_by\n\
         now,a,1,20,z,2026-11-24\nlater,a,1,20,z,2026-11-26\nany,a,1,20,z,\n",
    );
    write("inventory", "location_id,sku,on_hand\nnear,a,9\n");
    write("location_costs", "location_id,lead_time_min\nnear,30\n");
    write(
        "carrier_rates",
        "carrier,service,origin,destination_zone,base_cost,transit_days\nvan,day,*,z,3,1\n",
    );
    write("waves", "location_id,cutoff\n*,12:00\n");
    place.write(
        "s.toml",
        "data = \"d\"\nas_of = \"2026-11-23T11:00\"\nhorizon_days = 3\n[objective]\nlate_cost_per_day = 5\n",
    );
    place
}

#[test]
fn what_can_wait_is_held_and_what_cannot_is_released() {
    let place = three_orders();
    let write = |name: &str, text: &str| place.write(&format!("d/{name}.csv"), text);
    let (out, _) = place.run("wave s.toml --state state", 0);
    assert!(out.contains("released 2 shipments of 2 orders"), "{out}");
    let held = rows(&place.path("state/0001/held.csv"));
    let told: Vec<(&str, &str)> = held
        .iter()
        .map(|row| (&*row["order_id"], &*row["reason"]))
        .collect();
    assert_eq!(told, [("later", "can_wait")]);
    // An hour earlier the next call still comes in time, lead time and all.
    let (out, _) = place.run("wave s.toml --state other --as-of 2026-11-23T10:00", 0);
    assert!(out.contains("released 0 shipments"), "{out}");
    // With no room tomorrow it cannot wait.
    write(
        "calendars",
        "location_id,starts_at,ends_at,capacity_factor,reason\nnear,2026-11-24,2026-11-30,0,closed\n",
    );
    let (out, _) = place.run("wave s.toml --state closed", 0);
    assert!(out.contains("released 3 shipments of 3 orders"), "{out}");
    let (_, told) = place.run("wave s.toml --state closed --resume", 2);
    assert!(told.contains("leave out --resume"), "{told}");
}

#[test]
fn a_location_is_paid_once_for_all_calls_of_a_day() {
    let place = Place::new();
    fs::create_dir(place.path("d")).unwrap();
    let write = |name: &str, text: &str| place.write(&format!("d/{name}.csv"), text);
    // The second order is worth 7 once the location is paid, and never 20.
    write(
        "orders",
        "order_id,sku,quantity,unit_price,destination_zone,ship_after\n\
         first,a,1,60,z,\nlater,a,1,9,z,2026-11-23T11:00\n",
    );
    write("inventory", "location_id,sku,on_hand\nnear,a,9\n");
    write(
        "location_costs",
        "location_id,open,fixed_cost,closing_cost\nnear,decide,20,5\n",
    );
    write(
        "carrier_rates",
        "carrier,service,origin,destination_zone,base_cost\nvan,day,*,z,2\n",
    );
    write("waves", "location_id,cutoff\n*,10:00\n*,18:00\n");
    let scenario = "data = \"d\"\nas_of = \"2026-11-23T05:00\"\nhorizon_days = 1\n[objective]\nunfilled_cost = 0\n";
    place.write("s.toml", scenario);
    let wave = |at: &str, says: &str| {
        let asked = format!("wave s.toml --state state --as-of 2026-11-{at} --every 6h");
        let (out, _) = place.run(&asked, 0);
        assert!(out.contains(says), "{at}: {out}");
    };
    wave("23T05:00", "released 1 shipments of 1 orders");
    wave("23T13:00", "released 1 shipments of 1 orders");
}

/// A place with a folder of tables that a call at five reads, by more of the scenario file.
fn called(tables: &[(&str, &str)], more: &str) -> Place {
    let place = Place::new();
    fs::create_dir(place.path("d")).unwrap();
    for (name, text) in tables {
        place.write(&format!("d/{name}.csv"), text);
    }
    let head = "data = \"d\"\nas_of = \"2026-11-23T05:00\"\nhorizon_days = 2\n";
    place.write("s.toml", &format!("{head}{more}"));
    place
}

#[test]
fn what_could_wait_does_not_where_the_transfer_of_the_next_wave_is_full() {
    let tables = |units: u32| {
        let transfers = format!("from_location,to_location,capacity_units\nnear,store,{units}\n");
        let place = called(
            &[
                (
                    "orders",
                    "order_id,sku,quantity,unit_price,fulfilment,pickup_location,deliver_by\n\
                     one,a,1,60,pickup,store,2026-11-27\ntwo,a,1,60,pickup,store,2026-11-27\n",
                ),
                ("inventory", "location_id,sku,on_hand\nnear,a,9\n"),
                (
                    "location_costs",
                    "location_id,kind\nnear,warehouse\nstore,store\n",
                ),
                (
                    "carrier_rates",
                    "carrier,service,origin,destination_zone,base_cost\nvan,day,*,z,2\n",
                ),
                ("transfers", &transfers),
            ],
            "",
        );
        let (out, _) = place.run("wave s.toml --state state --every 24h", 0);
        out
    };
    // One goes today and one tomorrow, and there is no room for both tomorrow.
    let out = tables(1);
    assert!(out.contains("released 1 shipments of 1 orders"), "{out}");
    let out = tables(2);
    assert!(out.contains("released 0 shipments"), "{out}");
}

#[test]
fn what_is_merged_stays_whole_once_the_first_of_it_has_left() {
    let place = called(
        &[
            (
                "orders",
                "order_id,line_id,sku,quantity,unit_price,destination_zone,max_shipments\n\
                 one,1,a,1,20,z,1\none,2,b,1,20,z,1\n",
            ),
            ("inventory", "location_id,sku,on_hand\nstore,a,5\nfar,b,5\n"),
            (
                "location_costs",
                "location_id,kind,desk_of,cost_per_shipment\nstore,store,,0\nfar,warehouse,,0\ndesk,hub,store,0.5\n",
            ),
            (
                "carrier_rates",
                "carrier,service,origin,destination_zone,base_cost\nvan,day,*,z,6\n",
            ),
            (
                "transfers",
                "from_location,to_location,transit_min\nfar,store,120\n",
            ),
            ("waves", "location_id,cutoff\nfar,10:00\nstore,12:00\n"),
        ],
        "",
    );
    place.run("plan s.toml --name first", 0);
    // A shuttle of two hours is told by the minute; what takes none, or goes by carrier, is not.
    let shipments = rows(&place.path("runs/first/s/shipments.csv"));
    let arrives = |row: &BTreeMap<String, String>| {
        let place = row["location_id"].clone();
        (place, row["arrives_at"].clone())
    };
    let mut arrives: Vec<(String, String)> = shipments.iter().map(arrives).collect();
    arrives.sort();
    let noon = "2026-11-23T12:00:00+00:00";
    let told = [("desk", ""), ("far", noon), ("store", noon)];
    let told = told.map(|(place, at)| (place.to_owned(), at.to_owned()));
    assert_eq!(arrives, told);
    let again = "plan s.toml --name second --as-of 2026-11-23T11:00 --previous first";
    place.run(again, 0);
    let kept = rows(&place.path("runs/second/s/kept.csv"));
    let mut lines: Vec<&str> = kept.iter().map(|row| &*row["line_id"]).collect();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines, ["1", "2"], "{kept:?}");
    let allocated = rows(&place.path("runs/second/s/allocations.csv"));
    assert!(allocated.is_empty(), "{allocated:?}");
}

#[test]
fn what_could_wait_does_not_where_a_rule_lets_no_more_leave_with_the_next_wave() {
    let out = |most: u32| {
        let place = called(
            &[
                (
                    "orders",
                    "order_id,sku,quantity,unit_price,destination_zone,deliver_by\n\
                     one,a,1,60,z,2026-11-27\ntwo,a,1,60,z,2026-11-27\n",
                ),
                ("inventory", "location_id,sku,on_hand\nnear,a,9\n"),
                ("location_costs", "location_id\nnear\n"),
                (
                    "carrier_rates",
                    "carrier,service,origin,destination_zone,base_cost\nvan,day,*,z,2\n",
                ),
            ],
            &format!(
                "[[rule]]\naction = \"limit\"\ncount = \"orders\"\nper = \"wave\"\nat_most = {most}\n"
            ),
        );
        place.run("wave s.toml --state state --every 24h", 0).0
    };
    // One goes today and one tomorrow, and no more than one may.
    let told = out(1);
    assert!(told.contains("released 1 shipments of 1 orders"), "{told}");
    let told = out(2);
    assert!(told.contains("released 0 shipments"), "{told}");
}

/// Two goods are merged in a hub that ships every evening, and may come a day later than they could: they are merged a day later.
#[test]
fn what_is_merged_waits_for_a_later_wave_of_its_hub() {
    let place = |by: &str| {
        let orders = format!(
            "order_id,line_id,sku,quantity,unit_price,destination_zone,max_shipments,deliver_by,late_cost_per_day\n\
             one,1,a,1,20,z,1,2026-11-{by},3\none,2,b,1,20,z,1,2026-11-{by},3\n"
        );
        let place = called(
            &[
                ("orders", &orders),
                ("inventory", "location_id,sku,on_hand\nnear,a,5\nfar,b,5\n"),
                (
                    "location_costs",
                    "location_id,kind\nnear,warehouse\nfar,warehouse\nhub,hub\n",
                ),
                (
                    "carrier_rates",
                    "carrier,service,origin,destination_zone,base_cost,transit_days\nvan,day,*,z,6,1\n",
                ),
                (
                    "transfers",
                    "from_location,to_location\nnear,hub\nfar,hub\n",
                ),
                (
                    "waves",
                    "location_id,cutoff\nnear,10:00\nfar,10:00\nhub,18:00\n",
                ),
            ],
            "",
        );
        let asked =
            "wave s.toml --state state --as-of 2026-11-23T05:00 --every 24h --set horizon_days=4";
        let (out, _) = place.run(asked, 0);
        (place, out)
    };
    // At the hub on Tuesday by Monday's wave, and on its way to be there on Wednesday: that is needed, or is not.
    let (_, out) = place("25");
    assert!(out.contains("released 3 shipments of 1 orders"), "{out}");
    let (place, out) = place("26");
    assert!(out.contains("released 0 shipments"), "{out}");
    let asked =
        "wave s.toml --state state --as-of 2026-11-24T05:00 --every 24h --set horizon_days=3";
    let (out, _) = place.run(asked, 0);
    assert!(out.contains("released 3 shipments of 1 orders"), "{out}");
}

#[test]
fn what_runs_before_the_last_have_shipped_is_not_shipped_again() {
    let place = called(
        &[
            (
                "orders",
                "order_id,line_id,sku,quantity,unit_price,destination_zone\n\
                 one,1,a,1,20,z\none,2,b,1,19,z\n",
            ),
            ("inventory", "location_id,sku,on_hand\nnear,a,9\nfar,b,9\n"),
            ("location_costs", "location_id\nnear\nfar\n"),
            (
                "carrier_rates",
                "carrier,service,origin,destination_zone,base_cost\nvan,day,*,z,2\n",
            ),
        ],
        "",
    );
    place.run("plan s.toml --name first --set splits.max_shipments=1", 0);
    let lines = |name: &str, table: &str| {
        let all = rows(&place.path(&format!("runs/{name}/s/{table}.csv")));
        let lines = all.iter().map(|row| row["line_id"].clone());
        lines.collect::<Vec<String>>()
    };
    for (day, name, before, new, kept) in [
        (24, "second", "first", vec!["2"], vec!["1"]),
        (25, "third", "second", vec![], vec!["1", "2"]),
        (26, "fourth", "third", vec![], vec!["1", "2"]),
    ] {
        let again = format!("plan s.toml --name {name} --previous {before}");
        place.run(&format!("{again} --as-of 2026-11-{day}T05:00"), 0);
        place.run(&format!("verify {name}"), 0);
        assert_eq!(lines(name, "allocations"), new, "{name}");
        let mut found = lines(name, "kept");
        found.sort_unstable();
        assert_eq!(found, kept, "{name}");
    }
}

#[test]
fn what_has_had_all_its_shipments_gets_no_more() {
    let place = called(
        &[
            (
                "orders",
                "order_id,line_id,sku,quantity,unit_price,destination_zone,max_shipments,line_max_shipments\n\
                 order,1,a,1,20,z,1,1\norder,2,b,1,19,z,1,1\nline,1,c,4,20,z,2,1\nmore,1,c,2,20,z,2,1\n",
            ),
            (
                "inventory",
                "location_id,sku,on_hand\nnear,a,9\nfar,b,9\nnear,c,5\nfar,c,5\n",
            ),
            ("location_costs", "location_id\nnear\nfar\n"),
            (
                "carrier_rates",
                "carrier,service,origin,destination_zone,base_cost\nvan,day,*,z,2\n",
            ),
        ],
        "",
    );
    // What has left of the line: three of four.
    let gone = "order_id,line_id,sku,location_id,leaves_at,quantity,shipment_id,carrier,service\n\
                order,1,a,near,2026-11-22T08:00,1,S1,van,day\nline,1,c,near,2026-11-22T08:00,3,S2,van,day\n";
    place.write("d/previous.csv", gone);
    for method in ["exact", "prices"] {
        // As a backorder the rest may go in one shipment more.
        let asked = format!("plan s.toml --method {method}");
        place.run(&format!("{asked} --name more-{method}"), 0);
        place.run(&format!("verify more-{method}"), 0);
        let shipped = rows(&place.path(&format!("runs/more-{method}/s/allocations.csv")));
        assert_eq!(shipped.len(), 3, "{method}");
        place.run(
            &format!("{asked} --name {method} --set splits.used_up=stop"),
            0,
        );
        place.run(&format!("verify {method}"), 0);
        let shipped = rows(&place.path(&format!("runs/{method}/s/allocations.csv")));
        let orders: Vec<&str> = shipped.iter().map(|row| row["order_id"].as_str()).collect();
        assert_eq!(orders, ["more"], "{method}");
        let open = rows(&place.path(&format!("runs/{method}/s/unfilled.csv")));
        let each = open
            .iter()
            .map(|row| (row["order_id"].as_str(), row["reason"].as_str()));
        let mut told: Vec<(&str, &str)> = each.collect();
        told.sort_unstable();
        assert_eq!(
            told,
            [("line", "line_split_limit"), ("order", "split_limit")]
        );
    }
}

#[test]
fn of_waves_that_are_worth_the_same_the_first_is_taken() {
    let place = called(
        &[
            (
                "orders",
                "order_id,sku,quantity,unit_price,destination_zone\none,a,1,20,z\ntwo,a,1,20,z\n",
            ),
            ("inventory", "location_id,sku,on_hand\nnear,a,9\n"),
            ("location_costs", "location_id,capacity_shipments\nnear,1\n"),
            (
                "carrier_rates",
                "carrier,service,origin,destination_zone,base_cost\nvan,day,*,z,2\n",
            ),
            (
                "waves",
                "location_id,cutoff\n*,10:00\n*,12:00\n*,14:00\n*,16:00\n*,18:00\n",
            ),
        ],
        "",
    );
    for method in ["auto", "exact", "prices"] {
        for seed in 1..4 {
            let name = format!("{method}-{seed}");
            let asked = format!("plan s.toml --name {name} --method {method}");
            place.run(&format!("{asked} --set solver.seed={seed}"), 0);
            place.run(&format!("verify {name}"), 0);
            let shipped = rows(&place.path(&format!("runs/{name}/s/shipments.csv")));
            let mut waves: Vec<&str> = shipped.iter().map(|row| row["wave"].as_str()).collect();
            waves.sort_unstable();
            assert_eq!(waves, ["2026-11-23 10:00", "2026-11-23 12:00"], "{name}");
        }
        // Whoever calls before each wave sends one with each, and puts none off.
        for (hour, released) in [(9, 1), (11, 1), (13, 0)] {
            let asked = format!("wave s.toml --state {method} --method {method}");
            let (out, _) = place.run(
                &format!("{asked} --as-of 2026-11-23T{hour:02}:00 --every 2h"),
                0,
            );
            assert!(
                out.contains(&format!("released {released} shipments")),
                "{method} {hour}: {out}"
            );
        }
    }
}

#[test]
fn limits_on_all_lines_remember_orders_that_the_feed_has_forgotten() {
    let orders =
        |id: &str| format!("order_id,sku,quantity,unit_price,destination_zone\n{id},a,1,60,z\n");
    let place = called(
        &[
            ("orders", &orders("first")),
            ("inventory", "location_id,sku,on_hand\nnear,a,9\n"),
            ("location_costs", "location_id\nnear\n"),
            (
                "carrier_rates",
                "carrier,service,origin,destination_zone,base_cost\nvan,day,*,z,2\n",
            ),
            ("waves", "location_id,cutoff\n*,10:00\n*,18:00\n"),
        ],
        "[[rule]]\nname = \"few\"\naction = \"limit\"\nat_most = 1\n",
    );
    let wave = |at: &str, says: &str| {
        let asked = format!("wave s.toml --state state --as-of 2026-11-{at} --every 6h");
        let (out, _) = place.run(&asked, 0);
        assert!(out.contains(says), "{at}: {out}");
    };
    wave("23T05:00", "released 1 shipments of 1 orders");
    place.write("d/orders.csv", &orders("second"));
    wave("23T13:00", "released 0 shipments");
    // What left on another day is no part of what is planned.
    place.write("d/orders.csv", &orders("third"));
    wave("24T05:00", "released 1 shipments of 1 orders");
}

#[test]
fn a_run_planned_against_another_says_what_moved_and_is_verified() {
    let place = Place::generated(120, "");
    place.run("plan night/scenario.toml --name first --accept-gap", 0);
    let more = "--set objective.stability_cost=0.5 --accept-gap";
    let again = "plan night/scenario.toml --name second --previous first";
    place.run(&format!("{again} {more} --set splits.max_shipments=1"), 0);
    place.run("verify second", 0);
    let folder = fs::read_dir(place.path("runs/second")).unwrap();
    let scenario = folder
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap();
    for row in rows(&scenario.join("moved.csv")) {
        assert_ne!(row["from_locations"], row["to_locations"]);
    }
    assert!(scenario.join("kept.csv").is_file());
    // The first run is what it was planned against: changed, it is no proof any more.
    let name = scenario.file_name().unwrap().to_owned();
    let before = place.path("runs/first").join(name).join("allocations.csv");
    let text = fs::read_to_string(&before).unwrap();
    fs::write(&before, text.replacen(",1,", ",2,", 1)).unwrap();
    let (_, told) = place.run("verify second", 2);
    assert!(told.contains("has changed since"), "{told}");
}

#[test]
fn a_named_call_is_repeated_with_the_run_that_it_had_made() {
    let place = Place::ready();
    let call = |hour: u32| {
        format!(
            "wave night/scenario.toml --state state --name tonight --as-of 2026-11-23T{hour:02}:00"
        )
    };
    place.run(&call(8), 0);
    let began = |place: &Place| place.text("runs/tonight/run.json");
    let first = began(&place);
    // As if the disk had been full once the run was there.
    fs::remove_dir_all(place.path("state/0001")).expect("removed");
    place.run(&call(8), 0);
    assert_eq!(began(&place), first);
    assert!(place.path("state/0001/wave.json").is_file());
    let (_, talk) = place.run(&call(9), 2);
    assert!(talk.contains("another --name"), "{talk}");
}
