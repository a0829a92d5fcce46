//! The best pattern of an order at given worths of its candidates, and those near to it.
//!
//! For each load the best candidates are kept, by worth; a combination of loads is then worth the sum of
//! its loads' best, two shipments from one location and wave excepted. For one or two loads
//! that is exact; for more the sum is a bound, and so is the result.

use super::flat::{Chunk, Flat, Kind, narrow};
use crate::domain::WaveIx;
use crate::solve::pattern::{IMPOSSIBLE, Terms, Worth};
use smallvec::SmallVec;

/// Candidates kept of each load.
const KEPT: usize = 4;

/// Worth of a candidate that cannot be chosen.
pub const NEVER: i64 = i64::MIN;

/// Candidates of a chunk, ascending.
pub type Chosen = SmallVec<[u32; 2]>;

/// A pattern and its worth at the worths given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Worth, at the worths given, with what the order earns beyond its candidates.
    pub worth: i64,
    /// Its candidates; empty: nothing ships.
    pub chosen: Chosen,
}

#[derive(Clone, Copy, Debug)]
struct Top {
    worth: i64,
    candidate: u32,
    wave: WaveIx,
}

const NONE: Top = Top {
    worth: NEVER,
    candidate: u32::MAX,
    wave: WaveIx(u32::MAX),
};

/// Memory that searches use again.
#[derive(Default)]
pub struct Scratch {
    tops: Vec<[Top; KEPT]>,
    levels: Vec<u16>,
}

/// What is asked of an order: its chunk and position, what it earns beyond candidates, and each candidate's worth.
pub struct Ask<'a, V: Fn(usize) -> i64> {
    /// The chunk.
    pub chunk: &'a Chunk,
    /// Position in the chunk.
    pub order: usize,
    /// What the order earns beyond candidates.
    pub terms: Terms,
    /// Worth of a candidate, by position in the chunk; [`NEVER`] rules it out.
    pub value: V,
}

impl<V: Fn(usize) -> i64> Ask<'_, V> {
    /// The best pattern, or a bound on it: no pattern is worth more than `worth`.
    pub fn best(&self, flat: &Flat<'_>, scratch: &mut Scratch) -> Found {
        let shape = match self.chunk.kind[self.order] {
            Kind::Wide => return Found::default(),
            Kind::Searched => return self.searched(flat),
            Kind::Listed(shape) => shape,
        };
        let mut best = Found::default();
        self.set_levels(&mut scratch.levels);
        for position in 0..scratch.levels.len() {
            let level = scratch.levels[position];
            self.fill_tops(shape, level, &mut scratch.tops);
            let late = self.late_cost(level);
            for (combination, loads) in self.chunk.shapes[shape as usize].each() {
                let (worth, picked) = best_of(&scratch.tops, loads);
                if worth == NEVER {
                    continue;
                }
                let worth = worth - late
                    + self.full_worth(combination.full_lines, combination.all_full);
                if worth > best.worth {
                    best.worth = worth;
                    best.chosen = picked;
                }
            }
        }
        best.chosen.sort_unstable();
        best
    }

    /// The best patterns that keep the order's rules, the best first, at most `most`, each worth more than `least`.
    ///
    /// All within reach of the best candidates of each load; not every pattern there is.
    pub fn several(
        &self,
        flat: &Flat<'_>,
        least: i64,
        most: usize,
        scratch: &mut Scratch,
        found: &mut Vec<Found>,
    ) {
        found.clear();
        let shape = match self.chunk.kind[self.order] {
            Kind::Wide => return,
            Kind::Searched => {
                let best = self.searched(flat);
                if best.worth > least && !best.chosen.is_empty() && self.keeps_rules(flat, &best.chosen)
                {
                    found.push(best);
                }
                return;
            }
            Kind::Listed(shape) => shape,
        };
        self.fill_tops(shape, u16::MAX, &mut scratch.tops);
        for (combination, loads) in self.chunk.shapes[shape as usize].each() {
            let full = self.full_worth(combination.full_lines, combination.all_full);
            let mut picked = Chosen::new();
            self.extend(&scratch.tops, loads, full, least, &mut picked, found);
        }
        found.sort_by(|one, other| {
            other
                .worth
                .cmp(&one.worth)
                .then_with(|| one.chosen.cmp(&other.chosen))
        });
        found.dedup_by(|next, kept| next.chosen == kept.chosen);
        found.truncate(most);
    }

    /// Picks one candidate for each load in turn, no two from one location and wave.
    fn extend(
        &self,
        tops: &[[Top; KEPT]],
        loads: &[u16],
        worth: i64,
        least: i64,
        picked: &mut Chosen,
        found: &mut Vec<Found>,
    ) {
        let Some((&load, rest)) = loads.split_first() else {
            let days = picked
                .iter()
                .map(|&candidate| self.chunk.days_late_of(candidate as usize))
                .max()
                .unwrap_or(0);
            let worth = worth - self.late_cost(days);
            if worth > least {
                let mut chosen = picked.clone();
                chosen.sort_unstable();
                found.push(Found { worth, chosen });
            }
            return;
        };
        // Fewer of each where more loads are to be combined.
        let width = if rest.is_empty() { KEPT } else { 2 };
        let mut taken = 0;
        for top in &tops[load as usize] {
            if top.worth == NEVER || taken == width {
                break;
            }
            let clashes = picked
                .iter()
                .any(|&other| self.chunk.wave[other as usize] == top.wave);
            if clashes {
                continue;
            }
            taken += 1;
            picked.push(top.candidate);
            self.extend(tops, rest, worth + top.worth, least, picked, found);
            picked.pop();
        }
    }

    fn full_worth(&self, full_lines: u32, all_full: bool) -> i64 {
        let lines = self.terms.per_full_line * Worth::from(full_lines);
        narrow(lines + if all_full { self.terms.if_full } else { 0 })
    }

    fn late_cost(&self, days: u16) -> i64 {
        match days {
            0 | u16::MAX => 0,
            days => narrow(self.terms.per_day_late * Worth::from(days) + self.terms.if_late),
        }
    }

    /// The numbers of days late that a pattern could have; just "any" where lateness costs nothing.
    fn set_levels(&self, levels: &mut Vec<u16>) {
        levels.clear();
        let matters = self.terms.per_day_late != 0 || self.terms.if_late != 0;
        if matters && !self.chunk.days_late.is_empty() {
            levels.extend(
                self.chunk
                    .candidates(self.order)
                    .map(|candidate| self.chunk.days_late[candidate]),
            );
            levels.sort_unstable();
            levels.dedup();
        }
        if levels.last().is_none_or(|&days| days == 0) {
            levels.clear();
            levels.push(u16::MAX);
        }
    }

    fn fill_tops(&self, shape: u32, level: u16, tops: &mut Vec<[Top; KEPT]>) {
        let chunk = self.chunk;
        tops.clear();
        tops.resize(chunk.shapes[shape as usize].loads, [NONE; KEPT]);
        for candidate in chunk.candidates(self.order) {
            if level != u16::MAX && chunk.days_late_of(candidate) > level {
                continue;
            }
            let worth = (self.value)(candidate);
            let top = &mut tops[chunk.load[candidate] as usize];
            if worth == NEVER || worth <= top[KEPT - 1].worth {
                continue;
            }
            let mut place = KEPT - 1;
            while place > 0 && top[place - 1].worth < worth {
                top[place] = top[place - 1];
                place -= 1;
            }
            top[place] = Top {
                worth,
                candidate: candidate as u32,
                wave: chunk.wave[candidate],
            };
        }
    }

    /// The search by states, for orders whose combinations are not listed.
    fn searched(&self, flat: &Flat<'_>) -> Found {
        let member = &flat.members[self.chunk.begin + self.order];
        let worths: Vec<Worth> = self
            .chunk
            .candidates(self.order)
            .map(|candidate| match (self.value)(candidate) {
                NEVER => IMPOSSIBLE,
                worth => Worth::from(worth),
            })
            .collect();
        let pattern = member.search().best(&worths, self.terms);
        let first = self.chunk.first[self.order];
        Found {
            worth: narrow(pattern.worth),
            chosen: pattern.chosen.iter().map(|&c| c + first).collect(),
        }
    }

    /// Whether chosen candidates are a pattern.
    pub fn keeps_rules(&self, flat: &Flat<'_>, chosen: &[u32]) -> bool {
        match self.chunk.kind[self.order] {
            Kind::Searched => {
                let member = &flat.members[self.chunk.begin + self.order];
                !member.search().breaks_a_rule(&flat.positions(self.chunk, self.order, chosen))
            }
            _ => chosen.iter().enumerate().all(|(position, &one)| {
                chosen[..position]
                    .iter()
                    .all(|&other| self.chunk.wave[one as usize] != self.chunk.wave[other as usize])
            }),
        }
    }
}

