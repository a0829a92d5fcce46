//! `summary.json`: how a scenario came out, in one page that scripts read.

use crate::domain::{Objective, Settings};
use crate::ledger::{ChannelUse, Kpis, Ledger, LocationUse, OpenDecision, RuleUse};
use crate::solve::{GapParts, Goal, GoalKind, Outcome, Size, Status};
use crate::units::Money;
use crate::verify::{Account, Audit, Measure};
use serde::{Deserialize, Serialize};

/// All goals there are.
const GOALS: [GoalKind; 7] = [
    GoalKind::FillUnits,
    GoalKind::FillLines,
    GoalKind::FillOrders,
    GoalKind::FillValue,
    GoalKind::LateOrders,
    GoalKind::Profit,
    GoalKind::Cost,
];

/// How a scenario came out. Money is a number in the scenario's currency; what is not known is `null`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Name of the scenario.
    pub scenario: String,
    /// `optimal`, `gap`, `limit`, `baseline` (rules replayed, nothing proven), `infeasible` or `no_plan`.
    pub status: String,
    /// How it was solved.
    pub method: String,
    /// Whether the user interrupted it.
    pub interrupted: bool,
    /// Why it is infeasible, has no plan, or has one that is not within the gap; empty otherwise.
    pub reason: String,
    /// What `objective` and `bound` are: `profit` (maximised) or `cost` (minimised).
    pub goal: String,
    /// What was maximised or minimised last, penalties in.
    pub objective: Option<Money>,
    /// No plan does better (that meets the goals before it within tolerance).
    pub bound: Option<Money>,
    /// (bound − objective) ÷ |bound|, the other way round for costs; where goals before it are further from
    /// their bounds, the widest of all.
    pub gap: Option<f64>,
    /// Revenue less costs in money: penalties for lateness, unfilled units and CO₂ left out.
    pub profit: Option<Money>,
    /// Costs in money, goods in, ageing credit off, penalties left out.
    pub cost: Option<Money>,
    /// Penalties for lateness, unfilled units and CO₂.
    pub penalties: Option<Money>,
    /// Whether the verifier has passed the plan.
    pub verified: bool,
    /// ISO 4217 code of all money.
    pub currency: String,
    /// The moment of planning.
    pub as_of: String,
    /// Days planned.
    pub horizon_days: u32,
    /// Orders that were set aside before planning, as they were faulty; they count in no figure.
    #[serde(default)]
    pub orders_set_aside: usize,
    /// Wall time by step.
    pub seconds: Seconds,
    /// Highest memory use of the program so far, where the system tells.
    pub peak_memory_bytes: Option<u64>,
    /// All goals in order, the last is the objective.
    pub goals: Vec<GoalSummary>,
    /// What the difference of objective and bound is made of; `null` where no prices tell.
    #[serde(default)]
    pub gap_parts: Option<GapSummary>,
    /// Size of what was solved.
    pub size: SizeSummary,
    /// Key figures.
    pub kpis: Option<Kpis>,
    /// Money by kind.
    pub money: Option<Account>,
    /// What the plan decides about locations with `open = decide`.
    pub open_decisions: Vec<OpenDecision>,
    /// How much of each location is used.
    pub locations: Vec<LocationUse>,
    /// Key figures by channel.
    #[serde(default)]
    pub channels: Vec<ChannelUse>,
    /// What counts against limits of business rules.
    #[serde(default)]
    pub rules: Vec<RuleUse>,
}

/// Wall time by step, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seconds {
    /// Reading and checking data.
    pub read: f64,
    /// Enumerating options.
    pub options: f64,
    /// Solving.
    pub solve: f64,
    /// Verifying.
    pub verify: f64,
    /// Writing files.
    pub write: f64,
}

impl Seconds {
    /// All steps.
    pub fn total(&self) -> f64 {
        self.read + self.options + self.solve + self.verify + self.write
    }
}

