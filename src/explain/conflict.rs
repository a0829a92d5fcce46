//! What cannot hold together: the demand that orders are filled in full, and the limits and rules against it.
//!
//! Everything else here is wished for at a price, and the plan that ships nothing breaks no rule; so what can fail is only that
//! everything asked for is filled. A *conflict* is a set of orders, limits and rules of which none can be left out: with any one
//! of them gone, the rest holds. It is found by a deletion filter: one after the other is taken out, and stays out where the rest
//! still cannot hold. From there the smallest one is looked for. What holds is asked of the solver, filling before all else.

use super::smallest::{Answer, smallest};
use crate::domain::{
    Dataset, Demand, Fill, LocationIx, Objective, Open, Order, OrderIx, ServiceIx, Settings,
    ShipComplete, SkuIx, Strategy,
};
use crate::options::{self, skus_of};
use crate::solve::{Control, Known, solve};
use crate::verify::verify;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Orders at most that are looked at together.
pub const MOST_TOGETHER: usize = 60;

/// Seconds at most that one question to the solver takes.
const SECONDS: u64 = 10;

/// Questions to the solver at most, as a rule, for a smaller conflict than is known.
const QUESTIONS: usize = 300;

/// A limit or rule that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// Shipments at most of the orders.
    Splits,
    /// Pieces at most of their lines.
    Pieces,
    /// The least units of a piece, whole cases, and that lines ship whole.
    WholePieces,
    /// That a product ships alone.
    ShipAlone,
    /// A business rule, by number.
    Rule(u16),
    /// That locations have declined lines.
    Declined,
    /// That a location is closed.
    Closed(LocationIx),
    /// Special handling.
    Handling,
    /// The services that the orders allow.
    Services,
    /// Downtime.
    Downtime,
    /// Grace periods and scheduled dates.
    Dates,
    /// What there is of a product.
    Stock(SkuIx),
    /// Stock that is kept for channels.
    Reserves,
    /// Capacity of a location's waves.
    Capacity(LocationIx),
    /// Space of a carrier's service.
    Carrier(ServiceIx),
    /// The largest units and parcels that services take.
    Sizes,
}

/// A set of which nothing can be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Orders that cannot all be filled in full.
    pub orders: Vec<OrderIx>,
    /// The limits and rules against it; empty: even without any that can be left out no rate card or transfer reaches them.
    pub against: Vec<Held>,
    /// Whether no smaller set around its first order cannot hold, of the orders that were looked at with it.
    pub is_smallest: bool,
}

/// Which conflict is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Any of which nothing can be left out.
    Any,
    /// The smallest, which takes longer.
    Smallest,
}

/// What is found about orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holding {
    /// These cannot hold together.
    Conflict(Conflict),
    /// All orders looked at could be filled in full together; how many these are.
    AllHolds(usize),
}

/// Looks for a conflict around an order: in its own demand, else together with orders that want the same goods or count against the
/// same limits.
pub fn conflict_around(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    wanted: Wanted,
) -> Holding {
    // Of large data only these orders are looked at again and again.
    let mut few = rivals(dataset, order);
    few.push(order);
    few.sort_unstable();
    let small = only(dataset, &few);
    let place = few.partition_point(|&one| one < order);
    match conflict_among(&small, settings, OrderIx::new(place), wanted) {
        Holding::Conflict(found) => Holding::Conflict(Conflict {
            orders: found.orders.iter().map(|one| few[one.ix()]).collect(),
            ..found
        }),
        all_holds => all_holds,
    }
}

/// The same in data of few orders.
fn conflict_among(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    wanted: Wanted,
) -> Holding {
    let with_it = |others: &[OrderIx]| -> Vec<OrderIx> {
        std::iter::once(order)
            .chain(others.iter().copied())
            .collect()
    };
    // Orders that could be filled together without it: what breaks once it is there has to do with it. None, where it cannot be
    // filled by itself.
    let mut together = vec![];
    if holds(dataset, settings, &[order], &[]) {
        for other in rivals(dataset, order) {
            together.push(other);
            if !holds(dataset, settings, &together, &[]) {
                together.pop();
            }
        }
        if holds(dataset, settings, &with_it(&together), &[]) {
            return Holding::AllHolds(together.len() + 1);
        }
    }
    let mut fewest = together.clone();
    for place in (0..fewest.len()).rev() {
        let mut fewer = fewest.clone();
        fewer.remove(place);
        if !holds(dataset, settings, &with_it(&fewer), &[]) {
            fewest = fewer;
        }
    }
    let orders = with_it(&fewest);
    let against = against(dataset, settings, &orders);
    let found = Conflict {
        orders,
        against,
        is_smallest: false,
    };
    Holding::Conflict(match wanted {
        Wanted::Any => found,
        Wanted::Smallest => smaller(dataset, settings, found, &together),
    })
}

