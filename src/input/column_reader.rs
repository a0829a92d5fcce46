//! Cells of one column, read one after the other.

use super::cell::{self, CellError, EMPTY, NumberStyle};
use super::dictionary::Dictionary;
use super::schema::{ColumnDef, Use};
use super::table::{Column, TextColumn};

/// What a column of a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A known column, by its position in the definition, and how its numbers are written.
    Known(usize, NumberStyle),
    /// The user's own.
    Attribute(String),
    /// No header: not read.
    Ignored,
}

/// Gathers the cells of one column; cells that are empty from the first row on take no memory.
#[derive(Debug)]
pub struct ColumnReader {
    def: Option<&'static ColumnDef>,
    style: NumberStyle,
    leading_empty: usize,
    cells: Cells,
    last_text: String,
    last_number: i64,
}

#[derive(Debug)]
enum Cells {
    Text(TextColumn),
    Number(Vec<i64>),
    Ignored,
}

impl ColumnReader {
    /// A reader without cells; `def` is that of a known column.
    pub fn new(target: &Target, columns: &'static [ColumnDef]) -> Self {
        let (def, style) = match target {
            Target::Known(known, style) => (Some(&columns[*known]), *style),
            Target::Attribute(_) | Target::Ignored => (None, NumberStyle::default()),
        };
        let cells = match def {
            _ if *target == Target::Ignored => Cells::Ignored,
            Some(def) if def.kind.is_number() => Cells::Number(Vec::new()),
            _ => Cells::Text(TextColumn::default()),
        };
        Self {
            def,
            style,
            leading_empty: 0,
            cells,
            last_text: String::new(),
            last_number: EMPTY,
        }
    }

    /// Adds a cell. A text that is no value of the column is refused and leaves an empty cell.
    pub fn push(&mut self, text: &str) -> Result<(), CellError> {
        let text = trimmed(text);
        if text.is_empty() {
            self.push_empty();
            return self.refuse_empty();
        }
        if let Err(error) = self.push_value(text) {
            self.push_empty();
            return Err(error);
        }
        Ok(())
    }

    /// Adds an empty cell without a complaint.
    pub fn push_empty(&mut self) {
        match &mut self.cells {
            Cells::Text(texts) if !texts.codes.is_empty() => texts.codes.push(0),
            Cells::Number(values) if !values.is_empty() => values.push(EMPTY),
            _ => self.leading_empty += 1,
        }
    }

    fn refuse_empty(&self) -> Result<(), CellError> {
        match self.def {
            Some(def) if def.required => Err(CellError {
                expected: cell::expectation(def),
                remedy: "this column may not be empty".to_owned(),
            }),
            _ => Ok(()),
        }
    }

    fn push_value(&mut self, text: &str) -> Result<(), CellError> {
        if let Some(def) = self.def
            && def.used == Use::Later
        {
            return Err(CellError {
                expected: "an empty cell: this column is known but not used yet".to_owned(),
                remedy: format!("empty or remove the column `{}`", def.name),
            });
        }
        match (&mut self.cells, self.def) {
            (Cells::Ignored, _) | (Cells::Number(_), None) => self.leading_empty += 1,
            (Cells::Number(values), Some(def)) => {
                if self.last_text != text {
                    self.last_number = cell::parse_number(def, self.style, text)
                        .inspect_err(|_| self.last_text.clear())?;
                    self.last_text.clear();
                    self.last_text.push_str(text);
                }
                if values.is_empty() {
                    values.resize(self.leading_empty, EMPTY);
                }
                values.push(self.last_number);
            }
            (Cells::Text(texts), def) => {
                let code = code_of(&mut texts.dictionary, def, text)?;
                if texts.codes.is_empty() {
                    texts.codes.resize(self.leading_empty, 0);
                }
                texts.codes.push(code);
            }
        }
        Ok(())
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        match &self.cells {
            Cells::Text(texts) if !texts.codes.is_empty() => texts.codes.len(),
            Cells::Number(values) if !values.is_empty() => values.len(),
            _ => self.leading_empty,
        }
    }

