//! `consign init`.

use super::say;
use crate::run::{Exit, Failure};
use clap::Args;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Write a small dataset and scenarios to start from
///
/// They plan as they are. Nothing that exists is overwritten.
#[derive(Args)]
pub struct InitArgs {
    /// Folder to write into
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// Every file with its text.
const FILES: [(&str, &str); 9] = [
    ("scenario.toml", include_str!("scenario.toml")),
    ("rules.toml", include_str!("rules.toml")),
    ("data/README.md", include_str!("data/README.md")),
    ("data/orders.csv", include_str!("data/orders.csv")),
    ("data/products.csv", include_str!("data/products.csv")),
    ("data/inventory.csv", include_str!("data/inventory.csv")),
    (
        "data/location_costs.csv",
        include_str!("data/location_costs.csv"),
    ),
    ("data/carriers.csv", include_str!("data/carriers.csv")),
    (
        "data/carrier_rates.csv",
        include_str!("data/carrier_rates.csv"),
    ),
];

/// Writes the files, and says what to do next.
pub fn init(args: &InitArgs) -> Result<Exit, Failure> {
    let folder = &args.folder;
    let exists = |(name, _): &&(&str, &str)| folder.join(name).symlink_metadata().is_ok();
    if let Some((name, _)) = FILES.iter().find(exists) {
        return Err(Failure::Usage(format!(
            "{} exists and is not overwritten: choose another folder",
            folder.join(name).display()
        )));
    }
    let data = folder.join("data");
    fs::create_dir_all(&data).map_err(Failure::io("create", &data))?;
    for (name, text) in FILES {
        let path = folder.join(name);
        write_new(&path, text).map_err(Failure::io("write", &path))?;
    }
    let at = |name: &str| folder.join(name).display().to_string();
    say(&format!(
        "{} and {} are ready; {} says what each column means.\nNext: consign plan {} {}\n",
        at("scenario.toml"),
        at("data"),
        at("data/README.md"),
        at("scenario.toml"),
        at("rules.toml"),
    ))?;
    Ok(Exit::Good)
}

/// Writes a file that must not exist yet.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}
