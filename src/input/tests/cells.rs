//! One wrong cell at a time: every kind of column, and every table.

use super::fixture::good;
use crate::input::schema::{TABLES, TableDef, Use};
use std::collections::BTreeSet;

/// Patches a cell, and says where the only error is and what it must say.
fn wrong(table: &'static str, row: usize, column: &str, value: &str, says: &str) {
    let message = good().patch(table, row, column, value).error_at(
        &format!("{table}.csv"),
        row as u64 + 1,
        column,
    );
    assert!(message.contains(says), "{message}");
    assert!(message.contains(&format!("{value:?}")), "{message}");
}

#[test]
fn a_quantity_is_a_whole_number_from_1() {
    wrong(
        "orders",
        2,
        "quantity",
        "0",
        "a whole number of units from 1 to 1000000",
    );
    wrong("orders", 2, "quantity", "1.5", "write it without decimals");
    wrong("orders", 2, "quantity", "", "may not be empty");
    wrong("orders", 2, "quantity", "1000001", "from 1 to 1000000");
}

#[test]
fn an_amount_is_decimal_and_in_range() {
    wrong(
        "orders",
        1,
        "unit_price",
        "-1",
        "an amount from 0 to 1000000000",
    );
    wrong("orders", 1, "unit_price", "1e3", "instead of an exponent");
    wrong("orders", 1, "unit_price", "NaN", "an amount");
    wrong("orders", 1, "unit_price", "0.1234567", "at most 6 decimals");
    wrong("carrier_rates", 1, "base_cost", "four", "an amount");
    wrong(
        "carrier_rates",
        1,
        "cost_per_kg",
        "1000001",
        "from 0 to 1000000 ",
    );
}

#[test]
fn weights_and_lengths_are_not_negative() {
    wrong("products", 1, "weight_g", "-5", "a weight in grams from 0");
    wrong("products", 1, "weight_g", "1.0005", "at most 3 decimals");
    wrong(
        "products",
        1,
        "length_mm",
        "10.5",
        "a length in whole millimetres",
    );
    wrong("products", 2, "volume_cm3", "big", "a volume in cm³");
    wrong("carriers", 1, "max_parcel_g", "30kg", "a weight in grams");
}

#[test]
fn times_are_iso_8601() {
    wrong(
        "orders",
        3,
        "placed_at",
        "22/11/2026",
        "an ISO 8601 date or time",
    );
    wrong(
        "orders",
        3,
        "deliver_by",
        "tomorrow",
        "2026-11-23T05:00+01:00",
    );
    wrong(
        "inbound",
        1,
        "available_at",
        "2026-11-31",
        "an ISO 8601 date or time",
    );
    wrong("calendars", 1, "starts_at", "", "may not be empty");
}

#[test]
fn clocks_and_weekdays_are_strict() {
    wrong(
        "waves",
        1,
        "cutoff",
        "3pm",
        "a time of day from 00:00 to 23:59",
    );
    wrong("waves", 2, "weekdays", "mon|lundi", "days of the week");
    wrong("carriers", 1, "pickup_cutoff", "24:00", "a time of day");
}

#[test]
fn words_are_one_of_their_list() {
    wrong(
        "orders",
        3,
        "fulfilment",
        "pick-up",
        "did you mean `pickup`?",
    );
    wrong("orders", 3, "kind", "gift", "one of sale, preorder");
    wrong(
        "location_costs",
        1,
        "kind",
        "depot",
        "one of warehouse, store, supplier, hub, partner",
    );
    wrong(
        "location_costs",
        1,
        "open",
        "maybe",
        "one of yes, no, decide",
    );
    wrong(
        "location_costs",
        1,
        "accepts_returns",
        "sometimes",
        "`yes` or `no`",
    );
    wrong("products", 1, "ship_alone", "alone", "`yes` or `no`");
}

#[test]
fn stock_is_a_number_or_unlimited() {
    wrong("inventory", 1, "on_hand", "infinite", "or `unlimited`");
    wrong("inventory", 1, "on_hand", "", "may not be empty");
    wrong("inventory", 1, "reserved", "-1", "a whole number from 0");
}

#[test]
fn decimals_stay_in_their_bounds() {
    wrong("inbound", 1, "confidence", "90", "a number from 0 to 1 ");
    wrong("orders", 1, "latitude", "91", "a number from -90 to 90");
    wrong(
        "location_costs",
        1,
        "longitude",
        "181",
        "a number from -180 to 180",
    );
    wrong(
        "calendars",
        2,
        "capacity_factor",
        "-0.5",
        "a number from 0 to 100",
    );
    wrong(
        "carrier_rates",
        1,
        "fuel_pct",
        "-101",
        "a number from -100 to 1000",
    );
}

