//! Rate match and the exact price of a shipment.
//!
//! Which lane of the rate cards holds for (service, origin location, destination) is looked up in a
//! dense table; what a shipment costs on it is computed in integers, so that it equals the invoice.

use super::bands::{Bands, Held, held};
use crate::domain::{
    Dataset, Destination, DestinationIx, HandlingSet, Lane, LaneIx, LocationIx, Origin, Rate,
    Service, ServiceIx, ZoneIx, ZoneRule,
};
use crate::units::{MICRO, Money, Volume, Weight, divide_half_up};

/// What a shipment weighs and measures, all its pieces together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Actual weight.
    pub weight: Weight,
    /// Volume.
    pub volume: Volume,
    /// Units.
    pub units: i64,
    /// Weight of the heaviest unit.
    pub unit_weight: Weight,
    /// Volume of the largest unit.
    pub unit_volume: Volume,
}

impl Measure {
    /// Adds units of a weight and a volume each.
    pub fn add(&mut self, weight: Weight, volume: Volume, units: i64) {
        self.weight += Weight(weight.0 * units);
        self.volume += Volume(volume.0 * units);
        self.units += units;
        self.unit_weight = self.unit_weight.max(weight);
        self.unit_volume = self.unit_volume.max(volume);
    }
}

/// The price of a shipment on a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fare {
    /// Carriage of all parcels.
    pub cost: Money,
    /// Equal parcels it goes as.
    pub parcels: u32,
    /// Days from leaving to arrival.
    pub transit_days: u32,
    /// Whether weekends count as days.
    pub weekend: bool,
}

/// Which lane holds for each (service, location, destination zone).
#[derive(Debug)]
pub struct RateIndex {
    zones: usize,
    locations: usize,
    services: usize,
    /// `[(service × locations + location) × (zones + 1) + zone]`; the last zone stands for "none known".
    lanes: Vec<Option<LaneIx>>,
    /// `[destination × services + service]`, or with locations in between where rules name origins.
    destination_zones: Vec<Option<ZoneIx>>,
    zones_by_origin: bool,
    bands: Bands,
}

impl RateIndex {
    /// Builds both tables.
    pub fn new(dataset: &Dataset) -> Self {
        let (zones, locations, services) = (
            dataset.zones.len(),
            dataset.locations.len(),
            dataset.services.len(),
        );
        let mut lanes = vec![None; services * locations * (zones + 1)];
        for (position, lane) in dataset.lanes.iter().enumerate() {
            for location in 0..locations {
                if !starts_at(lane.origin, LocationIx::new(location), dataset) {
                    continue;
                }
                let from = (lane.service.ix() * locations + location) * (zones + 1);
                let covered = match lane.destination {
                    Some(zone) => zone.ix()..zone.ix() + 1,
                    None => 0..zones + 1,
                };
                for slot in &mut lanes[from + covered.start..from + covered.end] {
                    if slot
                        .is_none_or(|other: LaneIx| rank(lane) > rank(&dataset.lanes[other.ix()]))
                    {
                        *slot = Some(LaneIx::new(position));
                    }
                }
            }
        }
        let zones_by_origin = dataset
            .zone_rules
            .iter()
            .any(|rule| rule.origin != Origin::Any);
        let origins = if zones_by_origin { locations } else { 1 };
        let mut destination_zones =
            Vec::with_capacity(dataset.destinations.len() * services * origins);
        for destination in &dataset.destinations {
            for origin in 0..origins {
                for service in &dataset.services {
                    let origin = zones_by_origin.then(|| LocationIx::new(origin));
                    destination_zones.push(zone_of(dataset, destination, service, origin));
                }
            }
        }
        Self {
            zones,
            locations,
            services,
            lanes,
            destination_zones,
            zones_by_origin,
            bands: Bands::new(dataset),
        }
    }

    /// What no fare of a shipment on a lane is below; `None`: nothing takes it.
    pub fn least(&self, dataset: &Dataset, lane: LaneIx, measure: Measure) -> Option<Money> {
        let held = self.bands.held(dataset, lane, measure);
        self.bands.least(dataset, lane, &held, measure)
    }

