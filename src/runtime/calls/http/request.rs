//! A request as the lambda asks for it, made into one that can be sent, or refused with a reason.

use crate::domain::{RunTrace, SpanId};
use crate::runtime::protocol::http::{
    HEADER_BYTES, HttpBody, HttpCall, REQUEST_BODY_BYTES, URL_BYTES,
};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};

/// Headers that belong to the connection, which is not the lambda's.
const OF_THE_CONNECTION: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers that are sent on to another host when a redirect leads there; any other might be a credential.
const HARMLESS: &[&str] =
    &["accept", "accept-language", "content-language", "content-type", "user-agent"];

/// A request that can be sent.
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Request {
    pub(super) fn read(call: HttpCall) -> Result<Self, String> {
        let method = Method::from_bytes(call.method.as_bytes())
            .ok()
            .filter(|method| *method != Method::CONNECT && *method != Method::TRACE)
            .ok_or_else(|| format!("`{}` is no method that can be sent", call.method))?;
        let url = address(&call.url, &call.query)?;
        let mut headers = headers(&call.headers)?;
        let (kind, body) = match call.body {
            HttpBody::Empty => (None, Vec::new()),
            HttpBody::Text(text) => (Some("text/plain; charset=utf-8"), text.into_bytes()),
            HttpBody::Json(text) => (Some("application/json"), text.into_bytes()),
            HttpBody::Bytes(bytes) => (Some("application/octet-stream"), bytes),
            HttpBody::Form(fields) => {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                form.extend_pairs(fields);
                (Some("application/x-www-form-urlencoded"), form.finish().into_bytes())
            }
        };
        if body.len() > REQUEST_BODY_BYTES {
            return Err(format!(
                "the body has {} bytes, at most {REQUEST_BODY_BYTES} can be sent",
                body.len()
            ));
        }
        if let Some(kind) = kind {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(kind));
        }
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        Ok(Self { method, url, headers, body })
    }

    /// Carries on the trace that its run belongs to, unless the lambda names one. Gives the span that it is, where spans are
    /// kept.
    pub(super) fn trace(&mut self, trace: Option<&RunTrace>) -> Option<SpanId> {
        let (traceparent, state, span) = match trace? {
            RunTrace::Carried(trace) => (trace.parent.clone(), &trace.state, None),
            RunTrace::Kept(run, state) => {
                let own = run.sibling();
                (own.to_string(), state, Some(own.span))
            }
        };
        // The state of one trace has no business beside another.
        if !self.headers.contains_key("traceparent")
            && let Ok(value) = HeaderValue::try_from(traceparent)
        {
            self.headers.insert("traceparent", value);
            let state = state.as_ref().and_then(|state| HeaderValue::try_from(state).ok());
            if let Some(state) = state {
                self.headers.entry("tracestate").or_insert(state);
            }
        }
        span
    }

    /// Whether it changes nothing where it goes.
    pub(super) fn only_reads(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD)
    }

    /// Makes it the request that follows the answer `status` with this `Location`.
    pub(super) fn follow(&mut self, status: u16, location: &str) -> Result<(), String> {
        let next = self
            .url
            .join(location)
            .map_err(|error| format!("the redirect to `{location}` leads nowhere: {error}"))?;
        let next = checked(next)?;
        if self.url.scheme() == "https" && next.scheme() != "https" {
            return Err(format!("the redirect to {next} would leave TLS"));
        }
        let becomes_get = match status {
            303 => self.method != Method::HEAD,
            301 | 302 => self.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
            self.body.clear();
            self.headers.remove(CONTENT_TYPE);
        }
        if self.url.origin() != next.origin() {
            let others: Vec<HeaderName> = self
                .headers
                .keys()
                .filter(|name| !HARMLESS.contains(&name.as_str()))
                .cloned()
                .collect();
            for name in others {
                self.headers.remove(name);
            }
        }
        self.url = next;
        Ok(())
    }
}

fn address(text: &str, query: &[(String, String)]) -> Result<Url, String> {
    if text.len() > URL_BYTES {
        return Err(format!(
            "the address has {} bytes, at most {URL_BYTES} can be sent",
            text.len()
        ));
    }
    // The parser would leave these out without a word.
    if text.contains(|it: char| it.is_control()) || text.trim() != text {
        return Err(
            "there is a line break, a control character or a blank at an end in the address"
                .to_owned(),
        );
    }
    let mut url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => {
            format!("`{text}` is no address: it begins with http:// or https://")
        }
        other => format!("`{text}` is no address: {other}"),
    })?;
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    checked(url)
}

fn checked(mut url: Url) -> Result<Url, String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("only http and https can be sent, not {}", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address holds a user; give `basic` in the options instead".to_owned());
    }
    url.set_fragment(None);
    Ok(url)
}

