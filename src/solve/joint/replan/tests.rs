//! Patterns within reach against the exact search, one candidate after the other left out.

use super::within::Tolls;
use crate::model::GoalKind;
use crate::options::LOADS_LIMIT;
use crate::solve::component::Member;
use crate::solve::joint::flat::{Flat, Use};
use crate::solve::joint::search::{Ask, Found, Scratch};
use crate::solve::pattern::{IMPOSSIBLE, Worth};
use crate::solve::wide::tests::tiny::{Draw, limit_orders};
use crate::solve::wide::tests::{Listed, draw_prices, drawn};
use crate::solve::worth::Weights;

/// Deeper than any pattern is.
const DEEP: i64 = 1 << 40;

/// Every two units of a row that a pattern uses cost so much.
fn toll(row: u32, uses: &[Use]) -> i64 {
    let units = uses
        .iter()
        .filter(|used| used.row == row)
        .map(|used| i64::from(used.units));
    units.sum::<i64>().max(0) / 2 * 700_000
}

#[test]
fn nothing_within_reach_is_missed() {
    let (mut orders, mut patterns, mut by_hub, mut paid) = (0, 0, 0, 0);
    for seed in 0..900 {
        let listed = Listed::new(drawn(seed), LOADS_LIMIT);
        let context = listed.context();
        let draw = &mut Draw::new(seed);
        let prices = draw_prices(draw, listed.coupling.rows.len());
        let all = listed
            .dataset
            .order_indices()
            .filter(|&order| !listed.options(order).wide);
        let members: Vec<Member<'_>> = all.map(|order| Member::new(&context, order)).collect();
        let rows: Vec<u32> = (0..listed.coupling.rows.len() as u32).collect();
        let weights = Weights::of_goal(GoalKind::Profit);
        let flat = Flat::new(&context, &members, &rows, weights, &[]);
        let (scratch, found) = (&mut Scratch::default(), &mut Vec::new());
        for (number, member) in members.iter().enumerate() {
            let (chunk, order) = flat.place(number);
            if chunk.candidates(order).len() > 300 {
                continue;
            }
            let told = || format!("seed {seed}, member {number}");
            let mut worths = Vec::new();
            let ask = Ask::at_prices(&flat, chunk, order, &prices, &mut worths);
            for candidate in chunk.candidates(order) {
                let by_itself = chunk.reduced(candidate, &prices);
                assert_eq!((ask.value)(candidate), by_itself, "{}", told());
            }
            let reached = ask.within(&flat, (DEEP, 100_000), None, scratch, found);
            if reached.left_out > 0 {
                continue;
            }
            orders += 1;
            patterns += found.len();
            by_hub += usize::from(chunk.has_hub[order]);
            let everything = found.clone();
            let positions: Vec<Vec<u32>> = everything
                .iter()
                .map(|one| flat.positions(chunk, order, &one.chosen))
                .collect();
            for (one, positions) in everything.iter().zip(&positions) {
                let uses = flat.uses_together(chunk, order, &one.chosen);
                let paid: i64 = uses
                    .iter()
                    .map(|it| prices[it.row as usize] * i64::from(it.units))
                    .sum();
                assert_eq!(
                    one.worth,
                    flat.worth_of(chunk, order, &one.chosen) - paid,
                    "{}",
                    told()
                );
                assert!(!member.breaks_a_rule(positions), "{}", told());
                assert!(one.worth <= reached.top, "{}", told());
            }
            // Without any one candidate, the best is the best of those found without it.
            let terms = flat.terms_at(chunk, order, &prices);
            for without in std::iter::once(None).chain(chunk.candidates(order).map(Some)) {
                let first = chunk.first[order] as usize;
                let worth = |candidate: usize| match without {
                    Some(without) if without == candidate => IMPOSSIBLE,
                    _ => Worth::from(chunk.reduced(candidate, &prices)),
                };
                let worths: Vec<Worth> = chunk.candidates(order).map(worth).collect();
                let exact = member.search().best(&worths, terms);
                if exact.relaxed {
                    continue;
                }
                let left = everything.iter().zip(&positions).filter(|(_, positions)| {
                    without.is_none_or(|without| !positions.contains(&((without - first) as u32)))
                });
                let best = left.map(|(one, _)| one.worth).max().unwrap_or(0).max(0);
                assert_eq!(
                    Worth::from(best),
                    exact.worth,
                    "{} without {without:?}",
                    told()
                );
            }
            paid += tolls_and_reach(&flat, number, &prices, &everything, draw);
        }
    }
    assert!(orders > 1_200, "only {orders} orders");
    assert!(
        patterns > 10 * orders,
        "only {patterns} patterns of {orders} orders"
    );
    assert!(by_hub > 100, "only {by_hub} orders by a hub");
    assert!(paid > 100, "only {paid} orders paid a toll");
}

