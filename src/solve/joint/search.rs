//! The best pattern of an order at given worths of its candidates, and those near to it.
//!
//! For each load the best candidates are kept, by worth; a combination of loads is then worth the sum of
//! its loads' best, two shipments from one location and wave excepted. For one or two loads
//! that is exact; for more the sum is a bound, and so is the result.

use super::flat::{BY_WAVE, Chunk, Flat, Kind, NO_HUB, narrow};
use super::shape::Combination;
use crate::domain::WaveIx;
use crate::options::OrderOptions;
use crate::solve::pairing::{Best, Delivery, Pairing, Rules, Tables, keep};
use crate::solve::pattern::{IMPOSSIBLE, Terms, Wholes, Worth};
use smallvec::SmallVec;

/// Candidates kept of each load.
const KEPT: usize = 4;

/// Worth of a candidate that cannot be chosen.
pub const NEVER: i64 = i64::MIN;

/// Candidates of a chunk, ascending; one may be there twice where several shipments leave by one wave.
pub type Chosen = SmallVec<[u32; 4]>;

/// A pattern and its worth at the worths given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Worth, at the worths given, with what the order earns beyond its candidates.
    pub worth: i64,
    /// Its candidates; empty: nothing ships.
    pub chosen: Chosen,
}

/// A way to deliver a load: a candidate, or what feeders and a hub do together.
#[derive(Clone, Copy, Debug)]
struct Top {
    worth: i64,
    /// A candidate, or with [`BY_HUB`] a position among the merged deliveries.
    delivery: u32,
    wave: WaveIx,
}

/// Marks a delivery that is merged at a hub.
const BY_HUB: u32 = 1 << 31;

const NONE: Top = Top {
    worth: NEVER,
    delivery: u32::MAX,
    wave: WaveIx(u32::MAX),
};

/// Deliveries of each load, the best first.
#[derive(Default)]
struct Tops {
    of_loads: Vec<[Top; KEPT]>,
    /// Candidates of deliveries that are merged at a hub.
    merged: Vec<Chosen>,
}

impl Tops {
    fn reset(&mut self, loads: usize) {
        self.of_loads.clear();
        self.of_loads.resize(loads, [NONE; KEPT]);
        self.merged.clear();
    }

    /// Whether a worth is among the best of a load.
    fn wants(&self, load: usize, worth: i64) -> bool {
        worth != NEVER && worth > self.of_loads[load][KEPT - 1].worth
    }

    fn insert(&mut self, load: usize, new: Top) {
        let top = &mut self.of_loads[load];
        let mut place = KEPT - 1;
        while place > 0 && top[place - 1].worth < new.worth {
            top[place] = top[place - 1];
            place -= 1;
        }
        top[place] = new;
    }

    fn insert_merged(&mut self, load: usize, worth: i64, candidates: Chosen) {
        let delivery = BY_HUB | self.merged.len() as u32;
        self.merged.push(candidates);
        let wave = WaveIx(u32::MAX);
        self.insert(
            load,
            Top {
                worth,
                delivery,
                wave,
            },
        );
    }

    /// Adds a delivery's candidates.
    fn add_to(&self, top: Top, chosen: &mut Chosen) {
        if top.delivery & BY_HUB == 0 {
            chosen.push(top.delivery);
        } else {
            chosen.extend_from_slice(&self.merged[(top.delivery ^ BY_HUB) as usize]);
        }
    }

    /// Whether two deliveries have a location and wave in common, whatever feeds a hub: of feeders only the best are
    /// kept, and others might do.
    fn always_clash(&self, chunk: &Chunk<'_>, one: Top, other: Top) -> bool {
        let last_leg = |top: Top| {
            if top.delivery & BY_HUB == 0 {
                return top.wave;
            }
            let merged = &self.merged[(top.delivery ^ BY_HUB) as usize];
            merged
                .last()
                .map_or(top.wave, |&forward| chunk.berth(forward as usize))
        };
        is_one(last_leg(one), last_leg(other))
    }

