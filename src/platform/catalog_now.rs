//! The catalogue as it is now: the events of the workspace are edited while it executes.

use crate::catalog::Catalog;
use crate::workspace::{Stamp, stamp};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The folder of the workspace's own events, and the file of each.
const EVENTS: &str = "events";
const EVENT_FILE: &str = "event.toml";

/// A catalogue that is read anew when the workspace's events have changed.
pub(super) struct CatalogNow {
    root: PathBuf,
    cached: Mutex<Cached>,
}

struct Cached {
    stamps: Vec<(PathBuf, Stamp)>,
    catalog: Arc<Catalog>,
}

impl Cached {
    fn read(root: &Path, stamps: Vec<(PathBuf, Stamp)>) -> Self {
        Self { stamps, catalog: Arc::new(Catalog::with_workspace(root)) }
    }
}

impl CatalogNow {
    /// That of the workspace at `root`.
    pub(super) fn of(root: &Path) -> Self {
        let cached = Mutex::new(Cached::read(root, stamps(root)));
        Self { root: root.to_owned(), cached }
    }

    /// The catalogue.
    pub(super) fn get(&self) -> Arc<Catalog> {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamps(&self.root);
        if now != cached.stamps {
            *cached = Cached::read(&self.root, now);
        }
        Arc::clone(&cached.catalog)
    }
}

/// Which events there are, and what they were like when they were looked at; nothing where the workspace has none.
fn stamps(root: &Path) -> Vec<(PathBuf, Stamp)> {
    let Ok(folders) = std::fs::read_dir(root.join(EVENTS)) else { return Vec::new() };
    let files = folders.filter_map(Result::ok).map(|folder| folder.path().join(EVENT_FILE));
    let mut stamps: Vec<_> = files.filter_map(|file| Some((stamp(&file)?, file))).collect();
    stamps.sort_by(|a, b| a.1.cmp(&b.1));
    stamps.into_iter().map(|(stamp, file)| (file, stamp)).collect()
}
