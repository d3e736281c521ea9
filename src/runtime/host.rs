//! Drives one run on one worker: sends it, keeps the time, answers its calls, gathers what it writes.

use super::calls::{Answered, CALLS_KEPT, Desk, Outside, Pending, Told};
use super::process::Worker;
use super::protocol::{
    Assignment, CALLS_AT_ONCE, Calls, Done, Exhausted, FrameError, FromWorker, LOG_BYTES_KEPT,
    LOG_EXTRAS_WEIGHT, LOG_LINES_KEPT, LOG_TAIL_BYTES, LOG_TAIL_LINES, Reply, StopReason, ToWorker,
    WireLog,
};
use super::{Cancel, Masks, RunEvent, RunRequest};
use crate::domain::{CallRecord, LogGap, LogLine};
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep_until};

/// How long a worker may take to obey a stop before it is killed. A built-in function cannot be interrupted.
const GRACE: Duration = Duration::from_millis(250);

/// The most text kept of the calls of a run, in bytes.
const CALL_BYTES_KEPT: usize = 16 * 1024 * 1024;

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
    pub(super) logs_gap: Option<LogGap>,
    pub(super) calls: Vec<CallRecord>,
    pub(super) calls_skipped: u64,
    /// What must not be seen in any of it.
    pub(super) masks: Masks,
    log_bytes: usize,
    /// The end of its log has come, which comes once.
    has_tail: bool,
    call_bytes: usize,
    room_for_extras: usize,
    events: UnboundedSender<RunEvent>,
}

impl Gathered {
    pub(super) fn new(events: UnboundedSender<RunEvent>) -> Self {
        let (logs, calls) = (Vec::new(), Vec::new());
        Self {
            logs,
            logs_gap: None,
            calls,
            calls_skipped: 0,
            masks: Masks::default(),
            log_bytes: 0,
            has_tail: false,
            call_bytes: 0,
            room_for_extras: LOG_EXTRAS_WEIGHT,
            events,
        }
    }

    /// The worker keeps to the limits itself; here they hold against one that does not.
    fn add_logs(&mut self, lines: Vec<WireLog>) {
        let mut fitting = Vec::with_capacity(lines.len());
        let mut skipped = 0;
        for line in lines {
            let bytes = line.bytes();
            if self.logs.len() + fitting.len() >= LOG_LINES_KEPT
                || self.log_bytes + bytes > LOG_BYTES_KEPT
            {
                skipped += 1;
                continue;
            }
            self.log_bytes += bytes;
            fitting.push(line);
        }
        self.take_in(fitting);
        self.skip(skipped);
    }

    /// The last lines of a log that was too long, behind `skipped` ones that are nowhere.
    fn add_tail(&mut self, skipped: u64, mut lines: Vec<WireLog>) {
        let mut room = LOG_TAIL_BYTES;
        let fits = |line: &&WireLog| {
            let rest = room.checked_sub(line.bytes());
            room = rest.unwrap_or(0);
            rest.is_some()
        };
        let kept = lines.iter().rev().take(LOG_TAIL_LINES).take_while(fits).count();
        let dropped = lines.len() - kept;
        lines.drain(..dropped);
        self.has_tail = true;
        self.skip(skipped.saturating_add(dropped as u64));
        self.take_in(lines);
    }

    fn skip(&mut self, lines: u64) {
        if lines > 0 {
            let after = self.logs.len();
            let gap = self.logs_gap.get_or_insert(LogGap { after, lines: 0 });
            gap.lines = gap.lines.saturating_add(lines);
            self.tell(RunEvent::LogsSkipped(lines));
        }
    }

    fn take_in(&mut self, lines: Vec<WireLog>) {
        let room = &mut self.room_for_extras;
        let masks = &self.masks;
        let masked = |line: WireLog| {
            let mut line = line.read(room);
            masks.mask_log(&mut line);
            line
        };
        let added: Vec<_> = lines.into_iter().map(masked).collect();
        if !added.is_empty() {
            self.logs.extend_from_slice(&added);
            self.tell(RunEvent::Logs(added));
        }
    }

