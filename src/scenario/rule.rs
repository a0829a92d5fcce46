//! `[[rule]]`: business rules, read and checked as far as no table is needed.

use super::condition::{Condition, parse_condition};
use super::definition::RULE_ACTIONS;
use super::fault::ScenarioFault;
use super::settle::exact;
use super::tree::{Node, Place, Table, Value};
use crate::domain::{Counted, Demand, OpenCount, Per};
use crate::units::{MICRO, Money};

/// One rule as written: what it concerns by conditions.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, by which `--set`, `[sweep]`, extending files, messages and results call it.
    pub name: String,
    /// Which order lines; `None`: all.
    pub lines: Option<Picked>,
    /// Which locations; `None`: all.
    pub locations: Option<Picked>,
    /// Which services; `None`: it looks at stock, whatever carries it.
    pub services: Option<Picked>,
    /// What it asks for.
    pub asks: Asks,
    pub(super) at: Place,
}

/// A condition and where it stands.
#[derive(Clone, Debug)]
pub struct Picked {
    /// The condition.
    pub condition: Condition,
    pub(super) at: Place,
}

/// What a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Something that no table is needed for.
    Settled(Demand),
    /// No more than a number or share.
    AtMost {
        /// How many.
        most: Most,
        /// Of what.
        counted: Counted,
        /// Over what.
        per: Per,
        /// Price of each one more; `None`: there may be no more.
        price: Option<Money>,
    },
}

/// How many there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    /// So many.
    Count(i64),
    /// So many millionths of all that the lines ask for.
    Share(i64),
}

impl Rule {
    /// The dotted key of a part of it, for messages.
    pub(super) fn key(&self, part: &str) -> String {
        format!("rule.{}.{part}", self.name)
    }
}

/// Rules at most.
const MOST_RULES: usize = 1_000;

/// All rules of a tree.
pub(super) fn read_rules(root: &Table, faults: &mut Vec<ScenarioFault>) -> Vec<Rule> {
    let Some(Value::List(items)) = root.get("rule").map(|entry| &entry.node.value) else {
        return Vec::new();
    };
    if items.len() > MOST_RULES {
        let what = format!("{} rules are more than {MOST_RULES}", items.len());
        let fault = ScenarioFault::at(&items[MOST_RULES].at, "rule", what);
        faults.push(fault.remedy("join rules of one action by OR in their conditions"));
        return Vec::new();
    }
    let mut rules: Vec<Rule> = Vec::new();
    for (position, item) in items.iter().enumerate() {
        let Some(table) = item.as_table() else {
            continue;
        };
        let Some(rule) = Reading::new(item, table, position, faults).and_then(Reading::rule) else {
            continue;
        };
        if rules.iter().any(|other| other.name == rule.name) {
            let what = format!("two rules of one file are called {}", rule.name);
            let fault = ScenarioFault::at(&rule.at, "rule.name", what);
            faults.push(fault.remedy("give each rule a name of its own"));
            continue;
        }
        rules.push(rule);
    }
    rules
}

/// One `[[rule]]` while it is read.
struct Reading<'a> {
    item: &'a Node,
    table: &'a Table,
    name: String,
    faults: &'a mut Vec<ScenarioFault>,
}

impl<'a> Reading<'a> {
    fn new(
        item: &'a Node,
        table: &'a Table,
        position: usize,
        faults: &'a mut Vec<ScenarioFault>,
    ) -> Option<Self> {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        let name = match table.get("name") {
            None => format!("rule-{}", position + 1),
            Some(entry) => match entry.node.as_text() {
                Some(name) if !name.is_empty() && name.bytes().all(word) => name.to_owned(),
                _ => {
                    let expected = "expected a name of letters, digits, _ and -";
                    faults.push(ScenarioFault::of(&entry.node, "rule.name", expected));
                    return None;
                }
            },
        };
        Some(Self {
            item,
            table,
            name,
            faults,
        })
    }

