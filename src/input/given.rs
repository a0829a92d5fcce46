//! Earlier work that stays as it is: what has left, was released or is frozen is no longer asked for.

use super::build::ORDER_LEVEL;
use super::cell::{CellError, EMPTY};
use super::expand::{rows, table_of};
use super::fault::{Fault, Faults};
use super::table::{ColumnId, Table, Tables};
use crate::domain::Settings;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is left to plan once earlier work has gone.
#[derive(Clone, Debug)]
pub struct Left {
    /// The tables, without what is no longer asked for.
    pub tables: Tables,
    /// By row of `orders` that is left, its row before; `None`: all rows are as before.
    rows: Option<Vec<u32>>,
    /// By row of `previous` that stays, the row of `orders` that it serves.
    served: HashMap<u32, u32>,
}

impl Left {
    /// The row that a row of `orders` was before earlier work went.
    pub fn row_before(&self, row: u32) -> u32 {
        let rows = self.rows.as_ref();
        rows.map_or(row, |rows| rows[row as usize])
    }

    /// The row of `orders`, before it went, that a row of `previous` serves; `None`: `orders` no longer has it.
    pub fn served_by(&self, previous: u32) -> Option<u32> {
        self.served.get(&previous).copied()
    }
}

/// Whether earlier work stays as it is: it has left, was released, or is frozen.
pub fn is_given(begins: Timestamp, is_released: bool, settings: &Settings) -> bool {
    let frozen = settings.as_of.checked_add(settings.frozen);
    is_released
        || begins <= settings.as_of
        || begins < frozen.unwrap_or(Timestamp::MAX) && !settings.frozen.is_zero()
}

/// What earlier work that stays has served of the orders.
#[derive(Default)]
struct Gone<'a> {
    /// By order and line, units that left stock, and in which shipments.
    lines: HashMap<(&'a str, &'a str), (i64, BTreeSet<&'a str>)>,
    /// By order, shipments that reach the customer.
    orders: HashMap<&'a str, BTreeSet<&'a str>>,
    /// By order and line, rows of `previous`.
    rows: HashMap<(&'a str, &'a str), Vec<u32>>,
}

impl<'a> Gone<'a> {
    fn of(previous: &'a Table, settings: &Settings) -> Self {
        let mut gone = Self::default();
        for (number, row) in (0_u32..).zip(rows(previous)) {
            let begins = row.time("begins_at", settings);
            let Some(begins) = begins.or_else(|| row.time("leaves_at", settings)) else {
                continue;
            };
            if !is_given(begins, row.text("status") == "released", settings) {
                continue;
            }
            let key = (row.text("order_id"), row.text("line_id"));
            let shipment = row.text("shipment_id");
            gone.rows.entry(key).or_default().push(number);
            let reaching = gone.orders.entry(key.0).or_default();
            if row.text("reaches_customer") != "no" {
                reaching.insert(shipment);
            }
            if row.text("takes_stock") != "no" {
                let (units, pieces) = gone.lines.entry(key).or_default();
                *units += row.number("quantity").unwrap_or(0);
                pieces.insert(shipment);
            }
        }
        gone
    }
}

