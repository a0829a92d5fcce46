//! A plan under way on the flat layout: what every order has chosen, what that uses, and changes on trial.

use super::chains::reduced;
use super::flat::{Chunk, Flat, Kind, Use};
use super::pool::Pool;
use super::search::{Ask, Chosen, Found, NEVER, Work};
use rayon::prelude::*;
use smallvec::SmallVec;
use std::sync::atomic::{AtomicI64, Ordering};

/// Orders that are looked at together, as the plan stands, before any of them is changed.
pub const BATCH: usize = 1024;
/// Orders that one thread looks at in turn.
const SHARE: usize = 64;
/// Patterns looked at for one that fits as a whole.
const TRIED: usize = 6;

/// What every order has chosen.
#[derive(Clone)]
pub struct Standing {
    /// By member.
    pub chosen: Vec<Chosen>,
    /// Use of every row.
    pub used: Vec<i64>,
    /// Counts passes.
    pub pass: u32,
    /// The last pass of chains.
    pub chained: Option<u32>,
    /// The last pass in which orders chose again.
    filled: u32,
    /// A location's row whose fixed cost counts as paid.
    pub paid: Option<u32>,
    /// By row, the last pass in which its use changed so that it could matter.
    pub changed: Vec<u32>,
    /// By row, the last pass in which it was used less and that could matter.
    pub freed: Vec<u32>,
}

impl Standing {
    /// These choices.
    pub fn new(flat: &Flat<'_>, chosen: Vec<Chosen>) -> Self {
        let rows = flat.limits.len();
        Self {
            used: used_by(flat, &chosen),
            chosen,
            pass: 0,
            chained: None,
            filled: 0,
            paid: None,
            changed: vec![0; rows],
            freed: vec![0; rows],
        }
    }

    /// Worth of the plan: orders by themselves, less what rows cost. Wide orders' own worth is not in.
    pub fn worth(&self, flat: &Flat<'_>) -> i128 {
        worth_with(flat, &self.chosen, &self.used)
    }

    /// Changes members' choices.
    pub fn commit(&mut self, flat: &Flat<'_>, moves: Vec<(u32, Chosen)>) {
        let mut deltas = Deltas::default();
        for (member, chosen) in moves {
            let member = member as usize;
            let (chunk, order) = flat.place(member);
            for (chosen, sign) in [(&self.chosen[member], -1), (&chosen, 1)] {
                for used in flat.uses_together(chunk, order, chosen) {
                    deltas.add(used.row, sign * i64::from(used.units));
                }
            }
            self.chosen[member] = chosen;
        }
        for &(row, units) in &deltas.0 {
            let row = row as usize;
            let before = self.used[row];
            self.used[row] += units;
            if flat.tells_apart(row, before, before + units) {
                self.changed[row] = self.pass;
                if units < 0 || flat.limits[row].cost != 0 {
                    self.freed[row] = self.pass;
                }
            }
        }
    }

    /// Gives a member that has nothing a pattern, where there is room for it.
    pub fn take_if_room(&mut self, flat: &Flat<'_>, member: u32, chosen: Chosen) {
        let (chunk, order) = flat.place(member as usize);
        let uses = flat.uses_together(chunk, order, &chosen);
        let has_room = uses.iter().all(|used| {
            let after = self.used[used.row as usize] + i64::from(used.units);
            used.units <= 0 || flat.limits[used.row as usize].allows(after)
        });
        if has_room {
            for used in uses {
                self.used[used.row as usize] += i64::from(used.units);
            }
            self.chosen[member as usize] = chosen;
        }
    }

