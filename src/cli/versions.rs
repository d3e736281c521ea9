//! `lambdeck undeploy`, `versions`, `rollback` and `activity`

use super::args_platform::{Activity, Rollback, Undeploy, Versions};
use super::context::{Context, Format};
use super::output::{FAINT, GOOD, Stream, tell};
use super::stage::{Stage, doer};
use super::{deploy, table, when};
use crate::domain::{EventId, LambdaName};
use crate::platform::deploy::{rollback as deploy_again, version_of};
use crate::platform::store::Deployments as _;
use serde_json::json;
use std::process::ExitCode;

pub(super) fn undeploy(context: &mut Context, args: &Undeploy) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let names = args.names.iter().map(|name| stage.lambda(name)).collect::<Result<Vec<_>, _>>()?;
    let mut done = Vec::new();
    for name in names {
        let deployment = stage.wait(stage.store.undeploy(name, doer()))?;
        stage.wake();
        if context.format == Format::Human {
            let freed = deployment.event.as_ref();
            let freed =
                freed.map(|event| format!("; a slot of {event} is free")).unwrap_or_default();
            tell(format_args!("undeployed `{}`{freed}", deployment.lambda));
        }
        done.push(deployment);
    }
    if context.format == Format::Json {
        context.out.json(&json!({ "undeployed": done }))?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn versions(context: &mut Context, args: &Versions) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let name = stage.lambda(&args.name)?;
    if let Some(number) = args.source {
        let version = stage.wait(version_of(&stage.store, &name, number))?;
        context.out.text(&version.source)?;
        return Ok(ExitCode::SUCCESS);
    }
    let versions = stage.wait(stage.store.versions(name.clone()))?;
    if versions.is_empty() {
        return Err(deploy::never_deployed(name).into());
    }
    let known = stage.wait(stage.store.lambdas())?;
    let known = known.iter().find(|it| it.name == name);
    let deployment = known.and_then(|it| it.deployment.as_ref());
    let deployed = deployment.map(|it| it.version);
    if context.format == Format::Json {
        context
            .out
            .json(&json!({ "lambda": name, "deployment": deployment, "versions": versions }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let rows: Vec<_> = versions
        .iter()
        .map(|version| {
            let event = version.event.as_ref().map_or("-", EventId::as_str);
            let mark = if Some(version.number) == deployed { "deployed" } else { "" };
            [
                version.number.to_string(),
                when::local(version.created_at_ms),
                version.by.clone(),
                event.to_owned(),
                version.digest.chars().take(12).collect(),
                Stream::Result.paint(GOOD, mark),
            ]
        })
        .collect();
    for line in table::lines(&rows) {
        context.out.line(line)?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn rollback(context: &mut Context, args: &Rollback) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let name = stage.lambda(&args.name)?;
    let lambda = (name, args.version);
    let deployed = stage.wait(deploy_again(&stage.store, &stage.catalog, lambda, doer()))?;
    stage.wake();
    deploy::done(context, &deployed)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn activity(context: &mut Context, args: &Activity) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let name = args.name.as_deref().map(|it| stage.lambda(it)).transpose()?;
    let mut all = stage.wait(stage.store.activity(name, args.limit))?;
    // The newest at the end, as among the runs.
    all.reverse();
    if context.format == Format::Json {
        context.out.json(&all)?;
        return Ok(ExitCode::SUCCESS);
    }
    if all.is_empty() {
        tell("nothing was deployed here so far; `lambdeck deploy NAME` does");
    }
    let rows: Vec<_> = all
        .into_iter()
        .map(|it| {
            let lambda = it.lambda.as_ref().map_or("", LambdaName::as_str).to_owned();
            [
                when::local(it.at_ms),
                it.by,
                it.action,
                lambda,
                Stream::Result.paint(FAINT, it.detail),
            ]
        })
        .collect();
    for line in table::lines(&rows) {
        context.out.line(line)?;
    }
    Ok(ExitCode::SUCCESS)
}
