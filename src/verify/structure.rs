//! Indices in range and canonical order: what every later check relies on.

use super::{At, Named, Violation};
use crate::domain::Dataset;
use crate::plan::{Plan, Route, Shipment};

/// Checks indices, order and pieces of all shipments; later stages index without looking.
pub(super) fn check(dataset: &Dataset, plan: &Plan) -> Vec<Violation> {
    let mut violations = vec![];
    let mut previous: Option<&Shipment> = None;
    for (number, shipment) in plan.shipments.iter().enumerate() {
        if let Some(what) = unknown_index(dataset, shipment) {
            violations.push(Violation::UnknownIndex {
                shipment: number,
                what,
            });
            continue;
        }
        if let Some(before) = previous {
            let (before, now) = ((before.order, before.wave), (shipment.order, shipment.wave));
            if before == now {
                violations.push(Violation::DuplicateShipment {
                    at: At::shipment(dataset, shipment),
                });
            } else if before > now {
                violations.push(Violation::NotCanonical { shipment: number });
            }
        }
        previous = Some(shipment);
        check_pieces(dataset, number, shipment, &mut violations);
    }
    violations
}

/// The first thing that a shipment names and the data does not hold.
fn unknown_index(dataset: &Dataset, shipment: &Shipment) -> Option<&'static str> {
    let known_wave = |wave: crate::domain::WaveIx| wave.ix() < dataset.waves.len();
    if shipment.order.ix() >= dataset.orders.len() {
        return Some("order");
    }
    if !known_wave(shipment.wave) {
        return Some("wave");
    }
    if shipment
        .pieces
        .iter()
        .any(|piece| piece.line.ix() >= dataset.lines.len())
    {
        return Some("line");
    }
    match shipment.route {
        Route::Carrier(service) if service.ix() >= dataset.services.len() => Some("service"),
        Route::ToStore(lane) | Route::ToHub(lane, _) if lane.ix() >= dataset.transfers.len() => {
            Some("transfer")
        }
        Route::ToHub(_, wave) if !known_wave(wave) => Some("wave"),
        _ => None,
    }
}

fn check_pieces(
    dataset: &Dataset,
    number: usize,
    shipment: &Shipment,
    violations: &mut Vec<Violation>,
) {
    let at = || At::shipment(dataset, shipment);
    if shipment.pieces.is_empty() {
        violations.push(Violation::EmptyShipment { at: at() });
    }
    for piece in &shipment.pieces {
        let line = &dataset.lines[piece.line.ix()];
        if line.order != shipment.order {
            violations.push(Violation::ForeignLine {
                at: at(),
                line: Named::line(dataset, piece.line),
            });
        } else if usize::from(piece.form) >= dataset.forms_of(line).len().max(1) {
            violations.push(Violation::UnknownIndex {
                shipment: number,
                what: "form",
            });
        } else if piece.quantity == 0 {
            violations.push(Violation::EmptyPiece {
                at: at(),
                line: line.id.clone(),
            });
        }
    }
    for pair in shipment.pieces.windows(2) {
        let [one, next] = [&pair[0], &pair[1]].map(|piece| (piece.line, piece.form));
        if one == next {
            violations.push(Violation::RepeatedLine {
                at: at(),
                line: dataset.lines[pair[0].line.ix()].id.clone(),
            });
        } else if one > next {
            violations.push(Violation::NotCanonical { shipment: number });
        }
    }
}
