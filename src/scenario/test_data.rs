//! Small datasets for tests of this room.

use super::{Overrides, Scenario, load_scenarios};
use crate::input::{OnBadOrder, Tables, read_tables};

/// Tables of these texts; the four required ones have a row where they are not given.
pub(super) fn tables(given: &[(&str, &str)]) -> Tables {
    let folder = tempfile::tempdir().expect("a folder");
    let required = [
        ("orders", "order_id,sku,quantity\nO1,A,1\n"),
        ("inventory", "location_id,sku,on_hand\nL1,A,5\n"),
        ("location_costs", "location_id\nL1\n"),
        (
            "carrier_rates",
            "carrier,service,origin,destination_zone\nC,S,*,*\n",
        ),
    ];
    for (name, text) in required.iter().chain(given) {
        std::fs::write(folder.path().join(format!("{name}.csv")), text).expect("written");
    }
    let (tables, _) = read_tables(folder.path(), OnBadOrder::Refuse).expect("good tables");
    tables
}

/// A scenario with these changes, read from `a.toml`.
pub(super) fn scenario(changes: &str) -> Scenario {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.toml");
    let head = "data = \".\"\nas_of = \"2026-11-23T05:00\"\ntime_zone = \"Europe/Paris\"\n";
    std::fs::write(&path, format!("{head}{changes}")).expect("written");
    let loaded = load_scenarios(&[path], &Overrides::default());
    loaded.expect("a good scenario").remove(0)
}
