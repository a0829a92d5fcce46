//! QR codes as paths of SVG: a scanner reads the reference that is printed beside.
//!
//! QR rather than Code 128: references are what users call their orders, of any letters and of any length.

use fast_qr::{ECL, QRBuilder};
use std::fmt::Write;

/// Empty modules around a code, as its standard asks.
const QUIET: usize = 4;

/// A code to be drawn.
pub(super) struct Code {
    /// Modules a side, the quiet ones in.
    pub(super) size: usize,
    /// The dark ones, row by row: digits and letters of SVG, nothing of the text.
    pub(super) path: String,
}

/// The code of a text; `None` where it is too long for one (above some 2,300 bytes) and must be read by eye.
pub(super) fn code(text: &str) -> Option<Code> {
    let drawn = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for row in 0..drawn.size {
        let modules = &drawn[row];
        let mut column = 0;
        while column < drawn.size {
            let dark = modules[column..].iter().take_while(|module| module.value());
            let run = dark.count();
            if run > 0 {
                let (x, y) = (column + QUIET, row + QUIET);
                write!(path, "M{x},{y}h{run}v1h-{run}").expect("a text takes all");
            }
            column += run + 1;
        }
    }
    Some(Code {
        size: drawn.size + 2 * QUIET,
        path,
    })
}
