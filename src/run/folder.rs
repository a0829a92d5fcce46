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
            Failure::Usage(format!(
                "no run `{run}` in {}; `consign runs` lists what there is",
                self.folder.display()
            ))
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
mod tests {
    use super::*;

    fn runs() -> (tempfile::TempDir, Runs) {
        let dir = tempfile::tempdir().expect("a folder for the test");
        let runs = Runs::at(&dir.path().join("runs"));
        (dir, runs)
    }

    fn hidden(runs: &Runs) -> Vec<String> {
        let names = fs::read_dir(&runs.folder).expect("runs").map(|entry| {
            let name = entry.expect("entry").file_name();
            name.to_string_lossy().into_owned()
        });
        let mut names: Vec<String> = names
            .filter(|name| name.starts_with('.') && name != ".lock")
            .collect();
        names.sort();
        names
    }

    #[test]
    fn published_run_appears_whole_and_latest_points_to_it() {
        let (_dir, runs) = runs();
        let claim = runs.claim("first", false).expect("free");
        fs::write(claim.tmp().join("a.csv"), "x\n").expect("written");
        assert!(!runs.path_of("first").exists());
        claim.publish(true).expect("published");
        assert!(runs.path_of("latest").join("a.csv").is_file());
        assert!(hidden(&runs).is_empty());
    }

    #[test]
    fn run_that_is_not_good_leaves_latest_alone() {
        let (_dir, runs) = runs();
        let first = runs.claim("first", false).expect("free");
        first.publish(true).expect("published");
        let second = runs.claim("second", false).expect("free");
        second.publish(false).expect("published");
        let latest = fs::read_link(runs.path_of("latest")).expect("a link");
        assert_eq!(latest, Path::new("first"));
    }

    #[test]
    fn dropped_claim_leaves_nothing_behind() {
        let (_dir, runs) = runs();
        let claim = runs.claim("gone", false).expect("free");
        fs::write(claim.tmp().join("half.csv"), "x").expect("written");
        drop(claim);
        assert!(hidden(&runs).is_empty());
        assert!(!runs.path_of("gone").exists());
    }

    #[test]
    fn name_held_by_another_is_locked_and_a_default_name_steps_aside() {
        let (_dir, runs) = runs();
        let held = runs.claim("base-1", false).expect("free");
        assert!(matches!(
            runs.claim("base-1", false),
            Err(Failure::Locked(_))
        ));
        let other = runs.claim_default("base", "1").expect("another name");
        assert_eq!((held.name(), other.name()), ("base-1", "base-1-2"));
    }

    #[test]
    fn taken_name_is_refused_unless_resumed() {
        let (_dir, runs) = runs();
        let claim = runs.claim("night", false).expect("free");
        claim.publish(true).expect("published");
        assert!(matches!(runs.claim("night", false), Err(Failure::Usage(_))));
        assert!(runs.claim("night", true).is_ok());
        assert!(matches!(runs.claim("latest", true), Err(Failure::Usage(_))));
        assert!(matches!(runs.claim("../x", true), Err(Failure::Usage(_))));
    }

    #[test]
    fn what_a_dead_process_left_is_swept() {
        let (_dir, runs) = runs();
        fs::create_dir_all(runs.folder.join(".tmp-dead/base")).expect("created");
        fs::write(runs.folder.join(".lock-dead"), "").expect("created");
        let alive = runs.claim("alive", false).expect("free");
        assert!(!runs.folder.join(".tmp-dead").exists());
        runs.claim("other", false).expect("free");
        assert!(alive.tmp().is_dir(), "a live writer is left alone");
    }

    /// Writes a record of two scenarios, `one` and `two`, with these statuses.
    fn write_record(folder: &Path, hash: &str, statuses: [&str; 2]) {
        let scenario = |name: &str, status: &str| {
            json!({
                "name": name, "status": status, "exit_code": 0, "reasons": [], "data": "data",
                "settings_hash": hash, "seed": 1, "mip_gap": 0.0, "time_limit_seconds": 1.0, "seconds": {},
            })
        };
        let record = json!({
            "name": "night", "consign": "0", "state": "interrupted", "exit_code": 130, "exit_reason": "",
            "command_line": [], "started": "2026", "finished": "2026", "seconds": 0.0,
            "machine": { "system": "", "cores": 1, "jobs": 1 },
            "solver": { "name": "", "version": "", "options": {} }, "inputs": {},
            "scenarios": [scenario("one", statuses[0]), scenario("two", statuses[1])],
        });
        fs::create_dir_all(folder).expect("created");
        fs::write(folder.join("run.json"), record.to_string()).expect("written");
    }

    /// Folders of scenarios, each with a file; only those with a summary are whole.
    fn write_scenario(folder: &Path, name: &str, is_whole: bool) {
        fs::create_dir_all(folder.join(name)).expect("created");
        fs::write(folder.join(name).join("a.csv"), "new").expect("written");
        if is_whole {
            let world = crate::verify::fixture::world();
            let outcome = crate::solve::Outcome {
                plan: None,
                status: crate::solve::Status::NoPlan,
                method: "exact",
                goals: vec![],
                size: crate::solve::Size::default(),
                reason: String::new(),
            };
            let summary = crate::report::Summary::new(crate::report::Solved {
                settings: &world.settings,
                outcome: &outcome,
                verified: None,
                seconds: crate::report::Seconds::default(),
                peak_memory_bytes: None,
            });
            crate::report::write_summary(&folder.join(name), &summary).expect("written");
        }
    }

