//! Secrets: values that a lambda may read and nobody else may see.

use super::payload;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// The most characters a secret's name may have.
pub const SECRET_NAME_CHARS: usize = 100;

/// The most characters a secret's value may have.
pub const SECRET_VALUE_CHARS: usize = 16_384;

/// How the names start of secrets that a lambda cannot change.
pub const RESERVED_SECRETS: &str = "LIVEPERSON_DEFAULT_";

/// The name of a secret: letters, digits, `_` and `-`, at most [`SECRET_NAME_CHARS`], ASCII.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretName(String);

impl SecretName {
    /// Checks `name` and makes it a name; why it is none, in a sentence.
    pub fn new(name: impl Into<String>) -> Result<Self, String> {
        let name = name.into();
        if name.is_empty() {
            return Err("a secret needs a name".to_owned());
        }
        let bad = name.chars().find(|it| !it.is_ascii_alphanumeric() && !matches!(it, '_' | '-'));
        if let Some(bad) = bad {
            return Err(format!(
                "`{bad}` cannot stand in a secret's name; use letters, digits, `_` and `-`"
            ));
        }
        if name.len() > SECRET_NAME_CHARS {
            let chars = name.len();
            return Err(format!(
                "a secret's name has at most {SECRET_NAME_CHARS} characters, this one has {chars}"
            ));
        }
        Ok(Self(name))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SecretName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::new(name)
    }
}

impl From<SecretName> for String {
    fn from(name: SecretName) -> Self {
        name.0
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a secret holds; it decides how the value is checked and what a lambda gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// Any text.
    String,
    /// An integer or a float.
    Number,
    /// Any JSON.
    Json,
}

impl SecretKind {
    /// All kinds, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::String, Self::Number, Self::Json];

    /// As it is written on a command line and on the screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Json => "json",
        }
    }
}

/// The value of a secret. Debugging does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    #[serde(rename = "type")]
    kind: SecretKind,
    #[serde(rename = "value")]
    text: String,
}

impl Secret {
    /// Checks `text` and makes it the value of a secret; why it is none, in a sentence that does not show it.
    pub fn new(kind: SecretKind, text: impl Into<String>) -> Result<Self, String> {
        let text = text.into();
        let chars = text.chars().count();
        if chars > SECRET_VALUE_CHARS {
            return Err(format!(
                "a secret's value has at most {SECRET_VALUE_CHARS} characters, this one has {chars}"
            ));
        }
        match kind {
            SecretKind::String if text.is_empty() => {
                return Err("a secret needs a value".to_owned());
            }
            SecretKind::String => return Ok(Self { kind, text }),
            SecretKind::Number | SecretKind::Json => {}
        }
        let text = text.trim().to_owned();
        payload::check_json(&text).map_err(|error| match error.place {
            // The place is told, the text around it is not.
            Some(place) => format!(
                "the value is no {} that a lambda can hold, line {}, column {}",
                kind.as_str(),
                place.line,
                place.column
            ),
            None => format!("the value is no {} that a lambda can hold", kind.as_str()),
        })?;
        let secret = Self { kind, text };
        if kind == SecretKind::Number && !secret.value().is_number() {
            return Err("the value is no number".to_owned());
        }
        Ok(secret)
    }

    /// The secret that `value` makes: a text, a number, or JSON.
    pub fn of(value: &Value) -> Result<Self, String> {
        match value {
            Value::String(text) => Self::new(SecretKind::String, text),
            Value::Number(number) => Self::new(SecretKind::Number, number.to_string()),
            other => Self::new(SecretKind::Json, other.to_string()),
        }
    }

    /// The same secret with another value of its kind.
    pub fn with(&self, value: &Value) -> Result<Self, String> {
        match (self.kind, value) {
            (SecretKind::Json, other) => Self::new(SecretKind::Json, other.to_string()),
            (SecretKind::String, Value::String(_)) | (SecretKind::Number, Value::Number(_)) => {
                Self::of(value)
            }
            (kind, _) => Err(format!("it holds a {0}; give a {0}", kind.as_str())),
        }
    }

