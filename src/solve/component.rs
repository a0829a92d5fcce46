//! A component: orders that share something scarce, and what their choices come to.

use super::alike::Start;
use super::pattern::{Search, Terms, Worth, leaving};
use super::remaining::{Remaining, merged};
use super::rules::{Placed, Shop, pieces_of};
use super::worth::Weights;
use crate::domain::{Dataset, LocationIx, OrderIx};
use crate::model::{GoalKind, Scarcity, Usage, merge_rows};
use crate::options::{Candidate, OrderOptions, gathered, scatter_cost};
use crate::plan::Shipment;
use crate::units::Money;

/// Uses that are gathered before equal rows are added.
const MERGED: usize = 1 << 16;

/// What all components of a scenario are planned with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Data, settings and what orders share.
    pub shop: Shop<'a>,
    /// Options without the useless ones, and the rows that can bind.
    pub scarcity: &'a Scarcity,
    /// Lexicographic goals as numbers.
    pub weights: Weights,
    /// What to begin with.
    pub start: Start<'a>,
}

impl<'a> Context<'a> {
    /// The options of an order.
    pub fn options(&self, order: OrderIx) -> &'a OrderOptions {
        &self.scarcity.orders[order.ix()]
    }
}

/// An order with its options.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    /// Which.
    pub order: OrderIx,
    /// Its options.
    pub options: &'a OrderOptions,
    dataset: &'a Dataset,
}

impl<'a> Member<'a> {
    /// An order of a scenario.
    pub fn new(context: &Context<'a>, order: OrderIx) -> Self {
        Self::of(context, order, context.options(order))
    }

    /// An order with options of one's own.
    pub fn of(context: &Context<'a>, order: OrderIx, options: &'a OrderOptions) -> Self {
        Self {
            order,
            options,
            dataset: context.shop.dataset,
        }
    }

