//! `lambdeck emit`

use super::args_platform::Emit;
use super::context::{self, Context, Format};
use super::output::tell;
use super::run_lines::RunLines;
use super::stage::{Stage, doer};
use super::{Usage, input, shapes};
use crate::domain::{DeliveryId, Event, Limits, RaisedEvent, RunSummary};
use crate::gateway::check_origin;
use crate::platform::Receipt;
use crate::platform::owner::owner_of;
use crate::platform::store::{Queue as _, QueueLimits, Runs as _, StoreError, Undone};
use serde_json::json;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How often `--wait` looks.
const LOOK: Duration = Duration::from_millis(20);
/// How long one who waits bears that nobody executes: a server that was started just before is not ready at once.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn run(context: &mut Context, args: &Emit) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let event = context::event(&stage.catalog, &args.event)?;
    let limits = stage.loaded.config.limits.over(Limits::default());
    let raised = RaisedEvent {
        source: args.source.clone(),
        id: args.id.clone().unwrap_or_else(|| Uuid::now_v7().to_string()),
        event: event.id.clone(),
        input: text(context, args, event, &limits)?.into(),
        raised_at_ms: doer().at_ms,
        trace: None,
        carried_by: None,
    };
    check_origin(&raised.source, &raised.id)
        .map_err(|reason| Usage(format!("the event cannot be raised: {reason}")))?;
    let id = (raised.source.clone(), raised.id.clone());
    let settings = &stage.loaded.config.delivery;
    let room = QueueLimits { deliveries: settings.queue_deliveries, bytes: settings.queue_bytes };
    let raising = stage.store.raise(vec![raised], room, doer().at_ms);
    let receipt = match stage.wait(raising) {
        Ok(receipts) => receipts.into_iter().next(),
        Err(StoreError::QueueFull) => {
            anyhow::bail!("the queue is full and `{}` was not taken; try again later", event.id)
        }
        Err(error) => return Err(error.into()),
    };
    // At once, for it is taken: whoever executes must hear of it even if this process ends here.
    stage.wake();
    let receipt = receipt.unwrap_or_default();
    if context.format == Format::Human {
        tell_of(&stage, event, &id, &receipt);
    }
    let ends = if args.wait { wait(&stage, &id, &receipt.ids)? } else { Ends::default() };
    if context.format == Format::Json {
        let dead: Vec<_> = ends
            .dead
            .iter()
            .map(|it| json!({ "delivery": it.id, "lambda": it.lambda, "reason": it.reason }))
            .collect();
        context.out.json(&json!({
            "event": event.id, "source": id.0, "id": id.1,
            "deliveries": receipt.deliveries, "duplicate": receipt.is_duplicate,
            "runs": ends.runs.iter().map(shapes::summary).collect::<Vec<_>>(), "dead": dead,
        }))?;
    } else {
        let mut lines = RunLines::of(&ends.runs);
        for run in &ends.runs {
            context.out.line(lines.line(run))?;
        }
        for dead in &ends.dead {
            let reason = dead.reason.as_deref().unwrap_or_default();
            tell(format_args!("`{}` was given up: {reason}", dead.lambda));
        }
        if args.wait {
            tell_of_end(&receipt, &ends);
        }
    }
    Ok(if ends.dead.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn text(context: &Context, args: &Emit, event: &Event, limits: &Limits) -> anyhow::Result<String> {
    if let Some(path) = &args.payload {
        return input::read_file(&context.folder, path, limits);
    }
    let sample = match &args.sample {
        Some(sub_type) => Some(input::sample_of(sub_type, event)?),
        None => event.samples.first(),
    };
    let Some(sample) = sample else {
        return Err(Usage(format!("`{}` has no samples; give --payload", event.id)).into());
    };
    Ok(sample.text.to_string())
}

fn tell_of(stage: &Stage, event: &Event, (source, id): &(String, String), receipt: &Receipt) {
    if receipt.is_duplicate {
        return tell(format_args!("`{id}` from `{source}` was taken before; nothing was done"));
    }
    match receipt.deliveries {
        0 => tell(format_args!("`{}`: no deployed lambda is connected to it", event.id)),
        1 => tell(format_args!("`{}`: 1 delivery, {id}", event.id)),
        count => tell(format_args!("`{}`: {count} deliveries, {id}", event.id)),
    }
    if receipt.deliveries > 0 && owner_of(stage.state()).is_none() {
        tell("nobody executes here now; `lambdeck serve` will deliver it");
    }
}

/// How many of the deliveries are done, when nothing is left to wait for.
fn tell_of_end(receipt: &Receipt, ends: &Ends) {
    match (ends.deliveries, ends.deliveries - ends.dead.len()) {
        (0, _) if receipt.is_duplicate => tell("its deliveries have ended before"),
        (0, _) => {}
        (1, 1) => tell("delivered"),
        (all, done) if all == done => tell(format_args!("delivered to all {all} lambdas")),
        (all, done) => tell(format_args!("delivered to {done} of {all} lambdas")),
    }
}

/// How the deliveries of an event ended.
#[derive(Default)]
struct Ends {
    deliveries: usize,
    runs: Vec<RunSummary>,
    dead: Vec<Undone>,
}

fn wait(
    stage: &Stage,
    (source, id): &(String, String),
    made: &[DeliveryId],
) -> anyhow::Result<Ends> {
    let mut ends = Ends::default();
    let mut deliveries = made.to_vec();
    let mut seen_executing = Instant::now();
    loop {
        let undone = stage.wait(stage.store.deliveries_of(source.clone(), id.clone()))?;
        // Those of an event that was taken before were made by somebody else.
        let others = undone.iter().map(|it| it.id).filter(|id| !deliveries.contains(id));
        deliveries.extend(others.collect::<Vec<_>>());
        if undone.iter().all(|it| it.reason.is_some()) {
            ends.dead = undone;
            break;
        }
        if owner_of(stage.state()).is_some() {
            seen_executing = Instant::now();
        } else if seen_executing.elapsed() > PATIENCE {
            anyhow::bail!("nobody executes here; start `lambdeck serve`, the event is kept")
        }
        std::thread::sleep(LOOK);
    }
    ends.deliveries = deliveries.len();
    for delivery in deliveries {
        ends.runs.extend(stage.wait(stage.store.runs_of(delivery))?);
    }
    Ok(ends)
}
