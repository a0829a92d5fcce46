//! How orders are laid out as flat arrays, chunk by chunk; those that have not changed as they were before.

use super::{Chunk, FloorRow, Kind, MOST_DAYS, NO_HUB, Use, in_chunk, narrow};
use crate::model::{GoalKind, Usage, Usages};
use crate::options::are_better_together;
use crate::solve::component::{Context, Member};
use crate::solve::joint::compact::{Compact, Repeated, UseLists};
use crate::solve::joint::search::NEVER;
use crate::solve::joint::shape::Shapes;
use crate::solve::pattern::{Terms, deliveries_at_most};
use crate::solve::worth::Weights;
use rayon::prelude::*;

/// Orders that were laid out.
pub struct Laid(pub(super) Vec<Chunk<'static>>);

/// What chunks are laid out with.
pub(super) struct Layout<'a, 'b> {
    context: &'b Context<'a>,
    /// By coupling row, its number among those laid out.
    local: Vec<u32>,
    /// By coupling row, whether it is laid out.
    counts: Vec<bool>,
    weights: Weights,
    floors: &'b [FloorRow],
    first_floor: u32,
    /// Whether all is told that lists say.
    tells_lists: bool,
}

impl<'a, 'b> Layout<'a, 'b> {
    /// Of these coupling rows, then floors.
    pub(super) fn new(
        context: &'b Context<'a>,
        (rows, floors): (&[u32], &'b [FloorRow]),
        weights: Weights,
        tells_lists: bool,
    ) -> Self {
        let all = context.shop.coupling.rows.len();
        let mut local = vec![u32::MAX; all];
        let mut counts = vec![false; all];
        for (position, &row) in rows.iter().enumerate() {
            local[row as usize] = position as u32;
            counts[row as usize] = true;
        }
        Self {
            context,
            local,
            counts,
            weights,
            floors,
            first_floor: rows.len() as u32,
            tells_lists,
        }
    }

    /// With all that lists say, so that these need not be kept: with worths in money, and without floors.
    pub(super) fn of_lists(context: &'b Context<'a>, rows: &[u32]) -> Self {
        let weights = Weights::of_goal(GoalKind::Profit);
        Self::new(context, (rows, &[]), weights, true)
    }

    /// All orders laid out.
    pub(super) fn all(&self, members: &[Member<'_>]) -> Laid {
        let in_chunk = in_chunk(members.len());
        let parts = members.par_chunks(in_chunk).enumerate();
        let chunk = |(number, members)| self.chunk(number * in_chunk, members, None);
        Laid(parts.map(chunk).collect())
    }

    /// Lays out some orders; those that have not changed as they were before.
    pub(super) fn chunk(
        &self,
        begin: usize,
        members: &[Member<'_>],
        before: Option<(Chunk<'static>, &[u32])>,
    ) -> Chunk<'static> {
        let (mut before, changed) = before.map_or((None, &[][..]), |(chunk, changed)| {
            let from = changed.partition_point(|&member| (member as usize) < begin);
            (Some(chunk), &changed[from..])
        });
        let until = (begin + members.len()) as u32;
        let is_same = changed.first().is_none_or(|&member| member >= until);
        if let Some(same) = before.take_if(|_| is_same) {
            return same;
        }
        let mut changed = changed.iter().peekable();
        let told = before.as_mut().map(|before| before.told.begin_again());
        let shapes = before.as_ref().map_or(0, |before| before.shapes.len());
        let mut moved: Vec<Option<u32>> = vec![None; shapes];
        let mut chunk = Chunk {
            begin,
            first: vec![0],
            kind: Vec::with_capacity(members.len()),
            shapes: Shapes::default(),
            searches: Vec::new(),
            terms: Repeated::default(),
            beyond: Vec::new(),
            worth: Compact::default(),
            load: Compact::default(),
            wave: Compact::default(),
            by_wave: !self.context.shop.coupling.stretches().is_empty(),
            has_hub: Vec::with_capacity(members.len()),
            hub_wave: Vec::new(),
            days_late: Compact::default(),
            uses: UseLists::default(),
            told: told.unwrap_or_default(),
        };
        let mut searched = 0;
        for (order, member) in members.iter().enumerate() {
            let has_changed = changed.next_if_eq(&&((begin + order) as u32)).is_some();
            if let Some(before) = before.as_mut().filter(|_| !has_changed) {
                chunk.take(before, order, &mut moved, &mut searched);
                continue;
            }
            let kind = kind_of(self.context, member, &mut chunk.shapes);
            chunk.push_kind(kind, &mut searched);
            let dataset = self.context.shop.dataset;
            let terms = self.weights.terms(dataset, member.order, member.options);
            chunk.terms.push(terms);
            let beyond = member.options.beyond;
            chunk
                .beyond
                .push(beyond.map_or(NEVER, |most| narrow(self.weights.money(most.0.into()))));
            let cares = terms.per_day_late != 0
                || terms.if_late != 0
                || self
                    .floors
                    .iter()
                    .any(|floor| floor.kind == GoalKind::LateOrders);
            let shop = self.context.shop;
            let used = Usages::new(
                shop.dataset,
                shop.coupling,
                &self.counts,
                member.order,
                member.options,
            );
            for position in 0..member.options.candidates.len() {
                self.add_candidate(&mut chunk, member, position, cares, used.of(position));
            }
            let first = chunk.first[chunk.first.len() - 1] as usize;
            let by_hub = chunk.hub_wave[first..].iter().any(|&wave| wave != NO_HUB);
            chunk.has_hub.push(by_hub);
            chunk.first.push(chunk.worth.len() as u32);
        }
        if chunk.hub_wave.iter().all(|&wave| wave == NO_HUB) {
            chunk.hub_wave = Vec::new();
        }
        if chunk.terms.are_all(Terms::default()) {
            chunk.terms = Repeated::default();
        }
        if chunk.beyond.iter().all(|&beyond| beyond == NEVER) {
            chunk.beyond = Vec::new();
        }
        if chunk.days_late.iter().all(|days| days == 0) {
            chunk.days_late = Compact::default();
        }
        chunk.shapes.forget();
        chunk.shrink();
        chunk
    }

    fn add_candidate(
        &self,
        chunk: &mut Chunk<'_>,
        member: &Member<'_>,
        position: usize,
        cares: bool,
        used: &[Usage],
    ) {
        let shop = self.context.shop;
        let candidate = &member.options.candidates[position];
        let load = &member.options.loads[candidate.load as usize];
        let lines = shop.dataset.lines_of(member.order);
        chunk
            .worth
            .push(narrow(self.weights.candidate(lines, load, candidate)));
        chunk.load.push(candidate.load as u16);
        chunk.wave.push(candidate.wave.0);
        chunk.hub_wave.push(candidate.hub_wave().unwrap_or(NO_HUB));
        let late = if cares && candidate.reaches_customer() {
            candidate.days_late.min(MOST_DAYS.into()) as u16
        } else {
            0
        };
        chunk.days_late.push(late);
        if self.tells_lists {
            chunk.told.push(candidate);
        }
        for &(row, units) in used {
            let local = self.local[row as usize];
            let sign = if shop.coupling.rows[row as usize].is_commitment() {
                -1
            } else {
                1
            };
            chunk.uses.push(Use {
                row: local,
                units: sign * i32::try_from(units).expect("units of an order are capped"),
            });
        }
        for (number, floor) in self.floors.iter().enumerate() {
            let count = floor.count(lines, load, candidate);
            if count != 0 {
                chunk.uses.push(Use {
                    row: self.first_floor + number as u32,
                    units: -count,
                });
            }
        }
        chunk.uses.end();
    }
}

impl Chunk<'static> {
    /// The same with searches of its orders that need them.
    pub(super) fn with_searches<'a>(self, members: &[Member<'a>]) -> Chunk<'a> {
        let mut chunk: Chunk<'a> = self;
        let each = chunk.kind.iter().zip(members);
        let searched = each.filter(|(kind, _)| matches!(kind, Kind::Searched(_)));
        chunk.searches = searched.map(|(_, member)| member.search()).collect();
        chunk
    }

    /// An order's kind; `None`: it is to be searched, the next of those.
    fn push_kind(&mut self, kind: Option<Kind>, searched: &mut u32) {
        let kind = kind.unwrap_or_else(|| {
            *searched += 1;
            Kind::Searched(*searched - 1)
        });
        self.kind.push(kind);
    }

    /// Takes over an order as it was laid out; `moved`: by shape before, where it is now.
    fn take(
        &mut self,
        before: &mut Chunk<'static>,
        order: usize,
        moved: &mut [Option<u32>],
        searched: &mut u32,
    ) {
        let kind = match before.kind[order] {
            Kind::Listed(shape) => {
                let now = moved[shape as usize]
                    .get_or_insert_with(|| self.shapes.take_from(&mut before.shapes, shape));
                Some(Kind::Listed(*now))
            }
            Kind::Searched(_) => None,
        };
        self.push_kind(kind, searched);
        self.terms.push(before.terms_of(order));
        let beyond = before.beyond.get(order);
        self.beyond.push(beyond.copied().unwrap_or(NEVER));
        self.has_hub.push(before.has_hub[order]);
        let candidates = before.candidates(order);
        self.worth.extend_from(&before.worth, candidates.clone());
        self.load.extend_from(&before.load, candidates.clone());
        self.wave.extend_from(&before.wave, candidates.clone());
        // Where all were the same, nothing is there.
        let count = self.worth.len();
        let hubs = before.hub_wave.get(candidates.clone());
        self.hub_wave.extend_from_slice(hubs.unwrap_or_default());
        self.hub_wave.resize(count, NO_HUB);
        if before.is_late_told() {
            self.days_late
                .extend_from(&before.days_late, candidates.clone());
        } else {
            candidates.clone().for_each(|_| self.days_late.push(0));
        }
        self.told.take(&before.told, candidates.clone());
        self.uses.extend_from(&before.uses, candidates);
        self.first.push(count as u32);
    }
}

