//! Times as files give them: with an offset, on a local clock, or as a date alone.
//!
//! A cell is read before anybody knows on whose clock it is, so the integer that holds it keeps which of
//! the three it was: microseconds since 1970 (of a local clock: as if it were UTC) × 4 + a tag.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A time as its cell gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeCell {
    /// With an offset: one instant everywhere.
    Instant(Timestamp),
    /// Without an offset: on some local clock.
    Local(DateTime),
    /// A date alone.
    Day(Date),
}

impl TimeCell {
    /// Reads ISO 8601: `2026-11-23`, `2026-11-23T05:00`, `2026-11-23 05:00:30`, `2026-11-23T05:00Z`, `…+01:00`.
    /// `None`: it is none of these, or a year outside 1900 … 2200.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' || !text.is_ascii() {
            return None;
        }
        let cell = if bytes.len() == 10 {
            Self::Day(text.parse().ok()?)
        } else if bytes[11..].iter().any(|byte| b"Zz+-".contains(byte)) {
            Self::Instant(text.parse().ok()?)
        } else {
            Self::Local(text.parse().ok()?)
        };
        let year = match cell {
            Self::Day(date) => date.year(),
            Self::Local(local) => local.year(),
            Self::Instant(instant) => TimeZone::UTC.to_datetime(instant).year(),
        };
        (1900..=2200).contains(&year).then_some(cell)
    }

    /// The integer that holds it.
    pub fn pack(self) -> i64 {
        let as_utc = |local: DateTime| {
            TimeZone::UTC
                .to_timestamp(local)
                .expect("years are between 1900 and 2200")
                .as_microsecond()
        };
        match self {
            Self::Instant(instant) => instant.as_microsecond() * 4,
            Self::Local(local) => as_utc(local) * 4 + 1,
            Self::Day(date) => as_utc(date.to_datetime(jiff::civil::Time::midnight())) * 4 + 2,
        }
    }

    /// The time that an integer holds.
    pub fn unpack(packed: i64) -> Self {
        let instant = Timestamp::from_microsecond(packed.div_euclid(4))
            .expect("only packed times are unpacked");
        let local = TimeZone::UTC.to_datetime(instant);
        match packed.rem_euclid(4) {
            0 => Self::Instant(instant),
            1 => Self::Local(local),
            _ => Self::Day(local.date()),
        }
    }

    /// The instant on the clock of `zone`; a date alone is the start of the day. A local time that a
    /// change of the clock skips or repeats is read as the time-zone database's compatible choice.
    pub fn start(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Instant(instant) => instant,
            Self::Local(local) => at(local, zone),
            Self::Day(date) => at(date.to_datetime(jiff::civil::Time::midnight()), zone),
        }
    }

    /// The instant on the clock of `zone`; a date alone is the end of the day.
    pub fn end(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Day(date) => at(
                date.saturating_add(1.day())
                    .to_datetime(jiff::civil::Time::midnight()),
                zone,
            ),
            other => other.start(zone),
        }
    }

    /// The day it falls on, on the clock of `zone`.
    pub fn day(self, zone: &TimeZone) -> Date {
        match self {
            Self::Instant(instant) => zone.to_datetime(instant).date(),
            Self::Local(local) => local.date(),
            Self::Day(date) => date,
        }
    }
}

fn at(local: DateTime, zone: &TimeZone) -> Timestamp {
    zone.to_ambiguous_timestamp(local)
        .compatible()
        .expect("years are between 1900 and 2200")
}

impl std::fmt::Display for TimeCell {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Instant(instant) => instant.fmt(out),
            Self::Local(local) => local.fmt(out),
            Self::Day(date) => date.fmt(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("Europe/Paris").expect("bundled")
    }

    #[test]
    fn a_time_is_kept_as_it_was_given() {
        for text in [
            "2026-11-23",
            "2026-11-23T05:00:00",
            "2026-11-23T04:00:00Z",
            "1960-01-01T00:00:00.25",
        ] {
            let cell = TimeCell::parse(text).expect(text);
            assert_eq!(TimeCell::unpack(cell.pack()), cell);
            assert_eq!(cell.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_iso_time_is_refused() {
        for text in [
            "",
            "23/11/2026",
            "20261123",
            "2026-13-01",
            "2026-11-23T25:00",
            "1776-07-04",
            "2026-11-23T",
        ] {
            assert_eq!(TimeCell::parse(text), None, "{text}");
        }
    }

    #[test]
    fn offsets_win_over_the_zone_and_local_times_use_it() {
        let five = TimeCell::parse("2026-11-23 05:00")
            .expect("local")
            .start(&zone());
        assert_eq!(five.to_string(), "2026-11-23T04:00:00Z");
        let offset = TimeCell::parse("2026-11-23T05:00+02:00")
            .expect("offset")
            .start(&zone());
        assert_eq!(offset.to_string(), "2026-11-23T03:00:00Z");
    }

    #[test]
    fn a_date_alone_is_a_whole_local_day_even_when_the_clock_changes() {
        let day = TimeCell::parse("2026-03-29").expect("day");
        let hours = day
            .end(&zone())
            .duration_since(day.start(&zone()))
            .as_hours();
        assert_eq!(hours, 23);
    }
}
