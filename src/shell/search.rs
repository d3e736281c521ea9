//! Looking through all lambdas, on a thread of its own, and changing what was found in their files.

use super::{Outbox, fault};
use crate::app::Message;
use crate::app::search::{FileChange, Replaced, SearchAnswer, SearchRequest};
use crate::domain::FileKey;
use crate::editor::Buffer;
use crate::workspace::Workspace;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// A search in a workspace.
type Ask = (Workspace, SearchRequest);

/// The thread, once something was searched.
#[derive(Debug, Default)]
pub(super) struct Searcher(Option<Sender<Ask>>);

impl Searcher {
    /// Looks for the answer to `request`; an older request that waits still is dropped.
    pub(super) fn ask(&mut self, workspace: Workspace, request: SearchRequest, outbox: &Outbox) {
        let ask = (workspace, request);
        let unsent = match &self.0 {
            Some(asks) => asks.send(ask).err().map(|refused| refused.0),
            None => Some(ask),
        };
        let Some(ask) = unsent else { return };
        let (sender, asks) = channel();
        let out = outbox.clone();
        let started =
            thread::Builder::new().name("search".to_owned()).spawn(move || work(&asks, &out));
        match started {
            Ok(_) => {
                drop(sender.send(ask));
                self.0 = Some(sender);
            }
            Err(error) => {
                outbox.send(Message::Failed(format!("The lambdas cannot be searched: {error}")));
            }
        }
    }
}

/// Answers until nobody can ask any more; of several requests the last.
fn work(asks: &Receiver<Ask>, outbox: &Outbox) {
    while let Ok(first) = asks.recv() {
        let (workspace, request) = asks.try_iter().last().unwrap_or(first);
        let answer = fault::survive(|| {
            let payloads = |lambda: &_| workspace.payloads(lambda);
            SearchAnswer::to(&request, payloads, |file| read(&workspace, file))
        });
        if let Some(answer) = answer {
            outbox.send(Message::Searched(Box::new(answer)));
        }
    }
}

fn read(workspace: &Workspace, file: &FileKey) -> Result<String, String> {
    workspace.read(file).map_err(|error| error.to_string())
}

/// Makes changes in files; undo has them when a file is opened.
pub(super) fn replace(workspace: &Workspace, changes: &[FileChange]) -> Replaced {
    Replaced::by(
        changes,
        |file| read(workspace, file),
        |file, buffer: &Buffer| {
            let content = buffer.text();
            workspace.save(file, &content).map_err(|error| error.to_string())?;
            // The change is made; without its history no key takes it back, and that is all.
            let history = buffer.stored_history().write();
            let _ = workspace.undo_store().write(file, &content, &history);
            Ok(())
        },
    )
}
