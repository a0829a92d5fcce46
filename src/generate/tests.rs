//! What generated data promise.

use super::*;
use std::collections::BTreeSet;

fn request(class: Class) -> Request {
    Request::of_class(class, 2_000, 40, 300, 7)
}

fn written(request: &Request) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a folder for the test");
    let folder = dir.path().join("data");
    generate(request, &folder).expect("generated");
    (dir, folder)
}

fn rows(folder: &Path, table: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_path(folder.join(table)).expect("a table");
    reader
        .records()
        .collect::<Result<_, _>>()
        .expect("rows of equal length")
}

#[test]
fn same_seed_gives_same_bytes_and_another_seed_does_not() {
    let (_a, first) = written(&request(Class::Mixed));
    let (_b, again) = written(&request(Class::Mixed));
    let other_seed = Request {
        seed: 8,
        ..request(Class::Mixed)
    };
    let (_c, other) = written(&other_seed);
    for table in [
        "orders.csv",
        "inventory.csv",
        "products.csv",
        "location_costs.csv",
    ] {
        let bytes = |folder: &Path| fs::read(folder.join(table)).expect("a table");
        assert_eq!(bytes(&first), bytes(&again), "{table}");
        assert_ne!(bytes(&first), bytes(&other), "{table}");
    }
}

#[test]
fn bytes_are_those_of_every_other_machine() {
    let (_dir, folder) = written(&request(Class::Mixed));
    let text = fs::read(folder.join("orders.csv")).expect("orders");
    assert_eq!(&blake3::hash(&text).to_hex()[..16], "0c264b8c23b24136");
}

#[test]
fn orders_look_like_a_shops() {
    let (_dir, folder) = written(&request(Class::Mixed));
    let orders = rows(&folder, "orders.csv");
    let ids: Vec<&str> = orders.iter().map(|row| &row[0]).collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    let single = distinct
        .iter()
        .filter(|id| ids.iter().filter(|other| other == id).count() == 1)
        .count();
    assert_eq!(distinct.len(), 2_000);
    assert!((1_250..1_400).contains(&single), "{single} of one line");
    assert!((3_450..3_750).contains(&ids.len()), "{} lines", ids.len());
    let several = orders.iter().filter(|row| &row[3] != "1").count() * 1_000 / ids.len();
    assert!(
        (160..200).contains(&several),
        "{several} ‰ of several units"
    );
    let popular = orders.iter().filter(|row| &row[2] == "P000001").count();
    let rare = orders.iter().filter(|row| &row[2] == "P000300").count();
    assert!(popular > 10 * rare, "{popular} against {rare}");
}

#[test]
fn every_reference_exists_and_every_key_is_unique() {
    for class in [
        Class::Mixed,
        Class::SingleUnit,
        Class::Deep,
        Class::Tight,
        Class::Fixed,
        Class::Waves,
    ] {
        let (_dir, folder) = written(&request(class));
        let column = |table: &str, index: usize| -> BTreeSet<String> {
            let cells = rows(&folder, table);
            cells.iter().map(|row| row[index].to_owned()).collect()
        };
        let locations = column("location_costs.csv", 0);
        let products = column("products.csv", 0);
        assert_eq!(locations.len(), 40);
        assert!(column("inventory.csv", 0).is_subset(&locations));
        assert_eq!(column("inventory.csv", 1), products);
        assert!(column("orders.csv", 2).is_subset(&products));
        let origins = column("carrier_rates.csv", 2);
        assert_eq!(column("location_costs.csv", 3), origins);
        assert!(column("orders.csv", 5).is_subset(&column("carrier_rates.csv", 3)));
        let cells = rows(&folder, "inventory.csv");
        let keys: BTreeSet<_> = cells.iter().map(|row| (&row[0], &row[1])).collect();
        assert_eq!(keys.len(), cells.len());
    }
}

#[test]
fn scarce_share_of_products_has_less_stock_than_deep() {
    let stock = |class| -> i64 {
        let (_dir, folder) = written(&request(class));
        let cells = rows(&folder, "inventory.csv");
        let units = cells.iter().map(|row| row[2].parse::<i64>());
        units.map(|units| units.expect("whole units")).sum()
    };
    assert!(stock(Class::Deep) > 10 * stock(Class::Mixed));
}

#[test]
fn full_folder_is_left_alone() {
    let (_dir, folder) = written(&request(Class::Deep));
    let before = fs::read(folder.join("orders.csv")).expect("orders");
    let error = generate(&request(Class::Mixed), &folder).expect_err("not empty");
    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    let after = fs::read(folder.join("orders.csv")).expect("orders");
    assert_eq!(before, after);
}
