//! What a good dataset becomes.

use super::fixture::{good, settings};
use crate::domain::{
    Fulfilment, HandlingSet, Location, LocationIx, LocationKind, Open, Origin, ShipComplete, SkuIx,
    StockIx,
};
use crate::input::{OnBadOrder, build, load, read_tables};
use crate::units::{Length, Money, Volume, Weight};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_demo_dataset_is_good() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo");
    let built = load(&folder, &settings(), OnBadOrder::Refuse).unwrap_or_else(|f| panic!("{f}"));
    assert_eq!(built.dataset.lines.len(), 3136);
    assert_eq!(built.warnings.to_string(), "");
    let (data, found) = (&built.dataset, 0..built.dataset.stock.len());
    for cell in found.map(StockIx::new) {
        let stock = &data.stock[cell.ix()];
        assert_eq!(data.stock_at(stock.sku, stock.location), Some(cell));
    }
    // Once for all orders; once more where it is given as well as left out.
    let channels: BTreeSet<&str> = data.orders.iter().map(|order| &*order.channel).collect();
    let kept: BTreeSet<*const u8> = (data.orders.iter())
        .map(|order| order.channel.as_ptr())
        .collect();
    assert!(kept.len() <= channels.len() + 1, "{}", kept.len());
}

#[test]
fn orders_are_settled_with_their_defaults() {
    let data = good().built().dataset;
    let [one, two] = data.orders.as_slice() else {
        panic!("two orders");
    };
    assert_eq!((&*one.id, &*two.id), ("O1", "O2"));
    assert_eq!((one.lines.clone(), two.lines.clone()), (0..2, 2..3));
    // 1 + 0.5 × priority 1 weighs what being late and unfilled costs.
    assert_eq!(one.late_cost_per_day, Money(2_250_000));
    assert_eq!(data.lines[0].unfilled_cost, Money(3_000_000));
    assert_eq!(two.late_cost_per_day, Money(1_000_000));
    assert_eq!(data.lines[2].unfilled_cost, Money(3_000_000));
    assert_eq!((one.max_shipments, two.max_shipments), (2, 4));
    assert_eq!(
        (
            data.lines[0].line_max_shipments,
            data.lines[2].line_max_shipments
        ),
        (1, 3)
    );
    assert_eq!(
        (one.ship_complete, two.ship_complete),
        (ShipComplete::Line, ShipComplete::None)
    );
    assert_eq!(two.fulfilment, Fulfilment::Pickup(LocationIx(2)));
    assert_eq!(one.release, settings().as_of);
    assert_eq!(two.release.to_string(), "2026-11-23T08:00:00Z");
    assert_eq!(
        two.ship_after.map(|t| t.to_string()).as_deref(),
        Some("2026-11-23T09:00:00Z")
    );
    assert_eq!(
        two.deliver_by.map(|day| day.to_string()).as_deref(),
        Some("2026-11-24")
    );
    assert_eq!(one.services.as_deref().map(<[_]>::len), Some(1));
    assert_eq!(two.services, None);
    assert_eq!(one.position.map(|p| p.latitude_micro), Some(45_700_000));
}

#[test]
fn what_the_order_knows_better_goes_before_the_product() {
    let data = good().built().dataset;
    let (plain, own) = (&data.lines[0], &data.lines[2]);
    assert_eq!(
        (plain.weight, plain.volume),
        (Weight(1_200_000), Volume(6_000_000))
    );
    assert_eq!(
        (own.weight, own.volume),
        (Weight(1_500_000), Volume(2_000_000))
    );
    assert_eq!(
        (plain.unit_cost, own.unit_cost),
        (None, Some(Money(4_000_000)))
    );
    assert_eq!(
        data.products[0].sides,
        [Length(300), Length(200), Length(100)]
    );
}

#[test]
fn stock_is_sorted_and_only_confident_inbound_counts() {
    let data = good().built().dataset;
    let cells: Vec<_> = data
        .stock
        .iter()
        .map(|cell| (cell.sku.0, cell.location.0, cell.available))
        .collect();
    assert_eq!(
        cells,
        [
            (0, 1, Some(7)),
            (0, 2, Some(4)),
            (1, 1, None),
            (1, 2, Some(0))
        ]
    );
    assert_eq!(data.inbound.len(), 1);
    let cell = data
        .stock_at(SkuIx(1), LocationIx(2))
        .expect("a cell of inbound alone");
    assert_eq!(data.stock[cell.ix()].inbound, 0..1);
    assert_eq!(
        data.inbound[0].available_at.to_string(),
        "2026-11-24T05:00:00Z"
    );
}

