//! HiGHS at work: one formulation in, values and a proven bound out.
//!
//! good_lp states the model; its conversion drops options and the start, and hides gap, bound and
//! several statuses, so the `highs` crate is driven from here. A model is built, solved and dropped on
//! one thread (`threads = 1`): parallelism comes from solving several.

use super::outcome::Control;
use crate::model::Formulation;
use good_lp::{Expression, SolverModel as _};
use highs_sys::{
    Highs_addCols, Highs_addRow, Highs_setCallback, Highs_setSparseSolution, Highs_startCallback,
    HighsCallbackDataIn, HighsCallbackDataOut, HighsInt, kHighsCallbackIpmInterrupt,
    kHighsCallbackMipImprovingSolution, kHighsCallbackMipInterrupt, kHighsCallbackMipLogging,
    kHighsCallbackSimplexInterrupt, kHighsStatusOk,
};
use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

/// The release of HiGHS that is linked in.
pub const VERSION: &str = "HiGHS 1.15.0";

/// What a solve may take, and how close it must come.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Absolute gap at which it may stop, in the goal's unit of the formulation.
    pub absolute_gap: f64,
    /// Relative gap at which it may stop.
    pub relative_gap: f64,
    /// Seconds.
    pub seconds: f64,
    /// Seed.
    pub seed: u32,
}

/// Why HiGHS stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Within the gap.
    Done,
    /// Time is up, or it was interrupted.
    Limit,
    /// No values satisfy the constraints.
    Infeasible,
    /// It gave up for a reason of its own.
    Failed,
}

/// What a solve gives back.
#[derive(Clone, Debug)]
pub struct Solved {
    /// Why it stopped.
    pub stop: Stop,
    /// Values by column of the formulation, when any were found.
    pub values: Option<Vec<f64>>,
    /// Proven bound on the goal: none is better; ±∞ when nothing is proven.
    pub bound: f64,
}

/// Tells what HiGHS has so far: (incumbent, bound).
pub type Watch<'a> = &'a dyn Fn(f64, f64);

/// How often the waiting side looks around.
const LOOK: Duration = Duration::from_millis(50);
/// How long HiGHS may take to heed a stop before it is left behind: presolve does not listen.
const GRACE: Duration = Duration::from_millis(1500);
/// The same on top of that, of the time that it had, where nobody waits at the keyboard: only when it ends by itself does it
/// tell a bound that holds. (What it tells on the way may be of a part of the model that it tries.)
const GRACE_SHARE: f64 = 0.05;

/// What the solving and the waiting thread share.
#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    heard: Mutex<Heard>,
}

/// The best that HiGHS has told so far.
#[derive(Default)]
struct Heard {
    news: Option<(f64, f64)>,
    values: Option<Vec<f64>>,
}

/// Solves a formulation for one goal, from a start where there is one: (column, value) pairs.
///
/// HiGHS works on a thread of its own. On Ctrl-C or past its time it is told to stop, and left behind if it does
/// not listen: the best values that it told so far are kept.
pub fn solve_formulation(
    formulation: Formulation,
    goal: Expression,
    maximise: bool,
    start: &[(usize, f64)],
    effort: Effort,
    control: &Control<'_>,
    watch: Watch<'_>,
) -> Solved {
    if formulation.columns.is_empty() {
        return Solved {
            stop: Stop::Done,
            values: Some(Vec::new()),
            bound: 0.0,
        };
    }
    let nothing = if maximise {
        f64::INFINITY
    } else {
        f64::NEG_INFINITY
    };
    let state = Box::new(move || {
        let Formulation {
            variables,
            constraints,
            ..
        } = formulation;
        let stated = if maximise {
            variables.maximise(goal)
        } else {
            variables.minimise(goal)
        };
        let mut problem = stated.using(good_lp::highs);
        for constraint in constraints {
            problem.add_constraint(constraint);
        }
        problem.try_into_inner().ok()
    });
    solve_aside(state, nothing, start.to_vec(), effort, control, watch)
}

