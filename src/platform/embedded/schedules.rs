//! Schedules as rows.

use super::deployments::{note, rows};
use super::error::Fault;
use super::queue::add_delivery;
use super::{Embedded, row};
use crate::domain::{LambdaName, Schedule};
use crate::platform::store::{Doer, Schedules, StoreError, Tick};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

const SCHEDULE: &str =
    "SELECT s.name, l.name, s.cron, s.time_zone, s.input, s.paused, s.next_at, s.last_at
    FROM schedule s JOIN lambda l ON l.id = s.lambda";

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
        return Err(StoreError::Exists(format!("schedule `{}`", schedule.name)).into());
    }
    note(connection, doer, "added the schedule", Some(&schedule.lambda), &schedule.name)
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
        is_paused: row.get(5)?,
        next_at_ms: row.get(6)?,
        last_at_ms: row.get(7)?,
    })
}
