//! Payloads: the input of a run as JSON text, and what makes one acceptable.
//!
//! A lambda's numbers are 64-bit integers and 64-bit floats. A number of the input that neither holds exactly would be
//! changed silently, so it is refused with its place instead.

use super::diagnostic::Place;
use super::limits::Limits;
use serde::de::IgnoredAny;
use serde_json::Value;

/// How deep lists and objects may be nested: what `serde_json` reads, here and in the worker.
pub const NESTING_LIMIT: usize = 127;

/// JSON text laid out for a person; any other text as it is.
pub fn laid_out(text: &str) -> String {
    let value = serde_json::from_str::<Value>(text);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| text.to_owned())
}

/// Why an input is not acceptable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InputError {
    /// Where in the text, if it is about a place.
    pub place: Option<Place>,
    /// What is wrong and what to do, in a sentence.
    pub message: String,
}

impl InputError {
    fn new(place: Option<Place>, message: impl Into<String>) -> Self {
        Self { place, message: message.into() }
    }
}

/// Checks the input of a run: its size, that it is a JSON object, its nesting, and that its numbers survive.
pub fn check_input(text: &str, limits: &Limits) -> Result<(), InputError> {
    if text.len() > limits.payload_bytes {
        let message = format!(
            "the input has {} bytes, {} are allowed; send less, or raise `payload_bytes`",
            text.len(),
            limits.payload_bytes
        );
        return Err(InputError::new(None, message));
    }
    check_json(text)?;
    let content = text.trim_ascii_start();
    if !content.starts_with('{') {
        let place = place_at(text, text.len() - content.len());
        return Err(InputError::new(
            Some(place),
            "the input is an object with `headers` and `payload`, this one is not an object",
        ));
    }
    Ok(())
}

/// Checks that `text` is JSON that a lambda can hold without loss: syntax, nesting and numbers.
pub fn check_json(text: &str) -> Result<(), InputError> {
    check_content(text)?;
    serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|error| not_json(text, &error))
}

/// Why `text` is not JSON, which `serde_json` has found when it read it.
pub fn not_json(text: &str, error: &serde_json::Error) -> InputError {
    InputError::new(Some(place_of_error(text, error)), format!("not JSON: {}", reason(error)))
}

/// What `serde_json` says, in plain words and without the place it appends.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let end = message.rfind(" at line ").unwrap_or(message.len());
    let plain = match &message[..end] {
        "EOF while parsing a list" => "it ends within a list",
        "EOF while parsing an object" => "it ends within an object",
        "EOF while parsing a string" => "it ends within a text",
        "EOF while parsing a value" => "it ends where a value should stand",
        "expected `:`" => "`:` is missing here",
        "expected `,` or `]`" => "`,` or `]` is missing here",
        "expected `,` or `}`" => "`,` or `}` is missing here",
        "expected ident" => "no JSON value; the only words are `true`, `false` and `null`",
        "expected value" => "a value should stand here",
        "key must be a string" => "the name of a member, in double quotes, should stand here",
        "invalid escape" => "a text has no such escape",
        "unexpected end of hex escape" => "`\\u` needs four hexadecimal digits",
        "lone leading surrogate in hex escape" => "`\\u` gives half of a character",
        "invalid unicode code point" => "`\\u` gives no character",
        "invalid number" => "this is no number",
        "number out of range" => "this number is too large",
        "trailing comma" => "no `,` may stand before the end",
        "trailing characters" => "something stands behind the value",
        it if it.starts_with("control character") => {
            "a control character in a text must be written as an escape"
        }
        _ => "it cannot be read",
    };
    plain.to_owned()
}

/// `serde_json` counts columns in bytes and stands on the last byte it read.
fn place_of_error(text: &str, error: &serde_json::Error) -> Place {
    let line = error.line().max(1);
    let content = text.split('\n').nth(line - 1).unwrap_or_default();
    let mut before = error.column().saturating_sub(1).min(content.len());
    while !content.is_char_boundary(before) {
        before -= 1;
    }
    Place::new(line as u32, content[..before].chars().count() as u32 + 1)
}

fn place_at(text: &str, offset: usize) -> Place {
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Place::new(line as u32, text[start..offset].chars().count() as u32 + 1)
}

