//! Values bound into a query of SOQL.
//!
//! A value becomes a literal and nothing else, whatever it holds: that is the whole point. Placeholders are `?` for an array
//! of values and `:name` for a map; inside of texts they are letters like any other.

use crate::runtime::worker::functions::arguments::alternatives;
use crate::runtime::worker::words::with_article;
use jiff::Timestamp;
use jiff::civil::Date;
use rhai::{Array, Dynamic, Map};
use std::collections::BTreeSet;

/// `query` with `values` in place of its placeholders.
pub(super) fn bound(query: &str, values: &Dynamic) -> Result<String, String> {
    if values.is_unit() {
        return Ok(query.to_owned());
    }
    if let Ok(map) = values.as_map_ref() {
        return Binder::new(query).named(&map);
    }
    match values.as_array_ref() {
        Ok(list) => Binder::new(query).in_order(&list),
        Err(kind) => Err(format!(
            "`values` is an array for `?` or a map for `:name`, this is {}",
            with_article(kind)
        )),
    }
}

struct Binder<'a> {
    rest: &'a str,
    written: String,
}

impl<'a> Binder<'a> {
    fn new(query: &'a str) -> Self {
        Self { rest: query, written: String::with_capacity(query.len()) }
    }

    fn in_order(mut self, list: &Array) -> Result<String, String> {
        let mut used = 0;
        while self.up_to('?')? {
            self.rest = &self.rest[1..];
            let value = list.get(used).ok_or_else(|| {
                format!("there are more `?` in the query than the {} values", list.len())
            })?;
            self.written.push_str(&literal(value).map_err(|why| format!("value {used}: {why}"))?);
            used += 1;
        }
        if used < list.len() {
            return Err(format!("there are {} values for {used} `?` in the query", list.len()));
        }
        Ok(self.written)
    }

    fn named(mut self, map: &Map) -> Result<String, String> {
        let mut unused: BTreeSet<&str> = map.keys().map(rhai::Identifier::as_str).collect();
        while self.up_to(':')? {
            let after = &self.rest[1..];
            let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
            let end = after.find(|it| !is_name(it)).unwrap_or(after.len());
            let name = &after[..end];
            // A time of the day has colons too.
            if !name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') {
                self.written.push(':');
                self.rest = after;
                continue;
            }
            let value = map.get(name).ok_or_else(|| format!("there is no value for `:{name}`"))?;
            self.written.push_str(&literal(value).map_err(|why| format!("`{name}`: {why}"))?);
            unused.remove(name);
            self.rest = &after[end..];
        }
        match unused.first() {
            Some(name) => Err(format!("the query has no `:{name}`")),
            None => Ok(self.written),
        }
    }

    /// Copies up to the next `mark` outside of a text; whether there is one.
    fn up_to(&mut self, mark: char) -> Result<bool, String> {
        let mut is_text = false;
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\'' => is_text = !is_text,
                '\\' if is_text => {
                    characters.next();
                }
                _ if character == mark && !is_text => {
                    self.written.push_str(&self.rest[..at]);
                    self.rest = &self.rest[at..];
                    return Ok(true);
                }
                _ => {}
            }
        }
        if is_text {
            return Err("a text in the query is not closed: a `'` is missing".to_owned());
        }
        self.written.push_str(self.rest);
        self.rest = "";
        Ok(false)
    }
}

/// The literal that says `value`.
fn literal(value: &Dynamic) -> Result<String, String> {
    let Ok(list) = value.as_array_ref() else { return scalar(value) };
    if list.is_empty() {
        return Err("an empty array is in no query; leave the condition out".to_owned());
    }
    let items: Vec<String> = list.iter().map(scalar).collect::<Result<_, _>>()?;
    Ok(format!("({})", items.join(", ")))
}

fn scalar(value: &Dynamic) -> Result<String, String> {
    if let Ok(text) = value.as_immutable_string_ref() {
        return quoted(&text);
    }
    if let Ok(int) = value.as_int() {
        return Ok(int.to_string());
    }
    if let Ok(flag) = value.as_bool() {
        return Ok(flag.to_string());
    }
    if value.is_unit() {
        return Ok("null".to_owned());
    }
    if let Ok(float) = value.as_float() {
        return if float.is_finite() {
            Ok(float.to_string())
        } else {
            Err("it is no number".into())
        };
    }
    match value.as_map_ref() {
        Ok(map) => time(&map),
        Err(kind) => {
            let kinds = ["a string", "a number", "a bool", "`()`", "an array", "a date"];
            let kinds = alternatives(&kinds.map(str::to_owned));
            Err(format!("a query takes {kinds}, not {}", with_article(kind)))
        }
    }
}

