//! Reasons held against the verifier: what is said to be free can be done, what is said to be in the way cannot, and every
//! amount is what the verifier counts once it is done.

mod support;

use consign::domain::{
    Counted, Dataset, Demand, Limit, LocationIx, Objective, Openings, OrderIx, Per, Settings,
    Strategy,
};
use consign::explain::{
    Conflict, Deciding, Decisions, Held, Hold, Holding, Lack, Missing, Sharing, Story, Told,
    Wanted, conflict_around, decisions, story, unfilled,
};
use consign::input::{OnBadOrder, load};
use consign::ledger::{Ledger, ledger};
use consign::options::{self, Options};
use consign::plan::{Piece, Plan, Route, Shipment};
use consign::solve::Resource;
use consign::units::Money;
use consign::verify::{Audit, verify};
use support::case::{Case, ORDERS, RATES, STOCK, case};
use support::outcome_of;
use support::tiny::{Features, count_open, dataset, settings};

/// A plan with all that is found about it.
struct Found {
    data: Dataset,
    settings: Settings,
    options: Options,
    plan: Plan,
    audit: Audit,
    ledger: Ledger,
    prices: Vec<(Resource, i64)>,
}

impl Found {
    fn new(data: Dataset, settings: Settings) -> Self {
        Self::planned(data, settings).expect("an empty plan is always possible")
    }

    /// `None`: rules on open locations leave no plan.
    fn planned(data: Dataset, settings: Settings) -> Option<Self> {
        let options = options::enumerate(&data, &settings);
        let outcome = outcome_of(&data, &settings, &options);
        let plan = outcome.plan?;
        let audit = verify(&data, &settings, &plan).expect("a valid plan");
        let prices = outcome.shadow_prices.iter();
        Some(Self {
            ledger: ledger(&data, &plan, &audit),
            prices: prices.map(|it| (it.resource, it.price)).collect(),
            data,
            settings,
            options,
            plan,
            audit,
        })
    }

    fn of(case: &Case) -> Self {
        Self::new(dataset_of(case), case.settings.clone())
    }

