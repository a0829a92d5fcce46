//! What keeps a shipment from another way, by code and in words.

use crate::model::Resource;

/// What keeps a shipment from another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// Nothing: what is chosen is worth as much by itself, or more.
    Chosen,
    /// There is no other way.
    NoOtherWay,
    /// Other orders take the stock.
    StockUsed,
    /// What is left of the stock is kept for other channels.
    StockReserved,
    /// The wave is full.
    CapacityFull,
    /// The carrier has no space.
    CarrierFull,
    /// The transfer has no space.
    TransferFull,
    /// The limit of a business rule is reached.
    RuleLimit,
    /// No more shipments may move from where they were planned before.
    MovesLimit,
    /// As many locations are open as a rule allows.
    LocationCount,
    /// Another shipment of the order leaves there with that wave.
    SameWave,
    /// A rule keeps it with other lines of the order.
    Together,
    /// It would need overtime, or go over a limit at its price.
    Bought,
    /// Nothing else leaves the location, and opening it costs.
    FixedCost,
    /// A shipment that was promised to the carrier would be missing.
    Commitment,
    /// The rules take another.
    Rules,
    /// Goals before profit ask for what is chosen.
    EarlierGoal,
    /// It is free and worth more by itself: within the gap of the plan.
    NotTaken,
}

impl Hold {
    /// Code in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::NoOtherWay => "no_other_way",
            Self::StockUsed => "stock_used",
            Self::StockReserved => "stock_reserved",
            Self::CapacityFull => "capacity_full",
            Self::CarrierFull => "carrier_full",
            Self::TransferFull => "transfer_full",
            Self::RuleLimit => "rule_limit",
            Self::MovesLimit => "moves_limit",
            Self::LocationCount => "location_count",
            Self::SameWave => "same_wave",
            Self::Together => "together",
            Self::Bought => "bought",
            Self::FixedCost => "fixed_cost",
            Self::Commitment => "commitment",
            Self::Rules => "rules",
            Self::EarlierGoal => "earlier_goal",
            Self::NotTaken => "not_taken",
        }
    }

    /// The same in words that go on from "but".
    pub fn words(self) -> &'static str {
        match self {
            Self::Chosen => "what is chosen is as good by itself",
            Self::NoOtherWay => "there is no other way",
            Self::StockUsed => "other orders take its stock",
            Self::StockReserved => "what is left of its stock is kept for other channels",
            Self::CapacityFull => "its wave has no capacity left",
            Self::CarrierFull => "its carrier has no space left",
            Self::TransferFull => "its transfer has no space left",
            Self::RuleLimit => "the limit of a business rule is reached",
            Self::MovesLimit => "no more shipments may move from where they were planned before",
            Self::LocationCount => "as many locations are open as a rule allows",
            Self::SameWave => "another shipment of the order leaves there with that wave",
            Self::Together => "a rule keeps it with other lines of the order",
            Self::Bought => "it would need overtime or go over a limit at its price",
            Self::FixedCost => "opening that location costs more",
            Self::Commitment => "a shipment promised to the carrier would be missing",
            Self::Rules => "the rules take the first location that can ship",
            Self::EarlierGoal => "goals that come before profit ask for what is chosen",
            Self::NotTaken => "the plan, within its gap, does not take it",
        }
    }

    /// Whether somebody or something else is in the way, whatever it is worth.
    pub fn is_in_the_way(self) -> bool {
        (Self::StockUsed..=Self::Together).contains(&self)
    }

    /// What is in the way where there is too little of something shared.
    pub(super) fn of_row(resource: Resource) -> Self {
        match resource {
            Resource::Stock(..) => Self::StockUsed,
            Resource::Reserved(..) => Self::StockReserved,
            Resource::Units(_) | Resource::Lines(_) | Resource::Shipments(_) => Self::CapacityFull,
            Resource::Carrier(..) => Self::CarrierFull,
            Resource::Transfer(..) => Self::TransferFull,
            Resource::Rule(..) => Self::RuleLimit,
            Resource::Moves => Self::MovesLimit,
            Resource::Open(_) => Self::FixedCost,
            Resource::Commitment(_) => Self::Commitment,
        }
    }
}
