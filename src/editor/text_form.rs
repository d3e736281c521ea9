//! How a text lies in its file: byte-order mark and line ending. In memory every line ends in a line feed.

use std::borrow::Cow;

const BOM: char = '\u{feff}';

/// What ends a line in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnding {
    /// A line feed.
    #[default]
    Lf,
    /// A carriage return and a line feed.
    Crlf,
}

impl LineEnding {
    /// Its name for a status line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::Crlf => "CRLF",
        }
    }
}

/// What [`read`] took off a text and [`TextForm::write`] puts back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextForm {
    pub(super) bom: bool,
    pub(super) ending: LineEnding,
}

/// Splits a file's text into its form and the text with line feeds only. A file that mixes line endings takes the one
/// it has more of.
pub(super) fn read(text: &str) -> (TextForm, Cow<'_, str>) {
    let bom = text.starts_with(BOM);
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let crlf = text.matches("\r\n").count();
    if crlf == 0 {
        return (TextForm { bom, ending: LineEnding::Lf }, Cow::Borrowed(text));
    }
    let bare = text.bytes().filter(|byte| *byte == b'\n').count() - crlf;
    let ending = if crlf >= bare { LineEnding::Crlf } else { LineEnding::Lf };
    (TextForm { bom, ending }, Cow::Owned(text.replace("\r\n", "\n")))
}

/// A text as it was at one moment, fit to be sent to a thread and written there. Cloning it is O(1).
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) rope: ropey::Rope,
    pub(super) form: TextForm,
}

impl Snapshot {
    /// The text as it is to be saved.
    pub fn text(&self) -> String {
        self.form.write(&self.rope)
    }
}

impl TextForm {
    /// `text` as it stands in the file.
    pub(super) fn write(self, rope: &ropey::Rope) -> String {
        let breaks = if self.ending == LineEnding::Crlf { rope.len_lines() } else { 0 };
        let mut text = String::with_capacity(rope.len_bytes() + breaks + 3);
        if self.bom {
            text.push(BOM);
        }
        for chunk in rope.chunks() {
            match self.ending {
                LineEnding::Lf => text.push_str(chunk),
                LineEnding::Crlf => push_with_crlf(&mut text, chunk),
            }
        }
        text
    }
}

fn push_with_crlf(text: &mut String, chunk: &str) {
    for (index, line) in chunk.split('\n').enumerate() {
        if index > 0 {
            text.push_str("\r\n");
        }
        text.push_str(line);
    }
}

/// Makes `text` fit to be pasted: line breaks of any kind become line feeds, other control characters save the tab go,
/// since an escape byte on the screen is never what was meant.
pub(super) fn clean_paste(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                clean.push('\n');
            }
            '\n' | '\t' => clean.push(c),
            c if c.is_control() => {}
            c => clean.push(c),
        }
    }
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ropey::Rope;

    #[test]
    fn what_was_read_is_what_is_written() {
        for text in ["", "a", "a\n", "a\r\nb", "\u{feff}a\r\nb\r\n", "\u{feff}", "a\rb", "\n\n"] {
            let (form, inner) = read(text);
            assert_eq!(form.write(&Rope::from_str(&inner)), text, "{text:?}");
            assert!(!inner.contains("\r\n") && !inner.starts_with(BOM), "{inner:?}");
        }
    }

    #[test]
    fn mixed_line_endings_become_the_more_frequent_one() {
        assert_eq!(read("a\r\nb\nc\n").0.ending, LineEnding::Lf);
        assert_eq!(read("a\r\nb\r\nc\n").0.ending, LineEnding::Crlf);
    }

    #[test]
    fn a_paste_keeps_text_tabs_and_line_breaks_only() {
        assert_eq!(clean_paste("a\r\nb\rc\n\td"), "a\nb\nc\n\td");
        assert_eq!(clean_paste("\x1b[31mred\x07\u{7f}\u{9b}"), "[31mred");
        assert!(matches!(clean_paste("plain ☺"), Cow::Borrowed(_)));
    }
}
