//! The files of a dataset folder: which table is where, and its bytes within limits.

use super::fault::{Fault, Faults};
use super::header::is_near;
use super::schema::{TABLES, TableDef, Use, table_def};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How large an input may be, so that a small file cannot fill the memory.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a table at most, inflated.
    pub bytes: u64,
    /// Inflated bytes up to which any ratio is fine.
    pub free_bytes: u64,
    /// Inflated size ÷ size on disk at most beyond that.
    pub ratio: u64,
    /// Rows of a table at most.
    pub rows: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 4 << 30,
            free_bytes: 64 << 20,
            ratio: 250,
            rows: 1 << 31,
        }
    }
}

/// How a table's file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// CSV as it is.
    Plain,
    /// CSV in gzip.
    Gzip,
    /// CSV in Zstandard.
    Zstd,
    /// Parquet.
    Parquet,
}

const ENDINGS: [(&str, Packing); 4] = [
    (".csv", Packing::Plain),
    (".csv.gz", Packing::Gzip),
    (".csv.zst", Packing::Zstd),
    (".parquet", Packing::Parquet),
];

/// The file of one table.
#[derive(Clone, Debug)]
pub struct TableFile {
    /// Which table.
    pub def: &'static TableDef,
    /// Where it is.
    pub path: PathBuf,
    /// Its name in the folder.
    pub name: String,
    /// How it is packed.
    pub packing: Packing,
}

/// The tables' files in a folder, in the order of the definitions.
pub fn find_files(folder: &Path, faults: &mut Faults) -> Vec<TableFile> {
    let names = match list(folder) {
        Ok(names) => names,
        Err(error) => {
            let fault = Fault::error(
                &folder.display().to_string(),
                format!("cannot be read: {error}"),
            );
            faults.push(fault.remedy("name a folder with the tables of a dataset"));
            return Vec::new();
        }
    };
    let mut found: BTreeMap<&str, Vec<TableFile>> = BTreeMap::new();
    let mut strangers = Vec::new();
    for name in names {
        match table_of(folder, &name) {
            Some(file) => found.entry(file.def.name).or_default().push(file),
            None => strangers.push(name),
        }
    }
    for name in &strangers {
        warn_misspelt(name, faults);
    }
    let mut files = Vec::new();
    for def in TABLES {
        let mut candidates = found.remove(def.name).unwrap_or_default();
        check_candidates(folder, def, &candidates, &strangers, faults);
        if candidates.len() == 1 && def.used == Use::Now {
            files.append(&mut candidates);
        }
    }
    files
}

fn list(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.extend(entry?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

fn table_of(folder: &Path, name: &str) -> Option<TableFile> {
    let (ending, packing) = ENDINGS.into_iter().find(|(ending, _)| {
        name.strip_suffix(ending)
            .is_some_and(|stem| table_def(stem).is_some())
    })?;
    Some(TableFile {
        def: table_def(name.strip_suffix(ending)?)?,
        path: folder.join(name),
        name: name.to_owned(),
        packing,
    })
}

fn warn_misspelt(name: &str, faults: &mut Faults) {
    let Some((stem, ending)) = name.split_once('.') else {
        return;
    };
    let ending = ending.to_lowercase();
    let folded = stem.to_lowercase();
    let Some(table) = TABLES
        .into_iter()
        .find(|table| is_near(&folded, table.name))
    else {
        return;
    };
    let fault = Fault::warning(name, "this file is not read");
    if ENDINGS.iter().any(|(known, _)| known[1..] == ending) {
        let good = format!("{}.{ending}", table.name);
        faults.push(fault.remedy(format!("did you mean `{good}`?")));
    } else if [
        "xlsx", "xls", "ods", "tsv", "txt", "csv.zip", "zip", "csv.bz2", "csv.xz",
    ]
    .contains(&ending.as_str())
    {
        let remedy = format!("save it as `{}.csv` (CSV UTF-8)", table.name);
        faults.push(fault.remedy(remedy));
    }
}

fn check_candidates(
    folder: &Path,
    def: &TableDef,
    candidates: &[TableFile],
    strangers: &[String],
    faults: &mut Faults,
) {
    match candidates {
        [] if def.required => {
            let near = strangers.iter().find(|name| {
                let stem = name.split('.').next().unwrap_or_default();
                is_near(stem, def.name)
            });
            let remedy = match near {
                Some(near) => format!("rename `{near}`?"),
                None => format!(
                    "add `{}.csv`; `consign schema {}` lists its columns",
                    def.name, def.name
                ),
            };
            let file = format!("{}.csv", def.name);
            let message = format!(
                "the required table `{}` is missing in {}",
                def.name,
                folder.display()
            );
            faults.push(Fault::error(&file, message).remedy(remedy));
        }
        [file] if def.used == Use::Later => {
            let message = format!("the table `{}` is known but not used yet", def.name);
            faults
                .push(Fault::error(&file.name, message).remedy("remove the file from the dataset"));
        }
        [] | [_] => {}
        [first, others @ ..] => {
            let names: Vec<&str> = others.iter().map(|file| file.name.as_str()).collect();
            let message = format!("the table `{}` is also in {}", def.name, names.join(", "));
            faults.push(Fault::error(&first.name, message).remedy("keep one file a table"));
        }
    }
}

/// The bytes of a file as it lies on disk, within the limit.
pub fn load(file: &TableFile, limits: &Limits) -> Result<Vec<u8>, Fault> {
    let unreadable =
        |error: io::Error| Fault::error(&file.name, format!("cannot be read: {error}"));
    let handle = File::open(&file.path).map_err(unreadable)?;
    let size = handle.metadata().map_err(unreadable)?.len();
    if size > limits.bytes {
        return Err(too_large(file, limits));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    handle
        .take(limits.bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

/// The CSV text of a packed file, within the limits.
pub fn inflate(file: &TableFile, packed: &[u8], limits: &Limits) -> Result<Vec<u8>, Fault> {
    let ratio_limit = (packed.len() as u64)
        .saturating_mul(limits.ratio)
        .max(limits.free_bytes);
    let limit = ratio_limit.min(limits.bytes);
    let mut bytes = Vec::new();
    let outcome = match file.packing {
        Packing::Gzip => flate2::read::MultiGzDecoder::new(packed)
            .take(limit + 1)
            .read_to_end(&mut bytes),
        _ => zstd::stream::read::Decoder::new(packed)
            .and_then(|decoder| decoder.take(limit + 1).read_to_end(&mut bytes)),
    };
    if let Err(error) = outcome {
        let fault = Fault::error(&file.name, format!("cannot be inflated: {error}"));
        return Err(fault.remedy("the file is damaged or cut off: fetch it again"));
    }
    if bytes.len() as u64 > limit {
        return Err(too_large(file, limits));
    }
    Ok(bytes)
}

/// The fault of a table beyond the limits.
pub fn too_large(file: &TableFile, limits: &Limits) -> Fault {
    let message = format!(
        "is too large: a table may have {} MiB, inflate to {} times its size beyond {} MiB, and have {} rows",
        limits.bytes >> 20,
        limits.ratio,
        limits.free_bytes >> 20,
        limits.rows
    );
    Fault::error(&file.name, message)
        .remedy("plan fewer orders at a time, or leave out columns that are not needed")
}
