//! Tree → `Settings`: every setting read as its definition says, with its default settled.

use super::definition::{Kind, MOST_DAYS, MOST_MONEY, setting};
use super::fault::ScenarioFault;
use super::tree::{Node, Place, Table, Value};
use crate::domain::{Fill, Method, Objective, Settings, Strategy};
use crate::units::{MICRO, Money, parse_decimal};
use bytesize::ByteSize;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;
use std::time::Duration;

/// Settings, data folder and the run before of a tree, with every fault of its values.
///
/// What is returned with faults holds defaults in their place and is only good for finding more faults.
pub(super) fn settle(
    root: &Table,
    name: &str,
    file: &Place,
    faults: &mut Vec<ScenarioFault>,
) -> Option<(Settings, PathBuf, Option<PathBuf>)> {
    let mut reader = Reader { root, file, faults };
    let zone = reader.time_zone("time_zone");
    let as_of = reader.moment("as_of", zone.as_ref());
    let data = reader.folder("data");
    let objective = reader.objective();
    let settings = Settings {
        name: name.to_owned(),
        as_of: as_of.unwrap_or_default(),
        horizon_days: reader.small("horizon_days"),
        currency: reader.currency("currency"),
        time_zone: zone.clone().unwrap_or(TimeZone::UTC),
        strategy: reader.choice("strategy", &[Strategy::Optimise, Strategy::Rules]),
        objective,
        fill: reader.choice(
            "objective.fill",
            &[Fill::Units, Fill::Lines, Fill::Orders, Fill::Value],
        ),
        tolerance_micro: reader.decimal("objective.tolerance"),
        unfilled_cost: reader.money("objective.unfilled_cost"),
        late_cost_per_day: reader.money("objective.late_cost_per_day"),
        priority_weight_micro: reader.decimal("objective.priority_weight"),
        co2_cost_per_kg: Money(reader.decimal("objective.co2_cost_per_kg")),
        stability_cost: reader.money("objective.stability_cost"),
        max_moved_micro: reader.share("replan.max_moved"),
        frozen: reader.duration("replan.frozen"),
        opened_value_micro: reader.decimal("returns.opened_value"),
        stock_at: reader.moment_if_stated("replan.stock_at", zone.as_ref()),
        detour_factor_micro: reader.decimal("distance.detour_factor"),
        inbound_min_confidence_micro: reader.decimal("inbound.min_confidence"),
        max_shipments: reader.small("splits.max_shipments"),
        line_max_shipments: reader.small("splits.line_max_shipments"),
        one_more: reader.choice("splits.used_up", &[true, false]),
        mip_gap: reader.decimal("solver.mip_gap") as f64 / MICRO as f64,
        time_limit: reader.duration("solver.time_limit"),
        memory: reader.memory("solver.memory"),
        seed: reader.small("solver.seed"),
        method: reader.choice(
            "solver.method",
            &[Method::Auto, Method::Exact, Method::Prices],
        ),
    };
    if settings
        .stock_at
        .is_some_and(|counted| counted > settings.as_of)
    {
        let what = "stock is counted after the moment of planning (as_of)";
        reader.fault("replan.stock_at", what, "plan as of a later moment");
    }
    let previous = reader.previous("replan.previous");
    Some((settings, data?, previous))
}

/// The node of a dotted key.
pub(super) fn lookup<'a>(root: &'a Table, key: &str) -> Option<&'a Node> {
    match key.split_once('.') {
        None => root.get(key).map(|entry| &entry.node),
        Some((section, rest)) => lookup(root.get(section)?.node.as_table()?, rest),
    }
}

/// Decimal text without exponent: `1.5e-3` is `0.0015`. `None`: not a number, or an absurd exponent.
pub(super) fn plain_decimal(text: &str) -> Option<String> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return Some(text.to_owned());
    };
    let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() <= 40)?;
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa.trim_start_matches('+')),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() {
        return None;
    }
    let point = whole.len() as i32 + exponent;
    let padded = if point < 0 {
        format!("{}{all}", "0".repeat(point.unsigned_abs() as usize))
    } else {
        let missing = (point as usize).saturating_sub(all.len());
        format!("{all}{}", "0".repeat(missing))
    };
    let (whole, fraction) = padded.split_at(point.max(0) as usize);
    Some(format!("{sign}0{whole}.{fraction}"))
}

/// The exact integer `value × 10^places` of a number or of a number in quotes.
pub(super) fn exact(value: &Value, places: u32) -> Option<i64> {
    match value {
        Value::Number(text) | Value::Text(text) => {
            parse_decimal(&plain_decimal(text)?, places).ok()
        }
        _ => None,
    }
}

