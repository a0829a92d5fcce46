//! Key figures of a scenario for people: each with its unit and what it means.

use super::summary::Summary;
use crate::units::{MICRO, Money};

/// What a figure is.
pub(super) enum Amount {
    Text(String),
    Count(i64),
    Money(Money),
    /// Between 0 and 1.
    Share(f64),
    Number(f64),
    /// Not known.
    Nothing,
}

/// A figure.
pub(super) struct Figure {
    pub(super) name: &'static str,
    pub(super) amount: Amount,
    pub(super) unit: String,
    pub(super) meaning: &'static str,
}

/// All figures. Wall times and memory are left out: the same plan has the same figures.
pub(super) fn figures(summary: &Summary) -> Vec<Figure> {
    let mut figures = outcome(summary);
    figures.extend(counts(summary));
    figures.extend(money(summary));
    figures
}

fn figure(
    name: &'static str,
    amount: Amount,
    unit: impl Into<String>,
    meaning: &'static str,
) -> Figure {
    let unit = unit.into();
    Figure {
        name,
        amount,
        unit,
        meaning,
    }
}

fn amount(money: Option<Money>) -> Amount {
    money.map_or(Amount::Nothing, Amount::Money)
}

fn share(share: Option<f64>) -> Amount {
    share.map_or(Amount::Nothing, |share| Amount::Share(settled(share)))
}

/// A number without its last digits, which may change when it is read back from a summary.
fn settled(number: f64) -> f64 {
    const KEPT: f64 = 1e9;
    (number * KEPT).round() / KEPT
}

/// How the scenario came out.
fn outcome(summary: &Summary) -> Vec<Figure> {
    let text = |text: &str| Amount::Text(text.to_owned());
    let currency = &summary.currency;
    vec![
        figure(
            "scenario",
            text(&summary.scenario),
            "",
            "name of the scenario",
        ),
        figure("as_of", text(&summary.as_of), "", "moment of planning"),
        figure(
            "horizon_days",
            Amount::Count(i64::from(summary.horizon_days)),
            "days",
            "days planned",
        ),
        figure(
            "orders_set_aside",
            Amount::Count(summary.orders_set_aside as i64),
            "orders",
            "faulty orders left out before planning, which count in no figure",
        ),
        figure(
            "status",
            text(&summary.status),
            "",
            "optimal, gap (proven within it), limit, or baseline (rules replayed, nothing proven)",
        ),
        figure(
            "goal",
            text(&summary.goal),
            "",
            "what objective and bound are",
        ),
        figure(
            "objective",
            amount(summary.objective),
            currency,
            "what was maximised or minimised, penalties in",
        ),
        figure(
            "bound",
            amount(summary.bound),
            currency,
            "no plan does better: proven",
        ),
        figure(
            "gap",
            share(summary.gap),
            "share",
            "what is missing to the bound ÷ the bound",
        ),
        figure(
            "profit",
            amount(summary.profit),
            currency,
            "revenue less costs, penalties left out",
        ),
        figure(
            "cost",
            amount(summary.cost),
            currency,
            "all costs, goods in, ageing credit off",
        ),
        figure(
            "penalties",
            amount(summary.penalties),
            currency,
            "for lateness, unfilled units, CO₂ and rules",
        ),
    ]
}

/// What the plan moves.
fn counts(summary: &Summary) -> Vec<Figure> {
    let Some(kpis) = &summary.kpis else {
        return vec![];
    };
    let count = Amount::Count;
    let kilograms = kpis.co2.0 as f64 / MICRO as f64;
    let mean =
        |value: Option<f64>| value.map_or(Amount::Nothing, |value| Amount::Number(settled(value)));
    vec![
        figure("orders", count(kpis.orders), "orders", "asked for"),
        figure("lines", count(kpis.lines), "lines", "asked for"),
        figure("units", count(kpis.units), "units", "asked for"),
        figure("units_filled", count(kpis.units_filled), "units", "shipped"),
        figure(
            "fill_rate",
            share(kpis.fill_rate),
            "share",
            "units shipped ÷ units asked for",
        ),
        figure(
            "lines_filled",
            count(kpis.lines_filled),
            "lines",
            "shipped in full",
        ),
        figure(
            "orders_filled",
            count(kpis.orders_filled),
            "orders",
            "shipped in full",
        ),
        figure(
            "orders_shipped",
            count(kpis.orders_shipped),
            "orders",
            "of which something ships",
        ),
        figure(
            "shipments",
            count(kpis.shipments),
            "shipments",
            "that reach customers",
        ),
        figure(
            "feeders",
            count(kpis.feeders),
            "shipments",
            "on the way to a hub",
        ),
        figure(
            "parcels",
            count(kpis.parcels),
            "parcels",
            "that carriers take",
        ),
        figure(
            "split_orders",
            count(kpis.split_orders),
            "orders",
            "in more than one shipment",
        ),
        figure(
            "split_rate",
            share(kpis.split_rate),
            "share",
            "split orders ÷ orders",
        ),
        figure(
            "late_orders",
            count(kpis.late_orders),
            "orders",
            "of which a shipment is late",
        ),
        figure(
            "on_time_rate",
            share(kpis.on_time_rate),
            "share",
            "orders shipped of which nothing is late ÷ orders shipped",
        ),
        figure(
            "cost_per_order",
            amount(kpis.cost_per_order),
            format!("{} per order", summary.currency),
            "fulfilment, goods left out, per order shipped",
        ),
        figure(
            "transit_days",
            mean(kpis.transit_days),
            "days",
            "from departure to arrival, mean of shipments",
        ),
        figure(
            "distance_km",
            mean(kpis.distance_km),
            "km",
            "by road to the customer, mean of shipments by carrier",
        ),
        figure("co2", Amount::Number(kilograms), "kg", "of carriage"),
    ]
}

/// Where the money goes.
fn money(summary: &Summary) -> Vec<Figure> {
    let Some(account) = &summary.money else {
        return vec![];
    };
    let kinds = [
        ("revenue", account.revenue, "unit prices of what ships"),
        ("goods", account.goods, "cost of goods"),
        (
            "ageing_credit",
            account.ageing_credit,
            "gained, as it would be marked down",
        ),
        ("picking", account.picking, "picking units, visiting lines"),
        ("packing", account.packing, "packing shipments"),
        ("carriage", account.carriage, "carriers"),
        ("transfer", account.transfer, "to stores and hubs"),
        (
            "fixed",
            account.fixed,
            "fixed costs of locations that are open, and closing costs of those that are closed",
        ),
        ("overtime", account.overtime, "units beyond capacity"),
        (
            "shortfall",
            account.shortfall,
            "promised to carriers and missing",
        ),
        ("lateness", account.late, "penalty"),
        ("unfilled", account.unfilled, "penalty"),
        ("co2_cost", account.co2, "penalty"),
        (
            "preference",
            account.preference,
            "of business rules; nobody pays it",
        ),
    ];
    let each = kinds.into_iter().map(|(name, value, meaning)| {
        figure(name, Amount::Money(value), &summary.currency, meaning)
    });
    each.collect()
}
