//! Products and stock.

use super::draw::{Draw, Zipf};
use super::network::Map;
use super::table::{Table, cents};
use super::{Class, Request};
use std::io;
use std::path::Path;

/// A product's numbers: grams, cents, cm³.
#[derive(Clone, Copy)]
pub struct Article {
    weight_g: u64,
    volume_cm3: u64,
    cost: u64,
    /// Selling price of one unit, in cents.
    pub price: u64,
    group: &'static str,
}

/// All products, the most popular first.
pub struct Catalogue {
    /// By popularity rank.
    pub articles: Vec<Article>,
}

impl Catalogue {
    /// Draws every product: most are light, a few are heavy.
    pub fn draw(request: &Request) -> Self {
        let draw = &mut Draw::stream(request.seed, 3);
        let articles = (0..request.skus)
            .map(|_| {
                let (group, weight_g, density) = match draw.below(20) {
                    0..=9 => ("light", draw.between(80, 600), draw.between(2, 5)),
                    10..=16 => ("medium", draw.between(400, 2_500), draw.between(2, 5)),
                    17..=18 => ("heavy", draw.between(2_500, 9_000), draw.between(1, 3)),
                    _ => ("bulky", draw.between(1_500, 6_000), draw.between(5, 9)),
                };
                let price = draw.between(800, 4_000) + draw.run_of(600_000, 12) * 900;
                Article {
                    weight_g,
                    volume_cm3: weight_g * density,
                    cost: price * draw.between(38, 66) / 100,
                    price,
                    group,
                }
            })
            .collect();
        Self { articles }
    }
}

/// Writes `products.csv`.
pub fn write_products(catalogue: &Catalogue, folder: &Path) -> io::Result<()> {
    let header = "sku,name,group,unit_cost,weight_g,volume_cm3";
    let mut table = Table::begin(folder, "products.csv", header)?;
    for (rank, article) in catalogue.articles.iter().enumerate() {
        let sku = rank + 1;
        table.row(format_args!(
            "P{sku:06},Article {sku},{},{},{},{}",
            article.group,
            cents(article.cost),
            article.weight_g,
            article.volume_cm3,
        ))?;
    }
    table.end()
}

/// Stock cells of one product: location number and units.
type Cells = Vec<(u64, u64)>;

/// Writes `inventory.csv`. Returns the number of cells.
pub fn write_inventory(
    request: &Request,
    map: &Map,
    demand: &Zipf,
    folder: &Path,
) -> io::Result<u64> {
    let draw = &mut Draw::stream(request.seed, 4);
    let header = "location_id,sku,on_hand,reserved,safety_stock,ageing_credit";
    let mut table = Table::begin(folder, "inventory.csv", header)?;
    let mut stores: Vec<u64> = (map.warehouses..map.locations.len() as u64).collect();
    let ids: Vec<String> = (0..map.locations.len() as u64)
        .map(|number| map.id(number))
        .collect();
    let units_milli = request.expected_units_milli();
    let mut rows = 0;
    for rank in 0..request.skus {
        let expected = demand.share_of(rank, units_milli).div_ceil(1_000);
        let mut cells = if draw.chance(request.scarce) {
            scarce_cells(draw, map, &mut stores, expected)
        } else {
            ample_cells(draw, request, map, &mut stores, expected)
        };
        cells.sort_unstable();
        for (location, units) in cells {
            let is_ageing = location >= map.warehouses && draw.chance(60_000);
            let credit = if is_ageing {
                cents(draw.between(50, 300)).to_string()
            } else {
                String::new()
            };
            let reserved = u64::from(draw.chance(20_000));
            table.row(format_args!(
                "{},P{:06},{},{reserved},,{credit}",
                ids[location as usize],
                rank + 1,
                units + reserved,
            ))?;
            rows += 1;
        }
    }
    table.end()?;
    Ok(rows)
}

/// Less than is wanted, one to three units a store; what stores cannot hold lies in one warehouse.
fn scarce_cells(draw: &mut Draw, map: &Map, stores: &mut [u64], expected: u64) -> Cells {
    let mut left = (expected * draw.between(60, 100) / 100).max(1);
    let mut cells = Cells::new();
    for taken in 0..stores.len() {
        if left == 0 {
            return cells;
        }
        let units = draw.between(1, 3).min(left);
        cells.push((pick_another(draw, stores, taken), units));
        left -= units;
    }
    if left > 0 {
        cells.push((draw.below(map.warehouses), left));
    }
    cells
}

/// More than is wanted, in most warehouses, and a few units in some stores.
fn ample_cells(
    draw: &mut Draw,
    request: &Request,
    map: &Map,
    stores: &mut [u64],
    expected: u64,
) -> Cells {
    let is_deep = request.class == Class::Deep;
    let always = draw.below(map.warehouses);
    let chosen: Vec<u64> = (0..map.warehouses)
        .filter(|number| *number == always || is_deep || draw.chance(700_000))
        .collect();
    let plenty = expected * 4 + 1_000;
    let mut cells: Cells = chosen
        .iter()
        .map(|number| {
            let units = if is_deep {
                plenty
            } else {
                expected * draw.between(110, 180) / 100 / chosen.len() as u64 + 2
            };
            (*number, units)
        })
        .collect();
    let in_stores = draw.run_of(650_000, 6.min(stores.len() as u64));
    for taken in 0..in_stores as usize {
        let store = pick_another(draw, stores, taken);
        let few = draw.between(1, 3);
        cells.push((store, if is_deep { plenty } else { few }));
    }
    cells
}

/// One more store, none twice: the first `taken` are those already picked.
fn pick_another(draw: &mut Draw, stores: &mut [u64], taken: usize) -> u64 {
    let other = taken + draw.below((stores.len() - taken) as u64) as usize;
    stores.swap(taken, other);
    stores[taken]
}
