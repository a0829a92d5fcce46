//! What is left of every shared resource while a plan is put together one order at a time.

use crate::model::{Coupling, Row, Usage, merge_rows};

/// Use of each row so far.
#[derive(Clone, Debug)]
pub struct Remaining<'a> {
    coupling: &'a Coupling,
    used: Vec<i64>,
}

impl<'a> Remaining<'a> {
    /// Nothing used yet.
    pub fn new(coupling: &'a Coupling) -> Self {
        Self {
            coupling,
            used: vec![0; coupling.rows.len()],
        }
    }

    fn row(&self, row: u32) -> &'a Row {
        &self.coupling.rows[row as usize]
    }

    /// Takes what something uses.
    pub fn take(&mut self, usage: &[Usage]) {
        for &(row, units) in usage {
            self.used[row as usize] += units;
        }
    }

    /// Whether all of it is still there.
    pub fn fits(&self, usage: &[Usage]) -> bool {
        usage.iter().all(|&(row, units)| {
            let data = self.row(row);
            data.is_commitment()
                || data.is_open()
                || self.used[row as usize] + units <= data.capacity + data.extra
        })
    }

    /// Units of a limiting row that are left, what can be bought included; none to spare: 0.
    pub fn left(&self, row: u32) -> i64 {
        let data = self.row(row);
        (data.capacity + data.extra - self.used[row as usize]).max(0)
    }

    /// What the use of these rows costs: overtime, shortfall, fixed costs. Micro-units of money.
    pub fn cost_of_rows(&self, rows: &[u32]) -> i128 {
        rows.iter()
            .map(|&row| self.cost_of(row, self.used[row as usize]))
            .sum()
    }

    fn cost_of(&self, row: u32, used: i64) -> i128 {
        let data = self.row(row);
        let cost = i128::from(data.extra_cost.0);
        if data.is_open() {
            return if used > 0 { cost } else { 0 };
        }
        let beyond = if data.is_commitment() {
            data.capacity - used
        } else {
            used - data.capacity
        };
        cost * i128::from(beyond.max(0))
    }
}

/// Use by the shipments of one order that is being placed, on top of what others use.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    usage: Vec<Usage>,
}

impl Ahead {
    /// Adds what a shipment uses.
    pub fn take(&mut self, coupling: &Coupling, usage: &[Usage]) {
        self.usage = self.with(coupling, usage);
    }

    /// Units of a row used so far.
    pub fn used(&self, row: u32) -> i64 {
        self.usage
            .iter()
            .filter(|used| used.0 == row)
            .map(|used| used.1)
            .sum()
    }

    /// What is used together with more, each row once.
    pub fn with(&self, coupling: &Coupling, usage: &[Usage]) -> Vec<Usage> {
        let mut all = self.usage.iter().chain(usage).copied().collect();
        coupling.merge_of_order(&mut all);
        all
    }
}

/// Each row once, in order.
pub fn merged(mut usage: Vec<Usage>) -> Vec<Usage> {
    merge_rows(&mut usage);
    usage
}
