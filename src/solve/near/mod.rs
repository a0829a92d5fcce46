//! All orders planned jointly where not all options can be kept: lists near to each order's best.
//!
//! Prices are never negative, so that no pattern is worth more at prices than without. Without prices, a candidate with the
//! best that could ship beside it tells what any pattern with it is worth at most. What is far from the order's best is
//! left out of its list, and the most that anything left out could come to is kept as `beyond`, which the bound counts
//! as if it could be had for nothing. Where prices bring an order's best listed pattern down to that, it is listed again,
//! deeper. Once prices have settled, none may fall below a share of what it is, and what is left out is told at these
//! least prices: lists stay short. So every bound holds, whatever the lists; `beyond` only makes it wider.

mod again;
mod beyond;
mod closest;
mod lister;
mod ranked;
mod room;
mod spread;
mod tolls;

use super::alike::{Done, Same, Start};
use super::component::{Choice, Component, Context, Member};
use super::gap::{ANEW, CLOSER, FEW, TOGETHER, may_close};
use super::joint::{self, Chains, Chosen, Flat, Laid, Near, Prices, Rounds, Settled};
use super::outcome::{Control, Outcome, Progress, Size};
use super::pattern::Worth;
use super::rules::Shop;
use super::shadow::Priced;
use super::stages::{Method, Progressed};
use super::wide::{better_loads, by_coupling_row};
use super::worth::Weights;
use super::{Totals, outcome};
use crate::domain::{self, Dataset, Objective, Order, OrderIx};
use crate::model::{Coupling, GoalKind, Scarcity, could_bind};
use crate::options::{Cut, Options, OrderOptions};
use crate::plan::Plan;
use crate::units::MICRO;
use beyond::Beyond;
pub use closest::most_on_demand;
use lister::{Lister, Relisted, drop_unused_loads, loads_of};
use rayon::prelude::*;
use room::Part;
use std::borrow::Cow;
use std::ops::Range;
use tolls::Tolls;

/// Orders whose worth tells the scale of things.
const SAMPLED: usize = 256;

/// Share of an order's usual worth that is listed at first, one in so many.
const FIRST_REACH: i64 = 12;

/// Parts that orders are listed again in.
const PARTS: usize = 32;

/// Some of all members in parts, by which member each is of: new lists are large until they are laid out.
fn by_part<T>(
    all: impl IntoIterator<Item = T>,
    orders: usize,
    order: impl Fn(&T) -> u32,
) -> [Vec<T>; PARTS] {
    let mut parts: [Vec<T>; PARTS] = std::array::from_fn(|_| Vec::new());
    for one in all {
        parts[order(&one) as usize * PARTS / orders].push(one);
    }
    parts
}

/// Members with what their best listed pattern is worth at the latest prices.
type Asked = Vec<(u32, i64)>;

/// Lists of all orders under way, in the sequence of the lister.
struct Lists {
    /// Of orders that are laid out, the lists may be told there alone; by member.
    scarcity: Scarcity,
    /// As they were laid out, while no searches look at them.
    laid: Option<Laid>,
    /// By coupling row, the price that none may fall below: what is left out is out by these.
    least: Vec<i64>,
    /// Rows that could bind.
    rows: Vec<u32>,
}

