//! What must leave with the next wave, and what can wait.

use crate::domain::{Dataset, OrderIx, Settings, ShipComplete, TransferIx, WaveIx};
use crate::model::Coupling;
use crate::options::{arrival_day, brought_on, days_late, pickup_day, ready_at_hub};
use crate::plan::{Plan, Route, Shipment};
use crate::solve::{change_of, used_by};
use crate::verify::{Audit, takes_stock};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

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
pub fn calls(
    dataset: &Dataset,
    settings: &Settings,
    plan: &Plan,
    audit: &Audit,
    until: Timestamp,
) -> Vec<Call> {
    let coupling = Coupling::new(dataset, settings);
    let mut looking = Looking {
        dataset,
        plan,
        audit,
        until,
        used: used_by(dataset, &coupling, plan),
        leaves: plan.shipments.iter().map(|it| it.wave).collect(),
        coupling,
        later: BTreeMap::new(),
    };
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
    /// All that is shared, and how much of each is used with what waits in its later wave.
    coupling: Coupling,
    used: Vec<i64>,
    /// By shipment, the wave that it is taken to leave with so far.
    leaves: Vec<WaveIx>,
    /// By order and wave of a hub, whether what is merged there can wait for a later one.
    later: BTreeMap<(OrderIx, WaveIx), bool>,
}

impl Looking<'_> {
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
            return match shipment.route {
                Route::ToHub(_, onward)
                    if self.waits_for_later_hub_wave(shipment.order, onward) =>
                {
                    Call::Hold(Wait::CanWait)
                }
                _ => Call::Release(Must::Promise),
            };
        }
        if !self.takes_room(&[(position, next)]) {
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

    /// Whether all that an order has merged for a wave of a hub can wait for a later wave of it: what is due now leaves with
    /// its next wave, reaches the hub in time, and arrives no later than it would.
    fn waits_for_later_hub_wave(&mut self, order: OrderIx, onward: WaveIx) -> bool {
        if let Some(&known) = self.later.get(&(order, onward)) {
            return known;
        }
        let hub = self.dataset.waves[onward.ix()].location;
        let waves = self.dataset.locations[hub.ix()].wave_indices();
        let later: Vec<Vec<(usize, WaveIx)>> = waves
            .filter(|wave| *wave > onward && self.dataset.waves[wave.ix()].closed.is_none())
            .filter_map(|wave| self.merged_by(order, onward, wave))
            .collect();
        let found = later.iter().any(|moves| self.takes_room(moves));
        self.later.insert((order, onward), found);
        found
    }

    /// With which wave each shipment leaves that an order has merged for a wave of a hub, if it is merged for a later one;
    /// `None`: something would not be there, or be later than it would.
    fn merged_by(
        &self,
        order: OrderIx,
        onward: WaveIx,
        later: WaveIx,
    ) -> Option<Vec<(usize, WaveIx)>> {
        let shipments = &self.plan.shipments;
        let first = shipments.partition_point(|shipment| shipment.order < order);
        let mine = (first..shipments.len()).take_while(|&at| shipments[at].order == order);
        let mut moves = Vec::new();
        for position in mine {
            let shipment = &shipments[position];
            match shipment.route {
                Route::ToHub(by, to) if to == onward => {
                    let wave = if self.can_wait_for(shipment.wave) {
                        shipment.wave
                    } else {
                        self.next_wave(shipment)?
                    };
                    if !self.reaches_hub(by, wave, later) {
                        return None;
                    }
                    moves.push((position, wave));
                }
                _ if shipment.wave == onward && !takes_stock(self.dataset, shipment) => {
                    let late = self.days_late_with(position, onward);
                    if self.days_late_with(position, later) > late {
                        return None;
                    }
                    moves.push((position, later));
                }
                _ => {}
            }
        }
        Some(moves)
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

    /// Moves shipments to later waves where these have room for all, without buying any; `false`: they have not.
    fn takes_room(&mut self, moves: &[(usize, WaveIx)]) -> bool {
        // What waits already, waits.
        let moved = moves
            .iter()
            .map(|&(position, next)| (position, [self.leaves[position], next]))
            .filter(|(_, [before, next])| before < next)
            .map(|(position, waves)| (&self.plan.shipments[position], waves));
        let change = change_of(self.dataset, &self.coupling, moved);
        let has_room = change.iter().all(|&(row, units)| {
            let data = &self.coupling.rows[row as usize];
            let counts = units > 0 && !data.is_commitment() && !data.is_open();
            !counts || self.used[row as usize] + units <= data.capacity
        });
        if has_room {
            for (row, units) in change {
                self.used[row as usize] += units;
            }
            for &(position, next) in moves {
                self.leaves[position] = self.leaves[position].max(next);
            }
        }
        has_room
    }
}
