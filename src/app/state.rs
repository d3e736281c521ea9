//! Everything the program knows while it runs.

use super::command::Command;
use super::deployed::Deployed;
use super::dialogs::{Dialog, SearchDialog};
use super::job::{Job, TextId};
use super::keymap::Keymap;
use super::notice::Notice;
pub use super::project::{Project, ProjectKind};
use super::screens::activity::ActivityScreen;
use super::screens::editor::{Document, EditorScreen};
use super::screens::find::FindBar;
use super::screens::invoke::{InvokeScreen, Session};
use super::screens::lambdas::LambdasScreen;
use super::screens::ongoing;
use super::screens::settings::SettingsScreen;
use super::screens::split::{self, Side};
use super::text_pane::TextPane;
pub use super::themes::ThemeName;
use super::themes::Themes;
use crate::domain::{LambdaName, RunId, SendingOf};
use ratatui::layout::Size;
use std::sync::Arc;

/// The screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Screen {
    /// The lambdas and the events with their slots.
    Lambdas,
    /// A lambda's source with the event's payload beside it.
    Editor,
    /// Payload, logs and result.
    Invoke,
    /// What the deployed lambdas do.
    Activity,
    /// What lambdas may reach, are given and may use.
    Settings,
}

impl Screen {
    /// All of them in the order of their keys.
    pub const ALL: [Self; 5] =
        [Self::Lambdas, Self::Editor, Self::Invoke, Self::Activity, Self::Settings];

    /// The digit of its key.
    pub const fn digit(self) -> char {
        match self {
            Self::Lambdas => '1',
            Self::Editor => '2',
            Self::Invoke => '3',
            Self::Activity => '4',
            Self::Settings => '5',
        }
    }

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Lambdas => "Lambdas",
            Self::Editor => "Editor",
            Self::Invoke => "Invoke",
            Self::Activity => "Activity",
            Self::Settings => "Settings",
        }
    }
}

/// A part of a screen that can have the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The list of lambdas.
    Lambdas,
    /// The events and their slots.
    Events,
    /// The code.
    Code,
    /// The editor's second side: the payload, another file, or another part of the same one.
    Beside,
    /// What stands beside the code.
    Sidebar,
    /// The payload of the Invoke screen.
    Payload,
    /// The logs.
    Logs,
    /// Result, calls and comparison.
    Result,
    /// The runs.
    Runs,
    /// What waits, and the dead letters.
    Letters,
    /// How the runs of some time went.
    Figures,
    /// The settings.
    Settings,
}

/// The program's state.
#[derive(Debug)]
pub struct AppState {
    /// The terminal's size in cells.
    pub size: Size,
    /// The time, in milliseconds since the Unix epoch, as the shell told it last.
    pub now_ms: i64,
    /// What to add to it for the person's clock, in seconds.
    pub utc_offset_s: i32,
    /// The workspace.
    pub project: Project,
    /// The screen that is shown.
    pub screen: Screen,
    /// The focused pane has the whole screen.
    pub maximised: bool,
    /// The Lambdas screen.
    pub lambdas: LambdasScreen,
    /// The Editor screen.
    pub editor: EditorScreen,
    /// The Invoke screen.
    pub invoke: InvokeScreen,
    /// The Settings screen.
    pub settings: SettingsScreen,
    /// The Activity screen.
    pub activity: ActivityScreen,
    /// What is deployed.
    pub deployed: Deployed,
    /// The find bar, when it is open.
    pub find: Option<FindBar>,
    /// The search through all lambdas, as it was left.
    pub search: Option<Box<SearchDialog>>,
    /// The dialogs, the innermost last.
    pub dialogs: Vec<Dialog>,
    /// The message at the bottom.
    pub notice: Option<Notice>,
    /// Which key does what.
    pub keymap: Arc<Keymap>,
    /// Theme, clipboard, mouse: what belongs to the person rather than to a screen.
    pub desk: Desk,
}

