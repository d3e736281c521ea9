//! Events: what happens on the messaging platform and carries a payload to the lambdas connected to it.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// The machine id of an event, such as `controllerbot_messaging_ttr`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(String);

impl EventId {
    /// An id as it stands in a file or on the command line; whether the event exists is the catalogue's to say.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where an event or a template comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Embedded in the program.
    BuiltIn,
    /// A folder of the workspace.
    Workspace(PathBuf),
}

/// What an event accepts as a lambda's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultShape {
    /// Nothing, one command, or a list of commands: `systemMessage`, `transfer`, `closeConversation`.
    MessagingCommands,
    /// A list of mail descriptors, each `targetEmail`, `senderName`, `senderEmail`, `subject`.
    Mails,
    /// Whatever is returned is ignored; `"ok"` is the custom.
    Ignored,
    /// Any JSON value.
    Anything,
}

/// One kind of occurrence that raises an event; the payload tells which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubType {
    /// Identifier, `CONSUMER_OPEN_NEW_CONVERSATION` for example.
    pub id: String,
    /// Short human title, `first time, off hours` for example.
    pub title: String,
}

/// An example input of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The [`SubType::id`] it stands for.
    pub sub_type: String,
    /// The sub-type's title.
    pub title: String,
    /// The whole input as formatted JSON: an object of `headers` and `payload`.
    pub text: Arc<str>,
}

/// An event of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Machine id.
    pub id: EventId,
    /// Human name, `Messaging TTR` for example.
    pub name: String,
    /// When it fires, in a sentence or two.
    pub description: String,
    /// Which part of the platform raises it.
    pub raised_by: String,
    /// How many lambdas may be connected to it.
    pub slots: u32,
    /// What it accepts as a result.
    pub result: ResultShape,
    /// Its kinds of occurrence, never empty.
    pub sub_types: Vec<SubType>,
    /// One sample at least for every sub-type, in the order of the sub-types.
    pub samples: Vec<Sample>,
    /// JSON Schema (2020-12) of the `payload` of its input.
    pub schema: Arc<str>,
    /// Built in, or the workspace's own.
    pub origin: Origin,
}

impl Event {
    /// The sample for `sub_type`, spelt in any case.
    pub fn sample(&self, sub_type: &str) -> Option<&Sample> {
        self.samples.iter().find(|sample| sample.sub_type.eq_ignore_ascii_case(sub_type))
    }
}