    /// Whether two deliveries have a location and wave in common.
    fn clash(&self, chunk: &Chunk<'_>, one: Top, other: Top) -> bool {
        if (one.delivery | other.delivery) & BY_HUB == 0 {
            return is_one(one.wave, other.wave);
        }
        let (mut first, mut second) = (Chosen::new(), Chosen::new());
        self.add_to(one, &mut first);
        self.add_to(other, &mut second);
        let wave = |candidate: &u32| chunk.berth(*candidate as usize);
        first
            .iter()
            .any(|one| second.iter().any(|other| is_one(wave(one), wave(other))))
    }
}

/// Whether two candidates leave with one wave.
pub fn is_one(wave: WaveIx, other: WaveIx) -> bool {
    wave == other && wave != BY_WAVE
}

/// Something that takes a load to one wave of a hub.
#[derive(Clone, Copy, Debug)]
pub struct Feeder {
    /// The hub's wave.
    pub hub: WaveIx,
    /// Its own.
    pub wave: WaveIx,
    /// What it brings.
    pub load: u16,
    /// What it is worth.
    pub worth: i64,
    /// Itself.
    pub candidate: u32,
}

/// Memory that searches use again.
#[derive(Default)]
pub struct Scratch {
    tops: Tops,
    levels: Vec<u16>,
    of_loads: Vec<Best<i64, 2>>,
    tables: Tables<i64, 2>,
}

/// Memory that asking one order after the other uses again.
#[derive(Default)]
pub struct Work {
    /// For searches.
    pub scratch: Scratch,
    /// Worths of an order's candidates.
    pub worths: Vec<i64>,
    /// Patterns found.
    pub found: Vec<Found>,
}

/// What is asked of an order: its chunk and position, what it earns beyond candidates, and each candidate's worth.
pub struct Ask<'a, V: Fn(usize) -> i64> {
    /// The chunk.
    pub chunk: &'a Chunk<'a>,
    /// Position in the chunk.
    pub order: usize,
    /// What the order earns beyond candidates.
    pub terms: Terms,
    /// Worth of a candidate, by position in the chunk; [`NEVER`] rules it out.
    pub value: V,
    /// Prices of rows that candidates pay each for itself, also of rows that an order uses once; empty: how often these are
    /// paid does not matter.
    pub prices: &'a [i64],
}

impl<'a> Ask<'a, fn(usize) -> i64> {
    /// What an order could do at prices; `worths` is for the worths of its candidates.
    pub fn at_prices(
        flat: &Flat<'_>,
        chunk: &'a Chunk<'a>,
        order: usize,
        prices: &'a [i64],
        worths: &'a mut Vec<i64>,
    ) -> Ask<'a, impl Fn(usize) -> i64 + 'a> {
        chunk.all_reduced(order, prices, worths);
        let (first, worths) = (chunk.candidates(order).start, &worths[..]);
        Ask {
            chunk,
            order,
            terms: flat.terms_at(chunk, order, prices),
            value: move |candidate| worths[candidate - first],
            prices,
        }
    }

    /// What an order could do with some of its candidates alone, whatever is scarce.
    pub fn with_these(
        chunk: &'a Chunk<'a>,
        order: usize,
        positions: &'a [u32],
    ) -> Ask<'a, impl Fn(usize) -> i64 + 'a> {
        let first = chunk.candidates(order).start;
        Ask {
            chunk,
            order,
            terms: chunk.terms_of(order),
            value: move |candidate| {
                if positions.contains(&((candidate - first) as u32)) {
                    chunk.worth(candidate)
                } else {
                    NEVER
                }
            },
            prices: &[],
        }
    }

