//! What a plan leaves over: stock, capacity, carrier space.

use super::space::Spaces;
use crate::domain::{Dataset, OrderIx, StockIx, WaveIx};
use crate::ledger::Ledger;
use crate::plan::Plan;
use crate::verify::{Audit, takes_stock};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// What a plan has used and left.
pub(super) struct Left<'a> {
    dataset: &'a Dataset,
    audit: &'a Audit,
    /// Units taken of a stock cell in a wave, by cell and wave, one entry each.
    taken: Vec<(StockIx, WaveIx, i64)>,
    /// Of carriers and transfers.
    pub(super) spaces: Spaces<'a>,
    /// Units that channels have taken of cells that are kept for some.
    by_channel: HashMap<StockIx, BTreeMap<Option<u16>, i64>>,
    last_departure: Option<Timestamp>,
}

impl<'a> Left<'a> {
    pub(super) fn new(
        dataset: &'a Dataset,
        plan: &Plan,
        audit: &'a Audit,
        ledger: &Ledger,
    ) -> Self {
        let mut by_channel: HashMap<StockIx, BTreeMap<Option<u16>, i64>> = HashMap::new();
        for shipment in &plan.shipments {
            if dataset.channels.is_empty() || !takes_stock(dataset, shipment) {
                continue;
            }
            let location = dataset.waves[shipment.wave.ix()].location;
            let channel = dataset.orders[shipment.order.ix()].reserved;
            for piece in &shipment.pieces {
                let form = dataset.form_of(&dataset.lines[piece.line.ix()], piece.form);
                for &(sku, count) in &form.parts {
                    if let Some(cell) = dataset.stock_at(sku, location) {
                        let units = i64::from(piece.quantity) * i64::from(count);
                        let of_cell = by_channel.entry(cell).or_default();
                        *of_cell.entry(channel).or_default() += units;
                    }
                }
            }
        }
        let mut taken: Vec<(StockIx, WaveIx, i64)> = ledger
            .stock
            .iter()
            .filter(|row| row.allocated > 0)
            .map(|row| (row.cell, row.wave, row.allocated))
            .collect();
        taken.sort_unstable();
        Self {
            dataset,
            audit,
            taken,
            spaces: Spaces::new(dataset, plan),
            by_channel,
            last_departure: dataset.last_departure(),
        }
    }

    /// Days late of what an order gets.
    pub(super) fn days_late(&self, order: OrderIx) -> i64 {
        self.audit.orders[order.ix()].days_late
    }

    /// Units of a stock cell that one more shipment in a wave could take, waves after it considered.
    pub(super) fn stock(&self, cell: StockIx, wave: WaveIx) -> i64 {
        let stock = &self.dataset.stock[cell.ix()];
        let first = self.taken.partition_point(|it| it.0 < cell);
        let of_cell = self.taken[first..].iter().take_while(|it| it.0 == cell);
        let mut room = i64::MAX;
        let last = self.dataset.locations[stock.location.ix()].waves.end;
        for later in (wave.0..last).map(WaveIx) {
            let departs = self.dataset.waves[later.ix()].departs;
            let Some(supply) = self.dataset.supply_until(stock, Some(departs)) else {
                return i64::MAX;
            };
            let gone: i64 = of_cell
                .clone()
                .filter(|it| it.1 <= later)
                .map(|it| it.2)
                .sum();
            room = room.min(supply - gone);
        }
        room
    }

    /// Whether no shipment could take a unit more of a stock cell, whenever it leaves.
    pub(super) fn is_used_up(&self, cell: StockIx) -> bool {
        let location = self.dataset.stock[cell.ix()].location;
        let mut waves = self.dataset.locations[location.ix()].wave_indices();
        // The last wave has what is left of all deliveries, and no wave after it takes of that.
        let last = waves.next_back();
        last.is_none_or(|last| self.stock(cell, last) < 1)
    }

    /// Units of a stock cell over the horizon that a channel could still take of what is kept for it or for none.
    pub(super) fn unreserved(&self, cell: StockIx, channel: Option<u16>) -> i64 {
        let dataset = self.dataset;
        let stock = &dataset.stock[cell.ix()];
        if stock.reserves.is_empty() {
            return i64::MAX;
        }
        let Some(supply) = dataset.supply_until(stock, self.last_departure) else {
            return i64::MAX;
        };
        let taken = self.by_channel.get(&cell);
        let used = |channel: Option<u16>| {
            let used = taken.and_then(|taken| taken.get(&channel));
            used.copied().unwrap_or(0)
        };
        let kept: i64 = stock.reserves.iter().map(|it| it.quantity).sum();
        let mut common = (supply - kept).max(0);
        let of_none = taken.into_iter().flatten().filter(|(by, _)| {
            let mut reserves = stock.reserves.iter();
            !reserves.any(|it| Some(it.channel) == **by)
        });
        common -= of_none.map(|(_, units)| units).sum::<i64>();
        let mut own = 0;
        for reserve in &stock.reserves {
            let left = reserve.quantity - used(Some(reserve.channel));
            common += left.min(0);
            if Some(reserve.channel) == channel {
                own = left.max(0);
            }
        }
        own + common.max(0)
    }

    /// Units of a stock cell that are left over at a moment after the horizon.
    pub(super) fn stock_by(&self, cell: StockIx, moment: Timestamp) -> i64 {
        let stock = &self.dataset.stock[cell.ix()];
        let Some(available) = stock.available else {
            return i64::MAX;
        };
        let arrived: i64 = self.dataset.inbound
            [stock.inbound.start as usize..stock.inbound.end as usize]
            .iter()
            .filter(|delivery| delivery.available_at <= moment)
            .map(|delivery| delivery.quantity)
            .sum();
        let first = self.taken.partition_point(|it| it.0 < cell);
        let of_cell = self.taken[first..].iter().take_while(|it| it.0 == cell);
        available + arrived - of_cell.map(|it| it.2).sum::<i64>()
    }

    /// Units that a wave can still handle, overtime in.
    pub(super) fn units(&self, wave: WaveIx) -> i64 {
        let departure = &self.dataset.waves[wave.ix()];
        let most = self.dataset.locations[departure.location.ix()].overtime_units;
        let overtime = (most - departure.overtime_taken).max(0);
        departure.capacity_units.map_or(i64::MAX, |capacity| {
            capacity + overtime - self.audit.waves[wave.ix()].units
        })
    }

    /// Lines that a wave can still handle.
    pub(super) fn lines(&self, wave: WaveIx) -> i64 {
        let capacity = self.dataset.waves[wave.ix()].capacity_lines;
        capacity.map_or(i64::MAX, |it| it - self.audit.waves[wave.ix()].lines)
    }

    /// Shipments that a wave can still handle.
    pub(super) fn shipments(&self, wave: WaveIx) -> i64 {
        let capacity = self.dataset.waves[wave.ix()].capacity_shipments;
        capacity.map_or(i64::MAX, |it| it - self.audit.waves[wave.ix()].shipments)
    }
}
