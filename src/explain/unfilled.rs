//! Why a unit stays unfilled, and when it could ship.
//!
//! A line that nothing could ship has the reason that stood nearest to success among its options. Any other line
//! is held against what the plan leaves over, way by way; the way that comes furthest names the reason:
//! stock, then capacity, then carrier or transfer space, then split limits, then ship-complete, then money.

use super::state::Left;
use crate::domain::{Dataset, LineIx, OrderIx, Settings, ShipComplete, Strategy, WaveIx};
use crate::ledger::Ledger;
use crate::options::{self, Load, Options, Reason};
use crate::plan::{Plan, Route, Shipment};
use crate::units::Money;
use crate::verify::{Audit, takes_stock};
use jiff::Timestamp;
use rayon::prelude::*;

/// What keeps a line that could ship from shipping, from the first obstacle to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Other orders take the stock.
    StockUsed,
    /// Every wave that could take it is full.
    CapacityFull,
    /// Carriers that could take it have no space.
    CarrierFull,
    /// Transfers that could take it have no space.
    TransferFull,
    /// The order may not be split further.
    SplitLimit,
    /// The line may not be split further.
    LineSplitLimit,
    /// The order ships whole or not at all, and another line of it cannot.
    ShipComplete,
    /// It would cost more than it brings.
    NotWorthIt,
    /// Alone it would bring more than it costs, but not within the best plan found.
    NotTaken,
}

impl Cause {
    /// Code in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::StockUsed => "stock_used",
            Self::CapacityFull => "capacity_full",
            Self::CarrierFull => "carrier_full",
            Self::TransferFull => "transfer_full",
            Self::SplitLimit => "split_limit",
            Self::LineSplitLimit => "line_split_limit",
            Self::ShipComplete => "ship_complete",
            Self::NotWorthIt => "not_worth_it",
            Self::NotTaken => "not_taken",
        }
    }
}

/// A line of which units stay unfilled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfilled {
    /// Which line.
    pub line: LineIx,
    /// Units unfilled, ≥ 1.
    pub quantity: i64,
    /// The reason as a code of files.
    pub code: &'static str,
    /// The reason in a sentence.
    pub reason: String,
    /// When it could ship at the earliest, as far as the data tells.
    pub next_possible: Option<Timestamp>,
    /// What makes it possible then; empty when nothing is known to.
    pub next_because: String,
}

/// All unfilled lines of a plan with their reasons, by line.
pub fn unfilled(
    dataset: &Dataset,
    settings: &Settings,
    plan: &Plan,
    audit: &Audit,
    ledger: &Ledger,
    options: &Options,
) -> Vec<Unfilled> {
    let explaining = Explaining {
        dataset,
        settings,
        options,
        left: Left::new(dataset, plan, audit),
    };
    (0..dataset.orders.len())
        .into_par_iter()
        .flat_map_iter(|order| {
            let order = OrderIx::new(order);
            let shipments = &plan.shipments[ledger.shipments_of(order)];
            explaining.explain_order(order, shipments)
        })
        .collect()
}

pub(super) struct Explaining<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) settings: &'a Settings,
    options: &'a Options,
    pub(super) left: Left<'a>,
}

/// A way that could ship some of a line, and what it would bring by itself where that is known.
struct WayOut {
    wave: WaveIx,
    route: Route,
    /// Units of the line that it would carry at least.
    units: i64,
    gain: Option<Money>,
}

