//! Lexicographic goals as one exact number: earlier goals weigh more than all later ones together.

use super::pattern::{Terms, Worth};
use crate::domain::{Dataset, Line, Order, OrderIx};
use crate::model::GoalKind;
use crate::options::{Candidate, Load, Options, OrderOptions, gathered};

/// Worth of one thing where a goal that counts things stands alone: its prices need fractions.
pub const THING: Worth = 1_000_000;

/// Worth of one of what a goal counts, where it counts alone.
pub fn of_one(kind: GoalKind) -> Worth {
    if kind.is_money() { 1 } else { THING }
}

/// Weight of each goal in a [`Worth`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    fill: Option<(GoalKind, Worth)>,
    late: Worth,
    money: Worth,
    /// The most that one order's choice can be worth.
    most: Worth,
    /// The most money that one order's choice can be worth.
    most_money: Worth,
    /// The most that one shipment gains or costs.
    shipment: Worth,
}

/// How much more an earlier goal weighs than all that the orders of a few moves can gain of the later ones.
const DOMINANCE: Worth = 64;
/// How many times more what is filled weighs than lateness where prices are searched for all goals together.
const FIRST: Worth = 4;
/// There no choice of an order is worth more than this, so that sums of floating-point numbers are exact enough.
const EXACT: Worth = 100_000_000_000_000;
/// What one micro-unit of revenue weighs there, without lateness.
const REVENUE: Worth = 100;

impl Weights {
    /// Weights under which a better earlier goal always wins within one order, whatever the later ones; and
    /// within a few orders as far as numbers reach.
    pub fn new(goals: &[GoalKind], dataset: &Dataset, options: &Options) -> Self {
        let most_counted = |goal: GoalKind| -> Worth {
            let of_order = |data: &Order| -> Worth {
                data.line_indices()
                    .map(|line| {
                        let line = &dataset.lines[line.ix()];
                        let unit = match goal {
                            GoalKind::FillValue => Worth::from(line.unit_price.0.abs()),
                            _ => 1,
                        };
                        unit * Worth::from(line.quantity)
                    })
                    .sum()
            };
            dataset.orders.iter().map(of_order).max().unwrap_or(0) + 1
        };
        // Options that are not kept: one goal, of which nothing is to be weighed.
        let kept = options.orders.as_deref().unwrap_or_default();
        let money_of_an_order: Worth = kept
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
                let lines = &dataset.lines[data.lines.start as usize..data.lines.end as usize];
                let pieces: Worth = lines.iter().map(|line| Worth::from(line.quantity)).sum();
                let scattered = gathered(dataset, lines).into_iter();
                let scattered: Worth = scattered.map(|(price, _)| Worth::from(price.0)).sum();
                most * 2 * pieces
                    + scattered * pieces
                    + Worth::from(data.late_cost_per_day.0) * Worth::from(late)
            })
            .max()
            .unwrap_or(0);
        let gains = kept.iter().flat_map(|order| &order.candidates);
        let gains = gains.map(|candidate| Worth::from(candidate.gain.0).abs());
        let mut weights = Self {
            fill: None,
            late: 0,
            money: 1,
            most: money_of_an_order,
            most_money: money_of_an_order,
            shipment: gains.max().unwrap_or(0),
        };
        // Twice what any two choices of an order can differ by.
        let mut weight = 2 * money_of_an_order + 1;
        for &goal in goals.iter().rev().skip(1) {
            weight *= DOMINANCE;
            if goal == GoalKind::LateOrders {
                weights.late = weight;
                weights.most = weights.most.max(weight);
            } else {
                weights.fill = Some((goal, weight));
                weights.most = weights.most.max(weight * most_counted(goal));
            }
        }
        weights
    }

    /// The same for searches that count in 64 bits: where weights are too large for them, smaller ones that still
    /// favour earlier goals.
    pub fn narrowed(self) -> Self {
        self.within(Worth::from(i64::MAX / 64))
    }

    /// The same where no choice of an order is worth more than this.
    fn within(self, reach: Worth) -> Self {
        let shrink = (self.most / reach + 1).max(1);
        Self {
            fill: self
                .fill
                .map(|(goal, weight)| (goal, (weight / shrink).max(1))),
            late: (self.late / shrink).max(Worth::from(self.late > 0)),
            ..self
        }
    }

    /// The same for prices of all goals together: one more of an earlier one weighs what a shipment can gain or cost at most,
    /// so that plans that are best at these weights are best goal by goal, as a rule. Far more would leave prices no room to
    /// tell money apart.
    pub fn together(self) -> Self {
        let weight = self.shipment + 1;
        let of_fill = |(goal, _)| match goal {
            GoalKind::FillValue if self.late > 0 => (goal, FIRST * FIRST * REVENUE),
            GoalKind::FillValue => (goal, REVENUE),
            _ if self.late > 0 => (goal, FIRST * weight),
            _ => (goal, weight),
        };
        let fill = self.fill.map(of_fill);
        let late = if self.late > 0 { weight } else { 0 };
        let most_filled = match (self.fill, fill) {
            (Some((_, before)), Some((_, now))) => (self.most / before + 1) * now,
            _ => 0,
        };
        Self {
            fill,
            late,
            most: most_filled.max(late).max(self.most_money),
            ..self
        }
        .within(EXACT)
    }

    /// What a goal that counts things or revenue comes to in worth, as it is counted; nothing where it has no weight.
    pub fn counted(&self, goal: GoalKind, value: i64) -> Worth {
        let weight = match self.fill {
            Some((fill, weight)) if fill == goal => weight,
            _ if goal == GoalKind::LateOrders => -self.late,
            _ => 0,
        };
        weight * Worth::from(value)
    }

    /// What of filling counts.
    pub fn fill_goal(&self) -> Option<GoalKind> {
        self.fill.map(|(goal, _)| goal)
    }

    /// Whether money counts.
    pub fn has_money(&self) -> bool {
        self.money > 0
    }

    /// Weights that count one goal alone: money as it is, things as [`THING`] each.
    pub fn of_goal(goal: GoalKind) -> Self {
        let nothing = Self::default();
        match goal {
            GoalKind::Profit | GoalKind::Cost => Self {
                money: 1,
                ..nothing
            },
            GoalKind::LateOrders => Self {
                late: THING,
                ..nothing
            },
            GoalKind::FillValue => Self {
                fill: Some((goal, 1)),
                ..nothing
            },
            _ => Self {
                fill: Some((goal, THING)),
                ..nothing
            },
        }
    }

    /// What one unit of worth of a goal by itself ([`Weights::of_goal`]) is worth here.
    pub fn scale_of(&self, goal: GoalKind) -> f64 {
        match (goal, self.fill) {
            (GoalKind::Profit | GoalKind::Cost, _) => self.money as f64,
            (GoalKind::LateOrders, _) => self.late as f64 / THING as f64,
            (GoalKind::FillValue, Some((_, weight))) => weight as f64,
            (_, Some((_, weight))) => weight as f64 / THING as f64,
            (_, None) => 1.0,
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
        let is_gathered = !gathered(dataset, dataset.lines_of(order)).is_empty();
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
            per_scattered: if is_gathered { self.money } else { 0 },
        }
    }

    /// Money in worth.
    pub fn money(&self, micro: Worth) -> Worth {
        micro * self.money
    }
}

