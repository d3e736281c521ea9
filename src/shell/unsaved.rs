//! Unsaved text on its way to the journal: what waits, what could not be kept, and what may be forgotten.
//!
//! Nothing is removed from the journal while something else could not be written to it: a text that has a new name is
//! written under the new one first.

use crate::app::words::capital;
use crate::domain::LambdaName;
use crate::editor::Snapshot;
use crate::workspace::{Journal, JournalKey, TextHash};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::{Duration, Instant};

/// Unsaved text is in the journal at most this long after it came here. What is typed has waited half a second before,
/// which makes less than one in all.
const JOURNAL_AFTER: Duration = Duration::from_millis(200);
/// What could not be written is tried again after this long.
const AGAIN_AFTER: Duration = Duration::from_secs(3);

/// Every text that is not saved.
#[derive(Debug, Default)]
pub(super) struct Unsaved {
    texts: BTreeMap<JournalKey, Text>,
    to_forget: BTreeSet<JournalKey>,
    due: Option<Instant>,
    /// The person knows that something could not be written.
    told: bool,
}

#[derive(Debug)]
struct Text {
    snapshot: Snapshot,
    saved_as: Option<String>,
    /// The text on the disk that the typing started from.
    base: TextHash,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The journal has it.
    Kept,
    /// It is to be written; with the reason when that failed before.
    Waits(Option<String>),
}

/// A text that is nowhere but in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unkept {
    pub(super) key: JournalKey,
    /// Why it could not be kept.
    pub(super) why: String,
}

impl fmt::Display for Unkept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            JournalKey::Lambda(lambda) => write!(f, "{lambda}")?,
            JournalKey::Payload(lambda) => write!(f, "the payload of {lambda}")?,
            JournalKey::Saved(..) => write!(f, "{}", self.key.file())?,
        }
        write!(f, " ({})", self.why)
    }
}

impl Unsaved {
    /// When something is to be written.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// The unsaved texts of a lambda.
    pub(super) fn texts_of(
        &self,
        lambda: &LambdaName,
    ) -> impl Iterator<Item = (&JournalKey, &Snapshot)> {
        let of_lambda = self.texts.iter().filter(move |(key, _)| key.lambda() == lambda);
        of_lambda.map(|(key, text)| (key, &text.snapshot))
    }

    /// Whether `key` has text that the journal does not hold.
    pub(super) fn waits(&self, key: &JournalKey) -> bool {
        self.texts.get(key).is_some_and(|text| matches!(text.state, State::Waits(_)))
    }

    /// Takes in what is to be kept soon.
    pub(super) fn keep(
        &mut self,
        key: JournalKey,
        (snapshot, saved_as): (Snapshot, Option<String>),
        base: TextHash,
    ) {
        self.to_forget.remove(&key);
        let before = self.texts.remove(&key);
        let why = before.and_then(|text| match text.state {
            State::Waits(why) => why,
            State::Kept => None,
        });
        self.texts.insert(key, Text { snapshot, saved_as, base, state: State::Waits(why) });
        let soon = Instant::now() + JOURNAL_AFTER;
        self.due = Some(self.due.map_or(soon, |due| due.min(soon)));
    }

    /// The text of `key` is saved or given up; gives a sentence for the person as [`Unsaved::write`] does.
    pub(super) fn forget(&mut self, key: JournalKey, journal: &Journal) -> Option<String> {
        self.texts.remove(&key);
        self.to_forget.insert(key);
        self.write(journal)
    }

    /// Writes what waits. What cannot be written waits on; the first time the person is to be told the sentence that
    /// this gives.
    pub(super) fn write(&mut self, journal: &Journal) -> Option<String> {
        self.due = None;
        let mut failed = None;
        for (key, text) in &mut self.texts {
            if matches!(text.state, State::Kept) {
                continue;
            }
            text.state = match journal.write(
                key,
                text.base,
                &text.snapshot.text(),
                text.saved_as.as_deref(),
            ) {
                Ok(()) => State::Kept,
                Err(error) => {
                    failed = Some(capital(&error.to_string()));
                    State::Waits(Some(error.to_string()))
                }
            };
        }
        if failed.is_some() {
            self.due = Some(Instant::now() + AGAIN_AFTER);
        } else {
            for key in std::mem::take(&mut self.to_forget) {
                if let Err(error) = journal.remove(&key) {
                    return Some(capital(&error.to_string()));
                }
            }
        }
        let told = std::mem::replace(&mut self.told, failed.is_some());
        failed.filter(|_| !told).map(|why| format!("Unsaved text is not safe: {why}"))
    }

    /// What the journal does not hold.
    pub(super) fn unkept(&self) -> Vec<Unkept> {
        let waiting = self.texts.iter().filter_map(|(key, text)| match &text.state {
            State::Kept => None,
            State::Waits(why) => Some((key, why)),
        });
        waiting
            .map(|(key, why)| Unkept {
                key: key.clone(),
                why: why.clone().unwrap_or_else(|| "lambdeck has a fault".to_owned()),
            })
            .collect()
    }
}
