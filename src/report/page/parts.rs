//! What a page is made of: tiles, tables of which some cells are bars, and blocks of them.
//!
//! A bar is a cell of a table: the number stands beside it, so that nothing is told by length or colour alone.

use super::map::MapView;

/// A key figure.
pub(super) struct Tile {
    pub label: &'static str,
    pub value: String,
    pub unit: String,
    pub note: String,
}

/// A part of a chapter with a heading.
pub(super) struct Block {
    /// Anchor within its chapter.
    pub id: &'static str,
    pub title: &'static str,
    pub lead: Vec<String>,
    pub map: Option<MapView>,
    pub tables: Vec<Table>,
}

impl Block {
    pub(super) fn new(id: &'static str, title: &'static str, lead: Vec<String>) -> Self {
        Self {
            id,
            title,
            lead,
            map: None,
            tables: vec![],
        }
    }

    pub(super) fn with(mut self, table: Table) -> Self {
        if !table.rows.is_empty() {
            self.tables.push(table);
        }
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.map.is_none() && self.lead.is_empty()
    }
}

/// A table with its caption.
pub(super) struct Table {
    pub caption: String,
    /// File that has all of it: name as shown and relative path.
    pub file: Option<(String, String)>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// What is not in it, and what it means.
    pub note: String,
    /// Whether it is folded away at first.
    pub is_folded: bool,
}

/// A column with its unit.
pub(super) struct Column {
    pub name: String,
    pub unit: String,
    pub class: &'static str,
}

/// A row; the first cell names it.
pub(super) struct Row {
    pub cells: Vec<Cell>,
    /// Whether it sums up others.
    pub is_sum: bool,
}

/// A cell.
pub(super) enum Cell {
    /// What users wrote: shown apart from the text around it, whatever its direction.
    Key(String),
    /// The same as a link within the page.
    Link(String, String),
    /// Words of our own.
    Words(String),
    /// A number, formatted.
    Number(String),
    /// Parts of a bar between 0 and 100.
    Bar(Vec<Segment>),
    /// A number on a shade, 0 (little) to 4 (full), 5 for closed, 6 for none.
    Shade(u8, String),
}

/// A part of a bar, in per cent of the width.
pub(super) struct Segment {
    pub from: String,
    pub width: String,
    pub tone: &'static str,
}

impl Segment {
    /// From `from` to `to`, whichever is larger, both shares of the width.
    pub(super) fn new(from: f64, to: f64, tone: &'static str) -> Self {
        let (low, high) = (from.min(to).clamp(0.0, 1.0), from.max(to).clamp(0.0, 1.0));
        Self {
            from: format!("{:.1}", low * 100.0),
            // What is there is seen, however little.
            width: if high > low {
                format!("{:.1}", ((high - low) * 100.0).max(0.1))
            } else {
                "0.0".to_owned()
            },
            tone,
        }
    }
}

impl Table {
    pub(super) fn new(caption: impl Into<String>) -> Self {
        Self {
            caption: caption.into(),
            file: None,
            columns: vec![],
            rows: vec![],
            note: String::new(),
            is_folded: false,
        }
    }

    fn with_column(mut self, name: &str, unit: &str, class: &'static str) -> Self {
        self.columns.push(Column {
            name: name.to_owned(),
            unit: unit.to_owned(),
            class,
        });
        self
    }

    pub(super) fn words(self, name: &str) -> Self {
        self.with_column(name, "", "words")
    }

    pub(super) fn number(self, name: &str, unit: &str) -> Self {
        self.with_column(name, unit, "number")
    }

    pub(super) fn bar(self, name: &str) -> Self {
        self.with_column(name, "", "bar")
    }

    pub(super) fn shade(self, name: &str) -> Self {
        self.with_column(name, "", "shade")
    }

    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row {
            cells,
            is_sum: false,
        });
    }

    pub(super) fn sum(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row {
            cells,
            is_sum: true,
        });
    }

    pub(super) fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    pub(super) fn folded(mut self) -> Self {
        self.is_folded = true;
        self
    }

    pub(super) fn of_file(mut self, file: Option<(String, String)>) -> Self {
        self.file = file;
        self
    }
}

/// A circle, or the outline of a shape.
pub(super) struct Mark {
    pub x: String,
    pub y: String,
    pub radius: String,
    pub class: &'static str,
    /// Outline of what is no circle.
    pub outline: String,
    pub title: String,
}

/// A name at a point.
pub(super) struct Label {
    pub x: String,
    pub y: String,
    pub text: String,
}
