//! What happens when an answer comes from outside.

use super::action::{Action, AppAction, EditorAction};
use super::assist;
use super::deployed;
use super::deployed::job::PlatformJob;
use super::dialogs::{self, Dialog, Prompt, confirm, quick_open};
use super::job::{DiskJob, Job, TextId, Then};
use super::message::Message;
use super::screens::editor::{Document, Unsaved};
use super::screens::fixes;
use super::screens::formatting;
use super::screens::invoke::{self, PayloadChoice, Session};
use super::screens::split::Beside;
use super::screens::{settings, tabs};
use super::state::{AppState, Project, ProjectKind, Screen};
use super::text_pane::TextPane;
use super::themes;
use super::update;
use crate::domain::{Diagnostic, FileKey, LambdaName};
use crate::editor::{Revision, StoredHistory};
use crate::workspace::{JournalEntry, JournalKey, Stamp};
use serde_json::Value;
use std::sync::Arc;

/// Takes in a message; says whether anything a person can see may have changed.
pub fn receive(state: &mut AppState, message: Message, jobs: &mut Vec<Job>) -> bool {
    match message {
        Message::Loaded(project) => loaded(state, *project, jobs),
        Message::FilesChanged => {
            update::look_at_disk(state, jobs);
            return false;
        }
        Message::Refreshed(file) => update::refreshed(state, file, jobs),
        Message::Opened { file, text, stamp, payloads, history, then } => {
            opened(state, &file, Source { text: &text, stamp, history }, payloads, jobs);
            update::show_open(state, &file, then, jobs);
        }
        Message::NotOpened { file, error } => not_opened(state, &file, error, jobs),
        Message::Saved { file, revision, stamp } => saved(state, &file, revision, stamp, jobs),
        Message::NotSaved { file, error } => {
            if let Some(document) = state.editor.document_mut(&file) {
                document.saving = None;
            }
            deployed::actions::not_saved(state, &file);
            state.fail(error);
        }
        Message::Changed { file, text, stamp, saving } => {
            changed(state, &file, (&text, stamp), saving.then_some(Saving), jobs);
        }
        Message::Reread { file, text, stamp } => reread(state, &file, &text, stamp),
        Message::LeftOpen(open) => tabs::left_open(state, *open),
        Message::LeftOpenUnknown(why) => {
            state.warn(format!("Which files were open last is not known: {why}"));
        }
        Message::NotCreated(error) => dialogs::new_lambda::not_made(state, error),
        Message::Created(lambda) => created(state, lambda, jobs),
        Message::Renamed { lambda, to } => renamed(state, &lambda, &to, jobs),
        Message::Deleted(lambda) => deleted(state, &lambda, jobs),
        Message::Done(text) => {
            state.inform(text);
            jobs.push(Job::Disk(DiskJob::Load));
        }
        Message::PayloadsListed(payloads) => quick_open::payloads_listed(state, payloads),
        Message::Peeked { file, text } => quick_open::peeked(state, &file, &text),
        Message::PayloadRead { lambda, name, text } => {
            if let Some(session) = state.invoke.sessions.get_mut(&lambda) {
                session.replace_payload(PayloadChoice::Saved(name), &text);
            }
        }
        Message::PayloadSaved { lambda, name, revision, payloads } => {
            payload_saved(state, FileKey::Payload(lambda, name), (revision, payloads), jobs);
        }
        Message::PayloadDeleted { lambda, name, payloads } => {
            payload_deleted(state, FileKey::Payload(lambda, name), payloads, jobs);
        }
        Message::Searched(answer) => return dialogs::search::found(state, *answer),
        Message::Replaced { replaced, open } => {
            dialogs::search::replaced(state, &replaced, &open, jobs);
        }
        Message::Unsaved(entry) => confirm::ask_of_recovery(state, *entry, jobs),
        Message::Compared { id, diff } => return confirm::compared(state, id, &diff),
        Message::Highlighted { text, revision, first, lines } => {
            return pane(state, text).is_some_and(|pane| pane.coloured(revision, first, lines));
        }
        Message::Diagnosed { text, revision, diagnostics } => {
            let changed =
                pane(state, text).is_some_and(|pane| pane.diagnosed(revision, diagnostics));
            return fixes::problems_known(state, text) || changed;
        }
        Message::Understood { text, revision, meaning } => {
            return assist::understood(state, (text, revision), *meaning);
        }
        Message::Formatted { text, revision, result, afterwards } => {
            formatting::laid_out(state, (text, revision), &result, afterwards, jobs);
        }
        Message::PayloadChecked { text, revision, diagnostics, value } => {
            return payload_checked(state, text, revision, diagnostics, value);
        }
        Message::SchemaReady(event, schema) => {
            state.editor.schemas.insert(event, schema);
        }
        Message::RunLogged(id, lines) => invoke::logged(state, id, lines),
        Message::RunFinished(run) => invoke::finished(state, *run, jobs),
        Message::RunRefused(id, error) => {
            if let Some(session) = state.invoke.session_of_run(id) {
                session.running = None;
            }
            state.fail(error);
        }
        Message::SecretsListed(secrets) => {
            state.settings.secrets = Some(secrets);
            dialogs::setup::settle(state);
        }
        Message::SecretRevealed(name, secret) => settings::reveal(state, name, secret),
        Message::Platform(told) => return deployed::received::receive(state, *told, jobs),
        Message::GroundSeen(ground, told) => return themes::ground(state, ground, told),
        Message::Failed(text) => state.fail(text),
        Message::Refused { prompt, error } => {
            let prompt = Prompt { error: Some(state.project.from_root(&error)), ..*prompt };
            state.dialogs.push(Dialog::Prompt(prompt));
        }
        Message::Terminate => update::quit(state, jobs),
    }
    true
}

