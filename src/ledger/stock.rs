//! What the plan does to stock: one row a stock cell and wave, chained over the waves.
//!
//! `before + inbound + returned − allocated = after`, and the next row of the cell begins with that `after`. Rows count what lies on
//! the shelf (on hand, reserved and safety stock in); what is left to promise is stated beside it.

use crate::domain::{Dataset, StockIx, WaveIx};
use crate::plan::{Plan, Route};
use crate::verify::takes_stock;
use rayon::prelude::*;

/// Stock of one SKU at one location around one wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StockDelta {
    /// The stock cell: location and SKU.
    pub cell: StockIx,
    /// The wave.
    pub wave: WaveIx,
    /// Units on the shelf before; `None`: unlimited.
    pub before: Option<i64>,
    /// Units that have come in since the row before, up to the departure, from suppliers and the like.
    pub inbound: i64,
    /// Units that customers have sent back since the row before.
    pub returned: i64,
    /// Units that leave with the wave.
    pub allocated: i64,
    /// Of these, units that a transfer takes to a store or a hub.
    pub transferred: i64,
    /// Units on the shelf after; `None`: unlimited.
    pub after: Option<i64>,
    /// Units that later waves and later runs can still promise; `None`: unlimited.
    pub available_to_promise: Option<i64>,
}

/// All rows in which something comes or goes, by location, SKU and wave.
pub(super) fn deltas(dataset: &Dataset, plan: &Plan) -> Vec<StockDelta> {
    let mut taken: Vec<(StockIx, WaveIx, i64, i64)> = plan
        .shipments
        .par_iter()
        .filter(|shipment| takes_stock(dataset, shipment))
        .flat_map_iter(|shipment| {
            let location = dataset.waves[shipment.wave.ix()].location;
            let moves = matches!(shipment.route, Route::ToStore(_) | Route::ToHub(..));
            shipment.pieces.iter().flat_map(move |piece| {
                let form = dataset.form_of(&dataset.lines[piece.line.ix()], piece.form);
                let parts = Vec::from(form.into_owned().parts).into_iter();
                parts.filter_map(move |(sku, count)| {
                    let units = i64::from(piece.quantity) * i64::from(count);
                    let cell = dataset.stock_at(sku, location)?;
                    Some((cell, shipment.wave, units, units * i64::from(moves)))
                })
            })
        })
        .collect();
    for (position, cell) in dataset.stock.iter().enumerate() {
        if cell.inbound.is_empty() {
            continue;
        }
        for wave in dataset.locations[cell.location.ix()].wave_indices() {
            taken.push((StockIx::new(position), wave, 0, 0));
        }
    }
    taken.par_sort_unstable();
    let mut rows = vec![];
    for of_cell in taken.chunk_by(|one, next| one.0 == next.0) {
        rows_of_cell(dataset, of_cell, &mut rows);
    }
    rows.par_sort_by_key(|row| {
        let cell = &dataset.stock[row.cell.ix()];
        (cell.location, cell.sku, row.wave)
    });
    rows
}

/// The chain of one stock cell, from what each wave takes of it (cell, wave, units, of these transferred).
fn rows_of_cell(
    dataset: &Dataset,
    taken: &[(StockIx, WaveIx, i64, i64)],
    rows: &mut Vec<StockDelta>,
) {
    let cell = &dataset.stock[taken[0].0.ix()];
    let deliveries = dataset.deliveries(cell);
    let mut deliveries = deliveries.iter().peekable();
    let mut on_shelf = cell.available.map(|_| cell.on_hand);
    let mut to_promise = cell.available;
    for in_wave in taken.chunk_by(|one, next| one.1 == next.1) {
        let (_, wave, ..) = in_wave[0];
        let departs = dataset.waves[wave.ix()].departs;
        let (mut inbound, mut returned) = (0, 0);
        while let Some(delivery) = deliveries.next_if(|it| it.available_at <= departs) {
            if delivery.is_return {
                returned += delivery.quantity;
            } else {
                inbound += delivery.quantity;
            }
        }
        let allocated: i64 = in_wave.iter().map(|it| it.2).sum();
        if inbound == 0 && returned == 0 && allocated == 0 {
            continue;
        }
        let before = on_shelf;
        let change = inbound + returned - allocated;
        on_shelf = on_shelf.map(|units| units + change);
        to_promise = to_promise.map(|units| units + change);
        rows.push(StockDelta {
            cell: in_wave[0].0,
            wave,
            before,
            inbound,
            returned,
            allocated,
            transferred: in_wave.iter().map(|it| it.3).sum(),
            after: on_shelf,
            available_to_promise: to_promise,
        });
    }
}
