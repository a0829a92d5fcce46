//! Products.

use crate::units::{Length, Money, Volume, Weight};

/// What can be ordered.
#[derive(Clone, Debug, Default)]
pub struct Product {
    /// Stock-keeping unit: the id.
    pub sku: Box<str>,
    /// Name for people.
    pub name: Box<str>,
    /// Product group, empty when none.
    pub group: Box<str>,
    /// Cost of goods of one unit.
    pub unit_cost: Money,
    /// Weight of one unit.
    pub weight: Weight,
    /// Sides of one unit, longest first; zero when unknown.
    pub sides: [Length; 3],
    /// Volume of one unit.
    pub volume: Volume,
    /// Special handling it needs.
    pub handling: HandlingSet,
    /// It shares a shipment with no other line.
    pub ship_alone: bool,
    /// Units in a case, for pick lists; 0 when unknown.
    pub units_per_case: u32,
}

impl Product {
    /// The longest side.
    pub fn length(&self) -> Length {
        self.sides[0]
    }

    /// Twice the sum of the two shorter sides.
    pub fn girth(&self) -> Length {
        (self.sides[1] + self.sides[2]) * 2
    }
}

/// A set of special handling classes, as bits over [`Dataset::handling`](super::Dataset::handling).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandlingSet(pub u64);

impl HandlingSet {
    /// Whether every class of `needed` is in this set.
    pub fn covers(self, needed: Self) -> bool {
        needed.0 & !self.0 == 0
    }
}
