//! The editor's second side: what stands beside the text, and which of the two has the cursor.
//!
//! Each side has a cursor, a part in sight and a find bar of its own. One file may be on both: the text is one, the
//! side that has the focus edits it, and the other one shows a mirror of it.

use super::editor::EditorScreen;
use super::find::FindBar;
use crate::app::job::{Job, TextId, Then};
use crate::app::layout;
use crate::app::state::{AppState, Pane, Screen};
use crate::app::text_pane::TextPane;
use crate::app::update;
use crate::domain::{FileKey, LineChange};

/// A side of the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one at the left, or above.
    First,
    /// The one at the right, or below.
    Second,
}

impl Side {
    /// The pane of the side.
    pub const fn pane(self) -> Pane {
        match self {
            Self::First => Pane::Code,
            Self::Second => Pane::Beside,
        }
    }
}

/// What stands on the side that does not show the file in sight.
#[derive(Debug)]
pub enum Beside {
    /// A file, on whichever side the focus is not.
    File(FileKey),
    /// The payload that the lambda is invoked with, on the second side.
    Payload,
    /// What the disk holds of a file, on the second side, to be read.
    Disk(FileKey, Box<TextPane>),
}

/// Two sides.
#[derive(Debug)]
pub struct Split {
    /// What stands on the other side.
    pub beside: Beside,
    /// The side that had the focus last.
    pub side: Side,
    /// The find bar of the other side.
    pub find: Option<FindBar>,
    /// The other side's view of the text when both show the same file.
    pub mirror: Option<TextPane>,
}

impl Split {
    const fn new(beside: Beside) -> Self {
        Self { beside, side: Side::First, find: None, mirror: None }
    }
}

impl EditorScreen {
    /// The side that has the focus, or had it before the sidebar.
    pub fn side(&self) -> Side {
        self.split.as_ref().map_or(Side::First, |split| split.side)
    }

    /// The side on which the file in sight stands.
    pub fn side_of_shown(&self) -> Side {
        match &self.split {
            Some(Split { beside: Beside::File(_), side, .. }) => *side,
            _ => Side::First,
        }
    }

    /// The file on a side, when it is one.
    pub fn file_on(&self, side: Side) -> Option<&FileKey> {
        if side == self.side_of_shown() {
            return self.shown.as_ref();
        }
        match &self.split.as_ref()?.beside {
            Beside::File(file) => Some(file),
            Beside::Payload | Beside::Disk(..) => None,
        }
    }

    /// The text on a side, but for the payload, which is the Invoke screen's.
    pub fn text_on(&self, side: Side) -> Option<&TextPane> {
        if side == self.side_of_shown() {
            return self.document(self.shown.as_ref()?).map(|document| &document.pane);
        }
        let split = self.split.as_ref()?;
        match (&split.beside, &split.mirror) {
            (Beside::File(_), Some(mirror)) => Some(mirror),
            (Beside::File(file), None) => self.document(file).map(|document| &document.pane),
            (Beside::Disk(_, pane), _) => Some(pane),
            (Beside::Payload, _) => None,
        }
    }

    /// The text on a side, but for the payload, which is the Invoke screen's.
    pub fn text_on_mut(&mut self, side: Side) -> Option<&mut TextPane> {
        if side == self.side_of_shown() {
            let file = self.shown.clone()?;
            return self.document_mut(&file).map(|document| &mut document.pane);
        }
        let split = self.split.as_mut()?;
        match (&mut split.beside, &mut split.mirror) {
            (Beside::File(_), Some(mirror)) => Some(mirror),
            (Beside::File(file), None) => {
                let at = self.documents.iter().position(|document| document.file == *file)?;
                Some(&mut self.documents[at].pane)
            }
            (Beside::Disk(_, pane), _) => Some(pane),
            (Beside::Payload, _) => None,
        }
    }

    /// The cursor stands in the file in sight, on whichever side that is.
    pub fn is_in_shown(&self) -> bool {
        self.focus == self.side_of_shown().pane()
    }

    /// The payload stands on the second side.
    pub fn shows_payload(&self) -> bool {
        matches!(&self.split, Some(Split { beside: Beside::Payload, .. }))
    }

    /// The cursor stands in a text that is there to be read.
    pub fn is_reading(&self) -> bool {
        matches!(&self.split, Some(Split { beside: Beside::Disk(..), side: Side::Second, .. }))
    }
}

/// Gives a side the focus: the file on it is the one in sight from now on.
pub fn focus(state: &mut AppState, side: Side) {
    let editor = &mut state.editor;
    editor.focus = side.pane();
    let Some(split) = editor.split.as_mut().filter(|split| split.side != side) else { return };
    split.side = side;
    std::mem::swap(&mut state.find, &mut split.find);
    let Beside::File(other) = &mut split.beside else { return };
    let Some(shown) = editor.shown.as_mut() else { return };
    if other != shown {
        std::mem::swap(other, shown);
    } else if let Some(mirror) = &mut split.mirror
        && let Some(document) = editor.documents.iter_mut().find(|open| open.file == *shown)
    {
        document.pane.swap_views(mirror);
    }
}

/// Gives the focus to the text that had it last.
pub fn focus_text(state: &mut AppState) {
    let side = state.editor.side();
    focus(state, side);
}

