//! Rows that count together over waves: what leaves until a wave, against what all waves up to it can do.
//!
//! A *stretch* is some waves of one location in succession. Where an order is served as well by a later wave of a stretch, the
//! later one uses no more of such rows, so that the earlier one need not be looked at. Every plan that holds wave by
//! wave holds together, and is worth no less there: bounds are bounds. What a plan that holds together lacks is the
//! wave with which each shipment leaves.

use super::coupling::{Coupling, Resource, Row};
use crate::domain::{Dataset, Demand, Per, WaveIx};

/// More than all orders could use of a row.
const UNLIMITED: i64 = i64::MAX / 4;

/// By wave, a row of one kind.
type ByWave = Vec<Option<u32>>;

impl Coupling {
    /// The same with rows that count together; `until` has by wave the last of its stretch.
    pub fn together(mut self, dataset: &Dataset, until: Vec<WaveIx>) -> Self {
        for rows in self.kinds_by_wave(dataset) {
            let mut sum: Option<(i64, i64)> = None;
            let is_open = |wave: usize| dataset.waves[wave].closed.is_none();
            for (wave, row) in rows.iter().enumerate() {
                if is_first(&until, wave) {
                    sum = Some((0, 0));
                }
                let Some(row) = row else {
                    sum = None;
                    continue;
                };
                let row = &mut self.rows[*row as usize];
                if is_open(wave) {
                    sum = sum.map(|(all, extra)| (all + row.capacity, extra + row.extra));
                }
                // When something is bought is not told: it costs nothing until the end, after which no wave is open.
                let is_end = is_open(wave) && !(wave + 1..=until[wave].ix()).any(is_open);
                (row.capacity, row.extra) = match sum {
                    None => (UNLIMITED, 0),
                    Some((all, extra)) if is_end => (all, extra),
                    Some((all, extra)) => (all + extra, 0),
                };
            }
        }
        self.until = until;
        self
    }

    /// By wave, the last of its stretch; empty where each wave counts by itself.
    pub fn stretches(&self) -> &[WaveIx] {
        &self.until
    }

    /// Prices of rows that count wave by wave at which all pay what they pay at prices of rows that count together.
    pub fn prices_by_wave(&self, dataset: &Dataset, prices: &[i64]) -> Vec<i64> {
        let mut by_wave = prices.to_vec();
        for rows in self.kinds_by_wave(dataset) {
            for wave in (0..rows.len())
                .rev()
                .filter(|&wave| !is_last(&self.until, wave))
            {
                if let (Some(row), Some(later)) = (rows[wave], rows[wave + 1]) {
                    by_wave[row as usize] += by_wave[later as usize];
                }
            }
        }
        by_wave
    }

    /// The way back, as far as prices fall from wave to wave; of none, none.
    pub fn prices_together(&self, dataset: &Dataset, prices: &[i64]) -> Vec<i64> {
        let mut together = prices.to_vec();
        if together.is_empty() {
            return together;
        }
        for rows in self.kinds_by_wave(dataset) {
            for wave in (0..rows.len()).filter(|&wave| !is_last(&self.until, wave)) {
                if let (Some(row), Some(later)) = (rows[wave], rows[wave + 1]) {
                    let (here, next) = (prices[row as usize], prices[later as usize]);
                    together[row as usize] = (here - next).max(0);
                }
            }
        }
        together
    }

    /// Which rows could bind wave by wave, where it is known which could where they count together: what is used until a
    /// moment is not told by what leaves until a wave.
    pub fn binding_by_wave(&self, together: &[bool]) -> Vec<bool> {
        let could_bind = |(row, &together): (&Row, &bool)| {
            let is_until_a_moment = matches!(row.resource, Resource::Stock(_, Some(_)));
            together || is_until_a_moment || row.resource.counts_by_wave()
        };
        self.rows.iter().zip(together).map(could_bind).collect()
    }

    /// Rows that count together up to some waves.
    pub(super) fn rows_together(
        &self,
        dataset: &Dataset,
        is_asked: impl Fn(WaveIx) -> bool,
    ) -> Vec<u32> {
        if self.until.is_empty() {
            return Vec::new();
        }
        let kinds = self.kinds_by_wave(dataset);
        let waves = (0..dataset.waves.len()).filter(|&wave| is_asked(WaveIx::new(wave)));
        waves
            .flat_map(|wave| kinds.iter().filter_map(move |rows| rows[wave]))
            .collect()
    }

    /// The waves whose rows count what leaves with a wave.
    pub(super) fn waves_from(&self, wave: WaveIx) -> impl Iterator<Item = WaveIx> + Clone + use<> {
        let last = self.until.get(wave.ix()).copied().unwrap_or(wave);
        (wave.0..=last.0).map(WaveIx)
    }

    /// The waves that count together with a wave.
    pub(super) fn alike(&self, wave: WaveIx) -> impl Iterator<Item = WaveIx> + use<> {
        let range = match self.until.get(wave.ix()) {
            None => wave.0..=wave.0,
            Some(&last) => self.until.partition_point(|&until| until < last) as u32..=last.0,
        };
        range.map(WaveIx)
    }

    /// Each kind of row that counts by wave.
    fn kinds_by_wave(&self, dataset: &Dataset) -> Vec<ByWave> {
        let following =
            |first: u32| -> ByWave { (first..).map(Some).take(dataset.waves.len()).collect() };
        let mut kinds = vec![
            self.units.clone(),
            self.lines.clone(),
            self.shipments.clone(),
        ];
        kinds.extend(
            self.carriers
                .iter()
                .flatten()
                .map(|&first| following(first)),
        );
        for (transfer, first) in dataset.transfers.iter().zip(&self.transfers) {
            let mut rows = vec![None; dataset.waves.len()];
            for wave in dataset.locations[transfer.from.ix()].wave_indices() {
                rows[wave.ix()] = first.map(|(first, begin)| first + wave.0 - begin.0);
            }
            kinds.push(rows);
        }
        for (rule, first) in dataset.rules.iter().zip(&self.limits) {
            if let (Demand::AtMost(limit), Some(first)) = (&rule.demand, *first)
                && limit.per == Per::Wave
            {
                kinds.push(following(first));
            }
        }
        kinds
    }
}

fn is_first(until: &[WaveIx], wave: usize) -> bool {
    wave == 0 || is_last(until, wave - 1)
}

fn is_last(until: &[WaveIx], wave: usize) -> bool {
    until.get(wave).is_none_or(|last| last.ix() == wave)
}
