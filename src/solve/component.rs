//! A component: orders that share something scarce, with what is needed to plan them together.

use super::pattern::{IMPOSSIBLE, Search, Terms, Worth};
use super::remaining::{Remaining, merged};
use super::rules::{Placed, Shop, pieces_of, place};
use super::worth::Weights;
use crate::domain::{Dataset, OrderIx};
use crate::model::{GoalKind, Scarcity, Usage};
use crate::options::{Candidate, OrderOptions, unit_gain};
use crate::plan::Shipment;
use rayon::prelude::*;

/// What all components of a scenario are planned with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Data, settings and what orders share.
    pub shop: Shop<'a>,
    /// Options without the useless ones, and the rows that can bind.
    pub scarcity: &'a Scarcity,
    /// Lexicographic goals as numbers.
    pub weights: Weights,
}

impl<'a> Context<'a> {
    /// The options of an order.
    pub fn options(&self, order: OrderIx) -> &'a OrderOptions {
        &self.scarcity.orders[order.ix()]
    }
}

/// An order in a component.
pub struct Member<'a> {
    /// Which.
    pub order: OrderIx,
    /// Its options.
    pub options: &'a OrderOptions,
    /// Its patterns; of no use for a wide order.
    pub search: Search<'a>,
    /// Worth of each candidate by itself.
    pub worths: Vec<Worth>,
    /// What patterns earn beyond candidates.
    pub terms: Terms,
    /// Use of rows that can bind, by candidate.
    pub usage: Vec<Vec<Usage>>,
}

impl<'a> Member<'a> {
    /// An order with the worths of the scenario's goals.
    pub fn new(context: &Context<'a>, order: OrderIx) -> Self {
        Self::weighted(context, order, &context.weights)
    }

    /// An order with other worths.
    pub fn weighted(context: &Context<'a>, order: OrderIx, weights: &Weights) -> Self {
        let dataset = context.shop.dataset;
        let options = context.options(order);
        let lines = dataset.lines_of(order);
        let data = &dataset.orders[order.ix()];
        let mut found = Vec::new();
        let mut usage = Vec::with_capacity(options.candidates.len());
        let mut worths = Vec::with_capacity(options.candidates.len());
        for candidate in &options.candidates {
            let load = &options.loads[candidate.load as usize];
            context
                .shop
                .coupling
                .usage(dataset, data, load, candidate, &mut found);
            found.retain(|(row, _)| context.scarcity.binding[*row as usize]);
            usage.push(found.clone());
            worths.push(weights.candidate(lines, load, candidate));
        }
        Self {
            order,
            options,
            search: Search::new(dataset, order, options),
            worths,
            terms: weights.terms(dataset, order, options),
            usage,
        }
    }

    /// What a set of candidates uses together.
    pub fn usage_of(&self, chosen: &[u32]) -> Vec<Usage> {
        merged(
            chosen
                .iter()
                .flat_map(|&position| self.usage[position as usize].iter().copied())
                .collect(),
        )
    }

    /// Worth of a set of candidates by themselves, lateness and bonuses in.
    pub fn worth_of(&self, chosen: &[u32]) -> Worth {
        self.search.worth_of(chosen, &self.worths, self.terms)
    }
}

