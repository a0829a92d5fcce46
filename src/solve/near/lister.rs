//! Lists: which candidates of an order are looked at, and the most that the others could come to.

use super::ranked::{By, NEVER, Question, Ranked};
use super::tolls::Tolls;
use crate::domain::{Demand, Line, OrderIx, StockIx, WaveIx};
use crate::model::{Usage, Usages, drop_dominated};
use crate::options::{self, Candidate, Cut, Options, OrderOptions};
use crate::plan::Plan;
use crate::solve::alike::Done;
use crate::solve::pairing::Pairing;
use crate::solve::rules::Shop;
use crate::solve::wide::better_loads;
use crate::units::Money;

/// Candidates with room that a cramped order gets.
const ROOMY: usize = 64;

/// An order that is listed again.
pub struct Relisted {
    /// Its position among all members.
    pub member: u32,
    /// Its new list.
    pub options: OrderOptions,
    /// By candidate before, its position now, where it still is listed.
    pub numbers: Vec<Option<u32>>,
}

/// How options are listed, order by order. Searches know orders by their position in a sequence, as members.
pub struct Lister<'a> {
    /// Data, settings and what orders share.
    pub shop: Shop<'a>,
    /// Where options come from.
    pub options: &'a Options,
    /// The plan of a scenario much like it: lists have what it does.
    pub alike: Option<&'a Plan>,
    /// By coupling row, whether it could bind.
    pub binding: &'a [bool],
    /// Orders by member.
    pub sequence: &'a [OrderIx],
    /// Whether most orders are of one unit: these are decided exactly where their lists are whole.
    pub are_units: bool,
}

/// What there is room for as a plan stands, by coupling row.
pub struct Room<'a> {
    /// How much may still be used.
    pub left: &'a [i64],
    /// What is paid.
    pub tolls: &'a Tolls,
}

