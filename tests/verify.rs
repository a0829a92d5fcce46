//! A run that was changed by hand, in whatever cell, does not verify.

mod support;

use consign::run::{Standing, recheck};
use polars::prelude::{DataFrame, NamedFrom, ParquetReader, ParquetWriter, SerReader, Series};
use std::fs;
use std::path::PathBuf;
use support::place::{Place, tables};

/// Columns of money, in whatever table.
const MONEY: [&str; 22] = [
    "picking",
    "packing",
    "carriage",
    "transfer",
    "cost",
    "revenue",
    "goods",
    "ageing_credit",
    "co2_cost",
    "co2",
    "lateness",
    "unfilled",
    "fixed",
    "overtime",
    "shortfall",
    "margin",
    "profit",
    "penalties",
    "objective",
    "bound",
    "cost_per_order",
    "objective_vs_first",
];

/// A run of two scenarios, one with an order that nothing can ship.
fn planned(more: &str) -> Place {
    let place = Place::ready();
    let orders = place.text("night/data/orders.csv");
    let mut rows = orders.lines();
    let header = rows.next().expect("a header");
    let row: Vec<String> = header
        .split(',')
        .map(|column| match column {
            "order_id" => "1099".to_owned(),
            "line_id" | "quantity" => "1".to_owned(),
            "sku" => "MUG".to_owned(),
            "destination_zone" => "moon".to_owned(),
            _ => String::new(),
        })
        .collect();
    place.write(
        "night/data/orders.csv",
        &format!("{orders}{}\n", row.join(",")),
    );
    place.run(
        &format!("plan night/scenario.toml night/rules.toml --name night {more}"),
        0,
    );
    place
}

/// What a run's recheck objects to, all scenarios together.
fn objections(place: &Place) -> Vec<String> {
    let standings = recheck(&place.path("runs/night")).expect("the run can be read");
    let rejected = standings
        .into_iter()
        .filter_map(|(_, standing)| match standing {
            Standing::Rejected(reasons) => Some(reasons),
            _ => None,
        });
    rejected.flatten().collect()
}

/// A CSV file with one cell changed; rows count from 1, the header not counted.
fn with_cell(text: &str, row: usize, column: usize) -> String {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut writer = csv::Writer::from_writer(vec![]);
    for (at, record) in reader.records().enumerate() {
        let record = record.expect("a record");
        let cells = record.iter().enumerate().map(|(of, cell)| match (at, of) {
            (at, of) if (at, of) == (row, column) => format!("{cell}1"),
            _ => cell.to_owned(),
        });
        writer.write_record(cells).expect("written");
    }
    String::from_utf8(writer.into_inner().expect("whole")).expect("text")
}

#[test]
fn a_run_changed_in_any_cell_of_any_table_is_rejected() {
    let place = planned("");
    assert_eq!(objections(&place), Vec::<String>::new());
    let mut tried = 0;
    for (name, bytes) in tables(&place.path("runs/night")) {
        let text = String::from_utf8(bytes).expect("text");
        // Where nothing is scarce nothing has a price.
        if name.ends_with("shadow_prices.csv") && text.lines().count() == 1 {
            continue;
        }
        assert!(text.lines().count() > 1, "{} has rows", name.display());
        let path = PathBuf::from("runs/night").join(&name);
        let path = path.to_str().expect("a name");
        for (position, column) in text
            .lines()
            .next()
            .unwrap_or_default()
            .split(',')
            .enumerate()
        {
            place.write(path, &with_cell(&text, 1, position));
            let found = objections(&place);
            assert!(!found.is_empty(), "{path}, {column}");
            if MONEY.contains(&column) {
                let file = name.file_name().expect("a file").to_string_lossy();
                let told = format!("{file}, row 2, column {column}: ");
                let is_told = found.iter().any(|it| it.starts_with(&told));
                assert!(is_told, "{told} is not among {found:#?}");
                tried += 1;
            }
        }
        place.write(path, &text);
    }
    assert!(tried > 150, "{tried} cells of money");
    assert_eq!(objections(&place), Vec::<String>::new());
}

#[test]
fn the_first_difference_is_told_with_what_the_plan_gives() {
    let place = planned("");
    let file = "runs/night/start/shipments.csv";
    let text = place.text(file);
    let carriage = text
        .lines()
        .next()
        .and_then(|header| header.split(',').position(|it| it == "carriage"));
    let column = carriage.expect("a column of carriage");
    let was = text
        .lines()
        .nth(2)
        .and_then(|row| row.split(',').nth(column))
        .expect("a cell");
    place.write(file, &with_cell(&text, 2, column));
    let (out, _) = place.run("verify night", 23);
    assert!(
        out.contains(&format!(
            "start: rejected\n  shipments.csv, row 3, column carriage: \"{was}1\", the plan gives \"{was}\"\n"
        )),
        "{out}"
    );
    assert!(out.contains("rules: verified"), "{out}");
}

