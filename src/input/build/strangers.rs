//! Names that no other table has: the rows mean nothing, which is probably not meant.

use super::Names;
use super::view::{Texts, View};
use crate::input::fault::Faults;

/// What is told of a name that nothing else has.
struct Reference<'v, 'a> {
    view: &'v View<'a>,
    column: &'static str,
    /// What a row with such a name comes to.
    comes_to: &'static str,
}

/// Warns of kits and replaced goods that are no product and not ordered, of channels kept for without orders, of orders that a location declined
/// and that are not there, of returns of unknown goods from unknown zones: once for a column, at the first such row.
pub fn add(
    [orders, products, stock, inbound]: [&View; 4],
    [kits, substitutes, reserves, rejections, returns]: [&View; 5],
    [rates, previous]: [&View; 2],
    faults: &mut Faults,
) {
    let goods = Names::of([
        orders.texts("sku"),
        products.texts("sku"),
        stock.texts("sku"),
        inbound.texts("sku"),
    ]);
    let told = |view, column, comes_to, names: &Names, faults: &mut Faults| {
        let reference = Reference {
            view,
            column,
            comes_to,
        };
        reference.warn(names, faults);
    };
    let unasked = "no order, product or stock has this SKU";
    // What nobody orders today is a matter of course, unless a table says what there is.
    if products.table.rows() > 0 {
        told(kits, "kit_sku", unasked, &goods, faults);
        told(substitutes, "sku", unasked, &goods, faults);
    }
    told(returns, "sku", unasked, &goods, faults);
    let channels = Names::of([orders.texts("channel"), previous.texts("channel")]);
    let unsold = "no order has this channel: what is kept for it serves nobody";
    told(reserves, "channel", unsold, &channels, faults);
    let ids = Names::of([orders.texts("order_id"), previous.texts("order_id")]);
    let gone = "no such order is to be planned: the row means nothing";
    told(rejections, "order_id", gone, &ids, faults);
    let zones = Names::of([rates.texts("destination_zone")]);
    // A rate to any zone is one to this one.
    if !rates.texts("destination_zone").distinct().contains(&"*") {
        let unserved = "`carrier_rates` has no such zone: nobody carries it";
        told(returns, "zone", unserved, &zones, faults);
    }
}

impl Reference<'_, '_> {
    fn warn(&self, names: &Names, faults: &mut Faults) {
        let texts: Texts = self.view.texts(self.column);
        let is_known = names.positions(texts);
        let is_strange = |row: &usize| {
            !texts.get(*row).is_empty() && is_known[texts.code(*row) as usize].is_none()
        };
        let mut strange = self.view.rows().filter(is_strange);
        let Some(first) = strange.next() else {
            return;
        };
        let more = match strange.count() {
            0 => String::new(),
            1 => "; so it is in one row more".to_owned(),
            count => format!("; so it is in {count} rows more"),
        };
        let message = format!("{}{more}", self.comes_to);
        let fault = self.view.warning(first, self.column, message);
        faults.push(fault.remedy("correct it, or remove the row"));
    }
}
