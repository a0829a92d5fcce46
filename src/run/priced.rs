//! What of a scenario can be relaxed, or taken away, one at a time: each a variant of it.

use crate::domain::{Dataset, Demand, LocationKind, Open, ShipComplete};
use crate::input::{Table, Tables};
use crate::report::{Effect, Relaxed};
use crate::scenario::Variant;
use crate::units::MICRO;
use std::collections::BTreeSet;

/// The kinds of what is priced, in their order, with what is done to each.
pub const KINDS: [(&str, &str); 10] = [
    ("order-splits", "one more shipment allowed for every order"),
    ("line-splits", "one more piece allowed for every line"),
    ("ship-complete", "nothing ships all or nothing"),
    (
        "blackouts",
        "each row of calendars with a factor below 1 is lifted",
    ),
    ("rules", "each business rule is taken out"),
    ("safety-stock", "no safety stock"),
    ("overtime", "no overtime"),
    ("closings", "each open location is closed"),
    ("openings", "each closed location may be opened"),
    ("services", "each carrier service is taken away"),
];

/// One thing to price, and the scenario in which it is otherwise.
pub struct Priced {
    /// What it is.
    pub relaxed: Relaxed,
    /// How its scenario differs.
    pub variant: Variant,
}

/// What is put together of one kind.
struct Kind {
    name: &'static str,
    effect: Effect,
}

impl Kind {
    fn one(&self, what: String, suffix: &str, above: String) -> Priced {
        Priced {
            relaxed: Relaxed {
                limit: self.name.to_owned(),
                what,
                effect: self.effect,
                scenario: String::new(),
            },
            variant: Variant {
                suffix: format!("-{}", slug(suffix)),
                above,
                without_rule: None,
            },
        }
    }
}

/// All that can be priced of a scenario, in the order of kinds; only of these kinds, where any are named.
pub fn to_price(
    dataset: &Dataset,
    tables: &Tables,
    limits: (u32, u32),
    only: &[String],
) -> Vec<Priced> {
    let kind = |name: &'static str, effect: Effect| Kind { name, effect };
    let all = [
        splits(
            &kind("order-splits", Effect::Relaxed),
            tables,
            limits.0,
            "max_shipments",
        ),
        splits(
            &kind("line-splits", Effect::Relaxed),
            tables,
            limits.1,
            "line_max_shipments",
        ),
        ship_complete(&kind("ship-complete", Effect::Relaxed), dataset),
        blackouts(&kind("blackouts", Effect::Relaxed), tables),
        rules(dataset),
        safety_stock(&kind("safety-stock", Effect::Relaxed), tables),
        overtime(&kind("overtime", Effect::Tightened), dataset),
        closings(&kind("closings", Effect::Tightened), dataset),
        openings(&kind("openings", Effect::Relaxed), dataset, tables),
        services(&kind("services", Effect::Tightened), dataset),
    ];
    let wanted = |it: &Priced| only.is_empty() || only.contains(&it.relaxed.limit);
    all.into_iter().flatten().filter(wanted).collect()
}

/// One more, in the setting and wherever an order states its own.
fn splits(kind: &Kind, tables: &Tables, limit: u32, column: &str) -> Vec<Priced> {
    let mut above = format!("[splits]\n{column} = {}\n", (limit + 1).min(1000));
    if tables
        .get("orders")
        .is_some_and(|orders| states(orders, column))
    {
        above += &change("orders", None, &format!("add = {{ {column} = 1 }}"));
    }
    let thing = if column == "max_shipments" {
        "shipment an order"
    } else {
        "piece a line"
    };
    vec![kind.one(
        format!("one more {thing} ({} to {})", limit, limit + 1),
        kind.name,
        above,
    )]
}

/// Whether any cell of a column is filled.
fn states(table: &Table, column: &str) -> bool {
    let Some(id) = table.column_id(column) else {
        return false;
    };
    (0..table.rows()).any(|row| !table.cell_text(row, id).is_empty())
}

fn ship_complete(kind: &Kind, dataset: &Dataset) -> Vec<Priced> {
    let whole = dataset.orders.iter();
    let whole = whole
        .filter(|order| order.ship_complete != ShipComplete::None)
        .count();
    if whole == 0 {
        return vec![];
    }
    let above = change("orders", None, "set = { ship_complete = \"none\" }");
    vec![kind.one(
        format!("nothing of {whole} orders ships all or nothing"),
        kind.name,
        above,
    )]
}

fn blackouts(kind: &Kind, tables: &Tables) -> Vec<Priced> {
    let Some(table) = tables.get("calendars") else {
        return vec![];
    };
    let columns = ["location_id", "starts_at", "capacity_factor", "reason"];
    let [location, starts, factor, reason] = columns.map(|name| table.column_id(name));
    let (Some(location), Some(starts), Some(factor), Some(reason)) =
        (location, starts, factor, reason)
    else {
        return vec![];
    };
    let lifts = (0..table.rows()).filter(|&row| table.number(row, factor).unwrap_or(0) < MICRO);
    let each = lifts.map(|row| {
        let [at, from, why] =
            [location, starts, reason].map(|column| table.cell_text(row, column).into_owned());
        let picked = format!("location_id = {} AND starts_at = {}", sql(&at), sql(&from));
        let because = if why.is_empty() {
            why
        } else {
            format!(", {why}")
        };
        kind.one(
            format!("{at} as usual from {from}{because}"),
            &format!("up-{at}"),
            change("calendars", Some(&picked), "set = { capacity_factor = 1 }"),
        )
    });
    each.collect()
}

