//! What orders share: stock cells, capacities, carrier space, commitments, open locations.
//!
//! Families 4, 5 and 7 of the model. Each resource is one *row*; a candidate uses some units of some
//! rows. Only rows that could bind enter a formulation.

use crate::domain::{
    Counted, Dataset, Demand, Line, LocationIx, Order, OrderIx, Per, ServiceIx, Settings, StockIx,
    Taken, TransferIx, WaveIx,
};
use crate::options::{Candidate, Load};
use crate::plan::Route;
use crate::units::Money;
use jiff::Timestamp;
use smallvec::SmallVec;

/// Something that several orders may want.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// Units of a stock cell that leave before a delivery arrives; `None`: over the whole horizon.
    Stock(StockIx, Option<Timestamp>),
    /// Units of a stock cell for all but some channels, by their bits among those that it is kept for.
    Reserved(StockIx, u8),
    /// Units that leave with a wave.
    Units(WaveIx),
    /// Lines that leave with a wave.
    Lines(WaveIx),
    /// Shipments that leave with a wave.
    Shipments(WaveIx),
    /// Shipments of a carrier's service from a wave.
    Carrier(ServiceIx, WaveIx),
    /// Units on a transfer lane from a wave.
    Transfer(TransferIx, WaveIx),
    /// Shipments promised to a carrier's service: at least this many, or the shortfall is paid.
    Commitment(ServiceIx),
    /// Use of a location that costs a fixed amount.
    Open(LocationIx),
    /// What a business rule limits, by its position.
    Rule(u16, Place),
    /// Shipments from other locations than their orders' before.
    Moves,
}

impl Resource {
    /// Whether it is of one wave.
    pub fn counts_by_wave(self) -> bool {
        matches!(
            self,
            Self::Units(_)
                | Self::Lines(_)
                | Self::Shipments(_)
                | Self::Carrier(..)
                | Self::Transfer(..)
                | Self::Rule(_, Place::Wave(_))
        )
    }
}

/// Where a rule's limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Everywhere.
    Horizon,
    /// What leaves a location over all its waves.
    Location(LocationIx),
    /// What leaves with a wave.
    Wave(WaveIx),
}

/// One resource and how much there is of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub resource: Resource,
    /// How much may be used; at least how much for a commitment; 0 or 1 for an open location.
    pub capacity: i64,
    /// How much more may be bought.
    pub extra: i64,
    /// Price of one more (overtime), of one missing (commitment), or of using it at all (open).
    pub extra_cost: Money,
}

/// All rows of a dataset, with the way from decisions to rows.
#[derive(Debug, Default)]
pub struct Coupling {
    /// The rows, in a fixed order.
    pub rows: Vec<Row>,
    stock: Vec<std::ops::Range<u32>>,
    pub(super) units: Vec<Option<u32>>,
    pub(super) lines: Vec<Option<u32>>,
    pub(super) shipments: Vec<Option<u32>>,
    /// By service, the row of its space in the first wave; those of the others follow.
    pub(super) carriers: Vec<Option<u32>>,
    /// By transfer, the row of its space in the first wave of where it begins, and that wave.
    pub(super) transfers: Vec<Option<(u32, WaveIx)>>,
    commitments: Vec<Option<u32>>,
    open: Vec<Option<u32>>,
    /// By rule, its first row; those of other locations or waves follow.
    pub(super) limits: Vec<Option<u32>>,
    /// Rows of limits that count an order once, whatever number of shipments it has.
    once: Vec<std::ops::Range<u32>>,
    moves: Option<u32>,
    /// By wave, the last of those whose rows count what leaves with it; empty: each wave counts by itself.
    pub(super) until: Vec<WaveIx>,
}

/// Units of a row that something uses.
pub type Usage = (u32, i64);

/// Each row once, in order, with all that is used of it.
pub fn merge_rows(usage: &mut Vec<Usage>) {
    usage.sort_unstable();
    usage.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
}

impl Coupling {
    /// The rows of a dataset: every limit that the files state.
    pub fn new(dataset: &Dataset, settings: &Settings) -> Self {
        let mut coupling = Self::default();
        coupling.add_stock(dataset);
        coupling.add_waves(dataset);
        coupling.add_carriers(dataset);
        for (position, location) in dataset.locations.iter().enumerate() {
            let cost = location.opening_cost();
            let row = (cost > Money::ZERO).then(|| {
                let resource = Resource::Open(LocationIx::new(position));
                coupling.add(resource, 1, 0, cost)
            });
            coupling.open.push(row);
        }
        coupling.add_limits(dataset);
        let most = dataset.most_moves(settings);
        coupling.moves = most.map(|most| coupling.add(Resource::Moves, most, 0, Money::ZERO));
        coupling.take(dataset);
        coupling
    }

