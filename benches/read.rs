//! How fast a large order file is read and checked, beside what polars takes merely to parse it.
//!
//! `cargo bench --bench read [-- ROWS]` writes a dataset of ROWS order lines (1,000,000 unless told) into a temporary
//! folder and prints wall times and peak memory. Each measurement runs in a process of its own, so that the
//! peaks do not mix.

use consign::domain::{Fill, Method, Objective, Settings, Strategy};
use consign::input::{OnBadOrder, build, read_tables};
use consign::units::Money;
use jiff::tz::TimeZone;
use polars::prelude::{CsvReadOptions, SerReader};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const ROWS: usize = 1_000_000;
const SKUS: usize = 20_000;
const LOCATIONS: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["read", folder] => read(Path::new(folder)),
        ["build", folder] => read_and_build(Path::new(folder)),
        ["polars", folder] => parse_with_polars(Path::new(folder)),
        [rows] => compare(rows.parse()?),
        _ => compare(ROWS),
    }
}

fn compare(rows: usize) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    write_dataset(folder.path(), rows)?;
    let size = fs::metadata(folder.path().join("orders.csv"))?.len();
    println!("{rows} order lines, {} MB", size / 1_000_000);
    let mut seconds = Vec::new();
    for what in ["read", "build", "polars"] {
        let mut best = f64::INFINITY;
        let mut peak = String::new();
        for _ in 0..3 {
            let output = Command::new(std::env::current_exe()?)
                .arg(what)
                .arg(folder.path())
                .output()?;
            let text = String::from_utf8(output.stdout)?;
            let (time, memory) = text
                .trim()
                .split_once(' ')
                .ok_or_else(|| format!("{what}: {}", String::from_utf8_lossy(&output.stderr)))?;
            best = best.min(time.parse()?);
            peak = memory.to_owned();
        }
        println!("{what:<7} {best:.3} s, peak {peak}");
        seconds.push(best);
    }
    println!(
        "read ÷ polars {:.2}, read and build ÷ polars {:.2}",
        seconds[0] / seconds[2],
        seconds[1] / seconds[2]
    );
    Ok(())
}

/// Ten columns, as order systems export them: about two lines an order.
fn write_dataset(folder: &Path, rows: usize) -> Result<(), Box<dyn Error>> {
    let mut orders = String::from(
        "order_id,line_id,sku,quantity,unit_price,postcode,country,channel,placed_at,deliver_by\n",
    );
    for row in 0..rows {
        // A multiplicative sequence: scattered, and the same on every machine.
        let mixed = row.wrapping_mul(2_654_435_761) >> 7;
        let order = row / 2;
        writeln!(
            orders,
            "FR{order:09},{},S{:05},{},{}.{:02},{:05},FR,{},2026-11-{:02}T{:02}:{:02},2026-11-{:02}",
            row % 2 + 1,
            mixed % SKUS,
            mixed % 5 + 1,
            mixed % 200 + 3,
            mixed % 100,
            order.wrapping_mul(7_919) % 95_000 + 1_000,
            ["web", "store", "marketplace"][order % 3],
            order % 20 + 1,
            order % 24,
            order % 60,
            order % 4 + 24,
        )?;
    }
    fs::write(folder.join("orders.csv"), orders)?;
    let mut products = String::from("sku,weight_g,volume_cm3\n");
    let mut inventory = String::from("location_id,sku,on_hand\n");
    for sku in 0..SKUS {
        writeln!(
            products,
            "S{sku:05},{},{}",
            sku % 3_000 + 50,
            sku % 9_000 + 100
        )?;
        for location in 0..LOCATIONS {
            writeln!(
                inventory,
                "L{location},S{sku:05},{}",
                (sku * 7 + location) % 90
            )?;
        }
    }
    fs::write(folder.join("products.csv"), products)?;
    fs::write(folder.join("inventory.csv"), inventory)?;
    let locations: String = (0..LOCATIONS).map(|at| format!("L{at}\n")).collect();
    fs::write(
        folder.join("location_costs.csv"),
        format!("location_id\n{locations}"),
    )?;
    let rates = "carrier,service,origin,destination_zone,base_cost\nPost,home,*,*,4.5\n";
    fs::write(folder.join("carrier_rates.csv"), rates)?;
    Ok(())
}

fn read(folder: &Path) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let tables = read_tables(folder, OnBadOrder::Refuse)?;
    report(start);
    drop(tables);
    Ok(())
}

fn read_and_build(folder: &Path) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let (tables, _) = read_tables(folder, OnBadOrder::Refuse)?;
    let built = build(&tables, &settings()?, OnBadOrder::Refuse)?;
    report(start);
    drop(built);
    Ok(())
}

fn parse_with_polars(folder: &Path) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let reader = CsvReadOptions::default()
        .try_into_reader_with_file_path(Some(folder.join("orders.csv")))?;
    let frame = reader.finish()?;
    report(start);
    drop(frame);
    Ok(())
}

fn report(start: Instant) {
    let seconds = start.elapsed().as_secs_f64();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or("unknown");
    println!("{seconds} {}", peak.trim());
}

fn settings() -> Result<Settings, Box<dyn Error>> {
    Ok(Settings {
        name: "bench".to_owned(),
        as_of: "2026-11-23T05:00:00+01:00".parse()?,
        horizon_days: 2,
        currency: "EUR".to_owned(),
        time_zone: TimeZone::get("Europe/Paris")?,
        strategy: Strategy::Optimise,
        objective: Objective::Profit,
        fill: Fill::Units,
        tolerance_micro: 0,
        unfilled_cost: Money(2_000_000),
        late_cost_per_day: Money(1_500_000),
        priority_weight_micro: 0,
        co2_cost_per_kg: Money::ZERO,
        stability_cost: Money::ZERO,
        max_moved_micro: None,
        frozen: std::time::Duration::ZERO,
        opened_value_micro: 700_000,
        stock_at: None,
        detour_factor_micro: 1_300_000,
        inbound_min_confidence_micro: 500_000,
        max_shipments: 2,
        line_max_shipments: 1,
        one_more: true,
        mip_gap: 0.001,
        time_limit: Duration::from_secs(60),
        memory: None,
        seed: 1,
        method: Method::Auto,
    })
}