    /// The same with nothing that uses any of some rows.
    pub fn without(
        flat: &Flat<'_>,
        chunk: &'a Chunk<'a>,
        order: usize,
        prices: &'a [i64],
        closed: &'a [u32],
    ) -> Ask<'a, impl Fn(usize) -> i64 + 'a> {
        Ask {
            chunk,
            order,
            terms: flat.terms_at(chunk, order, prices),
            value: |candidate| {
                if closed.iter().any(|&row| chunk.does_use(candidate, row)) {
                    NEVER
                } else {
                    chunk.reduced(candidate, prices)
                }
            },
            prices,
        }
    }
}

impl<V: Fn(usize) -> i64> Ask<'_, V> {
    /// The best pattern, or a bound on it: no pattern is worth more than `worth`.
    pub fn best(&self, flat: &Flat<'_>, scratch: &mut Scratch) -> Found {
        let mut best = self.best_as_paid(flat, scratch);
        for paid in self.paid_once(flat) {
            let mut found = self.paying(&paid).best_as_paid(flat, scratch);
            found.worth -= paid.cost;
            if found.worth > best.worth {
                best = found;
            }
        }
        best
    }

    /// The same where each candidate pays for itself.
    pub fn best_as_paid(&self, flat: &Flat<'_>, scratch: &mut Scratch) -> Found {
        let shape = match self.chunk.kind[self.order] {
            Kind::Searched(search) => return self.searched(search, None, scratch),
            Kind::Listed(shape) => shape,
        };
        let mut best = Found::default();
        self.set_levels(&mut scratch.levels);
        for position in 0..scratch.levels.len() {
            let level = scratch.levels[position];
            self.fill_tops(shape, level, &mut scratch.tops);
            let late = self.late_cost(level);
            self.add_merged(flat, shape, level, &mut scratch.tops);
            for (combination, loads) in self.chunk.shape(shape).each() {
                let (worth, picked) = best_of(&scratch.tops, self.chunk, loads);
                if worth == NEVER {
                    continue;
                }
                let worth = worth - late + self.full_worth(combination);
                if worth > best.worth {
                    best.worth = worth;
                    best.chosen.clear();
                    picked
                        .iter()
                        .filter(|top| top.worth != NEVER)
                        .for_each(|&top| scratch.tops.add_to(top, &mut best.chosen));
                }
            }
        }
        best.chosen.sort_unstable();
        best
    }

    /// The best patterns that keep the order's rules, the best first, at most `most`, each worth more than `least`.
    ///
    /// All within reach of the best candidates of each load; not every pattern there is.
    pub fn several(
        &self,
        flat: &Flat<'_>,
        least: i64,
        most: usize,
        scratch: &mut Scratch,
        found: &mut Vec<Found>,
    ) {
        self.several_as_paid(flat, least, most, scratch, found);
        let paid_once = self.paid_once(flat);
        if paid_once.is_empty() {
            return;
        }
        let mut all = Vec::new();
        self.correct(flat, None, found);
        all.append(found);
        for paid in &paid_once {
            let least = least.saturating_add(paid.cost);
            let ask = self.paying(paid);
            ask.several_as_paid(flat, least, most, scratch, found);
            self.correct(flat, Some(paid), found);
            all.append(found);
        }
        all.retain(|found| found.worth > least);
        keep_best(&mut all, most);
        *found = all;
    }

    /// The same where each candidate pays for itself.
    fn several_as_paid(
        &self,
        flat: &Flat<'_>,
        least: i64,
        most: usize,
        scratch: &mut Scratch,
        found: &mut Vec<Found>,
    ) {
        found.clear();
        let shape = match self.chunk.kind[self.order] {
            Kind::Searched(search) => {
                self.several_searched(flat, search, (least, most), scratch, found);
                return;
            }
            Kind::Listed(shape) => shape,
        };
        self.set_levels(&mut scratch.levels);
        let mut least = least;
        for position in 0..scratch.levels.len() {
            let level = scratch.levels[position];
            self.fill_tops(shape, level, &mut scratch.tops);
            self.add_merged(flat, shape, level, &mut scratch.tops);
            for (combination, loads) in self.chunk.shape(shape).each() {
                let full = self.full_worth(combination);
                let mut picked = SmallVec::new();
                self.extend(flat, &scratch.tops, loads, full, least, &mut picked, found);
                if found.len() > 4 * most {
                    // No more than the best of them are needed, and what is worth less than these is not.
                    keep_best(found, most);
                    if found.len() == most {
                        least = found[most - 1].worth.max(least);
                    }
                }
            }
        }
        keep_best(found, most);
    }

    /// Picks one delivery for each load in turn, no two from one location and wave.
    #[allow(clippy::too_many_arguments)]
    fn extend(
        &self,
        flat: &Flat<'_>,
        tops: &Tops,
        loads: &[u16],
        worth: i64,
        least: i64,
        picked: &mut SmallVec<[Top; 4]>,
        found: &mut Vec<Found>,
    ) {
        let Some((&load, rest)) = loads.split_first() else {
            if worth <= least {
                return;
            }
            let mut chosen = Chosen::new();
            picked.iter().for_each(|&top| tops.add_to(top, &mut chosen));
            let days = chosen
                .iter()
                .map(|&candidate| self.chunk.days_late_of(candidate as usize))
                .max()
                .unwrap_or(0);
            let worth = worth - self.late_cost(days);
            let is_merged = picked.iter().any(|top| top.delivery & BY_HUB != 0);
            chosen.sort_unstable();
            if worth > least && (!is_merged || self.keeps_rules(flat, &chosen)) {
                found.push(Found { worth, chosen });
            }
            return;
        };
        let best_of = |&load: &u16| tops.of_loads[load as usize][0].worth;
        if rest.iter().any(|load| best_of(load) == NEVER) {
            return;
        }
        let beside: i64 = worth + rest.iter().map(best_of).sum::<i64>();
        // Fewer of each where more loads are to be combined.
        let width = if rest.is_empty() { KEPT } else { 2 };
        let mut taken = 0;
        for &top in &tops.of_loads[load as usize] {
            if top.worth == NEVER || taken == width || top.worth + beside <= least {
                break;
            }
            let clashes = |&other: &Top| tops.clash(self.chunk, top, other);
            if picked.iter().any(clashes) {
                continue;
            }
            taken += 1;
            picked.push(top);
            self.extend(flat, tops, rest, worth + top.worth, least, picked, found);
            picked.pop();
        }
    }

    /// For an order that is searched: the best pattern, and those without one candidate of it.
    fn several_searched(
        &self,
        flat: &Flat<'_>,
        search: u32,
        (least, most): (i64, usize),
        scratch: &mut Scratch,
        found: &mut Vec<Found>,
    ) {
        let best = self.searched(search, None, scratch);
        if best.worth <= least || best.chosen.is_empty() {
            return;
        }
        let others: Vec<Found> = best
            .chosen
            .iter()
            .map(|&candidate| self.searched(search, Some(candidate), scratch))
            .collect();
        for mut one in std::iter::once(best).chain(others) {
            if self.terms.may_scatter() {
                // What the search tells is a bound where lines leave many locations.
                one.worth = self.worth_of(flat, &one.chosen);
            }
            if one.worth > least && !one.chosen.is_empty() && self.keeps_rules(flat, &one.chosen) {
                found.push(one);
            }
        }
        found.sort_by_key(|found| std::cmp::Reverse(found.worth));
        found.dedup_by(|next, kept| next.chosen == kept.chosen);
        found.truncate(most);
    }

    /// What chosen candidates are worth, with what the order earns beyond them.
    fn worth_of(&self, flat: &Flat<'_>, chosen: &[u32]) -> i64 {
        let each = chosen.iter().map(|&one| (self.value)(one as usize));
        let alone = each.fold(0_i64, i64::saturating_add);
        let member = &flat.members[self.chunk.begin + self.order];
        let positions = flat.positions(self.chunk, self.order, chosen);
        alone.saturating_add(narrow(member.beyond(&positions, self.terms)))
    }

    /// What lines and the order filled whole earn.
    pub fn full_worth(&self, combination: Combination) -> i64 {
        let lines = self.terms.per_full_line * Worth::from(combination.full_lines());
        let all = combination.is_all_full();
        narrow(lines + if all { self.terms.if_full } else { 0 })
    }

    /// What so many days late cost.
    pub fn late_cost(&self, days: u16) -> i64 {
        match days {
            0 | u16::MAX => 0,
            days => narrow(self.terms.per_day_late * Worth::from(days) + self.terms.if_late),
        }
    }

    /// The numbers of days late that a pattern could have; just "any" where lateness costs nothing.
    fn set_levels(&self, levels: &mut Vec<u16>) {
        levels.clear();
        let matters = self.terms.per_day_late != 0 || self.terms.if_late != 0;
        if matters && self.chunk.is_late_told() {
            levels.extend(
                self.chunk
                    .candidates(self.order)
                    .map(|candidate| self.chunk.days_late_of(candidate)),
            );
            levels.sort_unstable();
            levels.dedup();
        }
        if levels.last().is_none_or(|&days| days == 0) {
            levels.clear();
            levels.push(u16::MAX);
        }
    }

    /// The best candidates of each load that go straight to the customer.
    fn fill_tops(&self, shape: u32, level: u16, tops: &mut Tops) {
        let chunk = self.chunk;
        tops.reset(chunk.shape(shape).loads);
        let has_hub = chunk.has_hub[self.order];
        for candidate in chunk.candidates(self.order) {
            if level != u16::MAX && chunk.days_late_of(candidate) > level {
                continue;
            }
            if has_hub && chunk.hub_wave[candidate] != NO_HUB {
                continue;
            }
            let worth = (self.value)(candidate);
            let load = chunk.load(candidate) as usize;
            if tops.wants(load, worth) {
                let new = Top {
                    worth,
                    delivery: candidate as u32,
                    wave: chunk.berth(candidate),
                };
                tops.insert(load, new);
            }
        }
    }

    /// Deliveries that are merged at a hub: for each of its waves and each load the best feeders that bring
    /// it, and a forward shipment.
    fn add_merged(&self, flat: &Flat<'_>, shape: u32, level: u16, tops: &mut Tops) {
        let chunk = self.chunk;
        if !chunk.has_hub[self.order] {
            return;
        }
        let shape = chunk.shape(shape);
        let options = flat.members[chunk.begin + self.order].options;
        let candidates = &options.candidates;
        let first = chunk.candidates(self.order).start;
        let mut feeders = self.feeders(options);
        feeders.sort_unstable_by_key(|feeder| (feeder.hub, feeder.wave, feeder.candidate));
        for of_hub in feeders.chunk_by(|one, other| one.hub == other.hub) {
            let brought = brought(shape.wholes(), of_hub);
            for candidate in chunk.candidates(self.order) {
                let load = chunk.load(candidate) as usize;
                let late = level != u16::MAX && chunk.days_late_of(candidate) > level;
                let forwards = candidates[candidate - first].forward;
                if chunk.hub_wave[candidate] != of_hub[0].hub || !forwards || late {
                    continue;
                }
                let (fed, worth) = (brought[load].worth, (self.value)(candidate));
                if fed == NEVER || worth == NEVER || !tops.wants(load, fed + worth) {
                    continue;
                }
                let mut chosen = brought[load].chosen.clone();
                chosen.push(candidate as u32);
                tops.insert_merged(load, fed + worth, chosen);
            }
        }
    }

    /// All that takes something to a hub.
    pub fn feeders(&self, options: &OrderOptions) -> Vec<Feeder> {
        let chunk = self.chunk;
        let first = chunk.candidates(self.order).start;
        let mut feeders: Vec<Feeder> = Vec::new();
        if !chunk.has_hub[self.order] {
            return feeders;
        }
        for candidate in chunk.candidates(self.order) {
            let hub = chunk.hub_wave[candidate];
            let worth = (self.value)(candidate);
            if hub != NO_HUB && worth != NEVER && !options.candidates[candidate - first].forward {
                feeders.push(Feeder {
                    hub,
                    wave: chunk.berth(candidate),
                    load: chunk.load(candidate),
                    worth,
                    candidate: candidate as u32,
                });
            }
        }
        feeders
    }

    /// The search of an order whose combinations are not listed: by pairs where that tells all, else by states, `without` one
    /// candidate.
    fn searched(&self, search: u32, without: Option<u32>, scratch: &mut Scratch) -> Found {
        let value = |candidate: usize| {
            if without == Some(candidate as u32) {
                NEVER
            } else {
                (self.value)(candidate)
            }
        };
        if let Some((pairing, rules)) = self.pairing(search) {
            return self.best_pair_of(pairing, rules, &value, scratch);
        }
        let worths: Vec<Worth> = self
            .chunk
            .candidates(self.order)
            .map(|candidate| match value(candidate) {
                NEVER => IMPOSSIBLE,
                worth => Worth::from(worth),
            })
            .collect();
        let search = &self.chunk.searches[search as usize];
        let pattern = search.best(&worths, self.terms);
        let first = self.chunk.first[self.order];
        Found {
            worth: narrow(pattern.worth),
            chosen: pattern.chosen.iter().map(|&c| c + first).collect(),
        }
    }

    /// The table that tells the best one or two candidates of a searched order, where no pattern has more.
    fn pairing(&self, search: u32) -> Option<(&Pairing, Rules<i64>)> {
        let search = &self.chunk.searches[search as usize];
        if self.chunk.has_hub[self.order] || !search.is_free() {
            return None;
        }
        let (pairing, rules) = search.pairing(self.terms)?;
        let rules = Rules {
            two: rules.two,
            whole_order: rules.whole_order,
            whole_lines: rules.whole_lines,
            per_full_line: narrow(rules.per_full_line),
            if_full: narrow(rules.if_full),
        };
        Some((pairing, rules))
    }

    /// The best one or two candidates by the order's table, level of lateness by level.
    fn best_pair_of(
        &self,
        pairing: &Pairing,
        rules: Rules<i64>,
        value: &impl Fn(usize) -> i64,
        scratch: &mut Scratch,
    ) -> Found {
        let mut best = Found::default();
        self.set_levels(&mut scratch.levels);
        for &level in &scratch.levels {
            let of_loads = &mut scratch.of_loads;
            of_loads.clear();
            of_loads.resize(pairing.loads(), [Delivery::NONE; 2]);
            for candidate in self.chunk.candidates(self.order) {
                if level != u16::MAX && self.chunk.days_late_of(candidate) > level {
                    continue;
                }
                let worth = value(candidate);
                let best = &mut of_loads[self.chunk.load(candidate) as usize];
                if worth > best[1].worth {
                    let berth = self.chunk.berth(candidate).0;
                    let number = candidate as u32;
                    let new = Delivery {
                        worth,
                        number,
                        berth,
                    };
                    keep(best, new);
                }
            }
            let paired = pairing.best(of_loads, rules, &mut scratch.tables);
            let worth = paired.worth - self.late_cost(level);
            if worth > best.worth {
                let chosen = paired.numbers.into_iter().flatten().collect();
                best = Found { worth, chosen };
            }
        }
        best.chosen.sort_unstable();
        best
    }

    /// Whether chosen candidates are a pattern.
    pub fn keeps_rules(&self, flat: &Flat<'_>, chosen: &[u32]) -> bool {
        let wave = |candidate: u32| self.chunk.berth(candidate as usize);
        let apart = chosen.iter().enumerate().all(|(position, &one)| {
            let mut before = chosen[..position].iter();
            before.all(|&other| !is_one(wave(one), wave(other)))
        });
        let simple = !self.chunk.has_hub[self.order]
            && matches!(self.chunk.kind[self.order], Kind::Listed(_));
        apart
            && (simple || {
                let member = &flat.members[self.chunk.begin + self.order];
                let positions = flat.positions(self.chunk, self.order, chosen);
                !member.breaks_a_rule(&positions)
            })
    }
}

