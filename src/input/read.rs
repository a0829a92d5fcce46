//! A dataset's folder → [`Tables`].

use super::csv_file::read_csv;
use super::csv_text::utf8_text;
use super::fault::{Fault, Faults};
use super::files::{Limits, Packing, TableFile, find_files, inflate, load, too_large};
use super::parquet_file::read_parquet;
use super::table::{Table, Tables};
use rayon::prelude::*;
use std::path::Path;

/// What to do with orders that have a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnBadOrder {
    /// It is an error like any other: nothing is planned.
    Refuse,
    /// The whole order is set aside with its reasons, and the rest is planned.
    SetAside,
}

/// Reads all tables of a dataset's folder, in parallel. With the tables come warnings; with errors, no tables
/// but all faults of all files.
pub fn read_tables(folder: &Path, on_bad_order: OnBadOrder) -> Result<(Tables, Faults), Faults> {
    read_tables_within(folder, on_bad_order, &Limits::default())
}

/// [`read_tables`] with other limits on the size of a table.
pub fn read_tables_within(
    folder: &Path,
    on_bad_order: OnBadOrder,
    limits: &Limits,
) -> Result<(Tables, Faults), Faults> {
    let mut faults = Faults::default();
    let files = find_files(folder, &mut faults);
    let read: Vec<(Option<Table>, Faults)> = files
        .par_iter()
        .map(|file| read_file(file, on_bad_order, limits))
        .collect();
    let mut tables = Tables::default();
    for (table, found) in read {
        faults.append(found);
        if let Some(table) = table {
            tables.insert(table);
        }
    }
    if faults.has_errors() {
        return Err(faults);
    }
    Ok((tables, faults))
}

fn read_file(
    file: &TableFile,
    on_bad_order: OnBadOrder,
    limits: &Limits,
) -> (Option<Table>, Faults) {
    let mut faults = Faults::default();
    let table = match read_bytes(file, on_bad_order, limits, &mut faults) {
        Ok(table) => table,
        Err(fault) => {
            faults.push(fault);
            None
        }
    };
    (table, faults)
}

fn read_bytes(
    file: &TableFile,
    on_bad_order: OnBadOrder,
    limits: &Limits,
    faults: &mut Faults,
) -> Result<Option<Table>, Fault> {
    let mut bytes = load(file, limits)?;
    let hash = blake3::hash(&bytes).to_hex().to_string();
    let table = if file.packing == Packing::Parquet {
        read_parquet(file, &bytes, limits, on_bad_order, faults)
    } else {
        if file.packing != Packing::Plain {
            bytes = inflate(file, &bytes, limits)?;
        }
        let text = utf8_text(&file.name, &bytes)?;
        read_csv(file.def, &file.name, text, on_bad_order, faults)
    };
    let Some(mut table) = table else {
        return Ok(None);
    };
    if table.rows() as u64 > limits.rows {
        return Err(too_large(file, limits));
    }
    table.hash = hash;
    Ok(Some(table))
}
