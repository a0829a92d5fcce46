//! Announced returns: `goes[return, location] ∈ {0,1}`.
//!
//! - `one_place`: Σ goes of a return ≤ 1
//! - `return_capacity`: Σ units × goes of a location ≤ what it takes
//!
//! maximise Σ (resale value − carriage + a prize) × goes: all that can go somewhere goes before anything else counts.

use super::formulation::{Decision, Formulation};
use crate::domain::{Dataset, LocationIx};
use crate::options::Offer;
use good_lp::{Expression, ProblemVariables, variable};
use std::collections::BTreeMap;

/// The model, its goal, and for each column the return and the offer that it is.
pub fn formulate_returns(
    dataset: &Dataset,
    returns: &[(i64, Vec<Offer>)],
) -> (Formulation, Expression, Vec<(usize, usize)>) {
    let mut formulation = Formulation {
        variables: ProblemVariables::new(),
        columns: Vec::new(),
        constraints: Vec::new(),
        goals: BTreeMap::new(),
    };
    let offers = || returns.iter().flat_map(|(_, offers)| offers);
    let most = offers().map(|offer| offer.gain().as_f64().abs());
    let prize = 2.0 * most.fold(1.0, f64::max);
    let mut goal = Expression::default();
    let mut places = Vec::new();
    let mut by_location: BTreeMap<LocationIx, Expression> = BTreeMap::new();
    for (number, (units, offers)) in returns.iter().enumerate() {
        let mut one = Expression::default();
        for (position, offer) in offers.iter().enumerate() {
            let goes = formulation.add(variable().binary(), Decision::Derived);
            goal.add_mul(offer.gain().as_f64() + prize, goes);
            one.add_mul(1.0, goes);
            let here = by_location.entry(offer.location).or_default();
            here.add_mul(*units as f64, goes);
            places.push((number, position));
        }
        formulation.constraints.push(one.leq(1.0));
    }
    for (location, units) in by_location {
        if let Some(most) = dataset.locations[location.ix()].capacity_returns {
            formulation.constraints.push(units.leq(most as f64));
        }
    }
    (formulation, goal, places)
}
