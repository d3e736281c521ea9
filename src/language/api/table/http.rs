//! Requests over HTTP.

use super::{optional, required};
use crate::language::api::{ApiFunction, HostFunction, Parameter};

/// Functions that send requests, and what is done with a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum HttpFunction {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Request,
    All,
    ResponseJson,
}

const PARAMETERS: &[Parameter] = &[required("url", "string"), optional("options", "map")];

const ERRORS: &str = "Fails when the host is not in `allowed_domains`, the address leads to a network that may not be reached, an option is not one, there is no answer in time, the response is too large, or its status is not 200 to 299 and `throw_on_status` is not false. The error's `code` says which; with a status the error has `status` and `response`.";

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Http(HttpFunction::Get),
        module: Some("http"),
        name: "get",
        parameters: PARAMETERS,
        returns: "response",
        doc: "Fetches what is at an address. The options are `headers`, `query`, `body`, `json`, `form`, `basic` (user and password), `bearer` (token), `timeout` (seconds, 10 by default), `redirects` (how many are followed, 5 by default), `throw_on_status` (true by default) and `returns` (\"response\", \"json\", \"text\" or \"blob\").",
        example: r#"let consumer = http::get("https://api.example.com/consumers/7", #{
    headers: #{ accept: "application/json" },
    query: #{ fields: "name" },
    timeout: 5,
}).json();
consumer.name"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Http(HttpFunction::Post),
        module: Some("http"),
        name: "post",
        parameters: PARAMETERS,
        returns: "response",
        doc: "Sends something to an address, as JSON, as the fields of a form or as it is. The options are those of `http::get`.",
        example: r#"let ticket = http::post("https://api.example.com/tickets", #{
    bearer: env::get("API_TOKEN", "none"),
    json: #{ subject: "Refund", consumer: 7 },
    returns: "json",
});
ticket.id"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Http(HttpFunction::Put),
        module: Some("http"),
        name: "put",
        parameters: PARAMETERS,
        returns: "response",
        doc: "Puts something at an address in the place of what is there. The options are those of `http::get`.",
        example: r#"http::put("https://api.example.com/tickets/7", #{ json: #{ subject: "Refund", open: false } }).status"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Http(HttpFunction::Patch),
        module: Some("http"),
        name: "patch",
        parameters: PARAMETERS,
        returns: "response",
        doc: "Changes a part of what is at an address. The options are those of `http::get`.",
        example: r#"http::patch("https://api.example.com/tickets/7", #{
    headers: #{ "content-type": "application/merge-patch+json" },
    json: #{ open: false },
}).ok"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Http(HttpFunction::Delete),
        module: Some("http"),
        name: "delete",
        parameters: PARAMETERS,
        returns: "response",
        doc: "Deletes what is at an address. The options are those of `http::get`.",
        example: r#"http::delete("https://api.example.com/tickets/7", #{ basic: #{ user: "bot", password: "none" } }).status"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Http(HttpFunction::Request),
        module: Some("http"),
        name: "request",
        parameters: PARAMETERS,
        returns: "response",
        doc: "Sends a request with any method: the option `method`, \"GET\" by default, beside the options of `http::get`. A status that is no success is often expected here; `throw_on_status: false` gives the response all the same.",
        example: r#"let response = http::request("https://api.example.com/consumers/unknown", #{
    method: "HEAD",
    throw_on_status: false,
});
switch response.status {
    200 => "known",
    404 => "unknown",
    _ => throw `the status is ${response.status}`,
}"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Http(HttpFunction::All),
        module: Some("http"),
        name: "all",
        parameters: &[required("requests", "array")],
        returns: "array of response",
        doc: "Sends up to 20 requests side by side and returns the responses in the same order. A request is an address, or a map of `url`, `method` and the options of `http::get`.",
        example: r#"let responses = http::all([
    "https://api.example.com/consumers/7",
    #{ url: "https://api.example.com/tickets", query: #{ consumer: 7 } },
]);
responses.map(|response| response.status)"#,
        errors: "Fails when one of the requests fails, with the error of the first that does; all are waited for.",
    },
    ApiFunction {
        function: HostFunction::Http(HttpFunction::ResponseJson),
        module: None,
        name: "json",
        parameters: &[required("response", "response")],
        returns: "any",
        doc: "The value that the response's body, a JSON text, stands for.",
        example: r#"http::get("https://api.example.com/consumers/7").json().name"#,
        errors: "Fails as `json::parse` does.",
    },
];
