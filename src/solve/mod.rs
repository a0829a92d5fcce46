//! From options to a plan with a proof: the only room that names the solver.
//!
//! 1. What can bind is found, useless options are dropped (`model::scarcity`).
//! 2. Orders that touch nothing scarce are planned each by itself, exactly (`pattern`).
//! 3. The others fall into components that share nothing with each other. Large ones are planned by prices (`joint`):
//!    a bound, and a plan that heeds what is scarce. Where the gap is still too wide, HiGHS (`exact`) goes on.

mod alike;
mod alone;
mod by_rules;
mod component;
mod counts;
mod early;
mod exact;
mod gap;
mod highs;
mod joint;
mod moves;
mod near;
mod outcome;
mod pairing;
mod partition;
mod pattern;
mod pricing;
mod proof;
mod remaining;
mod returning;
mod rules;
mod shadow;
mod stages;
mod steps;
mod used;
mod wide;
mod worth;

pub use alike::Known;
pub use alone::best_from;
pub use highs::VERSION as SOLVER;
pub use outcome::{
    Control, GapParts, Goal, GoalKind, Outcome, Place, Progress, Resource, ShadowPrice, Size,
    Status,
};
pub use proof::{Proven, bound_at};
pub use returning::assign_returns;
pub use steps::{Step, timed_steps};
pub use used::{change_of, used_by, with_used};

use crate::domain::{Dataset, OrderIx, Settings, Strategy};
use crate::model::{Coupling, Row, goals, scarcity};
use crate::options::Options;
use crate::plan::Plan;
use crate::units::Money;
use alike::Start;
use component::{Context, Member};
use partition::Parts;
use rayon::prelude::*;
use rules::Shop;
use shadow::shadow;
use stages::{Method, Progressed, finish, prepare};
use std::collections::BTreeMap;
use worth::Weights;

/// Plans a scenario, by its strategy and method. What is known of a scenario much like it changes how soon it ends and how close
/// it comes; what is proven holds whatever that is.
pub fn solve(
    dataset: &Dataset,
    settings: &Settings,
    options: &Options,
    known: Known<'_>,
    control: &Control<'_>,
) -> Outcome {
    let mut outcome = if dataset.open_counts().next().is_some() {
        counts::solve_counted(dataset, settings, options, known, control)
    } else {
        solve_free(dataset, settings, options, known, control)
    };
    if settings.strategy == Strategy::Optimise
        && let Some(plan) = &mut outcome.plan
    {
        let prices = &mut outcome.shadow_prices;
        early::leave_early((dataset, settings), &options.rates, plan, prices);
    }
    outcome
}

/// The same where no rule counts open locations.
fn solve_free(
    dataset: &Dataset,
    settings: &Settings,
    options: &Options,
    known: Known<'_>,
    control: &Control<'_>,
) -> Outcome {
    let coupling = Coupling::new(dataset, settings);
    let shop = Shop {
        dataset,
        settings,
        coupling: &coupling,
        rates: &options.rates,
    };
    match settings.strategy {
        Strategy::Rules => baseline(shop, control),
        Strategy::Optimise => {
            let start = Start {
                prices: &by_row(&coupling, known.prices),
                plan: known.plan,
                gap: known.gap,
            };
            optimise(shop, options, start, control)
        }
    }
}

fn baseline(shop: Shop<'_>, control: &Control<'_>) -> Outcome {
    let plan = rules::rules(shop, || control.should_stop());
    Outcome {
        plan: Some(plan),
        status: Status::Baseline,
        method: "rules",
        goals: Vec::new(),
        size: Size::default(),
        reason: String::new(),
        shadow_prices: Vec::new(),
        gap_parts: None,
    }
}

/// No price that is given is higher, in micro-units of money: what an order pays stays a number.
const HIGHEST_PRICE: i64 = 1_000_000_000_000;

/// Prices by coupling row; empty where none are given. A location's fixed cost is no limit, and has none.
fn by_row(coupling: &Coupling, prices: &[(Resource, i64)]) -> Vec<i64> {
    if prices.is_empty() {
        return Vec::new();
    }
    let given: BTreeMap<Resource, i64> = prices.iter().copied().collect();
    let price = |row: &Row| match given.get(&row.resource) {
        Some(&price) if !row.is_open() => price.clamp(0, HIGHEST_PRICE),
        _ => 0,
    };
    coupling.rows.iter().map(price).collect()
}

