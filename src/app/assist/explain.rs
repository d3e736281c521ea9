//! What is known of something, as lines to be read.

use crate::app::words::wrap;
use crate::language::complete::Completion;
use crate::language::hover::Hover;

/// A line, by what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The name or the signature.
    Title(String),
    /// A type, a value, values that are allowed.
    Fact(String),
    /// Words.
    Text(String),
    /// Code.
    Code(String),
}

impl Line {
    /// What it says.
    pub fn text(&self) -> &str {
        match self {
            Self::Title(text) | Self::Fact(text) | Self::Text(text) | Self::Code(text) => text,
        }
    }
}

/// What is known of a name, in lines of at most `width` columns.
pub fn of_hover(hover: &Hover, width: usize) -> Vec<Line> {
    let mut lines = wrapped(&hover.title, width, Line::Title);
    let facts = [
        (!hover.kind.is_empty()).then(|| hover.kind.clone()),
        hover.sample.as_ref().map(|sample| format!("for example {sample}")),
        (!hover.allowed.is_empty()).then(|| format!("one of {}", hover.allowed.join(", "))),
    ];
    for fact in facts.into_iter().flatten() {
        lines.extend(wrapped(&fact, width, Line::Fact));
    }
    lines.extend(doc(&hover.doc, width));
    lines
}

/// What is known of a completion, in lines of at most `width` columns.
pub fn of_completion(item: &Completion, width: usize) -> Vec<Line> {
    let mut lines = wrapped(&item.detail, width, Line::Title);
    if let Some(sample) = &item.sample {
        lines.extend(wrapped(&format!("for example {sample}"), width, Line::Fact));
    }
    lines.extend(doc(&item.doc, width));
    lines
}

fn wrapped(text: &str, width: usize, line: fn(String) -> Line) -> Vec<Line> {
    if text.is_empty() { Vec::new() } else { wrap(text, width).into_iter().map(line).collect() }
}

/// Documentation in plain text or simple Markdown.
fn doc(text: &str, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut is_code = false;
    for line in text.trim().lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if is_code {
            lines.push(Line::Code(line.to_owned()));
        } else if line.trim().is_empty() {
            lines.push(Line::Text(String::new()));
        } else {
            lines.extend(wrapped(line.trim_start_matches('#').trim(), width, Line::Text));
        }
    }
    if !lines.is_empty() {
        lines.insert(0, Line::Text(String::new()));
    }
    lines.dedup_by(|a, b| a.text().is_empty() && b.text().is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_read_as_words_and_code() {
        let hover = Hover {
            range: None,
            title: "len".into(),
            kind: "int".into(),
            doc: "How many.\n\n# Example\n\n```rhai\nlet x = 1;\n```".into(),
            sample: Some("3".into()),
            allowed: Vec::new(),
        };
        let lines: Vec<_> =
            of_hover(&hover, 20).iter().map(|line| line.text().to_owned()).collect();
        let wanted =
            ["len", "int", "for example 3", "", "How many.", "", "Example", "", "let x = 1;"];
        assert_eq!(lines, wanted);
    }
}
