//! Files: which are read, how they are packed, and how large they may be.

use super::fixture::{Data, good, settings};
use crate::input::files::Limits;
use crate::input::{Faults, OnBadOrder, load, read_tables, read_tables_within};
use polars::prelude::*;
use std::fs;
use std::io::Write;
use std::path::Path;

fn dataset_text(folder: &Path) -> String {
    let built = load(folder, &settings(), OnBadOrder::Refuse).unwrap_or_else(|f| panic!("{f}"));
    format!("{:?}", built.dataset)
}

/// The good dataset with each CSV file replaced by what `pack` makes of it.
fn packed(data: &Data, ending: &str, pack: impl Fn(&Path) -> Vec<u8>) -> tempfile::TempDir {
    let folder = data.folder();
    for name in data.0.keys() {
        let path = folder.path().join(format!("{name}.csv"));
        let bytes = pack(&path);
        fs::remove_file(&path).expect("removed");
        fs::write(folder.path().join(format!("{name}.{ending}")), bytes).expect("written");
    }
    folder
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).expect("in memory");
    encoder.finish().expect("in memory")
}

/// Parquet of a CSV file with the column types that polars infers.
fn parquet(path: &Path, typed: bool) -> Vec<u8> {
    let options =
        CsvReadOptions::default().with_infer_schema_length(typed.then_some(100).or(Some(0)));
    let options = options.map_parse_options(|parse| parse.with_try_parse_dates(typed));
    let reader = options
        .try_into_reader_with_file_path(Some(path.to_owned()))
        .expect("a file");
    let mut frame = reader.finish().expect("a CSV file");
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .finish(&mut frame)
        .expect("in memory");
    bytes
}

fn refused(folder: &Path) -> Faults {
    read_tables(folder, OnBadOrder::Refuse).expect_err("must be refused")
}

#[test]
fn gzip_zstandard_and_parquet_give_the_same_dataset_as_csv() {
    let plain = dataset_text(good().folder().path());
    let read = |path: &Path| fs::read(path).expect("a file");
    let folder = packed(&good(), "csv.gz", |path| gzip(&read(path)));
    assert_eq!(dataset_text(folder.path()), plain);
    let folder = packed(&good(), "csv.zst", |path| {
        zstd::encode_all(&*read(path), 3).expect("in memory")
    });
    assert_eq!(dataset_text(folder.path()), plain);
    let folder = packed(&good(), "parquet", |path| parquet(path, false));
    assert_eq!(dataset_text(folder.path()), plain);
    let folder = packed(&good(), "parquet", |path| parquet(path, true));
    assert_eq!(dataset_text(folder.path()), plain);
}

#[test]
fn a_wrong_cell_in_parquet_is_refused_like_one_in_csv() {
    let data = good().patch("inventory", 1, "on_hand", "many");
    let folder = packed(&data, "parquet", |path| parquet(path, true));
    let faults = refused(folder.path());
    assert_eq!(faults.errors(), 1);
    let fault = &faults.faults[0];
    assert_eq!(
        (fault.file.as_str(), fault.row),
        ("inventory.parquet", Some(2))
    );
    assert_eq!(fault.value.as_deref(), Some("many"));
}

#[test]
fn a_float_that_is_no_whole_number_is_no_quantity() {
    let folder = good().folder();
    fs::remove_file(folder.path().join("inventory.csv")).expect("removed");
    let mut frame = df!(
        "location_id" => ["LYON", "LYON"],
        "sku" => ["S1", "S2"],
        "on_hand" => [3.0, 2.5],
    )
    .expect("columns of one length");
    let file = fs::File::create(folder.path().join("inventory.parquet")).expect("created");
    ParquetWriter::new(file)
        .finish(&mut frame)
        .expect("written");
    let faults = refused(folder.path());
    assert_eq!((faults.errors(), faults.faults[0].row), (1, Some(3)));
    assert!(
        faults.to_string().contains("write it without decimals"),
        "{faults}"
    );
}

#[test]
fn damaged_files_are_faults() {
    let break_file = |name: &str, bytes: &[u8]| {
        let folder = good().without("inventory").folder();
        fs::write(folder.path().join(name), bytes).expect("written");
        refused(folder.path()).to_string()
    };
    let cut = gzip(good().0["inventory"].as_bytes());
    assert!(break_file("inventory.csv.gz", &cut[..cut.len() - 9]).contains("cannot be inflated"));
    assert!(break_file("inventory.csv.gz", b"location_id,sku").contains("cannot be inflated"));
    assert!(break_file("inventory.csv.zst", b"no").contains("cannot be inflated"));
    assert!(break_file("inventory.parquet", b"PAR1 no PAR1").contains("cannot be read as Parquet"));
    assert!(break_file("inventory.csv", b"").contains("is empty"));
    assert!(break_file("inventory.csv", &cut).contains("name it .csv.gz"));
    assert!(
        break_file("inventory.csv", b"location_id,sku,on_hand\nLYON,Th\xe9,1\n").contains("iconv")
    );
}

