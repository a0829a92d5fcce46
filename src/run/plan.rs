//! A run: all scenarios under one thread budget, then one folder.

use super::exit::{Exit, Failure};
use super::folder::{Claim, Runs};
use super::interrupt::Interrupt;
use super::journal::Journal;
use super::leads::{leads, turns};
use super::load::{Loaded, Ready, load};
use super::memory::{available_memory_bytes, side_by_side, told_size};
use super::opened::REJECTED;
use super::page::{PAGE, page_with};
use super::planned::{Came, Manner, new_record, plan_scenario};
use super::record::{Machine, Record, ScenarioRecord, Solver, State};
use crate::progress::Talk;
use crate::report::{Summary, WriteError, write_comparison, write_page};
use crate::scenario::Overrides;
use crate::solve::SOLVER;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What to plan, and where to put it.
#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// Scenario files.
    pub files: Vec<PathBuf>,
    /// What the command line changes in them.
    pub overrides: Overrides,
    /// Folder of runs.
    pub runs: PathBuf,
    /// Name of the run; by default its first scenario's and its time.
    pub name: Option<String>,
    /// Go on with an interrupted run.
    pub resume: bool,
    /// Threads in all, ≥ 1.
    pub jobs: usize,
    /// How scenarios are written.
    pub manner: Manner,
    /// The command as it was given.
    pub command_line: Vec<String>,
}

/// What a run came to.
pub struct Ran {
    /// Its record.
    pub record: Record,
    /// Its folder.
    pub folder: PathBuf,
    /// Summaries of its scenarios, in order; rejected ones have none.
    pub summaries: Vec<Summary>,
    /// How the command ends.
    pub exit: Exit,
}

/// Plans all scenarios and publishes the run.
///
/// # Errors
/// Before anything is planned: faults of usage and input. Later: the file system's. Then nothing is published.
pub fn plan(request: &PlanRequest, interrupt: &Interrupt, talk: &Talk) -> Result<Ran, Failure> {
    let begun = Begun::now();
    talk.note("reading scenarios and tables");
    let loaded = load(
        &request.files,
        &request.overrides,
        request.manner.on_bad_order(),
        request.jobs,
    )?;
    let nothing = |_: &Path, _: &[Summary]| Ok(());
    plan_loaded(request, loaded, begun, (interrupt, talk), &nothing)
}

/// When a run began.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    started: Timestamp,
    begun_at: Instant,
}

impl Begun {
    /// It begins.
    pub fn now() -> Self {
        Self {
            started: Timestamp::now(),
            begun_at: Instant::now(),
        }
    }
}

/// What else is written into a run's folder, from the summaries of its scenarios, before it is published.
pub(super) type Also<'a> = dyn Fn(&Path, &[Summary]) -> Result<(), Failure> + 'a;

/// Plans scenarios that are loaded already, and publishes the run.
pub(super) fn plan_loaded(
    request: &PlanRequest,
    mut loaded: Loaded,
    Begun { started, begun_at }: Begun,
    (interrupt, talk): (&Interrupt, &Talk),
    also: &Also<'_>,
) -> Result<Ran, Failure> {
    for warning in &loaded.warnings {
        talk.warning(warning.to_string().trim_end());
    }
    warn_of_orders_set_aside(&loaded, talk);
    warn_of_memory(&loaded, talk);
    if let Some(exit) = interrupt.exit() {
        return Err(Failure::Stopped(exit));
    }
    let (claim, earlier) = claim(request, &loaded, started, talk)?;
    if let Some(record) = earlier.as_ref().filter(|record| is_done(record)) {
        talk.note(&format!(
            "run {} is complete; nothing is left to do",
            record.name
        ));
        return already_done(record.clone(), claim.target());
    }
    let kept = earlier.map_or(vec![], |record| record.scenarios);
    let is_new = kept.is_empty();
    let record = begun(request, &loaded, claim.name(), kept, started);
    let journal = Journal::new(claim.tmp(), begun_at, record);
    let folders = [claim.tmp().to_owned(), claim.target()];
    let came = plan_missing(request, &mut loaded, &journal, &folders, interrupt, talk);
    let came = came.inspect_err(|_| {
        if claim.tmp().join("run.json").is_file() {
            let name = claim.name();
            talk.warning(&format!(
                "warning: scenarios that had finished are kept: --name {name} --resume goes on with the others"
            ));
        }
    })?;
    if let Some(exit) = interrupt
        .exit()
        .filter(|_| is_new && came.iter().all(Option::is_none))
    {
        return Err(Failure::Stopped(exit));
    }
    let mut record = journal.record();
    let summaries = gather(came, &record, &claim.target())?;
    let swept = record.swept(&summaries);
    write_comparison(claim.tmp(), &summaries, &swept, request.manner.format).map_err(failed)?;
    also(claim.tmp(), &summaries)?;
    let exit = end(&mut record, interrupt);
    record.seconds = begun_at.elapsed().as_secs_f64();
    // A page of an earlier attempt would tell less.
    if request.manner.page || claim.target().join(PAGE).exists() {
        let folders = [claim.tmp(), &folders[1]];
        let page = page_with(&record, &summaries, &folders, String::new())?;
        write_page(&claim.tmp().join(PAGE), &page).map_err(failed)?;
    }
    record.write(claim.tmp())?;
    let folder = claim.publish(record.is_good())?;
    Ok(Ran {
        record,
        folder,
        summaries,
        exit,
    })
}

