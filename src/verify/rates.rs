//! Zone, lane, band and price of a parcel, from the tables' own words.
//!
//! - Zone: the order's own, else the zone rule with the longest postcode prefix; among equals the one that names
//!   the carrier, then the one that names the location, then the location's zone, then the one that names a country.
//! - Lane: among those that match, the most specific origin (location, then zone, then `*`), then the most specific
//!   destination (zone, then `*`). Its bands alone count.
//! - Band: `min < billable ≤ max`, and `min = 0` includes 0; the first in order of weight that holds the parcel.
//! - Price of one of `n` equal parcels: `max(min_charge, base + per_kg × kg + per_unit × units / n) × (1 + fuel / 100)`,
//!   exact, rounded half up to 1e-6 once. There are no more parcels than units, and no unit by itself is heavier than a
//!   parcel may be, or billed above the band.

use super::load::Load;
use crate::domain::{
    Dataset, Destination, Lane, LaneIx, LocationIx, Origin, Rate, ServiceIx, ZoneIx, ZoneRule,
};
use crate::units::{MICRO, Money, Weight, divide_half_up};
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// A fuel surcharge of 100 per cent, in millionths of a per cent.
const HUNDRED_PER_CENT_MICRO: i128 = 100 * MICRO as i128;
/// Milligrams in a kilogram.
const MG_PER_KG: i128 = 1_000_000;

/// Rate cards arranged so that a million shipments can be looked up.
pub(super) struct RateCards<'a> {
    dataset: &'a Dataset,
    /// Zone rules by their prefix.
    rules: HashMap<&'a str, Vec<&'a ZoneRule>>,
    longest_prefix: usize,
    /// For each service and location (made when first asked for), the best lane for each destination.
    lanes: Vec<OnceLock<LanesFrom>>,
}

/// Best lanes of one service from one location, by destination, with the specificity of their origin.
type LanesFrom = BTreeMap<Option<ZoneIx>, (u8, LaneIx)>;

impl<'a> RateCards<'a> {
    pub(super) fn new(dataset: &'a Dataset) -> Self {
        let mut rules: HashMap<&str, Vec<&ZoneRule>> = HashMap::new();
        for rule in &dataset.zone_rules {
            rules.entry(&rule.prefix).or_default().push(rule);
        }
        let longest_prefix = rules.keys().map(|prefix| prefix.len()).max().unwrap_or(0);
        let pairs = dataset.services.len() * dataset.locations.len();
        Self {
            dataset,
            rules,
            longest_prefix,
            lanes: (0..pairs).map(|_| OnceLock::new()).collect(),
        }
    }

    /// The lane that a service uses from a location to a destination.
    pub(super) fn lane(
        &self,
        service: ServiceIx,
        from: LocationIx,
        to: &Destination,
    ) -> Option<LaneIx> {
        let zone = to.zone.or_else(|| self.zone_by_rules(service, from, to));
        let slot = service.ix() * self.dataset.locations.len() + from.ix();
        let lanes = self.lanes[slot].get_or_init(|| self.lanes_from(service, from));
        let to_any = lanes.get(&None).map(|&(origin, lane)| (origin, 0, lane));
        let to_zone = zone
            .and_then(|zone| lanes.get(&Some(zone)))
            .map(|&(origin, lane)| (origin, 1, lane));
        to_any
            .into_iter()
            .chain(to_zone)
            .max_by_key(|&(origin, destination, _)| (origin, destination))
            .map(|(_, _, lane)| lane)
    }

    fn lanes_from(&self, service: ServiceIx, from: LocationIx) -> LanesFrom {
        let mut best = LanesFrom::new();
        for (position, lane) in self.dataset.lanes.iter().enumerate() {
            let Some(specificity) = self.specificity(lane.origin, from) else {
                continue;
            };
            if lane.service != service {
                continue;
            }
            let found = (specificity, LaneIx::new(position));
            let entry = best.entry(lane.destination).or_insert(found);
            if found.0 > entry.0 {
                *entry = found;
            }
        }
        best
    }

    /// How closely an origin names a location; `None`: it does not.
    fn specificity(&self, origin: Origin, location: LocationIx) -> Option<u8> {
        match origin {
            Origin::Any => Some(0),
            Origin::Zone(zone) => {
                (self.dataset.locations[location.ix()].zone == Some(zone)).then_some(1)
            }
            Origin::Location(named) => (named == location).then_some(2),
        }
    }

