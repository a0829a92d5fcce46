//! The rules baseline: what today's systems do, replayed on the same data.
//!
//! Orders one after the other by priority and age. One location that can fill all of it and costs
//! least; else split greedily: the location that fills most of what is left, within the split limits.
//! Each location ships in the first wave that has room. Nothing is weighed against other orders.

use super::component::Choice;
use super::remaining::{Ahead, Remaining};
use crate::domain::{Dataset, Line, OrderIx, Settings, ShipComplete, WaveIx};
use crate::model::{Coupling, Usage, merge_rows};
use crate::options::{
    Candidate, Load, Made, Quote, RateIndex, Slot, best_quote, groups, may_share, slots_of,
    usable_piece,
};
use crate::plan::{Piece, Plan, Route, Shipment};
use crate::units::Money;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Orders whose slots are found together, in parallel.
const BATCH: usize = 4096;

/// What is needed to place one order.
#[derive(Clone, Copy)]
pub struct Shop<'a> {
    /// The data.
    pub dataset: &'a Dataset,
    /// Settings.
    pub settings: &'a Settings,
    /// What orders share.
    pub coupling: &'a Coupling,
    /// Rates, by lane.
    pub rates: &'a RateIndex,
}

/// A shipment with what it is worth and uses.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The shipment.
    pub shipment: Shipment,
    /// What it adds over leaving its units unfilled, lateness not in.
    pub gain: Money,
    /// Days late.
    pub days_late: u32,
    /// What it uses.
    pub usage: Vec<Usage>,
}

/// Plans all orders by rules.
pub fn rules(shop: Shop<'_>, stop: impl Fn() -> bool) -> Plan {
    let mut plan = Plan::default();
    let orders = shop.dataset.order_indices().collect();
    let mut remaining = Remaining::new(shop.coupling);
    place_all(shop, &mut remaining, orders, stop, |_, placed| {
        plan.shipments
            .extend(placed.into_iter().map(|placed| placed.shipment));
    });
    plan.sort();
    plan
}

/// What some orders do by rules, as far as it comes before it is to stop.
pub fn choices(shop: Shop<'_>, orders: &[OrderIx], stop: impl Fn() -> bool) -> Vec<Choice> {
    let mut choices = vec![Choice::default(); orders.len()];
    let mut remaining = Remaining::new(shop.coupling);
    fill(shop, &mut remaining, orders, &mut choices, stop);
    choices
}

/// Lets those of some orders that have nothing ship by rules what remains.
pub fn fill(
    shop: Shop<'_>,
    remaining: &mut Remaining<'_>,
    orders: &[OrderIx],
    choices: &mut [Choice],
    stop: impl Fn() -> bool,
) {
    let each = orders.iter().copied().zip(0..);
    let idle: BTreeMap<OrderIx, usize> = each.filter(|one| choices[one.1].is_nothing()).collect();
    let orders = idle.keys().copied().collect();
    place_all(shop, remaining, orders, stop, |order, placed| {
        choices[idle[&order]].placed = placed;
    });
}

/// Places orders one after the other with what those before leave.
fn place_all(
    shop: Shop<'_>,
    remaining: &mut Remaining<'_>,
    orders: Vec<OrderIx>,
    stop: impl Fn() -> bool,
    mut take: impl FnMut(OrderIx, Vec<Placed>),
) {
    for batch in sequence_of(shop.dataset, orders).chunks(BATCH) {
        let slots: Vec<Vec<Slot>> = batch
            .par_iter()
            .map(|&order| slots_of(shop.dataset, shop.rates, order))
            .collect();
        for (&order, slots) in batch.iter().zip(&slots) {
            if stop() {
                return;
            }
            let placed = place(shop, remaining, order, slots);
            let mut all = placed
                .iter()
                .flat_map(|one| one.usage.iter().copied())
                .collect();
            shop.coupling.merge_of_order(&mut all);
            remaining.take(&all);
            take(order, placed);
        }
    }
}

/// Orders by priority, then age, then id.
pub fn sequence_of(dataset: &Dataset, mut orders: Vec<OrderIx>) -> Vec<OrderIx> {
    orders.sort_by_key(|order| {
        let data = &dataset.orders[order.ix()];
        (std::cmp::Reverse(data.priority), data.placed_at, *order)
    });
    orders
}

