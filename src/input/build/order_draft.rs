//! One order from its rows: order-level values settled, its rules checked.

use super::Known;
use super::carrier::find_service;
use super::forms::{Consent, FormSets};
use super::location::{half_position, position};
use super::order_line::{LineColumns, weighted};
use super::order_rows::{OrderLevel, code, giving_row, number};
use super::view::{Numbers, Texts, View};
use crate::domain::{
    Dataset, DestinationIx, Fulfilment, Line, LocationIx, Order, Product, ServiceIx, Settings,
    ShipComplete,
};
use crate::input::fault::Fault;
use crate::input::time::TimeCell;
use crate::units::{MICRO, Money};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Weight of an order at most, in milligrams: 10,000 t.
const MOST_WEIGHT: i128 = 10_000_000_000_000;
/// Volume of an order at most, in cubic millimetres: 10^6 m³.
const MOST_VOLUME: i128 = 1_000_000_000_000_000;

/// Codes of zone, country and postcode: what tells destinations apart.
pub type Place = (u32, u32, u32);

/// An order before its indices are known.
pub struct Draft {
    /// The order; its lines and destination are set when orders are counted.
    pub order: Order,
    /// Where it goes.
    pub place: Place,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Most that its revenue, goods and unfilled costs can add up to, in micro-units.
    pub value: i128,
}

/// Columns of `orders`, and what their texts mean, by code.
pub struct OrderColumns<'a> {
    view: View<'a>,
    settings: &'a Settings,
    products: &'a [Product],
    level: OrderLevel<'a>,
    lines: LineColumns<'a>,
    pickups: Vec<Option<usize>>,
    allowed: Vec<Option<Arc<[ServiceIx]>>>,
    /// By code.
    channels: Vec<Arc<str>>,
    /// By code.
    kinds: Vec<Arc<str>>,
    order_id: Texts<'a>,
    zone: Texts<'a>,
    postcode: Texts<'a>,
    country: Texts<'a>,
    latitude: Numbers<'a>,
    longitude: Numbers<'a>,
    channel: Texts<'a>,
    kind: Texts<'a>,
    priority: Numbers<'a>,
    placed_at: Numbers<'a>,
    grace_until: Numbers<'a>,
    ship_after: Numbers<'a>,
    deliver_by: Numbers<'a>,
    late_cost_per_day: Numbers<'a>,
    fulfilment: Texts<'a>,
    pickup_location: Texts<'a>,
    max_shipments: Numbers<'a>,
    ship_complete: Texts<'a>,
    substitution: Texts<'a>,
    services: Texts<'a>,
}

/// For each distinct list of services, by code, the services it allows; `None`: some name is unknown.
/// An item is a service's name (of any carrier) or `carrier/service`.
fn services(dataset: &Dataset, lists: Texts) -> Vec<Option<Arc<[ServiceIx]>>> {
    lists.by_code(|list| {
        let mut allowed = BTreeSet::new();
        for item in list.split('|').filter(|item| !item.is_empty()) {
            let found = services_named(dataset, item);
            if found.is_empty() {
                return None;
            }
            allowed.extend(found);
        }
        Some(allowed.into_iter().collect())
    })
}

/// What each text of a column says, by code, the empty one by default.
fn named(column: Texts, default: &str) -> Vec<Arc<str>> {
    column.by_code(|text| Arc::from(if text.is_empty() { default } else { text }))
}

fn services_named(dataset: &Dataset, item: &str) -> Vec<ServiceIx> {
    let exact = item
        .split_once('/')
        .and_then(|(carrier, service)| find_service(&dataset.services, carrier, service));
    if let Some(service) = exact {
        return vec![service];
    }
    let named = dataset
        .services
        .iter()
        .enumerate()
        .filter(|(_, have)| &*have.service == item);
    named.map(|(at, _)| ServiceIx::new(at)).collect()
}

