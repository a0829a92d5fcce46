//! What a process that was killed left behind: the scenarios that had finished make an interrupted run.

use super::exit::{Exit, Failure};
use super::page::{PAGE, has_page, page_with};
use super::plan::{failed, summaries_within};
use super::record::{Record, ScenarioRecord, State};
use crate::report::{CsvLocale, Format, write_comparison, write_page};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

/// Leaves in `tmp` just what can be published at `target`: whole scenarios, their comparison, and a record that tells of
/// them. `None`: nothing had finished, or what lies at `target` is not the run that was gone on with.
///
/// # Errors
/// Of the file system; then everything that had finished is still there.
pub fn make_whole(tmp: &Path, target: &Path) -> Result<Option<Record>, Failure> {
    let Ok(mut record) = Record::read(tmp) else {
        return Ok(None);
    };
    if target.exists() && !Record::read(target).is_ok_and(|earlier| record.goes_on_with(&earlier)) {
        return Ok(None);
    }
    for scenario in &mut record.scenarios {
        let is_there = |folder: &Path| folder.join(&scenario.name).join("summary.json").is_file();
        if scenario.is_final() && scenario.has_folder() && !is_there(tmp) && !is_there(target) {
            scenario.status = "not_run".to_owned();
            scenario.exit_code = Exit::Interrupted.code();
        }
    }
    if !record.scenarios.iter().any(ScenarioRecord::is_final) {
        return Ok(None);
    }
    if !record.scenarios.iter().all(ScenarioRecord::is_final) {
        record.state = State::Interrupted;
    }
    let write = || Failure::io("write", tmp);
    for name in names_in(tmp).map_err(write())? {
        let is_kept = |it: &ScenarioRecord| name == *it.name && it.is_final();
        if name != "run.json" && !record.scenarios.iter().any(is_kept) {
            remove(&tmp.join(&name)).map_err(write())?;
        }
    }
    let summaries = summaries_within(&record, &[tmp, target])?;
    let format = format_of(&record, tmp, target);
    write_comparison(tmp, &summaries, &record.swept(&summaries), format).map_err(failed)?;
    if has_page(&record) || target.join(PAGE).exists() {
        let page = page_with(&record, &summaries, &[tmp, target], String::new())?;
        write_page(&tmp.join(PAGE), &page).map_err(failed)?;
    }
    record.write(tmp)?;
    Ok(Some(record))
}

/// The format that tables of the run have.
fn format_of(record: &Record, tmp: &Path, target: &Path) -> Format {
    let is_parquet = |scenario: &ScenarioRecord| {
        let file = |folder: &Path| folder.join(&scenario.name).join("shipments.parquet");
        file(tmp).is_file() || file(target).is_file()
    };
    if record.scenarios.iter().any(is_parquet) {
        Format::Parquet
    } else {
        Format::Csv {
            raw: false,
            locale: CsvLocale::Plain,
        }
    }
}

/// What lies in a folder.
pub fn names_in(folder: &Path) -> io::Result<Vec<OsString>> {
    let entries = fs::read_dir(folder)?;
    entries.map(|entry| Ok(entry?.file_name())).collect()
}

fn remove(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}
