//! A list that is narrowed down by typing.

use crate::app::action::{FieldAction, ListAction};
use crate::app::field::Field;
use crate::app::list::Cursor;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Something that can be picked.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// What stands above it and its neighbours; empty for none.
    pub group: String,
    /// Its name, which is what typing matches.
    pub label: String,
    /// More about it, behind the name.
    pub detail: String,
    /// What stands at the right edge, a key for example.
    pub right: String,
    /// Why it cannot be picked now.
    pub disabled: Option<String>,
    /// What picking it gives.
    pub value: T,
}

impl<T> Entry<T> {
    /// An entry with nothing but a name.
    pub fn new(label: impl Into<String>, value: T) -> Self {
        Self {
            group: String::new(),
            label: label.into(),
            detail: String::new(),
            right: String::new(),
            disabled: None,
            value,
        }
    }

    /// The same under a heading.
    #[must_use]
    pub fn in_group(mut self, group: impl Into<String>) -> Self {
        self.group = group.into();
        self
    }

    /// The same with more about it.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same with a text at the right edge.
    #[must_use]
    pub fn with_right(mut self, right: impl Into<String>) -> Self {
        self.right = right.into();
        self
    }
}

/// An entry that matches what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Its place among the entries.
    pub entry: usize,
    /// The characters of its name that matched, once it is in sight.
    pub marks: Vec<u32>,
}

/// One row of the list as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickerRow {
    /// The heading of the group that this entry belongs to, and whether nothing in it matches.
    Heading {
        /// An entry of the group.
        entry: usize,
        /// Nothing in the group matches.
        empty: bool,
    },
    /// A match, by its place among the matches.
    Match(usize),
}

/// A list that is narrowed down by typing.
#[derive(Clone, Debug)]
pub struct Picker<T> {
    /// What is typed.
    pub field: Field,
    /// Everything that can be picked; those of a group stand together.
    pub entries: Vec<Entry<T>>,
    /// What matches, in the order shown.
    pub matches: Vec<Match>,
    /// The selected match; `top` counts rows.
    pub cursor: Cursor,
    /// For each entry the first one of its group: groups keep their order whatever the scores within them.
    groups: Vec<usize>,
    /// So many characters at the start of the field are not looked for.
    prefix: usize,
    /// What the matches match.
    narrowed_to: String,
    /// How many entries were looked at to find them.
    looked_at: usize,
}

impl<T> Picker<T> {
    /// A picker of `entries` with nothing typed.
    pub fn new(entries: Vec<Entry<T>>) -> Self {
        let mut picker = Self {
            field: Field::default(),
            entries: Vec::new(),
            matches: Vec::new(),
            cursor: Cursor::default(),
            groups: Vec::new(),
            prefix: 0,
            narrowed_to: String::new(),
            looked_at: 0,
        };
        picker.offer(entries, 0);
        picker
    }

    /// Offers other entries for what is typed, of which the first `prefix` characters are not looked for.
    pub fn offer(&mut self, entries: Vec<Entry<T>>, prefix: usize) {
        let mut firsts = HashMap::new();
        let groups = entries.iter().enumerate();
        self.groups =
            groups.map(|(at, entry)| *firsts.entry(entry.group.as_str()).or_insert(at)).collect();
        self.entries = entries;
        self.prefix = prefix;
        self.matches.clear();
        self.narrowed_to.clear();
        self.narrow();
    }

    /// The same with an entry selected.
    #[must_use]
    pub fn selecting(mut self, wanted: impl Fn(&T) -> bool) -> Self {
        self.select(wanted);
        self
    }

    /// Selects an entry, when it is there; else the first.
    pub fn select(&mut self, wanted: impl Fn(&T) -> bool) {
        let at = self.matches.iter().position(|m| wanted(&self.entries[m.entry].value));
        self.cursor.selected = at.unwrap_or(0);
    }

    /// The selected entry.
    pub fn selected(&self) -> Option<&Entry<T>> {
        self.matches.get(self.cursor.selected).map(|found| &self.entries[found.entry])
    }