/// Tells how many orders are not planned as they are faulty.
fn warn_of_orders_set_aside(loaded: &Loaded, talk: &Talk) {
    for ready in &loaded.scenarios {
        let (name, counts) = (&ready.scenario.settings.name, &ready.counts);
        let all = counts.orders + counts.rejected_orders;
        if counts.rejected_orders > 0 {
            talk.warning(&format!(
                "warning: {name}: {} of {all} orders are set aside and count in no figure; its table {REJECTED} says why",
                counts.rejected_orders
            ));
        }
    }
}

/// Warns of scenarios that need more memory than the machine has left.
fn warn_of_memory(loaded: &Loaded, talk: &Talk) {
    for ready in &loaded.scenarios {
        let (settings, need) = (&ready.scenario.settings, ready.need);
        let left = available_memory_bytes().filter(|&left| need.usual > left);
        if let Some(left) = left.filter(|_| settings.memory.is_none()) {
            talk.warning(&format!(
                "warning: {}: planning takes about {}, and the machine has {} left; --memory looks at less where it can",
                settings.name,
                told_size(need.usual),
                told_size(left)
            ));
        }
    }
}

/// The record of a run of which nothing is done but what an earlier attempt did. Should the process be killed, it
/// stands as it is.
fn begun(
    request: &PlanRequest,
    loaded: &Loaded,
    name: &str,
    kept: Vec<ScenarioRecord>,
    started: Timestamp,
) -> Record {
    let scenarios = if kept.is_empty() {
        loaded.scenarios.iter().map(new_record).collect()
    } else {
        kept
    };
    Record {
        name: name.to_owned(),
        consign: env!("CARGO_PKG_VERSION").to_owned(),
        state: State::Interrupted,
        exit_code: Exit::Interrupted.code(),
        exit_reason: "ended without a word, as when killed; finished scenarios are kept".to_owned(),
        command_line: request.command_line.clone(),
        started: started.to_string(),
        finished: started.to_string(),
        seconds: 0.0,
        machine: machine(request.jobs),
        solver: solver(),
        inputs: loaded.inputs.clone(),
        scenarios,
    }
}

/// Writes into the record how the run ends.
fn end(record: &mut Record, interrupt: &Interrupt) -> Exit {
    let scenarios = || record.scenarios.iter();
    let exit = if scenarios().all(ScenarioRecord::is_final) {
        record.state = State::Finished;
        Exit::of_scenarios(scenarios().map(|scenario| Exit::of_code(scenario.exit_code)))
    } else {
        interrupt.exit().unwrap_or(Exit::Interrupted)
    };
    record.exit_code = exit.code();
    record.exit_reason = reason_of(exit, &record.scenarios);
    record.finished = Timestamp::now().to_string();
    exit
}

