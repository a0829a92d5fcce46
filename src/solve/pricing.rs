//! A goal by prices, or all goals together in one number: a bound for the whole component, and a plan that heeds what is scarce.
//!
//! Where no plan comes to more than L in all goals together, the last comes to no more than L less what earlier ones come to at
//! least, by their weights.

use super::component::{Choice, Component, Context};
use super::gap::{FEW, Stage, close_gap, may_close};
use super::joint::{self, Aim, Chosen, Flat, Links, Pool, Prices};
use super::outcome::{Control, GoalKind};
use super::shadow::Priced;
use super::stages::{Method, Progressed, Talk, Together};
use super::wide::beyond_listed;
use super::worth::{THING, Weights, of_one};
use crate::model::Floor;

/// Searches for prices with orders paying parts of fixed costs.
const LINKED: usize = 3;
/// One that brings the bound down by less than one part in so many is the last.
const ENOUGH_LINKED: i128 = 50_000;

/// Prices that are only to be told are good enough where they prove the plan's worth but for one part in so many.
const CLOSE: i128 = 100;

/// What prices are searched for.
pub struct Sought<'s> {
    /// All goals.
    pub kinds: &'s [GoalKind],
    /// The one whose bound is told.
    pub position: usize,
    /// What counts.
    pub weights: Weights,
    /// Earlier goals that are rows of their own, with what they are to keep.
    pub floors: &'s [Floor],
    /// A gap of so much is enough.
    pub enough: i64,
    /// Whether no plan is searched for at prices, as there is one that is good by all goals together.
    pub is_planned: bool,
}

impl Sought<'_> {
    fn kind(&self) -> GoalKind {
        self.kinds[self.position]
    }

    fn is_last(&self) -> bool {
        self.position + 1 == self.kinds.len()
    }

    /// Whether earlier goals count by their weights.
    pub fn is_together(&self) -> bool {
        self.floors.len() < self.position
    }

    /// Prices to begin with, by row of the layout; empty: none are known.
    fn start(&self, flat: &Flat<'_>, part: &Progressed<'_>) -> Vec<i64> {
        if let [_] = self.kinds {
            let known = part.component.context.start.prices;
            let rows = part.component.rows.iter();
            return rows
                .filter_map(|&row| known.get(row as usize).copied())
                .collect();
        }
        let Some(together) = &part.together else {
            return Vec::new();
        };
        // What proves most of all goals together proves something of each, in the scale of the goal.
        let scale = together.weights.scale_of(self.kind());
        let scaled = |price: i64| (price as f64 / scale).round() as i64;
        let of_floors = flat.floors.iter().map(|floor| {
            let each = together.weights.scale_of(floor.kind) / scale;
            let one = if floor.kind.is_money() {
                floor.unit as f64
            } else {
                THING as f64
            };
            (each * one).round() as i64
        });
        let of_rows = together.of_rows.iter().copied().map(scaled);
        of_rows.chain(of_floors).collect()
    }

    /// What worth proves of the goal where a plan keeps earlier ones.
    fn bound(&self, worth: i128, part: &Progressed<'_>) -> Option<i64> {
        let counted = if self.is_together() {
            part.floors(&self.kinds[..self.position])
        } else {
            Vec::new()
        };
        bound_of(self.kind(), (worth, &self.weights), &counted)
    }

    /// Prices for whoever asks what is scarce, with what they prove by themselves and what wide orders could do beyond.
    fn priced(&self, part: &Progressed<'_>, prices: &Prices, wide: i128) -> Priced {
        let known = part.bounds[self.position];
        Priced {
            of_rows: prices.of_rows[..part.component.rows.len()].to_vec(),
            bound: self.bound(prices.bound + wide, part).unwrap_or(known),
        }
    }

    /// How much more the goal is worth on the layout that plans are searched on.
    fn scale_of_moves(&self, component: &Component<'_>) -> f64 {
        if let [_] = self.kinds {
            return 1.0;
        }
        let kind = if self.is_together() {
            self.kinds[0]
        } else {
            self.kind()
        };
        moving_weights(component, self.kinds).scale_of(kind) / self.weights.scale_of(kind)
    }
}

/// What worth by these weights proves of a goal where earlier ones that they count are no worse than this.
pub fn bound_of(
    kind: GoalKind,
    (worth, weights): (i128, &Weights),
    floors: &[Floor],
) -> Option<i64> {
    let earlier = floors.iter();
    let earlier: i128 = earlier
        .map(|floor| weights.counted(floor.kind, floor.value))
        .sum();
    let bound = i64::try_from((worth - earlier).div_euclid(of_one(kind))).ok()?;
    Some(if kind.is_maximised() { bound } else { -bound })
}

