//! What the editor knows of the lambda that is being written, and what it offers.
//!
//! Owns the latest [`Analysis`] of the source in sight, the list of completions, the card about a name, the parameters of
//! the call that is typed, the holes of what was inserted and the way back after a jump. The analysis is made outside
//! ([`Job::Understand`]), after a pause or at once when something waits for it; an answer about an older text is
//! dropped. How any of it looks is the ui's matter.

pub mod explain;
mod holes;
mod jump;
mod offer;
pub mod place;

pub use jump::{rename, to as go_to};
pub use offer::Offer;

use super::action::AssistAction;
use super::input::KeyCode;
use super::job::{CompletionRequest, Job, Surroundings, TextId, UnderstandRequest};
use super::layout;
use super::list::Cursor;
use super::message::Message;
use super::screens::invoke::Session;
use super::state::{AppState, Pane, Project, Screen};
use crate::domain::{Diagnostic, LambdaName, Place};
use crate::editor::{Position, Revision};
use crate::language::analysis::Analysis;
use crate::language::complete::{Completions, Trigger};
use crate::language::hover::Hover;
use crate::language::lint;
use crate::language::outline::{Crumb, Fold, OutlineEntry};
use crate::language::signature::SignatureHelp;
use holes::Holes;
use jump::Trail;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Beyond this many bytes, twice what a lambda may have, a source is understood only when somebody asks something of it:
/// that takes time and memory for a text that cannot run.
const TYPED_BYTES: usize = 200_000;

/// What is known and offered.
#[derive(Debug, Default)]
pub struct Assist {
    /// The completions, when there are any to choose from.
    pub offer: Option<Offer>,
    /// What is known of the name that was asked about.
    pub card: Option<Card>,
    /// The parameters of the call that is typed.
    pub call: Option<SignatureHelp>,
    /// What is known of the name under the cursor, for the sidebar.
    pub here: Option<Hover>,
    /// The functions and constants of the source in sight.
    pub outline: Vec<OutlineEntry>,
    /// What the cursor is in, from the outside.
    pub crumbs: Vec<Crumb>,
    understood: Option<Understood>,
    holes: Option<Holes>,
    trail: Trail,
    recent: Vec<String>,
    asked: Option<(TextId, Revision)>,
    seen: Option<(TextId, Revision, Position)>,
    /// The pane that had the focus then.
    seen_in: Option<Pane>,
    typed: Option<char>,
    waiting: Option<AssistAction>,
}

/// A source and what it means.
#[derive(Clone, Debug)]
struct Understood {
    text: TextId,
    revision: Revision,
    analysis: Arc<Analysis>,
}

/// What is known of a name, beside it.
#[derive(Clone, Debug)]
pub struct Card {
    /// What is known.
    pub hover: Hover,
    /// Where the name is.
    pub at: Position,
}

impl Assist {
    /// What the source of `text` means, as it was understood last; it may have been edited since.
    pub fn analysis(&self, text: TextId) -> Option<&Arc<Analysis>> {
        self.understood.as_ref().filter(|it| it.text == text).map(|it| &it.analysis)
    }

    /// Something was typed into the code.
    pub fn typed(&mut self, c: char) {
        self.typed = Some(c);
    }

    /// A key is about to do something: what is only read goes.
    pub fn before_key(&mut self, key: KeyCode) {
        if key != KeyCode::Esc {
            self.card = None;
        }
    }

    /// There is something that Esc closes.
    pub const fn is_open(&self) -> bool {
        self.offer.is_some() || self.card.is_some() || self.call.is_some()
    }

    /// What was inserted has holes that are not filled in yet.
    pub const fn has_holes(&self) -> bool {
        self.holes.is_some()
    }

    fn close(&mut self) {
        (self.offer, self.card, self.call) = (None, None, None);
    }
}

/// Carries out a command.
pub fn apply(state: &mut AppState, action: AssistAction, jobs: &mut Vec<Job>) {
    match action {
        AssistAction::Close => state.editor.assist.close(),
        AssistAction::Choose(list) => offer::choose(state, list),
        AssistAction::Accept => offer::accept(state),
        AssistAction::TurnHole(turn) => holes::turn(state, turn),
        AssistAction::OpenOutline => {
            let selected = state.editor.sidebar.outline.selected;
            let place =
                state.editor.assist.outline.get(selected).map(|entry| entry.name_range.start);
            if let Some(place) = place {
                jump::to(state, place.into());
            }
        }
        AssistAction::Back => jump::back(state, jobs),
        AssistAction::Forward => jump::forward(state, jobs),
        _ if is_current(state) && action != AssistAction::Complete => answer(state, action),
        // It is carried out as soon as the source is understood as it stands.
        _ => state.editor.assist.waiting = Some(action),
    }
}

