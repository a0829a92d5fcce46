//! Rows that other rows bring about: subscriptions become orders, returns stock and exchange orders, merging desks have what
//! their stores have.

use super::cell::EMPTY;
use super::desks::add_desks;
use super::fault::{Fault, Faults};
use super::table::{ColumnId, Table, Tables, Value};
use super::time::TimeCell;
use crate::domain::Settings;
use jiff::civil::DateTime;
use jiff::{Span, Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};

/// Dates of one subscription within a horizon at most.
const MOST_DATES: usize = 400;

/// The tables with the rows that subscriptions and returns bring about, and warnings.
///
/// # Errors
/// Rows that cannot be settled, each with its place.
pub fn expand(tables: &Tables, settings: &Settings) -> Result<(Tables, Faults), Faults> {
    let mut expanded = tables.clone();
    let mut faults = Faults::default();
    add_desks(&mut expanded, &mut faults);
    if let Some(returns) = tables.get("returns") {
        add_returns(returns, &mut expanded, settings, &mut faults);
    }
    if let Some(subscriptions) = tables.get("subscriptions") {
        add_subscriptions(subscriptions, &mut expanded, settings, &mut faults);
    }
    if faults.has_errors() {
        Err(faults)
    } else {
        Ok((expanded, faults))
    }
}

/// The first instant after the horizon.
fn horizon_end(settings: &Settings) -> Timestamp {
    let start = settings.as_of.to_zoned(settings.time_zone.clone());
    let end = start.checked_add(i64::from(settings.horizon_days).days());
    end.map_or(Timestamp::MAX, |end| end.timestamp())
}

/// A row of a table whose cells are asked for by name.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    table: &'a Table,
    row: usize,
}

impl<'a> Row<'a> {
    fn id(self, name: &str) -> ColumnId {
        ColumnId::Known(self.table.def.column_named(name))
    }

    pub(super) fn text(self, name: &str) -> &'a str {
        self.table.text(self.row, self.id(name))
    }

    pub(super) fn number(self, name: &str) -> Option<i64> {
        self.table.number(self.row, self.id(name))
    }

    pub(super) fn time(self, name: &str, settings: &Settings) -> Option<Timestamp> {
        let cell = TimeCell::unpack(self.number(name)?);
        Some(cell.start(&settings.time_zone))
    }

    /// The cell as a value of a column of the same kind.
    pub(super) fn value(self, name: &str) -> Value {
        let id = self.id(name);
        if self.table.kind(id).is_number() {
            Value::Number(self.table.number(self.row, id).unwrap_or(EMPTY))
        } else {
            Value::Text(self.table.text(self.row, id).to_owned())
        }
    }

    /// Whether nothing is stated.
    pub(super) fn is_empty(self, name: &str) -> bool {
        let id = self.id(name);
        if self.table.kind(id).is_number() {
            self.number(name).is_none_or(|number| number == EMPTY)
        } else {
            self.text(name).is_empty()
        }
    }

    /// All known cells that are not empty, some columns with other texts.
    pub(super) fn cells_with(self, other: &[(&str, &str)]) -> Vec<(&'static str, Value)> {
        let columns = self.table.def.columns.iter().map(|column| column.name);
        let stated = columns.filter(|name| !self.is_empty(name));
        let cell = |name: &'static str| {
            let text = other.iter().find(|it| it.0 == name);
            let value = text.map(|(_, text)| Value::Text((*text).to_owned()));
            (name, value.unwrap_or_else(|| self.value(name)))
        };
        stated.map(cell).collect()
    }

    pub(super) fn error(self, column: &str, message: impl Into<String>) -> Fault {
        let value = self.table.cell_text(self.row, self.id(column));
        Fault::error(self.table.source(), message)
            .at(self.table.line(self.row))
            .column(column)
            .value(&value)
    }

    fn warning(self, column: &str, message: impl Into<String>) -> Fault {
        Fault {
            severity: super::Severity::Warning,
            ..self.error(column, message)
        }
    }
}

