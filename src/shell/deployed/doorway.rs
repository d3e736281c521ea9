//! Listening while the IDE executes: where, why not, and again once it may succeed.

use super::Tell;
use crate::app::Message;
use crate::app::deployed::Serving;
use crate::app::deployed::job::PlatformMessage;
use crate::gateway::Gateway;
use crate::platform::Platform;
use crate::runtime::Cancel;
use crate::workspace::Workspace;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// How long to wait before it is tried again, when nobody asks.
const AGAIN_AFTER: Duration = Duration::from_secs(15);

/// Where it listens.
pub(super) struct Doorway {
    workspace: Workspace,
    tell: Tell,
    state: Mutex<State>,
    asked: Notify,
}

#[derive(Default)]
struct State {
    address: Option<String>,
    unheard: Option<String>,
}

impl Doorway {
    /// One that is not open yet.
    pub(super) fn new(workspace: Workspace, tell: Tell) -> Self {
        Self { workspace, tell, state: Mutex::default(), asked: Notify::new() }
    }

    /// Where it listens; or why it does not.
    pub(super) fn now(&self) -> (Option<String>, Option<String>) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.address.clone(), state.unheard.clone())
    }

    /// A person looks: if it is not open, it is tried again at once.
    pub(super) fn try_again(&self) {
        if self.now().1.is_some() {
            self.asked.notify_one();
        }
    }

    /// Opens it as the workspace says now; says it when that fails, but not twice.
    pub(super) async fn open(&self, platform: &Platform) -> Option<Gateway<Platform>> {
        // With what the workspace says as a whole, or not at all: a door that asks for less than it should is none.
        let opened = match self.workspace.sound_config() {
            Ok((config, _)) => {
                let bound = Gateway::bind(config.serve, Arc::new(platform.clone())).await;
                bound.map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match opened {
            Ok(gateway) => {
                // Others only lose the address by it.
                let _ = platform.announce(gateway.url());
                *state = State { address: Some(gateway.url()), unheard: None };
                Some(gateway)
            }
            Err(reason) => {
                self.tell_failure(&mut state, &reason);
                None
            }
        }
    }

    fn tell_failure(&self, state: &mut State, reason: &str) {
        if state.unheard.replace(reason.to_owned()).is_none_or(|known| known != reason) {
            let told = format!(
                "Events are executed, but not taken by HTTP: {reason}. It is tried again by itself"
            );
            (self.tell)(Message::Platform(Box::new(PlatformMessage::Warned(told))));
        }
    }
}

/// Answers at the door until `stop`; while it is not open, tries to open it.
pub(super) async fn answer(
    doorway: Arc<Doorway>,
    platform: Platform,
    mut gateway: Option<Gateway<Platform>>,
    stop: Cancel,
) {
    while gateway.is_none() {
        tokio::select! {
            () = stop.cancelled() => return,
            () = doorway.asked.notified() => {}
            () = tokio::time::sleep(AGAIN_AFTER) => {}
        }
        gateway = doorway.open(&platform).await;
        if gateway.is_some() {
            let (address, unheard) = doorway.now();
            let serving = Serving::Here { address, unheard };
            (doorway.tell)(Message::Platform(Box::new(PlatformMessage::Serves(serving))));
        }
    }
    if let Some(gateway) = gateway {
        gateway.run(stop.cancelled()).await;
    }
}
