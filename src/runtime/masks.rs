//! What must not be seen of a run: secrets that it has come to know.
//!
//! A secret is masked in the forms in which it could be written: as it is, in JSON and in a URL, in base64 wherever in
//! the encoded text it stands; a JSON secret also leaf by leaf. Values of fewer than [`SHORTEST`] characters are not
//! masked: they stand everywhere by chance, and a mask at each of them would tell more than it hides.

use crate::domain::{Failure, LogLine, Outcome, Secret};
use aho_corasick::AhoCorasick;
use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

/// What stands in the place of a secret.
pub const MASK: &str = "•••••";

/// The fewest characters of what is masked.
pub const SHORTEST: usize = 4;

/// The secrets of a run; clones share them. Whoever hands a secret to a lambda adds it here first, and whoever records
/// anything of the run masks it.
#[derive(Clone, Debug, Default)]
pub struct Masks {
    known: Arc<RwLock<Known>>,
}

#[derive(Default)]
struct Known {
    forms: BTreeSet<Form>,
    /// The forms in order, and what finds them; none when there are none.
    finder: Option<(Vec<Form>, AhoCorasick)>,
}

/// Shows no secret.
impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} forms", self.forms.len())
    }
}

/// One form of a secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    text: String,
    /// A number is one only where no further digit stands beside it.
    is_number: bool,
}

impl Masks {
    /// From now on `secret` is masked.
    pub fn add(&self, secret: &str) {
        self.extend(forms(secret));
    }

    /// From now on `secret` is masked, and every text and number in it.
    pub fn add_secret(&self, secret: &Secret) {
        let mut all: Vec<Form> = forms(secret.reveal()).collect();
        leaves(&secret.value(), &mut all);
        self.extend(all);
    }

    fn extend(&self, forms: impl IntoIterator<Item = Form>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let before = known.forms.len();
        known.forms.extend(forms.into_iter().filter(|it| it.text.chars().count() >= SHORTEST));
        if known.forms.len() > before {
            let list: Vec<Form> = known.forms.iter().cloned().collect();
            let finder = AhoCorasick::new(list.iter().map(|it| &it.text))
                .expect("secrets are at most a few MiB, far below the states there can be");
            known.finder = Some((list, finder));
        }
    }

    /// `text` without any secret.
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let Some((forms, finder)) = &known.finder else { return Cow::Borrowed(text) };
        let found = finder.find_overlapping_iter(text);
        let spans = found
            .map(|it| (&forms[it.pattern().as_usize()], it.range()))
            .filter(|(form, span)| !form.is_number || stands_alone(text, span))
            .map(|(_, span)| span);
        covered(text, spans.collect())
    }

    /// JSON text without any secret; none where it holds none.
    pub fn mask_json(&self, text: &str) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let value = serde_json::from_str(text).unwrap_or(Value::Null);
        let mut masked = value.clone();
        self.mask_value(&mut masked);
        if masked != value {
            return Some(masked.to_string());
        }
        // What stands there twice under one name is read once.
        match self.mask(text) {
            Cow::Owned(masked) => Some(masked),
            Cow::Borrowed(_) => None,
        }
    }

    fn is_empty(&self) -> bool {
        self.known.read().unwrap_or_else(PoisonError::into_inner).finder.is_none()
    }

    /// Masks the texts, names and numbers in `value`.
    pub fn mask_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.hide(text),
            Value::Number(number) => {
                let text = number.to_string();
                if let Cow::Owned(masked) = self.mask(&text) {
                    *value = Value::String(masked);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.mask_value(item)),
            Value::Object(fields) => {
                if fields.keys().any(|name| matches!(self.mask(name), Cow::Owned(_))) {
                    let masked =
                        |(name, value): (String, Value)| (self.mask(&name).into_owned(), value);
                    *fields = std::mem::take(fields).into_iter().map(masked).collect();
                }
                fields.values_mut().for_each(|field| self.mask_value(field));
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    pub(super) fn mask_log(&self, line: &mut LogLine) {
        self.hide(&mut line.message);
        line.extras.iter_mut().for_each(|extra| self.mask_value(extra));
    }

    pub(super) fn mask_outcome(&self, outcome: &mut Outcome) {
        match outcome {
            Outcome::Succeeded(value) => self.mask_value(value),
            Outcome::Failed(Failure { message, thrown, help, .. }) => {
                self.hide(message);
                if let Some(help) = help {
                    self.hide(help);
                }
                if let Some(thrown) = thrown {
                    self.mask_value(thrown);
                }
            }
            Outcome::Cancelled | Outcome::Interrupted => {}
        }
    }

    fn hide(&self, text: &mut String) {
        if let Cow::Owned(masked) = self.mask(text) {
            *text = masked;
        }
    }
}

/// `text` with a mask over each of `spans`; what overlaps or touches gets one.
fn covered(text: &str, mut spans: Vec<Range<usize>>) -> Cow<'_, str> {
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    spans.sort_unstable_by_key(|span| span.start);
    let mut masked = String::with_capacity(text.len());
    let mut end = 0;
    for span in spans {
        if span.start > end || masked.is_empty() {
            masked.push_str(&text[end..span.start]);
            masked.push_str(MASK);
        }
        end = end.max(span.end);
    }
    masked.push_str(&text[end..]);
    Cow::Owned(masked)
}

