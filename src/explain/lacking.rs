//! What would have to be otherwise for a line to be filled: of all ways from all locations the one that lacks least.
//!
//! Everything else of the plan stays. What a way lacks is all that is in its way, not only the first thing; a way that lacks
//! fewer things is closer, of two that lack as many the one that lacks less of them, then the one that would bring more.

use super::decision::{Deciding, late_of_others};
use super::shipped::Shipped;
use crate::domain::{Dataset, LineIx, LocationIx, Open, OrderIx, ShipComplete, SkuIx, WaveIx};
use crate::model::{Resource, Usage};
use crate::options::{
    Asked, Beside, Elsewhere, KnownFares, Load, Made, barring, handles, may_share, open_waves,
    sends, usable_piece, worth_as, worth_by, worth_from,
};
use crate::plan::{Route, Shipment};
use crate::units::Money;
use crate::verify::takes_stock;
use std::mem::{Discriminant, discriminant};

/// Waves of a location that are looked at.
const WAVES_TRIED: usize = 8;

/// Changes that are told of a line at most.
const TOLD: usize = 3;

/// Something that a way lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// So much more of something shared.
    Shared(Resource, i64),
    /// Units of a product at a location that has no stock row of it.
    Stock(SkuIx, LocationIx, i64),
    /// One more shipment allowed for the order.
    Shipments,
    /// One more piece allowed for the line.
    Pieces,
    /// That lines may share a shipment: one of them ships alone, or a rule keeps them apart.
    Sharing,
    /// That the location is open.
    Closed(LocationIx),
    /// That the rule of this number, on how many locations are open, lets this one be.
    OpenCount(u16, LocationIx),
    /// That the location had not declined.
    Declined(LocationIx),
    /// That the rule of this number is not.
    Rule(u16, LocationIx),
    /// Special handling at the location.
    Handling(LocationIx),
    /// So much more that the goods bring, or that leaving them costs.
    Money(Money),
}

/// What sort of thing a way lacks.
type Kind = (Discriminant<Lack>, Option<Discriminant<Resource>>);

impl Lack {
    fn kind(&self) -> Kind {
        let of = match self {
            Self::Shared(resource, _) => Some(discriminant(resource)),
            _ => None,
        };
        (discriminant(self), of)
    }

    /// How much of it is missing, in its own unit.
    fn amount(self) -> i64 {
        match self {
            Self::Shared(_, by) | Self::Stock(_, _, by) => by,
            _ => 1,
        }
    }
}

/// A way that would fill a line, if it were not for what it lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The way, its gain over the order as it is.
    pub way: Elsewhere,
    /// Units of the line that it would fill.
    pub units: i64,
    /// What it lacks; empty: nothing.
    pub lacks: Vec<Lack>,
    /// The order's shipment that the goods would join, by its position.
    pub joins: Option<usize>,
    /// What it costs that something leaves its location, taken off the gain; negative where that saves more.
    pub opening_cost: Money,
}

/// What an unfilled line of an order is looked at with.
#[derive(Clone, Copy)]
pub(super) struct Unserved<'a> {
    pub order: OrderIx,
    pub line: LineIx,
    /// Units that stay, ≥ 1.
    pub open: u32,
    /// The order's shipments.
    pub shipments: &'a [Shipment],
    /// Days late of each.
    pub late: &'a [u32],
}

