//! What a load on a slot is worth, by every route that could be part of a best plan.

use super::loads::Load;
use super::policy::{carriage_preference, may_carry, stock_preference};
use super::rates::{Fare, fares};
use super::timing::{arrival_day, brought_on, days_late, pickup_day};
use super::ways::{Slot, Way};
use crate::domain::{
    Dataset, Form, Line, LocationIx, Objective, Order, OrderIx, ServiceIx, Settings, SkuIx, Stock,
    WaveIx,
};
use crate::plan::Route;
use crate::units::{MICRO, Money, divide_half_up};
use smallvec::SmallVec;

/// A load on a slot by one route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The route.
    pub route: Route,
    /// Equal parcels.
    pub parcels: u32,
    /// Days late; 0 where lateness does not matter.
    pub days_late: u32,
    /// What the shipment adds to the objective over leaving its units unfilled, lateness not in.
    pub gain: Money,
}

/// Whether lateness of an order can change a plan.
pub fn is_late_relevant(settings: &Settings, order: &Order) -> bool {
    order.deliver_by.is_some()
        && (order.late_cost_per_day > Money::ZERO || settings.objective == Objective::Service)
}

/// Whether each day late of an order costs something.
pub fn does_lateness_cost(settings: &Settings, order: &Order) -> bool {
    is_late_relevant(settings, order) && order.late_cost_per_day > Money::ZERO
}

/// Units of a load as objective: revenue, goods, ageing credit, penalties saved, picking of units.
///
/// Counted where the units leave stock; the same wherever they go from there.
pub(super) fn stock_side_gain(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    wave: WaveIx,
    load: &Load,
) -> Money {
    let location = dataset.waves[wave.ix()].location;
    let nothing = |_: &Line| Money::ZERO;
    goods_gain(dataset, settings, (order, location), load, nothing)
}

/// The same of a location, where a line has so much a unit if it has no stock cell there.
pub(super) fn goods_gain(
    dataset: &Dataset,
    settings: &Settings,
    (order, location): (OrderIx, LocationIx),
    load: &Load,
    without_cell: impl Fn(&Line) -> Money,
) -> Money {
    let mut gain = Money::ZERO;
    let lines = dataset.lines_of(order);
    for made in &load.mix {
        let line = &lines[made.line as usize];
        let form = dataset.form_of(line, made.form);
        gain += form_gain(dataset, settings, line, &form, location) * i64::from(made.units);
    }
    for (position, (line, &units)) in lines.iter().zip(&load.quantities).enumerate() {
        let is_made = load.mix.iter().any(|made| made.line as usize == position);
        if units > 0 && !is_made {
            let each = cell_gain(dataset, settings, line, location);
            gain += each.unwrap_or_else(|| without_cell(line)) * i64::from(units);
        }
    }
    gain
}

/// One unit of a line in a form from a location as objective, handling and carriage not in.
pub fn form_gain(
    dataset: &Dataset,
    settings: &Settings,
    line: &Line,
    form: &Form,
    location: LocationIx,
) -> Money {
    let of_part = |&(sku, count): &(SkuIx, u32)| {
        let Some(cell) = dataset.stock_at(sku, location) else {
            return Money::ZERO;
        };
        let cell = &dataset.stock[cell.ix()];
        let goods = dataset.part_cost(line, form, cell);
        (cell.ageing_credit - goods) * i64::from(count)
    };
    let parts = form.parts.iter().map(of_part);
    let gain = parts.fold(Money::ZERO, |sum, part| sum + part) - form.cost
        + line.unfilled_cost
        + stock_preference(dataset, line, location);
    if settings.objective == Objective::Cost {
        gain
    } else {
        gain + line.unit_price
    }
}

/// One unit of a line from a wave's location as objective, handling and carriage not in.
pub fn unit_gain(dataset: &Dataset, settings: &Settings, line: &Line, wave: WaveIx) -> Money {
    let location = dataset.waves[wave.ix()].location;
    cell_gain(dataset, settings, line, location).unwrap_or(Money::ZERO)
}

/// The same from a location; `None` where it has no stock cell of it.
fn cell_gain(
    dataset: &Dataset,
    settings: &Settings,
    line: &Line,
    location: LocationIx,
) -> Option<Money> {
    let cell = dataset.stock_at(line.sku, location)?;
    Some(stock_gain(
        dataset,
        settings,
        line,
        &dataset.stock[cell.ix()],
    ))
}