    /// Gives members that have nothing the best of their pool's patterns at prices for which there is room.
    pub fn take_known(&mut self, flat: &Flat<'_>, pool: &Pool, prices: &[i64]) {
        for (patterns, chunk) in pool.chunks.iter().zip(&flat.chunks) {
            for order in 0..chunk.len() {
                let member = chunk.begin + order;
                let first = chunk.first[order];
                // Priced on this layout: the pool may come from another, with rows of its own.
                let known = patterns.of(order).map(|pattern| {
                    let chosen = patterns.candidates_of(pattern, first);
                    (reduced(flat, prices, member as u32, &chosen), chosen)
                });
                let mut best: Vec<(i64, Chosen)> = known.collect();
                best.sort_by_key(|&(worth, _)| std::cmp::Reverse(worth));
                for (_, chosen) in best {
                    if !self.chosen[member].is_empty() {
                        break;
                    }
                    self.take_if_room(flat, member as u32, chosen);
                }
            }
        }
    }

    /// Chooses for these members in turn with what is left, at prices on top where given.
    pub fn fill(
        &mut self,
        flat: &Flat<'_>,
        sequence: &[u32],
        prices: Option<&[i64]>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> bool {
        self.in_batches(flat, sequence, stop, &|trial, member, work| {
            trial.reconsider(member, prices, work);
        })
    }

    /// Chooses again for every order with what the others leave, until none gains or passes are used up.
    pub fn improve(&mut self, flat: &Flat<'_>, passes: usize, stop: &(dyn Fn() -> bool + Sync)) {
        let all = (0..flat.members.len() as u32).collect();
        self.improve_from(flat, all, passes, stop);
    }

    /// The same for these orders, and then for those that something was freed for.
    pub fn improve_from(
        &mut self,
        flat: &Flat<'_>,
        mut members: Vec<u32>,
        passes: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) {
        for _ in 0..passes {
            self.begin_pass();
            if !self.fill(flat, &members, None, stop) {
                break;
            }
            members = self.concerned(flat);
        }
    }

    /// What is freed from now on is for orders to choose again.
    pub fn begin_pass(&mut self) {
        self.pass += 1;
        self.filled = self.pass;
    }

    /// Chooses again once for orders that something was freed for since that was last done.
    pub fn improve_again(&mut self, flat: &Flat<'_>, stop: &(dyn Fn() -> bool + Sync)) {
        let members = self.concerned(flat);
        self.begin_pass();
        self.fill(flat, &members, None, stop);
    }

    /// Members any of whose candidates uses a row that was freed since orders chose again.
    fn concerned(&self, flat: &Flat<'_>) -> Vec<u32> {
        let of_chunk = |chunk: &Chunk<'_>| -> Vec<u32> {
            let is_concerned = |order: &usize| {
                let mut uses = chunk.uses_of_all(*order);
                uses.any(|used| self.freed[used.row as usize] >= self.filled)
            };
            let orders = (0..chunk.len()).filter(is_concerned);
            orders.map(|order| (chunk.begin + order) as u32).collect()
        };
        let parts: Vec<Vec<u32>> = flat.chunks.par_iter().map(of_chunk).collect();
        parts.concat()
    }

