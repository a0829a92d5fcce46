//! Limits on how many locations are open (family 7): which of them, decided above all else that is planned.
//!
//! Nothing below knows of such limits. A *node* says of each location whether it is closed, open and paid for, or free. What
//! is planned with these locations while the limits are forgotten bounds all plans of the node that keep them; where that
//! plan keeps them, too, nothing in the node is better. Else a location is chosen that takes part in what is broken, and the
//! node falls into one where it is open and one where it is closed. The node with the highest bound comes first.
//!
//! For prices m ≥ 0 of a limit (no more than the price of each one too many, where it has one) the bound is closer: with
//! fixed costs f + m, no plan is worth more than what is planned so, plus m × how many there may be. One price a limit is
//! looked for at the beginning, by halving.

use super::outcome::{Control, GapParts, Goal, Outcome, Progress, Status};
use super::used::{used_by, with_used};
use super::{Resource, settle, solve_free};
use crate::domain::{Dataset, Open, Settings, Strategy};
use crate::model::{Coupling, GoalKind};
use crate::options::Options;
use crate::plan::Plan;
use crate::units::{MICRO, Money};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Plans that are made, at least, before looking for better sets of locations ends.
const LEAST_TRIALS: usize = 40;
/// The same at most.
const MOST_TRIALS: usize = 2_000;
/// Orders planned, over all trials, from which on it ends.
const PLANNED_ORDERS: usize = 500_000;
/// Trials that look for the price of a limit.
const PRICE_TRIALS: usize = 8;
/// The share of the time left that one trial may take, one in so many.
const SLICE: u32 = 4;

/// What is said of a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Free,
    Open,
    Closed,
}

/// Plans a scenario whose rules count open locations.
pub fn solve_counted(
    dataset: &Dataset,
    settings: &Settings,
    options: &Options,
    start: &[(Resource, i64)],
    control: &Control<'_>,
) -> Outcome {
    let mut search = Search {
        dataset,
        settings,
        options,
        control,
        limits: limits_of(dataset),
        before: dataset.open_before(),
        worth: None,
    };
    match settings.strategy {
        Strategy::Rules => search.baseline(),
        Strategy::Optimise => search.optimise(start),
    }
}

/// A limit on how many of some locations are open.
struct Limit {
    least: i64,
    most: Option<i64>,
    price: Option<i64>,
    counted: Vec<bool>,
}

fn limits_of(dataset: &Dataset) -> Vec<Limit> {
    let before = dataset.open_before();
    let limit = |(_, count, counted): (usize, crate::domain::OpenCount, &[bool])| {
        let open = before.iter().zip(counted).filter(|(is, of)| **is && **of);
        let open = open.count() as i64;
        Limit {
            least: count.least,
            most: count.most.map(|most| most.max(open)),
            price: count.price.map(|price| price.0),
            counted: counted.to_vec(),
        }
    };
    dataset.open_counts().map(limit).collect()
}

impl Limit {
    fn count(&self, is_open: impl Fn(usize) -> bool) -> i64 {
        let places = 0..self.counted.len();
        places.filter(|&it| self.counted[it] && is_open(it)).count() as i64
    }

    fn over(&self, open: i64) -> i64 {
        self.most.map_or(0, |most| (open - most).max(0))
    }
}

struct Search<'a> {
    dataset: &'a Dataset,
    settings: &'a Settings,
    options: &'a Options,
    control: &'a Control<'a>,
    limits: Vec<Limit>,
    /// By location, whether earlier work leaves it.
    before: Vec<bool>,
    /// What all that could be planned is worth at most, once that is known.
    worth: Option<i64>,
}

/// A plan made with some locations, limits forgotten. Values and bounds are signed so that more is better.
struct Trial {
    outcome: Outcome,
    /// By location, whether anything leaves it, earlier work too.
    used: Vec<bool>,
    /// By location, shipments that leave it.
    shipments: Vec<i64>,
    /// What the plan comes to, by goal, all limits and fixed costs in.
    values: Vec<i64>,
    /// What no plan of the node is better than, by goal.
    bounds: Vec<i64>,
    /// Whether it keeps all limits that have no price.
    keeps: bool,
}

