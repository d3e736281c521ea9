//! The queue as rows: one for an event with its input, one for each delivery of it.

use super::deployments::rows;
use super::error::Fault;
use super::letters::{
    LETTER, TAKEN, bytes_of, letter, no_letter, note_letters, of_letters, without_taker,
};
use super::{Embedded, interrupted, raise, row, runs};
use crate::domain::{
    Cause, DeadLetter, DeliveryId, KeptRun, LambdaId, LambdaName, RaisedEvent, RunId, TraceHeaders,
};
use crate::platform::Receipt;
use crate::platform::store::{
    Claim, Claimed, Doer, Letters, Outgoing, Queue, QueueFigures, QueueLimits, Redriven,
    Settlement, StoreError, Taken, Undone,
};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::sync::Arc;
use uuid::Uuid;

/// What is shown of a delivery where no more can be kept.
const ALL_MASKED: &str = r#""•••••""#;

impl Queue for Embedded {
    async fn raise(
        &self,
        events: Vec<RaisedEvent>,
        limits: QueueLimits,
        now_ms: i64,
    ) -> Result<Vec<Receipt>, StoreError> {
        self.write(move |connection| raise::all(connection, &events, limits, now_ms)).await
    }

    async fn claim(&self, claim: Claim) -> Result<Taken, StoreError> {
        self.write(move |connection| take(connection, &claim)).await
    }

    async fn begin(
        &self,
        delivery: DeliveryId,
        now_ms: i64,
    ) -> Result<Option<Claimed>, StoreError> {
        self.write(move |connection| assign(connection, delivery.0, now_ms)).await
    }

    async fn settle(
        &self,
        delivery: (DeliveryId, u32),
        settlement: Settlement,
        run: Option<Arc<KeptRun>>,
    ) -> Result<(), StoreError> {
        self.write(move |connection| {
            if let Some(run) = &run {
                interrupted::forget(connection, run.run.id)?;
                // It is tried again where nobody knows whether it was on the disk.
                match runs::keep(connection, run, Some(delivery.0)) {
                    Err(fault) if fault.is_there_already() => {}
                    kept => kept?,
                }
                if run.input_masked {
                    mask(connection, delivery.0, &run.input)?;
                }
            }
            let run = run.map(|run| run.run.id);
            settle(connection, delivery, &settlement, run)
        })
        .await
    }

    async fn mask(&self, delivery: DeliveryId) -> Result<(), StoreError> {
        self.write(move |connection| mask(connection, delivery, ALL_MASKED)).await
    }

    async fn release_all(&self, now_ms: i64, latest_ms: i64) -> Result<u64, StoreError> {
        self.write(move |connection| {
            interrupted::keep(connection)?;
            let ended = connection.execute(
                "UPDATE delivery SET ends = ends + (state = 1), state = 0, due = ?1
                 WHERE state = 1 OR (state = 0 AND due > ?2)",
                [now_ms, latest_ms],
            )?;
            Ok(ended as u64)
        })
        .await
    }

    async fn bring_forward(&self, now_ms: i64, by_ms: i64) -> Result<(), StoreError> {
        self.write(move |connection| {
            connection.execute(
                "UPDATE delivery SET due = max(?1, due - ?2) WHERE state = 0 AND due > ?1",
                [now_ms, by_ms],
            )?;
            Ok(())
        })
        .await
    }

    async fn try_writing(&self, now_ms: i64) -> Result<(), StoreError> {
        self.write(move |connection| {
            connection.execute("INSERT OR REPLACE INTO sum VALUES ('tried_at', ?1)", [now_ms])?;
            Ok(())
        })
        .await
    }

    async fn queue_figures(&self) -> Result<QueueFigures, StoreError> {
        self.read(|connection| {
            let (queued, bytes) = sums(connection)?;
            let oldest_due_ms = connection
                .prepare_cached("SELECT due FROM delivery WHERE state = 0 ORDER BY due LIMIT 1")?
                .query_row([], |row| row.get(0))
                .optional()?;
            let dead = rows(
                connection,
                "SELECT e.event, l.name, count(*) FROM delivery d JOIN event e ON e.id = d.event
                 JOIN lambda l ON l.id = d.lambda WHERE d.state = 2 GROUP BY 1, 2 ORDER BY 2, 1",
                [],
                |row| Ok((row::event(row, 0)?, row::name(row, 1)?, row.get::<_, i64>(2)? as u64)),
            )?;
            let accepted = connection
                .prepare_cached("SELECT value FROM sum WHERE name = 'accepted'")?
                .query_row([], |row| row.get::<_, i64>(0))
                .optional()?;
            let accepted = accepted.unwrap_or(0).max(0) as u64;
            Ok(QueueFigures { queued, bytes, oldest_due_ms, dead, accepted })
        })
        .await
    }

