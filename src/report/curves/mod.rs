//! What a sweep over a number tells: how the plan and its money change from value to value, and what of it is proven.
//!
//! A step is what the objective gains on the value before. Whatever better plans either could still have, the true gain lies
//! between what this plan has over that bound and what this bound has over that plan.

mod told;

pub use told::curves_text;
pub(super) use told::standing;

use super::comparison::{Step, gain, step};
use super::sheet::Sheet;
use super::summary::Summary;
use crate::ledger::Kpis;
use crate::scenario::Swept;
use crate::units::Money;
use crate::verify::Account;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The scenarios of a sweep that differ in one number alone.
#[derive(Clone, Debug)]
pub struct Curve<'a> {
    /// Name of the scenario that is swept.
    pub sweep: &'a str,
    /// The key whose values these are.
    pub key: &'a str,
    /// What the sweep's other keys are here.
    pub others: Vec<(&'a str, &'a str)>,
    /// By value, the smallest first.
    pub points: Vec<Point<'a>>,
}

/// One value of a curve.
#[derive(Clone, Debug)]
pub struct Point<'a> {
    /// As it is written in the scenario file.
    pub value: &'a str,
    /// The same as a number.
    pub number: f64,
    /// What was planned with it.
    pub summary: &'a Summary,
    /// What it gains on the value before; `None` for the first, and where the two cannot be held against each other.
    pub step: Option<Step>,
    /// Whether no plan of the curve is better.
    pub is_best: bool,
    /// Whether a plan of it could still be the best of the curve, as far as its bound tells; `None`: nothing is proven.
    pub could_be_best: Option<bool>,
}

impl Point<'_> {
    /// Locations that something leaves; `None` where there is no plan.
    pub fn locations_used(&self) -> Option<i64> {
        self.summary.objective?;
        let locations = self.summary.locations.iter();
        Some(locations.filter(|it| it.shipments > 0).count() as i64)
    }

    fn money(&self, of: fn(&Account) -> Money) -> Option<Money> {
        self.summary.money.as_ref().map(of)
    }

    /// What locations, handling and carriage of a plan of it cost.
    pub fn costs(&self) -> [Option<Money>; 3] {
        [fixed, handling, carriage].map(|kind| self.money(kind))
    }
}

/// Fixed and closing costs, overtime and what is missing of commitments.
fn fixed(of: &Account) -> Money {
    of.fixed + of.overtime + of.shortfall
}

fn handling(of: &Account) -> Money {
    of.picking + of.packing
}

fn carriage(of: &Account) -> Money {
    of.carriage + of.transfer
}

/// A key whose numbers are names: of no more and no less of anything.
const SEED: &str = "solver.seed";

/// Which curve: the scenario that is swept, the key, and what the other keys are.
type Ident<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>);

/// The curves of scenarios, each with what its sweep set: one for each swept number and each choice of the other keys.
pub fn curves<'a>(summaries: &'a [Summary], swept: &'a [Option<Swept>]) -> Vec<Curve<'a>> {
    let mut found: BTreeMap<Ident<'a>, Vec<Point<'a>>> = BTreeMap::new();
    for (summary, swept) in summaries.iter().zip(swept) {
        let Some(swept) = swept else { continue };
        for (key, value) in &swept.values {
            let Some(number) = number(value).filter(|_| key != SEED) else {
                continue;
            };
            let others = swept.values.iter().filter(|(other, _)| *other != key);
            let others = others.map(|(other, value)| (other.as_str(), value.as_str()));
            let curve = found.entry((&swept.sweep, key, others.collect()));
            curve.or_default().push(Point {
                value,
                number,
                summary,
                step: None,
                is_best: false,
                could_be_best: None,
            });
        }
    }
    found.retain(|_, points| points.len() > 1);
    let curve = |((sweep, key, others), points)| {
        let mut curve = Curve {
            sweep,
            key,
            others,
            points,
        };
        settle(&mut curve);
        curve
    };
    let mut curves: Vec<Curve<'a>> = found.into_iter().map(curve).collect();
    curves.sort_by(|a, b| {
        let by_key = (a.sweep, a.key).cmp(&(b.sweep, b.key));
        by_key.then_with(|| by_others(&a.others, &b.others))
    });
    curves
}

