//! The one definition of what a scenario file may say: name, type, default, range and meaning of
//! each setting. The reader, the JSON Schema and docs/scenario.md all come from here.

use crate::units::{MICRO, decimal_text};

/// One setting of a scenario.
#[derive(Debug)]
pub struct Setting {
    /// Dotted key; what comes before the point is the `[section]`.
    pub key: &'static str,
    /// Type and range.
    pub kind: Kind,
    /// Value when it is left out, as TOML; `None`: none, see `doc`.
    pub default: Option<&'static str>,
    /// Meaning, one sentence.
    pub doc: &'static str,
}

/// Type and range of a setting.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A scenario name: `[a-z0-9][a-z0-9_-]{0,63}`.
    Name,
    /// A path, relative to the file that states it.
    Path,
    /// A moment: ISO 8601, with an offset or local to `time_zone`.
    Moment,
    /// An IANA time zone.
    TimeZone,
    /// Three capital letters.
    Currency,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number from least to most.
    Integer(i64, i64),
    /// An amount of money ≥ 0, at most 6 decimals.
    Money,
    /// A decimal from least to most (both in millionths), at most 6 decimals.
    Decimal(i64, i64),
    /// A length of time above 0 with its unit.
    Duration,
    /// An amount of memory with its unit.
    Memory,
}

/// The largest amount of money that a setting takes, in units of currency: products of it with
/// quantities and days stay far from overflow.
pub(super) const MOST_MONEY: i64 = 1_000_000_000;

/// The longest time limit, in days.
pub(super) const MOST_DAYS: i64 = 30;

impl Kind {
    /// What a value must be, in words.
    pub fn expected(self) -> String {
        match self {
            Self::Name => "a name of 1 to 64 of a-z, 0-9, _ and -, the first a letter or digit".into(),
            Self::Path => "a path in quotes, relative to this file".into(),
            Self::Moment => {
                "a time such as \"2026-11-23T05:00\" (local to time_zone) or \"2026-11-23T05:00+01:00\""
                    .into()
            }
            Self::TimeZone => "an IANA time zone such as \"Europe/Paris\"".into(),
            Self::Currency => "a currency code of three capital letters such as \"EUR\"".into(),
            Self::Choice(words) => {
                let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
                quoted.join(" or ")
            }
            Self::Integer(least, most) => format!("a whole number from {least} to {most}"),
            Self::Money => format!("an amount from 0 to {MOST_MONEY} with at most 6 decimals"),
            Self::Decimal(least, most) => format!(
                "a number from {} to {} with at most 6 decimals",
                decimal_text(least, 6),
                decimal_text(most, 6)
            ),
            Self::Duration => format!(
                "a duration above 0 and up to {MOST_DAYS} days with its unit, such as \"90s\", \"10min\" or \"1h\""
            ),
            Self::Memory => "an amount of memory with its unit, such as \"500MB\", \"2GB\" or \"1.5GiB\"".into(),
        }
    }
}

