//! The page of runs that are large, old or odd, and colours that can be read.

use super::super::curves::curves;
use super::super::digest::Digest;
use super::*;
use crate::scenario::Swept;
use scraper::{Html, Selector};
use serde_json::{Value, json};

/// Bytes of a page at most, whatever the run.
const MOST_BYTES: usize = 2_200_000;

pub(in crate::report) fn summary(name: &str, profit: f64) -> Summary {
    let summary = json!({
        "scenario": name, "status": "gap", "method": "prices", "interrupted": false, "reason": "", "goal": "profit",
        "objective": profit - 1.0, "bound": profit + 2.0, "gap": 3.0 / (profit + 2.0), "profit": profit, "cost": 1.0,
        "penalties": 1.0, "verified": true, "currency": "EUR", "as_of": "2026-11-23T05:00:00+01:00", "horizon_days": 2,
        "seconds": {"read": 0.0, "options": 0.0, "solve": 1.0, "verify": 0.0, "write": 0.0}, "peak_memory_bytes": null,
        "goals": [], "gap_parts": null,
        "size": {"orders_alone": 0, "components": 1, "largest_component": 1, "coupling_rows": 1, "columns": 1, "rows": 1},
        "kpis": {
            "orders": 10, "lines": 10, "units": 10, "units_filled": 9, "fill_rate": 0.9, "lines_filled": 9, "orders_filled": 9,
            "orders_shipped": 9, "shipments": 9, "feeders": 0, "parcels": 9, "split_orders": 0, "split_rate": 0.0,
            "late_orders": 0, "on_time_rate": 1.0, "cost_per_order": 2.5, "transit_days": 2.0, "co2_kg": 1.0
        },
        "money": {
            "revenue": profit + 10.0, "goods": 4.0, "ageing_credit": 0.0, "picking": 1.0, "packing": 1.0, "carriage": 4.0,
            "transfer": 0.0, "fixed": 0.0, "overtime": 0.0, "shortfall": 0.0, "lateness": 1.0, "unfilled": 0.0, "co2": 0.0,
            "preference": 0.0
        },
        "open_decisions": [], "locations": [], "channels": [], "rules": []
    });
    serde_json::from_value(summary).expect("a summary")
}

fn facts() -> Facts<'static> {
    Facts {
        run: "night",
        state: "finished",
        ..Facts::default()
    }
}

/// The page of these scenarios, each chapter with the same digest.
fn page_with(summaries: &[Summary], digest: Option<&Digest>) -> String {
    let chapters: Vec<Chapter<'_>> = chosen(summaries)
        .into_iter()
        .map(|place| Chapter {
            summary: &summaries[place],
            digest: digest.cloned(),
            files: vec!["shipments.csv".to_owned()],
        })
        .collect();
    page(&facts(), summaries, &[], &chapters)
}

fn count(page: &str, what: &str) -> usize {
    let selector = Selector::parse(what).expect("a selector");
    Html::parse_document(page).select(&selector).count()
}

/// A digest as large as one can be, of names as long as users like.
fn large_digest() -> Digest {
    let name = |at: usize| format!("{}{at}", "W".repeat(500));
    let rows = |number: usize, row: &dyn Fn(usize) -> Value| -> Vec<Value> {
        (0..number).map(row).collect()
    };
    let group = json!({"units": 1, "revenue": 1.0, "goods": 1.0, "fulfilment": 1.0, "penalties": 1.0, "margin": 1.0});
    let groups = rows(6, &|_| {
        let rows = rows(31, &|at| {
            let mut row = group.clone();
            row["key"] = name(at).into();
            row
        });
        json!({"by": "sku", "count": 50_000, "rows": rows, "others": group, "total": group})
    });
    let cell = json!({"units": 123_456, "capacity_units": 200_000, "full": 0.62, "closed": false});
    let digest = json!({
        "places": {
            "locations": rows(1_000, &|at| json!({
                "location": name(at), "name": name(at), "kind": "store", "open": "yes",
                "latitude": 43.0 + at as f64 * 0.008, "longitude": (at % 90) as f64 * 0.1
            })),
            "area_degrees": 1.0,
            "areas": rows(150, &|at| json!({
                "latitude": 43.0 + at as f64 * 0.05, "longitude": at as f64 * 0.05, "orders": 5, "units": 9, "units_filled": 8
            })),
            "zones": rows(60, &|at| json!({
                "zone": name(at), "orders": 9, "shipments": 9, "latitude": 44.0 + at as f64 * 0.1, "longitude": 3.0
            })),
            "zones_in_all": 60,
            "flows": rows(120, &|at| json!({"location": name(at), "zone": name(at % 60), "shipments": 9, "units": 9})),
            "carried_in_all": 9_999,
            "transfers": rows(120, &|at| json!({"from": name(at), "to": name(at + 1), "shipments": 9, "units": 9}))
        },
        "waves": {
            "column": "day", "columns": rows(14, &|at| format!("2026-11-{at:02}").into()),
            "rows": rows(40, &|at| json!({"location": name(at), "cells": rows(14, &|_| cell.clone())})), "locations": 1_000
        },
        "orders_by_shipments": [], "orders_by_days_late": [], "orders_without_promise": 0,
        "carried": rows(30, &|at| json!({
            "route": "carrier", "carrier": name(at), "service": name(at), "shipments": 9, "parcels": 9, "weight_kg": 9.0,
            "cost": 9.0, "transit_days": 2.0, "late": 1, "promised": 10, "missing": 1, "shortfall_cost": 1.0
        })),
        "reasons": rows(25, &|at| json!({"reason": name(at), "lines": 1, "units": 1, "value": 1.0})),
        "shortages": {"skus": 20, "units": 20, "value": 20.0, "most": rows(20, &|at| json!({
            "sku": name(at), "name": name(at), "orders": 1, "units": 1, "value": 1.0, "next_possible": "" }))},
        "prices": rows(11, &|kind| json!({"resource": format!("kind-{kind}"), "count": 9_999, "dearest": rows(8, &|at| json!({
            "of": {"location_id": name(at), "sku": name(at)}, "capacity": 1, "used": 1, "price": 1.0 }))})),
        "groups": groups, "moves": null, "returns": null
    });
    serde_json::from_value(digest).expect("a digest")
}

