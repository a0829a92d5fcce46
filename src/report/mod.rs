//! Writes the files of a run: one plain sheet type, one small exporter a format.
//!
//! Every function writes into a directory that its caller gives and later moves into place whole.

mod bars;
mod certified;
mod comparison;
mod conflict;
mod csv;
mod curves;
mod decisions;
mod digest;
mod documents;
mod error;
mod figures;
mod geojson;
mod labels;
mod metrics;
mod money;
mod moved_between;
mod movements;
mod moves;
mod names;
mod orders;
mod page;
mod pareto;
mod parquet;
mod rejected;
mod release;
mod returns;
mod routes;
mod rule_prices;
mod shadow;
mod sheet;
mod story;
mod story_text;
mod story_told;
mod summary;
mod workbook;

#[cfg(test)]
mod tests;

pub use bars::bars_text;
pub use certified::certified_text;
pub use comparison::{comparison_sheet, comparison_text};
pub use conflict::{ConflictTold, told_conflict, told_open_conflict};
pub use curves::{Curve, curves, curves_sheet, curves_text};
pub use digest::{Digest, digest};
pub use documents::{Chosen, Language, PAPERS, write_documents};
pub use error::WriteError;
pub use geojson::{FLOWS, LOCATIONS, write_geojson};
pub use metrics::{Measured, Released, metrics_text};
pub use moved_between::{
    DIMENSIONS, Lines, MovedLine, moved_between_sheet, moved_between_text, moved_lines,
};
pub use page::{Chapter, Facts, chosen, page};
pub use pareto::{FIGURES, Figure, Standing, figure, pareto, pareto_sheet, pareto_text};
pub use rejected::rejected_sheet;
pub use release::{released_part, write_release};
pub use rule_prices::{
    Effect, Relaxed, RulePrice, rule_prices, rule_prices_sheet, rule_prices_text,
};
pub use shadow::{SHADOW_PLACE, shadow_place, shadow_prices_sheet};
pub use sheet::{Column, Sheet, Values, same, time_text};
pub use story::{resource_words, told_story};
pub use story_told::StoryTold;
pub use summary::{GapSummary, GoalSummary, Seconds, SizeSummary, Solved, Summary, measure_of};

use crate::domain::{Dataset, Settings};
use crate::explain::{Decisions, Moved, Unfilled};
use crate::ledger::Ledger;
use crate::options::Offer;
use crate::plan::Plan;
use crate::scenario::Swept;
use crate::verify::Audit;
use rayon::prelude::*;
use std::path::Path;

/// How tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `*.csv`; text that a spreadsheet would run as a formula begins with an apostrophe, unless `raw`.
    Csv {
        /// Write every text as it is.
        raw: bool,
        /// How numbers and columns are written.
        locale: CsvLocale,
    },
    /// `*.parquet`; money and other decimals as text, so that they stay exact.
    Parquet,
}

/// How numbers and columns are written in CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvLocale {
    /// `,` between columns, a decimal point.
    Plain,
    /// `;` between columns, a decimal comma, a byte order mark: a French spreadsheet opens it as a table.
    French,
}

/// A verified plan with all that its files say.
#[derive(Clone, Copy)]
pub struct Planned<'a> {
    /// The data it was planned on.
    pub dataset: &'a Dataset,
    /// The settings it was planned with.
    pub settings: &'a Settings,
    /// The plan.
    pub plan: &'a Plan,
    /// What the verifier found.
    pub audit: &'a Audit,
    /// Its money and stock.
    pub ledger: &'a Ledger,
    /// What it leaves unfilled, and why.
    pub unfilled: &'a [Unfilled],
    /// Why each line ships as it does.
    pub decisions: &'a Decisions,
    /// What leaves another place than before.
    pub moved: &'a [Moved],
    /// Where each return is to go.
    pub returning: &'a [Option<Offer>],
    /// Where the goods of each shipment would come back to.
    pub labels: &'a [Option<Offer>],
}

/// Writes all tables of a scenario into its folder, in parallel.
pub fn write_tables(dir: &Path, planned: Planned<'_>, format: Format) -> Result<(), WriteError> {
    with_tables(planned, |sheets| write_sheets(dir, sheets, format))
}

