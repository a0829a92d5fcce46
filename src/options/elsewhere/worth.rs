//! What a load is worth from a wave: by each route, by one, or by the best of many.

use super::{Asked, Elsewhere, scattered_by};
use crate::domain::{Dataset, LaneIx, Line, Settings, Stock, WaveIx};
use crate::options::loads::Load;
use crate::options::price::{
    Quote, carrier_fares, goods_gain, handling_cost, is_late_relevant, move_cost, preferred_on,
    quotes_of_way, stock_gain,
};
use crate::options::rates::{Fare, RateIndex};
use crate::options::ways::{Way, ways_from};
use crate::plan::{Route, Shipment};
use crate::units::Money;
use smallvec::SmallVec;

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
    best(by_route(
        (dataset, settings, rates),
        asked,
        (wave, route),
        known,
    )?)
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
    let there = (shipment.wave, shipment.route);
    let found = by_route((dataset, settings, rates), asked, there, known)?;
    best(found.filter(|one| one.parcels == shipment.parcels))
}

/// The same by each fare; `None`: the route does not lead there.
fn by_route<'a>(
    (dataset, settings, rates): (&'a Dataset, &'a Settings, &RateIndex),
    asked: Asked<'a>,
    (wave, route): (WaveIx, Route),
    known: &mut KnownFares,
) -> Option<impl Iterator<Item = Elsewhere> + use<'a>> {
    let ways = ways_from(dataset, rates, asked.order, wave);
    let way = ways.iter().find(|way| way.route == route)?;
    Some(Start::new(dataset, settings, asked, wave).by(way, known))
}

/// The most that a load is worth from any of some waves by any route of those that `may` take it: which of the waves, and what.
/// Of equals the first wave's, by the first route. What promises less than the best is not priced.
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
    let mut starts: SmallVec<[Start<'_>; 16]> = SmallVec::new();
    for wave in waves {
        let from = Start::new(dataset, settings, asked, wave);
        for way in ways_from(dataset, rates, asked.order, wave) {
            if may(wave, way.route)
                && let Some(ceiling) = from.ceiling(rates, &way, known)
            {
                ways.push((ceiling, starts.len() as u32, way));
            }
        }
        starts.push(from);
    }
    // Few fares are asked for where the way that promises most comes first.
    let first = (0..ways.len()).rev().max_by_key(|&way| ways[way].0)?;
    ways.swap(0, first);
    let mut most: Option<(usize, Elsewhere)> = None;
    for (ceiling, number, way) in &ways {
        if most.is_some_and(|(_, most)| *ceiling < most.gain) {
            continue;
        }
        let number = *number as usize;
        if let Some(found) = best(starts[number].by(way, known)) {
            let is_first = |it: (usize, Elsewhere)| (number, found.route) < (it.0, it.1.route);
            let is_more = most.is_none_or(|it| {
                found.gain > it.1.gain || (found.gain == it.1.gain && is_first(it))
            });
            if is_more {
                most = Some((number, found));
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
#[derive(Clone, Copy)]
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
    fn by(self, way: &Way, known: &mut KnownFares) -> impl Iterator<Item = Elsewhere> + use<'a> {
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

    /// What it is worth by a way at most; `None`: nothing takes it. Carriage costs no less than its floor, CO₂ and transfers cost
    /// something or nothing, the order comes no earlier than it does already, and what rules give is counted exactly.
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
        let Route::Carrier(service) = route else {
            return Money::ZERO;
        };
        let from = (self.dataset.waves[self.wave.ix()].location, service);
        preferred_on(self.dataset, self.asked.order, self.asked.load, from)
    }
}
