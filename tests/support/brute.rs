//! All plans of a tiny dataset, judged by the verifier alone.

use consign::domain::*;
use consign::plan::{Piece, Plan, Route, Shipment};
use consign::verify::{Measure, verify};

/// Patterns of one order at most; instances beyond are skipped by the caller.
const MOST_PATTERNS: usize = 4_000;

/// The best value of lexicographic measures over all plans; `None` when there are too many plans.
pub fn best(dataset: &Dataset, settings: &Settings, measures: &[Measure]) -> Option<Vec<i64>> {
    let mut patterns: Vec<Vec<(i64, Vec<Shipment>)>> = Vec::new();
    for order in dataset.order_indices() {
        let mut found = Vec::new();
        extend(dataset, order, &all_waves(dataset), Vec::new(), &mut found);
        if found.len() > 60_000 {
            return None;
        }
        let mut legal: Vec<(i64, Vec<Shipment>)> = found
            .into_iter()
            .filter_map(|mut shipments| {
                shipments.sort_by_key(|s| (s.order, s.wave, s.route));
                let plan = Plan { shipments };
                let audit = verify(dataset, settings, &plan).ok()?;
                let own: i64 = margin_of(dataset, &audit, measures);
                Some((own, plan.shipments))
            })
            .collect();
        if legal.len() > MOST_PATTERNS {
            return None;
        }
        legal.sort_by_key(|(own, _)| -own);
        patterns.push(legal);
    }
    let mut best: Option<Vec<i64>> = None;
    let mut budget = 400_000_usize;
    combine(
        dataset,
        settings,
        measures,
        &patterns,
        0,
        Vec::new(),
        0,
        &mut best,
        &mut budget,
    );
    (budget > 0).then_some(best?)
}

fn all_waves(dataset: &Dataset) -> Vec<WaveIx> {
    (0..dataset.waves.len()).map(WaveIx::new).collect()
}

/// What a plan of one order earns without what is shared: an upper bound on its part of any plan.
fn margin_of(dataset: &Dataset, audit: &consign::verify::Audit, measures: &[Measure]) -> i64 {
    if measures.len() > 1 {
        return 0;
    }
    let total = &audit.total;
    let counts = dataset.open_counts();
    let over: i64 = counts.map(|(rule, ..)| audit.rules[rule].cost.0).sum();
    (total.margin() + total.fixed + total.overtime + total.shortfall).0 + over
}

#[allow(clippy::too_many_arguments)]
fn combine(
    dataset: &Dataset,
    settings: &Settings,
    measures: &[Measure],
    patterns: &[Vec<(i64, Vec<Shipment>)>],
    order: usize,
    shipments: Vec<Shipment>,
    own: i64,
    best: &mut Option<Vec<i64>>,
    budget: &mut usize,
) {
    if *budget == 0 {
        return;
    }
    if order == patterns.len() {
        *budget -= 1;
        let mut plan = Plan { shipments };
        plan.sort();
        if let Ok(audit) = verify(dataset, settings, &plan) {
            let value: Vec<i64> = measures
                .iter()
                .map(|m| signed(*m, audit.goal_value(*m)))
                .collect();
            if best.as_ref().is_none_or(|known| value > *known) {
                *best = Some(value);
            }
        }
        return;
    }
    // Each single-order margin counts the unfilled cost of every order: take that out when adding up.
    let unfilled: i64 = dataset
        .lines
        .iter()
        .map(|l| l.unfilled_cost.0 * i64::from(l.quantity))
        .sum();
    let rest: i64 = patterns[order + 1..]
        .iter()
        .map(|p| p.first().map_or(0, |(own, _)| own + unfilled))
        .sum();
    for (margin, pattern) in &patterns[order] {
        let sum = own + margin + unfilled;
        let single = measures.len() == 1 && measures[0] == Measure::Profit;
        if single
            && best
                .as_ref()
                .is_some_and(|known| sum + rest - unfilled <= known[0])
        {
            break;
        }
        let mut all = shipments.clone();
        all.extend(pattern.iter().cloned());
        combine(
            dataset,
            settings,
            measures,
            patterns,
            order + 1,
            all,
            sum,
            best,
            budget,
        );
    }
}

