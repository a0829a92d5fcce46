//! What tests share: random tiny datasets, brute force over all their plans with the verifier as the only judge, and a
//! place to call the program in.

#![allow(dead_code)]

pub mod brute;
pub mod case;
pub mod place;
pub mod tiny;

use consign::domain::{Dataset, Settings};
use consign::options;
use consign::solve::{Control, Known, Outcome, solve};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Solves with no watcher and a generous deadline.
pub fn plan_of(dataset: &Dataset, settings: &Settings, loads_limit: usize) -> Outcome {
    let options = options::enumerate_within(dataset, settings, loads_limit);
    outcome_of(dataset, settings, &options)
}

/// The same with these options.
pub fn outcome_of(dataset: &Dataset, settings: &Settings, options: &options::Options) -> Outcome {
    outcome_from(dataset, settings, options, Known::default())
}

/// The same from what is known.
pub fn outcome_from(
    dataset: &Dataset,
    settings: &Settings,
    options: &options::Options,
    known: Known<'_>,
) -> Outcome {
    let interrupt = AtomicBool::new(false);
    let control = Control::new(
        Instant::now() + Duration::from_secs(120),
        &interrupt,
        &|_| {},
    );
    solve(dataset, settings, options, known, &control)
}
