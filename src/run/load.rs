//! Scenario files → scenarios with their datasets, all faults of all files found before anything is planned.

use super::exit::Failure;
use super::memory::{Need, refused};
use crate::domain::Dataset;
use crate::input::{
    Built, Fault, Faults, OnBadOrder, RELEASED, Tables, build, drop_given, expand, read_previous,
    read_tables,
};
use crate::scenario::{Overrides, Scenario, apply_changes, apply_rules, load_scenarios};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Scenarios that can be planned.
pub struct Loaded {
    /// In the order of the command line.
    pub scenarios: Vec<Ready>,
    /// BLAKE3 of each input file by its absolute path.
    pub inputs: BTreeMap<String, String>,
    /// What is probably not meant, each once.
    pub warnings: Vec<Faults>,
}

/// A scenario whose data are known to be sound.
pub struct Ready {
    /// Its settings and changes.
    pub scenario: Scenario,
    /// How much there is to plan.
    pub counts: Counts,
    /// How much memory that takes.
    pub need: Need,
    /// Its dataset, kept for the first scenarios and built again for others: memory is for those at work.
    built: Option<Built>,
    /// Its tables before its changes, where the dataset is not kept.
    tables: Option<Tables>,
    on_bad_order: OnBadOrder,
    /// Seconds that reading and building took.
    pub seconds: f64,
}

/// Sizes of a dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Orders.
    pub orders: usize,
    /// Order lines.
    pub lines: usize,
    /// Units asked for.
    pub units: u64,
    /// Products.
    pub skus: usize,
    /// Locations.
    pub locations: usize,
    /// Stock cells.
    pub stock_cells: usize,
    /// Departures over the horizon, all locations.
    pub waves: usize,
    /// Carrier services.
    pub services: usize,
    /// Rows of rate cards.
    pub rates: usize,
    /// Orders set aside.
    pub rejected_orders: usize,
}

/// Reads all that the scenarios need; `kept` datasets are kept in memory.
///
/// # Errors
/// All faults of all files at once.
pub fn load(
    files: &[PathBuf],
    overrides: &Overrides,
    on_bad_order: OnBadOrder,
    kept: usize,
) -> Result<Loaded, Failure> {
    let scenarios = load_scenarios(files, overrides).map_err(Failure::Scenarios)?;
    load_all(scenarios, on_bad_order, kept)
}

/// The same of scenarios that are read already.
pub(super) fn load_all(
    scenarios: Vec<Scenario>,
    on_bad_order: OnBadOrder,
    kept: usize,
) -> Result<Loaded, Failure> {
    let mut inputs = BTreeMap::new();
    for scenario in &scenarios {
        for file in &scenario.files {
            let path = std::path::absolute(file).map_err(Failure::io("read", file))?;
            let bytes = std::fs::read(&path).map_err(Failure::io("read", &path))?;
            let hash = blake3::hash(&bytes).to_hex().to_string();
            inputs.insert(path.display().to_string(), hash);
        }
    }
    let mut found = Found::default();
    let datasets = read_datasets(&scenarios, on_bad_order, &mut found);
    let keep_all = scenarios.len() <= kept;
    let mut ready = vec![];
    for (position, scenario) in scenarios.into_iter().enumerate() {
        let Some((tables, reading)) = datasets.get(&scenario.data) else {
            continue;
        };
        for table in tables.iter() {
            let path = scenario.data.join(table.source());
            inputs.insert(path.display().to_string(), table.hash().to_owned());
        }
        let begun = Instant::now();
        let with_previous = with_previous(&scenario, tables)?;
        let tables = with_previous.as_ref().unwrap_or(tables);
        inputs.extend(before(tables));
        match settle(&scenario, tables, on_bad_order) {
            Ok(mut built) => {
                found.add(&scenario.settings.name, std::mem::take(&mut built.warnings));
                let counts = Counts::of(&built);
                ready.push(Ready {
                    need: Need::of(&built.dataset, &scenario.settings, &counts),
                    counts,
                    scenario,
                    built: (position < kept).then_some(built),
                    tables: (!keep_all).then(|| tables.clone()),
                    on_bad_order,
                    seconds: reading + begun.elapsed().as_secs_f64(),
                });
            }
            Err(faults) => found.add(&scenario.settings.name, faults),
        }
    }
    let warnings = found.warnings()?;
    let refused: Vec<String> = ready
        .iter()
        .filter_map(|ready| refused(&ready.scenario.settings, ready.need))
        .collect();
    if !refused.is_empty() {
        return Err(Failure::Usage(refused.join("\n")));
    }
    Ok(Loaded {
        scenarios: ready,
        inputs,
        warnings,
    })
}

