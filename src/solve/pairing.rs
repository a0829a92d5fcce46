//! The best one or two loads of an order that has many, without looking at every pair.
//!
//! Loads are places in a table with a digit a line. For each load the best other within what it leaves is a
//! running maximum over the table: sizes × lines steps instead of loads × loads.

use crate::domain::Line;
use crate::options::{Load, Quantities, STATES_LIMIT, pieces_of};
use std::ops::Add;

/// An integer that worths are counted in.
pub trait Number: Copy + Ord + Add<Output = Self> {
    /// Nothing is worth this.
    const NEVER: Self;
    /// Nothing at all.
    const ZERO: Self;
    /// So many times this.
    fn times(self, count: u32) -> Self;
}

impl Number for i64 {
    const NEVER: Self = Self::MIN;
    const ZERO: Self = 0;
    fn times(self, count: u32) -> Self {
        self * Self::from(count)
    }
}

impl Number for i128 {
    const NEVER: Self = Self::MIN;
    const ZERO: Self = 0;
    fn times(self, count: u32) -> Self {
        self * Self::from(count)
    }
}

/// What counts beyond the worth of loads.
#[derive(Clone, Copy, Debug)]
pub struct Rules<W> {
    /// Whether two deliveries are allowed.
    pub two: bool,
    /// Whether only the whole order may ship.
    pub whole_order: bool,
    /// Whether each line ships whole or not at all.
    pub whole_lines: bool,
    /// Worth of each line that one load fills whole.
    pub per_full_line: W,
    /// Worth of the order filled whole.
    pub if_full: W,
}

/// What a load leaves to be filled.
struct Place {
    /// The load's own place.
    own: u32,
    /// The place of all that another delivery may fill beside it.
    beside: u32,
    /// The place of just what is missing; `None` where no load is that, or nothing is missing.
    missing: Option<u32>,
    /// Whether it is the whole order.
    is_full: bool,
    /// The place of what fills just the rest of each line that it begins, and may fill others; `None` where no load is
    /// that.
    completing: Option<u32>,
    /// Lines that it fills whole.
    full_lines: u32,
    /// Lines that it fills in part.
    begun_lines: u32,
}

/// The table over what can be filled: a line's digit is the rank of its piece among those that loads have.
pub struct Pairing {
    sizes: Vec<usize>,
    /// By line, whether a load has all of it.
    has_whole: Vec<bool>,
    of_loads: Vec<Place>,
}

/// A delivery of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery<W> {
    /// What it is worth.
    pub worth: W,
    /// By which the caller knows it.
    pub number: u32,
    /// No two deliveries have one berth, except [`ANY_BERTH`].
    pub berth: u32,
}

/// The berth of deliveries that any other may be beside.
pub const ANY_BERTH: u32 = u32::MAX - 1;

/// The number of what is no delivery.
const NOBODY: u32 = u32::MAX;

impl<W: Number> Delivery<W> {
    /// There is none.
    pub const NONE: Self = Self {
        worth: W::NEVER,
        number: NOBODY,
        berth: u32::MAX,
    };
    /// Nothing is delivered.
    const NOTHING: Self = Self {
        worth: W::ZERO,
        number: NOBODY,
        berth: ANY_BERTH,
    };
}

/// The best deliveries of different berths, the best first. Two are as good as all of them where two are paired: the best pair
/// takes one of two on each side.
pub type Best<W, const N: usize> = [Delivery<W>; N];

/// Takes a delivery among the best if it is one of them.
pub fn keep<W: Number, const N: usize>(best: &mut Best<W, N>, new: Delivery<W>) {
    let is_last = |kept: &Delivery<W>| kept.worth < new.worth || kept.berth == new.berth;
    let Some(place) = best.iter().position(is_last) else {
        return;
    };
    if best[place].worth >= new.worth {
        return;
    }
    // The one of its berth makes room, or the last.
    let after = &best[place..];
    let end = after.iter().position(|kept| kept.berth == new.berth);
    let end = end.map_or(N - 1, |end| place + end);
    best[place..=end].rotate_right(1);
    best[place] = new;
}

