//! The best way to ship one order by itself, at given worths: exact, without a solver.
//!
//! A *pattern* is a set of candidates that together ship an order within its own rules. Each line is in
//! a state (how much of it is filled, in how many pieces); a delivery moves the order from state to
//! state; at most `max_shipments` deliveries are made. Deliveries are single candidates, or what
//! several feeders bring to a hub and its forward shipment.

use super::moves::Moves;
use super::pairing::{self, ANY_BERTH, Pairing, Rules, Tables};
use crate::domain::{Dataset, Line, LocationIx, Order, OrderIx, ShipComplete, WaveIx};
use crate::options::{
    Candidate, Load, OrderOptions, Quantities, STEPS_LIMIT, gathered, groups, largest_piece,
    scatter_cost, search_steps,
};
use crate::units::Money;
use std::collections::BTreeMap;

/// Worth of something in a plan; exact in the unit of the goal at hand.
pub type Worth = i128;

/// What a worth that rules a candidate out looks like.
pub const IMPOSSIBLE: Worth = Worth::MIN;

/// What an order's pattern earns beyond its candidates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Cost of each day late, where it is not in the candidates' worth.
    pub per_day_late: Worth,
    /// Cost of being late at all.
    pub if_late: Worth,
    /// Worth of each line filled in full.
    pub per_full_line: Worth,
    /// Worth of the order filled in full.
    pub if_full: Worth,
    /// Cost of each micro-unit of money that rules take for locations beyond the first; zero where no rule could.
    pub per_scattered: Worth,
}

impl Terms {
    /// Whether lateness is all that is counted.
    pub fn is_of_lateness(&self) -> bool {
        (self.per_full_line, self.if_full, self.per_scattered) == (0, 0, 0)
    }

    /// Whether rules could take anything for locations beyond the first.
    pub fn may_scatter(&self) -> bool {
        self.per_scattered != 0
    }

    /// What it costs that rules take so much for locations beyond the first.
    pub fn scattered(&self, taken: Money) -> Worth {
        Worth::from(taken.0) * self.per_scattered
    }

    /// What so many days late cost.
    pub fn late(&self, days: Worth) -> Worth {
        if days > 0 {
            self.per_day_late * days + self.if_late
        } else {
            0
        }
    }
}

/// A set of candidates of one order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    /// What it is worth, by the worths given.
    pub worth: Worth,
    /// Positions of its candidates, ascending.
    pub chosen: Vec<u32>,
    /// Whether it breaks a rule that the search leaves out (two shipments at one location and wave, pieces that meet in a
    /// hub), or lines that are better together leave three locations: then `worth` is only a bound.
    pub relaxed: bool,
}

/// The best pattern so far, and what none is worth more than.
#[derive(Default)]
struct Best {
    pattern: Pattern,
    most: Worth,
}

/// One delivery to the customer and what it is made of.
#[derive(Clone, Copy)]
struct Delivery {
    load: u32,
    worth: Worth,
    /// The candidate that reaches the customer.
    last: u32,
    /// Which of the order's hub waves it leaves, where others bring the load there.
    hub: Option<usize>,
}

/// A wave of a hub that something is brought to; candidates by position.
struct HubWave {
    feeders: Vec<u32>,
    forwards: Vec<u32>,
}

impl HubWave {
    /// All of an order.
    fn all(options: &OrderOptions) -> Vec<Self> {
        let mut hubs: BTreeMap<WaveIx, Self> = BTreeMap::new();
        let each = (0..).zip(&options.candidates);
        for (position, candidate) in each.clone().filter(|(_, one)| !one.forward) {
            if let Some(wave) = candidate.hub_wave() {
                let none = || Self {
                    feeders: Vec::new(),
                    forwards: Vec::new(),
                };
                hubs.entry(wave).or_insert_with(none).feeders.push(position);
            }
        }
        for (position, candidate) in each.filter(|(_, one)| one.forward) {
            if let Some(hub) = hubs.get_mut(&candidate.wave) {
                hub.forwards.push(position);
            }
        }
        hubs.into_values().collect()
    }
}