/// Why a run ends so, in words: what is not within its gap though that is accepted, what stopped the solver where it says so,
/// else what the code means.
fn reason_of(exit: Exit, scenarios: &[ScenarioRecord]) -> String {
    let far = scenarios.iter().filter(|it| it.status == "limit");
    let far: Vec<&str> = far.map(|it| it.name.as_str()).collect();
    if exit == Exit::Good && !far.is_empty() {
        return format!(
            "every scenario has a verified plan; not within the gap asked for, as is accepted: {}",
            far.join(", ")
        );
    }
    let at_limit = || scenarios.iter().filter(|it| it.exit_code == exit.code());
    if exit != Exit::Limit || at_limit().any(|scenario| scenario.reasons.is_empty()) {
        return exit.meaning().to_owned();
    }
    let told: Vec<String> = at_limit()
        .map(|scenario| match scenarios.len() {
            1 => scenario.reasons.join("; "),
            _ => format!("{}: {}", scenario.name, scenario.reasons.join("; ")),
        })
        .collect();
    format!(
        "verified plans, but not within the gap asked for: {}",
        told.join("; ")
    )
}

/// The name to write under, and the record of the run that is gone on with.
fn claim(
    request: &PlanRequest,
    loaded: &Loaded,
    started: Timestamp,
    talk: &Talk,
) -> Result<(Claim, Option<Record>), Failure> {
    let runs = Runs::at(&request.runs);
    if request.resume {
        runs.tidy()?;
    }
    let names: Vec<&str> = loaded
        .scenarios
        .iter()
        .map(|ready| ready.scenario.settings.name.as_str())
        .collect();
    let mut name = request.name.clone();
    if request.resume && name.is_none() {
        name = runs.newest_interrupted(&names)?;
        if name.is_none() {
            talk.warning("warning: no interrupted run of these scenarios; a new one begins");
        }
    }
    let Some(name) = name else {
        let first = names.first().copied().unwrap_or("run");
        let time = started.strftime("%Y%m%d-%H%M%S").to_string();
        return Ok((runs.claim_default(first, &time)?, None));
    };
    let claim = runs.claim(&name, request.resume)?;
    if !claim.target().exists() {
        return Ok((claim, None));
    }
    let record = Record::read(&claim.target())?;
    refuse_other_input(&record, loaded)?;
    talk.note(&format!("going on with run {name}"));
    Ok((claim, Some(record)))
}

/// Fails unless a run was begun by this program, on these inputs, with these scenarios.
fn refuse_other_input(record: &Record, loaded: &Loaded) -> Result<(), Failure> {
    let refuse = |what: String| {
        Err(Failure::Usage(format!(
            "run {} cannot be gone on with: {what}; a new run needs another --name",
            record.name
        )))
    };
    if record.consign != env!("CARGO_PKG_VERSION") {
        return refuse(format!("it was begun by consign {}", record.consign));
    }
    let names = |record: &[ScenarioRecord]| -> Vec<String> {
        record.iter().map(|one| one.name.clone()).collect()
    };
    let now: Vec<ScenarioRecord> = loaded.scenarios.iter().map(new_record).collect();
    if names(&record.scenarios) != names(&now) {
        return refuse("its scenarios are others".to_owned());
    }
    for (file, hash) in &record.inputs {
        match loaded.inputs.get(file) {
            Some(have) if have == hash => {}
            Some(_) => return refuse(format!("{file} has changed since")),
            None => return refuse(format!("{file} is no longer an input")),
        }
    }
    if let Some(file) = loaded
        .inputs
        .keys()
        .find(|file| !record.inputs.contains_key(*file))
    {
        return refuse(format!("{file} was no input then"));
    }
    for (was, is) in record.scenarios.iter().zip(&now) {
        if was.settings_hash != is.settings_hash {
            return refuse(format!("the settings of scenario {} have changed", is.name));
        }
    }
    Ok(())
}

fn is_done(record: &Record) -> bool {
    record.state == State::Finished
}

fn already_done(record: Record, folder: PathBuf) -> Result<Ran, Failure> {
    let summaries = summaries_of(&record, &folder)?;
    Ok(Ran {
        exit: Exit::of_code(record.exit_code),
        record,
        folder,
        summaries,
    })
}

/// A scenario that waits for its turn.
struct Waiting<'a> {
    /// Its position in the run.
    position: usize,
    /// What it needs.
    ready: &'a mut Ready,
    /// Where its result goes.
    place: &'a mut Option<Came>,
    /// Folder of what it begins with.
    alike: Option<PathBuf>,
}

