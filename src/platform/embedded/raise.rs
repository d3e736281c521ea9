//! Events as they are taken: remembered for a day, and with a row for each delivery.

use super::deployments::rows;
use super::error::Fault;
use super::queue::{add_delivery, sums};
use super::row;
use crate::domain::{EventId, RaisedEvent};
use crate::platform::Receipt;
use crate::platform::store::{QueueLimits, StoreError};
use ring::digest::{Context, SHA256, digest};
use rusqlite::{Connection, params};
use std::collections::HashMap;
use uuid::Uuid;

/// How long a source and an id are remembered, in milliseconds.
pub(super) const SEEN_MS: i64 = 24 * 3_600_000;
/// What a source is remembered by, in bytes of its digest.
const SOURCE_BYTES: usize = 16;
/// The longest id that is remembered as it is, in bytes.
const ID_BYTES: usize = 64;

/// Takes events, all or none.
pub(super) fn all(
    connection: &Connection,
    events: &[RaisedEvent],
    limits: QueueLimits,
    now_ms: i64,
) -> Result<Vec<Receipt>, Fault> {
    let raising = Raising::of(connection, events, now_ms)?;
    if raising.listeners.values().all(Vec::is_empty) {
        return raising.take_all(events);
    }
    let before = sums(connection)?;
    if !limits.have_room(before) {
        // Refused before anything is written, which would cost as much as to take them.
        for event in events {
            if raising.would_wait(event)? {
                return Err(StoreError::QueueFull.into());
            }
        }
    }
    let receipts = raising.take_all(events)?;
    // Looked at last, where the deliveries are counted that these events really make.
    let after = sums(connection)?;
    let own = QueueLimits { deliveries: after.0 - before.0, bytes: after.1 - before.1 };
    if own.deliveries > limits.deliveries || own.bytes > limits.bytes {
        return Err(StoreError::QueueTooSmall { own, limits }.into());
    }
    if own.deliveries > 0 && (after.0 > limits.deliveries || after.1 > limits.bytes) {
        return Err(StoreError::QueueFull.into());
    }
    Ok(receipts)
}

/// What events that are taken together have in common.
struct Raising<'a> {
    connection: &'a Connection,
    now_ms: i64,
    /// The lambdas that are deployed on each of their events.
    listeners: HashMap<&'a EventId, Vec<Uuid>>,
    /// Whether some are still remembered as they were by older programs.
    has_before: bool,
}

impl<'a> Raising<'a> {
    fn of(
        connection: &'a Connection,
        events: &'a [RaisedEvent],
        now_ms: i64,
    ) -> Result<Self, Fault> {
        let mut listeners = HashMap::new();
        for event in events {
            if !listeners.contains_key(&event.event) {
                let lambdas = rows(
                    connection,
                    "SELECT lambda FROM deployment WHERE event = ?1",
                    [event.event.as_str()],
                    |row| row::id(row, 0),
                )?;
                listeners.insert(&event.event, lambdas);
            }
        }
        let has_before = connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM seen_before)")?
            .query_row([], |row| row.get(0))?;
        Ok(Self { connection, now_ms, listeners, has_before })
    }

    fn listeners(&self, event: &RaisedEvent) -> &[Uuid] {
        self.listeners.get(&event.event).map_or(&[], Vec::as_slice)
    }

    fn take_all(&self, events: &[RaisedEvent]) -> Result<Vec<Receipt>, Fault> {
        let receipts =
            events.iter().map(|event| self.take(event)).collect::<Result<Vec<_>, _>>()?;
        let accepted = receipts.iter().filter(|it| !it.is_duplicate).count();
        if accepted > 0 {
            // Here, where each is seen once, whichever process takes it.
            self.connection
                .prepare_cached(
                    "INSERT INTO sum VALUES ('accepted', ?1)
                     ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
                )?
                .execute([accepted as i64])?;
        }
        Ok(receipts)
    }

    fn take(&self, event: &RaisedEvent) -> Result<Receipt, Fault> {
        if !self.remember(event)? {
            return Ok(Receipt { is_duplicate: true, ..Receipt::default() });
        }
        let lambdas = self.listeners(event);
        if lambdas.is_empty() {
            return Ok(Receipt::default());
        }
        self.connection
            .prepare_cached(
                "INSERT INTO event (event, source, event_id, input, raised_at, traceparent, tracestate, open)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                event.event.as_str(),
                event.source,
                event.id,
                &*event.input,
                event.raised_at_ms,
                event.trace.as_ref().map(|it| &it.parent),
                event.trace.as_ref().and_then(|it| it.state.as_ref()),
                lambdas.len() as i64
            ])?;
        let row = self.connection.last_insert_rowid();
        let size = event.input.len();
        let ids =
            lambdas.iter().map(|it| add_delivery(self.connection, row, *it, (self.now_ms, size)));
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        Ok(Receipt { deliveries: ids.len() as u32, ids, is_duplicate: false })
    }

    /// Whether an event would make a delivery.
    fn would_wait(&self, event: &RaisedEvent) -> Result<bool, Fault> {
        if self.listeners(event).is_empty() || self.was_seen_before(event)? {
            return Ok(false);
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM seen WHERE key = ?1 AND at > ?2)";
        Ok(!self.is_remembered(sql, &key_of(event))?)
    }

    /// Remembers source and id; says whether they are new.
    fn remember(&self, event: &RaisedEvent) -> Result<bool, Fault> {
        if self.was_seen_before(event)? {
            return Ok(false);
        }
        let known = self
            .connection
            .prepare_cached(
                "INSERT INTO seen (key, at) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET at = ?2 WHERE at <= ?3",
            )?
            .execute(params![key_of(event), self.now_ms, self.now_ms - SEEN_MS])?;
        Ok(known > 0)
    }

    fn was_seen_before(&self, event: &RaisedEvent) -> Result<bool, Fault> {
        let sql = "SELECT EXISTS (SELECT 1 FROM seen_before WHERE key = ?1 AND at > ?2)";
        Ok(self.has_before && self.is_remembered(sql, &former_key_of(event))?)
    }

    fn is_remembered(&self, sql: &str, key: &[u8]) -> Result<bool, Fault> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![key, self.now_ms - SEEN_MS], |row| row.get(0))?)
    }
}

