//! The Activity screen: what the deployed lambdas do, live, and what is to be mended.
//!
//! The list follows the newest runs until somebody moves in it; then it stands still. A run that is opened looks as it does
//! on the Invoke screen, and nothing in it can be edited.

use crate::app::action::{ActivityAction, ListAction, RunAction};
use crate::app::deployed::job::{PlatformJob, Queue, Seen, ThenRead, Which};
use crate::app::dialogs::{Dialog, confirm};
use crate::app::field::Field;
use crate::app::job::{Contents, DiskJob, Job};
use crate::app::layout;
use crate::app::list::Cursor;
use crate::app::screens::ongoing::{self, Row};
use crate::app::screens::run_pages::{PAGE, RunPages, Side, Wanted};
use crate::app::screens::session::{PayloadChoice, Session};
use crate::app::state::{AppState, Pane, Screen};
use crate::app::text_pane::pane_size;
use crate::domain::payload::laid_out;
use crate::domain::{
    Cause, DeadLetter, DeliveryId, Endings, Event, EventId, KeptRun, LambdaName, OngoingRun,
    RunEnd, RunFigures, RunId, RunQuery, RunSummary, RunsFound, Window,
};
use std::sync::Arc;

/// The Activity screen.
#[derive(Debug)]
pub struct ActivityScreen {
    /// The pane that has the focus while no run is open.
    pub focus: Pane,
    /// The runs that go on, the one that began first before the others.
    pub ongoing: Vec<Arc<OngoingRun>>,
    /// The runs in hand.
    pub runs: RunPages,
    /// The selected row, of those that go on and those in hand behind them.
    pub cursor: Cursor,
    /// Which runs are listed.
    pub filter: Filter,
    /// The newest runs are kept in sight.
    pub follow: bool,
    /// The time that the bars are of.
    pub window: Window,
    /// How the runs of that time went.
    pub figures: RunFigures,
    /// What waits.
    pub queue: Queue,
    /// The selected dead letter.
    pub letters: Cursor,
    /// The run that is open.
    pub open: Option<Box<OpenRun>>,
    /// The platform answered.
    pub is_known: bool,
    /// Why all this cannot be read now, if it cannot.
    pub unread: Option<String>,
}

/// Which runs are listed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With which endings.
    pub endings: Endings,
    /// Of which lambda.
    pub lambda: Option<LambdaName>,
    /// With which text.
    pub field: Option<Field>,
    /// Letters go into that.
    pub focused: bool,
}

impl Filter {
    /// Something is left out.
    pub fn is_set(&self) -> bool {
        self.endings != Endings::All || self.lambda.is_some() || self.field.is_some()
    }
}

/// A run that is open.
#[derive(Debug)]
pub struct OpenRun {
    /// Why it was made.
    pub cause: Cause,
    /// The version that ran; none for a draft.
    pub version: Option<u32>,
    /// The source of that version, where it is known.
    pub source: Option<Arc<str>>,
    /// Which event its lambda was connected to.
    pub event: Option<EventId>,
    /// Which.
    pub id: RunId,
    /// The lambda.
    pub lambda: LambdaName,
    /// A secret in what it was given is masked.
    pub input_masked: bool,
    /// What is shown of it.
    pub session: Session,
    /// The pane that has the focus.
    pub focus: Pane,
}

impl Default for ActivityScreen {
    fn default() -> Self {
        Self {
            focus: Pane::Runs,
            ongoing: Vec::new(),
            runs: RunPages::default(),
            cursor: Cursor::default(),
            filter: Filter::default(),
            follow: true,
            window: Window::Day,
            figures: RunFigures::default(),
            queue: Queue::default(),
            letters: Cursor::default(),
            open: None,
            is_known: false,
            unread: None,
        }
    }
}

impl ActivityScreen {
    /// The selected run, when it has ended.
    pub fn selected(&self) -> Option<&RunSummary> {
        match self.row(self.cursor.selected)? {
            Row::Kept(run) => Some(run),
            Row::Ongoing(_) => None,
        }
    }

    /// The selected dead letter.
    pub fn selected_letter(&self) -> Option<&DeadLetter> {
        self.queue.letters.get(self.letters.selected)
    }

