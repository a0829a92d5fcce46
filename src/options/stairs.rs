//! What carriage of a shipment costs at least, by its actual weight alone.
//!
//! For bounds: no shipment of a weight costs less than its [`Stairs`] say, whatever else is in it. They never fall
//! where weight grows, so that what is known of a weight from below is enough.

use super::price::{co2_per_milligram, does_lateness_cost};
use super::rates::holds_unit;
use super::timing::{arrival_day, days_late, pickup_day};
use super::ways::{Slot, Way};
use crate::domain::{Dataset, Line, OrderIx, Rate, Settings};
use crate::plan::Route;
use crate::units::{MICRO, Volume, Weight};

/// By how much the ends of bands that are billed by volume are moved apart, for what floats may be off.
const WIDENED: f64 = 1e-9;

/// The least cost of carriage by actual weight: steps without gaps from no weight on, costs never falling.
#[derive(Clone, Debug)]
pub struct Stairs {
    steps: Vec<Step>,
}

/// Weights above `from`, up to `to`, in milligrams; costs in micro-units grow evenly from `low` to `high`.
#[derive(Clone, Copy, Debug)]
struct Step {
    from: f64,
    to: f64,
    low: f64,
    high: f64,
}

impl Step {
    fn at(&self, weight: f64) -> f64 {
        if self.to <= self.from {
            return self.low;
        }
        let share = ((weight - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        self.low + (self.high - self.low) * share
    }
}

/// One band for one number of parcels: `low` up to the weight `from`, then `slope` for each milligram up to `to`.
#[derive(Clone, Copy, Debug)]
struct Part {
    from: f64,
    to: f64,
    low: f64,
    slope: f64,
}

impl Part {
    fn at(&self, weight: f64) -> f64 {
        self.low + self.slope * (weight - self.from).max(0.0)
    }
}

impl Stairs {
    /// The least of all parts; `None`: there are none.
    fn of(mut parts: Vec<Part>) -> Option<Self> {
        parts.sort_by(|one, other| {
            let by_reach = other.to.total_cmp(&one.to);
            by_reach.then(one.low.total_cmp(&other.low))
        });
        let mut kept: Vec<Part> = Vec::new();
        for part in parts {
            // All that are kept reach at least as far.
            if !kept.iter().any(|other| other.at(part.to) <= part.low) {
                kept.push(part);
            }
        }
        let mut ends: Vec<f64> = kept.iter().flat_map(|part| [part.from, part.to]).collect();
        ends.push(0.0);
        ends.sort_by(f64::total_cmp);
        ends.dedup();
        let last = kept.first()?.to;
        if last <= 0.0 {
            ends = vec![0.0, 0.0];
        }
        let step = |ends: &[f64]| {
            let (from, to) = (ends[0], ends[1]);
            let reach = kept.iter().take_while(|part| part.to >= to);
            let least = |weight: f64| {
                let costs = reach.clone().map(|part| part.at(weight));
                costs.fold(f64::INFINITY, f64::min)
            };
            // Each part is straight here: the least of them is nowhere below the line between its ends.
            Step {
                from,
                to,
                low: least(from),
                high: least(to),
            }
        };
        let within = ends.windows(2).filter(|ends| ends[1] <= last);
        Some(Self {
            steps: within.map(step).collect(),
        })
    }

    fn position(&self, weight: f64) -> usize {
        self.steps.partition_point(|step| step.to < weight)
    }

    /// The least of cost less `slope` for each milligram over a range of weights; infinite where nothing carries them.
    pub fn least_above(&self, slope: f64, from: f64, to: f64) -> f64 {
        let (first, last) = (self.position(from), self.position(to));
        let Some(begin) = self.steps.get(first) else {
            return f64::INFINITY;
        };
        let mut least = begin.at(from) - slope * from;
        for step in &self.steps[first..last] {
            least = least.min(step.high - slope * step.to);
        }
        for step in self.steps.iter().take(last).skip(first + 1) {
            least = least.min(step.low - slope * step.from);
        }
        if let Some(end) = self.steps.get(last) {
            least = least.min(end.at(to) - slope * to);
            if last > first {
                least = least.min(end.low - slope * end.from);
            }
        }
        least
    }

    /// Costs of a milligram, ascending, at which straight lines below all steps touch them.
    pub fn slopes(&self) -> Vec<f64> {
        let points = self.steps.iter();
        let points = points.flat_map(|step| [(step.from, step.low), (step.to, step.high)]);
        let slope = |one: (f64, f64), other: (f64, f64)| (other.1 - one.1) / (other.0 - one.0);
        let mut below: Vec<(f64, f64)> = Vec::new();
        for point in points {
            match below.last() {
                Some(last) if last.0 >= point.0 && last.1 <= point.1 => continue,
                Some(last) if last.0 >= point.0 => {
                    below.pop();
                }
                _ => {}
            }
            while let [.., before, last] = below[..]
                && slope(before, last) >= slope(before, point)
            {
                below.pop();
            }
            below.push(point);
        }
        below
            .windows(2)
            .map(|ends| slope(ends[0], ends[1]))
            .collect()
    }
}

/// What could be in a shipment, as far as its price by weight needs it.
struct Goods {
    /// All of it together, in milligrams.
    weight: f64,
    /// The heaviest unit, in milligrams.
    unit: f64,
    /// Cubic millimetres for each milligram: of the goods that have fewest, and of those that have most.
    volume: (f64, f64),
    /// Volume of all of it, in cubic millimetres.
    whole_volume: f64,
}

/// Weight and volume of a unit of a line, as ordered and by what may be sent instead.
pub fn sizes<'a>(
    dataset: &'a Dataset,
    line: &'a Line,
) -> impl Iterator<Item = (Weight, Volume)> + 'a {
    let others = dataset.forms_of(line).iter().map(|form| form.shipped);
    let others = others.filter(|&shipped| shipped != line.sku);
    let others = others.map(|shipped| &dataset.products[shipped.ix()]);
    let as_ordered = std::iter::once((line.weight, line.volume));
    as_ordered.chain(others.map(|product| (product.weight, product.volume)))
}

