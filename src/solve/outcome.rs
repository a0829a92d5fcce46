//! What solving a scenario gives back.

pub use crate::model::{GoalKind, Place, Resource};
use crate::plan::Plan;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a plan may take that is made when it is time to stop.
const HASTE: Duration = Duration::from_secs(3);

/// Why solving stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The plan is proven best (within what money can resolve).
    Optimal,
    /// The plan is proven within the gap asked for.
    Gap,
    /// The rules baseline: a plan, nothing proven.
    Baseline,
    /// The time limit came before the gap; the best plan found is kept.
    Limit,
    /// The user interrupted; the best plan found is kept.
    Interrupted,
    /// No plan can meet every hard demand.
    Infeasible,
    /// A limit came before any plan was found.
    NoPlan,
}

/// A goal and what is proven about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// What is best.
    pub kind: GoalKind,
    /// No plan that keeps the goals before within tolerance is better than this; in the goal's unit.
    pub bound: i64,
    /// No plan is better than this, whatever the goals before come to.
    pub apart: i64,
    /// What the plan comes to, as the optimiser counts.
    pub value: i64,
}

/// Size of what was solved, for the run's record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Orders planned each by itself, exactly, without a solver.
    pub orders_alone: usize,
    /// Components that share something scarce.
    pub components: usize,
    /// Orders in the largest of them.
    pub largest_component: usize,
    /// Coupling rows that can bind.
    pub coupling_rows: usize,
    /// Columns given to the solver, over all components.
    pub columns: usize,
    /// Rows given to the solver.
    pub rows: usize,
}

/// The plan of a scenario and what is proven about it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The best plan found (empty plan: everything unfilled). `None` for infeasible and no plan.
    pub plan: Option<Plan>,
    /// Why solving stopped.
    pub status: Status,
    /// How it was solved: `exact`, `rules`, …
    pub method: &'static str,
    /// Goals in order; the last is the objective of the summary. Empty for the rules baseline: it proves nothing.
    pub goals: Vec<Goal>,
    /// Size of the model.
    pub size: Size,
    /// Why it is infeasible, in words; empty otherwise.
    pub reason: String,
    /// Prices above zero, by row of what orders share. What the solver alone has planned has none.
    pub shadow_prices: Vec<ShadowPrice>,
    /// How far the plan is from the bound that prices prove; `None` where no prices were looked for.
    pub gap_parts: Option<GapParts>,
}

impl Outcome {
    /// The shadow prices by what they are of, in micro-units of money.
    pub fn prices(&self) -> Vec<(Resource, i64)> {
        let each = self.shadow_prices.iter();
        each.map(|it| (it.resource, it.price)).collect()
    }

    /// All of it but the plan, which is large.
    pub fn without_plan(&self) -> Self {
        Self {
            plan: None,
            status: self.status,
            method: self.method,
            goals: self.goals.clone(),
            size: self.size,
            reason: self.reason.clone(),
            shadow_prices: self.shadow_prices.clone(),
            gap_parts: self.gap_parts,
        }
    }
}

/// What one more unit of something shared would be worth at most, by the prices that prove the bound of the last goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShadowPrice {
    /// What it is.
    pub resource: Resource,
    /// How much there is, without what can be bought; of a commitment, what is promised.
    pub capacity: i64,
    /// How much the plan uses.
    pub used: i64,
    /// Micro-units of money for one more; of a commitment, for one less promised.
    pub price: i64,
}

/// What a plan misses of the bound that prices prove, in micro-units of money; no part is negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GapParts {
    /// What orders do, less than the best that each could do at these prices.
    pub orders: i64,
    /// Stock that has a price and stays.
    pub stock: i64,
    /// Capacity of locations' waves that has a price and stays, overtime in.
    pub capacity: i64,
    /// Space with carriers and on transfers that has a price and stays.
    pub carriage: i64,
    /// Commitments that are exceeded or missed.
    pub commitments: i64,
    /// Fixed costs of locations, which prices do not count.
    pub openings: i64,
}

impl GapParts {
    /// All together.
    pub fn total(&self) -> i64 {
        let parts = [
            self.orders,
            self.stock,
            self.capacity,
            self.carriage,
            self.commitments,
            self.openings,
        ];
        parts.into_iter().fold(0, i64::saturating_add)
    }

    /// With those of another component.
    pub fn and(self, other: Self) -> Self {
        Self {
            orders: self.orders.saturating_add(other.orders),
            stock: self.stock.saturating_add(other.stock),
            capacity: self.capacity.saturating_add(other.capacity),
            carriage: self.carriage.saturating_add(other.carriage),
            commitments: self.commitments.saturating_add(other.commitments),
            openings: self.openings.saturating_add(other.openings),
        }
    }
}

/// How far solving is, for progress lines.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What it is doing.
    pub phase: &'static str,
    /// Share done, 0..=1, where known.
    pub done: Option<f64>,
    /// Objective of the best plan so far, in currency.
    pub incumbent: Option<f64>,
    /// Proven bound so far, in currency.
    pub bound: Option<f64>,
}

/// What a caller holds on to while solving runs.
pub struct Control<'a> {
    /// Solving stops at about this moment.
    pub deadline: Instant,
    /// Set from outside to stop early with the best plan so far.
    pub interrupt: &'a AtomicBool,
    /// Called from any thread, at most some times a second.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// When a plan was begun that is made in haste.
    hasty: OnceLock<Instant>,
    /// Whether only what is proven matters: any plan will do.
    pub for_bound: bool,
}

impl<'a> Control<'a> {
    /// Until a deadline or an interrupt.
    pub fn new(
        deadline: Instant,
        interrupt: &'a AtomicBool,
        progress: &'a (dyn Fn(Progress) + Sync),
    ) -> Self {
        Self {
            deadline,
            interrupt,
            progress,
            hasty: OnceLock::new(),
            for_bound: false,
        }
    }

    /// Whether a plan that is made after it was time to stop, so that there is one worth having, takes too long, too.
    pub fn is_late(&self) -> bool {
        self.hasty.get_or_init(Instant::now).elapsed() >= HASTE
    }

    /// Tells what is done now, where nothing more is known.
    pub fn tell_phase(&self, phase: &'static str) {
        (self.progress)(Progress {
            phase,
            done: None,
            incumbent: None,
            bound: None,
        });
    }

    /// Whether somebody asked to stop.
    pub fn is_interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }

    /// Whether it is time to stop.
    pub fn should_stop(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed) || Instant::now() >= self.deadline
    }

    /// Seconds left, 0 when none.
    pub fn seconds_left(&self) -> f64 {
        if self.interrupt.load(Ordering::Relaxed) {
            return 0.0;
        }
        self.deadline
            .saturating_duration_since(Instant::now())
            .as_secs_f64()
    }
}