    /// The cells of several readers of the same column, one after the other; `None`: all are empty.
    pub fn concat(parts: Vec<Self>) -> Option<Column> {
        let rows = parts.iter().map(Self::len).sum();
        let filled = |part: &Self| match &part.cells {
            Cells::Text(texts) => !texts.codes.is_empty(),
            Cells::Number(values) => !values.is_empty(),
            Cells::Ignored => false,
        };
        let first = parts.iter().position(filled)?;
        let before: usize = parts[..first].iter().map(Self::len).sum();
        match parts[first].cells {
            Cells::Number(_) => Some(Column::Number(concat_numbers(parts, first, before, rows))),
            _ => Some(Column::Text(concat_texts(parts, first, before, rows))),
        }
    }
}

fn concat_numbers(parts: Vec<ColumnReader>, first: usize, before: usize, rows: usize) -> Vec<i64> {
    let mut all = Vec::with_capacity(rows);
    all.resize(before, EMPTY);
    for part in parts.into_iter().skip(first) {
        match part.cells {
            Cells::Number(values) if !values.is_empty() => all.extend_from_slice(&values),
            _ => all.resize(all.len() + part.leading_empty, EMPTY),
        }
    }
    all
}

fn concat_texts(parts: Vec<ColumnReader>, first: usize, before: usize, rows: usize) -> TextColumn {
    let mut dictionary = Dictionary::default();
    let mut codes = Vec::with_capacity(rows);
    codes.resize(before, 0);
    for (at, part) in parts.into_iter().enumerate().skip(first) {
        match part.cells {
            Cells::Text(texts) if at == first => {
                dictionary = texts.dictionary;
                codes.extend_from_slice(&texts.codes);
            }
            Cells::Text(texts) if !texts.codes.is_empty() => {
                let renamed: Vec<u32> = texts
                    .dictionary
                    .texts()
                    .map(|text| dictionary.code_of(text))
                    .collect();
                codes.extend(texts.codes.iter().map(|code| renamed[*code as usize]));
            }
            _ => codes.resize(codes.len() + part.leading_empty, 0),
        }
    }
    dictionary.shrink();
    TextColumn { dictionary, codes }
}

/// The code of a text, settled to its one spelling first unless it is known already.
fn code_of(
    dictionary: &mut Dictionary,
    def: Option<&ColumnDef>,
    text: &str,
) -> Result<u32, CellError> {
    let Some(def) = def else {
        return Ok(dictionary.code_of(text));
    };
    if let Some(code) = dictionary.find(text) {
        return Ok(code);
    }
    let settled = cell::settle_text(def, text)?;
    Ok(dictionary.code_of(&settled))
}

/// The text without blanks around it.
fn trimmed(text: &str) -> &str {
    match (text.as_bytes().first(), text.as_bytes().last()) {
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::schema::table_def;

    fn reader(name: &str) -> ColumnReader {
        let orders = table_def("orders").expect("orders");
        let known = orders.column_named(name);
        ColumnReader::new(
            &Target::Known(known, NumberStyle::default()),
            orders.columns,
        )
    }

    #[test]
    fn parts_of_a_column_are_joined_with_their_empty_cells() {
        let mut parts = vec![reader("channel"), reader("channel"), reader("channel")];
        for (part, text) in [
            (0, ""),
            (1, ""),
            (1, "web"),
            (2, "b2b"),
            (2, "web"),
            (2, ""),
        ] {
            parts[part].push(text).expect("a text");
        }
        let Some(Column::Text(column)) = ColumnReader::concat(parts) else {
            panic!("a text column");
        };
        let texts: Vec<&str> = (0..6).map(|row| column.text(row)).collect();
        assert_eq!(texts, ["", "", "web", "b2b", "web", ""]);
    }

    #[test]
    fn a_column_of_empty_cells_is_none() {
        let mut part = reader("priority");
        part.push("").expect("optional");
        part.push(" ").expect("optional");
        assert_eq!(part.len(), 2);
        assert!(ColumnReader::concat(vec![part]).is_none());
    }

    #[test]
    fn a_wrong_cell_is_empty_and_the_same_text_is_wrong_again() {
        let mut part = reader("quantity");
        part.push("2").expect("a quantity");
        assert!(part.push("two").is_err());
        assert!(part.push("two").is_err());
        assert!(part.push("").is_err());
        part.push("2").expect("a quantity");
        let Some(Column::Number(values)) = ColumnReader::concat(vec![part]) else {
            panic!("a number column");
        };
        assert_eq!(values, [2, EMPTY, EMPTY, EMPTY, 2]);
    }
}
