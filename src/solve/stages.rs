//! How a component is planned: goal by goal, a bound from prices and a plan, then the solver where the
//! gap is still too wide.

use super::component::{Choice, Component, Context, Member};
use super::exact::solve_stage;
use super::gap::{ANEW, may_close};
use super::joint;
use super::outcome::{Control, GoalKind, Progress};
use super::partition::Group;
use super::pricing::{Sought, bound_of, moves_layout, price};
use super::rules;
use super::shadow::Priced;
use super::worth::Weights;
use crate::domain::{Method as Wanted, Settings};
use crate::model::Floor;
use crate::units::MICRO;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Candidates at most for which the whole component goes into the solver at all.
const SOLVER_COLUMNS: usize = 60_000;

/// How a component was planned, from the simplest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// The start plan met the bound.
    Start,
    /// Prices proved it.
    Prices,
    /// The solver.
    Exact,
}

impl Method {
    /// The name of the method that says most about a run.
    pub fn max_of(self, other: &'static str) -> &'static str {
        match (self, other) {
            (Self::Exact, _) | (_, "exact") => "exact",
            (Self::Prices, _) | (_, "prices") => "prices",
            _ => "start",
        }
    }
}

/// Prices of all goals together.
pub struct Together {
    /// What counts.
    pub weights: Weights,
    /// By row of the component.
    pub of_rows: Vec<i64>,
    /// No plan is worth more by them.
    pub bound: i128,
}

/// A component with its best plan and what is proven so far.
pub struct Progressed<'a> {
    /// The orders.
    pub component: Component<'a>,
    /// The best plan.
    pub choices: Vec<Choice>,
    /// Bounds by goal, counted as in [`Component::goal_value`].
    pub bounds: Vec<i64>,
    /// By goal, the floors on earlier goals that its bound was proven with.
    pub proven_at: Vec<Vec<Floor>>,
    /// The prices behind the last goal's bound, as far as it came from prices.
    pub priced: Priced,
    /// Prices of all goals together, where there are several.
    pub together: Option<Together>,
    /// How it came about.
    pub method: Method,
    /// Columns and rows given to the solver.
    pub size: (usize, usize),
}

impl Progressed<'_> {
    /// What the plan is worth of a goal.
    pub fn value(&self, kind: GoalKind) -> i64 {
        self.component.goal_value(&self.choices, kind)
    }

    /// Whether a goal is the last and nobody looked for prices of what is shared.
    fn lacks_prices(&self, goal: usize) -> bool {
        let is_last = goal + 1 == self.bounds.len();
        let is_shared = !self.component.rows.is_empty();
        is_last && is_shared && self.priced.of_rows.is_empty() && self.method != Method::Start
    }

    /// Distance of the plan from the bound of a goal.
    pub fn gap(&self, goal: usize, kind: GoalKind) -> i64 {
        (self.bounds[goal] - self.value(kind)).abs()
    }

    /// What the plan demands of a goal when later ones are planned.
    fn floor(&self, kind: GoalKind, settings: &Settings) -> Floor {
        floor_of(&self.component, &self.choices, kind, settings)
    }

    /// Forgets a goal's bound where it was proven with floors that these do not keep, and takes these.
    fn forget_unless(&mut self, goal: usize, kinds: &[GoalKind], floors: &[Floor]) -> bool {
        let is_looser = |(before, now): (&Floor, &Floor)| {
            if before.kind.is_maximised() {
                now.value < before.value
            } else {
                now.value > before.value
            }
        };
        let is_loose = self.proven_at[goal].iter().zip(floors).any(is_looser);
        if is_loose {
            self.bounds[goal] = apart(&self.component, kinds[goal]);
            if goal + 1 == kinds.len() {
                self.priced = Priced {
                    of_rows: Vec::new(),
                    bound: self.bounds[goal],
                };
                self.tighten_together(kinds[goal], floors);
            }
        }
        if is_loose || self.proven_at[goal].is_empty() {
            self.proven_at[goal] = floors.to_vec();
        }
        is_loose
    }

    /// Forgets bounds that were proven with floors that the plan's own values do not keep; whether there were any.
    fn drop_loose_bounds(&mut self, kinds: &[GoalKind]) -> bool {
        let floors = self.floors(kinds);
        let mut any = false;
        for goal in 1..kinds.len() {
            any |= self.forget_unless(goal, kinds, &floors[..goal]);
        }
        any
    }

    /// The nearer of the bound that is known and another.
    pub fn nearer(&self, goal: usize, kind: GoalKind, bound: i64) -> i64 {
        if kind.is_maximised() {
            self.bounds[goal].min(bound)
        } else {
            self.bounds[goal].max(bound)
        }
    }

    /// What the plan demands of goals when later ones are planned.
    pub fn floors(&self, kinds: &[GoalKind]) -> Vec<Floor> {
        let settings = self.component.context.shop.settings;
        let each = kinds.iter();
        each.map(|&kind| self.floor(kind, settings)).collect()
    }

    /// Whether the plan meets all bounds, the last within what is allowed, and prices are known.
    fn is_met(&self, kinds: &[GoalKind], share: i64) -> bool {
        let last = kinds.len() - 1;
        let mut each = kinds.iter().enumerate();
        !self.lacks_prices(last)
            && each.all(|(goal, &kind)| {
                let enough = if goal == last { share } else { 0 };
                self.gap(goal, kind) <= enough
            })
    }

    /// Takes prices that are proven with these floors.
    pub fn take_prices(&mut self, priced: Priced, floors: &[Floor]) {
        self.priced = priced;
        if let Some(proven_at) = self.proven_at.last_mut() {
            *proven_at = floors.to_vec();
        }
    }

    /// What all goals together prove of the last where earlier ones are no worse than this.
    fn tighten_together(&mut self, last: GoalKind, floors: &[Floor]) {
        let known = self.together.as_ref();
        let bound = known.and_then(|it| bound_of(last, (it.bound, &it.weights), floors));
        let goal = self.bounds.len() - 1;
        if bound.is_some_and(|bound| self.tighten(goal, last, bound)) {
            self.proven_at[goal] = floors.to_vec();
            self.method = self.method.max(Method::Prices);
        }
    }

    /// Takes a bound where it is nearer than what is known; whether it is.
    pub fn tighten(&mut self, goal: usize, kind: GoalKind, bound: i64) -> bool {
        let known = self.bounds[goal];
        self.bounds[goal] = self.nearer(goal, kind, bound);
        self.bounds[goal] != known
    }
}

