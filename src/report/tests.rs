//! Files as people and programs read them.

use super::*;
use crate::ledger::ledger;
use crate::solve::{Goal, GoalKind, Outcome, Size, Status};
use crate::units::Money;
use crate::verify::fixture::*;
use crate::verify::{Audit, verify};
use std::collections::BTreeMap;
use std::path::PathBuf;

const GUARDED: Format = Format::Csv {
    raw: false,
    locale: CsvLocale::Plain,
};

struct Scene {
    world: World,
    audit: Audit,
    ledger: crate::ledger::Ledger,
    unfilled: Vec<Unfilled>,
    decisions: Decisions,
    dir: tempfile::TempDir,
}

impl Scene {
    fn new(world: World) -> Self {
        let audit = verify(&world.dataset, &world.settings, &world.plan).expect("a valid plan");
        let ledger = ledger(&world.dataset, &world.plan, &audit);
        let unfilled = vec![Unfilled {
            line: crate::domain::LineIx(7),
            quantity: 1,
            code: "stock_used",
            reason: "Other orders take it.".to_owned(),
            next_possible: Some(at("2026-11-30T09:00:00Z")),
            next_because: "delivery (PO-9) of 4 units at LYON".to_owned(),
        }];
        let rates = crate::options::RateIndex::new(&world.dataset);
        let World {
            dataset,
            settings,
            plan,
        } = &world;
        let sharing = crate::explain::Sharing::new(dataset, settings, plan, &[]);
        let deciding = crate::explain::Deciding {
            dataset,
            settings,
            rates: &rates,
            sharing: &sharing,
        };
        let decisions = crate::explain::decisions(deciding, plan, &audit, &ledger);
        let dir = tempfile::tempdir().expect("a temporary folder");
        Self {
            world,
            audit,
            ledger,
            unfilled,
            decisions,
            dir,
        }
    }

    fn planned(&self) -> Planned<'_> {
        Planned {
            dataset: &self.world.dataset,
            settings: &self.world.settings,
            plan: &self.world.plan,
            audit: &self.audit,
            ledger: &self.ledger,
            unfilled: &self.unfilled,
            decisions: &self.decisions,
            moved: &[],
            returning: &[],
            labels: &[],
        }
    }

    fn write(&self, format: Format) -> &Self {
        write_tables(self.dir.path(), self.planned(), format).expect("files are written");
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file")
    }

    /// Rows of a CSV file as maps from column to cell.
    fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let mut reader = ::csv::Reader::from_path(self.path(name)).expect("a file");
        reader
            .deserialize()
            .map(|row| row.expect("a row"))
            .collect()
    }
}

fn column<'a>(rows: &'a [BTreeMap<String, String>], name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str()).collect()
}

#[test]
fn a_scenario_has_all_the_files_of_the_contract() {
    let scene = Scene::new(world());
    scene.write(GUARDED);
    let mut names: Vec<String> = std::fs::read_dir(scene.dir.path())
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "allocations.csv",
            "decisions.csv",
            "labels.csv",
            "pick_lists.csv",
            "profitability.csv",
            "profitability_by_carrier.csv",
            "profitability_by_channel.csv",
            "profitability_by_location.csv",
            "profitability_by_product_group.csv",
            "profitability_by_sku.csv",
            "profitability_by_zone.csv",
            "promises.csv",
            "routes.csv",
            "shipments.csv",
            "stock_deltas.csv",
            "unfilled.csv",
        ]
    );
}

#[test]
fn allocations_name_what_leaves_stock_and_with_which_shipment() {
    let scene = Scene::new(world());
    scene.write(GUARDED);
    let text = scene.text("allocations.csv");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "order_id,line_id,sku,shipped_sku,form,location_id,wave,quantity,shipment_id",
            "A-1,1,CUP,CUP,stock,LILLE,2026-11-23 18:00,3,A-1-1",
            "A-1,2,PAN,PAN,stock,LILLE,2026-11-23 18:00,1,A-1-1",
        ]
    );
    // The hub's forward shipment takes nothing from stock.
    assert!(!text.contains("HUB"));
    assert_eq!(lines.len(), 1 + 8);
}

