//! Pick lists: what is taken from the shelves of a location for a wave, in the order of `pick_lists`.

use super::super::Planned;
use super::super::movements::{Movements, Pick};
use super::super::names::Names;
use super::chosen::Chosen;
use super::code::{Code, code};
use super::language::Language;
use super::words::Words;
use crate::domain::FormKind;
use askama::Template;
use std::collections::BTreeSet;
use std::ops::Range;

/// All pick lists of the chosen waves.
pub(super) struct Lists<'a> {
    planned: Planned<'a>,
    names: Names<'a>,
    movements: &'a Movements<'a>,
    language: Language,
    /// Picks of each list.
    pages: Vec<Range<usize>>,
}

/// A location and wave.
#[derive(Template)]
#[template(path = "pick_list.html", config = "src/report/documents/askama.toml")]
pub(super) struct Page<'a> {
    words: &'static Words,
    id: String,
    code: Option<Code>,
    place: &'a str,
    location: &'a str,
    wave: &'a str,
    cut_off: String,
    lines: String,
    units: String,
    shipments: String,
    items: Vec<Item<'a>>,
}

/// A product on a shelf.
struct Item<'a> {
    /// Whether it is the first of its product group.
    group_begins: bool,
    group: &'a str,
    sku: &'a str,
    name: &'a str,
    quantity: String,
    cases: String,
    /// Whether its total says more than its one pick.
    is_summed: bool,
    picks: Vec<Row<'a>>,
}

struct Row<'a> {
    quantity: String,
    shipment: String,
    /// What was ordered, where that is not what is picked.
    asked: &'a str,
    how: &'static str,
}

impl<'a> Lists<'a> {
    pub(super) fn new(
        planned: Planned<'a>,
        movements: &'a Movements<'a>,
        chosen: &Chosen,
        language: Language,
    ) -> Self {
        let count = movements.pick_count();
        let mut pages: Vec<Range<usize>> = vec![];
        for row in 0..count {
            let wave = movements.pick(row).wave;
            match pages.last_mut() {
                Some(page) if movements.pick(page.start).wave == wave => page.end = row + 1,
                _ => pages.push(row..row + 1),
            }
        }
        pages.retain(|page| chosen.has(movements.pick(page.start).wave));
        Self {
            names: Names::new(planned.dataset, planned.plan),
            planned,
            movements,
            language,
            pages,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.pages.len()
    }

    pub(super) fn page(&self, page: usize) -> Page<'a> {
        let picks: Vec<Pick<'a>> = self.pages[page]
            .clone()
            .map(|row| self.movements.pick(row))
            .collect();
        let wave_ix = picks[0].wave;
        let wave = &self.planned.dataset.waves[wave_ix.ix()];
        let location = &self.planned.dataset.locations[wave.location.ix()];
        let language = self.language;
        let id = format!("{}/{}", location.id, self.names.departure(wave_ix));
        let shipments: BTreeSet<usize> = picks.iter().map(|pick| pick.shipment).collect();
        let by_product = picks.chunk_by(|one, next| one.product.sku == next.product.sku);
        let mut group = "";
        let mut items = vec![];
        for picks in by_product {
            let product = picks[0].product;
            items.push(self.item(picks, *product.group != *group));
            group = &product.group;
        }
        Page {
            words: language.words(),
            code: code(&id),
            id,
            place: &location.name,
            location: &location.id,
            wave: &wave.name,
            cut_off: language.moment(wave.departs, &location.time_zone),
            lines: language.number(picks.len() as i64),
            units: language.number(picks.iter().map(|pick| pick.quantity).sum()),
            shipments: language.number(shipments.len() as i64),
            items,
        }
    }

    fn item(&self, picks: &[Pick<'a>], group_begins: bool) -> Item<'a> {
        let product = picks[0].product;
        let units: i64 = picks.iter().map(|pick| pick.quantity).sum();
        let cases = self.cases(units, i64::from(product.units_per_case));
        Item {
            group_begins,
            group: &product.group,
            sku: &product.sku,
            name: &product.name,
            quantity: self.language.number(units),
            is_summed: picks.len() > 1 || !cases.is_empty(),
            cases,
            picks: picks.iter().map(|pick| self.row(pick)).collect(),
        }
    }

    /// Whole cases and what is over, where a case is more than a unit: `2 × 6 + 3`.
    fn cases(&self, units: i64, case: i64) -> String {
        if case < 2 || units < case {
            return String::new();
        }
        let (whole, rest) = (units / case, units % case);
        let words = self.language.words();
        let title = words.cases;
        let rest = if rest > 0 {
            format!(" + {rest}")
        } else {
            String::new()
        };
        format!(
            "{title}{}{} × {case}{rest}",
            words.colon,
            self.language.number(whole)
        )
    }

    fn row(&self, pick: &Pick<'a>) -> Row<'a> {
        let words = self.language.words();
        let how = match pick.kind {
            FormKind::Stock => "",
            FormKind::Assembled => words.for_kit,
            FormKind::Substitute => words.instead_of,
        };
        Row {
            quantity: self.language.number(pick.quantity),
            shipment: self.names.shipment(pick.shipment),
            asked: if how.is_empty() { "" } else { &pick.asked.sku },
            how,
        }
    }
}
