//! Changes on tables: exact amounts, what stays as it was, and what is refused.

use super::super::test_data::{scenario, tables};
use super::*;

const RATES: &str = "carrier,service,origin,destination_zone,max_weight_g,base_cost,cost_per_kg\nC,S,*,Z1,1000,4.35,\nC,S,*,Z2,1000,0.000001,1\nD,S,*,Z1,,10,2\n";

fn column(tables: &Tables, table: &str, column: &str) -> Vec<String> {
    let table = tables.get(table).expect("the table");
    let id = table.column_id(column).expect("the column");
    (0..table.rows())
        .map(|row| table.cell_text(row, id).into_owned())
        .collect()
}

fn faults(changes: &str, given: &[(&str, &str)]) -> Vec<String> {
    let found = apply_changes(&scenario(changes), &tables(given)).expect_err("faults");
    lines(&found)
}

/// Faults on one line each, without the folder of the scenario.
fn lines(faults: &Faults) -> Vec<String> {
    let line = |fault: &Fault| {
        let text = fault.to_string().replace("\n  →", " →");
        match text.find("a.toml") {
            Some(at) => text[at..].to_owned(),
            None => text,
        }
    };
    faults.faults.iter().map(line).collect()
}

#[test]
fn amounts_are_scaled_exactly_and_rounded_half_up() {
    let changes = "[[change]]\nname = \"fuel\"\ntable = \"carrier_rates\"\nwhere = \"carrier = 'C'\"\nscale = { base_cost = 1.1, cost_per_kg = 1.5 }\n[[change]]\ntable = \"carrier_rates\"\nscale = { base_cost = 0.5 }\n";
    let data = tables(&[("carrier_rates", RATES)]);
    let (changed, warnings) = apply_changes(&scenario(changes), &data).expect("no fault");
    // 4.35 × 1.1 = 4.785, × 0.5 = 2.3925; 0.000001 × 1.1 → 0.000001, × 0.5 = 0.0000005 → 0.000001.
    assert_eq!(
        column(&changed, "carrier_rates", "base_cost"),
        ["2.3925", "0.000001", "5"]
    );
    assert_eq!(
        column(&changed, "carrier_rates", "cost_per_kg"),
        ["", "1.5", "2"]
    );
    assert!(warnings.is_empty(), "{warnings}");
    assert_eq!(
        column(&data, "carrier_rates", "base_cost"),
        ["4.35", "0.000001", "10"]
    );
}

#[test]
fn tables_that_no_change_touches_are_shared() {
    let data = tables(&[]);
    let changes = "[[change]]\ntable = \"orders\"\nscale = { quantity = 2 }\n";
    let (changed, _) = apply_changes(&scenario(changes), &data).expect("no fault");
    let same = |name: &str| {
        std::ptr::eq(
            data.get(name).expect("there"),
            changed.get(name).expect("there"),
        )
    };
    assert!(same("inventory") && same("location_costs"));
    assert!(!same("orders"));
    assert_eq!(column(&changed, "orders", "quantity"), ["2"]);
}

#[test]
fn cells_are_set_as_the_file_would_have_them() {
    let locations = "location_id,kind,open,capacity_units,my note\nL1,store,,10,old\nL2,,,20,\n";
    let changes = "[[change]]\ntable = \"location_costs\"\nwhere = \"kind = 'store'\"\nset = { open = \"Decide\", capacity_units = \"\", zone = \"007\", accepts_returns = true, \"my note\" = \"new\" }\n\
        [[change]]\ntable = \"location_costs\"\nwhere = \"\\\"my note\\\" = 'new'\"\nset = { fixed_cost = 12.50 }\n";
    let (changed, _) = apply_changes(
        &scenario(changes),
        &tables(&[("location_costs", locations)]),
    )
    .expect("no fault");
    let cells = |name| column(&changed, "location_costs", name);
    assert_eq!(cells("open"), ["decide", ""]);
    assert_eq!(cells("capacity_units"), ["", "20"]);
    assert_eq!(cells("zone"), ["007", ""]);
    assert_eq!(cells("accepts_returns"), ["yes", ""]);
    assert_eq!(cells("my note"), ["new", ""]);
    assert_eq!(cells("fixed_cost"), ["12.5", ""]);
}

#[test]
fn amounts_are_added_in_the_unit_that_is_named() {
    let products = "sku,weight_g,unit_cost\nA,500,1\nB,,\n";
    let changes = "[[change]]\ntable = \"products\"\nadd = { weight_kg = 0.25, unit_cost = -0.5 }\nwhere = \"sku = 'A'\"\n[[change]]\ntable = \"products\"\nwhere = \"sku = 'B'\"\nadd = { weight_g = 1.5 }\n";
    let (changed, _) =
        apply_changes(&scenario(changes), &tables(&[("products", products)])).expect("no fault");
    assert_eq!(column(&changed, "products", "weight_g"), ["750", "1.5"]);
    assert_eq!(column(&changed, "products", "unit_cost"), ["0.5", ""]);
}

