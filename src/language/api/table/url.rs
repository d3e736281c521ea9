//! Addresses.

use super::required;
use crate::language::api::{ApiFunction, HostFunction};

/// Functions of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum UrlFunction {
    Parse,
    Build,
    Join,
    Encode,
    Decode,
    Query,
    ParseQuery,
}

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Url(UrlFunction::Parse),
        module: Some("url"),
        name: "parse",
        parameters: &[required("address", "string")],
        returns: "map",
        doc: "An address taken apart: `href`, `scheme`, `username`, `password`, `host`, `port`, `path`, `query` (a map; a field that comes twice is an array) and `fragment`, those that there are.",
        example: r#"url::parse("https://example.com/a?x=1").query.x"#,
        errors: "Fails when the text is no address with a scheme.",
    },
    ApiFunction {
        function: HostFunction::Url(UrlFunction::Build),
        module: Some("url"),
        name: "build",
        parameters: &[required("parts", "map")],
        returns: "string",
        doc: "An address from the parts that `url::parse` gives; `https` without a scheme. A path may be an array of segments and a query a map: both are encoded.",
        example: r#"url::build(#{ host: "example.com", path: ["files", "a/b"], query: #{ q: "x y" } })"#,
        errors: "Fails when the host is missing, or a part is not one that an address can have.",
    },
    ApiFunction {
        function: HostFunction::Url(UrlFunction::Join),
        module: Some("url"),
        name: "join",
        parameters: &[required("base", "string"), required("reference", "string")],
        returns: "string",
        doc: "Where a link leads that stands on the page of an address.",
        example: r#"url::join("https://example.com/a/b", "../c?d=1")"#,
        errors: "Fails when the base is no address, or the reference cannot be joined to it.",
    },
    ApiFunction {
        function: HostFunction::Url(UrlFunction::Encode),
        module: Some("url"),
        name: "encode",
        parameters: &[required("text", "string, number or bool")],
        returns: "string",
        doc: "The text as it can stand in one part of an address: all but letters, digits and `-._~` as `%` and hex digits.",
        example: r#"url::encode("a b/c")"#,
        errors: "Fails when the value is no string, number or bool.",
    },
    ApiFunction {
        function: HostFunction::Url(UrlFunction::Decode),
        module: Some("url"),
        name: "decode",
        parameters: &[required("text", "string")],
        returns: "string",
        doc: "The text that `url::encode` made this of. A `+` stays; in queries it stands for a space, which `url::parse_query` knows.",
        example: r#"url::decode("a%20b%2Fc")"#,
        errors: "Fails when the text is no string, or stands for bytes that are no UTF-8 text.",
    },
    ApiFunction {
        function: HostFunction::Url(UrlFunction::Query),
        module: Some("url"),
        name: "query",
        parameters: &[required("fields", "map")],
        returns: "string",
        doc: "The fields as a query or as the body of a form. `()` leaves a field out, an array repeats it.",
        example: r#"url::query(#{ q: "x y", tag: ["a", "b"] })"#,
        errors: "Fails when a field is no string, number, bool or array of such.",
    },
    ApiFunction {
        function: HostFunction::Url(UrlFunction::ParseQuery),
        module: Some("url"),
        name: "parse_query",
        parameters: &[required("text", "string")],
        returns: "map",
        doc: "The fields of a query or of a form's body, all strings; a field that comes twice is an array.",
        example: r#"url::parse_query("q=x+y&tag=a&tag=b").tag[1]"#,
        errors: "Fails when the text is no string.",
    },
];
