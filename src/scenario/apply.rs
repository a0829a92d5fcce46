//! Changes on tables: the rows that a condition picks, their cells set, scaled or added to.
//!
//! Tables that no change touches are shared with the tables given; a touched one is copied first.

use super::cells::{Target, numbers, resolve};
use super::change::{Action, Change, Edit};
use super::load::Scenario;
use super::select::{Truth, select};
use super::tree::Place;
use crate::input::cell::{EMPTY, UNLIMITED, expectation, number_text, parse_number};
use crate::input::table::Value;
use crate::input::{Fault, Faults, Severity, Table, Tables};
use crate::units::{MICRO, divide_half_up, parse_decimal};
use jiff::tz::TimeZone;

/// The tables of a scenario: those of its data with all its changes applied, in order, with warnings about
/// changes that change nothing.
///
/// # Errors
/// Conditions and columns that do not fit the tables, at their place in the scenario file; results out of
/// range, at their row in the table's file. The faults include the warnings.
pub fn apply_changes(scenario: &Scenario, tables: &Tables) -> Result<(Tables, Faults), Faults> {
    let mut changed = tables.clone();
    let mut faults = Faults::default();
    for change in &scenario.changes {
        apply(
            change,
            &mut changed,
            &scenario.settings.time_zone,
            &mut faults,
        );
    }
    if faults.has_errors() {
        Err(faults)
    } else {
        Ok((changed, faults))
    }
}

fn apply(change: &Change, tables: &mut Tables, zone: &TimeZone, faults: &mut Faults) {
    let name = change.table.name;
    let Some(table) = tables.get(name) else {
        let what = format!(
            "{} changes nothing: the data has no table {name}",
            change.label()
        );
        faults.push(
            at_place(&change.at, "", Severity::Warning, what)
                .remedy("remove the change, or add the table"),
        );
        return;
    };
    let targets: Vec<Option<(Target, Ready)>> = change
        .edits
        .iter()
        .map(|edit| prepare(table, change, edit, faults))
        .collect();
    let rows = match picked(table, change, zone) {
        Ok(rows) => rows,
        Err(mistakes) => {
            for fault in mistakes {
                faults.push(fault);
            }
            return;
        }
    };
    if rows.is_empty() {
        let what = format!(
            "{} changes nothing: no row of {name} matches its condition",
            change.label()
        );
        let fault = at_place(
            &change.condition_at,
            &change.key("where"),
            Severity::Warning,
            what,
        );
        faults.push(fault.remedy("mend its condition, or remove the change"));
        return;
    }
    let Some(table) = tables.get_mut(name) else {
        return;
    };
    for (edit, target) in change.edits.iter().zip(targets) {
        if let Some((target, ready)) = target {
            match &ready {
                Ready::Set(value) => set_cells(table, target, value, &rows),
                _ => change_amounts(table, change, edit, target, &ready, &rows, faults),
            }
        }
    }
}

/// Rows that the condition picks.
fn picked(table: &Table, change: &Change, zone: &TimeZone) -> Result<Vec<usize>, Vec<Fault>> {
    let Some(condition) = &change.condition else {
        return Ok((0..table.rows()).collect());
    };
    match select(table, condition, zone) {
        Ok(truths) => Ok((0..table.rows())
            .filter(|&row| truths[row] == Truth::True)
            .collect()),
        Err(mistakes) => {
            let fault = |(what, remedy): (String, String)| {
                at_place(
                    &change.condition_at,
                    &change.key("where"),
                    Severity::Error,
                    what,
                )
                .remedy(remedy)
            };
            Err(mistakes.into_iter().map(fault).collect())
        }
    }
}

/// What is done to each picked cell, in the integers or texts that the column holds.
enum Ready {
    Set(Value),
    Scale(i64),
    Add(i64),
}

/// Column and action of an edit, or a fault at its place in the scenario file.
fn prepare(
    table: &Table,
    change: &Change,
    edit: &Edit,
    faults: &mut Faults,
) -> Option<(Target, Ready)> {
    let mut refuse = |what: String, remedy: String| {
        let key = change.edit_key(edit);
        faults.push(at_place(&edit.at, &key, Severity::Error, what).remedy(remedy));
    };
    let target = match resolve(table, &edit.column) {
        Ok(target) => target,
        Err((what, remedy)) => {
            refuse(what, remedy);
            return None;
        }
    };
    if let Some(def) = target.def.filter(|def| table.def.key.contains(&def.name)) {
        let what = format!(
            "{} is part of the key of {} and cannot be changed",
            def.name, table.def.name
        );
        refuse(what, "change another column, or the data".to_owned());
        return None;
    }
    if !matches!(edit.action, Action::Set(_)) && !target.is_amount() {
        let what = format!(
            "{} holds {}, which can only be set",
            edit.column,
            target.kind().word()
        );
        refuse(what, format!("write set = {{ {} = \"…\" }}", edit.column));
        return None;
    }
    let ready = match &edit.action {
        Action::Scale(factor) => Ok(Ready::Scale(*factor)),
        Action::Add(text) => match parse_decimal(text, target.places) {
            Ok(amount) => Ok(Ready::Add(amount)),
            Err(_) => Err((
                format!("{text} is no amount of {}", edit.column),
                format!("write a number with at most {} decimals", target.places),
            )),
        },
        Action::Set(text) => new_value(table, target, text).map(Ready::Set),
    };
    match ready {
        Ok(ready) => Some((target, ready)),
        Err((what, remedy)) => {
            refuse(what, remedy);
            None
        }
    }
}

