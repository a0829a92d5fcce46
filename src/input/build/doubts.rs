//! What can be planned, but is probably not meant.

use super::view::View;
use crate::domain::Dataset;
use crate::input::fault::{Fault, Faults};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Days that an order may be overdue before its date is doubted.
const LONG_DUE: i64 = 366;

/// Warns of what makes a plan of good form useless: goods without weight, locations without goods, dates long gone.
pub fn add(
    dataset: &Dataset,
    as_of: Timestamp,
    [orders, products, inventory]: [&View; 3],
    faults: &mut Faults,
) {
    let found = [
        no_weight(dataset, orders, products),
        no_stock(dataset, inventory),
        long_due(dataset, as_of, orders),
    ];
    faults.extend(found.into_iter().flatten());
}

/// Lines without weight, where there is no table of products that could have it and rates go by weight.
fn no_weight(dataset: &Dataset, orders: &View, products: &View) -> Option<Fault> {
    let by_weight = dataset
        .rates
        .iter()
        .any(|rate| rate.min_weight.0 > 0 || rate.max_weight.is_some() || rate.cost_per_kg.0 > 0);
    if products.table.rows() > 0 || !by_weight {
        return None;
    }
    let weights = orders.numbers("weight_g");
    let mut without = orders.rows().filter(|row| weights.get(*row).is_none());
    let first = without.next()?;
    let count = 1 + without.count();
    let message = format!(
        "{count} of {} lines have no weight, and there is no `products` table: rates by weight take them for 0 g",
        orders.table.rows()
    );
    let fault = Fault::warning(orders.table.source(), message);
    let fault = fault.at(orders.table.line(first)).column("weight_g");
    Some(fault.remedy("add `products` with `weight_g`, or the column `weight_g` to `orders`"))
}

/// Orders that were due so long ago that a year is probably wrong.
fn long_due(dataset: &Dataset, as_of: Timestamp, orders: &View) -> Option<Fault> {
    let now = as_of.to_zoned(TimeZone::UTC).date();
    let long_ago = now.saturating_sub(LONG_DUE.days());
    let due = dataset.orders.iter();
    let mut due = due.filter_map(|it| Some((&it.id, it.deliver_by.filter(|&by| by < long_ago)?)));
    let (first, by) = due.next()?;
    let others = match due.count() {
        0 => String::new(),
        more => format!(", and {more} more orders"),
    };
    let message = format!(
        "order {first} was due on {by}{others}: more than {LONG_DUE} days before the moment of planning"
    );
    let fault = Fault::warning(orders.table.source(), message).column("deliver_by");
    Some(fault.remedy("check the year, and `as_of`"))
}

/// Stock of which nothing is available anywhere.
fn no_stock(dataset: &Dataset, inventory: &View) -> Option<Fault> {
    if dataset.stock.iter().any(|cell| cell.available != Some(0)) {
        return None;
    }
    let then = match dataset.inbound.len() {
        0 => "nothing can ship",
        _ => "only deliveries of `inbound` can ship",
    };
    let message = format!(
        "nothing is available anywhere: `on_hand` less `reserved` and `safety_stock` is 0 in every row, so {then}"
    );
    let fault = Fault::warning(inventory.table.source(), message).column("on_hand");
    Some(fault.remedy("check the export of the stock"))
}