#[test]
fn whole_numbers_and_durations_stay_in_their_bounds() {
    wrong(
        "orders",
        3,
        "max_shipments",
        "0",
        "a whole number from 1 to 1000",
    );
    wrong(
        "orders",
        3,
        "priority",
        "high",
        "a whole number from -1000000 to 1000000",
    );
    wrong(
        "location_costs",
        1,
        "lead_time_min",
        "1h",
        "a whole number of minutes",
    );
    wrong(
        "carrier_rates",
        1,
        "transit_days",
        "-1",
        "a whole number of days from 0 to 3650",
    );
    wrong(
        "carrier_rates",
        2,
        "dim_divisor",
        "0",
        "a whole number from 1",
    );
    wrong(
        "carrier_rates",
        2,
        "kg_step_g",
        "0",
        "a weight in grams from 0.001",
    );
    wrong(
        "transfers",
        1,
        "transit_days",
        "soon",
        "a whole number of days",
    );
    wrong(
        "carriers",
        1,
        "max_parcels",
        "0",
        "a whole number from 1 to 1000",
    );
}

#[test]
fn ids_may_not_be_empty_or_mean_any() {
    wrong("orders", 3, "order_id", "", "may not be empty");
    wrong("zones", 1, "destination_zone", "", "may not be empty");
    wrong("products", 1, "sku", "*", "has no meaning here");
    wrong("zones", 1, "destination_zone", "*", "has no meaning here");
}

#[test]
fn columns_that_are_not_used_yet_may_not_be_filled() {
    wrong(
        "orders",
        1,
        "window_start",
        "2026-11-24T08:00",
        "known but not used yet",
    );
    wrong("orders", 1, "service_min", "5", "known but not used yet");
}

/// A wrong cell of each table that plans, and all that a user reads about it.
const TOLD: [(&str, usize, &str, &str, &str); 18] = [
    (
        "orders",
        2,
        "quantity",
        "1.5",
        "error: orders.csv, row 3, column quantity: \"1.5\", expected a whole number of units from 1 to 1000000\n  → write it without decimals",
    ),
    (
        "products",
        1,
        "weight_g",
        "heavy",
        "error: products.csv, row 2, column weight_g: \"heavy\", expected a weight in grams from 0 to 100000000 with at most 3 decimals",
    ),
    (
        "inventory",
        1,
        "on_hand",
        "infinite",
        "error: inventory.csv, row 2, column on_hand: \"infinite\", expected a whole number of units from -1000000000 to 1000000000, or `unlimited`",
    ),
    (
        "inbound",
        1,
        "available_at",
        "2026-11-31",
        "error: inbound.csv, row 2, column available_at: \"2026-11-31\", expected an ISO 8601 date or time between the years 1900 and 2200\n  → write it as 2026-11-23, 2026-11-23T05:00 or 2026-11-23T05:00+01:00",
    ),
    (
        "location_costs",
        1,
        "open",
        "maybe",
        "error: location_costs.csv, row 2, column open: \"maybe\", expected one of yes, no, decide",
    ),
    (
        "calendars",
        2,
        "capacity_factor",
        "-0.5",
        "error: calendars.csv, row 3, column capacity_factor: \"-0.5\", expected a number from 0 to 100 with at most 6 decimals",
    ),
    (
        "waves",
        2,
        "weekdays",
        "mon|lundi",
        "error: waves.csv, row 3, column weekdays: \"mon|lundi\", expected days of the week such as `mon|tue|fri`",
    ),
    (
        "carrier_rates",
        1,
        "base_cost",
        "four",
        "error: carrier_rates.csv, row 2, column base_cost: \"four\", expected an amount from 0 to 1000000000 with at most 6 decimals",
    ),
    (
        "carriers",
        1,
        "max_parcel_g",
        "30kg",
        "error: carriers.csv, row 2, column max_parcel_g: \"30kg\", expected a weight in grams from 0 to 100000000 with at most 3 decimals",
    ),
    (
        "zones",
        1,
        "carrier",
        "NOWHERE",
        "error: zones.csv, row 2, column carrier: \"NOWHERE\", expected a carrier of `carrier_rates` or `*`",
    ),
    (
        "transfers",
        1,
        "transit_days",
        "soon",
        "error: transfers.csv, row 2, column transit_days: \"soon\", expected a whole number of days from 0 to 3650",
    ),
    (
        "kits",
        1,
        "component_sku",
        "S9",
        "error: kits.csv, row 2, column component_sku: \"S9\", expected a value of `products.sku`; there is no such row\n  → add it to `products` or correct it here",
    ),
    (
        "substitutes",
        1,
        "needs_consent",
        "perhaps",
        "error: substitutes.csv, row 2, column needs_consent: \"perhaps\", expected `yes` or `no`",
    ),
    (
        "channel_reserves",
        1,
        "location_id",
        "NICE",
        "error: channel_reserves.csv, row 2, column location_id: \"NICE\", expected a value of `location_costs.location_id`; there is no such row\n  → add it to `location_costs` or correct it here",
    ),
    (
        "rejections",
        1,
        "at",
        "early",
        "error: rejections.csv, row 2, column at: \"early\", expected an ISO 8601 date or time between the years 1900 and 2200\n  → write it as 2026-11-23, 2026-11-23T05:00 or 2026-11-23T05:00+01:00",
    ),
    (
        "returns",
        1,
        "status",
        "lost",
        "error: returns.csv, row 2, column status: \"lost\", expected one of announced, shipped, received",
    ),
    (
        "subscriptions",
        1,
        "quantity",
        "0",
        "error: subscriptions.csv, row 2, column quantity: \"0\", expected a whole number of units from 1 to 1000000",
    ),
    (
        "previous",
        1,
        "form",
        "cooked",
        "error: previous.csv, row 2, column form: \"cooked\", expected one of stock, assembled, substitute",
    ),
];