    /// What it holds.
    pub const fn kind(&self) -> SecretKind {
        self.kind
    }

    /// The text of the value: as it is, or as JSON.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The value.
    pub fn value(&self) -> Value {
        match self.kind {
            SecretKind::String => Value::String(self.text.clone()),
            // What was checked when it was made is JSON.
            SecretKind::Number | SecretKind::Json => {
                serde_json::from_str(&self.text).unwrap_or(Value::Null)
            }
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.kind.as_str())
    }
}

/// Where a run's secrets come from.
pub trait SecretStore: fmt::Debug + Send + Sync {
    /// The secret called `name`.
    fn read(&self, name: &str) -> Result<Secret, SecretFailure>;

    /// Gives the secret called `name`, which must exist, another value of its kind, and returns it.
    fn update(&self, name: &str, value: &Value) -> Result<Secret, SecretFailure>;
}

/// Why a secret could not be read or changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SecretFailure {
    /// What kind of failure it is.
    pub kind: SecretFailureKind,
    /// What failed and what to do, in a sentence without any value.
    pub message: String,
}

/// The kinds of [`SecretFailure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretFailureKind {
    /// There is no secret of that name.
    NotFound,
    /// A name or a value is not acceptable.
    InvalidFormat,
    /// The secrets cannot be decrypted with the identity there is.
    AuthFailed,
    /// It may not be done.
    Forbidden,
    /// The file could not be read or written.
    OpFailed,
}

impl SecretFailureKind {
    /// The platform's error code, by the names of the hosted system.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "com.liveperson.faas.secret.not-found",
            Self::InvalidFormat => "com.liveperson.faas.secret.invalid-format",
            Self::AuthFailed => "com.liveperson.faas.secret.auth-failed",
            Self::Forbidden => "com.liveperson.faas.secret.forbidden",
            Self::OpFailed => "com.liveperson.faas.secret.op-failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_those_of_the_hosted_system() {
        let long = "x".repeat(100);
        for good in ["a", "api-key", "API_KEY_2", "7", long.as_str()] {
            assert_eq!(SecretName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "a b", "a.b", "ü", &(long.clone() + "x")] {
            assert!(SecretName::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn values_are_held_to_their_kind_and_never_shown() {
        let most = "ü".repeat(SECRET_VALUE_CHARS);
        for (kind, good) in [
            (SecretKind::String, " a\nb "),
            (SecretKind::String, most.as_str()),
            (SecretKind::Number, "-1.5"),
            (SecretKind::Number, " 42\n"),
            (SecretKind::Json, r#"{"a": [1, "b"]}"#),
            (SecretKind::Json, "null"),
        ] {
            let secret = Secret::new(kind, good).unwrap();
            assert_eq!(format!("{secret:?}"), format!("Secret({})", kind.as_str()));
        }
        for (kind, bad) in [
            (SecretKind::String, ""),
            (SecretKind::String, &*(most.clone() + "ü")),
            (SecretKind::Number, "s3cret"),
            (SecretKind::Number, "\"s3cret\""),
            (SecretKind::Number, "12345678901234567890"),
            (SecretKind::Json, "{\"s3cret\": }"),
        ] {
            let error = Secret::new(kind, bad).unwrap_err();
            assert!(!error.contains("s3cret") && !error.is_empty(), "{error}");
        }
        assert_eq!(Secret::new(SecretKind::String, " a ").unwrap().value(), json!(" a "));
    }

    #[test]
    fn a_new_value_is_of_the_kind_of_the_old_one() {
        let text = Secret::of(&json!("a")).unwrap();
        assert_eq!(text.with(&json!("b")).unwrap().reveal(), "b");
        assert!(text.with(&json!(1)).unwrap_err().contains("string"));
        let number = Secret::of(&json!(1)).unwrap();
        assert_eq!(number.with(&json!(2.5)).unwrap().kind(), SecretKind::Number);
        assert!(number.with(&json!("2")).is_err());
        let document = Secret::of(&json!({"a": 1})).unwrap();
        assert_eq!(document.with(&json!("b")).unwrap().reveal(), "\"b\"");
    }
}
