//! What no cell shows alone: keys, references, contradictions, overlaps, ranges.

use super::fixture::{Data, good};

fn error(data: Data, file: &str, row: u64, column: &str, says: &str) {
    let message = data.error_at(file, row, column);
    assert!(message.contains(says), "{message}");
}

#[test]
fn every_key_is_unique() {
    let same = |table, row: &str| good().with_row(table, row);
    let row = "O1,2,S1,1,5,69001,FR,45.7,4.8,web,sale,1,2026-11-22T08:00,,,2026-11-25,1.5,2,ship,,2,1,1,line,home,,,,,,";
    error(
        same("orders", row),
        "orders.csv",
        5,
        "line_id",
        "row 3 has the same order_id and line_id",
    );
    error(
        same("products", "S1,,,,,,,,,,,,"),
        "products.csv",
        5,
        "sku",
        "row 2 has the same sku",
    );
    error(
        same("inventory", "LYON,S1,1,,,,"),
        "inventory.csv",
        5,
        "sku",
        "row 2 has the same",
    );
    error(
        same("location_costs", "LYON,,,,,,,,,,,,,,,,,,,,,,"),
        "location_costs.csv",
        5,
        "location_id",
        "row 2 has the same location_id",
    );
    error(
        same("waves", "LYON,12:00,tue,"),
        "waves.csv",
        5,
        "cutoff",
        "row 3 has the same departure on tue",
    );
    error(
        same("carriers", "Post,home,,,,,,,,,"),
        "carriers.csv",
        3,
        "service",
        "row 2 has the same",
    );
    error(
        same("zones", "*,*,FR,69,IDF"),
        "zones.csv",
        4,
        "postcode_prefix",
        "row 2 has the same",
    );
    error(
        same("transfers", "LYON,HUB,,,,,"),
        "transfers.csv",
        4,
        "to_location",
        "row 2 has the same",
    );
}

#[test]
fn every_reference_exists() {
    let at = |table, row, column: &str, says| {
        let data = good().patch(table, row, column, "NOWHERE");
        error(data, &format!("{table}.csv"), row as u64 + 1, column, says);
    };
    let location = "a value of `location_costs.location_id`";
    at("inventory", 3, "location_id", location);
    at("inbound", 1, "location_id", location);
    at("calendars", 1, "location_id", location);
    at("waves", 2, "location_id", location);
    at("transfers", 1, "from_location", location);
    at("transfers", 2, "to_location", location);
    at("orders", 3, "pickup_location", location);
    at("orders", 3, "sku", "a value of `products.sku`");
    at("orders", 3, "services", "services of `carrier_rates`");
    at(
        "carrier_rates",
        1,
        "origin",
        "a `location_costs.location_id`",
    );
    at("zones", 1, "origin", "a `location_costs.location_id`");
    at("zones", 1, "carrier", "a carrier of `carrier_rates`");
    at(
        "location_costs",
        1,
        "time_zone",
        "a name of the time-zone database",
    );
}

#[test]
fn an_order_may_not_contradict_itself() {
    for (column, value) in [
        ("postcode", "69002"),
        ("country", "BE"),
        ("channel", "store"),
        ("kind", "exchange"),
        ("priority", "2"),
        ("placed_at", "2026-11-22T08:01"),
        ("deliver_by", "2026-11-26"),
        ("late_cost_per_day", "1.6"),
        ("max_shipments", "3"),
        ("ship_complete", "none"),
        ("services", "express"),
        ("latitude", "45.8"),
    ] {
        let data = good().patch("orders", 2, column, value);
        error(data, "orders.csv", 3, column, "for the same order");
    }
}

#[test]
fn an_empty_cell_takes_the_orders_value_from_its_other_rows() {
    let data = good()
        .patch("orders", 1, "deliver_by", "")
        .patch("orders", 2, "channel", "");
    let order = data.built().dataset.orders[0].clone();
    assert_eq!(
        order.deliver_by.map(|day| day.to_string()).as_deref(),
        Some("2026-11-25")
    );
    assert_eq!(&*order.channel, "web");
}

