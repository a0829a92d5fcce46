//! `consign schema`.

use super::say;
use crate::input::formats::{json_schema, overview_text, table_text};
use crate::input::schema::table_def;
use crate::run::{Exit, Failure};
use crate::scenario::{scenario_json_schema, scenario_text};
use clap::Args;

/// Describe the tables and the scenario file
#[derive(Args)]
pub struct SchemaArgs {
    /// A table, or `scenario`; without it, all tables in brief
    #[arg(value_name = "TABLE|scenario")]
    of: Option<String>,
    /// As a JSON Schema
    #[arg(long, requires = "of")]
    json: bool,
}

/// Prints the description.
pub fn schema(args: &SchemaArgs) -> Result<Exit, Failure> {
    let text = match args.of.as_deref() {
        None => overview_text() + "scenario: the scenario file; `consign schema scenario`\n",
        Some("scenario") if args.json => format!("{:#}\n", scenario_json_schema()),
        Some("scenario") => scenario_text(),
        Some(name) => {
            let table = table_def(name).ok_or_else(|| {
                Failure::Usage(format!("no table `{name}`: `consign schema` lists all, `consign schema scenario` describes the scenario file"))
            })?;
            if args.json {
                format!("{:#}\n", json_schema(table))
            } else {
                table_text(table)
            }
        }
    };
    say(&text)?;
    Ok(Exit::Good)
}
