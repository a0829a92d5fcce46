//! Tables that a run wrote, row by row as text: what reads a plan back.

use super::fault::Fault;
use polars::prelude::{AnyValue, ParquetReader, SerReader};
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;

/// Whether a spreadsheet would run a text, or could be made to after it drops leading blanks; a text that begins
/// with an apostrophe of its own gets another before it in CSV, so that two ids never become one.
pub fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\''])
}

/// Bytes of a header at most.
const LONGEST_HEADER: u64 = 1 << 16;

const KEEP_COLUMNS: &str = "keep the columns that the run has written";

/// Gives the named columns of `<name>.csv` or `<name>.parquet` in a folder to `each`, row by row, with the line of
/// the file (in Parquet as if there were a header). Empty cells are empty texts.
///
/// Errors: the file is missing or damaged, a column is missing, or whatever `each` objects to, all of it.
pub fn read_records(
    folder: &Path,
    name: &str,
    columns: &[&str],
    each: impl FnMut(&str, u64, &[&str]) -> Result<(), Fault>,
) -> Result<(), Vec<Fault>> {
    let find = |file: &str, header: &[&str]| positions(file, header, columns);
    read(folder, name, find, each)
}

/// The same for a table that must have just these columns, in this order.
pub fn read_whole_records(
    folder: &Path,
    name: &str,
    columns: &[&str],
    each: impl FnMut(&str, u64, &[&str]) -> Result<(), Fault>,
) -> Result<(), Vec<Fault>> {
    let find = |file: &str, header: &[&str]| {
        let positions = positions(file, header, columns)?;
        match (0..header.len()).find(|&at| columns.get(at) != Some(&header[at])) {
            None => Ok(positions),
            Some(at) => Err(
                Fault::error(file, "a column that the run has not written there")
                    .column(header[at])
                    .remedy(KEEP_COLUMNS),
            ),
        }
    };
    read(folder, name, find, each)
}

fn read(
    folder: &Path,
    name: &str,
    find: impl Fn(&str, &[&str]) -> Result<Vec<usize>, Fault>,
    mut each: impl FnMut(&str, u64, &[&str]) -> Result<(), Fault>,
) -> Result<(), Vec<Fault>> {
    let csv = format!("{name}.csv");
    let parquet = format!("{name}.parquet");
    let mut faults = vec![];
    let read = if folder.join(&parquet).is_file() {
        let file = parquet.as_str();
        let keep = |row: u64, cells: &[&str]| faults.extend(each(file, row, cells).err());
        read_parquet(&folder.join(file), file, find, keep)
    } else {
        let file = csv.as_str();
        let keep = |row: u64, cells: &[&str]| faults.extend(each(file, row, cells).err());
        read_csv(&folder.join(file), file, find, keep)
    };
    faults.extend(read.err());
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

fn unreadable(file: &str, error: impl std::fmt::Display) -> Fault {
    Fault::error(file, format!("cannot be read: {error}"))
        .remedy("the file is missing or damaged, or the folder is not that of one scenario of a finished run")
}

/// Where each column stands in a header.
fn positions(file: &str, header: &[&str], columns: &[&str]) -> Result<Vec<usize>, Fault> {
    let find = |column: &&str| {
        let found = header.iter().position(|name| name == column);
        found.ok_or_else(|| {
            Fault::error(file, "a column is missing")
                .column(column)
                .remedy(KEEP_COLUMNS)
        })
    };
    columns.iter().map(find).collect()
}

/// What stands between the columns of a file that a run wrote: no name of a column has either.
fn delimiter(path: &Path) -> io::Result<u8> {
    let mut header = vec![];
    let file = File::open(path)?.take(LONGEST_HEADER);
    io::BufReader::new(file).read_until(b'\n', &mut header)?;
    Ok(if header.contains(&b';') { b';' } else { b',' })
}

fn read_csv(
    path: &Path,
    file: &str,
    find: impl Fn(&str, &[&str]) -> Result<Vec<usize>, Fault>,
    mut each: impl FnMut(u64, &[&str]),
) -> Result<(), Fault> {
    let delimiter = delimiter(path).map_err(|error| unreadable(file, error))?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_path(path)
        .map_err(|error| unreadable(file, error))?;
    let header = reader.headers().map_err(|error| unreadable(file, error))?;
    let positions = find(file, &header.iter().collect::<Vec<&str>>())?;
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(error) => return Err(unreadable(file, error)),
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<&str> = positions.iter().map(|&column| &record[column]).collect();
        each(line, &cells);
    }
}

fn read_parquet(
    path: &Path,
    file: &str,
    find: impl Fn(&str, &[&str]) -> Result<Vec<usize>, Fault>,
    mut each: impl FnMut(u64, &[&str]),
) -> Result<(), Fault> {
    let opened = File::open(path).map_err(|error| unreadable(file, error))?;
    let frame = ParquetReader::new(opened)
        .finish()
        .map_err(|error| unreadable(file, error))?;
    let header: Vec<&str> = frame
        .columns()
        .iter()
        .map(|it| it.name().as_str())
        .collect();
    let positions = find(file, &header)?;
    for row in 0..frame.height() {
        let mut cells = Vec::with_capacity(positions.len());
        for &column in &positions {
            let cell = frame.columns()[column].get(row);
            cells.push(match cell.map_err(|error| unreadable(file, error))? {
                AnyValue::Null => String::new(),
                AnyValue::String(text) => text.to_owned(),
                // A column of one row, or of one value.
                AnyValue::StringOwned(text) => text.to_string(),
                AnyValue::Int64(number) => number.to_string(),
                AnyValue::Float64(number) => number.to_string(),
                AnyValue::Boolean(is) => is.to_string(),
                other => other.to_string(),
            });
        }
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        each(row as u64 + 2, &cells);
    }
    Ok(())
}