/// The best two that do not have one berth, with what both are worth.
fn best_apart<W: Number, const N: usize>(
    ones: &Best<W, N>,
    others: &Best<W, N>,
) -> Option<(W, [Delivery<W>; 2])> {
    let mut best: Option<(W, [Delivery<W>; 2])> = None;
    for one in ones.iter().take_while(|one| one.worth != W::NEVER) {
        let is_apart = |other: &&Delivery<W>| {
            other.worth != W::NEVER && (other.berth != one.berth || one.berth == ANY_BERTH)
        };
        let Some(other) = others.iter().find(is_apart) else {
            continue;
        };
        let worth = one.worth + other.worth;
        if best.is_none_or(|(known, _)| worth > known) {
            best = Some((worth, [*one, *other]));
        }
        if other.number == others[0].number {
            break;
        }
    }
    best
}

/// One or two deliveries that together ship an order, with what that is worth.
#[derive(Clone, Copy, Debug)]
pub struct Paired<W> {
    /// All that counts, lines filled whole and the order in.
    pub worth: W,
    /// Their numbers; the second is none where one ships alone, and both where nothing ships.
    pub numbers: [Option<u32>; 2],
}

/// Memory that searches use again: by place, the best deliveries.
pub struct Tables<W, const N: usize> {
    exact: Vec<Best<W, N>>,
    within: Vec<Best<W, N>>,
}

impl<W, const N: usize> Default for Tables<W, N> {
    fn default() -> Self {
        Self {
            exact: Vec::new(),
            within: Vec::new(),
        }
    }
}

impl Pairing {
    /// The table of an order; `None` where it would be too large.
    pub fn new(lines: &[Line], loads: &[Load]) -> Option<Self> {
        let pieces: Vec<Vec<u32>> = (0..lines.len())
            .map(|line| pieces_of(loads, line))
            .collect();
        let sizes: Vec<usize> = pieces.iter().map(Vec::len).collect();
        let places = sizes
            .iter()
            .fold(1, |all: usize, &size| all.saturating_mul(size));
        if places > STATES_LIMIT as usize {
            return None;
        }
        // The rank of the largest piece within the units.
        let place = |units: &[u32]| -> u32 {
            let each = units.iter().zip(&pieces).rev();
            each.fold(0, |place, (units, pieces)| {
                let rank = pieces.partition_point(|piece| piece <= units) - 1;
                place * pieces.len() as u32 + rank as u32
            })
        };
        let place_of = |load: &Load| {
            let each = || lines.iter().zip(&load.quantities);
            let left: Quantities = each()
                .map(|(line, &units)| {
                    let closed = units > 0 && line.line_max_shipments <= 1;
                    if closed { 0 } else { line.quantity - units }
                })
                .collect();
            let is_full = each().all(|(line, &units)| line.quantity == units);
            let has_missing =
                each()
                    .zip(&left)
                    .zip(&pieces)
                    .all(|(((line, units), left), pieces)| {
                        line.quantity - units == *left && pieces.binary_search(left).is_ok()
                    });
            let beside = place(&left);
            let begun = |(line, &units): (&Line, &u32)| units > 0 && units < line.quantity;
            let can_complete = each().zip(&left).zip(&pieces).all(|((one, left), pieces)| {
                !begun(one) || (*left > 0 && pieces.binary_search(left).is_ok())
            });
            // Of a line that it does not touch all may be filled, or nothing; all must be a piece of its own.
            let all_or_none = each()
                .zip(&left)
                .zip(&pieces)
                .map(|((one, &left), pieces)| {
                    if begun(one) || pieces.binary_search(&left).is_ok() {
                        left
                    } else {
                        0
                    }
                });
            let all_or_none: Quantities = all_or_none.collect();
            Place {
                own: place(&load.quantities),
                beside,
                missing: (has_missing && !is_full).then_some(beside),
                is_full,
                completing: can_complete.then(|| place(&all_or_none)),
                begun_lines: each().filter(|one| begun(*one)).count() as u32,
                full_lines: each()
                    .filter(|(line, units)| line.quantity == **units)
                    .count() as u32,
            }
        };
        Some(Self {
            of_loads: loads.iter().map(place_of).collect(),
            has_whole: lines
                .iter()
                .zip(&pieces)
                .map(|(line, pieces)| pieces.last() == Some(&line.quantity))
                .collect(),
            sizes,
        })
    }

    /// Loads of the order.
    pub fn loads(&self) -> usize {
        self.of_loads.len()
    }

