//! Fixed costs of locations shared out among the orders that would use them.
//!
//! A plan that uses a location pays its fixed cost once. Let every order pay a part of it for using the location, all parts
//! together no more than the cost: orders then never pay more than the plan does, and their best patterns less these parts
//! bound it as they did. Parts are raised location by location, up to what an order would rather pay than do without:
//! what few orders want a little falls out, and what is worth its cost is paid for. Then order by order, where an order
//! would turn from one location to another that is not paid for either: it pays for all of them.

use super::flat::{FixedCost, Flat};
use super::search::{Ask, Found, Scratch};
use crate::domain::WaveIx;
use crate::solve::pattern::{deliveries_at_most, pieces_at_most};
use rayon::prelude::*;
use smallvec::SmallVec;

/// Times that all locations are gone through, at most.
const PASSES: usize = 8;
/// Orders that are looked at between looks at the clock.
const BATCH: usize = 256;
/// Locations that an order turns to, at most.
const TURNS: usize = 8;
/// Going through all that brings less than one part in so many of all fixed costs is the last.
const ENOUGH: i128 = 1_000;

/// Who could pay for which location.
pub struct Links {
    /// By location with a fixed cost, orders that could use it.
    users: Vec<Vec<User>>,
    /// By member, the locations that it could use, with the shipments that it could have from there.
    of_members: Vec<SmallVec<[(u32, i64); 4]>>,
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
        let users: Vec<Vec<User>> = flat
            .fixed_costs
            .iter()
            .map(|location| users(flat, location.open))
            .collect();
        let mut of_members = vec![SmallVec::new(); flat.members.len()];
        for (number, users) in users.iter().enumerate() {
            for user in users {
                of_members[user.member as usize].push((number as u32, user.shipments));
            }
        }
        (!users.is_empty()).then_some(Self { users, of_members })
    }

    /// Raises what orders pay as far as it lowers the bound at prices, and takes it from their candidates' worth.
    pub fn charge(&self, flat: &mut Flat<'_>, prices: &[i64], stop: &(dyn Fn() -> bool + Sync)) {
        let members: Vec<u32> = (0..flat.members.len() as u32).collect();
        // What a location's rows pay at these prices orders need not.
        let mut left: Vec<i64> = flat
            .fixed_costs
            .iter()
            .map(|location| unpaid(flat, location, prices))
            .collect();
        let mut best = solved(flat, &members, prices, &[]);
        let open = flat
            .fixed_costs
            .iter()
            .map(|location| location.open as usize);
        let cost: i128 = open.map(|row| i128::from(flat.limits[row].cost)).sum();
        for _ in 0..PASSES {
            let mut fallen = 0_i128;
            for location in 0..left.len() {
                if stop() {
                    return;
                }
                if left[location] > 0 {
                    fallen += self.charge_location(flat, prices, &mut best, (location, &mut left));
                }
            }
            for batch in members.chunks(BATCH) {
                if stop() {
                    return;
                }
                fallen += self.charge_each(flat, prices, &mut best, (batch, &mut left));
            }
            if fallen * ENOUGH <= cost {
                break;
            }
        }
    }

    /// Raises what orders pay for using a location; by how much their best patterns are worth less.
    fn charge_location(
        &self,
        flat: &mut Flat<'_>,
        prices: &[i64],
        best: &mut [Found],
        (location, left): (usize, &mut [i64]),
    ) -> i128 {
        let row = flat.fixed_costs[location].open;
        let wants = |user: &&User| {
            let (chunk, _) = flat.place(user.member as usize);
            let mut chosen = best[user.member as usize].chosen.iter();
            chosen.any(|&candidate| chunk.does_use(candidate as usize, row))
        };
        let wanting: Vec<&User> = self.users[location].iter().filter(wants).collect();
        let members: Vec<u32> = wanting.iter().map(|user| user.member).collect();
        let without = solved(flat, &members, prices, &[row]);
        let each = members.iter().zip(&without);
        let regrets: Vec<i64> = each
            .map(|(&member, without)| (best[member as usize].worth - without.worth).max(0))
            .collect();
        let all: i128 = regrets.iter().map(|&regret| i128::from(regret)).sum();
        if all == 0 {
            return 0;
        }
        let most = i128::from(left[location]);
        for (user, &regret) in wanting.iter().zip(&regrets) {
            let part = if all <= most {
                regret
            } else {
                i64::try_from(i128::from(regret) * most / all).expect("no more than the regret")
            };
            let each = part / user.shipments;
            left[location] -= each * user.shipments;
            charge(flat, (user.member, user.shipments), location, each);
        }
        settle(flat, prices, best, &members)
    }

    /// Raises what some orders pay for all locations that each turns to before one that is paid for, or that costs nothing;
    /// by how much their best patterns are worth less.
    fn charge_each(
        &self,
        flat: &mut Flat<'_>,
        prices: &[i64],
        best: &mut [Found],
        (batch, left): (&[u32], &mut [i64]),
    ) -> i128 {
        let look = |scratch: &mut Scratch, &member: &u32| {
            self.turns(
                flat,
                prices,
                (member, &best[member as usize]),
                left,
                scratch,
            )
        };
        let turns: Vec<Turns> = batch.par_iter().map_init(Scratch::default, look).collect();
        let mut charged = Vec::new();
        for (&member, turns) in batch.iter().zip(&turns) {
            // As low as all of them have enough left for.
            let lowest = |&(location, _, worth): &(u32, i64, i64)| worth - left[location as usize];
            let low = turns
                .locations
                .iter()
                .map(lowest)
                .fold(turns.last, i64::max);
            for &(location, shipments, worth) in &turns.locations {
                let each = (worth - low).max(0) / shipments;
                left[location as usize] -= each * shipments;
                charge(flat, (member, shipments), location as usize, each);
            }
            if !turns.locations.is_empty() {
                charged.push(member);
            }
        }
        settle(flat, prices, best, &charged)
    }

    /// Where an order turns to, one location after the other closed to it.
    fn turns(
        &self,
        flat: &Flat<'_>,
        prices: &[i64],
        (member, best): (u32, &Found),
        left: &[i64],
        scratch: &mut Scratch,
    ) -> Turns {
        let (chunk, _) = flat.place(member as usize);
        let mut turns = Turns {
            locations: SmallVec::new(),
            last: best.worth,
        };
        let mut closed: SmallVec<[u32; 8]> = SmallVec::new();
        let mut found = best.clone();
        loop {
            // The one with most left of what it uses.
            let mine = self.of_members[member as usize].iter();
            let used = mine.filter(|&&(location, _)| {
                let row = flat.fixed_costs[location as usize].open;
                let mut chosen = found.chosen.iter();
                chosen.any(|&candidate| chunk.does_use(candidate as usize, row))
            });
            let most = used.max_by_key(|&&(location, _)| (left[location as usize], location));
            let open = most.filter(|&&(location, _)| left[location as usize] > 0);
            let open = open.filter(|_| turns.locations.len() < TURNS);
            let Some(&(location, shipments)) = open else {
                turns.last = found.worth;
                return turns;
            };
            turns.locations.push((location, shipments, found.worth));
            closed.push(flat.fixed_costs[location as usize].open);
            found = solved_one(flat, prices, member, &closed, scratch);
        }
    }
}