/// Gives all tables of a scenario to `each`, together: they borrow names and orders that they share.
pub fn with_tables<T>(planned: Planned<'_>, each: impl FnOnce(&[Sheet<'_>]) -> T) -> T {
    // Routes first: what they are sorted from is large, and gone before the movements are held.
    let routes = routes::Routes::new(planned);
    let movements = movements::Movements::new(planned);
    let labels = labels::Labels::new(planned);
    let mut sheets = vec![
        movements.shipments(),
        movements.allocations(),
        movements.pick_lists(),
        routes.sheet(),
        labels.sheet(),
        orders::promises(planned),
        orders::unfilled(planned),
        decisions::decisions(planned),
        money::profitability(planned),
        money::stock_deltas(planned),
    ];
    sheets.extend(planned.ledger.tables.iter().map(money::table));
    if !planned.dataset.planned.is_empty() {
        sheets.push(moves::moved(planned));
        sheets.push(moves::kept(planned));
    }
    if !planned.dataset.returns.is_empty() {
        sheets.push(returns::returns(planned));
    }
    if planned.labels.iter().any(Option::is_some) {
        sheets.push(returns::labels(planned));
    }
    each(&sheets)
}

/// Writes all tables of a scenario and `more` into one workbook, its key figures first.
pub fn write_workbook(
    path: &Path,
    planned: Planned<'_>,
    summary: &Summary,
    more: &[Sheet<'_>],
) -> Result<(), WriteError> {
    let figures = figures::figures(summary);
    with_tables(planned, |sheets| {
        workbook::write(path, planned.settings.as_of, &figures, sheets, more)
    })
}

/// Writes sheets into a folder, in parallel.
pub fn write_sheets(dir: &Path, sheets: &[Sheet<'_>], format: Format) -> Result<(), WriteError> {
    sheets
        .par_iter()
        .map(|sheet| write_sheet(dir, sheet, format))
        .collect::<Result<Vec<()>, WriteError>>()?;
    Ok(())
}

/// Writes one sheet as `<name>.csv` or `<name>.parquet`.
pub fn write_sheet(dir: &Path, sheet: &Sheet<'_>, format: Format) -> Result<(), WriteError> {
    match format {
        Format::Csv { raw, locale } => {
            let path = dir.join(format!("{}.csv", sheet.name));
            csv::write(&path, sheet, csv::Dialect { raw, locale })
        }
        Format::Parquet => parquet::write(&dir.join(format!("{}.parquet", sheet.name)), sheet),
    }
}

/// Writes `summary.json`.
pub fn write_summary(dir: &Path, summary: &Summary) -> Result<(), WriteError> {
    write_text(&dir.join("summary.json"), &summary.to_json())
}

/// Writes `digest.json`.
pub fn write_digest(dir: &Path, digest: &Digest) -> Result<(), WriteError> {
    write_text(&dir.join("digest.json"), &digest.to_json())
}

/// Writes `report.html`, or the same elsewhere.
pub fn write_page(path: &Path, page: &str) -> Result<(), WriteError> {
    write_text(path, page)
}

fn write_text(path: &Path, text: &str) -> Result<(), WriteError> {
    std::fs::write(path, text).map_err(|error| WriteError::new(path, error))
}

/// Writes `comparison.csv` (or `.parquet`): scenarios side by side; and `curves`, where numbers are swept.
pub fn write_comparison(
    dir: &Path,
    summaries: &[Summary],
    swept: &[Option<Swept>],
    format: Format,
) -> Result<(), WriteError> {
    write_sheet(dir, &comparison_sheet(summaries), format)?;
    let curves = curves(summaries, swept);
    if !curves.is_empty() {
        return write_sheet(dir, &curves_sheet(&curves), format);
    }
    // Those of an earlier comparison would be of other scenarios.
    for ending in ["csv", "parquet"] {
        let path = dir.join(format!("curves.{ending}"));
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(WriteError::new(&path, error));
            }
            _ => {}
        }
    }
    Ok(())
}
