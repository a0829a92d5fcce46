//! Curves in words.

use super::{Curve, Point};
use crate::report::comparison::{money, signed};

/// Curves, and values in a sentence, that people are shown at most; files have all.
const TOLD: usize = 12;
/// Values of a curve in a terminal at most.
const ROWS: usize = 60;

/// Curves for people: a table each, and what is best.
pub fn curves_text(curves: &[Curve<'_>]) -> String {
    let mut text: String = curves.iter().take(TOLD).map(curve_text).collect();
    if curves.len() > TOLD {
        let more = curves.len() - TOLD;
        text += &format!("and {more} more curves: curves.csv\n");
    }
    text
}

fn curve_text(curve: &Curve<'_>) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header([
        curve.key,
        "used",
        "fixed",
        "handling",
        "carriage",
        "objective",
        "step",
        "at least",
        "at most",
        "",
    ]);
    for point in curve.points.iter().take(ROWS) {
        let [fixed, handling, carriage] = point.costs().map(money);
        table.add_row([
            point.value.to_owned(),
            point
                .locations_used()
                .map_or("–".to_owned(), |used| used.to_string()),
            fixed,
            handling,
            carriage,
            money(point.summary.objective),
            signed(point.step.map(|it| it.gain)),
            signed(point.step.and_then(|it| it.at_least)),
            signed(point.step.and_then(|it| it.at_most)),
            standing(point).to_owned(),
        ]);
    }
    for column in 0..9 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
    let more = match curve.points.len().saturating_sub(ROWS) {
        0 => String::new(),
        more => format!("and {more} more values: curves.csv\n"),
    };
    format!(
        "\n{}\n{}\n{more}{}\n",
        curve.title(),
        table.trim_fmt(),
        curve.told()
    )
}

/// How a point stands, in words.
pub(in crate::report) fn standing(point: &Point<'_>) -> &'static str {
    match (point.is_best, point.could_be_best) {
        (true, _) => "best found",
        (false, Some(true)) => "could be best",
        (false, Some(false)) => "proven worse",
        (false, None) => "",
    }
}

impl Curve<'_> {
    /// What it is of.
    pub fn title(&self) -> String {
        self.titled(&str::to_owned)
    }

    /// The same with each of its words shown so.
    pub fn titled(&self, shown: &dyn Fn(&str) -> String) -> String {
        let title = format!("{} by {}", shown(self.sweep), shown(self.key));
        if self.others.is_empty() {
            title
        } else {
            format!("{title}, with {}", self.others_told(shown))
        }
    }

    /// What the other keys are, `key = value`, with commas between.
    pub(super) fn others_told(&self, shown: &dyn Fn(&str) -> String) -> String {
        let others = self.others.iter();
        let each = others.map(|(key, value)| format!("{} = {}", shown(key), shown(value)));
        each.collect::<Vec<_>>().join(", ")
    }

    /// Which value is best, and which others could still be, in a sentence.
    pub fn told(&self) -> String {
        let is_none = |it: &Point<'_>| it.summary.status == "infeasible";
        let stands = |could: Option<bool>| {
            move |it: &Point<'_>| !it.is_best && it.could_be_best == could && !is_none(it)
        };
        let best = self.values(&|it| it.is_best);
        if best.is_empty() {
            return "Its plans cannot be held against each other: goals before the objective are met differently, or there is no plan.".to_owned();
        }
        let others = [
            ("not proven worse", self.values(&stands(Some(true)))),
            ("nothing is proven of", self.values(&stands(None))),
            ("proven worse", self.values(&stands(Some(false)))),
            ("infeasible", self.values(&is_none)),
        ];
        let others = others.iter().filter(|(_, values)| !values.is_empty());
        let others: String = others
            .map(|(what, values)| format!("; {what}: {values}"))
            .collect();
        let is_price = |name: &str| self.key.ends_with(name) && self.key.starts_with("rule.");
        let is_measure = self.key.starts_with("objective.") || is_price(".price");
        let other_measure = if is_measure || is_price(".bonus") {
            " The objective itself is another at each value: its steps are no gains."
        } else {
            ""
        };
        format!("Best by the plans found: {best}{others}.{other_measure}")
    }

    /// The first values of such points, with commas between.
    fn values(&self, is: &dyn Fn(&Point<'_>) -> bool) -> String {
        let points = self.points.iter().filter(|it| is(it));
        let mut values: Vec<&str> = points.map(|it| it.value).collect();
        let more = values.len().saturating_sub(TOLD);
        values.truncate(TOLD);
        let values = values.join(", ");
        match more {
            0 => values,
            more => format!("{values} and {more} more"),
        }
    }
}