impl Lister<'_> {
    /// Which order a member is.
    pub fn order(&self, member: u32) -> OrderIx {
        self.sequence[member as usize]
    }

    /// All options of an order but the useless ones, with what they use.
    pub fn all(&self, order: OrderIx) -> (OrderOptions, Usages) {
        let Shop {
            dataset,
            settings,
            coupling,
            ..
        } = self.shop;
        let mut options = self
            .options
            .of(dataset, settings, order, coupling.stretches())
            .into_owned();
        let used = drop_dominated(dataset, coupling, self.binding, order, &mut options);
        (options, used)
    }

    /// Of an order that has too many loads to list: a list with those by which it would be worth more at prices than its
    /// best listed pattern; `None` where none were found.
    pub fn wider(
        &self,
        (member, best): (u32, i64),
        before: &OrderOptions,
        (prices, tolls): (&[i64], &Tolls),
        more_candidates: usize,
    ) -> Option<Relisted> {
        let order = self.order(member);
        // What a load by a hub promises is not told.
        if before.slots.iter().any(|slot| slot.forward) {
            return None;
        }
        let more = better_loads(self.shop, order, &before.slots, prices, best.max(0));
        let has = |(units, wave): &(Vec<u32>, WaveIx)| {
            let is_it = |one: &Candidate| {
                one.wave == *wave && before.loads[one.load as usize].quantities[..] == units[..]
            };
            before.candidates.iter().any(is_it)
        };
        if more.iter().all(has) {
            return None;
        }
        let new_loads = more.iter().map(|(units, _)| units.clone());
        let all: Vec<Vec<u32>> = loads_of(before).chain(new_loads).collect();
        let question = Question {
            loads: &all,
            kept: Some(before),
            ..Question::at(order, tolls)
        };
        let of_new = |ranked: &Ranked| -> Option<Vec<(i64, usize)>> {
            let new = |(promise, position): (i64, usize)| {
                let candidate = &ranked.options.candidates[position];
                let units = &ranked.options.loads[candidate.load as usize].quantities;
                let mut same = more
                    .iter()
                    .filter(|more| units[..] == more.0[..])
                    .peekable();
                same.peek()?;
                let is_meant = same.any(|one| one.1 == candidate.wave);
                Some((if is_meant { i64::MAX } else { promise }, position))
            };
            let each = ranked.outlook.as_ref()?.promise.iter().copied().zip(0..);
            Some(each.filter_map(new).collect())
        };
        let is_enough = |ranked: &Ranked, next: i64| {
            let higher = of_new(ranked).map_or(0, |new| {
                new.iter().filter(|(promise, _)| *promise >= next).count()
            });
            next <= best.max(0) || higher >= more_candidates.min(ROOMY)
        };
        let ranked = self.ranked(&question, &is_enough);
        let new = of_new(&ranked)?;
        let wider = with_best((member, before), ranked.options, new, more_candidates);
        let is_more = wider.options.candidates.len() > before.candidates.len();
        // Where goods are made in too many ways, more loads could leave out what was listed.
        let is_all_there = wider.numbers.iter().all(Option::is_some);
        (is_more && is_all_there).then_some(wider)
    }

    /// The most that an order could be worth at prices.
    pub fn most(&self, order: OrderIx, tolls: &Tolls) -> i64 {
        let (all, used) = self.all(order);
        let outlook = self.outlook(order, (&all, &used), tolls);
        outlook.map_or(0, |outlook| outlook.best().max(0))
    }

    /// Nothing of an order, as there is no time: all its units without carriage and handling bound it.
    pub fn unlisted(&self, order: OrderIx) -> OrderOptions {
        let (dataset, settings) = (self.shop.dataset, self.shop.settings);
        let most_of_line = |line: &Line| {
            let cells = dataset.stock_indices(line.sku);
            let gain = |cell: StockIx| {
                let cell = &dataset.stock[cell.ix()];
                options::stock_gain(dataset, settings, line, cell)
            };
            let forms = dataset.forms_of(line).iter().skip(1);
            let made = forms.flat_map(|form| {
                let cells = dataset.stock_indices(form.parts[0].0);
                cells.map(move |cell| {
                    let location = dataset.stock[cell.ix()].location;
                    options::form_gain(dataset, settings, line, form, location)
                })
            });
            let best = cells.map(gain).chain(made).max().unwrap_or(Money::ZERO);
            // What services could add by rules.
            let bonus = dataset.rules_of(line).map(|rule| match rule.demand {
                Demand::Prefer(gain) if rule.looks_at_carriage() => gain.max(Money::ZERO),
                _ => Money::ZERO,
            });
            let best = best + bonus.sum::<Money>();
            best.max(Money::ZERO) * i64::from(line.quantity)
        };
        let most = dataset.lines_of(order).iter().map(most_of_line);
        let most = most.fold(Money::ZERO, |sum, line| sum + line);
        OrderOptions {
            beyond: Some(most),
            ..OrderOptions::default()
        }
    }

    /// What is within reach of an order's best at prices, so many candidates at most.
    pub fn first(
        &self,
        order: OrderIx,
        tolls: &Tolls,
        (reach, most): (i64, usize),
    ) -> OrderOptions {
        let question = Question::at(order, tolls);
        self.near(&question, self.cut_at(most), &|best| (best, best - reach))
    }

    /// A list of the candidates that are needed and, some, of those above a floor, both told by the highest promise.
    fn near(
        &self,
        question: &Question<'_>,
        cut: Cut,
        aim: &dyn Fn(i64) -> (i64, i64),
    ) -> OrderOptions {
        let short = |ranked: &Ranked| {
            if self.are_units && ranked.options.loads.len() == 1 {
                cut.most
            } else {
                cut.whole.min(cut.most)
            }
        };
        let is_short = |ranked: &Ranked| ranked.options.candidates.len() <= short(ranked);
        let is_enough = |ranked: &Ranked, next: i64| {
            let outlook = ranked.outlook.as_ref().filter(|_| !is_short(ranked));
            outlook.is_some_and(|outlook| {
                let (needed, floor) = aim(outlook.best());
                let all_needed = next < needed;
                let limit = if all_needed {
                    cut.most.min(outlook.at_least(needed) + cut.spare)
                } else {
                    cut.most
                };
                (all_needed && next <= floor) || outlook.at_least(next) >= limit
            })
        };
        let dataset = self.shop.dataset;
        let done = self.alike;
        let done = done.and_then(|plan| Done::of(dataset, plan, question.order));
        let loads: Vec<Vec<u32>> = done.iter().flat_map(Done::loads).collect();
        let question = Question {
            loads: &loads,
            done: done.as_ref(),
            aim: Some((cut, aim)),
            ..*question
        };
        let mut ranked = self.ranked(&question, &is_enough);
        let is_whole = ranked.unpriced.is_none() && is_short(&ranked);
        if let Some(outlook) = ranked.outlook.as_mut().filter(|_| !is_whole) {
            let aim = aim(outlook.best());
            let same = done.map(|done| done.same(dataset, &ranked.options).candidates);
            for position in same.unwrap_or_default() {
                outlook.promise[position as usize] = i64::MAX;
            }
            keep(&mut ranked.options, (outlook, ranked.unpriced), cut, aim);
        } else {
            drop_unused_loads(&mut ranked.options);
        }
        ranked.options
    }

    fn cut_at(&self, most: usize) -> Cut {
        let cut = self.options.cut;
        Cut {
            most: cut.most.min(most),
            ..cut
        }
    }

    /// A list down to a depth below what its best listed pattern is worth, at the least prices by coupling row, so many
    /// candidates longer at most.
    pub fn deeper(
        &self,
        (member, best): (u32, i64),
        before: &OrderOptions,
        (depth, more): (i64, usize),
        least: &Tolls,
    ) -> Relisted {
        let order = self.order(member);
        let question = Question::at(order, least);
        let cut = self.cut_at(before.candidates.len().saturating_add(more));
        let options = self.near(&question, cut, &|_| (best, best - depth));
        let numbers = numbers_now(before, &options);
        Relisted {
            member,
            options,
            numbers,
        }
    }

    /// A list with so many candidates more at most that there is room for, those that are best at prices; `chosen` gives
    /// way to them.
    pub fn with_room(
        &self,
        member: u32,
        before: &OrderOptions,
        chosen: &[u32],
        (room, more): (&Room<'_>, usize),
    ) -> Relisted {
        let order = self.order(member);
        let mut own: Vec<Usage> = Vec::new();
        let mut usage = Vec::new();
        for &position in chosen {
            let candidate = &before.candidates[position as usize];
            self.usage(order, before, candidate, &mut usage);
            own.extend(&usage);
        }
        self.shop.coupling.merge_of_order(&mut own);
        let has_room = |used: &Usages, candidate: usize| {
            used.of(candidate).iter().all(|&(row, units)| {
                let mine = own.iter().filter(|used| used.0 == row);
                let freed: i64 = mine.map(|used| used.1).sum();
                units <= room.left[row as usize].saturating_add(freed)
            })
        };
        // By worth, then by position. Where what could be beside is not told, a feeder by itself earns nothing.
        let fitting = |ranked: &Ranked| -> Vec<(i64, usize)> {
            let promise = |position: usize| match &ranked.outlook {
                Some(outlook) => Some(outlook.promise[position]).filter(|&promise| promise > 0),
                None => Some(worth_at(
                    &ranked.options,
                    &ranked.used,
                    position,
                    room.tolls,
                )),
            };
            let all = 0..ranked.options.candidates.len();
            let fitting = all.filter(|&position| has_room(&ranked.used, position));
            fitting
                .filter_map(|position| Some((promise(position)?, position)))
                .collect()
        };
        let loads: Vec<Vec<u32>> = loads_of(before).collect();
        let question = Question {
            loads: &loads,
            kept: Some(before),
            asks_use: true,
            ..Question::at(order, room.tolls)
        };
        let is_enough = |ranked: &Ranked, next: i64| {
            let fitting = fitting(ranked);
            let higher = fitting.iter().filter(|(promise, _)| *promise >= next);
            next <= 0 || higher.count() >= more.min(ROOMY)
        };
        let ranked = self.ranked(&question, &is_enough);
        let fitting = fitting(&ranked);
        with_best((member, before), ranked.options, fitting, more)
    }

    /// All candidates of an order that are part of a pattern that is worth more than so much at prices.
    pub fn better(&self, order: OrderIx, tolls: &Tolls, worth: i64) -> OrderOptions {
        let question = Question {
            by: By::Most,
            aim: Some((self.options.cut, &|_| (worth, worth))),
            ..Question::at(order, tolls)
        };
        let mut options = self.ranked(&question, &|_, next| next <= worth).options;
        drop_unused_loads(&mut options);
        options
    }

    /// A list with the candidates by which the order would be worth more at prices than its best listed pattern, down to a
    /// depth below the best or to half of what seems to be gained, so many at most; `None` where there are none.
    pub fn nearer(
        &self,
        (member, best): (u32, i64),
        before: &OrderOptions,
        (depth, more): (i64, usize),
        tolls: &Tolls,
    ) -> Option<Relisted> {
        let order = self.order(member);
        // What is promised may not be had: the more seems to be gained, the more is listed.
        let floor = |promised: i64| {
            let half = promised.saturating_sub(best.max(0)) / 2;
            promised.saturating_sub(depth.max(half))
        };
        let aim = |promised: i64| (floor(promised), floor(promised));
        let question = Question {
            kept: Some(before),
            aim: Some((self.options.cut, &aim)),
            ..Question::at(order, tolls)
        };
        let is_enough = |ranked: &Ranked, next: i64| {
            let outlook = ranked.outlook.as_ref();
            outlook.is_some_and(|outlook| {
                next <= floor(outlook.best()) || outlook.at_least(next) >= more.clamp(1, ROOMY)
            })
        };
        let ranked = self.ranked(&question, &is_enough);
        let outlook = ranked.outlook?;
        let most = outlook.best();
        if most <= best.max(0) {
            return None;
        }
        let floor = floor(most);
        let each = outlook.promise.into_iter().zip(0..);
        let near: Vec<(i64, usize)> = each.filter(|&(promise, _)| promise > floor).collect();
        Some(with_best((member, before), ranked.options, near, more))
    }

    fn usage(
        &self,
        order: OrderIx,
        options: &OrderOptions,
        candidate: &Candidate,
        found: &mut Vec<Usage>,
    ) {
        let dataset = self.shop.dataset;
        let data = &dataset.orders[order.ix()];
        let load = options.load_of(dataset, order, candidate);
        let coupling = self.shop.coupling;
        coupling.usage(dataset, data, &load, candidate, found);
    }

    /// By candidate, what patterns with it are worth at prices at most; `None` where that is not
    /// told apart: of orders that may go by a hub, or with too many sizes of pieces.
    pub fn outlook(
        &self,
        order: OrderIx,
        (options, used): (&OrderOptions, &Usages),
        tolls: &Tolls,
    ) -> Option<Outlook> {
        let dataset = self.shop.dataset;
        let lines = dataset.lines_of(order);
        let candidates = &options.candidates;
        if candidates.iter().any(|one| one.hub_wave().is_some()) {
            return None;
        }
        let pairing = Pairing::new(lines, &options.loads)?;
        let worths = worths(options, used, tolls);
        let each = candidates.iter().map(|one| one.load);
        let mut beside = self.beside(order, &pairing);
        let beside = beside.told(each.zip(worths.iter().copied()));
        let each = candidates.iter().zip(worths);
        Some(self.outlook_of((order, options.late_folded), each, &beside))
    }

    /// By candidate, what patterns with it are worth at most, where so much is the most that another load adds to each load: of
    /// candidates with what each is worth at prices by itself, lateness in where it is folded.
    pub fn outlook_of<'c>(
        &self,
        (order, is_folded): (OrderIx, bool),
        each: impl Iterator<Item = (&'c Candidate, i64)>,
        beside: &[i64],
    ) -> Outlook {
        let others = self.others(order);
        let of_day = self.shop.dataset.orders[order.ix()].late_cost_per_day.0;
        let of_day = if is_folded { 0 } else { of_day };
        let mut outlook = Outlook::default();
        for (candidate, worth) in each {
            let alone = worth.saturating_sub(of_day * i64::from(candidate.days_late));
            let beside = beside[candidate.load as usize];
            outlook.promise.push(add(alone, others.min(1), beside));
            outlook.most.push(add(alone, others, beside));
        }
        outlook
    }
}