/// Drops what earlier work that stays has served; orders keep what their rows say of them, and may still be split so
/// much less. What is left of an order or line that may not be split any more goes in one more, where that is meant, or stays.
///
/// # Errors
/// Cells of what is left that cannot be settled.
pub fn drop_given(tables: &Tables, settings: &Settings) -> Result<Left, Faults> {
    let mut left = Left {
        tables: tables.clone(),
        rows: None,
        served: HashMap::new(),
    };
    let (Some(previous), Some(before)) = (tables.get("previous"), tables.get("orders")) else {
        return Ok(left);
    };
    let gone = Gone::of(previous, settings);
    if gone.orders.is_empty() {
        return Ok(left);
    }
    let mut of_orders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let id = |name: &str| ColumnId::Known(before.def.column_named(name));
    for row in 0..before.rows() {
        let order = before.text(row, id("order_id"));
        if gone.orders.contains_key(order) {
            of_orders.entry(order).or_default().push(row);
        }
    }
    let mut channels: Vec<(u32, &str)> = Vec::new();
    let orders = table_of(&mut left.tables, "orders");
    let mut keep = vec![true; before.rows()];
    let mut faults = Faults::default();
    for (order, its_rows) in &of_orders {
        let reaching = gone.orders[order].len() as i64;
        let mut settled = settle_order(before, orders, its_rows, reaching, settings);
        for (number, &row) in (1..).zip(its_rows) {
            let line = match before.text(row, id("line_id")) {
                "" => number.to_string(),
                line => line.to_owned(),
            };
            let key = (*order, line.as_str());
            let mut channels_of = its_rows.iter().map(|&row| before.text(row, id("channel")));
            let channel = channels_of.find(|it| !it.is_empty());
            let channel = channel.or_else(|| Some(before.column_def(id("channel"))?.default));
            for &served in gone.rows.get(&key).into_iter().flatten() {
                left.served.insert(served, row as u32);
                channels.extend(channel.map(|channel| (served, channel)));
            }
            let asked = before.number(row, id("quantity")).unwrap_or(1);
            let none = (0, BTreeSet::new());
            let (units, pieces) = gone.lines.get(&key).unwrap_or(&none);
            let rest = asked - units;
            keep[row] = rest > 0;
            let most = before.number(row, id("line_max_shipments"));
            let most = most.unwrap_or(i64::from(settings.line_max_shipments));
            let most = left_of(most, pieces.len() as i64, settings);
            settled = settled
                .and_then(|()| orders.set_cell(row, id("line_id"), &line))
                .and_then(|()| orders.set_number(row, id("quantity"), rest.max(1)))
                .and_then(|()| match pieces.is_empty() {
                    true => Ok(()),
                    false => orders.set_any_number(row, id("line_max_shipments"), most),
                });
        }
        if let Err(error) = settled {
            let row = its_rows[0];
            let message = format!("expected {}", error.expected);
            let fault = Fault::error(orders.source_of(row), message).at(orders.line(row));
            faults.push(fault.remedy(error.remedy));
        }
    }
    if keep.contains(&false) {
        orders.retain(&keep);
        let all = (0_u32..).zip(&keep).filter(|(_, kept)| **kept);
        left.rows = Some(all.map(|(row, _)| row).collect());
    }
    name_channels(&mut left.tables, &channels);
    match faults.has_errors() {
        true => Err(faults),
        false => Ok(left),
    }
}

/// What is left of a split limit of which so much is used.
fn left_of(most: i64, used: i64, settings: &Settings) -> i64 {
    (most - used).max(settings.one_more.into())
}

/// Writes what the rows of an order say of it into all of them, and how often what is left of it may still be split.
fn settle_order(
    before: &Table,
    orders: &mut Table,
    its_rows: &[usize],
    reaching: i64,
    settings: &Settings,
) -> Result<(), CellError> {
    for name in ORDER_LEVEL {
        let column = ColumnId::Known(before.def.column_named(name));
        let is_limit = name == "max_shipments";
        if before.kind(column).is_number() {
            let mut cells = its_rows.iter().map(|&row| before.number(row, column));
            let first = cells.find_map(|cell| cell);
            let value = match first {
                _ if is_limit => {
                    let most = first.unwrap_or(i64::from(settings.max_shipments));
                    Some(left_of(most, reaching, settings))
                }
                first => first,
            };
            for &row in its_rows {
                // A cell that contradicts the first stays, to be told.
                let own = before.number(row, column);
                if own.is_none() || own == first {
                    match value {
                        Some(left) if is_limit => orders.set_any_number(row, column, left)?,
                        value => orders.set_number(row, column, value.unwrap_or(EMPTY))?,
                    }
                }
            }
        } else {
            let mut cells = its_rows.iter().map(|&row| before.text(row, column));
            let Some(first) = cells.find(|cell| !cell.is_empty()) else {
                continue;
            };
            for &row in its_rows {
                if before.text(row, column).is_empty() {
                    orders.set_cell(row, column, first)?;
                }
            }
        }
    }
    Ok(())
}

/// Writes into earlier work whose channel it was of.
fn name_channels(tables: &mut Tables, channels: &[(u32, &str)]) {
    if channels.is_empty() {
        return;
    }
    let previous = table_of(tables, "previous");
    let column = ColumnId::Known(previous.def.column_named("channel"));
    for (row, channel) in channels {
        let taken = previous.set_cell(*row as usize, column, channel);
        taken.expect("a channel of orders is one of earlier work");
    }
}