/// Finds whole numbers for columns that are worth most, from those that are given for each.
pub fn solve_columns(
    columns: &Columns,
    start: &[f64],
    effort: Effort,
    control: &Control<'_>,
    watch: Watch<'_>,
) -> Solved {
    if columns.is_empty() {
        return Solved {
            stop: Stop::Done,
            values: Some(Vec::new()),
            bound: 0.0,
        };
    }
    let problem = columns.problem(true);
    let state = Box::new(move || problem.try_optimise(highs::Sense::Maximise).ok());
    let start = start.iter().copied().enumerate().collect();
    solve_aside(state, f64::INFINITY, start, effort, control, watch)
}

/// States a model and solves it on a thread of its own.
fn solve_aside(
    state: Box<dyn FnOnce() -> Option<highs::Model> + Send>,
    nothing: f64,
    start: Vec<(usize, f64)>,
    effort: Effort,
    control: &Control<'_>,
    watch: Watch<'_>,
) -> Solved {
    let failed = Solved {
        stop: Stop::Failed,
        values: None,
        bound: nothing,
    };
    let shared = Arc::new(Shared::default());
    let deadline = Instant::now() + Duration::from_secs_f64(effort.seconds.clamp(0.01, 1e8));
    let (sender, receiver) = mpsc::channel();
    let job = Job {
        state,
        start,
        effort,
        deadline,
    };
    let theirs = Arc::clone(&shared);
    let spawned = std::thread::Builder::new()
        .name("solver".into())
        .stack_size(16 << 20)
        .spawn(move || {
            // The waiting side may have left.
            let _ = sender.send(job.run(&theirs, nothing));
        });
    if spawned.is_err() {
        return failed;
    }
    let grace = || {
        if control.is_interrupted() {
            GRACE
        } else {
            GRACE + Duration::from_secs_f64(GRACE_SHARE * effort.seconds.clamp(0.0, 1e8))
        }
    };
    let mut stopping: Option<Instant> = None;
    loop {
        match receiver.recv_timeout(LOOK) {
            Ok(solved) => return solved.unwrap_or(failed),
            Err(mpsc::RecvTimeoutError::Disconnected) => return failed,
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        let now = Instant::now();
        if stopping.is_none() && (control.should_stop() || now >= deadline) {
            shared.stop.store(true, Ordering::Relaxed);
            stopping = Some(now);
        }
        let mut heard = shared.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((incumbent, bound)) = heard.news.take() {
            watch(incumbent, bound);
        }
        if stopping.is_some_and(|since| now.duration_since(since) >= grace()) {
            return Solved {
                stop: Stop::Limit,
                values: heard.values.take(),
                bound: nothing,
            };
        }
    }
}

/// A solve, with all that it owns.
struct Job {
    state: Box<dyn FnOnce() -> Option<highs::Model> + Send>,
    start: Vec<(usize, f64)>,
    effort: Effort,
    deadline: Instant,
}

impl Job {
    /// States, solves and reads, all on this thread; `None` when HiGHS refuses the model.
    fn run(self, shared: &Shared, nothing: f64) -> Option<Solved> {
        let mut model = (self.state)()?;
        // Stating a large model takes time of its own: what is left is asked for only now.
        let left = self
            .deadline
            .saturating_duration_since(Instant::now())
            .as_secs_f64();
        state_options(
            &mut model,
            Effort {
                seconds: left,
                ..self.effort
            },
        );
        listen(&mut model, shared);
        give_start(&mut model, &self.start);
        let solved = model.try_solve().ok()?;
        Some(read(&solved, nothing))
    }
}

/// Every option that matters, stated.
fn state_options(model: &mut highs::Model, effort: Effort) {
    model.make_quiet();
    model.set_option("threads", 1);
    model.set_option("parallel", "off");
    model.set_option("random_seed", (effort.seed & 0x7fff_ffff) as i32);
    model.set_option("time_limit", effort.seconds.max(0.01));
    model.set_option("mip_rel_gap", effort.relative_gap);
    model.set_option("mip_abs_gap", effort.absolute_gap);
    model.set_option("mip_feasibility_tolerance", 1e-7);
    model.set_option("primal_feasibility_tolerance", 1e-8);
}

fn listen(model: &mut highs::Model, shared: &Shared) {
    let data = std::ptr::from_ref(shared).cast_mut().cast::<c_void>();
    // SAFETY: `shared` outlives the solve, which runs on this thread before the job ends; the callback only
    // reads it as a shared reference, and never unwinds into C.
    unsafe {
        Highs_setCallback(model.as_mut_ptr(), Some(on_callback), data);
        for kind in [
            kHighsCallbackSimplexInterrupt,
            kHighsCallbackIpmInterrupt,
            kHighsCallbackMipInterrupt,
            kHighsCallbackMipImprovingSolution,
            kHighsCallbackMipLogging,
        ] {
            Highs_startCallback(model.as_mut_ptr(), kind);
        }
    }
}

unsafe extern "C" fn on_callback(
    kind: c_int,
    _message: *const c_char,
    out: *const HighsCallbackDataOut,
    input: *mut HighsCallbackDataIn,
    data: *mut c_void,
) {
    // SAFETY: HiGHS passes back the pointer given to `Highs_setCallback`, and a valid or null out record.
    let (shared, out) = unsafe { (&*data.cast::<Shared>(), out.as_ref()) };
    let interrupts = [
        kHighsCallbackSimplexInterrupt,
        kHighsCallbackIpmInterrupt,
        kHighsCallbackMipInterrupt,
    ];
    if interrupts.contains(&kind) {
        // SAFETY: for interrupt callbacks `input` is a valid record or null.
        if let (true, Some(input)) = (shared.stop.load(Ordering::Relaxed), unsafe {
            input.as_mut()
        }) {
            input.user_interrupt = 1;
        }
        return;
    }
    let Some(out) = out else { return };
    let mut heard = shared.heard.lock().unwrap_or_else(PoisonError::into_inner);
    heard.news = Some((out.mip_primal_bound, out.mip_dual_bound));
    if kind == kHighsCallbackMipImprovingSolution
        && !out.mip_solution.is_null()
        && out.mip_solution_size > 0
    {
        // SAFETY: HiGHS states the length of the solution that it points to.
        let values =
            unsafe { std::slice::from_raw_parts(out.mip_solution, out.mip_solution_size as usize) };
        heard.values = Some(values.to_vec());
    }
}

fn give_start(model: &mut highs::Model, start: &[(usize, f64)]) {
    if start.is_empty() {
        return;
    }
    let columns: Vec<HighsInt> = start
        .iter()
        .map(|(column, _)| *column as HighsInt)
        .collect();
    let values: Vec<f64> = start.iter().map(|(_, value)| *value).collect();
    // SAFETY: both arrays have the stated length, and HiGHS copies them.
    unsafe {
        Highs_setSparseSolution(
            model.as_mut_ptr(),
            columns.len() as HighsInt,
            columns.as_ptr(),
            values.as_ptr(),
        );
    }
}

fn read(solved: &highs::SolvedModel, nothing: f64) -> Solved {
    use highs::HighsModelStatus as Status;
    let stop = match solved.status() {
        Status::Optimal | Status::ModelEmpty => Stop::Done,
        Status::Infeasible | Status::UnboundedOrInfeasible => Stop::Infeasible,
        Status::ReachedTimeLimit
        | Status::ReachedInterrupt
        | Status::ReachedIterationLimit
        | Status::ReachedMemoryLimit
        | Status::ReachedSolutionLimit => Stop::Limit,
        _ => Stop::Failed,
    };
    let found = solved.primal_solution_status() == highs::HighsSolutionStatus::Feasible;
    let values = found.then(|| solved.get_solution().columns().to_vec());
    let proven = solved
        .double_info_value(c"mip_dual_bound")
        .ok()
        .filter(|bound| bound.is_finite());
    // A model without integers has no MIP bound: its optimum is one.
    let bound = match (proven, stop) {
        (Some(bound), Stop::Done | Stop::Limit) => bound,
        (None, Stop::Done) => solved.objective_value(),
        _ => nothing,
    };
    Solved {
        stop,
        values,
        bound,
    }
}

/// Columns that are worth something and use rows, of which there is so much.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// By row, how much all columns together may use of it.
    rows: Vec<f64>,
    /// By column, what one of it is worth.
    worth: Vec<f64>,
    /// By column, how much of it there may be, from nothing.
    most: Vec<f64>,
    /// By column, where what it uses begins; one more at the end.
    first: Vec<HighsInt>,
    used_rows: Vec<HighsInt>,
    used_units: Vec<f64>,
    /// Rows that came when there were columns: how much there is, and what each column before uses.
    later: Vec<(f64, Vec<(usize, f64)>)>,
}

