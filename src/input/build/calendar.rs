//! Waves over the horizon, with the calendars' factors.
//!
//! A location's own `waves` rows replace the rows of `*`; without either there is one wave a day at 18:00.
//! A wave departs at its cut-off on the location's clock. A wave that departs in [starts_at, ends_at) of a
//! calendar row has that row's factor; where rows overlap the smallest counts; factor 0 closes it.

use super::Known;
use super::view::View;
use crate::domain::{Dataset, Departure, Settings, Timetable, Wave};
use crate::input::cell::{WEEKDAYS, weekday};
use crate::input::fault::{Fault, Faults};
use crate::input::time::TimeCell;
use crate::units::MICRO;
use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};

/// Waves of all locations at most.
const MOST_WAVES: usize = 2_000_000;
const DEFAULT_CUTOFF_S: i64 = 18 * 3600;

/// A calendar row.
struct Period {
    starts: Timestamp,
    ends: Timestamp,
    factor_micro: i64,
    reason: Box<str>,
}

/// Capacities of one location per wave, before any factor.
struct Capacities {
    units: Option<i64>,
    lines: Option<i64>,
    shipments: Option<i64>,
}

/// Adds the waves of the horizon, grouped by location, in time order.
pub fn add(
    dataset: &mut Dataset,
    [waves, calendars, locations]: [&View; 3],
    known: &Known,
    settings: &Settings,
    faults: &mut Faults,
) {
    let departures = departures(waves, known, faults);
    let periods = periods(calendars, dataset, known, faults);
    let capacities = capacities(locations, known);
    let Some(end) = horizon_end(settings) else {
        let message = "the horizon ends beyond the calendar: shorten `horizon_days`";
        faults.push(Fault::error(waves.table.source(), message));
        return;
    };
    let mut all = Vec::new();
    dataset.timetables = timetables(departures, &periods);
    for (at, location) in dataset.locations.iter_mut().enumerate() {
        let first = all.len() as u32;
        let timetable = &dataset.timetables[at];
        for (departs, day, departure) in timetable.between(&location.time_zone, settings.as_of, end)
        {
            let mut wave = wave(at, departs, day, departure, &capacities[at]);
            apply_calendar(&mut wave, &periods[at]);
            all.push(wave);
        }
        location.waves = first..all.len() as u32;
        if all.len() > MOST_WAVES {
            let message = format!(
                "more than {MOST_WAVES} waves in the horizon: shorten it, or plan fewer departures"
            );
            faults.push(Fault::error(waves.table.source(), message));
            break;
        }
    }
    dataset.waves = all;
}

/// Timetables by location, whatever the order of rows.
fn timetables(departures: Vec<Vec<Departure>>, periods: &[Vec<Period>]) -> Vec<Timetable> {
    let of_location = |(mut departures, periods): (Vec<Departure>, &Vec<Period>)| {
        departures.sort_by_key(|departure| (departure.cutoff, departure.days));
        let closed = periods.iter().filter(|period| period.factor_micro == 0);
        let mut closures: Vec<_> = closed.map(|period| period.starts..period.ends).collect();
        closures.sort_by_key(|closure| (closure.start, closure.end));
        Timetable {
            departures,
            closures,
        }
    };
    departures
        .into_iter()
        .zip(periods)
        .map(of_location)
        .collect()
}

/// The first instant after the horizon: `horizon_days` civil days after `as_of` on the scenario's clock.
fn horizon_end(settings: &Settings) -> Option<Timestamp> {
    let start = settings.as_of.to_zoned(settings.time_zone.clone());
    let end = start
        .checked_add(i64::from(settings.horizon_days).days())
        .ok()?;
    Some(end.timestamp())
}

fn departures(view: &View, known: &Known, faults: &mut Faults) -> Vec<Vec<Departure>> {
    let mut own: Vec<Vec<(usize, Departure)>> = vec![Vec::new(); known.locations.len()];
    let mut common = Vec::new();
    for row in view.rows() {
        let departure = departure(view, row);
        match view.texts("location_id").get(row) {
            "" | "*" => add_departure(view, row, departure, &mut common, faults),
            id => match known.locations.find(id) {
                Some(at) => add_departure(view, row, departure, &mut own[at], faults),
                None => {
                    faults.push(view.unknown(row, "location_id", "location_costs", "location_id"));
                }
            },
        }
    }
    if common.is_empty() {
        common.push((0, every_evening()));
    }
    let settled = |rows: Vec<(usize, Departure)>| {
        let rows = if rows.is_empty() {
            common.clone()
        } else {
            rows
        };
        rows.into_iter().map(|(_, departure)| departure).collect()
    };
    own.into_iter().map(settled).collect()
}

fn every_evening() -> Departure {
    Departure {
        cutoff: time_of_day(DEFAULT_CUTOFF_S),
        days: [true; 7],
        name: Box::default(),
    }
}

fn departure(view: &View, row: usize) -> Departure {
    let list = view.texts("weekdays").get(row);
    let mut days = [list.is_empty(); 7];
    for day in list.split('|').filter_map(weekday) {
        days[day] = true;
    }
    Departure {
        cutoff: time_of_day(view.numbers("cutoff").or(row, DEFAULT_CUTOFF_S)),
        days,
        name: Box::from(view.texts("name").get(row)),
    }
}

