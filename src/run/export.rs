//! What people open, made from a run that exists.

use super::exit::Failure;
use super::findings::Findings;
use super::folder::Runs;
use super::opened::{Opened, PRICES, REJECTED, has_table, open};
use super::plan::failed;
use super::prices::read_prices;
use crate::report::{
    Chosen, Format, Language, rejected_sheet, shadow_prices_sheet, write_documents, write_geojson,
    write_sheets, write_tables, write_workbook,
};
use crate::solve::{ShadowPrice, with_used};
use std::fs;
use std::path::{Path, PathBuf};

/// Which documents to write, and where.
#[derive(Clone, Debug)]
pub struct DocumentsRequest {
    /// Folder of runs.
    pub runs: PathBuf,
    /// The run.
    pub run: String,
    /// Its scenario; `None`: the only one.
    pub scenario: Option<String>,
    /// Language of the documents.
    pub language: Language,
    /// Only what leaves there.
    pub location: Option<String>,
    /// Only waves called so, or departing so.
    pub wave: Option<String>,
    /// Folder to write into.
    pub out: PathBuf,
}

/// Writes the documents of a run.
///
/// # Errors
/// As [`open`]; no such location or wave; a folder within the run.
pub fn print_documents(request: &DocumentsRequest) -> Result<(), Failure> {
    refuse_within_run(&request.runs, &request.run, &request.out)?;
    let opened = open(&request.runs, &request.run, request.scenario.as_deref())?;
    let dataset = &opened.built.dataset;
    let (location, wave) = (request.location.as_deref(), request.wave.as_deref());
    let chosen = Chosen::of(dataset, location, wave).map_err(Failure::Usage)?;
    let findings = Findings::new(opened.checked());
    let planned = findings.planned(opened.checked());
    write_documents(&request.out, planned, &chosen, request.language).map_err(failed)
}

/// What to write of a scenario, and where.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// Folder of runs.
    pub runs: PathBuf,
    /// The run.
    pub run: String,
    /// Its scenario; `None`: the only one.
    pub scenario: Option<String>,
    /// File of a workbook.
    pub workbook: Option<PathBuf>,
    /// Folder of GeoJSON.
    pub geojson: Option<PathBuf>,
    /// Folder of tables, and how they are written.
    pub tables: Option<(PathBuf, Format)>,
}

/// Writes a scenario in the forms asked for.
///
/// # Errors
/// As [`open`]; a place within the run.
pub fn export(request: &ExportRequest) -> Result<(), Failure> {
    let folders = [
        request.geojson.as_ref(),
        request.tables.as_ref().map(|it| &it.0),
    ];
    for out in folders
        .into_iter()
        .chain([request.workbook.as_ref()])
        .flatten()
    {
        refuse_within_run(&request.runs, &request.run, out)?;
    }
    let opened = open(&request.runs, &request.run, request.scenario.as_deref())?;
    let findings = Findings::new(opened.checked());
    let planned = findings.planned(opened.checked());
    if let Some(folder) = &request.geojson {
        write_geojson(folder, planned).map_err(failed)?;
    }
    let prices = used_prices(&opened)?;
    let dataset = &opened.built.dataset;
    let mut more = vec![];
    more.extend(
        prices
            .as_ref()
            .map(|prices| shadow_prices_sheet(dataset, prices)),
    );
    more.extend(
        has_table(&opened.folder, REJECTED).then(|| rejected_sheet(&opened.built.rejected)),
    );
    if let Some(file) = &request.workbook {
        let folder = file.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder).map_err(Failure::io("create", folder))?;
        write_workbook(file, planned, &opened.summary, &more).map_err(failed)?;
    }
    if let Some((folder, format)) = &request.tables {
        fs::create_dir_all(folder).map_err(Failure::io("create", folder))?;
        write_tables(folder, planned, *format).map_err(failed)?;
        write_sheets(folder, &more, *format).map_err(failed)?;
    }
    Ok(())
}

/// The prices in the run's folder, where it has some.
fn used_prices(opened: &Opened) -> Result<Option<Vec<ShadowPrice>>, Failure> {
    if !has_table(&opened.folder, PRICES) {
        return Ok(None);
    }
    let (dataset, settings) = (&opened.built.dataset, &opened.settings);
    let prices = read_prices(&opened.folder, dataset, settings).map_err(|faults| {
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        Failure::Usage(told.join("\n"))
    })?;
    Ok(Some(with_used(dataset, settings, &opened.plan, &prices)))
}

/// Fails where a file or folder would be written into a run: what is published stays as it is.
fn refuse_within_run(runs: &Path, run: &str, out: &Path) -> Result<(), Failure> {
    let folder = Runs::at(runs).find(run)?;
    let mut above = std::path::absolute(out).map_err(Failure::io("read", out))?;
    // What does not exist yet would be created in the nearest folder that does.
    while !above.exists() && above.pop() {}
    let above = fs::canonicalize(&above).map_err(Failure::io("read", out))?;
    if above.starts_with(&folder) {
        return Err(Failure::Usage(format!(
            "{} lies in run {}, which is published and stays as it is: choose another place",
            out.display(),
            folder.display()
        )));
    }
    Ok(())
}
