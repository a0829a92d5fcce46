//! What leaves another place than it was to, and what staying would have cost.

use crate::domain::{Dataset, LocationIx, OrderIx, Settings};
use crate::ledger::Ledger;
use crate::options::Options;
use crate::plan::Plan;
use crate::solve::best_from;
use crate::units::Money;
use crate::verify::{Audit, takes_stock};
use rayon::prelude::*;

/// An order of which a shipment takes stock of another location than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Which order.
    pub order: OrderIx,
    /// From where it ships now, ascending.
    pub now: Vec<LocationIx>,
    /// Shipments that moved.
    pub shipments: i64,
    /// What the order earns now over shipping nothing of it.
    pub gain: Money,
    /// The same if it stayed where it was, whatever other orders need.
    pub staying_gain: Money,
}

/// All orders that moved, in order.
pub fn moved(
    dataset: &Dataset,
    settings: &Settings,
    plan: &Plan,
    audit: &Audit,
    ledger: &Ledger,
    options: &Options,
) -> Vec<Moved> {
    if dataset.planned.is_empty() {
        return vec![];
    }
    let of_order = |order: OrderIx| {
        let range = ledger.shipments_of(order);
        let from_stock = plan.shipments[range].iter();
        let from_stock = from_stock.filter(|shipment| takes_stock(dataset, shipment));
        let mut now: Vec<LocationIx> = from_stock
            .map(|shipment| dataset.waves[shipment.wave.ix()].location)
            .collect();
        let shipments = now.iter().filter(|&&at| dataset.is_move(order, at)).count() as i64;
        if shipments == 0 {
            return None;
        }
        now.sort_unstable();
        now.dedup();
        let lines = dataset.lines_of(order).iter();
        let nothing: Money = lines
            .map(|line| line.unfilled_cost * i64::from(line.quantity))
            .sum();
        let before = &dataset.planned[dataset.orders[order.ix()].planned as usize];
        Some(Moved {
            order,
            now,
            shipments,
            gain: ledger.account_of(audit, order).margin() + nothing,
            staying_gain: best_from(dataset, settings, options, order, before),
        })
    };
    (0..dataset.orders.len())
        .into_par_iter()
        .filter_map(|order| of_order(OrderIx::new(order)))
        .collect()
}