/// The tables of each folder, read once, and the seconds that it took.
fn read_datasets(
    scenarios: &[Scenario],
    on_bad_order: OnBadOrder,
    found: &mut Found,
) -> BTreeMap<PathBuf, (Tables, f64)> {
    let mut datasets = BTreeMap::new();
    let mut tried: Vec<&Path> = vec![];
    for scenario in scenarios {
        if tried.contains(&scenario.data.as_path()) {
            continue;
        }
        tried.push(&scenario.data);
        let begun = Instant::now();
        match read_tables(&scenario.data, on_bad_order) {
            Ok((tables, warnings)) => {
                found.add(&scenario.data.display().to_string(), warnings);
                let seconds = begun.elapsed().as_secs_f64();
                datasets.insert(scenario.data.clone(), (tables, seconds));
            }
            Err(mut faults) => {
                let place = scenario.data.display().to_string();
                let mut more = Found::default();
                let is_all = on_bad_order == OnBadOrder::Refuse && find_more(scenario, &mut more);
                if !is_all {
                    faults.push(Fault::warning(
                        &place,
                        "what files say of one another is checked once every file can be read and every cell is right",
                    ));
                }
                found.add(&place, faults);
                for (place, faults) in more.0 {
                    found.add(&place, faults);
                }
            }
        }
    }
    datasets
}

/// What else is wrong when cells of orders are: with these orders aside the rest is held against each other, so that
/// nobody mends one fault only to meet the next. Whether the rest could be read.
fn find_more(scenario: &Scenario, found: &mut Found) -> bool {
    let Ok((tables, _)) = read_tables(&scenario.data, OnBadOrder::SetAside) else {
        return false;
    };
    if let Err(faults) = settle(scenario, &tables, OnBadOrder::Refuse) {
        found.add(&scenario.settings.name, faults);
    }
    true
}

/// The tables with what the scenario's run before planned; `None`: it names none.
fn with_previous(scenario: &Scenario, tables: &Tables) -> Result<Option<Tables>, Failure> {
    let Some(run) = &scenario.previous else {
        return Ok(None);
    };
    let folder = planned_folder(run, &scenario.settings.name)?;
    let previous = read_previous(&folder)
        .map_err(|faults| Failure::Tables(vec![(folder.display().to_string(), faults)]))?;
    let mut tables = tables.clone();
    tables.insert(previous);
    Ok(Some(tables))
}

/// The folder of a scenario's plan in a run: of the same name, or the only one; or the folder itself.
fn planned_folder(run: &Path, name: &str) -> Result<PathBuf, Failure> {
    let is_plan = |folder: &Path| {
        let mut files = ["shipments.csv", "shipments.parquet", RELEASED].iter();
        files.any(|file| folder.join(file).is_file())
    };
    if is_plan(run) {
        return Ok(run.to_owned());
    }
    let same = run.join(name);
    if is_plan(&same) {
        return Ok(same);
    }
    let entries = std::fs::read_dir(run).map_err(Failure::io("read", run))?;
    let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut plans: Vec<PathBuf> = folders.filter(|folder| is_plan(folder)).collect();
    match (plans.pop(), plans.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err(Failure::Usage(format!(
            "{} has plans of several scenarios and none of {name}: name the folder of one of them",
            run.display()
        ))),
        _ => Err(Failure::Usage(format!(
            "{} holds no plan: name the folder of a finished run",
            run.display()
        ))),
    }
}

