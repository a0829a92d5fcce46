//! A folder of its own for the program to be called in.

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use tempfile::TempDir;

/// A folder of its own in which the program is called.
pub struct Place(pub TempDir);

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for the test"))
    }

    /// A folder with the dataset and scenarios of `consign init`.
    pub fn ready() -> Self {
        let place = Self::new();
        place.run("init night", 0);
        place
    }

    /// A folder with generated data in `night`.
    pub fn generated(orders: u32, more: &str) -> Self {
        let place = Self::new();
        let sizes = "--locations 12 --skus 60 --seed 3";
        place.run(
            &format!("generate night --orders {orders} {sizes} {more}"),
            0,
        );
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file of text")
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file written");
    }

    /// Calls the program, expects that code, and returns stdout and stderr.
    #[track_caller]
    pub fn run(&self, arguments: &str, code: i32) -> (String, String) {
        let mut command = Command::cargo_bin("consign").expect("the program");
        command
            .args(arguments.split_whitespace())
            .current_dir(self.0.path());
        let output = command.output().expect("called");
        let out = String::from_utf8(output.stdout).expect("text");
        let talk = String::from_utf8(output.stderr).expect("text");
        let ended = output.status.code();
        assert_eq!(ended, Some(code), "{arguments}\n{out}\n{talk}");
        (out, talk)
    }

    /// Starts the program and leaves it to itself; its log goes to `log`.
    pub fn start(&self, arguments: &str) -> Child {
        let log = fs::File::create(self.path("log")).expect("a log");
        std::process::Command::new(assert_cmd::cargo::cargo_bin!("consign"))
            .args(arguments.split_whitespace())
            .args(["--log", "text"])
            .current_dir(self.0.path())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("started")
    }

    pub fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.text(name)).expect("JSON")
    }

    /// What lies in the runs folder, the lock of all runs left out.
    pub fn runs(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path("runs")) else {
            return vec![];
        };
        let names = entries.map(|entry| entry.expect("entry").file_name());
        let mut names: Vec<String> = names
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|name| name != ".lock")
            .collect();
        names.sort();
        names
    }
}

/// All CSV files below a folder, by their path in it.
pub fn tables(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(&here).expect("a folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "csv") {
                let name = path.strip_prefix(folder).expect("below").to_owned();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}