impl Lists {
    /// A member's list.
    fn list(&self, lister: &Lister<'_>, member: u32) -> Cow<'_, OrderOptions> {
        let kept = &self.scarcity.orders[member as usize];
        match &self.laid {
            Some(laid) => {
                let order = (lister.shop.dataset, lister.order(member));
                laid.list(member as usize, order, kept)
            }
            None => Cow::Borrowed(kept),
        }
    }

    /// What something makes of each member's list, when lists are needed no more: taken part by part, as lists go.
    fn in_parts<T: Send>(
        self,
        lister: &Lister<'_>,
        make: impl Fn(usize, &OrderOptions) -> T + Sync,
        mut take: impl FnMut(Range<usize>, Vec<T>),
    ) {
        let mut kept = self.scarcity.orders;
        let Some(laid) = self.laid else {
            let each = kept.par_iter().enumerate();
            let made = each.map(|(member, list)| make(member, list));
            take(0..kept.len(), made.collect());
            return;
        };
        for part in laid.into_parts(PARTS) {
            let members = part.members();
            let orders = (lister.shop.dataset, lister.sequence);
            let made = part.into_each(orders, &mut kept[members.clone()], &make);
            take(members, made);
        }
    }

    /// Lays out all orders, those that have other lists since they were, ascending, anew.
    fn lay_out(&mut self, lister: &Lister<'_>, weights: Weights, changed: &[u32]) {
        let laid = match self.laid.take() {
            None => {
                let all = all_orders(lister, weights, self);
                Flat::lay_out(&all.context, &all.members, &all.rows)
            }
            Some(laid) => {
                let context = self.context(lister.shop, weights);
                let lists = &self.scarcity.orders;
                let member = |(order, list): (&OrderIx, _)| Member::of(&context, *order, list);
                let members = |range: Range<usize>| {
                    let each = lister.sequence[range.clone()].iter().zip(&lists[range]);
                    each.map(member).collect()
                };
                Flat::lay_out_again(&context, members, &self.rows, laid, changed)
            }
        };
        laid.empty_lists(&mut self.scarcity.orders);
        self.laid = Some(laid);
    }

    /// What is known of all orders. Lists are by member: only members have them, not the context by order.
    fn context<'a>(&'a self, shop: Shop<'a>, weights: Weights) -> Context<'a> {
        Context {
            shop,
            scarcity: &self.scarcity,
            weights,
            start: Start::default(),
        }
    }

    /// Takes the place of lists of some orders.
    fn take(&mut self, again: Vec<Relisted>) -> Vec<(u32, Vec<Option<u32>>)> {
        let orders = &mut self.scarcity.orders;
        let one = |one: Relisted| {
            orders[one.member as usize] = one.options;
            (one.member, one.numbers)
        };
        again.into_iter().map(one).collect()
    }
}

/// How many candidates more each of so many orders may have, where so many are listed.
fn more_each(lister: &Lister<'_>, listed: usize, orders: usize) -> usize {
    lister.options.cut.total.saturating_sub(listed) / orders.max(1)
}

/// Plans all orders by prices, each listed as deep as prices ask for.
pub fn solve(
    shop: Shop<'_>,
    options: &Options,
    weights: Weights,
    start: Start<'_>,
    control: &Control<'_>,
) -> Outcome {
    let Shop {
        dataset, settings, ..
    } = shop;
    let together = together(shop, options);
    let coupling = together.as_ref().unwrap_or(shop.coupling);
    let binding = could_bind(dataset, settings, options, coupling);
    let are_units = are_units(dataset);
    // Where most are of one unit, plans are nearer to the bound where orders for a product are far apart.
    let sequence = if are_units {
        dataset.order_indices().collect()
    } else {
        by_product(dataset)
    };
    let lister = Lister {
        shop: Shop { coupling, ..shop },
        options,
        alike: start.plan,
        binding: &binding,
        sequence: &sequence,
        are_units,
    };
    let prices = match &together {
        Some(together) => &together.prices_together(dataset, start.prices),
        None => start.prices,
    };
    let start = Start { prices, ..start };
    let mut found = search(&lister, weights, start, control);
    if let Some(together) = &together {
        let binding = shop.coupling.binding_by_wave(&binding);
        let lister = Lister {
            shop,
            options,
            alike: None,
            binding: &binding,
            sequence: &sequence,
            are_units: false,
        };
        found = spread::spread(&lister, weights, together, found, control);
    }
    let (lists, planned) = found;
    finish(&lister, (shop, weights), lists, planned, control)
}

/// All orders by the product of each that the fewest lines ask for: those that follow one another share stock, which is then
/// looked up near to where it has just been.
fn by_product(dataset: &Dataset) -> Vec<OrderIx> {
    let mut lines = vec![0_u32; dataset.products.len()];
    for line in &dataset.lines {
        lines[line.sku.ix()] += 1;
    }
    let rarest = |order: OrderIx| {
        let skus = dataset.lines_of(order).iter().map(|line| line.sku);
        skus.min_by_key(|sku| (lines[sku.ix()], *sku))
    };
    let mut sequence: Vec<OrderIx> = dataset.order_indices().collect();
    sequence.par_sort_by_cached_key(|&order| (rarest(order), order));
    sequence
}

/// Whether three orders of four are of one unit.
fn are_units(dataset: &Dataset) -> bool {
    let of_one = |order: &&Order| {
        let lines = order.line_indices();
        lines
            .map(|line| dataset.lines[line.ix()].quantity)
            .sum::<u32>()
            == 1
    };
    let units = dataset.orders.iter().filter(of_one).count();
    units * 4 >= dataset.orders.len() * 3
}

/// What orders share where waves count together; `None`: options are kept, or there are no waves that could.
pub fn together(shop: Shop<'_>, options: &Options) -> Option<Coupling> {
    if options.orders.is_some() {
        return None;
    }
    let stretches = spread::stretches(shop, options);
    let anew = || Coupling::new(shop.dataset, shop.settings);
    (!stretches.is_empty()).then(|| anew().together(shop.dataset, stretches))
}

/// What is told on the way: the phase, with the bound where it is known and the worth of a plan where there is one.
type Tell<'t> = &'t dyn Fn(&'static str, Option<i128>, Option<i128>);

/// Prices and a plan by them.
fn search(
    lister: &Lister<'_>,
    weights: Weights,
    start: Start<'_>,
    control: &Control<'_>,
) -> (Lists, Planned) {
    let shop = lister.shop;
    let (dataset, coupling, binding) = (shop.dataset, shop.coupling, lister.binding);
    let base = Totals::new(&[GoalKind::Profit], dataset, coupling, binding).last_value();
    let in_units = |worth: i128| (worth + i128::from(base)) as f64 / MICRO as f64;
    let tell = |phase: &'static str, bound: Option<i128>, worth: Option<i128>| {
        (control.progress)(Progress {
            phase,
            done: None,
            incumbent: worth.map(in_units),
            bound: bound.map(in_units),
        });
    };
    // As the gap is told at the end: against the bound, which is nearer to nothing where plans lose.
    let allowed = |worth: i128| {
        let (worth, gap) = (worth + i128::from(base), shop.settings.mip_gap);
        let share = if worth < 0 { gap / (1.0 + gap) } else { gap };
        (share * worth.abs() as f64) as i128
    };
    let with_room = |lists: &mut Lists, planned: Planned, part: Part, chains: Chains| {
        let cramped = |flat: &Flat<'_>, chosen: &[Chosen], prices: &Prices| {
            room::most_cramped(lister, flat, chosen, prices, part)
        };
        let improve = |flat: &Flat<'_>, plan: (Vec<Chosen>, &[u32]), prices: &Prices| {
            joint::improved_from(flat, plan, (prices, chains), control)
        };
        room::improved(lister, weights, lists, planned, (cramped, improve))
    };
    // Waves that count together are told apart later, which may leave less: all room is of use.
    let goes_on = !coupling.stretches().is_empty();
    let is_near = start.gap.is_some_and(|gap| gap <= shop.settings.mip_gap);
    if let Some(plan) = lister.alike
        && is_near
        && !(goes_on || control.for_bound)
    {
        let room = |lists: &mut Lists, planned: Planned| {
            with_room(lists, planned, Part::NearlyAll, Chains::AtFirst)
        };
        let by = (
            weights,
            &allowed as &dyn Fn(Worth) -> Worth,
            &room as again::WithRoom<'_>,
        );
        if let Some(found) = again::as_before(lister, (plan, start.prices), by, control, &tell) {
            return found;
        }
    }
    let by_prices = |_: &Lists, flat: &Flat<'_>, component: &Component<'_>, rounds: &Rounds| {
        tell("plan at prices", known(component, rounds.proven()), None);
        begun(lister, (component, flat), rounds, control)
    };
    let (mut lists, mut planned) = listed(lister, weights, start.prices, control, &tell, by_prices);
    if !(control.for_bound || control.should_stop()) {
        let (part, chains) = if goes_on {
            (Part::All, Chains::Last)
        } else {
            (Part::NearlyAll, Chains::AtFirst)
        };
        planned = with_room(&mut lists, planned, part, chains);
    }
    told(lister, weights, &mut lists, &mut planned, &allowed, control);
    tell("more room", Some(planned.bound), Some(planned.worth));
    let allowed = allowed(planned.worth);
    let enough = planned.bound - allowed;
    let is_open = |worth: i128| (goes_on || worth < enough) && !control.should_stop();
    if !(goes_on || control.for_bound) {
        if is_open(planned.worth) {
            room::widen(lister, weights, &mut lists, &mut planned, control);
        }
        for (part, chains) in [(Part::NearlyAll, Chains::Last), (Part::All, Chains::Again)] {
            if is_open(planned.worth) {
                planned = with_room(&mut lists, planned, part, chains);
            }
        }
    }
    if planned.worth < enough && is_open(planned.worth) && may_close(shop.settings, control) {
        planned = on_layout(lister, weights, &mut lists, |_, flat| {
            let mut chosen = joint::chosen_of(flat, &planned.choices);
            let prices = planned.prices;
            if !goes_on {
                chosen = joint::exchanged(flat, chosen, (&prices, enough), control);
            }
            if is_open(joint::worth_of(flat, &chosen)) {
                // Waves that count together may leave less when they are told apart: the better now, the better then.
                let enough = if goes_on { i128::MAX / 4 } else { enough };
                // Where all is of use, so is little.
                let side_pays = match lister.alike {
                    _ if goes_on => None,
                    Some(_) => Some(SIDE_PAYS_ALIKE),
                    None => Some(SIDE_PAYS),
                };
                let (aim, seed) = ((allowed, enough, side_pays), shop.settings.seed);
                chosen = together_again(flat, (chosen, seed), &prices, aim, control);
            }
            Planned::new(flat, &chosen, (planned.bound, prices))
        });
    }
    (lists, planned)
}

