//! The smallest set of things that cannot hold together, by hitting sets.
//!
//! Whatever is left when some things hold together, and nothing more could be added to them, has one thing at least of every set
//! that cannot hold. So a set that cannot hold hits all such rests; where a smallest one that hits those known so far cannot
//! hold, no set that cannot hold is smaller, and where it can, what is left of it is another rest to be hit.

/// A set that cannot hold together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Smallest {
    /// Its things, by number, ascending.
    pub set: Vec<usize>,
    /// Whether no smaller set cannot hold.
    pub is_proven: bool,
}

/// Looks for a smaller set than one, of `count` things, that cannot hold together; asks `holds` so many questions about sets,
/// ascending, as a rule. What holds, holds with fewer things.
pub(super) fn smallest(
    count: usize,
    known: Vec<usize>,
    questions: usize,
    holds: impl FnMut(&[usize]) -> bool,
) -> Smallest {
    let mut asking = Asking { holds, asked: 0 };
    let mut rests: Vec<Vec<usize>> = vec![];
    loop {
        let less = (0..known.len()).find_map(|size| hitting(&rests, size));
        let Some(mut hit) = less else {
            let is_proven = true;
            return Smallest {
                set: known,
                is_proven,
            };
        };
        hit.sort_unstable();
        if asking.asked >= questions {
            let is_proven = false;
            return Smallest {
                set: known,
                is_proven,
            };
        }
        if !asking.holds(&hit) {
            let is_proven = true;
            return Smallest {
                set: hit,
                is_proven,
            };
        }
        let others: Vec<usize> = (0..count).filter(|it| !hit.contains(it)).collect();
        asking.grow(&mut hit, &others);
        let rest = (0..count).filter(|it| !hit.contains(it));
        rests.push(rest.collect());
    }
}

/// Whoever is asked whether sets hold together.
struct Asking<F> {
    holds: F,
    asked: usize,
}

impl<F: FnMut(&[usize]) -> bool> Asking<F> {
    fn holds(&mut self, set: &[usize]) -> bool {
        self.asked += 1;
        (self.holds)(set)
    }

    /// Adds to a set that holds whatever of some things it holds with.
    fn grow(&mut self, set: &mut Vec<usize>, more: &[usize]) {
        if more.is_empty() {
            return;
        }
        let mut with = set.clone();
        with.extend(more);
        with.sort_unstable();
        if self.holds(&with) {
            *set = with;
        } else if more.len() > 1 {
            let (first, second) = more.split_at(more.len() / 2);
            self.grow(set, first);
            self.grow(set, second);
        }
    }
}

/// A set of so many things that has one at least of each of some sets.
fn hitting(sets: &[Vec<usize>], size: usize) -> Option<Vec<usize>> {
    let Some(first) = sets.first() else {
        return Some(vec![]);
    };
    if size == 0 {
        return None;
    }
    first.iter().find_map(|&one| {
        let left = sets.iter().filter(|set| !set.contains(&one));
        let left: Vec<Vec<usize>> = left.cloned().collect();
        let mut found = hitting(&left, size - 1)?;
        found.push(one);
        Some(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sets that cannot hold are those with one of these in.
    fn is_free(of: &[Vec<usize>], set: &[usize]) -> bool {
        !of.iter().any(|one| one.iter().all(|it| set.contains(it)))
    }

    #[test]
    fn a_set_is_smallest_where_it_is_said_to_be() {
        let mut state = 1_u64;
        let mut draw = |most: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005) + 1;
            (state >> 33) as usize % most
        };
        for _ in 0..500 {
            let count = 3 + draw(10);
            let cannot_hold: Vec<Vec<usize>> = (0..1 + draw(5))
                .map(|_| {
                    let mut set: Vec<usize> = (0..1 + draw(4)).map(|_| draw(count)).collect();
                    set.sort_unstable();
                    set.dedup();
                    set
                })
                .collect();
            let least = cannot_hold.iter().map(Vec::len).min();
            let all = (0..count).collect();
            let found = smallest(count, all, usize::MAX, |set| is_free(&cannot_hold, set));
            assert!(found.is_proven && !is_free(&cannot_hold, &found.set));
            assert_eq!(Some(found.set.len()), least, "{cannot_hold:?}");
        }
    }

    #[test]
    fn what_is_not_proven_is_said_to_be_so() {
        let pair = vec![vec![0, 1]];
        let known = vec![0, 1];
        let none = smallest(9, known.clone(), 0, |set| is_free(&pair, set));
        assert_eq!((none.set, none.is_proven), (known, false));
    }
}
