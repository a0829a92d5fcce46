//! More room for cramped orders: those that could do more than what is listed of them in what a plan leaves.

use super::lister::{Lister, Relisted, Room};
use super::tolls::Tolls;
use super::{Lists, Planned, by_part, more_each, on_layout};
use crate::domain::{Dataset, OrderIx};
use crate::model::Resource;
use crate::solve::joint::{self, Chosen, Flat, Lost, Prices};
use crate::solve::outcome::Control;
use crate::solve::rules::Shop;
use crate::solve::wide::by_coupling_row;
use crate::solve::worth::Weights;
use rayon::prelude::*;
use std::cmp::Reverse;

/// Of what cramped orders lose, the part of those that are given room first, in per cent: few have it.
const NEARLY_ALL: i128 = 96;
/// A unit that a plan leaves is claimed by so many orders that ask for it: not all of them can do more with it.
const CLAIMS: i64 = 3;

/// Which cramped orders are given room.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Those that have nearly all of what they lose.
    NearlyAll,
    /// All of them.
    All,
}

/// Orders for which a plan has less than what could be left out of their lists, in such a part, ascending. What one loses is
/// what it is worth less at prices than what is best listed of it, and the price of stock that is left and that it could take.
pub fn most_cramped(
    lister: &Lister<'_>,
    flat: &Flat<'_>,
    chosen: &[Chosen],
    prices: &Prices,
    part: Part,
) -> Vec<u32> {
    let shop = lister.shop;
    let mut cramped = joint::cramped(flat, chosen, &prices.of_rows);
    if part == Part::NearlyAll {
        let mut unsold = Unsold::new(shop, flat, chosen, prices);
        let claim = |member: u32| unsold.claim(shop.dataset, lister.order(member));
        keep_nearly_all(&mut cramped, claim);
    }
    cramped.into_iter().map(|one| one.member).collect()
}

/// Keeps those that have nearly all of what is lost, with what they claim: those that lose most claim first. All of them where
/// none loses anything, as they could only do what is not listed.
fn keep_nearly_all(cramped: &mut Vec<Lost>, mut claim: impl FnMut(u32) -> i64) {
    cramped.sort_unstable_by_key(|one| (Reverse(one.lost), one.member));
    for one in cramped.iter_mut() {
        one.lost = one.lost.saturating_add(claim(one.member));
    }
    let all: i128 = cramped.iter().map(|one| i128::from(one.lost)).sum();
    if all > 0 {
        let most = joint::losing_most(
            cramped,
            |one| (one.lost, one.member),
            all * NEARLY_ALL / 100,
        );
        cramped.truncate(most);
    }
    cramped.sort_unstable_by_key(|one| one.member);
}

/// By product, stock with a price that a plan leaves: the highest price, and how many units orders may still claim. Where orders
/// could take it, in which form and by which delivery is not looked at: it only tells who may lose something.
struct Unsold(Vec<(i64, i64)>);

impl Unsold {
    fn new(shop: Shop<'_>, flat: &Flat<'_>, chosen: &[Chosen], prices: &Prices) -> Self {
        let mut of_products = vec![(0, 0); shop.dataset.products.len()];
        let left = joint::left_of(flat, chosen).into_iter();
        for (&row, (units, &price)) in flat.global.iter().zip(left.zip(&prices.of_rows)) {
            if let Resource::Stock(cell, _) = shop.coupling.rows[row as usize].resource
                && price > 0
            {
                let known: &mut (i64, i64) =
                    &mut of_products[shop.dataset.stock[cell.ix()].sku.ix()];
                *known = (known.0.max(price), known.1 + units.max(0) * CLAIMS);
            }
        }
        Self(of_products)
    }

    /// What an order claims of it, at its price.
    fn claim(&mut self, dataset: &Dataset, order: OrderIx) -> i64 {
        let lines = dataset.lines_of(order).iter();
        lines.fold(0, |sum: i64, line| {
            let (price, units) = &mut self.0[line.sku.ix()];
            let claimed = i64::from(line.quantity).min(*units);
            *units -= claimed;
            sum.saturating_add(price.saturating_mul(claimed))
        })
    }
}

