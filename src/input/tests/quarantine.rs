//! Bad orders set aside, the rest planned.

use super::fixture::good;
use crate::input::OnBadOrder::SetAside;

#[test]
fn a_bad_order_is_set_aside_whole_and_the_rest_is_built() {
    let built = good()
        .patch("orders", 2, "quantity", "two")
        .load(SetAside)
        .unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(built.dataset.orders.len(), 1);
    assert_eq!(&*built.dataset.orders[0].id, "O2");
    assert_eq!(built.dataset.lines.len(), 1);
    let [rejected] = built.rejected.as_slice() else {
        panic!("one reason");
    };
    assert_eq!((rejected.order_id.as_str(), rejected.line), ("O1", 3));
    assert_eq!(
        (rejected.column.as_str(), rejected.value.as_str()),
        ("quantity", "two")
    );
    assert!(rejected.reason.contains("a whole number of units"));
}

#[test]
fn every_reason_of_every_bad_order_is_kept() {
    let built = good()
        .patch("orders", 1, "sku", "S9")
        .patch("orders", 2, "postcode", "69002")
        .patch("orders", 3, "pickup_location", "NOWHERE")
        .load(SetAside)
        .unwrap_or_else(|faults| panic!("{faults}"));
    let reasons: Vec<_> = built
        .rejected
        .iter()
        .map(|one| (one.order_id.as_str(), one.line, one.column.as_str()))
        .collect();
    assert_eq!(
        reasons,
        [
            ("O1", 3, "postcode"),
            ("O1", 2, "sku"),
            ("O2", 4, "pickup_location")
        ]
    );
    assert!(built.dataset.orders.is_empty());
}

#[test]
fn a_row_of_the_wrong_length_or_without_order_is_set_aside() {
    let built = good()
        .with_row("orders", "O3,1,S1")
        .patch("orders", 3, "order_id", "")
        .load(SetAside)
        .unwrap_or_else(|faults| panic!("{faults}"));
    let lines: Vec<u64> = built.rejected.iter().map(|one| one.line).collect();
    assert_eq!(lines, [4, 5]);
    assert_eq!(built.dataset.orders.len(), 1);
}

#[test]
fn a_bad_row_of_any_other_table_is_still_an_error() {
    let faults = good()
        .patch("orders", 2, "quantity", "two")
        .patch("inventory", 1, "on_hand", "many")
        .load(SetAside)
        .expect_err("inventory is wrong");
    assert_eq!(faults.errors(), 1);
    assert_eq!(faults.faults[0].file, "inventory.csv");
}