/// A rule that only gives or takes by its price may go either way; one that forbids only holds back.
fn rules(dataset: &Dataset) -> Vec<Priced> {
    let each = dataset.rules.iter().map(|rule| {
        let effect = match rule.demand {
            Demand::Prefer(gain) if gain > crate::units::Money::ZERO => Effect::Tightened,
            _ => Effect::Relaxed,
        };
        let kind = Kind {
            name: "rules",
            effect,
        };
        let mut one = kind.one(
            format!("without rule {}", rule.name),
            &format!("no-{}", rule.name),
            String::new(),
        );
        one.variant.without_rule = Some(rule.name.to_string());
        one
    });
    each.collect()
}

fn safety_stock(kind: &Kind, tables: &Tables) -> Vec<Priced> {
    let has = tables.get("inventory").is_some_and(|table| {
        let column = table.column_id("safety_stock");
        let amount = |row| column.and_then(|column| table.number(row, column));
        (0..table.rows()).any(|row| amount(row).unwrap_or(0) > 0)
    });
    if !has {
        return vec![];
    }
    let above = change("inventory", None, "set = { safety_stock = 0 }");
    vec![kind.one("no safety stock".to_owned(), kind.name, above)]
}

fn overtime(kind: &Kind, dataset: &Dataset) -> Vec<Priced> {
    if dataset.locations.iter().all(|it| it.overtime_units == 0) {
        return vec![];
    }
    let above = change("location_costs", None, "set = { overtime_units = 0 }");
    vec![kind.one("no overtime".to_owned(), "no-overtime", above)]
}

fn closings(kind: &Kind, dataset: &Dataset) -> Vec<Priced> {
    let open = dataset.locations.iter().filter(|it| it.open != Open::No);
    let each = open.map(|it| {
        let picked = format!("location_id = {}", sql(&it.id));
        kind.one(
            format!("{} closed", it.id),
            &format!("shut-{}", it.id),
            change("location_costs", Some(&picked), "set = { open = \"no\" }"),
        )
    });
    each.collect()
}

fn openings(kind: &Kind, dataset: &Dataset, tables: &Tables) -> Vec<Priced> {
    let dear = dear_to_close(tables);
    let closed = dataset.locations.iter().filter(|it| it.open == Open::No);
    let each = closed.filter(|it| it.kind != LocationKind::Hub).map(|it| {
        // What need not stay open could save what closing it costs, and no more.
        let open = if dear.contains(&*it.id) {
            "yes"
        } else {
            "decide"
        };
        let picked = format!("location_id = {}", sql(&it.id));
        kind.one(
            format!("{} open", it.id),
            &format!("open-{}", it.id),
            change(
                "location_costs",
                Some(&picked),
                &format!("set = {{ open = \"{open}\" }}"),
            ),
        )
    });
    each.collect()
}

/// Locations that cost more to close than to keep: a plan may not decide about these.
fn dear_to_close(tables: &Tables) -> BTreeSet<String> {
    let Some(table) = tables.get("location_costs") else {
        return BTreeSet::new();
    };
    let column = |name: &str| table.column_id(name);
    let money = |row: usize, name: &str| {
        let found = column(name).and_then(|column| table.number(row, column));
        found.unwrap_or(0)
    };
    let dear =
        (0..table.rows()).filter(|&row| money(row, "closing_cost") > money(row, "fixed_cost"));
    let ids =
        dear.filter_map(|row| Some(table.cell_text(row, column("location_id")?).into_owned()));
    ids.collect()
}

fn services(kind: &Kind, dataset: &Dataset) -> Vec<Priced> {
    let each = dataset.services.iter().map(|it| {
        let picked = format!(
            "carrier = {} AND service = {}",
            sql(&it.carrier),
            sql(&it.service)
        );
        let above = format!(
            "[[rule]]\nname = \"{TAKEN_AWAY}\"\nservices = {}\naction = \"forbid\"\n",
            text(&picked)
        );
        kind.one(
            format!("without {} {}", it.carrier, it.service),
            &format!("no-{}-{}", it.carrier, it.service),
            above,
        )
    });
    each.collect()
}

/// Name of the rule by which a service is taken away: no scenario is likely to have one of it.
const TAKEN_AWAY: &str = "price-taken-away";

/// A `[[change]]` of a table.
fn change(table: &str, picked: Option<&str>, edit: &str) -> String {
    let picked = picked.map_or(String::new(), |it| format!("where = {}\n", text(it)));
    format!("[[change]]\ntable = \"{table}\"\n{picked}{edit}\n")
}

/// A text of a condition.
fn sql(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A text of TOML.
fn text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// What a name of a scenario may have of a text.
fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let letters = lower.chars().map(|letter| match letter {
        'a'..='z' | '0'..='9' | '-' => letter,
        _ => '_',
    });
    letters.take(40).collect()
}