/// The same from a cell of stock.
pub fn stock_gain(dataset: &Dataset, settings: &Settings, line: &Line, cell: &Stock) -> Money {
    let gain = line.unfilled_cost - dataset.goods_cost(line, cell)
        + cell.ageing_credit
        + stock_preference(dataset, line, cell.location);
    if settings.objective == Objective::Cost {
        gain
    } else {
        gain + line.unit_price
    }
}

/// What a location charges for a shipment that leaves it.
pub(super) struct Charges {
    per_unit: Money,
    per_line: Money,
    per_shipment: Money,
}

impl Charges {
    /// In a wave.
    pub(super) fn of(dataset: &Dataset, wave: WaveIx) -> Self {
        let location = &dataset.locations[dataset.waves[wave.ix()].location.ix()];
        Self {
            per_unit: location.cost_per_unit,
            per_line: location.cost_per_line,
            per_shipment: location.cost_per_shipment,
        }
    }

    /// Of a load, with what rules take off for what is in it together.
    pub(super) fn cost(&self, load: &Load) -> Money {
        self.per_unit * load.measure.units
            + self.per_line * load.line_count() as i64
            + self.per_shipment
            + load.crowding
    }
}

/// What a location charges for a shipment that leaves it, and rules take off for what is in it together.
pub(super) fn handling_cost(dataset: &Dataset, wave: WaveIx, load: &Load) -> Money {
    Charges::of(dataset, wave).cost(load)
}

/// The quotes of a load on a slot that could be part of a best plan: cheaper and later ones, and
/// each service that something else hangs on.
pub fn quotes(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    slot: &Slot,
    load: &Load,
    found: &mut Vec<Quote>,
) {
    found.clear();
    let mut fares = Vec::new();
    for way in &slot.ways {
        carrier_fares(dataset, way, load, &mut fares);
        let from = (order, slot.wave);
        quotes_of_way(dataset, settings, from, way, load, &fares, found);
    }
    let common = common_gain(dataset, settings, order, slot, load);
    for quote in found.iter_mut() {
        quote.gain += common;
    }
    keep_useful(dataset, found);
}

/// What carriage of a load by a way could cost; nothing where it goes by no carrier, or by none that takes it.
pub(super) fn carrier_fares(dataset: &Dataset, way: &Way, load: &Load, found: &mut Vec<Fare>) {
    found.clear();
    if let (Route::Carrier(service), Some(lane)) = (way.route, way.lane)
        && accepts(dataset, service, load)
    {
        fares(dataset, lane, load.handling, load.measure, found);
    }
}

/// The quotes of one way with its fares, the location's own part not in.
pub(super) fn quotes_of_way(
    dataset: &Dataset,
    settings: &Settings,
    (order, wave): (OrderIx, WaveIx),
    way: &Way,
    load: &Load,
    fares: &[Fare],
    found: &mut Vec<Quote>,
) {
    match (way.route, way.lane) {
        (Route::Carrier(service), Some(_)) => {
            let location = dataset.waves[wave.ix()].location;
            let lines = dataset.lines_of(order);
            if !may_carry(dataset, lines, &load.quantities, location, service) {
                return;
            }
            let carried = Carriage {
                order,
                service,
                wave,
            };
            let preferred = preferred_on(dataset, order, load, (location, service));
            let quote = |fare| {
                let mut quote = carrier_quote(dataset, settings, carried, load, fare);
                quote.gain += preferred;
                quote
            };
            found.extend(fares.iter().map(quote));
        }
        // What a hub merges is what was ordered.
        (Route::ToHub(..), _) if load.has_substitute(dataset, order) => {}
        (route, _) => found.push(transfer_quote(dataset, settings, order, wave, route, load)),
    }
}

/// What rules give for a carrier's taking a load from a location.
pub(super) fn preferred_on(
    dataset: &Dataset,
    order: OrderIx,
    load: &Load,
    (location, service): (LocationIx, ServiceIx),
) -> Money {
    if dataset.rules.is_empty() {
        return Money::ZERO;
    }
    let by_line = dataset.lines_of(order).iter().zip(&load.quantities);
    by_line.fold(Money::ZERO, |sum, (line, &units)| {
        sum + carriage_preference(dataset, line, location, service) * i64::from(units)
    })
}

