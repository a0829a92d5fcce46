//! `[[change]]`: what-ifs on the tables, read and checked as far as the tables' definitions allow.

use super::condition::{Condition, parse_condition};
use super::definition::nearest;
use super::fault::ScenarioFault;
use super::settle::{exact, plain_decimal};
use super::tree::{Node, Place, Table, Value};
use crate::input::schema::{TABLES, TableDef, Use, table_def};

/// One what-if: the rows of a table that a condition picks, and what happens to their cells.
#[derive(Clone, Debug)]
pub struct Change {
    /// Name, by which `--set`, `[sweep]` and extending files reach it.
    pub name: Option<String>,
    /// The table.
    pub table: &'static TableDef,
    /// Which rows; `None`: all.
    pub condition: Option<Condition>,
    /// What happens to the cells of one row; a column occurs once.
    pub edits: Vec<Edit>,
    pub(super) at: Place,
    pub(super) condition_at: Place,
}

impl Change {
    /// What messages call it.
    pub fn label(&self) -> String {
        match &self.name {
            Some(name) => format!("change {name}"),
            None => format!("change of {}", self.table.name),
        }
    }

    /// The dotted key of a part of it, for messages.
    pub(super) fn key(&self, part: &str) -> String {
        match &self.name {
            Some(name) => format!("change.{name}.{part}"),
            None => format!("change.{part}"),
        }
    }

    /// The dotted key of one edit, for messages.
    pub(super) fn edit_key(&self, edit: &Edit) -> String {
        self.key(&format!("{}.{}", edit.action.word(), edit.column))
    }
}

/// What happens to one column.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The column, as written.
    pub column: String,
    /// What happens.
    pub action: Action,
    pub(super) at: Place,
}

/// What happens to a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// It becomes this text, read as a cell of the file is.
    Set(String),
    /// It is multiplied by this factor, in millionths, and rounded half up to its unit.
    Scale(i64),
    /// This decimal text, in the column's own unit, is added.
    Add(String),
}

impl Action {
    /// The key of the file that says it.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Set(_) => "set",
            Self::Scale(_) => "scale",
            Self::Add(_) => "add",
        }
    }
}

/// All changes of a tree.
pub(super) fn read_changes(root: &Table, faults: &mut Vec<ScenarioFault>) -> Vec<Change> {
    let Some(Value::List(items)) = root.get("change").map(|entry| &entry.node.value) else {
        return Vec::new();
    };
    let mut changes: Vec<Change> = Vec::new();
    for item in items {
        let Some(table) = item.as_table() else {
            continue;
        };
        let Some(change) = read_change(item, table, faults) else {
            continue;
        };
        let same = |other: &Change| change.name.is_some() && other.name == change.name;
        if changes.iter().any(same) {
            let fault = ScenarioFault::at(
                &change.at,
                "change.name",
                "two changes of one file have this name",
            );
            faults.push(fault.remedy("give each change a name of its own"));
            continue;
        }
        changes.push(change);
    }
    changes
}

fn read_change(item: &Node, table: &Table, faults: &mut Vec<ScenarioFault>) -> Option<Change> {
    let name = match table.get("name") {
        Some(entry) => Some(read_name(&entry.node, faults)?),
        None => None,
    };
    let prefix = match &name {
        Some(name) => format!("change.{name}"),
        None => "change".to_owned(),
    };
    let target = read_table(item, table, &prefix, faults);
    let (condition, condition_at) = match table.get("where") {
        Some(entry) => (
            read_condition(&entry.node, &prefix, faults),
            entry.node.at.clone(),
        ),
        None => (None, item.at.clone()),
    };
    let edits = read_edits(item, table, &prefix, faults);
    let target = target?;
    for edit in &edits {
        if target.key.contains(&edit.column.as_str()) {
            let what = format!(
                "{} is part of the key of {} and cannot be changed",
                edit.column, target.name
            );
            let key = format!("{prefix}.{}", edit.column);
            faults.push(
                ScenarioFault::at(&edit.at, &key, what)
                    .remedy("change another column, or the data"),
            );
        }
    }
    Some(Change {
        name,
        table: target,
        condition,
        edits,
        at: item.at.clone(),
        condition_at,
    })
}

