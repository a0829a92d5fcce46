//! What orders could earn at most at prices, where options are made on demand: each is listed near its best at these prices,
//! then what is beyond the lists is told. Searches through short lists are closer than those through all options.

use super::beyond::Beyond;
use super::lister::Lister;
use super::tolls::Tolls;
use super::usual_reach;
use crate::domain::OrderIx;
use crate::options::{Options, OrderOptions};
use crate::solve::component::{Component, Context, Member};
use crate::solve::joint::{Flat, Prices};
use crate::solve::pattern::Worth;
use crate::solve::proof::with_prices;
use rayon::prelude::*;

/// Orders whose lists are held at a time.
const BLOCK: usize = 16_384;

/// The most money that all orders together could earn at prices, by coupling row.
pub fn most_on_demand(context: &Context<'_>, options: &Options, prices: &[i64]) -> Worth {
    let sequence: Vec<OrderIx> = context.shop.dataset.order_indices().collect();
    let lister = Lister {
        shop: context.shop,
        options,
        alike: None,
        binding: &context.scarcity.binding,
        sequence: &sequence,
        are_units: false,
    };
    let tolls = Tolls::new(&lister, prices);
    let near = (usual_reach(&lister, &tolls), options.cut.most);
    let (rows, of_rows) = with_prices(prices);
    let list = |&order: &OrderIx| -> OrderOptions {
        let list = lister.first(order, &tolls, near);
        if !list.wide {
            return list;
        }
        // How far the search of a wide order goes depends on what it is to exceed.
        let member = (order.ix() as u32, 0);
        let wider = lister.wider(member, &list, (prices, &tolls), usize::MAX);
        wider.map_or(list, |wider| wider.options)
    };
    let of_block = |orders: &[OrderIx]| -> Worth {
        let lists: Vec<OrderOptions> = orders.par_iter().map(list).collect();
        let each = orders.iter().zip(&lists);
        let component = Component {
            members: each
                .map(|(&order, list)| Member::of(context, order, list))
                .collect(),
            context: *context,
            rows: rows.clone(),
        };
        let flat = Flat::new(context, &component.members, &rows, context.weights, &[]);
        let at = Prices {
            of_rows: of_rows.clone(),
            bound: 0,
        };
        let beyond = Beyond::new(&lister, &component, &flat, &at);
        let of_orders = beyond.counted() - flat.constants(&of_rows);
        of_orders + beyond.of_wide() + beyond.of_all_others()
    };
    sequence.chunks(BLOCK).map(of_block).sum()
}
