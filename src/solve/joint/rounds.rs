//! Rounds of pool, prices and exact pricing for orders that are listed deeper as prices ask for it.

use super::flat::Flat;
use super::pool::{self, Extended, Pool, Shallow};
use super::relaxation::{Point, Relaxation};
use super::search::Chosen;
use super::trust::TrustRegion;
use super::{Prices, allowed, first_reach, losing_most, volume};
use crate::solve::outcome::Control;

/// Rounds at most.
const ROUNDS: usize = 24;
/// Rounds of the volume algorithm before them, for close gaps and for wide ones.
const VOLUME_ROUNDS: (usize, usize) = (40, 24);

/// How long prices are searched between lists, when orders are listed again, and which.
struct Schedule {
    /// Iterations of the relaxation in the first round, as the pool is still poor, and in a round at most.
    iterations: (usize, usize),
    /// Rounds after which they are: it takes as long as some rounds.
    listed: &'static [usize],
    /// Some of these, after which prices keep a part of what they are from then on, in per cent.
    settled: &'static [(usize, i128)],
    /// Rounds at least, as many patterns are only found when prices have settled.
    fewest: usize,
    /// Candidates more that an order gets at most when it is listed again for the first time, as prices are still wild.
    wild: usize,
    /// Those that lose most are, as many as lose so much of what all lose together, in per cent.
    share: i128,
    /// The round from which on fewer and fewer patterns are looked at, whatever the pool does not know.
    narrower: usize,
    /// A round that brings the bound down by less than one part in so many is slow.
    slow: f64,
}

/// For gaps up to [`WIDE`] times the usual one.
const CLOSE: Schedule = Schedule {
    iterations: (32, 64),
    listed: &[1, 3, 5, 8, 12],
    settled: &[(5, 50), (8, 80)],
    fewest: 8,
    wild: usize::MAX,
    share: 100,
    narrower: usize::MAX,
    slow: 50_000.0,
};

/// For wider gaps: fewer lists, and shorter ones, and fewer iterations, as the pool does not have yet what orders turn to.
const LOOSE: Schedule = Schedule {
    iterations: (24, 32),
    listed: &[1, 4, 7, 9],
    settled: &[(4, 50), (7, 85)],
    fewest: 7,
    wild: 80,
    share: 85,
    narrower: 3,
    slow: 50_000.0,
};

/// Where good prices are known to begin with, for gaps that are close or wider: orders are listed again at once.
const KNOWN_CLOSE: Schedule = Schedule {
    iterations: CLOSE.iterations,
    listed: &[1, 3, 4, 8],
    settled: &[(3, 50)],
    fewest: 5,
    wild: usize::MAX,
    share: 100,
    narrower: usize::MAX,
    slow: 50_000.0,
};
const KNOWN_LOOSE: Schedule = Schedule {
    iterations: LOOSE.iterations,
    listed: &[1, 3],
    settled: &[(3, 50)],
    fewest: 4,
    share: 85,
    slow: 30_000.0,
    ..KNOWN_CLOSE
};

impl Schedule {
    /// For a gap that is so many times wider than usual, with good prices to begin with or without.
    fn of(ease: f64, are_known: bool) -> &'static Self {
        match (ease > WIDE, are_known) {
            (false, false) => &CLOSE,
            (true, false) => &LOOSE,
            (false, true) => &KNOWN_CLOSE,
            (true, true) => &KNOWN_LOOSE,
        }
    }
}