/// What brings each load to a wave of a hub, by load.
struct Fed {
    /// What the best feeders that bring it are worth together; [`IMPOSSIBLE`]: none do.
    worths: Vec<Worth>,
    /// Where that is not one: the part that one brings, and the load that others bring.
    split: Vec<Option<(u32, u32)>>,
    /// The best feeder that brings it alone.
    feeders: Vec<u32>,
}

/// How one line's progress is told apart.
#[derive(Clone, Copy)]
pub enum Progress {
    /// No load has any of it: it stays unfilled.
    Absent,
    /// One unit: there or not.
    Single,
    /// One piece: none, part, or all.
    OnePiece { quantity: u32 },
    /// Any number of pieces that matters not.
    AnyPieces { quantity: u32, reach: u32 },
    /// Some pieces: filled units and pieces.
    Pieces {
        quantity: u32,
        reach: u32,
        most: u32,
    },
}

impl Progress {
    /// Of each line of an order.
    pub fn of_lines(lines: &[Line], loads: &[Load]) -> Vec<Self> {
        lines
            .iter()
            .enumerate()
            .map(|(position, line)| Self::of(line, largest_piece(loads, position)))
            .collect()
    }

    /// `largest` is the largest piece of the line in any load.
    fn of(line: &Line, largest: u32) -> Self {
        let (quantity, most) = (line.quantity, line.line_max_shipments.max(1));
        let reach = quantity.min(largest.saturating_mul(most));
        match (quantity, most) {
            _ if largest == 0 => Self::Absent,
            (1, _) => Self::Single,
            (_, 1) => Self::OnePiece { quantity },
            _ if most >= reach => Self::AnyPieces { quantity, reach },
            _ => Self::Pieces {
                quantity,
                reach,
                most,
            },
        }
    }

    /// How many states there are.
    pub fn states(self) -> u32 {
        match self {
            Self::Absent => 1,
            Self::Single => 2,
            Self::OnePiece { .. } => 3,
            Self::AnyPieces { reach, .. } => reach + 1,
            Self::Pieces { reach, most, .. } => (reach + 1) * (most + 1),
        }
    }

    /// The state after `units` more, if there is one.
    pub fn after(self, state: u32, units: u32) -> Option<u32> {
        if units == 0 {
            return Some(state);
        }
        match self {
            Self::Absent => None,
            Self::Single => (state == 0).then_some(1),
            Self::OnePiece { quantity } => {
                (state == 0).then_some(if units == quantity { 2 } else { 1 })
            }
            Self::AnyPieces { reach, .. } => (state + units <= reach).then_some(state + units),
            Self::Pieces { reach, most, .. } => {
                let (filled, pieces) = (state / (most + 1), state % (most + 1));
                (filled + units <= reach && pieces < most)
                    .then(|| (filled + units) * (most + 1) + pieces + 1)
            }
        }
    }

    /// Whether the line is filled whole.
    pub fn is_full(self, state: u32) -> bool {
        match self {
            Self::Absent => false,
            Self::Single => state == 1,
            Self::OnePiece { .. } => state == 2,
            Self::AnyPieces { quantity, .. } => state == quantity,
            Self::Pieces { quantity, most, .. } => state / (most + 1) == quantity,
        }
    }
}

/// The loads that one is a part of, each with the load that brings the rest.
pub type Wholes = Vec<(u16, u16)>;

/// By load, each load within it with the load that is then left.
pub fn halves(lines: &[Line], loads: &[Load]) -> Vec<Vec<(u32, u32)>> {
    let of_load = |whole: usize| {
        // Loads are in lexicographic order, so that parts of a load come before it.
        let parts = loads[..whole].iter().zip(0_u32..);
        let half = |(part, number): (&Load, u32)| {
            let rest = rest_of_load(lines, loads, &loads[whole].quantities, &part.quantities)?;
            Some((number, rest as u32))
        };
        parts.filter_map(half).collect()
    };
    (0..loads.len()).map(of_load).collect()
}

