//! `[sweep]`: one scenario for each combination of values.

use super::definition::{MOST_SWEPT, is_name};
use super::fault::ScenarioFault;
use super::overlay::set;
use super::settle::exact;
use super::tree::{Entry, Node, Table, Value};
use crate::units::decimal_text;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a sweep sets for one of its scenarios.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// Name of the scenario that is swept.
    pub sweep: String,
    /// What each swept key is set to, as it is written in TOML.
    pub values: BTreeMap<String, String>,
}

/// One combination of swept values.
#[derive(Clone)]
pub(super) struct Combination {
    /// What it adds to the name.
    pub suffix: String,
    /// The scenario with these values in it.
    pub tree: Table,
    values: BTreeMap<String, String>,
}

impl Combination {
    /// What it sets, where the scenario that is swept has this name; `None` where nothing is swept.
    pub(super) fn swept(&self, sweep: &str) -> Option<Swept> {
        (!self.values.is_empty()).then(|| Swept {
            sweep: sweep.to_owned(),
            values: self.values.clone(),
        })
    }
}

/// One swept key with its values.
struct Axis {
    key: String,
    values: Vec<Node>,
}

/// All combinations in key order, the last key running fastest; the tree itself without suffix when nothing is swept.
pub(super) fn expand(mut root: Table, faults: &mut Vec<ScenarioFault>) -> Vec<Combination> {
    let sweep = root.remove("sweep");
    let mut combinations = vec![Combination {
        suffix: String::new(),
        tree: root,
        values: BTreeMap::new(),
    }];
    let Some(sweep) = sweep else {
        return combinations;
    };
    let axes = read_axes(&sweep, faults);
    for axis in &axes {
        let count = combinations.len().saturating_mul(axis.values.len());
        if count > MOST_SWEPT {
            let all = axes
                .iter()
                .map(|axis| axis.values.len())
                .fold(1, usize::saturating_mul);
            let expected = format!("{all} combinations are more than {MOST_SWEPT}");
            let fault = ScenarioFault::at(&sweep.key_at, "sweep", expected);
            faults.push(fault.remedy("sweep fewer values, or in several files"));
            return Vec::new();
        }
        let mut next = Vec::with_capacity(count);
        for combination in &combinations {
            for value in &axis.values {
                let mut made = combination.clone();
                set(&mut made.tree, &axis.key, value.clone(), faults);
                made.suffix += &format!("-{}", word(&axis.key, &value.value));
                made.values
                    .insert(axis.key.clone(), value.value.to_string());
                next.push(made);
            }
        }
        combinations = next;
    }
    combinations
}

/// Takes a key out of the sweep, because an option sets it.
pub(super) fn settle_axis(root: &mut Table, key: &str) {
    if let Some(Value::Table(table)) = root.get_mut("sweep").map(|entry| &mut entry.node.value) {
        take(table, key);
    }
}

fn take(table: &mut Table, key: &str) {
    if table.remove(key).is_some() {
        return;
    }
    if let Some((first, rest)) = key.split_once('.')
        && let Some(Value::Table(inner)) = table.get_mut(first).map(|entry| &mut entry.node.value)
    {
        take(inner, rest);
    }
}

/// Names of the combinations of a base name, valid and unique.
pub(super) fn names(base: &str, suffixes: &[&str]) -> Vec<String> {
    let mut used = BTreeSet::new();
    let mut names = Vec::with_capacity(suffixes.len());
    for suffix in suffixes {
        let mut name = joined(base, suffix);
        let mut count = 1;
        while !used.insert(name.clone()) {
            count += 1;
            name = joined(base, &format!("{suffix}-{count}"));
            if !name.ends_with(&format!("-{count}")) {
                name = joined(base, &format!("-{count}"));
            }
        }
        names.push(name);
    }
    names
}

/// Base and suffix in 64 characters: what is too long is cut, the base first, down to 16.
fn joined(base: &str, suffix: &str) -> String {
    let room = 64_usize.saturating_sub(suffix.len()).max(16);
    let name: String = base
        .chars()
        .take(room)
        .chain(suffix.chars())
        .take(64)
        .collect();
    debug_assert!(is_name(&name), "made of valid parts");
    name
}

/// The part of a name that a value gives: the initials of the key's last word before a number
/// (`mip_gap` = 0.01 is `mg0_01`), a text as it is.
fn word(key: &str, value: &Value) -> String {
    let text = match (value, exact(value, 6)) {
        (Value::Number(_), Some(number)) => {
            let last = key.rsplit('.').next().unwrap_or(key);
            let initials: String = last
                .split('_')
                .filter_map(|part| part.chars().next())
                .collect();
            format!("{initials}{}", decimal_text(number, 6))
        }
        (Value::Text(text) | Value::Number(text) | Value::Time(text), _) => text.clone(),
        (other, _) => other.to_string(),
    };
    let lower = text.to_lowercase();
    let valid = lower.chars().map(|letter| match letter {
        'a'..='z' | '0'..='9' | '_' | '-' => letter,
        _ => '_',
    });
    let word: String = valid.collect();
    let word = word.trim_matches('_');
    let start = word.len().saturating_sub(24);
    word[start..].to_owned()
}

