//! The Invoke screen: each lambda's payload, its runs, what of them is shown.

use crate::app::action::{InvokeAction, ListAction, OutputAction, Turn};
use crate::app::dialogs::{self, Dialog};
use crate::app::job::{Contents, DiskJob, Job, RunJob, TextId};
use crate::app::layout;
use crate::app::list::Cursor;
use crate::app::screens::editor::{self as editor_screen, turn_among};
use crate::app::screens::output_text::{self, Tone};
use crate::app::state::{AppState, Pane, Screen};
use crate::app::text_pane::TextPane;
use crate::app::words::cut_into;
use crate::domain::{
    Diagnostic, Event, EventId, Failure, FailureKind, LambdaName, Level, LogLine, Outcome, Place,
    ResultShape, Run, RunId, TextRange,
};
use crate::editor::{Position, Revision};
use crate::language::highlight::Syntax;
use crate::workspace::JournalKey;
use serde_json::Value;
use std::collections::BTreeMap;
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

/// What the lines of the result pane were laid out for: run, tab, what the event accepts, width.
type OutputOf = (Option<RunId>, ResultTab, Option<ResultShape>, u16);

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
    saving: Option<Revision>,
    /// The run that has not ended.
    pub running: Option<Running>,
    /// The runs that have, the oldest first.
    pub runs: Vec<Arc<Run>>,
    /// Which of them is shown.
    pub shown: usize,
    /// The selected log line, among those of the level.
    pub logs: Cursor,
    /// The selected log line in full, when it does not fit its row.
    pub detail: Vec<String>,
    /// The selected line of the result pane.
    pub result: Cursor,
    /// What the result pane shows.
    pub tab: ResultTab,
    /// The lines of the result pane.
    pub output: Vec<(Tone, String)>,
    output_of: Option<OutputOf>,
    /// The payload as a value, when it is one.
    pub value: Option<Arc<Value>>,
    checked: Option<(Revision, Option<EventId>)>,
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
            logs: Cursor::default(),
            detail: Vec::new(),
            result: Cursor::default(),
            tab: ResultTab::Result,
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

    /// The failure of the run that is shown.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.shown_run()?.outcome {
            Outcome::Failed(failure) => Some(failure),
            Outcome::Succeeded(_) | Outcome::Cancelled => None,
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
        jobs.push(Job::Disk(DiskJob::Journal { key: JournalKey::Payload(lambda.clone()), text }));
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
    fn settle_journal(&mut self, lambda: &LambdaName, jobs: &mut Vec<Job>) {
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
    fn lay_output_out(&mut self, accepts: Option<ResultShape>, width: u16) {
        let now = (self.shown_run().map(|run| run.id), self.tab, accepts, width);
        if self.output_of != Some(now) {
            self.output = output_text::lines(self, accepts, width as usize);
            self.output_of = Some(now);
        }
    }

    fn keep(&mut self, run: Run) {
        self.runs.push(Arc::new(run));
        let lines = |runs: &[Arc<Run>]| runs.iter().map(|run| run.logs.len()).sum::<usize>();
        while self.runs.len() > RUNS_KEPT || (self.runs.len() > 2 && lines(&self.runs) > LINES_KEPT)
        {
            self.runs.remove(0);
        }
        self.shown = self.runs.len() - 1;
        self.result = Cursor::default();
        let failed = self.failure().is_some();
        if failed || self.tab != ResultTab::Previous {
            self.tab = ResultTab::Result;
        }
    }
}

/// The Invoke screen.
#[derive(Debug)]
pub struct InvokeScreen {
    /// The pane that has the focus.
    pub focus: Pane,
    /// What is known of each lambda that was open.
    pub sessions: BTreeMap<LambdaName, Session>,
    /// The least important level that is shown.
    pub level: Level,
    /// The newest log line is kept in sight.
    pub follow: bool,
}

impl Default for InvokeScreen {
    fn default() -> Self {
        Self { focus: Pane::Payload, sessions: BTreeMap::new(), level: Level::Debug, follow: true }
    }
}