    /// The lambda of what is open or selected.
    pub fn lambda(&self) -> Option<&LambdaName> {
        match (&self.open, self.focus) {
            (Some(open), _) => Some(&open.lambda),
            (None, Pane::Letters) => self.selected_letter().map(|letter| &letter.lambda),
            (None, _) => self.row(self.cursor.selected).map(|row| match row {
                Row::Ongoing(run) => &run.lambda,
                Row::Kept(run) => &run.lambda,
            }),
        }
    }

    /// The dead letter that is selected, or that the selected run led to.
    pub fn letter_at_hand(&self) -> Option<DeliveryId> {
        if self.focus == Pane::Letters && self.open.is_none() {
            return self.selected_letter().map(|letter| letter.delivery);
        }
        let cause = match &self.open {
            Some(open) => &open.cause,
            None => &self.selected()?.cause,
        };
        let Cause::Delivery { delivery, .. } = cause else { return None };
        self.queue.letters.iter().map(|it| it.delivery).find(|it| it == delivery)
    }

    /// The query for a page of further runs.
    fn query_of(&self, (side, from): Wanted) -> RunQuery {
        match side {
            Side::Older => RunQuery { before: from, ..self.query() },
            Side::Newer | Side::Oldest => {
                RunQuery { after: from, end: RunEnd::Oldest, ..self.query() }
            }
        }
    }

    fn query(&self) -> RunQuery {
        let text = self.filter.field.as_ref().map(|field| field.text().trim().to_owned());
        RunQuery {
            lambda: self.filter.lambda.clone(),
            endings: self.filter.endings,
            text: text.filter(|text| !text.is_empty()),
            limit: PAGE as u32,
            ..RunQuery::default()
        }
    }
}

/// Asks for everything on the screen anew.
pub fn look(state: &AppState, jobs: &mut Vec<Job>) {
    let (query, window) = (state.activity.query(), state.activity.window);
    jobs.push(Job::Platform(PlatformJob::Watch { query, window }));
}

/// Takes in what was asked for anew. A list in which somebody moves stands still.
pub fn seen(state: &mut AppState, seen: Seen) -> bool {
    let activity = &mut state.activity;
    activity.is_known = true;
    activity.unread = None;
    activity.queue = seen.queue;
    if seen.window == activity.window {
        activity.figures = seen.figures;
    }
    if seen.query == activity.query() && (activity.follow || activity.runs.is_empty()) {
        activity.runs.begin(seen.found);
        activity.drop_ended();
        activity.cursor = Cursor::default();
    }
    state.screen == Screen::Activity
}

/// Takes in a page of further runs.
pub fn page(state: &mut AppState, (query, side): (&RunQuery, Side), found: RunsFound) {
    let activity = &mut state.activity;
    let from = if side == Side::Older { query.before } else { query.after };
    let is_meant = activity.query_of((side, from)) == *query;
    let found = if is_meant { found } else { RunsFound::default() };
    let Some(moved) = activity.runs.add((side, from), found) else { return };
    let last = activity.rows().saturating_sub(1);
    let cursor = &mut activity.cursor;
    if side == Side::Oldest {
        *cursor = Cursor { selected: last, top: last };
        return;
    }
    cursor.selected = cursor.selected.saturating_add_signed(moved);
    cursor.top = cursor.top.saturating_add_signed(moved);
}

/// Moves in what has the focus.
pub fn list(state: &mut AppState, action: ListAction, jobs: &mut Vec<Job>) {
    let height = layout::list_height(state, state.activity.focus);
    let activity = &mut state.activity;
    if activity.focus == Pane::Letters {
        return activity.letters.apply(action, activity.queue.letters.len(), height);
    }
    match action {
        // What is not in hand at either end is gone to at once, and not page by page.
        ListAction::Last if activity.runs.has_older() => {
            activity.follow = false;
            let wanted = activity.runs.seek_oldest();
            return ask_for(activity, wanted, jobs);
        }
        ListAction::First if activity.runs.has_newer() => {
            activity.cursor = Cursor::default();
            return begin_anew(state, jobs);
        }
        _ => activity.runs.stay(),
    }
    // Further down than to the end means further back.
    let goes_down = matches!(action, ListAction::Down | ListAction::PageDown);
    let is_at_end = activity.cursor.selected + 1 >= activity.rows();
    if goes_down && is_at_end && activity.runs.stopped_at().is_some() {
        let wanted = activity.runs.search_on();
        ask_for(activity, wanted, jobs);
        activity.follow = false;
        return;
    }
    activity.cursor.apply(action, activity.rows(), height);
    stand_still(state);
}

