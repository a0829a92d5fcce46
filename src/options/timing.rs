//! When a shipment can leave and when it arrives.

use crate::domain::{Dataset, LocationIx, Order, Wave};
use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::{SignedDuration, ToSpan};

/// Whether an order can be ready and may leave with a wave (grace, lead time, schedule; not downtime).
pub fn in_time(dataset: &Dataset, order: &Order, wave: &Wave) -> bool {
    let lead = lead_time(dataset, wave.location);
    order
        .release
        .saturating_add(lead)
        .is_ok_and(|ready| wave.departs >= ready)
        && order
            .ship_after
            .is_none_or(|earliest| wave.departs >= earliest)
}

/// Lead time of a location.
fn lead_time(dataset: &Dataset, location: LocationIx) -> SignedDuration {
    SignedDuration::from_mins(dataset.locations[location.ix()].lead_time_min)
}

/// The day on which a carrier takes what a wave releases: a wave past the pick-up cut-off waits for the next day.
pub fn pickup_day(wave: &Wave, cutoff: Option<Time>) -> Date {
    match cutoff {
        Some(cutoff) if wave.time > cutoff => add_days(wave.day, 1),
        _ => wave.day,
    }
}

/// The day of arrival; without `weekend`, Saturdays and Sundays do not count.
pub fn arrival_day(left: Date, transit_days: u32, weekend: bool) -> Date {
    if weekend {
        return add_days(left, transit_days);
    }
    let mut day = left;
    let mut remaining = transit_days;
    while remaining > 0 {
        day = add_days(day, 1);
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            remaining -= 1;
        }
    }
    day
}

/// Whole days after the promise.
pub fn days_late(order: &Order, arrival: Date) -> u32 {
    order.deliver_by.map_or(0, |promised| {
        let days = (arrival - promised).get_days();
        u32::try_from(days).unwrap_or(0)
    })
}

/// When goods that arrive at a hub by the end of `arrival` are ready to leave it.
pub fn ready_at_hub(dataset: &Dataset, hub: LocationIx, arrival: Date) -> Option<Timestamp> {
    let zone = &dataset.locations[hub.ix()].time_zone;
    let morning = add_days(arrival, 1)
        .to_zoned(zone.clone())
        .ok()?
        .timestamp();
    morning.saturating_add(lead_time(dataset, hub)).ok()
}

/// A later day; days beyond the calendar stay at its end.
pub fn add_days(day: Date, days: u32) -> Date {
    day.saturating_add(i64::from(days).days())
}