    /// How lanes hold shipments.
    pub(super) fn bands(&self) -> &Bands {
        &self.bands
    }

    /// The lane from a location to a destination by a service.
    pub fn lane(
        &self,
        service: ServiceIx,
        location: LocationIx,
        destination: DestinationIx,
    ) -> Option<LaneIx> {
        let place = if self.zones_by_origin {
            destination.ix() * self.locations + location.ix()
        } else {
            destination.ix()
        };
        let zone = self.destination_zones[place * self.services + service.ix()];
        let column = zone.map_or(self.zones, ZoneIx::ix);
        self.lanes[(service.ix() * self.locations + location.ix()) * (self.zones + 1) + column]
    }
}

/// Most specific origin first, then most specific destination.
fn rank(lane: &Lane) -> (u8, bool) {
    let origin = match lane.origin {
        Origin::Any => 0,
        Origin::Zone(_) => 1,
        Origin::Location(_) => 2,
    };
    (origin, lane.destination.is_some())
}

fn starts_at(origin: Origin, location: LocationIx, dataset: &Dataset) -> bool {
    match origin {
        Origin::Any => true,
        Origin::Zone(zone) => dataset.locations[location.ix()].zone == Some(zone),
        Origin::Location(only) => only == location,
    }
}

/// The zone of a destination: its own word, else the longest matching prefix, then the most particular rule.
fn zone_of(
    dataset: &Dataset,
    destination: &Destination,
    service: &Service,
    origin: Option<LocationIx>,
) -> Option<ZoneIx> {
    if destination.zone.is_some() {
        return destination.zone;
    }
    let holds = |rule: &&ZoneRule| {
        destination.postcode.starts_with(&*rule.prefix)
            && rule
                .carrier
                .as_ref()
                .is_none_or(|carrier| *carrier == service.carrier)
            && rule
                .country
                .as_ref()
                .is_none_or(|country| *country == destination.country)
            && match origin {
                Some(location) => starts_at(rule.origin, location, dataset),
                None => rule.origin == Origin::Any,
            }
    };
    dataset
        .zone_rules
        .iter()
        .filter(holds)
        .max_by_key(|rule| {
            (
                rule.prefix.len(),
                rule.carrier.is_some(),
                rule.origin,
                rule.country.is_some(),
            )
        })
        .map(|rule| rule.zone)
}

/// Billable weight of one of `parcels` equal parcels, as a fraction of milligrams.
pub(super) fn billable(rate: &Rate, measure: Measure, parcels: u32) -> (i128, i128) {
    let parcels = i128::from(parcels);
    let actual = (i128::from(measure.weight.0), parcels);
    match rate.dim_divisor {
        None => actual,
        Some(divisor) => {
            let volumetric = (
                i128::from(measure.volume.0) * 1000,
                i128::from(divisor) * parcels,
            );
            if volumetric.0 * actual.1 > actual.0 * volumetric.1 {
                volumetric
            } else {
                actual
            }
        }
    }
}

/// Whether a billable weight lies in a band: above its lower edge, up to its upper one; 0 includes 0.
pub(super) fn in_band(rate: &Rate, (numerator, denominator): (i128, i128)) -> bool {
    if let Some(upper) = rate.max_weight
        && numerator > i128::from(upper.0) * denominator
    {
        return false;
    }
    let lower = i128::from(rate.min_weight.0) * denominator;
    numerator > lower || (numerator == 0 && lower == 0)
}

/// Whether a unit by itself is no heavier, and not billed for more, than a parcel may be.
pub fn holds_unit(
    rate: &Rate,
    max_parcel: Option<Weight>,
    (weight, volume): (Weight, Volume),
) -> bool {
    let billed_within = |upper: Weight| {
        let by_volume = rate.dim_divisor.is_none_or(|divisor| {
            i128::from(volume.0) * 1000 <= i128::from(upper.0) * i128::from(divisor)
        });
        weight <= upper && by_volume
    };
    max_parcel.is_none_or(|most| weight <= most) && rate.max_weight.is_none_or(billed_within)
}

