//! Runs as rows: what lists show, apart from the whole record.

use super::deployments::rows;
use super::error::Fault;
use super::raise::SEEN_MS;
use super::{Embedded, figures, row, search};
use crate::domain::{
    Delivered, DeliveryId, Ending, Endings, KeptRun, LambdaId, Outcome, Run, RunEnd, RunId,
    RunQuery, RunSummary, RunsFound, Window, WindowFigures,
};
use crate::platform::Retention;
use crate::platform::store::{RunMark, Runs, StoreError};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// The most characters of a run in which texts are looked for.
const WORDS: usize = 2_000;
/// The most runs forgotten in one step, so that nobody waits for it; and of the much smaller marks of events.
const RUNS_AT_ONCE: u32 = 500;
const SEEN_AT_ONCE: u32 = 5_000;

const SUMMARY: &str = "SELECT id, lambda, event, started_at, duration_us, ended, kind, message, cause, version, logs, calls, rowid FROM run";

impl Runs for Embedded {
    async fn keep(&self, run: Arc<KeptRun>) -> Result<(), StoreError> {
        self.write(move |connection| keep(connection, &run, None)).await
    }

    fn keep_soon(
        &self,
        run: Arc<KeptRun>,
        told: impl FnOnce(Result<(), StoreError>) + Send + 'static,
    ) {
        self.write_soon(move |connection| keep(connection, &run, None), told);
    }

    async fn runs(&self, query: RunQuery) -> Result<Vec<RunSummary>, StoreError> {
        self.read_all(move |connection| {
            let found = search::all(connection, &query, None)?;
            Ok(newest_first(found.into_iter().map(|(_, run)| run).collect(), query.end))
        })
        .await
    }

    async fn search(&self, query: RunQuery) -> Result<RunsFound, StoreError> {
        let end = query.end;
        let found = self.read(move |connection| search::search(connection, &query)).await?;
        Ok(RunsFound { runs: newest_first(found.runs, end), ..found })
    }

    async fn follow(
        &self,
        query: RunQuery,
        mark: Option<RunMark>,
    ) -> Result<(Vec<RunSummary>, RunMark), StoreError> {
        self.read_all(move |connection| follow(connection, &query, mark)).await
    }

    async fn run(&self, id: String) -> Result<KeptRun, StoreError> {
        self.read_all(move |connection| find(connection, &id)).await
    }

    async fn window(&self, window: Window, now_ms: i64) -> Result<WindowFigures, StoreError> {
        self.read_all(move |connection| figures::window(connection, window, now_ms)).await
    }

    async fn forget(&self, retention: Retention) -> Result<u64, StoreError> {
        self.write(move |connection| forget(connection, &retention)).await
    }

    async fn next_to_forget(&self, retention: Retention) -> Result<Option<i64>, StoreError> {
        self.read_all(move |connection| {
            // Each of them is the first of an index.
            let mut statement = connection.prepare_cached(
                "SELECT min(at) FROM (SELECT min(started_at) + ?1 AS at FROM run
                 UNION ALL SELECT min(at) + ?2 FROM seen UNION ALL SELECT min(at) + ?2 FROM seen_before)",
            )?;
            Ok(statement.query_row([retention.age_ms, SEEN_MS], |row| row.get(0))?)
        })
        .await
    }

    async fn runs_of(&self, delivery: DeliveryId) -> Result<Vec<RunSummary>, StoreError> {
        self.read_all(move |connection| {
            let sql = format!("{SUMMARY} WHERE delivery = ?1 ORDER BY id");
            rows(connection, &sql, [delivery.0.as_bytes()], summary)
        })
        .await
    }
}

/// A run as it is written down, with what was delivered.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(flatten)]
    run: &'a Run,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'a Delivered>,
}

/// What stands beside a run; nothing in older records.
#[derive(Deserialize)]
struct Beside {
    #[serde(default)]
    origin: Option<Delivered>,
}

