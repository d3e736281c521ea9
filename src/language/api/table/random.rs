//! Chance.

use super::required;
use crate::language::api::{ApiFunction, HostFunction};

/// Functions of chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum RandomFunction {
    Unit,
    Range,
    Uuid,
}

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Random(RandomFunction::Unit),
        module: None,
        name: "random",
        parameters: &[],
        returns: "float",
        doc: "A random number from 0.0 up to, not including, 1.0.",
        example: "if random() < 0.5 { \"heads\" } else { \"tails\" }",
        errors: "",
    },
    ApiFunction {
        function: HostFunction::Random(RandomFunction::Range),
        module: None,
        name: "random",
        parameters: &[required("min", "int"), required("max", "int")],
        returns: "int",
        doc: "A random whole number from `min` to `max`, both included.",
        example: "random(1, 6)",
        errors: "Fails when `min` is above `max`, or one of them is not an int.",
    },
    ApiFunction {
        function: HostFunction::Random(RandomFunction::Uuid),
        module: None,
        name: "uuid",
        parameters: &[],
        returns: "string",
        doc: "A new random UUID (version 4).",
        example: "uuid()",
        errors: "",
    },
];
