//! Faults of scenario files: where, what was found, what was expected, what to do.

use super::tree::{Node, Place};
use crate::input::Fault;
use serde::Serialize;
use std::fmt;

/// One fault of a scenario: all that a person or an editor needs to find and mend it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ScenarioFault {
    /// The file as it was named, or the option (`--set KEY=VALUE`) that said it.
    pub file: String,
    /// Line in the file, from 1; `None` where the whole file or an option is meant.
    pub line: Option<u32>,
    /// Column in the line in characters, from 1.
    pub column: Option<u32>,
    /// Dotted key, e.g. `solver.mip_gap`; empty where no key is meant.
    pub key: String,
    /// What was found, as written; empty where nothing was.
    pub value: String,
    /// What was expected, or what is wrong.
    pub expected: String,
    /// What to do; empty where `expected` says it.
    pub remedy: String,
}

impl ScenarioFault {
    /// A fault at a place.
    pub(super) fn at(place: &Place, key: &str, expected: impl Into<String>) -> Self {
        Self {
            file: place.source.name.clone(),
            line: place.position.map(|(line, _)| line),
            column: place.position.map(|(_, column)| column),
            key: key.to_owned(),
            value: String::new(),
            expected: expected.into(),
            remedy: String::new(),
        }
    }

    /// A fault of a value.
    pub(super) fn of(node: &Node, key: &str, expected: impl Into<String>) -> Self {
        let mut fault = Self::at(&node.at, key, expected);
        fault.value = node.value.to_string();
        fault
    }

    /// The same with what to do.
    pub(super) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }
}

/// As a fault of the input: the line is its row, the key its column.
impl From<ScenarioFault> for Fault {
    fn from(fault: ScenarioFault) -> Self {
        let mut same = Self::error(&fault.file, fault.expected).remedy(fault.remedy);
        same.row = fault.line.map(u64::from);
        same.column = (!fault.key.is_empty()).then_some(fault.key);
        same.value = (!fault.value.is_empty()).then_some(fault.value);
        same
    }
}

impl std::error::Error for ScenarioFault {}

impl fmt::Display for ScenarioFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(out, ":{column}")?;
        }
        out.write_str(": ")?;
        match (self.key.is_empty(), self.value.is_empty()) {
            (false, false) => write!(out, "{} = {}: ", self.key, self.value)?,
            (false, true) => write!(out, "{}: ", self.key)?,
            (true, false) => write!(out, "{}: ", self.value)?,
            (true, true) => {}
        }
        out.write_str(&self.expected)?;
        if !self.remedy.is_empty() {
            write!(out, "; {}", self.remedy)?;
        }
        Ok(())
    }
}

/// Faults by file and place, each one once.
pub(super) fn sorted(mut faults: Vec<ScenarioFault>) -> Vec<ScenarioFault> {
    faults.sort();
    faults.dedup();
    faults
}
