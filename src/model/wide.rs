//! Wide orders: `units[line, variant] ∈ ℕ`, `used[variant] ∈ {0,1}`.
//!
//! A *variant* is a location and wave, a route, a weight band, a number of parcels, and whether the
//! actual or the volumetric weight is billed. Families 1–3, 6, 8 and 9 for one order:
//! - `demand`: Σ units of a line ≤ quantity
//! - `carried`: units ≤ limit × used; Σ units ≥ used where an empty shipment could pay
//! - `one_shipment`: Σ used at one location and wave ≤ 1
//! - `band`: lower < billable weight ≤ upper, per parcel
//! - `minimum_charge`: charge ≥ minimum × used, charge ≥ formula
//! - `piece`: smallest piece × visit ≤ units of a line at a location and wave ≤ limit × visit
//! - the rest as for listed orders

use super::formulation::{Decision, Formulation, RowSums, Source};
use super::goal::GoalKind;
use super::shared::{OpenLinks, beyond_the_first, counted, derived, keep_together};
use crate::domain::{
    Counted, Dataset, Form, FormKind, Line, LocationIx, OrderIx, Product, Rate, ServiceIx,
    ShipComplete, WaveIx,
};
use crate::options::{
    Slot, Way, are_apart, arrival_day, brought_on, carriage_preference, crowds, days_late,
    form_gain, holds_unit, is_late_relevant, may_carry, move_cost, pickup_day, transfer_rates,
};
use crate::plan::Route;
use crate::units::{MICRO, Money, Volume, Weight};
use good_lp::{Expression, Variable, variable};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Milligrams in a kilogram: weights are in kilograms in the model.
const MG_PER_KG: f64 = 1e6;

/// One order while it is being stated.
struct Block<'a> {
    order: OrderIx,
    lines: &'a [Line],
    /// Each line in each of its forms.
    items: Vec<Item<'a>>,
    slots: &'a [Slot],
    late_folded: bool,
    variants: Vec<Variant>,
}

/// A line in one of its forms.
struct Item<'a> {
    /// Position of the line.
    position: usize,
    line: &'a Line,
    number: u8,
    form: Cow<'a, Form>,
    product: &'a Product,
    weight: Weight,
    volume: Volume,
}

impl Item<'_> {
    /// Units at most that could leave a slot.
    fn limit_at(&self, slot: &Slot) -> u32 {
        let mut made = slot.made.iter();
        let is_made = |position: u32| position as usize == self.position;
        let here = made.find(|made| is_made(made.line) && made.form == self.number);
        match here {
            Some(made) => made.units,
            // A hub forwards what it got, whatever it was made of.
            None if self.number > 0 || slot.made.iter().any(|made| is_made(made.line)) => 0,
            None => slot.limits[self.position],
        }
    }
}

/// Each line of an order in each of its forms.
fn items(dataset: &Dataset, order: OrderIx) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    for (position, line) in dataset.lines_of(order).iter().enumerate() {
        for number in 0..dataset.forms_of(line).len().max(1) as u8 {
            let form = dataset.form_of(line, number);
            let product = &dataset.products[form.shipped.ix()];
            let is_own = form.shipped == line.sku;
            items.push(Item {
                position,
                line,
                number,
                product,
                weight: if is_own { line.weight } else { product.weight },
                volume: if is_own { line.volume } else { product.volume },
                form,
            });
        }
    }
    items
}

/// A route with all that its price depends on.
struct Variant {
    slot: usize,
    route: Route,
    days_late: u32,
    used: Variable,
    /// By item; `None` where it cannot carry it.
    units: Vec<Option<Variable>>,
}

/// Adds one order: variables, expressions, constraints, objective.
pub(super) fn add_order(
    formulation: &mut Formulation,
    sums: &mut RowSums,
    links: &mut OpenLinks,
    source: &Source<'_>,
    order: OrderIx,
) {
    let options = &source.scarcity.orders[order.ix()];
    let mut block = Block {
        order,
        lines: source.dataset.lines_of(order),
        items: items(source.dataset, order),
        slots: &options.slots,
        late_folded: options.late_folded,
        variants: Vec::new(),
    };
    for slot in 0..block.slots.len() {
        for way in &block.slots[slot].ways {
            add_way(formulation, source, &mut block, slot, way);
        }
    }
    demand(formulation, source, &block);
    pieces(formulation, sums, source, &block);
    shipments(formulation, source, &block);
    hub_balance(formulation, &block);
    lateness(formulation, source, &block);
    keep_together(
        formulation,
        source.dataset,
        block.lines,
        |formulation, group| leaving(formulation, source, &block, group),
    );
    rule_limits(formulation, sums, source, &block);
    shared_use(sums, links, source, &block);
}

