//! Shadow prices of what orders share, and what they say about the gap.
//!
//! For prices that prove a bound, bound − value = Σ over orders (best at prices − what is chosen, at prices) + Σ over rows
//! (what all that may be used is worth at the price − what is used at the price + what its use costs). No part is negative.

use super::component::{Choice, Component};
use super::joint::Limit;
use super::outcome::{GapParts, GoalKind, ShadowPrice};
use crate::model::{Resource, Row};

/// Prices of a component's rows with the bound of the last goal that they prove.
#[derive(Clone, Debug)]
pub struct Priced {
    /// By row of the component, in micro-units of money; empty: all zero, as nobody looked for prices.
    pub of_rows: Vec<i64>,
    /// The bound, counted as in [`Component::goal_value`].
    pub bound: i64,
}

/// The prices of what a component shares, where they are not zero, and how far its choices are from the bound that they
/// prove.
pub fn shadow(
    component: &Component<'_>,
    choices: &[Choice],
    kind: GoalKind,
    priced: &Priced,
) -> (Vec<ShadowPrice>, GapParts) {
    let rows = &component.context.shop.coupling.rows;
    let mut used = vec![0_i64; rows.len()];
    for (row, units) in component.usage(choices) {
        used[row as usize] += units;
    }
    let mut prices = Vec::new();
    let mut parts = GapParts::default();
    let mut of_rows = 0;
    for (position, &row) in component.rows.iter().enumerate() {
        let data = &rows[row as usize];
        let used = used[row as usize];
        let price = priced.of_rows.get(position).copied().unwrap_or(0);
        of_rows += parts.add_row(data, price, used);
        if price > 0 {
            prices.push(ShadowPrice {
                resource: data.resource,
                capacity: data.capacity,
                used,
                price,
            });
        }
    }
    let value = component.goal_value(choices, kind);
    let all = if kind.is_maximised() {
        i128::from(priced.bound) - i128::from(value)
    } else {
        i128::from(value) - i128::from(priced.bound)
    };
    parts.orders = narrow(all - of_rows);
    (prices, parts)
}

impl GapParts {
    /// Adds what a row misses at a price where so much of it is used; the same.
    pub fn add_row(&mut self, row: &Row, price: i64, used: i64) -> i128 {
        let limit = Limit::of(row, 1);
        let signed = if row.is_commitment() { -used } else { used };
        let paid = i128::from(price) * i128::from(signed);
        let missing = limit.constant(price) - paid + limit.cost_of(signed);
        let part = match row.resource {
            Resource::Stock(..) | Resource::Reserved(..) => &mut self.stock,
            Resource::Units(_)
            | Resource::Lines(_)
            | Resource::Shipments(_)
            | Resource::Rule(..)
            | Resource::Moves => &mut self.capacity,
            Resource::Carrier(..) | Resource::Transfer(..) => &mut self.carriage,
            Resource::Commitment(_) => &mut self.commitments,
            Resource::Open(_) => &mut self.openings,
        };
        *part = part.saturating_add(narrow(missing));
        missing
    }
}

fn narrow(part: i128) -> i64 {
    i64::try_from(part).unwrap_or(if part > 0 { i64::MAX } else { i64::MIN })
}