/// Keeps the best, by worth, then by candidates, each once.
pub fn keep_best(found: &mut Vec<Found>, most: usize) {
    found.sort_unstable_by(|one, other| {
        other
            .worth
            .cmp(&one.worth)
            .then_with(|| one.chosen.cmp(&other.chosen))
    });
    found.dedup_by(|next, kept| next.chosen == kept.chosen);
    found.truncate(most);
}

/// The best feeders that together bring each load, no two from one location and wave.
pub fn brought(wholes: &[Wholes], feeders: &[Feeder]) -> Vec<Found> {
    let nothing = Found {
        worth: NEVER,
        chosen: Chosen::new(),
    };
    let mut brought = vec![nothing; wholes.len()];
    for of_wave in feeders.chunk_by(|one, other| one.wave == other.wave) {
        let before = brought.clone();
        for feeder in of_wave {
            let (part, worth) = (feeder.load as usize, feeder.worth);
            let mut improve = |load: usize, rest: Option<&Found>| {
                let worth = worth + rest.map_or(0, |rest| rest.worth);
                if worth > brought[load].worth {
                    let mut chosen = rest.map(|rest| rest.chosen.clone()).unwrap_or_default();
                    chosen.push(feeder.candidate);
                    brought[load] = Found { worth, chosen };
                }
            };
            improve(part, None);
            for &(load, rest) in &wholes[part] {
                let rest = &before[rest as usize];
                if rest.worth != NEVER {
                    improve(load as usize, Some(rest));
                }
            }
        }
    }
    brought
}