    fn looked_at<T>(&self, look: impl FnOnce(Deciding<'_>) -> T) -> T {
        let sharing = Sharing::new(&self.data, &self.settings, &self.plan, &self.prices);
        look(Deciding {
            dataset: &self.data,
            settings: &self.settings,
            rates: &self.options.rates,
            sharing: &sharing,
        })
    }

    fn decisions(&self) -> Decisions {
        self.looked_at(|deciding| decisions(deciding, &self.plan, &self.audit, &self.ledger))
    }

    fn story(&self, order: OrderIx) -> Story {
        let decisions = self.decisions();
        let open = self.looked_at(|deciding| {
            unfilled(
                deciding,
                &self.plan,
                &self.audit,
                &self.ledger,
                &self.options,
            )
        });
        let told = Told {
            plan: &self.plan,
            audit: &self.audit,
            ledger: &self.ledger,
            unfilled: &open,
            choices: &decisions.choices,
        };
        self.looked_at(|deciding| story(deciding, told, order))
    }

    /// `order location→next code ±cents free`, by shipment.
    fn said(&self) -> Vec<String> {
        let place = |wave: consign::domain::WaveIx| {
            let at = self.data.waves[wave.ix()].location;
            self.data.locations[at.ix()].id.to_string()
        };
        let each = self.decisions().choices.into_iter().map(|it| {
            let order = self.plan.shipments[it.shipment as usize].order;
            let next = it.next.map_or("-".to_owned(), |next| place(next.way.wave));
            let by = it.difference().map_or(0, |by| by.0 / 10_000);
            format!(
                "{} {} {next} {} {by} {}",
                self.data.orders[order.ix()].id,
                place(it.chosen.way.wave),
                it.kept_by.code(),
                if it.next_is_free { "free" } else { "taken" },
            )
        });
        each.collect()
    }

    fn margin(&self, audit: &Audit, plan: &Plan, data: &Dataset, order: OrderIx) -> Money {
        ledger(data, plan, audit).account_of(audit, order).margin()
    }
}

fn dataset_of(case: &Case) -> Dataset {
    let folder = case.written();
    let built = load(folder.path(), &case.settings, OnBadOrder::Refuse);
    built.unwrap_or_else(|faults| panic!("{faults}")).dataset
}

#[track_caller]
fn says(case: &Case, expected: &[&str]) {
    assert_eq!(Found::of(case).said(), expected);
}

/// o2 can only be served from near; o1 from both.
fn contested() -> Case {
    case()
        .with("orders", ORDERS, "o1,a,1,20,z\no2,a,1,20,y")
        .with("inventory", STOCK, "near,a,1\nfar,a,1")
        .with(
            "carrier_rates",
            RATES,
            "van,day,near,z,0,,3\nvan,day,far,z,0,,5\nvan,day,near,y,0,,3",
        )
}

#[test]
fn the_chosen_location_is_held_against_the_next_best() {
    says(&case(), &["o1 near far chosen 200 free"]);
}

#[test]
fn stock_that_another_order_needs_keeps_an_order_from_its_best_location() {
    says(
        &contested(),
        &[
            "o1 far near stock_used -200 taken",
            "o2 near - no_other_way 0 taken",
        ],
    );
}

#[test]
fn each_limit_that_is_reached_is_named() {
    let two = case().with("orders", ORDERS, "o1,a,1,20,z\no2,a,1,20,z");
    let places = |columns: &str, near: &str, far: &str| {
        let header = format!("location_id,{columns}");
        two.with(
            "location_costs",
            &header,
            &format!("near,{near}\nfar,{far}"),
        )
    };
    for (columns, near, far) in [
        ("capacity_units", "1", "9"),
        ("capacity_lines", "1", "9"),
        ("capacity_shipments", "1", "9"),
    ] {
        let said = Found::of(&places(columns, near, far)).said();
        let full = said
            .iter()
            .filter(|it| it.contains("far near capacity_full -200 taken"));
        assert_eq!(full.count(), 1, "{columns}: {said:?}");
    }
    let carriers = "carrier,service,capacity_shipments";
    let said = Found::of(&two.with("carriers", carriers, "van,day,1")).said();
    assert!(
        said.iter()
            .any(|it| it.contains("far near carrier_full -200 taken")),
        "{said:?}"
    );
    // Opening near for one order costs more than it saves.
    let dear = case().with("location_costs", "location_id,fixed_cost", "near,50\nfar,0");
    says(&dear, &["o1 far near fixed_cost -200 free"]);
    // Overtime at near costs more than far does.
    let header = "location_id,capacity_units,overtime_units,overtime_cost_per_unit";
    let late = two.with("location_costs", header, "near,1,5,9\nfar,9,0,0");
    let said = Found::of(&late).said();
    assert!(
        said.iter()
            .any(|it| it.contains("far near bought -200 free")),
        "{said:?}"
    );
}

#[test]
fn the_rules_are_said_to_take_what_comes_first() {
    let mut by_rules = contested();
    by_rules.settings.strategy = Strategy::Rules;
    let said = Found::of(&by_rules).said();
    assert!(said.iter().all(|it| !it.contains("not_taken")), "{said:?}");
}

#[test]
fn lines_and_shipments_have_a_row_each_and_what_stays_has_one_too() {
    let split = case()
        .with(
            "orders",
            &format!("{ORDERS},line_max_shipments"),
            "o1,a,3,20,z,2\no1,b,1,10,z,1",
        )
        .with("inventory", STOCK, "near,a,1\nfar,a,1");
    let found = Found::of(&split);
    let rows = found.decisions().rows;
    let told: Vec<(u32, u32, bool)> = rows
        .iter()
        .map(|it| (it.line.0, it.units, it.choice.is_some()))
        .collect();
    assert_eq!(
        told,
        [(0, 1, true), (0, 1, true), (0, 1, false), (1, 1, false)]
    );
}

/// The same plan with a shipment otherwise.
fn instead(
    plan: &Plan,
    position: usize,
    wave: consign::domain::WaveIx,
    route: Route,
    parcels: u32,
) -> Plan {
    let mut other = plan.clone();
    let shipment = &mut other.shipments[position];
    (shipment.wave, shipment.route, shipment.parcels) = (wave, route, parcels);
    other.sort();
    other
}

#[test]
fn what_is_free_can_be_done_for_what_is_said_and_what_is_in_the_way_cannot() {
    let (mut free, mut blocked) = (0, 0);
    for seed in 0..400 {
        let features = Features {
            orders: 4,
            waves: 2,
            hub: seed % 3 == 0,
        };
        let mut data = dataset(seed, features);
        if seed % 2 == 1 {
            count_open(seed, &mut data);
        }
        let Some(found) = Found::planned(data, settings(Objective::Profit)) else {
            continue;
        };
        for choice in found.decisions().choices {
            let Some(next) = choice.next else { continue };
            let position = choice.shipment as usize;
            let order = found.plan.shipments[position].order;
            let way = next.way;
            let other = instead(&found.plan, position, way.wave, way.route, way.parcels);
            match verify(&found.data, &found.settings, &other) {
                Ok(audit) => {
                    assert!(choice.next_is_free, "seed {seed}: {choice:?} can be done");
                    let before = found.margin(&found.audit, &found.plan, &found.data, order);
                    let after = found.margin(&audit, &other, &found.data, order);
                    let said = choice.difference().expect("there is a next best");
                    assert_eq!(before - after, said, "seed {seed}: {choice:?}");
                    // The plan is the best there is: something says why not.
                    assert_ne!(choice.kept_by, Hold::NotTaken, "seed {seed}: {choice:?}");
                    free += 1;
                }
                Err(violations) => {
                    assert!(
                        !choice.next_is_free,
                        "seed {seed}: {choice:?} is said to be free: {}",
                        violations[0]
                    );
                    assert!(choice.kept_by == Hold::Chosen || choice.kept_by.is_in_the_way());
                    blocked += 1;
                }
            }
        }
    }
    assert!(free > 100 && blocked > 50, "{free} free, {blocked} blocked");
}

/// Gives a dataset what a way lacks; `None`: not such a thing.
fn granted(data: &Dataset, order: OrderIx, missing: &Missing) -> Option<Dataset> {
    let mut data = data.clone();
    for lack in &missing.lacks {
        match *lack {
            Lack::Shared(Resource::Stock(cell, _), by) => {
                *data.stock[cell.ix()].available.as_mut()? += by;
            }
            Lack::Shared(Resource::Units(wave), by) => {
                *data.waves[wave.ix()].capacity_units.as_mut()? += by;
            }
            Lack::Shared(Resource::Lines(wave), by) => {
                *data.waves[wave.ix()].capacity_lines.as_mut()? += by;
            }
            Lack::Shared(Resource::Shipments(wave), by) => {
                *data.waves[wave.ix()].capacity_shipments.as_mut()? += by;
            }
            Lack::Shared(Resource::Carrier(service, _), by) => {
                *data.services[service.ix()].capacity_shipments.as_mut()? += by;
            }
            Lack::Shipments => data.orders[order.ix()].max_shipments += 1,
            Lack::Pieces => {
                let lines = data.orders[order.ix()].lines.clone();
                let lines = lines.start as usize..lines.end as usize;
                data.lines[lines]
                    .iter_mut()
                    .for_each(|line| line.line_max_shipments += 1);
            }
            Lack::OpenCount(rule, _) => match &mut data.rules[usize::from(rule)].demand {
                Demand::Open(count) => *count.most.as_mut()? += 1,
                other => panic!("{other:?} counts no locations"),
            },
            Lack::Closed(at) => {
                let location = &mut data.locations[at.ix()];
                (location.open, location.closing_cost) = (consign::domain::Open::Yes, Money::ZERO);
            }
            Lack::Money(_) => {}
            _ => return None,
        }
    }
    Some(data)
}

#[test]
fn the_smallest_changes_would_fill_a_line_for_what_is_said() {
    let (mut done, mut opened, mut counted, mut only_counted, mut only_money, mut limited) =
        (0, 0, 0, 0, 0, 0);
    for seed in 0..400 {
        let features = Features {
            orders: 4,
            waves: 2,
            hub: false,
        };
        let mut data = dataset(seed, features);
        // Forms of several lines are told one by one; that is another matter.
        data.lines.iter_mut().for_each(|line| line.forms = 0);
        if seed % 2 == 0 {
            count_open(seed, &mut data);
        }
        let Some(found) = Found::planned(data, settings(Objective::Profit)) else {
            continue;
        };
        for order in found.data.order_indices() {
            for (open, changes) in found.story(order).open {
                // The plan is the best there is: what is not taken has something against it.
                assert_ne!(open.code, "not_taken", "seed {seed}: {open:?} {changes:?}");
                limited += usize::from(open.code == "rule_limit");
                if found.data.orders[order.ix()].ship_complete
                    == consign::domain::ShipComplete::Order
                {
                    continue;
                }
                for (position, missing) in changes.into_iter().enumerate() {
                    let is_count = |lack: &Lack| matches!(lack, Lack::OpenCount(..));
                    if !missing.lacks.is_empty() && missing.lacks.iter().all(is_count) {
                        let further = ["location_count", "not_worth_it", "not_taken"];
                        assert!(further.contains(&open.code), "seed {seed}: {open:?}");
                        only_counted += 1;
                    }
                    let is_alone = position == 0 && missing.joins.is_none();
                    if is_alone && matches!(missing.lacks[..], [Lack::Money(_)]) {
                        // The same way is told in both places, for the same amount.
                        let by = format!("by {} ", missing.way.gain.rounded());
                        let is_told =
                            open.quantity == 1 && open.reason.contains("the objective by");
                        assert!(
                            !is_told || open.reason.contains(&by),
                            "seed {seed}: {open:?} {missing:?}"
                        );
                        only_money += usize::from(is_told);
                    }
                    let Some(data) = granted(&found.data, order, &missing) else {
                        continue;
                    };
                    let mut plan = found.plan.clone();
                    let piece = Piece {
                        line: open.line,
                        form: 0,
                        quantity: u32::try_from(missing.units).expect("few units"),
                    };
                    let first = plan.shipments.iter().position(|it| it.order == order);
                    match missing.joins {
                        Some(position) => {
                            let with = &mut plan.shipments[first.expect("it joins one") + position];
                            with.parcels = missing.way.parcels;
                            match with.pieces.iter_mut().find(|it| it.line == piece.line) {
                                Some(known) => known.quantity += piece.quantity,
                                None => with.pieces.push(piece),
                            }
                            with.pieces.sort();
                        }
                        None => plan.shipments.push(Shipment {
                            order,
                            wave: missing.way.wave,
                            route: missing.way.route,
                            parcels: missing.way.parcels,
                            pieces: vec![piece],
                        }),
                    }
                    plan.sort();
                    let audit = match verify(&data, &found.settings, &plan) {
                        Ok(audit) => audit,
                        Err(violations) => {
                            panic!("seed {seed}: {missing:?} is not enough: {}", violations[0])
                        }
                    };
                    let gained = audit.total.margin() - found.audit.total.margin();
                    assert_eq!(gained, missing.way.gain, "seed {seed}: {missing:?}");
                    done += 1;
                    opened += usize::from(missing.opening_cost != Money::ZERO);
                    counted += usize::from(missing.lacks.iter().any(is_count));
                }
            }
        }
    }
    assert!(
        done > 100
            && opened > 20
            && counted > 20
            && only_counted > 5
            && only_money > 5
            && limited > 10,
        "{limited} over a rule, {only_money} would cost more than they bring, {done} changes were tried, {opened} open a location, {counted} where a rule allows no more, {only_counted} lack \
         nothing else"
    );
}

#[test]
fn what_joins_a_shipment_to_a_hub_pays_for_what_the_hub_sends_on() {
    let mut done = 0;
    for seed in 0..600 {
        let features = Features {
            orders: 4,
            waves: 2,
            hub: true,
        };
        let mut data = dataset(seed, features);
        // Forms and what rules prefer are another matter.
        data.rules.clear();
        data.classes.clear();
        for line in &mut data.lines {
            (line.forms, line.class) = (0, 0);
            line.quantity += 1;
            line.unit_price = line.unit_price * 3;
        }
        // One parcel, of goods that lie apart.
        data.orders.iter_mut().for_each(|it| it.max_shipments = 1);
        for cell in &mut data.stock {
            cell.available = cell.available.map(|units| units.min(2));
        }
        let Some(found) = Found::planned(data, settings(Objective::Profit)) else {
            continue;
        };
        for order in found.data.order_indices() {
            let first = found.plan.shipments.iter().position(|it| it.order == order);
            for (open, changes) in found.story(order).open {
                for missing in changes {
                    let joined = missing.joins.zip(first).map(|(at, first)| first + at);
                    let Some(at) = joined else { continue };
                    let Route::ToHub(_, onward) = found.plan.shipments[at].route else {
                        continue;
                    };
                    let Some(data) = granted(&found.data, order, &missing) else {
                        continue;
                    };
                    let mut plan = found.plan.clone();
                    let is_onward = |it: &Shipment| it.order == order && it.wave == onward;
                    let onward = plan
                        .shipments
                        .iter()
                        .position(is_onward)
                        .expect("it goes on");
                    for position in [at, onward] {
                        let pieces = &mut plan.shipments[position].pieces;
                        let quantity = u32::try_from(missing.units).expect("few units");
                        match pieces.iter_mut().find(|it| it.line == open.line) {
                            Some(known) => known.quantity += quantity,
                            None => pieces.push(Piece {
                                line: open.line,
                                form: 0,
                                quantity,
                            }),
                        }
                        pieces.sort();
                    }
                    let with = |parcels: u32| {
                        let mut plan = plan.clone();
                        plan.shipments[onward].parcels = parcels;
                        verify(&data, &found.settings, &plan).ok()
                    };
                    let margins = (1..=12).filter_map(with).map(|audit| audit.total.margin());
                    let gained = margins.max().expect("it is enough") - found.audit.total.margin();
                    assert_eq!(gained, missing.way.gain, "seed {seed}: {missing:?}");
                    done += 1;
                }
            }
        }
    }
    assert!(done > 8, "only {done} were tried");
}

#[test]
fn what_opening_a_location_costs_is_told_apart() {
    let dear = case().with("inventory", STOCK, "near,a,9").with(
        "location_costs",
        "location_id,fixed_cost",
        "near,50\nfar,0",
    );
    let found = Found::of(&dear);
    let (open, changes) = &found.story(OrderIx(0)).open[0];
    let told = "change the objective by -33.00 EUR, paying 50.00 for opening near.";
    assert!(open.reason.ends_with(told), "{}", open.reason);
    let of_near = changes
        .iter()
        .find(|it| it.opening_cost == Money(50_000_000));
    assert!(of_near.is_some(), "{changes:?}");
}

#[test]
fn a_full_location_says_when_it_ships_again_where_no_other_may_be_opened() {
    let two = case().with("orders", ORDERS, "o1,a,1,20,z\no2,a,1,20,z");
    let full = two.with(
        "location_costs",
        "location_id,capacity_units",
        "near,1\nfar,9",
    );
    let mut data = dataset_of(&full);
    data.rules.push(consign::domain::Rule {
        name: "few".into(),
        locations: [true, true].into(),
        services: None,
        demand: Demand::Open(consign::domain::OpenCount {
            least: 0,
            most: Some(1),
            price: None,
        }),
    });
    // What is free at far ships nothing: near, which is open, ships the other order the day after.
    data.locations[0].fixed_cost = Money(14_500_000);
    let found = Found::new(data, full.settings.clone());
    let unfilled = found.data.order_indices();
    let mut unfilled = unfilled.flat_map(|order| found.story(order).open);
    let (open, _) = unfilled.next().expect("one of two stays");
    assert_eq!(open.code, "location_count");
    assert!(
        open.next_because.contains("of near after the horizon"),
        "{open:?}"
    );
}

#[test]
fn what_ships_whole_is_held_up_by_what_is_against_the_whole() {
    let reasons = |case: &Case| -> Vec<&'static str> {
        let found = Found::of(case);
        let story = found.story(OrderIx(0));
        story.open.iter().map(|(open, _)| open.code).collect()
    };
    let orders = format!("{ORDERS},ship_complete,line_max_shipments");
    let near = "location_id,capacity_units,fixed_cost";
    // Each of two lines has room, both have not.
    let both = case()
        .with(
            "orders",
            &orders,
            "o1,a,1,20,z,order,1\no1,b,1,20,z,order,1",
        )
        .with("inventory", STOCK, "near,a,9\nnear,b,9\nfar,c,9")
        .with("location_costs", near, "near,1,0\nfar,,0");
    assert_eq!(reasons(&both), ["capacity_full", "capacity_full"]);
    // Two parcels would have enough, and cost more than they bring.
    let halves = case()
        .with("orders", &orders, "o1,a,5,1,z,line,2")
        .with("inventory", STOCK, "near,a,3\nfar,a,3")
        .with("location_costs", near, "near,,0\nfar,,0");
    assert_eq!(reasons(&halves), ["not_worth_it"]);
    let one_parcel = halves.with("orders", &orders, "o1,a,5,9,z,line,1");
    assert_eq!(reasons(&one_parcel), ["ship_complete"]);
}

