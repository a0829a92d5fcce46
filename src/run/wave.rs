//! Wave calls: the horizon is planned, and what must leave before the next call is handed over, once.
//!
//! A state folder holds a folder a call, `0001`, `0002`, …: what was released and held, and all that was released so far.
//! A call is done when its folder is moved into place whole; killed before, it leaves nothing, and may be repeated.

use super::exit::{Exit, Failure};
use super::folder::{Runs, sync_tree};
use super::interrupt::Interrupt;
use super::load::load;
use super::plan::{PlanRequest, Ran, failed, plan};
use super::planned::DOCUMENTS;
use super::record::{Record, State as RunState};
use crate::explain::{self, Call, Deciding, Decisions, Sharing, calls};
use crate::input::{OnBadOrder, RELEASED};
use crate::ledger;
use crate::options;
use crate::plan::{Plan, read_plan};
use crate::progress::Talk;
use crate::report::{Chosen, Planned, released_part, time_text, write_documents, write_release};
use crate::scenario::load_scenarios;
use crate::verify;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// What says how a call came out.
const RECORD: &str = "wave.json";

/// What to plan and release.
#[derive(Clone, Debug)]
pub struct WaveRequest {
    /// The scenario and how it is planned.
    pub plan: PlanRequest,
    /// Folder in which calls remember what was released.
    pub state: PathBuf,
    /// How long until the next call.
    pub every: SignedDuration,
    /// When the stock of the data was counted, as a scenario states a moment.
    pub stock_at: Option<String>,
    /// Calls of which the state folder keeps the folders, this one too; `None`: all.
    pub keep: Option<u32>,
}

/// What a call did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveRecord {
    /// Which call of the state folder, from 1.
    pub number: u32,
    /// The moment of planning.
    pub as_of: Timestamp,
    /// The next call comes then: what departs before had to be released.
    pub until: Timestamp,
    /// When the stock was counted.
    pub stock_at: Timestamp,
    /// Name of the scenario.
    pub scenario: String,
    /// Folder of the run with the whole plan.
    pub run: String,
    /// Shipments released.
    pub shipments: usize,
    /// Their orders.
    pub orders: usize,
    /// Their units, as they leave stock.
    pub units: i64,
    /// Shipments planned and held.
    pub held: usize,
    /// Hash of all that was released so far, which later calls hold the file against.
    pub released_hash: String,
}

/// A call that is done.
pub struct Waved {
    /// What it did.
    pub record: WaveRecord,
    /// Its folder.
    pub folder: PathBuf,
    /// Whether an earlier call of the same moment had done it.
    pub was_done: bool,
    /// The clock by which its moments are told: the scenario's.
    pub clock: TimeZone,
    /// The run with the whole plan; none where an earlier call had made it.
    pub ran: Option<Ran>,
    /// How the command ends.
    pub exit: Exit,
}