/// The price of one parcel that is billed by its actual weight.
fn simple_price(rate: &Rate, measure: Measure) -> Money {
    const MILLIGRAMS_PER_KG: i64 = 1_000_000;
    const WHOLE_FUEL: i64 = 100 * MICRO;
    let by_formula = (rate.base_cost.0.checked_mul(MILLIGRAMS_PER_KG))
        .zip(rate.cost_per_kg.0.checked_mul(measure.weight.0))
        .and_then(|(base, by_weight)| base.checked_add(by_weight))
        .zip((rate.cost_per_unit.0 * measure.units).checked_mul(MILLIGRAMS_PER_KG))
        .and_then(|(sum, by_units)| sum.checked_add(by_units))
        .zip(rate.min_charge.0.checked_mul(MILLIGRAMS_PER_KG))
        .map(|(formula, least)| formula.max(least));
    let Some(before_fuel) = by_formula else {
        return exact_price(rate, measure, 1);
    };
    let price = if rate.fuel_pct_micro == 0 {
        i128::from(
            before_fuel
                .saturating_add(MILLIGRAMS_PER_KG / 2)
                .div_euclid(MILLIGRAMS_PER_KG),
        )
    } else {
        divide_half_up(
            i128::from(before_fuel) * i128::from(WHOLE_FUEL + rate.fuel_pct_micro),
            i128::from(MILLIGRAMS_PER_KG) * i128::from(WHOLE_FUEL),
        )
    };
    Money(i64::try_from(price).expect("money cells are capped, so a parcel's price fits"))
}

/// The price of one parcel where that is the same whatever is in it.
pub(super) fn flat_price(rate: &Rate) -> Option<Money> {
    const WHOLE_FUEL: i64 = 100 * MICRO;
    if rate.cost_per_kg != Money::ZERO || rate.cost_per_unit != Money::ZERO {
        return None;
    }
    let before_fuel = i128::from(rate.base_cost.max(rate.min_charge).0);
    let with_fuel = before_fuel * i128::from(WHOLE_FUEL + rate.fuel_pct_micro);
    let price = divide_half_up(with_fuel, WHOLE_FUEL.into());
    let price = i64::try_from(price).expect("money cells are capped, so a parcel's price fits");
    Some(Money(price))
}

/// The price of one of `parcels` equal parcels.
pub fn parcel_price(rate: &Rate, measure: Measure, parcels: u32) -> Money {
    if let Some(price) = flat_price(rate) {
        return price;
    }
    if parcels == 1 && rate.dim_divisor.is_none() && rate.kg_step.is_none() {
        return simple_price(rate, measure);
    }
    exact_price(rate, measure, parcels)
}

fn exact_price(rate: &Rate, measure: Measure, parcels: u32) -> Money {
    const MILLIGRAMS_PER_KG: i128 = 1_000_000;
    const WHOLE_FUEL: i128 = 100 * MICRO as i128;
    let (mut weight, mut denominator) = billable(rate, measure, parcels);
    if let Some(step) = rate.kg_step {
        let step = i128::from(step.0);
        weight = (weight + step * denominator - 1) / (step * denominator) * step;
        denominator = 1;
    }
    let count = i128::from(parcels);
    // All over `denominator × count × 10⁶`, so that nothing is rounded before the end.
    let scale = denominator * MILLIGRAMS_PER_KG * count;
    let by_formula = i128::from(rate.base_cost.0) * scale
        + i128::from(rate.cost_per_kg.0) * weight * count
        + i128::from(rate.cost_per_unit.0)
            * i128::from(measure.units)
            * denominator
            * MILLIGRAMS_PER_KG;
    let before_fuel = by_formula.max(i128::from(rate.min_charge.0) * scale);
    let price = divide_half_up(
        before_fuel * (WHOLE_FUEL + i128::from(rate.fuel_pct_micro)),
        scale * WHOLE_FUEL,
    );
    Money(i64::try_from(price).expect("money cells are capped, so a parcel's price fits"))
}