    fn zone_by_rules(
        &self,
        service: ServiceIx,
        from: LocationIx,
        to: &Destination,
    ) -> Option<ZoneIx> {
        let carrier = &self.dataset.services[service.ix()].carrier;
        let longest = to.postcode.len().min(self.longest_prefix);
        for length in (0..=longest).rev() {
            let Some(rules) = to.postcode.get(..length).and_then(|it| self.rules.get(it)) else {
                continue;
            };
            let mut best: Option<((bool, u8, bool), ZoneIx)> = None;
            for rule in rules {
                let carrier_fits = rule.carrier.as_ref().is_none_or(|named| named == carrier);
                let country_fits = rule
                    .country
                    .as_ref()
                    .is_none_or(|named| *named == to.country);
                let Some(origin) = self.specificity(rule.origin, from) else {
                    continue;
                };
                let rank = (rule.carrier.is_some(), origin, rule.country.is_some());
                if carrier_fits && country_fits && best.is_none_or(|(before, _)| rank > before) {
                    best = Some((rank, rule.zone));
                }
            }
            if let Some((_, zone)) = best {
                return Some(zone);
            }
        }
        None
    }

    /// The band of a lane that holds one parcel of a load, by its position in the rates.
    pub(super) fn band(&self, lane: LaneIx, load: &Load) -> Option<u32> {
        let lane: &Lane = &self.dataset.lanes[lane.ix()];
        lane.bands
            .clone()
            .find(|&position| holds(&self.dataset.rates[position as usize], load))
    }
}

/// A billable weight as an exact ratio of milligrams.
#[derive(Clone, Copy)]
struct Billable {
    numerator: i128,
    denominator: i128,
}

/// Billable weight of one parcel: the greater of weight and volume ÷ divisor, shared by the parcels.
fn billable(rate: &Rate, load: &Load) -> Billable {
    let parcels = i128::from(load.parcels);
    let weight = i128::from(load.weight.0);
    match rate.dim_divisor {
        None => Billable {
            numerator: weight,
            denominator: parcels,
        },
        // cm³ per kg is mm³ per g: mm³ × 1000 / divisor is in mg.
        Some(divisor) => Billable {
            numerator: (weight * i128::from(divisor)).max(i128::from(load.volume.0) * 1000),
            denominator: parcels * i128::from(divisor),
        },
    }
}

fn holds(rate: &Rate, load: &Load) -> bool {
    let billable = billable(rate, load);
    let limit = |weight: Weight| i128::from(weight.0) * billable.denominator;
    let above = billable.numerator > limit(rate.min_weight)
        || (rate.min_weight == Weight::ZERO && billable.numerator == 0);
    above
        && rate
            .max_weight
            .is_none_or(|max| billable.numerator <= limit(max))
}

/// Whether a load can be parted into its parcels: there are as many units, and none is more than a parcel may be.
pub(super) fn can_be_parted(rate: &Rate, max_parcel: Option<Weight>, load: &Load) -> bool {
    if load.parcels <= 1 {
        return true;
    }
    let upper = rate.max_weight.map_or(i64::MAX, |upper| upper.0);
    let by_volume = match rate.dim_divisor {
        Some(divisor) => {
            i128::from(load.unit_volume.0) * 1000 <= i128::from(upper) * i128::from(divisor)
        }
        None => true,
    };
    i64::from(load.parcels) <= load.units
        && load.unit_weight.0 <= upper
        && max_parcel.is_none_or(|most| load.unit_weight <= most)
        && by_volume
}

/// What all parcels of a load cost in a band.
pub(super) fn price(rate: &Rate, load: &Load) -> Money {
    let mut weight = billable(rate, load);
    if let Some(step) = rate.kg_step {
        let step = i128::from(step.0);
        let steps = (weight.numerator + weight.denominator * step - 1)
            .div_euclid(weight.denominator * step);
        weight = Billable {
            numerator: steps * step,
            denominator: 1,
        };
    }
    let parcels = i128::from(load.parcels);
    // One denominator for all terms; the parcels share the units.
    let denominator = MG_PER_KG * weight.denominator * parcels;
    let by_weight = i128::from(rate.cost_per_kg.0) * weight.numerator * parcels;
    let by_unit =
        i128::from(rate.cost_per_unit.0) * i128::from(load.units) * MG_PER_KG * weight.denominator;
    let charge = (i128::from(rate.base_cost.0) * denominator + by_weight + by_unit)
        .max(i128::from(rate.min_charge.0) * denominator);
    let parcel = divide_half_up(
        charge * (HUNDRED_PER_CENT_MICRO + i128::from(rate.fuel_pct_micro)),
        denominator * HUNDRED_PER_CENT_MICRO,
    );
    money(parcel * parcels)
}

/// Billable weight of all parcels, rounded half up to a milligram.
pub(super) fn billable_weight(rate: &Rate, load: &Load) -> Weight {
    let weight = billable(rate, load);
    let all = divide_half_up(
        weight.numerator * i128::from(load.parcels),
        weight.denominator,
    );
    Weight(i64::try_from(all).unwrap_or(i64::MAX))
}

/// Money of a wide sum. Amounts in the tables are far too small to reach the limit.
pub(super) fn money(micro: i128) -> Money {
    Money(i64::try_from(micro).expect("validated amounts and quantities stay within money"))
}
