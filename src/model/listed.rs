//! Orders whose loads are listed: `ship[candidate] ∈ {0,1}`.
//!
//! Families 1–3, 6, 8 and 9 for one order:
//! - `demand`: Σ units of a line over its candidates ≤ quantity (what is missing is unfilled)
//! - `one_shipment`: Σ ship at one location and wave ≤ 1
//! - `split_limit`: Σ ship that reach the customer ≤ max_shipments
//! - `line_split_limit`: Σ ship that take a line from stock ≤ line_max_shipments
//! - `ship_complete`: Σ units = quantity × complete
//! - `hub_balance`: Σ units brought to a hub's wave = Σ units forwarded, by line
//! - `together`: ship ≤ from[location], Σ from ≤ 1, for lines that a rule keeps together
//! - `scattering`: Σ from ≤ 1 + scattered, for lines that are better together at a price
//! - `lateness`: late[d] ≥ ship, for candidates at least d days late

use super::formulation::{Decision, Formulation, RowSums, Source};
use super::goal::GoalKind;
use super::shared::{OpenLinks, counted, derived, keep_together};
use crate::domain::{Line, LocationIx, OrderIx, ShipComplete, WaveIx};
use crate::options::{Candidate, OrderOptions};
use good_lp::{Expression, Variable, variable};
use std::collections::BTreeMap;

/// One order while it is being stated.
struct Block<'a> {
    order: OrderIx,
    options: &'a OrderOptions,
    lines: &'a [Line],
    ship: Vec<(&'a Candidate, Variable)>,
}

impl Block<'_> {
    /// Candidates with their variables.
    fn each(&self) -> impl Iterator<Item = (&Candidate, Variable)> {
        self.ship.iter().copied()
    }

    fn units(&self, candidate: &Candidate, line: usize) -> u32 {
        self.options.loads[candidate.load as usize].quantities[line]
    }

    /// Candidates that take a line from stock, with the units they take.
    fn sources(&self, line: usize) -> impl Iterator<Item = (&Candidate, Variable, u32)> {
        self.each().filter_map(move |(candidate, ship)| {
            let units = self.units(candidate, line);
            (units > 0 && !candidate.forward).then_some((candidate, ship, units))
        })
    }
}

/// Adds one order: variables, expressions, constraints, objective.
pub(super) fn add_order(
    formulation: &mut Formulation,
    sums: &mut RowSums,
    links: &mut OpenLinks,
    source: &Source<'_>,
    order: OrderIx,
) {
    let options = &source.scarcity.orders[order.ix()];
    let ship = (0_u32..)
        .zip(&options.candidates)
        .map(|(position, candidate)| {
            let column = formulation.add(variable().binary(), Decision::Ship(order, position));
            (candidate, column)
        })
        .collect();
    let block = Block {
        order,
        options,
        lines: source.dataset.lines_of(order),
        ship,
    };
    demand(formulation, source, &block);
    one_shipment(formulation, &block);
    split_limit(formulation, source, &block);
    hub_balance(formulation, &block);
    keep_together(
        formulation,
        source.dataset,
        block.lines,
        |formulation, group| leaving(formulation, source, &block, group),
    );
    lateness(formulation, source, &block);
    shared_use(formulation, (sums, links), source, &block);
    for (candidate, ship) in block.each() {
        formulation.earn(ship, candidate.gain.as_f64());
    }
}

