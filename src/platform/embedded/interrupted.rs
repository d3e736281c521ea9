//! Attempts that ended with their process: each gets the record of a run, under the id that the run had, so that the number
//! of the next one can be explained.

use super::deployments::rows;
use super::error::Fault;
use super::{queue, row, runs};
use crate::domain::{KeptRun, Outcome, Run, RunId};
use crate::platform::store::Claimed;
use crate::platform::{OfVersion, kept_run};
use rusqlite::{Connection, Row, params};
use std::sync::Arc;

/// Keeps a run for each delivery that was taken to be run, whose owner is gone. Whoever calls this makes them due again in
/// the same step, so that nothing is kept twice.
pub(super) fn keep(connection: &Connection) -> Result<(), Fault> {
    let sql = "SELECT id, masked FROM delivery WHERE state = 1 AND is_result = 0";
    let lost = |row: &Row<'_>| Ok((row::id(row, 0)?, row.get::<_, Option<String>>(1)?));
    for (delivery, masked) in rows(connection, sql, [], lost)? {
        let claimed = queue::claimed(connection, delivery)?;
        let id = claimed.id;
        // What is deployed now may not be what ran.
        let version = connection
            .prepare_cached(
                "SELECT version FROM deployment WHERE lambda = ?1 AND deployed_at <= ?2",
            )?
            .query_map(params![claimed.lambda_id.0.as_bytes(), claimed.at_ms], |row| row.get(0))?
            .next()
            .transpose()?;
        let kept = record(claimed, version, masked.map(Arc::from));
        runs::keep(connection, &kept, Some(id))?;
        connection
            .prepare_cached("UPDATE delivery SET run = ?2 WHERE id = ?1")?
            .execute(params![delivery.as_bytes(), kept.run.id.0.as_bytes()])?;
    }
    Ok(())
}

/// Makes room for the record of a run whose end was learned after all.
pub(super) fn forget(connection: &Connection, run: RunId) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM run WHERE id = ?1 AND ended = 3")?
        .execute([run.0.as_bytes()])?;
    Ok(())
}

/// All that is known of an attempt without its end: it stands among the others where it was taken.
fn record(claimed: Claimed, version: Option<u32>, masked: Option<Arc<str>>) -> KeptRun {
    let origin = Some(claimed.brings());
    let run = Run {
        id: claimed.run_id(),
        lambda: claimed.lambda,
        event: claimed.event,
        started_at_ms: claimed.at_ms,
        duration_us: 0,
        peak_memory_bytes: 0,
        operations: 0,
        outcome: Outcome::Interrupted,
        logs: Vec::new(),
        logs_gap: None,
        deployed_log_cut: None,
        calls: Vec::new(),
        calls_skipped: 0,
        masked_input: masked,
    };
    let deployed = OfVersion { lambda: Some(claimed.lambda_id), version };
    KeptRun { origin, ..kept_run(run, claimed.input, claimed.cause, deployed) }
}
