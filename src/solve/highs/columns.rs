//! What columns are worth and use, for whole numbers and for fractions of them.

use highs_sys::HighsInt;

/// Columns that are worth something and use rows, of which there is so much.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// By row, how much all columns together may use of it.
    rows: Vec<f64>,
    /// By column, what one of it is worth.
    pub(super) worth: Vec<f64>,
    /// By column, how much of it there may be, from nothing.
    pub(super) most: Vec<f64>,
    /// By column, where what it uses begins; one more at the end.
    pub(super) first: Vec<HighsInt>,
    pub(super) used_rows: Vec<HighsInt>,
    pub(super) used_units: Vec<f64>,
    /// Rows that came when there were columns: how much there is, and what each column before uses.
    pub(super) later: Vec<(f64, Vec<(usize, f64)>)>,
}

impl Columns {
    /// No columns yet.
    pub fn new(rows: Vec<f64>) -> Self {
        Self {
            rows,
            first: vec![0],
            ..Self::default()
        }
    }

    /// One more column: what one of it is worth, how many there may be, and what one uses; each row once.
    pub fn add(&mut self, worth: f64, most: f64, uses: impl Iterator<Item = (usize, f64)>) {
        self.worth.push(worth);
        self.most.push(most);
        for (row, units) in uses {
            self.used_rows.push(row as HighsInt);
            self.used_units.push(units);
        }
        self.first.push(self.used_rows.len() as HighsInt);
    }

    /// One more row: how much all columns together may use of it, and what those that are there use.
    pub fn add_row(&mut self, most: f64, uses: Vec<(usize, f64)>) {
        self.later.push((most, uses));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.worth.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.worth.is_empty()
    }

    /// As HiGHS takes it, without rows that came later.
    pub(super) fn problem(&self, is_whole: bool) -> highs::ColProblem {
        debug_assert!(self.later.is_empty(), "those are added to a model");
        let mut problem = highs::ColProblem::new();
        let rows: Vec<highs::Row> = self
            .rows
            .iter()
            .map(|&most| problem.add_row(..=most))
            .collect();
        for column in 0..self.len() {
            let uses = self.first[column] as usize..self.first[column + 1] as usize;
            let entries = uses.map(|at| (rows[self.used_rows[at] as usize], self.used_units[at]));
            problem.add_column_with_integrality(
                self.worth[column],
                0.0..=self.most[column],
                entries,
                is_whole,
            );
        }
        problem
    }
}
