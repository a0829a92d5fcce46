//! The definitions of all input tables, by group.

mod carriage;
mod demand;
mod later;
mod life;
mod supply;

pub use carriage::{CARRIER_RATES, CARRIERS, TRANSFERS, ZONES};
pub use demand::{KITS, ORDERS, PRODUCTS, REJECTIONS, SUBSTITUTES};
pub use later::{DISTANCES, VEHICLES};
pub use life::{PREVIOUS, RETURNS, SUBSCRIPTIONS};
pub use supply::{CALENDARS, CHANNEL_RESERVES, INBOUND, INVENTORY, LOCATION_COSTS, WAVES};
