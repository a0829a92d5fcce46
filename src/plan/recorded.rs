//! A plan read back from the shipments and allocations that a run wrote.
//!
//! Allocations name what leaves stock; what a hub forwards is the sum of what its feeders bring.

use super::{Piece, Plan, Route, Shipment};
use crate::domain::{
    Dataset, Line, LineIx, Location, LocationIx, OrderIx, ServiceIx, SkuIx, TransferIx, Wave,
    WaveIx,
};
use crate::input::{Fault, read_records};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

const SHIPMENT_COLUMNS: [&str; 10] = [
    "shipment_id",
    "order_id",
    "location_id",
    "leaves_at",
    "route",
    "carrier",
    "service",
    "to_location",
    "joins_shipment",
    "parcels",
];
const ALLOCATION_COLUMNS: [&str; 6] = [
    "shipment_id",
    "order_id",
    "line_id",
    "shipped_sku",
    "form",
    "quantity",
];

/// Reads `shipments` and `allocations` (CSV or Parquet) from a scenario's folder of a run.
///
/// Errors: files that cannot be read, and every row that names what the dataset does not hold.
pub fn read_plan(folder: &Path, dataset: &Dataset) -> Result<Plan, Vec<Fault>> {
    let mut reading = Reading::new(dataset);
    reading.read(folder, |read| read)?;
    Ok(reading.finish())
}

/// What a dataset knows of the plan in a folder of another scenario: shipments and pieces that name what it does not hold are left
/// out. Nothing where the files cannot be read.
pub fn read_known_plan(folder: &Path, dataset: &Dataset) -> Plan {
    let mut reading = Reading::new(dataset);
    match reading.read(folder, |_| Ok(())) {
        Ok(()) => reading.finish(),
        Err(_) => Plan::default(),
    }
}

/// One row of a file, for cells by name and faults with their place.
struct Row<'a> {
    file: &'a str,
    row: u64,
    columns: &'a [&'a str],
    cells: &'a [&'a str],
}

impl Row<'_> {
    fn cell(&self, column: &str) -> &str {
        let position = self.columns.iter().position(|name| *name == column);
        self.cells[position.expect("columns are named from the same list")]
    }

    fn fault(&self, column: &str, expected: &str) -> Fault {
        Fault::error(self.file, expected)
            .at(self.row)
            .column(column)
            .value(self.cell(column))
            .remedy("check the run against the data and scenario that it was planned with")
    }

    /// Looks an id up without the apostrophe that keeps spreadsheets from running it, then as it stands.
    fn find<T>(
        &self,
        column: &str,
        expected: &str,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<T, Fault> {
        let text = self.cell(column);
        let unguarded = text.strip_prefix('\'');
        unguarded
            .and_then(&find)
            .or_else(|| find(text))
            .ok_or_else(|| self.fault(column, expected))
    }

    fn number(&self, column: &str) -> Result<u32, Fault> {
        self.find(column, "expected a whole number", |text| text.parse().ok())
    }
}

/// Reads a file of a folder row by row.
fn read_rows(
    folder: &Path,
    name: &str,
    columns: &[&str],
    mut take: impl FnMut(&Row<'_>) -> Result<(), Fault>,
) -> Result<(), Vec<Fault>> {
    read_records(folder, name, columns, |file, row, cells| {
        take(&Row {
            file,
            row,
            columns,
            cells,
        })
    })
}

struct Reading<'a> {
    dataset: &'a Dataset,
    shipments: Vec<Shipment>,
    positions: HashMap<String, usize>,
    /// Feeders, with the shipment that each joins and the fault if there is none.
    joins: Vec<(usize, String, Fault)>,
}

impl<'a> Reading<'a> {
    fn new(dataset: &'a Dataset) -> Self {
        Self {
            dataset,
            shipments: vec![],
            positions: HashMap::new(),
            joins: vec![],
        }
    }

    /// Reads both files; `judge` says what is a fault of what came of a row.
    fn read(
        &mut self,
        folder: &Path,
        judge: impl Fn(Result<(), Fault>) -> Result<(), Fault>,
    ) -> Result<(), Vec<Fault>> {
        read_rows(folder, "shipments", &SHIPMENT_COLUMNS, |row| {
            judge(self.add_shipment(row))
        })?;
        let judged = self.join_hubs().into_iter().map(|fault| judge(Err(fault)));
        let faults: Vec<Fault> = judged.filter_map(Result::err).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        read_rows(folder, "allocations", &ALLOCATION_COLUMNS, |row| {
            judge(self.add_piece(row))
        })
    }

    fn add_shipment(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let dataset = self.dataset;
        let order = row.find("order_id", "an order of the data", |id| {
            let found = dataset.orders.binary_search_by(|order| (*order.id).cmp(id));
            found.ok().map(OrderIx::new)
        })?;
        let location = row.find("location_id", LOCATION, |id| location(dataset, id))?;
        let wave = self.wave(row, location)?;
        let position = self.shipments.len();
        let route = match row.cell("route") {
            "carrier" => Route::Carrier(self.service(row)?),
            "collect" => Route::Collect,
            "to_store" => Route::ToStore(self.transfer(row, location)?),
            // The hub's wave is known once all shipments are.
            "to_hub" => Route::ToHub(self.transfer(row, location)?, wave),
            _ => return Err(row.fault("route", "carrier, collect, to_store or to_hub")),
        };
        let parcels = row.number("parcels")?;
        let id = row.cell("shipment_id");
        if self.positions.contains_key(id) {
            return Err(row.fault("shipment_id", "an id that no other shipment has"));
        }
        self.positions.insert(id.to_owned(), position);
        if matches!(route, Route::ToHub(..)) {
            let joined = row.cell("joins_shipment").to_owned();
            let fault = row.fault("joins_shipment", "a shipment of the same file");
            self.joins.push((position, joined, fault));
        }
        self.shipments.push(Shipment {
            order,
            wave,
            route,
            parcels,
            pieces: vec![],
        });
        Ok(())
    }

