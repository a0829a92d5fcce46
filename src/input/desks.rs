//! Merging desks: hubs in stores. A desk's row says what is different there; the rest it has from its store.

use super::expand::{Row, append, rows, table_of};
use super::fault::Faults;
use super::table::{Table, Tables, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Cells that a desk has from its store where its own are empty.
const OF_STORE: [&str; 7] = [
    "zone",
    "postcode",
    "country",
    "latitude",
    "longitude",
    "time_zone",
    "handling",
];

/// Rows that a desk has from its store where it has none of its own: table and column of the location.
const WHERE_NONE: [(&str, &str); 3] = [
    ("waves", "location_id"),
    ("carrier_rates", "origin"),
    ("zones", "origin"),
];

/// By store, its desks.
type Desks = BTreeMap<String, Vec<String>>;

/// Gives desks what they have from their stores.
pub(super) fn add_desks(tables: &mut Tables, faults: &mut Faults) {
    let locations = tables.get_or_empty("location_costs");
    let desks = desks_of(&locations);
    if desks.is_empty() {
        return;
    }
    fill_cells(&locations, tables, faults);
    let placed = rows(&locations).filter(|row| !row.is_empty("zone"));
    let placed: BTreeSet<&str> = placed.map(|row| row.text("location_id")).collect();
    for (name, column) in WHERE_NONE {
        let table = tables.get_or_empty(name);
        let own: BTreeSet<&str> = rows(&table).map(|row| row.text(column)).collect();
        // A desk in a zone of its own ships as from there.
        let elsewhere = |desk: &str| column == "origin" && placed.contains(desk);
        let has_none = |desk: &str| !own.contains(desk) && !elsewhere(desk);
        copy((tables, &table), column, &desks, &has_none, faults);
    }
    let calendars = tables.get_or_empty("calendars");
    copy(
        (tables, &calendars),
        "location_id",
        &desks,
        &|_| true,
        faults,
    );
    add_transfers(&locations, tables, &desks, faults);
}

/// Hubs that name a store that is there.
fn desks_of(locations: &Table) -> Desks {
    let each = || rows(locations);
    let ids: BTreeSet<&str> = each().map(|row| row.text("location_id")).collect();
    let mut desks = Desks::new();
    for row in each().filter(|row| row.text("kind") == "hub") {
        let (desk, store) = (row.text("location_id"), row.text("desk_of"));
        if !store.is_empty() && store != desk && ids.contains(store) {
            desks
                .entry(store.to_owned())
                .or_default()
                .push(desk.to_owned());
        }
    }
    desks
}

/// Fills cells of desks that are empty.
fn fill_cells(locations: &Table, tables: &mut Tables, faults: &mut Faults) {
    let by_id: BTreeMap<&str, Row<'_>> = rows(locations)
        .map(|row| (row.text("location_id"), row))
        .collect();
    let filled = table_of(tables, "location_costs");
    for (position, desk) in rows(locations).enumerate() {
        let store = by_id.get(desk.text("desk_of"));
        let Some(store) = store.filter(|_| desk.text("kind") == "hub") else {
            continue;
        };
        // What is closed merges nothing.
        let closed = (store.text("open") == "no").then_some("open");
        let empty = OF_STORE.into_iter().filter(|name| desk.is_empty(name));
        for name in empty.chain(closed) {
            if let Err(error) = filled.fill(position, name, &store.value(name)) {
                faults.push(desk.error(name, format!("expected {}", error.expected)));
            }
        }
    }
}

/// Copies rows of stores for their desks, those that are meant.
fn copy(
    (tables, table): (&mut Tables, &Table),
    column: &str,
    desks: &Desks,
    is_meant: &dyn Fn(&str) -> bool,
    faults: &mut Faults,
) {
    for row in rows(table) {
        let of_store = desks.get(row.text(column)).into_iter().flatten();
        for desk in of_store.filter(|desk| is_meant(desk)) {
            let cells = row.cells_with(&[(column, desk)]);
            append(table_of(tables, table.def.name), row, &cells, faults);
        }
    }
}

/// What is brought to a store may go to its desk, and what the store has is there at once.
fn add_transfers(locations: &Table, tables: &mut Tables, desks: &Desks, faults: &mut Faults) {
    const ENDS: [&str; 2] = ["from_location", "to_location"];
    let transfers = tables.get_or_empty("transfers");
    let stated: BTreeSet<[&str; 2]> = rows(&transfers)
        .map(|row| ENDS.map(|end| row.text(end)))
        .collect();
    for row in rows(&transfers) {
        let [from, store] = ENDS.map(|end| row.text(end));
        for desk in desks.get(store).into_iter().flatten() {
            if from != desk && !stated.contains(&[from, desk]) {
                let cells = row.cells_with(&[(ENDS[1], desk)]);
                append(table_of(tables, "transfers"), row, &cells, faults);
            }
        }
    }
    for row in rows(locations) {
        let (desk, store) = (row.text("location_id"), row.text("desk_of"));
        let is_desk = desks
            .get(store)
            .is_some_and(|of| of.iter().any(|it| it == desk));
        if is_desk && !stated.contains(&[store, desk]) {
            let cells = [
                (ENDS[0], Value::Text(store.to_owned())),
                (ENDS[1], Value::Text(desk.to_owned())),
                ("transit_min", Value::Number(0)),
            ];
            append(table_of(tables, "transfers"), row, &cells, faults);
        }
    }
}
