//! Why a unit stays unfilled, and when it could ship.
//!
//! A line that nothing could ship has the reason that stood nearest to success among its options. Any other line
//! is held against what the plan leaves over, way by way; the way that comes furthest names the reason:
//! stock, then capacity, then carrier or transfer space, then split limits, then limits of rules and on moves, then how many
//! locations may be open, then ship-complete, then money.

use super::cause::{Alone, Around, Cause};
use super::decision::{Deciding, days_late};
use super::state::Left;
use crate::domain::{Dataset, LineIx, OrderIx, Settings, ShipComplete, Strategy};
use crate::ledger::Ledger;
use crate::options::{Options, Reason, most_telling};
use crate::plan::{Plan, Shipment};
use crate::units::Money;
use crate::verify::{Audit, takes_stock};
use jiff::Timestamp;
use rayon::prelude::*;

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

/// Orders that one thread explains in one go.
const ORDERS_AT_ONCE: usize = 4096;

/// All unfilled lines of a plan with their reasons, by line.
pub fn unfilled(
    deciding: Deciding<'_>,
    plan: &Plan,
    audit: &Audit,
    ledger: &Ledger,
    options: &Options,
) -> Vec<Unfilled> {
    let Deciding {
        dataset, settings, ..
    } = deciding;
    let explaining = Explaining {
        dataset,
        settings,
        deciding,
        options,
        left: Left::new(dataset, plan, audit, ledger),
    };
    // Few orders take most of the time: pieces are small, so that no thread waits for another's at the end.
    (0..dataset.orders.len())
        .into_par_iter()
        .with_max_len(ORDERS_AT_ONCE)
        .flat_map_iter(|order| {
            let order = OrderIx::new(order);
            let range = ledger.shipments_of(order);
            let shipments = &plan.shipments[range.clone()];
            explaining.explain_order(order, shipments, || days_late(audit, range))
        })
        .collect()
}

pub(super) struct Explaining<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) settings: &'a Settings,
    pub(super) deciding: Deciding<'a>,
    pub(super) options: &'a Options,
    pub(super) left: Left<'a>,
}

