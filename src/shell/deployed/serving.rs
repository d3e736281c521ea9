//! Executing what is deployed in this process.

use super::doorway::{self, Doorway};
use super::{Desk, NotDone, Tell};
use crate::app::Message;
use crate::app::deployed::Serving;
use crate::app::deployed::job::PlatformMessage;
use crate::platform::clock::SystemClock;
use crate::platform::owner::{Executor, Owner, OwnerError, owner_of};
use crate::platform::store::StoreError;
use crate::platform::traces::Traces;
use crate::platform::{Door as _, OpenError, Parts, Platform, Told};
use crate::runtime::{Cancel, Runtime};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::task::JoinHandle;

/// How long what runs may take when the program ends; then it goes back into the queue.
const GRACE: Duration = Duration::from_millis(1_500);
/// How long it takes to go back, at most.
const RETURN: Duration = Duration::from_millis(500);
/// How long the last spans may take to be sent: a person who quits waits for no collector.
const LAST_SPANS: Duration = Duration::from_millis(150);
/// What happens is told of at most so often.
pub(super) const PAUSE: Duration = Duration::from_millis(250);

/// The platform while it executes here.
pub(super) struct Server {
    pub(super) platform: Platform,
    pub(super) doorway: Arc<Doorway>,
    stop: Cancel,
    task: JoinHandle<()>,
    /// Tell of what runs, and of the collector.
    telling: [JoinHandle<()>; 2],
}

impl Server {
    /// Who executes: this process.
    pub(super) fn serving(&self) -> Serving {
        let (address, unheard) = self.doorway.now();
        Serving::Here { address, unheard }
    }
}

impl Desk {
    /// Executes what is deployed, unless somebody else does, the workspace says not to, or a person stopped it.
    pub(super) fn serve_by_itself(&mut self) {
        // Who tries to take the lock touches its file, and is told of that: it is not tried in vain.
        if self.server.is_some() || self.is_stopped || owner_of(&self.state).is_some() {
            return;
        }
        if !self.workspace.load_config().0.serve.in_ide {
            return;
        }
        match self.serve() {
            Ok(()) => {
                self.not_served = None;
                self.tell_that_it_serves();
            }
            // It is tried again when something has changed.
            Err(
                NotDone::Open(OpenError::Owner(OwnerError::Taken { .. }))
                | NotDone::Store(StoreError::ReadOnly { .. }),
            ) => {}
            Err(error) => {
                // To try touches the lock, which is told of like another process's doing: it would be tried for ever.
                self.is_stopped = matches!(error, NotDone::Open(OpenError::Owner(_)));
                let told = format!("What is deployed is not executed here: {error}");
                if self.not_served.as_ref() != Some(&told) {
                    self.not_served = Some(told.clone());
                    (self.tell)(Message::Failed(told));
                }
            }
        }
    }

    /// Says once in the life of a workspace that a port was opened unasked, and how to have it otherwise.
    fn tell_that_it_serves(&self) {
        let Some(address) = self.server.as_ref().and_then(|it| it.doorway.now().0) else { return };
        let mark = self.state.join(TOLD);
        if mark.exists() {
            return;
        }
        // Where it cannot be written down it is said again.
        let _ = std::fs::write(mark, "");
        let message = PlatformMessage::ServesByItself { address };
        (self.tell)(Message::Platform(Box::new(message)));
    }

    /// Begins or stops to execute.
    pub(super) fn turn_serving(&mut self) -> Result<PlatformMessage, NotDone> {
        if self.server.is_some() {
            self.stop_serving();
            self.is_stopped = true;
        } else {
            match self.serve() {
                Ok(()) | Err(NotDone::Open(OpenError::Owner(OwnerError::Taken { .. }))) => {
                    self.is_stopped = false;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(PlatformMessage::Serves(self.serving()))
    }

    fn serve(&mut self) -> Result<(), NotDone> {
        self.workspace.sound_config()?;
        let store = self.store()?.clone();
        store.ensure_writable()?;
        let _inside = self.tokio.enter();
        let owner = Owner::take_as(Executor::Ide, &self.state).map_err(OpenError::Owner)?;
        let platform = Platform::of(Parts {
            store,
            runner: Runtime::new(self.worker.clone()),
            clock: Arc::new(SystemClock),
            traces: Traces::of(&self.workspace),
            workspace: self.workspace.clone(),
            owner: Some(owner),
        });
        let doorway = Arc::new(Doorway::new(self.workspace.clone(), self.tell.clone()));
        let gateway = self.tokio.block_on(doorway.open(&platform));
        self.tokio.spawn(tell_of_runs(platform.listen(), self.tell.clone()));
        let telling = [
            self.tokio.spawn(tell_of_ongoing(platform.clone(), self.tell.clone())),
            self.tokio.spawn(tell_of_trouble(platform.clone(), self.tell.clone())),
        ];
        let stop = Cancel::new();
        let answering =
            doorway::answer(Arc::clone(&doorway), platform.clone(), gateway, stop.clone());
        let task = self.tokio.spawn(execute(platform.clone(), answering, stop.clone()));
        self.server = Some(Server { platform, doorway, stop, task, telling });
        Ok(())
    }

    /// Stops executing: what runs is finished within a short time, or goes back into the queue.
    pub(super) fn stop_serving(&mut self) {
        let Some(Server { platform, stop, mut task, telling, .. }) = self.server.take() else {
            return;
        };
        stop.cancel();
        self.tokio.block_on(async {
            if tokio::time::timeout(GRACE, &mut task).await.is_err() {
                platform.return_what_runs();
                let _ = tokio::time::timeout(RETURN, &mut task).await;
                task.abort();
            }
            for telling in telling {
                telling.abort();
                let _ = telling.await;
            }
        });
        (self.tell)(Message::Platform(Box::new(PlatformMessage::Ongoing(Vec::new()))));
    }

    /// Ends everything that goes on here.
    pub fn close(mut self) {
        self.stop_serving();
        self.tokio.shutdown_timeout(Duration::from_millis(50));
    }
}

/// Stands in the folder of state once it was said that the IDE executes and listens.
const TOLD: &str = "told-of-serving";

async fn execute(platform: Platform, answering: impl Future<Output = ()>, stop: Cancel) {
    tokio::join!(platform.run(stop.cancelled()), answering);
    platform.end_traces(LAST_SPANS).await;
}

/// Says that something ran, not more often than a person can read.
async fn tell_of_runs(mut told: Receiver<Told>, tell: Tell) {
    loop {
        match told.recv().await {
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
        tokio::time::sleep(PAUSE).await;
        while let Ok(_) | Err(TryRecvError::Lagged(_)) = told.try_recv() {}
        tell(Message::Platform(Box::new(PlatformMessage::Ran)));
    }
}

/// Says what runs, whenever that changes.
async fn tell_of_ongoing(platform: Platform, tell: Tell) {
    let mut ongoing = platform.follow_ongoing();
    loop {
        let runs = ongoing.next().await;
        tell(Message::Platform(Box::new(PlatformMessage::Ongoing(runs))));
    }
}

/// Says when the collector takes no spans, and when it does again.
async fn tell_of_trouble(platform: Platform, tell: Tell) {
    let traces = platform.traces();
    let mut known = None;
    loop {
        known = traces.trouble(known.as_ref()).await;
        tell(Message::Platform(Box::new(PlatformMessage::Collector(known.clone()))));
    }
}
