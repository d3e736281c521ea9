//! The thread that understands: what a lambda's source means, and what may be meant where somebody types.

use super::queue::{Patience, Queued, Receiver};
use super::{Outbox, fault};
use crate::app::assist;
use crate::app::job::{Surroundings, UnderstandRequest};
use crate::language::analysis::Context;
use std::sync::Arc;
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
pub(super) fn work(asks: &Receiver<Box<UnderstandRequest>>, outbox: &Outbox) {
    let mut known: Option<(Surroundings, Arc<Context>)> = None;
    while let Ok(ask) = asks.receive(None) {
        fault::survive(|| answer(&ask, &mut known, outbox));
    }
}

fn answer(
    ask: &UnderstandRequest,
    known: &mut Option<(Surroundings, Arc<Context>)>,
    outbox: &Outbox,
) {
    fault::on_request("understand");
    if known.as_ref().is_none_or(|(surroundings, _)| *surroundings != ask.surroundings) {
        *known = Some((ask.surroundings.clone(), Arc::new(ask.surroundings.context())));
    }
    if let Some((_, context)) = known {
        outbox.send(assist::understand(ask, context.clone()));
    }
}
