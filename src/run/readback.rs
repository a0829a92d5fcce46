//! A published plan read back from its files, as anyone else would read it.

use super::exit::Failure;
use crate::domain::{Dataset, LocationIx, OrderIx, ServiceIx, TransferIx, WaveIx};
use crate::plan::{Piece, Plan, Route, Shipment};
use polars::prelude::{DataType, ParquetReader, SerReader};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// Reads `shipments` and `allocations` of a scenario's folder, CSV or Parquet.
///
/// # Errors
/// Files that cannot be read, and names in them that the dataset does not have.
pub fn read_plan(folder: &Path, dataset: &Dataset) -> Result<Plan, Failure> {
    let names = Names::new(dataset);
    let rows = Rows::read(folder, "shipments")?;
    let mut by_id = BTreeMap::new();
    let mut found = vec![];
    for row in 0..rows.count() {
        by_id.insert(rows.cell(row, "shipment_id")?.to_owned(), row);
        found.push(shipment(&rows, row, &names)?);
    }
    let joins = joins(&rows, &by_id, &found)?;
    for (feeder, hub) in &joins {
        let onward = found[*hub].wave;
        if let Route::ToHub(_, wave) = &mut found[*feeder].route {
            *wave = onward;
        }
    }
    add_pieces(folder, &by_id, &names, &mut found)?;
    for (feeder, hub) in joins {
        for piece in found[feeder].pieces.clone() {
            add(&mut found[hub].pieces, piece);
        }
    }
    let mut plan = Plan { shipments: found };
    for shipment in &mut plan.shipments {
        shipment.pieces.sort();
    }
    plan.sort();
    Ok(plan)
}

fn shipment(rows: &Rows, row: usize, names: &Names<'_>) -> Result<Shipment, Failure> {
    let cell = |column| rows.cell(row, column);
    let location = names.location(cell("location_id")?);
    let unknown = |column: &str| rows.strange(row, column);
    let location = location.ok_or_else(|| unknown("location_id"))?;
    let wave = names.wave(location, cell("wave")?);
    let wave = wave.ok_or_else(|| unknown("wave"))?;
    let transfer = || -> Result<TransferIx, Failure> {
        let to = names.location(cell("to_location")?);
        let by = to.and_then(|to| names.transfers.get(&(location, to)).copied());
        by.ok_or_else(|| unknown("to_location"))
    };
    let route = match cell("route")? {
        "carrier" => {
            let service = names.service(cell("carrier")?, cell("service")?);
            Route::Carrier(service.ok_or_else(|| unknown("service"))?)
        }
        "collect" => Route::Collect,
        "to_store" => Route::ToStore(transfer()?),
        "to_hub" => Route::ToHub(transfer()?, wave),
        _ => return Err(unknown("route")),
    };
    Ok(Shipment {
        order: names
            .order(cell("order_id")?)
            .ok_or_else(|| unknown("order_id"))?,
        wave,
        route,
        parcels: cell("parcels")?.parse().map_err(|_| unknown("parcels"))?,
        pieces: vec![],
    })
}

/// Each feeder with the hub's shipment that it joins.
fn joins(
    rows: &Rows,
    by_id: &BTreeMap<String, usize>,
    found: &[Shipment],
) -> Result<Vec<(usize, usize)>, Failure> {
    let mut joins = vec![];
    for (row, shipment) in found.iter().enumerate() {
        if matches!(shipment.route, Route::ToHub(..)) {
            let hub = by_id.get(rows.cell(row, "joins_shipment")?);
            let hub = hub.ok_or_else(|| rows.strange(row, "joins_shipment"))?;
            joins.push((row, *hub));
        }
    }
    Ok(joins)
}

fn add_pieces(
    folder: &Path,
    by_id: &BTreeMap<String, usize>,
    names: &Names<'_>,
    found: &mut [Shipment],
) -> Result<(), Failure> {
    let rows = Rows::read(folder, "allocations")?;
    for row in 0..rows.count() {
        let strange = |column: &str| rows.strange(row, column);
        let at = by_id.get(rows.cell(row, "shipment_id")?);
        let at = *at.ok_or_else(|| strange("shipment_id"))?;
        let order = &names.dataset.orders[found[at].order.ix()];
        let id = rows.cell(row, "line_id")?;
        let line = order
            .line_indices()
            .find(|line| is_name(&names.dataset.lines[line.ix()].id, id))
            .ok_or_else(|| strange("line_id"))?;
        let quantity = rows.cell(row, "quantity")?.parse();
        let quantity = quantity.map_err(|_| strange("quantity"))?;
        add(&mut found[at].pieces, Piece { line, quantity });
    }
    Ok(())
}

fn add(pieces: &mut Vec<Piece>, piece: Piece) {
    match pieces.iter_mut().find(|have| have.line == piece.line) {
        Some(have) => have.quantity = have.quantity.saturating_add(piece.quantity),
        None => pieces.push(piece),
    }
}