/// Up to how many times the usual gap one is not wide.
const WIDE: f64 = 2.0;
/// What is looked at in any case where fewer and fewer patterns are, in micro-units of money.
const NARROW: i64 = 100_000;
/// The pool knows enough when the bound is within this of what its patterns could be worth, one in so many, whatever gap is
/// asked for.
const KNOWN: f64 = 5_000.0;
/// So many slow rounds in succession are enough where the pool would lower the bound by less than one part in
/// [`NEARLY_KNOWN`]: before that they may just have gone too far.
const PATIENCE: usize = 2;
const NEARLY_KNOWN: f64 = 4_000.0;
/// So many are enough whatever the pool does not know.
const MOST_SLOW: usize = 4;
/// How near to the best patterns are looked at: so many times what the pool does not know of an order.
const UNKNOWN: f64 = 4.0;
/// Prices that were known are of no use where the bound could fall by more than this in the first round, one in so many.
const FAR: f64 = 200.0;
/// How far prices may move relative to shares, in reaches: early prices are wild, and would make it too much.
const BALANCE: f64 = 3.0;
/// So many iterations of the relaxation more each round, up to the most.
const MORE_ITERATIONS: usize = 8;
/// Share of the bound that may be lost to what is left out, one in so many.
const LOST: f64 = 50_000.0;
/// The gap for which these numbers are meant: where a wider one is asked for, more may be lost or slow.
const USUAL_GAP: f64 = 0.001;

/// The search under way.
pub struct Rounds {
    prices: Vec<i64>,
    /// The prices before them, at which orders were asked.
    asked: Vec<i64>,
    best: Prices,
    /// The bound of listed patterns alone at the best prices.
    best_listed: i128,
    /// The lowest bound of all rounds.
    proven: i128,
    /// Whether orders were listed again since the last round: what is listed is not comparable with before.
    is_relisted: bool,
    pool: Pool,
    reach: i64,
    balance: f64,
    highest_balance: f64,
    round: usize,
    is_known: bool,
    slow: usize,
    /// By how much the pool would have had the bound lower in the last round.
    unknown: f64,
    /// How many times wider than usual the gap is that is asked for.
    ease: f64,
    /// How far prices may move in a round, where good ones were known to begin with.
    trust: Option<TrustRegion>,
    /// Whether those that were known to begin with were of no use.
    were_far: bool,
}