/// A worth with so many times the most that another load adds, [`NEVER`] where it cannot ship; a sum that is too large for a number
/// is one that nothing reaches.
pub fn add(worth: i64, others: i64, beside: i64) -> i64 {
    if beside == NEVER {
        return NEVER;
    }
    worth.saturating_add(others.saturating_mul(beside))
}

/// The quantities of the loads that are listed where not all can be; nothing of others.
pub fn loads_of(options: &OrderOptions) -> impl Iterator<Item = Vec<u32>> {
    let loads = options.loads.iter().filter(|_| options.wide);
    loads.map(|load| load.quantities.to_vec())
}

/// What a candidate is worth at prices by itself, lateness not in.
pub fn worth_at(options: &OrderOptions, used: &Usages, position: usize, tolls: &Tolls) -> i64 {
    // Paid too little where it is too large for a number: what is told is the most.
    let paid = used.of(position).iter().fold(0_i64, |sum, &(row, units)| {
        sum.saturating_add(tolls.of(row).saturating_mul(units))
    });
    options.candidates[position].gain.0.saturating_sub(paid)
}

/// By candidate, what it is worth at prices by itself, lateness not in.
pub fn worths(options: &OrderOptions, used: &Usages, tolls: &Tolls) -> Vec<i64> {
    let each = 0..options.candidates.len();
    each.map(|position| worth_at(options, used, position, tolls))
        .collect()
}

