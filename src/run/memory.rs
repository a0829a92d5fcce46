//! How much memory planning takes: estimated before, and what the process has used.

use super::load::Counts;
use crate::domain::{Dataset, LocationKind, Method, Settings, Strategy, Transfer};
use crate::options::{self, Cut, KEPT_CANDIDATES};
use bytesize::ByteSize;

/// The program itself, its threads and small tables.
const PROGRAM: u64 = 40_000_000;
/// An order: its row of the table, of the dataset and of what is written.
const ORDER: u64 = 350;
/// A line: the same, and where it comes from.
const LINE: u64 = 400;
/// A stock cell: the same.
const STOCK_CELL: u64 = 150;
/// An order that is planned by prices: the least that the pool of patterns holds of it.
const PLANNED_ORDER: u64 = 800;
/// A candidate that is listed, where searches look at it, with its part of the pool of patterns; and what making lists takes.
const CANDIDATE: u64 = 100;
/// The same where orders may go by a hub: their lists are kept beside that.
const CANDIDATE_BY_HUB: u64 = 170;
/// A candidate of an order all of whose candidates are kept from the beginning: once as they are, once without those
/// that no best plan needs.
const KEPT_CANDIDATE: u64 = 360;
/// A candidate that is a column of the solver's model.
const COLUMN: u64 = 2_500;
/// Columns that may be in the solver at a time where it is not asked to take all.
const SOME_COLUMNS: usize = 60_000;

/// What planning a scenario takes, in bytes, tables and dataset in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// Whatever is looked at.
    fixed: u64,
    /// A candidate that is listed.
    candidate: u64,
    /// Candidates of all orders that may be kept from the beginning.
    pub kept: usize,
    /// As a rule.
    pub usual: u64,
    /// At least, where as little is looked at as may be.
    pub least: u64,
}

impl Need {
    /// Estimates it from how much there is to plan, and from what some of the orders could do.
    pub fn of(dataset: &Dataset, settings: &Settings, counts: &Counts) -> Self {
        let bytes = |count: usize, each: u64| count as u64 * each;
        let fixed = PROGRAM
            + bytes(counts.orders, ORDER)
            + bytes(counts.lines, LINE)
            + bytes(counts.stock_cells, STOCK_CELL);
        let is_hub = |it: &Transfer| dataset.locations[it.to.ix()].kind == LocationKind::Hub;
        let candidate = if dataset.transfers.iter().any(is_hub) {
            CANDIDATE_BY_HUB
        } else {
            CANDIDATE
        };
        if settings.strategy == Strategy::Rules {
            return Self {
                fixed,
                candidate,
                kept: KEPT_CANDIDATES,
                usual: fixed,
                least: fixed,
            };
        }
        let fixed = fixed + bytes(counts.orders, PLANNED_ORDER);
        let room = |limit: u64| limit.saturating_sub(fixed) / KEPT_CANDIDATE;
        let room = settings.memory.map_or(u64::MAX, room);
        let kept = KEPT_CANDIDATES.min(usize::try_from(room).unwrap_or(usize::MAX));
        let expected = options::expected(dataset, settings, kept);
        let each = match (settings.method, expected.may_be_fewer) {
            (Method::Exact, _) => KEPT_CANDIDATE + COLUMN,
            (_, false) => KEPT_CANDIDATE,
            (_, true) => candidate,
        };
        let in_solver = match (settings.method, expected.may_be_fewer) {
            (Method::Auto, false) => expected.candidates.min(SOME_COLUMNS),
            _ => 0,
        };
        let usual = fixed + bytes(expected.candidates, each) + bytes(in_solver, COLUMN);
        let least = if expected.may_be_fewer {
            usual.min(fixed + bytes(counts.orders, Cut::LEAST as u64 * candidate))
        } else {
            usual
        };
        Self {
            fixed,
            candidate,
            kept,
            usual,
            least,
        }
    }

