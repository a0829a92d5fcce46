//! A CSV file → a [`Table`], in pieces read in parallel, with every fault of it.

use super::cell::CellError;
use super::column_reader::{ColumnReader, Target};
use super::csv_text::{find_delimiter, newlines, pieces};
use super::fault::{Fault, Faults, LISTED_PER_FILE};
use super::header::read_header;
use super::read::OnBadOrder;
use super::schema::TableDef;
use super::table::{Column, Lines, Table};
use rayon::prelude::*;
use std::ops::Range;

/// Bytes below which a file is read in one piece.
const PIECE_BYTES: usize = 1 << 20;

/// What every piece of a file shares.
struct Shape<'a> {
    def: &'static TableDef,
    file: &'a str,
    text: &'a str,
    delimiter: u8,
    headers: Vec<String>,
    targets: Vec<Target>,
    on_bad_order: OnBadOrder,
}

/// Rows of one piece.
struct Piece {
    columns: Vec<ColumnReader>,
    lines: Vec<u32>,
    faults: Vec<(usize, Fault)>,
    more: u64,
}

/// Reads a CSV text. `None` where the header is too wrong for its rows to be read.
pub fn read_csv(
    def: &'static TableDef,
    file: &str,
    text: &str,
    on_bad_order: OnBadOrder,
    faults: &mut Faults,
) -> Option<Table> {
    let delimiter = find_delimiter(def, text);
    let mut reader = csv_reader(text, delimiter);
    let mut record = csv::StringRecord::new();
    if let Err(error) = reader.read_record(&mut record) {
        faults.push(Fault::error(
            file,
            format!("cannot be read as CSV: {error}"),
        ));
        return None;
    }
    let start = usize::try_from(reader.position().byte()).unwrap_or(text.len());
    let headers: Vec<&str> = record.iter().collect();
    let before = faults.errors();
    let targets = read_header(def, file, &headers, delimiter == b';', faults);
    let shape = Shape {
        def,
        file,
        text,
        delimiter,
        headers: headers.iter().map(|name| name.trim().to_owned()).collect(),
        targets,
        on_bad_order,
    };
    let sound_header = faults.errors() == before;
    let count = ((text.len() - start) / PIECE_BYTES).min(4 * rayon::current_num_threads()) + 1;
    let ranges = pieces(text.as_bytes(), start, delimiter, count);
    let lines: Vec<u64> = first_lines(text, start, &ranges);
    let read: Vec<Piece> = ranges
        .into_par_iter()
        .zip(lines)
        .map(|(range, line)| read_piece(&shape, range, line))
        .collect();
    let table = join(&shape, read, faults);
    sound_header.then_some(table)
}

fn csv_reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
}

/// Line of the file on which each piece begins.
fn first_lines(text: &str, start: usize, ranges: &[Range<usize>]) -> Vec<u64> {
    let counts: Vec<u64> = ranges
        .par_iter()
        .map(|range| newlines(&text.as_bytes()[range.clone()]))
        .collect();
    let mut line = 1 + newlines(&text.as_bytes()[..start]);
    let mut lines = Vec::with_capacity(counts.len());
    for count in counts {
        lines.push(line);
        line += count;
    }
    lines
}

fn read_piece(shape: &Shape, range: Range<usize>, first_line: u64) -> Piece {
    let text = &shape.text[range];
    let mut reader = csv_reader(text, shape.delimiter);
    let mut record = csv::StringRecord::new();
    let columns = shape.targets.iter();
    let mut piece = Piece {
        columns: columns
            .map(|target| ColumnReader::new(target, shape.def.columns))
            .collect(),
        lines: Vec::new(),
        faults: Vec::new(),
        more: 0,
    };
    loop {
        let at = reader.position().clone();
        match reader.read_record(&mut record) {
            Ok(true) => {}
            // The text is UTF-8 in memory and ragged rows are allowed here: nothing else can fail.
            Ok(false) | Err(_) => break,
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let skipped = blank_lines(&text.as_bytes()[at.byte() as usize..]);
        let line = first_line + at.line() - 1 + skipped;
        read_row(shape, &mut piece, &record, line);
    }
    piece
}

/// Line feeds before the next record begins.
fn blank_lines(rest: &[u8]) -> u64 {
    let blank = rest.iter().take_while(|byte| b"\r\n".contains(byte));
    blank.filter(|byte| **byte == b'\n').count() as u64
}

fn read_row(shape: &Shape, piece: &mut Piece, record: &csv::StringRecord, line: u64) {
    let row = piece.lines.len();
    piece.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
    let columns = shape.targets.len();
    let too_many = record
        .iter()
        .skip(columns)
        .any(|cell| !cell.trim().is_empty());
    if record.len() < columns || too_many {
        for column in &mut piece.columns {
            column.push_empty();
        }
        let message = format!("the row has {} cells, the header {columns}", record.len());
        let fault = Fault::error(shape.file, message).at(line);
        let remedy = "a cell with a delimiter or a quote must itself be in quotes";
        keep_fault(shape, piece, row, fault.remedy(remedy));
        return;
    }
    for (at, text) in record.iter().take(columns).enumerate() {
        if let Err(error) = piece.columns[at].push(text) {
            let fault = cell_fault(shape.file, line, &shape.headers[at], text, error);
            keep_fault(shape, piece, row, fault);
        }
    }
}

/// The fault of a cell that its column refuses.
pub fn cell_fault(file: &str, line: u64, header: &str, text: &str, error: CellError) -> Fault {
    Fault::error(file, format!("expected {}", error.expected))
        .at(line)
        .column(header)
        .value(text)
        .remedy(error.remedy)
}

fn keep_fault(shape: &Shape, piece: &mut Piece, row: usize, fault: Fault) {
    if piece.faults.len() < LISTED_PER_FILE || sets_aside(shape.def, shape.on_bad_order) {
        piece.faults.push((row, fault));
    } else {
        piece.more += 1;
    }
}

/// Whether bad rows of this table are set aside instead of refused.
pub fn sets_aside(def: &TableDef, on_bad_order: OnBadOrder) -> bool {
    def.name == "orders" && on_bad_order == OnBadOrder::SetAside
}

fn join(shape: &Shape, pieces: Vec<Piece>, faults: &mut Faults) -> Table {
    let mut table = Table::new(shape.def, shape.file);
    let mut by_column: Vec<Vec<ColumnReader>> = shape
        .targets
        .iter()
        .map(|_| Vec::with_capacity(pieces.len()))
        .collect();
    let mut lines = Vec::new();
    for piece in pieces {
        let first = lines.len();
        lines.extend_from_slice(&piece.lines);
        for (column, parts) in piece.columns.into_iter().zip(&mut by_column) {
            parts.push(column);
        }
        for (row, fault) in piece.faults {
            if sets_aside(shape.def, shape.on_bad_order) {
                table.spoilt.push((first + row, fault));
            } else {
                faults.push(fault);
            }
        }
        faults.add_errors(shape.file, piece.more);
    }
    table.rows = lines.len();
    let regular = lines
        .iter()
        .enumerate()
        .all(|(row, line)| *line as usize == row + 2);
    table.lines = if regular {
        Lines::Regular
    } else {
        Lines::Listed(lines)
    };
    let columns: Vec<Option<Column>> = by_column
        .into_par_iter()
        .map(ColumnReader::concat)
        .collect();
    for (target, column) in shape.targets.iter().zip(columns) {
        table.put(target, column);
    }
    table
}
