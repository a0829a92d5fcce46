//! The reason of what is not done, for every reason; each also where orders are too wide to list.

use super::*;
use crate::domain::*;
use crate::ledger::ledger;
use crate::options::enumerate_within;
use crate::units::Money;
use crate::verify::fixture::*;
use crate::verify::verify;

/// E-5's bulky and its cup, the two lines that the small world leaves unfilled.
const BULKY_LINE: u32 = 7;
const CUP_LINE: u32 = 8;

fn explain(world: &World, loads_limit: usize) -> Vec<Unfilled> {
    let World {
        dataset,
        settings,
        plan,
    } = world;
    let audit = verify(dataset, settings, plan).expect("a valid plan");
    let ledger = ledger(dataset, plan, &audit);
    let options = enumerate_within(dataset, settings, loads_limit);
    let deciding = Deciding {
        dataset,
        settings,
        rates: &options.rates,
        sharing: &Sharing::new(dataset, settings, plan, &[]),
    };
    unfilled(deciding, plan, &audit, &ledger, &options)
}

/// What is said about a line, the same whether orders are listed or wide.
#[track_caller]
fn said_of(line: u32, change: impl Fn(&mut World)) -> Unfilled {
    let mut world = world();
    change(&mut world);
    let find = |limit| {
        let found = explain(&world, limit);
        let of_line = found.iter().find(|it| it.line == LineIx(line)).cloned();
        of_line.unwrap_or_else(|| panic!("line {line} is not in {found:?}"))
    };
    let (listed, wide) = (find(128), find(0));
    assert_eq!(listed.code, wide.code);
    assert_eq!(listed.next_possible, wide.next_possible);
    listed
}

#[test]
fn only_unfilled_units_are_explained() {
    let mut world = world();
    let lines = |world: &World| -> Vec<(u32, i64)> {
        explain(world, 128)
            .iter()
            .map(|it| (it.line.0, it.quantity))
            .collect()
    };
    assert_eq!(lines(&world), [(BULKY_LINE, 1), (CUP_LINE, 1)]);
    world.dataset.lines[0].quantity = 5;
    assert_eq!(lines(&world), [(0, 2), (BULKY_LINE, 1), (CUP_LINE, 1)]);
}

#[test]
fn a_line_that_nothing_blocks_says_what_it_would_bring() {
    let found = said_of(BULKY_LINE, |_| {});
    assert_eq!(found.code, "not_taken");
    // 100 − 60 + 2 for not staying unfilled − 0.80 picking and packing − 10 Cargo + 0.40 as Cargo misses one shipment fewer.
    assert!(found.reason.contains("31.60 EUR"), "{}", found.reason);
    assert_eq!(found.next_possible, None);
}

#[test]
fn the_rules_are_not_said_to_have_found_better() {
    let found = said_of(BULKY_LINE, |it| it.settings.strategy = Strategy::Rules);
    assert_eq!(found.code, "not_taken");
    assert!(
        found.reason.ends_with("the rules do not choose it."),
        "{}",
        found.reason
    );
}

#[test]
fn a_line_that_loses_money_is_not_worth_it() {
    let found = said_of(CUP_LINE, |it| {
        it.dataset.lines[8].unit_price = Money::ZERO;
        it.dataset.lines[8].unfilled_cost = Money::ZERO;
    });
    assert_eq!(found.code, "not_worth_it");
}

#[test]
fn a_line_without_stock_anywhere_waits_for_a_delivery_after_the_horizon() {
    let found = said_of(BULKY_LINE, |it| {
        it.dataset.stock[0].available = Some(0);
        it.dataset.stock[0].inbound = 1..2;
        it.dataset.inbound.push(Inbound {
            available_at: at("2026-12-01T08:00:00Z"),
            quantity: 3,
            reference: "PO-7".into(),
            is_return: false,
        });
    });
    assert_eq!(found.code, "no_stock");
    assert_eq!(found.next_possible, Some(at("2026-12-01T08:00:00Z")));
    assert_eq!(found.next_because, "delivery (PO-7) of 3 units at LILLE");
}

/// Cups only where others have taken them all.
fn take_all_cups(world: &mut World) {
    world.dataset.stock[2].available = Some(0);
}

#[test]
fn stock_that_others_take_is_the_reason() {
    let found = said_of(CUP_LINE, take_all_cups);
    assert_eq!((found.code, found.next_possible), ("stock_used", None));
}

#[test]
fn a_delivery_to_a_closed_location_helps_nobody() {
    let late = |open: Open| {
        said_of(CUP_LINE, move |it| {
            take_all_cups(it);
            it.dataset.stock[3].inbound = 1..2;
            it.dataset.inbound.push(Inbound {
                available_at: at("2026-12-01T08:00:00Z"),
                quantity: 3,
                reference: "".into(),
                is_return: false,
            });
            it.plan.shipments.remove(B_COLLECT);
            it.dataset.stock[3].available = Some(0);
            it.dataset.locations[STORE.ix()].open = open;
        })
    };
    assert_eq!(
        late(Open::Yes).next_possible,
        Some(at("2026-12-01T08:00:00Z"))
    );
    assert_eq!(late(Open::No).next_possible, None);
}

/// Lille, which alone has bulkies, is full on the 23rd and closed on the 24th.
fn fill_lille(world: &mut World) {
    world.dataset.waves[LILLE_24.ix()].closed = Some("holiday".into());
}

