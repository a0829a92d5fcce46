//! Which limits could bind is told in a quick way where no rules, moves or waves that count together matter.

mod support;

use consign::domain::{Objective, Settings};
use consign::model::{Coupling, could_bind};
use consign::options::{self, Cut};
use support::tiny::{Features, dataset, settings};

#[test]
fn the_same_limits_could_bind_where_shipments_are_looked_at_with_all_that_could_matter() {
    let plain = settings(Objective::Profit);
    // No order was planned before, so that none is moved.
    let careful = Settings {
        max_moved_micro: Some(0),
        ..plain.clone()
    };
    let (mut binding, mut free) = (0, 0);
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
        let (quick, all) = (told(&plain), told(&careful));
        // The last is for moves.
        assert_eq!(quick[..], all[..all.len() - 1], "seed {seed}");
        binding += quick.iter().filter(|&&binds| binds).count();
        free += quick.iter().filter(|&&binds| !binds).count();
    }
    assert!(
        binding > 200 && free > 200,
        "too few: {binding} bind, {free} do not"
    );
}
