//! A sheet: named, typed columns over numbered rows, computed when they are written.
//!
//! Columns are functions of the row, so that a sheet of a million rows costs no memory of its own and
//! exporters may take it by rows or by columns.

use crate::input::looks_like_formula;
use crate::units::{Money, push_decimal};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::fmt::Write;

type Cell<'a, T> = Box<dyn Fn(usize) -> T + Send + Sync + 'a>;

/// A table to be written.
pub struct Sheet<'a> {
    /// Name of the file, without ending.
    pub name: Cow<'static, str>,
    /// Number of rows.
    pub rows: usize,
    /// Its columns, in order.
    pub columns: Vec<Column<'a>>,
}

/// One column.
pub struct Column<'a> {
    /// Its name in the header.
    pub name: &'static str,
    /// Its cells.
    pub values: Values<'a>,
}

/// The cells of a column, by row.
pub enum Values<'a> {
    /// Ids, names and sentences that users wrote or that contain what they wrote.
    Text(Cell<'a, Cow<'a, str>>),
    /// Text of our own making that can never be mistaken for a formula: codes.
    Plain(Cell<'a, Cow<'a, str>>),
    /// Moments on the clock of a place, with its offset; an empty text is an empty cell.
    Moment(Cell<'a, Cow<'a, str>>),
    /// Days; `None` is an empty cell.
    Day(Cell<'a, Option<Date>>),
    /// Whole numbers; `None` is an empty cell.
    Integer(Cell<'a, Option<i64>>),
    /// Exact decimals `value / 10^places`; `None` is an empty cell.
    Decimal(u32, Cell<'a, Option<i64>>),
    /// Shares and averages; `None` is an empty cell.
    Ratio(Cell<'a, Option<f64>>),
    /// Yes or no.
    Bool(Cell<'a, bool>),
}

impl<'a> Sheet<'a> {
    /// A sheet without columns.
    pub fn new(name: impl Into<Cow<'static, str>>, rows: usize) -> Self {
        Self {
            name: name.into(),
            rows,
            columns: vec![],
        }
    }

    fn with(mut self, name: &'static str, values: Values<'a>) -> Self {
        self.columns.push(Column { name, values });
        self
    }

    /// Adds a column of users' text.
    pub fn text<T: Into<Cow<'a, str>>>(
        self,
        name: &'static str,
        cell: impl Fn(usize) -> T + Send + Sync + 'a,
    ) -> Self {
        self.with(name, Values::Text(Box::new(move |row| cell(row).into())))
    }

    /// Adds a column of text of our own making.
    pub fn plain<T: Into<Cow<'a, str>>>(
        self,
        name: &'static str,
        cell: impl Fn(usize) -> T + Send + Sync + 'a,
    ) -> Self {
        self.with(name, Values::Plain(Box::new(move |row| cell(row).into())))
    }

    /// Adds a column of moments on the clocks of their places, with their offsets.
    pub fn moment<T: Into<Cow<'a, str>>>(
        self,
        name: &'static str,
        cell: impl Fn(usize) -> T + Send + Sync + 'a,
    ) -> Self {
        self.with(name, Values::Moment(Box::new(move |row| cell(row).into())))
    }

    /// Adds a column of yes or no.
    pub fn yes_no(
        self,
        name: &'static str,
        cell: impl Fn(usize) -> bool + Send + Sync + 'a,
    ) -> Self {
        self.plain(name, move |row| if cell(row) { "yes" } else { "no" })
    }

    /// Adds a column of days.
    pub fn date(
        self,
        name: &'static str,
        cell: impl Fn(usize) -> Option<Date> + Send + Sync + 'a,
    ) -> Self {
        self.with(name, Values::Day(Box::new(cell)))
    }

    /// Adds a column of whole numbers.
    pub fn integer<T: Into<Option<i64>>>(
        self,
        name: &'static str,
        cell: impl Fn(usize) -> T + Send + Sync + 'a,
    ) -> Self {
        self.with(name, Values::Integer(Box::new(move |row| cell(row).into())))
    }

    /// Adds a column of money, in full.
    pub fn money<T: Into<Option<Money>>>(
        self,
        name: &'static str,
        cell: impl Fn(usize) -> T + Send + Sync + 'a,
    ) -> Self {
        self.decimal(name, crate::units::DECIMALS, move |row| {
            cell(row).into().map(|money| money.0)
        })
    }

    /// Adds a column of exact decimals `value / 10^places`.
    pub fn decimal<T: Into<Option<i64>>>(
        self,
        name: &'static str,
        places: u32,
        cell: impl Fn(usize) -> T + Send + Sync + 'a,
    ) -> Self {
        let cell: Cell<'a, Option<i64>> = Box::new(move |row| cell(row).into());
        self.with(name, Values::Decimal(places, cell))
    }

    /// Adds a column of shares or averages.
    pub fn ratio(
        self,
        name: &'static str,
        cell: impl Fn(usize) -> Option<f64> + Send + Sync + 'a,
    ) -> Self {
        self.with(name, Values::Ratio(Box::new(cell)))
    }

    /// Adds a column of yes or no.
    pub fn bool(self, name: &'static str, cell: impl Fn(usize) -> bool + Send + Sync + 'a) -> Self {
        self.with(name, Values::Bool(Box::new(cell)))
    }
}

impl Values<'_> {
    /// A cell as text, as every format shows it; empty where there is nothing.
    pub fn cell_text(&self, row: usize) -> Cow<'_, str> {
        match self {
            Self::Text(cell) | Self::Plain(cell) | Self::Moment(cell) => cell(row),
            _ => {
                let mut text = String::new();
                self.push_text(row, &mut text);
                Cow::Owned(text)
            }
        }
    }

    /// Adds a cell as text to a text that its caller has.
    pub fn push_text(&self, row: usize, text: &mut String) {
        match self {
            Self::Text(cell) | Self::Plain(cell) | Self::Moment(cell) => text.push_str(&cell(row)),
            Self::Day(cell) => {
                if let Some(day) = cell(row) {
                    write!(text, "{day}").expect("a text takes all that is written to it");
                }
            }
            Self::Integer(cell) => {
                if let Some(value) = cell(row) {
                    push_decimal(text, value, 0);
                }
            }
            Self::Decimal(places, cell) => {
                if let Some(value) = cell(row) {
                    push_decimal(text, value, *places);
                }
            }
            Self::Ratio(cell) => {
                if let Some(value) = cell(row) {
                    text.push_str(&ratio_text(value));
                }
            }
            Self::Bool(cell) => text.push_str(if cell(row) { "true" } else { "false" }),
        }
    }
}

