//! Which scenarios of a run begin with what another of them has found.

use super::load::Loaded;
use crate::domain::{Method, Objective, Strategy};
use crate::scenario::{Scenario, Swept};

/// So many scenarios come in turn, each of which begins with the one before, at most: others of their sweep go side by side.
const TURNS: usize = 2;

/// By scenario, the one before it that it begins with: of those that are planned on the same tables, where both are planned by
/// prices for profit alone, the nearest of its sweep, else the first; none for which too many come in turn already.
pub fn leads(loaded: &Loaded) -> Vec<Option<usize>> {
    let all: Vec<&Scenario> = loaded.scenarios.iter().map(|one| &one.scenario).collect();
    let is_priced = |scenario: &Scenario| {
        let settings = &scenario.settings;
        settings.strategy == Strategy::Optimise
            && settings.objective == Objective::Profit
            && settings.method != Method::Exact
    };
    leads_by(all.len(), |one, other| {
        let [one, other] = [one, other].map(|position| all[position]);
        let may = is_priced(one) && is_priced(other) && one.data == other.data;
        may.then(|| distance(&one.swept, &other.swept))
    })
}

/// The same, where it is told how far a scenario is from one that it may begin with.
fn leads_by(
    scenarios: usize,
    distance: impl Fn(usize, usize) -> Option<(usize, f64)>,
) -> Vec<Option<usize>> {
    let mut leads = vec![];
    for one in 0..scenarios {
        let turns = turns(&leads);
        let before = (0..one).filter(|&other| turns[other] < TURNS);
        let alike = before.filter_map(|other| Some((distance(one, other)?, other)));
        let nearest = alike.min_by(|(a, _), (b, _)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        leads.push(nearest.map(|(_, other)| other));
    }
    leads
}

/// By scenario, how many come before it in turn, each of which the next begins with.
pub fn turns(leads: &[Option<usize>]) -> Vec<usize> {
    let mut turns: Vec<usize> = Vec::with_capacity(leads.len());
    for lead in leads {
        turns.push(lead.map_or(0, |lead| turns[lead] + 1));
    }
    turns
}

/// How far two scenarios are from each other: by how many swept keys, and by how much of their values. All that are not of one
/// sweep are as far.
fn distance(one: &Option<Swept>, other: &Option<Swept>) -> (usize, f64) {
    let (Some(one), Some(other)) = (one, other) else {
        return (usize::MAX, 0.0);
    };
    if one.sweep != other.sweep {
        return (usize::MAX, 0.0);
    }
    let mut apart = (0, 0.0);
    for (key, value) in &one.values {
        let there = other.values.get(key);
        if there == Some(value) {
            continue;
        }
        // Columns are set by texts.
        let number = |text: &str| text.trim_matches('"').parse::<f64>().ok();
        let both = number(value).zip(there.and_then(|there| number(there)));
        let part = both.map_or(1.0, |(here, there)| {
            let most = here.abs().max(there.abs());
            (here - there).abs() / most.max(f64::MIN_POSITIVE)
        });
        apart = (apart.0 + 1, apart.1 + part);
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swept(sweep: &str, values: &[(&str, &str)]) -> Option<Swept> {
        let each = values.iter();
        Some(Swept {
            sweep: sweep.to_owned(),
            values: each
                .map(|&(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
        })
    }

    #[test]
    fn scenarios_are_near_where_few_swept_values_differ_by_little() {
        let here = swept("s", &[("capacity", "0.9"), ("stock", "1.0")]);
        let of = |capacity, stock| swept("s", &[("capacity", capacity), ("stock", stock)]);
        let near = [
            of("0.9", "1.0"),
            of("0.9", "1.05"),
            of("1.0", "1.0"),
            of("few", "1.0"),
            of("1.0", "1.05"),
            swept("other", &[("capacity", "0.9"), ("stock", "1.0")]),
        ];
        let told: Vec<(usize, f64)> = near.iter().map(|one| distance(&here, one)).collect();
        assert_eq!(told[0], (0, 0.0));
        let by_distance = told.windows(2).all(|two| {
            let (one, other) = (two[0], two[1]);
            one.0 < other.0 || (one.0 == other.0 && one.1 < other.1)
        });
        assert!(by_distance, "{told:?}");
        let text = |value: &str| swept("s", &[("pieces", value)]);
        let far = |value: &str| distance(&text("\"3\""), &text(value));
        assert!(far("\"2\"") < far("\"1\""));
        assert_eq!(distance(&here, &None), told[5]);
        assert_eq!(distance(&None, &None), told[5]);
    }

    #[test]
    fn a_scenario_begins_with_the_nearest_before_it_and_few_come_in_turn() {
        let apart = |values: &'static [f64]| {
            move |one: usize, other: usize| Some((1, (values[one] - values[other]).abs()))
        };
        let leads = leads_by(5, apart(&[1.0, 2.0, 3.0, 4.0, 0.9]));
        assert_eq!(leads, [None, Some(0), Some(1), Some(1), Some(0)]);
        // Of those that are as far the first; none of other tables.
        let other_tables = |one: usize, other: usize| (one != 2 && other != 2).then_some((0, 0.0));
        assert_eq!(leads_by(4, other_tables), [None, Some(0), None, Some(0)]);
    }

    #[test]
    fn each_comes_after_the_one_it_begins_with() {
        assert_eq!(
            turns(&[None, Some(0), None, Some(1), Some(0)]),
            [0, 1, 0, 2, 1]
        );
    }
}
