//! What the input tables are: one definition of every table and column.
//!
//! The reader, the JSON Schemas, `consign schema` and `docs/formats.md` all come from these definitions.

use super::tables;
use crate::units::MICRO;

/// What a cell of a column holds, and with it the integer that the program counts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name that identifies something; text, kept as it is, zeros included.
    Id,
    /// Free text.
    Text,
    /// Decimal text in the scenario's currency, at most 6 decimals; held in micro-units.
    Money,
    /// Decimal text, at most 6 decimals; held in millionths.
    Decimal,
    /// A whole number.
    Integer,
    /// A whole number of units, 1 or more.
    Quantity,
    /// A whole number of units, or `unlimited`, held as [`UNLIMITED`](super::cell::UNLIMITED).
    Stock,
    /// Grams, at most 3 decimals; held in milligrams.
    Grams,
    /// Whole millimetres.
    Millimetres,
    /// Cubic centimetres, at most 3 decimals; held in cubic millimetres.
    Cm3,
    /// Whole metres.
    Metres,
    /// Whole minutes.
    Minutes,
    /// Whole days.
    Days,
    /// ISO 8601 date and time; a date alone is the start of that day.
    Time,
    /// ISO 8601 date and time; a date alone is the end of that day.
    TimeEnd,
    /// `HH:MM` (or `HH:MM:SS`) on a local clock; held in seconds after midnight.
    TimeOfDay,
    /// Days of the week separated by `|`: `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`.
    Weekdays,
    /// `yes` or `no`; `true`, `false`, `1` and `0` are read too.
    Bool,
    /// One of these words.
    Enum(&'static [&'static str]),
    /// Words separated by `|`.
    List,
    /// ISO 8601 duration such as `P1M`.
    Duration,
}

impl Kind {
    /// Whether cells are held as integers (else as dictionary-coded text).
    pub fn is_number(self) -> bool {
        !matches!(
            self,
            Self::Id
                | Self::Text
                | Self::Weekdays
                | Self::Bool
                | Self::Enum(_)
                | Self::List
                | Self::Duration
        )
    }

    /// Decimal places of the column's own unit in the integer that holds it.
    pub fn places(self) -> u32 {
        match self {
            Self::Money | Self::Decimal => 6,
            Self::Grams | Self::Cm3 => 3,
            _ => 0,
        }
    }

    /// Suffix of the larger unit that the column may also be given in, and its decimal places.
    pub fn larger_unit(self) -> Option<(&'static str, &'static str, u32)> {
        match self {
            Self::Grams => Some(("_g", "_kg", 6)),
            Self::Millimetres => Some(("_mm", "_cm", 1)),
            Self::Metres => Some(("_m", "_km", 3)),
            _ => None,
        }
    }

    /// The word for it in documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text => "text",
            Self::Money => "money",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::Quantity => "quantity",
            Self::Stock => "integer or `unlimited`",
            Self::Grams => "grams",
            Self::Millimetres => "millimetres",
            Self::Cm3 => "cm³",
            Self::Metres => "metres",
            Self::Minutes => "minutes",
            Self::Days => "days",
            Self::Time | Self::TimeEnd => "time",
            Self::TimeOfDay => "time of day",
            Self::Weekdays => "weekdays",
            Self::Bool => "yes or no",
            Self::Enum(_) => "enum",
            Self::List => "list",
            Self::Duration => "duration",
        }
    }

    /// Bounds of the integer that holds a cell, unless the column narrows them.
    const fn bounds(self) -> (i64, i64) {
        match self {
            Self::Money => (0, 1_000_000_000 * MICRO),
            Self::Decimal => (0, 1_000_000_000 * MICRO),
            Self::Integer | Self::Stock => (0, 1_000_000_000),
            Self::Quantity => (1, 1_000_000),
            Self::Grams => (0, 100_000_000_000),
            Self::Millimetres => (0, 1_000_000),
            Self::Cm3 => (0, 1_000_000_000_000),
            Self::Metres => (0, 100_000_000),
            Self::Minutes => (0, 5_256_000),
            Self::Days => (0, 3_650),
            _ => (i64::MIN, i64::MAX),
        }
    }
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct ColumnDef {
    /// Header in the file.
    pub name: &'static str,
    /// What its cells hold.
    pub kind: Kind,
    /// Whether the column must exist and none of its cells may be empty.
    pub required: bool,
    /// What an empty cell means, in words or as a cell text; empty: nothing.
    pub default: &'static str,
    /// Table and column whose values its cells must be among.
    pub references: Option<(&'static str, &'static str)>,
    /// Whether `*` (any) is a value.
    pub any: bool,
    /// Whether it is used now; else a filled cell is refused.
    pub used: Use,
    /// Least value, in the integer that holds it.
    pub min: i64,
    /// Greatest value, in the integer that holds it.
    pub max: i64,
    /// What it means.
    pub doc: &'static str,
}

