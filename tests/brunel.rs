//! A published outbound network with a known optimum, mapped by `scripts/brunel.py` to the ordinary files.
//!
//! Needs `$CONSIGN_SHARED_DATA/brunel` (default `../shared/data/brunel`) and python3; says so and passes where either is absent.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Orders that can ship at most, and the least cost at that number.
const MOST_ORDERS: i64 = 2_410;
const LEAST_COST: f64 = 1_165_838.658_7;

#[test]
fn the_network_ships_as_many_orders_as_can_ship_at_the_known_least_cost() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("CONSIGN_SHARED_DATA")
        .map_or_else(|| home.join("../shared/data"), PathBuf::from);
    let source = shared.join("brunel");
    if !source.is_dir() {
        eprintln!("skipped: {} is not here", source.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mapped = Command::new("python3")
        .arg(home.join("scripts/brunel.py"))
        .args([&source, folder.path()])
        .output();
    let Ok(mapped) = mapped else {
        eprintln!("skipped: python3 is not here");
        return;
    };
    assert!(
        mapped.status.success(),
        "{}",
        String::from_utf8_lossy(&mapped.stderr)
    );
    let output = Command::new(env!("CARGO_BIN_EXE_consign"))
        .args(["plan", "scenario.toml", "--name", "run"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = std::fs::read_to_string(folder.path().join("runs/run/brunel/summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(summary["verified"], true);
    assert_eq!(summary["kpis"]["orders_shipped"], MOST_ORDERS);
    let cost = -summary["objective"].as_f64().unwrap();
    assert!((cost - LEAST_COST).abs() < 0.01, "{cost}");
}