/// A goal: its value in the plan and what is proven. Money in currency, all else counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoalSummary {
    /// `fill_units`, `fill_lines`, `fill_orders`, `fill_value`, `late_orders`, `profit` or `cost`.
    pub goal: String,
    /// In the plan.
    pub value: f64,
    /// Proven.
    pub bound: f64,
}

impl GoalSummary {
    /// How far the plan is from what is proven, relative to that.
    fn gap(&self) -> f64 {
        (self.bound - self.value).abs() / self.bound.abs().max(1.0)
    }

    /// In words: what it is in the plan and what is proven.
    pub fn told(&self) -> String {
        let goal = self.goal.replace('_', " ");
        format!("{goal}: {} in the plan, {} proven", self.value, self.bound)
    }
}

/// Parts of the difference of objective and bound, which they add up to, in the scenario's currency. All but the last are
/// told by the prices that prove the bound, and none of these is negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapSummary {
    /// What orders do, less than the best that each could do at these prices.
    pub orders: Money,
    /// Stock that has a price and stays.
    pub stock: Money,
    /// Capacity of locations that has a price and stays, overtime in.
    pub capacity: Money,
    /// Space with carriers and on transfers that has a price and stays.
    pub carriage: Money,
    /// Commitments that are exceeded or missed.
    pub commitments: Money,
    /// Fixed costs of locations, which prices do not count.
    pub openings: Money,
    /// How much nearer the bound is proven otherwise, as by the solver: never above zero.
    pub proven_otherwise: Money,
}

impl From<GapParts> for GapSummary {
    fn from(parts: GapParts) -> Self {
        Self {
            orders: Money(parts.orders),
            stock: Money(parts.stock),
            capacity: Money(parts.capacity),
            carriage: Money(parts.carriage),
            commitments: Money(parts.commitments),
            openings: Money(parts.openings),
            proven_otherwise: Money::ZERO,
        }
    }
}

impl GapSummary {
    /// The parts that prices tell, by name.
    pub fn by_prices(&self) -> [(&'static str, Money); 6] {
        [
            ("orders", self.orders),
            ("stock", self.stock),
            ("capacity", self.capacity),
            ("carriage", self.carriage),
            ("commitments", self.commitments),
            ("fixed costs", self.openings),
        ]
    }

    /// All parts, by name.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, Money)> + use<> {
        let otherwise = ("proven otherwise", self.proven_otherwise);
        self.by_prices().into_iter().chain([otherwise])
    }

    /// What all parts come to.
    pub fn total(&self) -> Money {
        self.told_by_prices() + self.proven_otherwise
    }

    /// All but what is proven otherwise: how far the objective is from the bound that prices prove.
    pub fn told_by_prices(&self) -> Money {
        let told = self.by_prices().into_iter();
        Money(told.fold(0, |sum: i64, (_, part)| sum.saturating_add(part.0)))
    }

    /// The same where all parts come to so much.
    fn settled(self, all: Money) -> Self {
        Self {
            proven_otherwise: Money(all.0.saturating_sub(self.told_by_prices().0)),
            ..self
        }
    }
}

/// Size of what was solved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeSummary {
    /// Orders planned each by itself, exactly.
    pub orders_alone: usize,
    /// Components that share something scarce.
    pub components: usize,
    /// Orders in the largest of them.
    pub largest_component: usize,
    /// Coupling rows that can bind.
    pub coupling_rows: usize,
    /// Columns given to the solver.
    pub columns: usize,
    /// Rows given to the solver.
    pub rows: usize,
}

/// How a scenario was solved, verified and timed.
#[derive(Clone, Copy, Debug)]
pub struct Solved<'a> {
    /// Its settings.
    pub settings: &'a Settings,
    /// What the solver gave.
    pub outcome: &'a Outcome,
    /// What the verifier and the ledger found; `None`: no plan, or a refused one.
    pub verified: Option<(&'a Audit, &'a Ledger)>,
    /// Wall time by step.
    pub seconds: Seconds,
    /// Highest memory use of the program so far.
    pub peak_memory_bytes: Option<u64>,
    /// Orders set aside before planning.
    pub orders_set_aside: usize,
}

