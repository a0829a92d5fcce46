//! The shadow prices in a run's folder, read back.

use crate::domain::{Dataset, Settings};
use crate::input::{Fault, read_records};
use crate::model::Coupling;
use crate::options::{Candidate, Load, Made};
use crate::plan::Plan;
use crate::report::{SHADOW_PLACE, shadow_place};
use crate::solve::{Resource, ShadowPrice};
use crate::units::{DECIMALS, Money, parse_decimal};
use crate::verify::takes_stock;
use std::collections::{BTreeMap, HashMap};
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
            _ => Err(Fault::error(file, "an amount of money above zero")
                .at(line)
                .column("price")
                .value(price[0])),
        }
    });
    (prices, read.err().unwrap_or_default())
}

/// The prices again with how much a plan uses, whatever solved it.
pub fn with_used(
    dataset: &Dataset,
    settings: &Settings,
    plan: &Plan,
    prices: &[(Resource, i64)],
) -> Vec<ShadowPrice> {
    let coupling = Coupling::new(dataset, settings);
    let used = used_by(dataset, &coupling, plan);
    let by_resource: BTreeMap<Resource, usize> = coupling
        .rows
        .iter()
        .enumerate()
        .map(|(row, data)| (data.resource, row))
        .collect();
    let one = |&(resource, price): &(Resource, i64)| {
        let row = *by_resource.get(&resource)?;
        Some(ShadowPrice {
            resource,
            capacity: coupling.rows[row].capacity,
            used: used[row],
            price,
        })
    };
    prices.iter().filter_map(one).collect()
}

/// By coupling row, how much a plan uses.
fn used_by(dataset: &Dataset, coupling: &Coupling, plan: &Plan) -> Vec<i64> {
    let mut used = vec![0; coupling.rows.len()];
    let mut usage = Vec::new();
    for shipment in &plan.shipments {
        let data = &dataset.orders[shipment.order.ix()];
        let mut quantities = vec![0; data.line_indices().len()];
        let mut mix: Vec<Made> = vec![];
        for piece in &shipment.pieces {
            let line = piece.line.0 - data.lines.start;
            quantities[line as usize] += piece.quantity;
            if !dataset.forms_of(&dataset.lines[piece.line.ix()]).is_empty() {
                mix.push(Made {
                    line,
                    form: piece.form,
                    units: piece.quantity,
                });
            }
        }
        let load = Load::new(dataset, shipment.order, &quantities);
        let load = load.with_mix(dataset, shipment.order, &mix.into());
        let candidate = Candidate {
            wave: shipment.wave,
            route: shipment.route,
            forward: !takes_stock(dataset, shipment),
            parcels: shipment.parcels,
            load: 0,
            mix: 0,
            days_late: 0,
            gain: Money::ZERO,
        };
        coupling.usage(dataset, data, &load, &candidate, &mut usage);
        for &(row, units) in &usage {
            used[row as usize] += units;
        }
    }
    used
}