/// A moment as ISO 8601 text: with an offset, or local to a time zone (in a gap or fold of summer
/// time the instant that the zone's clocks would naturally show). A date alone is its start.
fn parse_moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    let local: DateTime = text.parse().ok()?;
    local
        .to_zoned(zone.clone())
        .ok()
        .map(|zoned| zoned.timestamp())
}

struct Reader<'a> {
    root: &'a Table,
    file: &'a Place,
    faults: &'a mut Vec<ScenarioFault>,
}

impl<'a> Reader<'a> {
    /// What `parse` makes of the setting, or of its default; a fault and the default where it cannot.
    fn read<T>(&mut self, key: &str, parse: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let definition = setting(key).expect("the reader asks only for settings that are defined");
        let given = lookup(self.root, key);
        if let Some(node) = given {
            if let Some(value) = parse(&node.value) {
                return Some(value);
            }
            let expected = format!("expected {}", definition.kind.expected());
            self.faults.push(ScenarioFault::of(node, key, expected));
        }
        definition
            .default
            .and_then(|default| parse(&default_value(default)))
    }

    /// Something is wrong with a setting that is stated.
    fn fault(&mut self, key: &str, what: &str, remedy: &str) {
        if let Some(node) = lookup(self.root, key) {
            let fault = ScenarioFault::of(node, key, what);
            self.faults.push(fault.remedy(remedy));
        }
    }

    fn decimal(&mut self, key: &str) -> i64 {
        let (least, most) = match setting(key).map(|setting| setting.kind) {
            Some(Kind::Decimal(least, most)) => (least, most),
            _ => (0, 0),
        };
        self.read(key, |value| {
            exact(value, 6).filter(|number| (least..=most).contains(number))
        })
        .unwrap_or_default()
    }

    fn money(&mut self, key: &str) -> Money {
        let within = 0..=MOST_MONEY * MICRO;
        self.read(key, |value| {
            exact(value, 6).filter(|number| within.contains(number))
        })
        .map_or(Money::ZERO, Money)
    }

    fn small(&mut self, key: &str) -> u32 {
        let (least, most) = match setting(key).map(|setting| setting.kind) {
            Some(Kind::Integer(least, most)) => (least, most),
            _ => (0, 0),
        };
        self.read(key, |value| {
            let number = exact(value, 0).filter(|number| (least..=most).contains(number))?;
            u32::try_from(number).ok()
        })
        .unwrap_or_default()
    }

    /// The meaning at the position of the word among the words of the definition.
    fn choice<T: Copy>(&mut self, key: &str, meanings: &[T]) -> T {
        let words = match setting(key).map(|setting| setting.kind) {
            Some(Kind::Choice(words)) => words,
            _ => &[],
        };
        self.read(key, |value| {
            let Value::Text(text) = value else {
                return None;
            };
            let position = words.iter().position(|word| word == text)?;
            meanings.get(position).copied()
        })
        .unwrap_or(meanings[0])
    }

