//! The shadow prices in a run's folder, read back.

use crate::domain::{Dataset, Settings};
use crate::input::{Fault, read_records};
use crate::model::Coupling;
use crate::report::{SHADOW_PLACE, shadow_place};
use crate::solve::Resource;
use crate::units::{DECIMALS, parse_decimal};
use std::collections::HashMap;
use std::path::Path;

/// Prices of another scenario for what a dataset has, too; `None` where there are none or most are of something else.
pub fn start_prices(
    folder: &Path,
    dataset: &Dataset,
    settings: &Settings,
) -> Option<Vec<(Resource, i64)>> {
    let (prices, faults) = read_known(folder, dataset, settings);
    (prices.len() > faults.len()).then_some(prices)
}

/// The resources of a dataset that a scenario's folder has prices of, in micro-units of money.
///
/// # Errors
/// The table is missing or damaged, names something that the dataset does not have, or has prices that are none.
pub fn read_prices(
    folder: &Path,
    dataset: &Dataset,
    settings: &Settings,
) -> Result<Vec<(Resource, i64)>, Vec<Fault>> {
    let (prices, faults) = read_known(folder, dataset, settings);
    if faults.is_empty() {
        Ok(prices)
    } else {
        Err(faults)
    }
}

fn read_known(
    folder: &Path,
    dataset: &Dataset,
    settings: &Settings,
) -> (Vec<(Resource, i64)>, Vec<Fault>) {
    let rows = Coupling::new(dataset, settings).rows;
    let by_place: HashMap<Vec<String>, Resource> = rows
        .iter()
        .filter(|row| !row.is_open())
        .map(|row| (shadow_place(dataset, row.resource), row.resource))
        .collect();
    let columns: Vec<&str> = SHADOW_PLACE.iter().copied().chain(["price"]).collect();
    let mut prices = vec![];
    let read = read_records(folder, "shadow_prices", &columns, |file, line, cells| {
        let (place, price) = cells.split_at(SHADOW_PLACE.len());
        // Texts that a spreadsheet would run are written with an apostrophe before them.
        let unguarded = |cell: &&str| cell.strip_prefix('\'').unwrap_or(cell).to_owned();
        let plain: Vec<String> = place.iter().map(unguarded).collect();
        let as_is: Vec<String> = place.iter().map(|cell| (*cell).to_owned()).collect();
        let found = by_place.get(&plain).or_else(|| by_place.get(&as_is));
        let Some(&resource) = found else {
            return Err(Fault::error(file, "nothing that the dataset has a limit of").at(line));
        };
        match parse_decimal(&price[0].replacen(',', ".", 1), DECIMALS) {
            Ok(price) if price > 0 => {
                prices.push((resource, price));
                Ok(())
            }
            _ => Err(Fault::error(file, "expected an amount of money above zero")
                .at(line)
                .column("price")
                .value(price[0])),
        }
    });
    (prices, read.err().unwrap_or_default())
}
