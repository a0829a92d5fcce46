//! What keeps a line that could ship from shipping: the way that comes furthest tells.
//!
//! Few ways tell it. Each location and wave is first asked how far a single unit would come from there; then only what
//! could come further than is known is priced, from where it could come furthest first.

use super::hold::Hold;
use super::lacking::{Lack, Unserved};
use super::shipped::Shipped;
use super::unfilled::Explaining;
use crate::domain::{Dataset, LineIx, LocationIx, OrderIx, ShipComplete, SkuIx, WaveIx};
use crate::options::{self, Beside, Load, Made, Quote, Slot, Unpriced, scattered_by};
use crate::plan::{Route, Shipment};
use crate::units::Money;
use crate::verify::takes_stock;
use smallvec::SmallVec;
use std::cmp::Reverse;

/// What keeps a line that could ship from shipping, from the first obstacle to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Other orders take the stock.
    StockUsed,
    /// What is left of the stock is kept for other channels.
    StockReserved,
    /// Every wave that could take it is full.
    CapacityFull,
    /// Carriers that could take it have no space.
    CarrierFull,
    /// Transfers that could take it have no space.
    TransferFull,
    /// The order may not be split further.
    SplitLimit,
    /// Another shipment of the order leaves there with that wave, by another route or without it.
    SameWave,
    /// The line may not be split further.
    LineSplitLimit,
    /// A business rule allows no more where it could ship.
    RuleLimit,
    /// No more shipments may leave another place than planned before.
    MovesLimit,
    /// A business rule keeps it with other lines, and they ship from elsewhere.
    Together,
    /// A location that could ship it is not open, and as many are as rules allow.
    LocationCount,
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
            Self::StockReserved => "stock_reserved",
            Self::CapacityFull => "capacity_full",
            Self::CarrierFull => "carrier_full",
            Self::TransferFull => "transfer_full",
            Self::SplitLimit => "split_limit",
            Self::SameWave => "same_wave",
            Self::LineSplitLimit => "line_split_limit",
            Self::RuleLimit => "rule_limit",
            Self::MovesLimit => "moves_limit",
            Self::Together => "together",
            Self::LocationCount => "location_count",
            Self::ShipComplete => "ship_complete",
            Self::NotWorthIt => "not_worth_it",
            Self::NotTaken => "not_taken",
        }
    }
}

/// What a line would bring that ships by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Alone {
    /// All in all.
    pub gain: Money,
    /// From where.
    pub location: LocationIx,
    /// What opening that costs, taken off.
    pub opening: Money,
    /// What is paid for more than there is, taken off.
    pub more: Money,
    /// What rules take for one more location, taken off.
    pub scattered: Money,
}

/// An unfilled line, and what is found about it so far.
struct Sought {
    line: LineIx,
    /// Its position in the order.
    place: usize,
    /// Units unfilled, ≥ 1.
    open: i64,
    /// The furthest that any way comes; `None`: there is no way.
    furthest: Option<Cause>,
    /// The furthest that ways come which tell what it would bring.
    of_all: Option<Cause>,
    /// The most that a way without obstacle would bring.
    best: Option<Alone>,
    /// The furthest that ways come which would pay with all that is open; `None`: there is none, or one comes as far as that it does
    /// not pay.
    of_whole: Option<Cause>,
}

impl Sought {
    /// Takes note of how far a way comes, and whether it tells what the line would bring.
    fn comes_to(&mut self, cause: Cause, tells: bool) {
        self.furthest = self.furthest.max(Some(cause));
        if tells {
            self.of_all = self.of_all.max(Some(cause));
        }
    }

    /// The reason. Options leave out what can only lose money, so that a line without a way is one that does not pay; where parts
    /// alone have nothing against them, what is against the whole tells.
    fn reason(&self) -> Cause {
        match (self.furthest, self.best, self.of_all) {
            // A part that does not pay says nothing of all that is open.
            (Some(Cause::NotWorthIt), Some(_), _) => self.of_whole.unwrap_or(Cause::NotWorthIt),
            (Some(Cause::NotWorthIt), None, Some(of_all)) => of_all,
            (furthest, ..) => furthest.unwrap_or(Cause::NotWorthIt),
        }
    }

