//! The record of a run under way: on the disk after each scenario that finished, so that it outlives the process.

use super::exit::Failure;
use super::folder::sync_tree;
use super::record::{Record, ScenarioRecord};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The record of a run under way.
pub struct Journal<'a> {
    folder: &'a Path,
    begun: Instant,
    record: Mutex<Record>,
}

impl<'a> Journal<'a> {
    /// Begins; nothing is written yet.
    pub fn new(folder: &'a Path, begun: Instant, record: Record) -> Self {
        Self {
            folder,
            begun,
            record: Mutex::new(record),
        }
    }

    /// Notes how the scenario at that position came out. One that finished is on the disk, whole, before the record tells of it.
    pub fn add(&self, position: usize, scenario: &ScenarioRecord) -> Result<(), Failure> {
        let folder = self.folder.join(&scenario.name);
        if scenario.is_final() && folder.is_dir() {
            sync_tree(&folder).map_err(Failure::io("write", &folder))?;
        }
        let mut record = self.lock();
        record.scenarios[position] = scenario.clone();
        if scenario.is_final() {
            record.finished = jiff::Timestamp::now().to_string();
            record.seconds = self.begun.elapsed().as_secs_f64();
            record.write(self.folder)?;
        }
        Ok(())
    }

    /// The record as it is.
    pub fn record(&self) -> Record {
        self.lock().clone()
    }

    /// Only whole scenarios are swapped in, so that a thread that crashed leaves the record sound.
    fn lock(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