/// Where an order turns to.
struct Turns {
    /// Locations that are not paid for, with the shipments that it could have from there, and what it is worth as long as
    /// only those before are closed to it.
    locations: SmallVec<[(u32, i64, i64); 4]>,
    /// What it is worth where all these are closed to it.
    last: i64,
}

/// What neither orders nor a location's rows pay of its fixed cost.
fn unpaid(flat: &Flat<'_>, location: &FixedCost, prices: &[i64]) -> i64 {
    let earned = i64::try_from(location.earned(&flat.limits, prices)).unwrap_or(i64::MAX);
    location.left.saturating_sub(earned).max(0)
}

/// An order pays so much more for each shipment from a location.
fn charge(flat: &mut Flat<'_>, (member, shipments): (u32, i64), location: usize, each: i64) {
    let place = &mut flat.fixed_costs[location];
    place.left -= each * shipments;
    let open = place.open;
    flat.charge(member as usize, open, each);
}

/// The best patterns of some members now; by how much they are worth less than before.
fn settle(flat: &Flat<'_>, prices: &[i64], best: &mut [Found], members: &[u32]) -> i128 {
    let now = solved(flat, members, prices, &[]);
    let mut fallen = 0;
    for (&member, now) in members.iter().zip(now) {
        let before = &mut best[member as usize];
        fallen += i128::from(before.worth - now.worth);
        *before = now;
    }
    fallen
}

/// Orders that could use a location; not those of which not all patterns are known.
fn users(flat: &Flat<'_>, row: u32) -> Vec<User> {
    let of_member = |member: usize| -> Option<User> {
        let (chunk, order) = flat.place(member);
        let known = &flat.members[member];
        if known.options.wide {
            return None;
        }
        // One shipment from a location and wave; each has a piece of its own, and all but those to hubs reach the customer.
        let mut waves: SmallVec<[WaveIx; 8]> = chunk
            .candidates(order)
            .filter(|&candidate| chunk.does_use(candidate, row))
            .map(|candidate| chunk.wave(candidate))
            .collect();
        waves.sort_unstable();
        waves.dedup();
        let dataset = known.dataset();
        let lines = dataset.lines_of(known.order);
        let most = if chunk.has_hub[order] {
            pieces_at_most(lines)
        } else {
            deliveries_at_most(&dataset.orders[known.order.ix()], lines)
        };
        (!waves.is_empty()).then_some(User {
            member: member as u32,
            shipments: (waves.len() as i64).min(i64::from(most.max(1))),
        })
    };
    (0..flat.members.len())
        .into_par_iter()
        .filter_map(of_member)
        .collect()
}

/// The best pattern of each of some members at prices, without the locations of some rows.
fn solved(flat: &Flat<'_>, members: &[u32], prices: &[i64], closed: &[u32]) -> Vec<Found> {
    let one =
        |scratch: &mut Scratch, &member: &u32| solved_one(flat, prices, member, closed, scratch);
    members.par_iter().map_init(Scratch::default, one).collect()
}

fn solved_one(
    flat: &Flat<'_>,
    prices: &[i64],
    member: u32,
    closed: &[u32],
    scratch: &mut Scratch,
) -> Found {
    let (chunk, order) = flat.place(member as usize);
    Ask::without(flat, chunk, order, prices, closed).best(flat, scratch)
}
