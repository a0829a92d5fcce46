//! Candidates of an order by what patterns with them are worth at most at prices, the best first, priced as they are needed.
//!
//! What a load on a slot gains at most by any route is told without its quotes, and with it, and the most that the best other
//! loads could add, what any pattern with it is worth at most. So the best of them are priced, and of the others that is
//! known.

use super::lister::{Lister, Outlook, add, highest, numbers_now, worths};
use super::tolls::{OfOrder, Tolls};
use crate::domain::{OrderIx, ShipComplete};
use crate::model::{Usages, undominated};
use crate::options::{Candidate, Cut, OrderOptions, Quoting, Slot, Unpriced};
use crate::solve::alike::Done;
use crate::solve::pairing::{Number, Pairing, Rules, Tables};
use crate::solve::pattern::deliveries_at_most;
use crate::solve::rules::Shop;
use smallvec::SmallVec;

/// What a load is worth that cannot ship.
pub const NEVER: i64 = i64::NEVER;

/// Told a rank, from which rank on all are needed, and above which some more.
pub type Aim<'a> = dyn Fn(i64) -> (i64, i64) + 'a;

/// What is asked of an order.
pub struct Question<'q> {
    /// The order.
    pub order: OrderIx,
    /// What is paid.
    pub tolls: &'q Tolls,
    /// Loads to look at where there are too many to list them all.
    pub loads: &'q [Vec<u32>],
    /// Options of the order whose candidates are to be among those priced.
    pub kept: Option<&'q OrderOptions>,
    /// What else is to be among those priced.
    pub done: Option<&'q Done>,
    /// By which the best are told.
    pub by: By,
    /// Whether it is to be told what candidates use.
    pub asks_use: bool,
    /// As far as it is known before, how much is listed of what, by the highest rank that anything could have.
    pub aim: Option<(Cut, &'q Aim<'q>)>,
}

/// By what candidates are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// What patterns of two shipments with them are worth at most.
    Promise,
    /// What any patterns with them are worth at most.
    Most,
}

/// The best candidates of an order.
pub struct Ranked {
    /// With these candidates.
    pub options: OrderOptions,
    /// What they use; nothing where that need not be told.
    pub used: Usages,
    /// What patterns with them are worth at most; `None` where that is not told apart: of orders that may go by a hub, or
    /// with too many sizes of pieces. Then all candidates are here.
    pub outlook: Option<Outlook>,
    /// What patterns with a candidate that was not priced are worth at most; `None`: all were.
    pub unpriced: Option<i64>,
}

/// A load on a slot.
struct Place {
    load: u32,
    slot: u32,
    /// Whether it is to be priced in any case.
    is_kept: bool,
    /// What it is worth at most by itself.
    alone: i64,
    /// What patterns with it are worth at most, of two shipments.
    promise: i64,
    /// Of as many as there may be.
    most: i64,
}

/// A candidate with its load on its slot.
#[derive(Clone, Copy)]
struct Found {
    load: u32,
    slot: u32,
    candidate: Candidate,
}

impl<'q> Question<'q> {
    /// By promise at prices, with nothing to be kept.
    pub fn at(order: OrderIx, tolls: &'q Tolls) -> Self {
        Self {
            order,
            tolls,
            loads: &[],
            kept: None,
            done: None,
            by: By::Promise,
            asks_use: false,
            aim: None,
        }
    }
}

