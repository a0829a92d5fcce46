//! `consign explain`.

use super::say;
use crate::progress::Talk;
use crate::run::{self, Exit, Failure};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  consign explain latest 1003                     why order 1003 ships as it does, or does not
  consign explain monday 1003 --line 2            one line of it
  consign explain monday 1003 --scenario peak     in one of several scenarios
  consign explain monday 1003 --format json       every way there is, for a program
  consign explain monday --why-infeasible         what of what stays unfilled cannot hold together
  consign explain base.toml --why-infeasible      the same of a scenario that has no plan";

/// Explain an order: why this location, service and wave, and what else it could do
///
/// For each shipment: all ways for the same goods with cost and worth, what is in the way of each, what it takes of what is
/// scarce; why the order does not go in one shipment; why something stays unfilled, and the smallest changes that would fill it.
/// The same in one row a line, for all orders: decisions.csv of the run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ExplainArgs {
    /// Name of a run, `latest`, or a path to a run folder; with --why-infeasible also a scenario file
    #[arg(value_name = "RUN")]
    run: String,
    /// Id of the order
    #[arg(value_name = "ORDER", required_unless_present = "why_infeasible")]
    order: Option<String>,
    /// Name the smallest set of demands, limits and rules that cannot hold together: around the order, or what is unfilled
    #[arg(long, conflicts_with = "line")]
    why_infeasible: bool,
    /// Id of one line of it
    #[arg(long, value_name = "LINE")]
    line: Option<String>,
    /// Scenario of the run, where it has several
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
    /// How it is told
    #[arg(long, default_value = "text")]
    format: TextOrJson,
}

#[derive(Clone, Copy, ValueEnum)]
enum TextOrJson {
    /// In words
    Text,
    /// JSON
    Json,
}

/// Explains.
pub fn explain(args: &ExplainArgs, talk: &Talk) -> Result<Exit, Failure> {
    talk.note("reading inputs and plans");
    let order = args.order.as_deref();
    let is_text = matches!(args.format, TextOrJson::Text);
    let is_file = Path::new(&args.run)
        .extension()
        .is_some_and(|ending| ending == "toml");
    if args.why_infeasible && is_file {
        let told = run::conflict_of_file(Path::new(&args.run), order)?;
        say(&if is_text {
            told.to_text()
        } else {
            told.to_json()
        })?;
        return Ok(Exit::Good);
    }
    let opened = run::open(&args.runs, &args.run, args.scenario.as_deref())?;
    let text = match order {
        Some(order) if !args.why_infeasible => {
            let told = run::explain(&opened, order, args.line.as_deref())?;
            if is_text {
                told.to_text()
            } else {
                told.to_json()
            }
        }
        _ => {
            let told = run::conflict_of_run(&opened, order)?;
            if is_text {
                told.to_text()
            } else {
                told.to_json()
            }
        }
    };
    say(&text)?;
    Ok(Exit::Good)
}