impl Member<'_> {
    /// Money that a choice gains, lateness in.
    fn money_of(&self, dataset: &Dataset, choice: &Choice) -> Worth {
        let late_cost = dataset.orders[self.order.ix()].late_cost_per_day.0;
        let mut money: i64 = choice.placed.iter().map(|placed| placed.gain.0).sum();
        let mut late = choice
            .placed
            .iter()
            .map(|placed| placed.days_late)
            .max()
            .unwrap_or(0);
        for candidate in self.picked(choice) {
            money += candidate.gain.0;
            if candidate.reaches_customer() && !self.options.late_folded {
                late = late.max(candidate.days_late);
            }
        }
        Worth::from(money) - Worth::from(late_cost) * Worth::from(late)
    }

    /// What a choice counts towards a goal that counts things or revenue.
    fn count_of(&self, dataset: &Dataset, choice: &Choice, kind: GoalKind) -> i64 {
        let lines = dataset.lines_of(self.order);
        let first = dataset.orders[self.order.ix()].lines.start;
        let mut filled = vec![0_u32; lines.len()];
        let mut late = choice.placed.iter().any(|placed| placed.days_late > 0);
        for placed in &choice.placed {
            let forward = self
                .options
                .slots
                .iter()
                .any(|slot| slot.wave == placed.shipment.wave && slot.forward);
            for piece in placed.shipment.pieces.iter().filter(|_| !forward) {
                filled[(piece.line.0 - first) as usize] += piece.quantity;
            }
        }
        for candidate in self.picked(choice) {
            late |= candidate.days_late > 0 && candidate.reaches_customer();
            let load = &self.options.loads[candidate.load as usize];
            for (sum, units) in filled
                .iter_mut()
                .zip(&load.quantities)
                .filter(|_| !candidate.forward)
            {
                *sum += units;
            }
        }
        let full = lines
            .iter()
            .zip(&filled)
            .filter(|(line, units)| line.quantity == **units)
            .count();
        match kind {
            GoalKind::FillUnits => filled.iter().map(|&units| i64::from(units)).sum(),
            GoalKind::FillLines => full as i64,
            GoalKind::FillOrders => i64::from(full == lines.len()),
            GoalKind::FillValue => lines
                .iter()
                .zip(&filled)
                .map(|(line, &units)| line.unit_price.0 * i64::from(units))
                .sum(),
            GoalKind::LateOrders => i64::from(late),
            GoalKind::Profit | GoalKind::Cost => 0,
        }
    }

    /// A goal's value in a choice, counted from nothing shipped, apart from what is shared.
    pub fn goal_of(&self, dataset: &Dataset, choice: &Choice, kind: GoalKind) -> i64 {
        match kind {
            GoalKind::Profit => to_i64(self.money_of(dataset, choice)),
            GoalKind::Cost => to_i64(-self.money_of(dataset, choice)),
            _ => self.count_of(dataset, choice, kind),
        }
    }

    /// The most that any plan could count of this order towards a goal that counts things or revenue.
    pub fn most_of(&self, dataset: &Dataset, kind: GoalKind) -> i64 {
        let lines = dataset.lines_of(self.order);
        let most: Vec<u32> = lines
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
        let full = lines
            .iter()
            .zip(&most)
            .filter(|(line, units)| line.quantity == **units)
            .count();
        match kind {
            GoalKind::FillUnits => most.iter().map(|&units| i64::from(units)).sum(),
            GoalKind::FillValue => lines
                .iter()
                .zip(&most)
                .map(|(line, &units)| line.unit_price.0 * i64::from(units))
                .sum(),
            GoalKind::FillLines => full as i64,
            GoalKind::FillOrders => i64::from(full == lines.len()),
            _ => 0,
        }
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

    /// Money that no plan of this order exceeds: its best pattern, or for a wide order all units at
    /// their best place with no carriage.
    pub fn most_money(&self, context: &Context<'_>) -> i64 {
        if !self.options.wide {
            let member = Member::weighted(context, self.order, &Weights::money_only());
            return to_i64(member.search.best(&member.worths, member.terms).worth);
        }
        let shop = context.shop;
        shop.dataset
            .lines_of(self.order)
            .iter()
            .enumerate()
            .map(|(position, line)| {
                let best = self
                    .options
                    .slots
                    .iter()
                    .filter(|slot| !slot.forward && slot.limits[position] > 0)
                    .map(|slot| unit_gain(shop.dataset, shop.settings, line, slot.wave).0)
                    .max()
                    .unwrap_or(0);
                best.max(0) * i64::from(line.quantity)
            })
            .sum()
    }

    fn picked<'b>(&'b self, choice: &'b Choice) -> impl Iterator<Item = &'b Candidate> {
        choice
            .chosen
            .iter()
            .map(|&position| &self.options.candidates[position as usize])
    }
}

fn to_i64(worth: Worth) -> i64 {
    i64::try_from(worth).expect("total money is capped when data are read")
}

/// What one order does in a plan.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Positions of its candidates.
    pub chosen: Vec<u32>,
    /// Shipments of a wide order.
    pub placed: Vec<Placed>,
    /// What it uses of rows that can bind.
    pub usage: Vec<Usage>,
    /// What it is worth by itself.
    pub worth: Worth,
}

/// Orders planned together.
pub struct Component<'a> {
    /// What it is planned with.
    pub context: Context<'a>,
    /// Its orders, in order.
    pub members: Vec<Member<'a>>,
    /// Rows that they can use, in order.
    pub rows: Vec<u32>,
}

