//! What is left of the gap of a component: prices that prove as much as any do, with cuts, and near-best patterns of all orders
//! in the solver, more of them each time.

use super::component::{Choice, Component};
use super::joint::{self, Aim, Flat, Near, Pool, Prices, Settled};
use super::outcome::Control;
use super::pricing::Sought;
use super::stages::floor_of;
use super::wide::beyond_listed;
use crate::domain::{Method, Settings};
use crate::model::Floor;

/// Orders up to which they are planned anew.
pub const ANEW: usize = 20_000;
/// Orders up to which all are planned anew together; more only block by block.
pub const TOGETHER: usize = 10_000;
/// Orders up to which they are planned anew together at once; more block by block before.
pub const FEW: usize = 2_500;
/// Patterns for each order that the solver gets, on average, time after time: of the last goal, of all together, and of earlier
/// ones, where many are as good.
const PATTERNS: (&[usize], &[usize], &[usize]) = (&[5, 20, 50], &[5, 20], &[20]);
/// The solver comes so many times closer than the whole need be, as its patterns are not all.
pub const CLOSER: i128 = 40;
/// The share of the time left that it gets each time, for the last goal and otherwise.
const TIME: (f64, f64) = (0.5, 0.16);

/// What a component is planned for.
pub struct Stage<'s> {
    /// What prices were searched for.
    pub sought: &'s Sought<'s>,
    /// A gap of so much worth is enough.
    pub gap: i128,
}

/// What was found.
pub struct Closed {
    /// A better plan.
    pub choices: Option<Vec<Choice>>,
    /// No plan is worth more.
    pub bound: i128,
}

/// Whether orders may be planned anew in the solver.
pub fn may_close(settings: &Settings, control: &Control<'_>) -> bool {
    settings.method == Method::Auto && !control.for_bound
}

/// Closes the gap between a plan and the lowest bound so far, as far as it goes, from prices and the pool of their search, on
/// the layout that they were found with.
pub fn close_gap(
    component: &Component<'_>,
    choices: &[Choice],
    stage: &Stage<'_>,
    (priced, prices, pool): (&Flat<'_>, &Prices, &Pool),
    lowest: i128,
    control: &Control<'_>,
) -> Closed {
    let mut closed = Closed {
        choices: None,
        bound: lowest,
    };
    let orders = component.members.len();
    let Sought {
        kinds,
        position,
        weights,
        ..
    } = *stage.sought;
    let context = &component.context;
    let settings = context.shop.settings;
    if orders > ANEW || !may_close(settings, control) {
        return closed;
    }
    let is_alone = position + 1 == kinds.len() && !stage.sought.is_together();
    // A plan that was found since prices were searched may be better for earlier goals.
    let before = stage.sought.floors.iter();
    let floors: Vec<Floor> = before
        .map(|floor| floor_of(component, choices, floor.kind, settings))
        .collect();
    let mut both = floors.iter().zip(stage.sought.floors);
    let are_same = both.all(|(now, before)| now.value == before.value);
    // Where orders may have been charged parts of fixed costs, or other floors hold, it is laid out anew.
    let is_anew = !are_same || !priced.fixed_costs.is_empty();
    let (members, rows) = (&component.members, &component.rows);
    let anew = is_anew.then(|| Flat::new(context, members, rows, weights, &floors));
    let flat = anew.as_ref().unwrap_or(priced);
    let mut chosen = joint::chosen_of(flat, choices);
    let mut worth = joint::worth_of(flat, &chosen);
    if closed.bound - worth <= stage.gap || control.should_stop() {
        return closed;
    }
    let aim = Aim {
        chosen: &chosen,
        worth,
        gap: stage.gap,
    };
    // Of many orders it takes too long for a goal after which others come.
    let settled = if is_alone || orders <= FEW {
        joint::settled(priced, prices, pool, &aim, control)
    } else {
        Settled::of(prices.clone())
    };
    let prices = &settled.prices;
    let most = prices.bound + beyond_listed(context, priced, prices, &weights);
    closed.bound = closed.bound.min(most);
    let (each, share) = if stage.sought.is_together() {
        (PATTERNS.1, TIME.1)
    } else if is_alone {
        (PATTERNS.0, TIME.0)
    } else {
        (PATTERNS.2, TIME.1)
    };
    let blocks = (orders > FEW).then_some((each[0], true));
    let whole = each.iter().map(|&patterns| (patterns, false));
    let whole = whole.filter(|_| orders <= TOGETHER);
    for (patterns, by_blocks) in blocks.into_iter().chain(whole) {
        if closed.bound - worth <= stage.gap || control.should_stop() {
            break;
        }
        let near = Near {
            reach: i64::try_from(most - worth).unwrap_or(i64::MAX / 4).max(0) + 1,
            patterns: patterns * orders,
            gap: stage.gap / CLOSER,
            enough: Some(closed.bound - stage.gap),
            seconds: control.seconds_left() * share,
            iterations: by_blocks.then_some(joint::EFFORT),
            blocks: usize::MAX,
            pays: None,
            seed: settings.seed,
        };
        let found = if by_blocks {
            joint::by_blocks(flat, (priced, &settled), &chosen, near, control)
        } else {
            joint::replan(flat, (priced, &settled, most), &chosen, near, control)
        };
        if let Some(bound) = found.bound.filter(|_| are_same) {
            closed.bound = closed.bound.min(bound);
        }
        let Some(now) = found.chosen else { continue };
        let anew = joint::choices_of(flat, &now);
        let before = closed.choices.as_deref().unwrap_or(choices);
        if component.is_better(kinds, &anew, before) && component.is_feasible(&anew) {
            worth = joint::worth_of(flat, &now);
            chosen = now;
            closed.choices = Some(anew);
        }
    }
    closed
}
