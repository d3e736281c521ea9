//! What sources mean, found once for all who ask: those who check and those who understand are asked about the same text.

use crate::app::job::{Surroundings, TextId};
use crate::editor::Revision;
use crate::language::analysis::{Analysis, Context};
use ropey::Rope;
use std::sync::{Arc, Mutex, PoisonError};

/// So many texts are kept: those of a split screen, side by side.
const MOST_TEXTS: usize = 2;

/// The meanings of the texts that were asked about last. Whoever asks while one is being found waits for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Analysed(Arc<Mutex<Vec<Known>>>);

#[derive(Debug)]
struct Known {
    text: TextId,
    revision: Revision,
    surroundings: Surroundings,
    context: Arc<Context>,
    analysis: Arc<Analysis>,
    /// The one before. The loop holds it until it is told of the newer one; it is let go of here, which takes time.
    _before: Option<Arc<Analysis>>,
}

/// A text as it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) text: TextId,
    pub(super) revision: Revision,
    pub(super) rope: &'a Rope,
    pub(super) surroundings: &'a Surroundings,
}

impl Analysed {
    /// What a text means.
    pub(super) fn of(&self, asked: Asked<'_>) -> Arc<Analysis> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.iter().position(|it| it.text == asked.text).map(|at| all.remove(at));
        let known = match known {
            Some(known) => known.understand(asked),
            None => Known::new(asked),
        };
        let analysis = known.analysis.clone();
        all.insert(0, known);
        all.truncate(MOST_TEXTS);
        analysis
    }
}

impl Known {
    fn new(asked: Asked<'_>) -> Self {
        let context = Arc::new(asked.surroundings.context());
        let analysis = Arc::new(Analysis::of(asked.rope.to_string(), context.clone()));
        let Asked { text, revision, surroundings, .. } = asked;
        let surroundings = surroundings.clone();
        Self { text, revision, surroundings, context, analysis, _before: None }
    }

    fn understand(self, asked: Asked<'_>) -> Self {
        let is_same = self.surroundings == *asked.surroundings;
        if is_same && self.revision == asked.revision {
            return self;
        }
        let context = if is_same { self.context } else { Arc::new(asked.surroundings.context()) };
        let analysis = self.analysis.again(asked.rope.to_string(), context.clone());
        Self {
            revision: asked.revision,
            surroundings: if is_same { self.surroundings } else { asked.surroundings.clone() },
            context,
            _before: Some(self.analysis),
            analysis: Arc::new(analysis),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::Buffer;

    #[test]
    fn a_text_is_understood_once_and_anew_when_it_or_what_is_around_it_changes() {
        let analysed = Analysed::default();
        let mut buffer = Buffer::new("fn lambda(input) { 1 }");
        let text = TextId(1);
        let mut surroundings = Surroundings::default();
        let ask = |buffer: &Buffer, surroundings: &Surroundings| {
            let (revision, rope) = (buffer.revision(), buffer.rope());
            analysed.of(Asked { text, revision, rope, surroundings })
        };
        let first = ask(&buffer, &surroundings);
        assert!(Arc::ptr_eq(&first, &ask(&buffer, &surroundings)), "it is found once");
        buffer.paste("let a = 1; ");
        let second = ask(&buffer, &surroundings);
        assert_eq!(second.source(), buffer.rope().to_string());
        assert!(!Arc::ptr_eq(&first, &second));
        surroundings.environment.push("KEY".to_owned());
        let third = ask(&buffer, &surroundings);
        assert_eq!(third.context().environment, ["KEY"]);
        assert!(Arc::ptr_eq(&third, &ask(&buffer, &surroundings)));
    }
}
