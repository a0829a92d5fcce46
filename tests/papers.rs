//! What people open: documents to print, the workbook, French CSV, maps, label data, measures for monitoring.

mod support;

use calamine::{Data, Reader, Xlsx, open_workbook};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use support::place::{Place, tables};

type Rows = Vec<BTreeMap<String, String>>;

const DOCUMENTS: [&str; 4] = [
    "route_sheets.html",
    "pick_lists.html",
    "delivery_notes.html",
    "return_slips.html",
];
const SCRIPT: &str = "<script>alert(1)</script>";

fn rows(path: &Path) -> Rows {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|it| panic!("{it}"));
    let each = reader.deserialize();
    each.map(|row| row.expect("a row of texts")).collect()
}

/// The place of `init`, with names and ids that a page or a spreadsheet must not run, and with returns.
fn hostile() -> Place {
    let place = Place::ready();
    let change = |table: &str, changes: &[(&str, &str)]| {
        let name = format!("night/data/{table}.csv");
        let text = changes.iter().fold(place.text(&name), |text, (from, to)| {
            assert!(text.contains(from), "{table}: {from}");
            text.replace(from, to)
        });
        place.write(&name, &text);
    };
    let long = "X".repeat(500);
    change(
        "orders",
        &[("\n1001,", &format!("\n{long},")), (",MUG,", ",=MUG,")],
    );
    change("inventory", &[(",MUG,", ",=MUG,")]);
    change(
        "products",
        &[
            ("\nMUG,", "\n=MUG,"),
            ("Kettle 1.5 l", "\"Kettle \"\"1.5\"\" & <b>l\nblue\""),
        ],
    );
    change("location_costs", &[("Lyon warehouse", SCRIPT)]);
    let costs = place.text("night/data/location_costs.csv");
    let with_returns = costs.lines().enumerate().map(|(row, line)| match row {
        0 => format!("{line},accepts_returns\n"),
        _ => format!("{line},yes\n"),
    });
    place.write(
        "night/data/location_costs.csv",
        &with_returns.collect::<String>(),
    );
    place.write(
        "night/data/returns.csv",
        "return_id,order_id,sku,quantity,zone,wants,status,refund\n\"R<1>\",900,=MUG,2,north,refund,announced,5\n",
    );
    place
}

/// Pages of a document.
fn pages(text: &str) -> usize {
    text.matches("<section class=\"page\">").count()
}

#[test]
fn documents_of_hostile_data_print_it_and_run_nothing() {
    let place = hostile();
    place.run("plan night/scenario.toml --name night --documents=fr", 0);
    place.run("verify night", 0);
    let shipments = rows(&place.path("runs/night/start/shipments.csv"));
    let returns = rows(&place.path("runs/night/start/return_labels.csv"));
    let routes = rows(&place.path("runs/night/start/routes.csv"));
    let routes: BTreeSet<&String> = routes.iter().map(|row| &row["route_id"]).collect();
    let lists: BTreeSet<(&String, &String)> = shipments
        .iter()
        .map(|row| (&row["location_id"], &row["wave"]))
        .collect();
    let expected = [
        routes.len(),
        lists.len(),
        shipments.len(),
        returns.len() + 1,
    ];
    for (document, expected) in DOCUMENTS.iter().zip(expected) {
        let text = place.text(&format!("runs/night/start/documents/{document}"));
        assert_eq!(pages(&text), expected, "{document}");
        assert!(
            text.starts_with("<!doctype html>\n<html lang=\"fr\">"),
            "{document}"
        );
        assert!(text.ends_with("</html>\n"), "{document}");
        assert!(text.contains("default-src 'none'"), "{document}");
        for never in [
            "<script", "http:", "https:", "<b>l", " src=", "R<1>", "url(",
        ] {
            assert!(!text.contains(never), "{document}: {never}");
        }
        let codes = text.matches("viewBox=\"0 0 ").count();
        assert_eq!(codes, expected, "{document}: a code on each page");
        assert!(text.contains("&#60;script&#62;alert(1)"), "{document}");
    }
    let text = |name: &str| place.text(&format!("runs/night/start/documents/{name}"));
    assert!(text("delivery_notes.html").contains(&"X".repeat(500)));
    assert!(text("pick_lists.html").contains("<b>=MUG</b>"));
    assert!(text("return_slips.html").contains("R&#60;1&#62;"));
    assert!(text("route_sheets.html").contains("lun. 23/11/2026"));
}

