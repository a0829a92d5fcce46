//! How a command ends: the codes that scripts rely on, and failures that end it early.

use crate::input::Faults;
use crate::scenario::ScenarioFault;
use serde_json::{Value, json};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// How a command ended. A larger code is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Every scenario is solved within its gap and verified.
    Good = 0,
    /// Wrong usage, scenario or input; all faults are listed and nothing is written.
    Input = 2,
    /// A verified plan, but the time limit came before the gap.
    Limit = 10,
    /// Some scenarios have no plan, others are good.
    SomeFailed = 11,
    /// No plan can meet every hard demand.
    Infeasible = 20,
    /// A limit came before any plan was found.
    NoPlan = 21,
    /// The verifier rejected a plan; it is not written.
    Rejected = 23,
    /// A mistake of the program.
    OwnFault = 70,
    /// Reading or writing failed, or the disk is full.
    Io = 74,
    /// Another run holds the lock.
    Locked = 75,
    /// Interrupted from the keyboard.
    Interrupted = 130,
    /// Asked to end by the system.
    Terminated = 143,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// One line for people.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Good => "every scenario is solved within its gap and verified",
            Self::Input => "wrong usage, scenario or input",
            Self::Limit => {
                "verified plans, but not within the gap asked for: the time limit came first, or nothing more could be tried"
            }
            Self::SomeFailed => "some scenarios have no plan, others are good",
            Self::Infeasible => "infeasible: no plan can meet every hard demand",
            Self::NoPlan => "a limit came before any plan was found",
            Self::Rejected => "the verifier rejected a plan; it is not written",
            Self::OwnFault => "a mistake of the program",
            Self::Io => "reading or writing failed",
            Self::Locked => "another run holds the lock",
            Self::Interrupted => "interrupted; finished scenarios are kept",
            Self::Terminated => "terminated; finished scenarios are kept",
        }
    }

    /// What a stored code means.
    pub fn of_code(code: u8) -> Self {
        const ALL: [Exit; 12] = [
            Exit::Good,
            Exit::Input,
            Exit::Limit,
            Exit::SomeFailed,
            Exit::Infeasible,
            Exit::NoPlan,
            Exit::Rejected,
            Exit::OwnFault,
            Exit::Io,
            Exit::Locked,
            Exit::Interrupted,
            Exit::Terminated,
        ];
        let found = ALL.into_iter().find(|exit| exit.code() == code);
        found.unwrap_or(Self::OwnFault)
    }

    /// How a run ends whose scenarios ended so: the worst, but failures beside good plans are `SomeFailed`.
    pub fn of_scenarios(scenarios: impl IntoIterator<Item = Self> + Clone) -> Self {
        let worst = scenarios.clone().into_iter().max().unwrap_or(Self::Good);
        let any_plan = scenarios.into_iter().any(|exit| exit <= Self::Limit);
        match worst {
            Self::Infeasible | Self::NoPlan if any_plan => Self::SomeFailed,
            _ => worst,
        }
    }
}

/// What ends a command before its work is done.
#[derive(Debug)]
pub enum Failure {
    /// Asked for what cannot be.
    Usage(String),
    /// Faults of scenario files and options.
    Scenarios(Vec<ScenarioFault>),
    /// Faults of tables, by the folder or scenario in which they were found.
    Tables(Vec<(String, Faults)>),
    /// Reading or writing.
    Io {
        /// What was to be done, such as `write`.
        doing: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// Somebody else works on it.
    Locked(String),
    /// Stopped from outside.
    Stopped(Exit),
    /// A wave is not released, as planning ended so.
    NotReleased(Exit),
    /// A mistake of the program.
    OwnFault(String),
}

impl Failure {
    /// An error of the file system.
    pub fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }

    /// The code that the command ends with.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::Scenarios(_) | Self::Tables(_) => Exit::Input,
            Self::Io { .. } => Exit::Io,
            Self::Locked(_) => Exit::Locked,
            Self::Stopped(exit) | Self::NotReleased(exit) => *exit,
            Self::OwnFault(_) => Exit::OwnFault,
        }
    }

    /// The faults as data, for `--log json`; null where there are none.
    pub fn faults(&self) -> Value {
        match self {
            Self::Tables(found) => {
                let faults = found.iter().flat_map(|(_, faults)| &faults.faults);
                faults.map(|fault| json!(fault)).collect()
            }
            Self::Scenarios(faults) => faults.iter().map(scenario_fault).collect(),
            _ => Value::Null,
        }
    }
}

/// A scenario's fault in the form that faults of tables have.
pub fn scenario_fault(fault: &ScenarioFault) -> Value {
    json!({
        "severity": "error",
        "file": fault.file,
        "row": fault.line,
        "column": fault.key,
        "value": fault.value,
        "expected": fault.expected,
        "remedy": fault.remedy,
    })
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Locked(text) => {
                write!(out, "error: {text}")
            }
            Self::Scenarios(faults) => {
                for fault in faults {
                    writeln!(out, "error: {fault}")?;
                }
                let count = faults.len();
                write!(out, "{count} {} in scenarios", plural(count as u64))
            }
            Self::Tables(found) => {
                for (position, (place, faults)) in found.iter().enumerate() {
                    let separator = if position == 0 { "" } else { "\n" };
                    let count = faults.errors();
                    write!(
                        out,
                        "{separator}{faults}{count} {} in {place}",
                        plural(count)
                    )?;
                }
                Ok(())
            }
            Self::Io {
                doing,
                path,
                source,
            } => write!(out, "error: cannot {doing} {}: {source}", path.display()),
            Self::Stopped(exit) => {
                let word = exit.meaning().split(';').next().unwrap_or_default();
                write!(
                    out,
                    "{word} before any scenario had finished; nothing is written"
                )
            }
            Self::NotReleased(exit) => {
                write!(out, "nothing is released: {}", exit.meaning())
            }
            Self::OwnFault(text) => write!(
                out,
                "error: {text}\n  → this is a mistake of consign, not yours; please report it with the command line and the input"
            ),
        }
    }
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "error" } else { "errors" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_beside_good_plans_are_some_failed() {
        use Exit::{Good, Infeasible, Limit, NoPlan, Rejected, SomeFailed};
        assert_eq!(Exit::of_scenarios([Good, Limit]), Limit);
        assert_eq!(Exit::of_scenarios([Limit, Infeasible]), SomeFailed);
        assert_eq!(Exit::of_scenarios([NoPlan, Infeasible]), NoPlan);
        assert_eq!(Exit::of_scenarios([Good, Rejected]), Rejected);
    }
}
