//! Limits on how many locations are open (family 7): which of them, decided above all else that is planned.
//!
//! Nothing below knows of such limits. A *node* says of each location whether it is closed, open and paid for, or free. What
//! is planned with these locations while the limits are forgotten bounds all plans of the node that keep them; where that
//! plan keeps them, too, nothing in the node is better. Else a location is chosen that takes part in what is broken, and the
//! node falls into one where it is open and one where it is closed. The node with the highest bound comes first.
//!
//! For prices m ≥ 0 of a limit (no more than the price of each one too many, where it has one) the bound is closer: with
//! fixed costs f + m, no plan is worth more than what is planned so, plus m × how many there may be. One price a limit is
//! looked for at the beginning, by its tangents.

mod limits;
mod proven;
mod trial;

use super::outcome::{Control, Goal, Outcome, Progress};
use super::{Known, Resource, solve_free};
use crate::domain::{Dataset, Settings, Strategy};
use crate::model::GoalKind;
use crate::options::Options;
use crate::units::MICRO;
use limits::{Limits, Said};
use proven::without_plan;
use std::cell::Cell;
use trial::Trial;

/// Plans that are made, at least, before looking for better sets of locations ends.
const LEAST_TRIALS: usize = 40;
/// The same at most.
const MOST_TRIALS: usize = 2_000;
/// Orders planned, over all trials, from which on it ends.
const PLANNED_ORDERS: usize = 500_000;
/// A trial of a price that could win less than one part in so many of what is missing is left.
const WORTH_A_TRIAL: i128 = 20;
/// Trials that look for the price of a limit.
const PRICE_TRIALS: usize = 8;
/// Plans a scenario whose rules count open locations.
pub fn solve_counted(
    dataset: &Dataset,
    settings: &Settings,
    options: &Options,
    known: Known<'_>,
    control: &Control<'_>,
) -> Outcome {
    let mut search = Search {
        dataset,
        settings,
        options,
        control,
        limits: Limits::new(dataset),
        worth: None,
        trials: Cell::new(0),
    };
    match settings.strategy {
        Strategy::Rules => search.baseline(),
        Strategy::Optimise => search.optimise(known),
    }
}

/// What is looked at, and how far it is.
struct Search<'a> {
    dataset: &'a Dataset,
    settings: &'a Settings,
    options: &'a Options,
    control: &'a Control<'a>,
    limits: Limits<'a>,
    /// What all that could be planned is worth at most, once that is known.
    worth: Option<i64>,
    /// Plans made so far.
    trials: Cell<usize>,
}

/// What looking for prices of limits found.
struct Searched {
    /// The lowest bound.
    lowest: i64,
    /// What was planned there.
    closest: Option<Trial>,
}

/// What the bound is at a price of a limit, and how much it falls with each unit more.
#[derive(Clone, Copy)]
struct Tangent {
    price: i64,
    bound: i64,
    /// Locations above the limit; below zero where there could be more.
    fall: i64,
}

impl Tangent {
    /// The price to try next between one that leaves too many open and, where there is one, one that does not: where the
    /// tangents meet, as the bound is nowhere below them. As long as there is none, where the tangent comes down to a
    /// plan that keeps the limit; the price itself where little is to be won.
    fn next(low: Self, high: Option<Self>, value: Option<i64>, lowest: i64) -> i64 {
        let Some(high) = high else {
            let down_to = value.unwrap_or_else(|| lowest - lowest.abs() / 20);
            let fall = low.bound.saturating_sub(down_to).max(0) / low.fall.max(1);
            return low.price.saturating_add(fall);
        };
        // The heights of both tangents are the same there.
        let (fall, rise) = (i128::from(low.fall), i128::from(-high.fall));
        let (from, to) = (i128::from(low.price), i128::from(high.price));
        let apart = i128::from(low.bound) - i128::from(high.bound) + rise * (to - from);
        let step = (apart / (fall + rise).max(1)).clamp(0, to - from);
        let least = i128::from(low.bound) - fall * step;
        let to_win = i128::from(lowest) - least;
        let missing = value.map(|value| i128::from(lowest) - i128::from(value));
        if missing.is_some_and(|missing| to_win * WORTH_A_TRIAL < missing) {
            return low.price;
        }
        // Bounds are not exact, and tangents neither: never at an end.
        let margin = (to - from) / 10;
        let step = step.clamp(margin, to - from - margin);
        i64::try_from(from + step).expect("between two prices")
    }
}

