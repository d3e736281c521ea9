//! The side of other processes.

use super::NotCancelled;
use super::wire::{Question, Told, line, with_path};
use crate::domain::OngoingRun;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _};

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// The runs that go on in the workspace with the folder `state`, the one that began first before the others; none when
/// nobody executes there.
pub fn ongoing(state: &Path) -> io::Result<Vec<Arc<OngoingRun>>> {
    match ask(state, &Question::Ongoing) {
        Ok(Told::Ongoing(runs)) => Ok(runs),
        Ok(Told::Refused(reason)) => Err(io::Error::other(reason)),
        Ok(Told::Cancelled(_)) => Err(io::Error::other("another answer was expected")),
        Err(error) if is_nobody(&error) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Cancels the run with the id `run`, or with one that begins so, in the workspace with the folder `state`. It is
/// recorded as cancelled; its delivery, if it has one, becomes a dead letter.
pub fn cancel(state: &Path, run: &str, by: &str) -> Result<Arc<OngoingRun>, NotCancelled> {
    let question = Question::Cancel { run: run.to_owned(), by: by.to_owned() };
    match ask(state, &question) {
        Ok(Told::Cancelled(run)) => Ok(run),
        Ok(Told::Refused(reason)) => Err(NotCancelled::Refused(reason)),
        Ok(Told::Ongoing(_)) => {
            Err(NotCancelled::Refused("whoever executes here is another lambdeck".to_owned()))
        }
        Err(error) if is_nobody(&error) => Err(NotCancelled::Nobody),
        Err(error) => Err(NotCancelled::Refused(format!(
            "whoever executes in this workspace does not answer: {error}"
        ))),
    }
}

/// Tells the runs that go on in the workspace with the folder `state`, now and whenever they change, until whoever
/// executes there is gone or `tell` says that nobody listens. Needs a tokio runtime around it.
pub async fn follow(
    state: &Path,
    mut tell: impl FnMut(Vec<Arc<OngoingRun>>) -> std::ops::ControlFlow<()>,
) -> io::Result<()> {
    let stream = connect(state)?;
    stream.set_nonblocking(true)?;
    let mut stream = tokio::net::UnixStream::from_std(stream)?;
    stream.write_all(&line(&Question::Follow)).await?;
    let mut lines = tokio::io::BufReader::new(stream).lines();
    while let Some(line) = lines.next_line().await? {
        if let Told::Ongoing(runs) = serde_json::from_str(&line)?
            && tell(runs).is_break()
        {
            break;
        }
    }
    Ok(())
}

fn connect(state: &Path) -> io::Result<UnixStream> {
    with_path(state, |path| UnixStream::connect(path))
}

fn ask(state: &Path, question: &Question) -> io::Result<Told> {
    let mut stream = connect(state)?;
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    stream.write_all(&line(question))?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    if answer.is_empty() {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    Ok(serde_json::from_str(&answer)?)
}

/// Nobody is at the other end.
fn is_nobody(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
}