impl Rounds {
    /// First steps from no prices, or from those that are given, by row, towards a gap.
    pub fn begin(
        flat: &Flat<'_>,
        start: &[i64],
        gap: f64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Self {
        let ease = (gap / USUAL_GAP).max(1.0);
        let rounds = if start.iter().all(|&price| price == 0) {
            Self::felt(flat, ease, stop)
        } else {
            Self::begin_at(flat, start)
        };
        Self { ease, ..rounds }
    }

    /// Before the first round, at prices of the volume algorithm.
    fn felt(flat: &Flat<'_>, ease: f64, stop: &(dyn Fn() -> bool + Sync)) -> Self {
        let zero = allowed(flat, &vec![0; flat.limits.len()]);
        let first = pool::price_all(flat, &zero);
        let aim = first.bound - first.bound / 12;
        let judge = |priced: &pool::Priced| priced.listed;
        let (close, wide) = VOLUME_ROUNDS;
        let steps = if ease > WIDE { wide } else { close };
        let felt = volume::search(flat, zero.clone(), (aim, 0), steps, judge, stop);
        Self::at(flat, &first, zero, felt.of_rows)
    }

    /// At prices that may be near to good ones.
    fn begin_at(flat: &Flat<'_>, start: &[i64]) -> Self {
        let prices = allowed(flat, start);
        let priced = pool::price_all(flat, &prices);
        let rounds = Self::at(flat, &priced, prices.clone(), prices);
        Self {
            // There is nothing to compare the first round with.
            is_relisted: true,
            trust: Some(TrustRegion::new(rounds.reach as f64, flat.limits.len())),
            ..rounds
        }
    }

    /// Before a round at these prices; what is known so far is what orders answered when they were asked.
    fn at(flat: &Flat<'_>, answered: &pool::Priced, asked: Vec<i64>, prices: Vec<i64>) -> Self {
        let best = Prices {
            of_rows: asked.clone(),
            bound: answered.bound,
        };
        let first_reach = first_reach(flat, &best);
        Self {
            prices,
            asked,
            best_listed: answered.listed,
            proven: answered.bound,
            is_relisted: false,
            best,
            pool: Pool::new(flat),
            reach: first_reach / 2 + 1,
            balance: first_reach as f64,
            highest_balance: BALANCE * first_reach as f64,
            round: 0,
            is_known: false,
            slow: 0,
            unknown: f64::INFINITY,
            ease: 1.0,
            trust: None,
            were_far: false,
        }
    }

    /// A round; then the members that are to be listed again, with what their best listed pattern is worth.
    /// `None`: the bound is as low as it will be.
    pub fn go_on(
        &mut self,
        flat: &Flat<'_>,
        control: &Control<'_>,
        tell: &dyn Fn(i128),
    ) -> Option<Vec<(u32, i64)>> {
        let stop = || control.should_stop();
        loop {
            let schedule = self.schedule();
            let fewest = schedule.fewest;
            let Extended {
                bound,
                shallow,
                lost,
            } = self
                .pool
                .extend(flat, &self.prices, self.reach, &|_| Chosen::new());
            // What is left out is told closer in the end: what is listed tells which prices are good, once lists have
            // settled.
            let listed = bound - lost;
            let gained = self.best_listed - listed;
            let is_judged_anew = self.trust.is_none() && self.round == fewest;
            let is_new = is_judged_anew || std::mem::take(&mut self.is_relisted);
            if self.round > fewest && !is_new {
                let slow = self.schedule().slow;
                let is_slow = gained as f64 * slow < bound.abs() as f64 * self.ease;
                self.slow = if is_slow { self.slow + 1 } else { 0 };
            }
            let is_best = if self.round < fewest && self.trust.is_none() {
                bound < self.best.bound
            } else {
                is_new || listed < self.best_listed
            };
            if is_best {
                self.best = Prices {
                    of_rows: self.prices.clone(),
                    bound,
                };
                self.best_listed = listed;
            }
            if bound < self.proven {
                self.proven = bound;
                tell(bound);
            }
            let patience = patience(self.unknown, bound.abs() as f64 * self.ease);
            if self.round == ROUNDS || self.is_known || self.slow >= patience || stop() {
                return None;
            }
            let is_much = lost as f64 * LOST > bound.abs() as f64 * self.ease;
            let may_list = is_much && !shallow.is_empty();
            if self.trust.is_some() && self.round == 0 {
                self.round = 1;
                if may_list {
                    return Some(lose_most(shallow, lost * schedule.share / 100));
                }
            }
            if let Some(trust) = &mut self.trust
                && !is_new
            {
                trust.learn(gained as f64);
            }
            // Where these prices were worse than the best, the next are to be half-way back: the pool does not know what
            // orders turn to at new prices.
            let is_worse = self.round > fewest && !is_best && self.trust.is_none();
            let unknown = self.turn_to_next(flat, (listed, is_worse), &stop);
            if self.trust.is_some() {
                let is_far = unknown * FAR > listed.abs() as f64;
                if self.round == 1 && is_far && !stop() {
                    self.begin_anew(flat, &stop);
                    continue;
                }
            } else {
                let is_little = unknown * KNOWN < bound.abs() as f64;
                self.is_known = self.round >= fewest && is_little;
            }
            self.round += 1;
            if self.round >= schedule.narrower {
                self.reach = self.reach.min((self.reach / 2).max(NARROW));
            }
            if schedule.listed.contains(&self.round) && may_list {
                return Some(lose_most(shallow, lost * schedule.share / 100));
            }
        }
    }

    /// Takes the prices that the pool knows to be best, or those half-way back from there to the best of all rounds, and how near
    /// to an order's best patterns are looked for. `listed` is the bound of what is listed now; returns by how much the pool would
    /// lower it.
    fn turn_to_next(
        &mut self,
        flat: &Flat<'_>,
        (listed, is_half_way): (i128, bool),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> f64 {
        let point = self.relaxed(flat, stop);
        self.balance = point.balance.min(self.highest_balance);
        let drawn = point.prices.iter().zip(&self.best.of_rows).enumerate();
        self.asked = std::mem::take(&mut self.prices);
        self.prices = drawn
            .map(|(row, (&price, &best))| {
                let price = f64::from(price);
                let aim = if is_half_way {
                    (price + best as f64) / 2.0
                } else {
                    price
                };
                flat.whole_price(row, aim)
            })
            .collect();
        self.pool.keep_shares(&point.shares);
        let begun = match self.trust {
            Some(_) => self.best_listed,
            None => listed,
        };
        let unknown = begun as f64 - point.bound;
        self.unknown = unknown;
        let of_order = UNKNOWN * unknown.max(0.0) / flat.members.len().max(1) as f64;
        self.reach = (of_order as i64).clamp(self.reach / 2, self.reach).max(1);
        if let Some(trust) = &mut self.trust {
            trust.widen(&self.best.of_rows, &self.prices);
            trust.promised = unknown;
            self.reach = self.reach.max(NARROW.min(trust.radius() as i64)).max(1);
        }
        unknown
    }

    /// Prices by what the pool knows, with shares of its patterns: from the latest, or where they are to stay near, from the best.
    fn relaxed(&mut self, flat: &Flat<'_>, stop: &(dyn Fn() -> bool + Sync)) -> Point {
        let shares = self.pool.take_shares();
        let mut relaxation = Relaxation::new(&flat.limits, &self.pool);
        let rows = 0..flat.limits.len();
        let least = rows.map(|row| flat.least.get(row).map_or(0.0, |&least| least as f32));
        let mut lowest: Vec<f32> = least.collect();
        let mut highest = vec![f32::INFINITY; lowest.len()];
        let mut begun = &self.prices;
        if let Some(trust) = &self.trust {
            begun = &self.best.of_rows;
            trust.narrow(begun, (&mut lowest, &mut highest));
        }
        relaxation.stay_within(lowest, highest);
        let mut point = relaxation.point(begun, self.balance, shares);
        let more = MORE_ITERATIONS * self.round;
        let (first, most) = Schedule::of(self.ease, self.trust.is_some()).iterations;
        let iterations = (first + more).min(most);
        relaxation.iterate(&mut point, iterations, stop);
        point
    }

    /// From no prices, as those that were known are far from good ones; lists stay as deep as these asked for.
    fn begin_anew(&mut self, flat: &Flat<'_>, stop: &(dyn Fn() -> bool + Sync)) {
        let anew = Self::felt(flat, self.ease, stop);
        if stop() {
            return;
        }
        *self = Self {
            proven: anew.proven.min(self.proven),
            round: 0,
            ease: self.ease,
            were_far: true,
            ..anew
        };
    }

    fn schedule(&self) -> &'static Schedule {
        Schedule::of(self.ease, self.trust.is_some())
    }

    /// Whether prices that were known to begin with were far from good ones.
    pub fn were_far(&self) -> bool {
        self.were_far
    }

    /// The best prices.
    pub fn best(&self) -> &Prices {
        &self.best
    }

    /// The lowest bound of all rounds.
    pub fn proven(&self) -> i128 {
        self.proven
    }

    /// The pool.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// How near to the best patterns are looked at.
    pub fn reach(&self) -> i64 {
        self.reach
    }

    /// The prices at which orders were asked in the last round.
    pub fn asked(&self) -> &[i64] {
        &self.asked
    }

    /// Candidates more that an order gets at most when it is listed again.
    pub fn more_at_most(&self) -> usize {
        if self.are_near() {
            usize::MAX
        } else {
            self.schedule().wild
        }
    }

    /// Whether prices are near enough to good ones for long searches at them: those of the first rounds are not.
    pub fn are_near(&self) -> bool {
        self.round > self.schedule().listed[0]
    }

    /// Whether no price is to rise its floor any more.
    pub fn have_settled(&self) -> bool {
        let settled = self.schedule().settled;
        self.round > settled[settled.len() - 1].0
    }

    /// By row, the price that none is to fall below from now on; none where it would fall further than it may in a round.
    pub fn least(&self) -> Vec<i64> {
        let mut settled = self.schedule().settled.iter();
        let settled = settled.find(|(round, _)| *round == self.round);
        let Some(&(_, percent)) = settled else {
            return vec![0; self.asked.len()];
        };
        let each = self.asked.iter().zip(&self.prices).enumerate();
        each.map(|(row, (&asked, &next))| {
            let trust = self.trust.as_ref();
            if trust.is_some_and(|trust| trust.is_falling(row)) {
                return 0;
            }
            let price = asked.min(next);
            i64::try_from(i128::from(price) * percent / 100).expect("a part of a price")
        })
        .collect()
    }

    /// Members were listed again: where their candidates are now.
    pub fn relist(&mut self, relisted: &[(u32, Vec<Option<u32>>)]) {
        self.pool.relist(relisted);
        self.is_relisted |= !relisted.is_empty();
    }
}

/// Slow rounds in succession that are enough where the pool would lower a bound by so much.
fn patience(unknown: f64, bound: f64) -> usize {
    if unknown * NEARLY_KNOWN < bound {
        PATIENCE
    } else {
        MOST_SLOW
    }
}

/// Members that lose most, as many as lose so much together, with what their best listed pattern is worth; ascending.
fn lose_most(mut shallow: Vec<Shallow>, enough: i128) -> Vec<(u32, i64)> {
    let most = losing_most(&mut shallow, |one| (one.lost, one.member), enough);
    let each = shallow[..most].iter();
    let mut most: Vec<(u32, i64)> = each.map(|one| (one.member, one.best)).collect();
    most.sort_unstable();
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_lose_most_are_listed_again_until_they_lose_enough() {
        let asked = |enough: i128| {
            let each = [(1, 10), (4, 30), (6, 5), (9, 30)].into_iter();
            let members = each.map(|(member, lost)| Shallow {
                member,
                best: 7,
                lost,
            });
            let most = lose_most(members.collect(), enough);
            most.into_iter().map(|one| one.0).collect::<Vec<u32>>()
        };
        assert_eq!(asked(75), [1, 4, 6, 9]);
        assert_eq!(asked(70), [1, 4, 9]);
        assert_eq!(asked(30), [4]);
        assert_eq!(asked(31), [4, 9]);
    }

    #[test]
    fn slow_rounds_are_soon_enough_only_where_the_pool_knows_nearly_all() {
        assert_eq!(patience(24.0, 100_000.0), PATIENCE);
        assert_eq!(patience(26.0, 100_000.0), MOST_SLOW);
        assert_eq!(patience(f64::INFINITY, 100_000.0), MOST_SLOW);
    }

    #[test]
    fn wide_gaps_have_a_schedule_of_their_own() {
        assert_eq!(Schedule::of(1.0, false).listed, CLOSE.listed);
        assert_eq!(Schedule::of(WIDE, false).listed, CLOSE.listed);
        assert_eq!(Schedule::of(3.0, false).listed, LOOSE.listed);
        assert_eq!(Schedule::of(WIDE, true).share, KNOWN_CLOSE.share);
        assert_eq!(Schedule::of(3.0, true).share, KNOWN_LOOSE.share);
        assert_eq!(Schedule::of(WIDE, true).iterations, CLOSE.iterations);
        assert_eq!(Schedule::of(3.0, true).iterations, LOOSE.iterations);
    }

    #[test]
    fn prices_settle_only_after_rounds_in_which_orders_are_listed_again() {
        for schedule in [CLOSE, LOOSE, KNOWN_CLOSE, KNOWN_LOOSE] {
            let rounds: Vec<usize> = schedule.settled.iter().map(|(round, _)| *round).collect();
            assert!(rounds.is_sorted() && rounds[0] > schedule.listed[0]);
            assert!(rounds.iter().all(|round| schedule.listed.contains(round)));
        }
    }
}
