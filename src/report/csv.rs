//! CSV: UTF-8, comma, LF, quoted where needed; rows are formatted in parallel and written in order.

use super::CsvLocale;
use super::error::WriteError;
use super::sheet::{Sheet, Values};
use crate::input::looks_like_formula;
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

/// Rows that one thread formats in one go.
const CHUNK_ROWS: usize = 2048;
/// Chunks that are formatted together while those before them are written.
const CHUNKS_AT_ONCE: usize = 8;

/// Rows of which cells are made column by column.
const BLOCK_ROWS: usize = 64;

/// Rows as bytes of the file, in pieces.
type Formatted = Vec<Vec<u8>>;

/// What tells a spreadsheet that a file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How cells are written.
#[derive(Clone, Copy)]
pub(super) struct Dialect {
    /// Texts that a spreadsheet would run stay as they are; else they begin with an apostrophe.
    pub(super) raw: bool,
    pub(super) locale: CsvLocale,
}

impl Dialect {
    fn writer(self, out: Vec<u8>) -> ::csv::Writer<Vec<u8>> {
        let mut builder = ::csv::WriterBuilder::new();
        match self.locale {
            CsvLocale::Plain => builder.from_writer(out),
            CsvLocale::French => builder.delimiter(b';').from_writer(out),
        }
    }
}

/// Writes a sheet.
pub(super) fn write(path: &Path, sheet: &Sheet<'_>, dialect: Dialect) -> Result<(), WriteError> {
    let fail = |error: io::Error| WriteError::new(path, error);
    let mut file = File::create(path).map_err(fail)?;
    let mut formatted: Formatted = vec![format_header(sheet, dialect).map_err(fail)?];
    // What is written is room for the batch after the next: memory that is new costs more than what is put in it.
    let mut room: Formatted = vec![];
    let starts: Vec<usize> = (0..sheet.rows).step_by(CHUNK_ROWS).collect();
    for batch in starts.chunks(CHUNKS_AT_ONCE) {
        room.resize_with(batch.len(), Vec::new);
        let (written, next) = rayon::join(
            || write_all(&mut file, &formatted),
            || {
                let each = batch.par_iter().zip(room);
                each.map(|(&start, room)| format_rows(sheet, start, dialect, room))
                    .collect::<Vec<io::Result<Vec<u8>>>>()
            },
        );
        written.map_err(fail)?;
        // Of several errors the first in order is told.
        let next: io::Result<Formatted> = next.into_iter().collect();
        room = std::mem::replace(&mut formatted, next.map_err(fail)?);
    }
    write_all(&mut file, &formatted).map_err(fail)
}

fn write_all(file: &mut File, formatted: &Formatted) -> io::Result<()> {
    let mut each = formatted.iter();
    each.try_for_each(|bytes| file.write_all(bytes))
}

fn format_header(sheet: &Sheet<'_>, dialect: Dialect) -> io::Result<Vec<u8>> {
    let begin = match dialect.locale {
        CsvLocale::Plain => vec![],
        CsvLocale::French => BYTE_ORDER_MARK.to_vec(),
    };
    let mut writer = dialect.writer(begin);
    writer.write_record(sheet.columns.iter().map(|column| column.name))?;
    writer.into_inner().map_err(|error| error.into_error())
}

/// A piece of the rows, in memory that is there for it.
fn format_rows(
    sheet: &Sheet<'_>,
    start: usize,
    dialect: Dialect,
    mut room: Vec<u8>,
) -> io::Result<Vec<u8>> {
    room.clear();
    let mut writer = dialect.writer(room);
    let end = (start + CHUNK_ROWS).min(sheet.rows);
    let mut cells = Cells::default();
    for first in (start..end).step_by(BLOCK_ROWS) {
        let rows = first..(first + BLOCK_ROWS).min(end);
        let count = rows.len();
        cells.fill(sheet, rows, dialect);
        for row in 0..count {
            for column in 0..sheet.columns.len() {
                writer.write_field(cells.text(column * count + row))?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
    }
    writer.into_inner().map_err(|error| error.into_error())
}

/// Texts of the cells of some rows, column by column.
///
/// What a row shows lies far apart in memory. Where the cells of one column follow each other, the processor fetches
/// for the next rows while it waits for this one.
#[derive(Default)]
struct Cells {
    texts: String,
    ends: Vec<usize>,
}

impl Cells {
    fn fill(&mut self, sheet: &Sheet<'_>, rows: Range<usize>, dialect: Dialect) {
        self.texts.clear();
        self.ends.clear();
        for column in &sheet.columns {
            let is_guarded = matches!(column.values, Values::Text(_)) && !dialect.raw;
            let is_number = matches!(column.values, Values::Decimal(..) | Values::Ratio(_));
            let has_comma = is_number && dialect.locale == CsvLocale::French;
            for row in rows.clone() {
                let begin = self.texts.len();
                column.values.push_text(row, &mut self.texts);
                if is_guarded && looks_like_formula(&self.texts[begin..]) {
                    self.texts.insert(begin, '\'');
                }
                if has_comma && let Some(at) = self.texts[begin..].find('.') {
                    self.texts.replace_range(begin + at..=begin + at, ",");
                }
                self.ends.push(self.texts.len());
            }
        }
    }

    fn text(&self, position: usize) -> &str {
        let begin = position
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        &self.texts[begin..self.ends[position]]
    }
}
