//! Deployments, versions and slots as rows.

use super::error::Fault;
use super::{Embedded, row, schedules};
use crate::domain::{Activity, Deployment, EventId, LambdaId, LambdaName, Version};
use crate::platform::store::{
    Candidate, Deployed, Deployments, Doer, KnownLambda, StoreError, giver,
};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::sync::Arc;
use uuid::Uuid;

const DEPLOYMENT: &str =
    "SELECT d.lambda, l.name, d.event, d.version, d.digest, d.deployed_at, d.by
    FROM deployment d JOIN lambda l ON l.id = d.lambda";
const VERSION: &str =
    "SELECT v.number, v.source, v.event, v.env, v.limits, v.digest, v.created_at, v.by, v.schedules, v.skills
    FROM version v";

impl Deployments for Embedded {
    async fn deploy(&self, candidate: Candidate, doer: Doer) -> Result<Deployed, StoreError> {
        self.write(move |connection| deploy(connection, &candidate, &doer)).await
    }

    async fn deployment_failed(
        &self,
        lambda: LambdaName,
        reason: String,
        doer: Doer,
    ) -> Result<(), StoreError> {
        self.write(move |connection| {
            let id = lambda_id(connection, &lambda)?;
            connection
                .prepare_cached("UPDATE lambda SET failure = ?2 WHERE id = ?1")?
                .execute(params![id.0.as_bytes(), reason])?;
            note(connection, &doer, "failed to deploy", Some(&lambda), &reason)
        })
        .await
    }

    async fn undeploy(&self, lambda: LambdaName, doer: Doer) -> Result<Deployment, StoreError> {
        self.write(move |connection| undeploy(connection, &lambda, &doer, "")).await
    }

    async fn rename(
        &self,
        from: LambdaName,
        to: LambdaName,
        doer: Doer,
    ) -> Result<bool, StoreError> {
        self.write(move |connection| rename(connection, (&from, &to), &doer)).await
    }

    async fn lambdas(&self) -> Result<Arc<[KnownLambda]>, StoreError> {
        self.known()
    }

    async fn versions(&self, lambda: LambdaName) -> Result<Vec<Version>, StoreError> {
        self.read(move |connection| {
            let sql = format!(
                "{VERSION} JOIN lambda l ON l.id = v.lambda WHERE l.name = ?1 ORDER BY v.number DESC"
            );
            rows(connection, &sql, [lambda.as_str()], version)
        })
        .await
    }

    async fn version(&self, lambda: LambdaId, number: u32) -> Result<Version, StoreError> {
        self.read(move |connection| {
            let sql = format!("{VERSION} WHERE v.lambda = ?1 AND v.number = ?2");
            let found = connection
                .prepare_cached(&sql)?
                .query_row(params![lambda.0.as_bytes(), number], version)
                .optional()?;
            found.ok_or_else(|| StoreError::Unknown(format!("version {number} of {lambda}")).into())
        })
        .await
    }

    async fn activity(
        &self,
        lambda: Option<LambdaName>,
        limit: u32,
    ) -> Result<Vec<Activity>, StoreError> {
        self.read(move |connection| {
            let wanted = lambda.as_ref().map(LambdaName::as_str);
            let filter = if wanted.is_some() { "lambda = ?1" } else { "?1 IS NULL" };
            let sql = format!(
                "SELECT at, by, action, lambda, detail FROM activity WHERE {filter} ORDER BY id DESC LIMIT ?2"
            );
            rows(connection, &sql, params![wanted, limit], |row| {
                let lambda: Option<String> = row.get(3)?;
                Ok(Activity {
                    at_ms: row.get(0)?,
                    by: row.get(1)?,
                    action: row.get(2)?,
                    lambda: lambda.and_then(|name| LambdaName::new(name).ok()),
                    detail: row.get(4)?,
                })
            })
        })
        .await
    }

    async fn note(&self, activity: Activity) -> Result<(), StoreError> {
        self.write(move |connection| {
            let doer = Doer { by: activity.by, at_ms: activity.at_ms };
            note(connection, &doer, &activity.action, activity.lambda.as_ref(), &activity.detail)
        })
        .await
    }
}

/// Every lambda that was ever deployed, in the order of their names.
pub(super) fn lambdas(connection: &Connection) -> Result<Vec<KnownLambda>, Fault> {
    let deployed = rows(connection, DEPLOYMENT, [], deployment)?;
    rows(connection, "SELECT id, name, failure FROM lambda ORDER BY name", [], |row| {
        let id = LambdaId(row::id(row, 0)?);
        let deployment = deployed.iter().find(|it| it.id == id).cloned();
        Ok(KnownLambda { id, name: row::name(row, 1)?, deployment, failure: row.get(2)? })
    })
}

/// Everything that `sql` gives, each row read by `read`.
pub(super) fn rows<T>(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let all = statement.query_map(params, read)?.collect::<Result<_, _>>()?;
    Ok(all)
}

