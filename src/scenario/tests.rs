//! Scenario files as users write them: chains, overlays, options, sweeps and their faults.

use super::{Action, Overrides, Scenario, ScenarioFault, apply_changes, load_scenarios};
use crate::domain::{Fill, Method, Objective, Strategy};
use crate::input::{OnBadOrder, read_tables};
use crate::units::Money;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

const HEAD: &str = "data = \".\"\nas_of = \"2026-11-23T05:00\"\n";

struct Files(tempfile::TempDir);

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let files_in = Self(tempfile::tempdir().expect("a folder"));
        for (name, text) in files {
            let path = files_in.path(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("written");
        }
        files_in
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load(&self, names: &[&str], set: &[&str]) -> Result<Vec<Scenario>, Vec<ScenarioFault>> {
        let paths: Vec<_> = names.iter().map(|name| self.path(name)).collect();
        let overrides = Overrides {
            set: set.iter().map(|&text| text.to_owned()).collect(),
            as_of: None,
        };
        load_scenarios(&paths, &overrides)
    }

    /// Faults as users read them, without the folder.
    fn faults(&self, names: &[&str], set: &[&str]) -> Vec<String> {
        let folder = format!("{}/", self.0.path().display());
        let faults = self.load(names, set).expect_err("faults");
        faults
            .iter()
            .map(|fault| fault.to_string().replace(&folder, ""))
            .collect()
    }
}

fn load_one(text: &str, set: &[&str]) -> Scenario {
    let files = Files::new(&[("a.toml", text)]);
    let mut loaded = files.load(&["a.toml"], set).expect("no fault");
    assert_eq!(loaded.len(), 1);
    loaded.remove(0)
}

fn names(scenarios: &[Scenario]) -> Vec<&str> {
    scenarios
        .iter()
        .map(|scenario| scenario.settings.name.as_str())
        .collect()
}

#[test]
fn every_setting_reaches_the_settings() {
    let text = "name = \"all\"\ndata = \".\"\nas_of = 2026-11-23T05:00:00\nhorizon_days = 5\ncurrency = \"CHF\"\ntime_zone = \"Europe/Zurich\"\nstrategy = \"rules\"\n\
        [objective]\nmaximise = \"service\"\nfill = \"value\"\ntolerance = 0.01\nunfilled_cost = \"2.000001\"\nlate_cost_per_day = 1.5\npriority_weight = 2\nco2_cost_per_kg = 0.08\nstability_cost = 0.25\n\
        [replan]\nfrozen = \"2h\"\nmax_moved = 0.1\n[splits]\nmax_shipments = 3\nline_max_shipments = 2\n[inbound]\nmin_confidence = 0.75\n[distance]\ndetour_factor = 1.25\n\
        [solver]\nmethod = \"exact\"\nmip_gap = 1e-4\ntime_limit = \"1h 30min\"\nseed = 7\n";
    let settings = load_one(text, &[]).settings;
    assert_eq!(settings.stability_cost, Money(250_000));
    assert_eq!(settings.max_moved_micro, Some(100_000));
    assert_eq!(settings.frozen.as_secs(), 7_200);
    assert_eq!(settings.name, "all");
    assert_eq!(settings.as_of.to_string(), "2026-11-23T04:00:00Z");
    assert_eq!(
        (settings.horizon_days, settings.currency.as_str()),
        (5, "CHF")
    );
    assert_eq!(
        (settings.strategy, settings.objective),
        (Strategy::Rules, Objective::Service)
    );
    assert_eq!(
        (settings.fill, settings.tolerance_micro),
        (Fill::Value, 10_000)
    );
    assert_eq!(settings.unfilled_cost, Money(2_000_001));
    assert_eq!(settings.late_cost_per_day, Money(1_500_000));
    assert_eq!(settings.priority_weight_micro, 2_000_000);
    assert_eq!(settings.co2_cost_per_kg, Money(80_000));
    assert_eq!(
        (settings.max_shipments, settings.line_max_shipments),
        (3, 2)
    );
    assert_eq!(settings.inbound_min_confidence_micro, 750_000);
    assert_eq!(settings.detour_factor_micro, 1_250_000);
    assert_eq!((settings.method, settings.seed), (Method::Exact, 7));
    assert_eq!(settings.mip_gap, 0.0001);
    assert_eq!(settings.time_limit, Duration::from_secs(5_400));
}

