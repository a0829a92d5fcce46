//! Orders planned jointly by prices: the bound, the prices and the plan of a component of any size.
//!
//! For any prices ≥ 0: L = Σ price × capacity + Σ what may be bought × max(0, price − its cost) plus
//! Σ over orders of the best pattern at worths less priced use. No plan is worth more than L. Prices
//! are integers, so L is exact, however they were found.
//!
//! 1. `volume`: some cheap steps from no prices.
//! 2. `pool`: near-best patterns of all orders; their `relaxation` gives better prices, at which all orders are priced
//!    exactly: a bound and new patterns; some rounds (`rounds`, where options are listed on demand).
//! 3. `openings`: fixed costs of locations enter the bound where no good plan does without them.
//! 4. `links`: orders pay parts of fixed costs, which makes the bound closer than that.
//! 5. `standing`: patterns taken by their share in the relaxation, the others at prices with what is left.
//! 6. `closing`: locations with a fixed cost are closed and opened on trial.
//! 7. `exchange`: orders of one unit are assigned exactly, product by product; cells that only they use get exact prices.
//! 8. `chains`: orders that lose most by their choice push others to where they lose less.
//! 9. `master`: where a gap is left, prices that prove as much as any do, with cuts.
//! 10. `replan`: the patterns that are near to their orders' best at these prices, in the solver.

mod chains;
mod closing;
mod compact;
mod exchange;
mod flat;
mod links;
mod master;
mod once;
mod openings;
mod pool;
mod relaxation;
mod replan;
mod rounds;
mod search;
mod shape;
mod standing;
mod trust;
mod volume;

pub use flat::{Flat, FloorRow, Laid, Limit};
pub use links::Links;
pub use master::{Settled, settled};
pub use openings::bound_with_openings;
pub use pool::Pool;
pub use replan::{EFFORT, Near, by_blocks, replan};
pub use rounds::Rounds;
pub use search::Chosen;

use super::alike::Same;
use super::component::Choice;
use super::outcome::Control;
use super::steps::Step;
use chains::Wishes;
use exchange::Exchange;
use pool::Priced;
use rayon::prelude::*;
use relaxation::Relaxation;
use search::{Ask, Work};
use standing::{Standing, used_by, worth_with};
use std::time::Instant;

/// Rounds of pool, prices and exact pricing that are worth their time where nothing else is done about prices.
pub const ROUNDS: usize = 20;
/// The same where they only make a pool: prices to begin with are good, and settled exactly afterwards.
pub const ROUNDS_BEFORE_SETTLING: usize = 3;
/// A round that brings the bound down by less than one part in so many is slow; after [`PATIENCE`] of them it is enough.
const ENOUGH_GAIN: i128 = 100_000;
/// Slow rounds in succession that are allowed.
const PATIENCE: usize = 4;
/// Rounds at least: the first only fill the pool.
const FILLING: usize = 8;
/// The same where prices are known to begin with.
const FILLING_STARTED: usize = 6;
/// There, how much nearer to the best patterns are looked at first.
const NEAR: i64 = 16;
/// Iterations of the relaxation in a round.
const ITERATIONS: usize = 400;
/// Rounds of the volume algorithm at most.
const VOLUME_ROUNDS: usize = 60;
/// At what part of prices orders of one unit choose in turn as a plan is made, in per cent.
const FALLING: [i128; 8] = [130, 112, 104, 102, 101, 100, 98, 90];
/// How often orders of one unit choose again at prices where a plan is not good enough.
const EXCHANGES: usize = 2;
/// Passes of choosing again at most.
const PASSES: usize = 4;
/// Rounds of chains at most.
const CHAINS: usize = 12;
/// Orders from which on chains end before nothing gains any more.
const LARGE: usize = 20_000;
/// There, a round of chains that gains no more than one part in so many is the last.
const ENOUGH_CHAINED: i128 = 20_000;
/// The same where the bound is not as close as it can be told, and telling it brings more in that time.
const ENOUGH_AT_FIRST: i128 = 4_000;

/// Iterations that are timed.
const TIMED_ITERATIONS: usize = 100;

/// Prices of the rows and the bound that they prove, wide orders not in.
#[derive(Clone, Debug)]
pub struct Prices {
    /// By row of the flat layout.
    pub of_rows: Vec<i64>,
    /// No choices of the listed orders are worth more than this, rows' costs in, told at these prices or at better ones.
    pub bound: i128,
}

