//! Where announced returns go: the best location for each, within what locations take.

use super::highs::{Effort, solve_formulation};
use super::outcome::Control;
use crate::domain::{Dataset, LocationIx};
use crate::model::formulate_returns;
use crate::options::Offer;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Seconds at most where locations take only some.
const SECONDS: f64 = 20.0;

/// For each return, by its units and offers, which offer it takes; `None`: none that is worth its carriage, or that has
/// room. Exact, but where its seconds are up.
pub fn assign_returns(dataset: &Dataset, returns: &[(i64, Vec<Offer>)]) -> Vec<Option<usize>> {
    let best = |offers: &Vec<Offer>| {
        let each = offers.iter().enumerate();
        each.max_by_key(|(position, offer)| (offer.gain(), std::cmp::Reverse(*position)))
            .map(|(position, _)| position)
    };
    let chosen: Vec<Option<usize>> = returns.iter().map(|(_, offers)| best(offers)).collect();
    if fits(dataset, returns, &chosen) {
        return chosen;
    }
    let (formulation, goal, places) = formulate_returns(dataset, returns);
    let interrupt = AtomicBool::new(false);
    let deadline = Instant::now() + Duration::from_secs_f64(SECONDS);
    let control = Control::new(deadline, &interrupt, &|_| {});
    let effort = Effort {
        absolute_gap: 1e-6,
        relative_gap: 0.0,
        seconds: SECONDS,
        iterations: None,
        enough: None,
        seed: 1,
    };
    let solved = solve_formulation(formulation, goal, true, &[], effort, &control, &|_, _| {});
    let mut assigned: Vec<Option<usize>> = vec![None; returns.len()];
    for (&(number, offer), value) in places.iter().zip(solved.values.unwrap_or_default()) {
        if value > 0.5 {
            assigned[number] = Some(offer);
        }
    }
    if fits(dataset, returns, &assigned) {
        assigned
    } else {
        // Not reached where the solver keeps its constraints.
        vec![None; returns.len()]
    }
}

/// Whether all locations take what they would get.
fn fits(dataset: &Dataset, returns: &[(i64, Vec<Offer>)], chosen: &[Option<usize>]) -> bool {
    let mut units: BTreeMap<LocationIx, i64> = BTreeMap::new();
    for ((quantity, offers), chosen) in returns.iter().zip(chosen) {
        if let Some(chosen) = chosen {
            *units.entry(offers[*chosen].location).or_default() += quantity;
        }
    }
    units.into_iter().all(|(location, units)| {
        let most = dataset.locations[location.ix()].capacity_returns;
        most.is_none_or(|most| units <= most)
    })
}
