//! Orders: who wants what, where, by when.

use super::draw::{Draw, Zipf};
use super::goods::Catalogue;
use super::network::Map;
use super::table::{Table, cents};
use super::{Class, Request};
use std::io;
use std::path::Path;

/// Most lines of an order, and most units of a line.
const MOST: u64 = 12;
/// Share of orders with one line.
const ONE_LINE: u64 = 650_000;
/// Chance of each further line beyond the second: makes 1.84 lines an order on average.
const ONE_MORE_LINE: u64 = 583_000;
/// Chance of each further unit beyond the second.
const ONE_MORE_UNIT: u64 = 400_000;

/// Writes `orders.csv`. Returns the number of lines and of units.
pub fn write_orders(
    request: &Request,
    map: &Map,
    demand: &Zipf,
    catalogue: &Catalogue,
    folder: &Path,
) -> io::Result<(u64, u64)> {
    let draw = &mut Draw::stream(request.seed, 5);
    let header = "order_id,line_id,sku,quantity,unit_price,destination_zone,latitude,longitude,\
                  channel,placed_at,deliver_by,ship_complete,services";
    let mut table = Table::begin(folder, "orders.csv", header)?;
    let (mut lines, mut units) = (0, 0);
    let mut wanted: Vec<u64> = Vec::new();
    for number in 1..=request.orders {
        let customer = map.customer(draw);
        let terms = Terms::draw(draw, request);
        wanted.clear();
        for _ in 0..line_count(draw, request) {
            let rank = demand.pick(draw);
            // A popular product drawn twice is one line.
            if !wanted.contains(&rank) {
                wanted.push(rank);
            }
        }
        for (line, rank) in wanted.iter().enumerate() {
            let quantity = line_units(draw, request);
            table.row(format_args!(
                "O{number:08},{},P{:06},{quantity},{},Z{:02},{},{},{}",
                line + 1,
                rank + 1,
                cents(catalogue.articles[*rank as usize].price),
                customer.zone(),
                customer.latitude(),
                customer.longitude(),
                terms.cells,
            ))?;
            units += quantity;
        }
        lines += wanted.len() as u64;
    }
    table.end()?;
    Ok((lines, units))
}

fn line_count(draw: &mut Draw, request: &Request) -> u64 {
    if request.class == Class::SingleUnit || draw.chance(ONE_LINE) {
        return 1;
    }
    2 + draw.run_of(ONE_MORE_LINE, MOST - 2)
}

fn line_units(draw: &mut Draw, request: &Request) -> u64 {
    if !draw.chance(request.multi_unit) {
        return 1;
    }
    2 + draw.run_of(ONE_MORE_UNIT, MOST - 2)
}

/// The order-level cells that every line repeats.
struct Terms {
    cells: String,
}

impl Terms {
    fn draw(draw: &mut Draw, request: &Request) -> Self {
        let channel = match draw.below(10) {
            0..=6 => "web",
            7..=8 => "marketplace",
            _ => "store",
        };
        let (day, hour, minute) = (draw.between(20, 22), draw.below(24), draw.below(60));
        let promised = if request.class == Class::Waves {
            800_000
        } else {
            500_000
        };
        let deliver_by = if draw.chance(promised) {
            format!("2026-11-{}", draw.between(24, 29))
        } else {
            String::new()
        };
        let complete = match draw.below(20) {
            0 => "order",
            1 => "line",
            _ => "",
        };
        let services = match draw.below(20) {
            0..=1 => "express",
            2 => "home|express",
            _ => "",
        };
        Self {
            cells: format!(
                "{channel},2026-11-{day}T{hour:02}:{minute:02},{deliver_by},{complete},{services}"
            ),
        }
    }
}
