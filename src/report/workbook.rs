//! One workbook of all sheets of a scenario: numbers are numbers, days are days, text is text whatever it looks like.
//!
//! Rows go through a file beside while they are made, so that a large workbook takes little memory.

use super::error::WriteError;
use super::figures::{Amount, Figure};
use super::sheet::{Column, Sheet, Values};
use crate::units::DECIMALS;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::Path;

/// Rows of a sheet, its header in.
const MOST_ROWS: usize = 1_048_576;
/// Cells of a workbook that a spreadsheet still opens in bearable time and memory.
const MOST_CELLS: usize = 20_000_000;
/// Characters of a cell, in UTF-16.
const MOST_TEXT: usize = 32_767;
/// Rows that the width of a column is measured by.
const MEASURED_ROWS: usize = 200;
/// Widths of columns, in characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 8..=48;
/// What the button of a filter takes of a header.
const FILTER_WIDTH: usize = 3;

/// How cells are shown. Days and moments as the reader's own spreadsheet writes them.
struct Formats {
    header: Format,
    whole: Format,
    money: Format,
    share: Format,
    day: Format,
    moment: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            header: Format::new().set_bold(),
            whole: Format::new().set_num_format_index(3),
            money: Format::new().set_num_format_index(4),
            share: Format::new().set_num_format_index(10),
            day: Format::new().set_num_format_index(14),
            moment: Format::new().set_num_format_index(22),
        }
    }
}

/// Writes the figures and the sheets. The same plan gives the same bytes: its moment of planning is the moment of creation.
pub(super) fn write(
    path: &Path,
    as_of: Timestamp,
    figures: &[Figure],
    sheets: &[Sheet<'_>],
    more: &[Sheet<'_>],
) -> Result<(), WriteError> {
    let fail = |error: io::Error| WriteError::new(path, error);
    let beside = path.with_extension("xlsx.part");
    let mut workbook = fill(&beside, as_of, figures, sheets, more).map_err(|it| fail(plain(it)))?;
    workbook.save(&beside).map_err(|it| fail(plain(it)))?;
    fs::rename(&beside, path).map_err(fail)
}

/// The system's error where there is one.
fn plain(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other),
    }
}

