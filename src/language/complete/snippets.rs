//! Words of the language, and pieces of code to be filled in.

use super::{Completion, CompletionKind, Insert, Start};
use crate::domain::Place;
use crate::language::analysis::Analysis;
use crate::language::api;
use std::sync::LazyLock;

/// Where a word or snippet can stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    /// Where a statement can start, outside of functions.
    Top,
    /// Where a statement can start.
    Statement,
    /// Where an expression can start.
    Expression,
}

/// Words, and what each does.
const WORDS: &[(&str, Where, &str)] = &[
    ("let", Where::Statement, "A new variable."),
    ("const", Where::Statement, "A new constant."),
    ("return", Where::Statement, "Ends the function with a value."),
    ("throw", Where::Statement, "Ends the run with a failure, unless something catches it."),
    ("break", Where::Statement, "Ends the loop."),
    ("continue", Where::Statement, "Goes on with the next round of the loop."),
    ("private", Where::Top, "A function that only this file can call."),
    ("import", Where::Statement, "Another module."),
    ("true", Where::Expression, ""),
    ("false", Where::Expression, ""),
    ("this", Where::Expression, "The value that the function was called on."),
];

/// Names, where, what each does, and the text with its holes.
const SNIPPETS: &[(&str, Where, &str, &str)] = &[
    ("fn", Where::Top, "A function.", "fn ${name}(${parameters}) {\n    ${}\n}"),
    (
        "if",
        Where::Expression,
        "Runs a block when a condition holds.",
        "if ${condition} {\n    ${}\n}",
    ),
    (
        "if else",
        Where::Expression,
        "Runs one of two blocks.",
        "if ${condition} {\n    ${}\n} else {\n    ${}\n}",
    ),
    (
        "for",
        Where::Statement,
        "Runs a block for every item.",
        "for ${item} in ${list} {\n    ${}\n}",
    ),
    (
        "while",
        Where::Statement,
        "Runs a block as long as a condition holds.",
        "while ${condition} {\n    ${}\n}",
    ),
    ("loop", Where::Statement, "Runs a block until `break`.", "loop {\n    ${}\n}"),
    (
        "switch",
        Where::Expression,
        "Chooses by a value.",
        "switch ${value} {\n    ${\"A\"} => ${()},\n    _ => ${()},\n}",
    ),
    (
        "try",
        Where::Statement,
        "Catches what fails.",
        "try {\n    ${}\n} catch (${error}) {\n    log::error(\"${it failed}\", error);\n}",
    ),
    (
        "reply",
        Where::Statement,
        "Answers the conversation with a line.",
        "return messaging::system_message(\"${text}\");",
    ),
];

/// Needs a host function that not every build of the table has.
const HTTP: (&str, Where, &str, &str) = (
    "http",
    Where::Statement,
    "Asks a server, and says what failed.",
    "try {\n    let response = http::get(\"${https://example.com}\");\n    ${}\n} catch (error) {\n    log::error(\"${the request failed}\", error);\n}",
);

static ALL: LazyLock<Vec<(Where, Completion)>> = LazyLock::new(|| {
    let words = WORDS.iter().map(|(word, at, doc)| {
        let completion = Completion {
            label: (*word).to_owned(),
            kind: CompletionKind::Keyword,
            detail: String::new(),
            doc: (*doc).to_owned(),
            sample: None,
            insert: Insert::plain(*word),
        };
        (*at, completion)
    });
    let http = api::lookup(Some("http"), "get").next().map(|_| &HTTP);
    let snippets = SNIPPETS.iter().chain(http).map(|(name, at, doc, text)| {
        let completion = Completion {
            label: (*name).to_owned(),
            kind: CompletionKind::Snippet,
            detail: "snippet".to_owned(),
            doc: (*doc).to_owned(),
            sample: None,
            insert: Insert::of(text),
        };
        (*at, completion)
    });
    words.chain(snippets).collect()
});

pub(super) fn all(
    analysis: &Analysis,
    place: Place,
    start: Start,
) -> impl Iterator<Item = &'static Completion> {
    let is_top = analysis.function_at(place).is_none();
    let fits = move |at: Where| match at {
        Where::Top => is_top && start == Start::Statement,
        Where::Statement => start == Start::Statement,
        Where::Expression => true,
    };
    ALL.iter().filter(move |(at, _)| fits(*at)).map(|(_, completion)| completion)
}