impl InvokeScreen {
    /// Any lambda is running.
    pub fn is_running(&self) -> bool {
        self.sessions.values().any(|session| session.running.is_some())
    }

    /// The session that a run belongs to.
    pub fn session_of_run(&mut self, id: RunId) -> Option<&mut Session> {
        self.sessions
            .values_mut()
            .find(|session| session.running.as_ref().is_some_and(|running| running.id == id))
    }

    /// How many of the log lines are shown.
    pub fn count_shown(&self, lines: &[LogLine]) -> usize {
        if self.level == Level::Debug {
            return lines.len();
        }
        lines.iter().filter(|line| line.level >= self.level).count()
    }

    /// The indexes of the log lines that are shown.
    pub fn shown_lines(&self, lines: &[LogLine]) -> Vec<usize> {
        if self.level == Level::Debug {
            return (0..lines.len()).collect();
        }
        lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.level >= self.level)
            .map(|(index, _)| index)
            .collect()
    }

    /// Above which of the log lines in sight the mark stands that says what a deployed run would keep, in rows from
    /// the first line in sight.
    pub fn cut_row(&self, session: &Session) -> Option<usize> {
        let cut = session.shown_run()?.deployed_log_cut?;
        let at = self.shown_lines(session.log_lines()).iter().position(|index| *index >= cut)?;
        at.checked_sub(session.logs.top)
    }
}

/// Carries out a command of the screen.
pub fn apply(state: &mut AppState, action: InvokeAction, jobs: &mut Vec<Job>) {
    match action {
        InvokeAction::Cancel => cancel(state, jobs),
        InvokeAction::ChoosePayload => dialogs::payloads::open(state),
        InvokeAction::SavePayload => match state.session().map(|session| session.choice.clone()) {
            Some(PayloadChoice::Saved(name)) => save_payload(state, name, jobs),
            Some(_) => state.dialogs.push(Dialog::save_payload("")),
            None => {}
        },
        InvokeAction::SavePayloadAs => {
            let name = match state.session().map(|session| &session.choice) {
                Some(PayloadChoice::Saved(name)) => name.clone(),
                _ => String::new(),
            };
            state.dialogs.push(Dialog::save_payload(&name));
        }
        InvokeAction::DeletePayload => {
            if let (Some(lambda), Some(PayloadChoice::Saved(name))) = (
                state.editor.current.clone(),
                state.session().map(|session| session.choice.clone()),
            ) {
                state.dialogs.push(Dialog::delete_payload(&lambda, &name));
            }
        }
        InvokeAction::ResetPayload => reset_payload(state, jobs),
        InvokeAction::FormatPayload => format_payload(state),
        InvokeAction::TurnProblem(turn) => turn_problem(state, turn),
        InvokeAction::TurnRun(turn) => {
            if let Some(session) = state.session_mut() {
                session.shown = match turn {
                    Turn::Next => (session.shown + 1).min(session.runs.len().saturating_sub(1)),
                    Turn::Previous => session.shown.saturating_sub(1),
                };
                session.result = Cursor::default();
                session.logs = Cursor::default();
            }
        }
    }
}

/// Runs the open lambda with its payload, and shows the Invoke screen.
pub fn run(state: &mut AppState, jobs: &mut Vec<Job>) {
    let Some(lambda) = state.editor.current.clone() else { return };
    if state.session().is_some_and(|session| session.running.is_some()) {
        state.screen = Screen::Invoke;
        state.warn(is_running(&lambda));
        return;
    }
    let limits = state.project.limits_of(&lambda);
    let event = state.project.lambda(&lambda).and_then(|l| l.event.clone());
    let env = Arc::new(state.project.lambda(&lambda).map(|l| l.env.clone()).unwrap_or_default());
    let Some(document) = state.document() else { return };
    let (source, revision) = (document.contents(), document.pane.buffer.revision());
    if document.pane.buffer.is_dirty() {
        editor_screen::save(state, editor_screen::Expect::Unchanged, jobs);
    }
    let (id, since_ms) = (state.next_run_id(), state.now_ms);
    let Some(session) = state.session_mut() else { return };
    let input = Contents(session.payload.buffer.snapshot());
    session.running =
        Some(Running { id, source: revision, since_ms, logs: Vec::new(), cancelling: false });
    session.logs = Cursor::default();
    session.result = Cursor::default();
    if state.screen != Screen::Invoke {
        // Who comes from elsewhere comes to read: the arrows scroll, Enter goes to the failing line.
        state.screen = Screen::Invoke;
        state.invoke.focus = Pane::Result;
    }
    state.find = None;
    state.notice = None;
    jobs.push(Job::Run(Box::new(RunJob { id, lambda, event, source, input, env, limits })));
}

