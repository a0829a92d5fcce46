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

/// Whether things hold together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// They do.
    Hold,
    /// They cannot.
    Cannot,
    /// Nobody knows: then nothing is proven.
    Unknown,
}

/// Steps at most of the search for a set that hits others.
const STEPS: usize = 200_000;

/// Looks for a smaller set than one, of `count` things, that cannot hold together; asks about sets, ascending, while it may: it
/// is told how many questions there were. What holds, holds with fewer things.
pub(super) fn smallest(
    count: usize,
    known: Vec<usize>,
    may_ask: impl Fn(usize) -> bool,
    ask: impl FnMut(&[usize]) -> Answer,
) -> Smallest {
    let mut asking = Asking {
        ask,
        may_ask,
        asked: 0,
    };
    let ended = |set: Vec<usize>, is_proven: bool| Smallest { set, is_proven };
    let mut rests: Vec<Vec<usize>> = vec![];
    loop {
        let mut steps = STEPS;
        let less = (0..known.len()).find_map(|size| hitting(&rests, size, &mut steps));
        if steps == 0 || !(asking.may_ask)(asking.asked) {
            return ended(known, false);
        }
        let Some(mut hit) = less else {
            return ended(known, true);
        };
        hit.sort_unstable();
        match asking.ask(&hit) {
            Answer::Hold => {}
            Answer::Cannot => return ended(hit, true),
            Answer::Unknown => return ended(known, false),
        }
        let others: Vec<usize> = (0..count).filter(|it| !hit.contains(it)).collect();
        // All together cannot hold: that need not be asked.
        let (first, second) = others.split_at(others.len() / 2);
        asking.grow(&mut hit, first);
        asking.grow(&mut hit, second);
        let rest = (0..count).filter(|it| !hit.contains(it));
        rests.push(rest.collect());
    }
}

/// Whoever is asked whether sets hold together.
struct Asking<F, M> {
    ask: F,
    may_ask: M,
    asked: usize,
}

impl<F: FnMut(&[usize]) -> Answer, M: Fn(usize) -> bool> Asking<F, M> {
    fn ask(&mut self, set: &[usize]) -> Answer {
        self.asked += 1;
        (self.ask)(set)
    }

    /// Adds to a set that holds whatever of some things it holds with, while there are questions.
    fn grow(&mut self, set: &mut Vec<usize>, more: &[usize]) {
        if more.is_empty() || !(self.may_ask)(self.asked) {
            return;
        }
        let mut with = set.clone();
        with.extend(more);
        with.sort_unstable();
        if self.ask(&with) == Answer::Hold {
            *set = with;
        } else if more.len() > 1 {
            let (first, second) = more.split_at(more.len() / 2);
            self.grow(set, first);
            self.grow(set, second);
        }
    }
}

/// A set of so many things that has one at least of each of some sets; no steps are left where it gave up.
fn hitting(sets: &[Vec<usize>], size: usize, steps: &mut usize) -> Option<Vec<usize>> {
    let Some(first) = sets.first() else {
        return Some(vec![]);
    };
    *steps = steps.saturating_sub(1);
    if size == 0 || *steps == 0 {
        return None;
    }
    first.iter().find_map(|&one| {
        let left = sets.iter().filter(|set| !set.contains(&one));
        let left: Vec<Vec<usize>> = left.cloned().collect();
        let mut found = hitting(&left, size - 1, steps)?;
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

    fn answer(of: &[Vec<usize>], set: &[usize]) -> Answer {
        if is_free(of, set) {
            Answer::Hold
        } else {
            Answer::Cannot
        }
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
            let found = smallest(count, all, |_| true, |set| answer(&cannot_hold, set));
            assert!(found.is_proven && !is_free(&cannot_hold, &found.set));
            assert_eq!(Some(found.set.len()), least, "{cannot_hold:?}");
        }
    }

    #[test]
    fn what_is_not_proven_is_said_to_be_so() {
        let pair = vec![vec![0, 1]];
        let known = vec![0, 1];
        for may_ask in [0, 1, 3] {
            let found = smallest(
                9,
                known.clone(),
                |asked| asked < may_ask,
                |set| answer(&pair, set),
            );
            assert_eq!(
                (found.set, found.is_proven),
                (known.clone(), false),
                "{may_ask}"
            );
        }
        let unsure = |set: &[usize]| match set.len() {
            1 => Answer::Unknown,
            _ => answer(&pair, set),
        };
        let found = smallest(9, known.clone(), |_| true, unsure);
        assert_eq!((found.set, found.is_proven), (known, false));
    }
}
