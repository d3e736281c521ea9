//! What the app asks the shell to do outside. Data, so that a test can read it.

use super::colours::Colours;
use super::deployed::job::PlatformJob;
use super::dialogs::Prompt;
use super::search::{FileChange, SearchRequest};
use crate::app::setting::Change;
use crate::domain::{
    EventId, FileKey, LambdaName, Limits, LineChange, Place, Reach, ResultShape, RunId, SecretName,
    SendingOf,
};
use crate::editor::{Revision, StoredHistory};
use crate::language::analysis::Context;
use crate::language::complete::Trigger;
use crate::language::highlight::Syntax;
use crate::workspace::{JournalKey, OpenFiles, Stamp};
use ropey::Rope;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Names an open text for the answers that come back about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextId(pub u32);

/// What a file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// To be edited.
    Edit,
    /// To be edited at a place.
    GoTo(Place),
    /// To be edited at the line that was at this place in what the open run was of.
    GoToOfRun(Place),
    /// To see its payload and its runs.
    Look,
    /// To be invoked.
    Invoke,
}

/// What follows when a text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Afterwards {
    /// Nothing.
    Nothing,
    /// It is saved.
    Save,
}

/// Something to be done outside the app.
#[derive(Clone, Debug)]
pub enum Job {
    /// Files of the workspace, done one after another in the order given.
    Disk(DiskJob),
    /// Colours for lines of a text; the latest request for a text replaces older ones.
    Highlight(HighlightRequest),
    /// Forget what is known about a text's colours.
    ForgetText(TextId),
    /// Compile a lambda and report what is wrong, once typing pauses.
    Diagnose {
        /// The text.
        text: TextId,
        /// What the answer is about.
        revision: Revision,
        /// The source.
        rope: Rope,
        /// How many characters it may have.
        limit: usize,
        /// What is known around it.
        surroundings: Surroundings,
    },
    /// Say what a source means, and what may be meant at a place; the latest request replaces older ones.
    Understand(Box<UnderstandRequest>),
    /// Work out how a lambda's source is laid out.
    Format {
        /// The text.
        text: TextId,
        /// What the answer is about.
        revision: Revision,
        /// The source.
        rope: Rope,
        /// What is done with it then.
        afterwards: Afterwards,
    },
    /// Check a payload against its event's schema, once typing pauses.
    CheckPayload {
        /// The text.
        text: TextId,
        /// What the answer is about.
        revision: Revision,
        /// The event whose schema holds, and the schema's text.
        event: Option<(EventId, Arc<str>)>,
        /// The payload.
        rope: Rope,
    },
    /// Hold a text against an older one.
    Compare {
        /// Names the comparison.
        id: TextId,
        /// The older text.
        old: Arc<str>,
        /// The other one.
        new: Arc<str>,
    },
    /// What concerns what is deployed and what ran, done one after another in the order given.
    Platform(PlatformJob),
    /// Have a worker ready: a lambda may be run soon.
    PrepareRuns,
    /// Run a lambda.
    Run(Box<RunJob>),
    /// Stop a run.
    CancelRun(RunId),
    /// Put a text on the terminal's clipboard.
    Copy(String),
    /// Ask the terminal for the mouse, or leave it to the terminal.
    CaptureMouse(bool),
    /// Stop the process until the shell that started it brings it back.
    Suspend,
    /// Draw every cell anew.
    Redraw,
    /// Leave the program.
    Quit,
}

