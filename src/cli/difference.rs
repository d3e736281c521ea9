//! Differences of versions, and `lambdeck diff`

use super::args_platform::Diff;
use super::context::{Context, Format};
use super::output::{BAD, FAINT, GOOD, HEADING, Stream, tell};
use super::snippet::visible;
use super::stage::Stage;
use crate::domain::{LambdaName, Version};
use crate::platform::deploy::version_of;
use crate::platform::difference::{Difference, Line, Setting};
use crate::platform::store::Deployments as _;
use serde_json::json;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, args: &Diff) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let name = stage.lambda(&args.name)?;
    let old = old(&stage, &name, args.old)?;
    let new = if let Some(number) = args.new {
        stage.wait(version_of(&stage.store, &name, number))?
    } else {
        let lambda = stage.loaded.lambda(&name).ok_or_else(|| stage.workspace.unknown(&name))?;
        stage.bench().draft(lambda)?
    };
    let difference = Difference::between(&old, &new);
    let newer = args.new.map_or_else(|| "workspace".into(), |number| format!("version {number}"));
    match context.format {
        Format::Json => context.out.json(&json!({
            "lambda": name, "old": old.number, "new": args.new, "difference": difference,
        }))?,
        Format::Human if difference.is_empty() => {
            tell(format_args!("`{name}`: version {} and {newer} are the same", old.number));
        }
        Format::Human => {
            print(context, &format!("{name} version {} -> {newer}", old.number), &difference)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn old(stage: &Stage, name: &LambdaName, number: Option<u32>) -> anyhow::Result<Version> {
    if let Some(number) = number {
        return Ok(stage.wait(version_of(&stage.store, name, number))?);
    }
    let all = stage.wait(stage.store.lambdas())?;
    let known = all.iter().find(|it| it.name == *name);
    let deployment = known.and_then(|it| it.deployment.as_ref());
    let Some(deployment) = deployment else {
        let advice = format!("name a version of it, as `lambdeck versions {name}` lists them");
        return Err(anyhow::anyhow!("`{name}` is not deployed; {advice}"));
    };
    Ok(stage.wait(stage.store.version(deployment.id, deployment.version))?)
}

/// Prints a difference under a title.
pub(super) fn print(
    context: &mut Context,
    title: &str,
    difference: &Difference,
) -> anyhow::Result<()> {
    let paint = |style, text: &str| Stream::Result.paint(style, visible(text));
    context.out.line(paint(HEADING, title))?;
    if let Some(change) = &difference.event {
        let name = |event: &Option<crate::domain::EventId>| {
            event.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
        };
        context.out.line(paint(BAD, &format!("-event {}", name(&change.old))))?;
        context.out.line(paint(GOOD, &format!("+event {}", name(&change.new))))?;
    }
    if let Some(change) = &difference.skills {
        let listed = |skills: &[String]| match skills {
            [] => "all".to_owned(),
            some => some.join(", "),
        };
        context.out.line(paint(BAD, &format!("-skills {}", listed(&change.old))))?;
        context.out.line(paint(GOOD, &format!("+skills {}", listed(&change.new))))?;
    }
    for (what, settings) in [
        ("env", &difference.env),
        ("limit", &difference.limits),
        ("schedule", &difference.schedules),
    ] {
        for Setting { name, old, new } in settings {
            if let Some(old) = old {
                context.out.line(paint(BAD, &format!("-{what} {name} = {old}")))?;
            }
            if let Some(new) = new {
                context.out.line(paint(GOOD, &format!("+{what} {name} = {new}")))?;
            }
        }
    }
    for line in &difference.source {
        context.out.line(match line {
            Line::Place(text) => paint(FAINT, text),
            Line::Same(text) => visible(&format!(" {text}")),
            Line::Removed(text) => paint(BAD, &format!("-{text}")),
            Line::Added(text) => paint(GOOD, &format!("+{text}")),
        })?;
    }
    Ok(())
}
