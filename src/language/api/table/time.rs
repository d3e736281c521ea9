//! The clock.

use super::required;
use crate::language::api::{ApiFunction, HostFunction};

/// Functions of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum TimeFunction {
    NowMs,
    Sleep,
}

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Time(TimeFunction::NowMs),
        module: Some("time"),
        name: "now_ms",
        parameters: &[],
        returns: "int",
        doc: "The time now, in milliseconds since 1 January 1970 UTC.",
        example: "time::now_ms()",
        errors: "",
    },
    ApiFunction {
        function: HostFunction::Time(TimeFunction::Sleep),
        module: None,
        name: "sleep",
        parameters: &[required("seconds", "int or float")],
        returns: "()",
        doc: "Waits. The time counts against the lambda's deadline.",
        example: "sleep(0.01);",
        errors: "Fails when the argument is not a number.",
    },
];