/// By load, the loads that it is a part of, each with the load that brings the rest, told by [`halves`]; of few enough loads for
/// short numbers.
pub fn wholes(halves: &[Vec<(u32, u32)>]) -> Vec<Wholes> {
    let mut wholes = vec![Wholes::new(); halves.len()];
    for (parts, whole) in halves.iter().zip(0_u16..) {
        for &(part, rest) in parts {
            wholes[part as usize].push((whole, rest as u16));
        }
    }
    wholes
}

/// The load that is left when a part is taken away; no line that ships in one piece may be in both.
fn rest_of_load(lines: &[Line], loads: &[Load], whole: &[u32], part: &[u32]) -> Option<usize> {
    let mut rest = Quantities::new();
    for ((line, all), some) in lines.iter().zip(whole).zip(part) {
        let units = all.checked_sub(*some)?;
        if line.line_max_shipments <= 1 && units > 0 && *some > 0 {
            return None;
        }
        rest.push(units);
    }
    loads
        .binary_search_by(|load| load.quantities[..].cmp(&rest[..]))
        .ok()
}

/// Whether two shipments leave one location with one wave.
fn shares_a_wave(options: &OrderOptions, chosen: &[u32]) -> bool {
    let wave = |&position: &u32| options.candidates[position as usize].wave;
    let mut waves: Vec<WaveIx> = chosen.iter().map(wave).collect();
    waves.sort_unstable();
    waves.windows(2).any(|pair| pair[0] == pair[1])
}

/// More pieces of a line than allowed, or lines that a rule keeps together apart.
pub fn breaks_a_rule(
    dataset: &Dataset,
    order: OrderIx,
    options: &OrderOptions,
    chosen: &[u32],
) -> bool {
    let lines = dataset.lines_of(order);
    let picked: Vec<&Candidate> = chosen
        .iter()
        .map(|&position| &options.candidates[position as usize])
        .collect();
    let groups = groups(dataset, lines);
    if groups
        .iter()
        .any(|group| is_scattered(dataset, options, group, chosen))
    {
        return true;
    }
    lines.iter().enumerate().any(|(line, data)| {
        let pieces = picked
            .iter()
            .filter(|candidate| !candidate.forward)
            .filter(|candidate| options.loads[candidate.load as usize].quantities[line] > 0)
            .count();
        pieces as u32 > data.line_max_shipments.max(1)
    })
}

/// Whether candidates take units of a line of a group from stock.
fn takes_any(options: &OrderOptions, group: &[usize], candidate: &Candidate) -> bool {
    let quantities = &options.loads[candidate.load as usize].quantities;
    !candidate.forward && group.iter().any(|&line| quantities[line] > 0)
}

/// From which locations chosen candidates take units from stock, by line.
pub fn leaving<'a>(
    dataset: &'a Dataset,
    options: &'a OrderOptions,
    chosen: &'a [u32],
) -> impl Iterator<Item = (LocationIx, &'a [u32])> + Clone {
    let picked = chosen
        .iter()
        .map(|&position| &options.candidates[position as usize]);
    picked
        .filter(|candidate| !candidate.forward)
        .map(|candidate| {
            let location = dataset.waves[candidate.wave.ix()].location;
            (
                location,
                &options.loads[candidate.load as usize].quantities[..],
            )
        })
}

/// Whether chosen candidates take lines of a group from more than one location.
fn is_scattered(
    dataset: &Dataset,
    options: &OrderOptions,
    group: &[usize],
    chosen: &[u32],
) -> bool {
    let picked = chosen
        .iter()
        .map(|&position| &options.candidates[position as usize]);
    let mut taking = picked.filter(|candidate| takes_any(options, group, candidate));
    let location = |candidate: &Candidate| dataset.waves[candidate.wave.ix()].location;
    taking
        .next()
        .is_some_and(|first| taking.any(|other| location(other) != location(first)))
}

