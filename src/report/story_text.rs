//! One order explained: in words, and as JSON.

use super::comparison::signed_text;
use super::story_told::{NotFromTold, OpenTold, ShipmentTold, StoryTold, WayTold};
use crate::units::Money;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Ways that the text tells of a shipment.
const WAYS_TOLD: usize = 12;

impl StoryTold {
    /// As JSON.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("numbers and texts are always JSON");
        text + "\n"
    }

    /// In words.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "Order {} in scenario {}: {}, worth {} {} more than shipping nothing of it.\n",
            self.order_id,
            self.scenario,
            count(self.shipments.len(), "shipment")
                + if self.sent_on.is_empty() {
                    ""
                } else {
                    " from stock"
                },
            self.gain.rounded(),
            self.currency
        );
        for shipment in &self.shipments {
            text += &self.shipment_text(shipment);
        }
        for sent in &self.sent_on {
            let _ = writeln!(
                text,
                "\nShipment {}: sends on from {} what {} bring{}\n  in wave {}, {}{}, for {} {}",
                sent.shipment_id,
                sent.location_id,
                list(&sent.of_shipments),
                if sent.of_shipments.len() == 1 {
                    "s"
                } else {
                    ""
                },
                sent.wave,
                sent.by,
                late_words(sent.days_late),
                sent.cost.rounded(),
                self.currency
            );
        }
        if let Some(whole) = &self.in_one {
            let how = if whole.is_by_hub { "straight " } else { "" };
            text += &format!("\nWhy not {how}in one shipment: {}\n", whole.why);
            text += &ways_text(&whole.ways, self.gain);
            text += &not_from_text(&whole.not_from);
        }
        for open in &self.unfilled {
            text += &self.open_text(open);
        }
        text
    }

    fn shipment_text(&self, shipment: &ShipmentTold) -> String {
        let goods = shipment.goods.iter();
        let goods: Vec<String> = goods
            .map(|it| format!("{} × {}", it.quantity, it.sku))
            .collect();
        let mut text = format!("\nShipment {}: {}", shipment.shipment_id, goods.join(", "));
        let chosen = shipment.ways.iter().find(|way| way.chosen);
        if let Some(way) = chosen {
            let _ = write!(
                text,
                "\n  from {} in wave {}, {}{}: worth {} {}, of which moving it costs {}",
                way.location_id,
                way.wave,
                way.by,
                late_words(way.days_late),
                way.gain.rounded(),
                self.currency,
                way.cost.rounded()
            );
        }
        let _ = writeln!(text, "\n  {}", shipment.why);
        if !shipment.scarce.is_empty() {
            text += "  It takes what others want, too (at most worth, each):\n";
        }
        for scarce in &shipment.scarce {
            let _ = writeln!(
                text,
                "    {} × {}: {} {} ({} of {} used)",
                scarce.units,
                scarce.what,
                scarce.price.rounded(),
                self.currency,
                scarce.used,
                scarce.capacity
            );
        }
        text += &ways_text(&shipment.ways, chosen.map_or(Money::ZERO, |way| way.gain));
        text + &not_from_text(&shipment.not_from)
    }

    fn open_text(&self, open: &OpenTold) -> String {
        let mut text = format!(
            "\nUnfilled: {} × {} (line {})\n  {}\n",
            open.quantity, open.sku, open.line_id, open.text
        );
        if let Some(next) = &open.next_possible {
            let _ = writeln!(text, "  Possible from {next}: {}", open.next_possible_by);
        }
        if !open.changes.is_empty() {
            text += "  With everything else as it is, the smallest changes that would fill it:\n";
        }
        for change in &open.changes {
            let needs = if change.needs.is_empty() {
                "nothing".to_owned()
            } else {
                change.needs.join(" and ")
            };
            let joins = change.joins_shipment.as_ref();
            let joins = joins.map_or(String::new(), |id| format!(", with shipment {id}"));
            let some = if change.quantity == open.quantity {
                String::new()
            } else {
                format!(" ({} units)", change.quantity)
            };
            let opening = match change.opening_cost {
                Money::ZERO => String::new(),
                cost if cost < Money::ZERO => format!(
                    ", {} {} saved by opening it in",
                    (-cost).rounded(),
                    self.currency
                ),
                cost => format!(", {} {} for opening it in", cost.rounded(), self.currency),
            };
            let _ = writeln!(
                text,
                "    {needs}: from {} in wave {}{joins}{some}, for {} {}{opening}",
                change.by,
                change.wave,
                signed_text(change.gain),
                self.currency
            );
        }
        text
    }
}

fn late_words(days: u32) -> String {
    match days {
        0 => String::new(),
        1 => ", 1 day late".to_owned(),
        days => format!(", {days} days late"),
    }
}

/// Names in a row.
fn list(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.concat(),
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 {
        format!("1 {what}")
    } else {
        format!("{number} {what}s")
    }
}

/// Ways as a table, against what is gained now.
fn ways_text(ways: &[WayTold], now: Money) -> String {
    if ways.is_empty() {
        return String::new();
    }
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header([
        "",
        "from",
        "wave",
        "by",
        "late",
        "cost",
        "worth",
        "against",
        "scarce",
        "in the way",
    ]);
    let last = ways.iter().position(|way| way.chosen).unwrap_or(0);
    let is_told = |(place, _): &(usize, &WayTold)| *place < WAYS_TOLD || *place == last;
    for (_, way) in ways.iter().enumerate().filter(is_told) {
        table.add_row([
            if way.chosen { ">" } else { "" }.to_owned(),
            way.location_id.clone(),
            way.wave.clone(),
            way.by.clone(),
            way.days_late.to_string(),
            way.cost.rounded(),
            way.gain.rounded(),
            signed_text(way.gain - now),
            way.scarcity.rounded(),
            way.in_the_way_text.to_owned(),
        ]);
    }
    for column in 4..9 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
    let mut text = String::from("  Ways for these goods, the best first:\n");
    for line in table.to_string().lines() {
        let _ = writeln!(text, "   {}", line.trim_end());
    }
    if ways.len() > WAYS_TOLD {
        let _ = writeln!(
            text,
            "    and {} more; --format json tells them all",
            ways.len() - WAYS_TOLD
        );
    }
    text
}

/// Why locations cannot send something, those with the same reason together.
fn not_from_text(not_from: &[NotFromTold]) -> String {
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for it in not_from {
        by_reason.entry(&it.text).or_default().push(&it.location_id);
    }
    let mut text = String::new();
    for (reason, locations) in by_reason {
        let _ = writeln!(
            text,
            "  Not from a location that {reason}: {}",
            locations.join(", ")
        );
    }
    text
}
