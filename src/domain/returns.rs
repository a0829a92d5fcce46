//! Goods that customers send back.

use super::{DestinationIx, LocationIx, SkuIx};
use crate::units::Money;
use jiff::Timestamp;

/// One return.
#[derive(Clone, Debug)]
pub struct Return {
    /// Its id.
    pub id: Box<str>,
    /// The order that it was part of; empty where that is not known.
    pub order: Box<str>,
    /// What comes back.
    pub sku: SkuIx,
    /// How many units, ≥ 1.
    pub quantity: i64,
    /// From where, as the destination that carriers bring goods to.
    pub from: DestinationIx,
    /// Whether the customer wants something else instead of money.
    pub is_exchange: bool,
    /// Condition of the goods.
    pub condition: Condition,
    /// Where the goods are.
    pub status: ReturnStatus,
    /// Money given back on receipt.
    pub refund: Money,
    /// Where they are received or under way to.
    pub location: Option<LocationIx>,
    /// When they can be picked again there, where that is known.
    pub available_at: Option<Timestamp>,
}

/// Condition of goods that come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// As sold.
    New,
    /// Opened: worth a share of what they cost.
    Opened,
    /// Not to be sold again.
    Damaged,
}

/// Where goods that come back are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnStatus {
    /// With the customer.
    Announced,
    /// Under way.
    Shipped,
    /// At a location.
    Received,
}

impl ReturnStatus {
    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Shipped => "shipped",
            Self::Received => "received",
        }
    }
}
