//! Tables that add up, stock that chains, key figures by hand.

use super::*;
use crate::domain::{LocationKind, ShipComplete};
use crate::units::Money;
use crate::verify::fixture::*;
use crate::verify::verify;

fn ledger_of(world: &World) -> (Ledger, Audit) {
    let audit = verify(&world.dataset, &world.settings, &world.plan).expect("a valid plan");
    (ledger(&world.dataset, &world.plan, &audit), audit)
}

fn row<'a>(ledger: &'a Ledger, by: &str, key: &str) -> &'a Row {
    let table = ledger.tables.iter().find(|table| table.by == by);
    let rows = &table.expect("a known table").rows;
    let row = rows.iter().find(|row| &*row.key == key);
    row.unwrap_or_else(|| panic!("no row {key} by {by} in {rows:?}"))
}

#[test]
fn every_table_adds_up_to_the_plan_to_the_micro_unit() {
    let mut world = world();
    // Shares of a third, so that rounding has something to lose.
    world.dataset.lines[0].weight = grams(333);
    world.dataset.locations[LILLE.ix()].cost_per_shipment = Money(1_000_001);
    world.dataset.locations[HUB.ix()].cost_per_shipment = Money(1);
    let (ledger, audit) = ledger_of(&world);
    let by: Vec<&str> = ledger.tables.iter().map(|table| table.by).collect();
    assert_eq!(
        by,
        [
            "channel",
            "location",
            "carrier",
            "product_group",
            "sku",
            "zone"
        ]
    );
    for table in &ledger.tables {
        assert_eq!(table.total(), audit.total, "by {}", table.by);
        let units: i64 = table.rows.iter().map(|row| row.units).sum();
        assert_eq!(units, audit.units_filled, "by {}", table.by);
    }
    assert_eq!(audit.total.margin(), audit.objective(&world.settings));
}

#[test]
fn orders_add_up_to_the_plan_without_what_no_order_causes() {
    let world = world();
    let (ledger, audit) = ledger_of(&world);
    let mut orders: Account = world
        .dataset
        .order_indices()
        .map(|order| ledger.account_of(&audit, order))
        .sum();
    orders.fixed = audit.total.fixed;
    orders.overtime = audit.total.overtime;
    orders.shortfall = audit.total.shortfall;
    assert_eq!(orders, audit.total);
}

#[test]
fn an_order_earns_what_it_earns_by_hand() {
    let (ledger, audit) = ledger_of(&world());
    let account = ledger.account_of(&audit, OrderIx(0));
    assert_eq!(account.revenue, cents(8_000));
    assert_eq!(account.goods, cents(3 * 400 + 1_200 + 1_100));
    assert_eq!(account.ageing_credit, cents(90));
    assert_eq!(account.picking, cents(5 * 10 + 3 * 20));
    assert_eq!(account.packing, cents(100));
    assert_eq!(account.carriage, cents(847 + 495));
    assert_eq!(account.late, cents(150));
    assert_eq!(
        account.margin(),
        cents(8_000 - 3_500 + 90 - 110 - 100 - 1_342 - 150)
    );
    let unfilled = ledger.account_of(&audit, OrderIx(4));
    assert_eq!(unfilled.margin(), cents(-400));
}

#[test]
fn costs_stand_where_they_are_caused() {
    let (ledger, _) = ledger_of(&world());
    let lille = row(&ledger, "location", "LILLE").account;
    assert_eq!((lille.fixed, lille.overtime), (cents(700), cents(90)));
    let unassigned = row(&ledger, "location", UNASSIGNED).account;
    assert_eq!(
        (unassigned.shortfall, unassigned.unfilled, unassigned.fixed),
        (cents(80), cents(400), Money::ZERO)
    );
    // Lyon sent the late shipment.
    assert_eq!(row(&ledger, "location", "LYON").account.late, cents(150));
    let cargo = row(&ledger, "carrier", "Cargo/std").account;
    assert_eq!((cargo.carriage, cargo.shortfall), (cents(1_000), cents(80)));
    let unassigned = row(&ledger, "carrier", UNASSIGNED).account;
    assert_eq!(
        (unassigned.fixed, unassigned.overtime),
        (cents(700), cents(90))
    );
    assert_eq!(
        row(&ledger, "channel", "store").account.revenue,
        cents(4_500)
    );
    assert_eq!(row(&ledger, "channel", "web").units, 8);
}

#[test]
fn what_is_merged_at_a_hub_earns_for_its_stock_and_for_the_carrier_that_forwards_it() {
    let (ledger, _) = ledger_of(&world());
    let hub = row(&ledger, "location", "HUB");
    assert_eq!((hub.units, hub.account.revenue), (0, Money::ZERO));
    assert_eq!(hub.account.carriage, cents(539));
    // A-1 and C-3 go by post: 80 and 35.
    assert_eq!(
        row(&ledger, "carrier", "Post/home").account.revenue,
        cents(11_500)
    );
    assert_eq!(
        row(&ledger, "carrier", "(transfer)").account.revenue,
        cents(2_500)
    );
    assert_eq!(row(&ledger, "carrier", "(pickup)").units, 2);
}

