//! The thread that checks: lambdas by the compiler, payloads by their schema, once typing pauses.

use super::analysed::{Analysed, Asked};
use super::queue::{Patience, Queued, Receiver};
use super::{Outbox, fault};
use crate::app::Message;
use crate::app::job::{Afterwards, Surroundings, TextId};
use crate::domain::{Diagnostic, EventId, Place, Severity, TextEdit, TextRange};
use crate::editor::Revision;
use crate::language::json::Document;
use crate::language::schema::{self, PayloadSchema};
use crate::language::{diagnose, format, lint};
use ropey::Rope;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How long typing has to pause.
const PAUSE: Duration = Duration::from_millis(200);

/// A text to be checked.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) text: TextId,
    pub(super) revision: Revision,
    pub(super) rope: Rope,
    pub(super) what: What,
    /// It has not been checked yet: nobody has typed in it.
    pub(super) is_new: bool,
}

impl Queued for Ask {
    fn patience(&self) -> Patience {
        let is_awaited = self.is_new || matches!(self.what, What::Layout(_));
        if is_awaited { Patience::None } else { Patience::FromLast(PAUSE) }
    }

    fn replaces(&self, older: &Self) -> bool {
        let is_check = |ask: &Self| !matches!(ask.what, What::Layout(_));
        self.text == older.text && is_check(self) && is_check(older)
    }
}

/// How a text is checked.
#[derive(Debug)]
pub(super) enum What {
    /// As a lambda's source, which may have so many characters, with what is known around it.
    Lambda(usize, Box<Surroundings>),
    /// Not at all: it is to be laid out, and at once, for somebody waits for it.
    Layout(Afterwards),
    /// As an input, by the schema of an event where there is one.
    Payload(Option<(EventId, Arc<str>)>),
}

/// What is kept from one check to the next.
struct Known {
    schemas: HashMap<EventId, Option<Arc<PayloadSchema>>>,
    analysed: Analysed,
}

/// Works until nobody can ask any more.
pub(super) fn work(asks: &Receiver<Ask>, analysed: Analysed, outbox: &Outbox) {
    let mut known = Known { schemas: HashMap::new(), analysed };
    while let Ok(ask) = asks.receive(None) {
        answer(ask, &mut known, outbox);
    }
}

/// The edits that lay out a source; a source that the formatter stumbles over is left alone.
fn lay_out(rope: &Rope) -> Result<Vec<TextEdit>, Box<Diagnostic>> {
    fault::survive(|| format::edits(&rope.to_string())).unwrap_or_else(|| {
        let message = "lambdeck has a fault, and the source was left alone";
        let start = TextRange::at(Place::new(1, 1));
        Err(Box::new(Diagnostic::error(diagnose::code::NOT_FORMATTED, message, start)))
    })
}

/// The finding that a source has more characters than it may have. The rope knows without looking through it.
fn too_long(rope: &Rope, limit: usize) -> Option<Diagnostic> {
    let count = rope.len_chars();
    (count > limit).then(|| {
        let line = rope.char_to_line(limit);
        let column = limit - rope.line_to_char(line);
        let place = Place::new(line as u32 + 1, column as u32 + 1);
        diagnose::too_long(count, limit, place)
    })
}

/// Checks a text. A text that the compiler stumbles over goes without an answer.
fn answer(ask: Ask, known: &mut Known, outbox: &Outbox) {
    if let What::Layout(afterwards) = ask.what {
        let result = lay_out(&ask.rope);
        let (text, revision) = (ask.text, ask.revision);
        return outbox.send(Message::Formatted { text, revision, result, afterwards });
    }
    fault::survive(|| check(ask, known, outbox));
}

fn check(ask: Ask, known: &mut Known, outbox: &Outbox) {
    fault::on_request("check");
    let (text, revision) = (ask.text, ask.revision);
    let event = match ask.what {
        What::Lambda(limit, surroundings) => {
            let (rope, surroundings) = (&ask.rope, &*surroundings);
            let asked = Asked { text, revision, rope, surroundings };
            let diagnostics = match too_long(rope, limit) {
                Some(too_long) => vec![too_long],
                None => lint::findings(&known.analysed.of(asked)),
            };
            return outbox.send(Message::Diagnosed { text, revision, diagnostics });
        }
        What::Payload(event) => event,
        What::Layout(_) => return,
    };
    let schema = event.and_then(|(id, source)| {
        let known = known.schemas.entry(id.clone()).or_insert_with(|| {
            let compiled = PayloadSchema::compile(&source).ok().map(Arc::new);
            if let Some(schema) = &compiled {
                outbox.send(Message::SchemaReady(id, schema.clone()));
            }
            compiled
        });
        known.clone()
    });
    let (diagnostics, value) = match Document::parse(&ask.rope.to_string()) {
        Ok(document) => {
            let found = schema
                .map_or_else(|| schema::envelope_only(&document), |schema| schema.check(&document));
            (found, Some(Arc::new(document.value().clone())))
        }
        Err(problem) => {
            debug_assert_eq!(problem.severity, Severity::Error);
            (vec![problem], None)
        }
    };
    outbox.send(Message::PayloadChecked { text, revision, diagnostics, value });
}
