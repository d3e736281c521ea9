//! Dead letters as rows: those that are meant, and what is done to them.

use super::deployments::{note, rows};
use super::error::Fault;
use super::row;
use crate::domain::{DeadLetter, DeliveryId, EventId, LambdaId, LambdaName, RunId};
use crate::platform::store::{Doer, Letters, StoreError};
use rusqlite::{Connection, Row, ToSql, params};

pub(super) const LETTER: &str = "SELECT d.id, l.name, l.id, e.event, e.source, e.event_id, d.attempt, d.reason,
    coalesce(d.run, (SELECT r.id FROM run r WHERE r.delivery = d.id ORDER BY r.id DESC LIMIT 1)), d.due,
    coalesce(d.masked, e.input)
    FROM delivery d JOIN event e ON e.id = d.event JOIN lambda l ON l.id = d.lambda WHERE d.state = 2";

/// Of a row of `delivery`: somebody would take it. A result goes to its sink, whatever is deployed.
pub(super) const TAKEN: &str =
    "is_result = 1 OR delivery.lambda IN (SELECT d.lambda FROM deployment d)";

pub(super) fn no_letter(id: &str) -> Fault {
    StoreError::Unknown(format!("dead letter `{id}`; `lambdeck dlq list` lists them")).into()
}

/// The dead letters that are meant and have no lambda to go to: of which lambdas they are.
pub(super) fn without_taker(
    connection: &Connection,
    letters: &Letters,
) -> Result<Vec<LambdaName>, Fault> {
    let of = |and: &str| {
        format!(
            "SELECT DISTINCT l.name FROM delivery JOIN lambda l ON l.id = delivery.lambda
             WHERE state = 2 AND NOT ({TAKEN}) AND {and} ORDER BY l.name"
        )
    };
    let name = |row: &Row<'_>| row::name(row, 0);
    match letters {
        Letters::All => rows(connection, &of("true"), [], name),
        Letters::Of(lambda) => rows(connection, &of("l.name = ?1"), [lambda.as_str()], name),
        Letters::These(ids) => {
            let sql = of("delivery.id = ?1");
            let mut left = Vec::new();
            for id in ids {
                left.extend(rows(connection, &sql, [id.0.as_bytes()], name)?);
            }
            left.sort();
            left.dedup();
            Ok(left)
        }
    }
}

/// Does `sql`, which may use the time as `?1`, to the dead letters that are meant and of which `holds` is true.
pub(super) fn of_letters(
    connection: &Connection,
    (sql, holds): (&str, &str),
    letters: &Letters,
    now_ms: i64,
) -> Result<u64, Fault> {
    let sql = format!("{sql} WHERE state = 2 AND ?1 NOT NULL AND ({holds})");
    let done = match letters {
        Letters::All => connection.prepare_cached(&sql)?.execute([now_ms])?,
        Letters::Of(lambda) => connection
            .prepare_cached(&format!("{sql} AND lambda = (SELECT id FROM lambda WHERE name = ?2)"))?
            .execute(params![now_ms, lambda.as_str()])?,
        Letters::These(ids) => {
            let sql = format!("{sql} AND id = ?2");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut done = 0;
            for id in ids {
                if statement.execute(params![now_ms, id.0.as_bytes()])? == 0 {
                    return Err(StoreError::Unknown(format!("dead letter {id}")).into());
                }
                done += 1;
            }
            done
        }
    };
    Ok(done as u64)
}

/// How many bytes the payloads of the dead letters are that are meant.
pub(super) fn bytes_of(connection: &Connection, letters: &Letters) -> Result<i64, Fault> {
    let of = |and: &str, values: &[&dyn ToSql]| -> Result<i64, Fault> {
        let sql = format!("SELECT coalesce(sum(bytes), 0) FROM delivery WHERE state = 2 AND {and}");
        Ok(connection.prepare_cached(&sql)?.query_row(values, |row| row.get(0))?)
    };
    match letters {
        Letters::All => of("true", &[]),
        Letters::Of(lambda) => {
            of("lambda = (SELECT id FROM lambda WHERE name = ?1)", &[&lambda.as_str()])
        }
        Letters::These(ids) => ids.iter().map(|id| of("id = ?1", &[id.0.as_bytes()])).sum(),
    }
}

pub(super) fn note_letters(
    connection: &Connection,
    doer: &Doer,
    action: &str,
    letters: &Letters,
    done: u64,
) -> Result<u64, Fault> {
    let lambda = match letters {
        Letters::Of(lambda) => Some(lambda),
        _ => None,
    };
    if done > 0 {
        let what = if done == 1 { "dead letter" } else { "dead letters" };
        note(connection, doer, action, lambda, &format!("{done} {what}"))?;
    }
    Ok(done)
}

pub(super) fn letter(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    let event: Option<EventId> = row::event(row, 3)?;
    let input: String = row.get(10)?;
    let reason: Option<String> = row.get(7)?;
    Ok(DeadLetter {
        delivery: DeliveryId(row::id(row, 0)?),
        lambda: row::name(row, 1)?,
        lambda_id: LambdaId(row::id(row, 2)?),
        event,
        source: row.get(4)?,
        event_id: row.get(5)?,
        attempts: row.get(6)?,
        reason: reason.unwrap_or_default(),
        run: row::optional_id(row, 8)?.map(RunId),
        died_at_ms: row.get(9)?,
        input: input.into(),
    })
}
