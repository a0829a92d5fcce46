//! One valid plan, and for every rule a change that breaks just that rule.

use super::fixture::*;
use super::{Audit, Measure, verify};
use crate::domain::*;
use crate::plan::{Plan, Route};
use crate::units::{Money, Weight};
use jiff::civil::{date, time};

fn audit(world: &World) -> Audit {
    match verify(&world.dataset, &world.settings, &world.plan) {
        Ok(audit) => audit,
        Err(violations) => panic!("the plan should be valid: {violations:#?}"),
    }
}

/// Changes a valid world and returns what the verifier says then.
fn broken_by(change: impl Fn(&mut World)) -> Vec<String> {
    let mut world = world();
    change(&mut world);
    match verify(&world.dataset, &world.settings, &world.plan) {
        Ok(_) => vec![],
        Err(violations) => violations.iter().map(ToString::to_string).collect(),
    }
}

/// Asserts that a change breaks one rule and nothing else.
#[track_caller]
fn assert_breaks(sentence: &str, change: impl Fn(&mut World)) {
    assert_eq!(broken_by(change), [sentence]);
}

#[track_caller]
fn assert_valid(change: impl Fn(&mut World)) {
    assert_eq!(broken_by(change), Vec::<String>::new());
}

#[test]
fn a_plan_that_breaks_no_rule_passes() {
    assert_valid(|_| {});
}

#[test]
fn an_empty_plan_breaks_no_rule_and_leaves_everything_unfilled() {
    let mut world = world();
    world.plan = Plan::default();
    let audit = audit(&world);
    assert_eq!((audit.units, audit.units_filled), (13, 0));
    assert_eq!(audit.total.unfilled, cents(13 * 200));
    // The contract with Cargo for three shipments is paid all the same.
    assert_eq!(audit.total.shortfall, cents(3 * 40));
    assert_eq!(audit.objective(&world.settings), cents(-13 * 200 - 120));
}

mod structure {
    use super::*;

    #[test]
    fn indices_outside_their_tables_are_refused() {
        let refuse = |what: &str, change: fn(&mut World)| {
            let sentence =
                format!("shipment number 7 of the plan names a {what} that does not exist");
            assert_breaks(&sentence, change);
        };
        refuse("order", |it| it.plan.shipments[D_COLD].order = OrderIx(5));
        refuse("wave", |it| it.plan.shipments[D_COLD].wave = WaveIx(8));
        refuse("line", |it| {
            it.plan.shipments[D_COLD].pieces[0].line = LineIx(9)
        });
        refuse("service", |it| {
            it.plan.shipments[D_COLD].route = Route::Carrier(ServiceIx(2));
        });
        refuse("transfer", |it| {
            it.plan.shipments[D_COLD].route = Route::ToStore(TransferIx(3));
        });
        refuse("wave", |it| {
            it.plan.shipments[D_COLD].route = Route::ToHub(LILLE_TO_HUB, WaveIx(8));
        });
    }

    #[test]
    fn shipments_out_of_order_are_refused() {
        assert_breaks(
            "shipment number 1 of the plan is not in canonical order (order, wave; its pieces by line)",
            |it| it.plan.shipments.swap(A_LILLE, A_LYON),
        );
    }

    #[test]
    fn pieces_out_of_order_are_refused() {
        assert_breaks(
            "shipment number 0 of the plan is not in canonical order (order, wave; its pieces by line)",
            |it| it.plan.shipments[A_LILLE].pieces.swap(0, 1),
        );
    }

    #[test]
    fn two_shipments_of_an_order_in_one_wave_are_refused() {
        assert_breaks(
            "order A-1, shipment from LILLE in wave 2026-11-23 18:00: a second shipment of the order in the same wave",
            |it| it.plan.shipments[A_LYON].wave = LILLE_23,
        );
    }

    #[test]
    fn a_shipment_of_nothing_is_refused() {
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: it holds nothing",
            |it| it.plan.shipments[D_COLD].pieces.clear(),
        );
    }

    #[test]
    fn a_piece_of_no_units_is_refused() {
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: line 1 is in it with no units",
            |it| it.plan.shipments[D_COLD].pieces[0].quantity = 0,
        );
    }

    #[test]
    fn a_line_twice_in_a_shipment_is_refused() {
        assert_breaks(
            "order A-1, shipment from LILLE in wave 2026-11-23 18:00: line 1 is in it twice",
            |it| it.plan.shipments[A_LILLE].pieces[1].line = LineIx(0),
        );
    }

    #[test]
    fn a_line_of_another_order_is_refused() {
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: it holds line 2 of order E-5",
            |it| it.plan.shipments[D_COLD].pieces[0].line = LineIx(8),
        );
    }
}

mod place_and_time {
    use super::*;

