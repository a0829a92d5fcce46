//! What each rule and limit of a scenario costs: it is planned again with each of them otherwise, one at a time.

use super::exit::Failure;
use super::folder::Runs;
use super::interrupt::Interrupt;
use super::load::load_all;
use super::plan::{Begun, PlanRequest, Ran, failed, plan_loaded};
pub use super::priced::KINDS;
use super::priced::to_price;
use crate::progress::Talk;
use crate::report::{Relaxed, RulePrice, Summary, rule_prices, rule_prices_sheet, write_sheet};
use crate::scenario::{MOST_SWEPT, Variant, load_variants};
use std::path::Path;

/// What to price, and how it is planned.
#[derive(Clone, Debug)]
pub struct PriceRequest {
    /// How scenarios are planned; of its files the first is priced.
    pub plan: PlanRequest,
    /// Kinds that are priced, of [`KINDS`]; empty: all.
    pub only: Vec<String>,
}

/// What came of it.
pub struct Pricing {
    /// The run.
    pub ran: Ran,
    /// What each costs, the dearest first.
    pub prices: Vec<RulePrice>,
}

/// Plans a scenario and its variants, and publishes them as one run.
///
/// # Errors
/// Faults of usage and input, before anything is planned; the file system's.
pub fn price(
    request: &PriceRequest,
    interrupt: &Interrupt,
    talk: &Talk,
) -> Result<Pricing, Failure> {
    let begun = Begun::now();
    let mut plan = request.plan.clone();
    let Some(file) = plan.files.first().cloned() else {
        return Err(Failure::Usage("name a scenario to price".to_owned()));
    };
    talk.note("reading the scenario and its tables");
    let on_bad_order = plan.manner.on_bad_order();
    let variants =
        |of: &[Variant]| load_variants(&file, &plan.overrides, of).map_err(Failure::Scenarios);
    let mut base = load_all(variants(&[Variant::default()])?, on_bad_order, 0)?;
    let ready = &mut base.scenarios[0];
    let settings = ready.scenario.settings.clone();
    let tables = ready.tables().cloned().unwrap_or_default();
    let built = ready.take_built()?;
    let limits = (settings.max_shipments, settings.line_max_shipments);
    let found = to_price(&built.dataset, &tables, limits, &request.only);
    drop((built, base, tables));
    if found.is_empty() {
        return Err(Failure::Usage(format!(
            "scenario {} has nothing of that kind to price",
            settings.name
        )));
    }
    if found.len() > MOST_SWEPT {
        return Err(Failure::Usage(format!(
            "{} things to price are more than {MOST_SWEPT}: choose some kinds with --only",
            found.len()
        )));
    }
    let all: Vec<Variant> = std::iter::once(Variant::default())
        .chain(found.iter().map(|one| one.variant.clone()))
        .collect();
    let scenarios = variants(&all)?;
    let names = scenarios[1..].iter().map(|it| it.settings.name.clone());
    let relaxed: Vec<Relaxed> = names
        .zip(found)
        .map(|(scenario, one)| Relaxed {
            scenario,
            ..one.relaxed
        })
        .collect();
    plan.name = plan.name.or_else(|| free_name(&plan.runs, &settings.name));
    talk.note(&format!("planning {} scenarios", scenarios.len()));
    let loaded = load_all(scenarios, on_bad_order, plan.jobs)?;
    let format = plan.manner.format;
    let also = |folder: &Path, summaries: &[Summary]| {
        let prices = rule_prices(&relaxed, summaries);
        write_sheet(folder, &rule_prices_sheet(&prices), format).map_err(failed)
    };
    let ran = plan_loaded(&plan, loaded, begun, (interrupt, talk), &also)?;
    Ok(Pricing {
        prices: rule_prices(&relaxed, &ran.summaries),
        ran,
    })
}

/// A name that no run has: the scenario's with `-price`, and a number where that is taken.
fn free_name(runs: &Path, scenario: &str) -> Option<String> {
    let base: String = scenario.chars().take(48).collect::<String>() + "-price";
    let runs = Runs::at(runs);
    let names = (1..1000).map(|number| match number {
        1 => base.clone(),
        _ => format!("{base}-{number}"),
    });
    let mut free = names.filter(|name| runs.find(name).is_err());
    free.next()
}
