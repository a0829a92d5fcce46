//! From waves whose capacities count together to the wave with which each shipment leaves.
//!
//! Prices and plans are searched as if waves of a stretch could help each other out: a shipment's wave then only says by
//! when it must leave. Here each gets the first wave that has room, those that must leave first before others. What finds
//! none is left to its order to choose again.

use super::lister::{Lister, drop_unused_loads};
use super::{Lists, Planned, all_orders, flat, improved, with_room};
use crate::domain::{LocationIx, OrderIx, WaveIx};
use crate::model::{Coupling, Scarcity, Usage};
use crate::options::{Candidate, Options, OrderOptions, can_give, runs_alike, slots_of};
use crate::solve::component::Choice;
use crate::solve::joint::{self, Chosen, Limit, Prices};
use crate::solve::outcome::Control;
use crate::solve::remaining::Remaining;
use crate::solve::rules::Shop;
use crate::solve::worth::Weights;
use rayon::prelude::*;
use smallvec::SmallVec;

/// Orders that are looked at to find stretches.
const SAMPLED: usize = 4096;
/// A stretch ends where more than one in so many of the orders that a location could serve can only be served later.
const BEGINNING: usize = 20;

/// By wave the last of its stretch; empty where each would be a stretch by itself. Waves before orders or goods are there
/// are kept apart: their room is no use to those that come later.
pub fn stretches(shop: Shop<'_>, options: &Options) -> Vec<WaveIx> {
    let dataset = shop.dataset;
    if dataset
        .locations
        .iter()
        .all(|location| location.waves.len() < 2)
    {
        return Vec::new();
    }
    let count = dataset.orders.len();
    let sampled = SAMPLED.min(count);
    let of_order = |number: usize| -> Vec<WaveIx> {
        let slots = slots_of(
            dataset,
            &options.rates,
            OrderIx::new(number * count / sampled),
        );
        let location = |wave: WaveIx| dataset.waves[wave.ix()].location;
        let mut before: Option<(LocationIx, &[u32])> = None;
        let mut begun = Vec::new();
        for slot in slots.iter().filter(|slot| !slot.forward) {
            let here = location(slot.wave);
            let goes_on =
                before.is_some_and(|(other, limits)| other == here && limits == &slot.limits[..]);
            if !goes_on {
                begun.push(slot.wave);
            }
            before = Some((here, &slot.limits));
        }
        begun
    };
    let each: Vec<Vec<WaveIx>> = (0..sampled).into_par_iter().map(of_order).collect();
    let mut begun = vec![0_usize; dataset.waves.len()];
    for wave in each.into_iter().flatten() {
        begun[wave.ix()] += 1;
    }
    let mut until: Vec<WaveIx> = (0..dataset.waves.len()).map(WaveIx::new).collect();
    for location in &dataset.locations {
        let waves = location.waves.start as usize..location.waves.end as usize;
        let all: usize = begun[waves.clone()].iter().sum();
        for wave in waves.rev().skip(1) {
            if begun[wave + 1] * BEGINNING <= all {
                until[wave] = until[wave + 1];
            }
        }
    }
    let is_alone = |(wave, last): (usize, &WaveIx)| last.ix() == wave;
    if until.iter().enumerate().all(is_alone) {
        return Vec::new();
    }
    until
}

/// Gives each shipment of a plan its wave, and improves what that leaves undone; bounds are told by wave, too.
pub fn spread(
    lister: &Lister<'_>,
    weights: Weights,
    together: &Coupling,
    (lists, planned): (Lists, Planned),
    control: &Control<'_>,
) -> (Lists, Planned) {
    let dataset = lister.shop.dataset;
    let rows = &lister.shop.coupling.rows;
    let mut of_rows = vec![0; rows.len()];
    let mut constants: i128 = 0;
    for (&row, &price) in lists.rows.iter().zip(&planned.prices.of_rows) {
        of_rows[row as usize] = price;
        constants -= Limit::of(&together.rows[row as usize], 1).constant(price);
    }
    let of_rows = together.prices_by_wave(dataset, &of_rows);
    let each = rows.iter().zip(&of_rows);
    constants += each
        .map(|(row, &price)| Limit::of(row, 1).constant(price))
        .sum::<i128>();
    let at_prices = planned.prices.bound + constants;

    let stretches = together.stretches();
    let least = vec![0; lists.least.len()];
    let alike = lists.into_each(dataset, |order, listed| {
        let chosen = &planned.choices[order.ix()].chosen;
        Alike::of(lister, stretches, order, (listed, chosen))
    });
    let binding: Vec<bool> = (lister.binding.iter().zip(&of_rows))
        .map(|(&is_binding, &price)| is_binding || price > 0)
        .collect();
    let (choices, unplaced) = place(lister.shop, &binding, &alike);
    let orders = alike.into_iter().map(|alike| alike.options).collect();
    let rows: Vec<u32> = (0..rows.len() as u32)
        .filter(|&row| binding[row as usize])
        .collect();
    let mut lists = Lists {
        laid: None,
        least,
        scarcity: Scarcity { orders, binding },
        rows,
    };
    lists.lay_out(lister, weights, &[]);
    let laid = lists.laid.take().expect("it was laid out");
    let component = all_orders(lister.shop, weights, &lists);
    let flat = flat(&component, &lists, laid);
    let prices = Prices {
        of_rows: lists
            .rows
            .iter()
            .map(|&row| of_rows[row as usize])
            .collect(),
        bound: at_prices,
    };
    let chosen = joint::chosen_of(&flat, &choices);
    let bound = planned.bound.min(at_prices);
    let placed = with_room(lister, &flat, (chosen, bound), prices, &unplaced);
    let laid = flat.into_laid();
    drop(component);
    lists.laid = Some(laid);
    if control.should_stop() {
        return (lists, placed);
    }
    let filled = improved(lister, weights, &mut lists, placed, |flat, chosen, _| {
        joint::filled(flat, chosen, control)
    });
    (lists, filled)
}

