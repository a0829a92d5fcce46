//! Rules on tables: the lines, locations and services that each concerns.
//!
//! A condition on lines may name columns of `orders` and of `products` (these also with `product_` before them); one on
//! services those of `carriers`.

use super::apply::at_place;
use super::cells::resolve;
use super::load::Scenario;
use super::rule::{Asks, Most, Picked, Rule};
use super::select::{Mistake, Truth, evaluate, test_rows, test_texts};
use crate::domain::{
    self, Counted, Dataset, Demand, Kept, Limit, LocationKind, OpenCount, OrderIx,
};
use crate::input::{Fault, Faults, Left, Severity, Table, Tables};
use crate::units::MICRO;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Settles a scenario's rules on its dataset, which was built from what earlier work left of these tables; warnings about
/// rules that do nothing, or leave nothing together.
///
/// # Errors
/// Conditions and columns that do not fit the tables, at their place in the scenario file.
pub fn apply_rules(
    scenario: &Scenario,
    tables: &Tables,
    left: &Left,
    dataset: &mut Dataset,
) -> Result<Faults, Faults> {
    let mut faults = Faults::default();
    let mut settled: Vec<(domain::Rule, Vec<bool>)> = Vec::new();
    let mut taken: BTreeMap<(u16, u32), i64> = BTreeMap::new();
    let mut counted: BTreeSet<(u16, u32, OrderIx)> = BTreeSet::new();
    let ground = Ground::new(scenario, tables, left, dataset);
    for rule in &scenario.rules {
        if let Some((rule, lines, given)) = ground.settle(rule, &mut faults) {
            let number = settled.len() as u16;
            for (place, used) in ground.taken(&rule, &given) {
                taken.insert((number, place), used);
            }
            let orders = ground.counted(&rule, &given).into_iter();
            counted.extend(orders.map(|(place, order)| (number, place, order)));
            settled.push((rule, lines));
        }
    }
    if faults.has_errors() {
        return Err(faults);
    }
    (dataset.limits_taken, dataset.counted) = (taken, counted);
    classify(dataset, settled);
    warn_of_contradictions(scenario, dataset, &mut faults);
    warn_of_open_conflict(scenario, dataset, &mut faults);
    Ok(faults)
}

/// What conditions are held against.
struct Ground<'a> {
    scenario: &'a Scenario,
    dataset: &'a Dataset,
    left: &'a Left,
    zone: &'a TimeZone,
    orders: Arc<Table>,
    products: Arc<Table>,
    locations: Arc<Table>,
    carriers: Arc<Table>,
    /// By row of orders, the row of its product.
    product_of: Vec<Option<u32>>,
}

/// Earlier work that stays and that a limit concerns, with the place where it counts.
fn limited<'k>(
    rule: &domain::Rule,
    limit: Limit,
    given: &[&'k Kept],
) -> impl Iterator<Item = (u32, &'k Kept)> {
    given.iter().filter_map(move |&kept| {
        let is_concerned = match kept.service {
            _ if !rule.looks_at_carriage() => {
                kept.takes_stock && rule.concerns_stock_of(kept.location)
            }
            Some(service) => rule.concerns_carriage(kept.location, service),
            None => false,
        };
        let place = limit.per.place(kept.location, kept.wave);
        Some((place.filter(|_| is_concerned)?, kept))
    })
}

impl<'a> Ground<'a> {
    fn new(scenario: &'a Scenario, tables: &Tables, left: &'a Left, dataset: &'a Dataset) -> Self {
        let [orders, products, locations, carriers] =
            ["orders", "products", "location_costs", "carriers"]
                .map(|name| tables.get_or_empty(name));
        let product_of = product_rows(&orders, &products);
        Self {
            scenario,
            dataset,
            left,
            zone: &scenario.settings.time_zone,
            orders,
            products,
            locations,
            carriers,
            product_of,
        }
    }