/// A bound, where it is known: what wide orders could be worth beyond their lists is only told at the end.
fn known(component: &Component<'_>, bound: i128) -> Option<i128> {
    let is_all = component.members.iter().all(|one| !one.options.wide);
    is_all.then_some(bound)
}

/// Lists as deep as prices ask for, with what is made of them at the end, when prices have nothing more to ask.
fn listed<T>(
    lister: &Lister<'_>,
    weights: Weights,
    start: &[i64],
    control: &Control<'_>,
    tell: Tell<'_>,
    end: impl FnOnce(&Lists, &Flat<'_>, &Component<'_>, &Rounds) -> T,
) -> (Lists, T) {
    tell("listing", None, None);
    let none = Tolls::none(lister);
    let least = vec![0; lister.shop.coupling.rows.len()];
    let reach = usual_reach(lister, &none);
    let mut lists = first_lists(lister, weights, (&none, reach, least), control);
    let mut rounds: Option<Rounds> = None;
    // Orders with too many loads to list whose list a search has not changed: it takes long.
    let mut in_vain = vec![false; lists.scarcity.orders.len()];
    loop {
        let laid = lists.laid.take().expect("it was laid out above or below");
        let component = all_orders(lister, weights, &lists);
        let flat = flat(&component, &lists, laid);
        let stop = || control.should_stop();
        let rounds = rounds.get_or_insert_with(|| {
            let of_rows: Vec<i64> = lists
                .rows
                .iter()
                .filter_map(|&row| start.get(row as usize).copied())
                .collect();
            Rounds::begin(&flat, &of_rows, lister.shop.settings.mip_gap, &stop)
        });
        let tell_bound = |bound: i128| tell("prices", known(&component, bound), None);
        let Some(shallow) = rounds.go_on(&flat, control, &tell_bound) else {
            let made = end(&lists, &flat, &component, rounds);
            let laid = flat.into_laid();
            drop(component);
            lists.laid = Some(laid);
            return (lists, made);
        };
        let best = |member: u32| flat.best_listed(member as usize, rounds.asked());
        let is_wide = |&member: &u32| {
            let position = member as usize;
            rounds.are_near() && component.members[position].options.wide && !in_vain[position]
        };
        let wide: Asked = (0..component.members.len() as u32)
            .into_par_iter()
            .filter(is_wide)
            .map(|member| (member, best(member)))
            .collect();
        let laid = flat.into_laid();
        drop(component);
        lists.laid = Some(laid);
        let depth = Depth::new(lister, &mut lists, rounds, shallow.len() + wide.len());
        let orders = lists.scarcity.orders.len();
        let [shallow, wide] = [shallow, wide].map(|asked| by_part(asked, orders, |one| one.0));
        for asked in shallow.into_iter().zip(wide) {
            for &(member, _) in &asked.1 {
                in_vain[member as usize] = true;
            }
            let again = depth.deeper(lister, &lists, asked, control);
            let numbers = lists.take(again);
            rounds.relist(&numbers);
            let again: Vec<u32> = numbers.into_iter().map(|(member, _)| member).collect();
            for &member in &again {
                in_vain[member as usize] = false;
            }
            lists.lay_out(lister, weights, &again);
        }
    }
}

