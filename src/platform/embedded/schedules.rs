//! Schedules as rows.

use super::deployments::{note, rows};
use super::error::Fault;
use super::queue::add_delivery;
use super::{Embedded, row};
use crate::domain::{DeclaredSchedule, LambdaId, LambdaName, Schedule, ScheduleOrigin};
use crate::platform::Times;
use crate::platform::store::{Doer, Schedules, StoreError, Tick};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

/// `is_declared`: 0 is one of a command, 1 one of the deployed version, and 2 one that was paused when a version without it was
/// deployed: nobody sees it, but one that has it again finds it paused.
const SCHEDULE: &str =
    "SELECT s.name, l.name, s.cron, s.time_zone, s.input, s.paused, s.next_at, s.last_at, s.is_declared
    FROM schedule s JOIN lambda l ON l.id = s.lambda AND s.is_declared < 2";

impl Schedules for Embedded {
    async fn schedules(&self) -> Result<Vec<Schedule>, StoreError> {
        self.read(|connection| {
            rows(connection, &format!("{SCHEDULE} ORDER BY s.name"), [], schedule)
        })
        .await
    }

    async fn add_schedule(&self, schedule: Schedule, doer: Doer) -> Result<(), StoreError> {
        self.write(move |connection| add(connection, &schedule, &doer)).await
    }

    async fn remove_schedule(&self, name: String, doer: Doer) -> Result<(), StoreError> {
        self.write(move |connection| {
            let found = named(connection, &name)?;
            if found.origin == ScheduleOrigin::Lambda && is_deployed(connection, &found.lambda)? {
                return Err(StoreError::Declared { name, lambda: found.lambda }.into());
            }
            connection.execute("DELETE FROM schedule WHERE name = ?1", [&name])?;
            note(connection, &doer, "removed the schedule", Some(&found.lambda), &name)
        })
        .await
    }

    async fn pause_schedule(
        &self,
        name: String,
        resumed_for_ms: Option<i64>,
        doer: Doer,
    ) -> Result<(), StoreError> {
        self.write(move |connection| {
            let found = named(connection, &name)?;
            connection.execute(
                "UPDATE schedule SET paused = ?2, next_at = ?3 WHERE name = ?1",
                params![name, resumed_for_ms.is_none(), resumed_for_ms],
            )?;
            let done = if resumed_for_ms.is_none() { "paused" } else { "resumed" };
            note(connection, &doer, &format!("{done} the schedule"), Some(&found.lambda), &name)
        })
        .await
    }

    async fn tick(&self, tick: Tick, now_ms: i64) -> Result<bool, StoreError> {
        self.write(move |connection| do_tick(connection, &tick, now_ms)).await
    }
}

fn add(connection: &Connection, schedule: &Schedule, doer: &Doer) -> Result<(), Fault> {
    connection
        .execute("DELETE FROM schedule WHERE name = ?1 AND is_declared = 2", [&schedule.name])?;
    let deployed = connection
        .prepare_cached(
            "SELECT l.id FROM lambda l JOIN deployment d ON d.lambda = l.id WHERE l.name = ?1",
        )?
        .query_row([schedule.lambda.as_str()], |row| row::id(row, 0))
        .optional()?;
    let Some(lambda) = deployed else {
        return Err(StoreError::NotDeployed(schedule.lambda.clone()).into());
    };
    let added = connection.execute(
        "INSERT OR IGNORE INTO schedule (name, lambda, cron, time_zone, input, paused, next_at) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6)",
        params![
            schedule.name,
            lambda.as_bytes(),
            schedule.cron,
            schedule.time_zone,
            &*schedule.input,
            schedule.next_at_ms
        ],
    )?;
    if added == 0 {
        return Err(exists(&schedule.name).into());
    }
    note(connection, doer, "added the schedule", Some(&schedule.lambda), &schedule.name)
}

/// Makes the schedules of a lambda those that its deployed version declares.
pub(super) fn declare(
    connection: &Connection,
    (id, lambda): (LambdaId, &LambdaName),
    declared: &[DeclaredSchedule],
    doer: &Doer,
) -> Result<(), Fault> {
    let own = rows(
        connection,
        "SELECT name FROM schedule WHERE lambda = ?1 AND is_declared = 1",
        [id.0.as_bytes()],
        |row| row.get::<_, String>(0),
    )?;
    for name in own {
        if !declared.iter().any(|it| it.full_name(lambda) == name) {
            let sql = "UPDATE schedule SET is_declared = 2 WHERE name = ?1 AND paused = 1";
            if connection.execute(sql, [&name])? == 0 {
                connection.execute("DELETE FROM schedule WHERE name = ?1", [&name])?;
            }
            note(connection, doer, "removed the schedule", Some(lambda), &name)?;
        }
    }
    for schedule in declared {
        declare_one(connection, (id, lambda), schedule, doer)?;
    }
    Ok(())
}