/// A plan from nothing: orders in sequence, each at its best with what is left, then each again. What members can do of what another
/// plan does comes first.
pub fn start(
    flat: &Flat<'_>,
    sequence: &[u32],
    same: Option<&[Option<Same>]>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Vec<Chosen> {
    let nothing = vec![Chosen::new(); flat.members.len()];
    let mut standing = Standing::new(flat, nothing);
    if let Some(same) = same {
        take_these(flat, &mut standing, sequence, same);
    }
    let is_open = |member: &&u32| standing.chosen[**member as usize].is_empty();
    let open: Vec<u32> = sequence.iter().filter(is_open).copied().collect();
    standing.fill(flat, &open, None, stop);
    standing.improve(flat, 1, stop);
    standing.chosen
}

/// What a search for prices starts from and may stop at.
pub struct Aim<'a> {
    /// The plan so far.
    pub chosen: &'a [Chosen],
    /// What it is worth by the layout's worths, wide orders not in.
    pub worth: i128,
    /// A bound this close to it is enough.
    pub gap: i128,
}

/// Searches prices with a low bound, from those given by row or from none, in so many rounds at most; the pool keeps the
/// patterns that they favour.
pub fn search_prices(
    flat: &Flat<'_>,
    start: &[i64],
    (aim, rounds): (&Aim<'_>, usize),
    control: &Control<'_>,
    tell: &dyn Fn(i128),
) -> (Prices, Pool) {
    let stop = || control.should_stop();
    let (filling, volume_rounds, near) = if start.is_empty() {
        (FILLING, VOLUME_ROUNDS, 1)
    } else {
        (FILLING_STARTED, 0, NEAR)
    };
    let mut first = allowed(flat, start);
    first.resize(flat.limits.len(), 0);
    let wanted = (aim.worth, aim.gap);
    let judge = |priced: &Priced| priced.bound;
    let mut best = volume::search(flat, first, wanted, volume_rounds, judge, &stop);
    tell(best.bound);
    let mut pool = Pool::new(flat);
    let mut prices = best.of_rows.clone();
    let mut reach = (first_reach(flat, &best) / near).max(1);
    let mut balance = first_reach(flat, &best) as f64;
    let mut slow = 0;
    let mut is_priced = false;
    for round in 0..rounds {
        let known = best.bound;
        let planned = |member: usize| aim.chosen[member].clone();
        let bound = pool.extend(flat, &prices, reach, &planned).bound;
        if bound < best.bound {
            best = Prices {
                of_rows: prices.clone(),
                bound,
            };
            tell(bound);
        }
        let gained = (known - best.bound) * ENOUGH_GAIN;
        let is_slow = round >= filling && gained < best.bound.abs();
        slow = if is_slow { slow + 1 } else { 0 };
        if stop() || best.bound - aim.worth <= aim.gap || slow == PATIENCE {
            is_priced = true;
            break;
        }
        let shares = pool.take_shares();
        let relaxation = Relaxation::new(&flat.limits, &pool);
        let mut point = relaxation.point(&prices, balance, shares);
        relaxation.iterate(&mut point, ITERATIONS, &stop);
        balance = point.balance;
        // Half-way to where the pool's relaxation has them: it does not know all patterns, and overshoots.
        let drawn = point.prices.iter().zip(&best.of_rows);
        prices = drawn
            .enumerate()
            .map(|(row, (&price, &known))| {
                flat.whole_price(row, 0.5 * (f64::from(price) + known as f64))
            })
            .collect();
        pool.keep_shares(&point.shares);
        reach = (reach * 3 / 4).max(1);
    }
    if !is_priced {
        let last = pool::price_all(flat, &prices).bound;
        if last < best.bound {
            best = Prices {
                of_rows: prices,
                bound: last,
            };
            tell(last);
        }
    }
    (closer(flat, best, &stop), pool)
}

/// The same prices, or where these prove more, those at which cells that only orders of one unit use have the best prices
/// that there are at those of all else.
fn closer(flat: &Flat<'_>, known: Prices, stop: &(dyn Fn() -> bool + Sync)) -> Prices {
    let exchange = Exchange::new(flat);
    if exchange.is_idle() || stop() {
        return known;
    }
    closer_by(&exchange, flat, known)
}

fn closer_by(exchange: &Exchange, flat: &Flat<'_>, known: Prices) -> Prices {
    let found = exchange.priced(flat, &known.of_rows);
    let bound = pool::price_all(flat, &found).bound;
    if bound >= known.bound {
        return known;
    }
    Prices {
        of_rows: found,
        bound,
    }
}

/// How near to the best a pattern must be at first: some per cent of what an order is worth.
pub fn first_reach(flat: &Flat<'_>, prices: &Prices) -> i64 {
    let orders = flat.members.len().max(1) as i128;
    i64::try_from((prices.bound / orders).abs() / 20 + 1).unwrap_or(i64::MAX / 1024)
}

/// A plan from shares and prices, improved by chains.
pub fn plan_at(
    flat: &Flat<'_>,
    pool: &Pool,
    prices: &Prices,
    control: &Control<'_>,
) -> Vec<Chosen> {
    let stop = || control.should_stop();
    let mut standing = begun(flat, pool, prices, &stop);
    chain(flat, &mut standing, (prices, ENOUGH_CHAINED), &stop);
    standing.chosen
}

/// A plan in which no order by itself could do better, before any chains: from what another plan does where nearly all members can
/// do that, else from shares and prices.
pub fn begun_at(
    flat: &Flat<'_>,
    (pool, same): (&Pool, Option<&[Option<Same>]>),
    prices: &Prices,
    control: &Control<'_>,
) -> Vec<Chosen> {
    let like = same.and_then(|same| begun_as(flat, same, prices, control));
    let begun = || begun(flat, pool, prices, &|| control.should_stop()).chosen;
    like.unwrap_or_else(begun)
}

/// A plan from what another does, in which no order by itself could do better, before any chains; `None` where too many members
/// must do otherwise.
pub fn begun_as(
    flat: &Flat<'_>,
    same: &[Option<Same>],
    prices: &Prices,
    control: &Control<'_>,
) -> Option<Vec<Chosen>> {
    let begun = begun_like(flat, same, prices, &|| control.should_stop())?;
    Some(begun.chosen)
}

/// A plan is begun with what another does where no more than one in so many of the orders that it ships must do otherwise,
const OTHERWISE: usize = 100;
/// and it ships all but one in so many.
const UNSHIPPED: usize = 5;

/// A plan from what members can do of what another plan does; `None` where too many must do otherwise: what is scarce is something
/// else.
fn begun_like(
    flat: &Flat<'_>,
    same: &[Option<Same>],
    prices: &Prices,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Standing> {
    let mut standing = Standing::new(flat, vec![Chosen::new(); same.len()]);
    let shipped = (0..).zip(same).filter(|(_, same)| same.is_some());
    let shipped: Vec<u32> = shipped.map(|(member, _)| member).collect();
    if (same.len() - shipped.len()) * UNSHIPPED > same.len() {
        return None;
    }
    take_these(flat, &mut standing, &shipped, same);
    let does_same = |(chosen, same): &(&Chosen, &Option<Same>)| {
        same.as_ref()
            .is_some_and(|same| chosen.len() >= same.shipments)
    };
    let done = standing.chosen.iter().zip(same).filter(does_same).count();
    if (shipped.len() - done) * OTHERWISE > shipped.len() {
        return None;
    }
    fill_up(flat, &mut standing, prices, stop);
    standing.improve(flat, PASSES, stop);
    Some(standing)
}

fn begun(
    flat: &Flat<'_>,
    pool: &Pool,
    prices: &Prices,
    stop: &(dyn Fn() -> bool + Sync),
) -> Standing {
    let mut standing = rounded(flat, pool);
    if stop() {
        standing.take_known(flat, pool, &prices.of_rows);
    }
    fill_up(flat, &mut standing, prices, stop);
    exchange_at_prices(flat, &mut standing, prices, stop);
    standing.improve(flat, PASSES, stop);
    standing
}

/// A plan from shares and prices where it is time to stop: what is known, and more as long as it is not too late.
pub fn plan_in_haste(
    flat: &Flat<'_>,
    pool: &Pool,
    prices: &Prices,
    is_late: &(dyn Fn() -> bool + Sync),
) -> Vec<Chosen> {
    let mut standing = rounded(flat, pool);
    standing.take_known(flat, pool, &prices.of_rows);
    fill_up(flat, &mut standing, prices, is_late);
    standing.chosen
}

/// Improves a plan at prices.
pub fn improved(
    flat: &Flat<'_>,
    chosen: Vec<Chosen>,
    prices: &Prices,
    control: &Control<'_>,
) -> Vec<Chosen> {
    let stop = || control.should_stop();
    let mut standing = Standing::new(flat, chosen);
    improve(flat, &mut standing, prices, &stop);
    standing.chosen
}

/// Chains of a plan some of whose orders may have more room.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Chains {
    /// As long as they gain more in their time than telling the bound.
    AtFirst,
    /// To the end.
    Last,
    /// To the end where any have more room: without that they have been.
    Again,
}

/// The same where no order by itself could do better but these, which have more room.
pub fn improved_from(
    flat: &Flat<'_>,
    (chosen, members): (Vec<Chosen>, &[u32]),
    (prices, chains): (&Prices, Chains),
    control: &Control<'_>,
) -> Vec<Chosen> {
    if chains == Chains::Again && members.is_empty() {
        return chosen;
    }
    let stop = || control.should_stop();
    let mut standing = Standing::new(flat, chosen);
    standing.improve_from(flat, members.to_vec(), PASSES, &stop);
    let enough = match chains {
        Chains::AtFirst => ENOUGH_AT_FIRST,
        Chains::Last | Chains::Again => ENOUGH_CHAINED,
    };
    chain(flat, &mut standing, (prices, enough), &stop);
    standing.chosen
}

/// A plan of orders of one unit where they choose again as if what else they use were had at its price, and chains mend it:
/// the best of some such plans, the first that is worth so much, or the plan as it is.
pub fn exchanged(
    flat: &Flat<'_>,
    chosen: Vec<Chosen>,
    (prices, enough): (&Prices, i128),
    control: &Control<'_>,
) -> Vec<Chosen> {
    let stop = || control.should_stop();
    let exchange = Exchange::new(flat);
    if !exchange.decides(flat) {
        return chosen;
    }
    let mut now = Standing::new(flat, chosen);
    let mut best = (now.worth(flat), now.chosen.clone());
    for _ in 0..EXCHANGES {
        if best.0 >= enough || stop() {
            break;
        }
        exchange.choose(flat, &mut now, &prices.of_rows, &stop);
        improve(flat, &mut now, prices, &stop);
        let worth = now.worth(flat);
        if worth > best.0 {
            best = (worth, now.chosen.clone());
        }
    }
    best.1
}

/// A plan in which orders choose again with what others leave.
pub fn filled(flat: &Flat<'_>, chosen: Vec<Chosen>, control: &Control<'_>) -> Vec<Chosen> {
    let mut standing = Standing::new(flat, chosen);
    standing.improve(flat, PASSES, &|| control.should_stop());
    standing.chosen
}

fn improve(
    flat: &Flat<'_>,
    standing: &mut Standing,
    prices: &Prices,
    stop: &(dyn Fn() -> bool + Sync),
) {
    standing.improve(flat, PASSES, stop);
    chain(flat, standing, (prices, ENOUGH_CHAINED), stop);
}

/// Closes and opens locations, and lets orders push others, where none by itself could do better; where orders are many, until
/// a round gains no more than one part in `enough`.
fn chain(
    flat: &Flat<'_>,
    standing: &mut Standing,
    (prices, enough): (&Prices, i128),
    stop: &(dyn Fn() -> bool + Sync),
) {
    closing::close_and_open(flat, standing, stop);
    let mut known = standing.worth(flat);
    let wishes = Wishes::new(flat, &prices.of_rows);
    for _ in 0..CHAINS {
        chains::chains(flat, standing, &wishes, stop);
        standing.improve_again(flat, stop);
        let worth = standing.worth(flat);
        let gained = worth - known;
        let is_enough = flat.members.len() > LARGE && gained * enough <= worth.abs();
        if gained <= 0 || is_enough || stop() {
            break;
        }
        known = worth;
    }
}

/// Lets orders of one unit choose as if what else they use were had at its price; not where that leaves less, nor where they
/// are few: there chains do as well, and sooner.
fn exchange_at_prices(
    flat: &Flat<'_>,
    standing: &mut Standing,
    prices: &Prices,
    stop: &(dyn Fn() -> bool + Sync),
) {
    let exchange = Exchange::new(flat);
    if !exchange.decides(flat) || stop() {
        return;
    }
    standing.improve(flat, PASSES, stop);
    let before = standing.clone();
    // Anew: with all in place, none could change places on two rows that are full.
    for leaving in exchange.leaving(standing) {
        standing.commit(flat, vec![leaving]);
    }
    // Those that want it most first, as prices fall to what they are, and below where something is left.
    for percent in FALLING {
        let part = |&price: &i64| (i128::from(price) * percent / 100) as i64;
        let fallen: Vec<i64> = prices.of_rows.iter().map(part).collect();
        exchange.choose(flat, standing, &fallen, stop);
    }
    standing.improve(flat, PASSES, stop);
    if standing.worth(flat) < before.worth(flat) {
        *standing = before;
    }
}

/// Gives members in turn, which have nothing, the best that each can do with what is the same as in another plan alone, where there
/// is room.
fn take_these(flat: &Flat<'_>, standing: &mut Standing, members: &[u32], same: &[Option<Same>]) {
    let best = |work: &mut Work, &member: &u32| {
        let these = &same[member as usize].as_ref()?.candidates;
        let (chunk, order) = flat.place(member as usize);
        let ask = Ask::with_these(chunk, order, these);
        ask.several(flat, 0, 1, &mut work.scratch, &mut work.found);
        work.found.pop().map(|found| found.chosen)
    };
    let each = members.par_iter().map_init(Work::default, best);
    let best: Vec<Option<Chosen>> = each.collect();
    for (&member, chosen) in members.iter().zip(best) {
        standing.take_if_room(flat, member, chosen.unwrap_or_default());
    }
}

/// Takes patterns by their share in the relaxation where there is room.
fn rounded(flat: &Flat<'_>, pool: &Pool) -> Standing {
    let mut favoured: Vec<(f32, u32, Chosen)> = pool
        .chunks
        .par_iter()
        .zip(&flat.chunks)
        .map(|(patterns, chunk)| {
            let mut found = Vec::with_capacity(chunk.len());
            for order in 0..chunk.len() {
                let best = patterns
                    .of(order)
                    .max_by(|&a, &b| patterns.share[a].total_cmp(&patterns.share[b]));
                if let Some(pattern) = best.filter(|&p| patterns.share[p] > 0.3) {
                    found.push((
                        patterns.share[pattern],
                        (chunk.begin + order) as u32,
                        patterns.candidates_of(pattern, chunk.first[order]),
                    ));
                }
            }
            found
        })
        .collect::<Vec<_>>()
        .concat();
    favoured.par_sort_unstable_by(|one, other| {
        other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1))
    });
    let mut standing = Standing::new(flat, vec![Chosen::new(); flat.members.len()]);
    for (_, member, chosen) in favoured {
        standing.take_if_room(flat, member, chosen);
    }
    standing
}

