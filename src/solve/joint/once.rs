//! What an order pays once, whatever number of its shipments use it: rows of limits that count orders.
//!
//! Each candidate by itself pays for all that it uses. For sets of such rows the best pattern is found as if they were paid for in
//! advance, and the best of all sets is the best pattern.

use super::flat::Flat;
use super::search::{Ask, Found, NEVER, is_one};
use crate::domain::WaveIx;
use crate::solve::pattern::{deliveries_at_most, pieces_at_most};
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet};

/// Sets of rows at most that are tried as paid for.
const SETS: usize = if cfg!(test) { 4 } else { 64 };

/// Some rows, ascending.
type Rows = SmallVec<[u32; 4]>;

/// Rows that several of an order's candidates use and the order pays once: what is paid of them in advance.
#[derive(Clone, Debug)]
pub struct Paid {
    /// By row, ascending: by how much less each candidate pays.
    rebates: SmallVec<[(u32, i64); 4]>,
    /// What is paid.
    pub cost: i64,
}

impl Paid {
    /// By how much less a candidate pays for a row.
    fn rebate(&self, row: u32) -> i64 {
        let of_row = self.rebates.iter().find(|rebate| rebate.0 == row);
        of_row.map_or(0, |rebate| rebate.1)
    }
}

/// The waves of some candidates.
#[derive(Clone, Copy, Debug)]
struct Berths {
    first: WaveIx,
    /// Whether two of them, or one twice, could be in one pattern.
    go_together: bool,
}

impl Berths {
    /// Whether one of these and one of others could be in one pattern.
    fn go_with(self, other: Self) -> bool {
        self.go_together || other.go_together || !is_one(self.first, other.first)
    }
}

/// Some sets of rows with all that several of them make together, where that is meant; `None`: too many.
fn united(sets: &BTreeSet<Rows>, is_meant: impl Fn(&Rows) -> bool) -> Option<BTreeSet<Rows>> {
    let mut all = sets.clone();
    let mut latest: Vec<Rows> = sets.iter().cloned().collect();
    while let Some(one) = latest.pop() {
        for other in sets {
            let mut both: Rows = one.iter().chain(other).copied().collect();
            both.sort_unstable();
            both.dedup();
            if is_meant(&both) && all.insert(both.clone()) {
                latest.push(both);
            }
            if all.len() > SETS {
                return None;
            }
        }
    }
    Some(all)
}

