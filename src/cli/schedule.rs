//! `lambdeck schedule`

use super::args_platform::Schedule as Command;
use super::context::{Context, Format};
use super::output::tell;
use super::stage::{Stage, doer};
use super::{Usage, input, shapes, table, when};
use crate::domain::schedule::{SCHEDULE_PAYLOAD_CHARS, check_name};
use crate::domain::{Limits, Schedule, ScheduleOrigin};
use crate::platform::store::{Deployments as _, Schedules as _};
use crate::platform::{Times, TimesFault};
use crate::workspace::closest;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use std::process::ExitCode;

/// The time zone of times that are given without one.
const ZONE: &str = "UTC";
/// The input of a schedule without a payload.
const EMPTY: &str = r#"{"headers":[],"payload":{}}"#;

pub(super) fn run(context: &mut Context, command: &Command) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    match command {
        Command::Add { .. } => add(context, &stage, command)?,
        Command::List => list(context, &stage)?,
        Command::Rm { name } => {
            let name = &named(&stage, name)?.name;
            stage.wait(stage.store.remove_schedule(name.clone(), doer()))?;
            done(context, "removed", name)?;
        }
        Command::Pause { name } => {
            let name = &named(&stage, name)?.name;
            stage.wait(stage.store.pause_schedule(name.clone(), None, doer()))?;
            done(context, "paused", name)?;
        }
        Command::Resume { name } => {
            let schedule = named(&stage, name)?;
            let name = &schedule.name;
            let times = times(&schedule.cron, &schedule.time_zone)?;
            // What was due while it was paused is not made up for.
            let Some(next) = times.next(doer().at_ms) else {
                return Err(Usage(format!("`{name}` is never due again")).into());
            };
            stage.wait(stage.store.pause_schedule(name.clone(), Some(next), doer()))?;
            done(context, "resumed", name)?;
        }
        Command::Next { what, zone, count } => {
            next(context, &stage, (what, zone.as_deref()), *count)?;
        }
    }
    stage.wake();
    Ok(ExitCode::SUCCESS)
}

fn add(context: &mut Context, stage: &Stage, command: &Command) -> anyhow::Result<()> {
    let Command::Add { name, lambda, cron, zone, payload } = command else { return Ok(()) };
    if name.contains('/') {
        let message = "a name with `/` is one of a lambda.toml; name the schedule without it";
        return Err(Usage(message.into()).into());
    }
    check_name(name).map_err(Usage)?;
    let times = times(cron, zone)?;
    let limits = stage.loaded.config.limits.over(Limits::default());
    let input = match payload {
        Some(path) => input::read_file(&context.folder, path, &limits)?,
        None => EMPTY.to_owned(),
    };
    if input.chars().count() > SCHEDULE_PAYLOAD_CHARS {
        let message =
            format!("the payload of a schedule has at most {SCHEDULE_PAYLOAD_CHARS} characters");
        return Err(Usage(message).into());
    }
    let Some(next) = times.next(doer().at_ms) else {
        return Err(Usage(format!("`{cron}` is never due")).into());
    };
    let schedule = Schedule {
        name: name.clone(),
        lambda: stage.lambda(lambda)?,
        cron: cron.clone(),
        time_zone: zone.clone(),
        input: input.into(),
        origin: ScheduleOrigin::Command,
        is_paused: false,
        next_at_ms: Some(next),
        last_at_ms: None,
    };
    stage.wait(stage.store.add_schedule(schedule, doer()))?;
    match context.format {
        Format::Json => context.out.json(&json!({ "added": name, "next_at_ms": next }))?,
        Format::Human => tell(format_args!("added `{name}`; next {}", in_both(next, zone))),
    }
    Ok(())
}

fn list(context: &mut Context, stage: &Stage) -> anyhow::Result<()> {
    let schedules = stage.wait(stage.store.schedules())?;
    if context.format == Format::Json {
        return Ok(context
            .out
            .json(&schedules.iter().map(shapes::schedule).collect::<Vec<_>>())?);
    }
    if schedules.is_empty() {
        tell(
            "there are no schedules; `lambdeck schedule add` makes one, and `[[schedule]]` in a lambda.toml",
        );
    }
    let known = stage.wait(stage.store.lambdas())?;
    let rows: Vec<_> = schedules
        .iter()
        .map(|it| {
            let is_deployed =
                known.iter().any(|lambda| lambda.name == it.lambda && lambda.deployment.is_some());
            let next = match (it.is_paused, it.next_at_ms) {
                (true, _) => "paused".to_owned(),
                (false, Some(next)) => in_zone(next, &it.time_zone),
                (false, None) if !is_deployed => "rests".to_owned(),
                (false, None) => "never again".to_owned(),
            };
            let from = match it.origin {
                ScheduleOrigin::Command => "schedule add",
                ScheduleOrigin::Lambda => "lambda.toml",
            };
            let remark = if is_deployed { "" } else { "not deployed, so it is left out" };
            let (name, lambda, cron) = (it.name.clone(), it.lambda.to_string(), it.cron.clone());
            [name, lambda, cron, next, from.to_owned(), remark.to_owned()]
        })
        .collect();
    for line in table::lines(&rows) {
        context.out.line(line)?;
    }
    Ok(())
}