    async fn deliveries_of(&self, source: String, id: String) -> Result<Vec<Undone>, StoreError> {
        self.read(move |connection| {
            rows(
                connection,
                "SELECT d.id, l.name, d.reason FROM event e JOIN delivery d ON d.event = e.id
                 JOIN lambda l ON l.id = d.lambda WHERE e.source = ?1 AND e.event_id = ?2 ORDER BY d.id",
                [source, id],
                |row| {
                    let (id, lambda) = (DeliveryId(row::id(row, 0)?), row::name(row, 1)?);
                    Ok(Undone { id, lambda, reason: row.get(2)? })
                },
            )
        })
        .await
    }

    async fn dead_letters(
        &self,
        lambda: Option<LambdaName>,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        self.read(move |connection| {
            let wanted = lambda.as_ref().map(LambdaName::as_str);
            let sql =
                format!("{LETTER} AND (?1 IS NULL OR l.name = ?1) ORDER BY d.due DESC LIMIT ?2");
            rows(connection, &sql, params![wanted, limit], letter)
        })
        .await
    }

    async fn dead_letter(&self, delivery: DeliveryId) -> Result<DeadLetter, StoreError> {
        self.read(move |connection| {
            let sql = format!("{LETTER} AND d.id = ?1");
            let found = connection
                .prepare_cached(&sql)?
                .query_row([delivery.0.as_bytes()], letter)
                .optional()?;
            found.ok_or_else(|| StoreError::Unknown(format!("dead letter {delivery}")).into())
        })
        .await
    }

    async fn dead_letter_named(&self, id: String) -> Result<DeliveryId, StoreError> {
        self.read(move |connection| {
            let Some((first, last)) = row::ids_from(&id) else {
                return Err(no_letter(&id));
            };
            let found = rows(
                connection,
                "SELECT id FROM delivery WHERE state = 2 AND id BETWEEN ?1 AND ?2 LIMIT 2",
                params![first, last],
                |row| row::id(row, 0),
            )?;
            match found[..] {
                [only] => Ok(DeliveryId(only)),
                [] => Err(no_letter(&id)),
                _ => {
                    let several = format!("single dead letter `{id}`: several begin so");
                    Err(StoreError::Unknown(several).into())
                }
            }
        })
        .await
    }

    async fn waiting_for(&self, lambda: LambdaName) -> Result<u64, StoreError> {
        self.read(move |connection| {
            let sql = "SELECT count(*) FROM delivery d JOIN lambda l ON l.id = d.lambda
                WHERE l.name = ?1 AND d.state = 0 AND d.is_result = 0";
            let mut statement = connection.prepare_cached(sql)?;
            let count: i64 = statement.query_row([lambda.as_str()], |row| row.get(0))?;
            Ok(count as u64)
        })
        .await
    }

    async fn redrive(&self, letters: Letters, doer: Doer) -> Result<Redriven, StoreError> {
        self.write(move |connection| {
            let left = without_taker(connection, &letters)?;
            if !left.is_empty() && matches!(letters, Letters::These(_)) {
                return Err(StoreError::NoTaker(left).into());
            }
            let sql =
                "UPDATE delivery SET state = 0, failures = 0, ends = 0, reason = NULL, run = NULL, due = ?1";
            let count = of_letters(connection, (sql, TAKEN), &letters, doer.at_ms)?;
            if !left.is_empty() && count == 0 {
                return Err(StoreError::NoTaker(left).into());
            }
            note_letters(connection, &doer, "redrove", &letters, count)?;
            Ok(Redriven { count, left })
        })
        .await
    }

    async fn purge(&self, letters: Letters, doer: Doer) -> Result<u64, StoreError> {
        let meant = letters.clone();
        let weight = move |connection: &Connection| bytes_of(connection, &meant);
        self.write_traceless(weight, move |connection| {
            // The time has to stand somewhere in the statement.
            let sql = "DELETE FROM delivery";
            let done = of_letters(connection, (sql, "true"), &letters, doer.at_ms)?;
            note_letters(connection, &doer, "purged", &letters, done)
        })
        .await
    }
}

/// How many deliveries wait or run, and the bytes of their inputs.
pub(super) fn sums(connection: &Connection) -> Result<(u64, u64), Fault> {
    let sum = |name: &str| -> rusqlite::Result<u64> {
        let mut statement = connection.prepare_cached("SELECT value FROM sum WHERE name = ?1")?;
        statement.query_row([name], |row| row.get::<_, i64>(0)).map(|sum| sum.max(0) as u64)
    };
    Ok((sum("queued")?, sum("queued_bytes")?))
}

