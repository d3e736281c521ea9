//! `lambdeck undeploy`, `versions`, `rollback` and `activity`

use super::args_platform::{Activity, Rollback, Undeploy, Versions};
use super::context::{Context, Format, lambda_name};
use super::output::{FAINT, GOOD, Stream, tell};
use super::prompt::Consent;
use super::stage::{Stage, doer};
use super::{deploy, several, shapes, table, when};
use crate::domain::{Deployment, DeploymentState, EventId, LambdaName, deployment};
use crate::platform::deploy::{to_roll_back, version_of};
use crate::platform::store::{Deployments as _, Holders, KnownLambda, Queue as _};
use serde_json::json;
use std::process::ExitCode;

/// What is said where nothing was done.
const NOTHING: &str = "nothing was undeployed";

pub(super) fn undeploy(context: &mut Context, args: &Undeploy) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let names = args.names.iter().map(|name| lambda_name(name)).collect::<Result<Vec<_>, _>>()?;
    let names = several::once_each(names);
    let end = |name: &LambdaName| End::of(&stage, &stage.lambda(name.as_str())?);
    let ends = names.iter().map(end).collect::<Result<Vec<_>, _>>();
    let ends = ends.map_err(|error| several::untouched(error, &names, NOTHING))?;
    if args.dry_run {
        return would_undeploy(context, &ends);
    }
    let said: Vec<_> = ends.iter().map(End::said).collect();
    let question = format!("Undeploy {}? {}", deploy::listed(&names), said.join(" "));
    Consent::of(args.yes).ask(&question, NOTHING)?;
    let mut undeployed = Vec::new();
    let mut refusal = None;
    for name in &names {
        match stage.wait(stage.store.undeploy(name.clone(), doer())) {
            Ok(deployment) => undeployed.push(deployment),
            Err(error) => {
                refusal = Some(error);
                break;
            }
        }
        stage.wake();
    }
    let (done, left) = names.split_at(undeployed.len());
    match context.format {
        Format::Json => {
            let done: Vec<_> = undeployed.iter().map(shapes::deployment).collect();
            context.out.json(&json!({ "undeployed": done, "not_undeployed": left }))?;
        }
        Format::Human => undeployed.iter().for_each(tell_undeployed),
    }
    match refusal {
        None => Ok(ExitCode::SUCCESS),
        Some(error) => Err(several::halfway(error.into(), (done, left), "undeployed")),
    }
}

fn tell_undeployed(deployment: &Deployment) {
    let freed = deployment.event.as_ref().map(|event| format!("; a slot of {event} is free"));
    tell(format_args!("undeployed `{}`{}", deployment.lambda, freed.unwrap_or_default()));
}

/// What comes of undeploying a lambda.
struct End {
    deployment: Deployment,
    waiting: u64,
}

impl End {
    /// Of one that is deployed.
    fn of(stage: &Stage, lambda: &LambdaName) -> anyhow::Result<Self> {
        let known = stage.wait(stage.store.lambdas())?;
        let found = known.iter().find(|it| it.name == *lambda);
        let deployment = found.and_then(|it| it.deployment.clone());
        let deployment = deployment.ok_or_else(|| not_deployed(lambda, &known))?;
        Ok(Self { deployment, waiting: stage.wait(stage.store.waiting_for(lambda.clone()))? })
    }

    fn said(&self) -> String {
        let Deployment { lambda, event, version, .. } = &self.deployment;
        let slot = event.as_ref().map(|it| format!(", a slot of {it} becomes free"));
        let letters = match self.waiting {
            0 => String::new(),
            1 => ", 1 delivery that waits becomes a dead letter".to_owned(),
            many => format!(", {many} deliveries that wait become dead letters"),
        };
        format!(
            "`{lambda}` version {version} is executed no more{}{letters}.",
            slot.unwrap_or_default()
        )
    }
}

