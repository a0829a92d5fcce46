//! consign plans a whole batch of customer orders jointly and proves how good its plan is.
//!
//! The path of the data, which is also the reading order of the modules:
//! bytes → rows ([`input`]) → [`domain::Dataset`] → scenario's `Dataset` ([`scenario`]) →
//! [`options`] → formulation ([`model`]) → outcome ([`solve`]) → [`plan`] → verified ([`verify`]) →
//! [`ledger`] → [`explain`] → [`report`].

#[cfg(test)]
// What tests of the program draw can be drawn by tests in here, too.
extern crate self as consign;

pub mod units;

pub mod domain;

pub mod input;

pub mod scenario;

pub mod options;

pub mod plan;

pub mod model;

pub mod solve;

pub mod verify;

pub mod ledger;

pub mod explain;

pub mod report;

pub mod generate;

pub mod progress;

pub mod run;

pub mod cli;