#[test]
fn rows_and_columns_too_many_or_missing_are_told() {
    let place = planned("");
    let file = "runs/night/start/promises.csv";
    let text = place.text(file);
    let last = text.lines().last().expect("a row").to_owned();
    let objects = |changed: String, says: &str| {
        place.write(file, &changed);
        let found = objections(&place);
        assert!(found.iter().any(|it| it.contains(says)), "{found:#?}");
    };
    objects(format!("{text}{last}\n"), "a row too many");
    objects(
        text.replacen(&format!("{last}\n"), "", 1),
        "rows are missing: 1 of",
    );
    let wider = text.lines().map(|line| format!("{line},x\n")).collect();
    objects(wider, "column x: a column that the run has not written");
    objects(
        text.replacen("days_late", "days", 1),
        "column days_late: a column is missing",
    );
    fs::remove_file(place.path(file)).expect("removed");
    let found = objections(&place);
    assert!(
        found
            .iter()
            .any(|it| it.contains("promises.csv: cannot be read")),
        "{found:#?}"
    );
}

#[test]
fn a_summary_that_says_something_else_is_told_field_by_field() {
    let place = planned("");
    let file = "runs/night/start/summary.json";
    let text = place.text(file);
    for (was, is, says) in [
        (
            "\"picking\": ",
            "\"picking\": 1",
            "summary.json, money.picking: ",
        ),
        (
            "\"proven_otherwise\": 0.0",
            "\"proven_otherwise\": 5.0",
            "summary.json, gap_parts.proven_otherwise: 5.0, the plan gives 0.0",
        ),
        ("\"profit\": ", "\"profit\": 1", "summary.json, profit: "),
        (
            "\"units_filled\": ",
            "\"units_filled\": 1",
            "summary.json, kpis.units_filled: ",
        ),
        (
            "\"fill_rate\": 0",
            "\"fill_rate\": 1",
            "summary.json, kpis.fill_rate: ",
        ),
        (
            "\"gap\": 0.0",
            "\"gap\": 0.1",
            "summary.json, gap: 0.1, the plan gives 0.0",
        ),
        (
            "\"currency\": \"EUR\"",
            "\"currency\": \"USD\"",
            "summary.json, currency: ",
        ),
        (
            "\"status\": \"optimal\"",
            "\"status\": \"gap\"",
            "summary.json, status: ",
        ),
        (
            "\"verified\": true",
            "\"verified\": false",
            "no summary that calls it verified",
        ),
        (
            "{\n",
            "{\n  \"note\": 1,\n",
            "summary.json, note: 1, the plan gives null",
        ),
    ] {
        let changed = text.replacen(was, is, 1);
        assert_ne!(changed, text, "{was}");
        place.write(file, &changed);
        let found = objections(&place);
        assert!(
            found.iter().any(|it| it.contains(says)),
            "{says}: {found:#?}"
        );
    }
}

#[test]
fn a_bound_that_the_plan_passes_is_told() {
    let place = planned("");
    let file = "runs/night/start/summary.json";
    let text = place.text(file);
    let lower = text.replacen("\"bound\": ", "\"bound\": -", 1);
    place.write(file, &lower);
    let found = objections(&place);
    assert!(
        found.iter().any(|it| it.contains("summary.json, gap")),
        "{found:#?}"
    );
}

#[test]
fn a_parquet_run_changed_in_a_cell_is_rejected_too() {
    let place = planned("--format parquet");
    assert_eq!(objections(&place), Vec::<String>::new());
    for (table, column) in [
        ("shipments", "carriage"),
        ("profitability_by_zone", "margin"),
    ] {
        let path = place.path(&format!("runs/night/start/{table}.parquet"));
        let was = fs::read(&path).expect("a file");
        let file = fs::File::open(&path).expect("a file");
        let mut frame = ParquetReader::new(file).finish().expect("a table");
        change_cell(&mut frame, column);
        let file = fs::File::create(&path).expect("a file");
        ParquetWriter::new(file)
            .finish(&mut frame)
            .expect("written");
        let found = objections(&place);
        let told = format!("{table}.parquet, row 2, column {column}: \"0.01\", the plan gives ");
        assert!(found.iter().any(|it| it.starts_with(&told)), "{found:#?}");
        fs::write(&path, was).expect("restored");
    }
    place.write("runs/night/start/shipments.csv", "shipment_id\n");
    let found = objections(&place);
    assert!(
        found.iter().any(|it| it.contains("are both there")),
        "{found:#?}"
    );
}

/// Puts another amount into the first cell of a column.
fn change_cell(frame: &mut DataFrame, column: &str) {
    let cells = frame
        .column(column)
        .expect("a column")
        .str()
        .expect("texts")
        .clone();
    let changed = cells.iter().enumerate();
    let changed: Vec<Option<String>> = changed
        .map(|(row, cell)| match row {
            0 => Some("0.01".to_owned()),
            _ => cell.map(str::to_owned),
        })
        .collect();
    frame
        .replace(column, Series::new(column.into(), changed).into())
        .expect("the column is there");
}

