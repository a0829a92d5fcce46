//! Shapes: in which combinations of loads an order may ship.
//!
//! A shape depends only on quantities and rules, so that a million orders have a few hundred of
//! them. Where the combinations are few, they are listed once, and the best pattern of an order is a look at its best
//! candidate for each load and a sum for each combination.

use crate::domain::{Line, ShipComplete};
use crate::options::{Load, OrderOptions, Quantities};
use crate::solve::pattern::{Progress, Wholes, ending, halves, wholes};
use std::collections::BTreeMap;

/// Combinations at most that are listed; orders with more are searched one by one.
const COMBINATIONS: usize = 400;

/// Loads that together ship an order within its own rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Combination {
    /// Where its loads end; they begin where those of the one before do.
    end: u32,
    /// Lines filled whole; the highest bit: every line is.
    full: u32,
}

/// Marks that every line is filled whole.
const ALL_FULL: u32 = 1 << 31;

impl Combination {
    /// Lines filled whole.
    pub fn full_lines(self) -> u32 {
        self.full & !ALL_FULL
    }

    /// Whether every line is.
    pub fn is_all_full(self) -> bool {
        self.full & ALL_FULL != 0
    }
}

/// All combinations of an order's loads, the empty one not in.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// How many loads there are.
    pub loads: usize,
    /// What they carry, by load and line.
    pub quantities: Vec<u32>,
    combinations: Vec<Combination>,
    members: Vec<u16>,
    /// By load, the loads that it is a part of, with what it then leaves.
    wholes: Vec<Wholes>,
}

impl Shape {
    /// By load, the loads that it is a part of, each with the load that brings the rest; empty where the order goes by no hub.
    pub fn wholes(&self) -> &[Wholes] {
        &self.wholes
    }

    /// Each combination with its loads, ascending.
    pub fn each(&self) -> impl Iterator<Item = (Combination, &[u16])> {
        let mut begin = 0;
        self.combinations.iter().map(move |&combination| {
            let end = combination.end as usize;
            let loads = &self.members[begin..end];
            begin = end;
            (combination, loads)
        })
    }
}

/// Writes down what makes orders alike: quantities, rules and loads.
fn write_likeness(
    lines: &[Line],
    ship_complete: ShipComplete,
    deliveries: u32,
    options: &OrderOptions,
    key: &mut Vec<u32>,
) {
    key.clear();
    let whole = match ship_complete {
        ShipComplete::None => 0,
        ShipComplete::Line => 1,
        ShipComplete::Order => 2,
    };
    let mut candidates = options.candidates.iter();
    let has_hub = candidates.any(|candidate| candidate.hub_wave().is_some());
    key.extend([lines.len() as u32, whole, deliveries, has_hub.into()]);
    key.extend(
        lines
            .iter()
            .flat_map(|line| [line.quantity, line.line_max_shipments]),
    );
    key.extend(options.loads.iter().flat_map(|load| &load.quantities));
}

/// Shapes by likeness; `None`: too many combinations to list.
#[derive(Default)]
pub struct Shapes {
    known: BTreeMap<Vec<u32>, Option<u32>>,
    shapes: Vec<Shape>,
    key: Vec<u32>,
}

impl Shapes {
    /// The shape of an order, listed if it is not yet known.
    pub fn of(
        &mut self,
        lines: &[Line],
        ship_complete: ShipComplete,
        deliveries: u32,
        options: &OrderOptions,
    ) -> Option<u32> {
        // Each load by itself is a combination.
        if ship_complete == ShipComplete::None && options.loads.len() > COMBINATIONS {
            return None;
        }
        write_likeness(lines, ship_complete, deliveries, options, &mut self.key);
        if let Some(&known) = self.known.get(&self.key) {
            return known;
        }
        let listed = list(lines, ship_complete, deliveries, options).map(|shape| {
            self.shapes.push(shape);
            (self.shapes.len() - 1) as u32
        });
        self.known.insert(self.key.clone(), listed);
        listed
    }

