//! HiGHS at work: one formulation in, values and a proven bound out.
//!
//! good_lp states the model; its conversion drops options and the start, and hides gap, bound and
//! several statuses, so the `highs` crate is driven from here. A model is built, solved and dropped on
//! one thread (`threads = 1`): parallelism comes from solving several.

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
pub type Watch<'a> = &'a (dyn Fn(f64, f64) + Sync);

struct Watched<'a> {
    interrupt: &'a AtomicBool,
    watch: Watch<'a>,
}

/// Solves a formulation for one goal, from a start where there is one: (column, value) pairs.
pub fn solve_formulation(
    formulation: Formulation,
    goal: Expression,
    maximise: bool,
    start: &[(usize, f64)],
    effort: Effort,
    control: &Control<'_>,
    watch: Watch<'_>,
) -> Solved {
    let Formulation {
        variables,
        constraints,
        columns,
        ..
    } = formulation;
    if columns.is_empty() {
        return Solved {
            stop: Stop::Done,
            values: Some(Vec::new()),
            bound: 0.0,
        };
    }
    let stated = if maximise {
        variables.maximise(goal)
    } else {
        variables.minimise(goal)
    };
    let mut problem = stated.using(good_lp::highs);
    for constraint in constraints {
        problem.add_constraint(constraint);
    }
    let nothing = if maximise {
        f64::INFINITY
    } else {
        f64::NEG_INFINITY
    };
    let failed = Solved {
        stop: Stop::Failed,
        values: None,
        bound: nothing,
    };
    let Ok(mut model) = problem.try_into_inner() else {
        return failed;
    };
    // Stating a large model takes time of its own: what is left is asked for only now.
    let effort = Effort {
        seconds: effort.seconds.min(control.seconds_left()),
        ..effort
    };
    state_options(&mut model, effort);
    let mut watched = Watched {
        interrupt: control.interrupt,
        watch,
    };
    listen(&mut model, &mut watched);
    give_start(&mut model, start);
    let Ok(solved) = model.try_solve() else {
        return failed;
    };
    read(&solved, nothing)
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

fn listen(model: &mut highs::Model, watched: &mut Watched<'_>) {
    let data = std::ptr::from_mut(watched).cast::<c_void>();
    // SAFETY: the instance lives until after the solve, and so does `watched`, which outlives it in the
    // caller; the callback only reads atomics and calls a Sync closure, and never unwinds into C.
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
    // SAFETY: HiGHS passes back the pointer given to `Highs_setCallback`, and valid in and out records.
    let (watched, out) = unsafe { (&*data.cast::<Watched<'_>>(), out.as_ref()) };
    let interrupts = [
        kHighsCallbackSimplexInterrupt,
        kHighsCallbackIpmInterrupt,
        kHighsCallbackMipInterrupt,
    ];
    if interrupts.contains(&kind) {
        // SAFETY: for interrupt callbacks `input` is a valid record or null.
        if let (true, Some(input)) = (watched.interrupt.load(Ordering::Relaxed), unsafe {
            input.as_mut()
        }) {
            input.user_interrupt = 1;
        }
    } else if let Some(out) = out {
        let tell = std::panic::AssertUnwindSafe(|| {
            (watched.watch)(out.mip_primal_bound, out.mip_dual_bound)
        });
        // A panic must not cross into C; progress is not worth more than silence.
        let _ = std::panic::catch_unwind(tell);
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
