//! A table as the builder reads it: columns by name, and faults at their row.

use crate::input::fault::Fault;
use crate::input::table::{ColumnId, Table, TextColumn};
use crate::units::Money;
use std::collections::BTreeMap;

/// A table whose columns are asked for by the names of its definition.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The table.
    pub table: &'a Table,
}

impl<'a> View<'a> {
    /// A view of a table.
    pub fn new(table: &'a Table) -> Self {
        Self { table }
    }

    fn id(&self, name: &str) -> ColumnId {
        ColumnId::Known(self.table.def.column_named(name))
    }

    /// Row numbers.
    pub fn rows(&self) -> std::ops::Range<usize> {
        0..self.table.rows()
    }

    /// A column of numbers.
    pub fn numbers(&self, name: &str) -> Numbers<'a> {
        Numbers(self.table.numbers(self.id(name)))
    }

    /// A column of texts.
    pub fn texts(&self, name: &str) -> Texts<'a> {
        Texts(self.table.texts(self.id(name)))
    }

    /// An error of a row as a whole.
    pub fn row_error(&self, row: usize, message: impl Into<String>) -> Fault {
        Fault::error(self.table.source_of(row), message).at(self.table.line(row))
    }

    /// An error of a cell.
    pub fn error(&self, row: usize, column: &str, message: impl Into<String>) -> Fault {
        let value = self.table.cell_text(row, self.id(column));
        self.row_error(row, message).column(column).value(&value)
    }

    /// A warning about a cell.
    pub fn warning(&self, row: usize, column: &str, message: impl Into<String>) -> Fault {
        let severity = crate::input::Severity::Warning;
        Fault {
            severity,
            ..self.error(row, column, message)
        }
    }

    /// The fault of a name that no row of another table has.
    pub fn unknown(&self, row: usize, column: &str, table: &str, name: &str) -> Fault {
        let message = format!("expected a value of `{table}.{name}`; there is no such row");
        self.error(row, column, message)
            .remedy(format!("add it to `{table}` or correct it here"))
    }

    /// Faults of rows whose key another row has already.
    pub fn doubled<K: Ord>(&self, column: &str, key: impl Fn(usize) -> Option<K>) -> Vec<Fault> {
        let mut first: BTreeMap<K, usize> = BTreeMap::new();
        let mut faults = Vec::new();
        for row in self.rows() {
            let Some(key) = key(row) else { continue };
            match first.get(&key) {
                None => {
                    first.insert(key, row);
                }
                Some(other) => {
                    let names = self.table.def.key.join(", ");
                    let line = self.table.line(*other);
                    let message = format!("row {line} has the same {names}");
                    faults.push(
                        self.error(row, column, message)
                            .remedy("keep one of the rows"),
                    );
                }
            }
        }
        faults
    }
}

/// The integers of a column.
#[derive(Clone, Copy)]
pub struct Numbers<'a>(Option<&'a [i64]>);

impl Numbers<'_> {
    /// The integer of a cell that is not empty.
    pub fn get(self, row: usize) -> Option<i64> {
        let value = self.0?[row];
        (value != crate::input::cell::EMPTY).then_some(value)
    }

    /// The integer of a cell, or what an empty one means.
    pub fn or(self, row: usize, default: i64) -> i64 {
        self.get(row).unwrap_or(default)
    }

    /// An amount; empty means none.
    pub fn money(self, row: usize) -> Money {
        Money(self.or(row, 0))
    }
}

/// The texts of a column.
#[derive(Clone, Copy)]
pub struct Texts<'a>(Option<&'a TextColumn>);

impl<'a> Texts<'a> {
    /// The text of a cell; empty when the cell is.
    pub fn get(self, row: usize) -> &'a str {
        self.0.map_or("", |texts| texts.text(row))
    }

    /// The code of a cell, 0 for an empty one.
    pub fn code(self, row: usize) -> u32 {
        self.0.map_or(0, |texts| texts.codes[row])
    }

    /// Whether a cell is `yes`.
    pub fn yes(self, row: usize, default: bool) -> bool {
        match self.get(row) {
            "" => default,
            word => word == "yes",
        }
    }

    /// The text of a code.
    pub fn text(self, code: u32) -> &'a str {
        self.0.map_or("", |texts| texts.dictionary.text(code))
    }

    /// Something for each distinct text, by code; at least for code 0, the empty text.
    pub fn by_code<T>(self, of: impl FnMut(&'a str) -> T) -> Vec<T> {
        match self.0 {
            None => [""].into_iter().map(of).collect(),
            Some(texts) => texts.dictionary.texts().map(of).collect(),
        }
    }

    /// Distinct texts that rows hold: not those that a scenario has replaced everywhere.
    pub fn distinct(self) -> Vec<&'a str> {
        let Some(texts) = self.0 else {
            return Vec::new();
        };
        let mut held = vec![false; texts.dictionary.len()];
        for code in &texts.codes {
            held[*code as usize] = true;
        }
        let all = texts.dictionary.texts().zip(held);
        all.filter(|(_, held)| *held)
            .map(|(text, _)| text)
            .collect()
    }
}