    #[test]
    fn nothing_leaves_a_closed_location() {
        assert_breaks(
            "order B-2, shipment from STORE in wave 2026-11-23 18:00: the location is closed (open = no)",
            |it| it.dataset.locations[STORE.ix()].open = Open::No,
        );
    }

    #[test]
    fn a_location_that_the_plan_may_open_is_open() {
        assert_valid(|it| it.dataset.locations[STORE.ix()].open = Open::Decide);
    }

    #[test]
    fn a_closed_store_still_hands_over_what_is_sent_to_it() {
        assert_valid(|it| {
            it.dataset.locations[STORE.ix()].open = Open::No;
            it.plan.shipments.remove(B_COLLECT);
        });
    }

    #[test]
    fn nothing_leaves_in_a_downtime() {
        assert_breaks(
            "order A-1, shipment from LYON in wave 2026-11-24 18:00: the wave is closed (stock-taking)",
            |it| it.dataset.waves[LYON_24.ix()].closed = Some("stock-taking".into()),
        );
    }

    #[test]
    fn nothing_leaves_before_release_and_lead_time() {
        let release = |it: &mut World, moment| it.dataset.orders[3].release = at(moment);
        assert_valid(|it| release(it, "2026-11-23T17:00:00Z"));
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: it leaves at 2026-11-23T18:00:00Z, \
             but not before 2026-11-23T18:00:01Z",
            |it| release(it, "2026-11-23T17:00:01Z"),
        );
    }

    #[test]
    fn nothing_leaves_before_the_scheduled_date() {
        let schedule = |it: &mut World, moment| it.dataset.orders[3].ship_after = Some(at(moment));
        assert_valid(|it| schedule(it, "2026-11-23T18:00:00Z"));
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: it leaves at 2026-11-23T18:00:00Z, \
             but not before 2026-11-24T00:00:00Z",
            |it| schedule(it, "2026-11-24T00:00:00Z"),
        );
    }

    #[test]
    fn a_hub_forwards_only_what_has_arrived_and_is_ready() {
        let forward_with = |it: &mut World, wave| {
            it.plan.shipments[C_FORWARD].wave = wave;
            it.plan.shipments[C_LILLE].route = Route::ToHub(LILLE_TO_HUB, wave);
            it.plan.shipments[C_LYON].route = Route::ToHub(LYON_TO_HUB, wave);
            it.dataset.transfers[LYON_TO_HUB.ix()].transit_days = 0;
        };
        assert_breaks(
            "order C-3, shipment from LILLE in wave 2026-11-23 18:00: what it brings to the hub leaves there at \
             2026-11-24T18:00:00Z, but is ready at 2026-11-25T01:00:00Z only",
            |it| forward_with(it, HUB_24),
        );
        assert_valid(|it| forward_with(it, HUB_25));
    }
}

mod handling_and_size {
    use super::*;

