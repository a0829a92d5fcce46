//! Days of 23 and 25 hours, and of 23½ and 24½: waves, deliveries and promises by the clock of each place.

mod support;

use consign::domain::Dataset;
use consign::input::{OnBadOrder, load};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use support::case::{Case, PLACES, RATES, case};

/// A day on which a zone's clocks change, its hours, and when cut-offs at 01:45, 02:15 and 18:00 are, in UTC. Of a time that
/// there is twice it is the first; one that there is not comes as much later as the clocks were put forward.
const DAYS: [(&str, &str, f64, [&str; 3]); 6] = [
    (
        "Europe/Paris",
        "2026-03-29",
        23.0,
        ["2026-03-29T00:45", "2026-03-29T01:15", "2026-03-29T16:00"],
    ),
    (
        "Europe/Paris",
        "2026-10-25",
        25.0,
        ["2026-10-24T23:45", "2026-10-25T00:15", "2026-10-25T17:00"],
    ),
    (
        "America/New_York",
        "2026-03-08",
        23.0,
        ["2026-03-08T06:45", "2026-03-08T07:15", "2026-03-08T22:00"],
    ),
    (
        "America/New_York",
        "2026-11-01",
        25.0,
        ["2026-11-01T05:45", "2026-11-01T07:15", "2026-11-01T23:00"],
    ),
    (
        "Australia/Lord_Howe",
        "2026-10-04",
        23.5,
        ["2026-10-03T15:15", "2026-10-03T15:45", "2026-10-04T07:00"],
    ),
    (
        "Australia/Lord_Howe",
        "2026-04-05",
        24.5,
        ["2026-04-04T14:45", "2026-04-04T15:45", "2026-04-05T07:30"],
    ),
];

/// One location on a zone's clock, planned from the day's first moment for a day.
fn on(zone: &str, day: &str) -> Case {
    let mut one = case()
        .with("inventory", "location_id,sku,on_hand", "near,a,0")
        .with("waves", "location_id,cutoff", "*,01:45\n*,02:15\n*,18:00")
        .with(
            "location_costs",
            &format!("{PLACES},time_zone,lead_time_min"),
            &format!("near,0,{zone},0"),
        )
        .with(
            "carrier_rates",
            &format!("{RATES},transit_days"),
            "van,day,near,z,0,,3,1",
        );
    one.settings.time_zone = TimeZone::get(zone).expect("a bundled zone");
    one.settings.as_of = at(zone, &format!("{day}T00:00"));
    one.settings.late_cost_per_day = consign::units::Money(1_000_000);
    one
}

fn at(zone: &str, local: &str) -> Timestamp {
    let local: DateTime = local.parse().expect("a time");
    let zone = TimeZone::get(zone).expect("a bundled zone");
    local.to_zoned(zone).expect("a moment").timestamp()
}

fn built(case: &Case) -> Dataset {
    let folder = case.written();
    let built = load(folder.path(), &case.settings, OnBadOrder::Refuse);
    built.unwrap_or_else(|faults| panic!("{faults}")).dataset
}

#[test]
fn each_cut_off_comes_once_a_day_whatever_its_hours() {
    for (zone, day, hours, expected) in DAYS {
        let data = built(&on(zone, day));
        let departs: Vec<Timestamp> = data.waves.iter().map(|wave| wave.departs).collect();
        let expected = expected.map(|moment| at("UTC", moment));
        assert_eq!(departs, expected, "{zone}, {day}");
        // A day on the clock is the horizon: the wave at the next midnight is not in it, the one before it is.
        let midnights = on(zone, day).with("waves", "location_id,cutoff", "*,00:00\n*,23:59");
        let waves = built(&midnights).waves;
        assert_eq!(waves.len(), 2, "{zone}, {day}");
        let span = waves[1].departs.duration_since(waves[0].departs);
        assert_eq!(span.as_mins() + 1, (hours * 60.0) as i64, "{zone}, {day}");
    }
}

#[test]
fn goods_that_come_while_clocks_change_leave_with_the_next_wave() {
    let inbound = "location_id,sku,quantity,available_at";
    for (zone, day, _, expected) in DAYS {
        let second = at("UTC", expected[1]);
        // A minute before the second wave, and a minute after it.
        for (minutes, units) in [(-1, "o1/1 nearx1"), (1, "")] {
            let comes = second.checked_add(minutes.minutes()).expect("a moment");
            let early = on(zone, day)
                .with("inbound", inbound, &format!("near,a,1,{comes}"))
                .with("waves", "location_id,cutoff", "*,01:45\n*,02:15");
            let shipped: Vec<String> = early.plan().0;
            assert_eq!(shipped.join(""), units, "{zone}, {day}: {minutes}");
        }
    }
}

#[test]
fn promises_count_days_of_the_calendar_not_hours() {
    let orders = "order_id,sku,quantity,unit_price,destination_zone,deliver_by";
    for (zone, day, _, _) in DAYS {
        let next = day.parse::<jiff::civil::Date>().expect("a day") + 1.day();
        let stocked = on(zone, day).with("inventory", "location_id,sku,on_hand", "near,a,9");
        let promised = |by: &str| {
            let case = stocked.with("orders", orders, &format!("o1,a,1,20,z,{by}"));
            case.plan().1
        };
        // Sent today it is there tomorrow: a day late where it was promised for today.
        assert_eq!(
            promised(&next.to_string()) - promised(day),
            100,
            "{zone}, {day}"
        );
    }
}