#[test]
fn each_fault_says_where_what_and_what_to_do() {
    let cases = [
        (
            "horizon_day = 2",
            "a.toml:3:1: horizon_day: unknown key; did you mean horizon_days?",
        ),
        (
            "max_shipments = 2",
            "a.toml:3:1: max_shipments: unknown key; did you mean splits.max_shipments?",
        ),
        (
            "[solver]\nmipgap = 0.1",
            "a.toml:4:1: solver.mipgap: unknown key; did you mean mip_gap?",
        ),
        (
            "horizon_days = 0",
            "a.toml:3:16: horizon_days = 0: expected a whole number from 1 to 3660",
        ),
        (
            "horizon_days = 1.5",
            "a.toml:3:16: horizon_days = 1.5: expected a whole number from 1 to 3660",
        ),
        (
            "currency = \"eur\"",
            "a.toml:3:12: currency = \"eur\": expected a currency code of three capital letters such as \"EUR\"",
        ),
        (
            "time_zone = \"Europe/Lutetia\"",
            "a.toml:3:13: time_zone = \"Europe/Lutetia\": expected an IANA time zone such as \"Europe/Paris\"",
        ),
        (
            "objective = 3",
            "a.toml:3:13: objective = 3: expected a section [objective]",
        ),
        (
            "[objective]\nmaximise = \"cost\"",
            "a.toml:4:12: objective.maximise = \"cost\": expected \"profit\" or \"service\"",
        ),
        (
            "[objective]\nmaximise = \"profit\"\nminimise = \"cost\"",
            "a.toml:5:1: objective.minimise: maximise and minimise exclude each other; keep one of them",
        ),
        (
            "[objective]\nunfilled_cost = 0.0000001",
            "a.toml:4:17: objective.unfilled_cost = 0.0000001: expected an amount from 0 to 1000000000 with at most 6 decimals",
        ),
        (
            "[objective]\nunfilled_cost = -1",
            "a.toml:4:17: objective.unfilled_cost = -1: expected an amount from 0 to 1000000000 with at most 6 decimals",
        ),
        (
            "[objective]\nunfilled_cost = nan",
            "a.toml:4:17: objective.unfilled_cost = nan: expected an amount from 0 to 1000000000 with at most 6 decimals",
        ),
        (
            "[replan]\nprevious = \"nowhere\"",
            "a.toml:4:12: replan.previous = \"nowhere\": there is no run in nowhere; name the folder of a run, or of one of its scenarios",
        ),
        (
            "[solver]\ntime_limit = 600",
            "a.toml:4:14: solver.time_limit = 600: expected a duration above 0 and up to 30 days with its unit, such as \"90s\", \"10min\" or \"1h\"",
        ),
        (
            "[[rule]]\nname = \"x\"",
            "a.toml:3:1: rule.x.action: the rule has no action; actions are: forbid, require, prefer, together, apart, limit, open",
        ),
        (
            "[change]\ntable = \"orders\"",
            "a.toml:3:1: change = { table = \"orders\" }: expected [[change]] with two brackets",
        ),
        (
            "[[change]]\ntable = \"order\"\nset = { priority = 1 }",
            "a.toml:4:9: change.table = \"order\": there is no such table; did you mean orders?",
        ),
        (
            "[[change]]\ntable = \"orders\"\nwhere = \"priority > a\"\nset = { priority = 1 }",
            "a.toml:5:9: change.where = \"priority > a\": priority > a compares two columns; compare a column with a value (texts in single quotes)",
        ),
        (
            "[[change]]\nname = \"f\"\ntable = \"orders\"",
            "a.toml:3:1: change.f: the change changes nothing; give it set, scale or add",
        ),
        (
            "[[change]]\ntable = \"orders\"\nset = { order_id = \"1\" }",
            "a.toml:5:20: change.order_id: order_id is part of the key of orders and cannot be changed; change another column, or the data",
        ),
        (
            "[[change]]\ntable = \"orders\"\nscale = { quantity = \"two\" }",
            "a.toml:5:22: change.scale.quantity = \"two\": expected a factor such as 1.08 with at most 6 decimals",
        ),
        (
            "[[change]]\ntable = \"orders\"\nscale = { quantity = 2 }\nadd = { quantity = 1 }",
            "a.toml:6:9: change.add.quantity: the change names this column twice; use two changes, which apply one after the other",
        ),
        (
            "[[change]]\ntable = \"orders\"\nwhen = \"x\"\nset = { priority = 1 }",
            "a.toml:5:1: change.when: unknown key; known here: name, table, where, set, scale, add",
        ),
        (
            "[[change]]\nname = \"f\"\ntable = \"orders\"\nset = { priority = 1 }\n[[change]]\nname = \"f\"\ntable = \"orders\"\nset = { priority = 2 }",
            "a.toml:7:1: change.name: two changes of one file have this name; give each change a name of its own",
        ),
        (
            "name = \"../x\"",
            "a.toml:3:8: name = \"../x\": expected a name of 1 to 64 of a-z, 0-9, _ and -, the first a letter or digit",
        ),
        (
            "extends = \"none.toml\"",
            "a.toml:3:11: extends: there is no file none.toml",
        ),
        (
            "extends = 1",
            "a.toml:3:11: extends = 1: expected the path of a scenario file in quotes, relative to this file",
        ),
        (
            "x = [",
            "a.toml:3:6: not valid TOML: unclosed array, expected `]`",
        ),
    ];
    for (line, expected) in cases {
        let files = Files::new(&[("a.toml", &format!("{HEAD}{line}\n"))]);
        assert_eq!(files.faults(&["a.toml"], &[]), [expected], "{line}");
    }
}

