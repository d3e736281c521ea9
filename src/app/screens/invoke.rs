//! The Invoke screen: each lambda's payload, its runs, what of them is shown.

use crate::app::action::{InvokeAction, Turn};
use crate::app::deployed::job::PlatformJob;
use crate::app::dialogs::{self, Dialog};
use crate::app::job::{Contents, Job, RunJob};
use crate::app::layout;
use crate::app::list::Cursor;
use crate::app::screens::activity;
use crate::app::screens::editor as editor_screen;
pub use crate::app::screens::session::{
    EMPTY_INPUT, PayloadChoice, ResultTab, Running, Session, first_payload,
};
use crate::app::screens::{output, payload};
use crate::app::state::{AppState, Pane, Screen};
use crate::domain::{
    Diagnostic, Event, FailureKind, LambdaName, Level, LogLine, Outcome, Run, RunId, Sending,
    TextRange,
};
use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// What of a run is sent, when it is not as the workspace says.
    pub sending: Option<Sending>,
    /// A worker was asked for.
    pub is_prepared: bool,
}

impl Default for InvokeScreen {
    fn default() -> Self {
        Self {
            focus: Pane::Payload,
            sessions: BTreeMap::new(),
            level: Level::Debug,
            follow: true,
            sending: None,
            is_prepared: false,
        }
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

    /// The marks between the shown log lines, each with the number of shown lines before it.
    pub fn log_marks(&self, session: &Session) -> Vec<(usize, LogMark)> {
        let Some(run) = session.shown_run() else { return Vec::new() };
        let cut = run.deployed_log_cut.map(|kept| (kept, LogMark::Deployed { kept }));
        let gap = run.logs_gap.map(|gap| (gap.after, LogMark::Skipped { lines: gap.lines }));
        if cut.is_none() && gap.is_none() {
            return Vec::new();
        }
        let shown = self.shown_lines(session.log_lines());
        let before = |lines: usize| shown.partition_point(|index| *index < lines);
        cut.into_iter().chain(gap).map(|(lines, mark)| (before(lines), mark)).collect()
    }

    /// What stands in the rows of the log from its first line in sight on: marks, and shown lines by their number.
    pub fn log_rows(&self, session: &Session) -> impl Iterator<Item = LogRow> {
        let marks = self.log_marks(session);
        let len = self.count_shown(session.log_lines());
        (session.logs.top..=len).flat_map(move |at| {
            let here = marks.iter().filter(move |(before, _)| *before == at);
            let here: Vec<_> = here.map(|(_, mark)| LogRow::Mark(*mark)).collect();
            here.into_iter().chain((at < len).then_some(LogRow::Line(at)))
        })
    }
}

/// A row of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogRow {
    /// A shown line, by its number among them.
    Line(usize),
    /// Words of ours between them.
    Mark(LogMark),
}

/// What is said between log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogMark {
    /// A run of the deployed lambda would keep what stands above.
    Deployed {
        /// So many lines.
        kept: usize,
    },
    /// Lines are missing here.
    Skipped {
        /// So many.
        lines: u64,
    },
}

/// Carries out a command of the screen.
pub fn apply(state: &mut AppState, action: InvokeAction, jobs: &mut Vec<Job>) {
    match action {
        InvokeAction::Cancel => cancel(state, jobs),
        InvokeAction::ChoosePayload => dialogs::payloads::open(state),
        InvokeAction::SavePayload => match state.session().map(|session| session.choice.clone()) {
            Some(PayloadChoice::Saved(name)) => payload::save(state, name, jobs),
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
                state.editor.lambda().cloned(),
                state.session().map(|session| session.choice.clone()),
            ) {
                state.dialogs.push(Dialog::delete_payload(&lambda, &name));
            }
        }
        InvokeAction::ResetPayload => payload::reset(state, jobs),
        InvokeAction::FormatPayload => payload::format(state),
        InvokeAction::TurnSending => {
            state.invoke.sending = match state.invoke.sending {
                None => Some(Sending::Live),
                Some(Sending::Live) => Some(Sending::Dry),
                Some(Sending::Dry) => None,
            };
            state.inform(match state.invoke.sending {
                None => "What runs want to change outside is sent as lambdeck.toml says",
                Some(Sending::Live) => "Everything that runs want to change outside is sent",
                Some(Sending::Dry) => {
                    "Nothing that runs want to change outside is sent, only shown"
                }
            });
        }
        InvokeAction::TurnProblem(turn) => turn_problem(state, turn),
        InvokeAction::TurnRun(turn) => {
            if let Some(session) = state.session_mut() {
                session.shown = match turn {
                    Turn::Next => (session.shown + 1).min(session.runs.len().saturating_sub(1)),
                    Turn::Previous => session.shown.saturating_sub(1),
                };
                session.show_output();
                session.logs = Cursor::default();
            }
        }
    }
}

