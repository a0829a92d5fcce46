//! A scenario as one self-contained TOML file: what a run keeps, and what it can be run again from.

use super::definition::{CHANGE_KEYS, RULE_KEYS, SETTINGS};
use super::settle::{default_value, lookup};
use super::tree::{Table, Value};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The TOML of one settled tree.
pub(super) fn resolved_text(
    root: &Table,
    name: &str,
    (data, previous): (&Path, Option<&Path>),
    files: &[PathBuf],
) -> String {
    let mut out = String::from(
        "# The scenario of this run, complete: defaults written out, nothing extended or swept.\n",
    );
    for file in files {
        // A line break in a file's name must not end the comment.
        let shown = file.display().to_string().replace(['\n', '\r'], " ");
        line(&mut out, &format!("# Read from {shown}"));
    }
    let mut section = "";
    for setting in SETTINGS {
        let value = match setting.key {
            "name" => Value::Text(name.to_owned()),
            "data" => Value::Text(data.display().to_string()),
            "replan.previous" => match previous {
                Some(previous) => Value::Text(previous.display().to_string()),
                None => continue,
            },
            key => match setting_value(root, key, setting.default) {
                Some(value) => value,
                None => continue,
            },
        };
        let key = match setting.key.split_once('.') {
            Some((of, key)) => {
                if of != section {
                    line(&mut out, &format!("\n[{of}]"));
                    section = of;
                }
                key
            }
            None => setting.key,
        };
        line(&mut out, &format!("{key} = {value}"));
    }
    for (list, keys) in [("change", CHANGE_KEYS), ("rule", RULE_KEYS)] {
        let Some(Value::List(items)) = root.get(list).map(|entry| &entry.node.value) else {
            continue;
        };
        for item in items {
            line(&mut out, &format!("\n[[{list}]]"));
            let keys = keys.iter().map(|(key, _)| *key);
            for (key, entry) in keys.filter_map(|key| Some((key, item.as_table()?.get(key)?))) {
                line(&mut out, &format!("{key} = {}", entry.node.value));
            }
        }
    }
    out
}

fn setting_value(root: &Table, key: &str, default: Option<&str>) -> Option<Value> {
    let minimised = lookup(root, "objective.minimise").is_some();
    if key == "objective.maximise" && minimised {
        return None;
    }
    match lookup(root, key) {
        Some(node) => Some(node.value.clone()),
        None => default.map(default_value),
    }
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("writing to a string cannot fail");
}