/// Gives members that have nothing what is best at prices with what is left.
fn fill_up(
    flat: &Flat<'_>,
    standing: &mut Standing,
    prices: &Prices,
    stop: &(dyn Fn() -> bool + Sync),
) {
    let missing: Vec<u32> = (0..flat.members.len() as u32)
        .filter(|&member| standing.chosen[member as usize].is_empty())
        .collect();
    standing.fill(flat, &missing, Some(&prices.of_rows), stop);
}

/// Times the steps by which prices are found: pricing all orders, adding near-best patterns of all, iterating.
pub fn timed(flat: &Flat<'_>) -> Vec<Step> {
    let zero = vec![0; flat.limits.len()];
    let first = pool::price_all(flat, &zero);
    let aim = (first.bound - first.bound / 12, 0);
    let judge = |priced: &Priced| priced.bound;
    let felt = volume::search(flat, zero, aim, VOLUME_ROUNDS, judge, &|| false);
    let reach = first_reach(flat, &felt);
    let mut pool = Pool::new(flat);
    let orders = flat.members.len();
    let priced = shortest(|| drop(pool::price_all(flat, &felt.of_rows)));
    let extended = shortest(|| {
        pool = Pool::new(flat);
        pool.extend(flat, &felt.of_rows, reach, &|_| Chosen::new());
    });
    let patterns = pool.chunks.iter().map(pool::Patterns::count).sum();
    let shares = pool.take_shares();
    let relaxation = Relaxation::new(&flat.limits, &pool);
    let iterated = shortest(|| {
        let mut point = relaxation.point(&felt.of_rows, reach as f64, shares.clone());
        relaxation.iterate(&mut point, TIMED_ITERATIONS, &|| false);
    });
    let step = |what, count, seconds| Step {
        what,
        count,
        seconds,
    };
    vec![
        step("orders priced", orders, priced),
        step("orders with near-best patterns", orders, extended),
        step(
            "patterns, 100 iterations of the relaxation",
            patterns,
            iterated,
        ),
    ]
}

