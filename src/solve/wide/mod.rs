//! Wide orders at prices: what each could be worth at most, its loads not listed.
//!
//! Orders that carriers bring in two shipments at most, from where the goods are or from a hub, are bounded closely
//! ([`pairs`]). Of others, and where that search has no end, every cost of a shipment is at least a fixed part and a part
//! per unit: of carriage a straight line below all its bands ([`fare_floor`]). So an order is worth no more than: for the
//! best one or two ways, each line's units where they are worth most, within what the locations have, less the fixed
//! parts. Lateness is left out there.

mod pairs;

use super::component::{Context, Member};
use super::joint::{Flat, FloorRow, Prices};
use super::pattern::Worth;
use super::rules::Shop;
use super::worth::Weights;
use crate::domain::{Dataset, Form, Line, OrderIx, ShipComplete, SkuIx, WaveIx};
use crate::model::{Coupling, GoalKind};
use crate::options::{
    Made, Measure, Slot, Way, carriage_preference, fare_floor, form_gain, largest_size, move_cost,
    sizes, transfer_rates, unit_gain,
};
use crate::plan::Route;
use crate::units::{Money, Weight};
use pairs::LOOKED_AT;
pub use pairs::most_of_two;
use rayon::prelude::*;

/// What floats may be off in a sum of an order's worths, in micro-units.
const ROUNDING: f64 = 100.0;

/// By how much the bound must grow, as the patterns of wide orders are only a selection: for each what it could be
/// worth at most at these prices beyond the best pattern that is listed.
pub fn beyond_listed(
    context: &Context<'_>,
    flat: &Flat<'_>,
    prices: &Prices,
    weights: &Weights,
) -> Worth {
    let of_rows = by_coupling_row(context, flat, prices);
    let floors = flat.floor_prices(&prices.of_rows);
    let members = flat.members.par_iter().enumerate();
    members
        .filter(|(_, member)| member.options.wide)
        .map(|(position, member)| {
            let listed = Worth::from(flat.best_listed(position, &prices.of_rows));
            let most = most_worth(context, member, &of_rows, (weights, listed), &floors);
            // The bound counts what is left out of the selection as if it could be had at any prices.
            let beyond = member.options.beyond;
            let counted = beyond.map_or(listed, |most| listed.max(weights.money(most.0.into())));
            most.max(listed) - counted
        })
        .sum()
}

/// Prices of a layout's rows by row of all that orders share; others are free.
pub fn by_coupling_row(context: &Context<'_>, flat: &Flat<'_>, prices: &Prices) -> Vec<i64> {
    let mut of_rows = vec![0_i64; context.shop.coupling.rows.len()];
    for (&row, &price) in flat.global.iter().zip(&prices.of_rows) {
        of_rows[row as usize] = price;
    }
    of_rows
}

/// The most that a member could be worth at these prices, by coupling row, and those of floors; no less than what is
/// `listed`, and that where it is known to be all.
fn most_worth(
    context: &Context<'_>,
    member: &Member<'_>,
    prices: &[i64],
    (weights, listed): (&Weights, Worth),
    floors: &[(FloorRow, i64)],
) -> Worth {
    let mut at = At::of(prices);
    let mut counted: Worth = 0;
    let mut count = |kind: GoalKind, each: f64, most: &dyn Fn() -> Worth| match kind {
        GoalKind::FillUnits if weights.has_money() => at.unit += each,
        GoalKind::FillValue if weights.has_money() => at.value += each,
        _ => counted += most(),
    };
    for &(floor, price) in floors.iter().filter(|one| one.0.kind.is_maximised()) {
        count(floor.kind, price as f64 / floor.unit as f64, &|| {
            let most = member.most_of(floor.kind);
            Worth::from(price) * Worth::from((most + floor.unit - 1) / floor.unit)
        });
    }
    if let Some(goal) = weights.fill_goal() {
        count(goal, weights.counted(goal, 1) as f64, &|| {
            weights.counted(goal, member.most_of(goal))
        });
    }
    let own = if weights.has_money() {
        let slots = &member.options.slots;
        most_money_with(context, member, slots, at, listed - counted)
    } else {
        most_kept(context, member, prices)
    };
    own + counted
}