    #[test]
    fn a_location_handles_what_it_ships() {
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: LILLE cannot do the special handling it needs",
            |it| it.dataset.locations[LILLE.ix()].handling = HandlingSet(0),
        );
    }

    #[test]
    fn a_hub_handles_what_it_forwards() {
        assert_breaks(
            "order C-3, shipment from HUB in wave 2026-11-25 18:00: HUB cannot do the special handling it needs",
            |it| {
                it.dataset.lines[4].sku = SkuIx(FISH as u32);
                it.dataset.locations[HUB.ix()].handling = HandlingSet(0);
            },
        );
    }

    #[test]
    fn a_store_handles_what_is_collected_there() {
        assert_breaks(
            "order B-2, shipment from LILLE in wave 2026-11-23 18:00: STORE cannot do the special handling it needs",
            |it| {
                it.dataset.lines[3].sku = SkuIx(FISH as u32);
                it.dataset.locations[STORE.ix()].handling = HandlingSet(0);
            },
        );
    }

    #[test]
    fn a_rate_carries_only_the_handling_it_lists() {
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: Cargo/std cannot carry the special handling \
             it needs",
            |it| it.dataset.rates[0].handling = Some(HandlingSet(2)),
        );
        assert_valid(|it| it.dataset.rates[0].handling = None);
    }

    #[test]
    fn an_order_goes_only_by_the_services_it_allows() {
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: the order does not allow the service Cargo/std",
            |it| it.dataset.orders[3].services = Some([POST].into()),
        );
        assert_valid(|it| it.dataset.orders[3].services = Some([CARGO, POST].into()));
    }

    #[test]
    fn a_unit_is_no_longer_than_the_service_takes() {
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: a unit is 200 mm long, Cargo/std takes 199 mm",
            |it| it.dataset.services[CARGO.ix()].max_length = Some(crate::units::Length(199)),
        );
    }

    #[test]
    fn a_unit_is_no_thicker_than_the_service_takes() {
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: a unit has a girth of 300 mm, Cargo/std takes \
             299 mm",
            |it| it.dataset.services[CARGO.ix()].max_girth = Some(crate::units::Length(299)),
        );
    }

    #[test]
    fn a_parcel_is_no_heavier_than_the_service_takes() {
        let limit = |it: &mut World, limit| {
            it.dataset.services[POST.ix()].max_parcel = Some(Weight(limit));
        };
        assert_valid(|it| limit(it, 2_700_000));
        assert_breaks(
            "order A-1, shipment from LILLE in wave 2026-11-23 18:00: 2700000 mg in 1 parcels, Post/home takes \
             2699999 mg a parcel",
            |it| limit(it, 2_699_999),
        );
        assert_valid(|it| {
            limit(it, 1_900_000);
            it.plan.shipments[A_LILLE].parcels = 2;
        });
    }

    #[test]
    fn a_unit_is_whole_in_one_parcel() {
        assert_breaks(
            "order A-1, shipment from LYON in wave 2026-11-24 18:00: 1 units in 2 parcels by Post/home, and not every \
             unit fits one of them whole",
            |it| it.plan.shipments[A_LYON].parcels = 2,
        );
        let parted = "order A-1, shipment from LILLE in wave 2026-11-23 18:00: 4 units in 2 parcels by Post/home, and \
                      not every unit fits one of them whole";
        let told = |limit: i64| {
            broken_by(|it| {
                it.plan.shipments[A_LILLE].parcels = 2;
                it.dataset.services[POST.ix()].max_parcel = Some(Weight(limit));
            })
        };
        assert!(!told(1_500_000).iter().any(|it| it == parted));
        assert!(told(1_499_999).iter().any(|it| it == parted));
    }

    #[test]
    fn parcels_are_as_many_as_the_service_takes() {
        assert_valid(|it| it.plan.shipments[A_LILLE].parcels = 2);
        assert_breaks(
            "order A-1, shipment from LILLE in wave 2026-11-23 18:00: 3 parcels, where 1 to 2 are possible",
            |it| it.plan.shipments[A_LILLE].parcels = 3,
        );
        assert_breaks(
            "order A-1, shipment from LILLE in wave 2026-11-23 18:00: 0 parcels, where 1 to 2 are possible",
            |it| it.plan.shipments[A_LILLE].parcels = 0,
        );
        assert_breaks(
            "order B-2, shipment from STORE in wave 2026-11-23 18:00: 2 parcels, where 1 to 1 are possible",
            |it| it.plan.shipments[B_COLLECT].parcels = 2,
        );
    }

    #[test]
    fn a_product_that_ships_alone_has_no_company() {
        assert_breaks(
            "order A-1, shipment from LILLE in wave 2026-11-23 18:00: line 2 ships alone, but other lines are in it",
            |it| {
                it.dataset.lines[0].sku = SkuIx(CUP as u32);
                it.dataset.lines[1].sku = SkuIx(BULKY as u32);
                it.dataset.lines[1].quantity = 1;
                it.plan.shipments.remove(A_LYON);
            },
        );
    }
}

mod rate_cards {
    use super::*;

