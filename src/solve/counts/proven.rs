//! What a search over sets of locations proves, and the plan that it ends with.

use super::limits::Said;
use super::trial::Trial;
use super::{Node, Search, signed};
use crate::domain::Dataset;
use crate::model::{Coupling, GoalKind, Resource};
use crate::plan::Plan;
use crate::solve::outcome::{GapParts, Outcome, Status};
use crate::solve::used::{used_by, with_used};
use crate::solve::{limit_reason, settle};
use std::collections::BTreeMap;

impl Search<'_> {
    /// What a plan misses of the bound that prices prove; what limits on open locations cost stands with fixed costs, which
    /// prices do not count either. `None` with several goals, and with commitments.
    fn parts_of(
        &self,
        plan: &Plan,
        values: &[i64],
        root: &Outcome,
        prices: &[(Resource, i64)],
    ) -> Option<GapParts> {
        let (known, goal) = (root.gap_parts?, root.goals.first()?);
        let coupling = Coupling::new(self.dataset, self.settings);
        if values.len() > 1 || coupling.rows.iter().any(|row| row.is_commitment()) {
            return None;
        }
        let used = used_by(self.dataset, &coupling, plan);
        let of_row: BTreeMap<Resource, i64> = prices.iter().copied().collect();
        let mut parts = GapParts::default();
        for (row, used) in coupling.rows.iter().zip(used) {
            let price = of_row.get(&row.resource).copied().unwrap_or(0);
            parts.add_row(row, price, used);
        }
        let (open, _) = self.limits.use_of(plan);
        let costs =
            self.limits
                .correction(&vec![Said::Free; open.len()], &self.limits.free(), &open);
        parts.openings = parts.openings.saturating_sub(costs);
        let bound = signed(goal, goal.value).saturating_add(known.total());
        let all = bound.saturating_sub(values[0]);
        parts.orders = all.saturating_sub(parts.total());
        (parts.orders >= 0).then_some(parts)
    }

    /// The best plan with what all nodes prove.
    pub(super) fn outcome(
        &self,
        best: Trial,
        leaves: &[Node],
        apart: &[i64],
        root: Outcome,
    ) -> Outcome {
        let goals: Vec<(GoalKind, i64, i64)> = (0..best.values.len())
            .map(|position| {
                let goal = &best.outcome.goals[position];
                let bound = bound_of(leaves, &best.values, position, apart[position]);
                let bound = bound.unwrap_or(best.values[position]);
                (
                    goal.kind,
                    signed(goal, best.values[position]),
                    signed(goal, bound),
                )
            })
            .collect();
        let apart: Vec<i64> = goals
            .iter()
            .zip(apart)
            .map(|(&(kind, ..), &apart)| if kind.is_maximised() { apart } else { -apart })
            .collect();
        let (status, goals) = settle(&goals, &apart, self.settings, self.control);
        let reason = limit_reason(status, self.control);
        let prices = root.prices();
        let plan = best.outcome.plan.unwrap_or_default();
        let gap_parts = self.parts_of(&plan, &best.values, &root, &prices);
        Outcome {
            status,
            method: best.outcome.method,
            goals,
            size: root.size,
            reason: reason.to_owned(),
            shadow_prices: with_used(self.dataset, self.settings, &plan, &prices),
            gap_parts,
            plan: Some(plan),
        }
    }
}

/// Nothing was found that keeps all counts; `is_all`: nothing does.
pub(super) fn without_plan(dataset: &Dataset, root: Outcome, is_all: bool) -> Outcome {
    let (status, reason) = if is_all {
        let conflict = dataset.open_conflict();
        (Status::Infeasible, dataset.told_open_conflict(&conflict))
    } else {
        let reason = "no choice of open locations that keeps all rules of action open was found within the effort allowed";
        (Status::NoPlan, reason.to_owned())
    };
    Outcome {
        plan: None,
        status,
        reason,
        goals: Vec::new(),
        shadow_prices: Vec::new(),
        gap_parts: None,
        ..root
    }
}

/// What no plan is better than for a goal that is as good as `values` for those before.
fn bound_of(leaves: &[Node], values: &[i64], position: usize, apart: i64) -> Option<i64> {
    let of = |node: &Node| {
        for (earlier, &value) in values[..position].iter().enumerate() {
            if node.bounds[earlier] < value {
                return None;
            }
            // What is proven of later goals holds only for a plan that is as good for this.
            if node.values[earlier] != value {
                return Some(apart);
            }
        }
        Some(node.bounds[position])
    };
    leaves.iter().filter_map(of).max()
}
