//! Integer measures: money, weight, length, volume, distance.
//!
//! Every quantity that a plan adds up is an integer, parsed from decimal text without passing
//! through a float, so that sums are exact and the same on every machine.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

/// Decimal places that money and other decimals carry: one unit is 1e-6.
pub const DECIMALS: u32 = 6;
/// Micro-units in one unit of currency.
pub const MICRO: i64 = 1_000_000;

macro_rules! measure {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0);
        }
        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl Mul<i64> for $name {
            type Output = Self;
            fn mul(self, times: i64) -> Self {
                Self(self.0 * times)
            }
        }
        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
                values.fold(Self::ZERO, Add::add)
            }
        }
    };
}

measure!(
    /// An amount in micro-units (1e-6) of the scenario's currency.
    Money
);
measure!(
    /// A weight in milligrams.
    Weight
);
measure!(
    /// A length in millimetres.
    Length
);
measure!(
    /// A volume in cubic millimetres.
    Volume
);
measure!(
    /// A distance in metres.
    Distance
);

impl Money {
    /// Two sums that are no further apart are one: a hundredth of a cent, more than the solver's tolerances leave open.
    pub const RESOLVED: Self = Self(100);

    /// Micro-units as a float, for estimates and bounds that are widened afterwards.
    pub fn as_micro(self) -> f64 {
        self.0 as f64
    }

    /// The amount as a float, for the solver and for ratios only.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / MICRO as f64
    }

    /// Decimal text with two places, rounded half away from zero, for reading.
    pub fn rounded(self) -> String {
        let cents = (i128::from(self.0.unsigned_abs()) + 5_000) / 10_000;
        let sign = if self.0 < 0 && cents > 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

/// In JSON an amount is a number in currency: exact to the micro-unit up to some billions.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.as_f64().serialize(out)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(input)?;
        Ok(Self((number * MICRO as f64).round() as i64))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&decimal_text(self.0, DECIMALS))
    }
}

impl Weight {
    /// Grams, with up to three decimals.
    pub fn grams(self) -> String {
        decimal_text(self.0, 3)
    }
}

/// Why a text is not a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    /// Not digits, an optional sign and an optional point.
    NotANumber,
    /// More decimals than can be held exactly.
    TooManyDecimals,
    /// Beyond what the integer holds.
    TooLarge,
}

/// The integer `value × 10^places` of a decimal text such as `-12.5`, without any rounding.
///
/// Trailing zeros beyond `places` are accepted; exponents, `NaN`, `inf` and group separators are not.
pub fn parse_decimal(text: &str, places: u32) -> Result<i64, DecimalError> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let mut value: i64 = 0;
    let mut seen_point = false;
    let mut decimals = 0;
    let mut seen_digit = false;
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                seen_digit = true;
                let digit = i64::from(byte - b'0');
                if seen_point && decimals == places {
                    if digit != 0 {
                        return Err(DecimalError::TooManyDecimals);
                    }
                    continue;
                }
                decimals += u32::from(seen_point);
                value = value
                    .checked_mul(10)
                    .and_then(|shifted| shifted.checked_add(digit))
                    .ok_or(DecimalError::TooLarge)?;
            }
            b'.' if !seen_point => seen_point = true,
            _ => return Err(DecimalError::NotANumber),
        }
    }
    if !seen_digit {
        return Err(DecimalError::NotANumber);
    }
    let value = value
        .checked_mul(10_i64.pow(places - decimals))
        .ok_or(DecimalError::TooLarge)?;
    Ok(if negative { -value } else { value })
}

/// Decimal text of `value / 10^places` without needless zeros.
pub fn decimal_text(value: i64, places: u32) -> String {
    let mut text = String::new();
    push_decimal(&mut text, value, places);
    text
}

/// Adds the decimal text of `value / 10^places`, at most 18 places, to a text. Tables hold tens of millions of numbers,
/// so that this goes without the machinery of formats.
pub fn push_decimal(text: &mut String, value: i64, places: u32) {
    // At most 19 digits, a point and a sign.
    let mut written = [0_u8; 24];
    let mut begin = written.len();
    let mut push = |byte: u8| {
        begin -= 1;
        written[begin] = byte;
    };
    let mut rest = value.unsigned_abs();
    let mut is_whole = true;
    for _ in 0..places {
        let digit = (rest % 10) as u8;
        rest /= 10;
        if digit != 0 || !is_whole {
            push(b'0' + digit);
            is_whole = false;
        }
    }
    if !is_whole {
        push(b'.');
    }
    loop {
        push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        push(b'-');
    }
    text.push_str(
        std::str::from_utf8(&written[begin..]).expect("digits, a point and a sign are ASCII"),
    );
}

/// `numerator / denominator` rounded half up (towards +∞ at the tie); the denominator is positive.
pub fn divide_half_up(numerator: i128, denominator: i128) -> i128 {
    let (above, below) = (2 * numerator + denominator, 2 * denominator);
    // Far faster, and mostly they are.
    match (i64::try_from(above), i64::try_from(below)) {
        (Ok(above), Ok(below)) => i128::from(above.div_euclid(below)),
        _ => above.div_euclid(below),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_numbers_are_divided_alike() {
        let numbers = [-7, -3, -2, -1, 0, 1, 2, 3, 7, 1_000_003];
        let large = i128::from(i64::MAX);
        for above in numbers {
            for below in [1, 2, 3, 4, 10] {
                let small = divide_half_up(above, below);
                assert_eq!(small, divide_half_up(above * large, below * large));
                let twice = 2 * above - 2 * below * small;
                assert!(-below <= twice && twice < below, "{above} / {below}");
            }
        }
    }

    #[test]
    fn decimals_are_exact_and_strict() {
        assert_eq!(parse_decimal("12.5", 6), Ok(12_500_000));
        assert_eq!(parse_decimal("-0.000001", 6), Ok(-1));
        assert_eq!(parse_decimal(".5", 3), Ok(500));
        assert_eq!(parse_decimal("7.1000", 1), Ok(71));
        assert_eq!(
            parse_decimal("0.0000001", 6),
            Err(DecimalError::TooManyDecimals)
        );
        assert_eq!(parse_decimal("1e3", 6), Err(DecimalError::NotANumber));
        assert_eq!(parse_decimal("NaN", 6), Err(DecimalError::NotANumber));
        assert_eq!(parse_decimal("-", 6), Err(DecimalError::NotANumber));
        assert_eq!(
            parse_decimal("99999999999999", 6),
            Err(DecimalError::TooLarge)
        );
    }

    #[test]
    fn text_and_rounding_are_the_inverse() {
        assert_eq!(Money(12_500_000).to_string(), "12.5");
        assert_eq!(Money(-1).to_string(), "-0.000001");
        assert_eq!(Money(1_235_000).rounded(), "1.24");
        assert_eq!(Money(-4_000).rounded(), "0.00");
        assert_eq!(divide_half_up(5, 2), 3);
        assert_eq!(divide_half_up(-5, 2), -2);
    }
}