/// All settings, in the order of the documents.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "name",
        kind: Kind::Name,
        default: None,
        doc: "Name of the scenario and of its folder in the run; left out: the file's name without `.toml`. It is not inherited by `extends`.",
    },
    Setting {
        key: "extends",
        kind: Kind::Path,
        default: None,
        doc: "Scenario file that this one overlays. A chain may be long; a circle is an error.",
    },
    Setting {
        key: "data",
        kind: Kind::Path,
        default: None,
        doc: "Folder of the tables, relative to the file that states it. Required.",
    },
    Setting {
        key: "as_of",
        kind: Kind::Moment,
        default: None,
        doc: "The moment of planning. Required, here or by `--as-of`.",
    },
    Setting {
        key: "horizon_days",
        kind: Kind::Integer(1, 3660),
        default: Some("1"),
        doc: "Waves that depart within this many days of `as_of`, counted as civil days of `time_zone`, are planned.",
    },
    Setting {
        key: "currency",
        kind: Kind::Currency,
        default: Some("\"EUR\""),
        doc: "ISO 4217 code of all amounts, for display.",
    },
    Setting {
        key: "time_zone",
        kind: Kind::TimeZone,
        default: Some("\"UTC\""),
        doc: "Zone of times without an offset where no location says otherwise.",
    },
    Setting {
        key: "strategy",
        kind: Kind::Choice(&["optimise", "rules"]),
        default: Some("\"optimise\""),
        doc: "Who plans: `optimise`, the mixed-integer model; `rules`, a baseline that takes order after order and the first location that can ship.",
    },
    Setting {
        key: "objective.maximise",
        kind: Kind::Choice(&["profit", "service"]),
        default: Some("\"profit\""),
        doc: "`profit`: most profit, penalties included; `service`: fill first, then fewest late orders, then most profit. Not together with `minimise`.",
    },
    Setting {
        key: "objective.minimise",
        kind: Kind::Choice(&["cost"]),
        default: None,
        doc: "`cost`: fill all that can be filled, then least cost; revenue does not count. Not together with `maximise`.",
    },
    Setting {
        key: "objective.fill",
        kind: Kind::Choice(&["units", "lines", "orders", "value"]),
        default: Some("\"units\""),
        doc: "What `service` and `cost` fill first.",
    },
    Setting {
        key: "objective.tolerance",
        kind: Kind::Decimal(0, MICRO),
        default: Some("0.0"),
        doc: "How far a goal may fall from its best for the sake of the next one, as a share.",
    },
    Setting {
        key: "objective.unfilled_cost",
        kind: Kind::Money,
        default: Some("0.0"),
        doc: "Cost of a unit that is not shipped, beyond its lost margin, for orders that name none.",
    },
    Setting {
        key: "objective.late_cost_per_day",
        kind: Kind::Money,
        default: Some("0.0"),
        doc: "Cost of an order and day late, for orders that name none.",
    },
    Setting {
        key: "objective.priority_weight",
        kind: Kind::Decimal(0, 1_000_000 * MICRO),
        default: Some("0.0"),
        doc: "Unfilled and late costs are multiplied by 1 + this × the order's priority.",
    },
    Setting {
        key: "objective.co2_cost_per_kg",
        kind: Kind::Decimal(0, 100 * MICRO),
        default: Some("0.0"),
        doc: "Cost of a kilogram of CO₂ of carrier shipments.",
    },
    Setting {
        key: "objective.stability_cost",
        kind: Kind::Money,
        default: Some("0.0"),
        doc: "Cost of each shipment that takes stock of a location from which the previous plan did not ship the order.",
    },
    Setting {
        key: "replan.previous",
        kind: Kind::Path,
        default: None,
        doc: "Folder of the run before, or of one of its scenarios: its plan is what is moved from, and what has left or is frozen stays. `--previous RUN` sets it.",
    },
    Setting {
        key: "replan.frozen",
        kind: Kind::Duration,
        default: None,
        doc: "What the run before planned to leave within this time of `as_of` stays as it was.",
    },
    Setting {
        key: "replan.stock_at",
        kind: Kind::Moment,
        default: None,
        doc: "When the stock of `inventory` was counted: earlier work that had left by then is not in it. Left out: at `as_of`.",
    },
    Setting {
        key: "replan.max_moved",
        kind: Kind::Decimal(0, MICRO),
        default: None,
        doc: "Shipments at most that take stock of another location than the order's before, as a share of the orders that were planned before.",
    },
    Setting {
        key: "splits.max_shipments",
        kind: Kind::Integer(1, 1000),
        default: Some("2"),
        doc: "Shipments at most that reach the customer of an order that names no limit.",
    },
    Setting {
        key: "splits.line_max_shipments",
        kind: Kind::Integer(1, 1000),
        default: Some("1"),
        doc: "Pieces at most of a line that names no limit: places and waves that its quantity leaves from.",
    },
    Setting {
        key: "splits.used_up",
        kind: Kind::Choice(&["one_more", "stop"]),
        default: Some("\"one_more\""),
        doc: "What is left of an order that has had all its shipments in earlier runs, or of a line that has left in all its pieces: `one_more`: it may go in one more, as a backorder does; `stop`: it stays unfilled.",
    },
    Setting {
        key: "inbound.min_confidence",
        kind: Kind::Decimal(0, MICRO),
        default: Some("0.5"),
        doc: "Inbound stock counts when its confidence is at least this.",
    },
    Setting {
        key: "returns.opened_value",
        kind: Kind::Decimal(0, MICRO),
        default: Some("0.7"),
        doc: "What opened goods that come back are worth, as a share of what they cost where they go.",
    },
    Setting {
        key: "distance.detour_factor",
        kind: Kind::Decimal(MICRO, 10 * MICRO),
        default: Some("1.3"),
        doc: "Great-circle distance × this is the distance by road.",
    },
    Setting {
        key: "solver.method",
        kind: Kind::Choice(&["auto", "exact", "prices"]),
        default: Some("\"auto\""),
        doc: "`auto`: by size and structure; `exact`: the whole model in the solver; `prices`: prices and patterns alone.",
    },
    Setting {
        key: "solver.mip_gap",
        kind: Kind::Decimal(0, MICRO),
        default: Some("0.001"),
        doc: "Relative gap between plan and bound at which the search may stop.",
    },
    Setting {
        key: "solver.time_limit",
        kind: Kind::Duration,
        default: Some("\"10min\""),
        doc: "Wall time for solving one scenario.",
    },
    Setting {
        key: "solver.memory",
        kind: Kind::Memory,
        default: None,
        doc: "Memory at most for the whole program, as estimated before: fewer scenarios are planned at a time and, where profit counts, fewer options of orders are looked at; what does not fit even so is refused. Left out: as much as is needed.",
    },
    Setting {
        key: "solver.seed",
        kind: Kind::Integer(0, 2_147_483_647),
        default: Some("1"),
        doc: "Seed of everything that is drawn.",
    },
];