/// A measure so that more is better.
pub fn signed(measure: Measure, value: i64) -> i64 {
    match measure {
        Measure::Cost | Measure::LateOrders => -value,
        _ => value,
    }
}

/// All sets of shipments of an order over the waves that are left, legal or not.
fn extend(
    dataset: &Dataset,
    order: OrderIx,
    waves: &[WaveIx],
    so_far: Vec<Shipment>,
    found: &mut Vec<Vec<Shipment>>,
) {
    if found.len() > 60_000 {
        return;
    }
    let Some((&wave, rest)) = waves.split_first() else {
        found.push(so_far);
        return;
    };
    extend(dataset, order, rest, so_far.clone(), found);
    let location = dataset.waves[wave.ix()].location;
    let is_hub = dataset.locations[location.ix()].kind == LocationKind::Hub;
    for pieces in all_pieces(dataset, order, &so_far, is_hub) {
        for (route, parcels) in routes(dataset, wave, order) {
            let shipment = Shipment {
                order,
                wave,
                route,
                parcels,
                pieces: pieces.clone(),
            };
            // Each shipment by itself must be legal, hubs apart: prune early.
            let mut all = so_far.clone();
            all.push(shipment);
            extend(dataset, order, rest, all, found);
        }
    }
}

fn routes(dataset: &Dataset, wave: WaveIx, order: OrderIx) -> Vec<(Route, u32)> {
    let location = dataset.waves[wave.ix()].location;
    let mut routes = Vec::new();
    match dataset.orders[order.ix()].fulfilment {
        Fulfilment::Pickup(store) if store == location => routes.push((Route::Collect, 1)),
        Fulfilment::Pickup(store) => {
            for (position, transfer) in dataset.transfers.iter().enumerate() {
                if transfer.from == location && transfer.to == store {
                    routes.push((Route::ToStore(TransferIx::new(position)), 1));
                }
            }
        }
        Fulfilment::Ship => {
            for (position, service) in dataset.services.iter().enumerate() {
                for parcels in 1..=service.max_parcels {
                    routes.push((Route::Carrier(ServiceIx::new(position)), parcels));
                }
            }
            for (position, transfer) in dataset.transfers.iter().enumerate() {
                let hub = &dataset.locations[transfer.to.ix()];
                if transfer.from == location && hub.kind == LocationKind::Hub {
                    for hub_wave in hub.wave_indices() {
                        routes.push((Route::ToHub(TransferIx::new(position), hub_wave), 1));
                    }
                }
            }
        }
    }
    routes
}

/// Every non-empty choice of units of the order's lines that are not yet shipped from stock.
fn all_pieces(
    dataset: &Dataset,
    order: OrderIx,
    so_far: &[Shipment],
    is_hub: bool,
) -> Vec<Vec<Piece>> {
    let mut all: Vec<Vec<Piece>> = vec![Vec::new()];
    for line in dataset.orders[order.ix()].line_indices() {
        let shipped: u32 = so_far
            .iter()
            .filter(|shipment| {
                let location = dataset.waves[shipment.wave.ix()].location;
                dataset.locations[location.ix()].kind != LocationKind::Hub
            })
            .flat_map(|shipment| &shipment.pieces)
            .filter(|piece| piece.line == line)
            .map(|piece| piece.quantity)
            .sum();
        let quantity = dataset.lines[line.ix()].quantity;
        let most = if is_hub { shipped } else { quantity - shipped };
        let forms = dataset.forms_of(&dataset.lines[line.ix()]).len().max(1);
        let forms = if is_hub { 1 } else { forms as u8 };
        // Units in each form, one form after the other.
        let mut next: Vec<(Vec<Piece>, u32)> =
            all.into_iter().map(|pieces| (pieces, most)).collect();
        for form in 0..forms {
            let mut further = Vec::new();
            for (pieces, left) in next {
                for quantity in 0..=left {
                    let mut pieces = pieces.clone();
                    if quantity > 0 {
                        pieces.push(Piece {
                            line,
                            form,
                            quantity,
                        });
                    }
                    further.push((pieces, left - quantity));
                }
            }
            next = further;
        }
        all = next.into_iter().map(|(pieces, _)| pieces).collect();
    }
    all.retain(|pieces| !pieces.is_empty());
    all
}
