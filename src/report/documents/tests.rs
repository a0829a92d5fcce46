//! Codes that scan, numbers and days as a language writes them.

use super::code::code;
use super::language::Language;
use crate::units::Weight;
use jiff::civil::date;

/// The text of a code, as a scanner would read its path drawn on paper.
fn scanned(text: &str) -> Option<String> {
    const DOTS: usize = 4;
    let drawn = code(text)?;
    let mut dark = vec![false; drawn.size * drawn.size];
    for run in drawn.path.split('M').skip(1) {
        let (place, rest) = run.split_once('h').expect("a run");
        let (x, y) = place.split_once(',').expect("a place");
        let (x, y): (usize, usize) = (x.parse().expect("x"), y.parse().expect("y"));
        let (length, back) = rest.split_once("v1h-").expect("a box");
        assert_eq!(length, back);
        let length: usize = length.parse().expect("a length");
        dark[y * drawn.size + x..][..length].fill(true);
    }
    let side = drawn.size * DOTS;
    let mut image = rqrr::PreparedImage::prepare_from_bitmap(side, side, |x, y| {
        dark[y / DOTS * drawn.size + x / DOTS]
    });
    let grids = image.detect_grids();
    let [grid] = &grids[..] else {
        panic!("{} codes of {text:?}", grids.len());
    };
    Some(grid.decode().expect("it scans").1)
}

#[test]
fn codes_of_references_scan_whatever_is_in_them() {
    let long = "ORDRE-€-".repeat(60);
    let texts = [
        "FR26110003-1",
        "0123456789",
        "W-LYON/2026-11-23T18:00:00+01:00/Postal/home",
        "<script>alert(1)</script>-1",
        "طلب-١٢٣-1",
        "=cmd\"'\n-1",
        &long,
    ];
    for text in texts {
        assert_eq!(scanned(text).as_deref(), Some(text));
    }
    assert!(code(&"x".repeat(4000)).is_none(), "no code holds so much");
}

#[test]
fn numbers_and_days_are_those_of_the_language() {
    let (english, french) = (Language::English, Language::French);
    let told = |value| [english.number(value), french.number(value)];
    assert_eq!(told(999), ["999", "999"]);
    assert_eq!(told(1_234_567), ["1,234,567", "1\u{202f}234\u{202f}567"]);
    assert_eq!(told(-1000), ["-1,000", "-1\u{202f}000"]);
    let weight = Weight(1_234_567_500);
    assert_eq!(english.kilograms(weight), "1,234.568\u{a0}kg");
    assert_eq!(french.kilograms(weight), "1\u{202f}234,568\u{a0}kg");
    assert_eq!(english.kilograms(Weight(400)), "0.000\u{a0}kg");
    let day = date(2026, 11, 3);
    assert_eq!(english.day(day), "Tue 3 Nov 2026");
    assert_eq!(french.day(day), "mar. 03/11/2026");
}