/// Lines that are full, and whether all are; `None` where an order may not end like this.
pub fn ending(
    progress: &[Progress],
    digits: &[u32],
    ship_complete: ShipComplete,
) -> Option<(usize, bool)> {
    let each = progress.iter().zip(digits);
    let full = each.filter(|(line, digit)| line.is_full(**digit)).count();
    let untouched = digits.iter().filter(|digit| **digit == 0).count();
    let all_full = full == digits.len();
    let allowed = match ship_complete {
        ShipComplete::None => true,
        ShipComplete::Line => full + untouched == digits.len(),
        ShipComplete::Order => all_full,
    };
    allowed.then_some((full, all_full))
}

/// Deliveries of which pairs are tried where states are too many.
const FEW: usize = 48;

/// Pieces at most that lines can be shipped in.
pub fn pieces_at_most(lines: &[Line]) -> u32 {
    lines
        .iter()
        .map(|line| line.quantity.min(line.line_max_shipments.max(1)))
        .fold(0, u32::saturating_add)
}

/// Shipments that an order can reach its customer in at most: as many as it may have, and each has a piece of its own.
pub fn deliveries_at_most(order: &Order, lines: &[Line]) -> u32 {
    order.max_shipments.min(pieces_at_most(lines))
}

/// The order's rules, settled once for many searches.
pub struct Search<'a> {
    dataset: &'a Dataset,
    order: OrderIx,
    options: &'a OrderOptions,
    lines: &'a [Line],
    progress: Vec<Progress>,
    ship_complete: ShipComplete,
    most_deliveries: u32,
    late_levels: Vec<u32>,
    /// Waves of hubs that it may go by.
    hubs: Vec<HubWave>,
    /// Lines that rules keep at one location.
    groups: Vec<Vec<usize>>,
    /// Lines that are better at one location, with the price of each further one.
    gathered: Vec<(Money, Vec<usize>)>,
    /// By load, in what two loads it can be brought to a hub; empty where the order goes by none.
    halves: Vec<Vec<(u32, u32)>>,
    /// Whether every load has all or nothing of each line.
    whole_only: bool,
    /// For orders of one or two deliveries; `None` where there would be too many states.
    pairing: Option<Pairing>,
    /// For searches through states; `None` where loads are of too many sizes.
    moves: Option<Moves>,
}

impl<'a> Search<'a> {
    /// Prepares the search of one order's patterns.
    pub fn new(dataset: &'a Dataset, order: OrderIx, options: &'a OrderOptions) -> Self {
        let data = &dataset.orders[order.ix()];
        let lines = dataset.lines_of(order);
        let mut late_levels: Vec<u32> = options
            .candidates
            .iter()
            .filter(|candidate| candidate.reaches_customer())
            .map(|candidate| candidate.days_late)
            .collect();
        late_levels.sort_unstable();
        late_levels.dedup();
        let hubs = HubWave::all(options);
        let progress = Progress::of_lines(lines, &options.loads);
        let quantities = options.loads.iter().map(|load| &load.quantities[..]);
        Self {
            moves: Moves::new(&progress, quantities),
            halves: if hubs.is_empty() {
                Vec::new()
            } else {
                halves(lines, &options.loads)
            },
            hubs,
            dataset,
            order,
            groups: groups(dataset, lines),
            gathered: gathered(dataset, lines),
            options,
            lines,
            progress,
            ship_complete: data.ship_complete,
            most_deliveries: deliveries_at_most(data, lines),
            late_levels,
            pairing: Pairing::new(lines, &options.loads),
            whole_only: options.loads.iter().all(|load| {
                let mut each = lines.iter().zip(&load.quantities);
                each.all(|(line, &units)| units == 0 || units == line.quantity)
            }),
        }
    }

    /// By load, the loads that it is a part of, each with the load that brings the rest; empty where the order goes by no hub.
    pub fn wholes(&self) -> Vec<Wholes> {
        wholes(&self.halves)
    }

    /// The best pattern at these worths, one a candidate; shipping nothing is worth 0.
    pub fn best(&self, worths: &[Worth], terms: Terms) -> Pattern {
        let mut best = Best::default();
        let found = self.best_anywhere(worths, terms);
        self.keep_together((found, worths), terms, &[], &mut best);
        let Best { mut pattern, most } = best;
        if most > pattern.worth {
            (pattern.worth, pattern.relaxed) = (most, true);
        }
        pattern
    }

