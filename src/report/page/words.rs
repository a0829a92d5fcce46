//! Numbers and codes as people read them.

use crate::units::Money;

/// Characters of a text of users that are shown; the files have all of it.
const SHOWN: usize = 48;
/// Between a number and its unit: no line breaks there.
const NARROW: char = '\u{a0}';

/// Text that users wrote: at most [`SHOWN`] characters, none that controls anything.
pub(super) fn shown(text: &str) -> String {
    let mut letters = text.chars().map(|letter| {
        if letter.is_control() {
            '\u{fffd}'
        } else {
            letter
        }
    });
    let mut told: String = letters.by_ref().take(SHOWN).collect();
    if letters.next().is_some() {
        told.push('…');
    }
    told
}

/// `1234567` as `1,234,567`.
pub(super) fn count(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let sign = if value < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(&digits))
}

fn grouped(digits: &str) -> String {
    let mut told = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

/// An amount with two decimals, `1,234.50`.
pub(super) fn money(amount: Money) -> String {
    let plain = amount.rounded();
    let (sign, plain) = match plain.strip_prefix('-') {
        Some(rest) => ("−", rest.to_owned()),
        None => ("", plain),
    };
    let (whole, cents) = plain.split_once('.').unwrap_or((&plain, "00"));
    format!("{sign}{}.{cents}", grouped(whole))
}

/// The same, `–` where it is not known.
pub(super) fn money_if(amount: Option<Money>) -> String {
    amount.map_or("–".to_owned(), money)
}

/// An amount that is a difference, with its sign.
pub(super) fn signed(amount: Money) -> String {
    let text = money(amount);
    let is_more = amount > Money::ZERO && text != money(Money::ZERO);
    format!("{}{text}", if is_more { "+" } else { "" })
}

/// The same, `–` where it is not known.
pub(super) fn signed_if(amount: Option<Money>) -> String {
    amount.map_or("–".to_owned(), signed)
}

/// A count that is a difference, with its sign.
pub(super) fn signed_count(value: i64) -> String {
    let plus = if value > 0 { "+" } else { "" };
    format!("{plus}{}", count(value))
}

/// A share in per cent, `–` where there is nothing to divide by.
pub(super) fn percent(share: Option<f64>, decimals: usize) -> String {
    share.map_or("–".to_owned(), |share| {
        format!("{:.decimals$}{NARROW}%", share * 100.0)
    })
}

/// A number with decimals, `–` where it is not known.
pub(super) fn decimal(value: Option<f64>, decimals: usize) -> String {
    value.map_or("–".to_owned(), |value| {
        let text = format!("{value:.decimals$}");
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        let (sign, whole) = match whole.strip_prefix('-') {
            Some(whole) => ("−", whole),
            None => ("", whole),
        };
        let point = if rest.is_empty() { "" } else { "." };
        format!("{sign}{}{point}{rest}", grouped(whole))
    })
}

/// A number that is a difference, with its sign.
pub(super) fn signed_decimal(value: f64, decimals: usize) -> String {
    let scale = 10_f64.powi(decimals as i32);
    // What is shown as nothing has no sign.
    let shown = (value * scale).round() / scale + 0.0;
    let plus = if shown > 0.0 { "+" } else { "" };
    format!("{plus}{}", decimal(Some(shown), decimals))
}

/// `1 order`, `2 orders`.
pub(super) fn several(number: i64, one: &str, more: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { more })
}

/// How a scenario came out.
pub(super) fn status(code: &str) -> &str {
    match code {
        "optimal" => "proven best",
        "gap" => "proven within the gap asked for",
        "limit" => "verified, not yet within the gap asked for",
        "baseline" => "rules replayed, nothing proven",
        "infeasible" => "infeasible: no plan meets every demand",
        "no_plan" => "no plan came in time",
        "interrupted" => "stopped from outside; the best plan so far",
        "rejected" => "the verifier rejected the plan; it is not written",
        "fault" => "a mistake of the program",
        "not_run" => "not run",
        other => other,
    }
}

/// The same in few words.
pub(super) fn short_status(code: &str) -> &str {
    match code {
        "optimal" => "proven best",
        "gap" => "within its gap",
        "limit" => "not within its gap",
        "baseline" => "rules",
        "no_plan" => "no plan",
        "not_run" => "not run",
        other => other,
    }
}