impl Columns {
    /// No columns yet.
    pub fn new(rows: Vec<f64>) -> Self {
        Self {
            rows,
            first: vec![0],
            ..Self::default()
        }
    }

    /// One more column: what one of it is worth, how many there may be, and what one uses; each row once.
    pub fn add(&mut self, worth: f64, most: f64, uses: impl Iterator<Item = (usize, f64)>) {
        self.worth.push(worth);
        self.most.push(most);
        for (row, units) in uses {
            self.used_rows.push(row as HighsInt);
            self.used_units.push(units);
        }
        self.first.push(self.used_rows.len() as HighsInt);
    }

    /// One more row: how much all columns together may use of it, and what those that are there use.
    pub fn add_row(&mut self, most: f64, uses: Vec<(usize, f64)>) {
        self.later.push((most, uses));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.worth.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.worth.is_empty()
    }

    fn problem(&self, is_whole: bool) -> highs::ColProblem {
        let mut problem = highs::ColProblem::new();
        let rows: Vec<highs::Row> = self
            .rows
            .iter()
            .map(|&most| problem.add_row(..=most))
            .collect();
        for column in 0..self.len() {
            let uses = self.first[column] as usize..self.first[column + 1] as usize;
            let entries = uses.map(|at| (rows[self.used_rows[at] as usize], self.used_units[at]));
            problem.add_column_with_integrality(
                self.worth[column],
                0.0..=self.most[column],
                entries,
                is_whole,
            );
        }
        problem
    }
}

