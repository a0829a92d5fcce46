//! Why each shipment leaves where it does: what it is worth, the next best for the same goods, and what keeps it from that.
//!
//! The *next best* of a shipment that takes stock is the way, of all from another location or by another route, that is worth
//! most for the same goods by itself: stock, waves, rules, handling and rate cards must allow it, what other shipments take is
//! not asked. Of a location's waves the first is the best, as a later one brings nothing sooner; where several are worth the
//! same, the first with room for it counts. A shipment to a hub is held against others to the same wave of that hub.

use super::hold::Hold;
use super::sharing::{Sharing, units_in};
use super::shipped::Shipped;
use crate::domain::{Dataset, LineIx, Objective, OrderIx, Settings, Strategy, WaveIx};
use crate::ledger::Ledger;
use crate::model::Usage;
use crate::options::{
    Asked, Beside, Elsewhere, KnownFares, RateIndex, best_from, waves_elsewhere, worth_as, worth_by,
};
use crate::plan::{Plan, Route, Shipment};
use crate::units::Money;
use crate::verify::{Audit, takes_stock};
use rayon::prelude::*;

/// Waves of a location that are looked at for one with room.
const WAVES_TRIED: usize = 8;

/// Orders that one thread looks at in one go.
const ORDERS_AT_ONCE: usize = 1024;

/// A way with what it pays of what is scarce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced {
    /// The way and its worth.
    pub way: Elsewhere,
    /// What its use of what orders share costs at the shadow prices.
    pub scarcity: Money,
}

/// Why a shipment leaves where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its position in the plan.
    pub shipment: u32,
    /// What is chosen.
    pub chosen: Priced,
    /// The next best.
    pub next: Option<Priced>,
    /// Whether there is room for it in what the plan leaves.
    pub next_is_free: bool,
    /// What keeps it from the next best.
    pub kept_by: Hold,
}

impl Choice {
    /// How much more it is worth by itself than the next best; negative where that would be worth more.
    pub fn difference(&self) -> Option<Money> {
        Some(self.chosen.way.gain - self.next?.way.gain)
    }
}

/// Units of a line that leave with one shipment, or stay unfilled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Which line.
    pub line: LineIx,
    /// How many units, ≥ 1.
    pub units: u32,
    /// Which of the choices; `None`: they stay unfilled.
    pub choice: Option<u32>,
}

/// All decisions of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// By line, by shipment; what stays unfilled last.
    pub rows: Vec<Decision>,
    /// By shipment that takes stock.
    pub choices: Vec<Choice>,
}

/// Looks at every choice of a plan.
pub fn decisions(deciding: Deciding<'_>, plan: &Plan, audit: &Audit, ledger: &Ledger) -> Decisions {
    let dataset = deciding.dataset;
    let of_order = |order: usize| {
        let order = OrderIx::new(order);
        let range = ledger.shipments_of(order);
        let shipments = &plan.shipments[range.clone()];
        let late = days_late(audit, range.clone());
        let mut found = Decisions::default();
        for position in 0..shipments.len() {
            if takes_stock(dataset, &shipments[position]) {
                let choice = deciding.choice(shipments, &late, position);
                found.choices.extend(choice.map(|choice| Choice {
                    shipment: (range.start + position) as u32,
                    ..choice
                }));
            }
        }
        found.rows = rows_of(dataset, order, range.start, shipments, &found.choices);
        found
    };
    let parts: Vec<Decisions> = (0..dataset.orders.len())
        .into_par_iter()
        .with_max_len(ORDERS_AT_ONCE)
        .map(of_order)
        .collect();
    let mut all = Decisions::default();
    all.rows
        .reserve(parts.iter().map(|part| part.rows.len()).sum());
    for part in parts {
        let first = all.choices.len() as u32;
        all.choices.extend(part.choices);
        all.rows.extend(part.rows.into_iter().map(|row| Decision {
            choice: row.choice.map(|choice| choice + first),
            ..row
        }));
    }
    all
}

