//! A component's listed orders as flat arrays, for searches that look at every candidate many times.
//!
//! Chunks of orders are built and read in parallel. Rows are the coupling rows that the component can use,
//! numbered from 0, and after them the floors of earlier goals. A commitment is a limit on its
//! negative: `−use ≤ −promised + shortfall`.

mod layout;
mod told;

use super::compact::{Compact, Repeated, UseLists};
use super::pool::best_at;
use super::search::Work;
use super::shape::{Shape, Shapes};
use crate::domain::{Line, LocationIx, WaveIx};
use crate::model::{Floor, GoalKind, Row};
use crate::options::{Candidate, Load};
use crate::solve::component::{Context, Member};
use crate::solve::pairing::ANY_BERTH;
use crate::solve::pattern::{Search, Terms, Worth};
use crate::solve::worth::Weights;
use rayon::prelude::*;
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::ops::Range;

pub use layout::Laid;
use layout::Layout;
use told::Told;

/// What a candidate may pay for one row at most; a thousand rows together stay a number.
const PAID_AT_MOST: f64 = 1e15;

/// Shipments that an order usually has at most.
const SHIPMENTS: i64 = 4;

/// Chunks of few orders: so many for all threads to be busy to the end.
const CHUNKS: usize = 32;
/// Orders in a chunk, at least and at most.
const CHUNK: (usize, usize) = (64, 2048);

/// Units that a candidate uses of a row; negative of a commitment or a floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Use {
    /// Which row.
    pub row: u32,
    /// How much of it.
    pub units: i32,
}

/// What some candidates use.
pub type Uses = SmallVec<[Use; 8]>;

/// A limit: `use ≤ capacity + bought`, `bought ≤ extra` at `cost` each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How much may be used for nothing.
    pub capacity: i64,
    /// How much more may be bought.
    pub extra: i64,
    /// Cost of one more; of a location that may stay closed, of using it at all. In units of worth.
    pub cost: i64,
    /// Whether it is no limit but the use of a location that costs a fixed amount.
    pub is_open: bool,
}

impl Limit {
    /// The limit of a row, where so much worth is a micro-unit of money.
    pub fn of(row: &Row, money: i64) -> Self {
        let sign = if row.is_commitment() { -1 } else { 1 };
        Self {
            capacity: sign * row.capacity,
            extra: row.extra,
            cost: row.extra_cost.0.saturating_mul(money),
            is_open: row.is_open(),
        }
    }

    /// How much may be used.
    pub fn most(&self) -> i64 {
        if self.is_open {
            i64::MAX
        } else {
            self.capacity + self.extra
        }
    }

    /// Whether so much may be used.
    pub fn allows(&self, used: i64) -> bool {
        used <= self.most()
    }

    /// What so much use costs.
    pub fn cost_of(&self, used: i64) -> i128 {
        let cost = i128::from(self.cost);
        if self.is_open {
            return if used > 0 { cost } else { 0 };
        }
        cost * i128::from((used - self.capacity).max(0))
    }

    /// The row's part of the bound at a price: what all that may be used is worth, less what buying costs.
    pub fn constant(&self, price: i64) -> i128 {
        if self.is_open {
            return 0;
        }
        let bought = i128::from((price - self.cost).max(0)) * i128::from(self.extra);
        i128::from(price) * i128::from(self.capacity) + bought
    }
}

/// The hub's wave of what goes by none.
pub const NO_HUB: WaveIx = WaveIx(u32::MAX);

/// The wave of what leaves by a wave that is to be found, where waves count together.
pub const BY_WAVE: WaveIx = WaveIx(ANY_BERTH);

/// Days late at most that a chunk tells: there may be more.
pub const MOST_DAYS: u16 = u16::MAX - 1;

/// How an order's patterns are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its combinations are listed.
    Listed(u32),
    /// Searched, as too many combinations: by which of the chunk's searches.
    Searched(u32),
}