/// What an order has chosen, with all waves that could stand in.
struct Alike {
    /// Only these.
    options: OrderOptions,
    /// By what is chosen: its positions in `options`, by wave; the last by which it must leave.
    positions: Vec<Vec<u32>>,
}

impl Alike {
    fn of(
        lister: &Lister<'_>,
        stretches: &[WaveIx],
        order: OrderIx,
        (listed, chosen): (&OrderOptions, &[u32]),
    ) -> Self {
        let Shop {
            dataset,
            settings,
            rates,
            ..
        } = lister.shop;
        let mut options = OrderOptions {
            candidates: Vec::new(),
            beyond: None,
            ..listed.clone()
        };
        if chosen.is_empty() {
            options.loads = Vec::new();
            return Self {
                options,
                positions: Vec::new(),
            };
        }
        let slots = slots_of(dataset, rates, order);
        let runs = runs_alike(dataset, settings, order, &slots, stretches);
        let alike = |&position: &u32| -> Vec<Candidate> {
            let last = listed.candidates[position as usize];
            let is_here = |position: &usize| {
                slots[*position].wave == last.wave && slots[*position].forward == last.forward
            };
            let here = (0..slots.len()).find(is_here);
            let before = here.map_or(0..0, |here| {
                let mut runs = runs.iter();
                let run = runs.find(|run| run.contains(&here));
                run.map_or(here, |run| run.start)..here
            });
            let load = &listed.loads[last.load as usize];
            let mix = listed.mixes.get(usize::from(last.mix));
            before
                .filter(|&slot| can_give(&slots[slot], load, mix))
                .map(|slot| Candidate {
                    wave: slots[slot].wave,
                    ..last
                })
                .chain([last])
                .collect()
        };
        let by_chosen: Vec<Vec<Candidate>> = chosen.iter().map(alike).collect();
        let key = |one: &Candidate| {
            let carried = (one.route, one.parcels, one.days_late);
            (one.load, one.wave, one.forward, carried, one.mix)
        };
        options.candidates = by_chosen.concat();
        options.candidates.sort_by_key(key);
        options.candidates.dedup();
        let position = |one: &Candidate| {
            let found = options.candidates.binary_search_by_key(&key(one), key);
            found.expect("all are listed") as u32
        };
        let positions = by_chosen
            .iter()
            .map(|alike| alike.iter().map(position).collect())
            .collect();
        drop_unused_loads(&mut options);
        Self { options, positions }
    }
}

/// Gives each shipment the first wave that has room, those that must leave first before others; then one where room can be
/// bought. Orders any of whose shipments finds none have nothing, and are told.
fn place(shop: Shop<'_>, binding: &[bool], alike: &[Alike]) -> (Vec<Choice>, Vec<u32>) {
    let (dataset, coupling) = (shop.dataset, shop.coupling);
    let mut sequence: Vec<(WaveIx, u32, u32)> = Vec::new();
    for (member, alike) in (0_u32..).zip(alike) {
        for (number, positions) in (0_u32..).zip(&alike.positions) {
            let last = positions[positions.len() - 1];
            let by = alike.options.candidates[last as usize].wave;
            sequence.push((by, member, number));
        }
    }
    sequence.sort_unstable();
    let mut remaining = Remaining::new(coupling);
    let mut chosen: Vec<Chosen> = vec![Chosen::new(); alike.len()];
    let mut is_unplaced = vec![false; alike.len()];
    let mut usage: Vec<Usage> = Vec::new();
    for (_, member, number) in sequence {
        let member = member as usize;
        if is_unplaced[member] {
            continue;
        }
        let options = &alike[member].options;
        let order = OrderIx::new(member);
        let usage_of = |position: u32, usage: &mut Vec<Usage>| {
            let candidate = &options.candidates[position as usize];
            let load = options.load_of(dataset, order, candidate);
            let data = &dataset.orders[order.ix()];
            coupling.usage(dataset, data, &load, candidate, usage);
            usage.retain(|&(row, _)| binding[row as usize]);
        };
        let wave_of = |position: u32| options.candidates[position as usize].wave;
        let mine = &chosen[member];
        let is_free = |position: u32| {
            mine.iter()
                .all(|&other| wave_of(other) != wave_of(position))
        };
        let positions = alike[member].positions[number as usize].iter().copied();
        let free: SmallVec<[u32; 16]> = positions.filter(|&one| is_free(one)).collect();
        let has_room = |position: u32, buys: bool, usage: &mut Vec<Usage>| {
            usage_of(position, usage);
            if buys {
                remaining.fits(usage)
            } else {
                remaining.has_room(usage)
            }
        };
        let found = [false, true].into_iter().find_map(|buys| {
            let mut each = free.iter().copied();
            each.find(|&position| has_room(position, buys, &mut usage))
        });
        if let Some(position) = found {
            remaining.take(&usage);
            chosen[member].push(position);
            continue;
        }
        // An order ships as it was chosen, or chooses again.
        is_unplaced[member] = true;
        for position in std::mem::take(&mut chosen[member]) {
            usage_of(position, &mut usage);
            remaining.give_back(&usage);
        }
    }
    let is_left = |(member, is_unplaced): (u32, bool)| is_unplaced.then_some(member);
    let unplaced = (0..).zip(is_unplaced).filter_map(is_left).collect();
    let choices = chosen
        .into_iter()
        .map(|mut chosen| {
            chosen.sort_unstable();
            Choice {
                chosen: chosen.to_vec(),
                placed: Vec::new(),
            }
        })
        .collect();
    (choices, unplaced)
}
