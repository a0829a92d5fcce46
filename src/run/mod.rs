//! load → scenarios in parallel → verify → write.

mod alike;
mod differences;
mod exit;
mod export;
mod findings;
mod folder;
mod interrupt;
mod journal;
mod load;
mod memory;
mod metrics;
mod opened;
mod plan;
mod planned;
mod prices;
mod recheck;
mod record;
mod recover;
mod wave;

pub use alike::{Side, notes, refuse_mixed_currencies};
pub use exit::{Exit, Failure, scenario_fault};
pub use export::{DocumentsRequest, ExportRequest, export, print_documents};
pub use findings::{Checked, Findings};
pub use folder::{Claim, Runs};
pub use interrupt::Interrupt;
pub use load::{Counts, Loaded, Ready, load};
pub use memory::peak_memory_bytes;
pub use metrics::{Observed, write_metrics};
pub use opened::{Opened, open};
pub use plan::{PlanRequest, Ran, plan, read_summary, summaries_of};
pub use planned::{Also, Came, Manner};
pub use recheck::{Standing, recheck};
pub use record::{Machine, Record, ScenarioRecord, Solver, State};
pub use wave::{WaveRecord, WaveRequest, Waved, wave};
