//! What warehouse staff print: route sheets, pick lists, delivery notes, return slips.
//!
//! One HTML file a kind, a page each. A file is written while it is made, so that it never stands in memory whole.
//! Templates escape all that users wrote; the files load nothing and run nothing.

mod chosen;
mod code;
mod language;
mod notes;
mod picks;
mod returns;
mod routes;
mod words;

#[cfg(test)]
mod tests;

pub use chosen::Chosen;
pub use language::Language;

use super::Planned;
use super::error::WriteError;
use super::movements::Movements;
use super::names::Names;
use super::routes::Routes;
use askama::Template;
use rayon::prelude::*;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use words::Words;

/// The files: route sheets, pick lists, delivery notes, return slips.
pub const PAPERS: [&str; 4] = [
    "route_sheets.html",
    "pick_lists.html",
    "delivery_notes.html",
    "return_slips.html",
];

/// Pages that are made in parallel before they are written.
const PAGES_AT_ONCE: usize = 512;

/// Where a file begins.
#[derive(Template)]
#[template(path = "head.html", config = "src/report/documents/askama.toml")]
struct Head<'a> {
    words: &'static Words,
    title: &'a str,
    scenario: &'a str,
    is_empty: bool,
}

/// Where a file ends.
const FOOT: &str = "</body>\n</html>\n";

/// Writes all documents of the chosen waves into a folder, which is created.
///
/// # Errors
/// Files that cannot be written.
pub fn write_documents(
    dir: &Path,
    planned: Planned<'_>,
    chosen: &Chosen,
    language: Language,
) -> Result<(), WriteError> {
    fs::create_dir_all(dir).map_err(|error| WriteError::new(dir, error))?;
    let words = language.words();
    let [route_sheets, pick_lists, delivery_notes, return_slips] = PAPERS;
    let file = |name: &str, title: &'static str| Document {
        path: dir.join(name),
        title,
        scenario: planned.settings.name.clone(),
        words,
    };
    {
        let routes = Routes::with_shipments(planned);
        let sheets = routes::Sheets::new(planned, &routes, chosen, language);
        let of = |page| sheets.page(page);
        file(route_sheets, words.route_sheet).write(sheets.count(), of)?;
    }
    {
        let movements = Movements::new(planned);
        let lists = picks::Lists::new(planned, &movements, chosen, language);
        let of = |page| lists.page(page);
        file(pick_lists, words.pick_list).write(lists.count(), of)?;
    }
    let names = Names::new(planned.dataset, planned.plan);
    let notes = notes::Notes::new(planned, &names, chosen, language);
    let of = |page| notes.page(page);
    file(delivery_notes, words.delivery_note).write(notes.count(), of)?;
    let slips = returns::Slips::new(planned, &names, chosen, language);
    let of = |page| slips.page(page);
    file(return_slips, words.return_slip).write(slips.count(), of)
}

/// A file of documents of one kind.
struct Document {
    path: std::path::PathBuf,
    title: &'static str,
    scenario: String,
    words: &'static Words,
}

impl Document {
    /// Writes so many pages one after the other. The file is written beside and moved into place whole: whoever prints
    /// it meanwhile has the one before.
    fn write<P: Template>(
        &self,
        count: usize,
        page: impl Fn(usize) -> P + Sync,
    ) -> Result<(), WriteError> {
        let fail = |error: io::Error| WriteError::new(&self.path, error);
        let beside = self.path.with_extension("html.part");
        let mut out = BufWriter::new(File::create(&beside).map_err(fail)?);
        let head = Head {
            words: self.words,
            title: self.title,
            scenario: &self.scenario,
            is_empty: count == 0,
        };
        head.write_into(&mut out).map_err(fail)?;
        let rendered = |page_number| page(page_number).render().map_err(io::Error::other);
        for begin in (0..count).step_by(PAGES_AT_ONCE) {
            let together = begin..(begin + PAGES_AT_ONCE).min(count);
            let pages: Vec<io::Result<String>> = together.into_par_iter().map(rendered).collect();
            for page in pages {
                let page = page.map_err(fail)?;
                out.write_all(page.as_bytes()).map_err(fail)?;
            }
        }
        out.write_all(FOOT.as_bytes()).map_err(fail)?;
        out.into_inner().map_err(|error| fail(error.into_error()))?;
        fs::rename(&beside, &self.path).map_err(fail)
    }
}
