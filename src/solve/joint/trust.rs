//! How far prices may move in a round from those that are good so far.

/// The region in which the pool tells well what orders turn to: a pool that is still poor would lead good prices far away.
pub struct TrustRegion {
    /// How far a price may be from the best, in micro-units of money.
    radius: f64,
    /// By row, how many times as far: of those that went as far as they could.
    times: Vec<f32>,
    /// By row, whether its price would have fallen further than it could in the last round.
    falls: Vec<bool>,
    /// By how much the bound was to fall in the last round by what the pool knows; infinite before the first.
    pub promised: f64,
}

/// The radius after a round in which the bound rose or stayed, fell by little, by some and by most of what was promised.
const CHANGES: [f64; 4] = [0.4, 0.7, 1.0, 1.5];
/// What is little, and what is most.
const PARTS: (f64, f64) = (0.5, 0.75);
/// A price that has moved by this part of what it may would go further.
const EDGE: f64 = 0.9;
/// So many times the radius at most.
const TIMES: f32 = 256.0;

impl TrustRegion {
    /// Of this radius, for so many rows, before any round.
    pub fn new(radius: f64, rows: usize) -> Self {
        Self {
            radius,
            times: vec![1.0; rows],
            falls: vec![false; rows],
            promised: f64::INFINITY,
        }
    }

    /// After a round in which the bound fell by so much.
    pub fn learn(&mut self, fell: f64) {
        if self.promised.is_infinite() {
            return;
        }
        let part = fell / self.promised.max(1.0);
        let [rose, little, some, most] = CHANGES;
        self.radius *= if part <= 0.0 {
            rose
        } else if part < PARTS.0 {
            little
        } else if part <= PARTS.1 {
            some
        } else {
            most
        };
    }

    /// How far prices may be from the best where they may not be further than others.
    pub fn radius(&self) -> f64 {
        self.radius
    }

    /// By row, how far a price may be from the best.
    fn radii(&self) -> impl Iterator<Item = f32> {
        self.times.iter().map(|times| self.radius as f32 * times)
    }

    /// Raises the lowest and lowers the highest prices, by row, to what is near enough to the best, the highest to the lowest at
    /// most.
    pub fn narrow(&self, best: &[i64], (lowest, highest): (&mut [f32], &mut [f32])) {
        let prices = best.iter().zip(self.radii());
        for ((&best, radius), (low, high)) in prices.zip(lowest.iter_mut().zip(highest)) {
            *low = low.max(best as f32 - radius);
            *high = high.min(best as f32 + radius).max(*low);
        }
    }

    /// After the best prices have moved to others: those that went as far as they could may go twice as far.
    pub fn widen(&mut self, best: &[i64], next: &[i64]) {
        let rows = self.times.iter_mut().zip(&mut self.falls);
        for ((times, falls), (best, next)) in rows.zip(best.iter().zip(next)) {
            let edge = EDGE * self.radius * f64::from(*times);
            *falls = (best - next) as f64 >= edge;
            let is_at_edge = *falls || (next - best) as f64 >= edge;
            *times = if is_at_edge {
                *times * 2.0
            } else {
                *times / 2.0
            }
            .clamp(1.0, TIMES);
        }
    }

    /// Whether the price of a row would have fallen further than it could in the last round.
    pub fn is_falling(&self, row: usize) -> bool {
        self.falls[row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_may_move_further_where_the_pool_told_well_what_orders_turn_to() {
        let radius = |promised: f64, fell: f64| {
            let mut region = TrustRegion {
                promised,
                ..TrustRegion::new(100.0, 1)
            };
            region.learn(fell);
            region.radius
        };
        let radii = [-1.0, 0.0, 300.0, 600.0, 900.0].map(|fell| radius(1_000.0, fell));
        assert_eq!(radii, [40.0, 40.0, 70.0, 100.0, 150.0]);
        assert_eq!(radius(f64::INFINITY, 900.0), 100.0);
    }

    #[test]
    fn prices_at_an_edge_may_go_twice_as_far_until_they_stay_within() {
        let mut region = TrustRegion::new(100.0, 3);
        region.widen(&[500; 3], &[400, 600, 550]);
        let radii = |region: &TrustRegion| region.radii().collect::<Vec<f32>>();
        assert_eq!(radii(&region), [200.0, 200.0, 100.0]);
        assert_eq!(
            [0, 1, 2].map(|row| region.is_falling(row)),
            [true, false, false]
        );
        region.widen(&[500; 3], &[400, 700, 550]);
        assert_eq!(radii(&region), [100.0, 400.0, 100.0]);
        assert!(!region.is_falling(0));
    }

    #[test]
    fn prices_stay_near_the_best_and_no_lower_than_the_least() {
        let region = TrustRegion::new(100.0, 3);
        let mut lowest = [0.0, 450.0, 700.0];
        let mut highest = [f32::INFINITY; 3];
        region.narrow(&[500; 3], (&mut lowest, &mut highest));
        assert_eq!(lowest, [400.0, 450.0, 700.0]);
        assert_eq!(highest, [600.0, 600.0, 700.0]);
    }
}