    fn add_calls(&mut self, records: impl IntoIterator<Item = CallRecord>) {
        for record in records {
            let bytes = record.text_bytes();
            if self.calls.len() >= CALLS_KEPT || self.call_bytes + bytes > CALL_BYTES_KEPT {
                self.calls_skipped += 1;
                continue;
            }
            self.call_bytes += bytes;
            self.calls.push(record.clone());
            self.tell(RunEvent::Call(Box::new(record)));
        }
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
    outside: &Outside,
) -> End {
    let run = ToWorker::Run(Assignment {
        source: worker.learn(&request.source),
        input: Arc::clone(&request.input),
        deadline_ms: request.limits.deadline_ms,
        memory_bytes: request.limits.memory_bytes,
        is_alone: worker.is_alone(),
    });
    worker.runs += 1;
    let deadline = Instant::now() + Duration::from_millis(request.limits.deadline_ms);
    tokio::select! {
        // First, since it rarely waits, and an alarm need not be set then.
        biased;
        sent = worker.send(&run) => if sent.is_err() { return End::Closed },
        () = sleep_until(deadline) => return End::Overdue(StopReason::Deadline),
    }
    gathered.tell(RunEvent::Started);
    let desk = Desk { request, outside, masks: gathered.masks.clone() };
    attend(worker, &desk, cancel, gathered, deadline).await
}

async fn attend(
    worker: &mut Worker,
    desk: &Desk<'_>,
    cancel: &Cancel,
    gathered: &mut Gathered,
    deadline: Instant,
) -> End {
    let mut open = Open::new(desk);
    let mut stopping: Option<StopReason> = None;
    let (alarm, cancelled) = (sleep_until(deadline), cancel.cancelled());
    tokio::pin!(alarm, cancelled);
    let end = loop {
        // A short run ends without an alarm having been set.
        if open.pending.is_empty()
            && let Some(message) = worker.glance().await
        {
            match open.take(message, gathered) {
                Some(end) => break end,
                None => continue,
            }
        }
        tokio::select! {
            message = worker.next() => if let Some(end) = open.take(message, gathered) {
                break end;
            },
            Some((number, answered)) = open.answers.next() => {
                gathered.add_calls(open.end(number, answered.told));
                let reply = Reply { number, answer: answered.answer };
                if worker.send(&ToWorker::Reply(reply)).await.is_err() {
                    break End::Closed;
                }
            }
            () = &mut cancelled, if stopping.is_none() => {
                stopping = Some(stop(worker, StopReason::Cancelled).await);
                alarm.as_mut().reset(Instant::now() + GRACE);
            }
            () = &mut alarm => {
                if let Some(reason) = stopping {
                    break End::Overdue(reason);
                }
                stopping = Some(stop(worker, StopReason::Deadline).await);
                alarm.as_mut().reset(Instant::now() + GRACE);
            }
        }
    };
    gathered.add_calls(open.abandon());
    end
}

/// A call being answered.
type Answering<'a> = Pin<Box<dyn Future<Output = (u64, Answered)> + Send + 'a>>;

/// The calls that wait for their answers. Dropping them gives them up.
struct Open<'a> {
    desk: &'a Desk<'a>,
    pending: BTreeMap<u64, Pending>,
    answers: FuturesUnordered<Answering<'a>>,
}

impl<'a> Open<'a> {
    fn new(desk: &'a Desk<'a>) -> Self {
        Self { desk, pending: BTreeMap::new(), answers: FuturesUnordered::new() }
    }

    /// Takes what the worker says; gives how it ended, if that is what it says.
    fn take(
        &mut self,
        message: Result<Option<FromWorker>, FrameError>,
        gathered: &mut Gathered,
    ) -> Option<End> {
        match received(message, gathered) {
            Received::Over(end) => Some(end),
            Received::Asked(calls) => self.begin(calls).err().map(End::Broken),
            Received::Nothing => None,
        }
    }

