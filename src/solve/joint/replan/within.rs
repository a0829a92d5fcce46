//! All patterns of an order that are within reach of its best.
//!
//! Unlike the search for the best (`search`), which keeps a few deliveries of each load, this one goes through all that could
//! be part of a pattern within reach: candidates straight to the customer, and sets of feeders with what a hub forwards.

use crate::options::OrderOptions;
use crate::solve::joint::flat::{Flat, Kind, NO_HUB, Use, narrow};
use crate::solve::joint::search::{
    Ask, Chosen, Feeder, Found, NEVER, Scratch, brought, is_one, keep_best,
};
use crate::solve::joint::shape::{Limits, Shape, combined};
use crate::solve::pattern::{Wholes, deliveries_at_most};
use std::cmp::Reverse;

/// Steps of the search for patterns of an order at most.
const STEPS: usize = 200_000;

/// A way to deliver a load.
#[derive(Clone, Debug)]
struct Way {
    /// What it is worth at most as part of a pattern: its toll is taken off.
    worth: i64,
    /// What it pays by itself.
    toll: i64,
    /// Its candidates.
    chosen: Chosen,
}

/// What candidates pay by themselves.
type Toll<'t> = &'t dyn Fn(&[u32]) -> i64;

impl Way {
    fn new(worth: i64, chosen: Chosen, toll: Toll<'_>) -> Self {
        let toll = toll(&chosen);
        Self {
            worth: worth - toll,
            toll,
            chosen,
        }
    }
}

/// What a pattern pays beside the prices of what it uses: no less than its parts by themselves.
pub struct Tolls<'t> {
    /// Of a whole pattern, by what it uses.
    pub of_pattern: &'t dyn Fn(&[Use]) -> i64,
    /// Of a part of one.
    pub of_part: &'t dyn Fn(&[Use]) -> i64,
}

/// How far the search for patterns of an order got.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    /// No pattern is worth more than this.
    pub top: i64,
    /// No pattern that was not found is.
    pub left_out: i64,
    /// Whether there were too many to be looked through.
    pub is_cut: bool,
}

/// A wave of a hub, with what comes to it and leaves it.
struct Hub {
    /// By wave.
    feeders: Vec<Feeder>,
    /// By load, which of them bring it.
    of_loads: Vec<OfLoad>,
    /// By load, the best feeders that bring it.
    brought: Vec<Found>,
    /// Loads that leave it, with the candidate's worth and itself.
    forwards: Vec<(u16, i64, u32)>,
}

/// The feeders that bring a load.
#[derive(Clone)]
struct OfLoad {
    /// By position, ascending.
    feeders: Vec<usize>,
    /// What the best of them is worth.
    best: i64,
}

/// The search for patterns of an order.
struct Within<'w, 'f, V: Fn(usize) -> i64> {
    ask: &'w Ask<'w, V>,
    flat: &'f Flat<'f>,
    /// By load, the best first.
    ways: Vec<Vec<Way>>,
    tolls: Option<&'w Tolls<'w>>,
    /// Whether patterns may break a rule that only whole patterns show.
    is_strict: bool,
    most: usize,
    least: i64,
    steps: usize,
    picked: Vec<(u16, usize)>,
}

/// Whether all patterns of an order, by its loads, are few enough to be looked through.
pub fn are_looked_through(flat: &Flat<'_>, member: usize) -> bool {
    let (chunk, order) = flat.place(member);
    matches!(chunk.kind[order], Kind::Listed(_)) || all_combined(flat, member, &|_| true).is_some()
}

/// All combinations of the loads of a member that are meant; `None` where they are too many.
fn all_combined(flat: &Flat<'_>, member: usize, is_meant: &dyn Fn(usize) -> bool) -> Option<Shape> {
    let member = &flat.members[member];
    let dataset = member.dataset();
    let lines = dataset.lines_of(member.order);
    let order = &dataset.orders[member.order.ix()];
    let deliveries = deliveries_at_most(order, lines);
    let limits = Limits {
        combinations: usize::MAX,
        steps: STEPS,
    };
    let (whole, loads) = (order.ship_complete, &member.options.loads);
    combined(lines, whole, deliveries, loads, limits, is_meant)
}