/// What is read from a run before, by file, with its hash.
fn before(tables: &Tables) -> Option<(String, String)> {
    let previous = tables
        .get("previous")
        .filter(|table| Path::new(table.source()).is_absolute())?;
    Some((previous.source().to_owned(), previous.hash().to_owned()))
}

/// Applies a scenario's changes, adds what their rows bring about, builds its dataset and settles its rules on it.
fn settle(scenario: &Scenario, tables: &Tables, on_bad_order: OnBadOrder) -> Result<Built, Faults> {
    let (changed, mut warnings) = apply_changes(scenario, tables)?;
    let expanded = match expand(&changed, &scenario.settings) {
        Ok((expanded, more)) => {
            warnings.append(more);
            expanded
        }
        Err(faults) => {
            warnings.append(faults);
            return Err(warnings);
        }
    };
    let left = match drop_given(&expanded, &scenario.settings) {
        Ok(left) => left,
        Err(faults) => {
            warnings.append(faults);
            return Err(warnings);
        }
    };
    match build(&left.tables, &scenario.settings, on_bad_order) {
        Ok(mut built) => {
            warnings.append(std::mem::take(&mut built.warnings));
            match apply_rules(scenario, &expanded, &left, &mut built.dataset) {
                Ok(more) => warnings.append(more),
                Err(faults) => {
                    warnings.append(faults);
                    return Err(warnings);
                }
            }
            built.warnings = warnings;
            Ok(built)
        }
        Err(faults) => {
            warnings.append(faults);
            Err(warnings)
        }
    }
}

impl Ready {
    /// Its tables before its changes, as long as its dataset is not built from them again; `None`: they are not kept.
    pub(super) fn tables(&self) -> Option<&Tables> {
        self.tables.as_ref()
    }

    /// Its dataset and the orders set aside: kept, or built again from the same tables.
    pub fn take_built(&mut self) -> Result<Built, Failure> {
        if let Some(built) = self.built.take() {
            return Ok(built);
        }
        let begun = Instant::now();
        let settled = self
            .tables
            .take()
            .map(|tables| settle(&self.scenario, &tables, self.on_bad_order));
        self.seconds += begun.elapsed().as_secs_f64();
        match settled {
            Some(Ok(built)) => Ok(built),
            _ => Err(Failure::OwnFault(format!(
                "scenario {} could be built once and not again",
                self.scenario.settings.name
            ))),
        }
    }
}

impl Counts {
    fn of(built: &Built) -> Self {
        let dataset: &Dataset = &built.dataset;
        Self {
            orders: dataset.orders.len(),
            lines: dataset.lines.len(),
            units: dataset
                .lines
                .iter()
                .map(|line| u64::from(line.quantity))
                .sum(),
            skus: dataset.products.len(),
            locations: dataset.locations.len(),
            stock_cells: dataset.stock.len(),
            waves: dataset.waves.len(),
            services: dataset.services.len(),
            rates: dataset.rates.len(),
            rejected_orders: built.set_aside(),
        }
    }
}

/// Faults by where they were found; the same faults of several scenarios are told once.
#[derive(Default)]
struct Found(Vec<(String, Faults)>);

impl Found {
    fn add(&mut self, place: &str, faults: Faults) {
        if faults.is_empty() || self.0.iter().any(|(_, have)| *have == faults) {
            return;
        }
        self.0.push((place.to_owned(), faults));
    }

    /// The warnings, if there is nothing worse.
    fn warnings(self) -> Result<Vec<Faults>, Failure> {
        if self.0.iter().any(|(_, faults)| faults.has_errors()) {
            return Err(Failure::Tables(self.0));
        }
        Ok(self.0.into_iter().map(|(_, faults)| faults).collect())
    }
}