/// The cheapest way to carry a shipment on a lane for each transit time, the number of parcels
/// chosen: no more than there are units, and each unit fits one by itself; bands whose handling list does not cover
/// `needed` are passed over.
pub fn fares(
    dataset: &Dataset,
    lane: LaneIx,
    needed: HandlingSet,
    measure: Measure,
    found: &mut Vec<Fare>,
) {
    let fare = |(band, parcels): (u32, u32)| {
        let rate = &dataset.rates[band as usize];
        let is_carried = rate.handling.is_none_or(|carried| carried.covers(needed));
        is_carried.then(|| Fare {
            cost: parcel_price(rate, measure, parcels) * i64::from(parcels),
            parcels,
            transit_days: rate.transit_days,
            weekend: rate.weekend,
        })
    };
    let held = held(dataset, lane, measure);
    fares_held(&dataset.lanes[lane.ix()], &held, fare, found);
}

/// The same where it is known which bands hold the shipment, and its fare in a band by so many parcels.
pub(super) fn fares_held(
    lane: &Lane,
    held: &Held,
    fare: impl Fn((u32, u32)) -> Option<Fare>,
    found: &mut Vec<Fare>,
) {
    found.clear();
    for &(parcels, band) in held {
        let Some(fare) = fare((lane.bands.start + band, parcels)) else {
            continue;
        };
        let same = found
            .iter_mut()
            .find(|other| other.transit_days == fare.transit_days && other.weekend == fare.weekend);
        match same {
            Some(other) if fare.cost < other.cost => *other = fare,
            Some(_) => {}
            None => found.push(fare),
        }
    }
}

/// A straight line that no price on a lane is below, for shipments up to a measure: micro-units of money for the
/// shipment, and per milligram of its actual weight (≥ 0). `None`: no band reaches down to it.
///
/// Within a band and number of parcels the formula and the minimum charge are each straight; the line runs through the
/// lightest end of all bands and below every other end. Billing by volume, rounding up of weights and charges per
/// unit only add.
pub fn fare_floor(dataset: &Dataset, lane: LaneIx, most: Measure) -> Option<(f64, f64)> {
    let lane = &dataset.lanes[lane.ix()];
    let service = &dataset.services[lane.service.ix()];
    let bands = &dataset.rates[lane.bands.start as usize..lane.bands.end as usize];
    let mut ends: Vec<(f64, f64)> = Vec::new();
    for rate in bands {
        let billed = billable(rate, most, 1);
        let heaviest = billed.0 as f64 / billed.1 as f64;
        let fuel = 1.0 + rate.fuel_pct_micro as f64 / (100.0 * MICRO as f64);
        for parcels in 1..=service.max_parcels {
            let count = f64::from(parcels);
            let begin = rate.min_weight.0 as f64 * count;
            if begin > heaviest {
                break;
            }
            let upper = rate
                .max_weight
                .map_or(f64::INFINITY, |upper| upper.0 as f64 * count);
            let end = upper.min(heaviest);
            let formula = |weight: f64| {
                rate.base_cost.as_micro() * count + rate.cost_per_kg.as_micro() * weight / 1e6
            };
            let least = rate.min_charge.as_micro() * count;
            // Of the two straight parts the one that is higher in the middle.
            let steep = formula((begin + end) / 2.0) >= least;
            for weight in [begin, end] {
                let cost = if steep { formula(weight) } else { least };
                ends.push((weight, cost * fuel));
            }
        }
    }
    let (lightest, cost) = ends.iter().copied().reduce(|one, other| {
        if (other.0, other.1) < (one.0, one.1) {
            other
        } else {
            one
        }
    })?;
    let heavier = ends.iter().filter(|end| end.0 > lightest);
    let slope = heavier.fold(f64::INFINITY, |slope, end| {
        slope.min((end.1 - cost) / (end.0 - lightest))
    });
    if slope.is_finite() && slope >= 0.0 {
        Some((cost - slope * lightest, slope))
    } else {
        let least = ends.iter().fold(cost, |least, end| least.min(end.1));
        Some((least, 0.0))
    }
}
