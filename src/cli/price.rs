//! `consign price`.

use super::plan::{Planning, settled_planning};
use super::say;
use crate::progress::Talk;
use crate::report::rule_prices_text;
use crate::run::{self, Exit, Failure, Interrupt, KINDS, PriceRequest};
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  consign price base.toml                                what every rule and limit costs
  consign price base.toml --only order-splits,blackouts  some kinds alone
  consign price base.toml --only rules --set solver.mip_gap=0.0005   closer, so that more is decided";

/// Price each rule and limit of a scenario by planning without it
///
/// Each is relaxed or taken away alone: one more split of orders or lines, ship-complete off, each blackout lifted, each rule
/// out, no safety stock, no overtime, each location closed or opened, each service away. All are planned in parallel into one
/// run, and rule_prices.csv says what each is worth, with the interval that the bounds prove.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct PriceArgs {
    /// The scenario
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,
    /// Kinds to price, separated by commas [default: all]
    #[arg(long, value_delimiter = ',', value_name = "KIND", value_parser = KINDS.map(|(name, _)| name))]
    only: Vec<String>,
    #[command(flatten)]
    planning: Planning,
}

/// Prices, then shows what each is worth.
pub fn price(
    args: PriceArgs,
    arguments: &[OsString],
    quiet: bool,
    talk: &Talk,
) -> Result<Exit, Failure> {
    let interrupt = Interrupt::listen()?;
    let request = PriceRequest {
        plan: settled_planning(vec![args.scenario], args.planning, arguments),
        only: args.only,
    };
    let pricing = run::price(&request, &interrupt, talk)?;
    let ran = &pricing.ran;
    if !quiet {
        let mut text = rule_prices_text(&pricing.prices, &ran.summaries);
        if ran.exit != Exit::Good {
            let (reason, code) = (&ran.record.exit_reason, ran.exit.code());
            text += &format!("{reason} (exit code {code})\n");
        }
        say(&(text + &format!("Run: {}\n", ran.folder.display())))?;
    }
    Ok(ran.exit)
}
