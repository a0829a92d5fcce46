//! Measures of a command for monitoring, as OpenMetrics text.
//!
//! Gauges only: so the older text format of Prometheus, which node_exporter's textfile collector reads, takes the same file.

use super::summary::{Seconds, Summary};
use std::fmt::Write;

/// What a command did.
#[derive(Clone, Copy)]
pub struct Measured<'a> {
    /// `plan` or `wave`.
    pub command: &'a str,
    /// Name of the run that it published; empty: none.
    pub run: &'a str,
    /// What the shell sees.
    pub exit_code: u8,
    /// Seconds since 1970.
    pub finished: i64,
    /// Wall time of the command.
    pub seconds: f64,
    /// Highest memory use, where the system tells.
    pub peak_memory_bytes: Option<u64>,
    /// Name, status and exit code of each scenario.
    pub scenarios: &'a [(&'a str, &'a str, u8)],
    /// Summaries of those that have one.
    pub summaries: &'a [Summary],
    /// What a wave handed over.
    pub released: Option<Released>,
}

/// What a wave handed over.
#[derive(Clone, Copy)]
pub struct Released {
    /// Shipments released.
    pub shipments: i64,
    /// Their orders.
    pub orders: i64,
    /// Their units.
    pub units: i64,
    /// Shipments held.
    pub held: i64,
}

/// Labels of a value.
type Labels<'a> = Vec<(&'static str, &'a str)>;

/// A value with its labels.
type Sample<'a> = (Labels<'a>, Option<f64>);

/// A share of a scenario.
type Of = fn(&Summary) -> Option<f64>;

/// The whole file.
pub fn metrics_text(of: &Measured<'_>) -> String {
    let mut text = String::new();
    add_command(&mut text, of);
    add_scenarios(&mut text, of);
    text.push_str("# EOF\n");
    text
}

fn add_command(text: &mut String, of: &Measured<'_>) {
    let mut one = |name, help, unit, value: Option<f64>| {
        family(
            text,
            name,
            help,
            unit,
            vec![(vec![("command", of.command)], value)],
        );
    };
    one(
        "consign_exit_code",
        "How the last call ended; 0 is good, larger is worse.",
        "",
        Some(f64::from(of.exit_code)),
    );
    one(
        "consign_finished_timestamp_seconds",
        "When it ended, since 1970.",
        "seconds",
        Some(of.finished as f64),
    );
    one(
        "consign_duration_seconds",
        "Wall time of it.",
        "seconds",
        Some(of.seconds),
    );
    one(
        "consign_peak_memory_bytes",
        "Highest memory use of it.",
        "bytes",
        of.peak_memory_bytes.map(|it| it as f64),
    );
    let released = of.released;
    let count = |of: fn(&Released) -> i64| released.as_ref().map(|it| of(it) as f64);
    one(
        "consign_released_shipments",
        "Shipments that the wave released.",
        "",
        count(|it| it.shipments),
    );
    one(
        "consign_released_orders",
        "Orders of which the wave released something.",
        "",
        count(|it| it.orders),
    );
    one(
        "consign_released_units",
        "Units that the wave released.",
        "",
        count(|it| it.units),
    );
    one(
        "consign_held_shipments",
        "Shipments that the wave held.",
        "",
        count(|it| it.held),
    );
    let labels = vec![
        ("command", of.command),
        ("run", of.run),
        ("version", env!("CARGO_PKG_VERSION")),
    ];
    let published = (!of.run.is_empty()).then_some(1.0);
    family(
        text,
        "consign_published_run",
        "The run that it published, by name.",
        "",
        vec![(labels, published)],
    );
}