#[test]
fn orders_set_aside_are_held_against_the_input() {
    let place = Place::ready();
    let orders = place.text("night/data/orders.csv");
    place.write(
        "night/data/orders.csv",
        &orders.replace("LAMP,2,", "LAMP,two,"),
    );
    place.run("plan night/scenario.toml --quarantine --name night", 0);
    assert_eq!(objections(&place), Vec::<String>::new());
    let file = "runs/night/start/rejected_orders.csv";
    let text = place.text(file);
    place.write(file, &text.replace("two", "three"));
    let found = objections(&place);
    assert!(
        found[0].starts_with("rejected_orders.csv, row 2, column value: \"three\""),
        "{found:#?}"
    );
}

#[test]
fn a_bound_that_the_shadow_prices_do_not_prove_is_told() {
    let place = Place::new();
    place.run(
        "generate big --orders 60 --locations 5 --skus 12 --seed 3 --class tight",
        0,
    );
    place.run(
        "plan big/scenario.toml --name night --method prices --accept-gap",
        0,
    );
    assert_eq!(objections(&place), Vec::<String>::new());
    let file = "runs/night/generated/shadow_prices.csv";
    let text = place.text(file);
    let row = text.lines().nth(1).expect("something has a price");
    let dearer = row.rsplit_once(',').map(|(rest, _)| format!("{rest},9999"));
    let dearer = dearer.expect("cells");
    place.write(file, &text.replacen(row, &dearer, 1));
    let found = objections(&place);
    let says = "summary.json, gap_parts: the shadow prices prove a bound of ";
    assert!(found.iter().any(|it| it.starts_with(says)), "{found:#?}");
    // Another amount, another resource: neither is what the plan uses.
    let (rest, price) = row.rsplit_once(',').expect("cells");
    place.write(file, &text.replacen(row, &format!("{rest}1,{price}"), 1));
    let found = objections(&place);
    assert!(
        found.iter().any(|it| it.contains("column used")),
        "{found:#?}"
    );
    place.write(file, &text.replacen(row, &format!("x{row}"), 1));
    let found = objections(&place);
    assert!(
        found
            .iter()
            .any(|it| it.contains("nothing that the dataset has a limit of")),
        "{found:#?}"
    );
}

#[test]
fn a_run_with_deliveries_at_one_moment_and_names_like_formulas_is_verified() {
    let place = Place::new();
    place.run(
        "generate big --orders 60 --locations 5 --skus 12 --seed 3 --class tight",
        0,
    );
    // Spreadsheets would run these names: they are written with an apostrophe.
    for table in ["orders", "inventory", "products"] {
        let file = format!("big/{table}.csv");
        let text = place.text(&file).replace("P00000", "-P00000");
        place.write(&file, &text);
    }
    let inbound = "location_id,sku,quantity,available_at\n";
    let row = "S0001,-P000005,1,2026-11-23T08:00:00Z\n";
    place.write("big/inbound.csv", &format!("{inbound}{row}{row}"));
    place.run(
        "plan big/scenario.toml --name night --method prices --accept-gap",
        0,
    );
    let prices = place.text("runs/night/generated/shadow_prices.csv");
    assert!(prices.contains(",'-P0000"), "{prices}");
    assert_eq!(objections(&place), Vec::<String>::new());
}

#[test]
fn a_run_that_is_not_whole_is_told_as_that() {
    let place = Place::ready();
    place.run("plan night/scenario.toml --name whole", 0);
    let cut = |name: &str, damage: &dyn Fn(&PathBuf)| {
        let (from, to) = (
            place.path("runs/whole"),
            place.path(&format!("runs/{name}")),
        );
        copy(&from, &to);
        damage(&to);
        let (text, _) = place.run(&format!("verify {name}"), 23);
        assert!(text.contains("rejected"), "{name}: {text}");
        text
    };
    for file in ["allocations", "shipments", "decisions", "promises"] {
        let gone = |run: &PathBuf| {
            fs::remove_file(run.join(format!("start/{file}.csv"))).expect("removed");
        };
        let text = cut(file, &gone);
        assert!(text.contains(file), "{file}: {text}");
    }
    let half = |run: &PathBuf| {
        let path = run.join("start/summary.json");
        let text = fs::read_to_string(&path).expect("a summary");
        fs::write(&path, &text[..text.len() / 2]).expect("written");
    };
    assert!(cut("half", &half).contains("is no summary"));
    let emptied = |run: &PathBuf| fs::remove_dir_all(run.join("start")).expect("removed");
    cut("emptied", &emptied);
    let page = place.text("runs/emptied/report.html");
    for asked in [
        "show emptied",
        "compare emptied",
        "report emptied",
        "export emptied --csv x",
        "explain emptied 1001",
    ] {
        place.run(asked, 2);
    }
    assert_eq!(place.text("runs/emptied/report.html"), page);
}

fn copy(from: &PathBuf, to: &PathBuf) {
    fs::create_dir_all(to).expect("created");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("copied");
        }
    }
}
