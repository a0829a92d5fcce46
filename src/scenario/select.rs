//! Conditions on tables: which rows of a table a condition picks.
//!
//! Evaluated column by column: a text column once for each distinct text. Times without an offset are on
//! the scenario's clock.

use super::cells::{Target, codes, numbers, resolve};
use super::condition::{Comparison, Condition, Literal, Test};
use super::settle::plain_decimal;
use crate::input::Table;
use crate::input::cell::{EMPTY, NumberStyle, UNLIMITED, parse_number, settle_text};
use crate::input::schema::Kind;
use crate::input::time::TimeCell;
use crate::units::{MICRO, parse_decimal};
use jiff::tz::TimeZone;

/// Whether a condition holds for a row; in this order AND is the least and OR the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Truth {
    /// It does not.
    False,
    /// An empty cell leaves it open: the row is not picked.
    Unknown,
    /// It does.
    True,
}

impl Truth {
    fn of(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

/// What is wrong with a condition on a table, and what to do.
pub(super) type Mistake = (String, String);

/// The truth of a condition for each row, or everything that is wrong with it.
pub(super) fn select(
    table: &Table,
    condition: &Condition,
    zone: &TimeZone,
) -> Result<Vec<Truth>, Vec<Mistake>> {
    evaluate(condition, &mut |column, test| {
        test_rows(table, column, test, zone)
    })
}

/// The truths of one test of a column, by row.
type Tested<'a> = dyn FnMut(&str, &Test) -> Result<Vec<Truth>, Mistake> + 'a;

/// The same by the truths of its tests, which are asked for one by one.
pub(super) fn evaluate(
    condition: &Condition,
    tested: &mut Tested<'_>,
) -> Result<Vec<Truth>, Vec<Mistake>> {
    match condition {
        Condition::And(left, right) => {
            both(evaluate(left, tested), evaluate(right, tested), Ord::min)
        }
        Condition::Or(left, right) => {
            both(evaluate(left, tested), evaluate(right, tested), Ord::max)
        }
        Condition::Not(inner) => {
            let mut truths = evaluate(inner, tested)?;
            truths.iter_mut().for_each(|truth| *truth = truth.not());
            Ok(truths)
        }
        Condition::Test { column, test } => tested(column, test).map_err(|mistake| vec![mistake]),
    }
}

/// The truth of one test for each row of a table.
pub(super) fn test_rows(
    table: &Table,
    column: &str,
    test: &Test,
    zone: &TimeZone,
) -> Result<Vec<Truth>, Mistake> {
    let target = resolve(table, column)?;
    leaf(table, target, column, test, zone)
}

/// The truth of one test for texts that stand for cells of a table's column.
pub(super) fn test_texts<'t>(
    table: &Table,
    column: &str,
    test: &Test,
    texts: impl Iterator<Item = &'t str>,
) -> Result<Vec<Truth>, Mistake> {
    let target = resolve(table, column)?;
    let of_text = text_test(table, target, column, test)?;
    Ok(texts.map(of_text).collect())
}

fn both(
    left: Result<Vec<Truth>, Vec<Mistake>>,
    right: Result<Vec<Truth>, Vec<Mistake>>,
    join: fn(Truth, Truth) -> Truth,
) -> Result<Vec<Truth>, Vec<Mistake>> {
    match (left, right) {
        (Ok(mut left), Ok(right)) => {
            for (truth, other) in left.iter_mut().zip(right) {
                *truth = join(*truth, other);
            }
            Ok(left)
        }
        (Err(mut mistakes), Err(more)) => {
            mistakes.extend(more);
            Err(mistakes)
        }
        (Err(mistakes), Ok(_)) | (Ok(_), Err(mistakes)) => Err(mistakes),
    }
}

fn leaf(
    table: &Table,
    target: Target,
    name: &str,
    test: &Test,
    zone: &TimeZone,
) -> Result<Vec<Truth>, Mistake> {
    if target.kind().is_number() {
        return number_leaf(table, target, name, test, zone);
    }
    let of_text = text_test(table, target, name, test)?;
    let of_empty = match (test, target.default_text()) {
        (Test::IsNull, _) => Truth::True,
        (_, Some(text)) => of_text(text),
        (_, None) => Truth::Unknown,
    };
    let Some(texts) = table.texts(target.id) else {
        return Ok(vec![of_empty; table.rows()]);
    };
    let mut truths: Vec<Truth> = texts.dictionary.texts().map(of_text).collect();
    truths[0] = of_empty;
    Ok(codes(table, target)
        .iter()
        .map(|&code| truths[code as usize])
        .collect())
}

type TextTest<'a> = Box<dyn Fn(&str) -> Truth + 'a>;

/// The test of a text that is not empty.
fn text_test<'a>(
    table: &Table,
    target: Target,
    name: &'a str,
    test: &'a Test,
) -> Result<TextTest<'a>, Mistake> {
    if let Test::Like(pattern) = test {
        let pattern: Vec<char> = pattern.chars().collect();
        return Ok(Box::new(move |text| Truth::of(is_like(text, &pattern))));
    }
    let with_numbers = literals(test)
        .iter()
        .any(|literal| matches!(literal, Literal::Number(_)));
    if with_numbers && target.def.is_none() {
        // An attribute has no type: it may be compared with numbers where all its cells are numbers.
        refuse_words(table, target, name)?;
        let bound = bind(test, |literal| number_literal(literal, name))?;
        return Ok(Box::new(move |text| match micro(text) {
            Some(number) => Truth::of(bound.holds(&i128::from(number))),
            None => Truth::Unknown,
        }));
    }
    let bound = bind(test, |literal| text_literal(literal, target, name))?;
    Ok(Box::new(move |text| {
        Truth::of(bound.holds(&text.to_owned()))
    }))
}