    /// How many entries there are, whether they match or not.
    pub fn entry_count(&self) -> usize {
        self.entries.len()
    }

    /// Types a character.
    pub fn type_char(&mut self, c: char) {
        self.field.insert(c);
        self.narrow();
    }

    /// Pastes a text.
    pub fn paste(&mut self, text: &str) {
        self.field.paste(text);
        self.narrow();
    }

    /// Edits what is typed.
    pub fn edit(&mut self, action: FieldAction, clipboard: &str) {
        if self.field.apply(action, clipboard) {
            self.narrow();
        }
    }

    /// Moves the selection; `height` rows are in sight.
    pub fn list(&mut self, action: ListAction, height: usize) {
        let mut cursor = Cursor { top: 0, ..self.cursor };
        cursor.apply(action, self.matches.len(), height);
        self.cursor.selected = cursor.selected;
    }

    /// The rows in their order.
    pub fn rows(&self) -> Vec<PickerRow> {
        let grouped = self.entries.iter().any(|entry| !entry.group.is_empty());
        if !grouped {
            return (0..self.matches.len()).map(PickerRow::Match).collect();
        }
        let mut rows = Vec::new();
        let mut next = 0;
        for entry in (0..self.entries.len()).filter(|entry| self.groups[*entry] == *entry) {
            let members = self.matches[next..].iter();
            let members = members.take_while(|m| self.groups[m.entry] == entry).count();
            rows.push(PickerRow::Heading { entry, empty: members == 0 });
            rows.extend((next..next + members).map(PickerRow::Match));
            next += members;
        }
        rows
    }

    /// Keeps the selection valid and in sight, and marks the letters that match in what is.
    pub fn settle(&mut self, height: usize) {
        self.cursor.selected = self.cursor.selected.min(self.matches.len().saturating_sub(1));
        let rows = self.rows();
        let row =
            rows.iter().position(|row| *row == PickerRow::Match(self.cursor.selected)).unwrap_or(0);
        let headed = usize::from(row > 0 && matches!(rows[row - 1], PickerRow::Heading { .. }));
        let mut view = Cursor { selected: row - headed, top: self.cursor.top };
        view.settle(rows.len(), height);
        view.selected = row;
        view.settle(rows.len(), height);
        self.cursor.top = view.top;
        self.mark(&rows[view.top.min(rows.len())..(view.top + height).min(rows.len())]);
    }

    /// Marks the letters that match in these rows.
    fn mark(&mut self, rows: &[PickerRow]) {
        if self.narrowed_to.is_empty() {
            return;
        }
        let pattern = pattern(&self.narrowed_to);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut chars = Vec::new();
        for row in rows {
            let PickerRow::Match(at) = *row else { continue };
            let found = &mut self.matches[at];
            if found.marks.is_empty() {
                let name = Utf32Str::new(&self.entries[found.entry].label, &mut chars);
                pattern.indices(name, &mut matcher, &mut found.marks);
                found.marks.sort_unstable();
                found.marks.dedup();
            }
        }
    }

    fn narrow(&mut self) {
        self.cursor = Cursor::default();
        let wanted: String = self.field.text().chars().skip(self.prefix).collect();
        let wanted = wanted.trim().to_owned();
        if wanted.is_empty() {
            let entries = 0..self.entries.len();
            self.matches = entries.map(|entry| Match { entry, marks: Vec::new() }).collect();
            self.narrowed_to.clear();
            return;
        }
        // What goes on from what was typed before matches nothing that did not match before.
        let goes_on = !self.narrowed_to.is_empty()
            && wanted.starts_with(&self.narrowed_to)
            && !wanted.contains(['!', '^', '$', '\'', '\\']);
        let candidates: Vec<usize> = if goes_on {
            self.matches.iter().map(|found| found.entry).collect()
        } else {
            (0..self.entries.len()).collect()
        };
        self.looked_at = candidates.len();
        let pattern = pattern(&wanted);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut chars = Vec::new();
        let mut scored: Vec<(u32, usize)> = candidates
            .into_iter()
            .filter_map(|entry| {
                let name = Utf32Str::new(&self.entries[entry].label, &mut chars);
                pattern.score(name, &mut matcher).map(|score| (score, entry))
            })
            .collect();
        scored
            .sort_unstable_by_key(|(score, entry)| (self.groups[*entry], Reverse(*score), *entry));
        let found = scored.into_iter();
        self.matches = found.map(|(_, entry)| Match { entry, marks: Vec::new() }).collect();
        self.narrowed_to = wanted;
    }
}

