//! `consign runs` and `consign show`.

use super::compare::told_side_by_side;
use super::say;
use crate::run::{Exit, Failure, Record, Runs, State, summaries_of};
use clap::Args;
use std::path::PathBuf;

/// List the runs, the oldest first
#[derive(Args)]
pub struct RunsArgs {
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
}

/// Show one run
#[derive(Args)]
pub struct ShowArgs {
    /// Name of a run, `latest`, or a path to a run folder
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
}

/// Prints one line a run.
pub fn runs(args: &RunsArgs) -> Result<Exit, Failure> {
    let runs = Runs::at(&args.runs);
    if args.runs.is_dir() {
        // Shows what a killed run had finished; where the folder cannot be written, that waits.
        let _ = runs.tidy();
    }
    let records = runs.list()?;
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["run", "started", "state", "exit", "scenarios", "seconds"]);
    for record in &records {
        table.add_row([
            record.name.clone(),
            record.started.clone(),
            state(record).to_owned(),
            record.exit_code.to_string(),
            record.scenarios.len().to_string(),
            format!("{:.1}", record.seconds),
        ]);
    }
    say(&format!("{}\n", table.trim_fmt()))?;
    Ok(Exit::Good)
}

/// Prints what a run was and how its scenarios came out.
pub fn show(args: &ShowArgs) -> Result<Exit, Failure> {
    let folder = Runs::at(&args.runs).find(&args.run)?;
    let record = Record::read(&folder)?;
    let mut text = format!(
        "{}  {}, exit code {}: {}\nstarted {}, {:.1} s, {} of {} cores, consign {}, {} {}\n{}\n",
        record.name,
        state(&record),
        record.exit_code,
        record.exit_reason,
        record.started,
        record.seconds,
        record.machine.jobs,
        record.machine.cores,
        record.consign,
        record.solver.name,
        record.solver.version,
        record.command_line.join(" "),
    );
    text += &told_side_by_side(&record, &summaries_of(&record, &folder)?);
    for scenario in &record.scenarios {
        for reason in &scenario.reasons {
            text += &format!("{}: {}: {reason}\n", scenario.name, scenario.status);
        }
    }
    say(&text)?;
    Ok(Exit::Good)
}

fn state(record: &Record) -> &'static str {
    match record.state {
        State::Finished => "finished",
        State::Interrupted => "interrupted",
    }
}
