//! Re-checks every rule of a plan and every cent of its objective, in integers, from the tables.
//!
//! It shares no code with the options, the model and the solver: it is written from the contract of the
//! tables alone, so that a mistake there cannot hide here. A plan that fails is never written as good.
//!
//! The checks run in stages, because each needs the one before to hold: indices and order of the plan,
//! then each shipment by itself, then each order, then what orders share (stock, capacity, carriers, transfers).

mod audit;
mod load;
mod order;
mod rates;
mod returns;
mod rules;
mod shared;
mod shipment;
mod structure;
mod violation;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

pub use audit::{
    Account, Audit, LocationAudit, Measure, OrderAudit, RuleAudit, ServiceAudit, ShipmentAudit,
    WaveAudit,
};
pub use returns::{Sent, check_returns};
pub use violation::{At, Named, Violation};

use crate::domain::{Dataset, OrderIx, Settings};
use crate::plan::{Plan, Shipment};
use rates::RateCards;
use rayon::prelude::*;
use std::ops::Range;

/// Shipments or orders that one thread checks in one go.
const CHUNK: usize = 4096;

/// Checks a plan against all rules and adds up its money.
///
/// Returns every violation found, in a fixed order: of the first stage that fails for the structure of the
/// plan, otherwise of all stages. An empty plan breaks no rule: everything is unfilled.
pub fn verify(
    dataset: &Dataset,
    settings: &Settings,
    plan: &Plan,
) -> Result<Audit, Vec<Violation>> {
    let violations = structure::check(dataset, plan);
    if !violations.is_empty() {
        return Err(violations);
    }
    let checking = Checking {
        dataset,
        settings,
        plan,
        rates: RateCards::new(dataset),
        offsets: offsets_by_order(dataset, plan),
    };
    let (mut shipments, mut violations) = gather(plan.shipments.len(), |position| {
        shipment::audit(&checking, &plan.shipments[position])
    });
    rules::pay_for_scattering(&checking, &mut shipments);
    let (orders, of_orders) = gather(dataset.orders.len(), |position| {
        order::audit(&checking, OrderIx::new(position), &shipments)
    });
    violations.extend(of_orders);
    let shared = shared::audit(&checking);
    violations.extend(shared.violations);
    if !violations.is_empty() {
        return Err(violations);
    }
    Ok(Audit::new(
        dataset,
        shipments,
        orders,
        shared.locations,
        shared.waves,
        shared.services,
        shared.rules,
    ))
}

/// What all checks look at.
struct Checking<'a> {
    dataset: &'a Dataset,
    settings: &'a Settings,
    plan: &'a Plan,
    rates: RateCards<'a>,
    /// For each order the position of its first shipment, and the number of all at the end.
    offsets: Vec<u32>,
}

impl Checking<'_> {
    /// Positions of an order's shipments in the plan.
    fn positions(&self, order: OrderIx) -> Range<usize> {
        self.offsets[order.ix()] as usize..self.offsets[order.ix() + 1] as usize
    }

    /// Whether the units of a shipment come from the stock of its location: all but what a hub forwards.
    fn takes_stock(&self, shipment: &Shipment) -> bool {
        takes_stock(self.dataset, shipment)
    }
}

/// Whether the units of a shipment come from the stock of its location: all but what a hub forwards.
pub fn takes_stock(dataset: &Dataset, shipment: &Shipment) -> bool {
    let location = dataset.waves[shipment.wave.ix()].location;
    dataset.locations[location.ix()].kind != crate::domain::LocationKind::Hub
}

/// Where the shipments of each order begin in a plan that is in canonical order; one more entry ends the last.
pub fn offsets_by_order(dataset: &Dataset, plan: &Plan) -> Vec<u32> {
    let mut offsets = vec![0_u32; dataset.orders.len() + 1];
    for shipment in &plan.shipments {
        offsets[shipment.order.ix() + 1] += 1;
    }
    for order in 0..dataset.orders.len() {
        offsets[order + 1] += offsets[order];
    }
    offsets
}

/// Audits `0..count` in parallel and gathers results and violations in that order.
fn gather<T: Send>(
    count: usize,
    audit: impl Fn(usize) -> (T, Vec<Violation>) + Sync,
) -> (Vec<T>, Vec<Violation>) {
    let chunks: Vec<(Vec<T>, Vec<Violation>)> = (0..count.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let range = chunk * CHUNK..((chunk + 1) * CHUNK).min(count);
            let mut results = Vec::with_capacity(range.len());
            let mut violations = vec![];
            for position in range {
                let (result, found) = audit(position);
                results.push(result);
                violations.extend(found);
            }
            (results, violations)
        })
        .collect();
    let mut results = Vec::with_capacity(count);
    let mut violations = vec![];
    for (part, found) in chunks {
        results.extend(part);
        violations.extend(found);
    }
    (results, violations)
}
