//! The shipments of published plans, read back to be held against each other.

use super::exit::Failure;
use crate::input::{Fault, Faults, read_records};
use crate::report::Lines;
use std::collections::HashMap;
use std::path::Path;

/// How each order line ships in the plan of a scenario's folder.
///
/// # Errors
/// There is no plan, or its tables are damaged.
pub fn shipped_lines(folder: &Path) -> Result<Lines, Failure> {
    let wrong = |faults: Vec<Fault>| {
        let mut all = Faults::default();
        faults.into_iter().for_each(|fault| all.push(fault));
        Failure::Tables(vec![(folder.display().to_string(), all)])
    };
    let mut services: HashMap<String, String> = HashMap::new();
    let columns = ["shipment_id", "carrier", "service", "route", "to_location"];
    read_records(folder, "shipments", &columns, |_, _, cells| {
        let by = match cells[3] {
            "carrier" => format!("{} {}", cells[1], cells[2]),
            "to_store" | "to_hub" => format!("transfer to {}", cells[4]),
            _ => String::new(),
        };
        services.insert(cells[0].to_owned(), by);
        Ok(())
    })
    .map_err(wrong)?;
    let mut lines = Lines::new();
    let columns = [
        "order_id",
        "line_id",
        "location_id",
        "wave",
        "shipment_id",
        "quantity",
    ];
    read_records(folder, "allocations", &columns, |file, line, cells| {
        let Ok(units) = cells[5].parse::<i64>() else {
            return Err(Fault::error(file, "expected a whole number")
                .at(line)
                .column("quantity")
                .value(cells[5]));
        };
        let service = services.get(cells[4]).cloned().unwrap_or_default();
        let way = [cells[2].to_owned(), cells[3].to_owned(), service];
        let key = (cells[0].to_owned(), cells[1].to_owned());
        *lines.entry(key).or_default().entry(way).or_default() += units;
        Ok(())
    })
    .map_err(wrong)?;
    Ok(lines)
}
