//! `lambdeck deploy`

use super::Usage;
use super::args_platform::Deploy;
use super::check::{as_json, as_text};
use super::context::{Context, Format, lambda_name};
use super::difference;
use super::output::{GOOD, Stream, tell};
use super::places;
use super::prompt::{self, Consent};
use super::several;
use super::shapes;
use super::stage::{Stage, doer};
use crate::domain::{DeploymentState, LambdaName};
use crate::platform::deploy::{DeployError, Review, admit, deploy};
use crate::platform::difference::Difference;
use crate::platform::findings::Finding;
use crate::platform::store::{Deployed, Deployments as _};
use crate::workspace::{CONFIG_FILE, LAMBDA_FILE};
use serde_json::{Value, json};
use std::process::ExitCode;

/// What is said where nothing was done.
pub(super) const NOTHING: &str = "nothing was deployed";
/// What is said of what was done.
const DEPLOYED: &str = "deployed";

pub(super) fn run(context: &mut Context, args: &Deploy) -> anyhow::Result<ExitCode> {
    let names = args.names.iter().map(|name| lambda_name(name)).collect::<Result<Vec<_>, _>>()?;
    let names = several::once_each(names);
    let swap = args.swap.as_deref().map(lambda_name).transpose()?;
    if swap.is_some() && names.len() > 1 {
        return Err(Usage("--swap goes with one lambda at a time".into()).into());
    }
    let stage = Stage::open(context)?;
    let untouched = |error| several::untouched(error, &names, NOTHING);
    let reviews = reviews(&stage, &names).map_err(untouched)?;
    if context.format == Format::Human {
        reviews.iter().try_for_each(|review| show(context, &stage, review))?;
    }
    let is_sound = reviews.iter().all(|review| review.errors() == 0);
    if !is_sound && !args.dry_run {
        return refuse(context, &stage, &reviews);
    }
    let gone = if is_sound {
        let known = stage.wait(stage.store.lambdas())?;
        places::of(&reviews, &known, swap.as_ref()).map_err(untouched)?
    } else {
        Vec::new()
    };
    if args.dry_run {
        return dry_run(context, &stage, (&reviews, &gone, swap.as_ref()));
    }
    if !reviews.iter().all(is_idle) {
        ask(args, &names, &gone)?;
    }
    deploy_each(context, &stage, reviews, swap.as_ref())
}

/// What there is to see before each of them is deployed.
fn reviews(stage: &Stage, names: &[LambdaName]) -> anyhow::Result<Vec<Review>> {
    let bench = stage.bench();
    names.iter().map(|name| Ok(stage.wait(bench.review(&stage.store, name))?)).collect()
}

fn is_idle(review: &Review) -> bool {
    review.state == DeploymentState::Productive && review.errors() == 0
}

/// Deploys none of them, for one has errors.
fn refuse(context: &mut Context, stage: &Stage, reviews: &[Review]) -> anyhow::Result<ExitCode> {
    let refused = stage.wait(admit(&stage.store, reviews, doer()));
    if context.format == Format::Json {
        let all: Vec<_> = reviews.iter().map(|it| as_reviewed(stage, it, None)).collect();
        let left: Vec<_> = reviews.iter().map(|it| &it.lambda).collect();
        context.out.json(&json!({ "dry_run": false, "lambdas": all, "not_deployed": left }))?;
    }
    refused.map(|()| ExitCode::SUCCESS).map_err(Into::into)
}

/// Deploys one after the other. Where one is refused after all, those behind it stay as they are.
fn deploy_each(
    context: &mut Context,
    stage: &Stage,
    reviews: Vec<Review>,
    swap: Option<&LambdaName>,
) -> anyhow::Result<ExitCode> {
    let (mut shown, mut done, mut left) = (Vec::new(), Vec::new(), Vec::new());
    let mut refusal = None;
    for review in reviews {
        if is_idle(&review) {
            tell(format_args!("`{}` is deployed as it stands", review.lambda));
            tell_if_needless(swap, None);
            shown.push(as_reviewed(stage, &review, None));
            continue;
        }
        if refusal.is_some() {
            left.push(review.lambda);
            continue;
        }
        match stage.wait(deploy(&stage.store, review.clone(), swap.cloned(), doer())) {
            Ok(deployed) => {
                stage.wake();
                if context.format == Format::Human {
                    tell_of(&deployed);
                    tell_if_needless(swap, deployed.undeployed.as_ref());
                }
                shown.push(as_reviewed(stage, &review, Some(&deployed)));
                done.push(review.lambda);
            }
            Err(error) => {
                shown.push(as_reviewed(stage, &review, None));
                left.push(review.lambda);
                refusal = Some(error);
            }
        }
    }
    if context.format == Format::Json {
        let all = json!({ "dry_run": false, "lambdas": shown, "not_deployed": left });
        context.out.json(&all)?;
    }
    match refusal {
        None => Ok(ExitCode::SUCCESS),
        Some(error) => Err(several::halfway(error.into(), (&done, &left), DEPLOYED)),
    }
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
        && let Some(difference) = difference_of(review).filter(|it| !it.is_empty())
    {
        let title = format!("{} version {} -> new", review.lambda, deployed.number);
        difference::print(context, &title, difference)?;
        context.out.flush()?;
    }
    Ok(())
}