    /// Takes the best pattern at these worths into account; where it scatters lines that are to be together, or better
    /// together, the best with these lines at each location in turn. Those that are `paid` for, by position among the
    /// latter, may be scattered.
    fn keep_together(
        &self,
        (mut found, worths): (Pattern, &[Worth]),
        terms: Terms,
        paid: &[usize],
        best: &mut Best,
    ) {
        let price = |position: &usize| terms.scattered(self.gathered[*position].0);
        let due: Worth = paid.iter().map(price).sum();
        if found.worth - due <= best.pattern.worth {
            return;
        }
        let is_scattered =
            |group: &[usize]| is_scattered(self.dataset, self.options, group, &found.chosen);
        let hard = self.groups.iter().find(|group| is_scattered(group));
        let soft = || {
            let mut each = self.gathered.iter().enumerate();
            each.find(|(it, (_, group))| !paid.contains(it) && is_scattered(group))
        };
        let group = match hard {
            Some(group) => group,
            None => match soft().filter(|_| terms.may_scatter()) {
                Some((position, (_, group))) => {
                    let more = [paid, &[position]].concat();
                    self.keep_together((found.clone(), worths), terms, &more, best);
                    group
                }
                None => {
                    // Those that are paid for may leave more than two locations: none is worth more than if they left two.
                    best.most = best.most.max(found.worth - due);
                    let over = terms.scattered(self.scatter_cost(&found.chosen)) - due;
                    self.with_fewer((&found, worths), terms, (paid, over), best);
                    found.worth -= due + over;
                    if found.worth > best.pattern.worth {
                        best.pattern = found;
                    }
                    return;
                }
            },
        };
        let location = |candidate: &Candidate| self.dataset.waves[candidate.wave.ix()].location;
        let candidates = || self.options.candidates.iter();
        let mut places: Vec<LocationIx> = candidates()
            .filter(|candidate| takes_any(self.options, group, candidate))
            .map(location)
            .collect();
        places.sort_unstable();
        places.dedup();
        for place in places {
            let each = worths.iter().zip(candidates());
            let here = each.map(|(&worth, candidate)| {
                let is_elsewhere =
                    location(candidate) != place && takes_any(self.options, group, candidate);
                if is_elsewhere { IMPOSSIBLE } else { worth }
            });
            let here: Vec<Worth> = here.collect();
            let found = self.best_anywhere(&here, terms);
            self.keep_together((found, &here), terms, paid, best);
        }
    }

    /// Where a pattern pays for more locations than are counted: without one of those that it leaves, each in turn, and with
    /// none but the others.
    fn with_fewer(
        &self,
        (found, worths): (&Pattern, &[Worth]),
        terms: Terms,
        (paid, over): (&[usize], Worth),
        best: &mut Best,
    ) {
        if over <= 0 {
            return;
        }
        let location = |candidate: &Candidate| self.dataset.waves[candidate.wave.ix()].location;
        for (_, group) in paid.iter().map(|&position| &self.gathered[position]) {
            let takes =
                |one: &u32| takes_any(self.options, group, &self.options.candidates[*one as usize]);
            let leaving = found.chosen.iter().filter(|one| takes(one));
            let mut places: Vec<LocationIx> = leaving
                .map(|&one| location(&self.options.candidates[one as usize]))
                .collect();
            places.sort_unstable();
            places.dedup();
            if places.len() < 3 {
                continue;
            }
            for left in &places {
                let each = worths.iter().zip(&self.options.candidates);
                let fewer = each.map(|(&worth, candidate)| {
                    let place = location(candidate);
                    let is_out = place == *left || !places.contains(&place);
                    if is_out && takes_any(self.options, group, candidate) {
                        IMPOSSIBLE
                    } else {
                        worth
                    }
                });
                let fewer: Vec<Worth> = fewer.collect();
                let found = self.best_anywhere(&fewer, terms);
                self.keep_together((found, &fewer), terms, paid, best);
            }
        }
    }

