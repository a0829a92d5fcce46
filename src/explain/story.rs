//! All that can be told of one order: why it ships as it does, what else it could do, and what it would take to fill the rest.

use super::decision::{Choice, Deciding, Placed, Priced, days_late, is_of_a_kind, late_of_others};
use super::hold::Hold;
use super::lacking::{Missing, Unserved};
use super::shipped::Shipped;
use super::unfilled::Unfilled;
use crate::domain::{LocationIx, LocationKind, OrderIx};
use crate::ledger::Ledger;
use crate::model::{Resource, Usage};
use crate::options::{
    Asked, Beside, Elsewhere, KnownFares, NotFromThere, may_share, waves_elsewhere,
    why_not_elsewhere, worth_from,
};
use crate::plan::{Plan, Shipment};
use crate::units::Money;
use crate::verify::{Account, Audit, takes_stock};

/// Waves of a location that are told at most.
const WAVES_TOLD: usize = 8;

/// One order.
pub struct Story {
    /// Which.
    pub order: OrderIx,
    /// What it earns over shipping nothing of it.
    pub gain: Money,
    /// Its shipments that take stock.
    pub shipments: Vec<ShipmentStory>,
    /// Its shipments that take none: hubs send on what others bring.
    pub sent_on: Vec<SentOn>,
    /// Why not all in one straight to the customer, where it goes otherwise.
    pub whole: Option<Whole>,
    /// What stays unfilled.
    pub open: Vec<(Unfilled, Vec<Missing>)>,
}

/// What a hub sends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentOn {
    /// Its position in the plan.
    pub shipment: u32,
    /// Handling and carriage.
    pub cost: Money,
    /// Days late.
    pub days_late: u32,
}

/// Why a shipment leaves where it does.
pub struct ShipmentStory {
    /// The choice.
    pub choice: Choice,
    /// All ways for its goods, the one it takes among them, by worth, the best first.
    pub ways: Vec<Alternative>,
    /// Locations that cannot send them, and why.
    pub barred: Vec<(LocationIx, NotFromThere)>,
    /// What it pays of what is scarce.
    pub paid: Vec<Paid>,
}

/// One way for goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The way with what it is worth and pays.
    pub priced: Priced,
    /// Whether it is the one taken.
    pub is_chosen: bool,
    /// What is in its way; `None`: there is room for it.
    pub in_the_way: Option<Hold>,
}

/// Why goods do not go all in one shipment straight to the customer.
pub struct Whole {
    /// Whether a hub sends some of them on.
    pub is_by_hub: bool,
    /// Whether they may share one at all.
    pub may_share: bool,
    /// Ways for all of them, by worth, the best first; worth over shipping nothing.
    pub ways: Vec<Alternative>,
    /// Locations that cannot send them all, and why.
    pub barred: Vec<(LocationIx, NotFromThere)>,
}

/// Use of something scarce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    /// What it is.
    pub resource: Resource,
    /// How much of it is used here.
    pub units: i64,
    /// What one more would be worth at most.
    pub price: Money,
    /// How much there is.
    pub capacity: i64,
    /// How much the plan uses.
    pub used: i64,
}

/// What the story of an order is told from.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What the verifier finds in it.
    pub audit: &'a Audit,
    /// Its money.
    pub ledger: &'a Ledger,
    /// What it leaves unfilled.
    pub unfilled: &'a [Unfilled],
    /// Its choices, by shipment.
    pub choices: &'a [Choice],
}

/// Tells all of an order.
pub fn story(deciding: Deciding<'_>, told: Told<'_>, order: OrderIx) -> Story {
    let dataset = deciding.dataset;
    let range = told.ledger.shipments_of(order);
    let shipments = &told.plan.shipments[range.clone()];
    let late = days_late(told.audit, range.clone());
    let lines = dataset.lines_of(order).iter();
    let nothing: Money = lines
        .map(|line| line.unfilled_cost * i64::from(line.quantity))
        .sum();
    let first = told
        .choices
        .partition_point(|it| (it.shipment as usize) < range.start);
    let of_order = told.choices[first..].iter();
    let of_order = of_order.take_while(|it| (it.shipment as usize) < range.end);
    let lines = dataset.orders[order.ix()].line_indices();
    let open = told.unfilled.iter();
    let open = open.filter(|it| lines.clone().any(|line| line == it.line));
    Story {
        order,
        gain: told.ledger.account_of(told.audit, order).margin() + nothing,
        shipments: of_order
            .map(|choice| {
                let position = choice.shipment as usize - range.start;
                deciding.shipment_story(shipments, &late, position, *choice)
            })
            .collect(),
        sent_on: range
            .clone()
            .zip(shipments.iter().zip(&late))
            .filter(|(_, (shipment, _))| !takes_stock(dataset, shipment))
            .map(|(position, (_, &days_late))| SentOn {
                shipment: position as u32,
                cost: moving(&told.audit.shipments[position].account()),
                days_late,
            })
            .collect(),
        whole: deciding.whole(shipments),
        open: open
            .map(|it| {
                let unserved = Unserved {
                    order,
                    line: it.line,
                    open: u32::try_from(it.quantity).unwrap_or(u32::MAX),
                    shipments,
                    late: &late,
                };
                (it.clone(), deciding.missing(unserved))
            })
            .collect(),
    }
}

/// What moving something costs, where there are no goods of its own.
fn moving(account: &Account) -> Money {
    account.fulfilment() + account.co2
}