impl Deciding<'_> {
    /// The ways that lack least, those with the same lacks once, the closest first.
    pub(super) fn missing(&self, unserved: Unserved<'_>) -> Vec<Missing> {
        let dataset = self.dataset;
        let Some(quantities) = goods(dataset, unserved) else {
            return vec![];
        };
        let mut found: Vec<Missing> = vec![];
        for mix in mixes(dataset, unserved, &quantities) {
            let load = Load::new(dataset, unserved.order, &quantities);
            let load = load.with_mix(dataset, unserved.order, &mix.into());
            let mut known = KnownFares::default();
            for location in (0..dataset.locations.len()).map(LocationIx::new) {
                found.extend(self.missing_at(unserved, &load, location, &mut known));
            }
        }
        found.sort_by_key(closeness);
        // Of each kind of change the closest one comes before others of a kind that is told; what takes the same and more is
        // left out.
        let mut kinds: Vec<Vec<Kind>> = vec![];
        let (mut told, mut more): (Vec<Missing>, Vec<Missing>) = (vec![], vec![]);
        for one in found {
            let kind: Vec<Kind> = one.lacks.iter().map(|lack| lack.kind()).collect();
            let of_kind = |it: &Missing| it.lacks == one.lacks;
            let is_more_than = |known: &Vec<Kind>| known.iter().all(|it| kind.contains(it));
            if !kinds.iter().any(is_more_than) {
                kinds.push(kind);
                told.push(one);
            } else if more.len() < TOLD
                && kinds.contains(&kind)
                && !told.iter().chain(&more).any(of_kind)
            {
                more.push(one);
            }
        }
        told.truncate(TOLD);
        told.extend(more.into_iter().take(TOLD - told.len()));
        told.sort_by_key(closeness);
        told
    }

    /// Ways from a location with what each lacks.
    fn missing_at(
        &self,
        unserved: Unserved<'_>,
        load: &Load,
        location: LocationIx,
        known: &mut KnownFares,
    ) -> Vec<Missing> {
        let dataset = self.dataset;
        if dataset.locations[location.ix()].kind == crate::domain::LocationKind::Hub {
            return vec![];
        }
        let mut at_place = lacks_at(dataset, unserved.order, load, location);
        let opening = self.sharing.opening(location);
        let saved = match dataset.locations[location.ix()].open {
            Open::No => dataset.locations[location.ix()].closing_cost,
            Open::Yes | Open::Decide => Money::ZERO,
        };
        let barred_by = opening.barred_by.iter();
        at_place.extend(barred_by.map(|&rule| Lack::OpenCount(rule, location)));
        let mut found = vec![];
        let waves = open_waves(dataset, unserved.order, location);
        for wave in waves.into_iter().take(WAVES_TRIED) {
            let mut joined = unserved.shipments.iter();
            let more = match joined.position(|it| it.wave == wave) {
                None => self.alone_at(unserved, load, wave, known),
                Some(position) => self
                    .joined_at(unserved, load, position)
                    .into_iter()
                    .collect(),
            };
            found.extend(more.into_iter().map(|mut one| {
                one.lacks.splice(0..0, at_place.iter().copied());
                one.opening_cost = opening.cost;
                one.way.gain -= opening.cost;
                // That a closed one is opened may save by itself: that is not what the goods bring.
                let pays = one.way.gain - saved;
                if pays <= Money::ZERO {
                    one.lacks.push(Lack::Money(-pays));
                }
                one
            }));
        }
        found
    }

    /// The goods as a shipment of their own.
    fn alone_at(
        &self,
        unserved: Unserved<'_>,
        load: &Load,
        wave: WaveIx,
        known: &mut KnownFares,
    ) -> Vec<Missing> {
        let dataset = self.dataset;
        let late = unserved.late.iter().copied().max().unwrap_or(0);
        let asked = Asked {
            order: unserved.order,
            load,
            late_already: late,
            beside: Beside::all_but(unserved.shipments, 0..0),
        };
        let data = &dataset.orders[unserved.order.ix()];
        let reaching = unserved.shipments.iter().filter(|it| it.reaches_customer());
        let is_full = reaching.count() as u32 >= data.max_shipments;
        let has_pieces = self.has_all_pieces(unserved, load);
        let shipped = Shipped {
            order: unserved.order,
            load: load.clone(),
            forward: false,
        };
        let lines = dataset.lines_of(unserved.order);
        let mut pieces = lines.iter().zip(&load.quantities);
        if !pieces.all(|(line, &units)| units == 0 || usable_piece(line, data.ship_complete, units))
            || shipped.is_broken_up(dataset, unserved.shipments, wave, 0..0)
        {
            return vec![];
        }
        let may_share = may_share(dataset, lines, &load.quantities);
        let ways = worth_from(dataset, self.settings, self.rates, asked, wave, known);
        let direct = ways
            .into_iter()
            .filter(|way| !matches!(way.route, Route::ToHub(..)));
        direct
            .map(|mut way| {
                let mut usage = vec![];
                self.sharing
                    .usage_of(&shipped, (wave, way.route), &[], &mut usage);
                let paid = self.sharing.paid_for_more(&usage, &[]);
                way.gain += data.late_cost_per_day * i64::from(late) - paid;
                let mut lacks = self.lacks_of(&shipped, wave, &usage, &[]);
                lacks.extend(is_full.then_some(Lack::Shipments));
                lacks.extend(has_pieces.then_some(Lack::Pieces));
                lacks.extend((!may_share).then_some(Lack::Sharing));
                Missing {
                    way,
                    units: load.measure.units,
                    lacks,
                    joins: None,
                    opening_cost: Money::ZERO,
                }
            })
            .collect()
    }

    /// The goods with a shipment that leaves there anyway.
    pub(super) fn joined_at(
        &self,
        unserved: Unserved<'_>,
        load: &Load,
        position: usize,
    ) -> Option<Missing> {
        let dataset = self.dataset;
        let with = &unserved.shipments[position];
        if !takes_stock(dataset, with) {
            return None;
        }
        let before = Shipped::new(dataset, with);
        let after = before.with(dataset, load);
        let lines = dataset.lines_of(unserved.order);
        let whole = dataset.orders[unserved.order.ix()].ship_complete;
        let mut pieces = lines.iter().zip(&after.load.quantities);
        if !pieces.all(|(line, &units)| units == 0 || usable_piece(line, whole, units))
            || after.is_broken_up(
                dataset,
                unserved.shipments,
                with.wave,
                position..position + 1,
            )
        {
            return None;
        }
        let asked = |load| Asked {
            order: unserved.order,
            load,
            late_already: late_of_others(unserved.late, position..position + 1),
            beside: Beside::all_but(unserved.shipments, position..position + 1),
        };
        let (one, mut way) =
            self.before_and_after(with, asked(&before.load), asked(&after.load))?;
        way.gain -= one.gain;
        way.cost -= one.cost;
        let (mut own, mut usage) = (vec![], vec![]);
        let (here, moved) = ((with.wave, with.route), std::slice::from_ref(with));
        self.sharing.usage_of(&before, here, moved, &mut own);
        self.sharing.usage_of(&after, here, moved, &mut usage);
        way.gain -= self.sharing.paid_for_more(&usage, &own);
        let mut lacks = self.lacks_of(&after, with.wave, &usage, &own);
        let has_line = |line: usize| before.load.quantities[line] > 0;
        let new_piece = (0..lines.len()).any(|line| load.quantities[line] > 0 && !has_line(line));
        lacks.extend((new_piece && self.has_all_pieces(unserved, load)).then_some(Lack::Pieces));
        lacks.extend((!may_share(dataset, lines, &after.load.quantities)).then_some(Lack::Sharing));
        if let Route::ToHub(_, onward) = with.route {
            let (cost, more) = self.sent_on_with(unserved, load, onward)?;
            way.gain -= cost;
            way.cost += cost;
            let new = more.into_iter().filter(|lack| !lacks.contains(lack));
            lacks.extend(new.collect::<Vec<Lack>>());
        }
        Some(Missing {
            way,
            units: load.measure.units,
            lacks,
            joins: Some(position),
            opening_cost: Money::ZERO,
        })
    }

    /// A shipment as it is, and with other goods by the same route; `None`: that takes them in no number of parcels.
    fn before_and_after(
        &self,
        shipment: &Shipment,
        before: Asked<'_>,
        after: Asked<'_>,
    ) -> Option<(Elsewhere, Elsewhere)> {
        let (dataset, settings, rates) = (self.dataset, self.settings, self.rates);
        let mut known = KnownFares::default();
        let one = worth_as(dataset, settings, rates, before, shipment, &mut known)?;
        let mut known = KnownFares::default();
        let there = (shipment.wave, shipment.route);
        let two = worth_by(dataset, settings, rates, after, there, &mut known)?;
        Some((one, two))
    }

    /// What a hub takes for sending more on with one of its waves, and what it lacks for that; `None`: it cannot.
    fn sent_on_with(
        &self,
        unserved: Unserved<'_>,
        load: &Load,
        onward: WaveIx,
    ) -> Option<(Money, Vec<Lack>)> {
        let dataset = self.dataset;
        let mut each = unserved.shipments.iter();
        let with = each.find(|it| it.wave == onward && !takes_stock(dataset, it))?;
        let before = Shipped::new(dataset, with);
        let after = before.with(dataset, load);
        let asked = |load| Asked {
            order: unserved.order,
            load,
            late_already: 0,
            beside: Beside::default(),
        };
        let (one, way) = self.before_and_after(with, asked(&before.load), asked(&after.load))?;
        let (mut own, mut usage) = (vec![], vec![]);
        let (here, moved) = ((onward, with.route), std::slice::from_ref(with));
        self.sharing.usage_of(&before, here, moved, &mut own);
        self.sharing.usage_of(&after, here, moved, &mut usage);
        let bought = self.sharing.paid_for_more(&usage, &own);
        let lacks = self.lacks_of(&after, onward, &usage, &own);
        Some((way.cost - one.cost + bought, lacks))
    }

    /// What is short of all that is shared; units of a stock cell are told once.
    fn lacks_of(
        &self,
        shipped: &Shipped,
        wave: WaveIx,
        usage: &[Usage],
        own: &[Usage],
    ) -> Vec<Lack> {
        let mut lacks: Vec<Lack> = vec![];
        for short in self.sharing.short(usage, own) {
            let resource = self.sharing.row(short.row).resource;
            let cell = |resource: Resource| match resource {
                Resource::Stock(cell, _) | Resource::Reserved(cell, _) => Some(cell),
                _ => None,
            };
            let same = lacks.iter_mut().find_map(|lack| match lack {
                Lack::Shared(known, by)
                    if cell(*known).is_some() && cell(*known) == cell(resource) =>
                {
                    Some(by)
                }
                _ => None,
            });
            match same {
                Some(by) => *by = (*by).max(short.by),
                None => lacks.push(Lack::Shared(resource, short.by)),
            }
        }
        let dataset = self.dataset;
        let location = dataset.waves[wave.ix()].location;
        let draws = shipped.load.draws(dataset, shipped.order);
        // What a hub sends on it has from others.
        for (_, sku, units) in draws.filter(|_| !shipped.forward) {
            if dataset.stock_at(sku, location).is_none() {
                lacks.push(Lack::Stock(sku, location, units));
            }
        }
        lacks
    }

    /// Whether a line of a load leaves in as many pieces as it may.
    fn has_all_pieces(&self, unserved: Unserved<'_>, load: &Load) -> bool {
        let first = self.dataset.orders[unserved.order.ix()].lines.start;
        let lines = self.dataset.lines_of(unserved.order).iter().enumerate();
        let mut carried = lines.filter(|(position, _)| load.quantities[*position] > 0);
        carried.any(|(position, line)| {
            let ix = LineIx(first + position as u32);
            let holding = unserved.shipments.iter().filter(|it| {
                takes_stock(self.dataset, it) && it.pieces.iter().any(|piece| piece.line == ix)
            });
            holding.count() as u32 >= line.line_max_shipments
        })
    }
}

