//! Chains: an order takes the pattern that it wants most, whoever is in the way makes room and looks for another place.
//!
//! What an order loses by its present choice at prices is its *regret*. Orders with regret take one
//! of their best patterns, full or not; those that use a row that is then too full are moved out, the
//! one that loses least first, and may move out others in turn. The chain is kept where the whole gains.

use super::flat::{Chunk, Flat};
use super::pool::best_at;
use super::search::{Ask, Chosen, Found, Work};
use super::standing::{Room, Standing, Trial};
use rayon::prelude::*;

/// Patterns that an order tries to take.
const WANTED: usize = 16;
/// Orders in the way that are tried for a row.
const OCCUPANTS: usize = 4;
/// An order in the way that loses less than this part of the gain is moved without looking at others, one in so many.
const CHEAP: i64 = 4;
/// Multiplied with this, members that follow each other are far apart.
const SPREAD: usize = 2_654_435_761;
/// Orders at most that are moved out one after the other.
const DEPTH: usize = 20;

/// What every order would be worth at its best at prices.
pub struct Wishes<'p> {
    prices: &'p [i64],
    /// By member.
    best: Vec<i64>,
}

impl<'p> Wishes<'p> {
    /// What orders wish for at these prices.
    pub fn new(flat: &Flat<'_>, prices: &'p [i64]) -> Self {
        let of_chunk = |chunk: &Chunk<'_>| -> Vec<i64> {
            let mut work = Work::default();
            let best = |order| best_at(flat, chunk, order, prices, &mut work).worth;
            (0..chunk.len()).map(best).collect()
        };
        let parts: Vec<Vec<i64>> = flat.chunks.par_iter().map(of_chunk).collect();
        Self {
            prices,
            best: parts.concat(),
        }
    }
}

/// Tries chains for every order with regret, those with most first.
pub fn chains(
    flat: &Flat<'_>,
    standing: &mut Standing,
    wishes: &Wishes<'_>,
    stop: &(dyn Fn() -> bool + Sync),
) {
    let since = standing.chained;
    standing.pass += 1;
    standing.chained = Some(standing.pass);
    let sequence = by_regret(flat, standing, wishes);
    let users = Users::new(flat, standing);
    let shared = Shared {
        flat,
        prices: wishes.prices,
        users: &users,
        since,
    };
    standing.in_batches(flat, &sequence, stop, &|trial, member, work| {
        shared.want(trial, member, work);
    });
}

/// Members that lose something at prices by what they have chosen, those that lose most first.
fn by_regret(flat: &Flat<'_>, standing: &Standing, wishes: &Wishes<'_>) -> Vec<u32> {
    let regret = |(member, (chosen, &best)): (usize, (&Chosen, &i64))| {
        let lost = best - reduced(flat, wishes.prices, member as u32, chosen);
        (lost > 0).then_some((lost, member as u32))
    };
    let members = standing.chosen.par_iter().zip(&wishes.best).enumerate();
    let mut regrets: Vec<(i64, u32)> = members.filter_map(regret).collect();
    regrets.par_sort_unstable_by_key(|&(regret, member)| (std::cmp::Reverse(regret), member));
    regrets.into_iter().map(|(_, member)| member).collect()
}

/// Worth of a choice at prices.
pub fn reduced(flat: &Flat<'_>, prices: &[i64], member: u32, chosen: &Chosen) -> i64 {
    let (chunk, order) = flat.place(member as usize);
    let paid: i64 = flat
        .uses_together(chunk, order, chosen)
        .iter()
        .map(|used| prices[used.row as usize] * i64::from(used.units))
        .sum();
    flat.worth_of(chunk, order, chosen) - paid
}

/// By row, the members that use it.
struct Users {
    first: Vec<u32>,
    members: Vec<u32>,
}

