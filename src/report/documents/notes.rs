//! Delivery notes: what a customer finds in a shipment, a page each.

use super::super::Planned;
use super::super::names::Names;
use super::chosen::Chosen;
use super::code::{Code, code};
use super::language::Language;
use super::words::Words;
use crate::domain::{Destination, FormKind, Fulfilment};
use crate::plan::{Piece, Route};
use askama::Template;

/// All delivery notes of the chosen waves.
pub(super) struct Notes<'a> {
    planned: Planned<'a>,
    names: &'a Names<'a>,
    language: Language,
    /// Positions of shipments, by wave: those that are packed together lie together.
    shipments: Vec<u32>,
}

/// A shipment that reaches its customer.
#[derive(Template)]
#[template(
    path = "delivery_note.html",
    config = "src/report/documents/askama.toml"
)]
pub(super) struct Page<'a> {
    words: &'static Words,
    id: String,
    code: Option<Code>,
    order: &'a str,
    number: usize,
    of: usize,
    leaves_on: String,
    from: &'a str,
    to: String,
    pickup: &'a str,
    arrives: String,
    carrier: &'a str,
    service: &'a str,
    parcels: String,
    weight: String,
    lines: Vec<Line<'a>>,
    has_others: bool,
    in_others: String,
    has_open: bool,
    open: String,
}

struct Line<'a> {
    sku: &'a str,
    name: &'a str,
    note: &'static str,
    asked: &'a str,
    ordered: String,
    delivered: String,
}

impl<'a> Notes<'a> {
    pub(super) fn new(
        planned: Planned<'a>,
        names: &'a Names<'a>,
        chosen: &Chosen,
        language: Language,
    ) -> Self {
        Self {
            planned,
            names,
            language,
            shipments: reaching(planned, chosen),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.shipments.len()
    }

    pub(super) fn page(&self, page: usize) -> Page<'a> {
        let position = self.shipments[page] as usize;
        let Planned { dataset, plan, .. } = self.planned;
        let shipment = &plan.shipments[position];
        let order = &dataset.orders[shipment.order.ix()];
        let found = &self.planned.audit.shipments[position];
        let origin = &dataset.locations[dataset.waves[shipment.wave.ix()].location.ix()];
        let (carrier, service) = match shipment.route {
            Route::Carrier(service) => self.names.service(service),
            _ => ("", ""),
        };
        let of_order = || {
            self.names
                .siblings(position)
                .filter(|&it| plan.shipments[it].reaches_customer())
        };
        let in_order = |shipment: usize| plan.shipments[shipment].units();
        let shipped: i64 = of_order().map(in_order).sum();
        let asked = dataset.lines_of(shipment.order).iter();
        let asked: i64 = asked.map(|line| i64::from(line.quantity)).sum();
        let others = shipped - in_order(position);
        let language = self.language;
        let id = self.names.shipment(position);
        Page {
            words: language.words(),
            code: code(&id),
            id,
            order: &order.id,
            number: of_order().take_while(|&it| it <= position).count(),
            of: of_order().count(),
            leaves_on: language.day(found.leaves),
            from: &origin.name,
            to: self.address(&dataset.destinations[order.destination.ix()]),
            pickup: match order.fulfilment {
                Fulfilment::Pickup(store) => &dataset.locations[store.ix()].name,
                Fulfilment::Ship => "",
            },
            arrives: language.day(found.arrives),
            carrier,
            service,
            parcels: language.number(i64::from(shipment.parcels)),
            weight: language.kilograms(found.weight),
            lines: shipment.pieces.iter().map(|it| self.line(it)).collect(),
            has_others: others > 0,
            in_others: language.number(others),
            has_open: asked > shipped,
            open: language.number(asked - shipped),
        }
    }

    /// What is known of where an order goes: the carrier's label has the address.
    fn address(&self, to: &Destination) -> String {
        let zone = to
            .zone
            .map_or("", |zone| &self.planned.dataset.zones[zone.ix()]);
        let parts = [&*to.postcode, &*to.country, zone];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }

    fn line(&self, piece: &Piece) -> Line<'a> {
        let dataset = self.planned.dataset;
        let line = &dataset.lines[piece.line.ix()];
        let form = dataset.form_of(line, piece.form);
        let shipped = &dataset.products[form.shipped.ix()];
        let words = self.language.words();
        let (note, asked) = match form.kind {
            FormKind::Stock => ("", ""),
            FormKind::Assembled => (words.made_kit, ""),
            FormKind::Substitute => (words.instead_of, &*dataset.products[line.sku.ix()].sku),
        };
        Line {
            sku: &shipped.sku,
            name: &shipped.name,
            note,
            asked,
            ordered: self.language.number(i64::from(line.quantity)),
            delivered: self.language.number(i64::from(piece.quantity)),
        }
    }
}

/// Positions of shipments of the chosen waves that reach their customers, by wave.
pub(super) fn reaching(planned: Planned<'_>, chosen: &Chosen) -> Vec<u32> {
    let shipments = &planned.plan.shipments;
    let is_printed = |&position: &u32| {
        let shipment = &shipments[position as usize];
        shipment.reaches_customer() && chosen.has(shipment.wave)
    };
    let mut found: Vec<u32> = (0..shipments.len() as u32).filter(is_printed).collect();
    found.sort_by_key(|&position| shipments[position as usize].wave);
    found
}