impl<V: Fn(usize) -> i64> Ask<'_, V> {
    /// The patterns that are not further than so much below what any could be worth, the best first, so many at most.
    pub fn within(
        &self,
        flat: &Flat<'_>,
        (depth, most): (i64, usize),
        tolls: Option<&Tolls<'_>>,
        scratch: &mut Scratch,
        found: &mut Vec<Found>,
    ) -> Reached {
        let mut reached = self.within_as_paid(flat, (depth, most), tolls, scratch, found);
        let paid_once = self.paid_once(flat);
        if paid_once.is_empty() {
            return reached;
        }
        let mut all = Vec::new();
        self.correct(flat, None, found);
        all.append(found);
        for paid in &paid_once {
            let ask = self.paying(paid);
            let here = ask.within_as_paid(flat, (depth, most), tolls, scratch, found);
            self.correct(flat, Some(paid), found);
            all.append(found);
            reached = Reached {
                top: reached.top.max(here.top.saturating_sub(paid.cost)),
                left_out: reached
                    .left_out
                    .max(here.left_out.saturating_sub(paid.cost)),
                is_cut: reached.is_cut || here.is_cut,
            };
        }
        keep_best(&mut all, usize::MAX);
        if let Some(last) = all.get(most) {
            reached.left_out = reached.left_out.max(last.worth);
            all.truncate(most);
        }
        *found = all;
        reached
    }

    /// The same where each candidate pays for itself.
    fn within_as_paid(
        &self,
        flat: &Flat<'_>,
        (depth, most): (i64, usize),
        tolls: Option<&Tolls<'_>>,
        scratch: &mut Scratch,
        found: &mut Vec<Found>,
    ) -> Reached {
        found.clear();
        let known = self.best_as_paid(flat, scratch).worth;
        let member = &flat.members[self.chunk.begin + self.order];
        let options = member.options;
        let has_hub = self.chunk.has_hub[self.order];
        let told: Vec<Wholes>;
        let (shape, wholes) = match self.chunk.kind[self.order] {
            Kind::Listed(shape) => {
                let shape = self.chunk.shape(shape);
                (Some(shape), shape.wholes())
            }
            Kind::Searched(search) => {
                told = self.chunk.searches[search as usize].wholes();
                (None, &told[..])
            }
        };
        let is_listed = shape.is_some();
        let uses = |way: &[u32]| flat.uses_together(self.chunk, self.order, way);
        let toll = |way: &[u32]| tolls.map_or(0, |tolls| (tolls.of_part)(&uses(way)));
        let loads = shape.map_or(options.loads.len(), |shape| shape.loads);
        let mut ways = self.straight(loads, &toll);
        let hubs = self.hubs(options, wholes, &toll);
        let best = bests(&ways, &hubs);
        let combined_now: Option<Shape>;
        let shape = match shape {
            Some(shape) => Some(shape),
            None => {
                let position = self.chunk.begin + self.order;
                combined_now = all_combined(flat, position, &|load| best[load].is_some());
                combined_now.as_ref()
            }
        };
        let Some(shape) = shape else {
            return Reached {
                top: known,
                left_out: known,
                is_cut: false,
            };
        };
        let each = shape.each().map(|(combination, loads)| {
            let full = self.full_worth(combination);
            (loads, full)
        });
        let mut combinations: Vec<(&[u16], i64)> = each.collect();
        let all_of = |&(loads, full): &(&[u16], i64)| Some(sum_of(&best, loads)? + full);
        let top = combinations.iter().filter_map(all_of).max().unwrap_or(0);
        let top = top.clamp(0, known);
        let least = top.saturating_sub(depth).saturating_sub(1);
        // What a way must be worth to be part of a pattern within reach.
        let mut needed = vec![i64::MAX; best.len()];
        combinations.retain(|(loads, full)| {
            let Some(all) = sum_of(&best, loads).filter(|all| all + full > least) else {
                return false;
            };
            for &load in *loads {
                let beside = all - best[load as usize].unwrap_or(0) + full;
                let needed = &mut needed[load as usize];
                *needed = (*needed).min(least - beside);
            }
            true
        });
        // The best first: where only some are kept, the others are soon told to be worse.
        combinations.sort_by_cached_key(|combination| Reverse(all_of(combination)));
        let mut steps = 0;
        let parts = parts_of(if hubs.is_empty() { &[] } else { wholes });
        for hub in &hubs {
            hub.add_ways(&parts, &needed, &self.value, &toll, &mut ways, &mut steps);
        }
        for (ways, &needed) in ways.iter_mut().zip(&needed) {
            ways.retain(|way| way.worth > needed);
            ways.sort_unstable_by(|one, other| {
                let by_worth = other.worth.cmp(&one.worth);
                by_worth.then_with(|| one.chosen.cmp(&other.chosen))
            });
        }
        let mut within = Within {
            ask: self,
            flat,
            ways,
            tolls,
            is_strict: has_hub || !is_listed,
            most,
            least,
            steps,
            picked: Vec::new(),
        };
        for (loads, full) in combinations {
            within.extend(loads, full, found);
        }
        within.keep(found);
        let is_cut = within.steps > STEPS;
        Reached {
            top,
            left_out: if is_cut { top } else { within.least },
            is_cut,
        }
    }

    /// Candidates that go straight to the customer, by load.
    fn straight(&self, loads: usize, toll: Toll<'_>) -> Vec<Vec<Way>> {
        let mut ways = vec![Vec::new(); loads];
        let has_hub = self.chunk.has_hub[self.order];
        for candidate in self.chunk.candidates(self.order) {
            let worth = (self.value)(candidate);
            if worth != NEVER && !(has_hub && self.chunk.hub_wave[candidate] != NO_HUB) {
                let way = Way::new(worth, Chosen::from_slice(&[candidate as u32]), toll);
                ways[self.chunk.load(candidate) as usize].push(way);
            }
        }
        ways
    }

    /// Waves of hubs that the order could go by. What its candidates pay by themselves is taken off what they are worth.
    fn hubs(&self, options: &OrderOptions, wholes: &[Wholes], toll: Toll<'_>) -> Vec<Hub> {
        let mut feeders = self.feeders(options);
        for feeder in &mut feeders {
            feeder.worth -= toll(&[feeder.candidate]);
        }
        feeders.sort_unstable_by_key(|feeder| (feeder.hub, feeder.wave, feeder.candidate));
        let first = self.chunk.candidates(self.order).start;
        let of_hub = |feeders: &[Feeder]| {
            let hub = feeders[0].hub;
            let is_forward = |&candidate: &usize| {
                self.chunk.hub_wave[candidate] == hub
                    && options.candidates[candidate - first].forward
            };
            let forwards = self.chunk.candidates(self.order).filter(is_forward);
            let forwards = forwards.filter_map(|candidate| {
                let worth = (self.value)(candidate);
                let (load, number) = (self.chunk.load(candidate), candidate as u32);
                (worth != NEVER).then(|| (load, worth - toll(&[number]), number))
            });
            let none = OfLoad {
                feeders: Vec::new(),
                best: NEVER,
            };
            let mut of_loads = vec![none; wholes.len()];
            for (position, feeder) in feeders.iter().enumerate() {
                let of_load = &mut of_loads[feeder.load as usize];
                of_load.feeders.push(position);
                of_load.best = of_load.best.max(feeder.worth);
            }
            Hub {
                of_loads,
                brought: brought(wholes, feeders),
                feeders: feeders.to_vec(),
                forwards: forwards.collect(),
            }
        };
        feeders
            .chunk_by(|one, other| one.hub == other.hub)
            .map(of_hub)
            .collect()
    }
}