/// Notes in the activity log that something was done.
pub(super) fn note(
    connection: &Connection,
    doer: &Doer,
    action: &str,
    lambda: Option<&LambdaName>,
    detail: &str,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO activity (at, by, action, lambda, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![doer.at_ms, doer.by, action, lambda.map(LambdaName::as_str), detail])?;
    Ok(())
}

fn deploy(connection: &Connection, candidate: &Candidate, doer: &Doer) -> Result<Deployed, Fault> {
    let lambda = &candidate.lambda;
    let id = lambda_id(connection, lambda)?;
    if let Some(deployment) = as_it_stands(connection, id, candidate.version.number)? {
        let replaced = Some(deployment.version);
        return Ok(Deployed { deployment, replaced, undeployed: None });
    }
    let mut undeployed = None;
    if let Some(place) = candidate.place()? {
        undeployed = take_slot(connection, candidate, place, doer)?;
    }
    let before = connection
        .prepare_cached("SELECT version FROM deployment WHERE lambda = ?1")?
        .query_row([id.0.as_bytes()], |row| row.get::<_, u32>(0))
        .optional()?;
    let number = keep_version(connection, id, &candidate.version, doer)?;
    let event = candidate.version.event.clone();
    connection
        .prepare_cached(
            "INSERT INTO deployment (lambda, event, version, digest, deployed_at, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (lambda) DO UPDATE SET event = ?2, version = ?3, digest = ?4, deployed_at = ?5, by = ?6",
        )?
        .execute(params![
            id.0.as_bytes(),
            event.as_ref().map(EventId::as_str),
            number,
            candidate.version.digest,
            doer.at_ms,
            doer.by
        ])?;
    connection
        .prepare_cached("UPDATE lambda SET failure = NULL WHERE id = ?1")?
        .execute([id.0.as_bytes()])?;
    schedules::declare(connection, (id, lambda), &candidate.version.schedules, doer)?;
    // A version that was taken from those that are kept has its number already; the newest of them is only deployed again.
    let newest: u32 = connection
        .prepare_cached("SELECT max(number) FROM version WHERE lambda = ?1")?
        .query_row([id.0.as_bytes()], |row| row.get(0))?;
    let is_old = candidate.version.number > 0 && number < newest;
    let done = if is_old { "rolled back" } else { "deployed" };
    note(connection, doer, done, Some(lambda), &detail((number, before), undeployed.as_ref()))?;
    let deployment = Deployment {
        id,
        lambda: lambda.clone(),
        event,
        version: number,
        digest: candidate.version.digest.clone(),
        deployed_at_ms: doer.at_ms,
        by: doer.by.clone(),
    };
    Ok(Deployed { deployment, replaced: before, undeployed })
}

/// The deployment of a lambda where it is of the version `number` already, and nothing failed since. No version of a draft
/// has a number.
fn as_it_stands(
    connection: &Connection,
    lambda: LambdaId,
    number: u32,
) -> Result<Option<Deployment>, Fault> {
    let sql = format!("{DEPLOYMENT} WHERE d.lambda = ?1 AND d.version = ?2 AND l.failure IS NULL");
    let values = params![lambda.0.as_bytes(), number];
    Ok(connection.prepare_cached(&sql)?.query_row(values, deployment).optional()?)
}

/// What a deployment changed, for the activity log.
fn detail((number, before): (u32, Option<u32>), undeployed: Option<&LambdaName>) -> String {
    let before = before.filter(|before| *before != number);
    let before = before.map(|before| format!(", before it {before}")).unwrap_or_default();
    let swap = undeployed.map(|holder| format!(", in the slot of {holder}")).unwrap_or_default();
    format!("version {number}{before}{swap}")
}

/// Makes sure that the candidate has a slot of its event; gives who had to give up theirs.
fn take_slot(
    connection: &Connection,
    candidate: &Candidate,
    (event, slots): (&EventId, u32),
    doer: &Doer,
) -> Result<Option<LambdaName>, Fault> {
    let gone = giver(candidate, (event, slots), holders(connection, event)?)?;
    if let Some(holder) = &gone {
        undeploy(connection, holder, doer, &format!("its slot went to {}", candidate.lambda))?;
    }
    Ok(gone)
}

/// Keeps `version` under the next number; one that is kept already, as a rollback's is, has its number.
fn keep_version(
    connection: &Connection,
    lambda: LambdaId,
    version: &Version,
    doer: &Doer,
) -> Result<u32, Fault> {
    let known = connection
        .prepare_cached("SELECT max(number) FROM version WHERE lambda = ?1 AND digest = ?2")?
        .query_row(params![lambda.0.as_bytes(), version.digest], |row| {
            row.get::<_, Option<u32>>(0)
        })?;
    if let Some(number) = known {
        return Ok(number);
    }
    let last = connection
        .prepare_cached("SELECT max(number) FROM version WHERE lambda = ?1")?
        .query_row([lambda.0.as_bytes()], |row| row.get::<_, Option<u32>>(0))?;
    let number = last.unwrap_or(0) + 1;
    connection
        .prepare_cached(
            "INSERT INTO version (lambda, number, source, event, env, limits, digest, created_at, by, schedules, skills)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            lambda.0.as_bytes(),
            number,
            version.source,
            version.event.as_ref().map(EventId::as_str),
            row::to_json(&version.env),
            row::to_json(&version.limits),
            version.digest,
            doer.at_ms,
            doer.by,
            row::to_json(&version.schedules),
            row::to_json(&version.skills)
        ])?;
    Ok(number)
}

