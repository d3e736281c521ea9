//! Events: what happens on the messaging platform and carries a payload to the lambdas connected to it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
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

impl ResultShape {
    /// What the shape accepts, in a few words.
    pub const fn accepted(self) -> &'static str {
        match self {
            Self::MessagingCommands => "nothing, one command, or a list of commands",
            Self::Mails => "a list of mails, `[]` to send none",
            Self::Ignored => "any value, it is ignored; `\"ok\"` is the custom",
            Self::Anything => "any value",
        }
    }

    /// Whether the platform would act on all of `result`; the error says in one sentence what it would not take and
    /// what is accepted. A lambda that returned nothing has the result null.
    pub fn check(self, result: &Value) -> Result<(), String> {
        match self {
            Self::MessagingCommands => check_commands(result),
            Self::Mails => check_mails(result),
            Self::Ignored | Self::Anything => Ok(()),
        }
    }
}

const COMMANDS: &str = "`systemMessage`, `transfer` or `closeConversation`";
const MAIL_FIELDS: [&str; 4] = ["targetEmail", "senderName", "senderEmail", "subject"];

fn check_commands(result: &Value) -> Result<(), String> {
    let commands = match result {
        Value::Null => return Ok(()),
        Value::Object(_) => std::slice::from_ref(result),
        Value::Array(commands) => commands,
        other => {
            let accepted = ResultShape::MessagingCommands.accepted();
            return Err(format!("{} was returned; the event accepts {accepted}", kind_of(other)));
        }
    };
    let mut seen: Vec<&str> = Vec::new();
    for (index, command) in commands.iter().enumerate() {
        let kind = check_command(command).map_err(|reason| {
            if commands.len() == 1 { reason } else { format!("command {}: {reason}", index + 1) }
        })?;
        if seen.contains(&kind) {
            return Err(format!(
                "`{kind}` appears twice; only the first command of each type is obeyed"
            ));
        }
        seen.push(kind);
    }
    Ok(())
}

/// Checks one command and gives its type.
fn check_command(command: &Value) -> Result<&str, String> {
    let Value::Object(fields) = command else {
        return Err(format!("a command is an object with a `type`, not {}", kind_of(command)));
    };
    let Some(kind) = fields.get("type") else {
        return Err(format!("the command has no `type`; it is {COMMANDS}"));
    };
    match kind.as_str() {
        Some("systemMessage") => match fields.get("text") {
            Some(Value::String(_)) => {}
            Some(Value::Array(texts)) if texts.is_empty() => {}
            Some(other) => {
                let kind = kind_of(other);
                return Err(format!(
                    "`text` of `systemMessage` is a string, or `[]` for no text, not {kind}"
                ));
            }
            None => return Err("`systemMessage` needs a `text`".into()),
        },
        Some("transfer") => {
            let skill = optional_text(fields, "skillId")?;
            let agent = optional_text(fields, "agentId")?;
            if !skill && !agent {
                return Err("`transfer` needs a `skillId`, an `agentId` or both".into());
            }
        }
        Some("closeConversation") => {}
        Some(other) => {
            return Err(format!("`{other}` is no command; the event accepts {COMMANDS}"));
        }
        None => return Err(format!("`type` is a string, {COMMANDS}, not {}", kind_of(kind))),
    }
    Ok(kind.as_str().unwrap_or_default())
}

/// Whether a `transfer` has this field.
fn optional_text(fields: &Map<String, Value>, field: &str) -> Result<bool, String> {
    match fields.get(field) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::String(_)) => Ok(true),
        Some(other) => Err(format!("`{field}` of `transfer` is a string, not {}", kind_of(other))),
    }
}

fn check_mails(result: &Value) -> Result<(), String> {
    let Value::Array(mails) = result else {
        let accepted = ResultShape::Mails.accepted();
        return Err(format!("{} was returned; the event accepts {accepted}", kind_of(result)));
    };
    for (index, mail) in mails.iter().enumerate() {
        let number = index + 1;
        let Value::Object(fields) = mail else {
            let fields = MAIL_FIELDS.map(|field| format!("`{field}`")).join(", ");
            return Err(format!("mail {number} is an object of {fields}, not {}", kind_of(mail)));
        };
        for field in MAIL_FIELDS {
            match fields.get(field) {
                Some(Value::String(_)) => {}
                Some(other) => {
                    return Err(format!(
                        "`{field}` of mail {number} is a string, not {}",
                        kind_of(other)
                    ));
                }
                None => return Err(format!("mail {number} has no `{field}`")),
            }
        }
    }
    Ok(())
}

const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
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
    /// How often a delivery of it is tried again, where that is not what the workspace says.
    pub retries: Option<u32>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(shape: ResultShape, result: &Value) -> String {
        shape.check(result).expect_err("must be refused")
    }

    #[test]
    fn commands_may_be_none_one_or_many() {
        let close = json!({"type": "closeConversation"});
        for good in [
            json!(null),
            json!([]),
            close.clone(),
            json!([{"type": "systemMessage", "text": "hello"}, {"type": "transfer", "skillId": "9"}, close]),
            json!({"type": "systemMessage", "text": []}),
            json!({"type": "transfer", "agentId": "a"}),
            json!({"type": "transfer", "skillId": null, "agentId": "a"}),
        ] {
            assert_eq!(ResultShape::MessagingCommands.check(&good), Ok(()), "{good}");
        }
    }

    #[test]
    fn a_refused_command_says_what_would_be_right() {
        for (result, reason) in [
            (
                json!("ok"),
                "a string was returned; the event accepts nothing, one command, or a list of commands",
            ),
            (
                json!({"text": "x"}),
                "the command has no `type`; it is `systemMessage`, `transfer` or `closeConversation`",
            ),
            (json!([{"type": "SEND_MESSAGE"}]), "`SEND_MESSAGE` is no command"),
            (json!({"type": 1}), "`type` is a string, `systemMessage`"),
            (json!({"type": "systemMessage"}), "`systemMessage` needs a `text`"),
            (json!({"type": "systemMessage", "text": 5}), "or `[]` for no text, not a number"),
            (json!({"type": "transfer"}), "`transfer` needs a `skillId`, an `agentId` or both"),
            (
                json!({"type": "transfer", "skillId": 900_001}),
                "`skillId` of `transfer` is a string, not a number",
            ),
            (
                json!([{"type": "closeConversation"}, 3]),
                "command 2: a command is an object with a `type`, not a number",
            ),
            (
                json!([{"type": "transfer", "skillId": "1"}, {"type": "transfer", "skillId": "2"}]),
                "`transfer` appears twice; only the first command of each type is obeyed",
            ),
        ] {
            let told = refused(ResultShape::MessagingCommands, &result);
            assert!(told.contains(reason), "{result}: {told}");
        }
    }

    #[test]
    fn mails_are_a_list_of_four_strings_each() {
        let mail =
            json!({"targetEmail": "a", "senderName": "b", "senderEmail": "c", "subject": "d"});
        assert_eq!(ResultShape::Mails.check(&json!([])), Ok(()));
        assert_eq!(ResultShape::Mails.check(&json!([mail, mail])), Ok(()));
        assert!(refused(ResultShape::Mails, &json!(null)).starts_with("nothing was returned"));
        assert!(refused(ResultShape::Mails, &mail).contains("a list of mails"));
        let mut bad = mail.clone();
        bad["subject"] = json!(7);
        assert_eq!(
            refused(ResultShape::Mails, &json!([mail, bad])),
            "`subject` of mail 2 is a string, not a number"
        );
        assert_eq!(refused(ResultShape::Mails, &json!([{}])), "mail 1 has no `targetEmail`");
    }
}
