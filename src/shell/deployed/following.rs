//! The runs of another process that executes here, and a person's wish that one should stop.

use super::Desk;
use crate::app::Message;
use crate::app::deployed::Serving;
use crate::app::deployed::job::PlatformMessage;
use crate::app::words::capital;
use crate::domain::RunId;
use crate::platform::{doer, ongoing};
use std::ops::ControlFlow;
use tokio::task::JoinHandle;

/// Whoever tells what another process runs.
pub(super) struct Following {
    pid: u32,
    task: JoinHandle<()>,
}

impl Desk {
    /// Has it told what another process runs, while one executes here.
    pub(super) fn follow_others(&mut self, serving: &Serving) {
        let Serving::Elsewhere { pid, .. } = *serving else { return };
        let is_followed = |it: &Following| it.pid == pid && !it.task.is_finished();
        if self.following.as_ref().is_some_and(is_followed) {
            return;
        }
        let (state, tell) = (self.state.clone(), self.tell.clone());
        let task = self.tokio.spawn(async move {
            let say = |message| tell(Message::Platform(Box::new(message)));
            let mut was_told = false;
            let each = |runs| {
                was_told = true;
                say(PlatformMessage::Ongoing(runs));
                ControlFlow::Continue(())
            };
            // One that cannot be asked is another lambdeck; its runs are listed when they have ended.
            let _ = ongoing::follow(&state, each).await;
            if was_told {
                say(PlatformMessage::Ongoing(Vec::new()));
                say(PlatformMessage::OwnerChanged);
            }
        });
        self.following = Some(Following { pid, task });
    }

    /// Cancels a run that goes on, wherever it does.
    pub(super) fn cancel_run(&self, run: RunId) -> PlatformMessage {
        if let Some(run) = self.replays.cancel(run) {
            return PlatformMessage::Cancelled(run);
        }
        let (run, by) = (run.to_string(), doer().by);
        let cancelled = match &self.server {
            Some(server) => {
                let _inside = self.tokio.enter();
                server.platform.cancel_run(&run, by)
            }
            None => ongoing::cancel(&self.state, &run, &by),
        };
        match cancelled {
            Ok(run) => PlatformMessage::Cancelled(run),
            Err(error) => PlatformMessage::Warned(capital(&error.to_string())),
        }
    }
}
