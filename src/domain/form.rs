//! Forms: what a line can be filled with besides its own product from the shelf.

use super::{Dataset, Line, SkuIx, Stock};
use crate::units::Money;
use std::borrow::Cow;

/// One way to make a unit of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// How it is made.
    pub kind: FormKind,
    /// What the customer gets.
    pub shipped: SkuIx,
    /// What one unit takes from stock, all from one location.
    pub parts: Box<[(SkuIx, u32)]>,
    /// Cost of making a unit, or malus of sending it instead.
    pub cost: Money,
}

/// How a unit is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FormKind {
    /// As it lies on the shelf.
    Stock,
    /// A kit, from its components.
    Assembled,
    /// Something else instead.
    Substitute,
}

impl FormKind {
    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Assembled => "assembled",
            Self::Substitute => "substitute",
        }
    }
}

impl Dataset {
    /// The forms of a line, its own stock first; none where that is the only one.
    pub fn forms_of(&self, line: &Line) -> &[Form] {
        self.forms
            .get(line.forms as usize)
            .map_or(&[], |forms| forms)
    }

    /// Cost of goods of one unit of stock in a form of a line: where the order file knows better, it is of what was ordered
    /// as it lies on the shelf.
    pub fn part_cost(&self, line: &Line, form: &Form, cell: &Stock) -> Money {
        let known = line.unit_cost.filter(|_| form.kind == FormKind::Stock);
        let here = cell.unit_cost;
        known
            .or(here)
            .unwrap_or(self.products[cell.sku.ix()].unit_cost)
    }

    /// One form of a line.
    pub fn form_of(&self, line: &Line, form: u8) -> Cow<'_, Form> {
        match self.forms_of(line).get(usize::from(form)) {
            Some(form) => Cow::Borrowed(form),
            None => Cow::Owned(Form {
                kind: FormKind::Stock,
                shipped: line.sku,
                parts: [(line.sku, 1)].into(),
                cost: Money::ZERO,
            }),
        }
    }
}
