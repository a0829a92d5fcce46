//! Names as sorted lists: an id is its position.

use super::view::Texts;
use crate::domain::HandlingSet;

/// Distinct names in text order.
pub struct Names<'a> {
    sorted: Vec<&'a str>,
}

impl<'a> Names<'a> {
    /// The names that the rows of these columns hold.
    pub fn of<const N: usize>(columns: [Texts<'a>; N]) -> Self {
        Self::sorted(columns.into_iter().flat_map(Texts::distinct).collect())
    }

    /// The items that the lists of these columns hold.
    pub fn of_lists<const N: usize>(columns: [Texts<'a>; N]) -> Self {
        let lists = columns.into_iter().flat_map(Texts::distinct);
        Self::sorted(lists.flat_map(|list| list.split('|')).collect())
    }

    fn sorted(mut names: Vec<&'a str>) -> Self {
        names.retain(|name| !name.is_empty());
        names.sort_unstable();
        names.dedup();
        Self { sorted: names }
    }

    /// The same without one name.
    pub fn without(mut self, name: &str) -> Self {
        self.sorted.retain(|have| *have != name);
        self
    }

    /// Position of a name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.sorted.binary_search(&name).ok()
    }

    /// Number of names.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// All names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> {
        self.sorted.iter().copied()
    }

    /// Copies of all names, in order.
    pub fn boxed(&self) -> Vec<Box<str>> {
        self.sorted.iter().map(|name| Box::from(*name)).collect()
    }

    /// For each distinct text of a column, by its code, the position of that name.
    pub fn positions(&self, texts: Texts) -> Vec<Option<usize>> {
        texts.by_code(|text| self.find(text))
    }

    /// The set of a list's items; names beyond 64 are a fault that is reported elsewhere.
    pub fn handling_set(&self, list: &str) -> HandlingSet {
        let bits = list
            .split('|')
            .filter_map(|item| self.find(item))
            .filter(|bit| *bit < 64);
        HandlingSet(bits.fold(0, |set, bit| set | (1 << bit)))
    }
}