/// The value that a text sets a cell to; what is wrong with it and what to do, where it cannot.
fn new_value(table: &Table, target: Target, text: &str) -> Result<Value, (String, String)> {
    let text = text.trim();
    let Some(def) = target.def else {
        return Ok(Value::Text(text.to_owned()));
    };
    if text.is_empty() && def.required {
        return Err((
            format!("{} may not be empty", def.name),
            format!("give it {}", expectation(def)),
        ));
    }
    let parsed = if target.is_amount() && !text.is_empty() {
        parse_number(def, target.style(), text).map(Value::Number)
    } else {
        table.parse(target.id, text)
    };
    parsed.map_err(|error| {
        (
            format!(
                "{text:?} is no value of {}: expected {}",
                def.name, error.expected
            ),
            error.remedy,
        )
    })
}

/// Sets a column of the picked rows to a value that was read for it.
fn set_cells(table: &mut Table, target: Target, value: &Value, rows: &[usize]) {
    for &row in rows {
        let set = match value {
            Value::Number(number) => table.set_number(row, target.id, *number),
            Value::Text(text) => table.set_cell(row, target.id, text),
        };
        set.expect("the value was read for this column");
    }
}

/// Scales or adds to a column of the picked rows; NULL stays NULL.
fn change_amounts(
    table: &mut Table,
    change: &Change,
    edit: &Edit,
    target: Target,
    ready: &Ready,
    rows: &[usize],
    faults: &mut Faults,
) {
    let old = numbers(table, target).into_owned();
    let default = target.default_number();
    let mut touched = false;
    for &row in rows {
        let stated = (old[row] != EMPTY).then_some(old[row]);
        let Some(before) = stated.or(default) else {
            continue;
        };
        touched = true;
        let after = amount_after(before, ready);
        if stated.is_none() && after == i128::from(before) {
            continue;
        }
        if !set_amount(table, row, target, after) {
            faults.push(out_of_range(table, change, row, target, after, before));
        }
    }
    if !touched {
        let what = format!(
            "{} leaves {} as it is: it is empty in all rows that match",
            change.label(),
            edit.column
        );
        let fault = at_place(&edit.at, &change.edit_key(edit), Severity::Warning, what);
        faults.push(fault.remedy("use set to give it a value"));
    }
}

/// An amount scaled or added to; unlimited stock stays unlimited.
fn amount_after(old: i64, ready: &Ready) -> i128 {
    match ready {
        _ if old == UNLIMITED => i128::from(old),
        Ready::Scale(factor) => {
            divide_half_up(i128::from(old) * i128::from(*factor), i128::from(MICRO))
        }
        Ready::Add(amount) => i128::from(old) + i128::from(*amount),
        Ready::Set(_) => i128::from(old),
    }
}

/// Sets a cell to an amount; `false`: its column does not take it.
fn set_amount(table: &mut Table, row: usize, target: Target, amount: i128) -> bool {
    i64::try_from(amount)
        .is_ok_and(|value| value != EMPTY && table.set_number(row, target.id, value).is_ok())
}

fn out_of_range(
    table: &Table,
    change: &Change,
    row: usize,
    target: Target,
    new: i128,
    old: i64,
) -> Fault {
    let def = target.def.expect("columns of numbers are known ones");
    let shown = match i64::try_from(new) {
        Ok(value) => number_text(def.kind, value),
        Err(_) => "too large".to_owned(),
    };
    let was = number_text(def.kind, old);
    let expected = format!("expected {}; it was {was}", expectation(def));
    Fault::error(table.source(), expected)
        .at(table.line(row))
        .column(def.name)
        .value(&shown)
        .remedy(format!(
            "{} makes it so: mend the change or the data",
            change.label()
        ))
}

/// A fault at a place of a scenario file, in the form of the tables' faults.
pub(super) fn at_place(place: &Place, key: &str, severity: Severity, what: String) -> Fault {
    let mut fault = Fault {
        severity,
        ..Fault::error(&place.source.name, what)
    };
    fault.row = place.position.map(|(line, _)| u64::from(line));
    fault.column = (!key.is_empty()).then(|| key.to_owned());
    fault
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
