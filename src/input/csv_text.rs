//! CSV as people have it: encoding, delimiter, and where it may be cut for reading in parallel.

use super::fault::Fault;
use super::schema::TableDef;
use std::ops::Range;

/// The text of a CSV file without its byte order mark, or what it is instead.
pub fn utf8_text<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Fault> {
    if let Some(fault) = foreign_format(file, bytes) {
        return Err(fault);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let byte = bytes[error.valid_up_to()];
        let message = format!("is not UTF-8 (byte 0x{byte:02x}); probably it is Windows-1252");
        let plain = file.trim_end_matches(".gz").trim_end_matches(".zst");
        Fault::error(file, message).at(line_of(before)).remedy(format!(
            "save it as \"CSV UTF-8\", or convert it: iconv -f WINDOWS-1252 -t UTF-8 {plain} > new-{plain}"
        ))
    })?;
    // `contains` is quick; only a file that is refused anyway is looked at byte by byte.
    if bytes.contains(&0) {
        let at = bytes.iter().position(|byte| *byte == 0).unwrap_or(0);
        let fault = Fault::error(file, "holds a NUL character").at(line_of(&bytes[..at]));
        return Err(fault.remedy("the file is damaged or no CSV: write it again"));
    }
    if text.trim().is_empty() {
        let fault = Fault::error(file, "is empty");
        return Err(fault.remedy("it needs at least a line with the names of its columns"));
    }
    Ok(text)
}

fn line_of(before: &[u8]) -> u64 {
    newlines(before) + 1
}

/// Number of line feeds.
pub fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

fn foreign_format(file: &str, bytes: &[u8]) -> Option<Fault> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let (what, remedy) = if starts(b"\x1f\x8b") {
        ("is gzip inside", "name it .csv.gz")
    } else if starts(b"\x28\xb5\x2f\xfd") {
        ("is Zstandard inside", "name it .csv.zst")
    } else if starts(b"PAR1") {
        ("is Parquet inside", "name it .parquet")
    } else if starts(b"PK\x03\x04") {
        ("is a workbook or a ZIP archive", "save it as \"CSV UTF-8\"")
    } else if starts(b"\xff\xfe") || starts(b"\xfe\xff") {
        ("is UTF-16", "save it as \"CSV UTF-8\"")
    } else {
        return None;
    };
    Some(Fault::error(file, what).remedy(remedy))
}

/// The delimiter whose columns are known best; at equal rank the one that occurs most.
pub fn find_delimiter(def: &TableDef, text: &str) -> u8 {
    let line = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("");
    let rank = |delimiter: u8| {
        let names = line.split(char::from(delimiter));
        let known = names.filter(|name| {
            let name = name
                .trim_matches(|c: char| c == '"' || c.is_whitespace())
                .to_lowercase();
            def.position(&name).is_some()
        });
        let count = line.bytes().filter(|byte| *byte == delimiter).count();
        (known.count(), count)
    };
    let mut best = b',';
    for delimiter in *b";\t" {
        if rank(delimiter) > rank(best) {
            best = delimiter;
        }
    }
    best
}

/// About `count` pieces of `text[start..]`, each of whole records.
pub fn pieces(text: &[u8], start: usize, delimiter: u8, count: usize) -> Vec<Range<usize>> {
    let size = (text.len() - start).div_ceil(count.max(1)).max(1);
    let cuts = if text[start..].contains(&b'"') {
        quoted_cuts(text, start, delimiter, size)
    } else {
        plain_cuts(text, start, size)
    };
    let mut pieces = Vec::with_capacity(cuts.len() + 1);
    let mut from = start;
    for cut in cuts.into_iter().chain([text.len()]) {
        if cut > from {
            pieces.push(from..cut);
        }
        from = cut;
    }
    pieces
}

fn plain_cuts(text: &[u8], start: usize, size: usize) -> Vec<usize> {
    let mut cuts = Vec::new();
    let mut at = start + size;
    while at < text.len() {
        match text[at..].iter().position(|byte| *byte == b'\n') {
            Some(found) => cuts.push(at + found + 1),
            None => break,
        }
        at = cuts[cuts.len() - 1] + size;
    }
    cuts
}

/// Ends of records where some field is quoted: a line feed inside quotes ends nothing. A quote opens a
/// field only at its beginning, as the CSV reader has it.
fn quoted_cuts(text: &[u8], start: usize, delimiter: u8, size: usize) -> Vec<usize> {
    let mut cuts = Vec::new();
    let (mut field_starts, mut quoted) = (true, false);
    let mut next = start + size;
    for (at, byte) in text.iter().enumerate().skip(start) {
        if quoted {
            // A doubled quote closes and, at once, opens again.
            quoted = *byte != b'"';
            field_starts = !quoted;
            continue;
        }
        match *byte {
            b'"' if field_starts => quoted = true,
            b'\n' | b'\r' => field_starts = true,
            other => field_starts = other == delimiter,
        }
        if *byte == b'\n' && at >= next {
            cuts.push(at + 1);
            next = at + 1 + size;
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::schema::table_def;

    #[test]
    fn a_line_feed_inside_quotes_never_ends_a_piece() {
        let text = b"a,\"x\ny\"\nb,\"say \"\"\n\"\"\"\nc,5\" pipe\nd,e\n";
        for count in 1..20 {
            let pieces = pieces(text, 0, b',', count);
            assert_eq!(pieces.first().map(|p| p.start), Some(0));
            assert_eq!(pieces.last().map(|p| p.end), Some(text.len()));
            for piece in pieces {
                assert!(b"abcd".contains(&text[piece.start]), "{piece:?}");
            }
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_gives_known_columns() {
        let def = table_def("inventory").expect("inventory");
        assert_eq!(find_delimiter(def, "location_id;sku;on_hand\n"), b';');
        assert_eq!(find_delimiter(def, "location_id\tsku\ton_hand\n"), b'\t');
        assert_eq!(
            find_delimiter(def, "sku,location_id,on_hand,a;b;c;d;e\n"),
            b','
        );
        assert_eq!(find_delimiter(def, "\"sku\";\"location_id\"\n"), b';');
    }

    #[test]
    fn what_is_no_utf8_text_says_how_to_convert() {
        let fault = utf8_text("orders.csv", b"order_id\nH\xe9l\xe8ne\n").expect_err("Windows-1252");
        assert_eq!(fault.row, Some(2));
        assert!(fault.remedy.contains("iconv -f WINDOWS-1252"));
        let fault = utf8_text("orders.csv", b"\xff\xfeo\0").expect_err("UTF-16");
        assert!(fault.expected.contains("UTF-16"));
        let fault = utf8_text("orders.csv", b"a\nb\0\n").expect_err("NUL");
        assert_eq!(fault.row, Some(2));
        assert!(utf8_text("orders.csv", b"\xef\xbb\xbf \n").is_err());
        assert_eq!(utf8_text("orders.csv", b"\xef\xbb\xbfa"), Ok("a"));
        let fault = utf8_text("orders.csv", b"PK\x03\x04").expect_err("a workbook");
        assert!(fault.expected.contains("workbook"));
    }
}