/// Carries out what needs the meaning of the source as it stands.
fn answer(state: &mut AppState, action: AssistAction) {
    let Some((analysis, cursor)) = at_cursor(state) else { return };
    match action {
        AssistAction::Explain => match with_problem(state, cursor, analysis.hover(cursor)) {
            Some(hover) => {
                let at = hover.range.map_or(cursor, |range| range.start).into();
                state.editor.assist.card = Some(Card { hover, at });
            }
            None => state.inform("Nothing is known of what stands here"),
        },
        AssistAction::Parameters => {
            state.editor.assist.call = analysis.signature_help(cursor);
            if state.editor.assist.call.is_none() {
                state.inform("The cursor is not among the arguments of a call");
            }
        }
        AssistAction::Definition => jump::to_definition(state, &analysis, cursor),
        AssistAction::References => jump::references(state, &analysis, cursor),
        AssistAction::Rename => jump::ask_name(state, &analysis, cursor),
        _ => {}
    }
}

/// What is known of a name, behind what is wrong there.
fn with_problem(state: &AppState, cursor: Place, hover: Option<Hover>) -> Option<Hover> {
    let pane = &state.document()?.pane;
    let touches = |it: &&Diagnostic| it.range.start <= cursor && cursor <= it.range.end;
    let problem = pane.diagnostics.iter().find(touches).filter(|_| pane.knows_problems());
    let Some(problem) = problem else { return hover };
    let rule = lint::rule(&problem.code).map(|rule| format!("{}.", rule.doc));
    let help = problem.help.clone().map(|help| format!("{help}."));
    let name = hover.map(|it| format!("{}\n\n{}", it.title, it.doc));
    let doc: Vec<String> = [help, rule, name].into_iter().flatten().collect();
    Some(Hover {
        range: Some(problem.range),
        title: problem.message.clone(),
        kind: format!("{} {}", problem.severity, problem.code),
        doc: doc.join("\n\n"),
        ..Hover::default()
    })
}

/// The meaning of the source in sight, and the cursor in it.
fn at_cursor(state: &AppState) -> Option<(Arc<Analysis>, Place)> {
    let document = state.document()?;
    let analysis = state.editor.assist.analysis(document.pane.id)?.clone();
    Some((analysis, document.pane.buffer.cursor().into()))
}

/// What is known of the name under the cursor, in lines as wide as the sidebar.
pub fn docs(state: &AppState) -> Vec<explain::Line> {
    let area = layout::layout(state).pane(Pane::Sidebar).map_or(0, |rect| rect.width);
    let here = state.editor.assist.here.as_ref();
    here.map_or_else(Vec::new, |hover| explain::of_hover(hover, area.saturating_sub(4) as usize))
}

fn is_current(state: &AppState) -> bool {
    let Some(document) = state.document() else { return false };
    let now = (document.pane.id, document.pane.buffer.revision());
    state.editor.assist.understood.as_ref().is_some_and(|it| (it.text, it.revision) == now)
}

/// Asks for what is not understood yet, and closes what the cursor has left.
pub fn settle(state: &mut AppState, jobs: &mut Vec<Job>) {
    let typed = state.editor.assist.typed.take();
    let source = state
        .document()
        .filter(|document| document.file.is_source() && state.screen == Screen::Editor)
        .map(|document| {
            (document.pane.id, document.pane.buffer.revision(), document.pane.buffer.cursor())
        });
    let Some(now) = source else {
        let assist = &mut state.editor.assist;
        assist.close();
        (assist.waiting, assist.here, assist.seen) = (None, None, None);
        (assist.outline, assist.crumbs) = (Vec::new(), Vec::new());
        return;
    };
    let before = state.editor.assist.seen.replace(now);
    if before.is_none() {
        recall(state, now.0);
    }
    let focus = state.editor.focus;
    if state.editor.assist.seen_in.replace(focus).is_some_and(|before| before != focus) {
        state.editor.assist.close();
    }
    if before == Some(now) && state.editor.assist.waiting.is_none() {
        return ask(state, now, None, jobs);
    }
    let edited = before.is_some_and(|(text, revision, _)| text == now.0 && revision != now.1);
    if !edited || before.is_none_or(|(_, _, cursor)| cursor.line != now.2.line) {
        state.editor.assist.offer = None;
    }
    if before.is_none_or(|(text, ..)| text != now.0) || !state.editor.is_in_shown() {
        state.editor.assist.close();
    }
    holes::settle(state);
    let trigger = trigger(state, typed, edited);
    ask(state, now, trigger, jobs);
    look_around(state);
}

/// Whoever comes back to a source finds what is known of it, though nothing of it is asked for anew.
fn recall(state: &mut AppState, text: TextId) {
    let assist = &mut state.editor.assist;
    if let Some(analysis) = assist.analysis(text).cloned() {
        assist.outline = analysis.outline();
    }
}

/// Whether completions are wanted.
fn trigger(state: &AppState, typed: Option<char>, edited: bool) -> Option<Trigger> {
    let assist = &state.editor.assist;
    if assist.waiting == Some(AssistAction::Complete) {
        return Some(Trigger::Asked);
    }
    match (typed, &assist.offer) {
        (Some(c), _) if begins(c) && is_short(state) => Some(Trigger::Typed),
        (_, Some(offer)) if edited => Some(offer.trigger),
        _ => None,
    }
}

