//! `lambdeck dlq`

use super::args_platform::{Dlq, WhichLetters};
use super::context::{Context, Format};
use super::output::{BAD, HEADING, Stream, tell};
use super::prompt::Consent;
use super::run_lines::RunLines;
use super::snippet::visible;
use super::stage::{Stage, doer};
use super::{shapes, when};
use crate::domain::payload;
use crate::domain::{DeadLetter, EventId};
use crate::platform::store::{Letters, Queue as _, Redriven, Runs as _, StoreError};
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
            return redriven(context, done);
        }
        Dlq::Purge { which, yes } => {
            let meant = letters(&stage, which)?;
            let consent = Consent::of(*yes);
            if consent.is_to_be_asked()
                && let Some(named) = named(&stage, &meant)?
            {
                consent.ask(&format!("Remove {named} for good?"), "nothing was purged")?;
            }
            let done = stage.wait(stage.store.purge(meant, doer()))?;
            told(context, "purged", done)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(context: &mut Context, letters: &[DeadLetter]) -> anyhow::Result<()> {
    if context.format == Format::Json {
        return Ok(context
            .out
            .json(&letters.iter().map(shapes::dead_letter).collect::<Vec<_>>())?);
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
        let runs: Vec<_> = runs.iter().map(shapes::summary).collect();
        let letter = shapes::dead_letter(&letter);
        return Ok(context.out.json(&json!({ "letter": letter, "runs": runs }))?);
    }
    context.out.line(line(&letter))?;
    let origin = format!("from {}, id {}", letter.source, letter.event_id);
    context.out.line(visible(&origin))?;
    context.out.line(Stream::Result.paint(HEADING, "payload"))?;
    context.out.line(visible(&payload::laid_out(&letter.input)))?;
    context.out.line(Stream::Result.paint(HEADING, "runs"))?;
    let mut lines = RunLines::of(&runs);
    for run in &runs {
        context.out.line(lines.line(run))?;
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

/// Says how many went back, and which stayed; that some did is a failure.
fn redriven(context: &mut Context, done: Redriven) -> anyhow::Result<ExitCode> {
    let Redriven { count, left } = done;
    match context.format {
        Format::Json => context.out.json(&json!({ "redriven": count, "left": left }))?,
        Format::Human => told(context, "redriven", count)?,
    }
    if left.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if context.format == Format::Human {
        tell(StoreError::NoTaker(left));
    }
    Ok(ExitCode::FAILURE)
}

/// Which dead letters are meant, for a question; none where there are none.
fn named(stage: &Stage, letters: &Letters) -> anyhow::Result<Option<String>> {
    let of = match letters {
        Letters::These(ids) => return Ok(Some(counted(ids.len() as u64))),
        Letters::Of(lambda) => Some(lambda),
        Letters::All => None,
    };
    let dead = stage.wait(stage.store.queue_figures())?.dead;
    let meant = dead.iter().filter(|(_, lambda, _)| of.is_none_or(|it| it == lambda));
    Ok(match (meant.map(|(_, _, count)| count).sum(), of) {
        (0, _) => None,
        (1, None) => Some("the only dead letter".to_owned()),
        (1, Some(lambda)) => Some(format!("the only dead letter of `{lambda}`")),
        (count, None) => Some(format!("all {count} dead letters")),
        (count, Some(lambda)) => Some(format!("all {count} dead letters of `{lambda}`")),
    })
}

fn counted(count: u64) -> String {
    format!("{count} {}", if count == 1 { "dead letter" } else { "dead letters" })
}

fn told(context: &mut Context, verb: &str, count: u64) -> anyhow::Result<()> {
    match context.format {
        Format::Json => context.out.json(&json!({ verb: count }))?,
        Format::Human => tell(format_args!("{verb}: {}", counted(count))),
    }
    Ok(())
}
