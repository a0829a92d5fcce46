//! How components are brought within their gap: a start plan and bounds for all, then the solver for
//! those whose gap is too wide.

use super::block::improve_block;
use super::component::{Choice, Component, Context, Member};
use super::exact::solve_stage;
use super::outcome::{Control, GoalKind, Progress};
use super::pattern::Worth;
use super::prices::search_prices;
use super::start::{by_regret, improve, in_sequence};
use super::worth::Weights;
use super::{Totals, rules};
use crate::domain::{Method as Wanted, OrderIx, Settings};
use crate::model::Floor;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Candidates at most for which the whole component goes into the solver.
const SOLVER_COLUMNS: usize = 60_000;

/// The same where goals are lexicographic.
const SOLVER_COLUMNS_OF_GOALS: usize = 400_000;

/// Orders at most in a block.
const BLOCK_ORDERS: usize = 2_500;

/// Share of the time left that a block may take.
const BLOCK_SHARE: f64 = 0.6;

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

/// A component with its best plan and what is proven so far.
pub struct Progressed<'a> {
    /// The orders.
    pub component: Component<'a>,
    /// The best plan.
    pub choices: Vec<Choice>,
    /// Bounds by goal, counted as in [`Component::goal_value`].
    pub bounds: Vec<i64>,
    /// How it came about.
    pub method: Method,
    /// Columns and rows given to the solver.
    pub size: (usize, usize),
}

impl Progressed<'_> {
    fn gap(&self, goal: usize, kind: GoalKind) -> i64 {
        (self.bounds[goal] - self.component.goal_value(&self.choices, kind)).abs()
    }
}

/// Start plans and first bounds of all components, in parallel.
pub fn prepare<'a>(
    context: &Context<'a>,
    components: &[Vec<OrderIx>],
    kinds: &[GoalKind],
    control: &Control<'_>,
) -> Vec<Progressed<'a>> {
    components
        .par_iter()
        .with_max_len(1)
        .map(|orders| {
            let component = Component::new(*context, orders);
            let choices = start_plan(&component, control);
            let bounds = first_bounds(&component, kinds);
            Progressed {
                component,
                choices,
                bounds,
                method: Method::Start,
                size: (0, 0),
            }
        })
        .collect()
}

/// Orders by priority and age, each at its best with what remains; then each again.
fn start_plan(component: &Component<'_>, control: &Control<'_>) -> Vec<Choice> {
    let stop = || control.should_stop();
    let by_rules = rules::sequence(component.context.shop.dataset);
    let mut place = BTreeMap::new();
    for (position, member) in component.members.iter().enumerate() {
        place.insert(member.order, position);
    }
    let sequence: Vec<usize> = by_rules
        .iter()
        .filter_map(|order| place.get(order).copied())
        .collect();
    let mut choices = in_sequence(component, &sequence, None, &stop);
    improve(component, &mut choices, &stop);
    choices
}

/// Bounds of each goal by itself: each order at its best, as if it shared nothing.
fn first_bounds(component: &Component<'_>, kinds: &[GoalKind]) -> Vec<i64> {
    kinds.iter().map(|&kind| apart(component, kind)).collect()
}

fn apart(component: &Component<'_>, kind: GoalKind) -> i64 {
    let context = &component.context;
    let dataset = context.shop.dataset;
    match kind {
        GoalKind::LateOrders => 0,
        GoalKind::Profit | GoalKind::Cost => {
            if component.has_wide() {
                let bound: i64 = component
                    .members
                    .iter()
                    .map(|m| m.most_money(context))
                    .sum();
                return if kind == GoalKind::Cost {
                    -bound
                } else {
                    bound
                };
            }
            let weights = Weights::money_only();
            let best: Worth = component
                .members
                .par_iter()
                .map(|member| {
                    let member = Member::weighted(context, member.order, &weights);
                    member.search.best(&member.worths, member.terms).worth
                })
                .sum();
            let best = i64::try_from(best).expect("total money is capped when data are read");
            if kind == GoalKind::Cost { -best } else { best }
        }
        _ => component
            .members
            .iter()
            .map(|member| member.most_of(dataset, kind))
            .sum(),
    }
}

/// Brings the components within the gap of the whole, the widest first.
pub fn finish<'a>(
    mut parts: Vec<Progressed<'a>>,
    kinds: &[GoalKind],
    totals: &Totals,
    control: &Control<'_>,
) -> Vec<Progressed<'a>> {
    let Some(settings) = parts
        .first()
        .map(|part| part.component.context.shop.settings)
    else {
        return parts;
    };
    if kinds.len() == 1 && settings.method == Wanted::Auto {
        let shares = shares(&parts, kinds, totals, settings.mip_gap);
        parts
            .par_iter_mut()
            .with_max_len(1)
            .zip(shares)
            .for_each(|(part, share)| {
                price(part, kinds[0], share, control);
            });
    }
    let shares = shares(&parts, kinds, totals, settings.mip_gap);
    parts
        .par_iter_mut()
        .with_max_len(1)
        .zip(shares)
        .for_each(|(part, share)| {
            stages(part, kinds, settings, share, control);
        });
    parts
}

