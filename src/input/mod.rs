//! Table files → rows → `Dataset`, with every fault of every file collected.
//!
//! [`schema`] says what the tables are, [`read_tables`] reads a folder into [`Tables`], a scenario may
//! change their cells, and [`build`] settles them into the validated [`Dataset`](crate::domain::Dataset).

pub mod cell;
mod dictionary;
pub mod fault;
pub mod formats;
pub mod schema;
pub mod table;
mod tables;
pub mod time;

pub use fault::{Fault, Faults, Severity};
pub use table::{Column, ColumnId, Table, Tables};