/// What fractions of columns are worth most, and what rows are then worth.
#[derive(Clone, Debug)]
pub struct Relaxed {
    /// What they are worth together.
    pub worth: f64,
    /// By column, how much of it.
    pub shares: Vec<f64>,
    /// By row, what one more of it would be worth.
    pub prices: Vec<f64>,
}

/// Columns, more and more of them, of which fractions will do: each time solved from where it was.
pub struct Relaxing {
    model: Option<highs::Model>,
    columns: usize,
    rows: usize,
}

impl Relaxing {
    /// Nothing solved yet.
    pub fn new() -> Self {
        Self {
            model: None,
            columns: 0,
            rows: 0,
        }
    }

    /// Solves columns, those that were there before being the same, and rows that came later; `None` where it is time to stop,
    /// or it fails.
    pub fn solve(&mut self, columns: &Columns, control: &Control<'_>) -> Option<Relaxed> {
        let mut model = match self.model.take() {
            None => {
                let problem = columns.problem(false);
                let mut model = problem.try_optimise(highs::Sense::Maximise).ok()?;
                model.make_quiet();
                model.set_option("threads", 1);
                model.set_option("parallel", "off");
                model
            }
            Some(mut model) => {
                // With more rows the prices before still are possible, with more columns the shares.
                let rows = &columns.later[self.rows..];
                let strategy = if rows.is_empty() { PRIMAL } else { DUAL };
                model.set_option("simplex_strategy", strategy);
                add_rows(&mut model, rows)?;
                add_columns(&mut model, columns, self.columns)?;
                model
            }
        };
        (self.columns, self.rows) = (columns.len(), columns.later.len());
        model.set_option("time_limit", control.seconds_left().max(0.01));
        let data = std::ptr::from_ref(control).cast_mut().cast::<c_void>();
        // SAFETY: `control` outlives the solve; the callback only reads it as a shared reference, and never unwinds into C.
        unsafe {
            Highs_setCallback(model.as_mut_ptr(), Some(on_look), data);
            Highs_startCallback(model.as_mut_ptr(), kHighsCallbackSimplexInterrupt);
        }
        let solved = model.try_solve().ok()?;
        let is_done = solved.status() == highs::HighsModelStatus::Optimal;
        let relaxed = is_done.then(|| {
            let found = solved.get_solution();
            Relaxed {
                worth: solved.objective_value(),
                shares: found.columns().to_vec(),
                prices: found.dual_rows().iter().map(|price| price.abs()).collect(),
            }
        });
        self.model = Some(solved.into());
        relaxed
    }
}

