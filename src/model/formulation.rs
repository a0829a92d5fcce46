//! The model of a set of orders, stated in good_lp.
//!
//! maximise or minimise one goal, subject to families 1–8 and to floors on earlier goals.
//! Decisions: `ship[candidate] ∈ {0,1}` for orders whose loads are listed ([`super::listed`]);
//! `units[line, variant] ∈ ℕ` and `used[variant] ∈ {0,1}` for wide orders ([`super::wide`]);
//! overtime, shortfall and open locations ([`super::shared`]).

use super::coupling::Coupling;
use super::goal::GoalKind;
use super::scarcity::Scarcity;
use crate::domain::{Dataset, LineIx, OrderIx, Settings, WaveIx};
use crate::plan::Route;
use good_lp::{Constraint, Expression, ProblemVariables, Variable, VariableDefinition};
use std::collections::BTreeMap;

/// What a column decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Whether a candidate ships: (order, position in its candidates).
    Ship(OrderIx, u32),
    /// Units of a line in a form by a route from a wave, so many days late.
    Units(OrderIx, WaveIx, (Route, u32), (LineIx, u8)),
    /// Anything that follows from these: completeness, lateness, overtime, shortfall, open, …
    Derived,
}

/// An earlier goal that must be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floor {
    /// Which goal.
    pub kind: GoalKind,
    /// Its worst allowed value, in the goal's unit.
    pub value: i64,
}

/// Variables, constraints and goals.
pub struct Formulation {
    /// Columns, in order.
    pub variables: ProblemVariables,
    /// Handles and meanings of the columns.
    pub columns: Vec<(Variable, Decision)>,
    /// Rows, in order.
    pub constraints: Vec<Constraint>,
    /// What each goal adds up, in currency or in things; money of unfilled units not in.
    pub goals: BTreeMap<GoalKind, Expression>,
}

impl Formulation {
    /// Adds a column.
    pub(super) fn add(&mut self, definition: VariableDefinition, decision: Decision) -> Variable {
        let variable = self.variables.add(definition);
        self.columns.push((variable, decision));
        variable
    }

    /// Adds a term to a goal where the goal is asked for.
    pub(super) fn credit(&mut self, kind: GoalKind, variable: Variable, amount: f64) {
        if amount != 0.0
            && let Some(goal) = self.goals.get_mut(&kind)
        {
            goal.add_mul(amount, variable);
        }
    }

    /// Adds money to whichever money goal is asked for: gain is profit, and cost saved.
    pub(super) fn earn(&mut self, variable: Variable, gain: f64) {
        self.credit(GoalKind::Profit, variable, gain);
        self.credit(GoalKind::Cost, variable, -gain);
    }
}

/// Left-hand sides of the coupling rows, gathered over the orders.
pub(super) type RowSums = BTreeMap<u32, Expression>;

/// What the families are built from.
pub(super) struct Source<'a> {
    pub dataset: &'a Dataset,
    pub settings: &'a Settings,
    pub coupling: &'a Coupling,
    pub scarcity: &'a Scarcity,
}

fn empty(goals: &[GoalKind]) -> Formulation {
    Formulation {
        variables: ProblemVariables::new(),
        columns: Vec::new(),
        constraints: Vec::new(),
        goals: goals
            .iter()
            .map(|&kind| (kind, Expression::default()))
            .collect(),
    }
}

fn add_order(
    formulation: &mut Formulation,
    sums: &mut RowSums,
    links: &mut super::shared::OpenLinks,
    source: &Source<'_>,
    order: OrderIx,
) {
    if source.scarcity.orders[order.ix()].wide {
        super::wide::add_order(formulation, sums, links, source, order);
    } else {
        super::listed::add_order(formulation, sums, links, source, order);
    }
}

/// States the model of `orders` with these goals known; floors are constraints on earlier ones, `commitments` rows that
/// are paid for when missed, whether or not anything can meet them.
#[allow(clippy::too_many_arguments)]
pub fn formulate(
    dataset: &Dataset,
    settings: &Settings,
    coupling: &Coupling,
    scarcity: &Scarcity,
    orders: &[OrderIx],
    goals: &[GoalKind],
    floors: &[Floor],
    commitments: &[u32],
) -> Formulation {
    let source = Source {
        dataset,
        settings,
        coupling,
        scarcity,
    };
    let mut formulation = empty(goals);
    let mut sums: RowSums = commitments
        .iter()
        .map(|&row| (row, Expression::default()))
        .collect();
    let mut links = BTreeMap::new();
    for &order in orders {
        add_order(&mut formulation, &mut sums, &mut links, &source, order);
    }
    super::shared::add_rows(&mut formulation, sums, links, &source);
    for floor in floors {
        let unit = if floor.kind.is_money() {
            crate::units::MICRO as f64
        } else {
            1.0
        };
        let worst = floor.value as f64 / unit;
        let sum = formulation.goals[&floor.kind].clone();
        // Half of what money resolves: the plan before reaches its floor exactly, in floats nearly so.
        let room = if floor.kind.is_money() { 5e-7 } else { 0.0 };
        formulation.constraints.push(if floor.kind.is_maximised() {
            sum.geq(worst - room)
        } else {
            sum.leq(worst + room)
        });
    }
    formulation
}