fn payload_saved(
    state: &mut AppState,
    file: FileKey,
    (revision, payloads): (Revision, Vec<String>),
    jobs: &mut Vec<Job>,
) {
    let FileKey::Payload(lambda, name) = &file else { return };
    if let Some(session) = state.invoke.sessions.get_mut(lambda) {
        session.payload_saved(revision, name);
        session.saved = payloads;
    }
    state.inform(format!("Saved the payload `{name}` with {lambda}"));
    if let Some(document) = state.editor.document(&file) {
        let known = document.stamp;
        jobs.push(Job::Disk(DiskJob::Look { file, known }));
    }
}

fn created(state: &mut AppState, lambda: LambdaName, jobs: &mut Vec<Job>) {
    dialogs::new_lambda::made(state);
    state.lambdas.to_select = Some(lambda.clone());
    jobs.push(Job::Disk(DiskJob::Load));
    let key = state.keymap.word(Action::App(AppAction::Invoke));
    state.inform(format!("Made {lambda}; {key} invokes it"));
    dialogs::setup::request(state, lambda.clone(), jobs);
    update::open_lambda(state, lambda, Then::Edit, jobs);
}

fn payload_deleted(
    state: &mut AppState,
    file: FileKey,
    payloads: Vec<String>,
    jobs: &mut Vec<Job>,
) {
    let unsaved = state.editor.document(&file).is_some_and(|open| open.pane.buffer.is_dirty());
    if !unsaved {
        tabs::close(state, &file, jobs);
        state.editor.tabs.retain(|known| *known != file);
    }
    let FileKey::Payload(lambda, name) = file else { return };
    let event = state.project.event_of(&lambda);
    let (choice, text) = invoke::first_payload(event);
    if let Some(session) = state.invoke.sessions.get_mut(&lambda) {
        session.saved = payloads;
        session.replace_payload(choice, &text);
    }
    state.inform(format!("Deleted the payload `{name}`; undo brings its text back"));
}