    /// A rule with indices, by line whether it concerns it, and the earlier work that stays and that it concerns.
    fn settle(&self, rule: &Rule, faults: &mut Faults) -> Option<Settled<'a>> {
        let mut pick = |part: &str, picked: Option<&Picked>, count: usize, select: &Select<'_>| {
            let Some(picked) = picked else {
                return Some(vec![true; count]);
            };
            match evaluate(&picked.condition, &mut |column, test| select(column, test)) {
                Ok(truths) => {
                    let all: Vec<bool> = truths.iter().map(|it| *it == Truth::True).collect();
                    if !all.contains(&true) {
                        let name = &rule.name;
                        let is_left_nothing =
                            part != "lines" && matches!(rule.asks, Asks::Settled(Demand::Require));
                        let what = match is_left_nothing {
                            true => {
                                format!("rule {name} leaves its lines nothing: no {part} match")
                            }
                            false => format!("rule {name} does nothing: no {part} match"),
                        };
                        let fault = at_place(&picked.at, &rule.key(part), Severity::Warning, what);
                        faults.push(fault.remedy("mend its condition, or remove the rule"));
                    }
                    Some(all)
                }
                Err(mistakes) => {
                    for (what, remedy) in mistakes {
                        let fault = at_place(&picked.at, &rule.key(part), Severity::Error, what);
                        faults.push(fault.remedy(remedy));
                    }
                    None
                }
            }
        };
        let (lines, locations) = (rule.lines.as_ref(), rule.locations.as_ref());
        let rows = pick("lines", lines, self.orders.rows(), &|column, test| {
            self.of_orders(column, test)
        });
        let of_locations = self.dataset.locations.len();
        let locations = pick("locations", locations, of_locations, &|column, test| {
            self.of_locations(column, test)
        });
        let services = rule.services.as_ref().map(|services| {
            let count = self.dataset.services.len();
            pick("services", Some(services), count, &|column, test| {
                self.of_services(column, test)
            })
        });
        let (mut rows, locations) = (rows?, locations?);
        let services = match services {
            None => None,
            Some(services) => Some(services?.into()),
        };
        let locations: Box<[bool]> = locations.into();
        if let Asks::Settled(Demand::Open(count)) = rule.asks {
            self.check_open(rule, count, &locations, faults);
            let settings = &self.scenario.settings;
            if settings.tolerance_micro > 0 && settings.objective != domain::Objective::Profit {
                let what = format!(
                    "rule {} counts open locations, and objective.tolerance is above 0: which locations are open is decided for each goal in full",
                    rule.name
                );
                let fault = at_place(&rule.at, &rule.key("action"), Severity::Error, what);
                faults.push(fault.remedy("set objective.tolerance to 0, or remove the rule"));
            }
            // It looks at locations, whatever leaves them.
            rows.fill(false);
        }
        let picked = |row: u32| rows.get(row as usize).copied().unwrap_or(false);
        let lines: Vec<bool> = self
            .dataset
            .lines
            .iter()
            .map(|line| picked(self.left.row_before(line.row)))
            .collect();
        // What was done for orders that are no longer asked for is known to be meant where all lines are; it counts as long as
        // it leaves within what is planned, or has left on the day of planning.
        let serves = |kept: &&Kept| match self.left.served_by(kept.row) {
            Some(row) => picked(row),
            None => rule.lines.is_none() && kept.counts_today,
        };
        let given: Vec<&Kept> = self.dataset.kept.iter().filter(serves).collect();
        let settled = domain::Rule {
            name: rule.name.as_str().into(),
            locations,
            services,
            demand: self.demand(rule.asks, &lines, &given),
        };
        Some((settled, lines, given))
    }

    /// Finds counts of open locations that nothing can meet.
    fn check_open(&self, rule: &Rule, count: OpenCount, counted: &[bool], faults: &mut Faults) {
        let possible = self.dataset.could_be_open(counted) as i64;
        if possible < count.least {
            let what = format!(
                "rule {} wants {} locations open at least, and {possible} of those that it counts may be",
                rule.name, count.least
            );
            let fault = at_place(&rule.at, &rule.key("at_least"), Severity::Error, what);
            faults.push(fault.remedy("lower at_least, or let more locations be open"));
        }
    }

    /// What earlier work that stays has used of a limit, by place.
    fn taken(&self, rule: &domain::Rule, given: &[&Kept]) -> BTreeMap<u32, i64> {
        let mut taken: BTreeMap<u32, i64> = BTreeMap::new();
        let Demand::AtMost(limit) = rule.demand else {
            return taken;
        };
        let mut counted: BTreeSet<(u32, &str, &str)> = BTreeSet::new();
        for (place, kept) in limited(rule, limit, given) {
            let counts_once = match limit.counted {
                Counted::Units | Counted::Lines => (place, &*kept.shipment, &*kept.line),
                Counted::Shipments => (place, &*kept.shipment, ""),
                Counted::Orders => (place, &*kept.order, ""),
            };
            let is_new = counted.insert(counts_once);
            *taken.entry(place).or_default() += match limit.counted {
                Counted::Units => kept.units,
                _ => i64::from(is_new),
            };
        }
        taken
    }

    /// Orders that still ask for something and that a limit of orders counts already, by place.
    fn counted(&self, rule: &domain::Rule, given: &[&Kept]) -> Vec<(u32, OrderIx)> {
        let Demand::AtMost(limit) = rule.demand else {
            return Vec::new();
        };
        if limit.counted != Counted::Orders || given.is_empty() {
            return Vec::new();
        }
        let numbered = |(place, kept): (u32, &Kept)| {
            let orders = &self.dataset.orders;
            let found = orders.binary_search_by(|order| (*order.id).cmp(&*kept.order));
            Some((place, OrderIx::new(found.ok()?)))
        };
        limited(rule, limit, given).filter_map(numbered).collect()
    }

    fn demand(&self, asks: Asks, lines: &[bool], given: &[&Kept]) -> Demand {
        let (most, counted, per, price) = match asks {
            Asks::Settled(demand) => return demand,
            Asks::AtMost {
                most,
                counted,
                per,
                price,
            } => (most, counted, per, price),
        };
        let most = match most {
            Most::Count(most) => most,
            Most::Share(share) => {
                let asked = self.asked(counted, lines, given);
                (i128::from(asked) * i128::from(share) / i128::from(MICRO)) as i64
            }
        };
        Demand::AtMost(Limit {
            counted,
            per,
            most,
            price,
        })
    }

    /// What lines ask for, with what earlier work that stays has served: units, lines, or orders of which each ships once.
    fn asked(&self, counted: Counted, lines: &[bool], given: &[&Kept]) -> i64 {
        let picked = self.dataset.lines.iter().zip(lines).filter(|(_, is)| **is);
        let served = given.iter().filter(|kept| kept.takes_stock);
        if counted == Counted::Units {
            let open: i64 = picked.map(|(line, _)| i64::from(line.quantity)).sum();
            return open + served.map(|kept| kept.units).sum::<i64>();
        }
        let open = picked.map(|(line, _)| {
            let order = &self.dataset.orders[line.order.ix()];
            (&*order.id, &*line.id)
        });
        let all = open.chain(served.map(|kept| (&*kept.order, &*kept.line)));
        let mut names: Vec<(&str, &str)> = all.collect();
        names.sort_unstable();
        names.dedup();
        if matches!(counted, Counted::Shipments | Counted::Orders) {
            names.dedup_by_key(|(order, _)| *order);
        }
        names.len() as i64
    }

    /// A test on rows of orders: of their own columns, else of their products'.
    fn of_orders(&self, column: &str, test: &super::Test) -> Result<Vec<Truth>, Mistake> {
        let own = resolve(&self.orders, column);
        if own.is_ok() {
            return test_rows(&self.orders, column, test, self.zone);
        }
        let of_product = column.strip_prefix("product_").unwrap_or(column);
        if let Err((_, other_remedy)) = resolve(&self.products, of_product) {
            let (what, remedy) = own.err().unwrap_or_default();
            // A name that is meant rather than all that there are.
            let is_near = |remedy: &String| remedy.starts_with("did you mean");
            let remedy = if is_near(&other_remedy) && !is_near(&remedy) {
                other_remedy
            } else {
                remedy
            };
            return Err((format!("{what}, nor has products"), remedy));
        }
        let truths = test_rows(&self.products, of_product, test, self.zone)?;
        let missing = match test {
            super::Test::IsNull => Truth::True,
            _ => Truth::Unknown,
        };
        let of_row = |product: &Option<u32>| product.map_or(missing, |row| truths[row as usize]);
        Ok(self.product_of.iter().map(of_row).collect())
    }

    fn of_locations(&self, column: &str, test: &super::Test) -> Result<Vec<Truth>, Mistake> {
        let truths = test_rows(&self.locations, column, test, self.zone)?;
        let ids = self.locations.column_id("location_id");
        let ids = ids.and_then(|id| self.locations.texts(id));
        let mut of_id: HashMap<&str, Truth> = HashMap::new();
        if let Some(ids) = ids {
            of_id.extend((0..self.locations.rows()).map(|row| (ids.text(row), truths[row])));
        }
        let locations = self.dataset.locations.iter();
        let truth = |id: &str| of_id.get(id).copied().unwrap_or(Truth::Unknown);
        Ok(locations.map(|location| truth(&location.id)).collect())
    }

    /// A test on services: also of those that `carriers` has no row of, by their names.
    fn of_services(&self, column: &str, test: &super::Test) -> Result<Vec<Truth>, Mistake> {
        let services = self.dataset.services.iter();
        if matches!(column, "carrier" | "service") {
            let names = services.map(|service| match column {
                "carrier" => &*service.carrier,
                _ => &*service.service,
            });
            return test_texts(&self.carriers, column, test, names);
        }
        let truths = test_rows(&self.carriers, column, test, self.zone)?;
        let texts = |name| {
            let id = self.carriers.column_id(name)?;
            self.carriers.texts(id)
        };
        let mut of_name: HashMap<(&str, &str), Truth> = HashMap::new();
        if let (Some(carriers), Some(names)) = (texts("carrier"), texts("service")) {
            let rows = 0..self.carriers.rows();
            of_name.extend(rows.map(|row| ((carriers.text(row), names.text(row)), truths[row])));
        }
        let truth = |service: &domain::Service| {
            let name = (&*service.carrier, &*service.service);
            of_name.get(&name).copied().unwrap_or(Truth::Unknown)
        };
        Ok(services.map(truth).collect())
    }
}

