//! `consign report`.

use super::say;
use crate::run::{Exit, Failure, Runs, write_page_of};
use clap::Args;
use std::path::PathBuf;

/// Write the page of a run: scenarios, proof, money, map, capacity, customers, what is scarce
///
/// One file that needs nothing else: no network, no script. `plan` writes it into the run's folder by itself; this makes it
/// anew from the record, the summaries and the digests that lie there, so that plans are not made again. The tables that it
/// leads to stay where they are: elsewhere its links lead back to the run's folder.
#[derive(Args)]
pub struct ReportArgs {
    /// Name of a run, `latest`, or a path to a run folder
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
    /// Write it there [default: report.html in the run's folder]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Writes the page, and says where.
pub fn report(args: &ReportArgs) -> Result<Exit, Failure> {
    let folder = Runs::at(&args.runs).find(&args.run)?;
    let path = write_page_of(&folder, args.out.as_deref())?;
    say(&format!("Report: {}\n", path.display()))?;
    Ok(Exit::Good)
}
