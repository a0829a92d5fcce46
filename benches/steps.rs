//! How long single steps of the search for prices take: pricing every order exactly, finding its near-best patterns,
//! iterating the relaxation of all patterns.
//!
//! `cargo bench --bench steps [-- ORDERS]` generates data (seed 1, 60 locations; 5,000 orders unless told) and prints the
//! shortest of five times, whole and for each order or pattern, on all cores.

use consign::generate::{Class, Request, generate};
use consign::input::{OnBadOrder, build, read_tables};
use consign::scenario::{Overrides, load_scenarios};
use consign::{options, solve};
use std::error::Error;

const ORDERS: u64 = 5_000;

fn main() -> Result<(), Box<dyn Error>> {
    let orders: u64 = std::env::args()
        .skip(1)
        .find(|word| word != "--bench")
        .map_or(Ok(ORDERS), |word| word.parse())?;
    for (name, class) in [
        ("mixed", Class::Mixed),
        ("single-unit", Class::SingleUnit),
        ("waves", Class::Waves),
    ] {
        let folder = tempfile::tempdir()?;
        let request = Request::of_class(class, orders, 60, (orders / 5).max(1), 1);
        generate(&request, folder.path())?;
        let file = folder.path().join("scenario.toml");
        let scenarios = load_scenarios(&[file], &Overrides::default());
        let scenario = scenarios.map_err(|_| "the scenario has faults")?.remove(0);
        let read = read_tables(&scenario.data, OnBadOrder::Refuse);
        let (tables, _) = read.map_err(|_| "the tables have faults")?;
        let built = build(&tables, &scenario.settings, OnBadOrder::Refuse);
        let built = built.map_err(|_| "the tables do not hold together")?;
        let (dataset, settings) = (&built.dataset, &scenario.settings);
        let all = options::enumerate_within(dataset, settings, options::Cut::default().loads);
        println!("{name}, {orders} orders");
        for step in solve::timed_steps(dataset, settings, &all).unwrap_or_default() {
            println!(
                "  {:<44} {:>8}  {:>8.2} ms  {:>7.0} ns each",
                step.what,
                step.count,
                step.seconds * 1e3,
                step.seconds * 1e9 / step.count.max(1) as f64
            );
        }
    }
    Ok(())
}
