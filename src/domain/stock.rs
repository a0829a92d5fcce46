//! Stock on hand and inbound.

use super::{Dataset, LocationIx, ServiceIx, SkuIx, TransferIx, WaveIx};
use crate::units::Money;
use jiff::Timestamp;
use std::ops::Range;

/// What one location holds of one SKU, now and expected.
#[derive(Clone, Debug)]
pub struct Stock {
    /// What.
    pub sku: SkuIx,
    /// Where.
    pub location: LocationIx,
    /// max(0, on hand − reserved − safety stock); `None`: unlimited.
    pub available: Option<i64>,
    /// On hand, reserved and safety stock as given, for reports; 0 where unlimited.
    pub on_hand: i64,
    /// Reserved for others.
    pub reserved: i64,
    /// Never sold.
    pub safety_stock: i64,
    /// Cost of goods here, over the product's.
    pub unit_cost: Option<Money>,
    /// Gained per unit shipped from here, because it would be marked down or written off.
    pub ageing_credit: Money,
    /// Deliveries that count, in time order, contiguous in [`Dataset::inbound`](super::Dataset::inbound).
    pub inbound: Range<u32>,
    /// Units of all that comes over the horizon that only one channel may take, by channel.
    pub reserves: Box<[Reserve]>,
}

/// Units of earlier work that stay as they were planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Order, line, SKU and shipment, as the run before named them.
    pub order: Box<str>,
    /// Line of the order.
    pub line: Box<str>,
    /// What was ordered.
    pub ordered: Box<str>,
    /// What is shipped.
    pub sku: Box<str>,
    /// How it is made, in the word of files.
    pub form: Box<str>,
    /// Sales channel.
    pub channel: Box<str>,
    /// Carrier and service, where one takes it.
    pub carrier: (Box<str>, Box<str>),
    /// To where, by a transfer.
    pub to_location: Box<str>,
    /// When it cannot be undone any more.
    pub begins: Timestamp,
    /// Whether its shipment counts as one of the order's.
    pub reaches_customer: bool,
    /// In which shipment.
    pub shipment: Box<str>,
    /// From where.
    pub location: LocationIx,
    /// When.
    pub leaves: Timestamp,
    /// How many.
    pub units: i64,
    /// Why it stays: `shipped`, `released` or `frozen`.
    pub because: &'static str,
    /// With which wave of its location, where the data have it.
    pub wave: Option<WaveIx>,
    /// Whether it counts with what is planned, and holds its location open: it leaves within that, or has left on the day of
    /// planning.
    pub counts_today: bool,
    /// By which carrier's service.
    pub service: Option<ServiceIx>,
    /// Whether it leaves stock; what a hub sends on does not.
    pub takes_stock: bool,
    /// The row of `previous` that tells of it.
    pub row: u32,
}

/// Space with a wave that earlier work has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A shipment by a carrier's service.
    Carrier(ServiceIx, WaveIx),
    /// So many units on a transfer.
    Transfer(TransferIx, WaveIx, i64),
}

/// Channels at most that one stock cell may be kept for: the model bounds every set of them.
pub const MOST_RESERVES: usize = 4;

/// Units that only one channel may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserve {
    /// Which of [`Dataset::channels`](super::Dataset::channels).
    pub channel: u16,
    /// How many, ≥ 1.
    pub quantity: i64,
}

/// A delivery that is expected, confident enough to count.
#[derive(Clone, Debug)]
pub struct Inbound {
    /// When it can be picked.
    pub available_at: Timestamp,
    /// Units, ≥ 1.
    pub quantity: i64,
    /// Purchase order or the like.
    pub reference: Box<str>,
    /// Whether a customer sends it back.
    pub is_return: bool,
}

impl Stock {
    /// The locations of some cells, for [`Dataset::stock_locations`](super::Dataset::stock_locations).
    pub fn locations(cells: &[Self]) -> Vec<LocationIx> {
        cells.iter().map(|cell| cell.location).collect()
    }

    /// What a location holds that has no stock row of a SKU.
    pub fn nothing(sku: SkuIx, location: LocationIx) -> Self {
        Self {
            sku,
            location,
            available: Some(0),
            on_hand: 0,
            reserved: 0,
            safety_stock: 0,
            unit_cost: None,
            ageing_credit: Money::ZERO,
            inbound: 0..0,
            reserves: Box::default(),
        }
    }
}

impl Dataset {
    /// Deliveries to a stock cell, in time order.
    pub fn deliveries(&self, cell: &Stock) -> &[Inbound] {
        &self.inbound[cell.inbound.start as usize..cell.inbound.end as usize]
    }

    /// When the last wave of all departs.
    pub fn last_departure(&self) -> Option<Timestamp> {
        self.waves.iter().map(|wave| wave.departs).max()
    }

    /// Units that a stock cell has until a moment, what lies there and what comes; `None`: no limit.
    pub fn supply_until(&self, cell: &Stock, moment: Option<Timestamp>) -> Option<i64> {
        let available = cell.available?;
        let deliveries = self.deliveries(cell).iter();
        let arrived = deliveries.filter(|it| Some(it.available_at) <= moment);
        Some(available + arrived.map(|it| it.quantity).sum::<i64>())
    }
}
