//! The app without a terminal: keys in, screen out. Disk jobs are done on a real temporary workspace, colours and
//! checks at once by the real language, runs are kept until the test says how they end; time stands still until told.

use crate::app_disk::Disk;
use crate::runtime_kit::program;
use lambdeck::app::deployed::job::PlatformJob;
use lambdeck::app::input::{Held, Input, Key, KeyCode, Mouse, MouseKind};
use lambdeck::app::job::{DiskJob, Job, RunJob, TextId, Then};
use lambdeck::app::state::{Project, ProjectKind, ThemeName};
use lambdeck::app::{AppState, Message, assist, receive, update};
use lambdeck::catalog::Catalog;
use lambdeck::domain::{
    CallRecord, EventId, Failure, FailureKind, FileKey, LambdaName, Level, LogLine, Outcome, Place,
    Run, log::deployed_cut,
};
use lambdeck::language::analysis::Analysis;
use lambdeck::language::highlight::Highlighter;
use lambdeck::language::json::Document;
use lambdeck::language::schema::{self, PayloadSchema};
use lambdeck::language::{format, lint};
use lambdeck::runtime::RuntimeConfig;
use lambdeck::shell::deployed::Desk;
use lambdeck::ui::{self, ColorMode, Kept, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::Style;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// When the tests' clock begins, in milliseconds since the Unix epoch.
pub const START_MS: i64 = 1_800_000_000_000;

/// The app with everything around it.
pub struct Harness {
    pub state: AppState,
    pub disk: Disk,
    /// The runs that were asked for and have not ended.
    pub runs: Vec<RunJob>,
    /// What the run under way asked of the host.
    calls: Vec<CallRecord>,
    /// What else the app asked for.
    pub asked: Vec<Job>,
    pub buffer: Buffer,
    kept: Kept,
    pub cursor: Option<Position>,
    pub theme: Theme,
    highlighters: HashMap<TextId, Highlighter>,
    schemas: HashMap<EventId, Option<Arc<PayloadSchema>>>,
    desk: Option<Desk>,
    /// What the platform told by itself.
    told: (Sender<Message>, Receiver<Message>),
    /// Runs are not kept, for there are tests with thousands of them.
    pub keeps_runs: bool,
    /// What is deployed is executed.
    pub serves: bool,
}

impl Harness {
    /// The sample workspace of three lambdas on a screen of 120x36.
    pub fn sample() -> Self {
        Self::on(Disk::sample())
    }

    /// A workspace without lambdas.
    pub fn empty() -> Self {
        Self::on(Disk::empty())
    }

    /// A folder that is no workspace.
    pub fn nowhere() -> Self {
        Self::on(Disk::nowhere())
    }

    pub fn on(disk: Disk) -> Self {
        let catalog = Arc::new(Catalog::built_in());
        let project =
            Project::unread("sample", disk.root().to_owned(), ProjectKind::Workspace, catalog);
        let size = Size::new(120, 36);
        let mut harness = Self {
            state: AppState::new(project, size, START_MS),
            disk,
            runs: Vec::new(),
            calls: Vec::new(),
            asked: Vec::new(),
            buffer: Buffer::empty(Rect::default()),
            kept: Kept::default(),
            cursor: None,
            theme: Theme::named(ThemeName::Dark, ColorMode::True),
            highlighters: HashMap::new(),
            schemas: HashMap::new(),
            desk: None,
            told: channel(),
            keeps_runs: false,
            serves: false,
        };
        harness.perform(vec![Job::Disk(DiskJob::Load)]);
        harness
    }

    /// The sample workspace with `lambda` in the editor, its text replaced by `source` and saved, the cursor at the start.
    pub fn editing(source: &str) -> Self {
        let mut harness = Self::sample();
        std::fs::write(harness.disk.workspace().source_path(&name("hello")), source).unwrap();
        harness.keys("<ctrl-o>hello<enter>");
        harness
    }

    /// The program is started anew on the same workspace.
    pub fn restart(self) -> Self {
        let mut harness = Self::on(self.disk);
        let (told, next) = match harness.disk.workspace().open_files() {
            Ok(open) => {
                let next = open.to_go_on_with().cloned();
                (Message::LeftOpen(Box::new(open)), next)
            }
            Err(error) => (Message::LeftOpenUnknown(error.to_string()), None),
        };
        harness.tell(told);
        let open = next.map(|file| Job::Disk(DiskJob::Open { file, then: Then::Edit }));
        harness.perform(open.into_iter().collect());
        harness
    }

    /// Opens a file in the editor.
    pub fn open(&mut self, file: FileKey) -> &mut Self {
        let mut jobs = Vec::new();
        update::open_file(&mut self.state, file, Then::Edit, &mut jobs);
        self.perform(jobs);
        self
    }

    /// Types: plain characters are keys of their own, `<...>` holds a key as the command table spells it.
    pub fn keys(&mut self, script: &str) -> &mut Self {
        let mut rest = script;
        while let Some(c) = rest.chars().next() {
            let end = rest.find('>').filter(|_| c == '<');
            let named = end.and_then(|end| Some((Key::parse(&rest[1..end])?, end)));
            let key = named.map_or_else(|| Key::plain(KeyCode::Char(c)), |(key, _)| key);
            rest = &rest[named.map_or(c.len_utf8(), |(_, end)| end + 1)..];
            self.input(Input::Key(key));
        }
        self
    }

    pub fn input(&mut self, input: Input) -> &mut Self {
        let mut jobs = Vec::new();
        update::input(&mut self.state, input, &mut jobs);
        self.perform(jobs);
        self
    }

    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.input(Input::Paste(text.to_owned()))
    }

    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.input(Input::Resize(Size::new(width, height)))
    }

    pub fn theme(&mut self, name: ThemeName, mode: ColorMode) -> &mut Self {
        self.theme = Theme::named(name, mode);
        self.draw();
        self
    }

    pub fn mouse(&mut self, at: Position, kind: MouseKind) -> &mut Self {
        self.input(Input::Mouse(Mouse { at, kind, held: Held::default() }))
    }

    /// Presses the button while Alt is held.
    pub fn alt_click(&mut self, at: Position) -> &mut Self {
        let held = Held { alt: true, ..Held::default() };
        self.input(Input::Mouse(Mouse { at, kind: MouseKind::Press(1), held }))
    }

    /// Presses and releases the button at the start of a text on the screen.
    pub fn click(&mut self, text: &str) -> &mut Self {
        self.clicks(text, 1)
    }

    /// The same, `n` times in quick succession.
    pub fn clicks(&mut self, text: &str, n: u8) -> &mut Self {
        let at = self.find(text);
        for click in 1..=n {
            self.mouse(at, MouseKind::Press(click)).mouse(at, MouseKind::Release);
        }
        self
    }

    /// Presses at the start of one text and lets go at the start of another.
    pub fn drag(&mut self, from: &str, to: &str) -> &mut Self {
        let (from, to) = (self.find(from), self.find(to));
        self.mouse(from, MouseKind::Press(1))
            .mouse(to, MouseKind::Drag)
            .mouse(to, MouseKind::Release)
    }

    /// Turns the wheel over a text, away from the person when `notches` is negative.
    pub fn wheel(&mut self, text: &str, notches: i32) -> &mut Self {
        let at = self.find(text);
        let kind = if notches < 0 { MouseKind::WheelUp } else { MouseKind::WheelDown };
        for _ in 0..notches.abs() {
            self.mouse(at, kind);
        }
        self
    }

    /// Lets time pass.
    pub fn wait(&mut self, ms: i64) -> &mut Self {
        let now = self.state.now_ms + ms;
        self.state.tick(now);
        self.perform(Vec::new());
        self
    }

    /// Tells the app what happened outside.
    pub fn tell(&mut self, message: Message) -> &mut Self {
        let mut jobs = Vec::new();
        receive::receive(&mut self.state, message, &mut jobs);
        self.perform(jobs);
        self
    }

    /// Does the jobs and whatever follows from them, then draws.
    fn perform(&mut self, mut jobs: Vec<Job>) {
        for round in 0.. {
            assert!(round < 100, "the app never comes to rest; its last jobs: {jobs:#?}");
            let mut messages = Vec::new();
            for job in std::mem::take(&mut jobs) {
                self.job(job, &mut messages);
            }
            for message in messages {
                receive::receive(&mut self.state, message, &mut jobs);
            }
            update::settle(&mut self.state, &mut jobs);
            if jobs.is_empty() {
                break;
            }
        }
        self.draw();
    }

    fn draw(&mut self) {
        let screen = Rect::from((Position::ORIGIN, self.state.size));
        if self.buffer.area != screen {
            (self.buffer, self.kept) = (Buffer::empty(screen), Kept::default());
        }
        let before = self.buffer.clone();
        let drawn = ui::redraw(&self.state, &self.theme, &mut self.buffer, &mut self.kept);
        let mut whole = Buffer::empty(screen);
        self.cursor = ui::draw(&self.state, &self.theme, &mut whole);
        assert_eq!(drawn.cursor, self.cursor, "the cursor depends on the frame before");
        assert!(whole == self.buffer, "what is kept of a frame is wrong:\n{}", self.screen());
        for y in (0..screen.height).filter(|y| !drawn.rows.contains(y)) {
            let cells = |frame: &Buffer| {
                let (row, width) = (y as usize, screen.width as usize);
                frame.content[row * width..(row + 1) * width].to_vec()
            };
            assert!(
                cells(&before) == cells(&whole),
                "row {y} changed and is not said to:\n{}",
                self.screen()
            );
        }
    }

    fn job(&mut self, job: Job, messages: &mut Vec<Message>) {
        match job {
            Job::Disk(job) => messages.extend(self.disk.perform(job)),
            Job::Highlight(request) => {
                let highlighter = self
                    .highlighters
                    .entry(request.text)
                    .or_insert_with(|| Highlighter::new(request.syntax));
                highlighter.edited(&request.changes);
                let step = highlighter.highlight(&request.rope, request.lines.clone(), usize::MAX);
                let (text, revision, first) = (request.text, request.revision, request.lines.start);
                messages.push(Message::Highlighted { text, revision, first, lines: step.lines });
            }
            Job::ForgetText(text) => drop(self.highlighters.remove(&text)),
            Job::Diagnose { text, revision, rope, surroundings, .. } => {
                let context = Arc::new(surroundings.context());
                let diagnostics = lint::check(&rope.to_string(), context);
                messages.push(Message::Diagnosed { text, revision, diagnostics });
            }
            Job::Understand(request) => {
                let context = Arc::new(request.surroundings.context());
                let analysis = Arc::new(Analysis::of(request.rope.to_string(), context));
                messages.push(assist::understand(&request, analysis));
            }
            Job::Format { text, revision, rope, afterwards } => {
                let result = format::edits(&rope.to_string());
                messages.push(Message::Formatted { text, revision, result, afterwards });
            }
            Job::CheckPayload { text, revision, event, rope } => {
                let schema = event.and_then(|(id, source)| self.schema(id, &source, messages));
                let (diagnostics, value) = match Document::parse(&rope.to_string()) {
                    Ok(document) => (
                        schema.map_or_else(
                            || schema::envelope_only(&document),
                            |schema| schema.check(&document),
                        ),
                        Some(Arc::new(document.value().clone())),
                    ),
                    Err(problem) => (vec![problem], None),
                };
                messages.push(Message::PayloadChecked { text, revision, diagnostics, value });
            }
            Job::Compare { id, old, new } => {
                let diff = Arc::new(lambdeck::editor::Diff::of(&old, &new));
                messages.push(Message::Compared { id, diff });
            }
            Job::Run(run) => self.runs.push(*run),
            Job::Platform(job) => messages.extend(self.platform(job)),
            other => self.asked.push(other),
        }
    }

    /// What the platform does: the real one, with its store in the workspace.
    fn platform(&mut self, job: PlatformJob) -> Vec<Message> {
        if matches!(job, PlatformJob::Keep { .. }) && !self.keeps_runs {
            return Vec::new();
        }
        let workspace = self.disk.workspace().clone();
        if self.desk.is_none() {
            self.disk.listen_anywhere(self.serves);
        }
        let out = self.told.0.clone();
        let desk = self.desk.get_or_insert_with(|| {
            let worker = RuntimeConfig { worker: program(), spares: 0 };
            let tell = Arc::new(move |message| drop(out.send(message)));
            Desk::new(workspace, worker, tell).unwrap()
        });
        let answer = desk.perform(job);
        answer.into_iter().chain(self.told.1.try_iter()).collect()
    }

    /// Takes in what the platform tells by itself until a text is on the screen.
    pub fn platform_tells(&mut self, text: &str) -> &mut Self {
        while self.position(text).is_none() {
            let message = self.told.1.recv_timeout(Duration::from_secs(30));
            let message = message.unwrap_or_else(|_| panic!("no `{text}`:\n{}", self.screen()));
            self.tell(message);
        }
        self
    }

    fn schema(
        &mut self,
        id: EventId,
        source: &str,
        messages: &mut Vec<Message>,
    ) -> Option<Arc<PayloadSchema>> {
        let known = self.schemas.entry(id.clone()).or_insert_with(|| {
            let compiled = PayloadSchema::compile(source).ok().map(Arc::new);
            messages.extend(compiled.clone().map(|schema| Message::SchemaReady(id, schema)));
            compiled
        });
        known.clone()
    }

    /// What the app copied to the terminal's clipboard last.
    pub fn copied(&self) -> Option<&str> {
        self.asked
            .iter()
            .rev()
            .find_map(|job| if let Job::Copy(text) = job { Some(text.as_str()) } else { None })
    }

    /// The app asked to leave.
    pub fn has_quit(&self) -> bool {
        self.asked.iter().any(|job| matches!(job, Job::Quit))
    }

    /// The text in the editor.
    pub fn text(&self) -> String {
        self.state.document().expect("a lambda is open").pane.buffer.text()
    }

    /// The payload on the Invoke screen.
    pub fn payload(&self) -> String {
        self.state.session().expect("a lambda is open").payload.buffer.text()
    }
}

