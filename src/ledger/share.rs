//! Costs of a shipment shared by its lines, so that the parts add up to the whole.

use crate::domain::{Dataset, FormKind, LocationIx};
use crate::plan::{Piece, Shipment};
use crate::units::Money;
use crate::verify::{Account, ShipmentAudit, takes_stock};

/// Shares an amount in proportion to weights ≥ 0, exactly, by largest remainder; the first of equals takes the odd
/// micro-unit. With weights that are all zero the shares are equal. No weights, no shares.
pub fn share_out(amount: Money, weights: &[i64]) -> Vec<Money> {
    let total: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
    if total == 0 {
        let equal = vec![1; weights.len()];
        return if weights.is_empty() {
            vec![]
        } else {
            share_out(amount, &equal)
        };
    }
    let exact = |weight: i64| i128::from(amount.0) * i128::from(weight);
    let mut shares: Vec<i64> = weights
        .iter()
        .map(|&weight| exact(weight).div_euclid(total) as i64)
        .collect();
    let missing = amount.0 - shares.iter().sum::<i64>();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|&slot| -exact(weights[slot]).rem_euclid(total));
    for &slot in by_remainder.iter().take(missing as usize) {
        shares[slot] += 1;
    }
    shares.into_iter().map(Money).collect()
}

/// Money of each piece of a shipment, which adds up to the shipment's.
///
/// What a piece causes by itself (revenue, goods, credit, picking) is its own; packing and `late` are shared by
/// units; carriage, transfer and CO₂ by weight, or by units where nothing weighs anything.
pub(super) fn piece_accounts(
    dataset: &Dataset,
    shipment: &Shipment,
    audit: &ShipmentAudit,
    late: Money,
) -> Vec<Account> {
    let wave = &dataset.waves[shipment.wave.ix()];
    let location = &dataset.locations[wave.location.ix()];
    let from_stock = takes_stock(dataset, shipment);
    let mut accounts: Vec<Account> = shipment
        .pieces
        .iter()
        .map(|piece| {
            let line = &dataset.lines[piece.line.ix()];
            let units = i64::from(piece.quantity);
            let mut account = Account {
                picking: location.cost_per_unit * units,
                ..Account::default()
            };
            if from_stock {
                account.revenue = line.unit_price * units;
                taken(dataset, wave.location, piece, &mut account);
            }
            account
        })
        .collect();

    // A line is visited once, whatever forms it is made in.
    let mut visited = None;
    for (account, piece) in accounts.iter_mut().zip(&shipment.pieces) {
        if visited != Some(piece.line) {
            account.picking += location.cost_per_line;
        }
        visited = Some(piece.line);
    }
    let units: Vec<i64> = shipment
        .pieces
        .iter()
        .map(|piece| i64::from(piece.quantity))
        .collect();
    let mut weights: Vec<i64> = shipment
        .pieces
        .iter()
        .map(|piece| (dataset.lines[piece.line.ix()].weight * i64::from(piece.quantity)).0)
        .collect();
    if weights.iter().all(|&weight| weight == 0) {
        weights.clone_from(&units);
    }
    spread(&mut accounts, audit.packing, &units, |account| {
        &mut account.packing
    });
    let known: Money = accounts.iter().map(|account| account.preference).sum();
    spread(&mut accounts, audit.preference - known, &units, |account| {
        &mut account.preference
    });
    spread(&mut accounts, late, &units, |account| &mut account.late);
    spread(&mut accounts, audit.carriage, &weights, |account| {
        &mut account.carriage
    });
    spread(&mut accounts, audit.transfer, &weights, |account| {
        &mut account.transfer
    });
    spread(&mut accounts, audit.co2_cost, &weights, |account| {
        &mut account.co2
    });
    accounts
}

/// What a piece takes from stock and what it costs to make.
fn taken(dataset: &Dataset, location: LocationIx, piece: &Piece, account: &mut Account) {
    let line = &dataset.lines[piece.line.ix()];
    let form = dataset.form_of(line, piece.form);
    let units = i64::from(piece.quantity);
    match form.kind {
        FormKind::Stock => {}
        FormKind::Assembled => account.picking += form.cost * units,
        FormKind::Substitute => account.preference -= form.cost * units,
    }
    for &(sku, count) in &form.parts {
        let Some(cell) = dataset.stock_at(sku, location) else {
            continue;
        };
        let cell = &dataset.stock[cell.ix()];
        let part = units * i64::from(count);
        account.goods += dataset.part_cost(line, &form, cell) * part;
        account.ageing_credit += cell.ageing_credit * part;
    }
}

fn spread(
    accounts: &mut [Account],
    amount: Money,
    weights: &[i64],
    kind: impl Fn(&mut Account) -> &mut Money,
) {
    if amount == Money::ZERO {
        return;
    }
    for (account, share) in accounts.iter_mut().zip(share_out(amount, weights)) {
        *kind(account) += share;
    }
}
