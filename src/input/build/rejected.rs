//! Orders that were set aside.

use crate::input::fault::Fault;
use serde::Serialize;

/// Why an order was set aside: one row of `rejected_orders.csv`; an order with several faults has several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectedOrder {
    /// The order; empty where the row names none.
    pub order_id: String,
    /// Line of the order file.
    pub line: u64,
    /// Column, empty where the row as a whole is wrong.
    pub column: String,
    /// What the cell holds.
    pub value: String,
    /// What was expected, and what to do.
    pub reason: String,
}

impl RejectedOrder {
    /// The rejection of an order for a fault.
    pub fn new(order_id: &str, fault: Fault) -> Self {
        let reason = match fault.remedy.as_str() {
            "" => fault.expected,
            remedy => format!("{}; {remedy}", fault.expected),
        };
        Self {
            order_id: order_id.to_owned(),
            line: fault.row.unwrap_or(0),
            column: fault.column.unwrap_or_default(),
            value: fault.value.unwrap_or_default(),
            reason,
        }
    }
}
