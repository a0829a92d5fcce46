//! A scenario in small bars of text, as wide as there is room.

use super::digest::{Digest, DistanceBand, Price, PriceKind};
use super::summary::Summary;
use std::cmp::Reverse;
use std::fmt::Write;

/// Bars of one kind that are shown.
const SHOWN: usize = 10;
/// Columns that a name has at most.
const NAME: usize = 34;
/// Columns that a number has.
const NUMBER: usize = 12;
/// Columns of a line at least and at most.
const WIDTHS: (usize, usize) = (50, 120);

/// A bar: its name, its length as a share of the longest, and its number in words.
struct Bar {
    name: String,
    length: f64,
    number: String,
}

/// Units by location, capacity, fill by channel, reasons, carriers, distances, prices: what [`super::page`] shows at length. No colours and no codes
/// for terminals, so that it may be piped.
pub fn bars_text(summary: &Summary, digest: &Digest, width: usize) -> String {
    let width = width.clamp(WIDTHS.0, WIDTHS.1);
    let mut text = String::new();
    let charts = [
        ("units that leave, by location", locations(summary)),
        ("capacity used in the fullest wave", capacity(digest)),
        ("units filled, by channel", channels(summary)),
        ("units unfilled, by reason", reasons(digest)),
        ("shipments, by carrier", carriers(digest)),
        ("shipments, by kilometres by road", distances(digest)),
        ("worth of one more at most", prices(digest)),
    ];
    for (title, bars) in charts {
        if bars.is_empty() {
            continue;
        }
        let more = match bars.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" ({more} more)"),
        };
        writeln!(text, "\n{}: {title}{more}", summary.scenario).expect("a text takes all");
        for bar in bars.iter().take(SHOWN) {
            text += &line(bar, width);
        }
    }
    text
}

fn line(bar: &Bar, width: usize) -> String {
    let name = fitted(&bar.name);
    let gap = " ".repeat(NAME.saturating_sub(columns(&name)));
    let room = width - NAME - NUMBER - 3;
    let eighths = (bar.length.clamp(0.0, 1.0) * (room * 8) as f64).round() as usize;
    let parts = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let mut drawn = "█".repeat(eighths / 8);
    drawn.extend((eighths % 8).checked_sub(1).map(|part| parts[part]));
    format!("  {name}{gap}{:>NUMBER$} {drawn}\n", bar.number)
}

/// A name as wide as there is room, none of whose characters controls the terminal.
fn fitted(name: &str) -> String {
    let mut told = String::new();
    for letter in name.chars() {
        let letter = if letter.is_control() {
            '\u{fffd}'
        } else {
            letter
        };
        if columns(&told) + columns(letter.encode_utf8(&mut [0; 4])) > NAME - 1 {
            told.push('…');
            break;
        }
        told.push(letter);
    }
    told
}

fn columns(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// Bars of counts, the longest first.
fn counted(counts: impl Iterator<Item = (String, i64)>) -> Vec<Bar> {
    let mut counts: Vec<(String, i64)> = counts.filter(|(_, count)| *count > 0).collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    let most = counts.first().map_or(1, |(_, most)| *most);
    let bar = |(name, count): (String, i64)| Bar {
        name,
        length: count as f64 / most as f64,
        number: count.to_string(),
    };
    counts.into_iter().map(bar).collect()
}

fn locations(summary: &Summary) -> Vec<Bar> {
    let used = summary.locations.iter();
    counted(used.map(|it| (it.location.to_string(), it.units)))
}

fn capacity(digest: &Digest) -> Vec<Bar> {
    let rows = digest.waves.rows.iter();
    let full = rows.filter_map(|row| {
        let full = row.cells.iter().flatten().filter_map(|cell| cell.full);
        Some((&row.location, full.reduce(f64::max)?))
    });
    let bar = |(location, full): (&String, f64)| Bar {
        name: location.clone(),
        length: full,
        number: percent(full),
    };
    full.map(bar).collect()
}

fn channels(summary: &Summary) -> Vec<Bar> {
    let rates = summary.channels.iter();
    let rates = rates.filter_map(|it| Some((it.channel.to_string(), it.fill_rate?)));
    let bar = |(name, rate): (String, f64)| Bar {
        name,
        length: rate,
        number: percent(rate),
    };
    rates.map(bar).collect()
}

fn reasons(digest: &Digest) -> Vec<Bar> {
    let reasons = digest.reasons.iter();
    counted(reasons.map(|it| (it.reason.clone(), it.units)))
}

fn carriers(digest: &Digest) -> Vec<Bar> {
    let name = |carrier: &str, service: &str, route: &str| match carrier {
        "" => route.to_owned(),
        _ => format!("{carrier} {service}"),
    };
    let carried = digest.carried.iter();
    counted(carried.map(|it| (name(&it.carrier, &it.service, &it.route), it.shipments)))
}

fn distances(digest: &Digest) -> Vec<Bar> {
    let bands = digest.by_distance.iter();
    if bands.clone().all(|band| band.from_km.is_none()) {
        return vec![];
    }
    let most = bands.clone().map(|it| it.shipments).max().unwrap_or(0);
    let bar = |band: &DistanceBand| Bar {
        name: band.named(),
        length: band.shipments as f64 / most as f64,
        number: band.shipments.to_string(),
    };
    bands.map(bar).collect()
}

/// What is dearest of all that is scarce.
fn prices(digest: &Digest) -> Vec<Bar> {
    let kinds = digest.prices.iter();
    let all = kinds.flat_map(|kind| kind.dearest.iter().map(move |price| (kind, price)));
    let mut all: Vec<(&PriceKind, &Price)> = all.collect();
    all.sort_by_key(|(_, price)| Reverse(price.price));
    let most = all.first().map_or(1.0, |(_, price)| price.price.as_f64());
    let bar = |(kind, price): (&PriceKind, &Price)| Bar {
        name: format!("{}: {}", kind.resource, price.named()),
        length: price.price.as_f64() / most,
        number: price.price.rounded(),
    };
    all.into_iter().take(SHOWN).map(bar).collect()
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(name: &str, length: f64) -> Bar {
        Bar {
            name: name.to_owned(),
            length,
            number: "7".to_owned(),
        }
    }

    #[test]
    fn a_line_is_no_wider_than_asked_whatever_its_name() {
        let long = "x".repeat(500);
        for name in [
            "LYON",
            "倉庫一二三四五六七八九十一二三四五六七八九十",
            long.as_str(),
        ] {
            let line = line(&bar(name, 1.0), 80);
            assert_eq!(columns(line.trim_end()), 80, "{line}");
        }
    }

    #[test]
    fn half_a_bar_is_half_as_long_and_nothing_is_no_bar() {
        let length = |share: f64| line(&bar("A", share), 83).matches('█').count();
        assert_eq!((length(1.0), length(0.5), length(0.0)), (34, 17, 0));
        assert!(line(&bar("A", 0.01), 83).contains('▍'), "a part of a block");
    }

    #[test]
    fn a_name_cannot_control_the_terminal() {
        assert_eq!(fitted("a\u{1b}[31mb"), "a\u{fffd}[31mb");
    }
}
