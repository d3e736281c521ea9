//! The thread that colours: the latest request for a text wins, and edits in between are never lost.

use super::queue::{Patience, Queued, Receiver};
use super::{Outbox, fault};
use crate::app::Message;
use crate::app::colours::Colours;
use crate::app::job::{HighlightRequest, TextId};
use crate::language::highlight::Highlighter;
use std::collections::HashMap;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Instant;

/// How many lines are parsed before newer requests are looked at.
const LINES_A_STEP: usize = 2_000;

/// What the thread is asked.
#[derive(Debug)]
pub(super) enum Ask {
    /// To colour lines.
    Colour(Box<HighlightRequest>),
    /// To forget a text.
    Forget(TextId),
}

impl Queued for Ask {
    fn patience(&self) -> Patience {
        Patience::None
    }

    /// Each one has edits of its own.
    fn replaces(&self, _: &Self) -> bool {
        false
    }
}

/// Works until nobody can ask any more.
pub(super) fn work(asks: &Receiver<Ask>, outbox: &Outbox) {
    let mut texts: HashMap<TextId, Highlighter> = HashMap::new();
    let mut waiting: Vec<HighlightRequest> = Vec::new();
    loop {
        if waiting.is_empty() {
            match asks.receive(None) {
                Ok(ask) => take(&mut texts, &mut waiting, ask),
                Err(_) => return,
            }
        }
        loop {
            match asks.receive(Some(Instant::now())) {
                Ok(ask) => take(&mut texts, &mut waiting, ask),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        let Some(mut request) = waiting.pop() else { continue };
        let Some(highlighter) = texts.get_mut(&request.text) else { continue };
        let step = fault::survive(|| {
            fault::on_request("highlight");
            highlighter.highlight(&request.rope, request.lines.clone(), LINES_A_STEP)
        });
        let Some(step) = step else {
            // What it knew of the text may be half changed; it begins anew.
            texts.remove(&request.text);
            continue;
        };
        if step.complete && request.shown.look_like(request.lines.start, &step.lines) {
            continue;
        }
        outbox.send(Message::Highlighted {
            text: request.text,
            revision: request.revision,
            first: request.lines.start,
            lines: step.lines,
        });
        if !step.complete {
            request.shown = Colours::default();
            waiting.insert(0, request);
        }
    }
}

fn take(texts: &mut HashMap<TextId, Highlighter>, waiting: &mut Vec<HighlightRequest>, ask: Ask) {
    match ask {
        Ask::Forget(text) => {
            texts.remove(&text);
            waiting.retain(|request| request.text != text);
        }
        Ask::Colour(request) => {
            let highlighter =
                texts.entry(request.text).or_insert_with(|| Highlighter::new(request.syntax));
            highlighter.edited(&request.changes);
            waiting.retain(|older| older.text != request.text);
            waiting.push(*request);
        }
    }
}
