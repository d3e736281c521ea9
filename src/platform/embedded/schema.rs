//! The tables, and how a database of an older form becomes one of today's.

use rusqlite::{Connection, TransactionBehavior};

/// The number of the newest form, which is kept in `user_version`.
pub(super) const FORM: i64 = MIGRATIONS.len() as i64;

/// Each step leads from the form of its index to the next one. Never changed once released: add another.
const MIGRATIONS: [&str; 13] = [
    include_str!("schema.sql"),
    // Where an event goes that is no event for a lambda but the result of one.
    "ALTER TABLE event ADD COLUMN sink TEXT",
    // Names are given anew: what ran is found by its id. Of the runs before, their names are all that is known.
    "ALTER TABLE run ADD COLUMN lambda_id BLOB;
     UPDATE run SET lambda_id = (SELECT id FROM lambda WHERE name = run.lambda) WHERE version IS NOT NULL",
    // Results wait apart from runs, and what was taken stands in nobody's way.
    "ALTER TABLE delivery ADD COLUMN is_result INTEGER NOT NULL DEFAULT 0;
     UPDATE delivery SET is_result = 1 WHERE event IN (SELECT id FROM event WHERE sink IS NOT NULL);
     DROP INDEX delivery_due;
     DROP INDEX delivery_next;
     CREATE INDEX delivery_due ON delivery (lambda, due) WHERE state = 0 AND is_result = 0;
     CREATE INDEX delivery_result ON delivery (due) WHERE state = 0 AND is_result = 1;
     CREATE INDEX delivery_next ON delivery (due) WHERE state = 0;",
    // Schedules and skills that a lambda.toml declares belong to its versions.
    "ALTER TABLE version ADD COLUMN schedules TEXT NOT NULL DEFAULT '[]';
     ALTER TABLE version ADD COLUMN skills TEXT NOT NULL DEFAULT '[]';
     ALTER TABLE schedule ADD COLUMN is_declared INTEGER NOT NULL DEFAULT 0",
    // What is taken one after the other stands side by side: a key is a digest of the source and then the id as it is, no
    // digest of both. The old ones are asked until the last of them is forgotten.
    "DROP INDEX seen_at;
     ALTER TABLE seen RENAME TO seen_before;
     CREATE INDEX seen_before_at ON seen_before (at);
     CREATE TABLE seen (key BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE INDEX seen_at ON seen (at);",
    // What other systems keep beside a traceparent.
    "ALTER TABLE event ADD COLUMN tracestate TEXT",
    // What runs were given is kept without the secrets in it.
    "ALTER TABLE record ADD COLUMN input_masked INTEGER NOT NULL DEFAULT 0",
    // What fails uses up the retries, and what ends with its process does not. Of the attempts before, nobody knows which
    // was which.
    "ALTER TABLE delivery ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
     ALTER TABLE delivery ADD COLUMN ends INTEGER NOT NULL DEFAULT 0;
     UPDATE delivery SET failures = max(attempt - (state = 1), 0)",
    // What was delivered, where a run of it came to know a secret in it: for whoever looks at it.
    "ALTER TABLE delivery ADD COLUMN masked TEXT",
    // What was counted while the tables were nearly empty made whole tables be read where an index leads to the row.
    "DROP TABLE IF EXISTS sqlite_stat1;
     DROP TABLE IF EXISTS sqlite_stat4",
    // What started since a time is found by its id, which may be of a time long before.
    "DROP INDEX run_figures;
     CREATE INDEX run_figures ON run (started_at, ended, duration_us, lambda, id)",
    // Whether free pages may hold what was removed; nobody knows it of those that there are.
    "INSERT OR IGNORE INTO sum VALUES ('traces', 1);
     CREATE TRIGGER run_left AFTER DELETE ON run BEGIN
         UPDATE sum SET value = 1 WHERE name = 'traces' AND value = 0;
     END;
     CREATE TRIGGER delivery_left AFTER DELETE ON delivery BEGIN
         UPDATE sum SET value = 1 WHERE name = 'traces' AND value = 0;
     END;
     CREATE TRIGGER delivery_told AFTER UPDATE OF masked, reason ON delivery
     WHEN old.masked NOT NULL OR old.reason NOT NULL BEGIN
         UPDATE sum SET value = 1 WHERE name = 'traces' AND value = 0;
     END",
];

/// Brings the database to today's form; nothing to do when it has it.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    if form(connection)? == FORM {
        return Ok(());
    }
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    let found = form(&step)?;
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(MIGRATIONS.len())) {
        step.execute_batch(migration)?;
    }
    step.pragma_update(None, "user_version", FORM)?;
    step.commit()
}

/// The form that the database has.
pub(super) fn form(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("PRAGMA user_version")?.query_row([], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_form(form: usize) -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        let step = connection.transaction().unwrap();
        for migration in &MIGRATIONS[..form] {
            step.execute_batch(migration).unwrap();
        }
        step.pragma_update(None, "user_version", form as i64).unwrap();
        step.commit().unwrap();
        connection
    }

    #[test]
    fn what_older_programs_took_is_still_there_afterwards() {
        let mut old = of_form(5);
        old.execute("INSERT INTO seen VALUES (x'00', 7)", []).unwrap();
        migrate(&mut old).unwrap();
        assert_eq!(form(&old).unwrap(), FORM);
        let count = |table: &str| {
            let sql = format!("SELECT count(*) FROM {table} WHERE at = 7");
            old.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap()
        };
        assert_eq!((count("seen_before"), count("seen")), (1, 0));
    }

    #[test]
    fn what_older_programs_tried_has_used_up_its_retries() {
        let mut old = of_form(8);
        old.execute_batch(
            "PRAGMA foreign_keys = OFF;
             INSERT INTO delivery (id, event, lambda, state, due, attempt, bytes)
             VALUES (x'01', 1, x'00', 0, 1, 0, 1), (x'02', 1, x'00', 0, 1, 2, 1), (x'03', 1, x'00', 1, 1, 2, 1)",
        )
        .unwrap();
        migrate(&mut old).unwrap();
        let mut counts = old.prepare("SELECT failures, ends FROM delivery ORDER BY id").unwrap();
        let counts = counts.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let counts: Vec<(i64, i64)> = counts.map(Result::unwrap).collect();
        assert_eq!(counts, [(0, 0), (2, 0), (1, 0)]);
    }

    #[test]
    fn no_statistics_of_empty_tables_mislead_a_look_up() {
        let mut old = of_form(10);
        old.execute_batch("INSERT INTO sum VALUES ('one', 1); ANALYZE").unwrap();
        migrate(&mut old).unwrap();
        let count = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'sqlite_stat_'";
        assert_eq!(old.query_row(count, [], |row| row.get(0)), Ok(0));
    }

    #[test]
    fn every_older_form_becomes_the_same_as_a_new_database() {
        let tables = |connection: &Connection| {
            let sql = "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY type, name";
            let mut statement = connection.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
            rows.collect::<Result<Vec<_>, _>>().unwrap()
        };
        let mut new = of_form(0);
        migrate(&mut new).unwrap();
        for form in 1..MIGRATIONS.len() {
            let mut old = of_form(form);
            migrate(&mut old).unwrap();
            assert_eq!(tables(&old), tables(&new), "from form {form}");
        }
    }
}
