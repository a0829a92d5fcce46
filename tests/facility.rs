//! Facility location with published optima, through the ordinary files: customers are orders,
//! warehouses are locations with `open = "decide"`, and the cheapest plan that fills all is theirs.
//!
//! The data are read from `$CONSIGN_SHARED_DATA/facility` (default `../shared/data/facility`); where
//! they are absent the tests say so and pass. `small` keeps a case of the project's own.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One case: capacities and fixed costs, demands, and the cost of serving a whole demand, by location and customer.
struct Case {
    locations: Vec<(i64, f64)>,
    demands: Vec<i64>,
    costs: Vec<Vec<f64>>,
}

/// Whether a customer may be served from several locations.
#[derive(Clone, Copy, PartialEq)]
enum Sourcing {
    Split,
    Single,
}

fn shared(name: &str) -> Option<String> {
    let root = std::env::var_os("CONSIGN_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    let path = root.join("facility").join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("skipped: {} is not here", path.display());
    }
    text
}

fn numbers(text: &str) -> impl Iterator<Item = f64> + '_ {
    text.split_whitespace()
        .map(|word| word.parse().expect("the files hold numbers"))
}

/// OR-Library: `m n`, m × (capacity, fixed cost), n × (demand, m costs).
fn or_library(text: &str) -> Case {
    let mut numbers = numbers(text);
    let mut next = || numbers.next().expect("the file is whole");
    let (m, n) = (next() as usize, next() as usize);
    let locations = (0..m).map(|_| (next() as i64, next())).collect();
    let mut demands = Vec::new();
    let mut costs = vec![Vec::new(); m];
    for _ in 0..n {
        demands.push(next() as i64);
        for row in &mut costs {
            row.push(next());
        }
    }
    Case {
        locations,
        demands,
        costs,
    }
}

/// Holmberg: `m n`, m capacities, m fixed costs, n demands, n rows of m costs.
fn holmberg(text: &str) -> Case {
    let mut numbers = numbers(text);
    let mut next = || numbers.next().expect("the file is whole");
    let (m, n) = (next() as usize, next() as usize);
    let capacities: Vec<i64> = (0..m).map(|_| next() as i64).collect();
    let locations = capacities
        .into_iter()
        .map(|capacity| (capacity, next()))
        .collect();
    let demands = (0..n).map(|_| next() as i64).collect();
    let mut costs = vec![Vec::new(); m];
    for _ in 0..n {
        for row in &mut costs {
            row.push(next());
        }
    }
    Case {
        locations,
        demands,
        costs,
    }
}

