//! A scenario of a published run opened again: its inputs are those of then, and its plan keeps every rule.

use super::exit::Failure;
use super::findings::Checked;
use super::folder::Runs;
use super::load::load;
use super::plan::read_summary;
use super::prices::read_prices;
use super::record::{Record, ScenarioRecord, tables_of};
use crate::domain::Settings;
use crate::input::{Built, OnBadOrder};
use crate::options::{self, Options};
use crate::plan::{Plan, read_plan};
use crate::report::Summary;
use crate::scenario::Overrides;
use crate::solve::Resource;
use crate::verify::{self, Audit};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Orders that were set aside, where that was allowed.
pub(super) const REJECTED: &str = "rejected_orders";

/// Prices of what orders share.
pub(super) const PRICES: &str = "shadow_prices";

/// A scenario of a run with all that its plan was made of.
pub struct Opened {
    /// Its folder within the run.
    pub folder: PathBuf,
    /// What it says of itself.
    pub summary: Summary,
    /// The settings it was planned with.
    pub settings: Settings,
    /// The data it was planned on, and the orders set aside.
    pub built: Built,
    /// What each order could do.
    pub options: Options,
    /// Its plan.
    pub plan: Plan,
    /// What the verifier finds in it.
    pub audit: Audit,
    /// What one more of something shared would be worth at most, in micro-units of money, as far as its folder tells.
    pub prices: Vec<(Resource, i64)>,
}

impl Opened {
    /// What is known of the plan once it is checked.
    pub fn checked(&self) -> Checked<'_> {
        Checked {
            dataset: &self.built.dataset,
            settings: &self.settings,
            options: &self.options,
            plan: &self.plan,
            audit: &self.audit,
            prices: &self.prices,
        }
    }
}

/// Opens a scenario of a run: the one named, or the only one with a plan.
///
/// # Errors
/// No such run or scenario, inputs that have changed since, a plan that does not stand.
pub fn open(runs: &Path, run: &str, scenario: Option<&str>) -> Result<Opened, Failure> {
    let folder = Runs::at(runs).find(run)?;
    let record = Record::read(&folder)?;
    let planned: Vec<&ScenarioRecord> = record
        .scenarios
        .iter()
        .filter(|it| it.has_plan() && scenario.is_none_or(|name| name == it.name))
        .collect();
    let names = |of: &mut dyn Iterator<Item = &ScenarioRecord>| {
        let names: Vec<&str> = of.map(|it| it.name.as_str()).collect();
        names.join(", ")
    };
    let chosen = match planned[..] {
        [only] => only,
        [] => {
            let all = &mut record.scenarios.iter().filter(|it| it.has_plan());
            return Err(Failure::Usage(match scenario {
                Some(name) => format!(
                    "run {} has no plan of a scenario {name}; it has plans of: {}",
                    record.name,
                    names(all)
                ),
                None => without_plan(&record),
            }));
        }
        _ => {
            return Err(Failure::Usage(format!(
                "run {} has several scenarios; choose one with --scenario: {}",
                record.name,
                names(&mut planned.into_iter())
            )));
        }
    };
    let missing = || Failure::Usage(format!("scenario {} has no summary.json", chosen.name));
    let summary = read_summary(&folder.join(&chosen.name))?.ok_or_else(missing)?;
    open_scenario(&folder, &record, chosen, summary)?.map_err(|reasons| {
        Failure::Usage(format!(
            "the plan of scenario {} does not stand; `consign verify` tells more:\n  {}",
            chosen.name,
            reasons.join("\n  ")
        ))
    })
}

/// That no scenario of a run has a plan, why, and what tells more.
fn without_plan(record: &Record) -> String {
    let mut text = format!("run {} has no plan", record.name);
    for scenario in &record.scenarios {
        for reason in &scenario.reasons {
            text += &format!("\n  {}: {reason}", scenario.name);
        }
    }
    text + "\n`consign explain SCENARIO.toml --why-infeasible` tells what of a scenario cannot hold together"
}

