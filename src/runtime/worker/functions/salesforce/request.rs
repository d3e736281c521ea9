//! Requests to the interface, and what it says when it refuses one.

use super::{Connection, Refusal, Session};
use crate::runtime::protocol::http::{HttpBody, HttpCall, HttpReply};
use crate::runtime::protocol::{CallError, HostCall, HostReply};
use crate::runtime::worker::functions::ask::ask;
use crate::runtime::worker::functions::json;
use rhai::{Dynamic, Map};
use std::time::Duration;

/// How long one request may take, in milliseconds.
const PATIENCE_MS: u64 = 25_000;

/// How long to wait when the lambda sent all the requests that it may send in a second.
const PAUSE: Duration = Duration::from_millis(100);

/// A place in the interface.
pub(super) struct Path {
    path: String,
    query: Vec<(String, String)>,
    /// Whether it begins at the host and not at the version.
    is_whole: bool,
}

impl Path {
    pub(super) fn of(path: &str) -> Self {
        Self { path: path.to_owned(), query: Vec::new(), is_whole: false }
    }

    /// A record, by the checked name of its object and its checked id.
    pub(super) fn record(object: &str, id: &str) -> Self {
        Self::of(&format!("sobjects/{object}/{id}"))
    }

    /// The place that an answer names for what follows it.
    pub(super) fn next(path: &str) -> Result<Self, String> {
        if path.starts_with("/services/data/") {
            return Ok(Self { is_whole: true, ..Self::of(path) });
        }
        Err(format!("the answer goes on at {path:?}, which is no place of the interface"))
    }

    pub(super) fn with(mut self, name: &str, value: String) -> Self {
        self.query.push((name.to_owned(), value));
        self
    }
}

/// What came back.
pub(super) struct Answer {
    pub(super) is_dry: bool,
    status: u16,
    url: String,
    value: Dynamic,
}

impl Answer {
    pub(super) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(super) fn into_value(self) -> Dynamic {
        self.value
    }
}

impl Connection {
    /// Sends a request with the token; with a new one when the interface does not accept it any more.
    pub(super) fn send(
        &self,
        session: &Session,
        method: &str,
        path: &Path,
        body: Option<&str>,
    ) -> Result<Answer, Refusal> {
        let call = |connection: &Self| {
            let access = connection.access.borrow();
            let url = if path.is_whole {
                format!("{}{}", access.instance_url, path.path)
            } else {
                format!("{}/services/data/v{}/{}", access.instance_url, access.version, path.path)
            };
            HttpCall {
                method: method.to_owned(),
                url,
                query: path.query.clone(),
                headers: vec![
                    ("authorization".to_owned(), format!("Bearer {}", access.access_token)),
                    ("accept".to_owned(), "application/json".to_owned()),
                ],
                body: body.map_or(HttpBody::Empty, |it| HttpBody::Json(it.to_owned())),
                timeout_ms: Some(PATIENCE_MS),
                redirects: None,
            }
        };
        let mut answer = exchange(session, &call(self))?;
        if answer.status == 401 && self.access.borrow().grant.is_some() {
            self.access.borrow_mut().authorise(session)?;
            answer = exchange(session, &call(self))?;
        }
        if answer.is_ok() { Ok(answer) } else { Err(failed(&answer, "refused the request")) }
    }
}

/// Sends `call`, later when the lambda has sent all that it may send in this second: a query of many pages is one wish.
pub(super) fn exchange(session: &Session, call: &HttpCall) -> Result<Answer, Refusal> {
    loop {
        match ask(session, HostCall::Http(Box::new(call.clone()))) {
            Ok(HostReply::Http(reply)) => return Ok(read(*reply)),
            Ok(other) => return Err(Refusal::Because(format!("the host answered with {other:?}"))),
            Err(Refusal::Failed(error)) if error.code == "http.too_many_requests" => {
                session.control.sleep(PAUSE)?;
            }
            Err(refusal) => return Err(refusal),
        }
    }
}

fn read(reply: HttpReply) -> Answer {
    let text = String::from_utf8_lossy(&reply.body);
    // What is no JSON is the page of something that stands in between.
    let value =
        json::parsed(&text).unwrap_or_else(|_| text.chars().take(200).collect::<String>().into());
    Answer { is_dry: reply.is_dry, status: reply.status, url: reply.url, value }
}

/// The refusal in an answer: a list of codes and messages, or the one of OAuth 2.
pub(super) fn failed(answer: &Answer, what: &str) -> Refusal {
    let text = |map: &Map, name: &str| map.get(name).and_then(|it| it.clone().into_string().ok());
    let mut code = String::new();
    let mut says = Vec::new();
    let mut add = |map: &Map, names: (&str, &str)| {
        let own = text(map, names.0).unwrap_or_default();
        says.push(format!("{own}: {}", text(map, names.1).unwrap_or_default()));
        if code.is_empty() {
            code = own;
        }
    };
    if let Ok(list) = answer.value.as_array_ref() {
        for error in list.iter().filter_map(|it| it.clone().try_cast::<Map>()) {
            add(&error, ("errorCode", "message"));
        }
    } else if let Some(error) = answer.value.clone().try_cast::<Map>() {
        add(&error, ("error", "error_description"));
    }
    let address = answer.url.split('?').next().unwrap_or_default();
    let says = if says.is_empty() { answer.value.to_string() } else { says.join("; ") };
    let message = format!("Salesforce {what} with status {}: {says} ({address})", answer.status);
    let code = if code.is_empty() { "salesforce.failed".to_owned() } else { code };
    Refusal::Failed(CallError::new(code, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, json: &str) -> CallError {
        let reply = HttpReply {
            status,
            body: json.into(),
            url: "https://x/y?token=1".into(),
            ..HttpReply::default()
        };
        match failed(&read(reply), "refused the request") {
            Refusal::Failed(error) => error,
            _ => panic!("a call that failed"),
        }
    }

    #[test]
    fn refusals_carry_the_code_and_the_message_of_salesforce() {
        for (json, code, says) in [
            (
                r#"[{"message": "unexpected token: FORM", "errorCode": "MALFORMED_QUERY"}]"#,
                "MALFORMED_QUERY",
                "Salesforce refused the request with status 400: MALFORMED_QUERY: unexpected token: FORM (https://x/y)",
            ),
            (
                r#"[{"message": "a", "errorCode": "A", "fields": ["Name"]}, {"message": "b", "errorCode": "B"}]"#,
                "A",
                "A: a; B: b",
            ),
            (
                r#"{"error": "invalid_grant", "error_description": "expired"}"#,
                "invalid_grant",
                "invalid_grant: expired",
            ),
            ("<html>down</html>", "salesforce.failed", "<html>down</html>"),
            ("[]", "salesforce.failed", "status 400"),
        ] {
            let error = answer(400, json);
            assert_eq!(error.code, code);
            assert!(error.message.contains(says), "{}", error.message);
        }
    }

    #[test]
    fn only_places_of_the_interface_are_followed() {
        assert!(Path::next("/services/data/v62.0/query/01g-2000").is_ok());
        for bad in ["https://evil.example/services/data/", "//evil.example", "@evil.example", ""] {
            assert!(Path::next(bad).is_err(), "{bad}");
        }
    }
}
