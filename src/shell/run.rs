//! The event loop.

use super::config::Looks;
use super::frame::Frames;
use super::input::{Answer, Event, Received};
use super::jobs::{Own, Workshop};
use super::signals::NewSize;
use super::terminal::{self, Capture, Guard};
use super::wakes::{self, Wakes};
use super::{Start, Wake, config, fault, signals};
use crate::app::input::{self as app_input, KeyCode, Reading};
use crate::app::job::{DiskJob, Job, TextId, Then};
use crate::app::state::{ProjectKind, ThemeName};
use crate::app::{AppState, Input, Message, receive, update};
use crate::domain::FileKey;
use crate::editor::Revision;
use crate::ui::{self, Theme};
use crate::workspace::{ConfigFolder, JournalKey};
use anyhow::Context as _;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// After input was painted, further input is gathered for so long.
const INPUT_FRAME: Duration = Duration::from_millis(4);
/// After anything was painted, what happens outside is gathered for so long.
const MESSAGE_FRAME: Duration = Duration::from_millis(8);
/// So many wakes are taken in before a frame is due, however many wait.
const DRAIN_LIMIT: usize = 4_096;
/// A terminal answers within this time, or not at all; what it answers must not reach the shell.
const ANSWERS_WITHIN: Duration = Duration::from_millis(100);

/// Runs the IDE until the person leaves.
pub fn run(start: &Start) -> anyhow::Result<ExitCode> {
    let (waker, wakes) = wakes::wakes().context("cannot make what wakes the program")?;
    let new_size = signals::listen(waker.clone()).context("cannot listen to signals")?;
    let size = terminal::size().context("cannot tell the terminal's size")?;
    let mut state = start.state(size, now_ms());
    let looks = config::take_in(&mut state, &ConfigFolder::find());
    state.utc_offset_s = jiff::Zoned::now().offset().seconds();
    state.desk.seed = uuid::Uuid::new_v4().as_u64_pair().0;
    fault::tell_of_panics(waker.clone());
    let first = first_jobs(start);
    let workshop =
        Workshop::open(start, &waker, first).context("cannot start the program's threads")?;
    let guard = Guard::take(Capture::Ours).context("cannot put the terminal into its modes")?;
    let mut ide = Ide {
        frames: Frames::new(state.size),
        theme: looks.theme(state.desk.themes.shown),
        theme_name: state.desk.themes.shown,
        looks,
        state,
        workshop,
        wakes,
        new_size,
        asked: Some(Instant::now()),
        due: Due::default(),
        stopped: false,
        ending: None,
        lost_by_quitting: None,
    };
    // Unsaved text outlives a fault of ours: it goes to the journal before the process ends.
    let outcome = fault::survive(|| ide.run());
    ide.await_answers();
    drop(guard);
    let (code, is_kept) = ide.close();
    match outcome {
        Some(result) => result.map(|()| code),
        None if is_kept => anyhow::bail!(
            "lambdeck has a fault and ended; unsaved text was kept and is offered at the next start"
        ),
        None => anyhow::bail!("lambdeck has a fault and ended"),
    }
}

