//! Names that no other table has: the rows mean nothing, which is probably not meant.

use super::Names;
use super::view::{Texts, View};
use crate::input::fault::Faults;

/// Warns of kits and replaced goods that are no product and not ordered, of channels kept for without orders, of orders that a location declined
/// and that are not there, of returns of unknown goods from unknown zones: once for a column, at the first such row.
pub fn add(
    [orders, products, stock, inbound]: [&View; 4],
    [kits, substitutes, reserves, rejections, returns]: [&View; 5],
    [rates, previous]: [&View; 2],
    faults: &mut Faults,
) {
    let goods = [
        orders.texts("sku"),
        products.texts("sku"),
        stock.texts("sku"),
        inbound.texts("sku"),
    ];
    let unasked = "no order, product or stock has this SKU";
    // What nobody orders today is a matter of course, unless a table says what there is.
    if products.table.rows() > 0 {
        warn(kits, "kit_sku", unasked, goods, faults);
        warn(substitutes, "sku", unasked, goods, faults);
    }
    warn(returns, "sku", unasked, goods, faults);
    let channels = [orders.texts("channel"), previous.texts("channel")];
    let unmade = "no order, product or stock has this SKU: what was planned of it is no longer asked for all the same";
    warn(previous, "sku", unmade, goods, faults);
    let unsold = "no order has this channel: what is kept for it serves nobody";
    warn(reserves, "channel", unsold, channels, faults);
    let ids = [orders.texts("order_id"), previous.texts("order_id")];
    let gone = "no such order is to be planned: the row means nothing";
    warn(rejections, "order_id", gone, ids, faults);
    let zones = rates.texts("destination_zone");
    // A rate to any zone is one to this one.
    if !zones.distinct().contains(&"*") {
        let unserved = "`carrier_rates` has no such zone: nobody carries it";
        warn(returns, "zone", unserved, [zones], faults);
    }
}

/// Warns of the names in a column that none of others has; what a row with such a name comes to.
fn warn<const N: usize>(
    view: &View,
    column: &str,
    comes_to: &str,
    others: [Texts; N],
    faults: &mut Faults,
) {
    // Names of a million orders are not to be sorted for nothing.
    if view.table.rows() == 0 {
        return;
    }
    let texts = view.texts(column);
    let is_known = Names::of(others).positions(texts);
    let is_strange =
        |row: &usize| !texts.get(*row).is_empty() && is_known[texts.code(*row) as usize].is_none();
    let mut strange = view.rows().filter(is_strange);
    let Some(first) = strange.next() else {
        return;
    };
    let more = match strange.count() {
        0 => String::new(),
        1 => "; so it is in one row more".to_owned(),
        count => format!("; so it is in {count} rows more"),
    };
    let fault = view.warning(first, column, format!("{comes_to}{more}"));
    faults.push(fault.remedy("correct it, or remove the row"));
}
