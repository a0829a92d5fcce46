//! `consign plan`.

use super::compare::told_side_by_side;
use super::say;
use crate::progress::Talk;
use crate::report::{CsvLocale, Format, Language, Summary};
use crate::run::{
    self, Also, Exit, Failure, Interrupt, Manner, Observed, PlanRequest, Ran, Runs, write_metrics,
};
use crate::scenario::Overrides;
use crate::units::Money;
use clap::{Args, ValueEnum};
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

const EXAMPLES: &str = "\
Examples:
  consign plan night/scenario.toml
  consign plan base.toml rules.toml fuel.toml --name monday     three scenarios, one run
  consign plan base.toml --as-of 2026-11-23T05:00               plan as of another moment
  consign plan base.toml --set objective.unfilled_cost=5        change a setting
  consign plan year.toml --name year --resume                   go on after Ctrl-C or a crash";

/// Threads at most for each core.
const PER_CORE: usize = 4;

/// Plan scenarios and write a run folder
///
/// All faults of all files are reported before anything is planned. The run is written beside and moved
/// into place whole; `latest` then points to it. Ctrl-C once stops with the best plans so far, twice at once. Scenarios
/// that had finished are kept, also when the program was killed: --resume goes on with the others.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct PlanArgs {
    /// Scenario files
    #[arg(required = true, value_name = "SCENARIO.toml")]
    scenarios: Vec<PathBuf>,
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
    /// Name of the run [default: first scenario and time]
    #[arg(long)]
    name: Option<String>,
    /// Moment of planning, over the scenario's: ISO 8601 or `now`
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// Run to move as little from as pays: a name, `latest` or a path, over the scenario's `replan.previous`
    #[arg(long, value_name = "RUN")]
    previous: Option<String>,
    /// Change a key of every scenario, e.g. splits.max_shipments=3
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// How to solve, over the scenario's `solver.method`
    #[arg(long)]
    method: Option<MethodName>,
    /// Memory at most, such as 2GB, over the scenario's `solver.memory`
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
    /// Go on with the run of --name, or with the newest interrupted run of these scenarios
    #[arg(long)]
    resume: bool,
    /// Threads for all scenarios together, at most 4 a core [default: cores]
    #[arg(long, short, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Format of the tables in the run
    #[arg(long, default_value = "csv")]
    format: FormatName,
    /// Write texts that a spreadsheet would run as a formula as they are
    #[arg(long)]
    raw_csv: bool,
    /// How CSV is written
    #[arg(long, value_name = "LOCALE", default_value = "plain")]
    csv_locale: CsvLocaleName,
    /// Also write all tables of each scenario as one workbook, workbook.xlsx
    #[arg(long)]
    xlsx: bool,
    /// Also write locations.geojson and flows.geojson, for maps
    #[arg(long)]
    geojson: bool,
    /// Also write measures for monitoring into this file, replaced whole: OpenMetrics text, for node_exporter's textfile collector
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,
    /// Also write documents to print, in English or with `=fr` in French: route sheets, pick lists, delivery notes, return slips
    #[arg(long, value_name = "LANG", num_args = 0..=1, require_equals = true, default_missing_value = "en")]
    documents: Option<LanguageName>,
    /// Set bad orders aside in rejected_orders.csv and plan the rest
    #[arg(long)]
    quarantine: bool,
    /// Leave out the page report.html; `consign report` makes it later
    #[arg(long)]
    no_report: bool,
    /// End with 0 when a verified plan is not within its gap
    #[arg(long)]
    accept_gap: bool,
}

impl PlanArgs {
    /// File for monitoring.
    pub(super) fn metrics(&self) -> Option<PathBuf> {
        self.metrics.clone()
    }