    /// What rules take for locations beyond the first.
    fn scatter_cost(&self, chosen: &[u32]) -> Money {
        let leaving = leaving(self.dataset, self.options, chosen);
        scatter_cost(&self.gathered, leaving)
    }

    /// The same wherever lines leave from that are to be together.
    fn best_anywhere(&self, worths: &[Worth], terms: Terms) -> Pattern {
        let mut best = Pattern::default();
        let late_matters = (terms.per_day_late != 0 || terms.if_late != 0)
            && self.late_levels.last().is_some_and(|&days| days > 0);
        let all = [u32::MAX];
        let levels = if late_matters {
            &self.late_levels[..]
        } else {
            &all
        };
        let fed = self.hubs.iter().map(|hub| self.fed(hub, worths));
        let fed: Vec<Fed> = fed.collect();
        for &level in levels {
            let late_cost = match level {
                0 | u32::MAX => 0,
                days => terms.per_day_late * Worth::from(days) + terms.if_late,
            };
            let deliveries = self.deliveries(worths, level, &fed);
            let (worth, numbers) = self.combine(&deliveries, terms);
            if worth - late_cost > best.worth {
                best = Pattern {
                    worth: worth - late_cost,
                    chosen: Vec::new(),
                    relaxed: false,
                };
                for number in numbers {
                    self.add_candidates(&deliveries[number as usize], &fed, &mut best.chosen);
                }
            }
        }
        best.chosen.sort_unstable();
        best.relaxed = shares_a_wave(self.options, &best.chosen)
            || breaks_a_rule(self.dataset, self.order, self.options, &best.chosen);
        best
    }

    /// The best delivery of each load, no later than `level` days; `fed`: by hub wave and load, what brings it there.
    fn deliveries(&self, worths: &[Worth], level: u32, fed: &[Fed]) -> Vec<Delivery> {
        let mut best: Vec<Option<Delivery>> = vec![None; self.options.loads.len()];
        let is_meant = |position: usize, candidate: &Candidate| {
            worths[position] != IMPOSSIBLE && candidate.days_late <= level
        };
        for (position, candidate) in self.options.candidates.iter().enumerate() {
            if candidate.forward || !candidate.reaches_customer() || !is_meant(position, candidate)
            {
                continue;
            }
            let worth = worths[position];
            let known = &mut best[candidate.load as usize];
            if known.is_none_or(|known| worth > known.worth) {
                *known = Some(Delivery {
                    load: candidate.load,
                    worth,
                    last: position as u32,
                    hub: None,
                });
            }
        }
        for (number, (hub, fed)) in self.hubs.iter().zip(fed).enumerate() {
            for &last in &hub.forwards {
                let position = last as usize;
                let candidate = &self.options.candidates[position];
                let feeding = fed.worths[candidate.load as usize];
                if feeding == IMPOSSIBLE || !is_meant(position, candidate) {
                    continue;
                }
                let worth = worths[position] + feeding;
                let known = &mut best[candidate.load as usize];
                if known.is_none_or(|known| worth > known.worth) {
                    *known = Some(Delivery {
                        load: candidate.load,
                        worth,
                        last,
                        hub: Some(number),
                    });
                }
            }
        }
        best.into_iter().flatten().collect()
    }

    /// The best set of feeders for each load to a wave of a hub: one feeder, or one and what brings the rest.
    fn fed(&self, hub: &HubWave, worths: &[Worth]) -> Fed {
        let count = self.options.loads.len();
        let mut single = vec![IMPOSSIBLE; count];
        let mut feeders = vec![0; count];
        for &feeder in &hub.feeders {
            let worth = worths[feeder as usize];
            let load = self.options.candidates[feeder as usize].load as usize;
            if worth > single[load] {
                (single[load], feeders[load]) = (worth, feeder);
            }
        }
        let mut fed = Fed {
            worths: single.clone(),
            split: vec![None; count],
            feeders,
        };
        // Loads are in lexicographic order, so that parts of a load come before it.
        for (load, parts) in self.halves.iter().enumerate() {
            for &(part, rest) in parts {
                let (one, others) = (single[part as usize], fed.worths[rest as usize]);
                if one != IMPOSSIBLE && others != IMPOSSIBLE && one + others > fed.worths[load] {
                    fed.worths[load] = one + others;
                    fed.split[load] = Some((part, rest));
                }
            }
        }
        fed
    }