/// The variants of one way: one for a transfer, one a band, number of parcels and billed weight for a carrier.
fn add_way(
    formulation: &mut Formulation,
    source: &Source<'_>,
    block: &mut Block<'_>,
    slot: usize,
    way: &Way,
) {
    let dataset = source.dataset;
    let order = &dataset.orders[block.order.ix()];
    let wave = &dataset.waves[block.slots[slot].wave.ix()];
    let (Route::Carrier(service), Some(lane)) = (way.route, way.lane) else {
        let (per_shipment, per_unit, per_kg) = transfer_rates(dataset, way.route);
        let late =
            if matches!(way.route, Route::ToHub(..)) || !is_late_relevant(source.settings, order) {
                0
            } else {
                days_late(order, brought_on(dataset, way.route, wave))
            };
        // What a hub merges is what was ordered.
        let to_hub = matches!(way.route, Route::ToHub(..));
        let may_go = |item: &Item<'_>| !to_hub || item.form.kind != FormKind::Substitute;
        let carried: Vec<bool> = block.items.iter().map(may_go).collect();
        let Some(variant) =
            add_variant(formulation, source, block, slot, way.route, late, &carried)
        else {
            return;
        };
        formulation.earn(variant.used, -per_shipment.as_f64());
        for (item, units) in variant.carried(&block.items) {
            let cost = per_unit.as_f64() + per_kg.as_f64() * item.weight.0 as f64 / MG_PER_KG;
            formulation.earn(units, -cost);
        }
        block.variants.push(variant);
        return;
    };
    let service_data = &dataset.services[service.ix()];
    let bands = dataset.lanes[lane.ix()].bands.clone();
    for rate in &dataset.rates[bands.start as usize..bands.end as usize] {
        let carried = lines_carried(dataset, block, (wave.location, service), rate);
        let left = pickup_day(wave, service_data.pickup_cutoff);
        let late = if is_late_relevant(source.settings, order) {
            days_late(order, arrival_day(left, rate.transit_days, rate.weekend))
        } else {
            0
        };
        let volumetric =
            rate.dim_divisor.is_some() && block.items.iter().any(|item| item.volume.0 > 0);
        let each = block.items.iter().zip(&carried);
        let limits = each.filter(|(_, can)| **can);
        let limits = limits.map(|(item, _)| i64::from(item.limit_at(&block.slots[slot])));
        let units = limits.sum();
        let fits =
            |item: &Item<'_>| holds_unit(rate, service_data.max_parcel, (item.weight, item.volume));
        let each = block.items.iter().zip(&carried);
        let parted: Vec<bool> = each.map(|(item, can)| *can && fits(item)).collect();
        for parcels in service_data.parcels_of(units) {
            let carried = if parcels == 1 { &carried } else { &parted };
            for billed in [Billed::Actual, Billed::Volumetric] {
                if billed == Billed::Volumetric && !volumetric {
                    continue;
                }
                let tariff = Tariff {
                    rate,
                    parcels,
                    billed,
                    volumetric,
                    max_parcel: service_data.max_parcel,
                };
                if !tariff.is_reachable(block, slot, carried) {
                    continue;
                }
                let Some(variant) =
                    add_variant(formulation, source, block, slot, way.route, late, carried)
                else {
                    continue;
                };
                band(formulation, block, &variant, &tariff);
                charge(formulation, block, &variant, &tariff);
                emissions(formulation, source, block, slot, &variant);
                block.variants.push(variant);
            }
        }
    }
}

/// Which items a band of a service may carry: special handling, sizes and rules.
fn lines_carried(
    dataset: &Dataset,
    block: &Block<'_>,
    (location, by): (LocationIx, ServiceIx),
    rate: &Rate,
) -> Vec<bool> {
    let service = &dataset.services[by.ix()];
    let by_rules = |line: &Line| may_carry(dataset, std::slice::from_ref(line), &[1], location, by);
    block
        .items
        .iter()
        .map(|item| {
            let product = item.product;
            rate.handling
                .is_none_or(|carried| carried.covers(product.handling))
                && service
                    .max_length
                    .is_none_or(|most| product.length() <= most)
                && service.max_girth.is_none_or(|most| product.girth() <= most)
                && by_rules(item.line)
        })
        .collect()
}

