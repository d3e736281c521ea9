//! Whether the store does what it is asked, as far as was seen.

use super::store::StoreError;
use std::sync::{Mutex, PoisonError};

/// What stands in the way of the store.
#[derive(Default)]
pub(super) struct Health {
    obstacle: Mutex<Option<&'static str>>,
}

impl Health {
    /// Remembers why the store failed, and tells it once.
    pub(super) fn watch<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &done
            && let Some(obstacle) = obstacle_of(error)
            && self.set(Some(obstacle)) != Some(obstacle)
        {
            tracing::error!(%error, "the store failed, deliveries wait");
        }
        done
    }

    /// What stands in the way, if anything does.
    pub(super) fn obstacle(&self) -> Option<&'static str> {
        *self.obstacle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing stands in the way any more.
    pub(super) fn recovered(&self) {
        if let Some(obstacle) = self.set(None) {
            tracing::warn!(obstacle, "the store works again, deliveries go on");
        }
    }

    /// Gives what stood in the way before.
    fn set(&self, obstacle: Option<&'static str>) -> Option<&'static str> {
        let mut now = self.obstacle.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *now, obstacle)
    }
}

/// What stands in the way for as long as such an error comes, in words for anybody: the log has the rest.
fn obstacle_of(error: &StoreError) -> Option<&'static str> {
    match error {
        StoreError::DiskFull { .. } => Some("the disk is full"),
        StoreError::ReadOnly { .. } => Some("the state cannot be written"),
        StoreError::Gone { .. } => Some("the state was removed or moved away"),
        StoreError::Newer { .. } => Some("the state is of a newer lambdeck, which has to serve it"),
        StoreError::Busy { .. } => Some("another process keeps the state locked"),
        StoreError::Damaged { .. } => Some("the state is damaged"),
        StoreError::Unreadable { .. } | StoreError::Other { .. } => {
            Some("the state cannot be read or written")
        }
        _ => None,
    }
}