fn next(
    context: &mut Context,
    stage: &Stage,
    (what, zone): (&str, Option<&str>),
    count: usize,
) -> anyhow::Result<()> {
    let (cron, zone) = if what.contains(' ') {
        (what.to_owned(), zone.unwrap_or(ZONE).to_owned())
    } else {
        let schedule = named(stage, what)?;
        if zone.is_some() {
            let (name, own) = (&schedule.name, &schedule.time_zone);
            let message = format!("`{name}` has a time zone of its own, {own}; leave out --zone");
            return Err(Usage(message).into());
        }
        (schedule.cron, schedule.time_zone)
    };
    let times = times(&cron, &zone)?;
    let mut at = doer().at_ms;
    let mut all = Vec::new();
    while all.len() < count.min(1_000)
        && let Some(next) = times.next(at)
    {
        all.push(next);
        at = next;
    }
    match context.format {
        Format::Json => {
            let all: Vec<_> =
                all.into_iter().map(|at| shown(at, &zone, "%Y-%m-%dT%H:%M:%S%:z")).collect();
            context.out.json(&all)?;
        }
        Format::Human => {
            for at in all {
                context.out.line(in_both(at, &zone))?;
            }
        }
    }
    Ok(())
}

fn times(cron: &str, zone: &str) -> Result<Times, Usage> {
    let told = |faults: Vec<TimesFault>| {
        let all = faults.into_iter().map(|it| format!("{}; {}", it.message, it.help));
        Usage(all.collect::<Vec<_>>().join("\n"))
    };
    Times::parse(cron, zone).map_err(told)
}

fn named(stage: &Stage, name: &str) -> anyhow::Result<Schedule> {
    let all = stage.wait(stage.store.schedules())?;
    if let Some(found) = all.iter().find(|it| it.name == name) {
        return Ok(found.clone());
    }
    let own = |it: &&Schedule| it.name.rsplit_once('/').is_some_and(|(_, own)| own == name);
    let likely: Vec<_> = all.iter().filter(own).collect();
    if let [only] = likely[..] {
        return Ok(only.clone());
    }
    if !likely.is_empty() {
        let names: Vec<_> = likely.iter().map(|it| format!("`{}`", it.name)).collect();
        let message = format!("several schedules are called `{name}`: {}", names.join(", "));
        return Err(Usage(message).into());
    }
    let names: Vec<&str> = all.iter().map(|it| it.name.as_str()).collect();
    let advice = closest(name, &names).map_or_else(
        || "`lambdeck schedule list` shows them".to_owned(),
        |like| format!("did you mean `{like}`?"),
    );
    Err(Usage(format!("there is no schedule `{name}`; {advice}")).into())
}

/// A time in a zone, which it names.
fn in_zone(at_ms: i64, zone: &str) -> String {
    shown(at_ms, zone, "%Y-%m-%d %H:%M %Z")
}

/// A time in a zone, and by the clock here where that shows another.
fn in_both(at_ms: i64, zone: &str) -> String {
    let here = when::to_the_minute(at_ms);
    if shown(at_ms, zone, "%Y-%m-%d %H:%M") == here {
        return in_zone(at_ms, zone);
    }
    format!("{}, {here} here", in_zone(at_ms, zone))
}

fn shown(at_ms: i64, zone: &str, form: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    Timestamp::from_millisecond(at_ms)
        .map_or_else(|_| at_ms.to_string(), |at| at.to_zoned(zone).strftime(form).to_string())
}

fn done(context: &mut Context, verb: &str, name: &str) -> anyhow::Result<()> {
    match context.format {
        Format::Json => context.out.json(&json!({ verb: name }))?,
        Format::Human => tell(format_args!("{verb} `{name}`")),
    }
    Ok(())
}
