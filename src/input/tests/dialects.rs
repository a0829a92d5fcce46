//! CSV as people have it.

use super::fixture::{Data, good};
use crate::input::{ColumnId, OnBadOrder, read_tables};

fn same_as_good(data: &Data) {
    let text = |data: &Data| format!("{:?}", data.built().dataset);
    assert_eq!(text(data), text(&good()));
}

fn each(change: impl Fn(&str) -> String) -> Data {
    let mut data = good();
    for text in data.0.values_mut() {
        *text = change(text);
    }
    data
}

#[test]
fn delimiters_line_ends_marks_and_quotes_make_no_difference() {
    same_as_good(&each(|text| text.replace(',', ";")));
    same_as_good(&each(|text| text.replace(',', "\t")));
    same_as_good(&each(|text| text.replace('\n', "\r\n")));
    same_as_good(&each(|text| format!("\u{feff}{text}")));
    same_as_good(&each(|text| text.trim_end().to_owned()));
    same_as_good(&each(|text| text.replace(',', " , ")));
    same_as_good(&each(|text| {
        let quoted = |line: &str| format!("\"{}\"\n", line.replace(',', "\",\""));
        text.lines().map(quoted).collect()
    }));
}

#[test]
fn a_decimal_comma_is_read_where_the_delimiter_is_a_semicolon() {
    same_as_good(&each(|text| {
        text.replace(',', ";")
            .replace('.', ",")
            .replace("O,1", "O.1")
    }));
}

#[test]
fn columns_may_come_in_any_order() {
    same_as_good(&each(|text| {
        let turned = |line: &str| line.split(',').rev().collect::<Vec<_>>().join(",") + "\n";
        text.lines().map(turned).collect()
    }));
}

#[test]
fn larger_units_are_read_exactly() {
    let data = good().with(
        "products",
        "sku,name,group,unit_cost,weight_kg,length_cm,width_cm,height_mm,volume_cm3,handling,ship_alone\n\
         S1,Pan,cookware,6,1.2,30,20.0,100,,fragile,no\n\
         S2,Cup,glass,2,0.3005,10,10,100,1000,,yes\n",
    );
    let (have, good) = (data.built().dataset, good().built().dataset);
    for (one, other) in have.products.iter().zip(&good.products) {
        assert_eq!(
            (one.weight, one.sides, one.volume),
            (other.weight, other.sides, other.volume)
        );
    }
    let fine = data.with("products", "sku,weight_kg\nS1,1.2000005\n");
    assert!(
        fine.error_at("products.csv", 2, "weight_kg")
            .contains("at most 6 decimals")
    );
}

#[test]
fn a_column_given_in_two_units_is_refused() {
    let data = good().with("products", "sku,weight_g,weight_kg\nS1,1,1\nS2,1,1\n");
    assert!(
        data.error_at("products.csv", 1, "weight_kg")
            .contains("twice")
    );
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for newline in ["\n", "\r\n"] {
        let text =
            "\nlocation_id,sku,on_hand,note\nLYON,S1,1,\"two\nlines\"\n\n,,,\nLYON,S2,many,\n"
                .replace('\n', newline);
        let message = good()
            .with("inventory", &text)
            .error_at("inventory.csv", 7, "on_hand");
        assert!(message.contains("many"));
    }
}

#[test]
fn a_file_read_in_many_pieces_is_the_same_file() {
    let mut text = String::from("location_id,sku,on_hand,note\n");
    for row in 0..200_000 {
        text.push_str(&format!(
            "LYON,S{row},{},\"a \"\"note\"\",\nof two lines\"\n",
            row % 7
        ));
    }
    let bad = text.replace("LYON,S199999,", "LYON,S199999,x");
    let folder = good().with("inventory", &text).folder();
    let (tables, _) =
        read_tables(folder.path(), OnBadOrder::Refuse).unwrap_or_else(|f| panic!("{f}"));
    let table = tables.get("inventory").expect("a table");
    assert_eq!(table.rows(), 200_000);
    let sku = table.column_id("sku").expect("a column");
    let note = table.column_id("note").expect("an attribute");
    for row in [0, 1, 99_999, 199_999] {
        assert_eq!(table.text(row, sku), format!("S{row}"));
        assert_eq!(table.text(row, note), "a \"note\",\nof two lines");
        assert_eq!(table.line(row), row as u64 * 2 + 2);
    }
    let message = good()
        .with("inventory", &bad)
        .error_at("inventory.csv", 400_000, "on_hand");
    assert!(message.contains("a whole number"));
}

#[test]
fn a_row_of_the_wrong_length_is_refused() {
    for row in ["LYON,S9,5", "LYON,S9,5,,,,,extra"] {
        let faults = good().with_row("inventory", row).faults();
        assert_eq!((faults.errors(), faults.faults[0].row), (1, Some(5)));
        assert!(
            faults.to_string().contains("cells, the header 7"),
            "{faults}"
        );
    }
    good().with_row("inventory", "LYON,S9,5,,,,,,").built();
}

#[test]
fn ids_keep_their_zeros() {
    let data = good()
        .patch("orders", 3, "order_id", "0012")
        .patch("orders", 3, "postcode", "01000")
        .built()
        .dataset;
    assert_eq!(&*data.orders[0].id, "0012");
    assert_eq!(
        &*data.destinations[data.orders[0].destination.ix()].postcode,
        "01000"
    );
}

#[test]
fn an_unknown_column_is_kept_and_a_misspelt_one_is_a_warning() {
    let data = good().with(
        "inventory",
        "location_id,sku,on_hand,aisle\nLYON,S1,3,A7\nLYON,S2,3,\n",
    );
    let folder = data.folder();
    let (tables, warnings) =
        read_tables(folder.path(), OnBadOrder::Refuse).unwrap_or_else(|f| panic!("{f}"));
    assert!(warnings.is_empty());
    let inventory = tables.get("inventory").expect("a table");
    assert_eq!(inventory.column_id("aisle"), Some(ColumnId::Attribute(0)));
    assert_eq!(inventory.cell_text(0, ColumnId::Attribute(0)), "A7");
    let misspelt = good().with(
        "inventory",
        "location_id,sku,on_hand,reservd\nLYON,S1,3,1\nLYON,S2,1,\n",
    );
    assert!(misspelt.warning().contains("did you mean `reserved`?"));
}

#[test]
fn headers_that_are_doubled_missing_or_empty_are_told() {
    let inventory = |text: &str| good().with("inventory", text);
    let doubled = inventory("location_id,sku,on_hand,sku\nLYON,S1,3,S1\n");
    assert!(
        doubled
            .error_at("inventory.csv", 1, "sku")
            .contains("twice")
    );
    let missing = inventory("location_id,sku,onhand\nLYON,S1,3\n");
    assert!(
        missing
            .error_at("inventory.csv", 1, "on_hand")
            .contains("rename the column `onhand`")
    );
    let unnamed = inventory("location_id,sku,on_hand,\nLYON,S1,3,x\nLYON,S2,3,\n");
    assert!(unnamed.warning().contains("column 4 has no header"));
}

#[test]
fn an_empty_table_of_orders_is_a_dataset_without_orders() {
    let header = good().0["orders"]
        .lines()
        .next()
        .expect("a header")
        .to_owned();
    let data = good().with("orders", &header).built().dataset;
    assert!(data.orders.is_empty());
}
