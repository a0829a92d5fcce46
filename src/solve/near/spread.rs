//! From waves whose capacities count together to the wave with which each shipment leaves.
//!
//! Prices and plans are searched as if waves of a stretch could help each other out: a shipment's wave then only says by
//! when it must leave. Here each gets the first wave that has room, those that must leave first before others. What finds
//! none is left to its order to choose again.

use super::lister::{Lister, drop_unused_loads};
use super::room::improved;
use super::{Lists, Planned, on_layout};
use crate::domain::{LocationIx, OrderIx, WaveIx};
use crate::model::{Coupling, Scarcity};
use crate::options::{Candidate, Options, OrderOptions, can_give, runs_alike, slots_of};
use crate::solve::joint::{self, Chosen, Flat, Limit, Prices};
use crate::solve::outcome::Control;
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

    let binding: Vec<bool> = (lister.binding.iter().zip(&of_rows))
        .map(|(&is_binding, &price)| is_binding || price > 0)
        .collect();
    let rows: Vec<u32> = (0..rows.len() as u32)
        .filter(|&row| binding[row as usize])
        .collect();
    let mut by_wave = Lists {
        laid: None,
        least: vec![0; lists.least.len()],
        scarcity: Scarcity {
            orders: vec![OrderOptions::default(); dataset.orders.len()],
            binding,
        },
        rows,
    };
    by_wave.lay_out(lister, weights, &[]);
    let mut positions: Vec<Positions> = Vec::with_capacity(dataset.orders.len());
    let alike = |member: usize, listed: &OrderOptions| {
        let chosen = &planned.choices[member].chosen;
        let order = lister.sequence[member];
        Alike::of(lister, together.stretches(), order, (listed, chosen))
    };
    lists.in_parts(lister, alike, |members, alike| {
        let changed: Vec<u32> = members.clone().map(|member| member as u32).collect();
        for (member, alike) in members.zip(alike) {
            by_wave.scarcity.orders[member] = alike.options;
            positions.push(alike.positions);
        }
        by_wave.lay_out(lister, weights, &changed);
    });
    let mut lists = by_wave;
    let prices = Prices {
        of_rows: lists
            .rows
            .iter()
            .map(|&row| of_rows[row as usize])
            .collect(),
        bound: at_prices,
    };
    let bound = planned.bound.min(at_prices);
    let (placed, unplaced) = on_layout(lister, weights, &mut lists, |_, flat| {
        let (chosen, unplaced) = place(flat, &positions);
        (Planned::new(flat, &chosen, (bound, prices)), unplaced)
    });
    if control.should_stop() {
        return (lists, placed);
    }
    let cramped = |_: &Flat<'_>, _: &[Chosen], _: &Prices| unplaced;
    let filled = |flat: &Flat<'_>, plan: (Vec<Chosen>, &[u32]), _: &Prices| {
        joint::filled(flat, plan.0, control)
    };
    let filled = improved(lister, weights, &mut lists, placed, (cramped, filled));
    (lists, filled)
}

/// What an order has chosen, with all waves that could stand in.
struct Alike {
    /// Only these.
    options: OrderOptions,
    /// Where what is chosen is in these.
    positions: Positions,
}

/// By what an order has chosen: its positions in a list, by wave; the last by which it must leave.
type Positions = SmallVec<[SmallVec<[u32; 4]>; 1]>;

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
            candidates: Default::default(),
            beyond: None,
            loads: listed.loads.clone(),
            mixes: listed.mixes.clone(),
            slots: listed.slots.clone(),
            ..*listed
        };
        if chosen.is_empty() {
            options.loads.clear();
            return Self {
                options,
                positions: Positions::new(),
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
        options.candidates = by_chosen.iter().flatten().copied().collect();
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
fn place(flat: &Flat<'_>, positions: &[Positions]) -> (Vec<Chosen>, Vec<u32>) {
    let mut sequence: Vec<(WaveIx, u32, u32)> = Vec::new();
    for (member, positions) in (0_u32..).zip(positions) {
        let (chunk, order) = flat.place(member as usize);
        for (number, positions) in (0_u32..).zip(positions) {
            let last = chunk.first[order] + positions[positions.len() - 1];
            sequence.push((chunk.wave(last as usize), member, number));
        }
    }
    sequence.sort_unstable();
    let mut used = vec![0_i64; flat.limits.len()];
    let mut chosen: Vec<Chosen> = vec![Chosen::new(); positions.len()];
    let mut is_unplaced = vec![false; positions.len()];
    for (_, member, number) in sequence {
        let member = member as usize;
        if is_unplaced[member] {
            continue;
        }
        let (chunk, order) = flat.place(member);
        let mine = &chosen[member];
        // What an order uses once, and with another shipment already, is no more.
        let is_new = |row: u32| {
            !flat.counts_once(row) || mine.iter().all(|&it| !chunk.does_use(it as usize, row))
        };
        let is_free = |candidate: &u32| {
            let wave = |candidate: u32| chunk.wave(candidate as usize);
            mine.iter().all(|&other| wave(other) != wave(*candidate))
        };
        let positions = positions[member][number as usize].iter();
        let each = positions.map(|position| chunk.first[order] + position);
        let free: SmallVec<[u32; 16]> = each.filter(is_free).collect();
        let has_room = |candidate: u32, buys: bool| {
            let mut uses = chunk.uses_of(candidate as usize);
            uses.all(|one| {
                let limit = &flat.limits[one.row as usize];
                let after = used[one.row as usize] + i64::from(one.units);
                let fits = limit.is_open || after <= limit.capacity || buys && limit.allows(after);
                one.units <= 0 || fits || !is_new(one.row)
            })
        };
        let found = [false, true].into_iter().find_map(|buys| {
            let mut each = free.iter().copied();
            each.find(|&candidate| has_room(candidate, buys))
        });
        let before = flat.uses_together(chunk, order, mine);
        match found {
            Some(candidate) => chosen[member].push(candidate),
            // An order ships as it was chosen, or chooses again.
            None => {
                is_unplaced[member] = true;
                chosen[member].clear();
            }
        }
        for one in before {
            used[one.row as usize] -= i64::from(one.units);
        }
        for one in flat.uses_together(chunk, order, &chosen[member]) {
            used[one.row as usize] += i64::from(one.units);
        }
    }
    for chosen in &mut chosen {
        chosen.sort_unstable();
    }
    let is_left = |(member, is_unplaced): (u32, bool)| is_unplaced.then_some(member);
    let unplaced = (0..).zip(is_unplaced).filter_map(is_left).collect();
    (chosen, unplaced)
}
