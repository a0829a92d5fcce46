//! The file that monitoring reads: replaced whole, also where nothing was published.

use super::exit::{Exit, Failure};
use super::memory::peak_memory_bytes;
use super::plan::Ran;
use super::wave::WaveRecord;
use crate::report::{Measured, Released, metrics_text};
use jiff::Timestamp;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// How a command ended.
#[derive(Clone, Copy)]
pub struct Observed<'a> {
    /// `plan` or `wave`.
    pub command: &'a str,
    /// When it began.
    pub begun: Instant,
    /// How it ends.
    pub exit: Exit,
    /// What it published.
    pub ran: Option<&'a Ran>,
    /// What it released.
    pub wave: Option<&'a WaveRecord>,
}

/// Writes the measures of a command, for node_exporter's textfile collector and the like.
///
/// # Errors
/// The file cannot be written.
pub fn write_metrics(path: &Path, of: Observed<'_>) -> Result<(), Failure> {
    let records = of.ran.map_or(&[][..], |ran| &ran.record.scenarios);
    let scenarios: Vec<(&str, &str, u8)> = records
        .iter()
        .map(|it| (&*it.name, &*it.status, it.exit_code))
        .collect();
    let text = metrics_text(&Measured {
        command: of.command,
        run: of.ran.map_or("", |ran| &ran.record.name),
        exit_code: of.exit.code(),
        finished: Timestamp::now().as_second(),
        seconds: of.begun.elapsed().as_secs_f64(),
        peak_memory_bytes: peak_memory_bytes(),
        scenarios: &scenarios,
        summaries: of.ran.map_or(&[], |ran| &ran.summaries),
        released: of.wave.map(|wave| Released {
            shipments: wave.shipments as i64,
            orders: wave.orders as i64,
            units: wave.units,
            held: wave.held as i64,
        }),
    });
    // The collector takes files that end in .prom: not this one.
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = Path::new(&beside);
    fs::write(beside, text).map_err(Failure::io("write", beside))?;
    fs::rename(beside, path).map_err(Failure::io("write", path))
}
