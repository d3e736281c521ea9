//! A list that is narrowed down by typing.

use crate::app::action::{FieldAction, ListAction};
use crate::app::field::Field;
use crate::app::list::Cursor;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

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
    /// The characters of its name that matched.
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
}

impl<T> Picker<T> {
    /// A picker of `entries` with nothing typed.
    pub fn new(entries: Vec<Entry<T>>) -> Self {
        let mut picker = Self {
            field: Field::default(),
            entries,
            matches: Vec::new(),
            cursor: Cursor::default(),
        };
        picker.narrow();
        picker
    }

    /// The same with an entry selected.
    #[must_use]
    pub fn selecting(mut self, wanted: impl Fn(&T) -> bool) -> Self {
        let at = self.matches.iter().position(|m| wanted(&self.entries[m.entry].value));
        self.cursor.selected = at.unwrap_or(0);
        self
    }

    /// The selected entry.
    pub fn selected(&self) -> Option<&Entry<T>> {
        self.matches.get(self.cursor.selected).map(|found| &self.entries[found.entry])
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
        let mut group: Option<&str> = None;
        for (index, entry) in self.entries.iter().enumerate() {
            if group == Some(&entry.group) {
                continue;
            }
            group = Some(&entry.group);
            let members = self
                .matches
                .iter()
                .enumerate()
                .filter(|(_, m)| self.entries[m.entry].group == entry.group);
            let members: Vec<_> = members.map(|(at, _)| PickerRow::Match(at)).collect();
            rows.push(PickerRow::Heading { entry: index, empty: members.is_empty() });
            rows.extend(members);
        }
        rows
    }

    /// Keeps the selection valid and in sight.
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
    }

    fn narrow(&mut self) {
        self.cursor = Cursor::default();
        if self.field.text().trim().is_empty() {
            self.matches =
                (0..self.entries.len()).map(|entry| Match { entry, marks: Vec::new() }).collect();
            return;
        }
        let pattern = Pattern::parse(self.field.text(), CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut scored: Vec<(u32, Match)> = Vec::new();
        let (mut chars, mut marks) = (Vec::new(), Vec::new());
        for (entry, candidate) in self.entries.iter().enumerate() {
            marks.clear();
            let haystack = Utf32Str::new(&candidate.label, &mut chars);
            if let Some(score) = pattern.indices(haystack, &mut matcher, &mut marks) {
                marks.sort_unstable();
                marks.dedup();
                scored.push((score, Match { entry, marks: marks.clone() }));
            }
        }
        scored.sort_by(|(a, x), (b, y)| {
            self.group_rank(x.entry)
                .cmp(&self.group_rank(y.entry))
                .then(b.cmp(a))
                .then(x.entry.cmp(&y.entry))
        });
        self.matches = scored.into_iter().map(|(_, found)| found).collect();
    }

    /// Groups keep their order whatever the scores within them.
    fn group_rank(&self, entry: usize) -> usize {
        let group = &self.entries[entry].group;
        self.entries.iter().position(|other| other.group == *group).unwrap_or(entry)
    }
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
        assert_eq!(picker.matches[0].marks, [8, 9, 10, 11]);
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
