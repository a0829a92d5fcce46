//! Tables in memory: columns of integers or dictionary codes, cheap to copy, each row with its line in the file.

use super::cell::{self, CellError, EMPTY, NumberStyle};
use super::column_reader::Target;
use super::dictionary::Dictionary;
use super::schema::{ColumnDef, Kind, TableDef, table_def};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Text cells, each distinct text once.
#[derive(Clone, Debug, Default)]
pub struct TextColumn {
    /// The distinct texts; code 0 is the empty one.
    pub dictionary: Dictionary,
    /// The code of each row.
    pub codes: Vec<u32>,
}

impl TextColumn {
    /// A column of empty cells.
    pub fn empty(rows: usize) -> Self {
        Self {
            dictionary: Dictionary::default(),
            codes: vec![0; rows],
        }
    }

    /// The text of a row.
    pub fn text(&self, row: usize) -> &str {
        self.dictionary.text(self.codes[row])
    }
}

/// The cells of one column.
#[derive(Clone, Debug)]
pub enum Column {
    /// Ids, words, lists.
    Text(TextColumn),
    /// Integers in the unit that holds the column's kind; [`EMPTY`] where the cell is empty.
    Number(Vec<i64>),
}

/// A column of a table: known, or an attribute of the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnId {
    /// Position in the table's definition.
    Known(usize),
    /// Position among the attributes.
    Attribute(usize),
}

/// A value for a cell, in the form that the column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// For a column of numbers; [`EMPTY`] empties the cell.
    Number(i64),
    /// For a column of text.
    Text(String),
}

/// Lines of the file that rows begin at.
#[derive(Clone, Debug)]
pub(super) enum Lines {
    /// Row `r` is line `r + 2`.
    Regular,
    /// One by one.
    Listed(Vec<u32>),
}

/// File and line that a row comes from.
type Origin = (Arc<str>, u32);

/// One table.
#[derive(Clone, Debug)]
pub struct Table {
    /// What the table is.
    pub def: &'static TableDef,
    pub(super) columns: Vec<Option<Column>>,
    pub(super) attributes: Vec<(String, TextColumn)>,
    pub(super) rows: usize,
    pub(super) lines: Lines,
    pub(super) source: String,
    pub(super) hash: String,
    /// Faults of rows that are to be set aside instead of refused; only of `orders`.
    pub(super) spoilt: Vec<(usize, super::Fault)>,
    /// Rows that come from another table: the first of them, and of each its file and line there.
    added: Option<(usize, Vec<Origin>)>,
}

impl Table {
    /// A table without rows.
    pub fn new(def: &'static TableDef, source: &str) -> Self {
        Self {
            def,
            columns: vec![None; def.columns.len()],
            attributes: Vec::new(),
            rows: 0,
            lines: Lines::Regular,
            source: source.to_owned(),
            hash: String::new(),
            spoilt: Vec::new(),
            added: None,
        }
    }