    /// The data that it is of.
    pub fn dataset(&self) -> &'a Dataset {
        self.dataset
    }

    /// Whether chosen candidates break a rule of the order that searches leave out.
    pub fn breaks_a_rule(&self, chosen: &[u32]) -> bool {
        super::pattern::breaks_a_rule(self.dataset, self.order, self.options, chosen)
    }

    /// The search of its patterns.
    pub fn search(&self) -> Search<'a> {
        Search::new(self.dataset, self.order, self.options)
    }

    /// Its best pattern by itself, whatever others need.
    pub fn best(&self, weights: &Weights) -> super::pattern::Pattern {
        let lines = self.dataset.lines_of(self.order);
        let worths: Vec<Worth> = self
            .options
            .candidates
            .iter()
            .map(|candidate| {
                let load = &self.options.loads[candidate.load as usize];
                weights.candidate(lines, load, candidate)
            })
            .collect();
        let terms = weights.terms(self.dataset, self.order, self.options);
        self.search().best(&worths, terms)
    }

    /// What chosen candidates use of rows that can bind, each row once.
    pub fn usage_of(&self, context: &Context<'_>, chosen: &[u32]) -> Vec<Usage> {
        let order = &self.dataset.orders[self.order.ix()];
        let mut found = Vec::new();
        let mut usage = Vec::new();
        for &position in chosen {
            let candidate = &self.options.candidates[position as usize];
            let load = self.options.load_of(self.dataset, self.order, candidate);
            let coupling = context.shop.coupling;
            coupling.usage(self.dataset, order, &load, candidate, &mut found);
            let binding = |usage: &&Usage| context.scarcity.binding[usage.0 as usize];
            usage.extend(found.iter().filter(binding).copied());
        }
        context.shop.coupling.merge_of_order(&mut usage);
        usage
    }

    /// What chosen candidates earn beyond their own worth: lines and orders in full, less lateness.
    pub fn beyond(&self, chosen: &[u32], terms: Terms) -> Worth {
        let counted = self.count(chosen, &[]);
        let mut worth = terms.per_full_line * counted.full_lines as Worth;
        if counted.all_full {
            worth += terms.if_full;
        }
        let scattered = terms.scattered(self.scatter_cost(chosen, &[]));
        worth - terms.late(counted.days_late.into()) - scattered
    }

    /// What rules take for locations beyond the first that lines leave which are better together.
    pub fn scatter_cost(&self, chosen: &[u32], placed: &[Placed]) -> Money {
        let lines = self.dataset.lines_of(self.order);
        let gathered = gathered(self.dataset, lines);
        if gathered.is_empty() {
            return Money::ZERO;
        }
        let placed: Vec<(LocationIx, Vec<u32>)> = placed
            .iter()
            .filter(|placed| !self.forwards(placed))
            .map(|placed| {
                let location = self.dataset.waves[placed.shipment.wave.ix()].location;
                (location, self.units_of(placed))
            })
            .collect();
        let placed = placed.iter().map(|(place, units)| (*place, &units[..]));
        let listed = leaving(self.dataset, self.options, chosen);
        scatter_cost(&gathered, listed.chain(placed))
    }

    /// Whether a shipment is a hub's, which takes no stock.
    fn forwards(&self, placed: &Placed) -> bool {
        let mut slots = self.options.slots.iter();
        slots.any(|slot| slot.wave == placed.shipment.wave && slot.forward)
    }

    /// Units that a shipment carries, by line.
    fn units_of(&self, placed: &Placed) -> Vec<u32> {
        let lines = &self.dataset.orders[self.order.ix()].lines;
        placed.shipment.units_by_line(lines)
    }

    /// What chosen candidates count towards a goal that counts things or revenue.
    pub fn count_of_chosen(&self, chosen: &[u32], kind: GoalKind) -> i64 {
        self.counted_for(&self.count(chosen, &[]), kind)
    }

    fn count(&self, chosen: &[u32], placed: &[Placed]) -> Counted {
        let lines = self.dataset.lines_of(self.order);
        let mut filled = vec![0_u32; lines.len()];
        let mut days_late = placed
            .iter()
            .map(|placed| placed.days_late)
            .max()
            .unwrap_or(0);
        for placed in placed.iter().filter(|placed| !self.forwards(placed)) {
            for (sum, units) in filled.iter_mut().zip(self.units_of(placed)) {
                *sum += units;
            }
        }
        for candidate in self.picked(chosen) {
            if candidate.reaches_customer() {
                days_late = days_late.max(candidate.days_late);
            }
            if !candidate.forward {
                let load = &self.options.loads[candidate.load as usize];
                for (sum, units) in filled.iter_mut().zip(&load.quantities) {
                    *sum += units;
                }
            }
        }
        let full_lines = lines
            .iter()
            .zip(&filled)
            .filter(|(line, units)| line.quantity == **units)
            .count();
        Counted {
            full_lines,
            all_full: full_lines == lines.len(),
            filled,
            days_late,
        }
    }

    fn counted_for(&self, counted: &Counted, kind: GoalKind) -> i64 {
        match kind {
            GoalKind::FillUnits => counted.filled.iter().map(|&units| i64::from(units)).sum(),
            GoalKind::FillLines => counted.full_lines as i64,
            GoalKind::FillOrders => i64::from(counted.all_full),
            GoalKind::FillValue => self
                .dataset
                .lines_of(self.order)
                .iter()
                .zip(&counted.filled)
                .map(|(line, &units)| line.unit_price.0 * i64::from(units))
                .sum(),
            GoalKind::LateOrders => i64::from(counted.days_late > 0),
            GoalKind::Profit | GoalKind::Cost => 0,
        }
    }

    /// Money that a choice gains, lateness in.
    fn money_of(&self, choice: &Choice) -> Worth {
        let late_cost = self.dataset.orders[self.order.ix()].late_cost_per_day.0;
        let mut money: i64 = choice.placed.iter().map(|placed| placed.gain.0).sum();
        let mut late = choice
            .placed
            .iter()
            .map(|placed| placed.days_late)
            .max()
            .unwrap_or(0);
        for candidate in self.picked(&choice.chosen) {
            money += candidate.gain.0;
            if candidate.reaches_customer() && !self.options.late_folded {
                late = late.max(candidate.days_late);
            }
        }
        let scattered = self.scatter_cost(&choice.chosen, &choice.placed);
        Worth::from(money - scattered.0) - Worth::from(late_cost) * Worth::from(late)
    }

    /// A goal's value in a choice, counted from nothing shipped, apart from what is shared.
    pub fn goal_of(&self, choice: &Choice, kind: GoalKind) -> i64 {
        match kind {
            GoalKind::Profit => to_i64(self.money_of(choice)),
            GoalKind::Cost => to_i64(-self.money_of(choice)),
            _ => self.counted_for(&self.count(&choice.chosen, &choice.placed), kind),
        }
    }

    /// The most that any plan could count of this order towards a goal that counts things or revenue.
    pub fn most_of(&self, kind: GoalKind) -> i64 {
        let lines = self.dataset.lines_of(self.order);
        let filled: Vec<u32> = lines
            .iter()
            .enumerate()
            .map(|(line, data)| {
                let one = self.most_units(line);
                // Several pieces may add up to the whole quantity.
                if data.line_max_shipments > 1 && one > 0 {
                    data.quantity
                } else {
                    one
                }
            })
            .collect();
        let full_lines = lines
            .iter()
            .zip(&filled)
            .filter(|(line, units)| line.quantity == **units)
            .count();
        let counted = Counted {
            full_lines,
            all_full: full_lines == lines.len(),
            filled,
            days_late: 0,
        };
        self.counted_for(&counted, kind)
    }

    fn most_units(&self, line: usize) -> u32 {
        let listed = self
            .options
            .candidates
            .iter()
            .filter(|candidate| !candidate.forward)
            .map(|candidate| self.options.loads[candidate.load as usize].quantities[line]);
        let wide = self
            .options
            .slots
            .iter()
            .filter(|slot| !slot.forward)
            .map(|slot| slot.limits[line]);
        listed.chain(wide).max().unwrap_or(0)
    }

    /// Money that no plan of this order exceeds.
    pub fn most_money(&self, context: &Context<'_>) -> i64 {
        if self.options.wide {
            let free = vec![0; context.shop.coupling.rows.len()];
            return to_i64(super::wide::most_money(context, self, &free));
        }
        let listed = to_i64(self.best(&Weights::of_goal(GoalKind::Profit)).worth);
        self.options
            .beyond
            .map_or(listed, |beyond| beyond.0.max(listed))
    }

    fn picked<'b>(&'b self, chosen: &'b [u32]) -> impl Iterator<Item = &'b Candidate> {
        chosen
            .iter()
            .map(|&position| &self.options.candidates[position as usize])
    }
}