fn refuse_words(table: &Table, target: Target, name: &str) -> Result<(), Mistake> {
    let Some(texts) = table.texts(target.id) else {
        return Ok(());
    };
    let used = codes(table, target);
    let word = used
        .iter()
        .map(|&code| texts.dictionary.text(code))
        .find(|text| !text.is_empty() && micro(text).is_none());
    match word {
        None => Ok(()),
        Some(text) => Err((
            format!("{name} is compared with a number, but holds texts such as '{text}'"),
            "compare it with a text in single quotes".to_owned(),
        )),
    }
}

fn number_leaf(
    table: &Table,
    target: Target,
    name: &str,
    test: &Test,
    zone: &TimeZone,
) -> Result<Vec<Truth>, Mistake> {
    let cells = numbers(table, target);
    if *test == Test::IsNull {
        return Ok(cells.iter().map(|&cell| Truth::of(cell == EMPTY)).collect());
    }
    if let Test::Like(_) = test {
        let what = format!(
            "LIKE tests texts, and {name} holds {}",
            target.kind().word()
        );
        return Err((what, "compare it with = < > or BETWEEN".to_owned()));
    }
    let bound = bind(test, |literal| number_key(literal, target, name, zone))?;
    let default = target.default_number();
    let truth = |&cell: &i64| match (cell, default) {
        (EMPTY, None) => Truth::Unknown,
        (EMPTY, Some(value)) => Truth::of(bound.holds(&cell_key(value, target, zone))),
        (value, _) => Truth::of(bound.holds(&cell_key(value, target, zone))),
    };
    Ok(cells.iter().map(truth).collect())
}

/// What cells of numbers are compared by: instants for times, else the number × 10^places × 10^6, where
/// places are those of the unit that the condition names.
fn cell_key(cell: i64, target: Target, zone: &TimeZone) -> i128 {
    match target.kind() {
        Kind::Time => i128::from(TimeCell::unpack(cell).start(zone).as_microsecond()),
        Kind::TimeEnd => i128::from(TimeCell::unpack(cell).end(zone).as_microsecond()),
        Kind::TimeOfDay => i128::from(cell),
        Kind::Stock if cell == UNLIMITED => i128::MAX,
        _ => i128::from(cell) * i128::from(MICRO),
    }
}

fn number_key(
    literal: &Literal,
    target: Target,
    name: &str,
    zone: &TimeZone,
) -> Result<i128, Mistake> {
    let kind = target.kind();
    let def = target.def.expect("columns of numbers are known ones");
    match (literal, kind) {
        (Literal::Text(text), Kind::Time | Kind::TimeEnd | Kind::TimeOfDay) => {
            match parse_number(def, NumberStyle::default(), text) {
                Ok(cell) => Ok(cell_key(cell, target, zone)),
                Err(error) => Err((
                    format!(
                        "'{text}' is no value of {name}: expected {}",
                        error.expected
                    ),
                    error.remedy,
                )),
            }
        }
        (Literal::Text(text), Kind::Stock) if text.eq_ignore_ascii_case("unlimited") => {
            Ok(i128::MAX)
        }
        (Literal::Number(_), Kind::Time | Kind::TimeEnd | Kind::TimeOfDay)
        | (Literal::Text(_) | Literal::Bool(_), _) => {
            let what = format!(
                "{name} holds {} and is compared with {}",
                kind.word(),
                shown(literal)
            );
            let remedy = match kind {
                Kind::Time | Kind::TimeEnd => "write the time in single quotes: '2026-11-23T05:00'",
                Kind::TimeOfDay => "write the time in single quotes: '18:00'",
                _ => "compare it with a number without quotes",
            };
            Err((what, remedy.to_owned()))
        }
        (Literal::Number(_), _) => {
            let number = number_literal(literal, name)?;
            Ok(number * 10_i128.pow(target.places))
        }
    }
}

