//! From options to a plan with a proof: the only room that names the solver.
//!
//! 1. What can bind is found, useless options are dropped (`model::scarcity`).
//! 2. Orders that touch nothing scarce are planned each by itself, exactly (`pattern`).
//! 3. The others fall into components that share nothing with each other. Large ones are planned by prices (`joint`):
//!    a bound, and a plan that heeds what is scarce. Where the gap is still too wide, HiGHS (`exact`) goes on.

mod component;
mod exact;
mod highs;
mod joint;
mod near;
mod outcome;
mod pairing;
mod partition;
mod pattern;
mod remaining;
mod rules;
mod stages;
mod wide;
mod worth;

pub use highs::VERSION as SOLVER;
pub use outcome::{Control, Goal, GoalKind, Outcome, Progress, Size, Status};

use crate::domain::{Dataset, OrderIx, Settings, Strategy};
use crate::model::{Coupling, goals, scarcity};
use crate::options::{Options, slots_of};
use crate::plan::Plan;
use component::{Context, Member};
use partition::Parts;
use rayon::prelude::*;
use rules::Shop;
use stages::{Progressed, finish, prepare};
use worth::Weights;

/// Plans a scenario, by its strategy and method.
pub fn solve(
    dataset: &Dataset,
    settings: &Settings,
    options: &Options,
    control: &Control<'_>,
) -> Outcome {
    let coupling = Coupling::new(dataset);
    match settings.strategy {
        Strategy::Rules => baseline(dataset, settings, options, &coupling, control),
        Strategy::Optimise => optimise(dataset, settings, options, &coupling, control),
    }
}

fn baseline(
    dataset: &Dataset,
    settings: &Settings,
    options: &Options,
    coupling: &Coupling,
    control: &Control<'_>,
) -> Outcome {
    let slots = |order: OrderIx| slots_of(dataset, &options.rates, order);
    let plan = rules::rules(dataset, settings, coupling, slots, || control.should_stop());
    Outcome {
        plan: Some(plan),
        status: Status::Baseline,
        method: "rules",
        goals: Vec::new(),
        size: Size::default(),
        reason: String::new(),
    }
}

fn optimise(
    dataset: &Dataset,
    settings: &Settings,
    options: &Options,
    coupling: &Coupling,
    control: &Control<'_>,
) -> Outcome {
    let report = |phase| {
        (control.progress)(Progress {
            phase,
            done: None,
            incumbent: None,
            bound: None,
        })
    };
    report("scarcity");
    let kinds = goals(settings);
    let weights = Weights::new(&kinds, dataset, options);
    let shop = Shop {
        dataset,
        settings,
        coupling,
    };
    let Some(orders) = &options.orders else {
        return near::solve(shop, options, weights, control);
    };
    let scarcity = scarcity(dataset, orders, coupling);
    let context = Context {
        shop,
        scarcity: &scarcity,
        weights,
    };
    let together = kinds.len() > 1 && settings.tolerance_micro > 0;
    let Parts {
        alone,
        mut components,
    } = partition::parts(&context, together);
    report("orders alone");
    let members: Vec<(Member<'_>, pattern::Pattern)> = alone
        .par_iter()
        .map(|&order| {
            let member = Member::new(&context, order);
            let pattern = member.best(&weights);
            (member, pattern)
        })
        .collect();
    components.extend(
        members
            .iter()
            .filter(|(_, pattern)| pattern.relaxed)
            .map(|(member, _)| partition::Group {
                orders: vec![member.order],
                rows: Vec::new(),
            }),
    );
    let mut totals = Totals::new(&kinds, dataset, coupling, &scarcity.binding);
    let mut plan = Plan::default();
    let mut alone_count = 0;
    for (member, pattern) in members.into_iter().filter(|(_, pattern)| !pattern.relaxed) {
        alone_count += 1;
        totals.add_alone(member, &pattern, &mut plan);
    }
    report("start");
    let prepared = prepare(&context, components, &kinds, control);
    let finished = finish(prepared, &kinds, totals.last_value(), control);
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
    outcome(plan, &totals, settings, control, method, size)
}

fn outcome(
    plan: Plan,
    totals: &Totals,
    settings: &Settings,
    control: &Control<'_>,
    method: &'static str,
    size: Size,
) -> Outcome {
    let (status, goals) = totals.settle(settings, control);
    let reason = match status {
        Status::Limit if control.should_stop() => "the time limit came before the gap",
        Status::Limit => "nothing more to try within the effort allowed",
        _ => "",
    };
    Outcome {
        plan: Some(plan),
        status,
        method,
        goals,
        size,
        reason: reason.to_owned(),
    }
}

/// A bound and a value this close are one: a hundredth of a cent, in micro-units, more than the solver's
/// tolerances leave open.
const MONEY_RESOLVED: i64 = 100;

/// Values and bounds of the goals, added up over orders and components.
struct Totals {
    goals: Vec<(GoalKind, i64, i64)>,
}

impl Totals {
    /// What an empty plan has: nothing filled, every unit's unfilled cost, every untouched commitment.
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
        let base = |kind: GoalKind| match kind {
            GoalKind::Profit => -unfilled - shortfall,
            GoalKind::Cost => unfilled + shortfall,
            _ => 0,
        };
        Self {
            goals: kinds
                .iter()
                .map(|&kind| (kind, base(kind), base(kind)))
                .collect(),
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
    }

    /// The last goal's value without the components.
    fn last_value(&self) -> i64 {
        self.goals.last().map_or(0, |(_, value, _)| *value)
    }

    /// The status by gaps, and the goals with bounds that their values keep.
    fn settle(&self, settings: &Settings, control: &Control<'_>) -> (Status, Vec<Goal>) {
        let mut status = Status::Optimal;
        let mut goals = Vec::new();
        for (position, &(kind, value, bound)) in self.goals.iter().enumerate() {
            let passed = if kind.is_maximised() {
                value - bound
            } else {
                bound - value
            };
            // By no more than tolerances leave open; a plan that is better than its bound shows a mistake, which the
            // verifier is to find.
            let slack = if kind.is_money() {
                MONEY_RESOLVED.max(bound.abs() / 1_000_000)
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
            let given = if position + 1 < self.goals.len() {
                let share = i128::from(bound.abs()) * i128::from(settings.tolerance_micro);
                i64::try_from(share / 1_000_000).unwrap_or(i64::MAX)
            } else {
                0
            };
            let resolved = given.max(if kind.is_money() { MONEY_RESOLVED } else { 0 });
            if difference > resolved && gap > 1e-7 {
                let within = gap <= settings.mip_gap * (1.0 + 1e-9) && kind.is_money();
                status = status.max(if within { Status::Gap } else { Status::Limit });
            }
            goals.push(Goal { kind, bound });
        }
        let interrupted = control.interrupt.load(std::sync::atomic::Ordering::Relaxed);
        // Within its gap or not: it would have been better with more time.
        if matches!(status, Status::Limit | Status::Gap) && interrupted {
            status = Status::Interrupted;
        }
        (status, goals)
    }
}