    /// The best one or two deliveries of those given by load; nothing is worth zero.
    pub fn best<W: Number, const N: usize>(
        &self,
        of_loads: &[Best<W, N>],
        rules: Rules<W>,
        tables: &mut Tables<W, N>,
    ) -> Paired<W> {
        let mut best = Paired {
            worth: W::ZERO,
            numbers: [None; 2],
        };
        self.each_best(of_loads, rules, tables, |paired| {
            if paired.worth > best.worth {
                best = paired;
            }
        });
        best
    }

    /// For each load the best deliveries that ship it, alone, beside another and beside the one that brings all the rest.
    pub fn each_best<W: Number, const N: usize>(
        &self,
        of_loads: &[Best<W, N>],
        rules: Rules<W>,
        tables: &mut Tables<W, N>,
        mut consider: impl FnMut(Paired<W>),
    ) {
        let exact = &mut tables.exact;
        exact.clear();
        exact.resize(self.sizes.iter().product(), [Delivery::NONE; N]);
        for (place, deliveries) in self.of_loads.iter().zip(of_loads) {
            let full = rules.per_full_line.times(place.full_lines);
            let there = &mut exact[place.own as usize];
            *there = *deliveries;
            for delivery in there.iter_mut().filter(|one| one.worth != W::NEVER) {
                delivery.worth = delivery.worth + full;
            }
        }
        let sums = rules.two && !rules.whole_order;
        if sums {
            tables.within.clear();
            tables.within.extend_from_slice(exact);
            tables.within[0] = [Delivery::NONE; N];
            tables.within[0][0] = Delivery::NOTHING;
            if rules.whole_lines {
                self.all_or_none(&mut tables.within);
            } else {
                running_maxima(&self.sizes, &mut tables.within);
            }
        }
        for place in &self.of_loads {
            let here = tables.exact[place.own as usize];
            if here[0].worth == W::NEVER {
                continue;
            }
            let mut both = |bonus: W, others: &Best<W, N>| {
                if let Some((worth, pair)) = best_apart(&here, others) {
                    let number = |one: Delivery<W>| (one.number != NOBODY).then_some(one.number);
                    consider(Paired {
                        worth: worth + bonus,
                        numbers: pair.map(number),
                    });
                }
            };
            let mut nothing = [Delivery::NONE; N];
            nothing[0] = Delivery::NOTHING;
            if place.is_full {
                both(rules.if_full, &nothing);
            } else if !(rules.whole_order || (rules.whole_lines && place.begun_lines > 0)) {
                both(W::ZERO, &nothing);
            }
            // What the other completes counts with both.
            let completed = rules.per_full_line.times(place.begun_lines);
            let beside = if rules.whole_lines {
                place.completing.map(|beside| (beside, completed))
            } else {
                Some((place.beside, W::ZERO))
            };
            if let (true, Some((beside, bonus))) = (sums, beside) {
                both(bonus, &tables.within[beside as usize]);
            }
            if let (true, Some(missing)) = (rules.two, place.missing) {
                both(completed + rules.if_full, &tables.exact[missing as usize]);
            }
        }
    }

    /// By load, the most that another load beside it could be worth, or nothing, where rules let that be; [`Number::NEVER`] where
    /// they let the load ship neither alone nor beside one. What is filled whole counts nothing.
    pub fn most_beside<W: Number>(
        &self,
        worths: &[W],
        rules: Rules<W>,
        tables: &mut Tables<W, 1>,
    ) -> Vec<W> {
        let table = &mut tables.within;
        table.clear();
        table.resize(self.sizes.iter().product(), [Delivery::NONE]);
        if rules.two {
            for (place, &worth) in self.of_loads.iter().zip(worths) {
                table[place.own as usize][0].worth = worth;
            }
        }
        // Beside part of a whole order only all the rest may ship.
        if !rules.whole_order {
            table[0] = [Delivery::NOTHING];
            if rules.whole_lines {
                self.all_or_none(table);
            } else {
                running_maxima(&self.sizes, table);
            }
        }
        let beside = |place: &Place| {
            let beside = if rules.whole_order {
                if place.is_full {
                    return W::ZERO;
                }
                place.missing
            } else if rules.whole_lines {
                place.completing
            } else {
                Some(place.beside)
            };
            beside.map_or(W::NEVER, |beside| table[beside as usize][0].worth)
        };
        self.of_loads.iter().map(beside).collect()
    }

