//! Where returns are to go: that their locations take them, and what their carriage costs.

use super::load::Load;
use super::rates::{self, RateCards};
use crate::domain::{Dataset, HandlingSet, LocationIx, Open, ReturnStatus, ServiceIx};
use crate::units::{Length, Money};
use std::collections::BTreeMap;

/// Where a return is to go: location, service, parcels and what the carrier asks.
pub type Sent = (LocationIx, ServiceIx, u32, Money);

/// What is wrong with where returns are to go, by return; empty: nothing.
pub fn check_returns(dataset: &Dataset, sent: &[Option<Sent>]) -> Vec<String> {
    let cards = RateCards::new(dataset);
    let mut wrong = vec![];
    let mut units: BTreeMap<LocationIx, i64> = BTreeMap::new();
    for (back, sent) in dataset.returns.iter().zip(sent) {
        let Some((location, service, parcels, carriage)) = *sent else {
            continue;
        };
        *units.entry(location).or_default() += back.quantity;
        let place = &dataset.locations[location.ix()];
        let product = &dataset.products[back.sku.ix()];
        let id = &back.id;
        if back.status != ReturnStatus::Announced {
            wrong.push(format!("return {id}: it is under way already"));
        }
        if !place.accepts_returns || place.open == Open::No {
            wrong.push(format!("return {id}: {} takes no returns", place.id));
        }
        if !place.handling.covers(product.handling) {
            wrong.push(format!("return {id}: {} cannot handle it", place.id));
        }
        let load = Load {
            weight: product.weight * back.quantity,
            volume: product.volume * back.quantity,
            units: back.quantity,
            parcels,
            handling: product.handling,
            length: product.length(),
            girth: product.girth(),
            unit_weight: product.weight,
            unit_volume: product.volume,
        };
        let asked = price(dataset, &cards, &load, (location, service), back.from.ix());
        if asked != Some(carriage) {
            wrong.push(format!(
                "return {id}: the carrier asks {asked:?}, not {carriage:?}"
            ));
        }
    }
    for (location, units) in units {
        let place = &dataset.locations[location.ix()];
        if let Some(limit) = place.capacity_returns.filter(|&limit| units > limit) {
            wrong.push(format!(
                "{}: {units} units come back, {limit} possible",
                place.id
            ));
        }
    }
    wrong
}

/// What a carrier asks for goods on the lane to where they come from; `None`: it does not take them.
fn price(
    dataset: &Dataset,
    cards: &RateCards<'_>,
    load: &Load,
    (location, by): (LocationIx, ServiceIx),
    from: usize,
) -> Option<Money> {
    let service = &dataset.services[by.ix()];
    let is_short = |most: Option<Length>, side: Length| most.is_none_or(|most| side <= most);
    let can = |carried: Option<HandlingSet>| carried.is_none_or(|it| it.covers(load.handling));
    let weight = i128::from(load.weight.0);
    let is_light = |limit: i64| weight <= i128::from(limit) * i128::from(load.parcels);
    let lane = cards.lane(by, location, &dataset.destinations[from])?;
    let rate = &dataset.rates[cards.band(lane, load)? as usize];
    let takes = (1..=service.max_parcels).contains(&load.parcels)
        && service.max_parcel.is_none_or(|limit| is_light(limit.0))
        && rates::can_be_parted(rate, service.max_parcel, load)
        && is_short(service.max_length, load.length)
        && is_short(service.max_girth, load.girth)
        && can(rate.handling);
    takes.then(|| rates::price(rate, load))
}