/// The gap that the whole is allowed, shared out by how wide each component's is.
fn shares(parts: &[Progressed<'_>], kinds: &[GoalKind], totals: &Totals, mip_gap: f64) -> Vec<i64> {
    let last = kinds.len() - 1;
    let bound = totals.last_value() + parts.iter().map(|part| part.bounds[last]).sum::<i64>();
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
    let nearer = value.abs().min(i128::from(bound).abs());
    let allowed = (mip_gap * nearer as f64) as i128;
    gaps.iter()
        .map(|&gap| {
            let share = allowed * i128::from(gap) / open.max(1);
            i64::try_from(share).expect("a share of the allowed gap is no larger than it")
        })
        .collect()
}

/// Prices: a bound for the whole component, and a plan that heeds what is scarce.
fn price(part: &mut Progressed<'_>, kind: GoalKind, share: i64, control: &Control<'_>) {
    if part.gap(0, kind) <= share {
        return;
    }
    let tell = |phase, part: &Progressed<'_>| {
        (control.progress)(Progress {
            phase,
            done: None,
            incumbent: Some(part.component.goal_value(&part.choices, kind) as f64 / 1e6),
            bound: Some(part.bounds[0] as f64 / 1e6),
        });
    };
    tell("prices", part);
    let priced = search_prices(&part.component, &part.choices, Worth::from(share), control);
    if let Ok(bound) = i64::try_from(priced.bound)
        && bound < part.bounds[0]
    {
        part.bounds[0] = bound;
        part.method = Method::Prices;
    }
    tell("plan at prices", part);
    let stop = || control.should_stop();
    let sequence = by_regret(&part.component, &priced.prices);
    let mut choices = in_sequence(&part.component, &sequence, Some(&priced.prices), &stop);
    improve(&part.component, &mut choices, &stop);
    if part.component.worth(&choices) > part.component.worth(&part.choices) {
        part.choices = choices;
    }
    tell("blocks", part);
    improve_blocks(part, kind, share, &priced.prices, control);
    tell("prices", part);
}

/// Blocks of orders, each with its promising candidates in the solver, until the gap is closed enough.
fn improve_blocks(
    part: &mut Progressed<'_>,
    kind: GoalKind,
    share: i64,
    prices: &[i64],
    control: &Control<'_>,
) {
    let listed: Vec<usize> = (0..part.component.members.len())
        .filter(|&m| !part.component.members[m].options.wide)
        .collect();
    for block in blocks(&part.component, &listed) {
        if part.gap(0, kind) <= share || control.should_stop() {
            return;
        }
        let seconds = control.seconds_left() * BLOCK_SHARE;
        let size = improve_block(
            &part.component,
            &block,
            prices,
            &mut part.choices,
            seconds,
            control,
        );
        part.size = (part.size.0.max(size.0), part.size.1.max(size.1));
    }
}

/// Orders that share rows, gathered from each in turn until a block is full.
fn blocks(component: &Component<'_>, members: &[usize]) -> Vec<Vec<usize>> {
    if members.len() <= BLOCK_ORDERS {
        return vec![members.to_vec()];
    }
    let mut users: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for &member in members {
        for row in component.members[member]
            .usage
            .iter()
            .flatten()
            .map(|used| used.0)
        {
            let users = users.entry(row).or_default();
            if users.last() != Some(&member) {
                users.push(member);
            }
        }
    }
    let mut placed = vec![false; component.members.len()];
    let mut blocks = Vec::new();
    for &seed in members {
        let mut block = Vec::new();
        let mut queue = std::collections::VecDeque::from([seed]);
        while let Some(member) = queue.pop_front() {
            if block.len() >= BLOCK_ORDERS {
                break;
            }
            if std::mem::replace(&mut placed[member], true) {
                continue;
            }
            block.push(member);
            for row in component.members[member]
                .usage
                .iter()
                .flatten()
                .map(|used| used.0)
            {
                // A row that very many orders use tells nothing about who belongs together.
                let sharing = &users[&row];
                if sharing.len() <= BLOCK_ORDERS {
                    queue.extend(sharing.iter().copied().filter(|&other| !placed[other]));
                }
            }
        }
        if !block.is_empty() {
            block.sort_unstable();
            blocks.push(block);
        }
    }
    blocks
}

/// The solver, one goal after the other, each with floors on those before.
fn stages(
    part: &mut Progressed<'_>,
    kinds: &[GoalKind],
    settings: &Settings,
    share: i64,
    control: &Control<'_>,
) {
    let mut floors: Vec<Floor> = Vec::new();
    for (position, &kind) in kinds.iter().enumerate() {
        let is_last = position + 1 == kinds.len();
        let enough = if is_last { share } else { 0 };
        // Several goals have no prices yet: the solver is all there is for them.
        let most = if kinds.len() > 1 {
            SOLVER_COLUMNS_OF_GOALS
        } else {
            SOLVER_COLUMNS
        };
        let small = settings.method == Wanted::Exact || part.component.columns() <= most;
        if part.gap(position, kind) > enough && small && !control.should_stop() {
            let choices = std::mem::take(&mut part.choices);
            let stage = solve_stage(
                &part.component,
                kinds,
                kind,
                &floors,
                choices,
                enough,
                control,
            );
            part.choices = stage.choices;
            part.size = (part.size.0.max(stage.size.0), part.size.1.max(stage.size.1));
            part.method = Method::Exact;
            if let Some(bound) = stage.bound {
                let known = part.bounds[position];
                part.bounds[position] = if kind.is_maximised() {
                    known.min(bound)
                } else {
                    known.max(bound)
                };
            }
        }
        let value = part.component.goal_value(&part.choices, kind);
        let give =
            (i128::from(value.abs()) * i128::from(settings.tolerance_micro) / 1_000_000) as i64;
        let worst = if kind.is_maximised() {
            value - give
        } else {
            value + give
        };
        floors.push(Floor { kind, value: worst });
    }
}
