//! Lexicographic goals as one exact number: earlier goals weigh more than all later ones together.

use super::pattern::{Terms, Worth};
use crate::domain::{Dataset, Line, OrderIx};
use crate::model::GoalKind;
use crate::options::{Candidate, Load, Options, OrderOptions};

/// Weight of each goal in a [`Worth`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    fill: Option<(GoalKind, Worth)>,
    late: Worth,
    money: Worth,
}

impl Weights {
    /// Weights under which a better earlier goal always wins, whatever the later ones.
    pub fn new(
        goals: &[GoalKind],
        dataset: &Dataset,
        options: &Options,
        fixed_costs: Worth,
    ) -> Self {
        let gains: Worth = options
            .orders
            .iter()
            .zip(&dataset.orders)
            .map(|(order, data)| {
                let candidates = || order.candidates.iter();
                let most = candidates()
                    .map(|c| Worth::from(c.gain.0).abs())
                    .max()
                    .unwrap_or(0);
                let late = candidates().map(|c| c.days_late).max().unwrap_or(0);
                // No more shipments than pieces, feeders and forwards at a hub at most.
                let pieces: Worth = data
                    .line_indices()
                    .map(|line| Worth::from(dataset.lines[line.ix()].quantity))
                    .sum();
                most * 2 * pieces + Worth::from(data.late_cost_per_day.0) * Worth::from(late)
            })
            .sum();
        // 2 × the money that any two plans can differ by, and room for wide orders' start plans.
        let beyond_money = 2 * (gains + fixed_costs) + 1_000_000_000_000;
        let mut weights = Self {
            fill: None,
            late: 0,
            money: 1,
        };
        let mut weight = beyond_money;
        for &goal in goals.iter().rev().skip(1) {
            if goal == GoalKind::LateOrders {
                weights.late = weight;
                weight *= dataset.orders.len() as Worth + 1;
            } else {
                weights.fill = Some((goal, weight));
            }
        }
        weights
    }

    /// Weights that count money alone.
    pub fn money_only() -> Self {
        Self {
            fill: None,
            late: 0,
            money: 1,
        }
    }

    /// What filling units of a load is worth.
    fn filling(&self, lines: &[Line], load: &Load) -> Worth {
        let counted: Worth = match self.fill {
            Some((GoalKind::FillUnits, _)) => Worth::from(load.measure.units),
            Some((GoalKind::FillValue, _)) => lines
                .iter()
                .zip(&load.quantities)
                .map(|(line, &units)| Worth::from(line.unit_price.0) * Worth::from(units))
                .sum(),
            _ => 0,
        };
        self.fill.map_or(0, |(_, weight)| counted * weight)
    }

    /// Worth of a candidate, lateness of split orders not in.
    pub fn candidate(&self, lines: &[Line], load: &Load, candidate: &Candidate) -> Worth {
        let money = Worth::from(candidate.gain.0) * self.money;
        if candidate.forward {
            money
        } else {
            money + self.filling(lines, load)
        }
    }

    /// What an order's pattern earns beyond its candidates.
    pub fn terms(&self, dataset: &Dataset, order: OrderIx, options: &OrderOptions) -> Terms {
        let per_day = Worth::from(dataset.orders[order.ix()].late_cost_per_day.0) * self.money;
        let of = |kind| match self.fill {
            Some((goal, weight)) if goal == kind => weight,
            _ => 0,
        };
        Terms {
            per_day_late: if options.late_folded { 0 } else { per_day },
            if_late: self.late,
            per_full_line: of(GoalKind::FillLines),
            if_full: of(GoalKind::FillOrders),
        }
    }

    /// Money in worth.
    pub fn money(&self, micro: Worth) -> Worth {
        micro * self.money
    }
}