/// What belongs to the person rather than to a screen.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The themes.
    pub themes: Themes,
    /// What was cut or copied last.
    pub clipboard: String,
    /// The program has the mouse.
    pub mouse: bool,
    /// The list in which the mouse selected an entry last.
    pub pressed: Option<Pane>,
    /// Somebody pressed, clicked or pasted something since the start.
    pub touched: bool,
    /// The last thing that came from the person was a key.
    pub is_typing: bool,
    /// When the person last pressed, clicked or pasted something, in milliseconds since the Unix epoch.
    pub last_input_ms: i64,
    /// The last id given to a text.
    pub last_text: u32,
    /// What the ids of this session's runs differ by from those of others.
    pub seed: u64,
    /// How many runs there were.
    pub runs: u64,
}

impl AppState {
    /// The state at start.
    pub fn new(project: Project, size: Size, now_ms: i64) -> Self {
        Self {
            size,
            now_ms,
            utc_offset_s: 0,
            project,
            screen: Screen::Lambdas,
            maximised: false,
            lambdas: LambdasScreen::default(),
            editor: EditorScreen::default(),
            invoke: InvokeScreen::default(),
            settings: SettingsScreen::default(),
            activity: ActivityScreen::default(),
            deployed: Deployed::default(),
            find: None,
            search: None,
            dialogs: Vec::new(),
            notice: None,
            keymap: Arc::new(Keymap::default()),
            desk: Desk {
                themes: Themes::default(),
                clipboard: String::new(),
                mouse: true,
                pressed: None,
                touched: false,
                is_typing: false,
                last_input_ms: now_ms,
                last_text: 0,
                seed: 0,
                runs: 0,
            },
        }
    }

    /// An id for a text that is being opened.
    pub fn next_text_id(&mut self) -> TextId {
        self.desk.last_text += 1;
        TextId(self.desk.last_text)
    }

