//! What is known of a scenario much like the one that is planned: where searches begin.

use super::component::{Component, Member};
use super::outcome::Resource;
use crate::domain::{Dataset, LocationIx, OrderIx};
use crate::options::{Candidate, OrderOptions};
use crate::plan::{Plan, Route};
use rayon::prelude::*;
use std::borrow::Cow;

/// What another scenario found, told of what this one has, too.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// Prices of what both share out, in micro-units of money; empty: none are known.
    pub prices: &'a [(Resource, i64)],
    /// Its plan, which may break limits that only this one has.
    pub plan: Option<&'a Plan>,
    /// How far its plan is from its bound at most, as a share, where that is known.
    pub gap: Option<f64>,
}

impl<'a> Known<'a> {
    /// Prices alone.
    pub fn of(prices: &'a [(Resource, i64)]) -> Self {
        Self {
            prices,
            ..Self::default()
        }
    }
}

/// The same for searches.
#[derive(Clone, Copy, Default)]
pub struct Start<'a> {
    /// Prices by coupling row; empty: none are known.
    pub prices: &'a [i64],
    /// The plan.
    pub plan: Option<&'a Plan>,
    /// How far it is from its bound.
    pub gap: Option<f64>,
}

/// What a plan does with an order.
pub struct Done(Vec<Shipped>);

/// What an order can do of what a plan does with it.
pub struct Same {
    /// Positions of candidates that do the same as any of its shipments.
    pub candidates: Vec<u32>,
    /// How many these are.
    pub shipments: usize,
}

/// A shipment, whatever wave it leaves by: plans are told with the earliest that costs no more, candidates with the latest that do.
struct Shipped {
    from: LocationIx,
    route: Route,
    /// By line.
    units: Vec<u32>,
}

impl Done {
    /// What this plan does; `None`: nothing.
    pub fn of(dataset: &Dataset, plan: &Plan, order: OrderIx) -> Option<Self> {
        let begin = plan
            .shipments
            .partition_point(|shipment| shipment.order < order);
        let of_order = plan.shipments[begin..].iter();
        let lines = &dataset.orders[order.ix()].lines;
        let each = of_order.take_while(|shipment| shipment.order == order);
        let shipped = each.map(|shipment| Shipped {
            from: dataset.waves[shipment.wave.ix()].location,
            route: shipment.route,
            units: shipment.units_by_line(lines),
        });
        let all: Vec<Shipped> = shipped.collect();
        (!all.is_empty()).then_some(Self(all))
    }

    /// The units by line of each shipment.
    pub fn loads(&self) -> impl Iterator<Item = Vec<u32>> {
        self.0.iter().map(|one| one.units.clone())
    }

    /// Whether so many units by line leave a location.
    pub fn leaves(&self, from: LocationIx, units: &[u32]) -> bool {
        let mut each = self.0.iter();
        each.any(|one| one.from == from && one.units[..] == *units)
    }

    /// Which candidates do the same.
    pub fn same(&self, dataset: &Dataset, options: &OrderOptions) -> Same {
        let is_same = |candidate: &Candidate| {
            let units = &options.loads[candidate.load as usize].quantities;
            let from = dataset.waves[candidate.wave.ix()].location;
            self.0.iter().any(|one| {
                one.from == from
                    && one.units[..] == units[..]
                    && is_one_way(one.route, candidate.route)
            })
        };
        let each = options.candidates.iter().zip(0..);
        let same = each.filter(|(candidate, _)| is_same(candidate));
        Same {
            candidates: same.map(|(_, position)| position).collect(),
            shipments: self.0.len(),
        }
    }
}

impl Component<'_> {
    /// By member, what it can do of what a plan does with its order, `None` where that ships nothing of it; `list` tells a member's
    /// options by its number.
    pub fn same_as<'l>(
        &self,
        plan: &Plan,
        list: impl Fn(usize) -> Cow<'l, OrderOptions> + Sync,
    ) -> Vec<Option<Same>> {
        let dataset = self.context.shop.dataset;
        let of_member = |(number, member): (usize, &Member<'_>)| {
            let done = Done::of(dataset, plan, member.order)?;
            Some(done.same(dataset, &list(number)))
        };
        let members = self.members.par_iter().enumerate();
        members.map(of_member).collect()
    }
}

/// Whether two routes differ by a hub's wave at most.
fn is_one_way(one: Route, other: Route) -> bool {
    match (one, other) {
        (Route::ToHub(one, _), Route::ToHub(other, _)) => one == other,
        _ => one == other,
    }
}
