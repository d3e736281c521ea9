//! Brackets and quotes around a selection: put there by typing one, taken away by a command.

use super::brackets;
use super::buffer::Buffer;
use super::carets::Bias;
use super::history::Group;
use super::position::Selection;

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// What `c` puts on both sides of a selection when it is typed over it.
pub(super) fn pair_of(c: char) -> Option<(char, char)> {
    if QUOTES.contains(&c) { Some((c, c)) } else { brackets::closing(c).map(|close| (c, close)) }
}

impl Buffer {
    /// Puts a pair around the primary selection, which stays on what it was; only within a change.
    pub(super) fn wrap(&mut self, (open, close): (char, char)) -> Selection {
        let range = self.selected_range();
        let backwards = self.selection.head < self.selection.anchor;
        self.splice(range.end..range.end, close.encode_utf8(&mut [0; 4]));
        self.splice_with(range.start..range.start, open.encode_utf8(&mut [0; 4]), Bias::Behind);
        let (start, end) = (self.position_of(range.start + 1), self.position_of(range.end + 1));
        if backwards {
            Selection { anchor: end, head: start }
        } else {
            Selection { anchor: start, head: end }
        }
    }

    /// Takes away the brackets or quotes right around each selection, or those around the cursor; says whether there
    /// were any.
    pub fn unwrap(&mut self) -> bool {
        let before = self.revision();
        self.change_each(Group::Alone, |buffer| {
            let selection = buffer.selection;
            let Some((open, close)) = buffer.around() else { return selection };
            let follow = |position| {
                let index = buffer.index_of(position);
                index - usize::from(index > open) - usize::from(index > close)
            };
            let (anchor, head) = (follow(selection.anchor), follow(selection.head));
            buffer.splice(close..close + 1, "");
            buffer.splice(open..open + 1, "");
            Selection { anchor: buffer.position_of(anchor), head: buffer.position_of(head) }
        });
        self.revision() != before
    }

    /// The pair around the primary selection, in characters of the text: right around it or at its ends, else the
    /// nearest brackets, or the nearest quotes on the line.
    fn around(&self) -> Option<(usize, usize)> {
        let range = self.selected_range();
        let pair = |open: usize, close: usize| {
            let (a, b) = (self.rope.get_char(open)?, self.rope.get_char(close)?);
            (open < close && pair_of(a).is_some_and(|(_, partner)| partner == b))
                .then_some((open, close))
        };
        if !range.is_empty() {
            let outside = range.start.checked_sub(1).and_then(|open| pair(open, range.end));
            if let Some(found) = outside.or_else(|| pair(range.start, range.end - 1)) {
                return Some(found);
            }
        }
        self.quotes_around(&range).or_else(|| brackets::around(&self.rope, &range))
    }

    fn quotes_around(&self, range: &std::ops::Range<usize>) -> Option<(usize, usize)> {
        let line = self.rope.char_to_line(range.start);
        if line != self.rope.char_to_line(range.end) {
            return None;
        }
        let start = self.rope.line_to_char(line);
        let mut open: Option<(usize, char)> = None;
        let mut escaped = false;
        for (offset, c) in self.rope.line(line).chars().enumerate() {
            let at = start + offset;
            match open {
                Some((from, quote)) if c == quote && !escaped => {
                    if from < range.start && at >= range.end {
                        return Some((from, at));
                    }
                    open = None;
                }
                None if QUOTES.contains(&c) && at < range.start => open = Some((at, c)),
                _ => {}
            }
            escaped = c == '\\' && !escaped;
        }
        None
    }

    /// Selects more: the word, then what is inside the next brackets or quotes, then these too, at last everything.
    /// What was selected before is what [`Buffer::shrink_selection`] comes back to.
    pub fn expand_selection(&mut self) {
        let was = self.all_selections();
        let mut trail = std::mem::take(&mut self.expanded);
        if trail.last().is_none_or(|(_, to)| *to != was) {
            trail.clear();
        }
        self.move_each(|buffer| {
            let range = buffer.selected_range();
            let next = buffer.wider(&range);
            buffer.place(Selection {
                anchor: buffer.position_of(next.start),
                head: buffer.position_of(next.end),
            });
        });
        self.seal_undo_step();
        let now = self.all_selections();
        if now != was {
            trail.push((was, now));
        }
        self.expanded = trail;
    }

