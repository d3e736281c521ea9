//! Every kind of finding of `check`: those about sources, and those about the files around them.
//!
//! `check --explain`, the README's list and the rules in SARIF are made from it.

use crate::domain::{Rule, Severity};
use crate::language::diagnose::code;
use crate::language::lint;

/// A row about something else than a source.
const fn file(
    code: &'static str,
    severity: Severity,
    doc: &'static str,
    explanation: &'static str,
) -> Rule {
    Rule { code, severity, doc, explanation, bad: "", good: "" }
}

static OF_FILES: &[Rule] = &[
    file(
        "workspace",
        Severity::Error,
        "A file of the workspace cannot be used as it is",
        "What stands in `lambdeck.toml` and in each `lambda.toml` is explained in the files that `lambdeck init` and `lambdeck new` make. Unknown keys are warnings.",
    ),
    file(
        "catalogue",
        Severity::Error,
        "An event or a template of the workspace cannot be used",
        "They have the form of the built-in ones: `event.toml`, `schema.json` and samples, or `template.toml` and `main.rhai`.",
    ),
    file(
        "source",
        Severity::Error,
        "The source of a lambda cannot be read",
        "It is text in UTF-8, in `main.rhai` in the lambda's folder.",
    ),
    file(
        code::NOT_FORMATTED,
        Severity::Error,
        "The source compiles, but the formatter does not understand it",
        "`lambdeck fmt` leaves it as it is. Written in a plainer way, it can be laid out.",
    ),
    file(
        "unknown-event",
        Severity::Error,
        "A lambda is connected to an event that does not exist",
        "`lambdeck events` lists the events with their ids; those of the workspace stand under `events/`.",
    ),
    file(
        "unknown-template",
        Severity::Warning,
        "A lambda names a template that does not exist",
        "The source was taken from it long since, so nothing is lost. `lambdeck templates` lists the templates.",
    ),
    file(
        "slots-exceeded",
        Severity::Error,
        "More lambdas are connected to an event than it admits",
        "Remove the line `event` from the `lambda.toml` of those that should be drafts.",
    ),
    file(
        "unknown-times",
        Severity::Error,
        "A schedule has times that cannot be understood, or that never come",
        "`cron` is minute, hour, day of the month, month, day of the week: `0 9 * * MON-FRI`. `time_zone` is a name as `Europe/Berlin`. `lambdeck schedule next \"CRON\"` shows the times.",
    ),
    file(
        "payload",
        Severity::Error,
        "A saved payload cannot be used",
        "It is a JSON object with `payload` and perhaps `headers` and `timestamp`, within the limits of the lambda.",
    ),
    file(
        "json-syntax",
        Severity::Error,
        "A saved payload is no JSON",
        "The place is where reading stopped.",
    ),
    file(
        "duplicate-key",
        Severity::Warning,
        "An object of a saved payload has a key twice",
        "The last one counts, the others are never seen.",
    ),
    file(
        "schema",
        Severity::Warning,
        "A saved payload is not as the event's schema says",
        "The platform would not send it so; a lambda may still be tried with it.",
    ),
];

/// All of them, those about sources first.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    lint::RULES.iter().chain(OF_FILES)
}

/// The rule with this code.
pub fn find(code: &str) -> Option<&'static Rule> {
    all().find(|it| it.code == code)
}

/// All of them as a Markdown table, for the README.
pub fn markdown() -> String {
    let mut out = String::from("\n| code | | what is wrong |\n|---|---|---|\n");
    for Rule { code, severity, doc, .. } in all() {
        out.extend(["| `", code, "` | ", &severity.to_string(), " | ", doc, " |\n"]);
    }
    out
}
