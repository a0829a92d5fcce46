//! One scenario file with something else on top: what a scenario would be without a rule, or with a change more.

use super::change::read_changes;
use super::fault::{ScenarioFault, sorted};
use super::keys::check_keys;
use super::load::{Overrides, Scenario, apply_overrides, base_name};
use super::overlay::overlay;
use super::read::{Chain, read_chain};
use super::resolved::resolved_text;
use super::rule::read_rules;
use super::settle::settle;
use super::sweep::{expand, names};
use super::tree::{Source, Table, Value, parse_document};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is put on top of a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// What its name adds to the scenario's.
    pub suffix: String,
    /// TOML that is laid over the scenario's file, as by one that extends it.
    pub above: String,
    /// Name of a `[[rule]]` that is taken out.
    pub without_rule: Option<String>,
}

/// The scenarios of a file that has one, with each variant's on top, in their order.
///
/// # Errors
/// Every fault of the file and the options; the file has several scenarios.
pub fn load_variants(
    path: &Path,
    overrides: &Overrides,
    variants: &[Variant],
) -> Result<Vec<Scenario>, Vec<ScenarioFault>> {
    let Chain {
        mut root,
        at,
        files,
    } = read_chain(path)?;
    let mut faults = Vec::new();
    apply_overrides(&mut root, overrides, Timestamp::now(), &mut faults);
    check_keys(&root, &mut faults);
    let base = base_name(&mut root, path, &at, &mut faults);
    let mut combinations = expand(root, &mut faults);
    let root = match (combinations.pop(), combinations.is_empty()) {
        (Some(alone), true) => alone.tree,
        _ => {
            let fault = ScenarioFault::at(&at, "sweep", "the file has several scenarios");
            let remedy = "choose one: settle what is swept with --set, or take [sweep] out";
            faults.push(fault.remedy(remedy));
            return Err(sorted(faults));
        }
    };
    let suffixes: Vec<&str> = variants.iter().map(|it| it.suffix.as_str()).collect();
    let mut scenarios = Vec::with_capacity(variants.len());
    for (name, variant) in names(&base, &suffixes).iter().zip(variants) {
        let mut tree = root.clone();
        lay_over(&mut tree, variant, &mut faults);
        check_keys(&tree, &mut faults);
        let changes = read_changes(&tree, &mut faults);
        let rules = read_rules(&tree, &mut faults);
        if let Some((settings, data, previous)) = settle(&tree, name, &at, &mut faults) {
            scenarios.push(Scenario {
                resolved: resolved_text(&tree, name, (&data, previous.as_deref()), &files),
                settings,
                data,
                previous,
                changes,
                rules,
                swept: None,
                files: files.clone(),
            });
        }
    }
    if faults.is_empty() {
        Ok(scenarios)
    } else {
        faults.dedup();
        Err(sorted(faults))
    }
}

fn lay_over(tree: &mut Table, variant: &Variant, faults: &mut Vec<ScenarioFault>) {
    if let Some(rule) = &variant.without_rule {
        drop_rule(tree, rule);
    }
    let source = Arc::new(Source {
        name: format!("variant {}", variant.suffix),
        folder: PathBuf::new(),
    });
    match parse_document(&variant.above, &source) {
        Ok(above) => overlay(tree, above),
        Err(found) => faults.extend(found),
    }
}

/// Takes the rule of a name out; one that states none is called after its number. Others keep what they are called.
fn drop_rule(tree: &mut Table, name: &str) {
    let Some(Value::List(rules)) = tree.get_mut("rule").map(|entry| &mut entry.node.value) else {
        return;
    };
    let mut number = 0;
    rules.retain(|item| {
        number += 1;
        let stated = item.as_table().and_then(|rule| rule.get("name"));
        match stated.and_then(|entry| entry.node.as_text()) {
            Some(stated) => stated != name,
            None => format!("rule-{number}") != name,
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::read::tests::tree;
    use super::*;

    #[test]
    fn a_rule_is_taken_out_by_the_name_it_is_called() {
        let text = "[[rule]]\naction = \"together\"\n[[rule]]\nname = \"b\"\naction = \"apart\"\n";
        for (name, left) in [("rule-1", 1), ("b", 1), ("rule-2", 2)] {
            let mut root = tree(text);
            drop_rule(&mut root, name);
            let Value::List(rules) = &root["rule"].node.value else {
                panic!("a list");
            };
            assert_eq!(rules.len(), left, "{name}");
        }
    }
}