/// Start plans and first bounds of all components, in parallel.
pub fn prepare<'a>(
    context: &Context<'a>,
    components: Vec<Group>,
    kinds: &[GoalKind],
    control: &Control<'_>,
) -> Vec<Progressed<'a>> {
    components
        .into_par_iter()
        .with_max_len(1)
        .map(|group| {
            let component = Component::new(*context, &group.orders, group.rows);
            let choices = start_plan(&component, kinds, control);
            let bounds: Vec<i64> = kinds.iter().map(|&kind| apart(&component, kind)).collect();
            Progressed {
                component,
                choices,
                priced: Priced {
                    of_rows: Vec::new(),
                    bound: bounds[bounds.len() - 1],
                },
                proven_at: vec![Vec::new(); bounds.len()],
                bounds,
                together: None,
                method: Method::Start,
                size: (0, 0),
            }
        })
        .collect()
}

/// What another scenario's plan did with orders, as far as there is room; the others by priority and age, each at its best with
/// what remains.
fn start_plan(component: &Component<'_>, kinds: &[GoalKind], control: &Control<'_>) -> Vec<Choice> {
    let stop = || control.should_stop();
    let place: BTreeMap<_, _> = component
        .members
        .iter()
        .enumerate()
        .map(|(position, member)| (member.order, position))
        .collect();
    let sequence: Vec<usize> = rules::sequence_of(
        component.context.shop.dataset,
        component
            .members
            .iter()
            .map(|member| member.order)
            .collect(),
    )
    .iter()
    .map(|order| place[order])
    .collect();
    let flat = moves_layout(component, kinds);
    let listed: Vec<u32> = sequence.iter().map(|&member| member as u32).collect();
    let same = component.context.start.plan.map(|plan| {
        component.same_as(plan, |member| {
            Cow::Borrowed(component.members[member].options)
        })
    });
    let chosen = joint::start(&flat, &listed, same.as_deref(), &stop);
    joint::choices_of(&flat, &chosen)
}

/// A bound of a goal by itself: each order at its best, as if it shared nothing.
fn apart(component: &Component<'_>, kind: GoalKind) -> i64 {
    let members = component.members.par_iter();
    members
        .map(|member| most_alone(member, &component.context, kind))
        .sum()
}

/// The best that an order could be for a goal, as if it shared nothing.
pub fn most_alone(member: &Member<'_>, context: &Context<'_>, kind: GoalKind) -> i64 {
    match kind {
        GoalKind::LateOrders => 0,
        GoalKind::Profit => member.most_money(context),
        GoalKind::Cost => -member.most_money(context),
        _ => member.most_of(kind),
    }
}

