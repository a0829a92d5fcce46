//! What a wave call hands over, and what it holds.

use super::names::Names;
use super::sheet::{Sheet, time_text};
use super::{
    CsvLocale, Format, Planned, WriteError, labels, movements, routes, write_sheet, write_sheets,
};
use crate::domain::{Line, Service};
use crate::explain::{Call, Wait};
use crate::plan::{Piece, Plan, Route, Shipment};
use crate::verify::takes_stock;
use std::path::Path;

/// Name of the sheet of all that was released so far.
const RELEASED: &str = "previous";

/// Writes what a call releases (a plan of its own, `released`) and what it holds of the whole plan.
pub fn write_release(
    dir: &Path,
    (whole, calls): (Planned<'_>, &[Call]),
    released: Planned<'_>,
    format: Format,
) -> Result<(), WriteError> {
    let routes = routes::Routes::new(released);
    let movements = movements::Movements::new(released);
    let labels = labels::Labels::new(released);
    let waiting = Waiting::new(whole, calls);
    let sheets = [
        movements.shipments(),
        movements.allocations(),
        movements.pick_lists(),
        routes.sheet(),
        labels.sheet(),
        waiting.sheet(),
    ];
    write_sheets(dir, &sheets, format)?;
    // Read by later calls, which take every text as it is.
    let handed = Handed::new(released);
    write_sheet(
        dir,
        &handed.sheet(),
        Format::Csv {
            raw: true,
            locale: CsvLocale::Plain,
        },
    )
}

/// The shipments of a plan that are released.
pub fn released_part(plan: &Plan, calls: &[Call]) -> Plan {
    let each = plan.shipments.iter().zip(calls);
    let released = each.filter(|(_, call)| matches!(call, Call::Release(_)));
    Plan {
        shipments: released.map(|(shipment, _)| shipment.clone()).collect(),
    }
}

/// A row of what waits.
enum Held {
    /// A piece of a planned shipment.
    Planned(usize, usize, Wait),
    /// A line of which something is not planned.
    Unfilled(usize),
}

/// All that waits.
struct Waiting<'a> {
    planned: Planned<'a>,
    rows: Vec<Held>,
}

impl<'a> Waiting<'a> {
    fn new(planned: Planned<'a>, calls: &[Call]) -> Self {
        let mut rows: Vec<Held> = Vec::new();
        let each = planned.plan.shipments.iter().zip(calls).enumerate();
        for (position, (shipment, call)) in each {
            if let (Call::Hold(wait), true) = (call, takes_stock(planned.dataset, shipment)) {
                let pieces = 0..shipment.pieces.len();
                rows.extend(pieces.map(|piece| Held::Planned(position, piece, *wait)));
            }
        }
        rows.extend((0..planned.unfilled.len()).map(Held::Unfilled));
        Self { planned, rows }
    }

    fn piece(&self, row: usize) -> Option<(&'a Shipment, &'a Piece, Wait)> {
        let Held::Planned(position, piece, wait) = self.rows[row] else {
            return None;
        };
        let shipment = &self.planned.plan.shipments[position];
        Some((shipment, &shipment.pieces[piece], wait))
    }

    fn line(&self, row: usize) -> &'a Line {
        let line = match (self.piece(row), &self.rows[row]) {
            (Some((_, piece, _)), _) => piece.line,
            (None, Held::Unfilled(open)) => self.planned.unfilled[*open].line,
            (None, Held::Planned(..)) => unreachable!("planned rows have a piece"),
        };
        &self.planned.dataset.lines[line.ix()]
    }

    /// One row a piece that waits, and one a line of which something cannot ship.
    fn sheet(&self) -> Sheet<'_> {
        let dataset = self.planned.dataset;
        let unfilled = |row: usize| match self.rows[row] {
            Held::Unfilled(open) => Some(&self.planned.unfilled[open]),
            Held::Planned(..) => None,
        };
        let wave = |row: usize| {
            let (shipment, ..) = self.piece(row)?;
            Some(&dataset.waves[shipment.wave.ix()])
        };
        Sheet::new("held", self.rows.len())
            .text("order_id", |row| {
                &*dataset.orders[self.line(row).order.ix()].id
            })
            .text("line_id", |row| &*self.line(row).id)
            .text("sku", |row| &*dataset.products[self.line(row).sku.ix()].sku)
            .integer("quantity", move |row| match self.piece(row) {
                Some((_, piece, _)) => i64::from(piece.quantity),
                None => unfilled(row).map_or(0, |it| it.quantity),
            })
            .plain("reason", move |row| match self.piece(row) {
                Some((.., wait)) => wait.code(),
                None => unfilled(row).map_or("", |it| it.code),
            })
            .text("location_id", move |row| {
                wave(row).map_or("", |wave| &*dataset.locations[wave.location.ix()].id)
            })
            .moment("planned_for", move |row| {
                wave(row).map_or(String::new(), |wave| {
                    let zone = &dataset.locations[wave.location.ix()].time_zone;
                    time_text(wave.departs, zone)
                })
            })
            .text("text", move |row| match self.piece(row) {
                Some((.., Wait::CanWait)) => {
                    "A later wave keeps the promise and has room for it.".to_owned()
                }
                Some((.., Wait::LaterWave)) => {
                    "It is planned for a wave after the next call.".to_owned()
                }
                None => unfilled(row).map_or(String::new(), |it| it.reason.clone()),
            })
    }
}