impl Lister<'_> {
    /// Candidates of an order, the best first, until they are enough: told the candidates so far and by how much others are
    /// ranked at most.
    pub fn ranked(
        &self,
        question: &Question<'_>,
        is_enough: &dyn Fn(&Ranked, i64) -> bool,
    ) -> Ranked {
        let Shop {
            dataset,
            settings,
            coupling,
            ..
        } = self.shop;
        let (order, asked) = (question.order, question.loads);
        let until = coupling.stretches();
        let unpriced = (self.options).unpriced_with_loads(dataset, settings, (order, until), asked);
        let lines = dataset.lines_of(order);
        if unpriced.is_plain()
            && let Some(pairing) = Pairing::new(lines, &unpriced.loads)
        {
            return self.by_rank(question, &unpriced, &pairing, is_enough);
        }
        let mut ranked = self.without_useless(question, unpriced.priced());
        ranked.outlook = self.outlook(order, (&ranked.options, &ranked.used), question.tolls);
        ranked
    }

    fn by_rank(
        &self,
        question: &Question<'_>,
        unpriced: &Unpriced<'_>,
        pairing: &Pairing,
        is_enough: &dyn Fn(&Ranked, i64) -> bool,
    ) -> Ranked {
        let mut quoting = Quoting::new(unpriced);
        let tolls = OfOrder::new(self, question.tolls, unpriced);
        let of_places = (unpriced, &mut quoting, &tolls);
        let mut places = self.places(question, of_places);
        let mut beside = self.beside(question.order, pairing);
        let added = beside.told(places.iter().map(|place| (place.load, place.alone)));
        self.promise(question.order, &mut places, &added);
        let is_plain = self.shop.coupling.is_plain() && self.are_apart(&unpriced.slots);
        let rank = |place: &Place| match question.by {
            By::Promise => place.promise,
            By::Most => place.most,
        };
        let best_first = |one: &Place, other: &Place| {
            let key = |place: &Place| (!place.is_kept, std::cmp::Reverse(rank(place)));
            let by_place = (one.load, one.slot).cmp(&(other.load, other.slot));
            key(one).cmp(&key(other)).then(by_place)
        };
        let mut found: Vec<Found> = Vec::new();
        let mut here = Vec::new();
        let priced_first = self.options.cut.priced;
        let wanted = question.aim.map_or(priced_first, |(cut, aim)| {
            let ranks = || places.iter().map(rank);
            let (needed, floor) = aim(highest(ranks()));
            let needed = ranks().filter(|&rank| rank >= needed).count();
            let above = ranks().filter(|&rank| rank > floor).count();
            let least = cut.priced / 2;
            above
                .min(needed + cut.spare)
                .clamp(least, cut.most.max(least))
        });
        let mut batch = wanted.max(1) + places.iter().filter(|place| place.is_kept).count();
        loop {
            let now = batch.min(places.len());
            if now < places.len() {
                places.select_nth_unstable_by(now, best_first);
            }
            places[..now].sort_unstable_by_key(|place| (place.load, place.slot));
            for place in places.drain(..now) {
                here.clear();
                quoting.add(place.slot as usize, place.load as usize, &mut here);
                if is_plain && !place.is_kept {
                    self.drop_beaten(&mut here);
                }
                found.extend(here.iter().map(|&candidate| Found {
                    load: place.load,
                    slot: place.slot,
                    candidate,
                }));
            }
            // As candidates are, by load and wave.
            found.sort_by_key(|one| (one.load, one.slot));
            batch *= 2;
            let candidates = found.iter().map(|one| one.candidate).collect();
            let options = unpriced.with(candidates);
            let (mut ranked, worths) =
                if is_plain && !self.could_be_beaten(unpriced, &tolls, &found) {
                    let worths = self.worths_by_tolls(question, unpriced, &tolls, &found);
                    (self.as_they_are(question, options), worths)
                } else {
                    let ranked = self.without_useless(question, options);
                    let worths = worths(&ranked.options, &ranked.used, question.tolls);
                    (ranked, worths)
                };
            // What was priced adds no more than it is worth.
            let of_left = places.iter().map(|place| (place.load, place.alone));
            let candidates = ranked.options.candidates.iter();
            let of_priced = candidates.map(|one| one.load).zip(worths.iter().copied());
            let added = beside.told(of_left.chain(of_priced));
            self.promise(question.order, &mut places, &added);
            let is_folded = ranked.options.late_folded;
            let each = ranked.options.candidates.iter().zip(worths);
            ranked.outlook = Some(self.outlook_of((question.order, is_folded), each, &added));
            ranked.unpriced = places.iter().map(|place| place.most).max();
            let next = places.iter().map(rank).max();
            if next.is_none_or(|next| is_enough(&ranked, next)) {
                return ranked;
            }
        }
    }

    /// Whether slots are at different locations.
    fn are_apart(&self, slots: &[Slot]) -> bool {
        let waves = &self.shop.dataset.waves;
        let location = |slot: &Slot| waves[slot.wave.ix()].location;
        // By wave, so by location.
        slots
            .windows(2)
            .all(|two| location(&two[0]) != location(&two[1]))
    }

    /// Whether what a candidate's route uses of its own could be scarce.
    fn is_route_bound(&self, candidate: &Candidate) -> bool {
        let coupling = self.shop.coupling;
        let rows = coupling.route_rows(candidate.wave, candidate.route);
        rows.into_iter()
            .flatten()
            .any(|row| self.binding[row as usize])
    }

    /// Of candidates of one load on one slot, drops those that another could replace: it gains as much, is no later and uses
    /// nothing scarce that the other does not.
    fn drop_beaten(&self, here: &mut Vec<Candidate>) {
        if here.len() < 2 {
            return;
        }
        let beats = |one: usize, other: usize| {
            let (strong, weak) = (&here[one], &here[other]);
            let is_better = (strong.gain, weak.days_late) > (weak.gain, strong.days_late);
            one != other
                && strong.gain >= weak.gain
                && strong.days_late <= weak.days_late
                && (is_better || one < other)
                && (strong.route == weak.route || !self.is_route_bound(strong))
        };
        let all = 0..here.len();
        let is_beaten: SmallVec<[bool; 16]> = all
            .clone()
            .map(|other| all.clone().any(|one| beats(one, other)))
            .collect();
        let mut each = is_beaten.iter();
        here.retain(|_| each.next() == Some(&false));
    }

    /// Whether any candidate uses nothing scarce and another of its load, elsewhere, might give way to it: where slots are at
    /// different locations, that is all that could.
    fn could_be_beaten(
        &self,
        unpriced: &Unpriced<'_>,
        tolls: &OfOrder<'_>,
        found: &[Found],
    ) -> bool {
        let of_load = found.chunk_by(|one, other| one.load == other.load);
        of_load.into_iter().any(|same| {
            let load = &unpriced.loads[same[0].load as usize];
            let is_free = |one: &&Found| {
                tolls.is_free(one.slot as usize, load) && !self.is_route_bound(&one.candidate)
            };
            let gives_way = |strong: &Candidate, weak: &Candidate| {
                weak.gain <= strong.gain && weak.days_late >= strong.days_late
            };
            same.iter().filter(is_free).any(|free| {
                let mut others = same.iter().filter(|other| other.slot != free.slot);
                others.any(|other| gives_way(&free.candidate, &other.candidate))
            })
        })
    }

    /// These options with all their candidates.
    fn as_they_are(&self, question: &Question<'_>, options: OrderOptions) -> Ranked {
        let (dataset, coupling) = (self.shop.dataset, self.shop.coupling);
        let used = question
            .asks_use
            .then(|| Usages::new(dataset, coupling, self.binding, question.order, &options));
        Ranked {
            options,
            used: used.unwrap_or_default(),
            outlook: None,
            unpriced: None,
        }
    }

    /// By candidate, what it is worth at prices by itself, lateness not in, told by what its slot and route pay.
    fn worths_by_tolls(
        &self,
        question: &Question<'_>,
        unpriced: &Unpriced<'_>,
        tolls: &OfOrder<'_>,
        found: &[Found],
    ) -> Vec<i64> {
        let price = |row: Option<u32>| row.map_or(0, |row| question.tolls.of(row));
        let coupling = self.shop.coupling;
        let worth = |one: &Found| {
            let (load, candidate) = (&unpriced.loads[one.load as usize], &one.candidate);
            let rows = coupling.route_rows(candidate.wave, candidate.route);
            let [carrier, commitment, transfer] = rows.map(price);
            let by_route = carrier
                .saturating_add(commitment)
                .saturating_add(transfer.saturating_mul(load.measure.units));
            let paid = tolls.of(one.slot as usize, load).saturating_add(by_route);
            candidate.gain.0.saturating_sub(paid)
        };
        found.iter().map(worth).collect()
    }

    /// Loads on slots that could be worth something.
    fn places(
        &self,
        question: &Question<'_>,
        (unpriced, quoting, tolls): (&Unpriced<'_>, &mut Quoting<'_>, &OfOrder<'_>),
    ) -> Vec<Place> {
        let mut kept: Vec<(u32, u32)> = question.kept.map_or(Vec::new(), |options| {
            let each = options.candidates.iter();
            each.filter_map(|one| place_of(unpriced, options, one))
                .collect()
        });
        kept.sort_unstable();
        let mut places: Vec<Place> = Vec::new();
        for (load, slot) in unpriced.places() {
            let Some(gain) = quoting.ceiling(slot, load) else {
                continue;
            };
            let place = (load as u32, slot as u32);
            let is_done = question.done.is_some_and(|done| {
                let from = self.shop.dataset.waves[unpriced.slots[slot].wave.ix()].location;
                done.leaves(from, &unpriced.loads[load].quantities)
            });
            let is_kept = is_done || kept.binary_search(&place).is_ok();
            if !is_kept && !unpriced.is_worth_it(load, gain) {
                continue;
            }
            let alone = gain.0.saturating_sub(tolls.of(slot, &unpriced.loads[load]));
            places.push(Place {
                load: place.0,
                slot: place.1,
                is_kept,
                alone,
                promise: alone,
                most: alone,
            });
        }
        places
    }

    /// Tells what patterns with each place are worth at most, where so much is the most that another load adds to each load, and
    /// drops places that are part of none.
    fn promise(&self, order: OrderIx, places: &mut Vec<Place>, beside: &[i64]) {
        let others = self.others(order);
        places.retain(|place| place.is_kept || beside[place.load as usize] != NEVER);
        for place in places {
            let beside = beside[place.load as usize];
            place.promise = add(place.alone, others.min(1), beside);
            place.most = add(place.alone, others, beside);
        }
    }

    /// What tells how much loads of an order add to one another.
    pub fn beside<'p>(&self, order: OrderIx, pairing: &'p Pairing) -> Beside<'p> {
        let ship_complete = self.shop.dataset.orders[order.ix()].ship_complete;
        let others = self.others(order);
        // What is missing beside one load may be brought by several.
        let is_told = others <= 1;
        let rules = Rules {
            two: others > 0,
            whole_order: is_told && ship_complete == ShipComplete::Order,
            whole_lines: is_told && ship_complete == ShipComplete::Line,
            per_full_line: 0,
            if_full: 0,
        };
        Beside {
            pairing,
            rules,
            of_loads: vec![NEVER; pairing.loads()],
            tables: Tables::default(),
        }
    }

    /// Shipments that an order may have beside one.
    pub fn others(&self, order: OrderIx) -> i64 {
        let dataset = self.shop.dataset;
        let most = deliveries_at_most(&dataset.orders[order.ix()], dataset.lines_of(order));
        i64::from(most.max(1)) - 1
    }

    /// These options without the useless ones.
    fn without_useless(&self, question: &Question<'_>, mut options: OrderOptions) -> Ranked {
        let (dataset, coupling) = (self.shop.dataset, self.shop.coupling);
        let order = question.order;
        let mut used = Usages::new(dataset, coupling, self.binding, order, &options);
        let mut kept = undominated(dataset, coupling, order, &options, &used);
        if let Some(before) = question.kept {
            for position in numbers_now(before, &options).into_iter().flatten() {
                kept[position as usize] = true;
            }
        }
        if kept.contains(&false) {
            options.retain(&kept);
            used.retain(&kept);
        }
        Ranked {
            options,
            used,
            outlook: None,
            unpriced: None,
        }
    }
}

