//! Orders that each take one unit of one product: who gets it from where, decided exactly.
//!
//! At prices of all else, such orders compete for the stock cells of their product alone: an assignment, of which the best
//! is found by shortest paths, order by order, and with it what one unit fewer in each cell would lose. Where nobody
//! else uses these cells, no prices of them prove a lower bound.

mod assignment;

use super::flat::{Chunk, Flat, Kind};
use super::search::{Chosen, NEVER};
use super::standing::Standing;
use assignment::{Assignment, Offer};
use rayon::prelude::*;

/// Rows at most that a block does without, as they are too full for all of it that want them.
const CLOSED: usize = 12;
/// Cells of a block at most; more are left to chains.
const CELLS: usize = 512;
/// Blocks that all threads look at as the plan stands, before any of them is changed.
const BATCH: usize = 64;
/// Orders of a block times pairs of its cells, at most.
const EFFORT: usize = 100_000_000;

/// Orders that take one unit each, and the cells that they compete for.
pub struct Exchange {
    blocks: Vec<Block>,
}

/// Orders that compete for some cells.
struct Block {
    /// Rows of the cells, ascending; of an order by itself that finds enough wherever it turns to, none.
    cells: Vec<u32>,
    /// Members, ascending.
    members: Vec<u32>,
    /// Whether nobody else uses these cells.
    is_alone: bool,
}

/// What one member could do: nothing of these cells, or a unit of one of them.
struct Wishes {
    /// What it is worth without any, by the candidate that it then takes.
    outside: (i64, Option<u32>),
    /// By cell, what a unit from there adds, by which candidate.
    inside: Vec<(Offer, u32)>,
}

impl Exchange {
    /// Finds the orders that take one unit each.
    pub fn new(flat: &Flat<'_>) -> Self {
        let rows = flat.limits.len();
        if !flat.floors.is_empty() {
            return Self { blocks: Vec::new() };
        }
        let mut parents: Vec<u32> = (0..rows as u32).collect();
        let mut has_others = vec![false; rows];
        let parts: Vec<(Vec<u32>, Vec<u32>)> = flat
            .chunks
            .par_iter()
            .map(|chunk| units_and_others(flat, chunk))
            .collect();
        let mut units: Vec<u32> = Vec::new();
        for (mine, others) in parts {
            units.extend(mine);
            others
                .into_iter()
                .for_each(|row| has_others[row as usize] = true);
        }
        let mut first_cell = Vec::with_capacity(units.len());
        for &member in &units {
            let (chunk, order) = flat.place(member as usize);
            let mut cells = cells_of(flat, chunk, order);
            let first = cells.next();
            if let Some(first) = first {
                cells.for_each(|cell| join(&mut parents, first, cell));
            }
            first_cell.push(first);
        }
        let mut blocks: Vec<Block> = Vec::new();
        let mut block_of = vec![u32::MAX; rows];
        for (&member, first) in units.iter().zip(first_cell) {
            let Some(first) = first else {
                blocks.push(Block {
                    cells: Vec::new(),
                    members: vec![member],
                    is_alone: true,
                });
                continue;
            };
            let root = root(&mut parents, first) as usize;
            if block_of[root] == u32::MAX {
                block_of[root] = blocks.len() as u32;
                blocks.push(Block {
                    cells: Vec::new(),
                    members: Vec::new(),
                    is_alone: true,
                });
            }
            blocks[block_of[root] as usize].members.push(member);
        }
        for row in 0..rows as u32 {
            let number = block_of[root(&mut parents, row) as usize];
            if let Some(block) = blocks.get_mut(number as usize) {
                block.cells.push(row);
                block.is_alone &= !has_others[row as usize];
            }
        }
        blocks.retain(|block| {
            let cells = block.cells.len();
            cells <= CELLS && block.members.len().saturating_mul(cells * cells) <= EFFORT
        });
        Self { blocks }
    }

    /// Blocks whose cells nobody else uses.
    fn alone(&self) -> impl Iterator<Item = &Block> {
        let has_cells = |block: &&Block| block.is_alone && !block.cells.is_empty();
        self.blocks.iter().filter(has_cells)
    }

    /// Whether no cell is left to these orders alone.
    pub fn is_idle(&self) -> bool {
        self.alone().next().is_none()
    }