/// The highest of some promises, but for what cannot ship; nothing where there is none.
pub fn highest(promises: impl Iterator<Item = i64>) -> i64 {
    promises.filter(|&it| it != NEVER).max().unwrap_or(0)
}

/// What patterns with each candidate of an order are worth at most.
#[derive(Default)]
pub struct Outlook {
    /// In two shipments at most: by these candidates are chosen, as more shipments would seem to make the smallest loads
    /// the best.
    pub promise: Vec<i64>,
    /// In as many shipments as there may be, the best other load in each: what is left out is told by these.
    pub most: Vec<i64>,
}

impl Outlook {
    /// Candidates that promise so much.
    pub fn at_least(&self, promise: i64) -> usize {
        self.promise.iter().filter(|&&one| one >= promise).count()
    }

    /// The highest promise.
    pub fn best(&self) -> i64 {
        highest(self.promise.iter().copied())
    }
}

/// Keeps candidates by which an order could be worth at least what is needed, some more above a floor, and tells what the
/// others could come to, those that were not priced among them.
fn keep(
    options: &mut OrderOptions,
    (outlook, unpriced): (&Outlook, Option<i64>),
    cut: Cut,
    (needed, floor): (i64, i64),
) {
    let promise = |one: usize| outlook.promise[one];
    let mut sequence: Vec<usize> = (0..outlook.promise.len()).collect();
    sequence.sort_unstable_by_key(|&one| (std::cmp::Reverse(promise(one)), one));
    let above = |least: i64| sequence.partition_point(|&one| promise(one) > least);
    let wanted = above(needed - 1);
    let count = above(floor).clamp(wanted, wanted + cut.spare).min(cut.most);
    let mut kept = vec![false; outlook.promise.len()];
    sequence[..count].iter().for_each(|&one| kept[one] = true);
    // Nothing is worth nothing.
    let beyond = sequence[count..].iter().map(|&one| outlook.most[one]).max();
    let beyond = beyond.max(unpriced);
    options.beyond = beyond.filter(|&most| most > 0).map(Money);
    retain(options, &kept);
}

