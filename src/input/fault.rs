//! What is wrong with the input: where, what, and what to do.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is planned.
    Error,
    /// Planned all the same, but probably not what was meant.
    Warning,
}

/// One thing wrong with the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// How bad it is.
    pub severity: Severity,
    /// File (its name within the dataset), or the dataset's folder.
    pub file: String,
    /// Line of the file on which the row begins.
    pub row: Option<u64>,
    /// Header of the column.
    pub column: Option<String>,
    /// What the cell holds.
    pub value: Option<String>,
    /// What was expected there, or what is wrong.
    pub expected: String,
    /// What to do; may be empty.
    pub remedy: String,
}

/// Cells longer than this are cut in messages.
const SHOWN_CHARACTERS: usize = 80;
/// Faults of one file that are listed; the rest is counted.
pub const LISTED_PER_FILE: usize = 100;

impl Fault {
    /// An error of a file as a whole.
    pub fn error(file: &str, expected: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            file: file.to_owned(),
            row: None,
            column: None,
            value: None,
            expected: expected.into(),
            remedy: String::new(),
        }
    }

    /// A warning about a file as a whole.
    pub fn warning(file: &str, expected: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(file, expected)
        }
    }

    /// On that line of the file.
    pub fn at(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// In that column.
    pub fn column(mut self, name: &str) -> Self {
        self.column = Some(name.to_owned());
        self
    }

    /// With that value, cut when long.
    pub fn value(mut self, text: &str) -> Self {
        let mut shown: String = text.chars().take(SHOWN_CHARACTERS).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        self.value = Some(shown);
        self
    }

    /// What to do about it.
    pub fn remedy(mut self, text: impl Into<String>) -> Self {
        self.remedy = text.into();
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(out, "{word}: {}", self.file)?;
        if let Some(row) = self.row {
            write!(out, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(out, ", column {column}")?;
        }
        match &self.value {
            Some(value) => write!(out, ": {value:?}, {}", self.expected)?,
            None => write!(out, ": {}", self.expected)?,
        }
        if !self.remedy.is_empty() {
            write!(out, "\n  → {}", self.remedy)?;
        }
        Ok(())
    }
}

/// All faults of all files: listed up to [`LISTED_PER_FILE`] a file and severity, all counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Faults {
    /// Those listed, by file in the order they were found.
    pub faults: Vec<Fault>,
    /// For each file, how many more errors there are than listed.
    pub more: BTreeMap<String, u64>,
    /// For each file, how many more warnings there are than listed.
    pub more_warnings: BTreeMap<String, u64>,
    #[serde(skip)]
    listed: BTreeMap<(String, Severity), usize>,
}

impl Extend<Fault> for Faults {
    fn extend<I: IntoIterator<Item = Fault>>(&mut self, faults: I) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }
}

impl Faults {
    /// Adds a fault, listed or counted.
    pub fn push(&mut self, fault: Fault) {
        let key = (fault.file.clone(), fault.severity);
        let listed = self.listed.entry(key).or_default();
        if *listed < LISTED_PER_FILE {
            // A row that other rows were made of may be found wrong in each of them.
            if !self.faults.contains(&fault) {
                *listed += 1;
                self.faults.push(fault);
            }
        } else {
            self.count(&fault.file, fault.severity, 1);
        }
    }

    /// Adds what another collection holds.
    pub fn append(&mut self, other: Self) {
        for fault in other.faults {
            self.push(fault);
        }
        for (file, count) in other.more {
            self.count(&file, Severity::Error, count);
        }
        for (file, count) in other.more_warnings {
            self.count(&file, Severity::Warning, count);
        }
    }

    /// Counts errors of a file that are not listed.
    pub fn add_errors(&mut self, file: &str, count: u64) {
        if count > 0 {
            self.count(file, Severity::Error, count);
        }
    }

    fn count(&mut self, file: &str, severity: Severity, count: u64) {
        let more = match severity {
            Severity::Error => &mut self.more,
            Severity::Warning => &mut self.more_warnings,
        };
        *more.entry(file.to_owned()).or_default() += count;
    }

    /// Number of errors, listed or not.
    pub fn errors(&self) -> u64 {
        self.number(Severity::Error) + self.more.values().sum::<u64>()
    }

    /// Number of warnings, listed or not.
    pub fn warnings(&self) -> u64 {
        self.number(Severity::Warning) + self.more_warnings.values().sum::<u64>()
    }

    fn number(&self, severity: Severity) -> u64 {
        let same = |fault: &&Fault| fault.severity == severity;
        self.faults.iter().filter(same).count() as u64
    }

    /// Whether any of it keeps the dataset from being planned.
    pub fn has_errors(&self) -> bool {
        self.errors() > 0
    }

    /// Whether nothing is wrong at all.
    pub fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.faults {
            writeln!(out, "{fault}")?;
        }
        for (file, count) in &self.more {
            writeln!(out, "error: {file}: {count} more errors")?;
        }
        for (file, count) in &self.more_warnings {
            writeln!(out, "warning: {file}: {count} more warnings")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where_what_and_what_to_do() {
        let fault = Fault::error("orders.csv", "expected a whole number")
            .at(17)
            .column("quantity")
            .value("2.5")
            .remedy("write it without decimals");
        assert_eq!(
            fault.to_string(),
            "error: orders.csv, row 17, column quantity: \"2.5\", expected a whole number\n  → write it without decimals"
        );
    }

    #[test]
    fn faults_beyond_the_limit_of_a_file_are_counted() {
        let mut faults = Faults::default();
        for row in 0..250 {
            faults.push(Fault::error("orders.csv", "bad").at(row));
        }
        faults.push(Fault::warning("orders.csv", "odd"));
        faults.push(Fault::error("waves.csv", "bad"));
        assert_eq!((faults.errors(), faults.warnings()), (251, 1));
        assert_eq!(faults.faults.len(), LISTED_PER_FILE + 2);
        assert!(faults.to_string().contains("orders.csv: 150 more errors"));
    }

    #[test]
    fn a_long_value_is_cut() {
        let fault = Fault::error("f", "bad").value(&"é".repeat(500));
        assert_eq!(fault.value.map(|value| value.chars().count()), Some(81));
    }
}
