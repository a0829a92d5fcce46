//! A plan: integer decisions, nothing else.

mod recorded;

pub use recorded::{read_known_plan, read_plan};

use crate::domain::{LineIx, OrderIx, ServiceIx, TransferIx, WaveIx};
use std::ops::Range;

/// What leaves which location, when, by which route. What no piece names is unfilled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Shipments in canonical order: by order, wave, route.
    pub shipments: Vec<Shipment>,
}

/// What leaves one location for one order in one wave by one route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipment {
    /// For whom.
    pub order: OrderIx,
    /// From where and when: a wave belongs to one location.
    pub wave: WaveIx,
    /// By which route.
    pub route: Route,
    /// Equal parcels it goes as, ≥ 1; 1 where no carrier carries it.
    pub parcels: u32,
    /// What is in it, by line and form; quantities ≥ 1.
    pub pieces: Vec<Piece>,
}

/// Units of one line in one form in a shipment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Piece {
    /// Which line.
    pub line: LineIx,
    /// In which of the line's forms; 0: from its own stock.
    pub form: u8,
    /// How many units, ≥ 1.
    pub quantity: u32,
}

/// How a shipment goes on from its location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// A carrier brings it to the customer.
    Carrier(ServiceIx),
    /// The customer collects it here: the location is the pick-up store and the stock is its own.
    Collect,
    /// A transfer brings it to the pick-up store.
    ToStore(TransferIx),
    /// A transfer brings it to a hub, which merges it into the hub's shipment for this order in wave `.1`.
    ToHub(TransferIx, WaveIx),
}

impl Shipment {
    /// Whether it ends with the customer: a leg to a hub does not, the hub's shipment does.
    pub fn reaches_customer(&self) -> bool {
        !matches!(self.route, Route::ToHub(..))
    }

    /// Units in it.
    pub fn units(&self) -> i64 {
        let each = self.pieces.iter();
        each.map(|piece| i64::from(piece.quantity)).sum()
    }

    /// Units in it by line, of an order with these lines.
    pub fn units_by_line(&self, lines: &Range<u32>) -> Vec<u32> {
        let mut units = vec![0; lines.len()];
        for piece in &self.pieces {
            units[(piece.line.0 - lines.start) as usize] += piece.quantity;
        }
        units
    }
}

impl Plan {
    /// Puts shipments in canonical order.
    pub fn sort(&mut self) {
        self.shipments
            .sort_by_key(|shipment| (shipment.order, shipment.wave, shipment.route));
    }
}

/// How far a solver's value of a whole number may be off.
const NEARLY: f64 = 1e-5;

/// The whole number that a solver's value stands for; `None` when it is none. The only rounding there is.
pub fn whole_number(value: f64) -> Option<u32> {
    let rounded = value.round();
    let is_near =
        (value - rounded).abs() <= NEARLY && (0.0..=f64::from(u32::MAX)).contains(&rounded);
    is_near.then_some(rounded as u32)
}
