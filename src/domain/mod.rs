//! The validated data of one scenario: immutable, complete, indices inside.
//!
//! Whoever holds a [`Dataset`] may trust it: every reference exists, every number is in range, every
//! order-level value is settled. One noun of the business a file.

mod calendar;
mod carrier;
mod form;
mod index;
mod location;
mod open_count;
mod opening;
mod order;
mod product;
mod returns;
mod rule;
mod settings;
mod stock;

pub use calendar::{Departure, Timetable, Wave};
pub use carrier::{Destination, Lane, Origin, Rate, Service, Transfer, ZoneRule};
pub use form::{Form, FormKind};
pub use index::{
    DestinationIx, LaneIx, LineIx, LocationIx, OrderIx, ServiceIx, SkuIx, StockIx, TransferIx,
    WaveIx, ZoneIx,
};
pub use location::{Location, LocationKind, Open, Position};
pub use open_count::OpenCount;
pub use opening::{Opening, Openings};
pub use order::{Fulfilment, Line, Order, ShipComplete};
pub use product::{HandlingSet, Product};
pub use returns::{Condition, Return, ReturnStatus};
pub use rule::{Counted, Demand, Limit, Per, Rule};
pub use settings::{Fill, Method, Objective, Settings, Strategy};
pub use stock::{Inbound, Kept, MOST_RESERVES, Reserve, Stock, Taken};

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// All that a scenario plans with.
///
/// Vectors are sorted by id (text order), so that the order of rows in the files never matters.
#[derive(Clone, Debug, Default)]
pub struct Dataset {
    /// Orders by id.
    pub orders: Vec<Order>,
    /// Lines, grouped by order, by line id within it (numbers in numeric order).
    pub lines: Vec<Line>,
    /// Products by SKU: all that the files name.
    pub products: Vec<Product>,
    /// Locations by id.
    pub locations: Vec<Location>,
    /// Waves, grouped by location, in time order.
    pub waves: Vec<Wave>,
    /// When waves depart, also beyond the horizon, by location.
    pub timetables: Vec<Timetable>,
    /// Stock cells, grouped by SKU, by location within it.
    pub stock: Vec<Stock>,
    /// For each SKU its cells in [`Dataset::stock`].
    pub stock_of_sku: Vec<Range<u32>>,
    /// The location of each cell, close together: cells are looked up by it all the time.
    pub stock_locations: Vec<LocationIx>,
    /// Inbound deliveries, grouped by stock cell, in time order.
    pub inbound: Vec<Inbound>,
    /// Carrier services by carrier, service.
    pub services: Vec<Service>,
    /// Lanes by service, origin, destination.
    pub lanes: Vec<Lane>,
    /// Weight bands, grouped by lane, by weight.
    pub rates: Vec<Rate>,
    /// Zone names.
    pub zones: Vec<Box<str>>,
    /// Rules that give postcodes their zone.
    pub zone_rules: Vec<ZoneRule>,
    /// Distinct destinations of the orders.
    pub destinations: Vec<Destination>,
    /// Transfer lanes by from, to.
    pub transfers: Vec<Transfer>,
    /// Special handling classes, at most 64; bit `k` of a [`HandlingSet`] is the k-th.
    pub handling: Vec<Box<str>>,
    /// Business rules, in the scenario's order.
    pub rules: Vec<Rule>,
    /// Sets of rules by [`Line::class`], each ascending; the first is empty where there are any.
    pub classes: Vec<Box<[u16]>>,
    /// Sets of locations by [`Line::declined`], each ascending; the first is empty where there are any.
    pub declined: Vec<Box<[LocationIx]>>,
    /// Sets of forms by [`Line::forms`]; the first is empty where there are any.
    pub forms: Vec<Box<[Form]>>,
    /// Channels that stock is kept for, ascending.
    pub channels: Vec<Box<str>>,
    /// By limit of [`Self::rules`] and place (0, a location or a wave, as it counts), what earlier work that stays has used.
    pub limits_taken: BTreeMap<(u16, u32), i64>,
    /// Limits of orders with the place and the order, where earlier work that stays has the order counted.
    pub counted: BTreeSet<(u16, u32, OrderIx)>,
    /// Sets of locations by [`Order::planned`], each ascending; the first is empty where there are any.
    pub planned: Vec<Box<[LocationIx]>>,
    /// What is gone of carriers' and transfers' space by earlier work that stays.
    pub taken: Vec<Taken>,
    /// Earlier work that stays as it was.
    pub kept: Vec<Kept>,
    /// What customers send back, by id.
    pub returns: Vec<Return>,
}

impl Dataset {
    /// The stock cell of a SKU at a location.
    pub fn stock_at(&self, sku: SkuIx, location: LocationIx) -> Option<StockIx> {
        let range = self.stock_of_sku[sku.ix()].clone();
        let cells = &self.stock_locations[range.start as usize..range.end as usize];
        let found = cells.binary_search(&location).ok()?;
        Some(StockIx(range.start + found as u32))
    }

    /// Stock cells of a SKU, by location.
    pub fn stock_indices(&self, sku: SkuIx) -> impl ExactSizeIterator<Item = StockIx> + use<> {
        self.stock_of_sku[sku.ix()].clone().map(StockIx)
    }

    /// Lines of an order.
    pub fn lines_of(&self, order: OrderIx) -> &[Line] {
        let lines = &self.orders[order.ix()].lines;
        &self.lines[lines.start as usize..lines.end as usize]
    }

    /// Cost of goods of one unit of a line from a stock cell: the order's word, else the stock's, else the product's.
    pub fn goods_cost(&self, line: &Line, cell: &Stock) -> crate::units::Money {
        line.unit_cost
            .or(cell.unit_cost)
            .unwrap_or(self.products[line.sku.ix()].unit_cost)
    }

    /// Indices of all orders.
    pub fn order_indices(&self) -> impl ExactSizeIterator<Item = OrderIx> + use<> {
        (0..self.orders.len() as u32).map(OrderIx)
    }
}
