//! What is wrong with an event or a template of a workspace.

use std::fmt;
use std::path::PathBuf;

/// A file of the catalogue that could not be taken in, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogProblem {
    /// The file or folder.
    pub path: PathBuf,
    /// The line in the file, from 1, where one can be named.
    pub line: Option<u32>,
    /// One sentence: what is wrong and what would be right.
    pub message: String,
}

impl CatalogProblem {
    pub(super) fn new(path: PathBuf, message: impl Into<String>) -> Self {
        Self { path, line: None, message: message.into() }
    }

    pub(super) fn at(mut self, line: Option<u32>) -> Self {
        self.line = line;
        self
    }
}

impl fmt::Display for CatalogProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        write!(f, " {}", self.message)
    }
}
