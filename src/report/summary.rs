//! `summary.json`: how a scenario came out, in one page that scripts read.

use crate::domain::{Objective, Settings};
use crate::ledger::{Kpis, Ledger};
use crate::solve::{Goal, GoalKind, Outcome, Size, Status};
use crate::units::Money;
use crate::verify::{Account, Audit, Measure};
use serde::{Deserialize, Serialize};

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
    /// Why it is infeasible or has no plan; empty otherwise.
    pub reason: String,
    /// What `objective` and `bound` are: `profit` (maximised) or `cost` (minimised).
    pub goal: String,
    /// What was maximised or minimised last, penalties in.
    #[serde(with = "amount")]
    pub objective: Option<Money>,
    /// No plan does better (that meets the goals before it within tolerance).
    #[serde(with = "amount")]
    pub bound: Option<Money>,
    /// (bound − objective) ÷ |bound|, the other way round for costs.
    pub gap: Option<f64>,
    /// Revenue less costs in money: penalties for lateness, unfilled units and CO₂ left out.
    #[serde(with = "amount")]
    pub profit: Option<Money>,
    /// Costs in money, goods in, ageing credit off, penalties left out.
    #[serde(with = "amount")]
    pub cost: Option<Money>,
    /// Penalties for lateness, unfilled units and CO₂.
    #[serde(with = "amount")]
    pub penalties: Option<Money>,
    /// Whether the verifier has passed the plan.
    pub verified: bool,
    /// ISO 4217 code of all money.
    pub currency: String,
    /// The moment of planning.
    pub as_of: String,
    /// Days planned.
    pub horizon_days: u32,
    /// Wall time by step.
    pub seconds: Seconds,
    /// Highest memory use of the program so far, where the system tells.
    pub peak_memory_bytes: Option<u64>,
    /// All goals in order, the last is the objective.
    pub goals: Vec<GoalSummary>,
    /// Size of what was solved.
    pub size: SizeSummary,
    /// Key figures.
    pub kpis: Option<KpiSummary>,
    /// Money by kind.
    pub money: Option<MoneySummary>,
    /// What the plan decides about locations with `open = decide`.
    pub open_decisions: Vec<OpenSummary>,
    /// How much of each location is used.
    pub locations: Vec<LocationSummary>,
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

/// Key figures; see [`Kpis`] for what each counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the ledger documents each")]
pub struct KpiSummary {
    pub orders: i64,
    pub lines: i64,
    pub units: i64,
    pub units_filled: i64,
    pub fill_rate: Option<f64>,
    pub lines_filled: i64,
    pub orders_filled: i64,
    pub orders_shipped: i64,
    pub shipments: i64,
    pub feeders: i64,
    pub parcels: i64,
    pub split_orders: i64,
    pub split_rate: Option<f64>,
    pub late_orders: i64,
    pub on_time_rate: Option<f64>,
    #[serde(with = "amount")]
    pub cost_per_order: Option<Money>,
    pub transit_days: Option<f64>,
    pub co2_kg: f64,
}

/// Money by kind; see [`Account`] for what each is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the account documents each")]
pub struct MoneySummary {
    #[serde(with = "whole_amount")]
    pub revenue: Money,
    #[serde(with = "whole_amount")]
    pub goods: Money,
    #[serde(with = "whole_amount")]
    pub ageing_credit: Money,
    #[serde(with = "whole_amount")]
    pub picking: Money,
    #[serde(with = "whole_amount")]
    pub packing: Money,
    #[serde(with = "whole_amount")]
    pub carriage: Money,
    #[serde(with = "whole_amount")]
    pub transfer: Money,
    #[serde(with = "whole_amount")]
    pub fixed: Money,
    #[serde(with = "whole_amount")]
    pub overtime: Money,
    #[serde(with = "whole_amount")]
    pub shortfall: Money,
    #[serde(with = "whole_amount")]
    pub lateness: Money,
    #[serde(with = "whole_amount")]
    pub unfilled: Money,
    #[serde(with = "whole_amount")]
    pub co2: Money,
}

/// A location that the plan opens or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenSummary {
    /// Its id.
    pub location: String,
    /// Whether anything leaves it.
    pub used: bool,
    /// What that costs.
    #[serde(with = "whole_amount")]
    pub fixed_cost: Money,
}