/// Said to whoever runs a lambda that runs already.
fn is_running(lambda: &LambdaName) -> String {
    format!("{lambda} is running; Esc on the Invoke screen cancels it")
}

/// Takes in what a run wrote.
pub fn logged(state: &mut AppState, id: RunId, lines: Vec<LogLine>) {
    if let Some(running) =
        state.invoke.session_of_run(id).and_then(|session| session.running.as_mut())
    {
        running.logs.extend(lines);
    }
}

/// Takes in a run that has ended.
pub fn finished(state: &mut AppState, run: Run) {
    mark_failure(state, &run);
    state.notice.take_if(|notice| notice.text == is_running(&run.lambda));
    if let Some(session) = state.invoke.session_of_run(run.id) {
        session.running = None;
        session.keep(run);
    }
}

/// Marks the failing line in the editor until the text changes or a run goes well. What does not compile is marked
/// already.
fn mark_failure(state: &mut AppState, run: &Run) {
    const CODE: &str = "run";
    let session = state.invoke.session_of_run(run.id);
    let source = session.and_then(|session| Some(session.running.as_ref()?.source));
    let Some(document) = state.editor.document_mut(&run.lambda) else { return };
    document.pane.diagnostics.retain(|diagnostic| diagnostic.code != CODE);
    let Outcome::Failed(failure) = &run.outcome else { return };
    if failure.kind != FailureKind::Compile
        && source == Some(document.pane.buffer.revision())
        && let Some(place) = failure.place
    {
        document.pane.diagnostics.push(Diagnostic::error(
            CODE,
            failure.message.clone(),
            TextRange::at(place),
        ));
    }
}

fn cancel(state: &mut AppState, jobs: &mut Vec<Job>) {
    if let Some(running) = state.session_mut().and_then(|session| session.running.as_mut()) {
        running.cancelling = true;
        jobs.push(Job::CancelRun(running.id));
    }
}

/// Saves the payload that is shown under `name`.
pub fn save_payload(state: &mut AppState, name: String, jobs: &mut Vec<Job>) {
    let Some(lambda) = state.editor.current.clone() else { return };
    if let Some(session) = state.session_mut() {
        let revision = session.payload.buffer.revision();
        session.saving = Some(revision);
        jobs.push(Job::Disk(DiskJob::SavePayload {
            lambda,
            name,
            revision,
            text: Contents(session.payload.buffer.snapshot()),
        }));
    }
}

/// Takes another payload.
pub fn choose_payload(state: &mut AppState, choice: PayloadChoice, jobs: &mut Vec<Job>) {
    let Some(lambda) = state.editor.current.clone() else { return };
    match choice {
        PayloadChoice::Saved(name) => jobs.push(Job::Disk(DiskJob::ReadPayload { lambda, name })),
        PayloadChoice::Sample(index) => {
            let text = state
                .project
                .event_of(&lambda)
                .and_then(|event| event.samples.get(index))
                .map(|s| s.text.clone());
            if let (Some(text), Some(session)) = (text, state.session_mut()) {
                session.replace_payload(PayloadChoice::Sample(index), &text);
            }
        }
        PayloadChoice::Empty => {
            if let Some(session) = state.session_mut() {
                session.replace_payload(PayloadChoice::Empty, EMPTY_INPUT);
            }
        }
    }
}

fn reset_payload(state: &mut AppState, jobs: &mut Vec<Job>) {
    if let Some(choice) = state.session().map(|session| session.choice.clone()) {
        choose_payload(state, choice, jobs);
    }
}

