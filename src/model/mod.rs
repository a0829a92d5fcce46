//! The formulation: the whole model, exact, one family of constraints a file.
//!
//! `docs/model.md` has the same symbols and headings. [`coupling`](Coupling) lists what orders share,
//! [`scarcity`] what of it can bind, [`formulation`](Formulation) states variables, constraints and
//! goals of a set of orders in good_lp.

mod coupling;
mod formulation;
mod goal;
mod listed;
mod most;
mod returns;
mod scarcity;
mod shared;
mod stretch;
mod usages;
mod wide;

pub use coupling::{Coupling, Place, Resource, Row, Usage, merge_rows};
pub use formulation::{Decision, Floor, Formulation, formulate};
pub use goal::{GoalKind, goals};
pub use most::most_used;
pub use returns::formulate_returns;
pub use scarcity::{
    Scarcity, could_bind, could_bind_anywhere, drop_dominated, scarcity, undominated,
};
pub use usages::Usages;
