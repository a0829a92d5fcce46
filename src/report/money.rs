//! Profitability and stock.

use super::Planned;
use super::sheet::Sheet;
use crate::domain::OrderIx;
use crate::ledger::Table;
use crate::units::Money;
use crate::verify::Account;

/// One row an order. Fixed costs, overtime and shortfall belong to no order.
pub(super) fn profitability(planned: Planned<'_>) -> Sheet<'_> {
    let dataset = planned.dataset;
    let account = move |row: usize| planned.ledger.account_of(planned.audit, OrderIx::new(row));
    let sheet = Sheet::new("profitability", dataset.orders.len())
        .text("order_id", move |row| &*dataset.orders[row].id)
        .text("channel", move |row| &*dataset.orders[row].channel)
        .integer("units", move |row| planned.audit.orders[row].units_filled);
    let sheet = variable(sheet, account);
    sheet.money("margin", move |row| account(row).margin())
}

/// One kind of money of an account.
type Kind = fn(&Account) -> Money;

/// Columns of money that orders cause.
fn variable<'a>(
    sheet: Sheet<'a>,
    account: impl Fn(usize) -> Account + Copy + Send + Sync + 'a,
) -> Sheet<'a> {
    let kinds: [(&'static str, Kind); 11] = [
        ("revenue", |account| account.revenue),
        ("goods", |account| account.goods),
        ("ageing_credit", |account| account.ageing_credit),
        ("picking", |account| account.picking),
        ("packing", |account| account.packing),
        ("carriage", |account| account.carriage),
        ("transfer", |account| account.transfer),
        ("co2", |account| account.co2),
        ("lateness", |account| account.late),
        ("unfilled", |account| account.unfilled),
        ("preference", |account| account.preference),
    ];
    kinds.into_iter().fold(sheet, |sheet, (name, kind)| {
        sheet.money(name, move |row| kind(&account(row)))
    })
}

/// One row a key of a table of profitability, with costs that no order causes.
pub(super) fn table(table: &Table) -> Sheet<'_> {
    let rows = &table.rows;
    let account = move |row: usize| rows[row].account;
    let sheet = Sheet::new(format!("profitability_by_{}", table.by), rows.len())
        .text(table.by, move |row| &*rows[row].key)
        .integer("units", move |row| rows[row].units);
    variable(sheet, account)
        .money("fixed", move |row| account(row).fixed)
        .money("overtime", move |row| account(row).overtime)
        .money("shortfall", move |row| account(row).shortfall)
        .money("margin", move |row| account(row).margin())
}

/// One row a stock cell and wave in which something comes or goes.
pub(super) fn stock_deltas(planned: Planned<'_>) -> Sheet<'_> {
    let dataset = planned.dataset;
    let rows = &planned.ledger.stock;
    let cell = move |row: usize| &dataset.stock[rows[row].cell.ix()];
    Sheet::new("stock_deltas", rows.len())
        .text("location_id", move |row| {
            &*dataset.locations[cell(row).location.ix()].id
        })
        .text("sku", move |row| &*dataset.products[cell(row).sku.ix()].sku)
        .text("wave", move |row| &*dataset.waves[rows[row].wave.ix()].name)
        .integer("before", move |row| rows[row].before)
        .integer("inbound", move |row| rows[row].inbound)
        .integer("allocated", move |row| rows[row].allocated)
        .integer("transferred", move |row| rows[row].transferred)
        .integer("returned", move |row| rows[row].returned)
        .integer("after", move |row| rows[row].after)
        .integer("available_to_promise", move |row| {
            rows[row].available_to_promise
        })
}