#[test]
fn what_is_missing_and_what_is_wrong_is_told_in_one_go() {
    let files = Files::new(&[
        ("a.toml", "horizon_days = 0\n[solver]\nsede = 1\n"),
        ("b.toml", "data = \"nowhere\"\nas_of = \"soon\"\n"),
    ]);
    let faults = files.faults(&["a.toml", "b.toml", "c.toml"], &[]);
    assert_eq!(
        faults,
        [
            "a.toml: as_of: the moment of planning is not stated; write as_of = \"2026-11-23T05:00\", or use --as-of",
            "a.toml: data: the folder of the tables is not stated; write data = \"path/of/the/tables\"",
            "a.toml:1:16: horizon_days = 0: expected a whole number from 1 to 3660",
            "a.toml:3:1: solver.sede: unknown key; did you mean seed?",
            "b.toml:1:8: data = \"nowhere\": there is no folder nowhere; name a folder relative to the file that states it",
            "b.toml:2:9: as_of = \"soon\": expected a time such as \"2026-11-23T05:00\" (local to time_zone) or \"2026-11-23T05:00+01:00\"",
            "c.toml: there is no file c.toml",
        ]
    );
}

#[test]
fn a_chain_overlays_from_its_base_up_and_paths_stay_with_their_file() {
    let files = Files::new(&[
        ("base/data/orders.csv", ""),
        (
            "base/base.toml",
            "name = \"base\"\ndata = \"data\"\nas_of = \"2026-11-23T05:00\"\n[splits]\nmax_shipments = 2\nline_max_shipments = 2\n[objective]\nmaximise = \"service\"\n",
        ),
        (
            "mid.toml",
            "extends = \"base/base.toml\"\n[splits]\nmax_shipments = 4\n",
        ),
        (
            "top.toml",
            "extends = \"mid.toml\"\n[objective]\nminimise = \"cost\"\n",
        ),
    ]);
    let top = files.load(&["top.toml"], &[]).expect("no fault").remove(0);
    assert_eq!(top.settings.name, "top");
    assert_eq!(
        (top.settings.max_shipments, top.settings.line_max_shipments),
        (4, 2)
    );
    assert_eq!(top.settings.objective, Objective::Cost);
    let data = files.path("base/data").canonicalize().expect("there");
    assert_eq!(top.data, data);
    let read: Vec<_> = top
        .files
        .iter()
        .filter_map(|file| file.file_name()?.to_str())
        .collect();
    assert_eq!(read, ["top.toml", "mid.toml", "base.toml"]);
}

