//! Executing what is deployed in this process.

use super::{Desk, NotDone, Tell};
use crate::app::Message;
use crate::app::deployed::job::PlatformMessage;
use crate::gateway::Gateway;
use crate::platform::clock::SystemClock;
use crate::platform::owner::{Executor, Owner, OwnerError};
use crate::platform::traces::Traces;
use crate::platform::{OpenError, Parts, Platform, Told};
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
    platform: Platform,
    stop: Cancel,
    task: JoinHandle<()>,
    address: Option<String>,
}

impl Server {
    /// Where it listens, if it does.
    pub(super) fn address(&self) -> Option<String> {
        self.address.clone()
    }
}

impl Desk {
    /// Executes what is deployed, unless somebody else does, the workspace says not to, or a person stopped it.
    pub(super) fn serve_by_itself(&mut self) {
        if self.server.is_some() || self.is_stopped {
            return;
        }
        let wanted = self.workspace.load_config().0.serve.in_ide;
        if wanted && let Err(error) = self.serve() {
            if matches!(error, NotDone::Open(OpenError::Owner(OwnerError::Taken { .. }))) {
                return;
            }
            self.is_stopped = true;
            (self.tell)(Message::Failed(format!("What is deployed is not executed here: {error}")));
        }
    }

    /// Begins or stops to execute.
    pub(super) fn turn_serving(&mut self) -> Result<PlatformMessage, NotDone> {
        if self.server.is_some() {
            self.stop_serving();
            self.is_stopped = true;
        } else {
            self.is_stopped = false;
            match self.serve() {
                Ok(()) | Err(NotDone::Open(OpenError::Owner(OwnerError::Taken { .. }))) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(PlatformMessage::Serves(self.serving()))
    }

    fn serve(&mut self) -> Result<(), NotDone> {
        let settings = self.workspace.sound_config()?.0.serve;
        let store = self.store()?.clone();
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
        let bound = Gateway::bind(settings, Arc::new(platform.clone()));
        let gateway = match self.tokio.block_on(bound) {
            Ok(gateway) => Some(gateway),
            Err(error) => {
                let told = format!("Events are executed, but not taken by HTTP: {error}");
                (self.tell)(Message::Platform(Box::new(PlatformMessage::Warned(told))));
                None
            }
        };
        let address = gateway.as_ref().map(Gateway::url);
        if let Some(address) = &address {
            // Others only lose the address by it.
            let _ = platform.announce(address.clone());
        }
        self.tokio.spawn(tell_of_runs(platform.listen(), self.tell.clone()));
        let stop = Cancel::new();
        let task = self.tokio.spawn(execute(platform.clone(), gateway, stop.clone()));
        self.server = Some(Server { platform, stop, task, address });
        Ok(())
    }

    /// Stops executing: what runs is finished within a short time, or goes back into the queue.
    pub(super) fn stop_serving(&mut self) {
        let Some(Server { platform, stop, mut task, .. }) = self.server.take() else { return };
        stop.cancel();
        self.tokio.block_on(async {
            if tokio::time::timeout(GRACE, &mut task).await.is_err() {
                platform.return_what_runs();
                let _ = tokio::time::timeout(RETURN, &mut task).await;
                task.abort();
            }
        });
    }

    /// Ends everything that goes on here.
    pub fn close(mut self) {
        self.stop_serving();
        self.tokio.shutdown_timeout(Duration::from_millis(50));
    }
}

async fn execute(platform: Platform, gateway: Option<Gateway<Platform>>, stop: Cancel) {
    let answering = async {
        if let Some(gateway) = gateway {
            gateway.run(stop.cancelled()).await;
        }
    };
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
