//! How a scenario plans: objective, split limits and solver limits, all with their defaults settled.

use crate::units::Money;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::Duration;

/// What the plan is best at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// Most profit, penalties for unfilled units and lateness included.
    Profit,
    /// Fill all that can be filled, then least cost; revenue does not count.
    Cost,
    /// Fill first (see [`Fill`]), then fewest late orders, then most profit.
    Service,
}

/// What `service` and `cost` fill first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Units shipped.
    Units,
    /// Lines shipped in full.
    Lines,
    /// Orders shipped in full.
    Orders,
    /// Revenue of the units shipped.
    Value,
}

/// Who plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// The mixed-integer model.
    Optimise,
    /// The rules baseline: orders one after the other, as a shop's rules do it.
    Rules,
}

/// How the optimiser goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By size and structure.
    Auto,
    /// The whole model in the solver.
    Exact,
    /// Prices and patterns alone, without the solver.
    Prices,
}

/// Settings of one scenario.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the scenario, `[a-z0-9][a-z0-9_-]{0,63}`.
    pub name: String,
    /// The moment of planning.
    pub as_of: Timestamp,
    /// Waves that depart in `[as_of, as_of + horizon_days)` are planned.
    pub horizon_days: u32,
    /// ISO 4217 code, for display.
    pub currency: String,
    /// Zone of times without an offset where no location says otherwise.
    pub time_zone: TimeZone,
    /// Optimise, or replay rules.
    pub strategy: Strategy,
    /// What is maximised or minimised.
    pub objective: Objective,
    /// What `service` and `cost` fill first.
    pub fill: Fill,
    /// How far each later goal may fall from the best of the one before, a share in millionths.
    pub tolerance_micro: i64,
    /// Cost of a unit that is not shipped, beyond its lost margin.
    pub unfilled_cost: Money,
    /// Cost of an order and day late.
    pub late_cost_per_day: Money,
    /// Unfilled and late costs are multiplied by 1 + this × priority; millionths.
    pub priority_weight_micro: i64,
    /// Cost of a kilogram of CO₂.
    pub co2_cost_per_kg: Money,
    /// Cost of each shipment that leaves another location than the order's before.
    pub stability_cost: Money,
    /// Such shipments at most, as millionths of the orders that were planned before; `None`: any number.
    pub max_moved_micro: Option<i64>,
    /// What leaves within this time of `as_of` stays as it was planned before.
    pub frozen: Duration,
    /// What opened goods that come back are worth, as millionths of what they cost.
    pub opened_value_micro: i64,
    /// When the stock was counted: what has left by then is not in it any more; `None`: at `as_of`.
    pub stock_at: Option<Timestamp>,
    /// Great-circle distance × this is the road distance; millionths.
    pub detour_factor_micro: i64,
    /// Inbound stock counts when its confidence is at least this; millionths.
    pub inbound_min_confidence_micro: i64,
    /// Split limit of an order that names none.
    pub max_shipments: u32,
    /// Split limit of a line that names none.
    pub line_max_shipments: u32,
    /// Whether what is left of an order or line that has used up its split limit in earlier runs may go in one more.
    pub one_more: bool,
    /// Relative gap at which the solver may stop.
    pub mip_gap: f64,
    /// Wall time for solving one scenario.
    pub time_limit: Duration,
    /// Bytes of memory at most for the whole program; `None`: as many as it takes.
    pub memory: Option<u64>,
    /// Seed of everything that is drawn.
    pub seed: u32,
    /// How the optimiser goes about it.
    pub method: Method,
}
