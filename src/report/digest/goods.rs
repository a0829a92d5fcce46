//! What stays unfilled: by reason, and the SKUs that lack stock.

use crate::domain::{Line, SkuIx};
use crate::explain::Unfilled;
use crate::report::Planned;
use crate::report::sheet::time_text;
use crate::units::Money;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// SKUs that are named; the others are counted.
const NAMED_SKUS: usize = 20;

/// Reasons that more stock would lift.
const WANT_OF_STOCK: [&str; 3] = ["no_stock", "stock_used", "stock_reserved"];

/// Units that one reason leaves unfilled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Code, as in `unfilled`.
    pub reason: String,
    /// Lines.
    pub lines: i64,
    /// Units.
    pub units: i64,
    /// Their unit prices.
    pub value: Money,
}

/// What stays unfilled for want of stock.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shortages {
    /// SKUs.
    pub skus: i64,
    /// Units.
    pub units: i64,
    /// Their unit prices.
    pub value: Money,
    /// The SKUs of which most units lack, at most [`NAMED_SKUS`].
    pub most: Vec<Shortage>,
}

/// A SKU that lacks stock.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shortage {
    /// The SKU.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Orders that lack it.
    pub orders: i64,
    /// Units that lack.
    pub units: i64,
    /// Their unit prices.
    pub value: Money,
    /// When some of it could ship at the earliest; empty where nothing is known to come.
    pub next_possible: String,
}

/// Units unfilled by reason, the most first.
pub(super) fn reasons(planned: Planned<'_>) -> Vec<Reason> {
    let mut found: BTreeMap<&str, Reason> = BTreeMap::new();
    for open in planned.unfilled {
        let sum = found.entry(open.code).or_default();
        sum.lines += 1;
        sum.units += open.quantity;
        sum.value += value(line(planned, open), open);
    }
    let mut reasons: Vec<Reason> = found
        .into_iter()
        .map(|(code, sum)| Reason {
            reason: code.to_owned(),
            ..sum
        })
        .collect();
    reasons.sort_by_key(|sum| Reverse(sum.units));
    reasons
}

/// SKUs that lack stock, those of which most lacks first.
pub(super) fn shortages(planned: Planned<'_>) -> Shortages {
    let mut by_sku: BTreeMap<SkuIx, Lacking> = BTreeMap::new();
    let want = planned.unfilled.iter();
    for open in want.filter(|open| WANT_OF_STOCK.contains(&open.code)) {
        let line = line(planned, open);
        let sum = by_sku.entry(line.sku).or_default();
        sum.units += open.quantity;
        sum.value += value(line, open);
        sum.orders.insert(line.order.ix());
        sum.next = match (sum.next, open.next_possible) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
    let mut most: Vec<(&SkuIx, &Lacking)> = by_sku.iter().collect();
    most.sort_by_key(|(sku, sum)| (Reverse(sum.units), Reverse(sum.value), **sku));
    Shortages {
        skus: by_sku.len() as i64,
        units: by_sku.values().map(|sum| sum.units).sum(),
        value: by_sku.values().map(|sum| sum.value).sum(),
        most: most
            .into_iter()
            .take(NAMED_SKUS)
            .map(|(&sku, sum)| sum.named(planned, sku))
            .collect(),
    }
}

/// What lacks of a SKU.
#[derive(Default)]
struct Lacking {
    units: i64,
    value: Money,
    orders: BTreeSet<usize>,
    next: Option<Timestamp>,
}

impl Lacking {
    fn named(&self, planned: Planned<'_>, sku: SkuIx) -> Shortage {
        let product = &planned.dataset.products[sku.ix()];
        let zone = &planned.settings.time_zone;
        Shortage {
            sku: product.sku.to_string(),
            name: product.name.to_string(),
            orders: self.orders.len() as i64,
            units: self.units,
            value: self.value,
            next_possible: self.next.map_or(String::new(), |at| time_text(at, zone)),
        }
    }
}

fn line<'a>(planned: Planned<'a>, open: &Unfilled) -> &'a Line {
    &planned.dataset.lines[open.line.ix()]
}

fn value(line: &Line, open: &Unfilled) -> Money {
    line.unit_price * open.quantity
}
