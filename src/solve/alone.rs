//! What one order could earn by itself.

use super::pattern::{Search, Terms, Worth};
use crate::domain::{Dataset, LocationIx, OrderIx, Settings};
use crate::options::Options;
use crate::units::Money;

/// The most that an order could earn by itself with stock of some locations alone, over shipping nothing of it; of an order
/// with too many loads to list, what a selection of them comes to.
pub fn best_from(
    dataset: &Dataset,
    settings: &Settings,
    options: &Options,
    order: OrderIx,
    places: &[LocationIx],
) -> Money {
    let of_order = options.of(dataset, settings, order, &[]);
    let mut stays = of_order.into_owned();
    stays.candidates.retain(|candidate| {
        let location = dataset.waves[candidate.wave.ix()].location;
        candidate.forward || places.binary_search(&location).is_ok()
    });
    let worths: Vec<Worth> = stays
        .candidates
        .iter()
        .map(|candidate| candidate.gain.0.into())
        .collect();
    let late = dataset.orders[order.ix()].late_cost_per_day;
    let terms = Terms {
        per_day_late: if stays.late_folded { 0 } else { late.0.into() },
        per_scattered: 1,
        ..Terms::default()
    };
    let best = Search::new(dataset, order, &stays).best(&worths, terms);
    Money(i64::try_from(best.worth).unwrap_or(i64::MAX))
}