#[test]
fn a_circle_of_extends_is_told_with_its_chain() {
    let files = Files::new(&[
        ("a.toml", "extends = \"b.toml\"\n"),
        ("b.toml", "extends = \"./c.toml\"\n"),
        ("c.toml", "extends = \"b.toml\"\n"),
    ]);
    let faults = files.faults(&["a.toml"], &[]);
    assert_eq!(
        faults,
        [
            "./c.toml:1:11: extends: the chain of extends is a circle: a.toml → b.toml → ./c.toml → b.toml; take one extends out"
        ]
    );
}

#[test]
fn a_change_of_the_same_name_is_overlaid_and_others_are_added() {
    let files = Files::new(&[
        (
            "base.toml",
            &format!(
                "{HEAD}[[change]]\nname = \"fuel\"\ntable = \"carrier_rates\"\nwhere = \"carrier = 'A'\"\nscale = {{ base_cost = 1.08 }}\n[[change]]\ntable = \"orders\"\nadd = {{ priority = 1 }}\n"
            ),
        ),
        (
            "top.toml",
            "extends = \"base.toml\"\n[[change]]\ntable = \"orders\"\nset = { channel = \"web\" }\n[[change]]\nname = \"fuel\"\nscale = { base_cost = 1.15, min_charge = 2 }\n",
        ),
    ]);
    let top = files.load(&["top.toml"], &[]).expect("no fault").remove(0);
    let labels: Vec<_> = top.changes.iter().map(|change| change.label()).collect();
    assert_eq!(
        labels,
        ["change fuel", "change of orders", "change of orders"]
    );
    let actions: Vec<_> = top.changes[0]
        .edits
        .iter()
        .map(|edit| &edit.action)
        .collect();
    assert_eq!(
        actions,
        [&Action::Scale(1_150_000), &Action::Scale(2_000_000)]
    );
    assert!(top.changes[0].condition.is_some());
    assert_eq!(
        top.changes[2].edits[0].action,
        Action::Set("web".to_owned())
    );
}

#[test]
fn options_override_files_settings_and_parts_of_changes() {
    let text = format!(
        "{HEAD}[[change]]\nname = \"fuel\"\ntable = \"carrier_rates\"\nscale = {{ base_cost = 1.08 }}\n"
    );
    let set = [
        "name=night",
        "splits.max_shipments=3",
        "solver.time_limit=90s",
        "objective.minimise=cost",
        "change.fuel.scale.base_cost=1.10",
        "change.fuel.where=carrier = 'A'",
    ];
    let scenario = load_one(&text, &set);
    assert_eq!(scenario.settings.name, "night");
    assert_eq!(scenario.settings.max_shipments, 3);
    assert_eq!(scenario.settings.time_limit, Duration::from_secs(90));
    assert_eq!(scenario.settings.objective, Objective::Cost);
    assert_eq!(
        scenario.changes[0].edits[0].action,
        Action::Scale(1_100_000)
    );
    assert!(scenario.changes[0].condition.is_some());
}

