//! Secrets from elsewhere: a JSON object, or the lines of a `.env` file.

use crate::domain::{Secret, SecretKind, SecretName};
use serde_json::Value;

/// Why a text cannot be imported. No message shows a value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct ImportError {
    /// The line or the name.
    place: String,
    /// What is wrong there.
    reason: String,
}

/// The secrets that `text` names, all or none.
pub fn read_import(text: &str) -> Result<Vec<(SecretName, Secret)>, ImportError> {
    if text.trim_start().starts_with('{') { read_json(text) } else { read_env(text) }
}

fn read_json(text: &str) -> Result<Vec<(SecretName, Secret)>, ImportError> {
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(text).map_err(|error| ImportError {
            place: format!("line {}, column {}", error.line(), error.column()),
            reason: "not a JSON object of names and values".to_owned(),
        })?;
    object.iter().map(|(name, value)| pair(name, Secret::of(value))).collect()
}

fn pair(name: &str, secret: Result<Secret, String>) -> Result<(SecretName, Secret), ImportError> {
    let fault = |reason| ImportError { place: format!("`{name}`"), reason };
    Ok((SecretName::new(name).map_err(fault)?, secret.map_err(fault)?))
}

/// `NAME=value`, perhaps behind `export`, the value perhaps in quotes; `#` begins a comment.
fn read_env(text: &str) -> Result<Vec<(SecretName, Secret)>, ImportError> {
    let mut secrets = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let line = line.trim_start().trim_start_matches("export ").trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let fault = |reason: &str| ImportError {
            place: format!("line {}", index + 1),
            reason: reason.to_owned(),
        };
        let (name, value) = line.split_once('=').ok_or_else(|| fault("expected NAME=value"))?;
        let value = value.trim_start();
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let mut rest = value[1..].to_owned();
                while closing(&rest, quote).is_none() {
                    let (_, next) =
                        lines.next().ok_or_else(|| fault("the value's quote is not closed"))?;
                    rest = rest + "\n" + next;
                }
                let end = closing(&rest, quote).unwrap_or(rest.len());
                if quote == '"' { unescaped(&rest[..end]) } else { rest[..end].to_owned() }
            }
            _ => value.split(" #").next().unwrap_or_default().trim_end().to_owned(),
        };
        secrets.push(pair(name.trim_end(), Secret::new(SecretKind::String, value))?);
    }
    Ok(secrets)
}

/// Where `quote` closes the value, which `\` keeps it from in double quotes.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        if character == quote && !is_escaped {
            return Some(at);
        }
        is_escaped = quote == '"' && character == '\\' && !is_escaped;
    }
    None
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('n') => plain.push('\n'),
                Some('r') => plain.push('\r'),
                Some('t') => plain.push('\t'),
                Some(other) => plain.push(other),
                None => plain.push('\\'),
            },
            (other, false) => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, &'static str, String)> {
        let secrets = read_import(text).unwrap();
        secrets
            .into_iter()
            .map(|(name, it)| (name.to_string(), it.kind().as_str(), it.reveal().to_owned()))
            .collect()
    }

    fn row(name: &str, kind: &'static str, value: &str) -> (String, &'static str, String) {
        (name.into(), kind, value.into())
    }

    #[test]
    fn json_and_lines_are_read() {
        assert_eq!(
            read(r#" {"a": "x", "b": 1.5, "c": {"d": [1]}, "e": true}"#),
            [
                row("a", "string", "x"),
                row("b", "number", "1.5"),
                row("c", "json", r#"{"d":[1]}"#),
                row("e", "json", "true"),
            ]
        );
        let text = "# comment\n\nA=plain # said\nexport B = \"two\\nlines \\\"here\\\"\"\nC='as \\n it is'\nD=\"over\ntwo\"\nE=a#b=c\n";
        assert_eq!(
            read(text),
            [
                row("A", "string", "plain"),
                row("B", "string", "two\nlines \"here\""),
                row("C", "string", "as \\n it is"),
                row("D", "string", "over\ntwo"),
                row("E", "string", "a#b=c"),
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_named_without_a_value() {
        for (text, says) in [
            ("{\"a\": s3cret}", "line 1, column 7"),
            ("{\"a b\": \"s3cret\"}", "`a b`"),
            ("A=x\ns3cret", "line 2"),
            ("A=\"s3cret\nB=x", "line 1"),
            ("A=", "`A`"),
        ] {
            let error = read_import(text).unwrap_err().to_string();
            assert!(error.contains(says) && !error.contains("s3cret"), "{error}");
        }
    }
}