fn add_scenarios(text: &mut String, of: &Measured<'_>) {
    let status = of
        .scenarios
        .iter()
        .map(|&(name, status, _)| (vec![("scenario", name), ("status", status)], Some(1.0)));
    family(
        text,
        "consign_scenario_status",
        "How the scenario came out.",
        "",
        status.collect(),
    );
    let codes = of
        .scenarios
        .iter()
        .map(|&(name, _, code)| (vec![("scenario", name)], Some(f64::from(code))));
    family(
        text,
        "consign_scenario_exit_code",
        "How the scenario ended; 0 is good, larger is worse.",
        "",
        codes.collect(),
    );
    let money: [(&str, &str, Of); 4] = [
        (
            "consign_scenario_objective",
            "What was maximised or minimised, in the scenario's currency.",
            |it| it.objective.map(|it| it.as_f64()),
        ),
        (
            "consign_scenario_bound",
            "What no plan can exceed, proven, in the scenario's currency.",
            |it| it.bound.map(|it| it.as_f64()),
        ),
        (
            "consign_scenario_profit",
            "Revenue less costs, in the scenario's currency.",
            |it| it.profit.map(|it| it.as_f64()),
        ),
        (
            "consign_scenario_cost",
            "Costs, in the scenario's currency.",
            |it| it.cost.map(|it| it.as_f64()),
        ),
    ];
    for (name, help, value) in money {
        let each = of.summaries.iter().map(|it| {
            (
                vec![("scenario", &*it.scenario), ("currency", &*it.currency)],
                value(it),
            )
        });
        family(text, name, help, "", each.collect());
    }
    let others: [(&str, &str, &str, Of); 8] = [
        (
            "consign_scenario_verified",
            "Whether the verifier has passed the plan.",
            "",
            |it| Some(f64::from(u8::from(it.verified))),
        ),
        (
            "consign_scenario_gap_ratio",
            "What is missing to the bound, by the bound.",
            "ratio",
            |it| it.gap,
        ),
        (
            "consign_scenario_fill_ratio",
            "Units shipped by units asked for.",
            "ratio",
            |it| it.kpis.as_ref()?.fill_rate,
        ),
        (
            "consign_scenario_on_time_ratio",
            "Orders in time by orders shipped.",
            "ratio",
            |it| it.kpis.as_ref()?.on_time_rate,
        ),
        (
            "consign_scenario_split_ratio",
            "Split orders by orders.",
            "ratio",
            |it| it.kpis.as_ref()?.split_rate,
        ),
        ("consign_scenario_orders", "Orders asked for.", "", |it| {
            Some(it.kpis.as_ref()?.orders as f64)
        }),
        (
            "consign_scenario_shipments",
            "Shipments that reach customers.",
            "",
            |it| Some(it.kpis.as_ref()?.shipments as f64),
        ),
        (
            "consign_scenario_late_orders",
            "Orders of which a shipment is late.",
            "",
            |it| Some(it.kpis.as_ref()?.late_orders as f64),
        ),
    ];
    for (name, help, unit, value) in others {
        let each = of
            .summaries
            .iter()
            .map(|it| (vec![("scenario", &*it.scenario)], value(it)));
        family(text, name, help, unit, each.collect());
    }
    let phases = of.summaries.iter().flat_map(|it| {
        phases(it.seconds).map(|(phase, seconds)| {
            (
                vec![("scenario", &*it.scenario), ("phase", phase)],
                Some(seconds),
            )
        })
    });
    family(
        text,
        "consign_scenario_phase_seconds",
        "Wall time of each step.",
        "seconds",
        phases.collect(),
    );
}

fn phases(seconds: Seconds) -> [(&'static str, f64); 5] {
    [
        ("read", seconds.read),
        ("options", seconds.options),
        ("solve", seconds.solve),
        ("verify", seconds.verify),
        ("write", seconds.write),
    ]
}

/// A family of gauges; nothing where no value is known.
fn family(text: &mut String, name: &str, help: &str, unit: &str, samples: Vec<Sample<'_>>) {
    if samples.iter().all(|(_, value)| value.is_none()) {
        return;
    }
    let mut line =
        |line: std::fmt::Arguments<'_>| writeln!(text, "{line}").expect("a text takes all");
    line(format_args!("# TYPE {name} gauge"));
    if !unit.is_empty() {
        line(format_args!("# UNIT {name} {unit}"));
    }
    line(format_args!("# HELP {name} {help}"));
    for (labels, value) in samples {
        if let Some(value) = value {
            let labels: Vec<String> = labels
                .iter()
                .map(|(label, text)| format!("{label}=\"{}\"", escaped(text)))
                .collect();
            line(format_args!("{name}{{{}}} {value}", labels.join(",")));
        }
    }
}

/// A label's value as the format wants it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_labels_are_escaped_and_the_text_ends_as_it_should() {
        let of = Measured {
            command: "plan",
            run: "a\"b\\c\nd",
            exit_code: 2,
            finished: 1_800_000_000,
            seconds: 0.5,
            peak_memory_bytes: None,
            scenarios: &[("one", "gap", 0), ("two", "no_plan", 21)],
            summaries: &[],
            released: None,
        };
        let text = metrics_text(&of);
        assert!(
            text.contains(r#"consign_published_run{command="plan",run="a\"b\\c\nd",version=""#),
            "{text}"
        );
        assert!(text.contains("consign_finished_timestamp_seconds{command=\"plan\"} 1800000000\n"));
        assert!(text.contains("consign_scenario_exit_code{scenario=\"two\"} 21\n"));
        assert!(!text.contains("memory"), "what is not known is not there");
        assert!(text.ends_with("\n# EOF\n"));
    }
}