/// What ways that lack something are ordered by, the closest first.
fn closeness(it: &Missing) -> (usize, i64, i64, WaveIx, Route) {
    let amount: i64 = it.lacks.iter().map(|lack| lack.amount()).sum();
    (
        it.lacks.len(),
        amount,
        -it.way.gain.0,
        it.way.wave,
        it.way.route,
    )
}

/// What would have to ship for a line to be filled: what is open of it, or as much of that as a piece may have; all of an
/// order that ships whole. `None`: no piece of it may be so small.
fn goods(dataset: &Dataset, unserved: Unserved<'_>) -> Option<Vec<u32>> {
    let data = &dataset.orders[unserved.order.ix()];
    let lines = dataset.lines_of(unserved.order);
    if data.ship_complete == ShipComplete::Order {
        return Some(lines.iter().map(|line| line.quantity).collect());
    }
    let place = (unserved.line.0 - data.lines.start) as usize;
    let line = &lines[place];
    let mut pieces = (1..=unserved.open).rev().take(line.case.max(1) as usize);
    let piece = pieces.find(|&units| {
        usable_piece(line, data.ship_complete, units)
            || units == unserved.open && units < line.quantity
    })?;
    let mut quantities = vec![0; lines.len()];
    quantities[place] = piece;
    Some(quantities)
}

