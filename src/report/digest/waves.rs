//! How full locations are, wave by wave: a table of few rows and columns, whatever the horizon.

use crate::domain::{Wave, WaveIx};
use crate::report::Planned;
use crate::verify::WaveAudit;
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Columns at most: departures, else days, else weeks, else months.
const MOST_COLUMNS: usize = 14;
/// Locations that are shown; those that are fullest, then those that ship most.
const MOST_ROWS: usize = 40;

/// Locations by when things leave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WaveGrid {
    /// What a column is: `departure`, `day`, `week` (by its Monday) or `month`.
    pub column: String,
    /// The columns, in time order.
    pub columns: Vec<String>,
    /// Locations, the fullest first.
    pub rows: Vec<WaveRow>,
    /// Locations with waves in all.
    pub locations: i64,
}

/// One location.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WaveRow {
    /// Its id.
    pub location: String,
    /// One cell a column; `None`: nothing could leave then.
    pub cells: Vec<Option<WaveCell>>,
}

/// What leaves a location in the time of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WaveCell {
    /// Units that leave.
    pub units: i64,
    /// Units at regular cost that could; `None`: no limit in at least one wave.
    pub capacity_units: Option<i64>,
    /// What is used of the scarcest of units, lines and shipments, in the fullest wave: above 1 with overtime; `None`: nothing is limited.
    pub full: Option<f64>,
    /// Whether every wave is closed.
    pub closed: bool,
}

impl WaveCell {
    fn new(wave: &Wave, found: &WaveAudit) -> Self {
        let limits = [
            (found.units, wave.capacity_units),
            (found.lines, wave.capacity_lines),
            (found.shipments, wave.capacity_shipments),
        ];
        let is_open = wave.closed.is_none();
        let full = limits
            .into_iter()
            .filter_map(|(used, limit)| limit.map(|limit| (used, limit)))
            .filter(|(used, limit)| *used > 0 || *limit > 0)
            .map(|(used, limit)| used as f64 / limit.max(1) as f64)
            .reduce(f64::max);
        Self {
            units: found.units,
            capacity_units: if is_open {
                wave.capacity_units
            } else {
                Some(0)
            },
            full: full.filter(|_| is_open),
            closed: !is_open,
        }
    }

    fn and(self, other: Self) -> Self {
        let both = self.capacity_units.zip(other.capacity_units);
        Self {
            units: self.units + other.units,
            capacity_units: both.map(|(one, other)| one + other),
            full: match (self.full, other.full) {
                (Some(one), Some(other)) => Some(one.max(other)),
                (one, other) => one.or(other),
            },
            closed: self.closed && other.closed,
        }
    }
}

/// A way to name the column that a wave belongs to.
type ColumnOf = fn(&Wave) -> String;

const COLUMNS: [(&str, ColumnOf); 4] = [
    ("departure", |wave| {
        format!("{} {}", wave.day, wave.time.strftime("%H:%M"))
    }),
    ("day", |wave| wave.day.to_string()),
    ("week", |wave| {
        let ago = i64::from(wave.day.weekday().to_monday_zero_offset());
        let monday = wave.day.checked_sub(ago.days());
        monday.unwrap_or(wave.day).to_string()
    }),
    ("month", |wave| wave.day.strftime("%Y-%m").to_string()),
];

/// Locations by columns as fine as there is room for.
pub(super) fn grid(planned: Planned<'_>) -> WaveGrid {
    let waves = &planned.dataset.waves;
    let columns_of = |name: ColumnOf| -> Vec<String> {
        let names: BTreeSet<String> = waves.iter().map(name).collect();
        names.into_iter().collect()
    };
    let choices = COLUMNS.map(|(column, name)| (column, name, columns_of(name)));
    let fits = choices.iter().find(|it| it.2.len() <= MOST_COLUMNS);
    let (column, name, columns) = fits.unwrap_or(&choices[COLUMNS.len() - 1]);
    let mut columns = columns.clone();
    columns.truncate(MOST_COLUMNS);
    let located = planned.dataset.locations.iter();
    let mut rows: Vec<(Reverse<i64>, Reverse<i64>, WaveRow)> = located
        .filter(|location| !location.waves.is_empty())
        .map(|location| {
            let row = row(planned, location.wave_indices(), &columns, *name);
            let cells = || row.iter().flatten();
            let fullest = cells().filter_map(|cell| cell.full).fold(0.0, f64::max);
            let units: i64 = cells().map(|cell| cell.units).sum();
            let row = WaveRow {
                location: location.id.to_string(),
                cells: row,
            };
            (Reverse((fullest * 1000.0) as i64), Reverse(units), row)
        })
        .collect();
    let locations = rows.len() as i64;
    rows.sort_by_key(|(full, units, _)| (*full, *units));
    rows.truncate(MOST_ROWS);
    WaveGrid {
        column: (*column).to_owned(),
        columns,
        rows: rows.into_iter().map(|(.., row)| row).collect(),
        locations,
    }
}

fn row(
    planned: Planned<'_>,
    waves: impl Iterator<Item = WaveIx>,
    columns: &[String],
    name: ColumnOf,
) -> Vec<Option<WaveCell>> {
    let mut cells: Vec<Option<WaveCell>> = vec![None; columns.len()];
    for wave in waves {
        let (data, found) = (
            &planned.dataset.waves[wave.ix()],
            &planned.audit.waves[wave.ix()],
        );
        if let Ok(column) = columns.binary_search(&name(data)) {
            let more = WaveCell::new(data, found);
            cells[column] = Some(cells[column].map_or(more, |cell| cell.and(more)));
        }
    }
    cells
}