    /// An id for a run that begins now.
    pub fn next_run_id(&mut self) -> RunId {
        self.desk.runs += 1;
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.desk.seed.to_be_bytes());
        bytes[8..].copy_from_slice(&(self.desk.runs as u16).to_be_bytes());
        let id = uuid::Builder::from_unix_timestamp_millis(self.now_ms.max(0) as u64, &bytes);
        RunId(id.into_uuid())
    }

    /// The pane that has the focus.
    pub fn focus(&self) -> Pane {
        match self.screen {
            Screen::Lambdas => self.lambdas.focus,
            Screen::Editor => self.editor.focus,
            Screen::Invoke => self.invoke.focus,
            Screen::Activity => {
                self.activity.open.as_ref().map_or(self.activity.focus, |open| open.focus)
            }
            Screen::Settings => Pane::Settings,
        }
    }

    /// Gives the focus to a pane of the current screen.
    pub fn set_focus(&mut self, pane: Pane) {
        match self.screen {
            Screen::Lambdas => self.lambdas.focus = pane,
            Screen::Editor => match pane {
                Pane::Code => split::focus(self, Side::First),
                Pane::Beside => split::focus(self, Side::Second),
                pane => self.editor.focus = pane,
            },
            Screen::Invoke => self.invoke.focus = pane,
            Screen::Activity => match &mut self.activity.open {
                Some(open) => open.focus = pane,
                None if pane == Pane::Figures => {}
                None => self.activity.focus = pane,
            },
            Screen::Settings => {}
        }
    }

    /// The panes of the current screen in their order.
    pub fn panes(&self) -> &'static [Pane] {
        match self.screen {
            Screen::Lambdas => &[Pane::Lambdas, Pane::Events],
            Screen::Editor => match (self.editor.split.is_some(), self.editor.sidebar.visible) {
                (false, false) => &[Pane::Code],
                (false, true) => &[Pane::Code, Pane::Sidebar],
                (true, false) => &[Pane::Code, Pane::Beside],
                (true, true) => &[Pane::Code, Pane::Beside, Pane::Sidebar],
            },
            Screen::Activity if self.activity.open.is_none() => &[Pane::Runs, Pane::Letters],
            Screen::Invoke | Screen::Activity => &[Pane::Payload, Pane::Logs, Pane::Result],
            Screen::Settings => &[Pane::Settings],
        }
    }

    /// The document in the editor.
    pub fn document(&self) -> Option<&Document> {
        self.editor.document(self.editor.shown.as_ref()?)
    }

    /// The document in the editor.
    pub fn document_mut(&mut self) -> Option<&mut Document> {
        let file = self.editor.shown.clone()?;
        self.editor.document_mut(&file)
    }

    /// The lambda a command without an object means: the selected one on the Lambdas screen, else that of the file in
    /// sight.
    pub fn at_hand(&self) -> Option<LambdaName> {
        match self.screen {
            Screen::Lambdas => {
                self.lambdas.selected(&self.project).map(|lambda| lambda.name.clone())
            }
            Screen::Editor | Screen::Invoke => self.editor.lambda().cloned(),
            Screen::Activity => self.activity.lambda().cloned(),
            Screen::Settings => {
                self.editor.lambda().cloned().or_else(|| {
                    self.lambdas.selected(&self.project).map(|lambda| lambda.name.clone())
                })
            }
        }
    }

    /// The text of the current screen that has the cursor: code or payload.
    pub fn text_pane(&self) -> Option<&TextPane> {
        self.text_in(self.pane_with_text()?)
    }

    /// What is typed goes into the file in sight.
    pub fn types_in_file(&self) -> bool {
        self.screen == Screen::Editor && self.editor.is_in_shown()
    }

    /// The text of the current screen that has the cursor: code or payload.
    pub fn text_pane_mut(&mut self) -> Option<&mut TextPane> {
        self.text_in_mut(self.pane_with_text()?)
    }

    /// The pane whose text has the cursor.
    pub fn pane_with_text(&self) -> Option<Pane> {
        match self.screen {
            Screen::Lambdas | Screen::Activity | Screen::Settings => None,
            Screen::Editor => Some(self.editor.side().pane()),
            Screen::Invoke => Some(Pane::Payload),
        }
    }

    /// The text in a pane.
    pub fn text_in(&self, pane: Pane) -> Option<&TextPane> {
        match pane {
            Pane::Beside if self.editor.shows_payload() => self.text_in(Pane::Payload),
            Pane::Code => self.editor.text_on(Side::First),
            Pane::Beside => self.editor.text_on(Side::Second),
            Pane::Payload => self.session().map(|session| &session.payload),
            Pane::Lambdas
            | Pane::Events
            | Pane::Sidebar
            | Pane::Logs
            | Pane::Result
            | Pane::Runs
            | Pane::Letters
            | Pane::Figures
            | Pane::Settings => None,
        }
    }

    /// The text in a pane.
    pub fn text_in_mut(&mut self, pane: Pane) -> Option<&mut TextPane> {
        match pane {
            Pane::Beside if self.editor.shows_payload() => self.text_in_mut(Pane::Payload),
            Pane::Code => self.editor.text_on_mut(Side::First),
            Pane::Beside => self.editor.text_on_mut(Side::Second),
            Pane::Payload => self.session_mut().map(|session| &mut session.payload),
            Pane::Lambdas
            | Pane::Events
            | Pane::Sidebar
            | Pane::Logs
            | Pane::Result
            | Pane::Runs
            | Pane::Letters
            | Pane::Figures
            | Pane::Settings => None,
        }
    }

    /// The find bar of a pane, when it is open.
    pub fn find_in(&self, pane: Pane) -> Option<&FindBar> {
        if self.pane_with_text() == Some(pane) {
            return self.find.as_ref();
        }
        let split = self.editor.split.as_ref()?;
        split.find.as_ref().filter(|_| matches!(pane, Pane::Code | Pane::Beside))
    }

    /// What of a run is sent that wants to change something outside.
    pub fn sending(&self) -> SendingOf {
        self.invoke.sending.map_or(self.project.sending, SendingOf::all)
    }

    /// What the Invoke screen shows of the open lambda, or the Activity screen of the open run.
    pub fn session(&self) -> Option<&Session> {
        if self.screen == Screen::Activity {
            return self.activity.open.as_ref().map(|open| &open.session);
        }
        self.invoke.sessions.get(self.editor.lambda()?)
    }

    /// What the Invoke screen shows of the open lambda, or the Activity screen of the open run.
    pub fn session_mut(&mut self) -> Option<&mut Session> {
        if self.screen == Screen::Activity {
            return self.activity.open.as_mut().map(|open| &mut open.session);
        }
        self.invoke.sessions.get_mut(self.editor.shown.as_ref()?.lambda())
    }

    /// What is wrong with the workspace's files, and with what is deployed of it.
    pub fn workspace_problems(&self) -> Vec<String> {
        let mut problems = self.project.shown_problems();
        problems.extend(self.deployed.without_folder());
        problems
    }

    /// How many of these there are.
    pub fn workspace_problem_count(&self) -> usize {
        self.project.problems.len() + self.deployed.without_folder().count()
    }

    /// Any text that holds what is not on the disk.
    pub fn unsaved(&self) -> impl Iterator<Item = &Document> {
        self.editor.documents.iter().filter(|document| document.pane.buffer.is_dirty())
    }

    /// A person looks at what the terminal sends, so everything is to come with its bytes.
    pub fn shows_bytes(&self) -> bool {
        matches!(self.dialogs.last(), Some(Dialog::KeyProbe(_)))
    }

    /// Whether `command` can be carried out now.
    pub fn possible(&self, command: &Command) -> bool {
        (command.possible)(self).is_ok()
    }

    /// When the state changes by itself next, in milliseconds since the Unix epoch; `None` while nothing moves.
    pub fn next_change_ms(&self) -> Option<i64> {
        const CLOCK_STEP_MS: i64 = 100;
        let notice = self.notice.as_ref().and_then(|notice| notice.until_ms);
        let clock = self.invoke.is_running().then_some(self.now_ms + CLOCK_STEP_MS);
        let revealed = self.settings.revealed.as_ref().map(|shown| shown.until_ms);
        let ongoing = ongoing::next_second_ms(self);
        notice.into_iter().chain(clock).chain(revealed).chain(ongoing).min()
    }

    /// Lets time pass.
    pub fn tick(&mut self, now_ms: i64) {
        self.now_ms = now_ms;
        self.settings.revealed.take_if(|shown| shown.until_ms <= now_ms);
        if self
            .notice
            .as_ref()
            .and_then(|notice| notice.until_ms)
            .is_some_and(|until| until <= now_ms)
        {
            self.notice = None;
        }
    }

    /// Tells the person that something went well.
    pub fn inform(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice::info(text, self.now_ms));
    }

    /// Tells the person what they should know.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice::warning(text, self.now_ms));
    }

    /// Tells the person what failed.
    pub fn fail(&mut self, text: impl Into<String>) {
        let text = self.project.from_root(&text.into());
        self.notice = Some(Notice::error(text, self.now_ms));
    }

    /// Tells the person something that came up by itself, beside what they were told and have not read yet.
    pub fn add_notice(&mut self, notice: Notice) {
        self.notice = Some(match self.notice.take() {
            Some(earlier) => notice.behind(&earlier),
            None => notice,
        });
    }

    /// Puts a text on our clipboard and on the terminal's.
    pub fn copy(&mut self, text: String, jobs: &mut Vec<Job>) {
        if !text.is_empty() {
            jobs.push(Job::Copy(text.clone()));
            self.desk.clipboard = text;
        }
    }
}
