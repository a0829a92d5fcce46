//! What cannot hold together, in words and as JSON.

use crate::domain::{Dataset, LocationIx, OpenCount, OrderIx, SkuIx};
use crate::explain::{Conflict, Held};
use serde::Serialize;
use std::fmt::Write as _;

/// A conflict with names.
#[derive(Clone, Debug, Serialize)]
pub struct ConflictTold {
    /// The scenario.
    pub scenario: String,
    /// Orders that cannot all be filled in full; none where rules on open locations contradict each other.
    pub orders: Vec<DemandTold>,
    /// Limits and rules against it, in words.
    pub against: Vec<String>,
    /// Why nothing would help, where no limit or rule is against it.
    pub otherwise: String,
    /// Whether there is no smaller such set around the first order.
    pub smallest: bool,
}

/// What an order asks for.
#[derive(Clone, Debug, Serialize)]
pub struct DemandTold {
    /// The order.
    pub order_id: String,
    /// Its goods, in words.
    pub goods: String,
}

/// Puts names to a conflict; `otherwise` says why nothing would help.
pub fn told_conflict(
    dataset: &Dataset,
    scenario: &str,
    conflict: &Conflict,
    otherwise: &str,
) -> ConflictTold {
    let demand = |&order: &OrderIx| {
        let lines = dataset.lines_of(order).iter();
        let goods: Vec<String> = lines
            .map(|line| {
                format!(
                    "{} × {}",
                    line.quantity,
                    dataset.products[line.sku.ix()].sku
                )
            })
            .collect();
        DemandTold {
            order_id: dataset.orders[order.ix()].id.to_string(),
            goods: goods.join(", "),
        }
    };
    let against = conflict.against.iter();
    let against: Vec<String> = against
        .map(|held| words(dataset, &conflict.orders, *held))
        .collect();
    ConflictTold {
        scenario: scenario.to_owned(),
        orders: conflict.orders.iter().map(demand).collect(),
        otherwise: if against.is_empty() {
            otherwise.to_owned()
        } else {
            String::new()
        },
        against,
        smallest: conflict.is_smallest,
    }
}

/// Puts names to rules on open locations, by position, that no choice of these keeps together.
pub fn told_open_conflict(dataset: &Dataset, scenario: &str, rules: &[usize]) -> ConflictTold {
    let told = |(rule, count, counted): (usize, OpenCount, &[bool])| {
        let least = (count.least > 0).then(|| format!("at least {}", count.least));
        let hard = count.most.filter(|_| count.price.is_none());
        let most = hard.map(|most| format!("at most {most}"));
        let asked: Vec<String> = least.into_iter().chain(most).collect();
        let all = counted.iter().filter(|is| **is).count();
        let closed = match all - dataset.could_be_open(counted) {
            0 => String::new(),
            closed => format!(", of which {closed} are closed"),
        };
        format!(
            "rule {}: {} open of the {all} locations that it counts{closed}",
            dataset.rules[rule].name,
            asked.join(" and ")
        )
    };
    let those = dataset
        .open_counts()
        .filter(|(rule, ..)| rules.contains(rule));
    ConflictTold {
        scenario: scenario.to_owned(),
        orders: vec![],
        against: those.map(told).collect(),
        otherwise: String::new(),
        smallest: false,
    }
}

impl ConflictTold {
    /// As JSON.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("texts are always JSON");
        text + "\n"
    }

    /// In words.
    pub fn to_text(&self) -> String {
        let mut text = if self.orders.is_empty() {
            format!("Scenario {} has no plan.\n", self.scenario)
        } else {
            format!(
                "What stays unfilled is paid for, so scenario {} has a plan.\n",
                self.scenario
            )
        };
        text += "What cannot hold together, and could if any one of it were gone:\n";
        for order in &self.orders {
            let _ = writeln!(
                text,
                "  order {} filled in full: {}",
                order.order_id, order.goods
            );
        }
        for held in &self.against {
            let _ = writeln!(text, "  {held}");
        }
        let around = self.orders.first().filter(|_| self.smallest);
        if self.against.is_empty() {
            let _ = writeln!(
                text,
                "  No limit or rule is against it that could be left out. {}",
                self.otherwise
            );
        } else if let Some(order) = around {
            let _ = writeln!(
                text,
                "Around order {} no fewer things cannot hold together.",
                order.order_id
            );
        }
        text
    }
}

fn words(dataset: &Dataset, orders: &[OrderIx], held: Held) -> String {
    let location = |at: LocationIx| &*dataset.locations[at.ix()].id;
    let plural = if orders.len() == 1 { "" } else { "s" };
    match held {
        Held::Splits => {
            let limits = orders
                .iter()
                .map(|it| dataset.orders[it.ix()].max_shipments);
            let most = limits.max().unwrap_or(1);
            format!(
                "split limit: {most}{} shipment{} an order",
                if most == 0 { " more" } else { "" },
                if most == 1 { "" } else { "s" }
            )
        }
        Held::Pieces => {
            let lines = orders.iter().flat_map(|&order| dataset.lines_of(order));
            let most = lines.map(|line| line.line_max_shipments).max().unwrap_or(1);
            format!(
                "split limit of lines: {most}{} piece{} a line",
                if most == 0 { " more" } else { "" },
                if most == 1 { "" } else { "s" }
            )
        }
        Held::WholePieces => {
            "pieces: ship-complete, the least units of a piece, or whole cases".to_owned()
        }
        Held::ShipAlone => "a product that ships alone".to_owned(),
        Held::Rule(rule) => format!("rule {}", dataset.rules[usize::from(rule)].name),
        Held::Declined => format!("locations that have declined the order{plural}"),
        Held::Closed(at) => format!("{} closed", location(at)),
        Held::Handling => "special handling that the goods need".to_owned(),
        Held::Services => format!(
            "the services that the order{plural} allow{}",
            if plural.is_empty() { "s" } else { "" }
        ),
        Held::Downtime => "downtime in calendars".to_owned(),
        Held::Dates => {
            format!("grace period or scheduled date of the order{plural}, against the horizon")
        }
        Held::Stock(sku) => stock_words(dataset, sku),
        Held::Reserves => "stock that is kept for other channels".to_owned(),
        Held::Capacity(at) => format!("capacity of {}", location(at)),
        Held::Carrier(service) => {
            let service = &dataset.services[service.ix()];
            format!("space of {} {}", service.carrier, service.service)
        }
        Held::Sizes => "the largest units and parcels that services take".to_owned(),
    }
}

/// What there is of a product, and where.
fn stock_words(dataset: &Dataset, sku: SkuIx) -> String {
    let last = dataset.last_departure();
    let cells = dataset.stock_indices(sku).filter_map(|cell| {
        let cell = &dataset.stock[cell.ix()];
        let units = dataset
            .supply_until(cell, last)
            .filter(|&units| units > 0)?;
        Some(format!(
            "{units} at {}",
            dataset.locations[cell.location.ix()].id
        ))
    });
    let there: Vec<String> = cells.collect();
    let there = if there.is_empty() {
        "none anywhere".to_owned()
    } else {
        there.join(", ")
    };
    format!("stock of {}: {there}", dataset.products[sku.ix()].sku)
}
