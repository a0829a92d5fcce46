//! Return slips: for what ships with a return label, and for returns that are announced.

use super::super::Planned;
use super::super::names::Names;
use super::chosen::Chosen;
use super::code::{Code, code};
use super::language::Language;
use super::notes::reaching;
use super::words::Words;
use crate::domain::{Product, ReturnStatus};
use crate::options::Offer;
use askama::Template;

/// All return slips of the chosen waves.
pub(super) struct Slips<'a> {
    planned: Planned<'a>,
    names: &'a Names<'a>,
    language: Language,
    slips: Vec<(Of, Offer)>,
}

/// What a slip is of.
#[derive(Clone, Copy)]
enum Of {
    /// Position of a shipment.
    Shipment(usize),
    /// Position of an announced return.
    Announced(usize),
}

#[derive(Template)]
#[template(path = "return_slip.html", config = "src/report/documents/askama.toml")]
pub(super) struct Page<'a> {
    words: &'static Words,
    id: String,
    code: Option<Code>,
    order: &'a str,
    to: &'a str,
    carrier: &'a str,
    service: &'a str,
    parcels: String,
    wants: &'static str,
    quantity_title: &'static str,
    items: Vec<Item<'a>>,
}

struct Item<'a> {
    sku: &'a str,
    name: &'a str,
    quantity: String,
}

impl<'a> Slips<'a> {
    pub(super) fn new(
        planned: Planned<'a>,
        names: &'a Names<'a>,
        chosen: &Chosen,
        language: Language,
    ) -> Self {
        let label = |position: u32| {
            let label = planned.labels.get(position as usize).copied().flatten();
            label.map(|offer| (Of::Shipment(position as usize), offer))
        };
        let mut slips: Vec<(Of, Offer)> = reaching(planned, chosen)
            .into_iter()
            .filter_map(label)
            .collect();
        let returns = planned
            .dataset
            .returns
            .iter()
            .zip(planned.returning)
            .enumerate();
        slips.extend(returns.filter_map(|(position, (goods, offer))| {
            let offer = (*offer)?;
            let is_told = goods.status == ReturnStatus::Announced;
            let is_told = is_told && chosen.has_returns_to(offer.location);
            is_told.then_some((Of::Announced(position), offer))
        }));
        Self {
            planned,
            names,
            language,
            slips,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.slips.len()
    }

    pub(super) fn page(&self, page: usize) -> Page<'a> {
        let (of, offer) = &self.slips[page];
        let dataset = self.planned.dataset;
        let service = &dataset.services[offer.service.ix()];
        let words = self.language.words();
        let id = match *of {
            Of::Shipment(position) => self.names.return_label(position),
            Of::Announced(position) => dataset.returns[position].id.to_string(),
        };
        Page {
            words,
            code: code(&id),
            id,
            order: self.order(*of),
            to: &dataset.locations[offer.location.ix()].name,
            carrier: &service.carrier,
            service: &service.service,
            parcels: self.language.number(i64::from(offer.parcels)),
            wants: match *of {
                Of::Shipment(_) => "",
                Of::Announced(position) if dataset.returns[position].is_exchange => words.exchange,
                Of::Announced(_) => words.refund,
            },
            quantity_title: match of {
                Of::Shipment(_) => words.sent,
                Of::Announced(_) => words.quantity,
            },
            items: self.items(*of),
        }
    }

    fn order(&self, of: Of) -> &'a str {
        let Planned { dataset, plan, .. } = self.planned;
        match of {
            Of::Shipment(position) => &dataset.orders[plan.shipments[position].order.ix()].id,
            Of::Announced(position) => &dataset.returns[position].order,
        }
    }

    fn items(&self, of: Of) -> Vec<Item<'a>> {
        let Planned { dataset, plan, .. } = self.planned;
        let item = |product: &'a Product, quantity: i64| Item {
            sku: &product.sku,
            name: &product.name,
            quantity: self.language.number(quantity),
        };
        match of {
            Of::Announced(position) => {
                let goods = &dataset.returns[position];
                vec![item(&dataset.products[goods.sku.ix()], goods.quantity)]
            }
            Of::Shipment(position) => {
                let pieces = plan.shipments[position].pieces.iter();
                let each = pieces.map(|piece| {
                    let line = &dataset.lines[piece.line.ix()];
                    let shipped = dataset.form_of(line, piece.form).shipped;
                    item(&dataset.products[shipped.ix()], i64::from(piece.quantity))
                });
                each.collect()
            }
        }
    }
}
