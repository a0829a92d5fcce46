//! What a load would be worth wherever it could leave: for whoever asks why it leaves where it does.
//!
//! Nothing is left out that another way beats: a question about a choice is a question about what was not chosen.

use super::loads::Load;
use super::policy::{Bar, bar, carriage_preference, gathered, scatter_cost};
use super::price::{
    Quote, carrier_fares, goods_gain, handling_cost, is_late_relevant, move_cost, quotes_of_way,
    stock_gain,
};
use super::rates::{Fare, RateIndex};
use super::reason::{Reason, why_no_way, why_not_carried};
use super::timing::in_time;
use super::ways::{Way, can_handle, can_leave, is_stocking, supply_by, ways_from};
use crate::domain::{
    Dataset, LaneIx, Line, LocationIx, LocationKind, OrderIx, Settings, SkuIx, Stock, StockIx,
    WaveIx,
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

/// Fares of one load by lane: locations of one zone share them.
#[derive(Default)]
pub struct KnownFares {
    lanes: Vec<LaneIx>,
    of_lane: Vec<OfLane>,
}

/// What is known of a lane.
#[derive(Default)]
struct OfLane {
    fares: Option<Vec<Fare>>,
    /// What none of them is below; `None` within: nothing takes the load.
    least: Option<Option<Money>>,
}

impl KnownFares {
    fn of_lane(&mut self, lane: LaneIx) -> &mut OfLane {
        let known = self.lanes.iter().position(|known| *known == lane);
        let place = known.unwrap_or_else(|| {
            self.lanes.push(lane);
            self.of_lane.push(OfLane::default());
            self.lanes.len() - 1
        });
        &mut self.of_lane[place]
    }

    fn of(&mut self, dataset: &Dataset, way: &Way, load: &Load) -> &[Fare] {
        let Some(lane) = way.lane else {
            return &[];
        };
        self.of_lane(lane).fares.get_or_insert_with(|| {
            let mut fares = vec![];
            carrier_fares(dataset, way, load, &mut fares);
            fares
        })
    }

    fn least(
        &mut self,
        dataset: &Dataset,
        rates: &RateIndex,
        lane: LaneIx,
        load: &Load,
    ) -> Option<Money> {
        let least = || rates.least(dataset, lane, load.measure);
        *self.of_lane(lane).least.get_or_insert_with(least)
    }
}

/// What a load is worth from a wave by each route that would take it, the best fare of each, in the order of routes.
///
/// Whether its stock is there is not asked: where a location holds nothing of it, the goods cost what the product costs.
pub fn worth_from(
    dataset: &Dataset,
    settings: &Settings,
    rates: &RateIndex,
    asked: Asked<'_>,
    wave: WaveIx,
    known: &mut KnownFares,
) -> Vec<Elsewhere> {
    let from = Start::new(dataset, settings, asked, wave);
    let ways = ways_from(dataset, rates, asked.order, wave);
    let each = ways.iter();
    let mut found: Vec<Elsewhere> = each.filter_map(|way| best(from.by(way, known))).collect();
    found.sort_by_key(|one| one.route);
    found
}

/// What a load is worth from a wave by one route, the best fare of it.
pub fn worth_by(
    dataset: &Dataset,
    settings: &Settings,
    rates: &RateIndex,
    asked: Asked<'_>,
    (wave, route): (WaveIx, Route),
    known: &mut KnownFares,
) -> Option<Elsewhere> {
    let ways = ways_from(dataset, rates, asked.order, wave);
    let way = ways.iter().find(|way| way.route == route)?;
    best(Start::new(dataset, settings, asked, wave).by(way, known))
}

/// What a load is worth as a shipment has it: from its wave, by its route, in so many parcels.
pub fn worth_as(
    dataset: &Dataset,
    settings: &Settings,
    rates: &RateIndex,
    asked: Asked<'_>,
    shipment: &Shipment,
    known: &mut KnownFares,
) -> Option<Elsewhere> {
    let ways = ways_from(dataset, rates, asked.order, shipment.wave);
    let way = ways.iter().find(|way| way.route == shipment.route)?;
    let from = Start::new(dataset, settings, asked, shipment.wave);
    let found = from.by(way, known);
    best(found.filter(|one| one.parcels == shipment.parcels))
}

/// The most that a load is worth from any of some waves by any route of those that `may` take it: which of the waves, and what.
/// Of equals the first wave's, by the first route.
pub fn best_from(
    dataset: &Dataset,
    settings: &Settings,
    rates: &RateIndex,
    asked: Asked<'_>,
    waves: impl Iterator<Item = WaveIx>,
    may: impl Fn(WaveIx, Route) -> bool,
    known: &mut KnownFares,
) -> Option<(usize, Elsewhere)> {
    let mut ways: SmallVec<[(Money, u32, Way); 64]> = SmallVec::new();
    let mut places: SmallVec<[Start<'_>; 16]> = SmallVec::new();
    for wave in waves {
        let from = Start::new(dataset, settings, asked, wave);
        for way in ways_from(dataset, rates, asked.order, wave) {
            if may(wave, way.route)
                && let Some(ceiling) = from.ceiling(rates, &way, known)
            {
                ways.push((ceiling, places.len() as u32, way));
            }
        }
        places.push(from);
    }
    // Few fares are asked for where the way that promises most comes first.
    let first = (0..ways.len()).rev().max_by_key(|&way| ways[way].0)?;
    ways.swap(0, first);
    let mut most: Option<(usize, Elsewhere)> = None;
    for (ceiling, place, way) in &ways {
        if most.is_some_and(|(_, most)| *ceiling < most.gain) {
            continue;
        }
        let place = *place as usize;
        if let Some(found) = best(places[place].by(way, known)) {
            let is_first = |it: (usize, Elsewhere)| (place, found.route) < (it.0, it.1.route);
            let is_more = most.is_none_or(|it| {
                found.gain > it.1.gain || (found.gain == it.1.gain && is_first(it))
            });
            if is_more {
                most = Some((place, found));
            }
        }
    }
    most
}

/// The best of some fares, of equals the first.
fn best(found: impl Iterator<Item = Elsewhere>) -> Option<Elsewhere> {
    found.reduce(|best, one| if one.gain > best.gain { one } else { best })
}

/// A load from a wave, with what is the same by every route.
struct Start<'a> {
    dataset: &'a Dataset,
    settings: &'a Settings,
    asked: Asked<'a>,
    wave: WaveIx,
    /// What it brings before carriage and lateness.
    common: Money,
    handling: Money,
    late_cost: Money,
}

impl<'a> Start<'a> {
    fn new(dataset: &'a Dataset, settings: &'a Settings, asked: Asked<'a>, wave: WaveIx) -> Self {
        let Asked { order, load, .. } = asked;
        let handling = handling_cost(dataset, wave, load);
        let location = dataset.waves[wave.ix()].location;
        let at_no_stock = |line: &Line| {
            let cell = Stock::nothing(line.sku, location);
            stock_gain(dataset, settings, line, &cell)
        };
        let common = goods_gain(dataset, settings, (order, location), load, at_no_stock)
            - handling
            - move_cost(dataset, settings, (order, wave), false)
            - scattered_by(dataset, order, (load, location), asked.beside);
        let data = &dataset.orders[order.ix()];
        let late_cost = if is_late_relevant(settings, data) {
            data.late_cost_per_day
        } else {
            Money::ZERO
        };
        Self {
            dataset,
            settings,
            asked,
            wave,
            common,
            handling,
            late_cost,
        }
    }

    /// What it is worth by a way, by each fare.
    fn by(
        &self,
        way: &Way,
        known: &mut KnownFares,
    ) -> impl Iterator<Item = Elsewhere> + use<'_, 'a> {
        let (dataset, asked) = (self.dataset, self.asked);
        let mut quotes: Vec<Quote> = vec![];
        let fares = known.of(dataset, way, asked.load);
        quotes_of_way(
            dataset,
            self.settings,
            (asked.order, self.wave),
            way,
            asked.load,
            fares,
            &mut quotes,
        );
        let preferred = self.preferred(way.route);
        quotes.into_iter().map(move |quote| Elsewhere {
            wave: self.wave,
            route: quote.route,
            parcels: quote.parcels,
            days_late: quote.days_late,
            gain: self.common + quote.gain - self.late(quote.days_late),
            cost: self.handling + preferred - quote.gain,
        })
    }

    /// What it is worth by a way at most; `None`: nothing takes it.
    fn ceiling(&self, rates: &RateIndex, way: &Way, known: &mut KnownFares) -> Option<Money> {
        let carriage = match way.lane {
            Some(lane) => known.least(self.dataset, rates, lane, self.asked.load)?,
            None => Money::ZERO,
        };
        Some(self.common + self.preferred(way.route) - carriage - self.late(0))
    }

    /// What the order's lateness costs with a shipment of it that is so many days late.
    fn late(&self, days: u32) -> Money {
        self.late_cost * i64::from(days.max(self.asked.late_already))
    }

    fn preferred(&self, route: Route) -> Money {
        let location = self.dataset.waves[self.wave.ix()].location;
        preferred_on(self.dataset, self.asked, location, route)
    }
}

/// What rules give for a carrier's taking the load.
fn preferred_on(dataset: &Dataset, asked: Asked<'_>, location: LocationIx, route: Route) -> Money {
    let Route::Carrier(service) = route else {
        return Money::ZERO;
    };
    let lines = dataset.lines_of(asked.order).iter();
    let carried = lines.zip(&asked.load.quantities);
    carried.fold(Money::ZERO, |sum, (line, &units)| {
        sum + carriage_preference(dataset, line, location, service) * i64::from(units)
    })
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
    let last = dataset.locations[location.ix()].wave_indices().last();
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
