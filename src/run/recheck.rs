//! A published run checked again: inputs unchanged, plans read back, every rule and cent verified.

use super::exit::Failure;
use super::load::{Ready, load};
use super::plan::read_summary;
use super::record::{Record, ScenarioRecord};
use crate::input::OnBadOrder;
use crate::plan::read_plan;
use crate::report::{MoneySummary, Summary};
use crate::scenario::Overrides;
use crate::verify;
use std::path::Path;

/// How a scenario stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its plan keeps all rules and comes to the money that its summary says.
    Verified,
    /// There is no plan to check, and its record says why.
    NoPlan,
    /// What is wrong.
    Rejected(Vec<String>),
}

/// Checks all scenarios of a run, in order.
///
/// # Errors
/// Inputs that have changed since, files that cannot be read.
pub fn recheck(folder: &Path) -> Result<Vec<(String, Standing)>, Failure> {
    let record = Record::read(folder)?;
    let mut standings = vec![];
    for scenario in &record.scenarios {
        let summary = read_summary(&folder.join(&scenario.name))?;
        let standing = match summary {
            Some(summary) if summary.verified => {
                recheck_scenario(folder, &record, scenario, &summary)?
            }
            _ => Standing::NoPlan,
        };
        standings.push((scenario.name.clone(), standing));
    }
    Ok(standings)
}

fn recheck_scenario(
    folder: &Path,
    record: &Record,
    scenario: &ScenarioRecord,
    summary: &Summary,
) -> Result<Standing, Failure> {
    let folder = folder.join(&scenario.name);
    let file = folder.join("scenario.toml");
    let text = std::fs::read(&file).map_err(Failure::io("read", &file))?;
    if blake3::hash(&text).to_hex().as_str() != scenario.settings_hash {
        return Ok(Standing::Rejected(vec![format!(
            "{} is not the scenario that was planned: its hash differs from run.json",
            file.display()
        )]));
    }
    let has_rejected = ["csv", "parquet"]
        .iter()
        .any(|ending| folder.join(format!("rejected_orders.{ending}")).exists());
    let on_bad_order = if has_rejected {
        OnBadOrder::SetAside
    } else {
        OnBadOrder::Refuse
    };
    let mut loaded = load(&[file], &Overrides::default(), on_bad_order, 1)?;
    let changed = changed_tables(record, &scenario.data, &loaded.inputs);
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
    recheck_plan(ready, &folder, summary)
}

fn recheck_plan(ready: &mut Ready, folder: &Path, summary: &Summary) -> Result<Standing, Failure> {
    let built = ready.take_built()?;
    let settings = &ready.scenario.settings;
    for table in ["shipments", "allocations"] {
        let csv = folder.join(format!("{table}.csv"));
        if !csv.is_file() && !folder.join(format!("{table}.parquet")).is_file() {
            return Err(Failure::io("read", &csv)(
                std::io::ErrorKind::NotFound.into(),
            ));
        }
    }
    let plan = match read_plan(folder, &built.dataset) {
        Ok(plan) => plan,
        Err(faults) => {
            let told = faults.iter().map(ToString::to_string);
            return Ok(Standing::Rejected(told.collect()));
        }
    };
    let audit = match verify::verify(&built.dataset, settings, &plan) {
        Ok(audit) => audit,
        Err(violations) => {
            let told = violations.iter().map(ToString::to_string);
            return Ok(Standing::Rejected(told.collect()));
        }
    };
    let json = |money: Option<MoneySummary>| serde_json::to_value(money).ok();
    let mut wrong = vec![];
    if json(Some(MoneySummary::from(audit.total))) != json(summary.money) {
        wrong.push("the money of the plan differs from summary.json".to_owned());
    }
    let objective = Some(audit.objective(settings).as_f64());
    if objective != summary.objective.map(crate::units::Money::as_f64) {
        wrong.push("the objective of the plan differs from summary.json".to_owned());
    }
    let filled = summary.kpis.as_ref().map(|kpis| kpis.units_filled);
    if filled != Some(audit.units_filled) {
        wrong.push("the units filled by the plan differ from summary.json".to_owned());
    }
    Ok(if wrong.is_empty() {
        Standing::Verified
    } else {
        Standing::Rejected(wrong)
    })
}

/// Tables of a dataset that are not those that were planned with.
fn changed_tables(
    record: &Record,
    data: &str,
    now: &std::collections::BTreeMap<String, String>,
) -> Vec<String> {
    // Scenario files may lie beside the tables: what they said is kept in the run.
    let is_table = |path: &&String| {
        let path = Path::new(path.as_str());
        path.parent() == Some(Path::new(data)) && path.extension().is_none_or(|it| it != "toml")
    };
    let mut paths: Vec<&String> = record
        .inputs
        .keys()
        .chain(now.keys())
        .filter(is_table)
        .collect();
    paths.sort();
    paths.dedup();
    paths.retain(|path| record.inputs.get(*path) != now.get(*path));
    paths.into_iter().cloned().collect()
}
