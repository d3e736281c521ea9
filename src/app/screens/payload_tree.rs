//! The payload as a tree: what of it is unfolded, which field is selected, how its path is written in Rhai.

use crate::app::action::{ListAction, TreeAction};
use crate::app::list::Cursor;
use crate::language::engine::is_property_name;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

/// One field in sight.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// How deep it hangs, from 0.
    pub depth: usize,
    /// Its JSON pointer within the input: `/payload/general/convId`.
    pub pointer: String,
    /// Its name, or its index in a list.
    pub key: String,
    /// What it holds.
    pub content: Content,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Content {
    /// Further fields: how many, and whether they are in sight.
    Branch {
        /// A list rather than an object.
        list: bool,
        /// How many fields.
        len: usize,
        /// They are in sight.
        open: bool,
    },
    /// A value, as JSON text.
    Leaf(String),
    /// So many entries of the same list or object are left out.
    More(usize),
}

/// The payload as a tree.
#[derive(Clone, Debug, Default)]
pub struct PayloadTree {
    value: Option<Arc<Value>>,
    folded: BTreeSet<String>,
    /// The fields in sight.
    pub rows: Vec<Row>,
    /// The selected field.
    pub cursor: Cursor,
    /// The pointer of a field and its path as a Rhai expression, which takes a lexer to write.
    path: (String, String),
}

/// Deeper than this a tree starts folded.
const OPEN_DEPTH: usize = 2;

/// More entries than this in one list or object are not all shown.
const ENTRIES_SHOWN: usize = 1_000;

/// A longer value is cut.
const PREVIEW_CHARS: usize = 120;

impl PayloadTree {
    /// Shows another input; what was folded stays folded where the fields are the same.
    pub fn show(&mut self, value: Option<Arc<Value>>) {
        let same = match (&self.value, &value) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            (None, None) => true,
            _ => false,
        };
        if same {
            return;
        }
        if self.value.is_none()
            && let Some(value) = &value
        {
            self.folded = deep_branches(value);
        }
        let selected = self.selected().map(|row| row.pointer.clone());
        self.value = value;
        self.path = <(String, String)>::default();
        self.rebuild();
        if let Some(at) =
            selected.and_then(|pointer| self.rows.iter().position(|row| row.pointer == pointer))
        {
            self.cursor.selected = at;
        }
    }

    /// The selected field.
    pub fn selected(&self) -> Option<&Row> {
        self.rows.get(self.cursor.selected)
    }

    /// Moves the selection; `height` rows are in sight.
    pub fn list(&mut self, action: ListAction, height: usize) {
        self.cursor.apply(action, self.rows.len(), height);
    }

    /// Folds and unfolds.
    pub fn apply(&mut self, action: TreeAction) {
        let Some(row) = self.selected().cloned() else { return };
        let open = match row.content {
            Content::Branch { open, .. } => Some(open),
            Content::Leaf(_) | Content::More(_) => None,
        };
        match (action, open) {
            (TreeAction::Expand | TreeAction::Toggle, Some(false)) => {
                self.folded.remove(&row.pointer);
                self.rebuild();
            }
            (TreeAction::Collapse | TreeAction::Toggle, Some(true)) => {
                self.folded.insert(row.pointer);
                self.rebuild();
            }
            (TreeAction::Expand, Some(true)) => self.cursor.selected += 1,
            (TreeAction::Collapse, _) => {
                let parent = self.rows[..self.cursor.selected]
                    .iter()
                    .rposition(|above| above.depth < row.depth);
                self.cursor.selected = parent.unwrap_or(self.cursor.selected);
            }
            _ => {}
        }
    }

    /// Keeps the selection valid and in sight.
    pub fn settle(&mut self, height: usize) {
        self.cursor.settle(self.rows.len(), height);
        let pointer = self.selected().map_or("", |row| row.pointer.as_str());
        if self.path.0 != pointer {
            self.path = (pointer.to_owned(), rhai_path(pointer, self.value.as_deref()));
        }
    }

    fn rebuild(&mut self) {
        self.rows.clear();
        let Some(value) = self.value.clone() else { return };
        self.push_children(&value, &mut String::new(), 0);
    }

    fn push_children(&mut self, value: &Value, pointer: &mut String, depth: usize) {
        let parent = pointer.len();
        let mut push = |tree: &mut Self, key: &str, child: &Value| {
            pointer.push('/');
            pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            tree.push(key, child, pointer, depth);
            pointer.truncate(parent);
        };
        match value {
            Value::Object(fields) => {
                for (key, child) in fields.iter().take(ENTRIES_SHOWN) {
                    push(self, key, child);
                }
            }
            Value::Array(items) => {
                for (index, child) in items.iter().enumerate().take(ENTRIES_SHOWN) {
                    push(self, &index.to_string(), child);
                }
            }
            _ => {}
        }
        let len = value
            .as_array()
            .map_or(0, Vec::len)
            .max(value.as_object().map_or(0, serde_json::Map::len));
        if let Some(more @ 1..) = len.checked_sub(ENTRIES_SHOWN) {
            let (key, content) = (String::new(), Content::More(more));
            self.rows.push(Row { depth, pointer: pointer.clone(), key, content });
        }
    }

    fn push(&mut self, key: &str, value: &Value, pointer: &mut String, depth: usize) {
        let open = !self.folded.contains(pointer.as_str());
        let content = match value {
            Value::Object(fields) => Content::Branch { list: false, len: fields.len(), open },
            Value::Array(items) => Content::Branch { list: true, len: items.len(), open },
            leaf => Content::Leaf(preview(leaf)),
        };
        let goes_deeper = matches!(content, Content::Branch { open: true, .. });
        self.rows.push(Row { depth, pointer: pointer.clone(), key: key.to_owned(), content });
        if goes_deeper {
            self.push_children(value, pointer, depth + 1);
        }
    }
}

