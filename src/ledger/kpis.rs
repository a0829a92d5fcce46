//! Key figures of a plan.

use super::average;
use crate::domain::{Dataset, Demand, Open};
use crate::plan::{Plan, Route};
use crate::units::{Money, Weight};
use crate::verify::Audit;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Key figures. Rates are shares between 0 and 1, `None` where there is nothing to divide by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kpis {
    /// Orders asked for.
    pub orders: i64,
    /// Lines asked for.
    pub lines: i64,
    /// Units asked for.
    pub units: i64,
    /// Units shipped.
    pub units_filled: i64,
    /// Units shipped ÷ units asked for.
    pub fill_rate: Option<f64>,
    /// Lines shipped in full.
    pub lines_filled: i64,
    /// Orders shipped in full.
    pub orders_filled: i64,
    /// Orders of which something ships.
    pub orders_shipped: i64,
    /// Shipments that reach customers: by carrier, collected, or by transfer to the pick-up store.
    pub shipments: i64,
    /// Shipments on the way to a hub.
    pub feeders: i64,
    /// Parcels that carriers take.
    pub parcels: i64,
    /// Orders in more than one shipment that reaches the customer.
    pub split_orders: i64,
    /// Split orders ÷ orders.
    pub split_rate: Option<f64>,
    /// Orders of which a shipment is late.
    pub late_orders: i64,
    /// Orders shipped of which nothing is late ÷ orders shipped.
    pub on_time_rate: Option<f64>,
    /// Picking, packing, carriage, transfer, fixed and closing costs, overtime and shortfall ÷ orders shipped: money only, goods,
    /// credits and penalties left out.
    pub cost_per_order: Option<Money>,
    /// Days from departure to arrival, on average over shipments that reach customers.
    pub transit_days: Option<f64>,
    /// Kilometres by road that carriers bring a shipment from where it leaves to the customer, on average over those
    /// of which both positions are known.
    #[serde(default)]
    pub distance_km: Option<f64>,
    /// CO₂ of all carriage; in JSON a number of kilograms.
    #[serde(rename = "co2_kg", with = "kilograms")]
    pub co2: Weight,
}

/// Key figures of one sales channel.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChannelUse {
    /// The channel.
    pub channel: Box<str>,
    /// Orders asked for.
    pub orders: i64,
    /// Units asked for.
    pub units: i64,
    /// Units shipped.
    pub units_filled: i64,
    /// Units shipped ÷ units asked for.
    pub fill_rate: Option<f64>,
    /// Orders of which something ships.
    pub orders_shipped: i64,
    /// Shipments that reach customers.
    pub shipments: i64,
    /// Orders in more than one of them.
    pub split_orders: i64,
    /// Orders of which a shipment is late.
    pub late_orders: i64,
    /// Orders shipped of which nothing is late ÷ orders shipped.
    pub on_time_rate: Option<f64>,
    /// Revenue less costs that orders cause.
    pub profit: Money,
}

/// What counts against a limit that a business rule sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleUse {
    /// Name of the rule.
    pub rule: Box<str>,
    /// How much there may be, at each of its places; of open locations without a most, how many there are at least.
    pub limit: i64,
    /// How much there is, over all places.
    pub used: i64,
    /// How much of that is over the limit.
    pub over: i64,
    /// What that costs in the objective.
    pub cost: Money,
}

/// What leaves a location over the horizon, and what could.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocationUse {
    /// Location id.
    pub location: Box<str>,
    /// Units that leave.
    pub units: i64,
    /// Units at regular cost that could leave over all open waves; `None`: no limit in at least one.
    pub capacity_units: Option<i64>,
    /// Units of overtime.
    pub overtime_units: i64,
    /// Lines visited.
    pub lines: i64,
    /// Shipments that leave.
    pub shipments: i64,
}

/// Whether a location is used where the plan decides it, or a rule counts it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDecision {
    /// Location id.
    pub location: Box<str>,
    /// Whether anything leaves it.
    pub used: bool,
    /// Whether it is open without: by earlier work, or because a rule wants so many open.
    #[serde(default)]
    pub kept_open: bool,
    /// Whether nothing leaves it though the scenario has it open.
    #[serde(default)]
    pub idle: bool,
    /// What it costs that it is used or kept open.
    pub fixed_cost: Money,
    /// What it costs that it is closed.
    #[serde(default)]
    pub closing_cost: Money,
}

/// Counts a plan.
pub(super) fn kpis(dataset: &Dataset, plan: &Plan, audit: &Audit) -> Kpis {
    let orders = audit.orders.len() as i64;
    let shipped = audit.orders.iter().filter(|it| it.shipments > 0).count() as i64;
    let split = audit.orders.iter().filter(|it| it.shipments > 1).count() as i64;
    let reaching = plan
        .shipments
        .iter()
        .filter(|it| it.reaches_customer())
        .count() as i64;
    let parcels = plan
        .shipments
        .iter()
        .filter(|it| matches!(it.route, Route::Carrier(_)))
        .map(|it| i64::from(it.parcels))
        .sum();
    Kpis {
        orders,
        lines: dataset.lines.len() as i64,
        units: audit.units,
        units_filled: audit.units_filled,
        fill_rate: ratio(audit.units_filled, audit.units),
        lines_filled: audit.lines_filled,
        orders_filled: audit.orders_filled,
        orders_shipped: shipped,
        shipments: reaching,
        feeders: plan.shipments.len() as i64 - reaching,
        parcels,
        split_orders: split,
        split_rate: ratio(split, orders),
        late_orders: audit.late_orders,
        on_time_rate: ratio(shipped - audit.late_orders, shipped),
        cost_per_order: average(audit.total.fulfilment(), shipped),
        transit_days: ratio(transit_days(dataset, plan, audit), reaching),
        distance_km: distance_km(plan, audit),
        co2: audit.shipments.iter().map(|it| it.co2).sum(),
    }
}

