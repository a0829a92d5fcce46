//! What orders share: stock over time, capacity of waves, space of carriers and transfers.

use super::audit::{LocationAudit, RuleAudit, ServiceAudit, WaveAudit};
use super::shipment::name;
use super::{Checking, Named, Violation};
use crate::domain::{
    Dataset, Location, OrderIx, ServiceIx, SkuIx, Stock, StockIx, Taken, TransferIx, WaveIx,
};
use crate::plan::{Piece, Route};
use crate::units::Money;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What the plan uses of shared things, what that costs, and what is overused.
pub(super) struct Shared {
    pub(super) locations: Vec<LocationAudit>,
    pub(super) waves: Vec<WaveAudit>,
    pub(super) services: Vec<ServiceAudit>,
    pub(super) rules: Vec<RuleAudit>,
    pub(super) violations: Vec<Violation>,
}

/// Adds up shared things over all shipments and checks their limits.
pub(super) fn audit(checking: &Checking<'_>) -> Shared {
    let mut violations = vec![];
    check_stock(checking, &mut violations);
    let waves = audit_waves(checking, &mut violations);
    check_carrier_space(checking, &mut violations);
    check_transfer_space(checking, &mut violations);
    let locations = audit_locations(checking.dataset, &waves);
    let mut rules = super::rules::audit_limits(checking, &mut violations);
    super::rules::audit_open(checking, &locations, &mut rules, &mut violations);
    super::rules::check_moves(checking, &mut violations);
    Shared {
        rules,
        locations,
        services: audit_services(checking),
        waves,
        violations,
    }
}

/// Units of a stock cell that leave with a wave, for an order.
type Drawn = (StockIx, WaveIx, i64, OrderIx);

/// Up to each wave, no more units of a stock cell have left than were available and inbound by then, and over the horizon
/// none that are kept for other channels.
fn check_stock(checking: &Checking<'_>, violations: &mut Vec<Violation>) {
    let dataset = checking.dataset;
    let mut taken: Vec<Drawn> = checking
        .plan
        .shipments
        .par_iter()
        .filter(|shipment| checking.takes_stock(shipment))
        .flat_map_iter(|shipment| {
            let location = dataset.waves[shipment.wave.ix()].location;
            shipment.pieces.iter().flat_map(move |piece| {
                let form = dataset.form_of(&dataset.lines[piece.line.ix()], piece.form);
                let parts: Vec<(SkuIx, u32)> = form.parts.to_vec();
                parts.into_iter().filter_map(move |(sku, count)| {
                    let cell = dataset.stock_at(sku, location)?;
                    let units = i64::from(piece.quantity) * i64::from(count);
                    Some((cell, shipment.wave, units, shipment.order))
                })
            })
        })
        .collect();
    // Waves of one location are numbered in the order of their departure.
    taken.par_sort_unstable();
    let last_departure = dataset.last_departure();
    for of_cell in taken.chunk_by(|one, next| one.0 == next.0) {
        let cell = &dataset.stock[of_cell[0].0.ix()];
        let mut total = 0;
        for in_wave in of_cell.chunk_by(|one, next| one.1 == next.1) {
            let wave = &dataset.waves[in_wave[0].1.ix()];
            total += in_wave.iter().map(|it| it.2).sum::<i64>();
            let available = dataset.supply_until(cell, Some(wave.departs));
            if let Some(available) = available.filter(|&available| total > available) {
                violations.push(Violation::StockExceeded {
                    location: dataset.locations[cell.location.ix()].id.clone(),
                    sku: dataset.products[cell.sku.ix()].sku.clone(),
                    wave: wave.name.clone(),
                    taken: total,
                    available,
                });
            }
        }
        if !cell.reserves.is_empty()
            && let Some(supply) = dataset.supply_until(cell, last_departure)
        {
            check_reserves(dataset, cell, supply, of_cell, violations);
        }
    }
}

/// What channels take beyond what is kept for each comes from what is kept for none.
fn check_reserves(
    dataset: &Dataset,
    cell: &Stock,
    supply: i64,
    taken: &[Drawn],
    violations: &mut Vec<Violation>,
) {
    let kept: i64 = cell.reserves.iter().map(|reserve| reserve.quantity).sum();
    let mut by_channel: BTreeMap<Option<u16>, i64> = BTreeMap::new();
    for &(_, _, units, order) in taken {
        let channel = dataset.orders[order.ix()].reserved;
        *by_channel.entry(channel).or_default() += units;
    }
    let beyond = by_channel.iter().map(|(channel, units)| {
        let own = cell.reserves.iter().find(|it| Some(it.channel) == *channel);
        (units - own.map_or(0, |reserve| reserve.quantity)).max(0)
    });
    let (taken, available) = (beyond.sum::<i64>(), (supply - kept).max(0));
    if taken > available {
        violations.push(Violation::StockReserved {
            location: dataset.locations[cell.location.ix()].id.clone(),
            sku: dataset.products[cell.sku.ix()].sku.clone(),
            taken,
            available,
        });
    }
}