#[test]
fn a_move_to_what_is_open_gives_back_what_is_left() {
    let costs = "near,10\nfar,100";
    let data = dataset_of(&case().with("location_costs", "location_id,fixed_cost", costs));
    let (far, near) = (LocationIx(0), LocationIx(1));
    let both = Openings::new(&data, vec![true, true]);
    assert_eq!(both.instead(&[near], far).cost, Money(-10_000_000));
    let one = Openings::new(&data, vec![false, true]);
    assert_eq!(one.instead(&[near], far).cost, Money(90_000_000));
    assert_eq!(one.too(far).cost, Money(100_000_000));
}

#[test]
fn the_smallest_of_two_conflicts_is_told() {
    // Nobody can handle a; b lies where a rule forbids it, and more of it elsewhere would do.
    let case = case()
        .with("orders", ORDERS, "o1,a,1,20,z\no1,b,1,20,z")
        .with("inventory", STOCK, "near,a,9\nfar,b,9\nnear,b,0")
        .with("products", "sku,handling", "a,cold\nb,");
    let mut data = dataset_of(&case);
    data.rules.push(consign::domain::Rule {
        name: "not-from-far".into(),
        locations: [true, false].into(),
        services: None,
        demand: Demand::Forbid,
    });
    data.classes = vec![[].into(), [0].into()];
    data.lines[1].class = 1;
    let found = conflict_around(&data, &case.settings, OrderIx(0), Wanted::Smallest);
    let expected = Conflict {
        orders: vec![OrderIx(0)],
        against: vec![Held::Handling],
        is_smallest: true,
    };
    assert_eq!(found, Holding::Conflict(expected));
    data.products[0].handling = Default::default();
    let found = conflict_around(&data, &case.settings, OrderIx(0), Wanted::Smallest);
    let stock = Held::Stock(data.lines[1].sku);
    let expected = Conflict {
        orders: vec![OrderIx(0)],
        against: vec![Held::Rule(0), stock],
        is_smallest: true,
    };
    assert_eq!(found, Holding::Conflict(expected));
}

