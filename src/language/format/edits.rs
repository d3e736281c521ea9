//! What the formatter changed, as edits between the words.

use super::format;
use crate::domain::{Diagnostic, Place, TextEdit, TextRange};

/// The edits that lay out `source`, in the order of the text; none when it is laid out already.
pub fn edits(source: &str) -> Result<Vec<TextEdit>, Box<Diagnostic>> {
    format(source).map(|text| between(source, &text))
}

/// The edits that make `old` to `new`, two texts that differ in blanks, commas and semicolons that mean nothing.
fn between(old: &str, new: &str) -> Vec<TextEdit> {
    let (mut left, mut right) = (Walk::new(old), Walk::new(new));
    let mut edits = Vec::new();
    loop {
        let (start, from, new_from) = (left.place, left.byte, right.byte);
        left.skip_blanks();
        right.skip_blanks();
        match (left.next(), right.next()) {
            (Some(a), Some(b)) if a == b => {}
            (_, Some(',')) => right.step(),
            (Some(','), _) => left.step(),
            (Some(';'), next) => {
                while left.next() == Some(';') && next != Some(';') {
                    left.step();
                    left.skip_blanks();
                }
            }
            _ => {}
        }
        left.skip_blanks();
        right.skip_blanks();
        let (was, is) = (&old[from..left.byte], &new[new_from..right.byte]);
        if was != is {
            let range = TextRange::new(start, left.place);
            edits.push(TextEdit { range, text: is.to_owned() });
        }
        match (left.next(), right.next()) {
            (Some(a), Some(b)) if a == b => {
                left.step();
                right.step();
            }
            (None, None) => return edits,
            _ => {
                // They differ in more: the rest is one edit.
                let (range_start, rest) = (left.place, &new[right.byte..]);
                while left.next().is_some() {
                    left.step();
                }
                let range = TextRange::new(range_start, left.place);
                edits.push(TextEdit { range, text: rest.to_owned() });
                return edits;
            }
        }
    }
}

/// A place in a text that moves on.
struct Walk<'a> {
    text: &'a str,
    byte: usize,
    place: Place,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, byte: 0, place: Place::new(1, 1) }
    }

    fn next(&self) -> Option<char> {
        self.text[self.byte..].chars().next()
    }

    fn step(&mut self) {
        let Some(next) = self.next() else { return };
        self.byte += next.len_utf8();
        self.place = match next {
            '\n' => Place::new(self.place.line + 1, 1),
            _ => Place::new(self.place.line, self.place.column + 1),
        };
    }

    fn skip_blanks(&mut self) {
        while self.next().is_some_and(char::is_whitespace) {
            self.step();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(old: &str, edits: &[TextEdit]) -> String {
        let byte = |place: Place| {
            let line = old.split_inclusive('\n').take(place.line as usize - 1);
            let start: usize = line.map(str::len).sum();
            let chars = old[start..].char_indices().map(|(at, _)| at);
            start + chars.chain([old.len() - start]).nth(place.column as usize - 1).unwrap()
        };
        let mut text = old.to_owned();
        for edit in edits.iter().rev() {
            text.replace_range(byte(edit.range.start)..byte(edit.range.end), &edit.text);
        }
        text
    }

    #[test]
    fn edits_make_the_text_that_the_formatter_wants() {
        for source in [
            "",
            "\n\n",
            "let  a=1;",
            "let a = 1;\n",
            "fn f( ){ [1,\n2];g([ 1, ]) }",
            "let m = #{ a: \"ä , ö\",\n b: 2 // two\n };",
            "a;; ;b ; // c\nd;;\n;;if e { ; }",
            "  let s=`a\n  b , ${ c }`;// x",
        ] {
            let wanted = format(source).unwrap();
            let edits = edits(source).unwrap();
            assert_eq!(applied(source, &edits), wanted, "{edits:?}");
            assert_eq!(edits.is_empty(), source == wanted);
        }
    }

    #[test]
    fn only_what_stands_between_the_words_is_touched() {
        let edits = edits("let  abc=1;\n").unwrap();
        assert!(edits.iter().all(|edit| edit.text.trim().is_empty()), "{edits:?}");
        assert_eq!(edits.len(), 3);
    }
}
