//! Numbers by the million in as few bytes as they need.

use super::flat::Use;
use std::iter::Sum;
use std::ops::Range;

/// Numbers of which most are small: in few bytes each as long as all of them are.
#[derive(Clone, Debug)]
pub enum Compact<S, L> {
    /// All are small so far.
    Small(Vec<S>),
    /// Some are not.
    Large(Vec<L>),
}

impl<S, L> Default for Compact<S, L> {
    fn default() -> Self {
        Self::Small(Vec::new())
    }
}

impl<S, L> Compact<S, L>
where
    S: Copy + TryFrom<L>,
    L: Copy + From<S>,
{
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Small(all) => all.len(),
            Self::Large(all) => all.len(),
        }
    }

    /// One of them.
    pub fn get(&self, place: usize) -> L {
        match self {
            Self::Small(all) => all[place].into(),
            Self::Large(all) => all[place],
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = L> + '_ {
        (0..self.len()).map(|place| self.get(place))
    }

    /// Another in its place.
    pub fn set(&mut self, place: usize, number: L) {
        if let (Self::Small(all), Ok(small)) = (&mut *self, S::try_from(number)) {
            all[place] = small;
        } else {
            self.enlarged()[place] = number;
        }
    }

    /// One more.
    pub fn push(&mut self, number: L) {
        if let (Self::Small(all), Ok(small)) = (&mut *self, S::try_from(number)) {
            all.push(small);
        } else {
            self.enlarged().push(number);
        }
    }

    /// Some of others, after one another.
    pub fn extend_from(&mut self, others: &Self, range: Range<usize>) {
        match (&mut *self, others) {
            (Self::Small(all), Self::Small(others)) => all.extend_from_slice(&others[range]),
            (Self::Large(all), Self::Large(others)) => all.extend_from_slice(&others[range]),
            _ => range.for_each(|place| self.push(others.get(place))),
        }
    }

    /// No more are to come.
    pub fn shrink_to_fit(&mut self) {
        match self {
            Self::Small(all) => all.shrink_to_fit(),
            Self::Large(all) => all.shrink_to_fit(),
        }
    }

    fn enlarged(&mut self) -> &mut Vec<L> {
        if let Self::Small(all) = self {
            *self = Self::Large(all.iter().map(|&small| small.into()).collect());
        }
        match self {
            Self::Large(all) => all,
            Self::Small(_) => unreachable!("made large above"),
        }
    }
}

/// Values of which many are the same, in a few bytes each.
#[derive(Clone, Debug)]
pub struct Repeated<T> {
    /// Those that there are.
    all: Vec<T>,
    /// By place, which of them.
    which: Compact<u16, u32>,
}

impl<T> Default for Repeated<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            which: Compact::default(),
        }
    }
}

/// So many values are looked through for one that is the same.
const ALIKE: usize = 256;

impl<T: Copy + PartialEq> Repeated<T> {
    /// One of them, where there are so many.
    pub fn get(&self, place: usize) -> Option<T> {
        let is_there = place < self.which.len();
        is_there.then(|| self.all[self.which.get(place) as usize])
    }

    /// One more.
    pub fn push(&mut self, value: T) {
        let latest = self.all.len().saturating_sub(ALIKE);
        let known = self.all[latest..].iter().rposition(|one| *one == value);
        let which = known.map_or(self.all.len(), |known| latest + known);
        if which == self.all.len() {
            self.all.push(value);
        }
        self.which.push(which as u32);
    }

    /// Whether all are this one.
    pub fn are_all(&self, value: T) -> bool {
        self.all.iter().all(|one| *one == value)
    }

    /// No more are to come.
    pub fn shrink_to_fit(&mut self) {
        self.all.shrink_to_fit();
        self.which.shrink_to_fit();
    }
}

/// Ascending numbers that are not far apart, in two bytes each.
#[derive(Clone, Debug, Default)]
struct Ascending {
    /// The first of each block.
    of_blocks: Vec<u32>,
    /// By how much each is more than the first of its block.
    more: Compact<u16, u32>,
}

/// Numbers in a block.
const BLOCK: usize = 64;

impl Ascending {
    fn get(&self, place: usize) -> u32 {
        self.of_blocks[place / BLOCK] + self.more.get(place)
    }

    fn push(&mut self, number: u32) {
        if self.more.len().is_multiple_of(BLOCK) {
            self.of_blocks.push(number);
        }
        self.more
            .push(number - self.of_blocks[self.of_blocks.len() - 1]);
    }

    fn shrink_to_fit(&mut self) {
        self.of_blocks.shrink_to_fit();
        self.more.shrink_to_fit();
    }
}

/// Lists of uses, one after the other.
#[derive(Clone, Debug)]
pub struct UseLists {
    /// By list, where it begins; one more at the end.
    first: Ascending,
    rows: Vec<u32>,
    units: Compact<i8, i32>,
}

impl Default for UseLists {
    fn default() -> Self {
        let mut first = Ascending::default();
        first.push(0);
        Self {
            first,
            rows: Vec::new(),
            units: Compact::default(),
        }
    }
}

impl UseLists {
    /// One more use of the list to come.
    pub fn push(&mut self, one: Use) {
        self.rows.push(one.row);
        self.units.push(one.units);
    }

    /// The list to come is all there.
    pub fn end(&mut self) {
        self.first.push(self.rows.len() as u32);
    }

    /// One more list.
    pub fn add(&mut self, uses: impl IntoIterator<Item = Use>) {
        uses.into_iter().for_each(|one| self.push(one));
        self.end();
    }