#[cfg(test)]
mod tests {
    use super::super::pricing::bound_of;
    use super::*;
    use crate::model::Floor;

    #[test]
    fn the_last_goal_is_bounded_by_what_earlier_ones_leave_of_all_together() {
        let weights = Weights {
            late: 10,
            money: 1,
            fill: Some((GoalKind::FillUnits, 100)),
            ..Weights::default()
        };
        let floor = |kind, value| Floor { kind, value };
        let units = floor(GoalKind::FillUnits, 3);
        // Three units count 300, two late orders take 20 off: 720 of 1,000 are left.
        let service = [units, floor(GoalKind::LateOrders, 2)];
        let most = bound_of(GoalKind::Profit, (1_000, &weights), &service);
        assert_eq!(most, Some(720));
        let least = bound_of(GoalKind::Cost, (-1_000, &weights), &[units]);
        assert_eq!(least, Some(1_300));
        let revenue = Weights {
            fill: Some((GoalKind::FillValue, 100)),
            late: 0,
            ..weights
        };
        let value = [floor(GoalKind::FillValue, 4)];
        let most = bound_of(GoalKind::Profit, (1_000, &revenue), &value);
        assert_eq!(most, Some(600));
    }

    #[test]
    fn an_earlier_goal_weighs_more_than_a_shipment() {
        let weights = Weights {
            fill: Some((GoalKind::FillUnits, 1 << 60)),
            late: 1 << 50,
            money: 1,
            shipment: 5_000,
            ..Weights::default()
        };
        let together = weights.together();
        let late = -together.counted(GoalKind::LateOrders, 1);
        assert!(late > 5_000);
        assert!(together.counted(GoalKind::FillUnits, 1) > late);
        assert_eq!(together.money(7), 7);
    }
}
