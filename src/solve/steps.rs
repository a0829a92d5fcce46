//! Single steps of the search for prices, timed: for benches.

use super::alike::Start;
use super::component::{Component, Context};
use super::joint::{Flat, timed};
use super::rules::Shop;
use super::worth::Weights;
use crate::domain::{Dataset, Settings};
use crate::model::{Coupling, GoalKind, scarcity};
use crate::options::Options;

/// A step that was timed.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What was done.
    pub what: &'static str,
    /// To how many.
    pub count: usize,
    /// Shortest wall time of some, in seconds.
    pub seconds: f64,
}

/// Times the steps on all orders of a dataset whose options are kept; `None` where they are not.
pub fn timed_steps(dataset: &Dataset, settings: &Settings, options: &Options) -> Option<Vec<Step>> {
    let orders = options.orders.as_ref()?;
    let coupling = Coupling::new(dataset, settings);
    let left = scarcity(dataset, orders.clone(), &coupling);
    let context = Context {
        shop: Shop {
            dataset,
            settings,
            coupling: &coupling,
            rates: &options.rates,
        },
        scarcity: &left,
        weights: Weights::of_goal(GoalKind::Profit),
        start: Start::default(),
    };
    let all: Vec<_> = dataset.order_indices().collect();
    let rows = (0..coupling.rows.len() as u32).filter(|&row| left.binding[row as usize]);
    let component = Component::new(context, &all, rows.collect());
    let flat = Flat::new(
        &component.context,
        &component.members,
        &component.rows,
        Weights::of_goal(GoalKind::Profit),
        &[],
    );
    Some(timed(&flat))
}