    /// Whether most orders are decided here, apart from others, and nothing is promised to carriers.
    pub fn decides(&self, flat: &Flat<'_>) -> bool {
        let alone = self.blocks.iter().filter(|block| block.is_alone);
        let members: usize = alone.map(|block| block.members.len()).sum();
        members * 2 > flat.members.len() && flat.limits.iter().all(|limit| limit.capacity >= 0)
    }

    /// All that such orders have, given up.
    pub fn leaving(&self, standing: &Standing) -> Vec<(u32, Chosen)> {
        let members = self.blocks.iter().flat_map(|block| &block.members);
        let having = members.filter(|&&member| !standing.chosen[member as usize].is_empty());
        having.map(|&member| (member, Chosen::new())).collect()
    }

    /// Prices at which no bound is higher: of cells that only such orders use, the best there are at those of all else.
    pub fn priced(&self, flat: &Flat<'_>, prices: &[i64]) -> Vec<i64> {
        let of_block = |block: &Block| -> Vec<i64> {
            let wishes = block.wishes(flat, &|member, candidate| {
                worth_beside_stock(flat, prices, member, &[candidate])
            });
            let room = |&cell: &u32| flat.limits[cell as usize].capacity;
            let room = block.cells.iter().map(room).collect();
            assigned(&wishes, room).prices()
        };
        let alone: Vec<&Block> = self.alone().collect();
        let found = alone.into_par_iter().map(|block| (block, of_block(block)));
        let found: Vec<(&Block, Vec<i64>)> = found.collect();
        let mut prices = prices.to_vec();
        for (block, of_cells) in found {
            for (&cell, price) in block.cells.iter().zip(of_cells) {
                prices[cell as usize] = flat.whole_price(cell as usize, price as f64);
            }
        }
        prices
    }

    /// Lets such orders choose together, each product's at once, what others have as it is, all else at prices.
    pub fn choose(
        &self,
        flat: &Flat<'_>,
        standing: &mut Standing,
        prices: &[i64],
        stop: &(dyn Fn() -> bool + Sync),
    ) {
        for blocks in self.blocks.chunks(BATCH) {
            if stop() {
                break;
            }
            let now = &*standing;
            let of_block = |block: &Block| block.fitting_moves(flat, now, prices, stop);
            let found: Vec<Vec<(u32, Chosen)>> = blocks.par_iter().map(of_block).collect();
            for (block, moves) in blocks.iter().zip(found) {
                // Others of the batch may have taken what it wants.
                let moves = match broken(flat, standing, &moves, prices) {
                    None => moves,
                    Some(_) => block.fitting_moves(flat, standing, prices, stop),
                };
                standing.commit(flat, moves);
            }
        }
    }
}

impl Block {
    /// What its members could do, by a worth of their candidates; [`NEVER`] rules one out.
    fn wishes(&self, flat: &Flat<'_>, worth: &dyn Fn(u32, u32) -> i64) -> Vec<Wishes> {
        let of_member = |&member: &u32| {
            let (chunk, order) = flat.place(member as usize);
            let mut wishes = Wishes {
                outside: (0, None),
                inside: Vec::new(),
            };
            for candidate in chunk.candidates(order) {
                let worth = worth(member, candidate as u32);
                if worth == NEVER {
                    continue;
                }
                let Some(row) = cell_of(flat, chunk, candidate) else {
                    if worth > wishes.outside.0 {
                        wishes.outside = (worth, Some(candidate as u32));
                    }
                    continue;
                };
                let cell = self.cells.binary_search(&row);
                let cell = cell.expect("a block has all cells of its members") as u32;
                let known = wishes
                    .inside
                    .iter_mut()
                    .find(|(offer, _)| offer.cell == cell);
                match known {
                    Some(known) if known.0.gain < worth => {
                        *known = (Offer { cell, gain: worth }, candidate as u32);
                    }
                    Some(_) => {}
                    None => wishes
                        .inside
                        .push((Offer { cell, gain: worth }, candidate as u32)),
                }
            }
            let outside = wishes.outside.0;
            wishes
                .inside
                .iter_mut()
                .for_each(|(offer, _)| offer.gain -= outside);
            wishes.inside.retain(|(offer, _)| offer.gain > 0);
            wishes
        };
        self.members.iter().map(of_member).collect()
    }

