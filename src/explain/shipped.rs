//! A shipment of a plan in the words of options: what it carries, in which forms.

use crate::domain::{Dataset, Demand, Line, OrderIx, WaveIx};
use crate::options::{Load, Made};
use crate::plan::Shipment;
use crate::verify::takes_stock;
use std::ops::Range;

/// What a shipment carries.
#[derive(Clone, Debug)]
pub struct Shipped {
    /// For whom.
    pub order: OrderIx,
    /// What is in it.
    pub load: Load,
    /// Whether it is a hub's, which takes no stock.
    pub forward: bool,
}

impl Shipped {
    /// A shipment of a plan.
    pub fn new(dataset: &Dataset, shipment: &Shipment) -> Self {
        Self::of_all(dataset, &[shipment])
    }

    /// The same of several shipments of one order, as if all left together; not empty.
    pub fn of_all(dataset: &Dataset, shipments: &[&Shipment]) -> Self {
        let first = shipments[0];
        let data = &dataset.orders[first.order.ix()];
        let mut quantities = vec![0; data.line_count()];
        let mut mix: Vec<Made> = vec![];
        for piece in shipments.iter().flat_map(|shipment| &shipment.pieces) {
            let line = piece.line.0 - data.lines.start;
            quantities[line as usize] += piece.quantity;
            if dataset.forms_of(&dataset.lines[piece.line.ix()]).is_empty() {
                continue;
            }
            add(
                &mut mix,
                Made {
                    line,
                    form: piece.form,
                    units: piece.quantity,
                },
            );
        }
        Self::made(
            dataset,
            first.order,
            &quantities,
            mix,
            !takes_stock(dataset, first),
        )
    }

    /// The same with more goods.
    pub fn with(&self, dataset: &Dataset, load: &Load) -> Self {
        let both = self.load.quantities.iter().zip(&load.quantities);
        let quantities: Vec<u32> = both.map(|(one, other)| one + other).collect();
        let mut mix: Vec<Made> = self.load.mix.to_vec();
        load.mix.iter().for_each(|made| add(&mut mix, *made));
        Self::made(dataset, self.order, &quantities, mix, self.forward)
    }

    /// Whether lines that a rule keeps at one location, or the pieces of one line, would leave two if it left with a wave, in the
    /// place of some of the order's shipments.
    pub(super) fn is_broken_up(
        &self,
        dataset: &Dataset,
        shipments: &[Shipment],
        wave: WaveIx,
        moved: Range<usize>,
    ) -> bool {
        if dataset.rules.is_empty() {
            return false;
        }
        let location = dataset.waves[wave.ix()].location;
        let kept = |line: &Line| -> Vec<u16> {
            let numbers = dataset.rule_numbers_of(line).iter().copied();
            let is_kept =
                |&number: &u16| dataset.rules[usize::from(number)].demand == Demand::Together;
            numbers.filter(is_kept).collect()
        };
        let lines = dataset.lines_of(self.order).iter();
        let carried = lines.zip(&self.load.quantities);
        let rules: Vec<u16> = carried
            .filter(|(_, units)| **units > 0)
            .flat_map(|(line, _)| kept(line))
            .collect();
        let others = shipments.iter().enumerate();
        let mut elsewhere = others.filter(|(position, it)| {
            !moved.contains(position)
                && takes_stock(dataset, it)
                && dataset.waves[it.wave.ix()].location != location
        });
        elsewhere.any(|(_, it)| {
            let mut pieces = it.pieces.iter();
            pieces.any(|piece| {
                let of_piece = kept(&dataset.lines[piece.line.ix()]);
                of_piece.iter().any(|rule| rules.contains(rule))
            })
        })
    }

    fn made(
        dataset: &Dataset,
        order: OrderIx,
        quantities: &[u32],
        mut mix: Vec<Made>,
        forward: bool,
    ) -> Self {
        mix.sort_unstable();
        let load = Load::new(dataset, order, quantities);
        Self {
            order,
            load: load.with_mix(dataset, order, &mix.into()),
            forward,
        }
    }
}

/// Adds units of a line in a form to those that are there.
fn add(mix: &mut Vec<Made>, more: Made) {
    let mut each = mix.iter_mut();
    match each.find(|made| (made.line, made.form) == (more.line, more.form)) {
        Some(made) => made.units += more.units,
        None => mix.push(more),
    }
}
