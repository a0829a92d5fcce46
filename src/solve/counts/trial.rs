//! Plans made with some locations, as if there were no limits.

use super::limits::{Limits, Said};
use super::{Search, is_money, signed};
use crate::domain::{Dataset, Open};
use crate::options::Options;
use crate::plan::Plan;
use crate::solve::Known;
use crate::solve::gap::ANEW;
use crate::solve::outcome::{Control, Outcome};
use crate::solve::solve_free;
use crate::units::Money;
use std::time::{Duration, Instant};

/// The share of the time left that one trial may take, one in so many.
const SLICE: u32 = 4;
/// The same at prices of limits, of which some are tried one after the other.
const PRICED_SLICE: u32 = 6;

/// A plan made with some locations, limits forgotten. Values and bounds are signed so that more is better.
pub(super) struct Trial {
    pub(super) outcome: Outcome,
    /// By location, whether anything leaves it, earlier work too.
    pub(super) used: Vec<bool>,
    /// By location, shipments that leave it.
    pub(super) shipments: Vec<i64>,
    /// What the plan comes to, by goal, all limits and fixed costs in.
    pub(super) values: Vec<i64>,
    /// What no plan of the node is better than, by goal.
    pub(super) bounds: Vec<i64>,
    /// Whether it keeps all limits that have no price.
    pub(super) keeps: bool,
}

impl Limits<'_> {
    /// By location, whether anything leaves it, earlier work too, and how many shipments of a plan do.
    pub(super) fn use_of(&self, plan: &Plan) -> (Vec<bool>, Vec<i64>) {
        let (mut used, mut shipments) = (self.before.clone(), vec![0; self.before.len()]);
        for shipment in &plan.shipments {
            let place = self.dataset.waves[shipment.wave.ix()].location.ix();
            used[place] = true;
            shipments[place] += 1;
        }
        (used, shipments)
    }

    /// What a plan is worth more than it was planned for: less what prices asked, with all fixed costs and what is over limits.
    pub(super) fn correction(&self, said: &[Said], prices: &[i64], used: &[bool]) -> i64 {
        let open = self.dataset.open_with(used);
        let mut more = 0;
        for place in 0..used.len() {
            let is_new = used[place] && !self.before[place];
            more += match said[place] {
                Said::Free if is_new => self.asked(prices, place),
                Said::Open if is_new => -self.opening_cost(place),
                _ => 0,
            };
            if open[place] && !used[place] {
                more -= self.opening_cost(place);
            }
        }
        for limit in &self.each {
            let over = limit.over(limit.count(|place| open[place]));
            more -= limit.price.unwrap_or(0) * over;
        }
        more
    }

    /// What no plan of a node is worth more than beyond what no plan at these prices is.
    pub(super) fn relief(&self, said: &[Said], prices: &[i64]) -> i64 {
        let mut more = 0;
        let open = said.iter().enumerate().filter(|(_, it)| **it == Said::Open);
        for (place, _) in open {
            if !self.before[place] {
                more -= self.opening_cost(place);
            }
            more -= self.asked(prices, place);
        }
        for (limit, price) in self.each.iter().zip(prices) {
            let open = limit.count(|place| said[place] == Said::Open);
            let most = limit.most.map_or(0, |most| most.max(open));
            more += price * most - limit.price.unwrap_or(0) * limit.over(open);
        }
        more
    }
}

impl Search<'_> {
    /// The data with what is said of locations and what prices ask, and the options where they are others.
    pub(super) fn with(&self, said: &[Said], prices: &[i64]) -> (Dataset, Option<Options>) {
        let mut dataset = self.dataset.clone();
        for (place, location) in dataset.locations.iter_mut().enumerate() {
            match said[place] {
                Said::Free => location.fixed_cost += Money(self.limits.asked(prices, place)),
                Said::Open => location.fixed_cost = location.closing_cost,
                Said::Closed => location.open = Open::No,
            }
        }
        let is_fewer = said.contains(&Said::Closed);
        let options = is_fewer.then(|| self.options.again(&dataset, self.settings));
        (dataset, options)
    }

    /// Plans with what is said of locations and what prices of limits ask.
    pub(super) fn trial(&self, said: &[Said], prices: &[i64], known: Known<'_>) -> Trial {
        self.trials.set(self.trials.get() + 1);
        let (dataset, options) = self.with(said, prices);
        let now = Instant::now();
        let left = self.control.deadline.saturating_duration_since(now);
        // Where nothing is known yet there is most to find.
        let is_priced = prices.iter().any(|&price| price > 0);
        let slice = match (known.prices.is_empty(), is_priced) {
            (true, _) => left / 2,
            (false, true) => left / PRICED_SLICE,
            (false, false) => left / SLICE,
        };
        let deadline = now + slice + Duration::from_millis(1);
        let mut control = Control::new(
            deadline.min(self.control.deadline),
            self.control.interrupt,
            &|_| {},
        );
        // What is planned at prices of limits is seldom what is wanted; what it proves is, and where the data is small, the
        // solver proves more.
        control.for_bound = self.dataset.orders.len() > ANEW && is_priced;
        let options = options.as_ref().unwrap_or(self.options);
        // Fixed costs of open locations are paid beside: a share of what is left without them is less.
        let paid: i64 = (0..said.len())
            .filter(|&place| said[place] == Said::Open && !self.limits.before[place])
            .map(|place| self.limits.opening_cost(place))
            .sum();
        let mut settings = self.settings.clone();
        if let (Some(whole), true) = (self.worth, paid > 0) {
            settings.mip_gap *= whole as f64 / (whole.saturating_add(paid)) as f64;
        }
        let outcome = solve_free(&dataset, &settings, options, known, &control);
        let empty = Plan::default();
        let (used, shipments) = self.limits.use_of(outcome.plan.as_ref().unwrap_or(&empty));
        let (value, bound) = (
            self.limits.correction(said, prices, &used),
            self.limits.relief(said, prices),
        );
        let (mut values, mut bounds) = (vec![], vec![]);
        for goal in &outcome.goals {
            let is_money = is_money(goal.kind);
            values.push(signed(goal, goal.value) + if is_money { value } else { 0 });
            bounds.push(signed(goal, goal.bound) + if is_money { bound } else { 0 });
        }
        Trial {
            keeps: self.limits.keeps(&self.dataset.open_with(&used)),
            outcome,
            used,
            shipments,
            values,
            bounds,
        }
    }
}
