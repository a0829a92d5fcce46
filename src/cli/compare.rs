//! `consign compare`.

use super::say;
use crate::report::{CsvLocale, Format, Summary, comparison_text, write_comparison};
use crate::run::{Exit, Failure, Record, Runs, Side, notes, refuse_mixed_currencies, summaries_of};
use clap::Args;
use std::path::{Path, PathBuf};

/// Show the scenarios of runs side by side
///
/// Differences are to the first scenario; `sure` is what is proven at least. Where several runs are
/// compared, a scenario is called RUN/SCENARIO. Scenarios planned on other data, or for another time, than the first are
/// noted; runs in different currencies are refused.
#[derive(Args)]
pub struct CompareArgs {
    /// Runs: names, `latest`, or paths to run folders
    #[arg(required = true, value_name = "RUN")]
    of: Vec<String>,
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
    /// Also write comparison.csv into this folder
    #[arg(long, value_name = "DIR")]
    csv: Option<PathBuf>,
}

/// Prints the comparison.
pub fn compare(args: &CompareArgs) -> Result<Exit, Failure> {
    let runs = Runs::at(&args.runs);
    let mut summaries: Vec<Summary> = vec![];
    let mut sides: Vec<Side> = vec![];
    for run in &args.of {
        let folder = runs.find(run)?;
        let record = Record::read(&folder)?;
        for mut summary in summaries_of(&record, &folder)? {
            let name = if args.of.len() > 1 {
                format!("{}/{}", record.name, summary.scenario)
            } else {
                summary.scenario.clone()
            };
            sides.push(Side::new(name.clone(), &record, &summary));
            summary.scenario = name;
            summaries.push(summary);
        }
    }
    refuse_mixed_currencies(&sides)?;
    if let Some(folder) = &args.csv {
        write(folder, &summaries)?;
    }
    say(&(comparison_text(&summaries) + &noted(&sides)))?;
    Ok(Exit::Good)
}

/// A comparison of a run's own scenarios, with notes on those that differ in more than settings.
pub fn told_side_by_side(record: &Record, summaries: &[Summary]) -> String {
    let side = |summary: &Summary| Side::new(summary.scenario.clone(), record, summary);
    let sides: Vec<Side> = summaries.iter().map(side).collect();
    comparison_text(summaries) + &noted(&sides)
}

fn noted(sides: &[Side]) -> String {
    notes(sides)
        .iter()
        .map(|note| format!("{note}\n"))
        .collect()
}

fn write(folder: &Path, summaries: &[Summary]) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(Failure::io("create", folder))?;
    write_comparison(
        folder,
        summaries,
        Format::Csv {
            raw: false,
            locale: CsvLocale::Plain,
        },
    )
    .map_err(|error| Failure::Io {
        doing: "write",
        path: error.path,
        source: error.source,
    })
}