/// Whether a status is good, doubtful or bad, as a class of the style.
pub(super) fn tone(code: &str) -> &'static str {
    match code {
        "optimal" | "gap" => "good",
        "limit" | "interrupted" => "warn",
        "baseline" | "not_run" => "plain",
        _ => "bad",
    }
}

/// Why units stay unfilled.
pub(super) fn reason(code: &str) -> &str {
    match code {
        "no_stock" => "no location holds it",
        "stock_used" => "other orders take the stock",
        "stock_reserved" => "what is left is kept for other channels",
        "location_closed" => "locations that hold it are closed",
        "declined" => "locations that hold it declined it",
        "rule" => "business rules keep it from where it is",
        "handling" => "no location that holds it can handle it",
        "no_wave_in_time" => "no wave within the horizon is in time",
        "downtime" => "every wave in time is in a downtime",
        "no_transfer" => "no transfer leads to the pick-up store",
        "no_rate" => "no rate card leads there",
        "service_not_bought" => "the services bought do not serve it",
        "too_large" => "too large for the services",
        "too_heavy" => "too heavy for the services",
        "carrier_handling" => "no carrier there can carry it",
        "carriage_rule" => "business rules keep it from every service",
        "capacity_full" => "no location that holds it has capacity left",
        "carrier_full" => "carriers have no space left",
        "transfer_full" => "transfers have no space left",
        "split_limit" => "one shipment more than the order allows",
        "rule_limit" => "business rules allow no more",
        "moves_limit" => "no more may leave another place than before",
        "together" => "a rule keeps it with what ships from elsewhere",
        "location_count" => "as many locations are open as a rule allows",
        "same_wave" => "cannot go with what leaves there in that wave",
        "line_split_limit" => "one piece more than the line allows",
        "ship_complete" => "ships complete or not at all, and something lacks",
        "not_worth_it" => "shipping it costs more than it brings",
        "not_taken" => "would pay alone, but not in this plan",
        other => other,
    }
}

/// What has a price.
pub(super) fn resource(code: &str) -> &str {
    match code {
        "stock" => "stock, a unit more",
        "reserve" => "stock kept for a channel, a unit less kept",
        "units" => "units of a wave, one more",
        "lines" => "lines of a wave, one more",
        "shipments" => "shipments of a wave, one more",
        "carrier" => "carrier space in a wave, a shipment more",
        "transfer" => "transfer space in a wave, a unit more",
        "commitment" => "promise to a carrier, a shipment less promised",
        "open" => "use of a location",
        "rule" => "limit of a business rule, one more",
        "moves" => "shipments that may move, one more",
        other => other,
    }
}

/// How something goes where no carrier brings it to the customer.
pub(super) fn route(code: &str) -> &str {
    match code {
        "collect" => "collected at the store",
        "to_store" => "transfer to a store",
        "to_hub" => "transfer to a hub",
        other => other,
    }
}

/// What a table of profitability goes by.
pub(super) fn group(by: &str) -> &str {
    match by {
        "product_group" => "product group",
        "sku" => "SKU",
        "carrier" => "carrier and service",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_groups_signs_and_two_decimals() {
        assert_eq!(money(Money(1_234_567_895_000)), "1,234,567.90");
        assert_eq!(money(Money(-5_000_000)), "−5.00");
        assert_eq!(signed(Money(999_999_000_000)), "+999,999.00");
        assert_eq!(signed(Money(1_000)), "0.00");
        assert_eq!(count(-1_000), "−1,000");
        assert_eq!(count(999), "999");
        assert_eq!(percent(Some(0.0039), 2), "0.39\u{a0}%");
        assert_eq!(percent(None, 1), "–");
        assert_eq!(decimal(Some(12_345.678), 1), "12,345.7");
        assert_eq!(several(1, "order", "orders"), "1 order");
    }

    #[test]
    fn text_of_users_is_short_and_controls_nothing() {
        assert_eq!(shown("a\u{0}b\nc"), "a\u{fffd}b\u{fffd}c");
        let long = shown(&"x".repeat(500));
        assert_eq!(long.chars().count(), SHOWN + 1);
        assert!(long.ends_with('…'));
    }
}