/// One that is paused stays so; what has not changed keeps its next time.
fn declare_one(
    connection: &Connection,
    (id, lambda): (LambdaId, &LambdaName),
    declared: &DeclaredSchedule,
    doer: &Doer,
) -> Result<(), Fault> {
    let name = declared.full_name(lambda);
    let times = Times::parse(&declared.cron, &declared.time_zone).ok();
    let next = times.and_then(|times| times.next(doer.at_ms));
    let done = connection
        .prepare_cached(
            "INSERT INTO schedule (name, lambda, cron, time_zone, input, paused, next_at, is_declared)
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, 1)
             ON CONFLICT (name) DO UPDATE
             SET cron = ?3, time_zone = ?4, input = ?5, next_at = iif(paused, NULL, ?6), is_declared = 1
             WHERE lambda = ?2 AND is_declared > 0
               AND (cron != ?3 OR time_zone != ?4 OR input != ?5 OR is_declared = 2
                    OR (next_at IS NULL AND paused = 0))",
        )?
        .execute(params![
            name,
            id.0.as_bytes(),
            declared.cron,
            declared.time_zone,
            &*declared.input,
            next
        ])?;
    if done > 0 {
        return note(connection, doer, "set the schedule", Some(lambda), &name);
    }
    let is_own: bool = connection
        .prepare_cached("SELECT lambda = ?2 AND is_declared = 1 FROM schedule WHERE name = ?1")?
        .query_row(params![name, id.0.as_bytes()], |row| row.get(0))?;
    if is_own { Ok(()) } else { Err(exists(&name).into()) }
}

fn exists(name: &str) -> StoreError {
    let advice = format!("remove it first with `lambdeck schedule rm {name}`");
    StoreError::Exists { what: format!("schedule `{name}`"), advice }
}

/// Lets the declared schedules of a lambda rest that is not deployed any more.
pub(super) fn rest(connection: &Connection, lambda: LambdaId) -> Result<(), Fault> {
    connection
        .prepare_cached("UPDATE schedule SET next_at = NULL WHERE lambda = ?1 AND is_declared = 1")?
        .execute([lambda.0.as_bytes()])?;
    Ok(())
}

/// Calls the declared schedules of a lambda by its new name.
pub(super) fn rename(connection: &Connection, lambda: Uuid, to: &str) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "UPDATE schedule SET name = ?2 || substr(name, instr(name, '/')) WHERE lambda = ?1 AND is_declared > 0",
        )?
        .execute(params![lambda.as_bytes(), to])?;
    Ok(())
}

fn is_deployed(connection: &Connection, lambda: &LambdaName) -> Result<bool, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM deployment d JOIN lambda l ON l.id = d.lambda WHERE l.name = ?1)",
    )?;
    Ok(statement.query_row([lambda.as_str()], |row| row.get(0))?)
}

fn do_tick(connection: &Connection, tick: &Tick, now_ms: i64) -> Result<bool, Fault> {
    let moved = connection
        .prepare_cached(
            "UPDATE schedule SET next_at = ?3, last_at = iif(?2 <= ?4, ?2, last_at)
             WHERE name = ?1 AND next_at = ?2 AND paused = 0",
        )?
        .execute(params![tick.name, tick.due_ms, tick.next_ms, now_ms])?;
    if moved == 0 {
        return Ok(false);
    }
    if tick.due_ms > now_ms {
        return Ok(true);
    }
    let found = named(connection, &tick.name)?;
    let Some(run_for_ms) = tick.run_for_ms else {
        let doer = Doer { by: "lambdeck".into(), at_ms: now_ms };
        note(connection, &doer, "left out a missed schedule", Some(&found.lambda), &tick.name)?;
        return Ok(true);
    };
    let deployed = connection
        .prepare_cached(
            "SELECT d.lambda, d.event FROM deployment d JOIN lambda l ON l.id = d.lambda WHERE l.name = ?1",
        )?
        .query_row([found.lambda.as_str()], |row| Ok((row::id(row, 0)?, row.get::<_, Option<String>>(1)?)))
        .optional()?;
    // The list of schedules says that the lambda is not deployed; a dead letter each time would not help.
    let Some((lambda, event)) = deployed else { return Ok(true) };
    connection
        .prepare_cached(
            "INSERT INTO event (event, source, event_id, input, raised_at, schedule, schedule_due, open)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)",
        )?
        .execute(params![
            event,
            format!("lambdeck:schedule/{}", tick.name),
            run_for_ms.to_string(),
            &*found.input,
            now_ms,
            tick.name,
            run_for_ms
        ])?;
    let event_row = connection.last_insert_rowid();
    add_delivery(connection, event_row, lambda, (now_ms, found.input.len()))?;
    Ok(true)
}

fn named(connection: &Connection, name: &str) -> Result<Schedule, Fault> {
    let sql = format!("{SCHEDULE} WHERE s.name = ?1");
    let found = connection.prepare_cached(&sql)?.query_row([name], schedule).optional()?;
    found.ok_or_else(|| {
        StoreError::Unknown(format!("schedule `{name}`; `lambdeck schedule list` shows them"))
            .into()
    })
}

fn schedule(row: &Row<'_>) -> rusqlite::Result<Schedule> {
    let lambda: LambdaName = row::name(row, 1)?;
    let input: String = row.get(4)?;
    Ok(Schedule {
        name: row.get(0)?,
        lambda,
        cron: row.get(2)?,
        time_zone: row.get(3)?,
        input: input.into(),
        origin: if row.get(8)? { ScheduleOrigin::Lambda } else { ScheduleOrigin::Command },
        is_paused: row.get(5)?,
        next_at_ms: row.get(6)?,
        last_at_ms: row.get(7)?,
    })
}
