//! Run folders: written beside, moved into place whole, one writer a name.
//!
//! In the runs folder lie `<name>/` for each run, `latest` and `latest.json`, and, while somebody works:
//! `.tmp-<name>/` (what is being written), `.lock-<name>` (held by its writer) and `.lock` (held for moments).
//! What a writer that died leaves in `.tmp-<name>/` becomes an interrupted run if a scenario had finished.

use super::exit::Failure;
use super::record::{Record, State};
use super::recover::{make_whole, names_in};
use crate::scenario::is_name;
use serde_json::json;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Characters of a scenario's name that a run's default name keeps, so that it stays a name with its time.
const KEPT_OF_NAME: usize = 44;
/// What no run may be called.
const RESERVED: &str = "latest";

/// A folder of runs.
#[derive(Clone, Debug)]
pub struct Runs {
    folder: PathBuf,
}

impl Runs {
    /// The runs folder at that path; it need not exist to be read.
    pub fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Where a run lies or would lie.
    pub fn path_of(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The run of a name, of `latest`, or of a path to its folder.
    pub fn find(&self, run: &str) -> Result<PathBuf, Failure> {
        let named = self.folder.join(run);
        let candidates = [named, PathBuf::from(run)];
        let found = candidates
            .into_iter()
            .find(|path| path.join("run.json").is_file());
        let found = found.ok_or_else(|| {
            let folder = self.folder.display();
            Failure::Usage(if run == RESERVED {
                format!("no run in {folder} has ended well, so that none is `{run}`; `consign runs` lists what there is")
            } else {
                format!("no run `{run}` in {folder}; `consign runs` lists what there is")
            })
        })?;
        fs::canonicalize(&found).map_err(Failure::io("read", &found))
    }

    /// All runs with their records, by the time they began.
    pub fn list(&self) -> Result<Vec<Record>, Failure> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
            Err(error) => return Err(Failure::io("read", &self.folder)(error)),
        };
        let mut records = vec![];
        for entry in entries {
            let entry = entry.map_err(Failure::io("read", &self.folder))?;
            let name = entry.file_name();
            if name.to_str().is_none_or(|name| !is_run_name(name)) {
                continue;
            }
            // A folder that is no run is none of our business.
            if let Ok(record) = Record::read(&entry.path()) {
                records.push(record);
            }
        }
        records.sort_by(|a, b| (&a.started, &a.name).cmp(&(&b.started, &b.name)));
        Ok(records)
    }

    /// The newest interrupted run of these scenarios.
    pub fn newest_interrupted(&self, scenarios: &[&str]) -> Result<Option<String>, Failure> {
        let records = self.list()?;
        let found = records.into_iter().rev().find(|record| {
            let names = record.scenarios.iter().map(|scenario| &scenario.name);
            record.state == State::Interrupted && names.eq(scenarios)
        });
        Ok(found.map(|record| record.name))
    }

    /// Claims a name that the user chose.
    pub fn claim(&self, name: &str, resume: bool) -> Result<Claim, Failure> {
        if !is_run_name(name) {
            return Err(Failure::Usage(format!(
                "`{name}` is no name for a run: use 1 to 64 of a-z, 0-9, _ and -, the first a letter or digit, and not `{RESERVED}`"
            )));
        }
        let _guard = self.guard()?;
        self.sweep();
        let locked = || {
            Failure::Locked(format!(
                "another process is writing run `{name}`: wait for it or choose another --name"
            ))
        };
        match (resume, self.path_of(name).exists()) {
            (false, true) => {
                return Err(Failure::Usage(format!(
                    "run `{name}` exists in {}: choose another --name, or --resume it",
                    self.folder.display()
                )));
            }
            // What is there after the sweep belongs to a live process.
            (true, false) if self.tmp_path(name).exists() => return Err(locked()),
            (true, false) => return Err(self.nothing_to_resume(name)?),
            _ => {}
        }
        self.try_claim(name)?.ok_or_else(locked)
    }

    /// Puts in order what processes that died left behind; runs of live processes are left alone.
    pub fn tidy(&self) -> Result<(), Failure> {
        let _guard = self.guard()?;
        self.sweep();
        Ok(())
    }

    fn nothing_to_resume(&self, name: &str) -> Result<Failure, Failure> {
        let folder = self.folder.display();
        let mut text = format!("there is no run `{name}` in {folder} to go on with");
        let records = self.list()?.into_iter();
        let interrupted: Vec<String> = records
            .filter(|record| record.state == State::Interrupted)
            .map(|record| {
                let done = record.scenarios.iter().filter(|it| it.is_final()).count();
                let all = record.scenarios.len();
                format!("\n  {}  {done} of {all} scenarios finished", record.name)
            })
            .collect();
        if interrupted.is_empty() {
            text += ", and no other that was interrupted";
        } else {
            text += &format!("; these can be gone on with:{}", interrupted.concat());
        }
        text += "\n  → leave --resume out to begin a new run";
        Ok(Failure::Usage(text))
    }

    /// Claims `<scenario>-<time>`, or that with a number behind where it is taken.
    pub fn claim_default(&self, scenario: &str, time: &str) -> Result<Claim, Failure> {
        let kept = scenario.len().min(KEPT_OF_NAME);
        let base = format!("{}-{time}", &scenario[..kept]);
        let _guard = self.guard()?;
        self.sweep();
        for number in 1_u32.. {
            let name = match number {
                1 => base.clone(),
                _ => format!("{base}-{number}"),
            };
            if self.path_of(&name).exists() {
                continue;
            }
            if let Some(claim) = self.try_claim(&name)? {
                return Ok(claim);
            }
        }
        Err(Failure::OwnFault("every run name is taken".to_owned()))
    }

    /// Holds the runs folder for a moment; created where it is missing.
    fn guard(&self) -> Result<File, Failure> {
        fs::create_dir_all(&self.folder).map_err(Failure::io("create", &self.folder))?;
        let path = self.folder.join(".lock");
        let file = open_lock(&path).map_err(Failure::io("open", &path))?;
        file.lock().map_err(Failure::io("lock", &path))?;
        Ok(file)
    }

    /// Claims a name unless another process holds it. The runs folder is guarded.
    fn try_claim(&self, name: &str) -> Result<Option<Claim>, Failure> {
        let path = self.lock_path(name);
        let lock = open_lock(&path).map_err(Failure::io("open", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(Failure::io("lock", &path)(error)),
        }
        let tmp = self.tmp_path(name);
        fs::create_dir(&tmp).map_err(Failure::io("create", &tmp))?;
        Ok(Some(Claim {
            runs: self.clone(),
            name: name.to_owned(),
            tmp,
            _lock: lock,
        }))
    }

    /// Keeps scenarios that processes that died had finished, and removes what else they left behind. The runs folder
    /// is guarded.
    fn sweep(&self) {
        for file in names_in(&self.folder).unwrap_or_default() {
            let Some(file) = file.to_str() else { continue };
            let left = file
                .strip_prefix(".lock-")
                .or_else(|| file.strip_prefix(".tmp-"));
            let Some(name) = left else { continue };
            let lock = open_lock(&self.lock_path(name));
            let is_dead = lock.is_ok_and(|lock| lock.try_lock().is_ok());
            // What cannot be kept or removed now is tried again by the next run.
            if is_dead && self.recover(name).is_ok() {
                let _ = fs::remove_dir_all(self.tmp_path(name));
                let _ = fs::remove_file(self.lock_path(name));
            }
        }
    }

    /// Moves into place what had finished of a run whose writer died. The runs folder is guarded.
    fn recover(&self, name: &str) -> Result<(), Failure> {
        let (tmp, target) = (self.tmp_path(name), self.path_of(name));
        if !is_run_name(name) {
            return Ok(());
        }
        let Some(record) = make_whole(&tmp, &target)? else {
            return Ok(());
        };
        sync_tree(&tmp).map_err(Failure::io("write", &tmp))?;
        move_into_place(&tmp, &target)?;
        let newest = Record::read(&self.path_of(RESERVED));
        let is_newest = newest.is_ok_and(|newest| newest.finished > record.finished);
        self.settle(name, record.is_good() && !is_newest)
    }

    /// Points `latest` to a run that is good. The runs folder is guarded.
    fn settle(&self, name: &str, is_good: bool) -> Result<(), Failure> {
        if is_good {
            self.point_latest(name)
                .map_err(Failure::io("write", &self.folder))?;
        }
        sync_folder(&self.folder).map_err(Failure::io("write", &self.folder))
    }

    fn point_latest(&self, name: &str) -> io::Result<()> {
        let folder = &self.folder;
        let beside = folder.join(".latest.json");
        let text = format!("{:#}\n", json!({ "run": name }));
        fs::write(&beside, text)?;
        File::open(&beside)?.sync_all()?;
        fs::rename(&beside, folder.join("latest.json"))?;
        #[cfg(unix)]
        {
            let beside = folder.join(".latest");
            match fs::remove_file(&beside) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => std::os::unix::fs::symlink(name, &beside)?,
            }
            fs::rename(&beside, folder.join("latest"))?;
        }
        Ok(())
    }

    fn tmp_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!(".tmp-{name}"))
    }

    fn lock_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!(".lock-{name}"))
    }
}

