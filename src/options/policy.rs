//! What business rules and refusals say about a line at a location.

use crate::domain::{Dataset, Demand, Line, LocationIx, Rule, ServiceIx};
use crate::units::Money;

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
    each.all(|(line, &units)| units == 0 || !is_carriage_barred(dataset, line, location, service))
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
    let rules = dataset.rules.iter().enumerate();
    let crowd = |(number, rule): (usize, &Rule)| {
        let Demand::Crowded(price) = rule.demand else {
            return None;
        };
        let has = |line: &Line| dataset.rule_numbers_of(line).contains(&(number as u16));
        let members = lines.iter().enumerate().filter(|(_, line)| has(line));
        let members: Vec<usize> = members.map(|(position, _)| position).collect();
        (members.len() > 1).then_some((price, members))
    };
    rules.filter_map(crowd).collect()
}

/// Lines of an order, by position, that rules keep at one location, a set for each rule that concerns two of them at least.
pub fn groups(dataset: &Dataset, lines: &[Line]) -> Vec<Vec<usize>> {
    let mut rules: Vec<u16> = lines
        .iter()
        .flat_map(|line| dataset.rule_numbers_of(line))
        .copied()
        .filter(|&rule| dataset.rules[usize::from(rule)].demand == Demand::Together)
        .collect();
    rules.sort_unstable();
    rules.dedup();
    let members = |rule: u16| -> Vec<usize> {
        let each = lines.iter().enumerate();
        let of_rule = each.filter(|(_, line)| dataset.rule_numbers_of(line).contains(&rule));
        of_rule.map(|(position, _)| position).collect()
    };
    let mut groups: Vec<Vec<usize>> = rules.into_iter().map(members).collect();
    // A line that may be split is kept together with itself.
    groups.retain(|group| {
        group.len() > 1
            || group
                .iter()
                .any(|&line| lines[line].line_max_shipments > 1 && lines[line].quantity > 1)
    });
    groups.dedup();
    groups
}
