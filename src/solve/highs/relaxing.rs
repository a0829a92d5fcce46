//! Fractions of columns, of which there are more and more, and what rows are then worth: each time solved from where it was.

use super::columns::Columns;
use crate::solve::outcome::Control;
use highs_sys::{
    Highs_addCols, Highs_addRow, Highs_setCallback, Highs_startCallback, HighsCallbackDataIn,
    HighsCallbackDataOut, HighsInt, kHighsCallbackSimplexInterrupt, kHighsStatusOk,
};
use std::ffi::{c_char, c_int, c_void};

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
                super::work_alone(&mut model);
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
