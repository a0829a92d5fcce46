//! `consign wave`.

use super::plan::{PlanArgs, settled, tell_monitoring};
use super::say;
use crate::progress::Talk;
use crate::report::time_text;
use crate::run::{self, Exit, Failure, Interrupt, Observed, WaveRequest, Waved};
use clap::Args;
use jiff::SignedDuration;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Instant;

const EXAMPLES: &str = "\
Examples:
  consign wave today.toml --state state --as-of now                     every hour, by cron
  consign wave today.toml --state state --as-of now --every 2h          every two hours
  consign wave today.toml --state state --as-of now --stock-at now      with stock counted anew
  consign wave today.toml --state state --as-of now --keep 48           what calls before the last 48 left is removed";

/// Release what must leave before the next call, hold the rest
///
/// The whole horizon is planned. Of it are released the shipments of waves that depart before the next call, unless a
/// later wave keeps their promise and has room for them; the rest is held with its reason. Each call leaves a folder of
/// its own in the state folder, whole or not at all: what it names in `allocations` and `shipments` is released, once.
/// Later calls ask no more for it and leave its stock alone. A call that is repeated for the same moment does nothing.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct WaveArgs {
    #[command(flatten)]
    plan: PlanArgs,
    /// Folder that remembers what was released
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
    /// Time until the next call, such as 1h or 90min
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration)]
    every: SignedDuration,
    /// When the stock of the data was counted: ISO 8601 [default: as before, at first the moment of planning]
    #[arg(long, value_name = "TIME")]
    stock_at: Option<String>,
    /// Calls whose folders stay in the state folder, this one too, at least 2 [default: all]; runs of calls before, and
    /// of the oldest that stays, can no longer be verified
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    keep: Option<u32>,
}

fn duration(text: &str) -> Result<SignedDuration, String> {
    let found: Result<SignedDuration, _> = text.parse();
    let found = found.map_err(|_| "expected a span of time such as 1h or 90min".to_owned())?;
    if found.is_positive() {
        Ok(found)
    } else {
        Err("it must be above 0".to_owned())
    }
}

/// Releases, then says what.
pub fn wave(
    args: WaveArgs,
    arguments: &[OsString],
    quiet: bool,
    talk: &Talk,
) -> Result<Exit, Failure> {
    let begun = Instant::now();
    let metrics = args.plan.metrics();
    let waved = release(args, arguments, talk);
    if let Some(path) = metrics {
        let of = Observed {
            command: "wave",
            begun,
            exit: waved
                .as_ref()
                .map_or_else(Failure::exit, |waved| waved.exit),
            ran: waved.as_ref().ok().and_then(|waved| waved.ran.as_ref()),
            wave: waved.as_ref().ok().map(|waved| &waved.record),
        };
        tell_monitoring(&path, of, talk);
    }
    let waved = waved?;
    if !quiet {
        say(&told(&waved))?;
    }
    Ok(waved.exit)
}

fn release(args: WaveArgs, arguments: &[OsString], talk: &Talk) -> Result<Waved, Failure> {
    let interrupt = Interrupt::listen()?;
    let stock_at = match args.stock_at.as_deref() {
        Some("now") => Some(jiff::Timestamp::now().to_string()),
        other => other.map(str::to_owned),
    };
    if args.plan.goes_on() {
        return Err(Failure::Usage(
            "a wave begins anew and remembers by its state folder: leave out --resume and --previous"
                .to_owned(),
        ));
    }
    let request = WaveRequest {
        plan: settled(args.plan, arguments)?,
        state: args.state,
        every: args.every,
        stock_at,
        keep: args.keep,
    };
    run::wave(request, &interrupt, talk)
}

fn told(waved: &Waved) -> String {
    let record = &waved.record;
    let done = if waved.was_done {
        " was done before, and what has changed since counts from the next call on"
    } else {
        ""
    };
    format!(
        "Wave {} as of {}{done}: released {} shipments of {} orders ({} units), held {} shipments\nRun: {}\nReleased: {}\n",
        record.number,
        time_text(record.as_of, &waved.clock),
        record.shipments,
        record.orders,
        record.units,
        record.held,
        record.run,
        waved.folder.display()
    )
}