fn add_departure(
    view: &View,
    row: usize,
    departure: Departure,
    rows: &mut Vec<(usize, Departure)>,
    faults: &mut Faults,
) {
    let same = |other: &Departure| {
        let day = (0..7).find(|day| other.days[*day] && departure.days[*day]);
        day.filter(|_| other.cutoff == departure.cutoff)
    };
    let doubled = rows
        .iter()
        .find_map(|(other, have)| Some((*other, same(have)?)));
    if let Some((other, day)) = doubled {
        let line = view.table.line(other);
        let message = format!("row {line} has the same departure on {}", WEEKDAYS[day]);
        faults.push(
            view.error(row, "cutoff", message)
                .remedy("keep one of the rows"),
        );
    }
    rows.push((row, departure));
}

/// The time of day that a count of seconds after midnight is.
pub fn time_of_day(seconds: i64) -> Time {
    let part = |value: i64| i8::try_from(value).unwrap_or_default();
    Time::constant(
        part(seconds / 3600 % 24),
        part(seconds / 60 % 60),
        part(seconds % 60),
        0,
    )
}

fn periods(view: &View, dataset: &Dataset, known: &Known, faults: &mut Faults) -> Vec<Vec<Period>> {
    let mut periods: Vec<Vec<(usize, Period)>> = Vec::new();
    periods.resize_with(known.locations.len(), Vec::new);
    for row in view.rows() {
        let Some(at) = known.locations.find(view.texts("location_id").get(row)) else {
            faults.push(view.unknown(row, "location_id", "location_costs", "location_id"));
            continue;
        };
        let zone = &dataset.locations[at].time_zone;
        let time = |name| TimeCell::unpack(view.numbers(name).or(row, 0)).start(zone);
        let period = Period {
            starts: time("starts_at"),
            ends: time("ends_at"),
            factor_micro: view.numbers("capacity_factor").or(row, 0),
            reason: Box::from(view.texts("reason").get(row)),
        };
        if period.starts >= period.ends {
            faults.push(view.error(row, "ends_at", "expected a time after `starts_at`"));
            continue;
        }
        let overlaps = |have: &Period| have.starts < period.ends && period.starts < have.ends;
        if let Some((other, _)) = periods[at].iter().find(|(_, have)| overlaps(have)) {
            let line = view.table.line(*other);
            let message = format!("overlaps row {line}; the smaller factor counts");
            faults.push(view.warning(row, "starts_at", message));
        }
        periods[at].push((row, period));
    }
    let plain = |rows: Vec<(usize, Period)>| rows.into_iter().map(|(_, period)| period).collect();
    periods.into_iter().map(plain).collect()
}

fn capacities(view: &View, known: &Known) -> Vec<Capacities> {
    let mut capacities: Vec<Capacities> = Vec::new();
    capacities.resize_with(known.locations.len(), || Capacities {
        units: None,
        lines: None,
        shipments: None,
    });
    for row in view.rows() {
        if let Some(at) = known.locations.find(view.texts("location_id").get(row)) {
            capacities[at] = Capacities {
                units: view.numbers("capacity_units").get(row),
                lines: view.numbers("capacity_lines").get(row),
                shipments: view.numbers("capacity_shipments").get(row),
            };
        }
    }
    capacities
}

fn wave(
    location: usize,
    departs: Timestamp,
    day: Date,
    departure: &Departure,
    capacities: &Capacities,
) -> Wave {
    let clock = departure.cutoff.strftime("%H:%M");
    let name = match &*departure.name {
        "" => format!("{day} {clock}"),
        name => format!("{day} {clock} {name}"),
    };
    Wave {
        location: crate::domain::LocationIx::new(location),
        name: name.into(),
        departs,
        day,
        time: departure.cutoff,
        closed: None,
        capacity_units: capacities.units,
        capacity_lines: capacities.lines,
        capacity_shipments: capacities.shipments,
        overtime_taken: 0,
    }
}

fn apply_calendar(wave: &mut Wave, periods: &[Period]) {
    let covers = |period: &&Period| period.starts <= wave.departs && wave.departs < period.ends;
    let Some(period) = periods
        .iter()
        .filter(covers)
        .min_by_key(|period| period.factor_micro)
    else {
        return;
    };
    if period.factor_micro == 0 {
        let reason = if period.reason.is_empty() {
            "closed"
        } else {
            &period.reason
        };
        wave.closed = Some(Box::from(reason));
    }
    for capacity in [
        &mut wave.capacity_units,
        &mut wave.capacity_lines,
        &mut wave.capacity_shipments,
    ] {
        *capacity = capacity.map(|regular| scaled(regular, period.factor_micro));
    }
}

/// `regular` × factor, rounded down; capacities are at most 1e9 and factors 100, so it fits.
fn scaled(regular: i64, factor_micro: i64) -> i64 {
    (i128::from(regular) * i128::from(factor_micro) / i128::from(MICRO)) as i64
}