impl<'a> OrderColumns<'a> {
    /// The columns of `orders`, with what other tables know about their texts.
    pub fn new(
        views: [&View<'a>; 5],
        known: &Known,
        forms: &'a FormSets,
        dataset: &'a Dataset,
        settings: &'a Settings,
    ) -> Self {
        let view = *views[0];
        let (texts, numbers) = (|name| view.texts(name), |name| view.numbers(name));
        Self {
            view,
            settings,
            products: &dataset.products,
            level: OrderLevel::new(view),
            lines: LineColumns::new(views, known, forms),
            substitution: texts("substitution"),
            pickups: known.locations.positions(texts("pickup_location")),
            allowed: services(dataset, texts("services")),
            channels: named(texts("channel"), "web"),
            kinds: named(texts("kind"), "sale"),
            order_id: texts("order_id"),
            zone: texts("destination_zone"),
            postcode: texts("postcode"),
            country: texts("country"),
            latitude: numbers("latitude"),
            longitude: numbers("longitude"),
            channel: texts("channel"),
            kind: texts("kind"),
            priority: numbers("priority"),
            placed_at: numbers("placed_at"),
            grace_until: numbers("grace_until"),
            ship_after: numbers("ship_after"),
            deliver_by: numbers("deliver_by"),
            late_cost_per_day: numbers("late_cost_per_day"),
            fulfilment: texts("fulfilment"),
            pickup_location: texts("pickup_location"),
            max_shipments: numbers("max_shipments"),
            ship_complete: texts("ship_complete"),
            services: texts("services"),
        }
    }

    /// The order with that code and those rows. `None` or errors among `faults`: it cannot be planned.
    pub fn draft(&self, order: u32, rows: &[u32], faults: &mut Vec<Fault>) -> Option<Draft> {
        self.level.check(rows, faults);
        let priority = number(self.priority, rows).unwrap_or(0);
        let factor = self.factor(priority, rows, faults);
        let consent = Consent::of(self.substitution.text(code(self.substitution, rows)));
        let (products, settings) = (self.products, self.settings);
        let known = (products, settings, consent);
        let lines = self.lines.lines(rows, factor, known, faults);
        let value = self.check_sums(&lines, rows, faults);
        let fulfilment = self.fulfilment(rows, faults);
        let services = self.services(rows, faults);
        let times = self.times(rows, faults);
        faults.extend(self.half_position(rows));
        let late =
            number(self.late_cost_per_day, rows).map_or(self.settings.late_cost_per_day, Money);
        let text = |column: Texts<'a>| column.text(code(column, rows));
        let order = Order {
            id: Box::from(self.order_id.text(order)),
            lines: 0..0,
            destination: DestinationIx(0),
            position: position(number(self.latitude, rows), number(self.longitude, rows)),
            channel: self.channels[code(self.channel, rows) as usize].clone(),
            reserved: None,
            planned: 0,
            kind: self.kinds[code(self.kind, rows) as usize].clone(),
            priority,
            placed_at: times.placed_at,
            release: times.release,
            ship_after: times.ship_after,
            deliver_by: times
                .deliver_by
                .map(|cell| cell.day(&self.settings.time_zone)),
            late_cost_per_day: weighted(late, factor),
            fulfilment: fulfilment?,
            max_shipments: number(self.max_shipments, rows)
                .and_then(|most| u32::try_from(most).ok())
                .unwrap_or(self.settings.max_shipments),
            ship_complete: match text(self.ship_complete) {
                "line" => ShipComplete::Line,
                "order" => ShipComplete::Order,
                _ => ShipComplete::None,
            },
            services,
        };
        Some(Draft {
            order,
            place: (
                code(self.zone, rows),
                code(self.country, rows),
                code(self.postcode, rows),
            ),
            lines,
            value,
        })
    }

    fn error(&self, rows: &[u32], column: &str, message: &str) -> Fault {
        self.view
            .error(giving_row(&self.view, column, rows), column, message)
    }

    /// 1 + `priority_weight` × priority in millionths; it may not be negative.
    fn factor(&self, priority: i64, rows: &[u32], faults: &mut Vec<Fault>) -> i128 {
        let weight = i128::from(self.settings.priority_weight_micro);
        let factor = i128::from(MICRO) + weight * i128::from(priority);
        if factor < 0 {
            let message =
                "1 + `priority_weight` × priority is less than 0, which would reward lateness";
            faults.push(self.error(rows, "priority", message));
        }
        factor.max(0)
    }

    /// Checks that the order's sums stay within range; returns the most that its money can add up to.
    fn check_sums(&self, lines: &[Line], rows: &[u32], faults: &mut Vec<Fault>) -> i128 {
        let (mut value, mut weight, mut volume) = (0, 0, 0);
        for line in lines {
            let quantity = i128::from(line.quantity);
            let goods = line
                .unit_cost
                .unwrap_or(self.products[line.sku.ix()].unit_cost);
            value += quantity * (i128::from(line.unit_price.0) + i128::from(goods.0));
            value += quantity * i128::from(line.unfilled_cost.0);
            weight += quantity * i128::from(line.weight.0);
            volume += quantity * i128::from(line.volume.0);
        }
        let row = rows[0] as usize;
        if weight > MOST_WEIGHT {
            let fault = self
                .view
                .row_error(row, "the order weighs more than 10,000 t");
            faults.push(
                fault
                    .column("weight_g")
                    .remedy("check units and quantities"),
            );
        }
        if volume > MOST_VOLUME {
            let fault = self
                .view
                .row_error(row, "the order's volume is more than 10^6 m³");
            faults.push(
                fault
                    .column("volume_cm3")
                    .remedy("check units and quantities"),
            );
        }
        value
    }

    fn fulfilment(&self, rows: &[u32], faults: &mut Vec<Fault>) -> Option<Fulfilment> {
        let pickup = code(self.pickup_location, rows);
        let location = self.pickups[pickup as usize];
        let row = || giving_row(&self.view, "pickup_location", rows);
        if pickup != 0 && location.is_none() {
            let fault =
                self.view
                    .unknown(row(), "pickup_location", "location_costs", "location_id");
            faults.push(fault);
            return None;
        }
        match self.fulfilment.text(code(self.fulfilment, rows)) {
            "pickup" if location.is_none() => {
                let message = "expected the location where the customer collects the order";
                faults.push(self.error(rows, "pickup_location", message));
                None
            }
            "pickup" => location.map(|at| Fulfilment::Pickup(LocationIx::new(at))),
            "fleet" => {
                let message = "deliveries by the own fleet are known but not used yet";
                let fault = self.error(rows, "fulfilment", message);
                faults.push(fault.remedy("plan the order as `ship`, or leave it out"));
                None
            }
            _ => {
                if location.is_some() {
                    let message = "has no effect on an order that is not `pickup`";
                    faults.push(self.view.warning(row(), "pickup_location", message));
                }
                Some(Fulfilment::Ship)
            }
        }
    }

    fn services(&self, rows: &[u32], faults: &mut Vec<Fault>) -> Option<Arc<[ServiceIx]>> {
        let list = code(self.services, rows);
        match &self.allowed[list as usize] {
            _ if list == 0 => None,
            Some(allowed) => Some(allowed.clone()),
            None => {
                let message =
                    "expected services of `carrier_rates`, as `service` or `carrier/service`";
                faults.push(self.error(rows, "services", message));
                None
            }
        }
    }

    fn times(&self, rows: &[u32], faults: &mut Vec<Fault>) -> Times {
        let zone = &self.settings.time_zone;
        let cell = |column| number(column, rows).map(TimeCell::unpack);
        let start = |column| cell(column).map(|time| time.start(zone));
        let times = Times {
            placed_at: start(self.placed_at),
            release: [start(self.placed_at), start(self.grace_until)]
                .into_iter()
                .flatten()
                .fold(self.settings.as_of, Timestamp::max),
            ship_after: start(self.ship_after),
            deliver_by: cell(self.deliver_by),
        };
        if let (Some(after), Some(by)) = (times.ship_after, times.deliver_by)
            && by.end(zone) < after
        {
            let row = giving_row(&self.view, "deliver_by", rows);
            let message = "is before `ship_after`: the order can only be late";
            faults.push(self.view.warning(row, "deliver_by", message));
        }
        times
    }

    fn half_position(&self, rows: &[u32]) -> Option<Fault> {
        let has = |column| number(column, rows).is_some();
        if has(self.latitude) == has(self.longitude) {
            return None;
        }
        let given = if has(self.latitude) {
            "latitude"
        } else {
            "longitude"
        };
        half_position(&self.view, giving_row(&self.view, given, rows))
    }
}

/// The times of an order.
struct Times {
    placed_at: Option<Timestamp>,
    release: Timestamp,
    ship_after: Option<Timestamp>,
    deliver_by: Option<TimeCell>,
}
