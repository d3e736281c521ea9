//! Script values as JSON text.
//!
//! Our own walk rather than serde's: it refuses what JSON cannot say instead of writing something like it, names the
//! place inside the value, and is bounded in depth and length, for values that are nested 100,000 deep or contain
//! themselves.

use super::functions::api_type_name;
use super::functions::http::Response;
use super::words::with_article;
use crate::domain::payload::NESTING_LIMIT;
use rhai::{Array, Dynamic, Map};
use std::fmt::Write;

/// Why a value is no JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotJson {
    /// The place inside the value, `.items[3]` for example; empty for the value itself.
    pub(super) path: String,
    /// What is there, as the end of a sentence: `is a function`.
    pub(super) problem: String,
}

/// `value` as JSON of at most `limit` bytes, exactly or not at all.
pub(super) fn strict(value: &Dynamic, limit: usize) -> Result<String, NotJson> {
    let mut writer = Writer { text: String::new(), limit, is_strict: true, path: Vec::new() };
    match writer.value(value) {
        Ok(()) => Ok(writer.text),
        Err(problem) => Err(NotJson { path: written(&writer.path), problem }),
    }
}

/// `value` as JSON in which whatever JSON cannot say is described in a string. What goes beyond `limit` bytes makes a
/// string of the beginning.
pub(super) fn lenient(value: &Dynamic, limit: usize) -> String {
    let mut writer = Writer { text: String::new(), limit, is_strict: false, path: Vec::new() };
    if writer.value(value).is_ok() {
        return writer.text;
    }
    let mut text = writer.text;
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push_str("… (cut)");
    serde_json::Value::String(text).to_string()
}

/// `value` as a person reads it in a log: strings without quotes, everything else as JSON.
pub(super) fn readable(value: &Dynamic, limit: usize) -> String {
    if let Ok(text) = value.as_immutable_string_ref() {
        return cut(&text, limit);
    }
    if value.is_unit() {
        return "()".to_owned();
    }
    if let Ok(character) = value.as_char() {
        return character.to_string();
    }
    let text = lenient(value, limit);
    match described(value) {
        Some(description) => description,
        None => text,
    }
}

/// `text`, or its first `limit` bytes with a mark.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}… ({} bytes cut)", &text[..end], text.len() - end)
}

/// What a value is that JSON has no form for.
fn described(value: &Dynamic) -> Option<String> {
    if let Ok(float) = value.as_float() {
        return (!float.is_finite()).then(|| float.to_string());
    }
    if value.is_fnptr() {
        return Some("a function".to_owned());
    }
    match value.type_name() {
        "timestamp" | "std::time::Instant" => Some("a timestamp".to_owned()),
        name if name.contains("Range") || name.starts_with("range") => Some("a range".to_owned()),
        name => api_type_name(name).map(with_article),
    }
}

enum Step {
    Key(String),
    Index(usize),
}

fn written(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        // Writing into a string cannot fail.
        let _ = match step {
            Step::Key(key) if is_name(key) => write!(text, ".{key}"),
            Step::Key(key) => write!(text, "[{:?}]", cut(key, 60)),
            Step::Index(index) => write!(text, "[{index}]"),
        };
        if text.len() > 200 {
            text.push('…');
            break;
        }
    }
    text
}

fn is_name(key: &str) -> bool {
    !key.is_empty() && key.len() <= 60 && key.chars().all(|it| it.is_alphanumeric() || it == '_')
}

struct Writer {
    text: String,
    limit: usize,
    is_strict: bool,
    path: Vec<Step>,
}

impl Writer {
    fn value(&mut self, value: &Dynamic) -> Result<(), String> {
        if self.text.len() > self.limit {
            return Err(format!("makes more than {} bytes of JSON", self.limit));
        }
        if let Ok(text) = value.as_immutable_string_ref() {
            return self.string(&text);
        }
        if let Ok(int) = value.as_int() {
            // Writing into a string cannot fail, here and below.
            let _ = write!(self.text, "{int}");
        } else if value.is_map() {
            return match value.as_map_ref() {
                Ok(map) => self.map(&map),
                Err(_) => Err("is being changed while it is read".to_owned()),
            };
        } else if value.is_array() {
            return match value.as_array_ref() {
                Ok(array) => self.array(&array),
                Err(_) => Err("is being changed while it is read".to_owned()),
            };
        } else if let Ok(flag) = value.as_bool() {
            self.text.push_str(if flag { "true" } else { "false" });
        } else if value.is_unit() {
            self.text.push_str("null");
        } else {
            return self.rarity(value);
        }
        Ok(())
    }

    fn rarity(&mut self, value: &Dynamic) -> Result<(), String> {
        if let Ok(float) = value.as_float()
            && let Some(number) = serde_json::Number::from_f64(float)
        {
            let _ = write!(self.text, "{number}");
            return Ok(());
        }
        if let Ok(character) = value.as_char() {
            return self.string(character.encode_utf8(&mut [0; 4]));
        }
        if let Ok(blob) = value.as_blob_ref() {
            return self.blob(&blob);
        }
        if let Some(response) = value.clone().try_cast::<Response>() {
            return self.response(&response);
        }
        let what = described(value).unwrap_or_else(|| format!("of type {}", value.type_name()));
        if self.is_strict {
            return Err(format!("is {what}"));
        }
        self.string(&what)
    }

