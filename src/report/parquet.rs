//! Parquet: the same sheets by columns. Decimals (money, grams) are text, so that they stay exact.

use super::error::WriteError;
use super::sheet::{Column, Sheet, Values};
use polars::prelude::{Column as Series, DataFrame, NamedFrom, ParquetWriter};
use rayon::prelude::*;
use std::fs::File;
use std::io;
use std::path::Path;

/// Writes a sheet; nothing is escaped, because nothing runs Parquet cells.
pub(super) fn write(path: &Path, sheet: &Sheet<'_>) -> Result<(), WriteError> {
    let fail = |error: io::Error| WriteError::new(path, error);
    let columns = sheet
        .columns
        .par_iter()
        .map(|column| series(column, sheet.rows))
        .collect();
    let mut frame =
        DataFrame::new(sheet.rows, columns).map_err(|error| fail(io::Error::other(error)))?;
    let file = File::create(path).map_err(fail)?;
    ParquetWriter::new(file)
        .finish(&mut frame)
        .map_err(|error| fail(io::Error::other(error)))?;
    Ok(())
}

fn series(column: &Column<'_>, rows: usize) -> Series {
    let name = column.name.into();
    let series = match &column.values {
        Values::Integer(cell) => {
            polars::prelude::Series::new(name, (0..rows).map(cell).collect::<Vec<Option<i64>>>())
        }
        Values::Ratio(cell) => {
            polars::prelude::Series::new(name, (0..rows).map(cell).collect::<Vec<Option<f64>>>())
        }
        Values::Bool(cell) => {
            polars::prelude::Series::new(name, (0..rows).map(cell).collect::<Vec<bool>>())
        }
        Values::Text(_)
        | Values::Plain(_)
        | Values::Moment(_)
        | Values::Day(_)
        | Values::Decimal(..) => {
            let texts = (0..rows).map(|row| match column.values.cell_text(row) {
                text if text.is_empty() => None,
                text => Some(text),
            });
            polars::prelude::Series::new(name, texts.collect::<Vec<_>>())
        }
    };
    series.into()
}