#[test]
fn shares_are_exact_and_the_largest_remainder_gets_the_odd_unit() {
    let shared = |amount: i64, weights: &[i64]| -> Vec<i64> {
        let shares = share_out(Money(amount), weights);
        shares.into_iter().map(|share| share.0).collect()
    };
    assert_eq!(shared(10, &[1, 1, 1]), [4, 3, 3]);
    assert_eq!(shared(11, &[1, 1, 1]), [4, 4, 3]);
    assert_eq!(shared(10, &[1, 0, 5]), [2, 0, 8]);
    assert_eq!(shared(-10, &[1, 1, 1]), [-3, -3, -4]);
    assert_eq!(shared(7, &[0, 0]), [4, 3]);
    assert_eq!(shared(7, &[]), [0; 0]);
    let huge = shared(i64::MAX, &[i64::MAX / 3, i64::MAX / 3, i64::MAX / 3]);
    assert_eq!(
        huge.iter().map(|&share| i128::from(share)).sum::<i128>(),
        i128::from(i64::MAX)
    );
}

#[test]
fn stock_deltas_chain_from_wave_to_wave() {
    let world = world();
    let (ledger, audit) = ledger_of(&world);
    let pan_in_lyon: Vec<_> = ledger.stock.iter().filter(|row| row.cell.0 == 7).collect();
    let rows: Vec<_> = pan_in_lyon
        .iter()
        .map(|row| {
            (
                row.before,
                row.inbound,
                row.allocated,
                row.transferred,
                row.after,
                row.available_to_promise,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (Some(4), 0, 1, 1, Some(3), Some(0)),
            (Some(3), 1, 1, 0, Some(3), Some(0)),
        ]
    );
    for row in &ledger.stock {
        let after = row
            .before
            .map(|before| before + row.inbound - row.allocated);
        assert_eq!(after, row.after);
        assert!(row.available_to_promise >= Some(0));
    }
    let allocated: i64 = ledger.stock.iter().map(|row| row.allocated).sum();
    assert_eq!(allocated, audit.units_filled);
}

#[test]
fn stock_without_limit_has_no_level() {
    let mut world = world();
    world.dataset.stock[4].available = None;
    let (ledger, _) = ledger_of(&world);
    let fish = ledger
        .stock
        .iter()
        .find(|row| row.cell.0 == 4)
        .expect("fish left Lille");
    assert_eq!((fish.before, fish.allocated, fish.after), (None, 1, None));
}

#[test]
fn inbound_alone_is_a_row_of_stock() {
    let mut world = world();
    world.plan.shipments.clear();
    let (ledger, _) = ledger_of(&world);
    let rows: Vec<_> = ledger
        .stock
        .iter()
        .map(|row| (row.before, row.inbound, row.after, row.available_to_promise))
        .collect();
    assert_eq!(rows, [(Some(4), 1, Some(5), Some(2))]);
}

#[test]
fn key_figures_count_what_they_say() {
    let (ledger, _) = ledger_of(&world());
    let kpis = &ledger.kpis;
    assert_eq!((kpis.orders, kpis.lines, kpis.units), (5, 9, 13));
    assert_eq!(
        (kpis.units_filled, kpis.lines_filled, kpis.orders_filled),
        (11, 7, 4)
    );
    assert_eq!((kpis.shipments, kpis.feeders, kpis.parcels), (6, 2, 4));
    // A-1 and B-2 arrive in two shipments; C-3 is merged.
    assert_eq!((kpis.split_orders, kpis.split_rate), (2, Some(0.4)));
    assert_eq!((kpis.late_orders, kpis.on_time_rate), (1, Some(0.75)));
    // Picking 3.30, packing 4.00, carriage 28.81, transfer 3.83, fixed 7, overtime 0.90, shortfall 0.80; four orders.
    assert_eq!(kpis.cost_per_order, Some(Money(12_160_000)));
    // Two days by post three times, one by Cargo, one by transfer, none for what is collected.
    assert_eq!(kpis.transit_days, Some(8.0 / 6.0));
    let lille = &ledger.locations[LILLE.ix()];
    assert_eq!(
        (lille.units, lille.capacity_units, lille.overtime_units),
        (7, None, 1)
    );
}

#[test]
fn rates_of_nothing_are_unknown() {
    let mut world = world();
    world.plan.shipments.clear();
    let (ledger, _) = ledger_of(&world);
    assert_eq!(ledger.kpis.on_time_rate, None);
    assert_eq!(ledger.kpis.cost_per_order, None);
    assert_eq!(ledger.kpis.transit_days, None);
    assert_eq!(ledger.kpis.fill_rate, Some(0.0));
}

#[test]
fn decisions_to_open_are_reported_used_or_not() {
    let mut world = world();
    for location in &mut world.dataset.locations {
        if location.kind == LocationKind::Warehouse {
            location.open = crate::domain::Open::Decide;
            location.fixed_cost = cents(700);
        }
    }
    world.dataset.orders[0].ship_complete = ShipComplete::None;
    world
        .plan
        .shipments
        .retain(|shipment| shipment.wave != LYON_24 && shipment.order.0 != 2);
    let (ledger, _) = ledger_of(&world);
    let decisions: Vec<_> = ledger
        .open_decisions
        .iter()
        .map(|decision| (&*decision.location, decision.used, decision.fixed_cost))
        .collect();
    assert_eq!(
        decisions,
        [("LILLE", true, cents(700)), ("LYON", false, Money::ZERO)]
    );
}