    fn rule(mut self) -> Option<Rule> {
        let lines = self.condition("lines");
        let locations = self.condition("locations");
        let services = self.condition("services");
        let asks = self.asks()?;
        let concerns_places = locations.is_some() || services.is_some();
        let is_of_order = matches!(
            asks,
            Asks::Settled(
                Demand::Together | Demand::Scattered(_) | Demand::Apart | Demand::Crowded(_)
            )
        );
        let needs_place = matches!(
            asks,
            Asks::Settled(Demand::Forbid | Demand::Require | Demand::Expect(_))
        );
        let counts_open = matches!(asks, Asks::Settled(Demand::Open(_)));
        if counts_open && (lines.is_some() || services.is_some()) {
            let what = "open looks at all that leaves a location";
            self.fault("action", what, "remove lines and services");
        } else if is_of_order && concerns_places {
            let what = "together and apart look at all locations and services";
            self.fault("action", what, "remove locations and services");
        } else if needs_place && !concerns_places {
            let what = "the rule says neither where nor by what service";
            let remedy = "give it locations or services, such as locations = \"kind = 'store'\"";
            self.fault("action", what, remedy);
        }
        Some(Rule {
            name: self.name,
            lines,
            locations,
            services,
            asks,
            at: self.item.at.clone(),
        })
    }

    fn key(&self, part: &str) -> String {
        format!("rule.{}.{part}", self.name)
    }

    fn fault(&mut self, part: &str, what: &str, remedy: &str) {
        let key = self.key(part);
        let fault = match self.table.get(part) {
            Some(entry) => ScenarioFault::of(&entry.node, &key, what),
            None => ScenarioFault::at(&self.item.at, &key, what),
        };
        self.faults.push(fault.remedy(remedy));
    }

    fn condition(&mut self, part: &str) -> Option<Picked> {
        let node = &self.table.get(part)?.node;
        let parsed = match node.as_text() {
            Some(text) => parse_condition(text),
            None => Err("expected an SQL condition in quotes".to_owned()),
        };
        match parsed {
            Ok(condition) => Some(Picked {
                condition,
                at: node.at.clone(),
            }),
            Err(reason) => {
                let key = self.key(part);
                self.faults.push(ScenarioFault::of(node, &key, reason));
                None
            }
        }
    }

    fn asks(&mut self) -> Option<Asks> {
        let Some(entry) = self.table.get("action") else {
            let words = RULE_ACTIONS.map(|(word, _)| word).join(", ");
            self.fault(
                "action",
                "the rule has no action",
                &format!("actions are: {words}"),
            );
            return None;
        };
        let action = entry.node.as_text().unwrap_or_default();
        let known = RULE_ACTIONS.iter().find(|(word, _)| *word == action);
        let Some((_, keys)) = known else {
            let words = RULE_ACTIONS.map(|(word, _)| word).join(", ");
            self.fault(
                "action",
                "there is no such action",
                &format!("actions are: {words}"),
            );
            return None;
        };
        for key in [
            "price", "bonus", "at_most", "at_least", "share", "count", "per",
        ] {
            if self.table.contains_key(key) && !keys.contains(&key) {
                let what = format!("{key} has no meaning for the action {action}");
                self.fault(key, &what, "remove it");
            }
        }
        let price = self.price();
        let settled = match (action, price) {
            ("forbid", None) => Demand::Forbid,
            ("forbid", Some(price)) => Demand::Prefer(-price),
            ("require", None) => Demand::Require,
            ("require", Some(price)) => Demand::Expect(price),
            ("prefer", _) => Demand::Prefer(self.bonus()?),
            ("together", None) => Demand::Together,
            ("together", Some(price)) => Demand::Scattered(price),
            ("apart", None) => Demand::Apart,
            ("apart", Some(price)) => Demand::Crowded(price),
            ("open", price) => Demand::Open(self.open_count(price)?),
            _ => return self.limit(price),
        };
        Some(Asks::Settled(settled))
    }

    fn price(&mut self) -> Option<Money> {
        let node = &self.table.get("price")?.node;
        let price = exact(&node.value, 6).filter(|price| within(*price) && *price >= 0);
        if price.is_none() {
            self.fault(
                "price",
                "expected an amount from 0 to 1000000 with at most 6 decimals",
                "",
            );
        }
        price.map(Money)
    }

