//! `consign export`.

use super::plan::{CsvLocaleName, csv_format};
use super::say;
use crate::run::{self, Exit, ExportRequest, Failure};
use clap::{ArgGroup, Args};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  consign export latest --xlsx night.xlsx                      all tables in one workbook
  consign export latest --csv tables --csv-locale fr           tables that a French Excel opens with a double click
  consign export monday --scenario base --geojson maps         locations and flows, for any map";

/// Write a scenario of a run as a workbook, as CSV for a spreadsheet, or for maps
///
/// The plan of the run is checked again before; its inputs must be unchanged. Published runs are never changed, so that
/// files go elsewhere; files of earlier calls there are replaced. `consign plan` writes the same with --xlsx, --csv-locale and
/// --geojson into the run while it is made.
#[derive(Args)]
#[command(after_help = EXAMPLES, group(ArgGroup::new("what").required(true).multiple(true).args(["xlsx", "csv", "geojson"])))]
pub struct ExportArgs {
    /// Name of a run, `latest`, or a path to a run folder
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// Folder of runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
    /// Which scenario of the run, where it has several
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// One workbook with all tables as sheets, key figures first
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
    /// All tables as CSV, into this folder
    #[arg(long, value_name = "DIR")]
    csv: Option<PathBuf>,
    /// How CSV is written
    #[arg(long, value_name = "LOCALE", default_value = "plain", requires = "csv")]
    csv_locale: CsvLocaleName,
    /// locations.geojson and flows.geojson, into this folder
    #[arg(long, value_name = "DIR")]
    geojson: Option<PathBuf>,
}

/// Writes what is asked for, and says where.
pub fn export(args: ExportArgs, quiet: bool) -> Result<Exit, Failure> {
    let places = [
        ("Workbook", args.xlsx.clone()),
        ("Tables", args.csv.clone()),
        ("Maps", args.geojson.clone()),
    ];
    run::export(&ExportRequest {
        runs: args.runs,
        run: args.run,
        scenario: args.scenario,
        workbook: args.xlsx,
        geojson: args.geojson,
        tables: args
            .csv
            .map(|folder| (folder, csv_format(false, args.csv_locale))),
    })?;
    if !quiet {
        let told = places
            .into_iter()
            .filter_map(|(what, place)| Some(format!("{what}: {}\n", place?.display())));
        say(&told.collect::<String>())?;
    }
    Ok(Exit::Good)
}