/// The smallest conflict of an order, the first of the known one, with some others that could all be filled without it.
fn smaller(
    dataset: &Dataset,
    settings: &Settings,
    known: Conflict,
    others: &[OrderIx],
) -> Conflict {
    let around = known.orders[0];
    let all: Vec<OrderIx> = std::iter::once(around)
        .chain(others.iter().copied())
        .collect();
    let held = all_held(dataset, &all);
    let rivals = others.len();
    // Things are the other orders, then what is held.
    let orders_of = |set: &[usize]| -> Vec<OrderIx> {
        let chosen = set.iter().filter(|&&it| it < rivals);
        std::iter::once(around)
            .chain(chosen.map(|&it| others[it]))
            .collect()
    };
    let of_held = |set: &[usize], is_in: bool| -> Vec<Held> {
        let each = held.iter().enumerate();
        let picked = each.filter(|(place, _)| set.contains(&(rivals + place)) == is_in);
        picked.map(|(_, held)| *held).collect()
    };
    let place = |held_one: &Held| held.iter().position(|it| it == held_one);
    let known_orders = known.orders[1..]
        .iter()
        .filter_map(|order| others.iter().position(|it| it == order));
    let known_held = known.against.iter().filter_map(place);
    let mut set: Vec<usize> = known_orders
        .chain(known_held.map(|it| rivals + it))
        .collect();
    set.sort_unstable();
    let begun = Instant::now();
    let may_ask = |asked: usize| asked < QUESTIONS && begun.elapsed().as_secs() < SECONDS;
    let found = smallest(rivals + held.len(), set, may_ask, |set| {
        answer(dataset, settings, &orders_of(set), &of_held(set, false))
    });
    Conflict {
        orders: orders_of(&found.set),
        against: of_held(&found.set, true),
        is_smallest: found.is_proven,
    }
}

/// Other orders that want any of an order's goods, or count against a limit with it: [`MOST_TOGETHER`] at most with it.
fn rivals(dataset: &Dataset, order: OrderIx) -> Vec<OrderIx> {
    let goods = |order: OrderIx| -> BTreeSet<SkuIx> {
        let lines = dataset.lines_of(order).iter();
        lines.flat_map(|line| skus_of(dataset, line)).collect()
    };
    let limits = |order: OrderIx| -> BTreeSet<u16> {
        let numbers = dataset.lines_of(order).iter();
        let numbers = numbers.flat_map(|line| dataset.rule_numbers_of(line));
        let is_limit = |number: &u16| match dataset.rules[usize::from(*number)].demand {
            Demand::AtMost(limit) => limit.price.is_none(),
            _ => false,
        };
        numbers.copied().filter(is_limit).collect()
    };
    let (own, own_limits) = (goods(order), limits(order));
    let others = || dataset.order_indices().filter(|&other| other != order);
    let wants_same = |other: &OrderIx| !goods(*other).is_disjoint(&own);
    // Of those that share a limit alone some have a place in any case.
    let kept_free = if own_limits.is_empty() {
        0
    } else {
        MOST_TOGETHER / 2
    };
    let mut found: Vec<OrderIx> = others()
        .filter(wants_same)
        .take(MOST_TOGETHER - 1)
        .collect();
    if kept_free > 0 {
        let counts_too = |other: &OrderIx| !limits(*other).is_disjoint(&own_limits);
        let more = others().filter(|other| !found.contains(other) && counts_too(other));
        let more: Vec<OrderIx> = more.take(MOST_TOGETHER - 1).collect();
        let room = MOST_TOGETHER - 1 - more.len().min(kept_free);
        found.truncate(room);
        found.extend(more);
        found.truncate(MOST_TOGETHER - 1);
    }
    found
}

/// The limits and rules without any of which orders could be filled, each needed.
fn against(dataset: &Dataset, settings: &Settings, orders: &[OrderIx]) -> Vec<Held> {
    let all = all_held(dataset, orders);
    if !holds(dataset, settings, orders, &all) {
        return vec![];
    }
    let mut out: Vec<Held> = vec![];
    let mut needed = vec![];
    for held in all {
        out.push(held);
        if holds(dataset, settings, orders, &out) {
            out.pop();
            needed.push(held);
        }
    }
    needed
}

/// All limits and rules that concern some orders.
fn all_held(dataset: &Dataset, orders: &[OrderIx]) -> Vec<Held> {
    let mut all = vec![
        Held::Dates,
        Held::Services,
        Held::Sizes,
        Held::ShipAlone,
        Held::WholePieces,
        Held::Pieces,
        Held::Splits,
        Held::Declined,
        Held::Handling,
        Held::Downtime,
        Held::Reserves,
    ];
    all.extend((0..dataset.rules.len() as u16).map(Held::Rule));
    all.extend((0..dataset.services.len()).map(|it| Held::Carrier(ServiceIx::new(it))));
    let places = || (0..dataset.locations.len()).map(LocationIx::new);
    let is_closed = |it: &LocationIx| dataset.locations[it.ix()].open == Open::No;
    all.extend(places().filter(is_closed).map(Held::Closed));
    all.extend(places().map(Held::Capacity));
    let lines = orders.iter().flat_map(|&order| dataset.lines_of(order));
    let goods: BTreeSet<SkuIx> = lines.flat_map(|line| skus_of(dataset, line)).collect();
    all.extend(goods.into_iter().map(Held::Stock));
    all
}