/// Options of the orders with too many loads to list, where options are kept: with the loads by which they are worth most at
/// prices, and those that another scenario's plan ships. Nothing where profit is not all that counts, or how many locations are open does.
pub fn with_better_loads(
    shop: Shop<'_>,
    options: &Options,
    kept: &[OrderOptions],
    start: Start<'_>,
    control: &Control<'_>,
) -> Vec<(OrderIx, OrderOptions)> {
    let Shop {
        dataset,
        settings,
        coupling,
        ..
    } = shop;
    // Where locations are closed and opened on trial, it would come before each of many plans.
    let is_meant = settings.objective == Objective::Profit
        && settings.method != domain::Method::Exact
        && dataset.open_counts().next().is_none();
    let wide: Vec<usize> = (0..kept.len()).filter(|&order| kept[order].wide).collect();
    if wide.is_empty() || !is_meant {
        return Vec::new();
    }
    let binding = could_bind(dataset, settings, options, coupling);
    let sequence: Vec<OrderIx> = dataset.order_indices().collect();
    let lister = Lister {
        shop,
        options,
        alike: None,
        binding: &binding,
        sequence: &sequence,
        are_units: false,
    };
    let loads = |lists: &Lists, flat: &Flat<'_>, component: &Component<'_>, rounds: &Rounds| {
        let prices = rounds.best();
        let of_rows = by_coupling_row(&component.context, flat, prices);
        let of_order = |&order: &usize| -> Vec<Vec<u32>> {
            let listed = &lists.scarcity.orders[order];
            let floor = flat.best_listed(order, &prices.of_rows).max(0);
            let slots = &kept[order].slots;
            let best = better_loads(shop, OrderIx::new(order), slots, &of_rows, floor);
            let best = best.into_iter().map(|(units, _)| units);
            let done = start.plan;
            let done = done.and_then(|plan| Done::of(dataset, plan, OrderIx::new(order)));
            let done: Vec<Vec<u32>> = done.iter().flat_map(Done::loads).collect();
            loads_of(listed).chain(best).chain(done).collect()
        };
        wide.par_iter().map(of_order).collect::<Vec<_>>()
    };
    let tell = |phase: &'static str, _: Option<i128>, _: Option<i128>| control.tell_phase(phase);
    let weights = Weights::of_goal(GoalKind::Profit);
    let (_, loads) = listed(&lister, weights, start.prices, control, &tell, loads);
    let each = wide.par_iter().zip(loads);
    let anew = each.map(|(&order, loads)| {
        let order = OrderIx::new(order);
        let of_order = (order, coupling.stretches());
        let unpriced = options.unpriced_with_loads(dataset, settings, of_order, &loads);
        (order, unpriced.priced())
    });
    anew.collect()
}

