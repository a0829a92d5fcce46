//! Tables → the validated [`Dataset`] of one scenario.
//!
//! References are checked once per distinct text, not per row, and every fault points at the row of the
//! file that is wrong. A Dataset comes out only when nothing is.

mod calendar;
mod carrier;
mod doubts;
mod forms;
mod lanes;
mod location;
mod names;
mod order;
mod order_draft;
mod order_line;
mod order_rows;
mod previous;
mod product;
mod rejected;
mod rejections;
mod reserves;
mod returns;
mod stock;
mod strangers;
mod view;

pub use order_rows::ORDER_LEVEL;
pub use rejected::RejectedOrder;

use super::expand::expand;
use super::fault::Faults;
use super::given::drop_given;
use super::read::{OnBadOrder, read_tables};
use super::table::Tables;
use crate::domain::{Dataset, Settings};
use names::Names;
use std::collections::BTreeSet;
use std::path::Path;
use view::View;

/// A dataset, and what was noticed while it was built.
#[derive(Clone, Debug)]
pub struct Built {
    /// The data to plan with.
    pub dataset: Dataset,
    /// Nothing that keeps the data from being planned.
    pub warnings: Faults,
    /// Orders that were set aside, by id; empty unless [`OnBadOrder::SetAside`] was asked for.
    pub rejected: Vec<RejectedOrder>,
}

impl Built {
    /// How many orders were set aside.
    pub fn set_aside(&self) -> usize {
        let ids: BTreeSet<&str> = self.rejected.iter().map(|it| &*it.order_id).collect();
        ids.len()
    }
}

/// Reads a folder and builds its dataset.
pub fn load(folder: &Path, settings: &Settings, on_bad_order: OnBadOrder) -> Result<Built, Faults> {
    let (tables, mut warnings) = read_tables(folder, on_bad_order)?;
    let (tables, more) = expand(&tables, settings)?;
    warnings.append(more);
    let left = drop_given(&tables, settings)?;
    match build(&left.tables, settings, on_bad_order) {
        Ok(mut built) => {
            warnings.append(built.warnings);
            built.warnings = warnings;
            Ok(built)
        }
        Err(faults) => {
            warnings.append(faults);
            Err(warnings)
        }
    }
}

/// Names that rows refer to, sorted: the position of a name is its index.
struct Known<'a> {
    locations: Names<'a>,
    zones: Names<'a>,
    skus: Names<'a>,
    handling: Names<'a>,
}

/// Builds the dataset of a scenario from its tables; all faults of all tables come back together.
pub fn build(
    tables: &Tables,
    settings: &Settings,
    on_bad_order: OnBadOrder,
) -> Result<Built, Faults> {
    let mut faults = Faults::default();
    let empty = |name| tables.get_or_empty(name);
    let held = HELD.map(empty);
    let [
        orders,
        products,
        inventory,
        inbound,
        locations,
        calendars,
        waves,
        rates,
        carriers,
        zones,
        transfers,
        kits,
        substitutes,
        channel_reserves,
        rejections,
        previous,
        returns,
    ] = held.each_ref().map(|table| View::new(table));

    let known = Known {
        locations: Names::of([locations.texts("location_id")]),
        zones: Names::of([
            locations.texts("zone"),
            rates.texts("destination_zone"),
            zones.texts("destination_zone"),
            orders.texts("destination_zone"),
            returns.texts("zone"),
        ])
        .without("*"),
        skus: Names::of([
            products.texts("sku"),
            orders.texts("sku"),
            inventory.texts("sku"),
            inbound.texts("sku"),
            kits.texts("kit_sku"),
            kits.texts("component_sku"),
            substitutes.texts("sku"),
            substitutes.texts("substitute_sku"),
            returns.texts("sku"),
        ]),
        handling: Names::of_lists([
            products.texts("handling"),
            locations.texts("handling"),
            rates.texts("handling"),
        ]),
    };
    check_handling_classes(&known, &mut faults);

    let mut dataset = Dataset {
        zones: known.zones.boxed(),
        handling: known.handling.boxed(),
        ..Dataset::default()
    };
    location::add(&mut dataset, &locations, &known, settings, &mut faults);
    calendar::add(
        &mut dataset,
        [&waves, &calendars, &locations],
        &known,
        settings,
        &mut faults,
    );
    product::add(&mut dataset, &products, &known, &mut faults);
    let forms = forms::add(
        &mut dataset,
        [&kits, &substitutes, &products, &inventory, &inbound],
        &known,
        &mut faults,
    );
    stock::add(
        &mut dataset,
        [&inventory, &inbound],
        &known,
        settings,
        &mut faults,
    );
    carrier::add_services(&mut dataset, [&rates, &carriers], &mut faults);
    lanes::add(&mut dataset, &rates, &known, &mut faults);
    carrier::add_zone_rules(&mut dataset, &zones, &known, &mut faults);
    carrier::add_transfers(&mut dataset, &transfers, &known, &mut faults);
    let rejected = order::add(
        &mut dataset,
        [&orders, &products, &inventory, &inbound, &kits],
        &known,
        &forms,
        settings,
        on_bad_order,
        &mut faults,
    );
    reserves::add(&mut dataset, &channel_reserves, &known, &mut faults);
    rejections::add(&mut dataset, &rejections, &known, &mut faults);
    previous::add(&mut dataset, &previous, &known, settings, &mut faults);
    returns::add(&mut dataset, &returns, &known, &mut faults);
    if faults.has_errors() {
        return Err(faults);
    }
    let read = [&orders, &products, &inventory];
    doubts::add(&dataset, settings.as_of, read, &mut faults);
    strangers::add(
        [&orders, &products, &inventory, &inbound],
        [
            &kits,
            &substitutes,
            &channel_reserves,
            &rejections,
            &returns,
        ],
        [&rates, &previous],
        &mut faults,
    );
    Ok(Built {
        dataset,
        warnings: faults,
        rejected,
    })
}

/// Tables that a dataset is built from.
const HELD: [&str; 17] = [
    "orders",
    "products",
    "inventory",
    "inbound",
    "location_costs",
    "calendars",
    "waves",
    "carrier_rates",
    "carriers",
    "zones",
    "transfers",
    "kits",
    "substitutes",
    "channel_reserves",
    "rejections",
    "previous",
    "returns",
];

fn check_handling_classes(known: &Known, faults: &mut Faults) {
    const MOST: usize = 64;
    if known.handling.len() > MOST {
        let message = format!(
            "{} classes of special handling are named in products, location_costs and carrier_rates; at most {MOST} can be told apart",
            known.handling.len()
        );
        faults.push(super::Fault::error("products.csv", message).column("handling"));
    }
}
