//! Conditions on tables, by example and against a naive evaluation row by row.

use super::super::condition::parse_condition;
use super::super::test_data::tables;
use super::*;
use crate::input::Tables;
use proptest::prelude::*;

const PRODUCTS: &str = "sku,name,group,unit_cost,weight_kg,ship_alone,handling,colour,score
A,Ärmel,x,1.5,0.5,yes,cold|hazmat,red,10
B,Bolt,,,,,,,9.5
C,50% off,y,2,2,no,cold,blue,
";

fn paris() -> TimeZone {
    TimeZone::get("Europe/Paris").expect("a zone")
}

fn run(tables: &Tables, table: &str, text: &str) -> Result<Vec<usize>, Vec<Mistake>> {
    let table = tables.get(table).expect("the table");
    let condition = parse_condition(text).expect("a condition");
    let truths = select(table, &condition, &paris())?;
    Ok((0..truths.len())
        .filter(|&row| truths[row] == Truth::True)
        .collect())
}

#[test]
fn conditions_pick_the_rows_that_sql_would() {
    let data = tables(&[("products", PRODUCTS)]);
    let cases: &[(&str, &[usize])] = &[
        ("sku = 'A'", &[0]),
        ("sku <> 'A'", &[1, 2]),
        ("sku > 'A' AND sku <= 'C'", &[1, 2]),
        ("group = 'x'", &[0]),
        ("group <> 'x'", &[2]),
        ("NOT group = 'x'", &[2]),
        ("group IS NULL", &[1]),
        ("group IS NOT NULL OR sku = 'B'", &[0, 1, 2]),
        ("group IN ('x', 'y')", &[0, 2]),
        ("group NOT IN ('x')", &[2]),
        ("unit_cost = 0", &[1]),
        ("unit_cost IS NULL", &[1]),
        ("unit_cost BETWEEN 1.5 AND 2", &[0, 2]),
        ("1.9 < unit_cost", &[2]),
        ("weight_g = 500", &[0]),
        ("weight_kg = 0.5", &[0]),
        ("weight_kg >= 0.4999 AND weight_g < 2000", &[0]),
        ("ship_alone = TRUE", &[0]),
        ("ship_alone = 'no'", &[1, 2]),
        ("handling = 'cold | hazmat'", &[0]),
        ("handling LIKE '%cold%'", &[0, 2]),
        ("name LIKE '_rmel'", &[0]),
        ("name LIKE '50%f'", &[2]),
        ("name NOT LIKE '%o%'", &[0]),
        ("colour = 'red' OR colour IS NULL", &[0, 1]),
        ("score > 9", &[0, 1]),
        ("score < '2'", &[0]),
    ];
    for (text, rows) in cases {
        assert_eq!(run(&data, "products", text), Ok(rows.to_vec()), "{text}");
    }
}

#[test]
fn times_are_compared_on_the_clock_of_the_scenario() {
    let orders = "order_id,sku,quantity,placed_at,deliver_by\nO1,A,1,2026-11-22T23:30Z,2026-11-24\nO2,A,1,2026-11-23T00:30,2026-11-24T12:00\nO3,A,1,,\n";
    let waves = "location_id,cutoff\n*,09:00\n*,18:00\n";
    let data = tables(&[("orders", orders), ("waves", waves)]);
    for (text, rows) in [
        ("placed_at = '2026-11-23T00:30'", &[0, 1][..]),
        ("placed_at < '2026-11-23'", &[]),
        ("deliver_by <= '2026-11-24'", &[0, 1]),
        ("deliver_by = '2026-11-24'", &[0]),
        ("placed_at IS NULL", &[2]),
    ] {
        assert_eq!(run(&data, "orders", text), Ok(rows.to_vec()), "{text}");
    }
    assert_eq!(run(&data, "waves", "cutoff > '12:00'"), Ok(vec![1]));
}

#[test]
fn an_order_level_cell_left_empty_has_the_value_of_the_order() {
    let orders = "order_id,line_id,sku,quantity,priority,channel,max_shipments\nO1,1,A,1,,b2b,\nO1,2,B,1,5,,\nO2,1,A,1,,,\n";
    let data = tables(&[("orders", orders)]);
    for (text, rows) in [
        ("priority = 5", &[0, 1][..]),
        ("priority = 0", &[2]),
        ("channel = 'b2b'", &[0, 1]),
        ("channel = 'web'", &[2]),
        ("max_shipments > 0", &[]),
    ] {
        assert_eq!(run(&data, "orders", text), Ok(rows.to_vec()), "{text}");
    }
}