/// Places one order with what remains; nothing where it cannot be placed within its rules.
pub fn place(
    shop: Shop<'_>,
    remaining: &Remaining<'_>,
    order: OrderIx,
    slots: &[Slot],
) -> Vec<Placed> {
    let lines = shop.dataset.lines_of(order);
    let data = &shop.dataset.orders[order.ix()];
    let direct: Vec<Slot> = slots
        .iter()
        .filter(|slot| !slot.forward)
        .map(without_hubs)
        .collect();
    let groups = groups(shop.dataset, lines);
    let mut wanted: Vec<u32> = lines.iter().map(|line| line.quantity).collect();
    let mut pieces = vec![0_u32; lines.len()];
    let mut placed: Vec<Placed> = Vec::new();
    let mut ahead = Ahead::default();
    while placed.len() < data.max_shipments as usize && wanted.iter().any(|&units| units > 0) {
        let free = direct.iter().filter(|slot| {
            let location = shop.dataset.waves[slot.wave.ix()].location;
            !placed
                .iter()
                .any(|other| shop.dataset.waves[other.shipment.wave.ix()].location == location)
        });
        // What a rule keeps together with lines that are placed elsewhere is not to be had any more.
        let mut left = wanted.clone();
        let is_placed = |&line: &usize| pieces[line] > 0;
        for group in groups.iter().filter(|group| group.iter().any(is_placed)) {
            group.iter().for_each(|&line| left[line] = 0);
        }
        let mut best: Option<(i64, Money, Placed, Vec<u32>)> = None;
        for slot in free {
            let Some((candidate, quantities)) =
                fill_from(shop, &ahead, remaining, order, slot, &left, &pieces)
            else {
                continue;
            };
            let units: i64 = quantities.iter().map(|&units| i64::from(units)).sum();
            let better = best
                .as_ref()
                .is_none_or(|(most, gain, _, _)| (units, candidate.gain) > (*most, *gain));
            if better {
                best = Some((units, candidate.gain, candidate, quantities));
            }
        }
        let Some((_, _, found, quantities)) = best else {
            break;
        };
        for (line, units) in quantities.iter().enumerate() {
            if *units > 0 {
                wanted[line] -= units;
                pieces[line] += 1;
            }
        }
        ahead.take(shop.coupling, &found.usage);
        placed.push(found);
    }
    let unfinished = |line: usize| wanted[line] > 0;
    let broken = match data.ship_complete {
        ShipComplete::None => false,
        ShipComplete::Order => (0..lines.len()).any(unfinished),
        ShipComplete::Line => (0..lines.len()).any(|line| unfinished(line) && pieces[line] > 0),
    };
    if broken { Vec::new() } else { placed }
}

fn without_hubs(slot: &Slot) -> Slot {
    let mut slot = slot.clone();
    slot.ways
        .retain(|way| !matches!(way.route, Route::ToHub(..)));
    slot
}

/// As much of what is wanted as one slot can ship, by its best route.
fn fill_from(
    shop: Shop<'_>,
    ahead: &Ahead,
    remaining: &Remaining<'_>,
    order: OrderIx,
    slot: &Slot,
    wanted: &[u32],
    pieces: &[u32],
) -> Option<(Placed, Vec<u32>)> {
    let lines = shop.dataset.lines_of(order);
    let whole = shop.dataset.orders[order.ix()].ship_complete;
    let mut quantities = vec![0_u32; lines.len()];
    let mut taken: Vec<(u32, i64)> = Vec::new();
    let mut mix: Vec<Made> = Vec::new();
    for (position, line) in lines.iter().enumerate() {
        if wanted[position] == 0 || pieces[position] >= line.line_max_shipments.max(1) {
            continue;
        }
        let most = wanted[position].min(slot.limits[position]);
        let with = |most: u32| {
            let room = (ahead, remaining, &taken[..]);
            fill_line(shop, room, slot, (position, line), most)
        };
        let (mut units, mut found, mut used) = with(most);
        let cases = line.whole_cases(units);
        if cases < units {
            (units, found, used) = with(cases);
        }
        if units == 0 || !usable_piece(line, whole, units) {
            continue;
        }
        quantities[position] = units;
        if !may_share(shop.dataset, lines, &quantities) {
            quantities[position] = 0;
            continue;
        }
        taken = used;
        if !shop.dataset.forms_of(line).is_empty() {
            mix.extend(found);
        }
    }
    if quantities.iter().all(|&units| units == 0) {
        return None;
    }
    let load = Load::new(shop.dataset, order, &quantities);
    let load = load.with_mix(shop.dataset, order, &mix.into());
    let quote = best_fitting(shop, ahead, remaining, order, slot, &load)?;
    Some((quote, quantities))
}

