//! The search for a text in runs: in their words, which stand beside what lists show, then in what they were given and gave.

use super::deployments::rows;
use super::error::Fault;
use super::row;
use super::runs::{select, summary};
use crate::domain::{Outcome, RunId, RunQuery, RunSummary, RunsFound, SearchedTo};
use crate::platform::store::RunMark;
use regex::{Regex, RegexBuilder};
use rusqlite::{CachedStatement, Connection, params_from_iter};
use serde::Deserialize;

/// The most runs that one look goes through for a text, and the most bytes of their records, so that nobody waits long.
const LOOK: u32 = 10_000;
const LOOK_BYTES: usize = 16 << 20;

/// The runs that a query means, from the end on that it names; a search for a text stops after one look.
pub(super) fn search(connection: &Connection, query: &RunQuery) -> Result<RunsFound, Fault> {
    let Some(needle) = Needle::of(query) else {
        let runs = all(connection, query, None)?.into_iter().map(|(_, run)| run).collect();
        return Ok(RunsFound { runs, stopped_at: None });
    };
    let mut look = Look { runs_left: LOOK, bytes_left: LOOK_BYTES };
    let (found, stopped_at) = through(connection, (query, None), &needle, &mut look)?;
    Ok(RunsFound { runs: found.into_iter().map(|(_, run)| run).collect(), stopped_at })
}

/// All runs that a query means, in its order or, after a mark, in that of writing; each with its place in that.
pub(super) fn all(
    connection: &Connection,
    query: &RunQuery,
    mark: Option<RunMark>,
) -> Result<Vec<(i64, RunSummary)>, Fault> {
    let Some(needle) = Needle::of(query) else {
        let (sql, values) = select(query, mark);
        return rows(connection, &sql, params_from_iter(values), |row| {
            Ok((row.get("rowid")?, summary(row)?))
        });
    };
    let mut look = Look { runs_left: u32::MAX, bytes_left: usize::MAX };
    Ok(through(connection, (query, mark), &needle, &mut look)?.0)
}

/// How far a search may still go.
struct Look {
    runs_left: u32,
    bytes_left: usize,
}

type Found = (Vec<(i64, RunSummary)>, Option<SearchedTo>);

fn through(
    connection: &Connection,
    (query, mark): (&RunQuery, Option<RunMark>),
    needle: &Needle,
    look: &mut Look,
) -> Result<Found, Fault> {
    let most = query.limit as usize;
    let (sql, values) = select(&RunQuery { limit: look.runs_left, ..query.clone() }, mark);
    let sql = sql.replacen(" FROM run", ", words FROM run", 1);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut records = connection.prepare_cached("SELECT input, run FROM record WHERE id = ?1")?;
    let mut runs = statement.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while found.len() < most
        && let Some(run) = runs.next()?
    {
        let is_found = needle.is_in_words(run.get_ref("words")?.as_str().unwrap_or_default())
            || needle.is_in_record(
                &mut records,
                run.get_ref(0)?.as_blob().unwrap_or_default(),
                look,
            )?;
        if is_found {
            found.push((run.get("rowid")?, summary(run)?));
        }
        look.runs_left -= 1;
        if (look.runs_left == 0 || look.bytes_left == 0) && found.len() < most {
            let (run, started_at_ms) = (RunId(row::id(run, 0)?), run.get(3)?);
            return Ok((found, Some(SearchedTo { run, started_at_ms })));
        }
    }
    Ok((found, None))
}

/// A text that is looked for, whatever the case.
struct Needle {
    lower: String,
    /// Finds it without a copy in small letters; none for one that is too long.
    pattern: Option<Regex>,
}

/// What is read of a record to look at its result.
#[derive(Deserialize)]
struct Ended {
    outcome: Outcome,
}

impl Needle {
    fn of(query: &RunQuery) -> Option<Self> {
        let lower = query.text.as_ref().filter(|text| !text.is_empty())?.to_lowercase();
        let pattern = RegexBuilder::new(&regex::escape(&lower)).case_insensitive(true).build().ok();
        Some(Self { lower, pattern })
    }

    /// Whether it is in words that were kept in small letters.
    fn is_in_words(&self, words: &str) -> bool {
        words.contains(&self.lower)
    }

    fn is_in(&self, text: &str) -> bool {
        match &self.pattern {
            Some(pattern) => pattern.is_match(text),
            None => text.to_lowercase().contains(&self.lower),
        }
    }