    /// Looks at a batch in parallel as the plan stands; then what was found is carried out in turn where
    /// it still holds and gains, and looked for again where it does not. The outcome is the same for
    /// any number of threads. Returns whether anything changed.
    pub fn in_batches(
        &mut self,
        flat: &Flat<'_>,
        sequence: &[u32],
        stop: &(dyn Fn() -> bool + Sync),
        look: &(dyn Fn(&mut Trial<'_>, u32, &mut Work) + Sync),
    ) -> bool {
        let mut changed = false;
        let mut own_work = Work::default();
        for batch in sequence.chunks(BATCH) {
            if stop() {
                break;
            }
            let standing = &*self;
            let found: Vec<Vec<Vec<(u32, Chosen)>>> = if batch.len() <= SHARE {
                vec![vec![Vec::new(); batch.len()]]
            } else {
                batch
                    .par_chunks(SHARE)
                    .map(|members| {
                        let mut work = Work::default();
                        let mut one = |&member: &u32| {
                            let mut trial = Trial::new(flat, standing);
                            look(&mut trial, member, &mut work);
                            trial.moves
                        };
                        members.iter().map(&mut one).collect()
                    })
                    .collect()
            };
            let is_fresh = batch.len() <= SHARE;
            for (&member, moves) in batch.iter().zip(found.into_iter().flatten()) {
                if moves.is_empty() && !is_fresh {
                    continue;
                }
                let moves = if !is_fresh && self.gain_of(flat, &moves) > 0 {
                    moves
                } else {
                    let mut trial = Trial::new(flat, self);
                    look(&mut trial, member, &mut own_work);
                    let moves = trial.moves;
                    if moves.is_empty() || self.gain_of(flat, &moves) <= 0 {
                        continue;
                    }
                    moves
                };
                changed = true;
                self.commit(flat, moves);
            }
        }
        changed
    }

    /// What moves gain, prices not in; 0 where they cannot be carried out.
    pub fn gain_of(&self, flat: &Flat<'_>, moves: &[(u32, Chosen)]) -> i64 {
        let mut trial = Trial::new(flat, self);
        let mut gain = 0;
        for (member, chosen) in moves {
            gain -= trial.own_worth(*member);
            trial.put(*member, chosen.clone());
            gain += trial.own_worth(*member);
        }
        if trial.holds() {
            gain - trial.row_cost()
        } else {
            0
        }
    }
}

/// By row, how much of it members' choices use.
pub fn used_by(flat: &Flat<'_>, chosen: &[Chosen]) -> Vec<i64> {
    let used: Vec<AtomicI64> = flat.limits.iter().map(|_| AtomicI64::new(0)).collect();
    flat.chunks.par_iter().for_each(|chunk| {
        for order in 0..chunk.len() {
            for one in flat.uses_together(chunk, order, &chosen[chunk.begin + order]) {
                used[one.row as usize].fetch_add(one.units.into(), Ordering::Relaxed);
            }
        }
    });
    used.into_iter().map(AtomicI64::into_inner).collect()
}

/// Worth of choices that use so much: orders by themselves, less what rows cost. Wide orders' own worth is not in.
pub fn worth_with(flat: &Flat<'_>, chosen: &[Chosen], used: &[i64]) -> i128 {
    let of_order = |chunk: &Chunk<'_>, order: usize| -> i128 {
        flat.worth_of(chunk, order, &chosen[chunk.begin + order])
            .into()
    };
    let of_chunk = |chunk: &Chunk<'_>| -> i128 {
        let orders = 0..chunk.len();
        orders.map(|order| of_order(chunk, order)).sum()
    };
    let orders: i128 = flat.chunks.par_iter().map(of_chunk).sum();
    let rows = flat.limits.iter().zip(used);
    let rows: i128 = rows.map(|(limit, &used)| limit.cost_of(used)).sum();
    orders - rows
}

/// Changes of use, each row once.
#[derive(Clone, Default)]
struct Deltas(SmallVec<[(u32, i64); 16]>);

impl Deltas {
    fn add(&mut self, row: u32, units: i64) {
        match self.0.iter_mut().find(|delta| delta.0 == row) {
            Some(delta) => delta.1 += units,
            None => self.0.push((row, units)),
        }
    }
}

/// How full rows are treated by a choice.
#[derive(Clone, Copy)]
pub enum Room<'p> {
    /// Only what is left may be used, at these prices on top where given.
    Left(Option<&'p [i64]>),
    /// Full rows may be used at their price, as others can be moved out; but not this one.
    Priced(&'p [i64], u32),
}

/// Changes on trial: what they would use, on top of the plan as it stands.
#[derive(Clone)]
pub struct Trial<'s> {
    flat: &'s Flat<'s>,
    standing: &'s Standing,
    deltas: Deltas,
    /// Members with their new choices.
    pub moves: Vec<(u32, Chosen)>,
}

impl<'s> Trial<'s> {
    /// No changes yet.
    pub fn new(flat: &'s Flat<'s>, standing: &'s Standing) -> Self {
        Self {
            flat,
            standing,
            deltas: Deltas::default(),
            moves: Vec::new(),
        }
    }

    /// What a member would have chosen.
    pub fn chosen(&self, member: u32) -> &Chosen {
        self.moves
            .iter()
            .find(|moved| moved.0 == member)
            .map_or(&self.standing.chosen[member as usize], |moved| &moved.1)
    }

