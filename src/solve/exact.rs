//! A component in the solver: one goal after the other, from the best plan so far.

use super::component::{Choice, Component};
use super::highs::{Effort, Solved, Stop, solve_formulation};
use super::outcome::{Control, Progress};
use super::rules::{Placed, placed, usage_of};
use crate::domain::{LineIx, OrderIx, WaveIx};
use crate::model::{Decision, Floor, Formulation, GoalKind, formulate};
use crate::options::{Load, Made, route_quote};
use crate::plan::{Route, whole_number};
use crate::units::MICRO;
use std::collections::BTreeMap;

/// What solving for one goal found.
pub struct Stage {
    /// The best plan known, by that goal, floors kept.
    pub choices: Vec<Choice>,
    /// Proven: no plan that keeps the floors is better; in the goal's unit. `None`: nothing proven.
    pub bound: Option<i64>,
    /// Columns and rows given to the solver.
    pub size: (usize, usize),
}

/// Solves a component for one goal.
pub fn solve_stage(
    component: &Component<'_>,
    goals: &[GoalKind],
    kind: GoalKind,
    floors: &[Floor],
    choices: Vec<Choice>,
    absolute_gap: i64,
    control: &Control<'_>,
) -> Stage {
    let shop = component.context.shop;
    let orders: Vec<OrderIx> = component
        .members
        .iter()
        .map(|member| member.order)
        .collect();
    let formulation = formulate(
        shop.dataset,
        shop.settings,
        shop.coupling,
        component.context.scarcity,
        &orders,
        goals,
        floors,
        &component.commitments(),
    );
    let size = (formulation.columns.len(), formulation.constraints.len());
    let decisions: Vec<Decision> = formulation
        .columns
        .iter()
        .map(|(_, decision)| *decision)
        .collect();
    let unit = if kind.is_money() { MICRO as f64 } else { 1.0 };
    let effort = Effort {
        // Things are whole: within less than one is exact.
        absolute_gap: if kind.is_money() {
            (absolute_gap as f64 / unit).max(1e-6)
        } else {
            0.999
        },
        relative_gap: 0.0,
        seconds: control.seconds_left(),
        iterations: None,
        enough: None,
        seed: shop.settings.seed,
    };
    let all: Vec<usize> = (0..choices.len()).collect();
    let solved = run(component, formulation, kind, &choices, effort, control);
    let bound = solved.bound.is_finite().then(|| proven(kind, solved.bound));
    let mut best = choices;
    if let Some(values) = &solved.values
        && let Some(found) = read_choices(component, &decisions, values, &best, &all)
    {
        let keeps =
            |choices: &[Choice]| floors.iter().all(|floor| holds(component, floor, choices));
        let (new, old) = (
            component.goal_value(&found, kind),
            component.goal_value(&best, kind),
        );
        let better = if kind.is_maximised() {
            new > old
        } else {
            new < old
        };
        if keeps(&found) && component.is_feasible(&found) && (better || !keeps(&best)) {
            best = found;
        }
    }
    Stage {
        choices: best,
        bound: bound.filter(|_| solved.stop != Stop::Infeasible),
        size,
    }
}

/// Whether a plan keeps an earlier goal.
fn holds(component: &Component<'_>, floor: &Floor, choices: &[Choice]) -> bool {
    let value = component.goal_value(choices, floor.kind);
    // Two millionths: what the floor's room and the solver's tolerance leave open.
    let room = if floor.kind.is_money() { 2 } else { 0 };
    if floor.kind.is_maximised() {
        value >= floor.value - room
    } else {
        value <= floor.value + room
    }
}

fn run(
    component: &Component<'_>,
    formulation: Formulation,
    kind: GoalKind,
    choices: &[Choice],
    effort: Effort,
    control: &Control<'_>,
) -> Solved {
    let all: Vec<usize> = (0..choices.len()).collect();
    let start = start_values(component, &formulation, choices, &all);
    let goal = formulation.goals[&kind].clone();
    let tell = |incumbent: f64, bound: f64| {
        let known = |value: f64| {
            value
                .is_finite()
                .then_some(value)
                .filter(|value| value.abs() < 1e19)
        };
        (control.progress)(Progress {
            phase: "solver",
            done: None,
            incumbent: known(incumbent),
            bound: known(bound),
        });
    };
    solve_formulation(
        formulation,
        goal,
        kind.is_maximised(),
        &start,
        effort,
        control,
        &tell,
    )
}

/// What a float bound may be off.
pub fn room(bound: f64) -> f64 {
    1e-9 * bound.abs() + 1e-6
}