/// What a choice fills, and how late.
struct Counted {
    filled: Vec<u32>,
    full_lines: usize,
    all_full: bool,
    days_late: u32,
}

fn to_i64(worth: Worth) -> i64 {
    i64::try_from(worth).expect("total money is capped when data are read")
}

/// What one order does in a plan.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Positions of its candidates, ascending.
    pub chosen: Vec<u32>,
    /// Shipments of a wide order.
    pub placed: Vec<Placed>,
}

impl Choice {
    /// Whether nothing ships.
    pub fn is_nothing(&self) -> bool {
        self.chosen.is_empty() && self.placed.is_empty()
    }
}

/// Orders planned together.
pub struct Component<'a> {
    /// What it is planned with.
    pub context: Context<'a>,
    /// Its orders, in order.
    pub members: Vec<Member<'a>>,
    /// Rows that can bind and that they can use, in order.
    pub rows: Vec<u32>,
}

impl<'a> Component<'a> {
    /// Gathers orders; `rows` are those that can bind and that they can use, in order.
    pub fn new(context: Context<'a>, orders: &[OrderIx], rows: Vec<u32>) -> Self {
        let member = |&order: &OrderIx| Member::new(&context, order);
        Self {
            members: orders.iter().map(member).collect(),
            context,
            rows,
        }
    }

