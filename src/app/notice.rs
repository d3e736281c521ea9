//! The message at the bottom of the screen.

use crate::domain::Severity;

/// How long a message that needs no reaction stays, in milliseconds.
const STAY_MS: i64 = 5_000;
/// How long an error stays though keys are pressed, in milliseconds: it may come while somebody types.
const READ_MS: i64 = 1_000;

/// A message for the person, at the bottom of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How bad it is.
    pub severity: Severity,
    /// What happened, and what to do.
    pub text: String,
    /// When it was said, in milliseconds since the Unix epoch.
    pub since_ms: i64,
    /// When it goes by itself; an error stays until somebody has had time to read it and goes on.
    pub until_ms: Option<i64>,
}

impl Notice {
    /// Something that went well.
    pub fn info(text: impl Into<String>, now_ms: i64) -> Self {
        Self::new(Severity::Hint, text, now_ms, Some(STAY_MS))
    }

    /// Something the person should know.
    pub fn warning(text: impl Into<String>, now_ms: i64) -> Self {
        Self::new(Severity::Warning, text, now_ms, Some(2 * STAY_MS))
    }

    /// Something that failed.
    pub fn error(text: impl Into<String>, now_ms: i64) -> Self {
        Self::new(Severity::Error, text, now_ms, None)
    }

    fn new(
        severity: Severity,
        text: impl Into<String>,
        since_ms: i64,
        stay_ms: Option<i64>,
    ) -> Self {
        let until_ms = stay_ms.map(|stay| since_ms + stay);
        Self { severity, text: text.into(), since_ms, until_ms }
    }

    /// A key that is pressed now has it gone: whoever goes on has read it.
    pub const fn goes_at_key(&self, now_ms: i64) -> bool {
        self.until_ms.is_some() || now_ms - self.since_ms >= READ_MS
    }

    /// It says only what is under way.
    fn is_passing(&self) -> bool {
        self.text.ends_with('…')
    }

    /// Both of them, since nobody has read the `earlier` one yet.
    #[must_use]
    pub fn behind(self, earlier: &Self) -> Self {
        if earlier.is_passing() || earlier.text == self.text {
            return self;
        }
        let until_ms = earlier.until_ms.zip(self.until_ms).map(|(one, other)| one.max(other));
        let severity = earlier.severity.max(self.severity);
        Self { severity, text: format!("{}. {}", earlier.text, self.text), until_ms, ..self }
    }
}
