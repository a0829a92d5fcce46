//! What is in a shipment: weight, volume, units and what they need.

use crate::domain::{Dataset, HandlingSet};
use crate::plan::Shipment;
use crate::units::{Length, Volume, Weight};

/// The contents of a shipment added up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Load {
    pub(super) weight: Weight,
    pub(super) volume: Volume,
    pub(super) units: i64,
    pub(super) parcels: u32,
    /// All special handling that something in it needs.
    pub(super) handling: HandlingSet,
    /// Longest side of any unit.
    pub(super) length: Length,
    /// Largest girth of any unit.
    pub(super) girth: Length,
    /// Weight of the heaviest unit.
    pub(super) unit_weight: Weight,
    /// Volume of the largest unit.
    pub(super) unit_volume: Volume,
}

impl Load {
    pub(super) fn of(dataset: &Dataset, shipment: &Shipment) -> Self {
        let mut load = Self {
            parcels: shipment.parcels,
            ..Self::default()
        };
        for piece in &shipment.pieces {
            let line = &dataset.lines[piece.line.ix()];
            let shipped = dataset.form_of(line, piece.form).shipped;
            let product = &dataset.products[shipped.ix()];
            let units = i64::from(piece.quantity);
            // The order file knows the weight of what was ordered.
            let is_ordered = shipped == line.sku;
            let (weight, volume) = if is_ordered {
                (line.weight, line.volume)
            } else {
                (product.weight, product.volume)
            };
            load.weight += weight * units;
            load.volume += volume * units;
            load.unit_weight = load.unit_weight.max(weight);
            load.unit_volume = load.unit_volume.max(volume);
            load.units += units;
            load.handling.0 |= product.handling.0;
            load.length = load.length.max(product.length());
            load.girth = load.girth.max(product.girth());
        }
        load
    }
}
