//! What an earlier run planned, as the table `previous`.

use super::csv_file::read_csv;
use super::csv_text::utf8_text;
use super::fault::{Fault, Faults};
use super::read::OnBadOrder;
use super::records::{looks_like_formula, read_records};
use super::schema::table_def;
use super::table::{Table, Value};
use super::time::TimeCell;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::path::Path;

/// Columns of shipments that are taken over.
const SHIPMENTS: [&str; 9] = [
    "shipment_id",
    "location_id",
    "leaves_at",
    "route",
    "carrier",
    "service",
    "to_location",
    "joins_shipment",
    "order_id",
];

/// Columns of allocations that are taken over.
const ALLOCATIONS: [&str; 8] = [
    "shipment_id",
    "order_id",
    "line_id",
    "sku",
    "shipped_sku",
    "form",
    "location_id",
    "quantity",
];

/// What a run kept of one before: the columns of the table, the last of them why.
const KEPT: [&str; 17] = [
    "order_id",
    "line_id",
    "sku",
    "shipped_sku",
    "form",
    "location_id",
    "shipment_id",
    "carrier",
    "service",
    "to_location",
    "channel",
    "takes_stock",
    "reaches_customer",
    "quantity",
    "leaves_at",
    "begins_at",
    "because",
];

/// The table of what is planned in a scenario's folder of a run, and of what that kept of runs before, with its hash.
///
/// # Errors
/// Files that cannot be read or that no run has written.
pub fn read_previous(folder: &Path) -> Result<Table, Faults> {
    let def = table_def("previous").expect("it is a table");
    if folder.join(RELEASED).is_file() {
        return read_released(&folder.join(RELEASED));
    }
    let mut table = Table::new(def, &folder.join("allocations.csv").display().to_string());
    let mut hasher = blake3::Hasher::new();
    let mut shipments: HashMap<String, Vec<String>> = HashMap::new();
    let leaving = |shipment: &Vec<String>| {
        TimeCell::parse(&shipment[2]).ok_or_else(|| {
            Fault::error("shipments", "expected a time")
                .column("leaves_at")
                .value(&shipment[2])
        })
    };
    let read = read_records(folder, "shipments", &SHIPMENTS, |_, _, cells| {
        let cells: Vec<String> = cells.iter().map(|cell| unguarded(cell)).collect();
        cells.iter().for_each(|cell| hash(&mut hasher, cell));
        shipments.insert(cells[0].clone(), cells);
        Ok(())
    });
    read.map_err(all)?;
    // What a hub merges begins when the first of it leaves for the hub.
    let mut first_leg: HashMap<&str, TimeCell> = HashMap::new();
    for leg in shipments.values().filter(|it| it[3] == "to_hub") {
        let leaves = leaving(leg).map_err(|fault| all(vec![fault]))?;
        let first = first_leg.entry(&leg[7]).or_insert(leaves);
        if leaves.start(&TimeZone::UTC) < first.start(&TimeZone::UTC) {
            *first = leaves;
        }
    }
    let read = read_records(folder, "allocations", &ALLOCATIONS, |file, line, cells| {
        let cells: Vec<String> = cells.iter().map(|cell| unguarded(cell)).collect();
        cells.iter().for_each(|cell| hash(&mut hasher, cell));
        let unknown = || {
            Fault::error(file, "a shipment of the same run")
                .at(line)
                .column("shipment_id")
        };
        let shipment = shipments.get(&cells[0]).ok_or_else(unknown)?;
        let leaves = leaving(shipment)?;
        let quantity = cells[7].parse().map_err(|_| {
            Fault::error(file, "expected a whole number")
                .at(line)
                .column("quantity")
                .value(&cells[7])
        })?;
        let text = |text: &String| Value::Text(text.clone());
        let words = |is: bool| Value::Text(if is { "yes" } else { "no" }.to_owned());
        // What feeds a hub reaches the customer with the shipment that it joins.
        let onward = match shipment[3].as_str() {
            "to_hub" => Some(shipments.get(&shipment[7]).ok_or_else(unknown)?),
            _ => None,
        };
        let merged = onward.and_then(|onward| first_leg.get(&*onward[0]));
        let begins = merged.copied().unwrap_or(leaves);
        for carried in [Some(shipment), onward].into_iter().flatten() {
            let leaves_at = match std::ptr::eq(carried, shipment) {
                true => leaves,
                false => leaving(carried)?,
            };
            let takes_stock = std::ptr::eq(carried, shipment);
            let row = [
                ("shipment_id", text(&carried[0])),
                ("order_id", text(&cells[1])),
                ("line_id", text(&cells[2])),
                ("sku", text(&cells[3])),
                ("shipped_sku", text(&cells[4])),
                ("form", text(&cells[5])),
                ("location_id", text(&carried[1])),
                ("quantity", Value::Number(quantity)),
                ("leaves_at", Value::Number(leaves_at.pack())),
                ("begins_at", Value::Number(begins.pack())),
                ("carrier", text(&carried[4])),
                ("service", text(&carried[5])),
                ("to_location", text(&carried[6])),
                ("takes_stock", words(takes_stock)),
                ("reaches_customer", words(carried[3] != "to_hub")),
            ];
            append(&mut table, (file, line), &row)?;
        }
        Ok(())
    });
    read.map_err(all)?;
    let has_kept = ["csv", "parquet"].map(|kind| folder.join("kept").with_extension(kind));
    if has_kept.iter().any(|file| file.is_file()) {
        let read = read_records(folder, "kept", &KEPT, |file, line, cells| {
            let cells: Vec<String> = cells.iter().map(|cell| unguarded(cell)).collect();
            cells.iter().for_each(|cell| hash(&mut hasher, cell));
            let value = |(&name, cell): (&&'static str, &String)| {
                let expected = |what: &str| {
                    Fault::error(file, format!("expected {what}"))
                        .at(line)
                        .column(name)
                        .value(cell)
                };
                let value = match name {
                    "quantity" => {
                        let units = cell.parse().map_err(|_| expected("a whole number"))?;
                        Value::Number(units)
                    }
                    "leaves_at" | "begins_at" => {
                        let moment = TimeCell::parse(cell).ok_or_else(|| expected("a time"))?;
                        Value::Number(moment.pack())
                    }
                    _ => Value::Text(cell.clone()),
                };
                Ok((name, value))
            };
            let (because, taken_over) = cells.split_last().expect("a cell a column");
            let row: Result<Vec<(&str, Value)>, Fault> =
                KEPT.iter().zip(taken_over).map(value).collect();
            let mut row = row?;
            // What has left, or is being picked, stays so.
            let status = match because.as_str() {
                "frozen" => "planned",
                _ => "released",
            };
            row.push(("status", Value::Text(status.to_owned())));
            append(&mut table, (file, line), &row)
        });
        read.map_err(all)?;
    }
    table.hash = hasher.finalize().to_hex().to_string();
    Ok(table)
}

