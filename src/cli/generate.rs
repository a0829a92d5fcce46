//! `consign generate`.

use super::say;
use crate::generate::{self, Class, Request};
use crate::run::{Exit, Failure};
use crate::units::parse_decimal;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  consign generate demo --orders 1000 --locations 20 --skus 500 --seed 1
  consign generate big --orders 1000000 --locations 200 --skus 50000 --seed 1
  consign generate tight --orders 5000 --locations 40 --skus 1000 --seed 7 --class tight --scarce 25%";

/// Write synthetic data and a scenario to plan with
///
/// The same options give the same bytes on every machine. The folder must be new or empty.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct GenerateArgs {
    /// Folder to write
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Orders
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=50_000_000))]
    orders: u64,
    /// Locations: few large warehouses, the rest stores
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=9_000))]
    locations: u64,
    /// Products
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=900_000))]
    skus: u64,
    /// Seed of every draw
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Kind of planning problem
    #[arg(long, default_value = "mixed")]
    class: ClassName,
    /// Share of products with less stock than demand [default: the class's]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    scarce: Option<u64>,
    /// Share of lines of more than one unit [default: the class's]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    multi_unit: Option<u64>,
    /// Share of locations with less capacity than work [default: the class's]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    tight: Option<u64>,
    /// Waves a day [default: the class's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=11))]
    waves: Option<u64>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ClassName {
    /// A bit of everything
    Mixed,
    /// One unit an order
    SingleUnit,
    /// Stock that never runs out, no capacity
    Deep,
    /// Fewer hands than work everywhere
    Tight,
    /// Fixed costs: the plan decides which locations open
    Fixed,
    /// Three waves a day over two days
    Waves,
}

/// Generates, and says what was written.
pub fn generate(args: GenerateArgs) -> Result<Exit, Failure> {
    let class = match args.class {
        ClassName::Mixed => Class::Mixed,
        ClassName::SingleUnit => Class::SingleUnit,
        ClassName::Deep => Class::Deep,
        ClassName::Tight => Class::Tight,
        ClassName::Fixed => Class::Fixed,
        ClassName::Waves => Class::Waves,
    };
    let settled = Request::of_class(class, args.orders, args.locations, args.skus, args.seed);
    let request = Request {
        scarce: args.scarce.unwrap_or(settled.scarce),
        multi_unit: args.multi_unit.unwrap_or(settled.multi_unit),
        tight: args.tight.unwrap_or(settled.tight),
        waves: args.waves.unwrap_or(settled.waves),
        ..settled
    };
    let generated = generate::generate(&request, &args.folder).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            return Failure::Usage(format!("{}: {error}", args.folder.display()));
        }
        Failure::io("write", &args.folder)(error)
    })?;
    say(&format!(
        "{} orders, {} lines, {} units; {} stock cells; {} rates\nNext: consign plan {}\n",
        request.orders,
        generated.lines,
        generated.units,
        generated.stock_cells,
        generated.rates,
        args.folder.join("scenario.toml").display(),
    ))?;
    Ok(Exit::Good)
}

/// A share such as `0.15` or `15%`, in millionths.
fn share(text: &str) -> Result<u64, String> {
    let (digits, places) = match text.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), 4),
        None => (text, 6),
    };
    match parse_decimal(digits, places) {
        Ok(share @ 0..=1_000_000) => Ok(share as u64),
        _ => Err("expected a share from 0 to 1, or from 0% to 100%".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn share_is_read_as_decimal_or_per_cent() {
        assert_eq!(share("0.15"), Ok(150_000));
        assert_eq!(share("12.5%"), Ok(125_000));
        assert_eq!(share("100%"), Ok(1_000_000));
        assert!(share("1.01").is_err());
        assert!(share("-0.1").is_err());
    }
}