/// Some orders.
pub struct Chunk<'a> {
    /// Position of the first order in the component.
    pub begin: usize,
    /// By order, where its candidates begin; one more at the end.
    pub first: Vec<u32>,
    /// By order: how its patterns are found.
    pub kind: Vec<Kind>,
    /// Shapes of listed orders.
    shapes: Shapes,
    /// Searches of the others.
    pub searches: Vec<Search<'a>>,
    /// By order; empty where all are zero.
    terms: Repeated<Terms>,
    /// By order, what no pattern is worth more than that is not among the candidates, [`NEVER`] where all are; empty
    /// where that holds of all orders.
    pub beyond: Vec<i64>,
    /// By candidate: its worth at the goal.
    worth: Compact<i32, i64>,
    /// By candidate: its load.
    load: Compact<u8, u16>,
    /// By candidate: its wave.
    wave: Compact<u16, u32>,
    /// Whether candidates that go by no hub leave by a wave, not with it, as several may.
    pub by_wave: bool,
    /// By order, whether any of its candidates goes by a hub.
    pub has_hub: Vec<bool>,
    /// By candidate, the hub's wave that it feeds or forwards, [`NO_HUB`] of others; empty where there is no hub.
    pub hub_wave: Vec<WaveIx>,
    /// By candidate; empty where lateness changes no worth.
    days_late: Compact<u8, u16>,
    /// By candidate.
    uses: UseLists,
    /// What else there is to tell of candidates, where lists are not kept beside.
    told: Told,
}

impl Chunk<'_> {
    /// A shape of listed orders.
    pub fn shape(&self, shape: u32) -> &Shape {
        self.shapes.get(shape)
    }

    /// Orders in it.
    pub fn len(&self) -> usize {
        self.kind.len()
    }

    /// Candidates of an order.
    pub fn candidates(&self, order: usize) -> std::ops::Range<usize> {
        self.first[order] as usize..self.first[order + 1] as usize
    }

    /// Whether the best pattern of an order is told exactly: no hub, and two loads at most.
    pub fn is_simple(&self, order: usize) -> bool {
        match self.kind[order] {
            Kind::Listed(shape) => {
                !self.has_hub[order] && self.shape(shape).each().all(|(_, loads)| loads.len() <= 2)
            }
            Kind::Searched(_) => false,
        }
    }

    /// What a candidate is worth at the goal.
    pub fn worth(&self, candidate: usize) -> i64 {
        self.worth.get(candidate)
    }

    /// The wave of a candidate.
    pub fn wave(&self, candidate: usize) -> WaveIx {
        WaveIx(self.wave.get(candidate))
    }

    /// What a candidate uses.
    pub fn uses_of(&self, candidate: usize) -> impl ExactSizeIterator<Item = Use> + Clone + '_ {
        self.uses.of(candidate)
    }

    /// Whether a candidate uses a row.
    pub fn does_use(&self, candidate: usize, row: u32) -> bool {
        self.uses_of(candidate).any(|used| used.row == row)
    }

    /// What the candidates of an order use, one after the other.
    pub fn uses_of_all(&self, order: usize) -> impl ExactSizeIterator<Item = Use> + Clone + '_ {
        self.uses.of_all(self.candidates(order))
    }

    /// The wave of a candidate with which no other of the order may leave, or [`BY_WAVE`].
    pub fn berth(&self, candidate: usize) -> WaveIx {
        let by_hub = || self.hub_wave.get(candidate).is_some_and(|&it| it != NO_HUB);
        if self.by_wave && !by_hub() {
            BY_WAVE
        } else {
            self.wave(candidate)
        }
    }

    /// The load of a candidate.
    pub fn load(&self, candidate: usize) -> u16 {
        self.load.get(candidate)
    }

    /// Whether lateness changes what any candidate is worth.
    pub fn is_late_told(&self) -> bool {
        self.days_late.len() > 0
    }

    /// Days late of a candidate, where that matters.
    pub fn days_late_of(&self, candidate: usize) -> u16 {
        if self.is_late_told() {
            self.days_late.get(candidate)
        } else {
            0
        }
    }

    /// The most that any pattern of an order is worth whose best listed one is worth so much.
    pub fn most(&self, order: usize, listed: i64) -> i64 {
        self.beyond
            .get(order)
            .map_or(listed, |&beyond| beyond.max(listed))
    }

    /// What an order earns beyond its candidates.
    pub fn terms_of(&self, order: usize) -> Terms {
        self.terms.get(order).unwrap_or_default()
    }

    /// Worth of a candidate at prices.
    pub fn reduced(&self, candidate: usize, prices: &[i64]) -> i64 {
        let paid: i64 = self
            .uses_of(candidate)
            .map(|used| prices[used.row as usize] * i64::from(used.units))
            .sum();
        self.worth(candidate) - paid
    }

    /// The same of all candidates of an order, in turn.
    pub fn all_reduced(&self, order: usize, prices: &[i64], found: &mut Vec<i64>) {
        found.clear();
        let paid = |used: Use| prices[used.row as usize] * i64::from(used.units);
        let take = |candidate, paid: i64| found.push(self.worth(candidate) - paid);
        self.uses.sums(self.candidates(order), paid, take);
    }
}

