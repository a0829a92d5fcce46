//! Space of carriers and transfers: what earlier work and planned shipments take, and what is left.

use crate::domain::{Dataset, ServiceIx, Taken, TransferIx, WaveIx};
use crate::plan::{Plan, Route};
use std::collections::HashMap;

/// Something with room for so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Space {
    /// Shipments by a service with a wave.
    Carrier(ServiceIx, WaveIx),
    /// Units on a transfer with a wave.
    Transfer(TransferIx, WaveIx),
}

/// What is taken of all space.
pub(super) struct Spaces<'a> {
    dataset: &'a Dataset,
    taken: HashMap<Space, i64>,
}

impl<'a> Spaces<'a> {
    /// Taken by earlier work and by a plan.
    pub(super) fn new(dataset: &'a Dataset, plan: &Plan) -> Self {
        let mut spaces = Self {
            dataset,
            taken: HashMap::new(),
        };
        for taken in &dataset.taken {
            match *taken {
                Taken::Carrier(by, wave) => spaces.take(Route::Carrier(by), wave, 1),
                // Wherever it goes on from there.
                Taken::Transfer(by, wave, units) => spaces.take(Route::ToStore(by), wave, units),
            }
        }
        for shipment in &plan.shipments {
            spaces.take(shipment.route, shipment.wave, shipment.units());
        }
        spaces
    }

    /// Whether a shipment of so many units could go by a route with a wave, too.
    pub(super) fn has_room(&self, route: Route, wave: WaveIx, units: i64) -> bool {
        let capacity = match route {
            Route::Carrier(by) => self.dataset.services[by.ix()].capacity_shipments,
            Route::ToStore(by) | Route::ToHub(by, _) => {
                self.dataset.transfers[by.ix()].capacity_units
            }
            Route::Collect => None,
        };
        let Some((capacity, (space, more))) = capacity.zip(self.taken_by(route, wave, units))
        else {
            return true;
        };
        self.taken.get(&space).copied().unwrap_or(0) + more <= capacity
    }

    /// Takes the space of a shipment of so many units by a route with a wave.
    fn take(&mut self, route: Route, wave: WaveIx, units: i64) {
        if let Some((space, more)) = self.taken_by(route, wave, units) {
            *self.taken.entry(space).or_default() += more;
        }
    }

    /// Which space that is, and how much of it.
    fn taken_by(&self, route: Route, wave: WaveIx, units: i64) -> Option<(Space, i64)> {
        match route {
            Route::Carrier(by) => Some((Space::Carrier(by, wave), 1)),
            Route::ToStore(by) | Route::ToHub(by, _) => {
                let space_of = self.dataset.transfers[by.ix()].space_of;
                Some((Space::Transfer(space_of, wave), units))
            }
            Route::Collect => None,
        }
    }
}