fn preview(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(PREVIEW_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn deep_branches(value: &Value) -> BTreeSet<String> {
    fn collect(value: &Value, pointer: &str, depth: usize, into: &mut BTreeSet<String>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(fields) => fields
                .iter()
                .map(|(key, child)| (key.replace('~', "~0").replace('/', "~1"), child))
                .collect(),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .take(ENTRIES_SHOWN)
                .map(|(n, child)| (n.to_string(), child))
                .collect(),
            _ => return,
        };
        for (key, child) in children {
            let pointer = format!("{pointer}/{key}");
            if depth >= OPEN_DEPTH && (child.is_object() || child.is_array()) {
                into.insert(pointer.clone());
            }
            collect(child, &pointer, depth + 1, into);
        }
    }
    let mut folded = BTreeSet::new();
    collect(value, "", 0, &mut folded);
    folded
}

/// A JSON pointer within the input as a Rhai expression: `input.payload.general.convId`, `input.headers[0].key`.
pub fn rhai_path(pointer: &str, value: Option<&Value>) -> String {
    let mut path = String::from("input");
    let mut at = value;
    for token in pointer.split('/').skip(1) {
        let key = token.replace("~1", "/").replace("~0", "~");
        let in_list = at.is_some_and(Value::is_array);
        at = at.and_then(|value| value.get(&key).or_else(|| value.get(key.parse::<usize>().ok()?)));
        if in_list {
            write!(path, "[{key}]")
        } else if is_property_name(&key) {
            write!(path, ".{key}")
        } else {
            write!(path, "[{}]", Value::from(key))
        }
        .expect("writing to a string succeeds");
    }
    path
}

impl PayloadTree {
    /// The selected field's path as a Rhai expression.
    pub fn selected_path(&self) -> Option<Cow<'_, str>> {
        let pointer = &self.selected()?.pointer;
        if self.path.0 == *pointer {
            return Some(Cow::Borrowed(&self.path.1));
        }
        Some(rhai_path(pointer, self.value.as_deref()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tree() -> PayloadTree {
        let mut tree = PayloadTree::default();
        tree.show(Some(Arc::new(json!({
            "headers": [{ "key": "a", "value": "b" }],
            "payload": { "general": { "convId": "c", "campaignInfo": { "id": 1 } }, "odd key": true }
        }))));
        tree
    }

    fn keys(tree: &PayloadTree) -> Vec<&str> {
        tree.rows.iter().map(|row| row.key.as_str()).collect()
    }

    #[test]
    fn the_first_levels_start_open_and_deeper_ones_folded() {
        assert_eq!(
            keys(&tree()),
            [
                "headers",
                "0",
                "key",
                "value",
                "payload",
                "general",
                "convId",
                "campaignInfo",
                "odd key"
            ]
        );
    }

    #[test]
    fn folding_hides_what_hangs_below_and_outlives_another_payload() {
        let mut tree = tree();
        tree.cursor.selected = 5;
        tree.apply(TreeAction::Collapse);
        assert_eq!(keys(&tree), ["headers", "0", "key", "value", "payload", "general", "odd key"]);
        tree.show(Some(Arc::new(json!({ "payload": { "general": { "convId": "d" } } }))));
        assert_eq!(keys(&tree), ["payload", "general"]);
        assert_eq!(tree.selected().unwrap().key, "general");
    }

    #[test]
    fn a_long_list_says_what_it_leaves_out() {
        let mut tree = PayloadTree::default();
        tree.show(Some(Arc::new(json!({ "payload": vec![1; ENTRIES_SHOWN + 7] }))));
        assert_eq!(tree.rows.last().unwrap().content, Content::More(7));
    }

    #[test]
    fn left_goes_to_the_parent_of_a_leaf() {
        let mut tree = tree();
        tree.cursor.selected = 6;
        tree.apply(TreeAction::Collapse);
        assert_eq!(tree.selected().unwrap().key, "general");
    }

    #[test]
    fn a_path_is_written_as_rhai_reads_it() {
        let value = json!({ "headers": [{ "key": 1 }], "payload": { "odd key": { "0": 1 }, "default": 1 } });
        assert_eq!(rhai_path("/headers/0/key", Some(&value)), "input.headers[0].key");
        assert_eq!(rhai_path("/payload/default", Some(&value)), r#"input.payload["default"]"#);
        assert_eq!(
            rhai_path("/payload/odd key/0", Some(&value)),
            r#"input.payload["odd key"]["0"]"#
        );
    }
}
