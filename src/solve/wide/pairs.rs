//! What an order in one or two shipments could be worth at most at prices, its units shared out one by one.
//!
//! A hub forwards each unit as if it had come from the feeder by which it is worth most, one feeder paid. A shipment's
//! cost is left to its weight alone ([`Stairs`]: never more than it is). What two slots could earn together is bounded
//! first with a straight line below the stairs of each, then by going through the lines: how many units of each leave from
//! where. What no shared-out beginning could still come to, by straight lines for the lines to come, is left out; where
//! too many are left, the best of what they could come to stands. Where all lines are shared out, shipments are priced as they
//! are, the most promising first, unless a hub or other forms of the goods are in it.

use super::{At, Fed, least_weight, line_cost, shipment_cost, unit_worth};
use crate::domain::{Line, OrderIx, ShipComplete, WaveIx};
use crate::options::{
    Load, Quote, Slot, Stairs, carriage_stairs, does_lateness_cost, late_levels, quotes, slots_by,
    usable_piece,
};
use crate::plan::Route;
use crate::solve::rules::{Shop, usage_of};

/// Ways to share out the first lines that are followed at a time, at most.
const FOLLOWED: usize = 8_192;

/// Ways to share out lines that are looked at for an order, at most.
pub const LOOKED_AT: usize = 1_000_000;

/// Choices of a line that are gone through, at most; a line with more is left to the straight lines.
const CHOICES: u64 = 256;

/// Ways to share out all lines that are priced as they are for a team, at most.
const PRICED: usize = 1_024;

/// A bound on what an order could earn.
#[derive(Clone, Debug)]
pub struct Most {
    /// In micro-units; what it was to exceed where nothing does.
    pub worth: f64,
    /// Whether all lines were shared out to the end: where not, another bound may be lower.
    pub is_searched: bool,
    /// How the best that was looked at shares out the lines: by line, units of each shipment; empty where nothing exceeds
    /// what it was to exceed.
    pub shares: Vec<[u32; 2]>,
    /// The waves of these shipments.
    pub waves: Vec<WaveIx>,
}

/// What sides could earn together.
struct Found {
    worth: f64,
    /// Whether all lines were shared out.
    is_searched: bool,
    /// By line, units from each side, in the best way that was followed to its end.
    shares: Vec<[u32; 2]>,
}

/// A slot with the cheapest carriage that is late by no more than a level.
struct Side<'s> {
    wave: WaveIx,
    /// The slot with that level, where what is shipped from it can be priced: no hub, nothing made in other forms.
    priced_at: Option<(&'s Slot, u32)>,
    stairs: Stairs,
    /// Cost of a milligram by the straight line, and how far the line is above zero.
    slope: f64,
    rise: f64,
    /// By line of the order.
    offered: Vec<Offered>,
}

/// What a slot has of a line.
#[derive(Clone, Copy)]
struct Offered {
    /// Worth of a unit, carriage not in.
    unit: f64,
    /// Paid for any units of the line.
    once: f64,
    /// Units at most.
    most: u32,
}

/// Units of one line from each side: what they are worth, carriage not in, and weigh.
#[derive(Clone, Copy)]
struct Choice {
    worth: f64,
    weights: [f64; 2],
    units: [u32; 2],
}

/// Nothing of any line.
const NOTHING: Choice = Choice {
    worth: 0.0,
    weights: [0.0; 2],
    units: [0; 2],
};

/// The first lines shared out in one way: a choice of each, added up.
#[derive(Clone, Copy)]
struct Label {
    chosen: Choice,
    /// Units of the last of these lines, and the way that the lines before it are shared out.
    last: [u32; 2],
    from: u32,
    /// What it could still come to.
    most: f64,
}

/// What lines that are still to be shared out could add.
#[derive(Clone, Default)]
struct Rest {
    /// By the straight lines, at most.
    most: f64,
    /// Weight from each side at least and at most.
    weights: [(f64, f64); 2],
}