/// What counts where plans are searched for goal by goal.
fn moving_weights(component: &Component<'_>, kinds: &[GoalKind]) -> Weights {
    match kinds {
        [kind] => Weights::of_goal(*kind),
        _ => component.context.weights.narrowed(),
    }
}

/// The layout that plans are searched on: all goals in one number, earlier ones far heavier.
pub fn moves_layout<'c>(component: &'c Component<'c>, kinds: &[GoalKind]) -> Flat<'c> {
    laid_out(component, moving_weights(component, kinds), &[])
}

fn laid_out<'c>(component: &'c Component<'c>, weights: Weights, floors: &[Floor]) -> Flat<'c> {
    let Component {
        context,
        members,
        rows,
    } = component;
    Flat::new(context, members, rows, weights, floors)
}

/// Searches for prices, a bound and a plan.
pub fn price(part: &mut Progressed<'_>, sought: &Sought<'_>, talk: &Talk<'_>) {
    let control = talk.control;
    let Sought {
        weights, floors, ..
    } = *sought;
    let (is_last, unit) = (sought.is_last(), of_one(sought.kind()));
    let settings = part.component.context.shop.settings;
    talk.tell("prices", part, None);
    let mut flat = laid_out(&part.component, weights, floors);
    let chosen = joint::chosen_of(&flat, &part.choices);
    let tell = |bound: i128| {
        if is_last {
            talk.tell("prices", part, sought.bound(bound, part));
        }
    };
    let is_near = part.gap(sought.position, sought.kind()) <= sought.enough;
    let is_known = is_near && !sought.is_together();
    // Prices that are only to be told are searched for from none: how dear earlier goals are is hard to mend.
    let start = if is_known {
        Vec::new()
    } else {
        sought.start(&flat, part)
    };
    let worth = joint::worth_of(&flat, &chosen);
    let told = if is_known { worth.abs() / CLOSE } else { 0 };
    let is_settled = part.component.members.len() <= FEW && may_close(settings, control);
    let is_begun = !is_last && !start.is_empty();
    let aim = Aim {
        chosen: &chosen,
        worth,
        // Less than one more is nothing.
        gap: told.max((i128::from(sought.enough) + 1) * unit - 1),
    };
    let rounds = if is_begun && is_settled {
        joint::ROUNDS_BEFORE_SETTLING
    } else {
        joint::ROUNDS
    };
    let (found, mut pool) = joint::search_prices(&flat, &start, (&aim, rounds), control, &tell);
    let mut linked = found.clone();
    // What the prices prove by themselves.
    let prices = Prices {
        bound: found.bound + flat.paid_by_rows(&found.of_rows),
        ..found
    };
    let wide = beyond_listed(&part.component.context, &flat, &prices, &weights);
    if is_known {
        // Only prices were missing.
        let priced = sought.priced(part, &prices, wide);
        part.tighten(sought.position, sought.kind(), priced.bound);
        part.take_prices(priced, floors);
        return;
    }
    let context = &part.component.context;
    let mut lowest = joint::bound_with_openings(context, &flat, &prices).min(linked.bound) + wide;
    if lowest - aim.worth > aim.gap
        && let Some(links) = Links::new(&flat)
    {
        let searched = Searched {
            prices: &mut linked,
            pool: &mut pool,
            lowest: &mut lowest,
        };
        charge_fixed_costs(
            &links,
            context,
            (&mut flat, &weights),
            searched,
            (&aim, rounds),
            (control, &tell),
        );
    }
    let bound = sought.bound(lowest, part);
    talk.tell("plan at prices", part, bound.filter(|_| is_last));
    let best = if sought.is_planned {
        None
    } else {
        planned(part, sought, (&flat, &linked), (&pool, &chosen), control)
    };
    if let Some(best) = best {
        part.choices = best;
    }
    // By now it is known what the whole is about worth.
    let bound = sought.bound(lowest, part);
    let allowed = bound.filter(|_| is_last).map_or(0, |bound| {
        let bound = part.nearer(sought.position, sought.kind(), bound);
        talk.allowed(part.value(sought.kind()), bound, settings.mip_gap)
    });
    let stage = Stage {
        sought,
        gap: aim.gap.max(i128::from(allowed) * unit),
    };
    let found = (&flat, &linked, &pool);
    talk.tell("near-best patterns", part, bound.filter(|_| is_last));
    let closed = close_gap(
        &part.component,
        &part.choices,
        &stage,
        found,
        lowest,
        control,
    );
    drop(flat);
    if let Some(choices) = closed.choices {
        part.choices = choices;
    }
    if sought.is_together() {
        part.together = Some(Together {
            weights,
            of_rows: linked.of_rows,
            bound: closed.bound,
        });
        return;
    }
    let bound = sought.bound(closed.bound, part);
    let is_nearer = bound.is_some_and(|it| part.tighten(sought.position, sought.kind(), it));
    if is_nearer {
        part.method = Method::Prices;
    }
    if is_last && (is_nearer || part.priced.of_rows.is_empty()) {
        part.take_prices(sought.priced(part, &prices, wide), floors);
    }
}

