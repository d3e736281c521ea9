//! Attributes: their names, the types of the specification, and the rules of those it defines.

use super::media_type::MediaType;
use super::{Fault, uri};
use jiff::Timestamp;
use serde_json::Value;

/// Bytes that an event's id and its source may have together: what repetitions are recognised by is kept for a day.
const IDENTITY_LIMIT_BYTES: usize = 4096;

/// Checks the name of an attribute.
pub(super) fn check_name(name: &str) -> Result<(), Fault> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if name.is_empty() || !name.bytes().all(is_plain) {
        return Fault::malformed(format!(
            "`{}` is no attribute's name; it has lower-case letters and digits only",
            shortened(name)
        ));
    }
    if name == "data" {
        return Fault::malformed("no attribute may be called `data`");
    }
    Ok(())
}

/// The canonical text of an attribute that came as JSON; null stands for an attribute that is not there.
pub(super) fn from_json(name: &str, value: &Value) -> Result<Option<String>, Fault> {
    let is_defined = DEFINED.contains(&name);
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Bool(flag) if !is_defined => Ok(Some(flag.to_string())),
        Value::Number(number) if !is_defined => {
            let integer = number.as_i64().and_then(|it| i32::try_from(it).ok());
            let Some(integer) = integer else {
                return Fault::malformed(format!(
                    "`{name}` is {number}; an attribute that is a number is a whole one of 32 bits"
                ));
            };
            Ok(Some(integer.to_string()))
        }
        _ if is_defined => Fault::malformed(format!("`{name}` must be a text")),
        _ => Fault::malformed(format!(
            "`{name}` is a list or an object; an attribute is a text, a whole number or a boolean"
        )),
    }
}

/// Those that the specification defines; all are texts.
const DEFINED: [&str; 8] =
    ["id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject", "time"];

/// Checks the value of an attribute by its name.
pub(super) fn check_value(name: &str, value: &str) -> Result<(), Fault> {
    if let Some(bad) = value.chars().find(|c| is_forbidden(*c)) {
        return Fault::malformed(format!(
            "`{name}` holds the control character U+{:04X}",
            u32::from(bad)
        ));
    }
    if DEFINED.contains(&name) && value.is_empty() {
        return Fault::malformed(format!("`{name}` is empty"));
    }
    let shown = shortened(value);
    match name {
        "specversion" if value != "1.0" => {
            Fault::malformed(format!("`specversion` is `{shown}`; only `1.0` is read here"))
        }
        "source" if !uri::is_reference(value) => {
            Fault::malformed(format!("`source` is `{shown}`, which is no URI reference"))
        }
        "dataschema" if !uri::is_absolute(value) => {
            Fault::malformed(format!("`dataschema` is `{shown}`, which is no absolute URI"))
        }
        "datacontenttype" if MediaType::parse(value).is_none() => {
            Fault::malformed(format!("`datacontenttype` is `{shown}`, which is no media type"))
        }
        "time" if timestamp_ms(value).is_none() => Fault::malformed(format!(
            "`time` is `{shown}`; it is written as `2018-04-05T17:31:00Z`, by RFC 3339"
        )),
        _ => Ok(()),
    }
}

/// Checks that what repetitions are recognised by can be kept.
pub(super) fn check_identity(source: &str, id: &str) -> Result<(), Fault> {
    let bytes = source.len() + id.len();
    if bytes > IDENTITY_LIMIT_BYTES {
        return Fault::malformed(format!(
            "`source` and `id` have {bytes} bytes together, {IDENTITY_LIMIT_BYTES} are allowed"
        ));
    }
    Ok(())
}