    #[test]
    fn a_shipment_needs_a_lane_to_its_destination() {
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: no rate of Cargo/std leads to the destination",
            |it| it.dataset.lanes[0].destination = Some(ZoneIx(1)),
        );
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: no rate of Cargo/std leads to the destination",
            |it| it.dataset.lanes[0].origin = Origin::Location(LYON),
        );
    }

    #[test]
    fn a_band_holds_weights_above_its_minimum_up_to_its_maximum() {
        let band = |it: &mut World, min, max| {
            it.dataset.rates[0].min_weight = Weight(min);
            it.dataset.rates[0].max_weight = Some(Weight(max));
        };
        let refused = "order D-4, shipment from LILLE in wave 2026-11-23 18:00: no weight band of Cargo/std takes \
                       250000 mg in 1 parcels";
        assert_valid(|it| band(it, 249_999, 250_000));
        assert_breaks(refused, |it| band(it, 0, 249_999));
        assert_breaks(refused, |it| band(it, 250_000, 300_000));
    }

    #[test]
    fn weightless_goods_belong_to_the_band_that_begins_at_nothing() {
        assert_valid(|it| it.dataset.lines[6].weight = Weight::ZERO);
        let refused = "order D-4, shipment from LILLE in wave 2026-11-23 18:00: no weight band of Cargo/std takes \
                       0 mg in 1 parcels";
        assert_breaks(refused, |it| {
            it.dataset.lines[6].weight = Weight::ZERO;
            it.dataset.rates[0].min_weight = Weight(1);
        });
    }

    /// Adds a lane of Cargo with a price of its own.
    fn add_lane(world: &mut World, origin: Origin, destination: Option<ZoneIx>, price: i64) {
        let band = world.dataset.rates.len() as u32;
        let rate = Rate {
            base_cost: cents(price),
            ..world.dataset.rates[0].clone()
        };
        world.dataset.rates.push(rate);
        world.dataset.lanes.push(Lane {
            service: CARGO,
            origin,
            destination,
            bands: band..band + 1,
        });
    }

    #[track_caller]
    fn assert_carriage(price: i64, change: impl Fn(&mut World)) {
        let mut world = world();
        change(&mut world);
        assert_eq!(audit(&world).shipments[D_COLD].carriage, cents(price));
    }

    #[test]
    fn the_most_specific_origin_wins_before_the_most_specific_destination() {
        let near = Some(ZoneIx(0));
        let lille_in_south = |it: &mut World| {
            it.dataset.locations[LILLE.ix()].zone = Some(ZoneIx(1));
        };
        assert_carriage(1_000, |_| {});
        assert_carriage(900, |it| add_lane(it, Origin::Any, near, 900));
        assert_carriage(800, |it| {
            lille_in_south(it);
            add_lane(it, Origin::Any, near, 900);
            add_lane(it, Origin::Zone(ZoneIx(1)), None, 800);
        });
        assert_carriage(700, |it| {
            lille_in_south(it);
            add_lane(it, Origin::Zone(ZoneIx(1)), near, 800);
            add_lane(it, Origin::Location(LILLE), None, 700);
        });
        assert_carriage(600, |it| {
            add_lane(it, Origin::Location(LILLE), None, 700);
            add_lane(it, Origin::Location(LILLE), near, 600);
        });
        assert_carriage(1_000, |it| {
            add_lane(it, Origin::Location(LYON), near, 600);
            add_lane(it, Origin::Any, Some(ZoneIx(1)), 500);
        });
    }

    fn rule(prefix: &str, zone: u32) -> ZoneRule {
        ZoneRule {
            carrier: None,
            origin: Origin::Any,
            country: None,
            prefix: prefix.into(),
            zone: ZoneIx(zone),
        }
    }

    /// Cargo costs 9 to NEAR and 8 to SOUTH, and the destination has no zone of its own.
    fn by_rules(world: &mut World, rules: Vec<ZoneRule>) {
        add_lane(world, Origin::Any, Some(ZoneIx(0)), 900);
        add_lane(world, Origin::Any, Some(ZoneIx(1)), 800);
        let mut elsewhere = world.dataset.destinations[0].clone();
        elsewhere.zone = None;
        world.dataset.destinations.push(elsewhere);
        world.dataset.orders[3].destination = DestinationIx(1);
        world.dataset.zone_rules = rules;
    }

    #[test]
    fn the_longest_postcode_prefix_gives_the_zone() {
        assert_carriage(1_000, |it| by_rules(it, vec![]));
        assert_carriage(1_000, |it| by_rules(it, vec![rule("69", 0)]));
        assert_carriage(900, |it| by_rules(it, vec![rule("590", 0), rule("59", 1)]));
        assert_carriage(800, |it| {
            by_rules(it, vec![rule("59", 0), rule("59000", 1)])
        });
        assert_carriage(1_000, |it| by_rules(it, vec![rule("590000", 1)]));
    }

    #[test]
    fn among_equal_prefixes_carrier_then_origin_then_country_decide() {
        let cargo = |zone| ZoneRule {
            carrier: Some("Cargo".into()),
            ..rule("59", zone)
        };
        let post = ZoneRule {
            carrier: Some("Post".into()),
            ..rule("59", 0)
        };
        let from_lille = |zone| ZoneRule {
            origin: Origin::Location(LILLE),
            ..rule("59", zone)
        };
        let french = |zone| ZoneRule {
            country: Some("FR".into()),
            ..rule("59", zone)
        };
        let belgian = ZoneRule {
            country: Some("BE".into()),
            ..rule("590", 0)
        };
        assert_carriage(800, |it| by_rules(it, vec![from_lille(0), cargo(1)]));
        assert_carriage(800, |it| by_rules(it, vec![post.clone(), rule("59", 1)]));
        assert_carriage(800, |it| by_rules(it, vec![from_lille(1), french(0)]));
        assert_carriage(800, |it| by_rules(it, vec![rule("59", 0), french(1)]));
        assert_carriage(800, |it| by_rules(it, vec![belgian.clone(), rule("59", 1)]));
    }

    #[test]
    fn a_carrier_price_is_exact_to_the_micro_unit() {
        // 2.7 kg: 5.00 + 2.7 × 1.00 = 7.70, + 10 % = 8.47.
        let carriage = |it: &World| audit(it).shipments[A_LILLE].carriage;
        let mut changed = world();
        assert_eq!(carriage(&changed), cents(847));
        // Two parcels of 1.35 kg are in the lower band: 2 × (3.00 + 1.35) × 1.1.
        changed.plan.shipments[A_LILLE].parcels = 2;
        assert_eq!(carriage(&changed), cents(957));
        // A step of 1 kg: 2 × (3.00 + 2.00) × 1.1.
        changed.dataset.rates[1].kg_step = Some(grams(1_000));
        assert_eq!(carriage(&changed), cents(1_100));
        // 0.07 a unit, two units a parcel: 2 × (5.00 + 0.14) × 1.1.
        changed.dataset.rates[1].cost_per_unit = cents(7);
        assert_eq!(carriage(&changed), Money(11_308_000));
        // A minimum of 6.00 before fuel: 2 × 6.00 × 1.1.
        changed.dataset.rates[1].min_charge = cents(600);
        assert_eq!(carriage(&changed), cents(1_320));
    }

    #[test]
    fn volume_counts_where_it_weighs_more() {
        let mut world = world();
        // 5 000 cm³ at 1 500 cm³ a kilogram: 3 333 333.33… mg; (5 + 3.333…) × 1.1 = 9.1666666…
        world.dataset.rates[2].dim_divisor = Some(1_500);
        world.dataset.rates[2].min_weight = grams(2_700);
        world.dataset.rates[1].dim_divisor = None;
        let found = audit(&world).shipments[A_LILLE];
        assert_eq!(found.billable, Weight(3_333_333));
        assert_eq!(found.carriage, Money(9_166_667));
    }
}