/// The list stands still while another run than the newest is selected.
pub fn stand_still(state: &mut AppState) {
    let activity = &mut state.activity;
    activity.follow = activity.cursor == Cursor::default() && !activity.runs.has_newer();
}

/// Scrolls the payload of the open run.
pub fn scroll_payload(state: &mut AppState, action: ListAction) {
    let size = pane_size(layout::text_area(state, Pane::Payload));
    let page = size.lines.saturating_sub(1).max(1) as isize;
    let Some(open) = &mut state.activity.open else { return };
    let pane = &mut open.session.payload;
    let all = pane.buffer.line_count() as isize;
    let lines = match action {
        ListAction::Up => -1,
        ListAction::Down => 1,
        ListAction::PageUp => -page,
        ListAction::PageDown => page,
        ListAction::First => -all,
        ListAction::Last => all,
    };
    pane.viewport.scroll_rows(&pane.buffer, lines, size);
}

/// Carries out a command of the lists.
pub fn apply(state: &mut AppState, action: ActivityAction, jobs: &mut Vec<Job>) {
    match action {
        ActivityAction::Open => open(state, ThenRead::Show, jobs),
        ActivityAction::Replay => open(state, ThenRead::Replay, jobs),
        ActivityAction::Cancel => ongoing::cancel(state),
        ActivityAction::Filter => {
            state.activity.focus = Pane::Runs;
            state.activity.filter.field.get_or_insert_default();
            state.activity.filter.focused = true;
        }
        ActivityAction::TurnFailed => {
            let endings = &mut state.activity.filter.endings;
            *endings = if *endings == Endings::All { Endings::Failed } else { Endings::All };
            begin_anew(state, jobs);
        }
        ActivityAction::TurnLambda => {
            let selected = state.activity.lambda().cloned();
            let filter = &mut state.activity.filter;
            filter.lambda = if filter.lambda.is_some() { None } else { selected };
            begin_anew(state, jobs);
        }
        ActivityAction::TurnFollow => {
            state.activity.follow = !state.activity.follow;
            if state.activity.follow {
                begin_anew(state, jobs);
            }
        }
        ActivityAction::TurnWindow => {
            let at = Window::ALL.iter().position(|it| *it == state.activity.window).unwrap_or(0);
            state.activity.window = Window::ALL[(at + 1) % Window::ALL.len()];
            look(state, jobs);
        }
        ActivityAction::Redrive => {
            if let Some(letter) = state.activity.letter_at_hand() {
                jobs.push(Job::Platform(PlatformJob::Redrive(Which::One(letter))));
            }
        }
        ActivityAction::RedriveAll => {
            jobs.push(Job::Platform(PlatformJob::Redrive(Which::All)));
        }
        ActivityAction::Purge => {
            if let Some(letter) = state.activity.letter_at_hand() {
                confirm::ask_to_purge(state, Which::One(letter));
            }
        }
        ActivityAction::PurgeAll => confirm::ask_to_purge(state, Which::All),
    }
}

/// Reads the selected run; of a dead letter the last one.
fn open(state: &mut AppState, then: ThenRead, jobs: &mut Vec<Job>) {
    let activity = &state.activity;
    let run = match activity.focus {
        Pane::Letters => activity.selected_letter().map(|letter| letter.run),
        _ => activity.selected().map(|run| Some(run.id)),
    };
    match run {
        Some(Some(run)) => jobs.push(Job::Platform(PlatformJob::Read { run, then })),
        Some(None) if then == ThenRead::Replay => {
            state.warn("It never ran, so there is no run to make again");
        }
        Some(None) => {
            if let Some(letter) = state.activity.selected_letter().cloned() {
                confirm::show_letter(state, &letter);
            }
        }
        None => {}
    }
}

/// Lists from the newest on again.
pub fn begin_anew(state: &mut AppState, jobs: &mut Vec<Job>) {
    state.activity.follow = true;
    look(state, jobs);
}