/// Plans what no earlier attempt has finished. One entry a scenario, `None` where it was not begun or is kept.
fn plan_missing(
    request: &PlanRequest,
    loaded: &mut Loaded,
    journal: &Journal<'_>,
    folders: &[PathBuf; 2],
    interrupt: &Interrupt,
    talk: &Talk,
) -> Result<Vec<Option<Came>>, Failure> {
    let mut came: Vec<Option<Came>> = loaded.scenarios.iter().map(|_| None).collect();
    let kept = journal.record().scenarios;
    let leads = leads(loaded);
    let mut todo: Vec<Waiting<'_>> = loaded
        .scenarios
        .iter_mut()
        .zip(&mut came)
        .enumerate()
        .filter(|(position, _)| !kept[*position].is_final())
        .map(|(position, (ready, place))| Waiting {
            position,
            ready,
            place,
            // Planned now, or kept from an earlier attempt.
            alike: leads[position]
                .map(|lead| folders[usize::from(kept[lead].is_final())].join(&kept[lead].name)),
        })
        .collect();
    // Those that others begin with come before them.
    let turns = turns(&leads);
    for turn in 0..=turns.iter().copied().max().unwrap_or(0) {
        let (now, later) = todo
            .into_iter()
            .partition(|one| turns[one.position] == turn);
        plan_all(request, now, journal, &folders[0], interrupt, talk)?;
        todo = later;
    }
    Ok(came)
}

/// Plans scenarios side by side.
fn plan_all(
    request: &PlanRequest,
    todo: Vec<Waiting<'_>>,
    journal: &Journal<'_>,
    folder: &Path,
    interrupt: &Interrupt,
    talk: &Talk,
) -> Result<(), Failure> {
    let limits = todo.iter().map(|one| one.ready.scenario.settings.memory);
    let limit = limits.flatten().min().or_else(available_memory_bytes);
    let need = |one: &Waiting<'_>| one.ready.need.within(one.ready.scenario.settings.memory);
    let needs = todo.iter().map(need).collect();
    let most = request.jobs.min(todo.len());
    let workers = limit.map_or(most, |limit| side_by_side(needs, limit, most));
    let queue = Mutex::new(todo.into_iter());
    let failure = Mutex::new(None);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let threads = share(request.jobs, workers, worker);
            let (queue, failure) = (&queue, &failure);
            scope.spawn(move || {
                let manner = request.manner;
                let found = work_off(queue, threads, journal, folder, manner, interrupt, talk);
                if let Err(found) = found {
                    // Others need not go on: nothing will be published.
                    interrupt.stop();
                    lock(failure).get_or_insert(found);
                }
            });
        }
    });
    let failure = lock(&failure).take();
    failure.map_or(Ok(()), Err)
}

/// Threads of one worker, so that all together have `jobs`.
fn share(jobs: usize, workers: usize, worker: usize) -> usize {
    (jobs / workers + usize::from(worker < jobs % workers)).max(1)
}

/// Plans scenarios from the queue until none is left or somebody asks for an end.
///
/// Each worker has a thread pool of its own, so that scenarios never wait for each other's pieces.
fn work_off<'a>(
    queue: &Mutex<impl Iterator<Item = Waiting<'a>> + Send>,
    threads: usize,
    journal: &Journal<'_>,
    folder: &Path,
    manner: Manner,
    interrupt: &Interrupt,
    talk: &Talk,
) -> Result<(), Failure> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Failure::OwnFault(format!("cannot start threads: {error}")))?;
    while interrupt.exit().is_none() {
        let next = lock(queue).next();
        let Some(Waiting {
            position,
            ready,
            place,
            alike,
        }) = next
        else {
            break;
        };
        let unrun = new_record(ready);
        let scenario_talk = talk.scenario(&unrun.name);
        let work = AssertUnwindSafe(|| {
            let flag = interrupt.flag();
            pool.install(|| {
                plan_scenario(ready, folder, alike.as_deref(), manner, flag, scenario_talk)
            })
        });
        let came = match catch_unwind(work) {
            Ok(came) => came?,
            Err(_) => crashed(unrun, folder),
        };
        journal.add(position, &came.record)?;
        *place = Some(came);
    }
    Ok(())
}

/// A scenario that stumbled over a mistake of ours: others go on, and nothing of it is kept.
fn crashed(mut record: ScenarioRecord, folder: &Path) -> Came {
    // It may not have got as far as creating its folder.
    let _ = fs::remove_dir_all(folder.join(&record.name));
    record.status = "fault".to_owned();
    record.exit_code = Exit::OwnFault.code();
    record.reasons = vec!["a mistake of the program; see its message on stderr".to_owned()];
    Came {
        record,
        summary: None,
    }
}