fn format_payload(state: &mut AppState) {
    let Some(session) = state.session_mut() else { return };
    match serde_json::from_str::<Value>(&session.payload.buffer.text()) {
        Ok(value) => {
            let formatted =
                serde_json::to_string_pretty(&value).expect("a JSON value can be written");
            session.payload.buffer.replace_all_text(&format!("{formatted}\n"));
        }
        Err(error) => state.fail(format!("The payload is not JSON yet: {error}")),
    }
}

fn turn_problem(state: &mut AppState, turn: Turn) {
    let area = layout::text_area(state, Pane::Payload);
    let Some(session) = state.session_mut() else { return };
    let cursor = session.payload.buffer.cursor();
    let problem =
        editor_screen::neighbouring_problem(&session.payload.diagnostics, cursor, turn).cloned();
    if let Some(problem) = problem {
        session.payload.go_to(problem.range.start.into(), area);
        state.invoke.focus = Pane::Payload;
        state.warn(problem.message);
    }
}

/// Moves the selection in the logs or the result.
pub fn list(state: &mut AppState, action: ListAction) {
    let focus = state.invoke.focus;
    let height = layout::list_height(state, focus);
    let len = layout::output_lines(state, focus);
    if focus == Pane::Logs {
        state.invoke.follow = action == ListAction::Last;
    }
    let Some(session) = state.session_mut() else { return };
    let cursor = if focus == Pane::Logs { &mut session.logs } else { &mut session.result };
    if focus == Pane::Logs {
        cursor.apply(action, len, height);
    } else {
        scroll_output(cursor, action, len, height);
    }
}

/// The result pane has no selection: the arrows scroll it.
fn scroll_output(cursor: &mut Cursor, action: ListAction, len: usize, height: usize) {
    let page = height.saturating_sub(1).max(1) as isize;
    let by = match action {
        ListAction::Up => -1,
        ListAction::Down => 1,
        ListAction::PageUp => -page,
        ListAction::PageDown => page,
        ListAction::First => -(len as isize),
        ListAction::Last => len as isize,
    };
    cursor.scroll(by, len, height);
}

/// Carries out a command of the log and result panes.
pub fn output(state: &mut AppState, action: OutputAction, jobs: &mut Vec<Job>) {
    match action {
        OutputAction::OpenSource => {
            if let Some(place) = selected_place(state) {
                editor_screen::go_to(state, place.into());
            } else if state
                .session()
                .and_then(Session::failure)
                .is_some_and(|failure| failure.kind == FailureKind::BadInput)
            {
                state.invoke.focus = Pane::Payload;
                turn_problem(state, Turn::Next);
            } else {
                state.warn("Nothing here names a line of the source");
            }
        }
        OutputAction::Copy => {
            let text = output_text::copied(state);
            state.copy(text, jobs);
            state.inform("Copied");
        }
        OutputAction::CycleLevel => {
            let all = [Level::Debug, Level::Info, Level::Warn, Level::Error];
            state.invoke.level = turn_among(&all, state.invoke.level, Turn::Next);
        }
        OutputAction::ToggleFollow => state.invoke.follow = !state.invoke.follow,
        OutputAction::TurnTab(turn) => {
            if let Some(session) = state.session_mut() {
                session.tab = turn_among(&ResultTab::ALL, session.tab, turn);
                session.result = Cursor::default();
            }
        }
    }
}

/// The place in the source that the focused pane speaks of: the failure's, or the selected log line's.
fn selected_place(state: &AppState) -> Option<Place> {
    let session = state.session()?;
    if state.invoke.focus == Pane::Logs {
        let lines = session.log_lines();
        let index = *state.invoke.shown_lines(lines).get(session.logs.selected)?;
        return lines.get(index)?.line.map(|line| Place::new(line, 1));
    }
    let failure = session.failure()?;
    failure.place.or_else(|| failure.stack.iter().find_map(|frame| frame.place))
}

