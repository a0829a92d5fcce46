//! Of waves that are worth the same, the first.
//!
//! Where nothing tells waves apart a plan may take any of them. Who plans again before each wave would put off what has no
//! promise again and again; and what leaves early leaves room for what is ordered later.

use super::outcome::ShadowPrice;
use super::used::{change_of, load_of, used_by};
use crate::domain::{Dataset, LocationKind, OrderIx, Settings, WaveIx};
use crate::model::{Coupling, Usage};
use crate::options::{Asked, Beside, KnownFares, RateIndex, worth_as};
use crate::plan::{Plan, Route, Shipment};
use rayon::prelude::*;
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::ops::Range;

/// Earlier waves at most that are looked at for a shipment.
const WAVES: usize = 8;

/// Earlier waves of a shipment, in time order.
type Earlier = SmallVec<[WaveIx; 4]>;

/// Lets shipments straight to customers and stores leave with the first wave of their location that is worth as much and has room
/// without buying any, where nothing scarce is changed by it. Worth, bound and prices stay; how much is used of what is told anew.
pub fn leave_early(
    (dataset, settings): (&Dataset, &Settings),
    rates: &RateIndex,
    plan: &mut Plan,
    prices: &mut [ShadowPrice],
) {
    let mut locations = dataset.locations.iter();
    if locations.all(|location| location.waves.len() < 2) {
        return;
    }
    let earlier: Vec<Earlier> = (0..plan.shipments.len())
        .into_par_iter()
        .map(|position| as_good((dataset, settings), rates, &plan.shipments, position))
        .collect();
    let mut sequence: Vec<usize> = (0..earlier.len())
        .filter(|&position| !earlier[position].is_empty())
        .collect();
    if sequence.is_empty() {
        return;
    }
    sequence.sort_by_key(|&position| (plan.shipments[position].wave, position));
    let coupling = Coupling::new(dataset, settings);
    let mut used = used_by(dataset, &coupling, plan);
    let priced: BTreeMap<_, i64> = prices.iter().map(|it| (it.resource, it.price)).collect();
    let is_scarce = |row: u32| priced.get(&coupling.rows[row as usize].resource) > Some(&0);
    let mut has_moved = false;
    for position in sequence {
        for &wave in &earlier[position] {
            let siblings = siblings(&plan.shipments, position);
            if plan.shipments[siblings]
                .iter()
                .any(|other| other.wave == wave)
            {
                continue;
            }
            let shipment = &plan.shipments[position];
            let change = change_of(dataset, &coupling, [(shipment, [shipment.wave, wave])]);
            let fits = |&(row, units): &Usage| {
                let data = &coupling.rows[row as usize];
                let has_room = units < 0 || used[row as usize] + units <= data.capacity;
                has_room && !data.is_commitment() && !data.is_open() && !is_scarce(row)
            };
            if change.iter().all(fits) {
                for &(row, units) in &change {
                    used[row as usize] += units;
                }
                plan.shipments[position].wave = wave;
                has_moved = true;
                break;
            }
        }
    }
    if has_moved {
        plan.sort();
        let rows = coupling.rows.iter().zip(&used);
        let used: BTreeMap<_, i64> = rows.map(|(row, &used)| (row.resource, used)).collect();
        for price in prices {
            price.used = used.get(&price.resource).copied().unwrap_or(price.used);
        }
    }
}

/// Positions of all shipments of the order that one is for.
fn siblings(shipments: &[Shipment], position: usize) -> Range<usize> {
    let order: OrderIx = shipments[position].order;
    let before = shipments[..position].iter().rev();
    let begin = position - before.take_while(|other| other.order == order).count();
    let after = shipments[position..].iter();
    begin..position + after.take_while(|other| other.order == order).count()
}

/// Earlier waves with which a shipment could leave as it does, worth as much and no sooner or later late.
fn as_good(
    (dataset, settings): (&Dataset, &Settings),
    rates: &RateIndex,
    shipments: &[Shipment],
    position: usize,
) -> Earlier {
    let shipment = &shipments[position];
    let location = &dataset.locations[dataset.waves[shipment.wave.ix()].location.ix()];
    let is_by_hub =
        matches!(shipment.route, Route::ToHub(..)) || location.kind == LocationKind::Hub;
    let before = location
        .wave_indices()
        .take_while(|wave| *wave < shipment.wave);
    if is_by_hub || before.clone().next().is_none() {
        return Earlier::new();
    }
    let siblings = siblings(shipments, position);
    let own = position - siblings.start;
    let load = load_of(dataset, shipment);
    let asked = Asked {
        order: shipment.order,
        load: &load,
        late_already: 0,
        beside: Beside::all_but(&shipments[siblings], own..own + 1),
    };
    let mut known = KnownFares::default();
    let mut with = shipment.clone();
    let mut worth = |wave: WaveIx| {
        with.wave = wave;
        let found = worth_as(dataset, settings, rates, asked, &with, &mut known)?;
        Some((found.gain, found.cost, found.days_late))
    };
    let now = worth(shipment.wave);
    let each = before.filter(|&wave| now.is_some() && worth(wave) == now);
    each.take(WAVES).collect()
}