/// Plans, releases and remembers.
///
/// # Errors
/// As planning; a state folder that another call holds, or that has gone on to a later moment. Then nothing is released.
pub fn wave(
    mut request: WaveRequest,
    interrupt: &Interrupt,
    talk: &Talk,
) -> Result<Waved, Failure> {
    let scenarios =
        load_scenarios(&request.plan.files, &request.plan.overrides).map_err(Failure::Scenarios)?;
    let [scenario] = &scenarios[..] else {
        return Err(Failure::Usage(format!(
            "a wave is released by one scenario, and these are {}",
            scenarios.len()
        )));
    };
    let settings = &scenario.settings;
    let (as_of, name) = (settings.as_of, settings.name.clone());
    let clock = settings.time_zone.clone();
    let state = State::open(&request.state)?;
    let mut records = state.records()?;
    if let Some(done) = records.iter().position(|record| record.as_of == as_of) {
        let done = records.swap_remove(done);
        return Ok(Waved {
            folder: state.path(done.number),
            record: done,
            was_done: true,
            clock,
            ran: None,
            exit: Exit::Good,
        });
    }
    let last = records.pop();
    if let Some(last) = last.as_ref().filter(|last| last.as_of > as_of) {
        return Err(Failure::Usage(format!(
            "{} has gone on to {}: a call as of {} comes too late",
            request.state.display(),
            time_text(last.as_of, &clock),
            time_text(as_of, &clock)
        )));
    }
    let until = as_of.saturating_add(request.every).map_err(|error| {
        Failure::Usage(format!("there is no moment so long after {as_of}: {error}"))
    })?;
    let horizon = SignedDuration::from_hours(24 * i64::from(settings.horizon_days));
    if request.every > horizon {
        talk.warning(&format!(
            "the next call comes at {}, after the {} days that are planned (horizon_days): what leaves between is released by none",
            time_text(until, &clock),
            settings.horizon_days
        ));
    }
    let overrides = &mut request.plan.overrides;
    overrides.as_of = Some(as_of.to_string());
    if let Some(last) = &last {
        state.check_released(last)?;
        if as_of > last.until {
            talk.warning(&format!(
                "this call comes after {}, until when the last one had released: what could only leave between has not",
                time_text(last.until, &clock)
            ));
        }
        let folder = state.path(last.number);
        overrides
            .set
            .push(format!("replan.previous={}", folder.display()));
    }
    // A scenario file that is not edited between calls tells of the first count.
    let known = scenario.settings.stock_at;
    let counted = known.max(last.as_ref().map(|last| last.stock_at));
    let counted = counted.unwrap_or(as_of);
    let stock_at = request
        .stock_at
        .clone()
        .unwrap_or_else(|| counted.to_string());
    overrides.set.push(format!("replan.stock_at={stock_at}"));
    // Documents are printed of what is released.
    let mut whole = request.plan.clone();
    whole.manner.also.documents = None;
    whole.resume = is_there(&whole)?;
    let ran = plan(&whole, interrupt, talk)?;
    if ran.exit > Exit::Limit {
        return Err(Failure::NotReleased(ran.exit));
    }
    let record = WaveRecord {
        number: last.map_or(1, |last| last.number + 1),
        as_of,
        until,
        stock_at: counted,
        scenario: name,
        run: ran.folder.display().to_string(),
        shipments: 0,
        orders: 0,
        units: 0,
        held: 0,
        released_hash: String::new(),
    };
    let waved = release(&request, &state, (record, clock), ran)?;
    if let Some(keep) = request.keep {
        state.keep_last(keep, waved.record.number)?;
    }
    Ok(waved)
}

/// Whether the run of a name is there: a call that was killed, or failed, after its run was published finds it when it is
/// repeated.
///
/// # Errors
/// It has ended, and there is nothing in it to release.
fn is_there(request: &PlanRequest) -> Result<bool, Failure> {
    let Some(name) = request.name.as_ref().filter(|_| request.runs.is_dir()) else {
        return Ok(false);
    };
    let runs = Runs::at(&request.runs);
    runs.tidy()?;
    let found = runs.path_of(name);
    let ended = Record::read(&found).ok();
    let ended = ended.filter(|it| it.state == RunState::Finished);
    let exit = ended.map(|it| Exit::of_code(it.exit_code));
    match exit.filter(|exit| *exit > Exit::Limit) {
        Some(exit) => Err(Failure::Usage(format!(
            "run {name} has ended without a plan to release ({}): choose another --name",
            exit.meaning()
        ))),
        None => Ok(found.exists()),
    }
}