/// Brings the components within the gap of the whole.
pub fn finish<'a>(
    mut parts: Vec<Progressed<'a>>,
    kinds: &[GoalKind],
    total: i64,
    control: &Control<'_>,
) -> Vec<Progressed<'a>> {
    let Some(settings) = parts
        .first()
        .map(|part| part.component.context.shop.settings)
    else {
        return parts;
    };
    // What is allowed in all depends on what the bounds come to: prices first, for all.
    let last = kinds.len() - 1;
    for round in [
        Round::Together,
        Round::Each(By::Prices),
        Round::Each(By::Solver),
    ] {
        if round == Round::Together && kinds.len() == 1 {
            continue;
        }
        let shares = shares(&parts, kinds, total, settings.mip_gap);
        let value = total
            + parts
                .iter()
                .map(|part| part.value(kinds[last]))
                .sum::<i64>();
        let bound = total + parts.iter().map(|part| part.bounds[last]).sum::<i64>();
        parts
            .par_iter_mut()
            .with_max_len(1)
            .zip(shares)
            .for_each(|(part, share)| {
                let talk = Talk {
                    control,
                    elsewhere: (value - part.value(kinds[last]), bound - part.bounds[last]),
                    kind: kinds[last],
                };
                stages(part, kinds, settings, share, round, &talk);
            });
    }
    parts
}

/// Orders from which on a component tells how far it is.
const TOLD: usize = 100;

/// Tells how far a component is, as part of the whole.
pub struct Talk<'t> {
    /// The way to stop, and who is told.
    pub control: &'t Control<'t>,
    /// Value and bound of the last goal in the other components as they were.
    elsewhere: (i64, i64),
    kind: GoalKind,
}

impl Talk<'_> {
    /// The share of a component of this value and bound in the gap that the whole is allowed, with the others as they were.
    /// As their gaps only become less, the shares of all are no more than the whole.
    pub fn allowed(&self, value: i64, bound: i64, mip_gap: f64) -> i64 {
        let (others, most) = self.elsewhere;
        let sum = |one: i64, other: i64| i128::from(one) + i128::from(other);
        let gap = (i128::from(bound) - i128::from(value)).abs();
        let open = gap + (i128::from(most) - i128::from(others)).abs();
        let whole = (sum(others, value), sum(most, bound));
        share_of(gap, open, allowed(whole, mip_gap))
    }

    /// Tells a phase with the bound that it begins with, or the known one.
    pub fn tell(&self, phase: &'static str, part: &Progressed<'_>, bound: Option<i64>) {
        if part.component.members.len() < TOLD {
            return;
        }
        let goal = part.bounds.len() - 1;
        let unit = if self.kind.is_money() {
            MICRO as f64
        } else {
            1.0
        };
        let in_units = |value: i64| value as f64 / unit;
        let bound = bound.unwrap_or(part.bounds[goal]);
        (self.control.progress)(Progress {
            phase,
            done: None,
            incumbent: Some(in_units(self.elsewhere.0 + part.value(self.kind))),
            bound: Some(in_units(self.elsewhere.1 + bound)),
        });
    }
}

/// What a component is brought closer by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    /// Prices of all goals together.
    Together,
    /// Goal by goal.
    Each(By),
}

/// What is asked of each goal in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Prices,
    Solver,
}

