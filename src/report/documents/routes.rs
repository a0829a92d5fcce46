//! Route sheets: what a carrier or a transfer takes along, a page a route.

use super::super::Planned;
use super::super::names::Names;
use super::super::routes::{Routes, Stop};
use super::chosen::Chosen;
use super::code::{Code, code};
use super::language::Language;
use super::words::Words;
use crate::plan::Route;
use askama::Template;
use std::ops::Range;

/// All route sheets of the chosen waves.
pub(super) struct Sheets<'a> {
    planned: Planned<'a>,
    names: Names<'a>,
    routes: &'a Routes<'a>,
    language: Language,
    /// Stops of each route, and where what they carry begins.
    pages: Vec<(Range<usize>, usize)>,
}

/// A route.
#[derive(Template)]
#[template(path = "route_sheet.html", config = "src/report/documents/askama.toml")]
pub(super) struct Page<'a> {
    words: &'static Words,
    id: String,
    code: Option<Code>,
    place: &'a str,
    location: &'a str,
    wave: &'a str,
    cut_off: String,
    leaves_on: String,
    carrier: &'a str,
    service: &'a str,
    to: &'a str,
    last_pickup: String,
    stops: Vec<Halt>,
    shipments: String,
    parcels: String,
    weight: String,
}

struct Halt {
    number: i64,
    place: String,
    rows: Vec<Row>,
}

struct Row {
    shipment: String,
    arrives: String,
    parcels: String,
    weight: String,
}

impl<'a> Sheets<'a> {
    pub(super) fn new(
        planned: Planned<'a>,
        routes: &'a Routes<'a>,
        chosen: &Chosen,
        language: Language,
    ) -> Self {
        let mut pages: Vec<(Range<usize>, usize)> = vec![];
        let mut carried = 0;
        for (at, stop) in routes.stops.iter().enumerate() {
            if stop.number == 0 {
                pages.push((at + 1..at + 1, carried));
                carried += stop.shipments as usize;
            } else if let Some((stops, _)) = pages.last_mut() {
                stops.end = at + 1;
            }
        }
        pages.retain(|(stops, _)| chosen.has(routes.stops[stops.start].wave));
        Self {
            names: Names::new(planned.dataset, planned.plan),
            planned,
            routes,
            language,
            pages,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.pages.len()
    }

    pub(super) fn page(&self, page: usize) -> Page<'a> {
        let (stops, mut carried) = self.pages[page].clone();
        let Planned { dataset, plan, .. } = self.planned;
        let start = &self.routes.stops[stops.start - 1];
        let wave = &dataset.waves[start.wave.ix()];
        let location = &dataset.locations[wave.location.ix()];
        let route = plan.shipments[start.example].route;
        let service = match route {
            Route::Carrier(service) => Some(&dataset.services[service.ix()]),
            _ => None,
        };
        let pickup = service.and_then(|service| service.pickup_cutoff);
        let id = self.routes.route_id(start);
        let language = self.language;
        Page {
            words: language.words(),
            code: code(&id),
            id,
            place: &location.name,
            location: &location.id,
            wave: &wave.name,
            cut_off: language.moment(wave.departs, &location.time_zone),
            leaves_on: language.day(self.planned.audit.shipments[start.example].leaves),
            carrier: service.map_or("", |service| &service.carrier),
            service: service.map_or("", |service| &service.service),
            to: self.names.transfer_end(route).unwrap_or_default(),
            last_pickup: pickup.map_or(String::new(), |at| at.strftime("%H:%M").to_string()),
            stops: self.routes.stops[stops]
                .iter()
                .map(|stop| self.halt(stop, &mut carried))
                .collect(),
            shipments: language.number(start.shipments),
            parcels: language.number(start.parcels),
            weight: language.kilograms(start.weight),
        }
    }

    /// A stop, with what is carried from that position on.
    fn halt(&self, stop: &Stop, carried: &mut usize) -> Halt {
        let here = *carried..*carried + stop.shipments as usize;
        *carried = here.end;
        let row = |&position: &u32| {
            let position = position as usize;
            let found = &self.planned.audit.shipments[position];
            let parcels = self.planned.plan.shipments[position].parcels;
            Row {
                shipment: self.names.shipment(position),
                arrives: self.language.day(found.arrives),
                parcels: self.language.number(i64::from(parcels)),
                weight: self.language.kilograms(found.weight),
            }
        };
        Halt {
            number: stop.number,
            place: self.routes.place(stop),
            rows: self.routes.carried[here].iter().map(row).collect(),
        }
    }
}
