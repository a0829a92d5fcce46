//! Which bands of a lane hold a shipment, the same for all lanes whose bands are alike; and what carriage costs at least, told by
//! a look at these bands.

use super::rates::{Fare, Measure, billable, flat_price, holds_unit, in_band, parcel_price};
use crate::domain::{Dataset, HandlingSet, Lane, LaneIx, Rate, ServiceIx};
use crate::units::{Money, Weight};
use smallvec::SmallVec;
use std::collections::BTreeMap;

/// In how many equal parcels a shipment may go, with the band of the lane that holds each, by position, fewest parcels first.
pub type Held = SmallVec<[(u32, u32); 4]>;

/// The bands of a lane that hold a shipment in equal parcels: no more than there are units, and each unit fits one by itself.
pub fn held(dataset: &Dataset, lane: LaneIx, measure: Measure) -> Held {
    let of_lane = &dataset.lanes[lane.ix()].bands;
    let all = &dataset.rates[of_lane.start as usize..of_lane.end as usize];
    held_by(dataset, lane, measure, |weight| {
        all.partition_point(|rate| reach(rate) < weight)
    })
}

/// The weight up to which a band reaches, in milligrams.
fn reach(rate: &Rate) -> i64 {
    rate.max_weight.map_or(i64::MAX, |most| most.0)
}

/// The same where `first` tells the first band that does not end below a weight in milligrams.
fn held_by(
    dataset: &Dataset,
    lane: LaneIx,
    measure: Measure,
    first: impl Fn(i64) -> usize,
) -> Held {
    let lane = &dataset.lanes[lane.ix()];
    let service = &dataset.services[lane.service.ix()];
    let all = &dataset.rates[lane.bands.start as usize..lane.bands.end as usize];
    let unit = (measure.unit_weight, measure.unit_volume);
    let mut found = Held::new();
    for parcels in service.parcels_of(measure.units) {
        // Actual weight of a parcel, rounded up: what ends below it holds nothing. Bands end higher and higher.
        let each = (measure.weight.0 - 1).div_euclid(parcels.into()) + 1;
        if service.max_parcel.is_some_and(|most| most.0 < each) {
            continue;
        }
        let begin = first(each);
        let Some(lowest) = all.get(begin) else {
            continue;
        };
        // Where bands bill by different divisors two could hold the parcel: the lower one does.
        let mut billed = (lowest.dim_divisor, billable(lowest, measure, parcels));
        let holds = |rate: &Rate| {
            if billed.0 != rate.dim_divisor {
                billed = (rate.dim_divisor, billable(rate, measure, parcels));
            }
            in_band(rate, billed.1)
        };
        let Some(offset) = all[begin..].iter().position(holds) else {
            continue;
        };
        let band = begin + offset;
        if parcels == 1 || holds_unit(&all[band], service.max_parcel, unit) {
            found.push((parcels, band as u32));
        }
    }
    found
}

/// Lanes by how their bands hold shipments, and what parcels in each band cost, of the rates as they are when it is made.
#[derive(Debug)]
pub struct Bands {
    /// By lane, its kind: lanes of one service whose bands begin, end and bill alike hold the same.
    kinds: Vec<u32>,
    /// By band, the weight up to which it reaches, in milligrams.
    reach: Vec<i64>,
    /// By band.
    all: Vec<Band>,
}

/// What most questions about a band need of it, close together.
#[derive(Debug)]
struct Band {
    /// What a parcel costs at least.
    least: Money,
    transit_days: u32,
    weekend: bool,
    /// Whether all parcels cost the least.
    is_flat: bool,
    /// Whether it carries only some special handling.
    is_choosy: bool,
}

impl Band {
    fn of(rate: &Rate) -> Self {
        let flat = flat_price(rate);
        Self {
            least: flat.unwrap_or_else(|| least_in(rate)),
            transit_days: rate.transit_days,
            weekend: rate.weekend,
            is_flat: flat.is_some(),
            is_choosy: rate.handling.is_some(),
        }
    }
}

impl Bands {
    /// Of all lanes.
    pub fn new(dataset: &Dataset) -> Self {
        type Edges = (Weight, Option<Weight>, Option<i64>);
        let mut known: BTreeMap<(ServiceIx, Vec<Edges>), u32> = BTreeMap::new();
        let kind = |lane: &Lane| {
            let bands = &dataset.rates[lane.bands.start as usize..lane.bands.end as usize];
            let edges = |rate: &Rate| (rate.min_weight, rate.max_weight, rate.dim_divisor);
            let next = known.len() as u32;
            let key = (lane.service, bands.iter().map(edges).collect());
            *known.entry(key).or_insert(next)
        };
        Self {
            kinds: dataset.lanes.iter().map(kind).collect(),
            reach: dataset.rates.iter().map(reach).collect(),
            all: dataset.rates.iter().map(Band::of).collect(),
        }
    }

    /// The kind of a lane: what one lane of a kind holds, all do.
    pub fn kind(&self, lane: LaneIx) -> u32 {
        self.kinds[lane.ix()]
    }

    /// The same as [`held`].
    pub fn held(&self, dataset: &Dataset, lane: LaneIx, measure: Measure) -> Held {
        let of_lane = &dataset.lanes[lane.ix()].bands;
        let reach = &self.reach[of_lane.start as usize..of_lane.end as usize];
        held_by(dataset, lane, measure, |weight| {
            reach.partition_point(|&reach| reach < weight)
        })
    }

    /// What a shipment on a lane costs at least, by what its bands hold; `None`: they do not take it.
    pub fn least(
        &self,
        dataset: &Dataset,
        lane: LaneIx,
        held: &Held,
        measure: Measure,
    ) -> Option<Money> {
        let first = dataset.lanes[lane.ix()].bands.start;
        let cost = |&(parcels, band): &(u32, u32)| {
            let band = first + band;
            if parcels > 1 {
                let least = self.all[band as usize].least;
                Money(least.0.saturating_mul(i64::from(parcels)))
            } else {
                self.price(dataset, band, measure, 1)
            }
        };
        held.iter().map(cost).min()
    }

    /// The fare of a shipment that goes as so many equal parcels in a band; `None`: its special handling is not for it.
    pub fn fare(
        &self,
        dataset: &Dataset,
        (band, parcels): (u32, u32),
        (needed, measure): (HandlingSet, Measure),
    ) -> Option<Fare> {
        let here = &self.all[band as usize];
        let carried = || dataset.rates[band as usize].handling;
        if here.is_choosy && carried().is_some_and(|carried| !carried.covers(needed)) {
            return None;
        }
        Some(Fare {
            cost: self.price(dataset, band, measure, parcels) * i64::from(parcels),
            parcels,
            transit_days: here.transit_days,
            weekend: here.weekend,
        })
    }

    /// The price of one of `parcels` equal parcels in a band.
    fn price(&self, dataset: &Dataset, band: u32, measure: Measure, parcels: u32) -> Money {
        let here = &self.all[band as usize];
        if here.is_flat {
            here.least
        } else {
            parcel_price(&dataset.rates[band as usize], measure, parcels)
        }
    }
}

/// What a parcel in a band costs at least.
fn least_in(rate: &Rate) -> Money {
    let lightest = Measure {
        weight: rate.min_weight,
        ..Measure::default()
    };
    parcel_price(rate, lightest, 1)
}