/// A float bound in the goal's unit, widened by what floats may be off.
pub fn proven(kind: GoalKind, bound: f64) -> i64 {
    let unit = if kind.is_money() { MICRO as f64 } else { 1.0 };
    let room = room(bound);
    if kind.is_maximised() {
        let most = (bound + room) * unit;
        if kind.is_money() {
            most.ceil() as i64
        } else {
            most.floor() as i64
        }
    } else {
        let least = (bound - room) * unit;
        if kind.is_money() {
            least.floor() as i64
        } else {
            least.ceil() as i64
        }
    }
}

/// The plan so far as values of the columns that decide; the solver finds the rest.
///
/// Wide orders give no start: their band columns are the solver's own, and it completes the rest.
pub fn start_values(
    component: &Component<'_>,
    formulation: &Formulation,
    choices: &[Choice],
    members: &[usize],
) -> Vec<(usize, f64)> {
    let chosen: BTreeMap<OrderIx, &Choice> = members
        .iter()
        .map(|&member| (component.members[member].order, &choices[member]))
        .collect();
    formulation
        .columns
        .iter()
        .enumerate()
        .filter_map(|(column, (_, decision))| match decision {
            Decision::Ship(order, position) => {
                let ships = chosen[order].chosen.binary_search(position).is_ok();
                Some((column, f64::from(u8::from(ships))))
            }
            _ => None,
        })
        .collect()
}

/// Units of a wide order by location and wave, and route with its days late.
type WideUnits = BTreeMap<(WaveIx, (Route, u32)), Vec<((LineIx, u8), u32)>>;

/// Solver values as choices of these members, in their order; `None` when a value is no whole number.
pub fn read_choices(
    component: &Component<'_>,
    decisions: &[Decision],
    values: &[f64],
    choices: &[Choice],
    members: &[usize],
) -> Option<Vec<Choice>> {
    let mut ships: BTreeMap<OrderIx, Vec<u32>> = BTreeMap::new();
    let mut units: BTreeMap<OrderIx, WideUnits> = BTreeMap::new();
    for (decision, value) in decisions.iter().zip(values) {
        match *decision {
            Decision::Ship(order, position) => {
                if whole_number(*value)? > 0 {
                    ships.entry(order).or_default().push(position);
                }
            }
            Decision::Units(order, wave, route, line) => {
                let quantity = whole_number(*value)?;
                if quantity > 0 {
                    let shipments = units.entry(order).or_default();
                    shipments
                        .entry((wave, route))
                        .or_default()
                        .push((line, quantity));
                }
            }
            Decision::Derived => {}
        }
    }
    members
        .iter()
        .map(|&position| {
            let (member, choice) = (&component.members[position], &choices[position]);
            if member.options.wide {
                let mine = units.remove(&member.order).unwrap_or_default();
                let placed: Option<Vec<Placed>> = mine
                    .iter()
                    .map(|((wave, route), lines)| {
                        wide_shipment(component, member.order, *wave, *route, lines)
                    })
                    .collect();
                // A load that its band cannot carry after all: the order stays as it was.
                return Some(placed.map_or_else(
                    || choice.clone(),
                    |placed| Choice {
                        chosen: Vec::new(),
                        placed,
                    },
                ));
            }
            let mut chosen = ships.remove(&member.order).unwrap_or_default();
            chosen.sort_unstable();
            Some(Choice {
                chosen,
                placed: Vec::new(),
            })
        })
        .collect()
}

/// A wide order's shipment, priced exactly.
fn wide_shipment(
    component: &Component<'_>,
    order: OrderIx,
    wave: WaveIx,
    route: (Route, u32),
    lines: &[((LineIx, u8), u32)],
) -> Option<Placed> {
    let shop = component.context.shop;
    let first = shop.dataset.orders[order.ix()].lines.start;
    let mut quantities = vec![0; shop.dataset.orders[order.ix()].line_count()];
    let mut mix: Vec<Made> = Vec::new();
    for &((line, form), units) in lines {
        quantities[(line.0 - first) as usize] += units;
        if !shop
            .dataset
            .forms_of(&shop.dataset.lines[line.ix()])
            .is_empty()
        {
            let line = line.0 - first;
            mix.push(Made { line, form, units });
        }
    }
    mix.sort_unstable();
    let load = Load::new(shop.dataset, order, &quantities);
    let slot = component
        .context
        .options(order)
        .slots
        .iter()
        .find(|slot| slot.wave == wave)?;
    let load = if slot.forward {
        load
    } else {
        load.with_mix(shop.dataset, order, &mix.into())
    };
    let quote = route_quote(shop.dataset, shop.settings, order, slot, route, &load)?;
    let usage = usage_of(shop, order, slot, &load, &quote);
    Some(placed(shop, order, slot, &load, &quote, usage))
}
