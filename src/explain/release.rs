//! What must leave with the next wave, and what can wait.

use super::space::Spaces;
use crate::domain::{Dataset, OrderIx, ShipComplete, TransferIx, WaveIx};
use crate::options::{arrival_day, brought_on, days_late, pickup_day, ready_at_hub};
use crate::plan::{Plan, Route, Shipment};
use crate::verify::{Audit, takes_stock};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// Whether a planned shipment is handed over now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// It is.
    Release(Must),
    /// It is planned again by the next call.
    Hold(Wait),
}

/// Why a shipment must leave with its wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Must {
    /// A later wave would be later than promised.
    Promise,
    /// Nothing is promised, so that waiting gains nothing.
    NoPromise,
    /// No later wave of its location is within the horizon.
    LastWave,
    /// Later waves have no room for it.
    Capacity,
    /// Other shipments of its order leave, and the order is not split.
    Together,
}

impl Must {
    /// Code in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Promise => "promise",
            Self::NoPromise => "no_promise",
            Self::LastWave => "last_wave",
            Self::Capacity => "capacity",
            Self::Together => "together",
        }
    }
}

/// Why a shipment waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// A later wave keeps its promise and has room for it.
    CanWait,
    /// It is planned for a wave after the next call.
    LaterWave,
}

impl Wait {
    /// Code in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::CanWait => "can_wait",
            Self::LaterWave => "later_wave",
        }
    }
}

/// For each shipment of a plan, whether it is released by a call after which the next one comes at `until`.
pub fn calls(dataset: &Dataset, plan: &Plan, audit: &Audit, until: Timestamp) -> Vec<Call> {
    let mut looking = Looking::new(dataset, plan, audit, until);
    let mut calls: Vec<Call> = (0..plan.shipments.len())
        .map(|position| looking.call(position))
        .collect();
    // What is merged, or not split, goes together.
    let merges = |shipment: &Shipment| {
        matches!(shipment.route, Route::ToHub(..)) || !takes_stock(dataset, shipment)
    };
    let (mut whole, mut merged): (BTreeSet<OrderIx>, BTreeSet<OrderIx>) = Default::default();
    for (shipment, call) in plan.shipments.iter().zip(&calls) {
        if matches!(call, Call::Hold(_)) {
            continue;
        }
        if merges(shipment) {
            merged.insert(shipment.order);
        }
        if dataset.orders[shipment.order.ix()].ship_complete != ShipComplete::None {
            whole.insert(shipment.order);
        }
    }
    for (shipment, call) in plan.shipments.iter().zip(&mut calls) {
        let follows =
            whole.contains(&shipment.order) || merged.contains(&shipment.order) && merges(shipment);
        if matches!(call, Call::Hold(_)) && follows {
            *call = Call::Release(Must::Together);
        }
    }
    calls
}

struct Looking<'a> {
    dataset: &'a Dataset,
    plan: &'a Plan,
    audit: &'a Audit,
    until: Timestamp,
    /// By wave, what could be added to what is planned: units, lines, shipments; `None`: any number.
    room: Vec<[Option<i64>; 3]>,
    /// Of carriers and transfers, taken by what is planned, to come and earlier.
    spaces: Spaces<'a>,
}

impl<'a> Looking<'a> {
    fn new(dataset: &'a Dataset, plan: &'a Plan, audit: &'a Audit, until: Timestamp) -> Self {
        let room = dataset.waves.iter().zip(&audit.waves).map(|(wave, used)| {
            let left = |capacity: Option<i64>, used: i64| capacity.map(|most| most - used);
            [
                left(wave.capacity_units, used.units),
                left(wave.capacity_lines, used.lines),
                left(wave.capacity_shipments, used.shipments),
            ]
        });
        Self {
            dataset,
            plan,
            audit,
            until,
            room: room.collect(),
            spaces: Spaces::new(dataset, plan),
        }
    }

    fn call(&mut self, position: usize) -> Call {
        let shipment = &self.plan.shipments[position];
        if self.can_wait_for(shipment.wave) {
            return Call::Hold(Wait::LaterWave);
        }
        if self.dataset.orders[shipment.order.ix()]
            .deliver_by
            .is_none()
        {
            return Call::Release(Must::NoPromise);
        }
        let Some(next) = self.next_wave(shipment) else {
            return Call::Release(Must::LastWave);
        };
        let is_too_late = match shipment.route {
            Route::ToHub(by, onward) => !self.reaches_hub(by, next, onward),
            _ => self.days_late_with(position, next) > self.days_late_with(position, shipment.wave),
        };
        if is_too_late {
            return Call::Release(Must::Promise);
        }
        if !self.takes_room(shipment, next) {
            return Call::Release(Must::Capacity);
        }
        Call::Hold(Wait::CanWait)
    }

    /// The first open wave of a shipment's location that a later call could release.
    fn next_wave(&self, shipment: &Shipment) -> Option<WaveIx> {
        let wave = &self.dataset.waves[shipment.wave.ix()];
        let mut waves = self.dataset.locations[wave.location.ix()].wave_indices();
        waves.find(|&later| {
            self.can_wait_for(later) && self.dataset.waves[later.ix()].closed.is_none()
        })
    }

    /// Whether the next call still comes in time for a wave: what it releases needs the location's lead time.
    fn can_wait_for(&self, wave: WaveIx) -> bool {
        let wave = &self.dataset.waves[wave.ix()];
        let lead = self.dataset.locations[wave.location.ix()].lead_time_min;
        let ready = self.until.checked_add(SignedDuration::from_mins(lead));
        ready.is_ok_and(|ready| wave.departs >= ready)
    }

    /// Whether what leaves with a wave is at a hub in time for the wave that it is to leave there with.
    fn reaches_hub(&self, by: TransferIx, wave: WaveIx, onward: WaveIx) -> bool {
        let transfer = &self.dataset.transfers[by.ix()];
        let ready = ready_at_hub(self.dataset, transfer, &self.dataset.waves[wave.ix()]);
        ready.is_some_and(|ready| self.dataset.waves[onward.ix()].departs >= ready)
    }

    fn days_late_with(&self, position: usize, wave: WaveIx) -> u32 {
        let shipment = &self.plan.shipments[position];
        let order = &self.dataset.orders[shipment.order.ix()];
        let wave = &self.dataset.waves[wave.ix()];
        let arrival = match (shipment.route, self.audit.shipments[position].band) {
            (Route::Carrier(service), Some(band)) => {
                let rate = &self.dataset.rates[band as usize];
                let cutoff = self.dataset.services[service.ix()].pickup_cutoff;
                arrival_day(pickup_day(wave, cutoff), rate.transit_days, rate.weekend)
            }
            (route, _) => brought_on(self.dataset, route, wave),
        };
        days_late(order, arrival)
    }

    /// Takes room for a shipment with a later wave; `false`: there is none.
    fn takes_room(&mut self, shipment: &Shipment, next: WaveIx) -> bool {
        let units = shipment.units();
        let mut lines: Vec<_> = shipment.pieces.iter().map(|piece| piece.line).collect();
        lines.dedup();
        let wanted = [units, lines.len() as i64, 1];
        let room = &mut self.room[next.ix()];
        let mut each = room.iter().zip(wanted);
        let fits = each.all(|(left, units)| left.is_none_or(|left| left >= units));
        if !fits || !self.spaces.has_room(shipment.route, next, units) {
            return false;
        }
        self.spaces.take(shipment.route, next, units);
        for (left, units) in room.iter_mut().zip(wanted) {
            *left = left.map(|left| left - units);
        }
        true
    }
}