impl Summary {
    /// Sums up a scenario.
    pub fn new(solved: Solved<'_>) -> Self {
        let Solved {
            settings,
            outcome,
            verified,
            ..
        } = solved;
        let last = outcome.goals.last().filter(|goal| goal.kind.is_money());
        let told = Self {
            scenario: String::new(),
            status: status(outcome.status).to_owned(),
            method: outcome.method.to_owned(),
            interrupted: outcome.status == Status::Interrupted,
            reason: outcome.reason.clone(),
            goal: String::new(),
            objective: None,
            bound: last.map(|goal| Money(goal.bound)),
            gap: None,
            profit: None,
            cost: None,
            penalties: None,
            verified: false,
            currency: String::new(),
            as_of: String::new(),
            horizon_days: 0,
            orders_set_aside: solved.orders_set_aside,
            seconds: solved.seconds,
            peak_memory_bytes: solved.peak_memory_bytes,
            goals: outcome.goals.iter().map(goal_summary).collect(),
            gap_parts: outcome.gap_parts.map(GapSummary::from),
            size: outcome.size.into(),
            kpis: None,
            money: None,
            open_decisions: vec![],
            locations: vec![],
            channels: vec![],
            rules: vec![],
        };
        told.restated(settings, verified)
    }

    /// The same with all that settings and plan say stated anew. What only the solver and the clock can tell stays:
    /// status, method, bounds, size, seconds.
    pub fn restated(self, settings: &Settings, verified: Option<(&Audit, &Ledger)>) -> Self {
        let audit = verified.map(|(audit, _)| audit);
        let ledger = verified.map(|(_, ledger)| ledger);
        let total = audit.map(|audit| audit.total);
        let minimised = settings.objective == Objective::Cost;
        let mut goals = self.goals;
        match audit {
            None => goals.clear(),
            Some(audit) => goals.iter_mut().for_each(|goal| goal.measure(audit)),
        }
        let mut anew = Self {
            scenario: settings.name.clone(),
            goal: if minimised { "cost" } else { "profit" }.to_owned(),
            objective: audit.map(|audit| audit.objective(settings)),
            profit: total.map(|total| total.profit()),
            cost: total.map(|total| total.cost()),
            penalties: total.map(|total| total.penalties()),
            verified: verified.is_some(),
            currency: settings.currency.clone(),
            as_of: super::sheet::time_text(settings.as_of, &settings.time_zone),
            horizon_days: settings.horizon_days,
            goals,
            kpis: ledger.map(|ledger| ledger.kpis.clone()),
            money: total,
            open_decisions: ledger.map_or(vec![], |ledger| ledger.open_decisions.clone()),
            locations: ledger.map_or(vec![], |ledger| ledger.locations.clone()),
            channels: ledger.map_or(vec![], |ledger| ledger.channels.clone()),
            rules: ledger.map_or(vec![], |ledger| ledger.rules.clone()),
            ..self
        };
        let parts = anew.gap_parts.zip(anew.missing());
        anew.gap_parts = parts.map(|(parts, missing)| parts.settled(missing));
        let widest = anew.widest_goal().map_or(0.0, GoalSummary::gap);
        let own = anew.own_gap();
        // A plan that passes its bound shows, whatever else is open.
        anew.gap = own.map(|own| if own < 0.0 { own } else { own.max(widest) });
        anew
    }

