//! What ships otherwise in one plan than in another.
//!
//! Units of an order line are *moved* in a dimension (location, wave, service) where both plans ship them, but from another
//! location, with another wave, by another service: what both ship of the line, less what both ship of it the same way.

use super::sheet::Sheet;
use std::collections::BTreeMap;

/// The dimensions, in the order of `Way`.
pub const DIMENSIONS: [&str; 3] = ["location", "wave", "service"];

/// How many flows the text tells of a dimension.
const FLOWS_TOLD: usize = 5;

/// Location, wave and service of units; a service is empty where no carrier takes them.
pub type Way = [String; 3];

/// Units by way, of one order line.
pub type Shipped = BTreeMap<Way, i64>;

/// All lines of a plan of which something ships, by order and line.
pub type Lines = BTreeMap<(String, String), Shipped>;

/// An order line that ships otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedLine {
    /// Order and line.
    pub key: (String, String),
    /// Units that ship in the first plan, and in the second.
    pub units: [i64; 2],
    /// How they ship in each.
    pub shipped: [Shipped; 2],
    /// Units moved, by dimension.
    pub moved: [i64; 3],
}

/// All lines that ship otherwise, by order and line.
pub fn moved_lines(first: &Lines, second: &Lines) -> Vec<MovedLine> {
    let mut keys: Vec<&(String, String)> = first.keys().chain(second.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let differs = |key: &&(String, String)| first.get(key) != second.get(key);
    let line = |key: &(String, String)| {
        let of = |lines: &Lines| lines.get(key).cloned().unwrap_or_default();
        let shipped = [of(first), of(second)];
        let units = [0, 1].map(|side: usize| shipped[side].values().sum::<i64>());
        let both = units[0].min(units[1]);
        MovedLine {
            key: key.clone(),
            moved: [0, 1, 2].map(|dimension| {
                let [one, other] = [0, 1].map(|side: usize| along(&shipped[side], dimension));
                let same = one
                    .iter()
                    .map(|(at, &units)| units.min(other.get(at).copied().unwrap_or(0)));
                both - same.sum::<i64>().min(both)
            }),
            units,
            shipped,
        }
    };
    keys.into_iter().filter(differs).map(line).collect()
}

/// Units by location, wave or service.
fn along(shipped: &Shipped, dimension: usize) -> BTreeMap<&str, i64> {
    let mut found: BTreeMap<&str, i64> = BTreeMap::new();
    for (way, units) in shipped {
        *found.entry(&way[dimension]).or_default() += units;
    }
    found
}

/// `moved_between.csv`.
pub fn moved_between_sheet(lines: &[MovedLine]) -> Sheet<'_> {
    let of = move |row: usize| &lines[row];
    let names = move |row: usize, side: usize, dimension: usize| {
        let found = along(&of(row).shipped[side], dimension);
        found.keys().copied().collect::<Vec<&str>>().join("|")
    };
    Sheet::new("moved_between", lines.len())
        .text("order_id", move |row| of(row).key.0.as_str())
        .text("line_id", move |row| of(row).key.1.as_str())
        .integer("units_first", move |row| of(row).units[0])
        .integer("units_second", move |row| of(row).units[1])
        .text("locations_first", move |row| names(row, 0, 0))
        .text("locations_second", move |row| names(row, 1, 0))
        .text("waves_first", move |row| names(row, 0, 1))
        .text("waves_second", move |row| names(row, 1, 1))
        .text("services_first", move |row| names(row, 0, 2))
        .text("services_second", move |row| names(row, 1, 2))
        .integer("units_moved_location", move |row| of(row).moved[0])
        .integer("units_moved_wave", move |row| of(row).moved[1])
        .integer("units_moved_service", move |row| of(row).moved[2])
}

/// Orders and units of some lines.
fn counted<'a>(lines: impl Iterator<Item = (&'a MovedLine, i64)>) -> [i64; 3] {
    let mut orders: Vec<&str> = vec![];
    let (mut count, mut units) = (0, 0);
    for (line, moved) in lines.filter(|(_, moved)| *moved > 0) {
        orders.push(&line.key.0);
        count += 1;
        units += moved;
    }
    orders.dedup();
    [orders.len() as i64, count, units]
}