    /// By place, the best load that has just its pieces of lines, or where it has all of a line, all or nothing.
    fn all_or_none<W: Number, const N: usize>(&self, table: &mut [Best<W, N>]) {
        let mut stride = 1;
        for (&size, &has_whole) in self.sizes.iter().zip(&self.has_whole) {
            let block = stride * size;
            if has_whole && size > 1 {
                let whole = (size - 1) * stride;
                for begin in (0..table.len()).step_by(block) {
                    for place in begin..begin + stride {
                        keep_all(table, place + whole, place);
                    }
                }
            }
            stride = block;
        }
    }
}

/// By what may be filled at most, the best loads within it; nothing where that is best.
fn running_maxima<W: Number, const N: usize>(sizes: &[usize], table: &mut [Best<W, N>]) {
    let mut stride = 1;
    for &size in sizes {
        let block = stride * size;
        for begin in (0..table.len()).step_by(block) {
            for place in begin + stride..begin + block {
                keep_all(table, place, place - stride);
            }
        }
        stride = block;
    }
}

/// Keeps at one place the best of its own and of those at another.
fn keep_all<W: Number, const N: usize>(table: &mut [Best<W, N>], here: usize, there: usize) {
    for new in table[there] {
        if new.worth == W::NEVER {
            break;
        }
        keep(&mut table[here], new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{OrderIx, SkuIx};
    use crate::options::{Measure, OrderOptions};
    use crate::units::{Length, Money, Volume, Weight};

    fn line(quantity: u32, line_max_shipments: u32) -> Line {
        Line {
            id: "1".into(),
            order: OrderIx::new(0),
            sku: SkuIx::new(0),
            quantity,
            unit_price: Money::ZERO,
            unfilled_cost: Money::ZERO,
            line_max_shipments,
            min_split_units: 1,
            case: 1,
            weight: Weight(1),
            volume: Volume(1),
            unit_cost: None,
            row: 0,
            class: 0,
            declined: 0,
            forms: 0,
        }
    }

    fn load(quantities: &[u32]) -> Load {
        Load {
            quantities: quantities.into(),
            mix: crate::options::Mix::default(),
            measure: Measure::default(),
            handling: Default::default(),
            length: Length::ZERO,
            girth: Length::ZERO,
            crowding: Money::ZERO,
        }
    }

    /// What two loads come to together, or one beside nothing, what is filled whole counted; `None` where rules are against it.
    fn both(
        lines: &[Line],
        (first, worth): (&[u32], i64),
        (second, other): (&[u32], i64),
        rules: Rules<i64>,
    ) -> Option<i64> {
        let is_pair = second.iter().any(|&units| units > 0);
        let mut full = 0;
        let mut holds = worth != i64::NEVER && other != i64::NEVER && (rules.two || !is_pair);
        for ((line, &a), &b) in lines.iter().zip(first).zip(second) {
            holds &= a + b <= line.quantity;
            holds &= !(a > 0 && b > 0 && line.line_max_shipments <= 1);
            let begun = a + b > 0 && a + b < line.quantity;
            holds &= !(rules.whole_lines && begun);
            full += u32::from(a + b == line.quantity);
        }
        let all = full as usize == lines.len();
        if !holds || (rules.whole_order && !all) {
            return None;
        }
        let bonus = rules.per_full_line * i64::from(full) + if all { rules.if_full } else { 0 };
        Some(worth + other + bonus)
    }

    /// By load, the most that another or none adds beside it, by looking at every pair.
    fn beside_by_hand(
        lines: &[Line],
        loads: &[Load],
        worths: &[i64],
        rules: Rules<i64>,
    ) -> Vec<i64> {
        let none = vec![0; lines.len()];
        let beside = |load: &Load| {
            let each = loads.iter().zip(worths);
            let others = each.map(|(load, &worth)| (&load.quantities[..], worth));
            let added = |other| both(lines, (&load.quantities, 0), other, rules);
            let most = others.chain([(&none[..], 0)]).filter_map(added).max();
            most.unwrap_or(i64::NEVER)
        };
        loads.iter().map(beside).collect()
    }

    /// What one or two deliveries of loads come to by looking at every pair.
    fn by_hand(
        lines: &[Line],
        loads: &[Load],
        deliveries: &[(usize, Delivery<i64>)],
        rules: Rules<i64>,
    ) -> i64 {
        let none = vec![0; lines.len()];
        let mut best = 0;
        for (load, one) in deliveries {
            let alone = (&none[..], 0);
            let is_apart = |(_, other): &&(usize, Delivery<i64>)| {
                one.berth == ANY_BERTH || one.berth != other.berth
            };
            let others = deliveries.iter().filter(is_apart);
            let others = others.map(|(load, other)| (&loads[*load].quantities[..], other.worth));
            for other in others.chain([alone]) {
                let first = (&loads[*load].quantities[..], one.worth);
                best = best.max(both(lines, first, other, rules).unwrap_or(0));
            }
        }
        best
    }

    #[test]
    fn running_maxima_find_what_looking_at_every_pair_finds() {
        let mut state = 7_u64;
        let mut draw = |most: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % most
        };
        for _ in 0..3_000 {
            let lines: Vec<Line> = (0..1 + draw(4))
                .map(|_| line(1 + draw(3) as u32, 1 + draw(2) as u32))
                .collect();
            let mut loads: Vec<Vec<u32>> = (0..1 + draw(12))
                .map(|_| {
                    lines
                        .iter()
                        .map(|line| draw(u64::from(line.quantity) + 1) as u32)
                        .collect()
                })
                .filter(|units: &Vec<u32>| units.iter().any(|&units| units > 0))
                .collect();
            loads.sort();
            loads.dedup();
            let options = OrderOptions {
                loads: loads.iter().map(|units| load(units)).collect(),
                ..OrderOptions::default()
            };
            let worths: Vec<i64> = loads
                .iter()
                .map(|_| {
                    if draw(6) == 0 {
                        i64::NEVER
                    } else {
                        draw(40) as i64 - 12
                    }
                })
                .collect();
            let kind = draw(3);
            // Where two pieces may fill a line, lines in full are counted only with whole lines or a whole order.
            let is_whole = loads.iter().all(|load| {
                let mut each = load.iter().zip(&lines);
                each.all(|(&units, line)| units == 0 || units == line.quantity)
            });
            let counts = (kind == 1 || is_whole) && kind != 2;
            let rules = Rules {
                two: draw(4) > 0,
                whole_order: kind == 2,
                whole_lines: kind == 1,
                per_full_line: if counts { draw(5) as i64 } else { 0 },
                if_full: if counts || kind == 2 {
                    draw(9) as i64
                } else {
                    0
                },
            };
            let pairing = Pairing::new(&lines, &options.loads).expect("it is small");
            let deliveries: Vec<(usize, Delivery<i64>)> = (0..worths.len() * draw(4) as usize)
                .map(|number| {
                    let berth = if draw(8) == 0 {
                        ANY_BERTH
                    } else {
                        draw(3) as u32
                    };
                    let load = draw(worths.len() as u64) as usize;
                    let worth = draw(40) as i64 - 12;
                    let number = number as u32;
                    (
                        load,
                        Delivery {
                            worth,
                            number,
                            berth,
                        },
                    )
                })
                .collect();
            let mut of_loads = vec![[Delivery::NONE; 2]; loads.len()];
            for &(load, one) in &deliveries {
                keep(&mut of_loads[load], one);
            }
            let found = pairing.best(&of_loads, rules, &mut Tables::default());
            let expected = by_hand(&lines, &options.loads, &deliveries, rules);
            assert_eq!(found.worth, expected, "{loads:?} {deliveries:?} {rules:?}");
            let picked = found.numbers.iter().flatten();
            let picked: Vec<(&[u32], Delivery<i64>)> = picked
                .map(|&number| deliveries[number as usize])
                .map(|(load, one)| (&loads[load][..], one))
                .collect();
            let none = vec![0; lines.len()];
            let told = match picked[..] {
                [] => Some(0),
                [(load, one)] => both(&lines, (load, one.worth), (&none, 0), rules),
                [(load, one), (beside, other)] => {
                    assert!(one.berth == ANY_BERTH || one.berth != other.berth);
                    both(&lines, (load, one.worth), (beside, other.worth), rules)
                }
                _ => None,
            };
            assert_eq!(told, Some(found.worth), "{loads:?} {found:?} {rules:?}");
            let rules = Rules {
                per_full_line: 0,
                if_full: 0,
                ..rules
            };
            let beside = pairing.most_beside(&worths, rules, &mut Tables::default());
            let expected = beside_by_hand(&lines, &options.loads, &worths, rules);
            assert_eq!(beside, expected, "{loads:?} {worths:?} {rules:?}");
        }
    }
}
