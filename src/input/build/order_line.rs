//! Lines of orders.

use super::Known;
use super::forms::{Consent, FormSets};
use super::view::{Numbers, Texts, View};
use crate::domain::{Line, OrderIx, Product, Settings, SkuIx};
use crate::input::fault::Fault;
use crate::units::{Money, Volume, Weight, divide_half_up};
use std::cmp::Ordering;
use std::sync::Arc;

/// What is known of a SKU that orders name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// A row of `products` has it, or there is no such table.
    Product,
    /// Only `inventory` or `inbound` has it.
    StockOnly,
    /// No table has it.
    Nowhere,
}

/// Lines of an order whose ids are made once for all orders.
const NUMBERED: usize = 64;

/// The columns of a line.
pub struct LineColumns<'a> {
    view: View<'a>,
    forms: &'a FormSets,
    line_id: Texts<'a>,
    /// By code.
    ids: Vec<Arc<str>>,
    /// Ids of the first lines of an order that have none: their numbers.
    numbers: Vec<Arc<str>>,
    sku: Texts<'a>,
    skus: Vec<Option<usize>>,
    sources: Vec<Source>,
    quantity: Numbers<'a>,
    unit_price: Numbers<'a>,
    unfilled_cost: Numbers<'a>,
    line_max_shipments: Numbers<'a>,
    min_split_units: Numbers<'a>,
    weight: Numbers<'a>,
    volume: Numbers<'a>,
    unit_cost: Numbers<'a>,
}

impl<'a> LineColumns<'a> {
    /// The columns, and for each SKU that orders name where else it is named.
    pub fn new(
        [orders, products, inventory, inbound, kits]: [&View<'a>; 5],
        known: &Known,
        forms: &'a FormSets,
    ) -> Self {
        let sku = orders.texts("sku");
        let listed = super::Names::of([products.texts("sku"), kits.texts("kit_sku")]);
        let stocked = super::Names::of([inventory.texts("sku"), inbound.texts("sku")]);
        let sources = sku.by_code(|name| {
            if products.table.rows() == 0 || listed.find(name).is_some() {
                Source::Product
            } else if stocked.find(name).is_some() {
                Source::StockOnly
            } else {
                Source::Nowhere
            }
        });
        let numbers = |name| orders.numbers(name);
        Self {
            view: *orders,
            forms,
            line_id: orders.texts("line_id"),
            ids: orders.texts("line_id").by_code(Arc::from),
            numbers: (1..=NUMBERED).map(|id| id.to_string().into()).collect(),
            sku,
            skus: known.skus.positions(sku),
            sources,
            quantity: numbers("quantity"),
            unit_price: numbers("unit_price"),
            unfilled_cost: numbers("unfilled_cost"),
            line_max_shipments: numbers("line_max_shipments"),
            min_split_units: numbers("min_split_units"),
            weight: numbers("weight_g"),
            volume: numbers("volume_cm3"),
            unit_cost: numbers("unit_cost"),
        }
    }

    /// The lines of an order by line id; their order index is set when orders are counted.
    pub fn lines(
        &self,
        rows: &[u32],
        factor_micro: i128,
        known: (&[Product], &Settings, Consent),
        faults: &mut Vec<Fault>,
    ) -> Vec<Line> {
        let mut ids: Vec<(Arc<str>, usize)> = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            let id = match (self.line_id.code(*row as usize), self.numbers.get(at)) {
                (0, Some(number)) => number.clone(),
                (0, None) => (at + 1).to_string().into(),
                (code, _) => self.ids[code as usize].clone(),
            };
            ids.push((id, *row as usize));
        }
        ids.sort_by(|(one, row), (other, other_row)| {
            compare_line_ids(one, other).then(row.cmp(other_row))
        });
        for pair in ids.windows(2) {
            if pair[0].0 == pair[1].0 {
                faults.push(self.doubled(&pair[1].0, pair[0].1, pair[1].1));
            }
        }
        let line = |(id, row): (Arc<str>, usize)| self.line(id, row, factor_micro, known, faults);
        ids.into_iter().filter_map(line).collect()
    }

