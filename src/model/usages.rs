//! What each candidate of an order uses, looked up once for all.

use super::coupling::{Coupling, Usage, merge_rows};
use crate::domain::{Dataset, OrderIx, WaveIx};
use crate::options::OrderOptions;
use smallvec::SmallVec;

/// By candidate of an order, what it uses of each row that counts.
#[derive(Debug, Default)]
pub struct Usages {
    first: Vec<u32>,
    all: Vec<Usage>,
}

/// A wave's stock: positions of lines with the rows that their own units use there.
type Rows = SmallVec<[(u32, u32); 8]>;

impl Usages {
    /// What an order's candidates use, of the rows that count.
    pub fn new(
        dataset: &Dataset,
        coupling: &Coupling,
        counts: &[bool],
        order: OrderIx,
        options: &OrderOptions,
    ) -> Self {
        let candidates = &options.candidates;
        let data = &dataset.orders[order.ix()];
        let mut waves: SmallVec<[WaveIx; 64]> = candidates.iter().map(|one| one.wave).collect();
        waves.sort_unstable();
        waves.dedup();
        let rows_at = |&wave: &WaveIx| -> Rows {
            let location = dataset.waves[wave.ix()].location;
            let lines = dataset.lines_of(order).iter().zip(0_u32..);
            let cells = lines.filter_map(|(line, position)| {
                Some((dataset.stock_at(line.sku, location)?, line, position))
            });
            cells
                .flat_map(|(cell, line, position)| {
                    let rows = coupling.stock_rows(dataset, line, cell, wave);
                    rows.map(move |row| (position, row))
                })
                .filter(|&(_, row)| counts[row as usize])
                .collect()
        };
        let stock: Vec<Rows> = waves.iter().map(rows_at).collect();
        let mut usages = Self {
            first: Vec::with_capacity(candidates.len() + 1),
            all: Vec::with_capacity(candidates.len() * 2),
        };
        usages.first.push(0);
        let mut found: Vec<Usage> = Vec::new();
        for candidate in candidates {
            found.clear();
            let load = &options.loads[candidate.load as usize];
            let wave = candidate.wave;
            if candidate.mix > 0 {
                let load = options.load_of(dataset, order, candidate);
                coupling.usage(dataset, data, &load, candidate, &mut found);
                found.retain(|&(row, _)| counts[row as usize]);
                usages.all.extend_from_slice(&found);
                usages.first.push(usages.all.len() as u32);
                continue;
            }
            if !candidate.forward {
                let here = waves.binary_search(&wave).expect("all waves are in");
                let rows = stock[here].iter();
                let units = rows.map(|&(line, row)| (row, load.quantities[line as usize]));
                found.extend(
                    units
                        .filter(|&(_, units)| units > 0)
                        .map(|(row, units)| (row, i64::from(units))),
                );
            }
            let others = coupling.other_rows(dataset, data, load, candidate);
            found.extend(others.filter(|&(row, _)| counts[row as usize]));
            // Two lines may take from one cell.
            merge_rows(&mut found);
            usages.all.extend_from_slice(&found);
            usages.first.push(usages.all.len() as u32);
        }
        usages
    }

    /// What a candidate uses, by row, each once.
    pub fn of(&self, candidate: usize) -> &[Usage] {
        &self.all[self.first[candidate] as usize..self.first[candidate + 1] as usize]
    }

    /// Only those of candidates that are kept.
    pub fn retain(&mut self, kept: &[bool]) {
        let mut anew = Self {
            first: vec![0],
            all: Vec::new(),
        };
        for (candidate, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
            anew.all.extend_from_slice(self.of(candidate));
            anew.first.push(anew.all.len() as u32);
        }
        *self = anew;
    }
}