    /// Puts a column that was read where it belongs.
    pub(super) fn put(&mut self, target: &Target, column: Option<Column>) {
        match (target, column) {
            (Target::Known(known, _), column) => self.columns[*known] = column,
            (Target::Attribute(name), Some(Column::Text(texts))) => {
                self.attributes.push((name.clone(), texts));
            }
            (Target::Attribute(name), _) => {
                self.attributes
                    .push((name.clone(), TextColumn::empty(self.rows)));
            }
            (Target::Ignored, _) => {}
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Name of the file it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// BLAKE3 of the file as it lies on disk, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Name of the file that a row was read from.
    pub fn source_of(&self, row: usize) -> &str {
        self.added_at(row).map_or(&self.source, |(file, _)| file)
    }

    fn added_at(&self, row: usize) -> Option<&Origin> {
        let (first, places) = self.added.as_ref()?;
        places.get(row.checked_sub(*first)?)
    }

    /// Adds a row from a row of another table, by its file and line; columns that are not named stay empty.
    ///
    /// # Errors
    /// A cell that its column does not take.
    pub fn append(
        &mut self,
        (file, line): (&str, u64),
        cells: &[(&str, Value)],
    ) -> Result<(), CellError> {
        let row = self.rows;
        if let Lines::Listed(lines) = &mut self.lines {
            lines.push(line as u32);
        }
        for column in self.columns.iter_mut().flatten() {
            match column {
                Column::Text(texts) => texts.codes.push(0),
                Column::Number(values) => values.push(EMPTY),
            }
        }
        for (_, texts) in &mut self.attributes {
            texts.codes.push(0);
        }
        self.rows += 1;
        let (_, places) = self.added.get_or_insert_with(|| (row, Vec::new()));
        let last = places.last().map(|(file, _)| file);
        let file = match last.filter(|last| ***last == *file) {
            Some(last) => Arc::clone(last),
            None => Arc::from(file),
        };
        places.push((file, line as u32));
        let mut each = cells.iter();
        each.try_for_each(|(name, value)| self.fill(row, name, value))
    }

    /// Fills a cell of a column that the definition has; what is empty fills nothing.
    ///
    /// # Errors
    /// A value that the column does not take.
    pub fn fill(&mut self, row: usize, name: &str, value: &Value) -> Result<(), CellError> {
        let column = ColumnId::Known(self.def.column_named(name));
        match value {
            Value::Number(EMPTY) => Ok(()),
            Value::Number(number) => self.set_number(row, column, *number),
            Value::Text(text) if text.is_empty() => Ok(()),
            Value::Text(text) => self.set_text(row, column, text),
        }
    }

    /// Line of the file on which a row begins (in Parquet: row number + 1, as if there were a header).
    pub fn line(&self, row: usize) -> u64 {
        if let Some((_, line)) = self.added_at(row) {
            return u64::from(*line);
        }
        match &self.lines {
            Lines::Regular => row as u64 + 2,
            Lines::Listed(lines) => u64::from(lines[row]),
        }
    }

    /// The column of that name, known or attribute.
    pub fn column_id(&self, name: &str) -> Option<ColumnId> {
        if let Some(known) = self.def.position(name) {
            return Some(ColumnId::Known(known));
        }
        let found = self.attributes.iter().position(|(have, _)| have == name)?;
        Some(ColumnId::Attribute(found))
    }

    /// Names of all columns that a condition may use: known ones in the order of the definition, then attributes.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        let known = self.def.columns.iter().map(|column| column.name);
        known.chain(self.attributes.iter().map(|(name, _)| name.as_str()))
    }

    /// Definition of a column; an attribute has none.
    pub fn column_def(&self, column: ColumnId) -> Option<&'static ColumnDef> {
        match column {
            ColumnId::Known(known) => Some(&self.def.columns[known]),
            ColumnId::Attribute(_) => None,
        }
    }

    /// What a column holds; attributes hold text.
    pub fn kind(&self, column: ColumnId) -> Kind {
        self.column_def(column).map_or(Kind::Text, |def| def.kind)
    }

    /// Integers of a column; `None`: all cells are empty, or it holds text.
    pub fn numbers(&self, column: ColumnId) -> Option<&[i64]> {
        match column {
            ColumnId::Known(known) => match self.columns[known].as_ref()? {
                Column::Number(values) => Some(values),
                Column::Text(_) => None,
            },
            ColumnId::Attribute(_) => None,
        }
    }

    /// Texts of a column; `None`: all cells are empty, or it holds numbers.
    pub fn texts(&self, column: ColumnId) -> Option<&TextColumn> {
        match column {
            ColumnId::Known(known) => match self.columns[known].as_ref()? {
                Column::Text(texts) => Some(texts),
                Column::Number(_) => None,
            },
            ColumnId::Attribute(at) => Some(&self.attributes[at].1),
        }
    }

    /// The integer of a cell; `None` when it is empty or text.
    pub fn number(&self, row: usize, column: ColumnId) -> Option<i64> {
        let value = self.numbers(column)?[row];
        (value != EMPTY).then_some(value)
    }

    /// The text of a cell in a text column; empty when it is empty or a number.
    pub fn text(&self, row: usize, column: ColumnId) -> &str {
        self.texts(column).map_or("", |texts| texts.text(row))
    }