/// The most that its shipments could earn by keeping commitments.
fn most_kept(context: &Context<'_>, member: &Member<'_>, prices: &[i64]) -> Worth {
    let shop = context.shop;
    let shipments = Worth::from(shop.dataset.orders[member.order.ix()].max_shipments);
    let rows = shop.coupling.rows.iter().zip(prices);
    let best = rows
        .filter(|(row, _)| row.is_commitment())
        .map(|(_, &price)| price)
        .max();
    Worth::from(best.unwrap_or(0)) * shipments
}

/// What a wide order is asked at.
#[derive(Clone, Copy, Debug)]
pub struct At<'p> {
    /// Prices by coupling row.
    prices: &'p [i64],
    /// What filling a unit is worth beside what it earns.
    unit: f64,
    /// The same of a micro-unit of revenue.
    value: f64,
}

impl<'p> At<'p> {
    /// Prices alone.
    pub fn of(prices: &'p [i64]) -> Self {
        Self {
            prices,
            unit: 0.0,
            value: 0.0,
        }
    }

    /// What a unit of a row costs; a commitment gives its price.
    fn paid(&self, coupling: &Coupling, row: u32) -> f64 {
        let price = self.prices[row as usize] as f64;
        if coupling.rows[row as usize].is_commitment() {
            -price
        } else {
            price
        }
    }

    /// What filling a unit of a line is worth beside what it earns.
    fn filled(&self, line: &Line) -> f64 {
        self.unit + self.value * line.unit_price.as_micro()
    }
}

/// A slot by one way, all costs straight.
struct Offer {
    slot: usize,
    /// Paid once.
    fixed: f64,
    /// By line: worth of a unit, and how many there are.
    units: Vec<(f64, u32)>,
}

/// Loads by which a wide order could earn more than a floor at prices, by coupling row, with the wave that each leaves by: those
/// of the best one or two shipments that were looked at.
pub fn better_loads(
    shop: Shop<'_>,
    order: OrderIx,
    slots: &[Slot],
    prices: &[i64],
    floor: i64,
) -> Vec<(Vec<u32>, WaveIx)> {
    let at = At::of(prices);
    let Some(most) = most_of_two(shop, order, slots, at, floor as f64, LOOKED_AT) else {
        return Vec::new();
    };
    let of_shipment = |(shipment, &wave): (usize, &WaveIx)| {
        let units = most.shares.iter().map(|units| units[shipment]);
        (units.collect::<Vec<u32>>(), wave)
    };
    let each = most.waves.iter().enumerate().map(of_shipment);
    each.filter(|(load, _)| load.iter().any(|&units| units > 0))
        .collect()
}

/// The most money that an order could earn at prices.
pub fn most_money(context: &Context<'_>, member: &Member<'_>, prices: &[i64]) -> Worth {
    most_money_with(context, member, &member.options.slots, At::of(prices), 0)
}

/// The most money that an order could earn at prices from all its slots, and at least `floor`: where it is known that
/// it can earn no more than that, `floor` it is.
pub fn most_money_with(
    context: &Context<'_>,
    member: &Member<'_>,
    slots: &[Slot],
    at: At<'_>,
    floor: Worth,
) -> Worth {
    // Nothing is worth nothing.
    let floor = floor.max(0);
    let least = floor as f64 - ROUNDING;
    let straight = || straight_money(context, member, slots, at);
    let shipments = context.shop.dataset.orders[member.order.ix()].max_shipments;
    let above = |least: f64| {
        if shipments > 2 {
            return None;
        }
        most_of_two(context.shop, member.order, slots, at, least, LOOKED_AT)
    };
    let most = match above(least) {
        None => straight(),
        Some(most) if most.worth <= least => least,
        Some(most) if most.is_searched => most.worth,
        // How far a search goes depends on what it is to exceed.
        Some(most) => {
            let anew = above(-ROUNDING).map_or(most.worth, |anew| anew.worth);
            most.worth.min(anew).min(straight())
        }
    };
    floor.max((most + ROUNDING).ceil() as Worth)
}