/// How much loads of an order add to one another.
pub struct Beside<'p> {
    pairing: &'p Pairing,
    rules: Rules<i64>,
    /// By load, the most that it is worth by itself; for reuse, as are the tables.
    of_loads: Vec<i64>,
    tables: Tables<i64, 1>,
}

impl Beside<'_> {
    /// By load, the most that another adds beside it, told loads with what they are worth; [`NEVER`] where it cannot ship with
    /// another, nor without.
    pub fn told(&mut self, each: impl Iterator<Item = (u32, i64)>) -> Vec<i64> {
        self.of_loads.fill(NEVER);
        for (load, worth) in each {
            let known = &mut self.of_loads[load as usize];
            *known = worth.max(*known);
        }
        let (worths, rules) = (&self.of_loads, self.rules);
        self.pairing.most_beside(worths, rules, &mut self.tables)
    }
}

/// Where a candidate of other options of the same order is.
fn place_of(
    unpriced: &Unpriced<'_>,
    options: &OrderOptions,
    candidate: &Candidate,
) -> Option<(u32, u32)> {
    let quantities = &options.loads[candidate.load as usize].quantities;
    let load = unpriced
        .loads
        .binary_search_by(|load| load.quantities.cmp(quantities));
    let slot = unpriced
        .slots
        .binary_search_by_key(&candidate.wave, |slot| slot.wave);
    Some((load.ok()? as u32, slot.ok()? as u32))
}
