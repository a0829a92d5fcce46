//! Whether scenarios can be held against each other: planned on the same data, for the same time, in the same currency.

use super::exit::Failure;
use super::record::Record;
use crate::report::Summary;
use std::collections::BTreeMap;

/// A scenario of a run beside others, under the name that it has there.
pub struct Side {
    /// Its name beside the others.
    pub name: String,
    /// BLAKE3 of each table that it was planned on, by the table's name.
    tables: BTreeMap<String, String>,
    as_of: String,
    horizon_days: u32,
    currency: String,
}

impl Side {
    /// A scenario of a run.
    pub fn new(name: String, record: &Record, summary: &Summary) -> Self {
        let scenario = record
            .scenarios
            .iter()
            .find(|it| it.name == summary.scenario);
        let files = scenario.map_or(vec![], |it| record.tables_of(&it.data));
        let named = files.into_iter().map(|(path, hash)| {
            let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
            let table = file.split('.').next().unwrap_or(file);
            (table.to_owned(), hash.to_owned())
        });
        Self {
            name,
            tables: named.collect(),
            as_of: summary.as_of.clone(),
            horizon_days: summary.horizon_days,
            currency: summary.currency.clone(),
        }
    }
}

/// What the differences of scenarios to the first one hold besides what the scenarios decide: one note a scenario.
pub fn notes(sides: &[Side]) -> Vec<String> {
    let Some((first, others)) = sides.split_first() else {
        return vec![];
    };
    others.iter().filter_map(|side| note(side, first)).collect()
}

fn note(side: &Side, first: &Side) -> Option<String> {
    let mut tables: Vec<&str> = side
        .tables
        .keys()
        .chain(first.tables.keys())
        .map(String::as_str)
        .collect();
    tables.sort_unstable();
    tables.dedup();
    tables.retain(|&table| side.tables.get(table) != first.tables.get(table));
    let mut found = vec![];
    if !tables.is_empty() {
        found.push(format!("on other data ({})", tables.join(", ")));
    }
    if (&side.as_of, side.horizon_days) != (&first.as_of, first.horizon_days) {
        let days = |days: u32| {
            if days == 1 {
                "1 day".to_owned()
            } else {
                format!("{days} days")
            }
        };
        found.push(format!(
            "for {} from {}, not {} from {}",
            days(side.horizon_days),
            side.as_of,
            days(first.horizon_days),
            first.as_of
        ));
    }
    let because = match tables.len() {
        0 => "",
        _ => "; differences come from the data too",
    };
    (!found.is_empty()).then(|| {
        format!(
            "Note: unlike {}, {} is planned {}{because}.",
            first.name,
            side.name,
            found.join(" and ")
        )
    })
}

/// Fails where amounts are in different currencies: they cannot be held against each other.
pub fn refuse_mixed_currencies(sides: &[Side]) -> Result<(), Failure> {
    let mut by_currency: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for side in sides {
        by_currency
            .entry(&side.currency)
            .or_default()
            .push(&side.name);
    }
    if by_currency.len() < 2 {
        return Ok(());
    }
    let listed: Vec<String> = by_currency
        .iter()
        .map(|(currency, names)| format!("{currency}: {}", names.join(", ")))
        .collect();
    Err(Failure::Usage(format!(
        "amounts in different currencies cannot be compared ({})\n  → compare runs of one currency, or plan all with the same `currency`",
        listed.join("; ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(name: &str, orders: &str, as_of: &str) -> Side {
        Side {
            name: name.to_owned(),
            tables: BTreeMap::from([
                ("orders".to_owned(), orders.to_owned()),
                ("inventory".to_owned(), "same".to_owned()),
            ]),
            as_of: as_of.to_owned(),
            horizon_days: 1,
            currency: "EUR".to_owned(),
        }
    }

    #[test]
    fn scenarios_of_the_same_night_need_no_note() {
        let sides = [side("a", "1", "monday"), side("b", "1", "monday")];
        assert_eq!(notes(&sides), Vec::<String>::new());
        assert!(refuse_mixed_currencies(&sides).is_ok());
    }

    #[test]
    fn another_night_is_noted_with_the_tables_that_differ() {
        let mut sides = [side("a", "1", "monday"), side("b", "2", "tuesday")];
        sides[1].tables.insert("waves".to_owned(), "3".to_owned());
        assert_eq!(
            notes(&sides),
            [
                "Note: unlike a, b is planned on other data (orders, waves) and for 1 day from tuesday, not 1 day from monday; \
                 differences come from the data too."
            ]
        );
    }

    #[test]
    fn another_currency_is_refused() {
        let mut sides = [side("a", "1", "monday"), side("b", "1", "monday")];
        sides[1].currency = "USD".to_owned();
        let refused = refuse_mixed_currencies(&sides)
            .expect_err("refused")
            .to_string();
        assert!(refused.contains("(EUR: a; USD: b)"), "{refused}");
    }
}