/// The most valuable quote of one route that is no later than stated, lateness priced.
pub fn route_quote(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    slot: &Slot,
    (route, most_days_late): (Route, u32),
    load: &Load,
) -> Option<Quote> {
    let (mut fares, mut found) = (Vec::new(), Vec::new());
    for way in slot.ways.iter().filter(|way| way.route == route) {
        carrier_fares(dataset, way, load, &mut fares);
        let from = (order, slot.wave);
        quotes_of_way(dataset, settings, from, way, load, &fares, &mut found);
    }
    found.retain(|quote| quote.days_late <= most_days_late);
    let common = common_gain(dataset, settings, order, slot, load);
    most_valuable(dataset, order, found).map(|mut quote| {
        quote.gain += common;
        quote
    })
}

fn most_valuable(dataset: &Dataset, order: OrderIx, found: Vec<Quote>) -> Option<Quote> {
    let late_cost = dataset.orders[order.ix()].late_cost_per_day;
    let value = |quote: &Quote| quote.gain - late_cost * i64::from(quote.days_late);
    found.into_iter().reduce(|best, quote| {
        if value(&quote) > value(&best) {
            quote
        } else {
            best
        }
    })
}

/// The part of a quote that no route changes.
fn common_gain(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    slot: &Slot,
    load: &Load,
) -> Money {
    let stock_side = if slot.forward {
        Money::ZERO
    } else {
        stock_side_gain(dataset, settings, order, slot.wave, load)
    };
    stock_side
        - handling_cost(dataset, slot.wave, load)
        - move_cost(dataset, settings, (order, slot.wave), slot.forward)
}

/// What it costs that a shipment takes stock of another location than the order's before.
pub fn move_cost(
    dataset: &Dataset,
    settings: &Settings,
    (order, wave): (OrderIx, WaveIx),
    forward: bool,
) -> Money {
    let location = dataset.waves[wave.ix()].location;
    if !forward && dataset.is_move(order, location) {
        settings.stability_cost
    } else {
        Money::ZERO
    }
}

/// The most valuable quote, lateness priced; ties by the order of routes.
pub fn best_quote(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    slot: &Slot,
    load: &Load,
) -> Option<Quote> {
    let mut found = Vec::new();
    quotes(dataset, settings, order, slot, load, &mut found);
    most_valuable(dataset, order, found)
}

/// Whether every unit is within the service's sizes.
pub(super) fn accepts(dataset: &Dataset, service: ServiceIx, load: &Load) -> bool {
    let service = &dataset.services[service.ix()];
    service.max_length.is_none_or(|most| load.length <= most)
        && service.max_girth.is_none_or(|most| load.girth <= most)
}

#[derive(Clone, Copy)]
struct Carriage {
    order: OrderIx,
    service: ServiceIx,
    wave: WaveIx,
}

fn carrier_quote(
    dataset: &Dataset,
    settings: &Settings,
    carried: Carriage,
    load: &Load,
    fare: &Fare,
) -> Quote {
    let order = &dataset.orders[carried.order.ix()];
    let wave = &dataset.waves[carried.wave.ix()];
    let late = if is_late_relevant(settings, order) {
        let cutoff = dataset.services[carried.service.ix()].pickup_cutoff;
        let left = pickup_day(wave, cutoff);
        days_late(order, arrival_day(left, fare.transit_days, fare.weekend))
    } else {
        0
    };
    Quote {
        route: Route::Carrier(carried.service),
        parcels: fare.parcels,
        days_late: late,
        gain: -fare.cost - co2_cost(dataset, settings, carried, load),
    }
}

/// Cost of the CO₂ of a carrier's leg; nothing where a position is not known.
fn co2_cost(dataset: &Dataset, settings: &Settings, carried: Carriage, load: &Load) -> Money {
    let (each, scale) = co2_rate(dataset, settings, carried);
    if each == 0 {
        return Money::ZERO;
    }
    let cost = divide_half_up(each * i128::from(load.measure.weight.0), scale);
    Money(i64::try_from(cost).expect("costs, weights and distances are capped"))
}

/// Cost of the CO₂ of a milligram, in micro-units, as a fraction.
fn co2_rate(dataset: &Dataset, settings: &Settings, carried: Carriage) -> (i128, i128) {
    // micro-money/kg × µg/(kg·km) × mg × m → micro-money: 10³ g/kg · 10⁶ µ · 10⁶ mg/kg · 10³ m/km.
    let scale = 1_000 * i128::from(MICRO) * 1_000_000 * 1_000;
    let rate = dataset.services[carried.service.ix()].co2_g_per_kg_km_micro;
    if rate == 0 || settings.co2_cost_per_kg == Money::ZERO {
        return (0, scale);
    }
    let location = dataset.waves[carried.wave.ix()].location;
    let from = dataset.locations[location.ix()].position;
    let to = dataset.orders[carried.order.ix()].position;
    let (Some(from), Some(to)) = (from, to) else {
        return (0, scale);
    };
    let metres = from.distance(to, settings.detour_factor_micro).0;
    let each = i128::from(settings.co2_cost_per_kg.0) * i128::from(rate) * i128::from(metres);
    (each, scale)
}