/// Improves a plan with what cramped orders could do more than what is listed of them: it is told who these are, and how a plan
/// is improved where they have more room.
pub fn improved(
    lister: &Lister<'_>,
    weights: Weights,
    lists: &mut Lists,
    mut planned: Planned,
    (cramped, improve): (
        impl FnOnce(&Flat<'_>, &[Chosen], &Prices) -> Vec<u32>,
        impl FnOnce(&Flat<'_>, (Vec<Chosen>, &[u32]), &Prices) -> Vec<Chosen>,
    ),
) -> Planned {
    let cramped = on_layout(lister, weights, lists, |_, flat| {
        let chosen = joint::chosen_of(flat, &planned.choices);
        let members = cramped(flat, &chosen, &planned.prices);
        Cramped::new(lister, flat, &chosen, &planned.prices, members)
    });
    list_with_room(lister, weights, lists, &mut planned, &cramped);
    on_layout(lister, weights, lists, |_, flat| {
        let chosen = joint::chosen_of(flat, &planned.choices);
        let chosen = improve(flat, (chosen, &cramped.members), &planned.prices);
        Planned::new(flat, &chosen, (planned.bound, planned.prices))
    })
}

/// Orders that could do more than what is listed of them in what a plan leaves.
#[derive(Default)]
struct Cramped {
    members: Vec<u32>,
    /// By coupling row, how much may still be used.
    left: Vec<i64>,
    /// By coupling row.
    prices: Vec<i64>,
    /// How many candidates more each may have.
    more: usize,
}

impl Cramped {
    /// These orders, in what a plan at prices leaves.
    fn new(
        lister: &Lister<'_>,
        flat: &Flat<'_>,
        chosen: &[Chosen],
        prices: &Prices,
        members: Vec<u32>,
    ) -> Self {
        if members.is_empty() {
            return Self::default();
        }
        let count = lister.shop.coupling.rows.len();
        let (mut left, mut price_of_rows) = (vec![i64::MAX; count], vec![0; count]);
        let units = joint::left_of(flat, chosen);
        let each = units.into_iter().zip(&prices.of_rows);
        for (&row, (units, &price)) in flat.global.iter().zip(each) {
            left[row as usize] = units;
            price_of_rows[row as usize] = price;
        }
        Self {
            more: more_each(lister, flat.candidates(), members.len()),
            members,
            left,
            prices: price_of_rows,
        }
    }
}

/// Lists the cramped orders again, with what they could do in what a plan leaves.
fn list_with_room(
    lister: &Lister<'_>,
    weights: Weights,
    lists: &mut Lists,
    planned: &mut Planned,
    cramped: &Cramped,
) {
    if cramped.members.is_empty() {
        return;
    }
    let tolls = Tolls::new(lister, &cramped.prices);
    let room = Room {
        left: &cramped.left,
        tolls: &tolls,
    };
    for members in by_part(
        cramped.members.iter().copied(),
        planned.choices.len(),
        |&it| it,
    ) {
        let one = |&member: &u32| {
            let list = lists.list(lister, member);
            let chosen = &planned.choices[member as usize].chosen;
            lister.with_room(member, &list, chosen, (&room, cramped.more))
        };
        let again = members.par_iter().map(one).collect();
        take(lister, weights, lists, planned, again);
    }
}

/// Takes new lists of some orders, ascending, in which what is chosen is listed, too.
fn take(
    lister: &Lister<'_>,
    weights: Weights,
    lists: &mut Lists,
    planned: &mut Planned,
    again: Vec<Relisted>,
) {
    let numbers = lists.take(again);
    for (member, numbers) in &numbers {
        let choice = &mut planned.choices[*member as usize];
        for position in &mut choice.chosen {
            *position = numbers[*position as usize].expect("what was listed stays listed");
        }
        choice.chosen.sort_unstable();
    }
    let members: Vec<u32> = numbers.into_iter().map(|(member, _)| member).collect();
    lists.lay_out(lister, weights, &members);
}

/// Lists orders with too many loads to list again, with the loads by which they would be worth more at a plan's prices.
pub fn widen(
    lister: &Lister<'_>,
    weights: Weights,
    lists: &mut Lists,
    planned: &mut Planned,
    control: &Control<'_>,
) {
    let (wide, more, prices) = on_layout(lister, weights, lists, |component, flat| {
        let members = component.members.par_iter().enumerate();
        let wide = members.filter(|(_, member)| member.options.wide);
        let best = |position: usize| flat.best_listed(position, &planned.prices.of_rows);
        let asked = wide.map(|(position, _)| (position as u32, best(position)));
        let asked: Vec<(u32, i64)> = asked.collect();
        let more = more_each(lister, flat.candidates(), asked.len());
        let prices = by_coupling_row(&component.context, flat, &planned.prices);
        (asked, more, prices)
    });
    let tolls = Tolls::new(lister, &prices);
    for asked in by_part(wide, planned.choices.len(), |one| one.0) {
        let one = |asked: &(u32, i64)| {
            let list = lists.list(lister, asked.0);
            let is_late = control.should_stop();
            (!is_late).then(|| lister.wider(*asked, &list, (&prices, &tolls), more))?
        };
        let again: Vec<Relisted> = asked.par_iter().filter_map(one).collect();
        take(lister, weights, lists, planned, again);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(lost: &[i64], claimed: &[i64]) -> Vec<u32> {
        let each = lost.iter().zip(0..);
        let mut cramped = each.map(|(&lost, member)| Lost { member, lost }).collect();
        keep_nearly_all(&mut cramped, |member| claimed[member as usize]);
        cramped.into_iter().map(|one| one.member).collect()
    }

    #[test]
    fn few_orders_have_nearly_all_of_what_is_lost() {
        assert_eq!(kept(&[900, 1, 80, 18, 1], &[0; 5]), [0, 2]);
        assert_eq!(kept(&[900, 1, 59, 39, 1], &[0; 5]), [0, 2, 3]);
    }

    #[test]
    fn who_could_take_what_is_left_at_its_price_loses_it() {
        assert_eq!(kept(&[900, 1, 80, 18, 1], &[0, 500, 0, 0, 0]), [0, 1, 2]);
    }

    #[test]
    fn all_are_kept_where_none_loses_anything() {
        assert_eq!(kept(&[0, 0, 0], &[0; 3]), [0, 1, 2]);
    }

    #[test]
    fn those_that_lose_most_claim_first() {
        let mut left = 7;
        let each = [10, 30, 20].into_iter().zip(0..);
        let mut cramped = each.map(|(lost, member)| Lost { member, lost }).collect();
        keep_nearly_all(&mut cramped, |_| std::mem::take(&mut left));
        let lost: Vec<i64> = cramped.iter().map(|one| one.lost).collect();
        assert_eq!(lost, [10, 37, 20]);
    }
}