/// The lines of an order and the rules that they keep.
struct Lines<'a> {
    shop: Shop<'a>,
    order: OrderIx,
    at: At<'a>,
    all: &'a [Line],
    /// By line, what a unit weighs at least, in milligrams.
    weights: Vec<f64>,
    complete: ShipComplete,
}

/// One or two sides, by their number, and what their straight lines let them earn.
struct Team {
    first: usize,
    second: Option<usize>,
    most: f64,
}

/// The most that an order could earn at prices in one or two shipments if it is more than `floor`, when no more than `left` ways
/// to share out lines are looked at; `None`: this is for orders that carriers bring.
pub fn most_of_two(
    shop: Shop<'_>,
    order: OrderIx,
    slots: &[Slot],
    at: At<'_>,
    floor: f64,
    mut left: usize,
) -> Option<Most> {
    let dataset = shop.dataset;
    let data = &dataset.orders[order.ix()];
    let is_brought = |slot: &Slot| {
        let mut ways = slot.ways.iter();
        ways.all(|way| matches!(way.route, Route::Carrier(_) | Route::ToHub(..)))
    };
    if !slots.iter().all(is_brought) {
        return None;
    }
    let all = dataset.lines_of(order);
    let lines = Lines {
        shop,
        order,
        at,
        all,
        // What is sent instead may weigh something else.
        weights: all
            .iter()
            .map(|line| least_weight(dataset, line).0 as f64)
            .collect(),
        complete: data.ship_complete,
    };
    let mut most = Most {
        worth: floor,
        is_searched: true,
        shares: Vec::new(),
        waves: Vec::new(),
    };
    let fed = |slot: &Slot| {
        if slot.forward {
            Fed::of_wave((shop, order), slots, slot.wave, at)
        } else {
            None
        }
    };
    let fed: Vec<Option<Fed>> = slots.iter().map(fed).collect();
    // Lateness is paid once, by the later of two.
    for level in late_levels(dataset, shop.settings, order, slots) {
        let late = data.late_cost_per_day.as_micro() * f64::from(level);
        let stretches = shop.coupling.stretches();
        let twos = (data.max_shipments >= 2, !stretches.is_empty());
        let kept = slots_by(dataset, shop.settings, (order, level), slots, stretches);
        let each = kept.into_iter().map(|slot| (&slots[slot], &fed[slot]));
        // Where nothing comes to a hub, nothing leaves it.
        let each = each.filter(|(slot, fed)| !slot.forward || fed.is_some());
        let side = |(slot, fed): (_, &Option<Fed>)| lines.side((slot, fed.as_ref()), level);
        let sides: Vec<Side<'_>> = each.filter_map(side).collect();
        for team in lines.teams(&sides, twos, most.worth + late) {
            if team.most <= most.worth + late {
                break;
            }
            let members: Vec<&Side<'_>> = [Some(team.first), team.second]
                .into_iter()
                .flatten()
                .map(|side| &sides[side])
                .collect();
            let found = lines.search(&members, most.worth + late, &mut left);
            if found.worth > most.worth + late {
                most.worth = found.worth - late;
                most.is_searched &= found.is_searched;
                most.shares = found.shares;
                most.waves = members.iter().map(|side| side.wave).collect();
            }
        }
    }
    Some(most)
}

