//! Bounds of wide orders against their best patterns, listed in full, at random prices.

#[path = "../../../tests/support/tiny.rs"]
#[allow(dead_code)]
pub(in crate::solve) mod tiny;

use super::super::alike::Start;
use super::super::component::{Context, Member};
use super::super::pattern::{Pattern, Worth};
use super::super::rules::Shop;
use super::super::worth::Weights;
use super::pairs::most_of_two;
use super::{At, most_money, most_money_with, straight_money};
use crate::domain::{Dataset, FormKind, Line, Objective, OrderIx, Settings};
use crate::model::{Coupling, GoalKind, Scarcity};
use crate::options::{LOADS_LIMIT, OrderOptions, RateIndex, enumerate_within, slots_of};
use tiny::{Draw, Features, dataset, settings};

const FEATURES: [Features; 3] = [
    Features {
        orders: 3,
        waves: 1,
        hub: false,
    },
    Features {
        orders: 3,
        waves: 2,
        hub: false,
    },
    Features {
        orders: 2,
        waves: 1,
        hub: true,
    },
];

/// A dataset with its rows and the options of its orders.
pub(in crate::solve) struct Listed {
    pub dataset: Dataset,
    settings: Settings,
    pub coupling: Coupling,
    rates: RateIndex,
    scarcity: Scarcity,
}

impl Listed {
    pub fn new(dataset: Dataset, loads_limit: usize) -> Self {
        let settings = settings(Objective::Profit);
        let coupling = Coupling::new(&dataset, &settings);
        let options = enumerate_within(&dataset, &settings, loads_limit);
        Self {
            scarcity: Scarcity {
                binding: vec![true; coupling.rows.len()],
                orders: options.orders.expect("all are kept"),
            },
            dataset,
            settings,
            coupling,
            rates: options.rates,
        }
    }

    pub fn context(&self) -> Context<'_> {
        Context {
            shop: Shop {
                dataset: &self.dataset,
                settings: &self.settings,
                coupling: &self.coupling,
                rates: &self.rates,
            },
            scarcity: &self.scarcity,
            weights: Weights::of_goal(GoalKind::Profit),
            start: Start::default(),
        }
    }

    pub fn options(&self, order: OrderIx) -> &OrderOptions {
        &self.scarcity.orders[order.ix()]
    }

    /// The best of its listed patterns at prices.
    fn best(&self, order: OrderIx, prices: &[i64]) -> Pattern {
        self.best_where(order, prices, &|_| 0)
    }

    /// The same where filling units of each line is worth something beside what it earns.
    fn best_where(
        &self,
        order: OrderIx,
        prices: &[i64],
        filling: &dyn Fn(&[u32]) -> i64,
    ) -> Pattern {
        let (context, options) = (self.context(), self.options(order));
        let member = Member::new(&context, order);
        let weights = Weights::of_goal(GoalKind::Profit);
        let worths: Vec<Worth> = (0..options.candidates.len())
            .map(|candidate| {
                let used = member.usage_of(&context, &[candidate as u32]);
                let paid = used.iter().map(|&(row, units)| {
                    let price = prices[row as usize] * units;
                    if self.coupling.rows[row as usize].is_commitment() {
                        -price
                    } else {
                        price
                    }
                });
                let candidate = &options.candidates[candidate];
                let filled = if candidate.forward {
                    0
                } else {
                    filling(&options.loads[candidate.load as usize].quantities)
                };
                Worth::from(candidate.gain.0 - paid.sum::<i64>() + filled)
            })
            .collect();
        let terms = weights.terms(&self.dataset, order, options);
        member.search().best(&worths, terms)
    }
}

/// The dataset of a seed; of some seeds with lines of many units, which are not shared out one by one.
pub(in crate::solve) fn drawn(seed: u64) -> Dataset {
    let mut dataset = dataset(seed, FEATURES[seed as usize % FEATURES.len()]);
    if seed % 4 == 3 {
        let draw = &mut Draw::new(seed + 1);
        for line in &mut dataset.lines {
            line.quantity += draw.within(0, 20) as u32;
            line.weight.0 /= 8;
            line.volume.0 /= 8;
        }
        for cell in &mut dataset.stock {
            cell.available = cell.available.map(|units| units + draw.within(0, 20));
        }
    }
    dataset
}

/// Prices of rows: many are free, few are dear.
pub(in crate::solve) fn draw_prices(draw: &mut Draw, rows: usize) -> Vec<i64> {
    let highest = [0, 300_000, 3_000_000, 20_000_000][draw.within(0, 3) as usize];
    (0..rows)
        .map(|_| {
            if draw.chance(50) {
                draw.within(0, highest)
            } else {
                0
            }
        })
        .collect()
}

