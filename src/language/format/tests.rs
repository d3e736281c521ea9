//! What the formatter makes of sources.

mod comments;
mod generated;
mod layout;

use super::format;

/// The text that `source` becomes, which stays as it is when it is laid out again.
#[track_caller]
fn laid_out(source: &str) -> String {
    let text = format(source).unwrap_or_else(|error| panic!("{error:?}\n{source}"));
    let again = format(&text).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    assert_eq!(again, text, "laying out twice changes more");
    text
}

/// Lays out the body of a function.
#[track_caller]
fn body(source: &str) -> String {
    let text = laid_out(&format!("fn lambda(input) {{\n{source}\n}}"));
    let inner = text.strip_prefix("fn lambda(input) {\n").and_then(|it| it.strip_suffix("}\n"));
    let lines = inner.expect("it is a function").lines();
    lines.flat_map(|line| [line.strip_prefix("    ").unwrap_or(line), "\n"]).collect()
}