/// `#{ date: "2026-03-09" }` or `#{ datetime: ... }`, the latter a text or milliseconds: in SOQL they have no quotes.
fn time(map: &Map) -> Result<String, String> {
    let only = |name: &str| map.get(name).filter(|_| map.len() == 1);
    if let Some(value) = only("date") {
        let text = value.clone().into_string().unwrap_or_default();
        let date: Date =
            text.parse().map_err(|_| format!("{text:?} is no date as 2026-03-09 is"))?;
        return Ok(date.to_string());
    }
    let Some(value) = only("datetime") else {
        return Err(
            "a map in a query is #{ date: \"2026-03-09\" } or #{ datetime: ... }".to_owned()
        );
    };
    let time = match value.as_int() {
        Ok(ms) => Timestamp::from_millisecond(ms).ok(),
        Err(_) => value.clone().into_string().ok().and_then(|text| text.parse().ok()),
    };
    let time = time.ok_or("`datetime` is milliseconds, or a text as 2026-03-09T08:30:00Z is")?;
    Ok(time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

fn quoted(text: &str) -> Result<String, String> {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('\'');
    for character in text.chars() {
        match character {
            '\'' | '"' | '\\' => literal.extend(['\\', character]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            '\u{8}' => literal.push_str("\\b"),
            '\u{c}' => literal.push_str("\\f"),
            other if other.is_control() => {
                return Err(format!("a query cannot hold the character {other:?}"));
            }
            other => literal.push(other),
        }
    }
    literal.push('\'');
    Ok(literal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(script: &str) -> Dynamic {
        crate::language::engine::with_standard_library().eval(script).unwrap()
    }

    #[test]
    fn values_become_literals_of_their_kind() {
        for (query, script, expected) in [
            ("a = ?", "[\"x\"]", "a = 'x'"),
            ("a = ? AND b < ? AND c = ?", "[1, 2.5, true]", "a = 1 AND b < 2.5 AND c = true"),
            ("a = ?", "[()]", "a = null"),
            ("a IN ?", "[[\"x\", \"y'z\"]]", "a IN ('x', 'y\\'z')"),
            ("a > ?", "[#{ date: \"2026-03-09\" }]", "a > 2026-03-09"),
            ("a > ?", "[#{ datetime: 1773041400118 }]", "a > 2026-03-09T07:30:00.118Z"),
            (
                "a > ?",
                "[#{ datetime: \"2026-03-09T08:30:00+01:00\" }]",
                "a > 2026-03-09T07:30:00.000Z",
            ),
            ("a = '?' AND b = ?", "[1]", "a = '?' AND b = 1"),
            ("a = 'it\\'s ?' AND b = ?", "[1]", "a = 'it\\'s ?' AND b = 1"),
            (
                "a = :x AND b > 2026-01-01T00:00:00Z AND c = ':x'",
                "#{ x: 7 }",
                "a = 7 AND b > 2026-01-01T00:00:00Z AND c = ':x'",
            ),
            ("a = :x OR b = :x", "#{ x: \"?\" }", "a = '?' OR b = '?'"),
            ("a = :x", "()", "a = :x"),
        ] {
            assert_eq!(bound(query, &values(script)).as_deref(), Ok(expected), "{query} {script}");
        }
    }

    #[test]
    fn what_cannot_be_bound_is_refused_with_the_reason() {
        for (query, script, says) in [
            ("a = ?", "[]", "more `?`"),
            ("a = 1", "[1]", "1 values for 0 `?`"),
            ("a = :x", "#{ y: 1 }", "no value for `:x`"),
            ("a = 1", "#{ y: 1 }", "the query has no `:y`"),
            ("a = ?", "[[]]", "empty array"),
            ("a = ?", "[[[1]]]", "not an array"),
            ("a = ?", "[#{ date: \"2026-03-09 OR true\" }]", "is no date"),
            ("a = ?", "[#{ datetime: \"now\" }]", "`datetime` is"),
            ("a = ?", "[#{ date: \"2026-03-09\", x: 1 }]", "a map in a query is"),
            ("a = ?", "[|| 1]", "not a function"),
            ("a = ?", "[\"\\x00\"]", "cannot hold"),
            ("a = ?", "[0.0 / 0.0]", "no number"),
            ("a = '? AND b = ?", "[1]", "not closed"),
            ("a = ?", "1", "`values` is an array"),
        ] {
            let error = bound(query, &values(script)).unwrap_err();
            assert!(error.contains(says), "{query} {script}: {error}");
        }
    }

    /// Reads a literal as the service does: up to the first quote that is not escaped.
    fn read_back(literal: &str) -> (String, &str) {
        let mut text = String::new();
        let mut characters = literal.strip_prefix('\'').unwrap().char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\'' => return (text, &literal[at + 2..]),
                '\\' => text.push(match characters.next().unwrap().1 {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    other => other,
                }),
                other => text.push(other),
            }
        }
        panic!("the text is not closed: {literal}")
    }

    proptest! {
        #[test]
        fn no_text_leaves_its_quotes(text in "[\\PC'\"\\\\\n\r\t?:%_]{0,40}") {
            let query = bound("a = ? AND b = ''", &vec![Dynamic::from(text.clone())].into()).unwrap();
            let (read, rest) = read_back(query.strip_prefix("a = ").unwrap());
            prop_assert_eq!(read, text);
            prop_assert_eq!(rest, " AND b = ''");
        }
    }
}