#[test]
fn documents_of_a_run_that_exists_are_those_of_its_plan_by_location_and_wave() {
    let place = hostile();
    place.run("plan night/scenario.toml --name night --documents", 0);
    place.run("documents night", 0);
    for document in DOCUMENTS {
        let planned = place.text(&format!("runs/night/start/documents/{document}"));
        assert_eq!(place.text(&format!("documents/{document}")), planned);
        assert!(planned.contains("<html lang=\"en\">"), "{document}");
    }
    let shipments = rows(&place.path("runs/night/start/shipments.csv"));
    let from_lille = shipments.iter().filter(|row| row["location_id"] == "LILLE");
    let from_lille = from_lille.count();
    assert!(0 < from_lille && from_lille < shipments.len());
    place.run(
        "documents night --location LILLE --wave 2026-11-23 --out lille",
        0,
    );
    assert_eq!(pages(&place.text("lille/delivery_notes.html")), from_lille);
    assert_eq!(pages(&place.text("lille/return_slips.html")), from_lille);
    let (_, talk) = place.run("documents night --location LILE", 2);
    assert!(talk.contains("LILLE, LYON"), "{talk}");
    let (_, talk) = place.run("documents night --wave noon", 2);
    assert!(talk.contains("no wave is called `noon`"), "{talk}");
    let before = tables(&place.path("runs/night"));
    for out in ["runs/night/start/print", "runs/latest/../night/x"] {
        let (_, talk) = place.run(&format!("documents night --out {out}"), 2);
        assert!(talk.contains("published and stays as it is"), "{talk}");
    }
    place.run("export night --xlsx runs/night/book.xlsx", 2);
    assert_eq!(tables(&place.path("runs/night")), before);
    place.write("night/data/carriers.csv", "carrier,service\nnobody,none\n");
    place.run("documents night", 2);
}

/// Whether a number is that of a summary.
fn close(one: f64, other: &serde_json::Value) -> bool {
    (one - other.as_f64().expect("a number")).abs() < 1e-6
}

fn cells(book: &mut Xlsx<std::io::BufReader<fs::File>>, sheet: &str) -> Vec<Vec<Data>> {
    let range = book.worksheet_range(sheet).expect("a sheet");
    range.rows().map(<[Data]>::to_vec).collect()
}