/// Hands over what must leave, and moves the call's folder into place.
fn release(
    request: &WaveRequest,
    state: &State,
    (mut record, clock): (WaveRecord, TimeZone),
    ran: Ran,
) -> Result<Waved, Failure> {
    let on_bad_order = match request.plan.manner.quarantine {
        true => OnBadOrder::SetAside,
        false => OnBadOrder::Refuse,
    };
    let mut loaded = load(
        &request.plan.files,
        &request.plan.overrides,
        on_bad_order,
        1,
    )?;
    if loaded.inputs != ran.record.inputs {
        return Err(Failure::Usage(
            "the data changed while they were planned: call again once they are whole".to_owned(),
        ));
    }
    let ready = &mut loaded.scenarios[0];
    let built = ready.take_built()?;
    let (dataset, settings) = (&built.dataset, &ready.scenario.settings);
    record.stock_at = settings.stock_at.unwrap_or(record.stock_at);
    let own = |what: String| Failure::OwnFault(format!("the plan just made {what}"));
    let whole = read_plan(&ran.folder.join(&record.scenario), dataset)
        .map_err(|faults| own(format!("cannot be read: {}", faults[0])))?;
    let checked = |plan: &Plan| {
        verify::verify(dataset, settings, plan)
            .map_err(|violations| own(format!("does not stand: {}", violations[0])))
    };
    let audit = checked(&whole)?;
    let called = calls(dataset, settings, &whole, &audit, record.until);
    let part = released_part(&whole, &called);
    let part_audit = checked(&part)?;
    let whole_ledger = ledger::ledger(dataset, &whole, &audit);
    let part_ledger = ledger::ledger(dataset, &part, &part_audit);
    let options = options::enumerate(dataset, settings);
    let deciding = Deciding {
        dataset,
        settings,
        rates: &options.rates,
        sharing: &Sharing::new(dataset, settings, &whole, &[]),
    };
    let unfilled = explain::unfilled(deciding, &whole, &audit, &whole_ledger, &options);
    // Reasons of the whole plan are in its run.
    let decisions = Decisions::default();
    let labels = explain::labels(dataset, settings, &options.rates, &part);
    let planned = |plan, audit, ledger, unfilled, labels| Planned {
        dataset,
        settings,
        plan,
        audit,
        ledger,
        unfilled,
        decisions: &decisions,
        moved: &[],
        returning: &[],
        labels,
    };
    let released = planned(&part, &part_audit, &part_ledger, &[], &labels);
    let tmp = state.begin(record.number)?;
    let format = request.plan.manner.format;
    write_release(
        &tmp,
        (
            planned(&whole, &audit, &whole_ledger, &unfilled, &[]),
            &called,
        ),
        released,
        format,
    )
    .map_err(failed)?;
    if let Some(language) = request.plan.manner.also.documents {
        let all = Chosen::all(dataset);
        write_documents(&tmp.join(DOCUMENTS), released, &all, language).map_err(failed)?;
    }
    let orders: BTreeSet<u32> = part
        .shipments
        .iter()
        .map(|shipment| shipment.order.0)
        .collect();
    record.orders = orders.len();
    record.shipments = part.shipments.len();
    record.units = part_audit.units_filled;
    record.held = called
        .iter()
        .filter(|call| matches!(call, Call::Hold(_)))
        .count();
    record.released_hash = state.carry_over(&tmp, record.number)?;
    let path = tmp.join(RECORD);
    let text = serde_json::to_string_pretty(&record).expect("a record is JSON");
    fs::write(&path, text + "\n").map_err(Failure::io("write", &path))?;
    let folder = state.commit(&tmp, record.number)?;
    Ok(Waved {
        record,
        folder,
        was_done: false,
        clock,
        exit: ran.exit,
        ran: Some(ran),
    })
}

/// A state folder, held by this process.
struct State {
    folder: PathBuf,
    _lock: File,
}

impl State {
    /// Opens a state folder, created where it is missing; what a killed call left of its own is removed.
    fn open(folder: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(folder).map_err(Failure::io("create", folder))?;
        let folder = folder.canonicalize().map_err(Failure::io("read", folder))?;
        let path = folder.join(".lock");
        let mut options = File::options();
        let options = options.create(true).truncate(false).write(true);
        let lock = options.open(&path).map_err(Failure::io("open", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let held = format!(
                    "another wave call works on {}: wait for it",
                    folder.display()
                );
                return Err(Failure::Locked(held));
            }
            Err(TryLockError::Error(error)) => return Err(Failure::io("lock", &path)(error)),
        }
        let state = Self {
            folder,
            _lock: lock,
        };
        for name in state.names()? {
            if name.starts_with(".tmp-") {
                let path = state.folder.join(name);
                fs::remove_dir_all(&path).map_err(Failure::io("remove", &path))?;
            }
        }
        Ok(state)
    }

