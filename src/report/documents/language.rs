//! How a language writes numbers and days.

use super::words::{ENGLISH, FRENCH, Words};
use crate::units::Weight;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

/// A language that documents are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English: 1,234.5 and 23 Nov 2026.
    English,
    /// French: 1 234,5 and 23/11/2026.
    French,
}

/// Decimals of kilograms: grams.
const GRAM_PLACES: u32 = 3;
/// Milligrams of a gram.
const MG_PER_G: i64 = 1000;

impl Language {
    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::French => &FRENCH,
        }
    }

    /// A whole number, in groups of three.
    pub(super) fn number(self, value: i64) -> String {
        let separator = match self {
            Self::English => ',',
            // No break within a number.
            Self::French => '\u{202f}',
        };
        let digits = value.unsigned_abs().to_string();
        let mut text = String::from(if value < 0 { "-" } else { "" });
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    /// A weight in kilograms, to the gram.
    pub(super) fn kilograms(self, weight: Weight) -> String {
        let grams = weight.0.saturating_add(MG_PER_G / 2).div_euclid(MG_PER_G);
        let per_kg = 10_i64.pow(GRAM_PLACES);
        let (whole, rest) = (grams.div_euclid(per_kg), grams.rem_euclid(per_kg));
        let point = match self {
            Self::English => '.',
            Self::French => ',',
        };
        let width = GRAM_PLACES as usize;
        format!("{}{point}{rest:0width$}\u{a0}kg", self.number(whole))
    }

    /// A day with its weekday.
    pub(super) fn day(self, day: Date) -> String {
        match self {
            Self::English => day.strftime("%a %-d %b %Y").to_string(),
            Self::French => format!("{} {}", french(day.weekday()), day.strftime("%d/%m/%Y")),
        }
    }

    /// A moment on the clock of a place.
    pub(super) fn moment(self, moment: Timestamp, zone: &TimeZone) -> String {
        let local: DateTime = zone.to_datetime(moment);
        format!("{}, {}", self.day(local.date()), local.strftime("%H:%M"))
    }
}

fn french(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "lun.",
        Weekday::Tuesday => "mar.",
        Weekday::Wednesday => "mer.",
        Weekday::Thursday => "jeu.",
        Weekday::Friday => "ven.",
        Weekday::Saturday => "sam.",
        Weekday::Sunday => "dim.",
    }
}