fn column(rows: &[Vec<Data>], name: &str) -> Vec<Data> {
    let at = rows[0]
        .iter()
        .position(|cell| *cell == Data::String(name.to_owned()));
    let at = at.unwrap_or_else(|| panic!("a column {name}"));
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

fn sum(rows: &[Vec<Data>], name: &str) -> f64 {
    let each = column(rows, name).into_iter();
    each.map(|cell| match cell {
        Data::Float(value) => value,
        other => panic!("{name}: {other:?} is no number"),
    })
    .sum()
}

#[test]
fn the_workbook_holds_typed_cells_that_add_up_to_the_ledger() {
    let place = hostile();
    place.run("plan night/scenario.toml --name night --xlsx", 0);
    place.run("verify night", 0);
    let path = place.path("runs/night/start/workbook.xlsx");
    let mut book: Xlsx<_> = open_workbook(&path).expect("a workbook");
    let summary = place.json("runs/night/start/summary.json");
    let figures = cells(&mut book, "key_figures");
    let figure = |name: &str| {
        let row = figures
            .iter()
            .find(|row| row[0] == Data::String(name.to_owned()));
        row.unwrap_or_else(|| panic!("{name}")).clone()
    };
    let Data::Float(profit) = figure("profit")[1] else {
        panic!("{:?}", figure("profit"));
    };
    assert!(close(profit, &summary["profit"]));
    assert_eq!(figure("profit")[2], Data::String("EUR".to_owned()));
    let shipments = cells(&mut book, "shipments");
    let money = &summary["money"];
    for kind in ["revenue", "carriage", "picking", "packing", "goods"] {
        assert!(close(sum(&shipments, kind), &money[kind]), "{kind}");
    }
    let by_location = cells(&mut book, "profitability_by_location");
    assert!(close(sum(&by_location, "revenue"), &money["revenue"]));
    assert!(matches!(
        column(&shipments, "leaves_at")[0],
        Data::DateTime(_)
    ));
    assert!(matches!(
        column(&shipments, "arrives_by")[0],
        Data::DateTime(_)
    ));
    let picks = cells(&mut book, "pick_lists");
    assert!(column(&picks, "sku").contains(&Data::String("=MUG".to_owned())));
    let names: BTreeSet<String> = book.sheet_names().into_iter().collect();
    for table in tables(&place.path("runs/night/start")).keys() {
        let table = table
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        assert!(names.contains(&table), "{table} in {names:?}");
    }
    place.run("export night --xlsx books/night.xlsx", 0);
    place.run("plan night/scenario.toml --name again --xlsx", 0);
    let bytes = fs::read(&path).expect("a file");
    for other in ["books/night.xlsx", "runs/again/start/workbook.xlsx"] {
        assert!(
            fs::read(place.path(other)).expect("a file") == bytes,
            "{other}"
        );
    }
}

#[test]
fn a_run_in_french_csv_is_read_verified_and_planned_against_like_any_other() {
    let place = hostile();
    place.run("plan night/scenario.toml --name plain", 0);
    place.run("plan night/scenario.toml --name fr --csv-locale fr", 0);
    let plain = rows(&place.path("runs/plain/start/shipments.csv"));
    let file = "runs/fr/start/shipments.csv";
    let text = place.text(file);
    assert!(
        text.starts_with("\u{feff}shipment_id;order_id;"),
        "{}",
        &text[..40]
    );
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(b';').from_reader(text.as_bytes());
    let french: Rows = reader
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect();
    assert_eq!(plain.len(), french.len());
    for (plain, french) in plain.iter().zip(&french) {
        assert_eq!(plain["leaves_at"], french["leaves_at"]);
        assert_eq!(plain["cost"].replace('.', ","), french["cost"]);
    }
    assert!(french.iter().any(|row| row["cost"].contains(',')));
    place.run("verify fr", 0);
    let cost = &french[0]["cost"];
    place.write(file, &text.replacen(cost, &format!("1{cost}"), 1));
    let (out, _) = place.run("verify fr", 23);
    assert!(out.contains("shipments.csv, row 2, column cost"), "{out}");
    place.write(file, &text);
    place.run(
        "plan night/scenario.toml --name next --previous fr --csv-locale fr",
        0,
    );
    place.run("verify next", 0);
    place.run("export fr --csv out", 0);
    let exported = place.text("out/shipments.csv");
    assert_eq!(exported, place.text("runs/plain/start/shipments.csv"));
    place.run("export plain --csv french --csv-locale fr", 0);
    assert_eq!(place.text("french/shipments.csv"), text);
    place.run("export plain", 2);
    let wave = "wave night/scenario.toml --state state --csv-locale fr --documents=fr --as-of";
    place.run(&format!("{wave} 2026-11-23T05:00 --every 20h"), 0);
    place.run(&format!("{wave} 2026-11-23T06:00"), 0);
    let released = place.text("state/0001/documents/delivery_notes.html");
    let shipments = place.text("state/0001/shipments.csv");
    assert_eq!(pages(&released), shipments.lines().count() - 1);
    assert!(place.text("state/0001/labels.csv").contains("-R\n"));
}

#[test]
fn maps_add_up_to_the_plan_and_name_longitude_first() {
    let place = Place::generated(250, "");
    place.run(
        "plan night/scenario.toml --name night --geojson --accept-gap",
        0,
    );
    let scenario = fs::read_dir(place.path("runs/night")).expect("a folder");
    let scenario = scenario.filter_map(|it| {
        let path = it.expect("an entry").path();
        path.is_dir().then_some(path)
    });
    let folder = scenario.into_iter().next().expect("a scenario");
    let json = |name: &str| -> serde_json::Value {
        let text = fs::read_to_string(folder.join(name)).expect("a file");
        serde_json::from_str(&text).expect("JSON")
    };
    let shipments = rows(&folder.join("shipments.csv"));
    let moved = shipments.iter().filter(|row| row["route"] != "collect");
    let cost: f64 = moved
        .clone()
        .map(|row| row["cost"].parse::<f64>().expect("money"))
        .sum();
    let flows = json("flows.geojson");
    assert_eq!(flows["type"], "FeatureCollection");
    let features = flows["features"].as_array().expect("features");
    let total = |name: &str| -> f64 {
        let each = features
            .iter()
            .map(|it| it["properties"][name].as_f64().expect("a number"));
        each.sum()
    };
    assert!((total("shipments") - moved.count() as f64).abs() < 0.1);
    assert!((total("cost") - cost).abs() < 1e-3);
    let locations = json("locations.geojson");
    let locations = locations["features"].as_array().expect("features");
    for row in rows(&place.path("night/location_costs.csv")) {
        let feature = locations
            .iter()
            .find(|it| it["id"] == row["location_id"].as_str());
        let point = &feature.expect("every location")["geometry"]["coordinates"];
        let number = |name: &str| row[name].parse::<f64>().expect("degrees");
        assert_eq!(point[0], number("longitude"));
        assert_eq!(point[1], number("latitude"));
    }
    let labels = rows(&folder.join("labels.csv"));
    let weight = |rows: &Rows, column: &str| -> BTreeMap<String, f64> {
        let mut sums = BTreeMap::new();
        for row in rows.iter().filter(|row| !row["carrier"].is_empty()) {
            let grams: f64 = row[column].parse().expect("grams");
            *sums.entry(row["shipment_id"].clone()).or_default() += grams;
        }
        sums
    };
    assert_eq!(weight(&labels, "weight_g"), weight(&shipments, "weight_g"));
}

/// The strict part of the format: what each line must be, and that samples follow their family.
#[track_caller]
fn is_open_metrics(text: &str) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    let mut families = BTreeSet::new();
    let mut family = String::new();
    let body = text.strip_suffix("# EOF\n").expect("an end");
    for line in body.lines() {
        if let Some(about) = line.strip_prefix("# ") {
            let mut words = about.splitn(3, ' ');
            let (kind, name) = (words.next().expect("a word"), words.next().expect("a name"));
            let rest = words.next().unwrap_or_default();
            match kind {
                "TYPE" => {
                    assert!(families.insert(name.to_owned()), "{name} twice");
                    assert_eq!(rest, "gauge");
                    name.clone_into(&mut family);
                }
                "UNIT" => assert!(name.ends_with(&format!("_{rest}")), "{line}"),
                "HELP" => assert!(!rest.is_empty()),
                _ => panic!("{line}"),
            }
            assert_eq!(family, name);
            continue;
        }
        let (series, value) = line.rsplit_once(' ').expect("a value");
        let value: f64 = value.parse().expect("a number");
        let (name, labels) = series.split_once('{').expect("labels");
        assert!(labels.ends_with("\"}"), "{line}");
        assert_eq!(name, family);
        assert!(
            found.insert(series.to_owned(), value).is_none(),
            "{series} twice"
        );
    }
    found
}