/// A better plan than the best so far, at prices that were searched on a layout, from a pool or from the plan as it is.
fn planned(
    part: &Progressed<'_>,
    sought: &Sought<'_>,
    (priced, prices): (&Flat<'_>, &Prices),
    (pool, chosen): (&Pool, &[Chosen]),
    control: &Control<'_>,
) -> Option<Vec<Choice>> {
    let component = &part.component;
    let on_moves = moves_layout(component, sought.kinds);
    let scale = sought.scale_of_moves(component);
    let guides = Prices {
        of_rows: scaled(&on_moves, &prices.of_rows[..priced.global.len()], scale),
        bound: prices.bound,
    };
    let mut best: Option<Vec<Choice>> = None;
    let mut consider = |found: &[Chosen]| {
        let found = joint::choices_of(&on_moves, found);
        let now = best.as_ref().unwrap_or(&part.choices);
        if component.is_better(sought.kinds, &found, now) && component.is_feasible(&found) {
            best = Some(found);
        }
    };
    if control.for_bound {
        let stop = || control.should_stop();
        consider(&joint::plan_in_haste(&on_moves, pool, &guides, &stop));
    } else if sought.is_together() {
        // Where orders may have been charged parts of fixed costs it is laid out anew.
        let is_anew = !priced.fixed_costs.is_empty();
        let anew = is_anew.then(|| laid_out(component, sought.weights, &[]));
        let found = joint::plan_at(anew.as_ref().unwrap_or(priced), pool, prices, control);
        consider(&found);
        // What is good by weights may be better goal by goal.
        consider(&joint::improved(&on_moves, found, &guides, control));
    } else {
        consider(&joint::plan_at(&on_moves, pool, &guides, control));
    }
    if sought.kinds.len() > 1 {
        let chosen = chosen.to_vec();
        consider(&joint::improved(&on_moves, chosen, &guides, control));
    }
    best
}

/// What searches for prices found so far.
struct Searched<'s> {
    prices: &'s mut Prices,
    pool: &'s mut Pool,
    /// The lowest bound, wide orders in.
    lowest: &'s mut i128,
}

/// Searches again with orders paying parts of fixed costs, until the bound is close enough.
fn charge_fixed_costs(
    links: &Links,
    context: &Context<'_>,
    (flat, weights): (&mut Flat<'_>, &Weights),
    searched: Searched<'_>,
    (aim, rounds): (&Aim<'_>, usize),
    (control, tell): (&Control<'_>, &dyn Fn(i128)),
) {
    let stop = || control.should_stop();
    for _ in 0..LINKED {
        links.charge(flat, &searched.prices.of_rows, &stop);
        let start = searched.prices.of_rows.clone();
        (*searched.prices, *searched.pool) =
            joint::search_prices(flat, &start, (aim, rounds), control, tell);
        if stop() {
            break;
        }
        let wide = beyond_listed(context, flat, searched.prices, weights);
        let known = *searched.lowest;
        *searched.lowest = known.min(searched.prices.bound + wide);
        let gained = known - *searched.lowest;
        let is_enough = gained * ENOUGH_LINKED < known.abs();
        if is_enough || *searched.lowest - aim.worth <= aim.gap {
            break;
        }
    }
}

/// Prices in the scale of a layout.
fn scaled(layout: &Flat<'_>, prices: &[i64], factor: f64) -> Vec<i64> {
    let each = prices.iter().enumerate();
    each.map(|(row, &price)| layout.whole_price(row, price as f64 * factor))
        .collect()
}
