//! From options to a plan with a proof: the only room that names the solver.

mod outcome;

pub use outcome::{Control, Goal, GoalKind, Outcome, Progress, Size, Status};

use crate::domain::{Dataset, Settings};
use crate::options::Options;

/// Plans a scenario, by its strategy and method.
pub fn solve(
    _dataset: &Dataset,
    _settings: &Settings,
    _options: &Options,
    _control: &Control<'_>,
) -> Outcome {
    Outcome {
        plan: Some(crate::plan::Plan::default()),
        status: Status::Limit,
        method: "exact",
        goals: vec![],
        size: Size::default(),
        reason: String::new(),
    }
}
