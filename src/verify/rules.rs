//! Business rules and refusals: what each asks for, read from the rules themselves.

use super::audit::{LocationAudit, RuleAudit, ShipmentAudit};
use super::{At, Checking, Named, Violation};
use crate::domain::{Counted, Dataset, Demand, Limit, LineIx, LocationIx, OrderIx, Per, Rule};
use crate::plan::{Route, Shipment};
use crate::units::Money;
use std::collections::{BTreeMap, BTreeSet};

/// Whether a rule looks at a shipment at all, and whether it concerns it there.
fn concerned(checking: &Checking<'_>, rule: &Rule, shipment: &Shipment) -> Option<bool> {
    let location = checking.dataset.waves[shipment.wave.ix()].location;
    match (&rule.services, shipment.route) {
        (Some(services), Route::Carrier(service)) => {
            Some(rule.locations[location.ix()] && services[service.ix()])
        }
        (None, _) if checking.takes_stock(shipment) => Some(rule.locations[location.ix()]),
        _ => None,
    }
}

/// Rules of a line, with their positions.
fn rules_of(dataset: &Dataset, line: LineIx) -> impl Iterator<Item = (u16, &Rule)> {
    let numbers = dataset.rule_numbers_of(&dataset.lines[line.ix()]).iter();
    numbers.map(|&number| (number, &dataset.rules[usize::from(number)]))
}

/// Checks what rules say about a shipment by itself, and adds what they give or take.
pub(super) fn check_shipment(
    checking: &Checking<'_>,
    shipment: &Shipment,
    audit: &mut ShipmentAudit,
    violations: &mut Vec<Violation>,
) {
    let dataset = checking.dataset;
    let location = dataset.waves[shipment.wave.ix()].location;
    let at = || At::shipment(dataset, shipment);
    audit.preference -= crowding(dataset, shipment);
    if checking.takes_stock(shipment) && dataset.is_move(shipment.order, location) {
        audit.preference -= checking.settings.stability_cost;
    }
    for (position, piece) in shipment.pieces.iter().enumerate() {
        let line = &dataset.lines[piece.line.ix()];
        if dataset.is_declined(line, location) {
            violations.push(Violation::Declined {
                at: at(),
                line: line.id.clone(),
            });
        }
        for (number, rule) in rules_of(dataset, piece.line) {
            let units = i64::from(piece.quantity);
            let (gain, is_broken) = match (rule.demand, concerned(checking, rule, shipment)) {
                (Demand::Forbid, Some(here)) => (Money::ZERO, here),
                (Demand::Require, Some(here)) => (Money::ZERO, !here),
                (Demand::Prefer(gain), Some(true)) => (gain * units, false),
                (Demand::Expect(loss), Some(false)) => (-loss * units, false),
                (Demand::Apart, _) => {
                    let mut others = shipment.pieces[position + 1..].iter();
                    let has_rule = |line| rules_of(dataset, line).any(|(other, _)| other == number);
                    (
                        Money::ZERO,
                        others.any(|other| other.line != piece.line && has_rule(other.line)),
                    )
                }
                _ => (Money::ZERO, false),
            };
            audit.preference += gain;
            if is_broken {
                violations.push(Violation::RuleBroken {
                    at: at(),
                    line: line.id.clone(),
                    rule: rule.name.clone(),
                });
            }
        }
    }
}

/// What rules take for lines of a shipment beyond the first of those that are better apart.
fn crowding(dataset: &Dataset, shipment: &Shipment) -> Money {
    let mut carried: BTreeMap<u16, BTreeSet<LineIx>> = BTreeMap::new();
    for piece in &shipment.pieces {
        for (number, rule) in rules_of(dataset, piece.line) {
            if matches!(rule.demand, Demand::Crowded(_)) {
                carried.entry(number).or_default().insert(piece.line);
            }
        }
    }
    let cost = |(number, lines): (u16, BTreeSet<LineIx>)| match dataset.rules[usize::from(number)]
        .demand
    {
        Demand::Crowded(price) => price * (lines.len() as i64 - 1),
        _ => Money::ZERO,
    };
    carried.into_iter().map(cost).sum()
}

