//! The most that an order could use of each row, whatever pays.

use super::coupling::{Coupling, Usage};
use crate::domain::{Dataset, Line, OrderIx, SkuIx};
use crate::options::{OrderOptions, Slot, skus_of};
use crate::plan::Route;
use smallvec::SmallVec;

/// What could be used of a cell of stock: by row and position of the line, so many units.
type OfStock = (u32, usize, i64);

/// The most an order could use of each row.
pub fn most_used(
    dataset: &Dataset,
    coupling: &Coupling,
    order: OrderIx,
    options: &OrderOptions,
) -> Vec<Usage> {
    if options.wide {
        return most_from(dataset, coupling, order, &options.slots);
    }
    let data = &dataset.orders[order.ix()];
    let lines = dataset.lines_of(order);
    let mut stock: Vec<OfStock> = Vec::new();
    let mut others: Vec<Usage> = Vec::new();
    let mut usage = Vec::new();
    for candidate in &options.candidates {
        let load = options.load_of(dataset, order, candidate);
        if !candidate.forward {
            let location = dataset.waves[candidate.wave.ix()].location;
            let mut draws: SmallVec<[(usize, SkuIx, i64); 8]> =
                load.draws(dataset, order).collect();
            // Two forms of a line may take one SKU.
            draws.sort_unstable();
            draws.dedup_by(|next, kept| {
                let same = (next.0, next.1) == (kept.0, kept.1);
                kept.2 += if same { next.2 } else { 0 };
                same
            });
            for (position, sku, units) in draws {
                let line = &lines[position];
                let Some(cell) = dataset.stock_at(sku, location) else {
                    continue;
                };
                // Several pieces of a line may come from one cell in several waves.
                let most = if line.line_max_shipments <= 1 {
                    units
                } else {
                    most_of_stock(dataset, line, sku)
                };
                let rows = coupling.stock_rows(dataset, line, cell, candidate.wave);
                stock.extend(rows.map(|row| (row, position, most)));
            }
        }
        coupling.usage(dataset, data, &load, candidate, &mut usage);
        others.extend(
            usage
                .iter()
                .filter(|(row, _)| !coupling.rows[*row as usize].is_stock()),
        );
    }
    most_of_each(coupling, lines, stock, others)
}

/// The most an order could use of each row from some slots, by all their ways.
pub(super) fn most_from(
    dataset: &Dataset,
    coupling: &Coupling,
    order: OrderIx,
    slots: &[Slot],
) -> Vec<Usage> {
    let lines = dataset.lines_of(order);
    let mut stock: Vec<OfStock> = Vec::new();
    let mut others: Vec<Usage> = Vec::new();
    let mut by_rules: Vec<Usage> = Vec::new();
    for slot in slots {
        let units: i64 = slot.limits.iter().map(|&units| i64::from(units)).sum();
        if !slot.ways.is_empty() {
            // Most rows are the location's, whatever the way.
            let any = Route::Collect;
            let by_unit = coupling.unit_rows(slot.wave, any).map(|row| (row, units));
            let once = coupling.shipment_rows(dataset, slot.wave, any);
            others.extend(by_unit.chain(once.map(|row| (row, 1))));
        }
        for way in &slot.ways {
            for wave in coupling.waves_from(slot.wave) {
                let [carrier, commitment, transfer] = coupling.route_rows(wave, way.route);
                let once = carrier.into_iter().chain(commitment).map(|row| (row, 1));
                others.extend(once.chain(transfer.map(|row| (row, units))));
            }
            let how = (slot.wave, way.route, slot.forward);
            by_rules.clear();
            for (line, &units) in lines.iter().zip(&slot.limits) {
                if units > 0 {
                    let limits = coupling.limits_of(dataset, line, how);
                    by_rules.extend(limits.map(|(row, _)| (row, i64::from(units))));
                }
            }
            let moved = coupling.move_row(dataset, order, slot.wave, slot.forward);
            by_rules.extend(moved.map(|row| (row, 1)));
            coupling.merge_of_order(&mut by_rules);
            others.extend(&by_rules);
        }
        let taken = slot.limits.iter().filter(|&&units| units > 0).count() as i64;
        others.extend(coupling.line_rows(slot.wave).map(|row| (row, taken)));
        if slot.forward {
            continue;
        }
        let location = dataset.waves[slot.wave.ix()].location;
        for (position, line) in lines.iter().enumerate() {
            if slot.limits[position] == 0 {
                continue;
            }
            for sku in skus_of(dataset, line) {
                if let Some(cell) = dataset.stock_at(sku, location) {
                    let most = most_of_stock(dataset, line, sku);
                    let rows = coupling.stock_rows(dataset, line, cell, slot.wave);
                    stock.extend(rows.map(|row| (row, position, most)));
                }
            }
        }
    }
    most_of_each(coupling, lines, stock, others)
}

/// Each row once, with the most of what an order of these lines could use of it.
fn most_of_each(
    coupling: &Coupling,
    lines: &[Line],
    mut stock: Vec<OfStock>,
    mut others: Vec<Usage>,
) -> Vec<Usage> {
    stock.sort_unstable();
    let mut most: Vec<Usage> = Vec::new();
    // The largest piece of each line, added over the lines of a row.
    for same_line in stock.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
        let (row, _, units) = same_line[same_line.len() - 1];
        match most.last_mut() {
            Some(last) if last.0 == row => last.1 += units,
            _ => most.push((row, units)),
        }
    }
    // One shipment an order, location and wave; a commitment counts shipments, any use matters.
    others.sort_unstable();
    // Of what counts over several waves, each of its shipments.
    let shipments = i64::from(shipments_at_most(lines));
    for same_row in others.chunk_by(|one, other| one.0 == other.0) {
        let (row, units) = same_row[same_row.len() - 1];
        let spans = coupling.spans_shipments(row);
        most.push((row, if spans { units * shipments } else { units }));
    }
    most
}

/// Units of a SKU at most that a line could take, whatever form it is made in.
pub(super) fn most_of_stock(dataset: &Dataset, line: &Line, sku: SkuIx) -> i64 {
    let forms = dataset.forms_of(line).iter();
    let parts = forms.flat_map(|form| form.parts.iter());
    let counts = parts.filter(|part| part.0 == sku).map(|part| part.1);
    i64::from(counts.max().unwrap_or(1)) * i64::from(line.quantity)
}

/// Shipments at most that an order could be made of: one for each piece of a line.
fn shipments_at_most(lines: &[Line]) -> u32 {
    let pieces = |line: &Line| line.quantity.min(line.line_max_shipments.max(1));
    lines.iter().map(pieces).fold(0, u32::saturating_add)
}
