//! The file that monitoring reads: replaced whole, also where nothing was published.

use super::exit::{Exit, Failure};
use super::memory::peak_memory_bytes;
use super::plan::Ran;
use super::wave::WaveRecord;
use crate::report::{Measured, Released, metrics_text};
use jiff::Timestamp;
use std::path::Path;
use std::time::Instant;
use std::{fs, io};

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

/// Writes the measures of a command, for node_exporter's textfile collector and the like; where the path is a link, where it
/// leads.
///
/// # Errors
/// The file cannot be written, or what is there is no file: a device or a pipe is not replaced.
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
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&target).is_ok_and(|there| !there.is_file()) {
        let what = io::Error::other("there is something that is no file; name another path");
        return Err(Failure::io("write", path)(what));
    }
    // The collector takes files that end in .prom: not this one.
    let mut beside = target.as_os_str().to_owned();
    beside.push(".part");
    let beside = Path::new(&beside);
    fs::write(beside, text).map_err(Failure::io("write", beside))?;
    fs::rename(beside, &target).map_err(Failure::io("write", path))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    fn written(path: &Path) -> Result<(), Failure> {
        write_metrics(
            path,
            Observed {
                command: "plan",
                begun: Instant::now(),
                exit: Exit::Good,
                ran: None,
                wave: None,
            },
        )
    }

    #[test]
    fn a_link_stays_one_and_what_is_no_file_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let (real, link) = (folder.path().join("real.prom"), folder.path().join("link"));
        fs::write(&real, "before").expect("a file");
        symlink(&real, &link).expect("a link");
        assert!(written(&link).is_ok());
        assert!(fs::symlink_metadata(&link).is_ok_and(|it| it.is_symlink()));
        let text = fs::read_to_string(&real).expect("still there");
        assert!(text.contains("consign"));
        let socket = folder.path().join("socket");
        let _open = UnixListener::bind(&socket).expect("a socket");
        assert!(written(&socket).is_err());
        assert!(fs::symlink_metadata(&socket).is_ok_and(|it| !it.is_file()));
    }
}
