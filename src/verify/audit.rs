//! What a verified plan amounts to, in integers.

use crate::domain::{Dataset, LaneIx, Objective, Settings};
use crate::units::{Distance, Money, Volume, Weight};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::AddAssign;

/// Money by kind. Costs are positive; credits are positive and reduce them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Unit prices of what ships.
    pub revenue: Money,
    /// Cost of goods.
    pub goods: Money,
    /// Gained because it would have been marked down or written off.
    pub ageing_credit: Money,
    /// Picking units and visiting lines, also at hubs.
    pub picking: Money,
    /// Packing shipments, also at hubs.
    pub packing: Money,
    /// Carriers.
    pub carriage: Money,
    /// Transfers to stores and hubs.
    pub transfer: Money,
    /// Fixed costs of the locations used.
    pub fixed: Money,
    /// Overtime.
    pub overtime: Money,
    /// Shipments promised to carriers and missing.
    pub shortfall: Money,
    /// Penalty for lateness.
    #[serde(rename = "lateness")]
    pub late: Money,
    /// Penalty for unfilled units.
    pub unfilled: Money,
    /// Penalty for CO₂.
    pub co2: Money,
    /// What business rules give for what they prefer, less what they take; not money that anyone pays.
    pub preference: Money,
}

impl Account {
    /// What fulfilment costs in money: all but goods, credits and penalties.
    pub fn fulfilment(&self) -> Money {
        self.picking
            + self.packing
            + self.carriage
            + self.transfer
            + self.fixed
            + self.overtime
            + self.shortfall
    }

    /// All costs in money, ageing credit taken off, penalties left out.
    pub fn cost(&self) -> Money {
        self.goods - self.ageing_credit + self.fulfilment()
    }

    /// Revenue less costs, in money: no penalties.
    pub fn profit(&self) -> Money {
        self.revenue - self.cost()
    }

    /// What lateness, unfilled units, CO₂ and business rules weigh in the objective.
    pub fn penalties(&self) -> Money {
        self.late + self.unfilled + self.co2 - self.preference
    }

    /// Profit less penalties: the objective when profit is maximised.
    pub fn margin(&self) -> Money {
        self.profit() - self.penalties()
    }
}

impl AddAssign for Account {
    fn add_assign(&mut self, other: Self) {
        self.revenue += other.revenue;
        self.goods += other.goods;
        self.ageing_credit += other.ageing_credit;
        self.picking += other.picking;
        self.packing += other.packing;
        self.carriage += other.carriage;
        self.transfer += other.transfer;
        self.fixed += other.fixed;
        self.overtime += other.overtime;
        self.shortfall += other.shortfall;
        self.late += other.late;
        self.unfilled += other.unfilled;
        self.co2 += other.co2;
        self.preference += other.preference;
    }
}

impl Sum for Account {
    fn sum<I: Iterator<Item = Self>>(accounts: I) -> Self {
        let mut total = Self::default();
        for account in accounts {
            total += account;
        }
        total
    }
}

/// Money and measures of one shipment, in the order of the plan.
///
/// Revenue, goods and ageing credit belong to the shipment that leaves stock, so that a hub's forward
/// shipment carries only what happens at the hub and after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShipmentAudit {
    /// Unit prices of what it takes from stock.
    pub revenue: Money,
    /// Cost of goods of what it takes from stock.
    pub goods: Money,
    /// Ageing credit of what it takes from stock.
    pub ageing_credit: Money,
    /// Picking its units and visiting its lines.
    pub picking: Money,
    /// Packing it.
    pub packing: Money,
    /// Carrier.
    pub carriage: Money,
    /// Transfer.
    pub transfer: Money,
    /// Penalty for its CO₂.
    pub co2_cost: Money,
    /// What business rules give for it, less what they take.
    pub preference: Money,
    /// CO₂ of its carriage, rounded half up to a milligram.
    pub co2: Weight,
    /// Weight of what is in it.
    pub weight: Weight,
    /// Volume of what is in it.
    pub volume: Volume,
    /// Units in it.
    pub units: i64,
    /// What a carrier charges for, all parcels together, rounded half up to a milligram.
    pub billable: Weight,
    /// Distance to the customer, where both positions are known and a carrier goes.
    pub distance: Option<Distance>,
    /// Lane of the rate card, where a carrier goes.
    pub lane: Option<LaneIx>,
    /// Weight band in [`Dataset::rates`], where a carrier goes.
    pub band: Option<u32>,
    /// The day it leaves: the next pick-up day of a carrier where the wave is past the last pick-up.
    pub leaves: Date,
    /// The day it arrives: at the customer, the store or the hub.
    pub arrives: Date,
    /// Whole days after the promise; 0 on the way to a hub.
    pub days_late: i64,
}

impl ShipmentAudit {
    /// Its money by kind.
    pub fn account(&self) -> Account {
        Account {
            revenue: self.revenue,
            goods: self.goods,
            ageing_credit: self.ageing_credit,
            picking: self.picking,
            packing: self.packing,
            carriage: self.carriage,
            transfer: self.transfer,
            co2: self.co2_cost,
            preference: self.preference,
            ..Account::default()
        }
    }
}

