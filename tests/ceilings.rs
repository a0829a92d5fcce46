//! What a load on a slot is said to gain at most, before it is priced, against all its candidates.

mod support;

use consign::domain::{Objective, OrderIx};
use consign::options::{self, Cut, Quoting};
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
        let gain = |one: &options::Candidate| {
            let late = if unpriced.late_folded { each } else { 0 };
            one.gain.0 + late * i64::from(one.days_late)
        };
        let Some(gain) = candidates.iter().map(gain).max() else {
            continue;
        };
        let most = quoting.ceiling(&options.rates, slot, load);
        tell(most.map_or(i64::MIN, |most| most.0), gain);
    }
}