fn pane(state: &mut AppState, id: TextId) -> Option<&mut TextPane> {
    let codes = state.editor.documents.iter_mut().map(|document| &mut document.pane);
    let payloads = state.invoke.sessions.values_mut().map(|session| &mut session.payload);
    let split = state.editor.split.as_mut();
    let beside = split.into_iter().flat_map(|split| {
        let disk = match &mut split.beside {
            Beside::Disk(_, pane) => Some(&mut **pane),
            Beside::File(_) | Beside::Payload => None,
        };
        split.mirror.iter_mut().chain(disk)
    });
    let previews = state.dialogs.iter_mut().filter_map(|dialog| match dialog {
        Dialog::NewLambda(dialog) => dialog.preview.as_mut().map(|preview| &mut preview.pane),
        Dialog::QuickOpen(dialog) => dialog.preview.as_mut().map(|preview| &mut preview.pane),
        _ => None,
    });
    let kept = state.activity.open.as_mut().map(|open| &mut open.session.payload);
    codes.chain(payloads).chain(beside).chain(kept).chain(previews).find(|pane| pane.id == id)
}

fn loaded(state: &mut AppState, project: Project, jobs: &mut Vec<Job>) {
    if state.screen == Screen::Settings || dialogs::setup::is_open(state) {
        jobs.push(Job::Disk(DiskJob::ListSecrets));
    }
    let selected = state.lambdas.selected(&state.project).map(|lambda| lambda.name.clone());
    let known = |name: &LambdaName| project.lambda(name).is_some();
    let selected = state.lambdas.to_select.take_if(|name| known(name)).or(selected);
    let first = state.project.lambdas.is_empty() && state.editor.shown.is_none();
    state.project = project;
    if state.project.has_store || state.deployed.unread.is_some() {
        jobs.push(Job::Platform(PlatformJob::Look));
    }
    if state.project.kind == ProjectKind::Missing {
        let dialog = Dialog::init(&state.project);
        state.dialogs.push(dialog);
        return;
    }
    if let Some(lambda) = selected {
        state.lambdas.select(&state.project, &lambda);
    }
    if first && state.project.kind == ProjectKind::Loose {
        let only = state.project.lambdas.first().map(|lambda| lambda.name.clone());
        if let Some(lambda) = only {
            update::open_lambda(state, lambda, Then::Edit, jobs);
        }
    }
    dialogs::setup::settle(state);
}

/// A lambda's source as the disk holds it.
struct Source<'a> {
    text: &'a str,
    stamp: Option<Stamp>,
    history: Option<Box<StoredHistory>>,
}

fn opened(
    state: &mut AppState,
    file: &FileKey,
    source: Source<'_>,
    payloads: Vec<String>,
    jobs: &mut Vec<Job>,
) {
    match state.editor.document(file) {
        None => {
            let id = state.next_text_id();
            let mut document = Document::new(id, file.clone(), source.text, source.stamp);
            if let Some(history) = source.history {
                document.restore_history(*history);
            }
            state.editor.tabs.put_back(file, &mut document.pane);
            state.editor.documents.push(document);
        }
        Some(open) if !open.pane.buffer.is_dirty() => {
            changed(state, file, (source.text, source.stamp), None, jobs);
        }
        Some(_) => {}
    }
    let lambda = file.lambda();
    if !state.invoke.sessions.contains_key(lambda) {
        let id = state.next_text_id();
        let session = Session::new(id, state.project.event_of(lambda), payloads);
        state.invoke.sessions.insert(lambda.clone(), session);
    }
    for key in [JournalKey::from(file), JournalKey::Payload(lambda.clone())] {
        if let Some(unsaved) = state.editor.to_restore.remove(&key) {
            put_back(state, key, unsaved, jobs);
        }
    }
}

fn not_opened(state: &mut AppState, file: &FileKey, error: String, jobs: &mut Vec<Job>) {
    // A lambda that is made under this name later is another one.
    state.editor.to_restore.retain(|key, _| key.file() != *file);
    if state.editor.document(file).is_none() {
        tabs::close(state, file, jobs);
        state.editor.tabs.retain(|known| known != file);
    }
    state.fail(error);
}