/// The order of what other keys are: numbers by size, all else as text.
fn by_others(one: &[(&str, &str)], other: &[(&str, &str)]) -> Ordering {
    let each = one.iter().zip(other).map(|((key, a), (other_key, b))| {
        let values = match (number(a), number(b)) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => a.cmp(b),
        };
        key.cmp(other_key).then(values)
    });
    each.fold(Ordering::Equal, Ordering::then)
}

/// A swept value as a number.
fn number(value: &str) -> Option<f64> {
    let plain = value.replace('_', "");
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Puts points in order and says of each how it stands.
fn settle(curve: &mut Curve<'_>) {
    curve.points.sort_by(|a, b| a.number.total_cmp(&b.number));
    let points = &curve.points;
    let steps: Vec<Option<Step>> = (0..points.len())
        .map(|place| {
            step(
                Some(points[place.checked_sub(1)?].summary),
                points[place].summary,
            )
        })
        .collect();
    let planned = points.iter().map(|point| point.summary);
    let planned = planned.filter(|summary| summary.objective.is_some());
    let best = planned
        .clone()
        .reduce(|best, other| match gain(other, Some(best)) {
            Some(by) if by > Money::ZERO => other,
            _ => best,
        });
    // Where one cannot be held against it, there is no best.
    let best = best.filter(|best| planned.clone().all(|it| gain(it, Some(best)).is_some()));
    let standings: Vec<(bool, Option<bool>)> = points
        .iter()
        .map(|point| {
            let behind = step(best, point.summary);
            let is_best = behind.is_some_and(|behind| behind.gain == Money::ZERO);
            let most = behind.and_then(|behind| behind.at_most);
            (is_best, most.map(|most| is_best || most >= Money::ZERO))
        })
        .collect();
    for ((point, step), (is_best, could_be_best)) in
        curve.points.iter_mut().zip(steps).zip(standings)
    {
        point.step = step;
        point.is_best = is_best;
        point.could_be_best = could_be_best;
    }
}

/// A row of `curves.csv`.
type Row<'a> = (&'a Curve<'a>, &'a Point<'a>);

/// The cells of a column.
fn cells<'a, T>(
    rows: &Arc<[Row<'a>]>,
    cell: impl Fn(&'a Curve<'a>, &'a Point<'a>) -> T + Send + Sync + 'a,
) -> impl Fn(usize) -> T + Send + Sync + 'a {
    let rows = Arc::clone(rows);
    move |row| cell(rows[row].0, rows[row].1)
}

