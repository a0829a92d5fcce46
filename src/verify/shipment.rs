//! Rules and money of one shipment by itself: place, time, handling, route, size, price.

use super::audit::ShipmentAudit;
use super::load::Load;
use super::{At, Checking, Violation, rates};
use crate::domain::{
    FormKind, Fulfilment, LineIx, Location, LocationIx, LocationKind, Open, Order, Rate, Service,
    ServiceIx, Transfer, TransferIx, Wave, WaveIx,
};
use crate::plan::{Route, Shipment};
use crate::units::{Money, Weight, divide_half_up};
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};

const NANOS_PER_MIN: i128 = 60_000_000_000;
const MG_PER_KG: i128 = 1_000_000;
/// Micro-grams × milligrams × metres in a gram × kilogram × kilometre: 1e6 × 1e6 × 1e3.
const CO2_SCALE: i128 = 1_000_000_000_000_000;

/// One shipment and everything around it that its rules look at.
struct Looking<'a> {
    checking: &'a Checking<'a>,
    shipment: &'a Shipment,
    order: &'a Order,
    wave: &'a Wave,
    location: &'a Location,
    load: Load,
}

/// Checks a shipment and prices it; with violations the prices mean nothing.
pub(super) fn audit(
    checking: &Checking<'_>,
    shipment: &Shipment,
) -> (ShipmentAudit, Vec<Violation>) {
    let dataset = checking.dataset;
    let wave = &dataset.waves[shipment.wave.ix()];
    let looking = Looking {
        checking,
        shipment,
        order: &dataset.orders[shipment.order.ix()],
        wave,
        location: &dataset.locations[wave.location.ix()],
        load: Load::of(dataset, shipment),
    };
    let mut violations = vec![];
    looking.check_place_and_time(&mut violations);
    looking.check_handling(looking.location, &mut violations);
    looking.check_contents(&mut violations);
    let mut audit = looking.handling_money(&mut violations);
    super::rules::check_shipment(checking, shipment, &mut audit, &mut violations);
    match shipment.route {
        Route::Carrier(service) => looking.go_by_carrier(service, &mut audit, &mut violations),
        Route::Collect => looking.wait_for_customer(&mut violations),
        Route::ToStore(transfer) => {
            looking.go_to_store(transfer, &mut audit, &mut violations);
        }
        Route::ToHub(transfer, wave) => {
            looking.go_to_hub(transfer, wave, &mut audit, &mut violations);
        }
    }
    if shipment.reaches_customer()
        && let Some(deliver_by) = looking.order.deliver_by
    {
        audit.days_late = days_between(deliver_by, audit.arrives).max(0);
    }
    (audit, violations)
}

