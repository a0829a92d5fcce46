//! Carriers: services, rate cards, zones and transfers between locations.

use super::{HandlingSet, LocationIx, ServiceIx, TransferIx, ZoneIx};
use crate::units::{Length, Money, Weight};
use jiff::civil::Time;
use std::ops::{Range, RangeInclusive};

/// A carrier's product.
#[derive(Clone, Debug)]
pub struct Service {
    /// The carrier.
    pub carrier: Box<str>,
    /// Its product.
    pub service: Box<str>,
    /// A shipment may go as up to this many equal parcels, ≥ 1, none without a unit and no unit in two.
    pub max_parcels: u32,
    /// Actual weight of one parcel at most.
    pub max_parcel: Option<Weight>,
    /// Longest side of a unit at most.
    pub max_length: Option<Length>,
    /// Girth of a unit at most.
    pub max_girth: Option<Length>,
    /// Last pick-up of a day, local to the origin: a later wave leaves with the next day's.
    pub pickup_cutoff: Option<Time>,
    /// Shipments at most per origin and wave.
    pub capacity_shipments: Option<i64>,
    /// Shipments promised to the carrier over the horizon, all origins.
    pub minimum_shipments: i64,
    /// Paid for each one missing.
    pub shortfall_cost: Money,
    /// Grams of CO₂ per kilogram and kilometre, in millionths.
    pub co2_g_per_kg_km_micro: i64,
}

impl Service {
    /// How many parcels so many units may go as.
    pub fn parcels_of(&self, units: i64) -> RangeInclusive<u32> {
        let most = u32::try_from(units.max(1)).unwrap_or(u32::MAX);
        1..=self.max_parcels.min(most)
    }
}

/// Where a lane of a rate card begins, from the least specific.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Anywhere.
    Any,
    /// Any location of this zone.
    Zone(ZoneIx),
    /// One location.
    Location(LocationIx),
}

/// Rate-card rows that share service, origin and destination.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Who carries.
    pub service: ServiceIx,
    /// From where.
    pub origin: Origin,
    /// To which zone; `None`: any.
    pub destination: Option<ZoneIx>,
    /// Its bands by weight, contiguous in [`Dataset::rates`](super::Dataset::rates).
    pub bands: Range<u32>,
}

/// One weight band of a lane: the price of a parcel in it.
#[derive(Clone, Debug)]
pub struct Rate {
    /// Billable weight above which the band begins (0 includes 0).
    pub min_weight: Weight,
    /// Billable weight up to which it reaches; `None`: no limit.
    pub max_weight: Option<Weight>,
    /// Per parcel.
    pub base_cost: Money,
    /// Per billable kilogram.
    pub cost_per_kg: Money,
    /// Per unit in the parcel.
    pub cost_per_unit: Money,
    /// The least a parcel costs before fuel.
    pub min_charge: Money,
    /// Billable weight is rounded up to a multiple of this for `cost_per_kg`.
    pub kg_step: Option<Weight>,
    /// Fuel surcharge in millionths of a per cent.
    pub fuel_pct_micro: i64,
    /// cm³ per kilogram: billable weight = max(weight, volume / this).
    pub dim_divisor: Option<i64>,
    /// Days from the day of leaving to the day of arrival.
    pub transit_days: u32,
    /// Whether Saturdays and Sundays count as days.
    pub weekend: bool,
    /// Special handling it can carry; `None`: anything.
    pub handling: Option<HandlingSet>,
}

/// A rule that gives postcodes their zone.
#[derive(Clone, Debug)]
pub struct ZoneRule {
    /// Carrier it holds for; `None`: any.
    pub carrier: Option<Box<str>>,
    /// Location or zone it holds from.
    pub origin: Origin,
    /// Country it holds in; `None`: any.
    pub country: Option<Box<str>>,
    /// Beginning of the postcode; the longest match wins.
    pub prefix: Box<str>,
    /// The zone.
    pub zone: ZoneIx,
}

/// Where an order goes, in the words of rate cards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Destination {
    /// Zone given by the order itself.
    pub zone: Option<ZoneIx>,
    /// Country, empty when unknown.
    pub country: Box<str>,
    /// Postcode, empty when unknown.
    pub postcode: Box<str>,
}

/// A way to move goods from one location to another.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// From.
    pub from: LocationIx,
    /// To.
    pub to: LocationIx,
    /// Per shipment moved.
    pub cost_per_shipment: Money,
    /// Per unit moved.
    pub cost_per_unit: Money,
    /// Per kilogram moved.
    pub cost_per_kg: Money,
    /// Days from the day of leaving to the day of arrival; calendar days.
    pub transit_days: u32,
    /// Minutes from leaving to arrival instead, where it takes less than days.
    pub transit_min: Option<i64>,
    /// Units at most per wave of the origin.
    pub capacity_units: Option<i64>,
    /// The one whose space it takes: its own, or that of another which the same goods go by.
    pub space_of: TransferIx,
}
