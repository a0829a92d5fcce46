//! What a load would be worth wherever it could leave: for whoever asks why it leaves where it does.
//!
//! Nothing is left out that another way beats: a question about a choice is a question about what was not chosen. Only who asks
//! for the best of all ways gets that alone.

mod worth;

pub use worth::{KnownFares, best_from, worth_as, worth_by, worth_from};

use super::loads::Load;
use super::policy::{Bar, bar, gathered, scatter_cost};
use super::rates::RateIndex;
use super::reason::{Reason, why_no_way, why_not_carried};
use super::timing::in_time;
use super::ways::{can_handle, can_leave, is_stocking, supply_by, ways_from};
use crate::domain::{
    Dataset, Line, LocationIx, LocationKind, OrderIx, Settings, SkuIx, StockIx, WaveIx,
};
use crate::plan::{Route, Shipment};
use crate::units::Money;
use smallvec::SmallVec;
use std::ops::Range;

/// A load by one route from a wave, whatever others take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// From where and when.
    pub wave: WaveIx,
    /// By which route.
    pub route: Route,
    /// Equal parcels.
    pub parcels: u32,
    /// Days late; 0 where lateness does not matter.
    pub days_late: u32,
    /// What it adds to the objective over leaving its units unfilled, the order's lateness in.
    pub gain: Money,
    /// What moving it costs: picking, packing, carriage or transfer, CO₂.
    pub cost: Money,
}

/// A load of an order, and what its worth depends on elsewhere.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The order.
    pub order: OrderIx,
    /// What would leave.
    pub load: &'a Load,
    /// Days late of the order's other shipments: an order is as late as its latest.
    pub late_already: u32,
    /// The order's other shipments.
    pub beside: Beside<'a>,
}

/// The shipments of an order but some.
#[derive(Clone, Copy, Default)]
pub struct Beside<'a> {
    before: &'a [Shipment],
    after: &'a [Shipment],
}

impl<'a> Beside<'a> {
    /// All but some.
    pub fn all_but(shipments: &'a [Shipment], but: Range<usize>) -> Self {
        Self {
            before: &shipments[..but.start],
            after: &shipments[but.end..],
        }
    }

    /// From which locations they take units from stock, by line.
    fn leaving(self, dataset: &Dataset, order: OrderIx) -> Vec<(LocationIx, Vec<u32>)> {
        let lines = &dataset.orders[order.ix()].lines;
        let others = self.before.iter().chain(self.after);
        let place = |shipment: &Shipment| dataset.waves[shipment.wave.ix()].location;
        let is_hub = |it: LocationIx| dataset.locations[it.ix()].kind == LocationKind::Hub;
        let takes_stock = others.filter(|it| !is_hub(place(it)));
        takes_stock
            .map(|it| (place(it), it.units_by_line(lines)))
            .collect()
    }
}

/// What rules take off for a load that leaves the stock of a location beside other shipments of the order.
pub fn scattered_by(
    dataset: &Dataset,
    order: OrderIx,
    (load, location): (&Load, LocationIx),
    beside: Beside<'_>,
) -> Money {
    let gathered = gathered(dataset, dataset.lines_of(order));
    if gathered.is_empty() {
        return Money::ZERO;
    }
    let beside = beside.leaving(dataset, order);
    let before = beside.iter().map(|(place, units)| (*place, &units[..]));
    let own = (location, &load.quantities[..]);
    let after = before.clone().chain(std::iter::once(own));
    scatter_cost(&gathered, after) - scatter_cost(&gathered, before)
}

/// SKUs that a load draws with the units of each, by SKU.
fn drawn(dataset: &Dataset, asked: Asked<'_>) -> SmallVec<[(SkuIx, i64); 4]> {
    let draws = asked.load.draws(dataset, asked.order);
    let mut found: SmallVec<[(SkuIx, i64); 4]> =
        draws.map(|(_, sku, units)| (sku, units)).collect();
    found.sort_unstable();
    found.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    found
}

/// Locations whose stock could give a load by the last wave at the latest, all of it, and that no rule, refusal or special
/// handling bars, with its waves in which the order can leave with it, in time order, `most` of each.
pub fn waves_elsewhere(
    dataset: &Dataset,
    asked: Asked<'_>,
    most: usize,
) -> Vec<(LocationIx, SmallVec<[WaveIx; 4]>)> {
    let drawn = drawn(dataset, asked);
    let Some(&(first, _)) = drawn.first() else {
        return vec![];
    };
    let with_waves = dataset.stock_indices(first).filter_map(|cell| {
        let location = dataset.stock[cell.ix()].location;
        let waves = waves_at(dataset, asked, (&drawn, Some(cell)), location, most);
        (!waves.is_empty()).then_some((location, waves))
    });
    with_waves.collect()
}

/// The first waves of a location that could take a load, of what is drawn the cell of the first where it is known.
fn waves_at(
    dataset: &Dataset,
    asked: Asked<'_>,
    (drawn, first): (&[(SkuIx, i64)], Option<StockIx>),
    location: LocationIx,
    most: usize,
) -> SmallVec<[WaveIx; 4]> {
    let mut cells: SmallVec<[(StockIx, i64); 4]> = SmallVec::new();
    for (number, &(sku, units)) in drawn.iter().enumerate() {
        let known = first.filter(|_| number == 0);
        match known.or_else(|| dataset.stock_at(sku, location)) {
            Some(cell) => cells.push((cell, units)),
            None => return SmallVec::new(),
        }
    }
    if !may_leave(dataset, asked, location) {
        return SmallVec::new();
    }
    let has_all = |wave: WaveIx| {
        let mut each = cells.iter();
        each.all(|&(cell, units)| supply_by(dataset, cell, wave).is_none_or(|it| it >= units))
    };
    let order = &dataset.orders[asked.order.ix()];
    let waves = dataset.locations[location.ix()].wave_indices();
    let usable = waves.filter(|&wave| can_leave(dataset, order, wave) && has_all(wave));
    usable.take(most).collect()
}

