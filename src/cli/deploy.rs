//! `lambdeck deploy`

use super::args_platform::Deploy;
use super::check::{as_json, as_text};
use super::context::{Context, Format, lambda_name};
use super::difference;
use super::output::{GOOD, Stream, tell};
use super::stage::{Stage, doer};
use super::{Usage, prompt};
use crate::domain::{DeploymentState, LambdaName};
use crate::platform::deploy::{DeployError, Review, deploy};
use crate::platform::store::Deployed;
use serde_json::{Value, json};
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, args: &Deploy) -> anyhow::Result<ExitCode> {
    let names = args.names.iter().map(|name| lambda_name(name)).collect::<Result<Vec<_>, _>>()?;
    let swap = args.swap.as_deref().map(lambda_name).transpose()?;
    if swap.is_some() && names.len() > 1 {
        return Err(Usage("--swap goes with one lambda at a time".into()).into());
    }
    let stage = Stage::open(context)?;
    let mut reviews = Vec::new();
    for name in &names {
        let review = stage.wait(stage.bench().review(&stage.store, name))?;
        if context.format == Format::Human {
            show(context, &stage, &review)?;
        }
        reviews.push(review);
    }
    if args.dry_run {
        return dry_run(context, &stage, &reviews);
    }
    let is_idle = |review: &Review| review.state == DeploymentState::Productive;
    if reviews.iter().any(|review| review.errors() == 0 && !is_idle(review)) {
        ask(args, &names)?;
    }
    let mut done = Vec::new();
    for review in reviews {
        if is_idle(&review) && review.errors() == 0 {
            tell(format_args!("`{}` is deployed as it stands", review.lambda));
            done.push(as_reviewed(&stage, &review, None));
            continue;
        }
        let shown = review.clone();
        let deployed = stage.wait(deploy(&stage.store, review, swap.clone(), doer()))?;
        stage.wake();
        if context.format == Format::Human {
            tell_of(&deployed);
        }
        done.push(as_reviewed(&stage, &shown, Some(&deployed)));
    }
    if context.format == Format::Json {
        context.out.json(&json!({ "dry_run": false, "lambdas": done }))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What is wrong, and what would change.
fn show(context: &mut Context, stage: &Stage, review: &Review) -> anyhow::Result<()> {
    for finding in &review.findings {
        tell(as_text(Stream::Error, finding, stage.workspace.root()));
        tell("");
    }
    if review.deployed.is_none() {
        for schedule in &review.new.schedules {
            let name = schedule.full_name(&review.lambda);
            tell(format_args!("schedule `{name}`: {} {}", schedule.cron, schedule.time_zone));
        }
    }
    if let Some(deployed) = &review.deployed
        && !review.difference.is_empty()
    {
        let title = format!("{} version {} -> new", review.lambda, deployed.number);
        difference::print(context, &title, &review.difference)?;
        context.out.flush()?;
    }
    Ok(())
}

fn dry_run(context: &mut Context, stage: &Stage, reviews: &[Review]) -> anyhow::Result<ExitCode> {
    match context.format {
        Format::Json => {
            let all: Vec<_> = reviews.iter().map(|it| as_reviewed(stage, it, None)).collect();
            context.out.json(&json!({ "dry_run": true, "lambdas": all }))?;
        }
        Format::Human => {
            for review in reviews {
                let would = match (review.errors(), review.state) {
                    (1.., _) => "would be refused",
                    (0, DeploymentState::Productive) => "is deployed as it stands",
                    (0, _) => "would be deployed",
                };
                tell(format_args!("`{}` {would}", review.lambda));
            }
        }
    }
    let is_sound = reviews.iter().all(|review| review.errors() == 0);
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn ask(args: &Deploy, names: &[LambdaName]) -> anyhow::Result<()> {
    if args.yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Usage("nobody can be asked here; say `--yes` to deploy".into()).into());
    }
    let listed: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    if prompt::agrees(&format!("Deploy {}?", listed.join(", ")))? {
        Ok(())
    } else {
        Err(anyhow::anyhow!("nothing was deployed"))
    }
}

fn tell_of(deployed: &Deployed) {
    let deployment = &deployed.deployment;
    let event = deployment.event.as_ref().map(|it| format!(" on {it}")).unwrap_or_default();
    let said = format!("deployed `{}` version {}{event}", deployment.lambda, deployment.version);
    tell(Stream::Error.paint(GOOD, said));
    if let Some(holder) = &deployed.undeployed {
        tell(format_args!("undeployed `{holder}`, whose slot it was"));
    }
}

fn as_reviewed(stage: &Stage, review: &Review, deployed: Option<&Deployed>) -> Value {
    let root = stage.workspace.root();
    let findings: Vec<_> = review.findings.iter().map(|it| as_json(it, root)).collect();
    json!({
        "lambda": review.lambda,
        "state": if deployed.is_some() { DeploymentState::Productive } else { review.state },
        "errors": review.errors(),
        "findings": findings,
        "difference": review.deployed.as_ref().map(|_| &review.difference),
        "deployment": deployed.map(|it| &it.deployment),
        "replaced": deployed.and_then(|it| it.replaced),
        "undeployed": deployed.and_then(|it| it.undeployed.as_ref()),
    })
}

/// Tells of a deployment that was made without a review.
pub(super) fn done(context: &mut Context, deployed: &Deployed) -> anyhow::Result<()> {
    match context.format {
        Format::Json => context.out.json(&json!({
            "deployment": deployed.deployment,
            "replaced": deployed.replaced,
        }))?,
        Format::Human => tell_of(deployed),
    }
    Ok(())
}

/// The error of a command that names a lambda nobody deployed.
pub(super) fn never_deployed(lambda: LambdaName) -> DeployError {
    DeployError::NoVersion { lambda, version: 1, last: None }
}
