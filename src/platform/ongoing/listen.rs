//! The side of the process that executes.

use super::wire::{QUESTION_LIMIT, Question, Told, line, with_path};
use crate::platform::runner::Runner;
use crate::platform::service::Shared;
use crate::platform::store::Store;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener as Bound;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::OwnedReadHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

const MODE: u32 = 0o600;
/// So many may ask at a time.
const MOST: usize = 64;
/// How long a question may take to come.
const QUESTION_WITHIN: Duration = Duration::from_secs(5);
/// How long accepting pauses when the system has no room for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Listens in the folder `state`, whose lock the caller holds.
pub(in super::super) fn bind(state: &Path) -> io::Result<Bound> {
    with_path(state, |path| {
        // Whoever had it before is gone, for the lock is ours.
        let _ = fs::remove_file(path);
        let bound = Bound::bind(path)?;
        fs::set_permissions(path, fs::Permissions::from_mode(MODE))?;
        bound.set_nonblocking(true)?;
        Ok(bound)
    })
}

/// Takes away what [`bind`] made.
pub(in super::super) fn unbind(state: &Path) {
    let _ = with_path(state, |path| fs::remove_file(path));
}

/// Answers whoever asks.
pub(in super::super) async fn answer_all<S: Store, R: Runner>(
    bound: Bound,
    shared: Arc<Shared<S, R>>,
) {
    let listener = match UnixListener::from_std(bound) {
        Ok(listener) => listener,
        Err(error) => return tracing::warn!(%error, "others cannot see what runs"),
    };
    let mut asked = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if asked.len() < MOST => match accepted {
                Ok((stream, _)) if is_ours(&stream) => {
                    asked.spawn(answer(stream, Arc::clone(&shared)));
                }
                Ok(_) => {}
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = asked.join_next(), if !asked.is_empty() => {}
        }
    }
}

/// It comes from a process of the same person, or of root.
fn is_ours(stream: &UnixStream) -> bool {
    let own = rustix::process::getuid().as_raw();
    stream.peer_cred().is_ok_and(|peer| [own, 0].contains(&peer.uid()))
}

async fn answer<S: Store, R: Runner>(stream: UnixStream, shared: Arc<Shared<S, R>>) {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader.take(QUESTION_LIMIT));
    let mut text = String::new();
    let read = timeout(QUESTION_WITHIN, reader.read_line(&mut text)).await;
    let Ok(Ok(1..)) = read else { return };
    let told = match serde_json::from_str(&text) {
        Ok(Question::Ongoing) => Told::Ongoing(shared.ongoing.list()),
        Ok(Question::Cancel { run, by }) => match shared.cancel_run(&run, by) {
            Ok(run) => Told::Cancelled(run),
            Err(error) => Told::Refused(error.to_string()),
        },
        Ok(Question::Follow) => {
            let told = async {
                let mut following = shared.ongoing.follow();
                while writer.write_all(&line(&Told::Ongoing(following.next().await))).await.is_ok()
                {
                }
            };
            tokio::select! {
                () = told => {}
                () = gone(reader.into_inner().into_inner()) => {}
            }
            return;
        }
        Err(error) => Told::Refused(format!("the question is not understood: {error}")),
    };
    let _ = writer.write_all(&line(&told)).await;
}

/// Ends when the other side has gone.
async fn gone(mut reader: OwnedReadHalf) {
    let mut bytes = [0; 64];
    while reader.read(&mut bytes).await.is_ok_and(|count| count > 0) {}
}