pub(super) fn rows(table: &Table) -> impl Iterator<Item = Row<'_>> {
    (0..table.rows()).map(move |row| Row { table, row })
}

/// Appends a row; what its columns do not take is told at its place.
pub(super) fn append(to: &mut Table, row: Row<'_>, cells: &[(&str, Value)], faults: &mut Faults) {
    let place = (row.table.source(), row.table.line(row.row));
    if let Err(error) = to.append(place, cells) {
        let fault = Fault::error(place.0, format!("expected {}", error.expected));
        faults.push(fault.at(place.1).remedy(error.remedy));
    }
}

/// The table of that name to add to; the dataset gets one where it has none.
pub(super) fn table_of<'t>(tables: &'t mut Tables, name: &str) -> &'t mut Table {
    if tables.get(name).is_none() {
        let empty = Table::clone(&tables.get_or_empty(name));
        tables.insert(empty);
    }
    tables.get_mut(name).expect("it was put there")
}

/// Goods that come back are stock again; exchanges are orders.
fn add_returns(returns: &Table, tables: &mut Tables, settings: &Settings, faults: &mut Faults) {
    let ordered = tables.get_or_empty("orders");
    let ordered: BTreeSet<&str> = rows(&ordered).map(|row| row.text("order_id")).collect();
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows(returns) {
        let status = row.text("status");
        let is_announced = matches!(status, "" | "announced");
        let has_place = !row.text("location_id").is_empty();
        if has_place && is_announced {
            let message = "goods that are only announced are nowhere yet";
            let fault = row.warning("location_id", message);
            faults.push(fault.remedy("leave it empty, or state shipped or received"));
        } else if !has_place && status == "received" {
            let message = "received goods lie somewhere";
            faults.push(
                row.error("location_id", message)
                    .remedy("name the location"),
            );
        }
        let arrives = row.time("available_at", settings);
        if let Some(arrives) = arrives.filter(|it| status == "shipped" && *it < settings.as_of) {
            let message = format!(
                "it should have come by {arrives}; it counts from the moment of planning on"
            );
            let fault = row.warning("available_at", message);
            faults.push(fault.remedy("state received, or a later time"));
        }
        let is_sold_again = row.text("condition") != "damaged";
        let comes = !is_announced && has_place && is_sold_again;
        if comes && (arrives.is_some() || status == "received") {
            let at = arrives.unwrap_or(settings.as_of).max(settings.as_of);
            let cells = [
                ("location_id", row.value("location_id")),
                ("sku", row.value("sku")),
                ("quantity", row.value("quantity")),
                ("available_at", Value::Number(TimeCell::Instant(at).pack())),
                ("reference", row.value("return_id")),
                ("returned", Value::Text("yes".to_owned())),
            ];
            append(table_of(tables, "inbound"), row, &cells, faults);
        }
        if row.text("wants") == "exchange" && !is_announced {
            let id = row.text("return_id");
            if ordered.contains(id) {
                let message = "an order has the same name, and an exchange is an order";
                faults.push(row.error("return_id", message).remedy("rename the return"));
                continue;
            }
            let number = lines.entry(id).or_default();
            *number += 1;
            let sku = match row.text("exchange_sku") {
                "" => row.value("sku"),
                _ => row.value("exchange_sku"),
            };
            // Where nothing can be sent, the money goes back after all.
            let refund = row.number("refund").unwrap_or(EMPTY);
            let units = row.number("quantity").unwrap_or(1).max(1);
            let each = if refund == EMPTY {
                EMPTY
            } else {
                refund / units
            };
            let cells = [
                ("unfilled_cost", Value::Number(each)),
                ("order_id", row.value("return_id")),
                ("line_id", Value::Text(number.to_string())),
                ("sku", sku),
                ("quantity", row.value("quantity")),
                ("destination_zone", row.value("zone")),
                ("postcode", row.value("postcode")),
                ("country", row.value("country")),
                ("kind", Value::Text("exchange".to_owned())),
            ];
            append(table_of(tables, "orders"), row, &cells, faults);
        }
    }
}