/// Blocks of orders that are planned anew where these are too many for all of them to be: those that lose most.
const BLOCKS: usize = 32;
/// Patterns for each order that the solver gets, on average.
const PATTERNS: usize = 5;

/// Blocks come before all orders together where less than one part in so many is missing: they seldom gain more.
const LITTLE: i128 = 2_000;
/// After all orders together, or where these are too many for that, blocks come again as long as they bring one part in so many of
/// what was missing,
const PAYS: i128 = 10;
/// so often at most.
const AGAIN: usize = 4;
/// Blocks that are planned side by side are the last where they bring less than one part in so many of what is missing;
const SIDE_PAYS: i128 = 50;
/// the same of a plan that was begun with another, which blocks have been through.
const SIDE_PAYS_ALIKE: i128 = 20;

/// How many orders the solver plans at a time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Anew {
    Blocks,
    All,
}

/// A plan of near-best patterns of all orders by the solver where that is better, until it is worth enough: block by block where
/// orders are many or little is missing, all together where they are not too many, then block by block as long as that pays.
fn together_again(
    flat: &Flat<'_>,
    (mut chosen, seed): (Vec<Chosen>, u32),
    prices: &Prices,
    (allowed, enough, side_pays): (i128, i128, Option<i128>),
    control: &Control<'_>,
) -> Vec<Chosen> {
    let settled = Settled::of(prices.clone());
    let orders = chosen.len();
    let mut worth = joint::worth_of(flat, &chosen);
    let is_little = orders > FEW && enough - worth <= enough.abs() / LITTLE;
    let at_first = (is_little && orders <= TOGETHER).then_some(Anew::Blocks);
    let all = (orders <= TOGETHER).then_some(Anew::All);
    let again = std::iter::repeat_n(Anew::Blocks, if orders > FEW { AGAIN } else { 0 });
    let mut is_first = at_first.is_some();
    for how in at_first.into_iter().chain(all).chain(again) {
        let missing = enough - worth;
        if missing <= 0 || control.should_stop() {
            break;
        }
        let near = Near {
            enough: (how == Anew::Blocks).then_some(enough),
            reach: joint::first_reach(flat, prices),
            patterns: PATTERNS * orders,
            gap: allowed / CLOSER,
            seconds: control.seconds_left() / 2.0,
            iterations: Some(joint::EFFORT),
            blocks: if orders > ANEW { BLOCKS } else { usize::MAX },
            pays: side_pays,
            seed,
        };
        let found = match how {
            Anew::Blocks => joint::by_blocks(flat, (flat, &settled), &chosen, near, control),
            Anew::All => {
                joint::replan(flat, (flat, &settled, prices.bound), &chosen, near, control)
            }
        };
        let mut gained = 0;
        if let Some(anew) = found.chosen.filter(|anew| joint::is_kept(flat, anew)) {
            gained = joint::worth_of(flat, &anew) - worth;
            if gained > 0 {
                (chosen, worth) = (anew, worth + gained);
            }
        }
        let pays = how == Anew::All || gained >= missing / PAYS;
        if !std::mem::take(&mut is_first) && !pays {
            break;
        }
    }
    chosen
}