    /// Whether it is in the payload or the result of the run `id`.
    fn is_in_record(
        &self,
        records: &mut CachedStatement<'_>,
        id: &[u8],
        look: &mut Look,
    ) -> rusqlite::Result<bool> {
        let mut record = records.query([id])?;
        let Some(record) = record.next()? else { return Ok(false) };
        let (input, run) = (record.get_ref(0)?.as_str(), record.get_ref(1)?.as_str());
        let (Ok(input), Ok(run)) = (input, run) else { return Ok(false) };
        look.bytes_left = look.bytes_left.saturating_sub(input.len() + run.len());
        // Only a record that holds the text anywhere is worth being taken apart.
        Ok(self.is_in(input) || (self.is_in(run) && self.is_in_result(run)))
    }

    fn is_in_result(&self, run: &str) -> bool {
        let Ok(Ended { outcome }) = serde_json::from_str(run) else { return false };
        let value = match outcome {
            Outcome::Succeeded(value) => Some(value),
            Outcome::Failed(failure) => failure.thrown,
            Outcome::Cancelled | Outcome::Interrupted => None,
        };
        value.is_some_and(|value| self.is_in(&row::to_json(&value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RunEnd;
    use crate::platform::embedded::{Durability, connect};

    /// A store of so many runs with ids and times in order, with a record of so many bytes each; the fifth has the text.
    fn filled(folder: &std::path::Path, (runs, bytes): (u32, u32)) -> Connection {
        let path = folder.join("state.db");
        std::fs::File::create(&path).unwrap();
        let Ok(connection) = connect(&path, Durability::Relaxed) else { panic!("opened") };
        let numbers =
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1)";
        let sql = format!(
            "{numbers} INSERT INTO run (id, lambda, started_at, duration_us, ended, cause, logs, calls, words, bytes)
            SELECT cast(printf('%016d', n) AS BLOB), 'x', n, 1, 0, '{{\"by\":\"invoke\"}}', 0, 0,
                iif(n = 5, 'the needle', 'hay'), 0 FROM n"
        );
        connection.execute(&sql, [runs]).unwrap();
        let sql = format!(
            "{numbers} INSERT INTO record (id, run, input, input_sha256)
            SELECT cast(printf('%016d', n) AS BLOB), '{{}}', printf('{{\"id\":\"Conv-%d\",\"rest\":\"', n) || hex(zeroblob(?2 / 2)) || '\"}}', ''
            FROM n WHERE ?2 > 0"
        );
        connection.execute(&sql, [runs, bytes]).unwrap();
        connection
    }

    fn searched(connection: &Connection, query: &RunQuery) -> RunsFound {
        let Ok(found) = search(connection, query) else { panic!("searched") };
        found
    }

    #[test]
    fn a_search_looks_at_so_many_runs_and_goes_on_where_it_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let connection = filled(folder.path(), (LOOK + 10, 0));
        let query = RunQuery { text: Some("NEEDLE".to_owned()), ..RunQuery::default() };
        let first = searched(&connection, &query);
        let stopped_at = first.stopped_at.unwrap();
        assert_eq!((first.runs.len(), stopped_at.started_at_ms), (0, 11));
        let on = RunQuery { before: Some(stopped_at.run), ..query };
        let rest = searched(&connection, &on);
        assert_eq!((rest.runs[0].started_at_ms, rest.stopped_at), (5, None));
        let from_behind = RunQuery { end: RunEnd::Oldest, limit: 1, before: None, ..on.clone() };
        let oldest = searched(&connection, &from_behind);
        assert_eq!((oldest.runs[0].started_at_ms, oldest.stopped_at), (5, None));
        let RunQuery { before: after, .. } = on;
        let newer = RunQuery { after, before: None, text: None, end: RunEnd::Oldest, ..on };
        let newer = searched(&connection, &RunQuery { limit: 2, ..newer });
        // What is read from the oldest on is turned round by who asks for it.
        assert_eq!((newer.runs[0].started_at_ms, newer.runs[1].started_at_ms), (12, 13));
    }

    #[test]
    fn a_search_in_large_payloads_stops_after_so_many_bytes() {
        const EACH: u32 = 64 << 10;
        let folder = tempfile::tempdir().unwrap();
        let in_one_look = LOOK_BYTES as u32 / EACH;
        let connection = filled(folder.path(), (in_one_look + 20, EACH));
        let query = RunQuery { text: Some("conv-7\"".to_owned()), ..RunQuery::default() };
        let first = searched(&connection, &query);
        let stopped_at = first.stopped_at.unwrap();
        assert!(first.runs.is_empty() && (15..30).contains(&stopped_at.started_at_ms));
        let rest = searched(&connection, &RunQuery { before: Some(stopped_at.run), ..query });
        assert_eq!((rest.runs[0].started_at_ms, rest.stopped_at), (7, None));
    }
}