fn saved(
    state: &mut AppState,
    file: &FileKey,
    revision: Revision,
    stamp: Option<Stamp>,
    jobs: &mut Vec<Job>,
) {
    if let Some(document) = state.editor.document_mut(file) {
        document.pane.buffer.mark_saved(revision);
        document.stamp = stamp;
        document.saving = None;
    }
    if let FileKey::Payload(lambda, name) = file
        && let Some(session) = state.invoke.sessions.get(lambda)
        && session.choice == PayloadChoice::Saved(name.clone())
        && !session.payload.buffer.is_dirty()
    {
        jobs.push(Job::Disk(DiskJob::ReadPayload { lambda: lambda.clone(), name: name.clone() }));
    }
    if state.screen == super::state::Screen::Editor {
        state.inform(format!("Saved {file}"));
    }
    deployed::actions::saved(state, file, jobs);
}

/// A save has been held back.
#[derive(Clone, Copy, Debug)]
struct Saving;

/// Whoever pressed a key so lately, in milliseconds, presses the next one soon.
const TYPING_MS: i64 = 1_000;

fn changed(
    state: &mut AppState,
    file: &FileKey,
    (text, stamp): (&str, Option<Stamp>),
    saving: Option<Saving>,
    jobs: &mut Vec<Job>,
) {
    if saving.is_some() {
        deployed::actions::not_saved(state, file);
    }
    let Some(document) = state.editor.document_mut(file) else { return };
    document.saving = None;
    let ours = document.pane.buffer.text();
    if ours == text {
        document.stamp = stamp;
        let revision = document.pane.buffer.revision();
        document.pane.buffer.mark_saved(revision);
    } else if !document.pane.buffer.is_dirty() {
        reread(state, file, text, stamp);
    } else if saving.is_some() || document.told != stamp {
        document.told = stamp;
        let is_typing = state.desk.is_typing && state.now_ms - state.desk.last_input_ms < TYPING_MS;
        if saving.is_none() && is_typing {
            // A question that opens under somebody's fingers would take the next letter for its answer.
            let save = state.keymap.word(Action::Editor(EditorAction::Save));
            return state.fail(format!("Another program changed {file}; {save} compares and asks"));
        }
        let asked = |dialog: &Dialog| matches!(dialog, Dialog::Confirm(confirm) if confirm.is_conflict_of(file));
        state.dialogs.retain(|dialog| !asked(dialog));
        confirm::ask_of_conflict(state, file, text, jobs);
    }
}

fn reread(state: &mut AppState, file: &FileKey, text: &str, stamp: Option<Stamp>) {
    let Some(document) = state.editor.document_mut(file) else { return };
    document.pane.buffer.replace_all_text(text);
    let revision = document.pane.buffer.revision();
    document.pane.buffer.mark_saved(revision);
    document.stamp = stamp;
    state.inform(format!("Read {file} from the disk; undo brings back what was here"));
}

fn renamed(state: &mut AppState, lambda: &LambdaName, to: &LambdaName, jobs: &mut Vec<Job>) {
    let selected = state.lambdas.selected(&state.project).map(|selected| selected.name.clone());
    if let Some(known) = state.project.lambdas.iter_mut().find(|known| known.name == *lambda) {
        known.name = to.clone();
        state.project.lambdas.sort_by(|a, b| a.name.cmp(&b.name));
    }
    if let Some(selected) = selected {
        state.lambdas.select(&state.project, if selected == *lambda { to } else { &selected });
    }
    for document in &mut state.editor.documents {
        if document.file.lambda() == lambda {
            document.renamed(to.clone(), jobs);
        }
    }
    state.editor.tabs.renamed(lambda, to);
    if let Some(mut session) = state.invoke.sessions.remove(lambda) {
        session.renamed(lambda, to, jobs);
        state.invoke.sessions.insert(to.clone(), session);
    }
    if let Some(shown) = state.editor.shown.as_mut().filter(|shown| shown.lambda() == lambda) {
        *shown = shown.renamed(to.clone());
    }
    if let Some(split) = &mut state.editor.split
        && let Beside::File(file) | Beside::Disk(file, _) = &mut split.beside
        && file.lambda() == lambda
    {
        *file = file.renamed(to.clone());
    }
    state.inform(format!("{lambda} is called {to} now"));
    jobs.push(Job::Disk(DiskJob::Load));
}