#[test]
fn what_inflates_too_much_is_refused() {
    let mut bomb = b"location_id,sku,on_hand\n".to_vec();
    bomb.resize(4 << 20, b'\n');
    let limits = Limits {
        free_bytes: 1 << 20,
        ..Limits::default()
    };
    let small = Limits {
        bytes: 64,
        ..Limits::default()
    };
    let few = Limits {
        rows: 2,
        ..Limits::default()
    };
    let read = |folder: &Path, limits: &Limits| {
        let outcome = read_tables_within(folder, OnBadOrder::Refuse, limits);
        outcome
            .err()
            .map(|faults| faults.to_string())
            .unwrap_or_default()
    };
    for (ending, bytes) in [
        ("csv.gz", gzip(&bomb)),
        ("csv.zst", zstd::encode_all(&*bomb, 3).expect("in memory")),
    ] {
        let folder = good().without("inventory").folder();
        fs::write(folder.path().join(format!("inventory.{ending}")), bytes).expect("written");
        let message = read(folder.path(), &limits);
        assert!(message.contains("is too large"), "{message}");
        assert!(!read(folder.path(), &Limits::default()).contains("is too large"));
    }
    let folder = good().folder();
    assert!(read(folder.path(), &small).contains("orders.csv: is too large"));
    assert!(read(folder.path(), &few).contains("orders.csv: is too large"));
    let folder = packed(&good(), "parquet", |path| parquet(path, false));
    assert!(read(folder.path(), &few).contains("orders.parquet: is too large"));
}

#[test]
fn two_files_for_one_table_are_refused() {
    let folder = good().folder();
    fs::write(folder.path().join("inventory.csv.gz"), gzip(b"x")).expect("written");
    let faults = refused(folder.path());
    assert_eq!(faults.errors(), 1);
    assert!(
        faults.to_string().contains("also in inventory.csv.gz"),
        "{faults}"
    );
}

#[test]
fn a_missing_required_table_names_a_file_that_looks_like_it() {
    let folder = good().without("inventory").folder();
    fs::write(folder.path().join("Inventory.csv"), "").expect("written");
    let faults = refused(folder.path());
    assert_eq!((faults.errors(), faults.warnings()), (1, 1));
    assert!(
        faults.to_string().contains("rename `Inventory.csv`?"),
        "{faults}"
    );
    for table in ["orders", "inventory", "location_costs", "carrier_rates"] {
        let faults = refused(good().without(table).folder().path()).to_string();
        assert!(
            faults.contains(&format!("the required table `{table}` is missing")),
            "{faults}"
        );
    }
}

#[test]
fn a_misspelt_file_is_a_warning_and_a_stranger_is_not() {
    let folder = good().folder();
    for name in ["notes.csv", "README.md", "prodcts.csv", "orders.xlsx"] {
        fs::write(folder.path().join(name), "x").expect("written");
    }
    let (_, warnings) =
        read_tables(folder.path(), OnBadOrder::Refuse).unwrap_or_else(|f| panic!("{f}"));
    let files: Vec<&str> = warnings
        .faults
        .iter()
        .map(|fault| fault.file.as_str())
        .collect();
    assert_eq!(files, ["orders.xlsx", "prodcts.csv"]);
    assert!(
        warnings
            .to_string()
            .contains("did you mean `products.csv`?")
    );
}

#[test]
fn tables_that_are_not_used_yet_are_refused() {
    for name in ["vehicles", "distances"] {
        let folder = good().folder();
        fs::write(folder.path().join(format!("{name}.csv")), "x\n").expect("written");
        let faults = refused(folder.path());
        assert_eq!(faults.errors(), 1);
        let message = faults.to_string();
        assert!(
            message.contains("known but not used yet") && message.contains("remove"),
            "{message}"
        );
    }
}

#[test]
fn a_folder_that_is_not_there_is_a_fault() {
    let faults = refused(Path::new("/nowhere/at/all"));
    assert!(
        faults
            .to_string()
            .contains("/nowhere/at/all: cannot be read"),
        "{faults}"
    );
}

#[test]
fn a_table_knows_its_file_and_its_hash() {
    let folder = good().folder();
    let (tables, _) =
        read_tables(folder.path(), OnBadOrder::Refuse).unwrap_or_else(|f| panic!("{f}"));
    let zones = tables.get("zones").expect("a table");
    assert_eq!(zones.source(), "zones.csv");
    assert_eq!(
        zones.hash(),
        blake3::hash(good().0["zones"].as_bytes()).to_hex().as_str()
    );
}
