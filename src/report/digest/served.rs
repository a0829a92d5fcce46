//! How customers are served: shipments an order, days late, carriers, moves and returns.

use super::share;
use crate::plan::Route;
use crate::report::Planned;
use crate::units::{MICRO, Money, Weight};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Lower ends of the buckets of shipments an order; the last has no upper end.
const SHIPMENTS: [i64; 6] = [0, 1, 2, 3, 4, 5];
/// Lower ends of the buckets of days late.
const DAYS_LATE: [i64; 7] = [0, 1, 2, 3, 4, 6, 11];
/// Lower ends of the bands of distance, in kilometres; the last has no upper end.
const KILOMETRES: [i64; 9] = [0, 10, 25, 50, 100, 200, 400, 800, 1600];

/// Orders that have something in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// From so many on.
    pub from: i64,
    /// Up to so many; `None`: no end.
    pub to: Option<i64>,
    /// Orders.
    pub orders: i64,
}

/// What goes by one service, by collection, or by transfer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Carried {
    /// `carrier`, `collect`, `to_store` or `to_hub`, as in `shipments`.
    pub route: String,
    /// The carrier; empty where none carries.
    pub carrier: String,
    /// Its service.
    pub service: String,
    /// Shipments.
    pub shipments: i64,
    /// Parcels.
    pub parcels: i64,
    /// Kilograms.
    pub weight_kg: f64,
    /// What carriers or transfers cost.
    pub cost: Money,
    /// Days from leaving to arrival, on average.
    pub transit_days: Option<f64>,
    /// Shipments that arrive late.
    pub late: i64,
    /// Shipments promised to the carrier.
    pub promised: i64,
    /// Of these, missing.
    pub missing: i64,
    /// What that costs.
    pub shortfall_cost: Money,
}

/// What carriers bring to customers who are so far away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DistanceBand {
    /// From so many kilometres by road on; `None`: it is not known how many.
    pub from_km: Option<i64>,
    /// To less than so many; `None`: no end.
    pub to_km: Option<i64>,
    /// Shipments.
    pub shipments: i64,
    /// Units in them.
    pub units: i64,
    /// What carriers charge.
    pub carriage: Money,
    /// Shipments that arrive late.
    pub late: i64,
}

impl DistanceBand {
    /// `10 to 25`, `1600 and more`, `not known`.
    pub fn named(&self) -> String {
        match (self.from_km, self.to_km) {
            (Some(from), Some(to)) => format!("{from} to {to}"),
            (Some(from), None) => format!("{from} and more"),
            (None, _) => "not known".to_owned(),
        }
    }
}

/// What moved against an earlier run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moves {
    /// Orders of which something leaves another location.
    pub orders: i64,
    /// Their shipments that moved.
    pub shipments: i64,
    /// What staying would have cost.
    pub staying_costs: Money,
    /// Pieces of earlier work that stay as they were.
    pub kept: i64,
}

/// What customers send back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// Returns there are.
    pub returns: i64,
    /// Of these announced, with a way back.
    pub sent_somewhere: i64,
    /// What these ways cost.
    pub carriage: Money,
    /// What the goods are worth where they go.
    pub value: Money,
}

fn buckets(ends: &[i64], values: impl Iterator<Item = i64>) -> Vec<Bucket> {
    let mut found: Vec<Bucket> = ends
        .iter()
        .enumerate()
        .map(|(place, &from)| Bucket {
            from,
            to: ends.get(place + 1).map(|next| next - 1),
            orders: 0,
        })
        .collect();
    for value in values {
        if let Some(bucket) = found.iter_mut().rfind(|bucket| bucket.from <= value) {
            bucket.orders += 1;
        }
    }
    found
}

/// Orders by shipments that reach the customer.
pub(super) fn by_shipments(planned: Planned<'_>) -> Vec<Bucket> {
    let orders = planned.audit.orders.iter();
    buckets(&SHIPMENTS, orders.map(|order| i64::from(order.shipments)))
}

/// Orders with a promise of which something ships, by days late.
pub(super) fn by_days_late(planned: Planned<'_>) -> Vec<Bucket> {
    let orders = planned.dataset.orders.iter().zip(&planned.audit.orders);
    let promised =
        orders.filter(|(order, found)| order.deliver_by.is_some() && found.shipments > 0);
    buckets(&DAYS_LATE, promised.map(|(_, found)| found.days_late))
}

/// Orders of which something ships and nothing was promised.
pub(super) fn without_promise(planned: Planned<'_>) -> i64 {
    let orders = planned.dataset.orders.iter().zip(&planned.audit.orders);
    let free = orders.filter(|(order, found)| order.deliver_by.is_none() && found.shipments > 0);
    free.count() as i64
}