fn optimise(shop: Shop<'_>, options: &Options, start: Start<'_>, control: &Control<'_>) -> Outcome {
    let Shop {
        dataset,
        settings,
        coupling,
        ..
    } = shop;
    control.tell_phase("scarcity");
    let kinds = goals(settings);
    let weights = Weights::new(&kinds, dataset, options);
    let Some(orders) = &options.orders else {
        return near::solve(shop, options, weights, start, control);
    };
    let mut orders = orders.clone();
    for (order, better) in near::with_better_loads(shop, options, &orders, start, control) {
        orders[order.ix()] = better;
    }
    let scarcity = scarcity(dataset, orders, coupling);
    let context = Context {
        shop,
        scarcity: &scarcity,
        weights,
        start,
    };
    let together = kinds.len() > 1 && settings.tolerance_micro > 0;
    let Parts {
        alone,
        mut components,
    } = partition::parts(&context, together);
    control.tell_phase("orders alone");
    let members: Vec<(Member<'_>, Option<pattern::Pattern>)> = alone
        .par_iter()
        .map(|&order| {
            let member = Member::new(&context, order);
            let pattern = (!control.should_stop()).then(|| member.best(&weights));
            (member, pattern.filter(|pattern| !pattern.relaxed))
        })
        .collect();
    // What is not planned exactly.
    let others = members.iter().filter(|(_, pattern)| pattern.is_none());
    components.extend(others.map(|(member, _)| partition::Group {
        orders: vec![member.order],
        rows: Vec::new(),
    }));
    let mut totals = Totals::new(&kinds, dataset, coupling, &scarcity.binding);
    let mut plan = Plan::default();
    let mut alone_count = 0;
    for (member, pattern) in members {
        if let Some(pattern) = pattern {
            alone_count += 1;
            totals.add_alone(member, &pattern, &mut plan);
        }
    }
    control.tell_phase("start");
    let prepared = prepare(&context, components, &kinds, control);
    if kinds.len() > 1 {
        totals.note_apart(&context, &alone, &prepared);
    }
    let mut finished = finish(prepared, &kinds, totals.last_value(), control);
    if let [_] = kinds[..] {
        by_rules::improve(shop, &kinds, &mut finished, &plan, control);
    }
    let mut size = Size {
        orders_alone: alone_count,
        components: finished.len(),
        ..Size::default()
    };
    size.coupling_rows = scarcity.binding.iter().filter(|&&binding| binding).count();
    let mut method = "alone";
    for part in &finished {
        size.largest_component = size.largest_component.max(part.component.members.len());
        size.columns += part.size.0;
        size.rows += part.size.1;
        method = part.method.max_of(method);
        totals.add(part);
        plan.shipments
            .extend(part.component.shipments(&part.choices));
    }
    plan.sort();
    outcome(shop, plan, totals, control, method, size)
}

fn outcome(
    shop: Shop<'_>,
    mut plan: Plan,
    mut totals: Totals,
    control: &Control<'_>,
    method: &'static str,
    size: Size,
) -> Outcome {
    if totals.is_poor() {
        by_rules::no_worse(shop, &mut plan, &mut totals, control);
    }
    totals.shadow_prices.sort_by_key(|one| one.resource);
    let (status, goals) = settle(&totals.goals, &totals.apart, shop.settings, control);
    let reason = limit_reason(status, control);
    Outcome {
        plan: Some(plan),
        status,
        method,
        goals,
        size,
        reason: reason.to_owned(),
        shadow_prices: totals.shadow_prices,
        gap_parts: totals.gap_parts,
    }
}

/// Why a plan is not within its gap; empty where it is.
fn limit_reason(status: Status, control: &Control<'_>) -> &'static str {
    match status {
        Status::Limit if control.should_stop() => "the time limit came before the gap",
        Status::Limit => "nothing more to try within the effort allowed",
        _ => "",
    }
}

/// A plan further from its bound than one in so many may be worse than that of the rules.
const POOR: i64 = 50;

/// Values and bounds of the goals, added up over orders and components.
struct Totals {
    goals: Vec<(GoalKind, i64, i64)>,
    shadow_prices: Vec<ShadowPrice>,
    gap_parts: Option<GapParts>,
    /// By goal, a bound that holds whatever earlier goals come to.
    apart: Vec<i64>,
}

impl Totals {
    /// What an empty plan has: nothing filled, every unit's unfilled cost, every untouched commitment, every location closed
    /// that may be.
    fn new(kinds: &[GoalKind], dataset: &Dataset, coupling: &Coupling, binding: &[bool]) -> Self {
        let unfilled: i64 = dataset
            .lines
            .iter()
            .map(|line| line.unfilled_cost.0 * i64::from(line.quantity))
            .sum();
        let shortfall: i64 = coupling
            .rows
            .iter()
            .zip(binding)
            .filter(|(row, binding)| row.is_commitment() && !**binding)
            .map(|(row, _)| row.extra_cost.0 * row.capacity)
            .sum();
        let closed: i64 = dataset.locations.iter().map(|it| it.closing_cost.0).sum();
        let cost = unfilled + shortfall + closed;
        let base = |kind: GoalKind| match kind {
            GoalKind::Profit => -cost,
            GoalKind::Cost => cost,
            _ => 0,
        };
        Self {
            goals: kinds
                .iter()
                .map(|&kind| (kind, base(kind), base(kind)))
                .collect(),
            shadow_prices: Vec::new(),
            gap_parts: Some(GapParts::default()),
            apart: kinds.iter().map(|&kind| base(kind)).collect(),
        }
    }

    /// Adds up the bounds of each goal by itself: of orders that are planned alone, and of components before they are
    /// planned.
    fn note_apart(&mut self, context: &Context<'_>, alone: &[OrderIx], parts: &[Progressed<'_>]) {
        let of_goals = self.goals.iter().zip(&mut self.apart).enumerate();
        for (position, (&(kind, ..), apart)) in of_goals {
            let of_order = |&order: &OrderIx| {
                let member = Member::new(context, order);
                stages::most_alone(&member, context, kind)
            };
            let alone: i64 = alone.par_iter().map(of_order).sum();
            let shared: i64 = parts.iter().map(|part| part.bounds[position]).sum();
            *apart += alone + shared;
        }
    }

    /// An order that is planned exactly by itself.
    fn add_alone(&mut self, member: Member<'_>, pattern: &pattern::Pattern, plan: &mut Plan) {
        plan.shipments.extend(member.shipments(&pattern.chosen));
        let choice = component::Choice {
            chosen: pattern.chosen.clone(),
            ..Default::default()
        };
        for (kind, value, bound) in &mut self.goals {
            let here = member.goal_of(&choice, *kind);
            *value += here;
            *bound += here;
        }
    }

    fn add(&mut self, part: &Progressed<'_>) {
        for ((kind, value, bound), proven) in self.goals.iter_mut().zip(&part.bounds) {
            *value += part.component.goal_value(&part.choices, *kind);
            *bound += proven;
        }
        let Some((kind, ..)) = self.goals.last() else {
            return;
        };
        let (prices, parts) = shadow(&part.component, &part.choices, *kind, &part.priced);
        self.shadow_prices.extend(prices);
        // The solver alone leaves nothing to tell.
        let is_priced = part.method != Method::Exact || !part.priced.of_rows.is_empty();
        let known = self.gap_parts.filter(|_| is_priced);
        self.gap_parts = known.map(|known| known.and(parts));
    }

    /// Whether a goal is far from its bound.
    fn is_poor(&self) -> bool {
        let is_far = |&(_, value, bound): &(GoalKind, i64, i64)| {
            (i128::from(bound) - i128::from(value)).abs() * i128::from(POOR)
                > i128::from(bound).abs()
        };
        self.goals.iter().any(is_far)
    }

    /// The last goal's value without the components.
    fn last_value(&self) -> i64 {
        self.goals.last().map_or(0, |(_, value, _)| *value)
    }
}

/// The status by gaps, and the goals with bounds that their values keep; `apart` bounds each whatever those before come to.
fn settle(
    totals: &[(GoalKind, i64, i64)],
    apart: &[i64],
    settings: &Settings,
    control: &Control<'_>,
) -> (Status, Vec<Goal>) {
    let mut status = Status::Optimal;
    let mut goals = Vec::new();
    for (position, &(kind, value, bound)) in totals.iter().enumerate() {
        let passed = if kind.is_maximised() {
            value - bound
        } else {
            bound - value
        };
        // By no more than tolerances leave open; a plan that is better than its bound shows a mistake, which the
        // verifier is to find.
        let slack = if kind.is_money() {
            Money::RESOLVED.0.max(bound.abs() / 1_000_000)
        } else {
            0
        };
        let bound = if passed > 0 && passed <= slack {
            value
        } else {
            bound
        };
        let difference = (bound - value).abs();
        let gap = difference as f64 / (bound.abs() as f64).max(1.0);
        // Later goals may use what the tolerance gives.
        let given = if position + 1 < totals.len() {
            let share = i128::from(bound.abs()) * i128::from(settings.tolerance_micro);
            i64::try_from(share / 1_000_000).unwrap_or(i64::MAX)
        } else {
            0
        };
        let resolved = given.max(if kind.is_money() {
            Money::RESOLVED.0
        } else {
            0
        });
        if difference > resolved && gap > 1e-7 {
            let within = gap <= settings.mip_gap * (1.0 + 1e-9) && kind.is_money();
            status = status.max(if within { Status::Gap } else { Status::Limit });
        }
        let apart = if position == 0 {
            bound
        } else {
            apart[position]
        };
        goals.push(Goal {
            kind,
            bound,
            apart,
            value,
        });
    }
    let interrupted = control.interrupt.load(std::sync::atomic::Ordering::Relaxed);
    // Within its gap or not: it would have been better with more time.
    if matches!(status, Status::Limit | Status::Gap) && interrupted {
        status = Status::Interrupted;
    }
    (status, goals)
}