fn read_name(node: &Node, faults: &mut Vec<ScenarioFault>) -> Option<String> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    match node.as_text() {
        Some(name) if !name.is_empty() && name.bytes().all(word) => Some(name.to_owned()),
        _ => {
            let expected = "expected a name of letters, digits, _ and -";
            faults.push(ScenarioFault::of(node, "change.name", expected));
            None
        }
    }
}

fn read_table(
    item: &Node,
    table: &Table,
    prefix: &str,
    faults: &mut Vec<ScenarioFault>,
) -> Option<&'static TableDef> {
    let key = format!("{prefix}.table");
    let Some(entry) = table.get("table") else {
        let fault = ScenarioFault::at(&item.at, &key, "the change names no table");
        faults.push(fault.remedy("write table = \"orders\" or another table of the data"));
        return None;
    };
    let found = entry.node.as_text().and_then(table_def);
    match found {
        Some(definition) if definition.used == Use::Now => Some(definition),
        Some(definition) => {
            let expected = format!("the table {} is known but not used yet", definition.name);
            faults.push(ScenarioFault::of(&entry.node, &key, expected).remedy("remove the change"));
            None
        }
        None => {
            let names = TABLES
                .iter()
                .filter(|table| table.used == Use::Now)
                .map(|table| table.name);
            let remedy = match nearest(entry.node.as_text().unwrap_or_default(), names.clone()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("tables are: {}", names.collect::<Vec<_>>().join(", ")),
            };
            faults.push(
                ScenarioFault::of(&entry.node, &key, "there is no such table").remedy(remedy),
            );
            None
        }
    }
}

fn read_condition(node: &Node, prefix: &str, faults: &mut Vec<ScenarioFault>) -> Option<Condition> {
    let parsed = match node.as_text() {
        Some(text) => parse_condition(text),
        None => Err("expected an SQL condition in quotes".to_owned()),
    };
    parsed
        .map_err(|reason| faults.push(ScenarioFault::of(node, &format!("{prefix}.where"), reason)))
        .ok()
}

fn read_edits(
    item: &Node,
    table: &Table,
    prefix: &str,
    faults: &mut Vec<ScenarioFault>,
) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut stated = false;
    for action in ["set", "scale", "add"] {
        let Some(entry) = table.get(action) else {
            continue;
        };
        stated = true;
        let key = format!("{prefix}.{action}");
        let columns = entry.node.as_table().filter(|columns| !columns.is_empty());
        let Some(columns) = columns else {
            let expected =
                format!("expected columns with values, such as {action} = {{ column = 1 }}");
            faults.push(ScenarioFault::of(&entry.node, &key, expected));
            continue;
        };
        for (column, entry) in columns {
            let key = format!("{key}.{column}");
            if edits.iter().any(|edit| edit.column == *column) {
                let fault =
                    ScenarioFault::at(&entry.key_at, &key, "the change names this column twice");
                faults.push(fault.remedy("use two changes, which apply one after the other"));
                continue;
            }
            match read_action(action, &entry.node) {
                Ok(action) => edits.push(Edit {
                    column: column.clone(),
                    action,
                    at: entry.node.at.clone(),
                }),
                Err(expected) => faults.push(ScenarioFault::of(&entry.node, &key, expected)),
            }
        }
    }
    if !stated {
        let fault = ScenarioFault::at(&item.at, prefix, "the change changes nothing");
        faults.push(fault.remedy("give it set, scale or add"));
    }
    edits
}

fn read_action(action: &str, node: &Node) -> Result<Action, &'static str> {
    match action {
        "set" => match &node.value {
            Value::Text(text) | Value::Number(text) | Value::Time(text) => {
                Ok(Action::Set(text.clone()))
            }
            Value::Bool(value) => Ok(Action::Set(if *value { "yes" } else { "no" }.to_owned())),
            Value::List(_) | Value::Table(_) => {
                Err("expected a text, a number or a time; separate the words of a list cell by |")
            }
        },
        "scale" => exact(&node.value, 6)
            .map(Action::Scale)
            .ok_or("expected a factor such as 1.08 with at most 6 decimals"),
        _ => match &node.value {
            Value::Number(text) | Value::Text(text) if exact(&node.value, 6).is_some() => {
                Ok(Action::Add(plain_decimal(text).unwrap_or_default()))
            }
            _ => Err("expected a number with at most 6 decimals, in the column's own unit"),
        },
    }
}