/// What leaves of each line of an order, and what stays.
fn rows_of(
    dataset: &Dataset,
    order: OrderIx,
    first: usize,
    shipments: &[Shipment],
    choices: &[Choice],
) -> Vec<Decision> {
    let mut rows = vec![];
    for line in dataset.orders[order.ix()].line_indices() {
        let mut open = dataset.lines[line.ix()].quantity;
        for (number, choice) in choices.iter().enumerate() {
            let shipment = &shipments[choice.shipment as usize - first];
            let pieces = shipment.pieces.iter().filter(|piece| piece.line == line);
            let units: u32 = pieces.map(|piece| piece.quantity).sum();
            if units > 0 {
                open = open.saturating_sub(units);
                rows.push(Decision {
                    line,
                    units,
                    choice: Some(number as u32),
                });
            }
        }
        if open > 0 {
            rows.push(Decision {
                line,
                units: open,
                choice: None,
            });
        }
    }
    rows
}

/// What choices are judged by.
#[derive(Clone, Copy)]
pub struct Deciding<'a> {
    /// The data.
    pub dataset: &'a Dataset,
    /// How it was planned.
    pub settings: &'a Settings,
    /// Rate match.
    pub rates: &'a RateIndex,
    /// What the plan uses of what orders share.
    pub sharing: &'a Sharing<'a>,
}

/// A shipment among those of its order.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    /// All of the order.
    pub siblings: &'a [Shipment],
    /// Which of them; those from `position` up to `end` are taken as one.
    pub position: usize,
    /// Behind the last of them.
    pub end: usize,
    /// What they carry.
    pub shipped: &'a Shipped,
    /// What they use.
    pub own: &'a [Usage],
}

impl Placed<'_> {
    /// Those that are taken as one.
    pub(super) fn moved(&self) -> &[Shipment] {
        &self.siblings[self.position..self.end]
    }

    /// The other shipments of the order.
    fn others(&self) -> impl Iterator<Item = &Shipment> {
        let (before, from) = self.siblings.split_at(self.position);
        before.iter().chain(&from[self.end - self.position..])
    }
}

/// The next best way for a shipment.
struct Next {
    way: Elsewhere,
    /// What it would use of what orders share.
    usage: Vec<Usage>,
    /// What is in its way.
    hold: Option<Hold>,
}