/// The forms that goods could be made in, one form a line.
fn mixes(dataset: &Dataset, unserved: Unserved<'_>, quantities: &[u32]) -> Vec<Vec<Made>> {
    let place = (unserved.line.0 - dataset.orders[unserved.order.ix()].lines.start) as usize;
    let lines = dataset.lines_of(unserved.order);
    let in_form = |form: u8| {
        let carried = lines.iter().zip(quantities).enumerate();
        let with_forms =
            carried.filter(|(_, (line, units))| **units > 0 && !dataset.forms_of(line).is_empty());
        let made = with_forms.map(|(position, (_, &units))| Made {
            line: position as u32,
            form: if position == place { form } else { 0 },
            units,
        });
        made.collect()
    };
    let forms = dataset.forms_of(&lines[place]).len().max(1);
    (0..forms as u8).map(in_form).collect()
}

/// What a location lacks for a load, whatever the wave.
fn lacks_at(dataset: &Dataset, order: OrderIx, load: &Load, location: LocationIx) -> Vec<Lack> {
    let mut lacks = vec![];
    if !sends(dataset, location) {
        lacks.push(Lack::Closed(location));
    }
    let lines = dataset.lines_of(order).iter().enumerate();
    for ((position, line), _) in lines.zip(&load.quantities).filter(|(_, units)| **units > 0) {
        if dataset.is_declined(line, location) && !lacks.contains(&Lack::Declined(location)) {
            lacks.push(Lack::Declined(location));
        }
        for rule in barring(dataset, line, location) {
            if !lacks.contains(&Lack::Rule(rule, location)) {
                lacks.push(Lack::Rule(rule, location));
            }
        }
        let mut made = load
            .mix
            .iter()
            .filter(|made| made.line as usize == position);
        let shipped = made
            .next()
            .map_or(line.sku, |made| dataset.form_of(line, made.form).shipped);
        if !handles(dataset, order, shipped, location) && !lacks.contains(&Lack::Handling(location))
        {
            lacks.push(Lack::Handling(location));
        }
    }
    lacks
}