/// Whether orders could all be filled in full, alone in the world, without some limits and rules; not where that is unknown.
fn holds(dataset: &Dataset, settings: &Settings, orders: &[OrderIx], without: &[Held]) -> bool {
    answer(dataset, settings, orders, without) == Answer::Hold
}

/// The same, with whether it is known.
fn answer(dataset: &Dataset, settings: &Settings, orders: &[OrderIx], without: &[Held]) -> Answer {
    let mut small = only(dataset, orders);
    for held in without {
        leave_out(&mut small, *held, settings);
    }
    let mut fill = settings.clone();
    fill.objective = Objective::Service;
    fill.strategy = Strategy::Optimise;
    fill.tolerance_micro = 0;
    // Half a unit tells, and what comes after filling does not matter.
    let units = small.lines.iter().map(|line| i64::from(line.quantity));
    fill.mip_gap = 0.4 / units.sum::<i64>().max(1) as f64;
    fill.fill = Fill::Units;
    fill.max_moved_micro = None;
    let options = options::enumerate(&small, &fill);
    let interrupt = AtomicBool::new(false);
    let deadline = Instant::now() + Duration::from_secs(SECONDS);
    let control = Control::new(deadline, &interrupt, &|_| {});
    let outcome = solve(&small, &fill, &options, Known::default(), &control);
    let plan = outcome.plan.unwrap_or_default();
    match verify(&small, &fill, &plan) {
        Ok(audit) if audit.units_filled == audit.units => Answer::Hold,
        Ok(audit) => {
            let most = outcome.goals.first().map(|goal| goal.bound);
            let is_sure = most.is_some_and(|most| most < audit.units);
            if is_sure {
                Answer::Cannot
            } else {
                Answer::Unknown
            }
        }
        Err(_) => Answer::Unknown,
    }
}

/// The same data with some of the orders alone.
fn only(dataset: &Dataset, orders: &[OrderIx]) -> Dataset {
    let mut small = dataset.clone();
    (small.orders, small.lines) = (vec![], vec![]);
    small.counted.clear();
    let mut sorted = orders.to_vec();
    sorted.sort_unstable();
    for order in sorted {
        let first = small.lines.len() as u32;
        let number = OrderIx::new(small.orders.len());
        let counted = dataset.counted.iter().filter(|it| it.2 == order);
        small.counted.extend(counted.map(|it| (it.0, it.1, number)));
        let lines = dataset.lines_of(order).iter().cloned();
        small.lines.extend(lines.map(|mut line| {
            line.order = number;
            line
        }));
        small.orders.push(Order {
            lines: first..small.lines.len() as u32,
            ..dataset.orders[order.ix()].clone()
        });
    }
    small
}

/// Takes a limit or rule out.
fn leave_out(data: &mut Dataset, held: Held, settings: &Settings) {
    match held {
        Held::Splits => data
            .orders
            .iter_mut()
            .for_each(|it| it.max_shipments = 1000),
        Held::Pieces => data
            .lines
            .iter_mut()
            .for_each(|it| it.line_max_shipments = it.quantity.clamp(1, 1000)),
        Held::WholePieces => {
            data.orders
                .iter_mut()
                .for_each(|it| it.ship_complete = ShipComplete::None);
            for line in &mut data.lines {
                (line.min_split_units, line.case) = (1, 1);
            }
        }
        Held::ShipAlone => data
            .products
            .iter_mut()
            .for_each(|it| it.ship_alone = false),
        Held::Rule(rule) => {
            let rule = &mut data.rules[usize::from(rule)];
            rule.demand = Demand::Prefer(crate::units::Money::ZERO);
        }
        Held::Declined => data.lines.iter_mut().for_each(|it| it.declined = 0),
        Held::Closed(at) => data.locations[at.ix()].open = Open::Yes,
        Held::Handling => data
            .products
            .iter_mut()
            .for_each(|it| it.handling = Default::default()),
        Held::Services => data.orders.iter_mut().for_each(|it| it.services = None),
        Held::Downtime => data.waves.iter_mut().for_each(|it| it.closed = None),
        Held::Dates => {
            for order in &mut data.orders {
                (order.release, order.ship_after) = (settings.as_of, None);
            }
        }
        Held::Stock(sku) => {
            let cells = data.stock_of_sku[sku.ix()].clone();
            let cells = &mut data.stock[cells.start as usize..cells.end as usize];
            cells.iter_mut().for_each(|it| it.available = None);
        }
        Held::Reserves => data
            .stock
            .iter_mut()
            .for_each(|it| it.reserves = Box::default()),
        Held::Capacity(at) => {
            let waves = data.locations[at.ix()].wave_indices();
            for wave in waves {
                let wave = &mut data.waves[wave.ix()];
                (
                    wave.capacity_units,
                    wave.capacity_lines,
                    wave.capacity_shipments,
                ) = (None, None, None);
            }
        }
        Held::Carrier(service) => data.services[service.ix()].capacity_shipments = None,
        Held::Sizes => {
            for service in &mut data.services {
                (service.max_length, service.max_girth, service.max_parcel) = (None, None, None);
            }
        }
    }
}
