//! `consign verify`.

use super::say;
use crate::progress::Talk;
use crate::run::{Exit, Failure, Record, Runs, Standing, recheck};
use clap::Args;
use std::path::PathBuf;

/// Check a run again: its inputs are unchanged, its plans keep every rule, its money adds up
///
/// Plans are read back from the published files, and the verifier shares no code with the solver. Every table and
/// the summary are made anew from the plan and held against the folder; the first differences are told with file, row
/// and column. Ends with 0 when all stands, 23 when not, 2 when the input has changed since.
#[derive(Args)]
pub struct VerifyArgs {
    /// Name of a run, `latest`, or a path to a run folder
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
}

/// Checks, and says how each scenario stands.
pub fn verify(args: &VerifyArgs, talk: &Talk) -> Result<Exit, Failure> {
    let folder = Runs::at(&args.runs).find(&args.run)?;
    talk.note("reading inputs and plans");
    let mut text = String::new();
    let mut exit = Exit::Good;
    for (scenario, standing) in recheck(&folder)? {
        match standing {
            Standing::Verified => text += &format!("{scenario}: verified\n"),
            Standing::NoPlan => text += &format!("{scenario}: no plan to verify\n"),
            Standing::Rejected(reasons) => {
                exit = Exit::Rejected;
                text += &format!("{scenario}: rejected\n  {}\n", reasons.join("\n  "));
            }
        }
    }
    let by = Record::read(&folder)?.consign;
    if exit == Exit::Rejected && by != env!("CARGO_PKG_VERSION") {
        text += &format!(
            "The run is by consign {by}: another version may tell the same plan in other words.\n"
        );
    }
    say(&text)?;
    Ok(exit)
}