/// The most that one delivery for each load can be worth together.
fn best_of(tops: &Tops, chunk: &Chunk<'_>, loads: &[u16]) -> (i64, SmallVec<[Top; 4]>) {
    match *loads {
        [load] => {
            let top = tops.of_loads[load as usize][0];
            (top.worth, SmallVec::from_slice(&[top]))
        }
        [one, other] => {
            let (worth, pair) = best_pair(tops, chunk, one, other);
            (worth, SmallVec::from_slice(&pair))
        }
        _ => {
            let mut worth = 0;
            let mut picked = SmallVec::new();
            for &load in loads {
                let top = tops.of_loads[load as usize][0];
                if top.worth == NEVER {
                    return (NEVER, SmallVec::new());
                }
                worth += top.worth;
                picked.push(top);
            }
            (worth, picked)
        }
    }
}

/// The best two from different locations or waves; a bound where all that are kept clash, or feeders do.
fn best_pair(tops: &Tops, chunk: &Chunk<'_>, one: u16, other: u16) -> (i64, [Top; 2]) {
    let (ones, others) = (&tops.of_loads[one as usize], &tops.of_loads[other as usize]);
    let mut best = (NEVER, [NONE; 2]);
    if ones[0].worth == NEVER || others[0].worth == NEVER {
        return best;
    }
    for &one in ones.iter().take_while(|top| top.worth != NEVER) {
        for &other in others.iter().take_while(|top| top.worth != NEVER) {
            if one.worth + other.worth <= best.0 {
                break;
            }
            if !tops.always_clash(chunk, one, other) {
                best = (one.worth + other.worth, [one, other]);
                break;
            }
        }
    }
    // What is not kept is worth no more than the last that is.
    let beyond = |full: &[Top; KEPT], first: &[Top; KEPT]| {
        let last = full[KEPT - 1];
        if last.worth == NEVER {
            NEVER
        } else {
            last.worth + first[0].worth
        }
    };
    let bound = beyond(ones, others).max(beyond(others, ones));
    if bound > best.0 {
        best = (bound, [ones[0], others[0]]);
    }
    best
}
