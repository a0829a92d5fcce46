//! Locations that declined lines.

use super::Known;
use super::view::View;
use crate::domain::{Dataset, LineIx, LocationIx};
use crate::input::fault::Faults;
use std::collections::BTreeMap;

/// Gives each line the locations that have declined it. Rows of orders that are not to be planned any more mean nothing.
pub fn add(dataset: &mut Dataset, view: &View, known: &Known, faults: &mut Faults) {
    let (orders, lines) = (view.texts("order_id"), view.texts("line_id"));
    let ids = view.texts("location_id");
    let locations = known.locations.positions(ids);
    let mut declined: BTreeMap<LineIx, Vec<LocationIx>> = BTreeMap::new();
    for row in view.rows() {
        let Some(location) = locations[ids.code(row) as usize] else {
            faults.push(view.unknown(row, "location_id", "location_costs", "location_id"));
            continue;
        };
        let id = orders.get(row);
        let Ok(order) = dataset.orders.binary_search_by(|it| (*it.id).cmp(id)) else {
            continue;
        };
        let named = lines.get(row);
        let is_named = |line: &LineIx| named.is_empty() || *dataset.lines[line.ix()].id == *named;
        let mut found = dataset.orders[order]
            .line_indices()
            .filter(is_named)
            .peekable();
        if found.peek().is_none() {
            let message = "the order has no such line: the row means nothing";
            let fault = view.warning(row, "line_id", message);
            faults.push(fault.remedy("correct it, or leave it empty for the whole order"));
        }
        for line in found {
            declined
                .entry(line)
                .or_default()
                .push(LocationIx::new(location));
        }
    }
    if declined.is_empty() {
        return;
    }
    let mut sets: BTreeMap<Vec<LocationIx>, u32> = BTreeMap::from([(Vec::new(), 0)]);
    let mut all: Vec<Box<[LocationIx]>> = vec![Box::default()];
    for (line, mut locations) in declined {
        locations.sort_unstable();
        locations.dedup();
        let set = sets.entry(locations).or_insert_with_key(|locations| {
            all.push(locations.clone().into());
            all.len() as u32 - 1
        });
        dataset.lines[line.ix()].declined = *set;
    }
    dataset.declined = all;
}
