//! One order explained, with names for everything.

use super::decisions::{sentence, way_words};
use super::names::{Names, route_kind};
use super::shadow::{SHADOW_PLACE, shadow_place};
use super::story_told::{
    ChangeTold, GoodsTold, NotFromTold, OpenTold, ScarceTold, SentOnTold, ShipmentTold, StoryTold,
    WayTold, WholeTold,
};
use crate::domain::{Dataset, LineIx, LocationIx, Settings, WaveIx};
use crate::explain::{
    Alternative, Lack, Missing, Paid, SentOn, ShipmentStory, Story, Unfilled, Whole,
};
use crate::model::Resource;
use crate::options::{NotFromThere, Reason};
use crate::plan::{Plan, Route};
use crate::units::{MICRO, Money};

/// What names come from.
struct Telling<'a> {
    dataset: &'a Dataset,
    settings: &'a Settings,
    names: Names<'a>,
    first: usize,
}

/// Puts names to all that is known of an order; of one line where it is given.
pub fn told_story(
    dataset: &Dataset,
    settings: &Settings,
    plan: &Plan,
    story: &Story,
    line: Option<LineIx>,
) -> StoryTold {
    let names = Names::new(dataset, plan);
    let first = plan
        .shipments
        .partition_point(|shipment| shipment.order < story.order);
    let telling = Telling {
        dataset,
        settings,
        names,
        first,
    };
    let holds = |it: &&ShipmentStory| {
        let mut pieces = plan.shipments[it.choice.shipment as usize].pieces.iter();
        line.is_none_or(|line| pieces.any(|piece| piece.line == line))
    };
    let is_asked = |it: &&(Unfilled, Vec<Missing>)| line.is_none_or(|line| it.0.line == line);
    StoryTold {
        scenario: settings.name.clone(),
        order_id: dataset.orders[story.order.ix()].id.to_string(),
        currency: settings.currency.clone(),
        gain: story.gain,
        shipments: story
            .shipments
            .iter()
            .filter(holds)
            .map(|it| telling.shipment(plan, it))
            .collect(),
        sent_on: story
            .sent_on
            .iter()
            .filter(|it| {
                let mut pieces = plan.shipments[it.shipment as usize].pieces.iter();
                line.is_none_or(|line| pieces.any(|piece| piece.line == line))
            })
            .map(|it| telling.sent_on(plan, it))
            .collect(),
        in_one: story
            .whole
            .as_ref()
            .filter(|_| line.is_none())
            .map(|whole| telling.whole(whole, story)),
        unfilled: story
            .open
            .iter()
            .filter(is_asked)
            .map(|(unfilled, missing)| telling.open(unfilled, missing))
            .collect(),
    }
}