/// `demand`, `line_split_limit` and `ship_complete`, and what the fill goals count.
fn demand(formulation: &mut Formulation, source: &Source<'_>, block: &Block<'_>) {
    let rule = source.dataset.orders[block.order.ix()].ship_complete;
    let wants_orders = formulation.goals.contains_key(&GoalKind::FillOrders);
    let wants_lines = formulation.goals.contains_key(&GoalKind::FillLines);
    let whole_order = (rule == ShipComplete::Order || wants_orders)
        .then(|| formulation.add(variable().binary(), Decision::Derived));
    if let Some(complete) = whole_order {
        formulation.credit(GoalKind::FillOrders, complete, 1.0);
    }
    for (position, line) in block.lines.iter().enumerate() {
        let quantity = f64::from(line.quantity);
        let mut filled = Expression::default();
        let mut pieces = Expression::default();
        let mut whole_only = true;
        for (_, ship, units) in block.sources(position) {
            filled.add_mul(f64::from(units), ship);
            pieces.add_mul(1.0, ship);
            whole_only &= units == line.quantity;
            formulation.credit(GoalKind::FillUnits, ship, f64::from(units));
            let value = line.unit_price.as_f64() * f64::from(units);
            formulation.credit(GoalKind::FillValue, ship, value);
        }
        if line.line_max_shipments < line.quantity {
            let most = f64::from(line.line_max_shipments.max(1));
            formulation.constraints.push(pieces.leq(most));
        }
        let complete = match rule {
            ShipComplete::Order => whole_order,
            ShipComplete::Line => (!whole_only || wants_lines)
                .then(|| formulation.add(variable().binary(), Decision::Derived)),
            ShipComplete::None => None,
        };
        let counted = if wants_lines && complete.is_none() {
            Some(formulation.add(variable().binary(), Decision::Derived))
        } else {
            complete
        };
        if let Some(counted) = counted {
            formulation.credit(GoalKind::FillLines, counted, 1.0);
        }
        for at_least in [counted, whole_order].into_iter().flatten() {
            if Some(at_least) != complete {
                formulation
                    .constraints
                    .push((filled.clone() - quantity * at_least).geq(0.0));
            }
        }
        formulation.constraints.push(match complete {
            Some(complete) => (filled - quantity * complete).eq(0.0),
            None => filled.leq(quantity),
        });
    }
}

/// `one_shipment`; not stated where the split limit or the single line implies it.
fn one_shipment(formulation: &mut Formulation, block: &Block<'_>) {
    if block.lines.len() == 1 && block.lines[0].line_max_shipments <= 1 && !has_hub(block) {
        return;
    }
    let mut by_wave: BTreeMap<WaveIx, (usize, Expression)> = BTreeMap::new();
    for (candidate, ship) in block.each() {
        let (count, sum) = by_wave.entry(candidate.wave).or_default();
        *count += 1;
        sum.add_mul(1.0, ship);
    }
    for (count, sum) in by_wave.into_values() {
        if count > 1 {
            formulation.constraints.push(sum.leq(1.0));
        }
    }
}

fn has_hub(block: &Block<'_>) -> bool {
    block
        .each()
        .any(|(candidate, _)| candidate.hub_wave().is_some())
}

fn split_limit(formulation: &mut Formulation, source: &Source<'_>, block: &Block<'_>) {
    let most = source.dataset.orders[block.order.ix()].max_shipments;
    let pieces: u64 = block
        .lines
        .iter()
        .map(|line| u64::from(line.quantity.min(line.line_max_shipments.max(1))))
        .sum();
    if u64::from(most) >= pieces && !has_hub(block) {
        return;
    }
    let mut shipments = Expression::default();
    for (_, ship) in block
        .each()
        .filter(|(candidate, _)| candidate.reaches_customer())
    {
        shipments.add_mul(1.0, ship);
    }
    formulation.constraints.push(shipments.leq(f64::from(most)));
}

fn hub_balance(formulation: &mut Formulation, block: &Block<'_>) {
    for line in 0..block.lines.len() {
        let mut balance: BTreeMap<WaveIx, Expression> = BTreeMap::new();
        for (candidate, ship) in block.each() {
            let units = f64::from(block.units(candidate, line));
            let (Some(wave), true) = (candidate.hub_wave(), units > 0.0) else {
                continue;
            };
            let sign = if candidate.forward { -1.0 } else { 1.0 };
            balance.entry(wave).or_default().add_mul(sign * units, ship);
        }
        formulation
            .constraints
            .extend(balance.into_values().map(|sum| sum.eq(0.0)));
    }
}