    fn bonus(&mut self) -> Option<Money> {
        let Some(entry) = self.table.get("bonus") else {
            let remedy = "write bonus = 0.5, or a negative amount for what is to be avoided";
            self.fault("bonus", "the rule says not how much it prefers", remedy);
            return None;
        };
        let bonus = exact(&entry.node.value, 6).filter(|bonus| within(*bonus));
        if bonus.is_none() {
            let what = "expected an amount from -1000000 to 1000000 with at most 6 decimals";
            self.fault("bonus", what, "");
        }
        bonus.map(Money)
    }

    fn open_count(&mut self, price: Option<Money>) -> Option<OpenCount> {
        let [least, most] = ["at_least", "at_most"].map(|key| match self.table.get(key) {
            None => Ok(None),
            Some(entry) => match exact(&entry.node.value, 0) {
                Some(count) if (0..=1_000_000_000).contains(&count) => Ok(Some(count)),
                _ => Err(key),
            },
        });
        for key in [&least, &most]
            .into_iter()
            .filter_map(|it| it.as_ref().err())
        {
            self.fault(key, "expected a whole number from 0 to 1000000000", "");
        }
        let (least, most) = (least.ok()?, most.ok()?);
        if least.is_none() && most.is_none() {
            let what = "the rule says not how many locations";
            self.fault("action", what, "write at_most = 3, or at_least = 2");
            return None;
        }
        if let (Some(least), Some(most)) = (least, most)
            && least > most
        {
            let what = format!("at least {least} and at most {most} is nothing");
            self.fault("at_least", &what, "lower at_least, or raise at_most");
            return None;
        }
        if most.is_none() && price.is_some() {
            let what = "only at_most has a price: locations that at_least asks for are kept open";
            self.fault("price", what, "remove it");
            return None;
        }
        Some(OpenCount {
            least: least.unwrap_or(0),
            most,
            price,
        })
    }

    fn limit(&mut self, price: Option<Money>) -> Option<Asks> {
        let [count, share] = ["at_most", "share"].map(|key| self.table.get(key));
        let most = match (count, share) {
            (Some(count), None) => exact(&count.node.value, 0)
                .filter(|count| (0..=1_000_000_000_000).contains(count))
                .map(Most::Count),
            (None, Some(share)) => exact(&share.node.value, 6)
                .filter(|share| (0..=MICRO).contains(share))
                .map(Most::Share),
            (Some(_), Some(_)) => {
                let what = "a limit has at_most or share, not both";
                self.fault("share", what, "take one of them out");
                return None;
            }
            (None, None) => {
                let what = "a limit has at_most or share";
                self.fault("action", what, "write at_most = 100, or share = 0.2");
                return None;
            }
        };
        let Some(most) = most else {
            match count {
                Some(_) => self.fault(
                    "at_most",
                    "expected a whole number from 0 to 1000000000000",
                    "",
                ),
                None => self.fault(
                    "share",
                    "expected a share from 0 to 1 with at most 6 decimals",
                    "",
                ),
            }
            return None;
        };
        let words = [
            ("units", Counted::Units),
            ("lines", Counted::Lines),
            ("shipments", Counted::Shipments),
            ("orders", Counted::Orders),
        ];
        let counted = self.word("count", &words)?;
        let words = [
            ("horizon", Per::Horizon),
            ("location", Per::Location),
            ("wave", Per::Wave),
        ];
        let per = self.word("per", &words)?;
        Some(Asks::AtMost {
            most,
            counted,
            per,
            price,
        })
    }

    /// The meaning of a word, the first where it is left out.
    fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let Some(entry) = self.table.get(key) else {
            return Some(words[0].1);
        };
        let given = entry.node.as_text();
        let found = words.iter().find(|(word, _)| Some(*word) == given);
        if found.is_none() {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.fault(key, &format!("expected {}", all.join(" or ")), "");
        }
        found.map(|(_, meaning)| *meaning)
    }
}

/// Whether an amount per unit stays far from overflow.
fn within(micro: i64) -> bool {
    micro.unsigned_abs() <= 1_000_000 * MICRO as u64
}
