//! Options near to each order's best, for data of which not all can be kept.
//!
//! Prices are never negative, so that no pattern is worth more at prices than without. Without prices, a candidate
//! with the best that could ship beside it tells what any pattern with it is worth at most: what is far from the order's best is left out, and the most that
//! anything left out could come to is kept as `beyond`, which the bound counts as if it could be had for nothing. Where
//! prices bring an order's listed best close to that, it is listed again, deeper.

use super::component::{Component, Context};
use super::joint::{self, Flat, Rounds};
use super::outcome::{Control, Outcome, Size};
use super::pairing::{Pairing, Tables};
use super::pattern::pieces_at_most;
use super::rules::Shop;
use super::stages::{Method, Progressed};
use super::wide::{beyond_listed, beyond_reach};
use super::worth::Weights;
use super::{Totals, outcome};
use crate::domain::OrderIx;
use crate::model::{GoalKind, Scarcity, could_bind, drop_dominated};
use crate::options::{Candidate, Options, OrderOptions};
use crate::plan::Plan;
use crate::units::Money;
use rayon::prelude::*;

/// Orders whose worth tells the scale of things.
const SAMPLED: usize = 256;

/// Share of an order's usual worth that is listed at first, one in so many.
const FIRST_REACH: i64 = 12;

/// Candidates of an order beyond those that a bound needs, at most.
const SPARE: usize = 32;

/// Candidates of an order at most.
const MOST: usize = 768;

/// How options are listed, order by order.
struct Lister<'a> {
    shop: Shop<'a>,
    options: &'a Options,
    binding: &'a [bool],
}

impl Lister<'_> {
    /// All options of an order but the useless ones.
    fn all(&self, order: OrderIx) -> OrderOptions {
        let Shop {
            dataset,
            settings,
            coupling,
        } = self.shop;
        let mut options = self.options.of(dataset, settings, order).into_owned();
        drop_dominated(dataset, coupling, self.binding, order, &mut options);
        options
    }

    /// What is near to an order's best without prices.
    fn first(&self, order: OrderIx, reach: i64, least: &[i64]) -> OrderOptions {
        let mut all = self.all(order);
        let outlook = self.outlook(order, &all, least);
        let best = outlook.iter().copied().max().unwrap_or(0);
        keep(&mut all, &outlook, best, best - reach);
        all
    }

    /// Members listed deeper than they are, with the position now of each candidate before.
    fn again(
        &self,
        lists: &Lists,
        shallow: &[(u32, i64)],
        depth: i64,
    ) -> Vec<(u32, OrderOptions, Vec<Option<u32>>)> {
        let one = |&(member, best): &(u32, i64)| {
            let order = OrderIx::new(member as usize);
            let mut all = self.all(order);
            let outlook = self.outlook(order, &all, &lists.least);
            keep(&mut all, &outlook, best, best - depth);
            let numbers = numbers_now(&lists.scarcity.orders[member as usize], &all);
            (member, all, numbers)
        };
        shallow.par_iter().map(one).collect()
    }

    /// By candidate, the most that a pattern with it is worth at the least prices, and so at any.
    fn outlook(&self, order: OrderIx, options: &OrderOptions, least: &[i64]) -> Vec<i64> {
        let dataset = self.shop.dataset;
        let lines = dataset.lines_of(order);
        let data = &dataset.orders[order.ix()];
        let candidates = &options.candidates;
        let has_hub = candidates.iter().any(|one| one.hub_wave().is_some());
        let pairing = (!has_hub).then(|| Pairing::new(lines, options)).flatten();
        let Some(pairing) = pairing else {
            // Nothing is told apart, and nothing left out.
            return vec![i64::MAX; candidates.len()];
        };
        let mut usage = Vec::new();
        let mut outlook: Vec<i64> = Vec::with_capacity(candidates.len());
        let mut of_loads = vec![i64::MIN; options.loads.len()];
        for candidate in candidates {
            let load = &options.loads[candidate.load as usize];
            self.shop.coupling.usage(dataset, data, load, candidate, &mut usage);
            let paid: i64 = usage.iter().map(|&(row, units)| least[row as usize] * units).sum();
            let late = if options.late_folded {
                0
            } else {
                data.late_cost_per_day.0 * i64::from(candidate.days_late)
            };
            let worth = candidate.gain.0 - paid;
            outlook.push(worth - late);
            let best = &mut of_loads[candidate.load as usize];
            *best = worth.max(*best);
        }
        let beside = pairing.most_beside(&of_loads, &mut Tables::default());
        let others = i64::from(data.max_shipments.min(pieces_at_most(lines)).max(1)) - 1;
        for (most, candidate) in outlook.iter_mut().zip(candidates) {
            *most += others * beside[candidate.load as usize].max(0);
        }
        outlook
    }
}