/// Kilometres to the customer, on average over the shipments of which they are known.
fn distance_km(plan: &Plan, audit: &Audit) -> Option<f64> {
    let known = plan.shipments.iter().zip(&audit.shipments);
    let known = known.filter(|(shipment, _)| shipment.reaches_customer());
    let (metres, shipments) = known
        .filter_map(|(_, found)| found.distance)
        .fold((0, 0), |(metres, count), one| (metres + one.0, count + 1));
    ratio(metres, shipments).map(|metres| metres / 1000.0)
}

/// Counts a plan by channel, in their order.
pub(super) fn channel_use(dataset: &Dataset, audit: &Audit, offsets: &[u32]) -> Vec<ChannelUse> {
    let mut channels: BTreeMap<&str, ChannelUse> = BTreeMap::new();
    for order in dataset.order_indices() {
        let data = &dataset.orders[order.ix()];
        let found = &audit.orders[order.ix()];
        let asked = dataset.lines_of(order).iter();
        let account = super::account_of(audit, super::positions(offsets, order), order);
        let sum = channels.entry(&data.channel).or_default();
        sum.orders += 1;
        sum.units += asked.map(|line| i64::from(line.quantity)).sum::<i64>();
        sum.units_filled += found.units_filled;
        sum.orders_shipped += i64::from(found.shipments > 0);
        sum.shipments += i64::from(found.shipments);
        sum.split_orders += i64::from(found.shipments > 1);
        sum.late_orders += i64::from(found.days_late > 0);
        sum.profit += account.profit();
    }
    let settled = |(channel, sum): (&str, ChannelUse)| ChannelUse {
        channel: channel.into(),
        fill_rate: ratio(sum.units_filled, sum.units),
        on_time_rate: ratio(sum.orders_shipped - sum.late_orders, sum.orders_shipped),
        ..sum
    };
    channels.into_iter().map(settled).collect()
}

/// How much counts against the limits of business rules, in their order.
pub(super) fn rule_use(dataset: &Dataset, audit: &Audit) -> Vec<RuleUse> {
    let each = dataset.rules.iter().zip(&audit.rules);
    let limited = each.filter_map(|(rule, found)| match rule.demand {
        Demand::AtMost(limit) => Some(RuleUse {
            rule: rule.name.clone(),
            limit: limit.most,
            used: found.used,
            over: found.over,
            cost: found.cost,
        }),
        Demand::Open(count) => Some(RuleUse {
            rule: rule.name.clone(),
            limit: count.most.unwrap_or(count.least),
            used: found.used,
            over: found.over,
            cost: found.cost,
        }),
        _ => None,
    });
    limited.collect()
}

/// A share, for reading; counts are far below 2^53.
fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Days from departure to arrival over shipments that reach customers; what a hub forwards counts from the hub.
fn transit_days(dataset: &Dataset, plan: &Plan, audit: &Audit) -> i64 {
    plan.shipments
        .iter()
        .zip(&audit.shipments)
        .filter(|(shipment, _)| shipment.reaches_customer())
        .map(|(shipment, found)| days(dataset.waves[shipment.wave.ix()].day, found.arrives))
        .sum()
}

fn days(from: Date, to: Date) -> i64 {
    if from == to {
        return 0;
    }
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// How much of each location is used, by location.
pub(super) fn location_use(dataset: &Dataset, audit: &Audit) -> Vec<LocationUse> {
    dataset
        .locations
        .iter()
        .map(|location| {
            let mut used = LocationUse {
                location: location.id.clone(),
                units: 0,
                capacity_units: Some(0),
                overtime_units: 0,
                lines: 0,
                shipments: 0,
            };
            for wave in location.wave_indices() {
                let (wave, found) = (&dataset.waves[wave.ix()], &audit.waves[wave.ix()]);
                used.units += found.units;
                used.overtime_units += found.overtime_units;
                used.lines += found.lines;
                used.shipments += found.shipments;
                if wave.closed.is_none() {
                    let both = used.capacity_units.zip(wave.capacity_units);
                    used.capacity_units = both.map(|(sum, more)| sum + more);
                }
            }
            used
        })
        .collect()
}

/// What the plan decides about locations with `open = decide`, and about those that a rule counts; and what costs to be closed.
pub(super) fn open_decisions(dataset: &Dataset, audit: &Audit) -> Vec<OpenDecision> {
    let is_counted = |place: usize| dataset.open_counts().any(|(_, _, counted)| counted[place]);
    dataset
        .locations
        .iter()
        .zip(&audit.locations)
        .enumerate()
        .filter(|(place, (location, _))| {
            let is_decided = location.open == Open::Decide || is_counted(*place);
            is_decided || location.closing_cost > Money::ZERO
        })
        .map(|(_, (location, found))| OpenDecision {
            location: location.id.clone(),
            used: found.used,
            kept_open: found.open && !found.used,
            idle: location.open == Open::Yes && !found.open,
            fixed_cost: found.fixed_cost,
            closing_cost: found.closing_cost,
        })
        .collect()
}

/// A weight as a JSON number of kilograms; exact to the milligram up to some million tonnes.
mod kilograms {
    use crate::units::{MICRO, Weight};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(weight: &Weight, out: S) -> Result<S::Ok, S::Error> {
        (weight.0 as f64 / MICRO as f64).serialize(out)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Weight, D::Error> {
        let number = f64::deserialize(input)?;
        Ok(Weight((number * MICRO as f64).round() as i64))
    }
}