/// An earlier goal that is kept, as a row: `−count ≤ −floor`.
#[derive(Clone, Copy, Debug)]
pub struct FloorRow {
    /// The earlier goal.
    pub kind: GoalKind,
    /// Micro-units of money that count as one; 1 for goals that count things.
    pub unit: i64,
}

/// A location that costs a fixed amount to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedCost {
    /// The row of its use.
    pub open: u32,
    /// Rows that nobody uses without it.
    pub rows: Vec<u32>,
    /// What no order pays of its cost.
    pub left: i64,
}

impl FixedCost {
    /// What its rows are worth at prices.
    pub fn earned(&self, limits: &[Limit], prices: &[i64]) -> i128 {
        let each = self.rows.iter().map(|&row| row as usize);
        each.map(|row| limits[row].constant(prices[row])).sum()
    }
}

/// Locations that cost a fixed amount to use, among these rows.
fn fixed_costs(context: &Context<'_>, rows: &[u32], limits: &[Limit]) -> Vec<FixedCost> {
    let shop = context.shop;
    let location_of = |row: u32| shop.coupling.location_of(shop.dataset, row);
    let mut by_location: BTreeMap<LocationIx, FixedCost> = BTreeMap::new();
    for ((&row, limit), number) in rows.iter().zip(limits).zip(0_u32..) {
        if let Some(location) = location_of(row).filter(|_| limit.is_open && limit.cost > 0) {
            let cost = FixedCost {
                open: number,
                rows: Vec::new(),
                left: limit.cost,
            };
            by_location.insert(location, cost);
        }
    }
    if by_location.is_empty() {
        return Vec::new();
    }
    for ((&row, limit), number) in rows.iter().zip(limits).zip(0_u32..) {
        let cost = location_of(row).and_then(|location| by_location.get_mut(&location));
        if let Some(cost) = cost.filter(|_| !limit.is_open) {
            cost.rows.push(number);
        }
    }
    by_location.into_values().collect()
}

/// By row that an order uses once, the number of its limit from 1, 0 of others; empty: there are none.
fn counted_once(context: &Context<'_>, rows: &[u32], floors: usize) -> Vec<u16> {
    let coupling = context.shop.coupling;
    let limit = |&row: &u32| coupling.once_of(row).map_or(0, |limit| limit + 1);
    if !rows.iter().any(|row| limit(row) > 0) {
        return Vec::new();
    }
    let each = rows.iter().map(limit);
    each.chain((0..floors).map(|_| 0)).collect()
}

/// Orders in each chunk but the last, of so many.
fn in_chunk(orders: usize) -> usize {
    (orders / CHUNKS).clamp(CHUNK.0, CHUNK.1)
}