#[test]
fn shipments_say_route_days_and_money() {
    let scene = Scene::new(world());
    scene.write(GUARDED);
    let rows = scene.rows("shipments.csv");
    assert_eq!(
        column(&rows, "shipment_id"),
        [
            "A-1-1", "A-1-2", "B-2-1", "B-2-2", "C-3-1", "C-3-2", "C-3-3", "D-4-1"
        ]
    );
    assert_eq!(
        column(&rows, "route"),
        [
            "carrier", "carrier", "to_store", "collect", "carrier", "to_hub", "to_hub", "carrier"
        ]
    );
    assert_eq!(
        column(&rows, "joins_shipment"),
        ["", "", "", "", "", "C-3-1", "C-3-1", ""]
    );
    let first = &rows[A_LILLE];
    let cells = [
        "carrier",
        "service",
        "leaves_at",
        "arrives_by",
        "weight_g",
        "parcels",
        "carriage",
    ];
    assert_eq!(
        cells.map(|cell| first[cell].as_str()),
        [
            "Post",
            "home",
            "2026-11-23T18:00:00+00:00",
            "2026-11-25",
            "2700",
            "1",
            "8.47"
        ]
    );
    assert_eq!(rows[A_LYON]["days_late"], "1");
}

#[test]
fn promises_tell_the_customer_from_where_and_by_when() {
    let scene = Scene::new(world());
    scene.write(GUARDED);
    let rows = scene.rows("promises.csv");
    assert_eq!(
        column(&rows, "status"),
        ["complete", "complete", "complete", "complete", "none"]
    );
    assert_eq!(
        column(&rows, "ships_from"),
        ["LILLE|LYON", "LILLE|STORE", "LILLE|LYON", "LILLE", ""]
    );
    assert_eq!(
        rows[0]["text"],
        "Ships from LILLE and LYON from 2026-11-23, arrives by 2026-11-26, in 2 shipments, 1 day late."
    );
    assert_eq!(rows[4]["arrives_by"], "");
}

#[test]
fn unfilled_lines_say_why_and_when() {
    let scene = Scene::new(world());
    scene.write(GUARDED);
    assert_eq!(
        scene.text("unfilled.csv"),
        "order_id,line_id,sku,quantity,reason,next_possible,next_possible_by,text\n\
         E-5,1,BULKY,1,stock_used,2026-11-30T09:00:00+00:00,delivery (PO-9) of 4 units at LYON,Other orders take it.\n"
    );
}

#[test]
fn a_route_sheet_lists_its_stops_after_its_start() {
    let mut world = world();
    let mut far = world.dataset.destinations[0].clone();
    far.postcode = "01000".into();
    world.dataset.destinations.push(far);
    world.dataset.orders[4].destination = crate::domain::DestinationIx(1);
    world.dataset.lines[8].sku = crate::domain::SkuIx(FISH as u32);
    world.dataset.waves[LILLE_23.ix()].capacity_shipments = None;
    world.dataset.waves[LILLE_23.ix()].capacity_lines = None;
    world.dataset.waves[LILLE_23.ix()].capacity_units = None;
    let more = shipment(4, LILLE_23, crate::plan::Route::Carrier(CARGO), &[(8, 1)]);
    world.plan.shipments.push(more);
    let scene = Scene::new(world);
    scene.write(GUARDED);
    let rows = scene.rows("routes.csv");
    let cargo: Vec<_> = rows
        .iter()
        .filter(|row| row["carrier"] == "Cargo")
        .cloned()
        .collect();
    assert_eq!(column(&cargo, "stop"), ["0", "1", "2"]);
    assert_eq!(
        column(&cargo, "place"),
        ["LILLE", "NEAR FR 01000", "NEAR FR 59000"]
    );
    assert_eq!(column(&cargo, "shipments"), ["2", "1", "1"]);
    assert_eq!(column(&cargo, "load_g"), ["650", "400", "250"]);
    assert_eq!(
        column(&cargo, "arrives_at"),
        ["", "2026-11-24", "2026-11-24"]
    );
    let transfers = rows
        .iter()
        .filter(|row| row["kind"] == "transfer" && row["stop"] == "1");
    let places: Vec<&str> = transfers.map(|row| row["place"].as_str()).collect();
    assert_eq!(places, ["HUB", "STORE", "HUB"]);
}

