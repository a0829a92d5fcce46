//! What lists say of candidates beyond what searches look at: kept in few bytes each, so that lists need not be kept beside.

use super::{Chunk, Flat, Kind, Laid, MOST_DAYS};
use crate::domain::{Dataset, OrderIx};
use crate::options::{Candidate, Load, OrderOptions};
use crate::plan::Route;
use crate::units::Money;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// What searches do not look at, the same for many candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Rest {
    route: Route,
    forward: bool,
    parcels: u32,
    mix: u16,
    days_late: u32,
}

/// Which of the rests a candidate has that there was no number for.
const UNTOLD: u16 = u16::MAX;

/// What is told of the candidates of a chunk; nothing where lists are kept.
#[derive(Default)]
pub(super) struct Told {
    /// By candidate, which of `all`.
    rest: Vec<u16>,
    all: Vec<Rest>,
    /// Where each is among them, while there are more to come.
    known: HashMap<Rest, u16>,
}

impl Told {
    /// Tells of one more candidate.
    pub(super) fn push(&mut self, candidate: &Candidate) {
        let rest = Rest {
            route: candidate.route,
            forward: candidate.forward,
            parcels: candidate.parcels,
            mix: candidate.mix,
            days_late: candidate.days_late,
        };
        let all = &mut self.all;
        let number = self.known.entry(rest).or_insert_with(|| {
            let number = u16::try_from(all.len()).unwrap_or(UNTOLD);
            if number != UNTOLD {
                all.push(rest);
            }
            number
        });
        self.rest.push(*number);
    }

    /// As it was told, by the same numbers, with no candidates so far.
    pub(super) fn begin_again(&mut self) -> Self {
        let all = std::mem::take(&mut self.all);
        Self {
            rest: Vec::with_capacity(self.rest.len()),
            known: all.iter().copied().zip(0..).collect(),
            all,
        }
    }

    /// Takes over what was told of some candidates.
    pub(super) fn take(&mut self, before: &Self, candidates: Range<usize>) {
        let rest = before.rest.get(candidates);
        self.rest.extend_from_slice(rest.unwrap_or_default());
    }

    /// No more are to come.
    pub(super) fn shrink(&mut self) {
        self.rest.shrink_to_fit();
        self.known = HashMap::new();
    }
}

impl Chunk<'_> {
    /// Whether all is here that the list of an order says.
    fn tells_list(&self, order: usize) -> bool {
        let candidates = self.candidates(order);
        let is_told = |candidate: usize| {
            let rest = self.told.rest.get(candidate);
            let rest = rest.filter(|&&number| number != UNTOLD);
            rest.is_some_and(|&number| {
                self.told.all[usize::from(number)].days_late < MOST_DAYS.into()
            })
        };
        matches!(self.kind[order], Kind::Listed(_))
            && !self.has_hub[order]
            && candidates.into_iter().all(is_told)
    }

    /// The list of a chunk's order, as it is kept or as it is told here.
    fn list<'o>(
        &self,
        number: usize,
        (dataset, order): (&Dataset, OrderIx),
        kept: &'o OrderOptions,
    ) -> Cow<'o, OrderOptions> {
        let candidates = self.candidates(number);
        let Kind::Listed(shape) = self.kind[number] else {
            return Cow::Borrowed(kept);
        };
        if candidates.is_empty() || !kept.candidates.is_empty() {
            return Cow::Borrowed(kept);
        }
        let lines = dataset.lines_of(order).len();
        let loads = self.shape(shape).quantities.chunks(lines);
        let candidate = |one: usize| {
            let rest = self.told.all[usize::from(self.told.rest[one])];
            Candidate {
                wave: self.wave(one),
                route: rest.route,
                forward: rest.forward,
                parcels: rest.parcels,
                load: self.load(one).into(),
                mix: rest.mix,
                days_late: rest.days_late,
                gain: Money(self.worth(one)),
            }
        };
        Cow::Owned(OrderOptions {
            loads: loads
                .map(|units| Load::new(dataset, order, units))
                .collect(),
            candidates: candidates.map(candidate).collect(),
            ..kept.clone()
        })
    }
}

impl Flat<'_> {
    /// A member's list, as it is kept or as it is told here.
    pub fn list<'o>(
        &self,
        member: usize,
        order: (&Dataset, OrderIx),
        kept: &'o OrderOptions,
    ) -> Cow<'o, OrderOptions> {
        let (chunk, number) = self.place(member);
        chunk.list(number, order, kept)
    }

    /// Candidates of all orders.
    pub fn candidates(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.worth.len()).sum()
    }
}

impl Laid {
    /// Empties members' lists, all of them, that are told here; of those with too many loads to list they are kept.
    pub fn empty_lists(&self, lists: &mut [OrderOptions]) {
        for chunk in &self.0 {
            let of_chunk = &mut lists[chunk.begin..chunk.begin + chunk.len()];
            for (order, list) in of_chunk.iter_mut().enumerate() {
                // Most are empty already.
                if !list.wide && !list.candidates.is_empty() && chunk.tells_list(order) {
                    (list.candidates, list.loads) = Default::default();
                }
            }
        }
    }

    /// A member's list, as it is kept or as it is told here.
    pub fn list<'o>(
        &self,
        member: usize,
        order: (&Dataset, OrderIx),
        kept: &'o OrderOptions,
    ) -> Cow<'o, OrderOptions> {
        let in_chunk = self.0[0].len();
        self.0[member / in_chunk].list(member % in_chunk, order, kept)
    }

    /// So many parts of it at most, each of members that follow one another.
    pub fn into_parts(self, parts: usize) -> impl Iterator<Item = Self> {
        let each = self.0.len().div_ceil(parts).max(1);
        let mut rest = self.0.into_iter();
        std::iter::from_fn(move || {
            let part: Vec<Chunk<'static>> = rest.by_ref().take(each).collect();
            (!part.is_empty()).then_some(Self(part))
        })
    }

    /// Which members these are.
    pub fn members(&self) -> Range<usize> {
        let begin = self.0.first().map_or(0, |chunk| chunk.begin);
        let end = self.0.last().map_or(0, |chunk| chunk.begin + chunk.len());
        begin..end
    }

    /// What something makes of the list of each of its members, kept or told here; each is gone once it has been looked at.
    pub fn into_each<T: Send>(
        self,
        (dataset, orders): (&Dataset, &[OrderIx]),
        kept: &mut [OrderOptions],
        make: impl Fn(usize, &OrderOptions) -> T + Sync,
    ) -> Vec<T> {
        let in_chunk = self.0.first().map_or(1, Chunk::len);
        let of_chunk = |(chunk, kept): (Chunk<'static>, &mut [OrderOptions])| -> Vec<T> {
            let of_order = |(number, kept): (usize, &mut OrderOptions)| {
                let kept = std::mem::take(kept);
                let member = chunk.begin + number;
                make(
                    member,
                    &chunk.list(number, (dataset, orders[member]), &kept),
                )
            };
            kept.iter_mut().enumerate().map(of_order).collect()
        };
        let chunks = self.0.into_par_iter().zip(kept.par_chunks_mut(in_chunk));
        let each: Vec<Vec<T>> = chunks.map(of_chunk).collect();
        each.into_iter().flatten().collect()
    }

    /// Candidates of all orders.
    pub fn candidates(&self) -> usize {
        self.0.iter().map(|chunk| chunk.worth.len()).sum()
    }
}
