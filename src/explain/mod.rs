//! Reasons: why a unit stays unfilled, and when it could ship; what each customer can be told.

mod cause;
mod later;
mod moves;
mod promise;
mod release;
mod returns;
mod state;
mod unfilled;

#[cfg(test)]
mod tests;

pub use cause::Cause;
pub use moves::{Moved, moved};
pub use promise::{Promise, promise};
pub use release::{Call, Must, Wait, calls};
pub use returns::{labels, returning};
pub use unfilled::{Unfilled, unfilled};
