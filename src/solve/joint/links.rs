//! Fixed costs of locations shared out among the orders that would use them.
//!
//! A plan that uses a location pays its fixed cost once. Let every order pay a part of it for using the location, all parts
//! together no more than the cost: orders then never pay more than the plan does, and their best patterns less these parts
//! bound it as they did. Parts are raised location by location, up to what an order would rather pay than do without:
//! what few orders want a little falls out, and what is worth its cost is paid for.

use super::flat::Flat;
use super::search::{Ask, Found, NEVER, Scratch};
use crate::domain::WaveIx;
use rayon::prelude::*;
use smallvec::SmallVec;

/// Times that all locations are gone through, at most.
const PASSES: usize = 8;
/// Going through all that brings less than one part in so many of the orders' worth is the last.
const ENOUGH: i128 = 20_000;

/// Fixed costs that no order pays yet.
pub struct Links {
    /// Rows of locations with a fixed cost.
    sites: Vec<Site>,
}

/// A location with a fixed cost.
struct Site {
    row: u32,
    left: i64,
    /// Orders that could use it.
    users: Vec<User>,
}

/// An order that could use a location.
struct User {
    member: u32,
    /// Shipments that it could have from there: each pays one part in so many.
    shipments: i64,
}

impl Links {
    /// No order pays anything; `None` where no location has a fixed cost.
    pub fn new(flat: &Flat<'_>) -> Option<Self> {
        let rows = flat.limits.iter().enumerate();
        let sites: Vec<Site> = rows
            .filter(|(_, limit)| limit.is_open && limit.cost > 0)
            .map(|(row, limit)| Site {
                row: row as u32,
                left: limit.cost,
                users: users(flat, row as u32),
            })
            .collect();
        (!sites.is_empty()).then_some(Self { sites })
    }

    /// Raises what orders pay as far as it lowers the bound at prices, and takes it from their candidates' worth.
    pub fn charge(
        &mut self,
        flat: &mut Flat<'_>,
        prices: &[i64],
        stop: &(dyn Fn() -> bool + Sync),
    ) {
        let members: Vec<u32> = (0..flat.members.len() as u32).collect();
        let mut best = solved(flat, &members, prices, None);
        for _ in 0..PASSES {
            let worth: i128 = best.iter().map(|found| i128::from(found.worth)).sum();
            let mut fallen = 0_i128;
            for site in self.sites.iter_mut().filter(|site| site.left > 0) {
                if stop() {
                    return;
                }
                fallen += site.charge(flat, prices, &mut best);
            }
            if fallen * ENOUGH <= worth {
                break;
            }
        }
    }
}

impl Site {
    /// Raises what orders pay for using the location; by how much their best patterns are worth less.
    fn charge(&mut self, flat: &mut Flat<'_>, prices: &[i64], best: &mut [Found]) -> i128 {
        let wants = |user: &&User| {
            let (chunk, _) = flat.place(user.member as usize);
            let mut chosen = best[user.member as usize].chosen.iter();
            chosen.any(|&candidate| uses(chunk.uses_of(candidate as usize), self.row))
        };
        let wanting: Vec<&User> = self.users.iter().filter(wants).collect();
        let members: Vec<u32> = wanting.iter().map(|user| user.member).collect();
        let without = solved(flat, &members, prices, Some(self.row));
        let each = members.iter().zip(&without);
        let regrets: Vec<i64> = each
            .map(|(&member, without)| (best[member as usize].worth - without.worth).max(0))
            .collect();
        let all: i128 = regrets.iter().map(|&regret| i128::from(regret)).sum();
        if all == 0 {
            return 0;
        }
        let left = i128::from(self.left);
        for (user, &regret) in wanting.iter().zip(&regrets) {
            let part = if all <= left {
                regret
            } else {
                i64::try_from(i128::from(regret) * left / all).expect("no more than the regret")
            };
            let each = part / user.shipments;
            self.left -= each * user.shipments;
            flat.charge(user.member as usize, self.row, each);
        }
        let now = solved(flat, &members, prices, None);
        let mut fallen = 0;
        for (&member, now) in members.iter().zip(now) {
            let before = &mut best[member as usize];
            fallen += i128::from(before.worth - now.worth);
            *before = now;
        }
        fallen
    }
}

/// Orders that could use a location; not those of which not all patterns are known, or that may go by a hub.
fn users(flat: &Flat<'_>, row: u32) -> Vec<User> {
    let of_member = |member: usize| -> Option<User> {
        let (chunk, order) = flat.place(member);
        if flat.members[member].options.wide || chunk.has_hub[order] {
            return None;
        }
        // One shipment from a location and wave.
        let mut waves: SmallVec<[WaveIx; 8]> = chunk
            .candidates(order)
            .filter(|&candidate| uses(chunk.uses_of(candidate), row))
            .map(|candidate| chunk.wave[candidate])
            .collect();
        waves.sort_unstable();
        waves.dedup();
        (!waves.is_empty()).then_some(User {
            member: member as u32,
            shipments: waves.len() as i64,
        })
    };
    (0..flat.members.len())
        .into_par_iter()
        .filter_map(of_member)
        .collect()
}

fn uses(uses: &[super::flat::Use], row: u32) -> bool {
    uses.iter().any(|used| used.row == row)
}

/// The best pattern of each of some members at prices, without a location where one is named.
fn solved(flat: &Flat<'_>, members: &[u32], prices: &[i64], without: Option<u32>) -> Vec<Found> {
    let one = |scratch: &mut Scratch, &member: &u32| {
        let (chunk, order) = flat.place(member as usize);
        let value = |candidate: usize| match without {
            Some(row) if uses(chunk.uses_of(candidate), row) => NEVER,
            _ => chunk.reduced(candidate, prices),
        };
        let ask = Ask {
            chunk,
            order,
            terms: flat.terms_at(chunk, order, prices),
            value,
        };
        ask.best(flat, scratch)
    };
    members.par_iter().map_init(Scratch::default, one).collect()
}