    /// Candidates in all.
    pub fn columns(&self) -> usize {
        self.members
            .iter()
            .map(|member| member.options.candidates.len())
            .sum()
    }

    /// Its rows that are commitments.
    pub fn commitments(&self) -> Vec<u32> {
        let rows = &self.context.shop.coupling.rows;
        self.rows
            .iter()
            .copied()
            .filter(|&row| rows[row as usize].is_commitment())
            .collect()
    }

    /// What a member's choice uses of rows that can bind.
    pub fn usage_of(&self, member: usize, choice: &Choice) -> Vec<Usage> {
        let mut usage = self.members[member].usage_of(&self.context, &choice.chosen);
        for placed in &choice.placed {
            let binding = |usage: &&Usage| self.context.scarcity.binding[usage.0 as usize];
            usage.extend(placed.usage.iter().filter(binding).copied());
        }
        self.context.shop.coupling.merge_of_order(&mut usage);
        usage
    }

    /// What choices use in all.
    pub fn usage(&self, choices: &[Choice]) -> Vec<Usage> {
        let mut usage = Vec::new();
        let mut enough = MERGED;
        for (member, choice) in choices.iter().enumerate() {
            usage.extend(self.usage_of(member, choice));
            if usage.len() > enough {
                merge_rows(&mut usage);
                enough = MERGED.max(2 * usage.len());
            }
        }
        merged(usage)
    }

    /// Whether a plan keeps within what is shared.
    pub fn is_feasible(&self, choices: &[Choice]) -> bool {
        Remaining::new(self.context.shop.coupling).fits(&self.usage(choices))
    }

    /// A goal's value in a plan, counted from nothing shipped: fill and money gained or saved.
    pub fn goal_value(&self, choices: &[Choice], kind: GoalKind) -> i64 {
        let money = || {
            let each = self.members.iter().zip(choices);
            let alone: Worth = each.map(|(member, choice)| member.money_of(choice)).sum();
            let mut remaining = Remaining::new(self.context.shop.coupling);
            remaining.take(&self.usage(choices));
            alone - remaining.cost_of_rows(&self.rows)
        };
        match kind {
            GoalKind::Profit => to_i64(money()),
            GoalKind::Cost => to_i64(-money()),
            _ => self
                .members
                .iter()
                .zip(choices)
                .map(|(member, choice)| member.goal_of(choice, kind))
                .sum(),
        }
    }

    /// Whether a plan is better than another by the first goal in which they differ.
    pub fn is_better(&self, kinds: &[GoalKind], one: &[Choice], other: &[Choice]) -> bool {
        for &kind in kinds {
            let (one, other) = (self.goal_value(one, kind), self.goal_value(other, kind));
            if one != other {
                return (one > other) == kind.is_maximised();
            }
        }
        false
    }

    /// The shipments of a plan.
    pub fn shipments(&self, choices: &[Choice]) -> Vec<Shipment> {
        let mut shipments = Vec::new();
        for (member, choice) in self.members.iter().zip(choices) {
            shipments.extend(choice.placed.iter().map(|placed| placed.shipment.clone()));
            shipments.extend(member.shipments(&choice.chosen));
        }
        shipments
    }
}

impl Member<'_> {
    /// The shipments of chosen candidates.
    pub fn shipments<'b>(&'b self, chosen: &'b [u32]) -> impl Iterator<Item = Shipment> + 'b {
        self.picked(chosen).map(|candidate| Shipment {
            order: self.order,
            wave: candidate.wave,
            route: candidate.route,
            parcels: candidate.parcels,
            pieces: pieces_of(
                self.dataset,
                self.order,
                &self.options.load_of(self.dataset, self.order, candidate),
            ),
        })
    }
}

/// Rows that can bind and that an order can use.
pub fn rows_of(context: &Context<'_>, order: OrderIx) -> Vec<u32> {
    crate::model::most_used(
        context.shop.dataset,
        context.shop.coupling,
        order,
        context.options(order),
    )
    .into_iter()
    .map(|(row, _)| row)
    .filter(|&row| context.scarcity.binding[row as usize])
    .collect()
}