/// By load, what the best way to deliver it is worth.
fn bests(ways: &[Vec<Way>], hubs: &[Hub]) -> Vec<Option<i64>> {
    let mut best: Vec<Option<i64>> = ways
        .iter()
        .map(|ways| ways.iter().map(|way| way.worth).max())
        .collect();
    for hub in hubs {
        for &(load, worth, _) in &hub.forwards {
            let fed = hub.brought[load as usize].worth;
            if fed != NEVER {
                best[load as usize] = best[load as usize].max(Some(fed + worth));
            }
        }
    }
    best
}

fn sum_of(best: &[Option<i64>], loads: &[u16]) -> Option<i64> {
    loads.iter().map(|&load| best[load as usize]).sum()
}

impl Hub {
    /// Adds the ways by it that are worth more than what is needed of each load.
    fn add_ways(
        &self,
        parts: &[Vec<(u16, u16)>],
        needed: &[i64],
        value: &dyn Fn(usize) -> i64,
        toll: Toll<'_>,
        ways: &mut [Vec<Way>],
        steps: &mut usize,
    ) {
        for &(load, worth, candidate) in &self.forwards {
            if self.brought[load as usize].worth == NEVER {
                continue;
            }
            let mut bringing = Bringing {
                hub: self,
                parts,
                needed: needed[load as usize].saturating_sub(worth),
                picked: Chosen::new(),
                found: Vec::new(),
                steps,
            };
            bringing.extend(0, load, 0);
            for mut chosen in bringing.found {
                chosen.push(candidate);
                let worth = chosen.iter().map(|&one| value(one as usize)).sum();
                ways[load as usize].push(Way::new(worth, chosen, toll));
            }
        }
    }
}

/// By load, its parts, each with what is then left of it.
fn parts_of(wholes: &[Wholes]) -> Vec<Vec<(u16, u16)>> {
    let mut parts = vec![Vec::new(); wholes.len()];
    for (wholes, part) in wholes.iter().zip(0_u16..) {
        for &(whole, left) in wholes {
            parts[whole as usize].push((part, left));
        }
    }
    parts
}

/// The search for sets of feeders that bring a load.
struct Bringing<'b> {
    hub: &'b Hub,
    parts: &'b [Vec<(u16, u16)>],
    needed: i64,
    picked: Chosen,
    found: Vec<Chosen>,
    steps: &'b mut usize,
}

