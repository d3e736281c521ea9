//! Writing lines for people.

use super::{optional, required};
use crate::language::api::{ApiFunction, HostFunction, LOG_EXTRAS, Parameter, Presence};

/// Functions that write lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum LogFunction {
    Debug,
    Info,
    Warn,
    Error,
    Print,
    PrintDebug,
}

const PARAMETERS: &[Parameter] = &[
    required("message", "any"),
    Parameter { name: "extras", kind: "any", presence: Presence::Variadic(LOG_EXTRAS) },
];

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Log(LogFunction::Debug),
        module: Some("log"),
        name: "debug",
        parameters: PARAMETERS,
        returns: "()",
        doc: "Writes a line for the one who develops. Up to eight further values are kept beside the message.",
        example: r#"log::debug("skill", 900002);"#,
        errors: "",
    },
    ApiFunction {
        function: HostFunction::Log(LogFunction::Info),
        module: Some("log"),
        name: "info",
        parameters: PARAMETERS,
        returns: "()",
        doc: "Writes a line that says what happened. Up to eight further values are kept beside the message.",
        example: r#"log::info("greeted", #{ convId: "7d2f0b7e" });"#,
        errors: "",
    },
    ApiFunction {
        function: HostFunction::Log(LogFunction::Warn),
        module: Some("log"),
        name: "warn",
        parameters: PARAMETERS,
        returns: "()",
        doc: "Writes a line about something odd that was handled. Up to eight further values are kept beside the message.",
        example: r#"log::warn("no consumer name in the context");"#,
        errors: "",
    },
    ApiFunction {
        function: HostFunction::Log(LogFunction::Error),
        module: Some("log"),
        name: "error",
        parameters: PARAMETERS,
        returns: "()",
        doc: "Writes a line about something that went wrong. Up to eight further values are kept beside the message.",
        example: r#"try { throw "no route"; } catch (e) { log::error("not routed", e); }"#,
        errors: "",
    },
    ApiFunction {
        function: HostFunction::Log(LogFunction::Print),
        module: None,
        name: "print",
        parameters: &[optional("value", "any")],
        returns: "()",
        doc: "Writes a value to the log, as `log::info` does.",
        example: r#"print("hello");"#,
        errors: "",
    },
    ApiFunction {
        function: HostFunction::Log(LogFunction::PrintDebug),
        module: None,
        name: "debug",
        parameters: &[optional("value", "any")],
        returns: "()",
        doc: "Writes a value to the log, as `log::debug` does; a string with its quotes.",
        example: "debug([1, 2, 3]);",
        errors: "",
    },
];
