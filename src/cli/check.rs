//! `consign check`.

use super::say;
use crate::input::{Faults, OnBadOrder};
use crate::progress::Talk;
use crate::run::{Exit, Failure, Loaded, load};
use crate::scenario::Overrides;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Read scenarios and their tables, and list everything that is wrong
///
/// Nothing is planned and nothing is written. Ends with 0 when all can be planned (warnings may be listed),
/// with 2 when not.
#[derive(Args)]
pub struct CheckArgs {
    /// Scenario files
    #[arg(required = true, value_name = "SCENARIO.toml")]
    scenarios: Vec<PathBuf>,
    /// Moment of planning, over the scenario's: ISO 8601 or `now`
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// Change a key of every scenario, e.g. splits.max_shipments=3
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Count bad orders as set aside instead of as errors
    #[arg(long)]
    quarantine: bool,
    /// How to show what was found
    #[arg(long, default_value = "text")]
    format: FormatName,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum FormatName {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// Checks, and shows what was found on stdout.
pub fn check(args: CheckArgs, talk: &Talk) -> Result<Exit, Failure> {
    let overrides = Overrides {
        set: args.set,
        as_of: args.as_of,
    };
    let on_bad_order = if args.quarantine {
        OnBadOrder::SetAside
    } else {
        OnBadOrder::Refuse
    };
    talk.note("reading scenarios and tables");
    let loaded = load(&args.scenarios, &overrides, on_bad_order, 0);
    match (loaded, args.format) {
        (Ok(loaded), FormatName::Text) => {
            say(&text_of(&loaded))?;
            Ok(Exit::Good)
        }
        (Ok(loaded), FormatName::Json) => {
            let faults = loaded.warnings.iter().flat_map(|found| &found.faults);
            let faults: Vec<Value> = faults.map(|fault| json!(fault)).collect();
            say_json(true, &json!(faults), &scenarios_of(&loaded))?;
            Ok(Exit::Good)
        }
        (Err(failure), FormatName::Json) if failure.exit() == Exit::Input => {
            say_json(false, &failure.faults(), &json!([]))?;
            Ok(Exit::Input)
        }
        (Err(failure), _) => Err(failure),
    }
}

fn say_json(is_sound: bool, faults: &Value, scenarios: &Value) -> Result<(), Failure> {
    let found = json!({ "sound": is_sound, "faults": faults, "scenarios": scenarios });
    say(&format!("{found:#}\n"))
}

fn scenarios_of(loaded: &Loaded) -> Value {
    let one = |ready: &crate::run::Ready| {
        json!({
            "scenario": ready.scenario.settings.name,
            "data": ready.scenario.data.display().to_string(),
            "as_of": ready.scenario.settings.as_of.to_string(),
            "counts": ready.counts,
        })
    };
    loaded.scenarios.iter().map(one).collect()
}

fn text_of(loaded: &Loaded) -> String {
    let mut text: String = loaded.warnings.iter().map(Faults::to_string).collect();
    for ready in &loaded.scenarios {
        let (settings, counts) = (&ready.scenario.settings, &ready.counts);
        text += &format!(
            "{}: {} orders, {} lines, {} units of {} products; {} locations, {} stock cells, {} waves; {} services, {} rates; as of {}\n",
            settings.name,
            counts.orders,
            counts.lines,
            counts.units,
            counts.skus,
            counts.locations,
            counts.stock_cells,
            counts.waves,
            counts.services,
            counts.rates,
            settings.as_of.to_zoned(settings.time_zone.clone()),
        );
        if counts.rejected_orders > 0 {
            text += &format!("  {} orders would be set aside\n", counts.rejected_orders);
        }
    }
    let warnings: u64 = loaded.warnings.iter().map(Faults::warnings).sum();
    match warnings {
        0 => text + "sound: ready to plan\n",
        1 => text + "sound, with one warning: ready to plan\n",
        _ => text + &format!("sound, with {warnings} warnings: ready to plan\n"),
    }
}
