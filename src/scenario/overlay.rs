//! One tree over another: `extends`, `--set` and the values of a sweep.

use super::definition::nearest;
use super::fault::ScenarioFault;
use super::tree::{Entry, Node, Place, Table, Value};

/// Keys of which one excludes the other: whoever states one takes the other away from below.
const EXCLUSIVE: (&str, [&str; 2]) = ("objective", ["maximise", "minimise"]);

/// Lists whose items are reached by their names.
const NAMED: [&str; 2] = ["change", "rule"];

/// Lays `above` over `below`: tables merge, `[[change]]`s and `[[rule]]`s of one name merge, unnamed ones are added,
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
        (Value::List(low), Value::List(high)) if NAMED.contains(&key.as_str()) => {
            for item in high {
                lay_item(low, item);
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

fn lay_item(below: &mut Vec<Node>, above: Node) {
    let name = item_name(&above).map(str::to_owned);
    let found = below
        .iter_mut()
        .find(|item| name.is_some() && item_name(item) == name.as_deref());
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

/// The name of a `[[change]]` or `[[rule]]`.
fn item_name(item: &Node) -> Option<&str> {
    item.as_table()?.get("name")?.node.as_text()
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

/// Sets a dotted key: `splits.max_shipments`, `change.<name>.scale.<column>`, `rule.<name>.price`.
pub(super) fn set(root: &mut Table, path: &str, node: Node, faults: &mut Vec<ScenarioFault>) {
    let at = node.at.clone();
    let parts: Vec<&str> = path.split('.').collect();
    if parts.iter().any(|part| part.trim().is_empty()) {
        let fault = ScenarioFault::at(&at, path, "not a key");
        faults.push(fault.remedy("write it as section.key, e.g. splits.max_shipments"));
    } else if NAMED.contains(&parts[0]) {
        set_in_item(root, parts[0], path, node, faults);
    } else {
        overlay(root, nested(&parts, node, &at));
    }
}

fn set_in_item(
    root: &mut Table,
    list: &str,
    path: &str,
    node: Node,
    faults: &mut Vec<ScenarioFault>,
) {
    let at = node.at.clone();
    let mut parts = path.splitn(4, '.').skip(1);
    let (Some(name), Some(key)) = (parts.next(), parts.next()) else {
        let fault = ScenarioFault::at(&at, path, format!("names no part of a {list}"));
        let example = if list == "rule" {
            "price"
        } else {
            "scale.<column>"
        };
        faults.push(fault.remedy(format!("write it as {list}.<name>.{example}")));
        return;
    };
    let inner: Vec<&str> = std::iter::once(key).chain(parts).collect();
    let items = match root.get_mut(list).map(|entry| &mut entry.node.value) {
        Some(Value::List(items)) => items.as_mut_slice(),
        _ => &mut [],
    };
    let names = items.iter().filter_map(item_name);
    let names: Vec<String> = names.map(str::to_owned).collect();
    let found = items.iter_mut().find(|item| item_name(item) == Some(name));
    let Some(Value::Table(item)) = found.map(|item| &mut item.value) else {
        let fault = ScenarioFault::at(&at, path, format!("there is no [[{list}]] named {name}"));
        let hint = match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {near}?"),
            None if names.is_empty() => format!("no [[{list}]] has a name: give it one"),
            None => format!("names are: {}", names.join(", ")),
        };
        faults.push(fault.remedy(hint));
        return;
    };
    for (key, entry) in nested(&inner, node, &at) {
        lay(item, key, entry);
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