    /// What was listed stays; whether an order is like one before is not known any more.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    /// One of those listed.
    pub fn get(&self, shape: u32) -> &Shape {
        &self.shapes[shape as usize]
    }

    /// Takes one over from others; where it is now.
    pub fn take_from(&mut self, others: &mut Self, shape: u32) -> u32 {
        self.shapes
            .push(std::mem::take(&mut others.shapes[shape as usize]));
        (self.shapes.len() - 1) as u32
    }

    /// How many are listed.
    pub fn len(&self) -> usize {
        self.shapes.len()
    }
}

/// Lists every combination; `None` when they are too many.
fn list(
    lines: &[Line],
    ship_complete: ShipComplete,
    deliveries: u32,
    options: &OrderOptions,
) -> Option<Shape> {
    let has_hub = options
        .candidates
        .iter()
        .any(|candidate| candidate.hub_wave().is_some());
    let limits = Limits {
        combinations: COMBINATIONS,
        steps: 64 * COMBINATIONS,
    };
    let loads = &options.loads;
    let mut shape = combined(lines, ship_complete, deliveries, loads, limits, &|_| true)?;
    let quantities = loads.iter().flat_map(|load| &load.quantities);
    shape.quantities = quantities.copied().collect();
    if has_hub {
        shape.wholes = wholes(&halves(lines, loads));
    }
    shape.combinations.shrink_to_fit();
    shape.members.shrink_to_fit();
    Some(shape)
}

/// How far combinations are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Combinations at most.
    pub combinations: usize,
    /// Loads at most that are tried in turn.
    pub steps: usize,
}

/// All combinations of the loads that are meant, what loads are a part of not told; `None` when they are too many.
pub fn combined(
    lines: &[Line],
    ship_complete: ShipComplete,
    deliveries: u32,
    loads: &[Load],
    limits: Limits,
    is_meant: &dyn Fn(usize) -> bool,
) -> Option<Shape> {
    if u16::try_from(loads.len()).is_err() {
        return None;
    }
    let progress = Progress::of_lines(lines, loads);
    let mut lister = Lister {
        progress: &progress,
        ship_complete,
        loads,
        limits,
        is_meant,
        shape: Shape {
            loads: loads.len(),
            ..Shape::default()
        },
        taken: Vec::new(),
        steps: 0,
    };
    let are_all = lister.extend(&vec![0; lines.len()], 0, deliveries);
    are_all.then_some(lister.shape)
}

struct Lister<'a> {
    progress: &'a [Progress],
    ship_complete: ShipComplete,
    loads: &'a [Load],
    limits: Limits,
    is_meant: &'a dyn Fn(usize) -> bool,
    shape: Shape,
    taken: Vec<u16>,
    steps: usize,
}

impl Lister<'_> {
    /// Adds every combination that begins with what is taken; false when they become too many.
    fn extend(&mut self, digits: &[u32], from: usize, deliveries: u32) -> bool {
        if deliveries == 0 {
            return true;
        }
        for load in from..self.loads.len() {
            self.steps += 1;
            if self.steps > self.limits.steps {
                return false;
            }
            if !(self.is_meant)(load) {
                continue;
            }
            let quantities = &self.loads[load].quantities;
            let after: Option<Quantities> = self
                .progress
                .iter()
                .zip(digits)
                .zip(quantities)
                .map(|((line, &digit), &units)| line.after(digit, units))
                .collect();
            let Some(after) = after else { continue };
            self.taken.push(load as u16);
            if !self.add(&after) || !self.extend(&after, load, deliveries - 1) {
                return false;
            }
            self.taken.pop();
        }
        true
    }

    fn add(&mut self, digits: &[u32]) -> bool {
        let Some((full, all_full)) = ending(self.progress, digits, self.ship_complete) else {
            return true;
        };
        self.shape.members.extend_from_slice(&self.taken);
        self.shape.combinations.push(Combination {
            end: self.shape.members.len() as u32,
            full: full as u32 | if all_full { ALL_FULL } else { 0 },
        });
        self.shape.combinations.len() <= self.limits.combinations
    }
}
