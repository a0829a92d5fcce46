//! Files → trees: the chain of `extends`, laid one over the other.

use super::fault::ScenarioFault;
use super::overlay::overlay;
use super::tree::{Place, Source, Table, parse_document};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest scenario file, in bytes.
const MOST_BYTES: u64 = 4 << 20;

/// A scenario file with all that it extends.
pub(super) struct Chain {
    /// The overlaid tree, without `extends`.
    pub root: Table,
    /// The file itself.
    pub at: Place,
    /// All files, the named one first.
    pub files: Vec<PathBuf>,
}

/// Reads a file and what it extends.
pub(super) fn read_chain(path: &Path) -> Result<Chain, Vec<ScenarioFault>> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut trees: Vec<Table> = Vec::new();
    let mut faults = Vec::new();
    let start = place_of(path);
    let mut next = Some((path.to_path_buf(), start.clone()));
    while let Some((path, named_at)) = next.take() {
        let identity = path.canonicalize().unwrap_or_else(|_| path.clone());
        files.push(path.clone());
        if seen.contains(&identity) {
            faults.push(circle(&files, &named_at));
            break;
        }
        seen.push(identity);
        let place = place_of(&path);
        let read = read_text(&path).map_err(|reason| {
            let key = if files.len() == 1 { "" } else { "extends" };
            vec![ScenarioFault::at(&named_at, key, reason)]
        });
        let mut tree = match read.and_then(|text| parse_document(&text, &place.source)) {
            Ok(tree) => tree,
            Err(found) => {
                faults.extend(found);
                break;
            }
        };
        exclusive_keys(&tree, &mut faults);
        next = take_extends(&mut tree, &place, &mut faults);
        if !trees.is_empty() {
            tree.remove("name");
        }
        trees.push(tree);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut root = Table::new();
    for tree in trees.into_iter().rev() {
        overlay(&mut root, tree);
    }
    Ok(Chain {
        root,
        at: start,
        files,
    })
}

fn circle(files: &[PathBuf], named_at: &Place) -> ScenarioFault {
    let names: Vec<_> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    let expected = format!("the chain of extends is a circle: {}", names.join(" → "));
    ScenarioFault::at(named_at, "extends", expected).remedy("take one extends out")
}

/// The file that a tree extends, with the place that names it.
fn take_extends(
    tree: &mut Table,
    place: &Place,
    faults: &mut Vec<ScenarioFault>,
) -> Option<(PathBuf, Place)> {
    let extends = tree.remove("extends")?;
    match extends.node.as_text() {
        Some(base) if !base.is_empty() => Some((place.source.folder.join(base), extends.node.at)),
        _ => {
            let expected = "expected the path of a scenario file in quotes, relative to this file";
            faults.push(ScenarioFault::of(&extends.node, "extends", expected));
            None
        }
    }
}

fn place_of(path: &Path) -> Place {
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    Place {
        source: Arc::new(Source {
            name: path.display().to_string(),
            folder,
        }),
        position: None,
    }
}

fn read_text(path: &Path) -> Result<String, String> {
    let cannot = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no file {}", path.display()),
        _ => format!("{} cannot be read: {error}", path.display()),
    };
    let file = std::fs::File::open(path).map_err(cannot)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(cannot)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!(
            "{} is larger than {MOST_BYTES} bytes: not a scenario",
            path.display()
        ));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| format!("{} is not UTF-8; save it as UTF-8", path.display()))?;
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}

/// One file may not state both `maximise` and `minimise`; over another file, the later one counts.
fn exclusive_keys(tree: &Table, faults: &mut Vec<ScenarioFault>) {
    let Some(objective) = tree
        .get("objective")
        .and_then(|entry| entry.node.as_table())
    else {
        return;
    };
    if let (Some(_), Some(minimise)) = (objective.get("maximise"), objective.get("minimise")) {
        let fault = ScenarioFault::at(
            &minimise.key_at,
            "objective.minimise",
            "maximise and minimise exclude each other",
        );
        faults.push(fault.remedy("keep one of them"));
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A file that is not read.
    pub fn place() -> Place {
        place_of(Path::new("test.toml"))
    }

    /// The tree of a text whose paths are relative to the working directory.
    pub fn tree(text: &str) -> Table {
        parse_document(text, &place().source).expect("valid TOML")
    }
}