    /// Goes back to what was selected before [`Buffer::expand_selection`]; says whether there was such.
    pub fn shrink_selection(&mut self) -> bool {
        let now = self.all_selections();
        match self.expanded.pop() {
            Some((was, to)) if to == now => {
                let trail = std::mem::take(&mut self.expanded);
                self.go_all(&was);
                self.expanded = trail;
                true
            }
            _ => {
                self.expanded.clear();
                false
            }
        }
    }

    fn wider(&self, range: &std::ops::Range<usize>) -> std::ops::Range<usize> {
        if range.is_empty() {
            let word = super::words::word_around(&self.rope, range.start);
            if !word.is_empty() {
                return word;
            }
        }
        let quotes = self.quotes_around(range);
        let brackets = brackets::around(&self.rope, range);
        let nearest = quotes.into_iter().chain(brackets).max_by_key(|(open, _)| *open);
        match nearest {
            Some((open, close)) if open + 1 == range.start && close == range.end => open..close + 1,
            Some((open, close)) => open + 1..close,
            None => 0..self.rope.len_chars(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::marked::{after, buffer, drawn};
    use super::*;

    #[test]
    fn a_bracket_or_quote_typed_over_a_selection_goes_around_it() {
        let typed = |before, c| after(before, |buffer: &mut Buffer| buffer.type_char(c, 0));
        assert_eq!(typed("a ^bc| d", '('), "a (^bc|) d");
        assert_eq!(typed("a |bc^ d", '"'), "a \"|bc^\" d");
        assert_eq!(typed("^a| ^b|", '['), "[^a|] [^b|]");
        assert_eq!(typed("^a\nb|", '{'), "{^a\nb|}");
        assert_eq!(typed("a ^bc| d", ')'), "a )| d", "a closing one takes its place");
    }

    #[test]
    fn what_is_around_can_be_taken_away() {
        let unwrap = |before| {
            after(before, |buffer: &mut Buffer| {
                buffer.unwrap();
            })
        };
        assert_eq!(unwrap("f(a, b|)"), "fa, b|");
        assert_eq!(unwrap("(^a|) (^b|)"), "^a| ^b|");
        assert_eq!(unwrap("^(a)|"), "^a|");
        assert_eq!(unwrap("x \"a|b\" y"), "x a|b y");
        assert_eq!(unwrap("[\"a\" + |b]"), "\"a\" + |b", "between two strings is in none");
        assert_eq!(unwrap("\"a\\\"b|c\""), "a\\\"b|c");
        assert!(!buffer("a|b").unwrap());
    }

    #[test]
    fn a_selection_grows_by_word_bracket_and_all_and_comes_back() {
        let mut buffer = buffer("f(a, [foo|, 1])\nx");
        let mut stages = Vec::new();
        for _ in 0..6 {
            buffer.expand_selection();
            stages.push(buffer.selected_text().unwrap_or_default());
        }
        assert_eq!(
            stages,
            ["foo", "foo, 1", "[foo, 1]", "a, [foo, 1]", "(a, [foo, 1])", "f(a, [foo, 1])\nx"]
        );
        for _ in 0..6 {
            assert!(buffer.shrink_selection());
        }
        assert_eq!(drawn(&buffer), "f(a, [foo|, 1])\nx");
        assert!(!buffer.shrink_selection());
    }

    #[test]
    fn a_moved_cursor_forgets_what_was_selected_before() {
        let mut buffer = buffer("(a|)");
        buffer.expand_selection();
        buffer.move_by(super::super::Motion::Left, super::super::Extend::Move);
        assert!(!buffer.shrink_selection());
    }
}
