//! Loads: how many units of each line one shipment can carry.

use super::policy::are_apart;
use super::rates::Measure;
use super::ways::Slot;
use crate::domain::{Dataset, HandlingSet, Line, OrderIx, ShipComplete};
use crate::units::{Length, Volume, Weight};
use smallvec::{SmallVec, smallvec};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Units by line of an order; of most orders without an allocation.
pub type Quantities = SmallVec<[u32; 4]>;

/// Units of each line of an order in one shipment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// By position of the line in the order.
    pub quantities: Quantities,
    /// All pieces together.
    pub measure: Measure,
    /// Special handling that its products need.
    pub handling: HandlingSet,
    /// Longest side of a unit in it.
    pub length: Length,
    /// Largest girth of a unit in it.
    pub girth: Length,
}

impl Load {
    /// The load of these quantities.
    pub fn new(dataset: &Dataset, order: OrderIx, quantities: &[u32]) -> Self {
        Self::of(dataset, order, quantities.into())
    }

    fn of(dataset: &Dataset, order: OrderIx, quantities: Quantities) -> Self {
        let mut load = Self {
            quantities,
            measure: Measure::default(),
            handling: HandlingSet::default(),
            length: Length::ZERO,
            girth: Length::ZERO,
        };
        for (line, &units) in dataset.lines_of(order).iter().zip(&load.quantities) {
            if units == 0 {
                continue;
            }
            let product = &dataset.products[line.sku.ix()];
            load.measure.weight += Weight(line.weight.0 * i64::from(units));
            load.measure.volume += Volume(line.volume.0 * i64::from(units));
            load.measure.units += i64::from(units);
            load.handling.0 |= product.handling.0;
            load.length = load.length.max(product.length());
            load.girth = load.girth.max(product.girth());
        }
        load
    }

    /// Whether each line's units are within a limit.
    pub fn fits(&self, limits: &[u32]) -> bool {
        self.quantities
            .iter()
            .zip(limits)
            .all(|(units, limit)| units <= limit)
    }

    /// Lines in it.
    pub fn line_count(&self) -> usize {
        self.quantities.iter().filter(|&&units| units > 0).count()
    }
}

/// Whether a piece of this many units of a line may exist at all.
pub fn usable_piece(line: &Line, ship_complete: ShipComplete, units: u32) -> bool {
    let whole = units == line.quantity;
    let one_piece = line.line_max_shipments <= 1 && ship_complete != ShipComplete::None;
    units > 0 && units <= line.quantity && (whole || (units >= line.min_split_units && !one_piece))
}

/// Units of a line, so many at most, among which all are that a piece may have.
fn could_be_pieces(line: &Line, ship_complete: ShipComplete, most: u32) -> RangeInclusive<u32> {
    let is_split = usable_piece(line, ship_complete, line.quantity - 1);
    let least = if is_split {
        line.min_split_units.max(1)
    } else {
        most
    };
    least.min(most)..=most
}

/// The largest piece of a line in any load.
pub fn largest_piece(loads: &[Load], line: usize) -> u32 {
    loads
        .iter()
        .map(|load| load.quantities[line])
        .max()
        .unwrap_or(0)
}

