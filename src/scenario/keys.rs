//! Unknown keys are faults: nothing that a scenario says is ever ignored.

use super::definition::{CHANGE_KEYS, SETTINGS, nearest, sections};
use super::fault::ScenarioFault;
use super::tree::{Entry, Node, Table, Value};

/// Adds a fault for each key that means nothing.
pub(super) fn check_keys(root: &Table, faults: &mut Vec<ScenarioFault>) {
    let sections = sections();
    for (key, entry) in root {
        match key.as_str() {
            "change" => check_changes(entry, faults),
            "rule" => refuse_rules(entry, faults),
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

fn check_changes(entry: &Entry, faults: &mut Vec<ScenarioFault>) {
    let Value::List(changes) = &entry.node.value else {
        faults.push(ScenarioFault::of(
            &entry.node,
            "change",
            "expected [[change]] with two brackets",
        ));
        return;
    };
    let known: Vec<&str> = CHANGE_KEYS.iter().map(|(key, _)| *key).collect();
    for change in changes {
        let Some(table) = change.as_table() else {
            faults.push(ScenarioFault::of(
                change,
                "change",
                "expected [[change]] with keys below it",
            ));
            continue;
        };
        for (key, entry) in table {
            if !known.contains(&key.as_str()) {
                faults.push(unknown(key, &format!("change.{key}"), entry, &known));
            }
        }
    }
}

fn refuse_rules(entry: &Entry, faults: &mut Vec<ScenarioFault>) {
    let first: &Node = match &entry.node.value {
        Value::List(rules) if rules.is_empty() => return,
        Value::List(rules) => &rules[0],
        _ => &entry.node,
    };
    let fault = ScenarioFault::at(&first.at, "rule", "[[rule]] is known but not used yet");
    faults
        .push(fault.remedy("remove it; a [[change]] of the tables can close locations and lanes"));
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
