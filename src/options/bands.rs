//! Which bands of a lane hold a shipment, the same for all lanes whose bands are alike; and what carriage costs at least, told by
//! a look at these bands.

use super::rates::{Measure, billable, flat_price, holds_unit, in_band, parcel_price};
use crate::domain::{Dataset, Lane, LaneIx, Rate, ServiceIx};
use crate::units::{Money, Weight};
use smallvec::SmallVec;
use std::collections::BTreeMap;

/// In how many equal parcels a shipment may go, with the band of the lane that holds each, by position, fewest parcels first.
pub type Held = SmallVec<[(u32, u32); 4]>;

/// The bands of a lane that hold a shipment in equal parcels: no more than there are units, and each unit fits one by itself.
pub fn held(dataset: &Dataset, lane: &Lane, measure: Measure) -> Held {
    let service = &dataset.services[lane.service.ix()];
    let all = &dataset.rates[lane.bands.start as usize..lane.bands.end as usize];
    let unit = (measure.unit_weight, measure.unit_volume);
    let mut found = Held::new();
    for parcels in service.parcels_of(measure.units) {
        // A limit that is too large for a number is not passed.
        let heavy = |limit: Weight| measure.weight.0 > limit.0.saturating_mul(parcels.into());
        if service.max_parcel.is_some_and(heavy) {
            continue;
        }
        // Bands end higher and higher: those that end below the actual weight hold nothing.
        let too_low = |rate: &Rate| rate.max_weight.is_some_and(heavy);
        let first = all.partition_point(too_low);
        let Some(lowest) = all.get(first) else {
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
        let Some(offset) = all[first..].iter().position(holds) else {
            continue;
        };
        let band = first + offset;
        if parcels == 1 || holds_unit(&all[band], service.max_parcel, unit) {
            found.push((parcels, band as u32));
        }
    }
    found
}

/// Lanes by how their bands hold shipments, and what parcels in each band cost at least.
#[derive(Debug)]
pub struct Bands {
    /// By lane, its kind: lanes of one service whose bands begin, end and bill alike hold the same.
    kinds: Vec<u32>,
    /// By band: what a parcel in it costs at least.
    least: Vec<Money>,
    /// By band: whether all parcels in it cost that.
    is_flat: Vec<bool>,
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
        let flat: Vec<Option<Money>> = dataset.rates.iter().map(flat_price).collect();
        let each = dataset.rates.iter().zip(&flat);
        Self {
            kinds: dataset.lanes.iter().map(kind).collect(),
            least: each
                .map(|(rate, flat)| flat.unwrap_or_else(|| least_in(rate)))
                .collect(),
            is_flat: flat.iter().map(Option::is_some).collect(),
        }
    }

    /// The kind of a lane: what one lane of a kind holds, all do.
    pub fn kind(&self, lane: LaneIx) -> u32 {
        self.kinds[lane.ix()]
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
            let band = (first + band) as usize;
            if self.is_flat[band] || parcels > 1 {
                Money(self.least[band].0.saturating_mul(i64::from(parcels)))
            } else {
                parcel_price(&dataset.rates[band], measure, 1)
            }
        };
        held.iter().map(cost).min()
    }

    /// The price of one of `parcels` equal parcels in a band.
    pub fn price(&self, dataset: &Dataset, band: u32, measure: Measure, parcels: u32) -> Money {
        if self.is_flat[band as usize] {
            self.least[band as usize]
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