/// The shortest of some times that something takes, in seconds.
fn shortest(mut what: impl FnMut()) -> f64 {
    let each = (0..5).map(|_| {
        let begun = Instant::now();
        what();
        begun.elapsed().as_secs_f64()
    });
    each.fold(f64::INFINITY, f64::min)
}

/// What choices have chosen, on a flat layout.
pub fn chosen_of(flat: &Flat<'_>, choices: &[Choice]) -> Vec<Chosen> {
    let one = |(member, choice): (usize, &Choice)| {
        let (chunk, order) = flat.place(member);
        let first = chunk.first[order];
        choice
            .chosen
            .iter()
            .map(|&position| position + first)
            .collect()
    };
    choices.iter().enumerate().map(one).collect()
}

/// The choices of these patterns.
pub fn choices_of(flat: &Flat<'_>, chosen: &[Chosen]) -> Vec<Choice> {
    let one = |(member, chosen): (usize, &Chosen)| {
        let (chunk, order) = flat.place(member);
        Choice {
            chosen: flat.positions(chunk, order, chosen),
            placed: Vec::new(),
        }
    };
    chosen.iter().enumerate().map(one).collect()
}

/// By row, how much of it choices leave.
pub fn left_of(flat: &Flat<'_>, chosen: &[Chosen]) -> Vec<i64> {
    let used = used_by(flat, chosen);
    let each = flat.limits.iter().zip(used);
    each.map(|(limit, used)| limit.capacity + limit.extra - used)
        .collect()
}

