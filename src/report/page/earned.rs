//! Money: from revenue to margin, from another scenario to this one, and who earns what.

use super::parts::{Cell, Row, Segment, Table};
use super::words::{count, group, money, several, shown, signed};
use crate::report::digest::{Group, Groups};
use crate::units::Money;
use crate::verify::Account;

/// Kinds of money, by what they do to the margin.
fn steps(account: &Account) -> [(&'static str, Money); 13] {
    [
        ("revenue", account.revenue),
        ("goods", -account.goods),
        ("ageing credit", account.ageing_credit),
        ("picking", -account.picking),
        ("packing", -account.packing),
        ("carriage", -account.carriage),
        ("transfers", -account.transfer),
        ("fixed and closing costs, overtime, shortfall", {
            -(account.fixed + account.overtime + account.shortfall)
        }),
        ("profit", account.profit()),
        ("lateness (penalty)", -account.late),
        ("unfilled units (penalty)", -account.unfilled),
        ("CO₂ (penalty)", -account.co2),
        ("preferences of rules", account.preference),
    ]
}

/// Where in [`steps`] the subtotal stands.
const PROFIT: usize = 8;

fn columns(table: Table, currency: &str) -> Table {
    table
        .words("")
        .number("amount", currency)
        .number("so far", currency)
        .bar("")
}

/// From revenue down to the margin.
pub(super) fn statement(account: &Account, currency: &str) -> Table {
    let mut table = columns(Table::new("From revenue to margin"), currency);
    let most = account
        .revenue
        .as_f64()
        .max(account.cost().as_f64())
        .max(1.0);
    let mut so_far = Money::ZERO;
    for (place, (name, amount)) in steps(account).into_iter().enumerate() {
        if place == PROFIT {
            table.rows.push(level(name, amount, (0.0, most)));
        } else if amount != Money::ZERO {
            table.rows.push(step(name, amount, so_far, (0.0, most)));
            so_far += amount;
        }
    }
    table
        .rows
        .push(level("margin", account.margin(), (0.0, most)));
    table.noted("Profit is money only; the margin has the penalties in, which nobody pays. Margin is what is maximised where profit is the goal.")
}

/// From the margin of another scenario to this one's, by kind of money.
pub(super) fn bridge(from: (&str, &Account), to: (&str, &Account), currency: &str) -> Table {
    let caption = format!("From the margin of {} to that of {}", from.0, to.0);
    let mut table = columns(Table::new(caption), currency);
    let pairs = steps(from.1).into_iter().zip(steps(to.1));
    let differences: Vec<(&str, Money)> = pairs
        .enumerate()
        .filter(|(place, ((_, was), (_, is)))| *place != PROFIT && was != is)
        .map(|(_, ((name, was), (_, is)))| (name, is - was))
        .collect();
    let mut levels = vec![from.1.margin()];
    for (_, by) in &differences {
        levels.push(*levels.last().expect("it began with one") + *by);
    }
    let values = || levels.iter().map(|level| level.as_f64());
    let (low, high) = (
        values().fold(f64::MAX, f64::min),
        values().fold(f64::MIN, f64::max),
    );
    let room = ((high - low) * 0.15).max(1.0);
    let range = (low - room, high + room);
    table.rows.push(level(from.0, from.1.margin(), range));
    for ((name, by), so_far) in differences.into_iter().zip(levels) {
        table.rows.push(step(name, by, so_far, range));
    }
    table.rows.push(level(to.0, to.1.margin(), range));
    table.noted("A cost that falls is a gain. The bars do not begin at zero.")
}

fn place((low, high): (f64, f64), value: Money) -> f64 {
    (value.as_f64() - low) / (high - low).max(f64::MIN_POSITIVE)
}

fn step(name: &str, amount: Money, so_far: Money, range: (f64, f64)) -> Row {
    let tone = if amount < Money::ZERO { "loss" } else { "gain" };
    let (from, to) = (place(range, so_far), place(range, so_far + amount));
    Row {
        cells: vec![
            Cell::Words(name.to_owned()),
            Cell::Number(signed(amount)),
            Cell::Number(money(so_far + amount)),
            Cell::Bar(vec![Segment::new(from, to, tone)]),
        ],
        is_sum: false,
    }
}

fn level(name: &str, amount: Money, range: (f64, f64)) -> Row {
    let zero = place(range, Money::ZERO).clamp(0.0, 1.0);
    Row {
        cells: vec![
            Cell::Words(name.to_owned()),
            Cell::Number(String::new()),
            Cell::Number(money(amount)),
            Cell::Bar(vec![Segment::new(zero, place(range, amount), "level")]),
        ],
        is_sum: true,
    }
}

/// Who earns what, by one kind of key.
pub(super) fn groups(groups: &Groups, currency: &str, file: Option<(String, String)>) -> Table {
    let by = group(&groups.by);
    let mut table = Table::new(format!("By {by}"))
        .words(by)
        .number("units", "")
        .number("revenue", currency)
        .number("goods", currency)
        .number("fulfilment", currency)
        .number("penalties", currency)
        .number("margin", currency)
        .bar("")
        .of_file(file)
        .folded();
    let sums = groups.rows.iter().map(|row| &row.sum);
    let margins = || sums.clone().map(|sum| sum.margin.as_f64());
    let low = margins().fold(0.0, f64::min);
    let range = (low, margins().fold(0.0, f64::max).max(low + 1.0));
    for row in &groups.rows {
        let mut cells = vec![Cell::Key(shown(&row.key))];
        cells.extend(sums_of(&row.sum));
        let tone = if row.sum.margin < Money::ZERO {
            "loss"
        } else {
            "gain"
        };
        let (zero, end) = (place(range, Money::ZERO), place(range, row.sum.margin));
        cells.push(Cell::Bar(vec![Segment::new(zero, end, tone)]));
        table.row(cells);
    }
    let named = groups
        .rows
        .iter()
        .filter(|row| row.key != crate::ledger::UNASSIGNED);
    let left = groups.count - named.count() as i64;
    if let Some(others) = &groups.others {
        let mut cells = vec![Cell::Words(format!(
            "{} between",
            several(left, "other", "others")
        ))];
        cells.extend(sums_of(others));
        cells.push(Cell::Bar(vec![]));
        table.row(cells);
    }
    let mut cells = vec![Cell::Words("all".to_owned())];
    cells.extend(sums_of(&groups.total));
    cells.push(Cell::Bar(vec![]));
    table.sum(cells);
    if left > 0 {
        table.note = format!(
            "Of {} rows, those with the highest and the lowest margin are shown.",
            count(groups.count)
        );
    }
    table
}

fn sums_of(sum: &Group) -> Vec<Cell> {
    vec![
        Cell::Number(count(sum.units)),
        Cell::Number(money(sum.revenue)),
        Cell::Number(money(sum.goods)),
        Cell::Number(money(sum.fulfilment)),
        Cell::Number(money(sum.penalties)),
        Cell::Number(money(sum.margin)),
    ]
}
