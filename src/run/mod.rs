//! load → scenarios in parallel → verify → write.

mod alike;
mod differences;
mod exit;
mod findings;
mod folder;
mod interrupt;
mod journal;
mod load;
mod memory;
mod opened;
mod page;
mod plan;
mod planned;
mod prices;
mod recheck;
mod record;
mod recover;
mod wave;

pub use alike::{Side, notes, refuse_mixed_currencies};
pub use exit::{Exit, Failure, scenario_fault};
pub use findings::{Checked, Findings};
pub use folder::{Claim, Runs};
pub use interrupt::Interrupt;
pub use load::{Counts, Loaded, Ready, load};
pub use memory::peak_memory_bytes;
pub use opened::{Opened, open};
pub use page::{PAGE, read_digest, write_page_of};
pub use plan::{PlanRequest, Ran, plan, read_summary, summaries_of};
pub use planned::{Came, Manner};
pub use recheck::{Standing, recheck};
pub use record::{Machine, Record, ScenarioRecord, Solver, State};
pub use wave::{WaveRecord, WaveRequest, Waved, wave};
