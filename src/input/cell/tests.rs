use super::*;
use crate::input::schema::column;
use crate::units::MICRO;

fn number(kind: Kind, text: &str) -> Result<i64, CellError> {
    parse_number(&column("c", kind, ""), NumberStyle::default(), text)
}

fn text(kind: Kind, text: &str) -> Result<String, CellError> {
    settle_text(&column("c", kind, ""), text).map(Cow::into_owned)
}

fn refusal<T: std::fmt::Debug>(result: Result<T, CellError>) -> String {
    result.expect_err("must be refused").to_string()
}

#[test]
fn numbers_are_held_in_their_smallest_unit() {
    assert_eq!(number(Kind::Money, "12.345678"), Ok(12_345_678));
    assert_eq!(number(Kind::Decimal, "0.5"), Ok(MICRO / 2));
    assert_eq!(number(Kind::Quantity, "3"), Ok(3));
    assert_eq!(number(Kind::Quantity, "3.0"), Ok(3));
    assert_eq!(number(Kind::Grams, "1.5"), Ok(1_500));
    assert_eq!(number(Kind::Cm3, "2"), Ok(2_000));
    assert_eq!(number(Kind::Stock, "Unlimited"), Ok(UNLIMITED));
    assert_eq!(number(Kind::TimeOfDay, "18:05"), Ok(65_100));
    assert_eq!(number(Kind::TimeOfDay, "7:00"), Ok(25_200));
}

#[test]
fn numbers_out_of_bounds_or_shape_are_refused_with_the_expectation() {
    assert_eq!(
        refusal(number(Kind::Quantity, "0")),
        "expected a whole number of units from 1 to 1000000"
    );
    assert_eq!(
        refusal(number(Kind::Quantity, "2.5")),
        "expected a whole number of units from 1 to 1000000; write it without decimals"
    );
    assert_eq!(
        refusal(number(Kind::Money, "0.0000001")),
        "expected an amount from 0 to 1000000000 with at most 6 decimals; write at most 6 decimals"
    );
    for bad in [
        "-1",
        "NaN",
        "inf",
        "1e3",
        "1 000",
        "1,000",
        "€5",
        "",
        "--1",
        "1000000000.01",
    ] {
        assert!(number(Kind::Money, bad).is_err(), "{bad}");
    }
    for bad in ["24:00", "6pm", "18", "18:60", "18:00:00:00", "+8:00"] {
        assert!(number(Kind::TimeOfDay, bad).is_err(), "{bad}");
    }
    for bad in ["23/11/2026", "2026-02-30", "tomorrow"] {
        assert!(
            refusal(number(Kind::Time, bad)).contains("ISO 8601"),
            "{bad}"
        );
    }
}

#[test]
fn remedies_name_the_usual_mistakes() {
    assert!(refusal(number(Kind::Money, "1 000")).contains("thousands separator"));
    assert!(refusal(number(Kind::Money, "12,50")).contains("decimal point"));
    assert!(refusal(number(Kind::Money, "1e3")).contains("exponent"));
    assert!(
        refusal(number(Kind::Money, "5 €")).contains("thousands")
            || refusal(number(Kind::Money, "5€")).contains("sign")
    );
}

#[test]
fn a_decimal_comma_is_read_only_where_the_file_has_it() {
    let def = column("c", Kind::Money, "");
    let comma = NumberStyle {
        decimal_comma: true,
        places: None,
    };
    assert_eq!(parse_number(&def, comma, "12,5"), Ok(12_500_000));
    assert_eq!(parse_number(&def, comma, "12.5"), Ok(12_500_000));
    assert!(parse_number(&def, comma, "1,2,3").is_err());
}

#[test]
fn words_are_settled_to_one_spelling() {
    assert_eq!(
        text(Kind::Enum(&["yes", "no", "decide"]), "Decide"),
        Ok("decide".to_owned())
    );
    assert_eq!(text(Kind::Bool, "TRUE"), Ok("yes".to_owned()));
    assert_eq!(text(Kind::Bool, "0"), Ok("no".to_owned()));
    assert_eq!(
        text(Kind::List, " cold | fragile||cold"),
        Ok("cold|fragile".to_owned())
    );
    assert_eq!(text(Kind::Weekdays, "fri|Monday"), Ok("mon|fri".to_owned()));
    assert_eq!(text(Kind::Id, "00123"), Ok("00123".to_owned()));
    assert_eq!(text(Kind::Duration, "P1M"), Ok("P1M".to_owned()));
}

#[test]
fn wrong_words_are_refused_with_the_likely_one() {
    assert_eq!(
        refusal(text(Kind::Enum(&["warehouse", "store"]), "warehose")),
        "expected one of warehouse, store; did you mean `warehouse`?"
    );
    assert_eq!(refusal(text(Kind::Bool, "maybe")), "expected `yes` or `no`");
    assert!(refusal(text(Kind::Weekdays, "mon|noday")).contains("days of the week"));
    assert!(refusal(text(Kind::Duration, "monthly")).contains("duration"));
    assert!(refusal(text(Kind::Id, "*")).contains("no meaning"));
}

#[test]
fn the_text_of_a_number_reads_back_as_the_same_number() {
    for (kind, given) in [
        (Kind::Money, "12.5"),
        (Kind::Grams, "0.25"),
        (Kind::Stock, "unlimited"),
        (Kind::TimeOfDay, "18:00"),
        (Kind::TimeOfDay, "18:00:30"),
        (Kind::TimeEnd, "2026-11-23"),
        (Kind::Time, "2026-11-23T05:00:00"),
    ] {
        let value = number(kind, given).expect(given);
        assert_eq!(number_text(kind, value), given);
    }
}