fn read_axes(sweep: &Entry, faults: &mut Vec<ScenarioFault>) -> Vec<Axis> {
    let mut axes = Vec::new();
    match sweep.node.as_table() {
        Some(table) => collect_axes("", table, &mut axes, faults),
        None => faults.push(ScenarioFault::of(
            &sweep.node,
            "sweep",
            "expected a section [sweep]",
        )),
    }
    axes.sort_by(|a, b| a.key.cmp(&b.key));
    axes
}

/// Keys may be written in quotes (`"splits.max_shipments"`) or bare: both mean the same.
fn collect_axes(
    prefix: &str,
    table: &Table,
    axes: &mut Vec<Axis>,
    faults: &mut Vec<ScenarioFault>,
) {
    for (key, entry) in table {
        let key = format!("{prefix}{key}");
        match &entry.node.value {
            Value::Table(inner) => collect_axes(&format!("{key}."), inner, axes, faults),
            Value::List(values) => match refusal(&key, values, axes) {
                None => axes.push(Axis {
                    key,
                    values: values.clone(),
                }),
                Some((expected, remedy)) => {
                    let fault = ScenarioFault::of(&entry.node, &format!("sweep.{key}"), expected);
                    faults.push(fault.remedy(remedy));
                }
            },
            _ => {
                let expected = "expected a list of values";
                let fault = ScenarioFault::of(&entry.node, &format!("sweep.{key}"), expected);
                faults.push(fault.remedy(format!("write \"{key}\" = [1, 2, 3]")));
            }
        }
    }
}

fn refusal(key: &str, values: &[Node], axes: &[Axis]) -> Option<(&'static str, &'static str)> {
    let texts: BTreeSet<String> = values.iter().map(|value| value.value.to_string()).collect();
    if matches!(key, "name" | "extends" | "sweep") {
        Some((
            "this key cannot be swept",
            "sweep a setting or a part of a change",
        ))
    } else if values.is_empty() {
        Some((
            "a sweep over no value makes no scenario",
            "give it a value, or take it out",
        ))
    } else if texts.len() < values.len() {
        Some(("a value occurs twice", "take one of them out"))
    } else if axes.iter().any(|axis| axis.key == key) {
        Some(("this key is swept twice", "write it once"))
    } else if key == "objective.minimise"
        && axes.iter().any(|axis| axis.key == "objective.maximise")
    {
        Some((
            "maximise and minimise exclude each other",
            "sweep one of them",
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::tests::tree;
    use super::*;

    fn suffixes(text: &str) -> (Vec<String>, Vec<ScenarioFault>) {
        let mut faults = Vec::new();
        let expanded = expand(tree(text), &mut faults);
        (expanded.into_iter().map(|it| it.suffix).collect(), faults)
    }

    #[test]
    fn a_sweep_is_the_product_of_its_values_in_key_order() {
        let (found, faults) = suffixes(
            "[[change]]\nname = \"fuel\"\n[sweep]\n\"splits.max_shipments\" = [1, 2]\nchange.fuel.scale.base_cost = [1.0, 1.10]\n",
        );
        assert_eq!(faults, Vec::new());
        assert_eq!(found, ["-bc1-ms1", "-bc1-ms2", "-bc1_1-ms1", "-bc1_1-ms2"]);
    }

    #[test]
    fn a_sweep_of_too_many_combinations_is_refused_before_it_is_made() {
        let list: Vec<String> = (0..60).map(|n| n.to_string()).collect();
        let list = list.join(", ");
        let text = format!("[sweep]\n\"a.b\" = [{list}]\n\"a.c\" = [{list}]\n\"a.d\" = [{list}]\n");
        let (_, faults) = suffixes(&text);
        assert_eq!(faults.len(), 1);
        assert!(
            faults[0].expected.contains("216000 combinations"),
            "{}",
            faults[0]
        );
    }

    #[test]
    fn what_cannot_be_swept_is_a_fault() {
        for text in [
            "name = [\"a\"]",
            "a = []",
            "a = [1, 1]",
            "a = 1",
            "\"change.x.scale.y\" = [1]",
            "\"objective.maximise\" = [\"profit\"]\n\"objective.minimise\" = [\"cost\"]",
        ] {
            let (_, faults) = suffixes(&format!("[sweep]\n{text}\n"));
            assert_eq!(faults.len(), 1, "{text}");
        }
    }

    #[test]
    fn swept_names_are_valid_unique_and_never_paths() {
        let base = "b".repeat(64);
        let long = format!("-{}", "x".repeat(60));
        let made = names(&base, &["-a", "-a", &long, &long, &long]);
        let distinct: BTreeSet<_> = made.iter().collect();
        assert_eq!(distinct.len(), made.len(), "{made:?}");
        assert!(made.iter().all(|name| is_name(name)), "{made:?}");
        assert_eq!(
            word("data", &Value::Text("../../Etc/Pass wd".to_owned())),
            "etc_pass_wd"
        );
        assert_eq!(word("x.y_z", &Value::Number("-0.50".to_owned())), "yz-0_5");
    }
}