/// A piece of a shipment that is handed over.
struct Handing {
    /// The shipment that takes it from stock.
    from_stock: usize,
    /// Which of its pieces.
    piece: usize,
    /// The shipment: the same, or the one that sends it on from a hub.
    shipment: usize,
}

/// All that is handed over, piece by piece.
struct Handed<'a> {
    planned: Planned<'a>,
    names: Names<'a>,
    rows: Vec<Handing>,
}

impl<'a> Handed<'a> {
    fn new(planned: Planned<'a>) -> Self {
        let (dataset, plan) = (planned.dataset, planned.plan);
        let names = Names::new(dataset, plan);
        let mut rows: Vec<Handing> = Vec::new();
        let each = plan.shipments.iter().enumerate();
        for (from_stock, shipment) in each.filter(|(_, it)| takes_stock(dataset, it)) {
            // What feeds a hub reaches the customer with the shipment that it joins.
            let onward = names.joined(from_stock);
            for piece in 0..shipment.pieces.len() {
                let carried = [Some(from_stock), onward].into_iter().flatten();
                rows.extend(carried.map(|shipment| Handing {
                    from_stock,
                    piece,
                    shipment,
                }));
            }
        }
        Self {
            names,
            planned,
            rows,
        }
    }

    fn shipment(&self, row: usize) -> &'a Shipment {
        &self.planned.plan.shipments[self.rows[row].shipment]
    }

    /// The shipment that takes it from stock.
    fn source(&self, row: usize) -> &'a Shipment {
        &self.planned.plan.shipments[self.rows[row].from_stock]
    }

    fn piece(&self, row: usize) -> &'a Piece {
        &self.source(row).pieces[self.rows[row].piece]
    }

    fn line(&self, row: usize) -> &'a Line {
        &self.planned.dataset.lines[self.piece(row).line.ix()]
    }

    fn service(&self, row: usize) -> Option<&'a Service> {
        match self.shipment(row).route {
            Route::Carrier(service) => Some(&self.planned.dataset.services[service.ix()]),
            _ => None,
        }
    }

    /// The columns of the table `previous`.
    fn sheet(&self) -> Sheet<'_> {
        let dataset = self.planned.dataset;
        let form = |row: usize| dataset.form_of(self.line(row), self.piece(row).form);
        Sheet::new(RELEASED, self.rows.len())
            .text("order_id", |row| {
                &*dataset.orders[self.line(row).order.ix()].id
            })
            .text("line_id", |row| &*self.line(row).id)
            .text("sku", |row| &*dataset.products[self.line(row).sku.ix()].sku)
            .text("shipped_sku", move |row| {
                &*dataset.products[form(row).shipped.ix()].sku
            })
            .plain("form", move |row| form(row).kind.word())
            .text("location_id", |row| {
                self.names.location(self.shipment(row).wave)
            })
            .moment("leaves_at", |row| {
                self.names.departure(self.shipment(row).wave)
            })
            .integer("quantity", |row| i64::from(self.piece(row).quantity))
            .text("shipment_id", |row| {
                self.names.shipment(self.rows[row].shipment)
            })
            .text("carrier", |row| {
                self.service(row).map_or("", |it| &*it.carrier)
            })
            .text("service", |row| {
                self.service(row).map_or("", |it| &*it.service)
            })
            .text("to_location", |row| {
                let end = self.names.transfer_end(self.shipment(row).route);
                end.unwrap_or_default()
            })
            .text("channel", |row| {
                &*dataset.orders[self.line(row).order.ix()].channel
            })
            .moment("begins_at", |row| {
                self.names.departure(self.source(row).wave)
            })
            .yes_no("takes_stock", |row| {
                let of = &self.rows[row];
                of.shipment == of.from_stock
            })
            .yes_no("reaches_customer", |row| {
                self.shipment(row).reaches_customer()
            })
            .plain("status", |_| "released")
    }
}