#[test]
fn weight_bands_of_a_lane_may_touch_but_not_overlap() {
    let data = good().patch("carrier_rates", 2, "min_weight_g", "999");
    error(
        data,
        "carrier_rates.csv",
        3,
        "min_weight_g",
        "overlaps that of row 2",
    );
    let data = good().patch("carrier_rates", 1, "max_weight_g", "");
    error(
        data,
        "carrier_rates.csv",
        3,
        "min_weight_g",
        "overlaps that of row 2",
    );
    let data = good().patch("carrier_rates", 2, "max_weight_g", "1000");
    error(
        data,
        "carrier_rates.csv",
        3,
        "max_weight_g",
        "more than `min_weight_g`",
    );
    let data = good().with_row("carrier_rates", "Post,express,LYON,ARA,,,9,,,,,,,1,yes,");
    error(
        data,
        "carrier_rates.csv",
        6,
        "min_weight_g",
        "overlaps that of row 4",
    );
}

#[test]
fn a_gap_between_weight_bands_is_allowed() {
    let data = good().patch("carrier_rates", 2, "min_weight_g", "2000");
    assert_eq!(data.built().dataset.rates.len(), 4);
    let told = data.warning();
    assert!(told.contains("more than 1000 g and up to 2000 g"), "{told}");
}

#[test]
fn a_date_of_another_year_is_doubted() {
    let data = good().patch("orders", 3, "deliver_by", "2020-11-25");
    let told = data.built().warnings.to_string();
    assert!(told.contains("was due on 2020-11-25"), "{told}");
}

#[test]
fn a_hub_has_no_stock() {
    let data = good().with_row("inventory", "HUB,S1,3,,,,");
    error(
        data,
        "inventory.csv",
        5,
        "location_id",
        "a hub has no stock",
    );
    let data = good().with_row("inbound", "HUB,S1,3,2026-11-24,,");
    error(data, "inbound.csv", 4, "location_id", "a hub has no stock");
}

#[test]
fn a_pickup_names_where() {
    let data = good().patch("orders", 3, "pickup_location", "");
    error(
        data,
        "orders.csv",
        4,
        "pickup_location",
        "where the customer collects",
    );
    let data = good().patch("orders", 3, "fulfilment", "fleet");
    error(
        data,
        "orders.csv",
        4,
        "fulfilment",
        "known but not used yet",
    );
}

#[test]
fn a_pickup_location_of_an_order_that_is_shipped_is_a_warning() {
    let warning = good().patch("orders", 3, "fulfilment", "ship").warning();
    assert!(warning.contains("no effect"), "{warning}");
}

#[test]
fn a_latitude_needs_a_longitude() {
    let data = good().patch("location_costs", 1, "longitude", "");
    error(
        data,
        "location_costs.csv",
        2,
        "longitude",
        "as there is a latitude",
    );
    let data = good().patch("orders", 3, "longitude", "2.3");
    error(data, "orders.csv", 4, "latitude", "as there is a longitude");
}

#[test]
fn a_period_ends_after_it_starts() {
    let data = good().patch("calendars", 1, "ends_at", "2026-11-24T00:00");
    error(
        data,
        "calendars.csv",
        2,
        "ends_at",
        "a time after `starts_at`",
    );
}

#[test]
fn a_transfer_leads_somewhere_else() {
    let data = good().patch("transfers", 1, "to_location", "LYON");
    error(data, "transfers.csv", 2, "to_location", "another location");
}

#[test]
fn overlapping_periods_are_a_warning_and_the_smallest_factor_counts() {
    let data = good().with_row(
        "calendars",
        "LYON,2026-11-24T15:00,2026-11-26,0.2,short-staffed",
    );
    assert!(data.warning().contains("overlaps row 3"));
    let dataset = data.built().dataset;
    let evening = &dataset.waves[dataset.locations[1].waves.end as usize - 1];
    assert_eq!(evening.capacity_units, Some(20));
}