    /// The text of `summary.json`.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("numbers and texts are always JSON");
        text + "\n"
    }

    /// Whether more of the objective is better.
    pub fn is_maximised(&self) -> bool {
        self.goal != "cost"
    }

    /// By how much the objective misses its bound.
    fn missing(&self) -> Option<Money> {
        let (objective, bound) = self.objective.zip(self.bound)?;
        Some(if self.is_maximised() {
            bound - objective
        } else {
            objective - bound
        })
    }

    /// How far the objective is from its bound, whatever comes before it.
    pub fn own_gap(&self) -> Option<f64> {
        gap(self.missing()?, self.bound?)
    }

    /// The goal before the objective that the gap is of: the one furthest from its bound, where the objective is closer.
    pub fn widest_goal(&self) -> Option<&GoalSummary> {
        let (_, before) = self.goals.split_last()?;
        let widest = before
            .iter()
            .max_by(|one, other| one.gap().total_cmp(&other.gap()))?;
        (Some(widest.gap()) > self.own_gap().or(Some(0.0))).then_some(widest)
    }

    /// Whether nothing comes before its objective; a baseline has no goals but that.
    pub fn is_alone(&self) -> bool {
        self.goals.len() <= 1 && self.is_maximised()
    }

    /// The goals before the objective, and how well they are met; of a baseline nothing is known.
    pub fn met(&self) -> Option<Vec<(&str, f64)>> {
        let (_, before) = self.goals.split_last()?;
        let each = before.iter().map(|goal| (goal.goal.as_str(), goal.value));
        Some(each.collect())
    }

    /// Whether no plan meets the goals before the objective better.
    pub fn is_met_best(&self) -> bool {
        let before = self
            .goals
            .split_last()
            .map_or(&[][..], |(_, before)| before);
        before.iter().all(|goal| goal.gap() == 0.0)
    }

    /// Whether it replays the rules that savings are measured against.
    pub fn is_baseline(&self) -> bool {
        self.method == "rules"
    }
}

/// What files call the reason why solving stopped.
fn status(status: Status) -> &'static str {
    match status {
        Status::Optimal => "optimal",
        Status::Gap => "gap",
        Status::Baseline => "baseline",
        Status::Limit | Status::Interrupted => "limit",
        Status::Infeasible => "infeasible",
        Status::NoPlan => "no_plan",
    }
}

/// `missing ÷ |bound|`; 0 where nothing is missing that matters; `None` where it cannot be told.
fn gap(missing: Money, bound: Money) -> Option<f64> {
    if missing.0.abs() <= Money::RESOLVED.0 {
        return Some(0.0);
    }
    (bound != Money::ZERO).then(|| missing.as_f64() / bound.as_f64().abs())
}

/// A goal whose value is yet to be measured.
fn goal_summary(goal: &Goal) -> GoalSummary {
    GoalSummary {
        goal: goal.kind.name().to_owned(),
        value: 0.0,
        bound: in_unit(goal.kind, goal.bound),
    }
}

impl GoalSummary {
    /// States what the plan reaches; a goal of no known name stays as it is.
    fn measure(&mut self, audit: &Audit) {
        let kind = GOALS.into_iter().find(|kind| kind.name() == self.goal);
        if let Some(kind) = kind {
            self.value = in_unit(kind, audit.goal_value(measure_of(kind)));
        }
    }
}

/// Money in currency, all else counted.
fn in_unit(kind: GoalKind, value: i64) -> f64 {
    if kind.is_money() {
        Money(value).as_f64()
    } else {
        value as f64
    }
}

/// What the verifier measures a goal by.
pub fn measure_of(kind: GoalKind) -> Measure {
    match kind {
        GoalKind::FillUnits => Measure::FillUnits,
        GoalKind::FillLines => Measure::FillLines,
        GoalKind::FillOrders => Measure::FillOrders,
        GoalKind::FillValue => Measure::FillValue,
        GoalKind::LateOrders => Measure::LateOrders,
        GoalKind::Profit => Measure::Profit,
        GoalKind::Cost => Measure::Cost,
    }
}

impl From<Size> for SizeSummary {
    fn from(size: Size) -> Self {
        Self {
            orders_alone: size.orders_alone,
            components: size.components,
            largest_component: size.largest_component,
            coupling_rows: size.coupling_rows,
            columns: size.columns,
            rows: size.rows,
        }
    }
}