fn headers(pairs: &[(String, String)]) -> Result<HeaderMap, String> {
    let weight: usize = pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
    if weight > HEADER_BYTES {
        return Err(format!("the headers have {weight} bytes, at most {HEADER_BYTES} can be sent"));
    }
    let mut headers = HeaderMap::with_capacity(pairs.len());
    for (name, value) in pairs {
        let shown = name.escape_debug();
        let key = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("`{shown}` is no name of a header"))?;
        if OF_THE_CONNECTION.contains(&key.as_str()) {
            return Err(format!(
                "the header `{shown}` cannot be set: it belongs to the connection"
            ));
        }
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
            format!("the header `{shown}` holds a line break or another control character")
        })?;
        headers.append(key, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str) -> Result<Request, String> {
        Request::read(HttpCall { method: "GET".into(), url: url.into(), ..HttpCall::default() })
    }

    #[test]
    fn only_addresses_that_say_where_they_go_are_sent() {
        for good in [
            "http://a.example",
            "https://a.example:8443/x?y=1#z",
            "http://[::1]/",
            "HTTP://A.example/",
        ] {
            assert!(request(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a.example",
            "/path",
            "ftp://a.example",
            "file:///etc/passwd",
            "http://",
            "http://a b/",
            "http://user@a.example",
            "http://user:pass@a.example",
            "http://a.example@evil.example/",
            "http://exa\nmple.com/",
            "http://example.com/\r\nX: y",
            " http://a.example",
            "http://[fe80::1%25eth0]/",
            "http://1.2.3.4.5/",
            "http://a.example:99999/",
            "javascript:alert(1)",
            "http://%00/",
        ] {
            assert!(request(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn every_spelling_of_an_address_is_that_address() {
        for spelling in [
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://0x7f.0.0.1/",
            "http://127.1/",
            "http://0x7f000001/",
            "http://127.0.0.1./",
            "http://017700000001/",
            "http://①②⑦.0.0.1/",
            "http:\\\\127.0.0.1\\",
            "http:127.0.0.1",
        ] {
            let url = request(spelling).unwrap_or_else(|error| panic!("{spelling}: {error}")).url;
            assert_eq!(url.host_str(), Some("127.0.0.1"), "{spelling}");
        }
        let mapped = request("http://[::ffff:7f00:1]/").unwrap().url;
        assert_eq!(mapped.host_str(), Some("[::ffff:7f00:1]"));
    }

    #[test]
    fn no_header_breaks_out_of_its_line() {
        let with = |name: &str, value: &str| {
            let headers = vec![(name.to_owned(), value.to_owned())];
            let call = HttpCall {
                method: "GET".into(),
                url: "http://a.example".into(),
                headers,
                ..HttpCall::default()
            };
            Request::read(call).map(|it| it.headers.len())
        };
        assert_eq!(with("X-Trace", "ü 1"), Ok(2));
        for (name, value) in [
            ("X-A", "1\r\nX-B: 2"),
            ("X-A\r\nX-B", "1"),
            ("X-A", "1\n"),
            ("X-A", "\0"),
            ("X A", "1"),
            ("", "1"),
            ("Host", "evil.example"),
            ("content-length", "5"),
            ("Transfer-Encoding", "chunked"),
            ("Proxy-Authorization", "x"),
        ] {
            assert!(with(name, value).is_err(), "{name:?}: {value:?}");
        }
    }

    #[test]
    fn a_redirect_to_another_origin_takes_no_credentials_along() {
        let post = || {
            let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            Request::read(HttpCall {
                method: "POST".into(),
                url: "https://a.example/x".into(),
                headers: vec![pair("Authorization", "Bearer t"), pair("X-Api-Key", "k")],
                body: HttpBody::Json("{}".into()),
                ..HttpCall::default()
            })
            .unwrap()
        };
        let names =
            |request: &Request| request.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        let mut same = post();
        same.follow(307, "/y").unwrap();
        assert_eq!((same.url.as_str(), same.method.as_str()), ("https://a.example/y", "POST"));
        assert!(names(&same).contains(&"authorization".to_owned()));
        for other in ["https://b.example/", "//b.example/", "https://a.example:8443/"] {
            let mut request = post();
            request.follow(308, other).unwrap();
            assert_eq!(names(&request), ["accept", "content-type"], "{other}");
            assert_eq!(request.body, b"{}");
        }
        let mut seen = post();
        seen.follow(303, "/done").unwrap();
        assert_eq!((seen.method.as_str(), seen.body.len()), ("GET", 0));
        for bad in ["http://a.example/", "ftp://a.example/", "https://u:p@a.example/", "https://"] {
            assert!(post().follow(302, bad).is_err(), "{bad}");
        }
    }
}
