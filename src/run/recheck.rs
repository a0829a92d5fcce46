//! A published run checked again: inputs unchanged, plans read back, every rule and cent verified, and every table
//! made anew and held against the folder's.

use super::differences;
use super::exit::Failure;
use super::load::{Ready, load};
use super::plan::{read_summary, summaries_of};
use super::planned::sent;
use super::prices::{read_prices, with_used};
use super::record::{Record, ScenarioRecord, tables_of};
use crate::domain::Settings;
use crate::explain;
use crate::input::{Built, OnBadOrder};
use crate::ledger;
use crate::options;
use crate::plan::{Plan, read_plan};
use crate::report::{
    Planned, Sheet, Summary, comparison_sheet, rejected_sheet, shadow_prices_sheet, with_tables,
};
use crate::scenario::Overrides;
use crate::solve::bound_at;
use crate::units::Money;
use crate::verify::{self, Audit};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Orders that were set aside, where that was allowed.
const REJECTED: &str = "rejected_orders";

/// Prices of what orders share.
const PRICES: &str = "shadow_prices";

/// How close a bound is proven anew where not all options are listed, one in so many.
const PROVEN_WITHIN: i64 = 5_000;

/// How a scenario stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its plan keeps all rules and comes to all that its files say.
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
        let of_scenario = folder.join(&scenario.name);
        let summary = read_summary(&of_scenario)?;
        let standing = match summary.filter(|summary| summary.verified) {
            Some(summary) => recheck_scenario(folder, &record, scenario, &summary)?,
            None if has_table(&of_scenario, "shipments") => Standing::Rejected(vec![
                "there are tables of a plan, but no summary that calls it verified".to_owned(),
            ]),
            None if scenario.has_plan() => Standing::Rejected(vec![
                "run.json tells of a plan that is not there".to_owned(),
            ]),
            None => Standing::NoPlan,
        };
        standings.push((scenario.name.clone(), standing));
    }
    let summaries = summaries_of(&record, folder)?;
    let wrong = differences::in_table(folder, &comparison_sheet(&summaries));
    if !wrong.is_empty() {
        standings.push(("comparison".to_owned(), Standing::Rejected(wrong)));
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
    if summary.status != scenario.status && !summary.interrupted {
        return Ok(Standing::Rejected(vec![format!(
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
    recheck_plan(ready, &folder, summary)
}

fn recheck_plan(ready: &mut Ready, folder: &Path, summary: &Summary) -> Result<Standing, Failure> {
    let built = ready.take_built()?;
    let settings = &ready.scenario.settings;
    for table in ["shipments", "allocations"] {
        let csv = folder.join(format!("{table}.csv"));
        if !has_table(folder, table) {
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
    let mut wrong = wrong_tables(&built, settings, folder, &plan, &audit, summary)?;
    wrong.extend(unproven(summary));
    Ok(if wrong.is_empty() {
        Standing::Verified
    } else {
        Standing::Rejected(wrong)
    })
}

/// Makes every table and the summary anew from the plan, and tells what differs in the folder.
fn wrong_tables(
    built: &Built,
    settings: &Settings,
    folder: &Path,
    plan: &Plan,
    audit: &Audit,
    summary: &Summary,
) -> Result<Vec<String>, Failure> {
    let dataset = &built.dataset;
    let options = options::enumerate(dataset, settings);
    let ledger = ledger::ledger(dataset, plan, audit);
    let unfilled = explain::unfilled(dataset, settings, plan, audit, &ledger, &options);
    let moved = explain::moved(dataset, settings, plan, audit, &ledger, &options);
    let returning = explain::returning(dataset, settings, &options.rates);
    let labels = explain::labels(dataset, settings, &options.rates, plan);
    let planned = Planned {
        dataset,
        settings,
        plan,
        audit,
        ledger: &ledger,
        unfilled: &unfilled,
        moved: &moved,
        returning: &returning,
        labels: &labels,
    };
    let mut wrong = verify::check_returns(dataset, &sent(&returning));
    let of_sheet = |sheet: &Sheet<'_>| differences::in_table(folder, sheet);
    wrong.extend(with_tables(planned, |sheets| -> Vec<String> {
        sheets.par_iter().flat_map(of_sheet).collect()
    }));
    if summary.is_baseline() && summary.goals.is_empty() {
        wrong.extend(
            has_table(folder, PRICES).then(|| format!("{PRICES}: a plan by rules has none")),
        );
    } else {
        wrong.extend(wrong_prices(
            built, settings, folder, plan, summary, &options,
        ));
    }
    if has_table(folder, REJECTED) {
        wrong.extend(of_sheet(&rejected_sheet(&built.rejected)));
    }
    let anew = summary.clone().restated(settings, Some((audit, &ledger)));
    wrong.extend(differences::in_summary(folder, &anew)?);
    Ok(wrong)
}

/// What the shadow prices say that the plan does not, and a bound that they do not prove.
fn wrong_prices(
    built: &Built,
    settings: &Settings,
    folder: &Path,
    plan: &Plan,
    summary: &Summary,
    options: &options::Options,
) -> Vec<String> {
    let dataset = &built.dataset;
    let prices = match read_prices(folder, dataset, settings) {
        Ok(prices) => prices,
        Err(faults) => return faults.iter().map(ToString::to_string).collect(),
    };
    let anew = with_used(dataset, settings, plan, &prices);
    let mut wrong = differences::in_table(folder, &shadow_prices_sheet(dataset, &anew));
    if let Some(parts) = summary.gap_parts {
        let mut by_prices = parts.by_prices().into_iter();
        if parts.proven_otherwise > Money::ZERO || by_prices.any(|(_, part)| part < Money::ZERO) {
            wrong.push(
                "summary.json, gap_parts: no part may be negative but what is proven otherwise"
                    .to_owned(),
            );
        }
    }
    let claimed = summary.gap_parts.zip(summary.objective);
    let proven = bound_at(dataset, settings, options, &prices);
    if let (Some((parts, objective)), Some(proven)) = (claimed, proven) {
        let claimed = objective.0.saturating_add(parts.told_by_prices().0);
        let slack = if proven.is_closest {
            0
        } else {
            claimed.abs() / PROVEN_WITHIN
        };
        if proven.bound > claimed.saturating_add(slack) {
            wrong.push(format!(
                "summary.json, gap_parts: the shadow prices prove a bound of {}, not {}",
                Money(proven.bound),
                Money(claimed)
            ));
        }
    }
    wrong
}

/// What a summary claims beyond its bound.
fn unproven(summary: &Summary) -> Option<String> {
    let gap = summary.gap.filter(|&gap| gap < 0.0)?;
    Some(format!(
        "summary.json, gap: {gap}: no plan can be better than the bound that is proven"
    ))
}

fn has_table(folder: &Path, name: &str) -> bool {
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
