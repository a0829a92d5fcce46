//! Why a file could not be written.

use std::io;
use std::path::{Path, PathBuf};

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be written: {source}; check the disk space and the permissions of the folder", path.display())]
pub struct WriteError {
    /// Which file.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl WriteError {
    pub(super) fn new(path: &Path, source: impl Into<io::Error>) -> Self {
        Self {
            path: path.to_owned(),
            source: source.into(),
        }
    }
}
