//! Which limits could bind: those that all shipments together that there could be would exceed, each looked at by itself.

mod support;

use consign::domain::{Dataset, Objective, Settings};
use consign::model::{Coupling, could_bind, could_bind_anywhere};
use consign::options::{self, Cut, RateIndex, slots_within};
use std::collections::BTreeMap;
use support::tiny::{Features, dataset, settings};

/// By row, whether orders together could exceed it, each with the most of what one of its shipments could use.
fn told_one_by_one(data: &Dataset, settings: &Settings, coupling: &Coupling) -> Vec<bool> {
    let rates = RateIndex::new(data);
    let mut total = vec![0; coupling.rows.len()];
    for order in data.order_indices() {
        let mut most: BTreeMap<u32, i64> = BTreeMap::new();
        let mut use_of = |row: u32, units: i64| {
            let known = most.entry(row).or_default();
            *known = units.max(*known);
        };
        for slot in slots_within(data, settings, &rates, order, &[]) {
            let units = slot.limits.iter().map(|&units| i64::from(units)).sum();
            let lines = slot.limits.iter().filter(|&&units| units > 0).count() as i64;
            coupling
                .line_rows(slot.wave)
                .for_each(|row| use_of(row, lines));
            for way in &slot.ways {
                let by_unit = coupling.unit_rows(slot.wave, way.route);
                by_unit.for_each(|row| use_of(row, units));
                let once = coupling.shipment_rows(data, slot.wave, way.route);
                once.for_each(|row| use_of(row, 1));
            }
        }
        most.into_iter()
            .for_each(|(row, units)| total[row as usize] += units);
    }
    let each = coupling.rows.iter().zip(total);
    each.map(|(row, total)| {
        let least = if row.is_commitment() || row.is_open() {
            0
        } else {
            row.capacity
        };
        total > least
    })
    .collect()
}

#[test]
fn the_same_limits_could_bind_where_shipments_are_looked_at_with_all_that_could_matter() {
    let plain = settings(Objective::Profit);
    // No order was planned before, so that none is moved.
    let careful = Settings {
        max_moved_micro: Some(0),
        ..plain.clone()
    };
    let (mut binding, mut free, mut others, mut sure) = (0, 0, 0, 0);
    for seed in 0..400 {
        let features = Features {
            orders: 2 + seed as i64 % 5,
            waves: 1 + seed as i64 % 2,
            hub: seed % 3 == 0,
        };
        let data = dataset(seed, features);
        let Some(options) = options::enumerate_on_demand(&data, &plain, Cut::default()) else {
            continue;
        };
        let of = |settings: &Settings| Coupling::new(&data, settings);
        if !of(&plain).is_plain() {
            continue;
        }
        assert!(!of(&careful).is_plain());
        let told = |settings: &Settings| could_bind(&data, settings, &options, &of(settings));
        let (binds, with_moves) = (told(&plain), told(&careful));
        // The last is for moves.
        let but_last = &with_moves[..with_moves.len() - 1];
        assert_eq!(binds, but_last, "seed {seed}");
        let coupling = of(&plain);
        let with_moves_anywhere = could_bind_anywhere(&data, &of(&careful));
        let mut both = with_moves.iter().zip(&with_moves_anywhere);
        assert!(
            both.all(|(&told, &anywhere)| anywhere || !told),
            "seed {seed}"
        );
        let anywhere = could_bind_anywhere(&data, &coupling);
        let mut both = binds.iter().zip(&anywhere);
        assert!(
            both.all(|(&told, &anywhere)| anywhere || !told),
            "seed {seed}"
        );
        sure += anywhere.iter().filter(|&&one| !one).count();
        let one_by_one = told_one_by_one(&data, &plain, &coupling);
        for (row, (&told, &expected)) in binds.iter().zip(&one_by_one).enumerate() {
            if !coupling.rows[row].is_stock() {
                assert_eq!(told, expected, "seed {seed}: {:?}", coupling.rows[row]);
                others += usize::from(expected);
            }
        }
        binding += binds.iter().filter(|&&one| one).count();
        free += binds.iter().filter(|&&one| !one).count();
    }
    assert!(
        binding > 200 && free > 200,
        "too few: {binding} bind, {free} do not"
    );
    assert!(others > 50, "too few that are not stock bind: {others}");
    assert!(sure > 50, "too few that could not bind anywhere: {sure}");
}