#[test]
fn orders_of_other_goods_that_count_against_one_limit_cannot_hold_together() {
    let case = case()
        .with("orders", ORDERS, "o1,a,1,20,z\no2,b,1,20,z")
        .with("inventory", STOCK, "near,a,9\nnear,b,9");
    let mut data = dataset_of(&case);
    data.rules.push(consign::domain::Rule {
        name: "one-order".into(),
        locations: [true, true].into(),
        services: None,
        demand: Demand::AtMost(Limit {
            counted: Counted::Orders,
            per: Per::Horizon,
            most: 1,
            price: None,
        }),
    });
    data.classes = vec![[0].into()];
    data.lines.iter_mut().for_each(|line| line.class = 0);
    let found = conflict_around(&data, &case.settings, OrderIx(1), Wanted::Smallest);
    let expected = Conflict {
        orders: vec![OrderIx(1), OrderIx(0)],
        against: vec![Held::Rule(0)],
        is_smallest: true,
    };
    assert_eq!(found, Holding::Conflict(expected));
}

#[test]
fn one_more_unit_is_the_smallest_change_where_stock_is_used() {
    let found = Found::of(&contested().with("inventory", STOCK, "near,a,1\nfar,a,0"));
    let unserved = found
        .data
        .order_indices()
        .find(|order| !found.story(*order).open.is_empty())
        .expect("one unit for two orders");
    let story = found.story(unserved);
    let (_, changes) = &story.open[0];
    assert!(
        matches!(changes[0].lacks[..], [Lack::Shared(Resource::Stock(..), 1)]),
        "{changes:?}"
    );
}

#[test]
fn an_order_in_two_shipments_says_why_not_one() {
    let two = case()
        .with("orders", ORDERS, "o1,a,1,20,z\no1,b,1,20,z")
        .with("inventory", STOCK, "near,a,1\nfar,b,1");
    let whole = Found::of(&two)
        .story(OrderIx(0))
        .whole
        .expect("two shipments");
    assert!(whole.ways.is_empty() && whole.barred.len() == 2);
    let dearer = two.with("inventory", STOCK, "near,a,1\nfar,b,1\nfar,a,1");
    let found = Found::of(&dearer);
    assert_eq!(
        found.plan.shipments.len(),
        1,
        "one for 5 is cheaper than two for 8"
    );
    assert!(found.story(OrderIx(0)).whole.is_none());
}