#[test]
fn a_full_wave_is_the_reason_and_the_next_departure_ends_it() {
    let found = said_of(BULKY_LINE, fill_lille);
    assert_eq!(found.code, "capacity_full");
    assert_eq!(
        found.next_because,
        "first departure of LILLE after the horizon"
    );
    assert_eq!(found.next_possible, Some(at("2026-11-26T18:00:00Z")));
}

#[test]
fn the_next_departure_keeps_to_weekdays_closures_and_lead_time() {
    // The horizon ends on Thursday the 26th at 05:00; Lille departs on Tuesdays and Fridays.
    let next = |change: fn(&mut World)| {
        let found = said_of(BULKY_LINE, |it| {
            fill_lille(it);
            let lille = &mut it.dataset.timetables[LILLE.ix()];
            lille.departures[0].days = [false, true, false, false, true, false, false];
            change(it);
        });
        found.next_possible
    };
    assert_eq!(next(|_| {}), Some(at("2026-11-27T18:00:00Z")));
    let closed = next(|it| {
        let holiday = at("2026-11-27T00:00:00Z")..at("2026-11-28T00:00:00Z");
        it.dataset.timetables[LILLE.ix()].closures = vec![holiday];
    });
    assert_eq!(closed, Some(at("2026-12-01T18:00:00Z")));
    let never = next(|it| it.dataset.timetables[LILLE.ix()].departures[0].days = [false; 7]);
    assert_eq!(never, None);
}

#[test]
fn an_order_that_ships_complete_names_the_line_that_holds_it_up() {
    let complete = |it: &mut World| {
        fill_lille(it);
        it.dataset.orders[4].ship_complete = ShipComplete::Order;
    };
    assert_eq!(said_of(BULKY_LINE, complete).code, "capacity_full");
    assert_eq!(said_of(CUP_LINE, complete).code, "ship_complete");
}

#[test]
fn a_carrier_without_space_is_the_reason() {
    let found = said_of(CUP_LINE, |it| {
        // Post takes one shipment a wave, and A-1 has the only one from Lyon on the 24th.
        it.dataset.orders[4].services = Some([POST].into());
        it.dataset.waves[LYON_23.ix()].closed = Some("holiday".into());
        it.plan
            .shipments
            .retain(|shipment| shipment.order != OrderIx(2));
        it.dataset.stock[1].available = Some(3);
    });
    assert_eq!(found.code, "carrier_full");
    assert_eq!(found.next_possible, Some(at("2026-11-26T18:00:00Z")));
}

#[test]
fn a_transfer_without_space_is_the_reason() {
    let found = said_of(3, |it| {
        it.dataset.lines[3].quantity = 2;
        for wave in [LILLE_23, LILLE_24] {
            it.dataset.waves[wave.ix()].capacity_units = None;
        }
        fill_lille(it);
    });
    assert_eq!((found.code, found.quantity), ("transfer_full", 1));
}

#[test]
fn a_split_limit_of_the_order_is_the_reason() {
    let found = said_of(0, |it| {
        // The fourth cup of A-1 is in the store, and A-1 has its two shipments.
        it.dataset.lines[0].quantity = 4;
        it.dataset.stock[2].available = Some(0);
        it.dataset.stock[3].available = Some(9);
    });
    assert_eq!(found.code, "split_limit");
    assert!(
        found.reason.contains("than the 2 that the order may have"),
        "{}",
        found.reason
    );
}

#[test]
fn a_split_limit_of_the_line_is_the_reason() {
    let found = said_of(0, |it| {
        it.dataset.lines[0].quantity = 4;
        it.dataset.lines[0].line_max_shipments = 1;
        it.dataset.waves[LILLE_24.ix()].closed = Some("holiday".into());
    });
    assert_eq!(found.code, "line_split_limit");
}

#[test]
fn an_order_that_may_leave_only_later_says_when() {
    let found = said_of(CUP_LINE, |it| {
        it.dataset.orders[4].ship_after = Some(at("2026-12-05T00:00:00Z"));
    });
    assert_eq!(found.code, "no_wave_in_time");
    assert_eq!(found.next_possible, Some(at("2026-12-05T18:00:00Z")));
    assert!(
        found.next_because.ends_with("once the order may leave"),
        "{}",
        found.next_because
    );
}

#[test]
fn promises_count_what_ships_and_what_stays_open() {
    let mut world = world();
    world.dataset.lines[1].quantity = 4;
    let audit = verify(&world.dataset, &world.settings, &world.plan).expect("a valid plan");
    let ledger = ledger(&world.dataset, &world.plan, &audit);
    let told = |order: u32| promise(&world.dataset, &world.plan, &audit, &ledger, OrderIx(order));
    assert_eq!(told(0).status(), "partial");
    assert_eq!(
        told(0).sentence(Fulfilment::Ship),
        "Ships from LILLE and LYON from 2026-11-23, arrives by 2026-11-26, in 2 shipments, 1 day late; \
         2 of 7 units not shipped."
    );
    assert_eq!(
        told(1).sentence(Fulfilment::Pickup(STORE)),
        "Ships from LILLE and STORE from 2026-11-23, ready to collect by 2026-11-24, in 2 shipments."
    );
    assert_eq!(
        told(2).sentence(Fulfilment::Ship),
        "Ships from LILLE and LYON from 2026-11-23, arrives by 2026-11-27."
    );
    assert_eq!(
        told(4).sentence(Fulfilment::Ship),
        "Nothing ships within the horizon."
    );
}