/// Opens a scenario of a run folder, or tells what is wrong with it.
///
/// # Errors
/// Inputs that have changed since, files that cannot be read.
pub(super) fn open_scenario(
    folder: &Path,
    record: &Record,
    scenario: &ScenarioRecord,
    summary: Summary,
) -> Result<Result<Opened, Vec<String>>, Failure> {
    let folder = folder.join(&scenario.name);
    let file = folder.join("scenario.toml");
    let text = std::fs::read(&file).map_err(Failure::io("read", &file))?;
    if blake3::hash(&text).to_hex().as_str() != scenario.settings_hash {
        return Ok(Err(vec![format!(
            "{} is not the scenario that was planned: its hash differs from run.json",
            file.display()
        )]));
    }
    if summary.status != scenario.status && !summary.interrupted {
        return Ok(Err(vec![format!(
            "summary.json, status: {:?}, but run.json says {:?}",
            summary.status, scenario.status
        )]));
    }
    let on_bad_order = if has_table(&folder, REJECTED) {
        OnBadOrder::SetAside
    } else {
        OnBadOrder::Refuse
    };
    let mut loaded = load(&[file], &Overrides::default(), on_bad_order, 1)?;
    let mut changed = changed_tables(record, &scenario.data, &loaded.inputs);
    // So may what an earlier run had planned.
    let of_others = loaded.inputs.iter().filter(|(path, hash)| {
        let then = record.inputs.get(*path);
        then.is_some_and(|then| then != *hash) && !changed.contains(path)
    });
    let of_others: Vec<String> = of_others.map(|(path, _)| path.clone()).collect();
    changed.extend(of_others);
    if !changed.is_empty() {
        return Err(Failure::Usage(format!(
            "the input of scenario {} has changed since it was planned, so it cannot be verified: {}",
            scenario.name,
            changed.join(", ")
        )));
    }
    let Some(ready) = loaded.scenarios.first_mut() else {
        return Err(Failure::OwnFault(
            "a scenario file held no scenario".to_owned(),
        ));
    };
    let built = ready.take_built()?;
    let settings = ready.scenario.settings.clone();
    for table in ["shipments", "allocations"] {
        let csv = folder.join(format!("{table}.csv"));
        if !has_table(&folder, table) {
            return Err(Failure::io("read", &csv)(
                std::io::ErrorKind::NotFound.into(),
            ));
        }
    }
    let plan = match read_plan(&folder, &built.dataset) {
        Ok(plan) => plan,
        Err(faults) => return Ok(Err(faults.iter().map(ToString::to_string).collect())),
    };
    Ok(match verify::verify(&built.dataset, &settings, &plan) {
        Err(violations) => Err(violations.iter().map(ToString::to_string).collect()),
        Ok(audit) => Ok(Opened {
            options: options::enumerate(&built.dataset, &settings),
            prices: read_prices(&folder, &built.dataset, &settings).unwrap_or_default(),
            folder,
            summary,
            settings,
            built,
            plan,
            audit,
        }),
    })
}

pub(super) fn has_table(folder: &Path, name: &str) -> bool {
    let mut files = ["csv", "parquet"]
        .iter()
        .map(|ending| format!("{name}.{ending}"));
    files.any(|file| folder.join(file).exists())
}

/// Tables of a dataset that are not those that were planned with.
fn changed_tables(record: &Record, data: &str, now: &BTreeMap<String, String>) -> Vec<String> {
    let then: BTreeMap<&str, &str> = record.tables_of(data).into_iter().collect();
    let now: BTreeMap<&str, &str> = tables_of(now, data).into_iter().collect();
    let paths: BTreeSet<&&str> = then.keys().chain(now.keys()).collect();
    let changed = paths
        .into_iter()
        .filter(|path| then.get(**path) != now.get(**path));
    changed.map(|path| (*path).to_owned()).collect()
}