/// A number of a condition in millionths.
fn number_literal(literal: &Literal, name: &str) -> Result<i128, Mistake> {
    let Literal::Number(text) = literal else {
        let what = format!(
            "{name} is compared with numbers and with {}",
            shown(literal)
        );
        return Err((
            what,
            "write all values as numbers, or all as texts".to_owned(),
        ));
    };
    match micro(text) {
        Some(number) => Ok(i128::from(number)),
        None => Err((
            format!("{text} cannot be compared with {name} exactly"),
            "write a number with at most 6 decimals and 12 digits before them".to_owned(),
        )),
    }
}

fn micro(text: &str) -> Option<i64> {
    parse_decimal(&plain_decimal(text)?, 6).ok()
}

/// A text of a condition in the spelling of the column's cells.
fn text_literal(literal: &Literal, target: Target, name: &str) -> Result<String, Mistake> {
    let text = match (literal, target.kind()) {
        (Literal::Text(text), _) => text.as_str(),
        (Literal::Bool(true), Kind::Bool) => "yes",
        (Literal::Bool(false), Kind::Bool) => "no",
        _ => {
            let what = format!(
                "{name} holds {} and is compared with {}",
                target.kind().word(),
                shown(literal)
            );
            return Err((
                what,
                format!("write the value in single quotes: {name} = '…'"),
            ));
        }
    };
    match target.def {
        Some(def)
            if matches!(
                def.kind,
                Kind::Enum(_) | Kind::Bool | Kind::List | Kind::Weekdays
            ) =>
        {
            let settled = settle_text(def, text.trim());
            settled.map(|text| text.into_owned()).map_err(|error| {
                (
                    format!(
                        "'{text}' is no value of {name}: expected {}",
                        error.expected
                    ),
                    error.remedy,
                )
            })
        }
        _ => Ok(text.to_owned()),
    }
}

fn shown(literal: &Literal) -> String {
    match literal {
        Literal::Number(text) => format!("the number {text}"),
        Literal::Text(text) => format!("the text '{text}'"),
        Literal::Bool(value) => value.to_string(),
    }
}

/// A test whose literals are of the column's type.
enum Bound<T> {
    Compare(Comparison, T),
    In(Vec<T>),
    Between(T, T),
    Never,
}

impl<T: Ord> Bound<T> {
    fn holds(&self, cell: &T) -> bool {
        match self {
            Self::Compare(comparison, value) => comparison.holds(cell.cmp(value)),
            Self::In(values) => values.contains(cell),
            Self::Between(low, high) => low <= cell && cell <= high,
            Self::Never => false,
        }
    }
}

fn bind<T>(
    test: &Test,
    read: impl Fn(&Literal) -> Result<T, Mistake>,
) -> Result<Bound<T>, Mistake> {
    Ok(match test {
        Test::Compare(comparison, literal) => Bound::Compare(*comparison, read(literal)?),
        Test::In(items) => Bound::In(items.iter().map(read).collect::<Result<_, _>>()?),
        Test::Between(low, high) => Bound::Between(read(low)?, read(high)?),
        // Cells that are not empty are not NULL; LIKE is tested on its own.
        Test::Like(_) | Test::IsNull => Bound::Never,
    })
}

fn literals(test: &Test) -> Vec<&Literal> {
    match test {
        Test::Compare(_, literal) => vec![literal],
        Test::In(items) => items.iter().collect(),
        Test::Between(low, high) => vec![low, high],
        Test::Like(_) | Test::IsNull => Vec::new(),
    }
}

/// Whether a text is like an SQL pattern: `%` stands for any text, `_` for any character.
fn is_like(text: &str, pattern: &[char]) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut in_pattern) = (0, 0);
    // Where the last % stood, and how much text it has taken: on a mismatch it takes one more.
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(in_pattern) {
            Some('%') => {
                retry = Some((in_pattern, at));
                in_pattern += 1;
            }
            Some(&letter) if letter == '_' || letter == text[at] => {
                at += 1;
                in_pattern += 1;
            }
            _ => match &mut retry {
                Some((percent, taken)) => {
                    *taken += 1;
                    (at, in_pattern) = (*taken, *percent + 1);
                }
                None => return false,
            },
        }
    }
    pattern[in_pattern..].iter().all(|&letter| letter == '%')
}

#[cfg(test)]
#[path = "select_tests.rs"]
mod tests;