impl Values<'_> {
    /// Whether a cell that was read back from a file is this one, whatever the format that it was written in.
    pub fn is_written_as(&self, row: usize, text: &str) -> bool {
        match self {
            Self::Text(cell) => {
                let own = cell(row);
                let guarded = || text.strip_prefix('\'') == Some(&*own) && looks_like_formula(&own);
                text == own || guarded()
            }
            Self::Decimal(..) => own_number(text) == self.cell_text(row),
            Self::Ratio(cell) => match cell(row) {
                None => text.is_empty(),
                Some(own) => {
                    let text = own_number(text);
                    text == ratio_text(own) || text.parse().is_ok_and(|it| same(own, it))
                }
            },
            _ => text == self.cell_text(row),
        }
    }
}

/// A number with a decimal point, where it may have a comma.
fn own_number(text: &str) -> Cow<'_, str> {
    if text.contains(',') {
        Cow::Owned(text.replacen(',', ".", 1))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether two numbers differ by no more than reading one back from text may bring about.
pub fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= one.abs() * f64::EPSILON
}

/// A share with six decimals at most.
pub(super) fn ratio_text(value: f64) -> String {
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// A moment on the clock of a place, with its offset: `2026-11-23T18:00:00+01:00`.
pub fn time_text(moment: Timestamp, zone: &TimeZone) -> String {
    let local = moment.to_zoned(zone.clone());
    local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