fn first_jobs(start: &Start) -> Vec<DiskJob> {
    let open = match start {
        Start::Workspace { lambda: Some(lambda), .. } => {
            Some(DiskJob::Open { file: FileKey::Source(lambda.clone()), then: Then::Edit })
        }
        _ => None,
    };
    std::iter::once(DiskJob::Load).chain(open).collect()
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// When the next frame is to be painted.
#[derive(Debug, Default)]
struct Due {
    at: Option<Instant>,
    last: Option<Instant>,
}

impl Due {
    /// Something changed: a frame is due, at once or `pause` after the last one.
    fn after(&mut self, pause: Duration) {
        let now = Instant::now();
        let at = self.last.map_or(now, |last| (last + pause).max(now));
        self.at = Some(self.at.map_or(at, |due| due.min(at)));
    }

    fn is_now(&self) -> bool {
        self.at.is_some_and(|at| at <= Instant::now())
    }

    fn painted(&mut self) {
        self.at = None;
        self.last = Some(Instant::now());
    }
}

struct Ide {
    state: AppState,
    workshop: Workshop,
    frames: Frames,
    theme: Theme,
    theme_name: ThemeName,
    looks: Looks,
    wakes: Wakes,
    new_size: NewSize,
    /// When the terminal was asked what has not been answered.
    asked: Option<Instant>,
    due: Due,
    /// The shell has the terminal until the process is continued: nothing may be written.
    stopped: bool,
    ending: Option<ExitCode>,
    /// The unsaved texts that the person was told would be lost, as they were then.
    lost_by_quitting: Option<Vec<(TextId, Revision)>>,
}

impl Ide {
    fn run(&mut self) -> anyhow::Result<()> {
        self.due.after(Duration::ZERO);
        self.drain()?;
        while self.ending.is_none() {
            if self.new_size.take() {
                self.resize()?;
            }
            if self.due.is_now() && !self.stopped {
                self.paint()?;
            }
            match self.wakes.next_until(self.next_change()) {
                Some(wake) => self.take(wake)?,
                None => self.due_by_time(),
            }
            self.drain()?;
        }
        Ok(())
    }

    /// When the loop has to wake by itself.
    fn next_change(&self) -> Option<Instant> {
        if self.stopped {
            return None;
        }
        let by_itself = self.state.next_change_ms().map(|at| {
            let wait = (at - now_ms()).max(0);
            Instant::now() + Duration::from_millis(wait as u64)
        });
        self.due.at.into_iter().chain(by_itself).min()
    }

    fn due_by_time(&mut self) {
        let due = self.state.next_change_ms();
        let now = now_ms();
        self.state.tick(now);
        if due.is_some_and(|at| at <= now) {
            self.due.after(MESSAGE_FRAME);
        }
    }

    /// Takes in everything that waits, then does what follows from it.
    fn drain(&mut self) -> io::Result<()> {
        for _ in 0..DRAIN_LIMIT {
            let Some(wake) = self.wakes.at_hand() else { break };
            self.take(wake)?;
        }
        let mut jobs = Vec::new();
        update::settle(&mut self.state, &mut jobs);
        self.hand_on(jobs)
    }

    fn take(&mut self, wake: Wake) -> io::Result<()> {
        let mut jobs = Vec::new();
        self.state.tick(now_ms());
        match wake {
            Wake::Received(received) => self.received(received, &mut jobs)?,
            // What is to be done is done before the next frame.
            Wake::Resized => {}
            Wake::Message(message) => {
                // Somebody waits for a result, or for what he may go on with: it is not held back for what may come
                // behind it.
                let pause = match &*message {
                    Message::RunFinished(_) => Duration::ZERO,
                    Message::Understood { meaning, .. } if meaning.completions.is_some() => {
                        Duration::ZERO
                    }
                    _ => MESSAGE_FRAME,
                };
                if receive::receive(&mut self.state, *message, &mut jobs) {
                    self.due.after(pause);
                }
            }
            Wake::Signal(signal) => {
                receive::receive(&mut self.state, Message::Terminate, &mut jobs);
                self.ending = Some(ExitCode::from(128u8.wrapping_add(signal as u8)));
            }
            Wake::InputLost => {
                receive::receive(&mut self.state, Message::Terminate, &mut jobs);
                self.ending = Some(ExitCode::FAILURE);
            }
            Wake::Stop => jobs.push(Job::Suspend),
            Wake::Continued => {
                self.stopped = false;
                terminal::enter(self.capture())?;
                self.asked = Some(Instant::now());
                self.due.after(Duration::ZERO);
                self.resize()?;
            }
        }
        self.hand_on(jobs)
    }

    fn received(&mut self, received: Received, jobs: &mut Vec<Job>) -> io::Result<()> {
        let is_shown = self.state.shows_bytes();
        if is_shown {
            let reading = match &received.event {
                Some(Event::Input(input)) => Reading::Input(Box::new(input.clone())),
                Some(Event::Answer(_)) => Reading::Answer,
                None => Reading::Nothing,
            };
            let shown = app_input::Received { bytes: received.bytes, reading };
            update::input(&mut self.state, Input::Received(shown), jobs);
            self.due.after(INPUT_FRAME);
        }
        match received.event {
            Some(Event::Input(_)) if is_shown => {}
            Some(Event::Input(input)) => {
                if matches!(input, Input::Key(key) if key.code == KeyCode::F(12)) {
                    fault::on_request("loop");
                }
                update::input(&mut self.state, input, jobs);
                self.due.after(INPUT_FRAME);
            }
            Some(Event::Answer(answer)) => self.answered(answer, jobs)?,
            None => {}
        }
        Ok(())
    }

    /// Takes in what the terminal says of itself.
    fn answered(&mut self, answer: Answer, jobs: &mut Vec<Job>) -> io::Result<()> {
        match answer {
            Answer::Keyboard => terminal::distinguish_keys()?,
            Answer::Device => self.asked = None,
            Answer::Ground(ground, told) => {
                let message = Message::GroundSeen(ground, told);
                if receive::receive(&mut self.state, message, jobs) {
                    self.due.after(Duration::ZERO);
                }
            }
            Answer::Name(name) => {
                let mode = self.looks.mode.on(&name);
                if mode != self.looks.mode {
                    self.looks.mode = mode;
                    self.theme = self.looks.theme(self.theme_name);
                    self.due.after(Duration::ZERO);
                }
            }
            Answer::Other => {}
        }
        Ok(())
    }

    /// Takes the terminal's size; what it shows has become anybody's guess, even if it is as large as before.
    fn resize(&mut self) -> io::Result<()> {
        let size = terminal::size()?;
        self.frames.forget(size);
        let mut jobs = Vec::new();
        update::input(&mut self.state, Input::Resize(size), &mut jobs);
        update::settle(&mut self.state, &mut jobs);
        self.due.after(INPUT_FRAME);
        self.hand_on(jobs)
    }

    /// Lets the answers come that the terminal owes, so that the shell does not take them for something typed.
    fn await_answers(&mut self) {
        let Some(asked) = self.asked else { return };
        while let Some(wake) = self.wakes.next_until(Some(asked + ANSWERS_WITHIN)) {
            match wake {
                Wake::Received(Received { event: Some(Event::Answer(Answer::Device)), .. })
                | Wake::InputLost => return,
                _ => {}
            }
        }
    }

    fn hand_on(&mut self, jobs: Vec<Job>) -> io::Result<()> {
        for job in jobs {
            let Some(own) = self.workshop.hand_on(job) else { continue };
            match own {
                Own::Copy(text) if text.len() > terminal::COPY_LIMIT_BYTES => {
                    self.state.warn(format!(
                        "Copied inside lambdeck only: the terminal's clipboard takes {} kB at most",
                        terminal::COPY_LIMIT_BYTES / 1_000
                    ));
                }
                Own::Copy(text) => terminal::copy(&text)?,
                Own::CaptureMouse(_) => terminal::capture(self.capture())?,
                Own::Suspend => {
                    terminal::restore();
                    self.stopped = true;
                    // The signal that continues us brings the terminal's modes back.
                    signals::stop()?;
                }
                Own::Redraw => self.frames.forget(self.state.size),
                Own::Quit => self.quit(),
            }
        }
        Ok(())
    }

    fn capture(&self) -> Capture {
        if self.state.desk.mouse { Capture::Ours } else { Capture::Terminals }
    }

    fn paint(&mut self) -> io::Result<()> {
        if self.theme_name != self.state.desk.themes.shown {
            self.theme_name = self.state.desk.themes.shown;
            self.theme = self.looks.theme(self.theme_name);
        }
        let (state, theme) = (&self.state, &self.theme);
        self.frames.paint(&mut io::stdout().lock(), |buffer, kept| {
            ui::redraw(state, theme, buffer, kept)
        })?;
        self.due.painted();
        Ok(())
    }

    /// Leaves, unless text would be lost of which the person does not know that.
    fn quit(&mut self) {
        let texts = self.unsaved_texts();
        let knows = self.lost_by_quitting.as_ref() == Some(&texts);
        if self.ending.is_none() && !texts.is_empty() && !self.is_thrown_away() && !knows {
            let lost = match self.workshop.keep_all() {
                Ok(unkept) => unkept.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                Err(why) => format!("unsaved text ({why})"),
            };
            if !lost.is_empty() {
                self.state.fail(format!("Save it, or quit again to lose it; not kept: {lost}"));
                self.lost_by_quitting = Some(texts);
                return;
            }
        }
        self.ending = self.ending.or(Some(ExitCode::SUCCESS));
    }

    fn unsaved_texts(&self) -> Vec<(TextId, Revision)> {
        let codes = self.state.editor.documents.iter().map(|document| &document.pane);
        let payloads = self.state.invoke.sessions.values().map(|session| &session.payload);
        codes
            .chain(payloads)
            .filter(|pane| pane.buffer.is_dirty())
            .map(|pane| (pane.id, pane.buffer.revision()))
            .collect()
    }

    fn is_thrown_away(&self) -> bool {
        self.state.project.kind == ProjectKind::Sample
    }

    /// Ends the threads and says what was kept and what was not; gives whether everything was.
    fn close(self) -> (ExitCode, bool) {
        let code = self.ending.unwrap_or(ExitCode::FAILURE);
        let is_thrown_away = self.is_thrown_away();
        let unsaved: Vec<_> = self.state.unsaved().map(|document| document.file.clone()).collect();
        let Some(unkept) = self.workshop.close() else {
            say("Whether unsaved text was kept is not known; the next start offers what was.");
            return (code, false);
        };
        if is_thrown_away {
            return (code, true);
        }
        let is_kept =
            |file: &&FileKey| !unkept.iter().any(|text| text.key == JournalKey::from(*file));
        let kept: Vec<_> = unsaved.iter().filter(is_kept).map(ToString::to_string).collect();
        if !kept.is_empty() {
            let them = if kept.len() == 1 { "it" } else { "them" };
            let names = kept.join(", ");
            say(&format!("Unsaved text of {names} was kept; the next start offers {them}."));
        }
        for text in &unkept {
            say(&format!("Unsaved text was NOT kept: {text}."));
        }
        (code, unkept.is_empty())
    }
}

/// Writes a line for the shell's screen; nobody may be there to read it.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