    /// Adds the candidates that make up a delivery.
    fn add_candidates(&self, delivery: &Delivery, fed: &[Fed], chosen: &mut Vec<u32>) {
        chosen.push(delivery.last);
        let Some(hub) = delivery.hub else { return };
        let fed = &fed[hub];
        let mut load = delivery.load;
        while let Some((part, rest)) = fed.split[load as usize] {
            chosen.push(fed.feeders[part as usize]);
            load = rest;
        }
        chosen.push(fed.feeders[load as usize]);
    }

    /// The best deliveries together, by their numbers: dynamic programming over line states, a layer a delivery.
    fn combine(&self, deliveries: &[Delivery], terms: Terms) -> (Worth, Vec<u32>) {
        if deliveries.is_empty() {
            return (0, Vec::new());
        }
        if let Some((pairing, rules)) = self.pairing(terms) {
            let mut of_loads = vec![[pairing::Delivery::NONE]; self.options.loads.len()];
            for (number, delivery) in (0..).zip(deliveries) {
                of_loads[delivery.load as usize] = [pairing::Delivery {
                    worth: delivery.worth,
                    number,
                    berth: ANY_BERTH,
                }];
            }
            let paired = pairing.best(&of_loads, rules, &mut Tables::default());
            return (paired.worth, paired.numbers.into_iter().flatten().collect());
        }
        let states = self.progress.iter().map(|line| u64::from(line.states()));
        let states = states.fold(1, u64::saturating_mul);
        let steps = search_steps(states, deliveries.len(), self.most_deliveries);
        if self.options.wide && steps > STEPS_LIMIT {
            return self.combine_few(deliveries, terms);
        }
        let states = states as usize;
        let mut worth = vec![IMPOSSIBLE; states];
        worth[0] = 0;
        let mut steps: Vec<Vec<(u32, u32)>> = Vec::new();
        let mut best = (0, None);
        let mut digits = vec![0_u32; self.lines.len()];
        for layer in 0..self.most_deliveries {
            let mut next = vec![IMPOSSIBLE; states];
            let mut step = vec![(0_u32, 0_u32); states];
            let mut moved = false;
            for (state, &here) in worth.iter().enumerate() {
                if here == IMPOSSIBLE {
                    continue;
                }
                self.decode(state, &mut digits);
                let moves = self.moves.as_ref();
                let moves = moves.map(|moves| (moves, moves.barred(&self.progress, &digits)));
                for (number, delivery) in deliveries.iter().enumerate() {
                    let after = match moves {
                        Some((moves, barred)) => moves.after(barred, state, delivery.load),
                        None => self.after(&digits, delivery.load),
                    };
                    let Some(after) = after else { continue };
                    if here + delivery.worth > next[after] {
                        next[after] = here + delivery.worth;
                        step[after] = (state as u32, number as u32);
                        moved = true;
                    }
                }
            }
            if !moved {
                break;
            }
            steps.push(step);
            for (state, &there) in next.iter().enumerate() {
                if there == IMPOSSIBLE {
                    continue;
                }
                if let Some(bonus) = self.final_worth(state, terms, &mut digits)
                    && there + bonus > best.0
                {
                    best = (there + bonus, Some((layer as usize, state)));
                }
            }
            worth = next;
        }
        let mut chosen = Vec::new();
        if let (_, Some((layer, mut state))) = best {
            for step in steps[..=layer].iter().rev() {
                let (from, number) = step[state];
                chosen.push(number);
                state = from as usize;
            }
        }
        (best.0, chosen)
    }