#[test]
fn no_listed_pattern_is_worth_more_than_the_bound_of_a_wide_order() {
    let (mut compared, mut closer, mut met) = (0, 0, 0);
    let (mut by_two, mut met_by_two) = (0, 0);
    let (mut by_hub, mut closer_by_hub, mut replaced, mut closer_replaced) = (0, 0, 0, 0);
    for seed in 0..1_200 {
        let full = Listed::new(drawn(seed), LOADS_LIMIT);
        let wide = Listed::new(drawn(seed), 0);
        let context = wide.context();
        let draw = &mut Draw::new(seed);
        for order in wide.dataset.order_indices() {
            if full.options(order).wide || !wide.options(order).wide {
                continue;
            }
            let prices = draw_prices(draw, wide.coupling.rows.len());
            let best = full.best(order, &prices);
            if best.relaxed {
                continue;
            }
            let member = Member::new(&context, order);
            let slots = &member.options.slots;
            let most = most_money(&context, &member, &prices);
            let told = || format!("seed {seed}, order {}: {most}, best {best:?}", order.ix());
            assert!(most >= best.worth, "{}", told());
            let straight = straight_money(&context, &member, slots, At::of(&prices));
            assert!(most as f64 <= straight + 150.0, "{} {straight}", told());
            for floor in [best.worth, best.worth - 1_000_000, best.worth + 1] {
                let above = most_money_with(&context, &member, slots, At::of(&prices), floor);
                assert!(above >= floor.max(best.worth), "{} {above}", told());
                assert!(above <= floor.max(most), "{} {above}", told());
            }
            // Where filling counts beside money, by units or by what they bring.
            let lines = wide.dataset.lines_of(order);
            let (by_unit, by_value) = (3_000_000, 2);
            let filling = |units: &[u32]| -> i64 {
                let each = lines.iter().zip(units);
                let of_line = |(line, &units): (&Line, &u32)| {
                    (by_unit + by_value * line.unit_price.0) * i64::from(units)
                };
                each.map(of_line).sum()
            };
            let filled = full.best_where(order, &prices, &filling);
            if !filled.relaxed {
                let at = At {
                    prices: &prices,
                    unit: by_unit as f64,
                    value: by_value as f64,
                };
                let above = most_money_with(&context, &member, slots, at, 0);
                assert!(above >= filled.worth, "{} {above}", told());
                let straight = straight_money(&context, &member, slots, at);
                assert!(above as f64 <= straight + 150.0, "{} {straight}", told());
            }
            for looked_at in [1, 4, 16] {
                let hasty = most_of_two(
                    context.shop,
                    order,
                    slots,
                    At::of(&prices),
                    -100.0,
                    looked_at,
                );
                let is_bound = wide.dataset.orders[order.ix()].max_shipments <= 2;
                let hasty = hasty.filter(|_| is_bound);
                let above = hasty.map_or(best.worth, |most| most.worth as Worth + 101);
                assert!(above >= best.worth, "{} {above}", told());
            }
            let is_closer = (most as f64) < straight - 1_000.0;
            if slots.iter().any(|slot| slot.forward) {
                by_hub += 1;
                closer_by_hub += usize::from(is_closer);
            }
            let is_replaced = |line: &Line| {
                let mut forms = wide.dataset.forms_of(line).iter();
                forms.any(|form| form.kind == FormKind::Substitute)
            };
            if wide.dataset.lines_of(order).iter().any(is_replaced) {
                replaced += 1;
                closer_replaced += usize::from(is_closer);
            }
            // What rules, kits and substitutes forbid or allow is bounded more loosely.
            if !wide.dataset.rules.is_empty() || !wide.dataset.forms.is_empty() {
                continue;
            }
            compared += 1;
            closer += usize::from(is_closer);
            let is_met = usize::from(most - best.worth <= 200);
            met += is_met;
            let is_of_two = wide.dataset.orders[order.ix()].max_shipments <= 2;
            if is_of_two && !slots.iter().any(|slot| slot.forward) {
                by_two += 1;
                met_by_two += is_met;
            }
        }
    }
    // Where all lines are shared out, shipments are priced as they are.
    assert!(
        met_by_two * 10 > by_two * 9 && by_two > 200,
        "met for only {met_by_two} of {by_two} in two shipments at most"
    );
    assert!(compared > 400, "only {compared} orders were compared");
    assert!(
        closer * 4 > compared,
        "closer for only {closer} of {compared}"
    );
    assert!(met * 2 > compared, "met for only {met} of {compared}");
    assert!(
        closer_by_hub * 8 > by_hub && by_hub > 100,
        "closer for only {closer_by_hub} of {by_hub} that may go by a hub"
    );
    assert!(
        closer_replaced * 8 > replaced && replaced > 30,
        "closer for only {closer_replaced} of {replaced} with substitutes"
    );
}

#[test]
fn slots_made_anew_give_the_same_bound() {
    for seed in 0..40 {
        let wide = Listed::new(dataset(seed, FEATURES[1]), 0);
        let context = wide.context();
        let rates = crate::options::RateIndex::new(&wide.dataset);
        let free = vec![0; wide.coupling.rows.len()];
        for order in wide.dataset.order_indices() {
            let member = Member::new(&context, order);
            let slots = slots_of(&wide.dataset, &rates, order);
            let anew = most_money_with(&context, &member, &slots, At::of(&free), 0);
            assert_eq!(anew, most_money(&context, &member, &free));
        }
    }
}