    fn wave(&self, row: &Row<'_>, from: LocationIx) -> Result<WaveIx, Fault> {
        let location: &Location = &self.dataset.locations[from.ix()];
        row.find(
            "leaves_at",
            "a departure of the location within the horizon",
            |text| {
                let departs: Timestamp = text.parse().ok()?;
                let leaves = |wave: &WaveIx| {
                    let wave: &Wave = &self.dataset.waves[wave.ix()];
                    wave.departs == departs
                };
                location.wave_indices().find(leaves)
            },
        )
    }

    fn service(&self, row: &Row<'_>) -> Result<ServiceIx, Fault> {
        let services = &self.dataset.services;
        row.find("carrier", "a carrier of the data", |carrier| {
            services
                .iter()
                .any(|it| &*it.carrier == carrier)
                .then_some(())
        })?;
        row.find("service", "a service of the carrier", |service| {
            let is = |text: &str, id: &str| text == id || text.strip_prefix('\'') == Some(id);
            let carrier = row.cell("carrier");
            services
                .iter()
                .position(|it| is(carrier, &it.carrier) && &*it.service == service)
                .map(ServiceIx::new)
        })
    }

    fn transfer(&self, row: &Row<'_>, from: LocationIx) -> Result<TransferIx, Fault> {
        let dataset = self.dataset;
        row.find(
            "to_location",
            "the end of a transfer from the location",
            |id| {
                let to = location(dataset, id)?;
                let transfers = &dataset.transfers;
                let found = transfers
                    .iter()
                    .position(|it| (it.from, it.to) == (from, to));
                found.map(TransferIx::new)
            },
        )
    }

    /// Gives feeders the wave of the shipment that they join; faults where there is none.
    fn join_hubs(&mut self) -> Vec<Fault> {
        let mut faults = vec![];
        for (position, joined, fault) in std::mem::take(&mut self.joins) {
            let onward = self
                .positions
                .get(&joined)
                .map(|&onward| self.shipments[onward].wave);
            match (onward, &mut self.shipments[position].route) {
                (Some(onward), Route::ToHub(_, wave)) => *wave = onward,
                _ => faults.push(fault),
            }
        }
        faults
    }

    fn add_piece(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let dataset = self.dataset;
        let position = self.positions.get(row.cell("shipment_id")).copied();
        let position =
            position.ok_or_else(|| row.fault("shipment_id", "a shipment of the shipments"))?;
        let order = self.shipments[position].order;
        row.find("order_id", "the order of the shipment", |id| {
            (*dataset.orders[order.ix()].id == *id).then_some(())
        })?;
        let line = row.find("line_id", "a line of the order", |id| {
            let is_named = |line: &LineIx| {
                let line: &Line = &dataset.lines[line.ix()];
                *line.id == *id
            };
            dataset.orders[order.ix()].line_indices().find(is_named)
        })?;
        let asked = &dataset.lines[line.ix()];
        let shipped = row.find(
            "shipped_sku",
            "the line's product or one that replaces it",
            |sku| {
                let found = dataset.products.binary_search_by(|it| (*it.sku).cmp(sku));
                found.ok().map(SkuIx::new)
            },
        )?;
        let form = row.find("form", "stock, assembled or substitute", |word| {
            let count = dataset.forms_of(asked).len().max(1) as u8;
            (0..count).find(|&form| {
                let form = dataset.form_of(asked, form);
                form.kind.word() == word && form.shipped == shipped
            })
        })?;
        let quantity = row.number("quantity")?;
        self.shipments[position].pieces.push(Piece {
            line,
            form,
            quantity,
        });
        Ok(())
    }

    /// What hubs forward, and canonical order.
    fn finish(mut self) -> Plan {
        let mut brought: BTreeMap<(OrderIx, WaveIx), BTreeMap<LineIx, u32>> = BTreeMap::new();
        for shipment in &self.shipments {
            if let Route::ToHub(_, onward) = shipment.route {
                let forwarded = brought.entry((shipment.order, onward)).or_default();
                for piece in &shipment.pieces {
                    let units = forwarded.entry(piece.line).or_default();
                    *units = units.saturating_add(piece.quantity);
                }
            }
        }
        for shipment in &mut self.shipments {
            if let Some(forwarded) = brought.get(&(shipment.order, shipment.wave)) {
                let pieces = forwarded.iter();
                let pieces = pieces.map(|(&line, &quantity)| Piece {
                    line,
                    form: 0,
                    quantity,
                });
                shipment.pieces.extend(pieces);
            }
            shipment.pieces.sort_unstable();
        }
        self.shipments
            .sort_by_key(|it| (it.order, it.wave, it.route));
        Plan {
            shipments: self.shipments,
        }
    }
}

const LOCATION: &str = "a location of the data";

fn location(dataset: &Dataset, id: &str) -> Option<LocationIx> {
    let found = dataset
        .locations
        .binary_search_by(|location| (*location.id).cmp(id));
    found.ok().map(LocationIx::new)
}