/// Runs.
impl Harness {
    /// The run under way writes lines.
    pub fn logs(&mut self, lines: Vec<LogLine>) -> &mut Self {
        let id = self.runs.last().expect("a run is under way").id;
        self.tell(Message::RunLogged(id, lines))
    }

    /// The run under way returns a value.
    pub fn returns(&mut self, value: Value) -> &mut Self {
        self.ends(Outcome::Succeeded(value))
    }

    /// What the run under way asked of the host.
    pub fn called(&mut self, calls: Vec<CallRecord>) -> &mut Self {
        self.calls = calls;
        self
    }

    /// The run under way fails.
    pub fn fails(&mut self, kind: FailureKind, message: &str, place: Option<Place>) -> &mut Self {
        self.ends(Outcome::Failed(Failure::new(kind, message).at(place)))
    }

    /// The run under way ends.
    pub fn ends(&mut self, outcome: Outcome) -> &mut Self {
        let job = self.runs.pop().expect("a run is under way");
        let calls = std::mem::take(&mut self.calls);
        let session = self.state.invoke.session_of_run(job.id);
        let logs = session
            .and_then(|session| session.running.as_ref())
            .map(|run| run.logs.clone())
            .unwrap_or_default();
        let cut = deployed_cut(&logs, &job.limits);
        self.tell(Message::RunFinished(Box::new(Run {
            id: job.id,
            lambda: job.lambda,
            event: job.event,
            started_at_ms: START_MS,
            duration_us: 1_800,
            peak_memory_bytes: 9 << 20,
            operations: 3_204,
            outcome,
            logs,
            logs_gap: None,
            deployed_log_cut: cut,
            calls,
            calls_skipped: 0,
            masked_input: None,
        })))
    }
}