#[test]
fn unlimited_stock_stays_unlimited_and_whole_units_stay_whole() {
    let inventory = "location_id,sku,on_hand\nL1,A,5\nL1,B,unlimited\n";
    let changes = "[[change]]\ntable = \"inventory\"\nscale = { on_hand = 0.5 }\n";
    let (changed, _) =
        apply_changes(&scenario(changes), &tables(&[("inventory", inventory)])).expect("no fault");
    assert_eq!(column(&changed, "inventory", "on_hand"), ["3", "unlimited"]);
}

#[test]
fn an_order_level_value_is_changed_for_the_whole_order() {
    let orders = "order_id,line_id,sku,quantity,priority\nO1,1,A,1,5\nO1,2,B,1,\nO2,1,A,1,\n";
    let changes = "[[change]]\ntable = \"orders\"\nadd = { priority = 1 }\n";
    let (changed, _) =
        apply_changes(&scenario(changes), &tables(&[("orders", orders)])).expect("no fault");
    assert_eq!(column(&changed, "orders", "priority"), ["6", "6", "1"]);
}

#[test]
fn a_change_that_changes_nothing_is_a_warning_that_names_it() {
    let changes = "[[change]]\nname = \"gone\"\ntable = \"orders\"\nwhere = \"sku = 'Z'\"\nset = { priority = 1 }\n\
        [[change]]\nname = \"hands\"\ntable = \"location_costs\"\nscale = { capacity_units = 0.5 }\n\
        [[change]]\ntable = \"calendars\"\nset = { reason = \"x\" }\n";
    let (_, warnings) = apply_changes(&scenario(changes), &tables(&[])).expect("no fault");
    assert_eq!(
        lines(&warnings),
        [
            "a.toml, row 7, column change.gone.where: change gone changes nothing: no row of orders matches its condition → mend its condition, or remove the change",
            "a.toml, row 12, column change.hands.scale.capacity_units: change hands leaves capacity_units as it is: it is empty in all rows that match → use set to give it a value",
            "a.toml, row 13: change of calendars changes nothing: the data has no table calendars → remove the change, or add the table",
        ]
    );
    assert_eq!(warnings.errors(), 0);
}

#[test]
fn what_does_not_fit_the_tables_is_told_at_its_place() {
    let rates = [("carrier_rates", RATES)];
    for (changes, expected) in [
        (
            "where = \"carier = 'C'\"\nscale = { base_cost = 2 }",
            "a.toml, row 6, column change.where: carrier_rates has no column carier → did you mean carrier?",
        ),
        (
            "scale = { base_cots = 2 }",
            "a.toml, row 6, column change.scale.base_cots: carrier_rates has no column base_cots → did you mean base_cost?",
        ),
        (
            "scale = { weekend = 2 }",
            "a.toml, row 6, column change.scale.weekend: weekend holds yes or no, which can only be set → write set = { weekend = \"…\" }",
        ),
        (
            "set = { min_weight_kg = 1 }",
            "a.toml, row 6, column change.set.min_weight_kg: min_weight_g is part of the key of carrier_rates and cannot be changed → change another column, or the data",
        ),
        (
            "set = { transit_days = 1.5 }",
            "a.toml, row 6, column change.set.transit_days: \"1.5\" is no value of transit_days: expected a whole number of days from 0 to 3650 → write it without decimals",
        ),
        (
            "add = { transit_days = 0.5 }",
            "a.toml, row 6, column change.add.transit_days: 0.5 is no amount of transit_days → write a number with at most 0 decimals",
        ),
        (
            "where = \"carrier = 'D'\"\nadd = { base_cost = -10.01 }",
            "error: carrier_rates.csv, row 4, column base_cost: \"-0.01\", expected an amount from 0 to 1000000000 with at most 6 decimals; it was 10 → change of carrier_rates makes it so: mend the change or the data",
        ),
    ] {
        let change = format!("[[change]]\ntable = \"carrier_rates\"\n{changes}\n");
        assert_eq!(faults(&change, &rates), [expected], "{changes}");
    }
    let empty = "[[change]]\ntable = \"orders\"\nset = { quantity = \"\" }\n";
    assert_eq!(
        faults(empty, &[]),
        [
            "a.toml, row 6, column change.set.quantity: quantity may not be empty → give it a whole number of units from 1 to 1000000"
        ]
    );
}