/// What is within reach of each order's best at least prices, laid out.
fn first_lists(
    lister: &Lister<'_>,
    weights: Weights,
    (tolls, reach, least): (&Tolls, i64, Vec<i64>),
    control: &Control<'_>,
) -> Lists {
    let rows = lister.shop.coupling.rows.len();
    let count = lister.shop.dataset.orders.len();
    // Half of what all may have is for later, when prices tell who needs it.
    let each = (lister.options.cut.total / 2 / count.max(1)).max(Cut::LEAST);
    let first = |member: u32| {
        let order = lister.order(member);
        if control.should_stop() {
            lister.unlisted(order)
        } else {
            lister.first(order, tolls, (reach, each))
        }
    };
    let mut lists = Lists {
        scarcity: Scarcity {
            orders: vec![OrderOptions::default(); count],
            binding: lister.binding.to_vec(),
        },
        laid: None,
        least,
        rows: (0..rows as u32)
            .filter(|&row| lister.binding[row as usize])
            .collect(),
    };
    lists.lay_out(lister, weights, &[]);
    for members in by_part(0..count as u32, count, |&member| member) {
        let each = members.par_iter();
        let listed: Vec<OrderOptions> = each.map(|&member| first(member)).collect();
        for (&member, listed) in members.iter().zip(listed) {
            lists.scarcity.orders[member as usize] = listed;
        }
        lists.lay_out(lister, weights, &members);
    }
    lists
}

/// How far below its best an order is listed at first.
fn usual_reach(lister: &Lister<'_>, tolls: &Tolls) -> i64 {
    let count = lister.sequence.len();
    let sampled = SAMPLED.min(count);
    let of_sampled: i64 = (0..sampled)
        .into_par_iter()
        .map(|number| lister.most(lister.sequence[number * count / sampled], tolls))
        .sum();
    of_sampled / sampled.max(1) as i64 / FIRST_REACH
}

fn all_orders<'a>(lister: &Lister<'a>, weights: Weights, lists: &'a Lists) -> Component<'a> {
    let context = lists.context(lister.shop, weights);
    let each = lister.sequence.iter().zip(&lists.scarcity.orders);
    Component {
        members: each
            .map(|(&order, list)| Member::of(&context, order, list))
            .collect(),
        context,
        rows: lists.rows.clone(),
    }
}

/// All orders as they are laid out, for searches.
fn flat<'c>(component: &'c Component<'c>, lists: &Lists, laid: Laid) -> Flat<'c> {
    let (context, members) = (&component.context, &component.members[..]);
    let mut flat = Flat::of_laid(context, members, &component.rows, laid);
    let least = |&row: &u32| lists.least[row as usize];
    flat.least = lists.rows.iter().map(least).collect();
    flat
}

/// How deep orders are listed again.
struct Depth {
    /// By coupling row, the latest prices.
    prices: Vec<i64>,
    /// What is paid at these.
    tolls: Tolls,
    /// What is paid at the least prices.
    least: Tolls,
    /// How far below the best.
    reach: i64,
    /// How many candidates more each may have.
    more: usize,
    /// Whether prices have settled.
    have_settled: bool,
}