/// A rule, by line whether it concerns it, and the earlier work that it concerns.
type Settled<'a> = (domain::Rule, Vec<bool>, Vec<&'a Kept>);

type Select<'a> = dyn Fn(&str, &super::Test) -> Result<Vec<Truth>, Mistake> + 'a;

/// By row of orders, the row of its product.
fn product_rows(orders: &Table, products: &Table) -> Vec<Option<u32>> {
    let skus = |table: &'_ Table| table.column_id("sku");
    let rows = orders.rows();
    let (Some(ordered), Some(listed)) = (
        skus(orders).and_then(|id| orders.texts(id)),
        skus(products).and_then(|id| products.texts(id)),
    ) else {
        return vec![None; rows];
    };
    let of_sku: HashMap<&str, u32> = (0..products.rows())
        .map(|row| (listed.text(row), row as u32))
        .collect();
    let by_code: Vec<Option<u32>> = ordered
        .dictionary
        .texts()
        .map(|sku| of_sku.get(sku).copied())
        .collect();
    let code = |row: usize| by_code[ordered.codes[row] as usize];
    (0..rows).map(code).collect()
}

/// Gives the dataset its rules, and each line the set of those that concern it.
fn classify(dataset: &mut Dataset, settled: Vec<(domain::Rule, Vec<bool>)>) {
    if settled.is_empty() {
        return;
    }
    let mut classes: Vec<Vec<u16>> = vec![Vec::new()];
    for (number, (rule, lines)) in (0_u16..).zip(settled) {
        let mut with_rule: HashMap<u32, u32> = HashMap::new();
        for (line, _) in dataset.lines.iter_mut().zip(&lines).filter(|(_, is)| **is) {
            line.class = *with_rule.entry(line.class).or_insert_with(|| {
                let mut rules = classes[line.class as usize].clone();
                rules.push(number);
                classes.push(rules);
                classes.len() as u32 - 1
            });
        }
        dataset.rules.push(rule);
    }
    dataset.classes = classes.into_iter().map(Vec::into_boxed_slice).collect();
}