impl Telling<'_> {
    fn location(&self, at: LocationIx) -> &str {
        &self.dataset.locations[at.ix()].id
    }

    fn shipment(&self, plan: &Plan, story: &ShipmentStory) -> ShipmentTold {
        let position = story.choice.shipment as usize;
        let dataset = self.dataset;
        let pieces = plan.shipments[position].pieces.iter();
        let goods = pieces.map(|piece| {
            let line = &dataset.lines[piece.line.ix()];
            GoodsTold {
                line_id: line.id.to_string(),
                sku: dataset.products[line.sku.ix()].sku.to_string(),
                quantity: i64::from(piece.quantity),
            }
        });
        ShipmentTold {
            shipment_id: self.names.shipment(position),
            goods: goods.collect(),
            kept_by: story.choice.kept_by.code(),
            why: sentence(&story.choice, &self.names, &self.settings.currency),
            scarce: story.paid.iter().map(|it| self.scarce(it)).collect(),
            ways: story.ways.iter().map(|it| self.way(it)).collect(),
            not_from: self.not_from(&story.barred),
        }
    }

    fn sent_on(&self, plan: &Plan, it: &SentOn) -> SentOnTold {
        let position = it.shipment as usize;
        let shipment = &plan.shipments[position];
        let mut joining: Vec<usize> = self.names.siblings(position).collect();
        joining.retain(|&other| self.names.joined(other) == Some(position));
        SentOnTold {
            shipment_id: self.names.shipment(position),
            location_id: self.names.location(shipment.wave).to_owned(),
            wave: self.names.wave(shipment.wave).to_owned(),
            by: self.by(shipment.wave, shipment.route),
            days_late: it.days_late,
            cost: it.cost,
            of_shipments: joining
                .into_iter()
                .map(|it| self.names.shipment(it))
                .collect(),
        }
    }

    fn way(&self, it: &Alternative) -> WayTold {
        let way = &it.priced.way;
        WayTold {
            chosen: it.is_chosen,
            location_id: self.names.location(way.wave).to_owned(),
            wave: self.names.wave(way.wave).to_owned(),
            route: route_kind(way.route),
            by: self.by(way.wave, way.route),
            days_late: way.days_late,
            cost: way.cost,
            gain: way.gain,
            scarcity: it.priced.scarcity,
            in_the_way: it.in_the_way.map_or("", |hold| hold.code()),
            in_the_way_text: it.in_the_way.map_or("", |hold| hold.words()),
        }
    }

    /// A route in words, without where it begins.
    fn by(&self, wave: WaveIx, route: Route) -> String {
        match route {
            Route::Carrier(by) => {
                let (carrier, service) = self.names.service(by);
                format!("{carrier} {service}")
            }
            Route::Collect => format!("collected at {}", self.names.location(wave)),
            route => format!("to {}", self.names.transfer_end(route).unwrap_or("")),
        }
    }

    fn scarce(&self, paid: &Paid) -> ScarceTold {
        ScarceTold {
            what: resource_words(self.dataset, paid.resource),
            units: paid.units,
            price: paid.price,
            capacity: paid.capacity,
            used: paid.used,
        }
    }

    fn not_from(&self, barred: &[(LocationIx, NotFromThere)]) -> Vec<NotFromTold> {
        let each = barred.iter().map(|(location, why)| NotFromTold {
            location_id: self.location(*location).to_owned(),
            reason: match why {
                NotFromThere::TooFew { .. } => Reason::NoStock.code(),
                NotFromThere::Because(reason) => reason.code(),
            },
            text: self.why_not(why),
        });
        each.collect()
    }

    fn why_not(&self, why: &NotFromThere) -> String {
        let text = match why {
            NotFromThere::TooFew { sku, has, needs } => {
                let sku = &self.dataset.products[sku.ix()].sku;
                return if *has <= 0 {
                    format!("holds no {sku} in time")
                } else {
                    format!("holds {has} of the {needs} {sku} asked for")
                };
            }
            NotFromThere::Because(reason) => match reason {
                Reason::NoStock => "holds none of it",
                Reason::LocationClosed => "is closed by the scenario",
                Reason::Declined => "has declined it",
                Reason::Rule => "is ruled out by a business rule",
                Reason::Handling => "cannot do the special handling it needs",
                Reason::NoWaveInTime => "has no wave in time that could take it",
                Reason::Downtime => "is down in every wave in time",
                Reason::NoTransfer => "has no transfer to the pick-up store",
                Reason::NoRate => "has no rate card to the destination",
                Reason::ServiceNotBought => "is not served by the services that the order allows",
                Reason::TooLarge => "has no service for something so long or thick",
                Reason::TooHeavy => "has no weight band for so much",
                Reason::CarrierHandling => "has no carrier for the special handling it needs",
                Reason::CarriageRule => "is ruled out by rules on every carrier that could take it",
                Reason::ShipComplete => "cannot send it whole",
                Reason::LineSplitLimit => "may send no more pieces of the line",
                Reason::SplitLimit => "may send no more shipments of the order",
            },
        };
        text.to_owned()
    }

    fn whole(&self, whole: &Whole, story: &Story) -> WholeTold {
        let currency = &self.settings.currency;
        let why = match whole.ways.first() {
            _ if !whole.may_share => {
                "Lines of it may not share a shipment: one ships alone, or a rule keeps them apart."
                    .to_owned()
            }
            None => "No location by itself could send all of it in one shipment.".to_owned(),
            Some(best) => {
                let way = way_words(&self.names, &best.priced);
                let less = story.gain - best.priced.way.gain;
                let room = best
                    .in_the_way
                    .map_or(String::new(), |hold| format!(", but {}", hold.words()));
                if less >= Money::ZERO {
                    let amount = less.rounded();
                    format!("In one, the best is {way}: worth {amount} {currency} less{room}.")
                } else {
                    let amount = (-less).rounded();
                    let room = best
                        .in_the_way
                        .map_or("the plan does not take it", |it| it.words());
                    format!(
                        "In one, {way} would be worth {amount} {currency} more by itself, but {room}."
                    )
                }
            }
        };
        WholeTold {
            is_by_hub: whole.is_by_hub,
            why,
            ways: whole.ways.iter().map(|it| self.way(it)).collect(),
            not_from: self.not_from(&whole.barred),
        }
    }

    fn open(&self, unfilled: &Unfilled, missing: &[Missing]) -> OpenTold {
        let line = &self.dataset.lines[unfilled.line.ix()];
        let zone = &self.settings.time_zone;
        let next = unfilled.next_possible;
        OpenTold {
            line_id: line.id.to_string(),
            sku: self.dataset.products[line.sku.ix()].sku.to_string(),
            quantity: unfilled.quantity,
            reason: unfilled.code,
            text: unfilled.reason.clone(),
            next_possible: next.map(|it| super::sheet::time_text(it, zone)),
            next_possible_by: unfilled.next_because.clone(),
            changes: missing.iter().map(|it| self.change(it)).collect(),
        }
    }

    fn change(&self, missing: &Missing) -> ChangeTold {
        let way = &missing.way;
        let from = self.names.location(way.wave);
        ChangeTold {
            needs: missing.lacks.iter().map(|it| self.lack(*it)).collect(),
            by: format!("{from} by {}", self.by(way.wave, way.route)),
            wave: self.names.wave(way.wave).to_owned(),
            joins_shipment: missing
                .joins
                .map(|position| self.names.shipment(self.first + position)),
            quantity: missing.units,
            gain: way.gain,
            opening_cost: missing.opening_cost,
        }
    }

    fn lack(&self, lack: Lack) -> String {
        let currency = &self.settings.currency;
        match lack {
            Lack::Shared(resource, by) => {
                format!(
                    "{by} more of the {}",
                    resource_words(self.dataset, resource)
                )
            }
            Lack::Stock(sku, location, by) => {
                let sku = &self.dataset.products[sku.ix()].sku;
                format!(
                    "{by} more of the stock of {sku} at {}",
                    self.location(location)
                )
            }
            Lack::Shipments => "one more shipment allowed for the order".to_owned(),
            Lack::Pieces => "one more piece allowed for the line".to_owned(),
            Lack::Sharing => "lines that may share a shipment".to_owned(),
            Lack::Closed(at) => format!("{} open", self.location(at)),
            Lack::OpenCount(rule, at) => {
                let rule = &self.dataset.rules[usize::from(rule)].name;
                format!("rule {rule} to let {} be open, too", self.location(at))
            }
            Lack::Declined(at) => format!("{} not to decline it", self.location(at)),
            Lack::Rule(rule, at) => {
                let rule = &self.dataset.rules[usize::from(rule)].name;
                format!("rule {rule} lifted for {}", self.location(at))
            }
            Lack::Handling(at) => format!("special handling at {}", self.location(at)),
            Lack::Money(by) if by.0 < MICRO / 100 => "a little more for it to pay".to_owned(),
            Lack::Money(by) => format!("{} {currency} more for it to pay", by.rounded()),
        }
    }
}

