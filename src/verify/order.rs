//! Rules and money of one order over all its shipments: demand, split limits, ship-complete, hubs, lateness.

use super::audit::{OrderAudit, ShipmentAudit};
use super::shipment::late_cost;
use super::{Checking, Named, Violation};
use crate::domain::{LineIx, OrderIx, ShipComplete, WaveIx};
use crate::plan::{Route, Shipment};
use std::collections::BTreeMap;

/// Checks an order and adds up what it pays for lateness and unfilled units.
pub(super) fn audit(
    checking: &Checking<'_>,
    order: OrderIx,
    audits: &[ShipmentAudit],
) -> (OrderAudit, Vec<Violation>) {
    let dataset = checking.dataset;
    let positions = checking.positions(order);
    let shipments = &checking.plan.shipments[positions.clone()];
    let mut violations = vec![];
    let (filled, split) = fill_lines(checking, order, shipments);
    check_lines(checking, order, &filled, &split, &mut violations);
    check_shipments(checking, order, shipments, &mut violations);
    super::rules::check_order(checking, order, shipments, &mut violations);
    if shipments.iter().any(|it| is_hub_leg(checking, it)) {
        check_hubs(checking, shipments, &mut violations);
    }

    let mut audit = OrderAudit::default();
    for (line, &units) in dataset.lines_of(order).iter().zip(&filled) {
        let asked = i64::from(line.quantity);
        audit.units_filled += units;
        audit.lines_filled += u32::from(units >= asked);
        audit.unfilled_cost += line.unfilled_cost * (asked - units).max(0);
    }
    for (shipment, found) in shipments.iter().zip(&audits[positions]) {
        if shipment.reaches_customer() {
            audit.shipments += 1;
            audit.days_late = audit.days_late.max(found.days_late);
        }
    }
    audit.late_cost = late_cost(&dataset.orders[order.ix()], audit.days_late);
    (audit, violations)
}

/// For each line of the order, units and pieces that leave stock.
fn fill_lines(
    checking: &Checking<'_>,
    order: OrderIx,
    shipments: &[Shipment],
) -> (Vec<i64>, Vec<i64>) {
    let lines = &checking.dataset.orders[order.ix()].lines;
    let mut filled = vec![0_i64; lines.len()];
    let mut split = vec![0_i64; lines.len()];
    for shipment in shipments.iter().filter(|it| checking.takes_stock(it)) {
        let mut before = None;
        for piece in &shipment.pieces {
            let slot = (piece.line.0 - lines.start) as usize;
            filled[slot] += i64::from(piece.quantity);
            split[slot] += i64::from(before != Some(piece.line));
            before = Some(piece.line);
        }
    }
    (filled, split)
}

fn check_lines(
    checking: &Checking<'_>,
    order_ix: OrderIx,
    filled: &[i64],
    split: &[i64],
    violations: &mut Vec<Violation>,
) {
    let dataset = checking.dataset;
    let order = &dataset.orders[order_ix.ix()];
    for (slot, ix) in order.line_indices().enumerate() {
        let line = &dataset.lines[ix.ix()];
        let (shipped, ordered) = (filled[slot], i64::from(line.quantity));
        let named = || Named::line(dataset, ix);
        if shipped > ordered {
            violations.push(Violation::DemandExceeded {
                line: named(),
                shipped,
                ordered,
            });
        }
        let limit = i64::from(line.line_max_shipments);
        if split[slot] > limit {
            violations.push(Violation::TooManyLineShipments {
                line: named(),
                pieces: split[slot],
                limit,
            });
        }
        if order.ship_complete == ShipComplete::Line && shipped > 0 && shipped < ordered {
            violations.push(Violation::LineNotComplete {
                line: named(),
                shipped,
                ordered,
            });
        }
    }
    if order.ship_complete == ShipComplete::Order {
        let lines = dataset.lines_of(order_ix);
        let short = |(line, &units): (&crate::domain::Line, &i64)| units < i64::from(line.quantity);
        let shipped: i64 = filled.iter().sum();
        if shipped > 0 && lines.iter().zip(filled).any(short) {
            violations.push(Violation::OrderNotComplete {
                order: order.id.clone(),
                shipped,
                ordered: lines.iter().map(|line| i64::from(line.quantity)).sum(),
            });
        }
    }
}

fn check_shipments(
    checking: &Checking<'_>,
    order: OrderIx,
    shipments: &[Shipment],
    violations: &mut Vec<Violation>,
) {
    let order = &checking.dataset.orders[order.ix()];
    let reach = shipments.iter().filter(|it| it.reaches_customer()).count() as i64;
    let limit = i64::from(order.max_shipments);
    if reach > limit {
        violations.push(Violation::TooManyShipments {
            order: order.id.clone(),
            shipments: reach,
            limit,
        });
    }
}

fn is_hub_leg(checking: &Checking<'_>, shipment: &Shipment) -> bool {
    matches!(shipment.route, Route::ToHub(..)) || !checking.takes_stock(shipment)
}

/// What feeders bring to a hub for a wave is what the hub forwards in it, line by line.
fn check_hubs(checking: &Checking<'_>, shipments: &[Shipment], violations: &mut Vec<Violation>) {
    let dataset = checking.dataset;
    let mut balance: BTreeMap<(WaveIx, LineIx), (i64, i64)> = BTreeMap::new();
    for shipment in shipments {
        for piece in &shipment.pieces {
            let units = i64::from(piece.quantity);
            if let Route::ToHub(_, onward) = shipment.route {
                balance.entry((onward, piece.line)).or_default().0 += units;
            } else if !checking.takes_stock(shipment) {
                balance.entry((shipment.wave, piece.line)).or_default().1 += units;
            }
        }
    }
    for ((wave, line), (brought, forwarded)) in balance {
        if brought != forwarded {
            violations.push(Violation::FeedersDiffer {
                line: Named::line(dataset, line),
                hub: Named::wave(dataset, wave),
                brought,
                forwarded,
            });
        }
    }
}