/// Locations about which something is said, and what no plan with them is better than.
struct Node {
    said: Vec<Said>,
    values: Vec<i64>,
    bounds: Vec<i64>,
}

impl Search<'_> {
    /// The rules' plan with the locations that it uses most.
    fn baseline(&self) -> Outcome {
        let mut said = self.limits.nothing_said();
        loop {
            let (dataset, options) = self.with(&said, &[]);
            let options = options.as_ref().unwrap_or(self.options);
            let outcome = solve_free(
                &dataset,
                self.settings,
                options,
                Known::default(),
                self.control,
            );
            let plan = outcome.plan.clone().unwrap_or_default();
            let (used, shipments) = self.limits.use_of(&plan);
            if self.limits.keeps(&self.dataset.open_with(&used)) {
                return outcome;
            }
            let fewer = self.limits.only_most_used(&said, &used, &shipments);
            if fewer == said {
                return without_plan(self.dataset, outcome, false);
            }
            said = fewer;
        }
    }

    fn optimise(&mut self, known: Known<'_>) -> Outcome {
        let mut prices = self.limits.free();
        let mut nodes = vec![];
        let mut leaves: Vec<Node> = vec![];
        let nothing = self.limits.nothing_said();
        let root = self.trial(&nothing, &prices, known);
        self.worth = root.bounds.last().map(|bound| bound.abs().max(1));
        let known = root.outcome.prices();
        let mut best: Option<Trial> = None;
        let mut bounds = root.bounds.clone();
        let open = self.dataset.open_with(&root.used);
        let mut closest = None;
        self.try_most_used(&mut best, &root, &bounds, &known);
        if self.limits.broken(&open, true).is_some() && root.values.len() == 1 {
            let priced = self.search_prices(&nothing, &mut prices, &root, &known, &mut best);
            bounds[0] = bounds[0].min(priced.lowest);
            closest = priced.closest;
        }
        if let Some(closest) = &closest {
            self.try_most_used(&mut best, closest, &bounds, &known);
        }
        if let Some(closest) = closest {
            self.consider(&mut best, closest);
        }
        let root_of = root.outcome.without_plan();
        let (values, apart) = (root.values.clone(), self.apart(&root));
        let first = Node {
            said: nothing,
            values,
            bounds,
        };
        let mut known_trial = Some(root);
        nodes.push(first);
        let most =
            (PLANNED_ORDERS / self.dataset.orders.len().max(1)).clamp(LEAST_TRIALS, MOST_TRIALS);
        while let Some(node) = take_best(&mut nodes) {
            if !self.could_be_better(&node.bounds, &node.values, &best) {
                leaves.push(node);
                continue;
            }
            if self.trials.get() >= most || self.control.should_stop() {
                nodes.push(node);
                break;
            }
            // What was planned to begin with is planned.
            let trial = known_trial.take();
            let trial = trial.unwrap_or_else(|| self.trial(&node.said, &prices, Known::of(&known)));
            self.split(
                node,
                trial,
                (&mut nodes, &mut leaves),
                &mut best,
                (&prices, &known),
            );
            self.tell(&best, &nodes, &leaves);
        }
        if best.is_none() {
            // All closed is a plan, too.
            let closed = |&before: &bool| if before { Said::Open } else { Said::Closed };
            let said: Vec<Said> = self.limits.before.iter().map(closed).collect();
            self.consider(
                &mut best,
                self.trial(&said, &self.limits.free(), Known::default()),
            );
        }
        let is_all = nodes.is_empty();
        leaves.append(&mut nodes);
        match best {
            Some(best) => self.outcome(best, &leaves, &apart, root_of),
            None => without_plan(self.dataset, root_of, is_all),
        }
    }

    /// Plans with those locations only of each broken limit that most leaves in a trial.
    fn try_most_used(
        &self,
        best: &mut Option<Trial>,
        trial: &Trial,
        bounds: &[i64],
        known: &[(Resource, i64)],
    ) {
        let nothing = self.limits.nothing_said();
        let (used, shipments) = (&trial.used, &trial.shipments);
        let tried = self.limits.only_most_used(&nothing, used, shipments);
        if tried != nothing && !self.is_met(best, bounds) {
            self.consider(
                best,
                self.trial(&tried, &self.limits.free(), Known::of(known)),
            );
        }
    }

    /// Takes what a node's trial tells, and splits the node where that is not all.
    fn split(
        &self,
        mut node: Node,
        mut trial: Trial,
        (nodes, leaves): (&mut Vec<Node>, &mut Vec<Node>),
        best: &mut Option<Trial>,
        (prices, known): (&[i64], &[(Resource, i64)]),
    ) {
        let is_priced = prices.iter().any(|&price| price > 0);
        node.take(&trial);
        let is_open = trial.values[0] < node.bounds[0];
        if is_priced && is_open && self.limits.branch(&node.said, &trial).is_none() {
            // Prices ask too much where limits are kept without.
            let free = self.limits.free();
            let priced =
                std::mem::replace(&mut trial, self.trial(&node.said, &free, Known::of(known)));
            self.consider(best, priced);
            node.take(&trial);
        }
        match self.limits.branch(&node.said, &trial) {
            None => leaves.push(node),
            Some(place) => {
                for said in [Said::Open, Said::Closed] {
                    if let Some(said) = self.limits.saying(&node.said, place, said) {
                        nodes.push(Node {
                            said,
                            values: node.values.clone(),
                            bounds: node.bounds.clone(),
                        });
                    }
                }
            }
        }
        self.consider(best, trial);
    }

    /// One price for each limit that is broken: where the bound, as a function of the price, is lowest.
    fn search_prices(
        &self,
        said: &[Said],
        prices: &mut [i64],
        root: &Trial,
        known: &[(Resource, i64)],
        best: &mut Option<Trial>,
    ) -> Searched {
        let mut searched = Searched {
            lowest: root.bounds[0],
            closest: None,
        };
        // Options that are made when they are asked for know nothing of fixed costs.
        if self.options.orders.is_none() {
            return searched;
        }
        for (number, limit) in self.limits.each.iter().enumerate() {
            let used = |trial: &Trial| limit.count(|place| trial.used[place]);
            let Some(most) = limit.most.filter(|&most| used(root) > most) else {
                continue;
            };
            if limit.price == Some(0) {
                continue;
            }
            // No limit is worth more than all that could be planned is.
            let all = self.more_than_nothing(root);
            let highest = limit.price.map_or(all, |price| price.min(all));
            let tangent = |price: i64, trial: &Trial| Tangent {
                price,
                bound: trial.bounds[0],
                fall: used(trial) - most,
            };
            // At the prices that other limits have by now.
            let mut low = tangent(0, searched.closest.as_ref().unwrap_or(root));
            if low.fall <= 0 {
                continue;
            }
            let mut high: Option<Tangent> = None;
            let mut closest = 0;
            for _ in 0..PRICE_TRIALS {
                let value = best.as_ref().map(|best| best.values[0]);
                let next = Tangent::next(low, high, value, searched.lowest).min(highest);
                let is_known = next <= low.price || high.is_some_and(|high| next >= high.price);
                if is_known || self.control.should_stop() || self.is_met(best, &[searched.lowest]) {
                    break;
                }
                let mut now = prices.to_vec();
                now[number] = next;
                let trial = self.trial(said, &now, Known::of(known));
                let found = tangent(next, &trial);
                if trial.bounds[0] < searched.lowest {
                    (searched.lowest, closest) = (trial.bounds[0], next);
                    let before = searched.closest.replace(trial);
                    before
                        .into_iter()
                        .for_each(|before| self.consider(best, before));
                } else {
                    self.consider(best, trial);
                }
                if found.fall > 0 {
                    low = found;
                } else {
                    high = Some(found);
                }
            }
            prices[number] = closest;
        }
        searched
    }

    /// How much more the bound of a trial is than what a plan of nothing is worth.
    fn more_than_nothing(&self, root: &Trial) -> i64 {
        let lines = self.dataset.lines.iter();
        let unfilled =
            lines.map(|line| i128::from(line.unfilled_cost.0) * i128::from(line.quantity));
        let closed = self.dataset.locations.iter();
        let closed: i128 = closed.map(|it| i128::from(it.closing_cost.0)).sum();
        let more = i128::from(root.bounds[0]) + unfilled.sum::<i128>() + closed;
        i64::try_from(more)
            .unwrap_or(i64::MAX / 4)
            .clamp(1, i64::MAX / 4)
    }

    /// Takes a trial that keeps the limits where it is better than all before.
    fn consider(&self, best: &mut Option<Trial>, trial: Trial) {
        let is_better = best.as_ref().is_none_or(|best| trial.values > best.values);
        if trial.keeps && trial.outcome.plan.is_some() && is_better {
            *best = Some(trial);
        }
    }

    /// Whether the best plan is within the gap of these bounds.
    fn is_met(&self, best: &Option<Trial>, bounds: &[i64]) -> bool {
        !self.could_be_better(bounds, &[], best)
    }

    /// Whether a node with these bounds and planned values may hold a plan that is better than the best by more than the gap
    /// allows.
    fn could_be_better(&self, bounds: &[i64], values: &[i64], best: &Option<Trial>) -> bool {
        let Some(best) = best else {
            return true;
        };
        for (position, (&bound, &value)) in bounds.iter().zip(&best.values).enumerate() {
            let is_last = position + 1 == best.values.len();
            let gap = if is_last { self.settings.mip_gap } else { 0.0 };
            let allowed = (gap * bound.unsigned_abs() as f64) as i64;
            if bound < value {
                return false;
            }
            if bound > value.saturating_add(allowed) {
                return true;
            }
            // What is proven of later goals holds only for a plan that is as good for this.
            if values.get(position).is_some_and(|&other| other != value) {
                return true;
            }
        }
        false
    }

    /// Bounds of all plans by goal, whatever earlier goals come to.
    fn apart(&self, root: &Trial) -> Vec<i64> {
        let goals = root.outcome.goals.iter();
        goals.map(|goal| signed(goal, goal.apart)).collect()
    }

    fn tell(&self, best: &Option<Trial>, nodes: &[Node], leaves: &[Node]) {
        let bound = nodes.iter().chain(leaves).map(|node| node.bounds[0]).max();
        let goals = |trial: &Trial| trial.outcome.goals.len() == 1;
        let value = best
            .as_ref()
            .filter(|best| goals(best))
            .map(|best| best.values[0]);
        let unit = |it: i64| (it as f64 / MICRO as f64).abs();
        (self.control.progress)(Progress {
            phase: "open locations",
            done: None,
            incumbent: value.map(unit),
            bound: bound.filter(|_| value.is_some()).map(unit),
        });
    }
}