/// By location that lines of a group could leave, whether any does.
fn leaving(
    formulation: &mut Formulation,
    source: &Source<'_>,
    block: &Block<'_>,
    group: &[usize],
) -> Vec<Variable> {
    let mut chosen: BTreeMap<LocationIx, Variable> = BTreeMap::new();
    for (candidate, ship) in block.each() {
        let carries = |&line: &usize| block.units(candidate, line) > 0;
        if candidate.forward || !group.iter().any(carries) {
            continue;
        }
        let location = source.dataset.waves[candidate.wave.ix()].location;
        let here = *chosen
            .entry(location)
            .or_insert_with(|| formulation.add(variable().binary(), Decision::Derived));
        formulation.constraints.push((ship - here).leq(0.0));
    }
    chosen.into_values().collect()
}

/// `lateness`: each level of days is paid once, however many shipments are that late.
fn lateness(formulation: &mut Formulation, source: &Source<'_>, block: &Block<'_>) {
    let cost = source.dataset.orders[block.order.ix()]
        .late_cost_per_day
        .as_f64();
    let counts_late = formulation.goals.contains_key(&GoalKind::LateOrders);
    let late: Vec<(u32, Variable)> = block
        .each()
        .filter(|(candidate, _)| candidate.days_late > 0 && candidate.reaches_customer())
        .map(|(candidate, ship)| (candidate.days_late, ship))
        .collect();
    if late.is_empty() || (block.options.late_folded && !counts_late) {
        return;
    }
    let mut levels: Vec<u32> = late.iter().map(|(days, _)| *days).collect();
    levels.sort_unstable();
    levels.dedup();
    if block.options.late_folded {
        levels.truncate(1);
    }
    let mut below = 0;
    for (rank, level) in levels.into_iter().enumerate() {
        let column = derived(formulation, 1.0);
        if rank == 0 {
            formulation.credit(GoalKind::LateOrders, column, 1.0);
        }
        if !block.options.late_folded {
            formulation.earn(column, -cost * f64::from(level - below));
        }
        below = level;
        if block.options.late_folded {
            let sum: Expression = late.iter().map(|(_, ship)| *ship).sum();
            formulation.constraints.push((sum - column).leq(0.0));
            continue;
        }
        for (_, ship) in late.iter().filter(|(days, _)| *days >= level) {
            formulation.constraints.push((*ship - column).leq(0.0));
        }
    }
}

/// What the order uses of rows that can bind, and its links to open locations.
fn shared_use(
    formulation: &mut Formulation,
    (sums, links): (&mut RowSums, &mut OpenLinks),
    source: &Source<'_>,
    block: &Block<'_>,
) {
    let order = &source.dataset.orders[block.order.ix()];
    let mut usage = Vec::new();
    // By row that counts the order once, whether it does.
    let mut of_order: BTreeMap<u32, Variable> = BTreeMap::new();
    for (candidate, ship) in block.each() {
        let load = block
            .options
            .load_of(source.dataset, block.order, candidate);
        source
            .coupling
            .usage(source.dataset, order, &load, candidate, &mut usage);
        for &(row, units) in usage
            .iter()
            .filter(|(row, _)| source.scarcity.binding[*row as usize])
        {
            if source.coupling.counts_once(row) {
                let once = *of_order
                    .entry(row)
                    .or_insert_with(|| counted(formulation, sums, row));
                formulation.constraints.push((ship - once).leq(0.0));
            } else {
                sums.entry(row).or_default().add_mul(units as f64, ship);
            }
        }
    }
    // For each line and location: units that leave it ≤ quantity × open; pieces ≤ open where one is allowed.
    for (position, line) in block.lines.iter().enumerate() {
        let mut by_row: BTreeMap<(u32, bool), Expression> = BTreeMap::new();
        let one_piece = line.line_max_shipments <= 1 || line.quantity == 1;
        for (candidate, ship) in block.each() {
            let units = block.units(candidate, position);
            let location = source.dataset.waves[candidate.wave.ix()].location;
            let (Some(row), true) = (source.coupling.open_row(location), units > 0) else {
                continue;
            };
            let amount = if one_piece { 1.0 } else { f64::from(units) };
            by_row
                .entry((row, candidate.forward))
                .or_default()
                .add_mul(amount, ship);
        }
        let most = if one_piece {
            1.0
        } else {
            f64::from(line.quantity)
        };
        for ((row, _), sum) in by_row {
            links.entry(row).or_default().push((sum, most));
        }
    }
}
