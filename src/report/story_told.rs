//! What is told of one order, with names for everything: as it is written.

use crate::units::Money;
use serde::Serialize;

/// An order with names for everything.
#[derive(Clone, Debug, Serialize)]
pub struct StoryTold {
    /// The scenario.
    pub scenario: String,
    /// The order.
    pub order_id: String,
    /// Currency of all amounts.
    pub currency: String,
    /// What the order earns over shipping nothing of it.
    pub gain: Money,
    /// Its shipments that take stock.
    pub shipments: Vec<ShipmentTold>,
    /// What hubs send on.
    pub sent_on: Vec<SentOnTold>,
    /// Why it does not go in one shipment straight to the customer.
    pub in_one: Option<WholeTold>,
    /// What stays unfilled.
    pub unfilled: Vec<OpenTold>,
}

/// A shipment with all that it could have been.
#[derive(Clone, Debug, Serialize)]
pub struct ShipmentTold {
    /// Its id.
    pub shipment_id: String,
    /// What is in it.
    pub goods: Vec<GoodsTold>,
    /// Why it is what it is, by code.
    pub kept_by: &'static str,
    /// The same in a sentence.
    pub why: String,
    /// Use of what is scarce.
    pub scarce: Vec<ScarceTold>,
    /// All ways for its goods, the best first.
    pub ways: Vec<WayTold>,
    /// Locations that cannot send it.
    pub not_from: Vec<NotFromTold>,
}

/// Units of a line.
#[derive(Clone, Debug, Serialize)]
pub struct GoodsTold {
    /// The line.
    pub line_id: String,
    /// What was ordered.
    pub sku: String,
    /// How many.
    pub quantity: i64,
}

/// A way with its worth.
#[derive(Clone, Debug, Serialize)]
pub struct WayTold {
    /// Whether it is the one taken.
    pub chosen: bool,
    /// From where.
    pub location_id: String,
    /// When.
    pub wave: String,
    /// carrier, collect or to_store.
    pub route: &'static str,
    /// The way in words.
    pub by: String,
    /// Days late.
    pub days_late: u32,
    /// Picking, packing, carriage or transfer, CO₂.
    pub cost: Money,
    /// What it adds to the objective over leaving its units unfilled.
    pub gain: Money,
    /// What its use of what is scarce costs at the shadow prices.
    pub scarcity: Money,
    /// What is in its way, by code; empty: nothing.
    pub in_the_way: &'static str,
    /// The same in words.
    pub in_the_way_text: &'static str,
}

/// Use of something scarce.
#[derive(Clone, Debug, Serialize)]
pub struct ScarceTold {
    /// What it is, in words.
    pub what: String,
    /// How much is used here.
    pub units: i64,
    /// What one more would be worth at most.
    pub price: Money,
    /// How much there is.
    pub capacity: i64,
    /// How much the plan uses.
    pub used: i64,
}

/// A location that cannot send goods.
#[derive(Clone, Debug, Serialize)]
pub struct NotFromTold {
    /// Which.
    pub location_id: String,
    /// Why, by code.
    pub reason: &'static str,
    /// Why, in words.
    pub text: String,
}

/// What a hub sends on.
#[derive(Clone, Debug, Serialize)]
pub struct SentOnTold {
    /// Its id.
    pub shipment_id: String,
    /// The hub.
    pub location_id: String,
    /// When.
    pub wave: String,
    /// By what.
    pub by: String,
    /// Days late.
    pub days_late: u32,
    /// Handling at the hub, carriage, CO₂.
    pub cost: Money,
    /// The shipments that join it.
    pub of_shipments: Vec<String>,
}

/// Why goods do not go in one shipment straight to the customer.
#[derive(Clone, Debug, Serialize)]
pub struct WholeTold {
    /// Whether a hub sends some of them on.
    pub is_by_hub: bool,
    /// Why, in a sentence.
    pub why: String,
    /// Ways for all of them; `gain` over shipping nothing.
    pub ways: Vec<WayTold>,
    /// Locations that cannot send them all.
    pub not_from: Vec<NotFromTold>,
}

/// An unfilled line.
#[derive(Clone, Debug, Serialize)]
pub struct OpenTold {
    /// The line.
    pub line_id: String,
    /// What was ordered.
    pub sku: String,
    /// Units unfilled.
    pub quantity: i64,
    /// Why, by code.
    pub reason: &'static str,
    /// Why, in a sentence.
    pub text: String,
    /// When it could ship at the earliest, in the scenario's time zone.
    pub next_possible: Option<String>,
    /// What makes it possible then.
    pub next_possible_by: String,
    /// What would fill it, the smallest change first.
    pub changes: Vec<ChangeTold>,
}

/// A change that would fill a line, or some of it.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeTold {
    /// What would have to be otherwise; empty: nothing.
    pub needs: Vec<String>,
    /// By which way it would ship.
    pub by: String,
    /// From which wave.
    pub wave: String,
    /// The shipment that it would join.
    pub joins_shipment: Option<String>,
    /// Units that it would ship.
    pub quantity: i64,
    /// What that would add to the objective.
    pub gain: Money,
    /// What it costs in fixed costs that something leaves its location, and in prices of rules on how many are open; taken off
    /// the gain.
    pub opening_cost: Money,
}
