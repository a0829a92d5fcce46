//! Families 4, 5 and 7: what the orders share.
//!
//! - `stock_limit`: Σ units ≤ supply, cumulative in time
//! - `capacity_limit`: Σ units ≤ capacity + overtime, 0 ≤ overtime ≤ its limit; likewise lines, shipments, carrier and transfer space
//! - `commitment`: Σ shipments + shortfall ≥ promised
//! - `open_link`: ship ≤ open, for each line and location: the tightest link that data allow

use super::coupling::Resource;
use super::formulation::{Decision, Formulation, RowSums, Source};
use crate::domain::{Dataset, Line};
use crate::options::{gathered, groups};
use crate::units::Money;
use good_lp::{Expression, Variable, variable};
use std::collections::BTreeMap;

/// What must be zero unless a location is open: sums that are at most the given number, by row.
pub(super) type OpenLinks = BTreeMap<u32, Vec<(Expression, f64)>>;

/// Adds the rows that can bind, over what the orders use of them.
pub(super) fn add_rows(
    formulation: &mut Formulation,
    sums: RowSums,
    links: OpenLinks,
    source: &Source<'_>,
) {
    for (position, sum) in sums {
        let row = &source.coupling.rows[position as usize];
        let extra_cost = row.extra_cost.as_f64();
        let capacity = row.capacity as f64;
        match row.resource {
            Resource::Open(_) => {}
            Resource::Commitment(_) => {
                let shortfall = derived(formulation, row.extra as f64);
                formulation.earn(shortfall, -extra_cost);
                formulation
                    .constraints
                    .push((sum + shortfall).geq(capacity));
            }
            _ if row.extra > 0 => {
                let overtime = derived(formulation, row.extra as f64);
                formulation.earn(overtime, -extra_cost);
                formulation.constraints.push((sum - overtime).leq(capacity));
            }
            _ => formulation.constraints.push(sum.leq(capacity)),
        }
    }
    for (position, links) in links {
        let row = &source.coupling.rows[position as usize];
        let open = formulation.add(variable().binary(), Decision::Derived);
        formulation.earn(open, -row.extra_cost.as_f64());
        for (sum, most) in links {
            formulation.constraints.push((sum - most * open).leq(0.0));
        }
    }
}

/// Families of lines that rules keep at one location: `together`, Σ from ≤ 1, and at a price `scattering`, Σ from ≤ 1 + scattered.
/// `leaving` tells of some lines by location whether any leaves it.
pub(super) fn keep_together(
    formulation: &mut Formulation,
    dataset: &Dataset,
    lines: &[Line],
    mut leaving: impl FnMut(&mut Formulation, &[usize]) -> Vec<Variable>,
) {
    for group in groups(dataset, lines) {
        let all: Expression = leaving(formulation, &group).into_iter().sum();
        formulation.constraints.push(all.leq(1.0));
    }
    for (price, group) in gathered(dataset, lines) {
        let chosen = leaving(formulation, &group);
        beyond_the_first(formulation, price, chosen);
    }
}

/// Whether something is counted by a row: a column that uses one of it.
pub(super) fn counted(formulation: &mut Formulation, sums: &mut RowSums, row: u32) -> Variable {
    let counted = formulation.add(variable().binary(), Decision::Derived);
    sums.entry(row).or_default().add_mul(1.0, counted);
    counted
}

/// Each of some choices beyond the first that is made has a price.
pub(super) fn beyond_the_first(formulation: &mut Formulation, price: Money, chosen: Vec<Variable>) {
    let most = chosen.len() as f64 - 1.0;
    if most > 0.0 {
        let beyond = derived(formulation, most);
        formulation.earn(beyond, -price.as_f64());
        let all: Expression = chosen.into_iter().sum();
        formulation.constraints.push((all - beyond).leq(1.0));
    }
}

/// A continuous column that follows from the decisions.
pub(super) fn derived(formulation: &mut Formulation, most: f64) -> Variable {
    formulation.add(variable().min(0.0).max(most), Decision::Derived)
}
