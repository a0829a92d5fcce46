//! Two key figures over the scenarios of a comparison: which no other beats in both.

use super::sheet::{Sheet, ratio_text};
use super::summary::Summary;
use crate::units::Money;

/// A key figure that scenarios can be held against each other by.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name in files.
    pub name: &'static str,
    /// Whether more is better.
    pub more_is_better: bool,
    value: fn(&Summary) -> Option<Value>,
}

/// What a figure is of a scenario.
#[derive(Clone, Copy, Debug)]
enum Value {
    Amount(Money),
    Share(f64),
    Count(i64),
}

impl Value {
    fn number(self) -> f64 {
        match self {
            Self::Amount(amount) => amount.0 as f64,
            Self::Share(share) => share,
            Self::Count(count) => count as f64,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Amount(amount) => amount.rounded(),
            Self::Share(share) => ratio_text(share),
            Self::Count(count) => count.to_string(),
        }
    }
}

macro_rules! figures {
    ($($name:literal $more:literal $value:expr;)+) => {
        /// All figures.
        pub const FIGURES: &[Figure] = &[$(Figure {
            name: $name,
            more_is_better: $more,
            value: $value,
        }),+];
    };
}

figures! {
    "profit" true |it| it.profit.map(Value::Amount);
    "cost" false |it| it.cost.map(Value::Amount);
    "fill_rate" true |it| it.kpis.as_ref()?.fill_rate.map(Value::Share);
    "on_time_rate" true |it| it.kpis.as_ref()?.on_time_rate.map(Value::Share);
    "split_rate" false |it| it.kpis.as_ref()?.split_rate.map(Value::Share);
    "cost_per_order" false |it| it.kpis.as_ref()?.cost_per_order.map(Value::Amount);
    "transit_days" false |it| it.kpis.as_ref()?.transit_days.map(Value::Share);
    "distance_km" false |it| it.kpis.as_ref()?.distance_km.map(Value::Share);
    "shipments" false |it| Some(Value::Count(it.kpis.as_ref()?.shipments));
    "parcels" false |it| Some(Value::Count(it.kpis.as_ref()?.parcels));
    "late_orders" false |it| Some(Value::Count(it.kpis.as_ref()?.late_orders));
    "orders_filled" true |it| Some(Value::Count(it.kpis.as_ref()?.orders_filled));
    "units_filled" true |it| Some(Value::Count(it.kpis.as_ref()?.units_filled));
    "co2_kg" false |it| Some(Value::Share(it.kpis.as_ref()?.co2.0 as f64 / 1e6));
}

/// The figure of a name.
pub fn figure(name: &str) -> Option<Figure> {
    FIGURES.iter().find(|it| it.name == name).copied()
}

/// Where a scenario stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The scenario.
    pub scenario: String,
    /// Its figures, as text.
    pub values: [String; 2],
    /// Scenarios that are as good in both figures, and better in one; empty: it is on the front.
    pub behind: Vec<String>,
}

/// Where scenarios stand by two figures, in their order; those without both figures are left out.
pub fn pareto(summaries: &[Summary], figures: [Figure; 2]) -> Vec<Standing> {
    let values = |it: &Summary| {
        let [one, other] = figures.map(|figure| (figure.value)(it));
        Some([one?, other?])
    };
    let known: Vec<(&Summary, [Value; 2])> = summaries
        .iter()
        .filter_map(|it| Some((it, values(it)?)))
        .collect();
    // Higher is better.
    let score = |values: &[Value; 2]| -> [f64; 2] {
        std::array::from_fn(|place| {
            let sign = if figures[place].more_is_better {
                1.0
            } else {
                -1.0
            };
            sign * values[place].number()
        })
    };
    let beats =
        |one: [f64; 2], other: [f64; 2]| one[0] >= other[0] && one[1] >= other[1] && one != other;
    let standing = |(it, values): &(&Summary, [Value; 2])| {
        let ahead = known.iter();
        let ahead = ahead.filter(|(_, other)| beats(score(other), score(values)));
        Standing {
            scenario: it.scenario.clone(),
            values: values.map(Value::text),
            behind: ahead.map(|(other, _)| other.scenario.clone()).collect(),
        }
    };
    known.iter().map(standing).collect()
}

/// `pareto.csv`.
pub fn pareto_sheet(standings: &[Standing], figures: [Figure; 2]) -> Sheet<'_> {
    let of = move |row: usize| &standings[row];
    Sheet::new("pareto", standings.len())
        .text("scenario", move |row| of(row).scenario.as_str())
        .plain(figures[0].name, move |row| of(row).values[0].as_str())
        .plain(figures[1].name, move |row| of(row).values[1].as_str())
        .yes_no("front", move |row| of(row).behind.is_empty())
        .text("behind", move |row| of(row).behind.join("|"))
}

/// The same for people.
pub fn pareto_text(standings: &[Standing], figures: [Figure; 2]) -> String {
    if standings.is_empty() {
        let [one, other] = figures.map(|figure| figure.name);
        return format!("No scenario has both {one} and {other}.\n");
    }
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    let headed = |figure: Figure| {
        let better = if figure.more_is_better {
            "more"
        } else {
            "less"
        };
        format!("{} ({better} is better)", figure.name)
    };
    table.set_header([
        "scenario".to_owned(),
        headed(figures[0]),
        headed(figures[1]),
        "front".to_owned(),
    ]);
    for it in standings {
        let place = match it.behind.split_first() {
            None => "front".to_owned(),
            Some((first, [])) => format!("behind {first}"),
            Some((first, more)) => format!("behind {first} and {} more", more.len()),
        };
        let [one, other] = it.values.clone();
        table.add_row([it.scenario.clone(), one, other, place]);
    }
    for column in [1, 2] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
    format!("{}\n", table.trim_fmt())
}