/// Something shared, in words: `stock of MUG at LYON`.
pub fn resource_words(dataset: &Dataset, resource: Resource) -> String {
    let cells = shadow_place(dataset, resource);
    let of = |name: &str| {
        let place = SHADOW_PLACE.iter().position(|column| *column == name);
        place.map_or("", |place| cells[place].as_str())
    };
    let wave = || format!("{} in wave {}", of("location_id"), of("wave"));
    match of("resource") {
        "stock" if of("before").is_empty() => {
            format!("stock of {} at {}", of("sku"), of("location_id"))
        }
        "stock" => format!(
            "stock of {} at {} before {}",
            of("sku"),
            of("location_id"),
            of("before")
        ),
        "reserve" => format!(
            "stock of {} at {} that is not kept for {}",
            of("sku"),
            of("location_id"),
            of("kept_for").replace('|', " or ")
        ),
        "units" => format!("capacity in units of {}", wave()),
        "lines" => format!("capacity in lines of {}", wave()),
        "shipments" => format!("capacity in shipments of {}", wave()),
        "carrier" => format!("space of {} {} at {}", of("carrier"), of("service"), wave()),
        "transfer" => format!(
            "space on the transfer to {} from {}",
            of("to_location_id"),
            wave()
        ),
        "commitment" => format!("commitment to {} {}", of("carrier"), of("service")),
        "open" => format!("opening {}", of("location_id")),
        "moves" => "shipments that may move".to_owned(),
        _ => {
            let place = match (of("location_id"), of("wave")) {
                ("", _) => String::new(),
                (at, "") => format!(" at {at}"),
                _ => format!(" at {}", wave()),
            };
            format!("limit of rule {}{place}", of("rule"))
        }
    }
}