#[test]
fn ten_thousand_scenarios_give_a_page_of_few_chapters_that_says_so() {
    let summaries: Vec<Summary> = (0..10_000)
        .map(|at| summary(&format!("s-{at}"), 1_000.0 + f64::from(at % 7_919)))
        .collect();
    let page = page_with(&summaries, Some(&large_digest()));
    assert!(page.len() < MOST_BYTES, "{} bytes", page.len());
    assert_eq!(count(&page, ".chapter"), MOST_CHAPTERS);
    assert_eq!(
        count(&page, "#scenarios tbody tr"),
        overview::MOST_ROWS + 1,
        "and the best"
    );
    assert_eq!(count(&page, "#s-s-7918"), 1, "the best has a chapter");
    assert!(page.contains("Of 10,000 scenarios, 6 have a chapter below"));
    assert!(page.contains("401 rows are shown; all are in the file."));
}

#[test]
fn a_scenario_without_a_digest_keeps_its_key_figures() {
    let summaries = [summary("first", 50.0), summary("other", 60.0)];
    let page = page_with(&summaries, None);
    assert!(page.contains("Its digest.json is not there"));
    assert!(page.contains("The highest profit has other: 60.00 EUR."));
    assert_eq!(count(&page, "#s-other .block"), 1, "its files alone");
}

#[test]
fn a_run_without_any_plan_has_a_page() {
    let page = page(&facts(), &[], &[], &[]);
    assert!(Html::parse_document(&page).errors.is_empty());
    assert_eq!(count(&page, ".chapter"), 0);
}

#[test]
fn the_first_the_rules_and_the_best_have_chapters_before_others() {
    let mut summaries: Vec<Summary> = (0..20).map(|at| summary(&format!("s{at}"), 10.0)).collect();
    summaries[15].method = "rules".to_owned();
    summaries[18].profit = Some(Money(99_000_000));
    assert_eq!(chosen(&summaries), [0, 1, 2, 3, 15, 18]);
    assert_eq!(chosen(&summaries[..3]), [0, 1, 2]);
    assert!(chosen(&[]).is_empty());
}

/// Colours of a block of the style by their names.
fn colours(block: &str) -> BTreeMap<&str, [f64; 3]> {
    let declared = block
        .split(';')
        .filter_map(|it| it.trim().strip_prefix("--")?.split_once(": #"));
    declared
        .map(|(name, hex)| {
            let channel = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits");
            (name, [0, 2, 4].map(|at| f64::from(channel(at)) / 255.0))
        })
        .collect()
}

/// Contrast of two colours as WCAG 2 has it.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let linear = colour.map(|it| {
            if it <= 0.04045 {
                it / 12.92
            } else {
                ((it + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn words_have_a_contrast_of_4_5_and_bars_one_of_3_in_light_dark_and_print() {
    let style = include_str!("style.css");
    let blocks: Vec<&str> = style
        .split(":root {")
        .skip(1)
        .map(|it| it.split('}').next().expect("a block"))
        .collect();
    assert_eq!(blocks.len(), 3, "light, dark and print");
    let light = colours(blocks[0]);
    for block in blocks {
        let mut all = light.clone();
        all.extend(colours(block));
        let holds = |word: &str, ground: &str, least: f64| {
            let found = contrast(all[word], all[ground]);
            assert!(found >= least, "{word} on {ground}: {found:.2}");
        };
        for word in ["text", "soft", "accent", "good", "warn", "bad"] {
            holds(word, "panel", 4.5);
            holds(word, "ground", 4.5);
        }
        holds("text", "land", 4.5);
        holds("soft", "land", 4.5);
        for shade in ["h0", "h1", "h2", "h3", "h4", "h5"] {
            holds("h-text", shade, 4.5);
        }
        for bar in ["bar-level", "bar-gain", "bar-loss", "bar-warn"] {
            holds(bar, "track", 2.5);
            holds(bar, "panel", 2.9);
        }
    }
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
}

#[test]
fn a_sweep_has_a_picture_and_a_table_of_its_curve() {
    let summaries: Vec<Summary> = (0..80)
        .map(|at| summary(&format!("s-{at}"), 1_000.0 + f64::from(at * (90 - at))))
        .collect();
    let swept: Vec<Option<Swept>> = (0..80)
        .map(|at| {
            Some(Swept {
                sweep: "<net>".to_owned(),
                values: [("rule.few.at_most".to_owned(), at.to_string())].into(),
            })
        })
        .collect();
    let page = page(&facts(), &summaries, &curves(&summaries, &swept), &[]);
    assert_eq!(count(&page, "svg.chart"), 1);
    assert_eq!(count(&page, "svg.chart circle"), 60);
    assert_eq!(count(&page, "svg.chart circle.best"), 1);
    assert!(page.contains("&#60;net&#62; by rule.few.at_most"));
    assert!(page.contains("The first 60 of 80 values are shown; all are in the file."));
    assert!(page.contains("Best by the plans found: 45; not proven worse: 44, 46; proven worse: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 65 more."));
}