impl Depth {
    /// By the latest prices, for so many orders; what is left out is told by the least prices of now.
    fn new(lister: &Lister<'_>, lists: &mut Lists, rounds: &Rounds, orders: usize) -> Self {
        let mut prices = vec![0; lists.least.len()];
        for ((&row, least), &price) in lists.rows.iter().zip(rounds.least()).zip(rounds.asked()) {
            // What an order uses once is not told by candidate: lists leave nothing out by what it costs.
            if !lister.shop.coupling.counts_once(row) {
                let known = &mut lists.least[row as usize];
                *known = least.max(*known);
            }
            prices[row as usize] = price;
        }
        let listed = lists.laid.as_ref().map_or(0, Laid::candidates);
        Self {
            tolls: Tolls::new(lister, &prices),
            least: Tolls::new(lister, &lists.least),
            prices,
            reach: rounds.reach(),
            more: more_each(lister, listed, orders).min(rounds.more_at_most()),
            have_settled: rounds.have_settled(),
        }
    }

    /// Lists of orders whose best listed pattern at the latest prices is worth less than what is left out of them: deeper, or
    /// where prices have settled with what is better at these prices, as by the least prices there could always be more. Of
    /// those with too many loads to list, with the loads by which they are worth more at these prices.
    fn deeper(
        &self,
        lister: &Lister<'_>,
        lists: &Lists,
        (shallow, wide): (Asked, Asked),
        control: &Control<'_>,
    ) -> Vec<Relisted> {
        let list = |member: u32| lists.list(lister, member);
        let within = (self.reach, self.more);
        let deeper = |order: &(u32, i64)| {
            let before = list(order.0);
            if before.wide || control.should_stop() {
                None
            } else if self.have_settled {
                lister.nearer(*order, &before, within, &self.tolls)
            } else {
                Some(lister.deeper(*order, &before, within, &self.least))
            }
        };
        let wider = |order: &(u32, i64)| {
            let is_asked = !control.should_stop();
            let at = (&self.prices[..], &self.tolls);
            is_asked.then(|| lister.wider(*order, &list(order.0), at, self.more))?
        };
        let mut again: Vec<Relisted> = shallow.par_iter().filter_map(deeper).collect();
        again.par_extend(wide.par_iter().filter_map(wider));
        again.sort_unstable_by_key(|one| one.member);
        again
    }
}

/// A plan at the best prices in which no order by itself could do better; its bound does not tell what wide orders could be
/// worth beyond their lists.
fn begun(
    lister: &Lister<'_>,
    (component, flat): (&Component<'_>, &Flat<'_>),
    rounds: &Rounds,
    control: &Control<'_>,
) -> Planned {
    // Lists and least prices may have changed since the best prices were found.
    let prices = Prices {
        of_rows: joint::closest(flat, &rounds.best().of_rows, control),
        // Until it is told at these prices.
        bound: rounds.proven(),
    };
    let chosen = if control.should_stop() {
        joint::plan_in_haste(flat, rounds.pool(), &prices, &|| control.is_late())
    } else {
        // Where prices were far from good ones so is the plan.
        let alike = lister.alike.filter(|_| !rounds.were_far());
        let same = alike.map(|plan| same_as(lister, component, flat, plan));
        joint::begun_at(flat, (rounds.pool(), same.as_deref()), &prices, control)
    };
    Planned::new(flat, &chosen, (rounds.proven(), prices))
}

/// By member, what it can do of what a plan does with its order.
fn same_as(
    lister: &Lister<'_>,
    component: &Component<'_>,
    flat: &Flat<'_>,
    plan: &Plan,
) -> Vec<Option<Same>> {
    component.same_as(plan, |number| {
        let Member { order, options, .. } = component.members[number];
        flat.list(number, (lister.shop.dataset, order), options)
    })
}