mod fulfilment_and_routes {
    use super::*;

    #[test]
    fn an_order_to_be_collected_never_goes_by_carrier() {
        assert_breaks(
            "order B-2, shipment from STORE in wave 2026-11-23 18:00: its route does not suit how the customer gets \
             the order (ship or pickup)",
            |it| it.plan.shipments[B_COLLECT].route = Route::Carrier(CARGO),
        );
    }

    #[test]
    fn an_order_to_be_shipped_never_waits_in_a_store() {
        let sentence = "order D-4, shipment from LILLE in wave 2026-11-23 18:00: its route does not suit how the \
                        customer gets the order (ship or pickup)";
        assert_breaks(sentence, |it| {
            it.plan.shipments[D_COLD].route = Route::Collect
        });
        assert_breaks(sentence, |it| {
            it.plan.shipments[D_COLD].route = Route::ToStore(LILLE_TO_STORE);
            it.dataset.transfers[LILLE_TO_STORE.ix()].capacity_units = None;
        });
    }

    #[test]
    fn an_order_to_be_collected_is_not_merged_at_a_hub() {
        let suits = "its route does not suit how the customer gets the order (ship or pickup)";
        let broken = broken_by(|it| it.dataset.orders[2].fulfilment = Fulfilment::Pickup(STORE));
        assert_eq!(broken.len(), 3);
        assert!(
            broken.iter().all(|sentence| sentence.ends_with(suits)),
            "{broken:?}"
        );
    }

    #[test]
    fn a_customer_collects_at_the_pickup_store_only() {
        assert_breaks(
            "order B-2, shipment from LYON in wave 2026-11-23 18:00: it ends at LYON, which is not the order's \
             pick-up store",
            |it| it.plan.shipments[B_COLLECT].wave = LYON_23,
        );
        assert_breaks(
            "order B-2, shipment from LILLE in wave 2026-11-23 18:00: it ends at LYON, which is not the order's \
             pick-up store",
            |it| it.dataset.transfers[LILLE_TO_STORE.ix()].to = LYON,
        );
    }

    #[test]
    fn a_transfer_begins_where_the_shipment_leaves() {
        assert_breaks(
            "order C-3, shipment from LYON in wave 2026-11-23 18:00: its transfer begins at STORE",
            |it| it.dataset.transfers[LYON_TO_HUB.ix()].from = STORE,
        );
    }

    #[test]
    fn a_feeder_ends_at_the_hub_whose_wave_it_joins() {
        assert_breaks(
            "order C-3, shipment from LYON in wave 2026-11-23 18:00: it is to be merged at STORE, which is not the \
             hub of that transfer and wave",
            |it| it.dataset.transfers[LYON_TO_HUB.ix()].to = STORE,
        );
    }

    #[test]
    fn a_location_that_is_no_hub_merges_nothing() {
        let broken = broken_by(|it| it.dataset.locations[HUB.ix()].kind = LocationKind::Warehouse);
        let merged = "it is to be merged at HUB, which is not the hub of that transfer and wave";
        assert!(
            broken.iter().any(|sentence| sentence.ends_with(merged)),
            "{broken:?}"
        );
    }