/// What is found with a toll and less depth is what was found before, less the toll, down to what is said to be left out;
/// whether any paid.
fn tolls_and_reach(
    flat: &Flat<'_>,
    member: usize,
    prices: &[i64],
    everything: &[Found],
    draw: &mut Draw,
) -> usize {
    let (chunk, order) = flat.place(member);
    let row = draw.within(0, flat.limits.len() as i64 - 1) as u32;
    let tolls = Tolls {
        of_pattern: &|uses| toll(row, uses),
        of_part: &|uses| toll(row, uses),
    };
    let mut expected: Vec<Found> = everything.to_vec();
    for one in &mut expected {
        one.worth -= toll(row, &flat.uses_together(chunk, order, &one.chosen));
    }
    let paid = expected
        .iter()
        .zip(everything)
        .any(|(now, before)| now.worth != before.worth);
    let mut worths = Vec::new();
    let ask = Ask::at_prices(flat, chunk, order, prices, &mut worths);
    for (depth, most) in [
        (DEEP, 100_000),
        (3_000_000, 100_000),
        (0, 100_000),
        (DEEP, 3),
    ] {
        let mut found = Vec::new();
        let reached = ask.within(
            flat,
            (depth, most),
            Some(&tolls),
            &mut Scratch::default(),
            &mut found,
        );
        let best = expected.iter().map(|one| one.worth).max().unwrap_or(0);
        assert!(
            best <= reached.top.max(reached.left_out),
            "{best} {reached:?}"
        );
        assert!(found.iter().all(|one| expected.contains(one)));
        let left_out = expected.iter().filter(|one| !found.contains(one));
        let most = left_out.map(|one| one.worth).max().unwrap_or(i64::MIN);
        assert!(most <= reached.left_out, "{most} {reached:?} {depth}");
    }
    usize::from(paid)
}

#[test]
fn what_there_is_room_for_is_shared_out_evenly() {
    assert_eq!(super::most_of_each(&[400, 3, 400, 0], 23), 10);
    assert_eq!(super::most_of_each(&[2, 2], 4), 2);
    assert_eq!(super::most_of_each(&[5, 5], 1), 0);
    assert_eq!(super::most_of_each(&[], 7), 0);
}

/// With more sets of rows than are tried, too: there, in tests, few are enough.
#[test]
fn what_an_order_uses_once_it_pays_once() {
    let (mut orders, mut shared, mut wider) = (0, 0, 0);
    for seed in 0..600 {
        let mut data = drawn(seed);
        for order in &mut data.orders {
            order.max_shipments += (seed % 3) as u32;
        }
        limit_orders(seed, &mut data);
        limit_orders(seed + 10_000, &mut data);
        let listed = Listed::new(data, LOADS_LIMIT);
        let context = listed.context();
        let draw = &mut Draw::new(seed);
        let prices = draw_prices(draw, listed.coupling.rows.len());
        let all = listed.dataset.order_indices();
        let all = all.filter(|&order| !listed.options(order).wide);
        let members: Vec<Member<'_>> = all.map(|order| Member::new(&context, order)).collect();
        let rows: Vec<u32> = (0..listed.coupling.rows.len() as u32).collect();
        let weights = Weights::of_goal(GoalKind::Profit);
        let flat = Flat::new(&context, &members, &rows, weights, &[]);
        if flat.once.is_empty() {
            continue;
        }
        let (scratch, found) = (&mut Scratch::default(), &mut Vec::new());
        let free = vec![0; prices.len()];
        for number in 0..members.len() {
            let (chunk, order) = flat.place(number);
            if chunk.candidates(order).len() > 200 {
                continue;
            }
            let told = || format!("seed {seed}, member {number}");
            let mut unpaid = Vec::new();
            let without = Ask::at_prices(&flat, chunk, order, &free, &mut unpaid);
            if without
                .within(&flat, (DEEP, 20_000), None, scratch, found)
                .left_out
                > 0
            {
                continue;
            }
            let mut expected = found.clone();
            for one in &mut expected {
                let uses = flat.uses_together(chunk, order, &one.chosen);
                let paid = uses
                    .iter()
                    .map(|it| prices[it.row as usize] * i64::from(it.units));
                one.worth -= paid.sum::<i64>();
            }
            let mut worths = Vec::new();
            let ask = Ask::at_prices(&flat, chunk, order, &prices, &mut worths);
            let reached = ask.within(&flat, (DEEP, 20_000), None, scratch, found);
            if reached.left_out > 0 {
                continue;
            }
            orders += 1;
            let sets = ask.paid_once(&flat);
            shared += usize::from(!sets.is_empty());
            let mut each = [found.clone(), expected];
            for patterns in &mut each {
                patterns.sort_by(|one, other| one.chosen.cmp(&other.chosen));
            }
            assert_eq!(each[0], each[1], "{}", told());
            let best = each[1]
                .iter()
                .map(|one| one.worth)
                .max()
                .unwrap_or(0)
                .max(0);
            let bound = ask.best(&flat, scratch).worth;
            assert!(best <= bound && best <= reached.top.max(0), "{}", told());
            wider += usize::from(bound > best);
        }
    }
    assert!(orders > 500, "only {orders} orders");
    assert!(shared > 100, "only {shared} orders use rows together");
    assert!(wider > 0, "no order has more sets than are tried");
}
