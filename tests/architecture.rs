//! The house keeps its order: rooms import downwards only, and only some may touch files and the terminal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The rooms of `src/`: each may use the ones before it. `plan` stands before `options` because options
/// name routes in the words of a plan; a plan knows nothing of options.
const ORDER: [&str; 17] = [
    "units", "domain", "input", "scenario", "plan", "options", "model", "solve", "verify",
    "ledger", "explain", "report", "generate", "init", "progress", "run", "cli",
];

/// What shares no code with the optimiser, so that it can judge it.
const VERIFIER_MUST_NOT_USE: [&str; 3] = ["options", "model", "solve"];

/// Who may read files: the tables, the scenarios, and the run folders that `run` keeps.
const READERS: [&str; 3] = ["input", "scenario", "run"];

/// Who may write files: reports, generated data, the first files of a user, and `run`, which publishes folders.
const WRITERS: [&str; 4] = ["report", "generate", "init", "run"];

/// Who may speak to the user.
const SPEAKERS: [&str; 4] = ["progress", "run", "cli", "main"];

const READING: [&str; 3] = ["File::open(", "fs::read(", "fs::read_to_string("];
const WRITING: [&str; 7] = [
    "File::create(",
    "File::create_new(",
    "fs::write(",
    "fs::rename(",
    "fs::remove_file(",
    "fs::remove_dir_all(",
    "OpenOptions",
];
const SPEAKING: [&str; 7] = [
    "print!(",
    "println!(",
    "eprint!(",
    "eprintln!(",
    "dbg!(",
    "stdout()",
    "stderr()",
];

/// One line of code of a room, comments and tests left out.
struct Line {
    room: String,
    at: String,
    code: String,
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder of sources");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn lines() -> Vec<Line> {
    let mut found = Vec::new();
    files(&source(), &mut found);
    found
        .iter()
        .filter(|path| !is_test_file(path))
        .flat_map(|path| lines_of(path))
        .collect()
}

/// Files of tests are modules that their parent declares under `#[cfg(test)]`.
fn is_test_file(path: &Path) -> bool {
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let within = path.iter().any(|part| part == "tests");
    within || stem == "tests" || stem.ends_with("_tests") || stem.starts_with("test_")
}

fn lines_of(path: &Path) -> Vec<Line> {
    let inside = path.strip_prefix(source()).expect("a file of src");
    let room = inside
        .iter()
        .next()
        .and_then(|part| Path::new(part).file_stem());
    let room = room.expect("a room").to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path).expect("a source file");
    let numbered = text.lines().enumerate();
    // A module of tests in the same file stands at its end.
    let code = numbered.take_while(|(index, _)| !starts_inline_tests(&text, *index));
    code.map(|(index, line)| Line {
        room: room.clone(),
        at: format!("src/{}:{}", inside.display(), index + 1),
        code: line.split("//").next().unwrap_or_default().to_owned(),
    })
    .collect()
}

fn starts_inline_tests(text: &str, index: usize) -> bool {
    let mut ahead = text.lines().skip(index);
    let marked = ahead
        .next()
        .is_some_and(|line| line.trim() == "#[cfg(test)]");
    marked
        && ahead
            .next()
            .is_some_and(|line| line.contains("mod ") && line.trim_end().ends_with('{'))
}

/// Rooms that a line of code names after `crate::`, also those in braces: `use crate::{plan, units::Money}`.
fn rooms_used(code: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|&letter| letter.is_ascii_alphanumeric() || letter == '_')
            .collect()
    };
    let mut used = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            used.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let parts = list.split(|letter: char| {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
            letter == ',' && depth == 0
        });
        used.extend(parts.map(word).filter(|room| !room.is_empty()));
    }
    used
}

/// Lines of a room outside `allowed` that do one of these things.
fn breaches(allowed: &[&str], signs: &[&str]) -> Vec<String> {
    let does = |line: &Line| signs.iter().any(|sign| line.code.contains(sign));
    lines()
        .iter()
        .filter(|line| !allowed.contains(&line.room.as_str()) && does(line))
        .map(|line| format!("{}: {}", line.at, line.code.trim()))
        .collect()
}

#[test]
fn every_room_has_its_place_in_the_order() {
    let rooms: BTreeMap<String, String> = lines()
        .into_iter()
        .map(|line| (line.room, line.at))
        .collect();
    let homeless: Vec<_> = rooms
        .keys()
        .filter(|room| !ORDER.contains(&room.as_str()))
        .collect();
    assert_eq!(homeless, ["lib", "main"]);
}

#[test]
fn rooms_import_only_rooms_before_them() {
    let rank = |room: &str| ORDER.iter().position(|known| *known == room);
    let mut wrong = Vec::new();
    for line in lines() {
        let Some(own) = rank(&line.room) else {
            continue;
        };
        for used in rooms_used(&line.code) {
            if used != line.room && rank(&used).is_none_or(|other| other > own) {
                wrong.push(format!("{}: {} uses {used}", line.at, line.room));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_verifier_shares_no_code_with_the_optimiser() {
    let mut wrong = Vec::new();
    for line in lines().iter().filter(|line| line.room == "verify") {
        for used in rooms_used(&line.code) {
            if VERIFIER_MUST_NOT_USE.contains(&used.as_str()) {
                wrong.push(format!("{}: {}", line.at, line.code));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_readers_read_files() {
    assert_eq!(breaches(&READERS, &READING), Vec::<String>::new());
}

#[test]
fn only_writers_write_files() {
    assert_eq!(breaches(&WRITERS, &WRITING), Vec::<String>::new());
}

#[test]
fn only_the_front_of_the_house_speaks_to_the_user() {
    assert_eq!(breaches(&SPEAKERS, &SPEAKING), Vec::<String>::new());
}

#[test]
fn imports_are_found_also_in_braces() {
    assert_eq!(rooms_used("use crate::plan::{Piece, Plan};"), ["plan"]);
    assert_eq!(
        rooms_used("use crate::{domain::{Line, Order}, units::Money, verify};"),
        ["domain", "units", "verify"]
    );
    assert_eq!(
        rooms_used("    crate::solve::run(crate::model::build());"),
        ["solve", "model"]
    );
}