    #[test]
    fn a_hub_only_forwards_by_carrier() {
        let refused = "order C-3, shipment from HUB in wave 2026-11-25 18:00: a hub holds no stock, it only forwards \
                       by carrier what was brought to it";
        let broken = broken_by(|it| {
            it.plan.shipments[C_FORWARD].route = Route::ToStore(LILLE_TO_STORE);
        });
        assert!(
            broken.iter().any(|sentence| sentence == refused),
            "{broken:?}"
        );
    }

    #[test]
    fn a_hub_forwards_what_was_brought_line_by_line() {
        assert_breaks(
            "order C-3, line 2: 1 units brought to hub HUB for wave 2026-11-25 18:00, 0 forwarded",
            |it| {
                it.plan.shipments[C_FORWARD].pieces.pop();
            },
        );
        assert_breaks(
            "order C-3, line 2: 0 units brought to hub HUB for wave 2026-11-25 18:00, 1 forwarded",
            |it| {
                it.plan.shipments.remove(C_LYON);
            },
        );
    }
}

mod orders {
    use super::*;

    #[test]
    fn no_line_ships_more_than_was_ordered() {
        assert_breaks("order A-1, line 2: 3 units shipped, 2 ordered", |it| {
            it.plan.shipments[A_LILLE].pieces[1].quantity = 2;
            it.plan.shipments[A_LILLE].parcels = 2;
            it.dataset.locations[LILLE.ix()].overtime_units = 9;
        });
    }

    #[test]
    fn an_order_has_no_more_shipments_than_it_allows() {
        assert_breaks("order A-1: 2 shipments, at most 1 allowed", |it| {
            it.dataset.orders[0].max_shipments = 1;
        });
    }

    #[test]
    fn feeders_of_a_hub_do_not_count_as_shipments() {
        assert_valid(|it| it.dataset.orders[2].max_shipments = 1);
    }

    #[test]
    fn a_line_ships_in_no_more_pieces_than_it_allows() {
        assert_breaks(
            "order A-1, line 2: shipped in 2 pieces, at most 1 allowed",
            |it| {
                it.dataset.lines[1].line_max_shipments = 1;
            },
        );
    }

    #[test]
    fn a_forwarded_line_counts_once() {
        assert_valid(|it| it.dataset.lines[4].line_max_shipments = 1);
    }

    #[test]
    fn a_piece_of_a_split_line_is_no_smaller_than_allowed() {
        assert_breaks(
            "order A-1, shipment from LILLE in wave 2026-11-23 18:00: 3 units of line 1, a piece of a split has at \
             least 4",
            |it| {
                it.dataset.lines[0].quantity = 5;
                it.dataset.lines[0].min_split_units = 4;
            },
        );
        assert_valid(|it| it.dataset.lines[0].min_split_units = 4);
    }

    #[test]
    fn a_line_that_ships_complete_is_filled_whole_or_not_at_all() {
        let complete = |it: &mut World| it.dataset.orders[4].ship_complete = ShipComplete::Line;
        assert_valid(complete);
        assert_breaks(
            "order A-1, line 1: 3 of 5 units shipped, but it ships complete or not at all",
            |it| {
                it.dataset.orders[0].ship_complete = ShipComplete::Line;
                it.dataset.lines[0].quantity = 5;
            },
        );
    }

    #[test]
    fn an_order_that_ships_complete_is_filled_whole_or_not_at_all() {
        let complete = |it: &mut World| it.dataset.orders[0].ship_complete = ShipComplete::Order;
        assert_valid(complete);
        assert_valid(|it| it.dataset.orders[4].ship_complete = ShipComplete::Order);
        assert_breaks(
            "order A-1: 4 of 5 units shipped, but it ships complete or not at all",
            |it| {
                complete(it);
                it.plan.shipments.remove(A_LYON);
            },
        );
    }
}

mod shared_things {
    use super::*;

    #[test]
    fn a_location_ships_only_what_it_knows() {
        assert_breaks(
            "order D-4, shipment from LILLE in wave 2026-11-23 18:00: the location holds no FISH",
            |it| {
                it.dataset.stock_of_sku[FISH] = 5..6;
            },
        );
    }

    #[test]
    fn stock_is_not_taken_twice() {
        assert_valid(|it| it.dataset.stock[1].available = Some(4));
        assert_breaks(
            "LILLE, CUP: 4 units taken up to wave 2026-11-23 18:00, 3 available by then",
            |it| it.dataset.stock[1].available = Some(3),
        );
        assert_valid(|it| it.dataset.stock[1].available = None);
    }

    #[test]
    fn inbound_stock_counts_from_its_arrival_on() {
        assert_breaks(
            "LYON, PAN: 2 units taken up to wave 2026-11-24 18:00, 1 available by then",
            |it| it.dataset.inbound[0].available_at = at("2026-11-24T18:00:01Z"),
        );
        assert_valid(|it| it.dataset.inbound[0].available_at = at("2026-11-24T18:00:00Z"));
    }