impl Deciding<'_> {
    /// Why the shipment at a position of an order's leaves where it does; `late`: days late of each.
    fn choice(&self, shipments: &[Shipment], late: &[u32], position: usize) -> Option<Choice> {
        let shipment = &shipments[position];
        let shipped = Shipped::new(self.dataset, shipment);
        let asked = Asked {
            order: shipment.order,
            load: &shipped.load,
            late_already: late_of_others(late, position..position + 1),
            beside: Beside::all_but(shipments, position..position + 1),
        };
        let mut known = KnownFares::default();
        let (dataset, settings, rates) = (self.dataset, self.settings, self.rates);
        let chosen = worth_as(dataset, settings, rates, asked, shipment, &mut known)?;
        let mut own = vec![];
        let sharing = self.sharing;
        let moved = &shipments[position..=position];
        let here = (shipment.wave, shipment.route);
        sharing.usage_of(&shipped, here, moved, &mut own);
        let placed = Placed {
            siblings: shipments,
            position,
            end: position + 1,
            shipped: &shipped,
            own: &own,
        };
        let next = self.next_best(&placed, asked, &chosen, &mut known);
        let kept_by = match &next {
            None => Hold::NoOtherWay,
            Some(next) if next.way.gain <= chosen.gain => Hold::Chosen,
            Some(next) => {
                let free = || self.why_free(&placed, &chosen, next);
                next.hold.unwrap_or_else(free)
            }
        };
        let priced = |way: Elsewhere, usage: &[Usage]| Priced {
            way,
            scarcity: sharing.paid(usage),
        };
        Some(Choice {
            shipment: position as u32,
            chosen: priced(chosen, &own),
            next_is_free: next.as_ref().is_some_and(|next| next.hold.is_none()),
            next: next.map(|next| priced(next.way, &next.usage)),
            kept_by,
        })
    }

    /// The next best way for a shipment, what it would use, and what is in its way.
    fn next_best(
        &self,
        placed: &Placed<'_>,
        asked: Asked<'_>,
        chosen: &Elsewhere,
        known: &mut KnownFares,
    ) -> Option<Next> {
        let (dataset, settings, rates) = (self.dataset, self.settings, self.rates);
        let here = dataset.waves[chosen.wave.ix()].location;
        let places = waves_elsewhere(dataset, asked, WAVES_TRIED);
        let is_like = |wave: WaveIx, route: Route| {
            let is_here = route == chosen.route && dataset.waves[wave.ix()].location == here;
            !is_here && is_of_a_kind(route, chosen.route)
        };
        let firsts = places.iter().map(|(_, waves)| waves[0]);
        let best = best_from(dataset, settings, rates, asked, firsts, is_like, known);
        let (number, best) = best?;
        let mut first = None;
        for &wave in &places[number].1 {
            let way = if wave == best.wave {
                best
            } else {
                let there = (wave, best.route);
                match worth_by(dataset, settings, rates, asked, there, known) {
                    Some(way) if way.gain == best.gain => way,
                    _ => break,
                }
            };
            let mut usage = vec![];
            let there = (wave, way.route);
            let moved = placed.moved();
            (self.sharing).usage_of(placed.shipped, there, moved, &mut usage);
            let hold = self.in_the_way(placed, wave, &usage);
            let next = Next { way, usage, hold };
            if hold.is_none() {
                return Some(next);
            }
            first = first.or(Some(next));
        }
        first
    }

    /// What is in the way of a shipment, or several as one, if it left with a wave instead and used so much of what is shared.
    pub(super) fn in_the_way(
        &self,
        placed: &Placed<'_>,
        wave: WaveIx,
        usage: &[Usage],
    ) -> Option<Hold> {
        let sharing = self.sharing;
        if let Some(short) = sharing.short(usage, placed.own).next() {
            return Some(Hold::of_row(sharing.row(short.row).resource));
        }
        let location = self.dataset.waves[wave.ix()].location;
        let opening = sharing.opening_instead(placed.moved(), location);
        if !opening.barred_by.is_empty() {
            return Some(Hold::LocationCount);
        }
        if placed.others().any(|it| it.wave == wave) {
            return Some(Hold::SameWave);
        }
        let moved = placed.position..placed.end;
        let is_broken_up =
            (placed.shipped).is_broken_up(self.dataset, placed.siblings, wave, moved);
        is_broken_up.then_some(Hold::Together)
    }

    /// Why a way is not taken that is free and worth more by itself.
    fn why_free(&self, placed: &Placed<'_>, chosen: &Elsewhere, next: &Next) -> Hold {
        let sharing = self.sharing;
        let Next { way, usage, .. } = next;
        let location = self.dataset.waves[way.wave.ix()].location;
        let opening = sharing.opening_instead(placed.moved(), location);
        let costs_more = opening.cost >= way.gain - chosen.gain;
        let missing = placed.own.iter().any(|&(row, units)| {
            let data = sharing.row(row);
            data.is_commitment()
                && units_in(usage, row) < units
                && sharing.used[row as usize] <= data.capacity
        });
        if self.settings.strategy == Strategy::Rules {
            Hold::Rules
        } else if costs_more {
            Hold::FixedCost
        } else if sharing.bought(usage, placed.own).is_some() {
            Hold::Bought
        } else if missing {
            Hold::Commitment
        } else if self.settings.objective != Objective::Profit {
            Hold::EarlierGoal
        } else {
            Hold::NotTaken
        }
    }
}

/// Days late of each of some shipments.
pub(super) fn days_late(audit: &Audit, shipments: std::ops::Range<usize>) -> Vec<u32> {
    let each = audit.shipments[shipments].iter();
    each.map(|it| u32::try_from(it.days_late).unwrap_or(0))
        .collect()
}

/// Days late of the latest of an order's shipments but some.
pub(super) fn late_of_others(late: &[u32], but: std::ops::Range<usize>) -> u32 {
    let others = late[..but.start].iter().chain(&late[but.end..]);
    others.copied().max().unwrap_or(0)
}

/// Whether one route could stand in for another: both end with the customer, or in the same wave of a hub.
pub(super) fn is_of_a_kind(one: Route, other: Route) -> bool {
    match (one, other) {
        (Route::ToHub(_, wave), Route::ToHub(_, same)) => wave == same,
        (Route::ToHub(..), _) | (_, Route::ToHub(..)) => false,
        _ => true,
    }
}