#[test]
fn faults_of_options_name_the_option() {
    let text = format!(
        "{HEAD}[[change]]\nname = \"fuel\"\ntable = \"carrier_rates\"\nscale = {{ base_cost = 1.08 }}\n"
    );
    let files = Files::new(&[("a.toml", &text)]);
    for (option, expected) in [
        (
            "splits.max_shipment=3",
            "--set splits.max_shipment=3: splits.max_shipment: unknown key; did you mean max_shipments?",
        ),
        (
            "splits.max_shipments=0",
            "--set splits.max_shipments=0: splits.max_shipments = 0: expected a whole number from 1 to 1000",
        ),
        (
            "splits",
            "--set splits: has no =; write it as --set key=value, e.g. --set splits.max_shipments=3",
        ),
        (
            "change.feul.scale.base_cost=1",
            "--set change.feul.scale.base_cost=1: change.feul.scale.base_cost: there is no [[change]] named feul; did you mean fuel?",
        ),
        (
            "change.fuel=1",
            "--set change.fuel=1: change.fuel: names no part of a change; write it as change.<name>.scale.<column>",
        ),
        (
            "extends=x",
            "--set extends=x: extends = \"x\": this key cannot be set by an option; write it in a scenario file",
        ),
        (
            "a..b=1",
            "--set a..b=1: a..b: not a key; write it as section.key, e.g. splits.max_shipments",
        ),
    ] {
        assert_eq!(files.faults(&["a.toml"], &[option]), [expected], "{option}");
    }
}

#[test]
fn the_moment_of_planning_may_come_from_the_command_line() {
    let files = Files::new(&[("a.toml", "data = \".\"\ntime_zone = \"Europe/Paris\"\n")]);
    let load = |as_of: &str| {
        let overrides = Overrides {
            set: Vec::new(),
            as_of: Some(as_of.to_owned()),
        };
        load_scenarios(&[files.path("a.toml")], &overrides)
    };
    let scenario = load("2026-11-23T05:00").expect("no fault").remove(0);
    assert_eq!(scenario.settings.as_of.to_string(), "2026-11-23T04:00:00Z");
    let before = jiff::Timestamp::now();
    assert!(load("now").expect("no fault")[0].settings.as_of >= before);
    let fault = &load("soon").expect_err("a fault")[0];
    assert_eq!(
        (fault.file.as_str(), fault.key.as_str()),
        ("--as-of soon", "as_of")
    );
}

#[test]
fn a_sweep_makes_one_named_scenario_a_combination() {
    let text = format!(
        "name = \"s\"\n{HEAD}[[change]]\nname = \"fuel\"\ntable = \"carrier_rates\"\nscale = {{ base_cost = 1.0 }}\n[sweep]\n\"splits.max_shipments\" = [1, 3]\n\"change.fuel.scale.base_cost\" = [1.0, 1.1]\n\"objective.fill\" = [\"units\", \"value\"]\n"
    );
    let files = Files::new(&[("s.toml", &text)]);
    let swept = files.load(&["s.toml"], &[]).expect("no fault");
    assert_eq!(
        names(&swept),
        [
            "s-bc1-units-ms1",
            "s-bc1-units-ms3",
            "s-bc1-value-ms1",
            "s-bc1-value-ms3",
            "s-bc1_1-units-ms1",
            "s-bc1_1-units-ms3",
            "s-bc1_1-value-ms1",
            "s-bc1_1-value-ms3"
        ]
    );
    assert_eq!(swept[7].settings.max_shipments, 3);
    assert_eq!(swept[7].settings.fill, Fill::Value);
    assert_eq!(
        swept[7].changes[0].edits[0].action,
        Action::Scale(1_100_000)
    );
    let fixed = files
        .load(
            &["s.toml"],
            &["splits.max_shipments=2", "objective.fill=lines"],
        )
        .expect("no fault");
    assert_eq!(names(&fixed), ["s-bc1", "s-bc1_1"]);
    assert_eq!(fixed[1].settings.max_shipments, 2);
}