/// Floors on earlier goals as rows.
fn floor_rows(members: &[Member<'_>], floors: &[Floor]) -> Vec<FloorRow> {
    // Cents, or what counts the largest order in numbers that stay small.
    let largest = match floors {
        [] => None,
        _ => members
            .iter()
            .map(|member| member.most_of(GoalKind::FillValue))
            .max(),
    };
    let value_unit = (largest.unwrap_or(0) / 1_000_000).max(10_000);
    let row = |floor: &Floor| FloorRow {
        kind: floor.kind,
        // Rounded up for each candidate, which only loosens the floor.
        unit: if floor.kind.is_money() { value_unit } else { 1 },
    };
    floors.iter().map(row).collect()
}

/// The orders of a component, and what they share.
pub struct Flat<'a> {
    /// Its members.
    pub members: &'a [Member<'a>],
    /// The orders, in chunks.
    pub chunks: Vec<Chunk<'a>>,
    /// Orders in each chunk but the last.
    in_chunk: usize,
    /// Rows: coupling rows, then floors.
    pub limits: Vec<Limit>,
    /// By row, how much of it may be used.
    pub at_most: Vec<i64>,
    /// By row, whether using it costs something, or using more of it.
    pub has_cost: Vec<bool>,
    /// By coupling row, its number among all of them.
    pub global: Vec<u32>,
    /// Floors: the rows after those of `global`.
    pub floors: Vec<FloorRow>,
    /// By row, the price that it may not fall below; empty: zero.
    pub least: Vec<i64>,
    /// Locations that cost a fixed amount to use.
    pub fixed_costs: Vec<FixedCost>,
    /// By row, whether it is a cell of stock.
    pub is_stock: Vec<bool>,
    /// By row that an order uses once, whatever number of its candidates do, the number of its limit from 1; 0 of others;
    /// empty: there are none.
    pub once: Vec<u16>,
    highest_price: f64,
    /// More units of a row than an order would usually take.
    much: i64,
}

