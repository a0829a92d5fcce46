//! The first prices: the volume algorithm, each round one exact pricing of every order.
//!
//! Steps go from the best prices so far along the violation of the *averaged* use, each row in its own scale;
//! they grow while they help and shrink while they do not.

use super::Prices;
use super::flat::{Flat, Limit};
use super::pool::{Priced, price_all};

/// Rounds without a better bound before steps become shorter.
const PATIENCE: usize = 4;
/// Share of the open gap that a step aims at, at first.
const FIRST_LENGTH: f64 = 1.0;
/// Steps shorter than this move nothing any more.
const LAST_LENGTH: f64 = 0.01;
/// Weight of the newest use in the average.
const MEMORY: f64 = 0.2;

/// Searches prices from those known, so many rounds at most; `judge` tells of priced orders what is to be low.
pub fn search(
    flat: &Flat<'_>,
    known: Vec<i64>,
    (worth, gap): (i128, i128),
    rounds: usize,
    judge: fn(&Priced) -> i128,
    stop: &(dyn Fn() -> bool + Sync),
) -> Prices {
    let first = price_all(flat, &known);
    let mut best = Prices {
        of_rows: known,
        bound: judge(&first),
    };
    let scale: Vec<f64> = first
        .used
        .iter()
        .map(|&units| (units.abs() as f64).max(1.0))
        .collect();
    let mut average: Vec<f64> = first.used.iter().map(|&units| units as f64).collect();
    let mut length = FIRST_LENGTH;
    let mut stale = 0;
    for _ in 0..rounds {
        let open = best.bound - worth;
        if stop() || open <= gap || length < LAST_LENGTH {
            break;
        }
        let of_rows = moved(flat, &best.of_rows, &average, &scale, open as f64 * length);
        let priced = price_all(flat, &of_rows);
        for (average, &units) in average.iter_mut().zip(&priced.used) {
            *average += MEMORY * (units as f64 - *average);
        }
        let bound = judge(&priced);
        if bound < best.bound {
            // Progress worth a longer step is more than a hundredth of a per cent of what is open.
            if (best.bound - bound) * 10_000 > open {
                length = (length * 1.1).min(FIRST_LENGTH);
            }
            best = Prices { of_rows, bound };
            stale = 0;
        } else {
            stale += 1;
            if stale >= PATIENCE {
                length *= 0.66;
                stale = 0;
            }
        }
    }
    best
}

/// Prices moved against the slack that use leaves, so far that the bound would fall by `aim` were it linear.
fn moved(flat: &Flat<'_>, prices: &[i64], used: &[f64], scale: &[f64], aim: f64) -> Vec<i64> {
    let excesses: Vec<f64> = flat
        .limits
        .iter()
        .zip(prices)
        .zip(used)
        .map(|((limit, &price), &used)| excess(limit, price, used))
        .collect();
    let norm: f64 = excesses
        .iter()
        .zip(scale)
        .map(|(excess, scale)| excess * excess / scale)
        .sum();
    if norm == 0.0 {
        return prices.to_vec();
    }
    prices
        .iter()
        .zip(&excesses)
        .zip(scale)
        .enumerate()
        .map(|(row, ((&price, excess), scale))| {
            let step = aim / norm * excess / scale;
            flat.whole_price(row, price as f64 + step)
        })
        .collect()
}

/// Use beyond what may be used at a price; a free row with room stays free: it must not shorten others' steps.
fn excess(limit: &Limit, price: i64, used: f64) -> f64 {
    if limit.is_open {
        return 0.0;
    }
    let bought = if price > limit.cost { limit.extra } else { 0 };
    let excess = used - (limit.capacity + bought) as f64;
    if excess < 0.0 && price == 0 {
        0.0
    } else {
        excess
    }
}
