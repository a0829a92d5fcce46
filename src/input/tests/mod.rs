//! Tests of the reader and the builder: a good tiny dataset, patched one cell at a time.

mod building;
mod cells;
mod dialects;
mod fixture;
mod folders;
mod quarantine;
mod rules;