    /// What would be used of a row.
    pub fn used(&self, row: u32) -> i64 {
        let delta = self.deltas.0.iter().find(|delta| delta.0 == row);
        self.standing.used[row as usize] + delta.map_or(0, |delta| delta.1)
    }

    /// Whether the use of any of a member's rows under these candidates changed in a pass or later.
    pub fn has_changed(&self, member: u32, chosen: &[u32], pass: u32) -> bool {
        let (chunk, _) = self.flat.place(member as usize);
        let mut uses = chosen
            .iter()
            .flat_map(|&candidate| chunk.uses_of(candidate as usize));
        uses.any(|used| self.standing.changed[used.row as usize] >= pass)
    }

    /// Whether a member's candidates would use a row.
    pub fn does_use(&self, member: u32, row: u32) -> bool {
        let (chunk, _) = self.flat.place(member as usize);
        let mut chosen = self.chosen(member).iter();
        chosen.any(|&candidate| chunk.does_use(candidate as usize, row))
    }

    /// Whether the use of any row that a member's candidates use changed in a pass or later.
    pub fn is_concerned(&self, member: u32, pass: u32) -> bool {
        let (chunk, order) = self.flat.place(member as usize);
        let mut uses = chunk.uses_of_all(order);
        uses.any(|used| self.standing.changed[used.row as usize] >= pass)
    }

    /// Gives a member another choice, whether or not there is room.
    pub fn put(&mut self, member: u32, chosen: Chosen) {
        let (chunk, order) = self.flat.place(member as usize);
        let old = self.chosen(member).clone();
        for used in self.flat.uses_together(chunk, order, &old) {
            self.deltas.add(used.row, -i64::from(used.units));
        }
        for used in self.flat.uses_together(chunk, order, &chosen) {
            self.deltas.add(used.row, i64::from(used.units));
        }
        match self.moves.iter_mut().find(|moved| moved.0 == member) {
            Some(moved) => moved.1 = chosen,
            None => self.moves.push((member, chosen)),
        }
    }

    /// Whether every row that changes holds, or is used less than before.
    pub fn holds(&self) -> bool {
        self.deltas.0.iter().all(|&(row, units)| {
            units <= 0 || self.flat.limits[row as usize].allows(self.used(row))
        })
    }

    /// Rows that do not hold and are used more than before.
    pub fn broken(&self) -> Option<u32> {
        self.deltas
            .0
            .iter()
            .find(|&&(row, units)| {
                units > 0 && !self.flat.limits[row as usize].allows(self.used(row))
            })
            .map(|delta| delta.0)
    }

    /// What rows cost more than as the plan stands.
    pub fn row_cost(&self) -> i64 {
        let cost: i128 = self
            .deltas
            .0
            .iter()
            .filter(|delta| {
                let has_cost = self.flat.limits[delta.0 as usize].cost != 0;
                has_cost && self.standing.paid != Some(delta.0)
            })
            .map(|&(row, units)| {
                let limit = &self.flat.limits[row as usize];
                let before = self.standing.used[row as usize];
                limit.cost_of(before + units) - limit.cost_of(before)
            })
            .sum();
        i64::try_from(cost).unwrap_or(i64::MAX / 4)
    }

    /// Worth of a member's choice by itself.
    pub fn own_worth(&self, member: u32) -> i64 {
        let (chunk, order) = self.flat.place(member as usize);
        self.flat.worth_of(chunk, order, self.chosen(member))
    }

    /// Whether a member is among the moves.
    pub fn has_moved(&self, member: u32) -> bool {
        self.moves.iter().any(|moved| moved.0 == member)
    }