/// The primal and the dual simplex method, by HiGHS's numbers.
const PRIMAL: i32 = 4;
const DUAL: i32 = 1;

/// Adds rows.
fn add_rows(model: &mut highs::Model, rows: &[(f64, Vec<(usize, f64)>)]) -> Option<()> {
    for (most, uses) in rows {
        let columns: Vec<HighsInt> = uses.iter().map(|used| used.0 as HighsInt).collect();
        let units: Vec<f64> = uses.iter().map(|used| used.1).collect();
        // SAFETY: both arrays have the stated length, and HiGHS copies them.
        let status = unsafe {
            Highs_addRow(
                model.as_mut_ptr(),
                f64::NEG_INFINITY,
                *most,
                columns.len() as HighsInt,
                columns.as_ptr(),
                units.as_ptr(),
            )
        };
        if status != kHighsStatusOk {
            return None;
        }
    }
    Some(())
}

/// Adds the columns from one on.
fn add_columns(model: &mut highs::Model, columns: &Columns, from: usize) -> Option<()> {
    let count = columns.len() - from;
    if count == 0 {
        return Some(());
    }
    let begin = columns.first[from];
    let starts: Vec<HighsInt> = columns.first[from..columns.len()]
        .iter()
        .map(|first| first - begin)
        .collect();
    let (rows, units) = (
        &columns.used_rows[begin as usize..],
        &columns.used_units[begin as usize..],
    );
    let least = vec![0.0; count];
    // SAFETY: all arrays have the stated lengths, and HiGHS copies them.
    let status = unsafe {
        Highs_addCols(
            model.as_mut_ptr(),
            count as HighsInt,
            columns.worth[from..].as_ptr(),
            least.as_ptr(),
            columns.most[from..].as_ptr(),
            rows.len() as HighsInt,
            starts.as_ptr(),
            rows.as_ptr(),
            units.as_ptr(),
        )
    };
    (status == kHighsStatusOk).then_some(())
}

unsafe extern "C" fn on_look(
    _kind: c_int,
    _message: *const c_char,
    _out: *const HighsCallbackDataOut,
    input: *mut HighsCallbackDataIn,
    data: *mut c_void,
) {
    // SAFETY: HiGHS passes back the pointer given to `Highs_setCallback`; for interrupt callbacks `input` is a valid record
    // or null.
    let (control, input) = unsafe { (&*data.cast::<Control<'_>>(), input.as_mut()) };
    if let (true, Some(input)) = (control.should_stop(), input) {
        input.user_interrupt = 1;
    }
}
