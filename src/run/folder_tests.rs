//! Names claimed, folders that appear whole, and what dead writers leave.

use super::*;

fn runs() -> (tempfile::TempDir, Runs) {
    let dir = tempfile::tempdir().expect("a folder for the test");
    let runs = Runs::at(&dir.path().join("runs"));
    (dir, runs)
}

fn hidden(runs: &Runs) -> Vec<String> {
    let names = fs::read_dir(&runs.folder).expect("runs").map(|entry| {
        let name = entry.expect("entry").file_name();
        name.to_string_lossy().into_owned()
    });
    let mut names: Vec<String> = names
        .filter(|name| name.starts_with('.') && name != ".lock")
        .collect();
    names.sort();
    names
}

#[test]
fn published_run_appears_whole_and_latest_points_to_it() {
    let (_dir, runs) = runs();
    let claim = runs.claim("first", false).expect("free");
    fs::write(claim.tmp().join("a.csv"), "x\n").expect("written");
    assert!(!runs.path_of("first").exists());
    claim.publish(true).expect("published");
    assert!(runs.path_of("latest").join("a.csv").is_file());
    assert!(hidden(&runs).is_empty());
}

#[test]
fn run_that_is_not_good_leaves_latest_alone() {
    let (_dir, runs) = runs();
    let first = runs.claim("first", false).expect("free");
    first.publish(true).expect("published");
    let second = runs.claim("second", false).expect("free");
    second.publish(false).expect("published");
    let latest = fs::read_link(runs.path_of("latest")).expect("a link");
    assert_eq!(latest, Path::new("first"));
}

#[test]
fn dropped_claim_leaves_nothing_behind() {
    let (_dir, runs) = runs();
    let claim = runs.claim("gone", false).expect("free");
    fs::write(claim.tmp().join("half.csv"), "x").expect("written");
    drop(claim);
    assert!(hidden(&runs).is_empty());
    assert!(!runs.path_of("gone").exists());
}

#[test]
fn name_held_by_another_is_locked_and_a_default_name_steps_aside() {
    let (_dir, runs) = runs();
    let held = runs.claim("base-1", false).expect("free");
    assert!(matches!(
        runs.claim("base-1", false),
        Err(Failure::Locked(_))
    ));
    let other = runs.claim_default("base", "1").expect("another name");
    assert_eq!((held.name(), other.name()), ("base-1", "base-1-2"));
}

#[test]
fn taken_name_is_refused_unless_resumed() {
    let (_dir, runs) = runs();
    let claim = runs.claim("night", false).expect("free");
    claim.publish(true).expect("published");
    assert!(matches!(runs.claim("night", false), Err(Failure::Usage(_))));
    assert!(runs.claim("night", true).is_ok());
    assert!(matches!(runs.claim("latest", true), Err(Failure::Usage(_))));
    assert!(matches!(runs.claim("../x", true), Err(Failure::Usage(_))));
}

#[test]
fn what_a_dead_process_left_is_swept() {
    let (_dir, runs) = runs();
    fs::create_dir_all(runs.folder.join(".tmp-dead/base")).expect("created");
    fs::write(runs.folder.join(".lock-dead"), "").expect("created");
    let alive = runs.claim("alive", false).expect("free");
    assert!(!runs.folder.join(".tmp-dead").exists());
    runs.claim("other", false).expect("free");
    assert!(alive.tmp().is_dir(), "a live writer is left alone");
}

/// Writes a record of two scenarios, `one` and `two`, with these statuses.
fn write_record(folder: &Path, hash: &str, statuses: [&str; 2]) {
    let scenario = |name: &str, status: &str| {
        json!({
            "name": name, "status": status, "exit_code": 0, "reasons": [], "data": "data",
            "settings_hash": hash, "seed": 1, "mip_gap": 0.0, "time_limit_seconds": 1.0, "seconds": {},
        })
    };
    let record = json!({
        "name": "night", "consign": "0", "state": "interrupted", "exit_code": 130, "exit_reason": "",
        "command_line": [], "started": "2026", "finished": "2026", "seconds": 0.0,
        "machine": { "system": "", "cores": 1, "jobs": 1 },
        "solver": { "name": "", "version": "", "options": {} }, "inputs": {},
        "scenarios": [scenario("one", statuses[0]), scenario("two", statuses[1])],
    });
    fs::create_dir_all(folder).expect("created");
    fs::write(folder.join("run.json"), record.to_string()).expect("written");
}

/// Folders of scenarios, each with a file; only those with a summary are whole.
fn write_scenario(folder: &Path, name: &str, is_whole: bool) {
    fs::create_dir_all(folder.join(name)).expect("created");
    fs::write(folder.join(name).join("a.csv"), "new").expect("written");
    if is_whole {
        let world = crate::verify::fixture::world();
        let outcome = crate::solve::Outcome {
            plan: None,
            status: crate::solve::Status::NoPlan,
            method: "exact",
            goals: vec![],
            size: crate::solve::Size::default(),
            reason: String::new(),
            shadow_prices: vec![],
            gap_parts: None,
        };
        let summary = crate::report::Summary::new(crate::report::Solved {
            settings: &world.settings,
            outcome: &outcome,
            verified: None,
            seconds: crate::report::Seconds::default(),
            peak_memory_bytes: None,
            orders_set_aside: 0,
        });
        crate::report::write_summary(&folder.join(name), &summary).expect("written");
    }
}