/// Control characters and those that Unicode keeps free; a `char` is no surrogate.
fn is_forbidden(c: char) -> bool {
    let code = u32::from(c);
    c.is_control() || (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

/// The moment that `text` names by RFC 3339, in milliseconds since the Unix epoch.
pub(super) fn timestamp_ms(text: &str) -> Option<i64> {
    const SHAPE: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    let bytes = text.as_bytes();
    let fits = |(have, want): (&u8, &u8)| match want {
        b'd' => have.is_ascii_digit(),
        b'T' => have.eq_ignore_ascii_case(want),
        _ => have == want,
    };
    if bytes.len() <= SHAPE.len() || !bytes.iter().zip(SHAPE).all(fits) {
        return None;
    }
    let mut zone = &text[SHAPE.len()..];
    if let Some(fraction) = zone.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        zone = &fraction[digits..];
    }
    if !zone.eq_ignore_ascii_case("z") && !is_offset(zone) {
        return None;
    }
    // More digits than nanoseconds have are of no use to anyone, and not read by the library.
    let seconds = &text[..SHAPE.len()];
    let fraction = &text[SHAPE.len()..text.len() - zone.len()];
    let kept = &fraction[..fraction.len().min(10)];
    let plain = format!("{seconds}{kept}{zone}").to_ascii_uppercase();
    plain.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// `+hh:mm`.
fn is_offset(zone: &str) -> bool {
    let Some(rest) = zone.strip_prefix(['+', '-']) else { return false };
    let Some((hours, minutes)) = rest.split_once(':') else { return false };
    let below = |text: &str, limit: u8| {
        text.len() == 2
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse::<u8>().is_ok_and(|number| number < limit)
    };
    below(hours, 24) && below(minutes, 60)
}

/// At most 60 characters of a text that somebody sent.
pub(super) fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text[..end].escape_debug()),
        None => text.escape_debug().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_letters_and_digits() {
        for good in ["a", "comexampleext1", "2"] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for bad in ["", "data", "bad_name", "my.extension", "Upper", "ümlaut", "a b"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_are_those_of_rfc_3339() {
        let base = timestamp_ms("2018-04-05T17:31:00Z").unwrap();
        assert_eq!(base, 1_522_949_460_000);
        for same in [
            "2018-04-05T18:31:00+01:00",
            "2018-04-05T16:31:00-01:00",
            "2018-04-05t17:31:00z",
            "2018-04-05T17:31:00.000000000Z",
            "2018-04-05T17:31:00.000000000000Z",
        ] {
            assert_eq!(timestamp_ms(same), Some(base), "{same}");
        }
        assert_eq!(timestamp_ms("2018-04-05T17:31:00.125Z"), Some(base + 125));
        for bad in [
            "lunchtime",
            "2018-04-05T18:31Z",
            "2018-04-05T18:31:00X",
            "2018-04-05T18:31:00+25:00",
            "2018-04-05T18:31:00+24:00",
            "2018-04-05T18:31:00+xx:00",
            "2018-04-05T18:31:00+05",
            "2018-04-05T18:31:00",
            "2018-04-05 18:31:00Z",
            "2018-13-05T18:31:00Z",
            "2018-02-30T18:31:00Z",
            "2018-04-05T18:31:00.Z",
            "2018-04-05T18:31:00Z[UTC]",
            "2018-04-05T18:31:00é",
            "",
        ] {
            assert_eq!(timestamp_ms(bad), None, "{bad}");
        }
    }

    #[test]
    fn values_have_the_types_of_the_specification() {
        let json = |text: &str| from_json("ext", &serde_json::from_str(text).unwrap());
        assert_eq!(json("2147483647"), Ok(Some("2147483647".to_owned())));
        assert_eq!(json("-2147483648"), Ok(Some("-2147483648".to_owned())));
        assert_eq!(json("true"), Ok(Some("true".to_owned())));
        assert_eq!(json("null"), Ok(None));
        for bad in ["2147483648", "1.5", "1.0", "[]", "{}", "99999999999"] {
            assert!(json(bad).is_err(), "{bad}");
        }
        for bad in ["1", "true", "{}"] {
            assert!(from_json("id", &serde_json::from_str(bad).unwrap()).is_err(), "{bad}");
        }
    }

    #[test]
    fn control_characters_and_free_code_points_are_refused() {
        for bad in ["a\u{0}", "\u{7f}", "\u{9f}", "\n", "\u{fdd0}", "\u{ffff}", "\u{1fffe}"] {
            let fault = check_value("ext", bad).unwrap_err();
            assert!(matches!(fault, Fault::Malformed(text) if text.contains("U+")), "{bad:?}");
        }
        assert_eq!(check_value("ext", "Euro € 🌎 \u{fffd}"), Ok(()));
        assert_eq!(check_value("ext", ""), Ok(()));
        assert!(check_value("subject", "").is_err());
    }
}