/// The most that one candidate for each load can be worth together.
fn best_of(tops: &[[Top; KEPT]], loads: &[u16]) -> (i64, Chosen) {
    match *loads {
        [load] => {
            let top = tops[load as usize][0];
            (top.worth, Chosen::from_slice(&[top.candidate]))
        }
        [one, other] => best_pair(&tops[one as usize], &tops[other as usize]),
        _ => {
            let mut worth = 0;
            let mut chosen = Chosen::new();
            for &load in loads {
                let top = tops[load as usize][0];
                if top.worth == NEVER {
                    return (NEVER, Chosen::new());
                }
                worth += top.worth;
                chosen.push(top.candidate);
            }
            (worth, chosen)
        }
    }
}

/// The best two from different locations or waves; a bound where all that are kept clash.
fn best_pair(ones: &[Top; KEPT], others: &[Top; KEPT]) -> (i64, Chosen) {
    let mut best = (NEVER, Chosen::new());
    if ones[0].worth == NEVER || others[0].worth == NEVER {
        return best;
    }
    for one in ones.iter().take_while(|top| top.worth != NEVER) {
        for other in others.iter().take_while(|top| top.worth != NEVER) {
            if one.wave == other.wave {
                continue;
            }
            if one.worth + other.worth > best.0 {
                best = (
                    one.worth + other.worth,
                    Chosen::from_slice(&[one.candidate, other.candidate]),
                );
            }
            break;
        }
    }
    // What is not kept is worth no more than the last that is.
    let beyond = |full: &[Top; KEPT], first: &[Top; KEPT]| {
        let last = full[KEPT - 1];
        if last.worth == NEVER {
            NEVER
        } else {
            last.worth + first[0].worth
        }
    };
    let bound = beyond(ones, others).max(beyond(others, ones));
    if bound > best.0 {
        best = (
            bound,
            Chosen::from_slice(&[ones[0].candidate, others[0].candidate]),
        );
    }
    best
}
