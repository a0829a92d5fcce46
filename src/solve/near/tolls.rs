//! What candidates pay at prices: by coupling row, and from each wave whatever carries them.

use super::lister::Lister;
use crate::domain::{Line, StockIx, WaveIx};
use crate::options::{Load, Slot, Unpriced};
use crate::plan::Route;

/// What is paid at prices, as far as a candidate by itself tells it: of what an order may use by several candidates and yet once
/// for nothing, what each pays depends on the others.
pub struct Tolls {
    /// By coupling row; nothing where it could not bind.
    of_rows: Vec<i64>,
    /// By wave.
    of_waves: Vec<OfWave>,
}

/// What shipments of a wave pay whatever is in them and carries them.
struct OfWave {
    per_unit: i64,
    per_line: i64,
    once: i64,
    /// Whether any of it could be scarce.
    is_bound: bool,
}

impl Tolls {
    /// At prices by coupling row, of all rows.
    pub fn new(lister: &Lister<'_>, prices: &[i64]) -> Self {
        let (dataset, coupling) = (lister.shop.dataset, lister.shop.coupling);
        let binding = lister.binding;
        let each = (0_u32..).zip(prices.iter().zip(binding));
        let of_rows: Vec<i64> = each
            .map(|(row, (&price, &is_binding))| {
                if is_binding && !coupling.counts_once(row) {
                    price
                } else {
                    0
                }
            })
            .collect();
        let sum = |rows: &mut dyn Iterator<Item = u32>| {
            rows.fold((0_i64, false), |(sum, is_bound), row| {
                let row = row as usize;
                (sum.saturating_add(of_rows[row]), is_bound || binding[row])
            })
        };
        // Whatever carries it: what a carrier's space costs is not in.
        let any = Route::Collect;
        let of_wave = |wave: usize| {
            let wave = WaveIx::new(wave);
            let (per_unit, units_bound) = sum(&mut coupling.unit_rows(wave, any));
            let (per_line, lines_bound) = sum(&mut coupling.line_rows(wave));
            let (once, once_bound) = sum(&mut coupling.shipment_rows(dataset, wave, any));
            OfWave {
                per_unit,
                per_line,
                once,
                is_bound: units_bound || lines_bound || once_bound,
            }
        };
        Self {
            of_waves: (0..dataset.waves.len()).map(of_wave).collect(),
            of_rows,
        }
    }

    /// Where nothing has a price.
    pub fn none(lister: &Lister<'_>) -> Self {
        Self::new(lister, &vec![0; lister.binding.len()])
    }

    /// What is paid for a unit of a row.
    pub fn of(&self, row: u32) -> i64 {
        self.of_rows[row as usize]
    }
}

/// What an order's loads pay on its slots, whatever carries them.
pub struct OfOrder<'t> {
    /// By slot.
    of_waves: Vec<&'t OfWave>,
    lines: usize,
    /// By slot and line: what a unit pays, and whether its stock could be scarce.
    of_lines: Vec<(i64, bool)>,
}

impl<'t> OfOrder<'t> {
    /// Of its slots.
    pub fn new(lister: &Lister<'_>, tolls: &'t Tolls, unpriced: &Unpriced<'_>) -> Self {
        let (dataset, coupling) = (lister.shop.dataset, lister.shop.coupling);
        let lines = dataset.lines_of(unpriced.order);
        let of_wave = |slot: &Slot| &tolls.of_waves[slot.wave.ix()];
        let mut of_lines = Vec::with_capacity(unpriced.slots.len() * lines.len());
        for (position, slot) in unpriced.slots.iter().enumerate() {
            let of_line = |(line, cell): (&Line, &Option<StockIx>)| {
                let Some(cell) = *cell else {
                    return (0, false);
                };
                let rows = coupling.stock_rows(dataset, line, cell, slot.wave);
                rows.fold((0_i64, false), |(sum, is_scarce), row| {
                    let is_binding = lister.binding[row as usize];
                    (sum.saturating_add(tolls.of(row)), is_scarce || is_binding)
                })
            };
            of_lines.extend(lines.iter().zip(unpriced.cells(position)).map(of_line));
        }
        Self {
            of_waves: unpriced.slots.iter().map(of_wave).collect(),
            lines: lines.len(),
            of_lines,
        }
    }

    fn lines_at(&self, slot: usize) -> &[(i64, bool)] {
        &self.of_lines[slot * self.lines..][..self.lines]
    }

    /// What a load pays on a slot; too little where that is too large for a number.
    pub fn of(&self, slot: usize, load: &Load) -> i64 {
        let each = self.lines_at(slot).iter().zip(&load.quantities);
        let by_line = each.fold(0_i64, |sum, ((price, _), &units)| {
            sum.saturating_add(price.saturating_mul(i64::from(units)))
        });
        let of_wave = self.of_waves[slot];
        by_line
            .saturating_add(of_wave.per_unit.saturating_mul(load.measure.units))
            .saturating_add(of_wave.per_line.saturating_mul(load.line_count() as i64))
            .saturating_add(of_wave.once)
    }

    /// Whether nothing that a load takes on a slot could be scarce, whatever carries it.
    pub fn is_free(&self, slot: usize, load: &Load) -> bool {
        let mut each = self.lines_at(slot).iter().zip(&load.quantities);
        let is_free = |((_, is_scarce), &units): (&(i64, bool), &u32)| units == 0 || !is_scarce;
        !self.of_waves[slot].is_bound && each.all(is_free)
    }
}
