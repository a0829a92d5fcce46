//! Whole run folders, held against committed ones.
//!
//! Each folder of `tests/golden/` is a dataset, its scenarios, and in `expected/` the run that they give. Every dataset has one
//! optimum by construction: whatever way it is solved, the files are the same. `CONSIGN_BLESS=1 cargo test --test golden`
//! writes the expected files anew; read the difference before it is committed.

mod support;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use support::place::Place;

/// Fields of `run.json` and `summary.json`, and columns of `comparison.csv`, that differ from run to run, from machine to
/// machine, or with the way of solving.
const VOLATILE: [&str; 16] = [
    "seconds",
    "peak_memory_bytes",
    "size",
    "consign",
    "command_line",
    "started",
    "finished",
    "machine",
    "solver",
    "inputs",
    "data",
    "settings_hash",
    "method",
    "bound",
    "gap",
    "sure_vs_first",
];

fn case(name: &str) -> PathBuf {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    cases.join(name)
}

/// Plans the scenarios of a case, and expects the committed run.
#[track_caller]
fn is_golden(name: &str, scenarios: &[&str]) {
    let place = Place::new();
    let files: Vec<String> = scenarios
        .iter()
        .map(|scenario| case(name).join(scenario).display().to_string())
        .collect();
    place.run(&format!("plan {} --name run", files.join(" ")), 0);
    place.run("verify run", 0);
    let got = files_of(&place.path("runs/run"), &case(name));
    let expected = case(name).join("expected");
    if std::env::var_os("CONSIGN_BLESS").is_some() {
        bless(&expected, &got);
    }
    let want = files_of(&expected, &case(name));
    let wrong: Vec<String> = want
        .keys()
        .chain(got.keys())
        .collect::<BTreeSet<&PathBuf>>()
        .into_iter()
        .filter_map(|file| difference(file, want.get(file), got.get(file)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{name}:\n{}\nIf this is meant: CONSIGN_BLESS=1 cargo test --test golden",
        wrong.join("\n")
    );
}

/// The first line in which a file differs.
fn difference(file: &Path, want: Option<&String>, got: Option<&String>) -> Option<String> {
    let file = file.display();
    let (Some(want), Some(got)) = (want, got) else {
        let what = if got.is_some() {
            "was not expected"
        } else {
            "is missing"
        };
        return Some(format!("{file} {what}"));
    };
    if want == got {
        return None;
    }
    let mut number = 1;
    let (mut want, mut got) = (want.lines(), got.lines());
    loop {
        match (want.next(), got.next()) {
            (Some(one), Some(other)) if one == other => number += 1,
            (one, other) => {
                let [one, other] = [one, other].map(|line| line.unwrap_or("(the end)"));
                return Some(format!(
                    "{file}, line {number}\n  expected {one}\n  got      {other}"
                ));
            }
        }
    }
}

/// The files of a run by their path in it, without what is volatile.
fn files_of(folder: &Path, case: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(&here).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            // A page says what the other files say, with times and gaps; its tests read it.
            if path.ends_with("report.html") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("text");
            let text = match path.extension().and_then(|it| it.to_str()) {
                Some("json") => lasting(&text),
                // The complete scenario names its data where they lie on this machine.
                Some("toml") => text.replace(&format!("{}/", case.display()), ""),
                _ if path.ends_with("comparison.csv") => lasting_columns(&text),
                _ => text,
            };
            let name = path.strip_prefix(folder).expect("below the folder");
            found.insert(name.to_owned(), text);
        }
    }
    found
}

/// JSON without its volatile fields.
fn lasting(text: &str) -> String {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|key, _| !VOLATILE.contains(&key.as_str()));
                fields.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value: Value = serde_json::from_str(text).expect("JSON");
    strip(&mut value);
    format!("{value:#}\n")
}

/// CSV without its volatile columns.
fn lasting_columns(text: &str) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let mut writer = csv::Writer::from_writer(vec![]);
    let kept = |record: &csv::StringRecord| -> csv::StringRecord {
        let cells = header.iter().zip(record);
        let cells = cells.filter(|(column, _)| !VOLATILE.contains(column));
        cells.map(|(_, cell)| cell).collect()
    };
    writer.write_record(&kept(&header)).expect("written");
    for record in reader.records() {
        let record = record.expect("a record");
        writer.write_record(&kept(&record)).expect("written");
    }
    String::from_utf8(writer.into_inner().expect("whole")).expect("text")
}

fn bless(expected: &Path, got: &BTreeMap<PathBuf, String>) {
    if expected.exists() {
        fs::remove_dir_all(expected).expect("removed");
    }
    for (file, text) in got {
        let path = expected.join(file);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("created");
        fs::write(path, text).expect("written");
    }
}

#[test]
fn what_is_merged_collected_and_delivered_in_time() {
    is_golden("merge", &["scenario.toml"]);
}

#[test]
fn what_a_parcel_costs() {
    is_golden("parcels", &["scenario.toml"]);
}

#[test]
fn when_things_leave() {
    is_golden("weeks", &["scenario.toml"]);
}

#[test]
fn what_is_opened_split_and_promised_scenario_beside_scenario() {
    let scenarios = [
        "scenario.toml",
        "rules.toml",
        "service.toml",
        "dearer.toml",
        "closing.toml",
    ];
    is_golden("choices", &scenarios);
}

#[test]
fn a_difference_names_the_file_and_the_first_line() {
    let text = |text: &str| Some(text.to_owned());
    let file = Path::new("base/shipments.csv");
    let told = |want: Option<String>, got: Option<String>| {
        difference(file, want.as_ref(), got.as_ref()).unwrap_or_default()
    };
    assert_eq!(told(text("a\nb\n"), text("a\nb\n")), "");
    assert_eq!(
        told(text("a\nb\n"), text("a\nc\n")),
        "base/shipments.csv, line 2\n  expected b\n  got      c"
    );
    assert!(told(text("a\n"), text("a\nb\n")).ends_with("expected (the end)\n  got      b"));
    assert_eq!(told(text("a"), None), "base/shipments.csv is missing");
    assert_eq!(told(None, text("a")), "base/shipments.csv was not expected");
}
