//! Upper and lower case, and the ways to write a name of several words.

use super::buffer::Buffer;
use super::history::{Group, Revision};
use super::position::Selection;
use super::words;
use std::ops::Range;

/// How letters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lettering {
    /// `AS THIS`.
    Upper,
    /// `as this`.
    Lower,
    /// `As This`.
    Title,
    /// `as_this`.
    Snake,
    /// `asThis`.
    Camel,
    /// As it was before the first of these.
    Original,
}

impl Lettering {
    const ROUND: [Self; 6] =
        [Self::Upper, Self::Lower, Self::Title, Self::Snake, Self::Camel, Self::Original];

    /// Its name, written so.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Upper => "UPPER CASE",
            Self::Lower => "lower case",
            Self::Title => "Title Case",
            Self::Snake => "snake_case",
            Self::Camel => "camelCase",
            Self::Original => "as it was",
        }
    }

    /// `text` written so.
    pub fn of(self, text: &str) -> String {
        match self {
            Self::Upper => text.to_uppercase(),
            Self::Lower => text.to_lowercase(),
            Self::Title => per_run(text, words::is_word, capitalised),
            Self::Snake => per_name(text, |name| {
                let parts: Vec<String> = parts(name).iter().map(|p| p.to_lowercase()).collect();
                parts.join("_")
            }),
            Self::Camel => per_name(text, |name| {
                let parts = parts(name);
                let mut parts = parts.iter();
                let first = parts.next().map(|part| part.to_lowercase());
                first.into_iter().chain(parts.map(|part| capitalised(part))).collect()
            }),
            Self::Original => text.to_owned(),
        }
    }
}

/// Where a round through the letterings stands.
#[derive(Clone, Debug)]
pub(super) struct CaseRound {
    at: usize,
    revision: Revision,
    originals: Vec<String>,
}

impl Buffer {
    /// Writes the selected texts, or the words at the cursors, in the next of the ways in [`Lettering`] that differs
    /// from how they stand; pressed again and again it comes round to what was there. `None` where there is no word.
    pub fn turn_case(&mut self) -> Option<Lettering> {
        let texts: Vec<String> = self.selections().into_iter().map(|s| self.case_text(s)).collect();
        if texts.iter().all(String::is_empty) {
            return None;
        }
        let revision = self.revision();
        let mut round = match self.case_round.take() {
            Some(round) if round.revision == revision && round.originals.len() == texts.len() => {
                round
            }
            _ => CaseRound { at: Lettering::ROUND.len() - 1, revision, originals: texts.clone() },
        };
        let written = |lettering: Lettering| -> Vec<String> {
            round.originals.iter().map(|text| lettering.of(text)).collect()
        };
        let len = Lettering::ROUND.len();
        let next = (1..=len)
            .map(|step| (round.at + step) % len)
            .find(|at| written(Lettering::ROUND[*at]) != texts)?;
        let lettering = Lettering::ROUND[next];
        let mut written = written(lettering).into_iter();
        self.change_each(Group::Alone, |buffer| {
            let range = buffer.case_range(buffer.selection);
            let text = written.next().unwrap_or_default();
            buffer.splice(range.clone(), &text);
            Selection {
                anchor: buffer.position_of(range.start),
                head: buffer.position_of(range.start + text.chars().count()),
            }
        });
        round.at = next;
        round.revision = self.revision();
        self.case_round = Some(round);
        Some(lettering)
    }

    /// What is written anew for a selection: its characters, or those of the word at its cursor.
    fn case_range(&self, selection: Selection) -> Range<usize> {
        let (start, end) = selection.ordered();
        let range = self.index_of(start)..self.index_of(end);
        if range.is_empty() { words::word_around(&self.rope, range.start) } else { range }
    }

    fn case_text(&self, selection: Selection) -> String {
        String::from(self.rope.slice(self.case_range(selection)))
    }
}

/// `text` with `write` done to each run of characters that `belongs` takes.
fn per_run(text: &str, belongs: impl Fn(char) -> bool, write: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        out.push_str(&write(&rest[..run]));
        rest = &rest[run..];
        let between = rest.find(&belongs).unwrap_or(rest.len());
        out.push_str(&rest[..between]);
        rest = &rest[between..];
    }
    out
}

/// As [`per_run`] for names; blanks join the words of a name only where there is nothing but words.
fn per_name(text: &str, write: impl Fn(&str) -> String) -> String {
    let in_name = |c: char| words::is_word(c) || c == '-';
    if text.chars().all(|c| in_name(c) || c == ' ') {
        let name = text.trim_matches(' ');
        return text.replacen(name, &write(name), usize::from(!name.is_empty()));
    }
    per_run(text, in_name, write)
}

/// The words that a name is made of: `vipUser_id` has three.
fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for c in name.chars() {
        if matches!(c, '_' | '-' | ' ') {
            before = None;
            continue;
        }
        let begins = match before {
            None => true,
            Some(before) => c.is_uppercase() && !before.is_uppercase(),
        };
        if begins {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
        before = Some(c);
    }
    parts
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::marked::{buffer, drawn};
    use super::*;

    #[test]
    fn a_text_is_written_in_every_way() {
        let written = |text: &str| Lettering::ROUND.map(|lettering| lettering.of(text));
        assert_eq!(
            written("vip user"),
            ["VIP USER", "vip user", "Vip User", "vip_user", "vipUser", "vip user"]
        );
        assert_eq!(Lettering::Snake.of("f(convId, agentName-x)"), "f(conv_id, agent_name_x)");
        assert_eq!(Lettering::Camel.of("conv_id = OTHER_ID"), "convId = otherId");
        assert_eq!(Lettering::Snake.of(" a b "), " a_b ");
        assert_eq!(Lettering::Camel.of(""), "");
    }

    #[test]
    fn the_word_at_the_cursor_goes_round_and_back() {
        let mut buffer = buffer("let con|vId = 1;");
        let mut ways = Vec::new();
        for _ in 0..6 {
            ways.push((buffer.turn_case().unwrap(), drawn(&buffer)));
        }
        let texts: Vec<_> = ways.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "let ^CONVID| = 1;",
                "let ^convid| = 1;",
                "let ^Convid| = 1;",
                "let ^conv_id| = 1;",
                "let ^convId| = 1;",
                "let ^CONVID| = 1;"
            ],
            "what it is already is passed over"
        );
        for _ in 0..6 {
            buffer.undo();
        }
        assert_eq!(buffer.text(), "let convId = 1;");
        assert_eq!(super::super::marked::buffer(" | ").turn_case(), None);
    }

    #[test]
    fn every_selection_is_written_alike() {
        let mut buffer = buffer("^foo bar| ^x y|");
        buffer.turn_case();
        assert_eq!(drawn(&buffer), "^FOO BAR| ^X Y|");
        for _ in 0..3 {
            buffer.turn_case();
        }
        assert_eq!(drawn(&buffer), "^foo_bar| ^x_y|");
    }
}
