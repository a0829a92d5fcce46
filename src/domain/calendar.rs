//! Waves: the departures that can be planned.

use super::LocationIx;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::ops::Range;

/// Days within which a departure after the horizon is looked for.
const LOOK_AHEAD_DAYS: i64 = 400;

/// One departure of one location.
#[derive(Clone, Debug)]
pub struct Wave {
    /// Where it leaves from.
    pub location: LocationIx,
    /// Name for people, e.g. `2026-11-23 18:00`.
    pub name: Box<str>,
    /// The cut-off: what is ready by then leaves then.
    pub departs: Timestamp,
    /// The local day of leaving.
    pub day: Date,
    /// Local time of day of leaving.
    pub time: Time,
    /// Why nothing leaves with it; `None` when it is open.
    pub closed: Option<Box<str>>,
    /// Units at regular cost, calendar factor applied.
    pub capacity_units: Option<i64>,
    /// Lines, calendar factor applied.
    pub capacity_lines: Option<i64>,
    /// Shipments, calendar factor applied.
    pub capacity_shipments: Option<i64>,
    /// Units of overtime that earlier work which stays has used up.
    pub overtime_taken: i64,
}

/// A departure time of every week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// The cut-off, on the location's clock.
    pub cutoff: Time,
    /// On which days of the week, from Monday.
    pub days: [bool; 7],
    /// Name for people; may be empty.
    pub name: Box<str>,
}

/// When a location's waves depart, also beyond the horizon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timetable {
    /// Departures of every week.
    pub departures: Vec<Departure>,
    /// When nothing departs.
    pub closures: Vec<Range<Timestamp>>,
}

impl Timetable {
    /// Departures in [`from`, `end`) on a clock, in time order, those within closures too.
    pub fn between(
        &self,
        zone: &TimeZone,
        from: Timestamp,
        end: Timestamp,
    ) -> Vec<(Timestamp, Date, &Departure)> {
        let last = zone.to_datetime(end).date();
        let mut day = zone.to_datetime(from).date();
        let mut found = vec![];
        loop {
            let of_day = self.on(zone, day);
            found.extend(
                of_day
                    .filter(|(departs, _)| (from..end).contains(departs))
                    .map(|(departs, departure)| (departs, day, departure)),
            );
            match day.checked_add(1.day()) {
                Ok(next) if day < last => day = next,
                _ => break,
            }
        }
        found.sort_by_key(|(departs, _, departure)| (*departs, departure.cutoff));
        found
    }

    /// The first departure at or after a moment that no closure covers; `None`: none within a year and more.
    pub fn first_from(&self, zone: &TimeZone, earliest: Timestamp) -> Option<Timestamp> {
        let first = zone.to_datetime(earliest).date();
        let is_open = |departs: &Timestamp| {
            let covers = |closure: &Range<Timestamp>| closure.contains(departs);
            *departs >= earliest && !self.closures.iter().any(covers)
        };
        (0..LOOK_AHEAD_DAYS).find_map(|ahead| {
            let day = first.checked_add(ahead.days()).ok()?;
            let departures = self.on(zone, day).map(|(departs, _)| departs);
            departures.filter(is_open).min()
        })
    }

    /// Departures of a day.
    fn on<'a, 'z>(
        &'a self,
        zone: &'z TimeZone,
        day: Date,
    ) -> impl Iterator<Item = (Timestamp, &'a Departure)> + use<'a, 'z> {
        let weekday = day.weekday().to_monday_zero_offset() as usize;
        self.departures
            .iter()
            .filter(move |departure| departure.days[weekday])
            .filter_map(move |departure| {
                let local = day.to_datetime(departure.cutoff);
                // A time that a change of the clock skips or repeats is the database's compatible choice.
                let departs = zone.to_ambiguous_timestamp(local).compatible().ok()?;
                Some((departs, departure))
            })
    }
}