    /// What its members rather do, others as they are, where that gains and there is room for all of it together: what there is
    /// not enough of, they do without.
    fn fitting_moves(
        &self,
        flat: &Flat<'_>,
        standing: &Standing,
        prices: &[i64],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Vec<(u32, Chosen)> {
        let mut closed: Vec<u32> = Vec::new();
        while !stop() {
            let moves = self.moves(flat, standing, prices, &closed);
            let gain = |(member, chosen): &(u32, Chosen)| {
                let worth = |chosen: &Chosen| worth_beside_stock(flat, prices, *member, chosen);
                worth(chosen) - worth(&standing.chosen[*member as usize])
            };
            match broken(flat, standing, &moves, prices) {
                None if moves.iter().map(gain).sum::<i64>() > 0 => return moves,
                // Who has some of what is closed may still want more of it: to close it again would change nothing.
                Some(row) if closed.len() < CLOSED && !closed.contains(&row) => closed.push(row),
                _ => break,
            }
        }
        Vec::new()
    }

    /// What its members would rather do, others as they are.
    ///
    /// None turns to anything that is full, or closed.
    fn moves(
        &self,
        flat: &Flat<'_>,
        standing: &Standing,
        prices: &[i64],
        closed: &[u32],
    ) -> Vec<(u32, Chosen)> {
        let mut used = vec![0; self.cells.len()];
        for &member in &self.members {
            let (chunk, _) = flat.place(member as usize);
            for &candidate in &standing.chosen[member as usize] {
                if let Some(row) = cell_of(flat, chunk, candidate as usize) {
                    let cell = self.cells.binary_search(&row);
                    used[cell.expect("a block has all cells of its members")] += 1;
                }
            }
        }
        let each = self.cells.iter().zip(used);
        let room = |(&cell, used): (&u32, i64)| {
            (flat.limits[cell as usize].capacity - standing.used[cell as usize] + used).max(0)
        };
        let room: Vec<i64> = each.map(room).collect();
        let wishes = self.wishes(flat, &|member, candidate| {
            let (chunk, _) = flat.place(member as usize);
            let own = &standing.chosen[member as usize];
            // What is full and not its own it cannot have.
            let is_full = |row: u32| {
                let mut own = own.iter();
                let has_no_room = standing.used[row as usize] >= most_of(flat, row, prices);
                (has_no_room || closed.contains(&row))
                    && !own.any(|&candidate| chunk.does_use(candidate as usize, row))
            };
            let mut uses = chunk.uses_of(candidate as usize);
            if uses.any(|one| !flat.is_stock[one.row as usize] && is_full(one.row)) {
                return NEVER;
            }
            worth_beside_stock(flat, prices, member, &[candidate])
        });
        let assignment = assigned(&wishes, room);
        let mut moves = Vec::new();
        for (number, (&member, wishes)) in self.members.iter().zip(&wishes).enumerate() {
            let taken = wishes.taken(assignment.cell_of(number));
            let chosen: Chosen = taken.into_iter().collect();
            if chosen != standing.chosen[member as usize] {
                moves.push((member, chosen));
            }
        }
        moves
    }
}

impl Wishes {
    /// By which candidate a member has a unit of a cell, or does without.
    fn taken(&self, cell: Option<u32>) -> Option<u32> {
        let mut inside = self.inside.iter();
        let found = cell.and_then(|cell| inside.find(|(offer, _)| offer.cell == cell));
        found.map_or(self.outside.1, |&(_, candidate)| Some(candidate))
    }
}

fn assigned(wishes: &[Wishes], room: Vec<i64>) -> Assignment {
    let offers = |wishes: &Wishes| wishes.inside.iter().map(|&(offer, _)| offer).collect();
    Assignment::best(wishes.iter().map(offers).collect(), room)
}

/// How much of a row may be used: with what may be bought, but where that costs more than the row's price.
fn most_of(flat: &Flat<'_>, row: u32, prices: &[i64]) -> i64 {
    let limit = &flat.limits[row as usize];
    if limit.is_open {
        return i64::MAX;
    }
    let is_bought = prices[row as usize] >= limit.cost;
    limit.capacity + if is_bought { limit.extra } else { 0 }
}

/// A row of which moves take more than there may be used.
fn broken(
    flat: &Flat<'_>,
    standing: &Standing,
    moves: &[(u32, Chosen)],
    prices: &[i64],
) -> Option<u32> {
    let mut more: Vec<(u32, i64)> = Vec::new();
    for (member, chosen) in moves {
        let (chunk, order) = flat.place(*member as usize);
        let before = &standing.chosen[*member as usize];
        for (chosen, sign) in [(before, -1), (chosen, 1)] {
            let uses = flat.uses_together(chunk, order, chosen).into_iter();
            more.extend(uses.map(|one| (one.row, sign * i64::from(one.units))));
        }
    }
    more.sort_unstable();
    let mut by_row = more.chunk_by(|one, other| one.0 == other.0);
    let is_broken = |of_row: &&[(u32, i64)]| {
        let (row, units) = (of_row[0].0, of_row.iter().map(|one| one.1).sum::<i64>());
        units > 0 && standing.used[row as usize] + units > most_of(flat, row, prices)
    };
    by_row.find(is_broken).map(|of_row| of_row[0].0)
}

/// What a choice of a member is worth at prices of all but stock.
fn worth_beside_stock(flat: &Flat<'_>, prices: &[i64], member: u32, chosen: &[u32]) -> i64 {
    let (chunk, order) = flat.place(member as usize);
    let chosen_uses = chosen.iter();
    let uses = chosen_uses.flat_map(|&candidate| chunk.uses_of(candidate as usize));
    let others = uses.filter(|one| !flat.is_stock[one.row as usize]);
    let paid: i64 = others
        .map(|one| prices[one.row as usize] * i64::from(one.units))
        .sum();
    flat.worth_of(chunk, order, chosen) - paid
}

/// The stock row that a candidate uses, of an order that takes one unit.
fn cell_of(flat: &Flat<'_>, chunk: &Chunk<'_>, candidate: usize) -> Option<u32> {
    let mut uses = chunk.uses_of(candidate);
    let used = uses.find(|one| flat.is_stock[one.row as usize]);
    used.map(|one| one.row)
}

fn cells_of<'f>(
    flat: &'f Flat<'_>,
    chunk: &'f Chunk<'_>,
    order: usize,
) -> impl Iterator<Item = u32> + 'f {
    let uses = chunk.uses_of_all(order).map(|one| one.row);
    uses.filter(|&row| flat.is_stock[row as usize])
}

