//! What is scarce: locations and their waves, limits of rules, and what one more would be worth.

use super::parts::{Cell, Segment, Table};
use super::words::{count, money, percent, resource, shown};
use super::{Chapter, share};
use crate::ledger::{LocationUse, OpenDecision, RuleUse};
use crate::report::digest::{Digest, WaveCell, WaveGrid};
use crate::units::Money;
use std::cmp::Reverse;

/// Locations that are named, those that ship most.
const NAMED_LOCATIONS: usize = 40;

/// How much each location is used.
pub(super) fn locations(chapter: &Chapter<'_>, used: &[LocationUse], digest: &Digest) -> Table {
    let mut table = Table::new("Locations")
        .words("location")
        .words("kind")
        .number("units", "")
        .number("capacity", "units")
        .number("used", "%")
        .bar("")
        .number("overtime", "units")
        .number("lines", "")
        .number("shipments", "")
        .of_file(chapter.file("profitability_by_location"));
    let mut order: Vec<usize> = (0..used.len()).collect();
    order.sort_by_key(|&place| Reverse(used[place].units));
    let most = used.iter().map(|it| it.units).max().unwrap_or(0);
    for &place in order.iter().take(NAMED_LOCATIONS) {
        let it = &used[place];
        let kind = digest.places.locations.get(place).map_or("", |it| &it.kind);
        let full = it.capacity_units.and_then(|limit| share(it.units, limit));
        let part = share(it.units, most).unwrap_or(0.0);
        let tone = if full.is_some_and(|full| full > 0.95) {
            "warn"
        } else {
            "level"
        };
        table.row(vec![
            Cell::Key(shown(&it.location)),
            Cell::Words(kind.to_owned()),
            Cell::Number(count(it.units)),
            Cell::Number(it.capacity_units.map_or("no limit".to_owned(), count)),
            Cell::Number(percent(full, 0)),
            Cell::Bar(vec![Segment::new(0.0, part, tone)]),
            Cell::Number(count(it.overtime_units)),
            Cell::Number(count(it.lines)),
            Cell::Number(count(it.shipments)),
        ]);
    }
    let left_out = used.len().saturating_sub(NAMED_LOCATIONS);
    let mut note = "Units that leave over the horizon, against the capacity of all open waves at regular cost; bars are units.".to_owned();
    if left_out > 0 {
        let left_out = count(left_out as i64);
        note += &format!(
            " {left_out} locations that ship least are left out; all are in summary.json."
        );
    }
    table.noted(note)
}

/// How full locations are, by when things leave.
pub(super) fn waves(grid: &WaveGrid) -> Table {
    let mut table = Table::new("Capacity used, by location and wave").words("location");
    for column in &grid.columns {
        // The year says nothing, and there is little room.
        let short = column.get(5..).filter(|_| grid.column != "month");
        table = table.shade(short.unwrap_or(column));
    }
    for row in &grid.rows {
        let mut cells = vec![Cell::Key(shown(&row.location))];
        cells.extend(row.cells.iter().map(|cell| match cell {
            None => Cell::Shade(6, "·".to_owned()),
            Some(cell) => shade(cell),
        }));
        table.row(cells);
    }
    let mut note = "Per cent: what is used of the scarcest of units, lines and shipments in the fullest wave; above 100 with overtime. A plain number: units that leave without a limit.".to_owned();
    let left_out = grid.locations - grid.rows.len() as i64;
    if left_out > 0 {
        note += &format!(
            " The {} fullest of {} locations are shown.",
            count(grid.rows.len() as i64),
            count(grid.locations)
        );
    }
    table.noted(note)
}

fn shade(cell: &WaveCell) -> Cell {
    match cell.full {
        _ if cell.closed => Cell::Shade(5, "closed".to_owned()),
        None => Cell::Shade(0, count(cell.units)),
        Some(full) => {
            let step = match full {
                it if it < 0.25 => 0,
                it if it < 0.5 => 1,
                it if it < 0.75 => 2,
                it if it < 0.95 => 3,
                _ => 4,
            };
            Cell::Shade(step, percent(Some(full), 0))
        }
    }
}

/// What the plan decides about locations.
pub(super) fn decisions(decisions: &[OpenDecision], currency: &str) -> Table {
    let mut table = Table::new("Open or close")
        .words("location")
        .words("decision")
        .number("fixed cost", currency)
        .number("closing cost", currency);
    for it in decisions {
        let decision = match it {
            it if it.used => "open",
            it if it.kept_open => "open, nothing planned leaves it",
            it if it.idle => "idle",
            _ => "closed",
        };
        table.row(vec![
            Cell::Key(shown(&it.location)),
            Cell::Words(decision.to_owned()),
            Cell::Number(money(it.fixed_cost)),
            Cell::Number(money(it.closing_cost)),
        ]);
    }
    table.noted("Locations that the scenario leaves to the plan, that a rule counts, or that cost to be closed.")
}

/// How much counts against limits of rules.
pub(super) fn rules(rules: &[RuleUse], currency: &str) -> Table {
    let mut table = Table::new("Limits of business rules")
        .words("rule")
        .number("limit", "at each place")
        .number("used", "all places")
        .number("over", "")
        .number("cost of that", currency);
    for it in rules {
        table.row(vec![
            Cell::Key(shown(&it.rule)),
            Cell::Number(count(it.limit)),
            Cell::Number(count(it.used)),
            Cell::Number(count(it.over)),
            Cell::Number(money(it.cost)),
        ]);
    }
    table
}

/// What one more of what is scarce would be worth.
pub(super) fn prices(chapter: &Chapter<'_>, digest: &Digest, currency: &str) -> Table {
    let mut table = Table::new("What one more would be worth at most")
        .words("of")
        .words("what")
        .number("there is", "")
        .number("used", "")
        .number("worth", currency)
        .bar("")
        .of_file(chapter.file("shadow_prices"));
    let dearest = digest.prices.iter().flat_map(|kind| &kind.dearest);
    let most = dearest.map(|price| price.price.0).max().unwrap_or(0);
    for kind in &digest.prices {
        for price in &kind.dearest {
            let part = share(price.price.0, most).unwrap_or(0.0);
            table.row(vec![
                Cell::Key(shown(&price.named())),
                Cell::Words(resource(&kind.resource).to_owned()),
                Cell::Number(count(price.capacity)),
                Cell::Number(count(price.used)),
                Cell::Number(worth(price.price)),
                Cell::Bar(vec![Segment::new(0.0, part, "level")]),
            ]);
        }
    }
    let counts = digest.prices.iter();
    let counts: Vec<String> = counts
        .map(|kind| {
            let name = resource(&kind.resource);
            let name = name.split(',').next().unwrap_or(name);
            format!("{name} {}", count(kind.count))
        })
        .collect();
    table.noted(format!(
        "By the prices that prove the bound: no more can be gained by one more. How many have a price: {}.",
        counts.join(", ")
    ))
}

/// A price above zero, however small.
fn worth(price: Money) -> String {
    let told = money(price);
    if told == "0.00" {
        "< 0.01".to_owned()
    } else {
        told
    }
}
