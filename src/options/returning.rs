//! Where goods could come back to, by which service, and what that is worth.
//!
//! Carriers bring a return for what they would ask to bring the same goods the other way.

use super::loads::Load;
use super::price::accepts;
use super::rates::{RateIndex, fares};
use crate::domain::{
    Condition, Dataset, DestinationIx, LocationIx, Open, ServiceIx, Settings, SkuIx,
};
use crate::units::{MICRO, Money, divide_half_up};

/// A location that goods could come back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Where to.
    pub location: LocationIx,
    /// By which service.
    pub service: ServiceIx,
    /// In so many equal parcels.
    pub parcels: u32,
    /// What the carrier asks.
    pub carriage: Money,
    /// What the goods are worth there.
    pub value: Money,
}

impl Offer {
    /// What it brings in all.
    pub fn gain(&self) -> Money {
        self.value - self.carriage
    }
}

/// What goods in a condition are worth at a location: what they cost there, or the share that the scenario states.
pub fn resale_value(
    dataset: &Dataset,
    settings: &Settings,
    goods: &[(SkuIx, i64)],
    condition: Condition,
    location: LocationIx,
) -> Money {
    let share = match condition {
        Condition::New => MICRO,
        Condition::Opened => settings.opened_value_micro,
        Condition::Damaged => return Money::ZERO,
    };
    let cost = goods.iter().fold(Money::ZERO, |sum, &(sku, units)| {
        let cell = dataset.stock_at(sku, location);
        let here = cell.and_then(|cell| dataset.stock[cell.ix()].unit_cost);
        sum + here.unwrap_or(dataset.products[sku.ix()].unit_cost) * units
    });
    let worth = divide_half_up(i128::from(cost.0) * i128::from(share), i128::from(MICRO));
    Money(i64::try_from(worth).expect("a share of an amount of money is one"))
}

/// Every location that takes returns and can do what the goods need, by the cheapest service, in order.
pub fn return_offers(
    dataset: &Dataset,
    settings: &Settings,
    rates: &RateIndex,
    (goods, condition): (&[(SkuIx, i64)], Condition),
    from: DestinationIx,
) -> Vec<Offer> {
    let load = Load::of_goods(dataset, goods);
    let mut found = Vec::new();
    let mut offers = Vec::new();
    for (position, place) in dataset.locations.iter().enumerate() {
        let is_open = place.accepts_returns && place.open != Open::No;
        if !is_open || !place.handling.covers(load.handling) {
            continue;
        }
        let location = LocationIx::new(position);
        let mut cheapest: Option<(Money, ServiceIx, u32)> = None;
        for service in (0..dataset.services.len()).map(ServiceIx::new) {
            let Some(lane) = rates.lane(service, location, from) else {
                continue;
            };
            if !accepts(dataset, service, &load) {
                continue;
            }
            fares(dataset, lane, load.handling, load.measure, &mut found);
            let fare = found.iter().min_by_key(|fare| (fare.cost, fare.parcels));
            if let Some(fare) = fare
                && cheapest.is_none_or(|(cost, ..)| fare.cost < cost)
            {
                cheapest = Some((fare.cost, service, fare.parcels));
            }
        }
        offers.extend(cheapest.map(|(carriage, service, parcels)| Offer {
            location,
            service,
            parcels,
            carriage,
            value: resale_value(dataset, settings, goods, condition, location),
        }));
    }
    offers
}
