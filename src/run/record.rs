//! `run.json`: what ran, on what, how it ended.
//!
//! Everything that differs from run to run of the same input (times, seconds, memory, machine) stands here
//! and under `seconds` and `peak_memory_bytes` of `summary.json`, nowhere else.

use super::exit::{Exit, Failure};
use crate::report::Summary;
use crate::scenario::Swept;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Whether all scenarios have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// All have.
    Finished,
    /// Some were stopped from outside or not begun; `--resume` goes on with them.
    Interrupted,
}

/// A run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Name of the run, which is its folder's.
    pub name: String,
    /// Version of this program.
    pub consign: String,
    /// Whether it is complete.
    pub state: State,
    /// How the command ended.
    pub exit_code: u8,
    /// The same in words, with what stopped scenarios at a limit.
    pub exit_reason: String,
    /// The command as it was given.
    pub command_line: Vec<String>,
    /// Begin, ISO 8601 in UTC.
    pub started: String,
    /// End, ISO 8601 in UTC.
    pub finished: String,
    /// Wall time from begin to end.
    pub seconds: f64,
    /// Where it ran.
    pub machine: Machine,
    /// Who solved.
    pub solver: Solver,
    /// BLAKE3 of each input file, by its absolute path.
    pub inputs: BTreeMap<String, String>,
    /// Scenarios in the order of the command line.
    pub scenarios: Vec<ScenarioRecord>,
}

/// Where a run took place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// Operating system and processor.
    pub system: String,
    /// Cores that the process may use.
    pub cores: usize,
    /// Threads that it used.
    pub jobs: usize,
}

/// The solver and how it is set for all scenarios.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Solver {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Options beyond the scenario's own.
    pub options: BTreeMap<String, String>,
}

/// One scenario of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScenarioRecord {
    /// Name of the scenario, which is its folder's.
    pub name: String,
    /// How it ended: as in its summary, or `rejected`, `fault`, `not_run`.
    pub status: String,
    /// What the command would end with were this its only scenario.
    pub exit_code: u8,
    /// Why there is no plan, or none within the gap; what the verifier found. Empty where all is well.
    pub reasons: Vec<String>,
    /// Folder of its tables.
    pub data: String,
    /// BLAKE3 of the complete scenario file.
    pub settings_hash: String,
    /// Seed of everything that is drawn.
    pub seed: u32,
    /// Relative gap at which solving may stop.
    pub mip_gap: f64,
    /// Wall time that solving may take.
    pub time_limit_seconds: f64,
    /// Wall time of its phases.
    pub seconds: BTreeMap<String, f64>,
    /// What a sweep set in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swept: Option<Swept>,
}

impl ScenarioRecord {
    /// Whether a resumed run keeps it as it is.
    pub fn is_final(&self) -> bool {
        !matches!(self.status.as_str(), "interrupted" | "not_run")
    }

    /// Whether it has a folder in the run: what the verifier rejects, or a mistake of ours, has none.
    pub fn has_folder(&self) -> bool {
        !matches!(self.status.as_str(), "rejected" | "fault" | "not_run")
    }

    /// Whether it ended by itself with a plan that was published.
    pub fn has_plan(&self) -> bool {
        let with_plan = ["optimal", "gap", "limit", "baseline"];
        with_plan.contains(&self.status.as_str())
    }
}

impl Record {
    /// Whether the run may be `latest`: complete, nothing wrong, at least one plan.
    pub fn is_good(&self) -> bool {
        self.state == State::Finished && self.exit_code <= Exit::SomeFailed.code()
    }

    /// What sweeps set in these of its scenarios.
    pub fn swept(&self, summaries: &[Summary]) -> Vec<Option<Swept>> {
        let known = self
            .scenarios
            .iter()
            .map(|it| (it.name.as_str(), &it.swept));
        let known: BTreeMap<&str, &Option<Swept>> = known.collect();
        let of = |it: &Summary| known.get(it.scenario.as_str()).copied()?.clone();
        summaries.iter().map(of).collect()
    }

    /// Tables of a folder of data that were read, with their hashes. Scenario files may lie beside them: what they
    /// said is kept in the run.
    pub fn tables_of(&self, data: &str) -> Vec<(&str, &str)> {
        tables_of(&self.inputs, data)
    }

    /// Reads the record in a run's folder.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("run.json");
        let text = fs::read_to_string(&path).map_err(Failure::io("read", &path))?;
        serde_json::from_str(&text).map_err(|error| {
            Failure::Usage(format!("{} is no record of a run: {error}", path.display()))
        })
    }

    /// Whether it is an attempt to complete that interrupted run: the same scenarios on the same inputs.
    pub fn goes_on_with(&self, earlier: &Self) -> bool {
        let hashes = |record: &Self| -> Vec<(String, String)> {
            let scenarios = record.scenarios.iter();
            scenarios
                .map(|it| (it.name.clone(), it.settings_hash.clone()))
                .collect()
        };
        earlier.state == State::Interrupted
            && earlier.inputs == self.inputs
            && hashes(earlier) == hashes(self)
    }

    /// Writes the record into a folder: at every moment the old one or the new one is there, whole.
    pub fn write(&self, folder: &Path) -> Result<(), Failure> {
        let path = folder.join("run.json");
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| Failure::OwnFault(format!("run.json: {error}")))?;
        let beside = folder.join(".run.json");
        let write = || {
            let mut file = File::create(&beside)?;
            file.write_all(text.as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            fs::rename(&beside, &path)
        };
        write().map_err(Failure::io("write", &path))
    }
}

/// Input files that are tables of a folder of data, with their hashes.
pub fn tables_of<'a>(inputs: &'a BTreeMap<String, String>, data: &str) -> Vec<(&'a str, &'a str)> {
    let is_table = |path: &Path| {
        path.parent() == Some(Path::new(data)) && path.extension().is_none_or(|it| it != "toml")
    };
    let files = inputs
        .iter()
        .map(|(path, hash)| (path.as_str(), hash.as_str()));
    files
        .filter(|(path, _)| is_table(Path::new(path)))
        .collect()
}
