//! What business rules and refusals say about a line at a location.

use super::reason::Reason;
use crate::domain::{Dataset, Demand, Line, LocationIx, ServiceIx};
use crate::units::Money;
use smallvec::SmallVec;

/// What keeps units of a line from leaving stock of a location, whatever carries them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// The location has declined the line.
    Declined,
    /// A rule forbids it, or requires another place.
    Rule,
}

/// What bars a line from a location's stock; `None`: nothing.
pub fn bar(dataset: &Dataset, line: &Line, location: LocationIx) -> Option<Bar> {
    if dataset.is_declined(line, location) {
        return Some(Bar::Declined);
    }
    let barred = barring(dataset, line, location).next().is_some();
    barred.then_some(Bar::Rule)
}

/// The rules, by number, that keep a line from a location's stock.
pub fn barring(dataset: &Dataset, line: &Line, location: LocationIx) -> impl Iterator<Item = u16> {
    let numbers = dataset.rule_numbers_of(line).iter().copied();
    numbers.filter(move |&number| {
        let rule = &dataset.rules[usize::from(number)];
        let here = rule.concerns_stock_of(location);
        match rule.demand {
            Demand::Forbid => here,
            Demand::Require => !rule.looks_at_carriage() && !here,
            _ => false,
        }
    })
}

/// Whether a rule keeps a line from a carrier's service at a location.
pub(super) fn is_carriage_barred(
    dataset: &Dataset,
    line: &Line,
    location: LocationIx,
    service: ServiceIx,
) -> bool {
    dataset.rules_of(line).any(|rule| {
        let here = rule.concerns_carriage(location, service);
        match rule.demand {
            Demand::Forbid => here,
            Demand::Require => rule.looks_at_carriage() && !here,
            _ => false,
        }
    })
}

/// Whether rules let a carrier's service take all lines of a load from a location.
pub fn may_carry(
    dataset: &Dataset,
    lines: &[Line],
    quantities: &[u32],
    location: LocationIx,
    service: ServiceIx,
) -> bool {
    let mut each = lines.iter().zip(quantities);
    dataset.rules.is_empty()
        || each.all(|(line, &units)| {
            units == 0 || !is_carriage_barred(dataset, line, location, service)
        })
}

/// What a rule gives a unit where it concerns it, or elsewhere.
fn preference(demand: Demand, here: bool) -> Money {
    match demand {
        Demand::Prefer(gain) if here => gain,
        Demand::Expect(loss) if !here => -loss,
        _ => Money::ZERO,
    }
}

/// What a unit of a line gains by rules where it leaves stock of a location.
pub(super) fn stock_preference(dataset: &Dataset, line: &Line, location: LocationIx) -> Money {
    let rules = dataset.rules_of(line);
    rules
        .filter(|rule| !rule.looks_at_carriage())
        .fold(Money::ZERO, |sum, rule| {
            sum + preference(rule.demand, rule.concerns_stock_of(location))
        })
}

/// What a unit of a line gains by rules where a carrier's service takes it from a location.
pub fn carriage_preference(
    dataset: &Dataset,
    line: &Line,
    location: LocationIx,
    service: ServiceIx,
) -> Money {
    let rules = dataset.rules_of(line);
    rules
        .filter(|rule| rule.looks_at_carriage())
        .fold(Money::ZERO, |sum, rule| {
            sum + preference(rule.demand, rule.concerns_carriage(location, service))
        })
}

/// Whether rules keep two lines of an order out of one shipment.
pub fn are_apart(dataset: &Dataset, one: &Line, other: &Line) -> bool {
    let apart = |rule: u16| dataset.rules[usize::from(rule)].demand == Demand::Apart;
    let of_one = dataset.rule_numbers_of(one).iter();
    let of_other = dataset.rule_numbers_of(other);
    let mut both = of_one.filter(|rule| of_other.contains(rule));
    both.any(|&rule| apart(rule))
}

/// What rules take off a shipment for lines of an order in it that are better apart.
pub fn crowding_cost(dataset: &Dataset, lines: &[Line], quantities: &[u32]) -> Money {
    let carried = || {
        lines
            .iter()
            .zip(quantities)
            .filter(|(_, units)| **units > 0)
    };
    let of_rules = carried().flat_map(|(line, _)| dataset.rule_numbers_of(line));
    let mut counted: Vec<(u16, Money)> = of_rules
        .filter_map(|&rule| match dataset.rules[usize::from(rule)].demand {
            Demand::Crowded(price) => Some((rule, price)),
            _ => None,
        })
        .collect();
    counted.sort_unstable();
    let of_rule = counted.chunk_by(|one, next| one.0 == next.0);
    of_rule
        .map(|lines| lines[0].1 * (lines.len() as i64 - 1))
        .sum()
}

