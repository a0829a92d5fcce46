//! Stock on hand and inbound.

use super::{LocationIx, SkuIx};
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
}