impl Deciding<'_> {
    fn shipment_story(
        &self,
        shipments: &[Shipment],
        late: &[u32],
        position: usize,
        choice: Choice,
    ) -> ShipmentStory {
        let shipment = &shipments[position];
        let shipped = Shipped::new(self.dataset, shipment);
        let mut own = vec![];
        let here = (shipment.wave, shipment.route);
        self.sharing
            .usage_of(&shipped, here, &shipments[position..=position], &mut own);
        let placed = Placed {
            siblings: shipments,
            position,
            end: position + 1,
            shipped: &shipped,
            own: &own,
        };
        let asked = Asked {
            order: shipment.order,
            load: &shipped.load,
            late_already: late_of_others(late, position..position + 1),
            beside: Beside::all_but(shipments, position..position + 1),
        };
        let (mut ways, barred) = self.ways_for(&placed, asked, Some(&choice.chosen.way));
        for way in &mut ways {
            way.is_chosen = (way.priced.way.wave, way.priced.way.route)
                == (choice.chosen.way.wave, choice.chosen.way.route);
        }
        if !ways.iter().any(|way| way.is_chosen) {
            ways.push(Alternative {
                priced: choice.chosen,
                is_chosen: true,
                in_the_way: None,
            });
        }
        sort(&mut ways);
        ShipmentStory {
            choice,
            ways,
            barred,
            paid: self.paid_for(&own),
        }
    }

    /// All ways for goods, and why other locations have none; only those like `chosen`.
    fn ways_for(
        &self,
        placed: &Placed<'_>,
        asked: Asked<'_>,
        chosen: Option<&Elsewhere>,
    ) -> (Vec<Alternative>, Vec<(LocationIx, NotFromThere)>) {
        let (dataset, settings, rates) = (self.dataset, self.settings, self.rates);
        let mut known = KnownFares::default();
        let mut ways = vec![];
        let mut usage = vec![];
        for (_, waves) in waves_elsewhere(dataset, asked, WAVES_TOLD) {
            for wave in waves {
                for way in worth_from(dataset, settings, rates, asked, wave, &mut known) {
                    let is_like = match chosen {
                        Some(chosen) => is_of_a_kind(way.route, chosen.route),
                        None => !matches!(way.route, crate::plan::Route::ToHub(..)),
                    };
                    if !is_like {
                        continue;
                    }
                    let there = (wave, way.route);
                    self.sharing
                        .usage_of(placed.shipped, there, placed.moved(), &mut usage);
                    ways.push(Alternative {
                        priced: Priced {
                            way,
                            scarcity: self.sharing.paid(&usage),
                        },
                        is_chosen: false,
                        in_the_way: self.in_the_way(placed, wave, &usage),
                    });
                }
            }
        }
        sort(&mut ways);
        let is_hub = |it: &LocationIx| dataset.locations[it.ix()].kind == LocationKind::Hub;
        let places = (0..dataset.locations.len()).map(LocationIx::new);
        let barred = places.filter(|it| !is_hub(it)).filter_map(|location| {
            let why = why_not_elsewhere(dataset, settings, rates, asked, location)?;
            Some((location, why))
        });
        (ways, barred.collect())
    }

    /// Why an order's goods do not go in one shipment straight to the customer; `None`: they do.
    fn whole(&self, shipments: &[Shipment]) -> Option<Whole> {
        let dataset = self.dataset;
        if shipments.len() < 2 {
            return None;
        }
        let stocking = shipments.iter().filter(|it| takes_stock(dataset, it));
        let all: Vec<&Shipment> = stocking.collect();
        let shipped = Shipped::of_all(dataset, &all);
        let mut own: Vec<Usage> = vec![];
        let mut usage = vec![];
        for shipment in shipments {
            let one = Shipped::new(dataset, shipment);
            let here = (shipment.wave, shipment.route);
            self.sharing.usage_of(&one, here, shipments, &mut usage);
            own.extend_from_slice(&usage);
        }
        self.sharing.coupling.merge_of_order(&mut own);
        let placed = Placed {
            siblings: shipments,
            position: 0,
            end: shipments.len(),
            shipped: &shipped,
            own: &own,
        };
        let asked = Asked {
            order: shipped.order,
            load: &shipped.load,
            late_already: 0,
            beside: Beside::default(),
        };
        let lines = dataset.lines_of(shipped.order);
        let may_share = may_share(dataset, lines, &shipped.load.quantities);
        let (ways, barred) = self.ways_for(&placed, asked, None);
        Some(Whole {
            is_by_hub: all.len() < shipments.len(),
            may_share,
            ways,
            barred,
        })
    }

    /// What something pays of what is scarce, by row.
    fn paid_for(&self, own: &[Usage]) -> Vec<Paid> {
        let scarce = own.iter().filter(|(row, _)| self.sharing.price(*row) > 0);
        let paid = scarce.map(|&(row, units)| {
            let data = self.sharing.row(row);
            Paid {
                resource: data.resource,
                units,
                price: Money(self.sharing.price(row)),
                capacity: data.capacity,
                used: self.sharing.used[row as usize],
            }
        });
        paid.collect()
    }
}

/// The best first, of equals by wave and route.
fn sort(ways: &mut [Alternative]) {
    ways.sort_by_key(|it| {
        (
            -it.priced.way.gain.0,
            it.priced.way.wave,
            it.priced.way.route,
        )
    });
}
