//! What keeps a source from running. No comment can silence it.

use crate::domain::{Rule, Severity};
use crate::language::diagnose::code;

pub(super) const ROWS: &[Rule] = &[
    Rule {
        code: code::SYNTAX,
        severity: Severity::Error,
        doc: "The source does not compile",
        explanation: "The place is where the compiler could not go on. Several places are named where each is wrong by itself; what only follows from another is left out.",
        bad: "fn lambda(input) {\n    let a = 1\n    let b = 2;\n    log::info(a, b);\n}",
        good: "fn lambda(input) {\n    let a = 1;\n    let b = 2;\n    log::info(a, b);\n}",
    },
    Rule {
        code: code::ASSIGNMENT_IN_CONDITION,
        severity: Severity::Error,
        doc: "A condition assigns instead of comparing",
        explanation: "`=` gives a variable a value and is no value itself, so it cannot be a condition. Two values are compared with `==`.",
        bad: "fn lambda(input) {\n    let n = input.headers.len();\n    if n = 1 { log::info(\"one header\"); }\n}",
        good: "fn lambda(input) {\n    let n = input.headers.len();\n    if n == 1 { log::info(\"one header\"); }\n}",
    },
    Rule {
        code: code::MISSING_LAMBDA,
        severity: Severity::Error,
        doc: "There is no `fn lambda`, so there is nothing to run",
        explanation: "A lambda is the function `lambda` with one parameter, the input. Where another function has nearly that name, it is taken for a slip of the finger.",
        bad: "fn lamda(input) {\n    \"hello\"\n}",
        good: "fn lambda(input) {\n    \"hello\"\n}",
    },
    Rule {
        code: code::WRONG_PARAMETERS,
        severity: Severity::Error,
        doc: "`fn lambda` does not take exactly one parameter",
        explanation: "A lambda gets its input as one map with `payload`, `headers` and perhaps `timestamp`. What it returns is the result and what it throws the failure: there is no callback.",
        bad: "fn lambda() {\n    \"hello\"\n}",
        good: "fn lambda(input) {\n    \"hello\"\n}",
    },
    Rule {
        code: code::SOURCE_TOO_LONG,
        severity: Severity::Error,
        doc: "The source has more characters than its limit allows",
        explanation: "The limit is 100,000 characters, as in the hosted system; `source_chars` in the limits of a lambda or of the workspace changes it.",
        bad: "",
        good: "",
    },
];