/// Whether a cell means this name: as it is, or with the apostrophe that keeps a spreadsheet from running it.
fn is_name(name: &str, cell: &str) -> bool {
    name == cell.strip_prefix('\'').unwrap_or(cell) || name == cell
}

/// Names of a dataset as keys.
struct Names<'a> {
    dataset: &'a Dataset,
    waves: BTreeMap<(LocationIx, &'a str), WaveIx>,
    services: BTreeMap<(&'a str, &'a str), ServiceIx>,
    transfers: BTreeMap<(LocationIx, LocationIx), TransferIx>,
}

impl<'a> Names<'a> {
    fn new(dataset: &'a Dataset) -> Self {
        let waves = dataset.waves.iter().enumerate();
        let services = dataset.services.iter().enumerate();
        let transfers = dataset.transfers.iter().enumerate();
        Self {
            dataset,
            waves: waves
                .map(|(at, wave)| ((wave.location, &*wave.name), WaveIx::new(at)))
                .collect(),
            services: services
                .map(|(at, one)| ((&*one.carrier, &*one.service), ServiceIx::new(at)))
                .collect(),
            transfers: transfers
                .map(|(at, one)| ((one.from, one.to), TransferIx::new(at)))
                .collect(),
        }
    }

    fn order(&self, cell: &str) -> Option<OrderIx> {
        let orders = &self.dataset.orders;
        either(cell, |id| {
            orders.binary_search_by(|order| (*order.id).cmp(id)).ok()
        })
        .map(OrderIx::new)
    }

    fn location(&self, cell: &str) -> Option<LocationIx> {
        let locations = &self.dataset.locations;
        either(cell, |id| {
            locations
                .binary_search_by(|location| (*location.id).cmp(id))
                .ok()
        })
        .map(LocationIx::new)
    }

    fn wave(&self, location: LocationIx, cell: &str) -> Option<WaveIx> {
        either(cell, |name| self.waves.get(&(location, name)).copied())
    }

    fn service(&self, carrier: &str, service: &str) -> Option<ServiceIx> {
        either(carrier, |carrier| {
            either(service, |service| {
                self.services.get(&(carrier, service)).copied()
            })
        })
    }
}

/// What a cell names, without the apostrophe before it or as it is.
fn either<T>(cell: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    cell.strip_prefix('\'')
        .and_then(&find)
        .or_else(|| find(cell))
}

/// A written table, all cells as text.
struct Rows {
    file: String,
    columns: BTreeMap<String, usize>,
    records: Vec<Vec<String>>,
}

impl Rows {
    fn read(folder: &Path, table: &str) -> Result<Self, Failure> {
        let csv = folder.join(format!("{table}.csv"));
        if csv.is_file() {
            return Self::read_csv(&csv);
        }
        Self::read_parquet(&folder.join(format!("{table}.parquet")))
    }

    fn read_csv(path: &Path) -> Result<Self, Failure> {
        let failed = |error: csv::Error| Failure::io("read", path)(error.into());
        let mut reader = csv::Reader::from_path(path).map_err(failed)?;
        let columns = reader.headers().map_err(failed)?.iter();
        let columns = columns
            .enumerate()
            .map(|(position, name)| (name.to_owned(), position))
            .collect();
        let records = reader
            .records()
            .map(|record| Ok(record?.iter().map(str::to_owned).collect()))
            .collect::<Result<_, csv::Error>>()
            .map_err(failed)?;
        Ok(Self {
            file: path.display().to_string(),
            columns,
            records,
        })
    }

    fn read_parquet(path: &Path) -> Result<Self, Failure> {
        let file = File::open(path).map_err(Failure::io("read", path))?;
        let failed = |error| Failure::io("read", path)(std::io::Error::other(format!("{error}")));
        let frame = ParquetReader::new(file).finish().map_err(failed)?;
        let mut columns = BTreeMap::new();
        let mut records = vec![vec![]; frame.height()];
        for (position, column) in frame.columns().iter().enumerate() {
            columns.insert(column.name().to_string(), position);
            let texts = column.cast(&DataType::String).map_err(failed)?;
            let texts = texts.str().map_err(failed)?;
            for (record, text) in records.iter_mut().zip(texts.iter()) {
                record.push(text.unwrap_or_default().to_owned());
            }
        }
        Ok(Self {
            file: path.display().to_string(),
            columns,
            records,
        })
    }

    fn count(&self) -> usize {
        self.records.len()
    }

    fn cell(&self, row: usize, column: &str) -> Result<&str, Failure> {
        let position = self.columns.get(column).ok_or_else(|| {
            Failure::Rejected(format!("{}: column {column} is missing", self.file))
        })?;
        Ok(&self.records[row][*position])
    }

    /// A cell that names nothing in the dataset.
    fn strange(&self, row: usize, column: &str) -> Failure {
        let value = self.cell(row, column).unwrap_or_default();
        Failure::Rejected(format!(
            "{}, row {}, column {column}: {value:?} is nothing that the dataset knows",
            self.file,
            row + 2
        ))
    }
}
