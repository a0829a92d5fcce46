//! What one more of something shared would be worth, by the prices that prove the bound.

use super::sheet::{Sheet, time_text};
use crate::domain::{Dataset, LocationIx, WaveIx};
use crate::solve::{Place, Resource, ShadowPrice};
use crate::units::Money;

/// The columns that say what a price is of.
pub const SHADOW_PLACE: [&str; 10] = [
    "resource",
    "location_id",
    "to_location_id",
    "sku",
    "wave",
    "carrier",
    "service",
    "before",
    "rule",
    "kept_for",
];

/// What a price is of, by [`SHADOW_PLACE`]: a kind of limit (`stock`, `units`, `lines`, `shipments`, `carrier`, `transfer`,
/// `commitment`, `open`, `rule`, `reserve`, `moves`) with the names of what it limits; `before`: stock that leaves before a delivery comes.
pub fn shadow_place(dataset: &Dataset, resource: Resource) -> Vec<String> {
    let location = |ix: LocationIx| dataset.locations[ix.ix()].id.to_string();
    let mut cells: [String; 10] = Default::default();
    let mut of_wave = |wave: WaveIx| {
        cells[1] = location(dataset.waves[wave.ix()].location);
        cells[4] = dataset.waves[wave.ix()].name.to_string();
    };
    let kind = match resource {
        Resource::Stock(cell, before) => {
            let cell = &dataset.stock[cell.ix()];
            let zone = &dataset.locations[cell.location.ix()].time_zone;
            cells[1] = location(cell.location);
            cells[3] = dataset.products[cell.sku.ix()].sku.to_string();
            cells[7] = before.map_or(String::new(), |before| time_text(before, zone));
            "stock"
        }
        Resource::Reserved(cell, channels) => {
            let cell = &dataset.stock[cell.ix()];
            cells[1] = location(cell.location);
            cells[3] = dataset.products[cell.sku.ix()].sku.to_string();
            let each = cell.reserves.iter().enumerate();
            let kept = each.filter(|(bit, _)| channels & (1 << bit) != 0);
            let names: Vec<&str> = kept
                .map(|(_, reserve)| &*dataset.channels[usize::from(reserve.channel)])
                .collect();
            cells[9] = names.join("|");
            "reserve"
        }
        Resource::Units(wave) => {
            of_wave(wave);
            "units"
        }
        Resource::Lines(wave) => {
            of_wave(wave);
            "lines"
        }
        Resource::Shipments(wave) => {
            of_wave(wave);
            "shipments"
        }
        Resource::Transfer(transfer, wave) => {
            of_wave(wave);
            cells[2] = location(dataset.transfers[transfer.ix()].to);
            "transfer"
        }
        Resource::Carrier(service, wave) => {
            of_wave(wave);
            let service = &dataset.services[service.ix()];
            (cells[5], cells[6]) = (service.carrier.to_string(), service.service.to_string());
            "carrier"
        }
        Resource::Commitment(service) => {
            let service = &dataset.services[service.ix()];
            (cells[5], cells[6]) = (service.carrier.to_string(), service.service.to_string());
            "commitment"
        }
        Resource::Open(at) => {
            cells[1] = location(at);
            "open"
        }
        Resource::Moves => "moves",
        Resource::Rule(rule, place) => {
            match place {
                Place::Horizon => {}
                Place::Location(at) => cells[1] = location(at),
                Place::Wave(wave) => of_wave(wave),
            }
            cells[8] = dataset.rules[usize::from(rule)].name.to_string();
            "rule"
        }
    };
    cells[0] = kind.to_owned();
    cells.into()
}

/// One row for everything shared that has a price, in the order of kinds.
pub fn shadow_prices_sheet<'a>(dataset: &'a Dataset, prices: &'a [ShadowPrice]) -> Sheet<'a> {
    let mut sheet = Sheet::new("shadow_prices", prices.len());
    for (column, name) in SHADOW_PLACE.into_iter().enumerate() {
        sheet = sheet.text(name, move |row| {
            shadow_place(dataset, prices[row].resource).swap_remove(column)
        });
    }
    sheet
        .integer("capacity", move |row| prices[row].capacity)
        .integer("used", move |row| prices[row].used)
        .money("price", move |row| Money(prices[row].price))
}