/// What would change, where that is known: of settings that cannot be read nobody can say it.
fn difference_of(review: &Review) -> Option<&Difference> {
    let is_of_settings =
        |it: &Finding| it.path.ends_with(LAMBDA_FILE) || it.path.ends_with(CONFIG_FILE);
    let mut errors = review.findings.iter().filter(|it| it.refuses_deployment());
    let is_known = review.deployed.is_some() && !errors.any(is_of_settings);
    is_known.then_some(&review.difference)
}

fn dry_run(
    context: &mut Context,
    stage: &Stage,
    (reviews, gone, swap): (&[Review], &[LambdaName], Option<&LambdaName>),
) -> anyhow::Result<ExitCode> {
    let refused = reviews.iter().filter(|it| it.errors() > 0).map(|it| it.lambda.clone());
    let refused: Vec<LambdaName> = refused.collect();
    match context.format {
        Format::Json => {
            let all: Vec<_> = reviews.iter().map(|it| as_reviewed(stage, it, None)).collect();
            context.out.json(&json!({
                "dry_run": true, "lambdas": all, "undeployed": gone, "refused": refused,
            }))?;
        }
        Format::Human => {
            for review in reviews {
                let would = match review.errors() {
                    1.. => "would be refused".to_owned(),
                    0 if is_idle(review) => "is deployed as it stands".to_owned(),
                    0 if refused.is_empty() => "would be deployed".to_owned(),
                    0 => format!("would not be deployed either, because of {}", listed(&refused)),
                };
                tell(format_args!("`{}` {would}", review.lambda));
            }
            for holder in gone {
                tell(format_args!("`{holder}` would be undeployed, whose slot it is"));
            }
            if refused.is_empty() {
                tell_if_needless(swap, gone.first());
            }
        }
    }
    Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Says that a swap that was asked for was none.
pub(super) fn tell_if_needless(swap: Option<&LambdaName>, gone: Option<&LambdaName>) {
    if let (Some(holder), None) = (swap, gone) {
        tell(format_args!("there is a slot without a swap, so `{holder}` stays deployed"));
    }
}

fn ask(args: &Deploy, names: &[LambdaName], gone: &[LambdaName]) -> anyhow::Result<()> {
    if args.yes {
        return Ok(());
    }
    if !prompt::is_there() {
        return Err(Usage("nobody can be asked here; say `--yes` to deploy".into()).into());
    }
    let question = format!("Deploy {}{}?", listed(names), and_undeploy(gone));
    Consent::Asked.ask(&question, NOTHING)
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
        "difference": difference_of(review),
        "deployment": deployed.map(|it| shapes::deployment(&it.deployment)),
        "replaced": deployed.and_then(|it| it.replaced),
        "undeployed": deployed.and_then(|it| it.undeployed.as_ref()),
    })
}

/// Tells of a deployment that was made without a review.
pub(super) fn done(
    context: &mut Context,
    deployed: &Deployed,
    swap: Option<&LambdaName>,
) -> anyhow::Result<()> {
    match context.format {
        Format::Json => context.out.json(&json!({
            "deployment": shapes::deployment(&deployed.deployment),
            "replaced": deployed.replaced,
            "undeployed": deployed.undeployed,
        }))?,
        Format::Human => {
            tell_of(deployed);
            tell_if_needless(swap, deployed.undeployed.as_ref());
        }
    }
    Ok(())
}

/// The error of a command that names a lambda nobody deployed.
pub(super) fn never_deployed(lambda: LambdaName) -> DeployError {
    DeployError::NoVersion { lambda, version: 1, last: None }
}
