//! What can go wrong with a workspace, in sentences for the person who reads them.

use super::document::Problem;
use crate::domain::{EventId, LambdaName};
use std::io;
use std::path::{Path, PathBuf};

/// Why a workspace could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// The folder holds no `lambdeck.toml`.
    #[error("`{}` is not a workspace: it holds no lambdeck.toml; make one with `lambdeck init`", path.display())]
    NotAWorkspace {
        /// The folder.
        path: PathBuf,
    },
    /// Neither the folder nor one above it is a workspace.
    #[error("there is no workspace in `{}` or above it; make one with `lambdeck init`", path.display())]
    NotInWorkspace {
        /// The folder.
        path: PathBuf,
    },
    /// There is a workspace already where one should be made.
    #[error("`{}` is a workspace already; open it with `lambdeck {}`", path.display(), path.display())]
    AlreadyAWorkspace {
        /// The folder.
        path: PathBuf,
    },
    /// No lambda of this name.
    #[error("there is no lambda `{name}` in this workspace{}", suggestion.as_ref().map(|s| format!("; did you mean `{s}`?")).unwrap_or_default())]
    UnknownLambda {
        /// The name asked for.
        name: LambdaName,
        /// A lambda with a similar name.
        suggestion: Option<LambdaName>,
    },
    /// The name is taken.
    #[error("there is a lambda `{name}` already; choose another name")]
    LambdaExists {
        /// The name.
        name: LambdaName,
    },
    /// All slots of the event are held.
    #[error(
        "{name} admits {slots} {}, held by {}; take the slot of one of them (it stays as a draft without event) or choose another event",
        if *slots == 1 { "lambda" } else { "lambdas" },
        names(holders)
    )]
    EventFull {
        /// The event.
        event: EventId,
        /// Its human name.
        name: String,
        /// How many lambdas it admits.
        slots: u32,
        /// Who is connected to it, in the order of their names.
        holders: Vec<LambdaName>,
    },
    /// The lambda that should give up its slot holds none.
    #[error("`{holder}` holds no slot of {event}{}", held_by(holders))]
    NotAHolder {
        /// The lambda that was named.
        holder: LambdaName,
        /// The human name of the event.
        event: String,
        /// Who is connected to it.
        holders: Vec<LambdaName>,
    },
    /// A file that should be edited cannot be understood.
    #[error("`{}` line {line}: {message}; correct it by hand first", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What is wrong.
        message: String,
    },
    /// There is a file already where one should be made.
    #[error("`{}` is there already and was left as it is; edit it, or move it away first", path.display())]
    FileExists {
        /// The file.
        path: PathBuf,
    },
    /// The workspace's configuration has an error.
    #[error("{0}; nothing is executed until this is mended")]
    BrokenConfig(Problem),
    /// The file holds no text.
    #[error("`{}` is not UTF-8 text (line {line}); it was left as it is", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// The first line that is not text, from 1.
        line: u32,
    },
    /// The file is too big to be edited.
    #[error("`{}` has {bytes} bytes; files of more than {limit} bytes are not opened", path.display())]
    TooBig {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        bytes: u64,
        /// The most that is opened, in bytes.
        limit: u64,
    },
    /// A name that no saved payload can have.
    #[error("`{name}` cannot be the name of a payload: {reason}")]
    PayloadName {
        /// The name.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// No saved payload of this name.
    #[error("`{lambda}` has no saved payload `{name}`{}", saved(known))]
    UnknownPayload {
        /// The lambda.
        lambda: LambdaName,
        /// The name asked for.
        name: String,
        /// The payloads it has.
        known: Vec<String>,
    },
    /// A file that is neither part of a lambda nor a source.
    #[error("`{}` is no workspace, no lambda and no .rhai file; give the folder of a workspace, of a lambda, or a .rhai file", path.display())]
    NotOpened {
        /// The file.
        path: PathBuf,
    },
    /// A single file was opened, and the request needs a workspace.
    #[error("`{}` was opened without a workspace; {what} needs one: make it with `lambdeck init`", path.display())]
    NeedsWorkspace {
        /// The single file.
        path: PathBuf,
        /// What was asked for.
        what: &'static str,
    },
    /// Another process keeps the workspace's lock.
    #[error("another lambdeck is changing this workspace and does not finish; if none runs, remove `{}`", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// A setting is not acceptable.
    #[error("{reason}; `{}` is as it was", path.display())]
    Setting {
        /// The file it would stand in.
        path: PathBuf,
        /// Why, in a sentence.
        reason: String,
    },
    /// A file or folder could not be read.
    #[error("cannot read `{}`: {}", path.display(), reason(error))]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// Why it failed.
        error: io::Error,
    },
    /// A file or folder could not be written, moved or removed.
    #[error("cannot {action} `{}`: {}", path.display(), reason(error))]
    Write {
        /// `write`, `create`, `rename` or `move`.
        action: &'static str,
        /// What was to be changed; it is as it was before.
        path: PathBuf,
        /// Why it failed.
        error: io::Error,
    },
}

impl WorkspaceError {
    pub(super) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Read { path: path.into(), error }
    }

    pub(super) fn write(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Write { action, path: path.into(), error }
    }
}

/// Why an operation on a file failed and what to do about it.
pub(super) fn reason(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    let advice = match error.kind() {
        Kind::StorageFull => "the disk is full; free some space and try again",
        Kind::QuotaExceeded => "your disk quota is used up; free some space and try again",
        Kind::FileTooLarge => {
            "the file would be larger than this process may write (see `ulimit -f`)"
        }
        Kind::ReadOnlyFilesystem => "the file system is read-only",
        Kind::PermissionDenied => "permission denied; check owner and mode with `ls -l`",
        Kind::NotFound => "no such file or folder",
        Kind::IsADirectory => "it is a folder",
        Kind::NotADirectory => "a part of the path is not a folder",
        Kind::CrossesDevices => "source and target lie on different file systems",
        _ => return error.to_string(),
    };
    advice.into()
}

fn names(holders: &[LambdaName]) -> String {
    holders.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn held_by(holders: &[LambdaName]) -> String {
    if holders.is_empty() { "; none is held".into() } else { format!("; {} does", names(holders)) }
}

fn saved(known: &[String]) -> String {
    if known.is_empty() {
        return "; it has none".into();
    }
    format!(
        "; it has {}",
        known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    )
}