/// Checks nesting, numbers and the halves of characters by a walk over the tokens; whatever is not JSON is left for the parser to report.
pub fn check_content(text: &str) -> Result<(), InputError> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = end_of_string(bytes, at).map_err(|half| {
                    let message = format!(
                        "not JSON: `{}` is half of a character; the other half is missing",
                        &text[half..half + ESCAPE_BYTES]
                    );
                    InputError::new(Some(place_at(text, half)), message)
                })?;
            }
            b'{' | b'[' => {
                depth += 1;
                if depth > NESTING_LIMIT {
                    let message = format!(
                        "nested more than {NESTING_LIMIT} levels deep; send the inner part as a string"
                    );
                    return Err(InputError::new(Some(place_at(text, at)), message));
                }
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                let end = end_of_number(bytes, at);
                if let Some(problem) = number_problem(&text[at..end]) {
                    return Err(InputError::new(Some(place_at(text, at)), problem));
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    Ok(())
}

/// The bytes of an escape by number, as `\u00e9`.
const ESCAPE_BYTES: usize = 6;

/// Behind the string that begins at `start`, or else where an escape in it is half of a surrogate pair. The parser finds
/// those only in what it keeps.
fn end_of_string(bytes: &[u8], start: usize) -> Result<usize, usize> {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return Ok(at + 1),
            b'\\' => match (escaped(bytes, at), escaped(bytes, at + ESCAPE_BYTES)) {
                (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 2 * ESCAPE_BYTES,
                (Some(0xd800..=0xdfff), _) => return Err(at),
                _ => at += 2,
            },
            _ => at += 1,
        }
    }
    Ok(bytes.len())
}

/// The number of the escape that stands at `at`, if it is one by number.
fn escaped(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + ESCAPE_BYTES)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

fn end_of_number(bytes: &[u8], start: usize) -> usize {
    let in_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    start + bytes[start..].iter().take_while(|byte| in_number(byte)).count()
}

/// Why the number `token` would not survive, if so. Tokens that are no numbers are no concern of this.
fn number_problem(token: &str) -> Option<String> {
    let is_integer = token.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_integer {
        let digits = token.trim_start_matches('-');
        if digits.len() < 19 || token.parse::<i64>().is_ok() {
            return None;
        }
        return Some(format!(
            "the number {} is beyond the integers a lambda can hold ({} to {}); send it as a string",
            shortened(token),
            i64::MIN,
            i64::MAX
        ));
    }
    let value: f64 = token.parse().ok()?;
    // Half way between two neighbours programs differ in the last digit they print: any of them means this float.
    let printed = [format!("{value:e}"), serde_json::Value::from(value).to_string()];
    let wanted = significant(token);
    if value.is_finite() && printed.iter().any(|text| significant(text) == wanted) {
        return None;
    }
    Some(format!(
        "the number {} has more digits than a lambda can hold; send it as a string",
        shortened(token)
    ))
}

fn shortened(token: &str) -> String {
    const SHOWN: usize = 40;
    if token.len() <= SHOWN { token.to_owned() } else { format!("{}…", &token[..SHOWN]) }
}

