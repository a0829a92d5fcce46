//! Table files → rows → `Dataset`, with every fault of every file collected.
//!
//! [`schema`] says what the tables are, [`read_tables`] reads a folder into [`Tables`], a scenario may
//! change their cells, and [`build`] settles them into the validated [`Dataset`](crate::domain::Dataset).

mod build;
pub mod cell;
mod column_reader;
mod csv_file;
mod csv_text;
mod desks;
mod dictionary;
mod expand;
pub mod fault;
pub mod files;
pub mod formats;
mod given;
mod header;
mod parquet_file;
mod previous;
mod read;
mod records;
pub mod schema;
pub mod table;
mod tables;
#[cfg(test)]
mod tests;
pub mod time;

pub use build::{Built, RejectedOrder, build, load};
pub use dictionary::Dictionary;
pub use expand::expand;
pub use fault::{Fault, Faults, Severity};
pub use given::{Left, drop_given, is_given};
pub use previous::{RELEASED, read_previous};
pub use read::{OnBadOrder, read_tables, read_tables_within};
pub use records::{looks_like_formula, read_records, read_whole_records};
pub use table::{Column, ColumnId, Table, Tables, Value};