/// What an order gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderAudit {
    /// Units shipped.
    pub units_filled: i64,
    /// Lines shipped in full.
    pub lines_filled: u32,
    /// Shipments that reach the customer.
    pub shipments: u32,
    /// Days late of the latest of them.
    pub days_late: i64,
    /// Penalty for that.
    pub late_cost: Money,
    /// Penalty for units not shipped.
    pub unfilled_cost: Money,
}

/// Whether a location is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocationAudit {
    /// Whether anything leaves it.
    pub used: bool,
    /// Whether a count of open locations counts it: anything leaves it, earlier work does, or it is kept open for that.
    pub open: bool,
    /// Its fixed cost if it is used or kept open.
    pub fixed_cost: Money,
    /// Its closing cost if it is closed.
    pub closing_cost: Money,
}

impl LocationAudit {
    /// What it costs to have it open or closed.
    pub fn cost(&self) -> Money {
        self.fixed_cost + self.closing_cost
    }
}

/// What leaves with a wave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaveAudit {
    /// Units, overtime included.
    pub units: i64,
    /// Lines visited.
    pub lines: i64,
    /// Shipments.
    pub shipments: i64,
    /// Units beyond regular capacity.
    pub overtime_units: i64,
    /// Their cost.
    pub overtime_cost: Money,
}

/// What a carrier's service carries over the horizon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServiceAudit {
    /// Shipments.
    pub shipments: i64,
    /// Shipments promised and missing.
    pub shortfall: i64,
    /// Their cost.
    pub shortfall_cost: Money,
}

/// What is counted against a rule's limit; nothing for other rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleAudit {
    /// How much there is, over all places.
    pub used: i64,
    /// How much of that is over the limit.
    pub over: i64,
    /// What that costs.
    pub cost: Money,
}

/// What a goal counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Units filled.
    FillUnits,
    /// Lines filled in full.
    FillLines,
    /// Orders filled in full.
    FillOrders,
    /// Revenue of what is filled, in micro-units of money.
    FillValue,
    /// Orders with a late shipment.
    LateOrders,
    /// Profit less penalties, in micro-units of money.
    Profit,
    /// Costs and penalties, in micro-units of money.
    Cost,
}

/// A verified plan added up. Vectors follow the plan's shipments and the tables of the dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// By shipment of the plan.
    pub shipments: Vec<ShipmentAudit>,
    /// By order.
    pub orders: Vec<OrderAudit>,
    /// By location.
    pub locations: Vec<LocationAudit>,
    /// By wave.
    pub waves: Vec<WaveAudit>,
    /// By carrier service.
    pub services: Vec<ServiceAudit>,
    /// By business rule.
    pub rules: Vec<RuleAudit>,
    /// All money.
    pub total: Account,
    /// Units ordered.
    pub units: i64,
    /// Units shipped.
    pub units_filled: i64,
    /// Lines shipped in full.
    pub lines_filled: i64,
    /// Orders shipped in full.
    pub orders_filled: i64,
    /// Orders with a late shipment.
    pub late_orders: i64,
}

impl Audit {
    pub(super) fn new(
        dataset: &Dataset,
        shipments: Vec<ShipmentAudit>,
        orders: Vec<OrderAudit>,
        locations: Vec<LocationAudit>,
        waves: Vec<WaveAudit>,
        services: Vec<ServiceAudit>,
        rules: Vec<RuleAudit>,
    ) -> Self {
        let mut total: Account = shipments.iter().map(ShipmentAudit::account).sum();
        total.late = orders.iter().map(|order| order.late_cost).sum();
        total.unfilled = orders.iter().map(|order| order.unfilled_cost).sum();
        total.fixed = locations.iter().map(LocationAudit::cost).sum();
        total.overtime = waves.iter().map(|wave| wave.overtime_cost).sum();
        total.shortfall = services.iter().map(|service| service.shortfall_cost).sum();
        let over_limits: Money = rules.iter().map(|rule| rule.cost).sum();
        total.preference -= over_limits;
        let whole = |(position, order): &(usize, &OrderAudit)| {
            order.lines_filled as usize == dataset.orders[*position].line_count()
        };
        Self {
            total,
            units: dataset
                .lines
                .iter()
                .map(|line| i64::from(line.quantity))
                .sum(),
            units_filled: orders.iter().map(|order| order.units_filled).sum(),
            lines_filled: orders
                .iter()
                .map(|order| i64::from(order.lines_filled))
                .sum(),
            orders_filled: orders.iter().enumerate().filter(whole).count() as i64,
            late_orders: orders.iter().filter(|order| order.days_late > 0).count() as i64,
            shipments,
            orders,
            locations,
            waves,
            services,
            rules,
        }
    }

    /// What the scenario maximises (profit less penalties) or minimises (costs and penalties without revenue).
    pub fn objective(&self, settings: &Settings) -> Money {
        match settings.objective {
            Objective::Profit | Objective::Service => self.total.margin(),
            Objective::Cost => self.total.cost() + self.total.penalties(),
        }
    }

    /// The value of one goal, in its own unit.
    pub fn goal_value(&self, measure: Measure) -> i64 {
        match measure {
            Measure::FillUnits => self.units_filled,
            Measure::FillLines => self.lines_filled,
            Measure::FillOrders => self.orders_filled,
            Measure::FillValue => self.total.revenue.0,
            Measure::LateOrders => self.late_orders,
            Measure::Profit => self.total.margin().0,
            Measure::Cost => (self.total.cost() + self.total.penalties()).0,
        }
    }
}
