//! Kits and substitutes: in which forms each SKU may be shipped.

use super::Known;
use super::view::View;
use crate::domain::{Dataset, Form, FormKind, SkuIx};
use crate::input::fault::Faults;
use crate::units::Money;
use std::collections::{BTreeMap, BTreeSet};

/// Forms of one SKU at most.
const MOST_FORMS: usize = 32;

/// What the customer says about substitutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Nothing.
    Unsaid,
    /// Anything.
    Given,
    /// None.
    Refused,
}

impl Consent {
    /// The consent that a cell of `substitution` gives.
    pub fn of(word: &str) -> Self {
        match word {
            "yes" => Self::Given,
            "no" => Self::Refused,
            _ => Self::Unsaid,
        }
    }
}

/// By SKU and consent, which of the dataset's forms a line has.
pub type FormSets = Vec<[u32; 3]>;

/// Adds the forms of all SKUs; kits without weight, volume and handling of their own get those of their components.
pub fn add(
    dataset: &mut Dataset,
    [kits, substitutes, products, inventory, inbound]: [&View; 5],
    known: &Known,
    faults: &mut Faults,
) -> FormSets {
    let sources = [
        products.texts("sku"),
        inventory.texts("sku"),
        inbound.texts("sku"),
    ];
    let goods = super::Names::of(sources);
    let kits = read_kits(kits, known, &goods, faults);
    let others = read_substitutes(substitutes, known, &goods, faults);
    for (&kit, (parts, _)) in &kits {
        complete(dataset, kit, parts);
    }
    let mut sets: FormSets = vec![[0; 3]; dataset.products.len()];
    if kits.is_empty() && others.is_empty() {
        return sets;
    }
    dataset.forms.push(Box::default());
    let skus: BTreeSet<SkuIx> = kits.keys().chain(others.keys()).copied().collect();
    for sku in skus {
        for consent in [Consent::Unsaid, Consent::Given, Consent::Refused] {
            let mut forms = vec![Form {
                kind: FormKind::Stock,
                shipped: sku,
                parts: [(sku, 1)].into(),
                cost: Money::ZERO,
            }];
            forms.extend(kits.get(&sku).map(|(parts, cost)| Form {
                kind: FormKind::Assembled,
                shipped: sku,
                parts: parts.clone().into(),
                cost: *cost,
            }));
            let allowed = others.get(&sku).into_iter().flatten();
            let allowed = allowed.filter(|other| match consent {
                Consent::Given => true,
                Consent::Unsaid => !other.needs_consent,
                Consent::Refused => false,
            });
            forms.extend(allowed.map(|other| Form {
                kind: FormKind::Substitute,
                shipped: other.sku,
                parts: [(other.sku, 1)].into(),
                cost: other.cost,
            }));
            if forms.len() > 1 {
                sets[sku.ix()][consent as usize] = dataset.forms.len() as u32;
                dataset.forms.push(forms.into());
            }
        }
    }
    sets
}

/// Components with their counts, and the cost of making one.
type Kit = (Vec<(SkuIx, u32)>, Money);

fn read_kits(
    view: &View,
    known: &Known,
    goods: &super::Names,
    faults: &mut Faults,
) -> BTreeMap<SkuIx, Kit> {
    let (kit_skus, components) = (view.texts("kit_sku"), view.texts("component_sku"));
    let [kit_of, component_of] = [kit_skus, components].map(|texts| known.skus.positions(texts));
    let (quantities, costs) = (view.numbers("quantity"), view.numbers("assembly_cost"));
    for fault in view.doubled("component_sku", |row| {
        Some((kit_skus.code(row), components.code(row)))
    }) {
        faults.push(fault);
    }
    let is_kit: BTreeSet<&str> = kit_skus.distinct().into_iter().collect();
    let mut kits: BTreeMap<SkuIx, (Kit, Option<usize>)> = BTreeMap::new();
    for row in view.rows() {
        let component = components.get(row);
        if is_kit.contains(component) {
            let message = "a component is a kit itself; kits within kits are not planned";
            let fault = view.error(row, "component_sku", message);
            faults.push(fault.remedy("name the components of that kit instead"));
            continue;
        }
        if goods.find(component).is_none() {
            faults.push(view.unknown(row, "component_sku", "products", "sku"));
            continue;
        }
        let (Some(kit), Some(part)) = (
            kit_of[kit_skus.code(row) as usize],
            component_of[components.code(row) as usize],
        ) else {
            continue;
        };
        let ((parts, cost), stated) = kits.entry(SkuIx::new(kit)).or_default();
        let count = u32::try_from(quantities.or(row, 1)).unwrap_or(u32::MAX);
        parts.push((SkuIx::new(part), count));
        let Some(given) = costs.get(row).map(Money) else {
            continue;
        };
        match *stated {
            Some(first) if given != *cost => {
                let line = view.table.line(first);
                let message = format!("row {line} gives another cost for the same kit");
                let fault = view.error(row, "assembly_cost", message);
                faults.push(fault.remedy("give the kit one cost"));
            }
            Some(_) => {}
            None => (*cost, *stated) = (given, Some(row)),
        }
    }
    kits.into_iter()
        .map(|(sku, ((mut parts, cost), _))| {
            parts.sort_unstable();
            (sku, (parts, cost))
        })
        .collect()
}