impl<V: Fn(usize) -> i64> Ask<'_, V> {
    /// Rows that the order may use several times and pays once, so that whatever pattern is best, with one of these sets of
    /// rows paid for in advance, or with none, each of its candidates pays what it should. Where there are too many sets,
    /// those of limits that have one row here; of the others each candidate pays its part, as if as many as could be used
    /// it: what is best is then only a bound.
    pub fn paid_once(&self, flat: &Flat<'_>) -> Vec<Paid> {
        if flat.once.is_empty() || self.prices.is_empty() {
            return Vec::new();
        }
        let chunk = self.chunk;
        let member = &flat.members[chunk.begin + self.order];
        let dataset = member.dataset();
        let lines = dataset.lines_of(member.order);
        let shipments = deliveries_at_most(&dataset.orders[member.order.ix()], lines) as usize;
        let has_hub = chunk.has_hub[self.order];
        if shipments < 2 && !has_hub {
            return Vec::new();
        }
        // Feeders of a hub each take a piece of a line at least.
        let legs = shipments
            + if has_hub {
                pieces_at_most(lines) as usize
            } else {
                0
            };
        let has_price = |row: u32| self.prices[row as usize] > 0 && flat.counts_once(row);
        let mut of_candidates: BTreeMap<Rows, Berths> = BTreeMap::new();
        for candidate in chunk.candidates(self.order) {
            let uses = chunk.uses_of(candidate);
            let mut rows: Rows = uses.map(|it| it.row).filter(|&it| has_price(it)).collect();
            rows.sort_unstable();
            if rows.is_empty() {
                continue;
            }
            let first = chunk.berth(candidate);
            let alone = Berths {
                first,
                go_together: false,
            };
            let twice = alone.go_with(alone);
            let known = of_candidates.entry(rows).or_insert(alone);
            known.go_together |= twice || known.go_with(alone);
        }
        // What two candidates use, or one that is there twice.
        let mut shared: BTreeSet<Rows> = BTreeSet::new();
        for (position, (one, berths)) in of_candidates.iter().enumerate() {
            if berths.go_together {
                shared.insert(one.clone());
            }
            let later = of_candidates.iter().skip(position + 1);
            for (other, _) in later.filter(|(_, other)| berths.go_with(**other)) {
                let both = one.iter().filter(|row| other.contains(row));
                shared.insert(both.copied().collect());
            }
        }
        shared.remove(&Rows::new());
        let all = if legs > 2 {
            // Of one limit no more rows than there are pairs of shipments.
            united(&shared, |rows| flat.most_of_one_limit(rows) <= legs / 2)
        } else {
            Some(shared.clone())
        };
        match all.filter(|all| all.len() <= SETS) {
            Some(all) => all.iter().map(|rows| self.paid(rows, &[], legs)).collect(),
            None => self.paid_in_part(flat, shared, legs),
        }
    }

    /// Some rows paid for in advance, others in part.
    fn paid(&self, rows: &[u32], in_part: &[u32], legs: usize) -> Paid {
        let price = |row: u32| self.prices[row as usize];
        let whole = rows.iter().map(|&row| (row, price(row)));
        let part = |&row: &u32| (row, price(row) - price(row) / legs as i64);
        let mut rebates: SmallVec<[(u32, i64); 4]> =
            whole.chain(in_part.iter().map(part)).collect();
        rebates.sort_unstable();
        Paid {
            rebates,
            cost: rows.iter().map(|&row| price(row)).sum(),
        }
    }

    /// Sets of those rows that are the only ones of their limits, the others paid in part.
    fn paid_in_part(&self, flat: &Flat<'_>, shared: BTreeSet<Rows>, legs: usize) -> Vec<Paid> {
        let rows: BTreeSet<u32> = shared.iter().flatten().copied().collect();
        let is_single = |row: &u32| {
            let mut others = rows.iter().filter(|other| *other != row);
            !others.any(|other| flat.once[*other as usize] == flat.once[*row as usize])
        };
        let (single, others): (Vec<u32>, Vec<u32>) = rows.iter().partition(|row| is_single(row));
        let only = |rows: &Rows| -> Rows {
            let each = rows.iter().copied();
            each.filter(|row| single.contains(row)).collect()
        };
        let singles: BTreeSet<Rows> = shared.iter().map(only).collect();
        match united(&singles, |_| true) {
            Some(mut all) => {
                all.insert(Rows::new());
                let each = all.iter();
                each.map(|rows| self.paid(rows, &others, legs)).collect()
            }
            None => {
                let rows: Vec<u32> = rows.into_iter().collect();
                vec![self.paid(&[], &rows, legs)]
            }
        }
    }

    /// The same as if some rows were paid for.
    pub fn paying<'s>(&'s self, paid: &'s Paid) -> Ask<'s, impl Fn(usize) -> i64 + 's> {
        let value = |candidate: usize| match (self.value)(candidate) {
            NEVER => NEVER,
            worth => {
                let uses = self.chunk.uses_of(candidate);
                worth + uses.map(|used| paid.rebate(used.row)).sum::<i64>()
            }
        };
        Ask {
            chunk: self.chunk,
            order: self.order,
            terms: self.terms,
            value,
            prices: &[],
        }
    }

    /// Patterns that were found with some rows paid for in advance: each pays once for what it uses.
    pub fn correct(&self, flat: &Flat<'_>, paid: Option<&Paid>, found: &mut [Found]) {
        for one in found {
            let uses = one
                .chosen
                .iter()
                .flat_map(|&it| self.chunk.uses_of(it as usize));
            let once = uses.filter(|used| flat.counts_once(used.row));
            let mut rows: SmallVec<[u32; 8]> = once.map(|used| used.row).collect();
            rows.sort_unstable();
            for same in rows.chunk_by(|one, other| one == other) {
                let price = self.prices[same[0] as usize];
                let freed = paid.map_or(0, |paid| paid.rebate(same[0]));
                one.worth += price * (same.len() as i64 - 1) - freed * same.len() as i64;
            }
        }
    }
}
