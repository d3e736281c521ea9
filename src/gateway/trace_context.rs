//! The W3C trace context of a request.

use crate::domain::{TraceContext, TraceHeaders};
use http::{HeaderMap, HeaderValue};

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";

/// The trace that a request belongs to, if its headers keep to the rules; any other is as good as none.
pub(super) fn of_headers(headers: &HeaderMap) -> Option<TraceHeaders> {
    let mut values = headers.get_all(TRACEPARENT).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let states: Option<Vec<_>> =
        headers.get_all(TRACESTATE).iter().map(|value| value.to_str().ok()).collect();
    TraceHeaders::of(value, states.unwrap_or_default())
}

/// Makes a request belong to `context`, whatever it belonged to before. What stood beside another trace goes.
pub(super) fn set(headers: &mut HeaderMap, context: &TraceContext) {
    if of_headers(headers).is_none() {
        headers.remove(TRACESTATE);
    }
    if let Ok(value) = HeaderValue::try_from(context.to_string()) {
        headers.insert(TRACEPARENT, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_that_keeps_to_the_rules_is_handed_on() {
        const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let mut headers = HeaderMap::new();
        let parent = |headers: &HeaderMap| of_headers(headers).map(|it| it.parent);
        headers.append(TRACEPARENT, HeaderValue::from_static(GOOD));
        headers.append(TRACESTATE, HeaderValue::from_static("a=1"));
        headers.append(TRACESTATE, HeaderValue::from_static("b=2"));
        assert_eq!(parent(&headers).as_deref(), Some(GOOD));
        assert_eq!(of_headers(&headers).unwrap().state.as_deref(), Some("a=1,b=2"));
        set(&mut headers, &TraceContext::parse(GOOD).unwrap().sibling());
        assert_eq!(
            of_headers(&headers).unwrap().state.as_deref(),
            Some("a=1,b=2"),
            "the same trace"
        );
        headers.append(TRACEPARENT, HeaderValue::from_static(GOOD));
        assert_eq!(parent(&headers), None);
        set(&mut headers, &TraceContext::parse(GOOD).unwrap());
        assert_eq!(parent(&headers).as_deref(), Some(GOOD));
        assert_eq!(of_headers(&headers).unwrap().state, None, "it stood beside nothing that holds");
        headers.insert(TRACEPARENT, HeaderValue::from_static("00-nonsense"));
        assert_eq!(of_headers(&headers), None);
    }
}