#[test]
fn waves_depart_within_the_horizon_with_the_calendar_applied() {
    let data = good().built().dataset;
    let waves = |at: usize| {
        let wave = |ix: crate::domain::WaveIx| {
            let wave = &data.waves[ix.ix()];
            (
                wave.name.to_string(),
                wave.capacity_units,
                wave.closed.clone(),
            )
        };
        data.locations[at]
            .wave_indices()
            .map(wave)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        waves(1),
        [
            ("2026-11-23 12:00 noon".to_owned(), Some(100), None),
            ("2026-11-23 18:00 evening".to_owned(), Some(100), None),
            ("2026-11-24 12:00 noon".to_owned(), Some(55), None),
            ("2026-11-24 18:00 evening".to_owned(), Some(55), None),
        ]
    );
    assert_eq!(
        waves(2),
        [
            ("2026-11-23 15:00".to_owned(), None, None),
            (
                "2026-11-24 15:00".to_owned(),
                None,
                Some("stock-taking".into())
            ),
        ]
    );
}

#[test]
fn without_waves_there_is_one_a_day_at_18_00_on_the_local_clock() {
    let data = good()
        .without("waves")
        .patch("location_costs", 2, "time_zone", "America/New_York")
        .built()
        .dataset;
    let names: Vec<&str> = data.locations[2]
        .wave_indices()
        .map(|ix| &*data.waves[ix.ix()].name)
        .collect();
    assert_eq!(names, ["2026-11-23 18:00", "2026-11-24 18:00"]);
    let first = &data.waves[data.locations[2].waves.start as usize];
    assert_eq!(first.departs.to_string(), "2026-11-23T23:00:00Z");
}

#[test]
fn the_horizon_counts_civil_days_over_a_change_of_the_clock() {
    let data = good().without("waves").without("calendars");
    let mut settings = settings();
    settings.as_of = "2026-10-24T18:00:00+02:00".parse().expect("a time");
    settings.horizon_days = 1;
    let folder = data.folder();
    let built =
        load(folder.path(), &settings, OnBadOrder::Refuse).unwrap_or_else(|f| panic!("{f}"));
    // The day has 25 hours: the next 18:00 is outside, this one inside.
    let departs: Vec<String> = built.dataset.locations[1]
        .wave_indices()
        .map(|ix| built.dataset.waves[ix.ix()].departs.to_string())
        .collect();
    assert_eq!(departs, ["2026-10-24T16:00:00Z"]);
}

#[test]
fn locations_know_what_they_are() {
    let data = good().built().dataset;
    let [hub, lyon, paris] = data.locations.as_slice() else {
        panic!("three locations");
    };
    assert_eq!(
        (hub.kind, lyon.kind, paris.kind),
        (
            LocationKind::Hub,
            LocationKind::Warehouse,
            LocationKind::Store
        )
    );
    assert_eq!((lyon.open, paris.open), (Open::Yes, Open::Decide));
    assert_eq!(&*paris.name, "PARIS");
    assert_eq!(data.handling, [Box::from("cold"), Box::from("fragile")]);
    assert_eq!(
        (lyon.handling, paris.handling),
        (HandlingSet(3), HandlingSet(2))
    );
    assert!(lyon.accepts_returns && !paris.accepts_returns);
    assert_eq!(lyon.lead_time_min, 60);
}