#[test]
fn pick_lists_go_by_location_wave_and_product() {
    let scene = Scene::new(world());
    scene.write(GUARDED);
    let rows = scene.rows("pick_lists.csv");
    let picks: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {} {} {}",
                row["location_id"], row["sku"], row["quantity"], row["shipment_id"]
            )
        })
        .collect();
    assert_eq!(
        picks,
        [
            "LILLE FISH 1 D-4-1",
            "LILLE CUP 3 A-1-1",
            "LILLE CUP 1 C-3-2",
            "LILLE PAN 1 A-1-1",
            "LILLE PAN 1 B-2-1",
            "LYON PAN 1 C-3-3",
            "LYON PAN 1 A-1-2",
            "STORE CUP 2 B-2-2",
        ]
    );
}

#[test]
fn a_plan_reads_back_from_its_files() {
    let mut world = world();
    // Ids that a spreadsheet would run, so that they are written with an apostrophe.
    world.dataset.orders[0].id = "+A-1".into();
    world.dataset.orders[1].id = "-B-2".into();
    for format in [
        GUARDED,
        Format::Csv {
            raw: true,
            locale: CsvLocale::Plain,
        },
        Format::Parquet,
    ] {
        let scene = Scene::new(world.clone());
        scene.write(format);
        let plan = crate::plan::read_plan(scene.dir.path(), &world.dataset).expect("a plan");
        assert_eq!(plan, world.plan, "{format:?}");
    }
}

#[test]
fn a_plan_of_other_data_is_told_row_by_row() {
    let scene = Scene::new(world());
    scene.write(GUARDED);
    let mut other = scene.world.dataset.clone();
    other.waves[LYON_24.ix()].departs = at("2026-11-24T19:00:00Z");
    other.orders[3].id = "D-5".into();
    let faults = crate::plan::read_plan(scene.dir.path(), &other).expect_err("other data");
    let told: Vec<(Option<u64>, Option<String>)> = faults
        .into_iter()
        .map(|fault| (fault.row, fault.column))
        .collect();
    assert_eq!(
        told,
        [
            (Some(3), Some("leaves_at".to_owned())),
            (Some(9), Some("order_id".to_owned()))
        ]
    );
    // What the other data know of it is the same without these two.
    let known = crate::plan::read_known_plan(scene.dir.path(), &other);
    let whole = &scene.world.plan.shipments;
    assert_eq!(known.shipments.len() + 2, whole.len());
    assert!(known.shipments.iter().all(|one| whole.contains(one)));
    let feeders = |plan: &Plan| {
        let each = plan.shipments.iter();
        each.filter(|one| !one.reaches_customer()).count()
    };
    let mut without_transfers = scene.world.dataset.clone();
    without_transfers.transfers.clear();
    let known = crate::plan::read_known_plan(scene.dir.path(), &without_transfers);
    assert!(feeders(&scene.world.plan) > 0 && feeders(&known) == 0);
    let nothing = crate::plan::read_known_plan(Path::new("nowhere"), &other);
    assert!(nothing.shipments.is_empty());
}

#[test]
fn text_that_a_spreadsheet_would_run_is_written_so_that_it_does_not() {
    let cells = [
        "=1+1", "+33", "-5", "@home", "\tx", "\rx", "plain", "a=b", "",
    ];
    let sheet = || {
        Sheet::new("cells", cells.len())
            .text("text", move |row| cells[row])
            .integer("number", |_| -5)
            .money("money", |_| Money(-1_500_000))
    };
    let dir = tempfile::tempdir().expect("a temporary folder");
    let read = |format: Format| -> Vec<Vec<String>> {
        write_sheet(dir.path(), &sheet(), format).expect("a file is written");
        let mut reader = ::csv::Reader::from_path(dir.path().join("cells.csv")).expect("a file");
        let rows = reader.records().map(|row| row.expect("a row"));
        rows.map(|row| row.iter().map(str::to_owned).collect())
            .collect()
    };
    let guarded = read(GUARDED);
    let texts: Vec<&str> = guarded.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(
        texts,
        [
            "'=1+1", "'+33", "'-5", "'@home", "'\tx", "'\rx", "plain", "a=b", ""
        ]
    );
    assert_eq!(guarded[0][1..], ["-5", "-1.5"]);
    let raw = read(Format::Csv {
        raw: true,
        locale: CsvLocale::Plain,
    });
    let texts: Vec<&str> = raw.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(texts, cells);
}