fn audit_waves(checking: &Checking<'_>, violations: &mut Vec<Violation>) -> Vec<WaveAudit> {
    let dataset = checking.dataset;
    let mut waves = vec![WaveAudit::default(); dataset.waves.len()];
    for shipment in &checking.plan.shipments {
        let used = &mut waves[shipment.wave.ix()];
        used.shipments += 1;
        let of_one_line = |one: &Piece, next: &Piece| one.line == next.line;
        used.lines += shipment.pieces.chunk_by(of_one_line).count() as i64;
        used.units += shipment
            .pieces
            .iter()
            .map(|piece| i64::from(piece.quantity))
            .sum::<i64>();
    }
    for (position, used) in waves.iter_mut().enumerate() {
        let wave = &dataset.waves[position];
        let location = &dataset.locations[wave.location.ix()];
        let named = || Named::wave(dataset, WaveIx::new(position));
        if let Some(regular) = wave.capacity_units {
            used.overtime_units = (used.units - regular).max(0);
            used.overtime_cost = location.overtime_cost_per_unit * used.overtime_units;
            let overtime = (location.overtime_units - wave.overtime_taken).max(0);
            if used.overtime_units > overtime {
                violations.push(Violation::UnitCapacity {
                    wave: named(),
                    units: used.units,
                    limit: regular + overtime,
                });
            }
        }
        if let Some(limit) = wave.capacity_lines.filter(|&limit| used.lines > limit) {
            violations.push(Violation::LineCapacity {
                wave: named(),
                lines: used.lines,
                limit,
            });
        }
        if let Some(limit) = wave
            .capacity_shipments
            .filter(|&limit| used.shipments > limit)
        {
            violations.push(Violation::ShipmentCapacity {
                wave: named(),
                shipments: used.shipments,
                limit,
            });
        }
    }
    waves
}

fn audit_locations(dataset: &Dataset, waves: &[WaveAudit]) -> Vec<LocationAudit> {
    let is_used = |location: &Location| {
        let mut waves_of = location.wave_indices();
        waves_of.any(|wave| waves[wave.ix()].shipments > 0)
    };
    let used: Vec<bool> = dataset.locations.iter().map(is_used).collect();
    let before = dataset.open_before();
    let at_work: Vec<bool> = used
        .iter()
        .zip(&before)
        .map(|(now, before)| *now || *before)
        .collect();
    let open = dataset.open_with(&at_work);
    let is_paid = |place: usize| used[place] || open[place] && !at_work[place];
    let each = dataset.locations.iter().enumerate();
    each.map(|(place, location)| LocationAudit {
        used: used[place],
        open: open[place],
        fixed_cost: if is_paid(place) {
            location.fixed_cost
        } else {
            Money::ZERO
        },
        closing_cost: if open[place] {
            Money::ZERO
        } else {
            location.closing_cost
        },
    })
    .collect()
}

fn check_carrier_space(checking: &Checking<'_>, violations: &mut Vec<Violation>) {
    let dataset = checking.dataset;
    let mut carried: Vec<(ServiceIx, WaveIx)> = checking
        .plan
        .shipments
        .iter()
        .filter_map(|shipment| match shipment.route {
            Route::Carrier(service) => {
                let limited = dataset.services[service.ix()].capacity_shipments.is_some();
                limited.then_some((service, shipment.wave))
            }
            _ => None,
        })
        .collect();
    carried.par_sort_unstable();
    for together in carried.chunk_by(|one, next| one == next) {
        let (service, wave) = together[0];
        let service = &dataset.services[service.ix()];
        let shipments = together.len() as i64;
        let is_gone = |taken: &&Taken| **taken == Taken::Carrier(together[0].0, wave);
        let gone = dataset.taken.iter().filter(is_gone).count() as i64;
        if let Some(limit) = service
            .capacity_shipments
            .map(|limit| (limit - gone).max(0))
            .filter(|&limit| shipments > limit)
        {
            violations.push(Violation::CarrierCapacity {
                wave: Named::wave(dataset, wave),
                service: name(service),
                shipments,
                limit,
            });
        }
    }
}

fn check_transfer_space(checking: &Checking<'_>, violations: &mut Vec<Violation>) {
    let dataset = checking.dataset;
    let mut moved: Vec<(TransferIx, WaveIx, i64)> = checking
        .plan
        .shipments
        .iter()
        .filter_map(|shipment| match shipment.route {
            Route::ToStore(lane) | Route::ToHub(lane, _) => {
                let units = shipment
                    .pieces
                    .iter()
                    .map(|it| i64::from(it.quantity))
                    .sum();
                Some((dataset.transfers[lane.ix()].space_of, shipment.wave, units))
            }
            _ => None,
        })
        .collect();
    moved.par_sort_unstable();
    for together in moved.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)) {
        let transfer = &dataset.transfers[together[0].0.ix()];
        let units: i64 = together.iter().map(|it| it.2).sum();
        let gone = dataset.taken.iter().map(|taken| match *taken {
            Taken::Transfer(by, wave, units) => {
                let space = (dataset.transfers[by.ix()].space_of, wave);
                let is_here = space == (together[0].0, together[0].1);
                if is_here { units } else { 0 }
            }
            Taken::Carrier(..) => 0,
        });
        let gone: i64 = gone.sum();
        let left = transfer.capacity_units.map(|limit| (limit - gone).max(0));
        if let Some(limit) = left.filter(|&limit| units > limit) {
            violations.push(Violation::TransferCapacity {
                wave: Named::wave(dataset, together[0].1),
                to: dataset.locations[transfer.to.ix()].id.clone(),
                units,
                limit,
            });
        }
    }
}

/// Shipments of each service over the horizon, and what is paid for those promised and missing.
fn audit_services(checking: &Checking<'_>) -> Vec<ServiceAudit> {
    let services = &checking.dataset.services;
    let mut audits = vec![ServiceAudit::default(); services.len()];
    for shipment in &checking.plan.shipments {
        if let Route::Carrier(service) = shipment.route {
            audits[service.ix()].shipments += 1;
        }
    }
    for (audit, service) in audits.iter_mut().zip(services) {
        audit.shortfall = (service.minimum_shipments - audit.shipments).max(0);
        audit.shortfall_cost = service.shortfall_cost * audit.shortfall;
    }
    audits
}
