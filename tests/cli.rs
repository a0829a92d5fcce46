//! The program as its users meet it: commands, files, exit codes, interruptions.

mod support;

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};
use support::place::{Place, tables};

/// Waits until something is so.
fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{what} never came"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = std::process::Command::new("kill")
        .args(["-s", name, &child.id().to_string()])
        .status();
    assert!(sent.expect("kill is there").success());
}

/// Scenarios that take the solver long: each a seed of its own.
fn slow_scenarios(place: &Place, count: u32, limit: &str) -> String {
    let names = (1..=count).map(|number| {
        let name = format!("slow-{number}.toml");
        let text = format!(
            "extends = \"night/scenario.toml\"\nname = \"slow-{number}\"\n[solver]\nmip_gap = 0.0\ntime_limit = \"{limit}\"\nseed = {number}\n"
        );
        place.write(&name, &text);
        name
    });
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn newcomer_gets_from_init_to_a_verified_comparison() {
    let place = Place::ready();
    let (out, _) = place.run("check night/scenario.toml night/rules.toml", 0);
    assert!(out.contains("start: 12 orders, 16 lines") && out.contains("sound"));
    assert!(place.runs().is_empty(), "check writes nothing");
    let (out, talk) = place.run("plan night/scenario.toml night/rules.toml --name first", 0);
    assert!(
        out.contains("optimal") && out.contains("Run: runs/first"),
        "{out}"
    );
    assert_eq!(talk, "", "no progress where stderr is no terminal");
    assert_eq!(place.runs(), ["first", "latest", "latest.json"]);
    let (out, _) = place.run("verify", 0);
    assert_eq!(out, "start: verified\nrules: verified\n");
    place.run(
        "plan night/scenario.toml --name second --set splits.max_shipments=1",
        0,
    );
    let (out, _) = place.run("compare first second --csv side", 0);
    assert!(
        out.contains("first/rules") && out.contains("second/start"),
        "{out}"
    );
    assert!(
        place
            .text("side/comparison.csv")
            .starts_with("scenario,status")
    );
    let (out, _) = place.run("runs", 0);
    assert!(out.contains("first") && out.contains("second") && out.contains("finished"));
    let (out, _) = place.run("show", 0);
    assert!(out.starts_with("second  finished"), "{out}");
    let summary = place.json("runs/first/start/summary.json");
    assert_eq!(summary["status"], "optimal");
    assert_eq!(summary["gap"], 0.0);
    assert_eq!(summary["verified"], true);
}

#[test]
fn init_and_generate_overwrite_nothing() {
    let place = Place::ready();
    let before = place.text("night/data/orders.csv");
    place.write("night/data/orders.csv", &before.replace("KETTLE", "TEAPOT"));
    let (_, talk) = place.run("init night", 2);
    assert!(talk.contains("exists and is not overwritten"), "{talk}");
    place.run("generate night --orders 5 --locations 2 --skus 3", 2);
    assert!(place.text("night/data/orders.csv").contains("TEAPOT"));
}

#[test]
fn all_faults_of_all_files_are_told_and_nothing_is_written() {
    let place = Place::ready();
    let orders = place.text("night/data/orders.csv");
    let spoilt = orders
        .replace("MUG,4,", "MUG,four,")
        .replace("VASE,2,", "VASE,-2,");
    place.write("night/data/orders.csv", &spoilt);
    let stock = place.text("night/data/inventory.csv");
    place.write(
        "night/data/inventory.csv",
        &stock.replace("LYON,VASE,2", "LYON,VASE,lots"),
    );
    let (out, talk) = place.run("plan night/scenario.toml", 2);
    assert_eq!(out, "");
    for told in ["row 3", "\"four\"", "\"-2\"", "inventory.csv", "\"lots\""] {
        assert!(talk.contains(told), "{told} in {talk}");
    }
    assert!(place.runs().is_empty());
    let (out, _) = place.run("check night/scenario.toml --format json", 2);
    let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(found["sound"], false);
    // The last says what is not checked yet.
    assert_eq!(found["faults"].as_array().map(Vec::len), Some(4));
    assert_eq!(found["faults"][0]["column"], "quantity");
    assert_eq!(found["faults"][3]["severity"], "warning");
}

#[test]
fn faults_of_scenarios_and_options_end_with_2() {
    let place = Place::ready();
    place.run("plan nowhere.toml", 2);
    place.run("plan", 2);
    place.run("plan night/scenario.toml --method guess", 2);
    place.run("plan night/scenario.toml --name Not/A/Name", 2);
    let (_, talk) = place.run("plan night/scenario.toml --set splits.max_shipment=1", 2);
    assert!(talk.contains("max_shipment"), "{talk}");
    place.run("verify", 2);
    place.run("compare nothing", 2);
    place.run("schema nothing", 2);
    assert!(place.runs().is_empty());
}

#[test]
fn quarantine_plans_the_rest_and_lists_what_was_set_aside() {
    let place = Place::ready();
    let orders = place.text("night/data/orders.csv");
    place.write(
        "night/data/orders.csv",
        &orders.replace("LAMP,2,", "LAMP,two,"),
    );
    place.run("plan night/scenario.toml", 2);
    let (_, talk) = place.run("plan night/scenario.toml --quarantine --name good", 0);
    assert!(talk.contains("1 of 12 orders are set aside"), "{talk}");
    let summary = place.json("runs/good/start/summary.json");
    assert_eq!(summary["orders_set_aside"], 1);
    assert!(
        place
            .text("runs/good/report.html")
            .contains("Set aside before planning"),
        "not on the page"
    );
    let rejected = place.text("runs/good/start/rejected_orders.csv");
    assert!(
        rejected.contains("1010") && rejected.contains("two"),
        "{rejected}"
    );
    let promises = place.text("runs/good/start/promises.csv");
    assert!(promises.contains("1009") && !promises.contains("1010"));
    place.run("verify good", 0);
}

#[test]
fn time_limit_before_the_gap_ends_with_10_or_0_when_accepted() {
    let place = Place::generated(1500, "--class tight --scarce 40%");
    let plan = "plan night/scenario.toml --set solver.mip_gap=0 --set solver.time_limit=1s";
    let (out, _) = place.run(&format!("{plan} --name limit"), 10);
    assert!(out.contains("exit code 10"), "{out}");
    assert_eq!(
        place.json("runs/limit/generated/summary.json")["verified"],
        true
    );
    assert_eq!(place.json("runs/latest.json")["run"], "limit");
    place.run(&format!("{plan} --name accepted --accept-gap"), 0);
    let why = &place.json("runs/accepted/run.json")["exit_reason"];
    let told = why.as_str().unwrap_or_default();
    assert!(told.ends_with("as is accepted: generated"), "{why}");
}

#[test]
fn memory_is_estimated_before_and_kept_within_a_limit() {
    let place = Place::generated(1500, "");
    let plan = "plan night/scenario.toml --method prices --accept-gap --set solver.time_limit=120s";
    let (_, talk) = place.run(&format!("{plan} --memory 2"), 2);
    assert!(talk.contains("an amount of memory with its unit"), "{talk}");
    let (_, talk) = place.run(&format!("{plan} --memory 20MB"), 2);
    assert!(
        talk.contains("planning takes about") && talk.contains("solver.memory is 20.0 MB"),
        "{talk}"
    );
    assert!(place.runs().is_empty());
    place.run("check night/scenario.toml --set solver.memory=20MB", 2);
    // A few candidates an order; without a limit all are kept.
    place.run(&format!("{plan} --memory 44MB --name little"), 0);
    place.run(&format!("{plan} --memory 44MB --name again --jobs 1"), 0);
    place.run(&format!("{plan} --name all"), 0);
    assert!(
        tables(&place.path("runs/little")) == tables(&place.path("runs/again")),
        "tables differ"
    );
    let figure = |run: &str, name: &str| -> f64 {
        let summary = place.json(&format!("runs/{run}/generated/summary.json"));
        summary[name].as_f64().expect("a figure")
    };
    assert!(figure("little", "objective") <= figure("all", "bound"));
    assert!(figure("all", "objective") <= figure("little", "bound"));
    assert!(
        figure("little", "gap") > figure("all", "gap"),
        "shorter lists tell less"
    );
    place.run("verify little", 0);
}

#[test]
fn taken_name_is_refused_and_the_run_stays() {
    let place = Place::ready();
    place.run("plan night/scenario.toml --name night", 0);
    let before = place.text("runs/night/run.json");
    let (_, talk) = place.run("plan night/scenario.toml --name night", 2);
    assert!(talk.contains("--resume"), "{talk}");
    let (out, _) = place.run("plan night/scenario.toml --name night --resume", 0);
    assert!(
        out.contains("optimal"),
        "a complete run is shown again: {out}"
    );
    assert_eq!(place.text("runs/night/run.json"), before);
    let (_, talk) = place.run("plan night/scenario.toml --name nigth --resume", 2);
    assert!(
        talk.contains("there is no run `nigth` in runs to go on with"),
        "{talk}"
    );
    assert!(!place.path("runs/nigth").exists());
    let (_, talk) = place.run("plan night/scenario.toml --resume", 0);
    assert!(talk.contains("a new one begins"), "{talk}");
}

#[test]
fn tables_are_the_same_whatever_the_jobs() {
    let place = Place::generated(120, "");
    let files = "night/scenario.toml sweep.toml";
    let sweep = "extends = \"night/scenario.toml\"\nname = \"sweep\"\n[sweep]\n\"splits.max_shipments\" = [1, 2, 3]\n";
    place.write("sweep.toml", sweep);
    let limits = "--set solver.mip_gap=0.01 --set solver.time_limit=120s";
    place.run(&format!("plan {files} {limits} --name one --jobs 1"), 0);
    place.run(&format!("plan {files} {limits} --name four --jobs 4"), 0);
    let (one, four) = (
        tables(&place.path("runs/one")),
        tables(&place.path("runs/four")),
    );
    assert!(one.len() > 40, "{} tables", one.len());
    assert!(one == four, "tables differ");
    place.run("verify one", 0);
}

#[test]
fn order_of_rows_and_columns_does_not_change_the_plan() {
    let place = Place::ready();
    place.run("plan night/scenario.toml --name straight", 0);
    for table in [
        "orders",
        "inventory",
        "location_costs",
        "carrier_rates",
        "products",
    ] {
        let name = format!("night/data/{table}.csv");
        let text = place.text(&name);
        let mut rows: Vec<&str> = text.lines().collect();
        rows[1..].reverse();
        place.write(&name, &(rows.join("\r\n") + "\r\n"));
    }
    place.run("plan night/scenario.toml --name reversed", 0);
    let straight = tables(&place.path("runs/straight"));
    assert!(straight == tables(&place.path("runs/reversed")));
}

#[test]
fn parquet_run_verifies_like_any_other() {
    let place = Place::ready();
    place.run(
        "plan night/scenario.toml --format parquet --name columns",
        0,
    );
    assert!(place.path("runs/columns/start/shipments.parquet").is_file());
    assert!(!place.path("runs/columns/start/shipments.csv").exists());
    place.run("verify columns", 0);
}

#[test]
fn tampered_plan_is_rejected_and_changed_input_is_told() {
    let place = Place::ready();
    place.run("plan night/scenario.toml --name night", 0);
    let file = "runs/night/start/allocations.csv";
    let plan = place.text(file);
    let more = plan.replacen(",1,1002-1", ",2,1002-1", 1);
    assert_ne!(more, plan);
    place.write(file, &more);
    let (out, _) = place.run("verify night", 23);
    assert!(out.contains("start: rejected"), "{out}");
    place.write(file, &plan);
    place.run("verify night", 0);
    let summary = place.text("runs/night/start/summary.json");
    place.write(
        "runs/night/start/summary.json",
        &summary.replacen("\"picking\": ", "\"picking\": 1", 1),
    );
    let (out, _) = place.run("verify night", 23);
    assert!(out.contains("money"), "{out}");
    place.write("runs/night/start/summary.json", &summary);
    let orders = place.text("night/data/orders.csv");
    place.write("night/data/orders.csv", &orders.replace("39.00", "39.01"));
    let (_, talk) = place.run("verify night", 2);
    assert!(
        talk.contains("orders.csv") && talk.contains("changed"),
        "{talk}"
    );
}

#[test]
fn formula_in_an_id_is_defused_and_still_read_back() {
    let place = Place::ready();
    for table in ["orders", "inventory", "products"] {
        let name = format!("night/data/{table}.csv");
        let text = place.text(&name);
        place.write(
            &name,
            &text
                .replace("1007,", "=1+1007,")
                .replace("KETTLE", "+KETTLE"),
        );
    }
    place.run("plan night/scenario.toml --name safe", 0);
    assert!(
        place
            .text("runs/safe/start/shipments.csv")
            .contains("'=1+1007")
    );
    place.run("verify safe", 0);
    place.run("plan night/scenario.toml --name raw --raw-csv", 0);
    assert!(
        !place
            .text("runs/raw/start/shipments.csv")
            .contains("'=1+1007")
    );
    place.run("verify raw", 0);
}

#[test]
fn log_is_one_json_object_a_line() {
    let place = Place::ready();
    let (_, talk) = place.run("plan night/scenario.toml --log json", 0);
    let events: Vec<serde_json::Value> = talk
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let of = |event: &str| events.iter().filter(|one| one["event"] == event).count();
    assert_eq!(of("finished"), 1);
    assert!(of("phase") >= 4, "{talk}");
    let (_, talk) = place.run("plan nowhere.toml --log json", 2);
    let last: serde_json::Value =
        serde_json::from_str(talk.lines().last().expect("a line")).expect("JSON");
    assert_eq!(
        (&last["event"], &last["code"]),
        (&"failed".into(), &2.into())
    );
}

#[test]
fn quiet_says_nothing_when_all_is_well() {
    let place = Place::ready();
    let (out, talk) = place.run("plan night/scenario.toml --quiet", 0);
    assert_eq!((out, talk), (String::new(), String::new()));
}

#[test]
fn documents_are_written() {
    let place = Place::new();
    let (out, _) = place.run("schema", 0);
    assert!(out.contains("orders") && out.contains("carrier_rates"));
    let (out, _) = place.run("schema orders", 0);
    assert!(out.contains("order_id*"), "{out}");
    for of in ["orders", "scenario"] {
        let (out, _) = place.run(&format!("schema {of} --json"), 0);
        let schema: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert!(schema["properties"].is_object(), "{of}");
    }
    let (out, _) = place.run("completions bash", 0);
    assert!(out.contains("_consign"));
    place.run("man pages", 0);
    assert!(place.path("pages/consign-plan.1").is_file());
    let (out, _) = place.run("--help", 0);
    assert!(out.contains("Exit codes"), "{out}");
}

#[test]
fn unwritable_runs_folder_ends_with_74() {
    let place = Place::ready();
    place.write("runs", "a file, no folder");
    let (_, talk) = place.run("plan night/scenario.toml", 74);
    assert!(talk.contains("runs"), "{talk}");
    assert_eq!(place.text("runs"), "a file, no folder");
}

#[test]
fn doubtful_data_are_told_by_check_and_plan() {
    let place = Place::ready();
    fs::remove_file(place.path("night/data/products.csv")).expect("removed");
    let stock = place.text("night/data/inventory.csv");
    let mut rows = stock.lines();
    let header = rows.next().expect("a header").to_owned();
    let empty: String = rows
        .map(|row| {
            let cells: Vec<&str> = row.split(',').collect();
            format!(
                "{},{},0{}\n",
                cells[0],
                cells[1],
                ",".repeat(cells.len() - 3)
            )
        })
        .collect();
    place.write("night/data/inventory.csv", &format!("{header}\n{empty}"));
    let orders = place.text("night/data/orders.csv");
    let moved = orders.lines().map(|row| match row.starts_with("1001,") {
        true => row.replace(",north,", ",nowhere,"),
        false => row.to_owned(),
    });
    let moved: Vec<String> = moved.collect();
    place.write("night/data/orders.csv", &(moved.join("\n") + "\n"));
    let told = [
        "lines have no weight, and there is no `products` table",
        "nothing is available anywhere",
        "\"nowhere\", no row of `carrier_rates` leads to this zone",
    ];
    let (out, _) = place.run("check night/scenario.toml", 0);
    assert!(out.contains("with 3 warnings"), "{out}");
    let (_, talk) = place.run("plan night/scenario.toml", 0);
    for warning in told {
        assert!(out.contains(warning), "{warning} in {out}");
        assert!(talk.contains(warning), "{warning} in {talk}");
    }
}

#[test]
fn two_nights_are_compared_with_a_note_and_two_currencies_are_not() {
    let place = Place::ready();
    place.run("plan night/scenario.toml --name monday", 0);
    let orders = place.text("night/data/orders.csv");
    place.write("night/data/orders.csv", &orders.replace("39.00", "41.00"));
    let plan = "plan night/scenario.toml";
    place.run(
        &format!("{plan} --name tuesday --as-of 2026-11-24T05:00"),
        0,
    );
    let (out, _) = place.run("compare monday tuesday", 0);
    assert!(
        out.contains("Note: unlike monday/start, tuesday/start is planned on other data (orders) and for 1 day from 2026-11-24"),
        "{out}"
    );
    let (out, _) = place.run("compare tuesday tuesday", 0);
    assert!(!out.contains("Note:"), "{out}");
    place.run(&format!("{plan} --name dollars --set currency=USD"), 0);
    let (out, talk) = place.run("compare tuesday dollars", 2);
    assert_eq!(out, "");
    assert!(
        talk.contains("EUR: tuesday/start; USD: dollars/start"),
        "{talk}"
    );
}

#[cfg(unix)]
#[test]
fn interrupted_run_keeps_its_plans_and_resume_plans_the_rest() {
    let place = Place::generated(1500, "--class tight --scarce 40%");
    let files = format!("quick.toml {}", slow_scenarios(&place, 2, "10min"));
    let quick = "extends = \"night/scenario.toml\"\nname = \"quick\"\nstrategy = \"rules\"\n";
    place.write("quick.toml", quick);
    let mut child = place.start(&format!("plan {files} --name night --jobs 1"));
    wait_for("the solver", || place.text("log").contains("slow-1: solve"));
    signal(&child, "INT");
    assert_eq!(child.wait().expect("ended").code(), Some(130));
    let record = place.json("runs/night/run.json");
    assert_eq!(record["state"], "interrupted");
    let statuses = |record: &serde_json::Value| -> Vec<String> {
        let scenarios = record["scenarios"].as_array().expect("a list").iter();
        let status = scenarios.map(|one| one["status"].as_str().expect("text").to_owned());
        status.collect()
    };
    assert_eq!(statuses(&record), ["baseline", "interrupted", "not_run"]);
    let stopped = place.json("runs/night/slow-1/summary.json");
    assert_eq!(stopped["verified"], true, "the best plan so far is kept");
    assert!(!place.path("runs/latest").exists());
    let kept = fs::metadata(place.path("runs/night/quick/summary.json")).expect("there");

    // The files say ten minutes, which a resumed run keeps: shorter limits are other settings.
    let (_, talk) = place.run(
        &format!("plan {files} --resume --set solver.time_limit=1s --name night"),
        2,
    );
    assert!(talk.contains("settings"), "{talk}");
    let mut child = place.start(&format!("plan {files} --resume --jobs 2"));
    // The second waits for the first, whose prices it begins with.
    wait_for("the rest", || place.text("log").contains("slow-1: solve"));
    // As `timeout` does: to the process, then to its group.
    signal(&child, "TERM");
    signal(&child, "TERM");
    assert_eq!(child.wait().expect("ended").code(), Some(143));
    let record = place.json("runs/night/run.json");
    assert_eq!(statuses(&record), ["baseline", "interrupted", "not_run"]);
    let still = fs::metadata(place.path("runs/night/quick/summary.json")).expect("there");
    assert_eq!(
        kept.modified().ok(),
        still.modified().ok(),
        "finished scenarios are not redone"
    );
    place.run("verify night", 0);
}

#[cfg(unix)]
#[test]
fn resumed_run_completes_like_one_that_was_never_stopped() {
    let place = Place::generated(1500, "--class tight --scarce 40%");
    let files = slow_scenarios(&place, 2, "2s");
    let mut child = place.start(&format!("plan {files} --name night --jobs 1"));
    wait_for("the first scenario", || {
        place.path("runs/.tmp-night/slow-1/summary.json").is_file()
    });
    signal(&child, "INT");
    assert_eq!(child.wait().expect("ended").code(), Some(130));
    place.run(&format!("plan {files} --resume"), 10);
    let record = place.json("runs/night/run.json");
    assert_eq!(
        (&record["state"], &record["exit_code"]),
        (&"finished".into(), &10.into())
    );
    assert_eq!(place.runs(), ["latest", "latest.json", "night"]);
    let comparison = place.text("runs/latest/comparison.csv");
    assert!(comparison.contains("slow-1") && comparison.contains("slow-2"));
    place.run("verify latest", 0);
}

#[cfg(unix)]
#[test]
fn killed_run_keeps_what_had_finished_and_resume_plans_the_rest() {
    let place = Place::generated(1500, "--class tight --scarce 40%");
    let files = slow_scenarios(&place, 3, "2s");
    let plan = format!("plan {files} --name night --jobs 1");
    let finished = |count: usize| {
        let path = place.path("runs/.tmp-night/run.json");
        let record = fs::read_to_string(path).unwrap_or_default();
        record.matches("\"status\": \"limit\"").count() == count
    };
    let mut child = place.start(&plan);
    wait_for("the first scenario", || finished(1));
    signal(&child, "KILL");
    child.wait().expect("ended");
    assert!(!place.path("runs/night").exists(), "whole or not at all");

    // Another run puts what was left in order and is not in its way.
    place.run(
        "plan night/scenario.toml --set strategy=rules --name other",
        0,
    );
    let (out, _) = place.run("runs", 0);
    assert!(
        out.contains("night") && out.contains("interrupted"),
        "{out}"
    );
    let first = place.text("runs/night/slow-1/summary.json");
    assert!(place.text("runs/night/comparison.csv").contains("slow-1"));
    place.run("verify night", 0);

    let mut child = place.start(&format!("{plan} --resume"));
    wait_for("the second scenario", || finished(2));
    signal(&child, "KILL");
    child.wait().expect("ended");
    let (_, talk) = place.run(&format!("plan {files} --name nosuch --resume"), 2);
    assert!(talk.contains("night  2 of 3 scenarios finished"), "{talk}");
    let second = place.text("runs/night/slow-2/summary.json");

    place.run(&format!("plan {files} --resume"), 10);
    let record = place.json("runs/night/run.json");
    assert_eq!(record["state"], "finished");
    assert_eq!(
        place.text("runs/night/slow-1/summary.json"),
        first,
        "not redone"
    );
    assert_eq!(
        place.text("runs/night/slow-2/summary.json"),
        second,
        "not redone"
    );
    assert_eq!(place.runs(), ["latest", "latest.json", "night", "other"]);
    place.run("verify night", 0);
}

#[cfg(unix)]
#[test]
fn second_run_under_the_same_name_is_locked_out_and_another_name_is_not() {
    let place = Place::generated(1500, "--class tight --scarce 40%");
    let files = slow_scenarios(&place, 1, "10min");
    let mut child = place.start(&format!("plan {files} --name night"));
    wait_for("the claim", || place.path("runs/.tmp-night").is_dir());
    place.run(&format!("plan {files} --name night"), 75);
    place.run(
        "plan night/scenario.toml --set strategy=rules --name other",
        0,
    );
    assert!(
        place.path("runs/.tmp-night").is_dir(),
        "a live writer is left alone"
    );
    signal(&child, "INT");
    assert_eq!(child.wait().expect("ended").code(), Some(130));
    assert_eq!(place.runs(), ["latest", "latest.json", "night", "other"]);
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_it_leaves_the_last_run_whole() {
    let place = Place::ready();
    let sweep = "extends = \"night/scenario.toml\"\nname = \"sweep\"\n[sweep]\n\"objective.unfilled_cost\" = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]\n";
    place.write("sweep.toml", sweep);
    place.run("plan sweep.toml --name first", 0);
    let begun = Instant::now();
    place.run("plan sweep.toml --name timed", 0);
    let whole = begun.elapsed();
    let kills = 24;
    let mut published = 0;
    for attempt in 0..kills {
        let name = format!("try-{attempt}");
        let mut child = place.start(&format!("plan sweep.toml --name {name}"));
        std::thread::sleep(whole * attempt / kills + whole / 10);
        // It may have ended by itself: both are good.
        let _ = child.kill();
        child.wait().expect("ended");
        published += u32::from(place.path(&format!("runs/{name}")).is_dir());
        place.run("show latest", 0);
        let latest = fs::canonicalize(place.path("runs/latest")).expect("latest leads somewhere");
        let record: serde_json::Value =
            serde_json::from_slice(&fs::read(latest.join("run.json")).expect("a record"))
                .expect("whole");
        assert_eq!(record["state"], "finished");
        assert_eq!(
            tables(&latest),
            tables(&place.path("runs/first")),
            "after {attempt}"
        );
    }
    assert!(published < kills, "some were killed before they were done");
    place.run("plan sweep.toml --name last", 0);
    let hidden = place
        .runs()
        .into_iter()
        .filter(|name| name.starts_with(".tmp"));
    assert_eq!(hidden.count(), 0, "what the dead left is swept");
    place.run("verify last", 0);
    for attempt in 0..kills {
        let name = format!("try-{attempt}");
        if place.path(&format!("runs/{name}")).is_dir() {
            place.run(&format!("plan sweep.toml --name {name} --resume"), 0);
            let (resumed, first) = (
                place.path(&format!("runs/{name}")),
                place.path("runs/first"),
            );
            assert_eq!(tables(&resumed), tables(&first), "{name} resumed");
        } else {
            place.run(&format!("plan sweep.toml --name {name} --resume"), 2);
        }
    }
}

#[cfg(unix)]
#[test]
fn reader_that_goes_away_is_no_failure() {
    let place = Place::ready();
    let program = assert_cmd::cargo::cargo_bin!("consign");
    let line = format!(
        "{} schema orders | true; echo ${{PIPESTATUS[0]}}",
        program.display()
    );
    let output = std::process::Command::new("bash")
        .args(["-c", &line])
        .current_dir(place.0.path())
        .output()
        .expect("bash is there");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "0\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// An order with more loads than are listed, which only one carrier takes whole, had been left out.
#[test]
fn plan_by_prices_is_no_worse_than_that_of_the_rules() {
    let place = Place::new();
    let sizes = "--orders 250 --locations 8 --skus 60";
    place.run(&format!("generate night {sizes} --seed 8 --class deep"), 0);
    let objective = |run: &str, how: &str| {
        place.run(
            &format!("plan night/scenario.toml --name {run} --accept-gap {how}"),
            0,
        );
        let summary = place.json(&format!("runs/{run}/generated/summary.json"));
        assert_eq!(summary["verified"], true);
        summary["objective"].as_f64().expect("an objective")
    };
    let planned = objective("prices", "--method prices");
    let by_rules = objective("rules", "--set strategy=rules");
    assert!(planned >= by_rules, "{planned} is less than {by_rules}");
}

/// A pool that is still poor leads good prices away, so that the second had been further from its bound than the first; and
/// prices of a night with half as much stock are no help.
#[test]
fn a_scenario_that_begins_with_prices_of_another_proves_as_much() {
    let place = Place::new();
    let sizes = "--orders 6000 --locations 40 --skus 1500";
    place.run(&format!("generate night {sizes}"), 0);
    place.write(
        "night/again.toml",
        "extends = \"scenario.toml\"\nname = \"again\"\n",
    );
    place.write(
        "night/more.toml",
        "extends = \"scenario.toml\"\nname = \"more\"\n[[change]]\nname = \"more\"\ntable = \"inventory\"\nscale = { on_hand = 2 }\n",
    );
    let how = "--method prices --accept-gap --set solver.mip_gap=0.003";
    let plan = |name: &str, scenarios: &[&str]| {
        let files = scenarios.iter().map(|one| format!("night/{one}.toml"));
        let files: Vec<String> = files.collect();
        place.run(&format!("plan {} --name {name} {how}", files.join(" ")), 0);
    };
    let proven = |run: &str, scenario: &str| {
        let summary = place.json(&format!("runs/{run}/{scenario}/summary.json"));
        assert_eq!(summary["verified"], true);
        let number = |key: &str| summary[key].as_f64().expect("a number");
        (number("bound"), number("gap"))
    };
    // Bounds are told no closer than the gap that is asked for needs.
    let as_much = |(bound, gap): (f64, f64), (other, _): (f64, f64)| {
        let within = if gap <= 0.003 { 1.001 } else { 1.0005 };
        assert!(bound <= other * within, "{bound} for {other}");
    };
    plan("together", &["scenario", "again", "more"]);
    plan("alone", &["more"]);
    as_much(proven("together", "again"), proven("together", "generated"));
    as_much(proven("together", "more"), proven("alone", "more"));
}
