//! `consign completions` and `consign man`.

use super::{description, say};
use crate::run::{Exit, Failure};
use clap::Args;
use clap_complete::Shell;
use std::fs;
use std::path::PathBuf;

/// Print completions for a shell
#[derive(Args)]
pub struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

/// Write manual pages, one a command
#[derive(Args)]
pub struct ManArgs {
    /// Folder to write them into
    #[arg(value_name = "DIR", default_value = "man")]
    folder: PathBuf,
}

/// Prints the completions.
pub fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut text = vec![];
    clap_complete::generate(args.shell, &mut description(), "consign", &mut text);
    say(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Good)
}

/// Writes the pages.
pub fn man(args: &ManArgs) -> Result<Exit, Failure> {
    fs::create_dir_all(&args.folder).map_err(Failure::io("create", &args.folder))?;
    clap_mangen::generate_to(description(), &args.folder)
        .map_err(Failure::io("write", &args.folder))?;
    Ok(Exit::Good)
}