/// Makes the delivery of an event, a row that is there already, to a lambda.
pub(super) fn add_delivery(
    connection: &Connection,
    event_row: i64,
    lambda: Uuid,
    (due_ms, bytes): (i64, usize),
) -> Result<DeliveryId, Fault> {
    let id = Uuid::now_v7();
    connection
        .prepare_cached(
            "INSERT INTO delivery (id, event, lambda, state, due, attempt, bytes, is_result)
             VALUES (?1, ?2, ?3, 0, ?4, 0, ?5, (SELECT sink IS NOT NULL FROM event WHERE id = ?2))",
        )?
        .execute(params![id.as_bytes(), event_row, lambda.as_bytes(), due_ms, bytes as i64])?;
    Ok(DeliveryId(id))
}

fn take(connection: &Connection, claim: &Claim) -> Result<Taken, Fault> {
    let lambdas = rows(
        connection,
        "SELECT id FROM lambda l WHERE EXISTS
         (SELECT 1 FROM delivery d WHERE d.lambda = l.id AND d.state = 0 AND d.is_result = 0 AND d.due <= ?1)",
        [claim.now_ms],
        |row| row::id(row, 0),
    )?;
    let mut due: Vec<(usize, i64, Uuid)> = Vec::new();
    for lambda in lambdas {
        let running = claim.running.get(&LambdaId(lambda)).copied().unwrap_or(0);
        let free = claim.most_per_lambda.saturating_sub(running).min(claim.most);
        let own = rows(
            connection,
            "SELECT due, id FROM delivery WHERE lambda = ?1 AND state = 0 AND is_result = 0 AND due <= ?2 ORDER BY due LIMIT ?3",
            params![lambda.as_bytes(), claim.now_ms, (free + claim.in_line.len()) as i64],
            |row| Ok((row.get::<_, i64>(0)?, row::id(row, 1)?)),
        )?;
        let own = own.into_iter().filter(|(_, id)| !claim.in_line.contains(&DeliveryId(*id)));
        due.extend(own.take(free).zip(running..).map(|((due, id), rank)| (rank, due, id)));
    }
    // Whoever runs least goes first, so that a lambda with a long queue holds up no other; then what waits longest.
    due.sort_unstable();
    due.truncate(claim.most);
    let results = rows(
        connection,
        "SELECT id FROM delivery WHERE state = 0 AND is_result = 1 AND due <= ?1 ORDER BY due LIMIT ?2",
        params![claim.now_ms, claim.most_results as i64],
        |row| row::id(row, 0),
    )?;
    let taken = due.into_iter().map(|(_, _, id)| id).chain(results);
    let deliveries = taken.filter_map(|id| assign(connection, id, claim.now_ms).transpose());
    let deliveries = deliveries.collect::<Result<_, _>>()?;
    let next_due_ms = connection
        .prepare_cached(
            "SELECT due FROM delivery WHERE state = 0 AND due > ?1 ORDER BY due LIMIT 1",
        )?
        .query_row([claim.now_ms], |row| row.get(0))
        .optional()?;
    Ok(Taken { deliveries, next_due_ms })
}

/// Takes a delivery that waits; `due` says from here on when that was, for whoever finds it taken and its owner gone.
fn assign(connection: &Connection, id: Uuid, now_ms: i64) -> Result<Option<Claimed>, Fault> {
    let taken = connection
        .prepare_cached(
            "UPDATE delivery SET state = 1, attempt = attempt + 1, due = ?2 WHERE id = ?1 AND state = 0",
        )?
        .execute(params![id.as_bytes(), now_ms])?;
    if taken == 0 {
        return Ok(None);
    }
    claimed(connection, id).map(Some)
}

/// A delivery that is taken.
pub(super) fn claimed(connection: &Connection, id: Uuid) -> Result<Claimed, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT d.attempt, l.id, l.name, p.version, e.input, e.schedule, e.schedule_due, e.traceparent,
                e.source, e.event_id, e.event, e.sink, e.tracestate, d.failures, d.ends, d.due
         FROM delivery d JOIN event e ON e.id = d.event JOIN lambda l ON l.id = d.lambda
         LEFT JOIN deployment p ON p.lambda = d.lambda WHERE d.id = ?1",
    )?;
    Ok(statement.query_row([id.as_bytes()], |row| of_row(row, DeliveryId(id)))?)
}