/// A list with the best of some candidates, by worth and position among all, added, so many at most.
fn with_best(
    (member, before): (u32, &OrderOptions),
    mut all: OrderOptions,
    mut best: Vec<(i64, usize)>,
    most: usize,
) -> Relisted {
    best.sort_by_key(|&(most, position)| (std::cmp::Reverse(most), position));
    let mut kept = vec![false; all.candidates.len()];
    for &(_, position) in best.iter().take(most.min(ROOMY)) {
        kept[position] = true;
    }
    for position in numbers_now(before, &all).into_iter().flatten() {
        kept[position as usize] = true;
    }
    retain(&mut all, &kept);
    // What is left out still is: what it could come to, too.
    all.beyond = before.beyond;
    let numbers = numbers_now(before, &all);
    Relisted {
        member,
        options: all,
        numbers,
    }
}

/// Keeps these candidates and the loads that they carry.
fn retain(options: &mut OrderOptions, kept: &[bool]) {
    options.retain(kept);
    drop_unused_loads(options);
}

/// Drops loads that no candidate carries.
pub fn drop_unused_loads(options: &mut OrderOptions) {
    let mut numbers = vec![None; options.loads.len()];
    for candidate in &options.candidates {
        numbers[candidate.load as usize] = Some(0);
    }
    for (count, number) in numbers.iter_mut().flatten().enumerate() {
        *number = count as u32;
    }
    for candidate in &mut options.candidates {
        candidate.load = numbers[candidate.load as usize].expect("its load is marked above");
    }
    let mut each = numbers.iter();
    options
        .loads
        .retain(|_| each.next().is_some_and(Option::is_some));
    options.candidates.shrink_to_fit();
    options.loads.shrink_to_fit();
}