/// Adds a row that a line of a file tells of.
fn append(
    table: &mut Table,
    (file, line): (&str, u64),
    row: &[(&str, Value)],
) -> Result<(), Fault> {
    table.append((file, line), row).map_err(|error| {
        Fault::error(file, format!("expected {}", error.expected))
            .at(line)
            .remedy(error.remedy)
    })
}

/// What waves have released so far, as the wave calls write it.
pub const RELEASED: &str = "previous.csv";

fn read_released(path: &Path) -> Result<Table, Faults> {
    let name = path.display().to_string();
    let def = table_def("previous").expect("it is a table");
    let unreadable = |error: std::io::Error| {
        all(vec![Fault::error(
            &name,
            format!("cannot be read: {error}"),
        )])
    };
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let text = utf8_text(&name, &bytes).map_err(|fault| all(vec![fault]))?;
    let mut faults = Faults::default();
    let table = read_csv(def, &name, text, OnBadOrder::Refuse, &mut faults);
    match table {
        Some(mut table) if !faults.has_errors() => {
            table.hash = blake3::hash(&bytes).to_hex().to_string();
            Ok(table)
        }
        _ => Err(faults),
    }
}

fn all(found: Vec<Fault>) -> Faults {
    let mut faults = Faults::default();
    found.into_iter().for_each(|fault| faults.push(fault));
    faults
}

fn hash(hasher: &mut blake3::Hasher, cell: &str) {
    hasher.update(&(cell.len() as u64).to_le_bytes());
    hasher.update(cell.as_bytes());
}

/// A cell without the apostrophe that keeps spreadsheets from running it.
fn unguarded(cell: &str) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if looks_like_formula(rest) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}