    /// Whether no rule asks for lines to leave one location: patterns are then all that deliveries make.
    pub fn is_free(&self) -> bool {
        self.groups.is_empty() && self.gathered.is_empty()
    }

    /// The table to find the best one or two deliveries in, where what two loads fill together follows from them
    /// one by one, with what counts there.
    pub fn pairing(&self, terms: Terms) -> Option<(&Pairing, Rules<Worth>)> {
        let counts_full = terms.per_full_line != 0 || terms.if_full != 0;
        let whole_order = self.ship_complete == ShipComplete::Order;
        let follows = self.ship_complete != ShipComplete::None || !counts_full || self.whole_only;
        let pairing = self.pairing.as_ref()?;
        let lines = self.lines.len() as Worth;
        let rules = Rules {
            two: self.most_deliveries == 2,
            whole_order,
            whole_lines: self.ship_complete == ShipComplete::Line,
            per_full_line: if whole_order { 0 } else { terms.per_full_line },
            if_full: terms.if_full
                + if whole_order {
                    terms.per_full_line * lines
                } else {
                    0
                },
        };
        (follows && self.most_deliveries <= 2).then_some((pairing, rules))
    }

    /// One or two deliveries by their numbers, the second among the best by themselves: for orders whose states are too
    /// many to go through. They are wide: what this is worth is no bound.
    fn combine_few(&self, deliveries: &[Delivery], terms: Terms) -> (Worth, Vec<u32>) {
        let mut ranked: Vec<(u32, &Delivery)> = (0..).zip(deliveries).collect();
        ranked.sort_by_key(|(_, delivery)| (std::cmp::Reverse(delivery.worth), delivery.load));
        ranked.truncate(FEW);
        let untouched = vec![0; self.lines.len()];
        let mut best = (0, Vec::new());
        for (position, (first, one)) in ranked.iter().enumerate() {
            let Some(begun) = self.digits_after(&untouched, one.load) else {
                continue;
            };
            if let Some(bonus) = self.final_worth_of(&begun, terms)
                && one.worth + bonus > best.0
            {
                best = (one.worth + bonus, vec![*first]);
            }
            let others = ranked[position + 1..].iter();
            for (second, other) in others.take_while(|_| self.most_deliveries > 1) {
                let Some(ended) = self.digits_after(&begun, other.load) else {
                    continue;
                };
                let Some(bonus) = self.final_worth_of(&ended, terms) else {
                    continue;
                };
                let worth = one.worth + other.worth + bonus;
                if worth > best.0 {
                    best = (worth, vec![*first, *second]);
                }
            }
        }
        best
    }

    fn digits_after(&self, digits: &[u32], load: u32) -> Option<Vec<u32>> {
        let quantities = &self.options.loads[load as usize].quantities;
        let each = self.progress.iter().zip(digits).zip(quantities);
        each.map(|((line, &digit), &units)| line.after(digit, units))
            .collect()
    }

    fn decode(&self, mut state: usize, digits: &mut [u32]) {
        for (digit, line) in digits.iter_mut().zip(&self.progress) {
            let states = line.states() as usize;
            *digit = (state % states) as u32;
            state /= states;
        }
    }

    fn after(&self, digits: &[u32], load: u32) -> Option<usize> {
        let load = &self.options.loads[load as usize];
        let mut state = 0;
        let mut scale = 1;
        for ((line, &digit), &units) in self.progress.iter().zip(digits).zip(&load.quantities) {
            state += line.after(digit, units)? as usize * scale;
            scale *= line.states() as usize;
        }
        Some(state)
    }

    /// What a final state adds; `None` where the order may not end in it.
    fn final_worth(&self, state: usize, terms: Terms, digits: &mut [u32]) -> Option<Worth> {
        self.decode(state, digits);
        self.final_worth_of(digits, terms)
    }

    fn final_worth_of(&self, digits: &[u32], terms: Terms) -> Option<Worth> {
        let (full, all_full) = ending(&self.progress, digits, self.ship_complete)?;
        Some(terms.per_full_line * full as Worth + if all_full { terms.if_full } else { 0 })
    }
}
