//! Of waves that are worth the same, the first.
//!
//! Where nothing tells waves apart a plan may take any of them. Who plans again before each wave would put off what has no
//! promise again and again; and what leaves early leaves room for what is ordered later.

use super::outcome::ShadowPrice;
use super::rules::Shop;
use super::used::{load_of, usage_with, used_by};
use crate::domain::{LocationKind, OrderIx, WaveIx};
use crate::model::{Usage, merge_rows};
use crate::options::{Asked, Beside, KnownFares, worth_as};
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
pub fn leave_early(shop: Shop<'_>, plan: &mut Plan, prices: &mut [ShadowPrice]) {
    let mut locations = shop.dataset.locations.iter();
    if locations.all(|location| location.waves.len() < 2) {
        return;
    }
    let earlier: Vec<Earlier> = (0..plan.shipments.len())
        .into_par_iter()
        .map(|position| as_good(shop, &plan.shipments, position))
        .collect();
    let mut used = used_by(shop.dataset, shop.coupling, plan);
    let priced: BTreeMap<_, i64> = prices.iter().map(|it| (it.resource, it.price)).collect();
    let is_scarce = |row: u32| priced.get(&shop.coupling.rows[row as usize].resource) > Some(&0);
    let mut sequence: Vec<usize> = (0..earlier.len())
        .filter(|&position| !earlier[position].is_empty())
        .collect();
    sequence.sort_by_key(|&position| (plan.shipments[position].wave, position));
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
            let change = change(shop, &plan.shipments[position], wave);
            let fits = |&(row, units): &Usage| {
                let data = &shop.coupling.rows[row as usize];
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
        let rows = shop.coupling.rows.iter().zip(&used);
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
fn as_good(shop: Shop<'_>, shipments: &[Shipment], position: usize) -> Earlier {
    let (dataset, shipment) = (shop.dataset, &shipments[position]);
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
        let (settings, rates) = (shop.settings, shop.rates);
        let found = worth_as(dataset, settings, rates, asked, &with, &mut known)?;
        Some((found.gain, found.cost, found.days_late))
    };
    let now = worth(shipment.wave);
    let each = before.filter(|&wave| now.is_some() && worth(wave) == now);
    each.take(WAVES).collect()
}

/// What a shipment would use more, or less, of each row with another wave.
fn change(shop: Shop<'_>, shipment: &Shipment, wave: WaveIx) -> Vec<Usage> {
    let mut change: Vec<Usage> = Vec::new();
    let mut usage: Vec<Usage> = Vec::new();
    for (wave, sign) in [(shipment.wave, -1), (wave, 1)] {
        usage_with(shop.dataset, shop.coupling, shipment, wave, &mut usage);
        change.extend(usage.iter().map(|&(row, units)| (row, sign * units)));
    }
    merge_rows(&mut change);
    change.retain(|&(_, units)| units != 0);
    change
}