/// Brings the screen up to date after a change.
pub fn settle(state: &mut AppState, jobs: &mut Vec<Job>) {
    for (lambda, session) in &mut state.invoke.sessions {
        session.settle_journal(lambda, jobs);
    }
    check_payload(state, jobs);
    let width = layout::output_width(state);
    let accepts = state
        .editor
        .current
        .as_ref()
        .and_then(|lambda| state.project.event_of(lambda))
        .map(|event| event.result);
    if let Some(session) = state.session_mut() {
        session.lay_output_out(accepts, width);
    }
    let value = state.session().and_then(|session| session.value.clone());
    state.editor.sidebar.tree.show(value);
    if state.screen != Screen::Invoke {
        return;
    }
    let area = layout::text_area(state, Pane::Payload);
    let log_len = layout::output_lines(state, Pane::Logs);
    let (result_height, result_len) =
        (layout::list_height(state, Pane::Result), layout::output_lines(state, Pane::Result));
    let follow = state.invoke.follow;
    let Some(session) = state.session_mut() else { return };
    session.payload.settle(area, jobs);
    if follow && log_len > 0 {
        session.logs.selected = log_len - 1;
    }
    session.result.top = session.result.top.min(result_len.saturating_sub(result_height));
    settle_detail(state);
    let log_height = layout::list_height(state, Pane::Logs);
    if let Some(session) = state.session_mut() {
        session.logs.settle(log_len, log_height);
    }
}

/// Shows the selected log line in full below the others when its row is too short for it.
fn settle_detail(state: &mut AppState) {
    /// What stands before the message: time, level, line.
    const BEFORE: usize = 26;
    const ENOUGH: usize = 8 * 1024;
    let (width, rows) = layout::log_room(state);
    let selected = || {
        let session = state.session().filter(|_| state.invoke.focus == Pane::Logs)?;
        let lines = session.log_lines();
        let index = match state.invoke.level {
            Level::Debug => session.logs.selected,
            _ => *state.invoke.shown_lines(lines).get(session.logs.selected)?,
        };
        let text = output_text::log_text(lines.get(index)?, ENOUGH);
        (text.contains('\n') || text.chars().count() + BEFORE > width).then_some(text)
    };
    let detail = selected().map_or_else(Vec::new, |text| {
        let rows_of = text.lines().flat_map(|line| cut_into(line, width));
        rows_of.take(rows).collect()
    });
    if let Some(session) = state.session_mut() {
        session.detail = detail;
    }
}

fn check_payload(state: &mut AppState, jobs: &mut Vec<Job>) {
    let Some(lambda) = state.editor.current.clone() else { return };
    let event =
        state.project.event_of(&lambda).map(|event| (event.id.clone(), event.schema.clone()));
    follow_event(state, &lambda);
    let Some(session) = state.session_mut() else { return };
    let now = (session.payload.buffer.revision(), event.as_ref().map(|(id, _)| id.clone()));
    if session.checked.as_ref() != Some(&now) {
        session.checked = Some(now);
        let (text, revision) = (session.payload.id, session.payload.buffer.revision());
        let rope = session.payload.buffer.rope().clone();
        jobs.push(Job::CheckPayload { text, revision, event, rope });
    }
}

/// A lambda that was connected to another event gets that one's first sample, unless its payload was edited or saved.
fn follow_event(state: &mut AppState, lambda: &LambdaName) {
    let event = state.project.event_of(lambda);
    let id = event.map(|event| event.id.clone());
    let sample = event.and_then(|event| event.samples.first()).map(|sample| sample.text.clone());
    let Some(session) = state.invoke.sessions.get_mut(lambda) else { return };
    let moved = state.project.lambda(lambda).is_some()
        && session.checked.as_ref().is_some_and(|(_, before)| *before != id);
    if !moved || matches!(session.choice, PayloadChoice::Saved(_)) {
        return;
    }
    if session.payload.buffer.is_dirty() {
        session.choice = PayloadChoice::Empty;
    } else {
        let choice = if sample.is_some() { PayloadChoice::Sample(0) } else { PayloadChoice::Empty };
        session.replace_payload(choice, sample.as_deref().unwrap_or(EMPTY_INPUT));
    }
}