/// Warns of rules that leave lines nothing together, though each leaves them something.
fn warn_of_contradictions(scenario: &Scenario, dataset: &Dataset, faults: &mut Faults) {
    let mut used = vec![0_u32; dataset.classes.len()];
    for line in &dataset.lines {
        if let Some(count) = used.get_mut(line.class as usize) {
            *count += 1;
        }
    }
    let hard = |rule: &domain::Rule| matches!(rule.demand, Demand::Forbid | Demand::Require);
    let leaves = |rule: &domain::Rule, location: usize| match rule.demand {
        Demand::Forbid => !rule.locations[location],
        _ => rule.locations[location],
    };
    let stocking: Vec<usize> = (0..dataset.locations.len())
        .filter(|&location| dataset.locations[location].kind != LocationKind::Hub)
        .collect();
    for (class, &count) in dataset.classes.iter().zip(&used) {
        let rules = class
            .iter()
            .map(|&number| &dataset.rules[usize::from(number)]);
        let rules: Vec<&domain::Rule> = rules
            .filter(|rule| hard(rule) && !rule.looks_at_carriage())
            .collect();
        let leaves_any = |rules: &[&domain::Rule]| {
            let mut each = stocking.iter();
            each.any(|&location| rules.iter().all(|rule| leaves(rule, location)))
        };
        let is_contradiction = count > 0
            && rules.len() > 1
            && rules.iter().all(|rule| leaves_any(&[rule]))
            && !leaves_any(&rules);
        if is_contradiction {
            let names: Vec<&str> = rules.iter().map(|rule| &*rule.name).collect();
            let what = format!(
                "the rules {} together leave no location to {count} order lines",
                names.join(", ")
            );
            let fault = warning_at(scenario, names[0], what);
            let remedy = "mend their conditions, or give one of them a price";
            faults.extend(fault.map(|fault| fault.remedy(remedy)));
        }
    }
}

/// Warns of rules on open locations that no choice of locations keeps: there will be no plan.
fn warn_of_open_conflict(scenario: &Scenario, dataset: &Dataset, faults: &mut Faults) {
    let conflict = dataset.open_conflict();
    let Some(&first) = conflict.first() else {
        return;
    };
    let what = dataset.told_open_conflict(&conflict);
    let remedy = "mend how many they ask for, or give one of them a price";
    let fault = warning_at(scenario, &dataset.rules[first].name, what);
    faults.extend(fault.map(|fault| fault.remedy(remedy)));
}

/// A warning at a rule.
fn warning_at(scenario: &Scenario, rule: &str, what: String) -> Option<Fault> {
    let at = scenario.rules.iter().find(|it| it.name == rule)?;
    let key = format!("rule.{rule}");
    Some(at_place(&at.at, &key, Severity::Warning, what))
}