/// Units of a line from a slot, no more than asked: its own stock first, then the other forms in their order; with what
/// all lines take then.
fn fill_line(
    shop: Shop<'_>,
    (ahead, remaining, taken): (&Ahead, &Remaining<'_>, &[(u32, i64)]),
    slot: &Slot,
    (position, line): (usize, &Line),
    most: u32,
) -> (u32, Vec<Made>, Vec<(u32, i64)>) {
    let own = [Made {
        line: position as u32,
        form: 0,
        units: most,
    }];
    let is_of_line = |made: &&Made| made.line as usize == position;
    let forms: Vec<Made> = match shop.dataset.forms_of(line).is_empty() {
        true => own.to_vec(),
        false => slot.made.iter().filter(is_of_line).copied().collect(),
    };
    let (mut units, mut found, mut used) = (0, Vec::new(), taken.to_vec());
    for form in forms {
        let made = Made {
            units: form.units.min(most - units),
            ..form
        };
        let here = makes(shop, (ahead, remaining, &mut used), line, made, slot.wave);
        units += here;
        if here > 0 {
            found.push(Made {
                units: here,
                ..made
            });
        }
    }
    (units, found, used)
}

/// How many units of a line can be made in a form, no more than asked; what they take is added to what is `used`.
fn makes(
    shop: Shop<'_>,
    (ahead, remaining, used): (&Ahead, &Remaining<'_>, &mut Vec<(u32, i64)>),
    line: &Line,
    asked: Made,
    wave: WaveIx,
) -> u32 {
    let dataset = shop.dataset;
    let location = dataset.waves[wave.ix()].location;
    let form = dataset.form_of(line, asked.form);
    let mut rows: Vec<(u32, i64)> = Vec::new();
    for &(sku, count) in &form.parts {
        let Some(cell) = dataset.stock_at(sku, location) else {
            return 0;
        };
        let of_cell = shop.coupling.stock_rows(dataset, line, cell, wave);
        rows.extend(of_cell.map(|row| (row, i64::from(count))));
    }
    merge_rows(&mut rows);
    let mut units = i64::from(asked.units);
    for &(row, count) in &rows {
        let taken = used.iter().filter(|(other, _)| *other == row);
        let taken: i64 = taken.map(|(_, units)| units).sum();
        let left = remaining.left(row) - ahead.used(row) - taken;
        units = units.min(left.max(0) / count);
    }
    used.extend(rows.into_iter().map(|(row, count)| (row, count * units)));
    u32::try_from(units).unwrap_or(0)
}

/// The best route with room for the load.
fn best_fitting(
    shop: Shop<'_>,
    ahead: &Ahead,
    remaining: &Remaining<'_>,
    order: OrderIx,
    slot: &Slot,
    load: &Load,
) -> Option<Placed> {
    let mut slot = slot.clone();
    loop {
        let quote = best_quote(shop.dataset, shop.settings, order, &slot, load)?;
        let usage = usage_of(shop, order, &slot, load, &quote);
        if remaining.fits(&ahead.with(shop.coupling, &usage)) {
            return Some(placed(shop, order, &slot, load, &quote, usage));
        }
        slot.ways.retain(|way| way.route != quote.route);
    }
}

/// What a load uses by the route of a quote.
pub fn usage_of(
    shop: Shop<'_>,
    order: OrderIx,
    slot: &Slot,
    load: &Load,
    quote: &Quote,
) -> Vec<Usage> {
    let candidate = Candidate {
        wave: slot.wave,
        route: quote.route,
        forward: slot.forward,
        parcels: quote.parcels,
        load: 0,
        mix: 0,
        days_late: quote.days_late,
        gain: quote.gain,
    };
    let mut usage = Vec::new();
    let data = &shop.dataset.orders[order.ix()];
    shop.coupling
        .usage(shop.dataset, data, load, &candidate, &mut usage);
    usage
}

/// The shipment of a load by the route of a quote.
pub fn placed(
    shop: Shop<'_>,
    order: OrderIx,
    slot: &Slot,
    load: &Load,
    quote: &Quote,
    usage: Vec<Usage>,
) -> Placed {
    let shipment = Shipment {
        order,
        wave: slot.wave,
        route: quote.route,
        parcels: quote.parcels,
        pieces: pieces_of(shop.dataset, order, load),
    };
    Placed {
        shipment,
        gain: quote.gain,
        days_late: quote.days_late,
        usage,
    }
}

/// The pieces of a load, by line and form.
pub fn pieces_of(dataset: &Dataset, order: OrderIx, load: &Load) -> Vec<Piece> {
    let each = dataset.orders[order.ix()]
        .line_indices()
        .zip(&load.quantities)
        .filter(|(_, units)| **units > 0);
    let mut pieces: Vec<Piece> = Vec::new();
    for (line, &quantity) in each {
        let first = dataset.orders[order.ix()].lines.start;
        let is_of_line = |made: &&Made| made.line == line.0 - first;
        let made = load.mix.iter().filter(is_of_line);
        let before = pieces.len();
        pieces.extend(made.map(|made| Piece {
            line,
            form: made.form,
            quantity: made.units,
        }));
        if pieces.len() == before {
            pieces.push(Piece {
                line,
                form: 0,
                quantity,
            });
        }
    }
    pieces
}
