//! Exact money and stock of a verified plan: by order, by whatever earns or costs it, by stock cell.
//!
//! Every table of profitability adds up to the same total, to the micro-unit: what cannot be laid at the
//! door of a row's key (a location's fixed cost in a table by channel) stands in the row [`UNASSIGNED`].

mod kpis;
mod share;
mod stock;
mod tables;

#[cfg(test)]
mod tests;

pub use kpis::{ChannelUse, Kpis, LocationUse, OpenDecision, RuleUse};
pub use share::share_out;
pub use stock::StockDelta;
pub use tables::{Row, Table, UNASSIGNED};

use crate::domain::{Dataset, OrderIx, ZoneIx};
use crate::plan::Plan;
use crate::units::Money;
use crate::verify::{Account, Audit, offsets_by_order};
use std::ops::Range;

/// The money and stock of one plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    /// Key figures.
    pub kpis: Kpis,
    /// How much of each location is used, by location.
    pub locations: Vec<LocationUse>,
    /// What the plan decides about locations with `open = decide`.
    pub open_decisions: Vec<OpenDecision>,
    /// Key figures by channel.
    pub channels: Vec<ChannelUse>,
    /// What counts against limits of business rules.
    pub rules: Vec<RuleUse>,
    /// Profitability by channel, location, carrier, product group, SKU and zone, in this order.
    pub tables: Vec<Table>,
    /// What happens to stock, by location, SKU, wave; only where something does.
    pub stock: Vec<StockDelta>,
    /// Where the shipments of each order begin in the plan; one more entry ends the last.
    offsets: Vec<u32>,
}

/// Adds up a verified plan.
pub fn ledger(dataset: &Dataset, plan: &Plan, audit: &Audit) -> Ledger {
    let offsets = offsets_by_order(dataset, plan);
    let (kpis, (tables, stock)) = rayon::join(
        || kpis::kpis(dataset, plan, audit),
        || {
            rayon::join(
                || tables::tables(dataset, plan, audit, &offsets),
                || stock::deltas(dataset, plan),
            )
        },
    );
    Ledger {
        kpis,
        locations: kpis::location_use(dataset, audit),
        open_decisions: kpis::open_decisions(dataset, audit),
        channels: kpis::channel_use(dataset, audit, &offsets),
        rules: kpis::rule_use(dataset, audit),
        tables,
        stock,
        offsets,
    }
}

impl Ledger {
    /// Positions of an order's shipments in the plan.
    pub fn shipments_of(&self, order: OrderIx) -> Range<usize> {
        positions(&self.offsets, order)
    }

    /// The zone that an order belongs to in the table by zone; `None`: no rule gives it one.
    pub fn zone_of(
        &self,
        dataset: &Dataset,
        plan: &Plan,
        audit: &Audit,
        order: OrderIx,
    ) -> Option<ZoneIx> {
        tables::zone_of(dataset, plan, audit, order, self.shipments_of(order))
    }

    /// Money of an order by kind: its shipments, its lateness and what it leaves unfilled.
    ///
    /// Summed over all orders this is the plan's total without fixed and closing costs, overtime and shortfall.
    pub fn account_of(&self, audit: &Audit, order: OrderIx) -> Account {
        account_of(audit, self.shipments_of(order), order)
    }
}

fn positions(offsets: &[u32], order: OrderIx) -> Range<usize> {
    offsets[order.ix()] as usize..offsets[order.ix() + 1] as usize
}

fn account_of(audit: &Audit, shipments: Range<usize>, order: OrderIx) -> Account {
    let mut account: Account = audit.shipments[shipments]
        .iter()
        .map(crate::verify::ShipmentAudit::account)
        .sum();
    let order = &audit.orders[order.ix()];
    account.late = order.late_cost;
    account.unfilled = order.unfilled_cost;
    account
}

/// `amount / count`, rounded half up to a micro-unit; `None` for a count of 0.
fn average(amount: Money, count: i64) -> Option<Money> {
    if count <= 0 {
        return None;
    }
    let micro = crate::units::divide_half_up(i128::from(amount.0), i128::from(count));
    i64::try_from(micro).ok().map(Money)
}
