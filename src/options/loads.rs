//! Loads: how many units of each line one shipment can carry.

use super::policy::{are_apart, crowding_cost};
use super::rates::Measure;
use super::ways::Slot;
use crate::domain::{Dataset, FormKind, HandlingSet, Line, OrderIx, ShipComplete, SkuIx};
use crate::units::{Length, Money};
use smallvec::{SmallVec, smallvec};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Units by line of an order; of most orders without an allocation.
pub type Quantities = SmallVec<[u32; 4]>;

/// Units of a line that are made in one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Made {
    /// Position of the line in the order.
    pub line: u32,
    /// Which of the line's forms.
    pub form: u8,
    /// How many.
    pub units: u32,
}

/// In which forms the units of a load are made, of lines that have several; nothing of others.
pub type Mix = Box<[Made]>;

/// Units of each line of an order in one shipment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// By position of the line in the order.
    pub quantities: Quantities,
    /// In which forms they are made; what it does not name is from its own stock.
    pub mix: Mix,
    /// All pieces together.
    pub measure: Measure,
    /// Special handling that its products need.
    pub handling: HandlingSet,
    /// Longest side of a unit in it.
    pub length: Length,
    /// Largest girth of a unit in it.
    pub girth: Length,
    /// What rules take off for lines in it that are better apart.
    pub crowding: Money,
}

impl Load {
    /// The load of these quantities.
    pub fn new(dataset: &Dataset, order: OrderIx, quantities: &[u32]) -> Self {
        Self::of(dataset, order, quantities.into())
    }

    fn of(dataset: &Dataset, order: OrderIx, quantities: Quantities) -> Self {
        let mut load = Self {
            quantities,
            mix: Mix::default(),
            measure: Measure::default(),
            handling: HandlingSet::default(),
            length: Length::ZERO,
            girth: Length::ZERO,
            crowding: Money::ZERO,
        };
        for (position, line) in dataset.lines_of(order).iter().enumerate() {
            let units = load.quantities[position];
            load.add(dataset, line, line.sku, units);
        }
        if !dataset.rules.is_empty() {
            let lines = dataset.lines_of(order);
            load.crowding = crowding_cost(dataset, lines, &load.quantities);
        }
        load
    }

    /// Measures units that are shipped as a SKU.
    fn add(&mut self, dataset: &Dataset, line: &Line, shipped: SkuIx, units: u32) {
        if units == 0 {
            return;
        }
        let product = &dataset.products[shipped.ix()];
        let (weight, volume) = if shipped == line.sku {
            (line.weight, line.volume)
        } else {
            (product.weight, product.volume)
        };
        self.measure.add(weight, volume, i64::from(units));
        self.handling.0 |= product.handling.0;
        self.length = self.length.max(product.length());
        self.girth = self.girth.max(product.girth());
    }

    /// Goods that belong to no order.
    pub fn of_goods(dataset: &Dataset, goods: &[(SkuIx, i64)]) -> Self {
        let mut load = Self {
            quantities: Quantities::new(),
            mix: Mix::default(),
            measure: Measure::default(),
            handling: HandlingSet::default(),
            length: Length::ZERO,
            girth: Length::ZERO,
            crowding: Money::ZERO,
        };
        for &(sku, units) in goods {
            let product = &dataset.products[sku.ix()];
            load.measure.add(product.weight, product.volume, units);
            load.handling.0 |= product.handling.0;
            load.length = load.length.max(product.length());
            load.girth = load.girth.max(product.girth());
        }
        load
    }

    /// The same units made in other forms.
    pub fn with_mix(&self, dataset: &Dataset, order: OrderIx, mix: &Mix) -> Self {
        if mix.is_empty() {
            return self.clone();
        }
        let mut load = Self {
            quantities: self.quantities.clone(),
            mix: mix.clone(),
            measure: Measure::default(),
            handling: HandlingSet::default(),
            length: Length::ZERO,
            girth: Length::ZERO,
            crowding: self.crowding,
        };
        for (position, line) in dataset.lines_of(order).iter().enumerate() {
            let made = || mix.iter().filter(|made| made.line as usize == position);
            for one in made() {
                let shipped = dataset.form_of(line, one.form).shipped;
                load.add(dataset, line, shipped, one.units);
            }
            if made().next().is_none() {
                load.add(dataset, line, line.sku, self.quantities[position]);
            }
        }
        load
    }

    /// Whether something else than what is ordered is in it.
    pub fn has_substitute(&self, dataset: &Dataset, order: OrderIx) -> bool {
        let lines = dataset.lines_of(order);
        self.mix.iter().any(|made| {
            let form = dataset.form_of(&lines[made.line as usize], made.form);
            form.kind == FormKind::Substitute
        })
    }

