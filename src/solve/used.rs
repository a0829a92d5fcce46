//! How much a plan uses of what orders share, whatever planned it.

use super::outcome::{Resource, ShadowPrice};
use crate::domain::{Dataset, LocationKind, OrderIx, Settings, WaveIx};
use crate::model::{Coupling, Usage, merge_rows};
use crate::options::{Candidate, Load, Made};
use crate::plan::{Plan, Shipment};
use crate::units::Money;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Shipments that one thread looks at in one go.
const PIECE: usize = 4096;
/// Pieces that are looked at together, and then added up in order.
const PIECES: usize = 16;

/// The prices again with how much a plan uses, whatever solved it.
pub fn with_used(
    dataset: &Dataset,
    settings: &Settings,
    plan: &Plan,
    prices: &[(Resource, i64)],
) -> Vec<ShadowPrice> {
    let coupling = Coupling::new(dataset, settings);
    let used = used_by(dataset, &coupling, plan);
    let by_resource: BTreeMap<Resource, usize> = coupling
        .rows
        .iter()
        .enumerate()
        .map(|(row, data)| (data.resource, row))
        .collect();
    let one = |&(resource, price): &(Resource, i64)| {
        let row = *by_resource.get(&resource)?;
        Some(ShadowPrice {
            resource,
            capacity: coupling.rows[row].capacity,
            used: used[row],
            price,
        })
    };
    prices.iter().filter_map(one).collect()
}

/// By coupling row, how much a plan uses.
pub fn used_by(dataset: &Dataset, coupling: &Coupling, plan: &Plan) -> Vec<i64> {
    let mut used = vec![0; coupling.rows.len()];
    let mut counted: BTreeSet<(u32, OrderIx)> = BTreeSet::new();
    let of_piece = |shipments: &[Shipment]| {
        let (mut all, mut usage): (Vec<(OrderIx, Usage)>, Vec<Usage>) = Default::default();
        for shipment in shipments {
            usage_with(dataset, coupling, shipment, shipment.wave, &mut usage);
            all.extend(usage.iter().map(|&one| (shipment.order, one)));
        }
        all
    };
    for shipments in plan.shipments.chunks(PIECE * PIECES) {
        let pieces: Vec<Vec<(OrderIx, Usage)>> =
            shipments.par_chunks(PIECE).map(of_piece).collect();
        for (order, (row, units)) in pieces.into_iter().flatten() {
            if !coupling.counts_once(row) || counted.insert((row, order)) {
                used[row as usize] += units;
            }
        }
    }
    used
}

/// What shipments would use more, or less, of each row if each left with the other wave that it is here with: by row, each once,
/// only where anything changes.
pub fn change_of<'s>(
    dataset: &Dataset,
    coupling: &Coupling,
    moves: impl IntoIterator<Item = (&'s Shipment, [WaveIx; 2])>,
) -> Vec<Usage> {
    let (mut change, mut usage): (Vec<Usage>, Vec<Usage>) = Default::default();
    for (shipment, [from, to]) in moves {
        for (wave, sign) in [(from, -1), (to, 1)] {
            usage_with(dataset, coupling, shipment, wave, &mut usage);
            change.extend(usage.iter().map(|&(row, units)| (row, sign * units)));
        }
    }
    merge_rows(&mut change);
    change.retain(|&(_, units)| units != 0);
    change
}

/// What a shipment would use with a wave, by row, each once.
fn usage_with(
    dataset: &Dataset,
    coupling: &Coupling,
    shipment: &Shipment,
    wave: WaveIx,
    usage: &mut Vec<Usage>,
) {
    let candidate = Candidate {
        wave,
        route: shipment.route,
        forward: forwards(dataset, shipment),
        parcels: shipment.parcels,
        load: 0,
        mix: 0,
        days_late: 0,
        gain: Money::ZERO,
    };
    let order = &dataset.orders[shipment.order.ix()];
    let load = load_of(dataset, shipment);
    coupling.usage(dataset, order, &load, &candidate, usage);
}

/// What is in a shipment.
pub fn load_of(dataset: &Dataset, shipment: &Shipment) -> Load {
    let data = &dataset.orders[shipment.order.ix()];
    let mut quantities = vec![0; data.line_indices().len()];
    let mut mix: Vec<Made> = vec![];
    for piece in &shipment.pieces {
        let line = piece.line.0 - data.lines.start;
        quantities[line as usize] += piece.quantity;
        if !dataset.forms_of(&dataset.lines[piece.line.ix()]).is_empty() {
            mix.push(Made {
                line,
                form: piece.form,
                units: piece.quantity,
            });
        }
    }
    let load = Load::new(dataset, shipment.order, &quantities);
    load.with_mix(dataset, shipment.order, &mix.into())
}

/// Whether a hub sends on what others brought.
fn forwards(dataset: &Dataset, shipment: &Shipment) -> bool {
    let location = dataset.waves[shipment.wave.ix()].location;
    dataset.locations[location.ix()].kind == LocationKind::Hub
}
