//! Synthetic data: `consign generate`.
//!
//! The same request gives the same bytes on every machine: own draws from one seed, integers
//! only. Tables are written row by row, so that a million orders need no memory.

mod draw;
mod goods;
mod network;
mod orders;
mod table;

use draw::Zipf;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use table::cents;

/// Millionths: shares are integers too.
const MILLION: u64 = 1_000_000;

/// What kind of planning problem the data pose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A bit of everything: scarce stock, splits, some tight capacities.
    Mixed,
    /// One unit an order: nothing to split, only stock and capacity to share.
    SingleUnit,
    /// Stock that never runs out and no capacity: every order stands alone.
    Deep,
    /// Every location has fewer hands than work.
    Tight,
    /// Locations cost a fixed amount and the plan decides which to open.
    Fixed,
    /// Three waves a day over two days, most orders with a promise date.
    Waves,
}

/// What to generate. Shares are millionths.
#[derive(Clone, Debug)]
pub struct Request {
    /// Kind of problem; the options below are settled from it.
    pub class: Class,
    /// Orders, ≥ 1.
    pub orders: u64,
    /// Locations, ≥ 1: few large warehouses, the rest stores.
    pub locations: u64,
    /// Products, ≥ 1.
    pub skus: u64,
    /// Seed of every draw.
    pub seed: u64,
    /// Share of products with less stock than expected demand, spread thinly over stores.
    pub scarce: u64,
    /// Waves a day, 1 to 11.
    pub waves: u64,
    /// Share of lines that ask for more than one unit.
    pub multi_unit: u64,
    /// Share of locations whose capacity is below expected work.
    pub tight: u64,
}

impl Request {
    /// A request with everything that its class settles.
    pub fn of_class(class: Class, orders: u64, locations: u64, skus: u64, seed: u64) -> Self {
        let (scarce, waves, multi_unit, tight) = match class {
            Class::Mixed => (150_000, 1, 180_000, 300_000),
            Class::SingleUnit => (150_000, 1, 0, 300_000),
            Class::Deep => (0, 1, 180_000, 0),
            Class::Tight => (150_000, 1, 180_000, MILLION),
            Class::Fixed => (50_000, 1, 180_000, 0),
            Class::Waves => (150_000, 3, 180_000, 300_000),
        };
        Self {
            class,
            orders,
            locations,
            skus,
            seed,
            scarce,
            waves,
            multi_unit,
            tight,
        }
    }

    fn horizon_days(&self) -> u64 {
        if self.class == Class::Waves { 2 } else { 1 }
    }

    /// Waves over the horizon.
    fn waves_in_all(&self) -> u64 {
        self.waves * self.horizon_days()
    }

    /// Units that all orders are expected to ask for, in thousandths.
    fn expected_units_milli(&self) -> u64 {
        let lines_milli = match self.class {
            Class::SingleUnit => 1_000,
            _ => 1_840,
        };
        let units_per_line_milli = 1_000 + self.multi_unit * 1_667 / MILLION;
        self.orders * lines_milli * units_per_line_milli / 1_000
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Generated {
    /// Order lines.
    pub lines: u64,
    /// Units that they ask for.
    pub units: u64,
    /// Stock cells.
    pub stock_cells: u64,
    /// Rows of the rate card.
    pub rates: u64,
}

/// Writes the tables and a `scenario.toml` into `folder`, which must be absent or empty.
///
/// The files appear all at once: they are written beside and moved into place.
pub fn generate(request: &Request, folder: &Path) -> io::Result<Generated> {
    refuse_full_folder(folder)?;
    let beside = beside(folder);
    fs::create_dir_all(&beside)?;
    let written = write_all(request, &beside).and_then(|generated| {
        fs::rename(&beside, folder)?;
        Ok(generated)
    });
    if written.is_err() {
        // The error that stopped the writing is the one to report.
        let _ = fs::remove_dir_all(&beside);
    }
    written
}

/// Fails when the folder holds anything.
fn refuse_full_folder(folder: &Path) -> io::Result<()> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "the folder is not empty; name a new one",
        )),
        Ok(false) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// A folder name on the same disk that nobody else uses.
fn beside(folder: &Path) -> PathBuf {
    let name = folder
        .file_name()
        .map_or_else(|| "data".into(), |name| name.to_string_lossy());
    folder.with_file_name(format!(".tmp-{name}-{}", std::process::id()))
}

fn write_all(request: &Request, folder: &Path) -> io::Result<Generated> {
    let map = network::Map::draw(request);
    let demand = Zipf::new(request.skus);
    network::write_locations(request, &map, folder)?;
    network::write_carriers(request, folder)?;
    network::write_waves(request, folder)?;
    let rates = network::write_rates(&map, folder)?;
    let catalogue = goods::Catalogue::draw(request);
    goods::write_products(&catalogue, folder)?;
    let stock_cells = goods::write_inventory(request, &map, &demand, folder)?;
    let (lines, units) = orders::write_orders(request, &map, &demand, &catalogue, folder)?;
    fs::write(folder.join("scenario.toml"), scenario_text(request))?;
    Ok(Generated {
        lines,
        units,
        stock_cells,
        rates,
    })
}

fn scenario_text(request: &Request) -> String {
    let (shipments, line_shipments) = match request.class {
        Class::SingleUnit => (1, 1),
        _ => (2, 2),
    };
    format!(
        "# Written by `consign generate`: {orders} orders, {locations} locations, {skus} products, seed {seed}.\n\
         name = \"generated\"\n\
         data = \".\"\n\
         as_of = \"2026-11-23T05:00\"\n\
         horizon_days = {days}\n\
         currency = \"EUR\"\n\
         time_zone = \"Europe/Paris\"\n\
         \n\
         [objective]\n\
         maximise = \"profit\"\n\
         unfilled_cost = {unfilled}\n\
         late_cost_per_day = {late}\n\
         \n\
         [splits]\n\
         max_shipments = {shipments}\n\
         line_max_shipments = {line_shipments}\n\
         \n\
         [solver]\n\
         mip_gap = 0.001\n\
         time_limit = \"10min\"\n\
         seed = 1\n",
        orders = request.orders,
        locations = request.locations,
        skus = request.skus,
        seed = request.seed,
        days = request.horizon_days(),
        unfilled = cents(200),
        late = cents(150),
    )
}

#[cfg(test)]
mod tests;