/// Whether a location is open and neither rules, refusals nor special handling bar a load from it.
fn may_leave(dataset: &Dataset, asked: Asked<'_>, location: LocationIx) -> bool {
    let lines = dataset.lines_of(asked.order).iter().enumerate();
    let mut carried = lines
        .zip(&asked.load.quantities)
        .filter(|(_, units)| **units > 0);
    is_stocking(dataset, location)
        && carried.all(|((position, line), _)| {
            bar(dataset, line, location).is_none()
                && can_handle_all(dataset, asked, (position, line), location)
        })
}

/// Whether a location can do the special handling of a line in the forms that a load has it in.
fn can_handle_all(
    dataset: &Dataset,
    asked: Asked<'_>,
    (position, line): (usize, &Line),
    location: LocationIx,
) -> bool {
    let here = |sku: SkuIx| can_handle(dataset, asked.order, sku, location);
    let mix = asked.load.mix.iter();
    let mut made = mix.filter(|made| made.line as usize == position).peekable();
    if made.peek().is_none() {
        return here(line.sku);
    }
    made.all(|made| here(dataset.form_of(line, made.form).shipped))
}

/// Why a location cannot send a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotFromThere {
    /// It never holds enough of something, others' wants left out: how much it has by its last wave, and how much is asked for.
    TooFew {
        /// Of what.
        sku: SkuIx,
        /// Units it has.
        has: i64,
        /// Units asked for.
        needs: i64,
    },
    /// Anything else.
    Because(Reason),
}

/// Why a location cannot send all of a load to where it goes, whatever others take; `None`: it can.
pub fn why_not_elsewhere(
    dataset: &Dataset,
    settings: &Settings,
    rates: &RateIndex,
    asked: Asked<'_>,
    location: LocationIx,
) -> Option<NotFromThere> {
    let because = |reason| Some(NotFromThere::Because(reason));
    let drawn = drawn(dataset, asked);
    if let Some(short) = too_few(dataset, &drawn, location) {
        return Some(short);
    }
    if !is_stocking(dataset, location) {
        return because(Reason::LocationClosed);
    }
    let lines = dataset.lines_of(asked.order).iter().enumerate();
    let carried = || {
        let each = lines.clone().zip(&asked.load.quantities);
        each.filter(|(_, units)| **units > 0).map(|(line, _)| line)
    };
    if let Some(barred) = carried().find_map(|(_, line)| bar(dataset, line, location)) {
        return because(match barred {
            Bar::Declined => Reason::Declined,
            Bar::Rule => Reason::Rule,
        });
    }
    if !carried().all(|line| can_handle_all(dataset, asked, line, location)) {
        return because(Reason::Handling);
    }
    let order = &dataset.orders[asked.order.ix()];
    let waves = || dataset.locations[location.ix()].wave_indices();
    if !waves().any(|wave| in_time(dataset, order, &dataset.waves[wave.ix()])) {
        return because(Reason::NoWaveInTime);
    }
    if !waves().any(|wave| can_leave(dataset, order, wave)) {
        return because(Reason::Downtime);
    }
    let usable = waves_at(dataset, asked, (&drawn, None), location, 1);
    let Some(&wave) = usable.first() else {
        // The goods come after its last open wave.
        return because(Reason::NoWaveInTime);
    };
    if ways_from(dataset, rates, asked.order, wave).is_empty() {
        return because(why_no_way(dataset, rates, asked.order, location));
    }
    let mut known = KnownFares::default();
    let ways = worth_from(dataset, settings, rates, asked, wave, &mut known);
    let because = because(why_not_carried(
        dataset,
        rates,
        asked.order,
        location,
        asked.load,
    ));
    because.filter(|_| ways.is_empty())
}

/// The first thing of which a location has too few, by its last wave.
fn too_few(
    dataset: &Dataset,
    drawn: &[(SkuIx, i64)],
    location: LocationIx,
) -> Option<NotFromThere> {
    let last = dataset.locations[location.ix()].wave_indices().next_back();
    drawn.iter().find_map(|&(sku, needs)| {
        let has = match (dataset.stock_at(sku, location), last) {
            (Some(cell), Some(wave)) => supply_by(dataset, cell, wave)?,
            (Some(cell), None) => dataset.stock[cell.ix()].available?,
            (None, _) => 0,
        };
        (has < needs).then_some(NotFromThere::TooFew { sku, has, needs })
    })
}

/// The first waves of a location with which an order could leave, stock or not, in time order.
pub fn open_waves(dataset: &Dataset, order: OrderIx, location: LocationIx) -> Vec<WaveIx> {
    let data = &dataset.orders[order.ix()];
    let waves = dataset.locations[location.ix()].wave_indices();
    waves
        .filter(|&wave| can_leave(dataset, data, wave))
        .collect()
}

/// Whether a location is open to send from stock.
pub fn sends(dataset: &Dataset, location: LocationIx) -> bool {
    is_stocking(dataset, location)
}

/// Whether a location, and the pick-up store where there is one, can do the special handling of a product.
pub fn handles(dataset: &Dataset, order: OrderIx, sku: SkuIx, location: LocationIx) -> bool {
    can_handle(dataset, order, sku, location)
}
