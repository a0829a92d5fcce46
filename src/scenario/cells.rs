//! Cells of a table as changes see them: columns by name or in their larger unit, empty cells with
//! what they mean.
//!
//! An empty cell counts as its column's default where that is a plain value (`open` is `yes`,
//! `base_cost` is 0); where it is not (`capacity_units`: none), the cell is NULL. In `orders`, an empty
//! order-level cell has the value of the order's other rows.

use super::definition::nearest;
use crate::input::cell::{EMPTY, NumberStyle, parse_number, settle_text};
use crate::input::schema::{ColumnDef, Kind, Use};
use crate::input::{ColumnId, Table};
use std::borrow::Cow;

/// Columns of `orders` that each row has for itself; all other known ones are the order's.
const OF_THE_LINE: [&str; 10] = [
    "line_id",
    "sku",
    "quantity",
    "unit_price",
    "unfilled_cost",
    "line_max_shipments",
    "min_split_units",
    "weight_g",
    "volume_cm3",
    "unit_cost",
];

/// A column that a change names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// Which.
    pub id: ColumnId,
    /// Its definition; an attribute has none.
    pub def: Option<&'static ColumnDef>,
    /// Decimal places of the named unit in the integer that holds the cell.
    pub places: u32,
}

impl Target {
    /// What it holds; attributes hold text.
    pub fn kind(&self) -> Kind {
        self.def.map_or(Kind::Text, |def| def.kind)
    }

    /// Whether its cells are amounts that can be multiplied and added to.
    pub fn is_amount(&self) -> bool {
        let kind = self.kind();
        kind.is_number() && !matches!(kind, Kind::Time | Kind::TimeEnd | Kind::TimeOfDay)
    }

    /// The integer of an amount written in the named unit.
    pub fn style(&self) -> NumberStyle {
        NumberStyle {
            places: Some(self.places),
            ..NumberStyle::default()
        }
    }

    /// What an empty cell of numbers counts as.
    pub fn default_number(&self) -> Option<i64> {
        let def = self.def.filter(|def| !def.default.is_empty())?;
        parse_number(def, NumberStyle::default(), def.default).ok()
    }

    /// What an empty cell of text counts as.
    pub fn default_text(&self) -> Option<&'static str> {
        let def = self.def.filter(|def| !def.default.is_empty())?;
        let plain = match def.kind {
            Kind::Enum(_) | Kind::Bool => settle_text(def, def.default).is_ok(),
            // Defaults of other texts are mostly descriptions ("the SKU").
            Kind::Id | Kind::Text => matches!(def.default, "web" | "*"),
            _ => false,
        };
        plain.then_some(def.default)
    }
}

/// The column of a name, or what is wrong with it and what to do.
pub(super) fn resolve(table: &Table, name: &str) -> Result<Target, (String, String)> {
    if let Some(id) = table.column_id(name) {
        let def = table.column_def(id);
        return used(Target {
            id,
            def,
            places: def.map_or(0, |def| def.kind.places()),
        });
    }
    for (position, def) in table.def.columns.iter().enumerate() {
        if let Some((alias, places)) = def.alias()
            && alias == name
        {
            return used(Target {
                id: ColumnId::Known(position),
                def: Some(def),
                places,
            });
        }
    }
    let remedy = match nearest(name, table.column_names()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!(
            "columns are: {}",
            table.column_names().collect::<Vec<_>>().join(", ")
        ),
    };
    Err((format!("{} has no column {name}", table.def.name), remedy))
}

fn used(target: Target) -> Result<Target, (String, String)> {
    match target.def {
        Some(def) if def.used == Use::Later => Err((
            format!("the column {} is known but not used yet", def.name),
            "leave it out".to_owned(),
        )),
        _ => Ok(target),
    }
}

/// Integers of a column of numbers, [`EMPTY`] where nothing is stated.
pub(super) fn numbers(table: &Table, target: Target) -> Cow<'_, [i64]> {
    let Some(values) = table.numbers(target.id) else {
        return Cow::Owned(vec![EMPTY; table.rows()]);
    };
    match stating_rows(table, target, |row| values[row] != EMPTY) {
        Some(rows) => Cow::Owned(rows.into_iter().map(|row| values[row]).collect()),
        None => Cow::Borrowed(values),
    }
}

/// Dictionary codes of a column of texts, 0 where nothing is stated.
pub(super) fn codes(table: &Table, target: Target) -> Cow<'_, [u32]> {
    let Some(texts) = table.texts(target.id) else {
        return Cow::Owned(vec![0; table.rows()]);
    };
    match stating_rows(table, target, |row| texts.codes[row] != 0) {
        Some(rows) => Cow::Owned(rows.into_iter().map(|row| texts.codes[row]).collect()),
        None => Cow::Borrowed(&texts.codes),
    }
}

/// For an order-level column: for each row the row that states its value, itself first.
fn stating_rows(
    table: &Table,
    target: Target,
    stated: impl Fn(usize) -> bool,
) -> Option<Vec<usize>> {
    let def = target.def?;
    if table.def.name != "orders" || OF_THE_LINE.contains(&def.name) {
        return None;
    }
    let ids = table.texts(table.column_id("order_id")?)?;
    let mut first: Vec<Option<usize>> = vec![None; ids.dictionary.len()];
    let mut gaps = false;
    for row in 0..table.rows() {
        let known = &mut first[ids.codes[row] as usize];
        if !stated(row) {
            gaps = true;
        } else if known.is_none() {
            *known = Some(row);
        }
    }
    gaps.then(|| {
        let of = |row: usize| match first[ids.codes[row] as usize] {
            Some(stating) if !stated(row) => stating,
            _ => row,
        };
        (0..table.rows()).map(of).collect()
    })
}