fn fill(
    path: &Path,
    as_of: Timestamp,
    figures: &[Figure],
    sheets: &[Sheet<'_>],
    more: &[Sheet<'_>],
) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    // What is not written yet lies on the disk that has room for the workbook.
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    workbook.set_tempdir(folder.unwrap_or(Path::new(".")))?;
    let created = ExcelDateTime::from_timestamp(as_of.as_second())?;
    let about = DocProperties::new().set_creation_datetime(&created);
    workbook.set_properties(&about.set_author("consign"));
    let formats = Formats::new();
    write_figures(workbook.add_worksheet(), figures, &formats)?;
    let mut left = MOST_CELLS;
    add_sheets(&mut workbook, sheets, &mut left, &formats)?;
    add_sheets(&mut workbook, more, &mut left, &formats)?;
    Ok(workbook)
}

/// Adds sheets while cells are left.
fn add_sheets(
    workbook: &mut Workbook,
    sheets: &[Sheet<'_>],
    left: &mut usize,
    formats: &Formats,
) -> Result<(), XlsxError> {
    for sheet in sheets {
        let cells = sheet.rows.saturating_mul(sheet.columns.len());
        let page = workbook.add_worksheet_with_constant_memory();
        let page = page?.set_name(&*sheet.name)?;
        if sheet.rows >= MOST_ROWS || cells > *left {
            write_too_long(page, sheet)?;
        } else {
            *left -= cells;
            write_sheet(page, sheet, formats)?;
        }
    }
    Ok(())
}

fn write_too_long(page: &mut Worksheet, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
    let told = format!(
        "This table has {} rows, more than fit here. All of it is in {}.csv (or .parquet) in the folder of the scenario.",
        sheet.rows, sheet.name
    );
    page.write_string(0, 0, told)?;
    Ok(())
}

fn write_figures(
    page: &mut Worksheet,
    figures: &[Figure],
    formats: &Formats,
) -> Result<(), XlsxError> {
    page.set_name("key_figures")?;
    for (column, (name, width)) in [("figure", 18), ("value", 28), ("unit", 16), ("meaning", 72)]
        .into_iter()
        .enumerate()
    {
        let column = column as u16;
        page.set_column_width(column, width)?;
        page.write_string_with_format(0, column, name, &formats.header)?;
    }
    for (row, figure) in (1..).zip(figures) {
        page.write_string(row, 0, figure.name)?;
        match &figure.amount {
            Amount::Text(text) => page.write_string(row, 1, text)?,
            Amount::Count(count) => {
                page.write_number_with_format(row, 1, *count as f64, &formats.whole)?
            }
            Amount::Money(money) => {
                page.write_number_with_format(row, 1, money.as_f64(), &formats.money)?
            }
            Amount::Share(share) => {
                page.write_number_with_format(row, 1, *share, &formats.share)?
            }
            Amount::Number(number) => {
                page.write_number_with_format(row, 1, *number, &formats.money)?
            }
            Amount::Nothing => page,
        };
        page.write_string(row, 2, &figure.unit)?;
        page.write_string(row, 3, figure.meaning)?;
    }
    page.set_freeze_panes(1, 0)?;
    Ok(())
}

fn write_sheet(
    page: &mut Worksheet,
    sheet: &Sheet<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let columns = sheet.columns.len() as u16;
    for (at, column) in (0..).zip(&sheet.columns) {
        page.set_column_width(at, width(column, sheet.rows) as f64)?;
        page.write_string_with_format(0, at, column.name, &formats.header)?;
    }
    page.set_freeze_panes(1, 0)?;
    page.autofilter(0, 0, sheet.rows as u32, columns.saturating_sub(1))?;
    for row in 0..sheet.rows {
        for (at, column) in (0..).zip(&sheet.columns) {
            write_cell(page, row, at, &column.values, formats)?;
        }
    }
    Ok(())
}

fn write_cell(
    page: &mut Worksheet,
    row: usize,
    column: u16,
    values: &Values<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let at = row as u32 + 1;
    let mut number = |value: f64, format: Option<&Format>| match format {
        Some(format) => page
            .write_number_with_format(at, column, value, format)
            .map(|_| ()),
        None => page.write_number(at, column, value).map(|_| ()),
    };
    match values {
        Values::Integer(cell) => {
            cell(row).map_or(Ok(()), |value| number(value as f64, Some(&formats.whole)))
        }
        Values::Decimal(places, cell) => {
            let format = (*places == DECIMALS).then_some(&formats.money);
            let scale = 10_f64.powi(*places as i32);
            cell(row).map_or(Ok(()), |value| number(value as f64 / scale, format))
        }
        Values::Ratio(cell) => cell(row).map_or(Ok(()), |value| number(value, None)),
        Values::Bool(cell) => page.write_boolean(at, column, cell(row)).map(|_| ()),
        Values::Day(cell) => match cell(row) {
            None => Ok(()),
            Some(day) => write_time(
                page,
                (at, column),
                day.to_datetime(jiff::civil::Time::midnight()),
                &formats.day,
            ),
        },
        Values::Moment(cell) => {
            let text = cell(row);
            match on_the_clock(&text) {
                Some(moment) => write_time(page, (at, column), moment, &formats.moment),
                None => write_text(page, (at, column), &text),
            }
        }
        Values::Text(cell) | Values::Plain(cell) => write_text(page, (at, column), &cell(row)),
    }
}

fn write_text(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
) -> Result<(), XlsxError> {
    if !text.is_empty() {
        page.write_string(row, column, fitting(text))?;
    }
    Ok(())
}

/// A day or a moment; as text where spreadsheets have no number for it, as before 1900.
fn write_time(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    moment: DateTime,
    format: &Format,
) -> Result<(), XlsxError> {
    match spreadsheet_time(moment) {
        Some(time) => page.write_datetime_with_format(row, column, &time, format)?,
        None => page.write_string(row, column, moment.to_string())?,
    };
    Ok(())
}

fn spreadsheet_time(moment: DateTime) -> Option<ExcelDateTime> {
    let (day, time): (Date, _) = (moment.date(), moment.time());
    let year = u16::try_from(day.year()).ok()?;
    let day = ExcelDateTime::from_ymd(year, day.month() as u8, day.day() as u8).ok()?;
    let (hour, minute) = (time.hour() as u16, time.minute() as u8);
    day.and_hms(hour, minute, f64::from(time.second())).ok()
}

/// What the clock of the place shows: spreadsheets know no offsets.
fn on_the_clock(text: &str) -> Option<DateTime> {
    const LENGTH: usize = "2026-11-23T18:00:00".len();
    text.get(..LENGTH)?.parse().ok()
}

/// A text as a cell can hold it: cut where it is too long, without characters that are none.
fn fitting(text: &str) -> Cow<'_, str> {
    let is_none = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    let mut text = if text.contains(is_none) {
        Cow::Owned(text.replace(is_none, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    };
    if text.len() > MOST_TEXT {
        let mut units = 0;
        let fits = |(_, letter): &(usize, char)| {
            units += letter.len_utf16();
            units < MOST_TEXT
        };
        let end = text.char_indices().take_while(fits).last();
        let end = end.map_or(0, |(at, letter)| at + letter.len_utf8());
        if end < text.len() {
            text = Cow::Owned(format!("{}…", &text[..end]));
        }
    }
    text
}

fn width(column: &Column<'_>, rows: usize) -> usize {
    let cells = (0..rows.min(MEASURED_ROWS)).map(|row| match &column.values {
        // Two decimals and a separator of thousands.
        Values::Decimal(DECIMALS, cell) => cell(row).map_or(0, |value| {
            (value / 10_i64.pow(DECIMALS)).to_string().len() + 5
        }),
        // The offset is not shown.
        Values::Moment(_) => "23/11/2026 18:00".len(),
        values => values.cell_text(row).chars().count(),
    });
    let widest = cells.max().unwrap_or_default() + 1;
    let header = column.name.chars().count() + FILTER_WIDTH;
    widest.max(header).clamp(*WIDTHS.start(), *WIDTHS.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx, open_workbook};

    #[test]
    fn texts_fit_in_cells_and_tables_beyond_a_sheet_say_where_they_are() {
        assert_eq!(fitting("a\u{0}b\nc"), "a\u{fffd}b\nc");
        let long = fitting(&"é".repeat(40_000)).into_owned();
        assert_eq!(long.encode_utf16().count(), MOST_TEXT);
        assert!(long.ends_with('…'));
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("book.xlsx");
        let sheets = [
            Sheet::new("short", 1).text("id", |_| "=1+1"),
            Sheet::new("long", MOST_ROWS).integer("row", |row| row as i64),
        ];
        write(&path, Timestamp::UNIX_EPOCH, &[], &sheets, &[]).expect("written");
        let mut book: Xlsx<_> = open_workbook(&path).expect("a workbook");
        assert_eq!(book.sheet_names(), ["key_figures", "short", "long"]);
        let cell = |book: &mut Xlsx<_>, sheet: &str, row| {
            let range = book.worksheet_range(sheet).expect("a sheet");
            range.get_value((row, 0)).cloned()
        };
        let formula = Some(Data::String("=1+1".to_owned()));
        assert_eq!(cell(&mut book, "short", 1), formula);
        let told = cell(&mut book, "long", 0).expect("a note").to_string();
        assert!(
            told.contains("1048576 rows") && told.contains("long.csv"),
            "{told}"
        );
        assert_eq!(cell(&mut book, "long", 1), None);
    }
}