/// Units that go from one name to another in a dimension, over all lines, the most first: what is less there against what is
/// more, in the order of names.
fn flows(lines: &[MovedLine], dimension: usize) -> Vec<(String, String, i64)> {
    let mut found: BTreeMap<(String, String), i64> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.moved[dimension] > 0) {
        let [one, other] = [0, 1].map(|side: usize| along(&line.shipped[side], dimension));
        let more = |one: &BTreeMap<&str, i64>, other: &BTreeMap<&str, i64>| -> Vec<(String, i64)> {
            let each = one.iter().map(|(at, units)| {
                let there = other.get(at).copied().unwrap_or(0);
                ((*at).to_owned(), units - there)
            });
            each.filter(|(_, units)| *units > 0).collect()
        };
        let (mut gone, mut come) = (more(&one, &other), more(&other, &one));
        let mut left = line.moved[dimension];
        while let (Some(from), Some(to), true) = (gone.last_mut(), come.last_mut(), left > 0) {
            let units = from.1.min(to.1).min(left);
            *found.entry((from.0.clone(), to.0.clone())).or_default() += units;
            left -= units;
            from.1 -= units;
            to.1 -= units;
            gone.retain(|it| it.1 > 0);
            come.retain(|it| it.1 > 0);
        }
    }
    let each = found.into_iter();
    let mut flows: Vec<(String, String, i64)> =
        each.map(|((from, to), units)| (from, to, units)).collect();
    flows.sort_by_key(|it| std::cmp::Reverse(it.2));
    flows
}

/// What moved, by dimension, for people.
pub fn moved_between_text(lines: &[MovedLine], names: [&str; 2]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["moved", "orders", "lines", "units"]);
    let mut add = |name: String, counts: [i64; 3]| {
        let [orders, lines, units] = counts.map(|count| count.to_string());
        table.add_row([name, orders, lines, units]);
    };
    for (dimension, name) in DIMENSIONS.iter().enumerate() {
        let of = lines.iter().map(|line| (line, line.moved[dimension]));
        add(format!("to another {name}"), counted(of));
    }
    for side in [0, 1] {
        let more = |line: &MovedLine| line.units[side] - line.units[1 - side];
        let of = lines.iter().map(|line| (line, more(line)));
        add(format!("shipped in {} alone", names[side]), counted(of));
    }
    for column in 1..4 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
    let mut text = format!("From {} to {}:\n{}\n", names[0], names[1], table.trim_fmt());
    for (dimension, name) in DIMENSIONS.iter().enumerate() {
        let flows = flows(lines, dimension);
        let shown = |name: &str| if name.is_empty() { "no carrier" } else { name }.to_owned();
        let told: Vec<String> = flows
            .iter()
            .take(FLOWS_TOLD)
            .map(|(from, to, units)| format!("{} → {}: {units}", shown(from), shown(to)))
            .collect();
        if !told.is_empty() {
            let more = flows.len().saturating_sub(FLOWS_TOLD);
            let more = if more > 0 {
                format!("; and {more} more ways")
            } else {
                String::new()
            };
            text += &format!("Units by {name}: {}{more}\n", told.join("; "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(of: &[(&str, &str, &str, i64)]) -> Lines {
        let mut found = Lines::new();
        for (order, location, service, units) in of {
            let way = [
                (*location).to_owned(),
                "monday".to_owned(),
                (*service).to_owned(),
            ];
            let line = found
                .entry(((*order).to_owned(), "1".to_owned()))
                .or_default();
            *line.entry(way).or_default() += units;
        }
        found
    }

    #[test]
    fn units_that_both_ship_are_moved_where_they_leave_elsewhere() {
        let first = lines(&[
            ("a", "LYON", "home", 3),
            ("b", "LYON", "home", 1),
            ("c", "LYON", "home", 2),
        ]);
        let second = lines(&[
            ("a", "LYON", "home", 1),
            ("a", "LILLE", "home", 2),
            ("b", "LYON", "point", 1),
            ("d", "LILLE", "home", 4),
        ]);
        let moved = moved_lines(&first, &second);
        let told: Vec<(&str, [i64; 2], [i64; 3])> = moved
            .iter()
            .map(|it| (it.key.0.as_str(), it.units, it.moved))
            .collect();
        assert_eq!(
            told,
            [
                ("a", [3, 3], [2, 0, 0]),
                ("b", [1, 1], [0, 0, 1]),
                ("c", [2, 0], [0, 0, 0]),
                ("d", [0, 4], [0, 0, 0])
            ]
        );
        assert_eq!(
            flows(&moved, 0),
            [("LYON".to_owned(), "LILLE".to_owned(), 2)]
        );
    }

    #[test]
    fn plans_that_ship_alike_have_nothing_moved() {
        let same = lines(&[("a", "LYON", "home", 3)]);
        assert_eq!(moved_lines(&same, &same.clone()), []);
    }
}
