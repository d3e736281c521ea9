//! Records that follow the answers of their calls: how much of them may be in memory, and when all of it is kept.

use crate::domain::{KeptRun, Outcome};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What they may weigh together, in bytes.
const ROOM_BYTES: u32 = 8 * 1024 * 1024;
/// What a record weighs beside its texts, in bytes.
const RECORD_BYTES: usize = 4 * 1024;
/// What a value weighs beside its text, in bytes.
const VALUE_BYTES: usize = 64;

/// The room for them.
pub(super) struct Following {
    room: Arc<Semaphore>,
}

impl Default for Following {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(ROOM_BYTES as usize)) }
    }
}

impl Following {
    /// Takes room for the record of `kept` until what is given back is dropped, if there is any now.
    pub(super) fn take_now(&self, kept: &KeptRun) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.room).try_acquire_many_owned(bytes(kept)).ok()
    }

    /// The same; waits until there is room.
    pub(super) async fn take(&self, kept: &KeptRun) -> OwnedSemaphorePermit {
        let room = Arc::clone(&self.room).acquire_many_owned(bytes(kept)).await;
        room.expect("no semaphore is ever closed")
    }

    /// Waits until none follows any more.
    pub(super) async fn all_kept(&self) {
        drop(self.room.acquire_many(ROOM_BYTES).await);
    }
}

/// One that is larger than all the room takes all of it.
fn bytes(kept: &KeptRun) -> u32 {
    u32::try_from(weight(kept)).unwrap_or(u32::MAX).min(ROOM_BYTES)
}

fn weight(kept: &KeptRun) -> usize {
    let run = &kept.run;
    let logs = run.logs.iter().map(|line| {
        VALUE_BYTES + line.message.len() + line.extras.iter().map(of_value).sum::<usize>()
    });
    let calls = run.calls.iter().map(|call| VALUE_BYTES + call.text_bytes());
    let outcome = match &run.outcome {
        Outcome::Succeeded(value) => of_value(value),
        Outcome::Failed(failure) => {
            failure.message.len() + failure.thrown.as_ref().map_or(0, of_value)
        }
        Outcome::Cancelled | Outcome::Interrupted => 0,
    };
    RECORD_BYTES + kept.input.len() + logs.chain(calls).sum::<usize>() + outcome
}

fn of_value(value: &Value) -> usize {
    let inside = match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(of_value).sum(),
        Value::Object(fields) => fields.iter().map(|(name, it)| name.len() + of_value(it)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    VALUE_BYTES + inside
}
