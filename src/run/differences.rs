//! What the files of a run say, held against what its plan comes to.

use super::exit::Failure;
use crate::input::{Fault, read_whole_records};
use crate::report::{Digest, Sheet, Summary, same};
use serde_json::Value;
use std::path::Path;

/// Differences of one file that are told; more would say the same.
const TOLD: usize = 5;

/// The first cells of a table that are not what the plan gives, with their file, row and column.
pub fn in_table(folder: &Path, sheet: &Sheet<'_>) -> Vec<String> {
    let name = &*sheet.name;
    let [csv, parquet] = ["csv", "parquet"].map(|ending| format!("{name}.{ending}"));
    if folder.join(&csv).exists() && folder.join(&parquet).exists() {
        return vec![format!(
            "{csv} and {parquet} are both there: a run has one of them"
        )];
    }
    let columns: Vec<&str> = sheet.columns.iter().map(|column| column.name).collect();
    let mut rows = 0;
    let mut found: Vec<Fault> = vec![];
    let read = read_whole_records(folder, name, &columns, |file, line, cells| {
        if found.len() < TOLD {
            found.extend(wrong_cell(sheet, rows, cells, file, line));
        }
        rows += 1;
        Ok(())
    });
    let mut told: Vec<String> = read
        .err()
        .unwrap_or_default()
        .iter()
        .map(one_line)
        .collect();
    told.extend(found.iter().map(one_line));
    if told.is_empty() && rows < sheet.rows {
        let missing = sheet.rows - rows;
        told.push(format!(
            "{name}: rows are missing: {missing} of {} that the plan gives",
            sheet.rows
        ));
    }
    told
}

/// The first cell of a row that the plan does not give.
fn wrong_cell(
    sheet: &Sheet<'_>,
    row: usize,
    cells: &[&str],
    file: &str,
    line: u64,
) -> Option<Fault> {
    if row >= sheet.rows {
        let message = format!("a row too many: the plan gives {}", sheet.rows);
        return Some(Fault::error(file, message).at(line));
    }
    let pairs = sheet.columns.iter().zip(cells);
    let (column, cell) = pairs
        .into_iter()
        .find(|(column, cell)| !column.values.is_written_as(row, cell))?;
    let message = format!("the plan gives {:?}", column.values.cell_text(row));
    let fault = Fault::error(file, message).at(line);
    Some(fault.column(column.name).value(cell))
}

/// A fault without the word that begins it and without advice: a list of them follows a scenario's name.
fn one_line(fault: &Fault) -> String {
    let plain = Fault {
        remedy: String::new(),
        ..fault.clone()
    };
    plain.to_string().trim_start_matches("error: ").to_owned()
}

/// The first fields of `summary.json` that are not what they should be, by their path in it.
pub fn in_summary(folder: &Path, expected: &Summary) -> Result<Vec<String>, Failure> {
    in_json(folder, "summary", &expected.to_json())
}

/// The first fields of `digest.json` that are not what they should be; none where there is no such file, as of an earlier
/// version.
pub fn in_digest(folder: &Path, expected: &Digest) -> Result<Vec<String>, Failure> {
    if !folder.join("digest.json").exists() {
        return Ok(vec![]);
    }
    in_json(folder, "digest", &expected.to_json())
}

fn in_json(folder: &Path, name: &str, expected: &str) -> Result<Vec<String>, Failure> {
    let path = folder.join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).map_err(Failure::io("read", &path))?;
    let have: Value = match serde_json::from_str(&text) {
        Ok(have) => have,
        Err(error) => return Ok(vec![format!("{} is no {name}: {error}", path.display())]),
    };
    let should: Value = serde_json::from_str(expected).expect("what is made here is JSON");
    let mut found = vec![];
    compare(&format!("{name}.json, "), &have, &should, &mut found);
    found.truncate(TOLD);
    Ok(found)
}

fn compare(path: &str, have: &Value, should: &Value, found: &mut Vec<String>) {
    match (have, should) {
        (Value::Object(have), Value::Object(should)) => {
            for key in should
                .keys()
                .chain(have.keys().filter(|key| !should.contains_key(*key)))
            {
                let path = if path.ends_with(' ') {
                    format!("{path}{key}")
                } else {
                    format!("{path}.{key}")
                };
                let of = |fields: &serde_json::Map<String, Value>| {
                    fields.get(key).cloned().unwrap_or(Value::Null)
                };
                compare(&path, &of(have), &of(should), found);
            }
        }
        (Value::Array(have), Value::Array(should)) if have.len() == should.len() => {
            for (at, (have, should)) in have.iter().zip(should).enumerate() {
                compare(&format!("{path}[{at}]"), have, should, found);
            }
        }
        _ if are_same(have, should) => {}
        _ => found.push(format!("{path}: {have}, the plan gives {should}")),
    }
}

fn are_same(have: &Value, should: &Value) -> bool {
    match (have.as_f64(), should.as_f64()) {
        (Some(have), Some(should)) => same(should, have),
        _ => have == should,
    }
}