/// Lists all runs again; says whether some were left out.
pub fn clear_filter(state: &mut AppState, jobs: &mut Vec<Job>) -> bool {
    let was_set = state.activity.filter.is_set();
    state.activity.filter = Filter::default();
    if was_set {
        begin_anew(state, jobs);
    }
    was_set
}

/// Shows a run that was read.
pub fn show(
    state: &mut AppState,
    (kept, source): (KeptRun, Option<Arc<str>>),
    jobs: &mut Vec<Job>,
) {
    close(state, jobs);
    let id = state.next_text_id();
    let event = kept.run.event.clone();
    let of_event = |id: &EventId| state.project.catalog.event(id);
    let mut session = Session::new(id, event.as_ref().and_then(of_event), Vec::new());
    session.replace_payload(PayloadChoice::Empty, &laid_out(&kept.input));
    let failed = crate::domain::Ending::of(&kept.run.outcome);
    let focus = match failed {
        crate::domain::Ending::Failed(_) => Pane::Result,
        _ => Pane::Logs,
    };
    let (lambda, run_id) = (kept.run.lambda.clone(), kept.run.id);
    session.runs.push(Arc::new(kept.run));
    session.origin = kept.origin;
    state.activity.open = Some(Box::new(OpenRun {
        cause: kept.cause,
        version: kept.version,
        source,
        event,
        id: run_id,
        lambda,
        input_masked: kept.input_masked,
        session,
        focus,
    }));
    state.screen = Screen::Activity;
}

fn close(state: &mut AppState, jobs: &mut Vec<Job>) {
    if let Some(open) = state.activity.open.take() {
        jobs.push(Job::ForgetText(open.session.payload.id));
    }
}

/// Carries out a command of the open run.
pub fn run(state: &mut AppState, action: RunAction, jobs: &mut Vec<Job>) {
    let Some(open) = &state.activity.open else { return };
    match action {
        // What failed is read before the run is left.
        RunAction::Close if state.notice.take_if(|it| it.until_ms.is_none()).is_some() => {}
        RunAction::Close => {
            state.notice = None;
            close(state, jobs);
            look(state, jobs);
        }
        RunAction::Replay => {
            let run = open.id;
            jobs.push(Job::Platform(PlatformJob::Read { run, then: ThenRead::Replay }));
        }
        RunAction::SavePayload => {
            let dialog = Dialog::save_payload_of_run(&open.lambda, open.id);
            state.dialogs.push(dialog);
        }
    }
}

/// Saves what the open run was given under `name`.
pub fn save_payload(state: &AppState, name: String, jobs: &mut Vec<Job>) {
    let Some(open) = &state.activity.open else { return };
    let buffer = &open.session.payload.buffer;
    jobs.push(Job::Disk(DiskJob::SavePayload {
        lambda: open.lambda.clone(),
        name,
        revision: buffer.revision(),
        text: Contents(buffer.snapshot()),
    }));
}

/// The event of the open run, when the catalogue knows it.
pub fn event_of_open(state: &AppState) -> Option<&Event> {
    let open = state.activity.open.as_ref()?;
    open.event.as_ref().and_then(|id| state.project.catalog.event(id))
}

/// Brings the selections up to date, and asks for further runs when they come into sight.
pub fn settle(state: &mut AppState, jobs: &mut Vec<Job>) {
    if state.screen != Screen::Activity {
        return;
    }
    let height = layout::list_height(state, Pane::Runs);
    let letters = layout::list_height(state, Pane::Letters);
    let activity = &mut state.activity;
    activity.cursor.settle(activity.rows(), height);
    activity.letters.settle(activity.queue.letters.len(), letters);
    let top = activity.cursor.top.saturating_sub(activity.ongoing().count());
    let wanted = activity.runs.wanted(top, height);
    ask_for(activity, wanted, jobs);
}

fn ask_for(activity: &ActivityScreen, wanted: Option<Wanted>, jobs: &mut Vec<Job>) {
    if let Some(wanted) = wanted {
        let query = activity.query_of(wanted);
        jobs.push(Job::Platform(PlatformJob::Page { query, side: wanted.0 }));
    }
}
