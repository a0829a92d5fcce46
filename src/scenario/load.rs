//! Scenario files and options → scenarios.

use super::change::{Change, read_changes};
use super::definition::is_name;
use super::fault::{ScenarioFault, sorted};
use super::keys::check_keys;
use super::overlay::set;
use super::read::{Chain, read_chain};
use super::resolved::resolved_text;
use super::rule::{Rule, read_rules};
use super::settle::settle;
use super::sweep::{Swept, expand, names, settle_axis};
use super::tree::{Node, Place, Source, Table, parse_option_value};
use crate::domain::Settings;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the command line says over the files.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--set KEY=VALUE`, in order; a value that is not TOML is a text. Paths are relative to the
    /// working directory. A key that is set is no longer swept.
    pub set: Vec<String>,
    /// `--as-of T`: a moment as in the file, or `now`.
    pub as_of: Option<String>,
}

/// One scenario, settled: how to plan, on which tables, changed how.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// How to plan.
    pub settings: Settings,
    /// Folder of the tables, absolute.
    pub data: PathBuf,
    /// Folder of the run before, absolute.
    pub previous: Option<PathBuf>,
    /// What-ifs on the tables, in the order in which they apply.
    pub changes: Vec<Change>,
    /// Business rules, in their order.
    pub rules: Vec<Rule>,
    /// What a sweep sets in it; `None` where nothing is swept.
    pub swept: Option<Swept>,
    /// The files that it was read from, the named one first.
    pub files: Vec<PathBuf>,
    /// The whole scenario as one TOML file: no `extends`, no `[sweep]`, defaults written out, `data` absolute.
    pub resolved: String,
}

/// The scenarios of files, in their order, a swept file's in the order of its combinations.
///
/// # Errors
/// Every fault of every file and option, by file and place.
pub fn load_scenarios(
    paths: &[PathBuf],
    overrides: &Overrides,
) -> Result<Vec<Scenario>, Vec<ScenarioFault>> {
    let mut faults = Vec::new();
    let mut scenarios = Vec::new();
    let now = Timestamp::now();
    for path in paths {
        match load_file(path, overrides, now) {
            Ok(loaded) => scenarios.extend(loaded),
            Err(found) => faults.extend(found),
        }
    }
    faults.extend(shared_names(&scenarios));
    if faults.is_empty() {
        Ok(scenarios)
    } else {
        Err(sorted(faults))
    }
}

fn load_file(
    path: &Path,
    overrides: &Overrides,
    now: Timestamp,
) -> Result<Vec<Scenario>, Vec<ScenarioFault>> {
    let Chain {
        mut root,
        at,
        files,
    } = read_chain(path)?;
    let mut faults = Vec::new();
    apply_overrides(&mut root, overrides, now, &mut faults);
    check_keys(&root, &mut faults);
    let base = base_name(&mut root, path, &at, &mut faults);
    let combinations = expand(root, &mut faults);
    let suffixes: Vec<&str> = combinations.iter().map(|it| it.suffix.as_str()).collect();
    let names = names(&base, &suffixes);
    let mut scenarios = Vec::with_capacity(names.len());
    for (name, combination) in names.iter().zip(&combinations) {
        let tree = &combination.tree;
        check_keys(tree, &mut faults);
        let changes = read_changes(tree, &mut faults);
        let rules = read_rules(tree, &mut faults);
        if let Some((settings, data, previous)) = settle(tree, name, &at, &mut faults) {
            scenarios.push(Scenario {
                resolved: resolved_text(tree, name, (&data, previous.as_deref()), &files),
                settings,
                data,
                previous,
                changes,
                rules,
                swept: combination.swept(&base),
                files: files.clone(),
            });
        }
    }
    if faults.is_empty() {
        Ok(scenarios)
    } else {
        Err(faults)
    }
}

pub(super) fn apply_overrides(
    root: &mut Table,
    overrides: &Overrides,
    now: Timestamp,
    faults: &mut Vec<ScenarioFault>,
) {
    for option in &overrides.set {
        let source = option_source(format!("--set {option}"));
        let Some((key, value)) = option.split_once('=') else {
            let at = Place {
                source,
                position: None,
            };
            let fault = ScenarioFault::at(&at, "", "has no =");
            faults.push(
                fault.remedy("write it as --set key=value, e.g. --set splits.max_shipments=3"),
            );
            continue;
        };
        let (key, node) = (key.trim(), parse_option_value(value.trim(), &source));
        if matches!(key, "extends" | "sweep") {
            let fault = ScenarioFault::of(&node, key, "this key cannot be set by an option");
            faults.push(fault.remedy("write it in a scenario file"));
            continue;
        }
        settle_axis(root, key);
        set(root, key, node, faults);
    }
    if let Some(as_of) = &overrides.as_of {
        let source = option_source(format!("--as-of {as_of}"));
        let at = Place {
            source,
            position: None,
        };
        let moment = if as_of == "now" {
            now.to_string()
        } else {
            as_of.clone()
        };
        settle_axis(root, "as_of");
        set(root, "as_of", Node::text(&moment, &at), faults);
    }
}

fn option_source(name: String) -> Arc<Source> {
    Arc::new(Source {
        name,
        folder: PathBuf::new(),
    })
}

/// The name that the file states, else its own without ending.
pub(super) fn base_name(
    root: &mut Table,
    path: &Path,
    at: &Place,
    faults: &mut Vec<ScenarioFault>,
) -> String {
    const EXPECTED: &str =
        "expected a name of 1 to 64 of a-z, 0-9, _ and -, the first a letter or digit";
    if let Some(entry) = root.remove("name") {
        match entry.node.as_text() {
            Some(name) if is_name(name) => return name.to_owned(),
            _ => faults.push(ScenarioFault::of(&entry.node, "name", EXPECTED)),
        }
        return "unnamed".to_owned();
    }
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    if is_name(stem) {
        return stem.to_owned();
    }
    let fault = ScenarioFault::at(
        at,
        "name",
        format!("the file's name does not do as the scenario's; {EXPECTED}"),
    );
    faults.push(fault.remedy("state a name in it: name = \"…\""));
    "unnamed".to_owned()
}

/// Names are folders of the run: two scenarios of one name would write over each other.
fn shared_names(scenarios: &[Scenario]) -> Vec<ScenarioFault> {
    let mut first: BTreeMap<&str, &Path> = BTreeMap::new();
    let mut faults = Vec::new();
    for scenario in scenarios {
        let file = scenario
            .files
            .first()
            .map(PathBuf::as_path)
            .unwrap_or(Path::new(""));
        let name = scenario.settings.name.as_str();
        match first.get(name) {
            None => {
                first.insert(name, file);
            }
            Some(other) => faults.push(ScenarioFault {
                file: file.display().to_string(),
                line: None,
                column: None,
                key: "name".to_owned(),
                value: name.to_owned(),
                expected: format!("the scenario of {} has this name too", other.display()),
                remedy: "give each scenario a name of its own".to_owned(),
            }),
        }
    }
    faults
}
