//! The thread that understands: what a lambda's source means, and what may be meant where somebody types.

use super::analysed::{Analysed, Asked};
use super::queue::{Patience, Queued, Receiver};
use super::{Outbox, fault};
use crate::app::assist;
use crate::app::job::UnderstandRequest;
use std::time::Duration;

/// How long typing has to pause when nobody waits for the answer.
const PAUSE: Duration = Duration::from_millis(200);

impl Queued for Box<UnderstandRequest> {
    fn patience(&self) -> Patience {
        if self.is_urgent { Patience::None } else { Patience::FromLast(PAUSE) }
    }

    fn replaces(&self, older: &Self) -> bool {
        self.text == older.text
    }
}

/// Works until nobody can ask any more. A source that it stumbles over goes without an answer.
pub(super) fn work(asks: &Receiver<Box<UnderstandRequest>>, analysed: &Analysed, outbox: &Outbox) {
    while let Ok(ask) = asks.receive(None) {
        fault::survive(|| {
            fault::on_request("understand");
            let (text, revision) = (ask.text, ask.revision);
            let (rope, surroundings) = (&ask.rope, &ask.surroundings);
            let analysis = analysed.of(Asked { text, revision, rope, surroundings });
            outbox.send(assist::understand(&ask, analysis));
        });
    }
}