/// How much of a location is used over the horizon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocationSummary {
    /// Its id.
    pub location: String,
    /// Units that leave.
    pub units: i64,
    /// Units at regular cost that could; `null`: no limit.
    pub capacity_units: Option<i64>,
    /// Units of overtime.
    pub overtime_units: i64,
    /// Lines visited.
    pub lines: i64,
    /// Shipments.
    pub shipments: i64,
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
        let audit = verified.map(|(audit, _)| audit);
        let total = audit.map(|audit| audit.total);
        let kpis = verified.map(|(_, ledger)| &ledger.kpis);
        let objective = audit.map(|audit| audit.objective(settings));
        let last = outcome.goals.last().filter(|goal| goal.kind.is_money());
        let bound = last.map(|goal| Money(goal.bound));
        let minimised = settings.objective == Objective::Cost;
        Self {
            scenario: settings.name.clone(),
            status: status(outcome.status).to_owned(),
            method: outcome.method.to_owned(),
            interrupted: outcome.status == Status::Interrupted,
            reason: outcome.reason.clone(),
            goal: if minimised { "cost" } else { "profit" }.to_owned(),
            objective,
            bound,
            gap: objective.zip(bound).and_then(|(objective, bound)| {
                let missing = bound - objective;
                gap(if minimised { -missing } else { missing }, bound)
            }),
            profit: total.map(|total| total.profit()),
            cost: total.map(|total| total.cost()),
            penalties: total.map(|total| total.penalties()),
            verified: verified.is_some(),
            currency: settings.currency.clone(),
            as_of: super::sheet::time_text(settings.as_of, &settings.time_zone),
            horizon_days: settings.horizon_days,
            seconds: solved.seconds,
            peak_memory_bytes: solved.peak_memory_bytes,
            goals: audit.map_or(vec![], |audit| {
                outcome
                    .goals
                    .iter()
                    .map(|goal| goal_summary(audit, goal))
                    .collect()
            }),
            size: outcome.size.into(),
            kpis: kpis.map(KpiSummary::from),
            money: total.map(MoneySummary::from),
            open_decisions: kpis.map_or(vec![], open_summaries),
            locations: kpis.map_or(vec![], location_summaries),
        }
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

/// `missing ÷ |bound|`; 0 where nothing is missing; `None` where it cannot be told.
fn gap(missing: Money, bound: Money) -> Option<f64> {
    if missing == Money::ZERO {
        return Some(0.0);
    }
    (bound != Money::ZERO).then(|| missing.as_f64() / bound.as_f64().abs())
}

fn goal_summary(audit: &Audit, goal: &Goal) -> GoalSummary {
    let measure = match goal.kind {
        GoalKind::FillUnits => Measure::FillUnits,
        GoalKind::FillLines => Measure::FillLines,
        GoalKind::FillOrders => Measure::FillOrders,
        GoalKind::FillValue => Measure::FillValue,
        GoalKind::LateOrders => Measure::LateOrders,
        GoalKind::Profit => Measure::Profit,
        GoalKind::Cost => Measure::Cost,
    };
    let number = |value: i64| {
        if goal.kind.is_money() {
            Money(value).as_f64()
        } else {
            value as f64
        }
    };
    GoalSummary {
        goal: goal.kind.name().to_owned(),
        value: number(audit.goal_value(measure)),
        bound: number(goal.bound),
    }
}

fn open_summaries(kpis: &Kpis) -> Vec<OpenSummary> {
    let summary = |decision: &crate::ledger::OpenDecision| OpenSummary {
        location: decision.location.to_string(),
        used: decision.used,
        fixed_cost: decision.fixed_cost,
    };
    kpis.open_decisions.iter().map(summary).collect()
}

fn location_summaries(kpis: &Kpis) -> Vec<LocationSummary> {
    let summary = |used: &crate::ledger::LocationUse| LocationSummary {
        location: used.location.to_string(),
        units: used.units,
        capacity_units: used.capacity_units,
        overtime_units: used.overtime_units,
        lines: used.lines,
        shipments: used.shipments,
    };
    kpis.locations.iter().map(summary).collect()
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

impl From<&Kpis> for KpiSummary {
    fn from(kpis: &Kpis) -> Self {
        Self {
            orders: kpis.orders,
            lines: kpis.lines,
            units: kpis.units,
            units_filled: kpis.units_filled,
            fill_rate: kpis.fill_rate,
            lines_filled: kpis.lines_filled,
            orders_filled: kpis.orders_filled,
            orders_shipped: kpis.orders_shipped,
            shipments: kpis.shipments,
            feeders: kpis.feeders,
            parcels: kpis.parcels,
            split_orders: kpis.split_orders,
            split_rate: kpis.split_rate,
            late_orders: kpis.late_orders,
            on_time_rate: kpis.on_time_rate,
            cost_per_order: kpis.cost_per_order,
            transit_days: kpis.transit_days,
            co2_kg: kpis.co2.0 as f64 / 1e6,
        }
    }
}

impl From<Account> for MoneySummary {
    fn from(total: Account) -> Self {
        Self {
            revenue: total.revenue,
            goods: total.goods,
            ageing_credit: total.ageing_credit,
            picking: total.picking,
            packing: total.packing,
            carriage: total.carriage,
            transfer: total.transfer,
            fixed: total.fixed,
            overtime: total.overtime,
            shortfall: total.shortfall,
            lateness: total.late,
            unfilled: total.unfilled,
            co2: total.co2,
        }
    }
}

/// Money as a JSON number; exact to the micro-unit up to some billions.
mod whole_amount {
    use crate::units::{MICRO, Money};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(money: &Money, out: S) -> Result<S::Ok, S::Error> {
        money.as_f64().serialize(out)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Money, D::Error> {
        f64::deserialize(input).map(from_number)
    }

    pub(super) fn from_number(number: f64) -> Money {
        Money((number * MICRO as f64).round() as i64)
    }
}

/// Money as a JSON number, or `null`.
mod amount {
    use super::whole_amount::from_number;
    use crate::units::Money;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        money: &Option<Money>,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        money.map(Money::as_f64).serialize(out)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        input: D,
    ) -> Result<Option<Money>, D::Error> {
        Ok(Option::<f64>::deserialize(input)?.map(from_number))
    }
}