impl Chunk<'_> {
    pub(super) fn without_searches(self) -> Chunk<'static> {
        Chunk {
            begin: self.begin,
            first: self.first,
            kind: self.kind,
            shapes: self.shapes,
            searches: Vec::new(),
            terms: self.terms,
            beyond: self.beyond,
            worth: self.worth,
            load: self.load,
            wave: self.wave,
            by_wave: self.by_wave,
            has_hub: self.has_hub,
            hub_wave: self.hub_wave,
            days_late: self.days_late,
            uses: self.uses,
            told: self.told,
        }
    }

    fn shrink(&mut self) {
        self.terms.shrink_to_fit();
        self.worth.shrink_to_fit();
        self.load.shrink_to_fit();
        self.days_late.shrink_to_fit();
        self.wave.shrink_to_fit();
        self.uses.shrink_to_fit();
        self.told.shrink();
    }
}

/// How an order's patterns are found, where they need not be searched.
fn kind_of(context: &Context<'_>, member: &Member<'_>, shapes: &mut Shapes) -> Option<Kind> {
    let dataset = context.shop.dataset;
    let lines = dataset.lines_of(member.order);
    if are_better_together(dataset, lines) {
        return None;
    }
    let order = &dataset.orders[member.order.ix()];
    let deliveries = deliveries_at_most(order, lines);
    shapes
        .of(lines, order.ship_complete, deliveries, member.options)
        .map(Kind::Listed)
}
