//! `consign compare`.

use super::say;
use crate::report::{
    CsvLocale, FIGURES, Figure, Format, Summary, WriteError, certified_text, comparison_text,
    curves, curves_text, figure, moved_between_sheet, moved_between_text, moved_lines, pareto,
    pareto_sheet, pareto_text, write_comparison, write_sheet,
};
use crate::run::{
    Exit, Failure, Record, Runs, Side, notes, refuse_mixed_currencies, shipped_lines, summaries_of,
};
use crate::scenario::Swept;
use clap::Args;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  consign compare latest last-week                          scenarios of two runs side by side
  consign compare monday/base monday/peak --moved           what ships otherwise, by location, wave and service
  consign compare sweep --pareto cost_per_order,on_time_rate   which scenarios no other beats in both";

/// Show the scenarios of runs side by side
///
/// Differences are to the first scenario; `sure` is what is proven at least, and sentences below say so. Where a sweep changes
/// a number, its curve says what each step brings, and what of it is proven. Where several runs are compared, a scenario is
/// called RUN/SCENARIO. Scenarios planned on other data, or for another time, than the first are noted; runs in different
/// currencies are refused.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct CompareArgs {
    /// Runs: names, `latest`, or paths to run folders; of one scenario alone: RUN/SCENARIO
    #[arg(required = true, value_name = "RUN")]
    of: Vec<String>,
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
    /// Also write comparison.csv into this folder, with curves.csv where numbers are swept, moved_between.csv and pareto.csv where they are asked for
    #[arg(long, value_name = "DIR")]
    csv: Option<PathBuf>,
    /// Tell what ships otherwise in the second of two scenarios than in the first
    #[arg(long)]
    moved: bool,
    /// Tell which scenarios no other beats in two key figures, such as cost_per_order,on_time_rate
    #[arg(long, value_name = "KPI,KPI", value_delimiter = ',', num_args = 1)]
    pareto: Vec<String>,
}

/// Scenarios beside each other.
#[derive(Default)]
struct Beside {
    summaries: Vec<Summary>,
    sides: Vec<Side>,
    folders: Vec<PathBuf>,
    swept: Vec<Option<Swept>>,
}

/// Prints the comparison.
pub fn compare(args: &CompareArgs) -> Result<Exit, Failure> {
    let figures = figures(&args.pareto)?;
    let beside = beside(args)?;
    refuse_mixed_currencies(&beside.sides)?;
    let csv = args.csv.as_deref();
    if let Some(folder) = csv {
        std::fs::create_dir_all(folder).map_err(Failure::io("create", folder))?;
        write_comparison(folder, &beside.summaries, &beside.swept, GUARDED).map_err(failed)?;
    }
    let mut text = told(&beside.summaries, &beside.sides, &beside.swept);
    if let Some(figures) = figures {
        let standings = pareto(&beside.summaries, figures);
        text += &format!("\n{}", pareto_text(&standings, figures));
        if let Some(folder) = csv {
            write_sheet(folder, &pareto_sheet(&standings, figures), GUARDED).map_err(failed)?;
        }
    }
    if args.moved {
        text += &format!("\n{}", moved(&beside, csv)?);
    }
    say(&text)?;
    Ok(Exit::Good)
}

const GUARDED: Format = Format::Csv {
    raw: false,
    locale: CsvLocale::Plain,
};

/// The scenarios that are asked for.
fn beside(args: &CompareArgs) -> Result<Beside, Failure> {
    let runs = Runs::at(&args.runs);
    let mut beside = Beside::default();
    let mut seen = HashSet::new();
    for asked in &args.of {
        let (folder, only) = match (runs.find(asked), asked.rsplit_once(['/', '\\'])) {
            (Ok(folder), _) => (folder, None),
            (Err(_), Some((run, scenario))) => (runs.find(run)?, Some(scenario)),
            (Err(failure), None) => return Err(failure),
        };
        let record = Record::read(&folder)?;
        let mut summaries = summaries_of(&record, &folder)?;
        if let Some(only) = only {
            summaries.retain(|summary| summary.scenario == only);
            if summaries.is_empty() {
                let names: Vec<&str> = record.scenarios.iter().map(|it| it.name.as_str()).collect();
                return Err(Failure::Usage(format!(
                    "run {} has no scenario {only}; it has: {}",
                    record.name,
                    names.join(", ")
                )));
            }
        }
        let swept = record.swept(&summaries);
        let called = |name: &str| match args.of.len() {
            1 => name.to_owned(),
            _ => format!("{}/{name}", record.name),
        };
        for (mut summary, mut swept) in summaries.into_iter().zip(swept) {
            let of_scenario = folder.join(&summary.scenario);
            if !seen.insert(of_scenario.clone()) {
                // Named twice it is still one value of its curve.
                swept = None;
            }
            if let Some(swept) = &mut swept {
                swept.sweep = called(&swept.sweep);
            }
            beside.swept.push(swept);
            let name = called(&summary.scenario);
            beside.folders.push(of_scenario);
            beside
                .sides
                .push(Side::new(name.clone(), &record, &summary));
            summary.scenario = name;
            beside.summaries.push(summary);
        }
    }
    Ok(beside)
}

/// What ships otherwise.
fn moved(beside: &Beside, csv: Option<&Path>) -> Result<String, Failure> {
    let ([first, second], [one, other]) = (&beside.folders[..], &beside.summaries[..]) else {
        return Err(Failure::Usage(format!(
            "--moved holds two scenarios against each other, not {}: name two, as RUN/SCENARIO",
            beside.summaries.len()
        )));
    };
    let lines = moved_lines(&shipped_lines(first)?, &shipped_lines(second)?);
    if let Some(folder) = csv {
        write_sheet(folder, &moved_between_sheet(&lines), GUARDED).map_err(failed)?;
    }
    let names = [one.scenario.as_str(), other.scenario.as_str()];
    Ok(moved_between_text(&lines, names))
}

/// The two figures of `--pareto`.
fn figures(names: &[String]) -> Result<Option<[Figure; 2]>, Failure> {
    if names.is_empty() {
        return Ok(None);
    }
    let found: Vec<Figure> = names.iter().filter_map(|name| figure(name)).collect();
    match found[..] {
        [one, other] if names.len() == 2 && one.name != other.name => Ok(Some([one, other])),
        _ => {
            let known: Vec<&str> = FIGURES.iter().map(|it| it.name).collect();
            Err(Failure::Usage(format!(
                "--pareto takes two different key figures, such as cost_per_order,on_time_rate; known are: {}",
                known.join(", ")
            )))
        }
    }
}

/// A comparison of a run's own scenarios, with notes on those that differ in more than settings.
pub fn told_side_by_side(record: &Record, summaries: &[Summary]) -> String {
    let side = |summary: &Summary| Side::new(summary.scenario.clone(), record, summary);
    let sides: Vec<Side> = summaries.iter().map(side).collect();
    told(summaries, &sides, &record.swept(summaries))
}

/// Scenarios side by side, what is proven, what else differs, and what sweeps tell.
fn told(summaries: &[Summary], sides: &[Side], swept: &[Option<Swept>]) -> String {
    let notes = notes(sides);
    let notes: String = notes.iter().map(|note| format!("{note}\n")).collect();
    let curves = curves_text(&curves(summaries, swept));
    comparison_text(summaries) + &certified_text(summaries) + &notes + &curves
}

fn failed(error: WriteError) -> Failure {
    Failure::Io {
        doing: "write",
        path: error.path,
        source: error.source,
    }
}