/// Where each candidate of a list is in another of the same order.
pub fn numbers_now(before: &OrderOptions, now: &OrderOptions) -> Vec<Option<u32>> {
    // Loads are in lexicographic order, candidates in order of their loads.
    let load_now = |load: u32| {
        let quantities = &before.loads[load as usize].quantities;
        let found = now
            .loads
            .binary_search_by(|other| other.quantities.cmp(quantities));
        found.ok().map(|position| position as u32)
    };
    let mix_now = |mix: u16| {
        let Some(made) = before.mixes.get(usize::from(mix)) else {
            return Some(mix);
        };
        let found = now.mixes.iter().position(|other| other == made);
        found.map(|position| position as u16)
    };
    let number = |candidate: &Candidate| {
        let load = load_now(candidate.load)?;
        let mix = mix_now(candidate.mix)?;
        let from = now.candidates.partition_point(|other| other.load < load);
        let wanted = Candidate {
            load,
            mix,
            ..*candidate
        };
        let mut same_load = now.candidates[from..]
            .iter()
            .take_while(|other| other.load == load);
        let offset = same_load.position(|other| *other == wanted)?;
        Some((from + offset) as u32)
    };
    before.candidates.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{HandlingSet, WaveIx};
    use crate::options::{Load, Measure};
    use crate::plan::Route;
    use crate::units::Length;
    use smallvec::smallvec;

    fn options(gains: &[i64]) -> OrderOptions {
        let candidate = |&gain: &i64| Candidate {
            wave: WaveIx::new(0),
            route: Route::Collect,
            forward: false,
            parcels: 1,
            load: 0,
            mix: 0,
            days_late: 0,
            gain: Money(gain),
        };
        let load = Load {
            quantities: smallvec![1],
            mix: options::Mix::default(),
            measure: Measure::default(),
            handling: HandlingSet::default(),
            length: Length::ZERO,
            girth: Length::ZERO,
            crowding: Money::ZERO,
        };
        OrderOptions {
            candidates: gains.iter().map(candidate).collect(),
            loads: [load].into_iter().collect(),
            ..OrderOptions::default()
        }
    }

    fn kept(gains: &[i64], needed: i64, floor: i64) -> (Vec<i64>, Option<i64>) {
        let mut list = options(gains);
        let outlook = Outlook {
            promise: gains.to_vec(),
            most: gains.to_vec(),
        };
        keep(&mut list, (&outlook, None), Cut::default(), (needed, floor));
        let gains = list.candidates.iter().map(|one| one.gain.0).collect();
        (gains, list.beyond.map(|most| most.0))
    }

    #[test]
    fn what_is_needed_is_kept_and_the_best_of_the_rest_is_told() {
        assert_eq!(kept(&[5, 9, 2, 7], 7, 4), (vec![5, 9, 7], Some(2)));
        assert_eq!(kept(&[5, 9, 2, 7], 9, 8), (vec![9], Some(7)));
        assert_eq!(kept(&[5, -1], 5, 0), (vec![5], None));
    }

    #[test]
    fn what_more_shipments_could_add_tells_what_is_left_out_and_chooses_nothing() {
        let mut list = options(&[5, 9, 2]);
        let outlook = Outlook {
            promise: vec![5, 9, 2],
            most: vec![50, 9, 2],
        };
        keep(&mut list, (&outlook, None), Cut::default(), (9, 8));
        let gains: Vec<i64> = list.candidates.iter().map(|one| one.gain.0).collect();
        assert_eq!((gains, list.beyond), (vec![9], Some(Money(50))));
    }

    #[test]
    fn equal_candidates_are_cut_by_position_not_all_dropped() {
        let most = Cut::default().most;
        let equal = vec![3; most + 10];
        let (gains, beyond) = kept(&equal, 3, 0);
        assert_eq!((gains.len(), beyond), (most, Some(3)));
    }

    #[test]
    fn positions_follow_candidates_that_stay() {
        let before = options(&[1, 2, 3]);
        let now = options(&[3, 1]);
        assert_eq!(numbers_now(&before, &now), [Some(1), None, Some(0)]);
    }
}