    #[test]
    fn what_an_early_wave_takes_a_later_one_cannot() {
        assert_breaks(
            "LYON, PAN: 1 units taken up to wave 2026-11-23 18:00, 0 available by then",
            |it| {
                it.dataset.stock[7].available = Some(0);
                it.dataset.inbound[0].quantity = 2;
            },
        );
    }

    #[test]
    fn a_hub_takes_no_stock_for_what_it_forwards() {
        let world = world();
        let used = audit(&world);
        assert_eq!(used.shipments[C_FORWARD].goods, Money::ZERO);
        assert_eq!(used.waves[HUB_25.ix()].units, 2);
    }

    #[test]
    fn a_wave_handles_units_up_to_capacity_and_overtime() {
        assert_breaks(
            "LILLE, wave 2026-11-23 18:00: 7 units, 6 possible with overtime",
            |it| it.dataset.locations[LILLE.ix()].overtime_units = 0,
        );
    }

    #[test]
    fn a_wave_handles_lines_up_to_capacity() {
        assert_breaks("LILLE, wave 2026-11-23 18:00: 5 lines, 4 possible", |it| {
            it.dataset.waves[LILLE_23.ix()].capacity_lines = Some(4);
        });
    }

    #[test]
    fn a_wave_handles_shipments_up_to_capacity() {
        assert_breaks(
            "LILLE, wave 2026-11-23 18:00: 4 shipments, 3 possible",
            |it| {
                it.dataset.waves[LILLE_23.ix()].capacity_shipments = Some(3);
            },
        );
    }

    #[test]
    fn a_carrier_takes_shipments_up_to_its_capacity_in_each_wave() {
        assert_breaks(
            "LILLE, wave 2026-11-23 18:00: 1 shipments with Cargo/std, 0 possible",
            |it| it.dataset.services[CARGO.ix()].capacity_shipments = Some(0),
        );
    }

    #[test]
    fn a_transfer_takes_units_up_to_its_capacity_in_each_wave() {
        assert_breaks(
            "LILLE, wave 2026-11-23 18:00: 1 units transferred to STORE, 0 possible",
            |it| it.dataset.transfers[LILLE_TO_STORE.ix()].capacity_units = Some(0),
        );
    }
}

mod money {
    use super::*;

    #[test]
    fn every_kind_of_money_is_what_it_is_by_hand() {
        let world = world();
        let total = audit(&world).total;
        // 6 cups, 4 pans, 1 fish.
        assert_eq!(total.revenue, cents(6 * 1_000 + 4 * 2_500 + 800));
        // Two of the pans come from Lyon, where they cost 11.
        assert_eq!(total.goods, cents(6 * 400 + 2 * 1_200 + 2 * 1_100 + 300));
        // 4 cups from Lille.
        assert_eq!(total.ageing_credit, cents(4 * 30));
        // 13 units and 10 lines leave somewhere, the hub included; 8 shipments.
        assert_eq!(total.picking, cents(13 * 10 + 10 * 20));
        assert_eq!(total.packing, cents(8 * 50));
        // 8.47 and (3 + 1.5) × 1.1 = 4.95; C-3: 1.9 kg: 4.9 × 1.1 = 5.39; D-4: 10.
        assert_eq!(total.carriage, cents(847 + 495 + 539 + 1_000));
        // 1.05 each and 0.20 a kilogram of 1.5, 0.4 and 1.5 kg.
        assert_eq!(total.transfer, cents(3 * 105 + 30 + 8 + 30));
        assert_eq!(total.fixed, cents(700));
        assert_eq!(total.overtime, cents(90));
        // Cargo carries one of three shipments promised.
        assert_eq!(total.shortfall, cents(2 * 40));
        assert_eq!(total.late, cents(150));
        assert_eq!(total.unfilled, cents(2 * 200));
        assert_eq!(total.co2, Money::ZERO);
    }

    #[test]
    fn profit_cost_and_goals_follow_from_the_total() {
        let mut world = world();
        let audit = audit(&world);
        let revenue = cents(16_800);
        let costs = cents(7_300 - 120 + 330 + 400 + 2_881 + 383 + 700 + 90 + 80);
        let penalties = cents(150 + 400);
        assert_eq!(audit.total.cost(), costs);
        assert_eq!(audit.total.profit(), revenue - costs);
        assert_eq!(
            audit.objective(&world.settings),
            revenue - costs - penalties
        );
        world.settings.objective = Objective::Cost;
        assert_eq!(audit.objective(&world.settings), costs + penalties);
        assert_eq!(audit.goal_value(Measure::FillUnits), 11);
        assert_eq!(audit.goal_value(Measure::FillLines), 7);
        assert_eq!(audit.goal_value(Measure::FillOrders), 4);
        assert_eq!(audit.goal_value(Measure::FillValue), revenue.0);
        assert_eq!(audit.goal_value(Measure::LateOrders), 1);
        assert_eq!(
            audit.goal_value(Measure::Profit),
            (revenue - costs - penalties).0
        );
        assert_eq!(audit.goal_value(Measure::Cost), (costs + penalties).0);
    }