    /// Some lists of others, after one another.
    pub fn extend_from(&mut self, others: &Self, lists: Range<usize>) {
        let uses = others.uses_of(&lists);
        let (from, to) = (uses.start as u32, self.rows.len() as u32);
        self.rows.extend_from_slice(&others.rows[uses.clone()]);
        self.units.extend_from(&others.units, uses);
        for list in lists {
            self.first.push(others.first.get(list + 1) - from + to);
        }
    }

    /// A list.
    pub fn of(&self, list: usize) -> impl ExactSizeIterator<Item = Use> + Clone + '_ {
        self.of_all(list..list + 1)
    }

    /// Some lists, one after the other.
    pub fn of_all(&self, lists: Range<usize>) -> impl ExactSizeIterator<Item = Use> + Clone + '_ {
        let uses = self.uses_of(&lists);
        let rows = &self.rows[uses.clone()];
        rows.iter().zip(uses).map(|(&row, place)| Use {
            row,
            units: self.units.get(place),
        })
    }

    /// What each of some lists comes to, where a use counts so much, list by list, with its number.
    pub fn sums<W: Sum>(
        &self,
        lists: Range<usize>,
        count: impl Fn(Use) -> W + Copy,
        take: impl FnMut(usize, W),
    ) {
        match &self.units {
            Compact::Small(units) => self.sums_with(units, lists, count, take),
            Compact::Large(units) => self.sums_with(units, lists, count, take),
        }
    }

    fn sums_with<W: Sum>(
        &self,
        units: &[impl Copy + Into<i32>],
        lists: Range<usize>,
        count: impl Fn(Use) -> W + Copy,
        mut take: impl FnMut(usize, W),
    ) {
        let mut begin = self.first.get(lists.start) as usize;
        for list in lists {
            let end = self.first.get(list + 1) as usize;
            let each = self.rows[begin..end].iter().zip(&units[begin..end]);
            let each = each.map(|(&row, &units)| Use {
                row,
                units: units.into(),
            });
            take(list, each.map(count).sum());
            begin = end;
        }
    }

    /// No more are to come.
    pub fn shrink_to_fit(&mut self) {
        self.first.shrink_to_fit();
        self.rows.shrink_to_fit();
        self.units.shrink_to_fit();
    }

    fn uses_of(&self, lists: &Range<usize>) -> Range<usize> {
        self.first.get(lists.start) as usize..self.first.get(lists.end) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_what_they_are_when_a_large_one_comes() {
        let mut all: Compact<i8, i32> = Compact::default();
        for number in [1, -128, 127] {
            all.push(number);
        }
        assert!(matches!(all, Compact::Small(_)));
        all.push(-129);
        all.set(0, 1_000_000);
        all.push(5);
        let told: Vec<i32> = (0..all.len()).map(|place| all.get(place)).collect();
        assert_eq!(told, [1_000_000, -128, 127, -129, 5]);
        let mut few: Compact<i8, i32> = Compact::default();
        few.push(7);
        few.extend_from(&all, 1..4);
        let told: Vec<i32> = (0..few.len()).map(|place| few.get(place)).collect();
        assert_eq!(told, [7, -128, 127, -129]);
        few.set(3, 2);
        assert_eq!(few.get(3), 2);
    }

    #[test]
    fn what_repeats_is_kept_once() {
        let mut all = Repeated::default();
        let told: Vec<u64> = (0..2_000).map(|place| place * place % 700).collect();
        told.iter().for_each(|&one| all.push(one));
        let kept: Vec<u64> = (0..2_000).filter_map(|place| all.get(place)).collect();
        assert_eq!(kept, told);
        assert_eq!(all.get(2_000), None);
        let mut same = Repeated::default();
        (0..9).for_each(|_| same.push(4));
        assert!(same.are_all(4) && !same.are_all(5) && same.all.len() == 1);
    }

    #[test]
    fn lists_are_taken_over_one_after_the_other() {
        let one = |row: u32, units: i32| Use { row, units };
        let mut lists = UseLists::default();
        lists.add([one(4, 1), one(9, -300)]);
        lists.add([]);
        lists.add([one(2, 2)]);
        let mut others = UseLists::default();
        others.add([one(7, 1)]);
        others.extend_from(&lists, 1..3);
        others.extend_from(&lists, 0..1);
        let told: Vec<Vec<Use>> = (0..4).map(|list| others.of(list).collect()).collect();
        for list in 0..300 {
            lists.add((0..list % 3).map(|row| one(row, 1)));
        }
        let told_later: Vec<usize> = (3..303).map(|list| lists.of(list).len()).collect();
        let expected_later: Vec<usize> = (0..300).map(|list| list % 3).collect();
        assert_eq!(told_later, expected_later);
        let expected = [
            vec![one(7, 1)],
            vec![],
            vec![one(2, 2)],
            vec![one(4, 1), one(9, -300)],
        ];
        assert_eq!(told, expected);
        assert_eq!(others.of_all(0..4).len(), 4);
        let mut sums = Vec::new();
        let count = |one: Use| i64::from(one.row) * i64::from(one.units);
        others.sums(1..4, count, |list, sum| sums.push((list, sum)));
        assert_eq!(sums, [(1, 0), (2, 4), (3, 4 - 2_700)]);
        let mut small = UseLists::default();
        small.add([one(4, 1), one(9, -3)]);
        small.sums(0..1, count, |_, sum| assert_eq!(sum, 4 - 27));
    }
}