/// Why `lambda` cannot be undeployed, with those that can.
fn not_deployed(lambda: &LambdaName, known: &[KnownLambda]) -> anyhow::Error {
    let deployed = known.iter().filter(|it| it.deployment.is_some()).map(|it| it.name.clone());
    match &deployed.collect::<Vec<_>>()[..] {
        [] => anyhow::anyhow!("`{lambda}` is not deployed, and nothing else is"),
        [only] => anyhow::anyhow!("`{lambda}` is not deployed; `{only}` is"),
        some => anyhow::anyhow!("`{lambda}` is not deployed; {} are", deploy::listed(some)),
    }
}

fn would_undeploy(context: &mut Context, ends: &[End]) -> anyhow::Result<ExitCode> {
    match context.format {
        Format::Json => {
            let all: Vec<_> = ends
                .iter()
                .map(|it| json!({ "deployment": shapes::deployment(&it.deployment), "waiting": it.waiting }))
                .collect();
            context.out.json(&json!({ "dry_run": true, "lambdas": all }))?;
        }
        Format::Human => {
            for end in ends {
                tell(format_args!("would undeploy: {}", end.said()));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn versions(context: &mut Context, args: &Versions) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let name = stage.lambda(&args.name)?;
    if let Some(number) = args.source {
        let version = stage.wait(version_of(&stage.store, &name, number))?;
        match context.format {
            Format::Json => context.out.json(&json!({
                "lambda": name, "version": version.number, "source": version.source,
            }))?,
            Format::Human => context.out.text(&version.source)?,
        }
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
    let state = stage.bench().state(&name, known);
    if context.format == Format::Json {
        context.out.json(&json!({
            "lambda": name, "state": state, "deployment": deployment.map(shapes::deployment),
            "versions": versions.iter().map(shapes::version).collect::<Vec<_>>(),
        }))?;
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
    if let (DeploymentState::NoFolder, Some(version)) = (state, deployed) {
        context.out.flush()?;
        tell(deployment::without_folder(&name, version));
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn rollback(context: &mut Context, args: &Rollback) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let name = stage.lambda(&args.name)?;
    let swap = args.swap.as_deref().map(lambda_name).transpose()?;
    let lambda = (name.clone(), args.version);
    let candidate = stage.wait(to_roll_back(&stage.store, &stage.catalog, lambda, swap.clone()))?;
    let known = stage.wait(stage.store.lambdas())?;
    let gone: Vec<_> = Holders::of(&known).take(&candidate)?.into_iter().collect();
    let known = known.iter().find(|it| it.name == name);
    let now = known.and_then(|it| it.deployment.as_ref());
    let is_executed = now.is_some_and(|now| now.version == args.version);
    let has_failed = known.is_some_and(|it| it.failure.is_some());
    if is_executed && !has_failed && context.format == Format::Human {
        let version = args.version;
        tell(format_args!(
            "`{name}` is executed as version {version} already; nothing was changed"
        ));
        deploy::tell_if_needless(swap.as_ref(), None);
        return Ok(ExitCode::SUCCESS);
    }
    let what = format!("version {} of `{name}`{}", args.version, deploy::and_undeploy(&gone));
    let instead = now.map_or_else(
        || "it is not deployed now".to_owned(),
        |now| format!("version {} is executed now", now.version),
    );
    if args.dry_run {
        match context.format {
            Format::Json => context.out.json(&json!({
                "dry_run": true, "lambda": name, "version": args.version,
                "deployment": now.map(shapes::deployment), "undeployed": gone.first(),
            }))?,
            Format::Human => {
                tell(format_args!("would deploy {what}; {instead}"));
                deploy::tell_if_needless(swap.as_ref(), gone.first());
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    let question = format!("Deploy {what} ({instead})?");
    Consent::of(args.yes).ask(&question, deploy::NOTHING)?;
    let deployed = stage.wait(stage.store.deploy(candidate, doer()))?;
    stage.wake();
    deploy::done(context, &deployed, swap.as_ref())?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn activity(context: &mut Context, args: &Activity) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let name = args.name.as_deref().map(|it| stage.lambda(it)).transpose()?;
    let mut all = stage.wait(stage.store.activity(name, args.limit))?;
    // The newest at the end, as among the runs.
    all.reverse();
    if context.format == Format::Json {
        context.out.json(&all.iter().map(shapes::activity).collect::<Vec<_>>())?;
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
