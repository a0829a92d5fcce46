//! Takers and cells: each taker gets a unit of one cell at most, so that all gain most; with the prices that prove it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// What a unit of a cell is worth to a taker; more than nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Which cell.
    pub cell: u32,
    /// What a unit of it gains.
    pub gain: i64,
}

/// The best assignment.
pub struct Assignment {
    /// By taker.
    offers: Vec<Vec<Offer>>,
    /// By cell, units that nobody has taken.
    room: Vec<i64>,
    /// By taker: which of its offers it has.
    taken: Vec<Option<u32>>,
    /// By cell and where its takers could turn to, the last to nothing: what the one that loses least would lose, with who
    /// that is. Those that are no longer there are still in.
    /// Empty as long as each has what it wants most.
    losses: Vec<BinaryHeap<Reverse<(i64, u32)>>>,
}

impl Assignment {
    /// The best assignment of takers to cells with so many units: one by one, each by the way that gains most, whoever is
    /// moved on.
    pub fn best(offers: Vec<Vec<Offer>>, room: Vec<i64>) -> Self {
        let mut assignment = Self {
            taken: vec![None; offers.len()],
            losses: Vec::new(),
            offers,
            room,
        };
        // Those that gain most first: fewer are moved on.
        let most = |taker: &u32| {
            let offers = assignment.offers[*taker as usize].iter();
            offers.map(|offer| offer.gain).max().unwrap_or(0)
        };
        let mut sequence: Vec<u32> = (0..assignment.offers.len() as u32).collect();
        sequence.sort_by_key(|taker| Reverse(most(taker)));
        let mut paths = Paths::default();
        for taker in sequence {
            assignment.insert(taker, &mut paths);
        }
        assignment
    }

    /// The cell that a taker has.
    pub fn cell_of(&self, taker: usize) -> Option<u32> {
        let taken = self.taken[taker]?;
        Some(self.offers[taker][taken as usize].cell)
    }

    /// By cell, what one unit fewer would lose: at these prices nobody would rather have another cell, and what nobody has
    /// costs nothing.
    pub fn prices(&mut self) -> Vec<i64> {
        self.tell_losses();
        let cells = self.room.len();
        let mut prices: Vec<Option<i64>> = (0..cells)
            .map(|cell| {
                if self.room[cell] > 0 {
                    Some(0)
                } else {
                    self.least(cell, cells).map(|(loss, _)| loss)
                }
            })
            .collect();
        loop {
            let mut is_lower = false;
            let full = (0..cells).filter(|&cell| self.room[cell] == 0);
            for cell in full.collect::<Vec<usize>>() {
                for other in 0..cells {
                    let Some(there) = prices[other] else { continue };
                    let Some((loss, _)) = self.least(cell, other) else {
                        continue;
                    };
                    if prices[cell].is_none_or(|price| loss + there < price) {
                        prices[cell] = Some(loss + there);
                        is_lower = true;
                    }
                }
            }
            if !is_lower {
                break;
            }
        }
        // Of cells that have nothing for anybody: what anybody would give.
        let mut given = vec![0; cells];
        for (taker, offers) in self.offers.iter().enumerate() {
            let taken = self.taken[taker].map_or(0, |taken| {
                let offer = offers[taken as usize];
                offer.gain - prices[offer.cell as usize].unwrap_or(0)
            });
            for offer in offers.iter() {
                let given = &mut given[offer.cell as usize];
                *given = (offer.gain - taken).max(*given);
            }
        }
        let each = prices.into_iter().zip(given);
        each.map(|(price, given)| price.unwrap_or(given)).collect()
    }

    /// Finds a taker the place that gains most in all.
    fn insert(&mut self, taker: u32, paths: &mut Paths) {
        let cells = self.room.len();
        let offers = &self.offers[taker as usize];
        let best = (0..offers.len()).max_by_key(|&offer| (offers[offer].gain, Reverse(offer)));
        let Some(best) = best else { return };
        if self.room[offers[best].cell as usize] > 0 {
            self.room[offers[best].cell as usize] -= 1;
            self.take(taker, best as u32);
            return;
        }
        self.tell_losses();
        let offers = &self.offers[taker as usize];
        paths.begin(cells);
        for offer in offers {
            paths.reach(offer.cell as usize, offer.gain, None);
        }
        while let Some(cell) = paths.pending.pop_front() {
            paths.is_pending[cell] = false;
            let so_far = paths.gains[cell].expect("what is pending was reached");
            if self.room[cell] > 0 {
                continue;
            }
            for other in (0..cells).filter(|&other| other != cell) {
                if let Some((loss, mover)) = self.least(cell, other) {
                    paths.reach(other, so_far - loss, Some((cell, mover)));
                }
            }
        }
        // Where it ends: in a cell with room, or with one that gets nothing.
        let mut end: Option<(i64, usize, Option<u32>)> = None;
        for cell in 0..cells {
            let Some(gain) = paths.gains[cell] else {
                continue;
            };
            let (gain, dropped) = if self.room[cell] > 0 {
                (gain, None)
            } else {
                match self.least(cell, cells) {
                    Some((loss, dropped)) => (gain - loss, Some(dropped)),
                    None => continue,
                }
            };
            if gain > 0 && end.is_none_or(|(most, _, _)| gain > most) {
                end = Some((gain, cell, dropped));
            }
        }
        let Some((_, mut cell, dropped)) = end else {
            return;
        };
        match dropped {
            Some(dropped) => self.taken[dropped as usize] = None,
            None => self.room[cell] -= 1,
        }
        while let Some((before, mover)) = paths.from[cell] {
            self.take_cell(mover, cell);
            cell = before;
        }
        self.take_cell(taker, cell);
    }