/// See [`Job::Disk`].
#[derive(Clone, Debug)]
pub enum DiskJob {
    /// Read the workspace's lambdas and the catalogue.
    Load,
    /// Read the workspace again if its settings, or those of a lambda that is about to run, have changed. Answered in any
    /// case, for the run waits for it.
    Refresh(FileKey),
    /// Make the folder a workspace.
    Init,
    /// Read a file and the names of its lambda's saved payloads.
    Open {
        /// Which.
        file: FileKey,
        /// What for.
        then: Then,
    },
    /// Write a file that is open.
    Save {
        /// Which.
        file: FileKey,
        /// The revision that is written.
        revision: Revision,
        /// The whole text.
        text: Contents,
        /// How it came to be, for undo in the next session.
        history: Box<StoredHistory>,
        /// What the file looked like when it was read; something else means that another program wrote it.
        expected: Option<Stamp>,
    },
    /// See whether another program wrote a file that is open.
    Look {
        /// Which.
        file: FileKey,
        /// What it looked like when it was read.
        known: Option<Stamp>,
    },
    /// Read a file again, whatever was typed since.
    Reread(FileKey),
    /// Remember which files are open, for the next start.
    KeepOpenFiles(Box<OpenFiles>),
    /// Keep how a saved text came to be, for undo in the next session.
    KeepHistory {
        /// Which.
        file: FileKey,
        /// The text, as the disk holds it.
        text: Contents,
        /// Its history.
        history: Box<StoredHistory>,
    },
    /// Look through all lambdas; the latest request replaces older ones.
    Search(Box<SearchRequest>),
    /// Change files that were searched.
    Replace {
        /// What is changed.
        changes: Vec<FileChange>,
        /// The open texts that were changed before, to be told of with them.
        open: Vec<String>,
    },
    /// Keep an unsaved text.
    Journal {
        /// What it is the text of.
        key: JournalKey,
        /// The whole text.
        text: Contents,
        /// The name that the payload of the Invoke screen was saved under before.
        saved_as: Option<String>,
    },
    /// A text is saved or given up: forget what was kept.
    ForgetJournal(JournalKey),
    /// Drop what an earlier session left unsaved.
    DropRecovered(JournalKey),
    /// List the secrets.
    ListSecrets,
    /// Read a secret that a person wants to see.
    RevealSecret(SecretName),
    /// Change a setting.
    Change(Box<Change>),
    /// Make a lambda.
    Create(Box<NewLambda>),
    /// Connect a lambda to an event, or to none.
    Connect {
        /// Which.
        lambda: LambdaName,
        /// The event.
        event: Option<EventId>,
        /// The lambda that gives its slot up.
        swap: Option<LambdaName>,
    },
    /// Give a lambda another name.
    Rename {
        /// Which.
        lambda: LambdaName,
        /// Its new name.
        to: LambdaName,
    },
    /// A lambda has another name already: what is kept for undo and of its unsaved text follows.
    FollowRename {
        /// Its old name.
        lambda: LambdaName,
        /// Its new name.
        to: LambdaName,
    },
    /// Copy a lambda.
    Duplicate {
        /// Which.
        lambda: LambdaName,
        /// The copy's name.
        to: LambdaName,
    },
    /// Move a lambda to the trash.
    Delete(LambdaName),
    /// Name the saved payloads of all lambdas.
    ListPayloads,
    /// Read a file to show it beside a list, and nothing more.
    Peek(FileKey),
    /// Read a saved payload.
    ReadPayload {
        /// Whose.
        lambda: LambdaName,
        /// Its name.
        name: String,
    },
    /// Save a payload.
    SavePayload {
        /// Whose.
        lambda: LambdaName,
        /// Its name.
        name: String,
        /// The revision that is written.
        revision: Revision,
        /// The whole text.
        text: Contents,
    },
    /// Do what a line of text asks for; should it be refused, the line is asked for again.
    Asked {
        /// The request, with the text.
        prompt: Box<Prompt>,
        /// What it asks for.
        job: Box<DiskJob>,
    },
    /// Remember the theme that was chosen, by its name, or that it is the terminal's business.
    RememberTheme(Option<String>),
    /// Delete a saved payload.
    DeletePayload {
        /// Whose.
        lambda: LambdaName,
        /// Its name.
        name: String,
    },
}

/// A text to be written: cheap to hand over, made into a string where it is written.
#[derive(Clone, Debug)]
pub struct Contents(pub crate::editor::Snapshot);

/// See [`DiskJob::Create`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLambda {
    /// Its name.
    pub name: LambdaName,
    /// Its event.
    pub event: Option<EventId>,
    /// What it is for.
    pub description: String,
    /// Id of the template it starts from.
    pub template: String,
    /// The lambda that gives its slot up.
    pub swap: Option<LambdaName>,
}

/// See [`Job::Highlight`].
#[derive(Clone, Debug)]
pub struct HighlightRequest {
    /// The text.
    pub text: TextId,
    /// Its language.
    pub syntax: Syntax,
    /// What the answer is about.
    pub revision: Revision,
    /// The text itself.
    pub rope: Rope,
    /// How its lines moved since the last request for it.
    pub changes: Vec<LineChange>,
    /// The lines that are wanted.
    pub lines: Range<usize>,
    /// The colours they are drawn with meanwhile; where these are right, no answer is needed.
    pub shown: Colours,
}

/// See [`Job::Understand`].
#[derive(Clone, Debug)]
pub struct UnderstandRequest {
    /// The text.
    pub text: TextId,
    /// What the answer is about.
    pub revision: Revision,
    /// The source.
    pub rope: Rope,
    /// What is known around it.
    pub surroundings: Surroundings,
    /// Completions that are wanted too.
    pub complete: Option<CompletionRequest>,
    /// Somebody waits for it: it does not wait for a pause.
    pub is_urgent: bool,
}

/// What is known around a source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// The event of its lambda, and the schema's text.
    pub event: Option<(EventId, Arc<str>)>,
    /// An input of the lambda, where there is no event.
    pub sample: Option<Arc<serde_json::Value>>,
    /// The names of its environment variables.
    pub environment: Vec<String>,
    /// What its event accepts as a result; without an event, anything.
    pub accepts: Option<ResultShape>,
}

impl Surroundings {
    /// The same as the language wants it. The schema is read anew: keep what comes of it.
    pub fn context(&self) -> Context {
        let schema = self.event.as_ref().and_then(|(_, text)| serde_json::from_str(text).ok());
        let samples: Vec<_> = self.sample.iter().map(|value| (**value).clone()).collect();
        Context::new(schema.as_ref(), &samples)
            .with_environment(self.environment.clone())
            .accepting(self.accepts.unwrap_or(ResultShape::Anything))
    }
}

/// Where completions are wanted.
#[derive(Clone, Debug)]
pub struct CompletionRequest {
    /// The place.
    pub place: Place,
    /// Why.
    pub trigger: Trigger,
    /// Labels that were accepted lately, the latest first.
    pub recent: Vec<String>,
}

/// See [`Job::Run`].
#[derive(Clone, Debug)]
pub struct RunJob {
    /// The run's id.
    pub id: RunId,
    /// The lambda.
    pub lambda: LambdaName,
    /// The event it is connected to.
    pub event: Option<EventId>,
    /// Its source.
    pub source: Contents,
    /// The input.
    pub input: Contents,
    /// Its environment variables.
    pub env: Arc<BTreeMap<String, String>>,
    /// What it may use.
    pub limits: Limits,
    /// What it may reach.
    pub reach: Arc<Reach>,
    /// What of what it wants to change outside is sent.
    pub sending: SendingOf,
}