    fn statuses(folder: &Path) -> Vec<String> {
        let scenarios = Record::read(folder).expect("a record").scenarios;
        scenarios.into_iter().map(|it| it.status).collect()
    }

    #[test]
    fn what_a_dead_process_had_finished_becomes_an_interrupted_run() {
        let (_dir, runs) = runs();
        let tmp = runs.tmp_path("night");
        write_record(&tmp, "same", ["optimal", "not_run"]);
        write_scenario(&tmp, "one", true);
        write_scenario(&tmp, "two", false);
        fs::write(tmp.join(".run.json"), "{").expect("written");
        runs.tidy().expect("tidy");
        let night = runs.path_of("night");
        assert_eq!(statuses(&night), ["optimal", "not_run"]);
        assert!(night.join("one/a.csv").is_file() && night.join("comparison.csv").is_file());
        assert!(!night.join("two").exists() && !night.join(".run.json").exists());
        assert!(hidden(&runs).is_empty());
        assert!(!runs.path_of("latest").exists());
    }

    #[test]
    fn what_was_finished_of_a_resumed_run_goes_into_it() {
        let (_dir, runs) = runs();
        let (night, tmp) = (runs.path_of("night"), runs.tmp_path("night"));
        write_record(&night, "same", ["optimal", "interrupted"]);
        write_scenario(&night, "one", true);
        write_record(&tmp, "same", ["optimal", "gap"]);
        write_scenario(&tmp, "two", true);
        runs.tidy().expect("tidy");
        assert_eq!(statuses(&night), ["optimal", "gap"]);
        assert!(night.join("one/a.csv").is_file() && night.join("two/a.csv").is_file());
        assert!(hidden(&runs).is_empty());
    }

    #[test]
    fn what_a_dead_process_left_never_touches_another_run() {
        let (_dir, runs) = runs();
        let (night, tmp) = (runs.path_of("night"), runs.tmp_path("night"));
        write_record(&night, "other", ["interrupted", "not_run"]);
        write_record(&tmp, "same", ["optimal", "not_run"]);
        write_scenario(&tmp, "one", true);
        runs.tidy().expect("tidy");
        assert_eq!(statuses(&night), ["interrupted", "not_run"]);
        assert!(hidden(&runs).is_empty());
    }

    #[test]
    fn scenario_whose_folder_is_gone_runs_again() {
        let (_dir, runs) = runs();
        let tmp = runs.tmp_path("night");
        write_record(&tmp, "same", ["optimal", "optimal"]);
        write_scenario(&tmp, "one", true);
        runs.tidy().expect("tidy");
        assert_eq!(statuses(&runs.path_of("night")), ["optimal", "not_run"]);
    }

    #[test]
    fn writer_that_fails_keeps_what_it_had_finished() {
        let (_dir, runs) = runs();
        let claim = runs.claim("night", false).expect("free");
        write_record(claim.tmp(), "same", ["optimal", "not_run"]);
        write_scenario(claim.tmp(), "one", true);
        drop(claim);
        assert!(!runs.path_of("night").exists());
        assert!(matches!(runs.claim("night", false), Err(Failure::Usage(_))));
        assert!(runs.path_of("night").join("one/a.csv").is_file());
    }

    #[test]
    fn only_what_is_there_can_be_gone_on_with() {
        let (_dir, runs) = runs();
        let told = |name: &str| match runs.claim(name, true) {
            Err(Failure::Usage(text)) => text,
            other => panic!("{other:?}"),
        };
        assert!(told("night").contains("no other that was interrupted"));
        write_record(&runs.path_of("night"), "same", ["optimal", "not_run"]);
        let text = told("nigth");
        assert!(
            text.contains("\n  night  1 of 2 scenarios finished\n"),
            "{text}"
        );
        let held = runs.claim("held", false).expect("free");
        assert!(matches!(
            runs.claim(held.name(), true),
            Err(Failure::Locked(_))
        ));
        assert!(hidden(&runs).len() == 2, "nothing but the live claim");
    }

    #[test]
    fn resumed_scenarios_replace_what_is_there() {
        let (_dir, runs) = runs();
        let claim = runs.claim("night", false).expect("free");
        for name in ["kept", "redone"] {
            fs::create_dir(claim.tmp().join(name)).expect("created");
            fs::write(claim.tmp().join(name).join("a.csv"), "old").expect("written");
        }
        fs::write(claim.tmp().join("run.json"), "old").expect("written");
        claim.publish(false).expect("published");
        let claim = runs.claim("night", true).expect("free");
        fs::create_dir(claim.tmp().join("redone")).expect("created");
        fs::write(claim.tmp().join("redone/a.csv"), "new").expect("written");
        fs::write(claim.tmp().join("run.json"), "new").expect("written");
        let target = claim.publish(true).expect("published");
        let text = |file: &str| fs::read_to_string(target.join(file)).expect("a file");
        assert_eq!(text("kept/a.csv"), "old");
        assert_eq!(text("redone/a.csv"), "new");
        assert_eq!(text("run.json"), "new");
        assert!(hidden(&runs).is_empty());
    }
}
