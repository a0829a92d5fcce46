//! What is maximised or minimised, in lexicographic order.

use crate::domain::{Fill, Objective, Settings};

/// One thing that a plan is best at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GoalKind {
    /// Most units filled; counted in units.
    FillUnits,
    /// Most lines filled in full.
    FillLines,
    /// Most orders filled in full.
    FillOrders,
    /// Most revenue filled; micro-units of money.
    FillValue,
    /// Fewest orders with a late shipment.
    LateOrders,
    /// Most profit, penalties in; micro-units of money.
    Profit,
    /// Least cost, penalties in; micro-units of money.
    Cost,
}

impl GoalKind {
    /// Whether more is better.
    pub fn is_maximised(self) -> bool {
        !matches!(self, Self::LateOrders | Self::Cost)
    }

    /// Whether it counts money, in micro-units, rather than things.
    pub fn is_money(self) -> bool {
        matches!(self, Self::FillValue | Self::Profit | Self::Cost)
    }

    /// Name in files and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::FillUnits => "fill_units",
            Self::FillLines => "fill_lines",
            Self::FillOrders => "fill_orders",
            Self::FillValue => "fill_value",
            Self::LateOrders => "late_orders",
            Self::Profit => "profit",
            Self::Cost => "cost",
        }
    }
}

/// The goals of a scenario, the first first.
pub fn goals(settings: &Settings) -> Vec<GoalKind> {
    let fill = match settings.fill {
        Fill::Units => GoalKind::FillUnits,
        Fill::Lines => GoalKind::FillLines,
        Fill::Orders => GoalKind::FillOrders,
        Fill::Value => GoalKind::FillValue,
    };
    match settings.objective {
        Objective::Profit => vec![GoalKind::Profit],
        Objective::Cost => vec![fill, GoalKind::Cost],
        Objective::Service => vec![fill, GoalKind::LateOrders, GoalKind::Profit],
    }
}
