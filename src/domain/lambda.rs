//! Lambdas and their names.

use super::event::EventId;
use super::limits::LimitOverrides;
use super::schedule::DeclaredSchedule;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The most characters a lambda's name may have.
pub const NAME_LIMIT: usize = 50;

/// The name of a lambda: a letter, then letters, digits and underscores, at most [`NAME_LIMIT`] characters, ASCII.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LambdaName(String);

/// Why a text is no name for a lambda.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was given.
    #[error("a lambda needs a name")]
    Empty,
    /// Blanks, and the name without them.
    #[error("a lambda's name has no blanks; `{0}` would do")]
    Blanks(String),
    /// The first character is not a letter.
    #[error("a lambda's name starts with a letter, not with `{0}`")]
    FirstCharacter(char),
    /// A character that is not allowed.
    #[error("`{0}` cannot stand in a lambda's name; use letters, digits and `_`")]
    Character(char),
    /// More than [`NAME_LIMIT`] characters.
    #[error("a lambda's name has at most {NAME_LIMIT} characters, this one has {0}")]
    TooLong(usize),
}

impl LambdaName {
    /// Checks `name` and makes it a name.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        if name.contains(char::is_whitespace) {
            let joined = name.split_whitespace().collect::<Vec<_>>().join("_");
            return Err(Self::new(joined).map_or_else(|error| error, |it| NameError::Blanks(it.0)));
        }
        let Some(first) = name.chars().next() else { return Err(NameError::Empty) };
        if !first.is_ascii_alphabetic() {
            return Err(NameError::FirstCharacter(first));
        }
        if let Some(bad) = name.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '_') {
            return Err(NameError::Character(bad));
        }
        if name.len() > NAME_LIMIT {
            return Err(NameError::TooLong(name.len()));
        }
        Ok(Self(name))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LambdaName {
    type Error = NameError;

    fn try_from(name: String) -> Result<Self, NameError> {
        Self::new(name)
    }
}

impl From<LambdaName> for String {
    fn from(name: LambdaName) -> Self {
        name.0
    }
}

impl fmt::Display for LambdaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A lambda as its `lambda.toml` describes it; the source is kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lambda {
    /// Its name, that of its folder.
    pub name: LambdaName,
    /// The event it is connected to; without one it can only be invoked.
    pub event: Option<EventId>,
    /// What it is for.
    pub description: String,
    /// Id of the template it came from.
    pub template: Option<String>,
    /// Its environment variables.
    pub env: BTreeMap<String, String>,
    /// Limits that differ from the workspace's.
    pub limits: LimitOverrides,
    /// The skills whose calls by event it is for; none for all.
    pub skills: Vec<String>,
    /// When it runs by itself, once it is deployed.
    pub schedules: Vec<DeclaredSchedule>,
}

impl Lambda {
    /// A lambda with nothing but a name.
    pub fn named(name: LambdaName) -> Self {
        Self {
            name,
            event: None,
            description: String::new(),
            template: None,
            env: BTreeMap::new(),
            limits: LimitOverrides::default(),
            skills: Vec::new(),
            schedules: Vec::new(),
        }
    }

    /// Its environment variables over those of the workspace.
    pub fn env_over(&self, workspace: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut env = workspace.clone();
        env.extend(self.env.clone());
        env
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules_of_the_hosted_system() {
        for good in ["a", "greet_vip", "A1", &"x".repeat(50)] {
            assert!(LambdaName::new(good).is_ok(), "{good}");
        }
        assert_eq!(LambdaName::new(""), Err(NameError::Empty));
        assert_eq!(LambdaName::new("1st"), Err(NameError::FirstCharacter('1')));
        assert_eq!(LambdaName::new("_x"), Err(NameError::FirstCharacter('_')));
        assert_eq!(LambdaName::new("a/../b"), Err(NameError::Character('/')));
        assert_eq!(LambdaName::new(" "), Err(NameError::Empty));
        assert_eq!(LambdaName::new(" my  bot"), Err(NameError::Blanks("my_bot".into())));
        assert_eq!(LambdaName::new("my bot!"), Err(NameError::Character('!')));
        assert_eq!(LambdaName::new("gruß"), Err(NameError::Character('ß')));
        assert_eq!(LambdaName::new("x".repeat(51)), Err(NameError::TooLong(51)));
    }
}