impl Lines<'_> {
    /// A slot, with what comes to a hub's, and what carriers can bring from it late by no more than a level; `None`: nothing.
    fn side<'s>(&self, (slot, fed): (&'s Slot, Option<&Fed>), level: u32) -> Option<Side<'s>> {
        let (shop, order, at) = (self.shop, self.order, self.at);
        let of_feeder = fed.map_or(0.0, |fed| fed.fixed);
        let besides: Vec<f64> = slot
            .ways
            .iter()
            .map(|way| shipment_cost(shop, order, slot, way.route, at) + of_feeder)
            .collect();
        let (dataset, settings) = (shop.dataset, shop.settings);
        let stairs = carriage_stairs(dataset, settings, order, slot, &besides, level)?;
        let once = line_cost(shop, slot, at);
        let mut ways = slot.ways.iter();
        let route = ways
            .find(|way| matches!(way.route, Route::Carrier(_)))?
            .route;
        let offer = |((position, line), &most): ((usize, &Line), &u32)| {
            let (worth, units) = fed.map_or((0.0, most), |fed| fed.units[position]);
            Offered {
                unit: worth + unit_worth(shop, slot, route, (position, line), at),
                once,
                most: most.min(units),
            }
        };
        let offered: Vec<Offered> = self
            .all
            .iter()
            .enumerate()
            .zip(&slot.limits)
            .map(offer)
            .collect();
        let each = self.weights.iter().zip(&offered);
        let weight: f64 = each
            .map(|(weight, here)| weight * f64::from(here.most))
            .sum();
        let is_plain = !slot.forward && slot.made.is_empty();
        let mut side = Side {
            wave: slot.wave,
            priced_at: is_plain.then_some((slot, level)),
            slope: 0.0,
            rise: 0.0,
            stairs,
            offered,
        };
        // The line by which it could earn least.
        let mut least = (f64::INFINITY, 0.0, 0.0);
        for slope in std::iter::once(0.0).chain(side.stairs.slopes()) {
            side.slope = slope;
            side.rise = side.stairs.least_above(slope, 0.0, weight);
            let most = self.straight(&[&side]);
            if most < least.0 {
                least = (most, side.slope, side.rise);
            }
        }
        (_, side.slope, side.rise) = least;
        Some(side)
    }

    /// Sides one by one and by twos, one with itself where it may be had twice, that could earn more than so much by their
    /// straight lines, the most first.
    fn teams(
        &self,
        sides: &[Side<'_>],
        (are_twos_allowed, is_twice): (bool, bool),
        floor: f64,
    ) -> Vec<Team> {
        let mut teams = Vec::new();
        let each_alone: Vec<Vec<f64>> = sides.iter().map(|side| self.alone(side)).collect();
        for (first, side) in sides.iter().enumerate() {
            teams.push(Team {
                first,
                second: None,
                most: self.straight(&[side]),
            });
            if !are_twos_allowed {
                continue;
            }
            for second in first + usize::from(!is_twice)..sides.len() {
                let (alone, beside) = (&each_alone[first], &each_alone[second]);
                // Most are told to be too little by what each could earn alone.
                let rises = side.rise + sides[second].rise;
                if self.apart(alone, beside) - rises > floor {
                    teams.push(Team {
                        first,
                        second: Some(second),
                        most: self.straight(&[side, &sides[second]]),
                    });
                }
            }
        }
        teams.retain(|team| team.most > floor);
        teams.sort_by(|one, other| other.most.total_cmp(&one.most));
        teams
    }

    /// By line, what any usable units of it from a side could earn by its straight line, or none.
    fn alone(&self, side: &Side<'_>) -> Vec<f64> {
        let of_line = |((line, weight), here): ((&Line, &f64), &Offered)| {
            let each = here.unit - side.slope * weight;
            let earned = |units: u32| each * f64::from(units) - here.once;
            // Worth grows evenly with units: it is highest at either end.
            let ends = [here.most, here.most.min(line.min_split_units.max(1))];
            let usable = ends.into_iter();
            // Whole cases may have an end between.
            let usable = usable.filter(|&units| {
                usable_piece(line, self.complete, units) || (line.case > 1 && units > 0)
            });
            usable.map(earned).fold(0.0, f64::max)
        };
        let lines = self.all.iter().zip(&self.weights);
        lines.zip(&side.offered).map(of_line).collect()
    }

    /// What two sides could earn at most by what each could earn alone, by line.
    fn apart(&self, one: &[f64], other: &[f64]) -> f64 {
        let of_line = |(line, (one, other)): (&Line, (&f64, &f64))| {
            let is_whole = line.quantity == 1 || line.line_max_shipments <= 1;
            if is_whole {
                one.max(*other)
            } else {
                one + other
            }
        };
        let each = self.all.iter().zip(one.iter().zip(other));
        each.map(of_line).sum()
    }

    /// What sides could earn by their straight lines.
    fn straight(&self, sides: &[&Side<'_>]) -> f64 {
        let rises: f64 = sides.iter().map(|side| side.rise).sum();
        let lines = 0..self.all.len();
        lines.map(|line| self.most_of(line, sides)).sum::<f64>() - rises
    }

    /// What a line could earn by the straight lines.
    fn most_of(&self, line: usize, sides: &[&Side<'_>]) -> f64 {
        if self.is_left_out(line, sides) {
            return self.most_of_many(line, sides);
        }
        let mut most = f64::NEG_INFINITY;
        self.choices(line, sides, |choice| most = most.max(above(sides, choice)));
        most
    }

    /// The same unit by unit, where they are worth most, without the rules of pieces.
    fn most_of_many(&self, line: usize, sides: &[&Side<'_>]) -> f64 {
        let data = &self.all[line];
        let unit = |side: &&Side<'_>| {
            let here = side.offered[line];
            let once = here.once / f64::from(here.most.max(1));
            let worth = here.unit - once - side.slope * self.weights[line];
            (worth.max(0.0), here.most)
        };
        let mut units: Vec<(f64, u32)> = sides.iter().map(unit).collect();
        units.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut left = data.quantity;
        let mut sum = 0.0;
        for (worth, most) in units {
            let taken = most.min(left);
            left -= taken;
            sum += worth * f64::from(taken);
        }
        sum
    }

    /// Whether a line has so many choices that they are not gone through.
    fn is_left_out(&self, line: usize, sides: &[&Side<'_>]) -> bool {
        let each = sides.iter();
        let units = each.map(|side| u64::from(side.offered[line].most) + 1);
        units.fold(1, u64::saturating_mul) > CHOICES
    }

    /// All choices of units of a line from sides, none at all among them where that may be.
    fn choices(&self, line: usize, sides: &[&Side<'_>], mut each: impl FnMut(Choice)) {
        let data = &self.all[line];
        let may_be = |units: u32| units == 0 || usable_piece(data, self.complete, units);
        let may_be_all = |units: u32| match self.complete {
            ShipComplete::None => units <= data.quantity,
            ShipComplete::Line => units == 0 || units == data.quantity,
            ShipComplete::Order => units == data.quantity,
        };
        let of_side = |number: usize, units: u32| {
            let here = sides[number].offered[line];
            let once = if units > 0 { here.once } else { 0.0 };
            here.unit * f64::from(units) - once
        };
        let most = |number: usize| sides.get(number).map_or(0, |side| side.offered[line].most);
        let weight = self.weights[line];
        for one in (0..=most(0)).filter(|&units| may_be(units)) {
            for other in (0..=most(1)).filter(|&units| may_be(units)) {
                let in_pieces = one > 0 && other > 0;
                if !may_be_all(one + other) || (in_pieces && data.line_max_shipments <= 1) {
                    continue;
                }
                let beside = if other > 0 { of_side(1, other) } else { 0.0 };
                each(Choice {
                    worth: of_side(0, one) + beside,
                    weights: [weight * f64::from(one), weight * f64::from(other)],
                    units: [one, other],
                });
            }
        }
    }

    /// The most that sides could earn, where it is more than `floor`.
    fn search(&self, sides: &[&Side<'_>], floor: f64, left: &mut usize) -> Found {
        let mut lines: Vec<usize> = (0..self.all.len()).collect();
        let heaviness = |line: usize| self.weights[line] * f64::from(self.all[line].quantity);
        // What weighs most is shared out first; what has too many choices, never.
        lines.sort_by(|&one, &other| {
            let by_weight = heaviness(other).total_cmp(&heaviness(one));
            let are_left_out = [one, other].map(|line| self.is_left_out(line, sides));
            are_left_out[0].cmp(&are_left_out[1]).then(by_weight)
        });
        let rests = self.rests(&lines, sides);
        let mut floor = floor;
        let mut found = Found {
            worth: f64::NEG_INFINITY,
            is_searched: false,
            shares: Vec::new(),
        };
        let mut labels = vec![Label {
            chosen: NOTHING,
            last: [0; 2],
            from: 0,
            most: still(sides, NOTHING, &rests[0]),
        }];
        if let Some((worth, shares)) = self.plain(sides) {
            let worth = self.priced(sides, &shares).unwrap_or(worth);
            if worth > found.worth {
                (found.worth, found.shares) = (worth, shares);
                floor = floor.max(worth);
            }
        }
        let mut before: Vec<Vec<Label>> = Vec::new();
        let is_followed = |line: &&usize| !self.is_left_out(**line, sides);
        for (&line, rest) in lines.iter().take_while(is_followed).zip(&rests[1..]) {
            let mut choices = Vec::new();
            self.choices(line, sides, |choice| choices.push(choice));
            let mut next = Vec::new();
            for (from, label) in labels.iter().enumerate() {
                if label.most <= floor {
                    continue;
                }
                for &choice in &choices {
                    let chosen = label.chosen.with(choice);
                    let most = still(sides, chosen, rest);
                    if most > floor {
                        next.push(Label {
                            chosen,
                            last: choice.units,
                            from: from as u32,
                            most,
                        });
                    }
                }
            }
            *left = left.saturating_sub(labels.len() * choices.len());
            if next.len() > FOLLOWED || *left == 0 {
                let each = labels.iter().map(|label| label.most);
                found.worth = each.fold(found.worth, f64::max);
                return found;
            }
            before.push(std::mem::replace(&mut labels, next));
        }
        found.is_searched = lines.iter().all(|line| is_followed(&line));
        labels.sort_by(|one, other| other.most.total_cmp(&one.most));
        for (number, &label) in labels.iter().enumerate() {
            if label.most <= found.worth.max(floor) {
                break;
            }
            if number == PRICED {
                found.worth = label.most;
                break;
            }
            let mut shares = vec![[0; 2]; self.all.len()];
            let mut last = label;
            for (labels, &line) in before.iter().zip(&lines).rev() {
                shares[line] = last.last;
                last = labels[last.from as usize];
            }
            let are_all_shared = found.is_searched;
            let priced = are_all_shared.then(|| self.priced(sides, &shares));
            let worth = priced.flatten().unwrap_or(label.most);
            if worth > found.worth {
                (found.worth, found.shares) = (worth, shares);
            }
        }
        found
    }

    /// What sides earn with lines shared out like this, shipped as they are; minus infinity where nothing carries that, `None`
    /// where it is not told.
    fn priced(&self, sides: &[&Side<'_>], shares: &[[u32; 2]]) -> Option<f64> {
        let mut sum = 0.0;
        for (number, side) in sides.iter().enumerate() {
            let place = side.priced_at?;
            let units: Vec<u32> = shares.iter().map(|units| units[number]).collect();
            if units.iter().any(|&units| units > 0) {
                sum += self.shipped(place, &units);
            }
        }
        Some(sum)
    }

    /// What a shipment of so many units by line from a slot earns by the best carrier that is late by no more than a level.
    fn shipped(&self, (slot, level): (&Slot, u32), units: &[u32]) -> f64 {
        let (dataset, settings) = (self.shop.dataset, self.shop.settings);
        let load = Load::new(dataset, self.order, units);
        let mut found: Vec<Quote> = Vec::new();
        quotes(dataset, settings, self.order, slot, &load, &mut found);
        let order = &dataset.orders[self.order.ix()];
        let is_any_in_time = !does_lateness_cost(settings, order);
        let in_time = found.iter().filter(|quote| {
            let is_in_time = is_any_in_time || quote.days_late <= level;
            matches!(quote.route, Route::Carrier(_)) && is_in_time
        });
        let coupling = self.shop.coupling;
        let paid = |quote: &Quote| -> f64 {
            let used = usage_of(self.shop, self.order, slot, &load, quote);
            // What an order pays once is left out.
            let used = used.iter().filter(|(row, _)| !coupling.counts_once(*row));
            used.map(|&(row, units)| self.at.paid(coupling, row) * units as f64)
                .sum()
        };
        let earned = in_time.map(|quote| quote.gain.as_micro() - paid(quote));
        let filled = self.all.iter().zip(units);
        let filled: f64 = filled
            .map(|(line, &units)| self.at.filled(line) * f64::from(units))
            .sum();
        earned.fold(f64::NEG_INFINITY, f64::max) + filled
    }

    /// What the sides earn with each line where it is worth most by the straight lines, and its units there.
    fn plain(&self, sides: &[&Side<'_>]) -> Option<(f64, Vec<[u32; 2]>)> {
        let mut sum = NOTHING;
        let mut shares = Vec::with_capacity(self.all.len());
        for line in 0..self.all.len() {
            if self.is_left_out(line, sides) {
                return None;
            }
            let mut best: Option<Choice> = None;
            self.choices(line, sides, |choice| {
                if best.is_none_or(|best| above(sides, choice) > above(sides, best)) {
                    best = Some(choice);
                }
            });
            let best = best?;
            shares.push(best.units);
            sum = sum.with(best);
        }
        Some((still(sides, sum, &Rest::default()), shares))
    }

    /// What lines from each position on could add.
    fn rests(&self, lines: &[usize], sides: &[&Side<'_>]) -> Vec<Rest> {
        let mut rests = vec![Rest::default(); lines.len() + 1];
        for (position, &line) in lines.iter().enumerate().rev() {
            let mut ranges = [(f64::INFINITY, 0.0_f64); 2];
            if self.is_left_out(line, sides) {
                for (range, side) in ranges.iter_mut().zip(sides) {
                    let units = f64::from(side.offered[line].most);
                    *range = (0.0, self.weights[line] * units);
                }
            } else {
                self.choices(line, sides, |choice| {
                    for (range, weight) in ranges.iter_mut().zip(choice.weights) {
                        *range = (range.0.min(weight), range.1.max(weight));
                    }
                });
            }
            let mut rest = rests[position + 1].clone();
            rest.most += self.most_of(line, sides);
            for (sum, range) in rest.weights.iter_mut().zip(ranges) {
                *sum = (sum.0 + range.0, sum.1 + range.1);
            }
            rests[position] = rest;
        }
        rests
    }
}

impl Choice {
    fn with(self, other: Self) -> Self {
        Self {
            worth: self.worth + other.worth,
            weights: [
                self.weights[0] + other.weights[0],
                self.weights[1] + other.weights[1],
            ],
            units: [0; 2],
        }
    }
}

/// What a choice is worth above the straight lines.
fn above(sides: &[&Side<'_>], choice: Choice) -> f64 {
    let each = sides.iter().zip(choice.weights);
    choice.worth - each.map(|(side, weight)| side.slope * weight).sum::<f64>()
}

/// What a choice of some lines could come to with the rest.
fn still(sides: &[&Side<'_>], chosen: Choice, rest: &Rest) -> f64 {
    let each = sides.iter().zip(chosen.weights).zip(rest.weights);
    let rises: f64 = each
        .map(|((side, weight), (least, most))| {
            let (from, to) = (weight + least, weight + most);
            side.stairs.least_above(side.slope, from, to)
        })
        .sum();
    above(sides, chosen) + rest.most - rises
}
