//! What the Invoke screen knows of one lambda: its payload, the run under way, those before.

use crate::app::job::{Contents, DiskJob, Job, TextId};
use crate::app::list::Cursor;
use crate::app::screens::output_text::{self, Tone};
use crate::app::text_pane::TextPane;
use crate::domain::{
    CallRecord, CallStatus, Delivered, Event, EventId, Failure, LambdaName, LogLine, Outcome,
    ResultShape, Run, RunId,
};
use crate::editor::{Position, Revision};
use crate::language::highlight::Syntax;
use crate::workspace::JournalKey;
use serde_json::Value;
use std::sync::Arc;

/// How many runs of a lambda are kept to look back at.
const RUNS_KEPT: usize = 20;

/// How many log lines they may have together, but for the last two runs.
const LINES_KEPT: usize = 100_000;

/// What a lambda without an event is invoked with at first.
pub const EMPTY_INPUT: &str = "{\n  \"headers\": [],\n  \"payload\": {}\n}\n";

/// Where a payload came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayloadChoice {
    /// A sample of the event, by its place among the event's samples.
    Sample(usize),
    /// A saved payload, by its name.
    Saved(String),
    /// The empty input.
    Empty,
}

/// What a lambda of `event` is invoked with at first: the event's first sample, or the empty input.
pub fn first_payload(event: Option<&Event>) -> (PayloadChoice, Arc<str>) {
    match event.and_then(|event| event.samples.first()) {
        Some(sample) => (PayloadChoice::Sample(0), sample.text.clone()),
        None => (PayloadChoice::Empty, EMPTY_INPUT.into()),
    }
}

/// A run that has not ended.
#[derive(Clone, Debug)]
pub struct Running {
    /// Which.
    pub id: RunId,
    /// The revision of the source that runs.
    pub source: Revision,
    /// When it began, in milliseconds since the Unix epoch.
    pub since_ms: i64,
    /// What it wrote so far.
    pub logs: Vec<LogLine>,
    /// A person asked it to stop.
    pub cancelling: bool,
    /// What it was given.
    pub input: Contents,
}

/// What stands in the lower right pane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResultTab {
    /// The outcome.
    #[default]
    Result,
    /// What the lambda asked of the host.
    Calls,
    /// How the result differs from that of the run before.
    Previous,
}

impl ResultTab {
    /// All of them in their order.
    pub const ALL: [Self; 3] = [Self::Result, Self::Calls, Self::Previous];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Result => "Result",
            Self::Calls => "Calls",
            Self::Previous => "Previous",
        }
    }
}

/// What the lines of the result pane were laid out for: run, tab, open call, what the event accepts, width.
type OutputOf = (Option<RunId>, ResultTab, Option<usize>, Option<ResultShape>, u16);

/// What the Invoke screen knows of one lambda.
#[derive(Debug)]
pub struct Session {
    /// The payload, as it is edited.
    pub payload: TextPane,
    /// Where it came from.
    pub choice: PayloadChoice,
    /// The names of the lambda's saved payloads.
    pub saved: Vec<String>,
    /// The revision that is being saved, until another payload is taken.
    pub(super) saving: Option<Revision>,
    /// The run that has not ended.
    pub running: Option<Running>,
    /// The runs that have, the oldest first.
    pub runs: Vec<Arc<Run>>,
    /// Which of them is shown.
    pub shown: usize,
    /// What was delivered to a kept run that is shown.
    pub origin: Option<Delivered>,
    /// The selected log line, among those of the level.
    pub logs: Cursor,
    /// The selected log line in full, when it does not fit its row.
    pub detail: Vec<String>,
    /// The selected line of the result pane.
    pub result: Cursor,
    /// What the result pane shows.
    pub tab: ResultTab,
    /// The call that is open in the Calls tab, by its place in the run.
    pub open_call: Option<usize>,
    /// The lines of the result pane.
    pub output: Vec<(Tone, String)>,
    output_of: Option<OutputOf>,
    /// The payload as a value, when it is one.
    pub value: Option<Arc<Value>>,
    pub(super) checked: Option<(Revision, Option<EventId>)>,
    /// The revision that the journal holds, if it holds one.
    journaled: Option<Revision>,
}

impl Session {
    /// A lambda's first payload: the event's first sample, or the empty input.
    pub fn new(id: TextId, event: Option<&Event>, saved: Vec<String>) -> Self {
        let (choice, text) = first_payload(event);
        Self {
            payload: TextPane::new(id, Syntax::Json, &text),
            choice,
            saved,
            saving: None,
            running: None,
            runs: Vec::new(),
            shown: 0,
            origin: None,
            logs: Cursor::default(),
            detail: Vec::new(),
            result: Cursor::default(),
            tab: ResultTab::Result,
            open_call: None,
            output: Vec::new(),
            output_of: None,
            value: None,
            checked: None,
            journaled: None,
        }
    }

    /// The run that is shown, unless one is under way.
    pub fn shown_run(&self) -> Option<&Arc<Run>> {
        if self.running.is_some() { None } else { self.runs.get(self.shown) }
    }

    /// The run before the one that is shown.
    pub fn previous_run(&self) -> Option<&Arc<Run>> {
        self.runs.get(self.shown.checked_sub(1)?)
    }

    /// The log lines of the run that is under way, or shown.
    pub fn log_lines(&self) -> &[LogLine] {
        match (&self.running, self.shown_run()) {
            (Some(running), _) => &running.logs,
            (None, Some(run)) => &run.logs,
            (None, None) => &[],
        }
    }