impl<'a> Flat<'a> {
    /// Lays out the orders, with worths by these weights and floors as rows.
    pub fn new(
        context: &Context<'a>,
        members: &'a [Member<'a>],
        rows: &[u32],
        weights: Weights,
        floors: &[Floor],
    ) -> Self {
        let rows = (rows, &floor_rows(members, floors)[..]);
        let laid = Layout::new(context, rows, weights, false).all(members);
        Self::of(context, members, rows, (weights, floors), laid)
    }

    /// Orders laid out with all that their lists say, so that these need not be kept: with worths in money, and without floors.
    pub fn lay_out(context: &Context<'a>, members: &[Member<'a>], rows: &[u32]) -> Laid {
        Layout::of_lists(context, rows).all(members)
    }

    /// The same where some, ascending, have other options than when they were laid out so; `members` of a range of orders.
    pub fn lay_out_again(
        context: &Context<'a>,
        members: impl FnOnce(Range<usize>) -> Vec<Member<'a>>,
        rows: &[u32],
        Laid(mut chunks): Laid,
        changed: &[u32],
    ) -> Laid {
        let (Some(&first), Some(&last)) = (changed.first(), changed.last()) else {
            return Laid(chunks);
        };
        let layout = Layout::of_lists(context, rows);
        let in_chunk = chunks[0].len();
        let after = chunks.split_off(last as usize / in_chunk + 1);
        let before = chunks.split_off(first as usize / in_chunk);
        let end = before.last().map_or(0, |chunk| chunk.begin + chunk.len());
        let members = members(before[0].begin..end);
        let again = before.into_par_iter().zip(members.par_chunks(in_chunk));
        let again = again
            .map(|(before, members)| layout.chunk(before.begin, members, Some((before, changed))));
        chunks.par_extend(again);
        chunks.extend(after);
        Laid(chunks)
    }

    /// The same of orders that were laid out so.
    pub fn of_laid(
        context: &Context<'a>,
        members: &'a [Member<'a>],
        rows: &[u32],
        laid: Laid,
    ) -> Self {
        let weights = Weights::of_goal(GoalKind::Profit);
        Self::of(context, members, (rows, &[]), (weights, &[]), laid)
    }

    /// What was laid out, for [`Flat::lay_out`] and [`Flat::of_laid`].
    pub fn into_laid(self) -> Laid {
        let chunks = self.chunks.into_iter();
        Laid(chunks.map(Chunk::without_searches).collect())
    }

    fn of(
        context: &Context<'a>,
        members: &'a [Member<'a>],
        (rows, floor_rows): (&[u32], &[FloorRow]),
        (weights, floors): (Weights, &[Floor]),
        Laid(chunks): Laid,
    ) -> Self {
        let all = &context.shop.coupling.rows;
        let money = narrow(weights.money(1));
        let mut limits: Vec<Limit> = rows
            .iter()
            .map(|&row| Limit::of(&all[row as usize], money))
            .collect();
        for (floor, row) in floors.iter().zip(floor_rows) {
            let signed = if floor.kind.is_maximised() {
                floor.value.div_euclid(row.unit)
            } else {
                (-floor.value).div_euclid(row.unit)
            };
            limits.push(Limit {
                capacity: -signed,
                extra: 0,
                cost: 0,
                is_open: false,
            });
        }
        let chunks = chunks.into_par_iter().map(|chunk| {
            let orders = chunk.begin..chunk.begin + chunk.len();
            chunk.with_searches(&members[orders])
        });
        let chunks: Vec<Chunk<'a>> = chunks.collect();
        let most_of = |chunk: &Chunk<'a>| {
            let all = chunk.uses.of_all(0..chunk.worth.len());
            all.map(|used| used.units.unsigned_abs()).max()
        };
        let most = chunks.par_iter().filter_map(most_of).max();
        let highest_price = PAID_AT_MOST / f64::from(most.unwrap_or(0).max(1));
        Self {
            members,
            chunks,
            in_chunk: in_chunk(members.len()),
            fixed_costs: fixed_costs(context, rows, &limits),
            is_stock: (rows.iter().map(|&row| all[row as usize].is_stock()))
                .chain(floors.iter().map(|_| false))
                .collect(),
            at_most: limits.iter().map(Limit::most).collect(),
            has_cost: limits.iter().map(|limit| limit.cost != 0).collect(),
            limits,
            once: counted_once(context, rows, floors.len()),
            global: rows.to_vec(),
            floors: floor_rows.to_vec(),
            least: Vec::new(),
            highest_price,
            much: SHIPMENTS * i64::from(most.unwrap_or(0)),
        }
    }

    /// Whether it could matter to an order whether so much of a row is used, or so much.
    pub fn tells_apart(&self, row: usize, one: i64, other: i64) -> bool {
        let limit = &self.limits[row];
        // Where an order has room whatever it wants, how much room there is makes no difference to it.
        let left = |used: i64| (limit.capacity + limit.extra - used).min(self.much);
        one != other && (limit.cost != 0 || left(one) != left(other))
    }

    /// The most that a listed pattern of a member is worth at prices.
    pub fn best_listed(&self, member: usize, prices: &[i64]) -> i64 {
        let (chunk, order) = self.place(member);
        best_at(self, chunk, order, prices, &mut Work::default()).worth
    }

    /// The earlier goals with the prices of their floors.
    pub fn floor_prices(&self, prices: &[i64]) -> Vec<(FloorRow, i64)> {
        let of_floors = prices[self.global.len()..].iter().copied();
        self.floors.iter().copied().zip(of_floors).collect()
    }

    /// A price that a row may have: ≥ 0 or what options were listed for, and so that what any candidate pays stays a
    /// number.
    pub fn whole_price(&self, row: usize, price: f64) -> i64 {
        let least = self.least.get(row).copied().unwrap_or(0);
        (price.clamp(0.0, self.highest_price).round() as i64).max(least)
    }

    /// The rows' part of the bound at prices. Of a location with a fixed cost it is counted only where it is used, and then
    /// what no order pays of that cost is paid from it.
    pub fn constants(&self, prices: &[i64]) -> i128 {
        let rows = self.limits.iter().zip(prices);
        let all: i128 = rows.map(|(limit, &price)| limit.constant(price)).sum();
        all - self.paid_by_rows(prices)
    }

    /// What the rows of locations pay of their fixed costs at prices.
    pub fn paid_by_rows(&self, prices: &[i64]) -> i128 {
        let locations = self.fixed_costs.iter();
        locations
            .map(|location| i128::from(location.left).min(location.earned(&self.limits, prices)))
            .sum()
    }

    /// Takes so much from the worth of each of a member's candidates that use a row.
    pub fn charge(&mut self, member: usize, row: u32, each: i64) {
        let chunk = &mut self.chunks[member / self.in_chunk];
        let order = member - chunk.begin;
        for candidate in chunk.candidates(order) {
            if chunk.does_use(candidate, row) {
                chunk.worth.set(candidate, chunk.worth(candidate) - each);
            }
        }
    }

    /// Where a member is: its chunk and its position there.
    pub fn place(&self, member: usize) -> (&Chunk<'a>, usize) {
        (&self.chunks[member / self.in_chunk], member % self.in_chunk)
    }

    /// What an order's chosen candidates use together, each row once.
    pub fn uses_together(&self, chunk: &Chunk<'_>, order: usize, chosen: &[u32]) -> Uses {
        let mut uses = Uses::new();
        for &candidate in chosen {
            uses.extend(chunk.uses_of(candidate as usize));
        }
        if chosen.len() > 1 {
            uses.sort_unstable();
            uses.dedup_by(|next, kept| {
                let same = next.row == kept.row;
                if same && !self.counts_once(kept.row) {
                    kept.units += next.units;
                }
                same
            });
        }
        for (number, floor) in self.floors.iter().enumerate() {
            if floor.is_of_patterns() && !chosen.is_empty() {
                let member = &self.members[chunk.begin + order];
                let count =
                    member.count_of_chosen(&self.positions(chunk, order, chosen), floor.kind);
                let sign = if floor.kind.is_maximised() { -1 } else { 1 };
                uses.push(Use {
                    row: (self.global.len() + number) as u32,
                    units: sign * count as i32,
                });
            }
        }
        uses
    }

    /// Whether all candidates of an order that use a row use it once together.
    pub fn counts_once(&self, row: u32) -> bool {
        self.once.get(row as usize).is_some_and(|&limit| limit > 0)
    }

    /// Of some such rows, how many there are of the limit that has most of them.
    pub fn most_of_one_limit(&self, rows: &[u32]) -> usize {
        let limit = |row: &u32| self.once[*row as usize];
        let of_limit = |row| {
            rows.iter()
                .filter(|other| limit(other) == limit(row))
                .count()
        };
        rows.iter().map(of_limit).max().unwrap_or(0)
    }

    /// Positions of chosen candidates among those of their order.
    pub fn positions(&self, chunk: &Chunk<'_>, order: usize, chosen: &[u32]) -> Vec<u32> {
        let first = chunk.first[order];
        chosen.iter().map(|&candidate| candidate - first).collect()
    }

    /// Worth of chosen candidates with what the order earns beyond them.
    pub fn worth_of(&self, chunk: &Chunk<'_>, order: usize, chosen: &[u32]) -> i64 {
        let alone: i64 = chosen.iter().map(|&c| chunk.worth(c as usize)).sum();
        let terms = chunk.terms_of(order);
        if terms == Terms::default() || chosen.is_empty() {
            return alone;
        }
        if terms.is_of_lateness() {
            let late = chosen.iter().map(|&c| chunk.days_late_of(c as usize)).max();
            match late.unwrap_or(0) {
                0 => return alone,
                MOST_DAYS => {}
                late => return alone - narrow(terms.late(late.into())),
            }
        }
        let member = &self.members[chunk.begin + order];
        alone + narrow(member.beyond(&self.positions(chunk, order, chosen), terms))
    }

    /// What an order earns beyond its candidates when floors on whole patterns are priced.
    pub fn terms_at(&self, chunk: &Chunk<'_>, order: usize, prices: &[i64]) -> Terms {
        let mut terms = chunk.terms_of(order);
        for (floor, &price) in self.floors.iter().zip(&prices[self.global.len()..]) {
            match floor.kind {
                GoalKind::FillLines => terms.per_full_line += Worth::from(price),
                GoalKind::FillOrders => terms.if_full += Worth::from(price),
                GoalKind::LateOrders => terms.if_late += Worth::from(price),
                _ => {}
            }
        }
        terms
    }
}

impl FloorRow {
    /// Whether it counts what a whole pattern comes to rather than its candidates.
    fn is_of_patterns(&self) -> bool {
        !matches!(self.kind, GoalKind::FillUnits | GoalKind::FillValue)
    }

    /// What a candidate counts, rounded up.
    fn count(&self, lines: &[Line], load: &Load, candidate: &Candidate) -> i32 {
        if candidate.forward {
            return 0;
        }
        let count = match self.kind {
            GoalKind::FillUnits => load.measure.units,
            GoalKind::FillValue => {
                let each = lines.iter().zip(&load.quantities);
                let value: i64 = each
                    .map(|(line, &units)| line.unit_price.0 * i64::from(units))
                    .sum();
                -(-value).div_euclid(self.unit)
            }
            _ => 0,
        };
        i32::try_from(count).expect("the unit is chosen so that the largest order counts a million")
    }
}

/// A worth of one order.
pub fn narrow(worth: Worth) -> i64 {
    i64::try_from(worth).expect("money and weights of one order are capped")
}
