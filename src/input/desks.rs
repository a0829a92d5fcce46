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

/// A desk with its store.
#[derive(Clone, Copy)]
struct Desk<'a> {
    /// Position of its row.
    position: usize,
    row: Row<'a>,
    store: Row<'a>,
}

impl<'a> Desk<'a> {
    fn id(self) -> &'a str {
        self.row.text("location_id")
    }
}

/// By store, its desks.
type Desks<'a> = BTreeMap<&'a str, Vec<Desk<'a>>>;

/// Gives desks what they have from their stores.
pub(super) fn add_desks(tables: &mut Tables, faults: &mut Faults) {
    let locations = tables.get_or_empty("location_costs");
    let all = desks_of(&locations);
    if all.is_empty() {
        return;
    }
    let mut desks = Desks::new();
    for desk in &all {
        let store = desk.store.text("location_id");
        desks.entry(store).or_default().push(*desk);
    }
    fill_cells(&all, tables, faults);
    for (name, column) in WHERE_NONE {
        let table = tables.get_or_empty(name);
        let own: BTreeSet<&str> = rows(&table).map(|row| row.text(column)).collect();
        // A desk in a zone of its own ships as from there.
        let elsewhere = |desk: Desk<'_>| column == "origin" && !desk.row.is_empty("zone");
        let has_none = |desk: Desk<'_>| !own.contains(desk.id()) && !elsewhere(desk);
        copy((tables, &table), column, &desks, &has_none, faults);
    }
    let calendars = tables.get_or_empty("calendars");
    let column = "location_id";
    copy((tables, &calendars), column, &desks, &|_| true, faults);
    add_transfers(&all, tables, &desks, faults);
}

/// Hubs that name a store that is there.
fn desks_of(locations: &Table) -> Vec<Desk<'_>> {
    let by_id: BTreeMap<&str, Row<'_>> = rows(locations)
        .map(|row| (row.text("location_id"), row))
        .collect();
    let hubs = rows(locations).enumerate();
    let hubs = hubs.filter(|(_, row)| row.text("kind") == "hub");
    hubs.filter_map(|(position, row)| {
        let store = by_id.get(row.text("desk_of"));
        let store = *store.filter(|store| store.text("location_id") != row.text("location_id"))?;
        Some(Desk {
            position,
            row,
            store,
        })
    })
    .collect()
}

/// Fills cells of desks that are empty.
fn fill_cells(desks: &[Desk<'_>], tables: &mut Tables, faults: &mut Faults) {
    let filled = table_of(tables, "location_costs");
    for desk in desks {
        // What is closed merges nothing.
        let closed = (desk.store.text("open") == "no").then_some("open");
        let empty = OF_STORE.into_iter().filter(|name| desk.row.is_empty(name));
        for name in empty.chain(closed) {
            if let Err(error) = filled.fill(desk.position, name, &desk.store.value(name)) {
                faults.push(desk.row.error(name, format!("expected {}", error.expected)));
            }
        }
    }
}

/// Copies rows of stores for their desks, those that are meant.
fn copy(
    (tables, table): (&mut Tables, &Table),
    column: &str,
    desks: &Desks<'_>,
    is_meant: &dyn Fn(Desk<'_>) -> bool,
    faults: &mut Faults,
) {
    for row in rows(table) {
        let of_store = desks.get(row.text(column)).into_iter().flatten();
        for desk in of_store.filter(|desk| is_meant(**desk)) {
            let cells = row.cells_with(&[(column, desk.id())]);
            append(table_of(tables, table.def.name), row, &cells, faults);
        }
    }
}

/// What is brought to a store may go to its desk, and what the store has is there at once.
fn add_transfers(all: &[Desk<'_>], tables: &mut Tables, desks: &Desks<'_>, faults: &mut Faults) {
    const ENDS: [&str; 2] = ["from_location", "to_location"];
    let transfers = tables.get_or_empty("transfers");
    let stated: BTreeSet<[&str; 2]> = rows(&transfers)
        .map(|row| ENDS.map(|end| row.text(end)))
        .collect();
    for row in rows(&transfers) {
        let [from, store] = ENDS.map(|end| row.text(end));
        for desk in desks.get(store).into_iter().flatten() {
            if from != desk.id() && !stated.contains(&[from, desk.id()]) {
                let cells = row.cells_with(&[(ENDS[1], desk.id())]);
                append(table_of(tables, "transfers"), row, &cells, faults);
            }
        }
    }
    for desk in all {
        let ends = [desk.store.text("location_id"), desk.id()];
        if !stated.contains(&ends) {
            let [from, to] = ends.map(|end| Value::Text(end.to_owned()));
            let cells = [
                (ENDS[0], from),
                (ENDS[1], to),
                ("transit_min", Value::Number(0)),
            ];
            append(table_of(tables, "transfers"), desk.row, &cells, faults);
        }
    }
}
