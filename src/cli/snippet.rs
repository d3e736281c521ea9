//! Findings about a text, with the lines they are about.

use super::output::Stream;
use crate::domain::{Diagnostic, Severity, TextRange};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;

/// A frame around the lines of `source`, the content of the file `path`, that `diagnostic` is about.
pub(super) fn frame(stream: Stream, path: &str, source: &str, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Hint => Level::INFO.with_name("hint"),
    };
    let message = visible(&diagnostic.message);
    let span = bytes(source, diagnostic.range);
    let snippet = Snippet::source(source).path(path).annotation(AnnotationKind::Primary.span(span));
    let mut group: Group<'_> =
        level.primary_title(message).id(diagnostic.code.as_ref()).element(snippet);
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    let renderer = if stream.is_coloured() { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).render(&[group])
}

/// `text` with what would command a terminal made visible.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown
}

/// The bytes of `source` that `range` stands for, as near as they exist.
fn bytes(source: &str, range: TextRange) -> Range<usize> {
    let offset = |line: u32, column: u32| {
        let before: usize =
            source.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum();
        let text = source[before..].lines().next().unwrap_or_default();
        let within = text
            .char_indices()
            .nth(column.saturating_sub(1) as usize)
            .map_or(text.len(), |(at, _)| at);
        before + within
    };
    let start = offset(range.start.line, range.start.column);
    let end = offset(range.end.line, range.end.column);
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Place;

    #[test]
    fn ranges_count_characters_and_stop_at_the_end_of_what_exists() {
        let range = |a, b, c, d| TextRange::new(Place::new(a, b), Place::new(c, d));
        let source = "grün()\nx\n";
        assert_eq!(&source[bytes(source, range(1, 3, 1, 5))], "ün");
        assert_eq!(bytes(source, range(2, 9, 2, 12)), 9..9);
        assert_eq!(bytes(source, range(7, 1, 9, 1)), source.len()..source.len());
        assert_eq!(bytes("", range(1, 1, 1, 2)), 0..0);
    }

    #[test]
    fn a_frame_names_place_line_and_help() {
        let range = TextRange::new(Place::new(2, 5), Place::new(2, 8));
        let diagnostic =
            Diagnostic::error("syntax", "unknown word", range).with_help("write it out");
        let shown = frame(Stream::Result, "lambdas/x/main.rhai", "one\nlet foo\n", &diagnostic);
        for part in [
            "error[syntax]: unknown word",
            "lambdas/x/main.rhai:2:5",
            "let foo",
            "^^^",
            "help: write it out",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
    }

    #[test]
    fn no_text_can_command_the_terminal() {
        assert_eq!(visible("a\u{1b}[2Jb\r\u{9b}c\td"), "a\\u{1b}[2Jb\\r\\u{9b}c\td");
    }
}
