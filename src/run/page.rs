//! The page of a run: what its record, summaries and digests say, put together.

use super::exit::Failure;
use super::plan::{failed, summaries_within};
use super::planned::{DOCUMENTS, WORKBOOK};
use super::record::{Record, State};
use crate::report::{self, Chapter, Digest, FLOWS, Facts, LOCATIONS, PAPERS, Summary, write_page};
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Name of the page in a run's folder.
pub const PAGE: &str = "report.html";

/// The option that leaves it out.
const NO_PAGE: &str = "--no-report";

/// Digits of a hash that the page shows.
const SHOWN_OF_HASH: usize = 16;

/// Tables and documents of a scenario that the page leads to, as far as they are there.
const FILES: [&str; 23] = [
    "allocations",
    "shipments",
    "unfilled",
    "promises",
    "routes",
    "pick_lists",
    "labels",
    "stock_deltas",
    "moved",
    "kept",
    "returns",
    "return_labels",
    "profitability",
    "profitability_by_channel",
    "profitability_by_location",
    "profitability_by_carrier",
    "profitability_by_product_group",
    "profitability_by_sku",
    "profitability_by_zone",
    "shadow_prices",
    "decisions",
    "rejected_orders",
    "summary",
];

/// Endings that these may have.
const ENDINGS: [&str; 3] = ["csv", "parquet", "json"];

/// Whether the run is to have a page.
pub fn has_page(record: &Record) -> bool {
    !record.command_line.iter().any(|word| word == NO_PAGE)
}

/// Writes the page of a published run, at `out` or else in its folder: at every moment the old one or the new one is there,
/// whole. Returns where it lies.
///
/// # Errors
/// Files of the run that cannot be read, a place that cannot be written.
pub fn write_page_of(folder: &Path, out: Option<&Path>) -> Result<PathBuf, Failure> {
    let record = Record::read(folder)?;
    let path = out.map_or_else(|| folder.join(PAGE), Path::to_owned);
    let name = path
        .file_name()
        .ok_or_else(|| Failure::Usage(format!("{} is no file to write to", path.display())))?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    let into = path.parent().filter(|it| !it.as_os_str().is_empty());
    let into = into.unwrap_or(Path::new("."));
    std::fs::create_dir_all(into).map_err(Failure::io("create", into))?;
    let into = into.canonicalize().map_err(Failure::io("write", &path))?;
    let base = way(&into, folder);
    let page = page_with(
        &record,
        &summaries_within(&record, &[folder])?,
        &[folder],
        base,
    )?;
    let beside = into.join(hidden);
    write_page(&beside, &page).map_err(failed)?;
    std::fs::rename(&beside, into.join(name)).map_err(Failure::io("write", &path))?;
    Ok(path)
}

/// The way from one folder to another, as a beginning of links; both are absolute.
fn way(from: &Path, to: &Path) -> String {
    let common = from.components().zip(to.components());
    let common = common.take_while(|(one, other)| one == other).count();
    let up = from.components().skip(common).map(|_| "..".to_owned());
    let down = to.components().skip(common);
    let down = down.map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).map(|part| part + "/").collect()
}

/// The text of `report.html`, where a scenario lies in the first of these folders that has it.
///
/// # Errors
/// Files of the run that cannot be read.
pub fn page_of(record: &Record, folders: &[&Path]) -> Result<String, Failure> {
    let summaries = summaries_within(record, folders)?;
    page_with(record, &summaries, folders, String::new())
}

/// The same with summaries that are known, and links that begin so.
pub fn page_with(
    record: &Record,
    summaries: &[Summary],
    folders: &[&Path],
    base: String,
) -> Result<String, Failure> {
    let mut chapters = vec![];
    for place in report::chosen(summaries) {
        let summary = &summaries[place];
        let mut lying = folders.iter().map(|folder| folder.join(&summary.scenario));
        let folder = lying.find(|folder| folder.join("summary.json").is_file());
        let (digest, files) = match &folder {
            Some(folder) => (read_digest(folder)?, files_of(folder)),
            None => (None, vec![]),
        };
        chapters.push(Chapter {
            summary,
            digest,
            files,
        });
    }
    let swept = record.swept(summaries);
    Ok(report::page(
        &facts(record, folders, base),
        summaries,
        &report::curves(summaries, &swept),
        &chapters,
    ))
}

/// The digest in a scenario's folder; `None` where there is none, as of no plan or of an earlier version.
///
/// # Errors
/// It cannot be read, or is no digest.
pub fn read_digest(folder: &Path) -> Result<Option<Digest>, Failure> {
    let path = folder.join("digest.json");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::io("read", &path)(error)),
    };
    let parsed = serde_json::from_str(&text);
    parsed.map(Some).map_err(|error| {
        Failure::Usage(format!(
            "{} is no digest: {error}; without the file the page shows key figures alone",
            path.display()
        ))
    })
}

fn files_of(folder: &Path) -> Vec<String> {
    let names = FILES.iter().chain(&["digest"]).flat_map(|name| {
        let with_endings = ENDINGS.iter();
        with_endings.map(move |ending| format!("{name}.{ending}"))
    });
    let others = ["scenario.toml", WORKBOOK, LOCATIONS, FLOWS];
    let papers = PAPERS.map(|paper| format!("{DOCUMENTS}/{paper}"));
    let named = names.chain(others.map(str::to_owned)).chain(papers);
    named.filter(|name| folder.join(name).is_file()).collect()
}

fn facts<'a>(record: &'a Record, folders: &[&Path], base: String) -> Facts<'a> {
    let told = record
        .scenarios
        .iter()
        .filter(|it| !it.reasons.is_empty() || !it.has_folder());
    let table = |name: &str| {
        let endings = ["parquet", "csv"].into_iter();
        let mut files = endings.map(|ending| format!("{name}.{ending}"));
        let is_there = |file: &String| folders.iter().any(|it| it.join(file).is_file());
        files.find(is_there).map(|file| (file.clone(), file))
    };
    Facts {
        base,
        run: &record.name,
        consign: &record.consign,
        state: match record.state {
            State::Finished => "finished",
            State::Interrupted => "interrupted",
        },
        exit_code: record.exit_code,
        exit_reason: &record.exit_reason,
        started: &record.started,
        finished: &record.finished,
        machine: format!(
            "{}, {} of {} cores, {} {}, {:.1} s",
            record.machine.system,
            record.machine.jobs,
            record.machine.cores,
            record.solver.name,
            record.solver.version,
            record.seconds
        ),
        command_line: record.command_line.join(" "),
        inputs: record
            .inputs
            .iter()
            .map(|(file, hash)| (file.as_str(), hash.get(..SHOWN_OF_HASH).unwrap_or(hash)))
            .collect(),
        reasons: told
            .map(|it| (it.name.as_str(), it.status.as_str(), it.reasons.join("; ")))
            .collect(),
        comparison: table("comparison"),
        curves: table("curves"),
    }
}
