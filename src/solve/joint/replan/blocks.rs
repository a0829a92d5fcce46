//! Orders planned anew some at a time, where all together are too many for the solver: those that compete for the same stock
//! make a block; what all others leave is theirs.

use super::super::chains::reduced;
use super::super::flat::{Flat, Limit};
use super::super::master::Settled;
use super::super::search::Chosen;
use super::super::standing::Standing;
use super::{Near, Replanned, gather, picked, state};
use crate::solve::highs::solve_columns;
use crate::solve::outcome::Control;
use rayon::prelude::*;
use smallvec::SmallVec;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

/// Orders that are planned anew together, at most.
const BLOCK: usize = 500;
/// Blocks that are planned side by side, as the plan stands: so many whatever the threads, so that plans are the same.
const SIDE: usize = 8;
/// In how many blocks each order is on average, at most.
const TIMES: usize = 3;

/// A plan in which orders choose together, block by block, from patterns that are near to their best at prices; it is worth
/// no less than before, and nothing is proven. `flat` and `priced` as for [`super::replan`].
pub fn by_blocks(
    flat: &Flat<'_>,
    priced: (&Flat<'_>, &Settled),
    chosen: &[Chosen],
    near: Near,
    control: &Control<'_>,
) -> Replanned {
    by_blocks_of(BLOCK, flat, priced, chosen, near, control)
}

fn by_blocks_of(
    size: usize,
    flat: &Flat<'_>,
    (priced, settled): (&Flat<'_>, &Settled),
    chosen: &[Chosen],
    near: Near,
    control: &Control<'_>,
) -> Replanned {
    let patterns = gather(priced, settled, chosen, near, control).patterns;
    let mut standing = Standing::new(flat, chosen.to_vec());
    let until = Instant::now() + Duration::from_secs_f64(near.seconds.clamp(0.0, 1e8));
    let is_over = || control.should_stop() || Instant::now() >= until;
    let competing = Competing::new(priced, &settled.prices.of_rows, &patterns, &standing);
    let mut seeds = competing.seeds.iter().copied();
    let mut last_side = vec![0; patterns.len()];
    let mut left = near.blocks.saturating_mul(size).min(TIMES * patterns.len());
    let mut worth = standing.worth(flat);
    for number in 1.. {
        let is_enough = near.enough.is_some_and(|enough| worth >= enough);
        if left == 0 || is_enough || is_over() {
            break;
        }
        let side = competing.side(&mut seeds, size, (number, &mut last_side));
        if side.is_empty() {
            break;
        }
        left = left.saturating_sub(side.iter().map(Vec::len).sum());
        let side: Vec<Block<'_>> = side
            .into_par_iter()
            .map(|members| Block::new(flat, &standing, &patterns, members))
            .collect();
        let mut sharing: HashMap<u32, i64> = HashMap::new();
        for row in side.iter().flat_map(|block| block.own.keys()) {
            *sharing.entry(*row).or_default() += 1;
        }
        let anew =
            |block: &Block<'_>| block.anew(flat, &standing, &sharing, (near, until), control);
        let found: Vec<Vec<(u32, Chosen)>> = side.par_iter().map(anew).collect();
        for moves in found {
            if standing.gain_of(flat, &moves) > 0 {
                standing.commit(flat, moves);
            }
        }
        let gained = standing.worth(flat) - worth;
        worth += gained;
        if !pays((near.enough, near.pays), gained, worth) {
            break;
        }
    }
    Replanned {
        chosen: Some(standing.chosen),
        bound: None,
    }
}

/// Whether blocks that have gained so much, of a plan that is worth so much now, bring a part of what is missing of enough; they do
/// where either is not told.
fn pays((enough, part): (Option<i128>, Option<i128>), gained: i128, worth: i128) -> bool {
    let told = enough.zip(part);
    told.is_none_or(|(enough, part)| gained * part >= enough - worth)
}

/// Members that choose together.
struct Block<'p> {
    members: Vec<u32>,
    /// By position among them, what they may choose.
    patterns: Vec<&'p [Chosen]>,
    /// By row that any of that uses, what their choices use.
    own: BTreeMap<u32, i64>,
}

impl<'p> Block<'p> {
    fn new(
        flat: &Flat<'_>,
        standing: &Standing,
        patterns: &'p [Vec<Chosen>],
        members: Vec<u32>,
    ) -> Self {
        let mut own: BTreeMap<u32, i64> = BTreeMap::new();
        for &member in &members {
            let (chunk, order) = flat.place(member as usize);
            for chosen in &patterns[member as usize] {
                for used in flat.uses_together(chunk, order, chosen) {
                    own.entry(used.row).or_default();
                }
            }
            for used in flat.uses_together(chunk, order, &standing.chosen[member as usize]) {
                *own.entry(used.row).or_default() += i64::from(used.units);
            }
        }
        let of_members = members.iter().map(|&member| &patterns[member as usize][..]);
        Self {
            patterns: of_members.collect(),
            members,
            own,
        }
    }

    /// What members choose otherwise where their patterns come to more together, with what all others leave; `sharing`: how
    /// many blocks share what is left of a row.
    fn anew(
        &self,
        flat: &Flat<'_>,
        standing: &Standing,
        sharing: &HashMap<u32, i64>,
        (near, until): (Near, Instant),
        control: &Control<'_>,
    ) -> Vec<(u32, Chosen)> {
        let limits = self.own.iter().map(|(&row, &own)| {
            let (limit, used) = (&flat.limits[row as usize], standing.used[row as usize]);
            (row, left_of(limit, used, own, sharing[&row]))
        });
        let stated = state(flat, (&self.members, &self.patterns), limits);
        let own = |row: u32| self.own[&row];
        let start = stated.start(standing, (&self.members, &self.patterns), &own);
        let share = self.members.len() as f64 / standing.chosen.len() as f64;
        let left = until.saturating_duration_since(Instant::now());
        let effort = near.effort(share, left.as_secs_f64().min(control.seconds_left()));
        let Some(values) = solve_columns(&stated.columns, &start, effort, control).values else {
            return Vec::new();
        };
        let found = picked(&values, &self.patterns);
        let each = self.members.iter().copied().zip(found);
        each.filter(|(member, chosen)| *chosen != standing.chosen[*member as usize])
            .collect()
    }
}

/// What members may use of a row of which so much is used, so much of it by them, where so many blocks share what is left.
fn left_of(limit: &Limit, used: i64, own: i64, sharing: i64) -> Limit {
    let others = used - own;
    if limit.is_open {
        // Where others use the location, it is paid for; so that two who alone do go side by side do not leave it.
        let cost = if others > 0 { 0 } else { limit.cost };
        return Limit { cost, ..*limit };
    }
    let of_others = |left: i64| left - left / sharing;
    let free = (limit.capacity - used).max(0);
    let more = (limit.capacity + limit.extra - used.max(limit.capacity)).max(0);
    // Below nothing where others buy some already: that is paid whatever members choose.
    Limit {
        capacity: limit.capacity - others - of_others(free),
        extra: limit.extra - of_others(more),
        ..*limit
    }
}

/// Cells of scarce stock.
type Cells = SmallVec<[u32; 4]>;

/// Which members compete for scarce stock.
struct Competing {
    /// Members that have a choice, those that lose most by theirs first.
    seeds: Vec<u32>,
    /// By member, what its patterns use; nothing of those that have no choice.
    cells: Vec<Cells>,
    /// By cell, members with patterns that use it.
    users: HashMap<u32, Vec<u32>>,
}

impl Competing {
    fn new(flat: &Flat<'_>, prices: &[i64], patterns: &[Vec<Chosen>], standing: &Standing) -> Self {
        let cells_of = |member: usize| -> Cells {
            let (chunk, _) = flat.place(member);
            let candidates = patterns[member].iter().flatten();
            let mut cells: Cells = candidates
                .flat_map(|&candidate| chunk.uses_of(candidate as usize))
                .map(|used| used.row)
                .filter(|&row| flat.is_stock[row as usize] && prices[row as usize] > 0)
                .collect();
            cells.sort_unstable();
            cells.dedup();
            cells
        };
        // What a member that has a choice loses by it, with what it competes for.
        let look = |member: usize| -> Option<(i64, Cells)> {
            let (patterns, chosen) = (&patterns[member], &standing.chosen[member]);
            let worth = |chosen: &Chosen| reduced(flat, prices, member as u32, chosen);
            let best = patterns.iter().map(worth).max().unwrap_or(0).max(0);
            let regret = best - worth(chosen);
            // Nothing is a choice, too, where it is better.
            let has_choice = regret > 0 || patterns.iter().any(|one| one != chosen);
            has_choice.then(|| (regret, cells_of(member)))
        };
        let looked: Vec<_> = (0..patterns.len()).into_par_iter().map(look).collect();
        let mut seeds: Vec<(i64, u32)> = Vec::new();
        let mut cells: Vec<Cells> = Vec::with_capacity(looked.len());
        for (member, looked) in (0..).zip(looked) {
            seeds.extend(looked.iter().map(|(regret, _)| (*regret, member)));
            cells.push(looked.map(|(_, cells)| cells).unwrap_or_default());
        }
        seeds.par_sort_unstable_by_key(|&(regret, member)| (std::cmp::Reverse(regret), member));
        let seeds: Vec<u32> = seeds.into_iter().map(|(_, member)| member).collect();
        let mut users: HashMap<u32, Vec<u32>> = HashMap::new();
        for &member in &seeds {
            for &cell in &cells[member as usize] {
                users.entry(cell).or_default().push(member);
            }
        }
        Self {
            seeds,
            cells,
            users,
        }
    }

    /// Blocks of so many members at most, none in two of them, around seeds that were in none before. `last`: by member, the
    /// number of the side that it was in last, 0 where in none.
    fn side(
        &self,
        seeds: &mut impl Iterator<Item = u32>,
        size: usize,
        (number, last): (u32, &mut [u32]),
    ) -> Vec<Vec<u32>> {
        let mut side = Vec::new();
        while side.len() < SIDE {
            let mut block: Vec<u32> = Vec::new();
            while block.len() < size
                && let Some(seed) = seeds.find(|seed| last[*seed as usize] == 0)
            {
                self.add_around((seed, size), (number, last), &mut block);
            }
            if block.is_empty() {
                break;
            }
            side.push(block);
        }
        side
    }

    /// Adds a member with those that compete with it, directly or by others, the nearest first, until a block has so many; none
    /// that is on this side already.
    fn add_around(
        &self,
        (seed, most): (u32, usize),
        (number, last): (u32, &mut [u32]),
        block: &mut Vec<u32>,
    ) {
        let mut asked: HashSet<u32> = HashSet::new();
        let mut next = block.len();
        last[seed as usize] = number;
        block.push(seed);
        while let Some(&member) = block.get(next) {
            next += 1;
            for &cell in &self.cells[member as usize] {
                if !asked.insert(cell) {
                    continue;
                }
                for &user in &self.users[&cell] {
                    if block.len() == most {
                        return;
                    }
                    if std::mem::replace(&mut last[user as usize], number) != number {
                        block.push(user);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GoalKind;
    use crate::options::LOADS_LIMIT;
    use crate::solve::component::Member;
    use crate::solve::joint::{Prices, is_kept, pool, replan, start, worth_of};
    use crate::solve::wide::tests::tiny::Draw;
    use crate::solve::wide::tests::{Listed, draw_prices, drawn};
    use crate::solve::worth::Weights;
    use std::sync::atomic::AtomicBool;
    use std::time::{Duration, Instant};

    /// Plans from nothing, then by blocks of so many orders, then all together: what each is worth, all kept.
    fn planned(
        seed: u64,
        (size, enough): (usize, Option<i128>),
        control: &Control<'_>,
    ) -> [i128; 3] {
        let listed = Listed::new(drawn(seed), LOADS_LIMIT);
        let context = listed.context();
        let all = listed.dataset.order_indices();
        let listed_orders = all.filter(|&order| !listed.options(order).wide);
        let members: Vec<Member<'_>> = listed_orders
            .map(|order| Member::new(&context, order))
            .collect();
        let rows: Vec<u32> = (0..listed.coupling.rows.len() as u32).collect();
        let weights = Weights::of_goal(GoalKind::Profit);
        let flat = Flat::new(&context, &members, &rows, weights, &[]);
        let sequence: Vec<u32> = (0..members.len() as u32).rev().collect();
        let first = start(&flat, &sequence, None, &|| false);
        let of_rows = draw_prices(&mut Draw::new(seed), rows.len());
        let bound = pool::price_all(&flat, &of_rows).bound;
        let settled = Settled::of(Prices { of_rows, bound });
        let near = Near {
            enough,
            blocks: usize::MAX,
            pays: None,
            reach: i64::MAX / 4,
            patterns: 1_000 * members.len(),
            gap: 0,
            seconds: 60.0,
            iterations: None,
            seed: 1,
        };
        let blocks = by_blocks_of(size, &flat, (&flat, &settled), &first, near, control);
        let blocks = blocks.chosen.expect("there is always a plan");
        let near = Near {
            enough: None,
            ..near
        };
        let together = replan(&flat, (&flat, &settled, bound), &first, near, control);
        let together = together.chosen.unwrap_or_else(|| first.clone());
        [first, blocks, together].map(|plan| {
            assert!(is_kept(&flat, &plan), "seed {seed}");
            worth_of(&flat, &plan)
        })
    }

    #[test]
    fn blocks_gain_keep_what_is_shared_and_come_to_no_more_than_all_together() {
        let interrupt = AtomicBool::new(false);
        let deadline = Instant::now() + Duration::from_secs(600);
        let control = Control::new(deadline, &interrupt, &|_| {});
        let (mut gained, mut whole) = (0, 0);
        for seed in 0..250 {
            let [first, blocks, together] = planned(seed, (2, None), &control);
            // The solver may stop one unit of worth short.
            assert!(
                first <= blocks && blocks <= together + 1_000,
                "seed {seed}: {first}, {blocks}, {together}"
            );
            gained += usize::from(blocks > first);
            whole += usize::from(together > first && together - blocks <= 1_000);
        }
        assert!(gained > 10, "only {gained} plans became better");
        assert!(whole > 10, "only {whole} became as good as all together");
    }

    #[test]
    fn blocks_end_where_a_plan_is_worth_enough() {
        let interrupt = AtomicBool::new(false);
        let deadline = Instant::now() + Duration::from_secs(600);
        let control = Control::new(deadline, &interrupt, &|_| {});
        let mut gained = 0;
        for seed in 0..250 {
            let [first, kept, _] = planned(seed, (2, Some(i128::MIN)), &control);
            let [_, whole, _] = planned(seed, (2, Some(i128::MAX)), &control);
            assert_eq!(first, kept, "seed {seed}");
            gained += usize::from(whole > first);
        }
        assert!(gained > 10, "only {gained} plans would have become better");
    }

    #[test]
    fn blocks_go_on_as_long_as_they_bring_a_part_of_what_is_missing() {
        let pays = |enough, part, gained| pays((enough, part), gained, 900);
        assert!(pays(Some(1_000), Some(20), 5));
        assert!(!pays(Some(1_000), Some(20), 4));
        assert!(pays(Some(1_000), None, 0) && pays(None, Some(20), 0));
    }

    #[test]
    fn what_blocks_may_use_comes_to_what_is_left() {
        let limit = |capacity, extra| Limit {
            capacity,
            extra,
            cost: 7,
            is_open: false,
        };
        let told = |limit: Limit| (limit.capacity, limit.extra);
        // Nine of ten are used, five of them by others: five by oneself or, with another, half of what is left.
        assert_eq!(told(left_of(&limit(10, 0), 9, 4, 1)), (5, 0));
        assert_eq!(told(left_of(&limit(10, 0), 9, 4, 2)), (4, 0));
        // Others use more than there is for nothing.
        assert_eq!(told(left_of(&limit(10, 6), 13, 2, 1)), (-1, 6));
        // Ten are promised, eight are sent, three of them by these: whoever sends one less pays for it.
        assert_eq!(told(left_of(&limit(-10, 10), -8, -3, 1)), (-5, 10));
        for capacity in -3..6 {
            for extra in [0, 1, 4] {
                for used in capacity - 2..=capacity + extra {
                    for (one, other) in [(0, 0), (1, 2), (3, 1), (-2, -1)] {
                        let limit = limit(capacity, extra);
                        let each = [one, other].map(|own| {
                            let left = left_of(&limit, used, own, 2);
                            assert!(left.allows(own), "{left:?} {own}");
                            left.capacity + left.extra - own
                        });
                        assert!(used + each[0] + each[1] <= capacity + extra);
                        // By itself, what more or less of it costs is what it costs.
                        let alone = left_of(&limit, used, one, 1);
                        for more in -3..=alone.capacity + alone.extra - one {
                            let (now, then) = (limit.cost_of(used), limit.cost_of(used + more));
                            let told = alone.cost_of(one + more) - alone.cost_of(one);
                            assert_eq!(told, then - now, "{alone:?} {one} {more}");
                        }
                    }
                }
            }
        }
    }
}
