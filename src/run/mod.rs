//! load → scenarios in parallel → verify → write.

mod exit;
mod folder;
mod interrupt;
mod record;

pub use exit::{Exit, Failure, scenario_fault};
pub use folder::{Claim, Runs};
pub use interrupt::Interrupt;
pub use record::{Machine, Record, ScenarioRecord, Solver, State};