    /// What earlier work has taken is not there any more.
    fn take(&mut self, dataset: &Dataset) {
        for taken in &dataset.taken {
            let (row, units) = match *taken {
                Taken::Carrier(service, wave) => {
                    (self.carriers[service.ix()].map(|first| first + wave.0), 1)
                }
                Taken::Transfer(transfer, wave, units) => {
                    let first = self.transfers[transfer.ix()];
                    (first.map(|(first, begin)| first + wave.0 - begin.0), units)
                }
            };
            if let Some(row) = row {
                let capacity = &mut self.rows[row as usize].capacity;
                *capacity = (*capacity - units).max(0);
            }
        }
    }

    /// The row of moves, where a shipment of an order from a wave's stock is one.
    pub fn move_row(
        &self,
        dataset: &Dataset,
        order: OrderIx,
        wave: WaveIx,
        forward: bool,
    ) -> Option<u32> {
        let location = dataset.waves[wave.ix()].location;
        self.moves
            .filter(|_| !forward && dataset.is_move(order, location))
    }

    /// Limits of business rules.
    fn add_limits(&mut self, dataset: &Dataset) {
        let asked: i64 = dataset.lines.iter().map(|it| i64::from(it.quantity)).sum();
        for (position, rule) in (0_u16..).zip(&dataset.rules) {
            let Demand::AtMost(limit) = rule.demand else {
                self.limits.push(None);
                continue;
            };
            let first = self.rows.len() as u32;
            let extra = if limit.price.is_some() { asked } else { 0 };
            let places: Vec<Place> = match limit.per {
                Per::Horizon => vec![Place::Horizon],
                Per::Location => (0..dataset.locations.len())
                    .map(|location| Place::Location(LocationIx::new(location)))
                    .collect(),
                Per::Wave => (0..dataset.waves.len())
                    .map(|wave| Place::Wave(WaveIx::new(wave)))
                    .collect(),
            };
            for (number, place) in (0_u32..).zip(places) {
                let cost = limit.price.unwrap_or(Money::ZERO);
                let left = dataset.limit_left(position, limit, number);
                self.add(Resource::Rule(position, place), left, extra, cost);
            }
            if limit.counts_once() {
                self.once.push(first..self.rows.len() as u32);
            }
            self.limits.push(Some(first));
        }
    }

    /// Whether all shipments of an order that use a row use it once together.
    pub fn counts_once(&self, row: u32) -> bool {
        self.once_of(row).is_some()
    }

    /// Which of the limits that count so a row is of.
    pub fn once_of(&self, row: u32) -> Option<u16> {
        let found = self.once.iter().position(|rows| rows.contains(&row));
        found.map(|limit| limit as u16)
    }

    /// Whether there are such rows.
    pub fn has_once(&self) -> bool {
        !self.once.is_empty()
    }

    /// What several shipments of one order use together, each row once, in order.
    pub fn merge_of_order(&self, usage: &mut Vec<Usage>) {
        merge_rows(usage);
        if self.has_once() {
            for (row, units) in usage {
                if self.counts_once(*row) {
                    *units = (*units).min(1);
                }
            }
        }
    }

