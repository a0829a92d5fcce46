//! The command line: one file a command. Results go to stdout, talk to stderr.

mod check;
mod compare;
mod documents;
mod explain;
mod export;
mod generate;
mod init;
mod manual;
mod plan;
mod price;
mod report;
mod runs;
mod schema;
mod verify;
mod wave;

use crate::progress::{Log, Talk};
use crate::run::{Exit, Failure};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  consign init night && consign plan night/scenario.toml
  consign check scenarios/*.toml
  consign plan base.toml rules.toml --set splits.max_shipments=3 --jobs 4
  consign compare latest last-week
  consign explain latest 1003

Exit codes (a larger one is worse):
    0  every scenario is solved within its gap and verified
    2  wrong usage, scenario or input; all faults are listed, nothing is written
   10  verified plans, but not within the gap (0 with --accept-gap)
   11  some scenarios have no plan, others are good
   20  infeasible, with the reason        21  a limit came before any plan
   23  the verifier rejected a plan; it is not written
   70  a mistake of the program           74  reading or writing failed, disk full
   75  another run holds the lock        130, 143  interrupted; --resume goes on";

/// Plans a whole batch of customer orders jointly, and proves how good its plan is.
///
/// Files in (a folder of tables and a scenario in TOML), one mixed-integer model, files out (a folder a
/// run). Every plan is checked by a verifier of its own before it is written.
#[derive(Parser)]
#[command(name = "consign", version, after_help = EXAMPLES, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    talk: TalkArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct TalkArgs {
    /// Write what happens to stderr, an event a line; without it, bars on a terminal and silence elsewhere
    #[arg(long, global = true, value_name = "FORMAT")]
    log: Option<LogFormat>,
    /// No progress, no warnings, no summary: errors only
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    /// Lines of text
    Text,
    /// JSON objects, one a line
    Json,
}

#[derive(Subcommand)]
enum Command {
    Plan(plan::PlanArgs),
    Wave(wave::WaveArgs),
    Check(check::CheckArgs),
    Compare(compare::CompareArgs),
    Verify(verify::VerifyArgs),
    Explain(explain::ExplainArgs),
    Price(price::PriceArgs),
    Report(report::ReportArgs),
    Documents(documents::DocumentsArgs),
    Export(export::ExportArgs),
    Runs(runs::RunsArgs),
    Show(runs::ShowArgs),
    Init(init::InitArgs),
    Generate(generate::GenerateArgs),
    Schema(schema::SchemaArgs),
    Completions(manual::CompletionsArgs),
    Man(manual::ManArgs),
}

/// The whole program: reads the arguments of the process, works, and says how it ended.
pub fn main() -> ExitCode {
    panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or(String::new(), |at| format!(" ({at})"));
        let payload = panic.payload();
        let what = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        let failure = Failure::OwnFault(format!("{what}{place}"));
        let _ = writeln!(io::stderr().lock(), "{failure}");
    }));
    let exit = panic::catch_unwind(AssertUnwindSafe(|| run(std::env::args_os().collect())));
    ExitCode::from(exit.unwrap_or(Exit::OwnFault).code())
}

fn run(arguments: Vec<OsString>) -> Exit {
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // When nobody listens there is nobody to tell.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Input
            } else {
                Exit::Good
            };
        }
    };
    let talk = Talk::new(cli.talk.log.map(Log::from), cli.talk.quiet);
    match obey(cli, &arguments, &talk) {
        Ok(exit) => exit,
        Err(failure) => {
            let exit = failure.exit();
            talk.failure(exit.code(), &failure.to_string(), &failure.faults());
            exit
        }
    }
}

fn obey(cli: Cli, arguments: &[OsString], talk: &Talk) -> Result<Exit, Failure> {
    let quiet = cli.talk.quiet;
    match cli.command {
        Command::Plan(args) => plan::plan(args, arguments, quiet, talk),
        Command::Wave(args) => wave::wave(args, arguments, quiet, talk),
        Command::Check(args) => check::check(args, talk),
        Command::Compare(args) => compare::compare(&args),
        Command::Verify(args) => verify::verify(&args, talk),
        Command::Explain(args) => explain::explain(&args, talk),
        Command::Price(args) => price::price(args, arguments, quiet, talk),
        Command::Report(args) => report::report(&args),
        Command::Documents(args) => documents::documents(args, quiet),
        Command::Export(args) => export::export(args, quiet),
        Command::Runs(args) => runs::runs(&args),
        Command::Show(args) => runs::show(&args),
        Command::Init(args) => init::init(&args),
        Command::Generate(args) => generate::generate(args),
        Command::Schema(args) => schema::schema(&args),
        Command::Completions(args) => manual::completions(&args),
        Command::Man(args) => manual::man(&args),
    }
}

/// Writes a result to stdout. A reader who has gone away, as `head` does, is no failure.
fn say(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::io("write", "standard output".as_ref())(error))
        }
        _ => Ok(()),
    }
}

/// The description of the command line, for completions and manual pages.
fn description() -> clap::Command {
    Cli::command()
}

impl From<LogFormat> for Log {
    fn from(format: LogFormat) -> Self {
        match format {
            LogFormat::Text => Self::Text,
            LogFormat::Json => Self::Json,
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn command_line_is_sound() {
        super::description().debug_assert();
    }
}
