//! Waves of one location that serve an order alike: a later one does whatever an earlier one could do for it.

use super::loads::{Load, Made, Mix};
use super::price::is_late_relevant;
use super::rates::RateIndex;
use super::timing::{arrival_day, brought_on, days_late, pickup_day};
use super::ways::{Slot, Way, slots_of};
use crate::domain::{Dataset, OrderIx, Settings, Wave, WaveIx};
use crate::plan::Route;
use jiff::civil::Date;
use smallvec::SmallVec;
use std::ops::Range;

/// Slots of an order without those that a later one of the same stretch stands in for: of each run of slots that serve it
/// alike only the last, from which several shipments may then leave. `until` has by wave the last of its stretch; empty:
/// all slots.
pub fn slots_within(
    dataset: &Dataset,
    settings: &Settings,
    rates: &RateIndex,
    order: OrderIx,
    until: &[WaveIx],
) -> Vec<Slot> {
    let mut slots = slots_of(dataset, rates, order);
    if until.is_empty() {
        return slots;
    }
    let mut kept = vec![false; slots.len()];
    for run in runs_alike(dataset, settings, order, &slots, until) {
        kept[run.end - 1] = true;
    }
    let mut each = kept.iter();
    slots.retain(|_| each.next() == Some(&true));
    slots
}

/// Runs of slots that serve an order alike: whatever can leave from one can leave from each later one, by the same routes, at
/// the same cost and no more days late.
pub fn runs_alike(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    slots: &[Slot],
    until: &[WaveIx],
) -> Vec<Range<usize>> {
    let mut lateness = Lateness::new(dataset, settings, order);
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (position, slot) in slots.iter().enumerate() {
        let goes_on = position > 0 && {
            let before = &slots[position - 1];
            until[before.wave.ix()] == until[slot.wave.ix()]
                && is_served_by(before, slot)
                && lateness.is_same(before, slot)
        };
        match runs.last_mut().filter(|_| goes_on) {
            Some(run) => run.end = position + 1,
            None => runs.push(position..position + 1),
        }
    }
    runs
}

/// Positions of slots from which an order could leave late by no more than a level, without those that a later one of the
/// same stretch stands in for as long as lateness up to that level is all one.
pub fn slots_by(
    dataset: &Dataset,
    settings: &Settings,
    (order, level): (OrderIx, u32),
    slots: &[Slot],
    until: &[WaveIx],
) -> Vec<usize> {
    let all = 0..slots.len();
    if until.is_empty() {
        return all.collect();
    }
    let mut lateness = Lateness::new(dataset, settings, order);
    // From the last to the first: the slot before, and whether all its routes are in time.
    let mut later: Option<(usize, bool)> = None;
    let mut is_kept = vec![true; slots.len()];
    for position in (0..slots.len()).rev() {
        let slot = &slots[position];
        let is_in_chain = later.is_some_and(|(next, _)| {
            let next = &slots[next];
            until[slot.wave.ix()] == until[next.wave.ix()] && is_served_by(slot, next)
        });
        let is_stood_in_for = is_in_chain && later.is_some_and(|(_, is_in_time)| is_in_time);
        is_kept[position] = !is_stood_in_for;
        let is_in_time = is_stood_in_for || lateness.most(slot) <= level;
        later = Some((position, is_in_time));
    }
    all.filter(|&position| is_kept[position]).collect()
}

/// Whether a slot could give a load in a mix.
pub fn can_give(slot: &Slot, load: &Load, mix: Option<&Mix>) -> bool {
    load.fits(&slot.limits) && mix.into_iter().flatten().all(|made| has_made(slot, made))
}

fn has_made(slot: &Slot, wanted: &Made) -> bool {
    slot.made.iter().any(|made| {
        (made.line, made.form) == (wanted.line, wanted.form) && wanted.units <= made.units
    })
}