impl Users {
    fn new(flat: &Flat<'_>, standing: &Standing) -> Self {
        let of_chunk = |chunk: &Chunk<'_>| -> Vec<(u32, u32)> {
            let mut uses = Vec::new();
            for order in 0..chunk.len() {
                let member = chunk.begin + order;
                let used = flat.uses_together(chunk, order, &standing.chosen[member]);
                let taken = used.iter().filter(|used| used.units > 0);
                uses.extend(taken.map(|used| (used.row, member as u32)));
            }
            uses
        };
        let uses: Vec<Vec<(u32, u32)>> = flat.chunks.par_iter().map(of_chunk).collect();
        let mut first = vec![0_u32; flat.limits.len() + 1];
        for &(row, _) in uses.iter().flatten() {
            first[row as usize + 1] += 1;
        }
        for row in 0..flat.limits.len() {
            first[row + 1] += first[row];
        }
        let mut next = first.clone();
        let mut members = vec![0; first[flat.limits.len()] as usize];
        for (row, member) in uses.into_iter().flatten() {
            members[next[row as usize] as usize] = member;
            next[row as usize] += 1;
        }
        Self { first, members }
    }

    fn of(&self, row: u32) -> &[u32] {
        &self.members[self.first[row as usize] as usize..self.first[row as usize + 1] as usize]
    }
}

struct Shared<'a> {
    flat: &'a Flat<'a>,
    prices: &'a [i64],
    users: &'a Users,
    /// Rows that have not changed since that pass need not be tried again.
    since: Option<u32>,
}

impl Shared<'_> {
    /// Tries the patterns that a member wants most; the first chain that gains stays in the trial.
    fn want(&self, trial: &mut Trial<'_>, member: u32, work: &mut Work) {
        if self
            .since
            .is_some_and(|pass| !trial.is_concerned(member, pass))
        {
            return;
        }
        let now = trial.own_worth(member);
        let from = (member as usize).wrapping_mul(SPREAD) >> 7;
        for wanted in self.wanted(trial, member, work) {
            let may_differ = |pass: u32| trial.has_changed(member, &wanted.chosen, pass);
            if !self.since.is_none_or(may_differ) {
                continue;
            }
            let mut attempt = trial.clone();
            attempt.put(member, wanted.chosen);
            let gain = attempt.own_worth(member) - now;
            if self
                .settle(&mut attempt, from, gain, work)
                .is_some_and(|gained| gained > 0)
            {
                *trial = attempt;
                return;
            }
        }
    }

    /// Patterns of a member that beat its present choice at prices.
    fn wanted(&self, trial: &Trial<'_>, member: u32, work: &mut Work) -> Vec<Found> {
        let flat = self.flat;
        let (chunk, order) = flat.place(member as usize);
        let chosen = trial.chosen(member);
        let now = reduced(flat, self.prices, member, chosen);
        let ask = Ask::at_prices(flat, chunk, order, self.prices, &mut work.worths);
        ask.several(flat, now, WANTED, &mut work.scratch, &mut work.found);
        std::mem::take(&mut work.found)
    }

    /// Makes room on every row that is too full; what is gained in all, rows' costs in, or `None` where there is no way.
    ///
    /// Of the users of a row those are asked first that come after a position.
    fn settle(
        &self,
        trial: &mut Trial<'_>,
        from: usize,
        mut gain: i64,
        work: &mut Work,
    ) -> Option<i64> {
        for step in 0..DEPTH {
            let Some(row) = trial.broken() else { break };
            let is_last = step + 1 == DEPTH;
            let mut best: Option<(i64, u32, Found)> = None;
            let users = self.users.of(row);
            // Each order begins elsewhere, so that many of a large row are asked.
            let (earlier, later) = users.split_at(from % users.len().max(1));
            let occupants = later.iter().chain(earlier);
            let occupants = occupants
                .filter(|&&occupant| !trial.has_moved(occupant) && trial.does_use(occupant, row));
            for &occupant in occupants.take(OCCUPANTS) {
                let room = if is_last {
                    Room::Left(None)
                } else {
                    Room::Priced(self.prices, row)
                };
                // What it is worth there less the prices of full rows: what others would lose in turn.
                let found = trial.choose(occupant, room, work);
                let lost = trial.own_worth(occupant) - found.worth;
                if best.as_ref().is_none_or(|(least, _, _)| lost < *least) {
                    best = Some((lost, occupant, found));
                }
                if lost < gain / CHEAP {
                    break;
                }
            }
            let (lost, occupant, found) = best?;
            if lost >= gain {
                return None;
            }
            let before = trial.own_worth(occupant);
            trial.put(occupant, found.chosen);
            gain -= before - trial.own_worth(occupant);
        }
        if trial.broken().is_some() {
            return None;
        }
        Some(gain - trial.row_cost())
    }
}