impl Node {
    /// Takes what a trial of its locations proves.
    fn take(&mut self, trial: &Trial) {
        let closer = trial.bounds[0].min(self.bounds[0]);
        self.values.clone_from(&trial.values);
        self.bounds.clone_from(&trial.bounds);
        self.bounds[0] = closer;
    }
}

/// The node that could hold the best plan; the one said most of where several could.
fn take_best(nodes: &mut Vec<Node>) -> Option<Node> {
    let said = |node: &Node| node.said.iter().filter(|&&it| it != Said::Free).count();
    let each = nodes.iter().enumerate();
    let best = each.max_by(|(_, one), (_, other)| {
        let by_bound = one.bounds.cmp(&other.bounds);
        by_bound.then_with(|| said(one).cmp(&said(other)))
    });
    let position = best.map(|(position, _)| position)?;
    Some(nodes.swap_remove(position))
}

fn is_money(kind: GoalKind) -> bool {
    matches!(kind, GoalKind::Profit | GoalKind::Cost)
}

/// A goal's value so that more is better.
fn signed(goal: &Goal, value: i64) -> i64 {
    if goal.kind.is_maximised() {
        value
    } else {
        -value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_price_is_where_tangents_meet() {
        let low = Tangent {
            price: 0,
            bound: 100,
            fall: 4,
        };
        let high = Tangent {
            price: 50,
            bound: 60,
            fall: -2,
        };
        assert_eq!(Tangent::next(low, None, Some(20), 100), 20);
        assert_eq!(Tangent::next(low, None, Some(120), 100), 0);
        assert_eq!(Tangent::next(low, Some(high), Some(0), 60), 23);
        assert_eq!(Tangent::next(low, Some(high), None, 60), 23);
        // Nothing below 6 can be proven so: a plan that is far below leaves it open.
        assert_eq!(Tangent::next(low, Some(high), Some(-9_000), 60), 0);
        let flat = Tangent {
            bound: 60,
            fall: 0,
            ..high
        };
        assert_eq!(Tangent::next(low, Some(flat), Some(0), 60), 0);
        let at_end = Tangent {
            bound: 100,
            fall: -100,
            ..high
        };
        assert_eq!(Tangent::next(low, Some(at_end), Some(-200), 100), 45);
    }
}
