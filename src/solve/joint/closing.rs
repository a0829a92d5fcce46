//! Locations with a fixed cost, closed and opened on trial.
//!
//! One order alone never closes a location that others use, nor opens one that only many together would pay for.

use super::flat::Flat;
use super::search::Chosen;
use super::standing::Standing;
use rayon::prelude::*;

/// Times that all locations are tried, at most.
const PASSES: usize = 4;

/// Closes locations whose orders do as well elsewhere, and opens those that are worth their cost to many.
pub fn close_and_open(flat: &Flat<'_>, standing: &mut Standing, stop: &(dyn Fn() -> bool + Sync)) {
    let rows = flat.limits.iter().enumerate();
    let mut rows: Vec<u32> = rows
        .filter(|(_, limit)| limit.is_open && limit.cost > 0)
        .map(|(row, _)| row as u32)
        .collect();
    let mut known = standing.worth(flat);
    for _ in 0..PASSES {
        let before = known;
        // Those that least hangs on come first.
        rows.sort_by_key(|&row| (standing.used[row as usize], row));
        for &row in &rows {
            if stop() {
                return;
            }
            let mut trial = standing.clone();
            if standing.used[row as usize] > 0 {
                close(flat, &mut trial, row, stop);
            } else {
                open(flat, &mut trial, row, stop);
            }
            let worth = trial.worth(flat);
            if worth > known && !stop() {
                (*standing, known) = (trial, worth);
            }
        }
        if known == before {
            break;
        }
    }
}

/// Takes all from a location; its orders choose again, then those for which that left something.
fn close(flat: &Flat<'_>, standing: &mut Standing, row: u32, stop: &(dyn Fn() -> bool + Sync)) {
    let members = members(flat, |member| {
        let (chunk, _) = flat.place(member);
        let mut chosen = standing.chosen[member].iter();
        chosen.any(|&candidate| chunk.does_use(candidate as usize, row))
    });
    let nothing = members.iter().map(|&member| (member, Chosen::new()));
    standing.begin_pass();
    standing.commit(flat, nothing.collect());
    standing.fill(flat, &members, None, stop);
    standing.improve_again(flat, stop);
}

/// Lets orders choose as if a location were paid for; then all that this left something for.
fn open(flat: &Flat<'_>, standing: &mut Standing, row: u32, stop: &(dyn Fn() -> bool + Sync)) {
    let members = members(flat, |member| {
        let (chunk, order) = flat.place(member);
        let mut uses = chunk.uses_of_all(order);
        uses.any(|used| used.row == row)
    });
    standing.begin_pass();
    standing.paid = Some(row);
    standing.fill(flat, &members, None, stop);
    standing.paid = None;
    if standing.used[row as usize] > 0 {
        standing.improve_again(flat, stop);
    }
}

fn members(flat: &Flat<'_>, is_meant: impl Fn(usize) -> bool + Sync) -> Vec<u32> {
    (0..flat.members.len())
        .into_par_iter()
        .filter(|&member| is_meant(member))
        .map(|member| member as u32)
        .collect()
}