    fn take_cell(&mut self, taker: u32, cell: usize) {
        let mut offers = self.offers[taker as usize].iter();
        let offer = offers.position(|offer| offer.cell as usize == cell);
        self.take(
            taker,
            offer.expect("it is moved to where it has an offer") as u32,
        );
    }

    fn take(&mut self, taker: u32, number: u32) {
        self.taken[taker as usize] = Some(number);
        if !self.losses.is_empty() {
            self.tell(taker, number);
        }
    }

    /// From now on it is known what those that have a unit would lose.
    fn tell_losses(&mut self) {
        if !self.losses.is_empty() {
            return;
        }
        let cells = self.room.len();
        self.losses = vec![BinaryHeap::new(); cells * (cells + 1)];
        for taker in 0..self.taken.len() {
            if let Some(number) = self.taken[taker] {
                self.tell(taker as u32, number);
            }
        }
    }

    /// What a taker would lose that has one of its offers.
    fn tell(&mut self, taker: u32, number: u32) {
        let cells = self.room.len();
        let offers = &self.offers[taker as usize];
        let here = offers[number as usize];
        let from = here.cell as usize * (cells + 1);
        for other in offers.iter().filter(|other| other.cell != here.cell) {
            let losses = &mut self.losses[from + other.cell as usize];
            losses.push(Reverse((here.gain - other.gain, taker)));
        }
        self.losses[from + cells].push(Reverse((here.gain, taker)));
    }

    /// The taker of a cell that loses least by turning to another, or to nothing, and what it loses.
    fn least(&mut self, cell: usize, other: usize) -> Option<(i64, u32)> {
        let cells = self.room.len();
        let losses = &mut self.losses[cell * (cells + 1) + other];
        while let Some(&Reverse((loss, taker))) = losses.peek() {
            let taken = self.taken[taker as usize];
            let is_here = taken.is_some_and(|taken| {
                self.offers[taker as usize][taken as usize].cell as usize == cell
            });
            if is_here {
                return Some((loss, taker));
            }
            losses.pop();
        }
        None
    }
}

/// Ways on which a taker could find a place.
#[derive(Default)]
struct Paths {
    /// By cell: the most that is gained so far when a unit of it is taken; `None`: it cannot be.
    gains: Vec<Option<i64>>,
    /// By cell: the cell before, with who is moved on from there; `None`: the taker itself takes it.
    from: Vec<Option<(usize, u32)>>,
    pending: VecDeque<usize>,
    is_pending: Vec<bool>,
}

impl Paths {
    fn begin(&mut self, cells: usize) {
        self.gains.clear();
        self.gains.resize(cells, None);
        self.from.clear();
        self.from.resize(cells, None);
        self.is_pending.clear();
        self.is_pending.resize(cells, false);
        self.pending.clear();
    }

    fn reach(&mut self, cell: usize, gain: i64, from: Option<(usize, u32)>) {
        if self.gains[cell].is_none_or(|known| gain > known) {
            self.gains[cell] = Some(gain);
            self.from[cell] = from;
            if !self.is_pending[cell] {
                self.is_pending[cell] = true;
                self.pending.push_back(cell);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number that looks like any, below a limit.
    fn draw(state: &mut u64, most: u64) -> u64 {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % most
    }

    /// The most that takers from one on could gain.
    fn by_hand(offers: &[Vec<Offer>], room: &mut [i64]) -> i64 {
        let Some((first, rest)) = offers.split_first() else {
            return 0;
        };
        let mut best = by_hand(rest, room);
        for offer in first {
            let cell = offer.cell as usize;
            if room[cell] > 0 {
                room[cell] -= 1;
                best = best.max(offer.gain + by_hand(rest, room));
                room[cell] += 1;
            }
        }
        best
    }

    #[test]
    fn an_assignment_gains_as_much_as_any_and_its_prices_prove_it() {
        let mut state = 11;
        for _ in 0..4_000 {
            let cells = 1 + draw(&mut state, 4);
            let room: Vec<i64> = (0..cells).map(|_| draw(&mut state, 3) as i64).collect();
            let takers = draw(&mut state, 7);
            let offers: Vec<Vec<Offer>> = (0..takers)
                .map(|_| {
                    let wanted = (0..cells).filter(|_| draw(&mut state, 3) > 0);
                    let wanted: Vec<u64> = wanted.collect();
                    let offer = |cell: u64| Offer {
                        cell: cell as u32,
                        gain: 1 + draw(&mut state, 12) as i64,
                    };
                    wanted.into_iter().map(offer).collect()
                })
                .collect();
            let best = by_hand(&offers, &mut room.clone());
            let mut found = Assignment::best(offers.clone(), room.clone());
            let mut used = vec![0; room.len()];
            let mut gained = 0;
            for (taker, offers) in offers.iter().enumerate() {
                if let Some(cell) = found.cell_of(taker) {
                    used[cell as usize] += 1;
                    let offer = offers.iter().find(|offer| offer.cell == cell);
                    gained += offer.expect("it has what it was offered").gain;
                }
            }
            assert!(used.iter().zip(&room).all(|(used, room)| used <= room));
            assert_eq!(gained, best, "{offers:?} {room:?}");
            let prices = found.prices();
            assert!(prices.iter().all(|&price| price >= 0));
            let all: i64 = prices
                .iter()
                .zip(&room)
                .map(|(price, room)| price * room)
                .sum();
            let each = offers.iter().map(|offers| {
                let left = offers
                    .iter()
                    .map(|one| one.gain - prices[one.cell as usize]);
                left.fold(0, i64::max)
            });
            assert_eq!(
                all + each.sum::<i64>(),
                best,
                "{offers:?} {room:?} {prices:?}"
            );
        }
    }
}