    fn names(&self) -> Result<Vec<String>, Failure> {
        let entries = fs::read_dir(&self.folder).map_err(Failure::io("read", &self.folder))?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        Ok(names.collect())
    }

    /// The folder of a call.
    fn path(&self, number: u32) -> PathBuf {
        self.folder.join(format!("{number:04}"))
    }

    /// All calls that are done, in order.
    fn records(&self) -> Result<Vec<WaveRecord>, Failure> {
        let names = self.names()?;
        let numbers = names.iter().filter_map(|name| name.parse::<u32>().ok());
        let mut records = vec![];
        for number in numbers {
            let path = self.path(number).join(RECORD);
            let text = fs::read_to_string(&path).map_err(Failure::io("read", &path))?;
            let record: WaveRecord = serde_json::from_str(&text).map_err(|error| {
                Failure::Usage(format!(
                    "{} is no record of a wave: {error}",
                    path.display()
                ))
            })?;
            records.push(record);
        }
        records.sort_by_key(|record| record.number);
        Ok(records)
    }

    /// An empty folder to write a call in.
    fn begin(&self, number: u32) -> Result<PathBuf, Failure> {
        let tmp = self.folder.join(format!(".tmp-{number:04}"));
        fs::create_dir(&tmp).map_err(Failure::io("create", &tmp))?;
        Ok(tmp)
    }

    /// Puts what earlier calls released before what this one does; the hash of all of it.
    fn carry_over(&self, tmp: &Path, number: u32) -> Result<String, Failure> {
        let path = tmp.join(RELEASED);
        let mut all = fs::read(&path).map_err(Failure::io("read", &path))?;
        if number > 1 {
            let before = self.path(number - 1).join(RELEASED);
            let new = all;
            all = fs::read(&before).map_err(Failure::io("read", &before))?;
            // Both have the same header.
            let header = new.iter().position(|&byte| byte == b'\n');
            let rows = header.map_or(new.len(), |at| at + 1);
            all.extend_from_slice(&new[rows..]);
            fs::write(&path, &all).map_err(Failure::io("write", &path))?;
        }
        Ok(blake3::hash(&all).to_hex().to_string())
    }

    /// Fails where what a call released is not what it wrote.
    fn check_released(&self, record: &WaveRecord) -> Result<(), Failure> {
        let path = self.path(record.number).join(RELEASED);
        let text = fs::read(&path).map_err(Failure::io("read", &path))?;
        if blake3::hash(&text).to_hex().as_str() == record.released_hash {
            return Ok(());
        }
        Err(Failure::Usage(format!(
            "{} is not what wave {} wrote: what it released would be released again; restore the file",
            path.display(),
            record.number
        )))
    }

    /// Removes the folders of calls before the last ones: the last knows all that was released.
    fn keep_last(&self, keep: u32, last: u32) -> Result<(), Failure> {
        let numbers = self.names()?;
        let numbers = numbers.iter().filter_map(|name| name.parse::<u32>().ok());
        for number in numbers.filter(|&number| number <= last.saturating_sub(keep)) {
            let (path, gone) = (
                self.path(number),
                self.folder.join(format!(".tmp-{number:04}")),
            );
            // Out of sight first: a call that is killed here leaves no half of a folder.
            fs::rename(&path, &gone).map_err(Failure::io("remove", &path))?;
            fs::remove_dir_all(&gone).map_err(Failure::io("remove", &gone))?;
        }
        Ok(())
    }

    /// Moves a call's folder into place: from then on it is done.
    fn commit(&self, tmp: &Path, number: u32) -> Result<PathBuf, Failure> {
        let target = self.path(number);
        sync_tree(tmp).map_err(Failure::io("write", tmp))?;
        fs::rename(tmp, &target).map_err(Failure::io("create", &target))?;
        File::open(&self.folder)
            .and_then(|folder| folder.sync_all())
            .map_err(Failure::io("write", &self.folder))?;
        Ok(target)
    }
}
