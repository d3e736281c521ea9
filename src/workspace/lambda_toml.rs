//! `lambda.toml`: what a lambda is connected to and what it may use; read, made and edited with its comments kept.

use super::document::{Problem, Reader, entries, line_of};
use super::error::WorkspaceError;
use crate::domain::{EventId, Lambda, LambdaName};
use std::path::Path;
use toml_edit::{DocumentMut, Item, RawString, Value};

/// The file's name.
pub const LAMBDA_FILE: &str = "lambda.toml";

const ENV_NAME_CHARS: usize = 200;
const ENV_VALUE_CHARS: usize = 1024;

/// Whether an environment variable of a lambda can be called `name` and hold `value`; why not, in a sentence.
pub fn check_env(name: &str, value: &str) -> Result<(), String> {
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(format!(
            "`{name}`: the name of an environment variable starts with a capital letter or `_`"
        ));
    }
    if let Some(bad) =
        name.chars().find(|c| !c.is_ascii_uppercase() && !c.is_ascii_digit() && *c != '_')
    {
        return Err(format!(
            "`{name}`: `{bad}` cannot stand in its name; use capital letters, digits and `_`"
        ));
    }
    if name.len() > ENV_NAME_CHARS {
        let chars = name.len();
        return Err(format!(
            "an environment variable's name has at most {ENV_NAME_CHARS} characters, not {chars}"
        ));
    }
    let chars = value.chars().count();
    if chars > ENV_VALUE_CHARS {
        return Err(format!(
            "`{name}`: a value has at most {ENV_VALUE_CHARS} characters, not {chars}"
        ));
    }
    Ok(())
}

/// Reads `text`, the content of the file at `path`; whatever is wrong is a problem and keeps its default.
pub(super) fn parse(name: LambdaName, path: &Path, text: &str) -> (Lambda, Vec<Problem>) {
    let mut lambda = Lambda::named(name);
    let mut reader = Reader::new(path, text);
    if let Some(document) = reader.parse() {
        for (key, item) in entries(document.as_table()) {
            match key.get() {
                "event" => {
                    let id = reader.string(key, item).filter(|id| !id.is_empty());
                    lambda.event = id.map(EventId::new);
                }
                "description" => lambda.description = reader.string(key, item).unwrap_or_default(),
                "template" => lambda.template = reader.string(key, item),
                "env" => lambda.env = reader.texts(key, item, check_env),
                "limits" => lambda.limits = reader.limits(key, item),
                _ => reader.unknown(key, "event, description, template, env, limits"),
            }
        }
    }
    (lambda, reader.problems)
}

/// The file of a new lambda.
pub(super) fn compose(event: Option<&EventId>, description: &str, template: &str) -> String {
    let mut document = DocumentMut::new();
    if let Some(event) = event {
        document["event"] = toml_edit::value(event.as_str());
    }
    document["description"] = toml_edit::value(description);
    document["template"] = toml_edit::value(template);
    format!(
        "{document}\n\
         # Environment variables, read with env::get(\"NAME\"): capital letters, digits and `_`.\n\
         [env]\n\
         # GREETING = \"Hello\"\n\n\
         # Limits that differ from the workspace's.\n\
         [limits]\n\
         # deadline_ms = 30000\n\
         # memory_mib = 256\n"
    )
}

/// `text` connected to `event`, or to none; comments and everything else stay.
pub(super) fn with_event(
    path: &Path,
    text: &str,
    event: Option<&EventId>,
) -> Result<String, WorkspaceError> {
    let mut document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| WorkspaceError::Broken {
            path: path.into(),
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            message: error.message().trim().replace('\n', ", "),
        })?;
    match event {
        Some(event) => set(&mut document, event),
        None => unset(&mut document),
    }
    Ok(document.to_string())
}

fn set(document: &mut DocumentMut, event: &EventId) {
    let mut new = Value::from(event.as_str());
    if let Some(old) = document.get("event").and_then(Item::as_value) {
        *new.decor_mut() = old.decor().clone();
    }
    document["event"] = Item::Value(new);
}

/// Removes the key and leaves the comment above it to whatever follows.
fn unset(document: &mut DocumentMut) {
    let position = document.iter().position(|(key, _)| key == "event");
    let Some((key, _)) = document.remove_entry("event") else { return };
    let comment =
        key.leaf_decor().prefix().and_then(RawString::as_str).unwrap_or_default().to_owned();
    if !comment.contains('#') {
        return;
    }
    let next = document.iter().nth(position.unwrap_or_default()).map(|(key, _)| key.to_owned());
    let Some(next) = next else {
        let rest = document.trailing().as_str().unwrap_or_default().to_owned();
        document.set_trailing(comment + &rest);
        return;
    };
    let joined = |old: Option<&RawString>| {
        comment.clone() + old.and_then(RawString::as_str).unwrap_or_default()
    };
    if let Some(table) = document.get_mut(&next).and_then(Item::as_table_mut) {
        let prefix = joined(table.decor().prefix());
        table.decor_mut().set_prefix(prefix);
    } else if let Some(mut key) = document.key_mut(&next) {
        let prefix = joined(key.leaf_decor().prefix());
        key.leaf_decor_mut().set_prefix(prefix);
    }
}
