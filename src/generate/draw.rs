//! Draws that are the same on every machine.

use super::MILLION;

/// A stream of random numbers: Weyl sequence and a 64-bit mixer (SplitMix64).
pub struct Draw(u64);

impl Draw {
    /// The stream of one topic: what one table draws never shifts what another draws.
    pub fn stream(seed: u64, topic: u64) -> Self {
        let mut start = Self(seed);
        let mixed = start.next() ^ topic.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        Self(mixed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 ≤ a number < `limit`; 0 for a limit of 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(limit);
        (wide >> 64) as u64
    }

    /// `low` ≤ a number ≤ `high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True for this share of the draws, in millionths.
    pub fn chance(&mut self, share: u64) -> bool {
        self.below(MILLION) < share
    }

    /// How many times in a row a chance comes true, at most `limit`.
    pub fn run_of(&mut self, share: u64, limit: u64) -> u64 {
        let mut length = 0;
        while length < limit && self.chance(share) {
            length += 1;
        }
        length
    }
}

/// Popularity that falls with the rank: the weight of rank r is 1 / (r + 6), r from 0.
pub struct Zipf {
    /// Weights added up: entry r is the weight of the ranks 0..=r.
    cumulative: Vec<u64>,
}

impl Zipf {
    /// Popularity of `ranks` ≥ 1 ranks.
    pub fn new(ranks: u64) -> Self {
        let weights = (0..ranks).map(|rank| (1 << 40) / (rank + 6));
        let cumulative = weights
            .scan(0, |sum, weight| {
                *sum += weight;
                Some(*sum)
            })
            .collect();
        Self { cumulative }
    }

    fn total(&self) -> u64 {
        self.cumulative.last().copied().unwrap_or(0)
    }

    /// A rank by its popularity.
    pub fn pick(&self, draw: &mut Draw) -> u64 {
        let at = draw.below(self.total());
        self.cumulative.partition_point(|sum| *sum <= at) as u64
    }

    /// What falls to a rank when `amount` is shared by popularity.
    pub fn share_of(&self, rank: u64, amount: u64) -> u64 {
        let rank = rank as usize;
        let before = if rank == 0 {
            0
        } else {
            self.cumulative[rank - 1]
        };
        let weight = self.cumulative[rank] - before;
        let share = u128::from(amount) * u128::from(weight) / u128::from(self.total().max(1));
        share as u64
    }
}