    /// What it takes from stock: positions of lines with a SKU and how many units of that.
    pub fn draws<'a>(
        &'a self,
        dataset: &'a Dataset,
        order: OrderIx,
    ) -> impl Iterator<Item = (usize, SkuIx, i64)> + 'a {
        let lines = dataset.lines_of(order);
        let is_made = |line: usize| self.mix.iter().any(|made| made.line as usize == line);
        let each = self.quantities.iter().enumerate();
        let plain = each.filter(move |(line, units)| **units > 0 && !is_made(*line));
        let plain = plain.map(|(line, &units)| (line, lines[line].sku, i64::from(units)));
        let made = self.mix.iter().flat_map(move |made| {
            let line = made.line as usize;
            let form = &dataset.forms_of(&lines[line])[usize::from(made.form)];
            let parts = form.parts.iter();
            parts.map(move |&(sku, count)| (line, sku, i64::from(count) * i64::from(made.units)))
        });
        plain.chain(made)
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
    let may_be_split =
        units >= line.min_split_units && units.is_multiple_of(line.case) && !one_piece;
    units > 0 && units <= line.quantity && (whole || may_be_split)
}

/// Units of a line, so many at most, among which all are that a piece may have.
fn could_be_pieces(line: &Line, ship_complete: ShipComplete, most: u32) -> RangeInclusive<u32> {
    let is_split = usable_piece(line, ship_complete, line.quantity - line.case);
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
    // Where all lines may share a shipment, any of them may.
    let all: Quantities = lines.iter().map(|line| line.quantity).collect();
    let any_share = may_share(dataset, lines, &all);
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
            if any_share || may_share(dataset, lines, &quantities) {
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
            .filter(|&line| {
                usable_piece(
                    &lines[line],
                    ship_complete,
                    lines[line].whole_cases(limits[line]),
                )
            })
            .collect();
        let mut add = |is_in: &dyn Fn(usize) -> bool| {
            let mut quantities: Quantities = smallvec![0; lines.len()];
            for (position, &line) in here.iter().enumerate() {
                quantities[line] = if is_in(position) {
                    lines[line].whole_cases(limits[line])
                } else {
                    0
                };
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

/// Ways at most to make one load that are listed.
const MIXES: usize = 64;

/// All ways to make a load in forms of which a slot has so many; `None`: they are too many. None at all where the slot has
/// too few.
pub(super) fn mixes_of(quantities: &[u32], limits: &[Made]) -> Option<Vec<Mix>> {
    let mut mixes: Vec<Vec<Made>> = vec![Vec::new()];
    for of_line in limits.chunk_by(|one, next| one.line == next.line) {
        let units = quantities[of_line[0].line as usize];
        if units == 0 {
            continue;
        }
        let mut shares: Vec<(Vec<Made>, u32)> = vec![(Vec::new(), units)];
        for limit in of_line {
            let mut next = Vec::new();
            for (made, left) in &shares {
                for units in 0..=limit.units.min(*left) {
                    let mut made = made.clone();
                    if units > 0 {
                        made.push(Made { units, ..*limit });
                    }
                    next.push((made, left - units));
                }
            }
            if next.len() > 16 * MIXES {
                return None;
            }
            shares = next;
        }
        shares.retain(|(_, left)| *left == 0);
        if mixes.len().saturating_mul(shares.len()) > MIXES {
            return None;
        }
        let with = |mix: &Vec<Made>| -> Vec<Vec<Made>> {
            let each = shares.iter();
            each.map(|(made, _)| mix.iter().chain(made).copied().collect())
                .collect()
        };
        mixes = mixes.iter().flat_map(with).collect();
    }
    Some(mixes.into_iter().map(Vec::into_boxed_slice).collect())
}

/// One way to make a load for each form: as much of each line as there is in this form, the rest in the others in turn.
pub(super) fn plain_mixes_of(quantities: &[u32], limits: &[Made]) -> Vec<Mix> {
    let forms = limits
        .iter()
        .map(|limit| limit.form)
        .max()
        .map_or(0, |form| form + 1);
    let mut mixes: Vec<Mix> = Vec::new();
    for first in 0..forms.max(1) {
        let mut mix: Vec<Made> = Vec::new();
        let mut is_made = true;
        for of_line in limits.chunk_by(|one, next| one.line == next.line) {
            let mut left = quantities[of_line[0].line as usize];
            let mut in_turn: Vec<&Made> = of_line.iter().collect();
            in_turn.sort_by_key(|limit| (limit.form != first, limit.form));
            let begin = mix.len();
            for limit in in_turn {
                let units = limit.units.min(left);
                left -= units;
                if units > 0 {
                    mix.push(Made { units, ..*limit });
                }
            }
            mix[begin..].sort_unstable();
            is_made &= left == 0;
        }
        let mix = mix.into_boxed_slice();
        if is_made && !mixes.contains(&mix) {
            mixes.push(mix);
        }
    }
    mixes
}
