//! One cell: strict text → the value that its column holds, and back.

use super::schema::{ColumnDef, Kind};
use super::time::TimeCell;
use crate::units::{DecimalError, decimal_text, parse_decimal};
use std::borrow::Cow;

/// The integer of an empty cell.
pub const EMPTY: i64 = i64::MIN;
/// The integer of `unlimited` stock.
pub const UNLIMITED: i64 = i64::MAX;
/// Names of the days of the week, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Why a text is no value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellError {
    /// What the column holds.
    pub expected: String,
    /// What to do; may be empty.
    pub remedy: String,
}

impl std::fmt::Display for CellError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "expected {}", self.expected)?;
        if !self.remedy.is_empty() {
            write!(out, "; {}", self.remedy)?;
        }
        Ok(())
    }
}

impl std::error::Error for CellError {}

/// How the numbers of a file are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NumberStyle {
    /// Whether a comma separates the decimals (a point does too).
    pub decimal_comma: bool,
    /// Decimal places of the unit the file uses, when it is not the column's own.
    pub places: Option<u32>,
}

/// The integer of a cell that is not empty, in the unit that holds the column.
pub fn parse_number(def: &ColumnDef, style: NumberStyle, text: &str) -> Result<i64, CellError> {
    let value = match def.kind {
        Kind::Time | Kind::TimeEnd => {
            return TimeCell::parse(text)
                .map(TimeCell::pack)
                .ok_or_else(|| refuse(def, TIME_REMEDY));
        }
        Kind::TimeOfDay => return parse_time_of_day(text).ok_or_else(|| refuse(def, "")),
        Kind::Stock if text.eq_ignore_ascii_case("unlimited") => return Ok(UNLIMITED),
        _ => parse_decimal_cell(def, style, text)?,
    };
    check_bounds(def, value)?;
    Ok(value)
}

const TIME_REMEDY: &str = "write it as 2026-11-23, 2026-11-23T05:00 or 2026-11-23T05:00+01:00";

/// Refuses an integer outside a column's bounds.
pub fn check_bounds(def: &ColumnDef, value: i64) -> Result<(), CellError> {
    if def.kind == Kind::Stock && value == UNLIMITED {
        return Ok(());
    }
    if (def.min..=def.max).contains(&value) {
        Ok(())
    } else {
        Err(refuse(def, ""))
    }
}

fn parse_decimal_cell(def: &ColumnDef, style: NumberStyle, text: &str) -> Result<i64, CellError> {
    let places = style.places.unwrap_or(def.kind.places());
    let text = if style.decimal_comma && text.contains(',') {
        Cow::Owned(text.replacen(',', ".", 1))
    } else {
        Cow::Borrowed(text)
    };
    parse_decimal(&text, places).map_err(|error| match error {
        DecimalError::TooManyDecimals if places == 0 => refuse(def, "write it without decimals"),
        DecimalError::TooManyDecimals => refuse(def, &format!("write at most {places} decimals")),
        DecimalError::TooLarge => refuse(def, ""),
        DecimalError::NotANumber => refuse(def, number_remedy(&text)),
    })
}

fn number_remedy(text: &str) -> &'static str {
    let digits = text.chars().any(|c| c.is_ascii_digit());
    if digits && text.contains(['€', '$', '£', '%']) {
        "write the number alone, without a sign for its unit"
    } else if digits && text.contains([' ', '\u{a0}', '\u{202f}', '\'']) {
        "write it without a thousands separator"
    } else if digits && text.contains(',') {
        "write a decimal point and no thousands separator; a decimal comma is read only where the delimiter is `;`"
    } else if digits && text.contains(['e', 'E']) {
        "write all digits instead of an exponent"
    } else {
        ""
    }
}

fn parse_time_of_day(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let hour = two_digits(parts.next()?)?;
    let minute = two_digits(parts.next()?)?;
    let second = parts.next().map_or(Some(0), two_digits)?;
    let valid = hour < 24 && minute < 60 && second < 60 && parts.next().is_none();
    valid.then_some((hour * 60 + minute) * 60 + second)
}

fn two_digits(text: &str) -> Option<i64> {
    let valid = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| text.parse().ok())?
}

/// The one spelling of a text cell that is not empty: enums in lower case, lists without blanks and repeats.
pub fn settle_text<'a>(def: &ColumnDef, text: &'a str) -> Result<Cow<'a, str>, CellError> {
    let settled = match def.kind {
        Kind::Enum(words) => {
            let word = words.iter().find(|word| word.eq_ignore_ascii_case(text));
            Cow::Borrowed(*word.ok_or_else(|| refuse(def, &nearest_word(words, text)))?)
        }
        Kind::Bool => Cow::Borrowed(parse_bool(text).ok_or_else(|| refuse(def, ""))?),
        Kind::List => settle_list(text),
        Kind::Weekdays => Cow::Owned(settle_weekdays(text).ok_or_else(|| refuse(def, ""))?),
        Kind::Duration => {
            let valid = text
                .parse::<jiff::Span>()
                .is_ok_and(|span| span.is_positive());
            valid
                .then_some(Cow::Borrowed(text))
                .ok_or_else(|| refuse(def, ""))?
        }
        _ => Cow::Borrowed(text),
    };
    if settled == "*" && def.kind == Kind::Id && !def.any {
        return Err(refuse(def, "`*` (any) has no meaning here"));
    }
    Ok(settled)
}