/// What a mutex holds, even if a thread that held it crashed: it is only ever swapped whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Summaries of all scenarios, those of an earlier attempt where they are kept.
fn gather(
    came: Vec<Option<Came>>,
    record: &Record,
    target: &Path,
) -> Result<Vec<Summary>, Failure> {
    let mut summaries = vec![];
    for (came, scenario) in came.into_iter().zip(&record.scenarios) {
        summaries.extend(match came {
            Some(came) => came.summary,
            None => read_summary(&target.join(&scenario.name))?,
        });
    }
    Ok(summaries)
}

/// The summary in a scenario's folder, if it has one.
pub fn read_summary(folder: &Path) -> Result<Option<Summary>, Failure> {
    let path = folder.join("summary.json");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::io("read", &path)(error)),
    };
    let parsed = serde_json::from_str(&text);
    parsed
        .map(Some)
        .map_err(|error| Failure::Usage(format!("{} is no summary: {error}", path.display())))
}

/// Summaries of a run's scenarios, in order; those without a folder are left out.
pub fn summaries_of(record: &Record, folder: &Path) -> Result<Vec<Summary>, Failure> {
    summaries_within(record, &[folder])
}

/// The same where a scenario lies in the first of these folders that has it.
///
/// # Errors
/// Files that cannot be read, and a plan that the record tells of and that is not there.
pub fn summaries_within(record: &Record, folders: &[&Path]) -> Result<Vec<Summary>, Failure> {
    let mut summaries = vec![];
    for scenario in &record.scenarios {
        let mut read = folders
            .iter()
            .map(|folder| read_summary(&folder.join(&scenario.name)));
        let found = read.find_map(Result::transpose).transpose()?;
        if found.is_none() && scenario.has_plan() {
            return Err(Failure::Usage(format!(
                "run {} is not whole: its plan of scenario {} is gone; `consign verify` tells more",
                record.name, scenario.name
            )));
        }
        summaries.extend(found);
    }
    Ok(summaries)
}

/// A file of a run that could not be written.
pub fn failed(error: WriteError) -> Failure {
    Failure::Io {
        doing: "write",
        path: error.path,
        source: error.source,
    }
}

fn machine(jobs: usize) -> Machine {
    Machine {
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        jobs,
    }
}

fn solver() -> Solver {
    let (name, version) = SOLVER.split_once(' ').unwrap_or((SOLVER, ""));
    Solver {
        name: name.to_owned(),
        version: version.to_owned(),
        options: BTreeMap::from([("threads".to_owned(), "1".to_owned())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(name: &str, exit: Exit, reasons: &[&str]) -> ScenarioRecord {
        ScenarioRecord {
            name: name.to_owned(),
            status: "limit".to_owned(),
            exit_code: exit.code(),
            reasons: reasons.iter().map(|it| (*it).to_owned()).collect(),
            data: String::new(),
            settings_hash: String::new(),
            seed: 1,
            mip_gap: 0.0,
            time_limit_seconds: 1.0,
            seconds: BTreeMap::new(),
            swept: None,
        }
    }

    #[test]
    fn run_at_its_limit_says_what_stopped_each_scenario() {
        let slow = scenario("slow", Exit::Limit, &["the time limit came before the gap"]);
        let stuck = scenario("stuck", Exit::Limit, &["nothing more to try"]);
        let good = scenario("good", Exit::Good, &[]);
        let told = |scenarios: &[ScenarioRecord]| reason_of(Exit::Limit, scenarios);
        assert_eq!(
            told(std::slice::from_ref(&slow)),
            "verified plans, but not within the gap asked for: the time limit came before the gap"
        );
        assert_eq!(
            told(&[slow.clone(), good, stuck]),
            "verified plans, but not within the gap asked for: slow: the time limit came before the gap; stuck: nothing more to try"
        );
        let silent = scenario("silent", Exit::Limit, &[]);
        assert_eq!(told(&[slow, silent]), Exit::Limit.meaning());
        assert_eq!(reason_of(Exit::Good, &[]), Exit::Good.meaning());
    }
}