fn undeploy(
    connection: &Connection,
    lambda: &LambdaName,
    doer: &Doer,
    why: &str,
) -> Result<Deployment, Fault> {
    let sql = format!("{DEPLOYMENT} WHERE l.name = ?1");
    let found =
        connection.prepare_cached(&sql)?.query_row([lambda.as_str()], deployment).optional()?;
    let Some(found) = found else { return Err(StoreError::NotDeployed(lambda.clone()).into()) };
    connection
        .prepare_cached("DELETE FROM deployment WHERE lambda = ?1")?
        .execute([found.id.0.as_bytes()])?;
    schedules::rest(connection, found.id)?;
    note(connection, doer, "undeployed", Some(lambda), why)?;
    Ok(found)
}

fn holders(connection: &Connection, event: &EventId) -> Result<Vec<LambdaName>, Fault> {
    rows(
        connection,
        "SELECT l.name FROM deployment d JOIN lambda l ON l.id = d.lambda WHERE d.event = ?1 ORDER BY l.name",
        [event.as_str()],
        |row| row::name(row, 0),
    )
}

fn rename(
    connection: &Connection,
    (from, to): (&LambdaName, &LambdaName),
    doer: &Doer,
) -> Result<bool, Fault> {
    let named = |name: &LambdaName| {
        let sql = "SELECT l.id, d.lambda IS NOT NULL FROM lambda l LEFT JOIN deployment d ON d.lambda = l.id
            WHERE l.name = ?1";
        let found = |row: &Row<'_>| Ok((row::id(row, 0)?, row.get::<_, bool>(1)?));
        connection.query_row(sql, [name.as_str()], found).optional()
    };
    let Some((id, _)) = named(from)? else { return Ok(false) };
    let give = |id: Uuid, name: &str| {
        // What ran of it is listed by its name of now, with what will run.
        let sql = "UPDATE run SET lambda = ?2 WHERE lambda = (SELECT name FROM lambda WHERE id = ?1) AND lambda_id = ?1";
        connection.execute(sql, params![id.as_bytes(), name])?;
        let sql = "UPDATE lambda SET name = ?2 WHERE id = ?1";
        connection.execute(sql, params![id.as_bytes(), name])
    };
    match named(to)? {
        Some((_, true)) => {
            let advice = format!("undeploy it first with `lambdeck undeploy {to}`");
            return Err(
                StoreError::Exists { what: format!("deployed lambda `{to}`"), advice }.into()
            );
        }
        // A name that only a lambda of the past bears is free.
        Some((past, false)) => {
            let begin = &to.as_str()[..to.as_str().len().min(40)];
            let name = format!("{begin}_{}", &past.simple().to_string()[24..]);
            give(past, &name)?;
            schedules::rename(connection, past, &name)?;
        }
        None => {}
    }
    give(id, to.as_str())?;
    // Runs of drafts go by the name alone.
    let sql = "UPDATE run SET lambda = ?2 WHERE lambda = ?1 AND lambda_id IS NULL";
    connection.execute(sql, [from.as_str(), to.as_str()])?;
    schedules::rename(connection, id, to.as_str())?;
    note(connection, doer, "renamed", Some(to), &format!("from {from}"))?;
    Ok(true)
}

/// The id of the lambda called `name`, which gets one with its first deployment.
fn lambda_id(connection: &Connection, name: &LambdaName) -> Result<LambdaId, Fault> {
    let known = connection
        .prepare_cached("SELECT id FROM lambda WHERE name = ?1")?
        .query_row([name.as_str()], |row| row::id(row, 0))
        .optional()?;
    if let Some(id) = known {
        return Ok(LambdaId(id));
    }
    let id = Uuid::new_v4();
    connection
        .prepare_cached("INSERT INTO lambda (id, name) VALUES (?1, ?2)")?
        .execute(params![id.as_bytes(), name.as_str()])?;
    Ok(LambdaId(id))
}

fn deployment(row: &Row<'_>) -> rusqlite::Result<Deployment> {
    Ok(Deployment {
        id: LambdaId(row::id(row, 0)?),
        lambda: row::name(row, 1)?,
        event: row::event(row, 2)?,
        version: row.get(3)?,
        digest: row.get(4)?,
        deployed_at_ms: row.get(5)?,
        by: row.get(6)?,
    })
}

fn version(row: &Row<'_>) -> rusqlite::Result<Version> {
    let source: String = row.get(1)?;
    Ok(Version {
        number: row.get(0)?,
        source: source.into(),
        event: row::event(row, 2)?,
        env: row::json(row, 3)?,
        limits: row::json(row, 4)?,
        digest: row.get(5)?,
        created_at_ms: row.get(6)?,
        by: row.get(7)?,
        schedules: row::json(row, 8)?,
        skills: row::json(row, 9)?,
    })
}