/// Gives the focus to the file in sight.
pub fn focus_shown(state: &mut AppState) {
    let side = state.editor.side_of_shown();
    focus(state, side);
}

/// Puts the payload beside a lambda's source, or the source beside a saved payload; with two sides already, goes back
/// to one.
pub fn toggle(state: &mut AppState, jobs: &mut Vec<Job>) {
    if state.editor.split.is_some() {
        return join(state);
    }
    match state.editor.shown.clone() {
        Some(FileKey::Payload(lambda, name)) => {
            let payload = FileKey::Payload(lambda.clone(), name);
            split(state, Beside::File(payload));
            update::open_file(state, FileKey::Source(lambda), Then::Edit, jobs);
        }
        Some(FileKey::Source(_)) => split(state, Beside::Payload),
        None => {}
    }
}

/// Puts the file in sight on both sides.
pub fn same_file(state: &mut AppState) {
    if let Some(shown) = state.editor.shown.clone() {
        split(state, Beside::File(shown));
    }
}

/// Goes to the second side, where the next file that is opened is shown; makes one when there is none.
pub fn go_beside(state: &mut AppState) {
    if state.editor.split.is_none() {
        same_file(state);
    }
    state.screen = Screen::Editor;
    focus(state, Side::Second);
}

/// Puts what the disk holds of a file beside it, to be read.
pub fn look_at_both(state: &mut AppState, file: &FileKey, disk: &str, jobs: &mut Vec<Job>) {
    let id = state.next_text_id();
    let Some(document) = state.editor.document(file) else { return };
    let pane = TextPane::new(id, document.pane.syntax, disk);
    join(state);
    update::open_file(state, file.clone(), Then::Edit, jobs);
    split(state, Beside::Disk(file.clone(), Box::new(pane)));
}

fn split(state: &mut AppState, beside: Beside) {
    state.maximised = false;
    state.editor.split = Some(Split::new(beside));
    focus(state, Side::First);
    let layout = layout::layout(state);
    if layout.pane(Pane::Beside).is_none() {
        let key = state.keymap.word_for("app.next_pane");
        state.warn(format!(
            "There is no room for both sides at once here; {key} goes from one to the other"
        ));
    }
}

/// Shows one side alone, the one with the file in sight.
pub fn join(state: &mut AppState) {
    let reading = state.editor.side() != state.editor.side_of_shown();
    if reading {
        focus(state, Side::First);
    }
    state.editor.split = None;
    if state.editor.focus == Pane::Beside {
        state.editor.focus = Pane::Code;
    }
}

/// A file is opened: it takes the place of what stands on the side with the focus.
pub fn show(state: &mut AppState, file: &FileKey) {
    if let Some(split) = state.editor.split.as_mut().filter(|split| split.side == Side::Second)
        && matches!(split.beside, Beside::Payload | Beside::Disk(..))
        && let Some(shown) = &state.editor.shown
    {
        split.beside = Beside::File(shown.clone());
    }
    state.editor.shown = Some(file.clone());
}

/// Keeps the sides to what is open, and a mirror where both show one text. `changes` are those of the text in sight.
pub fn settle(state: &mut AppState, changes: &[LineChange], jobs: &mut Vec<Job>) {
    let id = TextId(state.desk.last_text + 1);
    let editor = &mut state.editor;
    let Some(split) = &mut editor.split else { return };
    let mirrors =
        matches!(&split.beside, Beside::File(file) if Some(file) == editor.shown.as_ref());
    let shown = editor.shown.as_ref();
    let document = editor.documents.iter().find(|open| Some(&open.file) == shown);
    match (document.filter(|_| mirrors), &mut split.mirror) {
        (Some(document), Some(mirror)) => mirror.follow(&document.pane, changes),
        (Some(document), None) => {
            split.mirror = Some(document.pane.mirror(id));
            state.desk.last_text = id.0;
        }
        (None, None) => {}
        (None, mirror @ Some(_)) => {
            let Some(mut mirror) = mirror.take() else { return };
            jobs.push(Job::ForgetText(mirror.id));
            // The side that goes on showing the file goes on where it was.
            if let Beside::File(file) = &split.beside
                && let Some(document) = editor.documents.iter_mut().find(|open| open.file == *file)
            {
                document.pane.swap_views(&mut mirror);
            }
        }
    }
}

/// A side whose file is gone goes too.
pub fn drop_what_is_gone(state: &mut AppState, jobs: &mut Vec<Job>) {
    let editor = &state.editor;
    let is_open =
        |file: &FileKey| editor.document(file).is_some() && editor.tabs.files.contains(file);
    let stays = match editor.split.as_ref().map(|split| &split.beside) {
        None => return,
        Some(Beside::File(file)) => is_open(file),
        Some(Beside::Disk(file, _)) => editor.shown.as_ref() == Some(file),
        Some(Beside::Payload) => true,
    };
    if stays && editor.shown.is_some() {
        return;
    }
    if let Some(Split { beside: Beside::Disk(_, pane), .. }) = &editor.split {
        jobs.push(Job::ForgetText(pane.id));
    }
    if let Some(mirror) = editor.split.as_ref().and_then(|split| split.mirror.as_ref()) {
        jobs.push(Job::ForgetText(mirror.id));
    }
    join(state);
}