    /// Rows of limits that a line in a shipment uses, with what they count of it.
    pub fn limits_of<'a>(
        &'a self,
        dataset: &'a Dataset,
        line: &Line,
        (wave, route, forward): (WaveIx, Route, bool),
    ) -> impl Iterator<Item = (u32, Counted)> + 'a {
        let location = dataset.waves[wave.ix()].location;
        let order = line.order;
        let concerned = move |&number: &u16| {
            let rule = &dataset.rules[usize::from(number)];
            let Demand::AtMost(limit) = rule.demand else {
                return None;
            };
            let is_concerned = match route {
                Route::Carrier(service) if rule.looks_at_carriage() => {
                    rule.concerns_carriage(location, service)
                }
                _ => !forward && rule.concerns_stock_of(location),
            };
            let first = self.limits[usize::from(number)].filter(|_| is_concerned)?;
            // Of waves that count together no row, where the order counts with any of them.
            let is_counted = |wave: WaveIx| {
                let place = limit.per.place(location, Some(wave));
                place.is_some_and(|place| dataset.is_counted(number, place, order))
            };
            let counts = dataset.counted.is_empty() || !self.alike(wave).any(is_counted);
            counts.then_some((first, limit))
        };
        let each = dataset.rule_numbers_of(line).iter().filter_map(concerned);
        each.flat_map(move |(first, limit)| {
            // Only by wave there is more than one place.
            let waves = self.waves_from(wave);
            let count = if limit.per == Per::Wave {
                usize::MAX
            } else {
                1
            };
            let places = waves.filter_map(move |wave| limit.per.place(location, Some(wave)));
            places
                .take(count)
                .map(move |place| (first + place, limit.counted))
        })
    }

    /// What a load uses of limits by rules, each row once.
    fn limit_usage(
        &self,
        dataset: &Dataset,
        order: &Order,
        load: &Load,
        candidate: &Candidate,
    ) -> SmallVec<[Usage; 4]> {
        let mut found: SmallVec<[Usage; 4]> = SmallVec::new();
        let how = (candidate.wave, candidate.route, candidate.forward);
        let lines = order.line_indices().zip(&load.quantities);
        for (line, &units) in lines.filter(|(_, units)| **units > 0) {
            for (row, counted) in self.limits_of(dataset, &dataset.lines[line.ix()], how) {
                let amount = match counted {
                    Counted::Units => i64::from(units),
                    Counted::Lines | Counted::Shipments | Counted::Orders => 1,
                };
                match found.iter_mut().find(|known| known.0 == row) {
                    Some(_) if matches!(counted, Counted::Shipments | Counted::Orders) => {}
                    Some(known) => known.1 += amount,
                    None => found.push((row, amount)),
                }
            }
        }
        if self.moves.is_some() {
            let order = dataset.lines[order.lines.start as usize].order;
            let moved = self.move_row(dataset, order, candidate.wave, candidate.forward);
            found.extend(moved.map(|row| (row, 1)));
        }
        found
    }

    fn add(&mut self, resource: Resource, capacity: i64, extra: i64, extra_cost: Money) -> u32 {
        self.rows.push(Row {
            resource,
            capacity,
            extra,
            extra_cost,
        });
        (self.rows.len() - 1) as u32
    }

    /// Stock, cumulative in time: what leaves before a delivery comes from what was there before it.
    fn add_stock(&mut self, dataset: &Dataset) {
        let last_departure = dataset.last_departure();
        for (position, cell) in dataset.stock.iter().enumerate() {
            let first = self.rows.len() as u32;
            let Some(mut supply) = cell.available else {
                self.stock.push(first..first);
                continue;
            };
            let ix = StockIx::new(position);
            let inbound = dataset.deliveries(cell);
            for delivery in inbound {
                if Some(delivery.available_at) > last_departure {
                    break;
                }
                let resource = Resource::Stock(ix, Some(delivery.available_at));
                // What comes at one moment comes together.
                if self.rows.last().is_none_or(|row| row.resource != resource) {
                    self.add(resource, supply, 0, Money::ZERO);
                }
                supply += delivery.quantity;
            }
            self.add(Resource::Stock(ix, None), supply, 0, Money::ZERO);
            // Whatever channels others are, they leave what is kept for these.
            for channels in 1..1_u16 << cell.reserves.len() {
                let each = (0_u16..).zip(&cell.reserves);
                let kept = each.filter(|(bit, _)| channels & (1 << bit) != 0);
                let kept: i64 = kept.map(|(_, reserve)| reserve.quantity).sum();
                let resource = Resource::Reserved(ix, channels as u8);
                self.add(resource, (supply - kept).max(0), 0, Money::ZERO);
            }
            self.stock.push(first..self.rows.len() as u32);
        }
    }

    fn add_waves(&mut self, dataset: &Dataset) {
        for (position, wave) in dataset.waves.iter().enumerate() {
            let ix = WaveIx::new(position);
            let location = &dataset.locations[wave.location.ix()];
            let units = wave.capacity_units.map(|capacity| {
                let extra = (location.overtime_units - wave.overtime_taken).max(0);
                let cost = location.overtime_cost_per_unit;
                self.add(Resource::Units(ix), capacity, extra, cost)
            });
            self.units.push(units);
            let lines = wave
                .capacity_lines
                .map(|capacity| self.add(Resource::Lines(ix), capacity, 0, Money::ZERO));
            self.lines.push(lines);
            let shipments = wave
                .capacity_shipments
                .map(|capacity| self.add(Resource::Shipments(ix), capacity, 0, Money::ZERO));
            self.shipments.push(shipments);
        }
    }

    fn add_carriers(&mut self, dataset: &Dataset) {
        let waves = 0..dataset.waves.len();
        for (position, service) in dataset.services.iter().enumerate() {
            let ix = ServiceIx::new(position);
            let first = service.capacity_shipments.map(|capacity| {
                let first = self.rows.len() as u32;
                for wave in waves.clone().map(WaveIx::new) {
                    self.add(Resource::Carrier(ix, wave), capacity, 0, Money::ZERO);
                }
                first
            });
            self.carriers.push(first);
            let committed = (service.minimum_shipments > 0 && service.shortfall_cost > Money::ZERO)
                .then(|| {
                    let (least, cost) = (service.minimum_shipments, service.shortfall_cost);
                    self.add(Resource::Commitment(ix), least, least, cost)
                });
            self.commitments.push(committed);
        }
        for (position, transfer) in dataset.transfers.iter().enumerate() {
            let ix = TransferIx::new(position);
            if transfer.space_of != ix {
                self.transfers.push(self.transfers[transfer.space_of.ix()]);
                continue;
            }
            let mut waves = dataset.locations[transfer.from.ix()].wave_indices();
            let begin = waves.clone().next();
            let first = transfer.capacity_units.zip(begin).map(|(capacity, begin)| {
                let first = self.rows.len() as u32;
                for wave in waves.by_ref() {
                    self.add(Resource::Transfer(ix, wave), capacity, 0, Money::ZERO);
                }
                (first, begin)
            });
            self.transfers.push(first);
        }
    }

    /// Rows that units of an order's line leaving a stock cell with a wave use.
    pub fn stock_rows<'a>(
        &'a self,
        dataset: &'a Dataset,
        line: &Line,
        cell: StockIx,
        wave: WaveIx,
    ) -> impl Iterator<Item = u32> + 'a {
        let order = line.order;
        let rows = self.stock[cell.ix()].clone();
        // A row alone is that of all the horizon, of all channels.
        let is_one = rows.len() == 1;
        let departs = dataset.waves[wave.ix()].departs;
        let bit = move || {
            let reserves = &dataset.stock[cell.ix()].reserves;
            let channel = dataset.orders[order.ix()].reserved;
            reserves.iter().position(|it| Some(it.channel) == channel)
        };
        rows.filter(move |&row| {
            is_one
                || match self.rows[row as usize].resource {
                    Resource::Stock(_, Some(before)) => departs < before,
                    Resource::Reserved(_, channels) => {
                        bit().is_none_or(|bit| channels & (1 << bit) == 0)
                    }
                    _ => true,
                }
        })
    }

    /// All rows of a cell, whenever and for whom it is used.
    pub(super) fn rows_of_stock(&self, cell: StockIx) -> std::ops::Range<u32> {
        self.stock[cell.ix()].clone()
    }

    /// Rows that a shipment uses once, whatever is in it.
    pub fn shipment_rows(
        &self,
        dataset: &Dataset,
        wave: WaveIx,
        route: Route,
    ) -> impl Iterator<Item = u32> + use<'_> {
        let open = self.open[dataset.waves[wave.ix()].location.ix()];
        let by_wave = self.waves_from(wave).flat_map(move |wave| {
            let [carrier, _] = self.space_rows(wave, route);
            [self.shipments[wave.ix()], carrier]
        });
        by_wave.chain([self.commitment_row(route), open]).flatten()
    }

    /// Rows that a shipment uses once per unit.
    pub fn unit_rows(&self, wave: WaveIx, route: Route) -> impl Iterator<Item = u32> + use<'_> {
        let by_wave = move |wave: WaveIx| {
            let [_, transfer] = self.space_rows(wave, route);
            [self.units[wave.ix()], transfer]
        };
        self.waves_from(wave).flat_map(by_wave).flatten()
    }

    /// Rows that a shipment uses once per line.
    pub fn line_rows(&self, wave: WaveIx) -> impl Iterator<Item = u32> + use<'_> {
        let by_wave = |wave: WaveIx| self.lines[wave.ix()];
        self.waves_from(wave).filter_map(by_wave)
    }

    /// Rows that a shipment by a route uses beyond those that any shipment of its wave does: once, and once per unit.
    pub fn route_rows(&self, wave: WaveIx, route: Route) -> [Option<u32>; 3] {
        let [carrier, transfer] = self.space_rows(wave, route);
        [carrier, self.commitment_row(route), transfer]
    }

    /// Rows of the space that a route takes with one wave: a shipment's with a carrier, a unit's on a transfer.
    fn space_rows(&self, wave: WaveIx, route: Route) -> [Option<u32>; 2] {
        match route {
            Route::Carrier(service) => {
                let first = self.carriers[service.ix()];
                [first.map(|first| first + wave.0), None]
            }
            Route::ToStore(transfer) | Route::ToHub(transfer, _) => {
                let row = self.transfers[transfer.ix()];
                [None, row.map(|(first, begin)| first + wave.0 - begin.0)]
            }
            Route::Collect => [None; 2],
        }
    }

    /// The row of what is promised to the carrier of a route.
    fn commitment_row(&self, route: Route) -> Option<u32> {
        match route {
            Route::Carrier(service) => self.commitments[service.ix()],
            _ => None,
        }
    }

    /// Whether each row is told by a shipment's wave, load and route: no rules count, no moves, no waves together.
    pub fn is_plain(&self) -> bool {
        self.until.is_empty() && self.moves.is_none() && self.limits.iter().all(Option::is_none)
    }

    /// Whether several shipments of one order may use a row, wherever they leave, each for itself.
    pub fn spans_shipments(&self, row: u32) -> bool {
        !self.counts_once(row)
            && match self.rows[row as usize].resource {
                Resource::Rule(_, Place::Horizon | Place::Location(_)) | Resource::Moves => true,
                resource => resource.counts_by_wave() && !self.until.is_empty(),
            }
    }

    /// The row of a location's fixed cost.
    pub fn open_row(&self, location: LocationIx) -> Option<u32> {
        self.open[location.ix()]
    }

    /// The location without which nothing uses a row; none of a commitment or of what counts everywhere.
    pub fn location_of(&self, dataset: &Dataset, row: u32) -> Option<LocationIx> {
        match self.rows[row as usize].resource {
            Resource::Stock(cell, _) | Resource::Reserved(cell, _) => {
                Some(dataset.stock[cell.ix()].location)
            }
            Resource::Units(wave)
            | Resource::Lines(wave)
            | Resource::Shipments(wave)
            | Resource::Carrier(_, wave)
            | Resource::Transfer(_, wave) => Some(dataset.waves[wave.ix()].location),
            Resource::Open(location) | Resource::Rule(_, Place::Location(location)) => {
                Some(location)
            }
            Resource::Rule(_, Place::Wave(wave)) => Some(dataset.waves[wave.ix()].location),
            Resource::Commitment(_) | Resource::Rule(_, Place::Horizon) | Resource::Moves => None,
        }
    }

    /// What a candidate uses but stock.
    pub fn other_rows(
        &self,
        dataset: &Dataset,
        order: &Order,
        load: &Load,
        candidate: &Candidate,
    ) -> impl Iterator<Item = Usage> + use<'_> {
        let by_rules = self.limit_usage(dataset, order, load, candidate);
        let (wave, route) = (candidate.wave, candidate.route);
        let (lines, units) = (load.line_count() as i64, load.measure.units);
        let per_line = self.line_rows(wave).map(move |row| (row, lines));
        let per_unit = self.unit_rows(wave, route).map(move |row| (row, units));
        let once = self.shipment_rows(dataset, wave, route).map(|row| (row, 1));
        per_line.chain(per_unit).chain(once).chain(by_rules)
    }

    /// All that a candidate uses, by row, each row once.
    pub fn usage(
        &self,
        dataset: &Dataset,
        order: &Order,
        load: &Load,
        candidate: &Candidate,
        found: &mut Vec<Usage>,
    ) {
        found.clear();
        let wave = candidate.wave;
        if !candidate.forward {
            let location = dataset.waves[wave.ix()].location;
            let ix = dataset.lines[order.lines.start as usize].order;
            for (position, sku, units) in load.draws(dataset, ix) {
                let line = &dataset.lines[order.lines.start as usize + position];
                let Some(cell) = dataset.stock_at(sku, location) else {
                    continue;
                };
                let rows = self.stock_rows(dataset, line, cell, wave);
                found.extend(rows.map(|row| (row, units)));
            }
        }
        found.extend(self.other_rows(dataset, order, load, candidate));
        merge_rows(found);
    }
}

impl Row {
    /// Whether it is a floor (a commitment) rather than a limit.
    pub fn is_commitment(&self) -> bool {
        matches!(self.resource, Resource::Commitment(_))
    }

    /// Whether it is stock.
    pub fn is_stock(&self) -> bool {
        matches!(self.resource, Resource::Stock(..) | Resource::Reserved(..))
    }

    /// Whether it is a yes or no with a fixed cost.
    pub fn is_open(&self) -> bool {
        matches!(self.resource, Resource::Open(_))
    }
}
