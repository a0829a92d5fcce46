//! Profitability by channel, location, carrier, product group, SKU and zone.

use super::share::piece_accounts;
use super::{account_of, positions};
use crate::domain::{Dataset, Fulfilment, OrderIx, ZoneIx};
use crate::plan::{Plan, Route, Shipment};
use crate::units::Money;
use crate::verify::{Account, Audit, ServiceAudit, offsets_by_order};
use std::collections::BTreeMap;
use std::ops::Range;

/// Key of the row for money that no other row of a table has caused.
pub const UNASSIGNED: &str = "(unassigned)";
/// Key of collections from a store's own stock in the table by carrier.
const PICKUP: &str = "(pickup)";
/// Key of transfers to a pick-up store in the table by carrier.
const TRANSFER: &str = "(transfer)";

/// Profitability by one kind of key. The accounts of all rows add up to the plan's total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What the key is: `channel`, `location`, `carrier`, `product_group`, `sku` or `zone`.
    pub by: &'static str,
    /// By key, in its table's order; [`UNASSIGNED`] last. Rows of nothing are left out.
    pub rows: Vec<Row>,
}

impl Table {
    /// The sum of all rows.
    pub fn total(&self) -> Account {
        self.rows.iter().map(|row| row.account).sum()
    }
}

/// One row of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The channel, location id, `carrier/service`, …
    pub key: Box<str>,
    /// Units taken from stock.
    pub units: i64,
    /// Money by kind.
    pub account: Account,
}

impl Row {
    fn add(&mut self, units: i64, account: Account) {
        self.units += units;
        self.account += account;
    }
}

/// Makes all tables.
pub(super) fn tables(dataset: &Dataset, plan: &Plan, audit: &Audit, offsets: &[u32]) -> Vec<Table> {
    debug_assert_eq!(offsets, offsets_by_order(dataset, plan));
    let latest = latest_shipments(dataset, plan, audit, offsets);
    let ((channel, zone), ((location, carrier), (group, sku))) = rayon::join(
        || by_order(dataset, plan, audit, offsets),
        || {
            rayon::join(
                || by_shipment(dataset, plan, audit, offsets, &latest),
                || by_line(dataset, plan, audit, &latest),
            )
        },
    );
    vec![channel, location, carrier, group, sku, zone]
}

/// Fixed costs, overtime, shortfall and what is over limits of rules: what no order causes alone.
fn overhead(audit: &Audit) -> Account {
    Account {
        fixed: audit.total.fixed,
        overtime: audit.total.overtime,
        shortfall: audit.total.shortfall,
        preference: -audit.rules.iter().map(|rule| rule.cost).sum::<Money>(),
        ..Account::default()
    }
}

/// A table of the rows that hold anything.
fn table(by: &'static str, rows: impl IntoIterator<Item = Row>, unassigned: Account) -> Table {
    let last = Row {
        key: UNASSIGNED.into(),
        units: 0,
        account: unassigned,
    };
    let holds_something = |row: &Row| row.units != 0 || row.account != Account::default();
    Table {
        by,
        rows: rows
            .into_iter()
            .chain([last])
            .filter(holds_something)
            .collect(),
    }
}

/// Rows with the keys of a table of the dataset, empty.
fn rows_of<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<Row> {
    keys.map(|key| Row {
        key: key.into(),
        ..Row::default()
    })
    .collect()
}

fn by_order(dataset: &Dataset, plan: &Plan, audit: &Audit, offsets: &[u32]) -> (Table, Table) {
    let mut channels: BTreeMap<&str, Row> = BTreeMap::new();
    let mut zones = rows_of(dataset.zones.iter().map(|zone| &**zone));
    let mut unassigned = overhead(audit);
    let mut units_nowhere = 0;
    for order in dataset.order_indices() {
        let shipments = positions(offsets, order);
        let account = account_of(audit, shipments.clone(), order);
        let units = audit.orders[order.ix()].units_filled;
        channels
            .entry(&dataset.orders[order.ix()].channel)
            .or_default()
            .add(units, account);
        match zone_of(dataset, plan, audit, order, shipments) {
            Some(zone) => zones[zone.ix()].add(units, account),
            None => {
                unassigned += account;
                units_nowhere += units;
            }
        }
    }
    let channels = channels.into_iter().map(|(key, mut row)| {
        row.key = key.into();
        row
    });
    let channels = table("channel", channels, overhead(audit));
    let mut zones = table("zone", zones, unassigned);
    if let Some(last) = zones.rows.last_mut().filter(|row| *row.key == *UNASSIGNED) {
        last.units = units_nowhere;
    }
    (channels, zones)
}

/// The zone that an order belongs to: its own, else that of the lane of its first carrier shipment, else the one that
/// the zone rules for any carrier and origin give it, else its pick-up store's.
pub(super) fn zone_of(
    dataset: &Dataset,
    plan: &Plan,
    audit: &Audit,
    order: OrderIx,
    mut shipments: Range<usize>,
) -> Option<ZoneIx> {
    let order = &dataset.orders[order.ix()];
    let to = &dataset.destinations[order.destination.ix()];
    if to.zone.is_some() {
        return to.zone;
    }
    if let Fulfilment::Pickup(store) = order.fulfilment {
        return dataset.locations[store.ix()].zone;
    }
    let by_lane = shipments.find_map(|position| {
        let lane = audit.shipments[position].lane?;
        debug_assert!(matches!(plan.shipments[position].route, Route::Carrier(_)));
        dataset.lanes[lane.ix()].destination
    });
    by_lane.or_else(|| {
        dataset
            .zone_rules
            .iter()
            .filter(|rule| {
                rule.carrier.is_none()
                    && rule.origin == crate::domain::Origin::Any
                    && rule.country.as_ref().is_none_or(|it| *it == to.country)
                    && to.postcode.starts_with(&*rule.prefix)
            })
            .max_by_key(|rule| (rule.prefix.len(), rule.country.is_some()))
            .map(|rule| rule.zone)
    })
}