/// Rules that ask for lines of an order to be apart at a price, with the lines by position.
pub fn crowds(dataset: &Dataset, lines: &[Line]) -> Vec<(Money, Vec<usize>)> {
    let mut crowds = concerned(dataset, lines, |demand| match demand {
        Demand::Crowded(price) => Some(price),
        _ => None,
    });
    crowds.retain(|(_, members)| members.len() > 1);
    crowds
}

/// Lines of an order, by position, that rules keep at one location, a set for each rule that concerns two of them at least.
pub fn groups(dataset: &Dataset, lines: &[Line]) -> Vec<Vec<usize>> {
    let kept = |demand| (demand == Demand::Together).then_some(());
    let each = concerned(dataset, lines, kept).into_iter();
    let each = each.map(|(_, members)| members);
    let mut groups: Vec<Vec<usize>> = each.filter(|it| could_scatter(lines, it)).collect();
    groups.dedup();
    groups
}

/// Rules that ask for lines of an order to leave one location at a price for each further one, with the lines by position.
pub fn gathered(dataset: &Dataset, lines: &[Line]) -> Vec<(Money, Vec<usize>)> {
    let mut gathered = concerned(dataset, lines, |demand| match demand {
        Demand::Scattered(price) if price > Money::ZERO => Some(price),
        _ => None,
    });
    gathered.retain(|(_, members)| could_scatter(lines, members));
    // Rules on the same lines ask for the same, each at its price.
    gathered.sort_by(|one, other| one.1.cmp(&other.1));
    gathered.dedup_by(|next, kept| {
        let same = next.1 == kept.1;
        if same {
            kept.0 += next.0;
        }
        same
    });
    gathered
}

/// Whether rules would have lines of an order leave one location, at a price or not.
pub fn are_better_together(dataset: &Dataset, lines: &[Line]) -> bool {
    !groups(dataset, lines).is_empty() || !gathered(dataset, lines).is_empty()
}

/// What rules take off an order for the locations beyond the first that its lines leave which are better together: told by
/// what leaves each location's stock, by line.
pub fn scatter_cost<'a>(
    gathered: &[(Money, Vec<usize>)],
    leaving: impl Iterator<Item = (LocationIx, &'a [u32])> + Clone,
) -> Money {
    let cost = |(price, lines): &(Money, Vec<usize>)| {
        let takes_any = |(_, units): &(LocationIx, &[u32])| lines.iter().any(|&it| units[it] > 0);
        let places = leaving
            .clone()
            .filter(takes_any)
            .map(|(location, _)| location);
        let mut places: SmallVec<[LocationIx; 4]> = places.collect();
        places.sort_unstable();
        places.dedup();
        *price * (places.len() as i64 - 1).max(0)
    };
    gathered.iter().map(cost).sum()
}

/// Why nothing of a line may ship any more: earlier runs have sent all that a split limit allows.
pub(super) fn used_up(dataset: &Dataset, line: &Line) -> Option<Reason> {
    if dataset.orders[line.order.ix()].max_shipments == 0 {
        Some(Reason::SplitLimit)
    } else if line.line_max_shipments == 0 {
        Some(Reason::LineSplitLimit)
    } else {
        None
    }
}

/// Whether lines could leave several locations: a line that may be split is together with itself.
fn could_scatter(lines: &[Line], members: &[usize]) -> bool {
    let may_split = |line: &Line| line.line_max_shipments > 1 && line.quantity > 1;
    members.len() > 1 || members.iter().any(|&line| may_split(&lines[line]))
}

/// What rules of a kind ask of an order, with the lines that each concerns, by position.
fn concerned<T>(
    dataset: &Dataset,
    lines: &[Line],
    asks: impl Fn(Demand) -> Option<T>,
) -> Vec<(T, Vec<usize>)> {
    if dataset.rules.is_empty() {
        return Vec::new();
    }
    let mut rules: Vec<u16> = lines
        .iter()
        .flat_map(|line| dataset.rule_numbers_of(line))
        .copied()
        .filter(|&rule| asks(dataset.rules[usize::from(rule)].demand).is_some())
        .collect();
    rules.sort_unstable();
    rules.dedup();
    let members = |rule: u16| {
        let each = lines.iter().enumerate();
        let of_rule = each.filter(|(_, line)| dataset.rule_numbers_of(line).contains(&rule));
        let of_rule = of_rule.map(|(position, _)| position).collect();
        Some((asks(dataset.rules[usize::from(rule)].demand)?, of_rule))
    };
    rules.into_iter().filter_map(members).collect()
}