    /// Whether a load of this line alone could tell more, on ways that come so far at most: it alone tells a gain.
    fn learns_alone(&self, reach: Cause) -> bool {
        reach == Cause::NotTaken || self.furthest < Some(reach)
    }

    /// Whether a load with other lines could tell more, on ways that come so far at most.
    fn learns_together(&self, reach: Cause) -> bool {
        self.furthest < Some(reach.min(Cause::NotWorthIt))
    }
}

/// What of an order ships.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    /// Its shipments.
    pub shipments: &'a [Shipment],
    /// Days late of each.
    pub late: &'a [u32],
}

/// How far each line sought could come from a slot.
type Reaches = SmallVec<[Cause; 8]>;

/// A way that could ship some of a line, and what it would bring by itself where that is known.
struct WayOut<'a> {
    wave: WaveIx,
    route: Route,
    /// What it would carry, at least.
    load: &'a Load,
    /// In which forms; empty: as ordered.
    mix: &'a [Made],
    gain: Option<Money>,
}

impl WayOut<'_> {
    fn shipped(&self, dataset: &Dataset, order: OrderIx) -> Shipped {
        Shipped {
            order,
            load: self.load.with_mix(dataset, order, &self.mix.into()),
            forward: false,
        }
    }
}

impl Explaining<'_> {
    /// What keeps each line of an order that could ship from shipping, with what it would bring where nothing blocks it;
    /// `None` for lines without `open` units and for those that nothing could ship.
    pub(super) fn causes(
        &self,
        order: OrderIx,
        open: &[i64],
        around: Around<'_>,
    ) -> Vec<Option<(Cause, Option<Alone>)>> {
        let lines = self.dataset.orders[order.ix()].line_indices();
        let mut sought: Vec<Sought> = lines
            .zip(open)
            .enumerate()
            .filter(|(_, (line, open))| **open > 0 && self.options.possible[line.ix()])
            .map(|(place, (line, &open))| Sought {
                line,
                place,
                open,
                furthest: None,
                of_all: None,
                best: None,
                of_whole: None,
            })
            .collect();
        let mut causes = vec![None; open.len()];
        // Of most lines nothing is left anywhere: used-up stock is the first thing that is asked of a way, so that none comes any
        // further. What other lines' loads tell, of orders that ship whole, and substitutes are looked at one by one.
        if !self.is_whole(order) {
            sought.retain(|it| {
                let is_used_up = self.is_used_up(it.line);
                if is_used_up {
                    causes[it.place] = Some((Cause::StockUsed, None));
                }
                !is_used_up
            });
        }
        if sought.is_empty() {
            return causes;
        }
        let unpriced = self.options.unpriced(self.dataset, self.settings, order);
        if unpriced.wide {
            self.search_slots(order, &unpriced.slots, around, &mut sought);
        } else {
            self.search_loads(&unpriced, around, &mut sought);
        }
        for found in sought {
            causes[found.place] = Some((found.reason(), found.best));
        }
        causes
    }

    /// Whether nothing is left of the only product that a line could be served from.
    fn is_used_up(&self, line: LineIx) -> bool {
        let line = &self.dataset.lines[line.ix()];
        let mut cells = self.dataset.stock_indices(line.sku);
        self.dataset.forms_of(line).is_empty() && cells.all(|cell| self.left.is_used_up(cell))
    }

    /// Goes through the candidates that take stock, as far as they could tell more.
    fn search_loads(&self, unpriced: &Unpriced<'_>, around: Around<'_>, sought: &mut [Sought]) {
        let loads = &unpriced.loads;
        let slots = self.by_reach(&unpriced.slots, around.shipments, sought);
        let (alone, together): (Vec<usize>, Vec<usize>) =
            (0..loads.len()).partition(|&load| loads[load].line_count() == 1);
        let (mut quotes, mut candidates) = (vec![], vec![]);
        type Learns = fn(&Sought, Cause) -> bool;
        // Of what ships whole or not at all, loads of all lines tell what it brings.
        let learns_together = match self.dataset.orders[unpriced.order.ix()].ship_complete {
            ShipComplete::Order => Sought::learns_alone,
            _ => Sought::learns_together,
        };
        let rounds: [(&[usize], Learns); 2] =
            [(&alone, Sought::learns_alone), (&together, learns_together)];
        for (positions, learns) in rounds {
            for (slot, reaches) in &slots {
                for &position in positions {
                    let load = &loads[position];
                    let mut of_lines = sought.iter().zip(reaches);
                    if of_lines
                        .any(|(it, &reach)| load.quantities[it.place] > 0 && learns(it, reach))
                    {
                        unpriced.price(*slot, position, &mut quotes, &mut candidates);
                    }
                    for mut candidate in candidates.drain(..) {
                        let order = unpriced.order;
                        candidate.gain -= self.late_cost(order, candidate.days_late);
                        if unpriced.late_folded {
                            candidate.gain += self.late_cost_of(order, candidate.days_late.into());
                        }
                        let mix = unpriced.mixes.get(usize::from(candidate.mix));
                        let way = WayOut {
                            wave: candidate.wave,
                            route: candidate.route,
                            load,
                            mix: mix.map_or(&[], |mix| mix),
                            gain: Some(candidate.gain),
                        };
                        for it in sought.iter_mut() {
                            self.note(it, order, &way, around);
                        }
                    }
                }
            }
        }
    }

    /// Goes through the ways of an order that is too wide to list, each line by its smallest piece.
    fn search_slots(
        &self,
        order: OrderIx,
        slots: &[Slot],
        around: Around<'_>,
        sought: &mut [Sought],
    ) {
        for (position, reaches) in self.by_reach(slots, around.shipments, sought) {
            for (it, reach) in sought.iter_mut().zip(reaches) {
                if !it.learns_alone(reach) {
                    continue;
                }
                let slot = &slots[position];
                let Some((load, quote)) = self.least_of_wide(order, slot, it) else {
                    continue;
                };
                for way in &slot.ways {
                    let priced = quote.as_ref().filter(|quote| quote.route == way.route);
                    let way = WayOut {
                        wave: slot.wave,
                        route: way.route,
                        load: &load,
                        mix: &[],
                        gain: priced.map(|it| it.gain - self.late_cost(order, it.days_late)),
                    };
                    self.note(it, order, &way, around);
                }
            }
        }
    }

    /// The smallest piece of a line that may leave a slot, and the best quote for it.
    fn least_of_wide(
        &self,
        order: OrderIx,
        slot: &Slot,
        sought: &Sought,
    ) -> Option<(Load, Option<Quote>)> {
        let whole = self.dataset.orders[order.ix()].ship_complete;
        let asked = &self.dataset.lines[sought.line.ix()];
        let mut pieces = 1..=slot.limits[sought.place];
        let least = pieces.find(|&units| options::usable_piece(asked, whole, units))?;
        let mut quantities = vec![0; slot.limits.len()];
        quantities[sought.place] = least;
        let load = Load::new(self.dataset, order, &quantities);
        let quote = options::best_quote(self.dataset, self.settings, order, slot, &load);
        Some((load, quote))
    }

    /// What it costs that an order comes so many days late, beyond what it is late already.
    fn late_cost(&self, order: OrderIx, days_late: u32) -> Money {
        let more = i64::from(days_late) - self.left.days_late(order);
        self.late_cost_of(order, more.max(0))
    }

    fn late_cost_of(&self, order: OrderIx, days: i64) -> Money {
        self.dataset.orders[order.ix()].late_cost_per_day * days
    }

    /// Slots that take stock, by position, with how far each line could come from there; the furthest first.
    fn by_reach(
        &self,
        slots: &[Slot],
        shipments: &[Shipment],
        sought: &[Sought],
    ) -> Vec<(usize, Reaches)> {
        let mut found: Vec<(usize, Reaches)> = slots
            .iter()
            .enumerate()
            .filter(|(_, slot)| !slot.forward)
            .map(|(position, slot)| {
                let reaches = sought.iter().map(|it| self.reach(it, slot, shipments));
                (position, reaches.collect())
            })
            .collect();
        found.sort_by_key(|(_, reaches)| Reverse(reaches.iter().max().copied()));
        found
    }

    /// How far a line could come from a slot at most: as far as one unit of it, for more units only come up against more.
    fn reach(&self, sought: &Sought, slot: &Slot, shipments: &[Shipment]) -> Cause {
        if let Some(cause) = self.obstacle_at(sought, slot.wave, 1, shipments) {
            return cause;
        }
        let by_way = slot.ways.iter().map(|way| {
            self.obstacle_on(sought, slot.wave, way.route, 1, shipments)
                .unwrap_or(Cause::NotTaken)
        });
        by_way.max().unwrap_or(Cause::NotTaken)
    }

    /// Takes a way into what is known about a line, if it carries that.
    fn note(&self, sought: &mut Sought, order: OrderIx, way: &WayOut<'_>, around: Around<'_>) {
        let shipments = around.shipments;
        let carried = i64::from(way.load.quantities[sought.place]);
        if carried == 0 {
            return;
        }
        let tells = self.tells(sought, order, way);
        // A way with more units than are open stands for one with just these; a part of what leaves whole, in one piece, for all.
        let units = if self.is_whole(order) && self.is_one_piece(sought, order) {
            sought.open
        } else {
            carried.min(sought.open)
        };
        let obstacle = self
            .obstacle_at(sought, way.wave, units, shipments)
            .or_else(|| self.obstacle_on(sought, way.wave, way.route, units, shipments));
        let by_rules = match obstacle {
            None | Some(Cause::LocationCount) => self.ruled_out(order, way, shipments, tells),
            Some(_) => None,
        };
        let cause = match by_rules.or(obstacle) {
            None => {
                let joins = shipments.iter().position(|it| it.wave == way.wave);
                let alone = match joins {
                    _ if !tells => None,
                    None => self.alone(order, way, shipments),
                    Some(position) => match self.joined(sought, order, way, (around, position)) {
                        Ok(alone) => Some(alone),
                        Err(cause) => return sought.comes_to(cause, tells),
                    },
                };
                if alone.map(|it| it.gain) > sought.best.map(|it| it.gain) {
                    sought.best = alone;
                }
                match alone {
                    Some(alone) if alone.gain > Money::ZERO => Cause::NotTaken,
                    _ => Cause::NotWorthIt,
                }
            }
            // That it may not be opened keeps nothing back that would not pay.
            Some(Cause::LocationCount) if self.is_no_way_in(order, way, (tells, shipments)) => {
                return;
            }
            Some(obstacle) => obstacle,
        };
        let is_whole = units == sought.open && sought.open > 1;
        // What pays needs no obstacle, and one that comes no further than another tells no more.
        if is_whole && cause != Cause::NotTaken && sought.of_whole < Some(cause) {
            let would_pay = || {
                let alone = self.alone(order, way, shipments);
                alone.is_some_and(|alone| alone.gain > Money::ZERO)
            };
            let joins = shipments.iter().any(|it| it.wave == way.wave);
            if cause == Cause::NotWorthIt || (tells && !joins && would_pay()) {
                sought.of_whole = Some(cause);
            }
        }
        sought.comes_to(cause, tells);
    }

    /// Whether lines of an order, or all of it, ship whole or not at all.
    fn is_whole(&self, order: OrderIx) -> bool {
        self.dataset.orders[order.ix()].ship_complete != ShipComplete::None
    }

    /// Whether a line leaves in one piece.
    fn is_one_piece(&self, sought: &Sought, order: OrderIx) -> bool {
        let line = &self.dataset.lines[sought.line.ix()];
        line.line_max_shipments == 1 || self.dataset.orders[order.ix()].max_shipments == 1
    }

    /// Whether opening the location of a way would not pay, or the way says nothing of whether it would: other lines tell it for
    /// themselves.
    fn is_no_way_in(
        &self,
        order: OrderIx,
        way: &WayOut<'_>,
        (tells, shipments): (bool, &[Shipment]),
    ) -> bool {
        if tells {
            let alone = self.alone(order, way, shipments);
            return alone.is_some_and(|alone| alone.gain <= Money::ZERO);
        }
        !self.is_whole(order) && way.load.line_count() > 1
    }

    /// Whether what a way is worth is what it brings that a line ships: it carries nothing else, and all that has to ship with
    /// it, to the customer.
    fn tells(&self, sought: &Sought, order: OrderIx, way: &WayOut<'_>) -> bool {
        let lines = self.dataset.lines_of(order);
        let carried = i64::from(way.load.quantities[sought.place]);
        let mut each = lines.iter().zip(&way.load.quantities);
        let carries_enough = match self.dataset.orders[order.ix()].ship_complete {
            ShipComplete::Order => each.all(|(line, &units)| units >= line.quantity),
            ShipComplete::Line => way.load.line_count() == 1 && carried == sought.open,
            ShipComplete::None => way.load.line_count() == 1 && carried <= sought.open,
        };
        carries_enough && !matches!(way.route, Route::ToHub(..))
    }

    /// Which business rule or limit on moves is against a way; any limit where it carries all that has to ship together.
    fn ruled_out(
        &self,
        order: OrderIx,
        way: &WayOut<'_>,
        shipments: &[Shipment],
        tells: bool,
    ) -> Option<Cause> {
        let (dataset, sharing) = (self.dataset, self.deciding.sharing);
        let shipped = way.shipped(dataset, order);
        let mut each = shipments.iter();
        let joins = each.position(|it| it.wave == way.wave && takes_stock(dataset, it));
        let joined = joins.map_or(0..0, |position| position..position + 1);
        let (mut own, mut usage) = (vec![], vec![]);
        let shipped = match joins.map(|position| &shipments[position]) {
            None => shipped,
            Some(joined) => {
                let before = Shipped::new(dataset, joined);
                let moved = std::slice::from_ref(joined);
                sharing.usage_of(&before, (joined.wave, joined.route), moved, &mut own);
                before.with(dataset, &shipped.load)
            }
        };
        if shipped.is_broken_up(dataset, shipments, way.wave, joined.clone()) {
            return Some(Cause::Together);
        }
        let moved = &shipments[joined];
        sharing.usage_of(&shipped, (way.wave, way.route), moved, &mut usage);
        let holds = sharing.short(&usage, &own);
        let holds = holds.map(|short| Hold::of_row(sharing.row(short.row).resource));
        let mut causes = holds.filter_map(of_limit);
        causes.find(|cause| tells || matches!(cause, Cause::RuleLimit | Cause::MovesLimit))
    }

    /// What a line would bring with a shipment that leaves anyway, or what keeps it from that.
    fn joined(
        &self,
        sought: &Sought,
        order: OrderIx,
        way: &WayOut<'_>,
        (around, position): (Around<'_>, usize),
    ) -> Result<Alone, Cause> {
        let unserved = Unserved {
            order,
            line: sought.line,
            open: u32::try_from(sought.open).unwrap_or(u32::MAX),
            shipments: around.shipments,
            late: around.late,
        };
        let load = &way.shipped(self.dataset, order).load;
        let Some(found) = self.deciding.joined_at(unserved, load, position) else {
            return Err(self.without_joining(order, around.shipments));
        };
        let in_the_way = found.lacks.iter().find_map(|lack| match *lack {
            Lack::Shared(resource, _) => of_limit(Hold::of_row(resource)),
            Lack::Pieces => Some(Cause::LineSplitLimit),
            Lack::Sharing => Some(self.without_joining(order, around.shipments)),
            _ => None,
        });
        match in_the_way {
            Some(cause) => Err(cause),
            None => Ok(Alone {
                gain: found.way.gain,
                location: self.dataset.waves[way.wave.ix()].location,
                opening: Money::ZERO,
                more: Money::ZERO,
                scattered: Money::ZERO,
            }),
        }
    }

    /// What keeps a line from leaving beside a shipment of its order that it cannot join.
    fn without_joining(&self, order: OrderIx, shipments: &[Shipment]) -> Cause {
        if self.has_all_shipments(order, shipments) {
            Cause::SplitLimit
        } else {
            Cause::SameWave
        }
    }

    /// Whether an order goes in as many shipments as it may.
    fn has_all_shipments(&self, order: OrderIx, shipments: &[Shipment]) -> bool {
        let reaching = shipments.iter().filter(|it| it.reaches_customer()).count();
        reaching >= self.dataset.orders[order.ix()].max_shipments as usize
    }

    /// What a way would bring by itself, with what is paid beside its shipment.
    fn alone(&self, order: OrderIx, way: &WayOut<'_>, shipments: &[Shipment]) -> Option<Alone> {
        let location = self.dataset.waves[way.wave.ix()].location;
        let beside = Beside::all_but(shipments, 0..0);
        let gain = way.gain?;
        let scattered = scattered_by(self.dataset, order, (way.load, location), beside);
        let opening = self.deciding.sharing.opening(location).cost;
        let shipped = way.shipped(self.dataset, order);
        let mut usage = vec![];
        self.deciding
            .sharing
            .usage_of(&shipped, (way.wave, way.route), &[], &mut usage);
        let more = self.deciding.sharing.paid_for_more(&usage, &[]);
        Some(Alone {
            gain: gain - opening - more - scattered,
            location,
            opening,
            more,
            scattered,
        })
    }

    /// The first thing that keeps units of a line from a wave, whatever the route.
    fn obstacle_at(
        &self,
        sought: &Sought,
        wave: WaveIx,
        units: i64,
        shipments: &[Shipment],
    ) -> Option<Cause> {
        let dataset = self.dataset;
        let asked = &dataset.lines[sought.line.ix()];
        let location = dataset.waves[wave.ix()].location;
        let channel = dataset.orders[asked.order.ix()].reserved;
        let has = |sku: SkuIx, units: i64, kept: bool| {
            dataset.stock_at(sku, location).is_some_and(|cell| {
                self.left.stock(cell, wave) >= units
                    && (!kept || self.left.unreserved(cell, channel) >= units)
            })
        };
        let can_be_made = |kept: bool| {
            let forms = dataset.forms_of(asked);
            let own = [(asked.sku, 1)];
            let of = |parts: &[(SkuIx, u32)]| {
                let mut each = parts.iter();
                each.all(|&(sku, count)| has(sku, units * i64::from(count), kept))
            };
            of(&own) || forms.iter().any(|form| of(&form.parts))
        };
        if !can_be_made(false) {
            return Some(Cause::StockUsed);
        }
        if !can_be_made(true) {
            return Some(Cause::StockReserved);
        }
        let joins = shipments.iter().find(|it| it.wave == wave);
        let joins_line = joins.is_some_and(|it| holds(it, sought.line));
        let is_full = self.left.units(wave) < units
            || (!joins_line && self.left.lines(wave) < 1)
            || (joins.is_none() && self.left.shipments(wave) < 1);
        is_full.then_some(Cause::CapacityFull)
    }

    /// The first thing that keeps units of a line from a route of a wave that could take them, or its location closed.
    fn obstacle_on(
        &self,
        sought: &Sought,
        wave: WaveIx,
        route: Route,
        units: i64,
        shipments: &[Shipment],
    ) -> Option<Cause> {
        let dataset = self.dataset;
        let asked = &dataset.lines[sought.line.ix()];
        let joins = shipments.iter().find(|it| it.wave == wave);
        if !self.left.spaces.has_room(route, wave, units) {
            match route {
                // It may go with what leaves by it anyway.
                Route::Carrier(_) if joins.is_some_and(|it| it.route == route) => {}
                Route::Carrier(_) => return Some(Cause::CarrierFull),
                _ => return Some(Cause::TransferFull),
            }
        }
        let joins_it = joins.is_some_and(|it| it.route == route && takes_stock(dataset, it));
        let is_direct = !matches!(route, Route::ToHub(..));
        if !joins_it && is_direct && self.has_all_shipments(asked.order, shipments) {
            return Some(Cause::SplitLimit);
        }
        if joins.is_some() && !joins_it {
            return Some(Cause::SameWave);
        }
        let pieces = shipments
            .iter()
            .filter(|it| takes_stock(dataset, it) && holds(it, sought.line))
            .count();
        let joins_line = joins.is_some_and(|it| holds(it, sought.line));
        if !joins_line && pieces >= asked.line_max_shipments as usize {
            return Some(Cause::LineSplitLimit);
        }
        let location = dataset.waves[wave.ix()].location;
        (!self.may_open(location)).then_some(Cause::LocationCount)
    }
}

/// The reason that a limit is for what stays unfilled.
fn of_limit(hold: Hold) -> Option<Cause> {
    Some(match hold {
        Hold::StockUsed => Cause::StockUsed,
        Hold::StockReserved => Cause::StockReserved,
        Hold::CapacityFull => Cause::CapacityFull,
        Hold::CarrierFull => Cause::CarrierFull,
        Hold::TransferFull => Cause::TransferFull,
        Hold::RuleLimit => Cause::RuleLimit,
        Hold::MovesLimit => Cause::MovesLimit,
        _ => return None,
    })
}

fn holds(shipment: &Shipment, line: LineIx) -> bool {
    shipment.pieces.iter().any(|piece| piece.line == line)
}