    fn currency(&mut self, key: &str) -> String {
        self.read(key, |value| match value {
            Value::Text(text)
                if text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()) =>
            {
                Some(text.clone())
            }
            _ => None,
        })
        .unwrap_or_default()
    }

    fn time_zone(&mut self, key: &str) -> Option<TimeZone> {
        self.read(key, |value| match value {
            Value::Text(text) => TimeZone::get(text).ok(),
            _ => None,
        })
    }

    fn moment(&mut self, key: &str, zone: Option<&TimeZone>) -> Option<Timestamp> {
        if lookup(self.root, key).is_none() {
            self.missing(
                key,
                "the moment of planning is not stated",
                "write as_of = \"2026-11-23T05:00\", or use --as-of",
            );
            return None;
        }
        let zone = zone.unwrap_or(&TimeZone::UTC).clone();
        self.read(key, |value| match value {
            Value::Text(text) | Value::Time(text) => parse_moment(text, &zone),
            _ => None,
        })
    }

    fn moment_if_stated(&mut self, key: &str, zone: Option<&TimeZone>) -> Option<Timestamp> {
        lookup(self.root, key)?;
        self.moment(key, zone)
    }

    fn duration(&mut self, key: &str) -> Duration {
        let most = SignedDuration::from_hours(24 * MOST_DAYS);
        self.read(key, |value| {
            let Value::Text(text) = value else {
                return None;
            };
            let length: SignedDuration = text.parse().ok()?;
            let settled = (length.is_positive() && length <= most).then_some(length)?;
            Duration::try_from(settled).ok()
        })
        .unwrap_or_default()
    }

    fn memory(&mut self, key: &str) -> Option<u64> {
        self.read(key, |value| {
            let Value::Text(text) = value else {
                return None;
            };
            let size: ByteSize = text.parse().ok()?;
            let has_unit = text.ends_with(|last: char| last.is_alphabetic());
            (has_unit && size.as_u64() > 0).then_some(size.as_u64())
        })
    }

    /// The folder of the tables, absolute; it must exist.
    fn folder(&mut self, key: &str) -> Option<PathBuf> {
        if lookup(self.root, key).is_none() {
            self.missing(
                key,
                "the folder of the tables is not stated",
                "write data = \"path/of/the/tables\"",
            );
            return None;
        }
        let remedy = "name a folder relative to the file that states it";
        self.existing(key, "there is no folder", remedy)
    }

    /// A share, where it is stated.
    fn share(&mut self, key: &str) -> Option<i64> {
        lookup(self.root, key)?;
        Some(self.decimal(key))
    }

    /// The folder of an earlier run, absolute; it must exist.
    fn previous(&mut self, key: &str) -> Option<PathBuf> {
        let remedy = "name the folder of a run, or of one of its scenarios";
        self.existing(key, "there is no run in", remedy)
    }

    /// A folder where it is stated, absolute; it must exist.
    fn existing(&mut self, key: &str, missing: &str, remedy: &str) -> Option<PathBuf> {
        let node = lookup(self.root, key)?;
        let text = self.read(key, |value| match value {
            Value::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        })?;
        let path = node.at.source.folder.join(text);
        match path.canonicalize() {
            Ok(found) if found.is_dir() => Some(found),
            _ => {
                let expected = format!("{missing} {}", path.display());
                self.faults
                    .push(ScenarioFault::of(node, key, expected).remedy(remedy));
                None
            }
        }
    }

    fn objective(&mut self) -> Objective {
        if lookup(self.root, "objective.minimise").is_none() {
            return self.choice(
                "objective.maximise",
                &[Objective::Profit, Objective::Service],
            );
        }
        self.choice("objective.minimise", &[Objective::Cost])
    }

    /// A key that must be there: the fault is the file's.
    fn missing(&mut self, key: &str, expected: &str, remedy: &str) {
        self.faults
            .push(ScenarioFault::at(self.file, key, expected).remedy(remedy));
    }
}

/// A default of the definition as a value.
pub(super) fn default_value(toml: &str) -> Value {
    match toml
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        Some(text) => Value::Text(text.to_owned()),
        None => Value::Number(toml.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_expanded_exactly() {
        for (text, plain) in [
            ("1e-3", 1_000),
            ("-2.5E1", -25_000_000),
            ("+1.5e0", 1_500_000),
            ("1.25e2", 125_000_000),
        ] {
            assert_eq!(
                exact(&Value::Number(text.to_owned()), 6),
                Some(plain),
                "{text}"
            );
        }
        for text in ["nan", "inf", "1e999", "1e-7", "", "e3"] {
            assert_eq!(exact(&Value::Number(text.to_owned()), 6), None, "{text}");
        }
    }

    #[test]
    fn every_default_is_a_value_of_its_kind() {
        let mut faults = Vec::new();
        let root = super::super::read::tests::tree("as_of = \"2026-11-23T05:00\"\ndata = \".\"\n");
        let (settings, ..) =
            settle(&root, "x", &super::super::read::tests::place(), &mut faults).expect("settled");
        assert_eq!(faults, Vec::new());
        assert_eq!(settings.time_limit, Duration::from_secs(600));
        assert_eq!(settings.detour_factor_micro, 1_300_000);
        assert_eq!(settings.max_shipments, 2);
        assert_eq!(settings.as_of.to_string(), "2026-11-23T05:00:00Z");
    }

    #[test]
    fn a_moment_without_an_offset_is_local_to_the_zone() {
        let paris = TimeZone::get("Europe/Paris").expect("a zone");
        let moment = |text| parse_moment(text, &paris).map(|t| t.to_string());
        assert_eq!(
            moment("2026-11-23T05:00").as_deref(),
            Some("2026-11-23T04:00:00Z")
        );
        assert_eq!(
            moment("2026-07-01").as_deref(),
            Some("2026-06-30T22:00:00Z")
        );
        assert_eq!(
            moment("2026-11-23T05:00-05:00").as_deref(),
            Some("2026-11-23T10:00:00Z")
        );
        assert_eq!(moment("tomorrow"), None);
    }
}
