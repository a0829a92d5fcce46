//! `consign compare`.

use super::say;
use crate::report::{Format, Summary, comparison_text, write_comparison};
use crate::run::{Exit, Failure, Record, Runs, summaries_of};
use clap::Args;
use std::path::{Path, PathBuf};

/// Show the scenarios of runs side by side
///
/// Differences are to the first scenario; `sure` is what is proven at least. Where several runs are
/// compared, a scenario is called RUN/SCENARIO.
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
    for run in &args.of {
        let folder = runs.find(run)?;
        let record = Record::read(&folder)?;
        for mut summary in summaries_of(&record, &folder)? {
            if args.of.len() > 1 {
                summary.scenario = format!("{}/{}", record.name, summary.scenario);
            }
            summaries.push(summary);
        }
    }
    if let Some(folder) = &args.csv {
        write(folder, &summaries)?;
    }
    say(&comparison_text(&summaries))?;
    Ok(Exit::Good)
}

fn write(folder: &Path, summaries: &[Summary]) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(Failure::io("create", folder))?;
    write_comparison(folder, summaries, Format::Csv { raw: false }).map_err(|error| Failure::Io {
        doing: "write",
        path: error.path,
        source: error.source,
    })
}
