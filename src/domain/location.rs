//! Locations, their costs, and where they are.

use super::{HandlingSet, WaveIx, ZoneIx};
use crate::units::{Distance, Money};
use jiff::tz::TimeZone;
use std::ops::Range;

/// A place that stocks or handles goods.
#[derive(Clone, Debug)]
pub struct Location {
    /// Id in the files.
    pub id: Box<str>,
    /// Name for people, the id when none.
    pub name: Box<str>,
    /// What it is.
    pub kind: LocationKind,
    /// Carrier zone it ships from.
    pub zone: Option<ZoneIx>,
    /// Postcode, empty when unknown.
    pub postcode: Box<str>,
    /// Country, empty when unknown.
    pub country: Box<str>,
    /// Where on the map.
    pub position: Option<Position>,
    /// Its clock.
    pub time_zone: TimeZone,
    /// Whether it is used.
    pub open: Open,
    /// Paid once per horizon if anything leaves it.
    pub fixed_cost: Money,
    /// Paid once per horizon if it is closed; zero where the scenario has it open.
    pub closing_cost: Money,
    /// Picking a unit.
    pub cost_per_unit: Money,
    /// Visiting a line: once for each line in each shipment that leaves.
    pub cost_per_line: Money,
    /// Packing a shipment's parcel.
    pub cost_per_shipment: Money,
    /// Units of overtime at most beyond the unit capacity, per wave.
    pub overtime_units: i64,
    /// Cost of one such unit.
    pub overtime_cost_per_unit: Money,
    /// Special handling it can do.
    pub handling: HandlingSet,
    /// Minutes from release to ready.
    pub lead_time_min: i64,
    /// Whether customers may return goods to it.
    pub accepts_returns: bool,
    /// Units at most that customers may send back to it over the horizon; `None`: no limit.
    pub capacity_returns: Option<i64>,
    /// Its waves in time order, contiguous in [`Dataset::waves`](super::Dataset::waves).
    pub waves: Range<u32>,
}

impl Location {
    /// What it costs that something leaves it, over its being closed; below zero only where the scenario closes it.
    pub fn opening_cost(&self) -> Money {
        self.fixed_cost - self.closing_cost
    }

    /// Indices of its waves, in time order.
    pub fn wave_indices(
        &self,
    ) -> impl ExactSizeIterator<Item = WaveIx> + DoubleEndedIterator + Clone + use<> {
        self.waves.clone().map(WaveIx)
    }
}

/// What a location is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocationKind {
    /// A warehouse.
    Warehouse,
    /// A store that can also ship.
    Store,
    /// A supplier that ships for us (drop-ship).
    Supplier,
    /// No stock of its own: merges what arrives and forwards it.
    Hub,
    /// A partner's warehouse.
    Partner,
}

/// Whether a location is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// It may be used.
    Yes,
    /// Nothing leaves it.
    No,
    /// The plan decides, and reports the decision.
    Decide,
}

/// A point on the earth, in millionths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// North positive.
    pub latitude_micro: i32,
    /// East positive.
    pub longitude_micro: i32,
}

impl Position {
    /// Great-circle distance × `detour_factor_micro` / 10⁶, rounded to whole metres.
    pub fn distance(self, other: Self, detour_factor_micro: i64) -> Distance {
        const EARTH_RADIUS_M: f64 = 6_371_008.8;
        let radians = |micro: i32| f64::from(micro) * 1e-6 * std::f64::consts::PI / 180.0;
        let (here, there) = (radians(self.latitude_micro), radians(other.latitude_micro));
        let half_latitude = ((there - here) / 2.0).sin();
        let half_longitude =
            ((radians(other.longitude_micro) - radians(self.longitude_micro)) / 2.0).sin();
        let chord = half_latitude * half_latitude
            + here.cos() * there.cos() * half_longitude * half_longitude;
        let metres = 2.0 * EARTH_RADIUS_M * chord.sqrt().min(1.0).asin();
        Distance((metres * detour_factor_micro as f64 * 1e-6).round() as i64)
    }
}