fn of_row(row: &Row<'_>, id: DeliveryId) -> rusqlite::Result<Claimed> {
    let attempt = row.get(0)?;
    let input: String = row.get(4)?;
    let schedule: Option<String> = row.get(5)?;
    let due: Option<i64> = row.get(6)?;
    let (parent, state) = (row.get::<_, Option<String>>(7)?, row.get(12)?);
    let cause = match (schedule, due) {
        (Some(name), Some(due_at_ms)) => Cause::Schedule { name, due_at_ms, attempt },
        _ => Cause::Delivery { delivery: id, attempt },
    };
    Ok(Claimed {
        id,
        attempt,
        failures: row.get(13)?,
        ends: row.get(14)?,
        at_ms: row.get(15)?,
        lambda_id: LambdaId(row::id(row, 1)?),
        lambda: row::name(row, 2)?,
        version: row.get(3)?,
        input: input.into(),
        cause,
        trace: parent.map(|parent| TraceHeaders { parent, state }),
        origin: (row.get(8)?, row.get(9)?),
        event: row::event(row, 10)?,
        sink: row.get(11)?,
    })
}

/// Whoever looks at the delivery from now on does not see the secret that its run came to know.
fn mask(connection: &Connection, delivery: DeliveryId, masked: &str) -> Result<(), Fault> {
    connection
        .prepare_cached("UPDATE delivery SET masked = ?2 WHERE id = ?1")?
        .execute(params![delivery.0.as_bytes(), masked])?;
    Ok(())
}

fn settle(
    connection: &Connection,
    (id, attempt): (DeliveryId, u32),
    settlement: &Settlement,
    run: Option<RunId>,
) -> Result<(), Fault> {
    // What somebody took over in the meantime is theirs.
    const OWN: &str = "WHERE id = ?1 AND attempt = ?2 AND state = 1";
    let id = id.0.as_bytes();
    let run = run.map(|run| run.0.into_bytes());
    match settlement {
        Settlement::Done { result } => {
            if let Some(result) = result {
                add_result(connection, id, result)?;
            }
            connection
                .prepare_cached("DELETE FROM delivery WHERE id = ?1")?
                .execute([id])?
        }
        Settlement::Retry { due_ms } => connection
            .prepare_cached(&format!(
                "UPDATE delivery SET state = 0, due = ?3, run = ?4, failures = failures + 1 {OWN}"
            ))?
            .execute(params![id, attempt, due_ms, run])?,
        Settlement::Return { due_ms } => connection
            .prepare_cached(&format!(
                "UPDATE delivery SET state = 0, due = ?3, run = coalesce(?4, run) {OWN}"
            ))?
            .execute(params![id, attempt, due_ms, run])?,
        Settlement::Unbegun { due_ms } => connection
            .prepare_cached(&format!(
                "UPDATE delivery SET state = 0, due = ?3, attempt = attempt - 1 {OWN}"
            ))?
            .execute(params![id, attempt, due_ms])?,
        Settlement::Refused { reason, at_ms } => connection
            .prepare_cached(&format!(
                "UPDATE delivery SET state = 2, due = ?3, reason = ?4, attempt = attempt - 1 {OWN}"
            ))?
            .execute(params![id, attempt, at_ms, reason])?,
        Settlement::Dead { reason, at_ms } => connection
            .prepare_cached(&format!(
                "UPDATE delivery SET state = 2, due = ?3, reason = ?4, run = coalesce(?5, run) {OWN}"
            ))?
            .execute(params![id, attempt, at_ms, reason, run])?,
    };
    Ok(())
}

/// Makes the delivery of a result, if its cause is not done already.
fn add_result(connection: &Connection, id: &[u8; 16], result: &Outgoing) -> Result<(), Fault> {
    let own = connection
        .prepare_cached(
            "SELECT d.lambda, e.event, e.raised_at FROM delivery d JOIN event e ON e.id = d.event
             WHERE d.id = ?1",
        )?
        .query_row([id], |row| {
            Ok((row::id(row, 0)?, row.get::<_, Option<String>>(1)?, row.get::<_, i64>(2)?))
        })
        .optional()?;
    let Some((lambda, event, raised_at)) = own else { return Ok(()) };
    connection
        .prepare_cached(
            "INSERT INTO event (event, source, event_id, input, raised_at, sink, traceparent, tracestate, open)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1)",
        )?
        .execute(params![
            event,
            result.origin.0,
            result.origin.1,
            &*result.body,
            raised_at,
            result.url,
            result.trace.as_ref().map(|it| &it.parent),
            result.trace.as_ref().and_then(|it| it.state.as_ref())
        ])?;
    let event_row = connection.last_insert_rowid();
    add_delivery(connection, event_row, lambda, (result.due_ms, result.body.len())).map(drop)
}
