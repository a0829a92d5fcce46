//! What the rules do as the least that a plan is worth: of parts of a batch, and of the whole.

use super::Totals;
use super::alike::Start;
use super::component::{Choice, Component, Context};
use super::outcome::{Control, GoalKind};
use super::remaining::Remaining;
use super::rules::{self, Shop};
use super::stages::Progressed;
use super::used::used_by;
use super::worth::Weights;
use crate::domain::OrderIx;
use crate::model::{Scarcity, Usage};
use crate::options::OrderOptions;
use crate::plan::Plan;

/// Takes for each component that is not at its bound what rules do with its orders where that is better, and lets orders that
/// have nothing ship by rules what all others leave; `alone` is planned beside the components.
pub fn improve(
    shop: Shop<'_>,
    kinds: &[GoalKind],
    parts: &mut [Progressed<'_>],
    alone: &Plan,
    control: &Control<'_>,
) {
    let stop = || control.is_late();
    let last = kinds.len() - 1;
    let is_open = |part: &Progressed<'_>| part.gap(last, kinds[last]) > 0;
    if !parts.iter().any(is_open) {
        return;
    }
    let mut used = used_by(shop.dataset, shop.coupling, alone);
    for part in &*parts {
        let of_part = used_of(&part.component, &part.choices);
        used.iter_mut()
            .zip(of_part)
            .for_each(|(all, here)| *all += here);
    }
    for part in parts.iter_mut().filter(|part| is_open(part)) {
        let members = part.component.members.iter();
        let orders: Vec<OrderIx> = members.map(|member| member.order).collect();
        let by_rules = rules::choices(shop, &orders, stop);
        take_if_better(kinds, part, by_rules, &mut used);
        if !part.choices.iter().any(Choice::is_nothing) {
            continue;
        }
        let mut remaining = Remaining::new(shop.coupling);
        let usage: Vec<Usage> = (0..).zip(used.iter().copied()).collect();
        remaining.take(&usage);
        let mut filled = part.choices.clone();
        rules::fill(shop, &mut remaining, &orders, &mut filled, stop);
        take_if_better(kinds, part, filled, &mut used);
    }
}

/// By coupling row, what choices use, of what cannot bind in a good plan, too.
fn used_of(component: &Component<'_>, choices: &[Choice]) -> Vec<i64> {
    let plan = Plan {
        shipments: component.shipments(choices),
    };
    let shop = component.context.shop;
    used_by(shop.dataset, shop.coupling, &plan)
}

/// Takes other choices for a component that are better and fit what all else uses, `used` by row with what it used itself. Rules
/// know nothing of what cannot bind in a good plan: of that they may buy nothing, nor use what costs by itself.
fn take_if_better(
    kinds: &[GoalKind],
    part: &mut Progressed<'_>,
    choices: Vec<Choice>,
    used: &mut Vec<i64>,
) {
    let component = &part.component;
    if !component.is_better(kinds, &choices, &part.choices) {
        return;
    }
    let (before, now) = (
        used_of(component, &part.choices),
        used_of(component, &choices),
    );
    let each = used.iter().zip(before.iter().zip(&now));
    let anew: Vec<i64> = each
        .map(|(used, (before, now))| used - before + now)
        .collect();
    let Context { shop, scarcity, .. } = component.context;
    let rows = shop.coupling.rows.iter().zip(&scarcity.binding);
    let mut fits = rows.zip(anew.iter().zip(&*used));
    let fits = fits.all(|((row, &is_binding), (&anew, &before))| {
        let most = match (row.is_open(), is_binding) {
            (true, true) => i64::MAX,
            // It costs something once anything uses it.
            (true, false) if before > 0 => i64::MAX,
            (true, false) => 0,
            (false, true) => row.capacity + row.extra,
            (false, false) => row.capacity,
        };
        row.is_commitment() || anew <= before || anew <= most
    });
    if fits {
        (part.choices, *used) = (choices, anew);
    }
}

/// Takes the plan of the rules where none was found that is as good.
pub(super) fn no_worse(
    shop: Shop<'_>,
    plan: &mut Plan,
    totals: &mut Totals,
    control: &Control<'_>,
) {
    let orders: Vec<OrderIx> = shop.dataset.order_indices().collect();
    let choices = rules::choices(shop, &orders, || control.is_late());
    let rows = 0..shop.coupling.rows.len() as u32;
    // Rules know nothing of what cannot bind in a good plan.
    let scarcity = Scarcity {
        binding: vec![true; rows.len()],
        orders: vec![OrderOptions::default(); orders.len()],
    };
    let context = Context {
        shop,
        scarcity: &scarcity,
        weights: Weights::of_goal(GoalKind::Profit),
        start: Start::default(),
    };
    let component = Component::new(context, &orders, rows.collect());
    let kinds: Vec<GoalKind> = totals.goals.iter().map(|goal| goal.0).collect();
    let base = Totals::new(&kinds, shop.dataset, shop.coupling, &scarcity.binding);
    let values: Vec<i64> = base
        .goals
        .iter()
        .map(|&(kind, value, _)| value + component.goal_value(&choices, kind))
        .collect();
    let each = totals.goals.iter().zip(&values);
    let mut orders = each
        .map(|(&(kind, known, _), &value)| (kind.is_maximised(), value.cmp(&known)))
        .enumerate();
    let Some((first, (is_maximised, order))) = orders.find(|(_, (_, order))| order.is_ne()) else {
        return;
    };
    if order.is_gt() == is_maximised {
        // Bounds of later goals were proven for what this one came to before.
        let each = totals.goals.iter_mut().zip(&totals.apart).skip(first + 1);
        each.for_each(|(goal, apart)| goal.2 = *apart);
        plan.shipments = component.shipments(&choices);
        plan.sort();
        totals.shadow_prices.clear();
        totals.gap_parts = None;
        let each = totals.goals.iter_mut().zip(values);
        each.for_each(|(goal, value)| goal.1 = value);
    }
}
