//! Loads as moves between the states of an order's lines: whether one may follow is a look at bits.

use super::pattern::Progress;

/// What each load of an order does to the state of its lines.
pub struct Moves {
    /// Each line, by position, with units of it that some load brings.
    parts: Vec<(usize, u32)>,
    /// By load: its parts as bits, and how much further on the state is with it.
    of_loads: Vec<(u128, usize)>,
}

impl Moves {
    /// Of an order's loads, by the units of each line; `None`: too many parts to tell them apart by bits.
    pub fn new<'q>(
        progress: &[Progress],
        loads: impl Iterator<Item = &'q [u32]> + Clone,
    ) -> Option<Self> {
        let parts_of = |load: &'q [u32]| {
            let each = load.iter().copied().enumerate();
            each.filter(|(_, units)| *units > 0)
        };
        let mut parts: Vec<(usize, u32)> = loads.clone().flat_map(parts_of).collect();
        parts.sort_unstable();
        parts.dedup();
        if parts.len() > u128::BITS as usize {
            return None;
        }
        let scales: Vec<usize> = progress
            .iter()
            .scan(1, |scale, line| {
                let here = *scale;
                *scale *= line.states() as usize;
                Some(here)
            })
            .collect();
        // From whatever state a line may go on, so many units take it as far.
        let of_load = |load: &'q [u32]| {
            let (mut bits, mut step) = (0, 0);
            for part in parts_of(load) {
                let number = parts.binary_search(&part).expect("all parts are there");
                bits |= 1 << number;
                let (line, units) = part;
                step += progress[line].after(0, units).unwrap_or(0) as usize * scales[line];
            }
            (bits, step)
        };
        let of_loads = loads.map(of_load).collect();
        Some(Self { parts, of_loads })
    }

    /// The parts that may not follow when lines are in these states, as bits.
    pub fn barred(&self, progress: &[Progress], digits: &[u32]) -> u128 {
        let each = self.parts.iter().enumerate();
        let barred = each.filter(|(_, (line, units))| {
            let next = progress[*line].after(digits[*line], *units);
            next.is_none()
        });
        barred.fold(0, |bits, (number, _)| bits | 1 << number)
    }

    /// The state after a load, if it may follow.
    pub fn after(&self, barred: u128, state: usize, load: u32) -> Option<usize> {
        let (bits, step) = self.of_loads[load as usize];
        (bits & barred == 0).then_some(state + step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_those_of_the_lines_one_by_one() {
        let progress = [
            Progress::Single,
            Progress::OnePiece { quantity: 2 },
            Progress::AnyPieces {
                quantity: 3,
                reach: 2,
            },
            Progress::Pieces {
                quantity: 4,
                reach: 3,
                most: 2,
            },
        ];
        let loads: Vec<[u32; 4]> = (0..2 * 3 * 4 * 4)
            .map(|number| [number % 2, number / 2 % 3, number / 6 % 4, number / 24])
            .collect();
        let moves = Moves::new(&progress, loads.iter().map(|load| &load[..])).expect("few parts");
        let states: usize = progress.iter().map(|line| line.states() as usize).product();
        for state in 0..states {
            let mut rest = state;
            let digits: Vec<u32> = progress
                .iter()
                .map(|line| {
                    let digit = rest % line.states() as usize;
                    rest /= line.states() as usize;
                    digit as u32
                })
                .collect();
            let barred = moves.barred(&progress, &digits);
            for (number, load) in loads.iter().enumerate() {
                let (mut after, mut scale) = (Some(0), 1);
                for ((line, &digit), &units) in progress.iter().zip(&digits).zip(load) {
                    let next = line.after(digit, units).map(|next| next as usize * scale);
                    after = after.zip(next).map(|(sum, next)| sum + next);
                    scale *= line.states() as usize;
                }
                assert_eq!(moves.after(barred, state, number as u32), after);
            }
        }
    }

    #[test]
    fn too_many_parts_are_no_bits() {
        let line = [Progress::AnyPieces {
            quantity: 200,
            reach: 200,
        }];
        let loads: Vec<[u32; 1]> = (1..=200).map(|units| [units]).collect();
        assert!(Moves::new(&line, loads.iter().map(|load| &load[..])).is_none());
    }
}