/// Sums over the shipments of one way to go.
#[derive(Clone, Copy, Default)]
struct Sum {
    shipments: i64,
    parcels: i64,
    weight: Weight,
    cost: Money,
    days: i64,
    late: i64,
}

/// By carrier service, then collections and transfers; what carries nothing and is promised nothing is left out.
pub(super) fn carried(planned: Planned<'_>) -> Vec<Carried> {
    const OTHERS: [&str; 3] = ["collect", "to_store", "to_hub"];
    let services = &planned.dataset.services;
    let mut sums = vec![Sum::default(); services.len() + OTHERS.len()];
    for (shipment, found) in planned.plan.shipments.iter().zip(&planned.audit.shipments) {
        let slot = match shipment.route {
            Route::Carrier(service) => service.ix(),
            Route::Collect => services.len(),
            Route::ToStore(_) => services.len() + 1,
            Route::ToHub(..) => services.len() + 2,
        };
        let sum = &mut sums[slot];
        sum.shipments += 1;
        sum.parcels += i64::from(shipment.parcels);
        sum.weight += found.weight;
        sum.cost += found.carriage + found.transfer;
        sum.days += days(found.leaves, found.arrives);
        sum.late += i64::from(found.days_late > 0);
    }
    let told = |sum: &Sum| Carried {
        shipments: sum.shipments,
        parcels: sum.parcels,
        weight_kg: sum.weight.0 as f64 / MICRO as f64,
        cost: sum.cost,
        transit_days: share(sum.days, sum.shipments),
        late: sum.late,
        ..Carried::default()
    };
    let of_services = services.iter().zip(&planned.audit.services).zip(&sums);
    let of_services = of_services.map(|((service, found), sum)| Carried {
        route: "carrier".to_owned(),
        carrier: service.carrier.to_string(),
        service: service.service.to_string(),
        promised: service.minimum_shipments,
        missing: found.shortfall,
        shortfall_cost: found.shortfall_cost,
        ..told(sum)
    });
    let of_others = OTHERS.iter().zip(&sums[services.len()..]);
    let of_others = of_others.map(|(&route, sum)| Carried {
        route: route.to_owned(),
        ..told(sum)
    });
    let all = of_services.chain(of_others);
    all.filter(|it| it.shipments > 0 || it.promised > 0)
        .collect()
}

/// What carriers bring to customers by how far they are from where it leaves, the nearest first; last, where there are
/// such, those of whom that is not known.
pub(super) fn by_distance(planned: Planned<'_>) -> Vec<DistanceBand> {
    let mut bands: Vec<DistanceBand> = KILOMETRES
        .iter()
        .enumerate()
        .map(|(place, &from)| DistanceBand {
            from_km: Some(from),
            to_km: KILOMETRES.get(place + 1).copied(),
            ..DistanceBand::default()
        })
        .collect();
    let mut unknown = DistanceBand::default();
    for (shipment, found) in planned.plan.shipments.iter().zip(&planned.audit.shipments) {
        if !shipment.reaches_customer() || !matches!(shipment.route, Route::Carrier(_)) {
            continue;
        }
        let band = match found.distance {
            Some(metres) => {
                let after = KILOMETRES.partition_point(|&from| from * 1000 <= metres.0);
                &mut bands[after - 1]
            }
            None => &mut unknown,
        };
        band.shipments += 1;
        band.units += found.units;
        band.carriage += found.carriage;
        band.late += i64::from(found.days_late > 0);
    }
    let last = bands.iter().rposition(|band| band.shipments > 0);
    bands.truncate(last.map_or(0, |last| last + 1));
    bands.extend((unknown.shipments > 0).then_some(unknown));
    bands
}

fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// What moved; `None` without an earlier run.
pub(super) fn moves(planned: Planned<'_>) -> Option<Moves> {
    let dataset = planned.dataset;
    (!dataset.planned.is_empty()).then(|| Moves {
        orders: planned.moved.len() as i64,
        shipments: planned.moved.iter().map(|it| it.shipments).sum(),
        staying_costs: planned
            .moved
            .iter()
            .map(|it| it.gain - it.staying_gain)
            .sum(),
        kept: dataset.kept.len() as i64,
    })
}

/// What customers send back; `None` where nothing is.
pub(super) fn returns(planned: Planned<'_>) -> Option<Returned> {
    let returns = planned.dataset.returns.len() as i64;
    let sent = || planned.returning.iter().flatten();
    (returns > 0).then(|| Returned {
        returns,
        sent_somewhere: sent().count() as i64,
        carriage: sent().map(|offer| offer.carriage).sum(),
        value: sent().map(|offer| offer.value).sum(),
    })
}
