//! What the customer of an order can be told.

use crate::domain::{Dataset, Fulfilment, LocationIx, OrderIx};
use crate::ledger::Ledger;
use crate::plan::Plan;
use crate::verify::{Audit, takes_stock};
use jiff::civil::Date;
use smallvec::SmallVec;

/// What the customer of an order can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise<'a> {
    /// Ids of the locations whose stock it takes, in text order.
    pub ships_from: SmallVec<[&'a str; 2]>,
    /// Shipments that reach the customer.
    pub shipments: u32,
    /// The first day on which something leaves; `None`: nothing does.
    pub leaves: Option<Date>,
    /// The day by whose end everything that ships has arrived.
    pub arrives_by: Option<Date>,
    /// Days after the promise date of the order.
    pub days_late: i64,
    /// Units that ship.
    pub units: i64,
    /// Units that do not, within the horizon.
    pub units_open: i64,
}

/// What the customer of an order can be told.
pub fn promise<'a>(
    dataset: &'a Dataset,
    plan: &Plan,
    audit: &Audit,
    ledger: &Ledger,
    order: OrderIx,
) -> Promise<'a> {
    let positions = ledger.shipments_of(order);
    let shipments = &plan.shipments[positions.clone()];
    let found = &audit.shipments[positions];
    let mut ships_from: SmallVec<[LocationIx; 2]> = shipments
        .iter()
        .filter(|shipment| takes_stock(dataset, shipment))
        .map(|shipment| dataset.waves[shipment.wave.ix()].location)
        .collect();
    ships_from.sort_unstable();
    ships_from.dedup();
    let of_order = &audit.orders[order.ix()];
    let asked: i64 = dataset
        .lines_of(order)
        .iter()
        .map(|line| i64::from(line.quantity))
        .sum();
    let reaching = shipments
        .iter()
        .zip(found)
        .filter(|(shipment, _)| shipment.reaches_customer());
    Promise {
        ships_from: ships_from
            .into_iter()
            .map(|location| &*dataset.locations[location.ix()].id)
            .collect(),
        shipments: of_order.shipments,
        leaves: found.iter().map(|shipment| shipment.leaves).min(),
        arrives_by: reaching.map(|(_, shipment)| shipment.arrives).max(),
        days_late: of_order.days_late,
        units: of_order.units_filled,
        units_open: asked - of_order.units_filled,
    }
}

impl Promise<'_> {
    /// How much of the order ships: `complete`, `partial` or `none`.
    pub fn status(&self) -> &'static str {
        match (self.units, self.units_open) {
            (0, _) => "none",
            (_, 0) => "complete",
            _ => "partial",
        }
    }

    /// The promise in a sentence.
    pub fn sentence(&self, fulfilment: Fulfilment) -> String {
        let (Some(leaves), Some(arrives_by)) = (self.leaves, self.arrives_by) else {
            return "Nothing ships within the horizon.".to_owned();
        };
        let verb = match fulfilment {
            Fulfilment::Ship => "arrives by",
            Fulfilment::Pickup(_) => "ready to collect by",
        };
        let mut text = format!(
            "Ships from {} from {leaves}, {verb} {arrives_by}",
            self.ships_from.join(" and ")
        );
        if self.shipments > 1 {
            text += &format!(", in {} shipments", self.shipments);
        }
        if self.days_late > 0 {
            text += &format!(
                ", {} {} late",
                self.days_late,
                plural(self.days_late, "day")
            );
        }
        if self.units_open > 0 {
            text += &format!(
                "; {} of {} units not shipped",
                self.units_open,
                self.units + self.units_open
            );
        }
        text + "."
    }
}

fn plural(count: i64, noun: &str) -> String {
    if count == 1 {
        noun.to_owned()
    } else {
        format!("{noun}s")
    }
}
