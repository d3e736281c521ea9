//! The lambda's environment variables.

use super::{optional, required};
use crate::language::api::{ApiFunction, HostFunction};

/// Functions that read environment variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum EnvFunction {
    Get,
}

pub(super) const ROWS: &[ApiFunction] = &[ApiFunction {
    function: HostFunction::Env(EnvFunction::Get),
    module: Some("env"),
    name: "get",
    parameters: &[required("name", "string"), optional("default", "any")],
    returns: "string or default",
    doc: "The environment variable `name` of the lambda; where it is not set the default, or `()` without one.",
    example: r#"env::get("REGION", "eu")"#,
    errors: "Fails when the name is not a string.",
}];