/// Tells the bound of a plan's prices, as close as is enough.
fn told(
    lister: &Lister<'_>,
    weights: Weights,
    lists: &mut Lists,
    planned: &mut Planned,
    allowed: &dyn Fn(Worth) -> Worth,
    control: &Control<'_>,
) {
    on_layout(lister, weights, lists, |component, flat| {
        let beyond = Beyond::new(lister, component, flat, &planned.prices);
        // Waves that count together are told apart later, which may leave less; or only the bound matters.
        let is_last = lister.shop.coupling.stretches().is_empty() && !control.for_bound;
        let enough = planned.worth + allowed(planned.worth);
        let mut bound = beyond.counted() + beyond.of_wide();
        bound += beyond.of_others(bound, is_last.then_some(enough), control);
        planned.prices.bound = bound;
        if component.members.iter().all(|one| !one.options.wide) {
            // Proven with other lists, and as good.
            bound = bound.min(planned.bound);
        }
        planned.bound = bound;
    });
}

/// A plan at prices.
struct Planned {
    choices: Vec<Choice>,
    worth: Worth,
    bound: Worth,
    prices: Prices,
}

impl Planned {
    fn new(flat: &Flat<'_>, chosen: &[Chosen], (bound, prices): (Worth, Prices)) -> Self {
        Self {
            choices: joint::choices_of(flat, chosen),
            worth: joint::worth_of(flat, chosen),
            bound,
            prices,
        }
    }
}

/// What is made of all orders as they are laid out.
fn on_layout<T>(
    lister: &Lister<'_>,
    weights: Weights,
    lists: &mut Lists,
    make: impl FnOnce(&Component<'_>, &Flat<'_>) -> T,
) -> T {
    let laid = lists.laid.take().expect("orders are laid out");
    let component = all_orders(lister, weights, lists);
    let flat = flat(&component, lists, laid);
    let made = make(&component, &flat);
    let laid = flat.into_laid();
    drop(component);
    lists.laid = Some(laid);
    made
}

/// Of each order's list what is chosen, and choices that say so, both by order.
fn chosen_of(
    lister: &Lister<'_>,
    lists: Lists,
    mut choices: Vec<Choice>,
) -> (Scarcity, Vec<Choice>) {
    let binding = lists.scarcity.binding.clone();
    let of_member = |member: usize, list: &OrderOptions| {
        let chosen = choices[member].chosen.iter();
        let mut options = OrderOptions {
            candidates: chosen.map(|&it| list.candidates[it as usize]).collect(),
            loads: list.loads.clone(),
            mixes: list.mixes.clone(),
            slots: list.slots.clone(),
            ..*list
        };
        drop_unused_loads(&mut options);
        options
    };
    let mut orders = vec![OrderOptions::default(); choices.len()];
    lists.in_parts(lister, of_member, |members, made| {
        for (order, made) in lister.sequence[members].iter().zip(made) {
            orders[order.ix()] = made;
        }
    });
    let mut by_order = vec![Choice::default(); choices.len()];
    for (order, choice) in lister.sequence.iter().zip(&mut choices) {
        choice.chosen = (0..choice.chosen.len() as u32).collect();
        by_order[order.ix()] = std::mem::take(choice);
    }
    (Scarcity { binding, orders }, by_order)
}

/// The plan as outcome.
fn finish(
    lister: &Lister<'_>,
    (shop, weights): (Shop<'_>, Weights),
    lists: Lists,
    planned: Planned,
    control: &Control<'_>,
) -> Outcome {
    let rows = lists.rows.clone();
    let (scarcity, choices) = chosen_of(lister, lists, planned.choices);
    let context = Context {
        shop,
        scarcity: &scarcity,
        weights,
        start: Start::default(),
    };
    let orders: Vec<OrderIx> = shop.dataset.order_indices().collect();
    let component = Component::new(context, &orders, rows);
    let size = Size {
        components: 1,
        largest_component: component.members.len(),
        coupling_rows: component.rows.len(),
        ..Size::default()
    };
    let mut plan = Plan::default();
    plan.shipments.extend(component.shipments(&choices));
    plan.sort();
    let (kinds, binding) = ([GoalKind::Profit], &scarcity.binding);
    let mut totals = Totals::new(&kinds, shop.dataset, shop.coupling, binding);
    let bound = i64::try_from(planned.bound).expect("total money is capped when data are read");
    totals.add(&Progressed {
        component,
        choices,
        bounds: vec![bound],
        proven_at: vec![Vec::new()],
        together: None,
        priced: Priced {
            of_rows: planned.prices.of_rows,
            bound: i64::try_from(planned.prices.bound).unwrap_or(bound),
        },
        method: Method::Prices,
        size: (0, 0),
    });
    outcome(shop, plan, totals, control, "prices", size)
}