    /// Candidates of all orders together that there is room for where no more than this is allowed.
    pub fn candidates_within(&self, limit: Option<u64>) -> usize {
        let room = limit.map(|_| self.within(limit).saturating_sub(self.fixed) / self.candidate);
        room.map_or(usize::MAX, |room| {
            usize::try_from(room).unwrap_or(usize::MAX)
        })
    }

    /// What it takes where no more than this is allowed.
    pub fn within(&self, limit: Option<u64>) -> u64 {
        limit.map_or(self.usual, |limit| limit.max(self.least).min(self.usual))
    }
}

/// Why a scenario is refused that needs more than it may have; `None`: it is not.
pub fn refused(settings: &Settings, need: Need) -> Option<String> {
    let limit = settings.memory.filter(|&limit| need.least > limit)?;
    Some(format!(
        "{}: planning takes about {} at least, and solver.memory is {}; allow more, or plan fewer orders at a time",
        settings.name,
        told_size(need.least),
        ByteSize::b(limit).display().si()
    ))
}

/// A size in words, rounded up: what is told is enough.
pub fn told_size(bytes: u64) -> String {
    const STEP: u64 = 100_000;
    let bytes = bytes.div_ceil(STEP).saturating_mul(STEP);
    ByteSize::b(bytes).display().si().to_string()
}

/// How many scenarios may be planned side by side, of so many at most: as many as the largest fit into a limit together.
pub fn side_by_side(mut needs: Vec<u64>, limit: u64, most: usize) -> usize {
    needs.sort_unstable_by_key(|&need| std::cmp::Reverse(need));
    let mut left = Some(limit);
    let fit = needs.iter().take_while(|&&need| {
        left = left.and_then(|left| left.checked_sub(need));
        left.is_some()
    });
    fit.count().min(most).max(1)
}

/// The most memory that was resident at once, in bytes; `None` where the system does not tell.
pub fn peak_memory_bytes() -> Option<u64> {
    kibibytes("/proc/self/status", "VmHWM:")
}

/// Memory that the machine has left, in bytes; `None` where it does not tell.
pub fn available_memory_bytes() -> Option<u64> {
    let machine = kibibytes("/proc/meminfo", "MemAvailable:")?;
    let number = |file: &str| -> Option<u64> {
        let text = std::fs::read_to_string(format!("/sys/fs/cgroup/{file}")).ok()?;
        text.trim().parse().ok()
    };
    // In a container there may be less.
    let within = number("memory.max").zip(number("memory.current"));
    let within = within.map(|(most, used)| most.saturating_sub(used));
    Some(within.map_or(machine, |within| within.min(machine)))
}

fn kibibytes(file: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_scenarios_go_side_by_side_as_the_largest_fit() {
        assert_eq!(side_by_side(vec![1, 5, 4], 9, 8), 2);
        assert_eq!(side_by_side(vec![1, 5, 4], 10, 8), 3);
        assert_eq!(side_by_side(vec![1, 5, 4], 10, 2), 2);
        assert_eq!(side_by_side(vec![20], 10, 2), 1);
        assert_eq!(side_by_side(vec![u64::MAX, u64::MAX], u64::MAX, 2), 1);
    }

    #[test]
    fn a_limit_leaves_room_for_candidates_beyond_what_is_fixed() {
        let need = Need {
            fixed: 1_000,
            candidate: 50,
            kept: 0,
            usual: 10_000,
            least: 2_000,
        };
        assert_eq!(need.candidates_within(None), usize::MAX);
        assert_eq!(need.candidates_within(Some(3_000)), 2_000 / 50);
        // What is usual is enough.
        assert_eq!(need.candidates_within(Some(50_000)), 9_000 / 50);
        assert_eq!(need.within(None), 10_000);
        assert_eq!(need.within(Some(5_000)), 5_000);
        assert_eq!(need.within(Some(50_000)), 10_000);
    }
}