/// Lists of all orders under way.
struct Lists {
    scarcity: Scarcity,
    /// By coupling row, the price that none may fall below: what is left out is out by these.
    least: Vec<i64>,
}

/// Plans all orders by prices, each listed as deep as prices ask for.
pub fn solve(
    shop: Shop<'_>,
    options: &Options,
    weights: Weights,
    control: &Control<'_>,
) -> Outcome {
    let (dataset, coupling) = (shop.dataset, shop.coupling);
    let kinds = [GoalKind::Profit];
    let binding = could_bind(dataset, options, coupling);
    dbg_line("bound");
    let lister = Lister {
        shop,
        options,
        binding: &binding,
    };
    let orders: Vec<OrderIx> = (0..dataset.orders.len()).map(OrderIx::new).collect();
    let rows: Vec<u32> = (0..coupling.rows.len() as u32)
        .filter(|&row| binding[row as usize])
        .collect();
    let reach = usual_worth(&lister) / FIRST_REACH;
    let least = vec![0; coupling.rows.len()];
    let mut lists = Lists {
        scarcity: Scarcity {
            orders: orders
                .par_iter()
                .map(|&order| lister.first(order, reach, &least))
                .collect(),
            binding: binding.clone(),
        },
        least,
    };
    dbg_line("listed");
    let mut rounds: Option<Rounds> = None;
    loop {
        let context = Context {
            shop,
            scarcity: &lists.scarcity,
            weights,
        };
        let component = Component::new(context, &orders, rows.clone());
        let mut flat = Flat::new(
            &component.context,
            &component.members,
            &component.rows,
            Weights::of_goal(GoalKind::Profit),
            &[],
        );
        flat.least = rows.iter().map(|&row| lists.least[row as usize]).collect();
        {
            let c: usize = flat.chunks.iter().map(|c| c.worth.len()).sum();
            let u: usize = flat.chunks.iter().map(|c| c.uses.len()).sum();
            let se: usize = flat.chunks.iter().map(|c| c.searches.len()).sum();
            let l: usize = component.members.iter().map(|m| m.options.loads.len()).sum();
            let b: usize = component.members.iter().filter(|m| m.options.beyond.is_some()).count();
            dbg_line(&format!("layout: cands {c} uses {u} searched {se} loads {l} beyond {b} rows {}", flat.limits.len()));
        }
        let stop = || control.should_stop();
        let rounds = rounds.get_or_insert_with(|| Rounds::begin(&flat, &stop));
        let shallow = rounds.go_on(&flat, control);
        if let Some(shallow) = shallow {
            for (&row, price) in rows.iter().zip(rounds.least()) {
                let least = &mut lists.least[row as usize];
                *least = price.max(*least);
            }
            dbg_line("pdhg done");
            let depth = rounds.reach();
            dbg_line("relisting");
            let again = lister.again(&lists, &shallow, depth);
            rounds.relist(&again.iter().map(|(member, _, numbers)| (*member, numbers.clone())).collect::<Vec<_>>());
            for (member, options, _) in again {
                lists.scarcity.orders[member as usize] = options;
            }
            dbg_line("relisted");
            continue;
        }
        let chosen = joint::plan_at(&flat, rounds.pool(), rounds.best(), control);
        let choices = joint::choices_of(&flat, &chosen);
        let wide = beyond_listed(&component.context, &flat, rounds.best(), GoalKind::Profit);
        let vain = beyond_reach(&component.context, &flat, rounds.best(), &options.rates);
        let bound = rounds.best().bound + wide - vain;
        dbg_line(&format!("final {} wide {wide}", rounds.best().bound));
        drop(flat);
        let mut totals = Totals::new(&kinds, dataset, coupling, &binding);
        let size = Size {
            components: 1,
            largest_component: orders.len(),
            coupling_rows: rows.len(),
            ..Size::default()
        };
        let mut plan = Plan::default();
        plan.shipments.extend(component.shipments(&choices));
        plan.sort();
        totals.add(&Progressed {
            component,
            choices,
            bounds: vec![i64::try_from(bound).expect("total money is capped when data are read")],
            method: Method::Prices,
            size: (0, 0),
        });
        return outcome(plan, &totals, shop.settings, control, "prices", size);
    }
}