#[test]
fn a_sheet_of_many_chunks_keeps_its_order() {
    let rows = 300_000;
    let sheet = Sheet::new("many", rows).integer("row", |row| row as i64);
    let dir = tempfile::tempdir().expect("a temporary folder");
    write_sheet(dir.path(), &sheet, GUARDED).expect("a file is written");
    let text = std::fs::read_to_string(dir.path().join("many.csv")).expect("a file");
    let expected: String = (0..rows).map(|row| format!("{row}\n")).collect();
    assert!(text == format!("row\n{expected}"));
}

#[test]
fn parquet_holds_what_csv_holds() {
    use polars::prelude::{AnyValue, ParquetReader, SerReader};
    let scene = Scene::new(world());
    scene
        .write(Format::Csv {
            raw: true,
            locale: CsvLocale::Plain,
        })
        .write(Format::Parquet);
    for name in [
        "shipments",
        "allocations",
        "profitability_by_carrier",
        "stock_deltas",
        "promises",
    ] {
        let file = std::fs::File::open(scene.path(&format!("{name}.parquet"))).expect("a file");
        let frame = ParquetReader::new(file).finish().expect("a frame");
        let mut reader =
            ::csv::Reader::from_path(scene.path(&format!("{name}.csv"))).expect("a file");
        let header: Vec<String> = reader
            .headers()
            .expect("a header")
            .iter()
            .map(str::to_owned)
            .collect();
        let names: Vec<&str> = frame
            .get_column_names()
            .into_iter()
            .map(|name| name.as_str())
            .collect();
        assert_eq!(names, header, "{name}");
        let records: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
        assert_eq!(frame.height(), records.len(), "{name}");
        for (row, record) in records.iter().enumerate() {
            for (column, text) in record.iter().enumerate() {
                let cell = frame.columns()[column].get(row).expect("a cell");
                let cell = match cell {
                    AnyValue::Null => String::new(),
                    AnyValue::String(text) => text.to_owned(),
                    other => other.to_string(),
                };
                assert_eq!(cell, text, "{name}, row {row}, {}", header[column]);
            }
        }
    }
}

#[test]
fn a_folder_that_is_not_there_is_an_error_that_names_the_file() {
    let scene = Scene::new(world());
    let missing = scene.path("missing");
    let error = write_tables(&missing, scene.planned(), GUARDED).expect_err("no such folder");
    assert!(error.to_string().contains("missing"), "{error}");
}

fn outcome(bound: Money) -> Outcome {
    Outcome {
        plan: None,
        status: Status::Gap,
        method: "exact",
        goals: vec![Goal {
            kind: GoalKind::Profit,
            bound: bound.0,
            apart: bound.0,
            value: bound.0,
        }],
        size: Size::default(),
        reason: String::new(),
        shadow_prices: vec![],
        gap_parts: None,
    }
}

fn summary(scene: &Scene, name: &str, outcome: &Outcome) -> Summary {
    let mut settings = scene.world.settings.clone();
    settings.name = name.to_owned();
    Summary::new(Solved {
        settings: &settings,
        outcome,
        verified: Some((&scene.audit, &scene.ledger)),
        seconds: Seconds {
            read: 0.5,
            solve: 1.0,
            ..Seconds::default()
        },
        peak_memory_bytes: None,
        orders_set_aside: 0,
    })
}

#[test]
fn a_summary_holds_what_the_contract_asks_for_and_reads_back() {
    let scene = Scene::new(world());
    let objective = scene.audit.total.margin();
    let bound = objective + Money(objective.0 / 99);
    let summary = summary(&scene, "base", &outcome(bound));
    write_summary(scene.dir.path(), &summary).expect("a file is written");
    let text = scene.text("summary.json");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for field in [
        "scenario",
        "status",
        "method",
        "objective",
        "bound",
        "gap",
        "profit",
        "cost",
        "verified",
        "seconds",
        "peak_memory_bytes",
        "kpis",
    ] {
        assert!(json.get(field).is_some(), "{field} is missing");
    }
    assert_eq!(json["objective"].to_string(), objective.to_string());
    let gap = json["gap"].as_f64().expect("a gap");
    assert!((gap - 0.01).abs() < 1e-6, "{gap}");
    assert_eq!(json["kpis"]["split_rate"], 0.4);
    let back: Summary = serde_json::from_str(&text).expect("a summary");
    assert_eq!(back, summary);
}

