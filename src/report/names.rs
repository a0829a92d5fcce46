//! Names that several sheets share: shipments, waves, services.

use super::sheet::time_text;
use crate::domain::{Dataset, ServiceIx, WaveIx};
use crate::options::arrival_in_minutes;
use crate::plan::{Plan, Route, Shipment};
use crate::units::push_decimal;
use crate::verify::offsets_by_order;
use std::collections::BTreeMap;
use std::ops::Range;

/// Names of a plan's things, as files show them.
pub(super) struct Names<'a> {
    dataset: &'a Dataset,
    plan: &'a Plan,
    /// First shipment of each order.
    offsets: Vec<u32>,
    /// By id of an order of which earlier shipments stay, the highest number of these.
    earlier: BTreeMap<&'a str, usize>,
    /// Departure of each wave on its location's clock.
    departures: Vec<String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(dataset: &'a Dataset, plan: &'a Plan) -> Self {
        let departures = dataset
            .waves
            .iter()
            .map(|wave| {
                let location = &dataset.locations[wave.location.ix()];
                time_text(wave.departs, &location.time_zone)
            })
            .collect();
        let mut earlier: BTreeMap<&str, usize> = BTreeMap::new();
        for kept in &dataset.kept {
            let number = kept.shipment.rsplit('-').next();
            let number = number.and_then(|number| number.parse().ok()).unwrap_or(0);
            let highest = earlier.entry(&kept.order).or_default();
            *highest = number.max(*highest);
        }
        Self {
            earlier,
            dataset,
            plan,
            offsets: offsets_by_order(dataset, plan),
            departures,
        }
    }

    /// `<order_id>-<n>`, n counting the order's shipments from 1 in the plan's order, after earlier ones that stay.
    pub(super) fn shipment(&self, position: usize) -> String {
        let order = self.plan.shipments[position].order;
        let id = &self.dataset.orders[order.ix()].id;
        let before = self.earlier.get(&**id).copied().unwrap_or(0);
        let number = before + position - self.offsets[order.ix()] as usize + 1;
        let mut name = String::with_capacity(id.len() + 4);
        name.push_str(id);
        name.push('-');
        push_decimal(&mut name, number as i64, 0);
        name
    }

    /// The hub's shipment that a feeder joins, by name.
    pub(super) fn joins(&self, position: usize) -> Option<String> {
        let joined = self.joined(position)?;
        Some(self.shipment(joined))
    }

    /// Position of the hub's shipment that a feeder joins.
    pub(super) fn joined(&self, position: usize) -> Option<usize> {
        let shipment = &self.plan.shipments[position];
        let Route::ToHub(_, onward) = shipment.route else {
            return None;
        };
        self.siblings(position)
            .find(|&other| self.plan.shipments[other].wave == onward)
    }

    /// Positions of all shipments of the order that a shipment is for.
    pub(super) fn siblings(&self, position: usize) -> Range<usize> {
        let order = self.plan.shipments[position].order.ix();
        self.offsets[order] as usize..self.offsets[order + 1] as usize
    }

    /// What the label is called by which a shipment's goods would come back.
    pub(super) fn return_label(&self, position: usize) -> String {
        self.shipment(position) + "-R"
    }

    /// When a wave departs, on its location's clock.
    pub(super) fn departure(&self, wave: WaveIx) -> &str {
        &self.departures[wave.ix()]
    }

    /// When a transfer that takes minutes is there, on the clock of where it ends; empty of others.
    pub(super) fn shuttle(&self, shipment: &Shipment) -> String {
        let (Route::ToStore(by) | Route::ToHub(by, _)) = shipment.route else {
            return String::new();
        };
        let transfer = &self.dataset.transfers[by.ix()];
        let arrival = arrival_in_minutes(transfer, &self.dataset.waves[shipment.wave.ix()]);
        let zone = &self.dataset.locations[transfer.to.ix()].time_zone;
        arrival.map_or(String::new(), |arrival| time_text(arrival, zone))
    }

    /// Name of a wave.
    pub(super) fn wave(&self, wave: WaveIx) -> &'a str {
        &self.dataset.waves[wave.ix()].name
    }

    /// Id of the location that a wave leaves.
    pub(super) fn location(&self, wave: WaveIx) -> &'a str {
        let location = self.dataset.waves[wave.ix()].location;
        &self.dataset.locations[location.ix()].id
    }

    /// Carrier and service.
    pub(super) fn service(&self, service: ServiceIx) -> (&'a str, &'a str) {
        let service = &self.dataset.services[service.ix()];
        (&service.carrier, &service.service)
    }

    /// Where a transfer ends.
    pub(super) fn transfer_end(&self, route: Route) -> Option<&'a str> {
        match route {
            Route::ToStore(by) | Route::ToHub(by, _) => {
                let to = self.dataset.transfers[by.ix()].to;
                Some(&self.dataset.locations[to.ix()].id)
            }
            Route::Carrier(_) | Route::Collect => None,
        }
    }
}

/// What files call a kind of route.
pub(super) fn route_kind(route: Route) -> &'static str {
    match route {
        Route::Carrier(_) => "carrier",
        Route::Collect => "collect",
        Route::ToStore(_) => "to_store",
        Route::ToHub(..) => "to_hub",
    }
}
