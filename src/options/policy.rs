//! What business rules and refusals say about a line at a location.

use crate::domain::{Dataset, Demand, Line, LocationIx, ServiceIx};
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
    let barred = dataset.rules_of(line).any(|rule| {
        let here = rule.concerns_stock_of(location);
        match rule.demand {
            Demand::Forbid => here,
            Demand::Require => !rule.looks_at_carriage() && !here,
            _ => false,
        }
    });
    barred.then_some(Bar::Rule)
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