/// Keeps a run, which was an attempt at a delivery or none. What fails is undone with the whole step, and need not be
/// undone by itself (`OR FAIL`): SQLite would copy every page of it first.
pub(super) fn keep(
    connection: &Connection,
    kept: &KeptRun,
    delivery: Option<DeliveryId>,
) -> Result<(), Fault> {
    let run = &kept.run;
    let record = row::to_json(&Record { run, origin: kept.origin.as_ref() });
    let summary = RunSummary::of(kept);
    let (ended, kind) = match summary.ending {
        Ending::Succeeded => (0, None),
        Ending::Failed(kind) => (1, Some(row::to_json(&kind))),
        Ending::Cancelled => (2, None),
        Ending::Interrupted => (3, None),
    };
    connection
        .prepare_cached(
            "INSERT OR FAIL INTO run (id, lambda, event, started_at, duration_us, ended, kind, message, cause, version,
             logs, calls, words, bytes, delivery, lambda_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?
        .execute(params![
            run.id.0.as_bytes(),
            run.lambda.as_str(),
            run.event.as_ref().map(crate::domain::EventId::as_str),
            run.started_at_ms,
            run.duration_us as i64,
            ended,
            kind,
            summary.message,
            row::to_json(&kept.cause),
            kept.version,
            summary.logs,
            summary.calls,
            words(kept),
            (record.len() + kept.input.len()) as i64,
            delivery.map(|id| id.0.into_bytes()),
            kept.lambda_id.map(|id| id.0.into_bytes())
        ])?;
    connection
        .prepare_cached(
            "INSERT OR FAIL INTO record (id, run, input, input_sha256, input_masked) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![run.id.0.as_bytes(), record, &*kept.input, kept.input_sha256, kept.input_masked])?;
    Ok(())
}

/// What is looked through when a text is asked for.
fn words(kept: &KeptRun) -> String {
    let run = &kept.run;
    let mut words = format!("{} {}", run.id, run.lambda);
    let event = run.event.as_ref().map(crate::domain::EventId::as_str);
    let message = match &run.outcome {
        Outcome::Failed(failure) => Some(failure.message.as_str()),
        _ => None,
    };
    let lines = run.logs.iter().flat_map(|line| {
        let extras = line.extras.iter().map(|extra| Cow::Owned(extra.to_string()));
        std::iter::once(Cow::Borrowed(line.message.as_str())).chain(extras)
    });
    let origin = kept.origin.iter().flat_map(|it| {
        [it.event_id.as_str().into(), it.source.as_str().into(), it.delivery.to_string().into()]
    });
    let named = event.into_iter().chain(message).map(Cow::Borrowed);
    for word in origin.chain(named).chain(lines) {
        if words.len() > WORDS {
            break;
        }
        words.push(' ');
        words.extend(word.chars().take(WORDS));
    }
    words.to_lowercase()
}

/// What was read from an end on, the newest first.
fn newest_first(mut runs: Vec<RunSummary>, end: RunEnd) -> Vec<RunSummary> {
    if end == RunEnd::Oldest {
        runs.reverse();
    }
    runs
}

fn follow(
    connection: &Connection,
    query: &RunQuery,
    mark: Option<RunMark>,
) -> Result<(Vec<RunSummary>, RunMark), Fault> {
    // One look at the database, so that nothing is kept between its two questions.
    let look = connection.unchecked_transaction()?;
    let mut found = search::all(&look, query, mark)?;
    let newest = look
        .prepare_cached("SELECT max(rowid) FROM run")?
        .query_row([], |row| row.get::<_, Option<i64>>(0))?;
    let last = match (mark, found.last()) {
        // There may be more that the query means.
        (Some(_), Some((last, _))) if found.len() >= query.limit as usize => Some(*last),
        _ => newest,
    };
    if mark.is_none() {
        found.reverse();
    }
    // Where the last ones were forgotten, the order goes on from those that are left.
    let mark = RunMark(last.unwrap_or(0));
    Ok((found.into_iter().map(|(_, run)| run).collect(), mark))
}

/// The statement for a query but for its text, with its values: from the end on that it names, or after a mark in the order
/// of writing.
pub(super) fn select(query: &RunQuery, after: Option<RunMark>) -> (String, Vec<Value>) {
    let mut values = Vec::new();
    let mut conditions = Vec::new();
    let mut add = |condition: &str, value: Value| {
        values.push(value);
        conditions.push(condition.replace('?', &format!("?{}", values.len())));
    };
    if let Some(lambda) = &query.lambda {
        add("lambda = ?", lambda.as_str().to_owned().into());
    }
    if let Some(before) = query.before {
        add("id < ?", before.0.as_bytes().to_vec().into());
    }
    if let Some(after) = query.after {
        add("id > ?", after.0.as_bytes().to_vec().into());
    }
    if let Some(after) = after {
        add("rowid > ?", after.0.into());
    }
    if let Some(since_ms) = query.since_ms {
        // An id begins with the time at which its run was taken, which may have waited long for its start: the first of
        // those that started since is looked up, and leads through the index.
        let first = if after.is_some() {
            ""
        } else {
            " AND id >= (SELECT min(id) FROM run INDEXED BY run_figures WHERE started_at >= ?)"
        };
        add(&format!("started_at >= ?{first}"), since_ms.into());
    }
    add("true LIMIT ?", i64::from(query.limit).into());
    let limit = conditions.pop().unwrap_or_default().replace("true ", "");
    if query.endings == Endings::Failed {
        conditions.push("ended = 1".into());
    }
    let filter = if conditions.is_empty() {
        String::new()
    } else {
        format!(" WHERE {}", conditions.join(" AND "))
    };
    // What came since is little: no index leads to it faster than its place does.
    let order = match (after, query.end) {
        (Some(_), _) => "rowid",
        (None, RunEnd::Newest) => "id DESC",
        (None, RunEnd::Oldest) => "id",
    };
    let way = if after.is_some() { " NOT INDEXED" } else { "" };
    (format!("{SUMMARY}{way}{filter} ORDER BY {order} {limit}"), values)
}

const FIND: &str =
    "SELECT r.id, r.run, r.input, r.input_sha256, s.cause, s.version, s.lambda_id, r.input_masked
    FROM record r JOIN run s ON s.id = r.id WHERE r.id BETWEEN ?1 AND ?2 LIMIT 2";

fn find(connection: &Connection, id: &str) -> Result<KeptRun, Fault> {
    let Some((first, last)) = row::ids_from(id) else {
        return Err(StoreError::Unknown(format!("run `{id}`; `lambdeck runs` lists them")).into());
    };
    let found = rows(connection, FIND, params![first, last], |row| {
        let input: String = row.get(2)?;
        Ok(KeptRun {
            run: row::json(row, 1)?,
            cause: row::json(row, 4)?,
            origin: row::json::<Beside>(row, 1)?.origin,
            version: row.get(5)?,
            lambda_id: row::optional_id(row, 6)?.map(LambdaId),
            input: input.into(),
            input_sha256: row.get(3)?,
            input_masked: row.get(7)?,
        })
    })?;
    match <[KeptRun; 1]>::try_from(found) {
        Ok([run]) => Ok(run),
        Err(none) if none.is_empty() => {
            Err(StoreError::Unknown(format!("run `{id}`; `lambdeck runs` lists them")).into())
        }
        Err(_) => Err(StoreError::Unknown(format!("single run `{id}`: several begin so")).into()),
    }
}

/// Forgets some of what is not to be kept; says how many.
pub(super) fn forget(connection: &Connection, retention: &Retention) -> Result<u64, Fault> {
    let forget_seen = |sql: &str| {
        connection.prepare_cached(sql)?.execute(params![retention.now_ms - SEEN_MS, SEEN_AT_ONCE])
    };
    let seen = forget_seen(
        "DELETE FROM seen WHERE key IN (SELECT key FROM seen WHERE at < ?1 LIMIT ?2)",
    )? + forget_seen(
        "DELETE FROM seen_before WHERE key IN (SELECT key FROM seen_before WHERE at < ?1 LIMIT ?2)",
    )?;
    let old = connection
        .prepare_cached(
            "DELETE FROM run WHERE id IN (SELECT id FROM run WHERE started_at < ?1 LIMIT ?2)",
        )?
        .execute(params![retention.now_ms.saturating_sub(retention.age_ms), RUNS_AT_ONCE])?;
    let bytes: i64 = connection
        .prepare_cached("SELECT value FROM sum WHERE name = 'run_bytes'")?
        .query_row([], |row| row.get(0))?;
    let excess = (bytes.max(0) as u64).saturating_sub(retention.bytes);
    let beyond = forget_oldest(connection, excess)?;
    Ok((seen + old + beyond) as u64)
}

/// Forgets the oldest runs until so many bytes are free, and none more.
fn forget_oldest(connection: &Connection, mut excess: u64) -> Result<usize, Fault> {
    let mut last = None;
    let mut statement =
        connection.prepare_cached("SELECT id, bytes FROM run ORDER BY id LIMIT ?1")?;
    let mut oldest = statement.query([RUNS_AT_ONCE])?;
    while excess > 0
        && let Some(run) = oldest.next()?
    {
        last = Some(row::id(run, 0)?);
        excess = excess.saturating_sub(run.get::<_, i64>(1)?.max(0) as u64);
    }
    drop(oldest);
    let Some(last) = last else { return Ok(0) };
    let forgotten =
        connection.prepare_cached("DELETE FROM run WHERE id <= ?1")?.execute([last.as_bytes()])?;
    Ok(forgotten)
}

pub(super) fn summary(row: &Row<'_>) -> rusqlite::Result<RunSummary> {
    let ending = match row.get::<_, i64>(5)? {
        0 => Ending::Succeeded,
        1 => Ending::Failed(row::json(row, 6)?),
        2 => Ending::Cancelled,
        _ => Ending::Interrupted,
    };
    Ok(RunSummary {
        id: RunId(row::id(row, 0)?),
        lambda: row::name(row, 1)?,
        event: row::event(row, 2)?,
        started_at_ms: row.get(3)?,
        duration_us: row.get::<_, i64>(4)?.max(0) as u64,
        ending,
        message: row.get(7)?,
        cause: row::json(row, 8)?,
        version: row.get(9)?,
        logs: row.get(10)?,
        calls: row.get(11)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LambdaName;
    use crate::platform::embedded::{Durability, connect};
    use rusqlite::params_from_iter;
    use uuid::Uuid;

    /// How SQLite would go about it.
    fn plan(connection: &Connection, sql: &str, values: Vec<Value>) -> String {
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let steps = rows(connection, &sql, params_from_iter(values), |row| row.get::<_, String>(3));
        steps.unwrap().join("; ")
    }

    #[tokio::test]
    async fn a_run_is_looked_up_however_few_there_were_when_the_store_was_closed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Embedded::open(folder.path()).unwrap();
        let put_in = |connection: &Connection| {
            Ok(connection.execute(
                "INSERT INTO record (id, run, input, input_sha256) VALUES (x'01', '', '', '')",
                [],
            )?)
        };
        assert_eq!(store.write(put_in).await, Ok(1));
        drop(store);
        let Ok(connection) = connect(&folder.path().join("state.db"), Durability::Relaxed) else {
            panic!("opened")
        };
        let plan = plan(&connection, FIND, vec![vec![1].into(), vec![2].into()]);
        assert!(!plan.contains("SCAN"), "{plan}");
    }

    #[test]
    fn no_list_of_runs_is_sorted_or_walked_without_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        std::fs::File::create(&path).unwrap();
        let Ok(connection) = connect(&path, Durability::Relaxed) else { panic!("opened") };
        for lambda in [None, LambdaName::new("x").ok()] {
            for endings in [Endings::All, Endings::Failed] {
                for before in [None, Some(RunId(Uuid::nil()))] {
                    for (since_ms, end) in
                        [(None, RunEnd::Newest), (Some(5), RunEnd::Newest), (None, RunEnd::Oldest)]
                    {
                        let (lambda, after) = (lambda.clone(), before);
                        let query = RunQuery { lambda, endings, since_ms, ..RunQuery::default() };
                        let query = match end {
                            RunEnd::Newest => RunQuery { before, ..query },
                            RunEnd::Oldest => RunQuery { after, end, ..query },
                        };
                        let (sql, values) = select(&query, None);
                        let plan = plan(&connection, &sql, values);
                        assert!(plan.contains("INDEX"), "{sql}: {plan}");
                        assert!(!plan.contains("TEMP B-TREE"), "{sql}: {plan}");
                        let looks_up = plan.contains("COVERING INDEX run_figures");
                        assert_eq!(looks_up, since_ms.is_some(), "{sql}: {plan}");
                    }
                }
            }
        }
        let lambda = LambdaName::new("x").ok();
        let query = RunQuery { lambda, endings: Endings::Failed, ..RunQuery::default() };
        let (sql, values) = select(&query, Some(RunMark(1)));
        let plan_of_new = plan(&connection, &sql, values);
        assert_eq!(plan_of_new, "SEARCH run USING INTEGER PRIMARY KEY (rowid>?)");
        let figures = plan(&connection, figures::SQL, vec![Value::Integer(0)]);
        assert!(figures.contains("COVERING INDEX run_figures"), "{figures}");
    }
}