fn deleted(state: &mut AppState, lambda: &LambdaName, jobs: &mut Vec<Job>) {
    let editor = &mut state.editor;
    for gone in editor.documents.extract_if(.., |document| document.file.lambda() == lambda) {
        jobs.push(Job::ForgetText(gone.pane.id));
        jobs.push(Job::Disk(DiskJob::ForgetJournal(JournalKey::from(&gone.file))));
    }
    editor.tabs.retain(|file| file.lambda() != lambda);
    jobs.extend(
        state.invoke.sessions.remove(lambda).map(|session| Job::ForgetText(session.payload.id)),
    );
    if state.editor.lambda() == Some(lambda) {
        state.editor.shown = None;
        let read = |file: &&FileKey| state.editor.document(file).is_some();
        let shown = state.editor.tabs.recent.iter().find(read).cloned();
        state.editor.shown = shown;
    }
    state.inform(format!("Deleted {lambda}; its folder is in .lambdeck/trash"));
    jobs.push(Job::Disk(DiskJob::ForgetJournal(JournalKey::Lambda(lambda.clone()))));
    jobs.push(Job::Disk(DiskJob::ForgetJournal(JournalKey::Payload(lambda.clone()))));
    jobs.push(Job::Disk(DiskJob::Load));
}

fn payload_checked(
    state: &mut AppState,
    text: TextId,
    revision: Revision,
    diagnostics: Vec<Diagnostic>,
    value: Option<Arc<Value>>,
) -> bool {
    let mut documents = state.editor.documents.iter_mut();
    if let Some(document) = documents.find(|document| document.pane.id == text) {
        return document.pane.diagnosed(revision, diagnostics);
    }
    let session = state.invoke.sessions.values_mut().find(|session| session.payload.id == text);
    let Some(session) = session.filter(|session| session.payload.buffer.revision() == revision)
    else {
        return false;
    };
    session.payload.diagnosed(revision, diagnostics);
    if value.is_some() {
        session.value = value;
    }
    true
}

/// Brings back what an earlier session left unsaved: the lambda opens with that text, still unsaved.
pub fn restore(state: &mut AppState, entry: JournalEntry, jobs: &mut Vec<Job>) {
    let file = entry.key.file();
    if state.editor.document(&file).is_some() {
        put_back(state, entry.key.clone(), entry.into(), jobs);
        return update::open_file(state, file, Then::Edit, jobs);
    }
    state.editor.to_restore.insert(entry.key.clone(), entry.into());
    jobs.push(Job::Disk(DiskJob::Open { file, then: Then::Edit }));
}

/// Makes what was kept the unsaved text of an open lambda; it goes only once it is kept anew.
fn put_back(state: &mut AppState, key: JournalKey, unsaved: Unsaved, jobs: &mut Vec<Job>) {
    let Unsaved { text, saved_as } = unsaved;
    match &key {
        JournalKey::Lambda(_) | JournalKey::Saved(..) => {
            if let Some(document) = state.editor.document_mut(&key.file()) {
                document.pane.buffer.replace_all_text(&text);
                document.journal_now(jobs);
            }
        }
        JournalKey::Payload(lambda) => {
            if let Some(session) = state.invoke.sessions.get_mut(lambda) {
                session.payload.buffer.replace_all_text(&text);
                if let Some(name) = saved_as.filter(|name| session.saved.contains(name)) {
                    session.choice = PayloadChoice::Saved(name);
                }
                session.journal_now(lambda, jobs);
            }
        }
    }
    jobs.push(Job::Disk(DiskJob::DropRecovered(key)));
}
