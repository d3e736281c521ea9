//! `lambdeck dlq`

use super::args_platform::{Dlq, WhichLetters};
use super::context::{Context, Format};
use super::output::{BAD, HEADING, Stream, tell};
use super::serve::run_line;
use super::snippet::visible;
use super::stage::{Stage, doer};
use super::{record, when};
use crate::domain::{DeadLetter, EventId};
use crate::platform::store::{Letters, Queue as _, Runs as _};
use serde_json::json;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, command: &Dlq) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    match command {
        Dlq::List { lambda, limit } => {
            let lambda = lambda.as_deref().map(|it| stage.lambda(it)).transpose()?;
            let letters = stage.wait(stage.store.dead_letters(lambda, *limit))?;
            list(context, &letters)?;
        }
        Dlq::Show { id } => show(context, &stage, id)?,
        Dlq::Redrive(which) => {
            let done = stage.wait(stage.store.redrive(letters(&stage, which)?, doer()))?;
            stage.wake();
            told(context, "redriven", done)?;
        }
        Dlq::Purge(which) => {
            let done = stage.wait(stage.store.purge(letters(&stage, which)?, doer()))?;
            told(context, "purged", done)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(context: &mut Context, letters: &[DeadLetter]) -> anyhow::Result<()> {
    if context.format == Format::Json {
        return Ok(context.out.json(&letters)?);
    }
    if letters.is_empty() {
        tell("there are no dead letters");
    }
    for letter in letters {
        context.out.line(line(letter))?;
    }
    Ok(())
}

fn line(letter: &DeadLetter) -> String {
    let event = letter.event.as_ref().map_or("-", EventId::as_str);
    let attempts = letter.attempts;
    format!(
        "{}  {}  {}  {event}  {attempts} {}  {}",
        when::local(letter.died_at_ms),
        letter.delivery,
        letter.lambda,
        if attempts == 1 { "attempt" } else { "attempts" },
        Stream::Result.paint(BAD, visible(letter.reason.lines().next().unwrap_or_default()))
    )
}

fn show(context: &mut Context, stage: &Stage, id: &str) -> anyhow::Result<()> {
    let delivery = stage.wait(stage.store.dead_letter_named(id.to_owned()))?;
    let letter = stage.wait(stage.store.dead_letter(delivery))?;
    let runs = stage.wait(stage.store.runs_of(delivery))?;
    if context.format == Format::Json {
        return Ok(context.out.json(&json!({ "letter": letter, "runs": runs }))?);
    }
    context.out.line(line(&letter))?;
    let origin = format!("from {}, id {}", letter.source, letter.event_id);
    context.out.line(visible(&origin))?;
    context.out.line(Stream::Result.paint(HEADING, "payload"))?;
    context.out.line(visible(&record::pretty(&letter.input)))?;
    context.out.line(Stream::Result.paint(HEADING, "runs"))?;
    for run in &runs {
        context.out.line(run_line(run))?;
    }
    Ok(())
}

fn letters(stage: &Stage, which: &WhichLetters) -> anyhow::Result<Letters> {
    if which.all {
        return Ok(Letters::All);
    }
    if let Some(lambda) = &which.lambda {
        return Ok(Letters::Of(stage.lambda(lambda)?));
    }
    let ids = which.ids.iter().map(|id| stage.wait(stage.store.dead_letter_named(id.clone())));
    Ok(Letters::These(ids.collect::<Result<_, _>>()?))
}

fn told(context: &mut Context, verb: &str, count: u64) -> anyhow::Result<()> {
    match context.format {
        Format::Json => context.out.json(&json!({ verb: count }))?,
        Format::Human => {
            let what = if count == 1 { "dead letter" } else { "dead letters" };
            tell(format_args!("{verb}: {count} {what}"));
        }
    }
    Ok(())
}
