//! What orders could do beyond their lists, told at some prices: the bound counts what is left out of lists as if it could be had
//! for nothing, until it is told.

use super::lister::Lister;
use super::tolls::Tolls;
use crate::domain::OrderIx;
use crate::solve::component::Component;
use crate::solve::joint::{Flat, Prices};
use crate::solve::outcome::Control;
use crate::solve::pattern::Worth;
use crate::solve::proof::most_at;
use crate::solve::wide::by_coupling_row;
use rayon::prelude::*;

/// Parts of the orders that are told by all that they could do, after each of which it may be enough.
const SOME: usize = 16;
/// Orders in such a part at least, for all threads to be busy.
const LEAST_SOME: usize = 4096;

/// The bound at some prices by what is listed, and by how much it grows, or falls, where it is told by all that orders could do.
pub struct Beyond<'b, 'a> {
    lister: &'b Lister<'a>,
    component: &'b Component<'b>,
    /// By coupling row.
    prices: Vec<i64>,
    /// What is paid at these.
    tolls: Tolls,
    /// Those that have too many loads to list.
    wide: Vec<Told>,
    /// Those for which the bound counts what is left out of lists as if it could be had for nothing: for most first.
    others: Vec<Told>,
    /// What the bound counts before any are told.
    counted: Worth,
}

impl<'b, 'a> Beyond<'b, 'a> {
    /// Of all orders at these prices.
    pub fn new(
        lister: &'b Lister<'a>,
        component: &'b Component<'b>,
        flat: &Flat<'_>,
        prices: &Prices,
    ) -> Self {
        let members = component.members.par_iter().enumerate();
        let each = members.map(|(position, member)| {
            let listed = flat.best_listed(position, &prices.of_rows);
            let beyond = member.options.beyond.map(|beyond| beyond.0);
            let counted = beyond.map_or(listed, |beyond| beyond.max(listed));
            Told {
                member: position,
                order: member.order,
                counted,
                listed,
                is_wide: member.options.wide,
            }
        });
        let all: Vec<Told> = each.collect();
        let of_orders: Worth = all.iter().map(|one| Worth::from(one.counted)).sum();
        let counted = flat.constants(&prices.of_rows) + of_orders;
        let (wide, others): (Vec<Told>, Vec<Told>) = all.into_iter().partition(|one| one.is_wide);
        let is_open = |one: &Told| one.counted > one.listed;
        let mut others: Vec<Told> = others.into_iter().filter(is_open).collect();
        others.sort_by_key(|it| (std::cmp::Reverse(it.counted - it.listed), it.order));
        let prices = by_coupling_row(&component.context, flat, prices);
        Self {
            lister,
            component,
            tolls: Tolls::new(lister, &prices),
            prices,
            wide,
            others,
            counted,
        }
    }

    /// The bound before any orders are told.
    pub fn counted(&self) -> Worth {
        self.counted
    }

    /// Of wide orders, without which there is no bound for them, however long it takes.
    pub fn of_wide(&self) -> Worth {
        self.of(&self.wide, &|| false)
    }

    /// Of the others, in parts, until the bound is as low as is enough, where something is.
    pub fn of_others(&self, bound: Worth, enough: Option<Worth>, control: &Control<'_>) -> Worth {
        let stop = || control.should_stop();
        let in_part = (self.others.len() / SOME).max(LEAST_SOME);
        let mut more = 0;
        for some in self.others.chunks(in_part) {
            if enough.is_some_and(|enough| bound + more <= enough) || stop() {
                break;
            }
            more += self.of(some, &stop);
        }
        more
    }

    /// Of all the others.
    pub fn of_all_others(&self) -> Worth {
        self.of(&self.others, &|| false)
    }

    fn of(&self, told: &[Told], stop: &(dyn Fn() -> bool + Sync)) -> Worth {
        let orders: Vec<OrderIx> = told.iter().map(|one| one.order).collect();
        // The search for the loads of a wide order needs no more of them than are listed; of others only what is better
        // than what is.
        let all = |number: usize| {
            let one = &told[number];
            if one.is_wide {
                self.component.members[one.member].options.clone()
            } else {
                self.lister.better(one.order, &self.tolls, one.listed)
            }
        };
        let most = most_at(&self.component.context, &orders, &self.prices, &all, stop);
        let each = told.iter().zip(most);
        let more = each.filter_map(|(one, most)| {
            let (most, counted) = (most?, Worth::from(one.counted));
            Some(if one.is_wide {
                most - counted
            } else {
                most.max(one.listed.into()).min(counted) - counted
            })
        });
        more.sum()
    }
}

/// What the bound counts of an order, and what is listed of it.
struct Told {
    /// Its position among the members.
    member: usize,
    order: OrderIx,
    /// What the bound counts.
    counted: i64,
    /// What its best listed pattern is worth.
    listed: i64,
    /// Whether that need not be the most, whatever the bound counts.
    is_wide: bool,
}
