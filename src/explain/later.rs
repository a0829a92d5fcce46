//! When what stays unfilled could ship at the earliest: by a delivery, or with a departure after the horizon.

use super::unfilled::Explaining;
use crate::domain::{LineIx, LocationIx, Open};
use crate::options::could_serve;
use jiff::{SignedDuration, Span, Timestamp};

impl Explaining<'_> {
    /// The first delivery, after its last wave of the horizon, to a location that can serve the line.
    pub(super) fn next_delivery(&self, line: LineIx) -> (Option<Timestamp>, String) {
        let dataset = self.dataset;
        let sku = dataset.lines[line.ix()].sku;
        let deliveries = dataset.stock_indices(sku).flat_map(|cell| {
            let cell = &dataset.stock[cell.ix()];
            let location = &dataset.locations[cell.location.ix()];
            let last = location.wave_indices().next_back();
            let last = last.map(|wave| dataset.waves[wave.ix()].departs);
            dataset.inbound[cell.inbound.start as usize..cell.inbound.end as usize]
                .iter()
                .filter(move |delivery| last.is_none_or(|last| delivery.available_at > last))
                .map(move |delivery| (delivery, cell.location))
        });
        let can_serve = |(_, location): &(_, LocationIx)| {
            could_serve(dataset, &self.options.rates, line, *location)
        };
        let first = deliveries
            .filter(|(_, location)| self.may_open(*location))
            .filter(can_serve)
            .min_by_key(|(it, _)| it.available_at);
        let Some((delivery, location)) = first else {
            return (None, String::new());
        };
        let location = &dataset.locations[location.ix()];
        let reference = match &*delivery.reference {
            "" => String::new(),
            reference => format!(" ({reference})"),
        };
        let because = format!(
            "delivery{reference} of {} units at {}",
            delivery.quantity, location.id
        );
        (Some(delivery.available_at), because)
    }

    /// The first departure after the horizon of a location that still has some of it and can serve the line, once the
    /// order may leave; a delivery where no location has.
    pub(super) fn after_horizon(&self, line: LineIx) -> (Option<Timestamp>, String) {
        let dataset = self.dataset;
        let line_asked = &dataset.lines[line.ix()];
        let cells = dataset.stock_indices(line_asked.sku);
        let departures = cells.filter_map(|cell| {
            let location = dataset.stock[cell.ix()].location;
            let departs = self.next_departure(line, location)?;
            let can_serve = self.may_open(location)
                && self.left.stock_by(cell, departs) > 0
                && could_serve(dataset, &self.options.rates, line, location);
            can_serve.then_some((departs, location))
        });
        let Some((departs, location)) = departures.min() else {
            return self.next_delivery(line);
        };
        let id = &dataset.locations[location.ix()].id;
        let order = &dataset.orders[line_asked.order.ix()];
        let free = order.ship_after.unwrap_or(order.release).max(order.release);
        let when = if self.horizon_end().is_some_and(|end| free > end) {
            "once the order may leave"
        } else {
            "after the horizon"
        };
        (Some(departs), format!("first departure of {id} {when}"))
    }

    /// Whether rules on how many locations are open let something leave one.
    pub(super) fn may_open(&self, location: LocationIx) -> bool {
        self.deciding.sharing.opening(location).barred_by.is_empty()
    }

    /// When an open location that can handle a line next sends something after the horizon that may hold it.
    fn next_departure(&self, line: LineIx, location: LocationIx) -> Option<Timestamp> {
        let dataset = self.dataset;
        let line = &dataset.lines[line.ix()];
        let order = &dataset.orders[line.order.ix()];
        let from = &dataset.locations[location.ix()];
        let needed = dataset.products[line.sku.ix()].handling;
        if from.open == Open::No || !from.handling.covers(needed) {
            return None;
        }
        let lead = SignedDuration::from_mins(from.lead_time_min);
        let ready = order.release.saturating_add(lead).ok()?;
        let earliest = ready
            .max(order.ship_after.unwrap_or(ready))
            .max(self.horizon_end()?);
        let timetable = dataset.timetables.get(location.ix())?;
        timetable.first_from(&from.time_zone, earliest)
    }

    /// The first instant after the horizon.
    fn horizon_end(&self) -> Option<Timestamp> {
        let start = self
            .settings
            .as_of
            .to_zoned(self.settings.time_zone.clone());
        let days = Span::new().try_days(self.settings.horizon_days).ok()?;
        Some(start.checked_add(days).ok()?.timestamp())
    }
}