/// Keys of one `[[change]]` with their meaning.
pub const CHANGE_KEYS: &[(&str, &str)] = &[
    (
        "name",
        "Name by which `--set`, `[sweep]` and an extending file reach it: letters, digits, _ and -.",
    ),
    ("table", "The table whose rows change. Required."),
    (
        "where",
        "SQL condition that picks the rows; left out: all rows.",
    ),
    (
        "set",
        "Columns with their new values, as a cell of the file would have them; \"\" empties a cell.",
    ),
    (
        "scale",
        "Columns with the factor that their values are multiplied by, rounded half up to the column's unit.",
    ),
    (
        "add",
        "Columns with what is added to their values, in the column's own unit.",
    ),
];

/// Keys of one `[[rule]]` with their meaning.
pub const RULE_KEYS: &[(&str, &str)] = &[
    (
        "name",
        "Name by which `--set`, `[sweep]`, an extending file, messages and results call it: letters, digits, _ and -. Left out: `rule-` and its number.",
    ),
    (
        "lines",
        "SQL condition on order lines, by columns of `orders` and of `products` (these also with `product_` before them); left out: all lines.",
    ),
    (
        "locations",
        "SQL condition on locations, by columns of `location_costs`; left out: all.",
    ),
    (
        "services",
        "SQL condition on carrier services, by columns of `carriers`. A rule without it looks at units where they leave stock; one with it at what carriers take, also from a hub.",
    ),
    (
        "action",
        "What it asks for: `forbid` these locations or services; `require` them; `prefer` them by a bonus; `together`: the lines of an order leave one location; `apart`: no two of them in one shipment; `limit`: no more than `at_most` or `share`; `open`: `at_least` or `at_most` so many of these locations open, or both. Required.",
    ),
    (
        "price",
        "Makes `forbid`, `require`, `together`, `apart`, `limit` and `at_most` of `open` soft: what each unit that breaks it (each location beyond the first that lines leave, each line beyond the first in one shipment, each one over the limit) costs in the objective.",
    ),
    (
        "bonus",
        "`prefer`: what each unit gains in the objective; negative: what it loses.",
    ),
    (
        "at_most",
        "`limit`: how many there may be; `open`: how many of the locations may have anything leave them.",
    ),
    (
        "at_least",
        "`open`: how many of the locations are open at least; those that nothing leaves are kept open, the cheapest first, and their fixed costs paid.",
    ),
    (
        "share",
        "`limit`: the same as a share of all that the lines ask for, from 0 to 1; of shipments and orders: of the orders.",
    ),
    (
        "count",
        "`limit`: what is counted: `units` (the default), `lines`, `shipments` or `orders`, each order once at each place where `per` counts.",
    ),
    (
        "per",
        "`limit`: over what: the `horizon` with all locations together (the default), each `location`, or each `wave` of each location.",
    ),
];

/// Actions of rules, each with the keys that have a meaning for it beside those that all have.
pub const RULE_ACTIONS: [(&str, &[&str]); 7] = [
    ("forbid", &["price"]),
    ("require", &["price"]),
    ("prefer", &["bonus"]),
    ("together", &["price"]),
    ("apart", &["price"]),
    ("limit", &["at_most", "share", "count", "per", "price"]),
    ("open", &["at_least", "at_most", "price"]),
];

/// Most scenarios that one `[sweep]` may make.
pub const MOST_SWEPT: usize = 1000;

/// The setting of a dotted key.
pub fn setting(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

/// The sections of settings, in the order of the documents.
pub(super) fn sections() -> Vec<&'static str> {
    let mut sections = Vec::new();
    for setting in SETTINGS {
        if let Some((section, _)) = setting.key.split_once('.')
            && !sections.contains(&section)
        {
            sections.push(section);
        }
    }
    sections
}

/// Whether a text is a scenario name; only such texts become folder names.
pub fn is_name(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let first = text.bytes().next().is_some_and(word);
    first && text.len() <= 64 && text.bytes().all(|b| word(b) || b == b'_' || b == b'-')
}

/// The candidate that a misspelt word most likely means.
pub(super) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_become_paths() {
        assert!(is_name("peak-2_dcs") && is_name("0"));
        for bad in [
            "",
            "../x",
            "a/b",
            "A",
            "-a",
            "_a",
            "a b",
            "é",
            ".",
            &"a".repeat(65),
        ] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_slip_of_the_fingers_finds_its_key() {
        let keys = ["max_shipments", "line_max_shipments", "mip_gap"];
        assert_eq!(nearest("max_shipment", keys), Some("max_shipments"));
        assert_eq!(nearest("MIPGAP", keys), Some("mip_gap"));
        assert_eq!(nearest("colour", keys), None);
    }

    #[test]
    fn every_setting_is_defined_once() {
        let mut keys: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
        keys.sort_unstable();
        let all = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