/// What looking for prices of limits found.
struct Searched {
    /// How many trials it took.
    trials: usize,
    /// The lowest bound.
    lowest: i64,
    /// What was planned there.
    closest: Option<Trial>,
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
        let mut said = self.nothing_said();
        loop {
            let (dataset, options) = self.with(&said, &[]);
            let options = options.as_ref().unwrap_or(self.options);
            let outcome = solve_free(&dataset, self.settings, options, &[], self.control);
            let plan = outcome.plan.clone().unwrap_or_default();
            let (used, shipments) = self.use_of(&plan);
            if self.keeps(&self.open_with(&used)) {
                return outcome;
            }
            let fewer = self.only_most_used(&said, &used, &shipments);
            if fewer == said {
                return without_plan(outcome, false);
            }
            said = fewer;
        }
    }

    fn optimise(&mut self, start: &[(Resource, i64)]) -> Outcome {
        let mut prices = vec![0_i64; self.limits.len()];
        let mut nodes = vec![];
        let mut leaves: Vec<Node> = vec![];
        let nothing = self.nothing_said();
        let root = self.trial(&nothing, &prices, start);
        self.worth = root.bounds.last().map(|bound| bound.abs().max(1));
        let known: Vec<(Resource, i64)> = root
            .outcome
            .shadow_prices
            .iter()
            .map(|it| (it.resource, it.price))
            .collect();
        let mut trials = 1;
        let mut best: Option<Trial> = None;
        let mut bounds = root.bounds.clone();
        let open = self.open_with(&root.used);
        let mut closest = None;
        if self.broken(&open, true).is_some() && root.values.len() == 1 {
            let priced = self.search_prices(&nothing, &mut prices, &root, &known, &mut best);
            trials += priced.trials;
            bounds[0] = bounds[0].min(priced.lowest);
            closest = priced.closest;
        }
        for trial in closest.iter().chain([&root]) {
            let tried = self.only_most_used(&nothing, &trial.used, &trial.shipments);
            if tried != nothing && !self.is_met(&best, &bounds) {
                self.consider(
                    &mut best,
                    self.trial(&tried, &vec![0; prices.len()], &known),
                );
                trials += 1;
            }
        }
        if let Some(closest) = closest {
            self.consider(&mut best, closest);
        }
        let root_of = root.outcome.clone();
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
            if !self.could_be_better(&node, &best) {
                leaves.push(node);
                continue;
            }
            if trials >= most || self.control.should_stop() {
                nodes.push(node);
                break;
            }
            // What was planned to begin with is planned.
            let trial = match known_trial.take() {
                Some(root) => root,
                None => {
                    trials += 1;
                    self.trial(&node.said, &prices, &known)
                }
            };
            trials += self.split(
                node,
                trial,
                &mut nodes,
                &mut leaves,
                &mut best,
                (&prices, &known),
            );
            self.tell(&best, &nodes, &leaves);
        }
        if best.is_none() {
            // All closed is a plan, too.
            let closed = |&before: &bool| if before { Said::Open } else { Said::Closed };
            let said: Vec<Said> = self.before.iter().map(closed).collect();
            self.consider(&mut best, self.trial(&said, &vec![0; prices.len()], &[]));
        }
        let is_all = nodes.is_empty();
        leaves.append(&mut nodes);
        match best {
            Some(best) => self.outcome(best, &leaves, &apart, root_of),
            None => without_plan(root_of, is_all),
        }
    }

    /// Takes what a node's trial tells, and splits the node where that is not all; how many more trials it took.
    fn split(
        &self,
        mut node: Node,
        mut trial: Trial,
        nodes: &mut Vec<Node>,
        leaves: &mut Vec<Node>,
        best: &mut Option<Trial>,
        (prices, known): (&[i64], &[(Resource, i64)]),
    ) -> usize {
        let mut more = 0;
        let is_priced = prices.iter().any(|&price| price > 0);
        node.take(&trial);
        let is_open = trial.values[0] < node.bounds[0];
        if is_priced && is_open && self.branch(&node.said, &trial).is_none() {
            // Prices ask too much where limits are kept without.
            more += 1;
            let free = vec![0; prices.len()];
            let priced = std::mem::replace(&mut trial, self.trial(&node.said, &free, known));
            self.consider(best, priced);
            node.take(&trial);
        }
        match self.branch(&node.said, &trial) {
            None => leaves.push(node),
            Some(place) => {
                for said in [Said::Open, Said::Closed] {
                    if let Some(said) = self.saying(&node.said, place, said) {
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
        more
    }

    fn nothing_said(&self) -> Vec<Said> {
        let of = |&before: &bool| if before { Said::Open } else { Said::Free };
        self.before.iter().map(of).collect()
    }

    /// What is said with one location more, and all that follows from it; `None`: nothing can be so.
    fn saying(&self, known: &[Said], place: usize, what: Said) -> Option<Vec<Said>> {
        let mut said = known.to_vec();
        said[place] = what;
        loop {
            let before = said.clone();
            for limit in &self.limits {
                self.follow(&mut said, limit)?;
            }
            if said == before {
                return Some(said);
            }
        }
    }

    /// What follows from one limit; `None`: it cannot be kept.
    fn follow(&self, said: &mut [Said], limit: &Limit) -> Option<()> {
        let open = limit.count(|it| said[it] == Said::Open);
        let possible = limit.count(|it| self.may_open(said, it));
        let hard = limit.most.filter(|_| limit.price.is_none());
        if hard.is_some_and(|most| open > most) || possible < limit.least {
            return None;
        }
        let follows = match hard {
            Some(most) if open == most => Said::Closed,
            _ if possible == limit.least => Said::Open,
            _ => return Some(()),
        };
        for it in 0..said.len() {
            if limit.counted[it] && said[it] == Said::Free && self.may_open(said, it) {
                said[it] = follows;
            }
        }
        Some(())
    }

    fn may_open(&self, said: &[Said], place: usize) -> bool {
        let is_possible = self.dataset.locations[place].open != Open::No;
        said[place] == Said::Open || said[place] == Said::Free && is_possible
    }

    /// The limit that open locations are too many for, with a price or without.
    fn broken(&self, open: &[bool], also_priced: bool) -> Option<&Limit> {
        let mut limits = self.limits.iter();
        limits.find(|limit| {
            let over = limit.over(limit.count(|place| open[place]));
            over > 0 && (also_priced || limit.price.is_none())
        })
    }

    /// By location, whether it is open where these are used: also to have enough of them.
    fn open_with(&self, used: &[bool]) -> Vec<bool> {
        let idle = self.dataset.kept_open(used);
        used.iter()
            .zip(idle)
            .map(|(used, idle)| *used || idle)
            .collect()
    }

    /// Whether open locations keep all limits that have no price.
    fn keeps(&self, open: &[bool]) -> bool {
        let mut limits = self.limits.iter();
        let is_enough = |limit: &Limit| limit.count(|place| open[place]) >= limit.least;
        self.broken(open, false).is_none() && limits.all(is_enough)
    }

    /// The location to decide on next; `None`: what is planned is all there is to know.
    fn branch(&self, said: &[Said], trial: &Trial) -> Option<usize> {
        let is_at_work = |place: usize| trial.used[place] || said[place] == Said::Open;
        let at_work: Vec<bool> = (0..said.len()).map(is_at_work).collect();
        let is_open = self.open_with(&at_work);
        for limit in &self.limits {
            if limit.over(limit.count(|place| is_open[place])) > 0 {
                let open = |&place: &usize| {
                    limit.counted[place] && said[place] == Said::Free && is_open[place]
                };
                let open = (0..said.len()).filter(open);
                let most = open.max_by_key(|&place| (trial.shipments[place], usize::MAX - place));
                if most.is_some() {
                    return most;
                }
            }
        }
        // What another limit has no room for beside what is used.
        for limit in &self.limits {
            if limit.count(|place| is_open[place]) < limit.least {
                let free = |&place: &usize| {
                    limit.counted[place] && !is_open[place] && said[place] == Said::Free
                };
                let free = (0..said.len()).filter(free);
                let possible = free.filter(|&place| self.may_open(said, place));
                let cheapest = possible.min_by_key(|&place| (self.fixed_cost(place), place));
                if cheapest.is_some() {
                    return cheapest;
                }
            }
        }
        let idle = self.dataset.kept_open(&at_work);
        let costs =
            |&place: &usize| idle[place] && said[place] == Said::Free && self.fixed_cost(place) > 0;
        (0..said.len()).find(costs)
    }

    /// Says that only those are open of each broken limit that most leaves.
    fn only_most_used(&self, said: &[Said], used: &[bool], shipments: &[i64]) -> Vec<Said> {
        let mut said = said.to_vec();
        for limit in self.limits.iter().filter(|limit| limit.price.is_none()) {
            let is_left = |&place: &usize| limit.counted[place] && said[place] != Said::Closed;
            let mut places: Vec<usize> = (0..said.len()).filter(is_left).collect();
            let most = limit.most.unwrap_or(i64::MAX);
            if limit.over(limit.count(|place| used[place] && said[place] != Said::Closed)) == 0 {
                continue;
            }
            places.sort_by_key(|&place| {
                let is_open = said[place] == Said::Open;
                (!is_open, std::cmp::Reverse(shipments[place]), place)
            });
            for &place in places.iter().skip(most as usize) {
                said[place] = Said::Closed;
            }
        }
        said
    }

    fn fixed_cost(&self, place: usize) -> i64 {
        self.dataset.locations[place].fixed_cost.0
    }

    /// What the prices of limits ask for a location.
    fn asked(&self, prices: &[i64], place: usize) -> i64 {
        let each = self.limits.iter().zip(prices);
        let of = each.filter(|(limit, _)| limit.counted[place]);
        of.map(|(_, price)| price).sum()
    }

    /// The data with what is said of locations and what prices ask, and the options where they are others.
    fn with(&self, said: &[Said], prices: &[i64]) -> (Dataset, Option<Options>) {
        let mut dataset = self.dataset.clone();
        for (place, location) in dataset.locations.iter_mut().enumerate() {
            match said[place] {
                Said::Free => location.fixed_cost += Money(self.asked(prices, place)),
                Said::Open => location.fixed_cost = Money::ZERO,
                Said::Closed => location.open = Open::No,
            }
        }
        let is_fewer = said.contains(&Said::Closed);
        let options = is_fewer.then(|| self.options.again(&dataset, self.settings));
        (dataset, options)
    }

    /// Plans with what is said of locations and what prices of limits ask.
    fn trial(&self, said: &[Said], prices: &[i64], start: &[(Resource, i64)]) -> Trial {
        let (dataset, options) = self.with(said, prices);
        let now = Instant::now();
        let left = self.control.deadline.saturating_duration_since(now);
        // Where nothing is known yet there is most to find.
        let slice = if start.is_empty() {
            left / 2
        } else {
            left / SLICE
        };
        let deadline = now + slice + Duration::from_millis(1);
        let mut control = Control::new(
            deadline.min(self.control.deadline),
            self.control.interrupt,
            &|_| {},
        );
        // What is planned at prices of limits is seldom what is wanted; what it proves is.
        control.for_bound = prices.iter().any(|&price| price > 0);
        let options = options.as_ref().unwrap_or(self.options);
        // Fixed costs of open locations are paid beside: a share of what is left without them is less.
        let paid: i64 = (0..said.len())
            .filter(|&place| said[place] == Said::Open && !self.before[place])
            .map(|place| self.fixed_cost(place))
            .sum();
        let mut settings = self.settings.clone();
        if let (Some(whole), true) = (self.worth, paid > 0) {
            settings.mip_gap *= whole as f64 / (whole.saturating_add(paid)) as f64;
        }
        let outcome = solve_free(&dataset, &settings, options, start, &control);
        let empty = Plan::default();
        let (used, shipments) = self.use_of(outcome.plan.as_ref().unwrap_or(&empty));
        let (value, bound) = (
            self.correction(said, prices, &used),
            self.relief(said, prices),
        );
        let (mut values, mut bounds) = (vec![], vec![]);
        for goal in &outcome.goals {
            let is_money = is_money(goal.kind);
            values.push(signed(goal, goal.value) + if is_money { value } else { 0 });
            bounds.push(signed(goal, goal.bound) + if is_money { bound } else { 0 });
        }
        Trial {
            keeps: self.keeps(&self.open_with(&used)),
            outcome,
            used,
            shipments,
            values,
            bounds,
        }
    }

    /// By location, whether anything leaves it, earlier work too, and how many shipments of a plan do.
    fn use_of(&self, plan: &Plan) -> (Vec<bool>, Vec<i64>) {
        let (mut used, mut shipments) = (self.before.clone(), vec![0; self.before.len()]);
        for shipment in &plan.shipments {
            let place = self.dataset.waves[shipment.wave.ix()].location.ix();
            used[place] = true;
            shipments[place] += 1;
        }
        (used, shipments)
    }

    /// What a plan is worth more than it was planned for: less what prices asked, with all fixed costs and what is over limits.
    fn correction(&self, said: &[Said], prices: &[i64], used: &[bool]) -> i64 {
        let idle = self.dataset.kept_open(used);
        let mut more = 0;
        for place in 0..used.len() {
            let is_new = used[place] && !self.before[place];
            more += match said[place] {
                Said::Free if is_new => self.asked(prices, place),
                Said::Open if is_new => -self.fixed_cost(place),
                _ => 0,
            };
            if idle[place] {
                more -= self.fixed_cost(place);
            }
        }
        for limit in &self.limits {
            let over = limit.over(limit.count(|place| used[place] || idle[place]));
            more -= limit.price.unwrap_or(0) * over;
        }
        more
    }

    /// What no plan of a node is worth more than beyond what no plan at these prices is.
    fn relief(&self, said: &[Said], prices: &[i64]) -> i64 {
        let mut more = 0;
        let open = said.iter().enumerate().filter(|(_, it)| **it == Said::Open);
        for (place, _) in open {
            if !self.before[place] {
                more -= self.fixed_cost(place);
            }
            more -= self.asked(prices, place);
        }
        for (limit, price) in self.limits.iter().zip(prices) {
            let open = limit.count(|place| said[place] == Said::Open);
            let most = limit.most.map_or(0, |most| most.max(open));
            more += price * most - limit.price.unwrap_or(0) * limit.over(open);
        }
        more
    }

    /// One price for each limit that is broken, by halving.
    fn search_prices(
        &self,
        said: &[Said],
        prices: &mut [i64],
        root: &Trial,
        known: &[(Resource, i64)],
        best: &mut Option<Trial>,
    ) -> Searched {
        let mut searched = Searched {
            trials: 0,
            lowest: root.bounds[0],
            closest: None,
        };
        // Options that are made when they are asked for know nothing of fixed costs.
        if self.options.orders.is_none() {
            return searched;
        }
        for (number, limit) in self.limits.iter().enumerate() {
            let used = limit.count(|place| root.used[place]);
            if limit.over(used) == 0 || limit.price == Some(0) {
                continue;
            }
            // No limit is worth more than all that could be planned is.
            let most = self.more_than_nothing(root);
            let highest = limit.price.map_or(most, |price| price.min(most));
            let (mut low, mut high) = (0, None);
            let mut price = (root.bounds[0].abs() / (4 * used.max(1))).clamp(1, highest);
            let mut closest = 0;
            for _ in 0..PRICE_TRIALS {
                if self.control.should_stop() {
                    break;
                }
                let mut now = prices.to_vec();
                now[number] = price;
                let trial = self.trial(said, &now, known);
                searched.trials += 1;
                let is_kept = limit.over(limit.count(|place| trial.used[place])) == 0;
                if trial.bounds[0] < searched.lowest {
                    (searched.lowest, closest) = (trial.bounds[0], price);
                    let before = searched.closest.replace(trial);
                    before
                        .into_iter()
                        .for_each(|before| self.consider(best, before));
                } else {
                    self.consider(best, trial);
                }
                if is_kept {
                    high = Some(price);
                } else if price == highest {
                    break;
                } else {
                    low = price;
                }
                let next = high.map_or(price.saturating_mul(3).min(highest), |high| {
                    low + (high - low) / 2
                });
                if next == price || self.is_met(best, &[searched.lowest]) {
                    break;
                }
                price = next;
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
        let more = i128::from(root.bounds[0]) + unfilled.sum::<i128>();
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
        let node = Node {
            said: vec![],
            values: vec![],
            bounds: bounds.to_vec(),
        };
        !self.could_be_better(&node, best)
    }

    /// Whether a node may hold a plan that is better than the best by more than the gap allows.
    fn could_be_better(&self, node: &Node, best: &Option<Trial>) -> bool {
        let Some(best) = best else {
            return true;
        };
        for (position, (&bound, &value)) in node.bounds.iter().zip(&best.values).enumerate() {
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
            if node
                .values
                .get(position)
                .is_some_and(|&other| other != value)
            {
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

    /// What a plan misses of the bound that prices prove; what limits on open locations cost stands with fixed costs, which
    /// prices do not count either. `None` with several goals, and with commitments.
    fn parts_of(
        &self,
        plan: &Plan,
        values: &[i64],
        root: &Outcome,
        prices: &[(Resource, i64)],
    ) -> Option<GapParts> {
        let (known, goal) = (root.gap_parts?, root.goals.first()?);
        let coupling = Coupling::new(self.dataset, self.settings);
        if values.len() > 1 || coupling.rows.iter().any(|row| row.is_commitment()) {
            return None;
        }
        let used = used_by(self.dataset, &coupling, plan);
        let of_row: BTreeMap<Resource, i64> = prices.iter().copied().collect();
        let mut parts = GapParts::default();
        for (row, used) in coupling.rows.iter().zip(used) {
            let price = of_row.get(&row.resource).copied().unwrap_or(0);
            parts.add_row(row, price, used);
        }
        let (open, _) = self.use_of(plan);
        let costs = self.correction(
            &vec![Said::Free; open.len()],
            &vec![0; self.limits.len()],
            &open,
        );
        parts.openings = parts.openings.saturating_sub(costs);
        let bound = signed(goal, goal.value).saturating_add(known.total());
        let all = bound.saturating_sub(values[0]);
        parts.orders = all.saturating_sub(parts.total());
        (parts.orders >= 0).then_some(parts)
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

    /// The best plan with what all nodes prove.
    fn outcome(&self, best: Trial, leaves: &[Node], apart: &[i64], root: Outcome) -> Outcome {
        let goals: Vec<(GoalKind, i64, i64)> = (0..best.values.len())
            .map(|position| {
                let goal = &best.outcome.goals[position];
                let bound = bound_of(leaves, &best.values, position, apart[position]);
                let bound = bound.unwrap_or(best.values[position]);
                (
                    goal.kind,
                    signed(goal, best.values[position]),
                    signed(goal, bound),
                )
            })
            .collect();
        let apart: Vec<i64> = goals
            .iter()
            .zip(apart)
            .map(|(&(kind, ..), &apart)| if kind.is_maximised() { apart } else { -apart })
            .collect();
        let (status, goals) = settle(&goals, &apart, self.settings, self.control);
        let reason = match status {
            Status::Limit if self.control.should_stop() => "the time limit came before the gap",
            Status::Limit => "nothing more to try within the effort allowed",
            _ => "",
        };
        let prices: Vec<(Resource, i64)> = root
            .shadow_prices
            .iter()
            .map(|it| (it.resource, it.price))
            .collect();
        let plan = best.outcome.plan.unwrap_or_default();
        let gap_parts = self.parts_of(&plan, &best.values, &root, &prices);
        Outcome {
            status,
            method: best.outcome.method,
            goals,
            size: root.size,
            reason: reason.to_owned(),
            shadow_prices: with_used(self.dataset, self.settings, &plan, &prices),
            gap_parts,
            plan: Some(plan),
        }
    }
}

/// Nothing was found that keeps all counts; `is_all`: nothing does.
fn without_plan(root: Outcome, is_all: bool) -> Outcome {
    let (status, reason) = if is_all {
        let reason = "no choice of open locations keeps all rules of action open";
        (Status::Infeasible, reason)
    } else {
        let reason = "no choice of open locations that keeps all rules of action open was found within the effort allowed";
        (Status::NoPlan, reason)
    };
    Outcome {
        plan: None,
        status,
        reason: reason.to_owned(),
        goals: Vec::new(),
        shadow_prices: Vec::new(),
        gap_parts: None,
        ..root
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

/// What no plan is better than for a goal that is as good as `values` for those before.
fn bound_of(leaves: &[Node], values: &[i64], position: usize, apart: i64) -> Option<i64> {
    let of = |node: &Node| {
        for (earlier, &value) in values[..position].iter().enumerate() {
            if node.bounds[earlier] < value {
                return None;
            }
            // What is proven of later goals holds only for a plan that is as good for this.
            if node.values[earlier] != value {
                return Some(apart);
            }
        }
        Some(node.bounds[position])
    };
    leaves.iter().filter_map(of).max()
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