fn statuses(folder: &Path) -> Vec<String> {
    let scenarios = Record::read(folder).expect("a record").scenarios;
    scenarios.into_iter().map(|it| it.status).collect()
}

#[test]
fn what_a_dead_process_had_finished_becomes_an_interrupted_run() {
    let (_dir, runs) = runs();
    let tmp = runs.tmp_path("night");
    write_record(&tmp, "same", ["optimal", "not_run"]);
    write_scenario(&tmp, "one", true);
    write_scenario(&tmp, "two", false);
    fs::write(tmp.join(".run.json"), "{").expect("written");
    runs.tidy().expect("tidy");
    let night = runs.path_of("night");
    assert_eq!(statuses(&night), ["optimal", "not_run"]);
    assert!(night.join("one/a.csv").is_file() && night.join("comparison.csv").is_file());
    assert!(!night.join("two").exists() && !night.join(".run.json").exists());
    assert!(hidden(&runs).is_empty());
    assert!(!runs.path_of("latest").exists());
}

#[test]
fn what_was_finished_of_a_resumed_run_goes_into_it() {
    let (_dir, runs) = runs();
    let (night, tmp) = (runs.path_of("night"), runs.tmp_path("night"));
    write_record(&night, "same", ["optimal", "interrupted"]);
    write_scenario(&night, "one", true);
    write_record(&tmp, "same", ["optimal", "gap"]);
    write_scenario(&tmp, "two", true);
    runs.tidy().expect("tidy");
    assert_eq!(statuses(&night), ["optimal", "gap"]);
    assert!(night.join("one/a.csv").is_file() && night.join("two/a.csv").is_file());
    assert!(hidden(&runs).is_empty());
}

#[test]
fn what_a_dead_process_left_never_touches_another_run() {
    let (_dir, runs) = runs();
    let (night, tmp) = (runs.path_of("night"), runs.tmp_path("night"));
    write_record(&night, "other", ["interrupted", "not_run"]);
    write_record(&tmp, "same", ["optimal", "not_run"]);
    write_scenario(&tmp, "one", true);
    runs.tidy().expect("tidy");
    assert_eq!(statuses(&night), ["interrupted", "not_run"]);
    assert!(hidden(&runs).is_empty());
}

#[test]
fn scenario_whose_folder_is_gone_runs_again() {
    let (_dir, runs) = runs();
    let tmp = runs.tmp_path("night");
    write_record(&tmp, "same", ["optimal", "optimal"]);
    write_scenario(&tmp, "one", true);
    runs.tidy().expect("tidy");
    assert_eq!(statuses(&runs.path_of("night")), ["optimal", "not_run"]);
}

#[test]
fn writer_that_fails_keeps_what_it_had_finished() {
    let (_dir, runs) = runs();
    let claim = runs.claim("night", false).expect("free");
    write_record(claim.tmp(), "same", ["optimal", "not_run"]);
    write_scenario(claim.tmp(), "one", true);
    drop(claim);
    assert!(!runs.path_of("night").exists());
    assert!(matches!(runs.claim("night", false), Err(Failure::Usage(_))));
    assert!(runs.path_of("night").join("one/a.csv").is_file());
}

#[test]
fn only_what_is_there_can_be_gone_on_with() {
    let (_dir, runs) = runs();
    let told = |name: &str| match runs.claim(name, true) {
        Err(Failure::Usage(text)) => text,
        other => panic!("{other:?}"),
    };
    assert!(told("night").contains("no other that was interrupted"));
    write_record(&runs.path_of("night"), "same", ["optimal", "not_run"]);
    let text = told("nigth");
    assert!(
        text.contains("\n  night  1 of 2 scenarios finished\n"),
        "{text}"
    );
    let held = runs.claim("held", false).expect("free");
    assert!(matches!(
        runs.claim(held.name(), true),
        Err(Failure::Locked(_))
    ));
    assert!(hidden(&runs).len() == 2, "nothing but the live claim");
}

#[test]
fn resumed_scenarios_replace_what_is_there() {
    let (_dir, runs) = runs();
    let claim = runs.claim("night", false).expect("free");
    for name in ["kept", "redone"] {
        fs::create_dir(claim.tmp().join(name)).expect("created");
        fs::write(claim.tmp().join(name).join("a.csv"), "old").expect("written");
    }
    fs::write(claim.tmp().join("run.json"), "old").expect("written");
    claim.publish(false).expect("published");
    let claim = runs.claim("night", true).expect("free");
    fs::create_dir(claim.tmp().join("redone")).expect("created");
    fs::write(claim.tmp().join("redone/a.csv"), "new").expect("written");
    fs::write(claim.tmp().join("run.json"), "new").expect("written");
    let target = claim.publish(true).expect("published");
    let text = |file: &str| fs::read_to_string(target.join(file)).expect("a file");
    assert_eq!(text("kept/a.csv"), "old");
    assert_eq!(text("redone/a.csv"), "new");
    assert_eq!(text("run.json"), "new");
    assert!(hidden(&runs).is_empty());
}