    fn begin(&mut self, Calls { first, line, calls }: Calls) -> Result<(), String> {
        if self.pending.len() + calls.len() > CALLS_AT_ONCE {
            return Err(format!("more than {CALLS_AT_ONCE} calls at once"));
        }
        let last = first.checked_add(calls.len() as u64).ok_or("calls with impossible numbers")?;
        for (number, call) in (first..last).zip(calls) {
            if self.pending.insert(number, Pending::begin(&call, line)).is_some() {
                return Err(format!("two calls with the number {number}"));
            }
            let desk = self.desk;
            self.answers.push(Box::pin(async move { (number, desk.answer(call).await) }));
        }
        Ok(())
    }

    /// The record of the call with this number, which is answered now.
    fn end(&mut self, number: u64, told: Told) -> Option<CallRecord> {
        Some(self.pending.remove(&number)?.end(told, &self.desk.masks))
    }

    /// The records of the calls that nobody waits for any more.
    fn abandon(self) -> impl Iterator<Item = CallRecord> {
        let masks = self.desk.masks.clone();
        self.pending.into_values().map(move |pending| pending.abandon(&masks))
    }
}

/// Tells the worker to stop; one that cannot be told is killed when its grace is over.
async fn stop(worker: &mut Worker, reason: StopReason) -> StopReason {
    let _ = tokio::time::timeout(GRACE, worker.send(&ToWorker::Stop(reason))).await;
    reason
}

enum Received {
    Nothing,
    Asked(Calls),
    Over(End),
}

fn received(message: Result<Option<FromWorker>, FrameError>, gathered: &mut Gathered) -> Received {
    match message {
        Ok(Some(FromWorker::Logs(lines))) => {
            gathered.add_logs(lines);
            Received::Nothing
        }
        Ok(Some(FromWorker::LogTail { .. })) if gathered.has_tail => {
            Received::Over(End::Broken("the end of its log twice".to_owned()))
        }
        Ok(Some(FromWorker::LogTail { skipped, lines })) => {
            gathered.add_tail(skipped, lines);
            Received::Nothing
        }
        Ok(Some(FromWorker::Calls(calls))) => Received::Asked(calls),
        Ok(Some(FromWorker::Done(done))) => Received::Over(End::Done(done)),
        Ok(Some(FromWorker::Exhausted(exhausted))) => Received::Over(End::Exhausted(exhausted)),
        Ok(Some(FromWorker::Ready { .. })) => {
            Received::Over(End::Broken("that it is ready in the middle of a run".to_owned()))
        }
        Ok(Some(FromWorker::Sealed(_))) => {
            Received::Over(End::Broken("that it is sealed in the middle of a run".to_owned()))
        }
        Ok(None) | Err(FrameError::Io(_)) => Received::Over(End::Closed),
        Err(error) => Received::Over(End::Broken(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CallStatus;
    use crate::runtime::protocol::HostCall;

    fn calls(first: u64, count: usize) -> Calls {
        Calls { first, line: None, calls: vec![HostCall::NowMs; count] }
    }

    #[tokio::test]
    async fn calls_made_together_are_all_answered_by_their_numbers() {
        let (request, outside) = (RunRequest::of_test(""), Outside::default());
        let desk = Desk { request: &request, outside: &outside, masks: Masks::default() };
        let mut open = Open::new(&desk);
        open.begin(calls(7, 3)).unwrap();
        let mut numbers = Vec::new();
        for _ in 0..2 {
            let (number, answered) = open.answers.next().await.unwrap();
            assert_eq!(open.end(number, answered.told).unwrap().status, CallStatus::Done);
            numbers.push(number);
        }
        let left: Vec<_> = open.abandon().map(|record| record.status).collect();
        assert_eq!(left, [CallStatus::Abandoned], "besides {numbers:?}");
    }

    #[test]
    fn a_worker_that_asks_for_too_much_or_twice_is_broken() {
        let (request, outside) = (RunRequest::of_test(""), Outside::default());
        let desk = Desk { request: &request, outside: &outside, masks: Masks::default() };
        let mut open = Open::new(&desk);
        assert!(open.begin(calls(0, CALLS_AT_ONCE + 1)).is_err());
        assert!(open.begin(calls(u64::MAX, 2)).is_err());
        open.begin(calls(0, CALLS_AT_ONCE - 1)).unwrap();
        assert!(open.begin(calls(5, 1)).is_err());
        assert!(open.begin(calls(1_000, 2)).is_err());
    }
}
