//! HiGHS at work: one formulation in, values and a proven bound out.
//!
//! good_lp states the model; its conversion drops options and the start, and hides gap, bound and
//! several statuses, so the `highs` crate is driven from here. A model is built, solved and dropped on
//! one thread (`threads = 1`): parallelism comes from solving several. What is not stated in formulas goes in as
//! [`Columns`]; of what fractions will do, [`Relaxing`] solves more and more.

mod columns;
mod relaxing;

pub use columns::Columns;
pub use relaxing::Relaxing;

use super::outcome::Control;
use crate::model::Formulation;
use good_lp::{Expression, SolverModel as _};
use highs_sys::{
    Highs_setCallback, Highs_setSparseSolution, Highs_startCallback, HighsCallbackDataIn,
    HighsCallbackDataOut, HighsInt, kHighsCallbackIpmInterrupt, kHighsCallbackMipImprovingSolution,
    kHighsCallbackMipInterrupt, kHighsCallbackMipLogging, kHighsCallbackSimplexInterrupt,
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
    /// Iterations of all relaxations together after which it stops; a count, so that it is the same whatever the clock.
    pub iterations: Option<i64>,
    /// A goal, of what is maximised, that is enough after so many iterations.
    pub enough: Option<(f64, i64)>,
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

impl Solved {
    /// Of nothing to decide.
    const NOTHING: Self = Self {
        stop: Stop::Done,
        values: Some(Vec::new()),
        bound: 0.0,
    };
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
    /// Iterations after which it is to stop.
    iterations: Option<i64>,
    /// A goal that is enough after so many iterations.
    enough: Option<(f64, i64)>,
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
        return Solved::NOTHING;
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
) -> Solved {
    if columns.is_empty() {
        return Solved::NOTHING;
    }
    let problem = columns.problem(true);
    let state = Box::new(move || problem.try_optimise(highs::Sense::Maximise).ok());
    let start = start.iter().copied().enumerate().collect();
    solve_aside(state, f64::INFINITY, start, effort, control, &|_, _| {})
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
    let shared = Arc::new(Shared {
        iterations: effort.iterations,
        enough: effort.enough,
        ..Shared::default()
    });
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

/// Quiet, on one thread.
fn work_alone(model: &mut highs::Model) {
    model.make_quiet();
    model.set_option("threads", 1);
    model.set_option("parallel", "off");
}

/// Every option that matters, stated.
fn state_options(model: &mut highs::Model, effort: Effort) {
    work_alone(model);
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
        let (worked, best) = out.map_or((0, f64::NEG_INFINITY), |out| {
            (out.mip_total_lp_iterations, out.mip_primal_bound)
        });
        let is_enough = |(goal, most): (f64, i64)| best >= goal && worked > most;
        let is_spent = kind == kHighsCallbackMipInterrupt
            && (shared.iterations.is_some_and(|most| worked > most)
                || shared.enough.is_some_and(is_enough));
        let is_over = is_spent || shared.stop.load(Ordering::Relaxed);
        // SAFETY: for interrupt callbacks `input` is a valid record or null.
        if let (true, Some(input)) = (is_over, unsafe { input.as_mut() }) {
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
