//! The rules baseline: what today's systems do, replayed on the same data.
//!
//! Orders one after the other by priority and age. One location that can fill all of it and costs
//! least; else split greedily: the location that fills most of what is left, within the split limits.
//! Each location ships in the first wave that has room. Nothing is weighed against other orders.

use super::component::Choice;
use super::outcome::{Control, GoalKind};
use super::remaining::{Ahead, Remaining};
use super::stages::Progressed;
use super::used::used_by;
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
    let places: BTreeMap<OrderIx, usize> = orders.iter().copied().zip(0..).collect();
    let mut choices = vec![Choice::default(); orders.len()];
    let mut remaining = Remaining::new(shop.coupling);
    place_all(
        shop,
        &mut remaining,
        orders.to_vec(),
        stop,
        |order, placed| {
            choices[places[&order]].placed = placed;
        },
    );
    choices
}

/// Takes for each component that is not at its bound what rules do with its orders where that is better, and lets orders that
/// have nothing ship by rules what all others leave; `alone` is planned beside the components.
pub fn improve(
    shop: Shop<'_>,
    kinds: &[GoalKind],
    parts: &mut [Progressed<'_>],
    alone: &Plan,
    control: &Control<'_>,
) {
    let stop = || control.is_late();
    let last = kinds.len() - 1;
    let is_open = |part: &Progressed<'_>| part.gap(last, kinds[last]) > 0;
    if !parts.iter().any(is_open) {
        return;
    }
    let mut plan = alone.clone();
    for part in &*parts {
        plan.shipments
            .extend(part.component.shipments(&part.choices));
    }
    let mut used = used_by(shop.dataset, shop.coupling, &plan);
    for part in parts.iter_mut().filter(|part| is_open(part)) {
        let members = part.component.members.iter();
        let orders: Vec<OrderIx> = members.map(|member| member.order).collect();
        take_if_better(shop, kinds, part, choices(shop, &orders, stop), &mut used);
        let is_idle = |choice: &Choice| choice.chosen.is_empty() && choice.placed.is_empty();
        let each = orders.iter().zip(&part.choices);
        let idle: Vec<OrderIx> = each
            .filter(|(_, choice)| is_idle(choice))
            .map(|(&order, _)| order)
            .collect();
        let mut remaining = Remaining::new(shop.coupling);
        let usage: Vec<Usage> = (0..).zip(used.iter().copied()).collect();
        remaining.take(&usage);
        let mut filled = part.choices.clone();
        let places: BTreeMap<OrderIx, usize> = orders.into_iter().zip(0..).collect();
        place_all(shop, &mut remaining, idle, stop, |order, placed| {
            filled[places[&order]].placed = placed;
        });
        take_if_better(shop, kinds, part, filled, &mut used);
    }
}

/// Takes other choices for a component that are better and fit what all else uses, `used` by row with what it used itself. Rules
/// know nothing of what cannot bind in a good plan: of that they may buy nothing, nor use what costs by itself.
fn take_if_better(
    shop: Shop<'_>,
    kinds: &[GoalKind],
    part: &mut Progressed<'_>,
    choices: Vec<Choice>,
    used: &mut Vec<i64>,
) {
    let component = &part.component;
    if !component.is_better(kinds, &choices, &part.choices) {
        return;
    }
    let used_by = |choices: &[Choice]| {
        let plan = Plan {
            shipments: component.shipments(choices),
        };
        used_by(shop.dataset, shop.coupling, &plan)
    };
    let (before, now) = (used_by(&part.choices), used_by(&choices));
    let each = used.iter().zip(before.iter().zip(&now));
    let anew: Vec<i64> = each
        .map(|(used, (before, now))| used - before + now)
        .collect();
    let rows = shop
        .coupling
        .rows
        .iter()
        .zip(&component.context.scarcity.binding);
    let mut fits = rows.zip(&anew).zip(&*used);
    let fits = fits.all(|(((row, &is_binding), &anew), &before)| {
        let extra = if is_binding { row.extra } else { 0 };
        let most = match row.is_open() {
            true if is_binding => i64::MAX,
            true => before.signum() * i64::MAX,
            false => row.capacity + extra,
        };
        row.is_commitment() || anew <= before || anew <= most
    });
    if fits {
        (part.choices, *used) = (choices, anew);
    }
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
            for one in &placed {
                remaining.take(&one.usage);
            }
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
        ahead.take(&found.usage);
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
        if remaining.fits(&ahead.with(&usage)) {
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
