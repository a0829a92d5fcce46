//! A scenario much like one that is planned: where the plan of that one, mended, is good enough at its very prices, no others are
//! searched for.

use super::lister::Lister;
use super::tolls::Tolls;
use super::{
    FIRST_REACH, Lists, Planned, Tell, first_lists, on_layout, same_as, told, usual_reach,
};
use crate::plan::Plan;
use crate::solve::joint::{self, Prices};
use crate::solve::outcome::Control;
use crate::solve::pattern::Worth;
use crate::solve::used::used_by;
use crate::solve::worth::Weights;

/// How a plan is improved where cramped orders have more room.
pub type WithRoom<'r> = &'r dyn Fn(&mut Lists, Planned) -> Planned;

/// A gap of so many per cent of what is allowed is not closed by mending.
const TOO_WIDE: i128 = 110;
/// A price of a unit, in micro-units of money, beyond those of good plans.
const DEAREST: i64 = 10_000_000_000;
/// Not more than one unit for so many shipments may be missing of what a plan takes,
const MISSING: i64 = 500;
/// and what it leaves may be worth one part in so many of the gap that is allowed: orders lose more than that.
const UNSOLD: i128 = 2;

/// What another scenario does, mended, at its prices by coupling row, each order listed near its best at these; `None` where that
/// is not within what is allowed of the bound that they prove.
pub fn as_before(
    lister: &Lister<'_>,
    (plan, start): (&Plan, &[i64]),
    (weights, allowed, with_room): (Weights, &dyn Fn(Worth) -> Worth, WithRoom<'_>),
    control: &Control<'_>,
    tell: Tell<'_>,
) -> Option<(Lists, Planned)> {
    let dearest = start.iter().copied().max().unwrap_or(0);
    if dearest == 0 || dearest > DEAREST {
        return None;
    }
    // What an order uses once is not told by candidate.
    let is_told = |row: usize| lister.binding[row] && !lister.shop.coupling.counts_once(row as u32);
    let each = start.iter().enumerate();
    let least = each.map(|(row, &price)| if is_told(row) { price } else { 0 });
    let least: Vec<i64> = least.collect();
    let tolls = Tolls::new(lister, &least);
    let reach = usual_reach(lister, &tolls);
    if !uses_much_the_same(lister, plan, (&least, reach), allowed) {
        return None;
    }
    tell("listing", None, None);
    let mut lists = first_lists(lister, weights, (&tolls, reach, least), control);
    tell("plan as before", None, None);
    let of_rows = lists.rows.iter().filter_map(|&row| start.get(row as usize));
    let of_rows: Vec<i64> = of_rows.copied().collect();
    let mut planned = on_layout(lister, weights, &mut lists, |component, flat| {
        let prices = Prices {
            of_rows: joint::closest(flat, &of_rows, control),
            bound: i128::MAX,
        };
        let same = same_as(lister, component, flat, plan);
        let chosen = joint::begun_as(flat, &same, &prices, control)?;
        Some(Planned::new(flat, &chosen, (i128::MAX, prices)))
    })?;
    let tell_bound = |lists: &mut Lists, planned: &mut Planned| {
        told(lister, weights, lists, planned, allowed, control);
        (planned.bound - planned.worth, allowed(planned.worth))
    };
    let (mut gap, mut enough) = tell_bound(&mut lists, &mut planned);
    if gap > enough && gap * 100 <= enough * TOO_WIDE {
        planned = with_room(&mut lists, planned);
        (gap, enough) = tell_bound(&mut lists, &mut planned);
    }
    (gap <= enough).then_some((lists, planned))
}

/// Whether a plan takes hardly more than there is, and leaves little at these prices, where orders are worth so much at them that
/// a part of it is within reach.
fn uses_much_the_same(
    lister: &Lister<'_>,
    plan: &Plan,
    (prices, reach): (&[i64], i64),
    allowed: &dyn Fn(Worth) -> Worth,
) -> bool {
    let shop = lister.shop;
    let used = used_by(shop.dataset, shop.coupling, plan);
    let (mut missing, mut unsold, mut all) = (0_i64, 0, 0);
    for ((row, used), &price) in shop.coupling.rows.iter().zip(used).zip(prices) {
        if row.is_commitment() || row.is_open() {
            continue;
        }
        missing += (used - row.capacity - row.extra).max(0);
        unsold += Worth::from(price) * Worth::from((row.capacity - used).max(0));
        all += Worth::from(price) * Worth::from(row.capacity);
    }
    let of_orders = Worth::from(reach * FIRST_REACH) * lister.sequence.len() as Worth;
    let is_all_there = missing.saturating_mul(MISSING) <= plan.shipments.len() as i64;
    is_all_there && unsold * UNSOLD <= allowed(of_orders + all)
}