/// The most that a unit of a line weighs and takes, by whatever is sent.
pub fn largest_size(dataset: &Dataset, line: &Line) -> (Weight, Volume) {
    let own = (line.weight, line.volume);
    sizes(dataset, line).fold(own, |most, (weight, volume)| {
        (most.0.max(weight), most.1.max(volume))
    })
}

impl Goods {
    fn of(dataset: &Dataset, lines: &[Line], limits: &[u32]) -> Self {
        let here = || lines.iter().zip(limits).filter(|(_, units)| **units > 0);
        let each = || here().flat_map(|(line, _)| sizes(dataset, line));
        let volumes = |empty: f64| {
            each().map(move |(weight, volume)| match (weight.0, volume.0) {
                (0, 0) => empty,
                (0, _) => f64::INFINITY,
                (weight, volume) => volume as f64 / weight as f64,
            })
        };
        let whole = |most: &dyn Fn(&Line) -> i64| -> f64 {
            let all = here().map(|(line, &units)| most(line) as f64 * f64::from(units));
            all.sum()
        };
        Self {
            weight: whole(&|line| largest_size(dataset, line).0.0),
            unit: each().map(|size| size.0.0).max().unwrap_or(0) as f64,
            volume: (
                volumes(f64::INFINITY).fold(f64::INFINITY, f64::min),
                volumes(0.0).fold(0.0, f64::max),
            ),
            whole_volume: whole(&|line| largest_size(dataset, line).1.0),
        }
    }

    /// Weight at most of all that fits parcels of a band whole, in milligrams; `None`: nothing does.
    fn fitting(
        dataset: &Dataset,
        lines: &[Line],
        limits: &[u32],
        rate: &Rate,
        max_parcel: Option<Weight>,
    ) -> Option<f64> {
        let here = lines.iter().zip(limits).filter(|(_, units)| **units > 0);
        let each = here.filter_map(|(line, &units)| {
            let fitting = sizes(dataset, line).filter(|&size| holds_unit(rate, max_parcel, size));
            let heaviest = fitting.map(|size| size.0.0).max()?;
            Some(heaviest as f64 * f64::from(units))
        });
        each.reduce(|sum, weight| sum + weight)
    }

    /// Billed weight of all of it at most, in milligrams.
    fn billed_at_most(&self, rate: &Rate) -> f64 {
        let by_volume = rate.dim_divisor.map_or(0.0, |divisor| {
            self.whole_volume * 1000.0 / divisor as f64 * (1.0 + WIDENED)
        });
        by_volume.max(self.weight)
    }

    /// Billed weight for each milligram of actual weight: at least and at most.
    fn billed(&self, rate: &Rate) -> (f64, f64) {
        let Some(divisor) = rate.dim_divisor else {
            return (1.0, 1.0);
        };
        let of = |volume: f64| volume * 1000.0 / divisor as f64;
        let least = of(self.volume.0) * (1.0 - WIDENED);
        let most = of(self.volume.1) * (1.0 + WIDENED);
        // Of goods without weight nothing is known from below.
        let least = if least.is_finite() { least } else { 1.0 };
        (least.max(1.0), most.max(1.0))
    }
}

