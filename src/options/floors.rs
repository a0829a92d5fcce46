//! What carriage costs at least, told by a look at a lane's bands: not as dear as a fare, and as close where bands are flat.

use super::rates::{Measure, flat_price, parcel_price};
use crate::domain::{Dataset, LaneIx, Rate};
use crate::units::{Money, Weight};

/// The least that parcels in each band of the rate cards, and in those above it, could cost.
#[derive(Debug)]
pub struct Floors {
    /// By band, the billed weight up to which it reaches, in milligrams.
    reach: Vec<i64>,
    /// By band: the least price of a parcel in it or in a higher one of its lane.
    onward: Vec<Money>,
    /// By band: the price of a parcel where that is the same for all.
    flat: Vec<Option<Money>>,
    /// By lane, the divisor of all its bands; `None` where they have none, or not the same.
    divisors: Vec<Option<i64>>,
}

impl Floors {
    /// Of all lanes.
    pub fn new(dataset: &Dataset) -> Self {
        let reach = |rate: &Rate| rate.max_weight.map_or(i64::MAX, |most| most.0);
        let mut onward: Vec<Money> = dataset.rates.iter().map(least_in).collect();
        let mut divisors = Vec::with_capacity(dataset.lanes.len());
        for lane in &dataset.lanes {
            let range = lane.bands.start as usize..lane.bands.end as usize;
            let divisor = dataset.rates[range.clone()].first();
            let divisor = divisor.and_then(|rate| rate.dim_divisor);
            let mut each = dataset.rates[range.clone()].iter();
            let is_same = each.all(|rate| rate.dim_divisor == divisor);
            divisors.push(divisor.filter(|_| is_same));
            for band in range.rev().skip(1) {
                onward[band] = onward[band].min(onward[band + 1]);
            }
        }
        Self {
            reach: dataset.rates.iter().map(reach).collect(),
            onward,
            flat: dataset.rates.iter().map(flat_price).collect(),
            divisors,
        }
    }

    /// What a shipment on a lane costs at least; `None`: no band takes it.
    pub fn least(&self, dataset: &Dataset, lane: LaneIx, measure: Measure) -> Option<Money> {
        let data = &dataset.lanes[lane.ix()];
        let service = &dataset.services[data.service.ix()];
        let (begin, end) = (data.bands.start as usize, data.bands.end as usize);
        let by_volume = self.divisors[lane.ix()].map_or(0, |divisor| {
            // Rounded down, and too little where it is too large for a number: no more than is billed.
            measure.volume.0.saturating_mul(1000) / divisor
        });
        let billed = measure.weight.0.max(by_volume);
        let mut least: Option<Money> = None;
        for parcels in service.parcels_of(measure.units) {
            let count = i64::from(parcels);
            let heavy = |most: Weight| measure.weight.0 > most.0.saturating_mul(count);
            if service.max_parcel.is_some_and(heavy) {
                continue;
            }
            let each = billed / count;
            let band = begin + self.reach[begin..end].partition_point(|&reach| reach < each);
            if band == end {
                continue;
            }
            let cost = if parcels == 1 {
                let priced = || parcel_price(&dataset.rates[band], measure, 1);
                let here = self.flat[band].unwrap_or_else(priced);
                let above = self.onward[band + 1..end].first();
                above.map_or(here, |&above| here.min(above))
            } else {
                Money(self.onward[band].0.saturating_mul(count))
            };
            least = Some(least.map_or(cost, |least| least.min(cost)));
        }
        least
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
