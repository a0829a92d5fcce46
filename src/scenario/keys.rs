//! Unknown keys are faults: nothing that a scenario says is ever ignored.

use super::definition::{CHANGE_KEYS, RULE_KEYS, SETTINGS, nearest, sections};
use super::fault::ScenarioFault;
use super::tree::{Entry, Table, Value};

/// Adds a fault for each key that means nothing.
pub(super) fn check_keys(root: &Table, faults: &mut Vec<ScenarioFault>) {
    let sections = sections();
    for (key, entry) in root {
        match key.as_str() {
            "change" => check_items(key, CHANGE_KEYS, entry, faults),
            "rule" => check_items(key, RULE_KEYS, entry, faults),
            "sweep" => {}
            section if sections.contains(&section) => check_section(section, entry, faults),
            _ if is_setting(key) => {}
            _ => faults.push(unknown(key, key, entry, &root_keys())),
        }
    }
}

fn is_setting(key: &str) -> bool {
    SETTINGS.iter().any(|setting| setting.key == key)
}

fn root_keys() -> Vec<&'static str> {
    let plain = SETTINGS
        .iter()
        .map(|setting| setting.key)
        .filter(|key| !key.contains('.'));
    plain
        .chain(sections())
        .chain(["change", "rule", "sweep"])
        .collect()
}

fn check_section(section: &str, entry: &Entry, faults: &mut Vec<ScenarioFault>) {
    let Some(table) = entry.node.as_table() else {
        faults.push(ScenarioFault::of(
            &entry.node,
            section,
            format!("expected a section [{section}]"),
        ));
        return;
    };
    let known: Vec<&str> = SETTINGS
        .iter()
        .filter_map(|setting| setting.key.strip_prefix(section)?.strip_prefix('.'))
        .collect();
    for (key, entry) in table {
        if !known.contains(&key.as_str()) {
            faults.push(unknown(key, &format!("{section}.{key}"), entry, &known));
        }
    }
}

/// Keys of the items of `[[change]]` or `[[rule]]`.
fn check_items(
    list: &str,
    keys: &[(&'static str, &str)],
    entry: &Entry,
    faults: &mut Vec<ScenarioFault>,
) {
    let Value::List(items) = &entry.node.value else {
        let expected = format!("expected [[{list}]] with two brackets");
        faults.push(ScenarioFault::of(&entry.node, list, expected));
        return;
    };
    let known: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
    for item in items {
        let Some(table) = item.as_table() else {
            let expected = format!("expected [[{list}]] with keys below it");
            faults.push(ScenarioFault::of(item, list, expected));
            continue;
        };
        for (key, entry) in table {
            if !known.contains(&key.as_str()) {
                faults.push(unknown(key, &format!("{list}.{key}"), entry, &known));
            }
        }
    }
}

/// An unknown key, with the key that it most likely means: a neighbour, else one of another section.
fn unknown(key: &str, path: &str, entry: &Entry, known: &[&str]) -> ScenarioFault {
    let elsewhere = || {
        let last = |full: &'static str| full.rsplit('.').next().unwrap_or(full);
        let near = nearest(key, SETTINGS.iter().map(|setting| last(setting.key)))?;
        let full = SETTINGS.iter().find(|setting| last(setting.key) == near)?;
        Some(full.key)
    };
    let remedy = match nearest(key, known.iter().copied()).or_else(elsewhere) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("known here: {}", known.join(", ")),
    };
    ScenarioFault::at(&entry.key_at, path, "unknown key").remedy(remedy)
}