impl Bringing<'_> {
    /// Picks feeders from one on, no two from one location and wave, that bring the rest.
    fn extend(&mut self, from: usize, rest: u16, worth: i64) {
        let parts = self.parts;
        self.pick(from, (rest, None), worth);
        for &(part, left) in &parts[rest as usize] {
            if self.hub.brought[left as usize].worth != NEVER {
                self.pick(from, (part, Some(left)), worth);
            }
        }
    }

    /// Picks a feeder that brings a part, and those that bring what is left.
    fn pick(&mut self, from: usize, (part, left): (u16, Option<u16>), worth: i64) {
        let hub = self.hub;
        let beside = left.map_or(0, |left| hub.brought[left as usize].worth);
        let needed = self.needed.saturating_sub(worth.saturating_add(beside));
        let of_part = &hub.of_loads[part as usize];
        if of_part.best <= needed {
            return;
        }
        let later = of_part.feeders.partition_point(|&feeder| feeder < from);
        for &position in &of_part.feeders[later..] {
            *self.steps += 1;
            if *self.steps > STEPS {
                return;
            }
            let feeder = &hub.feeders[position];
            if feeder.worth <= needed {
                continue;
            }
            self.picked.push(feeder.candidate);
            match left {
                None => self.found.push(self.picked.clone()),
                Some(left) => {
                    let same =
                        hub.feeders[position..].partition_point(|other| other.wave == feeder.wave);
                    self.extend(position + same, left, worth.saturating_add(feeder.worth));
                }
            }
            self.picked.pop();
        }
    }
}

impl<V: Fn(usize) -> i64> Within<'_, '_, V> {
    /// Picks a way for each load in turn, no two from one location and wave.
    fn extend(&mut self, loads: &[u16], worth: i64, found: &mut Vec<Found>) {
        self.steps += 1;
        let Some((&load, rest)) = loads.split_first() else {
            self.add(worth, found);
            return;
        };
        let best_of = |load: &u16| self.ways[*load as usize].first().map(|best| best.worth);
        let Some(beside) = rest.iter().map(best_of).sum::<Option<i64>>() else {
            return;
        };
        for place in 0..self.ways[load as usize].len() {
            let alone = self.ways[load as usize][place].worth;
            if worth + alone + beside <= self.least || self.steps > STEPS {
                break;
            }
            if self.clashes(load, place) {
                self.steps += 1;
                continue;
            }
            self.picked.push((load, place));
            self.extend(rest, worth + alone, found);
            self.picked.pop();
        }
    }

    fn way(&self, (load, place): (u16, usize)) -> &Way {
        &self.ways[load as usize][place]
    }

    /// Whether a way leaves a location with a wave that something picked leaves it with.
    fn clashes(&self, load: u16, place: usize) -> bool {
        let wave = |candidate: u32| self.ask.chunk.berth(candidate as usize);
        let way = &self.way((load, place)).chosen;
        self.picked.iter().any(|&other| {
            let others = &self.way(other).chosen;
            way.iter()
                .any(|&one| others.iter().any(|&other| is_one(wave(one), wave(other))))
        })
    }

    fn add(&mut self, worth: i64, found: &mut Vec<Found>) {
        let mut chosen: Chosen = self
            .picked
            .iter()
            .flat_map(|&way| &self.way(way).chosen)
            .copied()
            .collect();
        chosen.sort_unstable();
        let days = chosen
            .iter()
            .map(|&one| self.ask.chunk.days_late_of(one as usize));
        let mut worth = worth - self.ask.late_cost(days.max().unwrap_or(0));
        if self.ask.terms.may_scatter() {
            let member = &self.flat.members[self.ask.chunk.begin + self.ask.order];
            let positions = self.flat.positions(self.ask.chunk, self.ask.order, &chosen);
            let terms = self.ask.terms;
            worth -= narrow(terms.scattered(member.scatter_cost(&positions, &[])));
        }
        if let Some(tolls) = self.tolls {
            let (chunk, order) = (self.ask.chunk, self.ask.order);
            let of_parts: i64 = self.picked.iter().map(|&way| self.way(way).toll).sum();
            worth += of_parts - (tolls.of_pattern)(&self.flat.uses_together(chunk, order, &chosen));
        }
        if worth <= self.least || self.is_strict && !self.ask.keeps_rules(self.flat, &chosen) {
            return;
        }
        found.push(Found { worth, chosen });
        if found.len() > 4 * self.most {
            self.keep(found);
        }
    }

    /// Keeps the best; the others are left out.
    fn keep(&mut self, found: &mut Vec<Found>) {
        let count = found.len();
        keep_best(found, self.most);
        if let Some(last) = found.last().filter(|_| count > self.most) {
            self.least = last.worth.max(self.least);
        }
    }
}
