//! Drives one run on one worker: sends it, keeps the time, answers its calls, gathers what it writes.

use super::calls::{self, Answered, CALLS_KEPT};
use super::process::Worker;
use super::protocol::{
    Assignment, Done, Exhausted, FrameError, FromWorker, HostCall, LOG_BYTES_KEPT,
    LOG_EXTRAS_WEIGHT, LOG_LINES_KEPT, StopReason, ToWorker, WireLog,
};
use super::{Cancel, RunEvent, RunRequest};
use crate::domain::LogLine;
use crate::domain::run::HostCallRecord;
use std::pin::Pin;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep_until};

/// How long a worker may take to obey a stop before it is killed. A built-in function cannot be interrupted.
const GRACE: Duration = Duration::from_millis(250);

/// How the worker's part ended.
pub(super) enum End {
    /// It reported the outcome.
    Done(Box<Done>),
    /// It ran out of memory and is ending.
    Exhausted(Exhausted),
    /// It closed its pipe without a word.
    Closed,
    /// It sent what is no message, or not the message to be expected.
    Broken(String),
    /// It did not stop when told to.
    Overdue(StopReason),
}

/// What a run left with the host.
pub(super) struct Gathered {
    pub(super) logs: Vec<LogLine>,
    pub(super) logs_skipped: u64,
    pub(super) calls: Vec<HostCallRecord>,
    pub(super) calls_skipped: u64,
    log_bytes: usize,
    room_for_extras: usize,
    events: UnboundedSender<RunEvent>,
}

impl Gathered {
    pub(super) fn new(events: UnboundedSender<RunEvent>) -> Self {
        let (logs, calls) = (Vec::new(), Vec::new());
        Self {
            logs,
            logs_skipped: 0,
            calls,
            calls_skipped: 0,
            log_bytes: 0,
            room_for_extras: LOG_EXTRAS_WEIGHT,
            events,
        }
    }

    /// The worker keeps to the limits itself; here they hold against one that does not.
    fn add_logs(&mut self, lines: Vec<WireLog>) {
        let mut added = Vec::with_capacity(lines.len());
        for line in lines {
            let bytes = line.message.len() + line.extras.iter().map(String::len).sum::<usize>();
            if self.logs.len() + added.len() >= LOG_LINES_KEPT
                || self.log_bytes + bytes > LOG_BYTES_KEPT
            {
                self.logs_skipped += 1;
                continue;
            }
            self.log_bytes += bytes;
            added.push(line.read(&mut self.room_for_extras));
        }
        if !added.is_empty() {
            self.logs.extend_from_slice(&added);
            self.tell(RunEvent::Logs(added));
        }
    }

    fn add_call(&mut self, record: HostCallRecord) {
        if self.calls.len() >= CALLS_KEPT {
            self.calls_skipped += 1;
            return;
        }
        self.calls.push(record.clone());
        self.tell(RunEvent::Call(record));
    }

    /// Nobody need listen.
    fn tell(&self, event: RunEvent) {
        let _ = self.events.send(event);
    }
}

/// Has `worker` run `request` and waits until it is over.
pub(super) async fn drive(
    worker: &mut Worker,
    request: &RunRequest,
    cancel: &Cancel,
    gathered: &mut Gathered,
) -> End {
    let run = ToWorker::Run(Assignment {
        source: request.source.to_string(),
        input: request.input.to_string(),
        deadline_ms: request.limits.deadline_ms,
        memory_bytes: request.limits.memory_bytes,
    });
    worker.runs += 1;
    let deadline = Instant::now() + Duration::from_millis(request.limits.deadline_ms);
    tokio::select! {
        sent = worker.send(&run) => if sent.is_err() { return End::Closed },
        () = sleep_until(deadline) => return End::Overdue(StopReason::Deadline),
    }
    gathered.tell(RunEvent::Started);
    attend(worker, request, cancel, gathered, deadline).await
}

/// A call being answered.
type Answering<'a> = Pin<Box<dyn Future<Output = Answered> + Send + 'a>>;

async fn attend(
    worker: &mut Worker,
    request: &RunRequest,
    cancel: &Cancel,
    gathered: &mut Gathered,
    deadline: Instant,
) -> End {
    let mut answering: Option<Answering> = None;
    let mut stopping: Option<StopReason> = None;
    let alarm = sleep_until(deadline);
    tokio::pin!(alarm);
    loop {
        tokio::select! {
            message = worker.next() => match received(message, gathered) {
                Received::Over(end) => return end,
                Received::Asked(_) if answering.is_some() => {
                    return End::Broken("a second call before the first was answered".to_owned());
                }
                Received::Asked(call) => {
                    answering = Some(Box::pin(calls::answer(call, &request.env)));
                }
                Received::Nothing => {}
            },
            answered = pending_answer(&mut answering) => {
                answering = None;
                gathered.add_call(answered.record);
                if worker.send(&ToWorker::Reply(answered.reply)).await.is_err() {
                    return End::Closed;
                }
            }
            () = cancel.cancelled(), if stopping.is_none() => {
                stopping = Some(stop(worker, StopReason::Cancelled).await);
                alarm.as_mut().reset(Instant::now() + GRACE);
            }
            () = &mut alarm => {
                if let Some(reason) = stopping {
                    return End::Overdue(reason);
                }
                stopping = Some(stop(worker, StopReason::Deadline).await);
                alarm.as_mut().reset(Instant::now() + GRACE);
            }
        }
    }
}

async fn pending_answer(answering: &mut Option<Answering<'_>>) -> Answered {
    match answering {
        Some(answer) => answer.await,
        None => std::future::pending().await,
    }
}

/// Tells the worker to stop; one that cannot be told is killed when its grace is over.
async fn stop(worker: &mut Worker, reason: StopReason) -> StopReason {
    let _ = tokio::time::timeout(GRACE, worker.send(&ToWorker::Stop(reason))).await;
    reason
}

enum Received {
    Nothing,
    Asked(HostCall),
    Over(End),
}

fn received(message: Result<Option<FromWorker>, FrameError>, gathered: &mut Gathered) -> Received {
    match message {
        Ok(Some(FromWorker::Logs(lines))) => {
            gathered.add_logs(lines);
            Received::Nothing
        }
        Ok(Some(FromWorker::Call(call))) => Received::Asked(call),
        Ok(Some(FromWorker::Done(done))) => Received::Over(End::Done(done)),
        Ok(Some(FromWorker::Exhausted(exhausted))) => Received::Over(End::Exhausted(exhausted)),
        Ok(Some(FromWorker::Ready { .. })) => {
            Received::Over(End::Broken("that it is ready in the middle of a run".to_owned()))
        }
        Ok(None) | Err(FrameError::Io(_)) => Received::Over(End::Closed),
        Err(error) => Received::Over(End::Broken(error.to_string())),
    }
}