    fn doubled(&self, id: &str, first: usize, row: usize) -> Fault {
        let line = self.view.table.line(first);
        let message = format!("row {line} has the same order_id and line_id");
        let fault = self
            .view
            .row_error(row, message)
            .column("line_id")
            .value(id);
        fault.remedy("give each line of an order its own id, or leave the column out")
    }

    fn line(
        &self,
        id: Arc<str>,
        row: usize,
        factor_micro: i128,
        (products, settings, consent): (&[Product], &Settings, Consent),
        faults: &mut Vec<Fault>,
    ) -> Option<Line> {
        let sku = self.skus[self.sku.code(row) as usize]?;
        self.check_sku(row, faults);
        let product = &products[sku];
        let unfilled = self.unfilled_cost.or(row, settings.unfilled_cost.0);
        let small = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        let quantity = small(self.quantity.or(row, 1));
        let case = product.units_per_case.max(1);
        Some(Line {
            case: if quantity % case == 0 { case } else { 1 },
            id,
            order: OrderIx(0),
            sku: SkuIx::new(sku),
            quantity,
            unit_price: self.unit_price.money(row),
            unfilled_cost: weighted(Money(unfilled), factor_micro),
            line_max_shipments: self
                .line_max_shipments
                .get(row)
                .map_or(settings.line_max_shipments, small),
            min_split_units: small(self.min_split_units.or(row, 1)),
            weight: self.weight.get(row).map_or(product.weight, Weight),
            volume: self.volume.get(row).map_or(product.volume, Volume),
            unit_cost: self.unit_cost.get(row).map(Money),
            row: row as u32,
            class: 0,
            declined: 0,
            forms: self.forms[sku][consent as usize],
        })
    }

    /// A SKU that `products` lacks is an error, unless stock of it is known; then its weight is missing,
    /// which is a warning unless the line has its own.
    fn check_sku(&self, row: usize, faults: &mut Vec<Fault>) {
        match self.sources[self.sku.code(row) as usize] {
            Source::Product => {}
            Source::StockOnly if self.weight.get(row).is_some() => {}
            Source::StockOnly => {
                let message = "`products` has no such SKU: it is planned without weight, volume and special handling";
                let fault = self.view.warning(row, "sku", message);
                faults.push(fault.remedy("add it to `products`, or give the line `weight_g`"));
            }
            Source::Nowhere => faults.push(self.view.unknown(row, "sku", "products", "sku")),
        }
    }
}

/// `cost` × factor, rounded half up; what exceeds the range of money is refused with the total.
pub fn weighted(cost: Money, factor_micro: i128) -> Money {
    let product = divide_half_up(i128::from(cost.0) * factor_micro, 1_000_000);
    Money(i64::try_from(product).unwrap_or(i64::MAX))
}

/// Numbers in numeric order before other texts in text order.
fn compare_line_ids(one: &str, other: &str) -> Ordering {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match (digits(one), digits(other)) {
        (true, true) => {
            let bare = |text: &'_ str| text.trim_start_matches('0').len();
            let tail = |text: &str| text.trim_start_matches('0').to_owned();
            bare(one)
                .cmp(&bare(other))
                .then_with(|| tail(one).cmp(&tail(other)))
                .then_with(|| one.cmp(other))
        }
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => one.cmp(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ids_that_are_numbers_sort_as_numbers() {
        let mut ids = ["10", "b", "9", "a", "009", "2"];
        ids.sort_by(|one, other| compare_line_ids(one, other));
        assert_eq!(ids, ["2", "009", "9", "10", "a", "b"]);
    }

    #[test]
    fn weighted_costs_are_rounded_half_up() {
        assert_eq!(weighted(Money(3), 1_500_000), Money(5));
        assert_eq!(weighted(Money(2_000_000), 1_000_000), Money(2_000_000));
    }
}