impl Looking<'_> {
    fn at(&self) -> At {
        At::shipment(self.checking.dataset, self.shipment)
    }

    fn check_place_and_time(&self, violations: &mut Vec<Violation>) {
        if self.location.open == Open::No {
            violations.push(Violation::LocationClosed { at: self.at() });
        }
        if let Some(reason) = &self.wave.closed {
            violations.push(Violation::WaveClosed {
                at: self.at(),
                reason: reason.clone(),
            });
        }
        let ready = later(self.order.release, self.location.lead_time_min);
        let earliest = ready.max(self.order.ship_after.unwrap_or(ready));
        if self.wave.departs < earliest {
            violations.push(Violation::LeavesTooEarly {
                at: self.at(),
                departs: self.wave.departs,
                earliest,
            });
        }
    }

    fn check_handling(&self, location: &Location, violations: &mut Vec<Violation>) {
        if !location.handling.covers(self.load.handling) {
            violations.push(Violation::LocationHandling {
                at: self.at(),
                location: location.id.clone(),
            });
        }
    }

    /// Lines in it, each once, with all their units.
    fn lines(&self) -> Vec<(LineIx, u32)> {
        let mut lines: Vec<(LineIx, u32)> = vec![];
        for piece in &self.shipment.pieces {
            match lines.last_mut() {
                Some((line, units)) if *line == piece.line => *units += piece.quantity,
                _ => lines.push((piece.line, piece.quantity)),
            }
        }
        lines
    }

    fn check_contents(&self, violations: &mut Vec<Violation>) {
        let dataset = self.checking.dataset;
        let from_stock = self.checking.takes_stock(self.shipment);
        let lines = self.lines();
        for &(ix, quantity) in &lines {
            let line = &dataset.lines[ix.ix()];
            if from_stock && quantity < line.quantity && quantity < line.min_split_units {
                violations.push(Violation::PieceTooSmall {
                    at: self.at(),
                    line: line.id.clone(),
                    quantity,
                    limit: line.min_split_units,
                });
            }
            if from_stock && quantity < line.quantity && !quantity.is_multiple_of(line.case) {
                violations.push(Violation::CaseBroken {
                    at: self.at(),
                    line: line.id.clone(),
                    quantity,
                    case: line.case,
                });
            }
            if dataset.products[line.sku.ix()].ship_alone && lines.len() > 1 {
                violations.push(Violation::NotAlone {
                    at: self.at(),
                    line: line.id.clone(),
                });
            }
        }
        let to_hub = matches!(self.shipment.route, Route::ToHub(..));
        for piece in &self.shipment.pieces {
            let line = &dataset.lines[piece.line.ix()];
            let kind = dataset.form_of(line, piece.form).kind;
            if !from_stock && piece.form > 0 || to_hub && kind == FormKind::Substitute {
                violations.push(Violation::MergedForm {
                    at: self.at(),
                    line: line.id.clone(),
                });
            }
        }
    }

    /// Goods, credit and revenue of what leaves stock; picking and packing of what leaves at all.
    fn handling_money(&self, violations: &mut Vec<Violation>) -> ShipmentAudit {
        let dataset = self.checking.dataset;
        let pieces = &self.shipment.pieces;
        let mut audit = ShipmentAudit {
            picking: self.location.cost_per_unit * self.load.units
                + self.location.cost_per_line * self.lines().len() as i64,
            packing: self.location.cost_per_shipment,
            weight: self.load.weight,
            volume: self.load.volume,
            units: self.load.units,
            billable: self.load.weight,
            leaves: self.wave.day,
            arrives: self.wave.day,
            ..ShipmentAudit::default()
        };
        if !self.checking.takes_stock(self.shipment) {
            return audit;
        }
        for piece in pieces {
            let line = &dataset.lines[piece.line.ix()];
            let form = dataset.form_of(line, piece.form);
            let units = i64::from(piece.quantity);
            audit.revenue += line.unit_price * units;
            match form.kind {
                FormKind::Stock => {}
                FormKind::Assembled => audit.picking += form.cost * units,
                FormKind::Substitute => audit.preference -= form.cost * units,
            }
            for &(sku, count) in &form.parts {
                let Some(cell) = dataset.stock_at(sku, self.wave.location) else {
                    violations.push(Violation::NoStockHere {
                        at: self.at(),
                        sku: dataset.products[sku.ix()].sku.clone(),
                    });
                    continue;
                };
                let cell = &dataset.stock[cell.ix()];
                let product = &dataset.products[sku.ix()];
                let here = cell.unit_cost.unwrap_or(product.unit_cost);
                // The order file knows the cost of what was ordered, as it lies on the shelf.
                let known = line.unit_cost.filter(|_| form.kind == FormKind::Stock);
                let taken = units * i64::from(count);
                audit.goods += known.unwrap_or(here) * taken;
                audit.ageing_credit += cell.ageing_credit * taken;
            }
        }
        audit
    }

    fn go_by_carrier(
        &self,
        carried_by: ServiceIx,
        audit: &mut ShipmentAudit,
        violations: &mut Vec<Violation>,
    ) {
        let dataset = self.checking.dataset;
        let service = &dataset.services[carried_by.ix()];
        if self.order.fulfilment != Fulfilment::Ship {
            violations.push(Violation::WrongFulfilment { at: self.at() });
        }
        let bought = self.order.services.as_ref();
        if bought.is_some_and(|services| !services.contains(&carried_by)) {
            violations.push(Violation::ServiceNotBought {
                at: self.at(),
                service: name(service),
            });
        }
        if !self.check_parcels(service.max_parcels, violations) {
            return;
        }
        self.check_size(service, violations);
        let to = &dataset.destinations[self.order.destination.ix()];
        let rates = &self.checking.rates;
        let Some(lane) = rates.lane(carried_by, self.wave.location, to) else {
            violations.push(Violation::NoLane {
                at: self.at(),
                service: name(service),
            });
            return;
        };
        let Some(band) = rates.band(lane, &self.load) else {
            violations.push(Violation::NoBand {
                at: self.at(),
                service: name(service),
                weight_mg: self.load.weight.0,
                parcels: self.shipment.parcels,
            });
            return;
        };
        let rate = &dataset.rates[band as usize];
        if rate
            .handling
            .is_some_and(|can| !can.covers(self.load.handling))
        {
            violations.push(Violation::CarrierHandling {
                at: self.at(),
                service: name(service),
            });
        }
        if !rates::can_be_parted(rate, service.max_parcel, &self.load) {
            violations.push(Violation::UnitsInParts {
                at: self.at(),
                service: name(service),
                parcels: self.load.parcels,
                units: self.load.units,
            });
        }
        audit.lane = Some(lane);
        audit.band = Some(band);
        audit.carriage = rates::price(rate, &self.load);
        audit.billable = rates::billable_weight(rate, &self.load);
        audit.leaves = leaves_by_carrier(self.wave, service);
        audit.arrives = arrives_by_carrier(audit.leaves, rate);
        self.emissions(service, audit);
    }

    /// Whether the number of parcels is possible; without that nothing can be weighed.
    fn check_parcels(&self, limit: u32, violations: &mut Vec<Violation>) -> bool {
        let parcels = self.shipment.parcels;
        if parcels >= 1 && parcels <= limit {
            return true;
        }
        violations.push(Violation::Parcels {
            at: self.at(),
            parcels,
            limit,
        });
        false
    }

    fn check_size(&self, service: &Service, violations: &mut Vec<Violation>) {
        let (load, parcels) = (&self.load, self.shipment.parcels);
        if let Some(limit) = service.max_parcel
            && i128::from(load.weight.0) > i128::from(limit.0) * i128::from(parcels)
        {
            violations.push(Violation::ParcelTooHeavy {
                at: self.at(),
                service: name(service),
                weight_mg: load.weight.0,
                parcels,
                limit_mg: limit.0,
            });
        }
        if let Some(limit) = service.max_length.filter(|&limit| load.length > limit) {
            violations.push(Violation::TooLong {
                at: self.at(),
                service: name(service),
                length_mm: load.length.0,
                limit_mm: limit.0,
            });
        }
        if let Some(limit) = service.max_girth.filter(|&limit| load.girth > limit) {
            violations.push(Violation::TooThick {
                at: self.at(),
                service: name(service),
                girth_mm: load.girth.0,
                limit_mm: limit.0,
            });
        }
    }

    /// CO₂ and its cost, each rounded half up once; nothing where a position is unknown.
    fn emissions(&self, service: &Service, audit: &mut ShipmentAudit) {
        let settings = self.checking.settings;
        let (Some(from), Some(to)) = (self.location.position, self.order.position) else {
            return;
        };
        let distance = from.distance(to, settings.detour_factor_micro);
        audit.distance = Some(distance);
        let grams = i128::from(service.co2_g_per_kg_km_micro)
            * i128::from(self.load.weight.0)
            * i128::from(distance.0);
        let milligrams = divide_half_up(grams * 1000, CO2_SCALE);
        audit.co2 = Weight(i64::try_from(milligrams).unwrap_or(i64::MAX));
        audit.co2_cost = rates::money(divide_half_up(
            grams * i128::from(settings.co2_cost_per_kg.0),
            CO2_SCALE * 1000,
        ));
    }

    fn wait_for_customer(&self, violations: &mut Vec<Violation>) {
        self.check_parcels(1, violations);
        self.check_from_stock(violations);
        self.check_pickup_store(self.wave.location, violations);
    }

    fn go_to_store(
        &self,
        by: TransferIx,
        audit: &mut ShipmentAudit,
        violations: &mut Vec<Violation>,
    ) {
        let transfer = self.check_transfer(by, violations);
        self.check_pickup_store(transfer.to, violations);
        let store = &self.checking.dataset.locations[transfer.to.ix()];
        self.check_handling(store, violations);
        self.transfer_money(transfer, audit);
    }

    fn go_to_hub(
        &self,
        by: TransferIx,
        onward: WaveIx,
        audit: &mut ShipmentAudit,
        violations: &mut Vec<Violation>,
    ) {
        let dataset = self.checking.dataset;
        let transfer = self.check_transfer(by, violations);
        if self.order.fulfilment != Fulfilment::Ship {
            violations.push(Violation::WrongFulfilment { at: self.at() });
        }
        let hub = &dataset.locations[transfer.to.ix()];
        let onward = &dataset.waves[onward.ix()];
        if hub.kind != LocationKind::Hub || onward.location != transfer.to {
            violations.push(Violation::NotAHub {
                at: self.at(),
                location: hub.id.clone(),
            });
            return;
        }
        self.transfer_money(transfer, audit);
        let next_day = audit.arrives.tomorrow().unwrap_or(Date::MAX);
        let next_morning = next_day
            .to_zoned(hub.time_zone.clone())
            .map_or(Timestamp::MAX, |midnight| midnight.timestamp());
        let unloaded = transfer
            .transit_min
            .map_or(next_morning, |minutes| later(self.wave.departs, minutes));
        let ready = later(unloaded, hub.lead_time_min);
        if onward.departs < ready {
            violations.push(Violation::ForwardedBeforeArrival {
                at: self.at(),
                departs: onward.departs,
                ready,
            });
        }
    }

    /// Where a transfer begins, and that it takes the location's own stock, unboxed.
    fn check_transfer(&self, by: TransferIx, violations: &mut Vec<Violation>) -> &Transfer {
        let dataset = self.checking.dataset;
        let transfer = &dataset.transfers[by.ix()];
        self.check_parcels(1, violations);
        self.check_from_stock(violations);
        if transfer.from != self.wave.location {
            violations.push(Violation::TransferOrigin {
                at: self.at(),
                from: dataset.locations[transfer.from.ix()].id.clone(),
            });
        }
        transfer
    }

    fn check_from_stock(&self, violations: &mut Vec<Violation>) {
        if !self.checking.takes_stock(self.shipment) {
            violations.push(Violation::HubHoldsNoStock { at: self.at() });
        }
    }

    fn check_pickup_store(&self, ends_at: LocationIx, violations: &mut Vec<Violation>) {
        match self.order.fulfilment {
            Fulfilment::Pickup(store) if store == ends_at => {}
            Fulfilment::Pickup(_) => violations.push(Violation::NotThePickupStore {
                at: self.at(),
                location: self.checking.dataset.locations[ends_at.ix()].id.clone(),
            }),
            Fulfilment::Ship => violations.push(Violation::WrongFulfilment { at: self.at() }),
        }
    }

    /// Cost of the leg, rounded half up once, and its calendar days.
    fn transfer_money(&self, transfer: &Transfer, audit: &mut ShipmentAudit) {
        let whole = i128::from(transfer.cost_per_shipment.0)
            + i128::from(transfer.cost_per_unit.0) * i128::from(self.load.units);
        let by_weight = i128::from(transfer.cost_per_kg.0) * i128::from(self.load.weight.0);
        audit.transfer = rates::money(divide_half_up(whole * MG_PER_KG + by_weight, MG_PER_KG));
        audit.arrives = match transfer.transit_min {
            None => days_after(self.wave.day, transfer.transit_days, true),
            Some(minutes) => {
                let there = &self.checking.dataset.locations[transfer.to.ix()].time_zone;
                let arrival = later(self.wave.departs, minutes);
                arrival.to_zoned(there.clone()).date()
            }
        };
    }
}

