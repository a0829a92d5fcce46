//! `consign documents`.

use super::plan::LanguageName;
use super::say;
use crate::run::{DocumentsRequest, Exit, Failure, print_documents};
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  consign documents latest --lang fr                                      all, into ./documents
  consign documents latest --location LYON --wave evening --out print     what one location packs for a wave
  consign documents monday --scenario base --wave 2026-11-23              a day of one scenario";

/// Write what a warehouse prints: route sheets, pick lists, delivery notes, return slips
///
/// Four HTML files for A4 that any browser prints, each with a page a route, list, shipment or return. They load nothing from
/// anywhere. The plan of the run is checked again before; its inputs must be unchanged. Published runs are never
/// changed, so that the files go elsewhere; files of earlier calls there are replaced.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct DocumentsArgs {
    /// Name of a run, `latest`, or a path to a run folder
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
    /// Which scenario of the run, where it has several
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// Language
    #[arg(long, value_name = "LANG", default_value = "en")]
    lang: LanguageName,
    /// Only what leaves this location
    #[arg(long, value_name = "ID")]
    location: Option<String>,
    /// Only waves of this name, or that depart at a time that begins so, such as 2026-11-23
    #[arg(long, value_name = "WAVE")]
    wave: Option<String>,
    /// Folder to write into; created where it is missing
    #[arg(long, value_name = "DIR", default_value = "documents")]
    out: PathBuf,
}

/// Writes the documents, and says where.
pub fn documents(args: DocumentsArgs, quiet: bool) -> Result<Exit, Failure> {
    let out = args.out.clone();
    print_documents(&DocumentsRequest {
        runs: args.runs,
        run: args.run,
        scenario: args.scenario,
        language: args.lang.into(),
        location: args.location,
        wave: args.wave,
        out: args.out,
    })?;
    if !quiet {
        say(&format!("Documents: {}\n", out.display()))?;
    }
    Ok(Exit::Good)
}