fn stands_alone(text: &str, span: &Range<usize>) -> bool {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let before = span.start.checked_sub(1).and_then(|at| bytes.get(at));
    !is_digit(before) && !is_digit(bytes.get(span.end))
}

/// The texts and numbers in a JSON value.
fn leaves(value: &Value, into: &mut Vec<Form>) {
    match value {
        Value::String(text) => into.extend(forms(text)),
        Value::Number(number) => {
            into.push(Form { text: number.to_string(), is_number: true });
        }
        Value::Array(items) => items.iter().for_each(|item| leaves(item, into)),
        Value::Object(fields) => fields.values().for_each(|field| leaves(field, into)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// The forms in which `secret` could be written.
fn forms(secret: &str) -> impl Iterator<Item = Form> + use<> {
    let mut texts = BTreeSet::new();
    // Below that length even an encoded form would stand somewhere by chance.
    if secret.chars().count() >= SHORTEST {
        let json = Value::from(secret).to_string();
        texts.insert(json[1..json.len() - 1].to_owned());
        texts.insert(format!("{secret:?}").trim_matches('"').to_owned());
        let in_url = percent_encoded(secret);
        texts.insert(in_url.replace("%20", "+"));
        texts.insert(in_url.to_lowercase());
        texts.insert(in_url);
        for offset in 0..3 {
            texts.insert(in_base64(&BASE64_NOPAD, secret, offset));
            texts.insert(in_base64(&BASE64URL_NOPAD, secret, offset));
        }
        let trimmed = secret.trim();
        texts.insert(trimmed.to_owned());
        texts.insert(secret.to_owned());
    }
    texts.into_iter().map(|text| Form { text, is_number: false })
}

/// What RFC 3986 leaves as it is.
const IN_URL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, IN_URL).to_string()
}

/// The characters of a base64 text that `secret` alone decides when `offset` bytes, modulo three, stand before it.
fn in_base64(encoding: &Encoding, secret: &str, offset: usize) -> String {
    let bytes: Vec<u8> = std::iter::repeat_n(0, offset).chain(secret.bytes()).collect();
    let text = encoding.encode(&bytes);
    let first = (offset * 8).div_ceil(6);
    let last = bytes.len() * 8 / 6;
    text[first.min(last)..last].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SecretKind;
    use data_encoding::{BASE64, BASE64URL};
    use proptest::prelude::*;
    use serde_json::json;

    fn masks(kind: SecretKind, text: &str) -> Masks {
        let masks = Masks::default();
        masks.add_secret(&Secret::new(kind, text).unwrap());
        masks
    }

    #[test]
    fn a_secret_inside_another_leaves_nothing_behind() {
        let masks = Masks::default();
        masks.clone().add("pass");
        masks.add("password-1");
        masks.add("");
        assert_eq!(masks.mask("password-1, pass"), "•••••, •••••");
        assert!(matches!(masks.mask("nothing here"), Cow::Borrowed(_)));
        masks.add("word-1-2");
        assert_eq!(masks.mask("a password-1-2!"), "a •••••!");
    }

    #[test]
    fn every_way_of_writing_it_is_masked() {
        let secret = "s3cr\"t né&w\n";
        let masks = masks(SecretKind::String, secret);
        for written in [
            secret.to_owned(),
            secret.trim().to_owned(),
            json!(secret).to_string(),
            format!("{secret:?}"),
            format!("key={}", percent_encoded(secret)),
            percent_encoded(secret).replace("%20", "+"),
            percent_encoded(secret).to_lowercase(),
            BASE64.encode(secret.as_bytes()),
            BASE64.encode(format!("user:{secret}").as_bytes()),
            BASE64.encode(format!("me:{secret}:more").as_bytes()),
            BASE64URL.encode(format!("x{secret}").as_bytes()),
        ] {
            let masked = masks.mask(&written);
            assert!(masked.contains(MASK), "{written}");
            assert!(!masked.contains("3cr") && !masked.contains("w\\n"), "{masked}");
        }
    }

    #[test]
    fn the_pieces_of_a_json_secret_are_masked_too() {
        let masks = masks(
            SecretKind::Json,
            r#"{"user": "anna-maria", "pin": 481516, "list": ["deep-one", true, 7], "abc": "abc"}"#,
        );
        assert_eq!(masks.mask("anna-maria has 481516"), "••••• has •••••");
        assert_eq!(masks.mask("1481516 4815160"), "1481516 4815160", "other numbers");
        assert_eq!(masks.mask("deep-one true 7 abc"), "••••• true 7 abc", "what is short stays");
        let mut value = json!({"anna-maria": 481_516, "other": [481_516.0, 5, "x deep-one"]});
        masks.mask_value(&mut value);
        assert_eq!(value, json!({"•••••": "•••••", "other": ["•••••.0", 5, "x •••••"]}));
    }

    #[test]
    fn json_text_is_masked_wherever_it_stands_and_left_alone_otherwise() {
        let masks = masks(SecretKind::String, "hunter2");
        assert_eq!(masks.mask_json(r#"{"a":"hunter2!"}"#).unwrap(), r#"{"a":"•••••!"}"#);
        assert_eq!(masks.mask_json(r#"{"a":"\u0068unter2"}"#).unwrap(), r#"{"a":"•••••"}"#);
        assert_eq!(masks.mask_json(r#"{"a":"hunter2","a":1}"#).unwrap(), r#"{"a":"•••••","a":1}"#);
        assert_eq!(masks.mask_json("no JSON: hunter2").unwrap(), "no JSON: •••••");
        assert_eq!(masks.mask_json(r#"{"a":"hunter"}"#), None);
        assert_eq!(Masks::default().mask_json("hunter2"), None);
    }

    #[test]
    fn short_values_are_left_alone() {
        let masks = masks(SecretKind::String, "abc");
        assert_eq!(masks.mask("abc YWJj"), "abc YWJj");
    }

    #[test]
    fn nothing_of_it_is_shown_for_debugging() {
        assert!(!format!("{:?}", masks(SecretKind::String, "hunter2")).contains("hunter2"));
    }

    proptest! {
        #[test]
        fn no_text_keeps_a_secret(secret in "\\PC{4,12}", before in "\\PC{0,8}", after in "\\PC{0,8}") {
            let masks = Masks::default();
            masks.add(&secret);
            let masked = masks.mask(&format!("{before}{secret}{after}")).into_owned();
            prop_assert!(masked.contains(MASK));
            // What stands around it may make it up again from its own characters only.
            if !format!("{before}{MASK}{after}").contains(&secret) {
                prop_assert!(!masked.contains(&secret), "{masked}");
            }
            let encoded = BASE64.encode(format!("{before}{secret}{after}").as_bytes());
            if secret.len() > 6 {
                prop_assert!(masks.mask(&encoded).contains(MASK), "{encoded}");
            }
        }
    }
}
