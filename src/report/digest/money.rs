//! Who earns what, and what one more of what is scarce would be worth.

use crate::domain::Dataset;
use crate::ledger::{Row, Table, UNASSIGNED};
use crate::report::{SHADOW_PLACE, shadow_place};
use crate::solve::ShadowPrice;
use crate::units::Money;
use crate::verify::Account;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Rows of a table of profitability that are named; the others are added up.
const NAMED_ROWS: usize = 30;
/// Of these, the ones that earn least.
const NAMED_LEAST: usize = 10;
/// Prices that are named of each kind.
const NAMED_PRICES: usize = 8;

/// Profitability by one kind of key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Groups {
    /// What the key is, as in `profitability_by_…`.
    pub by: String,
    /// Rows there are in all.
    pub count: i64,
    /// Those that earn most and least, by margin.
    pub rows: Vec<GroupRow>,
    /// All others together; none where all are named.
    pub others: Option<Group>,
    /// All together.
    pub total: Group,
}

/// A row with its key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupRow {
    /// The channel, location id, `carrier/service`, …
    pub key: String,
    /// What it comes to.
    #[serde(flatten)]
    pub sum: Group,
}

/// Units and money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Units taken from stock.
    pub units: i64,
    /// Unit prices of what ships.
    pub revenue: Money,
    /// Cost of goods less ageing credit.
    pub goods: Money,
    /// Picking, packing, carriage, transfer, fixed and closing costs, overtime and shortfall.
    pub fulfilment: Money,
    /// Penalties for lateness, unfilled units and CO₂, less what rules prefer.
    pub penalties: Money,
    /// Revenue less all of it.
    pub margin: Money,
}

impl Group {
    fn new(units: i64, account: &Account) -> Self {
        Self {
            units,
            revenue: account.revenue,
            goods: account.goods - account.ageing_credit,
            fulfilment: account.fulfilment(),
            penalties: account.penalties(),
            margin: account.margin(),
        }
    }

    fn of<'a>(rows: impl Iterator<Item = &'a Row> + Clone) -> Self {
        let account: Account = rows.clone().map(|row| row.account).sum();
        Self::new(rows.map(|row| row.units).sum(), &account)
    }
}

/// The rows of a table that earn most and least; what belongs to no key is named always, last.
pub(super) fn groups(table: &Table) -> Groups {
    let is_assigned = |row: &&Row| *row.key != *UNASSIGNED;
    let mut rows: Vec<&Row> = table.rows.iter().filter(is_assigned).collect();
    rows.sort_by_key(|row| Reverse(row.account.margin()));
    let mut others: Vec<&Row> = vec![];
    if rows.len() > NAMED_ROWS {
        let least = rows.split_off(rows.len() - NAMED_LEAST);
        others = rows.split_off(NAMED_ROWS - NAMED_LEAST);
        rows.extend(least);
    }
    rows.extend(table.rows.iter().filter(|row| !is_assigned(row)));
    let named = |row: &&Row| GroupRow {
        key: row.key.to_string(),
        sum: Group::new(row.units, &row.account),
    };
    Groups {
        by: table.by.to_owned(),
        count: table.rows.iter().filter(is_assigned).count() as i64,
        rows: rows.iter().map(named).collect(),
        others: (!others.is_empty()).then(|| Group::of(others.iter().copied())),
        total: Group::of(table.rows.iter()),
    }
}

/// Prices of one kind of what is shared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PriceKind {
    /// The kind, as `resource` in `shadow_prices`.
    pub resource: String,
    /// How many of the kind have a price.
    pub count: i64,
    /// The dearest.
    pub dearest: Vec<Price>,
}

/// What one more of something would be worth at most.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// What it is: names of location, SKU, wave, carrier, …, as far as it has them, by the columns of `shadow_prices`.
    pub of: BTreeMap<String, String>,
    /// How much there is.
    pub capacity: i64,
    /// How much the plan uses.
    pub used: i64,
    /// What one more would be worth.
    pub price: Money,
}

impl Price {
    /// Names of what it is of, in the order of the table's columns.
    pub fn named(&self) -> String {
        let names = SHADOW_PLACE
            .iter()
            .filter_map(|column| self.of.get(*column));
        let names: Vec<&str> = names.map(String::as_str).collect();
        if names.is_empty() {
            "the plan".to_owned()
        } else {
            names.join(" · ")
        }
    }
}

/// Prices by kind, in the order of kinds, the dearest first.
pub(super) fn price_kinds(dataset: &Dataset, prices: &[ShadowPrice]) -> Vec<PriceKind> {
    let mut kinds: Vec<PriceKind> = vec![];
    for price in prices {
        let cells = shadow_place(dataset, price.resource);
        let columns = SHADOW_PLACE.iter().zip(&cells).skip(1);
        let of = columns
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(column, cell)| ((*column).to_owned(), cell.clone()))
            .collect();
        let kind = match kinds.iter().position(|kind| kind.resource == cells[0]) {
            Some(known) => &mut kinds[known],
            None => {
                kinds.push(PriceKind {
                    resource: cells[0].clone(),
                    ..PriceKind::default()
                });
                kinds.last_mut().expect("one was pushed just now")
            }
        };
        kind.count += 1;
        kind.dearest.push(Price {
            of,
            capacity: price.capacity,
            used: price.used,
            price: Money(price.price),
        });
    }
    for kind in &mut kinds {
        kind.dearest.sort_by_key(|price| Reverse(price.price));
        kind.dearest.truncate(NAMED_PRICES);
    }
    kinds
}