/// What an order is worth at its best, the mean of some.
fn usual_worth(lister: &Lister<'_>) -> i64 {
    let count = lister.shop.dataset.orders.len();
    let sampled = SAMPLED.min(count);
    let worth = |number: usize| {
        let order = OrderIx::new(number * count / sampled);
        let all = lister.all(order);
        let outlook = lister.outlook(order, &all, &vec![0; lister.shop.coupling.rows.len()]);
        let known = outlook.into_iter().filter(|&most| most < i64::MAX);
        known.max().unwrap_or(0).max(0)
    };
    let sum: i64 = (0..sampled).into_par_iter().map(worth).sum();
    sum / sampled.max(1) as i64
}

/// Where each candidate of a list is in another of the same order.
fn numbers_now(before: &OrderOptions, now: &OrderOptions) -> Vec<Option<u32>> {
    let same_load: Vec<Option<u32>> = before
        .loads
        .iter()
        .map(|load| {
            let found = now.loads.binary_search_by(|other| other.quantities.cmp(&load.quantities));
            found.ok().map(|position| position as u32)
        })
        .collect();
    // Candidates are in order of their loads.
    let each = before.candidates.iter();
    each.map(|candidate| {
        let load = same_load[candidate.load as usize]?;
        let from = now.candidates.partition_point(|other| other.load < load);
        let of_load = now.candidates[from..].iter().take_while(|other| other.load == load);
        let same = |other: &Candidate| {
            (other.wave, other.route, other.parcels, other.days_late, other.forward)
                == (
                    candidate.wave,
                    candidate.route,
                    candidate.parcels,
                    candidate.days_late,
                    candidate.forward,
                )
        };
        let mut of_load = of_load.enumerate();
        of_load.find(|(_, other)| same(other)).map(|(offset, _)| (from + offset) as u32)
    })
    .collect()
}

/// Keeps candidates by which an order could be worth at least what is needed, some more down to a floor, and the loads
/// that they carry.
fn keep(options: &mut OrderOptions, outlook: &[i64], needed: i64, floor: i64) {
    let mut spare: Vec<i64> = outlook
        .iter()
        .copied()
        .filter(|&most| most < needed && most > floor)
        .collect();
    spare.sort_unstable_by_key(|&most| std::cmp::Reverse(most));
    let floor = spare.get(SPARE).copied().unwrap_or(floor);
    let mut all = outlook.to_vec();
    let floor = if all.len() > MOST {
        all.select_nth_unstable_by_key(MOST, |&most| std::cmp::Reverse(most));
        floor.max(all[MOST])
    } else {
        floor
    };
    let beyond = outlook.iter().copied().filter(|&most| most <= floor).max();
    // Nothing is worth nothing.
    options.beyond = beyond.filter(|&most| most > 0).map(Money);
    let mut position = 0;
    options.candidates.retain(|_| {
        position += 1;
        outlook[position - 1] > floor
    });
    let mut used = vec![false; options.loads.len()];
    for candidate in &options.candidates {
        used[candidate.load as usize] = true;
    }
    let mut numbers = vec![0; options.loads.len()];
    let mut next = 0;
    for (number, _) in numbers.iter_mut().zip(&used).filter(|(_, used)| **used) {
        *number = next;
        next += 1;
    }
    for candidate in &mut options.candidates {
        candidate.load = numbers[candidate.load as usize];
    }
    let mut position = 0;
    options.loads.retain(|_| {
        position += 1;
        used[position - 1]
    });
    options.candidates.shrink_to_fit();
    options.loads.shrink_to_fit();
    if options.wide {
        // What its selection leaves out is bounded apart.
        options.beyond = None;
    }
}

pub fn dbg_line(text: &str) {
    use std::io::Write;
    let mut f = std::fs::OpenOptions::new().append(true).create(true).open("/tmp/stats.txt").unwrap();
    let t = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    writeln!(f, "{:.2} {text}", t % 10000.0).ok();
}

pub fn env(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}