/// The screen.
impl Harness {
    /// The rows of the screen.
    pub fn rows(&self) -> Vec<String> {
        let area = self.buffer.area;
        (area.top()..area.bottom())
            .map(|y| (area.left()..area.right()).map(|x| self.buffer[(x, y)].symbol()).collect())
            .collect()
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        self.rows().iter().map(|row| row.trim_end().to_owned() + "\n").collect()
    }

    /// Where a text stands first, in the order of reading.
    pub fn position(&self, text: &str) -> Option<Position> {
        let area = self.buffer.area;
        for y in area.top()..area.bottom() {
            let cells: Vec<&str> =
                (area.left()..area.right()).map(|x| self.buffer[(x, y)].symbol()).collect();
            let row = cells.concat();
            if let Some(byte) = row.find(text) {
                let mut ends = cells.iter().scan(0, |end, symbol| {
                    *end += symbol.len();
                    Some(*end)
                });
                let x = ends.position(|end| end > byte)? as u16;
                return Some(Position::new(area.x + x, y));
            }
        }
        None
    }

    pub fn find(&self, text: &str) -> Position {
        self.position(text)
            .unwrap_or_else(|| panic!("`{text}` is not on the screen:\n{}", self.screen()))
    }

    #[track_caller]
    pub fn see(&mut self, text: &str) -> &mut Self {
        assert!(self.position(text).is_some(), "`{text}` is not on the screen:\n{}", self.screen());
        self
    }

    #[track_caller]
    pub fn dont_see(&mut self, text: &str) -> &mut Self {
        assert!(self.position(text).is_none(), "`{text}` is on the screen:\n{}", self.screen());
        self
    }

    /// The row that a text stands in, without the blanks at its ends.
    pub fn row_of(&self, text: &str) -> String {
        let y = self.find(text).y;
        self.rows()[y as usize].trim().to_owned()
    }

    /// How the first cell of a text looks.
    pub fn style_of(&self, text: &str) -> Style {
        self.buffer[self.find(text)].style()
    }
}

/// A log line.
pub fn log(level: Level, line: u32, message: &str) -> LogLine {
    LogLine {
        at_ms: START_MS,
        level,
        line: Some(line),
        message: message.to_owned(),
        extras: Vec::new(),
    }
}

/// A lambda's name.
pub fn name(text: &str) -> LambdaName {
    LambdaName::new(text).unwrap()
}