/// A decimal's digits without leading and trailing zeros, and the power of ten of the first of them.
fn significant(token: &str) -> Option<(String, i64)> {
    let unsigned = token.trim_start_matches(['-', '+']);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let content = digits.trim_start_matches('0');
    if content.is_empty() {
        return Some((String::new(), 0));
    }
    let leading = digits.len() - content.len();
    let power = exponent.checked_add(whole.len() as i64 - leading as i64)?;
    Some((content.trim_end_matches('0').to_owned(), power))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn problem(text: &str) -> InputError {
        check_input(text, &Limits::default()).unwrap_err()
    }

    fn payload(value: &str) -> String {
        format!("{{\n \"payload\": {value}}}")
    }

    #[test]
    fn ordinary_inputs_pass() {
        let deep = format!("{}{}", "[".repeat(126), "]".repeat(126));
        for value in [
            "0",
            "-0",
            "1.0",
            "-1.5e-3",
            "1e300",
            "0.1",
            "1.10",
            "100.000",
            "0.30000000000000004",
            "9223372036854775807",
            "-9223372036854775808",
            "null",
            r#""12345678901234567890""#,
            r#""a \" 1e999 \\""#,
            "5e-324",
            "[]",
            &deep,
        ] {
            assert_eq!(check_input(&payload(value), &Limits::default()), Ok(()), "{value}");
        }
    }

    #[test]
    fn numbers_that_would_change_are_refused_with_their_place() {
        for value in [
            "9223372036854775808",
            "-9223372036854775809",
            "12345678901234567890.5",
            "1e400",
            "1e-400",
            "0.1000000000000000055511151231257827",
            "3.14159265358979323846",
        ] {
            let error = problem(&payload(value));
            assert_eq!(error.place, Some(Place::new(2, 13)), "{value}");
            assert!(
                error.message.contains(value) && error.message.contains("as a string"),
                "{error}"
            );
        }
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        let error = problem("{\n  \"ü\": tru }");
        assert_eq!(error.place.unwrap().line, 2);
        assert!(error.message.starts_with("not JSON: "), "{error}");
        assert!(!error.message.contains("line"), "{error}");
        assert_eq!(problem("").message, "not JSON: it ends where a value should stand");
        for text in [
            "[1",
            "{\"a\":1",
            "{\"a",
            "[1 2]",
            "{\"a\" 1}",
            "{\"a\":1 2}",
            "{\"a\":nil}",
            "{\"a\":,}",
            "{a:1}",
            "{\"\\x\":1}",
            "{\"\\u12\":1}",
            "{\"\\ud800\":1}",
            "{\"\\udc00\":1}",
            "{\"a\":-}",
            "{\"a\":1e999}",
            "{\"a\":[1,]}",
            "{\"a\":1,}",
            "{} {}",
            "{\"\u{1}\":1}",
            "{\"a\":01}",
        ] {
            let error = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
            let told = not_json(text, &error).message;
            assert!(
                told.starts_with("not JSON: ") && !told.contains("cannot be read"),
                "{text}: {told}"
            );
        }
        assert_eq!(problem("{} x").place, Some(Place::new(1, 4)));
    }

    #[test]
    fn half_of_a_character_is_refused_with_its_place() {
        for half in
            [r"\ud800", r"\udc00", r"\uD83D\n", r"\ud83d\ud83d", r"\ude00\ud83d", r"\ud83dx"]
        {
            for value in [format!(r#""a{half}""#), format!(r#"{{"a{half}": 1}}"#)] {
                let error = problem(&payload(&value));
                let column = 13 + value.find('\\').unwrap() as u32;
                assert_eq!(error.place, Some(Place::new(2, column)), "{value}: {error}");
                assert!(error.message.contains("is half of a character"), "{error}");
                assert_eq!(check_content(&value).unwrap_err().message, error.message);
            }
        }
        for whole in [r#""\ud83d\ude00""#, r#""\\ud800""#, r#""\uD83D\uDE00 \u00e9""#] {
            assert_eq!(check_input(&payload(whole), &Limits::default()), Ok(()), "{whole}");
        }
        // What is no escape at all is the parser's to tell.
        for broken in [r#""\ud8""#, r#""\ud83d\u12""#, r#""\"#] {
            assert!(problem(&payload(broken)).message.starts_with("not JSON: "), "{broken}");
        }
    }

    #[test]
    fn the_input_is_an_object_of_limited_size_and_depth() {
        assert!(problem(" [1]").message.contains("object"));
        assert_eq!(problem("\n [1]").place, Some(Place::new(2, 2)));
        let long = format!("{{\"payload\": \"{}\"}}", "x".repeat(1024 * 1024));
        assert!(problem(&long).message.contains("bytes"));
        let deep = payload(&format!("{}{}", "[".repeat(200), "]".repeat(200)));
        assert_eq!(problem(&deep).place, Some(Place::new(2, 12 + 127)));
    }

    #[test]
    fn what_passes_the_depth_check_can_be_read() {
        let text = payload(&format!("{}{}", "[".repeat(126), "]".repeat(126)));
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
        let deeper = payload(&format!("{}{}", "[".repeat(127), "]".repeat(127)));
        assert!(serde_json::from_str::<serde_json::Value>(&deeper).is_err());
        assert!(check_json(&deeper).is_err());
    }

    #[test]
    fn what_any_program_prints_of_a_float_between_two_neighbours_passes() {
        for text in ["-1531678970598894.2", "-1840704846373654.3", "1531678970598894.3"] {
            assert_eq!(check_json(text), Ok(()), "{text}");
        }
        assert!(check_json("1531678970598894.4").is_err(), "which is no float's");
    }

    proptest! {
        #[test]
        fn every_number_that_a_program_prints_passes(float in any::<f64>(), int in any::<i64>()) {
            prop_assert_eq!(check_json(&int.to_string()), Ok(()));
            if float.is_finite() {
                prop_assert_eq!(check_json(&serde_json::to_string(&float).unwrap()), Ok(()));
                prop_assert_eq!(check_json(&format!("{float:e}")), Ok(()));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = check_input(&text, &Limits::default());
        }

        #[test]
        fn numbers_that_pass_come_out_as_they_went_in(text in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?") {
            if check_json(&text).is_ok() {
                let value: serde_json::Value = serde_json::from_str(&text).unwrap();
                let same_float = || value.as_f64().is_some_and(|it| Ok(it) == text.parse::<f64>());
                let digits = |text: &str| significant(text).map(|(digits, _)| digits.len());
                let (out, came) = (value.to_string(), significant(&text));
                let tie = same_float() && digits(&out) == digits(&text);
                prop_assert!(significant(&out) == came || tie, "{} became {}", text, out);
            }
        }
    }
}
