//! A Parquet file → a [`Table`]: columns by name, cells through the same strict parsers as CSV.

use super::column_reader::{ColumnReader, Target};
use super::csv_file::{cell_fault, sets_aside};
use super::fault::{Fault, Faults};
use super::files::{Limits, TableFile, too_large};
use super::header::read_header;
use super::read::OnBadOrder;
use super::table::{Column, Table};
use super::time::TimeCell;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::{ToSpan, tz::TimeZone};
use polars::prelude::{
    AnyValue, Column as PolarsColumn, DataFrame, ParquetReader, SerReader, TimeUnit,
};
use std::fmt::Write;
use std::io::Cursor;

/// Cells of a table at most, rows × columns: what a small file may unfold to.
const CELLS: u64 = 1 << 31;

/// Reads a Parquet file. `None` where it cannot be read or its columns are too wrong.
pub fn read_parquet(
    file: &TableFile,
    bytes: &[u8],
    limits: &Limits,
    on_bad_order: OnBadOrder,
    faults: &mut Faults,
) -> Option<Table> {
    let frame = match frame(file, bytes, limits) {
        Ok(frame) => frame,
        Err(fault) => {
            faults.push(fault);
            return None;
        }
    };
    let names: Vec<&str> = frame
        .columns()
        .iter()
        .map(|column| column.name().as_str())
        .collect();
    let before = faults.errors();
    let targets = read_header(file.def, &file.name, &names, false, faults);
    let mut table = Table::new(file.def, &file.name);
    table.rows = frame.height();
    let mut spoilt = Vec::new();
    for (column, target) in frame.columns().iter().zip(&targets) {
        let (cells, bad) = read_column(file, column, target);
        spoilt.extend(bad);
        table.put(target, cells);
    }
    spoilt.sort_by_key(|(row, _)| *row);
    if sets_aside(file.def, on_bad_order) {
        table.spoilt = spoilt;
    } else {
        for (_, fault) in spoilt {
            faults.push(fault);
        }
    }
    (faults.errors() == before).then_some(table)
}

fn frame(file: &TableFile, bytes: &[u8], limits: &Limits) -> Result<DataFrame, Fault> {
    let unreadable = |error: polars::prelude::PolarsError| {
        let fault = Fault::error(&file.name, format!("cannot be read as Parquet: {error}"));
        fault.remedy("the file is damaged or of a kind that is not read: write it again, or as CSV")
    };
    let mut reader = ParquetReader::new(Cursor::new(bytes));
    let metadata = reader.get_metadata().map_err(unreadable)?;
    let rows = metadata.num_rows as u64;
    let columns = metadata.schema_descr.columns().len() as u64;
    let groups = metadata.row_groups.iter();
    let size: u64 = groups.map(|group| group.total_byte_size() as u64).sum();
    let cells = rows.saturating_mul(columns);
    if rows > limits.rows || size > limits.bytes || cells > CELLS.min(limits.bytes) {
        return Err(too_large(file, limits));
    }
    ParquetReader::new(Cursor::new(bytes))
        .finish()
        .map_err(unreadable)
}

/// The cells of a column and the faults in it, of at most the first rows that would be listed.
fn read_column(
    file: &TableFile,
    column: &PolarsColumn,
    target: &Target,
) -> (Option<Column>, Vec<(usize, Fault)>) {
    let mut reader = ColumnReader::new(target, file.def.columns);
    let mut faults = Vec::new();
    let mut text = String::new();
    for (row, value) in column.as_materialized_series().rechunk().iter().enumerate() {
        text.clear();
        let outcome = write_value(&value, &mut text);
        let fault = match outcome {
            Ok(()) => reader.push(&text).err(),
            Err(error) => {
                reader.push_empty();
                Some(error)
            }
        };
        if let Some(error) = fault {
            let line = row as u64 + 2;
            faults.push((
                row,
                cell_fault(&file.name, line, column.name(), &text, error),
            ));
        }
    }
    (ColumnReader::concat(vec![reader]), faults)
}

/// Writes a value as the text that a CSV cell would have.
fn write_value(value: &AnyValue, text: &mut String) -> Result<(), super::cell::CellError> {
    let refused = |value: &AnyValue| super::cell::CellError {
        expected: "text, a number, yes or no, a date or a time".to_owned(),
        remedy: format!("write the column as text; it is {}", value.dtype()),
    };
    let written = match value {
        AnyValue::Null => Ok(()),
        AnyValue::String(cell) => text.write_str(cell),
        AnyValue::StringOwned(cell) => text.write_str(cell),
        AnyValue::Boolean(cell) => text.write_str(if *cell { "yes" } else { "no" }),
        AnyValue::Float32(cell) => write!(text, "{cell}"),
        AnyValue::Float64(cell) => write!(text, "{cell}"),
        AnyValue::Date(days) => match date(*days) {
            Some(date) => write!(text, "{date}"),
            None => return Err(refused(value)),
        },
        AnyValue::Datetime(ticks, unit, zone) => match time(*ticks, *unit, zone.is_some()) {
            Some(time) => write!(text, "{time}"),
            None => return Err(refused(value)),
        },
        AnyValue::Time(nanoseconds) => write!(text, "{}", time_of_day(*nanoseconds)),
        other if other.is_integer() => write!(text, "{other}"),
        other => return Err(refused(other)),
    };
    written.map_err(|_| refused(value))
}

/// `HH:MM:SS` of nanoseconds after midnight; parts of a second are dropped.
fn time_of_day(nanoseconds: i64) -> String {
    let seconds = nanoseconds / 1_000_000_000;
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

fn date(days: i32) -> Option<Date> {
    Date::constant(1970, 1, 1)
        .checked_add(i64::from(days).days())
        .ok()
}

fn time(ticks: i64, unit: TimeUnit, has_zone: bool) -> Option<TimeCell> {
    let microseconds = match unit {
        TimeUnit::Nanoseconds => ticks.div_euclid(1_000),
        TimeUnit::Microseconds => ticks,
        TimeUnit::Milliseconds => ticks.checked_mul(1_000)?,
    };
    let instant = Timestamp::from_microsecond(microseconds).ok()?;
    Some(if has_zone {
        TimeCell::Instant(instant)
    } else {
        TimeCell::Local(TimeZone::UTC.to_datetime(instant))
    })
}