    fn string(&mut self, text: &str) -> Result<(), String> {
        if self.text.len() + text.len() > self.limit {
            if !self.is_strict {
                let room = self.limit.saturating_sub(self.text.len());
                self.text.push_str(&cut(text, room));
            }
            return Err(format!("makes more than {} bytes of JSON", self.limit));
        }
        let quoted = serde_json::to_string(text).map_err(|error| error.to_string())?;
        self.text.push_str(&quoted);
        Ok(())
    }

    /// A response as a map of what there is to read in it.
    fn response(&mut self, response: &Response) -> Result<(), String> {
        let mut map = Map::new();
        map.insert("status".into(), rhai::INT::from(response.status()).into());
        map.insert("headers".into(), response.headers().into());
        map.insert("text".into(), response.text().into());
        map.insert("url".into(), response.url().to_owned().into());
        self.map(&map)
    }

    fn blob(&mut self, blob: &[u8]) -> Result<(), String> {
        self.text.push('[');
        for (index, byte) in blob.iter().enumerate() {
            if self.text.len() > self.limit {
                return Err(format!("makes more than {} bytes of JSON", self.limit));
            }
            let _ = write!(self.text, "{}{byte}", if index > 0 { "," } else { "" });
        }
        self.text.push(']');
        Ok(())
    }

    fn array(&mut self, array: &Array) -> Result<(), String> {
        if self.is_too_deep()? {
            return Ok(());
        }
        self.text.push('[');
        for (index, value) in array.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.path.push(Step::Index(index));
            self.value(value)?;
            self.path.pop();
        }
        self.text.push(']');
        Ok(())
    }

    fn map(&mut self, map: &Map) -> Result<(), String> {
        if self.is_too_deep()? {
            return Ok(());
        }
        self.text.push('{');
        for (index, (key, value)) in map.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.path.push(Step::Key(cut(key, 100)));
            self.string(key)?;
            self.text.push(':');
            self.value(value)?;
            self.path.pop();
        }
        self.text.push('}');
        Ok(())
    }

    /// The path is as long as the containers around are deep.
    fn is_too_deep(&mut self) -> Result<bool, String> {
        if self.path.len() < NESTING_LIMIT {
            return Ok(false);
        }
        if self.is_strict {
            return Err(format!("is nested more than {NESTING_LIMIT} levels deep"));
        }
        self.text.push_str("\"…\"");
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eval(script: &str) -> Dynamic {
        crate::language::engine::with_standard_library().eval(script).unwrap()
    }

    fn json(script: &str) -> String {
        strict(&eval(script), 1_000).unwrap()
    }

    #[test]
    fn values_that_json_has_are_written_exactly() {
        assert_eq!(json("1"), "1");
        assert_eq!(json("1.0"), "1.0");
        assert_eq!(json("0.1 + 0.2"), "0.30000000000000004");
        assert_eq!(json("-9223372036854775807 - 1"), "-9223372036854775808");
        assert_eq!(json("()"), "null");
        assert_eq!(json("'x'"), "\"x\"");
        assert_eq!(json("blob(2, 7)"), "[7,7]");
        assert_eq!(json(r#"#{ b: [true, "q\"\n"], a: #{} }"#), r#"{"a":{},"b":[true,"q\"\n"]}"#);
        assert_eq!(json("let a = [1]; let f = || a; a"), "[1]");
    }

    #[test]
    fn what_json_cannot_say_is_named_with_its_path() {
        for (script, path, problem) in [
            ("|x| x", "", "is a function"),
            ("#{ items: [1, #{ f: |x| x }] }", ".items[1].f", "is a function"),
            ("#{ \"a b\": timestamp() }", "[\"a b\"]", "is a timestamp"),
            ("[0..5]", "[0]", "is a range"),
            ("[0..=5]", "[0]", "is a range"),
            ("0.0 / 0.0", "", "is NaN"),
            ("[1.0 / 0.0]", "[0]", "is inf"),
        ] {
            let error = strict(&eval(script), 1_000).unwrap_err();
            assert_eq!((error.path.as_str(), error.problem.as_str()), (path, problem), "{script}");
        }
    }

    #[test]
    fn large_values_are_refused_or_cut() {
        let value = eval("let a = []; a.pad(1000, 1); [a, a, a]");
        assert!(strict(&value, 5_000).unwrap_err().problem.contains("more than 5000 bytes"));
        assert!(lenient(&value, 5_000).len() < 6_000);
    }

    #[test]
    fn what_is_written_strictly_can_be_read() {
        let nest = |depth| eval(&format!("let a = []; for i in 1..{depth} {{ a = [a]; }} a"));
        let text = strict(&nest(NESTING_LIMIT), 1_000).unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
        let error = strict(&nest(NESTING_LIMIT + 1), 1_000).unwrap_err();
        assert!(error.problem.contains("127 levels"), "{error:?}");
    }

    #[test]
    fn logs_show_what_json_cannot_say_in_words() {
        assert_eq!(lenient(&eval("[|x| x, 0.0 / 0.0]"), 100), r#"["a function","NaN"]"#);
        assert_eq!(readable(&eval("\"plain\""), 100), "plain");
        assert_eq!(readable(&eval("()"), 100), "()");
        assert_eq!(readable(&eval("1.0"), 100), "1.0");
        assert_eq!(readable(&eval("[1, \"a\"]"), 100), "[1,\"a\"]");
        assert_eq!(readable(&eval("|x| x"), 100), "a function");
        assert_eq!(readable(&eval("\"ääää\""), 5), "ää… (4 bytes cut)");
        let long = lenient(&eval("let a = []; a.pad(5000, 1); a"), 100);
        assert!(long.starts_with("\"[1,1") && long.ends_with("(cut)\""), "{long}");
    }
}