/// What an event is remembered by: a digest of its source and then its id, so that what comes one after the other from one
/// source stands side by side, and a commit writes few pages.
fn key_of(event: &RaisedEvent) -> Vec<u8> {
    let source = digest(&SHA256, event.source.as_bytes());
    let mut key = Vec::with_capacity(SOURCE_BYTES + 1 + ID_BYTES);
    key.extend_from_slice(&source.as_ref()[..SOURCE_BYTES]);
    if event.id.len() <= ID_BYTES {
        key.push(0);
        key.extend_from_slice(event.id.as_bytes());
    } else {
        key.push(1);
        key.extend_from_slice(digest(&SHA256, event.id.as_bytes()).as_ref());
    }
    key
}

/// What an event was remembered by in older programs: a digest of both.
fn former_key_of(event: &RaisedEvent) -> Vec<u8> {
    let mut hash = Context::new(&SHA256);
    hash.update(event.source.as_bytes());
    hash.update(&[0]);
    hash.update(event.id.as_bytes());
    hash.finish().as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::embedded::{Durability, connect};
    use std::sync::Arc;

    const ROOMY: QueueLimits = QueueLimits { deliveries: 10, bytes: 1_000 };

    fn event(source: &str, id: &str) -> RaisedEvent {
        RaisedEvent {
            source: source.into(),
            id: id.into(),
            event: EventId::new("any"),
            input: Arc::from("{}"),
            raised_at_ms: 1,
            trace: None,
            carried_by: None,
        }
    }

    #[test]
    fn what_older_programs_took_is_known_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        std::fs::File::create(&path).unwrap();
        let Ok(connection) = connect(&path, Durability::Relaxed) else { panic!("opened") };
        let old = event("s", "old");
        connection
            .execute("INSERT INTO seen_before VALUES (?1, 5)", [former_key_of(&old)])
            .unwrap();
        let is_new = |event: &RaisedEvent, now_ms| {
            !all(&connection, std::slice::from_ref(event), ROOMY, now_ms).unwrap()[0].is_duplicate
        };
        assert!(!is_new(&old, 6));
        assert!(is_new(&event("s", "new"), 6));
        assert!(!is_new(&event("s", "new"), 6));
        assert!(is_new(&old, 5 + SEEN_MS));
    }

    #[test]
    fn events_are_the_same_by_source_and_id_only() {
        let long = "x".repeat(ID_BYTES + 1);
        let hashed = digest(&SHA256, long.as_bytes());
        let hashed = String::from_utf8_lossy(hashed.as_ref()).into_owned();
        let events = [
            event("a", "b"),
            event("ab", ""),
            event("", "ab"),
            event("a", &long),
            event("a", &long[1..]),
            event("a", &hashed),
        ];
        let keys: std::collections::HashSet<_> = events.iter().map(key_of).collect();
        assert_eq!(keys.len(), events.len());
    }
}