impl<'a> Component<'a> {
    /// Gathers orders and the rows between them.
    pub fn new(context: Context<'a>, orders: &[OrderIx]) -> Self {
        let members: Vec<Member<'a>> = orders
            .par_iter()
            .map(|&order| Member::new(&context, order))
            .collect();
        let mut rows: Vec<u32> = members
            .iter()
            .flat_map(|member| rows_of(&context, member.order))
            .collect();
        rows.sort_unstable();
        rows.dedup();
        Self {
            context,
            members,
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

    /// Whether any order is wide.
    pub fn has_wide(&self) -> bool {
        self.members.iter().any(|member| member.options.wide)
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

    /// Worth of a plan: orders by themselves, less overtime, shortfall and fixed costs.
    pub fn worth(&self, choices: &[Choice]) -> Worth {
        let mut remaining = Remaining::new(self.context.shop.coupling);
        for choice in choices {
            remaining.take(&choice.usage);
        }
        let alone: Worth = choices.iter().map(|choice| choice.worth).sum();
        alone
            - self
                .context
                .weights
                .money(remaining.cost_of_rows(&self.rows))
    }

    /// The best choice of one order with what remains, at prices of rows where given (micro-units).
    pub fn choose(
        &self,
        member: usize,
        remaining: &Remaining<'_>,
        prices: Option<&[i64]>,
    ) -> Choice {
        let member = &self.members[member];
        if member.options.wide {
            return self.choose_wide(member, remaining);
        }
        let mut worths: Vec<Worth> = member
            .worths
            .iter()
            .zip(&member.usage)
            .map(|(&worth, usage)| {
                if !remaining.fits(usage) {
                    return IMPOSSIBLE;
                }
                let priced: Worth = prices.map_or(0, |prices| {
                    usage
                        .iter()
                        .map(|&(row, units)| Worth::from(prices[row as usize]) * Worth::from(units))
                        .sum()
                });
                worth
                    - self
                        .context
                        .weights
                        .money(remaining.marginal_cost(usage) + priced)
            })
            .collect();
        loop {
            let pattern = member.search.best(&worths, member.terms);
            let usage = member.usage_of(&pattern.chosen);
            if !pattern.relaxed && remaining.fits(&usage) {
                let worth = member.worth_of(&pattern.chosen);
                return Choice {
                    chosen: pattern.chosen,
                    placed: Vec::new(),
                    usage,
                    worth,
                };
            }
            // Its candidates fit one by one but not together: go without the last of them.
            let Some(&last) = pattern.chosen.last() else {
                return Choice::default();
            };
            worths[last as usize] = IMPOSSIBLE;
        }
    }

    fn choose_wide(&self, member: &Member<'_>, remaining: &Remaining<'_>) -> Choice {
        let placed = place(
            self.context.shop,
            remaining,
            member.order,
            &member.options.slots,
        );
        self.wide_choice(member.order, placed)
    }

    /// The choice of a wide order that these shipments make.
    pub fn wide_choice(&self, order: OrderIx, placed: Vec<Placed>) -> Choice {
        let dataset = self.context.shop.dataset;
        let used = placed
            .iter()
            .flat_map(|placed| placed.usage.iter().copied());
        let usage = used
            .filter(|(row, _)| self.context.scarcity.binding[*row as usize])
            .collect();
        let gain: i64 = placed.iter().map(|placed| placed.gain.0).sum();
        let late = placed
            .iter()
            .map(|placed| placed.days_late)
            .max()
            .unwrap_or(0);
        let late_cost = dataset.orders[order.ix()].late_cost_per_day.0 * i64::from(late);
        let worth = self.context.weights.money(Worth::from(gain - late_cost));
        Choice {
            chosen: Vec::new(),
            placed,
            usage: merged(usage),
            worth,
        }
    }

    /// Whether a plan keeps within what is shared.
    pub fn is_feasible(&self, choices: &[Choice]) -> bool {
        let mut used = Vec::new();
        for choice in choices {
            used.extend_from_slice(&choice.usage);
        }
        Remaining::new(self.context.shop.coupling).fits(&merged(used))
    }

    /// A goal's value in a plan, counted from nothing shipped: fill and money gained or saved.
    pub fn goal_value(&self, choices: &[Choice], kind: GoalKind) -> i64 {
        let money = || {
            let alone: Worth = self
                .members
                .iter()
                .zip(choices)
                .map(|(member, choice)| member.money_of(self.context.shop.dataset, choice))
                .sum();
            let mut remaining = Remaining::new(self.context.shop.coupling);
            for choice in choices {
                remaining.take(&choice.usage);
            }
            alone - remaining.cost_of_rows(&self.rows)
        };
        match kind {
            GoalKind::Profit => to_i64(money()),
            GoalKind::Cost => to_i64(-money()),
            _ => self
                .members
                .iter()
                .zip(choices)
                .map(|(member, choice)| member.count_of(self.context.shop.dataset, choice, kind))
                .sum(),
        }
    }

    /// The shipments of a plan.
    pub fn shipments(&self, choices: &[Choice]) -> Vec<Shipment> {
        let dataset = self.context.shop.dataset;
        let mut shipments = Vec::new();
        for (member, choice) in self.members.iter().zip(choices) {
            shipments.extend(choice.placed.iter().map(|placed| placed.shipment.clone()));
            shipments.extend(choice.chosen.iter().map(|&position| {
                let candidate = &member.options.candidates[position as usize];
                Shipment {
                    order: member.order,
                    wave: candidate.wave,
                    route: candidate.route,
                    parcels: candidate.parcels,
                    pieces: pieces_of(
                        dataset,
                        member.order,
                        &member.options.loads[candidate.load as usize],
                    ),
                }
            }));
        }
        shipments
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