fn parse_bool(text: &str) -> Option<&'static str> {
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is(&["yes", "true", "1", "y"]) {
        Some("yes")
    } else if is(&["no", "false", "0", "n"]) {
        Some("no")
    } else {
        None
    }
}

fn settle_list(text: &str) -> Cow<'_, str> {
    if !text.contains('|') {
        return Cow::Borrowed(text);
    }
    let mut items: Vec<&str> = Vec::new();
    for item in text.split('|').map(str::trim) {
        if !item.is_empty() && !items.contains(&item) {
            items.push(item);
        }
    }
    Cow::Owned(items.join("|"))
}

fn settle_weekdays(text: &str) -> Option<String> {
    let mut days = [false; 7];
    for item in text.split('|').map(str::trim) {
        days[weekday(item)?] = true;
    }
    let names = WEEKDAYS.into_iter().zip(days).filter(|(_, on)| *on);
    Some(names.map(|(name, _)| name).collect::<Vec<_>>().join("|"))
}

/// Position in the week, Monday 0, of a day's English name or its first three letters.
pub fn weekday(text: &str) -> Option<usize> {
    const FULL: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let same = |name: &str| name.eq_ignore_ascii_case(text);
    (0..7).find(|day| same(WEEKDAYS[*day]) || same(FULL[*day]))
}

fn nearest_word(words: &[&str], text: &str) -> String {
    let lower = text.to_lowercase();
    words
        .iter()
        .map(|word| (strsim::damerau_levenshtein(word, &lower), *word))
        .filter(|(distance, word)| *distance * 3 <= word.len().max(3))
        .min()
        .map_or_else(String::new, |(_, word)| format!("did you mean `{word}`?"))
}

fn refuse(def: &ColumnDef, remedy: &str) -> CellError {
    CellError {
        expected: expectation(def),
        remedy: remedy.to_owned(),
    }
}

/// What a column holds, in words that follow "expected".
pub fn expectation(def: &ColumnDef) -> String {
    let range = || {
        let (least, most) = (show_bound(def, def.min), show_bound(def, def.max));
        format!("from {least} to {most}")
    };
    match def.kind {
        Kind::Id | Kind::Text | Kind::List => "a text".to_owned(),
        Kind::Money => format!("an amount {} with at most 6 decimals", range()),
        Kind::Decimal => format!("a number {} with at most 6 decimals", range()),
        Kind::Integer => format!("a whole number {}", range()),
        Kind::Quantity => format!("a whole number of units {}", range()),
        Kind::Stock => format!("a whole number of units {}, or `unlimited`", range()),
        Kind::Grams => format!("a weight in grams {} with at most 3 decimals", range()),
        Kind::Millimetres => format!("a length in whole millimetres {}", range()),
        Kind::Cm3 => format!("a volume in cm³ {} with at most 3 decimals", range()),
        Kind::Metres => format!("a distance in whole metres {}", range()),
        Kind::Minutes => format!("a whole number of minutes {}", range()),
        Kind::Days => format!("a whole number of days {}", range()),
        Kind::Time | Kind::TimeEnd => {
            "an ISO 8601 date or time between the years 1900 and 2200".to_owned()
        }
        Kind::TimeOfDay => "a time of day from 00:00 to 23:59, such as 18:00".to_owned(),
        Kind::Weekdays => "days of the week such as `mon|tue|fri`".to_owned(),
        Kind::Bool => "`yes` or `no`".to_owned(),
        Kind::Enum(words) => format!("one of {}", words.join(", ")),
        Kind::Duration => "an ISO 8601 duration such as P1M or P14D".to_owned(),
    }
}

fn show_bound(def: &ColumnDef, bound: i64) -> String {
    decimal_text(bound, def.kind.places())
}

/// The text of an integer that a column holds; empty for an empty cell.
pub fn number_text(kind: Kind, value: i64) -> String {
    if value == EMPTY {
        return String::new();
    }
    match kind {
        Kind::Time | Kind::TimeEnd => TimeCell::unpack(value).to_string(),
        Kind::TimeOfDay if value % 60 != 0 => {
            format!(
                "{:02}:{:02}:{:02}",
                value / 3600,
                value / 60 % 60,
                value % 60
            )
        }
        Kind::TimeOfDay => format!("{:02}:{:02}", value / 3600, value / 60 % 60),
        Kind::Stock if value == UNLIMITED => "unlimited".to_owned(),
        _ => decimal_text(value, kind.places()),
    }
}

#[cfg(test)]
mod tests;