#[test]
fn unlimited_stock_is_more_than_any_number() {
    let data = tables(&[(
        "inventory",
        "location_id,sku,on_hand\nL1,A,5\nL1,B,unlimited\n",
    )]);
    assert_eq!(run(&data, "inventory", "on_hand > 1000000"), Ok(vec![1]));
    assert_eq!(
        run(&data, "inventory", "on_hand = 'unlimited'"),
        Ok(vec![1])
    );
}

#[test]
fn what_does_not_fit_the_columns_is_told_all_at_once() {
    let data = tables(&[
        ("products", PRODUCTS),
        ("waves", "location_id,cutoff\n*,09:00\n"),
    ]);
    type Case = (
        &'static str,
        &'static str,
        &'static [(&'static str, &'static str)],
    );
    let cases: &[Case] = &[
        (
            "products",
            "groop = 'x' OR wieght_g > 1",
            &[
                ("products has no column groop", "did you mean group?"),
                ("products has no column wieght_g", "did you mean weight_g?"),
            ],
        ),
        (
            "products",
            "sku = 1",
            &[(
                "sku holds id and is compared with the number 1",
                "write the value in single quotes: sku = '…'",
            )],
        ),
        (
            "products",
            "unit_cost = '1'",
            &[(
                "unit_cost holds money and is compared with the text '1'",
                "compare it with a number without quotes",
            )],
        ),
        (
            "products",
            "unit_cost LIKE '1%'",
            &[(
                "LIKE tests texts, and unit_cost holds money",
                "compare it with = < > or BETWEEN",
            )],
        ),
        (
            "products",
            "unit_cost = 0.0000001",
            &[(
                "0.0000001 cannot be compared with unit_cost exactly",
                "write a number with at most 6 decimals and 12 digits before them",
            )],
        ),
        (
            "products",
            "colour = 3",
            &[(
                "colour is compared with a number, but holds texts such as 'red'",
                "compare it with a text in single quotes",
            )],
        ),
        (
            "products",
            "ship_alone = 'maybe'",
            &[(
                "'maybe' is no value of ship_alone: expected `yes` or `no`",
                "",
            )],
        ),
        (
            "waves",
            "cutoff > 12",
            &[(
                "cutoff holds time of day and is compared with the number 12",
                "write the time in single quotes: '18:00'",
            )],
        ),
        (
            "orders",
            "window_start IS NULL",
            &[(
                "the column window_start is known but not used yet",
                "leave it out",
            )],
        ),
    ];
    for (table, text, expected) in cases {
        let found = run(&data, table, text).expect_err(text);
        let found: Vec<_> = found
            .iter()
            .map(|(what, remedy)| (what.as_str(), remedy.as_str()))
            .collect();
        assert_eq!(found, *expected, "{text}");
    }
}

