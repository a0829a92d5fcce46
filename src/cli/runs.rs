//! `consign runs` and `consign show`.

use super::compare::told_side_by_side;
use super::say;
use crate::report::{Summary, bars_text};
use crate::run::{Exit, Failure, Record, Runs, State, read_digest, summaries_of};
use clap::Args;
use std::path::PathBuf;

/// List the runs, the oldest first
///
/// Profit, gap and status are of the scenario with the highest profit.
#[derive(Args)]
pub struct RunsArgs {
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
}

/// Show one run: how its scenarios came out, and one of them in bars
///
/// Bars are of the first scenario with a plan unless --scenario names another. They are as wide as the terminal, plain text
/// without colours elsewhere too.
#[derive(Args)]
pub struct ShowArgs {
    /// Name of a run, `latest`, or a path to a run folder
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
    /// Scenario that is shown in bars
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
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
    table.set_header([
        "run",
        "started",
        "state",
        "exit",
        "scenarios",
        "highest profit",
        "gap",
        "status",
        "of",
        "seconds",
    ]);
    for record in &records {
        let [profit, gap, status, of] = best(record, &runs);
        table.add_row([
            record.name.clone(),
            record.started.clone(),
            state(record).to_owned(),
            record.exit_code.to_string(),
            record.scenarios.len().to_string(),
            profit,
            gap,
            status,
            of,
            format!("{:.1}", record.seconds),
        ]);
    }
    if records.is_empty() {
        let folder = args.runs.display();
        let text = format!("no runs in {folder} yet; `consign plan SCENARIO.toml` writes one\n");
        say(&text)?;
    } else {
        say(&format!("{}\n", table.trim_fmt()))?;
    }
    Ok(Exit::Good)
}

/// Profit, gap, status and name of the scenario with the highest profit; dashes where there is none, or its files cannot
/// be read: the list is of runs, whatever became of them.
fn best(record: &Record, runs: &Runs) -> [String; 4] {
    let summaries = summaries_of(record, &runs.path_of(&record.name)).unwrap_or_default();
    let with_profit = summaries.iter().filter_map(|it| Some((it.profit?, it)));
    let best = with_profit.reduce(|best, it| if it.0 > best.0 { it } else { best });
    let dash = || "–".to_owned();
    best.map_or([dash(), dash(), dash(), dash()], |(profit, it)| {
        let gap = it
            .gap
            .map_or_else(dash, |gap| format!("{:.3} %", gap * 100.0));
        [
            format!("{} {}", profit.rounded(), it.currency),
            gap,
            it.status.clone(),
            it.scenario.clone(),
        ]
    })
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
    let summaries = summaries_of(&record, &folder)?;
    text += &told_side_by_side(&record, &summaries);
    for scenario in &record.scenarios {
        for reason in &scenario.reasons {
            text += &format!("{}: {}: {reason}\n", scenario.name, scenario.status);
        }
    }
    let shown = args.scenario.as_deref();
    let mut planned = summaries.iter().filter(|it| it.verified);
    let shown: Option<&Summary> = planned.find(|it| shown.is_none_or(|name| it.scenario == name));
    match (shown, &args.scenario) {
        (Some(summary), _) => {
            if let Some(digest) = read_digest(&folder.join(&summary.scenario))? {
                text += &bars_text(summary, &digest, width());
            }
        }
        (None, Some(name)) => {
            return Err(Failure::Usage(format!(
                "run {} has no plan of a scenario {name}",
                record.name
            )));
        }
        (None, None) => {}
    }
    say(&text)?;
    Ok(Exit::Good)
}

/// Columns of the terminal, or those of paper where there is none.
fn width() -> usize {
    const PAPER: usize = 80;
    terminal_size::terminal_size_of(std::io::stdout()).map_or(PAPER, |(width, _)| width.0.into())
}

fn state(record: &Record) -> &'static str {
    match record.state {
        State::Finished => "finished",
        State::Interrupted => "interrupted",
    }
}
