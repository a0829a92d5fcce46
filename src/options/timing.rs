//! When a shipment can leave and when it arrives.

use crate::domain::{Dataset, LocationIx, Order, Transfer, Wave};
use crate::plan::Route;
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
        day = day.tomorrow().unwrap_or(day);
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

/// The day on which what leaves with a wave by no carrier is where it goes.
pub fn brought_on(dataset: &Dataset, route: Route, wave: &Wave) -> Date {
    match route {
        Route::ToStore(by) | Route::ToHub(by, _) => {
            transfer_day(dataset, &dataset.transfers[by.ix()], wave)
        }
        Route::Collect | Route::Carrier(_) => wave.day,
    }
}

/// The day of arrival, on the clock of where a transfer ends where it takes minutes.
fn transfer_day(dataset: &Dataset, transfer: &Transfer, wave: &Wave) -> Date {
    match arrival_in_minutes(transfer, wave) {
        Some(arrival) => {
            let zone = &dataset.locations[transfer.to.ix()].time_zone;
            zone.to_datetime(arrival).date()
        }
        None => add_days(wave.day, transfer.transit_days),
    }
}

/// When a transfer arrives that takes minutes.
pub fn arrival_in_minutes(transfer: &Transfer, wave: &Wave) -> Option<Timestamp> {
    let minutes = SignedDuration::from_mins(transfer.transit_min?);
    wave.departs.saturating_add(minutes).ok()
}

/// When goods that leave for a hub with a wave are ready to leave it: those under way for days arrive by the end of a day.
pub fn ready_at_hub(dataset: &Dataset, transfer: &Transfer, wave: &Wave) -> Option<Timestamp> {
    let hub = transfer.to;
    let unloaded = match arrival_in_minutes(transfer, wave) {
        Some(arrival) => arrival,
        None => {
            let zone = &dataset.locations[hub.ix()].time_zone;
            add_days(transfer_day(dataset, transfer, wave), 1)
                .to_zoned(zone.clone())
                .ok()?
                .timestamp()
        }
    };
    unloaded.saturating_add(lead_time(dataset, hub)).ok()
}

/// A later day; days beyond the calendar stay at its end.
pub fn add_days(day: Date, days: u32) -> Date {
    day.saturating_add(i64::from(days).days())
}