#[test]
fn monitoring_reads_how_plans_and_waves_ended_also_those_that_failed() {
    let place = Place::ready();
    place.run(
        "plan night/scenario.toml night/rules.toml --name night --metrics plan.prom",
        0,
    );
    let told = is_open_metrics(&place.text("plan.prom"));
    let summary = place.json("runs/night/start/summary.json");
    assert!(close(
        told["consign_scenario_profit{scenario=\"start\",currency=\"EUR\"}"],
        &summary["profit"]
    ));
    assert!(close(
        told["consign_scenario_fill_ratio{scenario=\"start\"}"],
        &summary["kpis"]["fill_rate"]
    ));
    assert_eq!(
        told["consign_scenario_status{scenario=\"rules\",status=\"baseline\"}"],
        1.0
    );
    assert_eq!(told["consign_exit_code{command=\"plan\"}"], 0.0);
    assert!(told["consign_finished_timestamp_seconds{command=\"plan\"}"] > 1.7e9);
    assert!(
        told.contains_key("consign_scenario_phase_seconds{scenario=\"start\",phase=\"solve\"}")
    );
    place.run(
        "wave night/scenario.toml --state state --every 20h --metrics wave.prom",
        0,
    );
    let told = is_open_metrics(&place.text("wave.prom"));
    let record = place.json("state/0001/wave.json");
    assert_eq!(
        told["consign_released_shipments{command=\"wave\"}"],
        record["shipments"]
    );
    let orders = place.text("night/data/orders.csv");
    place.write(
        "night/data/orders.csv",
        &orders.replace("MUG,4,", "MUG,four,"),
    );
    place.run("plan night/scenario.toml --metrics plan.prom", 2);
    let told = is_open_metrics(&place.text("plan.prom"));
    assert_eq!(told["consign_exit_code{command=\"plan\"}"], 2.0);
    assert!(!told.keys().any(|series| series.contains("scenario")));
    let (_, talk) = place.run("plan night/rules.toml --metrics nowhere/plan.prom", 2);
    assert!(talk.contains("no metrics"), "{talk}");
}