impl Explaining<'_> {
    /// Of few orders it is asked how late their shipments are.
    fn explain_order(
        &self,
        order: OrderIx,
        shipments: &[Shipment],
        late: impl FnOnce() -> Vec<u32>,
    ) -> Vec<Unfilled> {
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
        let late = &late();
        let causes = self.causes(order, &open, Around { shipments, late });
        let held_up = |cause: &Option<(Cause, Option<Alone>)>| {
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
                Some((cause, alone)) => self.possible(line, quantity, cause, alone),
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

    /// A line that nothing could ship.
    fn impossible(&self, line: LineIx, quantity: i64) -> Unfilled {
        let reasons = self.options.reasons.get(&line);
        let reason = reasons.and_then(|all| most_telling(all));
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
    fn possible(
        &self,
        line: LineIx,
        quantity: i64,
        cause: Cause,
        alone: Option<Alone>,
    ) -> Unfilled {
        let (next_possible, next_because) = match cause {
            Cause::StockUsed | Cause::StockReserved => self.next_delivery(line),
            Cause::CapacityFull
            | Cause::CarrierFull
            | Cause::TransferFull
            | Cause::LocationCount => self.after_horizon(line),
            _ => (None, String::new()),
        };
        Unfilled {
            line,
            quantity,
            code: cause.code(),
            reason: self.sentence(line, cause, alone),
            next_possible,
            next_because,
        }
    }

    fn sentence(&self, line: LineIx, cause: Cause, alone: Option<Alone>) -> String {
        let line = &self.dataset.lines[line.ix()];
        let order = &self.dataset.orders[line.order.ix()];
        let currency = &self.settings.currency;
        match (cause, alone) {
            (Cause::StockUsed, _) => {
                "No stock that could serve it in time is left.".to_owned()
            }
            (Cause::StockReserved, _) => {
                "What other orders leave of the stock is kept for other channels.".to_owned()
            }
            (Cause::CapacityFull, _) => {
                "Locations that still hold it have no capacity left in any wave in time.".to_owned()
            }
            (Cause::RuleLimit, _) => "Business rules allow no more where it could ship.".to_owned(),
            (Cause::MovesLimit, _) => {
                "It would leave another place than planned before, and no more shipments may."
                    .to_owned()
            }
            (Cause::Together, _) => {
                "A business rule keeps it at one location with what ships from another.".to_owned()
            }
            (Cause::LocationCount, _) => {
                "Another location could ship it, but as many are open as a rule allows.".to_owned()
            }
            (Cause::CarrierFull, _) => {
                "Carriers that could take it have no space left in any wave in time.".to_owned()
            }
            (Cause::TransferFull, _) => {
                "Transfers that could take it have no space left in any wave in time.".to_owned()
            }
            (Cause::SplitLimit, _) => format!(
                "It would need one more shipment than the {} that the order may have.",
                order.max_shipments
            ),
            (Cause::SameWave, _) => {
                "It cannot leave beside the shipment of the order that leaves there with that wave, and to go with it is not possible or does not pay."
                    .to_owned()
            }
            (Cause::LineSplitLimit, _) => format!(
                "It would need one more piece than the {} that the line may leave in.",
                line.line_max_shipments
            ),
            (Cause::ShipComplete, _) => {
                "The order ships complete or not at all, and another line of it cannot ship."
                    .to_owned()
            }
            (Cause::NotTaken, Some(alone)) if self.settings.strategy == Strategy::Rules => format!(
                "It could ship for a gain of {} {currency}, but the rules do not choose it.",
                alone.gain.rounded()
            ),
            (Cause::NotTaken, Some(alone)) => format!(
                "It could ship for a gain of {} {currency}, but the plan found better without it (what else \
                 is planned with it, or the gap).",
                alone.gain.rounded()
            ),
            (_, Some(alone)) => format!(
                "Nothing blocks it, but shipping it would change the objective by {} {currency}{}.",
                alone.gain.rounded(),
                self.of_which(alone)
            ),
            (_, None) => "Shipping it costs more than it brings.".to_owned(),
        }
    }

    /// How much of what shipping changes is paid beside the shipment, in words; empty: nothing.
    fn of_which(&self, alone: Alone) -> String {
        let told = |cost: Money, what: String| {
            let is_paid = cost > Money::ZERO;
            is_paid.then(|| format!("{} for {what}", cost.rounded()))
        };
        let location = &self.dataset.locations[alone.location.ix()].id;
        let paid = [
            told(alone.opening, format!("opening {location}")),
            told(
                alone.more,
                "overtime and other limits at a price".to_owned(),
            ),
            told(alone.scattered, "leaving one more location".to_owned()),
        ];
        let paid: Vec<String> = paid.into_iter().flatten().collect();
        if paid.is_empty() {
            return String::new();
        }
        format!(", paying {}", paid.join(" and "))
    }
}

/// Why nothing can ship a line, in a sentence.
pub fn impossible_sentence(reason: Reason) -> &'static str {
    match reason {
        Reason::NoStock => "No location holds it, now or by a delivery within the horizon.",
        Reason::LocationClosed => "Locations that hold it are closed by the scenario.",
        Reason::Declined => "Locations that hold it have declined it.",
        Reason::Rule => "Business rules keep it from the locations that hold it.",
        Reason::Handling => "Locations that hold it cannot do the special handling it needs.",
        Reason::NoWaveInTime => {
            "No wave within the horizon departs after grace period, scheduled date and lead time."
        }
        Reason::Downtime => "Every wave in time falls in a downtime of the location.",
        Reason::NoTransfer => "No transfer leads from its stock to the pick-up store.",
        Reason::NoRate => "No rate card leads from its stock to the destination.",
        Reason::ServiceNotBought => "The services that the order allows do not serve it.",
        Reason::TooLarge => "A unit is longer or thicker than the services take.",
        Reason::TooHeavy => "A unit is heavier than every weight band, or than a parcel may be.",
        Reason::CarrierHandling => {
            "Carriers that reach the destination cannot carry what it needs."
        }
        Reason::CarriageRule => "Business rules keep it from every service that could carry it.",
        Reason::ShipComplete => {
            "The order or line ships complete or not at all, and something of it can never ship."
        }
        Reason::LineSplitLimit => "Earlier runs have sent all the pieces that the line allows.",
        Reason::SplitLimit => "Earlier runs have sent all the shipments that the order allows.",
    }
}