    /// The result pane shows something else, from its start.
    pub fn show_output(&mut self) {
        self.result = Cursor::default();
        self.open_call = None;
    }

    /// The Calls tab shows the list of calls, in which one is selected.
    pub fn lists_calls(&self) -> bool {
        self.tab == ResultTab::Calls && self.open_call.is_none()
    }

    /// The call that is open or selected in the Calls tab.
    pub fn call_at_hand(&self) -> Option<&CallRecord> {
        let index = self.open_call.unwrap_or(self.result.selected);
        self.shown_run().filter(|_| self.tab == ResultTab::Calls)?.calls.get(index)
    }

    /// The entry of the allow-list that would have let the call at hand go out; without one at hand, the last call that
    /// was refused.
    pub fn refused_host(&self) -> Option<&str> {
        fn allow(call: &CallRecord) -> Option<&str> {
            match &call.status {
                CallStatus::Refused { allow, .. } => allow.as_deref(),
                _ => None,
            }
        }
        let last = || self.shown_run()?.calls.iter().rev().find_map(allow);
        self.call_at_hand().and_then(allow).or_else(last)
    }

    /// The title of a tab of the result pane.
    pub fn tab_title(&self, tab: ResultTab) -> String {
        match self.shown_run().map_or(0, |run| run.calls.len() as u64 + run.calls_skipped) {
            calls if tab == ResultTab::Calls && calls > 0 => format!("{} {calls}", tab.title()),
            _ => tab.title().to_owned(),
        }
    }

    /// The failure of the run that is shown.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.shown_run()?.outcome {
            Outcome::Failed(failure) => Some(failure),
            Outcome::Succeeded(_) | Outcome::Cancelled | Outcome::Interrupted => None,
        }
    }

    /// Puts another payload in; typing can bring the old one back with undo.
    pub fn replace_payload(&mut self, choice: PayloadChoice, text: &str) {
        self.payload.buffer.replace_all_text(text);
        self.payload.buffer.place_cursor(Position::default());
        let revision = self.payload.buffer.revision();
        self.payload.buffer.mark_saved(revision);
        self.choice = choice;
        self.saving = None;
    }

    /// The payload was saved as `name`; that of another one, taken meanwhile, says nothing of this one.
    pub fn payload_saved(&mut self, revision: Revision, name: &str) {
        if self.saving.take_if(|saving| *saving == revision).is_some() {
            self.payload.buffer.mark_saved(revision);
            self.choice = PayloadChoice::Saved(name.to_owned());
        }
    }

    /// Keeps the unsaved payload at once.
    pub fn journal_now(&mut self, lambda: &LambdaName, jobs: &mut Vec<Job>) {
        self.journaled = Some(self.payload.buffer.revision());
        let text = Contents(self.payload.buffer.snapshot());
        let saved_as = match &self.choice {
            PayloadChoice::Saved(name) => Some(name.clone()),
            PayloadChoice::Sample(_) | PayloadChoice::Empty => None,
        };
        let key = JournalKey::Payload(lambda.clone());
        jobs.push(Job::Disk(DiskJob::Journal { key, text, saved_as }));
    }

    /// The lambda was called `old` until now; what is kept is kept under its new name before the old entry goes.
    pub fn renamed(&mut self, old: &LambdaName, new: &LambdaName, jobs: &mut Vec<Job>) {
        if self.journaled.take().is_some() {
            if self.payload.buffer.is_dirty() {
                self.journal_now(new, jobs);
            }
            jobs.push(Job::Disk(DiskJob::ForgetJournal(JournalKey::Payload(old.clone()))));
        }
    }

    /// Asks that the unsaved payload is kept, or forgotten once it is saved or another one was chosen.
    pub(super) fn settle_journal(&mut self, lambda: &LambdaName, jobs: &mut Vec<Job>) {
        match (self.payload.buffer.is_dirty(), self.journaled) {
            (true, kept) if kept != Some(self.payload.buffer.revision()) => {
                self.journal_now(lambda, jobs);
            }
            (false, Some(_)) => {
                self.journaled = None;
                jobs.push(Job::Disk(DiskJob::ForgetJournal(JournalKey::Payload(lambda.clone()))));
            }
            _ => {}
        }
    }

    /// Lays the result out in lines of `width` columns when another run or tab is shown than before.
    pub(super) fn lay_output_out(&mut self, accepts: Option<ResultShape>, width: u16) {
        let now = (self.shown_run().map(|run| run.id), self.tab, self.open_call, accepts, width);
        if self.output_of != Some(now) {
            self.output = output_text::lines(self, accepts, width as usize);
            self.output_of = Some(now);
        }
    }

    pub(super) fn keep(&mut self, run: Run) -> Arc<Run> {
        let kept = Arc::new(run);
        self.runs.push(kept.clone());
        let lines = |runs: &[Arc<Run>]| runs.iter().map(|run| run.logs.len()).sum::<usize>();
        while self.runs.len() > RUNS_KEPT || (self.runs.len() > 2 && lines(&self.runs) > LINES_KEPT)
        {
            self.runs.remove(0);
        }
        self.shown = self.runs.len() - 1;
        self.show_output();
        let failed = self.failure().is_some();
        if failed || self.tab != ResultTab::Previous {
            self.tab = ResultTab::Result;
        }
        kept
    }
}