/// Whether routes and goods of a slot are there on another.
fn is_served_by(slot: &Slot, other: &Slot) -> bool {
    let by_hub = |way: &Way| matches!(way.route, Route::ToHub(..));
    !slot.forward
        && !other.forward
        && slot.ways == other.ways
        && !slot.ways.iter().any(by_hub)
        && slot.made.is_empty() == other.made.is_empty()
        && slot.made.iter().all(|made| has_made(other, made))
        && slot
            .limits
            .iter()
            .zip(&other.limits)
            .all(|(one, other)| one <= other)
}

/// Days under way, and whether weekends count.
type Transit = (u32, bool);

/// The day on which a route begins, or ends where it goes by no carrier, and its [`Transit`].
type Journey = (Date, u32, bool);

/// Days late of an order, by when a carrier takes it and how long it is under way.
struct Lateness<'a> {
    dataset: &'a Dataset,
    order: OrderIx,
    /// Whether they change anything.
    matters: bool,
    known: SmallVec<[(Journey, u32); 32]>,
}

impl<'a> Lateness<'a> {
    fn new(dataset: &'a Dataset, settings: &Settings, order: OrderIx) -> Self {
        Self {
            dataset,
            order,
            matters: is_late_relevant(settings, &dataset.orders[order.ix()]),
            known: SmallVec::new(),
        }
    }

    /// Whether all routes of both slots, which are the same, are as late from one as from the other.
    fn is_same(&mut self, one: &Slot, other: &Slot) -> bool {
        let dataset = self.dataset;
        let waves = [one, other].map(|slot| &dataset.waves[slot.wave.ix()]);
        !self.matters
            || one.ways.iter().all(|way| {
                let left = waves.map(|wave| self.left(way, wave));
                left[0] == left[1]
                    || transits(dataset, way)
                        .all(|transit| self.after(left[0], transit) == self.after(left[1], transit))
            })
    }

    /// Days late at most from a slot.
    fn most(&mut self, slot: &Slot) -> u32 {
        if !self.matters {
            return 0;
        }
        let dataset = self.dataset;
        let wave = &dataset.waves[slot.wave.ix()];
        let mut most = 0;
        for way in &slot.ways {
            let left = self.left(way, wave);
            for transit in transits(dataset, way) {
                most = most.max(self.after(left, transit));
            }
        }
        most
    }

    /// The day on which a carrier takes what goes by a route; of others, the day on which it is there.
    fn left(&self, way: &Way, wave: &Wave) -> Date {
        match way.route {
            Route::Carrier(service) => {
                pickup_day(wave, self.dataset.services[service.ix()].pickup_cutoff)
            }
            route => brought_on(self.dataset, route, wave),
        }
    }

    /// Days late of what left on a day.
    fn after(&mut self, left: Date, (transit_days, weekend): Transit) -> u32 {
        let journey = (left, transit_days, weekend);
        if let Some(known) = self.known.iter().find(|known| known.0 == journey) {
            return known.1;
        }
        let order = &self.dataset.orders[self.order.ix()];
        let late = days_late(order, arrival_day(left, transit_days, weekend));
        self.known.push((journey, late));
        late
    }
}

/// Days under way by a route from the day on which it begins, each once where they follow one another; none where that is the
/// day on which it ends.
fn transits<'a>(dataset: &'a Dataset, way: &Way) -> impl Iterator<Item = Transit> + 'a {
    let bands = way.lane.map_or(0..0, |lane| {
        let bands = dataset.lanes[lane.ix()].bands.clone();
        bands.start as usize..bands.end as usize
    });
    let own = match way.route {
        Route::Carrier(_) => None,
        _ => Some((0, true)),
    };
    let of_bands = dataset.rates[bands]
        .iter()
        .map(|rate| (rate.transit_days, rate.weekend));
    let mut before = None;
    own.into_iter()
        .chain(of_bands)
        .filter(move |&transit| before.replace(transit) != Some(transit))
}