/// Writes a case as the four files and a scenario.
fn write_case(folder: &Path, case: &Case, sourcing: Sourcing) {
    let mut orders = String::from(
        "order_id,sku,quantity,destination_zone,ship_complete,max_shipments,line_max_shipments\n",
    );
    let mut inventory = String::from("location_id,sku,on_hand\n");
    let mut locations = String::from("location_id,open,fixed_cost,capacity_units\n");
    let mut rates =
        String::from("carrier,service,origin,destination_zone,base_cost,cost_per_unit\n");
    let (complete, most) = match sourcing {
        Sourcing::Split => ("none", case.locations.len()),
        Sourcing::Single => ("order", 1),
    };
    for (customer, demand) in case.demands.iter().enumerate() {
        writeln!(
            orders,
            "c{customer:03},u,{demand},z{customer:03},{complete},{most},{most}"
        )
        .unwrap();
    }
    for (location, (capacity, fixed)) in case.locations.iter().enumerate() {
        writeln!(inventory, "w{location:02},u,unlimited").unwrap();
        writeln!(locations, "w{location:02},decide,{fixed},{capacity}").unwrap();
        for (customer, cost) in case.costs[location].iter().enumerate() {
            let (base, unit) = match sourcing {
                Sourcing::Split => (0.0, cost / case.demands[customer] as f64),
                Sourcing::Single => (*cost, 0.0),
            };
            writeln!(
                rates,
                "van,day,w{location:02},z{customer:03},{base:.6},{unit:.6}"
            )
            .unwrap();
        }
    }
    let scenario = "name = \"facility\"\ndata = \".\"\nas_of = \"2026-11-23T05:00\"\ncurrency = \"EUR\"\ntime_zone = \"UTC\"\n\n[objective]\nminimise = \"cost\"\n\n[solver]\nmip_gap = 0\ntime_limit = \"20min\"\n";
    for (name, text) in [
        ("orders.csv", orders.as_str()),
        ("inventory.csv", &inventory),
        ("location_costs.csv", &locations),
        ("carrier_rates.csv", &rates),
        ("scenario.toml", scenario),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

/// Plans a case with the program and returns its verified objective and bound.
fn plan(case: &Case, sourcing: Sourcing, method: &str) -> (f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    write_case(folder.path(), case, sourcing);
    let output = Command::new(env!("CARGO_BIN_EXE_consign"))
        .args(["plan", "scenario.toml", "--name", "run", "--runs", "runs"])
        .args(["--method", method, "--accept-gap"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text =
        std::fs::read_to_string(folder.path().join("runs/run/facility/summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(summary["verified"], true);
    assert_eq!(summary["kpis"]["fill_rate"], 1.0);
    let number = |key: &str| -> f64 {
        let value = &summary[key];
        value
            .as_f64()
            .or_else(|| value.as_str()?.parse().ok())
            .expect("a number")
    };
    (number("objective"), number("bound"))
}

#[track_caller]
fn reaches(case: &Case, sourcing: Sourcing, optimum: f64) {
    let (objective, bound) = plan(case, sourcing, "auto");
    assert!(
        (objective - optimum).abs() <= 1e-6 * optimum,
        "{objective} is not {optimum}"
    );
    assert!(
        bound <= objective + 1e-6 && bound >= objective * (1.0 - 1e-6),
        "bound {bound} of {objective}"
    );
}

/// By prices alone a plan and a bound come within these shares of the optimum.
#[track_caller]
fn comes_close_by_prices(case: &Case, optimum: f64, (plan_share, bound_share): (f64, f64)) {
    let (objective, bound) = plan(case, Sourcing::Single, "prices");
    assert!(
        objective >= optimum * (1.0 - 1e-6) && objective <= optimum * (1.0 + plan_share),
        "{objective} is not close to {optimum}"
    );
    assert!(
        bound <= optimum * (1.0 + 1e-6) && bound >= optimum * (1.0 - bound_share),
        "bound {bound} of {optimum}"
    );
}

#[test]
fn small_case_opens_the_two_locations_that_pay() {
    // Opening 0 and 2 costs 10 + 6, serving 2 + 3 + 1; any other choice costs more or lacks capacity.
    let case = Case {
        locations: vec![(8, 10.0), (8, 30.0), (4, 6.0)],
        demands: vec![4, 3, 4],
        costs: vec![
            vec![2.0, 3.0, 9.0],
            vec![1.0, 1.0, 1.0],
            vec![7.0, 8.0, 1.0],
        ],
    };
    reaches(&case, Sourcing::Split, 22.0);
    reaches(&case, Sourcing::Single, 22.0);
}

#[test]
fn prices_close_what_few_want_a_little() {
    // Each of six customers is 1 cheaper from a location of its own, which costs 5: all go to the one that costs 4. A
    // customer alone would leave its own for nothing less than its fixed cost, and never know that it need not be opened.
    let own = |customer: usize| {
        let cost = |other: usize| if other == customer { 1.0 } else { 50.0 };
        (0..6).map(cost).collect::<Vec<f64>>()
    };
    let mut costs = vec![vec![2.0; 6]];
    costs.extend((0..6).map(own));
    let mut locations = vec![(100, 4.0)];
    locations.extend([(100, 5.0); 6]);
    let case = Case {
        locations,
        demands: vec![7; 6],
        costs,
    };
    comes_close_by_prices(&case, 16.0, (1e-6, 1e-6));
}

#[test]
fn prices_come_close_to_published_optima() {
    for (name, optimum, shares) in [
        ("cap71.txt", 932_615.750, (1e-6, 0.001)),
        ("cap101.txt", 796_648.437, (0.003, 0.005)),
        ("cap132.txt", 851_495.325, (0.006, 0.015)),
    ] {
        if let Some(text) = shared(name) {
            comes_close_by_prices(&or_library(&text), optimum, shares);
        }
    }
}

#[test]
fn cap71_reaches_its_published_optimum() {
    if let Some(text) = shared("cap71.txt") {
        reaches(&or_library(&text), Sourcing::Split, 932_615.750);
    }
}

#[test]
fn cap101_reaches_its_published_optimum() {
    if let Some(text) = shared("cap101.txt") {
        reaches(&or_library(&text), Sourcing::Split, 796_648.437);
    }
}

#[test]
fn cap132_reaches_its_published_optimum() {
    if let Some(text) = shared("cap132.txt") {
        reaches(&or_library(&text), Sourcing::Split, 851_495.325);
    }
}

#[test]
fn holmberg_p1_reaches_its_published_optimum() {
    if let Some(text) = shared("holmberg-p1.txt") {
        reaches(&holmberg(&text), Sourcing::Single, 8_848.0);
    }
}

#[test]
fn holmberg_p10_reaches_its_published_optimum() {
    if let Some(text) = shared("holmberg-p10.txt") {
        reaches(&holmberg(&text), Sourcing::Single, 7_617.0);
    }
}

#[test]
fn holmberg_p25_reaches_its_published_optimum() {
    if let Some(text) = shared("holmberg-p25.txt") {
        reaches(&holmberg(&text), Sourcing::Single, 11_630.0);
    }
}
