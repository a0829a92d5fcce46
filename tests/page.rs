//! The page of a run, as the program writes it: well formed, true to the files, and harmless whatever the data say.

mod support;

use scraper::{ElementRef, Html, Selector};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use support::place::Place;

fn parsed(place: &Place, file: &str) -> Html {
    Html::parse_document(&place.text(file))
}

fn all<'a>(page: &'a Html, what: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(what).expect("a selector"))
        .collect()
}

fn words(of: ElementRef<'_>) -> String {
    let text: String = of.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The table of a caption that begins so, as rows of words.
fn table(page: &Html, within: &str, caption: &str) -> Vec<Vec<String>> {
    let tables = all(page, &format!("{within} table"));
    let found = tables.into_iter().find(|table| {
        let captions = Selector::parse("caption").expect("a selector");
        table
            .select(&captions)
            .any(|it| words(it).starts_with(caption))
    });
    let found = found.unwrap_or_else(|| panic!("no table {caption}"));
    let (rows, cells) = ("tbody tr", "th, td");
    let [rows, cells] = [rows, cells].map(|it| Selector::parse(it).expect("a selector"));
    let row = |row: ElementRef<'_>| row.select(&cells).map(words).collect();
    found.select(&rows).map(row).collect()
}

/// `-1234.5` as the page writes it.
fn money(value: &Value) -> String {
    let cents = (value.as_f64().expect("a number") * 100.0).round() as i64;
    let whole = (cents.abs() / 100).to_string();
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if cents < 0 { "−" } else { "" };
    format!("{sign}{grouped}.{:02}", cents.abs() % 100)
}

fn planned() -> Place {
    let place = Place::ready();
    place.run("plan night/scenario.toml night/rules.toml --name first", 0);
    place
}

/// Links of a page that lead to files, and whether each is there.
fn leads_to_files(place: &Place, page: &Html, from: &str) -> usize {
    let links = all(page, "a[href]");
    let files = links
        .iter()
        .filter_map(|it| it.attr("href"))
        .filter(|it| !it.starts_with('#'));
    let files: Vec<&str> = files.collect();
    for file in &files {
        assert!(place.path(from).join(file).is_file(), "{file}");
    }
    files.len()
}

#[test]
fn page_is_well_formed_and_needs_nothing_else() {
    let place = planned();
    let text = place.text("runs/first/report.html");
    let page = Html::parse_document(&text);
    assert_eq!(page.errors, Vec::<std::borrow::Cow<'static, str>>::new());
    for fetched in [
        "script", "link", "img", "iframe", "object", "embed", "form", "use", "image", "base",
        "[src]", "[srcset]",
    ] {
        assert_eq!(all(&page, fetched).len(), 0, "{fetched}");
    }
    for sign in ["http:", "https:", "url(", "@import", "javascript:"] {
        assert!(!text.contains(sign), "{sign}");
    }
    let policy = all(&page, "meta[http-equiv=Content-Security-Policy]");
    let policy = policy[0].attr("content").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"));
    let ids: Vec<&str> = all(&page, "[id]")
        .iter()
        .filter_map(|it| it.attr("id"))
        .collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(distinct.len(), ids.len(), "ids are unique");
    let labels = all(&page, "[aria-labelledby]");
    assert!(
        labels
            .iter()
            .all(|it| distinct.contains(it.attr("aria-labelledby").expect("there")))
    );
    let anchors = all(&page, "a[href^='#']");
    assert!(anchors.len() > 20);
    for anchor in anchors {
        assert!(distinct.contains(&anchor.attr("href").expect("there")[1..]));
    }
    assert!(leads_to_files(&place, &page, "runs/first") > 40);
    for (what, least) in [
        ("main", 1),
        ("nav[aria-label]", 3),
        ("h1", 1),
        ("html[lang]", 1),
        ("svg[role=img][aria-label]", 2),
    ] {
        assert!(all(&page, what).len() >= least, "{what}");
    }
    for table in all(&page, ".scroll") {
        assert!(table.attr("aria-label").is_some() && table.attr("tabindex") == Some("0"));
    }
}

#[test]
fn numbers_of_the_page_are_those_of_the_files() {
    let place = planned();
    let page = parsed(&place, "runs/first/report.html");
    let scenarios = table(&page, "#scenarios", "Scenarios side by side");
    for (row, name) in scenarios.iter().zip(["start", "rules"]) {
        let summary = place.json(&format!("runs/first/{name}/summary.json"));
        assert_eq!(row[0], name);
        assert_eq!(row[2], money(&summary["profit"]));
        assert_eq!(row[3], money(&summary["objective"]));
        let chapter = format!("#s-{name}");
        let digest = place.json(&format!("runs/first/{name}/digest.json"));
        let sum = |list: &str, field: &str| -> i64 {
            let list = digest[list].as_array().expect("a list").iter();
            list.map(|it| it[field].as_i64().expect("a count")).sum()
        };
        let kpi = |field: &str| summary["kpis"][field].as_i64().expect("a count");
        assert_eq!(sum("orders_by_shipments", "orders"), kpi("orders"));
        assert_eq!(sum("reasons", "units"), kpi("units") - kpi("units_filled"));
        let carriers = table(&page, &chapter, "Carriers");
        let shown: i64 = carriers
            .iter()
            .map(|row| row[1].parse::<i64>().expect("a count"))
            .sum();
        assert_eq!(shown, kpi("shipments") + kpi("feeders"));
        let statement = table(&page, &chapter, "From revenue to margin");
        assert_eq!(
            statement[0][1],
            format!("+{}", money(&summary["money"]["revenue"]))
        );
        let level = |name: &str| {
            statement
                .iter()
                .find(|row| row[0] == name)
                .map(|row| row[2].clone())
        };
        assert_eq!(level("profit"), Some(money(&summary["profit"])));
        assert_eq!(level("margin"), Some(money(&summary["objective"])));
        for group in digest["groups"].as_array().expect("a list") {
            assert_eq!(
                money(&group["total"]["margin"]),
                money(&summary["objective"]),
                "{}",
                group["by"]
            );
        }
    }
    let bridge = table(
        &page,
        "#s-start",
        "From the margin of rules to that of start",
    );
    let [first, last] = [&bridge[0], &bridge[bridge.len() - 1]];
    assert_eq!(
        (first[2].as_str(), last[2].as_str()),
        (scenarios[1][3].as_str(), scenarios[0][3].as_str())
    );
}

#[test]
fn bands_of_distance_hold_the_shipments_that_go_so_far() {
    let place = Place::generated(300, "");
    place.run("plan night/scenario.toml --name far --accept-gap", 0);
    let text = place.text("runs/far/generated/shipments.csv");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let heads = rows.headers().expect("a header").clone();
    let at = |name: &str| heads.iter().position(|head| head == name).expect(name);
    let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    let metres: Vec<i64> = rows
        .iter()
        .filter(|row| &row[at("route")] == "carrier")
        .map(|row| row[at("distance_m")].parse().expect("a distance"))
        .collect();
    assert!(metres.len() > 100);
    let digest = place.json("runs/far/generated/digest.json");
    let bands = digest["by_distance"].as_array().expect("bands");
    assert!(bands.len() > 2, "{bands:?}");
    let mut shares = 0.0;
    let page = parsed(&place, "runs/far/report.html");
    let shown = table(&page, "", "How far shipments go");
    for (band, shown) in bands.iter().zip(&shown) {
        let from = band["from_km"].as_i64().expect("a distance") * 1000;
        let to = band["to_km"].as_i64().map_or(i64::MAX, |to| to * 1000);
        let within = metres.iter().filter(|&&it| from <= it && it < to).count();
        assert_eq!(band["shipments"].as_u64(), Some(within as u64), "{band}");
        shares += within as f64 * 100.0 / metres.len() as f64;
        assert_eq!(shown[1], within.to_string());
        assert_eq!(shown[3], format!("{shares:.1} %"), "{shown:?}");
    }
    assert_eq!(shown.len(), bands.len());
    let mean = metres.iter().sum::<i64>() as f64 / metres.len() as f64 / 1000.0;
    let told = place.json("runs/far/generated/summary.json")["kpis"]["distance_km"].as_f64();
    assert!((told.expect("a distance") - mean).abs() < 1e-9);
}

#[test]
fn nothing_that_the_data_say_runs_or_spoils_the_page() {
    let place = Place::ready();
    let script = "<script>alert(1)</script>";
    let long = "9".repeat(500);
    for (table, from, to) in [
        ("orders", "KETTLE", "=1+1"),
        ("inventory", "KETTLE", "=1+1"),
        (
            "products",
            "KETTLE,Kettle 1.5 l",
            "=1+1,\u{202e}\"\"><img src=x onerror=alert(2)>",
        ),
        ("orders", "1001,", &format!("{long},")),
        (
            "location_costs",
            "LILLE,Lille warehouse",
            &format!("{script},\u{200f}'\"><b>"),
        ),
        ("inventory", "LILLE", script),
    ] {
        let name = format!("night/data/{table}.csv");
        let text = place.text(&name);
        assert!(text.contains(from), "{from} in {table}");
        let to = to.replace("\"\"", "");
        place.write(&name, &text.replace(from, &to));
    }
    place.run("plan night/scenario.toml --name ../x", 2);
    place.run("plan night/scenario.toml --set name=../x", 2);
    place.run("plan night/scenario.toml --name odd", 0);
    place.run("verify odd", 0);
    let page = parsed(&place, "runs/odd/report.html");
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    for what in ["script", "img", "b:not(dd > b)", "[onerror]"] {
        assert_eq!(all(&page, what).len(), 0, "{what}");
    }
    let names: Vec<String> = all(&page, "bdi").into_iter().map(words).collect();
    for name in [script, "=1+1"] {
        assert!(names.iter().any(|it| it == name), "{name}");
    }
    assert!(!place.text("runs/odd/report.html").contains(&long));
}

#[test]
fn report_makes_the_same_page_again_also_elsewhere() {
    let place = planned();
    let page = place.text("runs/first/report.html");
    fs::remove_file(place.path("runs/first/report.html")).expect("removed");
    place.run("verify first", 0);
    let (out, _) = place.run("report first", 0);
    assert!(
        out.starts_with("Report: ") && out.trim().ends_with("report.html"),
        "{out}"
    );
    assert_eq!(place.text("runs/first/report.html"), page);
    fs::create_dir(place.path("a folder")).expect("made");
    let program = assert_cmd::cargo::cargo_bin!("consign");
    let mut command = std::process::Command::new(program);
    command
        .args(["report", "first", "--out", "a folder/page.html"])
        .current_dir(place.0.path());
    assert!(command.output().expect("called").status.success());
    assert!(leads_to_files(&place, &parsed(&place, "a folder/page.html"), "a folder") > 40);
    place.run("report nothing", 2);
    place.run("report first --out new/one/page.html", 0);
    assert!(leads_to_files(&place, &parsed(&place, "new/one/page.html"), "new/one") > 40);
    place.run("report first --out runs/first/run.json/page.html", 74);
    place.run("plan night/scenario.toml --name without --no-report", 0);
    assert!(!place.path("runs/without/report.html").exists());
    place.run("report without", 0);
    place.run("verify without", 0);
    fs::remove_file(place.path("runs/without/start/digest.json")).expect("removed");
    place.run("report without", 0);
    assert!(
        place
            .text("runs/without/report.html")
            .contains("Its digest.json is not there")
    );
}

#[test]
fn a_page_or_a_digest_that_was_changed_is_found() {
    let place = planned();
    let page = place.text("runs/first/report.html");
    place.write(
        "runs/first/report.html",
        &page.replace("Fill rate", "Full rate"),
    );
    let (out, _) = place.run("verify first", 23);
    assert!(out.contains("report.html, line"), "{out}");
    place.write("runs/first/report.html", &page);
    let digest = place.text("runs/first/start/digest.json");
    let changed = digest.replacen("\"orders\": ", "\"orders\": 1", 1);
    place.write("runs/first/start/digest.json", &changed);
    let (out, _) = place.run("verify first", 23);
    assert!(out.contains("digest.json, "), "{out}");
    place.write("runs/first/start/digest.json", "{}");
    let (_, talk) = place.run("report first", 2);
    assert!(talk.contains("is no digest"), "{talk}");
}

#[test]
fn show_draws_bars_as_wide_as_paper_and_runs_tells_the_best() {
    let place = planned();
    let (out, _) = place.run("show first", 0);
    for told in [
        "start: units that leave, by location",
        "LYON",
        "by channel",
        "by carrier",
        "by kilometres by road",
        "start: worth of one more at most",
        "stock: LYON",
        "█",
    ] {
        assert!(out.contains(told), "{told} in {out}");
    }
    assert!(!out.contains('\u{1b}'), "no codes for terminals");
    let (out, _) = place.run("show first --scenario rules", 0);
    assert!(out.contains("rules: units that leave"), "{out}");
    place.run("show first --scenario nothing", 2);
    let (out, _) = place.run("runs", 0);
    let profit = place.json("runs/first/start/summary.json")["profit"]
        .as_f64()
        .expect("money");
    assert!(
        out.contains("highest profit") && out.contains(&format!("{profit:.2} EUR")),
        "{out}"
    );
}

#[test]
fn page_leads_to_every_file_of_its_scenario() {
    let place = Place::ready();
    place.run(
        "plan night/scenario.toml --name all --xlsx --geojson --documents --quarantine",
        0,
    );
    let page = place.text("runs/all/report.html");
    let mut open = vec!["start".to_owned()];
    let mut files = 0;
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(place.path(&format!("runs/all/{folder}"))).expect("read") {
            let entry = entry.expect("an entry");
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                open.push(name);
                continue;
            }
            files += 1;
            assert!(page.contains(&format!("href=\"{name}\"")), "{name}");
        }
    }
    assert!(files > 25, "{files}");
}