#[test]
fn what_has_no_effect_is_a_warning() {
    let warns = |data: Data, says: &str| {
        let warning = data.warning();
        assert!(warning.contains(says), "{warning}");
    };
    warns(
        good().patch("location_costs", 1, "capacity_units", ""),
        "has no effect",
    );
    warns(
        good().patch("carriers", 1, "shortfall_cost", ""),
        "has no effect",
    );
    warns(
        good().with_row("carriers", "Post,relay,,,,,,,,,"),
        "it cannot be used",
    );
    warns(good().patch("inventory", 1, "on_hand", "-3"), "counts as 0");
    warns(
        good().patch("orders", 3, "deliver_by", "2026-11-22"),
        "only be late",
    );
}

#[test]
fn a_sku_of_stock_alone_is_planned_with_a_warning_unless_the_line_has_its_weight() {
    let stocked = || good().with_row("inventory", "LYON,S3,5,,,,");
    let warning = stocked().patch("orders", 1, "sku", "S3").warning();
    assert!(warning.contains("without weight"), "{warning}");
    let own_weight = stocked().patch("orders", 3, "sku", "S3").built();
    assert!(own_weight.warnings.is_empty());
    let no_products = good()
        .without("products")
        .patch("orders", 1, "sku", "S9")
        .warning();
    assert!(no_products.contains("have no weight"), "{no_products}");
}

#[test]
fn lines_without_weight_are_a_warning_where_rates_go_by_weight_and_no_product_has_any() {
    let bare = || good().without("products");
    assert_eq!(
        bare().warning(),
        "warning: orders.csv, row 2, column weight_g: 2 of 3 lines have no weight, and there is no `products` table: \
         rates by weight take them for 0 g\n  → add `products` with `weight_g`, or the column `weight_g` to `orders`"
    );
    let weighed = bare()
        .patch("orders", 1, "weight_g", "0")
        .patch("orders", 2, "weight_g", "250");
    assert!(weighed.built().warnings.is_empty());
    let flat = "carrier,service,origin,destination_zone,base_cost\nPost,home,*,*,4\n";
    let flat = bare().without("zones").with("carrier_rates", flat);
    assert!(flat.built().warnings.is_empty());
}

#[test]
fn stock_of_nothing_is_a_warning() {
    let none = || {
        good()
            .patch("inventory", 1, "on_hand", "3")
            .patch("inventory", 2, "on_hand", "0")
            .patch("inventory", 3, "on_hand", "0")
    };
    let warning = none().warning();
    assert!(
        warning.contains("nothing is available anywhere") && warning.contains("only deliveries"),
        "{warning}"
    );
    let warning = none().without("inbound").warning();
    assert!(warning.contains("so nothing can ship"), "{warning}");
}

#[test]
fn a_zone_that_no_rate_leads_to_is_a_warning() {
    let data = good()
        .patch("orders", 3, "destination_zone", "MARS")
        .patch("carrier_rates", 1, "destination_zone", "ARA")
        .patch("carrier_rates", 2, "destination_zone", "ARA");
    let warning = data.warning();
    assert!(
        warning.contains("\"MARS\"") && warning.contains("leads to this zone"),
        "{warning}"
    );
}

#[test]
fn a_priority_may_not_reward_lateness() {
    let data = good().patch("orders", 3, "priority", "-3");
    error(data, "orders.csv", 4, "priority", "reward lateness");
}

#[test]
fn sums_stay_within_what_integers_hold() {
    let data = good()
        .patch("products", 1, "weight_g", "100000000")
        .patch("orders", 1, "quantity", "1000");
    error(data, "orders.csv", 2, "weight_g", "more than 10,000 t");
    let faults = good()
        .patch("orders", 1, "unit_price", "1000000000")
        .patch("orders", 1, "quantity", "1001")
        .faults();
    assert!(
        faults.to_string().contains("add up to more than 10^12"),
        "{faults}"
    );
}

#[test]
fn more_than_64_classes_of_handling_are_refused() {
    let classes: Vec<String> = (0..65).map(|class| format!("h{class}")).collect();
    let faults = good()
        .patch("products", 1, "handling", &classes.join("|"))
        .faults();
    assert!(faults.to_string().contains("at most 64"), "{faults}");
}