/// For each order that is late, the first of its shipments that is that late: it bears the cost.
fn latest_shipments(dataset: &Dataset, plan: &Plan, audit: &Audit, offsets: &[u32]) -> Vec<Money> {
    let mut late = vec![Money::ZERO; plan.shipments.len()];
    for order in dataset.order_indices() {
        let found = &audit.orders[order.ix()];
        if found.days_late == 0 {
            continue;
        }
        let latest = positions(offsets, order).find(|&position| {
            plan.shipments[position].reaches_customer()
                && audit.shipments[position].days_late == found.days_late
        });
        if let Some(position) = latest {
            late[position] = found.late_cost;
        }
    }
    late
}

/// By location and by carrier. Penalties for unfilled units belong to neither.
fn by_shipment(
    dataset: &Dataset,
    plan: &Plan,
    audit: &Audit,
    offsets: &[u32],
    late: &[Money],
) -> (Table, Table) {
    let mut locations = rows_of(dataset.locations.iter().map(|location| &*location.id));
    let names: Vec<String> = dataset
        .services
        .iter()
        .map(|service| format!("{}/{}", service.carrier, service.service))
        .collect();
    let mut carriers = rows_of(names.iter().map(String::as_str).chain([PICKUP, TRANSFER]));
    for (position, shipment) in plan.shipments.iter().enumerate() {
        let found = &audit.shipments[position];
        let mut account = found.account();
        account.late = late[position];
        let units = if crate::verify::takes_stock(dataset, shipment) {
            found.units
        } else {
            0
        };
        let location = dataset.waves[shipment.wave.ix()].location;
        locations[location.ix()].add(units, account);
        let siblings = &plan.shipments[positions(offsets, shipment.order)];
        let slot = carrier_slot(dataset.services.len(), shipment, siblings);
        carriers[slot].add(units, account);
    }
    for (row, location) in locations.iter_mut().zip(&audit.locations) {
        row.account.fixed = location.cost();
    }
    for (wave, used) in dataset.waves.iter().zip(&audit.waves) {
        locations[wave.location.ix()].account.overtime += used.overtime_cost;
    }
    for (row, ServiceAudit { shortfall_cost, .. }) in carriers.iter_mut().zip(&audit.services) {
        row.account.shortfall = *shortfall_cost;
    }
    let mut by_no_location = overhead(audit);
    by_no_location.unfilled = audit.total.unfilled;
    let mut by_no_carrier = by_no_location;
    by_no_location.fixed = Money::ZERO;
    by_no_location.overtime = Money::ZERO;
    by_no_carrier.shortfall = Money::ZERO;
    (
        table("location", locations, by_no_location),
        table("carrier", carriers, by_no_carrier),
    )
}

/// The carrier row of a shipment; a feeder belongs to the carrier that takes its goods on from the hub.
fn carrier_slot(services: usize, shipment: &Shipment, siblings: &[Shipment]) -> usize {
    match shipment.route {
        Route::Carrier(service) => service.ix(),
        Route::Collect => services,
        Route::ToStore(_) => services + 1,
        Route::ToHub(_, onward) => siblings
            .iter()
            .find_map(|other| match other.route {
                Route::Carrier(service) if other.wave == onward => Some(service.ix()),
                _ => None,
            })
            .unwrap_or(services + 1),
    }
}

/// By product group and by SKU.
fn by_line(dataset: &Dataset, plan: &Plan, audit: &Audit, late: &[Money]) -> (Table, Table) {
    let mut skus = rows_of(dataset.products.iter().map(|product| &*product.sku));
    for (position, shipment) in plan.shipments.iter().enumerate() {
        let found = &audit.shipments[position];
        let accounts = piece_accounts(dataset, shipment, found, late[position]);
        let from_stock = crate::verify::takes_stock(dataset, shipment);
        for (piece, account) in shipment.pieces.iter().zip(accounts) {
            let units = i64::from(piece.quantity) * i64::from(from_stock);
            skus[dataset.lines[piece.line.ix()].sku.ix()].add(units, account);
        }
    }
    for (line, units) in unfilled_lines(dataset, plan) {
        let line = &dataset.lines[line];
        skus[line.sku.ix()].account.unfilled += line.unfilled_cost * units;
    }
    let mut groups: BTreeMap<&str, Row> = BTreeMap::new();
    for (product, row) in dataset.products.iter().zip(&skus) {
        groups
            .entry(&product.group)
            .or_default()
            .add(row.units, row.account);
    }
    let groups = groups.into_iter().map(|(key, mut row)| {
        row.key = key.into();
        row
    });
    (
        table("product_group", groups, overhead(audit)),
        table("sku", skus, overhead(audit)),
    )
}

/// Lines by position with the units that the plan leaves unfilled, where any.
pub(super) fn unfilled_lines(dataset: &Dataset, plan: &Plan) -> Vec<(usize, i64)> {
    let mut open: Vec<i64> = dataset
        .lines
        .iter()
        .map(|line| i64::from(line.quantity))
        .collect();
    for shipment in &plan.shipments {
        if crate::verify::takes_stock(dataset, shipment) {
            for piece in &shipment.pieces {
                open[piece.line.ix()] -= i64::from(piece.quantity);
            }
        }
    }
    open.into_iter()
        .enumerate()
        .filter(|&(_, units)| units > 0)
        .collect()
}