/// What carriage of an order's goods from a slot costs at least, by actual weight: the cheapest way, each with what it
/// costs besides (`besides`, by way, in micro-units), that is at most so late. `None`: there is none.
///
/// Special handling, sizes of units and rounding up of weights are left out: they only cost more.
pub fn carriage_stairs(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    slot: &Slot,
    besides: &[f64],
    most_late: u32,
) -> Option<Stairs> {
    let lines = dataset.lines_of(order);
    let goods = Goods::of(dataset, lines, &slot.limits);
    let units = slot.limits.iter().map(|&units| i64::from(units)).sum();
    let mut parts = Vec::new();
    for (way, &besides) in slot.ways.iter().zip(besides) {
        let (Route::Carrier(service), Some(lane)) = (way.route, way.lane) else {
            continue;
        };
        let co2 = co2_per_milligram(dataset, settings, order, service, slot.wave);
        let lane = &dataset.lanes[lane.ix()];
        let service = &dataset.services[service.ix()];
        for rate in &dataset.rates[lane.bands.start as usize..lane.bands.end as usize] {
            if days_late_by(dataset, settings, order, slot, way, rate) > most_late {
                continue;
            }
            // Of several parcels each holds a unit at least, and what is in them fits one whole.
            let parted = Goods::fitting(dataset, lines, &slot.limits, rate, service.max_parcel);
            for parcels in service.parcels_of(units) {
                let count = f64::from(parcels);
                let heaviest = service
                    .max_parcel
                    .map_or(f64::INFINITY, |most| most.0 as f64 * count);
                let whole = Some(goods.weight).filter(|_| parcels == 1);
                let Some(all) = whole.or(parted) else {
                    break;
                };
                let most = heaviest.min(all);
                if rate.min_weight.0 as f64 * count > goods.billed_at_most(rate) {
                    break;
                }
                for mut part in band(rate, count, &goods, most) {
                    part.low += besides + co2 * part.from;
                    part.slope += co2;
                    parts.push(part);
                }
            }
        }
    }
    Stairs::of(parts)
}

/// What so many parcels of a band cost at least: below its minimum charge and above.
fn band(rate: &Rate, parcels: f64, goods: &Goods, most: f64) -> impl Iterator<Item = Part> {
    let (least_billed, most_billed) = goods.billed(rate);
    let from = rate.min_weight.0 as f64 * parcels / most_billed;
    let upper = rate.max_weight.map_or(f64::INFINITY, |upper| {
        upper.0 as f64 * parcels / least_billed
    });
    let to = upper.min(most);
    let is_empty = from > to || (from == to && from > 0.0);
    let per_unit = if goods.unit > 0.0 {
        rate.cost_per_unit.as_micro() / goods.unit
    } else {
        0.0
    };
    let growth = rate.cost_per_kg.as_micro() * least_billed / 1e6 + per_unit;
    let base = rate.base_cost.as_micro() * parcels;
    // Billed at its lighter end at least.
    let lightest = base + rate.cost_per_kg.as_micro() * rate.min_weight.0 as f64 * parcels / 1e6;
    let charge = lightest.max(rate.min_charge.as_micro() * parcels);
    // Where the formula meets the minimum charge.
    let met = if base + growth * from >= charge {
        from
    } else if growth > 0.0 {
        ((charge - base) / growth).min(to)
    } else {
        to
    };
    let fuel = 1.0 + rate.fuel_pct_micro as f64 / (100.0 * MICRO as f64);
    // Each parcel's price is rounded to a micro-unit.
    let charged = Part {
        from,
        to: met,
        low: charge * fuel - parcels,
        slope: 0.0,
    };
    let formula = Part {
        from: met,
        to,
        low: (base + growth * met) * fuel - parcels,
        slope: growth * fuel,
    };
    let has_charged = met > from || (from == to && base < charge);
    let has_formula = met < to || !has_charged;
    [charged, formula]
        .into_iter()
        .zip([has_charged, has_formula])
        .filter(move |(_, is_in)| *is_in && !is_empty)
        .map(|(part, _)| part)
}

fn days_late_by(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    slot: &Slot,
    way: &Way,
    rate: &Rate,
) -> u32 {
    let order = &dataset.orders[order.ix()];
    let Route::Carrier(service) = way.route else {
        return 0;
    };
    if !does_lateness_cost(settings, order) {
        return 0;
    }
    let cutoff = dataset.services[service.ix()].pickup_cutoff;
    let left = pickup_day(&dataset.waves[slot.wave.ix()], cutoff);
    days_late(order, arrival_day(left, rate.transit_days, rate.weekend))
}

/// All days late that carriers from these slots could bring about, ascending; only 0 where lateness costs nothing.
pub fn late_levels(
    dataset: &Dataset,
    settings: &Settings,
    order: OrderIx,
    slots: &[Slot],
) -> Vec<u32> {
    let mut levels = Vec::new();
    for slot in slots {
        for way in &slot.ways {
            let Some(lane) = way.lane else { continue };
            let bands = dataset.lanes[lane.ix()].bands.clone();
            let rates = &dataset.rates[bands.start as usize..bands.end as usize];
            let late = |rate| days_late_by(dataset, settings, order, slot, way, rate);
            levels.extend(rates.iter().map(late));
            levels.sort_unstable();
            levels.dedup();
        }
    }
    levels
}