/// Checks that lines of an order which a rule keeps together leave one location.
pub(super) fn check_order(
    checking: &Checking<'_>,
    order: OrderIx,
    shipments: &[Shipment],
    violations: &mut Vec<Violation>,
) {
    let dataset = checking.dataset;
    let mut places: BTreeMap<u16, BTreeSet<LocationIx>> = BTreeMap::new();
    for shipment in shipments.iter().filter(|it| checking.takes_stock(it)) {
        let location = dataset.waves[shipment.wave.ix()].location;
        for piece in &shipment.pieces {
            let rules = rules_of(dataset, piece.line);
            for (number, _) in rules.filter(|(_, rule)| rule.demand == Demand::Together) {
                places.entry(number).or_default().insert(location);
            }
        }
    }
    for (number, places) in places {
        if places.len() > 1 {
            violations.push(Violation::NotTogether {
                order: dataset.orders[order.ix()].id.clone(),
                rule: dataset.rules[usize::from(number)].name.clone(),
                locations: places.len() as i64,
            });
        }
    }
}

/// What rules take where lines of an order leave several locations though they are better together: paid by the first shipment
/// of each location beyond the first.
pub(super) fn pay_for_scattering(checking: &Checking<'_>, audits: &mut [ShipmentAudit]) {
    let dataset = checking.dataset;
    let is_soft = |rule: &Rule| matches!(rule.demand, Demand::Scattered(_));
    if !dataset.rules.iter().any(is_soft) {
        return;
    }
    for order in dataset.order_indices() {
        let mut places: BTreeMap<u16, BTreeSet<LocationIx>> = BTreeMap::new();
        for position in checking.positions(order) {
            let shipment = &checking.plan.shipments[position];
            if !checking.takes_stock(shipment) {
                continue;
            }
            let location = dataset.waves[shipment.wave.ix()].location;
            let mut gathering: BTreeSet<u16> = BTreeSet::new();
            for piece in &shipment.pieces {
                let rules = rules_of(dataset, piece.line).filter(|(_, rule)| is_soft(rule));
                gathering.extend(rules.map(|(number, _)| number));
            }
            for number in gathering {
                let before = places.entry(number).or_default();
                let is_one_more = !before.is_empty() && !before.contains(&location);
                before.insert(location);
                if let (true, Demand::Scattered(price)) =
                    (is_one_more, dataset.rules[usize::from(number)].demand)
                {
                    audits[position].preference -= price;
                }
            }
        }
    }
}

/// Counts what rules limit, by rule; what is over a limit is paid for, or a violation.
pub(super) fn audit_limits(
    checking: &Checking<'_>,
    violations: &mut Vec<Violation>,
) -> Vec<RuleAudit> {
    let dataset = checking.dataset;
    let mut used = Used::default();
    let has_limits = |rule: &Rule| matches!(rule.demand, Demand::AtMost(_));
    if dataset.rules.iter().any(has_limits) {
        for shipment in &checking.plan.shipments {
            count(checking, shipment, &mut used);
        }
    }
    let mut audits = vec![RuleAudit::default(); dataset.rules.len()];
    for ((number, place), used) in used.of_limits {
        let rule = &dataset.rules[usize::from(number)];
        let Demand::AtMost(limit) = rule.demand else {
            continue;
        };
        let left = dataset.limit_left(number, limit, place);
        let over = (used - left).max(0);
        let audit = &mut audits[usize::from(number)];
        audit.used += used;
        audit.over += over;
        audit.cost += limit.price.unwrap_or(Money::ZERO) * over;
        if over > 0 && limit.price.is_none() {
            violations.push(Violation::RuleLimit {
                rule: rule.name.clone(),
                place: place_name(dataset, limit, place),
                used,
                limit: left,
            });
        }
    }
    audits
}

