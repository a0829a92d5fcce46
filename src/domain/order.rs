//! Orders and their lines.

use super::{DestinationIx, LineIx, LocationIx, OrderIx, ServiceIx, SkuIx};
use crate::units::{Money, Volume, Weight};
use jiff::Timestamp;
use jiff::civil::Date;
use std::ops::Range;
use std::sync::Arc;

/// One customer order.
#[derive(Clone, Debug)]
pub struct Order {
    /// Id in the order file.
    pub id: Box<str>,
    /// Its lines, contiguous in [`Dataset::lines`](super::Dataset::lines).
    pub lines: Range<u32>,
    /// Where it goes, in the words of rate cards.
    pub destination: DestinationIx,
    /// Where it goes, on the map.
    pub position: Option<super::Position>,
    /// Sales channel. This, and other texts and lists here that many orders have, they share.
    pub channel: Arc<str>,
    /// Which of [`super::Dataset::channels`] that is; `None`: no stock is kept for it.
    pub reserved: Option<u16>,
    /// Which of [`super::Dataset::planned`]: from where it was to ship before.
    pub planned: u32,
    /// `sale`, `preorder`, … as in the file.
    pub kind: Arc<str>,
    /// Higher is first in the rules baseline and in ties.
    pub priority: i64,
    /// When the customer placed it.
    pub placed_at: Option<Timestamp>,
    /// Work may begin: the latest of `as_of`, `placed_at` and the end of the grace period.
    pub release: Timestamp,
    /// The scheduled date: nothing leaves before.
    pub ship_after: Option<Timestamp>,
    /// The last day on which arrival is not late, in the scenario's time zone.
    pub deliver_by: Option<Date>,
    /// Cost per day late, priority weight included.
    pub late_cost_per_day: Money,
    /// How the customer gets it.
    pub fulfilment: Fulfilment,
    /// Shipments at most that reach the customer; none, where earlier runs have used all: nothing of it ships then.
    pub max_shipments: u32,
    /// What must ship all or nothing.
    pub ship_complete: ShipComplete,
    /// Services that may carry it, sorted; `None`: any.
    pub services: Option<Arc<[ServiceIx]>>,
}

impl Order {
    /// Indices of its lines.
    pub fn line_indices(&self) -> impl ExactSizeIterator<Item = LineIx> + Clone + use<> {
        self.lines.clone().map(LineIx)
    }

    /// Number of its lines.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }
}

/// How the customer gets an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fulfilment {
    /// A carrier brings it.
    Ship,
    /// The customer collects it at this store.
    Pickup(LocationIx),
}

/// What must ship all or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShipComplete {
    /// Anything may stay unfilled.
    None,
    /// Each line is filled whole or not at all.
    Line,
    /// The order is filled whole or not at all.
    Order,
}

/// One line of an order.
#[derive(Clone, Debug)]
pub struct Line {
    /// Id within the order.
    pub id: Arc<str>,
    /// Its order.
    pub order: OrderIx,
    /// What is wanted.
    pub sku: SkuIx,
    /// How many units, ≥ 1.
    pub quantity: u32,
    /// Revenue per unit shipped.
    pub unit_price: Money,
    /// Cost per unit not shipped, priority weight included.
    pub unfilled_cost: Money,
    /// Pieces at most that its quantity may come in; none, where earlier runs have used all: nothing of it ships then.
    pub line_max_shipments: u32,
    /// A piece smaller than the line's quantity has at least this many units.
    pub min_split_units: u32,
    /// Units of a case where the quantity is whole cases: pieces are whole cases, too; else 1.
    pub case: u32,
    /// Weight of one unit.
    pub weight: Weight,
    /// Volume of one unit.
    pub volume: Volume,
    /// Cost of goods of one unit, when the order file knows better than stock and product.
    pub unit_cost: Option<Money>,
    /// Its row of the order table.
    pub row: u32,
    /// Which of [`super::Dataset::classes`]: the rules that concern it.
    pub class: u32,
    /// Which of [`super::Dataset::declined`]: the locations that will not serve it.
    pub declined: u32,
    /// Which of [`super::Dataset::forms`]: what it can be filled with.
    pub forms: u32,
}

impl Line {
    /// As many of so many units as a piece may have: whole cases, or the whole line.
    pub fn whole_cases(&self, units: u32) -> u32 {
        if units >= self.quantity {
            self.quantity
        } else {
            units - units % self.case
        }
    }
}