/// The most money that an order could earn at prices, all costs straight, in micro-units.
fn straight_money(context: &Context<'_>, member: &Member<'_>, slots: &[Slot], at: At<'_>) -> f64 {
    let dataset = context.shop.dataset;
    let order = &dataset.orders[member.order.ix()];
    let lines = dataset.lines_of(member.order);
    let offers = offers(context, member, slots, at);
    // Where waves count together, two may leave by one.
    let is_twice = !context.shop.coupling.stretches().is_empty();
    // A line's units where they are worth most, then the next.
    let line_worth = |line: usize, offers: &[&Offer]| -> f64 {
        let data = &lines[line];
        let mut units: Vec<(f64, u32)> = offers
            .iter()
            .map(|offer| offer.units[line])
            .filter(|&(worth, units)| worth > 0.0 && units > 0)
            .collect();
        if data.line_max_shipments <= 1 {
            let whole = units.iter().map(|&(worth, units)| worth * f64::from(units));
            return whole.fold(0.0, f64::max);
        }
        units.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut left = data.quantity;
        let mut sum = 0.0;
        for (worth, units) in units {
            let taken = units.min(left);
            left -= taken;
            sum += worth * f64::from(taken);
        }
        sum
    };
    let together =
        |offers: &[&Offer]| -> f64 { (0..lines.len()).map(|l| line_worth(l, offers)).sum() };
    let mut best: f64 = 0.0;
    if order.max_shipments > 2 {
        // Any number of them, one paid at least; what pays by itself may be had by each.
        let all: Vec<&Offer> = offers.iter().collect();
        let together = |all: &[&Offer]| -> f64 {
            let each = lines.iter().enumerate();
            let worths = each.map(|(position, line)| match order.ship_complete {
                ShipComplete::None => line_worth(position, all),
                ShipComplete::Line => whole_line(line, position, all).max(0.0),
                ShipComplete::Order => whole_line(line, position, all),
            });
            worths.sum()
        };
        let fixed = offers.iter().map(|offer| offer.fixed);
        let cheapest = fixed.fold(f64::INFINITY, f64::min);
        if cheapest < 0.0 {
            best = best.max(together(&all) - cheapest * f64::from(order.max_shipments));
        } else if cheapest.is_finite() {
            best = best.max(together(&all) - cheapest);
        }
    } else {
        // Together two are worth no more than one by one: those that are worth most come first.
        let mut alone: Vec<(f64, &Offer)> = offers
            .iter()
            .map(|offer| (together(&[offer]) - offer.fixed, offer))
            .collect();
        alone.sort_by(|one, other| other.0.total_cmp(&one.0));
        best = alone.first().map_or(0.0, |first| first.0.max(0.0));
        for (position, &(worth, one)) in alone.iter().enumerate() {
            if order.max_shipments < 2 {
                break;
            }
            for &(other_worth, other) in &alone[position + usize::from(!is_twice)..] {
                if worth + other_worth <= best {
                    break;
                }
                if other.slot == one.slot && !is_twice {
                    continue;
                }
                best = best.max(together(&[one, other]) - one.fixed - other.fixed);
            }
        }
    }
    best
}

/// What all units of a line are worth where they are worth most, minus infinity where there are fewer.
fn whole_line(line: &Line, position: usize, offers: &[&Offer]) -> f64 {
    let units = offers.iter().map(|offer| offer.units[position]);
    if line.line_max_shipments <= 1 {
        let whole = units.filter(|&(_, units)| units >= line.quantity);
        let worths = whole.map(|(worth, _)| worth * f64::from(line.quantity));
        return worths.fold(f64::NEG_INFINITY, f64::max);
    }
    let mut units: Vec<(f64, u32)> = units.collect();
    units.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut left, mut sum) = (line.quantity, 0.0);
    for (worth, units) in units {
        let taken = units.min(left);
        left -= taken;
        sum += worth * f64::from(taken);
    }
    if left > 0 { f64::NEG_INFINITY } else { sum }
}

