//! The W3C trace context of a request.

use crate::domain::TraceContext;
use http::{HeaderMap, HeaderValue};

const TRACEPARENT: &str = "traceparent";

/// The `traceparent` of a request, if there is one that keeps to the rules; any other is as good as none.
pub(super) fn of_headers(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(TRACEPARENT).iter();
    let value = values.next()?.to_str().ok()?;
    (values.next().is_none() && is_valid(value)).then(|| value.to_owned())
}

/// Makes a request belong to `context`, whatever it belonged to before.
pub(super) fn set(headers: &mut HeaderMap, context: &TraceContext) {
    if let Ok(value) = HeaderValue::try_from(context.to_string()) {
        headers.insert(TRACEPARENT, value);
    }
}

/// Whether `text` is a `traceparent`.
pub(super) fn is_valid(text: &str) -> bool {
    TraceContext::parse(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_that_keeps_to_the_rules_is_handed_on() {
        const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let mut headers = HeaderMap::new();
        headers.append(TRACEPARENT, HeaderValue::from_static(GOOD));
        assert_eq!(of_headers(&headers).as_deref(), Some(GOOD));
        headers.append(TRACEPARENT, HeaderValue::from_static(GOOD));
        assert_eq!(of_headers(&headers), None);
        set(&mut headers, &TraceContext::parse(GOOD).unwrap());
        assert_eq!(of_headers(&headers).as_deref(), Some(GOOD));
        headers.insert(TRACEPARENT, HeaderValue::from_static("00-nonsense"));
        assert_eq!(of_headers(&headers), None);
    }
}
