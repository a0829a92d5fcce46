//! Label data: one row a parcel that a carrier takes.

use super::Planned;
use super::movements::THOUSANDTHS;
use super::names::Names;
use super::sheet::Sheet;
use crate::domain::{Destination, ServiceIx};
use crate::plan::{Route, Shipment};

/// All parcels.
pub(super) struct Labels<'a> {
    planned: Planned<'a>,
    names: Names<'a>,
    /// Position of the shipment and number of the parcel in it, from 1.
    parcels: Vec<(u32, u32)>,
}

impl<'a> Labels<'a> {
    pub(super) fn new(planned: Planned<'a>) -> Self {
        let each = planned.plan.shipments.iter().zip(0..);
        let carried = each.filter(|(shipment, _)| service(shipment).is_some());
        let parcels = carried.flat_map(|(shipment, position)| {
            (1..=shipment.parcels).map(move |parcel| (position, parcel))
        });
        Self {
            parcels: parcels.collect(),
            names: Names::new(planned.dataset, planned.plan),
            planned,
        }
    }

    fn position(&self, row: usize) -> usize {
        self.parcels[row].0 as usize
    }

    fn shipment(&self, row: usize) -> &'a Shipment {
        &self.planned.plan.shipments[self.position(row)]
    }

    fn destination(&self, row: usize) -> &'a Destination {
        let dataset = self.planned.dataset;
        let order = &dataset.orders[self.shipment(row).order.ix()];
        &dataset.destinations[order.destination.ix()]
    }

    fn service(&self, row: usize) -> (&'a str, &'a str) {
        service(self.shipment(row)).map_or(("", ""), |it| self.names.service(it))
    }

    /// The zone that the order names, else that of the rate card's lane.
    fn zone(&self, row: usize) -> &'a str {
        let dataset = self.planned.dataset;
        let lane = self.planned.audit.shipments[self.position(row)].lane;
        let by_lane = lane.and_then(|lane| dataset.lanes[lane.ix()].destination);
        let zone = self.destination(row).zone.or(by_lane);
        zone.map_or("", |zone| &*dataset.zones[zone.ix()])
    }

    /// Milligrams of a parcel: equal parcels, the milligrams left over spread so that all together weigh what the shipment does.
    fn weight(&self, row: usize) -> i64 {
        let all = i128::from(self.planned.audit.shipments[self.position(row)].weight.0);
        let parcels = i128::from(self.shipment(row).parcels);
        let upto = |parcel: u32| all * i128::from(parcel) / parcels;
        let parcel = self.parcels[row].1;
        i64::try_from(upto(parcel) - upto(parcel - 1)).expect("no heavier than its shipment")
    }

    /// The sheet, by order, shipment, parcel.
    pub(super) fn sheet(&self) -> Sheet<'_> {
        let dataset = self.planned.dataset;
        Sheet::new("labels", self.parcels.len())
            .text("shipment_id", |row| self.names.shipment(self.position(row)))
            .text("order_id", |row| {
                &*dataset.orders[self.shipment(row).order.ix()].id
            })
            .integer("parcel", |row| i64::from(self.parcels[row].1))
            .integer("parcels", |row| i64::from(self.shipment(row).parcels))
            .text("postcode", |row| &*self.destination(row).postcode)
            .text("country", |row| &*self.destination(row).country)
            .text("zone", |row| self.zone(row))
            .text("carrier", |row| self.service(row).0)
            .text("service", |row| self.service(row).1)
            .decimal("weight_g", THOUSANDTHS, |row| self.weight(row))
            .text("location_id", |row| {
                self.names.location(self.shipment(row).wave)
            })
            .moment("leaves_at", |row| {
                self.names.departure(self.shipment(row).wave)
            })
            .text("return_label", |row| {
                let position = self.position(row);
                let label = self.planned.labels.get(position).copied().flatten();
                label.map_or(String::new(), |_| self.names.return_label(position))
            })
    }
}

fn service(shipment: &Shipment) -> Option<ServiceIx> {
    match shipment.route {
        Route::Carrier(service) => Some(service),
        _ => None,
    }
}
