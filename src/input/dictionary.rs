//! Text columns: each distinct text once, and a code a row.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// Distinct texts, numbered in the order of their first use; code 0 is the empty text.
#[derive(Clone, Debug)]
pub struct Dictionary {
    arena: String,
    ends: Vec<u32>,
    codes: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Default for Dictionary {
    fn default() -> Self {
        let mut dictionary = Self {
            arena: String::new(),
            ends: Vec::new(),
            codes: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        };
        dictionary.code_of("");
        dictionary
    }
}

impl Dictionary {
    /// Number of distinct texts, the empty one included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether only the empty text is in it.
    pub fn is_empty(&self) -> bool {
        self.ends.len() <= 1
    }

    /// The text of a code.
    pub fn text(&self, code: u32) -> &str {
        slice(&self.arena, &self.ends, code)
    }

    /// All texts in code order.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.ends.len() as u32).map(|code| self.text(code))
    }

    /// The code of a text, if it has one.
    pub fn find(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        self.codes
            .find(hash, |code| self.text(*code) == text)
            .copied()
    }

    /// The code of a text, given to it now if it had none.
    pub fn code_of(&mut self, text: &str) -> u32 {
        let Self {
            arena,
            ends,
            codes,
            hasher,
        } = self;
        let hash = hasher.hash_one(text);
        if let Some(code) = codes.find(hash, |code| slice(arena, ends, *code) == text) {
            return *code;
        }
        let code = ends.len() as u32;
        arena.push_str(text);
        let end = u32::try_from(arena.len()).expect("a table's text is capped below 4 GiB");
        ends.push(end);
        codes.insert_unique(hash, code, |other| {
            hasher.hash_one(slice(arena, ends, *other))
        });
        code
    }

    /// Gives up memory kept for growth.
    pub fn shrink(&mut self) {
        self.arena.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

fn slice<'a>(arena: &'a str, ends: &[u32], code: u32) -> &'a str {
    let code = code as usize;
    let start = if code == 0 {
        0
    } else {
        ends[code - 1] as usize
    };
    &arena[start..ends[code] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_code_and_the_empty_text_is_code_zero() {
        let mut dictionary = Dictionary::default();
        assert_eq!(dictionary.code_of("LYON"), 1);
        assert_eq!(dictionary.code_of("007"), 2);
        assert_eq!(dictionary.code_of("LYON"), 1);
        assert_eq!(dictionary.code_of(""), 0);
        assert_eq!(dictionary.text(2), "007");
        assert_eq!(dictionary.find("7"), None);
        for number in 0..1000 {
            dictionary.code_of(&format!("sku-{number}"));
        }
        assert_eq!(dictionary.find("sku-999"), Some(1002));
        assert_eq!(dictionary.texts().nth(1002), Some("sku-999"));
    }
}