#[test]
fn a_wrong_value_in_a_sweep_is_one_fault_at_its_place() {
    let text =
        format!("{HEAD}[sweep]\n\"splits.max_shipments\" = [1, 0]\n\"solver.seed\" = [1, 2, 3]\n");
    let files = Files::new(&[("s.toml", &text)]);
    assert_eq!(
        files.faults(&["s.toml"], &[]),
        ["s.toml:4:30: splits.max_shipments = 0: expected a whole number from 1 to 1000"]
    );
}

#[test]
fn two_scenarios_of_one_name_are_refused() {
    let files = Files::new(&[
        ("a.toml", &format!("name = \"x\"\n{HEAD}")),
        ("b.toml", &format!("name = \"x\"\n{HEAD}")),
    ]);
    assert_eq!(
        files.faults(&["a.toml", "b.toml"], &[]),
        [
            "b.toml: name = x: the scenario of a.toml has this name too; give each scenario a name of its own"
        ]
    );
}

#[test]
fn the_resolved_scenario_loads_alone_as_the_same_scenario() {
    let files = Files::new(&[
        (
            "base.toml",
            &format!(
                "{HEAD}time_zone = \"Europe/Paris\"\n[objective]\nmaximise = \"profit\"\nunfilled_cost = \"2.50\"\n[[change]]\nname = \"fuel\"\ntable = \"carrier_rates\"\nwhere = \"\"\"service = 'it''s \\\"x\\\"'\"\"\"\nscale = {{ base_cost = 1.080000 }}\n"
            ),
        ),
        (
            "top.toml",
            "extends = \"base.toml\"\n[objective]\nminimise = \"cost\"\n[[change]]\ntable = \"orders\"\nset = { \"my column\" = \"a\\nb\", priority = 0x10 }\n[sweep]\n\"solver.seed\" = [1, 2]\n",
        ),
    ]);
    let scenarios = files.load(&["top.toml"], &[]).expect("no fault");
    assert_eq!(scenarios.len(), 2);
    let elsewhere = Files::new(&[("kept.toml", &scenarios[1].resolved)]);
    let again = elsewhere
        .load(&["kept.toml"], &[])
        .expect("no fault")
        .remove(0);
    let comparable = |scenario: &Scenario| {
        let changes: Vec<_> = scenario
            .changes
            .iter()
            .map(|change| {
                let edits: Vec<_> = change
                    .edits
                    .iter()
                    .map(|edit| (edit.column.clone(), edit.action.clone()))
                    .collect();
                (
                    change.name.clone(),
                    change.table.name,
                    change.condition.clone(),
                    edits,
                )
            })
            .collect();
        (
            format!("{:?}", scenario.settings),
            scenario.data.clone(),
            format!("{changes:?}"),
        )
    };
    assert_eq!(comparable(&again), comparable(&scenarios[1]));
    let without_head = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| !line.starts_with("# Read from"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        without_head(&again.resolved),
        without_head(&scenarios[1].resolved)
    );
}

/// All scenarios that come with the program.
fn scenarios_of_the_house() -> Vec<Scenario> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let entries = std::fs::read_dir(folder).expect("the folder of scenarios");
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    let loaded = load_scenarios(&paths, &Overrides::default());
    let loaded = loaded.unwrap_or_else(|faults| {
        let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    });
    assert!(loaded.len() >= paths.len());
    loaded
}

#[test]
fn the_scenarios_of_the_house_load_and_each_of_their_changes_changes_something() {
    let mut read = BTreeMap::new();
    for scenario in scenarios_of_the_house() {
        let tables = read.entry(scenario.data.clone()).or_insert_with(|| {
            let (tables, _) = read_tables(&scenario.data, OnBadOrder::Refuse).expect("good tables");
            tables
        });
        let (_, warnings) = apply_changes(&scenario, tables).expect("changes that fit");
        assert!(
            warnings.is_empty(),
            "{}: {warnings}",
            scenario.settings.name
        );
    }
}
