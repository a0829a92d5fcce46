//! Rows of the order file, gathered by order.

use super::view::{Numbers, Texts, View};
use crate::input::fault::Fault;
use rayon::slice::ParallelSliceMut;

/// The rows of each order, in file order, orders by id.
pub struct OrderRows {
    /// Codes of the order ids in id order.
    pub orders: Vec<u32>,
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl OrderRows {
    /// Gathers the rows of a view of `orders`.
    pub fn new(view: &View) -> Self {
        let ids = view.texts("order_id");
        let codes = ids.by_code(|_| ()).len();
        let mut starts = vec![0u32; codes + 1];
        for row in view.rows() {
            starts[ids.code(row) as usize + 1] += 1;
        }
        let mut orders: Vec<u32> = (0..codes as u32)
            .filter(|code| starts[*code as usize + 1] > 0)
            .collect();
        orders.par_sort_unstable_by(|one, other| ids.text(*one).cmp(ids.text(*other)));
        for code in 0..codes {
            starts[code + 1] += starts[code];
        }
        let mut next = starts.clone();
        let mut rows = vec![0u32; view.table.rows()];
        for row in view.rows() {
            let slot = &mut next[ids.code(row) as usize];
            rows[*slot as usize] = row as u32;
            *slot += 1;
        }
        Self {
            orders,
            starts,
            rows,
        }
    }

    /// Rows of the order with that code.
    pub fn of(&self, order: u32) -> &[u32] {
        let order = order as usize;
        &self.rows[self.starts[order] as usize..self.starts[order + 1] as usize]
    }
}

/// Columns that repeat on every row of an order.
pub const ORDER_LEVEL: [&str; 19] = [
    "destination_zone",
    "postcode",
    "country",
    "latitude",
    "longitude",
    "channel",
    "kind",
    "priority",
    "placed_at",
    "grace_until",
    "ship_after",
    "deliver_by",
    "late_cost_per_day",
    "fulfilment",
    "pickup_location",
    "max_shipments",
    "ship_complete",
    "substitution",
    "services",
];

/// Order-level columns: for each the row of an order that gives the order's value.
pub struct OrderLevel<'a> {
    view: View<'a>,
    columns: Vec<(&'static str, Numbers<'a>, Texts<'a>)>,
}

impl<'a> OrderLevel<'a> {
    /// The order-level columns that have any cell filled.
    pub fn new(view: View<'a>) -> Self {
        let columns = ORDER_LEVEL
            .into_iter()
            .map(|name| (name, view.numbers(name), view.texts(name)))
            .collect();
        Self { view, columns }
    }

    /// Reports every cell of an order that contradicts an earlier one.
    pub fn check(&self, rows: &[u32], faults: &mut Vec<Fault>) {
        if rows.len() < 2 {
            return;
        }
        for (name, numbers, texts) in &self.columns {
            let cell = |row: usize| (numbers.get(row), texts.code(row));
            let mut rows = rows.iter().map(|row| *row as usize);
            let Some(first) = rows.find(|row| cell(*row) != (None, 0)) else {
                continue;
            };
            for row in rows {
                if cell(row) != (None, 0) && cell(row) != cell(first) {
                    faults.push(self.contradiction(row, first, name));
                }
            }
        }
    }

    fn contradiction(&self, row: usize, first: usize, name: &str) -> Fault {
        let table = self.view.table;
        let known = table.def.column_named(name);
        let value = table.cell_text(first, crate::input::ColumnId::Known(known));
        let line = table.line(first);
        let message = format!("row {line} gives {value:?} for the same order");
        self.view
            .error(row, name, message)
            .remedy("give the order one value on all of its rows")
    }
}

/// The first filled cell of an order in a column of numbers.
pub fn number(column: Numbers, rows: &[u32]) -> Option<i64> {
    rows.iter().find_map(|row| column.get(*row as usize))
}

/// The first filled cell of an order in a column of texts, as a code.
pub fn code(column: Texts, rows: &[u32]) -> u32 {
    let codes = rows.iter().map(|row| column.code(*row as usize));
    codes.into_iter().find(|code| *code != 0).unwrap_or(0)
}

/// The first row of an order whose cell in a column is filled, else its first row.
pub fn giving_row(view: &View, column: &str, rows: &[u32]) -> usize {
    let (numbers, texts) = (view.numbers(column), view.texts(column));
    let filled = |row: &u32| numbers.get(*row as usize).is_some() || texts.code(*row as usize) != 0;
    rows.iter().copied().find(filled).unwrap_or(rows[0]) as usize
}