/// The nearest prices that the layout allows, by row.
fn allowed(flat: &Flat<'_>, prices: &[i64]) -> Vec<i64> {
    let each = prices.iter().enumerate();
    each.map(|(row, &price)| flat.whole_price(row, price as f64))
        .collect()
}

/// Prices raised to the least that the layout allows, or closer ones.
pub fn closest(flat: &Flat<'_>, prices: &[i64], control: &Control<'_>) -> Vec<i64> {
    let of_rows = allowed(flat, prices);
    let exchange = Exchange::new(flat);
    if exchange.is_idle() || control.should_stop() {
        return of_rows;
    }
    let known = Prices {
        bound: pool::price_all(flat, &of_rows).bound,
        of_rows,
    };
    closer_by(&exchange, flat, known).of_rows
}

/// What a member loses by its choice.
pub struct Lost {
    /// Which.
    pub member: u32,
    /// In micro-units of money.
    pub lost: i64,
}

/// Members whose choice is worth less at prices than what is left out of them could be, with what they lose against their best
/// listed patterns; ascending.
pub fn cramped(flat: &Flat<'_>, chosen: &[Chosen], prices: &[i64]) -> Vec<Lost> {
    let lost = |member: u32| {
        let (chunk, order) = flat.place(member as usize);
        let worth = chains::reduced(flat, prices, member, &chosen[member as usize]);
        let is_cramped = chunk.most(order, worth) > worth;
        let lost = || flat.best_listed(member as usize, prices).max(worth) - worth;
        is_cramped.then(|| Lost {
            member,
            lost: lost(),
        })
    };
    let members = (0..chosen.len() as u32).into_par_iter();
    members.filter_map(lost).collect()
}

/// Sorts by what each loses and by member, those that lose most first; tells how many of these lose enough together.
pub fn losing_most<T>(all: &mut [T], lost: impl Fn(&T) -> (i64, u32), enough: i128) -> usize {
    all.sort_unstable_by_key(|one| {
        let (lost, member) = lost(one);
        (std::cmp::Reverse(lost), member)
    });
    let mut sum = 0_i128;
    let most = all.iter().take_while(|one| {
        let is_missing = sum < enough;
        sum += i128::from(lost(one).0);
        is_missing
    });
    most.count()
}

/// Whether a plan keeps every limit.
pub fn is_kept(flat: &Flat<'_>, chosen: &[Chosen]) -> bool {
    let mut each = flat.limits.iter().zip(used_by(flat, chosen));
    each.all(|(limit, used)| limit.allows(used))
}

/// The flat layout's worth of a plan.
pub fn worth_of(flat: &Flat<'_>, chosen: &[Chosen]) -> i128 {
    worth_with(flat, chosen, &used_by(flat, chosen))
}