/// What may be sent instead.
struct Other {
    sku: SkuIx,
    cost: Money,
    needs_consent: bool,
}

fn read_substitutes(
    view: &View,
    known: &Known,
    goods: &super::Names,
    faults: &mut Faults,
) -> BTreeMap<SkuIx, Vec<Other>> {
    let (skus, others) = (view.texts("sku"), view.texts("substitute_sku"));
    let [sku_of, other_of] = [skus, others].map(|texts| known.skus.positions(texts));
    let (costs, consents) = (view.numbers("cost_per_unit"), view.texts("needs_consent"));
    for fault in view.doubled("substitute_sku", |row| {
        Some((skus.code(row), others.code(row)))
    }) {
        faults.push(fault);
    }
    let mut found: BTreeMap<SkuIx, Vec<Other>> = BTreeMap::new();
    let mut rows: BTreeMap<(SkuIx, SkuIx), usize> = BTreeMap::new();
    for row in view.rows() {
        if skus.get(row) == others.get(row) {
            let message = "a product does not replace itself";
            let fault = view.error(row, "substitute_sku", message);
            faults.push(fault.remedy("remove the row"));
            continue;
        }
        if goods.find(others.get(row)).is_none() {
            faults.push(view.unknown(row, "substitute_sku", "products", "sku"));
            continue;
        }
        let (Some(sku), Some(other)) = (
            sku_of[skus.code(row) as usize],
            other_of[others.code(row) as usize],
        ) else {
            continue;
        };
        let (sku, other) = (SkuIx::new(sku), SkuIx::new(other));
        let of_sku = found.entry(sku).or_default();
        if of_sku.len() + 2 >= MOST_FORMS {
            let message = format!("more than {} substitutes for one SKU", MOST_FORMS - 2);
            faults.push(
                view.error(row, "substitute_sku", message)
                    .remedy("keep the best of them"),
            );
            continue;
        }
        of_sku.push(Other {
            sku: other,
            cost: costs.money(row),
            needs_consent: consents.yes(row, false),
        });
        rows.insert((sku, other), row);
    }
    for others in found.values_mut() {
        others.sort_by_key(|other| (other.cost, other.sku));
    }
    warn_of_circles(view, &found, &rows, faults);
    found
}

/// Products that replace each other in a circle are probably not meant; each is replaced once at most all the same.
fn warn_of_circles(
    view: &View,
    found: &BTreeMap<SkuIx, Vec<Other>>,
    rows: &BTreeMap<(SkuIx, SkuIx), usize>,
    faults: &mut Faults,
) {
    for (&(sku, other), &row) in rows {
        // From what replaces it back to it, by any way; told once, where the circle has its least SKU.
        let mut reached: BTreeSet<SkuIx> = BTreeSet::from([other]);
        let mut ahead = vec![other];
        while let Some(next) = ahead.pop() {
            let onward = found.get(&next).into_iter().flatten();
            for further in onward.filter(|it| it.sku >= sku) {
                if reached.insert(further.sku) {
                    ahead.push(further.sku);
                }
            }
        }
        if other > sku && reached.contains(&sku) {
            let message = "what replaces it is replaced by it in turn, in a circle; each product is replaced once at most";
            let fault = view.warning(row, "substitute_sku", message);
            faults.push(fault.remedy("remove a row of the circle if that is not meant"));
        }
    }
}

/// Gives a kit without weight, volume or handling those of its components.
fn complete(dataset: &mut Dataset, kit: SkuIx, parts: &[(SkuIx, u32)]) {
    let products = &dataset.products;
    let mut sum = products[kit.ix()].clone();
    let (no_weight, no_volume) = (sum.weight.0 == 0, sum.volume.0 == 0);
    for &(part, count) in parts {
        let part = &products[part.ix()];
        if no_weight {
            sum.weight.0 = sum
                .weight
                .0
                .saturating_add(part.weight.0.saturating_mul(count.into()));
        }
        if no_volume {
            sum.volume.0 = sum
                .volume
                .0
                .saturating_add(part.volume.0.saturating_mul(count.into()));
        }
        sum.handling.0 |= part.handling.0;
    }
    dataset.products[kit.ix()] = sum;
}