/// Cost of the CO₂ of a milligram that a carrier brings, in micro-units, before rounding.
pub(super) fn co2_per_milligram(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    service: ServiceIx,
    wave: WaveIx,
) -> f64 {
    let carried = Carriage {
        order,
        service,
        wave,
    };
    let (each, scale) = co2_rate(dataset, settings, carried);
    each as f64 / scale as f64
}

pub(super) fn transfer_quote(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    wave: WaveIx,
    route: Route,
    load: &Load,
) -> Quote {
    let order = &dataset.orders[order.ix()];
    let (per_shipment, per_unit, per_kg) = transfer_rates(dataset, route);
    let by_weight = divide_half_up(
        i128::from(per_kg.0) * i128::from(load.measure.weight.0),
        1_000_000,
    );
    let cost = per_shipment
        + per_unit * load.measure.units
        + Money(i64::try_from(by_weight).expect("costs and weights are capped"));
    let ends_here = !matches!(route, Route::ToHub(..));
    let late = if ends_here && is_late_relevant(settings, order) {
        days_late(order, brought_on(dataset, route, &dataset.waves[wave.ix()]))
    } else {
        0
    };
    Quote {
        route,
        parcels: 1,
        days_late: late,
        gain: -cost,
    }
}

/// A transfer's cost per shipment, per unit and per kilogram; zero where nothing is transferred.
pub fn transfer_rates(dataset: &Dataset, route: Route) -> (Money, Money, Money) {
    match route {
        Route::ToStore(transfer) | Route::ToHub(transfer, _) => {
            let transfer = &dataset.transfers[transfer.ix()];
            (
                transfer.cost_per_shipment,
                transfer.cost_per_unit,
                transfer.cost_per_kg,
            )
        }
        Route::Collect | Route::Carrier(_) => (Money::ZERO, Money::ZERO, Money::ZERO),
    }
}

/// Keeps the quotes that another does not beat in both value and lateness.
///
/// A service with a capacity gives way to a free one that is as good; one with a commitment only to
/// one that is better by what a missing shipment costs. A leg to a hub competes with its like only.
pub(super) fn keep_useful(dataset: &Dataset, found: &mut Vec<Quote>) {
    let class = |quote: &Quote| match quote.route {
        Route::Carrier(by) => {
            let service = &dataset.services[by.ix()];
            (
                service.capacity_shipments.is_some() || dataset.is_limited(by),
                service.minimum_shipments > 0,
                service.shortfall_cost,
            )
        }
        Route::ToStore(transfer) => (
            dataset.transfers[transfer.ix()].capacity_units.is_some(),
            false,
            Money::ZERO,
        ),
        _ => (false, false, Money::ZERO),
    };
    if found.len() < 2 {
        return;
    }
    let classes: SmallVec<[(bool, bool, Money); 16]> = found.iter().map(class).collect();
    let mut kept: SmallVec<[bool; 16]> = SmallVec::new();
    for (position, quote) in found.iter().enumerate() {
        let (_, committed, shortfall) = classes[position];
        let worth = if committed {
            quote.gain + shortfall
        } else {
            quote.gain
        };
        let beaten = |(other_position, other): (usize, &Quote)| {
            if other_position == position
                || matches!(other.route, Route::ToHub(..))
                || matches!(quote.route, Route::ToHub(..))
            {
                return false;
            }
            let (limited, other_committed, _) = classes[other_position];
            let same_service = other.route == quote.route;
            let as_good = other.days_late <= quote.days_late && other.gain >= worth;
            let wins_tie = other.gain > worth
                || other.days_late < quote.days_late
                || other_position < position;
            if same_service {
                let as_good = other.days_late <= quote.days_late && other.gain >= quote.gain;
                let wins_tie = other.gain > quote.gain
                    || other.days_late < quote.days_late
                    || other_position < position;
                return as_good && wins_tie;
            }
            !limited && !other_committed && as_good && wins_tie
        };
        kept.push(!found.iter().enumerate().any(beaten));
    }
    let mut each = kept.iter();
    found.retain(|_| each.next() == Some(&true));
}
