//! A shipment of a plan in the words of options: what it carries, in which forms.

use crate::domain::{Dataset, OrderIx};
use crate::options::{Load, Made};
use crate::plan::Shipment;
use crate::verify::takes_stock;

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
            let known = mix
                .iter_mut()
                .find(|made| (made.line, made.form) == (line, piece.form));
            match known {
                Some(made) => made.units += piece.quantity,
                None => mix.push(Made {
                    line,
                    form: piece.form,
                    units: piece.quantity,
                }),
            }
        }
        mix.sort_unstable();
        let load = Load::new(dataset, first.order, &quantities);
        Self {
            order: first.order,
            load: load.with_mix(dataset, first.order, &mix.into()),
            forward: !takes_stock(dataset, first),
        }
    }
}