fn is_short(state: &AppState) -> bool {
    state.document().is_some_and(|it| it.pane.buffer.rope().len_bytes() <= TYPED_BYTES)
}

/// Behind these characters something may be offered.
const fn begins(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '.' | ':' | '"' | '\'' | ' ' | '(' | ',')
}

fn ask(
    state: &mut AppState,
    (text, revision, cursor): (TextId, Revision, Position),
    trigger: Option<Trigger>,
    jobs: &mut Vec<Job>,
) {
    let waits = state.editor.assist.waiting.is_some();
    let known = state.editor.assist.asked == Some((text, revision)) || !is_short(state);
    if trigger.is_none() && !waits && known {
        return;
    }
    let Some(document) = state.document() else { return };
    let complete = trigger.map(|trigger| CompletionRequest {
        place: cursor.into(),
        trigger,
        recent: state.editor.assist.recent.clone(),
    });
    jobs.push(Job::Understand(Box::new(UnderstandRequest {
        text,
        revision,
        rope: document.pane.buffer.rope().clone(),
        surroundings: surroundings(&state.project, &state.invoke.sessions, document.file.lambda()),
        is_urgent: waits || complete.is_some() || state.editor.assist.call.is_some(),
        complete,
    })));
    state.editor.assist.asked = Some((text, revision));
    state.editor.assist.waiting.take_if(|action| *action == AssistAction::Complete);
}

/// What is known around the source of `lambda`: its event's schema, else the payload of the Invoke screen.
pub fn surroundings(
    project: &Project,
    sessions: &BTreeMap<LambdaName, Session>,
    lambda: &LambdaName,
) -> Surroundings {
    let event = project.event_of(lambda);
    let session = sessions.get(lambda).filter(|_| event.is_none());
    Surroundings {
        event: event.map(|event| (event.id.clone(), event.schema.clone())),
        sample: session.and_then(|session| session.value.clone()),
        environment: project.env_of(lambda).into_keys().collect(),
        accepts: event.map(|event| event.result),
    }
}

/// Does what [`Job::Understand`] asks for, with the meaning of the text. Takes its time: off the UI thread, please.
pub fn understand(request: &UnderstandRequest, analysis: Arc<Analysis>) -> Message {
    let completions = request.complete.as_ref().map(|it| {
        let completions = analysis.complete(it.place, it.trigger, &it.recent);
        (it.trigger, completions)
    });
    let (text, revision) = (request.text, request.revision);
    let (outline, folds) = (analysis.outline(), analysis.folds());
    let meaning = Box::new(Meaning { analysis, outline, folds, completions });
    Message::Understood { text, revision, meaning }
}

/// What a source means, and what is made of it where that takes its time.
#[derive(Clone, Debug)]
pub struct Meaning {
    /// What it means.
    pub analysis: Arc<Analysis>,
    /// The functions and constants.
    pub outline: Vec<OutlineEntry>,
    /// What can be folded.
    pub folds: Vec<Fold>,
    /// What may be meant at the place that was asked about, when completions were asked for.
    pub completions: Option<(Trigger, Option<Completions>)>,
}

/// Takes in what a source means; says whether anything in sight may look different now.
pub fn understood(
    state: &mut AppState,
    (text, revision): (TextId, Revision),
    meaning: Meaning,
) -> bool {
    let Meaning { analysis, outline, folds, completions } = meaning;
    let Some(document) = state.document_mut().filter(|document| document.pane.id == text) else {
        return false;
    };
    let current = document.pane.buffer.revision() == revision;
    document.pane.understood(revision, analysis.clone(), folds);
    state.editor.assist.outline = outline;
    state.editor.assist.understood = Some(Understood { text, revision, analysis });
    if !current {
        return false;
    }
    if let Some((trigger, completions)) = completions {
        offer::offered(state, trigger, completions);
    }
    if let Some(action) = state.editor.assist.waiting.take() {
        answer(state, action);
    }
    look_around(state);
    true
}

/// What is known of the place of the cursor: the name there, and the call it is in.
fn look_around(state: &mut AppState) {
    if !is_current(state) {
        return;
    }
    let Some((analysis, cursor)) = at_cursor(state) else { return };
    let shows_call = state.editor.assist.call.is_some() || opens_call(state);
    let assist = &mut state.editor.assist;
    let here = analysis.hover(cursor);
    if here.as_ref().map(|hover| &hover.title) != assist.here.as_ref().map(|hover| &hover.title) {
        state.editor.sidebar.docs = Cursor::default();
    }
    assist.here = here;
    assist.crumbs = analysis.breadcrumb(cursor);
    assist.call = analysis.signature_help(cursor).filter(|_| shows_call);
}

/// The cursor stands right behind what begins an argument.
fn opens_call(state: &AppState) -> bool {
    let Some(document) = state.document().filter(|_| state.editor.is_in_shown()) else {
        return false;
    };
    let buffer = &document.pane.buffer;
    let cursor = buffer.cursor();
    let line = buffer.line(cursor.line);
    let before: String = line.chars().take(cursor.column).collect();
    buffer.is_dirty() && before.trim_end().ends_with(['(', ','])
}