#[test]
fn a_cost_is_held_against_its_bound_from_above() {
    let mut scene = Scene::new(world());
    scene.world.settings.objective = crate::domain::Objective::Cost;
    let cost = scene.audit.objective(&scene.world.settings);
    let mut outcome = outcome(cost - Money(cost.0 / 11));
    outcome.goals[0].kind = GoalKind::Cost;
    let gap = summary(&scene, "cost", &outcome).gap.expect("a gap");
    assert!((gap - 0.1).abs() < 1e-6, "{gap}");
}

#[test]
fn what_is_not_proven_is_null() {
    let scene = Scene::new(world());
    let mut rules = outcome(Money::ZERO);
    rules.goals.clear();
    rules.status = Status::Baseline;
    rules.method = "rules";
    let summary = summary(&scene, "rules", &rules);
    assert_eq!((summary.bound, summary.gap), (None, None));
    let mut none = outcome(Money::ZERO);
    none.status = Status::NoPlan;
    let summary = Summary::new(Solved {
        settings: &scene.world.settings,
        outcome: &none,
        verified: None,
        seconds: Seconds::default(),
        peak_memory_bytes: Some(1),
        orders_set_aside: 0,
    });
    assert_eq!(
        (summary.status.as_str(), summary.profit, summary.verified),
        ("no_plan", None, false)
    );
    assert!(summary.to_json().contains("\"objective\": null"));
}

#[test]
fn a_difference_is_sure_only_when_the_intervals_do_not_overlap() {
    let scene = Scene::new(world());
    let plan = scene.audit.total.margin();
    let base = summary(&scene, "base", &outcome(plan + cents(100)));
    let mut better = base.clone();
    better.scenario = "better".to_owned();
    better.objective = Some(plan + cents(150));
    better.bound = Some(plan + cents(160));
    let mut maybe = base.clone();
    maybe.objective = Some(plan + cents(50));
    let mut worse = base.clone();
    worse.objective = Some(plan - cents(90));
    worse.bound = Some(plan - cents(20));
    let summaries = [base, better, maybe, worse];
    let dir = scene.dir.path();
    write_comparison(dir, &summaries, &[None, None], GUARDED).expect("a file is written");
    let rows = scene.rows("comparison.csv");
    assert_eq!(column(&rows, "sure_vs_first"), ["", "0.5", "", "-0.2"]);
    assert_eq!(
        column(&rows, "objective_vs_first"),
        ["0", "1.5", "0.5", "-0.9"]
    );
    assert_eq!(column(&rows, "objective_vs_rules"), ["", "", "", ""]);
}

#[test]
fn what_stopped_the_solver_stands_in_the_summary() {
    let scene = Scene::new(world());
    let limit = Outcome {
        status: Status::Limit,
        reason: "the time limit came before the gap".to_owned(),
        ..outcome(scene.audit.total.margin())
    };
    let summary = summary(&scene, "base", &limit);
    assert!(
        summary.verified
            && summary
                .to_json()
                .contains("\"reason\": \"the time limit came")
    );
}

#[test]
fn scenarios_in_different_currencies_are_marked_and_not_subtracted() {
    let scene = Scene::new(world());
    let plan = scene.audit.total.margin();
    let base = summary(&scene, "base", &outcome(plan));
    let mut other = base.clone();
    other.currency = "USD".to_owned();
    let text = comparison_text(&[base, other]);
    assert!(text.contains("Money in each scenario's currency"), "{text}");
    let row = text.lines().nth(2).expect("a row");
    assert!(
        row.contains("–") && row.trim_end().ends_with("USD"),
        "{text}"
    );
}

#[test]
fn the_comparison_table_reads_well() {
    let scene = Scene::new(world());
    let plan = scene.audit.total.margin();
    let base = summary(&scene, "base", &outcome(plan + cents(2)));
    let mut rules = summary(&scene, "rules", &outcome(plan));
    rules.method = "rules".to_owned();
    rules.objective = Some(plan - cents(1_234));
    rules.bound = None;
    rules.gap = None;
    let text = comparison_text(&[base, rules]);
    let line = text
        .lines()
        .find(|line| line.contains("base"))
        .expect("a row");
    assert!(line.contains("+12.34"), "{text}");
    assert!(line.contains("84.6 %"), "{text}");
    let line = text
        .lines()
        .find(|line| line.contains("-12.34"))
        .expect("a row");
    assert!(line.contains("rules"), "{text}");
}