impl Explaining<'_> {
    fn explain_order(&self, order: OrderIx, shipments: &[Shipment]) -> Vec<Unfilled> {
        let first = self.dataset.orders[order.ix()].lines.start;
        let open: Vec<i64> = self.dataset.orders[order.ix()]
            .line_indices()
            .map(|line| self.open_units(line, shipments))
            .collect();
        let mut found = vec![];
        if open.iter().all(|&units| units == 0) {
            return found;
        }
        let whole = self.dataset.orders[order.ix()].ship_complete == ShipComplete::Order;
        let causes: Vec<Option<(Cause, Option<Money>)>> = open
            .iter()
            .enumerate()
            .map(|(slot, &quantity)| {
                let line = LineIx(first + slot as u32);
                (quantity > 0 && self.options.possible[line.ix()])
                    .then(|| self.cause(order, line, quantity, shipments))
            })
            .collect();
        let held_up = |cause: &Option<(Cause, Option<Money>)>| {
            cause.is_some_and(|(cause, _)| cause < Cause::ShipComplete)
        };
        let any_held_up = whole && causes.iter().any(held_up);
        for (slot, &quantity) in open.iter().enumerate().filter(|&(_, &units)| units > 0) {
            let line = LineIx(first + slot as u32);
            found.push(match causes[slot] {
                None => self.impossible(line, quantity),
                Some((cause, _)) if any_held_up && cause > Cause::ShipComplete => {
                    self.possible(line, quantity, Cause::ShipComplete, None)
                }
                Some((cause, gain)) => self.possible(line, quantity, cause, gain),
            });
        }
        found
    }

    /// Units of a line that no shipment takes.
    fn open_units(&self, line: LineIx, shipments: &[Shipment]) -> i64 {
        let shipped: i64 = shipments
            .iter()
            .filter(|shipment| takes_stock(self.dataset, shipment))
            .flat_map(|shipment| &shipment.pieces)
            .filter(|piece| piece.line == line)
            .map(|piece| i64::from(piece.quantity))
            .sum();
        i64::from(self.dataset.lines[line.ix()].quantity) - shipped
    }

    /// The furthest that any way for a line comes, and the most that a way without obstacle would bring.
    fn cause(
        &self,
        order: OrderIx,
        line: LineIx,
        open: i64,
        shipments: &[Shipment],
    ) -> (Cause, Option<Money>) {
        let mut furthest = None;
        let mut best_gain: Option<Money> = None;
        for way in self.ways_out(order, line) {
            let cause = self
                .obstacle(order, line, open, &way, shipments)
                .unwrap_or_else(|| {
                    best_gain = best_gain.max(way.gain);
                    match way.gain {
                        Some(gain) if gain > Money::ZERO => Cause::NotTaken,
                        _ => Cause::NotWorthIt,
                    }
                });
            furthest = furthest.max(Some(cause));
        }
        // Options leave out what can only lose money, so that a line without a way is one that does not pay.
        (furthest.unwrap_or(Cause::NotWorthIt), best_gain)
    }

    /// Ways that take stock for a line, each with the least that it would carry of it.
    fn ways_out(&self, order: OrderIx, line: LineIx) -> Vec<WayOut> {
        let of_order = self.options.of(self.dataset, self.settings, order);
        let slot = (line.0 - self.dataset.orders[order.ix()].lines.start) as usize;
        if of_order.wide {
            return self.ways_out_of_wide(order, line, slot, &of_order.slots);
        }
        of_order
            .candidates
            .iter()
            .filter(|candidate| !candidate.forward)
            .filter_map(|candidate| {
                let load = &of_order.loads[candidate.load as usize];
                let units = load.quantities[slot];
                (units > 0).then(|| WayOut {
                    wave: candidate.wave,
                    route: candidate.route,
                    units: i64::from(units),
                    gain: (load.line_count() == 1 && candidate.reaches_customer())
                        .then_some(candidate.gain),
                })
            })
            .collect()
    }

    fn ways_out_of_wide(
        &self,
        order: OrderIx,
        line: LineIx,
        slot: usize,
        slots: &[options::Slot],
    ) -> Vec<WayOut> {
        let whole = self.dataset.orders[order.ix()].ship_complete;
        let asked = &self.dataset.lines[line.ix()];
        let mut ways = vec![];
        for found in slots {
            let most = found.limits[slot];
            let least = (1..=most).find(|&units| options::usable_piece(asked, whole, units));
            let Some(least) = least.filter(|_| !found.forward) else {
                continue;
            };
            let mut quantities = vec![0; found.limits.len()];
            quantities[slot] = least;
            let load = Load::new(self.dataset, order, &quantities);
            let quote = options::best_quote(self.dataset, self.settings, order, found, &load);
            ways.extend(found.ways.iter().map(|way| {
                WayOut {
                    wave: found.wave,
                    route: way.route,
                    units: i64::from(least),
                    gain: quote
                        .as_ref()
                        .filter(|quote| quote.route == way.route)
                        .map(|quote| quote.gain),
                }
            }));
        }
        ways
    }

    /// The first thing that keeps a line from a way.
    fn obstacle(
        &self,
        order: OrderIx,
        line: LineIx,
        open: i64,
        way: &WayOut,
        shipments: &[Shipment],
    ) -> Option<Cause> {
        let dataset = self.dataset;
        let asked = &dataset.lines[line.ix()];
        let location = dataset.waves[way.wave.ix()].location;
        let cell = dataset.stock_at(asked.sku, location);
        // A way with more units than are open stands for one with just these.
        let units = way.units.min(open);
        if cell.is_none_or(|cell| self.left.stock(cell, way.wave) < units) {
            return Some(Cause::StockUsed);
        }
        let joins = shipments.iter().find(|it| it.wave == way.wave);
        let joins_line = joins.is_some_and(|it| it.pieces.iter().any(|piece| piece.line == line));
        if self.left.units(way.wave) < units
            || (!joins_line && self.left.lines(way.wave) < 1)
            || (joins.is_none() && self.left.shipments(way.wave) < 1)
        {
            return Some(Cause::CapacityFull);
        }
        match way.route {
            Route::Carrier(service)
                if joins.is_none_or(|it| it.route != way.route)
                    && self.left.carrier(service, way.wave) < 1 =>
            {
                return Some(Cause::CarrierFull);
            }
            Route::ToStore(by) | Route::ToHub(by, _)
                if self.left.transfer(by, way.wave) < units =>
            {
                return Some(Cause::TransferFull);
            }
            _ => {}
        }
        let reaching = shipments.iter().filter(|it| it.reaches_customer()).count();
        let limit = dataset.orders[order.ix()].max_shipments as usize;
        if joins.is_none() && !matches!(way.route, Route::ToHub(..)) && reaching >= limit {
            return Some(Cause::SplitLimit);
        }
        let pieces = shipments
            .iter()
            .filter(|it| {
                takes_stock(dataset, it) && it.pieces.iter().any(|piece| piece.line == line)
            })
            .count();
        (!joins_line && pieces >= asked.line_max_shipments as usize)
            .then_some(Cause::LineSplitLimit)
    }

    /// A line that nothing could ship.
    fn impossible(&self, line: LineIx, quantity: i64) -> Unfilled {
        let reason = self.options.reasons[line.ix()].last().copied();
        let reason = reason.unwrap_or(Reason::NoStock);
        let (next_possible, next_because) = match reason {
            Reason::NoStock => self.next_delivery(line),
            Reason::NoWaveInTime | Reason::Downtime => self.after_horizon(line),
            _ => (None, String::new()),
        };
        Unfilled {
            line,
            quantity,
            code: reason.code(),
            reason: impossible_sentence(reason).to_owned(),
            next_possible,
            next_because,
        }
    }

    /// A line that something could ship, but the plan does not.
    fn possible(&self, line: LineIx, quantity: i64, cause: Cause, gain: Option<Money>) -> Unfilled {
        let (next_possible, next_because) = match cause {
            Cause::StockUsed => self.next_delivery(line),
            Cause::CapacityFull | Cause::CarrierFull | Cause::TransferFull => {
                self.after_horizon(line)
            }
            _ => (None, String::new()),
        };
        Unfilled {
            line,
            quantity,
            code: cause.code(),
            reason: self.sentence(line, cause, gain),
            next_possible,
            next_because,
        }
    }

    fn sentence(&self, line: LineIx, cause: Cause, gain: Option<Money>) -> String {
        let line = &self.dataset.lines[line.ix()];
        let order = &self.dataset.orders[line.order.ix()];
        let currency = &self.settings.currency;
        match (cause, gain) {
            (Cause::StockUsed, _) => {
                "Other orders take all stock that could serve it in time.".to_owned()
            }
            (Cause::CapacityFull, _) => {
                "Locations that still hold it have no capacity left in any wave in time.".to_owned()
            }
            (Cause::CarrierFull, _) => {
                "Carriers that could take it have no space left in any wave in time.".to_owned()
            }
            (Cause::TransferFull, _) => {
                "Transfers that could take it have no space left in any wave in time.".to_owned()
            }
            (Cause::SplitLimit, _) => format!(
                "It would need one more shipment than the {} that the order allows.",
                order.max_shipments
            ),
            (Cause::LineSplitLimit, _) => format!(
                "It would need one more piece than the {} that the line allows.",
                line.line_max_shipments
            ),
            (Cause::ShipComplete, _) => {
                "The order ships complete or not at all, and another line of it cannot ship."
                    .to_owned()
            }
            (Cause::NotTaken, Some(gain)) if self.settings.strategy == Strategy::Rules => format!(
                "Alone it could ship for a gain of {} {currency}, but the rules do not choose it.",
                gain.rounded()
            ),
            (Cause::NotTaken, Some(gain)) => format!(
                "Alone it could ship for a gain of {} {currency}, but the plan found better without it (fixed costs, \
                 overtime, what else shares its shipment, or the gap).",
                gain.rounded()
            ),
            (_, Some(gain)) => format!(
                "Nothing blocks it, but shipping it would change the objective by {} {currency}.",
                gain.rounded()
            ),
            (_, None) => "Nothing blocks it, but shipping it costs more than it brings.".to_owned(),
        }
    }
}

fn impossible_sentence(reason: Reason) -> &'static str {
    match reason {
        Reason::NoStock => "No location holds it, now or by a delivery within the horizon.",
        Reason::LocationClosed => "Locations that hold it are closed by the scenario.",
        Reason::Handling => "Locations that hold it cannot do the special handling it needs.",
        Reason::NoWaveInTime => {
            "No wave within the horizon departs after grace period, scheduled date and lead time."
        }
        Reason::Downtime => "Every wave in time falls in a downtime of the location.",
        Reason::NoTransfer => "No transfer leads from its stock to the pick-up store.",
        Reason::NoRate => "No rate card leads from its stock to the destination.",
        Reason::ServiceNotBought => "The services that the order allows do not serve it.",
        Reason::TooLarge => "A unit is longer or thicker than the services take.",
        Reason::TooHeavy => "A unit is heavier than every weight band.",
        Reason::CarrierHandling => {
            "Carriers that reach the destination cannot carry what it needs."
        }
        Reason::ShipComplete => {
            "The order or line ships complete or not at all, and something of it can never ship."
        }
    }
}