/// Runs the open lambda with its payload, and shows the Invoke screen.
pub fn run(state: &mut AppState, jobs: &mut Vec<Job>) {
    let Some(lambda) = state.editor.lambda().cloned() else { return };
    if state.session().is_some_and(|session| session.running.is_some()) {
        state.screen = Screen::Invoke;
        state.warn(is_running(state, &lambda));
        return;
    }
    if let Some(problem) = &state.project.config_problem {
        return state.fail(format!("{lambda} is not run: {problem}"));
    }
    let limits = state.project.limits_of(&lambda);
    let event = state.project.lambda(&lambda).and_then(|l| l.event.clone());
    let env = Arc::new(state.project.env_of(&lambda));
    let Some(document) = state.editor.source(&lambda) else { return };
    let (source, revision) = (document.contents(), document.pane.buffer.revision());
    if document.pane.buffer.is_dirty() {
        let file = document.file.clone();
        editor_screen::save_file(state, &file, editor_screen::Expect::Unchanged, jobs);
    }
    let (id, since_ms) = (state.next_run_id(), state.now_ms);
    let Some(session) = state.session_mut() else { return };
    let input = Contents(session.payload.buffer.snapshot());
    session.running = Some(Running {
        id,
        source: revision,
        since_ms,
        logs: Vec::new(),
        cancelling: false,
        input: input.clone(),
    });
    session.logs = Cursor::default();
    session.result = Cursor::default();
    if state.screen != Screen::Invoke {
        // Who comes from elsewhere comes to read: the arrows scroll, Enter goes to the failing line.
        state.screen = Screen::Invoke;
        state.invoke.focus = Pane::Result;
    }
    state.find = None;
    state.notice = None;
    let (reach, sending) = (Arc::clone(&state.project.reach), state.sending());
    jobs.push(Job::Run(Box::new(RunJob {
        id,
        lambda,
        event,
        source,
        input,
        env,
        limits,
        reach,
        sending,
    })));
}

/// Said to whoever runs a lambda that runs already.
fn is_running(state: &AppState, lambda: &LambdaName) -> String {
    let key = state.keymap.word_for("invoke.cancel");
    format!("{lambda} is running; {key} on the Invoke screen cancels it")
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
pub fn finished(state: &mut AppState, run: Run, jobs: &mut Vec<Job>) {
    mark_failure(state, &run);
    let told = is_running(state, &run.lambda);
    state.notice.take_if(|notice| notice.text == told);
    if let Some(session) = state.invoke.session_of_run(run.id) {
        let running = session.running.take();
        let run = session.keep(run);
        if let Some(Running { input, .. }) = running.filter(|_| state.project.takes_lambdas()) {
            jobs.push(Job::Platform(PlatformJob::Keep { run, input }));
        }
    }
}

/// Marks the failing line in the editor until the text changes or a run goes well. What does not compile is marked
/// already.
fn mark_failure(state: &mut AppState, run: &Run) {
    const CODE: &str = "run";
    let session = state.invoke.session_of_run(run.id);
    let source = session.and_then(|session| Some(session.running.as_ref()?.source));
    let Some(document) = state.editor.source_mut(&run.lambda) else { return };
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

/// Goes to the payload's next problem, or to the one before.
pub fn turn_problem(state: &mut AppState, turn: Turn) {
    let pane = state.pane_with_text().unwrap_or(Pane::Payload);
    let area = layout::text_area(state, pane);
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

/// Whoever comes to the screen is about to run something. Before that no worker is needed: many sittings are over
/// without a run.
fn prepare_runs(state: &mut AppState, jobs: &mut Vec<Job>) {
    if state.screen == Screen::Invoke && !state.invoke.is_prepared {
        state.invoke.is_prepared = true;
        jobs.push(Job::PrepareRuns);
    }
}

/// Brings the screen up to date after a change.
pub fn settle(state: &mut AppState, jobs: &mut Vec<Job>) {
    for (lambda, session) in &mut state.invoke.sessions {
        session.settle_journal(lambda, jobs);
    }
    payload::check(state, jobs);
    prepare_runs(state, jobs);
    let width = layout::output_width(state);
    let accepts = event_in_sight(state).map(|event| event.result);
    if let Some(session) = state.session_mut() {
        session.lay_output_out(accepts, width);
    }
    let open = state.editor.lambda().and_then(|lambda| state.invoke.sessions.get(lambda));
    let value = open.and_then(|session| session.value.clone());
    state.editor.sidebar.tree.show(value);
    if state.screen != Screen::Invoke && state.screen != Screen::Activity {
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
    if session.lists_calls() {
        session.result.settle(result_len, result_height);
    } else {
        session.result.top = session.result.top.min(result_len.saturating_sub(result_height));
    }
    output::settle_detail(state);
    let log_height = layout::list_height(state, Pane::Logs);
    if let Some(session) = state.session_mut() {
        session.logs.settle(log_len, log_height);
    }
}

/// The event of the lambda, or of the kept run, whose session is in sight.
pub fn event_in_sight(state: &AppState) -> Option<&Event> {
    if state.screen == Screen::Activity {
        return activity::event_of_open(state);
    }
    state.editor.lambda().and_then(|lambda| state.project.event_of(lambda))
}
