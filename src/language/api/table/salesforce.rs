//! Salesforce.

use super::{optional, required};
use crate::language::api::{ApiFunction, HostFunction, Parameter};

/// Functions that reach Salesforce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum SalesforceFunction {
    Connect,
    Query,
    Create,
    Update,
    Delete,
    Retrieve,
    Describe,
}

const CONNECTION: Parameter = required("connection", "salesforce connection");
const OBJECT: Parameter = required("object", "string");
const ID: Parameter = required("id", "string");
const ERRORS: &str = "Fails as `http::get` does, and when Salesforce refuses: `code` is its error code, INVALID_FIELD for example, and the message says the rest.";

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Salesforce(SalesforceFunction::Connect),
        module: Some("salesforce"),
        name: "connect",
        parameters: &[required("settings", "map")],
        returns: "salesforce connection",
        doc: "A connection, by the first of these that the settings hold: `access_token` with `instance_url`; `refresh_token` with `client_id`; `username`, `password`, `client_id`, `client_secret`; `client_id`, `client_secret` with your domain as `login_url`. `login_url` is https://login.salesforce.com without, `version` 62.0. A token that is not accepted any more is exchanged, where the settings allow it.",
        example: r#"salesforce::connect(#{
    instance_url: "https://api.example.com",
    access_token: env::get("SALESFORCE_TOKEN", "none"),
}).instance_url"#,
        errors: "Fails when the settings are not enough, a field is not known, or no token is given; the host must be in `allowed_domains`.",
    },
    ApiFunction {
        function: HostFunction::Salesforce(SalesforceFunction::Query),
        module: None,
        name: "query",
        parameters: &[CONNECTION, required("soql", "string"), optional("values", "array or map")],
        returns: "map",
        doc: "All records that a query of SOQL finds: `total_size` and `records`. Values take the place of `?` (an array) or of `:name` (a map) and cannot break out of it; a date is #{ date: \"2026-03-09\" } or #{ datetime: ms }.",
        example: r#"let sf = salesforce::connect(#{ instance_url: "https://api.example.com", access_token: "none" });
sf.query("SELECT Id FROM Account WHERE Name = ? LIMIT 1", ["O'Neil"]).total_size"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Salesforce(SalesforceFunction::Create),
        module: None,
        name: "create",
        parameters: &[CONNECTION, OBJECT, required("fields", "map")],
        returns: "string",
        doc: "Creates a record and gives its id.",
        example: r#"let sf = salesforce::connect(#{ instance_url: "https://api.example.com", access_token: "none" });
sf.create("Case", #{ Subject: "Refund", Origin: "Chat" })"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Salesforce(SalesforceFunction::Update),
        module: None,
        name: "update",
        parameters: &[CONNECTION, OBJECT, ID, required("fields", "map")],
        returns: "()",
        doc: "Changes fields of a record.",
        example: r#"let sf = salesforce::connect(#{ instance_url: "https://api.example.com", access_token: "none" });
sf.update("Case", "500000000000001AAA", #{ Status: "Closed" });"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Salesforce(SalesforceFunction::Delete),
        module: None,
        name: "delete",
        parameters: &[CONNECTION, OBJECT, ID],
        returns: "()",
        doc: "Deletes a record.",
        example: r#"let sf = salesforce::connect(#{ instance_url: "https://api.example.com", access_token: "none" });
sf.delete("Case", "500000000000001AAA");"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Salesforce(SalesforceFunction::Retrieve),
        module: None,
        name: "retrieve",
        parameters: &[CONNECTION, OBJECT, ID, optional("fields", "array")],
        returns: "map",
        doc: "A record, with the fields that are named or all.",
        example: r#"let sf = salesforce::connect(#{ instance_url: "https://api.example.com", access_token: "none" });
sf.retrieve("Account", "001000000000001AAA", ["Name"])"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Salesforce(SalesforceFunction::Describe),
        module: None,
        name: "describe",
        parameters: &[CONNECTION, optional("object", "string")],
        returns: "map",
        doc: "What a kind of record is made of; without its name, which kinds there are.",
        example: r#"let sf = salesforce::connect(#{ instance_url: "https://api.example.com", access_token: "none" });
sf.describe("Account")"#,
        errors: ERRORS,
    },
];
