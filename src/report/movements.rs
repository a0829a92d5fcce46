//! What moves: shipments, the stock they take, and the lists to pick it by.

use super::Planned;
use super::names::{Names, route_kind};
use super::sheet::Sheet;
use crate::domain::{FormKind, Product, WaveIx};
use crate::plan::{Piece, Route, Shipment};
use crate::units::Money;
use crate::verify::{ShipmentAudit, takes_stock};
use rayon::prelude::*;

/// Decimals of grams (held as milligrams) and cubic centimetres (held as cubic millimetres).
pub(super) const THOUSANDTHS: u32 = 3;

/// What is picked for a shipment.
pub(super) struct Pick<'a> {
    /// Position of the shipment.
    pub(super) shipment: usize,
    pub(super) wave: WaveIx,
    /// What lies on the shelf.
    pub(super) product: &'a Product,
    /// Units of it.
    pub(super) quantity: i64,
    /// What was ordered.
    pub(super) asked: &'a Product,
    pub(super) kind: FormKind,
}

/// The sheets of shipments and allocations.
pub(super) struct Movements<'a> {
    planned: Planned<'a>,
    names: Names<'a>,
    /// Shipment and piece of everything taken from stock, in the plan's order.
    taken: Vec<(u32, u32)>,
    /// What of it is picked: shipment, piece and part of its form, in the order of picking.
    picks: Vec<(u32, u32, u32)>,
}

impl<'a> Movements<'a> {
    pub(super) fn new(planned: Planned<'a>) -> Self {
        let (dataset, plan) = (planned.dataset, planned.plan);
        let mut taken = vec![];
        for (position, shipment) in plan.shipments.iter().enumerate() {
            if takes_stock(dataset, shipment) {
                taken.extend(
                    (0..shipment.pieces.len() as u32).map(|piece| (position as u32, piece)),
                );
            }
        }
        let mut by_group: Vec<u32> = (0..dataset.products.len() as u32).collect();
        by_group.sort_by_key(|&sku| &dataset.products[sku as usize].group);
        let mut rank = vec![0_u32; by_group.len()];
        for (place, sku) in by_group.into_iter().enumerate() {
            rank[sku as usize] = place as u32;
        }
        // What lies far apart in memory is looked up once for each pick, not for each comparison.
        let mut keyed: Vec<(WaveIx, u32, (u32, u32, u32))> = taken
            .par_iter()
            .flat_map_iter(|&(position, number)| {
                let shipment = &plan.shipments[position as usize];
                let piece = &shipment.pieces[number as usize];
                let form = dataset.form_of(&dataset.lines[piece.line.ix()], piece.form);
                let ranks: Vec<u32> = form.parts.iter().map(|part| rank[part.0.ix()]).collect();
                let parts = ranks.into_iter().zip(0..);
                parts.map(move |(rank, part)| (shipment.wave, rank, (position, number, part)))
            })
            .collect();
        keyed.par_sort_unstable();
        let mut picks: Vec<(u32, u32, u32)> = keyed.into_iter().map(|(.., pick)| pick).collect();
        picks.shrink_to_fit();
        Self {
            planned,
            names: Names::new(dataset, plan),
            taken,
            picks,
        }
    }

    fn piece(&self, (position, piece): (u32, u32)) -> (usize, &'a Shipment, &'a Piece) {
        let shipment = &self.planned.plan.shipments[position as usize];
        (
            position as usize,
            shipment,
            &shipment.pieces[piece as usize],
        )
    }

    /// Number of picks.
    pub(super) fn pick_count(&self) -> usize {
        self.picks.len()
    }

