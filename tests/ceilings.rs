//! What a load on a slot is said to gain at most, before it is priced, against all its candidates; and these candidates against
//! what each slot says by itself.

mod support;

use consign::domain::{Objective, OrderIx, WaveIx};
use consign::options::{
    self, Asked, Beside, Cut, KnownFares, Load, Quoting, RateIndex, best_from, worth_by, worth_from,
};
use consign::plan::Route;
use support::tiny::{Features, dataset, settings};

#[test]
fn no_candidate_gains_more_than_its_place_was_said_to() {
    let settings = settings(Objective::Profit);
    let (mut compared, mut close) = (0, 0);
    for seed in 0..800 {
        let features = Features {
            orders: 3,
            waves: 1 + seed as i64 % 2,
            hub: false,
        };
        let data = dataset(seed, features);
        let Some(options) = options::enumerate_on_demand(&data, &settings, Cut::default()) else {
            continue;
        };
        for order in data.order_indices() {
            compare(&data, &settings, &options, order, &mut |most, gain| {
                assert!(
                    gain <= most,
                    "seed {seed}, {order:?}: {gain:?} above {most:?}"
                );
                compared += 1;
                close += usize::from(gain == most);
            });
        }
    }
    assert!(compared > 1_000, "too few to compare: {compared}");
    assert!(
        close * 4 > compared,
        "hardly any is close: {close} of {compared}"
    );
}

#[test]
fn the_best_of_all_ways_is_found_without_pricing_them_all() {
    let mut compared = 0;
    for seed in 0..300 {
        let features = Features {
            orders: 3,
            waves: 2,
            hub: seed % 3 == 0,
        };
        let data = dataset(seed, features);
        let rates = RateIndex::new(&data);
        let goal = [Objective::Profit, Objective::Service][seed as usize % 2];
        let settings = settings(goal);
        let waves: Vec<WaveIx> = (0..data.waves.len()).map(WaveIx::new).collect();
        for order in data.order_indices() {
            let lines = data.lines_of(order).iter();
            let all: Vec<u32> = lines.map(|line| line.quantity).collect();
            let load = Load::new(&data, order, &all);
            let asked = Asked {
                order,
                load: &load,
                late_already: seed as u32 % 3,
                beside: Beside::default(),
            };
            // All ways but those of one wave by carriers.
            let may = |wave: WaveIx, route: Route| {
                wave != waves[0] || !matches!(route, Route::Carrier(_))
            };
            let mut known = KnownFares::default();
            let mut all = Vec::new();
            for (number, &wave) in waves.iter().enumerate() {
                for way in worth_from(&data, &settings, &rates, asked, wave, &mut known) {
                    let there = (wave, way.route);
                    let by = worth_by(&data, &settings, &rates, asked, there, &mut known);
                    assert_eq!(by, Some(way));
                    if may(wave, way.route) {
                        all.push((number, way));
                    }
                }
            }
            // Of equals the first.
            let most = all.into_iter().rev().max_by_key(|(_, way)| way.gain);
            let each = waves.iter().copied();
            let mut known = KnownFares::default();
            let found = best_from(&data, &settings, &rates, asked, each, may, &mut known);
            assert_eq!(found, most, "seed {seed}, {order:?}");
            compared += usize::from(most.is_some());
        }
    }
    assert!(compared > 500, "too few to compare: {compared}");
}

/// Tells for each place of an order what it was said to gain at most and what its best candidate gains, lateness not in.
fn compare(
    data: &consign::domain::Dataset,
    settings: &consign::domain::Settings,
    options: &options::Options,
    order: OrderIx,
    tell: &mut dyn FnMut(i64, i64),
) {
    let unpriced = options.unpriced_with_loads(data, settings, (order, &[]), &[]);
    if !unpriced.is_plain() {
        return;
    }
    let mut quoting = Quoting::new(&unpriced);
    let each = data.orders[order.ix()].late_cost_per_day.0;
    for (load, slot) in unpriced.places() {
        let mut candidates = Vec::new();
        quoting.add(slot, load, &mut candidates);
        // What is told once for all slots and lanes alike is what each tells by itself.
        let (mut quotes, mut priced) = (Vec::new(), Vec::new());
        unpriced.price(slot, load, &mut quotes, &mut priced);
        let is_needed = |one: &&options::Candidate| unpriced.is_worth_it(load, one.gain);
        assert!(candidates.iter().all(|one| priced.contains(one)));
        assert!(
            priced
                .iter()
                .filter(is_needed)
                .all(|one| candidates.contains(one))
        );
        let gain = |one: &options::Candidate| {
            let late = if unpriced.late_folded { each } else { 0 };
            one.gain.0 + late * i64::from(one.days_late)
        };
        let Some(gain) = candidates.iter().map(gain).max() else {
            continue;
        };
        let most = quoting.ceiling(slot, load);
        tell(most.map_or(i64::MIN, |most| most.0), gain);
    }
}