/// A row as a person would read it: number, text and word, each perhaps empty.
type Row = (Option<u8>, Option<&'static str>, Option<bool>);

/// A condition with its text in SQL, and what it means for a row: `None` is unknown.
#[derive(Clone, Debug)]
enum Naive {
    Cost(&'static str, u8),
    Group(&'static str, &'static str),
    Alone(bool),
    Units(&'static str, u8),
    CostIn(Vec<u8>),
    Between(u8, u8),
    Like(&'static str),
    GroupIsNull,
    And(Box<Naive>, Box<Naive>),
    Or(Box<Naive>, Box<Naive>),
    Not(Box<Naive>),
}

impl Naive {
    fn sql(&self) -> String {
        match self {
            Self::Cost(op, value) => format!("unit_cost {op} {value}.50"),
            Self::Units(op, value) => format!("length_mm {op} {value}"),
            Self::Group(op, text) => format!("group {op} '{text}'"),
            Self::Alone(value) => format!("ship_alone = {value}"),
            Self::CostIn(values) => {
                let list: Vec<_> = values.iter().map(|value| format!("{value}.5")).collect();
                format!("unit_cost IN ({})", list.join(", "))
            }
            Self::Between(low, high) => format!("length_mm BETWEEN {low} AND {high}"),
            Self::Like(pattern) => format!("group LIKE '{pattern}'"),
            Self::GroupIsNull => "group IS NULL".to_owned(),
            Self::And(a, b) => format!("({} AND {})", a.sql(), b.sql()),
            Self::Or(a, b) => format!("({} OR {})", a.sql(), b.sql()),
            Self::Not(a) => format!("NOT ({})", a.sql()),
        }
    }

    /// The number of a row is both its cost less a half, where empty is 0 as the column's default has it,
    /// and its length, where empty is unknown.
    fn holds(&self, row: &Row) -> Option<bool> {
        let cost = row.0.map_or(0, |number| u32::from(number) * 10 + 5);
        let cost_of = |value: u8| u32::from(value) * 10 + 5;
        match self {
            Self::Cost(op, value) => Some(compare(op, &cost, &cost_of(*value))),
            Self::Units(op, value) => row.0.map(|number| compare(op, &number, value)),
            Self::Group(op, text) => row.1.map(|have| compare(op, &have, text)),
            Self::Alone(value) => Some(row.2.unwrap_or(false) == *value),
            Self::CostIn(values) => Some(values.iter().any(|value| cost == cost_of(*value))),
            Self::Between(low, high) => row.0.map(|number| number >= *low && number <= *high),
            Self::Like(pattern) => row.1.map(|text| match *pattern {
                "a%" => text.starts_with('a'),
                "%b" => text.ends_with('b'),
                "_" => text.chars().count() == 1,
                _ => text.contains('a'),
            }),
            Self::GroupIsNull => Some(row.1.is_none()),
            Self::And(a, b) => match (a.holds(row), b.holds(row)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(a, b) => match (a.holds(row), b.holds(row)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Self::Not(a) => a.holds(row).map(|holds| !holds),
        }
    }
}

fn compare<T: Ord>(op: &str, a: &T, b: &T) -> bool {
    match op {
        "=" => a == b,
        "<>" => a != b,
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        _ => a >= b,
    }
}

fn naive() -> impl Strategy<Value = Naive> {
    let op = || prop::sample::select(vec!["=", "<>", "<", "<=", ">", ">="]);
    let text = || prop::sample::select(vec!["a", "ab", "b", "ba"]);
    let leaf = prop_oneof![
        (op(), 0..4_u8).prop_map(|(op, value)| Naive::Cost(op, value)),
        (op(), 0..4_u8).prop_map(|(op, value)| Naive::Units(op, value)),
        (op(), text()).prop_map(|(op, text)| Naive::Group(op, text)),
        any::<bool>().prop_map(Naive::Alone),
        prop::collection::vec(0..4_u8, 1..3).prop_map(Naive::CostIn),
        (0..4_u8, 0..4_u8).prop_map(|(low, high)| Naive::Between(low, high)),
        prop::sample::select(vec!["a%", "%b", "_", "%a%"]).prop_map(Naive::Like),
        Just(Naive::GroupIsNull),
    ];
    leaf.prop_recursive(5, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Naive::And(a.into(), b.into())),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Naive::Or(a.into(), b.into())),
            inner.prop_map(|a| Naive::Not(a.into())),
        ]
    })
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let number = prop::option::of(0..4_u8);
    let text = prop::option::of(prop::sample::select(vec!["a", "ab", "b", "ba"]));
    prop::collection::vec((number, text, any::<Option<bool>>()), 1..12)
}

proptest! {
    #[test]
    fn column_by_column_is_the_same_as_row_by_row(rows in rows(), naive in naive()) {
        let mut products = "sku,unit_cost,length_mm,group,ship_alone\n".to_owned();
        for (index, (number, group, alone)) in rows.iter().enumerate() {
            let cost = number.map_or(String::new(), |number| format!("{number}.5"));
            let units = number.map_or(String::new(), |number| number.to_string());
            let alone = alone.map_or("", |alone| if alone { "yes" } else { "no" });
            products.push_str(&format!("S{index},{cost},{units},{},{alone}\n", group.unwrap_or("")));
        }
        let data = tables(&[("products", &products)]);
        let condition = parse_condition(&naive.sql()).expect("a condition");
        let table = data.get("products").expect("the table");
        let truths = select(table, &condition, &TimeZone::UTC).expect("it fits");
        let expected: Vec<Truth> = rows.iter().map(|row| match naive.holds(row) {
            Some(holds) => Truth::of(holds),
            None => Truth::Unknown,
        }).collect();
        prop_assert_eq!(truths, expected, "{}", naive.sql());
    }

    #[test]
    fn like_is_the_same_as_its_definition(text in "[ab]{0,8}", pattern in "[ab%_]{0,6}") {
        fn defined(text: &[char], pattern: &[char]) -> bool {
            match pattern.split_first() {
                None => text.is_empty(),
                Some(('%', rest)) => (0..=text.len()).any(|taken| defined(&text[taken..], rest)),
                Some((letter, rest)) => text.split_first().is_some_and(|(first, after)| {
                    (*letter == '_' || letter == first) && defined(after, rest)
                }),
            }
        }
        let pattern: Vec<char> = pattern.chars().collect();
        let letters: Vec<char> = text.chars().collect();
        prop_assert_eq!(is_like(&text, &pattern), defined(&letters, &pattern));
    }
}