/// Columns that a subscription gives its orders as they are.
const OF_ORDERS: [&str; 11] = [
    "sku",
    "quantity",
    "unit_price",
    "destination_zone",
    "postcode",
    "country",
    "latitude",
    "longitude",
    "priority",
    "services",
    "channel",
];

/// Each date of a subscription within the horizon is an order.
fn add_subscriptions(
    subscriptions: &Table,
    tables: &mut Tables,
    settings: &Settings,
    faults: &mut Faults,
) {
    let mut lines: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in rows(subscriptions) {
        let Ok(every) = row.text("every").parse::<Span>() else {
            let message = "expected an ISO 8601 duration such as P1M or P14D";
            faults.push(row.error("every", message));
            continue;
        };
        if !(every.is_positive()) {
            faults.push(row.error("every", "expected a duration above 0, such as P1M"));
            continue;
        }
        if !is_a_day(row, every, settings) {
            let message = "expected a day at least: an order is named after its date";
            faults.push(row.error("every", message).remedy("state P1D or more"));
            continue;
        }
        for date in dates(row, every, settings, faults) {
            let day = date.strftime("%Y-%m-%d").to_string();
            let id = format!("{}-{day}", row.text("subscription_id"));
            let number = lines.entry((id.clone(), String::new())).or_default();
            *number += 1;
            let cell = TimeCell::Local(date);
            let mut cells = vec![
                ("order_id", Value::Text(id)),
                ("line_id", Value::Text(number.to_string())),
                ("kind", Value::Text("subscription".to_owned())),
                ("ship_after", Value::Number(cell.pack())),
            ];
            cells.extend(OF_ORDERS.map(|name| (name, row.value(name))));
            append(table_of(tables, "orders"), row, &cells, faults);
        }
    }
}

/// Whether a duration takes a subscription to another day.
fn is_a_day(row: Row<'_>, every: Span, settings: &Settings) -> bool {
    let zone = &settings.time_zone;
    let Some(next) = row.number("next_at").map(TimeCell::unpack) else {
        return true;
    };
    let first = zone.to_datetime(next.start(zone));
    let (then, tomorrow) = (first.checked_add(every), first.checked_add(1.day()));
    match (then, tomorrow) {
        (Ok(then), Ok(tomorrow)) => then >= tomorrow,
        _ => true,
    }
}

/// The dates of a subscription on the scenario's clock: one that was missed, and those within the horizon.
fn dates(row: Row<'_>, every: Span, settings: &Settings, faults: &mut Faults) -> Vec<DateTime> {
    let zone = &settings.time_zone;
    let Some(next) = row.number("next_at").map(TimeCell::unpack) else {
        return Vec::new();
    };
    let first = zone.to_datetime(next.start(zone));
    let until = row.number("until").map(TimeCell::unpack);
    let until = until.map_or(Timestamp::MAX, |until| until.end(zone));
    let end = horizon_end(settings).min(until);
    let mut found: Vec<DateTime> = Vec::new();
    let mut missed = 0_usize;
    for step in 0_i64.. {
        // Each date is counted from the first, so that a month's end stays a month's end.
        let date = every
            .checked_mul(step)
            .and_then(|span| first.checked_add(span));
        let Ok(date) = date else { break };
        let moment = TimeCell::Local(date).start(zone);
        if moment >= end || found.len() >= MOST_DATES {
            break;
        }
        if moment < settings.as_of {
            missed += 1;
            found.clear();
        }
        found.push(date);
    }
    if missed > 1 {
        let message =
            format!("{missed} dates lie before the moment of planning; one of them is made up for");
        let fault = row.warning("next_at", message);
        faults.push(fault.remedy("state the date that is due next"));
    }
    found
}