/// `curves.csv`.
pub fn curves_sheet<'a>(curves: &'a [Curve<'a>]) -> Sheet<'a> {
    let rows = curves
        .iter()
        .flat_map(|curve| curve.points.iter().map(move |point| (curve, point)));
    let rows: Arc<[Row<'a>]> = rows.collect();
    let amount = |of: fn(&Summary) -> Option<Money>| cells(&rows, move |_, it| of(it.summary));
    let kind = |of: fn(&Account) -> Money| cells(&rows, move |_, it| it.money(of));
    let step = |of: fn(Step) -> Option<Money>| cells(&rows, move |_, it| it.step.and_then(of));
    let rate = |of: fn(&Kpis) -> Option<f64>| {
        cells(&rows, move |_, it| it.summary.kpis.as_ref().and_then(of))
    };
    let word = |of: fn(&'a Summary) -> &'a str| cells(&rows, move |_, it| of(it.summary));
    Sheet::new("curves", rows.len())
        .text("sweep", cells(&rows, |curve, _| curve.sweep))
        .text("key", cells(&rows, |curve, _| curve.key))
        .text(
            "others",
            cells(&rows, |curve, _| curve.others_told(&str::to_owned)),
        )
        .plain("value", cells(&rows, |_, it| it.value))
        .text("scenario", word(|it| &it.scenario))
        .text("status", word(|it| &it.status))
        .text("currency", word(|it| &it.currency))
        .integer("locations_used", cells(&rows, |_, it| it.locations_used()))
        .money("fixed", kind(fixed))
        .money("handling", kind(handling))
        .money("carriage", kind(carriage))
        .money("profit", amount(|it| it.profit))
        .money("objective", amount(|it| it.objective))
        .money("bound", amount(|it| it.bound))
        .money("step", step(|it| Some(it.gain)))
        .money("step_at_least", step(|it| it.at_least))
        .money("step_at_most", step(|it| it.at_most))
        .plain(
            "best",
            cells(&rows, |curve, it| match (curve.has_best(), it.is_best) {
                (false, _) => "",
                (true, true) => "yes",
                (true, false) => "no",
            }),
        )
        .plain(
            "could_be_best",
            cells(&rows, |_, it| match it.could_be_best {
                None => "",
                Some(true) => "yes",
                Some(false) => "no",
            }),
        )
        .ratio("fill_rate", rate(|it| it.fill_rate))
        .ratio("on_time_rate", rate(|it| it.on_time_rate))
        .ratio("transit_days", rate(|it| it.transit_days))
        .ratio("distance_km", rate(|it| it.distance_km))
}

impl Curve<'_> {
    fn has_best(&self) -> bool {
        self.points.iter().any(|point| point.is_best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::page::tests::summary;
    use crate::report::summary::GoalSummary;

    fn swept(values: &[(&str, &str)]) -> Option<Swept> {
        let values = values.iter();
        let values = values.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Some(Swept {
            sweep: "net".to_owned(),
            values: values.collect::<BTreeMap<_, _>>(),
        })
    }

    /// Plans of these objectives, each with what its bound has on it.
    fn planned(plans: &[(f64, f64)]) -> Vec<Summary> {
        let of = |&(objective, more): &(f64, f64)| {
            let money = |amount: f64| Some(Money((amount * 1e6) as i64));
            let mut made = summary("one", objective);
            made.objective = money(objective);
            made.bound = money(objective + more);
            made
        };
        plans.iter().map(of).collect()
    }

    fn goal(goal: &str, value: f64, bound: f64) -> GoalSummary {
        GoalSummary {
            goal: goal.to_owned(),
            value,
            bound,
        }
    }

    fn euros(amount: i64) -> Option<Money> {
        Some(Money(amount * 1_000_000))
    }

    #[test]
    fn steps_lie_between_what_plan_and_bound_say() {
        let summaries = planned(&[(130.0, 5.0), (100.0, 4.0), (132.0, 1.0)]);
        let swept = ["10", "2", "1_000"].map(|value| swept(&[("rule.few.at_most", value)]));
        let found = curves(&summaries, &swept);
        assert_eq!(found.len(), 1);
        let points = &found[0].points;
        let values: Vec<&str> = points.iter().map(|it| it.value).collect();
        assert_eq!(values, ["2", "10", "1_000"], "by number, not by letter");
        assert_eq!(points[0].step, None);
        let step = points[1].step.expect("a step");
        let told = (Some(step.gain), step.at_least, step.at_most);
        assert_eq!(told, (euros(30), euros(26), euros(35)));
        let last = points[2].step.expect("a step");
        let told = (Some(last.gain), last.at_least, last.at_most);
        assert_eq!(told, (euros(2), euros(-3), euros(3)));
        let standings: Vec<&str> = points.iter().map(standing).collect();
        assert_eq!(standings, ["proven worse", "could be best", "best found"]);
        assert_eq!(
            found[0].told(),
            "Best by the plans found: 1_000; not proven worse: 10; proven worse: 2."
        );
    }

    #[test]
    fn less_is_better_where_cost_is_the_goal() {
        let mut summaries = planned(&[(80.0, -1.0), (90.0, -2.0)]);
        for it in &mut summaries {
            it.goal = "cost".to_owned();
            it.goals = vec![goal("fill_units", 9.0, 9.0), goal("cost", 90.0, 85.0)];
        }
        let swept = ["1", "2"].map(|value| swept(&[("splits.max_shipments", value)]));
        let found = curves(&summaries, &swept);
        let step = found[0].points[1].step.expect("a step");
        let told = (Some(step.gain), step.at_least, step.at_most);
        assert_eq!(told, (euros(-10), euros(-11), euros(-8)));
        assert!(found[0].points[0].is_best);
        assert_eq!(found[0].points[1].could_be_best, Some(false));
    }

    #[test]
    fn each_number_has_a_curve_for_each_choice_of_the_others() {
        let summaries = planned(&[(1.0, 0.0), (2.0, 0.0), (3.0, 0.0), (4.0, 0.0)]);
        let of = |fill: &str, most: &str| {
            swept(&[("objective.fill", fill), ("splits.max_shipments", most)])
        };
        let swept = [
            of("\"units\"", "1"),
            of("\"units\"", "2"),
            of("\"value\"", "1"),
            of("\"value\"", "2"),
        ];
        let found = curves(&summaries, &swept);
        let titles: Vec<String> = found.iter().map(Curve::title).collect();
        assert_eq!(
            titles,
            [
                "net by splits.max_shipments, with objective.fill = \"units\"",
                "net by splits.max_shipments, with objective.fill = \"value\"",
            ]
        );
        assert!(curves(&summaries[..1], &swept[..1]).is_empty(), "one point");
        let with = |number: &'static str| [("objective.fill", number)];
        let [small, large] = [with("40.5"), with("200")];
        assert_eq!(by_others(&small, &large), Ordering::Less, "by number");
        assert!(curves(&summaries, &[None, None, None, None]).is_empty());
    }

    #[test]
    fn where_a_plan_is_missing_the_others_still_have_a_best() {
        let swept = ["1", "2", "3"].map(|value| swept(&[("a", value)]));
        for missing in [0, 1] {
            let mut summaries = planned(&[(1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]);
            summaries[missing].objective = None;
            summaries[missing].bound = None;
            let found = curves(&summaries, &swept);
            let points = &found[0].points;
            assert!(points[2].is_best && points[missing].step.is_none());
            assert_eq!(points[missing].could_be_best, None);
            let (no, worse) = (missing + 1, 2 - missing);
            assert_eq!(
                found[0].told(),
                format!(
                    "Best by the plans found: 3; nothing is proven of: {no}; proven worse: {worse}."
                )
            );
            summaries[missing].status = "infeasible".to_owned();
            assert_eq!(
                curves(&summaries, &swept)[0].told(),
                format!("Best by the plans found: 3; proven worse: {worse}; infeasible: {no}.")
            );
        }
    }

    #[test]
    fn what_could_be_as_good_is_not_proven_worse() {
        let summaries = planned(&[(100.0, 0.0), (99.0, 1.0)]);
        let swept = ["1", "2"].map(|value| swept(&[("a", value)]));
        let found = curves(&summaries, &swept);
        assert_eq!(found[0].points[1].could_be_best, Some(true));
    }

    #[test]
    fn nothing_is_proven_where_a_goal_before_could_be_met_better() {
        let mut summaries = planned(&[(80.0, 0.0), (90.0, -5.0)]);
        for (it, most) in summaries.iter_mut().zip([100.0, 102.0]) {
            it.goal = "cost".to_owned();
            it.goals = vec![goal("fill_units", 100.0, most), goal("cost", 90.0, 85.0)];
        }
        let swept = ["1", "2"].map(|value| swept(&[("a", value)]));
        let found = curves(&summaries, &swept);
        let points = &found[0].points;
        let step = points[1].step.expect("a step");
        assert_eq!((step.gain, step.at_most), (Money(-10_000_000), None));
        assert_eq!(
            step.at_least,
            euros(-10),
            "the first is met as well as can be"
        );
        assert_eq!(points[1].could_be_best, None);
    }

    #[test]
    fn a_sweep_of_the_measure_itself_is_told_so() {
        let summaries = planned(&[(1.0, 0.0), (2.0, 0.0)]);
        let swept = ["1", "2"].map(|value| swept(&[("objective.unfilled_cost", value)]));
        let told = curves(&summaries, &swept)[0].told();
        assert!(told.ends_with("its steps are no gains."), "{told}");
    }

    #[test]
    fn rules_have_the_one_plan() {
        let mut summaries = planned(&[(80.0, 0.0), (90.0, 0.0)]);
        for it in &mut summaries {
            it.bound = None;
            it.method = "rules".to_owned();
        }
        let swept = ["1", "2"].map(|value| swept(&[("a", value)]));
        let found = curves(&summaries, &swept);
        let step = found[0].points[1].step.expect("a step");
        assert_eq!((step.at_least, step.at_most), (euros(10), euros(10)));
        assert_eq!(
            found[0].told(),
            "Best by the plans found: 2; proven worse: 1."
        );
    }
}
