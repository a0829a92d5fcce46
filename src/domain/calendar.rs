//! Waves: the departures that can be planned.

use super::LocationIx;
use jiff::Timestamp;
use jiff::civil::Date;

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
    pub time: jiff::civil::Time,
    /// Why nothing leaves with it; `None` when it is open.
    pub closed: Option<Box<str>>,
    /// Units at regular cost, calendar factor applied.
    pub capacity_units: Option<i64>,
    /// Lines, calendar factor applied.
    pub capacity_lines: Option<i64>,
    /// Shipments, calendar factor applied.
    pub capacity_shipments: Option<i64>,
}
