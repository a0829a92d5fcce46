//! A table file that is written row by row.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// A CSV file under way. Generated cells need no quotes: ids and numbers only.
pub struct Table(BufWriter<File>);

impl Table {
    /// Begins `name` in the folder with its header.
    pub fn begin(folder: &Path, name: &str, header: &str) -> io::Result<Self> {
        let file = File::create(folder.join(name))?;
        let mut table = Self(BufWriter::with_capacity(1 << 20, file));
        table.row(format_args!("{header}"))?;
        Ok(table)
    }

    /// Adds a row.
    pub fn row(&mut self, cells: fmt::Arguments<'_>) -> io::Result<()> {
        self.0.write_fmt(cells)?;
        self.0.write_all(b"\n")
    }

    /// Writes what is still held back.
    pub fn end(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Money of so many cents.
pub fn cents(amount: u64) -> Cents {
    Cents(amount)
}

/// Prints as decimal text with two places.
pub struct Cents(u64);

impl fmt::Display for Cents {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// Millionths of a degree as decimal text with five places.
pub struct Degrees(pub i64);

impl fmt::Display for Degrees {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs() / 10;
        let sign = if self.0 < 0 && size > 0 { "-" } else { "" };
        write!(out, "{sign}{}.{:05}", size / 100_000, size % 100_000)
    }
}
