//! What happened outside, as the shell tells the app. Each answer names what it is about, so that a stale one can be
//! dropped.

use super::assist::Meaning;
use super::deployed::job::PlatformMessage;
use super::dialogs::Prompt;
use super::job::{Afterwards, TextId, Then};
use super::search::{Replaced, SearchAnswer};
use super::state::Project;
use super::themes::{Ground, Told};
use crate::domain::{
    Diagnostic, EventId, FileKey, LambdaName, LogLine, Run, RunId, Secret, SecretKind, SecretName,
    TextEdit,
};
use crate::editor::{Diff, Revision, StoredHistory};
use crate::language::highlight::Span;
use crate::language::schema::PayloadSchema;
use crate::workspace::{JournalEntry, OpenFiles, Stamp};
use serde_json::Value;
use std::sync::Arc;

/// Something that happened outside.
#[derive(Clone, Debug)]
pub enum Message {
    /// The workspace was read.
    Loaded(Box<Project>),
    /// The settings that hold for a file's lambda are those of the disk.
    Refreshed(FileKey),
    /// Files of the workspace were written, by whomever.
    FilesChanged,
    /// A file was read.
    Opened {
        /// Which.
        file: FileKey,
        /// What it holds.
        text: String,
        /// What it looks like.
        stamp: Option<Stamp>,
        /// The names of its lambda's saved payloads.
        payloads: Vec<String>,
        /// How its text came to be in earlier sessions.
        history: Option<Box<StoredHistory>>,
        /// What it was opened for.
        then: Then,
    },
    /// A file could not be read.
    NotOpened {
        /// Which.
        file: FileKey,
        /// Why, and where text of it lies that was to be brought back.
        error: String,
    },
    /// A file was written.
    Saved {
        /// Which.
        file: FileKey,
        /// What was written.
        revision: Revision,
        /// What its file looks like now.
        stamp: Option<Stamp>,
    },
    /// A file could not be written.
    NotSaved {
        /// Which.
        file: FileKey,
        /// Why, and what to do.
        error: String,
    },
    /// A file holds something else than what was read or written last.
    Changed {
        /// Which.
        file: FileKey,
        /// What it holds.
        text: String,
        /// What it looks like.
        stamp: Option<Stamp>,
        /// A save was asked for and has been held back.
        saving: bool,
    },
    /// A file was read again because the person asked.
    Reread {
        /// Which.
        file: FileKey,
        /// What it holds.
        text: String,
        /// What it looks like.
        stamp: Option<Stamp>,
    },
    /// A lambda was made.
    Created(LambdaName),
    /// A lambda could not be made; why, and what to do.
    NotCreated(String),
    /// A lambda has another name.
    Renamed {
        /// The old one.
        lambda: LambdaName,
        /// The new one.
        to: LambdaName,
    },
    /// A lambda was deleted.
    Deleted(LambdaName),
    /// The secrets were listed, or why they cannot be read.
    SecretsListed(Result<Vec<(SecretName, SecretKind)>, String>),
    /// A secret was read that the person wants to see.
    SecretRevealed(SecretName, Secret),
    /// Something on the disk was done that the person asked for.
    Done(String),
    /// The saved payloads of all lambdas.
    PayloadsListed(Vec<FileKey>),
    /// A file was read to be shown beside a list.
    Peeked {
        /// Which.
        file: FileKey,
        /// What it holds, or why it cannot be read.
        text: String,
    },
    /// A saved payload was read.
    PayloadRead {
        /// Whose.
        lambda: LambdaName,
        /// Its name.
        name: String,
        /// What it holds.
        text: String,
    },
    /// A payload was saved.
    PayloadSaved {
        /// Whose.
        lambda: LambdaName,
        /// Its name.
        name: String,
        /// What was written.
        revision: Revision,
        /// The names of all saved payloads of the lambda.
        payloads: Vec<String>,
    },
    /// A saved payload was deleted.
    PayloadDeleted {
        /// Whose.
        lambda: LambdaName,
        /// Its name.
        name: String,
        /// The names of those that remain.
        payloads: Vec<String>,
    },
    /// The files that were open when the program was last left.
    LeftOpen(Box<OpenFiles>),
    /// Which files were open is not known: why.
    LeftOpenUnknown(String),
    /// All lambdas were searched.
    Searched(Box<SearchAnswer>),
    /// Files that were searched have been changed.
    Replaced {
        /// What became of them.
        replaced: Replaced,
        /// The open texts that were changed before.
        open: Vec<String>,
    },
    /// An earlier session left text unsaved.
    Unsaved(Box<JournalEntry>),
    /// Colours of lines.
    Highlighted {
        /// The text.
        text: TextId,
        /// Of which revision.
        revision: Revision,
        /// The first line.
        first: usize,
        /// The spans, a line each.
        lines: Vec<Arc<[Span]>>,
    },
    /// What is wrong with a lambda.
    Diagnosed {
        /// The text.
        text: TextId,
        /// Of which revision.
        revision: Revision,
        /// The findings.
        diagnostics: Vec<Diagnostic>,
    },
    /// What a source means, and what may be meant at the place that was asked about.
    Understood {
        /// The text.
        text: TextId,
        /// Of which revision.
        revision: Revision,
        /// What it means.
        meaning: Box<Meaning>,
    },
    /// How a lambda's source is laid out.
    Formatted {
        /// The text.
        text: TextId,
        /// Of which revision.
        revision: Revision,
        /// The edits, or why the source is left alone.
        result: Result<Vec<TextEdit>, Box<Diagnostic>>,
        /// What is done with it then.
        afterwards: Afterwards,
    },
    /// What is wrong with a payload, and what it holds.
    PayloadChecked {
        /// The text.
        text: TextId,
        /// Of which revision.
        revision: Revision,
        /// The findings.
        diagnostics: Vec<Diagnostic>,
        /// What it holds, when it is JSON.
        value: Option<Arc<Value>>,
    },
    /// Two texts were held against each other.
    Compared {
        /// Which comparison.
        id: TextId,
        /// What differs.
        diff: Arc<Diff>,
    },
    /// An event's schema is ready to describe fields.
    SchemaReady(EventId, Arc<PayloadSchema>),
    /// A run wrote.
    RunLogged(RunId, Vec<LogLine>),
    /// A run has ended.
    RunFinished(Box<Run>),
    /// A run could not be begun.
    RunRefused(RunId, String),
    /// What the platform tells.
    Platform(Box<PlatformMessage>),
    /// What the terminal's ground looks like.
    GroundSeen(Ground, Told),
    /// Something failed that has no place of its own.
    Failed(String),
    /// What a line of text asked for was refused.
    Refused {
        /// The request, with the text.
        prompt: Box<Prompt>,
        /// Why.
        error: String,
    },
    /// The process was told to end: unsaved text goes to the journal, then it leaves.
    Terminate,
}