    /// The best pattern of a member with what the others leave.
    pub fn choose(&self, member: u32, room: Room<'_>, work: &mut Work) -> Found {
        let flat = self.flat;
        let (chunk, order) = flat.place(member as usize);
        let own = flat.uses_together(chunk, order, self.chosen(member));
        // Most rows are used as the plan stands: a bit each for others, several rows a bit.
        let bit = |row: u32| 1_u64 << (row % 64);
        let changed = self.deltas.0.iter().map(|delta| delta.0);
        let changed = changed.chain(own.iter().map(|used| used.row));
        let changed = changed.fold(0, |bits, row| bits | bit(row));
        let left_used = |row: u32| -> i64 {
            if changed & bit(row) == 0 {
                return self.standing.used[row as usize];
            }
            let mine = own.iter().find(|used| used.row == row);
            self.used(row) - mine.map_or(0, |used| i64::from(used.units))
        };
        let worth_of = |candidate: usize| -> i64 {
            let mut worth = chunk.worth(candidate);
            for used in chunk.uses_of(candidate) {
                let row = used.row as usize;
                let before = left_used(used.row);
                let after = before + i64::from(used.units);
                let full = used.units > 0 && after > flat.at_most[row];
                match room {
                    Room::Left(_) if full => return NEVER,
                    Room::Left(Some(prices)) => worth -= prices[row] * i64::from(used.units),
                    Room::Priced(_, closed) if full && used.row == closed => return NEVER,
                    Room::Priced(prices, _) if full => {
                        worth -= prices[row].max(1) * i64::from(used.units);
                    }
                    _ => {}
                }
                if flat.has_cost[row] && self.standing.paid != Some(used.row) {
                    let limit = &flat.limits[row];
                    worth -= marginal(limit.cost_of(after) - limit.cost_of(before));
                }
            }
            worth
        };
        work.worths.clear();
        work.worths.extend(chunk.candidates(order).map(worth_of));
        let (first, worths) = (chunk.candidates(order).start, &work.worths[..]);
        let value = |candidate: usize| worths[candidate - first];
        let terms = match room {
            Room::Left(Some(prices)) => flat.terms_at(chunk, order, prices),
            _ => chunk.terms_of(order),
        };
        let ask = Ask {
            chunk,
            order,
            terms,
            value,
            prices: &[],
        };
        let is_left = matches!(room, Room::Left(_));
        let together = |found: &&mut Found| {
            let uses = || flat.uses_together(chunk, order, &found.chosen);
            !is_left || fits(flat, &uses(), &own, &left_used)
        };
        // Mostly the best fits: one of those that are equally good. Where patterns are searched, few are no sooner found.
        let is_searched = matches!(chunk.kind[order], Kind::Searched(_));
        let first = if is_searched { TRIED } else { 1 };
        for most in [first, TRIED] {
            ask.several(flat, 0, most, &mut work.scratch, &mut work.found);
            if let Some(found) = work.found.iter_mut().find(together) {
                return std::mem::take(found);
            }
            if !is_left || work.found.len() < most || most == TRIED {
                break;
            }
        }
        Found::default()
    }

    /// Tries the best choice of one member with what the others leave; no move where that is what it has.
    fn reconsider(&mut self, member: u32, prices: Option<&[i64]>, work: &mut Work) {
        let found = self.choose(member, Room::Left(prices), work);
        if found.chosen != *self.chosen(member) {
            self.put(member, found.chosen);
        }
    }
}

/// Whether uses fit together in what is left; floors that the member's own uses kept are kept or not yet met.
fn fits(flat: &Flat<'_>, uses: &[Use], own: &[Use], left_used: &dyn Fn(u32) -> i64) -> bool {
    let new_units = |row: u32| {
        let mine = uses.iter().find(|used| used.row == row);
        mine.map_or(0, |used| i64::from(used.units))
    };
    let holds = |row: u32, before: i64| {
        let units = new_units(row);
        units <= before || flat.limits[row as usize].allows(left_used(row) + units)
    };
    let own_units = |row: u32| {
        let mine = own.iter().find(|used| used.row == row);
        mine.map_or(0, |used| i64::from(used.units))
    };
    uses.iter().all(|used| holds(used.row, own_units(used.row)))
        && own
            .iter()
            .filter(|used| used.units < 0)
            .all(|used| holds(used.row, i64::from(used.units)))
}

fn marginal(cost: i128) -> i64 {
    i64::try_from(cost).unwrap_or(i64::MAX / 4)
}
