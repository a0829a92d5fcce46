//! What of a scenario cannot hold together: of a published run, or of a scenario that has no plan.

use super::exit::Failure;
use super::explain::find_order;
use super::load::load;
use super::opened::Opened;
use crate::domain::{Dataset, OrderIx, Settings};
use crate::explain::{Conflict, Holding, Wanted, conflict_around, impossible_sentence};
use crate::input::OnBadOrder;
use crate::options::{self, Options, most_telling, skus_of};
use crate::report::{ConflictTold, told_conflict, told_open_conflict};
use crate::scenario::Overrides;
use std::path::Path;

/// Orders at most around which a conflict is looked for where none is named.
const LOOKED_AT: usize = 10;

/// What cannot hold together in a run's scenario: around an order, or around what it leaves unfilled.
///
/// # Errors
/// There is no such order, or there is nothing unfilled.
pub fn conflict_of_run(opened: &Opened, order: Option<&str>) -> Result<ConflictTold, Failure> {
    let dataset = &opened.built.dataset;
    let is_open = |order: &OrderIx| {
        let lines = dataset.lines_of(*order).iter();
        let asked: i64 = lines.map(|line| i64::from(line.quantity)).sum();
        opened.audit.orders[order.ix()].units_filled < asked
    };
    let around: Vec<OrderIx> = match order {
        Some(id) => {
            let found = find_order(opened, id)?;
            if !is_open(&found) {
                return Err(Failure::Usage(format!(
                    "order {id} is filled in full by the plan of scenario {}: nothing stands against it",
                    opened.settings.name
                )));
            }
            vec![found]
        }
        None => (dataset.order_indices().filter(is_open))
            .take(LOOKED_AT)
            .collect(),
    };
    smallest(dataset, &opened.settings, &opened.options, &around)
}

/// The same of a scenario file, around orders that cannot all be filled.
///
/// # Errors
/// Faults of the scenario and its tables; it has several scenarios, or nothing that cannot be filled.
pub fn conflict_of_file(file: &Path, order: Option<&str>) -> Result<ConflictTold, Failure> {
    let files = [file.to_owned()];
    let mut loaded = load(&files, &Overrides::default(), OnBadOrder::Refuse, 1)?;
    let [ready] = &mut loaded.scenarios[..] else {
        return Err(Failure::Usage(format!(
            "{} has several scenarios: choose a file with one",
            file.display()
        )));
    };
    let dataset = ready.take_built()?.dataset;
    let settings = &ready.scenario.settings;
    // Rules that leave no plan at all: no run has them.
    let of_open = dataset.open_conflict();
    if !of_open.is_empty() {
        return Ok(told_open_conflict(&dataset, &settings.name, &of_open));
    }
    let options = options::enumerate(&dataset, settings);
    let around = match order {
        Some(id) => {
            let found = dataset.orders.binary_search_by(|it| (*it.id).cmp(id));
            let missing =
                |_| Failure::Usage(format!("scenario {} has no order {id}", settings.name));
            vec![OrderIx::new(found.map_err(missing)?)]
        }
        None => doubtful(&dataset, &options),
    };
    smallest(&dataset, settings, &options, &around)
}

/// Orders with a line that nothing can ship, then those that want a product of which more is asked for than there is.
fn doubtful(dataset: &Dataset, options: &Options) -> Vec<OrderIx> {
    let mut asked = vec![0_i64; dataset.products.len()];
    for line in &dataset.lines {
        asked[line.sku.ix()] += i64::from(line.quantity);
    }
    let last = dataset.last_departure();
    let is_short = |sku: crate::domain::SkuIx| {
        let cells = dataset.stock_indices(sku);
        let supply = cells.map(|cell| dataset.supply_until(&dataset.stock[cell.ix()], last));
        let all: Option<i64> = supply.sum();
        all.is_some_and(|supply| supply < asked[sku.ix()])
    };
    let impossible = |order: &OrderIx| {
        let mut lines = dataset.orders[order.ix()].line_indices();
        lines.any(|line| !options.possible[line.ix()])
    };
    let scarce = |order: &OrderIx| {
        let mut lines = dataset.lines_of(*order).iter();
        lines.any(|line| skus_of(dataset, line).into_iter().any(is_short))
    };
    let first = dataset.order_indices().filter(impossible);
    let then = dataset.order_indices().filter(scarce);
    first.chain(then).take(LOOKED_AT).collect()
}

/// The smallest conflict around some orders.
fn smallest(
    dataset: &Dataset,
    settings: &Settings,
    options: &Options,
    around: &[OrderIx],
) -> Result<ConflictTold, Failure> {
    let mut found: Option<Conflict> = None;
    let size = |it: &Conflict| it.orders.len() + it.against.len();
    let mut looked_at = 0;
    for &order in around {
        match conflict_around(dataset, settings, order, Wanted::Any) {
            Holding::Conflict(conflict) => {
                if found
                    .as_ref()
                    .is_none_or(|known| size(&conflict) < size(known))
                {
                    found = Some(conflict);
                }
            }
            Holding::AllHolds(orders) => looked_at += orders,
        }
    }
    // Only around the order of the smallest so far a smaller one is looked for.
    let found = found.map(|known| {
        let around = known.orders[0];
        match conflict_around(dataset, settings, around, Wanted::Smallest) {
            Holding::Conflict(smallest) => smallest,
            Holding::AllHolds(_) => known,
        }
    });
    let Some(conflict) = found else {
        return Err(Failure::Usage(match around.first() {
            None => format!(
                "scenario {}: everything is filled, so nothing stands against it",
                settings.name
            ),
            Some(_) => format!(
                "scenario {}: {looked_at} orders that want the same goods or count against the same limits could all be filled in full together; what stays unfilled \
                 stays for money or for capacity that others share: `consign explain RUN ORDER` tells",
                settings.name
            ),
        }));
    };
    let mut lines = dataset.orders[conflict.orders[0].ix()].line_indices();
    let otherwise = lines.find_map(|line| {
        let reason = most_telling(options.reasons.get(&line)?)?;
        let sku = &dataset.products[dataset.lines[line.ix()].sku.ix()].sku;
        Some(format!("{sku}: {}", impossible_sentence(reason)))
    });
    let otherwise = otherwise.unwrap_or_default();
    Ok(told_conflict(
        dataset,
        &settings.name,
        &conflict,
        &otherwise,
    ))
}