/// Which weight is billed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Billed {
    Actual,
    Volumetric,
}

/// A band with the number of parcels and the weight that is billed.
struct Tariff<'a> {
    rate: &'a Rate,
    parcels: u32,
    billed: Billed,
    volumetric: bool,
    max_parcel: Option<crate::units::Weight>,
}

impl Tariff<'_> {
    /// Billable milligrams of one unit, as numerator over [`Self::divisor`].
    fn per_unit(&self, item: &Item<'_>) -> i64 {
        match self.billed {
            Billed::Actual => item.weight.0,
            Billed::Volumetric => item.volume.0 * 1000,
        }
    }

    fn divisor(&self) -> i64 {
        match self.billed {
            Billed::Actual => 1,
            Billed::Volumetric => self.rate.dim_divisor.unwrap_or(1),
        }
    }

    /// Lower edge, first value above it that units can add up to, and upper edge; over the divisor.
    fn edges(&self, block: &Block<'_>) -> (i128, Option<i128>) {
        let scale = i128::from(self.parcels) * i128::from(self.divisor());
        let lower = i128::from(self.rate.min_weight.0) * scale;
        let step = block
            .items
            .iter()
            .map(|item| self.per_unit(item))
            .fold(0, gcd);
        let first = if lower == 0 || step == 0 {
            lower
        } else {
            (lower / i128::from(step) + 1) * i128::from(step)
        };
        (
            first,
            self.rate
                .max_weight
                .map(|upper| i128::from(upper.0) * scale),
        )
    }

    /// Whether some units of the carried lines could weigh as much, and none less than one unit.
    fn is_reachable(&self, block: &Block<'_>, slot: usize, carried: &[bool]) -> bool {
        let (first, upper) = self.edges(block);
        let mut most = 0_i128;
        let mut least: Option<i128> = None;
        for (item, &carried) in block.items.iter().zip(carried) {
            let limit = item.limit_at(&block.slots[slot]);
            if carried && limit > 0 {
                let one = i128::from(self.per_unit(item));
                most += one * i128::from(limit);
                least = Some(least.map_or(one, |other| other.min(one)));
            }
        }
        least.is_some_and(|least| most >= first && upper.is_none_or(|upper| least <= upper))
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn add_variant(
    formulation: &mut Formulation,
    source: &Source<'_>,
    block: &Block<'_>,
    slot: usize,
    route: Route,
    days_late: u32,
    carried: &[bool],
) -> Option<Variant> {
    let data = &block.slots[slot];
    let mut each = block.items.iter().zip(carried);
    if !each.any(|(item, &carried)| carried && item.limit_at(data) > 0) {
        return None;
    }
    let location = &source.dataset.locations[source.dataset.waves[data.wave.ix()].location.ix()];
    let used = formulation.add(variable().binary(), Decision::Derived);
    let mut cost = location.cost_per_shipment;
    if block.late_folded {
        cost += source.dataset.orders[block.order.ix()].late_cost_per_day * i64::from(days_late);
    }
    let from = (block.order, data.wave);
    cost += move_cost(source.dataset, source.settings, from, data.forward);
    formulation.earn(used, -cost.as_f64());
    let mut units = Vec::with_capacity(block.items.len());
    let mut contents = Expression::default();
    for (item, &is_carried) in block.items.iter().zip(carried) {
        let line = item.line;
        let limit = f64::from(item.limit_at(data));
        if limit == 0.0 || !is_carried {
            units.push(None);
            continue;
        }
        let line_ix = crate::domain::LineIx(
            source.dataset.orders[block.order.ix()].lines.start + item.position as u32,
        );
        let made = (line_ix, item.number);
        let decision = Decision::Units(block.order, data.wave, (route, days_late), made);
        let column = formulation.add(variable().integer().min(0.0).max(limit), decision);
        let mut gain = -location.cost_per_unit;
        if !data.forward {
            let at = source.dataset.waves[data.wave.ix()].location;
            gain += form_gain(source.dataset, source.settings, line, &item.form, at);
            formulation.credit(GoalKind::FillUnits, column, 1.0);
            formulation.credit(GoalKind::FillValue, column, line.unit_price.as_f64());
        }
        if let Route::Carrier(service) = route {
            let location = source.dataset.waves[data.wave.ix()].location;
            gain += carriage_preference(source.dataset, line, location, service);
        }
        formulation.earn(column, gain.as_f64());
        formulation
            .constraints
            .push((column - limit * used).leq(0.0));
        contents.add_mul(1.0, column);
        units.push(Some(column));
    }
    // Only a commitment could make an empty shipment pay.
    let committed = match route {
        Route::Carrier(service) => source.dataset.services[service.ix()].minimum_shipments > 0,
        _ => false,
    };
    if committed {
        formulation.constraints.push((contents - used).geq(0.0));
    }
    Some(Variant {
        slot,
        route,
        days_late,
        used,
        units,
    })
}

impl Variant {
    fn carried<'a, 'b>(
        &'a self,
        items: &'a [Item<'b>],
    ) -> impl Iterator<Item = (&'a Item<'b>, Variable)> {
        items
            .iter()
            .zip(&self.units)
            .filter_map(|(item, units)| units.map(|units| (item, units)))
    }

    /// Σ over units of an amount per unit of their item.
    fn sum(&self, items: &[Item<'_>], amount: impl Fn(&Item<'_>) -> f64) -> Expression {
        let mut sum = Expression::default();
        for (item, units) in self.carried(items) {
            sum.add_mul(amount(item), units);
        }
        sum
    }

    /// Σ of units of a line, whatever their form; `None`: it cannot carry any.
    fn of_line(&self, items: &[Item<'_>], position: usize) -> Option<Expression> {
        let mut sum: Option<Expression> = None;
        for (_, units) in self
            .carried(items)
            .filter(|(item, _)| item.position == position)
        {
            sum.get_or_insert_default().add_mul(1.0, units);
        }
        sum
    }
}

/// `band`: billable weight within the edges, and billed by the larger of the two weights.
fn band(formulation: &mut Formulation, block: &Block<'_>, variant: &Variant, tariff: &Tariff<'_>) {
    let divisor = tariff.divisor() as f64;
    let billable = variant.sum(&block.items, |item| {
        tariff.per_unit(item) as f64 / divisor / MG_PER_KG
    });
    let (first, upper) = tariff.edges(block);
    if first > 0 {
        let least = first as f64 / divisor / MG_PER_KG;
        formulation
            .constraints
            .push((billable.clone() - least * variant.used).geq(0.0));
    }
    if let Some(upper) = upper {
        let most = upper as f64 / divisor / MG_PER_KG;
        formulation
            .constraints
            .push((billable.clone() - most * variant.used).leq(0.0));
    }
    if tariff.volumetric {
        let divisor = tariff.rate.dim_divisor.unwrap_or(1) as f64;
        let sign = if tariff.billed == Billed::Volumetric {
            1.0
        } else {
            -1.0
        };
        let excess = variant.sum(&block.items, |item| {
            sign * (item.volume.0 as f64 * 1000.0 / divisor - item.weight.0 as f64) / MG_PER_KG
        });
        formulation.constraints.push(excess.geq(0.0));
    }
    if tariff.parcels > 1 {
        let units = variant.sum(&block.items, |_| 1.0);
        let least = f64::from(tariff.parcels);
        formulation
            .constraints
            .push((units - least * variant.used).geq(0.0));
    }
    if let Some(most) = tariff.max_parcel {
        let weight = variant.sum(&block.items, |item| item.weight.0 as f64 / MG_PER_KG);
        let most = most.0 as f64 * f64::from(tariff.parcels) / MG_PER_KG;
        formulation
            .constraints
            .push((weight - most * variant.used).leq(0.0));
    }
}

/// Carriage of a variant, `minimum_charge` included.
fn charge(
    formulation: &mut Formulation,
    block: &Block<'_>,
    variant: &Variant,
    tariff: &Tariff<'_>,
) {
    let rate = tariff.rate;
    let parcels = f64::from(tariff.parcels);
    let fuel = 1.0 + rate.fuel_pct_micro as f64 / MICRO as f64 / 100.0;
    let base = rate.base_cost.as_f64() * parcels;
    let least = rate.min_charge.as_f64() * parcels;
    let (per_kg, per_unit) = (rate.cost_per_kg.as_f64(), rate.cost_per_unit.as_f64());
    let divisor = tariff.divisor() as f64;
    let kilograms = |item: &Item<'_>| tariff.per_unit(item) as f64 / divisor / MG_PER_KG;
    let steps = rate.kg_step.filter(|_| per_kg > 0.0).map(|step| {
        let step = step.0 as f64 / MG_PER_KG * parcels;
        let most: f64 = variant
            .carried(&block.items)
            .map(|(item, _)| kilograms(item) * f64::from(item.line.quantity))
            .sum();
        let count = formulation.add(
            variable().integer().min(0.0).max((most / step).ceil()),
            Decision::Derived,
        );
        let billable = variant.sum(&block.items, kilograms);
        formulation
            .constraints
            .push((billable - step * count).leq(0.0));
        (count, step)
    });
    if least <= base || (per_kg == 0.0 && per_unit == 0.0) {
        formulation.earn(variant.used, -base.max(least) * fuel);
        for (item, units) in variant.carried(&block.items) {
            let kg = if steps.is_some() {
                0.0
            } else {
                per_kg * kilograms(item)
            };
            let cost = if least <= base { kg + per_unit } else { 0.0 };
            formulation.earn(units, -cost * fuel);
        }
        if let (Some((count, step)), true) = (steps, least <= base) {
            formulation.earn(count, -per_kg * step * fuel);
        }
        return;
    }
    let paid = formulation.add(variable().min(0.0), Decision::Derived);
    formulation.earn(paid, -fuel);
    let mut formula = variant.sum(&block.items, |item| {
        let kg = if steps.is_some() {
            0.0
        } else {
            per_kg * kilograms(item)
        };
        kg + per_unit
    });
    if let Some((count, step)) = steps {
        formula.add_mul(per_kg * step, count);
    }
    formulation
        .constraints
        .push((formula + base * variant.used - paid).leq(0.0));
    formulation
        .constraints
        .push((least * variant.used - paid).leq(0.0));
}

/// Cost of CO₂, by weight and distance.
fn emissions(
    formulation: &mut Formulation,
    source: &Source<'_>,
    block: &Block<'_>,
    slot: usize,
    variant: &Variant,
) {
    let Route::Carrier(service) = variant.route else {
        return;
    };
    let dataset = source.dataset;
    let location = dataset.waves[block.slots[slot].wave.ix()].location;
    let from = dataset.locations[location.ix()].position;
    let (Some(from), Some(to)) = (from, dataset.orders[block.order.ix()].position) else {
        return;
    };
    let metres = from.distance(to, source.settings.detour_factor_micro).0 as f64;
    let grams = dataset.services[service.ix()].co2_g_per_kg_km_micro as f64 / MICRO as f64;
    let per_kg = source.settings.co2_cost_per_kg.as_f64() * grams / 1e3 * metres / 1e3;
    for (item, units) in variant.carried(&block.items) {
        formulation.earn(units, -per_kg * item.weight.0 as f64 / MG_PER_KG);
    }
}

/// `demand` and `ship_complete`, and what the fill goals count.
fn demand(formulation: &mut Formulation, source: &Source<'_>, block: &Block<'_>) {
    let rule = source.dataset.orders[block.order.ix()].ship_complete;
    let wants_orders = formulation.goals.contains_key(&GoalKind::FillOrders);
    let wants_lines = formulation.goals.contains_key(&GoalKind::FillLines);
    let binary =
        |formulation: &mut Formulation| formulation.add(variable().binary(), Decision::Derived);
    let whole_order = (rule == ShipComplete::Order || wants_orders).then(|| binary(formulation));
    if let Some(complete) = whole_order {
        formulation.credit(GoalKind::FillOrders, complete, 1.0);
    }
    for (position, line) in block.lines.iter().enumerate() {
        let quantity = f64::from(line.quantity);
        let mut filled = Expression::default();
        for variant in &block.variants {
            if let (Some(units), false) = (
                variant.of_line(&block.items, position),
                block.slots[variant.slot].forward,
            ) {
                filled += units;
            }
        }
        let whole_line = match rule {
            ShipComplete::Order => whole_order,
            ShipComplete::Line => Some(binary(formulation)),
            ShipComplete::None if wants_lines => Some(binary(formulation)),
            ShipComplete::None => None,
        };
        if let Some(whole) = whole_line {
            formulation.credit(GoalKind::FillLines, whole, 1.0);
            let missing = filled.clone() - quantity * whole;
            formulation.constraints.push(if rule == ShipComplete::None {
                missing.geq(0.0)
            } else {
                missing.eq(0.0)
            });
        }
        if let (Some(whole), true) = (whole_order, rule != ShipComplete::Order) {
            formulation
                .constraints
                .push((filled.clone() - quantity * whole).geq(0.0));
        }
        formulation.constraints.push(filled.leq(quantity));
    }
}

/// `piece`: visits of lines, where something counts them.
fn pieces(
    formulation: &mut Formulation,
    sums: &mut RowSums,
    source: &Source<'_>,
    block: &Block<'_>,
) {
    let stocking = block.slots.iter().filter(|slot| !slot.forward).count() as u32;
    let alone = |line: &Line| source.dataset.products[line.sku.ix()].ship_alone;
    let apart = |one: &Line, other: &Line| {
        alone(one) || alone(other) || are_apart(source.dataset, one, other)
    };
    let mut later = block.lines.iter().enumerate();
    let any_apart = later.any(|(position, one)| {
        let mut others = block.lines[position + 1..].iter();
        others.any(|other| apart(one, other))
    });
    let crowds = crowds(source.dataset, block.lines);
    let mut visits_of_line = vec![Expression::default(); block.lines.len()];
    let mut split_limited = vec![false; block.lines.len()];
    for (slot_position, slot) in block.slots.iter().enumerate() {
        let location =
            &source.dataset.locations[source.dataset.waves[slot.wave.ix()].location.ix()];
        let rows: Vec<u32> = source
            .coupling
            .line_rows(slot.wave)
            .filter(|&row| source.scarcity.binding[row as usize])
            .collect();
        let mut visits = vec![None; block.lines.len()];
        for (position, line) in block.lines.iter().enumerate() {
            let limited = line.line_max_shipments < stocking.min(line.quantity);
            split_limited[position] = limited;
            let smallest = line.min_split_units.min(line.quantity);
            let counted = location.cost_per_line != Money::ZERO
                || !rows.is_empty()
                || limited
                || (smallest > 1 && !slot.forward)
                || any_apart
                || !crowds.is_empty()
                || (line.case > 1 && !slot.forward);
            let mut here = Expression::default();
            let mut found = false;
            for variant in block
                .variants
                .iter()
                .filter(|variant| variant.slot == slot_position)
            {
                if let Some(units) = variant.of_line(&block.items, position) {
                    here += units;
                    found = true;
                }
            }
            if !counted || !found {
                continue;
            }
            let visit = formulation.add(variable().binary(), Decision::Derived);
            formulation.earn(visit, -location.cost_per_line.as_f64());
            let limit = f64::from(slot.limits[position]);
            formulation
                .constraints
                .push((here.clone() - limit * visit).leq(0.0));
            if line.case > 1 && !slot.forward {
                let most = f64::from(slot.limits[position] / line.case);
                let cases = variable().integer().min(0.0).max(most);
                let cases = formulation.add(cases, Decision::Derived);
                let units = here.clone() - f64::from(line.case) * cases;
                formulation.constraints.push(units.eq(0.0));
            }
            if smallest > 1 && !slot.forward {
                formulation
                    .constraints
                    .push((here - f64::from(smallest) * visit).geq(0.0));
            }
            for &row in &rows {
                sums.entry(row).or_default().add_mul(1.0, visit);
            }
            if !slot.forward {
                visits_of_line[position].add_mul(1.0, visit);
            }
            visits[position] = Some(visit);
        }
        if any_apart {
            ship_apart(formulation, block, &visits, apart);
        }
        ship_crowded(formulation, &crowds, &visits);
    }
    for ((line, sum), limited) in block.lines.iter().zip(visits_of_line).zip(split_limited) {
        if limited {
            formulation
                .constraints
                .push(sum.leq(f64::from(line.line_max_shipments.max(1))));
        }
    }
}

/// `crowding`: each line beyond the first in one shipment, of those that a rule would have apart, has its price.
fn ship_crowded(
    formulation: &mut Formulation,
    crowds: &[(Money, Vec<usize>)],
    visits: &[Option<Variable>],
) {
    for (price, lines) in crowds {
        let here = lines.iter().filter_map(|&line| visits[line]).collect();
        beyond_the_first(formulation, *price, here);
    }
}

/// No two lines in one shipment of which one ships alone, or that rules keep apart.
fn ship_apart(
    formulation: &mut Formulation,
    block: &Block<'_>,
    visits: &[Option<Variable>],
    apart: impl Fn(&Line, &Line) -> bool,
) {
    for (one, line) in block.lines.iter().enumerate() {
        for (other, beside) in block.lines.iter().enumerate().skip(one + 1) {
            if !apart(line, beside) {
                continue;
            }
            if let (Some(first), Some(second)) = (visits[one], visits[other]) {
                formulation.constraints.push((first + second).leq(1.0));
            }
        }
    }
}

/// `limit`: what rules count of the order, by row.
fn rule_limits(
    formulation: &mut Formulation,
    sums: &mut RowSums,
    source: &Source<'_>,
    block: &Block<'_>,
) {
    let dataset = source.dataset;
    // By row and slot, and by line where lines are counted: units, and how many there are at most.
    let mut touched: BTreeMap<(u32, usize, usize), (Expression, f64)> = BTreeMap::new();
    // By row that counts the order once, whether it does.
    let mut of_order: BTreeMap<u32, Variable> = BTreeMap::new();
    for variant in &block.variants {
        let slot = &block.slots[variant.slot];
        let how = (slot.wave, variant.route, slot.forward);
        let moved = source
            .coupling
            .move_row(dataset, block.order, slot.wave, slot.forward);
        if let Some(row) = moved.filter(|&row| source.scarcity.binding[row as usize]) {
            sums.entry(row).or_default().add_mul(1.0, variant.used);
        }
        for (position, line) in block.lines.iter().enumerate() {
            let Some(units) = variant.of_line(&block.items, position) else {
                continue;
            };
            for (row, counted) in source.coupling.limits_of(dataset, line, how) {
                if !source.scarcity.binding[row as usize] {
                    continue;
                }
                let key = match counted {
                    Counted::Units => {
                        *sums.entry(row).or_default() += units.clone();
                        continue;
                    }
                    Counted::Lines => (row, variant.slot, position + 1),
                    Counted::Shipments | Counted::Orders => (row, variant.slot, 0),
                };
                let (sum, most) = touched.entry(key).or_default();
                *sum += units.clone();
                *most += f64::from(slot.limits[position]);
            }
        }
    }
    for ((row, _, _), (units, most)) in touched {
        let mut new = || counted(formulation, sums, row);
        let is_touched = if source.coupling.counts_once(row) {
            *of_order.entry(row).or_insert_with(new)
        } else {
            new()
        };
        formulation
            .constraints
            .push((units - most * is_touched).leq(0.0));
    }
}

/// By location that lines of a group could leave, whether any does.
fn leaving(
    formulation: &mut Formulation,
    source: &Source<'_>,
    block: &Block<'_>,
    group: &[usize],
) -> Vec<Variable> {
    let location_of = |slot: usize| source.dataset.waves[block.slots[slot].wave.ix()].location;
    let mut at: BTreeMap<(LocationIx, usize), Expression> = BTreeMap::new();
    for variant in &block.variants {
        if block.slots[variant.slot].forward {
            continue;
        }
        for &line in group {
            if let Some(units) = variant.of_line(&block.items, line) {
                let place = (location_of(variant.slot), line);
                *at.entry(place).or_default() += units;
            }
        }
    }
    let mut chosen: BTreeMap<LocationIx, Variable> = BTreeMap::new();
    for ((location, line), units) in at {
        let here = *chosen
            .entry(location)
            .or_insert_with(|| formulation.add(variable().binary(), Decision::Derived));
        let most = f64::from(block.lines[line].quantity);
        formulation.constraints.push((units - most * here).leq(0.0));
    }
    chosen.into_values().collect()
}

/// `one_shipment` and `split_limit`.
fn shipments(formulation: &mut Formulation, source: &Source<'_>, block: &Block<'_>) {
    let mut by_slot: BTreeMap<usize, Expression> = BTreeMap::new();
    let mut reaching = Expression::default();
    for variant in &block.variants {
        by_slot
            .entry(variant.slot)
            .or_default()
            .add_mul(1.0, variant.used);
        if !matches!(variant.route, Route::ToHub(..)) {
            reaching.add_mul(1.0, variant.used);
        }
    }
    let most = source.dataset.orders[block.order.ix()].max_shipments;
    if (most as usize) < by_slot.len() {
        formulation.constraints.push(reaching.leq(f64::from(most)));
    }
    for (slot, sum) in by_slot {
        if block
            .variants
            .iter()
            .filter(|variant| variant.slot == slot)
            .count()
            > 1
        {
            formulation.constraints.push(sum.leq(1.0));
        }
    }
}

fn hub_balance(formulation: &mut Formulation, block: &Block<'_>) {
    for line in 0..block.lines.len() {
        let mut balance: BTreeMap<WaveIx, Expression> = BTreeMap::new();
        for variant in &block.variants {
            let Some(units) = variant.of_line(&block.items, line) else {
                continue;
            };
            let slot = &block.slots[variant.slot];
            match variant.route {
                Route::ToHub(_, wave) => *balance.entry(wave).or_default() += units,
                _ if slot.forward => *balance.entry(slot.wave).or_default() -= units,
                _ => {}
            }
        }
        formulation
            .constraints
            .extend(balance.into_values().map(|sum| sum.eq(0.0)));
    }
}

fn lateness(formulation: &mut Formulation, source: &Source<'_>, block: &Block<'_>) {
    let cost = source.dataset.orders[block.order.ix()]
        .late_cost_per_day
        .as_f64();
    let counts_late = formulation.goals.contains_key(&GoalKind::LateOrders);
    let mut levels: Vec<u32> = block
        .variants
        .iter()
        .map(|variant| variant.days_late)
        .collect();
    levels.sort_unstable();
    levels.dedup();
    let mut below = 0;
    for level in levels.into_iter().filter(|&days| days > 0) {
        if block.late_folded && (below > 0 || !counts_late) {
            break;
        }
        let column = derived(formulation, 1.0);
        if below == 0 {
            formulation.credit(GoalKind::LateOrders, column, 1.0);
        }
        if !block.late_folded {
            formulation.earn(column, -cost * f64::from(level - below));
        }
        below = level;
        for variant in block
            .variants
            .iter()
            .filter(|variant| variant.days_late >= level)
        {
            if !matches!(variant.route, Route::ToHub(..)) {
                formulation
                    .constraints
                    .push((variant.used - column).leq(0.0));
            }
        }
    }
}

/// What the order uses of rows that can bind, and its links to open locations.
fn shared_use(sums: &mut RowSums, links: &mut OpenLinks, source: &Source<'_>, block: &Block<'_>) {
    let binding = |row: &u32| source.scarcity.binding[*row as usize];
    let mut open: BTreeMap<(u32, usize, bool), (Expression, f64)> = BTreeMap::new();
    for variant in &block.variants {
        let slot = &block.slots[variant.slot];
        let location = source.dataset.waves[slot.wave.ix()].location;
        let rows = source
            .coupling
            .shipment_rows(source.dataset, slot.wave, variant.route);
        for row in rows.filter(binding) {
            if !source.coupling.rows[row as usize].is_open() {
                sums.entry(row).or_default().add_mul(1.0, variant.used);
            }
        }
        for (item, units) in variant.carried(&block.items) {
            let (position, line) = (item.position, item.line);
            for row in source
                .coupling
                .unit_rows(slot.wave, variant.route)
                .filter(binding)
            {
                sums.entry(row).or_default().add_mul(1.0, units);
            }
            if let Some(row) = source.coupling.open_row(location) {
                let most = f64::from(line.quantity);
                let entry = open
                    .entry((row, position, slot.forward))
                    .or_insert_with(|| (Expression::default(), most));
                entry.0.add_mul(1.0, units);
            }
            for &(sku, count) in item.form.parts.iter().filter(|_| !slot.forward) {
                let Some(cell) = source.dataset.stock_at(sku, location) else {
                    continue;
                };
                let rows = source
                    .coupling
                    .stock_rows(source.dataset, line, cell, slot.wave);
                for row in rows.filter(binding) {
                    let sum = sums.entry(row).or_default();
                    sum.add_mul(f64::from(count), units);
                }
            }
        }
    }
    for ((row, _, _), link) in open {
        links.entry(row).or_default().push(link);
    }
}