#[test]
fn a_desk_has_what_its_store_has_where_it_states_nothing_else() {
    let data = good()
        .patch("location_costs", 3, "desk_of", "LYON")
        .patch("location_costs", 3, "zone", "")
        .patch("location_costs", 3, "postcode", "69001")
        .with_row("transfers", "PARIS,LYON,1.5,,,2,7")
        .built()
        .dataset;
    let [desk, lyon, _] = data.locations.as_slice() else {
        panic!("three locations");
    };
    assert_eq!((desk.zone, desk.position), (lyon.zone, lyon.position));
    assert_eq!((&*desk.postcode, &*lyon.postcode), ("69001", "69800"));
    assert_eq!(desk.handling, lyon.handling);
    // What work costs there, and how much of it there can be, is its own.
    assert_eq!(desk.cost_per_unit, Money::ZERO);
    let departs = |location: &Location| -> Vec<Timestamp> {
        let waves = location.wave_indices().map(|it| &data.waves[it.ix()]);
        waves.map(|wave| wave.departs).collect()
    };
    assert_eq!(departs(desk), departs(lyon));
    let rates = data.lanes.iter().map(|lane| lane.origin);
    assert!(
        rates
            .clone()
            .any(|it| it == Origin::Location(LocationIx(0)))
    );
    let cost = |from: u32, to: u32| {
        let mut each = data.transfers.iter();
        let found = each.find(|it| (it.from, it.to) == (LocationIx(from), LocationIx(to)));
        found.map(|it| (it.cost_per_shipment.0, it.transit_days, it.transit_min))
    };
    // The row that is stated, and the one that ends at the store.
    assert_eq!(cost(1, 0), Some((1_300_000, 1, None)));
    assert_eq!(cost(2, 0), Some((1_500_000, 2, None)));
    assert_eq!(data.transfers.len(), 4);
    // In a zone of its own it ships as from there.
    let elsewhere = good()
        .patch("location_costs", 3, "desk_of", "LYON")
        .built()
        .dataset;
    let mut origins = elsewhere.lanes.iter().map(|lane| lane.origin);
    assert!(!origins.any(|it| it == Origin::Location(LocationIx(0))));
    let unstated = good()
        .patch("location_costs", 3, "desk_of", "LYON")
        .without("transfers")
        .built()
        .dataset;
    let [at_once] = unstated.transfers.as_slice() else {
        panic!("one way");
    };
    assert_eq!((at_once.from, at_once.to), (LocationIx(1), LocationIx(0)));
    assert_eq!(
        (at_once.transit_min, at_once.capacity_units),
        (Some(0), None)
    );
}

#[test]
fn rates_become_lanes_with_their_bands_in_order() {
    let data = good().built().dataset;
    let lanes: Vec<_> = data
        .lanes
        .iter()
        .map(|lane| (lane.service.0, lane.origin, lane.bands.clone()))
        .collect();
    let idf = data.locations[2].zone.expect("a zone");
    assert_eq!(
        lanes,
        [
            (0, Origin::Zone(idf), 0..1),
            (0, Origin::Location(LocationIx(1)), 1..2),
            (1, Origin::Any, 2..4),
        ]
    );
    assert_eq!(data.rates[2].max_weight, Some(Weight(1_000_000)));
    assert_eq!(data.rates[3].kg_step, Some(Weight(500_000)));
    assert_eq!(data.rates[3].handling, Some(HandlingSet(2)));
    assert_eq!(data.rates[0].handling, None);
    assert_eq!(data.services[1].max_parcels, 2);
    assert_eq!(data.services[0].max_parcels, 1);
    assert_eq!(data.zone_rules.len(), 2);
    assert_eq!(data.transfers.len(), 2);
}

#[test]
fn the_order_of_rows_never_matters() {
    let sorted = |data: &super::fixture::Data| {
        let mut dataset = data.built().dataset;
        // Where a line stands in its table is not what it is.
        dataset.lines.iter_mut().for_each(|line| line.row = 0);
        format!("{dataset:?}")
    };
    let mut shuffled = good();
    for text in shuffled.0.values_mut() {
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        *text = lines.join("\n");
    }
    assert_eq!(sorted(&good()), sorted(&shuffled));
}

#[test]
fn a_scenario_may_change_cells_between_reading_and_building() {
    let folder = good().folder();
    let (tables, _) =
        read_tables(folder.path(), OnBadOrder::Refuse).unwrap_or_else(|f| panic!("{f}"));
    let mut changed = tables.clone();
    let locations = changed.get_mut("location_costs").expect("a table");
    let open = locations.column_id("open").expect("a column");
    let fixed = locations.column_id("fixed_cost").expect("a column");
    locations
        .set_cell(0, open, "No")
        .expect("a value of the column");
    locations.set_number(1, fixed, 7).expect("an amount");
    assert!(locations.set_cell(0, open, "perhaps").is_err());
    assert!(locations.set_number(1, fixed, -1).is_err());
    assert!(
        locations
            .set_cell(0, locations.column_id("location_id").expect("a column"), "")
            .is_err()
    );
    assert_eq!(locations.cell_text(1, fixed), "0.000007");
    let before = build(&tables, &settings(), OnBadOrder::Refuse)
        .expect("good")
        .dataset;
    let after = build(&changed, &settings(), OnBadOrder::Refuse)
        .expect("good")
        .dataset;
    assert_eq!(
        (before.locations[1].open, after.locations[1].open),
        (Open::Yes, Open::No)
    );
    assert_eq!(after.locations[2].fixed_cost, Money(7));
}