#[test]
fn a_wrong_cell_of_each_table_is_told_in_full() {
    for (table, row, column, value, told) in TOLD {
        let data = good().patch(table, row, column, value);
        let message = data.error_at(&format!("{table}.csv"), row as u64 + 1, column);
        assert_eq!(message, told);
    }
}

#[test]
fn a_cell_of_a_table_that_is_refused_never_gets_that_far() {
    let (now, later): (Vec<&TableDef>, Vec<&TableDef>) =
        TABLES.iter().partition(|table| table.used == Use::Now);
    let told: BTreeSet<&str> = TOLD.iter().map(|wrong| wrong.0).collect();
    assert_eq!(told, now.iter().map(|table| table.name).collect());
    assert_eq!(later.len(), 2);
    for table in later {
        let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let text = format!(
            "{}\n{}\n",
            names.join(","),
            vec!["?"; names.len()].join(",")
        );
        let faults = good().with(table.name, &text).faults();
        assert_eq!(
            faults.to_string(),
            format!(
                "error: {0}.csv: the table `{0}` is known but not used yet\n  → remove the file from the dataset\n",
                table.name
            )
        );
    }
}

#[test]
fn the_faults_of_all_files_come_at_once() {
    let faults = good()
        .patch("orders", 1, "quantity", "x")
        .patch("orders", 3, "unit_price", "y")
        .patch("inventory", 2, "on_hand", "z")
        .patch("waves", 1, "cutoff", "noon")
        .without("location_costs")
        .faults();
    let places: Vec<_> = faults
        .faults
        .iter()
        .map(|fault| (fault.file.as_str(), fault.row))
        .collect();
    assert_eq!(
        places,
        [
            ("location_costs.csv", None),
            ("orders.csv", Some(2)),
            ("orders.csv", Some(4)),
            ("inventory.csv", Some(3)),
            ("waves.csv", Some(2)),
        ]
    );
}

#[test]
fn thousands_of_faults_are_counted_and_a_hundred_listed() {
    let mut data = good();
    for line in 0..5_000 {
        data = data.with_row("inventory", &format!("LYON,X{line},many,,,,"));
    }
    let faults = data.faults();
    assert_eq!(faults.errors(), 5_000);
    assert_eq!(faults.faults.len(), 100);
    assert!(
        faults
            .to_string()
            .contains("inventory.csv: 4900 more errors")
    );
}

#[test]
fn a_fault_can_be_written_as_json() {
    let faults = good().patch("orders", 2, "quantity", "two").faults();
    let json = serde_json::to_value(&faults).expect("JSON");
    assert_eq!(json["faults"][0]["file"], "orders.csv");
    assert_eq!(json["faults"][0]["row"], 3);
    assert_eq!(json["faults"][0]["column"], "quantity");
    assert_eq!(json["faults"][0]["value"], "two");
    assert_eq!(json["faults"][0]["severity"], "error");
}