/// Members of a chunk that take one unit of one cell each, and the stock rows that others use.
fn units_and_others(flat: &Flat<'_>, chunk: &Chunk<'_>) -> (Vec<u32>, Vec<u32>) {
    let (mut units, mut others) = (Vec::new(), Vec::new());
    for order in 0..chunk.len() {
        if takes_one(flat, chunk, order) {
            units.push((chunk.begin + order) as u32);
        } else {
            others.extend(cells_of(flat, chunk, order));
        }
    }
    others.sort_unstable();
    others.dedup();
    (units, others)
}

/// Whether any pattern of an order is one candidate that takes one unit of at most one cell.
fn takes_one(flat: &Flat<'_>, chunk: &Chunk<'_>, order: usize) -> bool {
    let Kind::Listed(shape) = chunk.kind[order] else {
        return false;
    };
    let is_listed = chunk
        .beyond
        .get(order)
        .is_none_or(|&beyond| beyond == NEVER);
    let takes_one = |candidate: usize| {
        let uses = chunk.uses_of(candidate);
        let mut stock = uses.filter(|one| flat.is_stock[one.row as usize]);
        let first = stock.next();
        first.is_none_or(|one| one.units == 1) && stock.next().is_none()
    };
    // Each load ships by itself, and none together with another.
    let shape = chunk.shape(shape);
    let ships_alone = shape.each().all(|(_, loads)| loads.len() == 1);
    is_listed
        && !chunk.has_hub[order]
        && ships_alone
        && shape.each().count() == shape.loads
        && chunk.candidates(order).all(takes_one)
}

/// The first of the rows that a row is joined with.
fn root(parents: &mut [u32], row: u32) -> u32 {
    let mut row = row;
    while parents[row as usize] != row {
        parents[row as usize] = parents[parents[row as usize] as usize];
        row = parents[row as usize];
    }
    row
}

fn join(parents: &mut [u32], one: u32, other: u32) {
    let (one, other) = (root(parents, one), root(parents, other));
    parents[one.max(other) as usize] = one.min(other);
}
