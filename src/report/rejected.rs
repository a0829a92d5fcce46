//! Orders that were set aside before planning.

use super::sheet::Sheet;
use crate::input::RejectedOrder;

/// `rejected_orders.csv`: one row a reason.
pub fn rejected_sheet(rejected: &[RejectedOrder]) -> Sheet<'_> {
    Sheet::new("rejected_orders", rejected.len())
        .text("order_id", move |row| rejected[row].order_id.as_str())
        .integer("row", move |row| rejected[row].line as i64)
        .text("column", move |row| rejected[row].column.as_str())
        .text("value", move |row| rejected[row].value.as_str())
        .text("reason", move |row| rejected[row].reason.as_str())
}