/// The gap that the whole is allowed, shared out by how wide each component's is.
fn shares(parts: &[Progressed<'_>], kinds: &[GoalKind], total: i64, mip_gap: f64) -> Vec<i64> {
    let last = kinds.len() - 1;
    let bound = total + parts.iter().map(|part| part.bounds[last]).sum::<i64>();
    let gaps: Vec<i64> = parts
        .iter()
        .map(|part| part.gap(last, kinds[last]))
        .collect();
    // The bound only moves towards the plan's value, so that a share of the nearer of both is safe.
    let open: i128 = gaps.iter().map(|&gap| i128::from(gap)).sum();
    let value = if kinds[last].is_maximised() {
        i128::from(bound) - open
    } else {
        i128::from(bound) + open
    };
    let allowed = allowed((value, i128::from(bound)), mip_gap);
    gaps.iter()
        .map(|&gap| share_of(i128::from(gap), open, allowed))
        .collect()
}

/// The gap that a plan of this value and bound is allowed, by the nearer to zero of both.
fn allowed((value, bound): (i128, i128), mip_gap: f64) -> i128 {
    (mip_gap * value.abs().min(bound.abs()) as f64) as i128
}

/// The share of a gap in what all open gaps together are allowed.
fn share_of(gap: i128, open: i128, allowed: i128) -> i64 {
    let share = allowed * gap / open.max(1);
    i64::try_from(share).expect("a share of the allowed gap is no larger than it")
}

/// One goal after the other, each with floors on those before.
fn stages(
    part: &mut Progressed<'_>,
    kinds: &[GoalKind],
    settings: &Settings,
    share: i64,
    round: Round,
    talk: &Talk<'_>,
) {
    if round != Round::Each(By::Solver) && settings.method == Wanted::Exact {
        return;
    }
    let Round::Each(by) = round else {
        if !part.is_met(kinds, share) && !talk.control.should_stop() {
            together(part, kinds, share, talk);
        }
        return;
    };
    for _ in 0..PASSES {
        pass(part, kinds, settings, share, by, talk);
        if !part.drop_loose_bounds(kinds) {
            break;
        }
    }
}

/// Times that all goals are gone through: a later one may find a plan that is better for an earlier one.
const PASSES: usize = 4;

fn pass(
    part: &mut Progressed<'_>,
    kinds: &[GoalKind],
    settings: &Settings,
    share: i64,
    by: By,
    talk: &Talk<'_>,
) {
    let control = talk.control;
    let columns = part.component.columns();
    let mut floors: Vec<Floor> = Vec::new();
    for (position, &kind) in kinds.iter().enumerate() {
        let enough = if position + 1 == kinds.len() {
            share
        } else {
            0
        };
        part.forget_unless(position, kinds, &floors);
        if position + 1 == kinds.len() {
            part.tighten_together(kind, &floors);
        }
        let known = part.bounds[position];
        let is_open = part.gap(position, kind) > enough;
        let is_unpriced = by == By::Prices && part.lacks_prices(position);
        if (is_open || is_unpriced) && !control.should_stop() {
            match by {
                By::Prices => {
                    let sought = Sought {
                        kinds,
                        position,
                        weights: Weights::of_goal(kind),
                        floors: &floors,
                        enough,
                        // What is left of an earlier goal the solver does better, where it may.
                        is_planned: position + 1 < kinds.len()
                            && part.together.is_some()
                            && part.component.members.len() <= ANEW
                            && may_close(settings, control),
                    };
                    price(part, &sought, talk);
                }
                By::Solver => {
                    let may = match settings.method {
                        Wanted::Exact => true,
                        Wanted::Auto => columns <= SOLVER_COLUMNS,
                        Wanted::Prices => false,
                    };
                    if may {
                        solver(part, kinds, position, &floors, enough, control);
                    }
                }
            }
        }
        if part.bounds[position] != known {
            part.proven_at[position].clone_from(&floors);
        }
        floors.push(part.floor(kind, settings));
    }
}

/// A plan that is good by all goals together, with the bound of the last that it shows.
fn together(part: &mut Progressed<'_>, kinds: &[GoalKind], enough: i64, talk: &Talk<'_>) {
    let last = kinds.len() - 1;
    let sought = Sought {
        kinds,
        position: last,
        weights: part.component.context.weights.together(),
        floors: &[],
        enough,
        is_planned: false,
    };
    price(part, &sought, talk);
    let floors = part.floors(&kinds[..last]);
    part.tighten_together(kinds[last], &floors);
}

/// What a plan demands of a goal when later ones are planned.
pub fn floor_of(
    component: &Component<'_>,
    choices: &[Choice],
    kind: GoalKind,
    settings: &Settings,
) -> Floor {
    Floor {
        kind,
        value: worst_allowed(component.goal_value(choices, kind), kind, settings),
    }
}

/// The worst value of a goal that later ones may leave.
fn worst_allowed(value: i64, kind: GoalKind, settings: &Settings) -> i64 {
    let give = (i128::from(value.abs()) * i128::from(settings.tolerance_micro) / 1_000_000) as i64;
    if kind.is_maximised() {
        value - give
    } else {
        value + give
    }
}

/// The whole component in the solver.
fn solver(
    part: &mut Progressed<'_>,
    kinds: &[GoalKind],
    position: usize,
    floors: &[Floor],
    enough: i64,
    control: &Control<'_>,
) {
    let kind = kinds[position];
    let choices = std::mem::take(&mut part.choices);
    let stage = solve_stage(
        &part.component,
        kinds,
        kind,
        floors,
        choices,
        enough,
        control,
    );
    part.choices = stage.choices;
    part.size = (part.size.0.max(stage.size.0), part.size.1.max(stage.size.1));
    part.method = Method::Exact;
    if let Some(bound) = stage.bound {
        part.tighten(position, kind, bound);
    }
}
