//! Products: all SKUs that any table names.

use super::Known;
use super::view::View;
use crate::domain::{Dataset, Product};
use crate::input::fault::Faults;
use crate::units::{Length, Volume, Weight};

/// Adds the products, by SKU; one that only other tables name has the defaults.
pub fn add(dataset: &mut Dataset, view: &View, known: &Known, faults: &mut Faults) {
    let skus = view.texts("sku");
    let bare = |sku: &str| Product {
        sku: Box::from(sku),
        name: Box::from(sku),
        ..Product::default()
    };
    dataset.products = known.skus.iter().map(bare).collect();
    let positions = known.skus.positions(skus);
    for fault in view.doubled("sku", |row| positions[skus.code(row) as usize]) {
        faults.push(fault);
    }
    for row in view.rows() {
        if let Some(at) = positions[skus.code(row) as usize] {
            dataset.products[at] = product(view, row, known);
        }
    }
}

fn product(view: &View, row: usize, known: &Known) -> Product {
    let number = |name| view.numbers(name).or(row, 0);
    let sku = view.texts("sku").get(row);
    let name = view.texts("name").get(row);
    let mut sides = ["length_mm", "width_mm", "height_mm"].map(|side| Length(number(side)));
    // Sides reach 1e6 mm, so that their product fits.
    let box_volume = sides[0].0 * sides[1].0 * sides[2].0;
    sides.sort_by(|one, other| other.cmp(one));
    Product {
        sku: Box::from(sku),
        name: Box::from(if name.is_empty() { sku } else { name }),
        group: Box::from(view.texts("group").get(row)),
        unit_cost: view.numbers("unit_cost").money(row),
        weight: Weight(number("weight_g")),
        sides,
        volume: Volume(view.numbers("volume_cm3").or(row, box_volume)),
        handling: known.handling.handling_set(view.texts("handling").get(row)),
        ship_alone: view.texts("ship_alone").yes(row, false),
        units_per_case: u32::try_from(number("units_per_case")).unwrap_or_default(),
    }
}