fn is_run_name(name: &str) -> bool {
    is_name(name) && name != RESERVED
}

fn open_lock(path: &Path) -> io::Result<File> {
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
}

/// A run's name, held by this process, and the folder to write it in.
///
/// Dropped without being published, it leaves nothing behind unless a scenario had finished.
#[derive(Debug)]
pub struct Claim {
    runs: Runs,
    name: String,
    tmp: PathBuf,
    _lock: File,
}

impl Claim {
    /// Name of the run.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where to write.
    pub fn tmp(&self) -> &Path {
        &self.tmp
    }

    /// Where the run will lie.
    pub fn target(&self) -> PathBuf {
        self.runs.path_of(&self.name)
    }

    /// Moves what is written into place: a new run whole, what goes on with one scenario by scenario. A good run becomes
    /// `latest`.
    pub fn publish(self, is_good: bool) -> Result<PathBuf, Failure> {
        let target = self.target();
        sync_tree(&self.tmp).map_err(Failure::io("write", &self.tmp))?;
        let _guard = self.runs.guard()?;
        move_into_place(&self.tmp, &target)?;
        self.runs.settle(&self.name, is_good)?;
        Ok(target)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Guarded, so that nobody opens the lock just before it goes. What cannot be cleaned up is
        // left to the sweep of the next run.
        let _guard = self.runs.guard();
        // What had finished before something failed is kept by that sweep.
        if !self.tmp.join("run.json").is_file() {
            let _ = fs::remove_dir_all(&self.tmp);
        }
        let _ = fs::remove_file(self.runs.lock_path(&self.name));
    }
}

/// Moves a written folder to where its run lies or shall lie.
fn move_into_place(tmp: &Path, target: &Path) -> Result<(), Failure> {
    if target.exists() {
        merge(tmp, target).map_err(Failure::io("write", target))
    } else {
        fs::rename(tmp, target).map_err(Failure::io("create", target))
    }
}

/// Moves what is written into an interrupted run, scenario by scenario, its record last: until then it counts as
/// interrupted, whatever happens.
fn merge(tmp: &Path, target: &Path) -> io::Result<()> {
    let mut names = names_in(tmp)?;
    names.sort_by_key(|name| (name == "run.json", name.clone()));
    for name in names {
        let (from, to) = (tmp.join(&name), target.join(&name));
        if to.is_dir() {
            let mut old = OsString::from(".old-");
            old.push(&name);
            fs::rename(&to, tmp.join(old))?;
        }
        if name == "run.json" {
            sync_folder(target)?;
        }
        fs::rename(&from, &to)?;
    }
    sync_folder(target)
}

/// Has the system write files and folders to the disk, the outermost folder last.
pub fn sync_tree(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    sync_folder(folder)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere folders cannot be opened; the system orders renames itself.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