    /// A pick, in the order of picking.
    pub(super) fn pick(&self, row: usize) -> Pick<'a> {
        let dataset = self.planned.dataset;
        let (position, piece, part) = self.picks[row];
        let (shipment, leaving, piece) = self.piece((position, piece));
        let line = &dataset.lines[piece.line.ix()];
        let form = dataset.form_of(line, piece.form);
        let (sku, units) = form.parts[part as usize];
        Pick {
            shipment,
            wave: leaving.wave,
            product: &dataset.products[sku.ix()],
            quantity: i64::from(piece.quantity) * i64::from(units),
            asked: &dataset.products[line.sku.ix()],
            kind: form.kind,
        }
    }

    /// Units of lines taken from stock: by order, wave, line.
    pub(super) fn allocations(&self) -> Sheet<'_> {
        let dataset = self.planned.dataset;
        let at = |row: usize| self.piece(self.taken[row]);
        let line = move |row: usize| &dataset.lines[at(row).2.line.ix()];
        let sku = move |row: usize| &*dataset.products[line(row).sku.ix()].sku;
        let form = move |row: usize| dataset.form_of(line(row), at(row).2.form);
        Sheet::new("allocations", self.taken.len())
            .text("order_id", move |row| {
                &*dataset.orders[at(row).1.order.ix()].id
            })
            .text("line_id", move |row| &*line(row).id)
            .text("sku", sku)
            .text("shipped_sku", move |row| {
                &*dataset.products[form(row).shipped.ix()].sku
            })
            .plain("form", move |row| form(row).kind.word())
            .text("location_id", move |row| {
                self.names.location(at(row).1.wave)
            })
            .text("wave", move |row| self.names.wave(at(row).1.wave))
            .integer("quantity", move |row| i64::from(at(row).2.quantity))
            .text("shipment_id", move |row| self.names.shipment(at(row).0))
    }

    /// What to pick: by location, wave, product group, SKU; of a kit that is made, its components.
    pub(super) fn pick_lists(&self) -> Sheet<'_> {
        let dataset = self.planned.dataset;
        let at = |row: usize| {
            let (position, piece, _) = self.picks[row];
            self.piece((position, piece))
        };
        let line = move |row: usize| &dataset.lines[at(row).2.line.ix()];
        let part = move |row: usize| {
            let form = dataset.form_of(line(row), at(row).2.form);
            form.parts[self.picks[row].2 as usize]
        };
        let product = move |row: usize| &dataset.products[part(row).0.ix()];
        Sheet::new("pick_lists", self.picks.len())
            .text("location_id", move |row| {
                self.names.location(at(row).1.wave)
            })
            .text("wave", move |row| self.names.wave(at(row).1.wave))
            .moment("leaves_at", move |row| self.names.departure(at(row).1.wave))
            .text("product_group", move |row| &*product(row).group)
            .text("sku", move |row| &*product(row).sku)
            .text("name", move |row| &*product(row).name)
            .integer("quantity", move |row| {
                i64::from(at(row).2.quantity) * i64::from(part(row).1)
            })
            .text("for_sku", move |row| {
                &*dataset.products[line(row).sku.ix()].sku
            })
            .text("order_id", move |row| {
                &*dataset.orders[at(row).1.order.ix()].id
            })
            .text("line_id", move |row| &*line(row).id)
            .text("shipment_id", move |row| self.names.shipment(at(row).0))
    }

    /// All shipments, feeders and a hub's forwards too, in the plan's order.
    pub(super) fn shipments(&self) -> Sheet<'_> {
        let (dataset, plan) = (self.planned.dataset, self.planned.plan);
        let shipment = |row: usize| &plan.shipments[row];
        let service = move |row: usize| match shipment(row).route {
            Route::Carrier(service) => self.names.service(service),
            _ => ("", ""),
        };
        let sheet = Sheet::new("shipments", plan.shipments.len())
            .text("shipment_id", |row| self.names.shipment(row))
            .text("order_id", move |row| {
                &*dataset.orders[shipment(row).order.ix()].id
            })
            .text("location_id", move |row| {
                self.names.location(shipment(row).wave)
            })
            .text("wave", move |row| self.names.wave(shipment(row).wave))
            .plain("route", move |row| route_kind(shipment(row).route))
            .text("carrier", move |row| service(row).0)
            .text("service", move |row| service(row).1)
            .text("to_location", move |row| {
                self.names
                    .transfer_end(shipment(row).route)
                    .unwrap_or_default()
            })
            .text("joins_shipment", |row| {
                self.names.joins(row).unwrap_or_default()
            })
            .moment("leaves_at", move |row| {
                self.names.departure(shipment(row).wave)
            })
            .moment("arrives_at", move |row| self.names.shuttle(shipment(row)))
            .integer("parcels", move |row| i64::from(shipment(row).parcels));
        self.measures(sheet)
    }

    /// Days, weights and money of shipments.
    fn measures<'s>(&'s self, sheet: Sheet<'s>) -> Sheet<'s> {
        let found = |row: usize| -> &'s ShipmentAudit { &self.planned.audit.shipments[row] };
        let cost = move |row: usize| -> Money { found(row).account().fulfilment() };
        sheet
            .date("leaves_on", move |row| Some(found(row).leaves))
            .date("arrives_by", move |row| Some(found(row).arrives))
            .integer("days_late", move |row| found(row).days_late)
            .integer("units", move |row| found(row).units)
            .decimal("weight_g", THOUSANDTHS, move |row| found(row).weight.0)
            .decimal("volume_cm3", THOUSANDTHS, move |row| found(row).volume.0)
            .decimal("billable_g", THOUSANDTHS, move |row| found(row).billable.0)
            .integer("distance_m", move |row| found(row).distance.map(|it| it.0))
            .decimal("co2_g", THOUSANDTHS, move |row| found(row).co2.0)
            .money("picking", move |row| found(row).picking)
            .money("packing", move |row| found(row).packing)
            .money("carriage", move |row| found(row).carriage)
            .money("transfer", move |row| found(row).transfer)
            .money("cost", cost)
            .money("revenue", move |row| found(row).revenue)
            .money("goods", move |row| found(row).goods)
            .money("ageing_credit", move |row| found(row).ageing_credit)
            .money("co2_cost", move |row| found(row).co2_cost)
            .money("preference", move |row| found(row).preference)
    }
}