    /// Whether it takes up earlier work.
    pub(super) fn goes_on(&self) -> bool {
        self.resume || self.previous.is_some()
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum MethodName {
    /// By size and structure
    Auto,
    /// The whole model in the solver
    Exact,
    /// Prices and patterns alone, without the solver
    Prices,
}

/// How CSV is written.
#[derive(Clone, Copy, ValueEnum)]
pub enum CsvLocaleName {
    /// Commas between columns, decimal points
    Plain,
    /// Semicolons between columns, decimal commas, a byte order mark: as a French Excel writes and reads it
    Fr,
}

/// The format of CSV.
pub fn csv_format(raw: bool, locale: CsvLocaleName) -> Format {
    Format::Csv {
        raw,
        locale: match locale {
            CsvLocaleName::Plain => CsvLocale::Plain,
            CsvLocaleName::Fr => CsvLocale::French,
        },
    }
}

/// Language of documents.
#[derive(Clone, Copy, ValueEnum)]
pub enum LanguageName {
    /// English
    En,
    /// French
    Fr,
}

impl From<LanguageName> for Language {
    fn from(name: LanguageName) -> Self {
        match name {
            LanguageName::En => Self::English,
            LanguageName::Fr => Self::French,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatName {
    /// Comma-separated text
    Csv,
    /// Apache Parquet
    Parquet,
}

/// Plans, then shows the scenarios side by side.
pub fn plan(
    args: PlanArgs,
    arguments: &[OsString],
    quiet: bool,
    talk: &Talk,
) -> Result<Exit, Failure> {
    let begun = Instant::now();
    let metrics = args.metrics.clone();
    let planned = Interrupt::listen()
        .and_then(|interrupt| run::plan(&settled(args, arguments)?, &interrupt, talk));
    if let Some(path) = metrics {
        let of = Observed {
            command: "plan",
            begun,
            exit: planned.as_ref().map_or_else(Failure::exit, |ran| ran.exit),
            ran: planned.as_ref().ok(),
            wave: None,
        };
        tell_monitoring(&path, of, talk);
    }
    let ran = planned?;
    if !quiet {
        say(&told(&ran))?;
    }
    for scenario in &ran.record.scenarios {
        let is_told = scenario.status == "interrupted" || scenario.exit_code == Exit::Limit.code();
        if !is_told && !scenario.reasons.is_empty() {
            let reasons = scenario.reasons.join("\n  ");
            talk.warning(&format!(
                "{}: {}:\n  {reasons}",
                scenario.name, scenario.status
            ));
        }
    }
    Ok(ran.exit)
}

/// What any command that plans takes.
#[derive(Args)]
pub(super) struct Planning {
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
    /// Name of the run [default: the scenario's with -price]
    #[arg(long)]
    name: Option<String>,
    /// Moment of planning, over the scenario's: ISO 8601 or `now`
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// Change a key of every scenario, e.g. splits.max_shipments=3
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Threads for all scenarios together, at most 4 a core [default: cores]
    #[arg(long, short, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Set bad orders aside in rejected_orders.csv and plan the rest
    #[arg(long)]
    quarantine: bool,
    /// End with 0 when a verified plan is not within its gap
    #[arg(long)]
    accept_gap: bool,
}

pub(super) fn settled_planning(
    files: Vec<PathBuf>,
    args: Planning,
    arguments: &[OsString],
) -> PlanRequest {
    PlanRequest {
        files,
        overrides: Overrides {
            set: args.set,
            as_of: args.as_of,
        },
        runs: args.runs,
        name: args.name,
        resume: false,
        jobs: threads(args.jobs),
        manner: Manner {
            format: csv_format(false, CsvLocaleName::Plain),
            also: Also::default(),
            quarantine: args.quarantine,
            accept_gap: args.accept_gap,
            page: true,
        },
        command_line: as_given(arguments),
    }
}

fn as_given(arguments: &[OsString]) -> Vec<String> {
    arguments
        .iter()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect()
}

/// Writes the file for monitoring. Where that fails, the run is as good as it is: whoever watches sees that the file is old.
pub(super) fn tell_monitoring(path: &Path, of: Observed<'_>, talk: &Talk) {
    if let Err(failure) = write_metrics(path, of) {
        talk.warning(&format!("warning: no metrics: {failure}"));
    }
}

pub(super) fn settled(args: PlanArgs, arguments: &[OsString]) -> Result<PlanRequest, Failure> {
    let mut set = args.set;
    set.extend(args.method.map(|method| match method {
        MethodName::Auto => "solver.method=auto".to_owned(),
        MethodName::Exact => "solver.method=exact".to_owned(),
        MethodName::Prices => "solver.method=prices".to_owned(),
    }));
    set.extend(args.memory.map(|size| format!("solver.memory={size}")));
    if let Some(previous) = &args.previous {
        // The folder of one scenario will do, too.
        let folder = Runs::at(&args.runs).find(previous).or_else(|failure| {
            let path = PathBuf::from(previous);
            if path.is_dir() {
                Ok(path)
            } else {
                Err(failure)
            }
        })?;
        set.push(format!("replan.previous={}", folder.display()));
    }
    Ok(PlanRequest {
        files: args.scenarios,
        overrides: Overrides {
            set,
            as_of: args.as_of,
        },
        runs: args.runs,
        name: args.name,
        resume: args.resume,
        jobs: threads(args.jobs),
        manner: Manner {
            format: match args.format {
                FormatName::Csv => csv_format(args.raw_csv, args.csv_locale),
                FormatName::Parquet => Format::Parquet,
            },
            also: Also {
                documents: args.documents.map(Language::from),
                workbook: args.xlsx,
                geojson: args.geojson,
            },
            quarantine: args.quarantine,
            accept_gap: args.accept_gap,
            page: !args.no_report,
        },
        command_line: as_given(arguments),
    })
}

/// As many as are asked for, up to [`PER_CORE`] for each core; more would only take memory.
fn threads(asked: Option<NonZeroUsize>) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    asked.map_or(cores, |asked| asked.get().min(cores * PER_CORE))
}

/// What the gap of a scenario is made of, where there is one.
fn told_gap(summary: &Summary) -> String {
    let name = &summary.scenario;
    let mut text = summary.widest_goal().map_or(String::new(), |goal| {
        format!(
            "{name}: the gap is of a goal that comes first, {}\n",
            goal.told()
        )
    });
    let Some(parts) = summary.gap_parts else {
        return text;
    };
    let shows = |amount: Money| amount.rounded() != Money::ZERO.rounded();
    let told = parts.all().filter(|(_, part)| shows(*part));
    let told: Vec<String> = told
        .map(|(name, part)| format!("{name} {}", part.rounded()))
        .collect();
    if shows(parts.total()) {
        let what = if text.is_empty() {
            "the gap"
        } else {
            "what the last goal misses"
        };
        text += &format!("{name}: {what} is made of {}\n", told.join(", "));
    }
    text
}

/// What stdout shows of a run.
fn told(ran: &Ran) -> String {
    let mut text = told_side_by_side(&ran.record, &ran.summaries);
    for scenario in &ran.record.scenarios {
        let is_shown = ran
            .summaries
            .iter()
            .any(|one| one.scenario == scenario.name);
        if !is_shown {
            text += &format!("{}: {}\n", scenario.name, scenario.status);
        }
    }
    for summary in &ran.summaries {
        text += &told_gap(summary);
    }
    if ran.exit != Exit::Good {
        text += &format!(
            "{} (exit code {})\n",
            ran.record.exit_reason,
            ran.exit.code()
        );
    }
    text + &format!("Run: {}\n", ran.folder.display())
}