/// The pieces that loads have of a line, none included, ascending.
pub fn pieces_of(loads: &[Load], line: usize) -> Vec<u32> {
    let of_loads = loads.iter().map(|load| load.quantities[line]);
    let mut pieces: Vec<u32> = of_loads.chain([0]).collect();
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// Steps of a search that goes through all states, for each delivery and load.
pub fn search_steps(states: u64, loads: usize, deliveries: u32) -> u64 {
    states
        .saturating_mul(loads as u64)
        .saturating_mul(u64::from(deliveries))
}

/// Combinations of what can be filled of each line in how many pieces: what a search over patterns goes through.
pub(super) fn progress_states(lines: &[Line], loads: &[Load]) -> u64 {
    let of_line = |(position, line): (usize, &Line)| -> u64 {
        let (largest, most) = (
            largest_piece(loads, position),
            line.line_max_shipments.max(1),
        );
        let reach = u64::from(line.quantity.min(largest.saturating_mul(most)));
        match (largest, line.quantity, most) {
            (0, _, _) => 1,
            (_, 1, _) => 2,
            (_, _, 1) => 3,
            _ if u64::from(most) >= reach => reach + 1,
            _ => (reach + 1) * (u64::from(most) + 1),
        }
    };
    lines
        .iter()
        .enumerate()
        .map(of_line)
        .fold(1, u64::saturating_mul)
}

/// All loads of an order that some slot could carry, in lexicographic order; `None` when they are more than `limit`.
pub(super) fn loads_of(
    dataset: &Dataset,
    order: OrderIx,
    slots: &[Slot],
    limit: usize,
) -> Option<Vec<Load>> {
    let lines = dataset.lines_of(order);
    let ship_complete = dataset.orders[order.ix()].ship_complete;
    let mut found: Vec<Quantities> = Vec::new();
    for limits in widest(slots) {
        let ranges = lines.iter().zip(limits);
        let ranges = ranges.map(|(line, &most)| could_be_pieces(line, ship_complete, most));
        let ranges: Vec<RangeInclusive<u32>> = ranges.collect();
        // So many pieces are not even gone through.
        let are_many =
            |range: &RangeInclusive<u32>| (range.end() - range.start()) as usize >= limit;
        if ranges.iter().any(are_many) {
            return None;
        }
        let choices: Vec<Vec<u32>> = lines
            .iter()
            .zip(ranges)
            .map(|(line, range)| {
                let pieces = range.filter(|&units| usable_piece(line, ship_complete, units));
                std::iter::once(0).chain(pieces).collect()
            })
            .collect();
        let count = choices
            .iter()
            .fold(1, |count: usize, units| count.saturating_mul(units.len()));
        if count - 1 > limit {
            return None;
        }
        let mut picked = vec![0_usize; lines.len()];
        while advance(&mut picked, &choices) {
            let units = picked.iter().zip(&choices);
            let quantities: Quantities = units.map(|(&choice, units)| units[choice]).collect();
            if may_share(dataset, lines, &quantities) {
                found.push(quantities);
            }
        }
        // Those of one slot are in order already.
        found.sort();
        found.dedup();
        if found.len() > limit {
            return None;
        }
    }
    let each = found.into_iter();
    Some(each.map(|units| Load::of(dataset, order, units)).collect())
}

/// Lines of a slot up to which all its sets of whole lines are selected.
const ALL_SETS: u32 = 8;

/// Some loads of an order that has too many: as much as a slot has of each line, or nothing, for all sets of lines where
/// they are few, else for all but two lines at most, or two at most.
pub(super) fn selected(
    dataset: &Dataset,
    order: OrderIx,
    slots: &[Slot],
    limit: usize,
) -> Vec<Load> {
    let lines = dataset.lines_of(order);
    let ship_complete = dataset.orders[order.ix()].ship_complete;
    let mut found: BTreeSet<Quantities> = BTreeSet::new();
    for limits in widest(slots) {
        let here: Vec<usize> = (0..lines.len())
            .filter(|&line| usable_piece(&lines[line], ship_complete, limits[line]))
            .collect();
        let mut add = |is_in: &dyn Fn(usize) -> bool| {
            let mut quantities: Quantities = smallvec![0; lines.len()];
            for (position, &line) in here.iter().enumerate() {
                quantities[line] = if is_in(position) { limits[line] } else { 0 };
            }
            let some = quantities.iter().any(|&units| units > 0);
            if some && found.len() < limit && may_share(dataset, lines, &quantities) {
                found.insert(quantities);
            }
        };
        if here.len() as u32 <= ALL_SETS {
            for set in 1..1_usize << here.len() {
                add(&|position| set >> position & 1 == 1);
            }
            continue;
        }
        for one in 0..here.len() {
            for other in one..here.len() {
                add(&|position| position != one && position != other);
                add(&|position| position == one || position == other);
            }
        }
        add(&|_| true);
    }
    let each = found.into_iter();
    each.map(|units| Load::of(dataset, order, units)).collect()
}

/// These loads of an order with more of it, each once, in lexicographic order; those that may not be are left out.
pub(super) fn with_loads(
    dataset: &Dataset,
    order: OrderIx,
    mut loads: Vec<Load>,
    more: &[Vec<u32>],
) -> Vec<Load> {
    let lines = dataset.lines_of(order);
    let ship_complete = dataset.orders[order.ix()].ship_complete;
    let is_usable = |units: &&Vec<u32>| {
        let mut each = lines.iter().zip(units.iter());
        each.all(|(line, &units)| units == 0 || usable_piece(line, ship_complete, units))
            && may_share(dataset, lines, units)
    };
    let more = more.iter().filter(is_usable);
    loads.extend(more.map(|units| Load::new(dataset, order, units)));
    loads.sort_by(|one, other| one.quantities.cmp(&other.quantities));
    loads.dedup_by(|one, other| one.quantities == other.quantities);
    loads
}

/// The limits of slots, those left out that another has at least as much of everywhere.
fn widest(slots: &[Slot]) -> Vec<&[u32]> {
    let mut limits: Vec<&[u32]> = slots.iter().map(|slot| &slot.limits[..]).collect();
    limits.sort_unstable();
    limits.dedup();
    let within = |one: &[u32], other: &[u32]| {
        one != other && one.iter().zip(other).all(|(units, most)| units <= most)
    };
    let is_widest = |one: &&[u32]| !limits.iter().any(|other| within(one, other));
    limits.iter().copied().filter(is_widest).collect()
}

/// Counts up, the last line fastest; false after the last combination.
fn advance(picked: &mut [usize], choices: &[Vec<u32>]) -> bool {
    for line in (0..picked.len()).rev() {
        picked[line] += 1;
        if picked[line] < choices[line].len() {
            return true;
        }
        picked[line] = 0;
    }
    false
}

/// A line that ships alone shares a shipment with no other, nor do two that rules keep apart.
pub fn may_share(dataset: &Dataset, lines: &[Line], quantities: &[u32]) -> bool {
    let carried = || {
        lines
            .iter()
            .zip(quantities)
            .filter(|(_, units)| **units > 0)
    };
    if carried().count() <= 1 {
        return true;
    }
    let is_alone = |line: &Line| dataset.products[line.sku.ix()].ship_alone;
    let apart_from_later = |(position, one): (usize, &Line)| {
        let mut later = carried().skip(position + 1);
        later.any(|(other, _)| are_apart(dataset, one, other))
    };
    !carried().any(|(line, _)| is_alone(line))
        && !carried()
            .map(|(line, _)| line)
            .enumerate()
            .any(apart_from_later)
}
