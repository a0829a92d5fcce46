//! One tree over another: `extends`, `--set` and the values of a sweep.

use super::definition::nearest;
use super::fault::ScenarioFault;
use super::tree::{Entry, Node, Place, Table, Value};

/// Keys of which one excludes the other: whoever states one takes the other away from below.
const EXCLUSIVE: (&str, [&str; 2]) = ("objective", ["maximise", "minimise"]);

/// Lays `above` over `below`: tables merge, `[[change]]`s of one name merge, unnamed ones are added,
/// everything else is replaced.
pub(super) fn overlay(below: &mut Table, above: Table) {
    for (key, entry) in above {
        if key == EXCLUSIVE.0 {
            drop_excluded(below, &entry);
        }
        lay(below, key, entry);
    }
}

fn lay(below: &mut Table, key: String, above: Entry) {
    let Some(under) = below.get_mut(&key) else {
        below.insert(key, above);
        return;
    };
    match (&mut under.node.value, above.node.value) {
        (Value::Table(low), Value::Table(high)) => {
            for (inner, entry) in high {
                lay(low, inner, entry);
            }
        }
        (Value::List(low), Value::List(high)) if key == "change" => {
            for item in high {
                lay_change(low, item);
            }
        }
        (_, value) => {
            under.key_at = above.key_at;
            under.node = Node {
                value,
                at: above.node.at,
            };
        }
    }
}

fn lay_change(below: &mut Vec<Node>, above: Node) {
    let name = change_name(&above).map(str::to_owned);
    let found = below
        .iter_mut()
        .find(|change| name.is_some() && change_name(change) == name.as_deref());
    match (found, above.value) {
        (
            Some(Node {
                value: Value::Table(low),
                ..
            }),
            Value::Table(high),
        ) => {
            for (key, entry) in high {
                lay(low, key, entry);
            }
        }
        (_, value) => below.push(Node {
            value,
            at: above.at,
        }),
    }
}

/// The name of a `[[change]]`.
fn change_name(change: &Node) -> Option<&str> {
    change.as_table()?.get("name")?.node.as_text()
}

fn drop_excluded(below: &mut Table, above: &Entry) {
    let (section, keys) = EXCLUSIVE;
    let states_one = |key: &&str| above.node.as_table().is_some_and(|t| t.contains_key(*key));
    if !keys.iter().any(states_one) {
        return;
    }
    if let Some(Value::Table(table)) = below.get_mut(section).map(|entry| &mut entry.node.value) {
        for key in keys {
            table.remove(key);
        }
    }
}

/// Sets a dotted key: `splits.max_shipments`, `change.<name>.scale.<column>`.
pub(super) fn set(root: &mut Table, path: &str, node: Node, faults: &mut Vec<ScenarioFault>) {
    let at = node.at.clone();
    let parts: Vec<&str> = path.split('.').collect();
    if parts.iter().any(|part| part.trim().is_empty()) {
        let fault = ScenarioFault::at(&at, path, "not a key");
        faults.push(fault.remedy("write it as section.key, e.g. splits.max_shipments"));
    } else if parts[0] == "change" {
        set_in_change(root, path, node, faults);
    } else {
        overlay(root, nested(&parts, node, &at));
    }
}

fn set_in_change(root: &mut Table, path: &str, node: Node, faults: &mut Vec<ScenarioFault>) {
    let at = node.at.clone();
    let mut parts = path.splitn(4, '.').skip(1);
    let (Some(name), Some(key)) = (parts.next(), parts.next()) else {
        let fault = ScenarioFault::at(&at, path, "names no part of a change");
        faults.push(fault.remedy("write it as change.<name>.scale.<column>"));
        return;
    };
    let inner: Vec<&str> = std::iter::once(key).chain(parts).collect();
    let changes = match root.get_mut("change").map(|entry| &mut entry.node.value) {
        Some(Value::List(changes)) => changes.as_mut_slice(),
        _ => &mut [],
    };
    let names: Vec<String> = changes
        .iter()
        .filter_map(change_name)
        .map(str::to_owned)
        .collect();
    let found = changes
        .iter_mut()
        .find(|change| change_name(change) == Some(name));
    let Some(Value::Table(change)) = found.map(|change| &mut change.value) else {
        let fault = ScenarioFault::at(&at, path, format!("there is no [[change]] named {name}"));
        let hint = match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {near}?"),
            None if names.is_empty() => "no [[change]] has a name: give it one".to_owned(),
            None => format!("names are: {}", names.join(", ")),
        };
        faults.push(fault.remedy(hint));
        return;
    };
    for (key, entry) in nested(&inner, node, &at) {
        lay(change, key, entry);
    }
}

fn nested(parts: &[&str], node: Node, at: &Place) -> Table {
    let value = match parts {
        [] | [_] => node,
        [_, rest @ ..] => Node {
            value: Value::Table(nested(rest, node, at)),
            at: at.clone(),
        },
    };
    let entry = Entry {
        key_at: at.clone(),
        node: value,
    };
    let key = parts.first().copied().unwrap_or_default();
    Table::from([(key.to_owned(), entry)])
}