    #[test]
    fn the_order_knows_its_goods_cost_better_than_stock_and_product() {
        let mut world = world();
        world.dataset.lines[5].unit_cost = Some(cents(900));
        assert_eq!(audit(&world).shipments[C_LYON].goods, cents(900));
    }

    #[test]
    fn co2_costs_by_weight_and_distance_where_both_ends_are_known() {
        let mut world = world();
        let equator = |longitude_micro| Position {
            latitude_micro: 0,
            longitude_micro,
        };
        world.dataset.services[CARGO.ix()].co2_g_per_kg_km_micro = 120_000;
        world.settings.co2_cost_per_kg = cents(8);
        world.dataset.locations[LILLE.ix()].position = Some(equator(0));
        assert_eq!(audit(&world).shipments[D_COLD].co2, Weight::ZERO);
        world.dataset.orders[3].position = Some(equator(1_000_000));
        let found = audit(&world).shipments[D_COLD];
        // One degree is 111.195 km; 0.12 g × 0.25 kg × 111.195 km = 3.33585 g, at 0.08 a kilogram 0.000267.
        assert_eq!(found.distance.map(|metres| metres.0), Some(111_195));
        assert_eq!(found.co2, Weight(3_336));
        assert_eq!(found.co2_cost, Money(267));
    }
}

mod days {
    use super::*;

    #[test]
    fn a_wave_past_the_last_pickup_leaves_the_next_day() {
        let mut world = world();
        let found = audit(&world).shipments[A_LILLE];
        assert_eq!(
            (found.leaves, found.arrives),
            (date(2026, 11, 23), date(2026, 11, 25))
        );
        world.dataset.services[POST.ix()].pickup_cutoff = Some(time(17, 59, 0, 0));
        let found = audit(&world).shipments[A_LILLE];
        assert_eq!(
            (found.leaves, found.arrives),
            (date(2026, 11, 24), date(2026, 11, 26))
        );
    }

    #[test]
    fn weekends_do_not_count_where_the_rate_says_so() {
        let mut world = world();
        // From Wednesday the 25th, four days.
        world.dataset.rates[1].transit_days = 4;
        assert_eq!(
            audit(&world).shipments[C_FORWARD].arrives,
            date(2026, 12, 1)
        );
        world.dataset.rates[1].weekend = true;
        assert_eq!(
            audit(&world).shipments[C_FORWARD].arrives,
            date(2026, 11, 29)
        );
    }

    #[test]
    fn an_order_is_as_late_as_its_latest_shipment() {
        let mut world = world();
        let found = audit(&world);
        assert_eq!(found.shipments[A_LILLE].days_late, 0);
        assert_eq!(found.shipments[A_LYON].days_late, 1);
        assert_eq!(found.orders[0].late_cost, cents(150));
        world.dataset.orders[0].deliver_by = Some(date(2026, 10, 25));
        assert_eq!(audit(&world).orders[0].days_late, 32);
    }

    #[test]
    fn what_is_collected_arrives_with_its_wave_or_its_transfer() {
        let found = audit(&world());
        assert_eq!(found.shipments[B_COLLECT].arrives, date(2026, 11, 23));
        assert_eq!(found.shipments[B_TO_STORE].arrives, date(2026, 11, 24));
    }

    #[test]
    fn a_feeder_is_never_late() {
        let mut world = world();
        world.dataset.orders[2].deliver_by = Some(date(2026, 11, 20));
        let found = audit(&world);
        assert_eq!(found.shipments[C_LILLE].days_late, 0);
        assert_eq!(found.shipments[C_FORWARD].arrives, date(2026, 11, 27));
        assert_eq!(found.orders[2].days_late, 7);
    }
}

#[test]
fn every_fault_of_a_plan_is_told_at_once() {
    let broken = broken_by(|it| {
        it.dataset.locations[STORE.ix()].open = Open::No;
        it.dataset.orders[0].max_shipments = 1;
        it.dataset.stock[1].available = Some(1);
    });
    assert_eq!(broken.len(), 3, "{broken:?}");
}

#[test]
fn the_overtime_that_is_used_is_paid() {
    let mut changed = world();
    assert_eq!(audit(&changed).waves[LILLE_23.ix()].overtime_units, 1);
    changed.plan.shipments[A_LILLE].wave = LILLE_24;
    assert_eq!(audit(&changed).total.overtime, Money::ZERO);
    assert_eq!(audit(&changed).total.late, cents(150));
}
