//! Media types, by RFC 2046 and RFC 9110.

/// A media type with its parameters. Everything but the values of parameters compares without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::gateway) struct MediaType {
    /// As it was written.
    text: String,
    /// `type/subtype` in lower case.
    essence: String,
    charset: Option<String>,
}

impl MediaType {
    /// Reads `type/subtype; name=value; name="value"`.
    pub(in crate::gateway) fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches([' ', '\t']);
        let (essence, mut rest) = text.split_at(text.find(';').unwrap_or(text.len()));
        let essence = essence.trim_end_matches([' ', '\t']);
        let (kind, subtype) = essence.split_once('/')?;
        if !is_token(kind) || !is_token(subtype) {
            return None;
        }
        let mut charset = None;
        while let Some(parameter) = rest.strip_prefix(';') {
            let parameter = parameter.trim_start_matches([' ', '\t']);
            // A `;` with nothing behind it is a habit of some senders.
            if parameter.is_empty() || parameter.starts_with(';') {
                rest = parameter;
                continue;
            }
            let (name, value, behind) = read_parameter(parameter)?;
            if name.eq_ignore_ascii_case("charset") && charset.replace(value).is_some() {
                return None;
            }
            rest = behind.trim_start_matches([' ', '\t']);
        }
        rest.is_empty().then(|| Self {
            text: text.to_owned(),
            essence: essence.to_ascii_lowercase(),
            charset,
        })
    }

    /// As it was written.
    pub(in crate::gateway) fn text(&self) -> &str {
        &self.text
    }

    /// `type/subtype` in lower case.
    pub(in crate::gateway) fn essence(&self) -> &str {
        &self.essence
    }

    /// The parameter `charset`.
    pub(in crate::gateway) fn charset(&self) -> Option<&str> {
        self.charset.as_deref()
    }

    /// Whether its content is JSON: `*/json` and `*/*+json`.
    pub(in crate::gateway) fn is_json(&self) -> bool {
        self.essence.ends_with("/json") || self.essence.ends_with("+json")
    }

    /// Whether its content is text that a program can read as such: `text/*`, XML and forms.
    pub(in crate::gateway) fn is_text(&self) -> bool {
        self.essence.starts_with("text/")
            || self.essence.ends_with("/xml")
            || self.essence.ends_with("+xml")
            || self.essence == "application/x-www-form-urlencoded"
    }
}

fn read_parameter(text: &str) -> Option<(&str, String, &str)> {
    let (name, rest) = text.split_once('=')?;
    if !is_token(name) {
        return None;
    }
    if let Some(quoted) = rest.strip_prefix('"') {
        let (value, behind) = read_quoted(quoted)?;
        return Some((name, value, behind));
    }
    let end = rest.find([';', ' ', '\t']).unwrap_or(rest.len());
    let (value, behind) = rest.split_at(end);
    is_token(value).then(|| (name, value.to_owned(), behind))
}

/// Reads a quoted string behind its opening quote; gives it without escapes, and what follows the closing quote.
pub(super) fn read_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(chars.next()?.1),
            _ => value.push(c),
        }
    }
    None
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_parameters_are_read_without_regard_to_case() {
        let json = MediaType::parse("Application/JSON ; Charset=UTF-8").unwrap();
        assert_eq!((json.essence(), json.charset()), ("application/json", Some("UTF-8")));
        assert_eq!(json.text(), "Application/JSON ; Charset=UTF-8");
        let quoted = MediaType::parse("text/plain;a=\"x;\\\"y\";charset=\"utf-8\";").unwrap();
        assert_eq!(quoted.charset(), Some("utf-8"));
    }

    #[test]
    fn what_is_json_and_what_is_text_follows_from_the_type() {
        let of = |text: &str| MediaType::parse(text).unwrap();
        for json in ["application/json", "text/json", "application/vnd.x+JSON; v=1"] {
            assert!(of(json).is_json(), "{json}");
        }
        for text in ["text/plain", "application/xml", "image/svg+xml"] {
            assert!(of(text).is_text() && !of(text).is_json(), "{text}");
        }
        assert!(!of("application/octet-stream").is_text());
        assert!(!of("application/jsonl").is_json());
    }

    #[test]
    fn what_is_no_media_type_is_refused() {
        for bad in [
            "",
            "json",
            "a/",
            "/b",
            "a/b/c",
            "a b/c",
            "a/b; x",
            "a/b; x=",
            "a/b; x=\"y",
            "a/b, c/d",
            "a/b; charset=x; charset=y",
            "a/b; =x",
            "a/b; x=y z",
        ] {
            assert_eq!(MediaType::parse(bad), None, "{bad}");
        }
    }
}