fn offers(context: &Context<'_>, member: &Member<'_>, slots: &[Slot], at: At<'_>) -> Vec<Offer> {
    let mut offers = Vec::new();
    let of_order = (context.shop, member.order);
    let numbered = || slots.iter().enumerate();
    for (number, slot) in numbered().filter(|(_, slot)| !slot.forward) {
        let ways = slot.ways.iter();
        let ways = ways.filter(|way| !matches!(way.route, Route::ToHub(..)));
        offers.extend(ways.filter_map(|way| offer(of_order, (number, slot), way, at)));
    }
    for (number, slot) in numbered().filter(|(_, slot)| slot.forward) {
        let Some(fed) = Fed::of_wave(of_order, slots, slot.wave, at) else {
            continue;
        };
        for way in &slot.ways {
            let forward = offer(of_order, (number, slot), way, at);
            offers.extend(forward.map(|forward| merged(forward, &fed)));
        }
    }
    offers
}

/// What comes to a wave of a hub: all of each line as from the best feeder, one feeder paid at least.
struct Fed {
    /// Paid once.
    fixed: f64,
    /// By line: worth of a unit, and how many could come.
    units: Vec<(f64, u32)>,
}

impl Fed {
    /// What some slots bring to a wave of a hub; `None`: none does.
    fn of_wave(
        (shop, order): (Shop<'_>, OrderIx),
        slots: &[Slot],
        hub: WaveIx,
        at: At<'_>,
    ) -> Option<Self> {
        let each = slots.iter().enumerate().filter(|(_, slot)| !slot.forward);
        let feeders = each.flat_map(|(number, slot)| {
            let ways = slot.ways.iter();
            let ways = ways.filter(|way| matches!(way.route, Route::ToHub(_, to) if to == hub));
            ways.filter_map(move |way| offer((shop, order), (number, slot), way, at))
        });
        let feeders: Vec<Offer> = feeders.collect();
        let fixed = feeders.iter().map(|feeder| feeder.fixed);
        let fixed = fixed.reduce(f64::min)?;
        let of_line = |line: usize| {
            let here = feeders.iter().map(|feeder| feeder.units[line]);
            let here = here.filter(|units| units.1 > 0);
            here.reduce(|(best, all), (worth, units)| (best.max(worth), all.saturating_add(units)))
                .unwrap_or((0.0, 0))
        };
        let lines = 0..feeders[0].units.len();
        Some(Self {
            fixed,
            units: lines.map(of_line).collect(),
        })
    }
}

/// What a hub forwards.
fn merged(forward: Offer, fed: &Fed) -> Offer {
    let each = forward.units.iter().zip(&fed.units);
    let units = each.map(|(&(cost, most), &(worth, units))| (worth + cost, most.min(units)));
    Offer {
        slot: forward.slot,
        fixed: forward.fixed + fed.fixed,
        units: units.collect(),
    }
}

fn offer(
    (shop, order): (Shop<'_>, OrderIx),
    (number, slot): (usize, &Slot),
    way: &Way,
    at: At<'_>,
) -> Option<Offer> {
    let dataset = shop.dataset;
    let lines = dataset.lines_of(order);
    let mut most = Measure::default();
    for (line, &units) in lines.iter().zip(&slot.limits) {
        let (heaviest, largest) = largest_size(dataset, line);
        most.weight.0 += heaviest.0 * i64::from(units);
        most.volume.0 += largest.0 * i64::from(units);
    }
    let (carriage, per_milligram) = match way.lane {
        Some(lane) => fare_floor(dataset, lane, most)?,
        None => {
            let (per_shipment, _, per_kg) = transfer_rates(dataset, way.route);
            (per_shipment.as_micro(), per_kg.as_micro() / 1e6)
        }
    };
    let per_line = line_cost(shop, slot, at);
    let units = lines
        .iter()
        .enumerate()
        .zip(&slot.limits)
        .map(|((position, line), &units)| {
            let worth = unit_worth(shop, slot, way.route, (position, line), at)
                - per_milligram * least_weight(dataset, line).0 as f64
                - per_line / f64::from(units.max(1));
            (worth, units)
        })
        .collect();
    Some(Offer {
        slot: number,
        fixed: carriage + shipment_cost(shop, order, slot, way.route, at),
        units,
    })
}

/// What a shipment from a slot costs whatever is in it, carriage not in, in micro-units.
fn shipment_cost(shop: Shop<'_>, order: OrderIx, slot: &Slot, route: Route, at: At<'_>) -> f64 {
    let (dataset, coupling) = (shop.dataset, shop.coupling);
    let of_row = |row: u32| at.paid(coupling, row);
    let location = dataset.waves[slot.wave.ix()].location;
    let rows = coupling.shipment_rows(dataset, slot.wave, route);
    dataset.locations[location.ix()]
        .cost_per_shipment
        .as_micro()
        + move_cost(dataset, shop.settings, (order, slot.wave), slot.forward).as_micro()
        + coupling
            .move_row(dataset, order, slot.wave, slot.forward)
            .map_or(0.0, of_row)
        + rows.map(of_row).sum::<f64>()
}

/// What a line in a shipment from a slot costs whatever its units, in micro-units.
fn line_cost(shop: Shop<'_>, slot: &Slot, at: At<'_>) -> f64 {
    let location = &shop.dataset.locations[shop.dataset.waves[slot.wave.ix()].location.ix()];
    let rows = shop.coupling.line_rows(slot.wave);
    let paid: f64 = rows.map(|row| at.prices[row as usize] as f64).sum();
    location.cost_per_line.as_micro() + paid
}

/// What a unit of a line, by its position, from a slot by a route is worth, carriage by weight not in, in micro-units.
fn unit_worth(
    shop: Shop<'_>,
    slot: &Slot,
    route: Route,
    (position, line): (usize, &Line),
    at: At<'_>,
) -> f64 {
    let (dataset, coupling) = (shop.dataset, shop.coupling);
    let price = |row: u32| at.prices[row as usize] as f64;
    let location_ix = dataset.waves[slot.wave.ix()].location;
    let (_, transfer_per_unit, _) = transfer_rates(dataset, route);
    let paid = dataset.locations[location_ix.ix()].cost_per_unit.as_micro()
        + transfer_per_unit.as_micro()
        + coupling.unit_rows(slot.wave, route).map(price).sum::<f64>();
    let preferred = best_preference(dataset, slot, line).as_micro();
    if slot.forward {
        return preferred - paid;
    }
    let of_part = |&(sku, count): &(SkuIx, u32)| {
        let cell = dataset.stock_at(sku, location_ix);
        let each = cell.map_or(0.0, |cell| {
            let rows = coupling.stock_rows(dataset, line, cell, slot.wave);
            rows.map(price).sum()
        });
        each * f64::from(count)
    };
    let forms = dataset.forms_of(line);
    let made = if forms.is_empty() {
        let gain = unit_gain(dataset, shop.settings, line, slot.wave);
        gain.as_micro() - of_part(&(line.sku, 1))
    } else {
        // In whatever form it is worth most, however few there are.
        let of_form = |form: &Form| {
            let gain = form_gain(dataset, shop.settings, line, form, location_ix);
            gain.as_micro() - form.parts.iter().map(of_part).sum::<f64>()
        };
        let is_here = |made: &&Made| made.line as usize == position;
        let at_hand = slot.made.iter().filter(is_here);
        let worths = at_hand.map(|made| of_form(&forms[usize::from(made.form)]));
        // Of what is not at hand nothing can leave.
        worths.reduce(f64::max).unwrap_or(0.0)
    };
    made + preferred - paid + at.filled(line)
}

/// The least that a unit of a line weighs, in whatever form.
fn least_weight(dataset: &Dataset, line: &Line) -> Weight {
    let weights = sizes(dataset, line).map(|size| size.0);
    weights.min().unwrap_or(line.weight)
}

/// The most that rules give a unit of a line by any route from a slot.
fn best_preference(dataset: &Dataset, slot: &Slot, line: &Line) -> Money {
    let location = dataset.waves[slot.wave.ix()].location;
    let by_route = slot.ways.iter().map(|way| match way.route {
        Route::Carrier(service) => carriage_preference(dataset, line, location, service),
        _ => Money::ZERO,
    });
    by_route.max().unwrap_or(Money::ZERO)
}

#[cfg(test)]
pub(super) mod tests;
