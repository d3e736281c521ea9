//! The W3C trace context of a request.

use http::HeaderMap;

const TRACEPARENT: &str = "traceparent";

/// The `traceparent` of a request, if there is one that keeps to the rules; any other is as good as none.
pub(super) fn of_headers(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(TRACEPARENT).iter();
    let value = values.next()?.to_str().ok()?;
    (values.next().is_none() && is_valid(value)).then(|| value.to_owned())
}

/// Whether `text` is a `traceparent`: version, trace id, parent id and flags, in lower-case hexadecimal digits.
pub(super) fn is_valid(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut field = |length: usize| {
        let part = parts.next()?;
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (part.len() == length && part.bytes().all(is_hex)).then_some(part)
    };
    let (Some(version), Some(trace), Some(parent), Some(_flags)) =
        (field(2), field(32), field(16), field(2))
    else {
        return false;
    };
    let is_zero = |part: &str| part.bytes().all(|byte| byte == b'0');
    // A later version may have more fields; this one has not.
    let ends = version != "00" || parts.next().is_none();
    version != "ff" && !is_zero(trace) && !is_zero(parent) && ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn only_what_keeps_to_the_rules_is_handed_on() {
        assert!(is_valid(GOOD));
        assert!(is_valid(&GOOD.replacen("00", "01", 1)));
        assert!(is_valid(&format!("{}-more", GOOD.replacen("00", "cc", 1))));
        for bad in [
            "",
            &GOOD.to_uppercase(),
            &GOOD.replacen("00", "ff", 1),
            &format!("{GOOD}-more"),
            &format!("{GOOD}-"),
            &GOOD.replace("0af7651916cd43dd8448eb211c80319c", &"0".repeat(32)),
            &GOOD.replace("b7ad6b7169203331", &"0".repeat(16)),
            &GOOD[..54],
            &GOOD.replace('b', "g"),
            "00-ü",
        ] {
            assert!(!is_valid(bad), "{bad}");
        }
        let mut headers = HeaderMap::new();
        headers.append(TRACEPARENT, HeaderValue::from_static(GOOD));
        assert_eq!(of_headers(&headers).as_deref(), Some(GOOD));
        headers.append(TRACEPARENT, HeaderValue::from_static(GOOD));
        assert_eq!(of_headers(&headers), None);
    }
}