/// Counts open locations; what is over a limit is paid for, or a violation.
pub(super) fn audit_open(
    checking: &Checking<'_>,
    locations: &[LocationAudit],
    audits: &mut [RuleAudit],
    violations: &mut Vec<Violation>,
) {
    let dataset = checking.dataset;
    let before = dataset.open_before();
    for (position, count, counted) in dataset.open_counts() {
        let of = |is_open: &dyn Fn(usize) -> bool| {
            (0..locations.len())
                .filter(|&place| counted[place] && is_open(place))
                .count() as i64
        };
        let open = of(&|place| locations[place].open);
        let before = of(&|place| before[place]);
        let (over, cost) = count.over(open, before);
        audits[position] = RuleAudit {
            used: open,
            over,
            cost,
        };
        let rule = || dataset.rules[position].name.clone();
        if over > 0 && count.price.is_none() {
            let limit = open - over;
            violations.push(Violation::TooManyOpen {
                rule: rule(),
                open,
                limit,
            });
        }
        if open < count.least {
            let least = count.least;
            violations.push(Violation::TooFewOpen {
                rule: rule(),
                open,
                least,
            });
        }
    }
}

/// Counts shipments that take stock of another location than their order's before, and holds them against the limit.
pub(super) fn check_moves(checking: &Checking<'_>, violations: &mut Vec<Violation>) {
    let dataset = checking.dataset;
    let Some(limit) = dataset.most_moves(checking.settings) else {
        return;
    };
    let is_moved = |shipment: &&Shipment| {
        let location = dataset.waves[shipment.wave.ix()].location;
        checking.takes_stock(shipment) && dataset.is_move(shipment.order, location)
    };
    let moved = checking.plan.shipments.iter().filter(is_moved).count() as i64;
    if moved > limit {
        violations.push(Violation::TooManyMoves { moved, limit });
    }
}

/// What limits count, by rule and place.
#[derive(Default)]
struct Used {
    of_limits: BTreeMap<(u16, u32), i64>,
    /// Orders that limits of orders have counted.
    orders: BTreeSet<(u16, u32, OrderIx)>,
}

/// Adds what each limit counts of a shipment, by rule and place.
fn count(checking: &Checking<'_>, shipment: &Shipment, used: &mut Used) {
    let dataset = checking.dataset;
    let mut lines: BTreeMap<u16, BTreeSet<LineIx>> = BTreeMap::new();
    let mut units: BTreeMap<u16, i64> = BTreeMap::new();
    for piece in &shipment.pieces {
        for (number, rule) in rules_of(dataset, piece.line) {
            let is_limit = matches!(rule.demand, Demand::AtMost(_));
            if is_limit && concerned(checking, rule, shipment) == Some(true) {
                lines.entry(number).or_default().insert(piece.line);
                *units.entry(number).or_default() += i64::from(piece.quantity);
            }
        }
    }
    for (number, lines) in lines {
        let Demand::AtMost(limit) = dataset.rules[usize::from(number)].demand else {
            continue;
        };
        let location = dataset.waves[shipment.wave.ix()].location;
        let Some(place) = limit.per.place(location, Some(shipment.wave)) else {
            continue;
        };
        *used.of_limits.entry((number, place)).or_default() += match limit.counted {
            Counted::Units => units[&number],
            Counted::Lines => lines.len() as i64,
            Counted::Shipments => 1,
            Counted::Orders => {
                let order = (number, place, shipment.order);
                i64::from(!dataset.counted.contains(&order) && used.orders.insert(order))
            }
        };
    }
}

fn place_name(dataset: &Dataset, limit: Limit, place: u32) -> Box<str> {
    match limit.per {
        Per::Horizon => "all locations".into(),
        Per::Location => dataset.locations[place as usize].id.clone(),
        Per::Wave => {
            let Named(location, wave) = Named::wave(dataset, crate::domain::WaveIx(place));
            format!("{location}, wave {wave}").into()
        }
    }
}
