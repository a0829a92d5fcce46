//! Which orders hang together through something that can bind.

use super::component::{Context, rows_of};
use crate::domain::OrderIx;
use rayon::prelude::*;

/// Orders that share nothing, and groups of orders that do.
pub struct Parts {
    /// Each by itself.
    pub alone: Vec<OrderIx>,
    /// Groups, the largest first; wide orders by themselves are groups of one.
    pub components: Vec<Group>,
}

/// Orders that hang together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The orders, in order.
    pub orders: Vec<OrderIx>,
    /// Rows that can bind and that they can use, in order.
    pub rows: Vec<u32>,
}

/// Splits the orders; `together` puts all in one group (goals with a tolerance are shared by all).
pub fn parts(context: &Context<'_>, together: bool) -> Parts {
    let count = context.shop.dataset.orders.len();
    let rows: Vec<Vec<u32>> = (0..count)
        .into_par_iter()
        .map(|order| rows_of(context, OrderIx::new(order)))
        .collect();
    let mut first_user: Vec<Option<usize>> = vec![None; context.shop.coupling.rows.len()];
    let mut sets = Sets::new(count);
    for (order, rows) in rows.iter().enumerate() {
        for &row in rows {
            match first_user[row as usize] {
                Some(other) => sets.join(order, other),
                None => first_user[row as usize] = Some(order),
            }
        }
    }
    if together {
        (1..count).for_each(|order| sets.join(0, order));
    }
    let mut alone = Vec::new();
    let mut groups: Vec<Group> = vec![Group::default(); count];
    for (order, rows) in rows.iter().enumerate() {
        let ix = OrderIx::new(order);
        if rows.is_empty() && !context.options(ix).wide && !together {
            alone.push(ix);
        } else {
            groups[sets.find(order)].orders.push(ix);
        }
    }
    for (row, user) in first_user.iter().enumerate() {
        if let Some(order) = user {
            groups[sets.find(*order)].rows.push(row as u32);
        }
    }
    let mut components: Vec<Group> = groups
        .into_iter()
        .filter(|group| !group.orders.is_empty())
        .collect();
    components.sort_by_key(|group| (std::cmp::Reverse(group.orders.len()), group.orders[0]));
    Parts { alone, components }
}

/// Disjoint sets with path halving.
struct Sets {
    parent: Vec<usize>,
}

impl Sets {
    fn new(count: usize) -> Self {
        Self {
            parent: (0..count).collect(),
        }
    }

    fn find(&mut self, mut item: usize) -> usize {
        while self.parent[item] != item {
            self.parent[item] = self.parent[self.parent[item]];
            item = self.parent[item];
        }
        item
    }

    fn join(&mut self, one: usize, two: usize) {
        let (one, two) = (self.find(one), self.find(two));
        let (low, high) = (one.min(two), one.max(two));
        self.parent[high] = low;
    }
}
