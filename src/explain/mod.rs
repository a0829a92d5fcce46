//! Reasons: why each shipment leaves where it does, and what the next best would have been; why a unit stays unfilled, and when
//! it could ship; what each customer can be told.

mod cause;
mod conflict;
mod decision;
mod hold;
mod lacking;
mod later;
mod moves;
mod promise;
mod release;
mod returns;
mod sharing;
mod shipped;
mod smallest;
mod space;
mod state;
mod story;
mod unfilled;

#[cfg(test)]
mod tests;

pub use cause::Cause;
pub use conflict::{Conflict, Held, Holding, MOST_TOGETHER, Wanted, conflict_around};
pub use decision::{Choice, Deciding, Decision, Decisions, Priced, decisions};
pub use hold::Hold;
pub use lacking::{Lack, Missing};
pub use moves::{Moved, moved};
pub use promise::{Promise, promise};
pub use release::{Call, Must, Wait, calls};
pub use returns::{labels, returning};
pub use sharing::{Sharing, Short};
pub use shipped::Shipped;
pub use story::{Alternative, Paid, SentOn, ShipmentStory, Story, Told, Whole, story};
pub use unfilled::{Unfilled, impossible_sentence, unfilled};
