//! `lambdeck deploy`

use super::Usage;
use super::args_platform::Deploy;
use super::check::{as_json, as_text};
use super::context::{Context, Format, lambda_name};
use super::difference;
use super::output::{GOOD, Stream, tell};
use super::prompt::{self, Consent};
use super::stage::{Stage, doer};
use crate::domain::{DeploymentState, LambdaName};
use crate::platform::deploy::{DeployError, Review, deploy};
use crate::platform::store::{Deployed, Deployments as _, Holders};
use serde_json::{Value, json};
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
    let gone = places(&stage, &reviews, swap.as_ref())?;
    if args.dry_run {
        return dry_run(context, &stage, (&reviews, &gone));
    }
    if reviews.iter().any(|review| review.errors() == 0 && !is_idle(review)) {
        ask(args, &names, &gone)?;
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

fn is_idle(review: &Review) -> bool {
    review.state == DeploymentState::Productive
}

/// Who has to give up a slot for what was reviewed, which is refused here as the store would refuse it.
fn places(
    stage: &Stage,
    reviews: &[Review],
    swap: Option<&LambdaName>,
) -> anyhow::Result<Vec<LambdaName>> {
    let mut holders = Holders::of(&stage.wait(stage.store.lambdas())?);
    let mut gone = Vec::new();
    for review in reviews.iter().filter(|it| it.errors() == 0 && !is_idle(it)) {
        gone.extend(holders.take(&review.candidate(swap.cloned()))?);
    }
    Ok(gone)
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

fn dry_run(
    context: &mut Context,
    stage: &Stage,
    (reviews, gone): (&[Review], &[LambdaName]),
) -> anyhow::Result<ExitCode> {
    match context.format {
        Format::Json => {
            let all: Vec<_> = reviews.iter().map(|it| as_reviewed(stage, it, None)).collect();
            context.out.json(&json!({ "dry_run": true, "lambdas": all, "undeployed": gone }))?;
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
            for holder in gone {
                tell(format_args!("`{holder}` would be undeployed, whose slot it is"));
            }
        }
    }
    let is_sound = reviews.iter().all(|review| review.errors() == 0);
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn ask(args: &Deploy, names: &[LambdaName], gone: &[LambdaName]) -> anyhow::Result<()> {
    if args.yes {
        return Ok(());
    }
    if !prompt::is_there() {
        return Err(Usage("nobody can be asked here; say `--yes` to deploy".into()).into());
    }
    let question = format!("Deploy {}{}?", listed(names), and_undeploy(gone));
    Consent::Asked.ask(&question, "nothing was deployed")
}

pub(super) fn listed(names: &[LambdaName]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// What else a question is about: who gives a slot up.
pub(super) fn and_undeploy(gone: &[LambdaName]) -> String {
    match gone {
        [] => String::new(),
        gone => format!(" and undeploy {}, whose slot it takes", listed(gone)),
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