/// Terms between blanks match each by itself, upper case only when it is typed.
fn pattern(wanted: &str) -> Pattern {
    Pattern::parse(wanted, CaseMatching::Smart, Normalization::Smart)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picker() -> Picker<usize> {
        Picker::new(vec![
            Entry::new("Keyword Scanner", 0).in_group("End"),
            Entry::new("Conversation End", 1).in_group("End"),
            Entry::new("Greeting", 2).in_group("Stand-alone"),
        ])
    }

    #[test]
    fn typing_narrows_within_the_groups_and_says_where_nothing_matches() {
        let mut picker = picker();
        for c in "scan".chars() {
            picker.type_char(c);
        }
        assert_eq!(picker.selected().unwrap().value, 0);
        assert_eq!(
            picker.rows(),
            [
                PickerRow::Heading { entry: 0, empty: false },
                PickerRow::Match(0),
                PickerRow::Heading { entry: 2, empty: true }
            ]
        );
        picker.settle(5);
        assert_eq!(picker.matches[0].marks, [8, 9, 10, 11]);
    }

    fn many() -> Picker<usize> {
        let name = |n| format!("{}_lambda_{n}", ["greet", "scan", "route"][n % 3]);
        Picker::new((0..10_000).map(|n| Entry::new(name(n), n)).collect())
    }

    #[test]
    fn a_letter_looks_at_each_of_ten_thousand_entries_once_and_the_next_at_what_is_left() {
        let mut picker = many();
        picker.type_char('s');
        assert_eq!((picker.looked_at, picker.matches.len()), (10_000, 3_333));
        picker.type_char('c');
        assert_eq!(picker.looked_at, 3_333);
        picker.settle(20);
        let marked = picker.matches.iter().filter(|found| !found.marks.is_empty()).count();
        assert_eq!(marked, 20, "letters are marked in what is in sight");
        picker.list(ListAction::Last, 20);
        picker.settle(20);
        assert!(!picker.matches.last().unwrap().marks.is_empty());
        picker.edit(FieldAction::Backspace, "");
        assert_eq!((picker.looked_at, picker.matches.len()), (10_000, 3_333));
    }

    #[test]
    fn going_on_typing_finds_what_typing_it_at_once_finds() {
        for wanted in ["lamb 12", "SCAN", "sCa", "!greet 7", "route_ 9$", "^scan 1"] {
            let (mut typed, mut pasted) = (many(), many());
            wanted.chars().for_each(|c| typed.type_char(c));
            pasted.paste(wanted);
            assert_eq!(typed.matches, pasted.matches, "{wanted}");
        }
    }

    #[test]
    fn a_prefix_is_not_looked_for() {
        let mut picker = many();
        picker.paste("#scan");
        assert!(picker.selected().is_none());
        picker.offer(many().entries, 1);
        assert_eq!(picker.matches.len(), 3_333);
    }

    #[test]
    fn nothing_matches_nothing_is_selected() {
        let mut picker = picker();
        picker.paste("zzz");
        assert!(picker.selected().is_none());
        picker.list(ListAction::Down, 5);
        picker.settle(5);
        assert!(picker.selected().is_none());
        picker.edit(FieldAction::Clear, "");
        assert_eq!(picker.selected().unwrap().value, 0);
    }

    #[test]
    fn the_heading_above_the_selection_stays_in_sight() {
        let mut picker = picker();
        picker.list(ListAction::Last, 3);
        picker.settle(3);
        assert_eq!((picker.cursor.selected, picker.cursor.top), (2, 2));
        picker.list(ListAction::First, 3);
        picker.settle(3);
        assert_eq!(picker.cursor.top, 0);
    }
}
