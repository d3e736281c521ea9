//! Attempts that ended with their process: each gets the record of a run, so that the number of the next one can be
//! explained.

use super::deployments::rows;
use super::error::Fault;
use super::{queue, row, runs};
use crate::domain::{KeptRun, Outcome, Run, RunId};
use crate::platform::store::Claimed;
use crate::platform::{Deployed, kept_run};
use rusqlite::{Connection, params};
use uuid::{NoContext, Timestamp, Uuid};

/// Keeps a run for each delivery that was taken to be run, whose owner is gone. Whoever calls this makes them due again in
/// the same step, so that nothing is kept twice.
pub(super) fn keep(connection: &Connection) -> Result<(), Fault> {
    let lost = rows(
        connection,
        "SELECT id, due FROM delivery WHERE state = 1 AND is_result = 0",
        [],
        |row| Ok((row::id(row, 0)?, row.get::<_, i64>(1)?)),
    )?;
    for (delivery, begun_ms) in lost {
        let claimed = queue::claimed(connection, delivery)?;
        let id = claimed.id;
        // What is deployed now may not be what ran.
        let version = connection
            .prepare_cached(
                "SELECT version FROM deployment WHERE lambda = ?1 AND deployed_at <= ?2",
            )?
            .query_map(params![claimed.lambda_id.0.as_bytes(), begun_ms], |row| row.get(0))?
            .next()
            .transpose()?;
        let kept = record(claimed, version, begun_ms);
        runs::keep(connection, &kept, Some(id))?;
        connection
            .prepare_cached("UPDATE delivery SET run = ?2 WHERE id = ?1")?
            .execute(params![delivery.as_bytes(), kept.run.id.0.as_bytes()])?;
    }
    Ok(())
}

/// All that is known of an attempt without its end.
fn record(claimed: Claimed, version: Option<u32>, begun_ms: i64) -> KeptRun {
    let begun = u64::try_from(begun_ms).unwrap_or(0);
    let nanos = (begun % 1_000) as u32 * 1_000_000;
    // It stands among the others where it began.
    let id = Uuid::new_v7(Timestamp::from_unix(NoContext, begun / 1_000, nanos));
    let run = Run {
        id: RunId(id),
        lambda: claimed.lambda,
        event: claimed.event,
        started_at_ms: begun_ms,
        duration_us: 0,
        peak_memory_bytes: 0,
        operations: 0,
        outcome: Outcome::Interrupted,
        logs: Vec::new(),
        logs_gap: None,
        deployed_log_cut: None,
        calls: Vec::new(),
        calls_skipped: 0,
        masked_input: None,
    };
    let deployed = Deployed { lambda: Some(claimed.lambda_id), version };
    kept_run(run, claimed.input, claimed.cause, deployed)
}
