//! CSV: UTF-8, comma, LF, quoted where needed; rows are formatted in parallel and written in order.

use super::error::WriteError;
use super::sheet::{Sheet, Values};
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Rows that one thread formats in one go.
const CHUNK_ROWS: usize = 8192;
/// Chunks that are held in memory before they are written.
const CHUNKS_AT_ONCE: usize = 16;

/// Writes a sheet. Unless `raw`, texts that a spreadsheet would run begin with an apostrophe.
pub(super) fn write(path: &Path, sheet: &Sheet<'_>, raw: bool) -> Result<(), WriteError> {
    let fail = |error: io::Error| WriteError::new(path, error);
    let mut file = File::create(path).map_err(fail)?;
    let mut header = ::csv::Writer::from_writer(vec![]);
    let names = sheet.columns.iter().map(|column| column.name);
    header
        .write_record(names)
        .map_err(|error| fail(error.into()))?;
    let header = header
        .into_inner()
        .map_err(|error| fail(error.into_error()))?;
    file.write_all(&header).map_err(fail)?;

    let starts: Vec<usize> = (0..sheet.rows).step_by(CHUNK_ROWS).collect();
    for batch in starts.chunks(CHUNKS_AT_ONCE) {
        let formatted: Vec<io::Result<Vec<u8>>> = batch
            .par_iter()
            .map(|&start| format_rows(sheet, start, raw))
            .collect();
        for bytes in formatted {
            file.write_all(&bytes.map_err(fail)?).map_err(fail)?;
        }
    }
    Ok(())
}

fn format_rows(sheet: &Sheet<'_>, start: usize, raw: bool) -> io::Result<Vec<u8>> {
    let mut writer = ::csv::Writer::from_writer(vec![]);
    for row in start..(start + CHUNK_ROWS).min(sheet.rows) {
        for column in &sheet.columns {
            let text = column.values.cell_text(row);
            match column.values {
                Values::Text(_) if !raw && looks_like_formula(&text) => {
                    writer.write_field(format!("'{text}"))?;
                }
                _ => writer.write_field(text.as_bytes())?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

/// Whether a spreadsheet would run a text, or could be made to after it drops leading blanks; a text that begins
/// with an apostrophe of its own gets another, so that two ids never become one.
pub(super) fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\''])
}