    /// The text of any cell, as a file in the columns' own units would have it.
    pub fn cell_text(&self, row: usize, column: ColumnId) -> Cow<'_, str> {
        if self.kind(column).is_number() {
            let value = self.number(row, column).unwrap_or(EMPTY);
            Cow::Owned(cell::number_text(self.kind(column), value))
        } else {
            Cow::Borrowed(self.text(row, column))
        }
    }

    /// The value that a text means in a column: what a cell, a condition or a scenario may hold there.
    pub fn parse(&self, column: ColumnId, text: &str) -> Result<Value, CellError> {
        let text = text.trim();
        let Some(def) = self.column_def(column) else {
            return Ok(Value::Text(text.to_owned()));
        };
        match (text.is_empty(), def.kind.is_number()) {
            (true, true) => Ok(Value::Number(EMPTY)),
            (true, false) => Ok(Value::Text(String::new())),
            (false, true) => {
                cell::parse_number(def, NumberStyle::default(), text).map(Value::Number)
            }
            (false, false) => {
                cell::settle_text(def, text).map(|text| Value::Text(text.into_owned()))
            }
        }
    }

    /// Sets a cell from text, as if the file had it.
    pub fn set_cell(&mut self, row: usize, column: ColumnId, text: &str) -> Result<(), CellError> {
        match self.parse(column, text)? {
            Value::Number(value) => self.set_number(row, column, value),
            Value::Text(text) => self.set_text(row, column, &text),
        }
    }

    /// Sets a cell of a column of numbers to an integer in the unit that holds it, or to [`EMPTY`].
    pub fn set_number(
        &mut self,
        row: usize,
        column: ColumnId,
        value: i64,
    ) -> Result<(), CellError> {
        let def = self.column_def(column);
        if let Some(def) = def.filter(|def| def.kind.is_number()) {
            refuse_emptying(def, value == EMPTY)?;
            if value != EMPTY {
                cell::check_bounds(def, value)?;
            }
        }
        self.set_any_number(row, column, value)
    }

    /// Sets the number in a cell, also one that no file could say, such as what is left of a limit.
    ///
    /// # Errors
    /// No column of numbers.
    pub fn set_any_number(
        &mut self,
        row: usize,
        column: ColumnId,
        value: i64,
    ) -> Result<(), CellError> {
        let def = self.column_def(column);
        let is_number = def.is_some_and(|def| def.kind.is_number());
        let (true, ColumnId::Known(known)) = (is_number, column) else {
            return Err(not_a_number());
        };
        let rows = self.rows;
        let column = self.columns[known].get_or_insert_with(|| Column::Number(vec![EMPTY; rows]));
        match column {
            Column::Number(values) => values[row] = value,
            Column::Text(_) => return Err(not_a_number()),
        }
        Ok(())
    }

    fn set_text(&mut self, row: usize, column: ColumnId, text: &str) -> Result<(), CellError> {
        let rows = self.rows;
        let texts = match column {
            ColumnId::Attribute(at) => &mut self.attributes[at].1,
            ColumnId::Known(known) => {
                refuse_emptying(&self.def.columns[known], text.is_empty())?;
                let empty = || Column::Text(TextColumn::empty(rows));
                match self.columns[known].get_or_insert_with(empty) {
                    Column::Text(texts) => texts,
                    Column::Number(_) => return Err(not_a_text()),
                }
            }
        };
        texts.codes[row] = texts.dictionary.code_of(text);
        Ok(())
    }

    /// Drops the rows that `keep` is false for.
    pub fn retain(&mut self, keep: &[bool]) {
        let lines = (0..self.rows)
            .filter(|row| keep[*row])
            .map(|row| self.line(row) as u32);
        self.lines = Lines::Listed(lines.collect());
        for column in self.columns.iter_mut().flatten() {
            match column {
                Column::Text(texts) => retain(&mut texts.codes, keep),
                Column::Number(values) => retain(values, keep),
            }
        }
        for (_, texts) in &mut self.attributes {
            retain(&mut texts.codes, keep);
        }
        if let Some((first, places)) = &mut self.added {
            retain(places, &keep[*first..]);
            *first = keep[..*first].iter().filter(|kept| **kept).count();
        }
        self.rows = keep.iter().filter(|kept| **kept).count();
    }
}

fn retain<T>(values: &mut Vec<T>, keep: &[bool]) {
    let mut kept = keep.iter();
    values.retain(|_| *kept.next().expect("one flag a row"));
}

fn refuse_emptying(def: &ColumnDef, emptied: bool) -> Result<(), CellError> {
    if emptied && def.required {
        return Err(CellError {
            expected: cell::expectation(def),
            remedy: format!("`{}` may not be empty", def.name),
        });
    }
    Ok(())
}

fn not_a_number() -> CellError {
    CellError {
        expected: "a column of numbers".to_owned(),
        remedy: "set it to a text instead".to_owned(),
    }
}

fn not_a_text() -> CellError {
    CellError {
        expected: "a column of text".to_owned(),
        remedy: "set it to a number instead".to_owned(),
    }
}

/// All tables of a dataset; copies share what they do not change.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    tables: BTreeMap<&'static str, Arc<Table>>,
}

impl Tables {
    /// The table of that name, if the dataset has it.
    pub fn get(&self, name: &str) -> Option<&Table> {
        self.tables.get(name).map(Arc::as_ref)
    }

    /// The table of that name, to be changed; a table shared with other copies is copied first.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Table> {
        self.tables.get_mut(name).map(Arc::make_mut)
    }

    /// Adds or replaces a table.
    pub fn insert(&mut self, table: Table) {
        self.tables.insert(table.def.name, Arc::new(table));
    }

    /// The table of that name, or one without rows; the name must be that of a known table.
    pub fn get_or_empty(&self, name: &str) -> Arc<Table> {
        self.tables.get(name).cloned().unwrap_or_else(|| {
            let def = table_def(name).expect("the code names only known tables");
            Arc::new(Table::new(def, &format!("{name}.csv")))
        })
    }

    /// All tables, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Table> {
        self.tables.values().map(Arc::as_ref)
    }
}
