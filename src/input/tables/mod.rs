//! The definitions of all input tables, by group.

mod carriage;
mod demand;
mod later;
mod supply;

pub use carriage::{CARRIER_RATES, CARRIERS, TRANSFERS, ZONES};
pub use demand::{ORDERS, PRODUCTS};
pub use later::{
    CHANNEL_RESERVES, DISTANCES, KITS, REJECTIONS, RETURNS, SUBSCRIPTIONS, SUBSTITUTES, VEHICLES,
};
pub use supply::{CALENDARS, INBOUND, INVENTORY, LOCATION_COSTS, WAVES};
