//! What a lambda remembers from run to run.

use super::{optional, required};
use crate::language::api::{ApiFunction, HostFunction, Parameter};

/// Functions that remember.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum CacheFunction {
    Get,
    Set,
    Remove,
}

const KEY: Parameter = required("key", "string");

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Cache(CacheFunction::Get),
        module: Some("cache"),
        name: "get",
        parameters: &[KEY, optional("default", "any")],
        returns: "any",
        doc: "What this lambda remembered by the key in an earlier run; where there is nothing, or no longer, the default, or `()` without one. A new process remembers nothing.",
        example: r#"cache::get("token") ?? "none""#,
        errors: "Fails when the key is no string.",
    },
    ApiFunction {
        function: HostFunction::Cache(CacheFunction::Set),
        module: Some("cache"),
        name: "set",
        parameters: &[KEY, required("value", "any"), required("ttl", "int or float")],
        returns: "()",
        doc: "Remembers a value for the runs to come of this lambda, `ttl` seconds, at most a day. There is room for 1,000 values and 4 MiB; what would end first makes room.",
        example: r#"cache::set("token", #{ access: "abc" }, 300);"#,
        errors: "Fails when the value is one that JSON cannot say or has more than 256 KiB, or the time is not above 0 and at most a day.",
    },
    ApiFunction {
        function: HostFunction::Cache(CacheFunction::Remove),
        module: Some("cache"),
        name: "remove",
        parameters: &[KEY],
        returns: "()",
        doc: "Forgets what was remembered by the key.",
        example: r#"cache::remove("token");"#,
        errors: "Fails when the key is no string.",
    },
];