/// Whether the program uses a table or column today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Read, checked and planned with.
    Now,
    /// Known and documented, but refused for now, so that nobody believes it to have an effect.
    Later,
}

/// A column that may be left out, with the bounds of its kind.
pub const fn column(name: &'static str, kind: Kind, doc: &'static str) -> ColumnDef {
    let (min, max) = kind.bounds();
    ColumnDef {
        name,
        kind,
        required: false,
        default: "",
        references: None,
        any: false,
        used: Use::Now,
        min,
        max,
        doc,
    }
}

impl ColumnDef {
    /// The column must exist and be filled.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// What an empty cell means.
    pub const fn default(mut self, text: &'static str) -> Self {
        self.default = text;
        self
    }

    /// Its values must exist in that column of that table.
    pub const fn refers(mut self, table: &'static str, column: &'static str) -> Self {
        self.references = Some((table, column));
        self
    }

    /// `*` means any.
    pub const fn or_any(mut self) -> Self {
        self.any = true;
        self
    }

    /// Narrower bounds, in the integer that holds a cell.
    pub const fn within(mut self, min: i64, max: i64) -> Self {
        self.min = min;
        self.max = max;
        self
    }

    /// Known, refused for now.
    pub const fn later(mut self) -> Self {
        self.used = Use::Later;
        self
    }

    /// Name of the column in its larger unit (`weight_kg` for `weight_g`), with that unit's decimal places.
    pub fn alias(&self) -> Option<(String, u32)> {
        let (suffix, larger, places) = self.kind.larger_unit()?;
        let stem = self.name.strip_suffix(suffix)?;
        Some((format!("{stem}{larger}"), places))
    }
}

/// One input table.
#[derive(Clone, Copy, Debug)]
pub struct TableDef {
    /// Name, which is also the file's name without its ending.
    pub name: &'static str,
    /// What a row is.
    pub doc: &'static str,
    /// Whether a dataset must have it.
    pub required: bool,
    /// Whether it is used now; else its file is refused.
    pub used: Use,
    /// Columns whose values together are unique; empty: rows need no key.
    pub key: &'static [&'static str],
    /// All known columns, in the order of the documents.
    pub columns: &'static [ColumnDef],
}

impl TableDef {
    /// Position of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The position of a column that the code names; a name that the definition lacks is a mistake of the code.
    pub fn column_named(&self, name: &str) -> usize {
        self.position(name)
            .expect("the code names only columns that the table's definition has")
    }
}

/// All input tables, in the order of the documents.
pub const TABLES: [&TableDef; 20] = [
    &tables::ORDERS,
    &tables::PRODUCTS,
    &tables::KITS,
    &tables::SUBSTITUTES,
    &tables::INVENTORY,
    &tables::INBOUND,
    &tables::CHANNEL_RESERVES,
    &tables::LOCATION_COSTS,
    &tables::CALENDARS,
    &tables::WAVES,
    &tables::CARRIER_RATES,
    &tables::CARRIERS,
    &tables::ZONES,
    &tables::TRANSFERS,
    &tables::VEHICLES,
    &tables::DISTANCES,
    &tables::RETURNS,
    &tables::REJECTIONS,
    &tables::SUBSCRIPTIONS,
    &tables::PREVIOUS,
];

/// The definition of a table.
pub fn table_def(name: &str) -> Option<&'static TableDef> {
    TABLES.into_iter().find(|table| table.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_and_every_reference_names_a_column_that_exists() {
        for table in TABLES {
            for key in table.key {
                assert!(table.position(key).is_some(), "{}.{key}", table.name);
            }
            for column in table.columns {
                if let Some((to, name)) = column.references {
                    let target = table_def(to).expect(to);
                    assert!(target.position(name).is_some(), "{to}.{name}");
                }
            }
        }
    }

    #[test]
    fn no_table_has_two_columns_of_one_name_or_alias() {
        for table in TABLES {
            let mut names: Vec<String> = table.columns.iter().map(|c| c.name.to_owned()).collect();
            names.extend(table.columns.iter().filter_map(|c| Some(c.alias()?.0)));
            let count = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count, "{}", table.name);
        }
    }

    #[test]
    fn a_weight_may_be_given_in_kilograms() {
        let orders = table_def("orders").expect("orders");
        let weight = &orders.columns[orders.column_named("weight_g")];
        assert_eq!(weight.alias(), Some(("weight_kg".to_owned(), 6)));
    }
}