/// `carrier/service`, as messages and reports name it.
pub(super) fn name(service: &Service) -> Box<str> {
    format!("{}/{}", service.carrier, service.service).into()
}

/// The day a carrier picks up: the wave's own, or the next when the wave is past the last pick-up.
fn leaves_by_carrier(wave: &Wave, service: &Service) -> Date {
    let missed = service
        .pickup_cutoff
        .is_some_and(|cutoff| wave.time > cutoff);
    days_after(wave.day, u32::from(missed), true)
}

fn arrives_by_carrier(leaves: Date, rate: &Rate) -> Date {
    days_after(leaves, rate.transit_days, rate.weekend)
}

/// The day that is `days` days after another; without `weekend` only Mondays to Fridays count.
fn days_after(day: Date, days: u32, weekend: bool) -> Date {
    let mut day = day;
    for _ in 0..days {
        loop {
            let Ok(next) = day.tomorrow() else {
                return Date::MAX;
            };
            day = next;
            if weekend || !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                break;
            }
        }
    }
    day
}

/// Whole days from one day to another, negative when it is before.
fn days_between(from: Date, to: Date) -> i64 {
    if to <= from {
        return i64::from(to == from) - 1;
    }
    from.until(to)
        .map_or(i64::MAX, |span| i64::from(span.get_days()))
}

/// A moment some minutes later; the end of time when there is none.
fn later(moment: Timestamp, minutes: i64) -> Timestamp {
    let nanos = moment.as_nanosecond() + i128::from(minutes) * NANOS_PER_MIN;
    Timestamp::from_nanosecond(nanos).unwrap_or(Timestamp::MAX)
}

/// What an order pays for being late, by its latest shipment.
pub(super) fn late_cost(order: &Order, days_late: i64) -> Money {
    order.late_cost_per_day * days_late
}
